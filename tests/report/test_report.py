"""The list of faults names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.report.faults import faults, table

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("fault, test", [(f, t) for _, f, t in faults()])
def test_every_fault_has_a_test_that_is_there(fault: str, test: str) -> None:
    file, name = test.split("::")
    assert re.search(rf"^def {name}\(", (TESTS / file).read_text(encoding="utf-8"), re.M), fault


def test_the_table_has_every_row() -> None:
    assert len(table()) == len(faults()) + 2
