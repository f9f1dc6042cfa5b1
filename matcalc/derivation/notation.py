"""The notations of the steps: the three of the printers, with differentials of expressions and partial derivatives.

A differential d(e) that is not worked out yet is a leaf `d` that holds e; a partial derivative such as ∂z/∂b is a
variable of kind "partial" that holds z and b.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..printing.form import ATOM, POWER, Child, Form
from ..printing.latex import Latex
from ..printing.plain import Plain
from ..printing.registry import Options
from ..printing.shown import shown
from ..printing.unicode import Unicode
from ..terms.expression import Expr, differential_of, node
from ..terms.payloads import Differential, NamedPartial
from ..terms.shapes import Shape


def differential_leaf(e: Expr) -> Expr:
    """d(e) as a leaf that is not worked out.

    >>> from matcalc.terms.expression import mm, var, as_shape
    >>> e = mm(var("A", as_shape("m", "n")), var("x", as_shape("n")))
    >>> print(differential_leaf(e))
    d(A*x)
    """
    return differential_of(e) if e.op == "var" else node("d", (), Differential(str(e), e), e.shape)


def partial(top: Expr, below: Expr, shape: Shape, held: str = "", order: int = 1) -> Expr:
    """The derivative of one name by another as a variable of its own; `held` names what is kept fixed."""
    mark = "²" if order == 2 else ""
    name = f"∂{mark}{top.data[0]}/∂{below.data[0]}{mark}" + (f"|{held}" if held else "")
    return node("var", (), NamedPartial(name, "partial", frozenset(), top, below, held, order), shape)


def _is_partial(e: Expr) -> bool:
    return bool(e.data.kind == "partial")


class StepUnicode(Unicode):
    """Unicode with differentials and partial derivatives; the shapes stand beside, so I needs no size."""

    def eye(self, e: Expr) -> Form:
        return Form(False, ATOM, [self.letter("I", True)])

    def differential(self, e: Expr) -> Form:
        inner = e.data[1]
        return super().differential(e) if inner.op == "var" else Form(False, ATOM, ["d(", Child(inner), ")"])

    def variable(self, e: Expr) -> Form:
        if not _is_partial(e):
            return super().variable(e)
        _, _, _, top, below, held, order = e.data
        mark = "²" if order == 2 else ""
        text = f"∂{mark}{self.letter(top.data[0], False)}/∂{self.letter(below.data[0], False)}{mark}"
        return Form(False, POWER, [text + (f"|{held}" if held else "")])


class StepLatex(Latex):
    """LaTeX with differentials and partial derivatives; the shapes stand beside, so I needs no size."""

    def eye(self, e: Expr) -> Form:
        return Form(False, ATOM, [self.letter("I", True)])

    def differential(self, e: Expr) -> Form:
        inner = e.data[1]
        mark = r"\mkern2mu\mathrm{d}"  # set off from the factor before it
        if inner.op == "var":
            return Form(False, ATOM, [mark + self.letter(e.data[0], not e.is_scalar)])
        return Form(False, ATOM, [mark + r"\left(", Child(inner), r"\right)"])

    def variable(self, e: Expr) -> Form:
        if not _is_partial(e):
            return super().variable(e)
        _, _, _, top, below, held, order = e.data
        mark = "^2" if order == 2 else ""
        above, under = (self.letter(v.data[0], v.data[1] != "scalar") for v in (top, below))
        if below.data[0].startswith("("):  # a list of scalars
            under = "(" + ", ".join(self.letter(n, False) for n in below.data[0][1:-1].split(", ")) + ")"
        text = rf"\frac{{\partial{mark} {above}}}{{\partial {under}{mark}}}"
        if held:
            text = rf"\left.{text}\right|_{{{held}}}"
        return Form(False, POWER, [text])


class StepPlain(Plain):
    """The plain language; partial derivatives stand in it by their names."""


def write(e: Expr, notation: str) -> str:
    """An expression in one of the notations `plain`, `unicode` and `latex`."""
    printer = {"plain": StepPlain, "unicode": StepUnicode, "latex": StepLatex}[notation]
    return shown(printer, e, Options(share=False))


def write_product(factors: Sequence[Expr], notation: str, sign: str = "") -> str:
    """Factors side by side, each in parentheses if it needs them; `sign` is "", "×" or "·"."""
    marks = {
        "plain": {"": "*", "×": " * ", "·": " * "},
        "unicode": {"": " ", "×": " × ", "·": " · "},
        "latex": {"": " \\, ", "×": " \\times ", "·": " \\cdot "},
    }[notation]
    left, right = (r"\left(", r"\right)") if notation == "latex" else ("(", ")")
    parts = []
    for f in factors:
        text = write(f, notation)
        negative = text.startswith(("-", "−"))
        parts.append(left + text + right if f.op == "add" or negative else text)
    return marks[sign].join(parts)
