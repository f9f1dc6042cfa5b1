"""One factorization for all that is asked of a matrix."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.numbers.evaluate import evaluate
from tests.codegen.lines import body

TABLE = [  # value and gradient of an expression, by a variable
    ("x'*inv(A)*y", "x", "", "v1 = np.linalg.solve(A, y); return x @ v1, v1"),
    ("x'*inv(A)*x", "x", "", "M1 = linalg.lu_factor(A); v1 = linalg.lu_solve(M1, x, trans=1); "
     "return x @ v1, linalg.lu_solve(M1, x) + v1"),
    ("x'*inv(A)*x", "x", "spd", "v1 = np.linalg.solve(A, x); return x @ v1, 2 * v1"),
    ("logdet(A) + x'*inv(A)*x", "x", "spd", "M1 = linalg.cho_factor(A); v1 = linalg.cho_solve(M1, x); "
     "return 2 * np.sum(np.log(np.diag(M1[0]))) + x @ v1, 2 * v1"),
    ("det(A)*(y'*inv(A)*x)", "x", "", "M1 = linalg.lu_factor(A); s1 = lu_det(M1); "
     "v1 = linalg.lu_solve(M1, y, trans=1); return s1 * (v1 @ x), s1 * v1"),
    ("tr(B*inv(A)*C)", "A", "", "M1 = np.linalg.inv(A); "
     "return np.vdot(M1.T @ B.T, C), -(M1 @ (C @ (B @ M1))).T"),
]  # fmt: skip


@pytest.mark.parametrize("text, by, kind, want", TABLE)
def test_table(text: str, by: str, kind: str, want: str) -> None:
    where = f"A: {kind} matrix(n, n), B, C: matrix(n, n), x, y: vector(n)"
    d = matcalc.grad(text, by, where)
    got = "; ".join(body(d.code(value=True)))
    assert got == want
    rng = np.random.default_rng(1)
    square = rng.standard_normal((4, 4))
    values = {n: rng.standard_normal((4, 4) if n.isupper() else 4) for n in d.types}
    values["A"] = square @ square.T + np.eye(4) if kind else square
    value, gradient = d.compile(value=True)(**values)
    np.testing.assert_allclose(gradient, d.evaluate(values), rtol=1e-8)
    np.testing.assert_allclose(value, evaluate(d.source, values), rtol=1e-8)
