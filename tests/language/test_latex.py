r"""LaTeX: each text means what the plain text beside it means."""

from __future__ import annotations

import pytest

from matcalc.language.parse import choose_syntax, parse_expression

WHERE = (
    "a: scalar, b: scalar, c: scalar, lambda: scalar, x: vector(n), y: vector(n), w: vector(n), z: vector(m), "
    "A: matrix(m, n), M: matrix(n, n), N: matrix(n, n), S: matrix(n, n), Q: matrix(4, 4), W1: matrix(m, n), "
    "loss_w: vector(n), u: vector(n) -> vector(m), beta: vector(n), x_1: vector(n)"
)

SAME = [
    # norms and absolute values
    (r"\|Ax - z\|^2", "||A*x - z||^2"),
    (r"\lVert A x - z \rVert_2^2", "||A*x - z||^2"),
    (r"\left\| \mathbf{A}\mathbf{x} - \mathbf{z} \right\|_2^{2}", "||A*x - z||^2"),
    (r"\|x\|^2_2", "||x||^2"),
    (r"\left\lVert A \right\rVert_F^2", "||A||^2"),
    (r"\lVert A \rVert_{\mathrm{F}}", "||A||"),
    (r"\|A\|_*", "||A||_*"),
    (r"\|x\|_\infty", "||x||_inf"),
    (r"\|x\|_{\infty}", "||x||_inf"),
    (r"\|x\|_1 + \|y\|_1", "||x||_1 + ||y||_1"),
    (r"\frac{x^\top y}{\|x\| \|y\|}", "(x'*y)/||x||/||y||"),
    (r"\left| a \right|", "abs(a)"),
    (r"\lvert x \rvert", "abs(x)"),
    (r"|\det M|", "abs(det(M))"),
    (r"\bigl\| x \bigr\|", "||x||"),
    (r"\lvert\lvert x \rvert\rvert", "||x||"),
    (r"\log|S|", "log(det(S))"),
    # transposes, powers, inverses
    (r"x^\top y", "x'*y"),
    (r"x^{\top} y", "x'*y"),
    (r"x^T y", "x'*y"),
    (r"x^TMx", "x'*M*x"),
    (r"x^{\mathsf T} y", "x'*y"),
    (r"x^{\mathsf{T}} y", "x'*y"),
    (r"x^\mathrm{T} y", "x'*y"),
    (r"x^\intercal y", "x'*y"),
    (r"x' y", "x'*y"),
    (r"x^\prime y", "x'*y"),
    (r"x^{\prime} y", "x'*y"),
    (r"M^{-1}", "inv(M)"),
    (r"M^{-\top}", "inv(M)'"),
    (r"M^{-T}", "inv(M)'"),
    (r"A^{+}", "pinv(A)"),
    (r"A^\dagger", "A'"),
    (r"A^{*}", "A'"),
    (r"A^* z", "A'*z"),
    (r"A^{\mathsf H}", "A'"),
    (r"A^H z", "A'*z"),
    (r"A^t z", "A'*z"),
    (r"M^{-H}", "inv(M)'"),
    (r"\log_2 a + \log_{10} a", "log2(a) + log10(a)"),
    (r"\mathbf{\frac{a}{b}}", "a/b"),
    (r"\mathrm{tr}(\mathbf{M^T N})", "tr(M'*N)"),
    (r"\mathbf{A'}\mathbf{z}", "A'*z"),
    (r"\|\mathbf{Ax}\|^2", "||A*x||^2"),
    (r"\mathbf Ax", "A*x"),
    (r"\mathbf{M \otimes N}", "kron(M, N)"),
    (r"\mathrm{tr}(\mathbf{M^2})", "tr(M^2)"),
    (r"\underline{x^T y}", "x'*y"),
    (r"\mathbf{W_1} x", "W1*x"),
    (r"\bm{A x}", "A*x"),
    (r"{\bf A} {\bf x}", "A*x"),
    (r"\vec(M)", "vec(M)"),
    (r"W^{(1)} x", "W1*x"),
    (r"W^{[1]} x", "W1*x"),
    (r"x^{(1)\top} y", "x_1'*y"),
    (r"a^{(b + c)}", "a^(b + c)"),
    (r"a^{(b)}", "a^b"),
    (r"a^{2b}", "a^(2*b)"),
    (r"a^2b", "a^2*b"),
    (r"x^{\odot 2}", "x.^2"),
    (r"x^{\circ 2}", "x.^2"),
    # fractions and roots
    (r"\frac{1}{2} x", "1/2*x"),
    (r"\frac12 x", "1/2*x"),
    (r"\tfrac{a}{b}", "a/b"),
    (r"\frac a b", "a/b"),
    (r"\frac{a+b}{c}x", "(a + b)/c*x"),
    (r"\sqrt{x^\top x}", "sqrt(x'*x)"),
    (r"\sqrt a", "sqrt(a)"),
    (r"\sqrt[3]{a}", "a^(1/3)"),
    (r"\dfrac{\frac{a}{b}}{c}", "a/b/c"),
    # operators
    (r"x \odot y", "x.*y"),
    (r"x \circ y", "x.*y"),
    (r"x \oslash y", "x./y"),
    (r"M \otimes N", "kron(M, N)"),
    (r"z \odot A x", "z.*(A*x)"),
    (r"a \cdot b", "a*b"),
    (r"x \cdot y", "x'*y"),
    (r"A \times x", "A*x"),
    (r"\langle x, y \rangle", "<x, y>"),
    (r"\left\langle x, y \right\rangle", "<x, y>"),
    (r"\left< x, y \right>", "<x, y>"),
    (r"\operatorname{tr}(M (N \odot S))", "tr(M*(N.*S))"),
    (r"a \le b", "a <= b"),
    (r"a \neq b", "a != b"),
    # functions
    (r"\log\det M", "log(det(M))"),
    (r"\log \det(M)", "log(det(M))"),
    (r"\ln |\det M|", "log(abs(det(M)))"),
    (r"\mathrm{Tr}\left(MN\right)", "tr(M*N)"),
    (r"\text{tr}(MN)", "tr(M*N)"),
    (r"\operatorname{tr} M", "tr(M)"),
    (r"tr(MN)", "tr(M*N)"),
    (r"\sin(Ax)", "sin(A*x)"),
    (r"\sin^2 a", "sin(a)^2"),
    (r"\sin^{2}(a)", "sin(a)^2"),
    (r"\exp\left(-\tfrac{1}{2} a\right)", "exp(-1/2*a)"),
    (r"\exp\{-a\}", "exp(-a)"),
    (r"\max(x, 0)", "max(x, 0)"),
    (r"\operatorname{softmax}(x)^\top y", "softmax(x)'*y"),
    (r"\log(\text{softmax}(x))", "log(softmax(x))"),
    (r"\operatorname{diag}\left(x\right)", "diag(x)"),
    (r"\operatorname{ReLU}(x)", "relu(x)"),
    (r"\operatorname{tr}\left[MN\right]", "tr(M*N)"),
    (r"\Gamma\left(a\right)", "gamma(a)"),
    # names
    (r"\lambda \|x\|^2", "lambda*||x||^2"),
    (r"M\beta", "M*beta"),
    (r"\boldsymbol{\beta}^\top x", "beta'*x"),
    (r"\mathbf{W}_{1} x", "W1*x"),
    (r"W_1 x", "W1*x"),
    (r"\mathit{loss}_{w}", "loss_w"),
    (r"\mathit{loss}_{\mathrm{w}}", "loss_w"),
    (r"loss_w", "loss_w"),
    # constants and arrays
    (r"\mathbf{1}^\top x", "vector(1)'*x"),
    (r"\mathbf 1^\top x", "vector(1)'*x"),
    (r"\mathbb{1}^\top x", "vector(1)'*x"),
    (r"\mathbf{1}_{n}^\top x", "vector(1, n)'*x"),
    (r"\mathbf{0}_{m \times n}", "zeros(m, n)"),
    (r"M + \mathbf{1}\mathbf{1}^\top", "M + matrix(1)"),
    (r"x + \mathbf{0}", "x + vector(0)"),
    (r"M - \mathbf{I}", "M - eye(n)"),
    (r"\mathbf{I}_n", "eye(n)"),
    (r"I_{n}", "eye(n)"),
    (r"\pi a", "pi*a"),
    (r"\begin{bmatrix} a & b \\ c & 1 \end{bmatrix}", "[a, b; c, 1]"),
    (r"\begin{pmatrix} a \\ b \\ \end{pmatrix}", "[a; b]"),
    (r"\begin{array}{cc} a & b \end{array}", "[a, b]"),
    (r"Q\left[1, :\right]", "Q[1, :]"),
    (r"Q[1:3, 1:]", "Q[1:3, 1:]"),
    (r"a\left[b + c\right]", "a*(b + c)"),
    (r"\frac{\partial \mathbf{u}}{\partial \mathbf{x}}", "∂u/∂x"),
    (r"\mathbf{u}\left(\mathbf{x}\right)", "u(x)"),
    (r"\left[\mathbf{A}_{ij} \mathbf{x}_{k}\right]_{ikj}", "einsum('ij,k->ikj', A, x)"),
    (
        r"\left[\sum_{j} {\left(M + N\right)}_{ij} x_{j} \delta_{ik}\right]_{(ik)}",
        "einsum('ij,j,ik->(ik)', M + N, x, eye(n))",
    ),
    (r"\left[{\mathbf{W}_{1}}_{ij} x_{j}\right]_{i}", "einsum('ij,j->i', W1, x)"),
    # spacing and delimiters
    (r"$\|x\|^2$", "||x||^2"),
    (r"\(a\,x\)", "a*x"),
    (r"\[ a \; x \quad + \! y \]", "a*x + y"),
    (r"\displaystyle a\ x", "a*x"),
    (r"\left(a + b\right)\left(a - b\right)", "(a + b)*(a - b)"),
    (r"\{a + b\} c", "(a + b)*c"),
    (r"{a + b} c \cdot c", "(a + b)*c*c"),
    (r"-\frac{1}{2}(x-w)^\top S^{-1}(x-w) - \frac{1}{2}\log\det S", "-1/2*(x - w)'*inv(S)*(x - w) - 1/2*log(det(S))"),
]


