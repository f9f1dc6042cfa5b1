"""Random values for variables: with the properties that are declared, or along which they move."""

from __future__ import annotations

from collections.abc import Iterable

from ..rulebook.properties import closure
from ..terms.expression import Expr
from ..terms.walks import postorder
from .arrays import Flat, Jet
from .evaluation import Point

_POWERS = frozenset(("pow", "epow", "mpow", "normp"))
_COUNTING = frozenset(("var", "num", "add", "prod", "size", "counter"))
_SIGNED = frozenset(("positive", "nonnegative", "unit", "above_one", "small"))


def counted(nodes: Iterable[Expr]) -> frozenset[str]:
    """The names whose values must be whole numbers: they stand in exponents or in the limits of finite sums."""
    names: frozenset[str] = frozenset()
    for e in nodes:
        if e.op == "mpow" or (e.op in _POWERS and _counts(e.args[1])):
            names |= e.args[1].free
        elif e.op == "series":
            names |= e.args[1].free | e.args[2].free
    return names


def _counts(exponent: Expr) -> bool:
    """Whether an exponent is a sum of products of scalars, so that whole numbers make it one.

    Other exponents get no whole numbers: those have equal entries, where a largest one is not smooth.
    """
    return exponent.is_scalar and all(e.op in _COUNTING for e in postorder(exponent))


def drawn(point: Point, e: Expr, whole: frozenset[str]) -> Jet:
    """A value for a variable."""
    ring, (m, n) = point.ring, point.size(e.shape)
    properties = closure(e.data[2], point.book) if e.data[2] else frozenset[str]()
    if e.data[0] in whole or properties & {"integer", "even"}:
        return [[ring.number(4 if "even" in properties else 2 + k % 3) for k in ring.raw(m * n)]]
    if not properties:
        a = ring.draw(m * n)
        if ring.tame and m == n:  # far from any singular matrix, with a principal root and logarithm
            a = [v + 2 * n if k % (n + 1) == 0 else v for k, v in enumerate(a)]
        return [a]
    before, ring.positive = ring.positive, bool(properties & _SIGNED) or ring.positive
    a = ring.draw(m * n)
    ring.positive = before
    if "above_one" in properties:
        a = [ring.fix(1 + v) for v in a]
    elif properties & {"unit", "small"} and not ring.p:
        a = [v * (0.5 if "unit" in properties else 0.5 / n) for v in a]
    return [shaped(point, a, m, n, properties)]


def shaped(point: Point, a: Flat, m: int, n: int, properties: frozenset[str]) -> Flat:
    """Entries with the structure that some properties ask for."""
    s = point.arrays
    if m != n:
        return a
    if "orthogonal" in properties:  # Cayley's transform of a skew matrix
        skew, one = [tied("skew", a, n)], s.eye(n)
        return s.square(s.minus(one, skew), s.inverse(s.sum([one, skew]), n), n)[0]
    if "psd" in properties:
        root = [tied("diagonal", a, n)] if "diagonal" in properties else [a]
        one = [s.eye(n)] if "spd" in properties else []
        return s.sum([s.square(root, s.turned(root, n, n), n), *one])[0]
    for name in ("diagonal", "lower", "upper", "symmetric", "skew"):
        if name in properties:
            a = s.fixed(tied(name, a, n))
            return s.scaled(s.ring.half, [a])[0] if name == "symmetric" else a
    return a


def tied(name: str, a: Flat, n: int) -> Flat:
    """The entries of a structured array from free ones: those off the diagonal of a symmetric one are sums."""
    at = range(n * n)
    if name == "diagonal":
        return [a[k] if k % n == k // n else 0 for k in at]
    if name == "lower":
        return [a[k] if k % n <= k // n else 0 for k in at]
    if name == "upper":
        return [a[k] if k % n >= k // n else 0 for k in at]
    sign = 1 if name == "symmetric" else -1
    return [a[k] + sign * a[k % n * n + k // n] for k in at]


def moved(point: Point, e: Expr, structure: str, a: Flat) -> Flat:
    """A direction, turned so that the entries of the answer along it are those of the structure asked for.

    By tied entries, d moves both entries of a pair and a diagonal one once; the tangent is the mean of both.
    """
    if structure == "free":
        return a
    properties = closure(e.data[2], point.book)
    name = next((p for p in ("diagonal", "lower", "upper", "symmetric", "skew") if p in properties), "")
    if not name:
        return a
    n, s = point.size(e.shape)[0], point.arrays
    both = s.fixed(tied(name, a, n))
    if name not in ("symmetric", "skew"):
        return both
    if structure == "tangent":
        return s.scaled(s.ring.half, [both])[0]
    return [a[k] if name == "symmetric" and k % n == k // n else v for k, v in enumerate(both)]
