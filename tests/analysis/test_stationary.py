"""Stationary points: closed forms with their sources, compared with what NumPy and SciPy find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
import scipy.linalg

import matcalc
from matcalc import StationaryError, solve_stationary
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
    Case("Matrix Cookbook 2.4", "||A*X + X*B - C||^2", "X", "sylvester(A, B, C)", "minimum",
         lambda A, B, C: scipy.linalg.solve_sylvester(A, B, C),
         condition="kron(eye(n), A) + kron(B', eye(m)) is invertible"),
    Case("Magnus and Neudecker 13", "||A*X*C - B||^2 + l*||X||^2", "X",
         "inv(kron(C*C', A'*A) + l*eye(k*n))*vec(A'*B*C')", "minimum",
         lambda A, B, C, l: solve(np.kron(C @ C.T, A.T @ A) + l * np.eye(A.shape[1] * len(C)),
                                  (A.T @ B @ C.T).ravel(order="F")), "l: positive scalar"),
    Case("Hastie, Tibshirani, Friedman 3.3", "||X*b - y||^2", "b",
         "inv(X'*X)*(X'*y - R'*inv(R*inv(X'*X)*R')*(R*inv(X'*X)*X'*y - r))", "minimum",
         lambda X, y, R, r: kkt(X.T @ X, -X.T @ y, R, r), "", "R*b = r",
         "R*inv(X'*X)*R' is invertible and X'*X is invertible"),
    Case("Boyd and Vandenberghe 5.2", "sum(p.*log(p)) - a'*p", "p", "softmax(a)", "minimum",
         lambda a: np.exp(a) / np.exp(a).sum(), "", "sum(p) = 1"),
    Case("Boyd and Vandenberghe 5.1", "||x - a||^2", "x", "a + (1 - sum(a))*vector(1)/n", "minimum",
         lambda a: a - (a.sum() - 1) / len(a), "", "sum(x) = 1"),
    Case("elementary", "a'*x", "x", "a/sqrt(a'*a)", "maximum", lambda a: a / np.linalg.norm(a), "",
         "x'*x = 1", "a'*a > 0"),
    Case("elementary", "sum(log(1 + exp(x))) - a'*x", "x", "log(a./(vector(1) - a))", "minimum",
         lambda a: np.log(a / (1 - a)), "a: unit vector(n)", None,
         "vector(1) - a has no entry 0 and a./(vector(1) - a) > 0"),
    Case("elementary", "sum(x.*log(x)) - sum(x) - b'*x", "x", "exp(b)", "minimum", lambda b: np.exp(b)),
    Case("Nesterov and Polyak 2006", "g'*x + s*||x||^3/3", "x", "-g/(g'*g)^(1/4)/sqrt(s)", "minimum",
         lambda g, s: -g / np.sqrt(np.linalg.norm(g) * s), "s: positive scalar", None, "g'*g > 0"),
    Case("Bishop 2.146", "(a - 1)*log(l) - b*l", "l", "(a - 1)/b", "unknown", lambda a, b: (a - 1) / b,
         "l: positive scalar, a: scalar, b: positive scalar", None, "(a - 1)/b > 0"),
    Case("Higham, Functions of Matrices 8.1", "||A - Q||^2", "Q", "polar(A)", "minimum",
         lambda A: scipy.linalg.polar(A)[0], "Q: orthogonal matrix(n,n)", None, "A is invertible"),
    Case("Golub and Van Loan 6.4.1", "||A*Q - B||^2", "Q", "polar(A'*B)", "minimum",
         lambda A, B: scipy.linalg.orthogonal_procrustes(A, B)[0], "Q: orthogonal matrix(n,n)", None,
         "A'*B is invertible"),
    Case("Golub and Van Loan 6.4.1", "||A - X*B||^2", "X", "polar(A*B')", "minimum",
         lambda A, B: scipy.linalg.polar(A @ B.T)[0], "", "X'*X = eye(k)", "A*B' has full column rank"),
    Case("Higham, Functions of Matrices 8.1", "tr(A'*X)", "X", "-polar(A)", "minimum",
         lambda A: -scipy.linalg.polar(A)[0], "", "X'*X = eye(k)", "A has full column rank"),
    # met in questions that people ask
    Case("Kalman's gain", "tr((eye(n) - K*H)*P*(eye(n) - K*H)' + K*R*K')", "K", "P*H'*inv(H*P*H' + R)", "minimum",
         lambda H, P, R: P @ H.T @ inv(H @ P @ H.T + R), "P: spd matrix(n,n), R: spd matrix(m,m)"),
    Case("Bayes, two Gaussians", "(y - H*x)'*inv(R)*(y - H*x) + (x - q)'*inv(P)*(x - q)", "x",
         "inv(H'*inv(R)*H + inv(P))*(H'*inv(R)*y + inv(P)*q)", "minimum",
         lambda y, H, R, q, P: solve(H.T @ inv(R) @ H + inv(P), H.T @ inv(R) @ y + inv(P) @ q),
         "R: spd matrix(m,m), P: spd matrix(n,n)"),
    Case("Hu, Koren, Volinsky 2008", "(p - Y*x)'*diag(c)*(p - Y*x) + l*x'*x", "x",
         "inv(Y'*diag(c)*Y + l*eye(n))*Y'*(p.*c)", "minimum",
         lambda p, Y, c, l: solve(Y.T @ (c[:, None] * Y) + l * np.eye(Y.shape[1]), Y.T @ (c * p)),
         "c: positive vector(m), l: positive scalar, Y: matrix(m,n)"),
    Case("Boyd and others 2011, 4.2", "rho*||x - z||^2/2 + u'*x + ||A*x - b||^2/2", "x",
         "inv(rho*eye(n) + A'*A)*(rho*z + A'*b - u)", "minimum",
         lambda rho, z, u, A, b: solve(rho * np.eye(len(z)) + A.T @ A, rho * z + A.T @ b - u), "rho: positive scalar"),
    Case("Kaczmarz 1937", "||w - u||^2/2", "w", "u + (y - u'*x)*x/(x'*x)", "minimum",
         lambda u, x, y: u + (y - u @ x) * x / (x @ x), "", "x'*w = y", "x'*x is not 0"),
    Case("rank-one edit of a memory", "||W - U||^2", "W", "U + (v - U*k)*k'/(k'*k)", "minimum",
         lambda U, v, k: U + np.outer(v - U @ k, k) / (k @ k), "U: matrix(m,n), k: vector(n)", "W*k = v",
         "k'*k is not 0"),
    Case("a mean of spd matrices", "tr(inv(X)*A) + tr(X*B)", "X",
         "inv(sqrtm(B))*sqrtm(sqrtm(B)*A*sqrtm(B))*inv(sqrtm(B))", "minimum",
         lambda A, B: scipy.linalg.sqrtm(A @ B) @ inv(B), "X, A, B: spd matrix(n,n)"),
    Case("a diagonal scaling", "||A - B*D*C||^2", "D", "diag(inv((B'*B).*(C*C'))*diag(C*A'*B))", "minimum",
         lambda A, B, C: np.diag(solve((B.T @ B) * (C @ C.T), np.diag(C @ A.T @ B))), "D: diagonal matrix(n,n)", None,
         "(B'*B).*(C*C') is invertible"),
    Case("mirror descent", "sum(x.*log(x./y)) - sum(x) + t*g'*x", "x", "y.*exp(-t*g)", "minimum",
         lambda y, t, g: y * np.exp(-t * g), "x: positive vector(n), y: positive vector(n), t: scalar"),
    Case("an exact line search", "(x - t*g)'*A*(x - t*g)/2 - b'*(x - t*g)", "t", "(x'*A*g - g'*b)/(g'*A*g)", "minimum",
         lambda x, g, A, b: (x @ A @ g - g @ b) / (g @ A @ g), "t: scalar, A: spd matrix(n,n)", None,
         "g'*A*g is not 0"),
    Case("Wilson 1934", "K*D/Q + h*Q/2", "Q", "sqrt(2)*sqrt(K)*sqrt(D)/sqrt(h)", "minimum",
         lambda K, D, h: np.sqrt(2 * K * D / h), "Q, K, D, h: positive scalar"),
    Case("Lennard-Jones 1924", "4*e*((s/r)^12 - (s/r)^6)", "r", "2^(1/6)*s", "minimum", lambda s: 2 ** (1 / 6) * s,
         "r, s, e: positive scalar"),
    Case("a point of three", "||x - a||^2 + ||x - b||^2 + ||x - c||^2", "x", "(a + b + c)/3", "minimum",
         lambda a, b, c: (a + b + c) / 3),
    Case("Pareto", "n*log(a) + n*a*log(k) - (a + 1)*sum(log(x))", "a", "n/(sum(log(x)) - n*log(k))", "maximum",
         lambda n, x, k: n / (np.log(x).sum() - n * np.log(k)), "a, n, k: positive scalar, x: positive vector(p)", None,
         "n/(sum(log(x)) - n*log(k)) > 0 and sum(log(x)) - n*log(k) is not 0"),
    Case("Bishop 2.33", "-k'*log(p)", "p", "k/sum(k)", "minimum", lambda k: k / k.sum(), "k: positive vector(n)",
         "sum(p) = 1"),
]  # fmt: skip


def kkt(P: Any, q: Any, A: Any, b: Any) -> Any:
    """The solution of the system of Karush, Kuhn and Tucker."""
    m, n = A.shape
    return solve(np.block([[P, A.T], [A, np.zeros((m, m))]]), np.concatenate([-q, b]))[:n]


SIZES = ((5, 3, 2, 1), (4, 2, 3, 1), (2, 4, 3, 5), (3, 1, 1, 2), (1, 1, 1, 1))  # of m, n, k, l


def holds(answer: matcalc.Stationary, values: dict[str, Any]) -> bool:
    """Whether the conditions of the first solution hold."""
    nodes = {name: t.node(name) for name, t in answer.types.items()}
    stated = answer.solutions[0].root.conditions
    stated = [("invertible" if p == "full_rank" else p, args) for p, args in stated]
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


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Singular cases are drawn too, and left out."""
    with np.errstate(all="ignore"):
        yield


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
        values = drawn(answer, {"m": m, "n": n, "k": k, "l": l, "p": 2}, rng)
        given = [values.get(name, float(m)) for name in names]
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
    assert tried >= 1


