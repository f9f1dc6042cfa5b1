"""The order of products by mode and layout, the sides of a kink, and which operations get a name."""

from __future__ import annotations

import pytest

import matcalc


@pytest.mark.parametrize(
    "layout, forward, reverse",
    [
        ("numerator", "∂z/∂b (∂b/∂a ∂a/∂x)", "(∂z/∂b ∂b/∂a) ∂a/∂x"),
        ("denominator", "(∂a/∂x ∂b/∂a) ∂z/∂b", "∂a/∂x (∂b/∂a ∂z/∂b)"),
    ],
)
def test_the_order_of_the_products(layout: str, forward: str, reverse: str) -> None:
    modes = matcalc.diff("||sin(A*x)||^2", "x", layout=layout).modes()
    assert (modes.forward.order, modes.reverse.order) == (forward, reverse)


@pytest.mark.parametrize(
    "text, above, below",
    [("max(x, a)", "1", "0"), ("min(x, a)", "0", "1"), ("abs(x)", "1", "-1"), ("relu(x)", "1", "0"),
     ("sum(abs(y))", "1", "-1"), ("sum(relu(y))", "1", "0")],
)  # fmt: skip
def test_the_sides_of_a_kink(text: str, above: str, below: str) -> None:
    wrt = "y" if "y" in text else "x"
    lines = matcalc.diff(text, wrt, where="x: scalar, a: scalar, y: vector(n)").cases().text().splitlines()
    found = {line.split(" if ")[1].strip()[-3:]: line.split(" if ")[0].strip() for line in lines if " if " in line}
    assert (found["> 0"], found["< 0"]) == (above, below)


@pytest.mark.parametrize(
    "text, names", [("(A*x).^3", ["a", "z"]), ("sum((A*x).^3)", ["a", "b", "z"]), ("1/sum(x)", ["a", "z"])]
)
def test_which_operations_get_a_name(text: str, names: list[str]) -> None:
    steps = str(matcalc.diff(text, "x", where="A: matrix(m,n), x: vector(n)").steps(style="chain"))
    lefts = [line.split("=")[0].strip() for line in steps.splitlines()]
    assert [left for left in lefts if left.isalpha()] == names
