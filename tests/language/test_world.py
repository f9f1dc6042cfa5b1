r"""Formulas as lecture notes, README files and answers on the web have them, typed as they stand there.

A row is a text, the variable, the arrays with their sizes and a NumPy function; both layouts are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy import exp, log
from scipy.special import ndtr

import matcalc
from matcalc.terms.errors import MatcalcError

from .meanings import Row, agrees


def s(z: Any) -> Any:
    return np.sum(z)


def sig(z: Any) -> Any:
    return 1 / (1 + exp(-z))


def softmax(z: Any) -> Any:
    return exp(z) / s(exp(z))


def cross(w: Any, X: Any, y: Any) -> Any:
    return -s(y * log(sig(X @ w)) + (1 - y) * log(1 - sig(X @ w)))


REGRESSION = "beta:3 y:5 X:5x3"

ROWS: list[Row] = [
    (r"$$ L(z) = \sum_i log(1+e^{-z_i}) $$", "z", "z:4", lambda z: s(log(1 + exp(-z)))),
    (r"\mathcal{L}(\mathbf{w})=-\sum_{i=1}^n[y_i\log(\sigma(\mathbf{w}^\top\mathbf{x}_i))+(1-y_i)\log(1-\sigma("
     r"\mathbf{w}^\top\mathbf{x}_i))] +\lambda \mathbf{w}^\top\mathbf{w}", "w", "w:3 X:5x3 y:5 lambda:",
     lambda **v: cross(v["w"], v["X"], v["y"]) + v["lambda"] * v["w"] @ v["w"]),
    (r"\frac{\partial}{\partial X} \mathrm{tr} (X)", "X", "X:3x3", lambda X: np.trace(X)),
    (r"\frac{\partial}{\partial X^\top} \mathrm{tr} (XA)", "X", "X:3x4 A:4x3", lambda X, A: np.trace(X @ A)),
    (r"\frac{\partial ~ \mathrm{tr} AX^\top}{\partial X}", "X", "A:3x4 X:3x4", lambda A, X: np.trace(A @ X.T)),
    (r"\frac{\partial \ \mathrm{tr} XAX^\top}{\partial X}", "X", "A:4x4 X:3x4", lambda A, X: np.trace(X @ A @ X.T)),
    (r"\frac{\delta}{\delta X} {\rm Tr}(XA)", "X", "X:3x4 A:4x3", lambda X, A: np.trace(X @ A)),
    (r"\dfrac{\partial \Tr(\mathbf{X})}{\partial \mathbf{X}}", "X", "X:3x3", lambda X: np.trace(X)),
    (r"\nabla_{A} \left[\text{tr}\left(AB\right)\right]", "A", "A:3x4 B:4x3", lambda A, B: np.trace(A @ B)),
    (r"\text{tr}\left(A\right) = \sum_{i}^{} A_{ii}", "A", "A:3x3", lambda A: np.trace(A)),
    (r"L = - \sum_i y_i \log p_i", "p", "p:4 y:4", lambda p, y: -s(y * log(p))),
    (r"L = -\sum_j^C y_j \log p_j \\ = -\sum_j^C \ell_j.", "p", "p:4 y:4", lambda p, y: -s(y * log(p))),
    (r"p_i = \frac{ \exp (o_i) }{\sum_j \exp(o_j) }", "o", "o:4", lambda o: softmax(o)),
    (r"p_j = \frac{\exp( a_j)}{\sum_k^C \exp(a_k)}.", "a", "a:4", lambda a: softmax(a)),
    (r"\sigma(z)_i = \frac{e^{z_i}}{\sum_{j=1}^{K} e^{z_j}}", "z", "z:4", lambda z: softmax(z)),
    (r"y_i = \frac{e^{x_i}}{\sum_k e^{x_k}}, for~i=1,…, C", "x", "x:4", lambda x: softmax(x)),
    (r"L(y, \hat{y}) = -\sum_{i=1}^{C} y_i \log(\hat{y}_i)", "y", "y:4 y_hat:4", lambda y, y_hat: -s(y * log(y_hat))),
    (r"\large \underset{\beta}{\operatorname{argmin}}\|y- M\cdot \vec{\beta}\|^2", "beta", "beta:3 y:5 M:5x3",
     lambda beta, y, M: s((y - M @ beta) ** 2)),
    (r"\underset{\beta}{\operatorname{argmin}} \left( \sum_{i=1}^{n} (y_i - \sum_{j=1}^{p} x_{ij}\beta_j)^2 + \alpha"
     r"\sum_{j=1}^{p} |\beta_j| \right)", "beta", REGRESSION + " alpha:",
     lambda beta, y, X, alpha: s((y - X @ beta) ** 2) + alpha * s(abs(beta))),
    (r"\beta^{+} = \underset{\beta}{\operatorname{argmin}}\frac{1}{2}||y-X\beta||^{2}_{2}+\frac{\rho}{2}||\beta-"
     r"\alpha+w"
     r"||^{2}_{2}", "beta", REGRESSION + " rho: alpha:3 w:3",
     lambda beta, y, X, rho, alpha, w: s((y - X @ beta) ** 2) / 2 + rho / 2 * s((beta - alpha + w) ** 2)),
    (r"$$\hat{\beta}^{ridge} = \underset{\beta}{\operatorname{argmin}} ||y - X\beta||^2_2 + \gamma ||\beta||^2_2$$",
     "beta",
     REGRESSION + " gamma:", lambda beta, y, X, gamma: s((y - X @ beta) ** 2) + gamma * beta @ beta),
    (r"$$-log p(\beta|y,X) \propto ||y - X\beta||^2_2 + \frac{1}{2\tau}||\beta||^2_2$$", "beta", REGRESSION + " tau:",
     lambda beta, y, X, tau: s((y - X @ beta) ** 2) + beta @ beta / (2 * tau)),
    (r"\hat{\beta}^{\text {ridge }}=\underset{\beta}{\operatorname{argmin}}\left\{\sum_{i=1}^{N}\left(y_{i}-\sum_"
     r"{j=1}^{p} "
     r"x_{i j} \beta_{j}\right)^{2}+\gamma \sum_{j=1}^{p} \beta_{j}^{2}\right\}", "beta", REGRESSION + " gamma:",
     lambda beta, y, X, gamma: s((y - X @ beta) ** 2) + gamma * beta @ beta),
    (r"\hat{\beta} \equiv \underset{\beta}{\operatorname{argmin}} (\| y-X \beta \|^2 + a \|\beta\|^2 + b \|\beta\|_1)",
     "beta", REGRESSION + " a: b:",
     lambda beta, y, X, a, b: s((y - X @ beta) ** 2) + a * beta @ beta + b * s(abs(beta))),
    (r"\ln p(\mathbf{t} \mid \mathbf{X}, \mathbf{w}, \beta)=-\frac{\beta}{2} \sum_{n=1}^{N}\left\{t_{n}-\mathbf{w}^{"
     r"\mathrm{T}} \mathbf{x}_{n}\right\}^{2}", "w", "beta: t:5 w:3 X:5x3",
     lambda beta, t, w, X: -beta / 2 * s((t - X @ w) ** 2)),
    (r"E(\mathbf{w})=-\ln p(\mathbf{t} \mid \mathbf{w})=-\sum_{n=1}^{N}\left\{t_{n} \ln y_{n}+\left(1-t_{n}\right) \ln "
     r"\left(1-y_{n}\right)\right\}", "y", "y:4 t:4", lambda y, t: -s(t * log(y) + (1 - t) * log(1 - y))),
    (r"\log p(\mathbf{y}|X) = -\frac{1}{2}\mathbf{y}^\top (K+\sigma_n^2 I)^{-1}\mathbf{y} - \frac{1}{2}\log "
     r"|K+\sigma_n^2 I|",
     "K", "K:3x3 y:3 sigma_n:", lambda K, y, sigma_n: -y @ np.linalg.inv(K + sigma_n**2 * np.eye(3)) @ y / 2
     - log(np.linalg.det(K + sigma_n**2 * np.eye(3))) / 2),
    (r"D_\text{KL}(P \parallel Q) = \sum_i p_i \log\left(\frac{p_i}{q_i}\right)", "p", "p:4 q:4",
     lambda p, q: s(p * log(p / q))),
    (r"D_{\text{KL}}(P \parallel Q) = \sum_i P_i \log \frac{P_i}{Q_i}", "P", "P:4 Q:4", lambda P, Q: s(P * log(P / Q))),
    (r"H(p) = -\sum_i p_i \log p_i", "p", "p:4", lambda p: -s(p * log(p))),
    (r"J(U,V)=\sum_{i,j} w_{ij}(r_{ij}-u_i^\top v_j)^2+\gamma(\|U\|_F^2+\|V\|_F^2)", "U", "U:4x3 V:5x3 W:4x5 R:4x5 "
     r"gamma:",
     lambda U, V, W, R, gamma: s(W * (R - U @ V.T) ** 2) + gamma * (s(U**2) + s(V**2))),
    (r"\mathcal{L}(\mathbf{w}, b, \boldsymbol\alpha) = \frac{1}{2}\|\mathbf{w}\|^2 - \sum_{i=1}^n \alpha_i\left[y_i("
     r"\mathbf{w}^\top\mathbf{x}_i + b) - 1\right]", "w", "w:3 b: alpha:5 y:5 X:5x3",
     lambda w, b, alpha, y, X: w @ w / 2 - s(alpha * (y * (X @ w + b) - 1))),
    (r"\max_{\alpha} \sum_{i=1}^n \alpha_i - \frac{1}{2}\sum_{i=1}^n\sum_{j=1}^n \alpha_i\alpha_j y_i y_j "
     r"\mathbf{x}_i^\top"
     r"\mathbf{x}_j \quad \text{s.t. } 0 \le \alpha_i \le C,\; \sum_i \alpha_i y_i = 0", "alpha", "alpha:5 y:5 X:5x3",
     lambda alpha, y, X: s(alpha) - (alpha * y) @ X @ X.T @ (alpha * y) / 2),
    (r"\frac{1}{n}\sum_{i=1}^n \max(0, 1 - y_i \mathbf{w}^\top \mathbf{x}_i) + \gamma \lVert \mathbf{w} \rVert_2^2",
     "w",
     "w:3 X:5x3 y:5 gamma:", lambda w, X, y, gamma: np.mean(np.maximum(0, 1 - y * (X @ w))) + gamma * w @ w),
    (r"\operatorname{MSE} = \frac{1}{n} \sum_{i=1}^n (Y_i-\hat{Y_i})^2.", "Y", "Y:4 Y_hat:4",
     lambda Y, Y_hat: np.mean((Y - Y_hat) ** 2)),
    (r"\min_{\mathbf{x}\in\mathbb{R}^n} \frac{1}{2} \mathbf{x}^T Q \mathbf{x} + \mathbf{c}^T \mathbf{x}\\ "
     r"\text{subject to } "
     r"A\mathbf{x} \le \mathbf{b}", "x", "x:4 Q:4x4 c:4", lambda x, Q, c: x @ Q @ x / 2 + c @ x),
    (r"J = (y-H\hat{x})^T R^{-1} (y-H\hat{x})", "x_hat", "x_hat:3 y:5 H:5x3 R:5x5",
     lambda x_hat, y, H, R: (y - H @ x_hat) @ np.linalg.inv(R) @ (y - H @ x_hat)),
    (r"J[u] = \sum_{k=0}^{N-1} (x_k^T Q x_k + u_k^T R u_k)", "Q", "Q:3x3 X:5x3 U:5x2 R:2x2",
     lambda Q, X, U, R: np.einsum("ki,ij,kj", X, Q, X) + np.einsum("ki,ij,kj", U, R, U)),
    (r"\ell(\beta) = \sum_{i=1}^n \left[ y_i \log \Phi(x_i^T\beta) + (1-y_i)\log(1-\Phi(x_i^T\beta)) \right]", "beta",
     REGRESSION, lambda beta, y, X: s(y * log(ndtr(X @ beta)) + (1 - y) * log(1 - ndtr(X @ beta)))),
    (r"R(A, x) = \frac{x^* A x}{x^* x}", "x", "x:4 A:4x4", lambda x, A: x @ A @ x / (x @ x)),
    (r"\text{maximize}\quad w^T\mu - \frac{\gamma}{2} w^T\Sigma w", "w", "w:3 mu:3 gamma: Sigma:3x3",
     lambda w, mu, gamma, Sigma: w @ mu - gamma / 2 * w @ Sigma @ w),
    (r"L(w,\alpha) = w^{T}\Sigma w - \alpha(w^{T}w - 1)", "w", "w:3 Sigma:3x3 alpha:",
     lambda w, Sigma, alpha: w @ Sigma @ w - alpha * (w @ w - 1)),
    (r"w \leftarrow w - \alpha X^T(Xw - y)", "w", "w:3 alpha: X:5x3 y:5", lambda w, alpha, X, y: w - alpha * X.T @
     (X @ w - y)),
    ("E = ½ ∑ₖ (tₖ − oₖ)²", "o", "o:4 t:4", lambda o, t: s((t - o) ** 2) / 2),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "spec", "meaning"), ROWS, ids=[r[0] for r in ROWS])
def test_means(text: str, wrt: str, spec: str, meaning: Callable[..., Any]) -> None:
    agrees(text, wrt, spec, meaning)


REFUSED = [
    (r"\nabla \mathcal{L}(\mathbf{w}) =  -\mathbf{X}^\top \mathbf{y} + 2\lambda \mathbf{w}", "or its derivative "
     r"already?"),
    (r"f(x)=\sum_{i=1}^{N}w_i \cdot x_i+w_0", "components are counted from 1"),
    (r"-\frac{1}{N}\sum_{i}^{N}(y_ilog(σ(⟨w,x_i⟩)))", "write y_{ilog} or y_i log"),
    (r"\underset{\beta}{\operatorname{argmin}} \operatorname{NLL}(y, X, \beta) + \|\beta\|^2", "unknown function NLL"),
    (r"\nabla_\theta J(\theta) = \mathbb{E}_{\pi_\theta}\left[\log \pi_\theta(a|s) Q(s,a)\right]",
     "this ) cannot close the |"),
    (r"\sum_{n=1}^{N}\left\{t_{n}-\mathbf{w}^{\mathrm{T}} \boldsymbol{\phi}\left(\mathbf{x}_{n}\right)\right\}^{2}",
     "phi is not declared"),
    (r"J(\theta)=\frac{1}{2m}\sum_{i=1}^{m}(h_\theta(x^{(i)})-y^{(i)})^2", "h_theta is not declared: declare it"),
    (r"J = \frac{1}{2}\int_0^T (x^TQx + u^TRu) dt", "integrals are not part of the language"),
    (r"x_1 + x_2 + \cdots + x_n", "dots are not read: write a sum over an index"),
    (r"y \sim \mathcal{N}(\mu, \Sigma)", "a distribution is not part of the language"),
    (r"\lim_{x \to 0} x^T A x", "limits are not part of the language"),
    (r"x^2 = y^2", "an expression has no = in it: give one side only"),
    (r"\Phi(\beta) = \sum_{i=1}^n y_i \log p_i + (1-y_i)\log(1-p_i)", "y_i stands after the end of the sum over i"),
    (r"\sum_i\sum_j K(x_i, x_j)", "K is not declared"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "question"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused_by_name(text: str, question: str) -> None:
    with pytest.raises(MatcalcError) as caught:
        matcalc.diff(text, next(n for n in ("theta", "beta", "w", "x", "y") if n in text), layout="denominator")
    assert question in str(caught.value)
