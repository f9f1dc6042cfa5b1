"""Wirtinger derivatives against differences: along e and i*e, which tell the parts in z and in conj(z) apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..calculus.record import Record
from ..rulebook.book import RuleBook
from ..rulebook.properties import closure
from ..terms.complexes import conjugated_name
from ..terms.errors import EvaluationError
from ..terms.expression import Expr
from .comparison import STEP, along, relative, richardson, rounding
from .domains import Sample
from .evaluate import evaluate
from .sampling import Rng, choose_sizes, direction, draw, outward, size_of, smallest_size

TRIES = 40


def complex_sample(variables: Mapping[str, Expr], root: Expr, rng: Rng, book: RuleBook) -> Sample:
    """Random values of variables, of which some are complex."""
    shapes = [v.shape for v in variables.values()]
    sizes = choose_sizes(shapes, rng, smallest_size(root))
    values: dict[str, Any] = {}
    for name, v in variables.items():
        shape = (size_of(v.shape[0], sizes), size_of(v.shape[1], sizes))
        values[name] = outward(draw(rng, shape, closure(v.data.properties, book)), v.shape)
    return Sample(values, sizes)


def complex_errors(d: Record, rng: Rng, directions: int) -> tuple[float, dict[str, int]]:
    """The largest relative difference of a Wirtinger derivative from numbers at one point, and the sizes there."""
    formal = d.formal
    assert formal is not None
    variables = {n: v for n, v in d.nodes.items() if not conjugated_name(n)}
    for _ in range(TRIES):
        sample = complex_sample(variables, d.source, rng, d.book)
        with np.errstate(all="ignore"):
            if not all(_is_positive(e, sample, d) for p, (e, *_) in d.trace.assumptions if p == "positive"):
                continue
            errors = [_error(d, sample, rng) for _ in range(directions)]
        if np.all(np.isfinite(errors)):
            return max(errors), sample.sizes
    raise EvaluationError("no values were found at which this is defined")


def _is_positive(e: Expr, sample: Sample, d: Record) -> bool:
    value = evaluate(e, sample.values, d.types, d.book)
    return bool(np.all(np.real(value) > 0))


def _error(d: Record, sample: Sample, rng: Rng) -> float:
    assert d.formal is not None
    shown = d.formal.variable.data.name
    name = conjugated_name(shown) or shown
    x = d.variable
    shape = (size_of(x.shape[0], sample.sizes), size_of(x.shape[1], sample.sizes))
    at = np.asarray(sample.values[name])
    is_complex = np.iscomplexobj(at)
    e = direction(rng, shape) + (1j * direction(rng, shape) if is_complex else 0)
    e = (e + np.conj(e.T)) / 2 if d.formal.tied else e
    move = np.asarray(outward(e, x.shape))

    def f(value: Any) -> Any:
        return evaluate(d.source, {**sample.values, name: value}, {name: x}, d.book)

    here = f(at)
    if np.max(np.abs(np.imag(f(at + STEP * move) - here))) > 3:  # across the cut of a logarithm
        return float("nan")
    size = max(1.0, np.abs(here).max())
    want = richardson(lambda s: f(at + s * move))
    if d.formal.tied:
        return relative(along(d, sample, [e.T]), want, size, rounding(size, 1))
    if is_complex:
        turned = 1j * richardson(lambda s: f(at + s * 1j * move))
        want = (want + turned) / 2 if name != shown else (want - turned) / 2
    got = along(d, sample, [np.conj(e) if name != shown else e])
    return relative(got, d.formal.factor * want, size, rounding(size, 1))
