"""The front doors: the forms of the textbooks in both layouts, structures, and errors that say what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import matcalc
from matcalc import DeclarationError, MatcalcError

TEXTBOOK = [
    ("||X*w - y||^2", "w", None, "2*(X*w - y)'*X", "2*X'*(X*w - y)"),
    ("x'*A*x", "x", None, "x'*(A + A')", "(A + A')*x"),
    ("tr(A*X*B)", "X", None, "B*A", "A'*B'"),
    ("logdet(X)", "X", None, "inv(X)", "inv(X)'"),
    ("A*sin(x)", "x", None, "A*diag(cos(x))", "diag(cos(x))*A'"),
    ("w.*x", "w", "w: vector(n), x: vector(n)", "diag(x)", "diag(x)"),
    ("sum(log(vector(1) + exp(-y.*(X*w))))", "w", None,
     "-(y.*sigmoid(-y.*(X*w)))'*X", "-X'*(y.*sigmoid(-y.*(X*w)))"),
    ("||T - U*V'||_F^2", "U", None, "2*V'*(U*V' - T)'", "2*(U*V' - T)*V"),
    ("A*u(x)", "x", "x: vector(n), u: vector(n) -> vector(m)", "A*∂u/∂x", "∂u/∂x*A'"),
]  # fmt: skip


@pytest.mark.parametrize("text, wrt, where, numerator, denominator", TEXTBOOK, ids=[r[0] for r in TEXTBOOK])
def test_textbook_forms(text: str, wrt: str, where: str | None, numerator: str, denominator: str) -> None:
    assert str(matcalc.diff(text, wrt, where=where)) == numerator
    assert str(matcalc.diff(text, wrt, layout="denominator", where=where)) == denominator


STRUCTURED = [
    ("symmetric", "entries", "A + A' - A.*eye(n)"),
    ("symmetric", "tangent", "(A + A')/2"),
    ("skew", "entries", "A' - A"),
    ("skew", "tangent", "(A' - A)/2"),
    ("diagonal", "entries", "A.*eye(n)"),
    ("lower", "entries", "tril(A')"),
    ("upper", "tangent", "triu(A')"),
]


@pytest.mark.parametrize("kind, structure, expected", STRUCTURED)
def test_structure(kind: str, structure: str, expected: str) -> None:
    where = f"X: {kind} matrix(n,n), A: matrix(n,n)"
    assert str(matcalc.grad("tr(A*X)", "X", where, structure=structure)) == expected
    assert str(matcalc.grad("tr(A*X)", "X", where)) == "A'"


ERRORS = [
    (lambda: matcalc.diff("A*x", "q"), matcalc.UnknownNameError, "q is neither"),
    (lambda: matcalc.diff("foo(x)", "x"), matcalc.MatcalcError, "unknown function foo"),
    (lambda: matcalc.diff("||Xw - y", "w"), matcalc.ParseError, "never closed"),
    (lambda: matcalc.diff("x^2", "x", layout="sideways"), matcalc.MatcalcError, "layout"),
    (lambda: matcalc.diff("x^2", "x", structure="tied"), matcalc.MatcalcError, "structure"),
    (lambda: matcalc.grad("A*x", "x"), matcalc.ShapeError, "a gradient is that of a scalar"),
    (lambda: matcalc.hessian("A*x", "x"), matcalc.MatcalcError, "the Hessian is that of a scalar"),
    (lambda: matcalc.diff("tetragamma(x)", "x"), matcalc.NoDerivativeError, "tetragamma"),
    (lambda: matcalc.diff("A*x + x", "x", where="A: matrix(m,n)"), matcalc.ShapeError, "equal shapes"),
]


@pytest.mark.parametrize("call, kind, message", ERRORS, ids=[m for _, _, m in ERRORS])
def test_errors(call, kind, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(kind, match=message):
        call()


def test_zero_only_where_nothing_depends() -> None:
    assert str(matcalc.diff("a", "x", where="a: scalar, x: scalar")) == "0"
    assert matcalc.diff("logdet(S)", "S").evaluate({"S": np.eye(2) * 2}).tolist() == [[0.5, 0], [0, 0.5]]


def test_code_and_compiled_functions_agree() -> None:
    d = matcalc.diff("||Xw - y||^2", "w")
    rng = np.random.default_rng(0)
    values = {"X": rng.normal(size=(4, 3)), "w": rng.normal(size=3), "y": rng.normal(size=4)}
    assert np.allclose(d.compile()(**values), d.evaluate(values))


def test_a_property_of_the_variable_is_not_used_before_differentiating() -> None:
    where = "X: symmetric matrix(n,n), A: matrix(n,n)"
    assert str(matcalc.grad("tr(X'*A*X)", "X", where)) == "(A + A')*X"


def test_declarations_hold_for_ready_expressions() -> None:
    """`where` says the same of an expression, of a derivative and of one from SymPy as of a text."""
    from sympy import MatrixSymbol, symbols

    n = symbols("n")
    A, x = MatrixSymbol("A", n, n), MatrixSymbol("x", n, 1)
    where = "A: symmetric matrix(n,n)"
    first = matcalc.diff("x'*A*x", "x")
    for source in ("x'*A*x", matcalc.parse("x'*A*x"), x.T * A * x):
        assert str(matcalc.diff(source, "x", where=where)) == "2*x'*A"
    assert str(matcalc.diff(first, "x", where=where)) == "2*A"
    with pytest.raises(DeclarationError, match="declared"):
        matcalc.diff(matcalc.parse("x'*A*x"), "x", where="A: symmetric matrix(k,k)")


@pytest.mark.parametrize("source", [None, b"x", ["x", "y"], object()])
def test_what_is_no_expression_is_refused(source: object) -> None:
    with pytest.raises(MatcalcError, match="an expression is"):
        matcalc.diff(source, "x")


@pytest.mark.parametrize("where", [5, ["x: scalar"], b"x: scalar"])
def test_what_is_no_declaration_is_refused(where: object) -> None:
    with pytest.raises(DeclarationError, match="a text or a mapping"):
        matcalc.diff("x", "x", where=where)


def test_a_text_for_sympy_is_not_run(tmp_path: Path) -> None:
    made = tmp_path / "made"
    with pytest.raises(MatcalcError):
        matcalc.from_sympy(f"open({str(made)!r}, 'w')")
    assert not made.exists()


@pytest.mark.parametrize(
    "text", ["x/0", "x*(1/0)", "x/(1-1)", "0^(-1)*x", "x./0", "x/0.0", "log(0)*x", "x/(2*3 - 6)^2"]
)
def test_what_has_no_value_anywhere_is_refused(text: str) -> None:
    with pytest.raises(matcalc.EvaluationError, match=r"divides by 0|logarithm of 0"):
        matcalc.diff(text, "x", where="x: vector(n)")


def test_functions_of_a_ready_expression_are_not_declared_again() -> None:
    e = matcalc.parse("u(x) + phi(v)", where="u: vector(n) -> vector(m), phi: elementwise, x: vector(n), v: vector(m)")
    for where in ("u: vector(n) -> vector(k)", "phi: vector(m) -> vector(m)", "x: elementwise"):
        with pytest.raises(DeclarationError, match="of a ready expression"):
            matcalc.diff(e, "x", where=where)
    assert str(matcalc.diff(e, "x", where="x: positive vector(n), other: vector(k)").types["x"]) == "positive vector(n)"


def test_by_several_scalars() -> None:
    h = matcalc.hessian("exp(a*x)/y + x^3*log(y)", ["x", "y"], where={"a": "scalar"})
    assert h.order == 2 and h.certificate and h.check().ok and [str(n) for n in h.shape] == ["2", "2"]
    assert float(h.evaluate(a=0.5, x=1.2, y=2.0)[0, 1]) == pytest.approx(3 * 1.2**2 / 2 - 0.5 * np.exp(0.6) / 4)
    for form in (h.steps, h.form, h.index, h.vec, h.modes, h.hvp, h.cases):
        with pytest.raises(MatcalcError):
            form()  # type: ignore[operator]
    d = matcalc.diff("x*y^2", "x,y")
    assert str(d.differential()) == str(matcalc.differential("x*y^2", "x,y")) == "2*x*y*d(y) + y^2*d(x)"
    for wrong in ([], ["x", "x"], ["x", 3]):
        with pytest.raises(MatcalcError):
            matcalc.diff("x*y^2", wrong)


def test_a_wrong_hessian_by_several_scalars_is_not_handed_out() -> None:
    from dataclasses import replace

    from matcalc.front.certificates import certificate_of
    from matcalc.terms.rebuild import rebuild

    record = matcalc.hessian("x*y^2", "x,y").record
    a, b, c, d = record.expr.args
    for wrong in ((b, a, c, d), (a, b, c, b), (a, d, d, d)):
        with pytest.raises(matcalc.InternalError):
            certificate_of(replace(record, expr=rebuild(record.expr, wrong)))
