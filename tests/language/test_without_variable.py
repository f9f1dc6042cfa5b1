r"""Texts that say themselves by which variable: `\nabla_x …`, `d/dx …`, `\min_w …`, `J(w) = …`, and what they mean.

A row is a text, the arrays with their sizes (the variable first) and a NumPy function; the derivative by what the text
names is compared with differences of the function, in both layouts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy import exp, log

import matcalc
from matcalc.terms.errors import MatcalcError

from .meanings import agrees


def s(z: Any) -> Any:
    return np.sum(z)


SAME, SAME_OF = "theta:3 X:5x3 y:5", lambda theta, X, y: s((X @ theta - y) ** 2)
LEAST, LEAST_OF = "w:3 X:5x3 y:5", lambda w, X, y: s((X @ w - y) ** 2)
FORM, FORM_OF = "x:4 A:4x4", lambda x, A: x @ A @ x
BOTH, BOTH_OF = "x:3 A:5x3 b:5", lambda x, A, b: s((A @ x - b) ** 2)

Row = tuple[str, str, Callable[..., Any]]

SPELLINGS: list[Row] = [
    # derivatives in front
    (r"\nabla_x x^T A x", FORM, FORM_OF),
    (r"\nabla_{\mathbf x}\, \mathbf{x}^\top \mathbf{A} \mathbf{x}", FORM, FORM_OF),
    (r"\nabla x^\top x", "x:4", lambda x: x @ x),
    ("∇_x x'A x", FORM, FORM_OF),
    ("∇_xf(x) = x'A x", FORM, FORM_OF),
    ("∇_theta ||X theta - y||^2", SAME, SAME_OF),
    ("d/dx x'A x", FORM, FORM_OF),
    ("d/dX tr(A X)", "X:4x3 A:3x4", lambda X, A: np.trace(A @ X)),
    ("d/dx (x'A x)", FORM, FORM_OF),
    ("d(x'A x)/dx", FORM, FORM_OF),
    ("∂/∂x x'A x", FORM, FORM_OF),
    ("∂/∂x (x'A x)", FORM, FORM_OF),
    ("∂(x'A x)/∂x", FORM, FORM_OF),
    ("D_x x'A x", FORM, FORM_OF),
    (r"\partial_x x^T A x", FORM, FORM_OF),
    (r"\frac{\partial}{\partial X} \operatorname{tr}(A X)", "X:4x3 A:3x4", lambda X, A: np.trace(A @ X)),
    (r"\frac{\partial \, x^T A x}{\partial x}", FORM, FORM_OF),
    (r"\frac{d}{d\mathbf{x}} \left( x^T A x \right)", FORM, FORM_OF),
    (r"\dfrac{\mathrm{d}}{\mathrm{d}\theta} \log(1 + e^{\theta})", "theta:", lambda theta: log(1 + exp(theta))),
    (r"\nabla_w L(w) = \|Xw - y\|_2^2", LEAST, LEAST_OF),
    (r"\frac{\partial J}{\partial w} = \frac{\partial}{\partial w} \|Xw - y\|^2", LEAST, LEAST_OF),
    (r"\frac{\partial}{\partial w} J(w) = \|Xw - y\|^2", LEAST, LEAST_OF),
    ("gradient of x'A x with respect to x", FORM, FORM_OF),
    ("the derivative of ||Xw - y||^2 w.r.t. w", LEAST, LEAST_OF),
    ("differentiate ||Xw - y||^2 with respect to the vector w.", LEAST, LEAST_OF),
    ("Find the gradient of $x^T A x$ wrt $x$", FORM, FORM_OF),
    # what is minimised
    (r"\min_w \|Xw-y\|^2", LEAST, LEAST_OF),
    (r"\arg\min_w \|Xw-y\|^2", LEAST, LEAST_OF),
    (r"\underset{w}{\min} \|Xw-y\|^2", LEAST, LEAST_OF),
    (r"\underset{x}{\text{minimize}} \quad \|Ax - b\|_2^2", BOTH, BOTH_OF),
    (r"\operatorname*{argmin}_{w \in \mathbb{R}^d} \|Xw-y\|^2", LEAST, LEAST_OF),
    (r"\hat{w} = \operatorname*{arg\,min}_{w} \|Xw-y\|^2", LEAST, LEAST_OF),
    (r"\max_\theta \log\theta - \theta", "theta:", lambda theta: log(theta) - theta),
    ("argmin_w ||Xw-y||^2", LEAST, LEAST_OF),
    ("minimize over w ||Xw-y||^2", LEAST, LEAST_OF),
    (r"\min_w \|Xw-y\|^2 \quad \text{s.t.}\quad w \ge 0", LEAST, LEAST_OF),
    (r"\min_x \|Ax-b\|^2 \text{ subject to } Cx = d", BOTH, BOTH_OF),
    (r"\begin{aligned} \min_{x} \quad & \|Ax-b\|^2 \\ \textrm{s.t.} \quad & x \geq 0 \end{aligned}", BOTH, BOTH_OF),
    (r"\begin{array}{ll} \text{minimize}_x & \|Ax-b\|^2 \\ \text{subject to} & Gx \le h \end{array}", BOTH, BOTH_OF),
    # left-hand sides
    ("J(w) = ||Xw-y||^2", LEAST, LEAST_OF),
    ("J(w) := ||Xw-y||^2", LEAST, LEAST_OF),
    ("J(w) ≔ ||Xw-y||^2", LEAST, LEAST_OF),
    ("J(w) ≡ ||Xw-y||^2", LEAST, LEAST_OF),
    ("J(w) ∝ ||Xw-y||^2", LEAST, LEAST_OF),
    (r"J(w) \triangleq \|Xw-y\|^2", LEAST, LEAST_OF),
    (r"J(w) \equiv \|Xw-y\|^2", LEAST, LEAST_OF),
    (r"J(w) \propto \|Xw-y\|^2", LEAST, LEAST_OF),
    (r"J(w) \stackrel{\text{def}}{=} \|Xw-y\|^2", LEAST, LEAST_OF),
    (r"\mathcal{L}(\theta) := \|X\theta - y\|_2^2", SAME, SAME_OF),
    (r"\mathcal L(\theta; X, y) = \|X\theta - y\|_2^2", SAME, SAME_OF),
    (r"\ell(\theta \mid X, y) = \|X\theta - y\|_2^2", SAME, SAME_OF),
    (r"f\left(\mathbf{x}\right) = \mathbf{x}^\top \mathbf{A} \mathbf{x}", FORM, FORM_OF),
    (r"\text{RSS}(w) = (y - Xw)^T(y - Xw)", LEAST, LEAST_OF),
    (r"J_{\text{train}}(w) = \|Xw-y\|^2", LEAST, LEAST_OF),
    (r"h_\theta(x) = \frac{1}{1+e^{-\theta^T x}}", "x:3 theta:3", lambda x, theta: 1 / (1 + exp(-theta @ x))),
    (r"{\displaystyle f(\mathbf{x}) = \mathbf{x}^{\mathrm{T}} \mathbf{A} \mathbf{x}}", FORM, FORM_OF),
    ("`f(x) = x'A x`", FORM, FORM_OF),
    ("$f(x) = x^T A x$", FORM, FORM_OF),
    ("Let $f(x) = x^T A x$.", FORM, FORM_OF),
    ("let f(x) = x'A x", FORM, FORM_OF),
    (r"f: \mathbb{R}^n \to \mathbb{R}, \quad f(x) = x^T A x", FORM, FORM_OF),
    (r"\begin{align} f(x) &= \|Ax-b\|^2 \\ &= x^TA^TAx - 2b^TAx + b^Tb \end{align}", BOTH, BOTH_OF),
    (r"\begin{equation}\label{eq:q} f(x) = x^T A x. \tag{3}\end{equation}", FORM, FORM_OF),
    # types behind the formula
    (r"\nabla_x x^T A x, \quad x \in \mathbb{R}^n", FORM, FORM_OF),
    (r"f(x) = x^TAx, x\in\mathbb{R}^n", FORM, FORM_OF),
    ("J(w) = ||Xw - y||^2 where X ∈ R^{m×n}, w ∈ R^n, y ∈ R^m", LEAST, LEAST_OF),
    ("J(w) = ||Xw - y||^2 with X in R^{m x n}", LEAST, LEAST_OF),
    ("J(w) = ||Xw - y||², w ∈ ℝⁿ", LEAST, LEAST_OF),
    (r"f(x) = x^T A x \text{ where } A \in \mathbb{R}^{n \times n}", FORM, FORM_OF),
    (r"f(u) = u^2 \exp(v), \; u, v \in \mathbb{R}", "u: v:", lambda u, v: u**2 * exp(v)),
    (r"f(x) = x^T A x, where $A$ is any matrix", FORM, FORM_OF),
    (r"V(x) = x^T A x,\quad A \succ 0", FORM, FORM_OF),
    (r"V(x) = x^\top A x, \ A = A^\top", FORM, FORM_OF),
    (r"(1) f(x) = x^\top A x", FORM, FORM_OF),
    ("2. f(x) = x'A x", FORM, FORM_OF),
    ("> f(x) = x'A x", FORM, FORM_OF),
]  # fmt: skip


@pytest.mark.parametrize(("text", "spec", "function"), SPELLINGS, ids=[r[0] for r in SPELLINGS])
def test_the_text_says_by_which_variable(text: str, spec: str, function: Callable[..., Any]) -> None:
    agrees(text, None, spec, function)


HESSIANS = [r"\nabla^2_x x^T A x", r"\nabla_x^2 x^T A x", r"\frac{\partial^2}{\partial x \partial x^T} x^T A x",
            r"\frac{\partial^2 (x^T A x)}{\partial x^2}", "hessian of x'A x with respect to x",
            "f(x) = x'A x"]  # fmt: skip


@pytest.mark.parametrize("text", HESSIANS)
def test_hessians(text: str) -> None:
    assert str(matcalc.hessian(text)) == "A + A'"


ASKED = [
    ("x'A x", "by which variable? Give one of x, A beside the text, or write it: ∇_x x'A x or ∇_A x'A x"),
    ("J = ||Xw - y||^2", "Give one of X, w, y beside the text, or write it: ∇_X (…) or ∇_w (…) or ∇_y (…)"),
    (r"\min_{U,V} \|X - UV^\top\|_F^2", r"or write it: \nabla_{U} (…) or \nabla_{V} (…)"),
    (r"f(x, y) = x^2 y", "Give one of x, y"),
    (r"g(\lambda) = \min_x x^Tx + \lambda", r"or write it: \nabla_{\lambda} (…) or \nabla_{x} (…)"),
    (r"\nabla \|Xw\|^2", "Give one of X, w"),
    ("gradient of x'A x", "Give one of x, A"),
    ("2", "there is no variable to differentiate by"),
    (r"\nabla_w L(w) = X^T(Xw - y)", "is the right side L(w), or its derivative already? Give it alone"),
    (r"\frac{\partial J}{\partial w} = X^T(Xw-y)", "is the right side J, or its derivative already? Give it alone"),
    ("dJ/dw = 2w", "is the right side J, or its derivative already? Give it alone"),
    ("d/dx f(x) = x^2", "is the right side f(x), or its derivative already? Give it alone"),
    (r"\frac{d f}{d x}", "df/dx is the derivative of f, which is not given: write d/dx before what f is"),
    ("df/dx + 1", "df/dx is the derivative of f, which is not given: write d/dx before what f is"),
    ("Ax = b", "this is an equation: for what it leaves write Ax - b"),
    (r"\begin{align} f(x) &= x^TAx \\ g(x) &= b^T x \end{align}",
     "these lines are several formulas: give one of them, f(x), g(x)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "question"), ASKED, ids=[r[0] for r in ASKED])
def test_asked_back(text: str, question: str) -> None:
    with pytest.raises(MatcalcError) as caught:
        matcalc.diff(text)
    assert question in str(caught.value)


def test_another_variable_beside_the_text_is_loud() -> None:
    texts = ("d/dx x'y", r"\nabla_x x^T y", "gradient of x'y with respect to x", r"\frac{dJ}{dx} = x^T y")
    for text in texts:
        with pytest.raises(MatcalcError, match="the text asks for the derivative by x, the question for that by y"):
            matcalc.diff(text, "y")
    assert str(matcalc.diff("J(x) = x'y", "y")) == "x'"  # a function of x has derivatives by all its parameters


def test_other_doors() -> None:
    assert str(matcalc.grad("J(w) = ||Xw - y||^2")) == "2*X'*(X*w - y)"
    assert str(matcalc.jacobian("∇_x A*sin(x)")) == "A*diag(cos(x))"
    assert str(matcalc.differential("f(X) = inv(X)")) == "-inv(X)*d(X)*inv(X)"
    with pytest.raises(MatcalcError, match="Give one of A, x"):
        matcalc.diff(matcalc.parse("A*x"))


def test_types_in_the_text() -> None:
    d = matcalc.diff(r"\nabla_x f(x) = x^T A x, \quad A \in \mathbb{S}^3_{++}, x \in \mathbb{R}^3")
    assert {n: str(t) for n, t in d.types.items()} == {"x": "vector(3)", "A": "spd matrix(3, 3)"}
    assert [r for r in d.remarks if "declares" in r] == [
        r"A \in \mathbb{S}^3_{++} declares A: spd matrix(3, 3)", 
        r"x \in \mathbb{R}^3 declares x: vector(3)"]  # fmt: skip
    with pytest.raises(MatcalcError, match=r"the text declares x: vector\(n\), and where x: matrix\(n, k\)"):
        matcalc.diff(r"\|x\|^2, x \in \mathbb{R}^n", "x", where="x: matrix(n,k)")


NAMES = [
    ("J(w) = w'w", "J"), (r"\mathcal{L}(\theta) := \theta^2", "L"), (r"\mathcal L_{\text{CE}}(w) = w^Tw", "L_CE"),
    (r"\text{KL}(p\|q) = \sum_i p_i \log(p_i/q_i)", "KL"), (r"h_\theta(x) = \theta^T x", "h_theta"),
    (r"\hat{y} = Xw", "y_hat"), (r"\nabla_w J(w) = w^Tw", "J"), ("w'w", ""), (r"\min_w w^Tw", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), NAMES, ids=[r[0] for r in NAMES])
def test_the_name_of_the_value(text: str, name: str) -> None:
    wrt = "w" if "w" in text and "J(" in text else None
    d = matcalc.diff(text, wrt or next(n for n in ("w", "theta", "p") if n in text))
    assert d.name == name
    if name:
        assert f"∂{name}/∂{d.variable}" in str(d.steps())
