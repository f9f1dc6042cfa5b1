"""What Jupyter shows, and the magics."""

from __future__ import annotations

import re

import pytest

import matcalc
from matcalc import MatcalcError
from matcalc.front import display, jupyter
from matcalc.printing.latex import Latex

# What both MathJax and KaTeX take, as far as matcalc prints it.
KNOWN = set(
    re.findall(
        r"\w+",
        """mathbf boldsymbol mathrm operatorname left right top lVert rVert lvert rvert frac sqrt odot oslash
        otimes exp log sin cos tan det begin end text scriptsize displaystyle cdot partial mathbb langle rangle
        alpha beta gamma delta lambda mu sigma pi theta""",
    )
)


def commands(latex: str) -> set[str]:
    return set(re.findall(r"\\([A-Za-z]+)", latex))


def test_a_derivative() -> None:
    shown = matcalc.diff("||Xw - y||^2", "w")._repr_mimebundle_()
    assert shown["text/plain"].splitlines() == [
        "2(Xw − y)ᵀX",
        "inferred X: matrix(m, n), w: vector(n), y: vector(m)",
        "numerator layout, shape (1, n)",
        "equal with probability above 1 − 2⁻⁴⁰",
    ]
    latex = shown["text/latex"]
    assert r"2 \left(\mathbf{X} \mathbf{w} - \mathbf{y}\right)^\top \mathbf{X}" in latex
    assert r"\text{numerator layout, shape (1, n)}" in latex
    assert commands(latex) <= KNOWN and latex.count("{") == latex.count("}")


def test_an_expression() -> None:
    shown = matcalc.parse("A*x")._repr_mimebundle_()
    assert shown.pop("text/html").startswith("<div")
    assert shown == {"text/plain": "A*x", "text/latex": r"$\displaystyle \mathbf{A} \mathbf{x}$"}
    assert matcalc.parse("A*x")._repr_latex_() == r"$\displaystyle \mathbf{A} \mathbf{x}$"


def test_names_are_escaped() -> None:
    latex = matcalc.diff("w_1'*x", "x", where="w_1: vector(n)")._repr_mimebundle_()["text/latex"]
    assert r"\text{w}\_\text{1: vector(n)" in latex


def test_long_sums_are_broken() -> None:
    where = ", ".join(f"A_{i}: matrix(n,n), B_{i}: matrix(n,n)" for i in range(20))
    text = " + ".join(f"{'-' if i == 7 else ''}A_{i}*B_{i}*x" for i in range(20)).replace("+ -", "- ")
    e = matcalc.parse(text, where=where)
    latex = display.formula(e)
    assert latex.startswith(r"\begin{aligned}") and latex.count(r"\\") >= 1
    assert latex.count("mathbf{x}") == 20 and "+ -" not in latex
    assert all(Latex().visible(line) < 110 for line in latex.split(r"\\"))


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("||Xw - y||^2 w", "2*(X*w - y)'*X"),
        ("||Xw - y||^2 w --layout denominator", "2*X'*(X*w - y)"),
        ("'||Xw - y||^2' w", "2*(X*w - y)'*X"),
        ('"x\'*A*x" x', "x'*(A + A')"),
        ("x'*A*x x", "x'*(A + A')"),
        ("x'*S*x x --where S: symmetric matrix(n,n)", "2*x'*S"),
        ("x'*S*x x --layout denominator --where 'S: symmetric matrix(n,n)'", "2*S*x"),
        ("||A*x - b||^2 x --order 2", "2*A'*A"),
        ("A*x + b", "A*x + b"),
        ("A", "A"),
        (r"\nabla_x x^T A x", "x'*(A + A')"),
        (r"'\nabla_x x^T A x' --layout denominator", "(A + A')*x"),
        ("J(w) = ||Xw - y||^2", "2*(X*w - y)'*X"),
        ("J(w) = ||Xw - y||^2 w", "2*(X*w - y)'*X"),
    ],
)
def test_line_magic(line: str, answer: str) -> None:
    assert str(jupyter.line_magic(line)) == answer


def test_a_line_that_may_end_with_the_variable_is_asked_back() -> None:
    with pytest.raises(MatcalcError, match="is the last x the variable, or a part of the formula"):
        jupyter.line_magic("f(x) = a*x x --where a: scalar, x: scalar")


def test_the_name_of_the_value_stands_before_the_formula() -> None:
    shown = jupyter.line_magic("J(w) = ||Xw - y||^2")._repr_mimebundle_()
    assert shown["text/plain"].startswith("∂J/∂w = 2(Xw − y)ᵀX\n")
    assert r"\frac{\partial J}{\partial \mathbf{w}} = 2" in shown["text/latex"]


def test_cell_magic() -> None:
    assert str(jupyter.cell_magic("w", "||Xw - y||^2\n")) == "2*(X*w - y)'*X"
    assert str(jupyter.cell_magic("--layout denominator", "||Xw\n - y||^2\n\nw\n")) == "2*X'*(X*w - y)"
    with pytest.raises(MatcalcError, match="write %%matcalc WRT"):
        jupyter.cell_magic("", "")
    assert str(jupyter.cell_magic("", "J(w) = ||Xw\n - y||^2")) == "2*(X*w - y)'*X"
    assert str(jupyter.cell_magic("--layout denominator", r"\nabla_x x^T A x")) == "(A + A')*x"
    with pytest.raises(MatcalcError, match="by which variable"):
        jupyter.cell_magic("", "x'A x")
    with pytest.raises(MatcalcError, match="there is no option --layuot"):
        jupyter.cell_magic("w --layuot numerator", "x")


def test_the_extension_in_ipython(capsys: pytest.CaptureFixture[str]) -> None:
    shell_of = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell
    shell = shell_of.instance()
    shell.run_line_magic("load_ext", "matcalc")
    d = shell.run_line_magic("matcalc", "||Xw - y||^2 w")
    assert str(d) == "2*(X*w - y)'*X"
    assert str(shell.run_cell_magic("matcalc", "w", "||Xw - y||^2")) == "2*(X*w - y)'*X"
    data, _ = shell.display_formatter.format(d)
    assert set(data) >= {"text/plain", "text/html", "text/latex"} and data["text/plain"].startswith("2(Xw − y)ᵀX")
    capsys.readouterr()
    for cell in ("%matcalc softmx(x) x", "import matcalc; matcalc.diff('softmx(x)', 'x')"):
        assert not shell.run_cell(cell).success  # the cell fails
        told = capsys.readouterr()
        lines = (told.out + told.err).strip().splitlines()
        assert lines[0].startswith("UnknownNameError: unknown function softmx; did you mean softmax?")
        assert lines[1:] == ["  softmx(x)", "  ^^^^^^"]
