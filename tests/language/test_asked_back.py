"""Texts with two plausible readings, or with a word that nobody declared: the question that comes back."""

from __future__ import annotations

import pytest

from matcalc.language.parse import parse_expression
from matcalc.terms.errors import MatcalcError

FUNCTIONS = [
    ("L(w) + lambda*||w||^2", "L is not declared: declare it, L: vector(n) -> scalar or L: elementwise, or"),
    ("J(w) + λ||w||^2", "J is not declared: declare it, J: vector(n) -> scalar or J: elementwise, or"),
    ("E(x)", "E is not declared: declare it"),
    ("H(p)", "H is not declared: declare it"),
    ("V(x)'x", "V is not declared: declare it"),
    ("Q(x) + 1", "Q is not declared: declare it"),
    ("u(x)", "u is not declared: declare it"),
    ("f(x + y)", "f is not declared: declare it"),
    ("J(w - v)", "J is not declared: declare it"),
    ("W_1(x)", "W_1 is not declared: declare it"),
    ("rho(A)", "the spectral radius is not known"),
    (r"\rho(A'A)", "the spectral radius is not known"),
    ("psi(x)", "psi is not declared: declare it, psi: vector(n) -> scalar or psi: elementwise"),
    ("f'(x)", "f'(…) is a derivative of a function f: declare it, f: elementwise, f'*(…) for a transpose"),
    ("f''(x + 1)", "f''(…) is a derivative of a function f: declare it, f: elementwise"),
    (r"f^{\prime}(x)", "f'(…) is a derivative of a function f"),
    (r"g^{\prime\prime}(x)", "g''(…) is a derivative of a function g"),
    (r"h_\theta'(x)", "h_theta'(…) is a derivative of a function h_theta"),
    ("phi'(V x)", "phi'(…) is a derivative of a function phi"),
    ("A'(x)", "A'(…) is a derivative of a function A: declare it, A: elementwise, A'*(…) for a transpose"),
    ("max'(x)", "max' is not known: only elementwise functions have derivatives max'"),
    ("f^{-1}(x)", "f^{-1}(…) can be a power of f(…) or a product: write f(…)^…, or f^{-1}*(…)"),
    ("f^2(x)", "f^2(…) can be a power of f(…) or a product"),
    ("f²(x)", "f²(…) can be a power of f(…) or a product"),
    (r"\sigma^2(x)", "can be a power of sigma(…) or a product"),
    (r"\sigma^{-1}(z)", "can be a power of sigma(…) or a product"),
    (r"f\bigl(x\bigr)", "f is not declared: declare it"),
    (r"f\big[x\big]", "f is not declared: declare it"),
    (r"h_\theta(x^{(i)})", "h_theta is not declared: declare it"),
    ("KL(p, q)", "unknown function KL: write sum(p.*log(p./q))"),
    ("rank(X)", "rank is not read: a rank has no derivative"),
    ("Var(x)", "write mean((x - mean(x)).^2)"),
    ("torch.std(x)", "std is not read: torch.std divides by n - 1"),
    ("std(x)", "write std(x, ddof=0) or std(x, ddof=1)"),
    ("erfcinv(a)", "unknown function erfcinv; did you mean"),
    (r"\operatorname{erfcinv}(a)", "unknown function erfcinv; did you mean"),
    (r"\operatorname{foo}(X)", "unknown function foo"),
    (r"\mathrm{rank}(X)", "a rank has no derivative"),
    (r"\mathcal{L}(w)", "L is not declared: declare it"),
    (r"\mathbb{E}[x^2]", "what is random in this expectation?"),
    (r"\mathbb{E}(x)", "an expectation has its argument in brackets, E[...]"),
    ("E[x^2]", "what is random in this expectation?"),
    (r"\mathbf{A}\left(x\right)", "A is not declared: declare it"),
    ("x(1)", "x(1) can be an entry, x[0], or a product, x*1: write one of them"),
    ("A(2)*y", "A(2) can be an entry, A[1], or a product, A*2: write one of them"),
    ("XW(x)", "unknown function XW; for a product write XW*(…)"),
    ("a(x, y)", "a is not declared: declare it"),
]

