"""Functions of matrices that are limits, over the reals: each by an iteration that holds for series as well."""

from __future__ import annotations

import math
from collections.abc import Callable

from .arrays import Arrays, Jet
from .rings import Unlucky


def _size(x: Jet) -> float:
    top = max(map(abs, x[0]))
    if not top < 1e150:
        raise Unlucky
    return float(top)


def expm(s: Arrays, x: Jet, n: int) -> Jet:
    """The exponential: scaled, its power series, squared."""
    s.reals_only("expm")
    halvings = 0
    while _size(x) * n > 0.5:
        x, halvings = s.scaled(0.5, x), halvings + 1
    term = total = s.eye(n)
    for k in range(1, 17):
        term = s.scaled(1 / k, s.square(term, x, n))
        total = s.sum([total, term])
    for _ in range(halvings):
        total = s.square(total, total, n)
    return total


def sqrtm(s: Arrays, x: Jet, n: int) -> Jet:
    """The principal square root, by the iteration of Denman and Beavers."""
    s.reals_only("sqrtm")
    y, z, left = x, s.eye(n), 4
    for _ in range(30):
        y, z, before = (
            s.scaled(0.5, s.sum([y, s.inverse(z, n)])),
            s.scaled(0.5, s.sum([z, s.inverse(y, n)])),
            y,
        )
        if max(abs(a - b) for a, b in zip(y[0], before[0], strict=True)) <= 1e-12 * _size(y):
            left -= 1
        if not left:
            return y
    raise Unlucky


def logm(s: Arrays, x: Jet, n: int) -> Jet:
    """The principal logarithm: roots until it is near the identity, then the inverse hyperbolic tangent's series."""
    s.reals_only("logm")
    one, roots = s.eye(n), 0
    while _size(s.minus(x, one)) > 0.1 / n:
        x, roots = sqrtm(s, x, n), roots + 1
        if roots > 40:
            raise Unlucky
    z = s.square(s.minus(x, one), s.inverse(s.sum([x, one]), n), n)
    power, squared, total = z, s.square(z, z, n), z
    for k in range(3, 21, 2):
        power = s.square(power, squared, n)
        total = s.sum([total, s.scaled(1 / k, power)])
    return s.scaled(2.0 * 2**roots, total)


def real_power(s: Arrays, x: Jet, n: int, exponent: float) -> Jet:
    """A power of a matrix with any exponent."""
    return expm(s, s.scaled(exponent, logm(s, x, n)), n)


def blocks(s: Arrays, rows: list[list[Jet | None]], n: int) -> Jet:
    """A matrix of square blocks; None is a block of zeros."""
    size, height = n * len(rows), max(len(b) for row in rows for b in row if b is not None)
    out = []
    for k in range(height):
        a: list[float] = [0] * (size * size)
        for i, row in enumerate(rows):
            for j, b in enumerate(row):
                if b is not None and len(b) > k:
                    for r in range(n):
                        at = (i * n + r) * size + j * n
                        a[at : at + n] = b[k][r * n : r * n + n]
        out.append(a)
    return out


def corner(x: Jet, size: int, n: int) -> Jet:
    """The block of n by n at the upper right."""
    return [[v for r in range(n) for v in a[r * size + size - n : r * size + size]] for a in x]


def derived(s: Arrays, f: Callable[[Arrays, Jet, int], Jet], x: Jet, directions: list[Jet], n: int) -> Jet:
    """The derivative of a function of a matrix along one or two directions: the corner of the function of blocks."""
    if len(directions) == 1 and len(x) == 1 and len(directions[0]) == 1:  # one order more is less work than blocks
        moved = f(Arrays(s.ring, 1), [x[0], directions[0][0]], n)
        return [moved[1] if len(moved) > 1 else [0.0] * (n * n)]
    if len(directions) == 1:
        rows: list[list[Jet | None]] = [[x, directions[0]], [None, x]]
    else:
        e, g = directions
        rows = [[x, e, g, None], [None, x, None, g], [None, None, x, e], [None, None, None, x]]
    size = n * len(rows)
    return corner(f(s, blocks(s, rows, n), size), size, n)


