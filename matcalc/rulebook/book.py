"""The book of rules: one immutable object with every rule that holds, passed to whoever needs a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from ..terms import cache
from ..terms.data_files import rule_files, rules_text
from ..terms.errors import RuleError
from ..terms.expression import Expr
from ..terms.limits import uncounted
from ..terms.signatures import Signatures, operations, read_declarations
from ..terms.views import Views
from ..terms.walks import postorder
from .reader import LONGEST_TEXT, Rule, RuleSet, merged, read_rules
from .traits import linear_differentials, trait_rules

T = TypeVar("T")


class RuleBook(Views):
    """Rules, what properties imply, and the operations and functions that are known; it never changes.

    What other parts make of the rules (tables by operation, compiled differentials) they keep on the book, with `view`.

    >>> book = RuleBook.default()
    >>> more = book.extended("let X[n,n]\\nmy-det: det(X)*det(X) -> det(X)^2")
    >>> len(more.rules) - len(book.rules), [rule.label for rule in more.own]
    (1, ['my-det'])
    """

    def __init__(self, rules: RuleSet, signatures: Signatures):
        super().__init__()
        self.rules = rules.rules
        self.implications: Mapping[str, frozenset[str]] = MappingProxyType(dict(rules.implications))
        self.signatures = signatures
        self.own = tuple(r for r in rules.rules if r.own)  # the rules that do not come with matcalc

    def __repr__(self) -> str:
        own = f", {len(self.own)} of your own" if self.own else ""
        return f"<book of {len(self.rules)} rules and {len(self.signatures.table)} functions{own}>"

    @staticmethod
    def default() -> RuleBook:
        """The rules that come with matcalc."""
        with uncounted():
            return _shipped()

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

    def of_kind(self, kind: str) -> tuple[Rule, ...]:
        """The rules of a kind."""
        return tuple(r for r in self.rules if r.kind == kind)

    def rewrites(self, *uses: str) -> tuple[Rule, ...]:
        """The rewrites for some uses; see reader.USES."""
        return tuple(r for r in self.rules if r.kind == "rewrite" and not set(uses).isdisjoint(r.use.split()))


def _argument_ops(rule: Rule) -> tuple[str, ...]:
    return tuple(a.op for a in rule.lhs.args)


@lru_cache(maxsize=1)
def _shipped() -> RuleBook:
    texts = [(name, rules_text(name)) for name in rule_files()]
    key = (cache.code_stamp(), tuple(texts))

    def shipped() -> RuleSet:
        read = [read_rules(text, name) for name, text in texts if name != "operations.rules"]
        return merged([*read, RuleSet(trait_rules(operations().values()), {})])

    return RuleBook(cache.cached("rules", key, shipped, flat, from_flat), Signatures.shipped())


# --- the order in which rules are tried --------------------------------------------------------------------------


def _itself(row: Any) -> Rule:
    return row  # type: ignore[no-any-return]


def specific_first(rows: Sequence[T], rule: Callable[[T], Rule] = _itself) -> list[T]:
    """Rows in the order of their rules: the larger left side first, then by the form of the two sides.

    Labels, names of variables and the order of the lines have no part in it. A key is made only where those before
    it are equal.

    >>> rules = read_rules("let X[n,n]\\na: tr(X) -> tr(X')\\nb: tr(X') -> tr(X)").rules
    >>> [r.label for r in specific_first(rules)]
    ['b', 'a']
    """
    groups = [list(rows)]
    for key in _KEYS:
        groups = [part for group in groups for part in (_parted(group, rule, key) if len(group) > 1 else [group])]
    return [row for group in groups for row in group]


def _parted(rows: list[T], rule: Callable[[T], Rule], key: Callable[[Rule], Any]) -> list[list[T]]:
    """The rows by a key, those with equal keys together."""
    found: dict[Any, list[T]] = {}
    for row in rows:
        found.setdefault(key(rule(row)), []).append(row)
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


# --- as plain data, for the cache --------------------------------------------------------------------------------


def flat(rules: RuleSet) -> tuple[Any, ...]:
    """A set of rules as plain data."""
    p = cache.Packer()
    rows = [
        (
            (r.kind, r.label, r.citation, r.file, r.line, r.text, r.property, r.use),
            (p.add(r.lhs), p.add(r.rhs)),
            tuple((name, p.add_all(args)) for name, args in r.conditions),
            p.add_all(r.counter or ()),
            p.add_all((r.equal,) if r.equal is not None else ()),
            tuple((n, p.add(e)) for n, e in r.names.items()),
        )
        for r in rules.rules
    ]
    return (p.rows, rows, {left: sorted(right) for left, right in rules.implications.items()})


def from_flat(data: Any) -> RuleSet:
    """A set of rules from plain data."""
    nodes, rows, implications = data
    at = cache.unpack(nodes).__getitem__
    rules = [
        Rule(
            kind, label, at(lhs), at(rhs), tuple([(name, tuple(map(at, args))) for name, args in conditions]),
            citation, file, line, text, prop, tuple(map(at, counter)) or None,  # type: ignore[arg-type]
            {n: at(i) for n, i in names}, use, equal=at(equal[0]) if equal else None,
        )
        for (kind, label, citation, file, line, text, prop, use), (lhs, rhs), conditions, counter, equal, names in rows
    ]  # fmt: skip
    return RuleSet(tuple(rules), {left: frozenset(right) for left, right in implications.items()})
