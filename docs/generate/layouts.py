"""The page of layouts: the table of shapes, each row with its boxes, and what matcalc answers for an example of it."""

from __future__ import annotations

from typing import NamedTuple

import matcalc
from docs.generate.formulas import filled

SIZES = {"n": 4, "k": 3, "m": 3, "l": 2, "1": 1}
CELL = 11  # side of a cell
DEPTH = 6  # how far a slice of a third axis is moved


class Case(NamedTuple):
    """A row of the table: what by what, its example, and the axes of both layouts."""

    title: str
    symbol: str
    value: str
    name: str
    numerator: str
    denominator: str
    depth: str
    expression: str
    variable: str
    where: str


CASES = tuple(
    Case(*(part.strip() for part in line.split("|")))
    for line in r"""
Scalar by vector | \partial y/\partial \mathbf{x} | 1 | n | 1n | n | | a'*x | x | a: vector(n), x: vector(n)
Vector by scalar | \partial \mathbf{y}/\partial x | m | 1 | m | 1m | | x*a | x | x: scalar, a: vector(m)
Vector by vector | \partial \mathbf{y}/\partial \mathbf{x} | m | n | mn | nm | | A*x | x | A: matrix(m,n), x: vector(n)
Scalar by matrix | \partial y/\partial \mathbf{X} | 1 | nk | kn | nk | | a'*X*b | X | a: vector(n), X: matrix(n,k), b: vector(k)
Matrix by scalar | \partial \mathbf{Y}/\partial x | ml | 1 | ml | lm | | x*A | x | A: matrix(m,l), x: scalar
Vector by matrix | \partial \mathbf{y}/\partial \mathbf{X} | m | nk | mkn | nkm | m | A*X*b | X | A: matrix(m,n), X: matrix(n,k), b: vector(k)
Matrix by vector | \partial \mathbf{Y}/\partial \mathbf{x} | ml | n | mln | nlm | n | A*diag(x)*B | x | A: matrix(m,n), x: vector(n), B: matrix(n,l)
Matrix by matrix | \partial \mathbf{Y}/\partial \mathbf{X} | ml | nk | mlkn | nklm | | A*X*B | X | A: matrix(m,n), X: matrix(n,k), B: matrix(k,l)
""".strip().splitlines()  # noqa: E501
)


def pages() -> dict[str, str]:
    """The page by its file."""
    lines: list[str] = []
    for case in CASES:
        lines += [f"## {case.title}, ${case.symbol}$", "", "```{raw} html", picture(case), "```", "",
                  f"For example `{case.expression}` by `{case.variable}`, with `{case.where}`:", "",
                  "| layout | shape | answer |", "|---|---|---|"]  # fmt: skip
        for layout in ("numerator", "denominator"):
            d = matcalc.diff(case.expression, case.variable, layout=layout, where=case.where)
            lines.append(f"| {layout} | {_words(getattr(case, layout))} | ${d.latex()}$ |")
        lines.append("")
    return filled("layouts.md", tables=lines)


def _words(axes: str) -> str:
    row = axes.startswith("1") and len(axes) == 2
    return f"row (1, {axes[1]})" if row else f"column ({axes})" if len(axes) == 1 else f"({', '.join(axes)})"


def picture(case: Case) -> str:
    """The boxes of value, variable and both answers, side by side."""
    panels = (
        *(("value", case.value, "value"), ("variable", case.name, "name")),
        *(("numerator layout", case.numerator, "answer"), ("denominator layout", case.denominator, "answer")),
    )
    parts, x, height = [], 4, 0
    for label, axes, kind in panels:
        drawn, w, h = box(axes, kind, case.depth if kind == "answer" else "")
        sizes = "scalar" if axes == "1" else f"({', '.join(axes)})"
        text = f'<text x="0" y="14">{label}</text><text x="0" y="30">{sizes}</text>'
        parts.append(f'<g transform="translate({x} 0)">{text}<g transform="translate(0 40)">{drawn}</g></g>')
        x += max(w, 8 * len(label)) + 26
        height = max(height, h + 48)
    words = f"{case.title}: the value is {_words(case.value)}, the variable {_words(case.name)}, the derivative " + (
        f"{_words(case.numerator)} in numerator layout and {_words(case.denominator)} in denominator layout"
    )
    size = f'viewBox="0 0 {x} {height}" width="{x}" height="{height}"'
    return f'<svg class="boxes" role="img" aria-label="{words}" {size}>{"".join(parts)}</svg>'


def box(axes: str, kind: str, depth: str = "") -> tuple[str, int, int]:
    """The cells of an array, with the width and the height that they take."""
    if len(axes) == 4:
        return _blocks(axes, kind)
    if len(axes) == 3:
        plane = axes.replace(depth, "")
        slices = SIZES[depth]
        drawn, w, h = box(plane, kind)
        moved = [_moved(drawn, DEPTH * k, DEPTH * (slices - 1 - k)) for k in reversed(range(slices))]
        return "".join(moved), w + DEPTH * (slices - 1), h + DEPTH * (slices - 1)
    rows, columns = (SIZES[axes[0]], SIZES[axes[1]] if len(axes) > 1 else 1)
    cells = [f'<rect class="{kind}" x="{CELL * j}" y="{CELL * i}" width="{CELL}" height="{CELL}"/>'
             for i in range(rows) for j in range(columns)]  # fmt: skip
    return "".join(cells), CELL * columns, CELL * rows


def _moved(drawn: str, x: int, y: int) -> str:
    return f'<g transform="translate({x} {y})">{drawn}</g>'


def _blocks(axes: str, kind: str) -> tuple[str, int, int]:
    """Four axes: the last two inside the cells of the first two."""
    drawn, w, h = box(axes[2:], kind)
    step_x, step_y = w + 6, h + 6
    rows, columns = SIZES[axes[0]], SIZES[axes[1]]
    tiles = [_moved(drawn, step_x * j, step_y * i) for i in range(rows) for j in range(columns)]
    return "".join(tiles), step_x * columns, step_y * rows