S, B = "A: symmetric matrix(n,n)", "B: spd matrix(n,n)"
EIGEN: list[tuple[Any, ...]] = [
    # source, f, x, where, constraint, the equation, the values at its solutions by NumPy
    ("Horn and Johnson 4.2", "x'*A*x/(x'*x)", "x", S, None, "A*x = rho*x", lambda A: np.linalg.eigvalsh(A)),
    ("Horn and Johnson 4.2", "x'*A*x", "x", S, "x'*x = 1", "A*x = rho*x", lambda A: np.linalg.eigvalsh(A)),
    ("Horn and Johnson 4.2", "x'*A*x", "x", S, "||x|| = 1", "A*x = rho*x", lambda A: np.linalg.eigvalsh(A)),
    ("Golub and Van Loan 8.7", "x'*A*x/(x'*B*x)", "x", f"{S}, {B}", None, "A*x = rho*B*x",
     lambda A, B: scipy.linalg.eigvalsh(A, B)),
    ("Golub and Van Loan 8.7", "x'*A*x", "x", f"{S}, {B}", "x'*B*x = 1", "A*x = rho*B*x",
     lambda A, B: scipy.linalg.eigvalsh(A, B)),
    ("Bishop 12.1", "w'*X'*X*w", "w", "", "w'*w = 1", "X'*X*w = rho*w", lambda X: np.linalg.eigvalsh(X.T @ X)),
    ("Bishop 12.1", "tr(W'*S*W)", "W", "S: spd matrix(n,n)", "W'*W = eye(k)", "S*W = W*L", None),
    ("Hastie, Tibshirani, Friedman 14.5", "||X - X*W*W'||^2", "W", "", "W'*W = eye(k)", "X'*X*W = W*L", None),
    ("Bishop 4.30", "w'*A*w/(w'*B*w)", "w", f"{S}, {B}", None, "A*w = rho*B*w",
     lambda A, B: scipy.linalg.eigvalsh(A, B)),
    ("Fan 1949", "tr(X'*A*X)", "X", f"{S}, {B}", "X'*B*X = eye(k)", "A*X = B*X*L", None),
]  # fmt: skip


