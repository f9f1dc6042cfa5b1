"""Rules as tables look for them: by kind and operation, the sides made when a rule is asked for.

A question needs few of the rules. Those that come from the cache stay packed until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..terms import cache
from ..terms.limits import uncounted
from .reader import Rule

Head = tuple[str, str, str, str]  # kind, operation at the root of the left side, property, use


class Held:
    """A rule of a book: what it is about, and the rule itself.

    >>> from matcalc.rulebook.reader import read_rules
    >>> (rule,) = read_rules("let X[n,n]\\nt-twice: (X')' -> X").rules
    >>> again = Held(*head(rule), packed=packed(rule))
    >>> again.kind, again.op, str(again.rule)
    ('rewrite', 't', "t-twice: (X')' -> X")
    """

    __slots__ = ("_made", "_packed", "kind", "op", "property", "use")

    def __init__(self, kind: str, op: str, prop: str, use: str, rule: Rule | None = None, packed: bytes = b""):
        self.kind, self.op, self.property, self.use = kind, op, prop, use
        self._made, self._packed = [] if rule is None else [rule], packed

    @classmethod
    def of(cls, rule: Rule) -> Held:
        """A rule that is there."""
        return cls(*head(rule), rule=rule)

    @property
    def rule(self) -> Rule:
        """The rule."""
        if not self._made:
            with uncounted():
                self._made.append(unpacked(self._packed))
        return self._made[0]  # the first of two threads gives it to both


def head(rule: Rule) -> Head:
    """What tables look for in a rule."""
    return rule.kind, rule.lhs.op, rule.property, rule.use


def packed(rule: Rule) -> bytes:
    """A rule in bytes."""
    r, p = rule, cache.Packer()
    texts = (r.kind, r.label, r.citation, r.file, r.line, r.text, r.property, r.use, r.own)
    sides = (p.add(r.lhs), p.add(r.rhs))
    conditions = tuple((name, p.add_all(args)) for name, args in r.conditions)
    names = tuple((n, p.add(e)) for n, e in r.names.items())
    more = (p.add_all(r.counter or ()), p.add_all((r.equal,) if r.equal is not None else ()))
    return cache.dumped((texts, sides, conditions, more, names, p.rows))


def unpacked(data: bytes) -> Rule:
    """The rule that `packed` made bytes of."""
    texts, (lhs, rhs), conditions, (counter, equal), names, rows = cache.loaded(data)
    kind, label, citation, file, line, text, prop, use, own = texts
    at = cache.unpack(rows).__getitem__
    given = tuple([(name, tuple(map(at, args))) for name, args in conditions])
    bound: Any = tuple(map(at, counter)) or None
    return Rule(kind, label, at(lhs), at(rhs), given, citation, file, line, text, prop, bound,
                {n: at(i) for n, i in names}, use, own, at(equal[0]) if equal else None)  # fmt: skip


def by_subject(rules: Sequence[Held]) -> dict[tuple[str, str, str], list[Held]]:
    """Rules by kind, operation and property."""
    found: dict[tuple[str, str, str], list[Held]] = {}
    for r in rules:
        found.setdefault((r.kind, r.op, r.property), []).append(r)
    return found
