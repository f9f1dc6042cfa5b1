"""What is known of an expression: properties declared, implied and inferred, three-valued (yes, no, unknown)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..terms.expression import Expr
from ..terms.shapes import SCALAR
from .book import RuleBook
from .equations import equations_of
from .holomorphic import holomorphic
from .patterns import instantiate, match
from .reader import Rule

# Properties that restrict a variable to a set without interior: a derivative by that variable must not use them.
STRUCTURAL = frozenset(("symmetric", "skew", "diagonal", "orthogonal", "lower", "upper", "spd", "psd"))
PROPERTIES = STRUCTURAL | {"invertible", "positive", "nonnegative", "unit", "small"}
# What only real numbers have: nothing that is complex is known to have it.
ORDERED = frozenset(
    ("positive", "nonnegative", "above_one", "unit", "spd", "psd", "small", "nowhere_zero", "nonzero")
)  # fmt: skip


def closure(properties: frozenset[str], book: RuleBook | None = None) -> frozenset[str]:
    """All that a set of properties implies (rules/properties.rules).

    >>> sorted(closure(frozenset(["spd"])))
    ['invertible', 'nonzero', 'psd', 'spd', 'symmetric']
    """
    book = book or RuleBook.default()
    kept = book.view(_closures)
    found = kept.get(properties)
    if found is None:
        found = kept[properties] = _closed(properties, book.implications)
    return found


def _closures(_: RuleBook) -> dict[frozenset[str], frozenset[str]]:
    return {}


def _closed(properties: frozenset[str], table: Mapping[str, frozenset[str]]) -> frozenset[str]:
    known = set(properties)
    lines = [(set(left.split(", ")), implied) for left, implied in table.items()]
    grown = True
    while grown:
        more = set().union(*(implied for left, implied in lines if left <= known)) - known
        known |= more
        grown = bool(more)
    return frozenset(known)


def _stronger(book: RuleBook) -> dict[str, list[list[str]]]:
    """For each property those that imply it, one or several together."""
    table: dict[str, list[list[str]]] = {}
    for left, implied in book.implications.items():
        for weaker in implied:
            table.setdefault(weaker, []).append(left.split(", "))
    return table


class Facts:
    """Answers to `has this expression this property`; structural properties of some variables can be left out.

    >>> from matcalc.terms.expression import as_shape, mm, t, var
    >>> A = var("A", as_shape("m", "n"))
    >>> Facts().ask("symmetric", mm(t(A), A)), Facts().ask("symmetric", A)
    (True, None)
    """

    def __init__(self, hidden: Collection[str] = (), depth: int = 12, book: RuleBook | None = None,
                 nowhere_zero: Collection[Expr] = (), stated: bool = False):  # fmt: skip
        self.book = book or RuleBook.default()
        self.equations = equations_of(self.book) if stated else None  # those of the question, where they may be used
        self.stronger = self.book.view(_stronger)
        self.hidden = frozenset(hidden)
        self.complex = self.book.complex
        self.memo: dict[tuple[str, Expr], bool | None] = {}
        self.depth = depth
        self.nowhere_zero = frozenset(map(without_number, nowhere_zero))  # what an answer takes for granted
        self.leaned = False  # whether that was used

    @property
    def holomorphic(self) -> frozenset[str]:
        """The operations of which rules for complex variables are made."""
        return self.book.view(holomorphic)

    def holds(self, prop: str, *args: Expr) -> bool:
        """Whether a property is known to hold."""
        if prop == "distinct":
            return False
        return self.ask(prop, args[0]) is True

    def ask(self, prop: str, e: Expr, level: int = 0) -> bool | None:
        """True, False, or None where it is not known."""
        if self.complex and (prop in ORDERED or prop == "real") and not e.free.isdisjoint(self.complex):
            return None
        key = (prop, e)
        if key in self.memo:
            return self.memo[key]
        if level > self.depth:
            return None
        self.memo[key] = None  # a property that depends on itself is unknown
        answer = self._ask(prop, e, level)
        self.memo[key] = answer
        return answer

    def _ask(self, prop: str, e: Expr, level: int) -> bool | None:
        if prop == "scalar":
            return e.is_scalar
        if prop == "real":
            return True
        if prop == "integer":
            return isinstance(e.data, int) if e.op == "num" else e.op in ("counter", "size") or None
        if prop == "even":
            return isinstance(e.data, int) and e.data % 2 == 0 if e.op == "num" else None
        if prop == "nowhere_zero":
            if without_number(e) in self.nowhere_zero:
                self.leaned = True
                return True
            if e.is_scalar:
                return self.ask("nonzero", e, level + 1)
        if e.op == "var":
            properties = e.data[2]
            if e.data[0] in self.hidden:
                properties = properties - STRUCTURAL
            if properties and prop in closure(properties, self.book):
                return True
            if e.shape != SCALAR and not self.book.about("fact", "var", prop):
                return None  # the closure has all that its properties imply
        if e.op == "size" and prop in ("positive", "nonzero"):
            return True
        if e.op == "const":
            return True if prop in ("positive", "nonnegative", "nonzero", "invertible") else None
        if e.op == "num":
            return _number(prop, e.data)
        if e.is_scalar and prop in ("symmetric", "diagonal", "lower", "upper"):
            return True
        for rule in self.book.about("fact", e.op, prop):
            for env, dims in match(rule.lhs, e, {}, {}):
                wanted = [(p, instantiate(a[0], env, dims)) for p, a in rule.conditions]
                if all(self.ask(p, x, level + 1) for p, x in wanted):
                    self.note(prop, e, rule, wanted)
                    return True
        if e.op in ("add", "prod", "had", "mm") and len(e.args) > 2 and self._all(prop, e, level):
            return True
        for stronger in self.stronger.get(prop, ()):
            if all(self.ask(p, e, level + 1) for p in stronger):
                return True
        return None

    def note(self, prop: str, e: Expr, rule: Rule, wanted: list[tuple[str, Expr]]) -> None:
        """A property was found by a rule from what it asks of other expressions; nothing is kept here."""

    def _all(self, prop: str, e: Expr, level: int) -> bool:
        """A property that a binary fact carries over from both arguments holds for any number of them."""
        for rule in self.book.about("fact", e.op, prop):
            a, b = ((*rule.lhs.args, None, None))[:2]
            wanted = {(p, x[0]) for p, x in rule.conditions}
            if len(rule.lhs.args) == 2 and wanted == {(prop, a), (prop, b)}:
                return all(self.ask(prop, x, level + 1) for x in e.args)
        return False


def without_number(e: Expr) -> Expr:
    """A term without the number in front, which says nothing of where it is zero."""
    is_multiple = e.op == "prod" and len(e.args) == 2 and e.args[0].op == "num" and e.args[0].data != 0
    return e.args[1] if is_multiple else e


def _number(prop: str, value: object) -> bool | None:
    assert isinstance(value, int | float) or hasattr(value, "numerator")
    if prop == "positive":
        return value > 0  # type: ignore[operator]
    if prop == "nonnegative":
        return value >= 0  # type: ignore[operator]
    if prop in ("nonzero", "nowhere_zero", "invertible"):
        return value != 0
    return None
