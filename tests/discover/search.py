"""Small expressions, fingerprinted by their values: pairs that agree and have different normal forms.

An expression is built only from the shortest ones known for their values, so that an identity is found where it is
smallest and not again inside every larger expression.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from matcalc.numbers.evaluate import evaluate
from matcalc.numbers.sampling import draw, outward, size_of
from matcalc.rulebook.book import RuleBook
from matcalc.rulebook.patterns import instantiate
from matcalc.rulebook.properties import Facts
from matcalc.rulebook.reader import RuleSet
from matcalc.simplification.normal import Simplifier, seed
from matcalc.simplification.search import shorten
from matcalc.terms.errors import MatcalcError
from matcalc.terms.expression import Expr
from matcalc.terms.signatures import is_commutative
from matcalc.terms.walks import postorder

from .worlds import World, applied

SIZES = {"m": 2, "n": 3}
# of the values at the points: arcs are defined at the small ones, waves tell at the large
SCALES = (0.3, 1.0, 1.0, 5.0)
DIGITS = 7
LARGEST = 1e6

Print = tuple[object, ...]


@dataclass(frozen=True)
class Pair:
    """Two expressions that agree at random values; `short` is no longer than `long`."""

    long: Expr
    short: Expr

    def __str__(self) -> str:
        return f"{self.long} -> {self.short}"


@dataclass
class Search:
    """One enumeration of a world: at most `most` expressions, of at most `largest` operations and letters."""

    world: World
    book: RuleBook
    most: int = 1_000
    largest: int = 5
    known: dict[Print, Expr] = field(default_factory=dict)
    made: int = 0

    def __post_init__(self) -> None:
        rng = np.random.default_rng(2026)
        self.points = [self._values(rng, scale) for scale in SCALES]
        self.facts = Facts(book=self.book)
        self.by_size: dict[int, list[Expr]] = {}

    def _values(self, rng: np.random.Generator, scale: float) -> dict[str, object]:
        out: dict[str, object] = {}
        for v in self.world.letters:
            shape = (size_of(v.shape[0], SIZES), size_of(v.shape[1], SIZES))
            out[v.data[0]] = outward(scale * draw(rng, shape, v.data[2]), v.shape)
        return out

    def pairs(self) -> Iterator[Pair]:
        """The pairs, the smallest first; each normal form is looked at once."""
        seen: set[Expr] = set()
        for size in range(1, self.largest + 1):
            level = self.by_size.setdefault(size, [])
            for e in self._of(size):
                self.made += 1
                if self.made > self.most:
                    return
                form = self.normal(e)
                if form is None or form in seen:
                    continue
                seen.add(form)
                mark = self.fingerprint(form)
                if mark is None:
                    continue
                other = self.known.get(mark)
                if other is None:
                    self.known[mark] = form
                    level.append(form)
                elif other.shape == form.shape and unordered(other) != unordered(form):
                    short, long = sorted((other, form), key=lambda x: x.cost)
                    if short is form:
                        self.known[mark] = form
                    yield Pair(long, short)

    def _of(self, size: int) -> Iterator[Expr]:
        """The expressions of a size, by the operations of the world on smaller ones."""
        if size == 1:
            yield from self.world.smallest
            return
        for op in self.world.unary:
            for a in list(self.by_size[size - 1]):
                if (e := applied(op, a)) is not None:
                    yield e
        for left in range(1, size - 1):
            both = itertools.product(list(self.by_size[left]), list(self.by_size[size - 1 - left]))
            for (a, b), op in itertools.product(both, self.world.binary):
                if (e := applied(op, a, b)) is not None:
                    yield e

    def normal(self, e: Expr) -> Expr | None:
        """The shortest form found of an expression; None where it is refused."""
        s = Simplifier(self.facts)
        seed(s, e)
        try:
            return shorten(s.run(e), s)
        except MatcalcError:
            return None

    def fingerprint(self, e: Expr) -> Print | None:
        """The values of an expression, rounded; None where it has none."""
        marks = [self._value(e, values) for values in self.points]
        return (e.shape, *marks) if any(m is not None for m in marks) else None

    def _value(self, e: Expr, values: dict[str, object]) -> Print | None:
        try:
            with np.errstate(all="ignore"):
                got = np.asarray(evaluate(e, values, {v.data[0]: v for v in self.world.letters}, self.book))
        except (MatcalcError, ValueError, ArithmeticError, np.linalg.LinAlgError):
            return None
        if np.iscomplexobj(got) or not np.all(np.isfinite(got)) or np.abs(got).max(initial=0) > LARGEST:
            return None
        return tuple(f"{x:.{DIGITS}g}" if abs(x) > 1e-9 else "0" for x in np.ravel(got))


def unordered(e: Expr) -> str:
    """The same text for expressions that differ in the order of terms and of factors that commute."""
    done: dict[Expr, str] = {}
    for x in postorder(e):
        parts = [done[a] for a in x.args]
        if x.op in ("add", "had", "prod") or is_commutative(x):
            parts.sort()
        done[x] = f"{x.op}({', '.join(parts)})" if parts else str(x)
    return done[e]


def without(book: RuleBook, *labels: str) -> RuleBook:
    """A book without some of its rules."""
    kept = tuple(r for r in book.rules if r.label not in labels)
    return RuleBook(RuleSet(kept, dict(book.implications)), book.signatures)


def renamed(p: Pair, world: World) -> Pair:
    """A pair with the first letters of its world for those that it has."""
    spare = list(world.letters)
    env: dict[Expr, Expr] = {}
    for v in letters_of(p.long):
        env[v] = next(w for w in spare if w.shape == v.shape)
        spare.remove(env[v])
    if any(v not in env for v in letters_of(p.short)):
        return p
    return Pair(instantiate(p.long, env, {}), instantiate(p.short, env, {}))


def letters_of(e: Expr) -> list[Expr]:
    """The letters in an expression, in their order."""
    return list(dict.fromkeys(x for x in postorder(e) if x.op == "var"))


def as_rule(p: Pair, label: str = "found") -> str:
    """A pair in the notation of rules: the declarations, and the identity with its conditions."""
    names = letters_of(p.long)
    if any(v not in names for v in letters_of(p.short)):
        names = letters_of(p.short)
        p = replace(p, long=p.short, short=p.long)
    lets = ", ".join(f"{v.data[0]} scalar" if v.is_scalar else f"{v.data[0]}[{_dims(v)}]" for v in names)
    conditions = [f"{q}({v.data[0]})" for v in names for q in sorted(v.data[2])]
    tail = f" if {', '.join(conditions)}" if conditions else ""
    return f"let {lets}\n{label}: {p}{tail}"


def _dims(v: Expr) -> str:
    rows, columns = v.shape
    return str(rows) if columns.value == 1 else f"{rows},{columns}"
