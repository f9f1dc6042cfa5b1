"""What the elementwise functions do to NumPy arrays.

`ELEMENTWISE` is open: add a function under its name to make it evaluate.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..terms.errors import EvaluationError

Array = Any
Function = Callable[..., Any]


def sigmoid(x: Array) -> Array:
    """1/(1 + exp(-x)) without overflow.

    >>> float(sigmoid(-1000.0)), float(sigmoid(0.0))
    (0.0, 0.5)
    """
    if np.iscomplexobj(x):
        return 1 / (1 + np.exp(-x))
    small = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1, small) / (1 + small)


def softplus(x: Array) -> Array:
    """log(1 + exp(x)) without overflow."""
    return np.log1p(np.exp(x)) if np.iscomplexobj(x) else np.logaddexp(0, x)


def _special(name: str, plain: Callable[[float], float] | None = None) -> Function:
    """A function of scipy.special; without SciPy from the math module or mpmath, entry by entry."""

    def call(x: Array) -> Array:
        special = optional("scipy.special")
        if special is not None and hasattr(special, name):
            return getattr(special, name)(x)
        one = plain
        if one is None:
            mpmath: Any = importlib.import_module("mpmath")
            high = getattr(mpmath, name, None)
            if high is None:
                raise EvaluationError(f"the function {name} needs SciPy to be evaluated")
            one = lambda v: float(high(v))  # noqa: E731
        return np.asarray(np.frompyfunc(one, 1, 1)(x), dtype=float)

    return call


def optional(module: str) -> Any:
    """A module, or None if it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


def of_scipy(name: str, part: int | None = None) -> Function:
    """A function of scipy.special of any arguments; one of the parts that it gives."""

    def call(*args: Array) -> Array:
        special = optional("scipy.special")
        if special is None:
            raise EvaluationError(f"the function {name} needs SciPy to be evaluated")
        found = getattr(special, name)(*args)
        return found if part is None else found[part]

    return call


def polygamma(order: int) -> Function:
    def call(x: Array) -> Array:
        special = optional("scipy.special")
        if special is not None:
            return special.polygamma(order, x)
        mpmath: Any = importlib.import_module("mpmath")
        return np.asarray(np.frompyfunc(lambda v: float(mpmath.psi(order, v)), 1, 1)(x), dtype=float)

    return call


_SQRT2 = math.sqrt(2)
erf, erfc = _special("erf", math.erf), _special("erfc", math.erfc)

ELEMENTWISE: dict[str, Function] = {
    "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    "cot": lambda x: 1 / np.tan(x), "sec": lambda x: 1 / np.cos(x), "csc": lambda x: 1 / np.sin(x),
    "coth": lambda x: 1 / np.tanh(x), "sech": lambda x: 1 / np.cosh(x), "csch": lambda x: 1 / np.sinh(x),
    "acot": lambda x: np.arctan(1 / x), "asec": lambda x: np.arccos(1 / x),
    "acsc": lambda x: np.arcsin(1 / x),
    "sqrt": np.sqrt, "cbrt": np.cbrt, "square": np.square, "abs": np.abs, "sign": np.sign,
    "floor": np.floor, "ceil": np.ceil, "round": np.round,
    "log1p": np.log1p, "expm1": np.expm1, "log2": np.log2, "log10": np.log10, "exp2": np.exp2,
    "conj": np.conj, "real": np.real, "imag": np.imag, "angle": np.angle,
    "relu": lambda x: np.maximum(x, 0), "step": lambda x: np.asarray(x > 0, dtype=float),
    "sigmoid": sigmoid, "softplus": softplus,
    "logsigmoid": lambda x: -softplus(-x), "log_sigmoid": lambda x: -softplus(-x),
    "logit": lambda x: np.log(x) - np.log1p(-x),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "swish": lambda x: x * sigmoid(x), "silu": lambda x: x * sigmoid(x),
    "mish": lambda x: x * np.tanh(softplus(x)),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "gelu": lambda x: x * erfc(-x / _SQRT2) / 2,
    "normcdf": lambda x: erfc(-x / _SQRT2) / 2,
    "normpdf": lambda x: np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    "logcosh": lambda x: np.logaddexp(x, -x) - math.log(2),
    "sinc": np.sinc,
    "erf": erf, "erfc": erfc, "erfinv": _special("erfinv"), "erfi": _special("erfi"),
    "gamma": _special("gamma", math.gamma), "lgamma": _special("gammaln", math.lgamma),
    "loggamma": _special("gammaln", math.lgamma), "gammaln": _special("gammaln", math.lgamma),
    "digamma": _special("digamma"), "psi": _special("digamma"), "trigamma": polygamma(1),
    "tetragamma": polygamma(2), "lambertw": lambda x: np.real(of_scipy("lambertw")(x)),
    "dawsn": of_scipy("dawsn"), "fresnels": of_scipy("fresnel", 0), "fresnelc": of_scipy("fresnel", 1),
    "Ei": of_scipy("expi"), "Si": of_scipy("sici", 0), "Ci": of_scipy("sici", 1),
    "airyai": of_scipy("airy", 0), "airyaiprime": of_scipy("airy", 1), "airybi": of_scipy("airy", 2),
    "airybiprime": of_scipy("airy", 3), "ellipk": of_scipy("ellipk"), "ellipe": of_scipy("ellipe"),
}  # fmt: skip


def elementwise(name: str) -> Function:
    """The elementwise function of a name; EvaluationError if the table has none."""
    found = ELEMENTWISE.get(name)
    if found is None:
        raise EvaluationError(f"{name} has no value: add a line {name}(A) := ... to your rules")
    return found
