"""Arrays of ones and zeros with their sizes: 𝟏_n, 𝟎_(m×n)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from .tokens import Token
from .vocabulary import SUBSCRIPTS, UNIT_NAME

_BARS = ("_bar", "_overline")
_SIZE = r"[A-Za-z][A-Za-z0-9_]*|[0-9]+|[-+*]"
_KINDS = {"*": "STAR", "+": "PLUS", "-": "MINUS"}


_MARKS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0307": "dot", "\u0308": "ddot", "\u030c": "check",
          "\u0306": "breve"}  # fmt: skip


def accented(raw: list[Token], failure: Callable[[str, int, int], Exception]) -> list[Token]:
    """The raw tokens with names for letters with accents: y_hat for ŷ."""
    if not any(t.type == "RAW_ACCENTED" for t in raw):
        return raw
    return [_named(t, failure) if t.type == "RAW_ACCENTED" else t for t in raw]


def barred(raw: list[Token], conjugable: frozenset[str], given: frozenset[str]) -> list[Token]:
    r"""The raw tokens with conjugates for z̄ and \\overline{z} where z is complex."""
    out: list[Token] = []
    for token in raw:
        if token in ("i", "j") and token.type == "RAW_WORD" and str(token) not in given and out:
            before = out[-1]
            if before.type == "RAW_NUMBER" and before.end_pos == token.start_pos:
                start = out.pop().start_pos if before == "1" else token.start_pos
                token = Token(token.type, UNIT_NAME, start, token.end_pos)
        base = next((token.removesuffix(b) for b in _BARS if token.endswith(b)), "")
        if token.type in ("RAW_WORD", "RAW_NAMED") and base in conjugable and str(token) not in given:
            out += [Token(token.type, base, token.start_pos, token.end_pos),
                    Token("RAW_TSUP", "̄", token.end_pos, token.end_pos)]  # fmt: skip
        else:
            out.append(token)
    return out


def _named(token: Token, failure: Callable[[str, int, int], Exception]) -> Token:
    text = unicodedata.normalize("NFD", token)
    marks = re.match(r"[\u0300-\u036f]+", text[1:])
    names = [_MARKS.get(c) for c in marks[0]] if marks else [None]
    if None in names:
        raise failure(f"{token} has an accent that no name has", token.start_pos, token.end_pos)
    rest = text[1 + len(names) :].translate(SUBSCRIPTS)
    rest = f"_{rest.lstrip('_')}" if rest else ""
    name = "_".join((text[0], *(n for n in names if n))) + rest
    return Token("RAW_WORD", name, token.start_pos, token.end_pos)


def spread(raw: list[Token], failure: Callable[[str, int, int], Exception]) -> list[Token]:
    """The raw tokens with calls in place of constants that have a size: vector(1, n) for 𝟏_n.

    In [A_ij 𝟏_k]_ijk the subscript is an index.
    """
    if not any(t.type in ("RAW_ONES", "RAW_ZEROS") and len(t) > 1 for t in raw):
        return raw
    out: list[Token] = []
    inside = _indexed(raw)
    for k, token in enumerate(raw):
        if token.type not in ("RAW_ONES", "RAW_ZEROS") or len(token) == 1:
            out.append(token)
            continue
        start, end = token.start_pos, token.end_pos
        if k in inside:
            out += [Token(token.type, token[0], start, start + 1), Token("RAW_INDICES", token[1:], start + 1, end)]
            continue
        sizes = token[2:].strip("()").replace(" ", "").split("×")
        call = "vector" if len(sizes) == 1 else "matrix" if len(sizes) == 2 else _tensor(token)
        parts = [] if len(sizes) > 2 else [Token("RAW_NUMBER", "1" if token.type == "RAW_ONES" else "0", start, end)]
        for size in sizes:
            found = re.findall(_SIZE, size)
            if not found or "".join(found) != size:
                raise failure("a size is a name, a number or a product such as 2*n", start, end)
            parts += [Token("RAW_COMMA", ",", start, end)] if parts else []
            kinds = [_KINDS.get(f, "NUMBER" if f[0].isdigit() else "WORD") for f in found]
            parts += [Token(f"RAW_{kind}", f, start, end) for f, kind in zip(found, kinds, strict=True)]
        head = [Token("RAW_WORD", call, start, end), Token("RAW_LPAR", "(", start, end)]
        out += [*head, *parts, Token("RAW_RPAR", ")", start, end)]
    return out


def _tensor(token: Token) -> str:
    return "ones" if token.type == "RAW_ONES" else "zeros"


def _indexed(raw: list[Token]) -> set[int]:
    """The places in brackets that have indices behind them."""
    found: set[int] = set()
    stack: list[int] = []
    for j, token in enumerate(raw):
        if token.type == "RAW_LBRACK":
            stack.append(j)
        elif token.type == "RAW_RBRACK" and stack:
            i = stack.pop()
            if j + 1 < len(raw) and raw[j + 1].type == "RAW_INDICES":
                found.update(range(i, j))
    return found
