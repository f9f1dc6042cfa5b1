"""Every function of the programs listed is read, with the derivative of its meaning, or refused by its name."""

from __future__ import annotations

import pytest

import matcalc

from .operations_of_programs import NAMES, REFUSED, ROWS
from .pasted import check

READ = [(program, *row) for program, rows in ROWS.items() for row in rows]
NOT_READ = [(program, *row) for program, rows in REFUSED.items() for row in rows]


@pytest.mark.parametrize("program", NAMES)
def test_every_function_stands_in_the_table_once(program: str) -> None:
    listed = sorted(name for name, *_ in (*ROWS[program], *REFUSED[program]))
    assert listed == sorted(NAMES[program].split())


@pytest.mark.parametrize("row", READ, ids=[f"{r[0]}: {r[1]}" for r in READ])
def test_read(row: tuple[str, ...]) -> None:
    check(*row[2:])


@pytest.mark.parametrize("row", NOT_READ, ids=[f"{r[0]}: {r[1]}" for r in NOT_READ])
def test_refused(row: tuple[str, ...]) -> None:
    _, name, text, reason = row
    with pytest.raises(matcalc.MatcalcError) as caught:
        matcalc.parse(text)
    assert name in str(caught.value) and reason in caught.value.message
