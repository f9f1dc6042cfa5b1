"""Random arrays with properties, and comparing arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from .trees import Shape, kind

TOLERANCE = 1e-6


def natural(shape: Shape, x: Any) -> Any:
    """Without the unit axes that its kind implies."""
    what = kind(shape)
    return x if what == "matrix" else x.reshape(-1) if what in ("vector", "row") else x.reshape(())


def draw(rng: np.random.Generator, r: int, c: int, properties: tuple[str, ...]) -> np.ndarray:
    """A random array with properties."""
    x = rng.standard_normal((r, c)) * (0.9 if c == 1 else 0.7)
    for p in properties:
        if p == "symmetric":
            x = x + x.T
        elif p == "skew":
            x = x - x.T
        elif p == "diagonal":
            x = np.diag(rng.uniform(0.6, 1.6, r) * rng.choice((-1, 1), r))
        elif p == "orthogonal":
            x = np.linalg.qr(x)[0]
        elif p == "invertible":
            x = x * 0.5 + 2 * np.eye(r)[rng.permutation(r)]
            x = x if np.linalg.det(x) > 0 else x[[1, 0, *range(2, r)]]
        elif p == "spd":
            x = x @ x.T * 0.6 + 0.8 * np.eye(r)
        elif p in ("lower", "upper"):
            x = np.tril(x) + np.eye(r)
            x = x if p == "lower" else x.T
        elif p == "small":
            x = x * 0.5 / np.abs(np.linalg.eigvals(x)).max()
        elif p == "positive":
            x = rng.uniform(0.5, 2.0, (r, c))
    return x


def tie(g: np.ndarray, mode: str, properties: tuple[str, ...], x: np.ndarray) -> np.ndarray:
    """The gradient by free entries made that by tied entries, or projected on the tangent space.

    On the positive definite matrices it is that of the affine-invariant metric.
    """
    if "diagonal" in properties:
        return g * np.eye(len(g))
    if "lower" in properties:
        return np.tril(g)
    if "upper" in properties:
        return np.triu(g)
    if mode == "tangent" and "spd" in properties:
        return x @ (g + g.T) @ x / 2
    skew = "skew" in properties
    whole = g - g.T if skew else g + g.T
    return whole / 2 if mode == "tangent" else whole - g * np.eye(len(g)) * (not skew)


def agrees(got: Any, want: np.ndarray, tolerance: float = TOLERANCE) -> bool:
    """Equal up to unit axes, to a tolerance relative to the largest entry."""
    got = np.squeeze(np.asarray(got, dtype=float))
    want = np.squeeze(want)
    if got.shape != want.shape or not np.all(np.isfinite(got)):
        return False
    return bool(np.abs(got - want).max(initial=0) <= tolerance * max(1.0, np.abs(want).max(initial=0)))
