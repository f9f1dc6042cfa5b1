"""Idioms of programs in the raw tokens: x(:), sum(abs2, x), ones((m, n)), A kron B, x^*, R's t(X) and diag(3)."""

from __future__ import annotations

from collections.abc import Callable

from .scanner import Context
from .spellings import table
from .tokens import Token
from .vocabulary import SIZED, normal_name

Failure = Callable[[str, int, int], Exception]

_REDUCTIONS = {"sum": "sum", "mean": "mean", "prod": "prod", "maximum": "max", "minimum": "min"}
_OPERANDS = frozenset(
    ("RAW_WORD", "RAW_NAMED", "RAW_NUMBER", "RAW_RPAR", "RAW_RBRACK", "RAW_QUOTE", "RAW_TSUP", "RAW_SUP", "RAW_METHOD")
)
_OPENING = frozenset(("RAW_LPAR", "RAW_LBRACK", "RAW_LBRACE"))
_CLOSING = frozenset(("RAW_RPAR", "RAW_RBRACK", "RAW_RBRACE"))


def idioms(raw: list[Token], program: str, context: Context, failure: Failure) -> list[Token]:
    """The raw tokens with the idioms of programs in the plain notation."""
    texts = [str(t) for t in raw]
    if program == "r" or any(t.type in ("RAW_PLUS", "RAW_MINUS") and t[0] == "." for t in raw):
        from_one(raw, texts, failure)
    out: list[Token] = []
    closing: dict[int, list[Token]] = {}  # what is put before a bracket that closes
    dropped: set[int] = set()
    pairs = brackets_of(raw) if "(" in texts else {}
    for k, token in enumerate(raw):
        if k in dropped:
            continue
        out.extend(closing.pop(k, ()))
        before = out[-1].type if out else ""
        touches = bool(out) and out[-1].end_pos == token.start_pos
        three = texts[k : k + 3]
        if three == ["(", ":", ")"] and before in _OPERANDS and touches:
            out.append(Token("RAW_CALLED", ".vec", token.start_pos, token.end_pos))
            dropped.add(k + 1)
        elif token == "kron" and before in _OPERANDS and k + 1 < len(raw) and not calls(raw, k):
            token = Token("RAW_KRON", "kron", token.start_pos, token.end_pos)
        elif token == "^" and texts[k + 1 : k + 2] == ["*"]:
            token = Token("RAW_TSUP", "*", token.start_pos, raw[k + 1].end_pos)
            dropped.add(k + 1)
        elif token.type == "RAW_POW" and texts[k + 1 : k + 4] == ["{", "*", "}"]:
            token = Token("RAW_TSUP", "*", token.start_pos, raw[k + 3].end_pos)
            dropped.update(range(k + 1, k + 4))
        elif token in SIZED and texts[k + 1 : k + 3] == ["(", "("] and pairs.get(k + 2, -2) + 1 == pairs.get(k + 1):
            dropped.update((k + 2, pairs[k + 2]))  # ones((m, n))
        elif token in _REDUCTIONS and calls(raw, k) and three[1:] and each(raw, k, context):
            name = _REDUCTIONS[token]
            token = Token(token.type, name, token.start_pos, token.end_pos)
            comma, stop = raw[k + 3], pairs.get(k + 1, len(raw))
            raw[k + 3] = Token("RAW_LPAR", "(", comma.start_pos, comma.end_pos)
            closing.setdefault(stop, []).append(Token("RAW_RPAR", ")", comma.start_pos, comma.end_pos))
        elif program == "r" and token.type == "RAW_WORD":
            token = of_r(raw, k, pairs, context, failure)
        out.append(token)
    return out


def from_one(raw: list[Token], texts: list[str], failure: Failure) -> None:
    """Refuse x[1] where entries are counted from 1, as in R and Julia."""
    for k, token in enumerate(raw):
        if token.type == "RAW_LBRACK" and k and raw[k - 1].type in _OPERANDS and k + 2 < len(raw):
            inside = [t for t in texts[k + 1 : k + 4] if t.isdigit()]
            if inside and raw[k - 1].end_pos == token.start_pos:
                message = "R and Julia count entries from 1, matcalc from 0: write x[0] for the first"
                raise failure(message, token.start_pos, raw[k + 2].end_pos)


def calls(raw: list[Token], k: int) -> bool:
    """Whether a bracket touches the word at k."""
    return k + 1 < len(raw) and raw[k + 1].type == "RAW_LPAR" and raw[k + 1].start_pos == raw[k].end_pos


def each(raw: list[Token], k: int, context: Context) -> bool:
    """Whether the first of several arguments is a function, sum(abs2, x)."""
    if k + 3 >= len(raw) or raw[k + 2].type != "RAW_WORD" or raw[k + 3].type != "RAW_COMMA":
        return False
    name = str(raw[k + 2])
    if {name, normal_name(name)} & context.given:
        return False
    op = context.signatures.operation(context.known.get(name, ""))
    return (op is not None and op.elementwise) or name in ("abs", "sqrt", "abs2") or name in context.functions


def brackets_of(raw: list[Token]) -> dict[int, int]:
    """Where each bracket closes."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for j, token in enumerate(raw):
        if token.type in _OPENING:
            stack.append(j)
        elif token.type in _CLOSING and stack:
            pairs[stack.pop()] = j
    return pairs


def of_r(raw: list[Token], k: int, pairs: dict[int, int], context: Context, failure: Failure) -> Token:
    """A word of R: t(X) is the transpose, diag(3) an identity matrix; norm(X) is no norm of the language."""
    token = raw[k]
    if k + 1 == len(raw) or raw[k + 1].type != "RAW_LPAR":
        return token
    stop = pairs.get(k + 1, len(raw))
    inside = raw[k + 2 : stop]
    end = raw[stop].end_pos if stop < len(raw) else token.end_pos
    if token == "t":
        return Token(token.type, "transpose", token.start_pos, token.end_pos)
    if token == "diag" and len(inside) == 1:
        if inside[0].type == "RAW_NUMBER":
            return Token(token.type, "eye", token.start_pos, token.end_pos)
        name = normal_name(str(inside[0]))
        if name in "dkmnpq" and name not in context.given:
            said = f"diag({name}) is an identity matrix in R if {name} is a number"
            raise failure(f"{said}: write eye({name}), or declare {name}", token.start_pos, end)
    if token == "norm" and not any(t.type == "RAW_COMMA" for t in inside):
        message = "norm(X) of R is the largest sum of a column: write norm(X, 'F'), or norm(x, 2) of a vector"
        raise failure(message, token.start_pos, end)
    return token


def is_of_table(name: str) -> bool:
    """Whether a word without a prefix is a function of the table of spellings."""
    words = table().sections["words"]
    return name in words.names or name in words.same or name in words.refused
