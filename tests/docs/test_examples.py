"""Every example on the pages of docs/ is run, and prints what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples import blocks, commands, run_command, run_python

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
COMMANDS = [pytest.param(*c, id=f"{f.relative_to(DOCS)} {c[0]}") for f in PAGES for c in commands(f)]


def test_there_are_pages() -> None:
    assert len(PAGES) > 5


@pytest.mark.parametrize("page", [f for f in PAGES if blocks(f, "python")], ids=lambda f: str(f.relative_to(DOCS)))
def test_python(page: Path) -> None:
    assert not run_python(page)


@pytest.mark.parametrize(("command", "output"), COMMANDS)
def test_shell(command: str, output: str) -> None:
    assert run_command(command) == output


@pytest.mark.parametrize("page", PAGES, ids=lambda f: str(f.relative_to(DOCS)))
def test_every_session_is_in_a_block_that_is_run(page: Path) -> None:
    """A line of a session outside such a block would be shown and never run."""
    run = "\n".join([*blocks(page, "python"), *blocks(page, "console")])
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith((">>> ", "$ ")):
            assert line.lstrip() in run, line


def test_a_wrong_example_is_caught(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("- in a list\n\n  ```python\n  >>> 1 + 1\n  3\n  ```\n", encoding="utf-8")
    assert "Got:" in run_python(page)
    page.write_text("```console\n$ matcalc diff 'x^2' x --format text --quiet\n3*x\n```\n", encoding="utf-8")
    ((command, output),) = commands(page)
    assert run_command(command) == "2*x\n" != output
