"""Answers as people write them: which are right, and what is wrong with the others."""

from __future__ import annotations

import pytest

import matcalc
from matcalc import Review, review

Q = "||Xw - y||^2"
LOGISTIC = "sum(log(1 + exp(-y.*(X*w))))"

RIGHT = [
    # in another shape, notation or layout
    ("x'*A*x", "x", "(A + A')*x", "derivative in denominator layout"),
    ("x'*A*x", "x", "x'A + x'A'", "derivative in numerator layout"),
    (Q, "w", "2X'Xw - 2X'y", "derivative in denominator layout"),
    (Q, "w", r"\nabla f = 2X^\top(Xw-y)", "derivative in denominator layout"),
    ("logdet(X)", "X", "X^{-T}", "derivative in denominator layout"),
    ("logdet(X)", "X", "X^{-1}", "derivative in numerator layout"),
    (LOGISTIC, "w", "-X'*(y./(1+exp(y.*(X*w))))", "derivative in denominator layout"),
    (LOGISTIC, "w", "-X'*(y.*sigmoid(-y.*(X*w)))", "derivative in denominator layout"),
    ("log(sum(exp(x)))", "x", "exp(x)/sum(exp(x))", "derivative in denominator layout"),
    ("A*X*B", "X", "kron(B', A)", "derivative of vec by vec"),
    ("W*x", "x", "W", "derivative in numerator layout"),
    ("vec(X)'*kron(B,A)*vec(X)", "X", "A'*X*B + A*X*B'", "derivative in denominator layout"),
    ("tr(X^3)", "X", "3*X'*X'", "derivative in denominator layout"),
    ("x/norm(x)", "x", "(I - x*x'/(x'*x))/norm(x)", "derivative in both layouts"),
    ("x^2", "x", "2x", "derivative in both layouts"),
]  # fmt: skip

