"""Where the rules come from: each line is cited or marked elementary, and every source that is cited is listed."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest

from matcalc.front.explain import identity
from matcalc.rulebook.book import RuleBook
from matcalc.rulebook.reader import ELEMENTARY, origins, read_rules
from matcalc.rulebook.traits import trait_rules
from matcalc.terms.data_files import rule_files, rules_text
from matcalc.terms.errors import RuleError
from matcalc.terms.signatures import operations

README = Path(__file__).parents[2] / "rules" / "README.md"
FILES = sorted(set(rule_files()) - {"operations.rules"})  # that one declares shapes and traits
LET = "let X[n,n], Y[n,n], A[m,n]"
TURNED = "X'' -> X"


@lru_cache(maxsize=1)
def shipped() -> dict[str, dict[int, str]]:
    """Where the lines of each file come from."""
    return {file: origins(rules_text(file), file) for file in FILES}


@lru_cache(maxsize=1)
def listed() -> dict[str, str]:
    """The sources in the table of rules/README.md, with their bibliographic data."""
    section = README.read_text(encoding="utf-8").split("## Sources\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (\w.*?) \| (.+) \|$", section, re.MULTILINE)
    return {name: data for name, data in rows if data.strip()}


def unknown(citation: str, sources: dict[str, str]) -> bool:
    """Whether a citation is neither a source that is listed nor a place in one."""
    return not any(re.fullmatch(rf"{re.escape(s)}(,? [\d.]*\d)?", citation) for s in sources)


@pytest.mark.parametrize("file", FILES)
def test_every_line_is_cited_or_elementary(file: str) -> None:
    assert shipped()[file]
    assert [number for number, origin in shipped()[file].items() if not origin] == []


def test_every_rule_of_the_book_stands_on_such_a_line_or_states_a_trait() -> None:
    traits = {(r.file, r.text, r.citation) for r in trait_rules(operations().values())}
    for r in RuleBook.default().rules:
        if (r.file, r.text, r.citation) not in traits:
            origin = shipped()[r.file][r.line]
            assert r.citation == ("" if origin == ELEMENTARY else origin), r


def test_every_citation_names_a_source_that_is_listed() -> None:
    cited = {origin for lines in shipped().values() for origin in lines.values()} - {ELEMENTARY}
    assert sorted(c for c in cited if unknown(c, listed())) == []
    assert [s for s in listed() if all(unknown(c, {s: ""}) for c in cited)] == []  # and each one is cited
    assert [s for s, data in listed().items() if not re.search(r"(1[89]|20)\d\d", data)] == []


@pytest.mark.parametrize("wrong", ["Matrix Cokbook 37", "Matrix Cookbook37", "Matrix Cookbook 37, 38", "DLMF 4.", ""])
def test_a_citation_that_is_not_listed_is_found(wrong: str) -> None:
    assert unknown(wrong, listed())


def test_elementary_is_not_printed() -> None:
    for r in RuleBook.default().rules:
        assert ELEMENTARY not in f"{r.citation} {r.text} {identity(r)}"


@pytest.mark.parametrize(
    "lines, citation, text",
    [
        (f"a: {TURNED}", "", f"a: {TURNED}"),
        (f"a: {TURNED}  {{Golub 1973}}", "Golub 1973", f"a: {TURNED}  {{Golub 1973}}"),
        (f"a: {TURNED}  {{elementary}}", "", f"a: {TURNED}"),
        (f"cite elementary\na: {TURNED}", "", f"a: {TURNED}"),
        (f"cite elementary\na: {TURNED}  {{Golub 1973}}", "Golub 1973", f"a: {TURNED}  {{Golub 1973}}"),
        (f"cite Golub 1973, 4.12\na: {TURNED}", "Golub 1973, 4.12", f"a: {TURNED}  {{Golub 1973, 4.12}}"),
        (f"cite Golub 1973\na: {TURNED}  {{elementary}}", "", f"a: {TURNED}"),
        (f"cite Golub 1973\nuse tidy\ncite elementary\na: {TURNED}", "", f"a: {TURNED}"),
        (f"cite elementary\ncite Golub 1973\na: {TURNED}", "Golub 1973", f"a: {TURNED}  {{Golub 1973}}"),
    ],
)
def test_where_a_rule_comes_from(lines: str, citation: str, text: str) -> None:
    (rule,) = read_rules(f"{LET}\n{lines}").rules
    assert (rule.citation, rule.text, identity(rule)) == (citation, text, TURNED)


def test_origins_of_all_kinds_of_lines() -> None:
    text = f"{LET}\na: {TURNED}\ncite elementary\nspd => symmetric\nunit => nonzero  {{B 1}}\nb: symmetric(X + X')"
    assert origins(text) == {2: "", 4: ELEMENTARY, 5: "B 1", 6: ELEMENTARY}


@pytest.mark.parametrize("line", ["cite", "cite {Golub 1973}", "cite Golub {1973}", "cite Golub if symmetric(X)"])
def test_a_line_cite_that_names_no_source_is_refused(line: str) -> None:
    with pytest.raises(RuleError):
        read_rules(f"{LET}\n{line}\na: {TURNED}")


def test_a_property_may_be_called_cite() -> None:
    assert read_rules("cite => symmetric").implications == {"cite": frozenset(("symmetric",))}
