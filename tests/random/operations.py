"""The operations of random expressions: how each is written, what JAX computes, where it is well-behaved.

Without JAX the values are NumPy's and SciPy's.

Values are float64 arrays with two axes; scalars are (1, 1), vectors (n, 1), rows (1, n).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

# most of the time goes into compiling, little into computing
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true")

try:
    import jax
    import jax.numpy as jnp
    import jax.scipy.linalg as jsl
    import jax.scipy.special as jss

    jax.config.update("jax_enable_x64", True)
except ImportError:  # values need no JAX, derivatives do
    import scipy.linalg as jsl
    import scipy.special as jss

    jax, jnp = None, np

from .trees import Tree, dim_text, kind

SUM, PRODUCT, MINUS, POWER, ATOM = range(5)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True)
class Operation:
    """The value of an operation, a test of its arguments' values, and how it is written."""

    value: Callable[..., Any]
    guard: Callable[..., bool]
    name: str = ""


def _always(*_: Any) -> bool:
    return True


def _away(x: np.ndarray) -> bool:
    return bool(np.abs(x).min() > 0.02)


def _within(low: float, high: float) -> Callable[..., bool]:
    return lambda x, *_: bool(x.min() > low and x.max() < high)


def _conditioned(x: np.ndarray, *_: Any) -> bool:
    return bool(np.linalg.cond(x) < 60)


def _apart(x: np.ndarray) -> bool:
    s = np.sort(x.ravel())
    return len(s) < 2 or bool(np.diff(s).min() > 0.02)


def _singular_apart(x: np.ndarray) -> bool:
    s = np.linalg.svd(x, compute_uv=False)
    return bool(s.min() > 0.05 and (len(s) < 2 or -np.diff(s).max() > 0.05))


def _eigen_apart(x: np.ndarray) -> bool:
    return len(x) < 2 or bool(np.diff(np.linalg.eigvalsh((x + x.T) / 2)).min() > 0.1)


def _definite(x: np.ndarray) -> bool:
    return bool(np.linalg.eigvalsh((x + x.T) / 2).min() > 0.2)


def _right_half(x: np.ndarray) -> bool:
    w = np.linalg.eigvals(x)
    return bool(w.real.min() > 0.25 and np.abs(w).max() < 6)


def _radius(x: np.ndarray) -> bool:
    return bool(np.linalg.norm(x, 2) < 4)


def _logm(x: Any) -> Any:
    """The principal logarithm: the integral of (x - I)(I + t(x - I))^-1 over [0, 1], after square roots."""
    for _ in range(3):
        x = _sqrtm(x)
    one = jnp.eye(x.shape[0])
    ts = jnp.asarray((NODES + 1) / 2)[:, None, None]
    inverses = jnp.linalg.inv(one + ts * (x - one))
    return 8 * (x - one) @ jnp.tensordot(jnp.asarray(WEIGHTS / 2), inverses, 1)


def _sqrtm(x: Any) -> Any:
    """The principal square root by the Denman-Beavers iteration."""
    y, z = x, jnp.eye(x.shape[0])
    for _ in range(9):
        y, z = (y + jnp.linalg.inv(z)) / 2, (z + jnp.linalg.inv(y)) / 2
    return y


def _one(x: Any) -> Any:
    return jnp.reshape(x, (1, 1))


def _power(x: Any, k: int) -> Any:
    base = jnp.linalg.inv(x) if k < 0 else x
    out = base
    for _ in range(abs(k) - 1):
        out = out @ base
    return out


