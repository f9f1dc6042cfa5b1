"""Expectations in numbers: sums over points that have the moments of the law, by which closed forms are checked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..certificate.certify import Certificate
from ..language.expectations import EXPECTATIONS
from ..numbers.domains import Sample, Sampler
from ..numbers.evaluate import evaluate
from ..numbers.sampling import choose_sizes, outward, size_of, smallest_size
from ..rulebook.book import RuleBook
from ..terms.errors import EvaluationError, InternalError
from ..terms.expression import Expr
from ..terms.signatures import traits
from ..terms.walks import postorder, variables
from .polynomials import degree

POINTS = 2  # at which a closed form is compared
NODES = 14  # of the rule along each axis, for what is no polynomial
LARGEST = 2  # the size of a random vector
CLOSE = 1e-6


def check(e: Expr, found: Expr, book: RuleBook) -> Certificate:
    """Compare an expectation with its closed form at random points; InternalError if they differ."""
    if len(e.args) < 4:
        return Certificate("none", "the law is not known: it holds under every law")
    if any(a.op in EXPECTATIONS for a in postorder(found)) or any(a.op in ("call", "jac") for a in postorder(e)):
        return Certificate("none", "an expectation is left")
    if any(traits(a.op).kink for a in postorder(e.args[0])):
        return Certificate("none", "the function has kinks: its line in the rules is tested")
    rng, nodes = np.random.default_rng(0), variables(e)
    done = 0
    for attempt in range(12):
        sample = _sample(e, found, nodes, rng, attempt, book)
        if sample is None:
            continue
        exact, got = mean(e, sample, nodes, book), evaluate(found, sample.values, nodes, book)
        if not (np.all(np.isfinite(exact)) and np.all(np.isfinite(got))):
            continue
        if np.abs(exact - got).max(initial=0) > CLOSE * max(1.0, np.abs(exact).max(initial=0)):
            raise InternalError(f"the expectation {e} that was found is wrong and is not handed out")
        done += 1
        if done == POINTS:
            return Certificate("points")
    return Certificate("none", "no points were found at which it can be compared")


def _sample(e: Expr, found: Expr, nodes: Mapping[str, Expr], rng: np.random.Generator, attempt: int, book: RuleBook
            ) -> Sample | None:  # fmt: skip
    """Values at which both sides are defined, the random vectors of a small size."""
    sampler = Sampler(found, nodes, (), book)
    sizes = choose_sizes([v.shape for v in nodes.values()], rng, smallest_size(e))
    for a in postorder(e):
        if a.op in EXPECTATIONS and a.args[1].shape[0].value is None:
            names = list(a.args[1].shape[0].names)
            sizes |= {names[0]: LARGEST} if len(names) == 1 else {}
    values = {n: np.multiply(0.6, sampler.value(v, sizes, rng, attempt)) if not v.data[2] else
              sampler.value(v, sizes, rng, attempt) for n, v in nodes.items()}  # fmt: skip
    sample = Sample({n: outward(np.asarray(v), nodes[n].shape) if np.ndim(v) == 2 and 1 in np.shape(v) else v
                     for n, v in values.items()}, sizes)  # fmt: skip
    try:
        evaluate(found, sample.values, nodes, book)
    except EvaluationError:
        return None
    return sample


def mean(e: Expr, sample: Sample, nodes: Mapping[str, Expr], book: RuleBook) -> Any:
    """An expectation in numbers, those inside it too."""
    body, x, *parameters = e.args
    if not parameters:
        raise EvaluationError("the law is not known")
    m, s = (np.asarray(evaluate(p, sample.values, nodes, book), dtype=float) for p in parameters)
    k = size_of(x.shape[0], sample.sizes)
    root = np.linalg.cholesky(np.broadcast_to(s, (k, k)) + 1e-15 * np.eye(k))
    n = degree(body, x)
    count = NODES if n is None else n // 2 + 1
    total: Any = 0.0
    for z, weight in _nodes(k, count):
        value = outward((np.reshape(m, -1) + root @ z).reshape(-1, 1), x.shape)
        at = Sample({**sample.values, x.data[0]: value}, sample.sizes)
        total = total + weight * np.asarray(_inner(body, at, nodes, book))
    return total


def _inner(body: Expr, sample: Sample, nodes: Mapping[str, Expr], book: RuleBook) -> Any:
    """The value of a body; of the expectations in it their means."""
    inside = [a for a in postorder(body) if a.op in EXPECTATIONS]
    if inside:
        raise EvaluationError("an expectation is left inside")
    return evaluate(body, sample.values, nodes, book)


def _nodes(k: int, count: int) -> Iterator[tuple[Any, float]]:
    """Points and weights of the standard normal law in k dimensions, exact for polynomials of degree 2*count - 1."""
    points, weights = np.polynomial.hermite_e.hermegauss(count)
    weights = weights / weights.sum()
    for at in itertools.product(range(count), repeat=k):
        yield points[list(at)], float(np.prod(weights[list(at)]))

