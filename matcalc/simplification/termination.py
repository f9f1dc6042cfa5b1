"""Rewrites of the user's own come to an end: none grows, and none goes round in circles with the others."""

from __future__ import annotations

from collections.abc import Iterable

from ..rulebook.book import RuleBook
from ..rulebook.patterns import instantiate, is_pattern_variable
from ..rulebook.properties import PROPERTIES, Facts
from ..rulebook.reader import Rule
from ..terms.errors import RuleError
from ..terms.expression import Expr, var
from ..terms.walks import postorder
from .normal import Simplifier
from .recognition import recogniser


def refuse_growing(rules: Iterable[Rule]) -> None:
    """Refuse rewrites whose right side is the left, or costs more; longer forms are for `use expand`."""
    for r in rules:
        if r.kind != "rewrite":
            continue
        if r.lhs is r.rhs:
            raise r.error("both sides are the same")
        if r.use != "expand" and r.rhs.cost > r.lhs.cost:
            raise r.error("the right side is longer than the left: turn the rule round, or write `use expand` above it")


def refuse_circles(rules: Iterable[Rule], book: RuleBook) -> None:
    """Try each rewrite on its own sides, together with all rules of the book; RuleError if that does not end."""
    for r in rules:
        if r.kind != "rewrite":
            continue
        for side in sides(r):
            try:
                if r.use == "recognise":
                    recogniser(side, book).run(side)
                else:
                    Simplifier(Facts(book=book)).run(side)
            except RuleError as error:
                raise r.error(str(error)) from None


def sides(rule: Rule) -> tuple[Expr, Expr]:
    """The sides of a rule with real variables, which have the properties that its conditions ask for."""
    wanted = {v: {p for p, args in rule.conditions if args == (v,)} & PROPERTIES for v in rule.names.values()}
    env = {
        v: var(v.data[0], v.shape, tuple(wanted.get(v, ())))
        for e in (rule.lhs, rule.rhs)
        for v in postorder(e)
        if is_pattern_variable(v)
    }
    return instantiate(rule.lhs, env, {}), instantiate(rule.rhs, env, {})
