"""Tokens: texts with a type and a place."""

from __future__ import annotations


class Token(str):
    """A piece of text of one type, from `start_pos` to `end_pos`.

    >>> t = Token("NUMBER", "12", 3, 5)
    >>> t.type, t + "0", t.end_pos
    ('NUMBER', '120', 5)
    """

    __slots__ = ("end_pos", "start_pos", "type")
    type: str
    start_pos: int
    end_pos: int

    def __new__(cls, kind: str, value: str, start: int, end: int) -> Token:
        token = str.__new__(cls, value)
        token.type, token.start_pos, token.end_pos = kind, start, end
        return token
