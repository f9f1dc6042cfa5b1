"""Index expressions: sums of products over named indices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..terms.expression import Expr
from ..terms.payloads import Axis
from .arrays import Flat, Jet, Size
from .rings import NotCovered

if TYPE_CHECKING:
    from .evaluation import Point

Operand = tuple[list[int], Jet]  # the indices of its axes, its entries
MOST = 40_000  # products of one contraction


def contracted(point: Point, e: Expr, args: list[Jet], sizes: list[Size]) -> Jet:
    """The value of an index expression."""
    own = point.size(e.shape)
    known: dict[int, int] = {}
    ins = [_kept(axes, size) for axes, size in zip(e.data.ins, sizes, strict=True)]
    out = _kept(e.data.out, own)
    for axis, n in sorted((pair for spec in (*ins, out) for pair in spec), key=lambda pair: len(pair[0])):
        _learn(axis, n, known)
    wanted = [i for axis, _ in out for i in axis]
    total: Operand = ([], [[1]])
    operands = [([i for axis, _ in spec for i in axis], x) for spec, x in zip(ins, args, strict=True)]
    while operands:
        operands.sort(key=lambda o: len(set(o[0]) - set(total[0])), reverse=True)
        names, x = operands.pop()
        later = {i for o in operands for i in o[0]} | set(wanted)
        total = _merged(point, total, (names, x), later, known)
    return _spread(point, total, wanted, known)


def _kept(axes: tuple[Axis, ...], sizes: Size) -> list[tuple[Axis, int]]:
    """The axes with their sizes; where vectors leave out their unit axis, so does the size."""
    if len(axes) != len(sizes):
        sizes = tuple(n for n in sizes if n != 1) if len(axes) else ()
        if len(axes) != len(sizes):
            sizes = (*sizes, *([1] * (len(axes) - len(sizes))))
    return list(zip(axes, sizes, strict=True))


def _learn(axis: Axis, n: int, known: dict[int, int]) -> None:
    """The size of an index from an axis in which the others are known."""
    open_ = [i for i in axis if i not in known]
    rest = math.prod(known[i] for i in axis if i in known)
    if len(open_) > 1 or n % rest or (not open_ and rest != n):
        raise NotCovered("an index expression with axes of unknown sizes")
    if open_:
        known[open_[0]] = n // rest


def _merged(point: Point, a: Operand, b: Operand, later: set[int], known: dict[int, int]) -> Operand:
    """The product of two operands, summed over the indices that nothing else has."""
    every = list(dict.fromkeys([*a[0], *b[0]]))
    kept = [i for i in every if i in later]
    count = math.prod(known[i] for i in every)
    point.work += count
    if count > MOST:
        raise NotCovered("an index expression of this size")
    left, right, to = (_places(names, every, known) for names in (a[0], b[0], kept))
    size = math.prod(known[i] for i in kept)

    def f(x: Flat, y: Flat) -> Flat:
        if size == count:
            return [x[i] * y[j] for i, j in zip(left, right, strict=True)]
        total: Flat = [0] * size
        for i, j, k in zip(left, right, to, strict=True):
            total[k] += x[i] * y[j]
        return total

    return kept, point.arrays.product(f, a[1], b[1])


def _places(names: list[int], every: list[int], known: dict[int, int]) -> list[int]:
    """For each combination of all indices, where it stands in an array with the axes `names`."""
    stride: dict[int, int] = dict.fromkeys(every, 0)
    step = 1
    for i in reversed(names):
        stride[i] += step
        step *= known[i]
    places = [0]
    for i in every:
        places = [at + stride[i] * k for at in places for k in range(known[i])]
    return places


def _spread(point: Point, total: Operand, wanted: list[int], known: dict[int, int]) -> Jet:
    """The axes in the order of the result; an index that no operand has repeats, one that stands twice is diagonal."""
    names, x = total
    distinct = list(dict.fromkeys(wanted))
    source = _places(names, distinct, known)
    target = _places(wanted, distinct, known)
    size = math.prod(known[i] for i in wanted)

    def f(a: Flat) -> Flat:
        out: Flat = [0] * size
        for i, k in zip(source, target, strict=True):
            out[k] = a[i]
        return out

    return point.arrays.each(f, x)
