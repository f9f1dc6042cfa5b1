"""Superscripts in brackets: W^{(2)}, a^{[1]}, x^{(i)} and x^{(t+1)} are names, no powers."""

from __future__ import annotations

from collections.abc import Callable

from .scanner import Context
from .tokens import Token
from .vocabulary import GREEK_NAMES, normal_name

_COUNTERS = frozenset("ijklmnpqrstbhLTNMK")
_CLOSING = {"RAW_LPAR": "RAW_RPAR", "RAW_LBRACK": "RAW_RBRACK"}
_LONGEST = 6  # tokens in such a superscript

Failure = Callable[[str, int, int], Exception]


def layered(raw: list[Token], context: Context, failure: Failure) -> list[Token]:
    """The raw tokens with names in place of names that have a superscript in brackets."""
    if not any(t.type in _CLOSING and raw[k - 2 : k] and is_open(raw, k - 2) for k, t in enumerate(raw)):
        return raw
    out: list[Token] = []
    words = elsewhere(raw)
    k = 0
    while k < len(raw):
        last = out[-1] if out else None
        named_before = last is not None and last.type in ("RAW_WORD", "RAW_NAMED")
        found = superscript(raw, k, context, words) if named_before else None
        if found is None or last is None:
            out.append(raw[k])
            k += 1
            continue
        label, after, transposed = found
        out.pop()
        subscript = ""
        if not transposed and after < len(raw) and raw[after].type in ("RAW_INDICES", "RAW_LATESUB"):
            subscript, after = "_" + raw[after].lstrip("_").strip("{}() ").replace(",", "_"), after + 1
        front, name = named(str(last), label, subscript, context)
        cut = last.end_pos - (len(last) - len(front)) if front else last.start_pos
        if front:
            out.append(Token("RAW_WORD", front, last.start_pos, cut))
        base = str(last)[len(front) :]
        if normal_name(base) in context.given and normal_name(name) not in context.given and label.isdigit():
            written = "".join(str(t) for t in raw[k:after])
            message = f"{base}{written} can be a power or another name: write {base}^{label}, or declare {name}"
            raise failure(message, last.start_pos, raw[after - 1].end_pos)
        out.append(Token("RAW_WORD", name, cut, raw[after - 1].end_pos))
        if transposed:
            out.append(Token("RAW_TSUP", "ᵀ", raw[after - 1].start_pos, raw[after - 1].end_pos))
        k = after
    return out


def is_open(raw: list[Token], k: int) -> bool:
    """Whether ^{ stands at k."""
    return raw[k].type == "RAW_POW" and raw[k + 1].type == "RAW_LBRACE"


def superscript(raw: list[Token], k: int, context: Context, words: frozenset[str]) -> tuple[str, int, bool] | None:
    """The label of a superscript such as ^{(2)} at k, the position after it, and whether it ends in a transpose."""
    if raw[k].type != "RAW_POW" or k + 5 > len(raw) or raw[k + 1].type != "RAW_LBRACE":
        return None
    closing = _CLOSING.get(raw[k + 2].type)
    stop = next((j for j in range(k + 3, min(len(raw), k + 3 + _LONGEST)) if raw[j].type == closing), 0)
    if not closing or not stop or stop + 1 >= len(raw):
        return None
    top = raw[stop + 1].type == "RAW_TSUP" or raw[stop + 1] in ("T", "'")
    end = stop + 1 + top
    if end >= len(raw) or raw[end].type != "RAW_RBRACE":
        return None
    label = label_of(raw[k + 3 : stop], closing == "RAW_RBRACK")
    letters = {str(t) for t in raw[k + 3 : stop] if t.type == "RAW_WORD"}
    powers = letters & context.given or (letters and str(raw[k - 1]) == "e")
    if not label or (closing == "RAW_RPAR" and (powers or letters & words)):
        return None
    return label, end + 1, top


def label_of(inside: list[Token], brackets: bool) -> str:
    """What stands in the brackets, as part of a name; nothing for a formula."""
    kinds = tuple(t.type[4:] for t in inside)
    if kinds == ("NUMBER",):
        return str(inside[0]) if inside[0].isdigit() else ""
    if not kinds or kinds[0] != "WORD" or (not brackets and str(inside[0]) not in _COUNTERS):
        return ""
    if len(kinds) == 1:
        return str(inside[0])
    if len(kinds) == 3 and kinds[1] in ("PLUS", "MINUS") and kinds[2] in ("NUMBER", "WORD"):
        return f"{inside[0]}{kinds[1].lower()}{inside[2]}"
    return ""


def elsewhere(raw: list[Token]) -> frozenset[str]:
    """The words that stand in the text other than in such a superscript."""
    found = set()
    for j, t in enumerate(raw):
        if t.type == "RAW_WORD" and not (j > 2 and raw[j - 1].type in _CLOSING and is_open(raw, j - 3)):
            found.add(str(t))
    return frozenset(found)


def named(word: str, label: str, subscript: str, context: Context) -> tuple[str, str]:
    """What stands before the name in a word, and the name with its label: W^{(2)} is W2, x^{(t)} is x_t."""
    stem, cut, rest = word.partition("_")
    one = len(stem) == 1 or stem[1:].isdigit() or normal_name(stem) in GREEK_NAMES or word in context.given
    front = "" if one or stem in context.known else stem[:-1]
    stem = stem[len(front) :]
    tail = cut + rest + subscript
    if not label.isdigit():
        return front, f"{stem}_{label}{tail}"
    spelled = f"{stem}_{label}{tail}"
    return front, spelled if spelled in context.given else f"{stem}{label}{tail}"
