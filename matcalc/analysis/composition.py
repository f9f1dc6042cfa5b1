"""Curvature by composition: the lines of rules/curvature.rules, joined by what convex functions of others are.

f(g) is convex where f is convex and each argument is affine, or convex where f rises, or concave where f falls
(Boyd and Vandenberghe 3.2). Sums, products with a number of known sign and products with nonnegative matrices keep it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ..rulebook.book import RuleBook
from ..rulebook.patterns import instantiate, match
from ..rulebook.reader import Rule
from ..rulebook.rewrites import scalar_instance
from ..terms.expression import Expr, neg
from ..terms.signatures import known as operation_of
from ..terms.walks import around, walk
from .definiteness import Proofs
from .words import said

CONSTANT, AFFINE, CONVEX, CONCAVE, UNKNOWN = "constant", "affine", "convex", "concave", "unknown"
LOGARITHM = "sums of functions with convex logarithms have convex logarithms [Boyd and Vandenberghe 3.5]"
OPPOSITE = {CONVEX: CONCAVE, CONCAVE: CONVEX}


@dataclass(frozen=True)
class Line:
    """A line of curvature.rules: the rule, what it says, jointly in which variables, and what rises and falls."""

    rule: Rule
    what: str
    names: tuple[str, ...]
    rising: frozenset[str]
    falling: frozenset[str]


@dataclass(frozen=True)
class Part:
    """The curvature of a part of an expression, with why."""

    what: str
    why: str = ""
    below: tuple[Expr, ...] = ()


class Composition:
    """The curvature of every part of an expression by some variables, with what is known of signs.

    >>> from matcalc.language.parse import parse_expression
    >>> Composition(("x",), Proofs()).of(parse_expression("exp(norm(A*x - b)) + 3*x'*x").expr).what
    'convex'
    """

    def __init__(self, names: Collection[str], proofs: Proofs):
        self.names, self.proofs = frozenset(names), proofs
        self.lines = proofs.book.view(_lines)
        self.done: dict[Expr, Part] = {}

    def of(self, root: Expr) -> Part:
        """The curvature of an expression."""
        if root not in self.done:
            for e in walk(root, around):
                if e not in self.done:
                    self.done[e] = self._part(e)
        return self.done[root]

    def _part(self, e: Expr) -> Part:
        if not e.free & self.names:
            return Part(CONSTANT)
        if e.op == "var":
            return Part(AFFINE)
        if e.op == "mm":
            found = self._product(e)
        else:
            found = self._sum(e.args) if e.op == "add" else self._scaled(e) if e.op in ("prod", "had") else None
        if found is not None and found.what != UNKNOWN:
            return found
        if e.op in _ARRANGED:
            return self._arranged(e)
        for line in self.lines.get(e.op, ()):
            if (part := self._by_rule(line, e)) is not None:
                return part
        if e.op == "log" and (what := self.logarithm(e.args[0])) != UNKNOWN:
            return Part(what, LOGARITHM if what in OPPOSITE else "", ())
        op = operation_of(e)
        if op is not None and op.traits.linear == len(e.args) == 1 and self.of(e.args[0]).what == AFFINE:
            return Part(AFFINE)
        return Part(UNKNOWN)

    def _sum(self, terms: Sequence[Expr]) -> Part:
        what = _joined([self.of(a).what for a in terms])
        why = f"a sum of {what} terms" if what in OPPOSITE else ""
        return Part(what, why, tuple(a for a in terms if self.of(a).what == what))

    def _arranged(self, e: Expr) -> Part:
        """Entries of an array, an array of entries."""
        return Part(_joined([self.of(a).what for a in e.args]), "", e.args)

    def _scaled(self, e: Expr) -> Part | None:
        """A product, entry by entry, of which one factor varies."""
        moving = [a for a in e.args if a.free & self.names]
        if len(moving) != 1:
            return None
        inner = self.of(moving[0])
        if inner.what not in OPPOSITE:
            return Part(inner.what)
        fixed = [a for a in e.args if a is not moving[0]]
        sign = self._signs(fixed)
        if not sign:
            return Part(UNKNOWN)
        what = inner.what if sign > 0 else OPPOSITE[inner.what]
        return Part(what, "" if sign > 0 else f"minus what is {inner.what}", tuple(moving))

    def logarithm(self, root: Expr) -> str:
        """The curvature of the logarithm of a positive expression: products become sums, and sums of functions with
        convex logarithms have convex logarithms."""
        found: dict[Expr, str] = {}
        for e in walk(root, _factors):
            found[e] = self._logarithm(e, [found[a] for a in _factors(e)])
        return found[root]

    def _logarithm(self, e: Expr, below: Sequence[str]) -> str:
        if not e.free & self.names:
            return CONSTANT if self.proofs.ask("positive", e) else UNKNOWN
        if e.op == "exp":
            return self.of(e.args[0]).what
        if e.op in ("prod", "had") or (e.op in ("add", "sum") and not set(below) - {CONSTANT, AFFINE, CONVEX}):
            joined = _joined(below)
            return CONVEX if e.op in ("add", "sum") and joined != CONSTANT else joined
        if e.op in ("pow", "epow") and e.args[1].op == "num":
            what = below[0]
            return OPPOSITE.get(what, what) if e.args[1].data < 0 else what
        here = self.of(e).what
        return CONCAVE if here in (AFFINE, CONCAVE) else UNKNOWN

    def _signs(self, factors: Sequence[Expr]) -> int:
        """The sign of a product: 1, -1, or 0 where it is not known."""
        total = 1
        for f in factors:
            if not self.proofs.ask("nonnegative", f):
                if not self.proofs.ask("nonnegative", self.proofs.normal.run(neg(f))):
                    return 0
                total = -total
        return total

    def _product(self, e: Expr) -> Part | None:
        """A matrix product of which one factor varies."""
        moving = [a for a in e.args if a.free & self.names]
        if len(moving) != 1:
            return None
        inner = self.of(moving[0])
        if inner.what not in OPPOSITE:
            return Part(inner.what)
        sign = self._signs([a for a in e.args if a is not moving[0]])
        return Part(inner.what if sign > 0 else OPPOSITE[inner.what], "", tuple(moving)) if sign else Part(UNKNOWN)

    # --- by a line of the rules -----------------------------------------------------------------------------------

    def _by_rule(self, line: Line, e: Expr) -> Part | None:
        rule = line.rule
        for env, dims in match(rule.lhs, e, {}, {}):
            got = {v.data.name: x for v, x in env.items()}
            if any(x.free & self.names and n not in line.names for n, x in got.items()):
                continue
            what = self._composed(line, got)
            if what is None:
                continue
            wanted = [(p, instantiate(args[0], env, dims)) for p, args in rule.conditions]
            if not all(self.proofs.ask(*w) for w in wanted):
                continue
            told = [said(w) for w in wanted if w[1].free]
            since = f" for {' and '.join(told)}" if told else ""
            inner = tuple(got[n] for n in line.names if n in got)
            rest = tuple(x for x in inner if self.of(x).what in OPPOSITE)
            rises = f", and rises in what is {self.of(rest[0]).what} in it" if rest else ""
            falls = any(n in line.falling for n in line.names if got.get(n) in rest)
            if falls and rest:
                rises = f", and falls in what is {self.of(rest[0]).what} in it"
            why = "" if line.what == AFFINE else f"{rule.lhs} is {line.what}{since}{rises} [{rule.citation}]"
            return Part(what, why, inner)
        return None

    def _composed(self, line: Line, got: dict[str, Expr]) -> str | None:
        """What a function of others is, if the rule of composition says it."""
        inner = {n: self.of(got[n]).what for n in line.names if n in got}
        if UNKNOWN in inner.values():
            return None
        if all(k in (CONSTANT, AFFINE) for k in inner.values()):
            return line.what
        for what in (CONVEX, CONCAVE) if line.what == AFFINE else (line.what,):
            if all(
                k in (CONSTANT, AFFINE)
                or (n in line.rising and k == what)
                or (n in line.falling and k == OPPOSITE[what])
                for n, k in inner.items()
            ):
                return what
        return None

    # --- in words -----------------------------------------------------------------------------------------------------

    def reason(self, root: Expr, most: int = 8) -> tuple[str, ...]:
        """Why an expression has its curvature: a line for each part that a rule or a sum decides."""
        lines: dict[str, None] = {}
        stack, seen = [root], {root}
        while stack and len(lines) < most:
            e = stack.pop()
            part = self.of(e)
            if part.why and part.what in OPPOSITE:
                lines[f"{e} is {part.what}: {part.why}"] = None
            new = [a for a in part.below if a not in seen and self.of(a).what in OPPOSITE]
            seen.update(new)
            stack.extend(reversed(new))
        return tuple(lines)


def _factors(e: Expr) -> tuple[Expr, ...]:
    """The parts of whose logarithms that of an expression is made."""
    if e.op in ("prod", "had", "add", "sum"):
        return e.args
    return e.args[:1] if e.op in ("pow", "epow") and e.args[1].op == "num" else ()


def _joined(kinds: Sequence[str]) -> str:
    """The curvature of a sum."""
    for what in (CONSTANT, AFFINE, CONVEX, CONCAVE):
        if set(kinds) <= {CONSTANT, AFFINE, what}:
            return what if what in OPPOSITE or AFFINE not in kinds else AFFINE
    return UNKNOWN


_ARRANGED = frozenset(("index", "array", "t", "hstack", "vstack"))


def _lines(book: RuleBook) -> dict[str, list[Line]]:
    """The lines of curvature by the operation of their expression, those of arrays also for numbers."""
    table: dict[str, list[Line]] = {}
    for rule in book.of_kind("curvature"):
        for one in (rule, scalar_instance(rule)):
            if one is not None:
                line = _line(one)
                table.setdefault(one.lhs.op, []).append(line)
    return table


def _line(rule: Rule) -> Line:
    claims = dict(_claims(rule.use))
    what = next(w for w in (CONVEX, CONCAVE, AFFINE) if w in claims)
    rising, falling = claims.get("nondecreasing", ()), claims.get("nonincreasing", ())
    return Line(rule, what, claims[what], frozenset(rising), frozenset(falling))


def _claims(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in text.split(","):
        what, _, names = part.strip().partition(" in ")
        yield what, tuple(names.split())
