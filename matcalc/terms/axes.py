"""The axes of index expressions, and the sizes of their indices."""

from __future__ import annotations

from .errors import NoDerivativeError
from .nodes import Expr
from .payloads import Axis
from .shapes import ONE, SCALAR, Dim, Shape


def full_axes(e: Expr, axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """The axes of an einsum operand with the unit axes of vectors, rows and scalars put back."""
    if len(e.shape) != 2 or len(axes) == 2:
        return axes
    if not axes:
        return ((), ())
    return (axes[0], ()) if e.shape[1] is ONE else ((), axes[0])


def short_axes(e_shape: Shape, axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """The axes as an einsum node keeps them: without the unit axes of vectors, rows and scalars."""
    if len(axes) != 2 or len(e_shape) != 2:
        return axes
    if e_shape == SCALAR:
        return ()
    if e_shape[1] is ONE:
        return (axes[0],)
    if e_shape[0] is ONE:
        return (axes[1],)
    return axes


def einsum_sizes(e: Expr) -> dict[int, Dim]:
    """The dimensions of the indices of an einsum node."""
    ins, outs = e.data
    sizes: dict[int, Dim] = {}
    pending: list[tuple[Axis, Dim]] = []
    for operand, spec in [*zip(e.args, ins, strict=True), (e, outs)]:
        for a, n in zip(full_axes(operand, spec), operand.shape, strict=True):
            if len(a) == 1:
                sizes[a[0]] = n
            elif a:
                pending.append((a, n))
    for a, n in pending:
        unknown = [i for i in a if i not in sizes]
        if len(unknown) == 1:
            rest = ONE
            for i in a:
                rest = rest * sizes.get(i, ONE)
            sizes[unknown[0]] = divide(n, rest)
        elif unknown:
            raise NoDerivativeError("the sizes of a composite axis are not determined")
    return sizes


def divide(n: Dim, by: Dim) -> Dim:
    """The exact quotient of two dimensions, each a single product."""
    if len(n.terms) == 1 and len(by.terms) == 1:
        names, c = list(n.terms[0][0]), n.terms[0][1]
        for name in by.terms[0][0]:
            if name not in names:
                break
            names.remove(name)
        else:
            if c % by.terms[0][1] == 0:
                return Dim(((tuple(names), c // by.terms[0][1]),))
    raise NoDerivativeError(f"{n} is not a multiple of {by}")


def absent(e: Expr) -> list[int]:
    """The indices of the result of an einsum node that no operand has."""
    present = {i for axes in e.data.ins for axis in axes for i in axis}
    return list(dict.fromkeys(i for axis in e.data.out for i in axis if i not in present))


def loose(e: Expr) -> list[int]:
    """The indices of an einsum node whose sizes do not follow from its operands, so that they must be told."""
    alone = {axis[0] for axes in e.data.ins for axis in axes if len(axis) == 1}
    found = absent(e)
    for axis in (axis for axes in e.data.ins for axis in axes if len(axis) > 1):
        found += [i for i in axis if i not in alone and i not in found][1:]
    return found
