"""Lines of rule files that say nothing that could hold, and a book whose implications go round in a circle."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.rulebook.properties import Facts
from matcalc.rulebook.reader import read_rules
from matcalc.terms.errors import RuleError
from matcalc.terms.expression import as_shape, mm, var

LET = "let A[m,n], X[n,n], Y[n,n], x[n], s scalar"


@pytest.mark.parametrize(
    "line, message",
    [
        ("bad: A' -> A", "different shapes"),
        ("bad: tr(X) -> X", "different shapes"),
        ("bad: d(tr(X)) = d(X)", "different shapes"),
        ("bad: X*x -> x'", "different shapes"),
        ("bad: tr(X) -> tr(Y)", "only on the right side"),
        ("bad: X + X -> s*X", "only on the right side"),
        ("bad: d(inv(X)) = -Y*d(X)*Y", "only on the right side"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(line: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        read_rules(f"{LET}\n{line}\n")


def test_a_circle_of_implications_proves_nothing() -> None:
    book = matcalc.read_rules("small => unit\nunit => small", check=False)
    X = var("X", as_shape("n", "n"))
    for prop in ("small", "unit"):
        assert Facts(book=book).ask(prop, X) is None
        assert Facts(book=book).ask(prop, mm(X, X)) is None