def _functions() -> dict[str, tuple[Callable[..., Any], Callable[..., bool]]]:
    return {
        "exp": (jnp.exp, _within(-6, 4)),
        "log": (jnp.log, _within(0.1, 1e3)),
        "sin": (jnp.sin, _always),
        "cos": (jnp.cos, _always),
        "tan": (jnp.tan, _within(-1.2, 1.2)),
        "sinh": (jnp.sinh, _within(-4, 4)),
        "cosh": (jnp.cosh, _within(-4, 4)),
        "tanh": (jnp.tanh, _always),
        "arcsin": (jnp.arcsin, _within(-0.9, 0.9)),
        "arccos": (jnp.arccos, _within(-0.9, 0.9)),
        "arctan": (jnp.arctan, _always),
        "sqrt": (jnp.sqrt, _within(0.1, 1e3)),
        "abs": (jnp.abs, _away),
        "sign": (jnp.sign, _away),
        "relu": (lambda x: jnp.maximum(x, 0), _away),
        "sigmoid": (jss.expit, _always),
        "softplus": (lambda x: jnp.logaddexp(x, 0), _always),
        "erf": (jss.erf, _always),
        "gamma": (jss.gamma, _within(0.3, 4)),
        "normcdf": (lambda x: (1 + jss.erf(x / 2**0.5)) / 2, _always),
        "erfinv": (jss.erfinv, _within(-0.9, 0.9)),
        "Ei": (jss.expi, _within(0.1, 4)),
        "logit": (lambda x: jnp.log(x / (1 - x)), _within(0.05, 0.95)),
        "logcosh": (lambda x: jnp.logaddexp(x, -x) - jnp.log(2.0), _within(-4, 4)),
        "huber": (lambda x: jnp.where(jnp.abs(x) < 1, x**2 / 2, jnp.abs(x) - 0.5), lambda x: _away(abs(x) - 1)),
        "elu": (lambda x: jnp.where(x > 0, x, jnp.expm1(jnp.minimum(x, 0))), _away),
        "selu": (lambda x: 1.0507009873554805 * jnp.where(x > 0, x, 1.6732632423543772 * jnp.expm1(jnp.minimum(x, 0))),
                 _away),
        "mish": (lambda x: x * jnp.tanh(jnp.logaddexp(x, 0)), _always),
        "swish": (lambda x: x * jss.expit(x), _always),
        "softsign": (lambda x: x / (1 + jnp.abs(x)), _away),
        "hardtanh": (lambda x: jnp.clip(x, -1, 1), lambda x: _away(abs(x) - 1)),
        "sech": (lambda x: 1 / jnp.cosh(x), _within(-4, 4)),
    }