WORDS = [
    ("lg x", "lg is not part of the language: write log(x)/log(10) or log(x)/log(2)"),
    ("lg(x)", "log(x)/log(10)"),
    ("tg x", "write tan(x)"),
    ("ctg(x)", "write 1/tan(x)"),
    ("sh(x) + ch(x)", "write sinh(x)"),
    ("xTAx", "xTAx can be x'*A*x or the product x*T*A*x: write one of them"),
    ("xTx", "xTx can be x'*x or the product x*T*x: write one of them"),
    ("XTX", "XTX can be X'*X or the product X*T*X: write one of them"),
    ("XtX", "XtX can be X'*X or the product X*t*X: write one of them"),
    ("AtA", "AtA can be A'*A or the product A*t*A: write one of them"),
    ("xtx", "xtx can be x'*x or the product x*t*x: write one of them"),
    ("wT*x", "wT can be w' or the product w*T: write one of them"),
    ("loss + x", "loss can be one name or the product l*o*s*s"),
    ("cov + x", "cov can be one name or the product c*o*v"),
    ("epsI + K", "epsI can be read as eps*I or as e*p*s*I: write one of them"),
    ("lamx", "lamx can be read as lam*x or as l*a*m*x: write one of them"),
    ("trX'X", "trX can be read as tr(X) or as t*r*X: write one of them"),
    ("x^t A x", "^t can be a transpose or a power"),
]


POWERS = [
    (
        "(Xw - y)^2",
        "only a square matrix has powers, and (Xw - y) is (m): for entry by entry write (Xw - y).^2, "
        "for the square of the norm ||Xw - y||^2",
    ),
    ("(A*x - b)^3", "for entry by entry write (A*x - b).^3"),
    ("sum(X^2)", "X^2 can be the power of a matrix or go entry by entry: write X.^2"),
    ("mean((Y - X*W)^2)", "(Y - X*W)^2 can be the power of a matrix or go entry by entry"),
    ("sum((A - B)^2)", "(A - B)^2 can be the power of a matrix or go entry by entry"),
    ("tr(exp(A))", "exp(A) can be the function of the matrix, expm(A), or of its entries: write expm(A), or declare"),
    ("det(exp(A))", "write expm(A)"),
    ("tr(log(A))", "the function of the matrix, logm(A), or of its entries"),
]

QUOTIENTS = [
    ("1/2m ||Xw - y||^2", "1/2m can be 1/(2*m) or (1/2)*m: write one of them"),
    ("x'y/||x||||y||", "x'y/||x||||y|| can be x'y/(||x||*||y||) or (x'y/||x||)*||y||: write one of them"),
    ("x'y/||x|| ||y||", "write one of them"),
    ("a/bc", "a/bc can be a/(b*c) or (a/b)*c: write one of them"),
    ("a/b c", "a/b c can be a/(b*c) or (a/b)*c"),
    ("x'x/2a", "x'x/2a can be x'x/(2*a) or (x'x/2)*a"),
    ("a/b(c + d)", "a/b(c + d) can be a/(b*(c + d)) or (a/b)*(c + d)"),
    ("A/B", "A/B can be A*inv(B) or A./B: write one of them, or declare B: scalar"),
    ("X'X/K", "can be (X'X)*inv(K) or (X'X)./K"),
    ("1/A", "1/A can be inv(A) or 1./A"),
    ("x'Ax / x'x", "a divisor that is a product needs parentheses"),
]

SUMS = [
    (r"\sum_i y_i \log p_i + (1 - y_i) \log(1 - p_i)", "stands after the end of the sum over i"),
    (r"\sum_i a_i x_i - b_i", "b_i stands after the end of the sum over i"),
    ("A + x", "a capital is a matrix and a lower-case letter none: declare A or x"),
    ("A + a", "declare A or a"),
    ("sum p log p", "where sum ends is open: write sum(…) with parentheses"),
    ("mean x exp y", "where mean ends is open"),
    ("||Xw - y||^2 + lambda*|w|", "|w| can be ||w|| or ||w||_1: write one of them"),
    ("tr(W'S_bW)", "S_bW can be one name or the product S_b*W"),
    ("det(W'*S_WW)/det(W'*S_BW)", "S_WW can be one name or the product S_W*W"),
    ("norm(A*X, 1)", "of a matrix this is the largest column sum, which is not known"),
    ("norm(X, inf)", "of a matrix this is the largest row sum, which is not known"),
    ("||x||_pq", "no norm is called pq; there are _1, _2, _F, _inf, _* and _p"),
]

