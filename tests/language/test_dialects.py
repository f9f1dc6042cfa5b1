"""Texts of other programs: what each means, as NumPy code; and what is refused by name."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.language.parse import choose_syntax, parse_expression

from .dialect_rows import (
    cvxpy,
    functions,
    julia,
    mathematica,
    matlab,
    matrixcalculus,
    numpy,
    r,
    signs,
    sympy,
    torch,
    world,
)  # fmt: skip
from .dialect_spellings import DIALECTS as DIALECTS_READ
from .dialect_spellings import read_otherwise
from .pasted import check

DIALECTS = [
    # NumPy
    ("np.dot(x, y)", "x", "x:n y:n", "x@y"),
    ("np.linalg.norm(X @ w - y)**2", "w", "X:mn w:n y:m", "norm(X@w-y)**2"),
    ("np.sum(X, axis=1)", "X", "X:mn", "X.sum(1)"),
    ("np.sum(X**2, axis=0)", "X", "X:mn", "(X**2).sum(0)"),
    ("np.sum(X * Y, axis=-1)", "X", "X:mn Y:mn", "(X*Y).sum(-1)"),
    ("X.sum(axis=1)", "X", "X:mn", "X.sum(1)"),
    ("np.trace(X.T @ X)", "X", "X:mn", "tr(X.T@X)"),
    ("np.sum((X @ w - y)**2)", "w", "X:mn w:n y:m", "norm(X@w-y)**2"),
    ("np.linalg.inv(A) @ b", "b", "A:nn b:n", "inv(A)@b"),
    ("np.linalg.solve(A, b)", "b", "A:nn b:n", "inv(A)@b"),
    ("np.log(np.linalg.det(S))", "S", "S:nn", "log(det(S))"),
    ("np.outer(x, y)", "x", "x:m y:n", "np.outer(x,y)"),
    ("np.einsum('ij,jk->ik', A, B)", "A", "A:mn B:nk", "A@B"),
    ("np.mean((X @ w - y)**2)", "w", "X:mn w:n y:m", "((X@w-y)**2).mean()"),
    ("x.T @ A @ x", "x", "x:n A:nn", "x@A@x"),
    ("np.maximum(x, 0.5).sum()", "x", "x:n", "np.maximum(x,0.5).sum()"),
    ("np.maximum(W @ x, 0).sum()", "W", "W:mn x:n", "np.maximum(W@x,0).sum()"),
    ("np.minimum(x, 1).sum() + torch.maximum(x, -1).sum()", "x", "x:n", "np.minimum(x,1).sum()+np.maximum(x,-1).sum()"),
    ("np.fmax(x, 0).sum()", "x", "x:n", "np.maximum(x,0).sum()"),
    ("scipy.special.logsumexp(x)", "x", "x:n", "log(exp(x).sum())"),
    ("math.sqrt(a)", "a", "a:", "np.sqrt(a)"),
    ("x.dot(y)", "x", "x:n y:n", "x@y"),
    # PyTorch and JAX
    ("torch.logdet(S)", "S", "S:nn", "log(det(S))"),
    ("torch.sum(torch.relu(W @ x + b))", "W", "W:mn x:n b:m", "np.maximum(W@x+b,0).sum()"),
    ("torch.nn.functional.softplus(x)", "x", "x:n", "log(1+exp(x))"),
    ("F.relu(W @ x)", "x", "W:mn x:n", "np.maximum(W@x,0)"),
    ("torch.mm(A, B)", "A", "A:mn B:nk", "A@B"),
    ("A.mm(B)", "A", "A:mn B:nk", "A@B"),
    ("A.t() @ x", "x", "A:mn x:m", "A.T@x"),
    ("A.mT @ x", "x", "A:mn x:m", "A.T@x"),
    ("A.logdet()", "A", "A:nn", "log(det(A))"),
    ("A.inverse() @ b", "b", "A:nn b:n", "inv(A)@b"),
    ("x.norm()", "x", "x:n", "norm(x)"),
    ("x.exp().sum()", "x", "x:n", "exp(x).sum()"),
    ("x.pow(2).sum()", "x", "x:n", "x@x"),
    ("jnp.log(jnp.sum(jnp.exp(x)))", "x", "x:n", "log(exp(x).sum())"),
    ("jax.nn.sigmoid(x)", "x", "x:n", "1/(1+exp(-x))"),
    ("tf.reduce_sum(tf.square(x))", "x", "x:n", "x@x"),
    # MATLAB, Julia, R
    ("A\\b", "b", "A:nn b:n", "inv(A)@b"),
    ("A\\b", "A", "A:nn b:n", "inv(A)@b"),
    ("(X'*X)\\(X'*y)", "y", "X:42 y:4", "inv(X.T@X)@X.T@y"),
    ("X.'*X", "X", "X:mn", "X.T@X"),
    ("trace(A*B)", "A", "A:mn B:nm", "tr(A@B)"),
    ("eye(n)*x", "x", "x:n", "x"),
    ("sum(x.^2)", "x", "x:n", "x@x"),
    ("LinearAlgebra.tr(A*B)", "A", "A:mn B:nm", "tr(A@B)"),
    ("A %*% x", "x", "A:mn x:n", "A@x"),
    ("t(X) %*% X", "X", "X:mn", "X.T@X"),
    ("t(x) %*% A %*% x", "x", "x:n A:nn", "x@A@x"),
    ("solve(A) %*% b", "b", "A:nn b:n", "inv(A)@b"),
    ("solve(A, b)", "b", "A:nn b:n", "inv(A)@b"),
    ("sum((X %*% w - y)^2)", "w", "X:mn w:n y:m", "norm(X@w-y)**2"),
    # Mathematica, SymPy
    ("Tr[A.X]", "X", "A:mn X:nm", "tr(A@X)"),
    ("Tr[Transpose[X].X]", "X", "X:mn", "tr(X.T@X)"),
    ("Log[Det[X]]", "X", "X:nn", "log(det(X))"),
    ("Exp[x]", "x", "x:n", "exp(x)"),
    ("Inverse[A].b", "b", "A:nn b:n", "inv(A)@b"),
    ("Norm[A.x - b]^2", "x", "A:mn x:n b:m", "norm(A@x-b)**2"),
    ("Total[Sin[x]^2]", "x", "x:n", "(np.sin(x)**2).sum()"),
    ("X**-1", "X", "X:nn", "inv(X)"),
    # mathematics in other signs
    ("A:B", "A", "A:mn B:mn", "(A*B).sum()"),
    (r"\mathbf{A} : \mathbf{B}", "A", "A:mn B:mn", "(A*B).sum()"),
    ("⟨A,B⟩_F", "A", "A:mn B:mn", "(A*B).sum()"),
    (r"\langle A, B \rangle_F", "A", "A:mn B:mn", "(A*B).sum()"),
    (r"\left\langle A, B \right\rangle_{\mathrm{F}}", "A", "A:mn B:mn", "(A*B).sum()"),
    (r"\langle\psi|H|\psi\rangle", "psi", "psi:n H:nn", "psi@H@psi"),
    (r"\langle x | A + B | y \rangle", "y", "x:m A:mn B:mn y:n", "x@(A+B)@y"),
    (r"\langle x \mid y \rangle", "y", "x:n y:n", "x@y"),
    ("⟨x|M|y⟩", "x", "x:n M:nn y:n", "x@M@y"),
    (r"\langle x, |y| \rangle", "x", "x:n y:n", "x@y"),
    ("‖Ａｘ－ｂ‖²", "x", "A:mn x:n b:m", "norm(A@x-b)**2"),
    ("x‘Ax", "x", "x:n A:nn", "x@A@x"),
    ("x†Ax", "x", "x:n A:nn", "x@A@x"),
    ("xᴴAx", "x", "x:n A:nn", "x@A@x"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "spec", "code"), DIALECTS, ids=[f"{r[0]} by {r[1]}" for r in DIALECTS])
def test_dialect(text: str, wrt: str, spec: str, code: str) -> None:
    check(text, wrt, spec, code)


TABLES = {"NumPy": numpy, "PyTorch": torch, "MATLAB": matlab, "Julia": julia, "R": r, "SymPy": sympy,
          "Mathematica": mathematica, "matrixcalculus.org": matrixcalculus, "CVXPY": cvxpy, "functions": functions,
          "signs": signs, "world": world}  # fmt: skip
PROGRAMS = [(name, *row) for name, table in TABLES.items() for row in table.ROWS]


@pytest.mark.parametrize("row", PROGRAMS, ids=[f"{p[0]}: {p[1]}" for p in PROGRAMS])
def test_program(row: tuple[str, ...]) -> None:
    check(*row[1:])


LISTINGS = [
    ("lambda w: np.sum((X @ w - y)**2)", "w", "X:mn w:n y:m", "norm(X@w-y)**2"),
    ("loss = lambda w: np.mean((X @ w - y)**2)  # squared error", "w", "X:mn w:n y:m", "((X@w-y)**2).mean()"),
    ("return x @ A @ x", "x", "x:n A:nn", "x@A@x"),
    ("def f(x): return x @ A @ x", "x", "x:n A:nn", "x@A@x"),
    ("f = @(x) 0.5*x'*A*x - b'*x;", "x", "x:n A:nn b:n", "x@A@x/2-b@x"),
    ("f = @(x) x'*A*x; % a quadratic form", "x", "x:n A:nn", "x@A@x"),
    ("f <- function(b) sum((y - X %*% b)^2)", "b", "y:m X:mn b:n", "norm(y-X@b)**2"),
    ("rss <- sum((y - X %*% b)^2)  # residual sum of squares", "b", "y:m X:mn b:n", "norm(y-X@b)**2"),
    ("f[x_] := x.A.x", "x", "x:n A:nn", "x@A@x"),
    ("x -> x'*A*x", "x", "x:n A:nn", "x@A@x"),
    ("f(x) = sum(abs2, A*x - b)", "x", "A:mn x:n b:m", "norm(A@x-b)**2"),
]  # fmt: skip


@pytest.mark.parametrize("row", LISTINGS, ids=[r[0] for r in LISTINGS])
def test_listing(row: tuple[str, ...]) -> None:
    check(*row)


REFUSED = [
    ("np.foo(x)", "unknown function foo; did you mean floor?, or declare it, foo: elementwise", "foo"),
    ("Foo[Tr[A]]", "unknown function Foo", "Foo"),
    ("np.sum(X, axis=2)", "a matrix has the axes 0 and 1, not 2", "sum(X, axis=2)"),
    ("A %in% B", "'%' is not part of the language: write * and / for products and quotients", "%"),
    ("w + x.data", ".data is not read: write what it stands for, or spaces around the point of a product", ".data"),
    ("sum(@. x^2)", "@. is not read: write the point at each operation, exp.(-x.^2)", "@."),
    ("chol(A)", "chol is not read: it is the upper factor in R and MATLAB, the lower one elsewhere: write cholesky(S)' "
     "or cholesky(S)", "chol"),
    ("torch.bmm(A, B)", "bmm is not read: a product of stacks of matrices is not part of the language: write A*B for "
     "one of them", "bmm"),
    ("F.cross_entropy(z, y)", "cross_entropy is not read: it takes a class or probabilities: write logsumexp(z) - z[k] "
     "for class k, -sum(y.*(z - logsumexp(z))) for probabilities y", "cross_entropy"),
    ("torch.std(x)", "std is not read: torch.std divides by n - 1: write sqrt(sum((x - mean(x)).^2)/(n - 1))", "std"),
    ("x.var()", "var is not read: x.var() divides by n in NumPy and by n - 1 in PyTorch: write "
     "mean((x - mean(x)).^2)", ".var"),
    ("np.linalg.slogdet(S)", "slogdet is not read: it gives a sign and a logarithm: write slogdet(X)[1] for "
     "log(abs(det(X)))", "slogdet"),
    ("jax.nn.gelu(x)", "gelu is not read: jax.nn.gelu is an approximation unless it has approximate=False; write "
     "gelu(x) for the function itself", "gelu"),
    ("np.linalg.eigvals(A)", "eigvals is not read: of a symmetric S write eigvalsh(S); of others eigenvalues are not "
     "part of the language, their sum is tr(A), their product det(A)", "eigvals"),
    ("x.reshape(-1) @ y", "reshape is not read: vec(X) stacks the columns of X", ".reshape"),
    ("bsxfun(@times, x, y)", "bsxfun is not read: write the operation itself, such as x.*y", "bsxfun"),
    ("Eigenvalues[A]", "Eigenvalues is not read: eigenvalues are not part of the language; their sum is tr(A), their "
     "product det(A)", "Eigenvalues"),
    ("Flatten[A].Flatten[B]", "Flatten is not read: it stacks the rows of a matrix: write vec(X') here", "Flatten"),
    ("x.clamp(low=0)", "clamp is known as clamp(x, s, t) or clamp(x, min=s) or clamp(x, max=s) or "
     "clamp(x, min=s, max=t)", ".clamp"),
    ("median(x)", "median is not read: it is the middle of sorted entries, which is not part of the language; amax(x) "
     "and amin(x) are", "median"),
    ("var(x)", "var is not read: a variance divides by n in NumPy, by n - 1 in R, MATLAB and PyTorch: write "
     "var(x, ddof=0) or var(x, ddof=1)", "var"),
    ("norm(X %*% b)", "norm(X) of R is the largest sum of a column: write norm(X, 'F'), or norm(x, 2) of a vector",
     "norm(X %*% b)"),
    ("t(x) %*% diag(n) %*% x", "diag(n) is an identity matrix in R if n is a number: write eye(n), or declare n",
     "diag(n)"),
    ("b'/A", "b'/A can be b'*inv(A), or A can be a number: write b'*inv(A), or declare A", "b'/A"),
    ("x(end)", "end is not part of the language: write the position of the entry", "end"),
    ("self.W @ x", "self.W is not read: write W, or spaces around the point of a product", "self.W"),
    ("x[1] %*% y", "R and Julia count entries from 1, matcalc from 0: write x[0] for the first", "[1]"),
    ("x .+ y[1]", "R and Julia count entries from 1, matcalc from 0: write x[0] for the first", "[1]"),
    ("D[x.A.x, x]", "D[…] is not read: give the expression alone, and the variable beside it", "D["),
    ("rnorm(3) %*% x", "unknown function rnorm; did you mean norm or normp or normN?, or declare it, rnorm: "
     "elementwise", "rnorm"),
    ("np.multiply(A, x)", "x can be a number, or go to each row, A .* (vector(1)*x'), or to each column, "
     "A .* (x*vector(1)'): write one of them, or declare x", "multiply(A, x)"),
    ("np.sum(X * y)", "y can be a number, or go to each row, X .* (vector(1)*y'), or to each column, "
     "X .* (y*vector(1)'): write one of them, or declare y", "X * y"),
    ("np.sum(X / y)", "y can be a number, or go to each row, X ./ (vector(1)*y'), or to each column, "
     "X ./ (y*vector(1)'): write one of them, or declare y", "X / y"),
    ("np.multiply(a, x)", "a can be a number or a vector here: declare a", "multiply(a, x)"),
    ("A .* x", "x can be a number, or go to each row, A .* (vector(1)*x'), or to each column, A .* (x*vector(1)'): "
     "write one of them, or declare x", "A .* x"),
    ("x .* y'", "a column .* a row can be all products of their entries: write x*y', or x .* y for the product entry "
     "by entry", "x .* y'"),
    ("f.(x)", "f is not declared: declare it, f: vector(n) -> scalar or f: elementwise, or write f*(…) for a product",
     "f"),
    ("np.tensordot(x, y)", "this is known as tensordot(A[m,n], B[m,n]), and x is (n) and y is (m)",
     "tensordot(x, y)"),
    ("np.where(x, y, z)", "this is known as where(C?, A, B), and x is (n) and y is (m) and z is (k)",
     "where(x, y, z)"),
    ("x % 2", "'%' is not part of the language: write * and / for products and quotients", "%"),
    ("A.foo(x)", "unknown function foo; did you mean floor?, or declare it, foo: elementwise", ".foo"),
    ("solve(A, b, c)", "solve takes one or two arguments", "solve(A, b, c)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "place"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(text: str, message: str, place: str) -> None:
    with pytest.raises(matcalc.MatcalcError) as caught:
        parse_expression(text)
    assert caught.value.message == message
    start, end = caught.value.span
    assert text[start:end] == place


def test_a_division_from_the_left_is_no_latex() -> None:
    assert [choose_syntax(t) for t in ("A\\b", "(A'*A)\\(A'*b)", r"\(A b\)", r"A\top", r"x\cdot y", r"\|x\|")] == [
        "plain", "plain", "latex", "latex", "latex", "latex",
    ]  # fmt: skip
    with pytest.raises(matcalc.ShapeError, match=r"least squares write pinv\(A\)\*b"):
        parse_expression("A\\b", "A: matrix(m, n), b: vector(m)")


def test_remark_on_the_adjoint() -> None:
    for text in ("x†Ax", r"x^\dagger A x", r"x^* A x\,", r"x^{\mathsf H} A x", r"x^H A x\,"):
        assert [str(r) for r in parse_expression(text).remarks] == ["the adjoint of what is real is the transpose"]


def test_random_spellings() -> None:
    """Five thousand, with a seed that is new each time, are read back by `.ci/run`."""
    assert read_otherwise(400, seed=3) == []


def test_every_dialect_has_most_operations() -> None:
    for name, dialect in DIALECTS_READ.items():
        assert len(dialect.without) < 12, name
