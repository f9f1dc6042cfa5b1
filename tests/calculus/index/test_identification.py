"""Identification: from a differential, linear in d(X), to the derivative in numerator layout.

In the texts `D` stands for d(X), d(x) or dx. Each derivative is compared with its differential: summed with a
direction over the axes of the variable, it gives the value of the differential in this direction.
"""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.calculus.index.identification import jacobian
from matcalc.numbers.evaluate import evaluate
from matcalc.simplification.normal import simplify
from matcalc.terms.expression import Expr, differential_of, var
from matcalc.terms.rebuild import substitute
from matcalc.terms.shapes import Dim
from matcalc.terms.walks import postorder, variables

SIZES = {name: Dim.of(size) for name, size in {"m": 2, "n": 3, "k": 4, "l": 5}.items()}
WHERE = "A: matrix(m,n), B: matrix(k,l), C: matrix(m,l), S: matrix(n,n), a: vector(m), b: vector(k), c: vector(n)"

# the differential, what D is, the derivative
SCALARS = [
    ("tr(A*D)", "matrix(n,m)", "A"),
    ("tr(S*D')", "matrix(n,n)", "S'"),
    ("a'*D*b", "matrix(m,k)", "b*a'"),
    ("sum(A.*D)", "matrix(m,n)", "A'"),
    ("tr(D)", "matrix(n,n)", "eye(n)"),
    ("c'*D", "vector(n)", "c'"),
    ("c'*S*D + D'*S*c", "vector(n)", "c'*S + c'*S'"),
]
VECTORS = [
    ("A*D", "vector(n)", "A"),
    ("D", "vector(n)", "eye(n)"),
    ("c.*D", "vector(n)", "diag(c)"),
    ("A*(c.*D)", "vector(n)", "A*diag(c)"),
    ("a*(c'*D)", "vector(n)", "a*c'"),
    ("sum(D)*a", "vector(n)", "a*vector(1, n)'"),
    ("diag(S)*(c'*D)", "vector(n)", "diag(S)*c'"),
]
TENSORS = [  # more than two axes: an index expression
    ("A*D*B", "matrix(n,k)"),
    ("D*b", "matrix(n,k)"),
    ("D'*c", "matrix(n,k)"),
    ("c*D'", "vector(n)"),
    ("D", "matrix(n,k)"),
    ("tr(D)*A", "matrix(n,n)"),
    ("(A*D) .* C", "matrix(n,l)"),
]


def differential(text: str, kind: str) -> tuple[Expr, Expr, Expr]:
    """A differential, its leaf d(X), and X."""
    e = matcalc.parse(text, where=f"{WHERE}, D: {kind}")
    placeholder = variables(e)["D"]
    x = var("X", placeholder.shape, (), placeholder.data[1])
    leaf = differential_of(x)
    return substitute(e, {placeholder: leaf}), leaf, x


def agrees(dy: Expr, x: Expr, j: Expr, natural: bool = False) -> bool:
    """Whether a derivative, summed with a direction, is the differential."""
    rng = np.random.default_rng(5)
    types = {**variables(dy), "X": x}
    values = {n: rng.normal(size=[d.substitute(SIZES).value for d in v.shape]) for n, v in types.items()}
    step = values["X"]
    want = np.squeeze(np.asarray(evaluate(dy, {**values, "d(X)": step}, types)))
    step = np.squeeze(step) if natural else np.squeeze(step).T
    return bool(np.allclose(np.tensordot(np.squeeze(evaluate(j, values, types)), step, step.ndim), want))


@pytest.mark.parametrize(("text", "kind", "derivative"), [*SCALARS, *VECTORS])
def test_matrix_forms(text: str, kind: str, derivative: str) -> None:
    dy, leaf, x = differential(text, kind)
    j = simplify(jacobian(dy, leaf))
    assert str(j) == derivative
    assert agrees(dy, x, j)


@pytest.mark.parametrize(("text", "kind"), TENSORS)
def test_index_forms(text: str, kind: str) -> None:
    dy, leaf, x = differential(text, kind)
    j = jacobian(dy, leaf)
    assert any(e.op == "einsum" for e in postorder(j)) and len(j.shape) > 2
    assert agrees(dy, x, j)
    assert agrees(dy, x, jacobian(dy, leaf, natural=True), natural=True)


def test_a_sum_is_one_coefficient() -> None:
    dy, leaf, x = differential("tr(A*D) + 2*sum(A'.*D) - a'*A*D*a", "matrix(n,m)")
    j = simplify(jacobian(dy, leaf))
    assert len(j.shape) == 2 and agrees(dy, x, j)
