"""The plain notation: each text means what the explicit form beside it means."""

from __future__ import annotations

import pytest

from matcalc.language.parse import parse_expression

WHERE = (
    "a: scalar, b: scalar, c: scalar, s: scalar, x: vector(n), y: vector(n), w: vector(n), z: vector(m), "
    "A: matrix(m, n), B: matrix(n, k), M: matrix(n, n), N: matrix(n, n), Q: matrix(4, 4), q: vector(4), "
    "u: vector(n) -> vector(m), f: scalar -> scalar, lr: scalar"
)

SAME = [
    # associativity and precedence
    ("a-b-c", "(a - b) - c"),
    ("a-(b-c)", "a - (b - c)"),
    ("a/b/c", "(a/b)/c"),
    ("a/b*c", "(a/b)*c"),
    ("1/2x", "(1/2)*x"),
    ("-A'", "-(A')"),
    ("M*N'", "M*(N')"),
    ("2a^2", "2*(a^2)"),
    ("-a^2", "-(a^2)"),
    ("a^b^c", "a^(b^c)"),
    ("2^-1", "1/2"),
    ("M*-N", "M*(-N)"),
    ("a--b", "a - (-b)"),
    ("+a", "a"),
    ("M^2'", "(M^2)'"),
    ("M'^2", "(M')^2"),
    ("x.^2'", "(x.^2)'"),
    ("A''", "(A')'"),
    ("x .* y ./ w", "(x.*y)./w"),
    ("x + y > w", "(x + y) > w"),
    ("x.^q[0]", "x.^(q[0])"),
    # products that are not written
    ("Ax", "A*x"),
    ("2x", "2*x"),
    ("(M+N)x", "(M + N)*x"),
    ("M'N", "M'*N"),
    ("x'Mx", "x'*M*x"),
    ("A M x", "A*M*x"),
    ("A@x", "A*x"),
    ("2(a+b)", "2*(a + b)"),
    ("(a+b)(a-b)", "(a + b)*(a - b)"),
    ("a sin(b)", "a*sin(b)"),
    ("asin(b)", "arcsin(b)"),
    ("Msin(x)", "M*sin(x)"),
    ("2||x||", "2*||x||"),
    ("||x|| ||y||", "||x||*||y||"),
    ("||x||||y||", "||x||*||y||"),
    ("2|a|", "2*abs(a)"),
    ("2<x, y>", "2*(x'*y)"),
    ("lr x", "lr*x"),
    ("2lrx", "2*lr*x"),
    # transposes and inverses
    ("x^T", "x'"),
    ("x^TMx", "x'*M*x"),
    ("xᵀMx", "x'*M*x"),
    ("x.T @ M @ x", "x'*M*x"),
    ("x^{T}", "x'"),
    ("M^-1", "inv(M)"),
    ("M^{-1}", "inv(M)"),
    ("M^(-1)", "inv(M)"),
    ("M⁻¹x", "inv(M)*x"),
    ("M^-T", "inv(M)'"),
    ("M^{-T}", "inv(M)'"),
    ("M⁻ᵀ", "inv(M)'"),
    ("transpose(A)", "A'"),
    ("T(A)", "A'"),
    ("a^-1", "1/a"),
    # bars and angles
    ("||x||_2^2", "||x||^2"),
    ("||x||^2_2", "||x||^2"),
    ("‖x‖₂²", "||x||^2"),
    ("‖A‖_F", "||A||"),
    ("||A||_{F}", "||A||"),
    ("||A||_2", "norm2(A)"),
    ("||A||_*", "nuclear(A)"),
    ("||x||_1", "norm1(x)"),
    ("||x||_inf", "norminf(x)"),
    ("||x||_∞", "norminf(x)"),
    ("||a||", "abs(a)"),
    ("|x|", "abs(x)"),
    ("| |x| |", "abs(abs(x))"),
    ("|a||b|", "abs(a)*abs(b)"),
    ("2|a||b|/|c|", "2*abs(a)*abs(b)/abs(c)"),
    ("||x + |y| ||", "||x + abs(y)||"),
    ("|<x, y>|", "abs(x'*y)"),
    ("<x, y>", "x'*y"),
    ("⟨x, My⟩", "x'*M*y"),
    ("<M, N>", "tr(M'*N)"),
    ("dot(x, y)", "x'*y"),
    ("x·y", "x'*y"),
    ("(x < y) .* (y > x)", "(x < y).*(y > x)"),
    ("max(a < b, c > s)", "max((a < b), (c > s))"),
    ("a ≥ b", "a >= b"),
    # juxtaposition within products entry by entry
    ("z .* Ax", "z.*(A*x)"),
    ("M ⊗ N M", "kron(M, N*M)"),
    ("Ax ⊙ z", "(A*x).*z"),
    ("z ./ 2Ax", "z./(2*A*x)"),
    # functions
    ("log|M|", "log(det(M))"),
    ("log|a|", "log(abs(a))"),
    ("log(|M|)", "log(det(M))"),
    ("Softmax(x)", "softmax(x)"),
    ("tr[M]", "tr(M)"),
    ("sin a", "sin(a)"),
    ("sin 2a", "sin(2*a)"),
    ("sin a cos b", "sin(a)*cos(b)"),
    ("sin a + b", "sin(a) + b"),
    ("log det M", "log(det(M))"),
    ("log det M + 1", "log(det(M)) + 1"),
    ("ln |det M|", "log(abs(det(M)))"),
    ("tr M^2", "tr(M^2)"),
    ("tr M tr N", "tr(M)*tr(N)"),
    ("tr(M)^2", "(tr(M))^2"),
    ("sin^2(a)", "sin(a)^2"),
    ("sin²a", "sin(a)^2"),
    ("√a", "sqrt(a)"),
    ("√(x'x)", "sqrt(x'*x)"),
    ("√a b", "sqrt(a)*b"),
    ("sqrt(a)", "a^(1/2)"),
    ("trace(M)", "tr(M)"),
    ("np.sum(np.exp(x))", "sum(exp(x))"),
    ("np.linalg.norm(x)", "||x||"),
    ("||x||**2", "||x||^2"),
    ("max(x, 0)", "max(x, vector(0))"),
    ("max(0, x)", "max(vector(0), x)"),
    ("max(x, a)", "max(x, a*vector(1))"),
    ("x > 0", "x > vector(0)"),
    ("diag(x)*x", "diag(x)*x"),
    ("outer(x, z)", "x*z'"),
    ("M ⊗ N", "kron(M, N)"),
    ("norm2(a)", "abs(a)"),
    ("det(a)", "a"),
    ("logdet(a)", "log(a)"),
    # broadcasting
    ("x + 1", "x + vector(1)"),
    ("x - a", "x - vector(a)"),
    ("x + 0", "x + zeros(n)"),
    ("A + 2", "A + matrix(2)"),
    ("x - mean(x)", "x - mean(x)*ones(n)"),
    ("1 + a", "1 + a"),
    # constants
    ("M + I", "M + eye(n)"),
    ("I_n x", "eye(n)*x"),
    ("A*vector(1)", "A*ones(n)"),
    ("𝟏ᵀx", "vector(1)'*x"),
    ("1'x", "vector(1)'*x"),
    ("1^T x", "vector(1)'*x"),
    ("½x", "1/2*x"),
    ("1e-1*a", "0.1*a"),
    ("0.5a", "a/2"),
    (".5*a", "a/2"),
    ("x.*1.5", "1.5*x"),
    # arrays and indices
    ("[a, b; c, s]", "[a, b; c, s]"),
    ("[a; b]", "[a; b]"),
    ("[M, 0; 0, N]", "[M, zeros(n, n); zeros(n, n), N]"),
    ("Q[1, :]", "Q[1, 0:4]"),
    ("Q[-1, :]", "Q[3, :]"),
    ("Q[1:3, 1:]", "Q[1:3, 1:4]"),
    ("q[::2]", "q[0:4:2]"),
    ("q_1", "q[0]"),
    ("q₂", "q[1]"),
    ("Q_12", "Q[0, 1]"),
    ("Q_{1,2}", "Q[0, 1]"),
    ("Q[:, 1]'q", "(Q[:, 1])'*q"),
    ("einsum('ij,jk->ik', A, B)", 'einsum("ij,jk->ik", A, B)'),
    # code for arrays
    ("(A @ x - z)**2", "(A*x - z).^2"),
    ("z * (A @ x)", "z.*(A*x)"),
    ("x @ M @ y", "x'*M*y"),
    ("x @ y", "x'*y"),
    ("np.sum(x * y)", "sum(x.*y)"),
    ("np.sum(M * N)", "sum(M.*N)"),
    ("np.sum(x / y)", "sum(x./y)"),
    ("np.dot(A, x)", "A*x"),
    ("x.dot(M).dot(y)", "x'*M*y"),
    ("((A @ x - z)**2).sum()", "sum((A*x - z).^2)"),
    ("A.T @ A", "A'*A"),
    ("M**2 @ x", "M.^2*x"),
    # index expressions
    ("[A_ij x_j]_i", "einsum('ij,j->i', A, x)"),
    ("[A_ij z_k]_ikj", "einsum('ij,k->ikj', A, z)"),
    ("[x_i δ_ij]_ij", "einsum('i,ij->ij', x, eye(n))"),
    ("[(M + N)_ij sin(x)_k]_(ik)j", "einsum('ij,k->(ik)j', M + N, sin(x))"),
    ("[∑_j A_ij B_jk]_ik", "einsum('ij,jk->ik', A, B)"),
    ("2[x_i y_j]_ijᵀ", "2*einsum('i,j->ij', x, y)'"),
    ("[(I_n)_ij z_k]_ijk", "einsum('ij,k->ijk', eye(n), z)"),
    # abstract functions
    ("u(x)", "u(x)"),
    ("f(a)^2", "(f(a))^2"),
]


