"""Nodes rebuilt with other arguments, and finite sums, which are built by rebuilding.

A finite sum is a `series` node such as sum(i=0..k-1, X^i*A*X^(k-1-i)). Its index is a leaf `counter` with a number as
its datum. A sum binds the counter of its own number; the numbers are chosen from the inside outwards, so that sums
that differ only in the name of their index are one node: whoever puts something into a sum numbers it anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

from .errors import ShapeError
from .expression import add, applied, apply, array, epow, fn, had, kernel, mm, power, prod, t
from .nodes import Expr, node
from .shapes import SCALAR
from .signatures import Operation
from .walks import arguments, fold, postorder

Args = tuple[Expr, ...]
Binder = tuple[int, Expr, Expr]  # the number of the index, first, last


def rebuild(e: Expr, args: Args) -> Expr:
    """The same operation with other arguments."""
    if args == e.args:
        return e
    build = _FROM_ARGUMENTS.get(e.op)
    if build is not None:
        return build(*args)
    again = _FROM_DATUM.get(e.op)
    if again is not None:
        return again(e, args)
    if isinstance(e.data, Operation):
        return applied(e.data, *args)
    return fn(e.op, args[0], unspecified=e.is_unspecified) if e.is_elementwise else apply(e.op, *args)


def transform(root: Expr, step: Callable[[Expr], Expr]) -> Expr:
    """Rebuild an expression from the leaves up, replacing each rebuilt node by `step(node)`."""
    return fold(root, lambda e, args: step(rebuild(e, args)), arguments)[root]


def substitute(root: Expr, mapping: Mapping[Expr, Expr]) -> Expr:
    """Replace whole subexpressions."""
    return fold(root, lambda e, args: mapping[e] if e in mapping else rebuild(e, args), arguments)[root]


# --- finite sums ----------------------------------------------------------------------------------------------

_fresh = itertools.count(1_000_000)


def counter(number: int) -> Expr:
    """The bound index of the sum with this number, a scalar."""
    return node("counter", (), number, SCALAR)


def fresh_counter() -> Expr:
    """An index that occurs nowhere else."""
    return counter(next(_fresh))


def open_counters(root: Expr) -> dict[Expr, frozenset[int]]:
    """For every node, the numbers of the indices that stand in it without their sum."""
    empty: frozenset[int] = frozenset()

    def step(e: Expr, inner: tuple[frozenset[int], ...]) -> frozenset[int]:
        if e.op == "counter":
            return frozenset((e.data,))
        found = empty
        for k, numbers in enumerate(inner):
            if e.op == "series" and k == 0:
                numbers = numbers - {e.data}
            if numbers:
                found = found | numbers
        return found

    return fold(root, step, arguments)


def replaced(root: Expr, number: int, new: Expr) -> Expr:
    """The expression with another node in place of an open index."""
    still = open_counters(root)

    def step(e: Expr, args: Args) -> Expr:
        if number not in still[e]:
            return e
        if e.op == "counter":
            return new
        return rebuild(e, (e.args[0], *args[1:]) if e.op == "series" and e.data == number else args)

    return fold(root, step, arguments)[root]


def series(body: Expr, index: Expr, first: Expr, last: Expr) -> Expr:
    """The sum of the body for index = first, ..., last (none if last is first - 1).

    >>> from matcalc.terms.expression import as_shape, num, var
    >>> X, k, i = var("X", as_shape("n", "n")), var("k", SCALAR), fresh_counter()
    >>> series(power(X, i), i, num(0), k)
    sum(i=0..k, X^i)
    """
    if first.shape != SCALAR or last.shape != SCALAR:
        raise ShapeError("the limits of a sum are scalars")
    own = fresh_counter()
    body = _renumbered(replaced(body, index.data, own))
    return _numbered(body, own, (first, last))


def _numbered(body: Expr, own: Expr, limits: Args) -> Expr:
    """The sum over a body by an index that occurs nowhere else, under the number that is due to it."""
    number = _number(body, own.data)
    return node("series", (replaced(body, own.data, counter(number)), *limits), number, body.shape)


def _number(body: Expr, own: int) -> int:
    """The number of a sum over a body: above those of the sums inside, and not in use in the body."""
    inner = [e.data for e in postorder(body) if e.op == "series"]
    used = open_counters(body)[body] - {own}
    return next(n for n in itertools.count(max(inner, default=-1) + 1) if n not in used)


def _renumbered(body: Expr) -> Expr:
    """The body with the sums inside it numbered anew."""

    def step(e: Expr, args: Args) -> Expr:
        if e.op != "series":
            return rebuild(e, args)
        own = fresh_counter()
        return _numbered(replaced(args[0], e.data, own), own, args[1:])

    return fold(body, step, arguments)[body]


def opened(e: Expr) -> tuple[Expr, Expr]:
    """The body of a finite sum with an index that occurs nowhere else, and that index."""
    own = fresh_counter()
    return replaced(e.args[0], e.data, own), own


def bound(body: Expr, binders: tuple[Binder, ...]) -> Expr:
    """The sums over a body, the innermost first."""
    for number, first, last in binders:
        body = series(body, counter(number), first, last)
    return body


# --- how each node is rebuilt ---------------------------------------------------------------------------------


def _kept(e: Expr, args: Args) -> Expr:
    """What keeps its shape whatever its arguments are."""
    return node(e.op, args, e.data, e.shape)


_FROM_ARGUMENTS: dict[str, Callable[..., Expr]] = {
    "add": add, "prod": prod, "mm": mm, "had": had, "t": t, "pow": power, "mpow": power, "epow": epow,
}  # fmt: skip
_FROM_DATUM: dict[str, Callable[[Expr, Args], Expr]] = {
    "array": lambda e, args: array(e.data.rows, e.data.columns, args),
    "series": lambda e, args: series(args[0], counter(e.data), *args[1:]),
    "kernel": lambda e, args: kernel(e.data, *args),
    "index": _kept, "call": _kept, "jac": _kept, "einsum": _kept,
}  # fmt: skip
