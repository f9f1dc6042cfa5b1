r"""Sums and products in LaTeX: the indices, limits and conditions below and above \sum and \prod."""

from __future__ import annotations

import json

from ...terms.records import dataclass, field
from ..tokens import Token
from .commands import SKIP, word_of
from .superscripts import SuperscriptReader

_KINDS = {"sum": "sum", "prod": "prodall", "max": "amax", "min": "amin"}
_SIGNS = {"ne": "!=", "neq": "!=", "<": "<", "lt": "<", ">": ">", "gt": ">", "le": "<=", "leq": "<=", "ge": ">=",
          "geq": ">=", "!=": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "<=": "<=", ">=": ">=", "leqslant": "<=",
          "geqslant": ">="}  # fmt: skip


@dataclass
class Below:
    """What stands below and above a sum."""

    names: list[str] = field(default_factory=list)
    limits: list[tuple[str, str]] = field(default_factory=list)
    conditions: list[tuple[str, str, str]] = field(default_factory=list)


class SumReader(SuperscriptReader):
    """Reads sums over indices."""

    def summation(self, i: int, kind: str = "sum") -> int:
        r"""\sum_{i=1}^{n}, \sum_{i<j}, \prod_i: the indices, their limits and conditions, which may be left out."""
        start, end = self.place(i)
        i += 1
        places: dict[str, tuple[int, int]] = {}
        while i < len(self.source) and (self.source[i].type in ("RAW_SUB", "RAW_POW") or self.command(i) in SKIP):
            sign = self.source[i].type[4:]
            i += 1
            if sign in ("SUB", "POW"):
                if i >= len(self.source):
                    raise self.error("a limit of the sum is missing", start, end)
                if not self.is_(i, "LBRACE"):
                    self.cut_index(i)
                stop = self.group_end(i) if self.is_(i, "LBRACE") else i + 1
                places[sign] = (i, stop)
                end, i = self.place(stop - 1)[1], stop
        below = self.below(places, start, end)
        one = len(below.names) == 1 and len(places) == 2 and not below.conditions
        if kind == "sum" and one and below.limits[0][0] and self.in_use(below.names[0], i):
            return self.counted(places["SUB"], places["POW"], start, i)
        value = {"names": below.names, "limits": below.limits, "conditions": below.conditions, "kind": _KINDS[kind]}
        self.add("SUM", json.dumps(value), start, end)
        return i

    def cut_index(self, i: int) -> None:
        r"""\sum_ix_i is \sum_{i} x_i, and \sum_ij A_{ij} has two indices."""
        word = str(self.source[i])
        if self.is_(i, "WORD") and len(word) == 2 and not self.is_(i + 1, "SUB") and self.subscripted(word[1], i):
            return
        self.one_token(i)

    def inside(self, place: tuple[int, int]) -> list[Token]:
        """The tokens of a limit, without braces."""
        i, stop = place
        braced = self.is_(i, "LBRACE")
        return self.source[i + braced : stop - braced]

    def below(self, places: dict[str, tuple[int, int]], start: int, end: int) -> Below:
        found = Below()
        tokens = self.inside(places["SUB"]) if "SUB" in places else []
        pieces: list[list[Token]] = [[]]
        for token in tokens:
            if token.type == "RAW_COMMA":
                pieces.append([])
            elif not (token.type == "RAW_COMMAND" and token[1:] in SKIP):
                pieces[-1].append(token)
        top = self.spelled(self.inside(places["POW"])) if "POW" in places else ""
        waiting: list[str] = []
        for piece in pieces:
            if piece:
                self.piece_below(found, piece, waiting, top)
        for name in waiting:
            self.index(found, name, "", top, start, end)
        if not found.names and not found.conditions:
            raise self.error(r"a sum needs its index: \sum_i or \sum_{i=1}^{n}", start, end)
        return found

    def piece_below(self, found: Below, piece: list[Token], waiting: list[str], top: str) -> None:
        """One part of what stands below a sum: indices, i = 1, or a condition such as i < j."""
        start, end = piece[0].start_pos, piece[-1].end_pos
        letters = str(piece[0]) if piece[0].type == "RAW_WORD" else ""
        if not letters or not letters.isalpha() or not letters.isascii():
            raise self.error(r"a sum needs its index: \sum_i or \sum_{i=1}^{n}", start, end)
        if len(piece) == 1:
            waiting.extend(letters)
            return
        sign = str(piece[1]).lstrip("\\")
        rest = self.spelled(piece[2:])
        if len(letters) == 1 and piece[1].type == "RAW_EQUALS" and rest:
            for name in waiting:
                self.index(found, name, rest, top, start, end)
            waiting.clear()
            self.index(found, letters, rest, top, start, end)
        elif len(letters) == 1 and sign in _SIGNS and len(rest) == 1 and rest.isalpha() and rest != letters:
            found.conditions.append((letters, _SIGNS[sign], rest))
        else:
            raise self.error("this condition on an index is not read", start, end)

    def index(self, found: Below, name: str, first: str, last: str, start: int, end: int) -> None:
        """An index with its limits; a limit that is another index is a condition."""
        if name in found.names:
            raise self.error(f"{name} is the index twice", start, end)
        found.names.append(name)
        for limit, closed, open_ in ((first, ">=", ">"), (last, "<=", "<")):
            other, step = limit[:1], limit[1:]
            if other not in self.indices or other == name or other in found.names or not other.isalpha():
                continue
            if step not in ("", "+1" if limit is first else "-1"):
                raise self.error("this limit of the index is not read", start, end)
            found.conditions.append((name, open_ if step else closed, other))
            if limit is first:
                first = ""
            else:
                last = ""
        found.limits.append((first, last if first or last else ""))

    def spelled(self, tokens: list[Token]) -> str:
        """The text of a limit."""
        parts = []
        for token in tokens:
            word = word_of(token[1:], self.context.known) if token.type == "RAW_COMMAND" else None
            if token.type == "RAW_COMMAND" and token[1:] in SKIP:
                continue
            parts.append(word or str(token))
        return "".join(parts)

    def in_use(self, index: str, i: int) -> bool:
        """Whether an index stands after i other than as a subscript or in x^{(i)}."""
        while i < len(self.source):
            if self.is_(i, "SUB") and i + 1 < len(self.source):
                i = self.group_end(i + 1) if self.is_(i + 1, "LBRACE") else i + 2
                continue
            if self.sum_at(i):
                i = self.past_limits(i + 1)
                continue
            bracket = self.is_(i + 2, "LPAR") or self.is_(i + 2, "LBRACK")
            if self.is_(i, "POW") and self.is_(i + 1, "LBRACE") and bracket:
                i += 4 if self.is_(i + 4, "RPAR") or self.is_(i + 4, "RBRACK") else 1
            if self.is_(i, "WORD") and index in self.source[i] and str(self.source[i]) not in self.context.known:
                return True
            i += 1
        return False

    def past_limits(self, i: int) -> int:
        """The position after what stands below and above a sum."""
        while self.is_(i, "SUB") or self.is_(i, "POW") or self.command(i) in SKIP:
            if self.command(i):
                i += 1
            else:
                i = self.group_end(i + 1) if self.is_(i + 1, "LBRACE") else i + 2
        return i

    def counted(self, first: tuple[int, int], last: tuple[int, int], start: int, after: int) -> int:
        r"""\sum_{i=0}^{k} over a range of numbers, as in the plain notation."""
        self.add("TOTAL", "∑_", start, self.place(first[0])[0])
        for (i, stop), sign in ((first, "POW"), (last, "")):
            braced = self.is_(i, "LBRACE")
            if not braced:
                self.add("LBRACE", "{", *self.place(i))
            end = self.place(stop - 1)[1]
            while i < stop:
                i = self.translate(i)
            if not braced:
                self.add("RBRACE", "}", end, end)
            if sign:
                self.add(sign, "^", end, end)
        return after