@cache
def table() -> dict[str, Operation]:
    """Every operation by name (elementwise functions as `fn:` and their name)."""
    out = {
        "add": Operation(lambda x, y: x + y, _always),
        "sub": Operation(lambda x, y: x - y, _always),
        "badd": Operation(lambda x, y: x + y, _always),
        "neg": Operation(lambda x: -x, _always),
        "mm": Operation(lambda x, y: x @ y, _always),
        "scale": Operation(lambda x, y: x * y, _always),
        "had": Operation(lambda x, y: x * y, _always),
        "div": Operation(lambda x, y: x / y, lambda x, y: bool(abs(y).min() > 0.15)),
        "ediv": Operation(lambda x, y: x / y, lambda x, y: bool(abs(y).min() > 0.15)),
        "inner": Operation(lambda x, y: _one(jnp.sum(x * y)), _always),
        "pow": Operation(lambda x, k: x**k, lambda x, k: _away(x) if float(k).is_integer() else bool(x.min() > 0.1)),
        "powb": Operation(lambda x, y: jnp.exp(y * jnp.log(x)), lambda x, y: bool(x.min() > 0.1)),
        "mpow": Operation(_power, lambda x, k: _conditioned(x) if k < 0 else True),
        "t": Operation(lambda x: x.T, _always),
        "max2": Operation(jnp.maximum, lambda x, y: _away(x - y)),
        "min2": Operation(jnp.minimum, lambda x, y: _away(x - y)),
        "gt": Operation(lambda x, y: (x > y) * 1.0, lambda x, y: _away(x - y)),
        "le": Operation(lambda x, y: (x <= y) * 1.0, lambda x, y: _away(x - y)),
        "atan2": Operation(jnp.arctan2, lambda y, x: bool((y**2 + x**2).min() > 0.05) and _away(y), "atan2"),
        "cumsum": Operation(lambda x: jnp.cumsum(x, 0), _always, "cumsum"),
        "cumprod": Operation(lambda x: jnp.cumprod(x, 0), _away, "cumprod"),
        "variance": Operation(lambda x: _one(jnp.var(x)), _always),
        "softmax": Operation(lambda x: jnp.exp(x - jss.logsumexp(x, axis=0)), _always),
        "diag": Operation(lambda x: jnp.diag(x[:, 0]), _always),
        "diagonal": Operation(lambda x: jnp.diagonal(x)[:, None], _always),
        "vec": Operation(lambda x: x.T.reshape(-1, 1), _always),
        "kron": Operation(jnp.kron, _always),
        "index": Operation(lambda x, s: _index(x, s), _always),
        "array": Operation(lambda *x: None, _always),
        "tr": Operation(lambda x: _one(jnp.trace(x)), _always, "tr"),
        "det": Operation(lambda x: _one(jnp.linalg.det(x)), _conditioned, "det"),
        "logdet": Operation(
            lambda x: _one(jnp.linalg.slogdet(x)[1]),
            lambda x: _conditioned(x) and np.linalg.det(x) > 0,
            "logdet",
        ),
        "sum": Operation(lambda x: _one(jnp.sum(x)), _always, "sum"),
        "mean": Operation(lambda x: _one(jnp.mean(x)), _always, "mean"),
        "amax": Operation(lambda x: _one(jnp.max(x)), _apart, "max"),
        "amin": Operation(lambda x: _one(jnp.min(x)), _apart, "min"),
        "lse": Operation(lambda x: _one(jss.logsumexp(x)), _always, "logsumexp"),
        "norm1": Operation(lambda x: _one(jnp.sum(jnp.abs(x))), _away, "norm1"),
        "norm2": Operation(lambda x: _one(jnp.sqrt(jnp.sum(x**2))), lambda x: np.linalg.norm(x) > 0.1, "norm2"),
        "normF": Operation(lambda x: _one(jnp.sqrt(jnp.sum(x**2))), lambda x: np.linalg.norm(x) > 0.1, "normF"),
        "spec": Operation(lambda x: _one(jnp.linalg.svd(x, full_matrices=False)[1][0]), _singular_apart, "norm2"),
        "nuc": Operation(lambda x: _one(jnp.sum(jnp.linalg.svd(x, full_matrices=False)[1])), _singular_apart, "nuc"),
        "maxeig": Operation(lambda x: _one(jnp.linalg.eigvalsh((x + x.T) / 2)[-1]), _eigen_apart, "maxeig"),
        "mineig": Operation(lambda x: _one(jnp.linalg.eigvalsh((x + x.T) / 2)[0]), _eigen_apart, "mineig"),
        "eigvalsh": Operation(lambda x: jnp.linalg.eigvalsh((x + x.T) / 2)[:, None], _eigen_apart, "eigvalsh"),
        "cholesky": Operation(lambda x: jnp.linalg.cholesky((x + x.T) / 2), _definite, "cholesky"),
        "inv": Operation(jnp.linalg.inv, _conditioned, "inv"),
        "adj": Operation(lambda x: jnp.linalg.det(x) * jnp.linalg.inv(x), _conditioned, "adj"),
        "pinv": Operation(lambda x: _pinv(x), _conditioned, "pinv"),
        "expm": Operation(lambda x: jsl.expm(x), _radius, "expm"),
        "logm": Operation(_logm, _right_half, "logm"),
        "sqrtm": Operation(_sqrtm, _right_half, "sqrtm"),
    }
    for name, (f, guard) in _functions().items():
        out["fn:" + name] = Operation(f, guard, name)
    return out


def _pinv(x: Any) -> Any:
    """The pseudoinverse at full rank."""
    return jnp.linalg.solve(x.T @ x, x.T) if x.shape[0] >= x.shape[1] else jnp.linalg.solve(x @ x.T, x).T


def _index(x: Any, spec: tuple[Any, ...]) -> Any:
    picks = tuple(slice(*s) if isinstance(s, tuple) else slice(s, s + 1) for s in spec)
    out = x[picks if len(picks) == 2 else (*picks, slice(None))]
    return out.T if len(spec) == 2 and not isinstance(spec[0], tuple) and isinstance(spec[1], tuple) else out


