"""Typst mathematics."""

from __future__ import annotations

from collections.abc import Sequence

from ..terms.expression import Expr
from ..terms.regex import regex
from .core import LAWS
from .form import ATOM, POWER, Child, Form, Pieces, atom, joined
from .mathematical import TIMES, Mathematical
from .names import GREEK, accented
from .registry import AUTOMATIC, Options, optional_notation
from .shown import shown

_KNOWN = frozenset(
    ("exp", "log", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "arcsin",
     "arccos", "arctan", "det", "max", "min", "tr")
)  # fmt: skip
_ACCENTS = {"bar": "macron", "ddot": "dot.double", "check": "caron"}
_MARKUP = regex(r"bold\(|frac\(|op\(|[\"()^_ ]")
_OTHER = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log det": "log det", "gamma": "Gamma"}


@optional_notation("typst")
def typst(e: Expr, options: Options = AUTOMATIC) -> str:
    """The expression in the notation of Typst, without the dollar signs.

    >>> import matcalc
    >>> typst(matcalc.parse("2X'(Xw - y)"))
    '2 bold(X)^top (bold(X) bold(w) - bold(y))'
    """
    return shown(Typst, e, options)


class Typst(Mathematical):
    """The Typst notation."""

    transposed, adjoint_sign, imaginary = "top", "sans(H)", "upright(i)"

    def expectation(self, e: Expr) -> Form:
        return atom("EE_(", *self.law(e, " ~ ", "cal(N)" if LAWS[e.op] else ""), ") [", Child(e.args[0]), "]")

    def letter(self, name: str, is_bold: bool) -> str:
        stem, accents, sub = accented(name)
        letter = stem if stem in GREEK or len(stem) == 1 else f'"{stem}"'
        if is_bold:
            letter = f"bold({letter})"
        for accent in accents:
            letter = f"{_ACCENTS.get(accent, accent)}({letter})"
        if not sub:
            return letter
        return f"{letter}_{sub}" if sub.isdigit() or len(sub) == 1 else f'{letter}_"{sub}"'

    def conjugate(self, x: Expr) -> Form:
        return atom("overline(", Child(x), ")")

    def filler(self, digit: str) -> str:
        return f"bold({digit})"

    def differential(self, e: Expr) -> Form:
        return atom(f"upright(d) {self.letter(e.data[0], not e.is_scalar)}")

    def superscript(self, base: Child, exponent: Pieces) -> Pieces:
        if exponent == [self.transposed]:
            return [base, "^top"]
        return [base, "^(", *exponent, ")"]

    def superscript_text(self, base: str, exponent: str) -> str:
        return f"{base}^{exponent}"

    def raised(self, base: Child, exponent: Expr) -> Pieces:
        if exponent.op == "num" and isinstance(exponent.data, int) and exponent.data >= 0:
            return [base, f"^{exponent.data}"]
        return super().raised(base, exponent)

    def elementwise_power(self, base: Child, exponent: Expr) -> Pieces:
        return [base, "^(⊙ ", Child(exponent), ")"]

    def root(self, e: Expr) -> Form:
        return atom("sqrt(", Child(e.args[0]), ")")

    def fraction(self, top: Pieces, bottom: Pieces) -> Pieces:
        return ["frac(", *top, ", ", *bottom, ")"]

    def num(self, e: Expr) -> Form:
        form = super().num(e)
        text = str(form.pieces[0])
        if "/" in text:
            top, bottom = text.split("/")
            return Form(form.negative, POWER, [f"frac({top}, {bottom})"])
        return form

    def bars(self, e: Expr, suffix: str) -> Form:
        mark = "oo" if suffix == "inf" else suffix or "2"
        return atom("norm(", Child(e), f")_{mark}")

    def of_order(self, e: Expr, order: Expr) -> Form:
        return atom("norm(", Child(e), ")_(", Child(order), ")")

    def absolute(self, e: Expr) -> Form:
        return atom("abs(", Child(e), ")")

    def apply(self, name: str, args: Sequence[Expr]) -> Form:
        name = _OTHER.get(name, name)
        head = name if name in _KNOWN or " " in name or name == "Gamma" else f'op("{name}")'
        return self.applied(head, args)

    def applied(self, head: str, args: Sequence[Expr]) -> Form:
        if not args:  # an operation by itself
            return atom(head)
        return atom(f"{head}(", *joined(", ", (Child(a) for a in args)), ")")

    def call(self, e: Expr) -> Form:
        return self.applied(self.letter(e.data, not e.is_scalar), e.args)

    def partial(self, name: str, e: Expr, is_bold: bool) -> Form:
        above: Pieces = [f"partial {self.letter(name, is_bold)}"]
        return Form(False, POWER, self.fraction(above, ["partial ", Child(e, ATOM)]))

    def index(self, e: Expr) -> Form:
        return atom(Child(e.args[0], ATOM), f"[{self.slices(e)}]")

    def array(self, e: Expr) -> Form:
        return atom('mat(delim: "[", ', *self.rows(e, ", ", "; "), ")")

    def subscripted(self, base: Pieces, subscript: str) -> Pieces:
        return [*base, f"_({' '.join(subscript)})"]

    def total(self, subscript: str) -> str:
        return f"sum_({' '.join(subscript)}) "

    def ranged(self, index: str, first: Expr, last: Expr) -> Pieces:
        return [f"sum_({index} = ", Child(first), ")^(", Child(last), ") "]

    def visible(self, text: str) -> int:
        return len(_MARKUP.sub("", text))

    def lines(self, lines: list[str]) -> str:
        return " \\ ".join(x.strip() for x in lines)

    def where_beside(self, body: str, equations: list[tuple[str, str]]) -> str:
        return f'{body}, quad "where" {", ".join(f"{name} = {value}" for name, value in equations)}'

    def where_below(self, body: str, equations: list[tuple[str, str]]) -> str:
        listed = ", \\ ".join(f"{name} = {value}" for name, value in equations)
        return f'{body}, \\ "where" {listed}'

    def finish(self, out: list[str]) -> str:
        """Set the products: a space, or a dot before a number."""
        text: list[str] = []
        for i, piece in enumerate(out):
            if piece == TIMES:
                after = out[i + 1] if i + 1 < len(out) else ""
                piece = " dot " if after[:1].isdigit() else " "
            text.append(piece)
        return "".join(text)
