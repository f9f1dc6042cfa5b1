r"""Texts whose letters can be several things, read as a whole: what each means, as NumPy code."""

from __future__ import annotations

import pytest

import matcalc

from .pasted import check

EXPONENTIALS = [
    ("e^{At}", "t", "A:nn t:", "expm(A*t)"),
    ("e^{At}x_0", "t", "A:nn t: x_0:n", "expm(A*t)@x_0"),
    ("e^{tA}x", "t", "t: A:nn x:n", "expm(A*t)@x"),
    (r"e^{A\tau}", "tau", "A:nn tau:", "expm(A*tau)"),
    ("e^{-Lt}", "t", "L:nn t:", "expm(-L*t)"),
    ("e^{A(t-s)}B", "t", "A:nn t: s: B:nm", "expm(A*(t-s))@B"),
    ("e^{Ah}x", "h", "A:nn h: x:n", "expm(A*h)@x"),
    ("C e^{At} B", "t", "C:mn A:nn t: B:nk", "C@expm(A*t)@B"),
    (r"\|e^{At}x_0 - y\|^2", "t", "A:nn t: x_0:n y:n", "norm(expm(A*t)@x_0-y)**2"),
    ("e^{-t}", "t", "t:", "exp(-t)"),
    ("e^{-kt}", "t", "k: t:", "exp(-k*t)"),
    (r"e^{-\lambda t}", "t", "lambda: t:", "exp(-lam*t)"),
    ("e^{Wx + b}", "x", "W:mn x:n b:m", "exp(W@x+b)"),
    (r"e^{X\beta}", "beta", "X:mn beta:n", "exp(X@beta)"),
]

ROWS_OF_NUMPY = [
    ("np.tanh(x @ W + b)", "W", "x:m W:mn b:n", "np.tanh(x@W+b)"),
    ("np.tanh(x @ W + b)", "b", "x:m W:mn b:n", "np.tanh(x@W+b)"),
    ("x @ W + b", "x", "x:m W:mn b:n", "x@W+b"),
    ("2*(x @ A) - y", "x", "x:m A:mn y:n", "2*(x@A)-y"),
    ("np.sum((x @ A)**2)", "A", "x:m A:mn", "((x@A)**2).sum()"),
    ("np.linalg.norm(x @ W1 @ W2 - y)**2", "W1", "x:m W1:mn W2:nk y:k", "norm(x@W1@W2-y)**2"),
    ("A.T @ (x @ A)", "x", "x:n A:nn", "A.T@(x@A)"),
    ("tr(rho @ sigma)", "rho", "rho:nn sigma:nn", "tr(rho@sigma)"),
]

SIZES_AND_SUMS = [
    (r"\frac{1}{n}\sum_{i=1}^n (x_i - \bar{x})^2", "x", "x:n x_bar:", "((x-x_bar)**2).mean()"),
    (
        r"\frac{1}{n-1}\sum_{i=1}^n (x_i - \bar{x})(y_i - \bar{y})",
        "x",
        "x:n y:n x_bar: y_bar:",
        "((x-x_bar)*(y-y_bar)).sum()/3",
    ),
    (r"S = -k_B \sum_i p_i \ln p_i", "p", "k_B: p:n", "-k_B*(p*log(p)).sum()"),
    (r"Z = \sum_i e^{-\beta E_i}", "beta", "beta: E:n", "exp(-beta*E).sum()"),
    (r"\sum_i (O_i - E_i)^2/E_i", "E", "O:n E:n", "((O-E)**2/E).sum()"),
    ("vec(A*X*B)'*vec(C)", "X", "A:mn X:nk B:kp C:mp", "(A@X@B*C).sum()"),
    ("vec(A*X*B)'*vec(C)", "C", "A:mn X:nk B:kp C:mp", "(A@X@B*C).sum()"),
    ("||vec(A) - vec(B)||^2", "A", "A:mn B:mn", "((A-B)**2).sum()"),
    (r"\sum_i (Y_i - X_i^\top\beta)^2", "beta", "Y:m X:mn beta:n", "((Y-X@beta)**2).sum()"),
    (r"\sum_i (Y_i - \alpha - \beta X_i)^2", "beta", "Y:m X:m alpha: beta:", "((Y-alpha-beta*X)**2).sum()"),
    (r"-\sum_i P_i \log P_i", "P", "P:n", "-(P*log(P)).sum()"),
    (r"\sum_i P_i \log(P_i/Q_i)", "P", "P:n Q:n", "(P*log(P/Q)).sum()"),
    (r"\sum_i \|X_i - \mu\|^2", "mu", "X:mn mu:n", "((X-mu)**2).sum()"),
    (r"\prod_i P_i", "P", "P:n", "P.prod()"),
]

