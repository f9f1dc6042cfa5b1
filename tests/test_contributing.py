"""CONTRIBUTING.md is true: its commands print what it says, and its recipes work on a copy of the house."""

from __future__ import annotations

import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from matcalc.front import cli

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LINE = re.compile(r"(\.rules):\d+")  # lines move


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.M | re.S)


def commands(text: str) -> list[tuple[str, str]]:
    """The commands of a text with what they print."""
    found = []
    for block in blocks(text, "console"):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def same(got: str, want: str) -> bool:
    """Whether a text is as it is printed on the page, where ... stands for any lines."""
    pattern = ".*".join(re.escape(part) for part in re.split(r"^\.\.\.\n", LINE.sub(r"\1", want), flags=re.M))
    return re.fullmatch(pattern, LINE.sub(r"\1", got), flags=re.S) is not None


def sections(level: str) -> dict[str, str]:
    """The text under each heading of a level."""
    parts = re.split(rf"^{level} (.+)$", PAGE, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


FOLLOWED = sections("##")["One derivation, followed through"]
RECIPES = {name: text for name, text in sections("###").items() if blocks(text, "diff")}


@pytest.mark.parametrize(("command", "output"), commands(FOLLOWED))
def test_the_derivation_is_the_one_that_is_run(command: str, output: str) -> None:
    program, *argv = shlex.split(command)
    assert program == "matcalc"
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        cli.main(argv)
    assert same(out.getvalue(), output), out.getvalue()


def test_python() -> None:
    test = doctest.DocTestParser().get_doctest("\n".join(blocks(PAGE, "python")), {}, "page", "page", 0)
    out = io.StringIO()
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, _ = doctest.DocTestRunner(verbose=False, optionflags=flags).run(test, out=out.write)
    assert test.examples and not failed, out.getvalue()


# --- recipes ---------------------------------------------------------------------------------------------


def applied(text: str, hunk: str, name: str) -> str:
    """A text with a hunk applied: lines to add stand beside lines that are there, or at the end."""
    lines = hunk.splitlines()
    old = [x[1:] for x in lines if not x.startswith("+")]
    new = "\n".join(x[1:] for x in lines if not x.startswith("-"))
    if not old:
        return text + ("" if text.endswith("\n") or not text else "\n") + new + "\n"
    assert text.count("\n".join(old) + "\n") == 1, f"{name} has no such lines: {old}"
    return text.replace("\n".join(old) + "\n", new + "\n")


def test_the_recipes_are_there() -> None:
    assert list(RECIPES) == ["An identity", "An elementwise function", "An operation", "A notation", "A spelling"]


@pytest.mark.parametrize("name", RECIPES)
def test_recipe(name: str, tmp_path: Path) -> None:
    house = tmp_path / "house"
    for part in ("matcalc", "rules", "grammar"):
        shutil.copytree(ROOT / part, house / part, ignore=shutil.ignore_patterns("__pycache__"))
    for block in blocks(RECIPES[name], "diff"):
        for part in re.split(r"^\+\+\+ ", block, flags=re.M)[1:]:
            path, _, hunk = part.partition("\n")
            file = house / path
            before = file.read_text(encoding="utf-8") if file.exists() else ""
            file.write_text(applied(before, hunk, path), encoding="utf-8")
    here = os.environ | {"PYTHONPATH": str(house), "XDG_CACHE_HOME": str(tmp_path / "cache"), "NO_COLOR": "1"}
    assert commands(RECIPES[name])
    for command, output in commands(RECIPES[name]):
        program, *argv = shlex.split(command)
        assert program == "matcalc"
        ran = subprocess.run([sys.executable, "-m", "matcalc", *argv], cwd=tmp_path, env=here, text=True,
                             capture_output=True, encoding="utf-8")  # fmt: skip
        assert same(ran.stderr + ran.stdout, output), ran.stderr + ran.stdout


# --- what it names ---------------------------------------------------------------------------------------


def test_what_it_names_is_there() -> None:
    for name in re.findall(r"`(tests/[\w/.]+|matcalc/[\w/.]+|rules/[\w/.]+|grammar/)`", PAGE):
        assert (ROOT / name).exists(), name
    for module in re.findall(r"python -m (tests\.[\w.]+)", PAGE):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module
    for room in sections("##"):
        assert room
    for path in (ROOT / "matcalc").iterdir():
        if (path / "__init__.py").exists():
            assert re.search(rf"^  \d+ +{path.name} ", PAGE, flags=re.M), f"{path.name} is not on the map"
            assert f"`tests/{path.name}`" in PAGE
