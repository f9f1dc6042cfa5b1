"""Every fault that was found by its number: it gives the right answer, is refused, or another test keeps it away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.report.rows import Row, given, rows, table

TESTS = Path(__file__).parents[1]
ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=[row.number for row in ROWS])
def test_row(row: Row) -> None:
    for call, wanted in row.calls:
        got = given(call)
        assert wanted, call
        assert got == wanted if wanted[:1] != "!" else got[:1] == "!" and wanted[2:] in got, call
    for test in row.tests:
        file, name = test.split("::")
        assert re.search(rf"^def {name}\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE), test
    assert row.calls or row.tests or row.reason


def test_every_number_stands_once() -> None:
    numbers = [row.number for row in ROWS]
    assert len(numbers) == len(set(numbers)) > 80 and len(table()) == len(ROWS) + 2
