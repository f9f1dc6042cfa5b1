"""Newton's steps in closed form: by the structure of the Hessian, against the linear system in numbers."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc

from .numbers import newton_step, question

# the expression, the variable, declarations, the step as printed, what inverts the Hessian
STEPS = [
    ("x'*A*x/2 - b'*x", "x", "A: spd matrix(n,n)", "x - inv(A)*b", ""),
    ("x'*A*x - b'*x", "x", "A: matrix(n,n)", "x - inv(A + A')*b", ""),
    ("sum(x.^4)", "x", "x: vector(n)", "x/3", ""),
    ("-sum(log(x)) + c'*x", "x", "x: positive vector(n)", "x.^2.*(c - 1./x)", ""),
    ("sum(exp(x)) - y'*x", "x", None, "(exp(x) - y)./exp(x)", ""),
    ("(x'*x)^2", "x", None, "x/3", "Sherman-Morrison"),
    ("log(x'*x)", "x", None, "-x", "Sherman-Morrison"),
    ("sqrt(1 + x'*x)", "x", None, "(1 + x'*x)*x", "Sherman-Morrison"),
    ("(a'*x - b)^2 + c*x'*x", "x", "c: positive scalar", None, "Sherman-Morrison"),
    ("logsumexp(x) + c*x'*x/2", "x", "x: vector(n), c: positive scalar", None, "Sherman-Morrison"),
    ("sum(exp(x)) + (a'*x)^2/2", "x", None, None, "Sherman-Morrison"),
    ("c*exp(a*t)", "t", "t, a, c: scalar", "1/a", ""),
    ("t^2 - 2*t", "t", "t: scalar", "t - 1", ""),
    ("||T - U*V'||^2", "U", "T: matrix(m,n), V: matrix(n,2)", "U - T*V*inv(V'*V)", "the inverses of two factors"),
    ("tr(X'*A*X*B)/2 - tr(C'*X)", "X", "A: spd matrix(m,m), B: spd matrix(n,n)", "X - inv(A)*C*inv(B)",
     "the inverses of two factors"),
    ("logdet(X)", "X", None, "-X", "the inverses of two factors"),
    ("tr(S*X) - logdet(X)", "X", "S, X: spd matrix(n,n)", "X*S*X - X", "the inverses of two factors"),
    ("||A*X - B||^2 + c*||X||^2", "X", "A: matrix(m,n), c: positive scalar",
     "inv(A'*A + c*eye(n))*(A'*(A*X - B) + c*X)", "the inverses of two factors"),
    ("tr(X'*A*X) + tr(X*B*X') - tr(C'*X)", "X", "A: spd matrix(m,m), B: spd matrix(n,n)", None,
     "a Sylvester equation"),
    ("tr(inv(X)*A)", "X", None, None, "a Sylvester equation"),
    ("tr(X'*A*X*B + X'*C*X*D) - tr(E'*X)", "X", "A, C: spd matrix(m,m), B, D: spd matrix(n,n)", None,
     "a Sylvester equation"),
    ("||X||^4", "X", "X: matrix(m,n)", None, "Sherman-Morrison"),
    ("sum(exp(X)) - tr(A'*X)", "X", "X: matrix(m,n)", "(exp(X) - A)./exp(X)", "division entry by entry"),
    ("tr(X*X) + 2*tr(X'*X) - tr(A'*X)", "X", None, "A'/6 + X - A/3", "the symmetric and the skew part"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "where", "printed", "how"), STEPS)
def test_steps(text: str, wrt: str, where: str | None, printed: str | None, how: str) -> None:
    step = matcalc.newton(text, wrt, where)
    assert step.certificate.kind in ("exact", "points")
    if printed is not None:
        assert str(step) == printed
    told = [r for r in step.remarks if "inverted" in r]
    assert told == ([f"the Hessian is inverted by {how}"] if how else [])
    for seed in range(3):
        _, values = question(text, wrt, where, seed)
        wanted = newton_step(text, wrt, where, values)
        given = {n: v for n, v in values.items() if n in step.types}
        assert np.allclose(step.evaluate(given), wanted, rtol=1e-6, atol=1e-7)


def test_the_form_of_the_inverse() -> None:
    """Woodbury for few rows of data: an m by m system in place of n by n."""
    text, where = "||A*x - b||^2/2 + c*x'*x/2", "A: matrix(m,n), c: positive scalar"
    wide = matcalc.newton(text, "x", where, inverse="woodbury")
    plain = matcalc.newton(text, "x", where)
    assert "inv(A'*A + c*eye(n))" in str(plain)
    assert "eye(m)" in str(wide) and "eye(n)" not in str(wide)
    _, values = question(text, "x", where)
    assert np.allclose(wide.evaluate(values), plain.evaluate(values))
    rank_one = "(a'*x - b)^2 + c*x'*x"
    assert "inv(" in str(matcalc.newton(rank_one, "x", "c: positive scalar", inverse="inverse"))
    few = matcalc.newton("||A*x - b||^2 + c*x'*x", "x", "A: matrix(3,n), c: positive scalar, b: vector(3)")
    assert "eye(3)" in str(few)


def test_what_it_takes_for_granted() -> None:
    assert matcalc.newton("||A*x - b||^2", "x").assumptions == ["invertible(A'*A)"]
    assert matcalc.newton("||A*x - b||^2", "x", "A: invertible matrix(n,n)").assumptions == []


@pytest.mark.parametrize(("text", "wrt", "where", "message"), [
    ("a'*x", "x", None, "linear in x"),
    ("tr(A*X)", "X", None, "linear in X"),
    ("(a'*x - b)^2", "x", None, "has rank 1"),
    ("exp(a'*x)", "x", None, "has rank 1"),
    ("logsumexp(x)", "x", "x: vector(n)", "singular"),
    ("tr(A*X)^2", "X", None, "finite rank"),
    ("||x||", "x", None, "singular"),
    ("A*x", "x", None, "that of a scalar"),
    ("sum(exp(A*X))", "X", "A: matrix(m,n), X: matrix(n,k)", "none of"),
    ("tr(X'*A*X*B + X'*C*X*D + X'*E*X*F)", "X", "A, C, E: spd matrix(m,m), B, D, F: spd matrix(n,n)", "more than two"),
])  # fmt: skip
def test_what_is_refused(text: str, wrt: str, where: str | None, message: str) -> None:
    with pytest.raises(matcalc.MatcalcError, match=message):
        matcalc.newton(text, wrt, where)


def test_a_form_that_is_none() -> None:
    with pytest.raises(matcalc.MatcalcError, match="one of auto"):
        matcalc.newton("x'*x", "x", inverse="lu")  # type: ignore[arg-type]
