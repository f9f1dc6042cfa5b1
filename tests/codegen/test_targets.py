"""Every row of the corpus in every target that runs here: what is compiled gives the frozen numbers."""

from __future__ import annotations

import ast
import importlib
from functools import cache
from typing import Any

import numpy as np
import pytest

from matcalc.front.programs import Program, program, targets
from tests.corpus.compare import derive
from tests.corpus.frozen import derivative, values
from tests.corpus.rows import Row, corpus
from tests.random.values import agrees

ROWS = corpus()
NEEDS = {"numpy": "numpy"}
ALLOWED = {"numpy": {"numpy", "scipy"}}


@cache
def missing(target: str) -> bool:
    """Whether the library of a target is not installed."""
    try:
        importlib.import_module(NEEDS[target])
    except ImportError:
        return True
    return False


def arrays(target: str, given: dict[str, np.ndarray]) -> dict[str, Any]:
    """The arrays of a library."""
    return dict(given)


@pytest.mark.parametrize("target", NEEDS)
@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.label)
def test_a_row(row: Row, target: str) -> None:
    if missing(target):
        pytest.skip(f"{NEEDS[target]} is not installed")
    given = values(row)
    for layout in row.layouts:
        d = derive(row, layout)
        p: Program = program(d.record, target)
        f = p.compiled()
        names = f.__code__.co_varnames[: f.__code__.co_argcount]
        got = np.asarray(f(**{n: arrays(target, given)[n if n in given else n.rstrip("_")] for n in names}))
        assert got.shape == derivative(row, layout).shape or got.size == 1, p.text
        assert agrees(got, derivative(row, layout)), p.text
        assert imported(p.text) <= ALLOWED[target]


def imported(source: str) -> set[str]:
    """The packages that a source imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_the_targets() -> None:
    assert set(NEEDS) <= set(targets())
