"""Values are what their variables were declared to be: an answer that used a property is wrong without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..terms.complexes import COMPLEX
from ..terms.errors import EvaluationError

NEAR = 1e-6  # of the largest entry: what people type and what a solver returns is symmetric to about this


def refuse_undeclared(declared: Mapping[str, Iterable[str]], values: Mapping[str, Any]) -> None:
    """Raise EvaluationError if a value lacks a property that its variable was declared to have.

    Only what a value can be seen to have is looked at; `invertible` and `small` are taken on trust.

    >>> refuse_undeclared({"S": ("symmetric",)}, {"S": [[1, 2], [2, 1]]})
    >>> refuse_undeclared({"S": ("symmetric",)}, {"S": [[1, 2], [3, 1]]})
    Traceback (most recent call last):
    matcalc.EvaluationError: S is declared symmetric, but its value is not
    """
    for name, properties in declared.items():
        wanted = sorted(set(properties) & TESTS.keys())
        if not wanted or name not in values or callable(values[name]):
            continue
        x = _matrix(values[name], complex if COMPLEX.intersection(properties) else float)
        if x is None:
            continue  # the evaluation itself says what is wrong with it
        for p in wanted:
            if not TESTS[p](x, NEAR * max(1e-300, abs(x).max(initial=0))):
                raise EvaluationError(f"{name} is declared {p}, but its value is not")


def _matrix(value: Any, kind: type) -> Any:
    try:
        return np.atleast_2d(np.asarray(value, dtype=kind))
    except (TypeError, ValueError):
        return None


def _same(x: Any, y: Any, near: float) -> bool:
    return x.shape == y.shape and bool((abs(x - y) <= near).all())


def _definite(x: Any, near: float) -> bool:
    return _same(x, x.conj().T, near) and bool(np.linalg.eigvalsh(x).min(initial=1) > 0)


def _strictly(x: Any, side: int) -> Any:
    return np.triu(x, 1) if side > 0 else np.tril(x, -1)


def _orthogonal(x: Any, _: float) -> bool:
    return _same(x.T @ x, np.eye(x.shape[1]), NEAR)


TESTS: dict[str, Callable[[Any, float], bool]] = {
    "hermitian": lambda x, near: _same(x, x.conj().T, near),
    "hpd": lambda x, near: _definite(x, near),
    "unitary": lambda x, _: _same(x.conj().T @ x, np.eye(x.shape[1]), NEAR),
    "symmetric": lambda x, near: _same(x, x.T, near),
    "skew": lambda x, near: _same(x, -x.T, near),
    "diagonal": lambda x, near: not (abs(_strictly(x, 1) + _strictly(x, -1)) > near).any(),
    "lower": lambda x, near: not (abs(_strictly(x, 1)) > near).any(),
    "upper": lambda x, near: not (abs(_strictly(x, -1)) > near).any(),
    "orthogonal": _orthogonal,
    "spd": _definite,
    "psd": lambda x, near: _same(x, x.T, near) and bool(np.linalg.eigvalsh(x).min(initial=0) >= -near),
    "nonnegative": lambda x, _: bool((x >= 0).all()),
    "positive": lambda x, _: bool((x > 0).all()),
    "unit": lambda x, _: bool(((x >= 0) & (x <= 1)).all()),
}
