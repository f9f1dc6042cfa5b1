"""The record of a derivative: plain data that cannot change, the same for every way to ask."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

import matcalc
from matcalc.calculus.record import Trace


def test_a_record_says_what_was_asked() -> None:
    r = matcalc.diff("||Xw - y||^2", "w", "denominator", where="y: vector(m)").record
    assert (str(r.source), str(r.variable), r.layout, r.order, r.structure, r.form) == (
        "||X*w - y||^2", "w", "denominator", 1, "free", "layout",
    )  # fmt: skip
    assert {n: str(t) for n, t in r.types.items()} == {"y": "vector(m)", "X": "matrix(m, n)", "w": "vector(n)"}
    assert {n: str(v.shape) for n, v in r.nodes.items()} == {n: str(t.shape) for n, t in r.types.items()}


@pytest.mark.parametrize(("ask", "layout", "order", "form", "direction"), [
    (lambda: matcalc.jacobian("A*x", "x"), "numerator", 1, "layout", ""),
    (lambda: matcalc.grad("x'*x", "x"), "denominator", 1, "layout", ""),
    (lambda: matcalc.hessian("x'*x", "x"), "numerator", 2, "layout", ""),
    (lambda: matcalc.diff("A*X*B", "X").vec(), "numerator", 1, "vec", ""),
    (lambda: matcalc.grad("sum(exp(x))", "x").hvp("u"), "denominator", 2, "hvp", "u"),
])  # fmt: skip
def test_each_form_has_its_record(ask: object, layout: str, order: int, form: str, direction: str) -> None:
    r = ask().record  # type: ignore[operator]
    assert (r.layout, r.order, r.form, r.direction) == (layout, order, form, direction)


def test_a_record_does_not_change() -> None:
    r = matcalc.diff("x^2", "x").record
    with pytest.raises(FrozenInstanceError):
        r.expr = r.source  # type: ignore[misc]
    with pytest.raises(AttributeError):
        matcalc.diff("x^2", "x").expr = r.source  # type: ignore[misc]
    assert replace(r, order=2).order == 2 and r.order == 1


def test_the_form_to_differentiate_again_keeps_the_structure_of_variables_open() -> None:
    r = matcalc.grad("x'*S*x", "x", where="S: symmetric matrix(n,n)").record
    assert str(r.expr) == "2*S*x" and str(r.raw) != str(r.expr)


@pytest.mark.parametrize(("text", "by", "where", "taken"), [
    ("logdet(X)", "X", None, ["invertible(X)"]),
    ("logdet(X)", "X", "X: spd matrix(n,n)", []),
    ("log(x)", "x", "x: scalar", ["positive(x)"]),
    ("log(x*y)", "(x, y)", None, ["positive(x*y)"]),
    ("x'*x", "x", None, []),
])  # fmt: skip
def test_assumptions_that_properties_do_not_imply(text: str, by: str, where: str | None, taken: list[str]) -> None:
    assert matcalc.diff(text, by, where=where).assumptions == taken


def test_an_assumption_is_noted_once() -> None:
    trace, x = Trace(), matcalc.parse("x")
    trace.assume("positive", (x,))
    trace.assume("positive", (x,))
    assert [(prop, str(args[0])) for prop, args in trace.assumptions] == [("positive", "x")]
