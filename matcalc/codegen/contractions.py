"""Index expressions for libraries without einsum: contractions of two arrays at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from ..terms.records import NamedTuple
from .plan import Value
from .sizes import Sizes

Axes = tuple[int, ...]
MOST = 16  # arrays among which the cheapest pair is looked for


class Operand(NamedTuple):
    """An array as source text, the index of each of its axes, and whether the text is a product of two."""

    text: str
    axes: Axes
    loose: bool = False

    @property
    def held(self) -> str:
        """The text; a product in parentheses."""
        return f"({self.text})" if self.loose else self.text


class Steps:
    """What a library calls the steps of a contraction; this one the array API standard, whose namespace is `xp`."""

    def __init__(self, xp: str = "xp"):
        self.xp = xp

    def permuted(self, x: Operand, axes: Axes) -> Operand:
        """An array with its axes in another order."""
        if axes == x.axes:
            return x
        return Operand(f"{self.xp}.permute_dims({x.text}, {tuple(x.axes.index(i) for i in axes)})", axes)

    def diagonal(self, x: Operand) -> Operand:
        """The entries at which the last two axes have one index; its axis becomes the last."""
        return Operand(f"{self.xp}.linalg.diagonal({x.text})", x.axes[:-1])

    def summed(self, x: Operand, over: Axes) -> Operand:
        """The sums along axes."""
        places = tuple(k for k, i in enumerate(x.axes) if i in over)
        return Operand(f"{self.xp}.sum({x.text}, axis={places})", tuple(i for i in x.axes if i not in over))

    def inner(self, a: Operand, b: Operand, over: Axes) -> Operand:
        """The sums of products along axes that both have; the other axes of a come first."""
        pairs = (tuple(a.axes.index(i) for i in over), tuple(b.axes.index(i) for i in over))
        axes = (*(i for i in a.axes if i not in over), *(i for i in b.axes if i not in over))
        return Operand(f"{self.xp}.tensordot({a.text}, {b.text}, axes={pairs})", axes)

    def product(self, a: Operand, b: Operand, axes: Axes) -> Operand:
        """The products of entries."""
        return Operand(f"{self.spread(a, axes)} * {self.spread(b, axes)}", axes, True)

    def spread(self, x: Operand, axes: Axes) -> str:
        """An array with its axes in the order of others, and axes of size 1 for those that it lacks."""
        text = self.permuted(x, tuple(i for i in axes if i in x.axes)).held
        if len(x.axes) == len(axes):
            return text
        return f"{text}[{', '.join(':' if i in x.axes else 'None' for i in axes)}]"


def contracted(
    steps: Steps, operands: Sequence[Operand], out: Axes, size: Callable[[int], float] = lambda _: 64.0
) -> Operand:
    """An index expression: an inner product where indices are summed, broadcast arrays elsewhere.

    The pair that costs least comes first; `size` gives how large an index is taken to be.

    >>> contracted(Steps(), [Operand("A", (0, 1)), Operand("B", (1, 2))], (2, 0)).text
    'xp.permute_dims(xp.tensordot(A, B, axes=((1,), (0,))), (1, 0))'
    >>> contracted(Steps(), [Operand("x", (0,)), Operand("A", (1, 2))], (0, 1, 2)).text
    'x[:, None, None] * A[None, :, :]'
    >>> contracted(Steps(), [Operand("A", (0, 1)), Operand("B", (1, 2)), Operand("x", (2,))], (0,)).text
    'xp.tensordot(xp.tensordot(B, x, axes=((1,), (0,))), A, axes=((0,), (1,)))'
    """
    rest = [_reduced(steps, x, [y.axes for k, y in enumerate(operands) if k != n], out)
            for n, x in enumerate(operands)]  # fmt: skip
    while len(rest) > 1:
        a, b = _cheapest(rest, out, size)
        others = [x for k, x in enumerate(rest) if k not in (a, b)]
        later = {i for x in others for i in x.axes} | set(out)
        rest = [_pair(steps, rest[a], rest[b], later, out if not others else ()), *others]
    return steps.permuted(rest[0], out)


def _cheapest(rest: list[Operand], out: Axes, size: Callable[[int], float]) -> tuple[int, int]:
    """The places of the two arrays whose contraction costs least, then leaves the fewest entries."""

    def entries(axes: Iterable[int]) -> float:
        total = 1.0
        for i in axes:
            total *= size(i)
        return total

    def cost(pair: tuple[int, int]) -> tuple[float, float, tuple[int, int]]:
        a, b = (set(rest[k].axes) for k in pair)
        later = {i for k, x in enumerate(rest) if k not in pair for i in x.axes} | set(out)
        return entries(a | b), entries((a | b) & later) - entries(a) - entries(b), pair

    return min(combinations(range(min(len(rest), MOST)), 2), key=cost)


def _reduced(steps: Steps, x: Operand, others: list[Axes], out: Axes) -> Operand:
    """An operand without repeated indices, and summed along those that only it has."""
    while len(set(x.axes)) < len(x.axes):
        i = next(i for i in x.axes if x.axes.count(i) > 1)
        a, b = [k for k, j in enumerate(x.axes) if j == i][:2]
        places = tuple(range(len(x.axes)))
        order = (*(k for k in places if k not in (a, b)), a, b)
        turned = steps.permuted(Operand(x.held, places), order)
        x = steps.diagonal(Operand(turned.text, tuple(x.axes[k] for k in order)))
    kept = {i for axes in others for i in axes} | set(out)
    alone = tuple(i for i in x.axes if i not in kept)
    return steps.summed(x, alone) if alone else x


def _pair(steps: Steps, a: Operand, b: Operand, later: set[int], order: Axes) -> Operand:
    """The contraction of two arrays over the indices that nothing needs later."""
    both = [i for i in a.axes if i in b.axes]
    over = tuple(i for i in both if i not in later)
    if both and len(over) == len(both):
        return steps.inner(a, b, over)
    union = tuple(dict.fromkeys((*a.axes, *b.axes)))
    if order and set(union) == set(order):
        union = order
    product = steps.product(a, b, union)
    return steps.summed(product, over) if over else product


def sized(v: Value) -> Callable[[int], float]:
    """How large the indices of an index expression are taken to be."""
    sizes = Sizes()
    of = {i: sizes(d) for axes, a in zip(v.data[0], v.args, strict=True) for i, d in zip(axes, a.axes, strict=True)}
    return of.__getitem__
