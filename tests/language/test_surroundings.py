r"""What surrounds a formula: what is left of a text, and which derivative it asks for."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.language.surroundings import plain_name, surroundings

# text, its formula, what it calls the value
FORMULAS = [
    (r"J(w) = \|Xw-y\|^2", r"\|Xw-y\|^2", "J(w)"),
    ("J(w) = ||Xw-y||^2", "||Xw-y||^2", "J(w)"),
    ("L = x'x", "x'x", "L"),
    ("y = Ax", "Ax", "y"),
    (r"\mathcal{L}(\theta) := \|X\theta\|^2", r"\|X\theta\|^2", r"\mathcal{L}(\theta)"),
    (r"\mathcal L(\theta) \triangleq \theta^\top\theta", r"\theta^\top\theta", r"\mathcal L(\theta)"),
    (r"f(\mathbf{x}^{(i)}; \theta) = \theta", r"\theta", r"f(\mathbf{x}^{(i)}; \theta)"),
    (r"\ell(\mu, \Sigma) = \log\det\Sigma", r"\log\det\Sigma", r"\ell(\mu, \Sigma)"),
    (r"\hat{y} = Xw\,", "Xw", r"\hat{y}"),
    (r"w_{t+1} = w_t - \eta g", r"w_t - \eta g", "w_{t+1}"),
    (r"E_{\text{in}}(w) = \|w\|", r"\|w\|", r"E_{\text{in}}(w)"),
    (r"\begin{equation} J = \|x\|^2 \label{eq:1} \end{equation}", r"\|x\|^2", "J"),
    (r"\begin{equation*}\|x\|^2.\end{equation*}", r"\|x\|^2", ""),
    (r"$x^\top x$", r"$x^\top x", ""),
    (r"\|x\|^2,", r"\|x\|^2", ""),
    (r"\|x\|^2.", r"\|x\|^2", ""),
    ("x'x;", "x'x", ""),
    (r"x^\top x, \qquad (3)", r"x^\top x", ""),
    (r"x^\top x \quad (2.14a)", r"x^\top x", ""),
    (r"x^Tx \tag{2}", "x^Tx", ""),
    (r"x^Tx \nonumber \\", "x^Tx", ""),
    (r"\|x\|^2 \quad \text{where } x \in \mathbb{R}^n", r"\|x\|^2", ""),
    (r"\|x\|^2, \quad \text{s.t. } Ax = b", r"\|x\|^2", ""),
    (r"\min_w \|Xw-y\|^2", r"\|Xw-y\|^2", ""),
    (r"\min_{w \in \mathbb{R}^n} \|Xw-y\|^2", r"\|Xw-y\|^2", ""),
    (r"\arg\min_w \|Xw-y\|^2", r"\|Xw-y\|^2", ""),
    (r"\argmin_w \|Xw-y\|^2", r"\|Xw-y\|^2", ""),
    (r"w^* = \arg\min_w \|Xw-y\|^2", r"\|Xw-y\|^2", "w^*"),
    (r"\hat{w} = \operatorname*{arg\,min}_{w} \|w\|", r"\|w\|", r"\hat{w}"),
    (r"\underset{w}{\min} \|w\|", r"\|w\|", ""),
    (r"\underset{\mathbf{w}}{\operatorname{argmin}} \|w\|", r"\|w\|", ""),
    (r"\min_{U, V} \|X - UV^\top\|_F^2", r"\|X - UV^\top\|_F^2", ""),
    (r"\max_\theta \log p", r"\log p", ""),
    ("min_w ||Xw-y||^2", "||Xw-y||^2", ""),
    ("argmin_w ||w||^2", "||w||^2", ""),
    ("minimize ||w||^2", "||w||^2", ""),
    ("max(x, 0)", "max(x, 0)", ""),
    (r"\max(0, x)", r"\max(0, x)", ""),
    (r"\max_i x_i", r"\max_i x_i", ""),
    ("x == y", "x == y", ""),
    ("x.^2", "x.^2", ""),
    (r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}", r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}", ""),
]

# text, variable, order, what is left
ASKED = [
    ("d/dx x^2", "x", 1, "x^2"),
    ("d/dX tr(X)", "X", 1, "tr(X)"),
    ("d/dtheta theta^2", "theta", 1, "theta^2"),
    ("d/dθ θ^2", "theta", 1, "θ^2"),
    ("∂/∂x x'x", "x", 1, "x'x"),
    ("∇_x x'x", "x", 1, "x'x"),
    ("∇ x'x", "", 1, "x'x"),
    ("D_x x'x", "x", 1, "x'x"),
    ("d²/dx² x^4", "x", 2, "x^4"),
    ("d^2/dx^2 x^4", "x", 2, "x^4"),
    (r"\frac{d}{dx} x^2", "x", 1, "x^2"),
    (r"\frac{\mathrm{d}}{\mathrm{d}x} x^2", "x", 1, "x^2"),
    (r"\dfrac{\partial}{\partial \mathbf{X}} \det X", "X", 1, r"\det X"),
    (r"\frac{\partial}{\partial x^\top} Ax", "x", 1, "Ax"),
    (r"\frac{\partial}{\partial \boldsymbol{\theta}} \theta", "theta", 1, r"\theta"),
    (r"\frac{\partial^2}{\partial x \partial x^\top} x^TAx", "x", 2, "x^TAx"),
    (r"\frac{\partial^2}{\partial x^2} x^4", "x", 2, "x^4"),
    (r"\nabla_{\mathbf w} \|w\|", "w", 1, r"\|w\|"),
    (r"\nabla_\theta \|\theta\|", "theta", 1, r"\|\theta\|"),
    (r"\nabla \|w\|", "", 1, r"\|w\|"),
    (r"\nabla^2_x \|x\|^2", "x", 2, r"\|x\|^2"),
    (r"\nabla_x^2 \|x\|^2", "x", 2, r"\|x\|^2"),
    (r"\partial_x \|x\|^2", "x", 1, r"\|x\|^2"),
    (r"\frac{\partial \|x\|^2}{\partial x}", "x", 1, r"\|x\|^2"),
    (r"\frac{\partial (x^\top A x)}{\partial \mathbf x}", "x", 1, r"(x^\top A x)"),
    ("d(x'x)/dx", "x", 1, "(x'x)"),
    (r"\min_w \frac{d}{dw} \|w\|^2", "w", 1, r"\|w\|^2"),
]


@pytest.mark.parametrize(("text", "formula", "value"), FORMULAS, ids=[r[0] for r in FORMULAS])
def test_formula(text: str, formula: str, value: str) -> None:
    found = surroundings(text)
    assert (found.text.strip(), found.value, found.asked) == (formula, value, None)
    assert len(found.text) == len(text)


@pytest.mark.parametrize(("text", "variable", "order", "formula"), ASKED, ids=[r[0] for r in ASKED])
def test_asked(text: str, variable: str, order: int, formula: str) -> None:
    found = surroundings(text)
    assert found.asked is not None
    assert (found.asked.variable, found.asked.order, found.text.strip()) == (variable, order, formula)


def test_a_declared_d_is_a_variable() -> None:
    assert surroundings("d/dx x^2", frozenset(("d",))).asked is None
    assert str(matcalc.diff("a/d", "a", where="d: scalar")) == "1/d"


def test_abstract_derivatives_stay() -> None:
    for text in (r"\frac{\partial \mathbf{u}}{\partial \mathbf{x}}", "∂u/∂x", "∂u(x.*y)/∂(x.*y)"):
        assert surroundings(text).text == text


def test_remarks() -> None:
    d = matcalc.diff(r"w^\star = \arg\min_w \|Xw - y\|^2", "w")
    assert d.remarks == (r"w^\star = is left out", r"\arg\min_w is left out")


def test_alignment() -> None:
    text = "\\begin{align}\nJ(w) &= \\|Xw - y\\|^2 \\\\\n&\\quad + w^\\top w \\nonumber\n\\end{align}"
    assert str(matcalc.parse(text)) == "||X*w - y||^2 + w'*w"


def test_hessian() -> None:
    assert str(matcalc.hessian("d²/dx² x^4", "x")) == "12*x^2"


def test_plain_name() -> None:
    assert plain_name(r"\hat{y}") == "y_hat"


def test_long_texts_are_read_in_linear_time() -> None:
    for part in (",", " ", "{}", "a=b", r"\min_w", r"\quad", "x_a", r"\frac{", "(["):
        assert len(surroundings("x" + part * 10**4 + "y").text) == 2 + len(part) * 10**4
