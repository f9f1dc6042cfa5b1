"""The card of Jupyter in Chromium, without a network: alone, beside KaTeX, and in what nbconvert makes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import matcalc

playwright = pytest.importorskip("playwright.sync_api")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(
    BROWSER is None or os.environ.get("MATCALC_PAGE") is None, reason="MATCALC_PAGE is not given, or no Chromium"
)
KATEX = Path(__file__).parents[2] / "web" / "page" / "katex"
D = matcalc.grad("log|S| + sum((w < 1).*w)", "S", where="S: spd matrix(n,n), w: vector(m)")


@pytest.fixture
def page() -> Iterator[Any]:
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("http**", lambda route: route.abort())  # there is no network
        yield page
        browser.close()


def look(page: Any) -> None:
    """The formula is large and typeset, the lines can be read, steps and code fold open."""
    formula = page.locator(".matcalc-card .answer math").first
    text = page.locator(".matcalc-card p").first
    assert formula.bounding_box()["height"] > 1.4 * text.bounding_box()["height"]
    fraction = page.locator(".matcalc-card mfrac").first.bounding_box()
    assert fraction["height"] > 1.4 * fraction["width"] / 2 and fraction["height"] > 25
    shown = page.locator(".matcalc-card").first.inner_text()
    for part in ("spd matrix(n, n)", "layout, shape (n, n)", "|S| is the determinant of S", "random points"):
        assert part in shown
    code = page.locator(".matcalc-card details pre").last
    assert not code.is_visible()
    page.locator(".matcalc-card summary").last.click()
    assert code.is_visible() and "def grad_S(" in code.inner_text()


def test_alone(page: Any, tmp_path: Path) -> None:
    file = tmp_path / "card.html"
    file.write_text(f"<!doctype html><meta charset=utf-8><body>{D._repr_html_()}", encoding="utf-8")
    page.goto(file.as_uri())
    look(page)


def test_beside_katex_and_dollars(page: Any, tmp_path: Path) -> None:
    file = tmp_path / "card.html"
    body = f"<p id=p></p>{D._repr_html_()}"
    file.write_text(f"<!doctype html><meta charset=utf-8><body>{body}", encoding="utf-8")
    page.goto(file.as_uri())
    page.add_style_tag(path=str(KATEX / "katex.min.css"))
    page.add_script_tag(path=str(KATEX / "katex.min.js"))
    latex = D.latex()
    page.evaluate("latex => katex.render(latex, document.getElementById('p'), {throwOnError: true})", latex)
    assert page.locator("#p .katex").count() == 1 and "$" not in page.locator(".matcalc-card").inner_text()
    look(page)


def test_in_what_nbconvert_makes(page: Any, tmp_path: Path) -> None:
    nbformat, nbconvert = pytest.importorskip("nbformat"), pytest.importorskip("nbconvert")
    bundle = D._repr_mimebundle_()
    shown = nbformat.v4.new_output("execute_result", data=bundle, execution_count=1)
    cell = nbformat.v4.new_code_cell("d", outputs=[shown], execution_count=1)
    html, _ = nbconvert.HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    file = tmp_path / "notebook.html"
    file.write_text(html, encoding="utf-8")
    page.goto(file.as_uri(), wait_until="domcontentloaded")
    look(page)
    latex, _ = nbconvert.LatexExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert r"\displaystyle" in latex and "matcalc-card" not in latex  # for PDF


def test_the_widget_answers_while_one_types() -> None:
    pytest.importorskip("anywidget")
    w = matcalc.widget("x'*A*x", "x")
    first = w.html
    w.wrt = "A"
    assert "matcalc-card" in first and w.html != first
    w.text = "x'*(A"
    assert "this ( is never closed" in w.html
