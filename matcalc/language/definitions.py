r"""Definitions behind an expression: `2X'r, where r = Xw - y`. Each is read once, and stands wherever its name does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ..terms.errors import ParseError
from ..terms.records import NamedTuple
from .surroundings import plain_name
from .tree import Ast

_FONT = r"\\(?:mathbf|boldsymbol|bm|mathcal|mathrm|mathit|mathsf|hat|bar|tilde|vec|dot|widehat|widetilde|overline)"
_NAME = (
    rf"(?:{_FONT}\s*(?:\{{\s*)?)*\\?[A-Za-zͰ-Ͽℓµ]+[0-9]*\s*\}}*"
    r"(?:\s*_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|[A-Za-z0-9]+))*[₀-₉]*"
)
_GAP = r"(?:\s|&|~|\$|\\q?quad(?![A-Za-z])|\\[,;:! ]|\\phantom\s*\{(?:[^{}]|\{[^{}]*\})*\})*"
_WORD = r"(?:\\(?:text|mbox|textrm|mathrm)\s*\{\s*,?\s*(?:where|with)\s*:?[\s~]*\}|(?<![\w\\{])(?:where|with)(?=\s))"
_START = rf"(?:[,;]{_GAP}(?:\\\\{_GAP})?)?{_WORD}"
_HEAD = rf"{_GAP}(?P<name>{_NAME}){_GAP}:?=(?!=)"
_AND = r"(?:\\(?:text|mbox|textrm|mathrm)\s*\{\s*and\s*\}|(?<![\w\\{])and(?=\s))"
_NEXT = rf"(?:[,;]|\\\\|{_AND}){_GAP}(?:(?:\\\\|{_AND}){_GAP})*{_HEAD}"
_PROSE = r"\\(?:text|mbox|textrm)\b|(?<![\w\\{])(?:is|are|and|for|with|where)(?![\w}])"


class Definition(NamedTuple):
    """name = text[start:end]"""

    name: str
    start: int
    end: int


class Definitions(NamedTuple):
    """Where an expression ends, and what is defined behind it."""

    end: int
    items: tuple[Definition, ...]


def definitions(text: str) -> Definitions | None:
    r"""The definitions behind an expression; None if there are none, or if what stands there is prose.

    >>> definitions("2X'r, where r = Xw - y")
    Definitions(end=4, items=(Definition(name='r', start=15, end=22),))
    >>> definitions(r"x^\top A x, \quad \text{where } A \text{ is symmetric}")
    """
    start = re.search(_START, text) if "where" in text or "with" in text else None
    if start is None:
        return None
    head = re.compile(_HEAD).match(text, start.end())
    if head is None:
        return None
    heads = [head]
    inside = _nested(text, head.end())
    heads += [m for m in re.compile(_NEXT).finditer(text, head.end()) if m.start() not in inside]
    ends = [*(m.start() for m in heads[1:]), len(text)]
    items = tuple(Definition(plain_name(m["name"]), m.end(), end) for m, end in zip(heads, ends, strict=True))
    prose = any(re.search(_PROSE, text[d.start : d.end]) for d in items)
    return None if prose or len({d.name for d in items}) < len(items) else Definitions(start.start(), items)


def _nested(text: str, start: int) -> set[int]:
    """The places inside of brackets."""
    found: set[int] = set()
    depth = 0
    for i in range(start, len(text)):
        depth += (text[i] in "([{") - (text[i] in ")]}")
        if depth > 0:
            found.add(i)
    return found


Tape = list[Ast]


def read_definitions(found: Definitions, text: str, read: Callable[[int, int], Tape]) -> Tape | None:
    """The tree of an expression with what is defined behind it; `read` makes the tree of a stretch of the text.

    None if a name is used nowhere: what is defined is then no part of the expression.
    """
    trees = {d.name: read(d.start, d.end) for d in found.items}
    body = read(0, found.end)
    uses = {name: _names(tree) & trees.keys() for name, tree in trees.items()}
    if trees.keys() - _names(body).union(*uses.values()):
        return None
    tape: Tape = []
    roots: dict[str, int] = {}
    for d in _ordered(found.items, uses, text):
        _append(tape, trees[d.name], roots)
        roots[d.name] = len(tape) - 1
    _append(tape, body, roots)
    return tape


def _names(tree: Iterable[Ast]) -> set[str]:
    return {x.data for x in tree if x.op == "name"}


def _ordered(items: tuple[Definition, ...], uses: dict[str, set[str]], text: str) -> list[Definition]:
    """The definitions, each after those that it uses."""
    done: list[Definition] = []
    known: set[str] = set()
    by_name = {d.name: d for d in items}
    stack = [(d, False) for d in reversed(items)]
    open_: set[str] = set()
    while stack:
        d, ready = stack.pop()
        if ready:
            open_.discard(d.name)
            known.add(d.name)
            done.append(d)
        elif d.name not in known:
            if d.name in open_:
                raise ParseError(f"{d.name} is defined by itself", text, (d.start, d.end))
            open_.add(d.name)
            stack.append((d, True))
            for name in sorted(uses[d.name]):
                if name in open_:
                    raise ParseError(f"{name} is defined by itself", text, (d.start, d.end))
                stack.append((by_name[name], False))
    return done


def _append(tape: Tape, tree: Tape, roots: dict[str, int]) -> None:
    """Put a tree behind others, with the trees of what is defined in place of their names."""
    at = len(tape)
    for x in tree:
        x.args, x.low = tuple([a + at for a in x.args]), x.low + at
        if x.op == "name" and x.data in roots:
            x.op, x.args = "part", (roots[x.data],)
        tape.append(x)
