r"""From LaTeX to the raw tokens of the plain notation; structures such as \frac get tokens of their own."""

from __future__ import annotations

import re

from ...terms.nearest import near_words
from ..tokens import Token
from ..vocabulary import SUBSCRIPTS, SUPERSCRIPTS
from .commands import (
    ACCENTS,
    ARRAYS,
    BOLD,
    FONTS,
    FRACTIONS,
    LEFT,
    LETTERING,
    REFUSED,
    RIGHT,
    SIZES,
    SKIP,
    TOKENS,
    UPRIGHT,
    word_of,
)
from .scripts import usual_order
from .sums import SumReader

_OPENING = frozenset(("LPAR", "LBRACK", "OPENSET"))
_SMALL = {"+": "PLUS", "-": "MINUS", "=": "EQUALS"}
_BRACKETS = _OPENING | frozenset(("RPAR", "RBRACK", "CLOSESET"))
_FAMILIES = frozenset(("mathcal", "mathscr", "mathfrak", "mathbb"))  # what is in these is a space, no weight


class Translator(SumReader):
    """Translates LaTeX."""

    def process(self, stream: list[Token]) -> list[Token]:
        self.source = usual_order(self.scripts(stream))
        self.translated = []
        self.find_indices()
        i = 0
        while i < len(self.source):
            i = self.translate(i)
        return super().process(self.translated)

    def scripts(self, stream: list[Token]) -> list[Token]:
        """The tokens with Unicode's small letters as what follows _ and ^: xᵢ, ∑ᵢ₌₁ⁿ."""
        out: list[Token] = []
        summed = False
        for token in stream:
            kind = token.type[4:]
            above = kind == "HIGHS" or (summed and kind in ("SUP", "TSUP"))
            if kind != "LOWS" and not above:
                out.append(token)
                summed = kind == "SIGMA" or str(token) == "\\sum"
                continue
            text = token.translate(SUPERSCRIPTS if above else SUBSCRIPTS)
            at, end = token.start_pos, token.end_pos
            out += [Token("RAW_POW" if above else "RAW_SUB", "^" if above else "_", at, at),
                    Token("RAW_LBRACE", "{", at, at)]  # fmt: skip
            for m in re.finditer(r"[A-Za-z]+|[0-9]+|[-+=]", text):
                kind = _SMALL.get(m[0], "NUMBER" if m[0].isdigit() else "WORD")
                out.append(Token("RAW_" + kind, m[0], at + m.start(), at + m.end()))
            out.append(Token("RAW_RBRACE", "}", end, end))
        return out

    # --- from LaTeX to raw tokens

    def translate(self, i: int) -> int:
        """Translate the token at i and what belongs to it; the position of the next one."""
        token = self.source[i]
        start, end = self.place(i)
        kind = token.type[4:]
        if self.sum_at(i):
            return self.summation(i, self.sum_at(i))
        if kind == "COMMAND":
            return self.translate_command(i, str(token)[1:], start, end)
        if kind == "WORD":
            return self.name(i + 1, str(token), start, end)
        if kind == "POW":
            return self.superscript(i + 1, start, end)
        if kind in ("DOUBLE", "DBAR"):
            return self.after_bar(i + 1, "DBAR", start, end)
        if kind == "LBRACE":
            self.groups.append(self.group)
            self.group = ""
        elif kind == "RBRACE" and self.groups and self.groups.pop() == "frac":
            self.brace(i + 1)  # the denominator
        if kind == "OPENSET" or kind == "CLOSESET":
            self.add("LPAR" if kind == "OPENSET" else "RPAR", "()"[kind == "CLOSESET"], start, end)
        elif kind == "SUB":
            before = self.translated[-1].type if self.translated else ""
            plus = i + 1 + self.is_(i + 1, "LBRACE")
            signed = self.is_(plus, "PLUS") or self.command(plus) == "times"
            if signed and before in ("RAW_RPAR", "RAW_RBRACK"):  # [x]_+, [x]_\times
                self.add("POSPART", "×" if self.command(plus) else "+", start, self.place(plus)[1])
                return self.group_end(i + 1) if plus > i + 1 else i + 2
            if before in ("RAW_RPAR", "RAW_RBRACK", "RAW_RBRACE"):
                indices, i, end = self.subscript(i + 1)
                self.add("INDICES", "_" + indices, start, end)
                return i
            if before == "RAW_RANGLE":
                name, after, _ = self.subscript(i + 1)
                if name == "F":
                    return after
            raise self.error("a subscript stands only after a name or a norm", start, end)
        elif kind == "POSPART":
            self.translated.append(token)
        elif kind == "DOT":
            raise self.error("'.' is not part of the language here", start, end)
        elif kind == "NEWROW":
            self.add("SEMI", ";", start, end)
        elif kind == "AMP":
            self.add("COMMA", ",", start, end)
        else:
            self.translated.append(token)
        return i + 1

    def translate_command(self, i: int, name: str, start: int, end: int) -> int:
        if name in SIZES and i + 1 < len(self.source) and self.source[i + 1].type[4:] in _BRACKETS:
            return self.delimiter(i + 1, self.source[i + 1].type[4:] in _OPENING, start, end)
        if name in SKIP:
            return i + 1
        if name in LEFT or name in RIGHT:
            return self.delimiter(i + 1, name in LEFT, start, end)
        if name in BOLD or name in FONTS or name in ACCENTS:
            return self.font(i, name)
        if name in UPRIGHT:
            return self.upright(i)
        if name in FRACTIONS or name == "sqrt":
            return self.structure(i, name)
        if name in ("begin", "end"):
            return self.environment(i, name)
        if name in ("max", "min") and self.below_is_index(i + 1):
            return self.summation(i, name)
        if name in ("top", "intercal"):
            self.add("TSUP", "ᵀ", start, end)
            return i + 1
        found = TOKENS.get(name)
        if found is not None:
            if found[0] == "CLOSEDBAR":
                return self.after_bar(i + 1, "CLOSEDBAR", start, end)
            if found[0] == "DBAR":
                return self.after_bar(i + 1, "DBAR", start, end)
            self.bracket(found[0], found[1], start, end)
            return i + 1
        if name == "Gamma" and (self.is_(i + 1, "LPAR") or (self.command(i + 1) == "left" and self.is_(i + 2, "LPAR"))):
            self.add("WORD", "gamma", start, end)
            return i + 1
        word = word_of(name, self.context.known)
        if word is None and name in REFUSED:
            raise self.error(REFUSED[name], start, end)
        if word is None:
            known = [*TOKENS, *FRACTIONS, "sqrt", "top", "mathbf", "operatorname", *self.context.known]
            near = near_words(name, known, 1)
            hint = f"; did you mean \\{near[0]}?" if near else ""
            raise self.error(f"unknown command \\{name}{hint}", start, end)
        return self.name(i + 1, word, start, end)

    def below_is_index(self, i: int) -> bool:
        r"""Whether \max has an index below it, as in \max_i x_i."""
        j = i + 1 + self.is_(i + 1, "LBRACE")
        return self.is_(i, "SUB") and self.is_(j, "WORD") and self.subscripted(str(self.source[j])[0], j + 1)

    def bracket(self, kind: str, value: str, start: int, end: int) -> None:
        """A sign; two bars that touch are a norm's."""
        before = self.translated[-1] if self.translated else None
        single = kind in ("OPENBAR", "CLOSEBAR")
        if single and before is not None and before.type == "RAW_" + kind and before.end_pos == start:
            self.translated.pop()
            kind, start = kind.replace("BAR", "DBAR"), before.start_pos
        self.add(kind, value, start, end)

    def delimiter(self, i: int, opens: bool, start: int, end: int) -> int:
        r"""What follows \left or \right."""
        stop = self.place(i)[1]
        if i >= len(self.source):
            raise self.error("a bracket is missing after this", start, end)
        if self.is_(i, "DOT"):
            return i + 1
        kind = self.source[i].type[4:]
        if kind == "COMMAND":
            kind = TOKENS.get(self.command(i), ("", ""))[0]
        kind = "DBAR" if kind == "DOUBLE" else kind
        if kind in ("BAR", "DBAR"):
            side = "OPEN" if opens else "CLOSE"
            return self.after_bar(i + 1, side + kind, start, stop)
        if kind in ("LT", "GT"):
            self.add("LANGLE" if kind == "LT" else "RANGLE", "", start, stop)
            return i + 1
        count = len(self.translated)
        i = self.translate(i)
        if len(self.translated) == count + 1:
            bracket = self.translated.pop()
            self.add(bracket.type[4:], str(bracket), start, bracket.end_pos)
        return i

    def after_bar(self, i: int, kind: str, start: int, end: int) -> int:
        """A bar, with the subscript of a norm."""
        if self.is_(i, "POW") and kind.endswith("DBAR"):  # \|x\|^2_F is \|x\|_F^2
            j = self.group_end(i + 1) if self.is_(i + 1, "LBRACE") else i + 2
            if self.is_(j, "SUB"):
                self.brace(j + 1)
                after = self.group_end(j + 1)
                self.source[i:after] = [*self.source[j:after], *self.source[i:j]]
        if self.is_(i, "SUB") and kind.endswith("DBAR"):
            return self.norm_subscript(i + 1, start, end)
        self.add(kind, "|", start, end)
        return i

    def norm_subscript(self, i: int, start: int, end: int) -> int:
        """The subscript of a norm at i: a word that says which, or an order or a weight, which is a formula."""
        self.brace(i)
        if self.is_(i, "WORD") or self.is_(i, "NUMBER"):
            self.one_token(i)
            self.brace(i)
        stop = self.group_end(i)
        sub = "".join([self.word_in(k) for k in range(i + 1, stop - 1)])
        if any(self.command(k) in _FAMILIES for k in range(i, stop)) and sub not in self.context.given:
            raise self.no_norm(sub, *self.place(i + 1))
        if self.names_norm(sub):
            self.add("NORMSUB", f"||_{sub}", start, self.place(stop - 1)[1])
            return stop
        self.add("NORMOF", "||", start, end)
        return i

    def word_in(self, i: int) -> str:
        """The text of a token in the subscript of a norm."""
        if self.is_(i, "SUB"):
            return "_"
        name = self.command(i)
        if name in LETTERING or self.is_(i, "LBRACE") or self.is_(i, "RBRACE"):
            return ""
        if not name:
            return str(self.source[i])
        return {"infty": "inf", "ast": "*"}.get(name) or word_of(name, self.context.known) or "?"

    # --- structures

    def structure(self, i: int, name: str) -> int:
        r"""\frac and \sqrt, with braces around their arguments."""
        start, end = self.place(i)
        i += 1
        root = name == "sqrt"
        value = "2"
        if root and self.is_(i, "LBRACK"):
            value = str(self.source[i + 1]) if self.is_(i + 1, "NUMBER") and self.is_(i + 2, "RBRACK") else ""
            if not value.isdigit() or not value.strip("0") or len(value) > 9:
                raise self.error("the order of a root is a whole number, at least 1", start, end)
            value = str(int(value))
            i += 3
        if not root and self.is_(i, "LBRACE") and self.command(i + 1) == "partial":
            j = self.group_end(i)
            text = "".join([self.plain_text(k) for k in range(i + 2, j - 1)])
            if not (self.is_(j, "LBRACE") and self.command(j + 1) == "partial"):
                raise self.error(r"a derivative is written \frac{\partial u}{\partial x}", start, end)
            self.add("FRACPARTIAL", text, start, self.place(j + 1)[1])
            return j + 2
        self.add("ROOT" if root else "FRAC", value, start, end)
        self.brace(i)
        self.group = "" if root else "frac"
        return i

    def brace(self, i: int) -> None:
        """Put braces around the argument at i if it has none."""
        if i >= len(self.source) or self.is_(i, "LBRACE"):
            return
        self.one_token(i)
        start, end = self.place(i)
        stop = i + 1
        if self.command(i) in LETTERING | ACCENTS:
            while self.command(stop - 1) in LETTERING | ACCENTS:
                stop = self.group_end(stop) if self.is_(stop, "LBRACE") else stop + 1
        self.source.insert(stop, Token("RAW_RBRACE", "}", end, end))
        self.source.insert(i, Token("RAW_LBRACE", "{", start, start))

    def environment(self, i: int, name: str) -> int:
        start = self.place(i)[0]
        if not self.is_(i + 1, "LBRACE"):
            raise self.error("the name of an environment stands in braces", start, self.place(i)[1])
        j = self.group_end(i + 1)
        kind, end = "".join(str(t) for t in self.source[i + 2 : j - 1]), self.place(j - 1)[1]
        if kind.rstrip("*") not in ARRAYS:
            raise self.error(f"the environment {kind} is not an array", start, end)
        if name == "begin" and kind == "array" and self.is_(j, "LBRACE"):
            j = self.group_end(j)
        if name == "end" and self.translated and self.translated[-1].type == "RAW_SEMI":
            self.translated.pop()  # a last row may end in \\
        self.add(name.upper(), kind, start, end)
        return j
