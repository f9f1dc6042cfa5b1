"""Freeze the corpus: `python -m tests.corpus.freeze [FILE ...] [--forms]`.

Writes what JAX says about every row and what matcalc prints. With `--forms` JAX is not needed and the numbers
stay. An answer that does not have the frozen value is not frozen. Read the changes before committing them.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from tests.corpus.compare import derive
from tests.corpus.frozen import Numbers, by_file, derivative, numbers, rounded, text_of_forms, text_of_numbers, values
from tests.corpus.rows import HERE, Row, reference
from tests.random.operations import jax
from tests.random.values import agrees


def measure(row: Row) -> Numbers:
    """What JAX says."""
    at = {name: rounded(value.tolist()) for name, value in row.values().items()}
    arrays = {name: np.asarray(value) for name, value in at.items()}
    both = " then " in row.variable
    found = {layout: reference(row, arrays, layout) for layout in (row.layouts if both else ("denominator",))}
    return {"row": row.name, "values": at} | {layout: rounded(x.tolist()) for layout, x in found.items()}


def printed(row: Row) -> dict[str, str]:
    """What matcalc prints, if its value is right."""
    out = {}
    for layout in row.layouts:
        d = derive(row, layout)
        if not agrees(d.evaluate(values(row)), derivative(row, layout)):
            raise SystemExit(f"{row.label} [{layout}] is wrong, nothing more is written: {d}")
        out[layout] = str(d)
    return out


def main() -> int:
    """Write the files."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("files", nargs="*")
    p.add_argument("--forms", action="store_true", help="only what matcalc prints")
    a = p.parse_args()
    files = {file: rows for file, rows in by_file().items() if not a.files or file in a.files}
    if not a.forms:
        if jax is None:
            raise SystemExit("the numbers need JAX: pip install '.[jax]'")
        for file, rows in files.items():
            (HERE / f"{file}.numbers").write_text(text_of_numbers(file, {row: measure(row) for row in rows}))
        numbers.cache_clear()
    for file, rows in files.items():
        (HERE / f"{file}.forms").write_text(text_of_forms(file, {row: printed(row) for row in rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
