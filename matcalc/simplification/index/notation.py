"""Index notation: products with indices, as contraction graphs.

A `Term` is a product of scalars and of factors with indices, with the axes of the result and, where it is linear in
a variable, those of the variable. An axis is a tuple of atomic indices: () for a unit axis, one index as a rule,
several for the composite axes of `vec` and `kron`. An index that is in no result axis is summed.
"""

from __future__ import annotations

import itertools

from ...terms.axes import short_axes
from ...terms.expression import Expr, eye, num, prod
from ...terms.expression import einsum as einsum_node
from ...terms.payloads import Axis
from ...terms.rebuild import Binder
from ...terms.records import dataclass, replace
from ...terms.shapes import ONE, Dim, Shape

Factor = tuple[Expr, tuple[Axis, ...]]


@dataclass(frozen=True)
class Term:
    """scalars * factors, with the axes of the value (`out`) and of the variable (`into`)."""

    scalars: tuple[Expr, ...]
    factors: tuple[Factor, ...]
    out: tuple[Axis, ...]
    into: tuple[Axis, ...]
    binders: tuple[Binder, ...] = ()  # the finite sums around it, the innermost first

    def rename(self, old: int, new: int) -> Term:
        """The same term with one index called otherwise."""

        def sub(axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
            return tuple(tuple(new if i == old else i for i in a) for a in axes)

        factors = tuple((e, sub(ax)) for e, ax in self.factors)
        return replace(self, factors=factors, out=sub(self.out), into=sub(self.into))


class Indices:
    """Fresh indices with their dimensions."""

    def __init__(self) -> None:
        self.dims: dict[int, Dim] = {}
        self._next = itertools.count()

    def new(self, dim: Dim) -> Axis:
        """A new axis of a dimension: empty for dimension 1."""
        if dim is ONE:
            return ()
        i = next(self._next)
        self.dims[i] = dim
        return (i,)

    def size(self, axis: Axis) -> Dim:
        """The dimension of an axis."""
        total = ONE
        for i in axis:
            total = total * self.dims[i]
        return total

    def unify(self, term: Term, a: Axis, b: Axis) -> Term:
        """Make two axes of a term equal."""
        if a == b:
            return term
        if len(a) == len(b) and all(self.dims[i] is self.dims[j] for i, j in zip(a, b, strict=True)):
            for i, j in zip(a, b, strict=True):
                term = term.rename(j, i)
            return term
        return replace(term, factors=(*term.factors, (eye(self.size(a)), (a, b))))


def with_whole_axes(term: Term, ends: tuple[Axis, ...], idx: Indices) -> tuple[Term, tuple[Axis, ...]]:
    """A term and its axes with one index for two that stand nowhere but side by side, as in w_(ij)*C_k(ij)."""
    axes = [*(a for _, ax in term.factors for a in ax), *ends]
    if not term.factors or all(len(a) < 2 for a in axes):
        return term, ends
    after: dict[int, set[int | None]] = {}
    before: dict[int, set[int | None]] = {}
    for a in axes:
        for i, j in itertools.pairwise((None, *a, None)):
            if i is not None:
                after.setdefault(i, set()).add(j)
            if j is not None:
                before.setdefault(j, set()).add(i)
    for i, following in after.items():
        j = next(iter(following))
        if j is not None and j != i and following == {j} and before[j] == {i}:
            put = {i: idx.new(idx.dims[i] * idx.dims[j]), j: ()}
            factors = tuple((e, _with(ax, put)) for e, ax in term.factors)
            return with_whole_axes(replace(term, factors=factors), _with(ends, put), idx)
    return term, ends


def _with(axes: tuple[Axis, ...], put: dict[int, Axis]) -> tuple[Axis, ...]:
    """The axes with others in place of some indices."""
    return tuple(tuple(k for i in a for k in put.get(i, (i,))) for a in axes)


def einsum(term: Term, axes: tuple[Axis, ...], idx: Indices, shape: Shape) -> Expr:
    """The einsum node of a term, with the result axes in the given order."""
    number: dict[int, int] = {}

    def canonical(axis: Axis) -> Axis:
        return tuple(number.setdefault(i, len(number)) for i in axis)

    factors = list(term.factors)
    seen: set[int] = set()
    out: list[Axis] = []
    for a in axes:  # an index that stands twice in the result is a delta
        new: list[int] = []
        for i in a:
            if i in seen:
                (j,) = idx.new(idx.dims[i])
                factors.append((eye(idx.dims[i]), ((i,), (j,))))
                new.append(j)
            else:
                seen.add(i)
                new.append(i)
        out.append(tuple(new))
    operands = tuple(e for e, _ in factors)
    ins = tuple(tuple(canonical(a) for a in short_axes(e.shape, ax)) for e, ax in factors)
    outs = tuple(canonical(a) for a in short_axes(shape, tuple(out)))
    if not operands:
        operands, ins = (num(1),), ((),)
    return prod(*term.scalars, einsum_node(operands, ins, outs, shape))