BIASES = [
    ("XW + b", "b can go to each row, XW + vector(1)*b', or to each column, XW + b*vector(1)': write one of them"),
    ("X @ W + b", "each row, X @ W + vector(1)@b', or to each column, X @ W + b@vector(1)'"),
    ("b + W*X", "each row, vector(1)*b' + W*X, or to each column, b*vector(1)' + W*X"),
    ("tanh(XW + b)", "b can go to each row"),
    (r"\|Y - (XW + b)\|_F^2", "b can go to each row"),
    ("np.mean((X @ W + b - Y)**2)", "b can go to each row"),
    ("AX - b", "b can go to each row, AX - vector(1)*b'"),
]

OF_MATRICES = [
    ("tr(ρ log ρ)", "log ρ can be the function of the matrix, logm(ρ), or of its entries: write logm(ρ)"),
    (r"-\operatorname{Tr}(\rho\log\rho)", r"write \operatorname{logm}(\rho), or declare what is in it"),
    ("tr(ρ (log ρ - log σ))", "write logm(ρ)"),
    ("tr(sqrt(A))", "write sqrtm(A)"),
    ("logdet(exp(A))", "write expm(A)"),
    ("tr(exp(A)*exp(B))", "write expm(A)"),
    ("X*log(X)", "write logm(X)"),
    ("tr(log(X*A)*log(X*A)')", "log(X*A) can be the function of the matrix, logm(X*A), or of its entries"),
    ("np.trace(rho @ np.log(rho))", "write logm(rho)"),
    ("-sum(P*log(P))", "P and log(P) can be multiplied entry by entry, P.*log(P), or as matrices, P@logm(P)"),
    (r"-\operatorname{Tr}(\rho\log\sigma)", r"write \operatorname{logm}(\sigma)"),
    (
        r"\operatorname{Tr}\left(\sqrt{\sqrt{\rho}\sigma\sqrt{\rho}}\right)^2",
        r"\sqrt{\rho} can be the function of the matrix",
    ),
]

DIVISORS = [
    ("b'/A", "b'/A can be b'*inv(A), or A can be a number: write b'*inv(A), or declare A"),
    ("x^T/A", "write x^T*inv(A), or declare A"),
    ("x'B/A", "write (x'B)*inv(A), or declare A"),
    ("Y/X", "Y/X can be Y*inv(X) or Y./X: write one of them, or declare X: scalar"),
]

CROSS = [
    (r"x\times y", "x × y can be the cross product or a product of numbers: write cross(x, y) or x*y"),
    ("a × b", "write cross(a, b) or a*b"),
    ("x^T (y × z)", "y × z can be the cross product or a product of numbers"),
    ("||r × p||^2", "r × p can be the cross product or a product of numbers"),
]

FAMILIES = [
    (r"\sum_k \alpha_k x^T A_k x", "A_k is a matrix for each k, which sums do not have: write the terms out, A_1"),
    (r"\sum_i w_i A_i", "or declare A: vector(n) for numbers, A: matrix(n, m) for rows"),
    (r"\sum_k \|A_k x - b_k\|^2", "A_k is a matrix for each k"),
    (r"\sum_k x^T P_k x", "P_k is a matrix for each k"),
    (r"\sum_i (x - \mu_i)^T \Sigma_i^{-1} (x - \mu_i)", r"\Sigma_i is a matrix for each i"),
    (r"\sum_i \log\det(A_i)", "A_i is a matrix for each i"),
]

SLASHES = [
    ("w - lr*dw", "dw can be one name or the product d*w: declare dw in where, or write the product"),
    ("W - lr*dW", "dW can be one name or the product d*W"),
    ("A @ x == b", "this is an equation: for what it leaves write A @ x - b"),
    ("w > x", "this is a condition, which is constant: for what it leaves write w - x"),
    (r"Ax \le b", "this is a condition, which is constant: for what it leaves write Ax - b"),
    ("x == y + z", "this is an equation: for what it leaves write x - (y + z)"),
    ("[A B; C D]*x", "A B in an array can be two entries or a product: write A, B or A*B"),
    ("x/ny", "x/ny can be x/(n*y) or (x/n)*y: write one of them"),
    (r"V_0(1 - e^{-t/RC})", "declare R: scalar"),
    ("e^i", "i in a power of e is the imaginary unit"),
    ("e^{-t/(RC)}", "or declare what is in (RC)"),
]