STATES = [
    (r"Tr(\rho\sigma)", "rho", "rho:nn sigma:nn", "tr(rho@sigma)"),
    (r"\operatorname{Tr}(\rho A)", "rho", "rho:nn A:nn", "tr(rho@A)"),
    (r"\operatorname{Tr}(H\rho)", "rho", "H:nn rho:nn", "tr(H@rho)"),
    ("Tr(ρ^2)", "rho", "rho:nn", "tr(rho@rho)"),
    (r"\operatorname{Tr}(U\rho U^\dagger O)", "U", "U:mn rho:nn O:mm", "tr(U@rho@U.T@O)"),
    ("tr((1-ρ)*I + ρ*J)", "rho", "rho: J:nn", "tr((1-rho)*np.eye(4)+rho*J)"),
    ("tr(σ X)", "X", "sigma: X:nn", "tr(sigma*X)"),
    (r"|\langle\psi|\phi\rangle|^2", "psi", "psi:n phi:n", "(psi@phi)**2"),
    (r"\frac{\langle\psi|H|\psi\rangle}{\langle\psi|\psi\rangle}", "psi", "psi:n H:nn", "psi@H@psi/(psi@psi)"),
]

NORMS = [
    (r"\|x\|_W^2", "x", "x:n W:nn", "x@W@x"),
    ("||x - y||_M^2", "x", "x:n y:n M:nn", "(x-y)@M@(x-y)"),
    ("||x||_W", "W", "x:n W:nn", "np.sqrt(x@W@x)"),
    ("||r||_{R^{-1}}^2", "R", "r:n R:nn", "r@inv(R)@r"),
    (r"\|z - Hx\|_{R^{-1}}^2", "x", "z:m H:mn x:n R:mm", "(z-H@x)@inv(R)@(z-H@x)"),
    (r"\|x-\mu\|_{\Sigma^{-1}}^2", "mu", "x:n mu:n Sigma:nn", "(x-mu)@inv(Sigma)@(x-mu)"),
    (r"\|e\|^2_\Omega", "e", "e:n Omega:nn", "e@Omega@e"),
    (r"\|x\|_p", "x", "x:n p:", "(x**p).sum()**(1/p)"),
    (r"\|x\|_4^4", "x", "x:n", "(x**4).sum()"),
    (r"\|X\|_{\max}", "X", "X:mn", "X.max()"),
    ("sum(norm(X, axis=1))", "X", "X:mn", "np.sqrt((X**2).sum(axis=1)).sum()"),
]

