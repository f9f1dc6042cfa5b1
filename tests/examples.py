"""The examples of a page of Markdown: the blocks of Python and of the shell, run, and compared with what they print."""

from __future__ import annotations

import doctest
import io
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from matcalc.front import cli
from matcalc.front.current import using
from matcalc.rulebook.book import RuleBook

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def blocks(file: Path, language: str) -> list[str]:
    """The blocks of a language, also inside lists and directives."""
    text = file.read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```", text, flags=re.M | re.S)
    return [re.sub(rf"^{indent}", "", body, flags=re.M) for indent, body in found]


def run_python(file: Path) -> str:
    """Run the examples of a page, one after the other; what went wrong, or nothing."""
    text = "\n".join(f"{block}\n" for block in blocks(file, "python") if ">>>" in block)
    test = doctest.DocTestParser().get_doctest(text, {}, str(file), str(file), 0)
    out = io.StringIO()
    runner = doctest.DocTestRunner(verbose=False, optionflags=FLAGS)
    with using(RuleBook.default()):  # the examples load rules
        failed, _ = runner.run(test, out=out.write)
    return out.getvalue() if failed else ""


def commands(file: Path) -> list[tuple[str, str]]:
    """The commands of a page with what they print."""
    found = []
    for block in blocks(file, "console"):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def run_command(command: str) -> str:
    """What a command prints: stderr, then stdout."""
    program, *argv = shlex.split(command)
    assert program == "matcalc"
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        cli.main(argv)
    return err.getvalue() + out.getvalue()
