"""The order of terms and factors: as the reader wrote them, and by the reader's order of names where they are new.

What stands in the question keeps its order there. Other sums begin with a positive term, other products with numbers,
names and their powers, and end with divisors; among equals the names decide, in the order in which the question has
them, then the higher degree, then the shorter part. Nothing depends on what was met on the way to an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter, ne

from ..terms.expression import Expr, Number
from ..terms.signatures import is_commutative
from ..terms.walks import postorder, walk

Args = tuple[Expr, ...]
Leaf = tuple[int, str]
MOST_LEAVES = 6  # names of a part that are compared
_EVERYWHERE = frozenset(("var", "const", "size", "index", "num", "counter"))
_NONE: tuple[Leaf, ...] = ()


class Order:
    """The order in which the names and the parts of some expressions were written.

    >>> from matcalc.language.parse import parse_expression
    >>> order = Order()
    >>> order.read(parse_expression("y*x^2 + b*x").expr)
    >>> order.factors(parse_expression("x*b*y").expr.args)
    (y, x, b)
    """

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.written: dict[tuple[str, frozenset[tuple[Expr, int]]], Args] = {}
        self.parts: set[Expr] = set()  # what stands in the question
        self.signs: dict[str, int] = {}  # in how many terms of differences a name has a plus, less those with a minus
        self.variable = ""  # the name by which is differentiated: the others decide about the order of terms
        self._leaves: dict[Expr, tuple[Leaf, ...]] = {}
        self._numbers: dict[Expr, tuple[Number, ...]] = {}

    def read(self, root: Expr) -> None:
        """Take over the order of a question, after that of those before."""
        if root in self.parts:
            return
        for e in walk(root, _as_read):
            if e in self.parts:
                continue
            self.parts.add(e)
            if e.op in ("var", "call"):
                self.names.setdefault(e.data.name if e.op == "var" else e.data, len(self.names))
            elif e.op in ("add", "had") or is_commutative(e):
                if e.op == "add":
                    self._read_signs(e)
                self.written.setdefault((e.op, multiset(e.args)), e.args)
            elif e.op == "prod":
                scalars = tuple(a for a in e.args if a.is_scalar and a.op != "num")
                self.written.setdefault(("prod", multiset(scalars)), scalars)
        self._leaves.clear()

    def _read_signs(self, total: Expr) -> None:
        signs = [1 - 2 * is_negative(a) for a in total.args]
        if len(set(signs)) == 2:
            for a, sign in zip(total.args, signs, strict=True):
                for name in a.free:
                    self.signs[name] = self.signs.get(name, 0) + sign

    def read_names(self, root: Expr) -> None:
        """Take over the order of the names alone."""
        for e in walk(root, _as_read):
            if e.op in ("var", "call"):
                self.names.setdefault(e.data.name if e.op == "var" else e.data, len(self.names))

    def terms(self, terms: list[tuple[Number, Expr | None]], args: Sequence[Expr]) -> Args:
        """The terms of a sum, each with its coefficient and core, in order."""
        known = self.written.get(("add", multiset(args))) if self.written else None
        if known is not None:
            return known
        fills = [core is None or core.op == "ones" for _, core in terms]
        monomials = all(core is None or core.op == "ones" or _is_monomial(core) for _, core in terms)
        plain = not monomials or (len(terms) == 2 and all(abs(c) == 1 for c, _ in terms))
        rows = []
        for (c, core), a, fill in zip(terms, args, fills, strict=True):
            others = _NONE if core is None else self.leaves(core)
            if not a.is_scalar:  # what has no other name than the variable stands last
                others = tuple(x for x in others if x[1] != self.variable)
            last = 2 * (not plain) if fill else int(not (others or a.is_scalar))
            rows.append(((c < 0, last, others, self.rank(a if core is None else core)), a))
        return _sorted(rows)

    def factors(self, factors: Sequence[Expr], op: str = "prod") -> Args:
        """The scalar factors of a product without its number, or the factors of an elementwise product, in order."""
        if len(factors) < 2:
            return tuple(factors)
        known = self.written.get((op, multiset(factors)))
        if known is not None:
            return known
        if op == "had":
            return _sorted([((place(a) == LAST or a.op == "eye", a.cost, self.rank(a)), a) for a in factors])
        return _sorted([((place(a), place(a) > 0 and a not in self.parts, self.rank(a)), a) for a in factors])

    def arguments(self, e: Expr) -> Args:
        """The two arguments of a commutative operation, in order."""
        known = self.written.get((e.op, multiset(e.args)))
        return known or _sorted([((place(a), self.rank(a)), a) for a in e.args])

    def first(self, chains: Iterable[Expr]) -> Expr:
        """Of equal chains the one that the reader wrote, else the shortest, else the first by names."""
        found = list(dict.fromkeys(chains))
        kept = [c for c in found if c in self.parts] or found
        return kept[0] if len(kept) == 1 else _sorted([((c.cost, self.leaves(c)), c) for c in kept])[0]

    def agreement(self, total: Expr) -> int:
        """How far the names in the terms of a sum have the signs with which the reader wrote them."""
        return sum((1 - 2 * is_negative(a)) * self.signs.get(name, 0) for a in total.args for name in a.free)

    def rank(self, e: Expr) -> tuple[object, ...]:
        """What decides between parts: their names, then the degree, then the cost."""
        return (self.leaves(e), -degree(e), e.cost, self.numbers(e))

    def numbers(self, e: Expr) -> tuple[Number, ...]:
        """The numbers among the terms or factors of a part."""
        known = self._numbers.get(e)
        if known is None:
            inner = (a.args[0] if a.op == "prod" else a for a in e.args[:MOST_LEAVES])
            known = self._numbers[e] = tuple([a.data for a in inner if a.op == "num"])
        return known

    def leaves(self, root: Expr) -> tuple[Leaf, ...]:
        """The first names in a part, each by its place among the names of the question."""
        known = self._leaves.get(root)
        if known is not None:
            return known
        stack = [root]
        while stack:
            e = stack[-1]
            waiting = [a for a in e.args if a not in self._leaves]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            self._leaves[e] = self._own(e)
        return self._leaves[root]

    def _own(self, e: Expr) -> tuple[Leaf, ...]:
        if e.op in ("var", "d"):
            name = e.data.name
            return ((self.names.get(name, len(self.names)) + (e.op == "d") * len(self.names), name),)
        if e.op in ("call", "jac"):
            name = e.data if e.op == "call" else e.data.function
            return ((self.names.get(name, len(self.names)), name),)
        found = _NONE
        for a in sorted(e.args, key=_differentiated) if e.op in ("mm", "prod", "had", "t") else e.args:
            found += self._leaves[a]
            if len(found) >= MOST_LEAVES:
                return found[:MOST_LEAVES]
        return found


def multiset(args: Sequence[Expr]) -> frozenset[tuple[Expr, int]]:
    """Arguments in no order, each with how often it stands there."""
    count: dict[Expr, int] = {}
    for a in args:
        count[a] = count.get(a, 0) + 1
    return frozenset(count.items())


def is_negative(a: Expr) -> bool:
    """Whether a term has a minus sign."""
    number = a.args[0] if a.op == "prod" else a
    return number.op == "num" and number.data < 0


LAST = 2


def place(x: Expr) -> int:
    """Names and their powers come first, divisors last."""
    base, k = (x.args[0], x.args[1]) if x.op in ("pow", "epow") else (x, None)
    if k is not None and k.op == "num" and k.data < 0:
        return LAST
    return 0 if base.op in _EVERYWHERE and (k is None or k.op == "num") else 1


def _as_read(e: Expr) -> Args:
    """The arguments of a node from left to right: the divisors of a product behind its array."""
    if e.op != "prod" or e.is_scalar:
        return e.args
    return tuple(sorted(e.args, key=lambda a: place(a) == LAST))


def _differentiated(e: Expr) -> bool:
    """False of derivatives of abstract functions: of the terms of a product rule the first has the first factor's."""
    return (e.args[0] if e.op == "t" else e).op != "jac"


