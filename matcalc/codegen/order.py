"""The order of the products of a chain: matrix-chain dynamic programming over numbers for the sizes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import Protocol

from ..terms.shapes import Dim

LONGEST = 24  # factors for which all orders are compared; longer chains are folded from their narrow places
BESIDE = 4.0  # what an entry costs that is only read, added or scaled, against a multiplication in a product


class Sized(Protocol):
    """A factor of a chain."""

    @property
    def rows(self) -> Dim: ...
    @property
    def columns(self) -> Dim: ...
    @property
    def beside(self) -> bool: ...


class Splits:
    """Where each part of a chain is split, and what the whole costs."""

    def __init__(self, cost: float, split: Callable[[int, int], int]):
        self.cost, self._split = cost, split

    def __call__(self, i: int, j: int) -> int:
        """The last factor of the left of the two products that the factors from i to j are."""
        return self._split(i, j)


def splits(
    parts: Sequence[Sized], size: Callable[[Dim], float], there: Collection[tuple[int, int]] = ()
) -> Splits:
    """The best order; where several cost the same, from the left. Products that are there, or will be, cost nothing.

    >>> import matcalc
    >>> from matcalc.codegen.lower import Lowering
    >>> low = Lowering()
    >>> def order(text): return splits(low.products.factors(matcalc.parse(text))[0], low.sizes)
    >>> order("A*B*x")(0, 2), order("x'*A*B")(0, 2), order("A*B*C")(0, 2)
    (0, 1, 1)
    """
    p = [size(f.rows) for f in parts] + [size(parts[-1].columns)]
    k = len(parts)
    if k > LONGEST:
        return Splits(_folded_cost(p), lambda i, j: _folded(p, i, j))
    cost = [[0.0] * k for _ in range(k)]
    at = [[0] * k for _ in range(k)]
    for length in range(1, k):
        for i in range(k - length):
            j = i + length
            best = (float("inf"), 0)
            for s in range(i, j):
                thin = (i == s and parts[i].beside) or (s + 1 == j and parts[j].beside)
                work = BESIDE * p[i] * p[j + 1] if thin else p[i] * p[s + 1] * p[j + 1]
                best = min(best, (cost[i][s] + cost[s + 1][j] + work, -s))
            cost[i][j], at[i][j] = 0.0 if (i, j) in there else best[0], -best[1]
    return Splits(cost[0][k - 1], lambda i, j: at[i][j])


def _folded(p: list[float], i: int, j: int) -> int:
    """The split of a long chain: at a narrow end, or at the first narrowest place inside."""
    if p[i] <= p[j + 1]:
        if p[i] <= min(p[i + 1 : i + 9]):
            return j - 1
    elif p[j + 1] <= min(p[max(i + 1, j - 8) : j + 1]):
        return i
    inside = range(i + 1, j + 1)
    return min(inside, key=lambda k: (p[k], k)) - 1


def _folded_cost(p: list[float]) -> float:
    return sum(a * b * min(p) for a, b in pairwise(p))
