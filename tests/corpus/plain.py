"""A small reader of the plain language that computes with JAX or NumPy, for the sake of an independent opinion.

Values have two axes. `vector(1)` and `matrix(1)` have an open size: an axis of length 1 that stretches to
what it meets, in sums by broadcasting and in products by adding up the other factor.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.random.operations import jax, jnp, jss, table

TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?(?:e-?\d+)?|[^\W\d]\w*|\.\*|\./|\.\^|\|\||[<>]=|.)")
REDUCERS = {
    "tr": "tr",
    "det": "det",
    "logdet": "logdet",
    "sum": "sum",
    "mean": "mean",
    "logsumexp": "lse",
    "norm1": "norm1",
    "normF": "normF",
    "normnuc": "nuc",
    "inv": "inv",
    "adj": "adj",
    "pinv": "pinv",
    "expm": "expm",
    "logm": "logm",
    "sqrtm": "sqrtm",
    "softmax": "softmax",
    "vec": "vec",
    "kron": "kron",
}
OTHER_NAMES = {
    "ln": "log",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "trace": "tr",
    "step": "heaviside",
}
OTHER_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "gammaln": jss.gammaln,
    "digamma": jss.digamma,
    "sec": lambda x: 1 / jnp.cos(x),
    "sech": lambda x: 1 / jnp.cosh(x),
}


class Value(NamedTuple):
    """An array with two axes, and which of them are open."""

    array: Any
    open: tuple[bool, bool] = (False, False)

    @property
    def scalar(self) -> bool:
        """Whether it is a scalar."""
        return self.array.shape == (1, 1) and not any(self.open)


class Reader:
    """One text; `env` holds arrays with two axes, `sizes` the dimensions."""

    def __init__(self, text: str, env: dict[str, Any], sizes: dict[str, int]) -> None:
        self.tokens = [t for t in TOKEN.findall(text) if t.strip()]
        self.at = 0
        self.env, self.sizes = env, sizes
        self.closing = 0  # inside <u, v> a ">" closes

    def peek(self) -> str:
        """The next token."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, want: str | None = None) -> str:
        """The next token, which must be `want`."""
        got = self.peek()
        if want is not None and got != want:
            raise SyntaxError(f"{want!r} expected, not {got!r} at token {self.at} of {''.join(self.tokens)}")
        self.at += 1
        return got

    def read(self) -> Value:
        """The value of the whole text."""
        out = self.compare()
        if self.peek():
            raise SyntaxError(f"left over: {self.tokens[self.at :]}")
        return out

    def compare(self) -> Value:
        left = self.sum()
        while self.peek() in (">=", "<=", "<") or (self.peek() == ">" and not self.closing):
            op, right = self.take(), self.sum()
            f = {">": jnp.greater, "<": jnp.less, ">=": jnp.greater_equal, "<=": jnp.less_equal}[op]
            left = self.broadcast(lambda x, y, f=f: f(x, y) * 1.0, left, right)
        return left

    def sum(self) -> Value:
        left = self.product()
        while self.peek() in ("+", "-"):
            op, right = self.take(), self.product()
            left = self.broadcast(jnp.add if op == "+" else jnp.subtract, left, right)
        return left

    def product(self) -> Value:
        left = self.signed()
        while self.peek() in ("*", "/", ".*", "./"):
            op, right = self.take(), self.signed()
            if op == "*" and not left.scalar and not right.scalar:
                left = self.matmul(left, right)
            else:
                left = self.broadcast(jnp.multiply if op in ("*", ".*") else jnp.divide, left, right)
        return left

    def signed(self) -> Value:
        if self.peek() == "-":
            self.take()
            inner = self.signed()
            return Value(-inner.array, inner.open)
        return self.power()

    def power(self) -> Value:
        base = self.postfix()
        if self.peek() not in ("^", ".^"):
            return base
        op = self.take()
        exponent = self.signed()
        if op == "^" and not base.scalar:
            k = int(exponent.array[0, 0])
            return Value(table()["mpow"].value(base.array, k) if k else jnp.eye(len(base.array)))
        fixed = exponent.scalar and not _traced(exponent.array)
        if fixed and float(exponent.array[0, 0]).is_integer():
            return Value(base.array ** int(exponent.array[0, 0]), base.open)
        return self.broadcast(jnp.power, base, exponent)

    def postfix(self) -> Value:
        out = self.atom()
        while self.peek() in ("'", "["):
            if self.take() == "'":
                out = Value(out.array.T, out.open[::-1])
            else:
                out = self.index(out)
        return out

    def index(self, x: Value) -> Value:
        spec: list[Any] = []
        while True:
            parts: list[int | None] = [None]
            while self.peek() not in (",", "]"):
                if self.peek() == ":":
                    self.take()
                    parts.append(None)
                else:
                    sign = -1 if self.peek() == "-" and self.take() else 1
                    parts[-1] = sign * int(self.take())
            spec.append(slice(*parts) if len(parts) > 1 else parts[0])
            if self.take() == "]":
                break
        array = x.array[:, 0] if len(spec) == 1 else x.array
        return Value(_columns(array[tuple(spec)]))

    # --- atoms --------------------------------------------------------------------------------------------

    def atom(self) -> Value:
        token = self.take()
        if token[0].isdigit():
            return Value(jnp.full((1, 1), float(token)))
        if token == "(":
            saved, self.closing = self.closing, 0
            out = self.compare()
            self.closing = saved
            self.take(")")
            return out
        if token == "||":
            return self.norm()
        if token == "|":
            inner = self.sum()
            self.take("|")
            return Value(jnp.abs(inner.array), inner.open)
        if token == "<":
            self.closing += 1
            left = self.sum()
            self.take(",")
            right = self.sum()
            self.closing -= 1
            self.take(">")
            return Value(jnp.sum(left.array * right.array).reshape(1, 1))
        if token == "[":
            return self.explicit()
        if self.peek() == "(" and token not in self.env:
            return self.call(OTHER_NAMES.get(token, token))
        if token == "pi":
            return Value(jnp.full((1, 1), jnp.pi))
        if token not in self.env:
            raise SyntaxError(f"{token!r} is unknown in {''.join(self.tokens)}")
        return Value(self.env[token])

    def norm(self) -> Value:
        inner = self.sum().array
        self.take("||")
        which = ""
        if self.peek() in ("_1", "_F", "_2"):
            which = self.take()
        elif self.peek() == "_":
            self.take()
            which = "_" + self.take()
        name = {"": "norm2", "_2": "norm2", "_F": "normF", "_1": "norm1", "_*": "nuc"}[which]
        return Value(table()[name].value(inner))

    def explicit(self) -> Value:
        rows, row = [], [self.sum()]
        while True:
            t = self.take()
            if t in (";", "]"):
                rows.append(jnp.concatenate([c.array for c in row], 1))
                if t == "]":
                    return Value(jnp.concatenate(rows, 0))
                row = []
            row.append(self.sum())

    def call(self, name: str) -> Value:
        self.take("(")
        if name == "eye":
            n = self.dimension()
            self.take(")")
            return Value(jnp.eye(n))
        args = [self.compare()]
        while self.peek() == ",":
            self.take()
            if self.peek() == "ddof":  # var(x, ddof=0), which is the mean of squares here
                self.at += 3
            else:
                args.append(self.compare())
        self.take(")")
        x = args[0].array
        if name in ("vector", "matrix"):
            return Value(x, (True, name == "matrix"))
        if name == "diag":
            return Value(jnp.diag(x[:, 0]) if x.shape[1] == 1 else jnp.diagonal(x)[:, None])
        if name in ("max", "min"):
            if len(args) == 1:
                return Value((jnp.max if name == "max" else jnp.min)(x).reshape(1, 1))
            return self.broadcast(jnp.maximum if name == "max" else jnp.minimum, *args)
        if name == "norm2" and x.shape[1] > 1:
            return Value(table()["spec"].value(x))
        if name in REDUCERS or name == "norm2":
            if any(any(a.open) for a in args):
                raise SyntaxError(f"{name} of an array of open size")
            return Value(table()[REDUCERS.get(name, name)].value(*(a.array for a in args)))
        if name == "var":
            return Value(jnp.var(x).reshape(1, 1))
        if name == "heaviside":
            return Value((x > 0) * 1.0, args[0].open)
        if "fn:" + name in table():
            return Value(table()["fn:" + name].value(x), args[0].open)
        found = OTHER_FUNCTIONS.get(name) or getattr(jnp, name, None)
        if found is None:
            raise SyntaxError(f"{name} is unknown")
        return Value(found(x), args[0].open)

    def dimension(self) -> int:
        """A product of names and numbers."""
        out = 1
        while True:
            t = self.take()
            out *= int(t) if t.isdigit() else self.sizes[t]
            if self.peek() != "*":
                return out
            self.take()

    # --- arithmetic with open axes ------------------------------------------------------------------------

    @staticmethod
    def broadcast(f: Callable[..., Any], x: Value, y: Value) -> Value:
        """An elementwise operation."""
        if x.scalar or y.scalar:
            return Value(f(x.array, y.array), y.open if x.scalar else x.open)
        for axis in (0, 1):
            a, b = x.array.shape[axis], y.array.shape[axis]
            if a != b and not (x.open[axis] and a == 1) and not (y.open[axis] and b == 1):
                raise SyntaxError(f"shapes {x.array.shape} and {y.array.shape}")
        still = tuple(x.open[i] and y.open[i] for i in (0, 1))
        return Value(f(x.array, y.array), still)  # type: ignore[arg-type]

    @staticmethod
    def matmul(x: Value, y: Value) -> Value:
        """The matrix product."""
        if x.open[1] and y.open[0]:
            raise SyntaxError("a product over an axis of open size")
        a, b = x.array, y.array
        if x.open[1]:
            out = a * jnp.sum(b, 0, keepdims=True)
        elif y.open[0]:
            out = jnp.sum(a, 1, keepdims=True) * b
        else:
            out = a @ b
        return Value(out, (x.open[0], y.open[1]))


def _columns(x: Any) -> Any:
    return x.reshape(1, 1) if x.ndim == 0 else x[:, None] if x.ndim == 1 else x


def _traced(x: Any) -> bool:
    return jax is not None and isinstance(x, jax.core.Tracer)


def evaluate(text: str, env: dict[str, Any], sizes: dict[str, int], shape: tuple[int, ...] | None = None) -> Any:
    """The value of a text, with two axes; stretched to a shape where its size is open."""
    found = Reader(text, env, sizes).read()
    if any(found.open) and shape is not None:
        return jnp.broadcast_to(found.array, shape if len(shape) == 2 else (*shape, 1))
    return found.array
