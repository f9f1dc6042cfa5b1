"""The part of Julia that generated code is written in, as trees: nested tuples that begin with what they are.

A text outside of this part is a SyntaxError. The precedence of operators, the blanks that separate the entries of
a matrix, and dots are as in Julia's manual.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

Tree = tuple[Any, ...]

TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|\d+(?:\.\d+)?(?:e[-+]?\d+)?|@?[^\W\d]\w*(?:\.[^\W\d]\w*)*'
    r"|\.\.\.|->|<:|::|\|\||&&|\.?[<>=!]=|\.[-+*/^<>]|\.\(|[-+*/\\^<>='()\[\]{},;:?]|\n"
)
BINARY = {  # how tightly operators bind; `power` reads those of powers
    "||": 2, "&&": 3, **dict.fromkeys((">", "<", ">=", "<=", "==", "!=", ".>", ".<", ".>=", ".<=", ".==", ".!="), 4),
    ":": 5, **dict.fromkeys(("+", "-", ".+", ".-"), 6), **dict.fromkeys(("*", "/", "\\", ".*", "./"), 7),
}  # fmt: skip
KEYWORDS = {"function", "end", "for", "in", "if", "else", "return", "using"}


class Token(NamedTuple):
    """A token, and whether blanks stand before and behind it."""

    text: str
    before: bool
    behind: bool


def tokens(source: str) -> list[Token]:
    """The tokens of a source, without its comments."""
    source = re.sub(r"(?m)(?:^|(?<=\s))# .*$", "", source)
    found, at = [], 0
    while at < len(source):
        blanks = len(source[at:]) - len(source[at:].lstrip(" "))
        at += blanks
        if at == len(source):
            break
        match = TOKEN.match(source, at)
        if match is None:
            raise SyntaxError(f"no token: {source[at : at + 20]!r}")
        at = match.end()
        found.append(Token(match[0], blanks > 0, source[at : at + 1] in (" ", "\n", "")))
    return [*found, Token("\n", False, True), Token("", False, True)]


class Parser:
    """The statements of a source."""

    def __init__(self, source: str):
        self.tokens, self.at = tokens(source), 0
        self.inside: list[str] = []  # the brackets that are open: ( [ and m for a matrix

    @property
    def token(self) -> Token:
        if self.inside and self.inside[-1] != "m":
            while self.tokens[self.at].text == "\n":
                self.at += 1
        return self.tokens[self.at]

    def take(self, *wanted: str) -> str:
        """The next token, which has to be one of those that are wanted."""
        text = self.token.text
        if wanted and text not in wanted:
            raise SyntaxError(f"{text!r} where {' or '.join(map(repr, wanted))} is expected, at token {self.at}")
        self.at += 1
        return text

    def open(self, bracket: str) -> None:
        self.inside.append(bracket)

    def close(self, text: str) -> None:
        self.token  # noqa: B018  newlines before a bracket
        self.take(text)
        self.inside.pop()

    # --- statements ------------------------------------------------------------------------------------------------

    def block(self, *ends: str) -> list[Tree]:
        """Statements up to one of the words."""
        found = []
        while True:
            while self.token.text == "\n":
                self.at += 1
            if self.token.text in (*ends, ""):
                return found
            found.append(self.statement())
            if self.token.text not in ("\n", *ends):
                raise SyntaxError(f"{self.token.text!r} behind a statement")

    def statement(self) -> Tree:
        text = self.token.text
        if text.startswith('"""'):
            self.at += 1
            return ("doc", text[3:-3])
        read = {"using": self.using, "function": self.function, "for": self.loop, "if": self.condition,
                "return": self.returned}.get(text)  # fmt: skip
        if read is not None:
            self.at += 1
            return read()
        left = self.listed()
        if self.token.text != "=":
            return ("do", left)
        self.at += 1
        if left[0] == "call":
            return ("function", left[1][1], [(a[1], "", False) for a in left[2]], [("return", self.expression())])
        return ("set", left, self.listed())

    def listed(self) -> Tree:
        """An expression, or several as a tuple."""
        parts = [self.expression()]
        while self.token.text == ",":
            self.at += 1
            parts.append(self.expression())
        return parts[0] if len(parts) == 1 else ("tuple", parts)

    def using(self) -> Tree:
        package, names = self.name(), []
        if self.token.text == ":":
            self.at += 1
            names.append(self.name())
            while self.token.text == ",":
                self.at += 1
                names.append(self.name())
        return ("using", package, names)

    def function(self) -> Tree:
        name, parameters = self.name(), []
        self.take("(")
        self.open("(")
        while self.token.text != ")":
            own, type_, many = self.name() if self.token.text != "::" else "", "", False
            if self.token.text == "::":
                self.at += 1
                type_ = self.name()
                if self.token.text == "(":
                    type_ += f"({self.parenthesis()[1]})"
                if self.token.text == "{":
                    for wanted in ("{", "<:"):
                        self.take(wanted)
                    type_ += f"<:{self.name()}"
                    self.take("}")
            if self.token.text == "...":
                self.at += 1
                many = True
            parameters.append((own, type_, many))
            if self.token.text == ",":
                self.at += 1
        self.close(")")
        body = self.block("end")
        self.take("end")
        return ("function", name, parameters, body)

    def loop(self) -> Tree:
        name = self.name()
        self.take("in")
        over = self.expression()
        body = self.block("end")
        self.take("end")
        return ("for", name, over, body)

    def condition(self) -> Tree:
        test = self.expression()
        body, other = self.block("else", "end"), []
        if self.take("else", "end") == "else":
            other = self.block("end")
            self.take("end")
        return ("if", test, body, other)

    def returned(self) -> Tree:
        return ("return", self.listed())

    def name(self) -> str:
        text = self.token.text
        if text in KEYWORDS or not all(part.isidentifier() for part in text.removeprefix("@").split(".")):
            raise SyntaxError(f"{text!r} is no name")
        self.at += 1
        return text

    # --- expressions -----------------------------------------------------------------------------------------------

    def expression(self, level: int = 0, ranges: bool = True) -> Tree:
        """An expression whose operators bind at least as tightly as a level."""
        left = self.unary()
        while True:
            token = self.token
            text = token.text
            binds = BINARY.get(text, 0)
            apart = self.inside[-1:] == ["m"] and token.before and not token.behind and text in "+-"
            if text == "?" and level <= 1:
                self.at += 1
                yes = self.expression(2, ranges=False)
                self.take(":")
                left = ("if?", left, yes, self.expression(1))
                continue
            if text == "->" and level <= 1:
                self.at += 1
                left = ("->", left, self.expression(1))
                continue
            if not binds or binds < level or (text == ":" and not ranges) or apart:
                return left
            self.at += 1
            while self.token.text == "\n":  # a line that ends in an operator goes on
                self.at += 1
            right = self.expression(binds + 1, ranges)
            if text == ":" and self.token.text == ":" and ranges:
                self.at += 1
                left = ("range", left, right, self.expression(binds + 1, ranges))
            else:
                left = ("range", left, ("number", 1), right) if text == ":" else ("op", text, left, right)

    def unary(self) -> Tree:
        if self.token.text == "-":
            self.at += 1
            return ("neg", self.unary())
        return self.power()

    def power(self) -> Tree:
        base = self.postfix()
        if self.token.text in ("^", ".^"):
            text = self.take()
            return ("op", text, base, self.unary())
        return base

    def postfix(self) -> Tree:
        left = self.atom()
        while True:
            token = self.token
            if token.before and self.inside[-1:] == ["m"]:
                return left
            if token.text in ("(", ".(") and not token.before:
                self.at += 1
                left = ("call" if token.text == "(" else "each", left, *self.arguments())
            elif token.text == "[" and not token.before:
                self.at += 1
                self.open("(")
                left = ("at", left, self.several("]"))
                self.close("]")
            elif token.text == "'" and not token.before:
                self.at += 1
                left = ("tick", left)
            elif token.text == "...":
                self.at += 1
                left = ("splat", left)
            else:
                return left

    def arguments(self) -> tuple[list[Tree], dict[str, Tree]]:
        self.open("(")
        found: list[Tree] = []
        named: dict[str, Tree] = {}
        while self.token.text != ")":
            e = self.expression() if self.token.text != ":" else self.whole()
            if self.token.text == "=":
                self.at += 1
                named[e[1]] = self.expression()
            elif self.token.text == "for":
                self.at += 1
                name = self.name()
                self.take("in")
                found.append(("list", e, name, self.expression()))
            else:
                found.append(e)
            if self.token.text != ")":
                self.take(",")
        self.close(")")
        return found, named

    def whole(self) -> Tree:
        self.take(":")
        return (":",)

    def several(self, end: str) -> list[Tree]:
        found = []
        while self.token.text != end:
            found.append(self.whole() if self.token.text == ":" else self.expression())
            if self.token.text != end:
                self.take(",")
        return found

    def atom(self) -> Tree:
        text = self.token.text
        if text[:1].isdigit():
            self.at += 1
            number = ("number", float(text) if re.search(r"[.e]", text) else int(text))
            if self.token.text == "I" and not self.token.before:  # a number before a name is a factor
                self.at += 1
                return ("op", "*", number, ("name", "I"))
            return number
        if text.startswith('"'):
            self.at += 1
            return ("string", text[1:-1])
        if text == "(":
            return self.parenthesis()
        if text == "[":
            return self.matrix()
        if text == "end" and "(" in self.inside:
            self.at += 1
            return ("end",)
        return ("name", self.name())

    def parenthesis(self) -> Tree:
        self.take("(")
        self.open("(")
        parts, comma = [], False
        while self.token.text != ")":
            parts.append(self.expression())
            if self.token.text == ",":
                self.at += 1
                comma = True
        self.close(")")
        return parts[0] if len(parts) == 1 and not comma else ("tuple", parts)

    def matrix(self) -> Tree:
        """Entries behind commas or blanks, rows behind semicolons."""
        self.take("[")
        self.open("m")
        rows: list[list[Tree]] = [[]]
        commas = False
        while self.token.text != "]":
            if self.token.text == ";":
                self.at += 1
                rows.append([])
            elif self.token.text == ",":
                self.at += 1
                commas = True
            elif self.token.text == "for":
                self.at += 1
                name = self.name()
                self.take("in")
                rows = [[("list", rows[0][0], name, self.expression())]]
                self.close("]")
                return rows[0][0]
            else:
                rows[-1].append(self.expression())
        self.close("]")
        if commas and len(rows) > 1:
            raise SyntaxError("commas and semicolons in one array")
        return ("vector", rows[0]) if commas or (len(rows) == 1 == len(rows[0])) else ("rows", rows)


def parse(source: str) -> list[Tree]:
    """The statements of a source."""
    p = Parser(source)
    found = p.block()
    if p.token.text:
        raise SyntaxError(f"{p.token.text!r} is left over")
    return found
