"""Exchange with SymPy, there and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp

import matcalc
from matcalc import MatcalcError

M, N = sp.symbols("m n", integer=True, positive=True)
X, A, B = sp.MatrixSymbol("X", M, N), sp.MatrixSymbol("A", N, N), sp.MatrixSymbol("B", N, N)
W, Y, X1 = sp.MatrixSymbol("w", N, 1), sp.MatrixSymbol("y", M, 1), sp.MatrixSymbol("x", N, 1)
S = sp.Symbol("s")

FROM = [
    (X * W - Y, "X*w - y", "X"),
    ((X * W - Y).T * (X * W - Y), "||X*w - y||^2", "w"),
    (X1.T * A * X1, "x'*A*x", "x"),
    (sp.Trace(A * B), "tr(A*B)", "A"),
    (sp.log(sp.Determinant(A)), "log(det(A))", "A"),
    (A.inv() * X1, "inv(A)*x", "x"),
    (A**3, "A^3", "A"),
    (sp.HadamardProduct(A, B), "A.*B", "A"),
    (sp.HadamardPower(A, 2), "A.^2", "A"),
    (X1.applyfunc(sp.sin), "sin(x)", "x"),
    (A.applyfunc(lambda t: 1 / (1 + sp.exp(-t))), "sigmoid(A)", "A"),
    (sp.KroneckerProduct(A, B), "kron(A,B)", "A"),
    (S * A + sp.Rational(1, 2) * sp.Identity(N), "s*A + eye(n)/2", "s"),
    (sp.sqrt(sp.Trace(X.T * X)), "||X||_F", "X"),
    (A[0, 1] + X1[2, 0], "A[0,1] + x[2]", "x"),
    (sp.exp(S) * sp.sin(S) ** 2 + sp.pi * sp.E, "exp(s)*sin(s)^2 + pi*exp(1)", "s"),
    (sp.Max(S, 0) + sp.Abs(S), "max(s, 0) + abs(s)", "s"),
    (sp.Matrix([[S, S**2], [1, 0]]), "[s, s^2; 1, 0]", "s"),
]  # fmt: skip
WHERE = {
    "X": "matrix(m,n)", "A": "matrix(n,n)", "B": "matrix(n,n)", "w": "vector(n)", "y": "vector(m)",
    "x": "vector(n)", "s": "scalar",
}  # fmt: skip
RNG = np.random.default_rng(5)
VALUES: dict[str, Any] = {
    "X": RNG.normal(size=(4, 3)), "A": np.eye(3) * 4 + RNG.normal(size=(3, 3)), "B": RNG.normal(size=(3, 3)),
    "w": RNG.normal(size=3), "y": RNG.normal(size=4), "x": RNG.normal(size=3), "s": 0.7,
}  # fmt: skip


@pytest.mark.parametrize(("given", "text", "wrt"), FROM, ids=[t for _, t, _ in FROM])
def test_from_sympy(given: Any, text: str, wrt: str) -> None:
    wanted = matcalc.parse(text, where={n: t for n, t in WHERE.items()})
    got = matcalc.from_sympy(given)
    np.testing.assert_allclose(got.evaluate(VALUES), wanted.evaluate(VALUES), rtol=1e-9)
    d, e = matcalc.diff(given, wrt), matcalc.diff(text, wrt, where=WHERE)
    np.testing.assert_allclose(d.evaluate(VALUES), e.evaluate(VALUES), rtol=1e-9)


def test_the_variable_may_be_a_symbol_of_sympy() -> None:
    assert str(matcalc.diff(X1.T * A * X1, X1)) == "x'*(A + A')"
    assert str(matcalc.diff(S**3, S)) == "3*s^2"


TO = [
    "||X*w - y||^2", "x'*A*x", "tr(A*B)", "logdet(A)", "inv(A)*x", "A.*B", "A.^2", "sin(x)", "sigmoid(A)",
    "kron(A,B)", "s*A + eye(n)/2", "||X||_F", "A[0,1] + x[2]", "exp(s)*sin(s)^2 + pi", "sum(A)", "diag(x)*A",
    "diag(A)", "A[1,:]", "A[:2,1:]", "A[:,1]", "A*ones(n,1)", "softplus(x)", "x'*x/(w'*w)", "[s, 2; 3, s^2]",
    "A^2*x", "0*A",
]  # fmt: skip


@pytest.mark.parametrize("text", TO)
def test_there_and_back(text: str) -> None:
    e = matcalc.parse(text, where={n: t for n, t in WHERE.items() if n in text})
    back = matcalc.from_sympy(matcalc.to_sympy(e))
    np.testing.assert_allclose(back.evaluate(VALUES), e.evaluate(VALUES), rtol=1e-9)


def test_derivatives_go_to_sympy() -> None:
    d = matcalc.diff("||X*w - y||^2", "w", layout="denominator")
    given = d.to_sympy()
    assert given.shape == (sp.Symbol("n", integer=True, positive=True), 1)
    np.testing.assert_allclose(matcalc.from_sympy(given).evaluate(VALUES), d.evaluate(VALUES))


@pytest.mark.parametrize(
    ("text", "name"), [("softmax(x)", "softmax"), ("pinv(X)", "pinv"), ("x.^w", "array of exponents")]
)
def test_what_sympy_lacks_is_named(text: str, name: str) -> None:
    with pytest.raises(MatcalcError, match=name):
        matcalc.to_sympy(matcalc.parse(text, where={n: t for n, t in WHERE.items() if n in text}))


def test_what_matcalc_lacks_is_named() -> None:
    for given, name in [
        (sp.Integral(S, S), "Integral"),
        (sp.hankel1(1, S), "hankel1"),
        (A[sp.Symbol("i"), 0], "entry"),
        (sp.Piecewise((S, S > 0), (0, True)), "Piecewise"),
    ]:
        with pytest.raises(MatcalcError, match=name):
            matcalc.from_sympy(given)


def test_depth() -> None:
    e: Any = matcalc.scalar("s")
    for _ in range(2000):
        e = 1 / (1 + e)
    assert matcalc.to_sympy(matcalc.parse("s", where="s: scalar")) == S
    deep = S
    for _ in range(100):
        deep = sp.sin(deep, evaluate=False)
    assert matcalc.from_sympy(deep).shape == matcalc.scalar("s").shape
