"""Names as mathematics: Greek letters and subscripts."""

from __future__ import annotations

from unicodedata import normalize

from ..language.vocabulary import GREEK as LETTERS
from ..terms.complexes import conjugated_name
from ..terms.regex import regex

GREEK: dict[str, str] = {}  # the letter of each name
for _letter, _name in LETTERS.items():
    GREEK.setdefault(_name, _letter)  # variants of a letter come after it

_LATIN_LIKE = {
    "Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K", "Mu": "M",
    "Nu": "N", "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X", "omicron": "o",
}  # fmt: skip
_NAME = regex(r"([^\W\d_]+)_?(.*)")


def split(name: str) -> tuple[str, str]:
    """The stem and the subscript of a name.

    >>> split("x_1"), split("W1"), split("alpha"), split("x_train")
    (('x', '1'), ('W', '1'), ('alpha', ''), ('x', 'train'))
    """
    m = _NAME.fullmatch(name)
    return (m[1], m[2]) if m else (name, "")


ACCENTS = ("hat", "bar", "tilde", "dot", "ddot", "check", "breve", "overline")
_MARKS = dict(zip(ACCENTS, "\u0302\u0304\u0303\u0307\u0308\u030c\u0306\u0304", strict=True))


def accented(name: str) -> tuple[str, tuple[str, ...], str]:
    """The stem, the accents from the inside out, and the subscript of a name.

    >>> accented("y_hat"), accented("x_bar_1"), accented("x_train")
    (('y', ('hat',), ''), ('x', ('bar',), '1'), ('x', (), 'train'))
    >>> accented("conj(z)")
    ('z', ('bar',), '')
    """
    if inner := conjugated_name(name):
        stem, accents, sub = accented(inner)
        return stem, (*accents, "bar"), sub
    stem, sub = split(name)
    parts = sub.split("_")
    k = 0
    while "_" in name and k < len(parts) and parts[k] in ACCENTS:
        k += 1
    return stem, tuple(parts[:k]), "_".join(parts[k:])


def with_marks(letter: str, accents: tuple[str, ...]) -> str:
    """A letter with its accents as characters: ŷ.

    >>> with_marks("y", ("hat",))
    'ŷ'
    """
    return normalize("NFC", letter + "".join(_MARKS[a] for a in accents))


def latex_letter(stem: str) -> str:
    """The LaTeX of a stem: a macro for a Greek letter.

    >>> latex_letter("lambda"), latex_letter("x")
    ('\\\\lambda', 'x')
    """
    if stem in GREEK:
        return _LATIN_LIKE.get(stem) or f"\\{stem}"
    return stem


def bold(text: str) -> str:
    """Letters and digits as mathematical bold characters, without need of markup.

    >>> bold("Xw")
    '𝐗𝐰'
    """
    return "".join(map(_bold, text))


def _bold(c: str) -> str:
    if "A" <= c <= "Z":
        return chr(0x1D400 + ord(c) - ord("A"))
    if "a" <= c <= "z":
        return chr(0x1D41A + ord(c) - ord("a"))
    if "0" <= c <= "9":
        return chr(0x1D7CE + ord(c) - ord("0"))
    if "Α" <= c <= "Ω":
        return chr(0x1D6A8 + ord(c) - ord("Α"))
    if "α" <= c <= "ω":
        return chr(0x1D6C2 + ord(c) - ord("α"))
    return c
