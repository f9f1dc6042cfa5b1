"""The sign of an expression entry by entry: as a sum of products of powers of parts whose signs are known.

A quotient is brought over a common divisor, so that 1/s - x'*x/s^3 with s = sqrt(1 + x'*x) is seen to be 1/s^3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from ..terms.expression import Expr, add, apply, fn, ones, prod, sub
from ..terms.walks import fold

Monomial = frozenset[tuple[Expr, Fraction]]  # parts with their exponents, none of them 0
Polynomial = dict[Monomial, Fraction]
Ask = Callable[[str, Expr], bool]

MOST_TERMS = 200  # of a product that is multiplied out
MOST_POWER = 6
_UNIT: Monomial = frozenset()
_ONE: Polynomial = {_UNIT: Fraction(1)}


def nonnegative(e: Expr, ask: Ask) -> bool:
    """Whether no entry is below 0, where `ask` tells what is known of the parts.

    >>> from matcalc.language.parse import parse_expression
    >>> e = parse_expression("1/(1 + x'*x) - x'*x/(1 + x'*x)^2").expr
    >>> nonnegative(e, lambda prop, part: part.op == "norm")
    True
    """
    return any(_covered(p, ask) is not None for p in forms(e, ask))


def positive(e: Expr, ask: Ask) -> bool:
    """Whether every entry is above 0."""
    for p in forms(e, ask):
        left = _covered(p, ask)
        if left is not None and any(c > 0 and _above(c, m, ask) for m, c in left.items()):
            return True
    return False


def _covered(p: Polynomial, ask: Ask) -> Polynomial | None:
    """What is left of the terms that are not below 0 when they have paid for the others; None if they cannot.

    A multiple of a part between -1 and 1 is paid by the constant, one of a product P*Q by P^2 and Q^2.
    """
    left = {m: c for m, c in p.items() if not m or _at_least(c, m, ask)}
    left.setdefault(_UNIT, Fraction(0))
    for m, c in p.items():
        if m in left:
            continue
        if _within_one(c, m, ask):
            left[_UNIT] -= abs(c)
        elif not _paid(c, m, left):
            return None
    return left if left[_UNIT] >= 0 else None


def _paid(c: Fraction, m: Monomial, left: Polynomial) -> bool:
    """Whether two terms a*P and b*Q with P*Q = M^2 and 4*a*b >= c^2 pay for c*M; what they pay is taken from b*Q."""
    square = _monomial((part, 2 * k) for part, k in m)
    for one, a in left.items():
        other = _monomial((*square, *((part, -k) for part, k in one)))
        if other in left and other != one and a > 0 and 4 * a * left[other] >= c * c:
            left[other] -= c * c / (4 * a)
            left[one] = Fraction(0)
            return True
    return False


def _within_one(c: Fraction, m: Monomial, ask: Ask) -> bool:
    """Whether a multiple of one part, such as -2*sin(x), is at least minus its coefficient."""
    if len(m) != 1:
        return False
    ((part, k),) = m
    one = ones(part.shape)
    return k == 1 and ask("nonnegative", add(one, part) if c > 0 else sub(one, part))


def is_zero(e: Expr) -> bool:
    """Whether an expression is 0, multiplied out."""
    return any(not p for p in forms(e, lambda *_: False))


def forms(e: Expr, ask: Ask) -> list[Polynomial]:
    """The expression with its sums as parts, over a common divisor, and multiplied out."""
    kept = read(e, ask, False)
    wide = read(e, ask, True)
    found = [kept, over_common(kept, ask), wide, over_common(wide, ask)]
    return [p for k, p in enumerate(found) if p not in found[:k]]


def _at_least(c: Fraction, m: Monomial, ask: Ask) -> bool:
    """Whether a term is not below 0: an even power, a root, and what is known not to be below 0."""
    return c > 0 and all(k.denominator > 1 or k % 2 == 0 or ask("nonnegative", part) for part, k in m)


def _above(c: Fraction, m: Monomial, ask: Ask) -> bool:
    """Whether a term, which is not below 0, is nowhere 0: a divisor never is."""
    return c > 0 and all(k < 0 or ask("positive", part) or ask("nowhere_zero", part) for part, k in m)


# --- reading ------------------------------------------------------------------------------------------------------


def read(root: Expr, ask: Ask, wide: bool) -> Polynomial:
    """An expression as a sum of products; `wide` multiplies sums out."""

    def step(e: Expr, below: tuple[Polynomial, ...]) -> Polynomial:
        found = _read(e, below, ask, wide)
        return _part(e) if found is None else found

    return fold(root, step, _inside)[root]


def _inside(e: Expr) -> tuple[Expr, ...]:
    """The arguments of a node that is read."""
    if e.op in ("add", "prod", "had"):
        return e.args
    if e.op in ("pow", "epow") and e.args[1].op == "num":
        return e.args[:1]
    return ()


def _read(e: Expr, below: tuple[Polynomial, ...], ask: Ask, wide: bool) -> Polynomial | None:
    if e.op == "num":
        return {_UNIT: Fraction(e.data)} if e.data else {}
    if e.op == "ones":
        return _ONE
    if e.op == "zeros":
        return {}
    if e.op == "add":
        total: Polynomial = {}
        for p in below:
            _add(total, p)
        return total
    if e.op in ("prod", "had"):
        kept = below if wide else tuple(_bound(p, a) for p, a in zip(below, e.args, strict=True))
        out = _ONE
        for p in kept:
            if len(out) * len(p) > MOST_TERMS:
                return None
            out = times(out, p)
        return out
    if e.op in ("pow", "epow") and e.args[1].op == "num":
        return _power(e, below[0], Fraction(e.args[1].data), ask, wide)
    return _special(e)


def _special(e: Expr) -> Polynomial | None:
    """exp(2*x) as the square of exp(x), and x'*x as that of ||x||."""
    if e.op == "exp":
        k, rest = _coefficient(e.args[0])
        return _part(fn("exp", rest), k)
    if e.op == "mm" and e.is_scalar and len(e.args) == 2 and e.args[0].op == "t" and e.args[0].args[0] is e.args[1]:
        return _part(apply("norm", e.args[1]), Fraction(2))
    return None


