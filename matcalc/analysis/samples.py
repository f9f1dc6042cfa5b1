"""Curvature in numbers: values between random points, and second derivatives at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..numbers.domains import Sample, Sampler
from ..numbers.evaluate import evaluate
from ..numbers.sampling import has_property, outward
from ..rulebook.book import RuleBook
from ..terms.errors import EvaluationError
from ..terms.expression import Expr
from .second_form import KEPT, SecondForm
from .words import Key

WORLDS, POINTS = 5, 9  # values of the other names, and points of the variables for each
CLEAR = 1e-6  # how far from 0 a curvature is, relatively, that is more than rounding
SCALES = (1.0, 0.3, 2.0, 0.05, 5.0)
DIRECTIONS = 8
PLACES = (0.5, 0.2)


@dataclass(frozen=True)
class Bend:
    """Where a function bends: the values, and what shows it."""

    values: Mapping[str, Any]
    size: float
    direction: Mapping[str, Any] | None = None  # along which the second derivative is `size`
    other: Mapping[str, Any] | None = None  # the other point, between which and `values` the function is off its chord


@dataclass
class World:
    """What was seen for one choice of the other names: a bend upwards and one downwards, the clearest."""

    up: Bend | None = None
    down: Bend | None = None

    def note(self, bend: Bend) -> None:
        """Keep a bend if none was seen before."""
        if bend.size > 0:
            self.up = self.up or bend
        else:
            self.down = self.down or bend


@dataclass
class Numbers:
    """What numbers say of a function: the worlds, and at how many points."""

    worlds: list[World] = field(default_factory=list)
    points: int = 0

    @property
    def ups(self) -> list[Bend]:
        """Bends upwards, which no concave function has."""
        return [w.up for w in self.worlds if w.up is not None]

    @property
    def downs(self) -> list[Bend]:
        """Bends downwards, which no convex function has."""
        return [w.down for w in self.worlds if w.down is not None]

    @property
    def both(self) -> World | None:
        """One choice of the other names with bends in both directions."""
        return next((w for w in self.worlds if w.up is not None and w.down is not None), None)


def numbers(f: Expr, variables: Sequence[Expr], form: SecondForm | None, domain: Sequence[Key], book: RuleBook,
            seed: int = 0) -> Numbers:  # fmt: skip
    """What random points of the domain say of the curvature of a function.

    >>> from matcalc.language.parse import parse_expression
    >>> f = parse_expression("x^3", "x: scalar").expr
    >>> found = numbers(f, [f.args[0]], None, [], RuleBook.default())
    >>> found.both is not None
    True
    """
    out = Numbers()
    rng = np.random.default_rng(seed)
    sampler = Sampler(f, {x.data.name: x for x in variables}, [(p, (e,)) for p, e in domain], book)
    for _ in range(WORLDS):
        try:
            first = sampler.draw(rng)
        except EvaluationError:
            break
        world = World()
        points = [first, *_more(sampler, first, variables, rng)]
        out.points += len(points)
        for sample in points:
            if form is not None:
                _second(sample, variables, form, book, world, rng)
        for one, other in zip(points, points[1:] + points[:1], strict=True):
            _chord(f, sampler, one, other, variables, book, world)
        out.worlds.append(world)
    return out


def _more(sampler: Sampler, first: Sample, variables: Sequence[Expr], rng: np.random.Generator) -> Iterator[Sample]:
    """Other points with the same values of the other names."""
    for attempt in range(POINTS - 1):
        for tried in range(6):
            moved = dict(first.values)
            for x in variables:
                value = sampler.value(x, first.sizes, rng, attempt % 2 * 4)
                scaled = value * SCALES[(attempt + tried) % len(SCALES)]
                keeps = all(has_property(p, scaled) for p in x.data.properties if p != "invertible")
                moved[x.data.name] = scaled if keeps else value
            sample = Sample(moved, first.sizes)
            try:
                if sampler.fits(sample):
                    yield sample
                    break
            except EvaluationError:
                continue


def _second(sample: Sample, variables: Sequence[Expr], form: SecondForm, book: RuleBook, world: World,
            rng: np.random.Generator) -> None:  # fmt: skip
    """The extreme second derivatives at a point."""
    try:
        if not form.directions:
            h = np.atleast_2d(evaluate(form.expr, sample.values, {v.data.name: v for v in variables}, book))
            values, vectors = np.linalg.eigh((h + h.T) / 2)
            found = [(float(values[k]), _parts(vectors[:, k], variables)) for k in (0, -1)]
        else:
            found = list(_along(sample, variables, form, book, rng))
    except (EvaluationError, np.linalg.LinAlgError, ValueError):
        return
    scale = max((abs(v) for v, _ in found), default=0.0)
    for value, u in found:
        if np.isfinite(value) and abs(value) > max(1e-9, CLEAR * scale):
            world.note(Bend(sample.values, value, u))


def _parts(u: Any, variables: Sequence[Expr]) -> dict[str, Any]:
    """A direction by the names of a vector or of several numbers."""
    if len(variables) == 1 and not variables[0].is_scalar:
        return {variables[0].data.name: u}
    return {v.data.name: float(k) for v, k in zip(variables, u, strict=True)}


def _along(sample: Sample, variables: Sequence[Expr], form: SecondForm, book: RuleBook, rng: np.random.Generator,
           ) -> Iterator[tuple[float, dict[str, Any]]]:  # fmt: skip
    """The second derivative along random directions with the structure of the variables, and along their own values."""
    nodes = {x.data.name: x for x in variables}
    for k in range(DIRECTIONS):
        move = {}
        for x, d in zip(variables, form.directions, strict=True):
            here = np.asarray(sample.values[x.data.name])
            move[x.data.name] = structured(rng.standard_normal(here.shape), d) if k else here
        size = max(1e-9, float(np.sqrt(sum(np.sum(np.square(u)) for u in move.values()))))
        move = {n: u / size for n, u in move.items()}
        given = {d.data.name: outward(np.atleast_2d(u), d.shape) if d.is_scalar else u
                 for d, u in zip(form.directions, move.values(), strict=True)}  # fmt: skip
        yield float(evaluate(form.expr, {**sample.values, **given}, nodes, book)), move


def structured(u: Any, d: Expr) -> Any:
    """A direction with the structure that a variable has."""
    made: dict[str, Callable[[Any], Any]] = {
        "symmetric": lambda a: a + a.T, "skew": lambda a: a - a.T, "diagonal": lambda a: np.diag(np.diag(a)),
        "lower": np.tril, "upper": np.triu,
    }  # fmt: skip
    for p in KEPT:
        if p in d.data.properties:
            u = made[p](u)
    return u


def _chord(f: Expr, sampler: Sampler, one: Sample, other: Sample, variables: Sequence[Expr], book: RuleBook,
           world: World) -> None:  # fmt: skip
    """The value between two points beside the mean of the values there."""
    names = [x.data.name for x in variables]

    def at(values: Mapping[str, Any]) -> float:
        return float(evaluate(f, values, sampler.nodes, book))

    try:
        ends = at(one.values), at(other.values)
        for k in PLACES:
            mixed = {n: k * np.asarray(one.values[n]) + (1 - k) * np.asarray(other.values[n]) for n in names}
            gap = k * ends[0] + (1 - k) * ends[1] - at({**one.values, **mixed})
            if np.isfinite(gap) and abs(gap) > CLEAR * max(1e-3, abs(ends[0]), abs(ends[1])):
                world.note(Bend(one.values, gap, None, {n: other.values[n] for n in names}))
    except (EvaluationError, TypeError, ValueError):
        return
