"""Functions along an axis and what a function is told beside its arguments: the meaning of each text as NumPy code."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.language.parse import parse_expression

from .pasted import check

SOFT = "X:mn B:mn"
ROWS = "(B*sp.softmax(X, axis=1)).sum()"
ATTENTION = "Q:mk K:nk V:np d:"
ATTENDED = "sp.softmax(Q@K.T/np.sqrt(d), axis=1)@V"

SOFTMAX = [
    ("sum(B.*softmax(X, axis=1))", "X", SOFT, ROWS),
    ("sum(B.*softmax(X, axis=-1))", "X", SOFT, ROWS),
    ("sum(B.*softmax(X, dim=1))", "X", SOFT, ROWS),
    ("tr(B'*softmax_rows(X))", "X", SOFT, ROWS),
    ("tr(B'*softmax_row(X))", "X", SOFT, ROWS),
    ("tr(B'*softmax(X))", "X", SOFT, ROWS),
    ("(B * X.softmax(dim=-1)).sum()", "X", SOFT, ROWS),
    (r"\operatorname{tr}(B^\top \operatorname{softmax}_{\text{row}}(X))", "X", SOFT, ROWS),
    (r"\operatorname{tr}(B^\top \mathrm{softmax}_{\mathrm{rows}}(X))", "X", SOFT, ROWS),
    (r"\operatorname{tr}(B^T \operatorname{softmax}(X, \text{axis}=1))", "X", SOFT, ROWS),
    ("np.sum(B * np.exp(X) / np.sum(np.exp(X), axis=1, keepdims=True))", "X", SOFT, ROWS),
    ("sum(B.*softmax(X, axis=0))", "X", SOFT, "(B*sp.softmax(X, axis=0)).sum()"),
    ("sum(B.*softmax_cols(X))", "X", SOFT, "(B*sp.softmax(X, axis=0)).sum()"),
    (r"\operatorname{tr}(B^\top \operatorname{softmax}_{\text{col}}(X))", "X", SOFT, "(B*sp.softmax(X, axis=0)).sum()"),
    ("(B * X.softmax(0)).sum()", "X", SOFT, "(B*sp.softmax(X, axis=0)).sum()"),
    ("sum(B.*softmax(X, axis=-2))", "X", SOFT, "(B*sp.softmax(X, axis=0)).sum()"),
    ("sum(B.*softmax(X, axis=None))", "X", SOFT, "(B*sp.softmax(X)).sum()"),
    ("sum(B.*softmax_all(X))", "X", SOFT, "(B*sp.softmax(X)).sum()"),
    ("sum(B.*softmax(X, axis=(0, 1)))", "X", SOFT, "(B*sp.softmax(X)).sum()"),
    ("F.softmax(z, dim=-1) @ y", "z", "z:n y:n", "sp.softmax(z)@y"),
    ("y'*softmax(z, axis=0)", "z", "z:n y:n", "sp.softmax(z)@y"),
    ("softmax(x'*A)*y", "A", "x:m A:mn y:n", "sp.softmax(x@A)@y"),
    ("softmax(x'*A, axis=1)*y", "x", "x:m A:mn y:n", "sp.softmax(x@A)@y"),
    ("softmax(X, axis=1)", "X", "X:mn", "sp.softmax(X, axis=1)"),
    ("log_softmax(X, axis=1)", "X", "X:mn", "sp.log_softmax(X, axis=1)"),
    ("F.log_softmax(X, dim=0)", "X", "X:mn", "sp.log_softmax(X, axis=0)"),
    ("torch.log_softmax(X, 1)", "X", "X:mn", "sp.log_softmax(X, axis=1)"),
    ("log(softmax(X, axis=1))", "X", "X:mn", "sp.log_softmax(X, axis=1)"),
    ("log_softmax(X)", "X", "X:mn", "sp.log_softmax(X, axis=1)"),
    ("log_softmax(X, axis=None)", "X", "X:mn", "sp.log_softmax(X)"),
    ("-y'*log_softmax(z)", "z", "z:n y:n", "-y@sp.log_softmax(z)"),
]

HEADS = [
    ("softmax(Q*K'/sqrt(d), axis=1)*V", "V", ATTENTION, ATTENDED),
    ("softmax(Q K^T / sqrt(d)) V", "Q", ATTENTION, ATTENDED),
    ("F.softmax(Q @ K.T / math.sqrt(d), dim=-1) @ V", "K", ATTENTION, ATTENDED),
    (r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d}}\right)V", "Q", ATTENTION, ATTENDED),
    (r"\operatorname{softmax}_{\text{row}}\left(\frac{Q K^T}{\sqrt{d}}\right) V", "V", ATTENTION, ATTENDED),
    ("sum(softmax(Q*K'/sqrt(d), axis=1)*V)", "Q", ATTENTION, f"({ATTENDED}).sum()"),
    ("tr(B'*softmax(Q*K'/sqrt(d))*V)", "K", ATTENTION + " B:mp", f"(B*({ATTENDED})).sum()"),
    ("||softmax(Q*K'/sqrt(d), axis=1)*V - Y||_F^2", "Q", ATTENTION + " Y:mp", f"norm({ATTENDED}-Y)**2"),
]

SUMS = [
    ("sum(X, axis=1)", "X", "X:mn", "X.sum(1)"),
    ("sum(X, axis=0)", "X", "X:mn", "X.sum(0)"),
    ("sum(X, dims=1)", "X", "X:mn", "X.sum(0)"),
    ("sum(X, 2)", "X", "X:mn", "X.sum(1)"),
    ("np.sum(X, 1)", "X", "X:mn", "X.sum(1)"),
    ("X.sum(0)", "X", "X:mn", "X.sum(0)"),
    ("X.sum(dim=-1)", "X", "X:mn", "X.sum(1)"),
    ("torch.sum(X, dim=0)", "X", "X:mn", "X.sum(0)"),
    ("rowSums(X)", "X", "X:mn", "X.sum(1)"),
    ("colSums(X)", "X", "X:mn", "X.sum(0)"),
    (r"\operatorname{sum}_{\mathrm{rows}}(X)", "X", "X:mn", "X.sum(1)"),
    ("sum(A*X, axis=1)", "X", "A:mn X:np", "(A@X).sum(1)"),
    ("mean(X, axis=1)", "X", "X:mn", "X.mean(1)"),
    ("X.mean(axis=0)", "X", "X:mn", "X.mean(0)"),
    ("np.mean(X, 0)", "X", "X:mn", "X.mean(0)"),
    ("torch.mean(X, dim=1)", "X", "X:mn", "X.mean(1)"),
    ("colMeans(X)", "X", "X:mn", "X.mean(0)"),
    ("mean(sum((X - Y)**2, axis=1))", "X", "X:mn Y:mn", "((X-Y)**2).sum(1).mean()"),
    ("sum(mean(X, axis=0).^2)", "X", "X:mn", "(X.mean(0)**2).sum()"),
    ("sum(log(sum(exp(X), axis=1)))", "X", "X:mn", "sp.logsumexp(X, axis=1).sum()"),
    ("logsumexp(X, axis=1)", "X", "X:mn", "sp.logsumexp(X, axis=1)"),
    ("logsumexp(X, axis=0)", "X", "X:mn", "sp.logsumexp(X, axis=0)"),
    ("logsumexp(X)", "X", "X:mn", "sp.logsumexp(X)"),
    ("torch.logsumexp(X, 1)", "X", "X:mn", "sp.logsumexp(X, axis=1)"),
    ("logsumexp_rows(A*X)", "X", "A:mn X:np", "sp.logsumexp(A@X, axis=1)"),
    (r"\operatorname{logsumexp}_{\text{row}}(X)", "X", "X:mn", "sp.logsumexp(X, axis=1)"),
    ("max(X, axis=1)", "X", "X:mn", "X.max(1)"),
    ("X.max(0)", "X", "X:mn", "X.max(0)"),
    ("np.amax(X, axis=1)", "X", "X:mn", "X.max(1)"),
    ("min(X, axis=0)", "X", "X:mn", "X.min(0)"),
    ("min_rows(A*X)", "X", "A:mn X:np", "(A@X).min(1)"),
    ("max(X)", "X", "X:mn", "X.max()"),
]

KEPT = [
    ("X - X.mean(axis=0, keepdims=True)", "X", "X:mn", "X-X.mean(0)"),
    ("X - np.mean(X, axis=1, keepdims=True)", "X", "X:mn", "X-X.mean(1, keepdims=True)"),
    ("X - X.mean(axis=0)", "X", "X:mn", "X-X.mean(0)"),
    ("X - X.mean(axis=-2)", "X", "X:mn", "X-X.mean(0)"),
    ("X - mean(X, axis=0)", "X", "X:nn", "X-X.mean(0)"),
    ("X / X.sum(axis=1, keepdim=True)", "X", "X:mn", "X/X.sum(1, keepdims=True)"),
    ("X / norm(X, axis=1, keepdims=True)", "X", "X:mn", "X/norm(X, axis=1, keepdims=True)"),
    ("X / np.linalg.norm(X, axis=0, keepdims=True)", "X", "X:mn", "X/norm(X, axis=0)"),
    ("(X - X.mean(axis=0)) / X.max(axis=0)", "X", "X:mn", "(X-X.mean(0))/X.max(0)"),
    ("(X - np.mean(X, axis=0, keepdims=True)) / np.sqrt(np.mean(X**2, axis=0, keepdims=True) + eps)", "X", "X:mn eps:",
     "(X-X.mean(0))/np.sqrt((X**2).mean(0)+eps)"),
    ("X - max(X, axis=1, keepdims=True)", "X", "X:mn", "X-X.max(1, keepdims=True)"),
    ("sum(B.*X.*sum(X, axis=1, keepdims=True))", "X", "X:mn B:mn", "(B*X*X.sum(1, keepdims=True)).sum()"),
]  # fmt: skip

NORMS = [
    ("norm(X, axis=1)", "X", "X:mn", "norm(X, axis=1)"),
    ("np.linalg.norm(X, axis=0)", "X", "X:mn", "norm(X, axis=0)"),
    ("np.linalg.norm(X, ord=1, axis=0)", "X", "X:mn", "norm(X, 1, axis=0)"),
    ("np.linalg.norm(X, 2, 1)", "X", "X:mn", "norm(X, axis=1)"),
    ("torch.norm(X, p=2, dim=1)", "X", "X:mn", "norm(X, axis=1)"),
    ("X.norm(dim=1)", "X", "X:mn", "norm(X, axis=1)"),
    ("norm(X, inf, axis=1)", "X", "X:mn", "abs(X).max(1)"),
    ("sum(norm_rows(X - Y))", "X", "X:mn Y:mn", "norm(X-Y, axis=1).sum()"),
    ("norm(X, 'fro')", "X", "X:mn", "norm(X)"),
    ("np.linalg.norm(X, 'nuc')", "X", "X:mn", "norm(X, 'nuc')"),
    ('np.linalg.norm(X, ord="fro")**2', "X", "X:mn", "norm(X)**2"),
    ("norm(x, inf)", "x", "x:n", "abs(x).max()"),
    ("np.linalg.norm(x, np.inf)", "x", "x:n", "abs(x).max()"),
    ("np.linalg.norm(x, ord=1)", "x", "x:n", "abs(x).sum()"),
    ("norm(A*x - b, 2)^2", "x", "A:mn x:n b:m", "norm(A@x-b)**2"),
    ("norm(X, 2)", "X", "X:mn", "norm(X, 2)"),
]

EVERY = [*SOFTMAX, *HEADS, *SUMS, *KEPT, *NORMS]


@pytest.mark.parametrize(("text", "wrt", "spec", "code"), EVERY, ids=[f"{r[0]} by {r[1]}" for r in EVERY])
def test_meaning(text: str, wrt: str, spec: str, code: str) -> None:
    check(text, wrt, spec, code)


HESSIANS = [
    ("tr(B'*softmax(A*X, axis=1))", "X", "A: matrix(m, n), X: matrix(n, p), B: matrix(m, p)"),
    ("sum(logsumexp(A*X, axis=1))", "X", "A: matrix(m, n), X: matrix(n, p)"),
    ("c'*logsumexp(X, axis=0)", "X", "X: matrix(m, n), c: vector(n)"),
    ("sum(norm(X - Y, axis=1))", "X", "X: matrix(m, n), Y: matrix(m, n)"),
    ("tr(B'*log_softmax(X, axis=0))", "X", "X: matrix(m, n), B: matrix(m, n)"),
    ("sum(softmax(Q*K', axis=1)*V)", "Q", "Q: matrix(m, k), K: matrix(n, k), V: matrix(n, l)"),
    ("c'*max(X.^2, axis=1)", "X", "X: matrix(m, n), c: vector(m)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "where"), HESSIANS, ids=[r[0] for r in HESSIANS])
def test_hessian(text: str, wrt: str, where: str) -> None:
    assert matcalc.hessian(text, wrt, where=where).check().ok


FORMS = [
    ("sum(logsumexp(A*X, axis=1))", "X", "A'*softmax_rows(A*X)"),
    ("tr(B'*softmax(X, axis=1))", "X", "softmax_rows(X).*(B - (B.*softmax_rows(X))*matrix(1))"),
    ("tr(B'*softmax(X, axis=0))", "X", "(softmax_rows(X').*(B' - (B'.*softmax_rows(X'))*matrix(1)))'"),
    ("sum(softmax(X, axis=1))", "X", "zeros(m, n)"),
    ("sum(norm(X, axis=1))", "X", "diag(vector(1)./norm_rows(X))*X"),
    ("sum(log(sum(exp(X), axis=1)))", "X", "softmax_rows(X)"),
]


@pytest.mark.parametrize(("text", "wrt", "form"), FORMS, ids=[r[0] for r in FORMS])
def test_form(text: str, wrt: str, form: str) -> None:
    where = "A: matrix(m, n), X: matrix(n, p)" if "A" in text else "X: matrix(m, n), B: matrix(m, n)"
    assert str(matcalc.grad(text, wrt, where=where)) == form


REFUSED = [
    ("sum(X, foo=1)", "sum takes no foo=: it takes axis=, dim= and keepdims=", "foo=1"),
    ("softmax(X, axis=1, keepdims=True)", "softmax takes no keepdims=: it takes axis= and dim=", "keepdims=True"),
    ("norm(X, axes=1)", "norm takes no axes=: it takes ord=, axis=, dim= and keepdims=", "axes=1"),
    ("tr(X, axis=1)", "tr takes no axis=: it takes no keywords", "axis=1"),
    ("exp(X, axis=0)", "exp takes no axis=: it takes no keywords", "axis=0"),
    ("det(X, 'fro')", "det does not take 'fro': it takes no keywords", "'fro'"),
    ("sum(X, axis=2)", "a matrix has the axes 0 and 1, not 2", "sum(X, axis=2)"),
    ("sum(X, axis=k)", "an axis is 0, 1, -1 or None", "axis=k"),
    ("sum(X, axis=1, dim=0)", "dim= is told twice", "dim=0"),
    ("sum(X, axis=1, keepdims=2)", "keepdims is True or False", "axis=1, keepdims=2"),
    ("sum(X, 1)", "sum(…, 1) can count axes from 0 or from 1: write axis=0 or axis=1", "sum(X, 1)"),
    ("np.max(X, 0)", "of an array this is along an axis: write max(…, axis=0) or maximum(…, …)", "max(X, 0)"),
    ("max(x, y, axis=0)", "max takes one array and axis=", "max(x, y, axis=0)"),
    ("X / X.sum(axis=1)", "an elementwise quotient needs equal shapes, but X is (m, n) and X.sum(axis=1) is (m): "
     "write keepdims=True", "X / X.sum(axis=1)"),
    ("norm(x, 0)", "the number of nonzero entries has no derivative", "norm(x, 0)"),
    ("norm(x, -1)", "a norm has an order of at least 1, not -1", "norm(x, -1)"),
    ("norm(X, 'tv')", "no norm is called tv: ord is a number, inf, 'fro' or 'nuc'", "norm(X, 'tv')"),
    ("norm(X, 3, axis=1)", "along an axis the norms are 1, 2 and inf", "norm(X, 3, axis=1)"),
    ("sum(x', axis=0)", "x' is a row, which has axis 1 only", "sum(x', axis=0)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "place"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(text: str, message: str, place: str) -> None:
    with pytest.raises(matcalc.MatcalcError) as caught:
        parse_expression(text)
    assert caught.value.message == message
    start, end = caught.value.span
    assert text[start:end] == place


def test_a_vector_has_one_axis() -> None:
    with pytest.raises(matcalc.ShapeError, match="z is a vector, which has axis 0 only"):
        parse_expression("softmax(z, axis=1)", "z: vector(n)")


def test_remarks() -> None:
    (remark,) = matcalc.reading("softmax(X)").remarks
    assert remark.text == "softmax(X) goes over each row of the matrix; over all entries is softmax(…, axis=None)"
    assert [str(r) for r in matcalc.reading("sum(X, 2)").remarks] == [
        "sum(…, 2) is along the second axis, as in MATLAB"
    ]
    assert matcalc.reading("softmax(X, axis=1)").remarks == matcalc.reading("softmax(X, axis=None)").remarks == ()


@pytest.mark.parametrize(
    "text", ["softmax(X, axis=None)", "softmax(X)", "log_softmax(X, axis=None)", "max(X, axis=1)", "norm(X, axis=0)"]
)
def test_what_is_printed_is_read_back(text: str) -> None:
    where = "X: matrix(m, n)"
    e = matcalc.parse(text, where)
    assert [matcalc.parse(t, where) for t in (str(e), e.latex(), e.unicode())] == [e, e, e]


def test_an_operation_of_ones_own_takes_an_axis() -> None:
    book = matcalc.read_rules("ptp_rows(A[m,n]) -> [m]")
    assert str(matcalc.parse("ptp(X, axis=1)", "X: matrix(m, n)", rules=book)) == "ptp_rows(X)"
