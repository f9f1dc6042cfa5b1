"""The numerical check passes right answers in every layout, order and structure, and fails wrong ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import matcalc
from matcalc import Derivative
from matcalc.numbers.check import check
from matcalc.numbers.domains import Sampler
from matcalc.numbers.sampling import MAKERS, choose_sizes, draw, has_property
from matcalc.terms.errors import EvaluationError, MatcalcError
from matcalc.terms.expression import Expr, num, prod
from matcalc.terms.shapes import Dim

CASES = [
    ("||Xw - y||^2", "w", None),
    ("||Xw - y||^2", "X", None),
    ("(<x, w> - y)^2", "w", None),
    ("x'*A*x", "x", None),
    ("logdet(X)", "X", None),
    ("tr(A*inv(X)*B)", "X", None),
    ("A*sin(x)", "x", None),
    ("|x|", "x", None),
    ("max(w, x)", "w", "w: vector(n), x: vector(n)"),
    ("sum(log(1 + exp(-y.*(X*w)))) + c/2*||w||^2", "w", None),
    ("inv(X)", "X", None),
    ("X*A*X'", "X", None),
    ("inv(eye(n) - P)", "P", "P: small matrix(n,n)"),
    ("arcsin(x)", "x", "x: unit vector(n)"),
    ("sqrt(x)", "x", "x: positive vector(n)"),
    ("log(x)", "x", None),
    ("A*u(x) + v(x)", "x", "u: vector(n) -> vector(m), v: vector(n) -> vector(k), A: matrix(k,m)"),
    ("X[1,:]", "X", "X: matrix(4,4)"),
    ("tr(Q'*A*Q)", "Q", "Q: orthogonal matrix(n,n)"),
    ("a*X", "a", "X: matrix(m,n)"),
]


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize(("text", "wrt", "where"), CASES)
def test_right_answers_pass(text: str, wrt: str, where: str | None, layout: str) -> None:
    report = matcalc.diff(text, wrt, layout, where).check(seed=3)
    assert report.ok and report.error < 1e-8, str(report)


@pytest.mark.parametrize(
    ("text", "wrt"),
    [("||A*x - b||^2", "x"), ("logdet(X)", "X"), ("x^3", "x"), ("sum(exp(A*x))", "x"), ("tr(X*A*X')", "X")],
)
def test_hessians(text: str, wrt: str) -> None:
    report = matcalc.hessian(text, wrt).check()
    assert report.ok, str(report)


@pytest.mark.parametrize("structure", ["free", "entries", "tangent"])
@pytest.mark.parametrize("kind", ["symmetric", "skew", "diagonal", "spd"])
@pytest.mark.parametrize("text", ["tr(A*expm(S)*B)", "A*S*x"])
def test_structures(text: str, kind: str, structure: str) -> None:
    where = f"S: {kind} matrix(n,n), A: matrix(m,n)"
    where += ", B: matrix(n,m)" if "B" in text else ", x: vector(n)"
    report = matcalc.diff(text, "S", where=where, structure=structure).check()
    assert report.ok, str(report)


def answered(d: Derivative, e: Expr) -> Derivative:
    """The derivative with another answer."""
    return Derivative(replace(d.record, expr=e))


@pytest.mark.parametrize(("text", "wrt"), [("||Xw - y||^2", "w"), ("logdet(X)", "X"), ("A*sin(x)", "x")])
def test_wrong_answers_fail(text: str, wrt: str) -> None:
    d = matcalc.diff(text, wrt)
    d = answered(d, prod(num(3), d.expr))
    report = d.check()
    assert not report and report.error > 0.1
    assert "NOT verified" in str(report)


@pytest.mark.parametrize("text", ["norm1(softmax(x))", "norminf(A*x)", "norm1(sigmoid(x))", "sum(abs(x).^3)"])
def test_rounding_is_no_error(text: str) -> None:
    """Differences of differences are off by rounding where the second derivative is zero or small."""
    d = matcalc.hessian(text, "x")
    assert all(d.check(seed=seed).ok for seed in range(20))


def test_a_missing_transpose_fails() -> None:
    d = matcalc.diff("tr(A*X)", "X", where="A: matrix(n,n), X: matrix(n,n)")
    assert d.check().ok
    d = answered(d, matcalc.parse("A'", where="A: matrix(n,n)"))
    assert not d.check().ok


def test_jax_agrees() -> None:
    pytest.importorskip("jax")
    for text, wrt in (("||Xw - y||^2", "X"), ("logdet(X)", "X"), ("X*A*X'", "X")):
        report = matcalc.diff(text, wrt).check(against="jax", trials=1)
        assert report.ok and "JAX" in report.trials[0].method
    assert matcalc.hessian("sum(exp(A*x))", "x").check(against="jax", trials=1).ok


def test_the_report_says_what_was_tried() -> None:
    report = matcalc.diff("||Xw - y||^2", "w").check(trials=2, seed=5)
    assert str(report).splitlines()[0] == "d(||X*w - y||^2)/dw = 2*(X*w - y)'*X, numerator layout"
    assert len(report.trials) == 2 and "seed 5" in str(report)
    assert "|---|---|---|" in report.markdown()
    assert all(t.sizes["m"] != t.sizes["n"] for t in report.trials)


def test_errors() -> None:
    d = matcalc.diff("x'*A*x", "x")
    with pytest.raises(MatcalcError, match="jax"):
        d.check(against="tensorflow")
    with pytest.raises(MatcalcError, match="one trial"):
        d.check(trials=0)
    with pytest.raises(EvaluationError, match="no values"):
        check(matcalc.diff("log(-exp(x))", "x").record)


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_samples_have_their_property(kind: str) -> None:
    rng = np.random.default_rng(0)
    for n in (2, 3, 5) if kind == "skew" else (1, 2, 3, 5):
        assert has_property(kind, draw(rng, (n, n), (kind,)))
    assert not has_property("distinct", np.zeros(2), np.zeros(2))


def test_sizes_solve_for_composite_dimensions() -> None:
    rng = np.random.default_rng(0)
    sizes = choose_sizes([(Dim.of("m") * 2 - "n", Dim.of("n"))], rng)
    assert 2 * sizes["m"] - sizes["n"] >= 1
    sample = Sampler(matcalc.parse("X[3,:]", where="X: matrix(m,n)")).draw(rng)
    assert sample.sizes["m"] > 3


@pytest.mark.parametrize("against", [None, "jax"])
def test_vec_and_hessian_vector_products(against: str | None) -> None:
    if against == "jax":
        pytest.importorskip("jax")
    for layout in ("numerator", "denominator"):
        for text, wrt in (("A*X*B", "X"), ("tr(A*inv(X)*B)", "X"), ("A*x", "x"), ("X*w", "X")):
            report = matcalc.diff(text, wrt, layout).vec().check(against=against)
            assert report.ok, str(report)
    assert matcalc.hessian("tr(X*A*X')", "X").vec().check(against=against).ok
    for text, wrt in (("sum(exp(A*x))", "x"), ("logdet(X)", "X")):
        d = matcalc.grad(text, wrt).hvp("V")
        assert d.check(against=against).ok, str(d)
        d = answered(d, prod(num(2), d.expr))
        assert not d.check(against=against).ok
    with pytest.raises(MatcalcError, match="before vec"):
        matcalc.diff("A*X*B", "X").vec().steps()


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_lists_of_variables(layout: str) -> None:
    for text in ("[3x^2*y; 2x + y^8]", "3x^2*y"):
        d = matcalc.diff(text, "(x, y)", layout)
        assert d.check().ok
        d = answered(d, prod(num(2), d.expr))
        assert not d.check().ok


def test_limit_table() -> None:
    table = str(matcalc.diff("3x^2 - 4x", "x").limit_table(at=1))
    assert [line.split("=")[-1] for line in table.splitlines()[:5]] == [
        "2.30000", "2.03000", "2.00300", "2.00030", "2.00003",
    ]  # fmt: skip
    assert table.endswith("derivative at x = 1: 2.00000")
    with pytest.raises(MatcalcError):
        matcalc.diff("A*x", "x").limit_table(at=1)


@pytest.mark.parametrize(
    ("text", "wrt", "where", "note"),
    [
        ("sum(a)", "b", "b: scalar", "the value does not depend on b"),
        ("log|X|", "X", None, "|X| is the determinant of X"),
        ("mean(x + a)", "x", "x: scalar", ""),
    ],
)
def test_notes(text: str, wrt: str, where: str | None, note: str) -> None:
    report = matcalc.diff(text, wrt, where=where).check()
    assert report.ok and (note in report.notes if note else not report.notes)
    assert not note or f"note: {note}" in str(report)


def test_a_condition_on_what_is_a_scalar_at_these_sizes() -> None:
    where = "b: scalar, D: matrix(1,1), K: diagonal matrix(1,1)"
    assert matcalc.diff("diag(adj(eye(1) - 0.2*(b*D - b*K)))", "b", where=where).check(trials=1).ok
