"""What all steps of one question share: the book of rules, the order of its names, and small steps of algebra."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ...calculus.derive import derive
from ...calculus.record import Record, Structure
from ...rulebook.book import RuleBook
from ...rulebook.properties import STRUCTURAL, Facts, closure
from ...rulebook.reader import Condition
from ...simplification.canonical import coefficient
from ...simplification.expansion import expanded
from ...simplification.normal import Simplifier, seed
from ...simplification.search import shorten
from ...terms.errors import StationaryError
from ...terms.expression import Expr, mm, neg, prod, t
from ...terms.rebuild import transform
from ...terms.shapes import ONE
from ..definiteness import Proofs


@dataclass(frozen=True)
class Found:
    """A value of an unknown, or of vec of it, where the conditions hold; `general` are all values where they fail."""

    target: Expr
    value: Expr
    conditions: tuple[Condition, ...] = ()
    general: Expr | None = None
    arbitrary: tuple[Expr, ...] = ()  # what may be chosen at will, in the value


@dataclass
class Work:
    """The rules of one question and the order of its parts."""

    book: RuleBook
    source: Expr
    taken: set[str] = field(default_factory=set)  # names that stand for something

    @property
    def facts(self) -> Facts:
        """What is known of expressions."""
        return Facts(book=self.book)

    def normal(self, e: Expr) -> Expr:
        """The normal form."""
        s = Simplifier(self.facts)
        seed(s, self.source)
        return s.run(e)

    def short(self, e: Expr) -> Expr:
        """The shortest form found."""
        s = Simplifier(self.facts)
        seed(s, self.source)
        return shorten(s.run(e), s)

    def terms(self, e: Expr) -> tuple[Expr, ...]:
        """The terms of an expression with its products multiplied out, each in normal form."""
        e = self.normal(e)
        wide = expanded(e)
        e = e if wide is None else self.normal(wide)
        if e.op == "prod" and e.args[-1].op == "add":  # a number that the terms have in common
            return tuple(self.normal(prod(*e.args[:-1], a)) for a in e.args[-1].args)
        return e.args if e.op == "add" else (e,)

    def fresh(self, *names: str) -> str:
        """The first of some names that stands for nothing yet, else one with a number."""
        found = next((n for n in names if n not in self.taken), None)
        k = 0
        while found is None:
            k += 1
            found = f"{names[0]}_{k}" if f"{names[0]}_{k}" not in self.taken else None
        self.taken.add(found)
        return found

    def derivative(self, e: Expr, x: Expr, structure: Structure = "free") -> Record:
        """The derivative in the shape of the variable for a scalar, else in numerator layout."""
        return derive(e, x, "denominator" if e.is_scalar else "numerator", structure, book=self.book)

    def conditions(self, stated: tuple[Condition, ...]) -> tuple[Condition, ...]:
        """Conditions in short form, without those that are known to hold or follow from others."""
        found: dict[Condition, None] = {}
        for prop, args in stated:
            parts = tuple(self.short(a) for a in args)
            if prop in ("invertible", "nonzero", "nowhere_zero"):
                parts = tuple(_core(a) for a in parts)
            if prop in ("positive", "nonnegative") and coefficient(parts[0])[0] > 0:
                parts = tuple(coefficient(a)[1] or a for a in parts)
            if parts[0].is_scalar and prop in ("invertible", "nowhere_zero"):
                prop = "nonzero"
            signs = _DEFINITE.get(prop, ())
            if not (signs and sign(parts[0], self.book) in signs) and not self.facts.holds(prop, *parts):
                found.setdefault((prop, parts))
        kept = list(found)
        for c in sorted(found, key=lambda c: -c[1][0].cost):
            if _follows(c, [e[0] for p, e in kept if p == "positive" and (p, e) != c], self.book):
                kept.remove(c)
        return tuple(kept)


_DEFINITE = {"invertible": (2, -2), "nonzero": (2, -2), "spd": (2,)}


def _core(e: Expr) -> Expr:
    """An array without the number and the divisors before it, a number without its coefficient."""
    core = coefficient(e)[1] or e
    if core.op != "prod" or core.is_scalar:
        return core
    others = [s for s in core.args[:-1] if s.op != "pow" or s.args[1].op != "num" or s.args[1].data >= 0]
    return prod(*others, core.args[-1])


def _follows(c: Condition, positive: list[Expr], book: RuleBook) -> bool:
    """Whether a condition holds where some numbers are positive."""
    prop, (e, *_) = c
    if prop == "nonzero" and e.shape[1] is ONE and mm(t(e), e) in positive:
        return True
    if not e.is_scalar or prop not in ("positive", "nonnegative", "nonzero"):
        return False
    found = sign(e, book, where_positive(positive))
    return found == 2 or (prop == "nonzero" and found == -2) or (prop == "nonnegative" and found == 1)


def where_positive(numbers: Iterable[Expr]) -> list[Condition]:
    """That some numbers are positive, to be taken for granted in a proof."""
    return [("positive", (e,)) for e in numbers]


def sign(e: Expr, book: RuleBook, known: Sequence[Condition] = ()) -> int | None:
    """2 of what is positive definite, or a positive number, 1 where it is semidefinite; -2 and -1 of the opposite.

    >>> from matcalc.language.parse import parse_expression
    >>> read = lambda text: parse_expression(text, "X: matrix(m,n), l: positive scalar").expr
    >>> [sign(read(text), RuleBook.default()) for text in ("2*X'*X", "X'*X + l*eye(n)", "-X*X'", "X'*X - l*eye(n)")]
    [1, 2, -1, None]
    """
    if e.shape[0] is not e.shape[-1]:
        return None
    for size, prop in ((2, "spd"), (1, "psd")):
        for side, what in ((size, e), (-size, neg(e))):
            proofs = Proofs(known, book)  # for each question: what is met on the way of another stays unknown
            if proofs.ask(prop, proofs.normal.run(what)) or proofs.ask(prop, what):
                return side
    return None


def depends(e: Expr, x: Expr) -> bool:
    """Whether an expression has the variable in it."""
    return x.data[0] in e.free


def tied(x: Expr, book: RuleBook) -> frozenset[str]:
    """The properties of a variable that tie its entries."""
    return closure(frozenset(x.data[2]), book) & STRUCTURAL


def scalars_apart(e: Expr) -> Expr:
    """A row times a column inside of a product as the number that it is: x*x'*A*x as (x'*A*x)*x."""

    def step(part: Expr) -> Expr:
        if part.op != "mm" or part.is_scalar:
            return part
        out: list[Expr] = []
        row = None  # where a row begins
        for f in part.args:
            out.append(f)
            if f.shape[0] is ONE and f.shape[1] is not ONE:
                row = len(out) - 1
            if f.shape[1] is ONE and f.shape[0] is not ONE and row is not None:
                out[row:] = [mm(*out[row:])]
                row = None
        return mm(*out)

    return transform(e, step)


def refuse(why: str, equation: Expr | None = None) -> StationaryError:
    """The error for what has no closed form, with the equation that is left."""
    left = f"; what is left is {equation} = 0" if equation is not None else ""
    return StationaryError(f"{why}{left}", equation)

