r"""Texts as they are pasted: what each means, as NumPy code."""

from __future__ import annotations

import pytest

from .pasted import check

LATEX = [
    # fonts around more than a name
    (r"\mathit{\frac{a}{b}}", "a", "a: b:", "a/b"),
    (r"\mathrm{tr}(\mathbf{X^T X})", "X", "X:mn", "(X**2).sum()"),
    (r"\|\mathbf{A'}\mathbf{x}\|^2", "x", "A:mn x:m", "norm(A.T@x)**2"),
    (r"\mathbf{A'}\mathbf{x}", "x", "A:mn x:m", "A.T@x"),
    (r"\|\mathbf{A'x}\|^2", "x", "A:mn x:m", "norm(A.T@x)**2"),
    (r"\mathrm{tr}(\mathbf{A^2})", "A", "A:nn", "tr(A@A)"),
    (r"\mathbf{x}^\top \mathbf{A \otimes B}\, \mathbf y", "y", "x:6 A:mn B:kk y:8", "x@np.kron(A,B)@y"),
    (r"\boldsymbol{A^{-1}b}", "b", "A:nn b:n", "inv(A)@b"),
    (r"\mathbf{x_1}^\top \mathbf{y}", "y", "x_1:n y:n", "x_1@y"),
    (r"\mathbf Ax", "x", "A:mn x:n", "A@x"),
    (r"\|{\bf A}{\bf x} - {\bf b}\|_2^2", "x", "A:mn x:n b:m", "norm(A@x-b)**2"),
    (r"\underline{x}^T \underline{\underline{A}}\, \underline{x}", "x", "x:n A:nn", "x@A@x"),
    (r"\vec{u}\cdot\vec{v}", "u", "u:n v:n", "u@v"),
    (r"\operatorname{tr}\left(\mathbf{A}\mathbf{X}\right)", "X", "A:mn X:nm", "tr(A@X)"),
    (r"\text{tr}\big(\mathbf{A}\mathbf{X}\big)", "X", "A:mn X:nm", "tr(A@X)"),
    # accents and superscripts that belong to a name
    (r"(\hat{y} - y)^2", "y_hat", "y: y_hat:", "(y_hat-y)**2"),
    (r"\hat{\mathbf{x}}^\top \mathbf{A} \hat{\mathbf{x}}", "x_hat", "x_hat:n A:nn", "x_hat@A@x_hat"),
    (r"\dot{\mathbf x}^\top M \dot{\mathbf x}", "x_dot", "x_dot:n M:nn", "x_dot@M@x_dot"),
    (r"\|\dot x\|^2", "x_dot", "x_dot:n", "x_dot@x_dot"),
    (r"\|x - x^\star\|^2", "x", "x:n x_star:n", "(x-x_star)@(x-x_star)"),
    (r"W^{(2)}x+b^{(2)}", "x", "W2:mn x:n b2:m", "W2@x+b2"),
    (r"W^{(2)}x+b^{(2)}", "W2", "W2:mn x:n b2:m", "W2@x+b2"),
    (r"W^{[1]}x", "x", "W1:mn x:n", "W1@x"),
    (r"\mathbf{W}^{[2]} \tanh(\mathbf{W}^{[1]} \mathbf{x})", "x", "W2:mk W1:kn x:n", "W2@np.tanh(W1@x)"),
    (r"\|x^{(t+1)} - x^{(t)}\|^2", "x_t", "x_t:n x_tplus1:n", "(x_tplus1-x_t)@(x_tplus1-x_t)"),
    (r"\|x^{(i)}\|^2", "x_i", "x_i:n", "x_i@x_i"),
    (r"\tanh(W h_{t-1} + U x_t)", "h_{t-1}", "W:mn h_tminus1:n U:mk x_t:k", "np.tanh(W@h_tminus1+U@x_t)"),
    (r"\|x_{k+1} - A x_k\|^2", "x_k", "x_kplus1:m A:mn x_k:n", "norm(x_kplus1-A@x_k)**2"),
    ("W*h_{t-1} + U*x_t", "x_t", "W:mn h_tminus1:n U:mk x_t:k", "W@h_tminus1+U@x_t"),
    # an argument without braces is one letter or digit
    (r"\frac ab c", "a", "a: b: c:", "a/b*c"),
    (r"\frac12x^2", "x", "x:", "x**2/2"),
    (r"-\frac n2\log|K| - \frac12 y^\top K^{-1} y", "y", "n: K:kk y:k", "-n/2*np.log(det(K))-y@inv(K)@y/2"),
    (r"\mathbf{x}^{(1)\top} A \mathbf{x}^{(2)}", "x1", "x1:m A:mn x2:n", "x1@A@x2"),
    # adjoints, pseudo-inverses, inverse transposes
    (r"\mathbf{x}^H \mathbf{A} \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    (r"\mathbf{x}^{\mathsf{H}} \mathbf{A} \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    (r"\mathbf{x}^{\mathsf{T}} \mathbf{A} \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    (r"\mathbf{x}^\mathsf{T} \mathbf{A} \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    (r"\mathbf{x}^\intercal \mathbf{A} \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    (r"\mathbf{x}^* \mathbf{A} \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    (r"\mathbf{x}^{\ast} \mathbf{A} \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    (r"\psi^\dagger \mathbf{H} \psi", "psi", "psi:n H:nn", "psi@H@psi"),
    (r"\mathbf{x}^t \mathbf{A} \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    (r"A^+ b \cdot 2", "b", "A:mn b:m", "2*np.linalg.pinv(A)@b"),
    ("A^+ b", "b", "A:mn b:m", "np.linalg.pinv(A)@b"),
    ("b' A^+' x", "x", "b:m A:mn x:n", "b@np.linalg.pinv(A).T@x"),
    (r"\left.\frac12 x^\top A x\right.", "x", "x:n A:nn", "x@A@x/2"),
    ("∇ₓ ½ xᵀQx", "x", "x:n Q:nn", "x@Q@x/2"),
    (r"x^\top A^{-\top} x", "x", "x:n A:nn", "x@inv(A).T@x"),
    # subscripts and functions
    (r"\theta_{\text{old}}^\top x", "x", "theta_old:n x:n", "theta_old@x"),
    (r"w^\top S_Bw", "w", "w:n S_B:nn", "w@S_B@w"),
    (r"\log_2 a", "a", "a:", "np.log2(a)"),
    (r"\log_{10}(a)", "a", "a:", "np.log10(a)"),
    (r"\sqrt[3]{a}", "a", "a:", "np.cbrt(a)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "spec", "code"), LATEX, ids=[r[0] for r in LATEX])
def test_latex(text: str, wrt: str, spec: str, code: str) -> None:
    check(text, wrt, spec, code)


SURROUNDED = [
    ("d/dx x^2", "x", "x:", "x**2"),
    ("d/dx 3*x^2 + x", "x", "x:", "3*x**2+x"),
    (r"\frac{d}{dx} x^2", "x", "x:", "x**2"),
    (r"\frac{\partial}{\partial \mathbf{X}} \operatorname{tr}(\mathbf{A}\mathbf{X})", "X", "A:nm X:mn", "tr(A@X)"),
    (r"\nabla_x \; x^\top A x", "x", "x:n A:nn", "x@A@x"),
    (r"\nabla \|x\|^2", "x", "x:n", "x@x"),
    ("∂/∂x x'Ax", "x", "x:n A:nn", "x@A@x"),
    (r"D_x \left(x^\top A x\right)", "x", "x:n A:nn", "x@A@x"),
    (r"\frac{\partial \|Ax-b\|^2}{\partial x}", "x", "A:mn x:n b:m", "norm(A@x-b)**2"),
    (r"J(\mathbf w) = \frac{1}{2}\|\mathbf{X}\mathbf{w}-\mathbf{y}\|_2^2,", "w", "X:mn w:n y:m", "norm(X@w-y)**2/2"),
    ("J(w) = ||Xw - y||^2", "w", "X:mn w:n y:m", "norm(X@w-y)**2"),
    (r"\mathcal{L}(\theta) := \|X\theta - y\|^2.", "theta", "X:mn theta:n y:m", "norm(X@theta-y)**2"),
    (r"\min_w \|Xw - y\|^2 + \lambda \|w\|^2", "w", "X:mn w:n y:m lambda:", "norm(X@w-y)**2+lam*w@w"),
    (r"\underset{w}{\min}\; \|Xw - y\|_2^2", "w", "X:mn w:n y:m", "norm(X@w-y)**2"),
    (r"\hat w = \arg\min_{w \in \mathbb{R}^n} \|Xw - y\|^2", "w", "X:mn w:n y:m", "norm(X@w-y)**2"),
    (r"\begin{equation} f(x) = x^\top A x \label{eq:f} \end{equation}", "x", "x:n A:nn", "x@A@x"),
    (r"\begin{align*} f(x) &= x^\top A x \\ &\quad + b^\top x. \end{align*}", "x", "x:n A:nn b:n", "x@A@x+b@x"),
    (r"\[ x^\top A x \qquad (7) \]", "x", "x:n A:nn", "x@A@x"),
    (r"$$\|x\|^2 \quad \text{where } x \in \mathbb{R}^n$$", "x", "x:n", "x@x"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "spec", "code"), SURROUNDED, ids=[r[0] for r in SURROUNDED])
def test_surrounded(text: str, wrt: str, spec: str, code: str) -> None:
    check(text, wrt, spec, code)


OF_SAMPLES = [
    # by a name that stands only with an index: numbers where they are numbers, rows where they are vectors
    (r"\sum_i \sum_k \|x_i - \mu_k\|^2", "mu", "X:mn mu:kn", "((X[:, None] - mu[None])**2).sum()"),
    (r"\sum_{i=1}^n \sum_{k=1}^K r_{ik} \|x_i - \mu_k\|^2", r"\mu", "R:mk X:mn mu:kn",
     "(R*((X[:, None] - mu[None])**2).sum(2)).sum()"),
    (r"\sum_{i=1}^n \log \sum_{k=1}^K \pi_k \exp(-\frac12 \|x_i - \mu_k\|^2)", r"\mu", "pi:k X:mn mu:kn",
     "log(exp(-((X[:, None] - mu[None])**2).sum(2)/2)@pi).sum()"),
    (r"\sum_i \sum_j \exp(-\|x_i-x_j\|^2)", "x", "x:mn", "exp(-((x[:, None] - x[None])**2).sum(2)).sum()"),
    (r"\sum_{i,j} W_{ij} \|x_i-x_j\|^2", "x", "W:mm x:mn", "(W*((x[:, None] - x[None])**2).sum(2)).sum()"),
    (r"\sum_{i,j} (R_{ij} - p_i^\top q_j)^2", "p", "R:mn p:mk Q:nk", "((R - p@Q.T)**2).sum()"),
    (r"\sum_i (x_i - \mu)^2", "mu", "x:n mu:", "((x - mu)**2).sum()"),
    (r"\sum_i a_i x_i", "x", "a:n x:n", "a@x"),
    # bars in a norm, beside an array
    (r"\left\||Ax|^2-y\right\|^2", "x", "A:mn x:n y:m", "norm((A@x)**2 - y)**2"),
    ("e @ e / (2 * N)", "e", "e:n N:", "e@e/(2*N)"),
    ("np.exp(-np.sum((x - y)**2)/(2*s**2))", "x", "x:n y:n s:", "exp(-((x - y)**2).sum()/(2*s**2))"),
    (r"\boldsymbol\pi^\top \mathbf{P} \boldsymbol\pi", r"\pi", "pi:n P:nn", "pi@P@pi"),
]


@pytest.mark.parametrize(("text", "wrt", "spec", "code"), OF_SAMPLES, ids=[r[0] for r in OF_SAMPLES])
def test_samples(text: str, wrt: str, spec: str, code: str) -> None:
    check(text, wrt, spec, code)
