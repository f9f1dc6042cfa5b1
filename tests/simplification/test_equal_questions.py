"""Equal questions have one answer, up to the order of terms and factors."""

from __future__ import annotations

import random

import pytest

import matcalc
from matcalc.simplification.normal import Simplifier
from matcalc.terms.expression import Expr
from tests.corpus.rows import Row
from tests.simplification.equal_questions import answers, questions, respelled, unordered

ORDERS = ("commute", "turn", "transpose", "inverse")


@pytest.mark.parametrize("row", questions()[::23], ids=lambda r: r.label)
def test_the_order_of_writing_changes_no_answer(row: Row) -> None:
    found = answers(row, 3, ORDERS)
    assert len(found) == 1, found


# the rows whose equal questions still have several answers, and why
DIFFERENT = {
    "found:5": "a product of a scalar and arrays of three axes is not taken out of terms that were multiplied out",
    "found:18": "arrays of three axes that differ in their axes alone have no common factor",
    "inverses:26": "two factorings of one length",
    "scalars:33": "the sign of a difference in an even power, which the question has over a divisor",
    "scalars:38": "a polynomial in a function, which stays as the reader wrote it",
    "statistics:36": "the order of symmetric factors in a term of a trace",
}


@pytest.mark.parametrize("row", [r for r in questions() if r.label in DIFFERENT], ids=lambda r: r.label)
def test_the_listed_rows_differ(row: Row) -> None:
    assert len(answers(row, 20)) > 1, "one answer now: take it off the list"


@pytest.mark.parametrize("row", questions()[5::29], ids=lambda r: r.label)
def test_other_rows_have_one_answer(row: Row) -> None:
    assert row.label in DIFFERENT or len(answers(row, 4)) == 1


def test_unordered_tells_other_answers_apart() -> None:
    assert unordered(matcalc.parse("x'*A*y + z'*y")) == unordered(matcalc.parse("y'*z + y'*A'*x"))
    assert unordered(matcalc.parse("x'*A*y")) != unordered(matcalc.parse("y'*A*x", "x: vector(n), y: vector(n)"))


WHERE = "A: matrix(n,n), B: matrix(n,n), C: matrix(n,n), x: vector(n), y: vector(n), s: scalar, r: scalar"
DECIDED = [
    "x'*A*y + 3*y'*B'*x - s*tr(A*B*C)",
    "2*A*B' + s*A*B' - r*(B*A')'",
    "(A.*B).*C + 2*A'.*B'",
    "s^2*r*x'*y + r*s*y'*x - s/r",
    "tr(A*B'*C) + tr(C'*B*A') + tr(A)",
    "diag(x)*A*y + x.*y",
    "inv(A)*B + inv(A')'*B",
    "x*y' + (y*x')'",
]


@pytest.mark.parametrize("text", DECIDED)
def test_the_normal_form_decides(text: str) -> None:
    e = matcalc.parse(text, WHERE)

    def normal(q: Expr) -> Expr:
        s = Simplifier()
        s.order.read_names(e)
        return s.run(q)

    others = [respelled(e, random.Random(k), ("commute", "twice", "turn", "transpose", "inverse")) for k in range(12)]
    assert len({e, *others}) > 3
    assert {normal(q) for q in others} == {normal(e)}