SIGNS = [
    (r"{\rm tr}(X^3)", "X", "X:nn", "tr(X@X@X)"),
    (r"{\rm Tr}(AX)", "X", "A:mn X:nm", "tr(A@X)"),
    (r"{\bf x}^T {\bf A x}", "x", "x:n A:nn", "x@A@x"),
    (
        r"\frac{\sigma_1^2+(\mu_1-\mu_2)^2}{2\sigma^2_2}",
        "sigma_2",
        "sigma_1: mu_1: mu_2: sigma_2:",
        "(sigma_1**2+(mu_1-mu_2)**2)/(2*sigma_2**2)",
    ),
    (r"\Sigma^{-1}_k (x - \mu_k)", "x", "Sigma_k:nn x:n mu_k:n", "inv(Sigma_k)@(x-mu_k)"),
    (r"x^\top_i w", "w", "x_i:n w:n", "x_i@w"),
    (
        r"f_t \odot c_{t-1} + i_t \odot \tilde{c}_t",
        "f_t",
        "f_t:n c_tminus1:n i_t:n c_tilde_t:n",
        "f_t*c_tminus1+i_t*c_tilde_t",
    ),
    (
        r"\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} \odot \gamma + \beta",
        "x",
        "x:n mu:n sigma: epsilon: gamma:n beta:n",
        "(x-mu)/np.sqrt(sigma**2+epsilon)*gamma+beta",
    ),
    ("a.*b", "a", "a:n b:n", "a*b"),
    (r"\log\det\left(I + H Q H^H N^{-1}\right)", "Q", "H:mn Q:nn N:mm", "log(det(np.eye(3)+H@Q@H.T@inv(N)))"),
    (r"\mathbf{h}^H \mathbf{Q} \mathbf{h}", "h", "h:n Q:nn", "h@Q@h"),
]

NUMBERS_ALONE = [
    ("x1*x2 + x3", "x1", "x1: x2: x3:", "x1*x2+x3"),
    ("w*x + b", "w", "w: x: b:", "w*x+b"),
    ("mv^2/2", "v", "m: v:", "m*v**2/2"),
    (r"\frac{1}{2}mv^2 + mgh", "v", "m: v: g: h:", "m*v**2/2+m*g*h"),
    (
        r"\beta_0 + \beta_1 x_1 + \beta_2 x_2",
        "beta_1",
        "beta_0: beta_1: x_1: beta_2: x_2:",
        "beta_0+beta_1*x_1+beta_2*x_2",
    ),
    (r"y - \beta_0 - \beta_1 x", "beta_0", "y: beta_0: beta_1: x:", "y-beta_0-beta_1*x"),
    (r"r\cos\theta", "theta", "r: theta:", "r*np.cos(theta)"),
    (r"\lambda e^{-\lambda x}", "lambda", "lambda: x:", "lam*exp(-lam*x)"),
    (r"\frac{kq_1q_2}{r}", "r", "k: q_1: q_2: r:", "k*q_1*q_2/r"),
    (r"A\cos(kx - \omega t)", "A", "A:mn k: x: omega: t:", "A*np.cos(k*x-omega*t)"),
    (r"\log\frac{p}{1-p}", "p", "p:%", "log(p/(1-p))"),
    (r"p^k (1-p)^{n-k}", "p", "p:% k: n:", "p**k*(1-p)**(n-k)"),
    (r"(1-t)^2 p_0 + 2t(1-t) p_1 + t^2 p_2", "t", "t: p_0:n p_1:n p_2:n", "(1-t)**2*p_0+2*t*(1-t)*p_1+t**2*p_2"),
    (
        r"\frac{1}{\sigma\sqrt{2\pi}}\exp\left(-\frac12\left(\frac{x-\mu}{\sigma}\right)^2\right)",
        "sigma",
        "sigma: x: mu:",
        "exp(-((x-mu)/sigma)**2/2)/(sigma*np.sqrt(2*np.pi))",
    ),
    ("k*log(p)+(n-k)*log(1-p)", "p", "p:% k: n:", "k*log(p)+(n-k)*log(1-p)"),
    ("a*exp(-b*x)", "x", "a: b: x:", "a*exp(-b*x)"),
    ("a*sin(w*t + phi)", "w", "a: w: t: phi:", "a*np.sin(w*t+phi)"),
    (r"n\log\theta - \theta s", "theta", "n: theta: s:", "n*log(theta)-theta*s"),
    (r"-\frac{n}{2}\log(2\pi\sigma^2)", "sigma", "n: sigma:", "-n/2*log(2*np.pi*sigma**2)"),
    (r"k \ln p + (n-k) \ln(1-p)", "p", "p:% k: n:", "k*log(p)+(n-k)*log(1-p)"),
    (r"\lambda^k e^{-\lambda}", "lambda", "lambda: k:", "lam**k*exp(-lam)"),
    (r"y\log\sigma(z) + (1-y)\log(1-\sigma(z))", "z", "y: z:", "y*log(sp.expit(z))+(1-y)*log(1-sp.expit(z))"),
    ("exp(x)", "x", "x:n", "exp(x)"),
    ("2*tanh(x)", "x", "x:n", "2*np.tanh(x)"),
    ("w - eta*tanh(x)", "x", "w:n eta: x:n", "w-eta*np.tanh(x)"),
    ("(1 - t)*x + t*y", "x", "t: x:n y:n", "(1-t)*x+t*y"),
    ("c*tanh(Wx)", "x", "c: W:mn x:n", "c*np.tanh(W@x)"),
]

