"""Forward and reverse accumulation, their counts, and the pieces of derivatives with kinks."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.terms.errors import MatcalcError

FORWARD = """\
∂b/∂w = ∂b/∂a ∂a/∂w    (1,)(1, n)
      = xᵀ
∂z/∂w = ∂z/∂b ∂b/∂w    (1,)(1, n)
      = 2bxᵀ
      = 2(xᵀw − y)xᵀ   put in the names"""

REVERSE = """\
∂z/∂a = ∂z/∂b ∂b/∂a    (1,)(1,)
      = 2b
∂z/∂w = ∂z/∂a ∂a/∂w    (1,)(1, n)
      = 2bxᵀ
      = 2(xᵀw − y)xᵀ   put in the names"""


def test_lecture_a4_on_c2() -> None:
    d = matcalc.diff("(<x, w> - y)^2", "w")
    assert d.steps(style="chain", mode="forward").unicode().endswith(FORWARD)
    assert d.steps(style="chain", mode="reverse").unicode().endswith(REVERSE)
    table = str(d.modes())
    assert "∂z/∂b (∂b/∂a ∂a/∂w)" in table and "(∂z/∂b ∂b/∂a) ∂a/∂w" in table


def test_a5_counts_for_given_sizes() -> None:
    d = matcalc.diff("sum(tanh(A*tanh(B*x)))", "x", where="A: matrix(m,k), B: matrix(k,n)")
    sizes = {"m": 50, "k": 40, "n": 30}
    m = d.modes(sizes)
    assert isinstance(m.reverse.multiplications, int) and isinstance(m.forward.multiplications, int)
    assert m.reverse.multiplications < m.forward.multiplications / 10
    assert m.reverse.multiplications == 50 * 50 + 50 * 40 + 40 * 40 + 40 * 30
    assert m.forward.multiplications == 40 * 40 * 30 + 50 * 40 * 30 + 50 * 50 * 30 + 50 * 30
    partly = d.modes({"m": 50, "k": 40})
    assert "n" in str(partly.forward.multiplications)


def test_every_line_of_both_modes_is_right() -> None:
    for text, wrt in (("(<x, w> - y)^2", "w"), ("||Xw - y||^2", "w"), ("sin(x)'*exp(x)", "x"), ("3x^2 - 4x", "x")):
        for layout in ("numerator", "denominator"):
            for steps in matcalc.diff(text, wrt, layout).modes().steps.values():
                assert max(steps.errors()) < 1e-6, str(steps)


def test_modes_as_tables() -> None:
    m = matcalc.diff("||Xw - y||^2", "w").modes()
    assert m.markdown().count("\n") == 3
    assert m.latex().count("{") == m.latex().count("}")
    with pytest.raises(MatcalcError, match="chains of scalars and vectors"):
        matcalc.diff("tr(A*inv(X)*B)", "X").modes()


def test_lecture_s5() -> None:
    d = matcalc.diff("|x|", "x", where="x: scalar")
    assert str(d.cases()).splitlines() == [
        "1                         if x > 0",
        "-1                        if x < 0",
        "any value a in [-1, 1]    if x = 0",
    ]
    d = matcalc.diff("max(x, 0)", "x", where="x: scalar")
    assert [line.split("   ")[0] for line in str(d.cases()).splitlines()] == ["1", "0", "any value a in [0, 1]"]


@pytest.mark.parametrize(
    ("text", "wrt", "where", "expected"),
    [
        ("|x|", "x", "x: vector(n)", "diag(v), where v[i] is"),
        ("max(w, x)", "w", "w: vector(n), x: vector(n)", "if (w - x)[i] > 0"),
        ("||A*x - b||", "x", "A: matrix(m,n), b: vector(m)", "v'*A for any vector v of length at most 1"),
        ("3*|x - 1| + x^2", "x", "x: scalar", "for any value a in [-1, 1]    if x - 1 = 0"),
        ("x^2", "x", "x: scalar", "everywhere"),
    ],
)
def test_cases(text: str, wrt: str, where: str, expected: str) -> None:
    cases = matcalc.diff(text, wrt, where=where).cases()
    assert expected in str(cases)
    assert cases.latex().count("\\begin{cases}") == 1 and cases.latex().count("{") == cases.latex().count("}")


def test_several_kinks_are_refused() -> None:
    with pytest.raises(MatcalcError, match="several kinks"):
        matcalc.diff("|x| + |x - 1|", "x", where="x: scalar").cases()
