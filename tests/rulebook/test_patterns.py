"""Matching: what a pattern takes, and above all what it does not."""

from __future__ import annotations

import pytest

from matcalc.rulebook.patterns import match, match_shape
from matcalc.rulebook.reader import read_rules
from matcalc.terms.expression import Expr, add, apply, eye, fn, index, mm, num, prod, t, var
from matcalc.terms.shapes import SCALAR, Dim, Shape


def shape(*names: str) -> Shape:
    return tuple(Dim.of(int(n) if n.isdigit() else n) for n in names)  # type: ignore[return-value]


A, B, S, R = (var(n, shape(*s)) for n, s in (("A", "mk"), ("B", "kl"), ("S", "nn"), ("R", "mn")))
x, a, b = var("x", shape("n", "1")), var("a", SCALAR), var("b", SCALAR)


@pytest.mark.parametrize(
    "want, got, found",
    [
        (("n", "n"), ("m", "m"), {"n": "m"}),
        (("n", "n"), ("m", "k"), None),
        (("m", "n"), ("k", "k"), {"m": "k", "n": "k"}),
        (("m", "n"), ("3", "2"), {"m": "3", "n": "2"}),
        (("n", "n"), ("3", "2"), None),
        (("n", "1"), ("m", "1"), {"n": "m"}),
        (("n", "1"), ("m", "2"), None),
        (("1", "n"), ("m", "1"), None),
    ],
)
def test_shapes(want: tuple[str, ...], got: tuple[str, ...], found: dict[str, str] | None) -> None:
    dims = match_shape(shape(*want), shape(*got), {})
    assert (dims if dims is None else {n: str(d) for n, d in dims.items()}) == found


def test_sizes_of_an_identity_count_where_they_are_called_as_in_the_rule() -> None:
    (rule,) = read_rules("let A[m,n]\nsame: kron(eye(n), A) -> kron(A, eye(n))").rules
    column, row = var("c", shape("n", "1")), var("r", shape("1", "n"))
    assert not list(match(rule.lhs, apply("kron", eye(Dim.of("n")), column), {}, {}))
    assert len(list(match(rule.lhs, apply("kron", eye(Dim.of("n")), row), {}, {}))) == 1


def test_a_name_that_has_a_size_keeps_it() -> None:
    assert match_shape(shape("n", "1"), shape("m", "1"), {"n": Dim.of("k")}) is None
    assert match_shape(shape("n", "1"), shape("m", "1"), {"n": Dim.of("m")}) == {"n": Dim.of("m")}


LET = "let A[m,n], B[n,p], C[m,n], X[n,n], Y[n,n], x[n], y[n], s scalar, r scalar"
CASES: list[tuple[str, Expr, bool]] = [
    ("tr(X)", apply("tr", S), True),
    ("tr(X*Y)", apply("tr", mm(S, t(S))), True),
    ("tr(X*Y)", apply("tr", mm(R, t(R))), False),  # X is square, R is not
    ("A + C", add(R, prod(num(2), R)), True),
    ("x'*X*x", mm(t(x), S, x), True),
    ("x'*X*y", mm(t(x), S, x), True),
    ("x'*x", mm(t(x), S, x), False),
    ("s*A", prod(a, b, R), True),
    ("X + X'", add(S, t(S)), True),
    ("X + X'", add(S, S), False),
    ("inv(X)*X", mm(apply("inv", S), t(S)), False),
    ("inv(X)*X", mm(apply("inv", S), S), True),
    ("A*B", mm(A, B), True),
    ("sin(A)", apply("cos", R), False),
]


@pytest.mark.parametrize("pattern, e, fits", CASES, ids=[f"{p} and {e}" for p, e, _ in CASES])
def test_match(pattern: str, e: Expr, fits: bool) -> None:
    (rule,) = read_rules(f"{LET}\none: {pattern} -> 1*({pattern})\n").rules
    assert bool(list(match(rule.lhs, e, {}, {}))) == fits


def test_one_entry_does_not_match_another() -> None:
    v = var("v", shape("3", "1"))
    first, second = (index(v, (("at", i),), SCALAR) for i in (0, 1))
    assert list(match(fn("exp", first), fn("exp", first), {}, {}))
    assert not list(match(fn("exp", first), fn("exp", second), {}, {}))
