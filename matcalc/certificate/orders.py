"""Functions of a whole order at real numbers, by their power series and integrals: Bessel's, and those of airy.

They stand apart from SciPy's, to about 12 digits at numbers of moderate size.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from .special import digamma, tetragamma, trigamma

_TERMS = 80
_EULER = 0.57721566490153286


def _total(first: float, ratio: Callable[[int], float]) -> float:
    """The sum of a series from its first term and the ratios of terms."""
    total = term = first
    for k in range(1, _TERMS):
        term *= ratio(k)
        total += term
    return total


def _whole(n: float) -> int:
    if not float(n).is_integer() or abs(n) > 60:
        raise ValueError("whole orders only")
    return int(n)


def besselj(n: float, x: float, sign: int = -1) -> float:
    """J of a whole order; with the other sign I.

    >>> round(besselj(0, 1.0), 12), round(besselj(1, 1.0, 1), 12)
    (0.765197686558, 0.565159103992)
    """
    order, turned = _whole(n), 1
    if order < 0:
        order, turned = -order, -1 if sign < 0 and order % 2 else 1
    first = (x / 2) ** order / math.factorial(order)
    return turned * _total(first, lambda k: sign * x * x / (4 * k * (k + order)))


def _integral(f: Callable[[float], float], end: float, steps: int = 2000) -> float:
    """Simpson's rule from 0."""
    h = end / steps
    inner = sum((4 if k % 2 else 2) * f(k * h) for k in range(1, steps))
    return h / 3 * (f(0) + inner + f(end))


def bessely(n: float, x: float) -> float:
    """Y of a whole order, by Schläfli's integral.

    >>> round(bessely(0, 1.0), 10), round(bessely(1, 1.0), 10)
    (0.0882569642, -0.7812128213)
    """
    order = _whole(n)
    waves = _integral(lambda t: math.sin(x * math.sin(t) - order * t), math.pi)
    sign = -1 if order % 2 else 1
    tail = _integral(lambda t: (math.exp(order * t) + sign * math.exp(-order * t)) * math.exp(-x * math.sinh(t)), 8.0)
    return (waves - tail) / math.pi


def besselk(n: float, x: float) -> float:
    """K of a whole order.

    >>> round(besselk(0, 1.0), 10), round(besselk(1, 1.0), 10)
    (0.4210244382, 0.6019072302)
    """
    order = _whole(n)
    return _integral(lambda t: math.exp(-x * math.cosh(t)) * math.cosh(order * t), 8.0)


def polygamma(n: float, x: float) -> float:
    """The derivatives of digamma, at positive numbers.

    >>> round(polygamma(3, 1.0) - math.pi**4 / 15, 9)
    0.0
    """
    order = _whole(n)
    if order < 3:
        return (digamma, trigamma, tetragamma)[order](x)
    passed, sign = 0.0, 1 if order % 2 else -1
    while x < 20:
        passed, x = passed + 1 / x ** (order + 1), x + 1
    f = math.factorial
    tail = f(order - 1) / x**order + f(order) / (2 * x ** (order + 1))
    for k, b in enumerate((1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66), start=1):
        tail += b * f(2 * k + order - 1) / (f(2 * k) * x ** (2 * k + order))
    return sign * (f(order) * passed + tail)


OF_ORDER: dict[str, Callable[[float, float], float]] = {
    "besselj": besselj, "bessely": bessely, "besseli": lambda n, x: besselj(n, x, 1), "besselk": besselk,
    "polygamma": polygamma,
}  # fmt: skip


def erfinv(x: float) -> float:
    """The inverse of the error function, by Newton's steps.

    >>> round(math.erf(erfinv(0.7)), 12)
    0.7
    """
    y = x
    for _ in range(60):
        y -= (math.erf(y) - x) * math.exp(y * y) * math.sqrt(math.pi) / 2
    return y


def lambertw(x: float) -> float:
    """The w with w*exp(w) = x, at positive numbers.

    >>> round(lambertw(1.0), 10)
    0.5671432904
    """
    w = math.log1p(x)
    for _ in range(60):
        w -= (w * math.exp(w) - x) / (math.exp(w) * (w + 1))
    return w


def _exponential_integral(x: float) -> float:
    return _EULER + math.log(abs(x)) + math.fsum(x**k / (k * math.factorial(k)) for k in range(1, _TERMS))


def _sine_integral(x: float) -> float:
    terms = ((-1) ** k * x ** (2 * k + 1) / ((2 * k + 1) * math.factorial(2 * k + 1)) for k in range(_TERMS // 2))
    return math.fsum(terms)


def _cosine_integral(x: float) -> float:
    series = math.fsum((-1) ** k * x ** (2 * k) / (2 * k * math.factorial(2 * k)) for k in range(1, _TERMS // 2))
    return _EULER + math.log(x) + series


def _airy(x: float, second: bool, slope: bool) -> float:
    """Ai, Bi or their derivatives, from the two power series at 0."""
    a, b = 3 ** (-2 / 3) / math.gamma(2 / 3), 3 ** (-1 / 3) / math.gamma(1 / 3)
    cube = x**3
    if slope:
        f = _total(x * x / 2, lambda k: cube / ((3 * k) * (3 * k + 2)))
        g = _total(1.0, lambda k: cube / ((3 * k) * (3 * k - 2)))
    else:
        f = _total(1.0, lambda k: cube / ((3 * k - 1) * (3 * k)))
        g = _total(x, lambda k: cube / ((3 * k) * (3 * k + 1)))
    return math.sqrt(3) * (a * f + b * g) if second else a * f - b * g


def _elliptic(m: float, second: bool) -> float:
    """The complete integrals of the parameter m, by the arithmetic-geometric mean."""
    a, g, c, rest, weight = 1.0, math.sqrt(1 - m), math.sqrt(m), m / 2, 1.0
    for _ in range(40):
        a, g, c = (a + g) / 2, math.sqrt(a * g), (a - g) / 2
        rest += weight * c * c
        weight *= 2
    whole = math.pi / (2 * a)
    return whole * (1 - rest) if second else whole


def _fresnel(x: float, sine: bool) -> float:
    u = math.pi * x * x / 2
    s = int(sine)
    terms = ((-1) ** k * u ** (2 * k + s) / (math.factorial(2 * k + s) * (4 * k + 1 + 2 * s)) for k in range(40))
    return x * math.fsum(terms)


def _dawson(x: float) -> float:
    return x * _total(1.0, lambda k: -2 * x * x / (2 * k + 1))


SPECIAL: dict[str, Callable[[float], float]] = {
    "erfinv": erfinv, "lambertw": lambertw, "Ei": _exponential_integral, "Si": _sine_integral,
    "Ci": _cosine_integral, "airyai": lambda x: _airy(x, False, False), "airyaiprime": lambda x: _airy(x, False, True),
    "airybi": lambda x: _airy(x, True, False), "airybiprime": lambda x: _airy(x, True, True),
    "ellipk": lambda m: _elliptic(m, False), "ellipe": lambda m: _elliptic(m, True),
    "fresnels": lambda x: _fresnel(x, True), "fresnelc": lambda x: _fresnel(x, False), "dawsn": _dawson,
}  # fmt: skip
