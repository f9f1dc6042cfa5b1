"""Index expressions for libraries without einsum: contractions of two arrays at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Operand(NamedTuple):
    """An array as source text that holds together, and the index of each of its axes."""

    text: str
    axes: tuple[int, ...]


def contracted(xp: str, operands: Sequence[Operand], out: tuple[int, ...]) -> str:
    """Source text of an index expression: tensordot where indices are summed, a product of broadcast arrays elsewhere.

    >>> contracted("xp", [Operand("A", (0, 1)), Operand("B", (1, 2))], (2, 0))
    'xp.permute_dims(xp.tensordot(A, B, axes=((1,), (0,))), (1, 0))'
    >>> contracted("xp", [Operand("x", (0,)), Operand("A", (1, 2))], (0, 1, 2))
    'x[:, None, None] * A[None, :, :]'
    """
    rest = [_reduced(xp, x, [y.axes for k, y in enumerate(operands) if k != n], out) for n, x in enumerate(operands)]
    current = rest.pop(0)
    while rest:
        k = next((k for k, x in enumerate(rest) if set(x.axes) & set(current.axes)), 0)
        other = rest.pop(k)
        later = {i for x in rest for i in x.axes} | set(out)
        current = _pair(xp, current, other, later, out if not rest else ())
    if current.axes == out:
        return current.text
    return f"{xp}.permute_dims({current.text}, {tuple(current.axes.index(i) for i in out)})"


def _reduced(xp: str, x: Operand, others: list[tuple[int, ...]], out: tuple[int, ...]) -> Operand:
    """An operand without repeated indices, and summed along those that only it has."""
    if len(set(x.axes)) < len(x.axes):
        i = next(i for i in x.axes if x.axes.count(i) > 1)
        a, b = (k for k, j in enumerate(x.axes) if j == i)
        keep = [k for k in range(len(x.axes)) if k not in (a, b)]
        text = x.text if not keep else f"{xp}.permute_dims({x.text}, {(*keep, a, b)})"
        return _reduced(xp, Operand(f"{xp}.linalg.diagonal({text})", (*(x.axes[k] for k in keep), i)), others, out)
    kept = {i for axes in others for i in axes} | set(out)
    alone = tuple(k for k, i in enumerate(x.axes) if i not in kept)
    if not alone:
        return x
    return Operand(f"{xp}.sum({x.text}, axis={alone})", tuple(i for i in x.axes if i in kept))


def _pair(xp: str, a: Operand, b: Operand, later: set[int], order: tuple[int, ...]) -> Operand:
    """The contraction of two arrays over the indices that nothing needs later."""
    both = [i for i in a.axes if i in b.axes]
    summed = [i for i in both if i not in later]
    if both and len(summed) == len(both):
        pairs = (tuple(a.axes.index(i) for i in summed), tuple(b.axes.index(i) for i in summed))
        axes = (*(i for i in a.axes if i not in summed), *(i for i in b.axes if i not in summed))
        return Operand(f"{xp}.tensordot({a.text}, {b.text}, axes={pairs})", axes)
    union = tuple(dict.fromkeys((*a.axes, *b.axes)))
    if order and set(union) == set(order):
        union = order
    product = f"{_spread(xp, a, union)} * {_spread(xp, b, union)}"
    if not summed:
        return Operand(product if order == union else f"({product})", union)
    places = tuple(union.index(i) for i in summed)
    return Operand(f"{xp}.sum({product}, axis={places})", tuple(i for i in union if i not in summed))


def _spread(xp: str, x: Operand, union: tuple[int, ...]) -> str:
    """An array with its axes in the order of others, and axes of size 1 for those that it lacks."""
    order = [i for i in union if i in x.axes]
    text = x.text
    if tuple(order) != x.axes:
        text = f"{xp}.permute_dims({text}, {tuple(x.axes.index(i) for i in order)})"
    if len(order) == len(union):
        return text
    return f"{text}[{', '.join(':' if i in x.axes else 'None' for i in union)}]"