@pytest.mark.parametrize(("source", "f", "x", "where", "subject_to", "equation", "values"), EIGEN)
def test_eigenproblems(source: str, f: str, x: str, where: str, subject_to: str | None, equation: str,
                       values: Callable[..., Any] | None) -> None:  # fmt: skip
    answer = solve_stationary(f, x, where or None, subject_to=subject_to)
    lines = str(answer).split("\n")
    assert lines[0].endswith(f": {equation}")
    assert answer.eigenproblem is not None
    assert answer.eigenproblem.kind.startswith("minimum at the ")
    if values is None:
        return
    assert answer.eigenproblem.value == "rho"
    given = drawn(answer, {"m": 4, "n": 3, "k": 2}, np.random.default_rng(1))
    want = values(*(given[name] for name in values.__code__.co_varnames))
    nodes = {n: t.node(n) for n, t in answer.types.items()}
    left, right = (np.atleast_2d(evaluate(e, given | {x: np.ones(3)}, nodes)) for e in
                   (answer.eigenproblem.left, answer.eigenproblem.right))  # fmt: skip
    np.testing.assert_allclose(np.sort(np.linalg.eigvals(solve(right, left)).real), want, rtol=1e-8)


SEVERAL = [
    ("x^2*y + y^3 - 3*y", "x, y", "x: scalar, y: scalar", None,
     [("0", "-1", "maximum"), ("0", "1", "minimum"), ("-sqrt(3)", "0", "saddle"), ("sqrt(3)", "0", "saddle")]),
    ("x^3 - 3*a*x", "x", "x: scalar, a: positive scalar", None,
     [("-sqrt(a)", "maximum"), ("sqrt(a)", "minimum")]),
    ("x*y", "x, y", "x: scalar, y: scalar", "x + y = 1", [("1/2", "1/2", "unknown")]),
    ("a'*x", "x", "", "x'*x = 1", [("a/sqrt(a'*a)", "maximum"), ("-a/sqrt(a'*a)", "minimum")]),
    ("K*x - x^2", "x", "x: scalar, K: scalar", None, [("K/2", "maximum")]),
    ("(x - a)^2 + (y - b)^2 + x*y", "x, y", "x: scalar, y: scalar, a: scalar, b: scalar", None,
     [("2/3*(2*a - b)", "2/3*(2*b - a)", "minimum")]),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x", "where", "subject_to", "points"), SEVERAL)
def test_all_solutions(f: str, x: str, where: str, subject_to: str | None, points: list[tuple[str, ...]]) -> None:
    answer = solve_stationary(f, x, where or None, subject_to=subject_to)
    assert [(*(str(v) for _, v in s.values), s.kind) for s in answer.solutions] == points


REFUSED = [
    ("sum(log(1 + exp(X*w))) - y'*X*w", "w", "", None, "X'*(sigmoid(X*w) - y) = 0"),  # logistic regression
    ("tr(W'*A*W)", "W", "A: spd matrix(n,n)", "W'*A*W = eye(k)", "f is constant there"),
    ("n*log(l) + (l - 1)*sum(log(x)) - sum(x.^l)", "l", "l: positive scalar, x: positive vector(p), n: scalar", None,
     "no closed form is known for l"),  # Weibull
    ("logsumexp(x) - a'*x", "x", "", None, "softmax(x) - a = 0"),
    ("||X*w - y||^2/(1 + w'*w)", "w", "", None, "no closed form is known for w"),  # total least squares
    ("sum(exp(X*w)) - y'*X*w", "w", "", None, "X'*(exp(X*w) - y) = 0"),  # Poisson regression
    ("x'*A*x + b'*x", "x", S, "x'*x = 1", "no closed form is known for lambda"),  # trust region
    ("c'*x", "x", "", None, "what is left is c = 0"),
    ("c'*x", "x", "", "A*x = b", "c + A'*lambda = 0"),
    ("||x||", "x", "", None, "no admissible solution"),
    ("||x - a||", "x", "", None, "no admissible solution"),
    ("a*x", "x", "x: scalar, a: scalar", None, "what is left is a = 0"),
    ("x*exp(x) - a*x", "x", "x: scalar, a: scalar", None, "no closed form is known for x"),  # Lambert's W
    ("||x||^2", "x", "", "A*x <= b", "is an inequality"),
    ("tr(X'*A*X*D)", "X", f"{S}, D: diagonal matrix(k,k)", "X'*X = eye(k)", "no closed form is known for X"),
    ("logdet(S) + tr(inv(S)*x*x')", "S", "S: spd matrix(n,n)", None, "no admissible solution"),
]


@pytest.mark.parametrize(("f", "x", "where", "subject_to", "message"), REFUSED)
def test_refused(f: str, x: str, where: str, subject_to: str | None, message: str) -> None:
    with pytest.raises(StationaryError) as error:
        solve_stationary(f, x, where or None, subject_to=subject_to)
    assert message in str(error.value)


ASKED_BACK = [
    ("A*x", "x", "", None, matcalc.ShapeError, "a stationary point is that of a scalar"),
    ("||x||^2", "z", "", None, matcalc.UnknownNameError, "z is neither in the expression"),
    ("||x||^2", "x", "", "A*x", matcalc.MatcalcError, "a constraint is written left = right"),
    ("||x||^2", "x", "x: vector(n), A: matrix(m,k)", "A*x = b", matcalc.ShapeError, ""),
    ("||x - y||^2", None, "", None, matcalc.MatcalcError, "by which variable"),
    ("||x", "x", "", None, matcalc.ParseError, ""),
]


@pytest.mark.parametrize(("f", "x", "where", "subject_to", "error", "message"), ASKED_BACK)
def test_asked_back(f: str, x: str | None, where: str, subject_to: str | None, error: type[Exception],
                    message: str) -> None:  # fmt: skip
    with pytest.raises(error, match=message or None):
        solve_stationary(f, x, where or None, subject_to=subject_to)


def test_all_solutions_where_the_condition_fails() -> None:
    answer = solve_stationary("||X*w - y||^2", "w")
    general = answer.solutions[0].general
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4, 2)) @ rng.standard_normal((2, 3))  # of rank 2
    y, z = rng.standard_normal(4), rng.standard_normal(3)
    w = evaluate(general, {"X": X, "y": y, "z": z}, {n: t.node(n) for n, t in answer.types.items()})
    np.testing.assert_allclose(X.T @ (X @ w - y), 0, atol=1e-10)
    np.testing.assert_allclose(w - lstsq(X, y), (np.eye(3) - pinv(X) @ X) @ z, atol=1e-8)


