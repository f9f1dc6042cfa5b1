"""What a question may take: each limit, that it can be raised, and that it is counted for one question at a time."""

from __future__ import annotations

import pytest

import matcalc
from matcalc import LimitError, Limits

TOO_MUCH = [
    ("+".join(["x"] * 200), Limits(text=100), "at most 100 characters"),
    ("+".join(f"sin({k}*x)" for k in range(1, 50)), Limits(nodes=100), "more than 100 parts"),
    ("*".join(f"(x+{k})" for k in range(1, 80)), Limits(work=1_000), "more than 1,000 steps"),
    ("12345678901*x", Limits(digits=10), "at most 10 digits"),
    ("1e20*x", Limits(digits=10), "at most 10 digits"),
]


@pytest.mark.parametrize("text, limits, message", TOO_MUCH)
def test_too_much_is_refused(text: str, limits: Limits, message: str) -> None:
    with pytest.raises(LimitError if "digits" not in message else matcalc.ParseError, match=message):
        matcalc.diff(text, "x", where="x: scalar", limits=limits)
    assert matcalc.diff(text, "x", where="x: scalar").certificate


def test_terms_that_are_written_out() -> None:
    where = "A: matrix(n,n)"
    assert "sum(i=0" in str(matcalc.diff("A^8", "A", where=where, limits=Limits(terms=4)))
    assert "sum(i=0" not in str(matcalc.diff("A^8", "A", where=where))


def test_a_product_of_ten_thousand_different_factors_is_refused() -> None:
    with pytest.raises(LimitError, match="steps of work"):
        matcalc.diff("*".join(f"(x+{k})" for k in range(10_000)), "x", where="x: scalar", limits=Limits(work=10**6))


def test_every_question_has_its_own_account() -> None:
    limits = Limits(work=20_000)
    for k in range(30):  # together they take more
        assert matcalc.diff(f"(x+{k})^3*sin(x)*exp({k}*x)", "x", where="x: scalar", limits=limits).certificate


def test_other_doors_have_limits() -> None:
    text = "+".join(f"sin({k}*x)" for k in range(1, 400))
    for door in (matcalc.grad, matcalc.hessian, matcalc.differential, matcalc.jacobian):
        with pytest.raises(LimitError):
            door(text, "x", where="x: scalar", limits=Limits(work=500))  # type: ignore[operator]
    for read in (matcalc.parse, matcalc.reading):
        with pytest.raises(LimitError):
            read(text, where="x: scalar", limits=Limits(text=500))
