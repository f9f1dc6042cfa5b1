"""What Julia's operators and functions do with arrays: the names of Base, LinearAlgebra and SpecialFunctions.

`+` and `-` take equal shapes, `*` is a product of matrices, a dot broadcasts from the first axis on, the transpose of
a vector is a row, arrays begin at 1 and their columns stand one after the other. What breaks a rule is a JuliaError.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy import linalg, special


class JuliaError(Exception):
    """What Julia does not do."""


class Row:
    """The transpose of a vector."""

    def __init__(self, v: np.ndarray):
        self.v = v


class Identity:
    """A multiple of I."""

    def __init__(self, k: float = 1.0):
        self.k = k


class Factors:
    """A factorization of a matrix."""

    def __init__(self, a: np.ndarray):
        self.a = a

    def __iter__(self) -> Iterator[np.ndarray]:
        lower = np.linalg.cholesky(self.a)
        return iter((lower, lower.T))


def rank(x: Any) -> int:
    return 2 if isinstance(x, Row) else np.ndim(x)


def array(x: Any) -> Any:
    """A row as an array with two axes."""
    return x.v[None, :] if isinstance(x, Row) else x


def size(x: Any, axis: int | None = None) -> Any:
    shape = np.shape(array(x))
    return shape if axis is None else (shape[axis - 1] if axis <= len(shape) else 1)


def broadcast(f: Callable[..., Any], *args: Any) -> Any:
    """A function entry by entry: axes are counted from the first."""
    args = tuple(map(array, args))
    n = max(np.ndim(a) for a in args)
    if not n:
        return f(*args)
    if any(isinstance(a, Identity | Factors | tuple) for a in args):
        raise JuliaError("no array is broadcast")
    return f(*(np.reshape(a, (*np.shape(a), *[1] * (n - np.ndim(a)))) if np.ndim(a) else a for a in args))


def plus(x: Any, y: Any, sign: int) -> Any:
    if isinstance(x, Identity) or isinstance(y, Identity):
        a, b = (v.k * np.eye(size(w)[0]) if isinstance(v, Identity) else v for v, w in ((x, y), (y, x)))
        if rank(a) != 2 or size(a)[0] != size(a)[1]:
            raise JuliaError("I stands beside a square matrix")
        return a + sign * b
    if isinstance(x, Row) and isinstance(y, Row):
        return Row(plus(x.v, y.v, sign))
    if size(x) != size(y):
        raise JuliaError(f"the sum of {size(x)} and {size(y)}")
    return array(x) + sign * array(y)


def times(x: Any, y: Any) -> Any:
    if isinstance(x, str):
        return x + y
    if isinstance(y, Identity) and not rank(x):
        return Identity(x * y.k)
    if not rank(x) or not rank(y):
        if isinstance(x, Row) or isinstance(y, Row):
            return Row(x.v * y if isinstance(x, Row) else x * y.v)
        return x * y
    if isinstance(x, Row):
        if isinstance(y, Row) or size(y)[0] != len(x.v):
            raise JuliaError(f"the product of {size(x)} and {size(y)}")
        return x.v @ y if y.ndim == 1 else Row(x.v @ y)
    if isinstance(y, Row):
        if x.ndim != 1:
            raise JuliaError(f"the product of {size(x)} and {size(y)}")
        return np.outer(x, y.v)
    if x.ndim != 2 or y.ndim > 2 or x.shape[1] != y.shape[0]:
        raise JuliaError(f"the product of {size(x)} and {size(y)}")
    return x @ y


def over(x: Any, y: Any) -> Any:
    if not rank(y):
        return Row(x.v / y) if isinstance(x, Row) else x / y
    if rank(x) != 2 or rank(y) != 2 or isinstance(y, Row):
        raise JuliaError("a quotient of matrices has two axes")
    return times(x, np.linalg.inv(y))


def solve(a: Any, b: Any) -> Any:
    a = a.a if isinstance(a, Factors) else a
    if rank(a) != 2 or rank(b) not in (1, 2):
        raise JuliaError("a solve is by a matrix")
    return np.linalg.solve(a, array(b))


def power(x: Any, y: Any) -> Any:
    if not rank(x):
        if isinstance(x, int) and isinstance(y, int) and y < 0:
            raise JuliaError("a whole number to a negative power")
        return x**y
    return np.linalg.matrix_power(x, int(y)) if float(y).is_integer() else linalg.fractional_matrix_power(x, y)


def tick(x: Any) -> Any:
    if isinstance(x, Row):
        return x.v
    if isinstance(x, Factors):
        return Factors(x.a.T)
    if rank(x) > 2:
        raise JuliaError("a transpose has two axes")
    return Row(x) if rank(x) == 1 else x.T if rank(x) else x


def reshape(x: Any, *shape: Any) -> Any:
    shape = shape[0] if isinstance(shape[0], tuple) else shape
    return np.reshape(array(x), [-1 if isinstance(n, slice) else int(n) for n in shape], order="F")


def permutedims(x: Any, order: Any = (2, 1)) -> Any:
    x = array(x)
    return x[None, :] if np.ndim(x) == 1 and len(order) == 2 else np.transpose(x, [int(k) - 1 for k in order])


def reduced(f: Callable[..., Any]) -> Callable[..., Any]:
    """A reduction of all entries, or along axes, which stay with one entry."""

    def call(*args: Any, dims: Any = None) -> Any:
        x = array(args[-1])
        x = broadcast(getattr(args[0], "each", args[0]), x) if len(args) > 1 else np.asarray(x)
        return f(x) if dims is None else f(x, axis=tuple(d - 1 for d in np.atleast_1d(dims)), keepdims=True)

    return call


def dot(x: Any, y: Any) -> Any:
    if size(x) != size(y) or not rank(x):
        raise JuliaError(f"the scalar product of {size(x)} and {size(y)}")
    return np.sum(array(x) * array(y))


def norm(x: Any, p: Any = 2) -> Any:
    return np.linalg.norm(np.ravel(array(x)), p)


def svd(a: Any) -> Any:
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return u, s, vh.T


def matrix_or(f: Callable[..., Any], g: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers that is another one of matrices."""

    def call(x: Any) -> Any:
        if rank(x) not in (0, 2):
            raise JuliaError("a function of a vector needs a dot")
        return g(x) if rank(x) else f(x)

    return call


