r"""Texts that are asked back or refused: the message, and the place that it marks."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.language.parse import parse_expression

FONTS = [
    (r"\mathbf{A|x}", "this } cannot close the | before it", "}"),
    (r"\bar{a^2}", r"\bar stands over one name", r"\bar{a^2}"),
    (r"\hat{A x}", r"\hat stands over one name", r"\hat{A x}"),
    (r"2 \vec{A x}", r"\vec stands over one name", r"\vec{A x}"),
    (r"\mathbf{1}_{n/2}^\top x", "a size is a name, a number or a product such as 2*n", "/"),
    (r"\alpha_{F'}", "' is no part of a name", "'"),
    (r"\alpha_{|F|}", "| is no part of a name", "|"),
    (r"x_{i_1} \cdot 1", "_ is no part of a name", "_"),
    (r"x_{\frac12}", r"\frac is no part of a name", r"\frac"),
    (r"x_a_b \cdot 1", "a subscript stands only after a name or a norm", "_"),
    (r"\text{if } x > 0 \text{ and } y > 0", "comparisons do not chain: write each in parentheses", ">"),
    (r"\sqrt[0]{a}", "the order of a root is a whole number, at least 1", r"\sqrt"),
    (r"\sqrt[-1]{a}", "the order of a root is a whole number, at least 1", r"\sqrt"),
    (r"\theta_old x", "a subscript without braces is one letter: write theta_{old} or theta_o ld", "old"),
    (r"W^{(2)} x + W \cdot 0", "W^{(2)} can be a power or another name: write W^2, or declare W2", "W^{(2)}"),
]

FUNCTIONS = [
    (r"\operatorname{erfcinv}(a)",
     "unknown function erfcinv; did you mean erfinv or erfi or erfc?, or declare it, erfcinv: elementwise"),
    (r"\operatorname{rank}(X)", "rank is not read: a rank has no derivative"),
    (r"\mathrm{rank}(X)", "rank is not read: a rank has no derivative"),
    (
        r"\operatorname{Var}(x)",
        "unknown function Var: a variance is written Var[...], of the entries write mean((x - mean(x)).^2)",
    ),
    (r"\operatorname{foo}(X)", "unknown function foo; did you mean floor?, or declare it, foo: elementwise"),
    (r"\operatorname{foo} X", "unknown function foo; did you mean floor?, or declare it, foo: elementwise"),
    (r"\mathrm{KL}(p)", "unknown function KL: write sum(p.*log(p./q))"),
    (r"\mathrm{sort}\left(x\right)", "sort is not read: sorting is not part of the language; amax(x) and amin(x) are"),
    (r"\mathbb{E}[x]", "what is random in this expectation? name it, as in E_{x}[...], or give its law, "
     'where="x ~ N(mu, Sigma)"; or declare E'),
    (r"\mathbb{E}(x)", "an expectation has its argument in brackets, E[...]: write it so, or declare E"),
    (r"\mathbb{E}[x^T A x]", "what is random in this expectation? name it, as in E_{x}[...], or give its law, "
     'where="x ~ N(mu, Sigma)"; or declare E'),
    (r"\mathbb E x^2", "an expectation has its argument in brackets, E[...]: write it so, or declare E"),
]


SURROUNDED = [
    ("d/dy x^2", "the text asks for the derivative by y, the question for that by x", "d/dy "),
    (r"\nabla_w \|x\|", "the text asks for the derivative by w, the question for that by x", r"\nabla_w"),
    ("d²/dx² x^4", "the text asks for the second derivative, which is hessian", "d²/dx²"),
    ("x + d/dx x^2", "a derivative is asked for in front of the whole expression only", "d/dx"),
    ("2 d/dx x^2", "a derivative is asked for in front of the whole expression only", "d/dx"),
    (r"x + \frac{d}{dx} x^2", "a derivative is asked for in front of the whole expression only", r"\frac{d}"),
    (r"\frac{d}{dx}(x^2) + y", "is this the derivative of the bracket or of all that follows?", r"\frac{d}{dx}"),
    (r"\frac{\partial^2}{\partial x \partial y} x y", "a derivative by two variables is not asked for in the text: "
     "give an expression", r"\frac{\partial^2}{\partial x \partial y}"),
    ("d/dx", "an expression is missing after this", "d/dx"),
    ("d/dx d/dx x^3", "one derivative is asked for at a time", "d/dx "),
    ("x^2\ny^2", "a new line begins a new expression: give one, or put an operator between them", "y"),
    ("x^tx", "^t can be a transpose or a power: write ^T, or declare t: scalar in where", "^t"),
    ("x^2 = y^2", "an expression has no = in it: give one side only", "="),
    ("f(x) = x^2 = y", "an expression has no = in it: give one side only", "="),
    (r"\begin{align} x^2 \\ y^2 \end{align}", "these lines are several formulas: give one of them", r"\\"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "place"), SURROUNDED, ids=[r[0] for r in SURROUNDED])
def test_what_surrounds(text: str, message: str, place: str) -> None:
    with pytest.raises(matcalc.MatcalcError) as caught:
        matcalc.diff(text, "x")
    assert caught.value.message == message
    start, end = caught.value.span
    assert text[start:end] == place


@pytest.mark.parametrize(("text", "message", "place"), FONTS, ids=[r[0] for r in FONTS])
def test_what_cannot_be_read(text: str, message: str, place: str) -> None:
    asked(text, message, place, "W: matrix(n,n)" if text.startswith("W") else None)


@pytest.mark.parametrize(("text", "message"), FUNCTIONS, ids=[r[0] for r in FUNCTIONS])
def test_unknown_functions(text: str, message: str) -> None:
    asked(text, message, text[: text.index("}") + 1] if "{" in text else text[:9])


def asked(text: str, message: str, place: str, where: str | None = None) -> None:
    with pytest.raises(matcalc.MatcalcError) as caught:
        parse_expression(text, where)
    assert caught.value.message == message
    start, end = caught.value.span
    assert text[start:end] == place
