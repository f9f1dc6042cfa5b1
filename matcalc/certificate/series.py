"""Truncated power series in one small number, and what the elementwise functions do to them.

The derivatives of the functions stand here once more, apart from `rules/functions.rules`: a certificate that read
them there would repeat their errors.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from .rings import NotCovered, Number, Ring, Unlucky


class Series:
    """A power series of one entry, cut off after its list of coefficients.

    >>> from .rings import Reals
    >>> x = Series(Reals(1), [3.0, 1.0, 0.0])
    >>> (x * x).c, (x * x / x).c
    ([9.0, 6.0, 1.0], [3.0, 1.0, 0.0])
    """

    __slots__ = ("c", "ring")

    def __init__(self, ring: Ring, coefficients: list[Number]) -> None:
        self.ring, self.c = ring, coefficients

    def _of(self, other: Series | int) -> list[Number]:
        return other.c if isinstance(other, Series) else [other, *[0] * (len(self.c) - 1)]

    def __add__(self, other: Series | int) -> Series:
        return Series(self.ring, [self.ring.fix(a + b) for a, b in zip(self.c, self._of(other), strict=True)])

    def __sub__(self, other: Series | int) -> Series:
        return Series(self.ring, [self.ring.fix(a - b) for a, b in zip(self.c, self._of(other), strict=True)])

    def __rsub__(self, other: int) -> Series:
        return Series(self.ring, self._of(other)) - self

    def __neg__(self) -> Series:
        return Series(self.ring, [self.ring.fix(-a) for a in self.c])

    def __mul__(self, other: Series | int) -> Series:
        a, b = self.c, self._of(other)
        return Series(self.ring, [self.ring.fix(sum(a[i] * b[k - i] for i in range(k + 1))) for k in range(len(a))])

    __rmul__ = __mul__
    __radd__ = __add__

    def inverse(self) -> Series:
        """1/x."""
        first = self.ring.inv(self.c[0])
        out = [first]
        for k in range(1, len(self.c)):
            out.append(self.ring.fix(-first * sum(self.c[j] * out[k - j] for j in range(1, k + 1))))
        return Series(self.ring, out)

    def __truediv__(self, other: Series) -> Series:
        return self * other.inverse()

    def scaled(self, by: Number) -> Series:
        """A multiple."""
        return Series(self.ring, [self.ring.fix(by * a) for a in self.c])

    def power(self, exponent: int | Fraction | float) -> Series:
        """A power with a number as exponent: that of the first coefficient, then b*y' = r*b'*y."""
        ring, b = self.ring, self.c
        if isinstance(exponent, int) and (exponent < 0 or b[0] == 0):
            base = self.inverse() if exponent < 0 else self
            return base.power(-exponent) if exponent < 0 else base.repeated(exponent)
        r = ring.number(exponent)
        out = [first_power(ring, b[0], exponent)]
        for k in range(1, len(b)):
            total = sum((j * r - (k - j)) * b[j] * out[k - j] for j in range(1, k + 1))
            out.append(ring.fix(ring.fix(total) * ring.inv(k * b[0])))
        return Series(ring, out)

    def repeated(self, exponent: int) -> Series:
        """A power by multiplication; beyond the order the power of a series that begins at 0 is 0."""
        out = Series(self.ring, self._of(1))
        for _ in range(min(exponent, len(self.c))):
            out = out * self
        return out

    def of(self, name: str) -> Series:
        """An elementwise function of it."""
        y0 = value(self.ring, name, self.c[0])
        if len(self.c) == 1:
            return Series(self.ring, [y0])
        d = _slope(name)(Series(self.ring, self.c[:-1])).c
        out = [y0]
        for k in range(1, len(self.c)):
            total = sum(j * self.c[j] * d[k - j] for j in range(1, k + 1))
            out.append(self.ring.fix(total * self.ring.inv(k)) if k > 1 else self.ring.fix(total))
        return Series(self.ring, out)


def first_power(ring: Ring, base: Number, exponent: int | Fraction | float) -> Number:
    """A number to a power."""
    if isinstance(exponent, int):
        return pow(base, exponent, ring.p) if ring.p else float(base) ** exponent
    if not ring.p:
        if base < 0:
            raise Unlucky
        return base ** float(exponent)
    exact = Fraction(exponent)
    if exact.denominator != 2:
        raise NotCovered(f"a power with the exponent {exact}")
    root = ring.sqrt(base)
    return pow(root, exact.numerator, ring.p) if root or exact > 0 else ring.inv(0)


def slope(ring: Ring, name: str, x: Number) -> Number:
    """The derivative of a function at a number."""
    return _slope(name)(Series(ring, [x])).c[0]


def _slope(name: str) -> Slope:
    found = DERIVATIVES.get(name)
    if found is None:
        raise NotCovered(name)
    return found


def value(ring: Ring, name: str, x: Number) -> Number:
    """A function at a number."""
    found = VALUES.get(name)
    if found is None:
        raise NotCovered(name)
    return ring.fix(found(ring, x))


def _step(r: Ring, x: Number) -> Number:
    return 1 if r.sign(x) == 1 else 0


def _normal(r: Ring, x: Number) -> Number:
    return r.exp(r.fix(-x * x * r.half)) * r.inv(r.sqrt(r.fix(2 * r.atom("pi", 0))))


def _cdf(r: Ring, x: Number) -> Number:
    return (1 + r.atom("erf", r.fix(x * r.inv(r.sqrt(r.number(2)))), True)) * r.half


def _sinc(r: Ring, x: Number) -> Number:
    z = r.fix(r.atom("pi", 0) * x)
    return r.sin(z) * r.inv(z)


def _atom(name: str) -> Callable[[Ring, Number], Number]:
    return lambda r, x: r.atom(name, x)


def _odd(name: str) -> Callable[[Ring, Number], Number]:
    return lambda r, x: r.atom(name, x, True)


def _softened(r: Ring, x: Number) -> Number:
    return x if _step(r, x) else r.exp(x) - 1


VALUES: dict[str, Callable[[Ring, Number], Number]] = {
    "exp": lambda r, x: r.exp(x), "log": lambda r, x: r.log(x), "expm1": lambda r, x: r.exp(x) - 1,
    "log1p": lambda r, x: r.log(r.fix(1 + x)), "log2": lambda r, x: r.log(x) * r.inv(r.log(r.number(2))),
    "log10": lambda r, x: r.log(x) * r.inv(r.log(r.number(10))),
    "sin": lambda r, x: r.sin(x), "cos": lambda r, x: r.cos(x), "tan": lambda r, x: r.sin(x) * r.inv(r.cos(x)),
    "cot": lambda r, x: r.cos(x) * r.inv(r.sin(x)), "sec": lambda r, x: r.inv(r.cos(x)),
    "csc": lambda r, x: r.inv(r.sin(x)),
    "sinh": lambda r, x: (r.exp(x) - r.inv(r.exp(x))) * r.half,
    "cosh": lambda r, x: (r.exp(x) + r.inv(r.exp(x))) * r.half,
    "tanh": lambda r, x: (r.exp(x) - r.inv(r.exp(x))) * r.inv(r.exp(x) + r.inv(r.exp(x))),
    "asin": lambda r, x: r.atom("asin", x, True),
    "acos": lambda r, x: r.atom("pi", 0) * r.half - r.atom("asin", x, True),
    "atan": lambda r, x: r.atom("atan", x, True), "asinh": lambda r, x: r.atom("asinh", x, True),
    "acosh": lambda r, x: r.atom("acosh", x), "atanh": lambda r, x: r.atom("atanh", x, True),
    "sigmoid": lambda r, x: r.inv(1 + r.inv(r.exp(x))), "softplus": lambda r, x: r.log(r.fix(1 + r.exp(x))),
    "relu": lambda r, x: x * _step(r, x), "abs": lambda r, x: x * r.sign(x), "sign": lambda r, x: r.sign(x),
    "step": _step, "elu": _softened, "silu": lambda r, x: x * r.inv(1 + r.inv(r.exp(x))),
    "gelu": lambda r, x: x * _cdf(r, x), "normcdf": _cdf, "normpdf": _normal, "sinc": _sinc,
    "erf": lambda r, x: r.atom("erf", x, True), "erfc": lambda r, x: 1 - r.atom("erf", x, True),
    "erfi": lambda r, x: r.atom("erfi", x, True), "cbrt": lambda r, x: r.atom("cbrt", x, True),
    **{n: _odd(n) for n in ("erfinv", "dawsn", "fresnels", "fresnelc", "Si")},
    **{n: _atom(n) for n in ("lambertw", "Ei", "Ci", "airyai", "airyaiprime", "airybi", "airybiprime", "ellipk",
                             "ellipe")},
    **{n: _atom(n) for n in ("gamma", "lgamma", "digamma", "trigamma", "tetragamma", "floor", "ceil", "round")},
}  # fmt: skip


def _over_pi(x: Series, by: int) -> Series:
    ring = x.ring
    return x.scaled(ring.inv(ring.sqrt(ring.fix(ring.atom("pi", 0)))) * by)


def _log_of(x: Series, base: int) -> Series:
    return x.inverse().scaled(x.ring.inv(x.ring.log(x.ring.number(base))))


def _flat(x: Series) -> Series:
    return Series(x.ring, [0] * len(x.c))


def _gelu(x: Series) -> Series:
    return x.of("normcdf") + x * x.of("normpdf")


def _elu(x: Series) -> Series:
    return x.of("step") + (1 - x.of("step")) * x.of("exp")


def _sinc_slope(x: Series) -> Series:
    return (x.scaled(x.ring.atom("pi", 0)).of("cos") - x.of("sinc")) / x


def _half_root_pi(r: Ring) -> Number:
    return r.fix(r.sqrt(r.fix(r.atom("pi", 0))) * r.half)


def _turn(x: Series) -> Series:
    return (x * x).scaled(x.ring.fix(x.ring.atom("pi", 0) * x.ring.half))


def of_order(name: str, order: Number, x: Series) -> Series:
    """A function with an order of a series, by the functions of the orders beside it."""
    ring = x.ring
    y0 = ring.fix(ring.of_order(name, order, x.c[0]))
    if len(x.c) == 1:
        return Series(ring, [y0])
    shorter = Series(ring, x.c[:-1])
    above = of_order(name, ring.fix(order + 1), shorter)
    if name == "polygamma":
        d = above
    else:
        below = of_order(name, ring.fix(order - 1), shorter)
        signs = {"besselj": (1, -1), "bessely": (1, -1), "besseli": (1, 1), "besselk": (-1, -1)}[name]
        d = (below * signs[0] + above * signs[1]).scaled(ring.half)
    total = [sum(j * x.c[j] * d.c[k - j] for j in range(1, k + 1)) for k in range(1, len(x.c))]
    return Series(ring, [y0, *(ring.fix(t * ring.inv(k)) for k, t in enumerate(total, start=1))])


Slope = Callable[[Series], Series]
DERIVATIVES: dict[str, Slope] = {
    "exp": lambda x: x.of("exp"), "expm1": lambda x: x.of("exp"), "log": lambda x: x.inverse(),
    "log1p": lambda x: (x + 1).inverse(), "log2": lambda x: _log_of(x, 2), "log10": lambda x: _log_of(x, 10),
    "sin": lambda x: x.of("cos"), "cos": lambda x: -x.of("sin"), "tan": lambda x: x.of("cos").power(-2),
    "cot": lambda x: -x.of("sin").power(-2), "sec": lambda x: x.of("sin") * x.of("cos").power(-2),
    "csc": lambda x: -(x.of("cos") * x.of("sin").power(-2)),
    "sinh": lambda x: x.of("cosh"), "cosh": lambda x: x.of("sinh"), "tanh": lambda x: x.of("cosh").power(-2),
    "asin": lambda x: (1 - x * x).power(Fraction(-1, 2)), "acos": lambda x: -(1 - x * x).power(Fraction(-1, 2)),
    "atan": lambda x: (x * x + 1).inverse(), "asinh": lambda x: (x * x + 1).power(Fraction(-1, 2)),
    "acosh": lambda x: (x * x - 1).power(Fraction(-1, 2)), "atanh": lambda x: (1 - x * x).inverse(),
    "sigmoid": lambda x: x.of("sigmoid") * (1 - x.of("sigmoid")), "softplus": lambda x: x.of("sigmoid"),
    "relu": lambda x: x.of("step"), "abs": lambda x: x.of("sign"), "sign": _flat, "step": _flat, "floor": _flat,
    "ceil": _flat, "round": _flat, "elu": _elu, "silu": lambda x: x.of("sigmoid") * (x * (1 - x.of("sigmoid")) + 1),
    "gelu": _gelu, "cbrt": lambda x: (x.of("cbrt") * x.of("cbrt") * 3).inverse(),
    "erf": lambda x: _over_pi((-(x * x)).of("exp"), 2), "erfc": lambda x: _over_pi((-(x * x)).of("exp"), -2),
    "erfi": lambda x: _over_pi((x * x).of("exp"), 2), "gamma": lambda x: x.of("gamma") * x.of("digamma"),
    "lgamma": lambda x: x.of("digamma"), "digamma": lambda x: x.of("trigamma"),
    "trigamma": lambda x: x.of("tetragamma"), "sinc": _sinc_slope, "normcdf": lambda x: x.of("normpdf"),
    "normpdf": lambda x: -(x * x.of("normpdf")),
    "erfinv": lambda x: (x.of("erfinv") * x.of("erfinv")).of("exp").scaled(_half_root_pi(x.ring)),
    "dawsn": lambda x: 1 - x * x.of("dawsn") * 2, "fresnels": lambda x: _turn(x).of("sin"),
    "fresnelc": lambda x: _turn(x).of("cos"), "lambertw": lambda x: x.of("lambertw") / (x * (x.of("lambertw") + 1)),
    "Ei": lambda x: x.of("exp") / x, "Si": lambda x: x.of("sin") / x, "Ci": lambda x: x.of("cos") / x,
    "airyai": lambda x: x.of("airyaiprime"), "airyaiprime": lambda x: x * x.of("airyai"),
    "airybi": lambda x: x.of("airybiprime"), "airybiprime": lambda x: x * x.of("airybi"),
    "ellipk": lambda x: (x.of("ellipe") / (1 - x) - x.of("ellipk")) / (x * 2),
    "ellipe": lambda x: (x.of("ellipe") - x.of("ellipk")) / (x * 2),
}  # fmt: skip
KINKED = frozenset(("relu", "abs", "sign", "step", "floor", "ceil", "round", "elu"))
