"""What stands among the arguments of a function beside arrays: axis=1, keepdims=True, 'fro', inf."""

from __future__ import annotations

from .bars import BarScanner
from .vocabulary import words

_SETTINGS = words("None nothing True False true false inf Inf infty fro nuc")


class ArgumentScanner(BarScanner):
    """Reads keywords and their values."""

    def told(self, i: int, start: int, end: int) -> int:
        """Read axis= or a value such as None in the arguments of a function; 0 if the word at i is neither."""
        top = self.top
        if top is None or top.kind != "(" or self.last not in ("LPAR", "COMMA", "KEYWORD"):
            return 0
        word = str(self.raw[i])
        if self.kind(i + 1) == "EQUALS" and self.last != "KEYWORD" and self.of_function():
            self.put("KEYWORD", word, start, end)
            return i + 2
        ends = self.kind(i + 1) in ("COMMA", "RPAR") and self.last != "LPAR"
        if word in _SETTINGS and word not in self.context.given and ends and self.of_function():
            self.put("SETTING", {"Inf": "inf", "infty": "inf"}.get(word, word), start, end)
            return i + 1
        return 0

    def of_function(self) -> bool:
        """Whether the innermost bracket has the arguments of a function."""
        top = self.top
        before = self.out[top.place - 2] if top is not None and top.place > 1 else None
        return before is not None and before.type in ("FUNC", "METHOD")

    def quoted(self, i: int) -> int:
        """Read 'fro' in the arguments of a function; 0 if the quote at i is another sign."""
        if self.last not in ("COMMA", "KEYWORD") or self.kind(i + 1) != "WORD" or not self.of_function():
            return 0
        if self.kind(i + 2) != "QUOTE":
            return 0
        self.put("SETTING", str(self.raw[i + 1]), self.raw[i].start_pos, self.raw[i + 2].end_pos)
        return i + 3

    def read_infty(self, i: int, start: int, end: int) -> int:
        if self.last not in ("COMMA", "KEYWORD") or not self.of_function():
            raise self.error("the infinite is no number", start, end)
        self.put("SETTING", "inf", start, end)
        return i + 1

    def all_axes(self, i: int, start: int) -> int:
        """Read axis=(0, 1), which is all of them; 0 if the bracket at i is another."""
        if self.last != "KEYWORD" or "".join(self.raw[i : i + 5]) not in ("(0,1)", "(1,0)"):
            return 0
        self.put("SETTING", "None", start, self.raw[i + 4].end_pos)
        return i + 5
