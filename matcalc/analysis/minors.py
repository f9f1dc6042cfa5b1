"""The principal minors of a matrix with explicit entries."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ..terms.expression import Expr, add, neg, num, prod

LARGEST = 4  # rows of a matrix of which minors are written out


def minors(grid: Expr, leading: bool = False) -> list[Expr] | None:
    """All principal minors of an explicit square array of scalars, or the leading ones; None if it is too large.

    >>> from matcalc.language.parse import parse_expression
    >>> minors(parse_expression("[a, b; b, c]", "a: scalar, b: scalar, c: scalar").expr)
    [a, c, a*c - b*b]
    """
    n = grid.data.rows
    if n != grid.data.columns or n > LARGEST or not all(a.is_scalar for a in grid.args):
        return None
    chosen = [tuple(range(k)) for k in range(1, n + 1)]
    if not leading:
        chosen = [c for k in range(1, n + 1) for c in combinations(range(n), k)]
    return [_determinant([[grid.args[i * n + j] for j in c] for i in c]) for c in chosen]


def _determinant(rows: Sequence[Sequence[Expr]]) -> Expr:
    """The determinant of a few rows, by the first of them."""
    found: dict[tuple[int, ...], Expr] = {(): num(1)}
    n = len(rows)
    for size in range(1, n + 1):  # minors of the last rows, on `size` columns
        row = rows[n - size]
        found |= {c: _expanded(row, c, found) for c in combinations(range(n), size)}
    return found[tuple(range(n))]


def _expanded(row: Sequence[Expr], columns: tuple[int, ...], below: dict[tuple[int, ...], Expr]) -> Expr:
    terms = []
    for k, j in enumerate(columns):
        rest = below[(*columns[:k], *columns[k + 1 :])]
        term = row[j] if rest is num(1) else prod(row[j], rest)
        terms.append(neg(term) if k % 2 else term)
    return add(*terms)
