"""Rules and expressions as HTML: typeset by the reader's browser, with the text of the rule under the formula."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from matcalc.rulebook.reader import ELEMENTARY, Rule
from matcalc.terms.expression import Expr
from matcalc.terms.shapes import SCALAR

DOCS = Path(__file__).parent.parent
_BOLD = re.compile(r"\\mathbf\{(\w)\}")
_MEETS = {"differential": "=", "rewrite": r"\;\to\;", "structure": r"\;\to\;", "definition": ":=",
          "consequence": "="}


def typeset(latex: str) -> str:
    """A formula for the page."""
    return f'<span class="math">{escape(latex)}</span>'


def side(e: Expr, rule: Rule) -> str:
    """One side of a rule in LaTeX: scalars are not bold, whatever letters the printer takes."""
    scalars = {n for n, v in rule.names.items() if v.shape == SCALAR} | {str(part) for part in rule.counter or ()}
    return _BOLD.sub(lambda m: m[1] if m[1] in scalars else m[0], e.latex())


def formula(rule: Rule) -> str:
    """A rule in LaTeX."""
    left, right = side(rule.lhs, rule), side(rule.rhs, rule)
    if rule.kind == "fact" or (rule.kind == "consequence" and rule.property):
        return rf"{left} \text{{ is {rule.property.replace('_', ' ')}}}"
    if rule.kind == "moment":
        return rf"\mathbb{{E}}\left[{left}\right] = {right}"
    if rule.kind == "curvature":
        return rf"{left} \text{{ is {rule.use}}}"
    if rule.kind == "solution":
        assert rule.equal is not None
        return rf"{left} = {side(rule.equal, rule)} \;\Rightarrow\; {side(rule.names[rule.property], rule)} = {right}"
    if rule.kind == "adjoint":
        g, part = side(rule.names["G"], rule), side(rule.names[re.findall(r"d\((\w+)\)>", rule.text)[0]], rule)
        return rf"\langle {g},\; {left} \rangle = \langle {right},\; \mathrm{{d}}{part} \rangle"
    if rule.kind == "differential":
        inner = left if re.fullmatch(r"\\mathbf\{\w\}|\w", left) else rf"\left({left}\right)"
        left = rf"\mathrm{{d}}{inner}"
    if rule.counter is not None:
        index, first, last = (side(part, rule) for part in rule.counter)
        right = rf"\sum_{{{index}={first}}}^{{{last}}} {right}"
    return f"{left} {_MEETS[rule.kind]} {right}"


def text(rule: Rule) -> str:
    """A rule as it stands in its file, without label and citation."""
    body = re.sub(r"\s*\{[^}]*\}\s*$", "", " ".join(rule.text.split()))
    return re.sub(r"^(structure \w+ \w+|(?:follows|moment) [\w.+-]+|[\w.+-]+):\s*", "", body)


def source(rule: Rule) -> str:
    """Where a rule comes from, in words."""
    return rule.citation or ELEMENTARY


def find(rows: int, example: str) -> list[str]:
    """The field that filters the tables of a page."""
    return [
        "```{raw} html",
        '<div class="finder"><label for="find">Find</label>',
        f'<input id="find" type="search" placeholder="{escape(example)}" autocomplete="off">',
        f'<output id="found" for="find">{rows} rows</output></div>',
        "```",
        "",
    ]


def html_table(head: dict[str, int], rows: list[str]) -> list[str]:
    """A table of ready rows; the columns with their widths in hundredths."""
    columns = "".join(f'<col style="width: {width}%">' for width in head.values())
    cells = "".join(f"<th>{h}</th>" for h in head)
    table = f'<table class="cheatsheet"><colgroup>{columns}</colgroup><thead><tr>{cells}</tr></thead>'
    return ["```{raw} html", f'<div class="wide">{table}<tbody>', *rows, "</tbody></table></div>", "```", ""]


def filled(name: str, **parts: list[str] | int) -> dict[str, str]:
    """A page by its file: the text of docs/, with what is generated in the place of `@part@`."""
    page = (DOCS / name).read_text(encoding="utf-8")
    for part, value in parts.items():
        page = page.replace(f"@{part}@", str(value) if isinstance(value, int) else "\n".join(value))
    return {name: page}
