"""The card of a derivative: well-formed, escaped, with all that a reader has to know."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

import matcalc
from matcalc.front.card import FOLDED, card, failed, formula_card
from matcalc.front.widget import answer

CASES = [
    matcalc.diff("||Xw - y||^2", "w"),
    matcalc.diff("J(w) = ||Xw - y||^2"),
    matcalc.grad("log|S|", "S"),
    matcalc.diff("A*X*B", "X"),
    matcalc.hessian("x*y^2", "x,y"),
    matcalc.hessian("x'*A*x", "x"),
    matcalc.grad("sqrt(x'*x) + w_1'*x", "x"),
    matcalc.grad("normnuc(X)", "X"),
    matcalc.grad("sum((w < 1).*w.*v) + sum(log(w))", "w"),
    matcalc.grad("logdet(S)", "S", where="S: symmetric matrix(n,n)", structure="entries"),
    matcalc.diff("A*u(x)", "x", where="u: vector(n) -> vector(m)"),
]


def text(html: str) -> str:
    """What a reader sees."""
    tree = ElementTree.fromstring(re.sub(r"<style>.*?</style>", "", html, flags=re.S))
    return " ".join("".join(tree.itertext()).replace("\u2061", "").replace("\u2062", "").split())


@pytest.mark.parametrize("d", CASES, ids=[str(d.source) for d in CASES])
def test_everything_is_there_and_well_formed(d: matcalc.Derivative) -> None:
    html = card(d)
    seen = text(html)
    for name, kind in d.types.items():
        assert str(kind) in seen and (name.partition("_")[0] in seen or len(name) == 1)
    for line in (*d.remarks, str(d.certificate)):
        assert " ".join(line.split()) in seen
    assert "layout" in seen or "Hessian" in seen
    assert "<script" not in html and "$" not in re.sub(r"<pre>.*?</pre>", "", html, flags=re.S)
    assert d._repr_mimebundle_()["text/html"] == d._repr_html_() == html


def test_the_question_stands_above_the_answer() -> None:
    seen = text(card(CASES[0]))
    assert seen.index("f=‖𝐗𝐰−𝐲‖") < seen.index("∂f∂𝐰=2(𝐗𝐰−𝐲)⊤𝐗") < seen.index("(inferred)")
    assert "∂J∂𝐰=" in text(card(CASES[1])) and "∂2f∂(x,y)2" in text(card(CASES[4]))
    assert text(card(CASES[3])).startswith("𝐘=𝐀𝐗𝐁") and "dY = A dX B" in text(card(CASES[3]))


def test_assumptions_are_mathematics() -> None:
    assert "assuming 𝐱≠0" in text(card(CASES[6])) and "assuming 𝐒 invertible" in text(card(CASES[2]))
    assert "polar(X) is the orthogonal factor" in text(card(CASES[7])) and "structure: entries" in text(card(CASES[9]))


def test_steps_and_code_are_folded_and_left_out_of_long_questions() -> None:
    assert card(CASES[0]).count("<details>") == 2 and "def grad_w(" in card(CASES[0])
    where = ", ".join(f"A_{i}: matrix(n,n)" for i in range(FOLDED)) + ", x: vector(n)"
    long = matcalc.diff(" + ".join(f"A_{i}*x" for i in range(FOLDED)), "x", where=where)
    assert "<details>" not in card(long)


def test_a_differential_is_set_apart() -> None:
    html = formula_card(matcalc.differential("inv(X)", "X"))
    assert html.count("<mspace") == 2 and re.search(r"<mi>𝐗</mi><mspace[^>]*></mspace></mrow>", html)


def test_text_is_escaped() -> None:
    with pytest.raises(matcalc.MatcalcError) as caught:
        matcalc.diff("<script>alert(1)</script>", "x")
    html = failed(caught.value)
    assert "<script" not in html and "&lt;script&gt;" in html
    assert "<script" not in answer("<script>alert(1)</script>", "x") + answer("x", "<img src=x onerror=alert(1)>")


def test_an_expression_and_several_derivatives() -> None:
    assert text(formula_card(matcalc.parse("A*x"))) == "𝐀𝐱"
    assert matcalc.grad("||Xw - y||^2", ["X", "w"])._repr_html_().count('<div class="matcalc-card') == 2


def test_what_the_widget_shows() -> None:
    assert "denominator layout" in answer("x'*A*x", "x", "denominator")
    assert "<details>" not in answer("x'*A*x", "") and answer("  ", "x") == ""
    assert "this ( is never closed" in answer("x'*(A", "x")


def test_the_widget_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "anywidget", None)
    with pytest.raises(matcalc.MatcalcError, match=r"\[widget\]"):
        matcalc.widget("x'*x", "x")
