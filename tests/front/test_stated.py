"""Equations and inequalities beside the declarations: used in answers, drawn in checks, or refused."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.terms.errors import DeclarationError, EvaluationError, MatcalcError, ShapeError, UnknownNameError

# the expression, by what, the declarations, the gradient or the derivative in denominator layout
ANSWERS = [
    ("-y'*log(softmax(W*x))", "W", "y: vector(k), sum(y) = 1", "(softmax(W*x) - y)*x'"),
    ("-y'*log(softmax(z))", "z", "y: vector(k), y'*vector(1) = 1", "softmax(z) - y"),
    ("||A*Q'*Q*B*z||^2", "z", "Q: matrix(n,k), Q'*Q = eye(k)", "2*B'*A'*A*B*z"),
    ("||Q*z - b||^2", "z", "Q: matrix(n,k), Q'*Q = I", "2*(z - Q'*b)"),
    ("tr(X'*Q'*Q*X)", "X", "Q: matrix(n,k), Q'*Q = eye(k)", "2*X"),
    ("tr(Q*X*Q')", "X", "Q: matrix(n,k), Q'*Q = eye(k)", "eye(k)"),
    ("logdet(Q'*Q + X)", "X", "Q: matrix(n,k), X: spd matrix(k,k), Q'*Q = eye(k)", "inv(eye(k) + X)"),
    ("a*log(det(Q'*Q + eye(k)))", "a", "a: scalar, Q: matrix(n,k), Q'*Q = 3*eye(k)", "logdet(4*eye(k))"),
    ("norm(q)^2*x'*x", "x", "q: vector(k), norm(q) = 1", "2*x"),
    ("norm(q)*x'*x", "x", "q: vector(k), q'*q = 4", "4*x"),
    ("q'*q*x'*x", "x", "q: vector(k), ||q||^2 = 1", "2*x"),
    ("||Q||^2*x'*x", "x", "Q: matrix(n,k), Q'*Q = eye(k)", "2*k*x"),
    ("tr(A*A')*x'*x", "x", "A: matrix(m,k), ||A|| = 1", "2*x"),
    ("||A*x - b||^2", "x", "A*x = b", "vector(0, n)"),
    ("b'*inv(A)'*x", "x", "A: matrix(n,n), A*z = b, z: vector(n)", "z"),
    ("x'*B*A*x", "x", "A: matrix(n,n), B: matrix(n,n), A*B = I", "2*x"),
    ("x'*S'*x", "x", "S: matrix(n,n); S = S'", "2*S*x"),
    ("x'*K*x + c'*x", "x", "K: matrix(n,n); K' = -K", "c"),
    ("x'*Q*Q'*x", "x", "Q: matrix(n,n); Q'*Q = eye(n)", "2*x"),
    ("x'*P*P*x", "x", "P: matrix(n,n); P*P = P; P' = P", "2*P*x"),
    ("mean(y)*x'*x", "x", "y: vector(n), sum(y) = 1", "2*x/n"),
    ("tr(S)*x'*x", "x", "S: spd matrix(n,n), tr(S) = 1", "2*x"),
    ("x'*C*D'*y", "x", "C: matrix(n,k), D: matrix(m,k), X: matrix(n,m), X = C*D'", "X*y"),
    ("x'*C*D'*y", "x", "C: matrix(n,k), D: matrix(m,k), X: matrix(n,m), C*D' - X = 0", "X*y"),
    ("x'*A*b", "x", "A: matrix(n,n), 2*A*b = 4*c, c: vector(n)", "2*c"),
    ("x'*P*ones(n)", "x", "P: matrix(n,n), P*ones(n) = ones(n)", "vector(1, n)"),
    ("x'*P'*P*ones(n)", "x", "P: matrix(n,n), P*ones(n) = ones(n), ones(n)'*P = ones(n)'", "vector(1, n)"),
    ("diag(X'*X)'*x", "x", "X: matrix(m,n), diag(X'*X) = 1", "vector(1, n)"),
    ("sum(y)*z'*x", "x", "y: vector(n), sum(y) = a, a: scalar, z: vector(n)", "a*z"),
    ("x'*x*sum(y) + sum(z)*sum(x)", "x", "y: vector(m), z: vector(k), sum(y) = 1, sum(z) = 0", "2*x"),
    ("sum(sqrt(x))", "x", "x: vector(n), x >= 0", "1/2./sqrt(x)"),
    ("sum(abs(x))", "x", "x: vector(n), 0 < x", "vector(1, n)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "by", "where", "want"), ANSWERS, ids=[f"{r[0]}; {r[2]}" for r in ANSWERS])
def test_what_is_stated_is_used_in_the_answer(text: str, by: str, where: str, want: str) -> None:
    d = matcalc.diff(text, by, layout="denominator", where=where)
    assert str(d) == want
    assert d.certificate
    assert d.check(trials=2).ok


@pytest.mark.parametrize(("text", "by", "where", "want"), ANSWERS[:8], ids=[r[2] for r in ANSWERS[:8]])
def test_without_it_the_answer_is_another(text: str, by: str, where: str, want: str) -> None:
    declared = matcalc.language.parse.parse_where(where)
    assert str(matcalc.diff(text, by, layout="denominator", where=dict(declared))) != want


REFUSED = [
    ("y: vector(n), sum(y) = 1, sum(y) = 2", DeclarationError, "sum(y) = 2 contradicts sum(y) = 1"),
    ("1 = 2", DeclarationError, "1 = 2 does not hold"),
    ("q: vector(k), norm(q) = 1, q'*q = 2", DeclarationError, "q'*q = 2 contradicts ||q|| = 1"),
    ("Q: matrix(m,k), Q'*Q = eye(k), tr(Q*Q') = 0", DeclarationError, "tr(Q*Q') = 0"),
    ("y: vector(n), z: vector(n), y = z, sum(y) = 1, sum(z) = 3", DeclarationError, "sum(z) = 3 contradicts"),
    ("y: vector(k), y'*y = -1", DeclarationError, "y'*y = -1"),
    ("y: positive vector(k), sum(y) = -1", DeclarationError, "no values were found at which sum(y) = -1 holds"),
    ("y: vector(k), norm(y) = 1, sum(y) = 40", DeclarationError, "sum(y) = 40 holds beside ||y|| = 1"),
    ("S: spd matrix(m,m), tr(S) = 0", DeclarationError, "tr(S) = 0"),
    ("Q: matrix(m,k), Q'*Q = eye(k), Q*Q' = eye(m)", DeclarationError, "holds beside"),
    ("y: vector(k), smu(y) = 1", UnknownNameError, "did you mean sum"),
    ("y: vector(k), sum(q) = 1", UnknownNameError, "q is neither declared nor in the expression"),
    ("A: matrix(m,k), b: vector(k), A*b = b", ShapeError, "equal shapes"),
    ("y: vector(k), sum(y) = ", DeclarationError, "two sides"),
    ("y: vector(k), = 1", DeclarationError, "two sides"),
    ("y: vector(k), sum(y = 1", MatcalcError, ""),
    ("y: vector(k), 0 < y < 1", DeclarationError, "one sign"),
    ("y: vector(k), y != 0", DeclarationError, "not known here"),
    ("y: vector(k), sum(y) >= 1", DeclarationError, "only x > 0 and x >= 0"),
    ("S: matrix(m,m), S > 0", DeclarationError, "spd matrix or positive matrix"),
    ("y: vector(k), z > 0", UnknownNameError, "z is neither"),
    ("u: vector(n) -> scalar, u(x) = 1", DeclarationError, "no values were found"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "error", "part"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_cannot_be_is_refused_by_name(where: str, error: type[MatcalcError], part: str) -> None:
    with pytest.raises(error) as told:
        matcalc.diff("x'*x", "x", where=f"x: vector(n), {where}")
    assert part in str(told.value)


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("y: vector(k), smu(y) = 1", "smu"),
        ("y: vector(k), 1 = sum(q)", "q"),
        ("y: vector(k); sum(y) + = 2", "+"),
        ("y: vector(k), 1 = sum(y))", ")"),
        ("y: vector(k), 0 < y < 1", "<"),
    ],
)
def test_an_error_has_its_place_in_the_declarations(where: str, shown: str) -> None:
    with pytest.raises(MatcalcError) as told:
        matcalc.diff("x'*x", "x", where=where)
    assert told.value.text == where
    start, stop = told.value.span or (0, 0)
    assert where[start:stop].strip() == shown or shown in where[start:stop]


def test_a_mapping_states_too() -> None:
    d = matcalc.diff("sum(y)*x'*x", "x", where={"y": "vector(n)", "sum(y)": 1})
    assert str(d) == "2*x'"
    assert d.assumptions == ["sum(y) = 1"]


def test_what_is_stated_is_an_assumption_in_every_notation() -> None:
    d = matcalc.diff("-y'*log(softmax(z))", "z", where="y: vector(k), sum(y) = 1")
    assert "sum(y) = 1" in d.assumptions
    assert r"\operatorname{sum}\left(\mathbf{y}\right) = 1" in matcalc.front.conditions.conditions(d, "latex")
    assert any("= " in c and "<math" in c for c in matcalc.front.conditions.conditions(d, "mathml"))


def test_the_variable_moves_freely_and_the_remark_says_so() -> None:
    d = matcalc.diff("||x||^2*c'*x", "x", layout="denominator", where="x: vector(n), x'*x = 1")
    assert str(d) == "c + 2*c'*x*x"
    assert any("x moves freely, though x'*x = 1" in r and "tangent" in r for r in d.remarks)
    assert all("freely" not in r for r in matcalc.diff("sum(y)*x'*x", "x", where="sum(y) = 1").remarks)


def test_a_derivative_of_the_derivative_does_not_use_it_before() -> None:
    first = matcalc.diff("(x'*x)^2", "x", layout="denominator", where="x: vector(n), x'*x = 1")
    assert str(first) == "4*x"
    assert str(first.diff("x")) == "4*eye(n) + 8*x*x'"
    assert str(matcalc.hessian("(x'*x)^2", "x", where="x: vector(n), x'*x = 1")) == "4*eye(n) + 8*x*x'"


def test_a_list_of_variables_keeps_what_is_stated() -> None:
    by_w, by_z = matcalc.diff("sum(y)*||w||^2 + z'*w", ["w", "z"], where="y: vector(k), sum(y) = 1")
    assert (str(by_w), str(by_z)) == ("z' + 2*w'", "w'")
    two = matcalc.diff("a*sum(y) + b^2", "a,b", where="y: vector(k), sum(y) = 1")
    assert str(two) == "[1, 2*b]"


def test_a_ready_expression_takes_statements() -> None:
    y, x = matcalc.vector("y", "k"), matcalc.vector("x", "n")
    assert str(matcalc.diff(y.sum() * (x @ x), "x", where="sum(y) = 1")) == "2*x'"


def test_steps_end_with_the_answer() -> None:
    d = matcalc.diff("-y'*log(softmax(z))", "z", where="y: vector(k), sum(y) = 1")
    assert str(d.steps()).rstrip().splitlines()[-1].endswith(str(d)) or str(d) in str(d.steps())


def test_a_wrong_answer_has_no_certificate_at_points_where_it_holds() -> None:
    from matcalc.certificate.certify import certify
    from matcalc.certificate.claims import Claim
    from matcalc.terms.errors import InternalError

    d = matcalc.diff("-y'*log(softmax(z))", "z", where="y: vector(k), sum(y) = 1")
    z = d.variable
    right = Claim(d.source, (z,), d.expr)
    assert certify(right, d.book)
    with pytest.raises(InternalError):
        certify(right)  # without the equation it is wrong
    with pytest.raises(InternalError):
        certify(Claim(d.source, (z,), 2 * d.expr), d.book)


def test_values_are_drawn_on_what_is_stated() -> None:
    from matcalc.numbers.domains import Sampler

    where = "Q: matrix(n,k), Q'*Q = eye(k), p: positive vector(n), sum(p) = 1, S: symmetric matrix(n,n), tr(S) = 2"
    d = matcalc.diff("||Q*z - p||^2 + p'*S*p", "z", where=where)
    sampler = Sampler(d.source, d.record.nodes, d.record.trace.assumptions, d.book)
    v = sampler.draw(np.random.default_rng(3)).values
    np.testing.assert_allclose(v["Q"].T @ v["Q"], np.eye(v["Q"].shape[1]), atol=1e-10)
    assert abs(v["p"].sum() - 1) < 1e-10
    assert (v["p"] > 0).all()
    assert abs(np.trace(v["S"]) - 2) < 1e-10
    np.testing.assert_allclose(v["S"], v["S"].T)


def test_values_at_which_it_does_not_hold_are_refused() -> None:
    d = matcalc.grad("-y'*log(softmax(z))", "z", where="y: vector(k), sum(y) = 1")
    np.testing.assert_allclose(d.evaluate(z=[0.0, 0.0], y=[0.25, 0.75]), [0.25, -0.25])
    with pytest.raises(EvaluationError, match="sum\\(y\\) = 1 is stated, but does not hold"):
        d.evaluate(z=[0.0, 0.0], y=[0.5, 0.75])
