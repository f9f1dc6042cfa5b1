"""Simplification keeps the value and reaches the form of the textbooks."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.simplification.normal import simplify

# expression, where, normal form
NORMAL = [
    ("A''", "A: matrix(m,n)", "A"),
    ("(A*B)'", "A: matrix(m,n), B: matrix(n,p)", "B'*A'"),
    ("(A*B*C)'", "A: matrix(m,n), B: matrix(n,p), C: matrix(p,q)", "C'*B'*A'"),
    ("A*x + A*x", "A: matrix(m,n), x: vector(n)", "2*A*x"),
    ("A*x + A'*x", "A: symmetric matrix(n,n), x: vector(n)", "2*A*x"),
    ("Q'*Q*x", "Q: orthogonal matrix(n,n), x: vector(n)", "x"),
    ("inv(X)*X*x", "X: invertible matrix(n,n), x: vector(n)", "x"),
    ("X*X*X", "X: matrix(n,n)", "X^3"),
    ("x'*A*y - y'*A'*x", "A: matrix(m,n), x: vector(m), y: vector(n)", "0"),
    ("tr(A*B) - tr(B*A)", "A: matrix(m,n), B: matrix(n,m)", "0"),
    ("tr(x*y')", "x: vector(n), y: vector(n)", "x'*y"),
    ("y.*(x./y)", "x: vector(n), y: vector(n)", "x"),
    ("s*A*(s*x)", "s: scalar, A: matrix(m,n), x: vector(n)", "s^2*A*x"),
    ("diag(x)*y", "x: vector(n), y: vector(n)", "x.*y"),
    ("(2*A)^3", "A: matrix(n,n)", "8*A^3"),
    ("A'*X", "A: symmetric matrix(n,n), X: matrix(n,k)", "A*X"),
    ("(A'*A)'", "A: matrix(m,n)", "A'*A"),
    # Matrix Cookbook 3.6: the identities of Penrose
    ("A*pinv(A)*A", "A: matrix(m,n)", "A"),
    ("pinv(A)*A*pinv(A)", "A: matrix(m,n)", "pinv(A)"),
    ("(A*pinv(A))'", "A: matrix(m,n)", "A*pinv(A)"),
    ("((eye(m) - A*pinv(A))*B)'", "A: matrix(m,n), B: matrix(m,k)", "B'*(eye(m) - A*pinv(A))"),
    ("A'*A*pinv(A)", "A: matrix(m,n)", "A'"),
    ("pinv(A)*A*A'", "A: matrix(m,n)", "A'"),
    ("adj(X)*X", "X: matrix(n,n)", "det(X)*eye(n)"),
    ("X^3*inv(X)", "X: matrix(n,n)", "X^2"),
    ("X*inv(X)^2", "X: matrix(n,n)", "inv(X)"),
    # Higham, Functions of Matrices, 1.7, 6, 10.1, 11.8: roots, exponentials and Sylvester's equation
    ("sqrtm(S)*sqrtm(S)", "S: spd matrix(n,n)", "S"),
    ("inv(sqrtm(S))*S", "S: spd matrix(n,n)", "sqrtm(S)"),
    ("inv(S)*sqrtm(S)", "S: spd matrix(n,n)", "inv(sqrtm(S))"),
    ("inv(expm(X))", "X: matrix(n,n)", "expm(-X)"),
    ("expm(-X)*expm(X)", "X: matrix(n,n)", "eye(n)"),
    ("sqrtm(diag(x))", "x: positive vector(n)", "diag(sqrt(x))"),
    ("sylvester(S, S, S^3)", "S: spd matrix(n,n)", "S^2/2"),
    ("sylvester(S, S, inv(S))", "S: spd matrix(n,n)", "inv(S)^2/2"),
    ("sylvester(sqrtm(S), sqrtm(S), S)", "S: spd matrix(n,n)", "sqrtm(S)/2"),
    ("sylvester(A, B, A*C + C*B)", "A: matrix(m,m), B: matrix(n,n), C: matrix(m,n)", "C"),
    ("dlogm(S, S^3)", "S: spd matrix(n,n)", "S^2"),
    ("dlogm(S, expm(S))", "S: spd matrix(n,n)", "inv(S)*expm(S)"),
    # an outer product in an elementwise one scales rows and columns, Horn and Johnson, Topics in Matrix Analysis, 5
    ("sum(A.*(u*v'))", "A: matrix(m,n), u: vector(m), v: vector(n)", "u'*A*v"),
    ("(A.*(u*v'))*x", "A: matrix(m,n), u: vector(m), v: vector(n), x: vector(n)", "u.*(A*(v.*x))"),
    ("(a*b').*(u*v')", "a: vector(m), b: vector(n), u: vector(m), v: vector(n)", "(a.*u)*(b.*v)'"),
    # indicators that meet
    ("u.*(u > 0)", "u: vector(n)", "relu(u)"),
    ("abs(u)*(u > 0)", "u: scalar", "relu(u)"),
    ("(u > 0).*(u < 0)", "u: vector(n)", "vector(0, n)"),
    ("(u > 0) - (u < 0)", "u: vector(n)", "sign(u)"),
    ("(u > v) - (u < v)", "u: scalar, v: scalar", "sign(u - v)"),
    ("relu(u) + relu(-u)", "u: vector(n)", "abs(u)"),
    ("max(u, v) - min(u, v)", "u: vector(n), v: vector(n)", "abs(u - v)"),
    ("max(u, v) + min(u, v)", "u: scalar, v: scalar", "u + v"),
    # a product of several factors beside its inverse
    ("inv(A*B)*A*B*C", "A: matrix(n,n), B: matrix(n,n), C: matrix(n,n)", "C"),
    ("C*inv(A*B*C)*A*B*C", "A: matrix(n,n), B: matrix(n,n), C: matrix(n,n)", "C"),
    ("X*inv(X'*X)*X'*X*inv(X'*X)*X'", "X: matrix(m,n)", "X*inv(X'*X)*X'"),
    ("X*inv(A*X)", "A: matrix(n,n), X: matrix(n,n)", "inv(A)"),
    ("inv(A*B*X)*A", "A: matrix(n,n), B: matrix(n,n), X: matrix(n,n)", "inv(B*X)"),
    ("ones(n,n)*x", "x: vector(n)", "sum(x)*vector(1, n)"),
    ("u./abs(u)", "u: vector(n)", "sign(u)"),
    ("abs(u^2)", "u: scalar", "u^2"),
    ("abs(relu(u) + u.^2)", "u: vector(n)", "u.^2 + relu(u)"),
    ("relu(-u.^2)", "u: vector(n)", "vector(0, n)"),
    ("u + abs(u)", "u: scalar", "2*relu(u)"),
    ("max(u, abs(u))", "u: vector(n)", "abs(u)"),
    # rearranged entries have the same sum and the same norm
    ("sum(diag(x))", "x: vector(n)", "sum(x)"),
    ("sum(vec(A))", "A: matrix(m,n)", "sum(A)"),
    ("sum(A*ones(n,1))", "A: matrix(m,n)", "sum(A)"),
    ("norm(vec(A - B))", "A: matrix(m,n), B: matrix(m,n)", "||A - B||_F"),
    # Magnus and Neudecker 2: traces, sums and norms of Kronecker products
    ("tr(kron(A, B))", "A: matrix(m,m), B: matrix(n,n)", "tr(A)*tr(B)"),
    ("norm(kron(A, B))", "A: matrix(m,n), B: matrix(p,q)", "||A||_F*||B||_F"),
    # Higham, Functions of Matrices, 6, 11: roots and logarithms
    ("expm(logm(S))", "S: spd matrix(n,n)", "S"),
    ("logm(inv(S))", "S: spd matrix(n,n)", "-logm(S)"),
    ("sqrtm(S^2)", "S: spd matrix(n,n)", "S"),
    ("sqrtm(inv(S))", "S: spd matrix(n,n)", "inv(sqrtm(S))"),
]


@pytest.mark.parametrize("text, where, expected", NORMAL, ids=[r[0] for r in NORMAL])
def test_normal_form(text: str, where: str, expected: str) -> None:
    assert str(simplify(matcalc.parse(text, where))) == expected


def test_a_factor_that_stands_twice_is_counted_once() -> None:
    d = matcalc.diff("(c*v - c*w)'*(c*X)*(c*w)", "c", where="c: scalar, v: vector(3), w: vector(3), X: matrix(3,3)")
    assert str(d) == "3*c^2*(v - w)'*X*w"


# projections, centring matrices and products of inverses: text, declarations, the shortest form
SHORTEST = [
    ("(eye(n) - ones(n,n)/n)*(eye(n) - ones(n,n)/n)", "x: vector(n)", "eye(n) - matrix(1)/n"),
    ("(eye(n) - ones(n,n)/n)*(x - mean(x))", "x: vector(n)", "x - mean(x)*vector(1)"),
    ("(eye(m) - X*inv(X'*X)*X')*(eye(m) - X*inv(X'*X)*X')", "X: matrix(m,n)", "eye(m) - X*inv(X'*X)*X'"),
    ("(eye(m) - X*inv(X'*X)*X')*X", "X: matrix(m,n)", "zeros(m, n)"),
    ("(eye(m) - X*pinv(X))*(eye(m) - X*pinv(X))", "X: matrix(m,n)", "eye(m) - X*pinv(X)"),
    ("(A + B)*(A + B)*x", "A: matrix(n,n), B: matrix(n,n), x: vector(n)", "(A + B)^2*x"),
    ("inv(A)*inv(B)", "A: matrix(n,n), B: matrix(n,n)", "inv(B*A)"),
    ("inv(A)'*inv(B)'", "A: matrix(n,n), B: matrix(n,n)", "inv(A*B)'"),
    ("inv(A)*inv(B)'", "A: matrix(n,n), B: matrix(n,n)", "inv(B'*A)"),
    ("inv(A)*inv(X*X'*inv(A))", "A: matrix(n,n), X: matrix(n,m)", "inv(X*X')"),
    ("inv(A)*inv(eye(n) + B*inv(A))", "A: matrix(n,n), B: matrix(n,n)", "inv(A + B)"),
    ("inv(A)*X*inv(A)", "A: matrix(n,n), X: matrix(n,n)", "inv(A)*X*inv(A)"),
]


@pytest.mark.parametrize("text, where, expected", SHORTEST, ids=[r[0] for r in SHORTEST])
def test_shortest_form(text: str, where: str, expected: str) -> None:
    d = matcalc.diff(f"c*({text})", "c", where=f"c: scalar, {where}")
    assert str(d) == expected


# expression, variable, declarations, the gradient
IDENTITIES = [
    ("||(eye(n) - ones(n,n)/n)*x||^2", "x", "x: vector(n)", "2*(eye(n) - matrix(1)/n)*x"),
    ("||y - X*inv(X'*X)*X'*y||^2", "y", "X: matrix(m,n), y: vector(m)", "2*(y - X*inv(X'*X)*X'*y)"),
    ("abs(u)^2", "u", "u: scalar", "2*u"),
    ("abs(x)^3", "x", "x: scalar", "3*x*abs(x)"),
    ("-y'*log(exp(x)/sum(exp(x)))", "x", "x: vector(n), y: vector(n)", "sum(y)*softmax(x) - y"),
    ("logdet(g*eye(n) + x*x')", "x", "x: vector(n), g: positive scalar", "2*x/(g + x'*x)"),
    ("sum(max(0, u).*(u > 0))", "u", "u: vector(n)", "step(u)"),
    ("tr(sqrtm(S))", "S", "S: spd matrix(n,n)", "inv(sqrtm(S))/2"),
    ("a*x^2 + b*x + c", "x", "a: scalar, b: scalar, c: scalar, x: scalar", "2*a*x + b"),
    ("c*w'*X'*(c*v - c*w)*c", "c", "c: scalar, v: vector(3), w: vector(3), X: matrix(3,3)", "3*c^2*(v - w)'*X*w"),
    ("p*log(p) - p*log(1 - p) + log(1 - p)", "p", "p: scalar", "log(p) - log(1 - p)"),
    # the check function of quantile regression, Koenker and Bassett 1978
    ("sum(max(q*u, (q - 1)*u))", "u", "u: vector(n), q: scalar", "q*vector(1) - step(-u)"),
    ("sum(q*max(u, 0) + (1 - q)*max(-u, 0))", "u", "u: vector(n), q: scalar", "q*vector(1) - step(-u)"),
    ("sum(max(q*(y - X*w), (q - 1)*(y - X*w)))", "w", "X: matrix(m,n), w: vector(n), y: vector(m), q: scalar",
     "X'*(step(X*w - y) - q*vector(1))"),
    ("sum(sign(u).^2.*u)", "u", "u: vector(n)", "vector(1, n)"),
    ("sum(max(u, 0) + max(-u, 0))", "u", "u: vector(n)", "sign(u)"),
    ("tr(sqrtm(S)^3)", "S", "S: spd matrix(n,n)", "3/2*sqrtm(S)"),
    ("logdet(expm(X))", "X", "X: matrix(n,n)", "eye(n)"),
    ("logdet(sqrtm(S))", "S", "S: spd matrix(n,n)", "inv(S)/2"),
    ("sum(relu(u).^3)", "u", "u: vector(n)", "3*relu(u).^2"),
    ("sum(logm(diag(D*x)))", "x", "D: positive matrix(m,n), x: positive vector(n)", "D'*(vector(1)./(D*x))"),
    ("-log(exp(y'*x)/sum(exp(x)))", "x", "x: vector(n), y: vector(n)", "softmax(x) - y"),
    ("tr(s*B*X + s*B'*X)", "X", "s: scalar, B: matrix(n,n), X: matrix(n,n)", "s*(B + B')"),
]


@pytest.mark.parametrize("text, wrt, where, expected", IDENTITIES, ids=[r[0] for r in IDENTITIES])
def test_identities_in_gradients(text: str, wrt: str, where: str, expected: str) -> None:
    d = matcalc.grad(text, wrt, where=where)
    assert str(d) == expected
    assert d.check().ok


def test_what_is_taken_for_granted_is_not_used_again() -> None:
    d = matcalc.grad("sum(q*relu(u) + (1 - q)*relu(-u))", "u", where="u: vector(n), q: scalar")
    assert str(d) == "q*vector(1) - step(-u)" and str(d.raw) == "q*step(u) - (1 - q)*step(-u)"
    assert "nonzero(u)" in matcalc.diff(d, "u").assumptions


def test_a_square_more_than_a_positive_number_asks_nothing() -> None:
    assert matcalc.grad("log(1 + x'*x)", "x").assumptions == []
