"""The notebooks as they are committed: executed from top to bottom, with their outputs and without noise.

`python -m tests.notebook_outputs` executes them again and compares, `--write` stores what they show now.
"""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.notebook_outputs import differences, shown

FOLDER = Path(__file__).parent.parent / "notebooks"
NAMES = [
    "01-quickstart", "02-lecture", "03-layouts-and-shapes", "04-machine-learning-losses",
    "05-gaussians-and-determinants", "06-writing-your-own-rules", "07-from-formula-to-running-code",
    "08-beyond-one-machine",
]  # fmt: skip
LECTURE_ROWS = [  # in the order of the lecture
    *("S1", "S2", "S3", "S4", "S5", "G1", "G2", "G3", "G4", "J1", "J2", "J3", "J4", "E1", "E2", "M"),
    *("C1", "C2", "C3", "A1", "A2", "A3", "A4", "A5", "N"),
]


def notebook(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def text(parts: str | list[str]) -> str:
    return parts if isinstance(parts, str) else "".join(parts)


def test_all_are_there() -> None:
    assert sorted(p.stem for p in FOLDER.glob("*.ipynb")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_executed_from_top_to_bottom(name: str) -> None:
    book = notebook(name)
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    cells = [c for c in book["cells"] if c["cell_type"] == "code"]
    assert all(text(c["source"]).strip() for c in book["cells"]), "an empty cell"
    assert [c["execution_count"] for c in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize("name", NAMES)
def test_outputs_without_noise(name: str) -> None:
    for cell in notebook(name)["cells"]:
        for output in cell.get("outputs", ()):
            assert output["output_type"] != "error"
            assert output.get("name") != "stderr"
            shown = [text(output.get("text", ""))]
            shown += [text(v) for k, v in output.get("data", {}).items() if k.startswith("text/")]
            for s in shown:
                assert not re.search(r"/(tmp|home|root|work|Users)/| at 0x[0-9a-f]{6}", s), s


def test_the_lecture_has_every_row() -> None:
    headings = [
        m[1]
        for cell in notebook("02-lecture")["cells"]
        if cell["cell_type"] == "markdown"
        for m in re.finditer(r"^#{2,3} ([A-Z]\d?)(?: ·|\.)", text(cell["source"]), re.M)
    ]
    assert [h for h in headings if h in LECTURE_ROWS] == LECTURE_ROWS


def test_another_output_is_noticed_and_noise_is_not() -> None:
    stored = notebook("01-quickstart")
    fresh = copy.deepcopy(stored)
    assert not list(differences(stored, fresh))
    output = next(o for c in fresh["cells"] for o in c.get("outputs", ()) if "text/plain" in o.get("data", {}))
    output["data"]["text/plain"] = ["something else"]
    (found,) = differences(stored, fresh)
    assert "now:    text/plain: something else" in found

    def cell(said: str) -> dict[str, Any]:
        return {"outputs": [{"output_type": "stream", "name": "stdout", "text": said}]}

    assert shown(cell("error 1.2e-11 in 3.4 ms")) == shown(cell("error 5.0e-13 in 12 ms"))
    twice = {"outputs": [*cell("a\n")["outputs"], *cell("b\n")["outputs"]]}
    assert shown(twice) == shown(cell("a\nb\n"))
    assert shown(cell("x = 1.5")) != shown(cell("x = 1.6"))