WRONG = [
    # a factor
    (Q, "w", "X'*(X*w - y)", "wrong: the factor 2 is missing"),
    ("tr(X'*X)", "X", "4*X", "wrong: the factor 2 is too much"),
    ("x'*A*x", "x", "2*(A + A')*x", "wrong: the factor 2 is too much"),
    ("(1/n)*||X*w - y||^2", "w", "2*X'*(X*w - y)", "wrong: the factor 1/n is missing"),
    ("||A*x - b||", "x", "A'*(A*x - b)", "wrong: the factor 1/||A*x - b|| is missing"),
    ("det(X)", "X", "inv(X)'", "wrong: the factor det(X) is missing"),
    ("log(sum(exp(x)))", "x", "exp(x)", "wrong: the factor 1/sum(exp(x)) is missing"),
    ("exp(-gamma*||x-y||^2)", "x", "-2*gamma*(x - y)", "wrong: the factor exp(-gamma*||x - y||^2) is missing"),
    # the inner derivative
    ("sum(exp(A*x))", "x", "exp(A*x)", "wrong: the factor A' is missing"),
    ("sum(sigmoid(X*w))", "w", "X'*sigmoid(X*w)", "wrong: the factor vector(1) - sigmoid(X*w) is missing"),
    # the sign
    ("logdet(X)", "X", "-inv(X)", "wrong: the sign"),
    ("a'*inv(X)*b", "X", "inv(X)'*a*b'*inv(X)'", "wrong: the sign"),
    (LOGISTIC, "w", "X'*(y./(1+exp(y.*(X*w))))", "wrong: the sign"),
    ("||x - a||^2 - ||x - b||^2", "x", "2*(x - a) + 2*(x - b)", "wrong: the sign of the term 2*(x - b)"),
    # a transpose
    (Q, "w", "2*X*(X*w - y)", "wrong: a transpose of X is missing"),
    ("sum(exp(A*x))", "x", "A*exp(A*x)", "wrong: a transpose of A is missing"),
    ("a'*X*b", "X", "a*b", "wrong: a transpose of b is missing"),
    ("x'*A*x", "x", "x'*A + A*x", "wrong: a transpose of x'*A is missing"),
    ("tr(A*X)", "X", "A*X'", "wrong: the factor X' does not belong"),
    # the order of factors
    (Q, "w", "2*(X*w - y)*X'", "wrong: X*w - y and X' stand in the wrong order"),
    ("tr(A*X*B)", "X", "A*B", "wrong: A and B stand in the wrong order"),
    # a term
    ("||A*x-b||^2 + lambda*||x||^2", "x", "2*A'*(A*x-b)", "wrong: the term 2*lambda*x is missing"),
    ("x'*A*x", "x", "A*x", "wrong: the term A'*x is missing"),
    ("||A*x-b||^2 + lambda*||x||^2", "x", "2*A'*(A*x-b) + lambda*x",
     "wrong: the factor 2 is missing in the term lambda*x"),
    ("a'*x + x'*x", "x", "a + 2*x + x'*x*a", "wrong: the term x'*x*a does not belong"),
    # entry by entry, or as matrices
    ("sum((A*x).*y)", "x", "A'.*y", "wrong"),
    ("x'*(y.*x)", "x", "2*y'*x", "wrong"),
    # an exponent, a number, a norm, a name
    ("x/norm(x)", "x", "eye(n)/norm(x) - x*x'/norm(x)^2", "wrong: the exponent of ||x||"),
    ("norm(x)", "x", "x/norm(x)^2", "wrong: the factor ||x|| is missing"),
    ("a*x^2 + b*x + c", "x", "2*a*x + c", "wrong: c stands where b belongs"),
    ("tr(X^3)", "X", "2*X^2", "wrong: the factor 3/2 is missing"),
    ("logdet(X)", "X", "X'", "wrong: the inverse of X is missing"),
    # only for symmetric matrices
    ("x'*A*x", "x", "2*A*x", "right only if A is symmetric; otherwise the derivative is (A + A')*x"),
    ("tr(A*X'*X)", "X", "2*X*A", "right only if A is symmetric; otherwise the derivative is X*(A + A')"),
    ("(x-mu)'*inv(S)*(x-mu)", "mu", "2*inv(S)*(x-mu)", "wrong: the sign; and even then right only if S is symmetric"),
    ("a'*inv(X)*b", "X", "-inv(X)*a*b'*inv(X)", "right only if X is symmetric"),
    # the shape
    ("W*x", "x", "W*x", "wrong"),
    (Q, "w", "2*(X*w - y)", "wrong: the factor X' is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "wrt", "answer", "what"), RIGHT, ids=[f"{q[0]}:{q[2]}" for q in RIGHT])
def test_right(question: str, wrt: str, answer: str, what: str) -> None:
    found = review(question, wrt, answer)
    assert found and found.right
    assert str(found) == f"right: this is the {what}"


@pytest.mark.parametrize(("question", "wrt", "answer", "what"), WRONG, ids=[f"{q[0]}:{q[2]}" for q in WRONG])
def test_wrong(question: str, wrt: str, answer: str, what: str) -> None:
    found = review(question, wrt, answer)
    assert not found
    assert found.text.startswith(what), str(found)
    mended = review(question, wrt, str(found.mended), {n: str(t) for n, t in _types(question, wrt).items()})
    assert mended, f"{found.mended} is not right either"


def _types(question: str, wrt: str) -> dict[str, object]:
    return dict(matcalc.diff(question, wrt).types)


def test_a_declared_property_makes_it_right() -> None:
    assert review("x'*A*x", "x", "2*A*x", "A: symmetric matrix(n, n)")
    assert not review("x'*A*x", "x", "2*A*x")


def test_a_condition_is_said() -> None:
    assert review("x'*A*x", "x", "2*A*x").condition == "A is symmetric"


def test_hessians() -> None:
    assert str(review(Q, "w", "2*X'*X", order=2)) == "right: this is the Hessian"
    assert review(Q, "w", "X'*X", order=2).text == "wrong: the factor 2 is missing"


DERIVATIONS = [
    ("x'*A*x", "x", "f = x'*A*x\ndf = dx'*A*x + x'*A*dx\ndf = x'*(A + A')*dx\ndf/dx = x'*(A + A')", ""),
    ("x'*A*x", "x", "df = dx'*A*x + x'*A*dx = 2*x'*A*dx", "2*x'*A*dx"),
    (Q, "w", "f = (X*w-y)'*(X*w-y) = w'*X'*X*w - 2*y'*X*w + y'*y\n df/dw = 2*X'*X*w - 2*X*y", "2*X'*X*w - 2*X*y"),
    (Q, "w", "f = w'*X'*X*w - y'*X*w + y'*y\n df/dw = 2*X'*X*w - 2*X'*y", "w'*X'*X*w - y'*X*w + y'*y"),
    (Q, "w", "2*X'*(X*w - y) = 2*X'*X*w - 2*X'*y", ""),
]  # fmt: skip


@pytest.mark.parametrize(("question", "wrt", "lines", "broken"), DERIVATIONS, ids=[d[2] for d in DERIVATIONS])
def test_the_line_that_breaks(question: str, wrt: str, lines: str, broken: str) -> None:
    found = review(question, wrt, lines)
    assert found.line == broken
    assert found.right == (not broken)
    if found:
        assert str(found).startswith("right: every line, and this is the")


def test_what_was_changed_is_underlined() -> None:
    assert review(Q, "w", "2*X*(X*w - y)").latex() == (
        r"2 \underline{\mathbf{X}^\top} \left(\mathbf{X} \mathbf{w} - \mathbf{y}\right)"
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("", "write the answer that is to be reviewed"),
        ("2*X'*(X*w - z)", "z in the answer does not occur in the question"),
        ("2*X'*X*w -", "something is missing after -"),
        ("2*foo(X)", "unknown function foo"),
    ],
)
def test_answers_that_cannot_be_read(answer: str, message: str) -> None:
    with pytest.raises(matcalc.MatcalcError, match=message.replace("(", r"\(").replace("+", r"\+")):
        review(Q, "w", answer)


def test_a_review_is_an_object_of_the_package() -> None:
    assert isinstance(review("x'*x", "x", "2*x"), Review)
