"""The numerical limit: difference quotients with shrinking steps beside the derivative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..calculus.record import Record
from ..terms.errors import MatcalcError
from ..terms.records import dataclass
from ..terms.shapes import SCALAR
from .evaluate import evaluate


@dataclass(frozen=True)
class LimitTable:
    """Difference quotients (f(x + h) - f(x))/h for shrinking h, and the limit that the derivative says."""

    rows: tuple[tuple[float, float], ...]
    limit: float
    variable: str
    at: float

    def __str__(self) -> str:
        lines = [f"h={h:g}, numerical limit={q:.5f}" for h, q in self.rows]
        return "\n".join([*lines, f"derivative at {self.variable} = {self.at:g}: {self.limit:.5f}"])

    __repr__ = __str__

    def markdown(self) -> str:
        """The table in Markdown."""
        x = self.variable
        rows = [f"| {h:g} | {q:.5f} |" for h, q in self.rows]
        head = [f"| $h$ | $(f({x}+h) - f({x}))/h$ at ${x} = {self.at:g}$ |", "|---|---|"]
        return "\n".join([*head, *rows, f"| limit | {self.limit:.5f} |"])

    def _repr_markdown_(self) -> str:
        return self.markdown()


def limit_table(d: Record, at: float, h: tuple[float, ...] = (0.1, 0.01, 1e-3, 1e-4, 1e-5),
                values: Mapping[str, Any] | None = None) -> LimitTable:  # fmt: skip
    """Difference quotients of a scalar function of a scalar at a point; `values` gives the other variables.

    >>> import matcalc
    >>> print(limit_table(matcalc.diff("3x^2 - 4x", "x").record, at=1, h=(0.1, 0.01)))
    h=0.1, numerical limit=2.30000
    h=0.01, numerical limit=2.03000
    derivative at x = 1: 2.00000
    """
    if d.source.shape != SCALAR or d.variable.shape != SCALAR or d.order != 1:
        raise MatcalcError("difference quotients are for the first derivative of a scalar by a scalar")
    name = d.variable.data[0]

    def f(x: float) -> float:
        return float(evaluate(d.source, {**(values or {}), name: x}, book=d.book))

    rows = tuple((float(s), (f(at + s) - f(at)) / s) for s in h)
    limit = float(evaluate(d.expr, {**(values or {}), name: at}, {name: d.variable}, d.book))
    return LimitTable(rows, limit, name, float(at))