def _symmetric_part(s: Arrays, x: Jet, n: int) -> Jet:
    return s.scaled(0.5, s.sum([x, s.turned(x, n, n)]))


def cholesky(s: Arrays, x: Jet, n: int) -> Jet:
    """The lower factor of the symmetric part: by columns, then order by order."""
    s.reals_only("cholesky")
    a = _symmetric_part(s, x, n)
    low = [0.0] * (n * n)
    for j in range(n):
        for i in range(j, n):
            left = a[0][i * n + j] - sum(low[i * n + k] * low[j * n + k] for k in range(j))
            if i == j and left <= 1e-12:
                raise Unlucky
            low[i * n + j] = left**0.5 if i == j else left / low[j * n + j]
    out, one = [low], Arrays(s.ring, 0)
    inner = one.inverse([low], n)
    for k in range(1, len(s.padded(a)) if len(a) > 1 else 1):
        known = [one.square([out[j]], one.turned([out[k - j]], n, n), n) for j in range(1, k)]
        rest = one.sum([[s.padded(a)[k]], *(one.scaled(-1, p) for p in known)])
        middle = one.square(one.square(inner, rest, n), one.turned(inner, n, n), n)[0]
        half = [v * (1 if j < i else 0.5 if j == i else 0) for (i, j), v in zip(_places(n), middle, strict=True)]
        out.append(one.square([low], [half], n)[0])
    return out


def _places(n: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(n) for j in range(n)]


def eigen(s: Arrays, x: Jet, n: int) -> tuple[Jet, Jet]:
    """The eigenvalues of the symmetric part, the least first, and the eigenvectors: rotations, then corrections
    that double the number of right orders each time."""
    s.reals_only("eigvalsh")
    a = _symmetric_part(s, x, n)
    v: Jet = [_rotated(a[0], n)]
    others = [[float(i != j) for i, j in _places(n)]]
    values: Jet = []
    for _ in range(3 + s.order.bit_length()):
        t = s.turned(v, n, n)
        rest, form = s.minus(s.eye(n), s.square(t, v, n)), s.square(s.square(t, a, n), v, n)
        diagonal = [f[:: n + 1] for f in rest]
        one: Jet = [[1.0] * n]
        values = s.had([f[:: n + 1] for f in form], s.inverses(s.minus(one, diagonal)))
        across = [[c[j] for _, j in _places(n)] for c in values]
        gap = s.sum([across, [[-c[i] for i, _ in _places(n)] for c in values], s.eye(n)])
        if n > 1 and min(map(abs, gap[0])) < 1e-3:
            raise Unlucky
        moved = s.had(s.had(s.sum([form, s.had(across, rest)]), s.inverses(gap)), others)
        same = [[c if i == j else 0.0 for (i, j), c in zip(_places(n), f, strict=True)] for f in rest]
        v = s.sum([v, s.square(v, s.sum([moved, s.scaled(0.5, same)]), n)])
    return values, v


def _rotated(a: list[float], n: int) -> list[float]:
    """Eigenvectors of a symmetric matrix by Jacobi's rotations, ordered, each with the sign of its weighted sum."""
    a, v = list(a), [float(i == j) for i, j in _places(n)]
    for _ in range(12):
        for p in range(n):
            for q in range(p + 1, n):
                angle = 0.5 * math.atan2(2 * a[p * n + q], a[q * n + q] - a[p * n + p])
                c, d = math.cos(angle), math.sin(angle)
                for m, rows in ((v, False), (a, False), (a, True)):
                    for k in range(n):
                        i, j = (p * n + k, q * n + k) if rows else (k * n + p, k * n + q)
                        m[i], m[j] = c * m[i] - d * m[j], d * m[i] + c * m[j]
    order = sorted(range(n), key=lambda j: a[j * n + j])
    signs = [math.copysign(1, sum((i + 1) ** 0.5 * v[i * n + j] for i in range(n))) for j in range(n)]
    return [signs[j] * v[i * n + j] for i in range(n) for j in order]


