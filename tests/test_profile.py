"""The profile by rooms: all own time is counted once, in the room where it was spent."""

from __future__ import annotations

import sys
import time

import pytest

import matcalc
from tests.imports import ROOMS
from tests.profile import HOUSE, OUTSIDE, by_rooms, main, place, profiled


@pytest.mark.parametrize(
    ("file", "room"),
    [
        (HOUSE + "terms/expression.py", "terms"),
        (HOUSE + "calculus/index/notation.py", "calculus"),
        (HOUSE + "__init__.py", "door"),
        (sys.prefix + "/lib/json/decoder.py", OUTSIDE),
        ("~", OUTSIDE),
    ],
)
def test_the_room_of_a_file(file: str, room: str) -> None:
    assert place((file, 3, "f"))[0] == room


def test_all_own_time_is_counted_once() -> None:
    import cProfile
    import pstats

    profiler = cProfile.Profile()
    profiler.runcall(matcalc.diff, "x'*A*x", "x")
    want = pstats.Stats(profiler).total_tt  # type: ignore[attr-defined]
    assert by_rooms(profiler).total == pytest.approx(want)


def test_what_is_built_in_counts_for_its_caller() -> None:
    def outside() -> None:
        time.sleep(0.01)

    profile, _ = profiled(outside)
    assert set(profile.rooms) == {OUTSIDE}
    inside, _ = profiled(lambda: matcalc.parse("A*B + C"))
    assert not any(name.startswith("<method 'append' of 'list'") for name in inside.functions.get(OUTSIDE, {}))


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["||Xw - y||^2", "w", "--times", "2"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("||Xw - y||^2 by w: 2*(X*w - y)'*X\n")
    rooms = {line.split()[0] for line in out.splitlines() if line and not line.startswith(" ")}
    assert {"terms", "language", "rulebook", "simplification", "calculus", "printing"} <= rooms & set(ROOMS)
