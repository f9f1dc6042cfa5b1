"""Common factors of a sum: scalars, powers, the first or the last factor of products, elementwise factors."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from fractions import Fraction
from math import gcd, lcm

from ..terms.expression import Expr, add, epow, eye, had, mm, num, ones, power, prod, t, zeros
from ..terms.rebuild import rebuild
from ..terms.shapes import ONE
from ..terms.signatures import known
from .canonical import coefficient
from .denominators import over_denominators, quotient
from .limits import LOOKS, MOST_TERMS
from .normal import Simplifier
from .pieces import Piece, merged_product, piece, reached

Key = tuple[str, Expr]  # where a factor stands, and the factor


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


def _unlike(key: Key, members: list[Piece]) -> bool:
    """Whether a variable taken out of a sum of scalars stays in it: x*(1 + x) for x + x^2, a fraction in a fraction."""
    where, x = key
    if where not in ("up", "down") or x.op != "var" or (where == "down" and any(p.core is not None for p in members)):
        return False
    return len({k for p in members for b, k in p.scalars if b is x}) > 1 and members[0].core is None


_TAKEN = {
    "up": "scalar taken out", "down": "divisor taken out", "left": "first factor taken out",
    "right": "last factor taken out", "had": "elementwise factor taken out", "over": "elementwise divisor taken out",
}  # fmt: skip


def _candidates(e: Expr, s: Simplifier) -> list[tuple[str, Expr]]:
    """What taking out one common factor makes of a sum, with the name of the move."""
    pieces = [piece(a) for a in e.args]
    groups: dict[Key, list[int]] = {}
    polynomial = all(p.core is None and all(b.op == "var" for b, _ in p.scalars) for p in pieces)
    for i, p in enumerate(pieces):
        for key in dict.fromkeys(_keys(p, polynomial)):
            groups.setdefault(key, []).append(i)
    out: list[tuple[str, Expr]] = []
    for keys, members in _distinct(groups, pieces):
        s.search -= sum(e.args[i].cost for i in members)
        if s.search <= 0:
            break
        rests = [_without(pieces[i], keys) for i in members]
        if any(r is None for r in rests):
            continue
        inner = s.run(add(*(r for r in rests if r is not None)))
        if inner.op == "add":
            inner = factored(inner, s)
        joined = _joined(keys, inner, s)
        others = [a for i, a in enumerate(e.args) if i not in members]
        first = members[0]  # all before it are others
        out.append((_TAKEN[keys[0][0]], add(*others[:first], joined, *others[first:]) if others else joined))
    out.extend(("linear operation taken out", x) for x in _inside(e, pieces, s))
    out.extend(("root taken out", x) for x in _roots(e, pieces, s))
    for top, divisor, others in over_denominators(e, pieces, s):
        top = factored(top, s) if top.op == "add" else top
        joined = quotient(top, divisor, s)
        out.append(("common denominator", add(*others, joined) if others else joined))
    if any(_ends_transposed(p) for p in pieces):
        back = [s.push(a) for a in e.args]
        if sum(b.cost for b in back) + 1 < sum(a.cost for a in e.args):
            out.append(("transposed sum", t(s.run(add(*back)))))
    numbers = _common_number(pieces)
    if numbers is not None:
        out.append(("number taken out", numbers))
    return out


def _distinct(groups: dict[Key, list[int]], pieces: list[Piece]) -> list[tuple[list[Key], list[int]]]:
    """The factors to take out of several terms: those scalars together that the same terms have.

    The last factor of products whose first one is taken out is found inside of that sum, and so is what else the
    array of terms is that have the same one.
    """
    out: list[tuple[list[Key], list[int]]] = []
    scalars: dict[tuple[int, ...], list[Key]] = {}
    first: set[tuple[int, ...]] = set()  # the terms whose first factors are one
    for key, members in groups.items():
        if len(members) < 2 or _unlike(key, [pieces[i] for i in members]):
            continue
        (where, x), same = key, tuple(members)
        if where in ("up", "down"):
            if same in scalars:
                scalars[same].append(key)
                continue
            scalars[same] = [key]
            out.append((scalars[same], members))
            continue
        if where == "left":
            first.add(same)
        elif same in first:
            cores = [pieces[i].core for i in members]
            if all(c is x for c in cores) or (where == "right" and all(c is not None and c.op == "mm" for c in cores)):
                continue
        out.append(([key], members))
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
        whole = rest is num(0) and all(k.denominator == 1 for k in where.values())
        if len(where) < 2 or whole or (rest is not num(0) and len(set(where.values())) < 2):
            continue
        shared = max(where.values()) if all(v < 0 for v in where.values()) and rest is num(0) else min(where.values())
        rests = []
        for i, own in where.items():
            scalars = tuple((b, num(own - shared)) if b is base else (b, x) for b, x in pieces[i].scalars)
            rests.append(Piece(pieces[i].number, scalars, pieces[i].core).build())
        inner = s.run(add(*rests))
        inner = factored(inner, s) if inner.op == "add" else inner
        joined = merged_product(s, inner, power(base, s.run(add(rest, num(shared)))))
        others = [a for i, a in enumerate(e.args) if i not in where]
        out.append(add(joined, *others) if others else joined)
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
        joined = rebuild(first, (inner,)) if inner.op != "zeros" else zeros(first.shape)
        out.append(add(joined, *others) if others else joined)
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
    if common in (0, 1):
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


def _keys(p: Piece, polynomial: bool) -> list[Key]:
    keys: list[Key] = []
    for base, k in p.scalars:
        whole = k.op == "num" and isinstance(k.data, int)
        if polynomial and k.op == "num" and not (whole and k.data < 0):  # polynomials stay multiplied out
            continue
        if whole:
            keys.append(("up" if k.data > 0 else "down", base))
        else:
            keys.append(("up", power(base, k)))
    core = p.core
    if core is None or len(core.shape) != 2 or core.op in ("eye", "ones"):
        return keys
    keys.append(("left", core.args[0] if core.op == "mm" else core))
    keys.append(("right", core.args[-1] if core.op == "mm" else core))
    if core.op == "had":
        for x in core.args:
            if _whole(x):
                keys.append(("over" if _down(x) else "had", x.args[0]))
            else:
                keys.append(("had", x))
    else:
        if _whole(core):
            keys.append(("over" if _down(core) else "had", core.args[0]))
        keys.append(("had", core))
    return keys


def _whole(x: Expr) -> bool:
    return x.op == "epow" and isinstance(x.args[1].data, int)


def _down(x: Expr) -> bool:
    return x.args[1].op == "num" and x.args[1].data < 0


def _without_scalar(p: Piece, key: Key) -> Piece | None:
    """The term without a scalar, or with its power one nearer to 0."""
    where, x = key
    for i, (base, k) in enumerate(p.scalars):
        whole = k.op == "num" and isinstance(k.data, int)
        if base is not x and (x.op != "pow" or power(base, k) is not x):
            continue
        if whole:
            left = k.data - (1 if where == "up" else -1)
            rest = ((base, num(left)),) if left else ()
        elif base is x:
            return None
        else:
            rest = ()
        return Piece(p.number, p.scalars[:i] + rest + p.scalars[i + 1 :], p.core)
    return p


def _without(p: Piece, keys: list[Key]) -> Expr | None:
    """The term without common factors: some scalars, or a factor of its array."""
    where, x = keys[0]
    if where in ("up", "down"):
        rest: Piece | None = p
        for key in keys:
            rest = None if rest is None else _without_scalar(rest, key)
        return None if rest is None else rest.build()
    array = _array_without(p.core, where, x)
    return None if array is None else Piece(p.number, p.scalars, array).build()


def _array_without(core: Expr | None, where: str, x: Expr) -> Expr | None:
    """An array without its first or last factor, or without one that goes entry by entry."""
    assert core is not None
    if where in ("had", "over"):
        sign = 1 if where == "had" else -1
        if core is x:
            return ones(x.shape)
        if core.op == "had" or _whole(core):
            factors = list(core.args) if core.op == "had" else [core]
            for i, f in enumerate(factors):
                if f is x and sign > 0:
                    del factors[i]
                    break
                if _whole(f) and f.args[0] is x and (f.args[1].data > 0) == (sign > 0):
                    k = f.args[1].data + (1 if sign < 0 else -1)
                    factors[i : i + 1] = [] if k == 0 else [x] if k == 1 else [epow(x, num(k))]
                    break
            else:
                return None
            return had(*factors) if factors else ones(x.shape)
        return None
    if core is x:
        n = x.shape[1] if where == "left" else x.shape[0]
        return eye(n) if n is not ONE else num(1)
    if core.op == "mm":
        return mm(*(core.args[1:] if where == "left" else core.args[:-1]))
    return None


def _joined(keys: list[Key], inner: Expr, s: Simplifier) -> Expr:
    """The factors that were taken out times what is left."""
    where, x = keys[0]
    if where in ("up", "down"):
        up = [b for side, b in keys if side == "up"]
        down = [power(b, num(-1)) for side, b in keys if side == "down"]
        return merged_product(s, *up, inner, *down)
    if where in ("had", "over"):
        factor = x if where == "had" else epow(x, num(-1))
        return factor if inner.op == "ones" else merged_product(s, had(factor, inner))
    return merged_product(s, mm(x, inner) if where == "left" else mm(inner, x))

