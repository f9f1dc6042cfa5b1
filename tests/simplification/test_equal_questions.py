"""Equal questions have one answer, up to the order of terms and factors."""

from __future__ import annotations

import pytest

from tests.corpus.rows import Row
from tests.simplification.equal_questions import answers, questions, unordered

ORDERS = ("commute", "turn", "transpose", "inverse")


@pytest.mark.parametrize("row", questions()[::23], ids=lambda r: r.label)
def test_the_order_of_writing_changes_no_answer(row: Row) -> None:
    found = answers(row, 3, ORDERS)
    assert len(found) == 1, found


def test_unordered_tells_other_answers_apart() -> None:
    import matcalc

    assert unordered(matcalc.parse("x'*A*y + z'*y")) == unordered(matcalc.parse("y'*z + y'*A'*x"))
    assert unordered(matcalc.parse("x'*A*y")) != unordered(matcalc.parse("y'*A*x", "x: vector(n), y: vector(n)"))
