"""Derivatives of derivatives, of tensors too, against differences of the derivative before."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.numbers.evaluate import evaluate
from matcalc.terms.shapes import Dim

SIZES = {"m": 2, "n": 3, "k": 4}

CASES = [
    ("(w*s').^2", "w", "w", "w: vector(n), s: vector(m)"),
    ("L*W*s", "W", "s", "W: matrix(m,m), L: matrix(k,m), s: vector(m)"),
    ("x*u'", "x", "u", "x: vector(k), u: vector(k)"),
    ("softplus(F*z*r')", "z", "z", "z: vector(n), F: matrix(k,n), r: vector(k)"),
    ("tr(diag(x)^(-2))", "x", "x", "x: positive vector(n)"),
    ("sigmoid(w'*X*h)", "X", "X", "X: matrix(n,m), w: vector(n), h: vector(m)"),
    ("tr(A*expm(X))", "X", "X", "X: matrix(n,n), A: matrix(n,n)"),
    ("X'*X", "X", "X", "X: matrix(m,n)"),
    ("inv(X)", "X", "X", "X: matrix(n,n)"),
    ("||X||_*", "X", "X", "X: matrix(m,n)"),
    ("||X||_*", "X", "X", "X: matrix(k,n)"),
    ("||X||_2", "X", "X", "X: matrix(m,n)"),
    ("norm2(X*A)", "X", "X", "X: matrix(k,n), A: matrix(n,m)"),
    ("expm(X)", "X", "X", "X: matrix(m,m)"),
    ("inv(E + diag(Q*x))*u", "x", "E", "x: vector(m), Q: matrix(k,m), E: symmetric matrix(k,k), u: vector(k)"),
    ("x'*E*x", "x", "E", "x: vector(k), E: symmetric matrix(k,k)"),
    ("tr(logm(X*X')*A)", "X", "X", "X: matrix(m,n), A: matrix(m,m)"),
    ("sum(abs(A).^(h'*A*h))", "A", "A", "A: matrix(n,n), h: vector(n)"),
]


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize("text, first, second, where", CASES, ids=[c[0] for c in CASES])
def test_second_derivative(text: str, first: str, second: str, where: str, layout: str) -> None:
    d = matcalc.diff(text, first, where=where, layout=layout)
    dd = matcalc.diff(d, second, layout=layout)
    rng = np.random.default_rng(7)
    env = {name: Dim.of(size) for name, size in SIZES.items()}
    values = {}
    for name, t in d.types.items():
        shape = [n.substitute(env).value for n in t.shape]
        values[name] = rng.uniform(0.5, 1.5, size=shape)
        if len(set(shape)) == 1:
            values[name] += np.eye(*shape)
        if "symmetric" in t.properties:
            values[name] += values[name].T
    got = np.squeeze(dd.evaluate(values))
    x, step = values[second], 1e-6
    columns = []
    for at in np.ndindex(*x.shape):
        e = np.zeros_like(x)
        e[at] = step
        up = np.asarray(evaluate(d.raw, {**values, second: x + e}, d.types))  # free entries: no symmetry used
        columns.append((up - np.asarray(evaluate(d.raw, {**values, second: x - e}, d.types))) / (2 * step))
    value_shape = np.squeeze(columns[0]).shape
    raw = np.stack([np.squeeze(c) for c in columns], axis=-1).reshape(*value_shape, *np.squeeze(x).shape)
    v, k = len(value_shape), np.squeeze(x).ndim
    axes = [*range(v), *reversed(range(v, v + k))]
    want = raw.transpose(axes if layout == "numerator" else axes[::-1])
    assert got.shape == want.shape
    assert np.allclose(got, want, rtol=1e-5, atol=1e-6)


def test_blocks_of_symbolic_size() -> None:
    where = "x: vector(n), y: vector(m)"
    assert str(matcalc.diff("[x; y]'*[x; y]", "x", where=where, layout="denominator")) == "2*x"
