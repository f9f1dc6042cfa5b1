"""Random values for the declared types: sizes of dimensions, arrays with properties, and tests of properties.

>>> import numpy as np
>>> x = draw(np.random.default_rng(0), (3, 3), ("spd",))
>>> has_property("symmetric", x), has_property("spd", x), has_property("diagonal", x)
(True, True, False)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np

from ..rulebook.properties import closure
from ..terms.complexes import COMPLEX
from ..terms.errors import EvaluationError
from ..terms.expression import Expr
from ..terms.shapes import ONE, SCALAR, Dim, Shape
from ..terms.walks import postorder

Array = Any
Rng = np.random.Generator

MARGIN = 0.02  # how far from a kink or from the edge of a domain a sample stays


# --- sizes --------------------


def smallest_size(root: Expr) -> int:
    """The least size of dimensions for which every index of an expression exists."""
    least = 2
    for e in postorder(root):
        if e.op == "index":
            for s in e.data:
                for k in s[1:]:
                    if isinstance(k, int):
                        least = max(least, abs(k) + 1)
    return least


def choose_sizes(shapes: Iterable[Shape], rng: Rng, least: int = 2) -> dict[str, int]:
    """Sizes for all named dimensions: distinct, and such that every dimension is at least 1.

    >>> sizes = choose_sizes([(Dim.of("m"), Dim.of("n"))], np.random.default_rng(1))
    >>> sizes["m"] != sizes["n"]
    True
    """
    shapes = list(shapes)
    names = sorted({n for s in shapes for d in s for n in d.names})
    given = {d.value for s in shapes for d in s if d.value is not None}
    for spread in range(20):
        pool = [k for k in range(least, least + 2 * len(names) + 3 + spread) if k not in given]
        chosen = rng.permutation(pool[: len(names) + 2 + spread])[: len(names)]
        sizes = dict(zip(names, map(int, chosen), strict=False))
        if len(sizes) == len(names) and all(size_of(d, sizes) >= 1 for s in shapes for d in s):
            return sizes
    raise EvaluationError(f"no sizes were found for the dimensions {', '.join(names)}")


def size_of(dim: Dim, sizes: Mapping[str, int]) -> int:
    """The number that a dimension is for given sizes."""
    value = dim.substitute({n: Dim.of(s) for n, s in sizes.items()}).value
    if value is None:
        raise EvaluationError(f"the size of {dim} is not known")
    return value


# --- values --------------------


def _spread(rng: Rng, shape: tuple[int, int]) -> Array:
    """Numbers with random signs, none of them near 0."""
    return rng.uniform(0.3, 1.5, shape) * rng.choice((-1.0, 1.0), shape)


def _invertible(rng: Rng, shape: tuple[int, int]) -> Array:
    m, n = shape
    u, _, vh = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
    x = (u * rng.uniform(0.7, 1.6, min(m, n))) @ vh
    if m == n and np.linalg.det(x) < 0:
        x[0] = -x[0]
    return x


def _small(rng: Rng, shape: tuple[int, int]) -> Array:
    x = rng.standard_normal(shape)
    return x * 0.5 / max(1e-9, radius(x))


def radius(x: Array) -> float:
    """The spectral radius of a square matrix, the spectral norm of another."""
    if x.shape[0] == x.shape[1]:
        return float(np.abs(np.linalg.eigvals(x)).max())
    return float(np.linalg.norm(x, 2))


def _spd(rng: Rng, shape: tuple[int, int]) -> Array:
    q = np.linalg.qr(rng.standard_normal(shape))[0]
    return (q * rng.uniform(0.5, 2.0, shape[0])) @ q.T


def _psd(rng: Rng, shape: tuple[int, int]) -> Array:
    root = rng.standard_normal((shape[0], max(1, shape[0] - 1)))
    return root @ root.T


def _tied(x: Array, sign: float) -> Array:
    return (x + sign * x.T) / 2


MAKERS: dict[str, Callable[[Rng, tuple[int, int]], Array]] = {
    "spd": _spd,
    "psd": _psd,
    "orthogonal": lambda rng, s: np.linalg.qr(rng.standard_normal(s))[0],
    "diagonal": lambda rng, s: np.diag(np.ravel(_spread(rng, (s[0], 1)))),
    "symmetric": lambda rng, s: _tied(rng.standard_normal(s), 1),
    "skew": lambda rng, s: _tied(rng.standard_normal(s), -1),
    "lower": lambda rng, s: np.tril(_spread(rng, s)),
    "upper": lambda rng, s: np.triu(_spread(rng, s)),
    "small": _small,
    "invertible": _invertible,
    "unit": lambda rng, s: rng.uniform(0.1, 0.9, s),
    "above_one": lambda rng, s: rng.uniform(1.2, 3.0, s),
    "fractional": lambda rng, s: rng.integers(-2, 3, s) + rng.uniform(0.1, 0.9, s),
    "integer": lambda rng, s: rng.integers(1, 5, s).astype(float),
    "even": lambda rng, s: 2.0 * rng.integers(1, 3, s),
    "positive": lambda rng, s: rng.uniform(0.4, 2.0, s),
    "nonnegative": lambda rng, s: np.maximum(_spread(rng, s), 0),
    "nowhere_zero": _spread,
    "nonzero": _spread,
}  # fmt: skip  # the first property in this order makes the array; the others adjust it


def _complex(rng: Rng, shape: tuple[int, int], properties: frozenset[str]) -> Array:
    """A random complex array of two axes with the given properties."""
    rest = properties - COMPLEX - {"invertible", "nonzero"}
    x = draw(rng, shape, rest) + 1j * draw(rng, shape, rest)
    if "hpd" in properties:
        return x @ x.conj().T / len(x) + 0.5 * np.eye(len(x))
    if "hermitian" in properties:
        return (x + x.conj().T) / 2
    if "unitary" in properties or "orthogonal" in rest:
        return np.linalg.qr(x)[0] if "unitary" in properties else draw(rng, shape, rest) + 0j
    return x


def draw(rng: Rng, shape: tuple[int, int], properties: Collection[str] = (), scale: float = 1.0) -> Array:
    """A random array of two axes with the given properties."""
    properties = closure(frozenset(properties)) if len(properties) > 1 else properties
    if not COMPLEX.isdisjoint(properties):
        return _complex(rng, shape, frozenset(properties))
    for name, make in MAKERS.items():
        if name in properties:
            x = make(rng, shape)
            break
    else:
        return scale * rng.standard_normal(shape)
    if "positive" in properties and not has_property("positive", x):
        x = np.diag(np.abs(np.diag(x))) if "diagonal" in properties else np.abs(x)
        if "symmetric" in properties or "spd" in properties:
            x = (x + x.T) / 2 + ("spd" in properties) * 2 * len(x) * np.eye(len(x))
    if "small" in properties and name != "small":
        x = x * 0.5 / max(1e-9, radius(x))
    if "unit" in properties and name != "unit":
        x = x / (1.5 * max(1e-9, np.abs(x).max()))
    if "invertible" in properties and name in ("symmetric", "skew"):
        x = x + (name == "symmetric") * 2 * np.eye(len(x))
    return x


def _definite(x: Array) -> bool:
    return has_property("symmetric", x) and bool(np.linalg.eigvalsh(x).min() > 1e-9)


def _close(x: Array, y: Array) -> bool:
    near = 1e-9 * max(1.0, np.abs(x).max(initial=0))
    return np.shape(x) == np.shape(y) and bool(np.allclose(x, y, rtol=1e-8, atol=near))


TESTS: dict[str, Callable[[Array], bool]] = {
    "complex": lambda x: True,
    "real": lambda x: not np.iscomplexobj(x),
    "hermitian": lambda x: _close(x, np.conj(x.T)),
    "unitary": lambda x: x.shape[0] == x.shape[1] and _close(np.conj(x.T) @ x, np.eye(len(x))),
    "hpd": lambda x: _close(x, np.conj(x.T)) and bool(np.linalg.eigvalsh(x).min() > 1e-9),
    "symmetric": lambda x: _close(x, x.T),
    "skew": lambda x: _close(x, -x.T),
    "diagonal": lambda x: _close(x, np.diag(np.diag(x))),
    "lower": lambda x: _close(x, np.tril(x)),
    "upper": lambda x: _close(x, np.triu(x)),
    "orthogonal": lambda x: x.shape[0] == x.shape[1] and _close(x.T @ x, np.eye(len(x))),
    "invertible": lambda x: bool(np.linalg.svd(x, compute_uv=False).min() > 1e-3),
    "spd": lambda x: _definite(x),
    "psd": lambda x: _close(x, x.T) and bool(np.linalg.eigvalsh(x).min() > -1e-9 * max(1.0, np.abs(x).max())),
    "positive": lambda x: bool((x > 1e-12).all()),
    "nonnegative": lambda x: bool((x >= -1e-12 * max(1.0, np.abs(x).max(initial=0))).all()),
    "unit": lambda x: bool((np.abs(x) < 1).all()),
    "small": lambda x: radius(x) < 1,
    "nonzero": lambda x: bool((np.abs(x) > 1e-9).any()),
    "nowhere_zero": lambda x: bool((np.abs(x) > 1e-9).all()),
    "above_one": lambda x: bool((x > 1).all()),
    "fractional": lambda x: bool((np.abs(x - np.round(x)) > MARGIN).all()),
    "integer": lambda x: bool((x == np.round(x)).all()),
    "even": lambda x: bool((x == 2 * np.round(x / 2)).all()),
}  # fmt: skip


def has_property(name: str, *arrays: Array) -> bool:
    """Whether arrays have a property, to rounding; `distinct` and `equal` take two arrays."""
    if name == "distinct":
        return bool((np.abs(np.asarray(arrays[0]) - np.asarray(arrays[1])) > MARGIN).all())
    if name == "equal":
        return bool(np.allclose(arrays[0], arrays[1], rtol=1e-7, atol=1e-9))
    if name == "scalar":
        return np.size(arrays[0]) == 1
    test = TESTS.get(name)
    if test is None:
        raise EvaluationError(f"the property {name} has no numerical test")
    return test(np.atleast_2d(np.asarray(arrays[0])))


def outward(x: Array, shape: Shape) -> Array:
    """An array with two axes as users give it: vectors and rows with one axis, scalars with none."""
    if shape == SCALAR:
        return float(np.reshape(x, ())) if not np.iscomplexobj(x) else complex(np.reshape(x, ()))
    return np.reshape(x, -1) if ONE in shape else x


def direction(rng: Rng, shape: tuple[int, int]) -> Array:
    """A random direction with largest entry 1."""
    e = rng.standard_normal(shape)
    return e / max(np.abs(e).max(), 1e-9)
