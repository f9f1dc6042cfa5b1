"""Eigenproblems and points on X'BX = I against numbers: slopes along the manifold vanish, extremes are bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...numbers.comparison import richardson
from ...numbers.domains import Sample, Sampler
from ...numbers.evaluate import evaluate
from ...rulebook.book import RuleBook
from ...terms.errors import EvaluationError
from ...terms.expression import Expr, num
from ...terms.walks import variables

SAMPLES, DIRECTIONS, TRIES = 3, 4, 40
NEAR = 1e-6


@dataclass(frozen=True)
class Field:
    """An expression of x on the points with x'*B*x = C, or everywhere where there is no B."""

    f: Expr
    x: Expr
    metric: Expr | None
    radius: Expr | None  # C of a vector; of a matrix it is I
    nodes: Mapping[str, Expr]
    book: RuleBook

    def samples(self, *more: Expr) -> Iterator[tuple[Sample, np.random.Generator]]:
        """Values of the parameters."""
        rng = np.random.default_rng(0)
        known = {n: v for e in (self.f, *more) for n, v in variables(e).items()} | dict(self.nodes)
        sampler = Sampler(num(0), known, (), self.book)
        for _ in range(SAMPLES):
            yield sampler.draw(rng), rng

    def number(self, e: Expr, values: Mapping[str, Any]) -> Any:
        """The value of an expression of the parameters, with two axes."""
        return np.atleast_2d(evaluate(e, values, dict(self.nodes), self.book))

    def value(self, at: Any, values: Mapping[str, Any]) -> float:
        """The value of f at a point."""
        x = at if self.x.shape[1].value != 1 else np.ravel(at)
        return float(evaluate(self.f, {**values, self.x.data[0]: x}, dict(self.nodes), self.book))

    def onto(self, z: Any, values: Mapping[str, Any]) -> Any:
        """The point of the manifold that belongs to a matrix."""
        if self.metric is None:
            return z
        b = self.number(self.metric, values)
        w, v = np.linalg.eigh(z.T @ b @ z)
        if w.min() <= 0:
            raise EvaluationError("the metric is not positive")
        scale = 1.0 if self.radius is None else float(np.sqrt(self.number(self.radius, values)[0, 0]))
        return scale * z @ (v / np.sqrt(w)) @ v.T

    def is_stationary(self, at: Any, values: Mapping[str, Any], rng: np.random.Generator) -> bool:
        """Whether the slopes along the manifold vanish, compared with those nearby."""
        for _ in range(DIRECTIONS):
            e = rng.standard_normal(at.shape)
            near = self.onto(at + 0.3 * rng.standard_normal(at.shape), values)
            slopes = [self.slope(p, e, values) for p in (at, near)]
            if not abs(slopes[0]) <= NEAR * max(1.0, abs(slopes[1]), abs(self.value(at, values))):
                return False
        return True

    def slope(self, at: Any, e: Any, values: Mapping[str, Any]) -> float:
        """The derivative of f along the manifold in a direction."""

        def along(h: float) -> float:
            return self.value(self.onto(at + h * e, values), values)

        return float(richardson(along))

    def others(self, shape: tuple[int, ...], values: Mapping[str, Any], rng: np.random.Generator) -> list[float]:
        """The values of f at random points."""
        return [self.value(self.onto(rng.standard_normal(shape), values), values) for _ in range(TRIES)]


@dataclass
class Spectrum:
    """What numbers show of an eigenproblem: whether it is right, and how its value grows with the eigenvalue."""

    right: bool = True
    slope: float = 1.0  # of the value by the eigenvalue
    offset: bool = False  # whether the value is the eigenvalue up to a constant
    bounded: bool = True
    samples: int = 0


def spectrum(field: Field, left: Expr, right: Expr) -> Spectrum:
    """An eigenproblem against numbers, one vector at a time or as many as X has columns."""
    seen = Spectrum()
    slopes: list[float] = []
    for sample, rng in field.samples(left, right):
        m, n = (field.number(e, sample.values) for e in (left, right))
        try:
            rho, u = np.linalg.eig(np.linalg.solve(n, m))
        except np.linalg.LinAlgError:
            continue
        real = np.abs(rho.imag) < 1e-9
        rho, u = rho.real[real], u.real[:, real]
        columns = 1 if field.x.shape[1].value == 1 else min(2, len(rho))
        order = np.argsort(rho)
        points, sums = [], []
        for start in range(len(rho) - columns + 1):
            chosen = order[start : start + columns]
            try:
                at = field.onto(u[:, chosen], sample.values)
                seen.right = field.is_stationary(at, sample.values, rng)
            except EvaluationError:
                continue
            if not seen.right:
                return seen
            points.append(field.value(at, sample.values))
            sums.append(float(rho[chosen].sum()))
        if not points:
            continue
        seen.samples += 1
        seen.offset |= not np.allclose(points, sums, rtol=1e-6, atol=1e-8)
        if len(points) > 1 and sums[-1] - sums[0] > 1e-3:
            slopes.append((points[-1] - points[0]) / (sums[-1] - sums[0]))
        try:
            around = field.others((len(m), columns), sample.values, rng)
        except EvaluationError:
            seen.bounded = False
            continue
        low, high = min(points) - 1e-9, max(points) + 1e-9
        seen.bounded &= bool(real.all()) and low <= min(around) and max(around) <= high
    seen.slope = slopes[0] if slopes and np.allclose(slopes, slopes[0], rtol=1e-5) else 0.0
    return seen
