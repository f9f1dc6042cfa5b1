r"""Indices without a sum: A_{ij} x_j is summed over j, as Einstein writes it, and stands for all entries in i.

They are read where the text has no other reading: the variable, or arrays that are declared, occur in it with indices
only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..terms.errors import ParseError
from ..terms.regex import regex
from .remarks import Remark
from .syntax import Ast
from .tree import Sums
from .typing.declarations import Declarations, Type

if TYPE_CHECKING:
    import re

_INDEXED = regex(r"(.+?)_([ijklpqrst])(?:_?([ijklpqrst]))?(_?[ijklpqrst])*")
_PRODUCTS = frozenset(("mul", "div", "neg"))


def _letters(m: re.Match[str]) -> list[str]:
    return [g for g in m.groups()[1:3] if g]


class Read:
    """A tree with its sums put in, the letters that are indices, and what is said about them."""

    def __init__(self, tape: list[Ast], free: tuple[str, ...], remarks: list[Remark]):
        self.tape, self.free, self.remarks = tape, free, remarks


def with_sums(tape: Sequence[Ast], wrt: frozenset[str], declared: Declarations, text: str) -> Read | None:
    """The tree with sums over repeated indices; None if the text is not in index notation."""
    plain = {x.data for x in tape if x.op == "name"}
    arrays = {n for n, t in declared.items() if isinstance(t, Type) and t.kind != "scalar"}
    uses = {i: m for i, x in enumerate(tape) if x.op == "name" and x.data not in declared and x.data not in wrt
            and (m := _INDEXED.fullmatch(x.data))}  # fmt: skip
    bases = {m[1] for m in uses.values()}
    asked = {n for n in wrt if n in bases and n not in plain}
    known = {n for n in arrays if n in bases and n not in plain}
    if not asked and not known:
        return None
    letters = {g for m in uses.values() for g in _letters(m)}
    if letters & (plain | set(declared) | wrt) or any(x.op in ("t", "norm", "samples", "inv") for x in tape):
        return None
    many = next((i for i, m in uses.items() if m[4]), None)
    if many is not None:
        hint = ": write cross(a, b)" if uses[many][1].endswith("epsilon") else ""
        raise ParseError(f"{uses[many][1]} has at most two indices{hint}", text, tape[many].span)
    read = _Reader(tape, uses, text)
    if not read.remarks and (known or not asked):
        return None  # nothing tells an entry from another variable
    return Read(read.done, tuple(sorted(read.free)), read.remarks)


class _Reader:
    """Walks the tree from its leaves, and closes each product with the sums over what is repeated in it."""

    def __init__(self, tape: Sequence[Ast], uses: Mapping[int, re.Match[str]], text: str):
        self.text, self.remarks = text, list[Remark]()
        self.done: list[Ast] = []
        self.free: set[str] = set()
        own: list[Counter[str]] = []
        above = [""] * len(tape)
        for x in tape:
            for a in x.args:
                above[a] = x.op
        place: list[int] = []  # of each old entry
        first: list[int] = []  # where what belongs to it begins
        for i, x in enumerate(tape):
            low = first[x.low] if x.low < i else len(self.done)
            count: Counter[str] = Counter()
            for a in x.args:
                count.update(own[a] if x.op in _PRODUCTS else dict.fromkeys(own[a], 1))
            if x.op not in _PRODUCTS:
                count = Counter(dict.fromkeys(count, 1))
            sets = {frozenset(own[a]) for a in x.args if own[a]} if x.op in ("add", "sub") else set()
            if len(sets) > 1:
                found = " and ".join(",".join(sorted(c)) for c in sorted(sets, key=sorted))
                raise ParseError(f"these terms have different indices, {found}: write the sums", text, x.span)
            m = uses.get(i)
            if m is not None:
                count = Counter(_letters(m))
            self.done.append(Ast(x.op, tuple(place[a] for a in x.args), x.data, x.start, x.end, low))
            if above[i] not in _PRODUCTS:
                count = self.close(x, count, low)
            own.append(count)
            first.append(low)
            place.append(len(self.done) - 1)
        self.free = set(own[-1])

    def close(self, x: Ast, count: Counter[str], low: int) -> Counter[str]:
        """Sum over the letters that a product has twice."""
        often = next((c for c, n in count.items() if n > 2), None)
        if often is not None:
            raise ParseError(f"{often} is an index three times: write the sum, \\sum_{often}", self.text, x.span)
        twice = tuple(sorted(c for c, n in count.items() if n == 2))
        if twice:
            sums = Sums(twice, (("", ""),) * len(twice))
            self.done.append(Ast("samples", (len(self.done) - 1,), sums, x.start, x.end, low))
            names = " and ".join(twice)
            self.remarks.append(Remark(f"what has {names} twice is summed over {names}", x.span))
        return Counter({c: 1 for c, n in count.items() if n == 1})
