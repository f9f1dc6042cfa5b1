"""Numbers for the formulas of this room: values for a question, differences, and Newton's step by linear algebra."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import matcalc
from matcalc.front.problem import Problem
from matcalc.numbers.domains import Sampler
from matcalc.numbers.evaluate import evaluate

Values = dict[str, Any]


def question(text: str, wrt: str, where: str | None, seed: int = 0) -> tuple[Problem, Values]:
    """A question and values for its names."""
    p = Problem(text, wrt, where, order=0)
    return p, Sampler(p.expr, {wrt: p.x}).draw(np.random.default_rng(seed)).values


def function(p: Problem, values: Values, wrt: str) -> Callable[[Any], Any]:
    """The value of a question as a function of its variable."""
    return lambda x: np.asarray(evaluate(p.expr, {**values, wrt: x}, p.types, p.book))


def second_differences(f: Callable[[Any], Any], x: Any, h: float = 1e-3) -> Any:
    """The second derivatives by each entry, from differences of fourth order."""
    x = np.asarray(x, dtype=float)
    found = np.zeros(x.shape)
    for at in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[at] = h
        found[at] = (-f(x + 2 * e) + 16 * f(x + e) - 30 * f(x) + 16 * f(x - e) - f(x - 2 * e)) / (12 * h * h)
    return found


def newton_step(text: str, wrt: str, where: str | None, values: Values) -> Any:
    """H^-1 g by solving the linear system."""
    g = np.asarray(matcalc.grad(text, wrt, where).evaluate(values))
    h = np.asarray(matcalc.hessian(text, wrt, where).evaluate(values))
    return np.linalg.solve(h.reshape(g.size, g.size), g.reshape(-1)).reshape(g.shape) if g.size > 1 else g / h
