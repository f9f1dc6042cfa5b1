"""Convexity and monotonicity by numbers: the value between two points against the values at them.

>>> import numpy as np
>>> gap("concave", np.array([1.0]), np.array([2.0]), np.array([2.0])) > 0
True
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..rulebook.reader import Rule
from .sampling import Array, Rng

if TYPE_CHECKING:
    from .rulecheck import Case

PLACES = (0.5, 0.15, 0.85)  # where between two points
PAIRS = 4


class Undefined(Exception):
    """The rule says nothing at these values: its left side has no value there."""


class Claim(NamedTuple):
    """What a line says: convex, concave, affine, nondecreasing or nonincreasing, in which names."""

    what: str
    names: tuple[str, ...]


def claims(rule: Rule) -> tuple[Claim, ...]:
    """The claims of a line of curvature.

    >>> from matcalc.rulebook.reader import read_rules
    >>> (rule,) = read_rules("let A[m,n]\\nexp: exp(A) is convex in A, nondecreasing in A").rules
    >>> claims(rule)
    (Claim(what='convex', names=('A',)), Claim(what='nondecreasing', names=('A',)))
    """
    parts = (part.split(" in ") for part in re.split(r", ?", rule.use))
    return tuple(Claim(what.strip(), tuple(names.split())) for what, names in parts)


def gap(what: str, between: Array, mean: Array, near: Array) -> float:
    """How far the value between two points is on the wrong side of the mean of the values there, relatively."""
    scale = 1e-9 + np.maximum(np.abs(between), np.abs(near))
    above = (between - mean) / scale
    worst = {"convex": above, "concave": -above}.get(what, np.abs(above))
    return max(0.0, float(np.max(worst, initial=0.0)))


def bump(rng: Rng, x: Array, ordered: bool) -> Array:
    """A step upwards: of a definite matrix by one, else of every entry."""
    if not ordered:
        return rng.uniform(0, 1, np.shape(x)) * rng.choice((0.0, 1.0), np.shape(x))
    root = rng.standard_normal((len(x), len(x)))
    return root @ root.T


def curvature_error(case: Case) -> float:
    """How far numbers contradict the line of a case, between its values and others."""
    return max(violation(case.rule, _value_at(case), case.values, _another(case), case.rng) for _ in range(PAIRS))


def _value_at(case: Case) -> Callable[[Mapping[str, Any]], Array | None]:
    """The value of the left side where the conditions hold; None elsewhere."""

    def value(values: Mapping[str, Any]) -> Array | None:
        before, case.values = case.values, dict(values)
        try:
            return case.left(values) if case.satisfied() else None
        except Undefined:
            return None
        finally:
            case.values = before

    return value


def _another(case: Case) -> dict[str, Any]:
    """Other values at which the conditions hold, with the same exponents."""
    here, env = case.values, case.env
    case.values, case.env = {}, {}
    found = case.find().values
    case.values, case.env = here, env
    return found


def violation(rule: Rule, value: Callable[[Mapping[str, Any]], Array | None], one: Mapping[str, Any],
              other: Mapping[str, Any], rng: Rng) -> float:  # fmt: skip
    """How far numbers contradict a line at two points; its value is None where its conditions do not hold."""
    here = value(one)
    assert here is not None
    worst = 0.0
    for claim in claims(rule):
        if claim.what in ("nondecreasing", "nonincreasing"):
            for name in claim.names:
                there = value({**one, name: one[name] + bump(rng, one[name], _ordered(rule, name))})
                if there is not None:
                    low, high = (there, here) if claim.what == "nonincreasing" else (here, there)
                    worst = max(worst, gap("convex", low, high, np.abs(here) + np.abs(there)))
            continue
        there = value({**one, **{n: other[n] for n in claim.names}})
        if there is None:
            continue
        for k in PLACES:
            mixed = {n: k * np.asarray(one[n]) + (1 - k) * np.asarray(other[n]) for n in claim.names}
            between = value({**one, **mixed})
            if between is None:  # the domain has a hole
                return float("inf")
            mean = k * here + (1 - k) * there
            worst = max(worst, gap(claim.what, between, mean, np.abs(here) + np.abs(there)))
    return worst


def _ordered(rule: Rule, name: str) -> bool:
    """Whether a name stands for a symmetric matrix."""
    return any(p in ("psd", "spd", "symmetric") and str(args[0]) == name for p, args in rule.conditions)
