r"""What is put into the usual order before LaTeX is read: `\sigma^2_1` is `\sigma_1^2`, `{\rm tr}` is `\mathrm{tr}`."""

from __future__ import annotations

from ..tokens import Token

_SWITCHES = {"\\rm": "\\mathrm", "\\sf": "\\mathsf", "\\it": "\\mathit"}


def usual_order(tokens: list[Token]) -> list[Token]:
    r"""The tokens with subscripts before superscripts, and with fonts that are commands of what they stand around.

    A subscript of two letters on a capital stays where it is: `A^2_{ij}` is an entry of a power.
    """
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        found = _switched(tokens, i)
        if found:
            out += found
            i += 3
            continue
        if _is(tokens, i, "POW") and i and _is_name(tokens[i - 1]):
            middle = _end(tokens, i + 1)
            if _is(tokens, middle, "SUB") and not _is_entry(tokens, i - 1, middle):
                after = _end(tokens, middle + 1)
                out += tokens[middle:after] + tokens[i:middle]
                i = after
                continue
        out.append(tokens[i])
        i += 1
    return out


def _switched(tokens: list[Token], i: int) -> list[Token]:
    r"""`\mathrm{word` for `{\rm word`, which a brace closes."""
    if not (_is(tokens, i, "LBRACE") and _is(tokens, i + 1, "COMMAND") and _is(tokens, i + 3, "RBRACE")):
        return []
    name = _SWITCHES.get(str(tokens[i + 1]))
    if name is None or not _is(tokens, i + 2, "WORD"):
        return []
    brace, command, word = tokens[i : i + 3]
    place = brace.start_pos, brace.end_pos
    return [Token("RAW_COMMAND", name, *place), Token("RAW_LBRACE", "{", command.start_pos, command.end_pos), word]


def _is(tokens: list[Token], i: int, kind: str) -> bool:
    return i < len(tokens) and tokens[i].type == "RAW_" + kind


def _is_name(token: Token) -> bool:
    return token.type in ("RAW_WORD", "RAW_COMMAND", "RAW_RBRACE")


def _end(tokens: list[Token], i: int) -> int:
    """The position after a token or a group in braces."""
    if not _is(tokens, i, "LBRACE"):
        return i + 1
    depth = 0
    for j in range(i, len(tokens)):
        depth += _is(tokens, j, "LBRACE") - _is(tokens, j, "RBRACE")
        if not depth:
            return j + 1
    return len(tokens)


def _is_entry(tokens: list[Token], name: int, sub: int) -> bool:
    """Whether a subscript is that of an entry of a matrix."""
    letters = "".join(str(t) for t in tokens[sub + 1 : _end(tokens, sub + 1)] if t.type == "RAW_WORD")
    return len(letters) > 1 and str(tokens[name]).lstrip("\\")[-1:].isupper()
