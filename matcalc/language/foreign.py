"""Calls of other programs in the raw tokens: np.inner(A, B), x.clamp(min=0), crossprod(X), Dot[a, x]."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..terms.regex import regex
from .idioms import is_of_table
from .scanner import Context
from .spellings import Section, Table, table
from .tokens import Token
from .vocabulary import GREEK_NAMES, normal_name

_PREFIX = regex(r"((?:[A-Za-z_]\w*(?:\.|::))+)\s*$")
_SHORTEST = 3  # letters of such a word
_OPENING = frozenset(("RAW_LPAR", "RAW_LBRACK", "RAW_LBRACE"))
_CLOSING = frozenset(("RAW_RPAR", "RAW_RBRACK", "RAW_RBRACE"))
_WORDS = frozenset(("RAW_WORD", "RAW_NAMED"))
_VALUES = frozenset(("inf", "True", "False", "None"))

Failure = Callable[[str, int, int], Exception]


_CONJUGATES = {".conj": ".conj", ".conjugate": ".conj", "conj": "conj", "conjugate": "conj", "Conjugate": "conj",
               "real": "real", "imag": "imag", "angle": "angle", ".angle": ".angle"}  # fmt: skip


class Calls:
    """The raw tokens of a text, with the calls of other programs replaced by one token each."""

    def __init__(self, raw: list[Token], text: str, context: Context, bracketed: frozenset[int], failure: Failure):
        self.raw, self.text, self.context, self.failure = raw, text, context, failure
        self.bracketed = bracketed  # where Mathematica's calls begin
        self.closing: dict[int, int] | None = None
        self.dropped: set[int] = set()

    def run(self) -> list[Token]:
        """The tokens with calls of other programs marked."""
        out = list(self.raw)
        for k, token in enumerate(self.raw):
            if self.context.conjugable and token in _CONJUGATES:
                out[k] = Token(token.type, _CONJUGATES[str(token)], token.start_pos, token.end_pos)
                continue
            if token.type == "RAW_ATTRIBUTE":
                section, name = "methods", attribute(token)
            elif k + 1 == len(self.raw) or self.raw[k + 1].type != "RAW_LPAR":
                continue
            elif token.type == "RAW_CALLED":
                section, name = "methods", token[1:]
            elif token.type in _WORDS:
                section, name = self.section(k), str(token) if token.isascii() else normal_name(str(token))
                if token.type == "RAW_NAMED" and not is_of_table(name):
                    continue
                token = Token("RAW_WORD", token, token.start_pos, token.end_pos)
            else:
                continue
            if section != "words" or self.foreign(k, name):
                out[k] = self.replaced(k, token, section, name)
        return [t for k, t in enumerate(out) if k not in self.dropped]

    def foreign(self, k: int, name: str) -> bool:
        """Whether the word at k, without a prefix, may be a call of the table: elu(x, a), no elu(x)."""
        if len(name) < _SHORTEST or {name, normal_name(name)} & (self.context.given | self.context.functions):
            return False
        if name not in self.context.known and name not in GREEK_NAMES:
            return True
        words = table().sections["words"]
        form = self.form(k, name, "RAW_WORD")[0] if name in words.names else ""
        return "," in form and form in words.meanings

    def section(self, k: int) -> str:
        """The section of the table for the word at k, by what stands before it."""
        start = self.raw[k].start_pos
        if start in self.bracketed:
            return "mathematica"
        end = self.raw[k - 1].end_pos if k else 0
        gap = _PREFIX.search(self.text[end:start]) if start > end else None
        if gap is None:
            return "words"
        parts = gap[1].replace("::", ".").split(".")
        return table().prefixes.get(parts[0], "words" if "::" in gap[1] else "numpy")

    def replaced(self, k: int, token: Token, section: str, name: str) -> Token:
        """The token for a call: a line of the table, another name, or an error that says what to write."""
        found = table()
        form, literal = self.form(k, name, token.type)
        for key, where in found.chain(section):
            suffix = self.suffix(k, form, where)
            if suffix or form in where.meanings:
                self.dropped.update(literal)
                kind = "RAW_SPELLED" if token.type == "RAW_WORD" else token.type
                return Token(kind, f"{key}.{form}{suffix}", token.start_pos, token.end_pos)
            if name in where.same:
                other = form.replace(name, where.same[name], 1)
                for key, section_ in found.chain(section):
                    if other in section_.meanings:
                        self.dropped.update(literal)
                        return Token("RAW_SPELLED", f"{key}.{other}", token.start_pos, token.end_pos)
                dot = "." if token.type == "RAW_CALLED" else ""
                return Token(token.type, dot + where.same[name], token.start_pos, token.end_pos)
            if name in where.refused:
                raise self.failure(f"{name} is not read: {where.refused[name]}", token.start_pos, token.end_pos)
        self.misused(token, section, name, found)
        return token

    def misused(self, token: Token, section: str, name: str, found: Table) -> None:
        """An error for a call that the table has only in other forms, unless the language has the function."""
        lines = [m for _, where in found.chain(section) for f in where.names.get(name, ()) for m in where.meanings[f]]
        if lines and name not in self.context.known:
            shown = " or ".join(dict.fromkeys(m.shown for m in lines[:4]))
            raise self.failure(f"{name} is known as {shown}", token.start_pos, token.end_pos)

    def suffix(self, k: int, form: str, where: Section) -> str:
        """The [1] after slogdet(X), if the table has it; it goes."""
        if form + "[1]" not in where.meanings or self.raw[k].type != "RAW_WORD":
            return ""
        stop = self.matching(k + 1) + 1
        if [str(t) for t in self.raw[stop : stop + 3]] == ["[", "1", "]"]:
            self.dropped.update(range(stop, stop + 3))
            return "[1]"
        if self.raw[stop : stop + 1] and self.raw[stop].type == "RAW_PART":  # .logabsdet
            self.dropped.add(stop)
            return "[1]"
        return ""

    def matching(self, k: int) -> int:
        """Where the bracket that opens at k closes."""
        if self.closing is None:
            self.closing, stack = {}, list[int]()
            for j, token in enumerate(self.raw):
                if token.type in _OPENING:
                    stack.append(j)
                elif token.type in _CLOSING and stack:
                    self.closing[stack.pop()] = j
        return self.closing.get(k, len(self.raw))

    def past_angle(self, k: int, stop: int) -> int:
        """The position after the inner product <u, v> that opens at k, else after k."""
        if self.raw[k].type not in ("RAW_LT", "RAW_LANGLE") or self.raw[k - 1].type in _WORDS | _CLOSING:
            return k + 1  # a < b compares
        commas, j = 0, k + 1
        while j < stop and self.raw[j].type not in ("RAW_GT", "RAW_RANGLE", "RAW_LT"):
            commas += self.raw[j].type == "RAW_COMMA"
            j = self.matching(j) + 1 if self.raw[j].type in _OPENING else j + 1
        return j + 1 if commas == 1 and j < stop and self.raw[j].type != "RAW_LT" else k + 1

    def form(self, k: int, name: str, kind: str) -> tuple[str, list[int]]:
        """The form of a call, such as clamp(_,min=_), and the tokens that are only part of the form."""
        pieces = ["_"] if kind != "RAW_WORD" else []
        literal: list[int] = []
        if kind == "RAW_ATTRIBUTE":
            return f"{name}(_)", literal
        stop, j = self.matching(k + 1), k + 2
        brackets = j < stop and self.raw[j].type == "RAW_LBRACK" and self.matching(j) == stop - 1
        if brackets and kind == "RAW_WORD":
            literal += [j, stop - 1]
            j, stop = j + 1, stop - 1
        while j < stop:
            end = j
            while end < stop and self.raw[end].type != "RAW_COMMA":
                end = self.matching(end) + 1 if self.raw[end].type in _OPENING else self.past_angle(end, stop)
            named = self.raw[j + 1 : j + 2] and self.raw[j + 1].type == "RAW_EQUALS"
            piece, dropped = argument(self.raw[j:end]) if named or end - j < 4 else ("_", 0)
            pieces.append(piece)
            literal += range(j, j + dropped)
            if not piece.endswith("_"):
                literal.append(j - 1 if self.raw[j - 1].type == "RAW_COMMA" else end)  # its comma
            j = end + 1
        listed = ",".join(pieces)
        return (f"{name}([{listed}])" if brackets and kind == "RAW_WORD" else f"{name}({listed})"), literal


def argument(tokens: Sequence[Token]) -> tuple[str, int]:
    """The piece of a form that an argument is, and how many of its first tokens belong to the form.

    >>> argument([Token("RAW_WORD", "axes", 0, 4), Token("RAW_EQUALS", "=", 4, 5), Token("RAW_NUMBER", "1", 5, 6)])
    ('axes=_', 2)
    """
    named = len(tokens) > 2 and tokens[0].type == "RAW_WORD" and tokens[1].type == "RAW_EQUALS"
    head = f"{tokens[0]}=" if named else ""
    value = tokens[2 * named :]
    if len(value) == 3 and value[0].type == value[2].type == "RAW_QUOTE":
        return head + str(value[1]), len(tokens)
    if len(value) == 1 and (value[0] in _VALUES and named):
        return head + str(value[0]), len(tokens)
    if named and len(value) > 2 and value[0].type in _OPENING and any(t.type == "RAW_COMMA" for t in value):
        return head + "(,)", 2 * named  # a list
    return head + "_", 2 * named


def attribute(token: Token) -> str:
    """The name of .shape[0], .size and the like in the table.

    >>> attribute(Token("RAW_ATTRIBUTE", ".shape[0]", 0, 9)), attribute(Token("RAW_ATTRIBUTE", ".size", 0, 5))
    ('shape0', 'attribute_size')
    """
    text = "".join(token[1:].split())
    return text.replace("[", "").replace("]", "") if "[" in text else f"attribute_{text}"
