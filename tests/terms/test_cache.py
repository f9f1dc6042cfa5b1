"""The cache of the rules: what it keeps is what it was given, and its failures are silent."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from matcalc.rulebook.book import RuleBook, flat, from_flat
from matcalc.rulebook.reader import RuleSet
from matcalc.terms import cache
from matcalc.terms.expression import as_shape, differential_of, mm, num, prod, var


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("MATCALC_CACHE", raising=False)
    return tmp_path / "matcalc"


def test_what_is_stored_comes_back(place: Path) -> None:
    cache.store("test", ("key",), [("a", 1)])
    assert cache.load("test", ("key",)) == [("a", 1)]
    assert cache.load("test", ("another",)) is None


def test_a_damaged_file_is_as_none(place: Path) -> None:
    cache.store("test", ("key",), list(range(100)))
    (file,) = place.iterdir()
    content = file.read_bytes()
    for damaged in (b"", content[:5], content[:-3], content[:-1] + bytes([content[-1] ^ 1])):
        file.write_bytes(damaged)
        assert cache.load("test", ("key",)) is None


def test_a_folder_that_cannot_be_written_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache.store("test", ("key",), [])
    assert cache.load("test", ("key",)) is None


def test_it_can_be_turned_off(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCALC_CACHE", "off")
    cache.store("test", ("key",), [])
    assert not place.exists()


def test_old_files_are_removed(place: Path) -> None:
    for i in range(10):
        cache.store("test", (i,), i)
    assert len(list(place.iterdir())) == cache.KEPT
    assert cache.load("test", (9,)) == 9


def test_expressions_come_back_identical() -> None:
    X, w = var("X", as_shape("m", "n")), var("w", as_shape("n"), ["positive"])
    roots = [prod(num(Fraction(1, 3)), mm(X, w)), differential_of(w), num(1), num(1.0)]
    p = cache.Packer()
    places = p.add_all(roots)
    back = cache.unpack(p.rows)
    assert [back[i] for i in places] == roots


def test_the_rules_come_back_identical() -> None:
    book = RuleBook.default()
    shipped = RuleSet(book.rules, dict(book.implications))
    back = from_flat(flat(shipped))
    assert back.implications == shipped.implications
    for a, b in zip(shipped.rules, back.rules, strict=True):
        assert vars(a) == vars(b)
