"""Means of functions of one normal variable in numbers, by the trapezoidal rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

WIDTH, COUNT = 12.0, 40_001  # standard deviations, and points


def normal_mean(f: Callable[[Any], Any], m: Any, v: Any) -> Any:
    """E[f(x)] entry by entry, x normal with the means m and the variances v.

    >>> bool(abs(normal_mean(np.exp, np.zeros(1), np.ones(1))[0] - np.exp(0.5)) < 1e-12)
    True
    """
    z = np.linspace(-WIDTH, WIDTH, COUNT)
    weights = np.exp(-z * z / 2)
    weights /= weights.sum()
    return np.array([weights @ f(a + np.sqrt(b) * z) for a, b in zip(np.ravel(m), np.ravel(v), strict=True)])
