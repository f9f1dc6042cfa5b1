"""Canonical forms that need no rule: numbers, coefficients, the order of terms and factors."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import groupby

from ..terms.expression import Expr, Number, jac, num, power, prod
from .limits import SHORT_ENOUGH

Total = Callable[[list[tuple[Number, Expr | None]]], Expr]  # the sum of terms, each with its coefficient
_MOVES = {
    "add": "like terms", "prod": "like factors", "mm": "factors joined", "had": "like elementwise factors",
    "pow": "power of numbers", "t": "transpose inwards", "series": "finite sum collected", "sum": "ones counted",
    "tr": "trace turned", "diagonal": "diagonal transposed", "einsum": "indices read as matrices",
}  # fmt: skip


def move_name(before: Expr, after: Expr) -> str:
    """What a canonical form did, by its operation."""
    if after.op == "zeros" or after is num(0):
        return "zero"
    if before.op == "mm":
        if after.op == "prod":
            return "scalar out of a chain"
        if before.is_scalar and after.op == "mm" and len(after.args) == len(before.args):
            return "scalar transposed"
    return _MOVES.get(before.op, "arguments in order")


def flat(e: Expr, inside: set[Expr]) -> tuple[tuple[Expr, ...], int]:
    """The terms of a sum or the factors of a product, with those of long ones in it.

    These go into a set; the number of terms of those that are in it already is the second result.
    """
    op = e.op
    for a in e.args:
        if a.op == op:
            break
    else:
        return e.args, 0
    again = 0
    out: list[Expr] = []
    stack = list(reversed(e.args))
    while stack:
        x = stack.pop()
        if x.op == op and (op in ("prod", "add") or not x.is_scalar):
            again += len(x.args) if x in inside else 0
            inside.add(x)
            stack.extend(reversed(x.args))
        else:
            out.append(x)
    return (tuple(out) if len(out) > len(e.args) else e.args), again


def runs_as_powers(args: tuple[Expr, ...]) -> list[Expr]:
    """The factors of a chain with runs of one square matrix as its powers."""
    out: list[Expr] = []
    for x, run in groupby(args):
        n = sum(1 for _ in run)
        out.append(x if n == 1 else power(x, num(n)))
    return out


def coefficient(x: Expr) -> tuple[Number, Expr | None]:
    """A term as a number times the rest; the rest of a number is None."""
    if x.op == "num":
        return x.data, None
    if x.op == "prod" and x.args[0].op == "num":
        return x.args[0].data, prod(*x.args[1:])
    return 1, x


def rooted(c: Number, base: Expr, exponents: list[Expr]) -> tuple[Number, list[Expr]]:
    """A coefficient and the powers of a base beside it, with what a root of a whole number shares with it in one.

    >>> rooted(2, num(2), [num(Fraction(-1, 2))])
    (1, [1/2])
    """
    n = base.data if base.op == "num" and len(exponents) == 1 and isinstance(exponents[0].data, Fraction) else None
    if not isinstance(n, int) or n < 2 or isinstance(c, float):
        return c, exponents
    value, k = Fraction(c), exponents[0].data
    while k < 0 and value.numerator % n == 0:
        value, k = value / n, k + 1
    while k > 0 and value.denominator == n:  # sqrt(2)/2, but not sqrt(3)/6
        value, k = value * n, k - 1
    return value.numerator if value.denominator == 1 else value, [num(k)]


def term(c: Number, core: Expr | None) -> Expr:
    """A number times the rest."""
    if type(c) is Fraction and c.denominator == 1:
        c = c.numerator
    if core is None:
        return num(c)
    return core if c == 1 else prod(num(c), core)


def flipped(e: Expr) -> Expr:
    """The derivative of an abstract function in the other layout."""
    return jac(e.data.function, e.data.position, e.data.value, not e.data.transposed, *e.args)


def ratio(c: Number, k: Number) -> Number:
    """One number divided by another, exactly where both are exact."""
    return c / Fraction(k) if isinstance(c, int | Fraction) and isinstance(k, int | Fraction) else c / k


def is_short_sum(e: Expr) -> bool:
    """Whether a sum is so short that its transpose is taken term by term."""
    return e.op == "add" and len(e.args) <= SHORT_ENOUGH


def opposite(powers: dict[Expr, list[Expr]], c: Number, total: Total) -> Number:
    """Take powers of b - a for powers of a - b where both are factors; returns the coefficient with its sign."""
    sums = [b for b in powers if b.op == "add"]
    found = {frozenset([(x, -k) for k, x in map(coefficient, b.args)]) for b in sums}
    for base in sums:
        if base not in powers or frozenset([(x, k) for k, x in map(coefficient, base.args)]) not in found:
            continue
        other = total([(-k, x) for k, x in map(coefficient, base.args)])
        whole = all(x.op == "num" and isinstance(x.data, int) for x in powers[base])
        if other is not base and other in powers and whole:
            exponents = powers.pop(base)
            powers[other] = powers[other] + exponents
            c = -c if sum(x.data for x in exponents) % 2 else c
    return c


def turns(terms: tuple[Expr, ...]) -> bool:
    """Whether a sum is no longer with all signs turned."""
    return 2 * sum(coefficient(a)[0] < 0 for a in terms) >= len(terms)


def distributes(c: Number, total: Expr) -> bool:
    """Whether c*(a + b) is no longer when multiplied out."""
    coefficients = [coefficient(a) for a in total.args]
    if c == -1:
        negative = sum(k < 0 for k, _ in coefficients)
        return 2 * negative >= len(coefficients)
    units = sum(abs(k) == 1 and core is not None for k, core in coefficients)
    return units <= 1 and not all(abs(k) == abs(coefficients[0][0]) for k, _ in coefficients)


def fold_power(e: Expr) -> Expr:
    """Powers of numbers that are numbers, and the exponents 0 and 1."""
    base, exponent = e.args
    if exponent.op != "num":
        return num(1) if base.op == "num" and base.data == 1 else e
    k = exponent.data
    if k == 0:
        return num(1)
    if k == 1:
        return base
    if base.op == "num":
        b = base.data
        if isinstance(k, int) and abs(k) <= 64 and b != 0:
            return num(Fraction(b) ** k if isinstance(b, int | Fraction) else b**k)
        if b == 0 and k > 0:
            return num(0)
        if b == 1:
            return num(1)
        if isinstance(k, Fraction) and isinstance(b, int | Fraction) and b > 0:
            root = _exact_root(Fraction(b), k.denominator)
            if root is not None:
                return num(root**k.numerator)
    return e


def _exact_root(b: Fraction, n: int) -> Fraction | None:
    p, q = round(b.numerator ** (1 / n)), round(b.denominator ** (1 / n))
    return Fraction(p, q) if p**n == b.numerator and q**n == b.denominator else None
