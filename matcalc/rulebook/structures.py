"""Which line of rules/structure.rules a variable is on: by its properties, or by the equations that bind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from .book import RuleBook
from .equations import equations_of
from .patterns import Dims, Env, instantiate, match, match_shape
from .properties import STRUCTURAL, Facts, closure
from .reader import Rule

_OPEN = frozenset(("spd", "psd"))  # an open part of the symmetric ones, and its closure


class Structured(NamedTuple):
    """A line for a variable, with what its letters stand for."""

    rule: Rule
    env: Env
    dims: Dims

    def gradient(self, g: Expr) -> Expr:
        """The gradient along the structure from the free one."""
        return instantiate(self.rule.rhs, {**self.env, self.rule.lhs: g}, self.dims)

    @property
    def is_manifold(self) -> bool:
        """Whether the tangent vectors depend on the point."""
        return bool(self.rule.conditions) or "X" in self.rule.rhs.free

    def __str__(self) -> str:
        name = self.rule.property
        return f"the gradient along {name}, in the metric <U, V> = {METRICS.get(name, EUCLIDEAN)}"


EUCLIDEAN = "tr(U'*V)"
METRICS = {
    "spd": "tr(inv(X)*U*inv(X)*V)",
    "simplex": "sum(U.*V./X), that of Fisher",
    "simplex-rows": "sum(U.*V./X), that of Fisher",
    "generalized-stiefel": "tr(U'*S*V)",
    "canonical": "tr(U'*V) - tr(U'*X*X'*V)/2",
}


def structure_of(x: Expr, structure: str, book: RuleBook) -> Structured | None:
    """The line for a variable; None where its entries are free.

    `structure` is "entries", "tangent", or "tangent" and the name of a line. Raises MatcalcError for a variable
    that is bound by what no line is about.
    """
    how, _, name = structure.lower().partition(" ")
    if how == "free":
        return None
    lines = [r for r in book.of_kind("structure") if r.use == how or (name and r.use == "metric")]
    if name:
        lines = [r for r in lines if r.property == name]
    fitting = [(s, covered) for r in lines for s, covered in _fits(r, x, book)]
    bound, properties = _binding(x, book), closure(x.data[2], book)
    kept = (properties & STRUCTURAL) - _OPEN if how == "tangent" else frozenset()
    if how == "tangent":
        fitting = [(s, covered) for s, covered in fitting if covered >= bound and kept <= _of_line(s.rule, book)]
    if fitting:
        return max(fitting, key=lambda row: _rank(row[0], book))[0]
    if name and not lines:
        known = ", ".join(dict.fromkeys(r.property for r in book.of_kind("structure") if r.use != "entries"))
        raise MatcalcError(f"{name} is not known; behind tangent may stand one of {known}")
    if name:
        raise MatcalcError(f"{x} is not known to be on {name}: {_needs(lines)}")
    if bound and how == "tangent":
        told = " and ".join(sorted(bound))
        raise MatcalcError(f"the gradient along {told} is not known: no line of rules/structure.rules is about that")
    if "orthogonal" in properties or kept:
        told = " and ".join(sorted(x.data[2] & STRUCTURAL)) or "orthogonal"
        raise MatcalcError(f"structure={structure!r} is not known for a variable that is {told}")
    return None


def _needs(lines: list[Rule]) -> str:
    told = [f"{p}({args[0]})" if len(args) == 1 else " = ".join(map(str, args)) for r in lines[:1]
            for p, args in r.conditions]  # fmt: skip
    return f"it needs {' and '.join(told)}" if told else f"declare it {lines[0].property}"


def _rank(s: Structured, book: RuleBook) -> tuple[int, int, int]:
    """The line that says most: of a diagonal matrix, which is symmetric too, and of the larger equations."""
    implied = 0 if s.rule.conditions else len(closure(frozenset((s.rule.property,)), book))
    sizes = sum(a.cost for _, args in s.rule.conditions for a in args)
    return len(s.rule.conditions), sizes, implied


def _of_line(rule: Rule, book: RuleBook) -> frozenset[str]:
    """The structural properties that a line speaks of."""
    stated = {p for p, args in rule.conditions if str(args[0]) == "X"} | {rule.property}
    return closure(frozenset(stated), book)


def _binding(x: Expr, book: RuleBook) -> frozenset[str]:
    """The equations that bind a variable beyond its properties, as they were stated."""
    known = equations_of(book)
    if known is None:
        return frozenset()
    name = x.data[0]
    return frozenset(str(o) for r, o in zip(known.rules, known.origins, strict=True)
                     if name in r.lhs.free or name in r.rhs.free)  # fmt: skip


def _fits(rule: Rule, x: Expr, book: RuleBook) -> Iterator[tuple[Structured, frozenset[str]]]:
    """The ways in which a line is about a variable, with the equations that it uses."""
    variable = rule.names.get("X", rule.lhs)
    dims = match_shape(rule.lhs.shape, x.shape, {})
    if dims is None:
        return
    if not rule.conditions and rule.property not in closure(x.data[2], book):
        return
    env: Env = {variable: x}
    ways: list[tuple[Env, Dims, frozenset[str]]] = [(env, dims, frozenset())]
    facts = Facts(book=book)
    for prop, args in rule.conditions:
        if prop == "equal":
            ways = [way for w in ways for way in _equal(args, w, x, book)]
        else:
            ways = [w for w in ways if facts.holds(prop, *(instantiate(a, w[0], w[1]) for a in args))]
    for found, sizes, covered in ways:
        yield Structured(rule, found, sizes), covered


def _equal(sides: tuple[Expr, ...], way: tuple[Env, Dims, frozenset[str]], x: Expr, book: RuleBook
           ) -> Iterator[tuple[Env, Dims, frozenset[str]]]:  # fmt: skip
    """The equations of the question that have a form; what its other letters stand for does not depend on x."""
    known = equations_of(book)
    if known is None:
        return
    env, dims, covered = way
    for rule, origin in zip(known.rules, known.origins, strict=True):
        if sides[0].is_scalar != rule.lhs.is_scalar:
            continue
        for env1, dims1 in match(sides[0], rule.lhs, env, dims):
            for env2, dims2 in match(sides[1], rule.rhs, env1, dims1):
                if all(e is x or x.data[0] not in e.free for e in env2.values()):
                    yield env2, dims2, covered | {str(origin)}
