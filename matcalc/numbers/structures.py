"""Lines of rules/structure.rules, tested with numbers: the tied entries, or the tangent vectors at a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..rulebook.reader import Rule
from ..rulebook.structures import METRICS
from ..terms.expression import Expr
from .comparison import relative, richardson
from .sampling import MAKERS, Array, Rng, direction, draw, has_property

_TANGENT: dict[str, Callable[[Array, Array], bool]] = {
    "orthogonal": lambda x, v: has_property("skew", x.T @ v),
    "spd": lambda _, v: has_property("symmetric", v),
}


def known_property(rule: Rule) -> str:
    """The property that a line is about; empty where it is about an equation."""
    return rule.property if rule.kind == "structure" and rule.property in MAKERS else ""


def structure_error(rule: Rule, concrete: Callable[[Expr], Expr], value: Callable[[Expr, Mapping[str, Any]], Array],
                    values: Mapping[str, Any], rng: Rng) -> float:  # fmt: skip
    """How far a line is from one that makes tangent vectors, so that <rule(G), E> is symmetric in G and E, and that is
    a projection where the metric is the common one.

    For structures that are linear spaces <rule(G), E> = <G, E> for every E in them; tied entries count once.
    """
    g = np.atleast_2d(values["G"])
    got = np.atleast_2d(value(concrete(rule.rhs), values))
    kind, equations = known_property(rule), [args for p, args in rule.conditions if p == "equal"]
    if kind and "X" not in rule.rhs.free:
        e = draw(rng, g.shape, (kind,))
        tied = rule.use == "entries" and kind in ("symmetric", "skew")
        if not has_property(kind, got):
            return float("inf")
        return relative(np.sum(got * (np.tril(e) if tied else e)), np.sum(g * e), 1.0)
    if not kind and (not equations or "X" not in values):
        return float("inf")  # nothing says what it is about
    if kind and not _TANGENT[kind](np.atleast_2d(values["X"]), got):
        return float("inf")
    h = np.reshape(direction(rng, g.shape), np.shape(values["G"]))
    other = value(concrete(rule.rhs), {**values, "G": h})
    symmetric = relative(np.sum(got * np.reshape(h, got.shape)), np.sum(np.reshape(g, np.shape(other)) * other), 1.0)

    def change(side: Expr, name: str, move: Array) -> Array:
        x = np.asarray(values[name])
        return richardson(lambda s: value(concrete(side), {**values, name: x + s * np.reshape(move, x.shape)}))

    def gap(left: Expr, right: Expr) -> float:
        if right.op == "var" and right.data[0] == "X":  # it says what X is made of: the tangent vectors are too
            moves = [(n, e) for n in sorted(left.free) for e in np.eye(np.size(values[n]))]
            columns = np.stack([np.ravel(change(left, n, e)) for n, e in moves], axis=1)
            found = np.linalg.lstsq(columns, np.ravel(got), rcond=None)[0]
            return float(np.abs(columns @ found - np.ravel(got)).max())
        return float(np.abs(change(left, "X", got) - change(right, "X", got)).max())

    again = np.atleast_2d(value(concrete(rule.rhs), {**values, "G": np.reshape(got, np.shape(values["G"]))}))
    twice = 0.0 if rule.property in METRICS else relative(again, got, float(np.abs(g).max()))
    return max([symmetric, twice, *(gap(a, b) for a, b in equations)])
