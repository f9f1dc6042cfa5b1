"""What the notations share: numbers, names, slices, rows, and the table of notations."""

from __future__ import annotations

from fractions import Fraction

import pytest

import matcalc
from matcalc.front.notations import Notations, find, write
from matcalc.language.vocabulary import GREEK as LETTERS
from matcalc.printing.core import joined_rows, number, slice_text
from matcalc.printing.form import ATOM, PRODUCT, Child, atom, joined
from matcalc.printing.names import GREEK, bold, latex_letter, split
from matcalc.printing.registry import NOTATIONS, notation
from matcalc.terms.errors import MatcalcError
from matcalc.terms.expression import Expr


@pytest.mark.parametrize(("value", "text", "level"), [
    (3, "3", ATOM), (Fraction(1, 2), "1/2", PRODUCT), (Fraction(1, 25), "0.04", ATOM), (Fraction(1, 3), "1/3", PRODUCT),
    (Fraction(1, 30), "1/30", PRODUCT), (Fraction(12345, 1000), "12.345", ATOM), (0.1, "0.1", ATOM),
    (Fraction(1, 2**17), "0.00000762939453125", ATOM), (Fraction(1, 2**18), "1/262144", PRODUCT),
])  # fmt: skip
def test_numbers(value: object, text: str, level: int) -> None:
    assert number(value) == (text, level)


@pytest.mark.parametrize(("name", "stem", "subscript", "latex"), [
    ("x_1", "x", "1", "x"), ("W1", "W", "1", "W"), ("alpha", "alpha", "", r"\alpha"), ("x_train", "x", "train", "x"),
    ("Gamma_0", "Gamma", "0", r"\Gamma"), ("Alpha", "Alpha", "", "A"), ("ell", "ell", "", r"\ell"),
])  # fmt: skip
def test_names(name: str, stem: str, subscript: str, latex: str) -> None:
    assert split(name) == (stem, subscript)
    assert latex_letter(stem) == latex


def test_every_greek_name_has_the_letter_that_is_read_as_it() -> None:
    assert all(LETTERS[letter] == name for name, letter in GREEK.items())
    assert set(GREEK) == set(LETTERS.values())
    assert GREEK["sigma"] == "σ" and GREEK["phi"] == "φ" and GREEK["Omega"] == "Ω"


def test_bold_letters_differ_from_their_plain_ones() -> None:
    assert bold("aZ0αΩ") == "𝐚𝐙𝟎𝛂𝛀" and bold("+") == "+"


@pytest.mark.parametrize(("spec", "text"), [
    (("at", 3), "3"), (("slice", None, None, None), ":"), (("slice", 1, None, None), "1:"),
    (("slice", None, -1, 1), ":-1"), (("slice", 0, 6, 2), "0:6:2"),
])  # fmt: skip
def test_slices(spec: tuple[object, ...], text: str) -> None:
    assert slice_text(spec) == text


def test_pieces_in_rows() -> None:
    assert joined(", ", ["a", "b", "c"]) == ["a", ", ", "b", ", ", "c"] and joined(", ", []) == []
    assert joined_rows([["a", "b"], ["c"]], "; ") == ["a", "b", "; ", "c"]
    assert atom("x").level == ATOM and Child(matcalc.parse("x")).level < PRODUCT


def test_a_notation_is_found_by_its_name() -> None:
    e = matcalc.parse("2X'(Xw - y)")
    assert find("latex") is NOTATIONS["latex"] and "latex" in Notations()
    assert write(e, "text") == str(e)
    for name in ("roman", "core", "..latex", ""):
        assert name not in Notations()
        with pytest.raises(MatcalcError, match="one of json, latex, mathml, python, text, typst, unicode"):
            write(e, name)


def test_a_new_notation_is_one_function() -> None:
    @notation("sizes")
    def sizes(e: Expr) -> str:
        """The shape alone."""
        return "x".join(map(str, e.shape))

    try:
        assert write(matcalc.parse("A*B", where="A: matrix(m,n), B: matrix(n,k)"), "sizes") == "mxk"
        assert "sizes" in Notations()
    finally:
        del NOTATIONS["sizes"]
