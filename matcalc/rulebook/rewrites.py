"""The rewrites of a book in the order in which they are tried, each with what decides quickly that it cannot fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..terms.expression import Expr
from ..terms.records import replace
from ..terms.shapes import ONE, SCALAR
from ..terms.signatures import is_commutative, is_entrywise
from ..terms.walks import postorder
from .held import Held
from .outlines import FILLED, Outline, outlined
from .patterns import anchor, instantiate, is_pattern_variable, pattern_variable
from .reader import Rule

_COMMUTATIVE = frozenset(("add", "had", "prod"))
Look = str | tuple[str, str]  # the operation of an argument, or that and the one of an argument of it
Needs = tuple[frozenset[Look], tuple[tuple[str, frozenset[str]], ...], int]


class Rewrite:
    """A rewrite with its necessary conditions."""

    __slots__ = ("_of", "held", "inner", "morphism", "needs", "op", "outline", "rule", "widens")
    rule: Rule
    outline: Outline | None  # what its arguments look like, one by one; None where they are matched in any order
    widens: tuple[str, ...]  # the operation of a factor whose arguments may be products of its neighbours, if any

    def __init__(self, held: Held, needs: Needs):
        self.held, self.op = held, held.op
        # operations of arguments, and of what stands in these; those of which the arguments are needed too;
        # 1: f(A o B) -> f(A) o f(B), -1: the same in reversed order, 0: neither
        self.needs, self.inner, self.morphism = needs
        self._of: bool | None = None

    def __getattr__(self, name: str) -> Any:
        """The rule and what it looks like, made when they are first asked for: most rules are not."""
        if name == "rule":
            made: Any = self.held.rule
        elif name == "outline":
            lhs = self.rule.lhs
            made = None if lhs.op in _COMMUTATIVE or is_commutative(lhs) else outlined(lhs.args)
        elif name == "widens":
            k = anchor(self.rule.lhs.args)
            made = () if k is None else (self.rule.lhs.args[k].op,)
        else:
            raise AttributeError(name)
        setattr(self, name, made)
        return made

    def is_of(self, holomorphic: frozenset[str]) -> bool:
        """Whether both sides are made of holomorphic operations: then they agree for complex values as for real ones.

        Their difference is a holomorphic function that is 0 for all real values. A rule of the user's is tried at
        real values alone, so that it is not for complex ones: branches of logarithms and roots may differ there.
        """
        if self._of is None:
            sides = (self.rule.lhs, self.rule.rhs)
            self._of = not self.rule.own and all(e.op in holomorphic for side in sides for e in postorder(side))
        return self._of


def in_order(rules: Iterable[Held], patterns: bool = True) -> list[Rewrite]:
    """Rewrites by operation in the order of trial; where their names are patterns, with those for scalars.

    >>> from matcalc.rulebook.reader import read_rules
    >>> rules = read_rules("let X[n,n]\\na: tr(X') -> tr(X)\\nb: abs(X) .* abs(X) -> X.^2").rules
    >>> [(r.op, sorted(r.needs)) for r in in_order(map(Held.of, rules))]
    [('tr', ['t']), ('had', ['abs']), ('prod', ['abs'])]
    """
    held = {r.rule: r for r in rules}
    held |= {r: Held.of(r) for x in held if patterns and (r := scalar_instance(x)) is not None}
    found: dict[str, list[Rule]] = {}
    for rule in held:
        found.setdefault(rule.lhs.op, []).append(rule)
    return [Rewrite(held[r], _needs(r)) for rows in found.values() for r in specific_first(rows)]


def _needs(rule: Rule) -> Needs:
    """The necessary conditions of a rule."""
    needs = [(a.op, _inner(a)) for a in rule.lhs.args if not is_pattern_variable(a)]
    inner = tuple((op, below) for op, below in needs if below)
    looks: set[Look] = {op for op, _ in needs}
    looks |= {(op, b) for op, below in inner for b in below if b != "prod"}  # -A matches a number too
    return frozenset(looks), inner, _morphism(rule)


def _inner(pattern: Expr) -> frozenset[str]:
    """The operations that stand among the arguments of whatever a pattern matches."""
    return frozenset(a.op for a in pattern.args if not is_pattern_variable(a) and a.op not in FILLED)


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


# --- the order in which rules are tried --------------------------------------------------------------------------


def specific_first(rules: Sequence[Rule]) -> list[Rule]:
    """Rules in the order of trial: the larger left side first, then by the form of the two sides.

    Labels, names of variables and the order of the lines have no part in it. A key is made only where those before
    it are equal.

    >>> from matcalc.rulebook.reader import read_rules
    >>> rules = read_rules("let X[n,n]\\na: tr(X) -> tr(X')\\nb: tr(X') -> tr(X)").rules
    >>> [r.label for r in specific_first(rules)]
    ['b', 'a']
    """
    groups = [list(rules)]
    for key in _KEYS:
        groups = [part for group in groups for part in (_parted(group, key) if len(group) > 1 else [group])]
    return [rule for group in groups for rule in group]


def _parted(rules: list[Rule], key: Callable[[Rule], Any]) -> list[list[Rule]]:
    """The rules by a key, those with equal keys together."""
    found: dict[Any, list[Rule]] = {}
    for rule in rules:
        found.setdefault(key(rule), []).append(rule)
    return [found[k] for k in sorted(found)]


def _form(root: Expr) -> tuple[Any, ...]:
    """The nodes of an expression as rows, with variables and dimensions numbered as they come."""
    place: dict[Expr, int] = {}
    numbers: dict[str, int] = {}
    rows: list[tuple[Any, ...]] = []
    for e in postorder(root):
        place[e] = len(rows)
        shape = tuple(
            tuple((tuple(numbers.setdefault(n, len(numbers)) for n in mono), c) for mono, c in d.terms) for d in e.shape
        )
        data = "" if e.op in ("var", "d") else str(e.data)
        rows.append((e.op, data, tuple(place[a] for a in e.args), shape))
    return tuple(rows)


_KEYS: tuple[Callable[[Rule], Any], ...] = (
    lambda r: -sum(1 for _ in postorder(r.lhs)),
    lambda r: sum(1 for v in postorder(r.lhs) if v.op == "var"),
    lambda r: _form(r.lhs),
    lambda r: (_form(r.rhs), len(r.conditions)),
)
