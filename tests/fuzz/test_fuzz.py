"""A few thousand fuzzed inputs at the doors, always the same, and the machinery that counts them."""

from __future__ import annotations

import random

import pytest

from tests.fuzz import doors
from tests.fuzz.__main__ import run


@pytest.mark.parametrize("door", doors.DOORS)
def test_nothing_crashes(door: str) -> None:
    outcomes, crashes = run("fixed", 60, door)
    assert crashes == [] and sum(outcomes.values()) == 60


def test_inputs_can_be_made_again() -> None:
    for make, _ in doors.DOORS.values():
        if make is not doors._value:  # which has objects without equality
            assert make(random.Random("a")) == make(random.Random("a"))


def test_a_crash_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: object) -> None:
        raise KeyError("inside")

    monkeypatch.setitem(doors.DOORS, "bytes", (doors.bytes_, crash))
    outcomes, crashes = run("x", 3, "bytes")
    assert outcomes["bytes", "crashed"] == 3 and "KeyError" in crashes[0]