def _is_monomial(e: Expr) -> bool:
    """Whether an expression is a product of names and of their powers."""
    if e.op not in ("prod", "had"):
        return place(e) == 0
    return all([place(f) == 0 for f in e.args])


def degree(e: Expr) -> int:
    """The degree of a monomial; 0 of anything else."""
    if not _is_monomial(e):
        return 0
    total = 0
    for f in e.args if e.op in ("prod", "had") else (e,):
        k = f.args[1].data if f.op in ("pow", "epow") else 1
        total += k if isinstance(k, int) else 0
    return total


def _sorted(rows: Sequence[tuple[tuple[object, ...], Expr]]) -> Args:
    """Parts by their keys; parts with equal keys by their structure."""
    rows = sorted(rows, key=itemgetter(0))
    keys = [row[0] for row in rows]
    if all(map(ne, keys, keys[1:])):
        return tuple([row[1] for row in rows])
    out: list[Expr] = []
    i = 0
    while i < len(rows):
        j = i + 1
        while j < len(rows) and rows[j][0] == rows[i][0]:
            j += 1
        same = [e for _, e in rows[i:j]]
        out.extend(same if len(set(same)) == 1 else sorted(same, key=_structure))
        i = j
    return tuple(out)


def _structure(root: Expr) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
    """The nodes of a part as rows that can be compared."""
    number: dict[Expr, int] = {}
    rows: list[tuple[str, str, tuple[int, ...]]] = []
    for e in postorder(root):
        number[e] = len(rows)
        data = e.data.name if e.op in ("var", "d") else str(e.data)
        rows.append((e.op, data, tuple([number[a] for a in e.args])))
    return tuple(rows)
