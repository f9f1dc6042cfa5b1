"""The solutions of equations (rules/stationary.rules): which rule fits an equation, and what it says of the unknown."""

from __future__ import annotations

from collections.abc import Iterator

from ..terms.expression import Expr, var
from ..terms.rebuild import substitute
from ..terms.records import dataclass, replace
from .book import RuleBook
from .patterns import instantiate, match
from .reader import Condition, Rule
from .rewrites import specific_first


@dataclass(frozen=True)
class Solution:
    """What a rule says of the unknown of an equation: its value where the conditions hold."""

    value: Expr
    conditions: tuple[Condition, ...]
    rule: Rule
    arbitrary: tuple[Expr, ...] = ()  # what may be chosen at will


def solved(rule: Rule) -> Rule:
    """A solution as the identity that it is, with the value in place of the unknown; other rules as they are."""
    if rule.kind != "solution":
        return rule
    assert rule.equal is not None
    return replace(rule, lhs=substitute(rule.lhs, {rule.names[rule.property]: rule.rhs}), rhs=rule.equal)


def _of_equations(book: RuleBook) -> list[tuple[Rule, tuple[Expr, ...]]]:
    """The solutions, the most specific first, each with the names that are arbitrary."""
    found = []
    for rule in specific_first(book.of_kind("solution")):
        assert rule.equal is not None
        known = rule.lhs.free | rule.equal.free
        found.append((rule, tuple(rule.names[n] for n in sorted(rule.rhs.free - known))))
    return found


def solutions(left: Expr, right: Expr, unknown: Expr, book: RuleBook) -> Iterator[Solution]:
    """What the rules say of the unknown of the equation left = right, where nothing else depends on it.

    >>> from matcalc.language.parse import parse_expression
    >>> e = parse_expression("A*x + b", "A: matrix(n,n), b: vector(n)").expr
    >>> [str(s.value) for s in solutions(e.args[0], e.args[1], e.args[0].args[1], RuleBook.default())]
    ['inv(A)*b']
    """
    for rule, arbitrary in book.view(_of_equations):
        assert rule.equal is not None
        target = rule.names[rule.property]
        for env, dims in match(rule.lhs, left, {}, {}):
            if env.get(target) is not unknown:
                continue
            for both, sizes in match(rule.equal, right, env, dims):
                more = {v: var(v.data[0], tuple(n.substitute(sizes) for n in v.shape)) for v in arbitrary}
                conditions = tuple((p, tuple(instantiate(a, both, sizes) for a in args)) for p, args in rule.conditions)
                value = instantiate(rule.rhs, {**both, **more}, sizes)
                yield Solution(value, conditions, rule, tuple(more.values()))
                break
            else:
                continue
            break
