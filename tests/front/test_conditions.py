"""What answers take for granted as mathematics, and the legend of uncommon words."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.front.conditions import conditions, legend
from matcalc.front.formats import caption

ROWS = [
    ("logdet(X)", "X", None, ["X invertible"]),
    ("sqrt(x'*x)", "x", None, ["x ≠ 0"]),
    ("1/(2*s^2)*||x - y||^2 + n*log(s)", "s", "s, n: scalar", ["s > 0"]),  # which says that 2s² is not 0
    ("||A*x - b||/||x||", "x", "b: vector(m)", ["x ≠ 0", "Ax − b ≠ 0"]),
    ("sqrtm(S)", "S", None, ["S symmetric positive definite"]),
    ("x'*A*x", "x", None, []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "by", "where", "want"), ROWS, ids=[row[0] for row in ROWS])
def test_conditions(text: str, by: str, where: str | None, want: list[str]) -> None:
    d = matcalc.diff(text, by, where=where)
    assert conditions(d) == want
    assert (f"assuming {', '.join(want)}" in caption(d)) == bool(want)


def test_in_notebooks_they_are_mathematics() -> None:
    shown = matcalc.grad("logdet(X)", "X")._repr_mimebundle_()
    assert r"\text{assuming }\mathbf{X} \text{ invertible}" in shown["text/latex"]
    assert "assuming X invertible" in shown["text/plain"]


@pytest.mark.parametrize(("text", "by", "word"), [
    ("normnuc(X)", "X", "polar(X) is"), ("norm2(X)", "X", "leading(X) is"), ("expm(A)", "A", "dexpm(X, E) is"),
    ("sqrtm(S)", "S", "sylvester(A, B, C) is"), ("det(X)", "X", "adj(X) is"), ("relu(x)", "x", "step(x) is"),
])  # fmt: skip
def test_uncommon_words_have_a_line(text: str, by: str, word: str) -> None:
    d = matcalc.diff(text, by, where="x: scalar" if by == "x" else None)
    assert [line.startswith(word) for line in legend(d.expr)] == [True]
    assert legend(d.expr)[0] in caption(d) and word in d._repr_mimebundle_()["text/plain"]
    assert legend(matcalc.parse("exp(x)")) == []