def value(tree: Tree, env: dict[str, Any], sizes: dict[str, int], watch: Callable[..., None] | None = None) -> Any:
    """The value of a tree; `watch` sees each operation with its arguments' values and its result."""
    from .trees import size

    args: list[Any] = [value(a, env, sizes, watch) for a in tree.args]
    shape = tuple(size(d, sizes) for d in tree.shape)
    if tree.op == "var":
        return env[str(tree.data)]
    if tree.op == "num":
        return jnp.full(shape, float(tree.data))  # type: ignore[arg-type]
    if tree.op == "ones":
        return jnp.full(shape, float(tree.data or 1))  # type: ignore[arg-type]
    if tree.op == "eye":
        return jnp.eye(shape[0])
    if tree.op == "array":
        out = jnp.concatenate(args).reshape(shape)
    else:
        extra = () if tree.data is None else (tree.data,)
        out = table()[tree.op].value(*args, *extra)
        args = [*args, *extra]
    if watch is not None:
        watch(tree.op, args, out)
    return out


# --- text ------------------------------------------------------------


def text(tree: Tree, loose: bool = False) -> str:
    """The expression in the plain language; `loose` takes more of the spellings that people use."""
    return _Writer(loose).write(tree)[0]


class _Writer:
    def __init__(self, loose: bool) -> None:
        self.loose = loose

    def at(self, tree: Tree, level: int) -> str:
        """A subtree, in parentheses if it binds less than `level`."""
        s, own = self.write(tree)
        return s if own >= level else f"({s})"

    def write(self, tree: Tree) -> tuple[str, int]:
        method = getattr(self, "_" + tree.op, None)
        if method is not None:
            return method(tree)
        name = table()[tree.op].name
        return f"{name}({', '.join(self.write(a)[0] for a in tree.args)})", ATOM

    def _var(self, t: Tree) -> tuple[str, int]:
        return str(t.data), ATOM

    def _num(self, t: Tree) -> tuple[str, int]:
        return f"{t.data}", ATOM

    def _ones(self, t: Tree) -> tuple[str, int]:
        return f"{kind(t.shape)}({t.data or 1})", ATOM

    def _eye(self, t: Tree) -> tuple[str, int]:
        return f"eye({dim_text(t.shape[0])})", ATOM

    def _add(self, t: Tree) -> tuple[str, int]:
        return f"{self.at(t.args[0], SUM)} + {self.at(t.args[1], PRODUCT)}", SUM

    _badd = _add

    def _sub(self, t: Tree) -> tuple[str, int]:
        return f"{self.at(t.args[0], SUM)} - {self.at(t.args[1], PRODUCT)}", SUM

    def _neg(self, t: Tree) -> tuple[str, int]:
        return f"-{self.at(t.args[0], POWER)}", SUM

    def _left(self, t: Tree) -> str:
        left = t.args[0]
        same = {
            "mm": ("mm", "scale"),
            "scale": ("mm", "scale"),
            "div": ("mm", "scale", "div"),
            "had": ("had",),
        }
        return self.at(left, PRODUCT if left.op in same.get(t.op, ()) else MINUS)

    def _mm(self, t: Tree) -> tuple[str, int]:
        right = self.at(t.args[1], MINUS)
        return f"{self._left(t)}{' ' if self.loose and right[0] not in '[<|' else '*'}{right}", PRODUCT

    def _scale(self, t: Tree) -> tuple[str, int]:
        if self.loose and t.args[0].op == "num" and t.args[1].op == "var":
            return f"{t.args[0].data}{t.args[1].data}", PRODUCT
        return f"{self._left(t)}*{self.at(t.args[1], MINUS)}", PRODUCT

    def _div(self, t: Tree) -> tuple[str, int]:
        return f"{self._left(t)}/{self.at(t.args[1], POWER)}", PRODUCT

    def _had(self, t: Tree) -> tuple[str, int]:
        return f"{self._left(t)}{' ⊙ ' if self.loose else '.*'}{self.at(t.args[1], POWER)}", PRODUCT

    def _ediv(self, t: Tree) -> tuple[str, int]:
        return f"{self._left(t)}./{self.at(t.args[1], POWER)}", PRODUCT

    def _inner(self, t: Tree) -> tuple[str, int]:
        a, b = (self.write(x)[0] for x in t.args)
        if any(c in a + b for c in "<>|"):
            return f"sum({self.at(t.args[0], POWER)}.*{self.at(t.args[1], POWER)})", ATOM
        return f"<{a}, {b}>", ATOM

    def _pow(self, t: Tree) -> tuple[str, int]:
        k = t.data
        exponent = f"{k}" if isinstance(k, int) and k >= 0 else f"({k})"
        sign = "^" if t.op == "mpow" or t.args[0].shape == ((), ()) else ".^"
        return f"{self.at(t.args[0], ATOM)}{sign}{exponent}", POWER

    _mpow = _pow

    def _powb(self, t: Tree) -> tuple[str, int]:
        sign = "^" if t.args[0].shape == ((), ()) else ".^"
        return f"{self.at(t.args[0], ATOM)}{sign}{self.at(t.args[1], ATOM)}", POWER

    def _t(self, t: Tree) -> tuple[str, int]:
        return f"{self.at(t.args[0], ATOM)}{'^T' if self.loose else chr(39)}", POWER

    def _max2(self, t: Tree) -> tuple[str, int]:
        second = "0" if t.args[1].op == "num" and t.args[1].data == 0 else self.write(t.args[1])[0]
        return f"{t.op[:3]}({self.write(t.args[0])[0]}, {second})", ATOM

    _min2 = _max2

    def _gt(self, t: Tree) -> tuple[str, int]:
        return (
            f"({self.at(t.args[0], PRODUCT)} {'>' if t.op == 'gt' else '<='} {self.at(t.args[1], PRODUCT)})",
            ATOM,
        )

    _le = _gt

    def _norm2(self, t: Tree) -> tuple[str, int]:
        inner = self.write(t.args[0])[0]
        return (f"norm2({inner})" if "|" in inner else f"||{inner}||"), ATOM

    def _normF(self, t: Tree) -> tuple[str, int]:
        inner = self.write(t.args[0])[0]
        return (f"||{inner}||_F" if self.loose and "|" not in inner else f"normF({inner})"), ATOM

    def _nuc(self, t: Tree) -> tuple[str, int]:
        inner = self.write(t.args[0])[0]
        return (f"normnuc({inner})" if "|" in inner else f"||{inner}||_*"), ATOM

    def _diag(self, t: Tree) -> tuple[str, int]:
        return f"diag({self.write(t.args[0])[0]})", ATOM

    _diagonal = _diag

    def _vec(self, t: Tree) -> tuple[str, int]:
        return f"{t.op}({', '.join(self.write(a)[0] for a in t.args)})", ATOM

    _kron = _softmax = _vec

    def _variance(self, t: Tree) -> tuple[str, int]:
        return f"var({self.write(t.args[0])[0]}, ddof=0)", ATOM

    def _index(self, t: Tree) -> tuple[str, int]:
        if self.loose and t.args[0].op == "var" and len(t.data) == 1 and isinstance(t.data[0], int):  # type: ignore
            return f"{t.args[0].data}_{t.data[0] + 1}", ATOM  # type: ignore[index]
        picks = []
        for s in t.data:  # type: ignore[attr-defined]
            if isinstance(s, tuple):
                start, stop, step = ("" if v is None else str(v) for v in s)
                picks.append(f"{start}:{stop}" + (f":{step}" if step else ""))
            else:
                picks.append(str(s))
        return f"{self.at(t.args[0], ATOM)}[{', '.join(picks)}]", ATOM

    def _array(self, t: Tree) -> tuple[str, int]:
        columns = int(t.data)  # type: ignore[call-overload]
        cells = [self.write(a)[0] for a in t.args]
        rows = [", ".join(cells[i : i + columns]) for i in range(0, len(cells), columns)]
        return f"[{'; '.join(rows)}]", ATOM
