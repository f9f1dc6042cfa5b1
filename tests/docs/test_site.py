"""What the site has to have: a page for every public name, every rule, every row of the corpus, every function.

MATCALC_SITE is the folder that `python docs/build.py FOLDER` made; what is generated is tested without it.
"""

from __future__ import annotations

import inspect
import json
import os
import re
from html import escape
from pathlib import Path

import pytest

import matcalc
from docs import build, picture
from docs.autodoc import marked_up
from docs.generate import api, house, identities, language, layouts, operations
from docs.links import broken
from matcalc.rulebook.book import RuleBook
from tests.corpus.rows import corpus
from tests.language.operations_of_programs import NAMES

SITE = os.environ.get("MATCALC_SITE", "")
built = pytest.mark.skipif(not SITE, reason="MATCALC_SITE, a built site, is not given")


# --- what is generated


def test_every_public_name_has_its_page() -> None:
    assert {f"api/{name}.md" for name in matcalc.__all__} | {"api/index.md", "api/objects.md"} == set(api.pages())


def test_every_parameter_is_described_and_nothing_else() -> None:
    data = api.table()
    used = set()
    for name in matcalc.__all__:
        what = getattr(matcalc, name)
        if inspect.isfunction(what) or name == "Limits":
            for parameter in inspect.signature(what).parameters:
                keys = {parameter, f"{name}.{parameter}"} & set(data["parameters"])
                assert keys, f"{name}: {parameter}"
                used |= keys
    assert used == set(data["parameters"])


def test_the_errors_are_those_that_the_names_raise() -> None:
    data = api.table()
    assert set(data["errors"]) <= set(matcalc.__all__)
    for errors in data["errors"].values():
        assert all(issubclass(getattr(matcalc, e), matcalc.MatcalcError) for e in errors)
    with pytest.raises(matcalc.MatcalcError) as caught:
        matcalc.grad("X*y", "y", where="X: matrix(m,n), y: vector(m)")
    assert type(caught.value).__name__ in data["errors"]["grad"]


def test_every_rule_stands_in_the_list() -> None:
    (page,) = identities.rules_page().values()
    rules = RuleBook.default().rules
    for rule in rules:
        assert f">{escape(rule.label)}</span>" in page, rule.label
    assert page.count("<tr data-words") == len(rules)


def test_every_derivative_of_the_corpus_stands_in_the_list() -> None:
    (page,) = identities.derivatives_page().values()
    assert set(identities.TOPICS) == {row.file for row in corpus()}
    assert page.count('<td class="formula">') == len(corpus())


def test_every_function_of_the_programs_has_its_row() -> None:
    (page,) = operations.pages().values()
    assert page.count("<tr><td>") == sum(len(names.split()) for names in NAMES.values())


def test_every_function_has_its_row() -> None:
    (page,) = language.functions_page().values()
    for name in RuleBook.default().signatures.table:
        assert f'<tr id="{name}">' in page
    assert page.count("refused: ") < 15


@pytest.mark.parametrize("spelling", language.spellings(), ids=lambda s: s.meaning)
def test_a_spelling_means_what_stands_beside_it(spelling: language.Spelling) -> None:
    assert spelling.texts
    assert not language.misread(spelling)


def test_a_wrong_spelling_is_caught() -> None:
    assert language.misread(language.Spelling("", "A'*x", ("A x", "A^T x"), "A: matrix(n,n), x: vector(n)"))


@pytest.mark.parametrize("case", layouts.CASES, ids=lambda c: c.title)
def test_the_axes_of_the_pictures_are_those_of_the_answers(case: layouts.Case) -> None:
    for layout in ("numerator", "denominator"):
        shape = matcalc.diff(case.expression, case.variable, layout=layout, where=case.where).shape
        assert "".join(map(str, shape)) == getattr(case, layout)


def test_the_files_of_the_house_are_shown() -> None:
    pages = house.pages()
    assert "13 front" in pages["how-it-works.md"] and "Reverse accumulation" in pages["how-it-works.md"]
    assert "jax.jit" in pages["why-not-autograd.md"] and "# Generated code" not in pages["benchmarks.md"]
    assert "## [Unreleased]" in pages["changelog.md"]
    for name, text in pages.items():
        assert not re.search(r"@(map|followed|recipes|results|speed)@", text), name
    with pytest.raises(ValueError):
        house.part("CONTRIBUTING.md", "No such part")


# --- how


def test_docstrings_become_markup() -> None:
    text = ["Of |x| and a_i, `x*y`.", ">>> 2*3", "6", "", "`a` <*b*>"]
    assert marked_up(text) == [r"Of \|x\| and a\_i, ``x*y``.", "", ">>> 2*3", "6", "", r"``a`` <\*b\*>"]


def test_outputs_that_a_page_cannot_show_are_left_out() -> None:
    for path in sorted((build.ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(build.shown(path.read_text(encoding="utf-8")))["cells"]:
            for output in cell.get("outputs", ()):
                data = output.get("data", {"text/plain": ""})
                assert set(data) <= set(build.MIMES) and "text/plain" in data
                assert "mermaid" not in "".join(data.get("text/markdown", ""))


def test_broken_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="b.html#there">x</a><a href="b.html#here">x</a><a href="c.html">x</a><a href="https://dlmf.nist.gov">x</a>'
        '<script src="https://cdn.example/x.js"></script><img src="none.png">',
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text('<p id="here">', encoding="utf-8")
    (tmp_path / "s.css").write_text("@font-face { src: url(https://fonts.example/f.woff2) }", encoding="utf-8")
    assert broken(tmp_path) == [
        "a.html: fetches https://cdn.example/x.js", "a.html: no file c.html", "a.html: no file none.png",
        "a.html: no place b.html#there", "s.css: fetches https://fonts.example/f.woff2",
    ]  # fmt: skip


# --- the built site


@built
def test_the_built_site_has_every_page_and_no_broken_link() -> None:
    site = Path(SITE)
    assert not broken(site)
    for name in matcalc.__all__:
        page = (site / "api" / f"{name}.html").read_text(encoding="utf-8")
        if name != "__version__":
            assert f'id="matcalc.{name}"' in page, name


@built
def test_the_methods_of_a_derivative_are_on_its_page() -> None:
    page = (Path(SITE) / "api" / "Derivative.html").read_text(encoding="utf-8")
    public = [n for n in dir(matcalc.Derivative) if not n.startswith("_")]
    missing = [n for n in public if f'id="matcalc.Derivative.{n}"' not in page]
    assert not missing


@built
def test_the_search_knows_the_rules() -> None:
    index = (Path(SITE) / "searchindex.js").read_text(encoding="utf-8")
    assert re.search(r"identities/rules", index)
    for word in ("logdet", "softmax"):
        assert f'"{word}"' in index or f"{word}:" in index


def test_the_picture_shows_what_is_answered() -> None:
    text = picture.TARGET.read_text(encoding="utf-8")
    assert escape(picture.description(), quote=False) in text, "run python docs/picture.py"
    assert len(text) < 60_000 and "<image" not in text and "href=\"http" not in text
