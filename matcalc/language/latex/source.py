"""Looking around in the tokens of a LaTeX text."""

from __future__ import annotations

from ..plain import PlainScanner
from ..scanner import Context
from ..tokens import Token
from ..vocabulary import words
from .commands import BOLD, FONTS, LEFT, LETTERING, SKIP, UPRIGHT, word_of

_PLAIN = {"infty": "inf", "ast": "*", "times": ",", "top": "T", "star": "star"}
_TEXT = words("LPAR RPAR WORD NUMBER STAR COMMA PLUS MINUS EQUALS COLON LBRACE RBRACE")
_BRACKETS = frozenset(("lbrace", "lbrack", "lparen"))


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
        self.indices: set[str] = set()  # the letters that count in sums

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

    def translate(self, i: int) -> int:
        """Translate the token at i and what belongs to it; the position of the next one."""
        raise NotImplementedError

    def one_token(self, i: int) -> None:
        r"""Leave one letter or digit at i, as LaTeX takes an argument without braces: \frac n2 x, \frac12."""
        token = self.source[i]
        word = self.is_(i, "WORD")
        if len(token) < 2 or not (word or (self.is_(i, "NUMBER") and token.isdigit())):
            return
        start, end = token.start_pos, token.end_pos
        rest = "NUMBER" if token[1:].isdigit() else "WORD"
        self.source[i : i + 1] = [
            Token("RAW_WORD" if word else "RAW_NUMBER", token[:1], start, start + 1),
            Token("RAW_" + rest, token[1:], start + 1, end),
        ]

    def subscript(self, i: int, word: str = "") -> tuple[str, int, int]:
        """The text of a subscript of a word, the position after it, and where it ends."""
        if i >= len(self.source):
            raise self.error("a subscript is missing", *self.place(i - 1))
        if not self.is_(i, "LBRACE"):
            name = self.command(i)
            if name in UPRIGHT or name in FONTS or name in BOLD:
                text, j = self.argument(i)
                return text, j, self.place(j - 1)[1]
            self.split_subscript(i, word)
            return self.plain_text(i), i + 1, self.place(i)[1]
        text, j = self.argument(i - 1)
        return text, j, self.place(j - 1)[1]

    def split_subscript(self, i: int, word: str) -> None:
        """A subscript without braces is one letter: S_BW is S_B W."""
        if not self.is_(i, "WORD") or len(self.source[i]) == 1:
            return
        text = str(self.source[i])
        if f"{word}_{text}" in self.context.given or (len(text) == 2 and set(text) <= self.indices):
            return
        if text.islower() and len(text) > 2 and text.isalpha() and not self.is_(i + 1, "SUB"):
            whole, first = f"{word}_{{{text}}}", f"{word}_{text[0]} {text[1:]}"
            message = f"a subscript without braces is one letter: write {whole} or {first}"
            raise self.error(message, *self.place(i))
        self.one_token(i)

    def plain_text(self, i: int) -> str:
        """The text of one token in a subscript or an argument."""
        token = self.source[i]
        name = self.command(i)
        if name:
            found = _PLAIN.get(name) or word_of(name, self.context.known)
            if found is None and name not in SKIP and name not in LETTERING:
                raise self.error(f"\\{name} is no part of a name", *self.place(i))
            return found or ""
        if token.type[4:] not in _TEXT:
            raise self.error(f"{str(token).strip()} is no part of a name", *self.place(i))
        return "" if token.type in ("RAW_LBRACE", "RAW_RBRACE") else str(token)

    def argument(self, i: int) -> tuple[str, int]:
        """The text of the argument of the command at i, and the position after it."""
        command = i
        i += 1
        if i >= len(self.source):
            raise self.error("something is missing after this", *self.place(command))
        if not self.is_(i, "LBRACE"):
            self.one_token(i)
            return self.plain_text(i), i + 1
        stop = self.group_end(i)
        return "".join([self.plain_text(j) for j in range(i + 1, stop - 1)]), stop

    def group_end(self, i: int) -> int:
        """The position after the group in braces that begins at i."""
        depth, opened = 0, i
        while i < len(self.source):
            depth += self.is_(i, "LBRACE") - self.is_(i, "RBRACE")
            i += 1
            if not depth:
                return i
        raise self.error("this { is never closed", *self.place(opened))

    def applied(self, i: int) -> bool:
        """Whether a bracket opens at i."""
        while self.command(i) in SKIP | LEFT:
            i += 1
        return any(self.is_(i, kind) for kind in ("LPAR", "LBRACK", "OPENSET")) or self.command(i) in _BRACKETS

    def sum_at(self, i: int) -> str:
        """Which sum or product over an index begins at i: \\sum, sum_i or ∑."""
        if self.is_(i, "SIGMA"):
            return "sum" if self.source[i] == "∑" else "prod"
        word = str(self.source[i]) if self.is_(i, "WORD") and self.is_(i + 1, "SUB") else self.command(i)
        return word if word in ("sum", "prod") else ""

    def subscripted(self, letter: str, at: int) -> bool:
        """Whether a letter is a subscript somewhere after a place."""
        for j in range(at, len(self.source) - 1):
            if self.is_(j, "SUB"):
                stop = self.group_end(j + 1) if self.is_(j + 1, "LBRACE") else j + 2
                if any(self.is_(k, "WORD") and letter in self.source[k] for k in range(j + 1, stop)):
                    return True
        return False

    def find_indices(self) -> None:
        """The letters that count in the sums of the text."""
        self.indices = set()
        for i in range(len(self.source) - 2):
            if not (self.sum_at(i) or self.command(i) in ("limits", "max", "min")) or not self.is_(i + 1, "SUB"):
                continue
            if self.is_(i + 2, "WORD"):
                word = str(self.source[i + 2])
                self.indices.add(word[0])
                if len(word) == 2 and not self.is_(i + 3, "SUB") and self.subscripted(word[1], i + 3):
                    self.indices.add(word[1])
            j = i + 3
            while self.is_(i + 2, "LBRACE") and (self.is_(j, "WORD") or self.is_(j, "COMMA")):
                self.indices.update(str(self.source[j]).strip(","))
                j += 1