DECLARED = [
    ("-k'*log(p)", "p", "k: positive vector(n), p: vector(n), sum(p) = 1", "p = k/sum(k)"),
    ("x'*A*x", "x", "A: symmetric matrix(n,n), x: vector(n), x'*x = 1", "x is one of the eigenvectors: A*x = rho*x"),
    ("||x - a||^2", "x", "x: vector(n), sum(x) = 1", "x = a + (1 - sum(a))*vector(1)/n"),
]


@pytest.mark.parametrize(("f", "x", "where", "first"), DECLARED)
def test_declared_equations_bind_the_unknown(f: str, x: str, where: str, first: str) -> None:
    assert str(solve_stationary(f, x, where)).split("\n")[0] == first


def test_what_is_left_out_is_told() -> None:
    assert solve_stationary("(x'*x - 1)^2", "x").remarks == ("the gradient is 0 also where x'*x - 1 = 0",)
    by_entry = solve_stationary("sum((x.^2 - a).^2)", "x", where="a: positive vector(n)")
    assert by_entry.remarks == ("each entry takes one of these values",)
    assert solve_stationary("||x - a||^2", "x").remarks == ()


def test_a_wrong_solution_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from matcalc.analysis.stationary import affine as module

    right = module.over
    monkeypatch.setattr(module, "over", lambda number: 2 * right(number))
    with pytest.raises(StationaryError, match="does not pass its numerical check"):
        solve_stationary("||x - a||^2", "x")


def test_notations() -> None:
    answer = solve_stationary("||x||^2", "x", subject_to="A*x = b")
    assert answer.unicode().split("\n")[0] == "x = Aᵀ(AAᵀ)⁻¹b"
    assert answer.latex().startswith(r"\begin{array}{l} \mathbf{x} = ")
    assert answer._repr_latex_().startswith("$")
    assert {n: str(v) for n, v in answer.multipliers.items()} == {"lambda": "-2*inv(A*A')*b"}
    spectral = solve_stationary("x'*A*x/(x'*x)", "x", S).latex()
    assert r"\mathbf{A} \mathbf{x} = \rho \mathbf{x}" in spectral


def test_a_quadric_that_is_not_known_to_be_bounded() -> None:
    found = solve_stationary("x'*x", "x", where="x: vector(n)", subject_to="x'*A*x = 1")
    assert "(A + A')*x/2 = rho*x" in str(found)
    assert found.kind == "unknown" or "not known" in str(found)
