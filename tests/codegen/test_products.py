"""Products in programs: their order, and what is never formed."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.codegen.function import function
from matcalc.codegen.targets.numpy import numpy
from matcalc.numbers.evaluate import evaluate
from tests.codegen.lines import lines, run

WHERE = """a, b: scalar, x, w: vector(n), y, r: vector(m), X, Y, Z: matrix(m, n), A, B, C, D: matrix(n, n),
    S: spd matrix(n, n), K: symmetric matrix(n, n), U: matrix(m, k), V: matrix(n, k)"""

TABLE = [
    # vectors first, from either side
    ("A*B*C*x", "return A @ (B @ (C @ x))"),
    ("x'*A*B*C", "return x @ A @ B @ C"),
    ("x'*A*B*w", "return x @ A @ B @ w"),
    ("A*B*C", "return A @ B @ C"),
    ("U*V'*A", "return U @ V.T @ A"),
    ("2*X'*(X*w - y)", "return 2 * (X.T @ (X @ w - y))"),
    # outer products are not formed before a vector meets them
    ("x*w'*A*x", "return x @ (w @ A) * x"),
    ("a*x*w'", "return (a * x)[:, None] * w"),
    ("(x*w').*A", "return x[:, None] * w * A"),
    # nor sums
    ("(A + A')*x", "return A @ x + x @ A"),
    ("x'*(A + A')", "return x @ A + A @ x"),
    ("(A + x*w')*x", "return A @ x + w @ x * x"),
    ("(A + a*eye(n))*x", "return A @ x + a * x"),
    ("(X - U*V')*V", "return X @ V - U @ (V.T @ V)"),
    ("(U*V' - X)*V", "return U @ (V.T @ V) - X @ V"),
    ("(A + B)*C", "return (A + B) @ C"),
    ("X - y*vector(1)'", "return X - y[:, None]"),
    ("X - vector(1)*x'", "return X - x"),
    # diagonal matrices scale
    ("diag(x)*A", "return x[:, None] * A"),
    ("A*diag(x)", "return A * x"),
    ("diag(x)*A*diag(w)", "return x[:, None] * A * w"),
    ("diag(x)*w", "return x * w"),
    # ones sum
    ("X*vector(1)", "return np.sum(X, axis=1)"),
    ("vector(1)'*X", "return np.sum(X, axis=0)"),
    ("X'*vector(1)", "return np.sum(X, axis=0)"),
    # an inverse is a solve
    ("inv(A)*x", "return np.linalg.solve(A, x)"),
    ("x'*inv(A)", "return np.linalg.solve(A.T, x)"),
    ("x'*inv(K)", "return np.linalg.solve(K, x)"),
    ("X*inv(A)", "return np.linalg.solve(A.T, X.T).T"),
    # what reads the same from both sides is a product of one matrix with itself
    ("X'*X", "return X.T @ X"),
    ("X'*diag(sigmoid(y))*X", "M1 = np.sqrt(special.expit(y))[:, None] * X; return M1.T @ M1"),
    ("X'*diag(y)*X", "return X.T * y @ X"),
    ("x'*A'*A*x", "v1 = A @ x; return v1 @ v1"),
    # traces
    ("tr(A*B)", "return np.sum(A * B.T)"),
    ("tr(X'*Z)", "return np.vdot(X, Z)"),
    ("tr(x*w'*A)", "return w @ A @ x"),
    ("tr(A*x*w')", "return w @ A @ x"),
]  # fmt: skip


@pytest.mark.parametrize("text, want", TABLE, ids=[t for t, _ in TABLE])
def test_table(text: str, want: str) -> None:
    assert "; ".join(lines(text, WHERE)) == want
    e = matcalc.parse(text, WHERE)
    rng = np.random.default_rng(0)
    size = {"m": 5, "n": 4, "k": 3}
    f = function([e])
    values = {p.name: rng.uniform(0.5, 1.5, [size[str(d)] for d in p.axes or ()]) for p in f.parameters}
    for name in ("S", "K"):
        if name in values:
            values[name] = values[name] @ values[name].T + np.eye(4)
    got = run(numpy(f))(**values)
    want_value = evaluate(e, values)
    assert np.shape(got) == np.shape(want_value)
    np.testing.assert_allclose(got, want_value, rtol=1e-10)


def test_a_product_that_is_shared_is_computed_once() -> None:
    assert lines("(x'*A*x)^2*A*x", WHERE) == ["v1 = A @ x", "return (x @ v1)**2 * v1"]


def test_given_sizes_order_a_product() -> None:
    where = "A: matrix(1000, 10), B: matrix(10, 1000), C: matrix(1000, 10)"
    assert lines("A*B*C", where) == ["return A @ (B @ C)"]
    where = "A: matrix(10, 1000), B: matrix(1000, 10), C: matrix(10, 1000)"
    assert lines("A*B*C", where) == ["return A @ B @ C"]


@pytest.mark.parametrize("count", [3, 30, 300])
def test_long_chains_end_at_their_vector(count: int) -> None:
    names = [f"A{k}" for k in range(count)]
    where = ", ".join(f"{n}: matrix(n, n)" for n in names) + ", x: vector(n)"
    source = "\n".join(lines("*".join([*names, "x"]), where))
    assert source.count("@") == count
    space = {n: np.eye(2) * (1 + k / count) for k, n in enumerate(names)}
    call = run(numpy(function([matcalc.parse("*".join([*names, "x"]), where)])))
    np.testing.assert_allclose(call(**space, x=np.ones(2)), np.prod([1 + k / count for k in range(count)]) * np.ones(2))
