"""Finite sums: `series` nodes such as sum(i=0..k-1, X^i*A*X^(k-1-i)), with a bound index.

The index is a leaf `counter` with a number as its datum. A sum binds the counter of its own number; the numbers are
chosen from the inside outwards, so that sums that differ only in the name of their index are one node.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from .errors import ShapeError
from .expression import Expr, add, mm, node, num, prod, rebuild, t, zeros
from .shapes import SCALAR
from .walks import postorder

Binder = tuple[int, Expr, Expr]  # the number of the index, first, last

_fresh = itertools.count(1_000_000)


def counter(number: int) -> Expr:
    """The bound index of the sum with this number, a scalar."""
    return node("counter", (), number, SCALAR)


def fresh_counter() -> Expr:
    """An index that occurs nowhere else."""
    return counter(next(_fresh))


def open_counters(e: Expr) -> frozenset[int]:
    """The numbers of the indices that stand in an expression without their sum."""
    return _open(e, {})[e]


def _open(root: Expr, memo: dict[Expr, frozenset[int]]) -> dict[Expr, frozenset[int]]:
    empty: frozenset[int] = frozenset()
    for e in postorder(root):
        if e.op == "counter":
            memo[e] = frozenset((e.data,))
            continue
        found = empty
        for k, a in enumerate(e.args):
            inner = memo[a] - {e.data} if e.op == "series" and k == 0 else memo[a]
            if inner:
                found = found | inner
        memo[e] = found
    return memo


def outside(root: Expr) -> Iterator[Expr]:
    """Every node once, arguments first, without what stands inside of finite sums."""
    seen: set[Expr] = set()
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack:
        e, ready = stack.pop()
        if ready:
            yield e
        elif e not in seen:
            seen.add(e)
            stack.append((e, True))
            stack.extend((a, False) for a in reversed(around(e)) if a not in seen)


def around(e: Expr) -> tuple[Expr, ...]:
    """The arguments of a node outside of the scope of an index: of a finite sum its limits."""
    return e.args[1:] if e.op == "series" else e.args


def replaced(root: Expr, number: int, new: Expr) -> Expr:
    """The expression with another node in place of an open index."""
    still = _open(root, {})
    done: dict[Expr, Expr] = {}
    for e in postorder(root):
        if number not in still[e]:
            done[e] = e
        elif e.op == "counter":
            done[e] = new
        else:
            args = tuple(done[a] for a in e.args)
            done[e] = rebuild(e, (e.args[0], *args[1:]) if e.op == "series" and e.data == number else args)
    return done[root]


def series(body: Expr, index: Expr, first: Expr, last: Expr) -> Expr:
    """The sum of the body for index = first, ..., last (none if last is first - 1).

    >>> from matcalc.terms.expression import var, power, as_shape
    >>> X, k, i = var("X", as_shape("n", "n")), var("k", SCALAR), fresh_counter()
    >>> series(power(X, i), i, num(0), k)
    sum(i=0..k, X^i)
    """
    if first.shape != SCALAR or last.shape != SCALAR:
        raise ShapeError("the limits of a sum are scalars")
    own = fresh_counter()
    body = _renumbered(replaced(body, index.data, own))
    number = _number(body, own.data)
    return node("series", (replaced(body, own.data, counter(number)), first, last), number, body.shape)


def _number(body: Expr, own: int) -> int:
    """The number of a sum over a body: above those of the sums inside, and not in use in the body."""
    inner = [e.data for e in postorder(body) if e.op == "series"]
    used = open_counters(body) - {own}
    return next(n for n in itertools.count(max(inner, default=-1) + 1) if n not in used)


def _renumbered(body: Expr) -> Expr:
    """The body with the sums inside it numbered anew."""
    done: dict[Expr, Expr] = {}
    for e in postorder(body):
        args = tuple(done[a] for a in e.args)
        if e.op == "series":
            own = fresh_counter()
            inner = replaced(args[0], e.data, own)
            number = _number(inner, own.data)
            done[e] = node("series", (replaced(inner, own.data, counter(number)), *args[1:]), number, e.shape)
        elif args == e.args:
            done[e] = e
        else:
            done[e] = rebuild(e, args)
    return done[body]


def opened(e: Expr) -> tuple[Expr, Expr]:
    """The body of a finite sum with an index that occurs nowhere else, and that index."""
    own = fresh_counter()
    return replaced(e.args[0], e.data, own), own


def bound(body: Expr, binders: tuple[Binder, ...]) -> Expr:
    """The sums over a body, the innermost first."""
    for number, first, last in binders:
        body = series(body, counter(number), first, last)
    return body


# --- simplification -------------------------------------------------------------------------------------------


def collected(e: Expr) -> Expr:
    """A finite sum with what does not depend on its index in front of it or behind it."""
    body, first, last = e.args
    own = e.data
    memo = _open(body, {})
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