def _gram(s: Arrays, x: Jet, m: int, n: int) -> tuple[Jet, bool]:
    """The smaller of A'*A and A*A', and whether it is the first."""
    t = s.turned(x, m, n)
    return (s.mm(t, x, n, m, n), True) if m >= n else (s.mm(x, t, m, n, m), False)


def polar(s: Arrays, x: Jet, m: int, n: int) -> Jet:
    """The orthogonal factor of the polar decomposition."""
    s.reals_only("polar")
    gram, tall = _gram(s, x, m, n)
    k = min(m, n)
    root = s.inverse(sqrtm(s, gram, k), k)
    return s.mm(x, root, m, n, n) if tall else s.mm(root, x, m, m, n)


def nuclear(s: Arrays, x: Jet, m: int, n: int) -> Jet:
    """The sum of the singular values."""
    s.reals_only("normnuc")
    k = min(m, n)
    return s.trace(sqrtm(s, _gram(s, x, m, n)[0], k), k)


def _leading(s: Arrays, x: Jet, m: int, n: int) -> tuple[Jet, Jet]:
    """The projection on the leading right singular vector, and the largest singular value."""
    s.reals_only("norm2")
    t = s.turned(x, m, n)
    gram = s.mm(t, x, n, m, n)
    p, left = gram, 4
    for _ in range(60):
        squared = s.square(p, p, n)
        before, p = p, s.times(s.inverses(s.trace(squared, n)), squared)
        if max(abs(a - b) for a, b in zip(p[0], before[0], strict=True)) < 1e-13:
            left -= 1
        if not left:
            value = s.trace(s.square(p, gram, n), n)
            return p, s.entries(lambda c: c.power(0.5), value)
    raise Unlucky


def norm2(s: Arrays, x: Jet, m: int, n: int) -> Jet:
    """The largest singular value."""
    return _leading(s, x, m, n)[1]


def leading(s: Arrays, x: Jet, m: int, n: int) -> Jet:
    """The outer product of the leading pair of singular vectors."""
    p, value = _leading(s, x, m, n)
    return s.times(s.inverses(value), s.mm(x, p, m, n, n))


def along(s: Arrays, f: Callable[[Arrays, Jet, int, int], Jet], x: Jet, e: Jet, m: int, n: int) -> Jet:
    """The derivative of a function of a matrix in a direction, by one order more; both without a series."""
    if len(x) > 1 or len(e) > 1:
        return _mixed(s, f, x, e, m, n)
    value = f(Arrays(s.ring, 1), [x[0], e[0]], m, n)
    return [value[1]]


def _mixed(s: Arrays, f: Callable[[Arrays, Jet, int, int], Jet], x: Jet, e: Jet, m: int, n: int) -> Jet:
    """The same where X and E are series of order one: second derivatives by polarisation."""
    x0, x1 = s.padded(x)[:2]
    e0, e1 = s.padded(e)[:2]
    if s.order > 1:
        raise Unlucky
    two = Arrays(s.ring, 2)
    plus = f(two, [x0, [a + b for a, b in zip(x1, e0, strict=True)]], m, n)
    minus = f(two, [x0, [a - b for a, b in zip(x1, e0, strict=True)]], m, n)
    first = f(Arrays(s.ring, 1), [x0, e0], m, n)[1]
    extra = f(Arrays(s.ring, 1), [x0, e1], m, n)[1]
    mixed = [(a - b) / 2 for a, b in zip(two.padded(plus)[2], two.padded(minus)[2], strict=True)]
    return [first, [a + b for a, b in zip(mixed, extra, strict=True)]]

