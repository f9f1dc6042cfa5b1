"""Applying the simplification rules: which rule fits at the root of a node, with products and sums matched in part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..rulebook.book import RuleBook
from ..rulebook.equations import Equations
from ..rulebook.held import Held
from ..rulebook.outlines import FILLED
from ..rulebook.patterns import (
    Dims,
    Env,
    instantiate,
    match,
    match_runs,
    match_some,
)
from ..rulebook.properties import Facts
from ..rulebook.reader import Rule
from ..rulebook.rewrites import Look, Rewrite, in_order
from ..terms.errors import RuleError
from ..terms.expression import Expr, add, had, mm, prod
from ..terms.rebuild import rebuild

if TYPE_CHECKING:
    from ..terms.recorder import Recorder

_COMMUTATIVE = {"add", "had", "prod"}


class RuleTable:
    """Rules by the operation at the root of their left side. The order of the files does not matter."""

    def __init__(self, rows: Iterable[Rewrite]):
        self.by_op: dict[str, list[Rewrite]] = {}
        for row in rows:
            self.by_op.setdefault(row.op, []).append(row)
        self.needed: dict[str, tuple[frozenset[Look], frozenset[str]]] = {}
        self.near: dict[tuple[str, frozenset[Look]], list[Rewrite]] = {}  # the rows whose needs are among some

    def step(self, e: Expr, facts: Facts, recorder: Recorder | None = None) -> tuple[Expr, Rule] | None:
        """The result of the first rule that fits at the root, with the rule."""
        for c in self._rows(e):
            if c.inner and c.outline is None and not all(_there(need, e) for need in c.inner):
                continue
            if facts.complex and not e.free.isdisjoint(facts.complex) and not c.is_of(facts.holomorphic):
                continue
            got = _try(c, e, facts, recorder)
            if got is not None and got is not e:
                return got, c.rule
        return None

    def may_fit(self, e: Expr) -> bool:
        """Whether a rule may fit at the root, by the operations alone."""
        return any(all(_there(need, e) for need in c.inner) for c in self._rows(e))

    def _rows(self, e: Expr) -> Sequence[Rewrite]:
        """The rules whose needs are among the operations of the arguments."""
        if e.op not in self.by_op:
            return ()
        needed, deep = self.needed.get(e.op) or self._needs(e.op)
        looks: list[Look] = [a.op for a in e.args]
        if not deep.isdisjoint(looks):
            looks += [(a.op, b.op) for a in e.args if a.op in deep for b in a.args]
        have = needed.intersection(looks)
        rows = self.near.get((e.op, have))
        if rows is None:
            rows = self.near[e.op, have] = [c for c in self.by_op[e.op] if _among(c.needs, have)]
        return rows

    def _needs(self, op: str) -> tuple[frozenset[Look], frozenset[str]]:
        """What some rule about an operation needs, and the operations of arguments of which it needs more."""
        needed = _all_needs(self.by_op[op])
        found = self.needed[op] = needed, frozenset(n[0] for n in needed if type(n) is tuple)
        return found


class WithEquations(RuleTable):
    """The rules of a table after the equations of a question; one fits in a trace in each order of its factors."""

    def __init__(self, table: RuleTable, given: RuleTable):
        self.table, self.given = table, given

    def step(self, e: Expr, facts: Facts, recorder: Recorder | None = None) -> tuple[Expr, Rule] | None:
        """The result of the first equation that fits at the root, else of the first rule."""
        got = self.given.step(e, facts, recorder)
        if got is None and e.op == "tr" and e.args[0].op == "mm":
            factors = e.args[0].args
            for k in range(1, len(factors)):
                found = self.given.step(mm(*factors[k:], *factors[:k]), facts, recorder)
                if found is not None:
                    return rebuild(e, (found[0],)), found[1]
        return got or self.table.step(e, facts, recorder)

    def may_fit(self, e: Expr) -> bool:
        """Whether an equation or a rule may fit at the root."""
        return self.given.may_fit(e) or self.table.may_fit(e)


def with_equations(table: RuleTable, facts: Facts) -> RuleTable:
    """A table of rules, with the equations of a question before them where they may be used."""
    return table if facts.equations is None else WithEquations(table, facts.equations.view(_given))


def replaced_names(facts: Facts) -> dict[Expr, Expr]:
    """The names that an equation of a question replaces, with what stands for them."""
    return {} if facts.equations is None else {r.lhs: r.rhs for r in facts.equations.rules if not r.lhs.args}


def _given(equations: Equations) -> RuleTable:
    return RuleTable(in_order(map(Held.of, equations.rules), patterns=False))


def _all_needs(rows: Iterable[Rewrite]) -> frozenset[Look]:
    """The operations of arguments that some rule needs; a number may be an array of one entry."""
    found: frozenset[Look] = frozenset().union(*(c.needs for c in rows))
    return found if found.isdisjoint(FILLED) else found | {"num"}


def _among(needs: frozenset[Look], have: frozenset[Look]) -> bool:
    """Whether arguments with some operations may be what a rule needs."""
    return needs <= have or ("num" in have and needs - FILLED <= have)


def _there(need: tuple[str, frozenset[str]], e: Expr) -> bool:
    """Whether an argument is at all like one that a pattern needs: a look that is linear in the arguments."""
    op, inner = need
    return any(a.op == op and inner <= {b.op for b in a.args} for a in e.args)


def simplifying(book: RuleBook) -> RuleTable:
    """The rules that simplify answers."""
    return RuleTable(book.in_order("simplify", "tidy"))


def expanding(book: RuleBook) -> RuleTable:
    """Those and the rules that make longer forms."""
    return RuleTable(book.in_order("simplify", "tidy", "expand"))


def longer(book: RuleBook) -> RuleTable:
    """The rules that make longer forms, which may cancel."""
    return RuleTable(book.in_order("expand"))


def joining(book: RuleBook) -> RuleTable:
    """The rules that simplify and those that put products together."""
    return RuleTable(book.in_order("simplify", "tidy", "join"))


def joined(book: RuleBook) -> RuleTable:
    """Those that put products together alone."""
    return RuleTable(book.in_order("join"))


def recognising(book: RuleBook) -> RuleTable:
    """The rules that are used before differentiating."""
    return RuleTable(book.in_order("recognise"))


def tidying(book: RuleBook) -> RuleTable:
    """The rules that nobody writes a line for: factors I and exponents 1 and 0."""
    return RuleTable(book.in_order("tidy"))


def refuse_circle(
    e: Expr, new: Expr, redirect: Mapping[Expr, Expr], memo: Mapping[Expr, Expr], own: Iterable[tuple[Rule, Expr]]
) -> None:
    """RuleError if rules of the user's, which ran on some nodes, lead from a node back to itself."""
    circle, at = {e}, new
    while at in redirect and at not in circle:
        circle.add(at)
        at = redirect[at]
    pending = circle if at in circle else {a for a in redirect if a not in memo}
    guilty = [rule for rule, before in own if before in pending]
    if guilty:
        raise endless(guilty)


