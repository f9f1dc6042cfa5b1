"""The built page in Chromium: what a reader does with it, without and with a network.

MATCALC_PAGE is the folder that `python web/build.py FOLDER` made; MATCALC_AXE is the file axe.min.js.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import matcalc
from matcalc.front.page import answer
from matcalc.terms.data_files import page_folder

PAGE = os.environ.get("MATCALC_PAGE", "")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright drives the browser")
pytestmark = [
    pytest.mark.skipif(not PAGE, reason="MATCALC_PAGE, a built page, is not given"),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium"),
]

LONG = 120_000  # ms: machines are slow at times
ITEMS = [i for t in json.loads(Path(page_folder(), "gallery.json").read_text(encoding="utf-8")) for i in t["items"]]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A static host."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page under a path of its own, as a static host has it."""
    home = tmp_path_factory.mktemp("host")
    (home / "deep").mkdir()
    (home / "deep" / "page").symlink_to(Path(PAGE).resolve(), target_is_directory=True)
    handler = functools.partial(Quiet, directory=str(home))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/deep/page/"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as p:
        found = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def opened(chromium: Any, address: str, **settings: Any) -> Any:
    """A page with its engine ready; an error in it fails the test."""
    usual = {"permissions": ["clipboard-read", "clipboard-write"], "locale": "en-GB"}
    context = chromium.new_context(**{**usual, **settings})
    page = context.new_page()
    page.set_default_timeout(LONG)
    page.on("pageerror", lambda error: pytest.fail(f"an error in the page: {error}"))
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    return page


@pytest.fixture(scope="module")
def shared(chromium: Any, address: str) -> Any:
    return opened(chromium, address)


@pytest.fixture
def page(shared: Any) -> Any:
    """The page with its first question."""
    ask(shared, "||Xw - y||^2", "w")
    shared.click("#tab-steps")
    return shared


def ask(page: Any, text: str, wrt: str, **more: object) -> None:
    """A question by its link."""
    question = json.dumps({"text": text, "wrt": wrt, **more})
    go = "location.hash = '#' + encodeURIComponent"
    page.evaluate(f"q => {{ {go}('{{}}'); {go}(q); }}", question)
    page.wait_for_function("() => !document.body.classList.contains('stale')")


def answers(page: Any, latex: str, count: int | None = None) -> None:
    """Wait until the answer holds a formula, as it was given to the typesetter."""
    page.wait_for_function(
        """([latex, count]) => {
            const found = [...document.querySelectorAll('#answer annotation')].map(a => a.textContent);
            return found.includes(latex) && (count === null || found.length === count);
        }""",
        arg=[latex.replace(r"\mkern2mu", r"\,"), count],
    )


def derived(text: str, wrt: str, layout: str = "numerator", where: Any = None) -> str:
    return matcalc.diff(text, wrt, layout, where).latex()


def test_the_first_question_is_answered_in_both_layouts(page: Any) -> None:
    for layout in ("numerator", "denominator"):
        answers(page, derived("||Xw - y||^2", "w", layout), 2)
    assert page.locator("#understood annotation").text_content() == matcalc.parse("||Xw - y||^2").latex()
    assert page.locator(".name.inferred").count() == 3


def test_a_click_makes_a_matrix_symmetric(page: Any) -> None:
    page.click('[data-name="X"] .type')
    page.check('.menu input[value="symmetric"]')
    answers(page, derived("||Xw - y||^2", "w", "denominator", {"X": "symmetric matrix(m, m)"}))
    assert page.locator('[data-name="X"].declared .type').text_content() == "symmetric matrix(m, m)"
    page.click('[data-name="X"] .forget')
    answers(page, derived("||Xw - y||^2", "w", "denominator"))


def test_a_click_chooses_the_variable(page: Any) -> None:
    page.click('[data-name="X"] .by')
    answers(page, derived("||Xw - y||^2", "X"))
    assert page.locator('[data-name="X"] .by').get_attribute("aria-pressed") == "true"


def test_layouts_and_kinds(page: Any) -> None:
    page.check("input[name=layout][value=denominator]")
    answers(page, derived("||Xw - y||^2", "w", "denominator"), 1)
    page.check("input[name=layout][value=both]")
    page.check("input[name=kind][value=hessian]")
    answers(page, matcalc.hessian("||Xw - y||^2", "w").latex(), 1)
    page.check("input[name=kind][value=derivative]")
    answers(page, derived("||Xw - y||^2", "w"), 2)


@pytest.mark.parametrize("form", ["latex", "unicode", "text", "typst", "mathml"])
def test_copies(page: Any, form: str) -> None:
    answers(page, derived("||Xw - y||^2", "w"))
    page.locator(f'#answer article >> nth=0 >> [data-copy="{form}"]').click()
    page.wait_for_function("document.getElementById('copied').textContent !== ''")
    wanted = answer({"text": "||Xw - y||^2", "wrt": "w"})["layouts"]["numerator"][form]
    assert page.evaluate("navigator.clipboard.readText()") == wanted


def test_an_image_is_a_picture(page: Any) -> None:
    answers(page, derived("||Xw - y||^2", "w"))
    page.locator('#answer article >> nth=0 >> [data-copy="svg"]').click()
    page.wait_for_function("document.getElementById('copied').textContent !== ''")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("<svg ") and "<math" in text
    wide = page.evaluate(
        """async text => {
            const image = new Image();
            image.src = 'data:image/svg+xml,' + encodeURIComponent(text);
            await image.decode();
            return image.width;
        }""",
        text,
    )
    assert wide > 60


