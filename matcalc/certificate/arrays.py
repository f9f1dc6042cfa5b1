"""Arrays of truncated series: for each order a flat list of numbers, row by row. Trailing zero orders are left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from itertools import chain
from operator import add, mul

from .rings import NotCovered, Number, Ring, Unlucky
from .series import Series, first_power, slope, value

Flat = list[Number]
Jet = list[Flat]  # the coefficients by order
Size = tuple[int, ...]


def _entrywise(a: Flat, b: Flat) -> Flat:
    return list(map(mul, a, b))


def _scaled(a: Flat, b: Flat) -> Flat:
    by = a[0]
    return [by * v for v in b]


class Arrays:
    """The operations on arrays over a ring, up to an order."""

    def __init__(self, ring: Ring, order: int) -> None:
        self.ring, self.order, self.p = ring, order, ring.p

    # --- linear --------------------------------------------------------------------------------------------

    def fixed(self, x: Flat) -> Flat:
        p = self.p
        return [v % p for v in x] if p else x

    def sum(self, terms: Sequence[Jet]) -> Jet:
        """The sum of arrays of one size."""
        p, out = self.p, []
        for k in range(max(map(len, terms))):
            parts = [t[k] for t in terms if len(t) > k]
            if len(parts) == 1:
                out.append(parts[0])
            elif len(parts) == 2:
                a, b = parts
                out.append([(u + v) % p for u, v in zip(a, b, strict=True)] if p else list(map(add, a, b)))
            elif p:
                out.append([sum(v) % p for v in zip(*parts, strict=True)])
            else:
                out.append([sum(v) for v in zip(*parts, strict=True)])
        return out

    def scaled(self, by: Number, x: Jet) -> Jet:
        p = self.p
        return [[by * v % p for v in a] if p else [by * v for v in a] for a in x]

    def minus(self, x: Jet, y: Jet) -> Jet:
        return self.sum([x, self.scaled(-1, y)])

    def each(self, f: Callable[[Flat], Flat], x: Jet) -> Jet:
        """What a linear function makes of every order."""
        return [f(a) for a in x]

    # --- bilinear ------------------------------------------------------------------------------------------

    def product(self, f: Callable[[Flat, Flat], Flat], x: Jet, y: Jet) -> Jet:
        """The product of two series whose coefficients are multiplied by a bilinear function."""
        if len(x) == 1 and len(y) == 1:
            return [self.fixed(f(x[0], y[0]))]
        out = []
        for k in range(min(self.order + 1, len(x) + len(y) - 1)):
            parts = [f(x[i], y[k - i]) for i in range(max(0, k - len(y) + 1), min(k, len(x) - 1) + 1)]
            out.append(self.fixed(parts[0] if len(parts) == 1 else reduce(lambda a, b: list(map(add, a, b)), parts)))
        return out

    def had(self, x: Jet, y: Jet) -> Jet:
        return self.product(_entrywise, x, y)

    def times(self, s: Jet, x: Jet) -> Jet:
        """A scalar times an array."""
        return self.scaled(s[0][0], x) if len(s) == 1 else self.product(_scaled, s, x)

    def mm(self, x: Jet, y: Jet, m: int, n: int, q: int) -> Jet:
        """The matrix product of m by n and n by q."""
        self.ring.spend(m * n * q * len(x) * len(y))
        p, out = self.p, []
        rows = [[a[i : i + n] for i in range(0, m * n, n)] for a in x]
        columns = [[b[j::q] for j in range(q)] if q > 1 else [b] for b in y]
        for k in range(min(self.order + 1, len(x) + len(y) - 1)):
            low, high = max(0, k - len(y) + 1), min(k, len(x) - 1)
            left, right = rows[low], columns[k - low]
            if low < high:  # a sum of products: the rows one behind the other, and the columns one below the other
                left = [list(chain(*parts)) for parts in zip(*rows[low : high + 1], strict=True)]
                right = [list(chain(*parts)) for parts in zip(*columns[k - high : k - low + 1][::-1], strict=True)]
            if p:
                out.append([sum(map(mul, a, b)) % p for a in left for b in right])
            else:
                out.append([sum(map(mul, a, b)) for a in left for b in right])
        return out

    def square(self, x: Jet, y: Jet, n: int) -> Jet:
        return self.mm(x, y, n, n, n)

    def kron(self, x: Jet, y: Jet, a: Size, b: Size) -> Jet:
        (m, n), (k, l) = a, b
        places = [(i * n + j, r * l + s) for i in range(m) for r in range(k) for j in range(n) for s in range(l)]
        return self.product(lambda u, v: [u[i] * v[j] for i, j in places], x, y)

    # --- entry by entry -------------------------------------------------------------------------------------

    def entries(self, f: Callable[[Series], Series], x: Jet) -> Jet:
        """What a function makes of the series of every entry."""
        ring = self.ring
        if len(x) == 1:
            return [[f(Series(ring, [v])).c[0] for v in x[0]]]
        full = self.padded(x)
        done = [f(Series(ring, list(c))).c for c in zip(*full, strict=True)]
        return [list(a) for a in zip(*done, strict=True)]

    def padded(self, x: Jet) -> Jet:
        """All orders."""
        return [*x, *([0] * len(x[0]) for _ in range(self.order + 1 - len(x)))]

    def inverses(self, x: Jet) -> Jet:
        return self.power(x, -1)

    def power(self, x: Jet, exponent: int | Fraction | float) -> Jet:
        """Every entry to a power."""
        if exponent == 2:
            return self.had(x, x)
        if exponent == 1:
            return x
        if 0 not in x[0] and (len(x) == 1 or (len(x) == 2 and self.order == 1)):
            ring, r = self.ring, self.ring.number(exponent)
            first = [first_power(ring, v, exponent) for v in x[0]]
            if len(x) == 1:
                return [first]
            slopes = [ring.fix(r * y * ring.inv(a)) for a, y in zip(x[0], first, strict=True)]
            return [first, self.fixed(_entrywise(slopes, x[1]))]  # (a + bt)^r = a^r + r*a^r/a*bt
        return self.entries(lambda s: s.power(exponent), x)

    def of(self, name: str, x: Jet) -> Jet:
        """A function of every entry."""
        ring = self.ring
        if len(x) == 1:
            return [[value(ring, name, v) for v in x[0]]]
        if len(x) == 2 and self.order == 1:
            first = [value(ring, name, v) for v in x[0]]
            return [first, self.fixed(_entrywise([slope(ring, name, v) for v in x[0]], x[1]))]
        return self.entries(lambda s: s.of(name), x)

    def total(self, x: Jet) -> Jet:
        return [self.fixed([sum(a)]) for a in x]

    # --- matrices --------------------------------------------------------------------------------------------

    def eye(self, n: int) -> Jet:
        return [[int(i == j) for i in range(n) for j in range(n)]]

    def turned(self, x: Jet, m: int, n: int) -> Jet:
        """The transpose of m by n."""
        if m == 1 or n == 1:
            return x
        return [[v for j in range(n) for v in a[j::n]] for a in x]

    def trace(self, x: Jet, n: int) -> Jet:
        return [self.fixed([sum(a[:: n + 1])]) for a in x]

    def inverse(self, x: Jet, n: int) -> Jet:
        """The inverse of a square matrix; Unlucky if it has none."""
        first = [self._inverse(x[0], n)]
        out = list(first)
        one = Arrays(self.ring, 0)
        for k in range(1, self.order + 1 if len(x) > 1 else 1):
            parts = [one.square([x[j]], [out[k - j]], n) for j in range(1, min(k, len(x) - 1) + 1)]
            out.append(one.scaled(-1, one.square(first, one.sum(parts), n))[0])
        return out

    def _inverse(self, a: Flat, n: int) -> Flat:
        """Gauss and Jordan, with the largest pivot, or over a field any."""
        p, ring = self.p, self.ring
        ring.spend(n**3)
        if n == 1:
            return [ring.inv(a[0])]
        rows = [[*a[i * n : i * n + n], *[int(i == j) for j in range(n)]] for i in range(n)]
        for c in range(n):
            k = max(range(c, n), key=lambda r: abs(rows[r][c]))
            if not rows[k][c] or (not p and abs(rows[k][c]) < 1e-9):
                raise Unlucky
            rows[c], rows[k] = rows[k], rows[c]
            f = ring.inv(rows[c][c])
            rows[c] = [v * f % p for v in rows[c]] if p else [v * f for v in rows[c]]
            for r in range(n):
                g = rows[r][c]
                if r != c and g:
                    line = zip(rows[r], rows[c], strict=True)
                    rows[r] = [(u - g * v) % p for u, v in line] if p else [u - g * v for u, v in line]
        return [v for row in rows for v in row[n:]]

    def det(self, x: Jet, n: int) -> Jet:
        """The determinant: its value by elimination, then y' = y*tr(inv(X)*X')."""
        first = self._det(x[0], n)
        out: Jet = [[first]]
        if len(x) == 1:
            return out
        inverse = self.inverse(x, n)
        slope = [[(k + 1) * v for v in a] for k, a in enumerate(x[1:])]
        log_slope = self.trace(self.square(inverse, slope, n), n)
        for k in range(1, self.order + 1):
            total = sum(out[j][0] * log_slope[k - 1 - j][0] for j in range(k) if k - 1 - j < len(log_slope))
            out.append([self.ring.fix(self.ring.fix(total) * self.ring.inv(k))])
        return out

    def _det(self, a: Flat, n: int) -> Number:
        ring, rows, total = self.ring, [a[i * n : i * n + n] for i in range(n)], 1
        ring.spend(n**3)
        for c in range(n):
            k = max(range(c, n), key=lambda r: abs(rows[r][c]))
            if not rows[k][c]:
                return 0
            total = ring.fix(total * rows[k][c] * (1 if k == c else -1))
            rows[c], rows[k] = rows[k], rows[c]
            f = ring.inv(rows[c][c])
            for r in range(c + 1, n):
                g = ring.fix(rows[r][c] * f)
                rows[r] = [ring.fix(u - g * v) for u, v in zip(rows[r], rows[c], strict=True)]
        return total

    def matrix_power(self, x: Jet, n: int, exponent: int) -> Jet:
        """An integer power of a square matrix."""
        if exponent < 0:
            x, exponent = self.inverse(x, n), -exponent
        out = self.eye(n)
        while exponent:
            if exponent % 2:
                out = self.square(out, x, n)
            exponent //= 2
            x = self.square(x, x, n) if exponent else x
        return out

    def pseudoinverse(self, x: Jet, m: int, n: int) -> Jet:
        """The pseudoinverse of a matrix of full rank."""
        tall = m >= n
        t = self.turned(x, m, n)
        gram = self.mm(t, x, n, m, n) if tall else self.mm(x, t, m, n, m)
        inner = self.inverse(gram, min(m, n))
        return self.mm(inner, t, n, n, m) if tall else self.mm(t, inner, n, m, m)

    def sylvester(self, a: Jet, b: Jet, c: Jet, m: int, n: int) -> Jet:
        """The solution X of A*X + X*B = C."""
        self.ring.spend((m * n) ** 3)  # before the two large factors are made
        left = self.kron(a, self.eye(n), (m, m), (n, n))
        right = self.kron(self.eye(m), self.turned(b, n, n), (m, m), (n, n))
        return self.mm(self.inverse(self.sum([left, right]), m * n), c, m * n, m * n, 1)

    def reals_only(self, name: str) -> None:
        """Functions of matrices that have no counterpart in the field."""
        if self.p:
            raise NotCovered(name)
