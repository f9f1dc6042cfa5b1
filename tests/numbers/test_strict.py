"""A check is as strict as it says: a small error fails it, and so does one bad trial among good ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import matcalc
from matcalc import Derivative
from matcalc.numbers import check as checking
from matcalc.numbers.comparison import richardson
from matcalc.terms.expression import num, prod


def scaled(text: str, wrt: str, factor: float) -> Derivative:
    """A derivative that is wrong by a factor."""
    d = matcalc.diff(text, wrt)
    return Derivative(replace(d.record, expr=prod(num(factor), d.expr)))


@pytest.mark.parametrize("text", ["||Xw - y||^2", "sum(sin(w))", "w'*A*w"])
@pytest.mark.parametrize("factor, right", [(1 + 1e-4, False), (1 + 1e-5, False), (1 - 1e-5, False), (1 + 1e-10, True)])
def test_a_small_error_fails(text: str, factor: float, right: bool) -> None:
    assert scaled(text, "w", factor).check().ok == right


def test_one_bad_trial_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = iter([1e-12] * 3 + [1.0] * 3 + [1e-12] * 3)
    monkeypatch.setattr(checking, "difference", lambda *a: next(errors))
    report = checking.check(matcalc.diff("sum(sin(w))", "w").record, trials=3, directions=3)
    assert not report.ok and report.error == 1.0


def test_differences_are_of_sixth_order() -> None:
    """The error falls by about 2^6 where the step is halved."""
    coarse, fine = (abs(float(richardson(lambda x: np.exp(1 + x), h)) - np.e) for h in (0.5, 0.25))
    assert 40 < coarse / fine < 100
