"""What is known of an expression: yes, no, or nothing."""

from __future__ import annotations

import pytest

from matcalc.rulebook.properties import Facts
from matcalc.terms.expression import Expr, add, apply, as_shape, fn, mm, num, power, prod, t, var
from matcalc.terms.shapes import SCALAR

S, R = var("S", as_shape("n", "n"), ["spd"]), var("R", as_shape("n", "n"), ["spd"])
Y, D = var("Y", as_shape("n", "n"), ["symmetric"]), var("D", as_shape("n", "n"), ["diagonal"])
X, a, b = var("X", as_shape("n", "n")), var("a", SCALAR, ["positive"]), var("b", SCALAR)

ROWS: list[tuple[str, Expr, bool | None]] = [
    ("positive", num(2), True),
    ("positive", num(0), False),
    ("positive", num(-1), False),
    ("nonzero", num(0), False),
    ("nonzero", num(-1), True),
    ("invertible", num(0), False),
    ("integer", num(3), True),
    ("even", num(4), True),
    ("even", num(3), False),
    ("positive", a, True),
    ("positive", b, None),
    ("nonzero", a, True),
    ("positive", add(a, num(1), a), True),
    ("positive", add(a, num(1), b), None),
    ("positive", add(a, num(-1)), None),
    ("spd", add(S, R, S), True),
    ("spd", add(S, Y, R), None),
    ("spd", add(S, Y), None),
    ("symmetric", add(S, Y, D), True),
    ("symmetric", add(S, X, D), None),
    ("symmetric", mm(t(X), X), True),
    ("symmetric", mm(X, X), None),
    ("symmetric", mm(S, R), None),
    ("invertible", mm(S, R), True),
    ("invertible", mm(S, X, R), None),
    ("invertible", D, None),
    ("invertible", apply("expm", X), True),
    ("diagonal", mm(D, D, D), True),
    ("diagonal", mm(D, S), None),
    ("spd", prod(num(2), S), True),
    ("spd", prod(num(-2), S), None),
    ("positive", fn("exp", b), True),
    ("positive", power(a, b), True),
    ("lower", D, True),
    ("orthogonal", S, None),
]


@pytest.mark.parametrize("prop, e, want", ROWS, ids=[f"{p} {e}" for p, e, _ in ROWS])
def test_property(prop: str, e: Expr, want: bool | None) -> None:
    assert Facts().ask(prop, e) is want


def test_the_structure_of_a_hidden_variable_is_not_known() -> None:
    hidden = Facts(hidden=("S",))
    assert [hidden.ask(p, S) for p in ("symmetric", "spd")] == [None, None]
    assert hidden.ask("symmetric", R) is True
    assert Facts(hidden=("a",)).ask("positive", a) is True  # an open set is no structure


def test_what_depends_on_itself_is_not_known() -> None:
    """Every property that implies another is asked on the way; none is taken for granted there."""
    for prop in ("symmetric", "spd", "diagonal", "invertible", "nonzero", "orthogonal", "lower", "positive"):
        assert Facts().ask(prop, X) is None
        assert Facts().ask(prop, mm(X, t(X), X)) is None
