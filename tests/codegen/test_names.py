"""The NumPy source of derivatives: it runs as it stands, and holds no text but names of the language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp

import matcalc
from matcalc import MatcalcError
from matcalc.codegen.python import python_function
from matcalc.terms.expression import as_shape, num, ones, prod, var

RNG = np.random.default_rng(7)
SQUARE = 0.3 * RNG.standard_normal((3, 3))
SPD = SQUARE @ SQUARE.T + np.eye(3)

RUNS = [  # derivative, values
    (lambda: matcalc.diff("expm(X)", "X"), {"X": SQUARE}),
    (lambda: matcalc.hessian("tr(A*expm(X))", "X"), {"X": SQUARE, "A": SPD}),
    (lambda: matcalc.diff("logm(X)", "X"), {"X": SPD}),
    (lambda: matcalc.diff("sqrtm(X)", "X"), {"X": SPD}),
    (lambda: matcalc.hessian("||X||_*", "X"), {"X": SQUARE}),
    (lambda: matcalc.hessian("||X||_2", "X"), {"X": SQUARE}),
    (lambda: matcalc.hessian("sum(C)^2", "C", where="C: matrix(n,k)"), {"C": RNG.standard_normal((2, 3))}),
    (lambda: matcalc.diff("Y - sum(z)*matrix(1)", "z", where="Y: matrix(2,3), z: vector(4)"),
     {"Y": np.ones((2, 3)), "z": np.ones(4)}),
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(RUNS)))
def test_code_computes_what_evaluate_computes(case: int) -> None:
    make, values = RUNS[case]
    d = make()
    got = d.compile()(*(values[name] for name in d.types))
    np.testing.assert_allclose(np.asarray(got).reshape(np.shape(d.evaluate(values))), d.evaluate(values), rtol=1e-9)


def test_abstract_functions_and_differentials_are_parameters() -> None:
    where = "u: vector(n) -> vector(m), x: vector(n), A: matrix(4,m)"
    d = matcalc.diff("A*u(x)", "x", where=where)
    A, B, x = RNG.standard_normal((4, 3)), RNG.standard_normal((3, 2)), np.ones(2)
    np.testing.assert_allclose(d.compile()(A, x, lambda _: B), A @ B)
    d = matcalc.diff("u(x)'*u(x)", "x", where="u: vector(n) -> vector(m), x: vector(n)")
    np.testing.assert_allclose(d.compile()(x, lambda v: B @ v, lambda _: B), 2 * B.T @ B @ x)
    source = python_function(matcalc.differential("inv(X)", "X"))
    assert "def f(X, dX):" in source


@pytest.mark.parametrize(
    ("text", "wrt", "imports"),
    [
        ("logdet(S) + tr(inv(S)*C)", "S", []),
        ("||X*w - y||^2", "w", []),
        ("logsumexp(A*x)", "x", []),
        ("sum(sigmoid(A*x))", "x", ["from scipy import special"]),
        ("tr(A*sqrtm(S))", "S", ["from scipy import linalg"]),
    ],
)
def test_only_what_is_used_is_imported(text: str, wrt: str, imports: list[str]) -> None:
    lines = matcalc.diff(text, wrt).code().splitlines()
    assert [line for line in lines if line.startswith("from")] == imports


HOSTILE = ["x):0\n__import__('os').system('false')\n'''", "x y", "x-y", "1x", "", "<b>", "a;b", "f(x)"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "build",
    [
        lambda name: sp.Symbol(name) ** 3,
        lambda name: sp.MatrixSymbol(name, 3, 3).T,
        lambda name: sp.MatrixSymbol("A", sp.Symbol(name), 3).T,
    ],
)
def test_no_text_of_a_symbol_reaches_code(name: str, build: Callable[[str], Any]) -> None:
    with pytest.raises(MatcalcError):
        matcalc.from_sympy(build(name) if name else sp.Symbol(" "))


@pytest.mark.parametrize("name", [n for n in HOSTILE if n])
def test_no_other_text_either(name: str) -> None:
    """Expressions that are built by hand go through the same door."""
    with pytest.raises(MatcalcError):
        python_function(prod(num(2), var(name, as_shape())))
    with pytest.raises(MatcalcError):
        python_function(ones(as_shape(name)))
