"""Values at the edges of domains: zeros, ones, poles, kinks, singular and repeated rows, for the tests of rules.

>>> import numpy as np
>>> any(np.linalg.det(x) == 0 for x in edges(np.random.default_rng(0), (3, 3), ("diagonal",)))
True
>>> any(np.linalg.det(x) == 0 for x in edges(np.random.default_rng(0), (3, 3), ("diagonal", "invertible")))
False
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import numpy as np

from .sampling import Array, Rng, draw, has_property

# Where elementary functions and powers have zeros, poles, kinks and jumps, and numbers between.
NUMBERS = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 3.0, -2.0, 1.5, np.pi / 2, -np.pi / 2, 0.1, 0.9, -0.9, 1.1)


def edges(rng: Rng, shape: tuple[int, int], properties: Collection[str] = ()) -> Iterator[Array]:
    """Arrays of two axes that have the given properties, barely or in a special way."""
    for x in candidates(rng, shape, properties):
        if all(has_property(p, x) for p in properties) and not _nearly_singular(x, properties):
            yield x


def _nearly_singular(x: Array, properties: Collection[str]) -> bool:
    """Whether a matrix that shall be invertible hardly is: rounding would decide."""
    return bool({"invertible", "spd"} & set(properties)) and bool(np.linalg.svd(x, compute_uv=False).min() < 0.1)


def candidates(rng: Rng, shape: tuple[int, int], properties: Collection[str]) -> Iterator[Array]:
    """Special arrays of a shape, whatever their properties."""
    yield from (np.full(shape, number) for number in NUMBERS)
    if shape == (1, 1):
        return
    for number in (0.0, 1.0, -1.0):  # one special entry among general ones
        x = draw(rng, shape, properties)
        i, j = rng.integers(shape[0]), rng.integers(shape[1])
        x[i, j] = number
        if shape[0] == shape[1] and {"symmetric", "spd", "psd"} & set(properties):
            x[j, i] = number
        yield x
    x = draw(rng, shape, properties)
    x[-1] = x[0]  # a repeated row
    yield x
    yield draw(rng, shape, properties).round()  # integers
    if shape[0] == shape[1]:
        yield from squares(rng, shape[0], properties)


def squares(rng: Rng, n: int, properties: Collection[str]) -> Iterator[Array]:
    """Special square matrices."""
    one = np.eye(n)
    first = np.diag(np.arange(n) == 0) * 1.0
    yield from (one, -one, 2 * one, 0.5 * one, first, one - first, one - 2 * first)
    yield one[rng.permutation(n)]
    yield np.diag(np.arange(1.0, n + 1))
    yield np.triu(np.ones((n, n)))
    yield np.triu(np.ones((n, n)), 1)  # nilpotent
    yield np.tril(np.ones((n, n)))
    yield np.tril(np.ones((n, n)), -1)
    u, v = rng.choice((1.0, -1.0, 2.0, 0.5), (2, n, 1))  # of rank one, without rounding
    yield from (u @ u.T, u @ v.T)
    diagonal = np.diag(rng.standard_normal(n))
    diagonal[0, 0] = 0
    yield diagonal
    skew = np.triu(rng.choice((1.0, -1.0, 2.0), (n, n)))
    yield from (skew - skew.T, 5 * (skew - skew.T))
    singular = draw(rng, (n, n), properties)
    singular[:, 0] = 0
    yield singular


def _simple_extreme(x: Array) -> bool:
    top = np.sort(np.ravel(x))
    return len(top) < 2 or bool(top[-1] - top[-2] > 1e-3)


def _leading_apart(x: Array) -> bool:
    s = np.linalg.svd(np.atleast_2d(x), compute_uv=False)
    return len(s) < 2 or bool(s[0] - s[1] > 1e-3 or s[0] == 0)


def _eigenvalues_apart(x: Array) -> bool:
    x = np.atleast_2d(x)
    return len(x) < 2 or bool(np.diff(np.linalg.eigvalsh((x + x.T) / 2)).min() > 0.05)


def _full_rank(x: Array) -> bool:
    return has_property("invertible", x)


def _no_common_eigenvalue(x: Array, y: Array, _: Array) -> bool:
    a, b = (np.linalg.eigvals(np.atleast_2d(z)) for z in (x, y))
    return bool(np.abs(a[:, None] + b).min() > 0.3)


# Open sets on which operations are smooth and that no property of one variable names.
REGULAR: dict[str, Callable[..., bool]] = {
    "amax": _simple_extreme,
    "amin": lambda x: _simple_extreme(-np.asarray(x)),
    "amax_rows": lambda x: all(map(_simple_extreme, np.atleast_2d(x))),
    "amin_rows": lambda x: all(map(_simple_extreme, -np.atleast_2d(x))),
    "norm2": _leading_apart,
    "leading": _leading_apart,
    "eigvalsh": _eigenvalues_apart,
    "eigvecsh": _eigenvalues_apart,
    **dict.fromkeys(("maxeig", "maxeigvec", "mineig", "mineigvec"), _eigenvalues_apart),
    "atan2": lambda y, x: bool(np.all((np.abs(y) > 1e-3) | (np.asarray(x) > 1e-3))),
    "pinv": _full_rank,
    "sylvester": _no_common_eigenvalue,
}
