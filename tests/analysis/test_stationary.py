"""Stationary points: closed forms with their sources, compared with what NumPy and SciPy find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import scipy.linalg

import matcalc
from matcalc import solve_stationary
from matcalc.numbers.evaluate import evaluate
from matcalc.numbers.sampling import draw, has_property, outward, size_of

inv, pinv, solve, lstsq = np.linalg.inv, np.linalg.pinv, np.linalg.solve, lambda a, b: np.linalg.lstsq(a, b)[0]


class Case(NamedTuple):
    """A question with its answer in words and in numbers."""

    source: str
    f: str
    x: str
    answer: str
    kind: str
    numbers: Callable[..., Any]  # of the parameters by name
    where: str = ""
    subject_to: str | None = None
    condition: str = ""


TALL = "X: matrix(m,n), y: vector(m)"
CASES = [
    # least squares
    Case("Hastie, Tibshirani, Friedman 3.6", "||y - X*b||^2", "b", "inv(X'*X)*X'*y", "minimum",
         lambda X, y: lstsq(X, y), condition="X'*X is invertible"),
    Case("Boyd and Vandenberghe 1.5", "||A*x - b||^2", "x", "inv(A'*A)*A'*b", "minimum", lambda A, b: lstsq(A, b),
         condition="A'*A is invertible"),
    Case("Hastie, Tibshirani, Friedman 3.44", "||y - X*b||^2 + l*||b||^2", "b", "inv(X'*X + l*eye(n))*X'*y", "minimum",
         lambda X, y, l: solve(X.T @ X + l * np.eye(X.shape[1]), X.T @ y), "l: positive scalar"),
    Case("Golub and Van Loan 6.1.1", "(y - X*b)'*W*(y - X*b)", "b", "inv(X'*W*X)*X'*W*y", "minimum",
         lambda X, W, y: lstsq(np.linalg.cholesky(W).T @ X, np.linalg.cholesky(W).T @ y), "W: spd matrix(m,m)",
         condition="X'*W*X is invertible"),
    Case("Bishop 3.3, weights of a diagonal", "sum(w.*(X*b - y).^2)", "b", "inv(X'*diag(w)*X)*X'*(w.*y)", "minimum",
         lambda X, w, y: lstsq(np.sqrt(w)[:, None] * X, np.sqrt(w) * y), "w: positive vector(m)",
         condition="X'*diag(w)*X is invertible"),
    Case("Tikhonov 1963", "||A*x - b||^2 + ||G*x||^2", "x", "inv(A'*A + G'*G)*A'*b", "minimum",
         lambda A, G, b: lstsq(np.vstack([A, G]), np.concatenate([b, np.zeros(len(G))])),
         condition="A'*A + G'*G is invertible"),
    Case("Bishop 3.15", "||A*X - B||^2", "X", "inv(A'*A)*A'*B", "minimum", lambda A, B: lstsq(A, B),
         condition="A'*A is invertible"),
    Case("Matrix Cookbook 2.5", "||X*A - B||^2", "X", "B*A'*inv(A*A')", "minimum", lambda A, B: lstsq(A.T, B.T).T,
         condition="A*A' is invertible"),
    Case("Matrix Cookbook 2.5", "||X*A - B||^2 + l*||X||^2", "X", "B*A'*inv(A*A' + l*eye(n))", "minimum",
         lambda A, B, l: solve(A @ A.T + l * np.eye(len(A)), A @ B.T).T, "l: positive scalar"),
    Case("Bishop 2.121", "sum_i ||x_i - mu||^2", "mu", "X'*vector(1)/m", "minimum", lambda X: X.mean(axis=0)),
    Case("Matrix Cookbook 8.2", "sum(w.*(t*vector(1) - a).^2)", "t", "w'*a/sum(w)", "minimum",
         lambda w, a: np.average(a, weights=w), "t: scalar, w: positive vector(n), a: vector(n)"),
    Case("Boyd and Vandenberghe 9.1", "x'*P*x/2 + q'*x + r", "x", "-inv(P)*q", "minimum", lambda P, q: -solve(P, q),
         "P: spd matrix(n,n), r: scalar"),
    # matrices
    Case("Golub and Van Loan 7.6", "tr(X'*A*X) + tr(X*B*X') + 2*tr(C'*X)", "X", "-sylvester(A, B, C)", "minimum",
         lambda A, B, C: scipy.linalg.solve_sylvester(A, B, -C), "A: spd matrix(n,n), B: spd matrix(m,m)",
         condition="kron(eye(m), A) + kron(B, eye(n)) is invertible"),
    Case("Magnus and Neudecker 13", "||A*S - B||^2", "S", "sylvester(A'*A, A'*A, A'*B + B'*A)", "unknown",
         lambda A, B: scipy.linalg.solve_sylvester(A.T @ A, A.T @ A, A.T @ B + B.T @ A), "S: symmetric matrix(n,n)",
         condition="kron(eye(n), A'*A) + kron(A'*A, eye(n)) is invertible"),
    Case("Matrix Cookbook 2.5", "||X - X'||^2 + ||X - A||^2", "X", "(3*A + 2*A')/5", "unknown",
         lambda A: (3 * A + 2 * A.T) / 5),
    # likelihoods
    Case("Bishop 2.122", "logdet(S) + tr(inv(S)*C)", "S", "C", "minimum", lambda C: C,
         "S: spd matrix(n,n), C: spd matrix(n,n)"),
    Case("Boyd and Vandenberghe 7.1", "tr(C*P) - logdet(P)", "P", "inv(C)", "minimum", lambda C: inv(C),
         "P: spd matrix(n,n), C: spd matrix(n,n)"),
    Case("Bishop 2.121", "sum_i (x_i - mu)'*inv(S)*(x_i - mu)", "mu", "X'*vector(1)/m", "minimum",
         lambda X: X.mean(axis=0), "S: spd matrix(n,n)"),
    Case("Bishop 1.56", "m*log(s)/2 + ||r||^2/(2*s)", "s", "||r||^2/m", "minimum", lambda r, m: r @ r / m,
         "s: positive scalar, m: positive scalar", condition="||r||^2/m > 0"),
    Case("Bishop 2.7", "k*log(p) + (n - k)*log(1 - p)", "p", "k/n", "unknown", lambda k, n: k / n,
         "p: scalar, k: positive scalar, n: positive scalar", condition="1 - k/n > 0"),
    Case("Boyd and Vandenberghe 7.1", "sum(k)*log(l) - n*l", "l", "sum(k)/n", "maximum", lambda k, n: k.sum() / n,
         "l: scalar, k: positive vector(m), n: positive scalar"),
    # entry by entry
    Case("Boyd and Vandenberghe 3.3", "sum(exp(x)) - a'*x", "x", "log(a)", "minimum", lambda a: np.log(a),
         "a: positive vector(n)"),
    Case("elementary", "x^3 - 3*a*x", "x", "-sqrt(a)", "maximum", lambda a: -np.sqrt(a),
         "x: scalar, a: positive scalar"),
    # constraints
    Case("Boyd and Vandenberghe 10.1", "x'*P*x/2 + q'*x", "x", "inv(P)*(A'*inv(A*inv(P)*A')*(A*inv(P)*q + b) - q)",
         "minimum", lambda P, q, A, b: kkt(P, q, A, b), "P: spd matrix(n,n), A: matrix(m,n)", "A*x = b",
         "A*inv(P)*A' is invertible"),
    Case("Golub and Van Loan 5.5", "||x||^2", "x", "A'*inv(A*A')*b", "minimum", lambda A, b: pinv(A) @ b, "",
         "A*x = b", "A*A' is invertible"),
    Case("Boyd and Vandenberghe 4.4", "w'*S*w", "w", "inv(S)*vector(1)/sum(inv(S))", "minimum",
         lambda S: solve(S, np.ones(len(S))) / solve(S, np.ones(len(S))).sum(), "S: spd matrix(n,n)", "sum(w) = 1",
         "sum(inv(S)) is not 0"),
    Case("Bishop 2.33", "-k'*log(p)", "p", "k/sum(k)", "minimum", lambda k: k / k.sum(), "k: positive vector(n)",
         "sum(p) = 1"),
]  # fmt: skip


def kkt(P: Any, q: Any, A: Any, b: Any) -> Any:
    """The solution of the system of Karush, Kuhn and Tucker."""
    m, n = A.shape
    return solve(np.block([[P, A.T], [A, np.zeros((m, m))]]), np.concatenate([-q, b]))[:n]


SIZES = ((5, 3, 2, 4), (4, 2, 3, 1), (3, 1, 1, 2), (1, 1, 1, 1))  # of m, n, k, l


def holds(answer: matcalc.Stationary, values: dict[str, Any]) -> bool:
    """Whether the conditions of the first solution hold."""
    nodes = {name: t.node(name) for name, t in answer.types.items()}
    stated = answer.solutions[0].root.conditions
    return all(has_property(p, *(evaluate(a, values, nodes) for a in args)) for p, args in stated)


def drawn(answer: matcalc.Stationary, sizes: dict[str, int], rng: np.random.Generator) -> dict[str, Any]:
    """Values of the parameters, with their properties."""
    unknown = {str(x) for x in answer.found.unknowns}
    out = {}
    for name, t in answer.types.items():
        if name not in unknown:
            shape = (size_of(t.shape[0], sizes), size_of(t.shape[1], sizes))
            out[name] = outward(draw(rng, shape, t.properties), t.shape)
    return out


@pytest.mark.parametrize("case", CASES, ids=[f"{c.f} by {c.x}, {c.subject_to}" for c in CASES])
def test_closed_form(case: Case) -> None:
    answer = solve_stationary(case.f, case.x, case.where or None, subject_to=case.subject_to)
    assert str(answer.value) == case.answer
    assert answer.condition == case.condition
    assert answer.kind == case.kind, answer.reason
    names = case.numbers.__code__.co_varnames[: case.numbers.__code__.co_argcount]
    tried = 0
    for number, (m, n, k, l) in enumerate(SIZES):
        rng = np.random.default_rng(number)
        values = drawn(answer, {"m": m, "n": n, "k": k, "l": l}, rng)
        given = [values.get(name, float(m)) for name in names]
        if (case.subject_to or "").startswith("A*x"):
            width = len(values.get("q", np.ones(n)))
            values["A"], values["b"] = rng.standard_normal((1, width)), rng.standard_normal(1)
            given = [values[name] for name in names]
        if not holds(answer, values):
            continue
        try:
            got = evaluate(answer.value, values, {t: v.node(t) for t, v in answer.types.items()})
            want = case.numbers(*given)
        except (np.linalg.LinAlgError, matcalc.EvaluationError):
            continue
        if np.all(np.isfinite(got)):
            np.testing.assert_allclose(np.squeeze(got), np.squeeze(want), rtol=1e-6, atol=1e-8)
            tried += 1
    assert tried >= 2
