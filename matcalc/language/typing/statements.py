"""Statements about variables that stand beside their declarations: equations, and entries above 0."""

from __future__ import annotations

from ...terms.errors import DeclarationError
from ...terms.records import dataclass
from ...terms.regex import regex

Span = tuple[int, int]

_RELATION = regex(r"(?<![-<>=!])(?:==?(?!=)|>=|<=|≥|≤|>|<|⪰|⪯|≻|≺|≽|≼|!=|≠)")
_SIGNS = {"==": "=", "≥": ">=", "≤": "<="}
_KNOWN = ("=", ">", ">=", "<", "<=")


@dataclass(frozen=True)
class Statement:
    """Two sides and the sign between them, with the text of all declarations and the places of the sides in it."""

    text: str
    sign: str
    left: Span
    right: Span

    @property
    def span(self) -> Span:
        """The place of the whole."""
        return (self.left[0], self.right[1])

    @property
    def sides(self) -> tuple[str, str]:
        """The texts of the two sides."""
        return self.text[slice(*self.left)], self.text[slice(*self.right)]

    def __str__(self) -> str:
        return f" {self.sign} ".join(self.sides)


def relation(text: str) -> tuple[int, int] | None:
    """The place of the first sign of a relation; the arrow of a function's type is none.

    >>> relation("sum(y) = 1"), relation("u: vector(n) -> vector(m)")
    ((7, 8), None)
    """
    m = _RELATION.search(text)
    return None if m is None else m.span()


def statement_at(text: str, start: int) -> Statement | None:
    """The statement that begins at a place of a text, up to a comma, semicolon or line outside parentheses.

    None where a declaration begins there. DeclarationError if it has not two sides, or two signs.

    >>> str(statement_at("y: vector(k); sum(y)=1", 14))
    'sum(y) = 1'
    """
    stop, depth = start, 0
    while stop < len(text) and (depth > 0 or text[stop] not in ",;\n:"):
        depth += (text[stop] in "([{") - (text[stop] in ")]}")
        stop += 1
    body = text[start:stop]
    found = relation(body)
    if found is None or text[stop : stop + 1] == ":":
        return None
    again = relation(body[found[1] :])
    if again is not None:
        place = (start + found[1] + again[0], start + found[1] + again[1])
        raise DeclarationError("a statement has one sign, as sum(y) = 1 and x > 0 have", text, place)
    sign = _SIGNS.get(body[slice(*found)], body[slice(*found)])
    place = (start + found[0], start + found[1])
    if sign not in _KNOWN:
        raise DeclarationError(f"{sign} is not known here: state an equation, or declare a property such as spd", text,
                               place)  # fmt: skip
    left, right = _trimmed(text, start, place[0]), _trimmed(text, place[1], stop)
    for side in (left, right):
        if side[0] >= side[1]:
            raise DeclarationError("an equation has two sides", text, place)
    return Statement(text, sign, left, right)


def orthonormal_columns(name: str) -> Statement:
    """That the columns of a matrix are orthonormal.

    >>> str(orthonormal_columns("Q"))
    "Q'*Q = I"
    """
    text = f"{name}'*{name} = I"
    return Statement(text, "=", (0, len(text) - 4), (len(text) - 1, len(text)))


def _trimmed(text: str, start: int, stop: int) -> Span:
    """A place without the white space at its ends."""
    part = text[start:stop]
    return (start + len(part) - len(part.lstrip()), start + len(part.rstrip()))
