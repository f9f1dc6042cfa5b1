"""What every operation of the language does to series: one entry for each, the structural ones too."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..terms.expression import Expr, div, epow, fn, num, power
from . import matrices
from .arrays import Arrays, Flat, Jet
from .evaluation import Point, Step, directional
from .rings import NotCovered
from .series import of_order

Square = Callable[[Arrays, Jet, int], Jet]
Whole = Callable[[Arrays, Jet], Jet]
Plain = Callable[[Arrays, Jet, int, int], Jet]


def _square(f: Square) -> Step:
    return lambda p, e, args: f(p.arrays, args[0], p.size(e.args[0].shape)[0])


def _plain(f: Plain) -> Step:
    return lambda p, e, args: f(p.arrays, args[0], *p.size(e.args[0].shape))


def _linear(f: Callable[[Flat, int, int], Flat]) -> Step:
    def step(p: Point, e: Expr, args: list[Jet]) -> Jet:
        m, n = p.size(e.args[0].shape)
        return p.arrays.each(lambda a: f(a, m, n), args[0])

    return step


def _directional(p: Point, e: Expr, args: list[Jet]) -> Jet:
    return directional(p.arrays, e.op, args, [p.size(a.shape) for a in e.args])


def _norm(s: Arrays, x: Jet) -> Jet:
    total = s.total(s.had(x, x))
    return s.power(total, _HALF)


def _logdet(s: Arrays, x: Jet, n: int) -> Jet:
    y = s.det(x, n)
    return s.of("log", y if s.p or y[0][0] > 0 else s.scaled(-1, y))


def _softmax(s: Arrays, x: Jet) -> Jet:
    y = s.of("exp", x)
    return s.times(s.inverses(s.total(y)), y)


def _all(s: Arrays, x: Jet) -> Jet:
    total: Jet = [[1]]
    for k in range(len(x[0])):
        total = s.had(total, [[a[k]] for a in x])
    return total


def _largest(s: Arrays, x: Jet, least: bool = False) -> Jet:
    """The largest entry; of a field there is none, but any order that the opposite reverses will do."""
    k = (min if least else max)(range(len(x[0])), key=lambda i: x[0][i])
    return [[a[k]] for a in x]


def _log_sum(s: Arrays, x: Jet) -> Jet:
    return s.of("log", s.total(s.of("exp", x)))


def _log_softmax(s: Arrays, x: Jet) -> Jet:
    ones: Jet = [[1] * len(x[0])]
    return s.minus(x, s.times(_log_sum(s, x), ones))


def _of_order(p: Point, e: Expr, args: list[Jet]) -> Jet:
    """sum(abs(x).^r)^(1/r)."""
    x, order = e.args
    powers = p.power(epow(fn("abs", x), order), [p.arrays.of("abs", args[0]), args[1]])
    return p.power(power(e, div(num(1), order)), [p.arrays.total(powers), p.arrays.inverses(args[1])])


def _rows(f: Whole) -> Step:
    """What a function of all entries does to each row, one below the other."""

    def step(p: Point, e: Expr, args: list[Jet]) -> Jet:
        m, n = p.size(e.args[0].shape)
        done = [f(p.arrays, [a[i : i + n] for a in args[0]]) for i in range(0, m * n, n)]
        orders = max(map(len, done))
        full = [[*d, *([0] * len(d[0]) for _ in range(orders - len(d)))] for d in done]
        return [[v for d in full for v in d[k]] for k in range(orders)]

    return step


def _whole(f: Whole) -> Step:
    return lambda p, e, args: f(p.arrays, args[0])


def _compare(name: str) -> Step:
    def step(p: Point, e: Expr, args: list[Jet]) -> Jet:
        s, r = p.arrays, p.ring
        gap = s.minus(args[0], args[1])
        if name in ("max", "min"):
            away = s.of("relu", gap if name == "max" else s.scaled(-1, gap))
            return s.sum([args[1], away]) if name == "max" else s.minus(args[1], away)
        signs = [r.sign(v) for v in gap[0]]
        minus = r.fix(-1)
        true = {"gt": (1,), "ge": (0, 1), "lt": (minus,), "le": (0, minus), "eq": (0,), "ne": (1, minus)}[name]
        return [[int(v in true) for v in signs]]

    return step


def _ordered(p: Point, e: Expr, args: list[Jet]) -> Jet:
    order = args[0][0][0]
    if any(any(a) for a in args[0][1:]):
        raise NotCovered(e.op)
    return p.arrays.entries(lambda x: of_order(e.op, order, x), args[1])


def _angle(p: Point, e: Expr, args: list[Jet]) -> Jet:
    """The angle of a point: a series of the arctangent, and over the reals the half plane of the point."""
    s = p.arrays
    y, x = args
    out = s.of("atan", s.had(y, s.inverses(x)))
    return out if s.p else [[math.atan2(b, a) for b, a in zip(y[0], x[0], strict=True)], *out[1:]]


def _cumulative(p: Point, e: Expr, args: list[Jet]) -> Jet:
    s, x = p.arrays, args[0]
    parts = [_all(s, [a[: k + 1] for a in x]) for k in range(len(x[0]))]
    orders = max(map(len, parts))
    return [[y[k][0] if len(y) > k else 0 for y in parts] for k in range(orders)]


def _cross(p: Point, e: Expr, args: list[Jet]) -> Jet:
    def turned(x: Jet, by: int) -> Jet:
        return [a[by:] + a[:by] for a in x]

    x, y = args
    s = p.arrays
    return s.minus(s.had(turned(x, 1), turned(y, 2)), s.had(turned(x, 2), turned(y, 1)))


def _scatter(a: Flat, m: int, n: int) -> Flat:
    out: Flat = [0] * (m * n * m * n)
    out[:: m * n + 1] = a
    return out


def _commutation(p: Point, e: Expr, args: list[Jet]) -> Jet:
    m, n = (p.size(a.shape)[0] for a in e.args)
    out: Flat = [0] * (m * n * m * n)
    for i in range(m):
        for j in range(n):  # vec(A')[i*n + j] = A[i, j] = vec(A)[j*m + i]
            out[(i * n + j) * m * n + j * m + i] = 1
    return [out]


def _lags(n: int, wrap: bool) -> list[int]:
    return [(i - j) % n if wrap else abs(i - j) for i in range(n) for j in range(n)]


def _spread(wrap: bool) -> Step:
    return _linear(lambda a, m, n: [a[k] for k in _lags(m, wrap)])


def _gathered(wrap: bool) -> Step:
    """The sums of the entries at each lag."""

    def step(p: Point, e: Expr, args: list[Jet]) -> Jet:
        n = p.size(e.args[0].shape)[0]
        lags, s = _lags(n, wrap), p.arrays
        return s.each(lambda a: s.fixed([sum(v for v, at in zip(a, lags, strict=True) if at == k) for k in range(n)]),
                      args[0])  # fmt: skip

    return step


_HALF = 0.5
_OF_ALL: dict[str, Whole] = {
    "sum": Arrays.total, "mean": lambda s, x: s.scaled(s.ring.inv(s.ring.number(len(x[0]))), s.total(x)), "norm": _norm,
    "norm1": lambda s, x: s.total(s.of("abs", x)), "norminf": lambda s, x: _largest(s, s.of("abs", x)),
    "amax": _largest, "amin": lambda s, x: _largest(s, x, True), "logsumexp": _log_sum, "softmax": _softmax,
    "log_softmax": _log_softmax,
}  # fmt: skip
STEPS: dict[str, Step] = {
    "var": Point.variable, "d": Point.variable, "num": Point.constant, "const": Point.constant, "size": Point.constant,
    "counter": Point.constant, "eye": Point.filled, "ones": Point.filled, "zeros": Point.filled,
    "add": lambda p, e, args: p.arrays.sum(args), "prod": Point.product, "had": Point.product, "mm": Point.chain,
    "pow": Point.power, "epow": Point.power, "mpow": Point.matrix_power, "series": Point.series, "index": Point.index,
    "array": Point.grid, "einsum": Point.einsum, "call": Point.call, "jac": Point.jac, "kernel": Point.kernel,
    "t": _plain(Arrays.turned), "tr": _square(Arrays.trace), "det": _square(Arrays.det), "inv": _square(Arrays.inverse),
    "logdet": _square(_logdet), "pinv": _plain(Arrays.pseudoinverse),
    "adj": _square(lambda s, x, n: s.times(s.det(x, n), s.inverse(x, n))),
    "normp": _of_order, "prodall": lambda p, e, args: _all(p.arrays, args[0]),
    "prodall_rows": _rows(_all), "cumprod": _cumulative, "atan2": _angle,
    **dict.fromkeys(("besselj", "bessely", "besseli", "besselk", "polygamma"), _ordered),
    **{name: _whole(f) for name, f in _OF_ALL.items()}, **{f"{name}_rows": _rows(f) for name, f in _OF_ALL.items()},
    "cross": _cross, "skew": _linear(lambda a, m, n: [0, -a[2], a[1], a[2], 0, -a[0], -a[1], a[0], 0]),
    "axial": _linear(lambda a, m, n: [a[7] - a[5], a[2] - a[6], a[3] - a[1]]),
    "diag": _linear(lambda a, m, n: _scatter(a, m, n)), "diagonal": _linear(lambda a, m, n: a[:: n + 1]),
    "vec": _linear(lambda a, m, n: [v for j in range(n) for v in a[j::n]]),
    "tril": _linear(lambda a, m, n: [v if k % n <= k // n else 0 for k, v in enumerate(a)]),
    "triu": _linear(lambda a, m, n: [v if k % n >= k // n else 0 for k, v in enumerate(a)]),
    "kron": lambda p, e, args: p.arrays.kron(args[0], args[1], *(p.size(a.shape) for a in e.args)),
    "circulant": _spread(True), "toeplitz": _spread(False), "wrapped": _gathered(True), "lagged": _gathered(False),
    "commutation": _commutation, "sylvester": _directional, "dexpm": _directional, "dlogm": _directional,
    "d2expm": _directional, "d2logm": _directional, "dpolar": _directional, "dleading": _directional,
    "expm": _square(matrices.expm), "logm": _square(matrices.logm), "sqrtm": _square(matrices.sqrtm),
    "cholesky": _square(matrices.cholesky), "eigvalsh": _square(lambda s, x, n: matrices.eigen(s, x, n)[0]),
    "eigvecsh": _square(lambda s, x, n: matrices.eigen(s, x, n)[1]),
    "maxeig": _square(lambda s, x, n: [a[-1:] for a in matrices.eigen(s, x, n)[0]]),
    "mineig": _square(lambda s, x, n: [a[:1] for a in matrices.eigen(s, x, n)[0]]),
    "maxeigvec": _square(lambda s, x, n: [a[n - 1 :: n] for a in matrices.eigen(s, x, n)[1]]),
    "mineigvec": _square(lambda s, x, n: [a[::n] for a in matrices.eigen(s, x, n)[1]]),
    "polar": _plain(matrices.polar), "normnuc": _plain(matrices.nuclear), "norm2": _plain(matrices.norm2),
    "leading": _plain(matrices.leading),
    **{name: _compare(name) for name in ("max", "min", "gt", "ge", "lt", "le", "eq", "ne")},
}  # fmt: skip
