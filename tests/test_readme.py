"""The examples of README.md, its translation and rules/README.md are run, and print what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.examples import blocks, commands, run_command, run_python

ROOT = Path(__file__).resolve().parent.parent
READMES = [f for f in (ROOT / "README.md", ROOT / "README.zh.md") if f.exists()]
FILES = [f for f in (*READMES, ROOT / "rules" / "README.md") if f.exists()]
COMMANDS = [pytest.param(*c, id=f"{f.name} {c[0]}") for f in READMES for c in commands(f)]


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_python(file: Path) -> None:
    assert blocks(file, "python")
    assert not run_python(file)


@pytest.mark.parametrize(("command", "output"), COMMANDS)
def test_shell(command: str, output: str) -> None:
    assert run_command(command) == output


@pytest.mark.parametrize("file", READMES, ids=lambda f: f.name)
def test_the_two_commands_for_a_fresh_machine(file: Path) -> None:
    (block,) = blocks(file, "sh")
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
