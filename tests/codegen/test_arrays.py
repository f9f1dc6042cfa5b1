"""Slices, blocks, Kronecker products, index expressions: the program computes what `evaluate` does."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.codegen.function import function
from matcalc.codegen.python_source import is_ordered
from matcalc.codegen.targets.numpy import numpy
from matcalc.numbers.evaluate import evaluate
from tests.codegen.lines import lines, run

WHERE = """a, b, c, rate: scalar, x, w, mu: vector(n), y: vector(m), X: matrix(m, n), A, B: matrix(n, n),
    Z: matrix(n, k), Sigma: matrix(n, n)"""
SIZE = {"n": 3, "m": 4, "k": 2}

TEXTS = [
    "x/||x||", "(A + A')*x/2", "inv(A)'", "det(A)*inv(A)'", "w.*sin(x)", "w./x.^2", "kron(A, B)", "x'*A*x*B", "x*w'",
    "vector(1) + exp(x)", "A - a*eye(n)", "tr(A*B)", "logdet(A)", "diag(x)", "||A||_F^2", "inv(Sigma)*(x - mu)",
    "sqrt(a)/(b*c)", "rate*a^(b - 1)", "-x", "max(x, 0)", "[a; 2*b]", "A[1:3, 0]", "A[0:1, :]*x", "x[1:2]*w",
    "A[1:2, 0]*x", "X[:, 2:3]", "A*B*x", "x'*A*w*x*w'",
    "x*w'*A*w*x'", "sum(A)*matrix(1, n, k)", "vec(A)", "kron(A, x)", "kron(x, w)", "kron(x', w)", "(x > w).*x",
    "sigmoid(x) + softplus(x)", "logsumexp(x)*softmax(x)", "||A||_*", "x[1]", "A[:, 1]", "einsum('i->ij', x; j=k)",
    "einsum('ij->(ji)', A)", "einsum('ij,k->ikj', A, x)", "A^-2", "expm(A)", "norm1(x - w)", "[A, x; w', a]",
    "x./w/a", "1/a - 2/x[0]", "relu(x - w)./(x + 1)", "det(A)*adj(A)", "-x/2", "(x*w')'", "lgamma(x)",
    "log(1 + x)", "exp(x) - 1", "[x; w]", "[A, B]", "[A; w']", "A.*(x*vector(1)')", "vector(1)*x' + A",
    "x*vector(1)' + vector(1)*w'", "diag(A*B)", "tr(A*B*A*B')", "sum(A*B)", "x.^3 + x.^4 + x.^(3/2)", "a^2*x*w'/b",
    "pinv(X)", "polar(A)", "sylvester(A, B, A)", "commutation(A, B)", "mean(X)", "prodall(x)", "tril(A)*x",
    "einsum('ii->i', A)", "einsum('i->ii', x)", "norm2(A)", "amax(x) - amin(w)", "gelu(x) + silu(w) + elu(x - w)",
    *(f"{name}_rows(X)" for name in ("sum", "mean", "norm", "norm1", "norminf", "amax", "amin", "logsumexp", "softmax",
                                     "log_softmax")),
    "log_softmax(x)", "normp(x, 3)", "normp(A, a)", "sum_rows(X*A) + X*vector(1)",
]  # fmt: skip


def value(shape: list[int], rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(0.5, 1.5, shape)


@pytest.mark.parametrize("text", TEXTS)
def test_a_program_computes_what_evaluate_does(text: str) -> None:
    e = matcalc.parse(text, WHERE)
    f = function([e])
    rng = np.random.default_rng(0)
    sizes = {p.name: [SIZE[str(d)] for d in p.axes or ()] for p in f.parameters}
    values = {"A": value([3, 3], rng), **{name: value(shape, rng) for name, shape in sizes.items()}}
    if "k" in str(e.shape):
        values["Z"] = value([3, 2], rng)
        f = function([e], types={"Z": matcalc.matrix("Z", "n", "k")})
    source = numpy(f)
    want = evaluate(e, values, {"Z": matcalc.matrix("Z", "n", "k")})
    got = run(source)(**{p.name: values[p.name] for p in f.parameters})
    assert np.shape(got) == np.shape(want), source
    np.testing.assert_allclose(got, want, rtol=1e-10, err_msg=source)


STABLE = [
    ("log(1 + x)", "return np.log1p(x)"),
    ("exp(x) - 1", "return np.expm1(x)"),
    ("log(1 + exp(x))", "return softplus(x)"),
    ("logdet(A)", "return np.linalg.slogdet(A)[1]"),
]


@pytest.mark.parametrize(("text", "want"), STABLE)
def test_the_stable_function_is_taken(text: str, want: str) -> None:
    assert lines(text, "x: vector(n), A: matrix(n, n)") == [want]


CONTRACTIONS = [
    ("einsum('i,jk->ijk', x, A)", "return np.einsum('i,jk->ijk', x, A)"),
    ("einsum('ij,jk,kl->il', A, A, B)", "return np.einsum('ij,jk,kl->il', A, A, B, optimize=True)"),
    ("einsum('ij,k,l->lki', A, x, x)", "return np.einsum('ij,k,l->lki', A, x, x, optimize=True)"),
]


@pytest.mark.parametrize(("text", "want"), CONTRACTIONS)
def test_contractions_are_ordered_where_that_is_quicker(text: str, want: str) -> None:
    assert lines(text, "x: vector(n), A, B: matrix(n, n)") == [want]


def test_a_contraction_of_two_arrays_is_a_product_of_matrices() -> None:
    assert is_ordered([(0, 1), (1, 2, 3)], (0, 2, 3))
    assert not is_ordered([(0, 1), (2, 3)], (2, 0, 1, 3))
    assert not is_ordered([(0, 1), (2, 0, 1)], (2,))


@pytest.mark.parametrize("text", ["sum(softplus(x))", "logsumexp(x)", "sum(sigmoid(x))", "-sum(log(sigmoid(x)))"])
def test_nothing_overflows(text: str) -> None:
    f = matcalc.grad(text, "x", where="x: vector(n)").compile(value=True)
    with np.errstate(all="raise", under="ignore"):
        value, gradient = f(np.array([-1000.0, 0.0, 1000.0]))
    assert np.isfinite(value) and np.isfinite(gradient).all()
