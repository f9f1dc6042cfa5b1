"""The table of spellings: every line is read, and has a value for arguments of the shapes that it names."""

from __future__ import annotations

import pytest

from matcalc.language.scanner import Context
from matcalc.language.spellings import Meaning, read, table
from matcalc.language.templates import sizes
from matcalc.language.typing.fitting import Misfit
from matcalc.language.typing.shaping import concrete
from matcalc.terms.errors import RuleError
from matcalc.terms.shapes import SCALAR, Dim
from matcalc.terms.signatures import Signatures

MEANINGS = [
    (f"{name}: {m.shown}", m)
    for name, section in table().sections.items()
    for lines in section.meanings.values()
    for m in lines
]
SQUARE = (Dim.of("n"), Dim.of("n"))


@pytest.mark.parametrize("meaning", [m for _, m in MEANINGS], ids=[shown for shown, _ in MEANINGS])
def test_every_meaning_has_a_shape(meaning: Meaning) -> None:
    found = []
    for other in (SCALAR, SQUARE, (Dim.of("n"), Dim.of(1))):
        given = [SCALAR if p.number is not None else p.shape or other for p in meaning.parameters]
        try:
            found.append(concrete(meaning, given, Signatures.shipped())[1][-1])
        except Misfit:  # not all shapes fit where any may stand
            continue
    assert found, meaning.text
    letters = sizes(meaning) | {"n"}
    assert all(d.names <= letters for shape in found for d in shape)


def test_other_names_are_known() -> None:
    known = Context().known
    sized = {"eye", "ones", "zeros"}
    for name, section in table().sections.items():
        everything = {n for _, s in table().chain(name) for n in s.names}
        for other, word in section.same.items():
            assert word in known or word in sized or word in everything, (name, other)


def test_a_name_is_not_both_refused_and_another() -> None:
    for name, section in table().sections.items():
        assert not section.refused.keys() & section.same.keys(), name


MALFORMED = [
    ("[words]\nfoo(A) ->", "line 2 of the spellings is no line of the table"),
    ("[words]\nfoo(A+B) -> A", "line 2 of the spellings: 'A+B' is no argument"),
    ("[words]\nfoo(A[m,n,k]) -> A", "an array has one or two sizes"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MALFORMED, ids=[t for t, _ in MALFORMED])
def test_malformed(text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        read(text)
    assert message in str(caught.value)
