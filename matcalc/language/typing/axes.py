"""Slices and index expressions: what they select and the shape that they leave."""

from __future__ import annotations

from typing import Any

from ...terms.records import dataclass
from ...terms.shapes import ONE, Dim, Shape

Axis = tuple[int, ...]
_MANY = ("no entries", "one axis", "two axes")


class SliceError(Exception):
    """What is wrong with a slice or an index expression."""


def sliced(spec: tuple[Any, ...], shape: Shape, what: str, final: bool = False) -> tuple[tuple[Any, ...], Shape]:
    """The normalised slices, and the shape of what they select; `final` when all sizes are known.

    >>> sliced((("at", 1), ("slice", 1, None, None)), (Dim.of("m"), Dim.of("n")), "X")[1]
    (n - 1, 1)
    """
    axes = 0 if shape == (ONE, ONE) else 1 if shape[1] is ONE else 2
    if len(spec) != axes:
        hint = {0: "", 1: f": write {what}[0]", 2: f": write {what}[0, :]"}[axes]
        raise SliceError(f"{what} has {_MANY[axes]}{hint}")
    done, dims = [], []
    for entry, dim in zip(spec, shape, strict=False):
        normal, size = _one(entry, dim, what, final)
        done.append(normal)
        if size is not None:
            dims.append(size)
    return tuple(done), tuple([*dims, ONE, ONE][:2])


def _one(entry: tuple[Any, ...], dim: Dim, what: str, final: bool) -> tuple[tuple[Any, ...], Dim | None]:
    size = dim.value
    if entry[0] == "at":
        i = entry[1]
        if size is not None:
            if not -size <= i < size:
                raise SliceError(f"index {i} is out of range: {what} has {size} entries there, 0 to {size - 1}")
            return ("at", i % size), None
        if i < 0 and final:
            raise SliceError(f"a negative index needs a size that is a number, not {dim}")
        return entry, None
    _, start, stop, step = entry
    if step is not None and step < 1:
        raise SliceError(f"the step of a slice is at least 1, not {step}")
    if size is not None:
        low, high, by = slice(start, stop, step).indices(size)
        count = len(range(low, high, by))
        if not count:
            raise SliceError(f"this slice of {what} is empty")
        if max(start or 0, stop or 0) > size:
            raise SliceError(f"this slice of {what} goes beyond its {size} entries")
        return ("slice", low or None, None if high >= size else high, None if by == 1 else by), Dim.of(count)
    if step not in (None, 1):
        raise SliceError(f"a slice with a step needs a size that is a number: declare {what}")
    low = start or 0
    high_dim = dim if stop is None else Dim.of(stop) if stop >= 0 else dim + stop
    left = high_dim - low if low >= 0 else high_dim - (dim + low)
    if left.value is not None and left.value < 1:
        raise SliceError(f"this slice of {what} is empty")
    return ("slice", low or None, stop, None), left


@dataclass(frozen=True)
class Einsum:
    """An index expression: the axes of operands and result, with indices numbered by first appearance."""

    ins: tuple[tuple[Axis, ...], ...]
    out: tuple[Axis, ...]
    numbers: dict[str, int]


def einsum_axes(spec: str, operands: int) -> Einsum:
    """Read a specification such as 'ij,jk->ik', 'ij,jk' or 'ij,pq->(ip)(jq)'.

    >>> einsum_axes("ij,j->(ij)", 2).out, einsum_axes("ba", 1).out
    (((0, 1),), ((1,), (0,)))
    """
    left, arrow, right = spec.replace(" ", "").partition("->")
    if not arrow:  # as in NumPy, the indices that stand once, by the alphabet
        right = "".join(sorted(c for c in set(left) - {","} if left.count(c) == 1))
    parts = left.split(",") if left or operands else []
    if len(parts) != operands:
        raise SliceError(f"{spec!r} is for {len(parts)} operand(s), not {operands}")
    numbers: dict[str, int] = {}
    ins = tuple(_axes(p, numbers) for p in parts)
    return Einsum(ins, _axes(right, numbers), numbers)


def _axes(text: str, numbers: dict[str, int]) -> tuple[Axis, ...]:
    axes: list[Axis] = []
    inside: list[int] | None = None
    for c in text:
        if c == "(" and inside is None:
            inside = []
        elif c == ")" and inside is not None:
            axes.append(tuple(inside))
            inside = None
        elif c.isalpha():
            k = numbers.setdefault(c, len(numbers))
            if inside is None:
                axes.append((k,))
            else:
                inside.append(k)
        else:
            raise SliceError(f"einsum indices are letters, not {c!r}")
    if inside is not None:
        raise SliceError("a parenthesis in the indices of einsum is never closed")
    return tuple(axes)
