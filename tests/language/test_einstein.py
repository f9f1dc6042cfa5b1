r"""Index notation without a sum: what each text means as a NumPy function, and what is asked back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc.terms.errors import MatcalcError

from .meanings import Row, agrees

FORM = "x:4 A:4x4"
ROWS: list[Row] = [
    ("A_{ij}x_j", "x", "x:3 A:4x3", lambda x, A: A @ x),
    (r"A_{ij} x_j", "A", "A:4x3 x:3", lambda A, x: A @ x),
    ("A_ij x_j", "x", "x:3 A:4x3", lambda x, A: A @ x),
    (r"A_{ij} x_i x_j", "x", FORM, lambda x, A: x @ A @ x),
    (r"-x_i A_{ij} x_j", "x", FORM, lambda x, A: -x @ A @ x),
    (r"\frac12 A_{ij} x_i x_j", "A", "A:4x4 x:4", lambda A, x: x @ A @ x / 2),
    (r"x_i A_{ij} (x_j - b_j)", "x", "x:4 A:4x4 b:4", lambda x, A, b: x @ A @ (x - b)),
    (r"A_{ij}B_{jk}", "A", "A:2x3 B:3x4", lambda A, B: A @ B),
    (r"A_{ij} B_{ji}", "A", "A:3x4 B:4x3", lambda A, B: np.trace(A @ B)),
    (r"A_{ij} B_{ij}", "A", "A:3x4 B:3x4", lambda A, B: np.sum(A * B)),
    (r"A_{ii}", "A", "A:4x4", lambda A: np.trace(A)),
    (r"\delta_{ij} x_i x_j", "x", "x:4", lambda x: x @ x),
    (r"x_i y_i", "x", "x:4 y:4", lambda x, y: x @ y),
    (r"u_i v_i w_k", "u", "u:4 v:4 w:3", lambda u, v, w: (u @ v) * w),
    (r"A_{ij} x_j + b_i", "x", "x:3 A:4x3 b:4", lambda x, A, b: A @ x + b),
    (r"A_{ij} x_j y_i + c x_k x_k", "x", "x:3 A:4x3 y:4 c:", lambda x, A, y, c: y @ A @ x + c * x @ x),
    (r"x_i", "x", "x:4", lambda x: x),
    (r"x_i^2", "x", "x:4", lambda x: x**2),
    (r"\exp(x_i)", "x", "x:4", lambda x: np.exp(x)),
    (r"x_i x_j", "x", "x:4", lambda x: np.outer(x, x)),
    ("∂/∂x (x_i y_i)", "x", "x:4 y:4", lambda x, y: x @ y),
]


@pytest.mark.parametrize(("text", "wrt", "spec", "meaning"), ROWS, ids=[f"{r[0]} by {r[1]}" for r in ROWS])
def test_means(text: str, wrt: str, spec: str, meaning: Callable[..., Any]) -> None:
    agrees(text, wrt, spec, meaning)


def test_declared_arrays() -> None:
    d = matcalc.grad(r"A_{ij} x_i x_j", "x", where="A: symmetric matrix(n,n), x: vector(n)")
    assert str(d) == "2*A*x"
    assert d.remarks == ("what has i and j twice is summed over i and j",)


def test_remarks() -> None:
    assert matcalc.diff("A_{ij}x_j", "x").remarks == (
        "what has j twice is summed over j", "the vector of all entries, for each i")  # fmt: skip
    assert matcalc.diff("x_i", "x").remarks == ("the vector of all entries, for each i",)


REFUSED = [
    (r"\epsilon_{ijk} a_j b_k", "a", None, "epsilon has at most two indices: write cross(a, b)"),
    (r"\frac12 C_{ijkl} e_{ij} e_{kl}", "e", None, "C has at most two indices"),
    (r"x_i x_i x_i", "x", None, "i is an index three times: write the sum, \\sum_i"),
    (r"x_t - x_s", "x", None, "these terms have different indices, s and t: write the sums"),
    (r"A_{ij} x_j + x_j", "x", None, "these terms have different indices, i and j: write the sums"),
    (r"x_i^2", "x", "x: vector(n)", "x_i can be an entry of x or another variable: write x[0], or declare x_i"),
    (r"\|x_i\|^2", "x", None, "x is neither in the expression"),
    (r"w_k^T x", "w", None, "w is neither in the expression"),
    (r"x_n", "x", None, "x is neither in the expression"),
]


@pytest.mark.parametrize(("text", "wrt", "where", "message"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(text: str, wrt: str, where: str | None, message: str) -> None:
    with pytest.raises(MatcalcError) as caught:
        matcalc.diff(text, wrt, where=where)
    assert message in str(caught.value)
