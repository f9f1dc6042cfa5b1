"""Applying the simplification rules: which rule fits at the root of a node, with products and sums matched in part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ..rulebook.book import RuleBook, specific_first
from ..rulebook.equations import Equations
from ..rulebook.outlines import FILLED, Outline, outlined
from ..rulebook.patterns import (
    Dims,
    Env,
    anchor,
    instantiate,
    is_pattern_variable,
    match,
    match_runs,
    match_some,
    pattern_variable,
)
from ..rulebook.properties import Facts
from ..rulebook.reader import Rule
from ..terms.errors import RuleError
from ..terms.expression import Expr, add, had, mm, prod
from ..terms.rebuild import rebuild
from ..terms.records import dataclass, replace
from ..terms.shapes import ONE, SCALAR
from ..terms.signatures import is_commutative, is_entrywise
from ..terms.walks import postorder

if TYPE_CHECKING:
    from ..terms.recorder import Recorder

_COMMUTATIVE = {"add", "had", "prod"}
Look = str | tuple[str, str]  # the operation of an argument, or that and the one of an argument of it


@dataclass(frozen=True, eq=False)
class Compiled:
    """A rule with what decides quickly that it cannot fit."""

    rule: Rule
    needs: frozenset[Look]  # operations of arguments, and of what stands in these
    inner: tuple[tuple[str, frozenset[str]], ...]  # those of which the arguments are needed too
    morphism: int  # 1: f(A o B) -> f(A) o f(B), -1: the same in reversed order, 0: neither

    @cached_property
    def outline(self) -> Outline | None:
        """What its arguments look like, one by one; None where they are matched in any order."""
        lhs = self.rule.lhs
        return None if lhs.op in _COMMUTATIVE or is_commutative(lhs) else outlined(lhs.args)

    @cached_property
    def widens(self) -> tuple[str, ...]:
        """The operation of a factor whose arguments may be products of its neighbours, if there is one."""
        k = anchor(self.rule.lhs.args)
        return () if k is None else (self.rule.lhs.args[k].op,)


class RuleTable:
    """Rules by the operation at the root of their left side. The order of the files does not matter."""

    def __init__(self, rules: Iterable[Rule], patterns: bool = True):
        found: dict[str, list[Compiled]] = {}
        rules = list(rules)
        for rule in [*rules, *(r for x in rules if patterns and (r := scalar_instance(x)) is not None)]:
            found.setdefault(rule.lhs.op, []).append(_compiled(rule))
        self.by_op = {op: specific_first(rows, lambda c: c.rule) for op, rows in found.items()}
        self.needed = {op: _all_needs(rows) for op, rows in self.by_op.items()}
        self.deep = {op: frozenset(n[0] for n in needed if type(n) is tuple) for op, needed in self.needed.items()}
        self.near: dict[tuple[str, frozenset[Look]], list[Compiled]] = {}  # the rows whose needs are among some

    def step(self, e: Expr, facts: Facts, recorder: Recorder | None = None) -> tuple[Expr, Rule] | None:
        """The result of the first rule that fits at the root, with the rule."""
        for c in self._rows(e):
            if c.inner and c.outline is None and not all(_there(need, e) for need in c.inner):
                continue
            got = _try(c, e, facts, recorder)
            if got is not None and got is not e:
                return got, c.rule
        return None

    def may_fit(self, e: Expr) -> bool:
        """Whether a rule may fit at the root, by the operations alone."""
        return any(all(_there(need, e) for need in c.inner) for c in self._rows(e))

    def _rows(self, e: Expr) -> Sequence[Compiled]:
        """The rules whose needs are among the operations of the arguments."""
        needed = self.needed.get(e.op)
        if needed is None:
            return ()
        looks: list[Look] = [a.op for a in e.args]
        deep = self.deep[e.op]
        if not deep.isdisjoint(looks):
            looks += [(a.op, b.op) for a in e.args if a.op in deep for b in a.args]
        have = needed.intersection(looks)
        rows = self.near.get((e.op, have))
        if rows is None:
            rows = self.near[e.op, have] = [c for c in self.by_op[e.op] if _among(c.needs, have)]
        return rows


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
    return RuleTable(equations.rules, patterns=False)


def _compiled(rule: Rule) -> Compiled:
    """A rule with its necessary conditions."""
    needs = [(a.op, _inner(a)) for a in rule.lhs.args if not is_pattern_variable(a)]
    inner = tuple((op, below) for op, below in needs if below)
    looks: set[Look] = {op for op, _ in needs}
    looks |= {(op, b) for op, below in inner for b in below if b != "prod"}  # -A matches a number too
    return Compiled(rule, frozenset(looks), inner, _morphism(rule))


def _inner(pattern: Expr) -> frozenset[str]:
    """The operations that stand among the arguments of whatever a pattern matches."""
    return frozenset(a.op for a in pattern.args if not is_pattern_variable(a) and a.op not in FILLED)


def _all_needs(rows: Iterable[Compiled]) -> frozenset[Look]:
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
    return RuleTable(book.rewrites("simplify", "tidy"))


def expanding(book: RuleBook) -> RuleTable:
    """Those and the rules that make longer forms."""
    return RuleTable(book.rewrites("simplify", "tidy", "expand"))


def longer(book: RuleBook) -> RuleTable:
    """The rules that make longer forms, which may cancel."""
    return RuleTable(book.rewrites("expand"))


def joining(book: RuleBook) -> RuleTable:
    """The rules that simplify and those that put products together."""
    return RuleTable(book.rewrites("simplify", "tidy", "join"))


def joined(book: RuleBook) -> RuleTable:
    """Those that put products together alone."""
    return RuleTable(book.rewrites("join"))


def recognising(book: RuleBook) -> RuleTable:
    """The rules that are used before differentiating."""
    return RuleTable(book.rewrites("recognise"))


def tidying(book: RuleBook) -> RuleTable:
    """The rules that nobody writes a line for: factors I and exponents 1 and 0."""
    return RuleTable(book.rewrites("tidy"))


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


_ENTRYWISE = frozenset(("had", "epow", "add", "prod", "pow", "ones", "zeros", "var", "num"))


def scalar_instance(rule: Rule) -> Rule | None:
    """An entrywise rule for arrays as a rule for scalars, where the two are written differently."""
    nodes = list(postorder(rule.lhs))
    if not any(e.op in ("had", "epow") for e in nodes):
        return None
    if not all(_entrywise(e) for e in (*nodes, *postorder(rule.rhs))):
        return None
    dims = {n: ONE for v in nodes for d in v.shape for n in d.names}
    env = {v: pattern_variable(v.data.name, SCALAR) for v in nodes if is_pattern_variable(v)}
    lhs, rhs = instantiate(rule.lhs, env, dims), instantiate(rule.rhs, env, dims)
    if lhs is rule.lhs or is_pattern_variable(lhs):
        return None
    conditions = tuple((p, tuple(instantiate(a, env, dims) for a in args)) for p, args in rule.conditions)
    return replace(rule, lhs=lhs, rhs=rhs, conditions=conditions)


def _entrywise(e: Expr) -> bool:
    return e.op in _ENTRYWISE or e.is_elementwise or is_entrywise(e)


def _morphism(rule: Rule) -> int:
    """Whether a rule carries an operation over a binary product, so that it holds for any number of factors."""
    lhs, rhs = rule.lhs, rule.rhs
    if rule.conditions or len(lhs.args) != 1 or lhs.args[0].op not in ("mm", "add", "had") or rhs.op != lhs.args[0].op:
        return 0
    parts = lhs.args[0].args
    images = tuple(r.args[0] if r.op == lhs.op else r for r in rhs.args)
    if len(parts) != 2 or len(images) != 2 or not all(is_pattern_variable(p) for p in parts):
        return 0
    if any(r.op != lhs.op for r in rhs.args):
        return 0
    return 1 if images == parts else -1 if images == parts[::-1] else 0


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


def _try(c: Compiled, e: Expr, facts: Facts, recorder: Recorder | None = None) -> Expr | None:
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
