"""The course has every row of the lecture, and every answer of an exercise is right by `matcalc.review`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_lecture import ROWS, SHAPES
from tests.test_notebooks import LECTURE_ROWS

COURSE = Path(__file__).resolve().parents[2] / "docs" / "course"
PAGES = sorted(COURSE.glob("*.md"))
ANSWER = re.compile(r"^:::\{dropdown\} Answer\n(.*?)^:::$", re.M | re.S)
EXERCISE = re.compile(r"^:::\{admonition\} Exercise\n(.*?)^:::$", re.M | re.S)


def test_it_has_every_row_of_the_lecture_in_order() -> None:
    order = re.findall(r"^(\S+)$", (COURSE / "index.md").read_text(encoding="utf-8").split("{toctree}")[1], re.M)[:-1]
    pages = [name for name in order if not name.startswith(":")]
    assert sorted([*pages, "index"]) == [p.stem for p in PAGES]
    text = "\n".join((COURSE / f"{name}.md").read_text(encoding="utf-8") for name in pages)
    assert re.findall(r"^## ([A-Z]\d?)\. ", text, re.M) == LECTURE_ROWS
    tested = {row.split("-")[0] for row, *_ in (*ROWS, *SHAPES)}
    assert tested <= set(LECTURE_ROWS)


@pytest.mark.parametrize("page", [p for p in PAGES if p.stem != "index"], ids=lambda p: p.stem)
def test_every_exercise_has_an_answer_that_is_right(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    answers = ANSWER.findall(text)
    assert answers and len(answers) == len(EXERCISE.findall(text))
    for answer in answers:
        printed = re.findall(r"^>>> print\(review\(.*\)\)\n(.*)$", answer, re.M)
        assert printed and all(line.startswith("right: ") for line in printed), answer
