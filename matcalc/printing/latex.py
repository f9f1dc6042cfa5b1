"""LaTeX, with macros that both MathJax and KaTeX take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from ..terms.expression import Expr
from ..terms.regex import regex
from ..terms.shapes import ONE
from .core import LAWS
from .form import ATOM, POWER, Child, Form, Piece, Pieces, atom, joined
from .mathematical import APART, TIMES, Mathematical, component_of
from .names import accented, latex_letter
from .registry import AUTOMATIC, Options, optional_notation
from .shown import shown

_MACROS = frozenset(
    ("exp", "log", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "arcsin",
     "arccos", "arctan", "det", "max", "min")
)  # fmt: skip
_UNSEEN = regex(r"\\(?:left|right|mathbf|boldsymbol|mathrm|mathit|operatorname|d?frac|text)\b|\\[,;:! ]|[{}^_ ]")
_INFIX = regex(r" (?:[-+=<>]|\\(?:odot|oslash|otimes|cdot|ge|le|ne)) ")
_COMMAND = regex(r"\\[A-Za-z]+\b")
_LEFT, _RIGHT = regex(r"\\left\b"), regex(r"\\right\b")
_WHERE = r"\text{where } "
_BESIDE = r"\phantom{\text{where }} "
_MACRO_OF = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}


@optional_notation("latex")
def latex(e: Expr, options: Options = AUTOMATIC) -> str:
    r"""The expression in LaTeX: vectors and matrices in bold type.

    >>> import matcalc
    >>> print(latex(matcalc.parse("2X'(Xw - y)")))
    2 \mathbf{X}^\top \left(\mathbf{X} \mathbf{w} - \mathbf{y}\right)
    """
    return shown(Latex, e, options)


def _width(m: re.Match[str]) -> str:
    """As many letters as a command is wide, unless it is not seen."""
    name = m[0][1:]
    return m[0] if _UNSEEN.match(m[0]) else name if name in _MACROS else "x"


class Latex(Mathematical):
    """The LaTeX notation."""

    reads_back = True

    opening, closing = r"\left(", r"\right)"
    dot, slash, kron_sign, cross_sign, transposed = r"\odot", r"\oslash", r"\otimes", r"\times", r"\top"
    adjoint_sign, imaginary = r"\mathsf{H}", r"\mathrm{i}"
    compare_signs = {"gt": ">", "ge": r"\ge", "lt": "<", "le": r"\le", "eq": "==", "ne": r"\ne"}

    def expectation(self, e: Expr) -> Form:
        normal = r"\mathcal{N}" if LAWS[e.op] else ""
        law = self.law(e, r" \sim ", normal)
        return atom(r"\mathbb{E}_{", *law, r"}\left[", Child(e.args[0]), r"\right]")

    def letter(self, name: str, is_bold: bool) -> str:
        stem, accents, sub = accented(name)
        letter = latex_letter(stem)
        if is_bold:
            letter = f"\\boldsymbol{{{letter}}}" if letter.startswith("\\") else f"\\mathbf{{{letter}}}"
        elif len(letter) > 1 and not letter.startswith("\\"):
            letter = f"\\mathrm{{{letter}}}"
        for accent in accents:
            letter = f"\\{accent}{{{letter}}}"
        if not sub:
            return letter
        sub = sub.replace("_", ",")
        return f"{letter}_{{{sub}}}" if len(sub) == 1 or sub.isdigit() else f"{letter}_{{\\mathrm{{{sub}}}}}"

    def conjugate(self, x: Expr) -> Form:
        return atom(r"\overline{", Child(x), "}")

    def filler(self, digit: str) -> str:
        return f"\\mathbf{{{digit}}}"

    def differential(self, e: Expr) -> Form:
        return atom(rf"{APART}\mathrm{{d}}{self.letter(e.data[0], not e.is_scalar)}")

    def superscript(self, base: Child, exponent: Pieces) -> Pieces:
        if exponent == [self.transposed]:
            return [base, f"^{self.transposed}"]
        return [base, "^{", *exponent, "}"]

    def superscript_text(self, base: str, exponent: str) -> str:
        return f"{base}^{exponent}"

    def elementwise_power(self, base: Child, exponent: Expr) -> Pieces:
        return [base, r"^{\odot ", self.in_line(exponent), "}"]

    def raised(self, base: Child, exponent: Expr) -> Pieces:
        return self.superscript(base, [self.in_line(exponent)])

    def in_line(self, e: Expr) -> Piece:
        """An exponent; a fraction in it is not stacked."""
        value = e.data if e.op == "num" else None
        return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else Child(e)

    def root(self, e: Expr) -> Form:
        return atom(r"\sqrt{", Child(e.args[0]), "}")

    def fraction(self, top: Pieces, bottom: Pieces) -> Pieces:
        return [r"\frac{", *top, "}{", *bottom, "}"]

    def num(self, e: Expr) -> Form:
        form = super().num(e)
        text = form.pieces[0]
        if isinstance(text, str) and "/" in text:
            top, bottom = text.split("/")
            return Form(form.negative, POWER, [f"\\frac{{{top}}}{{{bottom}}}"])
        if isinstance(text, str) and "e" in text:
            mantissa, power = text.split("e")
            return Form(form.negative, POWER, [f"{mantissa} \\cdot 10^{{{int(power)}}}"])
        return form

    def bars(self, e: Expr, suffix: str) -> Form:
        mark = suffix or "2"
        if mark == "inf":
            mark = r"\infty"
        return atom(r"\lVert ", Child(e), f" \\rVert_{{{mark}}}" if len(mark) > 1 else f" \\rVert_{mark}")

    def of_order(self, e: Expr, order: Expr) -> Form:
        return atom(r"\lVert ", Child(e), r" \rVert_{", Child(order), "}")

    def absolute(self, e: Expr) -> Form:
        return atom(r"\lvert ", Child(e), r" \rvert")

    def operator(self, name: str) -> str:
        """The macro of a function."""
        if name == "log det":
            return r"\log\det"
        name = _MACRO_OF.get(name, name)
        if name in _MACROS:
            return f"\\{name}"
        if name == "gamma":
            return r"\Gamma"
        stem, _, sub = name.rpartition("_") if name.endswith(("_rows", "_all")) else (name, "", "")
        return f"\\operatorname{{{stem.replace('_', '')}}}" + (f"_{{\\mathrm{{{sub}}}}}" if sub else "")

    def apply(self, name: str, args: Sequence[Expr]) -> Form:
        return self.applied(self.operator(name), args)

    def applied(self, head: str, args: Sequence[Expr]) -> Form:
        if not args:  # an operation by itself
            return atom(head)
        return atom(f"{head}{self.opening}", *joined(", ", (Child(a) for a in args)), self.closing)

    def call(self, e: Expr) -> Form:
        return self.applied(self.letter(e.data, not e.is_scalar), e.args)

    def with_size(self, e: Expr) -> Form:
        size = r" \times ".join(str(d).replace("*", "") for d in e.shape if d is not ONE or len(e.shape) != 2)
        sign = self.filler("1" if e.op == "ones" else "0") + f"_{{{size}}}"
        return Form(False, POWER, [sign + r"^\top"]) if e.shape[0] is ONE and len(e.shape) == 2 else atom(sign)

    def partial(self, name: str, e: Expr, is_bold: bool) -> Form:
        letter = self.letter(name, is_bold)
        return Form(False, POWER, [rf"\frac{{\partial {letter}}}{{\partial ", Child(e, ATOM), "}"])

    def index(self, e: Expr) -> Form:
        component = component_of(e)
        if component is not None:
            return Form(False, ATOM, [self.letter(component, False)])
        return atom(Child(e.args[0], ATOM), rf"\left[{self.slices(e)}\right]")

    def array(self, e: Expr) -> Form:
        return atom(r"\begin{bmatrix} ", *self.rows(e, " & ", r" \\ "), r" \end{bmatrix}")

    def subscripted(self, base: Pieces, subscript: str) -> Pieces:
        if base and base[0] == "[":
            base = [r"\left[", *base[1:-1], r"\right]"]
        elif isinstance(base[0], Child) and not (base[0].expr.op == "var" and base[0].expr.data[0].isalpha()):
            base = ["{", *base, "}"]
        return [*base, f"_{{{subscript}}}"]

    def total(self, subscript: str) -> str:
        return f"\\sum_{{{subscript}}} "

    def ranged(self, index: str, first: Expr, last: Expr) -> Pieces:
        return [f"\\sum_{{{index}=", Child(first), "}^{", Child(last), "} "]

    def visible(self, text: str) -> int:
        return len(_UNSEEN.sub("", _COMMAND.sub(_width, _INFIX.sub("xxx", text))))

    def lines(self, lines: list[str]) -> str:
        inner = r" \\ & \quad ".join(_closed(part.strip() for part in lines))
        return rf"\begin{{aligned}} & {inner} \end{{aligned}}"

    def where_beside(self, body: str, equations: list[tuple[str, str]]) -> str:
        listed = r", \; ".join(f"{name} = {value}" for name, value in equations)
        return rf"{body}, \quad \text{{where }} {listed}"

    def where_below(self, body: str, equations: list[tuple[str, str]]) -> str:
        rows = [f"& {body}"]
        for k, (name, value) in enumerate(equations):
            rows.append(f"& {_BESIDE if k else _WHERE}{name} = {value}")
        return rf"\begin{{aligned}} {(', ' + chr(92) * 2 + ' ').join(rows)} \end{{aligned}}"

    def finish(self, out: list[str]) -> str:
        """Set the products: a space, or a dot before a number."""
        text: list[str] = []
        for i, piece in enumerate(out):
            if piece == TIMES:
                after = out[i + 1] if i + 1 < len(out) else ""
                apart = any(x.startswith((APART, r"\mathrm{")) for x in (after, out[i - 1]))
                piece = r" \cdot " if after[:1].isdigit() else r" \, " if apart else " "
            text.append(piece.lstrip(APART))
        return "".join(text)


def _closed(lines: Iterable[str]) -> Iterator[str]:
    """Lines whose brackets that grow are closed where a line ends and opened again where the next begins."""
    open_ = 0
    for line in lines:
        before, open_ = open_, open_ + len(_LEFT.findall(line)) - len(_RIGHT.findall(line))
        yield r"\left. " * before + line + r" \right." * open_
