"""The meanings of other programs' calls as syntax trees, which are read with the shapes of their arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from ..terms.shapes import Dim, Shape
from .grammar import parser
from .scanner import Context
from .spellings import Meaning
from .tree import Ast


@lru_cache(maxsize=256)
def tree(meaning: Meaning) -> tuple[Ast, ...]:
    """The syntax tree of a meaning, whose names are its parameters and the letters of sizes.

    >>> from .spellings import table
    >>> tree(table().meanings("numpy.inner(_,_)")[1])
    (name()A, name()B, t(1,), mul(0, 2))
    """
    names = {p.name for p in meaning.parameters if p.name} | sizes(meaning)
    context = Context(frozenset(names), exact=True)
    return tuple(parser("plain").parse(meaning.text, meaning.text, context)[0])


def sizes(meaning: Meaning) -> set[str]:
    """The letters of sizes in what a call takes."""
    return {n for p in meaning.parameters for d in p.shape or () for n in d.names}


def filled(meaning: Meaning, env: Mapping[str, Dim]) -> list[Ast]:
    """The syntax tree of a meaning with the sizes of its arguments."""
    found = []
    for node in tree(meaning):
        data = node.data
        if node.op in ("eye", "ones", "zeros") and data:
            data = _sized(data, env)
        elif node.op == "fill":
            data = (data[0], _sized(data[1], env))
        elif node.op == "name" and data in env:
            found.append(Ast("size", (), env[data], node.start, node.end, node.low))
            continue
        found.append(Ast(node.op, node.args, data, node.start, node.end, node.low))
    return found


def _sized(dims: Sequence[Any], env: Mapping[str, Dim]) -> Shape:
    return tuple(d.substitute(env) for d in dims)
