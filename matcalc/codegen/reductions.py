"""Sums, traces and diagonals in plans, without the products that they are taken of."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from ..terms.expression import Expr
from ..terms.shapes import ONE
from .products import Factor

if TYPE_CHECKING:
    from .lower import Lowering

Step = Generator[Any, Any, Any]


def total(low: Lowering, e: Expr) -> Step:
    """The sum of all entries: of a product entry by entry an inner product, of a matrix product between ones."""
    x, p = e.args[0], low.plan
    if x.op == "had" and len(x.args) == 2 and low.once(x):
        return p.inner((yield x.args[0]), (yield x.args[1]))
    if x.op == "epow" and x.args[1].op == "num" and x.args[1].data == 2:
        return low.square_of_norm((yield x.args[0]))
    if x.op == "mm" and low.once(x):
        parts, scalars = low.products.factors(x)
        above = []
        for s in scalars:
            above.append((yield s))
        rows, columns = x.shape
        left = [Factor("ones", ONE, rows)] if rows is not ONE else []
        right = [Factor("ones", columns, ONE)] if columns is not ONE else []
        return (yield low.products.product([*left, *parts, *right], above or [p.number(1)]))
    v = yield x
    return p.make("sum", v) if v.rank else v


def trace(low: Lowering, e: Expr) -> Step:
    """The trace; of a product a sum over entries."""
    x = e.args[0]
    body = x.args[-1] if x.op == "prod" else x
    body = body.args[0] if body.op == "t" else body
    if body.op == "mm" and x.shape[0] is not ONE:
        return (yield low.products.trace(x))
    v = yield x
    return low.plan.make("tr", v) if v.rank else v


def diagonal(low: Lowering, e: Expr) -> Step:
    """The diagonal of a matrix; of a product the sums of the rows of A .* B'."""
    x, p = e.args[0], low.plan
    if x.op == "mm" and low.once(x):
        parts, scalars = low.products.factors(x)
        if not scalars and len(parts) > 1 and all(f.rows is not ONE for f in parts):
            left = yield low.products.segment(parts[:-1])
            right = yield low.products.formed(parts[-1])
            return p.make("sum_across", p.mul(left, p.t(right)), axes=left.axes[:1])
    v = yield x
    return p.make("diagonal", v, axes=v.axes[:1])


def spread(low: Lowering, e: Expr) -> Step:
    """The diagonal matrix of a vector."""
    v = yield e.args[0]
    return low.plan.make("diag", v, axes=(*v.axes, *v.axes)) if v.rank else v


REDUCTIONS: dict[str, Callable[[Lowering, Expr], Step]] = {
    "sum": total, "tr": trace, "diagonal": diagonal, "diag": spread,
}  # fmt: skip