ROWS = STATES + NORMS + SIGNS + NUMBERS_ALONE + EXPONENTIALS + ROWS_OF_NUMPY + SIZES_AND_SUMS


@pytest.mark.parametrize(("text", "wrt", "spec", "code"), ROWS, ids=[f"{r[0]} by {r[1]}" for r in ROWS])
def test_meaning(text: str, wrt: str, spec: str, code: str) -> None:
    check(text, wrt, spec, code)


@pytest.mark.parametrize(
    ("text", "where", "explicit"),
    [
        ("dim*x", "x: vector(dim)", "dim*x"),
        ("dim x", "x: vector(dim)", "dim*x"),
        ("||x||^2/dim", "x: vector(dim)", "||x||^2/dim"),
        ("sum(X)/(rows*cols)", "X: matrix(rows, cols)", "sum(X)/(rows*cols)"),
    ],
)
def test_a_declared_size_is_one_name(text: str, where: str, explicit: str) -> None:
    assert str(matcalc.parse(text, where)) == explicit


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("e^{Wx}", "e^{Wx} is taken entry by entry"),
        ("e^{At}", "e^{At} is the matrix exponential"),
        (r"\sum_i (Y_i - \beta X_i)^2", "X_i is a number, an entry of X"),
        (r"\sum_i \|X_i - \mu\|^2", "X_i is a vector, a row of X"),
        (r"A^\dagger b", "the adjoint of what is real is the transpose"),
    ],
)
def test_remark(text: str, remark: str) -> None:
    assert remark in [r.text for r in matcalc.reading(text).remarks]


@pytest.mark.parametrize(
    ("question", "offered", "wrt"),
    [
        ("XW + b", ("XW + vector(1)*b'", "XW + b*vector(1)'"), "W"),
        ("X @ W + b", ("X @ W + vector(1)@b'", "X @ W + b@vector(1)'"), "W"),
        ("tr(ρ log ρ)", ("tr(ρ logm(ρ))",), "rho"),
        (r"\operatorname{Tr}(\rho\log\rho)", (r"\operatorname{Tr}(\rho\operatorname{logm}(\rho))",), "rho"),
        ("-sum(P*log(P))", ("-sum(P.*log(P))", "-sum(P@logm(P))"), "P"),
        ("sum(A*B)", ("sum(A@B)", "sum(A.*B)"), "A"),
        ("AΔx", ("A Delta_x", "A Delta*x"), "A"),
        ("x^T_i w", ("x_i^T w",), "w"),
        ("b'/A", ("b'*inv(A)",), "A"),
        ("x × y", ("x*y",), "x"),
        ("tr(sqrt(A))", ("tr(sqrtm(A))",), "A"),
    ],
)
def test_what_a_question_offers_can_be_copied(question: str, offered: tuple[str, ...], wrt: str) -> None:
    with pytest.raises(matcalc.MatcalcError):
        matcalc.diff(question, wrt)
    for text in offered:
        assert matcalc.diff(text, wrt).expr is not None
