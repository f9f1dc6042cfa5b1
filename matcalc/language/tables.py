"""Lark's parse tables of the grammars, kept in a file of the user's cache, and the loop that runs them.

Lark compiles a grammar the first time; afterwards only its tables are read, so that the shell command starts quickly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from ..terms.cache import cached
from ..terms.data_files import grammar_text
from .tokens import Token

_VERSION = "1"


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
            [str(t.name), str(t.pattern.to_regexp())]
            for t in order
            if t.name.startswith("RAW_") or t.name in made.ignore_tokens
        ],
        "ignored": [str(t) for t in made.ignore_tokens],
        "rules": rules,
        "states": states,
        "start": table.start_states["start"],
        "end": table.end_states["start"],
    }


def tables(front: str) -> dict[str, Any]:
    """The tables of a front end, from the cache if they are there."""
    text = source(front)
    return cached(front, (_VERSION, text), lambda: compiled(text))


class Machine:
    """The lexer and the parser of a front end."""

    def __init__(self, front: str, actions: type):
        found = tables(front)
        self.pieces = re.compile("|".join(f"(?P<{name}>{regexp})" for name, regexp in found["tokens"])).finditer
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
