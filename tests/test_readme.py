"""The examples of README.md and rules/README.md are run, and print what they say."""

from __future__ import annotations

import doctest
import io
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from matcalc.front import cli
from matcalc.front.current import using
from matcalc.rulebook.book import RuleBook

ROOT = Path(__file__).resolve().parent.parent
FILES = [f for f in (ROOT / "README.md", ROOT / "rules" / "README.md") if f.exists()]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def blocks(file: Path, language: str) -> list[str]:
    text = file.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.M | re.S)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_python(file: Path) -> None:
    text = "\n".join(blocks(file, "python"))
    test = doctest.DocTestParser().get_doctest(text, {}, str(file), str(file), 0)
    assert test.examples
    out = io.StringIO()
    runner = doctest.DocTestRunner(verbose=False, optionflags=FLAGS)
    with using(RuleBook.default()):  # the examples load rules
        failed, _ = runner.run(test, out=out.write)
    assert not failed, out.getvalue()


def commands() -> list[tuple[str, str]]:
    found = []
    for block in blocks(ROOT / "README.md", "console"):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.mark.parametrize(("command", "output"), commands(), ids=[c for c, _ in commands()])
def test_shell(command: str, output: str) -> None:
    program, *argv = shlex.split(command)
    assert program == "matcalc"
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        cli.main(argv)
    assert err.getvalue() + out.getvalue() == output


def test_the_two_commands_for_a_fresh_machine() -> None:
    (block,) = blocks(ROOT / "README.md", "sh")
    assert block.splitlines() == [
        "pip install . && matcalc diff '||Xw - y||^2' w",
        "pip install '.[test]' && pytest",
    ]
    assert "pytest" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_links_lead_somewhere() -> None:
    for file in FILES:
        for target in re.findall(r"\]\(([^)#]+)\)", file.read_text(encoding="utf-8")):
            assert "://" in target or (file.parent / target).exists(), f"{file.name}: {target}"


def test_every_rule_file_is_described() -> None:
    text = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `(\w+\.rules)`", text, flags=re.M)
    assert sorted(described) == sorted(f.name for f in (ROOT / "rules").glob("*.rules"))
