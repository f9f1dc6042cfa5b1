"""The card that Jupyter shows of a derivative: HTML with MathML, which browsers set without a script or a network.

KaTeX and MathJax have nothing to do in it, and are told so; the LaTeX beside it (`display`) is for PDF.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from ..calculus.entries import value_name as entries_name
from ..printing.registry import Options
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, var
from ..terms.walks import postorder
from .conditions import conditions, legend
from .formats import shape_line, value_name
from .notations import write

if TYPE_CHECKING:
    from .derivative import Derivative

FOLDED = 300  # parts of a question whose steps and code are made for a card that may never be unfolded
STYLE = """\
.matcalc-card{border:1px solid var(--jp-border-color2,#8886);border-radius:6px;padding:.6em 1em;margin:.3em 0;\
max-width:100%;overflow-x:auto;line-height:1.5}
.matcalc-card math{font-family:"STIX Two Math","Latin Modern Math","Cambria Math",math;math-depth:0}
.matcalc-card math[display=block]{display:block math;text-align:left;margin:0;width:fit-content}
.matcalc-card .answer{font-size:1.5em;margin:.3em 0}
.matcalc-card p{margin:.1em 0}
.matcalc-card .remark{border-left:3px solid #d90;padding-left:.5em}
.matcalc-card .quiet{opacity:.75}
.matcalc-card summary{cursor:pointer}
.matcalc-card pre{margin:.3em 0;white-space:pre;font-size:.9em;background:none}
"""


def card(d: Derivative) -> str:
    """A derivative as HTML: the question as understood, the answer, types, layout, remarks, assumptions, certificate.

    Steps and code are folded. All text is escaped.

    >>> import matcalc
    >>> html = card(matcalc.diff("||Xw - y||^2", "w"))
    >>> "<math" in html, "numerator layout" in html, "<details>" in html
    (True, True, True)
    """
    name = _value_name(d)
    value = var(name, d.source.shape)
    parts = [
        f'<div class="quiet">{math([mrow(value), "<mo>=</mo>", mrow(d.source, d.fills)])}</div>',
        f'<div class="answer">{math([_partial(d, value), "<mo>=</mo>", mrow(d.expr, d.fills)])}</div>',
        *_other_forms(d),
        f"<p>{_types(d)}</p>",
        f"<p>{escape(shape_line(d))}</p>",
        *(f'<p class="remark">{escape(remark)}</p>' for remark in d.remarks),
    ]
    if d.structure != "free":
        parts.append(f"<p>structure: {escape(d.structure)}</p>")
    if assumed := conditions(d, "mathml"):
        parts.append(f"<p>assuming {', '.join(assumed)}</p>")
    parts += [f'<p class="quiet">{escape(line)}</p>' for line in (*legend(d.expr), str(d.certificate))]
    return framed("\n".join(parts + _folded(d)))


def _value_name(d: Derivative) -> str:
    """The name of the value: of an answer of more than two axes the one that its other forms use."""
    found = entries_name(d.record) if len(d.expr.shape) > 2 and not d.name else ""
    return found if found.isidentifier() else value_name(d)


def formula_card(e: Expr) -> str:
    """An expression as HTML.

    >>> import matcalc
    >>> "<mi>𝐀</mi>" in formula_card(matcalc.parse("A*x"))
    True
    """
    return framed(f'<div class="answer">{math([mrow(e)])}</div>')


def failed(error: MatcalcError) -> str:
    """An error as HTML."""
    return framed(f"<pre>{escape(str(error))}</pre>")


def framed(body: str) -> str:
    """A card around HTML; MathJax and KaTeX leave it as it is."""
    return f'<div class="matcalc-card tex2jax_ignore mathjax_ignore"><style>{STYLE}</style>\n{body}\n</div>'


def math(parts: list[str], display: bool = True) -> str:
    """MathML of its parts."""
    block = ' display="block"' if display else ""
    return f"<math{block}>{''.join(parts)}</math>"


_MATH = re.compile(r"^<math[^>]*>(.*)</math>$", re.DOTALL)


def mrow(e: Expr, fills: frozenset[int] = frozenset()) -> str:
    """The MathML of an expression, without the element around it; `fills` as in `Options`."""
    found = _MATH.match(write(e, "mathml", options=Options(fills=fills)))
    assert found is not None
    return f"<mrow>{found[1]}</mrow>"


def _partial(d: Derivative, value: Expr) -> str:
    """∂f/∂w, or ∂²f/∂w²."""
    squared = "<mn>2</mn>"
    sign = "<mo>∂</mo>"
    names = "<mo>,</mo>".join(map(mrow, d.variables))
    below = ["<mo>∂</mo>", f"<mrow><mo>(</mo>{names}<mo>)</mo></mrow>" if len(d.variables) > 1 else names]
    if d.order == 2:
        sign, below[1] = f"<msup>{sign}{squared}</msup>", f"<msup>{below[1]}{squared}</msup>"
    return f"<mfrac><mrow>{sign}{mrow(value)}</mrow><mrow>{''.join(below)}</mrow></mfrac>"


def _types(d: Derivative) -> str:
    """The names with their types; those that were inferred are marked."""
    said = []
    for name, kind in d.types.items():
        node = getattr(kind, "node", None)
        shown = math([mrow(node(name))], False) if node is not None else escape(name)
        mark = ' <span class="quiet">(inferred)</span>' if getattr(kind, "inferred", False) else ""
        said.append(f"{shown}: {escape(str(kind))}{mark}")
    return ", ".join(said)


def _other_forms(d: Derivative) -> list[str]:
    """An answer of more than two axes as people state it."""
    if len(d.expr.shape) <= 2:
        return []
    try:
        return [f"<pre>{escape(d.form().unicode())}</pre>"]
    except MatcalcError:
        return []


def _folded(d: Derivative) -> list[str]:
    """The steps and the code, where they can be made and are not long to make."""
    if sum(1 for _ in postorder(d.source)) > FOLDED:
        return []
    parts = []
    makers: dict[str, Callable[[], str]] = {"Steps": lambda: d.steps().unicode(), "Code (NumPy)": lambda: d.code()}
    for title, make in makers.items():
        try:
            text = make()
        except MatcalcError:
            continue
        parts.append(f"<details><summary>{title}</summary><pre>{escape(text.rstrip())}</pre></details>")
    return parts
