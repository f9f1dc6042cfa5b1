"""Stationary points against numbers: the slopes of the Lagrangian at the solution vanish, its bends have signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...numbers.comparison import richardson
from ...numbers.domains import Sample, Sampler
from ...numbers.evaluate import evaluate
from ...numbers.sampling import TESTS, Rng, has_property, outward, size_of
from ...rulebook.book import RuleBook
from ...rulebook.properties import closure
from ...rulebook.reader import Condition
from ...terms.errors import EvaluationError
from ...terms.expression import Expr, add, num
from ...terms.walks import variables

SAMPLES, TRIES, DIRECTIONS = 4, 60, 4
NEAR = 1e-6
FLAT = 1e-5


@dataclass(frozen=True)
class Point:
    """An expression, its constraints and a value of each unknown, as a function of the parameters."""

    source: Expr  # the Lagrangian
    constraints: tuple[Expr, ...]
    unknowns: tuple[Expr, ...]  # those of the question; not the multipliers
    values: tuple[tuple[Expr, Expr, bool], ...]  # of unknowns and multipliers, and whether vec of it is given
    conditions: tuple[Condition, ...]
    nodes: Mapping[str, Expr] = field(default_factory=dict)


@dataclass
class Seen:
    """What numbers showed: whether the point is stationary, and the signs of second differences at each sample."""

    stationary: bool = True
    curved: list[frozenset[int]] = field(default_factory=list)
    samples: int = 0

    def all(self, wanted: frozenset[int]) -> bool:
        """Whether all samples show these signs alone."""
        return bool(self.curved) and all(c <= wanted for c in self.curved)


def look(p: Point, book: RuleBook, seed: int = 0) -> Seen:
    """Differences at some admissible random points; EvaluationError if there are none."""
    seen = Seen()
    rng = np.random.default_rng(seed)
    sampler = _sampler(p, book)
    for _ in range(TRIES):
        sample = sampler.draw(rng)
        try:
            at = _solution(p, sample, book)
        except (EvaluationError, np.linalg.LinAlgError):
            continue
        if at is None:
            continue
        seen.samples += 1
        line = Line(p, at, book)
        if not line.stationary(rng):
            seen.stationary = False
            return seen
        seen.curved.append(line.signs(rng))
        if seen.samples == SAMPLES:
            return seen
    if not seen.samples:
        raise EvaluationError("no values were found at which the solution exists")
    return seen


def _sampler(p: Point, book: RuleBook) -> Sampler:
    """What draws values of the parameters at which the conditions hold."""
    parts = [value for _, value, _ in p.values]
    known = dict(p.nodes)  # the unknowns too: they tell sizes
    for e in (p.source, *p.constraints, *parts):
        known |= variables(e)
    sampler = Sampler(add(*([e for e in parts if e.is_scalar] or [num(0)])), known, p.conditions, book)
    for more in (Sampler(e, book=book) for e in (p.source, *p.constraints, *parts)):
        sampler.calls |= more.calls
        sampler.declared |= more.declared
    for e in parts:
        sampler.inverted += Sampler(e, book=book).inverted
    return sampler


def _solution(p: Point, sample: Sample, book: RuleBook) -> dict[str, Any] | None:
    """All values at the solution; None where it is not admissible."""
    at = dict(sample.values)
    known = {n: v for n, v in p.nodes.items() if n in at}
    for x, value, stacked in p.values:
        got = np.asarray(evaluate(value, sample.values, known, book))
        if np.iscomplexobj(got) or not np.isfinite(got).all() or np.abs(got).max(initial=0) > 1e6:
            return None
        if stacked:
            got = np.reshape(got, (size_of(x.shape[0], sample.sizes), -1), order="F")
        at[x.data[0]] = float(got) if x.is_scalar else got
        if not admissible(x, got, book):
            return None
    value = evaluate(p.source, at, p.nodes, book)
    return at if not np.iscomplexobj(value) and np.isfinite(value) else None


def admissible(x: Expr, value: Any, book: RuleBook) -> bool:
    """Whether a value has the properties that the unknown was declared to have."""
    shaped = np.atleast_2d(value)
    wanted = closure(frozenset(x.data[2]), book) & TESTS.keys()
    return all(has_property(p, shaped) for p in wanted)


class Line:
    """The Lagrangian along lines through a solution."""

    def __init__(self, p: Point, at: Mapping[str, Any], book: RuleBook):
        self.p, self.at, self.book = p, at, book
        self.sizes = [np.size(at[x.data[0]]) for x in p.unknowns]
        self.basis = self.tied()

    def tied(self) -> Any:
        """The directions that keep the ties of the entries: the columns of a matrix."""
        blocks = [_ties(x, np.shape(np.atleast_2d(self.at[x.data[0]])), self.book) for x in self.p.unknowns]
        total = np.zeros((sum(self.sizes), sum(b.shape[1] for b in blocks)))
        row = column = 0
        for b in blocks:
            total[row : row + b.shape[0], column : column + b.shape[1]] = b
            row, column = row + b.shape[0], column + b.shape[1]
        return total

    def moved(self, direction: Any, h: float) -> dict[str, Any]:
        """The values a step along a direction of all unknowns."""
        out, start = dict(self.at), 0
        for x, size in zip(self.p.unknowns, self.sizes, strict=True):
            here = np.asarray(self.at[x.data[0]])
            step = np.reshape(direction[start : start + size], here.shape)
            out[x.data[0]] = outward_like(here + h * step, x)
            start += size
        return out

    def value(self, direction: Any, h: float, e: Expr | None = None) -> Any:
        """The Lagrangian, or another expression, a step along a direction."""
        e = self.p.source if e is None else e
        return np.asarray(evaluate(e, self.moved(direction, h), self.p.nodes, self.book))

    def directions(self, rng: Rng, basis: Any) -> list[Any]:
        """Random directions in a space."""
        if not basis.shape[1]:
            return []
        found = [basis @ rng.standard_normal(basis.shape[1]) for _ in range(DIRECTIONS)]
        return [d / max(np.abs(d).max(), 1e-12) for d in found]

    def stationary(self, rng: Rng) -> bool:
        """Whether the slopes vanish, compared with those nearby, and the constraints hold."""
        start = np.zeros(sum(self.sizes))
        for h in self.p.constraints:
            if not np.abs(self.value(start, 0.0, h)).max(initial=0) <= NEAR:
                return False
        for d in self.directions(rng, self.basis):
            here = self.slope(d, start)
            others = [abs(self.slope(d, 0.05 * e)) for e in (d, *self.directions(rng, self.basis)[:2])]
            near = max([1.0, *(s for s in others if np.isfinite(s)), abs(float(self.value(d, 0.0)))])
            if not abs(here) <= NEAR * near:
                return False
        return True

    def slope(self, d: Any, offset: Any) -> float:
        """The slope along d, an offset away."""
        def along(h: float) -> Any:
            return self.value(h * d + offset, 1.0)

        return float(richardson(along))

    def signs(self, rng: Rng) -> frozenset[int]:
        """The signs of second differences along the directions that the constraints allow."""
        found = set()
        size = 1e-3
        for d in self.directions(rng, self.allowed()):
            middle, up, down = (float(self.value(d, h)) for h in (0.0, size, -size))
            second = (up - 2 * middle + down) / size**2
            bend = max(1.0, abs(middle))
            found.add(0 if abs(second) < FLAT * bend else 1 if second > 0 else -1)
        return frozenset(found)

    def allowed(self) -> Any:
        """The directions along which the constraints do not change."""
        if not self.p.constraints:
            return self.basis
        rows = []
        for h in self.p.constraints:
            columns = [np.ravel(self.value(b, 1e-5, h) - self.value(b, -1e-5, h)) / 2e-5 for b in self.basis.T]
            rows.append(np.array(columns).T)
        jacobian = np.vstack(rows)
        _, s, vh = np.linalg.svd(jacobian)
        rank = int((s > 1e-6).sum())
        return self.basis @ vh[rank:].T


def outward_like(value: Any, x: Expr) -> Any:
    """A value as users give it."""
    return outward(np.atleast_2d(value), x.shape) if x.is_scalar else value


def _ties(x: Expr, shape: Sequence[int], book: RuleBook) -> Any:
    """A basis of the directions in which a structured variable moves."""
    properties = closure(frozenset(x.data[2]), book)
    size = int(np.prod(shape))
    full = np.eye(size)
    if size == 1 or len(shape) < 2 or shape[0] != shape[1]:
        return full
    out = []
    for e in full:
        m = e.reshape(tuple(shape))
        for name, project in _PROJECTIONS.items():
            if name in properties:
                m = project(m)
        if np.abs(m).max() > 0:
            out.append(m.ravel())
    return np.array(out).T if out else np.zeros((size, 0))


_PROJECTIONS: dict[str, Callable[[Any], Any]] = {
    "symmetric": lambda m: (m + m.T) / 2,
    "skew": lambda m: (m - m.T) / 2,
    "diagonal": lambda m: np.diag(np.diag(m)),
    "lower": np.tril,
    "upper": np.triu,
}