def number(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers alone."""

    def call(*args: Any) -> Any:
        if any(rank(a) for a in args):
            raise JuliaError("a function of arrays needs a dot")
        return f(*args)

    call.each = f  # type: ignore[attr-defined]
    return call


def inverse(a: Any) -> Any:
    return np.linalg.inv(a.a if isinstance(a, Factors) else a)


def base(a: Any) -> Any:
    return a.a if isinstance(a, Factors) else a


NUMBERS: dict[str, Callable[..., Any]] = {
    **{n: getattr(np, n) for n in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "cbrt", "abs", "sign", "floor", "ceil",
                                   "log1p", "expm1", "log2", "log10", "exp2", "sinc")},
    **{f"a{n}": getattr(np, f"arc{n}") for n in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "round": np.round, "cot": lambda x: 1 / np.tan(x), "sec": lambda x: 1 / np.cos(x), "csc": lambda x: 1 / np.sin(x),
    "abs2": np.square, "max": np.maximum, "min": np.minimum, "float": lambda x: np.asarray(x) * 1.0,
    "mod1": lambda a, b: (a - 1) % b + 1, "cld": lambda a, b: -(-a // b), "div": lambda a, b: a // b,
}  # fmt: skip
SPECIAL: dict[str, Callable[..., Any]] = {
    **{n: getattr(special, n) for n in ("erf", "erfc", "erfi", "erfinv", "gamma", "digamma", "polygamma")},
    "trigamma": lambda x: special.polygamma(1, x), "logabsgamma": lambda x: (special.gammaln(x), 1.0),
}  # fmt: skip
BASE: dict[str, Any] = {
    **{n: number(f) for n, f in NUMBERS.items()},
    "exp": matrix_or(np.exp, linalg.expm), "log": matrix_or(np.log, linalg.logm),
    "sqrt": matrix_or(np.sqrt, linalg.sqrtm), "pi": math.pi, "Inf": math.inf, "NaN": math.nan, "Float64": float,
    "size": size, "length": lambda x: x.v.size if isinstance(x, Row) else np.size(x) if rank(x) else len(x),
    "ndims": rank, "sum": reduced(np.sum), "prod": reduced(np.prod), "maximum": reduced(np.max),
    "minimum": reduced(np.min), "vec": lambda x: np.ravel(array(x), order="F"), "reshape": reshape,
    "permutedims": permutedims, "dropdims": lambda x, dims: np.squeeze(x, tuple(d - 1 for d in np.atleast_1d(dims))),
    "zeros": lambda *n: np.zeros(n), "ones": lambda *n: np.ones(n), "zero": np.zeros_like,
    "isapprox": lambda x, y, rtol: bool(np.isclose(x, y, rtol=rtol, atol=0)),
    "fill": lambda x, n: np.full(n, x), "only": lambda x: np.ravel(x)[0], "reverse": lambda x: x[::-1],
    "setdiff": lambda x, y: np.array([a for a in x if a not in y], dtype=int),
    "kron": lambda x, y: np.kron(*map(array, (x, y))),
}  # fmt: skip
LINEAR: dict[str, Any] = {
    "I": Identity(), "dot": dot, "norm": norm, "svd": svd, "tr": np.trace, "pinv": np.linalg.pinv, "inv": inverse,
    "det": lambda a: np.linalg.det(base(a)), "logdet": lambda a: np.linalg.slogdet(base(a))[1],
    "logabsdet": lambda a: np.linalg.slogdet(base(a))[::-1], "lu": Factors, "cholesky": Factors,
    "Symmetric": lambda a: a, "svdvals": lambda a: np.linalg.svd(a, compute_uv=False),
    "opnorm": lambda a: np.linalg.norm(a, 2), "diag": lambda a: np.array(np.diagonal(a)), "diagm": np.diag,
    "tril": np.tril, "triu": np.triu, "cross": np.cross, "Matrix": lambda i, *n: i.k * np.eye(*n) if n else i,
    "eigvals": np.linalg.eigvalsh, "eigvecs": lambda a: np.linalg.eigh(a)[1],
    "sylvester": lambda a, b, c: linalg.solve_sylvester(a, b, -c),
}  # fmt: skip
CHAIN: dict[str, Any] = {"NoTangent": lambda: None, "unthunk": lambda x: x, "@not_implemented": NotImplementedError}
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power, ">": np.greater, "<": np.less,
    ">=": np.greater_equal, "<=": np.less_equal, "==": np.equal, "!=": np.not_equal,
}  # fmt: skip
