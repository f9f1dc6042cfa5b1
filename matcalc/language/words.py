"""Which names are in a run of letters: declared names, functions, Greek letters, single letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..terms.errors import ParseError, UnknownNameError
from ..terms.nearest import near_words
from ..terms.records import NamedTuple
from ..terms.regex import regex
from .applied import NOTHING, Argument, index_question, refused, single, unknown
from .lexicon import FAMILIAR, FOREIGN, NO_NAMES, NORMAL, SHORT
from .remarks import Remark
from .vocabulary import GREEK, GREEK_NAMES, LOW, SIZED, VARIANTS, can_prefix, normal_name

if TYPE_CHECKING:
    from .scanner import Context


class Piece(NamedTuple):
    """One name: its token, what it stands for, and its place."""

    kind: str
    value: str
    start: int
    end: int


_IDENTITY = regex(r"I_(?!0)(\w+)")
_LOWER = regex(r"[a-z]{3,}(?:_\w+)?")
_SUB = regex(rf"_|[{LOW}]")
_WORDLIKE = regex(r"[A-Za-z][a-z]{2,}")
_LONG = regex(r"[A-Za-z]?[a-z]{4,}|[A-Z][a-z]{3,}")
_LETTERS = regex(r"[a-z]{4,}")
_SYLLABLE = regex(r"[a-z][aeiou][a-z]")  # three letters that can be said: a word rather than a product


def split(word: str, start: int, ctx: Context, following: str, adjacent: bool, dims: bool, shown: str,
          argument: Argument = NOTHING) -> list[Piece]:  # fmt: skip
    """The names in a word. `following` is the next raw token, `adjacent` whether it touches the word."""
    end = start + len(word)
    name = normal_name(word)
    span = (start, end)
    if dims:
        return [Piece("NAME", name, start, end)]
    if name in ctx.functions:
        if following != "(":
            raise ParseError(f"{name} is a function: write {name}(…)", shown, span)
        return [Piece("FUNC", ctx.token(name), start, end)]
    name = declared_spelling(name, ctx)
    if name in ctx.given:
        if argument.kind == "number" and not ctx.exact:
            raise index_question(word, argument, shown, span)
        return [Piece("NAME", name, start, end)]
    if word in NO_NAMES and not ctx.exact:
        raise UnknownNameError(f"{word} is not part of the language: {NO_NAMES[word]}", shown, span)
    sized = _IDENTITY.fullmatch(name)
    if sized and "I" not in ctx.given:
        size = Piece("NUMBER" if sized[1].isdigit() else "NAME", sized[1], start, end)
        return [
            Piece("SIZED", "eye", start, end),
            Piece("LPAR", "(", end, end),
            size,
            Piece("RPAR", ")", end, end),
        ]
    found = None if ctx.exact else _function(word, name, ctx, following, adjacent, argument, shown, span)
    found = found or _known(word, name, ctx, following, adjacent)
    if found is not None:
        return [Piece(*found, start, end)]
    called = following == "(" and adjacent
    if ctx.dialect and (ctx.dialect == "numpy" or _LOWER.fullmatch(word)) and not called:
        return [Piece("NAME", name, start, end)]
    if called and ctx.dialect == "numpy" and not single(name):
        raise unknown_function(word, shown, span, ctx.known)
    cut = _SUB.search(word)
    base = word[: cut.start()] if cut else word
    if cut and normal_name(base) in ctx.given:
        return [Piece("NAME", name, start, end)]
    if ctx.exact:
        if called:
            raise unknown_function(word, shown, span, ctx.known)
        raise UnknownNameError(f"{name} is not declared{_nearest(name, list(ctx.given))}", shown, span)
    if called and name in SHORT and (ctx.dialect == "numpy" or argument.kind in ("name", "list")):
        raise unknown_function(word, shown, span, ctx.known)
    if _one_name(word, base, name, ctx, span):
        return [Piece("NAME", name, start, end)]
    _refuse_increment(word, ctx, shown, span)
    pieces = _segments(base, word[len(base) :], start, ctx, following if adjacent and not cut else "")
    _refuse(word, base, bool(cut), pieces, Use(following, called, argument), ctx, shown, span)
    return pieces


def _function(word: str, name: str, ctx: Context, following: str, adjacent: bool, argument: Argument, shown: str,
              span: tuple[int, int]) -> tuple[str, str] | None:  # fmt: skip
    """What an undeclared name is that stands before an argument: a token, or None if that is no matter here."""
    if word in FOREIGN and following in ("(", "operand"):
        raise UnknownNameError(f"{word} is not part of the language: write {FOREIGN[word]}", shown, span)
    if word == "d" and ctx.differentials and argument.kind == "name" and not argument.used:
        return ("FUNC", "d")
    if not (following == "(" and adjacent) or argument.used:
        return None
    if name == "sigma":
        ctx.remarks.append(Remark(f"{word} before parentheses is the logistic function, sigmoid", span))
        return ("FUNC", "sigmoid")
    if name in NORMAL:
        what, op = NORMAL[name]
        ctx.remarks.append(Remark(f"{word} before parentheses is the {what} of the normal distribution, {op}", span))
        return ("FUNC", op)
    letter = name == "gamma" and (word != name or shown.startswith("\\gamma", span[0]))
    if name == "Gamma" or (name == "gamma" and not letter and argument.kind == "sum"):
        product = f"; write {word}*(…) for a product"
        ctx.remarks.append(Remark(f"{word} before parentheses is the Gamma function{product}", span))
        return ("FUNC", "gamma")
    if (word in ctx.known and not letter) or not single(name) or word == "T":
        return None
    error = refused(word, name, argument, shown, span)
    if error is not None:
        raise error
    if letter or name == "beta":
        ctx.remarks.append(Remark(f"{word}(…) is a product with the variable {word}", span))
    return ("NAME", name) if letter else None


def _one_name(word: str, base: str, name: str, ctx: Context, span: tuple[int, int]) -> bool:
    """Whether a word is one name: a Greek letter with a subscript or digits, or a short word that people use."""
    flat = normal_name(base).rstrip("0123456789")
    if flat in GREEK_NAMES or (flat == "pi" and flat != name):
        return True
    if name in SHORT or flat in SHORT:
        if base.isascii() and len(base) < 6:
            ctx.remarks.append(Remark(f"{word} is one name, not the product {'*'.join(base)}", span))
        return True
    return False


def _refuse_increment(word: str, ctx: Context, shown: str, span: tuple[int, int]) -> None:
    """Ask about dw beside w, which is a name (a gradient, a differential) more often than a product."""
    if len(word) != 2 or word[0] != "d" or not word[1].isalpha() or "d" in ctx.given:
        return
    if word[1] in ctx.given or re.search(rf"(?<![^\W_]){word[1]}(?![^\W_])", shown):
        message = f"{word} can be one name or the product d*{word[1]}: declare {word} in where, or write the product"
        raise ParseError(message, shown, span)


class Use(NamedTuple):
    """What follows a word: the next token, whether it is an opening bracket that touches, and what is in that."""

    following: str
    called: bool
    argument: Argument


def declared_spelling(name: str, ctx: Context) -> str:
    """A name as it is declared: x1 may be written with a subscript."""
    flat = name.replace("_", "", 1)
    return flat if name not in ctx.given and flat in ctx.given and name[-1].isdigit() else name


def _known(word: str, name: str, ctx: Context, following: str, adjacent: bool) -> tuple[str, str] | None:
    """A word that is known as a whole."""
    if word == "d" and ctx.differentials and following == "(" and ctx.differentials != "names":
        return ("FUNC", "d")
    if word in SIZED:
        return ("SIZED", word) if following == "(" else None
    op = ctx.known.get(word)
    if op is not None:
        if following == "(" and (adjacent or name not in GREEK_NAMES):
            return ("FUNC", op)
        if following in ("operand", "^") and can_prefix(word):
            return ("FUNC", op)
    if following == "(" and adjacent and len(word) > 3 and word.lower() in ctx.known:  # ReLU(x)
        return ("FUNC", ctx.known[word.lower()])
    if word == "T" and following == "(":
        return ("FUNC", "t")
    if name == "pi":
        return ("CONST", "pi")
    if word == "I":
        return ("IDENTITY", "I")
    if name in GREEK_NAMES:
        return ("NAME", name)
    return None


def _segments(base: str, tail: str, start: int, ctx: Context, following: str) -> list[Piece]:
    pieces: list[Piece] = []
    i = 0
    while i < len(base):
        stop = 0
        for w in ctx.words:
            if base.startswith(w, i) and not base[i + len(w) : i + len(w) + 1].isdigit():
                stop = i + len(w)
                break
        if not stop:
            stop = i + _greek_at(base, i)
            while stop > i and base[stop : stop + 1].isdigit():
                stop += 1
        if stop == i and following == "(" and i and (base[i - 1].isdigit() or base[i - 1].isupper() or i == 1):
            op = ctx.known.get(base[i:])
            if op is not None and (len(base) - i > 2 or base[i:] in ("tr", "ln")):
                pieces.append(Piece("FUNC", op, start + i, start + len(base)))
                return pieces
        if stop == i:
            stop = i + 1
            while stop < len(base) and base[stop].isdigit():
                stop += 1
        text = base[i:stop]
        if stop == len(base):
            text += tail
        pieces.append(_single(declared_spelling(normal_name(text), ctx), ctx, start + i, start + i + len(text)))
        i = stop
    return pieces


def _single(name: str, ctx: Context, start: int, end: int) -> Piece:
    if name in ctx.functions:
        return Piece("FUNC", ctx.token(name), start, end)
    if name not in ctx.given:
        if name == "I":
            return Piece("IDENTITY", "I", start, end)
        if name == "pi":
            return Piece("CONST", "pi", start, end)
    return Piece("NAME", name, start, end)


_SPELLED = sorted((n for n in GREEK_NAMES | set(VARIANTS) if len(n) > 2), key=len, reverse=True)


def _greek_at(base: str, i: int) -> int:
    if base[i] in GREEK:
        return 1
    short = base[i : i + 2] if not i and not base[2:3].islower() else ""
    return next((len(n) for n in _SPELLED if base.startswith(n, i)), 2 if short in ("mu", "nu", "xi") else 0)


def _refuse(word: str, base: str, cut: bool, pieces: list[Piece], use: Use, ctx: Context, shown: str,
            span: tuple[int, int]) -> None:  # fmt: skip
    """An error where a reading as a product of letters would be an accident."""
    last, known = pieces[-1], ctx.known
    if len(pieces) < 2:
        return
    op = known.get(base)
    if op is not None and (cut or use.following not in ("(", "operand")) and len(base) > 2:
        if cut:
            raise UnknownNameError(f"unknown function {word}; did you mean {base}?", shown, span)
        raise ParseError(f"{base} is a function: write {base}(…), or declare {base} in where", shown, span)
    if last.kind == "FUNC" or any(p.end - p.start > 3 for p in pieces[:-1]):
        return
    if use.called and (_WORDLIKE.fullmatch(base) or base in FAMILIAR or use.argument.kind in ("name", "list")):
        raise unknown_function(word, shown, span, ctx.known)
    error = refused(last.value, last.value, use.argument, shown, (last.start, last.end)) if use.called else None
    if error is not None:
        raise error
    letters = "*".join(p.value for p in pieces)
    for k in range(len(base) - 1, 1, -1):
        head, rest = base[:k], base[k:]
        if head in known and can_prefix(head) and (k > 2 or head in ("tr", "ln")) and len(rest) < 3:
            message = f"{word} can be read as {head}({rest}) or as {letters}: write one of them"
            raise ParseError(message, shown, span)
        if head in SHORT and "_" not in head and not rest.isdigit() and not any(p.value == head for p in pieces):
            message = f"{word} can be read as {head}*{rest} or as {letters}: write one of them"
            raise ParseError(message, shown, span)
    _transposed(word, base, pieces, letters, ctx, shown, span)
    if any(len(p.value) > 1 and p.value in ctx.given for p in pieces):
        return
    if _LONG.fullmatch(base) or _LETTERS.fullmatch(base) or _SYLLABLE.fullmatch(base):
        near = _nearest(base, list(known))
        readings = f"{word} can be one name or the product {letters}"
        raise ParseError(f"{readings}: declare it in where, or write the product{near}", shown, span)


def _transposed(word: str, base: str, pieces: list[Piece], letters: str, ctx: Context, shown: str,
                span: tuple[int, int]) -> None:  # fmt: skip
    """An error for the T of xTAx, and the t of XtX."""
    if "T" in ctx.given or "t" in ctx.given:
        return
    for k, p in enumerate(pieces):
        after = pieces[k + 1].value[0] if k + 1 < len(pieces) else ""
        before = pieces[k - 1].value[0] if k else ""
        small = p.value == "t" and (after.isupper() or (after == before and after != ""))
        if k and (p.value == "T" or small):
            signs = [q.value + "'" * (j + 1 == k) for j, q in enumerate(pieces) if j != k]
            message = f"{word} can be {'*'.join(signs)} or the product {letters}: write one of them"
            raise ParseError(message, shown, span)


def unknown_function(
    word: str, shown: str, span: tuple[int, int], known: Mapping[str, str]
) -> UnknownNameError:
    """The error for a function that is not known, with the names nearest to it."""
    if word in FAMILIAR:
        return unknown(word, FAMILIAR[word], shown, span)
    near = near_words(word, [*known, *SIZED], 3, 0.6)
    near = [n for n in near if near[0] not in n or len(n) < len(near[0]) + 3]  # of softmax and rowsoftmax the first
    hint = f"; did you mean {' or '.join(near)}?" if near else f"; for a product write {word}*(…)"
    declare = f", or declare it, {normal_name(word)}: elementwise" if near else f", or declare {word}: elementwise"
    return UnknownNameError(f"unknown function {word}{hint}{declare}", shown, span)


def _nearest(name: str, known: list[str]) -> str:
    close = near_words(name, known, 1)
    return f"; did you mean {close[0]}?" if close else ""
