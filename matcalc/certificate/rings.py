"""The numbers that a certificate computes with: a prime field, in which it is exact, and the reals.

In the field a function that is not rational is an unknown that its argument determines, with the relations that hold
between functions as far as a few unknowns express them: exp(x) is one unknown and exp(-x) its inverse; sin and cos
come from the tangent of the half angle; a positive number is a square, so that a root exists and |x| is x or -x.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from .orders import OF_ORDER, SPECIAL
from .special import digamma, erfi, tetragamma, trigamma

Number = Any  # an integer below P, or a float
P = (1 << 61) - 1
MOST_WORK = 2_000_000  # multiplications in products and inverses of matrices
_HALF = (P + 1) // 2
_MASK = (1 << 64) - 1


class Unlucky(Exception):
    """No value at this point, such as the root of a number that is no square: another point may do."""


class NotCovered(Exception):
    """An operation that cannot be evaluated here at any point; the text says which."""


def mix(z: int) -> int:
    """A number of 64 bits from which nobody guesses z, the same in every run.

    >>> mix(1) == mix(1), mix(1) == mix(2)
    (True, False)
    """
    z = (z * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


@lru_cache(maxsize=64)
def stream(seed: int, start: int) -> tuple[int, ...]:
    """Sixty-four numbers of the field, none of them zero."""
    return tuple([mix(mix(seed) ^ (start + k)) % (P - 1) + 1 for k in range(64)])


class Ring:
    """What both kinds of numbers offer; a number is an int or a float, and `fix` brings a sum into range."""

    p = 0
    half: Number = 0.5

    def __init__(self, seed: int, tame: bool = False, scale: float = 1.0, account: list[int] | None = None) -> None:
        self.account = [MOST_WORK] if account is None else account
        self.seed, self.tame, self.positive, self.drawn, self.scale = seed, tame, tame, 0, scale

    def spend(self, multiplications: int) -> None:
        """Count work that all points of one certificate share; NotCovered when it is too much."""
        self.account[0] -= multiplications
        if self.account[0] < 0:
            raise NotCovered("so much work")

    def raw(self, count: int) -> list[int]:
        """So many numbers that nothing else has drawn."""
        out: list[int] = []
        while len(out) < count:
            block, at = divmod(self.drawn, 64)
            new = stream(self.seed, 64 * block)[at : at + count - len(out)]
            out.extend(new)
            self.drawn += len(new)
        return out

    def draw(self, count: int) -> list[Number]:
        raise NotImplementedError

    def number(self, value: int | Fraction | float) -> Number:
        raise NotImplementedError

    def fix(self, x: Number) -> Number:
        raise NotImplementedError

    def inv(self, x: Number) -> Number:
        raise NotImplementedError

    def sqrt(self, x: Number) -> Number:
        raise NotImplementedError

    def sign(self, x: Number) -> Number:
        """1, 0 or -1."""
        raise NotImplementedError

    def exp(self, x: Number) -> Number:
        raise NotImplementedError

    def log(self, x: Number) -> Number:
        raise NotImplementedError

    def sin(self, x: Number) -> Number:
        raise NotImplementedError

    def cos(self, x: Number) -> Number:
        raise NotImplementedError

    def atom(self, name: str, x: Number, odd: bool = False) -> Number:
        """The value of a function that no other tells."""
        raise NotImplementedError

    def whole(self, x: Number) -> int | None:
        """The small integer that a number is."""
        raise NotImplementedError

    def of_order(self, name: str, order: Number, x: Number) -> Number:
        """A function with an order: J(-1, x) is -J(1, x), and so on."""
        n = self.whole(order)
        if name == "polygamma" and n in (0, 1, 2):
            return self.atom(("digamma", "trigamma", "tetragamma")[n], x)
        if name != "polygamma" and n is not None and n < 0:
            return (-1 if name in ("besselj", "bessely") and n % 2 else 1) * self.of_order(name, self.fix(-order), x)
        return self.ordered(name, order, x)

    def ordered(self, name: str, order: Number, x: Number) -> Number:
        """The same for an order that is not negative, or no small integer."""
        raise NotImplementedError


class Field(Ring):
    """Integers modulo the prime 2^61 - 1."""

    p = P
    half = _HALF

    def draw(self, count: int) -> list[Number]:
        found = self.raw(count)
        return [x * x % P for x in found] if self.positive else found

    def number(self, value: int | Fraction | float) -> Number:
        if isinstance(value, int):
            return value % P
        exact = Fraction(value)
        return exact.numerator * pow(exact.denominator, -1, P) % P

    def fix(self, x: Number) -> Number:
        return x % P

    def inv(self, x: Number) -> Number:
        if x % P == 0:
            raise Unlucky
        return pow(x, -1, P)

    def sqrt(self, x: Number) -> Number:
        root = pow(x, (P + 1) // 4, P)
        if root * root % P != x:
            raise Unlucky
        return root

    def sign(self, x: Number) -> Number:
        return 0 if x == 0 else 1 if pow(x, (P - 1) // 2, P) == 1 else P - 1

    def unknown(self, name: str, x: int) -> int:
        """The unknown that a function has at a place."""
        return mix(mix(self.seed ^ int.from_bytes(name.encode(), "big") % P) ^ x) % (P - 1) + 1

    def exp(self, x: Number) -> Number:
        if x == 0:
            return 1
        return self.unknown("exp", x) if x < _HALF else pow(self.unknown("exp", P - x), -1, P)

    def _half_tangent(self, x: int) -> int:
        return 0 if x == 0 else self.unknown("tan", x) if x < _HALF else P - self.unknown("tan", P - x)

    def sin(self, x: Number) -> Number:
        t = self._half_tangent(x)
        return 2 * t * pow(1 + t * t, -1, P) % P

    def cos(self, x: Number) -> Number:
        t = self._half_tangent(x)
        return (1 - t * t) * pow(1 + t * t, -1, P) % P

    def log(self, x: Number) -> Number:
        return 0 if x == 1 else self.unknown("log", x)

    def atom(self, name: str, x: Number, odd: bool = False) -> Number:
        if name == "pi":
            return pow(self.unknown("pi", 0), 2, P)
        if odd and x == 0:
            return 0
        return P - self.unknown(name, P - x) if odd and x >= _HALF else self.unknown(name, x)

    def whole(self, x: Number) -> int | None:
        return x if x < 4096 else x - P if P - x < 4096 else None

    def ordered(self, name: str, order: Number, x: Number) -> Number:
        return self.unknown(f"{name} {order}", x)


class Reals(Ring):
    """Floating-point numbers; `nudge` moves each that is drawn by about this part of itself."""

    nudge = 0.0

    def draw(self, count: int) -> list[Number]:
        s, unit = self.scale, [x / P for x in self.raw(count)]
        if self.positive:
            found = [s * (0.3 + 1.2 * x) for x in unit]
        else:
            found = [s * (0.3 + 1.2 * abs(2 * x - 1)) * (1 if x > 0.5 else -1) for x in unit]
        return [v + self.nudge * x * v for v, x in zip(found, unit, strict=True)] if self.nudge else found

    def number(self, value: int | Fraction | float) -> Number:
        return float(value)

    def fix(self, x: Number) -> Number:
        return x

    def inv(self, x: Number) -> Number:
        return 1.0 / x

    def sqrt(self, x: Number) -> Number:
        return math.sqrt(x)

    def sign(self, x: Number) -> Number:
        return (x > 0) - (x < 0)

    def exp(self, x: Number) -> Number:
        return math.exp(x)

    def log(self, x: Number) -> Number:
        return math.log(x)

    def sin(self, x: Number) -> Number:
        return math.sin(x)

    def cos(self, x: Number) -> Number:
        return math.cos(x)

    def atom(self, name: str, x: Number, odd: bool = False) -> Number:
        return math.pi if name == "pi" else _ATOMS[name](x)

    def whole(self, x: Number) -> int | None:
        return int(x) if float(x).is_integer() and abs(x) < 4096 else None

    def ordered(self, name: str, order: Number, x: Number) -> Number:
        try:
            return OF_ORDER[name](order, x)
        except (ValueError, OverflowError, IndexError):
            raise Unlucky from None


_ATOMS: dict[str, Callable[[float], float]] = {
    "asin": math.asin, "atan": math.atan, "asinh": math.asinh, "acosh": math.acosh, "atanh": math.atanh,
    "erf": math.erf, "erfi": erfi, "gamma": math.gamma, "lgamma": math.lgamma, "digamma": digamma,
    "trigamma": trigamma, "tetragamma": tetragamma, "cbrt": lambda x: math.copysign(abs(x) ** (1 / 3), x),
    "floor": math.floor, "ceil": math.ceil, "round": round, **SPECIAL,
}  # fmt: skip
