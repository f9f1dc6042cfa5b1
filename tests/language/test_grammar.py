"""The grammar as such: no conflicts, no limits of depth or length, a cache that may fail."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lark import Lark, logger

from matcalc.language import tables
from matcalc.language.grammar import Builder
from matcalc.language.parse import parse_expression, parse_rule_side
from matcalc.terms.cache import folder

FRONTS = ("plain", "latex")


@pytest.mark.parametrize("front", FRONTS)
def test_no_conflicts(front: str, caplog: pytest.LogCaptureFixture) -> None:
    level = logger.level
    try:
        with caplog.at_level(logging.DEBUG, logger="lark"):
            logger.setLevel(logging.DEBUG)
            text = tables.source(front)
            Lark(text, parser="lalr", lexer="basic", postlex=tables.Keep(text), debug=True)
    finally:
        logger.setLevel(level)
    assert "conflict" not in caplog.text.lower()


@pytest.mark.parametrize("front", FRONTS)
def test_strict(front: str) -> None:
    source = tables.source(front)
    rules = "\n".join(line for line in source.splitlines() if not line.startswith(("RAW_", "_", "%ignore")))
    terminals = "\n".join(f'{name}: "<{name}>"' for name in declared(rules))
    rules = "\n".join(line for line in rules.splitlines() if not line.startswith("%declare"))
    Lark(f"{rules}\n{terminals}", parser="lalr", strict=True)


def declared(rules: str) -> list[str]:
    """The terminals that the pass between lexer and parser writes."""
    lines = [line for line in rules.splitlines() if line.startswith("%declare")]
    return [name for line in lines for name in line.split()[1:]]


N, M = 50_000, 5_000
LONG = {
    "parentheses": ("(" * N + "x" + ")" * N, "var"),
    "sum": ("x" + " + x" * N, "add"),
    "difference": ("x" + " - x" * M, "add"),
    "sum to the right": ("x + (" * M + "x" + ")" * M, "add"),
    "product": ("M" + "*M" * M, "mm"),
    "product to the right": ("M*(" * M + "M" + ")" * M, "mm"),
    "juxtaposed": ("M" * M, "mm"),
    "scalars": ("a" + "*a" * M, "prod"),
    "quotient": ("a" + "/a" * M, "prod"),
    "hadamard": ("x" + ".*x" * M, "had"),
    "powers": ("^".join(["a"] * M), "pow"),
    "signs": ("-" * N + "x", "prod"),
    "transposes": ("M" + "'" * M, "t"),
    "functions": ("sin(" * N + "x" + ")" * N, "sin"),
    "functions without parentheses": ("sin " * M + "x", "sin"),
    "array": ("[" + "; ".join(["a"] * M) + "]", "array"),
}


@pytest.mark.parametrize("name", LONG)
def test_depth_and_length(name: str) -> None:
    text, op = LONG[name]
    assert parse_expression(text, "a: scalar, x: vector(n), M: matrix(n, n)").expr.op == op


def test_depth_in_latex() -> None:
    e = parse_expression(r"\sqrt{" * 5000 + "a" + "}" * 5000, "a: scalar").expr
    assert e.op == "pow"


@pytest.mark.parametrize("front", FRONTS)
def test_every_rule_has_its_action(front: str) -> None:
    made = tables.compiled(tables.source(front))
    for _, _, name in made["rules"]:
        assert not name or callable(getattr(Builder, name))


def test_without_a_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert tables.tables("plain")["states"]


@pytest.fixture(scope="module")
def cached(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cached tables of the plain language, made once."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        made = tables.tables("plain")
        (file,) = Path(os.environ["XDG_CACHE_HOME"], "matcalc").iterdir()
        assert tables.tables("plain") == made
    return file


@pytest.mark.parametrize("content", ["", "nonsense", "[]", "{}", "[" * 100_000])
def test_with_a_broken_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cached: Path, content: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    file = tmp_path / "matcalc" / cached.name
    file.parent.mkdir(mode=0o700)
    shutil.copy(cached, file)
    made = tables.tables("plain")
    assert file.read_bytes() == cached.read_bytes()
    file.write_text(content)
    again = tables.tables("plain")  # Lark numbers the states anew
    assert len(again["states"]) == len(made["states"])
    assert tables.tables("plain") == again


def test_lark_is_imported_only_to_compile() -> None:
    code = "import sys, matcalc.language.parse as p; p.parse_expression('x + y'); sys.exit('lark' in sys.modules)"
    if folder() is not None:
        subprocess.run([sys.executable, "-c", code], check=False)  # the tables are in the cache now
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_rule_sides_have_only_the_given_names() -> None:
    from matcalc.terms.errors import UnknownNameError
    from matcalc.terms.expression import as_shape, var

    names = {"A": var("A", as_shape("m", "n")), "xs": var("xs", as_shape("n"))}
    assert parse_rule_side("A*xs", names).op == "mm"
    assert parse_rule_side("d(A)*xs", names).args[0].op == "d"
    assert parse_rule_side("d(A*xs)", names).op == "dexpr"
    with pytest.raises(UnknownNameError):
        parse_rule_side("A*x", names)
    with pytest.raises(UnknownNameError):
        parse_rule_side("foo(A)", names)
