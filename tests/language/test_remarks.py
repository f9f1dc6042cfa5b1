"""What is said about the choices that were made in reading a text."""

from __future__ import annotations

import pytest

import matcalc

REMARKS = [
    ("lam*||w||^2", "lam is one name, not the product l*a*m"),
    ("sigma(w'x)", "sigma before parentheses is the logistic function, sigmoid"),
    (r"\sigma(w^\top x)", "sigma before parentheses is the logistic function, sigmoid"),
    ("gamma(x - mu)", "gamma before parentheses is the Gamma function; write gamma*(…) for a product"),
    ("γ(x - μ)", "γ(…) is a product with the variable γ"),
    ("beta(x + 1)", "beta(…) is a product with the variable beta"),
    ("e^x", "e in e^x is Euler's number"),
    ("tr(e^A)", "e^A is the matrix exponential"),
    ("log|S|", "|S| is the determinant of S"),
    ("|Xw - y|^2", "|Xw - y| is the norm of Xw - y"),
    ("sum(|x|)", "|x| is taken entry by entry"),
    ("sum((Xw - y)^2)", "(Xw - y)^2 is read entry by entry"),
    ("sum(x*y)", "x*y is read entry by entry"),
    ("sum(x/y)", "x/y is read entry by entry"),
    ("||y - Xb||^2/N", "N is read as a scalar"),
    ("||Y - X beta||^2", "Y is read as a vector"),
    (
        "log(1 + exp(x))",
        "x is read as a vector, so functions go entry by entry; declare x: scalar for a number",
    ),
    ("tr(exp(A)*B)", "exp(A) goes entry by entry; the function of the matrix is expm"),
    ("x'*log(A)*x", "log(A) goes entry by entry; the function of the matrix is logm"),
    ("tr(B*log(X*A))", "log(X*A) goes entry by entry; the function of the matrix is logm"),
    ("tr(sqrt(inv(X))*B)", "sqrt(inv(X)) goes entry by entry; the function of the matrix is sqrtm"),
    ("A^+ b", "^+ is the pseudo-inverse, pinv"),
    ("||x - x_1||^2", "x_1 is another variable than x"),
    ("||x||_A^2", "||x||_A is sqrt(x'*A*x)"),
    ("|A| + Sigma", "|A| is taken entry by entry"),
    ("||x - x_k||^2", "x_k is another variable than x"),
    ("tr(A)*A_ij", "A_ij is another variable than A"),
]


@pytest.mark.parametrize(("text", "remark"), REMARKS, ids=[t for t, _ in REMARKS])
def test_remark(text: str, remark: str) -> None:
    assert remark in [r.text for r in matcalc.reading(text).remarks]


@pytest.mark.parametrize("text", ["||Xw - y||^2", "x'Ax", "logdet(X)", "a*x^2 + b*x + c", "Wx + b", "(x'w - y)^2"])
def test_what_is_usual_needs_no_remark(text: str) -> None:
    assert matcalc.reading(text).remarks == ()


def test_declared_texts_say_what_is_declared() -> None:
    where = "X: matrix(n,n)"
    (remark,) = matcalc.reading("sum(X^2)", where).remarks
    assert remark.text == "X^2 is the power of the matrix; entry by entry is X.^2" and remark.span == (4, 7)
    assert str(matcalc.parse("sum(X^2)", where)) == "sum(X^2)"
    (remark,) = matcalc.reading("softmax(X)", where).remarks
    assert remark.text == "softmax(X) goes over each row of the matrix; over all entries is softmax(…, axis=None)"


def test_functions_of_declared_matrices_go_entry_by_entry() -> None:
    (remark,) = matcalc.reading("tr(exp(A*B))", "A: matrix(n,m), B: matrix(m,n)").remarks
    assert remark.text == "exp(A*B) goes entry by entry; the function of the matrix is expm"


def test_a_derivative_has_the_remarks_of_its_text() -> None:
    d = matcalc.diff("log|S|", "S")
    assert d.remarks == ("|S| is the determinant of S",)
    assert d.vec().remarks == matcalc.grad("log|S|", "S").remarks == matcalc.hessian("log|S|", "S").remarks == d.remarks
    assert "inferred S: matrix(n, n); note: |S| is the determinant of S" in repr(d)


def test_the_command_says_them_beside_the_types(capsys: pytest.CaptureFixture[str]) -> None:
    from matcalc.front.cli import main

    assert main(["diff", "log|S|", "S", "--format", "text"]) == 0
    out = capsys.readouterr()
    assert out.out == "inv(S)\n" and "note: |S| is the determinant of S" in out.err.splitlines()


def test_jupyter_says_them_under_the_formula() -> None:
    assert "note: |S| is the determinant of S" in matcalc.diff("log|S|", "S")._repr_mimebundle_()["text/plain"]


def test_an_answer_reads_back_with_its_own_differentials() -> None:
    e = matcalc.differential("inv(X)", "X")
    assert str(matcalc.parse(str(e))) == str(e)
