"""Finite sums: what does not depend on the index leaves the sum."""

from __future__ import annotations

from ..terms.expression import Expr, add, mm, num, prod, t, zeros
from ..terms.rebuild import counter, open_counters, series


def collected(e: Expr) -> Expr:
    """A finite sum with what does not depend on its index in front of it or behind it."""
    body, first, last = e.args
    own = e.data
    memo = open_counters(body)
    if body.op == "zeros" or body is num(0):
        return zeros(e.shape)
    if own not in memo[body]:
        return prod(add(last, prod(num(-1), first), num(1)), body)
    index = counter(own)
    if body.op == "prod":
        still = [x for x in body.args if own not in memo[x]]
        if still:
            moving = [x for x in body.args if own in memo[x]]
            inner = series(prod(*moving), index, first, last)
            return prod(*(x for x in still if x.is_scalar), inner, *(x for x in still if not x.is_scalar))
    if body.op == "mm":
        args = body.args
        start = next(k for k, x in enumerate(args) if own in memo[x])
        stop = len(args) - next(k for k, x in enumerate(reversed(args)) if own in memo[x])
        if (start, stop) != (0, len(args)):
            return mm(*args[:start], series(mm(*args[start:stop]), index, first, last), *args[stop:])
    if body.op == "t":
        return t(series(body.args[0], index, first, last))
    return e


def transposed_series(e: Expr) -> Expr:
    """(sum of B)' is the sum of B' where B is a product."""
    inner = e.args[0]
    body, first, last = inner.args
    return series(t(body), counter(inner.data), first, last) if body.op in ("mm", "prod") else e
