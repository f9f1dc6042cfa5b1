"""Functions that Python's math module lacks, at positive numbers, to about 14 digits."""

from __future__ import annotations

import math


def _shifted(x: float) -> tuple[float, list[float]]:
    """A number from 12 on that is x plus a whole number, and those that were passed."""
    if x <= 0:
        raise ValueError("positive numbers only")
    passed = []
    while x < 12:
        passed.append(x)
        x += 1
    return x, passed


def digamma(x: float) -> float:
    """The logarithmic derivative of the gamma function.

    >>> round(digamma(1), 12)
    -0.577215664902
    """
    z, passed = _shifted(x)
    u = 1 / (z * z)
    tail = u * (1 / 12 - u * (1 / 120 - u * (1 / 252 - u * (1 / 240 - u * (1 / 132 - u * 691 / 32760)))))
    return math.log(z) - 0.5 / z - tail - sum(1 / y for y in passed)


def trigamma(x: float) -> float:
    """The derivative of digamma.

    >>> round(trigamma(1) - math.pi**2/6, 12)
    0.0
    """
    z, passed = _shifted(x)
    u = 1 / (z * z)
    tail = u * (1 / 6 - u * (1 / 30 - u * (1 / 42 - u * (1 / 30 - u * (5 / 66 - u * 691 / 2730)))))
    return 1 / z + 0.5 * u + tail / z + sum(1 / y**2 for y in passed)


def tetragamma(x: float) -> float:
    """The derivative of trigamma.

    >>> round(tetragamma(1), 10)
    -2.4041138063
    """
    z, passed = _shifted(x)
    u = 1 / (z * z)
    tail = u * u * (1 / 2 - u * (1 / 6 - u * (1 / 6 - u * (3 / 10 - u * (5 / 6 - u * 691 / 210)))))
    return -u - u / z - tail - sum(2 / y**3 for y in passed)


def erfi(x: float) -> float:
    """The imaginary error function, by its power series.

    >>> round(erfi(1), 10)
    1.6504257588
    """
    term, total, k = x, x, 0
    while abs(term) > 1e-17 * abs(total) and k < 500:
        k += 1
        term *= x * x / k
        total += term / (2 * k + 1)
    return total * 2 / math.sqrt(math.pi)
