"""Points at which two answers are compared: in the domain of the question, also special ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..calculus.record import Record
from ..numbers.domains import Sample, Sampler
from ..numbers.evaluate import evaluate
from ..numbers.sampling import draw
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, var
from ..terms.shapes import SCALAR

COUNT = 3  # points of each kind
CLOSE = 1e-7

Values = list[Any]


class Points:
    """Random values for the names of a question, away from kinks and edges."""

    def __init__(self, d: Record, seed: int = 0):
        self.book, self.nodes = d.book, dict(d.nodes)
        sampler = Sampler(d.source, d.nodes, d.trace.assumptions, d.book)
        rng = np.random.default_rng(seed)
        self.rng = rng
        self.samples: list[Sample] = [sampler.draw(rng) for _ in range(COUNT)]

    def values(self, e: Expr, samples: Sequence[Sample] | None = None) -> Values | None:
        """The values of an expression at the points; None if it has none."""
        found = []
        for sample in self.samples if samples is None else samples:
            value = self.at(e, sample)
            if value is None:
                return None
            found.append(value)
        return found

    def at(self, e: Expr, sample: Sample) -> Any:
        """The value at one point, with the axes of the expression; None if it has none."""
        try:
            with np.errstate(all="ignore"):
                value = np.asarray(evaluate(e, sample.values, self.nodes, self.book))
        except (MatcalcError, ValueError, ArithmeticError, np.linalg.LinAlgError):
            return None
        return value if np.all(np.isfinite(value)) and not np.iscomplexobj(value) else None

    def equal(self, e: Expr, f: Expr, samples: Sequence[Sample] | None = None) -> bool:
        """Whether two expressions of one shape have the same values at all points."""
        if e.shape != f.shape:
            return False
        for sample in self.samples if samples is None else samples:
            a, b = self.at(e, sample), self.at(f, sample)
            if a is None or b is None or not same(a, b):
                return False
        return True

    def with_property(self, names: Sequence[str], prop: str) -> list[Sample]:
        """The points with new values of some square matrices, which have a property."""
        found = []
        for sample in self.samples:
            changed = dict(sample.values)
            for name in names:
                changed[name] = draw(self.rng, np.shape(sample.values[name]), (prop,))
            found.append(Sample(changed, sample.sizes))
        return found

    def move(self, name: str, like: Expr) -> Expr:
        """A variable of the shape of another, with values of its own: the differential of what moves."""
        if name not in self.nodes:
            self.nodes[name] = var(name, like.shape, (), like.data[1])
            for sample in self.samples:
                sample.values[name] = self.rng.standard_normal(np.shape(sample.values[like.data[0]]))
        return self.nodes[name]

    def square(self) -> Iterator[str]:
        """The names of square matrices that are not symmetric yet."""
        for name, v in self.nodes.items():
            if v.op == "var" and v.shape != SCALAR and v.shape[0] == v.shape[1] and "symmetric" not in v.data[2]:
                yield name


def same(a: Any, b: Any) -> bool:
    """Whether two arrays are equal, to rounding."""
    near = CLOSE * max(1.0, float(np.abs(b).max(initial=0)))
    return np.shape(a) == np.shape(b) and bool(np.allclose(a, b, rtol=CLOSE, atol=near))


def ratio(a: Values, b: Values) -> list[float] | None:
    """The number by which each array of b is a multiple of that of a; None if one is none."""
    found = []
    for x, y in zip(a, b, strict=True):
        if np.shape(x) != np.shape(y) or not np.abs(x).max(initial=0) > CLOSE:
            return None
        c = float(np.vdot(x, y) / np.vdot(x, x))
        if abs(c) < CLOSE or not same(c * x, y):
            return None
        found.append(c)
    return found

