"""Expressions with values: slices, blocks, index expressions, rows, elementwise functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

import matcalc
from matcalc.codegen.function import Function, function
from matcalc.numbers.evaluate import evaluate
from tests.codegen.test_arrays import SIZE, TEXTS, WHERE

FUNCTIONS = (
    "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "cbrt", "abs", "sign", "floor", "ceil", "round",
    "log1p", "expm1", "log2", "log10", "sinc", "square", "asin", "acos", "atan", "asinh", "atanh", "erf",
    "erfc", "erfi", "digamma", "trigamma", "gamma", "lgamma", "cot", "sec", "csc", "relu", "step", "sigmoid",
    "softplus", "silu", "elu", "gelu", "normcdf", "normpdf",
)  # fmt: skip
OTHERS = [
    *((t, "x: vector(5), A: matrix(4, 5)") for t in (
        "x[1:4:2]", "x[-2:]", "x[:-1]", "x[-1]", "x[0:4:3]", "A[-1, :]", "A[::2, 1:]", "A[:, -2]", "A[1:3, 0::2]",
        "sinc(x - x)", "elu(-x) + relu(-x)", "(x <= x).*(x >= x)", "acosh(1 + x)", "x - x[0]", "x.^x")),
    ("round(2.5*x)", "x: vector(2)"), ("sum(i=1..3, i*x^i)", "x: scalar"), ("sigmoid(-x) + relu(x)", "x: scalar"),
    ("sum(i=0..2, A^i*v)", "A: matrix(3,3), v: vector(3)"), ("vec(X*Z)", "X: matrix(4,3), Z: matrix(3,2)"),
    ("[x'; y']", "x, y: vector(3)"), ("[x, y]", "x, y: vector(3)"), 
    ("cross(x, y)", "x, y: vector(3)"), ("skew(x)*A", "x: vector(3), A: matrix(3,3)"),
    ("kron(X', x)", "x: vector(3), X: matrix(2,3)"), ("[a, 2; -1, a - 2]", "a: scalar"),
    ("(a > 2).*x", "a: scalar, x: vector(2)"), ("max(x, y) + min(x, 1)", "x, y: vector(3)"), ("2*x'", "x: vector(3)"),
    ("eye(n) - x*vector(1)' + X", "x: vector(n), X: matrix(n,n)"), ("X + 3*eye(n)", "X: matrix(n,n)"),
    ("diag(x) + vector(1)*x'", "x: vector(n)"), ("n^2*x", "x: vector(n)"), ("3*log_softmax(x).*y", "x, y: vector(n)"),
    ("log_softmax_rows(X).*Y", "X, Y: matrix(m,n)"), ("2*logsumexp(x)^2/normp(x, 3)", "x: vector(n)"),
    ("cholesky(X + 3*eye(n))", "X: matrix(n,n)"), ("eigvalsh(X)", "X: matrix(n,n)"),
    ("eigvecsh(X)*x", "X: matrix(n,n), x: vector(n)"), ("maxeig(X) - mineig(X)", "X: matrix(n,n)"),
    ("maxeigvec(X) + mineigvec(X)", "X: matrix(n,n)"),
    ("prodall_rows(X)", "X: matrix(m,n)"),
    ("x^(-2)*pi*e", "x: scalar"), ("pinv(x')", "x: vector(n)"), ("polar(x')", "x: vector(n)"),
    ("kron(x', A)", "x: vector(n), A: matrix(m,n)"), ("sum_rows(x')", "x: vector(n)"),
    ("2*softmax_rows(x')", "x: vector(n)"), ("norm_rows(x)", "x: vector(n)"),
    ("kron(x, A)", "x: vector(n), A: matrix(m,n)"),
]  # fmt: skip


class Program(NamedTuple):
    """An expression, its function, values for the parameters in order, and its value."""

    text: str
    function: Function
    given: list[Any]
    want: Any


def programs() -> Iterator[Program]:
    """All of them, as functions f0, f1, ..."""
    rng = np.random.default_rng(0)
    names = [(f"{y}*{name}({x})*{y}" if y == "b" else f"{y}.*{name}({x}).*{y}", where) for name in FUNCTIONS
             for x, y, where in (("x", "y", "x, y: vector(n)"), ("a", "b", "a, b: scalar"))]  # fmt: skip
    for k, (text, where) in enumerate([*((t, WHERE) for t in TEXTS), *OTHERS, *names]):
        e = matcalc.parse(text, where)
        types = {"Z": matcalc.matrix("Z", "n", "k")} if "k" in str(e.shape) and "Z" not in text else {}
        f = function([e], f"f{k}", types=types)
        low, high = (0.1, 0.9) if (text, where) in names else (0.5, 1.5)
        shapes = {p.name: [SIZE.get(str(d)) or int(str(d)) for d in p.axes or ()] for p in f.parameters}
        given = {name: rng.uniform(low, high, shape) for name, shape in shapes.items()}
        yield Program(text, f, list(given.values()), evaluate(e, given, types))
