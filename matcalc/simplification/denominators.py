"""Common denominators of a sum, of scalars and entry by entry: 1/q - x/q^2 = (q - x)/q^2, multiplied out above."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..terms.expression import Expr, add, epow, had, num, power, prod
from .expansion import expanded
from .limits import MOST_TERMS
from .normal import Simplifier
from .pieces import Piece, merged_product, piece

Base = tuple[bool, Expr]  # whether entry by entry, and the sum that is divided by


def over_denominators(e: Expr, pieces: list[Piece], s: Simplifier) -> Iterator[tuple[Expr, Expr, list[Expr]]]:
    """The numerator in normal form, the divisor, and the other terms: over all divisors, then over each sum."""
    yield from _over_all(e, pieces, s)
    found: dict[Base, dict[int, Fraction]] = {}
    for i, p in enumerate(pieces):
        for base, k in _divisors(p):
            found.setdefault(base, {})[i] = k
    for base, where in found.items():
        lowest = min(where.values())
        if len(where) > 1:
            yield from _over(e, pieces, base, lowest, tuple(where), s)
        if len(where) < len(pieces) <= MOST_TERMS // 4:
            yield from _over(e, pieces, base, lowest, tuple(range(len(pieces))), s)


def _over_all(e: Expr, pieces: list[Piece], s: Simplifier) -> Iterator[tuple[Expr, Expr, list[Expr]]]:
    """The terms that are divided by something, and all terms, over the least common multiple of scalar divisors."""
    divided = [i for i, p in enumerate(pieces) if any(_negative(k) for _, k in p.scalars)]
    ways = {frozenset((b, k) for b, k in pieces[i].scalars if _negative(k)) for i in divided}
    if len(ways) < 2 and not any(b.op == "add" for way in ways for b, _ in way):
        return  # one divisor, which is taken out as it is
    for members in dict.fromkeys((tuple(divided), tuple(range(len(pieces))))):
        lowest: dict[Expr, int] = {}
        for i in members:
            for b, k in pieces[i].scalars:
                if _negative(k):
                    lowest[b] = min(lowest.get(b, 0), k.data)
        if not divided or not 2 <= len(members) <= MOST_TERMS // 4 or not _spend(e, members, s):
            continue
        top = add(*(prod(*(power(b, num(-k)) for b, k in lowest.items()), e.args[i]) for i in members))
        top = s.run(top)  # what cancels goes before the rest is multiplied out
        wide = expanded(top)
        others = [a for i, a in enumerate(e.args) if i not in members]
        yield top if wide is None else s.run(wide), prod(*(power(b, num(k)) for b, k in lowest.items())), others


def _negative(k: Expr) -> bool:
    return k.op == "num" and isinstance(k.data, int) and k.data < 0


def _below(k: Expr) -> bool:
    """Whether an exponent is an exact number below 0, a fraction too."""
    return k.op == "num" and isinstance(k.data, int | Fraction) and k.data < 0


def _spend(e: Expr, members: tuple[int, ...], s: Simplifier) -> bool:
    """Count the work; False if it is used up."""
    s.search -= sum(e.args[i].cost for i in members)
    return s.search > 0


def _divisors(p: Piece) -> Iterator[tuple[Base, Fraction]]:
    """The sums that a term is divided by, with their exponents."""
    core = p.core
    arrays = () if core is None else core.args if core.op == "had" else (core,)
    powers = [(False, b, k) for b, k in p.scalars]
    powers += [(True, a.args[0], a.args[1]) for a in arrays if a.op == "epow"]
    for entrywise, b, k in powers:
        if b.op == "add" and _below(k):
            yield (entrywise, b), Fraction(k.data)


def _over(e: Expr, pieces: list[Piece], base: Base, lowest: Fraction, members: tuple[int, ...],
          s: Simplifier) -> Iterator[tuple[Expr, Expr, list[Expr]]]:  # fmt: skip
    if not _spend(e, members, s):
        return
    terms = [_raised(pieces[i], base, -lowest) for i in members]
    if any(x is None for x in terms):
        return
    top = add(*(x for x in terms if x is not None))
    wide = expanded(top)
    others = [a for i, a in enumerate(e.args) if i not in members]
    divisor = (epow if base[0] else power)(base[1], num(lowest))
    yield s.run(top if wide is None else wide), divisor, others


def _raised(p: Piece, base: Base, by: Fraction) -> Expr | None:
    """A term times a power of a sum; None where a power of it is left that is not multiplied out.

    A product on the way may have the same divisor twice: then it is still divided by it.
    """
    entrywise, b = base
    if not entrywise:
        left = sum((Fraction(k.data) for x, k in p.scalars if x is b), by)
        rest = Piece(p.number, tuple(x for x in p.scalars if x[0] is not b), p.core).build()
        return None if left.denominator > 1 or not 0 <= left <= 2 else prod(*(b,) * int(left), rest)
    if p.core is None:
        return None
    left, factors = by, []
    for a in p.core.args if p.core.op == "had" else (p.core,):
        if a is b:
            left += 1
        elif a.op == "epow" and a.args[0] is b and a.args[1].op == "num":
            left += Fraction(a.args[1].data)
        else:
            factors.append(a)
    if left.denominator > 1 or not 0 <= left <= 2 or not factors + [b] * int(left):
        return None
    return Piece(p.number, p.scalars, had(*(b,) * int(left), *factors)).build()


def quotient(top: Expr, divisor: Expr, s: Simplifier) -> Expr:
    """A numerator over its denominator."""
    if divisor.is_scalar:
        return merged_product(s, top, divisor)
    return divisor if top.op == "ones" else merged_product(s, had(top, divisor))


def cancelled(e: Expr, s: Simplifier) -> Iterator[Expr]:
    """(1 + x/q)/(q + x) -> 1/q: a sum times what its terms are divided by is a divisor of the product."""
    bases = {a.args[0] for a in e.args if a.op == "pow" and a.args[0].op == "add" and _below(a.args[1])}
    for i, total in enumerate(e.args if bases else ()):
        if total.op != "add" or len(total.args) > MOST_TERMS:  # each divisor makes all terms anew
            continue
        found = dict.fromkeys((b, k) for a in total.args for b, k in piece(a).scalars if _below(k))
        for base, k in found:
            for sign in (1, -1):
                top = s.run(add(*(prod(num(sign), power(base, num(-k.data)), a) for a in total.args)))
                if top in bases:
                    yield merged_product(s, num(sign), *e.args[:i], *e.args[i + 1 :], top, power(base, k))


def divisors_multiplied(e: Expr, s: Simplifier) -> Iterator[Expr]:
    """1/(1 - x)/(1 + x) -> 1/(1 - x^2)."""
    below = [a for a in e.args if a.op == "pow" and a.args[0].op == "add" and _below(a.args[1])]
    for k in dict.fromkeys(a.args[1] for a in below):
        same = [a for a in below if a.args[1] is k]
        wide = expanded(prod(*(a.args[0] for a in same))) if len(same) > 1 else None
        if wide is not None:
            yield merged_product(s, *(a for a in e.args if a not in same), power(s.run(wide), k))