def test_a_link_holds_the_question(page: Any, chromium: Any, address: str) -> None:
    ask(page, "x'*S*x", "x", where={"S": "symmetric matrix(n, n)"})
    wanted = derived("x'*S*x", "x", where={"S": "symmetric matrix(n, n)"})
    answers(page, wanted)
    page.click("#link-copy")
    page.wait_for_function("document.getElementById('copied').textContent !== ''")
    other = opened(chromium, page.evaluate("navigator.clipboard.readText()"))
    answers(other, wanted)
    other.context.close()


@pytest.mark.parametrize(
    ("text", "place"),
    [("x'*(A*x", "("), ("||Xw - y", "||"), ("x'*foo(y)", "foo"), ("A*/x", "/")],
)
def test_an_error_is_underlined_at_its_place(page: Any, text: str, place: str) -> None:
    page.fill("#text", text)
    page.wait_for_selector("#mark mark")
    assert page.locator("#mark mark").text_content() == place
    assert page.locator("#problem").text_content().startswith(answer({"text": text, "wrt": "x"})["error"]["message"])
    page.fill("#text", "x'*x")
    page.wait_for_function("document.getElementById('problem').textContent === ''")


def test_the_tabs(page: Any) -> None:
    answers(page, derived("||Xw - y||^2", "w"))
    page.wait_for_selector("#panel details")
    page.locator("#panel details >> nth=2").click()
    assert "Matrix Cookbook" in page.locator("#panel details[open] p").text_content()
    page.check("#panel input[value=chain]")
    page.wait_for_function("document.querySelectorAll('#panel details[open]').length === 0")
    page.wait_for_selector("#panel details")
    page.click("#tab-code")
    page.wait_for_selector("#panel pre")
    assert "import numpy" in page.locator("#panel pre").text_content()
    page.click("#tab-check")
    page.wait_for_function("document.querySelector('#panel pre')?.textContent.includes('equal with probability above')")
    page.click("#tab-graph")
    page.wait_for_selector("#panel svg.graph")
    assert page.locator("#panel svg.graph rect").count() == len(matcalc.graph("||Xw - y||^2"))
    ask(page, "A*X*B", "X")
    page.click("#tab-forms")
    page.wait_for_selector("#panel annotation", state="attached")
    assert matcalc.diff("A*X*B", "X").vec().latex() in page.locator("#panel").inner_html().replace("&amp;", "&")


def test_the_keyboard_alone(page: Any) -> None:
    page.focus("#text")
    page.keyboard.press("Control+A")
    page.keyboard.type("tr(A*X)")
    page.wait_for_selector('[data-name="A"]')
    page.wait_for_function("() => !document.querySelector('[data-name=\"w\"]')")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-name=\"A\"] .by')"):
            break
    page.keyboard.press("Enter")
    answers(page, derived("tr(A*X)", "A"))
    for _ in range(40):
        if page.evaluate("document.activeElement.matches('[data-name=\"A\"] .type')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".menu")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # symmetric
    page.wait_for_selector('[data-name="A"].declared')
    page.keyboard.press("Escape")
    assert page.locator(".menu").count() == 0


def test_a_reload_without_a_network(chromium: Any, address: str) -> None:
    page = opened(chromium, address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    answers(page, derived("||Xw - y||^2", "w"))
    page.context.close()


def test_a_phone(chromium: Any, address: str) -> None:
    page = opened(chromium, address, viewport={"width": 360, "height": 700})
    for text in ("||Xw - y||^2", "log(sum(exp(X*w))) - y'*X*w + lambda*(w'*w)^2 + tanh(a'*w)*exp(b'*w)"):
        ask(page, text, "w")
        answers(page, derived(text, "w"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.close()


def test_chinese_by_the_language_of_the_browser(chromium: Any, address: str) -> None:
    page = opened(chromium, address, locale="zh-CN")
    assert page.locator("#answer-title").text_content() == "导数"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.click("#gallery-open")
    assert "最小二乘" in page.locator("#gallery-list").text_content()
    page.keyboard.press("Escape")
    page.click("#language")
    assert page.locator("#answer-title").text_content() == "Derivative"
    page.context.close()


def test_the_gallery_is_searched_and_opened(page: Any) -> None:
    page.click("#gallery-open")
    page.fill("#gallery-search", "softmax")
    assert page.locator("#gallery-list button").count() == sum("softmax" in json.dumps(i) for i in ITEMS)
    page.locator("#gallery-list button >> nth=0").click()
    page.wait_for_function("document.getElementById('text').value.includes('softmax')")
    page.click("#history-open")
    page.wait_for_selector("#history-list button")
    page.keyboard.press("Escape")


def test_every_question_of_the_gallery_is_answered_as_in_python(page: Any) -> None:
    script = """async items => {
        const { connect } = await import('./engine.js');
        const engine = await connect(() => {});
        const found = [];
        for (const item of items) found.push(await engine.ask({ want: 'derivative', ...item }));
        return found;
    }"""
    for item, found in zip(ITEMS, page.evaluate(script, ITEMS), strict=True):
        assert found == json.loads(json.dumps(answer(item))), item


@pytest.mark.skipif(not os.environ.get("MATCALC_AXE"), reason="MATCALC_AXE, the file axe.min.js, is not given")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(chromium: Any, address: str, scheme: str) -> None:
    page = opened(chromium, address, color_scheme=scheme)
    page.evaluate(Path(os.environ["MATCALC_AXE"]).read_text(encoding="utf-8"))
    states = {
        "the answer": "",
        "a menu": "document.querySelector('[data-name=X] .type').click()",
        "the code": "document.getElementById('tab-code').click()",
        "the gallery": "document.getElementById('gallery-open').click()",
    }
    for name, action in states.items():
        page.evaluate(action or "0")
        page.wait_for_timeout(300)
        found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        assert found == [], name
    page.context.close()
