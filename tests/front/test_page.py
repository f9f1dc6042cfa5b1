"""The page's questions and answers as data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import matcalc
from matcalc.front.page import LAYOUTS, NOTATIONS, answer, respond
from matcalc.terms.data_files import page_folder

GALLERY = json.loads(Path(page_folder(), "gallery.json").read_text(encoding="utf-8"))
ITEMS = [item for topic in GALLERY for item in topic["items"]]


def test_the_gallery_has_topics_in_both_languages() -> None:
    assert len(ITEMS) >= 60
    for entry in [*(t["topic"] for t in GALLERY), *ITEMS]:
        assert entry["en"] and entry["zh"]
    questions = [json.dumps({k: v for k, v in i.items() if k not in ("en", "zh")}, sort_keys=True) for i in ITEMS]
    assert len(set(questions)) == len(questions)


@pytest.mark.parametrize("item", ITEMS, ids=[f"{i['en']}" for i in ITEMS])
def test_the_gallery_is_answered_as_in_python(item: dict[str, Any]) -> None:
    found = answer(item)
    assert found["ok"], found
    where = item.get("where")
    if item.get("kind") == "differential":
        assert found["differential"]["text"] == str(matcalc.differential(item["text"], item["wrt"], where))
        return
    assert found["wrt"] == [item["wrt"]]
    for layout in LAYOUTS:
        if item.get("kind") == "hessian":
            wanted = matcalc.hessian(item["text"], item["wrt"], where)
        else:
            wanted = matcalc.diff(item["text"], item["wrt"], layout, where)
        assert found["layouts"][layout]["text"] == str(wanted)
        assert set(NOTATIONS) <= found["layouts"][layout].keys()
    assert not any(remark.startswith("ask") for remark in found["remarks"])


QUESTION = {"text": "||Xw - y||^2", "wrt": "w"}


def test_a_reading_holds_the_names_and_their_types() -> None:
    found = answer({"text": "x'*S*x", "want": "reading", "where": {"S": "symmetric matrix(n, n)"}})
    told = [(n["name"], n["type"], n["inferred"], n["shape"]) for n in found["names"]]
    assert told == [("x", "vector(n)", True, ["n"]), ("S", "symmetric matrix(n, n)", False, ["n", "n"])]
    assert found["formula"]["unicode"] == "xᵀSx" and found["shape"] == []


@pytest.mark.parametrize("text", ["e^x'*y", "|S|*x", "log det(X)"])
def test_remarks_are_those_of_python(text: str) -> None:
    found = answer({"text": text, "want": "reading"})
    assert found["remarks"] == [str(r) for r in matcalc.reading(text).remarks]


def test_shapes_are_written_out() -> None:
    found = answer(QUESTION)
    assert (found["shape"], found["variable"]) == ([], ["n"])
    assert [found["layouts"][name]["shape"] for name in LAYOUTS] == [["1", "n"], ["n"]]


@pytest.mark.parametrize(
    ("want", "key", "wanted"),
    [
        ("steps", "text", "2*(X*w - y)'*X"),
        ("code", "code", "import numpy"),
        ("check", "report", "verified"),
        ("graph", "mermaid", "flowchart"),
    ],
)
def test_details(want: str, key: str, wanted: str) -> None:
    found = answer({**QUESTION, "want": want})
    assert found["ok"] and wanted in found[key]


def test_the_page_offers_targets_that_code_is_written_for() -> None:
    script = Path(page_folder(), "app.js").read_text(encoding="utf-8")
    offered = re.search(r"const TARGETS = (\[.*\]);", script)
    assert offered is not None
    for target in json.loads(offered[1]):
        assert answer({**QUESTION, "want": "code", "target": target})["code"], target


def test_steps_have_rules_and_sources() -> None:
    lines = answer({**QUESTION, "want": "steps"})["lines"]
    assert any("Matrix Cookbook" in line["citation"] for line in lines)
    assert all("\\" in line["right"] for line in lines)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (None, "a question is a JSON object"),
        ([1], "a question is a JSON object"),
        ({"text": 3}, "text is a text"),
        ({"text": "x" * 30_000}, "text is longer than 20000 characters"),
        ({"text": "x", "want": "__init__"}, "want is one of reading, derivative, steps, code, forms, check, graph"),
        ({"text": "x", "kind": "integral"}, "kind is one of derivative, hessian, differential"),
        ({"text": "x", "where": "x: scalar"}, "where is an object of names and types"),
        ({"text": "x", "where": {"x": 3}}, "where is an object of names and types"),
        ({"text": "x"}, "choose the variable to differentiate by"),
    ],
)
def test_a_question_that_is_none(question: object, message: str) -> None:
    assert answer(question)["error"]["message"] == message


def test_an_error_has_its_place() -> None:
    error = answer({"text": "||Xw - y", "wrt": "w"})["error"]
    assert (error["kind"], error["text"], error["span"]) == ("ParseError", "||Xw - y", [0, 2])


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"text": "x"}', "\ud800"])
def test_any_text_is_answered_in_json(text: str) -> None:
    assert json.loads(respond(text))["ok"] is False


def test_a_check_without_numpy_is_the_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcalc.front.page.find_spec", lambda name: None)
    got = answer({"text": "||Xw - y||^2", "wrt": "w", "want": "check"})
    assert got["passed"]
    assert got["report"].endswith("answer: equal with probability above 1 − 2⁻⁴⁰")
