"""Rows A of the course: symbolic, numerical and automatic differentiation; and rows N: arrays."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc


def test_a1_three_ways_side_by_side() -> None:
    d = matcalc.diff("3x^2 - 4x", "x", where="x: scalar")
    assert str(d) == "6*x - 4"
    assert "h=0.1, numerical limit=2.30000" in str(d.limit_table(at=1))
    assert d.evaluate({"x": 1.0}) == 2
    pytest.importorskip("jax")
    assert d.check(against="jax").ok


def test_a2_the_computation_graph() -> None:
    assert str(matcalc.graph("(<x, w> - y)^2")).splitlines() == [
        "flowchart BT",
        '    n0("x (n)")',
        '    n1("w (n)")',
        "    n2[\"x'*w scalar\"]",
        '    n3("y scalar")',
        '    n4["a - y scalar"]',
        '    n5["b^2 scalar"]',
        "    n0 --> n2",
        "    n1 --> n2",
        "    n2 -->|a| n4",
        "    n3 --> n4",
        "    n4 -->|b| n5",
    ]


def test_a3_explicit_and_implicit() -> None:
    a, b = matcalc.scalar("a"), matcalc.scalar("b")
    explicit = 2 * a + b
    implicit = matcalc.from_function(lambda a, b: 2 * a + b, a="scalar", b="scalar")
    assert explicit is implicit and str(explicit) == "2*a + b"
    assert explicit.evaluate({"a": 1.0, "b": 3.0}) == 5


def test_a4_a5_modes() -> None:
    text = str(matcalc.diff("(<x, w> - y)^2", "w").modes())
    assert text.splitlines() == [
        "forward  ∂z/∂b (∂b/∂a ∂a/∂w)   n multiplications, n + 1 numbers kept",
        "reverse  (∂z/∂b ∂b/∂a) ∂a/∂w   n multiplications, n + 3 numbers kept",
    ]


@pytest.mark.parametrize("text, at", [
    ("X[1, 2]", np.s_[1, 2]), ("X[1, :]", np.s_[1, :]), ("X[:, 1]", np.s_[:, 1]),
    ("X[1:3, 1:]", np.s_[1:3, 1:]), ("X[::3, ::2]", np.s_[::3, ::2]),
])  # fmt: skip
def test_n_indexing_as_in_numpy(text: str, at: object) -> None:
    values = {"X": np.arange(16.0).reshape(4, 4)}
    e = matcalc.parse(text, where="X: matrix(4,4)")
    assert np.array_equal(e.evaluate(values), values["X"][at])  # type: ignore[index]
    picked = np.zeros((4, 4))
    picked[at] = 1  # type: ignore[call-overload]
    d = matcalc.grad(f"sum({text})", "X", where="X: matrix(4,4)")
    assert np.array_equal(d.evaluate(values), picked)
