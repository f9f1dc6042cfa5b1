"""The cheatsheets: every rule of rules/, and every derivative of the corpus, each with its source and its check."""

from __future__ import annotations

from html import escape

import matcalc
from docs.generate.formulas import filled, find, formula, html_table, source, text, typeset
from matcalc.rulebook.book import RuleBook
from matcalc.rulebook.reader import Rule
from matcalc.terms.data_files import rules_text
from matcalc.terms.rule_lines import statements
from matcalc.terms.walks import postorder
from tests.corpus.frozen import forms
from tests.corpus.rows import Row, corpus

# file, title, what is in it, how it is checked
COLUMNS = {"": 18, "identity": 58, "source": 24}
_DIFFERENCES = "differences along random directions; without its condition it fails"
_SIDES = "both sides with random numbers; without its condition it fails"
FILES = (
    ("differentials.rules", "Differentials", "Of each operation; all modes and steps come from these.",
     _DIFFERENCES),
    ("functions.rules", "Elementwise functions", "The differential makes a function known.", _DIFFERENCES),
    ("adjoints.rules", "Transposes of linear operations", "What the cotangent G of the whole becomes for its part.",
     "both inner products with random numbers"),
    ("recognize.rules", "Recognised before differentiating", "Forms that have a shorter derivative.", _SIDES),
    ("simplify.rules", "Simplifications", "Applied to answers, from left to right.", _SIDES),
    ("expand.rules", "Longer forms", "Tried on an answer, and kept where the whole becomes shorter.", _SIDES),
    ("operations.rules", "Traits of operations", "What linear, odd, even and idempotent operations make simpler.",
     "both sides with random numbers"),
    ("facts.rules", "Properties of expressions", "What follows for an expression from its parts.",
     "the property of random values; without its condition it fails"),
    ("complex.rules", "Conjugates", "Through which operations conj is taken, and how the others are written with it.",
     _SIDES),
    ("curvature.rules", "Convex and concave functions", "In which arguments, and in which they rise or fall.",
     "values between random points against those at them; without its condition it fails"),
    ("equations.rules", "Equations of a question", "What follows from an equation that is given, sum(y) = 1.",
     "at random points where the equation holds"),
    ("expectations.rules", "Means of functions of a normal variable", "Of mean m and variance v, entry by entry.",
     "by quadrature"),
    ("structure.rules", "Gradients by structured variables", "From the free gradient G.",
     "against differences along the structure"),
    ("stationary.rules", "Solutions of equations", "What a gradient that is 0 says of the variable.",
     "the equation with the solution put in; without its condition it fails"),
)  # fmt: skip

TOPICS = {
    "traces": "Traces", "determinants": "Determinants", "inverses": "Inverses", "norms": "Norms", "vectors": "Vectors",
    "scalars": "Scalars", "elementwise": "Elementwise", "jacobians": "Jacobians", "hessians": "Hessians",
    "found-hessians": "Hessians met in practice", "kronecker": "Kronecker products", "slices": "Slices",
    "statistics": "Statistics", "learning": "Machine learning", "networks": "Networks", "control": "Control",
    "found": "Met in practice", "structured-entries": "Structured variables, tied entries",
    "structured-tangent": "Structured variables, tangent",
}  # fmt: skip


def pages() -> dict[str, str]:
    """The pages by their files."""
    return rules_page() | derivatives_page()


def rules_page() -> dict[str, str]:
    """The page of all rules."""
    book = RuleBook.default()
    by_file = {file: [r for r in book.rules if r.file == file] for file, *_ in FILES}
    implied = [line for _, line in statements(rules_text("properties.rules")) if "=>" in line]
    total = sum(map(len, by_file.values())) + len(implied)
    lines = find(total, "logdet, invertible, Cookbook 41, softmax …")
    for file, title, what, check in FILES:
        rows = [_rule_row(r) for r in by_file[file]]
        lines += [f"## {title}", "", f"{what} `rules/{file}`", "", f"Checked: {check}.", "", *html_table(COLUMNS, rows)]
    rows = [_implication_row(line) for line in implied]
    lines += ["## What properties imply", "", "`rules/properties.rules`", ""]
    lines += ["Checked: random values, and special ones, that have the first have the second.", ""]
    lines += html_table(COLUMNS, rows)
    return filled("identities/rules.md", total=total, tables=lines, sources=_sources())


def _implication_row(line: str) -> str:
    return f"<tr><td></td><td><code>{escape(line)}</code></td><td>elementary</td></tr>"


def _rule_row(rule: Rule) -> str:
    place = f"{rule.file}, line {rule.line}"
    conditions = text(rule).partition(" if ")[2]
    words = f"{rule.kind} {rule.use} {conditions}"
    return (
        f'<tr data-words="{escape(words)}"><td><span title="{place}">{escape(rule.label)}</span></td>'
        f'<td class="formula">{typeset(formula(rule))}<code>{escape(text(rule))}</code></td>'
        f"<td>{escape(source(rule))}</td></tr>"
    )


def _sources() -> list[str]:
    """The table of sources of rules/README.md."""
    readme = rules_text("README.md")
    _, _, after = readme.partition("## Sources")
    return [line for line in after.splitlines() if line.startswith("|")]


def derivatives_page() -> dict[str, str]:
    """The page of all derivatives of the corpus."""
    rows = corpus()
    lines = find(len(rows), "logdet, softmax, Cookbook 57, kron …")
    for file, title in TOPICS.items():
        part = [_derivative_row(row) for row in rows if row.file == file]
        lines += [f"## {title}", "", *html_table({"derivative": 58, "types": 18, "source, check": 24}, part)]
    return filled("identities/derivatives.md", total=len(rows), tables=lines)


def _derivative_row(row: Row) -> str:
    form = forms()[row]["denominator"]
    check = "numbers of JAX" + (", and the form of the source" if row.book else "")
    types = row.where + ("" if row.structure == "free" else f"; structure: {row.structure}")
    return (
        f'<tr><td class="formula">{typeset(_stated(row, form))}<code>{escape(row.expression)}</code> by '
        f"<code>{escape(row.variable)}</code>: <code>{escape(form)}</code></td><td><code>{escape(types)}</code></td>"
        f'<td>{escape(row.citation)}<br><span class="soft">{check}</span></td></tr>'
    )


def _stated(row: Row, form: str) -> str:
    """The derivative as an equation in LaTeX."""
    asked = matcalc.parse(row.expression, where=row.where)
    names = row.variable.split(" then ")
    letters = {v.data.name: v.latex() for v in postorder(asked) if v.op == "var"}
    x = [letters.get(n, rf"\mathbf{{{n}}}") for n in names]
    if row.order == 2:
        operator = rf"\frac{{\partial^2}}{{\partial {x[0]} \, \partial {x[0]}^\top}}"
    elif len(x) == 2:
        operator = rf"\frac{{\partial}}{{\partial {x[1]}}} \frac{{\partial}}{{\partial {x[0]}}}"
    else:
        operator = rf"\frac{{\partial}}{{\partial {x[0]}}}"
    return rf"{operator} \left({asked.latex()}\right) = {matcalc.parse(form, where=row.where).latex()}"
