"""Lark's parse tables of the grammars, kept in a file of the user's cache, and the loop that runs them.

Lark compiles a grammar the first time; afterwards only its tables are read, so that the shell command starts quickly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from importlib import import_module
from typing import Any

from ..terms.cache import cached
from ..terms.data_files import grammar_text
from .tokens import Token

_VERSION = "2"
_SHORT = 1000  # characters that are read before the pattern of all tokens is compiled
_OTHER = 128  # stands for all characters beyond ASCII


Match = Callable[[str, int], "re.Match[str] | None"]


class UnknownCharacter(Exception):
    """No token begins at a place of the text."""

    def __init__(self, place: int):
        super().__init__()
        self.place = place


class UnexpectedToken(Exception):
    """A token that nothing allows at its place."""

    def __init__(self, token: Token):
        super().__init__()
        self.token = token


def source(front: str) -> str:
    """The text of the grammar of a front end, `plain` or `latex`."""
    return "\n".join(grammar_text(f"{part}.lark") for part in ("expression", "tokens", front))


class Keep:
    """Keeps the raw tokens, which no rule mentions, when Lark compiles a grammar."""

    def __init__(self, text: str):
        self.always_accept = re.findall(r"^(RAW_\w+)", text, re.M)

    def process(self, stream: Any) -> Any:
        return stream


def compiled(text: str) -> dict[str, Any]:
    """The tables of a grammar, made by Lark: tokens in the order of trial, rules, and actions by state.

    An action is the next state plus 1, or minus the number of the rule to reduce by minus 1.
    """
    from lark import Lark
    from lark.parsers.lalr_analysis import Shift

    made: Any = Lark(text, parser="lalr", lexer="basic", postlex=Keep(text), maybe_placeholders=False)
    table = made.parser.parser.parser.parse_table
    number: dict[Any, int] = {}
    rules = []
    for actions in table.states.values():
        for _, rule in actions.values():
            if not isinstance(rule, int) and rule not in number:
                number[rule] = len(number)
                name = rule.alias or rule.origin.name
                passes = rule.options.expand1 and not rule.alias and len(rule.expansion) == 1
                rules.append([str(rule.origin.name), len(rule.expansion), "" if passes else str(name)])
    states = [
        {
            str(t): target + 1 if action is Shift else -number[target] - 1
            for t, (action, target) in table.states[i].items()
        }
        for i in range(len(table.states))
    ]
    order = sorted(made.terminals, key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name))
    return {
        "tokens": [
            [str(t.name), *with_hints(str(t.pattern.to_regexp()))]
            for t in order
            if t.name.startswith("RAW_") or t.name in made.ignore_tokens
        ],
        "ignored": [str(t) for t in made.ignore_tokens],
        "rules": rules,
        "states": states,
        "start": table.start_states["start"],
        "end": table.end_states["start"],
    }


def with_hints(regexp: str) -> tuple[str, bytes, bytes | None]:
    """A pattern, what a match of it can begin with, and the characters that one in a text of ASCII contains, if any.

    >>> with_hints("[ab]?c|[0-9]+")[1:], with_hints("(?:x|β)y[αβ]*")[1:], with_hints("xβ")[1:]
    ((b'0123456789abc', b''), (b'x\\x80', b'xy'), (b'x', None))
    """
    parser: Any = import_module("re._parser")
    found, empty = _beginnings(parser.parse(regexp))
    needs = _needs(parser.parse(regexp))
    return regexp, bytes(sorted(_ANY if empty else found)), None if needs is None else bytes(sorted(needs))


_ANY = frozenset(range(_OTHER + 1))


def _beginnings(parts: Iterable[tuple[Any, Any]]) -> tuple[frozenset[int], bool]:
    """What a match of a parsed pattern can begin with, and whether it may be empty; too many characters do no harm."""
    found: frozenset[int] = frozenset()
    for op, value in parts:
        first, empty = _beginning(str(op), value)
        found |= first
        if not empty:
            return found, False
    return found, True


def _beginning(op: str, value: Any) -> tuple[frozenset[int], bool]:
    if op in ("LITERAL", "IN", "RANGE"):
        return frozenset(c for c in _ANY if _among(op, value, c)), False
    if op in ("NOT_LITERAL", "ANY"):
        return _ANY, False
    if op in ("ASSERT", "ASSERT_NOT", "AT"):
        return frozenset(), True
    if op in ("MAX_REPEAT", "MIN_REPEAT"):
        first, empty = _beginnings(value[2])
        return first, empty or value[0] == 0
    if op == "SUBPATTERN" and not value[1]:
        return _beginnings(value[3])
    if op == "BRANCH":
        firsts = [_beginnings(b) for b in value[1]]
        return frozenset().union(*(f for f, _ in firsts)), any(empty for _, empty in firsts)
    return _ANY, True


def _among(op: str, value: Any, c: int) -> bool:
    """Whether a character is in a set of a parsed pattern; `_OTHER` is if a character beyond ASCII is."""
    if op == "LITERAL":
        return bool(value == c or (c == _OTHER and value > c))
    if op == "RANGE":
        return bool(value[0] <= c <= value[1] or (c == _OTHER and value[1] > c))
    if op == "IN" and str(value[0][0]) != "NEGATE":
        return any(_among(str(o), v, c) for o, v in value)
    if op == "CATEGORY" and str(value) in _CATEGORIES and c != _OTHER:
        return _CATEGORIES[str(value)](chr(c))
    return True


_CATEGORIES: dict[str, Callable[[str], bool]] = {"CATEGORY_SPACE": str.isspace, "CATEGORY_DIGIT": str.isdigit}


def _needs(parts: Iterable[tuple[Any, Any]]) -> frozenset[int] | None:
    """Characters that each match of a parsed pattern in a text of ASCII contains; None if there is no match."""
    found: frozenset[int] = frozenset()
    for part in parts:
        more = _needed(str(part[0]), part[1])
        if more is None:
            return None
        found |= more
    return found


def _needed(op: str, value: Any) -> frozenset[int] | None:
    if op in ("LITERAL", "IN"):
        able = [c for c in range(_OTHER) if _among(op, value, c)]
        return frozenset(able if len(able) == 1 else ()) if able else None
    if op in ("MAX_REPEAT", "MIN_REPEAT") and value[0]:
        return _needs(value[2])
    if op == "SUBPATTERN" and not value[1]:
        return _needs(value[3])
    if op == "BRANCH":
        each = [needs for b in value[1] if (needs := _needs(b)) is not None]
        return frozenset.intersection(*each) if each else None
    return frozenset()


def tables(front: str) -> dict[str, Any]:
    """The tables of a front end, from the cache if they are there."""
    text = source(front)
    return cached(front, (_VERSION, text), lambda: compiled(text))


class Machine:
    """The lexer and the parser of a front end."""

    def __init__(self, front: str, actions: type):
        found = tables(front)
        self.kinds: list[tuple[str, str, bytes, bytes | None]] = found["tokens"]
        self.wanted = frozenset(chr(c) for *_, needs in self.kinds for c in needs or ())
        self.matches: dict[tuple[str, frozenset[str] | None], Match] = {}
        self.read = 0  # characters of all texts
        self.ignored = frozenset(found["ignored"])
        self.states: list[dict[str, int]] = found["states"]
        self.start: int = found["start"]
        self.end: int = found["end"]
        self.rules: list[tuple[str, int, Callable[..., Any] | None]] = [
            (origin, count, getattr(actions, name) if name else None) for origin, count, name in found["rules"]
        ]
        self.ways: dict[tuple[int, int, str], int] = {}  # where reductions that pass a value on lead

    def tokens(self, text: str) -> list[Token]:
        """The raw tokens of a text."""
        found: list[Token] = []
        at, ignored = 0, self.ignored
        for m in self.pieces(text):
            start, end = m.span()
            if start != at or end == at:
                raise UnknownCharacter(at)
            kind = m.lastgroup
            if kind not in ignored and kind is not None:
                found.append(Token(kind, m[0], at, end))
            at = end
        if at < len(text):
            raise UnknownCharacter(at)
        return found

    def pieces(self, text: str) -> Iterator[re.Match[str]]:
        """The tokens one after the other, as far as they reach: at each place the first pattern that fits.

        To compile the pattern of all tokens takes longer than to read a short text, which has few of them.
        """
        self.read += len(text)
        return self._few(text) if self.read < _SHORT else self._all.finditer(text)

    @cached_property
    def _all(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?P<{name}>{regexp})" for name, regexp, *_ in self.kinds))

    def _few(self, text: str) -> Iterator[re.Match[str]]:
        """The tokens by the patterns that a text may need."""
        at, end = 0, len(text)
        there = self.wanted.intersection(text) if text.isascii() else None
        while at < end:
            match = self.matches.get((text[at], there)) or self._match(text[at], there)
            m = match(text, at)
            if m is None or m.end() == at:
                return
            yield m
            at = m.end()

    def _match(self, first: str, there: frozenset[str] | None) -> Match:
        """What matches the tokens that may begin with a character, in a text of ASCII those that it has letters for."""
        c, parts = min(ord(first), _OTHER), []
        for name, regexp, begins, needs in self.kinds:
            if c in begins and (there is None or (needs is not None and there.issuperset(map(chr, needs)))):
                parts.append(f"(?P<{name}>{regexp})")
        match = re.compile("|".join(parts) or "(?!)").match
        return self.matches.setdefault((first, there), match)

    def passed(self, below: int, state: int, kind: str) -> int:
        """Where the reductions that pass one value on lead from a state on top of another, before a token."""
        while not (state == self.end and kind == "$END"):
            action = self.states[state].get(kind)
            if action is None or action > 0 or self.rules[-action - 1][2] is not None:
                break
            state = self.states[below][self.rules[-action - 1][0]] - 1
        return state

    def parse(self, tokens: Iterable[Token], length: int, builder: Any) -> Any:
        """Run the tables; `builder` has the methods that the grammar names."""
        states, rules, ways, stack, values = self.states, self.rules, self.ways, [self.start], []
        last = Token("$END", "", length, length)
        for token in (*tokens, last):
            kind = token.type
            while True:
                action = states[stack[-1]].get(kind)
                if action is None:
                    raise UnexpectedToken(token)
                if action > 0:
                    stack.append(action - 1)
                    values.append(token)
                    break
                origin, count, method = rules[-action - 1]
                if method is None:
                    way = (stack[-2], stack[-1], kind)
                    goal = ways.get(way)
                    if goal is None:
                        goal = ways[way] = self.passed(*way)
                    stack[-1] = goal
                    if token is last and goal == self.end:
                        return values[-1]
                    continue
                if count:
                    args = values[-count:]
                    del values[-count:]
                    del stack[-count:]
                else:
                    args = []
                values.append(method(builder, *args))
                stack.append(states[stack[-1]][origin] - 1)
                if token is last and stack[-1] == self.end:
                    return values[-1]
        raise AssertionError("the end of the text is always decided")
