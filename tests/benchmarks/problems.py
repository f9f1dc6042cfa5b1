"""The problems: functions, their derivatives written by hand, and values of three sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import special

import matcalc

RNG = np.random.default_rng(0)


def drawn(*shape: int) -> Any:
    """A normal array."""
    return RNG.standard_normal(shape)


def definite(n: int) -> Any:
    """A symmetric positive definite matrix."""
    a = drawn(n, n)
    return a @ a.T / n + np.eye(n)


Values = dict[str, Any]
SIZES = ("small", "medium", "large")


class Problem(NamedTuple):
    """A function, its derivative by hand, and values of each size; `loss` is the function for JAX and PyTorch."""

    name: str
    derive: Callable[[], matcalc.Derivative]
    hand: Callable[..., Any]
    values: Callable[[int], Values]
    loss: Callable[..., Any] | None = None
    by: str = ""


def _regression(k: int) -> Values:
    m, n = ((50, 5), (1000, 50), (20000, 200))[k]
    return {"X": drawn(m, n), "w": 0.1 * drawn(n), "y": np.sign(drawn(m))}


def _square(names: str, sizes: tuple[int, ...] = (10, 100, 500)) -> Callable[[int], Values]:
    return lambda k: {a: definite(sizes[k]) for a in names}


def _gaussian(S: Any, C: Any) -> Any:
    inverse = np.linalg.inv(S)
    return (inverse - inverse @ C @ inverse).T


def _trace(A: Any, X: Any, B: Any) -> Any:
    inverse = np.linalg.inv(X)
    return -(inverse @ B @ A @ inverse).T


def _net(W3: Any, W2: Any, W1: Any, x: Any, y: Any) -> Any:
    a = np.tanh(W1 @ x)
    b = np.tanh(W2 @ a)
    return np.outer(2 * (1 - a**2) * (W2.T @ ((1 - b**2) * (W3.T @ (W3 @ b - y)))), x)


def _layers(k: int) -> Values:
    n = (10, 100, 1000)[k]
    return {**{f"W{i}": drawn(n, n) / n**0.5 for i in (1, 2, 3)}, "x": drawn(n), "y": drawn(n)}


def _factors(k: int) -> Values:
    m, n, r = ((20, 15, 3), (200, 150, 10), (1000, 800, 20))[k]
    return {"T": drawn(m, n), "U": drawn(m, r), "V": drawn(n, r)}


def _quadratic(k: int) -> Values:
    n = (10, 100, 1000)[k]
    return {"x": drawn(n), "A": drawn(n, n)}


GRADIENTS = [
    Problem("least squares", lambda: matcalc.grad("||X*w - y||^2", "w"), lambda X, w, y: 2 * (X.T @ (X @ w - y)),
            _regression, lambda xp, X, w, y: ((X @ w - y) ** 2).sum(), "w"),
    Problem("logistic regression", lambda: matcalc.grad("sum(log(1 + exp(-y.*(X*w))))", "w"),
            lambda X, w, y: -(X.T @ (y * special.expit(-y * (X @ w)))), _regression,
            lambda xp, X, w, y: xp.log1p(xp.exp(-y * (X @ w))).sum(), "w"),
    Problem("x'Ax", lambda: matcalc.grad("x'*A*x", "x"), lambda x, A: A @ x + A.T @ x, _quadratic,
            lambda xp, x, A: x @ A @ x, "x"),
    Problem("||T - UV'||^2 by U", lambda: matcalc.grad("||T - U*V'||^2", "U", where="T: matrix(m,n), U: matrix(m,k)"),
            lambda T, U, V: 2 * (U @ (V.T @ V) - T @ V), _factors,
            lambda xp, T, U, V: ((T - U @ V.T) ** 2).sum(), "U"),
    Problem("log det X", lambda: matcalc.grad("logdet(X)", "X"), lambda X: np.linalg.inv(X).T, _square("X"),
            lambda xp, X: xp.linalg.slogdet(X)[1], "X"),
    Problem("log det S + tr(inv(S)C)", lambda: matcalc.grad("logdet(S) + tr(inv(S)*C)", "S"), _gaussian,
            _square("SC"), lambda xp, S, C: xp.linalg.slogdet(S)[1] + xp.trace(xp.linalg.solve(S, C)), "S"),
    Problem("tr(A inv(X) B)", lambda: matcalc.grad("tr(A*inv(X)*B)", "X"), _trace, _square("AXB"),
            lambda xp, A, X, B: xp.trace(A @ xp.linalg.solve(X, B)), "X"),
    Problem("three tanh layers by W1", lambda: matcalc.grad("||W3*tanh(W2*tanh(W1*x)) - y||^2", "W1"), _net, _layers,
            lambda xp, W3, W2, W1, x, y: ((W3 @ xp.tanh(W2 @ xp.tanh(W1 @ x)) - y) ** 2).sum(), "W1"),
]  # fmt: skip


def _logistic(X: Any, w: Any, y: Any) -> Any:
    p = special.expit(y * (X @ w))
    return X.T @ ((y**2 * p * (1 - p))[:, None] * X)


def _blocks(T: Any, U: Any, V: Any) -> Any:
    m, k = U.shape
    out = np.zeros((m, k, m, k))
    i = np.arange(m)
    out[i, :, i, :] = 2 * (V.T @ V)
    return out


CHAIN = "||A*B*C*D*E*F*G*H*x||^2"
HESSIANS = [
    Problem("logistic regression, n = 500", lambda: matcalc.hessian("sum(log(1 + exp(-y.*(X*w))))", "w"), _logistic,
            lambda k: {"X": drawn(2000, 500), "w": 0.01 * drawn(500), "y": np.sign(drawn(2000))},
            lambda xp, X, w, y: xp.log1p(xp.exp(-y * (X @ w))).sum(), "w"),
    Problem("x'Ax, n = 100", lambda: matcalc.hessian("x'*A*x", "x"), lambda x, A: A + A.T, lambda k: _quadratic(1),
            lambda xp, x, A: x @ A @ x, "x"),
    Problem("x'Ax, n = 1000", lambda: matcalc.hessian("x'*A*x", "x"), lambda x, A: A + A.T, lambda k: _quadratic(2),
            lambda xp, x, A: x @ A @ x, "x"),
    Problem("||T - UV'||^2 by U, 100 by 5", lambda: matcalc.hessian("||T - U*V'||^2", "U",
            where="T: matrix(m,n), U: matrix(m,k)"), _blocks,
            lambda k: {"T": drawn(100, 80), "U": drawn(100, 5), "V": drawn(80, 5)},
            lambda xp, T, U, V: ((T - U @ V.T) ** 2).sum(), "U"),
]  # fmt: skip


def _chain_by_hand(A: Any, B: Any, C: Any, D: Any, E: Any, F: Any, G: Any, H: Any, x: Any) -> Any:
    v = A @ (B @ (C @ (D @ (E @ (F @ (G @ (H @ x)))))))
    return 2 * (H.T @ (G.T @ (F.T @ (E.T @ (D.T @ (C.T @ (B.T @ (A.T @ v))))))))


def chain(n: int) -> Problem:
    return Problem(f"{CHAIN}, n = {n}", lambda: matcalc.grad(CHAIN, "x"), _chain_by_hand,
                   lambda k: {**{a: drawn(n, n) / n**0.5 for a in "ABCDEFGH"}, "x": drawn(n)})  # fmt: skip


# --- GradBench's small evaluations, from their definitions -------------------------------------------------


def _points(k: int) -> Values:
    n, d, count = ((100, 2, 5), (1000, 8, 10), (10000, 32, 25))[k]
    X = drawn(n, d)
    return {"a": drawn(count), "X": X, "L": np.tril(drawn(d, d)) / d, "M": X[:count] + 0.1}


def _mixture(a: Any, X: Any, L: Any, M: Any) -> Any:
    Z, C = X @ L, M @ L
    S = a + Z @ C.T - (np.sum(Z**2, axis=1) / 2)[:, None] - np.sum(C**2, axis=1) / 2
    R = np.exp(S - S.max(axis=1)[:, None])
    R /= R.sum(axis=1)[:, None]
    return (R.T @ Z - C * R.sum(axis=0)[:, None]) @ L.T


def _mixture_loss(xp: Any, a: Any, X: Any, L: Any, M: Any) -> Any:
    Z, C = X @ L, M @ L
    S = a + Z @ C.T - ((Z**2).sum(1) / 2)[:, None] - (C**2).sum(1) / 2
    top = xp.amax(S, 1)
    return (top + xp.log(xp.exp(S - top[:, None]).sum(1))).sum()


def _clusters(k: int) -> Values:
    values = _points(k)
    return {"P": values["X"], "C": values["M"]}


def _distances(P: Any, C: Any) -> Any:
    return (P**2).sum(1)[:, None] + (C**2).sum(1) - 2 * (P @ C.T)


def _means(P: Any, C: Any) -> Any:
    D = _distances(P, C)
    own = (D.min(axis=1)[:, None] == D) * 1.0
    return 2 * (C * own.sum(axis=0)[:, None] - own.T @ P)


def _polynomial(k: int) -> Values:
    m, n = ((100, 4), (1000, 16), (20000, 64))[k]
    at = np.linspace(-1, 1, m)
    return {"T": np.vander(at, n, increasing=True), "x": drawn(n), "s": np.sign(at)}


def _sum_of_exponentials(x: Any) -> Any:
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


def _stable(xp: Any, x: Any) -> Any:
    top = xp.amax(x)
    return top + xp.log(xp.exp(x - top).sum())


GRADBENCH = [
    Problem("gmm, by the means", lambda: matcalc.grad(
                "sum(logsumexp_rows(vector(1,n)*a' - 0.5*(sum_rows((X*L).^2)*vector(1,k)'"
                " + vector(1,n)*sum_rows((M*L).^2)' - 2*X*L*L'*M')))", "M",
                where="X: matrix(n,d), M: matrix(k,d), L: matrix(d,d), a: vector(k)"),
            _mixture, _points, _mixture_loss, "M"),
    Problem("kmeans", lambda: matcalc.grad(
                "sum(amin_rows(sum_rows(P.^2)*vector(1,k)' + vector(1,n)*sum_rows(C.^2)' - 2*P*C'))", "C",
                where="P: matrix(n,d), C: matrix(k,d)"),
            _means, _clusters, lambda xp, P, C: xp.amin(_distances(P, C), 1).sum(), "C"),
    Problem("llsq", lambda: matcalc.grad("||s - T*x||^2/2", "x"), lambda T, x, s: T.T @ (T @ x - s), _polynomial,
            lambda xp, T, x, s: ((s - T @ x) ** 2).sum() / 2, "x"),
    Problem("lse, logsumexp", lambda: matcalc.grad("logsumexp(x)", "x", where="x: vector(n)"), _sum_of_exponentials,
            lambda k: {"x": drawn((100, 1000, 100000)[k])}, _stable, "x"),
    Problem("det", lambda: matcalc.grad("det(X)", "X", where="X: invertible matrix(n,n)"),
            lambda X: np.linalg.det(X) * np.linalg.inv(X).T, _square("X", (5, 10, 100)),
            lambda xp, X: xp.linalg.det(X), "X"),
]  # fmt: skip
