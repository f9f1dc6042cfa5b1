"""Looking around in the tokens of a LaTeX text."""

from __future__ import annotations

from ..plain import PlainScanner
from ..scanner import Context
from ..tokens import Token
from ..vocabulary import functions
from .commands import BOLD, FONTS, UPRIGHT, word_of


class Source(PlainScanner):
    """A LaTeX text: its tokens, and the raw tokens of the plain notation that they become."""

    operands = PlainScanner.operands | frozenset(
        (
            "RAW_OPENBAR",
            "RAW_OPENDBAR",
            "RAW_FRAC",
            "RAW_ROOT",
            "RAW_BEGIN",
            "RAW_ZEROS",
            "RAW_NAMED",
            "RAW_SUM",
        )
    )

    def begin(self, text: str, shown: str, context: Context) -> None:
        super().begin(text, shown, context)
        self.source: list[Token] = []
        self.translated: list[Token] = []
        self.groups: list[str] = []  # what the open braces are for
        self.group = ""  # what the next one is for

    def add(self, kind: str, value: str, start: int, end: int) -> None:
        self.translated.append(Token("RAW_" + kind, value, start, end))

    def place(self, i: int) -> tuple[int, int]:
        token = self.source[min(i, len(self.source) - 1)]
        return token.start_pos, token.end_pos

    def is_(self, i: int, kind: str) -> bool:
        return i < len(self.source) and self.source[i].type == "RAW_" + kind

    def command(self, i: int) -> str:
        """The name of the command at i, or nothing."""
        return str(self.source[i])[1:] if self.is_(i, "COMMAND") else ""

    def subscript(self, i: int) -> tuple[str, int, int]:
        """The text of a subscript, the position after it, and where it ends."""
        if i >= len(self.source):
            raise self.error("a subscript is missing", *self.place(i - 1))
        if not self.is_(i, "LBRACE"):
            name = self.command(i)
            if name in UPRIGHT or name in FONTS or name in BOLD:
                text, j = self.argument(i)
                return text, j, self.place(j - 1)[1]
            return self.plain_text(i), i + 1, self.place(i)[1]
        text, j = self.argument(i - 1)
        return text, j, self.place(j - 1)[1]

    def plain_text(self, i: int) -> str:
        """The text of one token in a subscript or an argument."""
        token = self.source[i]
        name = self.command(i)
        if name:
            return {"infty": "inf", "ast": "*", "times": ",", "top": "T"}.get(name) or word_of(name) or ""
        return (
            str(token)
            if token.type[4:] in ("LPAR", "RPAR", "WORD", "NUMBER", "STAR", "COMMA", "PLUS", "MINUS", "EQUALS", "COLON")
            else ""
        )

    def argument(self, i: int) -> tuple[str, int]:
        """The text of the argument of the command at i, and the position after it."""
        command = i
        i += 1
        if i >= len(self.source):
            raise self.error("something is missing after this", *self.place(command))
        if not self.is_(i, "LBRACE"):
            return self.plain_text(i), i + 1
        depth, opened = 0, i
        parts: list[str] = []
        while i < len(self.source):
            depth += self.is_(i, "LBRACE") - self.is_(i, "RBRACE")
            if not depth:
                return "".join(parts), i + 1
            parts.append(self.plain_text(i))
            i += 1
        raise self.error("this { is never closed", *self.place(opened))

    def in_use(self, index: str, i: int) -> bool:
        """Whether an index stands after i other than as a subscript or in x^{(i)}."""
        while i < len(self.source):
            if self.is_(i, "SUB") and i + 1 < len(self.source):
                i = self.argument(i)[1]
                continue
            if self.is_(i, "POW") and self.is_(i + 1, "LBRACE") and self.is_(i + 2, "LPAR"):
                i += 4 if self.is_(i + 4, "RPAR") else 1
            if self.is_(i, "WORD") and index in self.source[i] and str(self.source[i]) not in functions():
                return True
            i += 1
        return False
