"""What Jupyter shows: a card in HTML, and for PDF formulas in LaTeX that MathJax and KaTeX take too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..printing.registry import Options
from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from .card import card, formula_card
from .conditions import conditions
from .formats import caption, heading
from .notations import write

if TYPE_CHECKING:
    from ..printing.forms import Forms
    from .derivative import Derivative

WIDE = 90  # about the characters of a printed line


def bundle(what: Derivative | Expr) -> dict[str, str]:
    """What Jupyter shows: plain text, a card in HTML, and LaTeX for PDF.

    >>> import matcalc
    >>> print(bundle(matcalc.diff("x'*A*x", "x"))["text/plain"])
    xᵀ(A + Aᵀ)
    inferred x: vector(n), A: matrix(n, n)
    numerator layout, shape (1, n)
    equal with probability above 1 − 2⁻⁴⁰
    """
    if isinstance(what, Expr):
        latex = f"$\\displaystyle {formula(what)}$"
        return {"text/plain": str(what), "text/html": formula_card(what), "text/latex": latex}
    lines = [*caption(what), str(what.certificate)]
    if len(what.expr.shape) > 2 and (forms := stated(what)) is not None:
        plain = "\n".join([forms.unicode(), *lines])
        return {"text/plain": plain, "text/html": card(what), "text/latex": under(forms.latex(), lines, what)}
    text, latex = (f"{heading(what, n)} = " if what.name else "" for n in ("unicode", "latex"))
    plain = "\n".join([text + what.unicode(), *lines])
    set_for_pdf = under(latex + what.latex(width=WIDE), lines, what)
    return {"text/plain": plain, "text/html": card(what), "text/latex": set_for_pdf}


def stated(d: Derivative) -> Forms | None:
    """An answer of more than two axes as people state it; None where its entries are tied."""
    try:
        return d.form()
    except MatcalcError:
        return None


def formula(e: Expr) -> str:
    r"""The LaTeX of an expression; a long sum stands on several lines.

    >>> import matcalc
    >>> print(formula(matcalc.parse("A*x")))
    \mathbf{A} \mathbf{x}
    """
    return write(e, "latex", None, Options(width=WIDE))


def under(body: str, lines: list[str], d: Derivative) -> str:
    """A formula with lines of small text under it; what it takes for granted is set as mathematics."""
    assumed = r", \; ".join(conditions(d, "latex"))
    small = [rf"\text{{assuming }}{assumed}" if x.startswith("assuming ") else escape(x) for x in lines]
    rows = [rf"\displaystyle {body}", *(rf"\scriptsize{line}" for line in small)]
    return rf"$\begin{{array}}{{l}} {(chr(92) * 2 + '[4pt] ').join(rows)} \end{{array}}$"


_SPECIAL = {c: f"\\{c}" for c in "_#$%&{}"} | {"\\": r"\backslash ", "^": r"{\wedge}", "~": r"\sim "}
_SPECIAL |= {"⁻⁴⁰": "^{-40}", "−": "-"}


def escape(text: str) -> str:
    r"""Text in a formula; its special characters stand between \text{...}, since MathJax 2 prints them raw inside.

    >>> escape("x_1: vector(n)")
    '\\text{x}\\_\\text{1: vector(n)}'
    """
    parts = re.split(r"([_#$%&{}\\^~−]|⁻⁴⁰)", text)
    return "".join(_SPECIAL.get(p, rf"\text{{{p}}}") for p in parts if p)