def endless(rules: Iterable[Rule]) -> RuleError:
    """The error for rules of the user's that were used again and again."""
    names = [label for label, _ in Counter(r.label for r in rules).most_common(3)]
    return RuleError(f"the rewriting by {' and '.join(names)} does not come to an end")


def _holds(rule: Rule, e: Expr, env: Env, dims: Dims, facts: Facts, recorder: Recorder | None) -> bool:
    """Whether all conditions of a rule are known to hold for a match."""
    for prop, args in rule.conditions:
        got = tuple(instantiate(a, env, dims) for a in args)
        if not facts.holds(prop, *got):
            if recorder is not None:
                recorder.stopped(rule, e, prop, got)
            return False
    return True


def _has_products(e: Expr, op: str) -> bool:
    """Whether a product of matrices stands in an argument of this operation."""
    return any(x.op == op and any(a.op == "mm" for a in x.args) for x in e.args)


def _try(c: Rewrite, e: Expr, facts: Facts, recorder: Recorder | None = None) -> Expr | None:
    """The result of one rule at the root of an expression; None if it does not fit."""
    rule = c.rule
    lhs = rule.lhs
    if c.morphism:
        inner = e.args[0]
        square = lhs.args[0].args[0].shape
        if square[0] is square[1] and any(a.shape[0] is not a.shape[1] for a in inner.args):
            return None
        images = tuple(rebuild(e, (a,)) for a in inner.args)
        return rebuild(inner, images[:: c.morphism])
    if lhs.op in _COMMUTATIVE:
        for (env, dims), rest in match_some(lhs, e, {}, {}):
            if _holds(rule, e, env, dims, facts, recorder):
                out = instantiate(rule.rhs, env, dims)
                if not rest:
                    return out
                if lhs.op == "prod":
                    return prod(*(x for x in rest if x.is_scalar), out, *(x for x in rest if not x.is_scalar))
                return add(out, *rest) if lhs.op == "add" else had(out, *rest)
        return None
    if lhs.op == "mm":
        k, outline = len(lhs.args), c.outline
        assert outline is not None
        starts = [i for i in outline.places(e.args, k) if outline.fits(e.args[i : i + k])]
        if not starts and not (c.widens and _has_products(e, c.widens[0])):
            return None
        for (env, dims), start, stop in match_runs(lhs.args, e.args, starts):
            if _holds(rule, e, env, dims, facts, recorder):
                out = instantiate(rule.rhs, env, dims)
                before, after = e.args[:start], e.args[stop:]
                if out.is_scalar and before and after:
                    return prod(out, mm(*before, *after))
                return mm(*before, out, *after) if before or after else out
        return None
    if c.outline is not None and (len(e.args) != len(lhs.args) or not c.outline.fits(e.args)):
        return None
    for env, dims in match(lhs, e, {}, {}):
        if _holds(rule, e, env, dims, facts, recorder):
            return instantiate(rule.rhs, env, dims)
    return None
