r"""Sums over indices as they are pasted: what each means, as NumPy code; and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.language.parse import parse_expression

from .pasted import check

SUMS = [
    # the same index twice
    (r"\sum_i A_{ii}", "A", "A:nn", "tr(A)"),
    (r"\sum_i A_{i,i}", "A", "A:nn", "tr(A)"),
    (r"\sum_{i=1}^n A_{ii}", "A", "A:nn", "tr(A)"),
    (r"\sum_i A_{ii}^2", "A", "A:nn", "(np.diag(A)**2).sum()"),
    (r"\sum_i A_{ii} B_{ii}", "A", "A:nn B:nn", "(np.diag(A)*np.diag(B)).sum()"),
    (r"\sum_{i,j} A_{ii} x_j", "x", "A:nn x:m", "tr(A)*x.sum()"),
    (r"\sum_i A_{ii} x_i", "x", "A:nn x:n", "np.diag(A)@x"),
    (r"\sum_{i} \log A_{ii}", "A", "A:nn", "np.log(np.diag(A)).sum()"),
    # limits
    (r"\sum_{i=2}^{n} x_i^2", "x", "x:n", "(x[1:]**2).sum()"),
    (r"\sum_{i=0}^{n-1} x_i^2", "x", "x:n", "x@x"),
    (r"\sum_{i=1}^{4} x_i^2", "x", "x:n", "x@x"),
    (r"\sum_{i=3}^{n} x_i y_i", "x", "x:n y:n", "x[2:]@y[2:]"),
    (r"\sum_{i=2}^{n} \sum_{j=1}^{m} A_{ij}^2", "A", "A:nm", "(A[1:]**2).sum()"),
    (r"\sum_{i=1}^{n-1} x_i^2", "x", "x:n", "(x[:-1]**2).sum()"),
    (r"\frac1n\sum_{i=2}^{n} x_i", "x", "x:n", "x[1:].sum()/4"),
    (r"\frac{1}{n-1}\sum_{i=1}^{n} (x_i - a)^2", "x", "x:n a:", "((x-a)**2).sum()/3"),
    # shifted indices
    (r"\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", "x", "x:n", "(np.diff(x)**2).sum()"),
    (r"\sum_{i=1}^{n-1} |x_{i+1} - x_i|", "x", "x:n", "np.abs(np.diff(x)).sum()"),
    (r"\sum_{i=2}^n (x_i - x_{i-1})^2", "x", "x:n", "(np.diff(x)**2).sum()"),
    (r"\sum_{i=2}^{n-1} (x_{i+1} - 2x_i + x_{i-1})^2", "x", "x:n", "(np.diff(x, 2)**2).sum()"),
    (r"\sum_{i=0}^{n-2} (x_{i+1} - x_i)^2", "x", "x:n", "(np.diff(x)**2).sum()"),
    (r"\sum_{i=1}^{3} (x_{i+1} - x_i)^2", "x", "x:n", "(np.diff(x)**2).sum()"),
    (r"\sum_i (x_{i+1} - x_i)^2", "x", "x:n", "(np.diff(x)**2).sum()"),
    (r"\sum_{i=1}^{n-2} x_i x_{i+2}", "x", "x:n", "x[:-2]@x[2:]"),
    (r"\frac{1}{n-1} \sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", "x", "x:n", "(np.diff(x)**2).sum()/3"),
    (r"\sum_{i=1}^{n-1} w_i (x_{i+1} - x_i)^2", "w", "w:n x:n", "w[:-1]@np.diff(x)**2"),
    (r"\sum_{t=2}^{T} (y_t - a y_{t-1})^2", "a", "a: y:n", "((y[1:]-a*y[:-1])**2).sum()"),
    (r"\sum_{t=1}^{T-1} \|x_{t+1} - A x_t\|^2", "A", "X:mn A:nn", "((X[1:]-X[:-1]@A.T)**2).sum()"),
    (r"\sum_{i=1}^{m-1} \sum_{j=1}^n (X_{i+1,j} - X_{ij})^2", "X", "X:mn", "(np.diff(X, axis=0)**2).sum()"),
    (r"\sum_{i,j} (X_{i,j+1} - X_{i,j})^2", "X", "X:mn", "(np.diff(X)**2).sum()"),
    # Unicode's small letters
    ("∑ᵢ xᵢ²", "x", "x:n", "x@x"),
    ("∑ᵢ₌₁ⁿ xᵢyᵢ", "x", "x:n y:n", "x@y"),
    ("∑ᵢ (yᵢ − wᵀxᵢ)²", "w", "y:m w:n X:mn", "((y-X@w)**2).sum()"),
    ("∑ᵢⱼ Aᵢⱼ xᵢ xⱼ", "x", "A:nn x:n", "x@A@x"),
    ("Σᵢ xᵢ²", "x", "x:n", "x@x"),
    ("Σ_i x_i^2", "x", "x:n", "x@x"),
    ("Σ_i Σ_j A_{ij} x_i x_j", "x", "A:nn x:n", "x@A@x"),
    ("∑ᵢ₌₁ⁿ⁻¹ (xᵢ₊₁ − xᵢ)²", "x", "x:n", "(np.diff(x)**2).sum()"),
    ("∑_{i=1}^n xᵢ²", "x", "x:n", "x@x"),
    ("∏ᵢ xᵢ", "x", "x:n", "np.prod(x)"),
    ("log ∑ₖ exp(zₖ)", "z", "z:n", "np.log(np.exp(z).sum())"),
    ("∑ₜ₌₁ᵀ xₜ²", "x", "x:n", "x@x"),
    # two letters without braces
    ("sum_ij A_ij^2", "A", "A:mn", "(A**2).sum()"),
    (r"\sum_{ij} A_ij x_i x_j", "x", "A:nn x:n", "x@A@x"),
    # conditions
    (r"\sum_{i<j} x_i x_j", "x", "x:n", "(x.sum()**2-x@x)/2"),
    (r"\sum_{j>i} x_i x_j", "x", "x:n", "(x.sum()**2-x@x)/2"),
    (r"\sum_{i<j} A_{ij}", "A", "A:nn", "np.triu(A,1).sum()"),
    (r"\sum_{i>j} A_{ij}", "A", "A:nn", "np.tril(A,-1).sum()"),
    (r"\sum_{i \leq j} A_{ij}^2", "A", "A:nn", "np.triu(A**2).sum()"),
    (r"\sum_{i \ge j} A_{ij}^2", "A", "A:nn", "np.tril(A**2).sum()"),
    (r"\sum_{i} \sum_{j\neq i} x_i y_j", "x", "x:n y:n", "x.sum()*y.sum()-x@y"),
    (r"\sum_{i\ne j} A_{ij} x_i x_j", "x", "A:nn x:n", "x@(A-np.diag(np.diag(A)))@x"),
    (r"\sum_i \sum_{j<i} A_{ij} x_i x_j", "x", "A:nn x:n", "x@np.tril(A,-1)@x"),
    (r"\sum_{i=1}^n \sum_{j=i+1}^{n} A_{ij}", "A", "A:nn", "np.triu(A,1).sum()"),
    (r"\sum_{i=1}^n \sum_{j=i}^{n} A_{ij}", "A", "A:nn", "np.triu(A).sum()"),
    (r"\sum_{i=1}^n \sum_{j=1}^{i} A_{ij} x_j", "x", "A:nn x:n", "(np.tril(A)@x).sum()"),
    (r"\sum_{i=1}^n \sum_{j=1}^{i-1} A_{ij} x_j", "x", "A:nn x:n", "(np.tril(A,-1)@x).sum()"),
    (r"\sum_{i \neq j} (x_i - x_j)^2", "x", "x:n", "((x[:,None]-x)**2).sum()"),
    (r"\sum_{i<j} (x_i - x_j)^2", "x", "x:n", "((x[:,None]-x)**2).sum()/2"),
    # nested sums
    (r"\sum_i (x_i + \sum_j A_{ij} y_j)^2", "A", "x:m A:mn y:n", "norm(x+A@y)**2"),
    (r"\sum_i (x_i + \sum_j A_{ij} y_j)^2", "y", "x:m A:mn y:n", "norm(x+A@y)**2"),
    (r"\sum_i \sum_j \sum_k A_{ij} B_{jk} x_k", "x", "A:mn B:nk x:k", "(A@B@x).sum()"),
    (r"\sum_i \sum_j \sum_k A_{ij} B_{jk} A_{ki}", "A", "A:nn B:nn", "tr(A@B@A)"),
    (r"\sum_{i,j,k} A_{ij} B_{jk} C_{ki}", "B", "A:mn B:nk C:km", "tr(A@B@C)"),
    (r"\sum_i y_i \exp\left(\sum_j A_{ij} x_j\right)", "x", "y:m A:mn x:n", "y@np.exp(A@x)"),
    (r"\sum_i \log \sum_j \exp(x_i^\top w_j)", "W", "X:mn W:kn", "np.log(np.exp(X@W.T).sum(1)).sum()"),
    (r"\sum_i \left(y_i - \sum_j X_{ij} w_j\right)^2", "w", "y:m X:mn w:n", "norm(y-X@w)**2"),
    (r"\sum_{i=1}^n a_i^2 + \sum_{i=1}^m b_i^2", "b", "a:n b:m", "a@a+b@b"),
    (r"\sum_{i,j} W_{ij}(1 - x_i x_j)", "x", "W:nn x:n", "(W*(1-np.outer(x,x))).sum()"),
    (r"\sum_{ij}(X_{ij}-u_iv_j)^2", "u", "X:mn u:m v:n", "((X-np.outer(u,v))**2).sum()"),
    (r"\sum_{ij}(X_{ij}-\sum_k U_{ik} V_{jk})^2", "U", "X:mn U:mk V:nk", "((X-U@V.T)**2).sum()"),
    # double sums over samples
    (r"\sum_i\sum_j \exp(-\|x_i-x_j\|^2)", "X", "X:mk", "np.exp(-((X[:,None]-X)**2).sum(-1)).sum()"),
    (r"\sum_{i,j} \|x_i - x_j\|^2", "X", "X:mk", "((X[:,None]-X)**2).sum()"),
    (r"\sum_{i<j} \|x_i - x_j\|^2", "X", "X:mk", "((X[:,None]-X)**2).sum()/2"),
    (r"\sum_{i=1}^N \sum_{k=1}^K R_{ik} \|x_i - \mu_k\|^2", "Mu", "R:mk X:mn Mu:kn",
     "(R*((X[:,None]-Mu)**2).sum(-1)).sum()"),
    (r"\sum_{i,j} a_i a_j y_i y_j x_i^\top x_j", "a", "a:m y:m X:mn", "(a*y)@X@X.T@(a*y)"),
    (r"\sum_{i,j} a_i a_j \mathbf{x}_i^\top S \mathbf{x}_j", "a", "a:m X:mn S:nn", "a@X@S@X.T@a"),
    # samples
    (r"\frac{1}{n} \sum_{i=1}^{n} (x_i^\top w - y_i)^2", "w", "X:nm w:m y:n", "norm(X@w-y)**2/n"),
    (r"\frac1n\sum_{i=1}^n \log(1 + \exp(-y_i w^\top x_i))", "w",
     "X:nm w:m y:n", "np.log(1+np.exp(-y*(X@w))).sum()/n"),
    (r"\sum_i \max(0, 1 - y_i w^\top x_i)", "w", "y:m w:n X:mn", "np.maximum(0,1-y*(X@w)).sum()"),
    (r"\sum_i \|A x_i - y_i\|", "A", "A:mn X:kn Y:km", "np.sqrt(((X@A.T-Y)**2).sum(1)).sum()"),
    (r"\sum_i (x_i - \mu)^\top S (x_i - \mu)", "mu", "X:mn mu:n S:nn", "tr((X-mu)@S@(X-mu).T)"),
    (r"\sum_i (x_i - \mu)(x_i - \mu)^\top", "mu", "X:mn mu:n", "(X-mu).T@(X-mu)"),
    (r"\sum_i y_i x_i", "X", "y:m X:mn", "y@X"),
    (r"\sum_i \operatorname{tr}(x_i x_i^\top S)", "S", "X:mn S:nn", "tr(X.T@X@S)"),
    (r"\sum_i y_i^{(1)} \log \hat{y}_i", "y_hat", "y1:m y_hat:m", "y1@np.log(y_hat)"),
    (r"-\sum_i \left[y_i \log p_i + (1 - y_i) \log(1 - p_i)\right]", "p", "y:m p:m",
     "-(y*np.log(p)+(1-y)*np.log(np.abs(1-p))).sum()"),
    # free indices, products, Kronecker's delta
    (r"\sum_{k} A_{ik}B_{kj}", "A", "A:mn B:nk", "A@B"),
    (r"\sum_j A_{ij} x_j + b_i", "x", "A:mn x:n b:m", "A@x+b"),
    (r"C_{ij} = \sum_{k} A_{ik}B_{jk}", "B", "A:mn B:kn", "A@B.T"),
    (r"\frac{\exp(z_k)}{\sum_j \exp(z_j)}", "z", "z:n", "np.exp(z)/np.exp(z).sum()"),
    (r"\prod_i x_i", "x", "x:n", "np.prod(x)"),
    (r"\prod_{i=1}^n \frac{1}{x_i}", "x", "x:n", "np.prod(1/x)"),
    (r"\log \prod_i x_i^2", "x", "x:n", "np.log(x**2).sum()"),
    (r"\max_i x_i", "x", "x:n", "x.max()"),
    (r"\sum_{i,j} \delta_{ij} x_i y_j", "x", "x:n y:n", "x@y"),
    (r"\sum_{i,j} (A_{ij} - \delta_{ij})^2", "A", "A:nn", "((A-np.eye(n))**2).sum()"),
    # plain text
    ("sum_i x_i^2", "x", "x:n", "x@x"),
    ("sum_{i=1}^n x_i^2", "x", "x:n", "x@x"),
    ("sum_i (y_i - w'x_i)^2", "w", "y:m w:n X:mn", "norm(y-X@w)**2"),
    ("∑_i x_i y_i", "x", "x:n y:n", "x@y"),
    ("∑_{i,j} A_ij x_i x_j", "x", "A:nn x:n", "x@A@x"),
    ("sum_{i<j} x_i x_j", "x", "x:n", "(x.sum()**2-x@x)/2"),
    ("∏_i x_i", "x", "x:n", "np.prod(x)"),
    (r"\sum_i z_i - z_1", "z", "z:n", "z.sum()-z[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "spec", "code"), SUMS, ids=[f"{r[0]} by {r[1]}" for r in SUMS])
def test_sum(text: str, wrt: str, spec: str, code: str) -> None:
    check(text, wrt, spec, code)


DECLARED = [
    (r"\sum_{i=1}^{2} x_i^2", "x", "x:n", "(x[:2]**2).sum()", "x: vector(n)"),
    (r"\sum_{i=2}^{3} x_i^2", "x", "x:n", "(x[1:3]**2).sum()", "x: vector(n)"),
    (r"\sum_{i=1}^{m} x_i^2", "x", "x:n", "x@x", "x: vector(n)"),
    (r"\sum_i (x_i + \sum_j A_{ij} y_j)^2", "A", "A:nn x:n y:n", "norm(x+A@y)**2",
     "A: matrix(n,n), x: vector(n), y: vector(n)"),
    (r"\sum_{i=1}^{n-1} x_i^2", "x", "x:n", "(x[:-1]**2).sum()", "x: vector(4)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "spec", "code", "where"), DECLARED, ids=[r[0] for r in DECLARED])
def test_declared(text: str, wrt: str, spec: str, code: str, where: str) -> None:
    check(text, wrt, spec, code, where)


LIMITS = "an index runs from 1 to the number of entries, over a part such as i=2..n, or from 0 to n - 1"
REFUSED = [
    (r"\sum_{i=0}^{n} x_i", None, LIMITS),
    (r"\sum_{i=1}^{n/2} x_i", None, LIMITS),
    (r"\sum_{i=n}^{1} x_i", None, LIMITS),
    (r"\sum_{i=1}^\infty x_i", None, LIMITS),
    (r"\sum_{i=1}^{2n} x_i", None, LIMITS),
    (r"\sum_{i=3}^{2} x_i", None, "the sum ends before it begins"),
    (r"\sum_{i=2}^{3} x_i", None, "declare the array whose entries are summed in part"),
    (r"\sum_{i=1}^{m} x_i", "x: vector(n), y: vector(m)",
     "x is (n), which does not fit its use with an index: its index runs to m"),
    (r"\sum_{i=1, i\neq 2}^n x_i", None, "this condition on an index is not read"),
    (r"\sum_{i \in S} x_i", None, "this condition on an index is not read"),
    (r"\sum_{i=1}^n \sum_{j=2i}^{n} A_{ij}", None, LIMITS),
    (r"\sum_{i=1}^n \sum_{j=i+2}^{n} A_{ij}", None, "this limit of the index is not read"),
    (r"\sum_i x_i x_{n-i}", None, "the index in x_{n-i} is not read: an index is i, i+1, i-2 and the like"),
    (r"\sum_i x_{2i}", None, "the index in x_{2i} is not read: an index is i, i+1, i-2 and the like"),
    (r"\sum_{i=1}^n (x_{i+1} - x_i)^2", None,
     "x_{i+1} goes beyond the last entry: let the index end earlier, as in i=1..n-1"),
    (r"\sum_{t=1}^T (x_t - x_{t-1})^2", None, "x_{t-1} begins before the first entry: let the index begin later"),
    (r"\sum_{i=1}^n \sum_j x_i", None, "nothing says how far j runs: write its limits"),
    (r"\sum_{ijk} (A_{ij} - B_{jk})^2", None, "this cannot be summed over samples: write the sum with whole arrays"),
    (r"\sum_i A_{ijk}", None, "A has at most two indices"),
    (r"\sum_{i,i} x_i", None, "i is the index twice"),
    (r"\sum_i \sum_i x_i y_i^{}", None, "there is nothing between { and }"),
    (r"\sum_i A_{ij} j", None, "j is no index in A_ij"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "message"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(text: str, where: str | None, message: str) -> None:
    with pytest.raises(matcalc.MatcalcError) as caught:
        parse_expression(text, where)
    assert caught.value.message == message


def test_forms() -> None:
    assert str(matcalc.grad(r"\sum_{ij}(X_{ij}-u_iv_j)^2", "u")) == "2*(u*v' - X)*v"
    assert str(matcalc.grad(r"\sum_i A_{ii}", "A")) == "eye(n)"
    assert str(matcalc.grad(r"\sum_{i=1}^n\sum_{j=1}^m (x_i - y_j)^2", "x")) == "2*(m*x - sum(y)*vector(1))"
    assert str(matcalc.diff(r"\frac1n\sum_{i=1}^n x_i", "x")) == "vector(1, n)'/n"
    assert str(matcalc.grad(r"\frac1n\sum_{i=1}^n (x_i^\top w - y_i)^2", "w")) == "2*X'*(X*w - y)/n"


def test_a_remark_on_shifted_indices_without_limits() -> None:
    said = [str(r) for r in matcalc.reading(r"\sum_i (x_{i+1} - x_i)^2").remarks]
    assert said == ["i runs over the entries for which shifted ones exist"]
    assert not matcalc.reading(r"\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2").remarks


def test_slices_from_the_end() -> None:
    d = matcalc.diff("||x[1:] - x[:-1]||^2", "x", "denominator")
    found = d.evaluate({"x": [1.0, 2.0, 4.0, 8.0]})
    assert found.tolist() == [-2.0, -2.0, -4.0, 8.0]
    assert matcalc.parse(str(d), where="x: vector(n)") is d.expr


def test_a_remark_on_free_indices() -> None:
    assert matcalc.diff(r"\sum_k A_{ik} x_k", "x").remarks == ("the vector of all entries, for each i",)


def test_a_product_without_a_matrix_form() -> None:
    text = r"\sum_{a,b,c,d} A_{ab} A_{bc} A_{cd} A_{da} A_{ac} A_{bd}"
    d = matcalc.grad(text, "A", "A: matrix(n,n)")
    x = np.random.default_rng(0).uniform(0.5, 1.5, (3, 3))
    value = "ab,bc,cd,da,ac,bd->"
    step = 1e-6
    found = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            e = np.zeros((3, 3))
            e[i, j] = step
            found[i, j] = (np.einsum(value, *[x + e] * 6) - np.einsum(value, *[x - e] * 6)) / (2 * step)
    np.testing.assert_allclose(d.evaluate({"A": x}), found, rtol=1e-6)
    letters = "abcdefghijklmnopqrstuvwx"
    ring = "".join(f" A_{{{p}{letters[(k + n) % 24]}}}" for k, p in enumerate(letters) for n in (1, 2))
    with pytest.raises(matcalc.MatcalcError):
        parse_expression(rf"\sum_{{{','.join(letters)}}}{ring}", "A: matrix(n,n)")
