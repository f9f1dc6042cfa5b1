"""Sizes as scalars: the leaf `size` is the number that a named dimension stands for, such as the m of `1/m*||x||^2`."""

from __future__ import annotations

from ..terms.expression import Expr, add, node, num, prod
from ..terms.rebuild import transform
from ..terms.recorder import Recorder
from ..terms.shapes import SCALAR, Dim, DimLike
from ..terms.walks import postorder


def size(dim: DimLike) -> Expr:
    """The number of entries along a dimension: a polynomial of `size` leaves.

    >>> size(Dim.of("m") * "n" + 2)
    m*n + 2
    """
    terms = []
    for names, c in Dim.of(dim).terms:
        factors = [node("size", (), n, SCALAR) for n in names]
        terms.append(prod(*([num(c)] if c != 1 or not factors else []), *factors))
    return add(*terms) if terms else num(0)


def entries(e: Expr) -> Dim | None:
    """How many entries a sum of ones has; None for other expressions."""
    if e.op != "sum" or e.args[0].op != "ones":
        return None
    rows, columns = e.args[0].shape
    return rows * columns


def counted(e: Expr, known: frozenset[str] | None = None) -> Expr:
    """The expression with sizes in place of sums of ones, of all dimensions or of those whose names are known."""

    def step(x: Expr) -> Expr:
        total = entries(x)
        return x if total is None or (known is not None and not total.names <= known) else size(total)

    return transform(e, step)


def countable(e: Expr) -> bool:
    """Whether an expression has sums of ones in it."""
    return any(entries(x) is not None for x in postorder(e))


def readable(e: Expr, declared: frozenset[str], recorder: Recorder | None = None) -> Expr:
    """The expression with sizes as scalars, where the printed form is still read back as the same expression."""
    if not countable(e):
        return e
    new = _readable(e, declared)
    if recorder is not None:
        recorder.move("sums of ones counted", e, new)
    return new


def _readable(e: Expr, declared: frozenset[str]) -> Expr:
    from ..language.parse import parse_expression
    from ..rulebook.properties import Facts
    from ..terms.errors import MatcalcError
    from .normal import Simplifier

    new = Simplifier(Facts()).run(counted(e))
    try:
        if parse_expression(str(new)).expr is new:
            return new
    except MatcalcError:
        pass
    return Simplifier(Facts()).run(counted(e, declared))
