"""Bars: absolute values and norms, with the subscripts that say which norm."""

from __future__ import annotations

from .dialects import rewritten
from .indices import IndexScanner
from .layers import layered
from .scanner import ENDS
from .tokens import Token
from .vocabulary import SUBSCRIPTS

_NORMS = {
    "": "",
    "2": "2",
    "1": "1",
    "F": "F",
    "fro": "F",
    "*": "*",
    "nuc": "*",
    "inf": "inf",
    "∞": "inf",
    "max": "inf",
}


class BarScanner(IndexScanner):
    """Reads bars."""

    def process(self, stream: list[Token]) -> list[Token]:
        raw = layered(rewritten(list(stream), self.text, self.context, self.error), self.context, self.error)
        late = [i for i, t in enumerate(raw) if t.type == "RAW_LATESUB" or t in ("_inf", "_fro", "_nuc")]
        for i in reversed(late):
            self.move_subscript(raw, i)
        return super().process(raw)

    def move_subscript(self, raw: list[Token], i: int) -> None:
        """||X||^2_F is ||X||_F^2."""
        back = 1 if i > 1 and raw[i - 1].type == "RAW_SUP" else 2 if i > 2 and raw[i - 2].type == "RAW_POW" else 0
        bar = raw[i - back - 1] if back else None
        if raw[i].type == "RAW_INDICES" and (bar is None or bar.type != "RAW_DBAR"):
            return
        if i and raw[i - 1].type in ("RAW_RANGLE", "RAW_GT") and raw[i] in ("_F", "_{F}"):
            del raw[i]  # <A, B>_F
            return
        if bar is None or bar.type != "RAW_DBAR":
            message = "a subscript stands only after a name or a norm"
            raise self.error(message, raw[i].start_pos, raw[i].end_pos)
        value = f"{bar}_{raw[i].lstrip('_')}"
        raw[i - back - 1] = Token("RAW_NORMSUB", value, bar.start_pos, bar.end_pos)
        del raw[i]

    def read_bar(self, i: int, start: int, end: int) -> int:
        self.bar("abs", start, end)
        return i + 1

    def read_dbar(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is not None and top.kind == "abs" and self.last in ENDS and self.lone_double(i):  # |x||y|
            self.bar("abs", start, start + 1)
            self.bar("abs", start + 1, end)
            return i + 1
        self.bar("norm", start, end)
        return i + 1

    def lone_double(self, i: int) -> bool:
        """Whether no double bar stands after this one."""
        if self.last_double is None:
            doubles = ("RAW_DBAR", "RAW_NORMSUB", "RAW_CLOSEDBAR", "RAW_OPENDBAR")
            self.last_double = max((j for j, t in enumerate(self.raw) if t.type in doubles), default=-1)
        return i == self.last_double

    def read_normsub(self, i: int, start: int, end: int) -> int:
        sub = str(self.raw[i]).lstrip("|‖∥").lstrip("_").strip("{} ").translate(SUBSCRIPTS)
        norm = _NORMS.get(sub)
        if norm is None:
            raise self.error(f"no norm is called {sub}; there are _1, _2, _F, _inf and _*", start, end)
        self.bar("norm", start, end, True, norm)
        return i + 1
