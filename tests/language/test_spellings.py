r"""Texts as people type them, nothing declared, and what they mean: a NumPy function that knows nothing of matcalc.

A row is a text, the variable, the arrays with their sizes and the function. The derivative of the text is compared
with differences of the function, in both layouts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy import exp, log, mean, sqrt, trace
from numpy.linalg import det, inv, norm
from scipy.linalg import expm
from scipy.special import erf, gamma

import matcalc


def sig(z: Any) -> Any:
    return 1 / (1 + exp(-z))


def s(z: Any) -> Any:
    return np.sum(z)


Row = tuple[str, str, str, Callable[..., Any]]

LEAST_SQUARES: list[Row] = [
    ("sum((y - X*w)^2)", "w", "y:5 X:5x3 w:3", lambda y, X, w: s((y - X @ w) ** 2)),
    ("mean((y - Xw)^2)", "w", "y:5 X:5x3 w:3", lambda y, X, w: mean((y - X @ w) ** 2)),
    ("mean((X w - y)^2)", "X", "y:5 X:5x3 w:3", lambda y, X, w: mean((y - X @ w) ** 2)),
    ("1/n*sum((y - Xw)^2)", "w", "n: y:5 X:5x3 w:3", lambda n, y, X, w: s((y - X @ w) ** 2) / n),
    ("1/n sum((y - Xw)^2)", "y", "n: y:5 X:5x3 w:3", lambda n, y, X, w: s((y - X @ w) ** 2) / n),
    ("1/(2*m)*sum((X*theta - y)^2)", "theta", "m: X:5x3 theta:3 y:5",
     lambda m, X, theta, y: s((X @ theta - y) ** 2) / (2 * m)),
    ("1/2*sum((y - X*w)^2) + lam/2*sum(w^2)", "w", "y:5 X:5x3 w:3 lam:",
     lambda y, X, w, lam: s((y - X @ w) ** 2) / 2 + lam / 2 * s(w**2)),
    ("||y - X beta||^2", "beta", "y:5 X:5x3 beta:3", lambda y, X, beta: s((y - X @ beta) ** 2)),
    ("||Y - X beta||^2", "beta", "Y:5 X:5x3 beta:3", lambda Y, X, beta: s((Y - X @ beta) ** 2)),
    ("(y - X*beta)'*(y - X*beta)", "beta", "y:5 X:5x3 beta:3", lambda y, X, beta: s((y - X @ beta) ** 2)),
    ("|Xw - y|^2", "w", "y:5 X:5x3 w:3", lambda y, X, w: s((y - X @ w) ** 2)),
    ("|y - A x|^2/2", "x", "y:5 A:5x3 x:3", lambda y, A, x: s((y - A @ x) ** 2) / 2),
    ("(w'x + b - y)^2", "w", "w:3 x:3 b: y:", lambda w, x, b, y: (w @ x + b - y) ** 2),
    ("sqrt(mean((y - X*w)^2))", "w", "y:5 X:5x3 w:3", lambda y, X, w: sqrt(mean((y - X @ w) ** 2))),
    ("sum((x - mu)^2)/sigma2", "mu", "x:4 mu:4 sigma2:", lambda x, mu, sigma2: s((x - mu) ** 2) / sigma2),
    ("||y - Xb||^2/N", "b", "y:5 X:5x3 b:3 N:", lambda y, X, b, N: s((y - X @ b) ** 2) / N),
]  # fmt: skip

SHORT_WORDS: list[Row] = [
    ("lam*||w||^2", "w", "lam: w:4", lambda lam, w: lam * s(w**2)),
    ("||Xw - y||^2 + lam*||w||^2", "w", "X:5x3 w:3 y:5 lam:", lambda X, w, y, lam: s((X @ w - y) ** 2) + lam * s(w**2)),
    ("||Xw - y||^2 + reg ||w||^2", "w", "X:5x3 w:3 y:5 reg:", lambda X, w, y, reg: s((X @ w - y) ** 2) + reg * s(w**2)),
    ("||Xw - y||^2 + lmbda*||w||^2", "lmbda", "X:5x3 w:3 y:5 lmbda:",
     lambda X, w, y, lmbda: s((X @ w - y) ** 2) + lmbda * s(w**2)),
    ("w - lr*X'*(X*w - y)", "w", "w:3 lr: X:5x3 y:5", lambda w, lr, X, y: w - lr * X.T @ (X @ w - y)),
    ("x/(||x|| + eps)", "x", "x:4 eps:", lambda x, eps: x / (norm(x) + eps)),
    ("sqrt(x'x + eps)", "x", "x:4 eps:", lambda x, eps: sqrt(x @ x + eps)),
    ("x + dt*A*x", "x", "x:3 dt: A:3x3", lambda x, dt, A: x + dt * A @ x),
    ("exp(-gam*||x - z||^2)", "x", "gam: x:4 z:4", lambda gam, x, z: exp(-gam * s((x - z) ** 2))),
    ("exp(-||x - y||^2/(2 sig^2))", "sig", "x:4 y:4 sig:", lambda x, y, sig: exp(-s((x - y) ** 2) / (2 * sig**2))),
    ("beta1*v + (1 - beta1)*g", "g", "beta1: v:4 g:4", lambda beta1, v, g: beta1 * v + (1 - beta1) * g),
    ("sum(sqrt(x^2 + eps))", "x", "x:4 eps:", lambda x, eps: s(sqrt(x**2 + eps))),
    ("x/(1 + |x|)", "x", "x:", lambda x: x / (1 + abs(x))),
    ("x'*inv(Sig)*x", "x", "x:3 Sig:3x3", lambda x, Sig: x @ inv(Sig) @ x),
    ("(x - mean(x))/sqrt(mean((x - mean(x))^2) + eps)", "x", "x:4 eps:",
     lambda x, eps: (x - mean(x)) / sqrt(mean((x - mean(x)) ** 2) + eps)),
]  # fmt: skip

NAMES: list[Row] = [
    ("mu_p'x", "x", "mu_p:4 x:4", lambda mu_p, x: mu_p @ x),
    ("||x - mu_0||^2", "x", "x:4 mu_0:4", lambda x, mu_0: s((x - mu_0) ** 2)),
    ("||x - mu0||^2", "mu0", "x:4 mu0:4", lambda x, mu0: s((x - mu0) ** 2)),
    ("nu_1'*(A*x - b)", "nu_1", "nu_1:5 A:5x3 x:3 b:5", lambda nu_1, A, x, b: nu_1 @ (A @ x - b)),
    ("xi_j*x'w", "w", "xi_j: x:4 w:4", lambda xi_j, x, w: xi_j * (x @ w)),
    ("pi_k*exp(-||x - mu_k||^2)", "mu_k", "pi_k: x:4 mu_k:4", lambda pi_k, x, mu_k: pi_k * exp(-s((x - mu_k) ** 2))),
    ("||x - x_0||^2", "x", "x:4 x_0:4", lambda x, x_0: s((x - x_0) ** 2)),
    ("||x - x_1||^2 + ||x - x_2||^2", "x", "x:4 x_1:4 x_2:4",
     lambda x, x_1, x_2: s((x - x_1) ** 2) + s((x - x_2) ** 2)),
    ("exp(-||r - r_0||^2)", "r", "r:3 r_0:3", lambda r, r_0: exp(-s((r - r_0) ** 2))),
    ("theta_1*x'x + theta_2", "theta_1", "theta_1: x:4 theta_2:",
     lambda theta_1, x, theta_2: theta_1 * x @ x + theta_2),
    (r"\mu_p^\top x", "x", "mu_p:4 x:4", lambda mu_p, x: mu_p @ x),
    (r"\|x - \mu_0\|^2", "x", "x:4 mu_0:4", lambda x, mu_0: s((x - mu_0) ** 2)),
    (r"\nu_1^\top (A x - b)", "x", "nu_1:5 A:5x3 x:3 b:5", lambda nu_1, A, x, b: nu_1 @ (A @ x - b)),
    ("W2 relu(W1 x + b1) + b2", "x", "W2:2x5 W1:5x3 x:3 b1:5 b2:2",
     lambda W2, W1, x, b1, b2: W2 @ np.maximum(W1 @ x + b1, 0) + b2),
    ("w_t - eta*g", "g", "w_t:4 eta: g:4", lambda w_t, eta, g: w_t - eta * g),
]  # fmt: skip

FUNCTIONS: list[Row] = [
    ("sigma(w'x)", "w", "w:4 x:4", lambda w, x: sig(w @ x)),
    ("sigma(w'x + b)", "b", "w:4 x:4 b:", lambda w, x, b: sig(w @ x + b)),
    ("||σ(Wx)||^2", "x", "W:5x3 x:3", lambda W, x: s(sig(W @ x) ** 2)),
    (r"\sigma(w^\top x)", "w", "w:4 x:4", lambda w, x: sig(w @ x)),
    (r"\log\sigma\left(w^\top x\right)", "w", "w:4 x:4", lambda w, x: log(sig(w @ x))),
    ("-y*log(sigma(w'x)) - (1 - y)*log(1 - sigma(w'x))", "w", "y: w:4 x:4",
     lambda y, w, x: -y * log(sig(w @ x)) - (1 - y) * log(1 - sig(w @ x))),
    ("Gamma(a)", "a", "a:", lambda a: gamma(a)),
    ("Γ(a + 1)", "a", "a:", lambda a: gamma(a + 1)),
    (r"\Gamma(a+1)", "a", "a:", lambda a: gamma(a + 1)),
    ("γ(x - μ)", "x", "gamma: x:4 mu:4", lambda gamma, x, mu: gamma * (x - mu)),
    ("beta(x + 1)", "x", "beta: x:4", lambda beta, x: beta * (x + 1)),
    ("a(x + y)", "x", "a: x:4 y:4", lambda a, x, y: a * (x + y)),
    ("A(x - y)", "x", "A:5x3 x:3 y:3", lambda A, x, y: A @ (x - y)),
    ("λ(w'w - 1)", "w", "lambda: w:4", lambda **k: k["lambda"] * (k["w"] @ k["w"] - 1)),
    ("x(y'z)", "z", "x:4 y:3 z:3", lambda x, y, z: x * (y @ z)),
    ("A(Bx)", "x", "A:2x5 B:5x3 x:3", lambda A, B, x: A @ B @ x),
    ("2(x)'x", "x", "x:4", lambda x: 2 * x @ x),
    ("(1 + erf(w'x/sqrt(2)))/2", "w", "w:4 x:4", lambda w, x: (1 + erf(w @ x / sqrt(2))) / 2),
]  # fmt: skip

LINE_SEARCH: list[Row] = [
    ("w - eta*g", "eta", "w:4 eta: g:4", lambda w, eta, g: w - eta * g),
    ("w - eta*g", "g", "w:4 eta: g:4", lambda w, eta, g: w - eta * g),
    ("x + t*d", "t", "x:4 t: d:4", lambda x, t, d: x + t * d),
    ("||A*(x + t*d) - b||^2", "t", "A:5x3 x:3 t: d:3 b:5", lambda A, x, t, d, b: s((A @ (x + t * d) - b) ** 2)),
    ("x + alpha*p", "alpha", "x:4 alpha: p:4", lambda x, alpha, p: x + alpha * p),
    ("||x - t*v||^2", "t", "x:4 t: v:4", lambda x, t, v: s((x - t * v) ** 2)),
    ("(1 - t)*x + t*y", "t", "t: x:4 y:4", lambda t, x, y: (1 - t) * x + t * y),
    ("k*x^2/2", "x", "k: x:", lambda k, x: k * x**2 / 2),
    ("m*v^2/2", "v", "m: v:", lambda m, v: m * v**2 / 2),
    ("1/2 m v^2", "m", "m: v:", lambda m, v: m * v**2 / 2),
    ("x*y", "x", "x: y:", lambda x, y: x * y),
    ("xy", "y", "x: y:", lambda x, y: x * y),
    ("x^2*y + sin(x*y)", "x", "x: y:", lambda x, y: x**2 * y + np.sin(x * y)),
    ("x1*x2", "x1", "x1: x2:", lambda x1, x2: x1 * x2),
    ("x^2 + x*y + y^2", "y", "x: y:", lambda x, y: x**2 + x * y + y**2),
    ("x/y", "y", "x: y:", lambda x, y: x / y),
]

LABELS: list[Row] = [
    ("log(1 + exp(-y w'x))", "w", "y: w:4 x:4", lambda y, w, x: log(1 + exp(-y * (w @ x)))),
    ("log(1 + exp(-y*w'*x))", "x", "y: w:4 x:4", lambda y, w, x: log(1 + exp(-y * (w @ x)))),
    ("max(0, 1 - y w'x)", "w", "y: w:4 x:4", lambda y, w, x: max(0.0, 1 - y * (w @ x))),
    ("max(0, 1 - y*(w'x + b))", "b", "y: w:4 x:4 b:", lambda y, w, x, b: max(0.0, 1 - y * (w @ x + b))),
    ("y log(sigmoid(w'x)) + (1 - y) log(1 - sigmoid(w'x))", "w", "y: w:4 x:4",
     lambda y, w, x: y * log(sig(w @ x)) + (1 - y) * log(1 - sig(w @ x))),
    ("sum(log(1 + exp(-y .* (X w))))", "w", "y:5 X:5x3 w:3", lambda y, X, w: s(log(1 + exp(-y * (X @ w))))),
    ("sum(max(0, 1 - y .* (X w))^2)", "w", "y:5 X:5x3 w:3", lambda y, X, w: s(np.maximum(0, 1 - y * (X @ w)) ** 2)),
    ("1/2||w||^2 + C sum(max(0, 1 - y.*(Xw)))", "w", "w:3 C: y:5 X:5x3",
     lambda w, C, y, X: w @ w / 2 + C * s(np.maximum(0, 1 - y * (X @ w)))),
    ("-log(1/(1 + e^{-y w^T x}))", "w", "y: w:4 x:4", lambda y, w, x: -log(sig(y * (w @ x)))),
]  # fmt: skip

ENTRIES: list[Row] = [
    ("sum(x*y)", "x", "x:4 y:4", lambda x, y: x @ y),
    ("-sum(p*log(p))", "p", "p:4", lambda p: -s(p * log(p))),
    ("sum(p*log(p/q))", "p", "p:4 q:4", lambda p, q: s(p * log(p / q))),
    ("sum(p*log(p/q))", "q", "p:4 q:4", lambda p, q: s(p * log(p / q))),
    ("-sum(y*log(p))", "p", "y:4 p:4", lambda y, p: -s(y * log(p))),
    ("-sum(y*log(p) + (1 - y)*log(1 - p))", "p", "y:4 p:4", lambda y, p: -s(y * log(p) + (1 - y) * log(1 - p))),
    ("-sum((1 - p)^gamma*log(p))", "p", "p:4 gamma:", lambda p, gamma: -s((1 - p) ** gamma * log(p))),
    ("sum(x^2)", "x", "x:4", lambda x: s(x**2)),
    ("sum(x^2)/n", "x", "x:4 n:", lambda x, n: s(x**2) / n),
    ("mean(x^2) - mean(x)^2", "x", "x:4", lambda x: mean(x**2) - mean(x) ** 2),
    ("mean((x - mean(x))^2)", "x", "x:4", lambda x: mean((x - mean(x)) ** 2)),
    ("sum((A*x)^3)", "x", "A:5x3 x:3", lambda A, x: s((A @ x) ** 3)),
    ("logsumexp(x^2)", "x", "x:4", lambda x: log(s(exp(x**2)))),
    ("max(x^2)", "x", "x:4", lambda x: np.max(x**2)),
    ("norm(x^2)", "x", "x:4", lambda x: norm(x**2)),
    ("||x^2||", "x", "x:4", lambda x: norm(x**2)),
    ("sum(w*x) + b", "w", "w:4 x:4 b:", lambda w, x, b: w @ x + b),
    ("sum(exp(x)*y)", "x", "x:4 y:4", lambda x, y: s(exp(x) * y)),
    ("sum(x/y)", "y", "x:4 y:4", lambda x, y: s(x / y)),
    ("sum(1/x)", "x", "x:4", lambda x: s(1 / x)),
    ("sum((x - y)^2/(x + y))", "x", "x:4 y:4", lambda x, y: s((x - y) ** 2 / (x + y))),
    (r"\operatorname{mean}((Xw - y)^2)", "w", "X:5x3 w:3 y:5", lambda X, w, y: mean((X @ w - y) ** 2)),
]

CODE: list[Row] = [
    ("((X @ W - Y)**2).sum()", "W", "X:5x3 W:3x2 Y:5x2", lambda X, W, Y: s((X @ W - Y) ** 2)),
    ("(X**2).sum()", "X", "X:5x3", lambda X: s(X**2)),
    ("sum(X**2)", "X", "X:5x3", lambda X: s(X**2)),
    ("(A*B).sum()", "A", "A:5x3 B:5x3", lambda A, B: s(A * B)),
    ("(X*X).sum()", "X", "X:5x3", lambda X: s(X * X)),
    ("np.sum(X**2)", "X", "X:5x3", lambda X: s(X**2)),
    ("np.mean((X@w - y)**2)", "w", "X:5x3 w:3 y:5", lambda X, w, y: mean((X @ w - y) ** 2)),
    ("((X @ w - y)**2).mean()", "w", "X:5x3 w:3 y:5", lambda X, w, y: mean((X @ w - y) ** 2)),
    ("x.dot(y)", "x", "x:4 y:4", lambda x, y: x @ y),
    ("a.dot(b)", "a", "a:4 b:4", lambda a, b: a @ b),
    ("a @ b", "b", "a:4 b:4", lambda a, b: a @ b),
    ("w - lr*X.T@(X@w - y)", "w", "w:3 lr: X:5x3 y:5", lambda w, lr, X, y: w - lr * X.T @ (X @ w - y)),
    ("W @ x + b", "x", "W:5x3 x:3 b:5", lambda W, x, b: W @ x + b),
    ("x.T @ A @ x", "x", "x:3 A:3x3", lambda x, A: x @ A @ x),
    ("np.sum(np.exp(x) * y)", "x", "x:4 y:4", lambda x, y: s(exp(x) * y)),
    ("norm(x, 1)", "x", "x:4", lambda x: s(abs(x))),
    ("norm(x, 2)", "x", "x:4", lambda x: norm(x)),
    ("norm(X, 'fro')^2", "X", "X:5x3", lambda X: s(X**2)),
    ('norm(X, "fro")', "X", "X:5x3", lambda X: sqrt(s(X**2))),
    ("norm(A*x - b, inf)", "x", "A:5x3 x:3 b:5", lambda A, x, b: np.max(abs(A @ x - b))),
    ("norm(X, 2)", "X", "X:5x3", lambda X: norm(X, 2)),
]

EULER: list[Row] = [
    ("e^{-x'x}", "x", "x:4", lambda x: exp(-x @ x)),
    ("log(1 + e^{-y w^T x})", "w", "y: w:4 x:4", lambda y, w, x: log(1 + exp(-y * (w @ x)))),
    ("sum(e^x)", "x", "x:4", lambda x: s(exp(x))),
    ("e^x", "x", "x:4", lambda x: exp(x)),
    ("e^(-a*t)", "t", "a: t:", lambda a, t: exp(-a * t)),
    ("tr(e^A)", "A", "A:3x3", lambda A: trace(expm(A))),
    ("1/(1 + e^{-w'x})", "w", "w:4 x:4", lambda w, x: sig(w @ x)),
    (r"\frac{1}{1+e^{-w^\top x}}", "w", "w:4 x:4", lambda w, x: sig(w @ x)),
    (r"e^{-\|x-y\|^2}", "x", "x:4 y:4", lambda x, y: exp(-s((x - y) ** 2))),
    (r"\log\left(1+e^{-y\,w^\top x}\right)", "w", "y: w:4 x:4", lambda y, w, x: log(1 + exp(-y * (w @ x)))),
    ("a e^(b t)", "b", "a: b: t:", lambda a, b, t: a * exp(b * t)),
]

BARS: list[Row] = [
    ("log(|X|)", "X", "X:3x3", lambda X: log(det(X))),
    ("log|X|", "X", "X:3x3", lambda X: log(det(X))),
    ("|A|", "A", "A:3x3", lambda A: det(A)),
    ("|A|^2", "A", "A:3x3", lambda A: det(A) ** 2),
    ("1/2*log(|Sigma|) + 1/2*x'*inv(Sigma)*x", "x", "Sigma:3x3 x:3",
     lambda Sigma, x: log(det(Sigma)) / 2 + x @ inv(Sigma) @ x / 2),
    (r"\frac{1}{2}\log|\Sigma|", "Sigma", "Sigma:3x3", lambda Sigma: log(det(Sigma)) / 2),
    ("exp(-x'x/2)/sqrt(|S|)", "S", "x:4 S:3x3", lambda x, S: exp(-x @ x / 2) / sqrt(det(S))),
    ("x'y/(|x|*|y|)", "x", "x:4 y:4", lambda x, y: x @ y / (norm(x) * norm(y))),
    (r"\frac{x^\top y}{|x||y|}", "x", "x:4 y:4", lambda x, y: x @ y / (norm(x) * norm(y))),
    ("|w'x - y|", "w", "w:4 x:4 y:", lambda w, x, y: abs(w @ x - y)),
    ("|a*b|", "a", "a: b:", lambda a, b: abs(a * b)),
    ("sum(|x|)", "x", "x:4", lambda x: s(abs(x))),
    ("sum(|Ax - b|)", "x", "A:5x3 x:3 b:5", lambda A, x, b: s(abs(A @ x - b))),
    ("|x|^2", "x", "x:4", lambda x: x @ x),
    ("log|X'X|", "X", "X:5x3", lambda X: log(det(X.T @ X))),
]  # fmt: skip

MATRICES: list[Row] = [
    (r"-\log\operatorname{Tr}(\rho^2)", "rho", "rho:3x3", lambda rho: -log(trace(rho @ rho))),
    ("-log(tr(rho^2))", "rho", "rho:3x3", lambda rho: -log(trace(rho @ rho))),
    ("logdet(K + sigma2*I)", "sigma2", "K:3x3 sigma2:", lambda K, sigma2: log(det(K + sigma2 * np.eye(3)))),
    ("tr(X^2)", "X", "X:3x3", lambda X: trace(X @ X)),
    ("N/2*log(det(S))", "S", "N: S:3x3", lambda N, S: N / 2 * log(det(S))),
    (r"\frac{N}{2}\log\det S", "S", "N: S:3x3", lambda N, S: N / 2 * log(det(S))),
    ("tr(X'X)/N", "X", "X:5x3 N:", lambda X, N: trace(X.T @ X) / N),
    ("(X - mu)'*inv(Sigma)*(X - mu)", "mu", "X:3 mu:3 Sigma:3x3",
     lambda X, mu, Sigma: (X - mu) @ inv(Sigma) @ (X - mu)),
    ("(x - mu)'Sigma^-1(x - mu)", "Sigma", "x:3 mu:3 Sigma:3x3", lambda x, mu, Sigma: (x - mu) @ inv(Sigma) @ (x - mu)),
    ("tr(A*B) + x'A x", "A", "A:3x3 B:3x3 x:3", lambda A, B, x: trace(A @ B) + x @ A @ x),
    ("det(rho)", "rho", "rho:3x3", lambda rho: det(rho)),
    ("x'Ax + b'x + c", "x", "x:3 A:3x3 b:3 c:", lambda x, A, b, c: x @ A @ x + b @ x + c),
    ("x'Ax/(x'x)", "x", "x:3 A:3x3", lambda x, A: x @ A @ x / (x @ x)),
    ("||A - u*v'||^2", "u", "A:4x3 u:4 v:3", lambda A, u, v: s((A - np.outer(u, v)) ** 2)),
    ("x - v*v'*x", "x", "x:4 v:4", lambda x, v: x - v * (v @ x)),
    ("||x - mean(x)||^2", "x", "x:4", lambda x: s((x - mean(x)) ** 2)),
]

ROWS = [
    *LEAST_SQUARES, *SHORT_WORDS, *NAMES, *FUNCTIONS, *LINE_SEARCH, *LABELS, *ENTRIES, *CODE, *EULER, *BARS, *MATRICES,
]  # fmt: skip


def drawn(spec: str) -> dict[str, Any]:
    """Positive values between 0.2 and 0.8; a square matrix has a large diagonal, so that it has an inverse."""
    rng = np.random.default_rng(7)
    found: dict[str, Any] = {}
    for item in spec.split():
        name, _, sizes = item.partition(":")
        shape = tuple(int(n) for n in sizes.split("x") if n)
        value = rng.uniform(0.2, 0.8, shape)
        if len(shape) == 2 and shape[0] == shape[1]:
            value = value + 1.5 * np.eye(shape[0])
        found[name] = value if shape else float(value)
    return found


def differences(f: Callable[..., Any], values: dict[str, Any], wrt: str) -> Any:
    """The derivative by central differences: the axes of the value, then those of the variable."""
    x = np.asarray(values[wrt], dtype=float)
    columns = []
    for k in np.ndindex(*x.shape):
        ends = []
        for h in (1e-5, -1e-5):
            moved = x.copy()
            moved[k] += h
            ends.append(np.asarray(f(**{**values, wrt: moved if x.shape else float(moved)})))
        columns.append((ends[0] - ends[1]) / 2e-5)
    return np.moveaxis(np.array(columns).reshape(x.shape + np.shape(columns[0])), range(x.ndim), range(-x.ndim, 0))


@pytest.mark.parametrize(("text", "wrt", "spec", "meaning"), ROWS, ids=[f"{r[0]} by {r[1]}" for r in ROWS])
def test_means(text: str, wrt: str, spec: str, meaning: Callable[..., Any]) -> None:
    values = drawn(spec)
    raw = differences(meaning, values, wrt)
    inner = np.ndim(values[wrt])
    outer = raw.ndim - inner
    numerator = raw.transpose(*range(outer), *reversed(range(outer, raw.ndim)))
    for layout, wanted in (("numerator", numerator), ("denominator", numerator.transpose())):
        d = matcalc.diff(text, wrt, layout=layout)
        assert list(d.types) and set(values) == set(d.types)
        got = np.asarray(d.evaluate(values))
        np.testing.assert_allclose(got.reshape(np.shape(wanted)), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("text", [r[0] for r in ROWS])
def test_declaring_what_was_inferred_changes_nothing(text: str) -> None:
    read = matcalc.reading(text)
    again = matcalc.reading(text, {n: str(t) for n, t in read.types.items()})
    assert again.expr is read.expr


# an inner product in a call of the table has a comma of its own, two comparisons have none
ANGLES = [
    ("softsign(<x, y>)", "x'*y/(1 + abs(x'*y))"),
    ("elu(<x, y>, a)", "max(x'*y, 0) + a*(exp(min(x'*y, 0)) - 1)"),
    ("hardtanh(2<x, y>)", "min(max(2*x'*y, -1), 1)"),
    ("logaddexp(<x, x>, ⟨y, y⟩)", "log(exp(x'*x) + exp(y'*y))"),
    ("logaddexp(a < b, b > a)", "log(exp(a < b) + exp(b > a))"),
]


@pytest.mark.parametrize(("text", "meaning"), ANGLES)
def test_angles_in_calls(text: str, meaning: str) -> None:
    where = "x: vector(n), y: vector(n), a: scalar, b: scalar"
    assert matcalc.parse(text, where) is matcalc.parse(meaning, where)
