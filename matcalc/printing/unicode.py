"""Mathematics in Unicode, as one would write it in an e-mail: 2Xᵀ(Xw − y)."""

from __future__ import annotations

from ..terms.axes import einsum_sizes, loose
from ..terms.expression import Expr
from ..terms.regex import regex
from ..terms.shapes import ONE
from .core import LAWS, subscript
from .form import ATOM, POWER, Child, Form, Pieces, atom
from .mathematical import APART, TIMES, Mathematical, component_of
from .names import GREEK, accented, with_marks
from .registry import AUTOMATIC, Options, optional_notation
from .shown import shown

_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_WORD = regex(r"[^\W\d_][^\W\d_]+$")


@optional_notation("unicode")
def unicode(e: Expr, options: Options = AUTOMATIC) -> str:
    """The expression in Unicode.

    >>> import matcalc
    >>> unicode(matcalc.parse("2X'(Xw - y)"))
    '2Xᵀ(Xw − y)'
    """
    return shown(Unicode, e, options)


class Unicode(Mathematical):
    """The Unicode notation."""

    reads_back = True

    minus, infix_minus = "−", " − "
    transposed = "ᵀ"
    stacked, one_sided = False, True
    compare_signs = {**Mathematical.compare_signs, "eq": "=="}

    def expectation(self, e: Expr) -> Form:
        return atom("𝔼_{", *self.law(e, " ~ ", LAWS[e.op]), "}[", Child(e.args[0]), "]")

    def letter(self, name: str, is_bold: bool) -> str:
        stem, accents, sub = accented(name)
        stem = GREEK.get(stem, stem)
        if len(stem) > 1 and accents:
            stem, sub = "_".join((stem, *accents)), sub
        elif accents:
            stem = with_marks(stem, accents)
        if not sub:
            return stem
        return stem + (sub.translate(_LOWERED) if sub.isdigit() else f"_{sub}")

    def conjugate(self, x: Expr) -> Form:
        if x.op == "var" and len(letter := self.letter(x.data[0], False)) == 1:
            return atom(with_marks(letter, ("bar",)))
        return self.apply("conj", [x])

    def filler(self, digit: str) -> str:
        return "𝟏" if digit == "1" else "𝟎"

    def differential(self, e: Expr) -> Form:
        return atom(f"{APART}d" + self.letter(e.data[0], True))

    def superscript(self, base: Child, exponent: Pieces) -> Pieces:
        mark = exponent[0]
        if isinstance(mark, str):
            return [base, mark.replace("−", "⁻")]
        return self.raised(base, mark.expr)

    def raised(self, base: Child, exponent: Expr) -> Pieces:
        if exponent.op == "num" and isinstance(exponent.data, int):
            return [base, str(exponent.data).translate(_RAISED)]
        return [base, "^", Child(exponent, ATOM)]

    def elementwise_power(self, base: Child, exponent: Expr) -> Pieces:
        return [base, ".^", Child(exponent, ATOM)]

    def root(self, e: Expr) -> Form:
        x = e.args[0]
        bare = x.op in ("var", "num", "const")
        return Form(False, POWER, ["√", Child(x, ATOM)] if bare else ["√(", Child(x), ")"])

    def fraction(self, top: Pieces, bottom: Pieces) -> Pieces:
        return [*top, "/", *bottom]

    def bars(self, e: Expr, suffix: str) -> Form:
        mark = suffix.translate(_LOWERED) if suffix.isdigit() else f"_{suffix}" if suffix else ""
        return atom("‖", Child(e), f"‖{mark}")

    def of_order(self, e: Expr, order: Expr) -> Form:
        if order.op == "num" and isinstance(order.data, int):
            return self.bars(e, str(order.data))
        return atom("‖", Child(e), *subscript("‖", order))

    def absolute(self, e: Expr) -> Form:
        return atom("|", Child(e), "|")

    def with_size(self, e: Expr) -> Form:
        size = "×".join(str(d) for d in e.shape if d is not ONE or len(e.shape) != 2)
        sign = self.filler("1" if e.op == "ones" else "0") + (f"_{size}" if len(size) == 1 else f"_({size})")
        return Form(False, POWER, [sign + "ᵀ"]) if e.shape[0] is ONE and len(e.shape) == 2 else atom(sign)

    def ones_along(self, e: Expr, i: int) -> Pieces:
        return ["(", f"vector(1, {einsum_sizes(e)[i]})", ")"] if i in loose(e) else [self.filler("1")]

    def partial(self, name: str, e: Expr, is_bold: bool) -> Form:
        below: Pieces = [Child(e)] if e.op == "var" else ["(", Child(e), ")"]
        return Form(False, POWER, [f"∂{self.letter(name, is_bold)}/∂", *below])

    def index(self, e: Expr) -> Form:
        component = component_of(e)
        if component is not None:
            return atom(self.letter(component, False))
        return atom(Child(e.args[0], ATOM), f"[{self.slices(e)}]")

    def subscripted(self, base: Pieces, subscript: str) -> Pieces:
        return [*base, f"_{subscript}" if subscript.isalnum() or subscript[:1] == "(" else f"_({subscript})"]

    def total(self, subscript: str) -> str:
        return f"∑_{subscript} "

    def ranged(self, index: str, first: Expr, last: Expr) -> Pieces:
        return [f"∑_{{{index}=", Child(first), "}^{", Child(last), "} "]

    def finish(self, out: list[str]) -> str:
        """Set the products: side by side where that is read as a product, with a dot or a space elsewhere."""
        text: list[str] = []
        word = ""  # the text since the last product or space, as far as it matters
        for i, piece in enumerate(out):
            if piece == TIMES:
                after = out[i + 1] if i + 1 < len(out) else ""
                apart = after[:1] == APART or (i > 0 and out[i - 1][:1] == APART)
                piece = " " if apart else self.times(word, after)
                word = ""
            else:
                word = (word + piece)[-40:]
            text.append(piece.lstrip(APART))
        return "".join(text)

    def times(self, left: str, right: str) -> str:
        a, b = left[-1:], right[:1]
        if left[-2:] == self.imaginary:
            return "·"
        if "0" <= b <= "9" or b == "[" or (a == "‖" == b) or (a == "|" == b) or "/∂" in left:
            return "·"
        if a == "d" and _is_letter(b) and not _is_letter(left[-2:-1] or " "):
            return " "  # dx is the differential of x
        if _is_letter(a) and _is_letter(b) and (_WORD.search(left) or len(right) > 1):
            return " "
        if b == "∂" or (a == "_" or "_" in left[-3:]):
            return " "
        return ""


def _is_letter(c: str) -> bool:
    return c.isalpha() and c not in "ᵀᴴ"