@pytest.mark.parametrize(("text", "explicit"), SAME, ids=[t for t, _ in SAME])
def test_means_the_same(text: str, explicit: str) -> None:
    assert parse_expression(text, WHERE).expr is parse_expression(explicit, WHERE).expr


@pytest.mark.parametrize("text", [t for t, _ in SAME])
def test_what_is_printed_reads_back(text: str) -> None:
    e = parse_expression(text, WHERE).expr
    assert parse_expression(str(e), WHERE).expr is e


DIFFERENT = [
    ("a/b*c", "a/(b*c)"),
    ("-a^2", "(-a)^2"),
    ("a^b^c", "(a^b)^c"),
    ("sin(a)b", "sin(a*b)"),
    ("x.*y", "y.*x"),
    ("sin(a)^2", "sin(a^2)"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_means_something_else(one: str, other: str) -> None:
    assert parse_expression(one, WHERE).expr is not parse_expression(other, WHERE).expr


SHAPES = [
    ("A", "(m, n)"),
    ("x'", "(1, n)"),
    ("A[0, :]", "(n, 1)"),
    ("A[:, 0]", "(m, 1)"),
    ("A[1:, :]", "(m - 1, n)"),
    ("A[1:3, 1:]", "(2, n - 1)"),
    ("A[0, 0]", "(1, 1)"),
    ("Q[::3, ::2]", "(2, 2)"),
    ("vec(A)", "(m*n, 1)"),
    ("kron(A, B)", "(m*n, k*n)"),
    ("[x; z]", "(m + n, 1)"),
    ("einsum('ij,pq->(ip)(jq)', A, B)", "(m*n, k*n)"),
    ("einsum('i->ij', x; j=k)", "(n, k)"),
    ("einsum('ij,k->ijk', A, x)", "(m, n, n)"),
    ("∂u/∂x", "(m, n)"),
]


@pytest.mark.parametrize(("text", "shape"), SHAPES)
def test_shape(text: str, shape: str) -> None:
    assert str(parse_expression(text, WHERE).expr.shape) == shape


def test_layout_of_derivatives_in_the_text() -> None:
    e = parse_expression("∂u/∂x", WHERE, layout="denominator").expr
    assert e.op == "jac"
    assert str(e.shape) == "(n, m)"


def test_differentials_are_read_only_on_demand() -> None:
    assert parse_expression("d(x)", "x: vector(n), d: scalar").expr.op == "prod"
    assert parse_expression("d(x)", "x: vector(n)", differentials=True).expr.op == "d"


def test_einsum_data() -> None:
    e = parse_expression("einsum('ij,pq->(ip)(jq)', A, B)", WHERE).expr
    assert e.data == ((((0,), (1,)), ((2,), (3,))), ((0, 2), (1, 3)))
    assert parse_expression("einsum('i,j->ij', x, z)", WHERE).expr.data == ((((0,),), ((1,),)), ((0,), (1,)))
