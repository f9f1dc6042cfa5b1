"""Common factors of a sum: scalars, powers, the first or the last factor of products, elementwise factors."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from fractions import Fraction
from math import gcd, lcm

from ..terms.expression import Expr, add, num, power, prod, t, zeros
from ..terms.rebuild import rebuild
from ..terms.signatures import known
from .canonical import coefficient
from .denominators import over_denominators, quotient
from .factors import joined, shared_factors
from .inner_products import inner_products_joined
from .limits import LOOKS, MOST_TERMS
from .normal import Simplifier
from .pieces import Piece, merged_product, piece, reached

LONGEST = 1_000_000  # the divisor of a number taken out; decimals of many digits stay where they are


def factored(e: Expr, s: Simplifier) -> Expr:
    """Take common factors out of a sum as long as it gets shorter."""
    known = s.factored.get(e)
    if known is not None and (s.searching or e not in s.provisional):
        if e in s.searching:
            s.guarded += 1
        return known
    s.factored[e] = e  # no search inside its own search
    s.searching.add(e)
    guarded = s.guarded
    if s.recorder is not None:
        s.recorder.begin("common factors", e)
    best = _best_first(e, s)
    s.searching.discard(e)
    s.factored[e] = best
    if s.guarded > guarded and s.searching:  # found while another search was not at its end: it may be shorter yet
        s.provisional.add(e)
    else:
        s.provisional.discard(e)
    if s.recorder is not None:
        s.recorder.end(best)
    return best


def _best_first(e: Expr, s: Simplifier) -> Expr:
    """The shortest of a sum and of what taking out common factors, one after the other, makes of it.

    The shortest form that is known is looked at next. The number of forms is bounded: fewer inside other searches.
    """
    best, met = e, {e}
    waiting: list[tuple[int, int, Expr]] = [(e.cost, 0, e)]
    for _ in range(LOOKS[min(len(s.searching), len(LOOKS)) - 1]):
        if not waiting:
            break
        _, _, form = heapq.heappop(waiting)
        if form.op != "add" or reached(len(form.args) > MOST_TERMS, f"more than {MOST_TERMS} terms", form, s):
            continue
        if reached(s.search <= 0, "the work for common factors is used up", form, s):
            break
        for candidate in _looked_at(form, s):
            if candidate.cost < best.cost:
                best = candidate
            if candidate not in met and candidate.cost < form.cost:
                met.add(candidate)
                heapq.heappush(waiting, (candidate.cost, len(met), candidate))
    return best


def _looked_at(e: Expr, s: Simplifier) -> list[Expr]:
    """What taking out one common factor makes of a sum."""
    if s.recorder is not None:
        s.recorder.begin("one factor", e)
    candidates = [(name, _collected(x, s)) for name, x in _candidates(e, s)]
    if s.recorder is not None:
        for name, candidate in candidates:
            s.recorder.choice(name, candidate)
        s.recorder.end(min((c for _, c in [("", e), *candidates]), key=lambda c: c.cost))
    return [candidate for _, candidate in candidates]


def _collected(e: Expr, s: Simplifier) -> Expr:
    """A sum with its like terms collected: what was taken out of some terms may meet the others."""
    like = e.op == "add" and len({coefficient(a)[1] for a in e.args}) < len(e.args)
    return s.run(e) if like else e


_TAKEN = {
    "up": "scalar taken out", "down": "divisor taken out", "left": "first factor taken out",
    "right": "last factor taken out", "had": "elementwise factor taken out", "over": "elementwise divisor taken out",
}  # fmt: skip


def _candidates(e: Expr, s: Simplifier) -> list[tuple[str, Expr]]:
    """What taking out one common factor makes of a sum, with the name of the move."""
    pieces = [piece(a) for a in e.args]
    out: list[tuple[str, Expr]] = []
    for shared in shared_factors(e, pieces, s):
        s.search -= sum(e.args[i].cost for i in shared.members)
        if s.search <= 0:
            break
        inner = s.run(add(*shared.rests))
        if inner.op == "add":
            inner = factored(inner, s)
        whole = joined(shared.keys, inner, s)
        others = [a for i, a in enumerate(e.args) if i not in shared.members]
        first = min(shared.members)  # all before it are others
        out.append((_TAKEN[shared.keys[0][0]], add(*others[:first], whole, *others[first:]) if others else whole))
    out.extend(("linear operation taken out", x) for x in _inside(e, pieces, s))
    out.extend(("root taken out", x) for x in _roots(e, pieces, s))
    out.extend(("inner products joined", x) for x in inner_products_joined(e, pieces, s))
    for top, divisor, others in over_denominators(e, pieces, s):
        top = factored(top, s) if top.op == "add" else top
        over = quotient(top, divisor, s)
        out.append(("common denominator", add(*others, over) if others else over))
    if any(_ends_transposed(p) for p in pieces):
        back = [s.push(a) for a in e.args]
        if sum(b.cost for b in back) + 1 < sum(a.cost for a in e.args):
            out.append(("transposed sum", t(s.run(add(*back)))))
    numbers = _common_number(pieces)
    if numbers is not None:
        out.append(("number taken out", numbers))
    return out


def _ends_transposed(p: Piece) -> bool:
    core = p.core
    return core is not None and (core.args[-1] if core.op == "mm" else core).op == "t"


def _roots(e: Expr, pieces: list[Piece], s: Simplifier) -> list[Expr]:
    """a/sqrt(q) - b/q^(3/2) -> (a - b/q)/sqrt(q) and x^k - x^(k - 1) -> x^(k - 1)*(x - 1)."""
    if all(k.op == "num" and isinstance(k.data, int) for p in pieces for _, k in p.scalars):
        return []
    found: dict[tuple[Expr, Expr], dict[int, Fraction]] = {}
    for i, p in enumerate(pieces):
        for base, k in p.scalars:
            number, rest = _exponent(k, s)
            if number is not None:
                found.setdefault((base, rest), {})[i] = number
    out = []
    for (base, rest), where in found.items():
        is_whole = rest is num(0) and all(k.denominator == 1 for k in where.values())
        if len(where) < 2 or is_whole or (rest is not num(0) and len(set(where.values())) < 2):
            continue
        shared = max(where.values()) if all(v < 0 for v in where.values()) and rest is num(0) else min(where.values())
        rests = []
        for i, own in where.items():
            scalars = tuple((b, num(own - shared)) if b is base else (b, x) for b, x in pieces[i].scalars)
            rests.append(Piece(pieces[i].number, scalars, pieces[i].core).build())
        inner = s.run(add(*rests))
        inner = factored(inner, s) if inner.op == "add" else inner
        whole = merged_product(s, inner, power(base, s.run(add(rest, num(shared)))))
        others = [a for i, a in enumerate(e.args) if i not in where]
        out.append(add(whole, *others) if others else whole)
    return out


def _exponent(k: Expr, s: Simplifier) -> tuple[Fraction | None, Expr]:
    """The number in an exponent, and what is added to it; None for numbers that are not exact."""
    c, core = coefficient(k)
    if isinstance(c, float):
        return None, k
    terms = () if core is None else core.args if core.op == "add" else (core,)
    numbers = [a for a in terms if a.op == "num"] if core is not None else [num(1)]
    if any(not isinstance(a.data, int | Fraction) for a in numbers):
        return None, k
    rest = [prod(num(c), a) for a in terms if a.op != "num"]
    return c * sum((Fraction(a.data) for a in numbers), Fraction(0)), s.run(add(*rest)) if rest else num(0)


def _inside(e: Expr, pieces: list[Piece], s: Simplifier) -> list[Expr]:
    """a*diag(x) + b*diag(y) -> diag(a*x + b*y), and so for all linear operations of one argument."""
    out = []
    linear = [_linear_part(p) for p in pieces]
    for op in dict.fromkeys(x.op for x in linear if x is not None):
        members = [i for i, x in enumerate(linear) if x is not None and x.op == op]
        if len(members) < 2:
            continue
        bodies = []
        for i in members:
            p, body = pieces[i], linear[i]
            assert body is not None
            scalars = p.scalars if p.core is not None else tuple(x for x in p.scalars if x[0] is not body)
            bodies.append(Piece(p.number, scalars, body.args[0]).build())
        if any(b.shape != bodies[0].shape for b in bodies):
            continue
        inner = factored(s.run(add(*bodies)), s)
        others = [a for i, a in enumerate(e.args) if i not in members]
        first = linear[members[0]]
        assert first is not None
        whole = rebuild(first, (inner,)) if inner.op != "zeros" else zeros(first.shape)
        out.append(add(whole, *others) if others else whole)
    return out


def _linear_part(p: Piece) -> Expr | None:
    """The array of a term, or the linear operation among its scalar factors."""
    if p.core is not None:
        return p.core if is_linear(p.core) else None
    return next((b for b, k in p.scalars if is_linear(b) and k is num(1)), None)


def is_linear(e: Expr) -> bool:
    """Whether a node is a linear operation of one argument, other than the transpose, which has its own rules."""
    op = known(e) if e.op != "t" and len(e.args) == 1 else None
    return op is not None and op.traits.linear == 1


def _common_number(pieces: list[Piece]) -> Expr | None:
    """1/2*a + 1/2*b*c -> (a + b*c)/2 and 4*a + 6*b -> 2*(2*a + 3*b)."""
    if len(pieces) < 2 or any(isinstance(p.number, float) for p in pieces):
        return None
    if any(abs(p.number) == 1 for p in pieces) and not any(isinstance(p.number, Fraction) for p in pieces):
        return None  # whole numbers of which 1 is the least
    values = [abs(Fraction(p.number)) for p in pieces]
    common = Fraction(gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values)))
    if common in (0, 1) or common.denominator > LONGEST:
        return None
    if all(p.number < 0 for p in pieces):
        common = -common
    return prod(num(common), add(*(Piece(Fraction(p.number) / common, p.scalars, p.core).build() for p in pieces)))


def numbers_joined(e: Expr, s: Simplifier) -> Iterator[Expr]:
    """4*(6*a - 12*b) -> 24*(a - 2*b)."""
    if e.args[0].op == "num":
        for i, total in enumerate(e.args):
            numbers = _common_number([piece(a) for a in total.args]) if total.op == "add" else None
            if numbers is not None:
                yield merged_product(s, *e.args[:i], *numbers.args, *e.args[i + 1 :])
