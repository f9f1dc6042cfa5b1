"""The benchmarks are not run by the tests; what they are made of is."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import __main__ as report
from tests.benchmarks.deriving import QUESTIONS, questions
from tests.benchmarks.growth import GRAPHS, derived
from tests.benchmarks.measuring import called
from tests.benchmarks.plot import plot
from tests.benchmarks.problems import GRADBENCH, Problem, chain

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("p", [*GRADBENCH, chain(5)], ids=lambda p: p.name)
def test_code_gives_what_is_written_by_hand(p: Problem) -> None:
    values = p.values(0)
    np.testing.assert_allclose(called(p.derive().compile(), values)(), p.hand(**values), rtol=1e-7, atol=1e-9)


def test_the_questions_of_the_field_are_answered_and_counted() -> None:
    text = " ".join(questions(0.0))
    assert f"{len(QUESTIONS)} questions" in text and "calls of functions" in text


@pytest.mark.parametrize("name", GRAPHS)
def test_a_family_grows_with_its_size(name: str) -> None:
    names = [len(derived(GRAPHS[name](n)).source.free) for n in (2, 3)]
    assert names[1] > names[0]


def test_the_readme_has_the_summary_and_the_plot() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = report.BLOCK.search(text)
    assert found is not None
    rows = [line.split(" | ")[0].removeprefix("| ") for line in found[0].splitlines()[3:-1]]
    assert rows and set(rows) <= {what for _, what in report.SUMMARY}
    assert "(tests/benchmarks/growth.svg)" in text
    assert ET.parse(report.HERE / "growth.svg").getroot().tag.endswith("svg")


def test_the_names_of_a_plot_do_not_overlap() -> None:
    root = ET.fromstring(plot({"a": [(1, 1), (10, 99)], "b": [(1, 1), (10, 100)], "c": [(1, 2), (10, 100)]}))
    ends = sorted(float(t.attrib["y"]) for t in root.iter() if t.text in ("a", "b", "c"))
    assert all(after - before >= 14 for before, after in itertools.pairwise(ends))
