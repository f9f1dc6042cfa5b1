"""The book of rules: one immutable object with every rule that holds, passed to whoever needs a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ..terms import cache
from ..terms.data_files import rule_files, rules_content, rules_text
from ..terms.errors import RuleError
from ..terms.limits import uncounted
from ..terms.signatures import Signatures, operations, read_declarations
from ..terms.views import Views
from .held import Held, by_subject, packed
from .reader import LONGEST_TEXT, Rule, RuleSet, merged, read_rules
from .rewrites import Rewrite, in_order
from .traits import linear_differentials, trait_rules


class RuleBook(Views):
    """Rules, what properties imply, and the operations and functions that are known; it never changes.

    What other parts make of the rules (tables by operation, compiled differentials) they keep on the book, with `view`.

    >>> book = RuleBook.default()
    >>> more = book.extended("let X[n,n]\\nmy-det: det(X)*det(X) -> det(X)^2")
    >>> len(more.rules) - len(book.rules), [rule.label for rule in more.own]
    (1, ['my-det'])
    """

    def __init__(self, rules: RuleSet | Shelf, signatures: Signatures):
        super().__init__()
        held, rewrites, implications = rules if isinstance(rules, tuple) else shelf(rules)
        self._held, self._rewrites, self._subjects = held, rewrites, by_subject(held)
        self._about: dict[tuple[str, str, str], tuple[Rule, ...]] = {}
        self.implications: Mapping[str, frozenset[str]] = MappingProxyType(dict(implications))
        self.signatures = signatures
        # the rules that do not come with matcalc
        self.own = () if isinstance(rules, tuple) else tuple(r for r in rules.rules if r.own)
        self.complex: frozenset[str] = frozenset()  # the names of complex variables

    def __repr__(self) -> str:
        own = f", {len(self.own)} of your own" if self.own else ""
        return f"<book of {len(self._held)} rules and {len(self.signatures.table)} functions{own}>"

    @staticmethod
    def default() -> RuleBook:
        """The rules that come with matcalc."""
        with uncounted():
            return _shipped()

    def over(self, names: frozenset[str]) -> RuleBook:
        """The same book for a question in which some variables are complex."""
        if names == self.complex:
            return self
        other = copy(self)
        other.complex = names
        return other

    def extended(self, text: str, name: str = "your rules") -> RuleBook:
        """A new book with the rules of a text besides these; RuleError tells the line that cannot be used.

        The text names new elementwise functions by stating their differentials or values. Whether the rules are true
        is not tested here: see `matcalc.numbers.rulecheck`.
        """
        if len(text) > LONGEST_TEXT:
            raise RuleError(f"{name} is longer than {LONGEST_TEXT} characters")
        new = {f: op for f, op in read_declarations(text).items() if self.signatures.operation(f) is None}
        signatures = self.signatures.extended(new.values())
        more = read_rules(text, name, signatures, own=True)
        self._refuse_known(more.rules, frozenset(new))
        stated_too = {r.lhs.op for r in more.rules if r.kind == "differential"}
        linear = linear_differentials((op for f, op in new.items() if f not in stated_too), name)
        stated = RuleSet((*trait_rules(new.values(), name), *linear), {})
        both = merged((RuleSet(self.rules, dict(self.implications)), more, stated))
        return RuleBook(both, signatures)

    def _refuse_known(self, rules: Iterable[Rule], new: frozenset[str]) -> None:
        """A function has one differential and one definition."""
        differentials = {(r.lhs.op, _argument_ops(r)) for r in self.rules if r.kind == "differential"}
        defined = {r.property for r in self.rules if r.kind == "definition"}
        seen: set[tuple[str, str]] = set()
        for r in rules:
            function = r.property if r.kind == "definition" else r.lhs.op
            if r.kind == "definition" and (function not in new and (function in defined or not self._own(function))):
                raise r.error(f"the function {function} is known")
            if r.kind == "differential" and (function, _argument_ops(r)) in differentials:
                raise r.error(f"the differential of {function} is known")
            if r.kind in ("definition", "differential") and r.lhs.is_elementwise:
                if (r.kind, function) in seen:
                    raise r.error(f"there are two lines of this kind for {function}")
                seen.add((r.kind, function))

    def _own(self, function: str) -> bool:
        """Whether a function came in by rules of the user's."""
        return any(r.kind == "differential" and r.lhs.op == function for r in self.own)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules."""
        return self.view(_all)

    def of_kind(self, kind: str) -> tuple[Rule, ...]:
        """The rules of a kind."""
        return tuple([r.rule for r in self._held if r.kind == kind])

    def about(self, kind: str, op: str, prop: str = "") -> tuple[Rule, ...]:
        """The rules of a kind with an operation at the root of the left side; facts of a property."""
        key = (kind, op, prop)
        found = self._about.get(key)
        if found is None:
            found = self._about[key] = tuple([r.rule for r in self._subjects.get(key, ())])
        return found

    def rewrites(self, *uses: str) -> tuple[Rule, ...]:
        """The rewrites for some uses; see reader.USES."""
        return tuple([r.rule for r in self._held if r.kind == "rewrite" and not _none_of(uses, r)])

    def in_order(self, *uses: str) -> list[Rewrite]:
        """The rewrites for some uses as tables try them, those for scalars among them."""
        return [r for r in self._rewrites if not _none_of(uses, r.held)]


def _argument_ops(rule: Rule) -> tuple[str, ...]:
    return tuple(a.op for a in rule.lhs.args)


def _all(book: RuleBook) -> tuple[Rule, ...]:
    return tuple([r.rule for r in book._held])


def _none_of(uses: Iterable[str], r: Held) -> bool:
    return r.use not in uses and frozenset(uses).isdisjoint(r.use.split())


def shelf(rules: RuleSet) -> Shelf:
    """A set of rules as tables look for them."""
    held = [Held.of(r) for r in rules.rules]
    return held, in_order(r for r in held if r.kind == "rewrite"), rules.implications


@lru_cache(maxsize=1)
def _shipped() -> RuleBook:
    names = rule_files()
    key = (cache.code_stamp(_ROOMS), *((name, rules_content(name)) for name in names))

    def shipped() -> Shelf:
        read = [read_rules(rules_text(name), name) for name in names if name != "operations.rules"]
        return shelf(merged([*read, RuleSet(trait_rules(operations().values()), {})]))

    return RuleBook(cache.cached("rules", key, shipped, flat, from_flat), Signatures.shipped())


_ROOMS = ("terms", "language", "rulebook")  # what the rules are read with


# --- as plain data, for the cache --------------------------------------------------------------------------------

Shelf = tuple[list[Held], list[Rewrite], dict[str, frozenset[str]]]


def flat(shelf: Shelf) -> tuple[Any, ...]:
    """The rules of a book, the order of its rewrites, and what properties imply, as plain data."""
    rules, rewrites, implications = shelf
    every = list(dict.fromkeys((*rules, *(r.held for r in rewrites))))  # those for scalars last
    place = {r: i for i, r in enumerate(every)}
    rows = [(r.kind, r.op, r.property, r.use, packed(r.rule)) for r in every]
    order = []
    for r in rewrites:
        below = tuple((op, tuple(sorted(ops))) for op, ops in r.inner)
        order.append((place[r.held], tuple(sorted(r.needs, key=str)), below, r.morphism))
    return rows, order, len(rules), {left: sorted(right) for left, right in implications.items()}


def from_flat(data: Any) -> Shelf:
    """The rules of a book from plain data; each is made when it is asked for."""
    rows, order, count, implications = data
    rules = [Held(kind, op, prop, use, packed=content) for kind, op, prop, use, content in rows]
    rewrites = []
    for i, needs, inner, morphism in order:
        below = tuple([(op, frozenset(ops)) for op, ops in inner])
        rewrites.append(Rewrite(rules[i], (frozenset(needs), below, morphism)))
    return rules[:count], rewrites, {left: frozenset(right) for left, right in implications.items()}
