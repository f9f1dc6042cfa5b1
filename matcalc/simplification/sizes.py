"""Expressions with sizes as scalars: the n of a mean, in place of the sum of ones that differentiation leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..terms.expression import Expr
from ..terms.rebuild import transform
from ..terms.sizes import entries, size
from ..terms.walks import postorder

if TYPE_CHECKING:
    from ..terms.recorder import Recorder


def counted(e: Expr, recorder: Recorder | None = None) -> Expr:
    """The expression with sizes in place of sums of ones.

    >>> from matcalc.language.parse import parse_expression
    >>> counted(parse_expression("sum(x)/sum(vector(1, n))", "x: vector(n)").expr)
    sum(x)/n
    """
    if not any(entries(x) is not None for x in postorder(e)):
        return e

    def step(x: Expr) -> Expr:
        total = entries(x)
        return x if total is None else size(total)

    new = transform(e, step)
    if recorder is not None:
        recorder.move("sums of ones counted", e, new)
    return new
