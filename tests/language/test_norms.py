"""Norms of an order, with a weight, of matrices, and positive parts: the meaning of each text as NumPy code."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.language.parse import parse_expression

from .pasted import check

P = "(abs(x)**p).sum()**(1/p)"

ORDERS = [
    (r"\|x\|_p", "x", "x:n p:", P),
    ("||x||_p", "x", "x:n p:", P),
    ("‖x‖_p", "x", "x:n p:", P),
    ("norm(x, p)", "x", "x:n p:", P),
    ("np.linalg.norm(x, ord=p)", "x", "x:n p:", P),
    (r"\left\|x\right\|_{p}", "p", "x:n p:", P),
    (r"\|x - y\|_p^p", "x", "x:n y:n p:", "(abs(x-y)**p).sum()"),
    (r"\|x - y\|^p_p", "x", "x:n y:n p:", "(abs(x-y)**p).sum()"),
    ("||x - y||^p_p", "x", "x:n y:n p:", "(abs(x-y)**p).sum()"),
    (r"\|A x - b\|_{p+1}", "x", "A:mn x:n b:m p:", "(abs(A@x-b)**(p+1)).sum()**(1/(p+1))"),
    (r"\|x\|_3", "x", "x:n", "norm(x, 3)"),
    ("||A*x - b||_3", "A", "A:mn x:n b:m", "norm(A@x-b, 3)"),
    ("‖x - y‖₃", "x", "x:n y:n", "norm(x-y, 3)"),
    ("norm(x, 3)", "x", "x:n", "norm(x, 3)"),
    ("np.linalg.norm(x - y, ord=3)", "x", "x:n y:n", "norm(x-y, 3)"),
    (r"\|x - y\|_4^4", "x", "x:n y:n", "((x-y)**4).sum()"),
    (r"\|x\|_{1/2}", "x", "x:n", "(abs(x)**.5).sum()**2"),
    (r"\|x - y\|_\infty", "x", "x:n y:n", "abs(x-y).max()"),
    ("||x - y||_inf", "x", "x:n y:n", "abs(x-y).max()"),
    ("‖x - y‖_∞", "x", "x:n y:n", "abs(x-y).max()"),
    (r"\|x - y\|_{\max}", "x", "x:n y:n", "abs(x-y).max()"),
    (r"\operatorname{norm}(x - y, \infty)", "x", "x:n y:n", "abs(x-y).max()"),
    (r"\|x - y\|_1", "x", "x:n y:n", "abs(x-y).sum()"),
    (r"\|x - y\|_{\ell_1}", "x", "x:n y:n", "abs(x-y).sum()"),
    (r"\|x\|_2^2", "x", "x:n", "x@x"),
]

WEIGHTS = [
    (r"\|x\|_W^2", "x", "x:n W:nn", "x@W@x"),
    (r"\|x\|^2_W", "x", "x:n W:nn", "x@W@x"),
    ("||x - y||_W^2", "x", "x:n y:n W:nn", "(x-y)@W@(x-y)"),
    ("||x||^2_W", "W", "x:n W:nn", "x@W@x"),
    (r"\|x\|_A", "x", "x:n A:nn", "np.sqrt(x@A@x)"),
    (r"\|r\|_{R^{-1}}^2", "r", "r:n R:nn", "r@inv(R)@r"),
    (r"\|r\|^2_{R^{-1}}", "R", "r:n R:nn", "r@inv(R)@r"),
    (r"\left\lVert y - H x \right\rVert_{R^{-1}}^2", "x", "y:m H:mn x:n R:mm", "(y-H@x)@inv(R)@(y-H@x)"),
    ("||y - H x||_{R^-1}^2", "x", "y:m H:mn x:n R:mm", "(y-H@x)@inv(R)@(y-H@x)"),
    ("||y - H x||_{inv(R)}^2", "H", "y:m H:mn x:n R:mm", "(y-H@x)@inv(R)@(y-H@x)"),
    (r"\|x - \mu\|_{\Sigma^{-1}}^2", "x", "x:n mu:n Sigma:nn", "(x-mu)@inv(Sigma)@(x-mu)"),
    (r"\|x - \mu\|_{\Sigma^{-1}}", "mu", "x:n mu:n Sigma:nn", "np.sqrt((x-mu)@inv(Sigma)@(x-mu))"),
    (r"\|x\|_{A^\top A}^2", "x", "x:n A:mn", "(A@x)@(A@x)"),
    (r"\|x\|_{P + Q}^4", "x", "x:n P:nn Q:nn", "(x@(P+Q)@x)**2"),
]

MATRICES = [
    (r"\|X\|_F^2", "X", "X:mn", "(X**2).sum()"),
    (r"\|X\|^2_F", "X", "X:mn", "(X**2).sum()"),
    (r"\|X\|_{\mathrm{F}}", "X", "X:mn", "norm(X)"),
    (r"\|X\|_*", "X", "X:mn", "norm(X, 'nuc')"),
    (r"\|X\|_{\text{nuc}}", "X", "X:mn", "norm(X, 'nuc')"),
    (r"\|X\|_2", "X", "X:mn", "norm(X, 2)"),
    (r"\|X\|_{\mathrm{op}}", "X", "X:mn", "norm(X, 2)"),
    (r"\|X\|_{\max}", "X", "X:mn", "abs(X).max()"),
    (r"\|X - Y\|_{1,1}", "X", "X:mn Y:mn", "abs(X-Y).sum()"),
    (r"\|X\|_{2,2}", "X", "X:mn", "norm(X)"),
    ("norm(X, 'nuc')", "X", "X:mn", "norm(X, 'nuc')"),
    ("norm(X, 2)^2", "X", "X:mn", "norm(X, 2)**2"),
]

PARTS = [
    ("[x - y]_+", "x", "x:n y:n", "np.maximum(x-y,0)"),
    ("(x - y)_+", "x", "x:n y:n", "np.maximum(x-y,0)"),
    (r"\left[x - y\right]_+", "x", "x:n y:n", "np.maximum(x-y,0)"),
    (r"\left(x - y\right)_{+}", "x", "x:n y:n", "np.maximum(x-y,0)"),
    ("sum([1 - y .* (X w)]_+)", "w", "y:m X:mn w:n", "np.maximum(1-y*(X@w),0).sum()"),
    (r"\sum_i [1 - y_i w^\top x_i]_+", "w", "y:m X:mn w:n", "np.maximum(1-y*(X@w),0).sum()"),
    ("||(x - y)_+||^2", "x", "x:n y:n", "(np.maximum(x-y,0)**2).sum()"),
    (r"[1 - a]_+^2", "a", "a:", "np.maximum(1-a,0)**2"),
]

EVERY = [*ORDERS, *WEIGHTS, *MATRICES, *PARTS]


@pytest.mark.parametrize(("text", "wrt", "spec", "code"), EVERY, ids=[f"{r[0]} by {r[1]}" for r in EVERY])
def test_meaning(text: str, wrt: str, spec: str, code: str) -> None:
    check(text, wrt, spec, code)


FORMS = [
    ("||x||_p", "x", "||x||_p^(1 - p)*x.*abs(x).^(p - 2)"),
    ("||x||_3", "x", "x.*abs(x)/||x||_3^2"),
    ("||x||_4", "x", "x.^3/||x||_4^3"),
    ("||x||_4^4", "x", "4*x.^3"),
    ("||x||_W^2", "x", "(W + W')*x"),
]


@pytest.mark.parametrize(("text", "wrt", "form"), FORMS, ids=[r[0] for r in FORMS])
def test_form(text: str, wrt: str, form: str) -> None:
    assert str(matcalc.grad(text, wrt)) == form


@pytest.mark.parametrize("text", ["||x||_p", "||x||_3^3", "||x||_{p + 1}", "||x||_W", "||A*x - b||_5"])
def test_hessian_and_round_trip(text: str) -> None:
    where = "x: vector(n), W: matrix(n, n), A: matrix(m, n), b: vector(m), p: positive scalar"
    assert matcalc.hessian(text, "x", where=where).check().ok
    e = matcalc.parse(text, where)
    assert [matcalc.parse(t, where) for t in (str(e), e.latex(), e.unicode())] == [e, e, e]


REFUSED = [
    (r"\|x\|_0", "||x||_0, the number of nonzero entries, has no derivative"),
    ("||x||_0", "||x||_0, the number of nonzero entries, has no derivative"),
    (r"\|X\|_{2,1}", "||X||_{2,1} can be over the rows, sum(norm(X, axis=1)), or over the columns, "
     "sum(norm(X, axis=0)): write one of them"),
    ("||X||_{1,2}", "||X||_{1,2} can be over the rows, norm(norm(X, 1, axis=1)), or over the columns, "
     "norm(norm(X, 1, axis=0)): write one of them"),
    (r"\|X\|_{\infty,1}", "||X||_{inf,1} can be over the rows, sum(norm(X, inf, axis=1)), or over the columns, "
     "sum(norm(X, inf, axis=0)): write one of them"),
    (r"\|f\|_{\mathcal{H}}^2", "no norm is called H; there are _1, _2, _F, _inf, _* and _p"),
    (r"\|x\|_{L_2}", "no norm is called L_2; there are _1, _2, _F, _inf, _* and _p"),
    (r"\|u\|_{H^1}^2", "no norm is called H^1; there are _1, _2, _F, _inf, _* and _p"),
    ("||u||_{L^2}", "no norm is called L^2; there are _1, _2, _F, _inf, _* and _p"),
    (r"\|x\|_{TV}", "no norm is called TV; there are _1, _2, _F, _inf, _* and _p"),
    (r"\|X\|_p", "of a matrix this norm has several meanings: write it out, such as tr(X'*p*X), or declare X: "
     "vector(n)"),
    ("||X||_W^2", "of a matrix this norm has several meanings: write it out, such as tr(X'*W*X), or declare X: "
     "vector(n)"),
    ("x_+", "a subscript stands only after a name or a norm"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(text: str, message: str) -> None:
    with pytest.raises(matcalc.MatcalcError) as caught:
        parse_expression(text)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("where", "message"),
    [("w: vector(n), x: vector(n)", "the order of a norm is a scalar, and w is (n); a weight is a matrix"),
     ("w: matrix(n, m), x: vector(n)", "||x||_w needs a square matrix of the size of x, and w is (n, m)"),
     ("w: scalar, x: matrix(n, m)", "of a matrix this norm has several meanings: write it out")],
)  # fmt: skip
def test_weights_fit(where: str, message: str) -> None:
    with pytest.raises(matcalc.ShapeError) as caught:
        parse_expression("||x||_w", where)
    assert caught.value.message == message


def test_remarks() -> None:
    assert [str(r) for r in matcalc.reading("||y - H x||_{R^-1}^2").remarks] == [
        "||y - H x||_{R^-1} is sqrt((y - H x)'*(R^-1)*(y - H x))"
    ]
    assert [str(r) for r in matcalc.reading("sum([x]_+)").remarks] == ["(…)_+ is the positive part, relu(…)"]
    assert matcalc.reading("||x||_p").remarks == ()
