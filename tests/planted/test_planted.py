"""The list of planted errors stays alive: each text still stands once in its file, and every room has some."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.planted.__main__ import FIRST, ROOT, plant
from tests.planted.errors import PLANTED, Planted
from tests.planted.mutants import AREAS, Mutant, chosen
from tests.planted.python_errors import explained


@pytest.mark.parametrize("error", PLANTED, ids=lambda e: f"{e.file}: {e.why}")
def test_an_error_can_be_planted(error: Planted) -> None:
    text = (ROOT / error.file).read_text(encoding="utf-8")
    wrong = plant(text, error)
    assert wrong != text
    assert error.why
    if error.file.endswith(".py"):  # it is an error of thought, not of grammar
        ast.parse(wrong)


def test_every_room_has_some() -> None:
    rooms = {p.name for p in (ROOT / "matcalc").iterdir() if (p / "__init__.py").exists()}
    count = Counter(error.room for error in PLANTED)
    assert set(count) == rooms | {"rules"} == set(FIRST)
    assert min(count.values()) >= 5
    assert len(PLANTED) >= 90


def test_what_is_not_there_is_not_planted() -> None:
    error = Planted("matcalc/a.py", "x = 1", "x = 2", "wrong")
    assert plant("x = 1\n", error) == "x = 2\n"
    for text in ("", "x = 1\nx = 1\n"):
        with pytest.raises(ValueError, match="not once"):
            plant(text, error)


def test_first_tests_exist() -> None:
    assert all(Path(ROOT / path).exists() for paths in FIRST.values() for path in paths)


MUTANTS = chosen()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.key)
def test_a_machine_made_error_is_another_program(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert ast.dump(ast.parse(mutant.plant(text))) != ast.dump(ast.parse(text))


def test_machine_made_errors_are_of_every_area() -> None:
    assert {m.area: count for m in MUTANTS for count, _ in [AREAS[m.area]]} == {a: n for a, (n, _) in AREAS.items()}
    assert len({m.key for m in MUTANTS}) == len(MUTANTS) >= 150
    assert all(len(key) == 12 and why for key, why in explained().items())