def _coefficient(e: Expr) -> tuple[Fraction, Expr]:
    if e.op == "prod" and e.args[0].op == "num" and e.args[0].data:
        return Fraction(e.args[0].data), prod(*e.args[1:])
    return Fraction(1), e


def _part(e: Expr, k: Fraction = Fraction(1)) -> Polynomial:
    """A power of a part."""
    return {frozenset(((e, k),)): Fraction(1)}


def _bound(p: Polynomial, e: Expr) -> Polynomial:
    """A sum as one part."""
    return p if len(p) < 2 else _part(e)


def _power(e: Expr, base: Polynomial, k: Fraction, ask: Ask, wide: bool) -> Polynomial | None:
    if len(base) == 1:
        ((m, c),) = base.items()
        if k.denominator > 1 and not (c == 1 and all(ask("nonnegative", part) for part, _ in m)):
            return _part(e.args[0], k)
        return {_monomial((part, j * k) for part, j in m): c**k.numerator if k.denominator == 1 else Fraction(1)}
    if not base:
        return None
    if wide and k.denominator == 1 and 0 < k <= MOST_POWER:
        out = _ONE
        for _ in range(int(k)):
            if len(out) * len(base) > MOST_TERMS:
                return None
            out = times(out, base)
        return out
    return _part(e.args[0], k)


# --- arithmetic ---------------------------------------------------------------------------------------------------


def _monomial(pairs: Iterable[tuple[Expr, Fraction]]) -> Monomial:
    found: dict[Expr, Fraction] = {}
    for part, k in pairs:
        found[part] = found.get(part, Fraction(0)) + k
    return frozenset((part, k) for part, k in found.items() if k)


def _add(total: Polynomial, p: Mapping[Monomial, Fraction]) -> None:
    for m, c in p.items():
        c += total.pop(m, Fraction(0))
        if c:
            total[m] = c


def times(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product of two polynomials."""
    out: Polynomial = {}
    for m, c in a.items():
        for n, d in b.items():
            _add(out, {_monomial((*m, *n)): c * d})
    return out


def over_common(p: Polynomial, ask: Ask) -> Polynomial:
    """The terms times the largest divisors that are sums; these stay as a factor of every term."""
    sums = {part for m in p for part, k in m if part.op == "add" and (k < 0 or k.denominator > 1)}
    for s in sums:
        exponents = [dict(m).get(s, Fraction(0)) for m in p]
        least = min(exponents)
        if any((k - least).denominator > 1 or k - least > MOST_POWER for k in exponents):
            continue
        out: Polynomial = {}
        body = read(s, ask, True)
        for m, c in p.items():
            known = dict(m)
            rest: Polynomial = {_monomial((q, j) for q, j in m if q is not s): c}
            for _ in range(int(known.get(s, Fraction(0)) - least)):
                rest = times(rest, body)
            _add(out, rest)
        if len(out) > MOST_TERMS:
            continue
        p = times(out, _part(s, least)) if least else out
    return p
