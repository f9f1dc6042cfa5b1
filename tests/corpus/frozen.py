"""What the corpus must give, frozen: numbers that JAX computed, and the forms that matcalc prints.

`NAME.numbers` has a line of JSON for each row of `NAME.corpus`: the values of the variables, and the derivative
there in denominator layout (in both layouts for a derivative differentiated again). `NAME.forms` has the printed
form of each row, in numerator and in denominator layout; a Hessian has one.

`python -m tests.corpus.freeze` writes both and needs JAX; with `--forms` it writes the forms alone.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np

from tests.corpus.rows import HERE, Row, corpus

Numbers = dict[str, Any]
DIGITS = 12  # significant ones


def rounded(x: Any) -> Any:
    """Nested lists of numbers with the digits that are kept."""
    return [rounded(y) for y in x] if isinstance(x, list) else float(f"{x:.{DIGITS}g}")


@cache
def numbers() -> dict[Row, Numbers]:
    """The frozen values and derivatives of every row."""
    out = {}
    for file, rows in by_file().items():
        lines = (HERE / f"{file}.numbers").read_text().splitlines()
        for row, line in zip(rows, lines, strict=True):
            out[row] = json.loads(line)
            assert out[row]["row"] == row.name, f"{row.label}: {row.name} is not {out[row]['row']}"
    return out


@cache
def forms() -> dict[Row, dict[str, str]]:
    """The frozen forms of every row, by layout."""
    out = {}
    for file, rows in by_file().items():
        lines = iter((HERE / f"{file}.forms").read_text().splitlines())
        for row in rows:
            name = next(lines)
            assert name == row.name, f"{row.label}: {row.name} is not {name}"
            out[row] = {layout: next(lines).strip() for layout in row.layouts}
        assert not list(lines), f"{file}.forms has more rows than {file}.corpus"
    return out


def by_file() -> dict[str, list[Row]]:
    """The rows of each file."""
    out: dict[str, list[Row]] = {}
    for row in corpus():
        out.setdefault(row.file, []).append(row)
    return out


def values(row: Row) -> dict[str, np.ndarray]:
    """The frozen values of the variables."""
    return {name: np.asarray(value) for name, value in numbers()[row]["values"].items()}


def derivative(row: Row, layout: str) -> np.ndarray:
    """The frozen derivative: one layout is the other with all axes in reverse, unless it was differentiated twice."""
    known = numbers()[row]
    if layout in known:
        return np.asarray(known[layout])
    return np.asarray(known["denominator"]).T


def text_of_numbers(file: str, new: dict[Row, Numbers]) -> str:
    """A file of numbers."""
    return "".join(json.dumps(new[row], separators=(",", ":")) + "\n" for row in by_file()[file])


def text_of_forms(file: str, new: dict[Row, dict[str, str]]) -> str:
    """A file of forms."""
    lines = ([row.name, *(f"    {new[row][layout]}" for layout in row.layouts)] for row in by_file()[file])
    return "".join(f"{line}\n" for row in lines for line in row)
