"""The certificate of an answer: what was compared, and what that shows."""

from __future__ import annotations

import math

from ..rulebook.book import RuleBook
from ..rulebook.equations import equations_of
from ..terms.errors import InternalError
from ..terms.expression import Expr
from ..terms.records import dataclass
from ..terms.shapes import describe
from ..terms.walks import postorder
from .arrays import Flat
from .claims import Claim, Facts, Sides, expected, facts_of, sides
from .degrees import degree
from .rings import MOST_WORK, Field, NotCovered, P, Reals, Unlucky
from .series import KINKED

POINTS = 3
SEED = 1300
TRIES = 12  # in the field; half of the points have no root of a number
REAL_TRIES = 24
SMALL = 1e-6  # derivatives so much smaller than the value are rounding
WRONG, NEAR = 1e-4, 1e-7  # relative differences of floating-point numbers: a point between the two decides nothing
ROUGH = 1e-3  # derivatives so small beside values near 1 may be 0 at points at which equations hold but for rounding
TINY = 1e-18  # derivatives below it show nothing: values of 0 may have been still smaller
NUDGE, ROUNDED = 1e-12, 1e-2  # how far a point is moved, and the part of a difference that may come of that
_PRINCIPAL = frozenset(("logm", "sqrtm", "dlogm", "dsqrtm"))
_OF_ENTRIES = {"amax", "amin", "norm1", "norminf"}
_PIECEWISE = KINKED | _OF_ENTRIES | {f"{name}_rows" for name in _OF_ENTRIES}
_PIECEWISE |= {"normp", "max", "min", "gt", "ge", "lt", "le", "eq", "ne"}


@dataclass(frozen=True)
class Certificate:
    """What was compared: "exact" in a prime field, "points" at random ones, or "none" with the reason.

    >>> from matcalc.terms.expression import as_shape, mm, prod, num, t, var
    >>> x = var("x", as_shape("n"))
    >>> print(certify(Claim(mm(t(x), x), (x,), prod(num(2), t(x)))))
    equal with probability above 1 − 2⁻⁴⁰
    """

    kind: str
    reason: str = ""

    def __str__(self) -> str:
        if self.kind == "exact":
            return "equal with probability above 1 − 2⁻⁴⁰"
        if self.kind == "points":
            return f"checked at {POINTS} random points"
        return f"not checked: {self.reason}"

    __repr__ = __str__

    def __bool__(self) -> bool:
        return self.kind != "none"


def certify(claim: Claim, book: RuleBook | None = None) -> Certificate:
    """The certificate of a claim; InternalError if it is wrong.

    First exactly, modulo the prime 2^61 - 1: equal polynomials of degree D agree at every point, different ones at
    less than one of P/D. Where that does not agree, or cannot be done, in floating-point numbers.
    """
    shapes = expected(claim)
    if shapes and claim.answer.shape not in shapes:
        wanted = describe(shapes[0])
        raise _wrong(claim, f"its shape is {describe(claim.answer.shape)}, and that of its layout {wanted}")
    known = book or RuleBook.default()
    both = {root: list(postorder(root)) for root in (claim.source, claim.answer)}
    order = list(dict.fromkeys([*both[claim.source], *both[claim.answer]]))
    plain = all(e.op != "series" for e in order)
    facts = facts_of(order, {root: [(e, e.args) for e in nodes] for root, nodes in both.items()} if plain else {})
    account = [MOST_WORK]
    weak = bool(facts.whole) or not _PIECEWISE.isdisjoint([e.op for e in order])
    try:
        found = _exactly(claim, known, facts, None if weak else order, account)
    except NotCovered:
        found = None
    return found or _numerically(claim, known, facts, account)


def _exactly(claim: Claim, known: RuleBook, facts: Facts, order: list[Expr] | None, account: list[int]
             ) -> Certificate | None:  # fmt: skip
    """What the field shows; None if it does not agree, which a relation between functions may be the reason of.

    `order` has the nodes of both sides; None where one point of the field proves nothing.
    """
    done = 0
    for k in range(TRIES):
        try:
            a, b, sizes, _ = sides(claim, Field(SEED + k, account=account), known, facts, k)
        except Unlucky:
            continue
        if a != b:
            return None
        done += 1
        if order is not None and degree(claim, order, sizes) * TRIES <= P >> 40:
            return Certificate("exact")
        if done == POINTS:
            return Certificate("points")
    return None


def _numerically(claim: Claim, known: RuleBook, facts: Facts, account: list[int]) -> Certificate:
    """What floating-point numbers show."""
    good = bad = 0
    least = 0.0 if equations_of(known) is None else ROUGH
    principal = not _PRINCIPAL.isdisjoint(e.op for e in postorder(claim.source))

    def at(k: int, nudge: float = 0.0) -> Sides:
        ring = Reals(1000 + k, tame=principal or k % 3 == 1, scale=0.2 if k % 3 == 2 else 1.0, account=account)
        ring.nudge = nudge
        return sides(claim, ring, known, facts, k + 1)

    for k in range(REAL_TRIES):
        try:
            a, b, _, size = at(k)
            if 0 < max(map(abs, [*a, *b]), default=0) < TINY:
                continue  # a value that has left the numbers that can be told apart
            gap = difference(a, b, max(SMALL * max(map(abs, size)), least))
            is_noise = gap > WRONG and _is_rounding(a, b, at(k, NUDGE))
        except NotCovered as error:
            return Certificate("none", f"there is no check of {error}")
        except (Unlucky, ArithmeticError, ValueError):
            continue
        if gap < NEAR:
            good += 1
        elif gap > WRONG and not is_noise:
            bad += 1
        if good == POINTS and not bad:
            return Certificate("points")
        if bad >= POINTS:
            raise _wrong(claim, "it is not the derivative at random points")
    if good >= POINTS and bad <= 1:
        return Certificate("points")
    return Certificate("none", "no points were found at which it can be compared")


def _is_rounding(a: Flat, b: Flat, near: Sides) -> bool:
    """Whether the two sides differ at a point very near by as much as they differ from each other.

    Terms that cancel leave nothing else than rounding: such a point tells nothing.
    """
    if len(a) != len(b):
        return False
    gap = max(abs(u - v) for u, v in zip(a, b, strict=True))
    moved = zip([*a, *b], [*near.left, *near.right], strict=True)
    return not max(abs(u - v) for u, v in moved) < ROUNDED * gap


def difference(a: Flat, b: Flat, least: float = 0.0) -> float:
    """The largest difference relative to the largest entry, or to `least`; nan where a value is not finite.

    >>> difference([1.0, 2.0], [1.0, 2.0]), difference([0.0], [0.0])
    (0.0, 0.0)
    """
    if len(a) != len(b):
        return math.inf
    top = max(map(abs, [*a, *b, least]), default=0)
    gap = max((abs(u - v) for u, v in zip(a, b, strict=True)), default=0)
    if not math.isfinite(top):
        return math.nan
    return float(gap / top) if top else 0.0


def _wrong(claim: Claim, why: str) -> InternalError:
    by = ", ".join(v.data[0] for v in claim.variables)
    text = str(claim.source) if claim.source.cost < 400 else "this expression"
    return InternalError(f"the derivative of {text} by {by} that was found is wrong and is not handed out: {why}")