PRODUCTS = [
    ("sum(A*B)", "A*B can be the product of matrices, A@B, or go entry by entry, A.*B: write one of them"),
    ("mean(A*B)", "A*B can be the product of matrices, A@B, or go entry by entry, A.*B"),
    ("-sum(Y*log(P))", "write one of them"),
    (r"\|J \Delta x + r\|^2", r"\Delta x can be one name or a product: write Delta_x or Delta*x"),
    ("AΔx", "Δx can be one name or a product: write Delta_x or Delta*x"),
    ("H^H H", "H^H can be the adjoint, H', or a power: write H', or declare H: scalar"),
    ("x^T_i w", "^T_i can be the transpose of x_i or a power: write x_i^T, or declare T_i"),
]

TIES = [
    ("||x*g - c||^2", "this can be read in two ways: declare g: scalar, or g: vector(n)"),
    ("sum(w*b) + τ", "declare b: scalar, or b: vector(n)"),
    ("||y*b - g||^2", "declare b: scalar, or b: vector(n)"),
    ("A*w + x*A", "declare A: matrix(m, n), or A: scalar"),
    ("b*y'*k + y", "declare b: scalar, or b: vector(n)"),
    ("c*A*c", "declare A: matrix(m, n), or A: scalar"),
]

EQUATIONS = [
    ("Ax = b", "this is an equation: for what it leaves write Ax - b, or ||Ax - b||^2"),
    ("AX = B", "write AX - B, or ||AX - B||^2"),
    ("Xw = y", "write Xw - y, or ||Xw - y||^2"),
    ("Ax = 0", "write Ax, or ||Ax||^2"),
    (r"Ax = \beta", r"write Ax - \beta, or \|Ax - \beta\|^2"),
]

ASKED = (
    FUNCTIONS
    + WORDS
    + POWERS
    + QUOTIENTS
    + SUMS
    + BIASES
    + OF_MATRICES
    + DIVISORS
    + CROSS
    + FAMILIES
    + TIES
    + PRODUCTS
    + SLASHES
    + EQUATIONS
)


@pytest.mark.parametrize(("text", "question"), ASKED, ids=[t for t, _ in ASKED])
def test_asked_back(text: str, question: str) -> None:
    with pytest.raises(MatcalcError) as caught:
        parse_expression(text)
    assert question in caught.value.message


def test_an_equation_in_the_variable() -> None:
    with pytest.raises(MatcalcError) as caught:
        parse_expression(r"Ax = \lambda x + b", extra_names=["x"])
    assert caught.value.message == (
        r"this is an equation: for what it leaves write Ax - (\lambda x + b), or \|Ax - (\lambda x + b)\|^2"
    )


@pytest.mark.parametrize(
    "text", ["KL = sum(p.*log(p./q))", "MSE = mean((Xw - y)^2)", "dJ = x'x", "L = ||Xw - y||^2", "y = Xw"]
)
def test_a_name_of_the_value_is_no_equation(text: str) -> None:
    assert parse_expression(text).remarks[0].text == text[: text.index("=") + 1] + " is left out"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("L(w)", "L: vector(n) -> scalar, w: vector(n)"),
        ("L*(w)", "L: matrix(n,n), w: vector(n)"),
        ("L(w)", "L: matrix(n,n), w: vector(n)"),
        ("xTAx", "x: scalar, T: scalar, A: scalar"),
        ("lamx", "lamx: vector(n)"),
        ("loss + x", "loss: vector(n)"),
        (r"\operatorname{foo}(X)", "foo: matrix(m,n) -> scalar, X: matrix(m,n)"),
    ],
)
def test_declared_is_not_asked(text: str, where: str) -> None:
    assert parse_expression(text, where).remarks == ()


@pytest.mark.parametrize(
    ("text", "where", "question"),
    [
        ("x_i^2", "x: vector(n)", "x_i can be an entry of x or another variable: write x[0], or declare x_i"),
        ("tr(A)*A_ij", "A: matrix(n,n)", "A_ij can be an entry of A or another variable: write A[0, 0], or declare"),
        ("x_n", "x: vector(n)", "x_n can be an entry of x"),
        ("x1^2", "x: vector(n)", "x1 can be an entry of x"),
        ("sum(x) - y_i", "x: vector(n), y: vector(n)", "y_i can be an entry of y"),
    ],
)
def test_a_sibling_of_what_is_declared(text: str, where: str, question: str) -> None:
    with pytest.raises(MatcalcError) as caught:
        parse_expression(text, where)
    assert question in caught.value.message
