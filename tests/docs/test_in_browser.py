"""The built site in Chromium: formulas, lists that are filtered, search, dark and light, a phone's width.

MATCALC_SITE is the folder that `python docs/build.py FOLDER` made.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SITE = os.environ.get("MATCALC_SITE", "")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright drives the browser")
pytestmark = [
    pytest.mark.skipif(not SITE, reason="MATCALC_SITE, a built site, is not given"),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium"),
]
TYPESET = """() => {
  const wrong = [], places = [...document.querySelectorAll("article .math")];
  for (const place of places) {
    if (place.firstElementChild) continue;  // it is in view, and typeset already
    try { katex.renderToString(place.textContent); } catch (error) { wrong.push(error.message); }
  }
  return [places.length, wrong.concat([...document.querySelectorAll(".katex-error")].map((e) => e.title))];
}"""
OTHERS = ("genindex", "search", "py-modindex")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A static host."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    handler = functools.partial(Quiet, directory=SITE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as p:
        found = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def page_of(chromium: Any, **context: Any) -> Any:
    return chromium.new_context(**context).new_page()


def test_every_page_on_a_phone(address: str, chromium: Any) -> None:
    """Every formula can be typeset, nothing is asked of another host, nothing is wider than the screen."""
    page = page_of(chromium, viewport={"width": 390, "height": 800})
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("request", lambda r: None if r.url.startswith((address, "data:")) else said.append(r.url))
    pages = [f for f in sorted(Path(SITE).rglob("*.html")) if f.stem not in OTHERS]
    assert len(pages) > 50
    formulas = 0
    for file in pages:
        name = str(file.relative_to(SITE))
        page.goto(address + name, wait_until="domcontentloaded")
        count, wrong = page.evaluate(TYPESET)
        assert not wrong, f"{name}: {wrong}"
        formulas += count
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
    assert not said
    assert formulas > 1000


@pytest.mark.parametrize(("name", "words", "rows"), [
    ("identities/rules", "Cookbook 41", ("determinant",)),
    ("identities/derivatives", "tr(A*X'*B)", ("tr(A*X'*B)",)),
    ("language/functions", "erfc", ("erfc",)),
])  # fmt: skip
def test_a_list_is_filtered(address: str, chromium: Any, name: str, words: str, rows: tuple[str, ...]) -> None:
    page = page_of(chromium)
    page.goto(f"{address}{name}.html")
    page.fill("#find", words)
    shown = page.locator(".cheatsheet tbody tr:visible")
    assert 0 < shown.count() < 4
    for row in rows:
        assert shown.filter(has_text=row).count()
    page.fill("#find", "nothing of this kind")
    assert page.locator(".cheatsheet tbody tr:visible").count() == 0
    assert page.locator("#found").inner_text().startswith("0 of ")


@pytest.mark.parametrize(("words", "target"), [
    ("softmax", "language/functions"), ("Pereyra", "identities/rules"), ("evaluate", "api/Derivative"),
    ("cholesky", "limits"),
])  # fmt: skip
def test_the_search_finds(address: str, chromium: Any, words: str, target: str) -> None:
    page = page_of(chromium)
    page.goto(f"{address}search.html?q={words}")
    page.locator(f'#search-results a[href*="{target}"]').first.wait_for(timeout=30_000)


def test_formulas_are_typeset(address: str, chromium: Any) -> None:
    page = page_of(chromium)
    page.goto(f"{address}course/gradients.html")
    page.locator("article .math .katex-html").first.wait_for()
    page.goto(f"{address}identities/rules.html")
    last = page.locator(".cheatsheet .math").last
    last.scroll_into_view_if_needed()
    last.locator(".katex-html").wait_for()


def test_dark_and_light(address: str, chromium: Any) -> None:
    def brightness(scheme: str) -> float:
        page = page_of(chromium, color_scheme=scheme)
        page.goto(f"{address}layouts.html")
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(float, colour[colour.index("(") + 1 : -1].split(",")[:3])) / 3

    assert brightness("dark") < 60 < 200 < brightness("light")


def test_an_answer_unfolds(address: str, chromium: Any) -> None:
    page = page_of(chromium)
    page.goto(f"{address}course/gradients.html")
    answer = page.locator("details").first
    assert not answer.locator("pre").is_visible()
    answer.locator("summary").click()
    assert "right: this is the derivative" in answer.inner_text()
