"""Random points at which equations hold: values are drawn, and then moved onto the set that the equations describe.

A step of Levenberg and Marquardt's method moves them as little as it can; entries that are positive are multiplied,
and a positive definite matrix is moved by a factor of it, so that they stay what they are.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from operator import mul

from ..rulebook.book import RuleBook
from ..rulebook.equations import Equation, Equations
from ..rulebook.properties import STRUCTURAL, closure
from ..terms.expression import Expr
from ..terms.walks import variables
from .arrays import Arrays, Flat
from .evaluation import Point
from .operations import STEPS
from .points import drawn, tied
from .rings import NotCovered, Reals, Unlucky

ORDERS = ((3, 2, 4), (2, 3, 4), (4, 3, 2), (2, 4, 3))  # which name of a size gets which, and then larger ones
TRIES = 8
MOST_STEPS = 60
MOST_UNKNOWNS = 120
NEAR = 1e-13  # how well the equations hold, relative to their sides
DAMPED = 1e-7  # of what a step is damped with, so that equations may follow from others
PATIENCE = 12  # steps in which the gap becomes at least a tenth smaller
MARGIN = 0.02  # how far entries stay from the edge of their domain
_FIXED = frozenset(("orthogonal", "integer", "even"))
_TIED = ("diagonal", "lower", "upper", "symmetric", "skew")


class Unknown:
    """A variable with the numbers that may be moved, and how its entries come from them."""

    def __init__(self, point: Point, e: Expr, whole: frozenset[str]) -> None:
        self.name, self.sizes, self.arrays = e.data[0], point.size(e.shape), point.arrays
        self.properties = closure(e.data[2], point.book) if e.data[2] else frozenset[str]()
        first: Flat = drawn(point, e, whole)[0]
        self.is_fixed = bool(self.properties & _FIXED) or self.name in whole
        self.is_factor = "spd" in self.properties and "diagonal" not in self.properties
        self.is_scaled = bool(self.properties & {"positive", "nonnegative", "unit"}) or (
            "spd" in self.properties and not self.is_factor
        )
        self.form = next((p for p in _TIED if p in self.properties), "") if self.properties & STRUCTURAL else ""
        if self.is_factor:
            n = self.sizes[0]
            first = [v + (k % (n + 1) == 0) for k, v in enumerate(point.ring.draw(n * n))]
        self.numbers: Flat = first

    def places(self) -> list[int]:
        """The numbers that are moved."""
        if self.is_fixed:
            return []
        if not self.form or self.is_factor:
            return list(range(len(self.numbers)))
        n = self.sizes[0]
        ones = tied("lower" if self.form in ("symmetric", "skew") else self.form, [1] * (n * n), n)
        return [k for k, one in enumerate(ones) if one and (self.form != "skew" or k % n != k // n)]

    def value(self) -> Flat:
        """The entries."""
        return self._squared(self.numbers) if self.is_factor else self.numbers

    def direction(self, at: int) -> Flat:
        """How the entries move with one of the numbers."""
        unit: Flat = [0.0] * len(self.numbers)
        unit[at] = self.numbers[at] if self.is_scaled else 1.0
        if self.is_factor:
            both = self._squared([v + u for v, u in zip(self.numbers, unit, strict=True)])
            rest = self._squared(unit)
            return [b - v - r for b, v, r in zip(both, self.value(), rest, strict=True)]
        return tied(self.form, unit, self.sizes[0]) if self.form in ("symmetric", "skew") else unit

    def moved(self, at: int, by: float) -> None:
        """Move one of the numbers."""
        if self.is_scaled:
            self.numbers[at] *= math.exp(max(-1.0, min(1.0, by)))
            return
        n = self.sizes[0]
        self.numbers[at] += by
        other = at % n * n + at // n
        if self.form in ("symmetric", "skew") and not self.is_factor and other != at:
            self.numbers[other] += by if self.form == "symmetric" else -by

    def _squared(self, root: Flat) -> Flat:
        s, n = self.arrays, self.sizes[0]
        return s.square([root], s.turned([root], n, n), n)[0]

    def is_inside(self) -> bool:
        """Whether the entries are in their domain, and away from its edge."""
        if self.is_factor and not self.arrays.det([self.value()], self.sizes[0])[0][0] > MARGIN ** (2 * self.sizes[0]):
            return False
        if "positive" in self.properties and min(self.numbers) < MARGIN:
            return False
        return "unit" not in self.properties or max(self.numbers) < 1 - MARGIN


def satisfying(point: Point, equations: Equations, whole: frozenset[str] = frozenset()) -> dict[str, Flat]:
    """Values of the variables of some equations, at which they hold.

    Raises Unlucky if the steps do not lead to such a point, NotCovered if an equation cannot be evaluated.
    """
    if point.ring.p:
        raise NotCovered("equations in a field")
    found: dict[str, Flat] = {}
    for group in groups(equations.stated):
        found |= _moved_onto(point, group, whole)
    return found


def groups(stated: Iterable[Equation]) -> list[list[Equation]]:
    """Equations in groups that have no names in common."""
    out: list[list[Equation]] = []
    for e in stated:
        near = [g for g in out if any(e.free & other.free for other in g)]
        out = [*(g for g in out if g not in near), [*itertools.chain(*near), e]]
    return out


def _moved_onto(point: Point, equations: list[Equation], whole: frozenset[str]) -> dict[str, Flat]:
    """Values at which equations hold that have names in common."""
    known: dict[str, Expr] = {}
    for e in equations:
        known |= variables(e.left) | variables(e.right)
    unknowns = [Unknown(point, known[name], whole) for name in sorted(known)]
    places = [(u, at) for u in unknowns for at in u.places()]
    if len(places) > MOST_UNKNOWNS:
        raise NotCovered("equations between so many entries")
    gaps: list[float] = []
    for _ in range(MOST_STEPS):
        rest, size = _residual(point, equations, unknowns)
        gap = max(map(abs, rest), default=0.0)
        if not math.isfinite(gap):
            raise Unlucky
        if gap <= NEAR * size:
            break
        gaps.append(gap)
        if len(gaps) > PATIENCE and gap > 0.9 * gaps[-PATIENCE]:
            raise Unlucky
        columns = [_along(point, equations, unknowns, u, at) for u, at in places]
        for (u, at), by in zip(places, least_move(columns, rest), strict=True):
            u.moved(at, by)
    else:
        raise Unlucky
    if not all(u.is_inside() for u in unknowns):
        raise Unlucky
    return {u.name: u.value() for u in unknowns}


def _at(point: Point, order: int, unknowns: list[Unknown]) -> Point:
    """The same sizes with other values."""
    q = Point(point.ring, order, point.steps, point.book)
    q.sizes, q.spare, q.shapes = point.sizes, point.spare, point.shapes
    q.variables = {u.name: [u.value()] for u in unknowns}
    return q


def _residual(point: Point, equations: list[Equation], unknowns: list[Unknown]) -> tuple[Flat, float]:
    """The left sides without the right ones, and the size of the largest entry."""
    q = _at(point, 0, unknowns)
    out: Flat = []
    size = 1.0
    for e in equations:
        a, b = q.value(e.left)[0], q.value(e.right)[0]
        size = max([size, *map(abs, a), *map(abs, b)])
        out += [u - v for u, v in zip(a, b, strict=True)]
    return out, size


def _along(point: Point, equations: list[Equation], unknowns: list[Unknown], moving: Unknown, at: int) -> Flat:
    """How the same moves with one number."""
    q = _at(point, 1, unknowns)
    q.variables[moving.name] = [moving.value(), moving.direction(at)]
    out: Flat = []
    for e in equations:
        a, b = (q.arrays.padded(q.value(x))[1] for x in (e.left, e.right))
        out += [u - v for u, v in zip(a, b, strict=True)]
    return out


def least_move(columns: list[Flat], rest: Flat) -> Flat:
    """The shortest step that brings a linear system to zero, to a small multiple of its own length.

    >>> [round(x, 2) for x in least_move([[1.0], [1.0]], [1.0])]
    [-0.5, -0.5]
    """
    m = len(rest)
    gram = [sum(c[i] * c[j] for c in columns) for i in range(m) for j in range(m)]
    total = sum(gram[:: m + 1])
    if not 0 < total < math.inf:
        raise Unlucky
    damping = max(DAMPED, min(1e-3, sum(map(mul, rest, rest)) / total))
    gram = [v / total + damping * (k % (m + 1) == 0) for k, v in enumerate(gram)]
    s = Arrays(Reals(0), 0)
    solved = s.scaled(1 / total, s.mm(s.inverse([gram], m), [rest], m, m, 1))[0]
    return [-sum(map(mul, c, solved)) for c in columns]


def holding(book: RuleBook, equations: Equations, seed: int, sizes: Mapping[str, int]) -> dict[str, Flat] | None:
    """Values of the variables at which the equations hold, for given sizes; None where none are found."""
    p = Point(Reals(seed), 1, STEPS, book)
    p.sizes.update(sizes)
    try:
        return satisfying(p, equations)
    except (Unlucky, ArithmeticError, ValueError):
        return None


def is_possible(book: RuleBook, equations: Equations) -> bool:
    """Whether random points can be moved onto the equations, at some sizes."""
    for k in range(TRIES):
        sizes = itertools.chain(ORDERS[k % 4], itertools.count(5))
        p = Point(Reals(2000 + k, scale=(1.0, 0.3)[k // 4 % 2]), 1, STEPS, book, sizes)
        try:
            satisfying(p, equations)
            return True
        except (Unlucky, ArithmeticError, ValueError):
            continue
    return False
