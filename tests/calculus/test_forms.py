"""Index form, vec form, differential form and Hessian-vector products."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc import MatcalcError
from matcalc.terms.shapes import Dim

SIZES = {"m": 2, "n": 3, "k": 4, "l": 5}

# expression, variable, where, vec form, index form
FORMS = [
    ("A*X*B", "X", "A: matrix(m,n), X: matrix(n,k), B: matrix(k,l)", "kron(B', A)", "∂Y[i,j]/∂X[p,q] = A[i,p]*B[q,j]"),
    ("X", "X", "X: matrix(m,n)", "eye(m*n)", "∂Y[i,j]/∂X[k,l] = δ[i,k]*δ[j,l]"),
    ("X'", "X", "X: matrix(m,n)", "commutation(eye(m), eye(n))", "∂Y[i,j]/∂X[k,l] = δ[j,k]*δ[i,l]"),
    ("inv(X)", "X", "X: invertible matrix(n,n)", "-kron(inv(X)', inv(X))",
     "∂Y[i,j]/∂X[k,l] = -inv(X)[i,k]*inv(X)[l,j]"),
    ("A*X*b", "X", "A: matrix(m,n), X: matrix(n,k), b: vector(k)", "kron(b', A)", "∂y[i]/∂X[p,q] = A[i,p]*b[q]"),
    ("x*x'", "x", "x: vector(n)", "kron(eye(n), x) + kron(x, eye(n))", "∂Y[i,j]/∂x[k] = δ[j,k]*x[i] + δ[i,k]*x[j]"),
    ("exp(X)", "X", "X: matrix(n,k)", "diag(vec(exp(X)))", "∂Y[i,j]/∂X[p,q] = δ[i,p]*δ[j,q]*exp(X)[i,j]"),
    ("sin(X*A)", "X", "X: matrix(n,k), A: matrix(k,l)", "diag(vec(cos(X*A)))*kron(A', eye(n))", None),
    ("A*(w.*vec(X))", "X", "X: matrix(2,3), A: matrix(n,6), w: vector(6)", "A*diag(w)", None),
    ("(A.*(J*X*D))*(w.*vec(X))", "X",
     "X: matrix(2,3), A: matrix(n,6), J: matrix(n,2), D: matrix(3,6), w: vector(6)",
     "(A.*(J*X*D))*diag(w) + einsum('ij,ki->i(kj)', J, D*diag(w.*vec(X))*A')", None),
    # Magnus and Neudecker 3.7: vec(A ⊗ B) = (I ⊗ K ⊗ I)(vec(A) ⊗ vec(B))
    ("kron(X, A)", "X", "X: matrix(m,n), A: matrix(k,l)",
     "kron(eye(n), kron(commutation(eye(l), eye(m)), eye(k)))*kron(eye(m*n), vec(A))", None),
    ("kron(A, X)", "X", "A: matrix(m,n), X: matrix(k,l)",
     "kron(eye(n), kron(commutation(eye(l), eye(m)), eye(k)))*kron(vec(A), eye(k*l))", None),
    ("tr(X)*A", "X", "X: matrix(n,n), A: matrix(k,l)", "vec(A)*vec(eye(n))'", None),
]  # fmt: skip


def values_for(types: dict[str, object], seed: int = 1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    env = {name: Dim.of(size) for name, size in SIZES.items()}
    return {name: rng.normal(size=[d.substitute(env).value for d in t.shape]) for name, t in types.items()}


@pytest.mark.parametrize("text, wrt, where, vec, index", FORMS, ids=[r[0] for r in FORMS])
def test_forms(text: str, wrt: str, where: str, vec: str, index: str | None) -> None:
    d = matcalc.diff(text, wrt, where=where)
    assert str(d.vec()) == vec
    if index is not None:
        assert str(d.index()) == index
    values = values_for(d.types)
    full, flat = d.evaluate(values), d.vec().evaluate(values)
    axes = {4: (1, 0, 2, 3), 3: (1, 0, 2) if d.source.shape[1].value != 1 else (0, 1, 2)}[full.ndim]
    assert np.allclose(full.transpose(axes).reshape(flat.shape), flat)


def test_differential() -> None:
    assert str(matcalc.differential("tr(A*X*B)", "X")) == "tr(B*A*d(X))"
    assert str(matcalc.diff("inv(X)", "X").differential()) == "-inv(X)*d(X)*inv(X)"


@pytest.mark.parametrize("text, wrt, where, product", [
    ("||A*x - b||^2", "x", None, "2*A'*A*v"),
    ("logdet(X)", "X", "X: invertible matrix(n,n)", "-(inv(X)*v*inv(X))'"),
    ("sum(exp(x))", "x", "x: vector(n)", "v.*exp(x)"),
    ("a'*x", "x", "a: vector(n), x: vector(n)", "vector(0, n)"),
])  # fmt: skip
def test_hessian_vector_product(text: str, wrt: str, where: str | None, product: str) -> None:
    d = matcalc.grad(text, wrt, where=where)
    h = d.hvp("v")
    assert str(h) == product
    values = values_for(h.types)
    full = matcalc.hessian(text, wrt, where=where).evaluate(values)
    v = values["v"].reshape(full.shape[len(full.shape) // 2 :])
    assert np.allclose(np.tensordot(full, v, v.ndim), h.evaluate(values))


def test_second_derivatives_mix() -> None:
    first = matcalc.diff("x'*A*y", "x", where="A: matrix(m,n), x: vector(m), y: vector(n)")
    assert str(matcalc.diff(first, "y")) == "A"
    third = matcalc.diff(matcalc.diff(matcalc.diff("x^5", "x", where="x: scalar"), "x"), "x")
    assert str(third) == "60*x^2"


@pytest.mark.parametrize("structure", ["entries", "tangent"])
def test_forms_of_tied_entries_are_refused(structure: str) -> None:
    """They would be made from the free entries and contradict the closed form."""
    d = matcalc.diff("tr(A*S)", "S", where="S: symmetric matrix(n,n), A: matrix(n,n)", structure=structure)
    for form in (d.vec, d.index, lambda: d.hvp("v")):
        with pytest.raises(MatcalcError, match="free entries only"):
            form()


@pytest.mark.parametrize("form", ["vec", "index"])
def test_a_value_with_three_axes_has_no_such_form(form: str) -> None:
    d = matcalc.diff(matcalc.diff("x*x'*y", "x"), "x")
    assert d.source.shape != () and len(matcalc.diff(matcalc.diff("X*y", "X"), "y").source.shape) == 3
    with pytest.raises(matcalc.MatcalcError, match="is that of a matrix"):
        getattr(matcalc.diff(matcalc.diff("X*y", "X"), "y"), form)()
    assert getattr(d, form)()


def test_the_form_of_a_zero_has_its_shape() -> None:
    d = matcalc.diff("A", "X", where="A: matrix(m,k), X: matrix(n,l)")
    assert str(d.vec()) == "zeros(k*m, l*n)"
    assert d.vec().expr.shape == (Dim.of("m") * "k", Dim.of("n") * "l")


@pytest.mark.parametrize("text, by, index", [
    ("sum(i=0..k, sum(j=0..i, A^j*X*B^(i + j)))", "X",
     "∂Y[i,j]/∂X[p,q] = sum[r=0..k] sum[s=0..r] (A^s)[i,p]*(B^(r + s))[q,j]"),
    ("(y'*z)*(f'*g)*(s'*x)*A*x", "x",
     "∂y_0[i]/∂x[k] = y'*z*f'*g*s'*x*A[i,k] + y'*z*f'*g*s[k]*(A*x)[i]"),
])  # fmt: skip
def test_names_in_index_forms(text: str, by: str, index: str) -> None:
    where = "A: matrix(n,n), B: matrix(n,n), X: matrix(n,n), k: scalar, s: vector(n), x: vector(n)"
    where += ", y: vector(m), z: vector(m), f: vector(m), g: vector(m)"
    found = matcalc.diff(text, by, where=where).index()
    assert str(found) == index
    if "sum" in index:
        assert found.unicode() == "∂Y_ij/∂X_pq = ∑_{r=0}^{k} ∑_{s=0}^{r} (A^s)_ip (B^(r + s))_qj"
        assert r"\sum_{r=0}^{k} \sum_{s=0}^{r} {" in found.latex()
