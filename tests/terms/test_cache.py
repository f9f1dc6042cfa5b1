"""The cache of the rules: what it keeps is what it was given, and its failures are silent."""

from __future__ import annotations

import os
import random
import stat
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from zlib import crc32

import pytest

from matcalc.language import tables
from matcalc.rulebook.book import RuleBook, flat, from_flat, shelf
from matcalc.rulebook.reader import RuleSet
from matcalc.terms import cache, signatures
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


def test_every_byte_of_a_file_is_checked(place: Path) -> None:
    cache.store("test", ("key",), {"a": [1, 2.5, "text"], "b": (None, True)})
    (file,) = place.iterdir()
    content = file.read_bytes()
    for i in range(len(content)):
        file.write_bytes(content[:i] + bytes([content[i] ^ 0x10]) + content[i + 1 :])
        assert cache.load("test", ("key",)) is None
    file.write_bytes(content)
    assert cache.load("test", ("key",)) == {"a": [1, 2.5, "text"], "b": (None, True)}


def sealed(key: tuple[object, ...], body: bytes) -> bytes:
    """A file with a right checksum around any body."""
    wanted = cache._key(key)
    content = len(wanted).to_bytes(4, "big") + wanted + body
    return crc32(content).to_bytes(4, "big") + content


@pytest.mark.parametrize("value", [None, 3, ["a"], ([], [], 4), ([("nosuch",)], [()], {}), {"states": []}])
def test_plain_data_of_another_making_is_made_again(place: Path, value: object) -> None:
    book = RuleBook.default()
    rules = shelf(RuleSet(book.rules, dict(book.implications)))
    cache.store("test", ("key",), value)
    again = cache.cached("test", ("key",), lambda: rules, flat, from_flat)
    assert again is rules
    assert cache.cached("test", ("key",), lambda: rules, flat, from_flat)[2] == rules[2]


def test_a_body_that_marshal_refuses_is_as_none(place: Path) -> None:
    cache.store("test", ("key",), [])
    (file,) = place.iterdir()
    file.write_bytes(sealed(("key",), b"?"))
    assert cache.load("test", ("key",)) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes and owners of files")
def test_only_regular_files_of_the_user_are_read(place: Path) -> None:
    cache.store("test", ("key",), 1)
    (file,) = place.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o666)
    assert cache.load("test", ("key",)) is None
    file.chmod(0o600)
    assert cache.load("test", ("key",)) == 1
    there = place.parent / "there"
    file.rename(there)
    file.symlink_to(there)
    assert cache.load("test", ("key",)) is None
    file.unlink()
    os.mkfifo(file)
    assert cache.load("test", ("key",)) is None
    cache.store("test", ("key",), 2)
    assert cache.load("test", ("key",)) == 2


def test_the_grammar_is_right_after_any_damage(place: Path) -> None:
    want = tables.tables("plain")
    (file,) = place.iterdir()
    content = file.read_bytes()
    rng = random.Random(0)
    for _ in range(2):
        at = rng.randrange(len(content))
        file.write_bytes(content[:at] + rng.randbytes(3) + content[at + 3 :])
        again = tables.tables("plain")  # Lark numbers the states anew
        assert [tuple(t) for t in again["tokens"]] == [tuple(t) for t in want["tokens"]]
        assert len(again["states"]) == len(want["states"])
        assert tables.tables("plain") == again


def test_what_was_stored_under_another_key_is_as_none(place: Path) -> None:
    """Two keys may have one path: a file says itself what it was stored under."""
    cache.store("test", ("key",), 1)
    (file,) = place.iterdir()
    content = file.read_bytes()
    cache.store("test", ("another",), 2)
    (other,) = set(place.iterdir()) - {file}
    other.write_bytes(content)
    assert cache.load("test", ("another",)) is None


def test_a_folder_that_cannot_be_written_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache.store("test", ("key",), [])
    assert cache.load("test", ("key",)) is None


def test_it_can_be_turned_off(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCALC_CACHE", "off")
    cache.store("test", ("key",), [])
    tables.tables("plain")
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
    held, rewrites, implications = shelf(RuleSet(book.rules, dict(book.implications)))
    again = from_flat(flat((held, rewrites, implications)))
    assert again[2] == implications
    for a, b in zip(held, again[0], strict=True):
        assert (a.kind, a.op, a.property, a.use) == (b.kind, b.op, b.property, b.use)
        assert vars(a.rule) == vars(b.rule)
    for one, other in zip(rewrites, again[1], strict=True):
        assert (one.op, one.needs, one.inner, one.morphism, one.outline) == (
            other.op, other.needs, other.inner, other.morphism, other.outline)  # fmt: skip
        assert vars(one.rule) == vars(other.rule)
    assert {id(r.rule) for r in again[1]} >= {id(r.rule) for r in again[0] if r.kind == "rewrite"}


def test_operations_come_back_as_they_were() -> None:
    assert signatures._from_flat(signatures._flat(signatures.operations())) == signatures.operations()


def test_a_question_makes_few_rules(place: Path) -> None:
    code = """
import matcalc
from matcalc.rulebook.book import RuleBook
matcalc.diff("||X*w - y||^2", "w")
held = RuleBook.default()._held
print(len(held), sum(bool(r._made) for r in held))
"""
    known, made = 0, 0
    for _ in range(2):  # the second time from the cache
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        known, made = map(int, out.stdout.split())
    assert 0 < 5 * made < known