@pytest.mark.parametrize(("text", "plain"), SAME, ids=[t for t, _ in SAME])
def test_means_the_same(text: str, plain: str) -> None:
    assert parse_expression(text, WHERE, syntax="latex").expr is parse_expression(plain, WHERE).expr


INFERRED = [
    (r"\left\| \mathbf{X}\mathbf{w} - \mathbf{y} \right\|_2^{2}", "X: matrix(m, n), w: vector(n), y: vector(m)"),
    (r"(\langle \mathbf{x}, \mathbf{w} \rangle - y)^2", "x: vector(n), w: vector(n), y: scalar"),
    (r"\mathbf{a}^\top \mathbf{x} + h", "a: vector(n), x: vector(n), h: scalar"),
    (r"h \mathbf{x}", "h: scalar, x: vector(n)"),
    (r"\|Ax\|^2 + \lambda \|x\|^2", "A: matrix(m, n), x: vector(n), lambda: scalar"),
    (r"\mathbf{1}^\top \max(Wx+b, 0)", "W: matrix(m, n), x: vector(n), b: vector(m)"),
    (r"(\hat{y} - y)^2", "y_hat: scalar, y: scalar"),
    (r"\theta_{\text{old}}^\top x", "theta_old: vector(n), x: vector(n)"),
    (r"\bar{x}^\top x", "x_bar: vector(n), x: vector(n)"),
]


@pytest.mark.parametrize(("text", "types"), INFERRED, ids=[t for t, _ in INFERRED])
def test_inferred(text: str, types: str) -> None:
    found = parse_expression(text).types
    assert ", ".join(f"{n}: {t}" for n, t in found.items()) == types


def test_the_notation_is_detected() -> None:
    assert choose_syntax(r"\|x\|") == "latex"
    assert choose_syntax("$x^2$") == "latex"
    assert choose_syntax("x_{12}^{-1}") == "plain"
    assert parse_expression("x^{-1}", "x: scalar", syntax="latex").expr is parse_expression("x^-1", "x: scalar").expr
