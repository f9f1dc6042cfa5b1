r"""Names in LaTeX: their fonts, accents, subscripts and what upright type means."""

from __future__ import annotations

from ...terms.errors import UnknownNameError
from ...terms.records import NamedTuple
from ...terms.regex import regex
from ..idioms import is_of_table
from ..lexicon import NORMAL
from ..vocabulary import GREEK_NAMES, UNIT_NAME, normal_name
from ..words import unknown_function
from .commands import ACCENTS, BOLD, EXPECTATIONS, FONTS, LETTERING, SWITCHES, TEXTS, UPRIGHT, word_of
from .source import Source

_SHIFTED = regex(r"[A-Za-z][+-][0-9A-Za-z]|(?:[A-Za-z]+(?:[+-][0-9]+)?,?){1,3}(?<!,)")


class Single(NamedTuple):
    """One name inside of fonts and accents."""

    text: str
    subscript: str
    fonts: tuple[str, ...]
    after: int


class NameReader(Source):
    """Reads names."""

    def single(self, i: int) -> Single | None:
        """The one name that the command at i stands around; None if that is a formula."""
        fonts: list[str] = []
        depth, k = 0, i
        while (name := self.command(k)) in LETTERING or name in ACCENTS:
            fonts.append(name)
            k += 1
            if k >= len(self.source):
                raise self.error("something is missing after this", *self.place(i))
            if self.is_(k, "LBRACE"):
                depth += 1
                k += 1
            elif name not in SWITCHES:
                self.one_token(k)
        if not (self.is_(k, "WORD") or self.is_(k, "NUMBER") or self.letter(k)):
            return None
        text = self.plain_text(k)
        k += 1
        sub = ""
        while depth:
            if self.is_(k, "RBRACE"):
                depth -= 1
                k += 1
            elif self.is_(k, "SUB") and not sub:
                sub, k, _ = self.subscript(k + 1, text)
            else:
                return None
        return Single(text, sub, tuple(fonts), k)

    def letter(self, i: int) -> bool:
        """Whether the command at i is a letter, such as \\alpha."""
        word = word_of(self.command(i), self.context.known) if self.command(i) else None
        return word is not None and (word not in self.context.known or normal_name(word) in ("gamma", "beta", "zeta"))

    def font(self, i: int, name: str) -> int:
        """What stands in bold type, in another font, or below an accent."""
        start = self.place(i)[0]
        if name == "vec" and self.applied(i + 1):
            self.add("WORD", "vec", start, self.place(i)[1])
            return i + 1
        found = self.single(i)
        if found is None or (name == "overline" and self.is_product(found)):
            return self.formula(i, name)
        end = self.place(found.after - 1)[1]
        text, sub, fonts, j = found
        bold = any(f in BOLD or f == "vec" for f in fonts)
        if bold and text in ("1", "0"):
            if self.is_(j, "SUB"):
                return self.sized(j + 1, text, start)
            self.add("ONES" if text == "1" else "ZEROS", text, start, end)
            return j
        if not text.isalnum() or text[0].isdigit():
            raise self.error("a name is expected in this", start, end)
        if "mathbb" in fonts and text in EXPECTATIONS and text not in self.context.given:
            raise UnknownNameError(EXPECTATIONS[text], self.shown, (start, end))
        if bold:
            self.bold.update((normal_name(text), *text))
        accents = [f.removeprefix("wide") for f in reversed(fonts) if f in ACCENTS]
        feature = bold and normal_name(text) in NORMAL  # a map to features, not a function of a distribution
        whole = bool(accents) or feature or (len(text) > 1 and any(f in FONTS for f in fonts))
        return self.name(j, "_".join((text, *accents)), start, end, whole, sub)

    def is_product(self, found: Single) -> bool:
        r"""Whether what stands below a bar are several complex names, \overline{Hz}."""
        text = found.text
        whole = text in self.context.given or text in self.context.known
        return len(text) > 1 and not whole and any(c in self.context.conjugable for c in text)

    def formula(self, i: int, name: str) -> int:
        """A font around a formula leaves the formula; an accent has no meaning there."""
        stop = self.group_end(i + 1) if self.is_(i + 1, "LBRACE") else i + 2
        start, end = self.place(i)[0], self.place(stop - 1)[1]
        if name == "overline" and self.context.conjugable:
            self.add("WORD", "conj", *self.place(i))
            return i + 1
        if name in ACCENTS or name == "vec":
            raise self.error(f"\\{name} stands over one name", start, end)
        if name in TEXTS:
            raise self.error("a text is no part of a formula", start, end)
        if name in BOLD:
            for j in range(i, min(stop, len(self.source))):
                if self.is_(j, "WORD"):
                    self.bold.update((normal_name(str(self.source[j])), *self.source[j]))
        return i + 1

    def upright(self, i: int) -> int:
        """A function or a name in upright type."""
        start = self.place(i)[0]
        found = self.single(i)
        command = self.command(i)
        if found is None:
            if not command.startswith("operatorname"):
                return self.formula(i, command)
            text, j = self.argument(i)
            found = Single(text, "", (command,), j)
        elif any(f not in UPRIGHT for f in found.fonts):
            return self.font(i, command)
        text, sub, _, j = found
        end = self.place(j - 1)[1]
        if self.context.conjugable and text in ("i", "j") and not {text} & self.context.given:
            return self.name(j, UNIT_NAME, start, end, True, sub)
        if text == "d" and self.context.differentials and j < len(self.source):
            for kind, value in (("WORD", "d"), ("LPAR", "(")):
                self.add(kind, value, start, end)
            j = self.translate(j)
            self.add("RPAR", ")", end, self.place(j - 1)[1])
            return j
        word = word_of(text, self.context.known)
        if word is not None:
            return self.name(j, word, start, end, False, sub)
        if not text.isalnum() or text[0].isdigit():
            raise self.error("a name is expected in this", start, end)
        known = {normal_name(text), text} & (self.context.given | self.context.functions)
        operator = command.startswith("operatorname") or command == "mathop"
        if not known and self.applied(self.past_subscript(j)) and is_of_table(text):
            return self.name(j, text, start, end)
        call = len(text) > 1 or text in EXPECTATIONS
        if not known and (operator or (call and self.applied(self.past_subscript(j)))):
            raise unknown_function(text, self.shown, (start, end), self.context.known)
        return self.name(j, text, start, end, len(text) > 1, sub)

    def past_subscript(self, i: int) -> int:
        """The position after a subscript at i, if there is one."""
        if not self.is_(i, "SUB"):
            return i
        return self.group_end(i + 1) if self.is_(i + 1, "LBRACE") else i + 2

    def name(self, i: int, word: str, start: int, end: int, whole: bool = False, inner: str = "") -> int:
        """A word with its subscript, which may have been read."""
        kind = "NAMED" if whole else "WORD"
        if not self.is_(i, "SUB") and not inner:
            self.add(kind, word, start, end)
            return i
        if word in self.context.known and word not in self.context.given and len(word) > 1:
            return self.based(i, word, start, end)
        size = i + 1 + self.is_(i + 1, "LBRACE")
        zero = self.is_(size, "NUMBER") and self.source[size] == "0"  # the name I_0
        if word == "I" and "I" not in self.context.given and not inner and not zero:
            return self.sized(i + 1, "", start)
        sub, stop = inner, end
        if not inner:
            sub, i, stop = self.subscript(i + 1, word)
        elif self.is_(i, "SUB"):
            raise self.error("a name has one subscript", *self.place(i))
        if "(" in sub:
            self.add(kind, word, start, end)
            self.add("INDICES", "_" + sub, end, stop)
            return i
        if ("+" in sub or "-" in sub) and _SHIFTED.fullmatch(sub):  # h_{t-1} is a name
            sub = normal_name("{" + sub.replace(",", "_") + "}")
        clean = {"+": "plus", "-": "minus", "*": "star"}.get(sub, sub.replace(",", "_").strip("_"))
        if not clean or not clean.replace("_", "").isalnum():
            raise self.error("a subscript is a name or a number", start, stop)
        one = whole or len(word) == 1 or normal_name(word) != word or word in GREEK_NAMES
        self.add("NAMED" if one else "WORD", f"{word}_{clean}", start, stop)
        return i

    def based(self, i: int, word: str, start: int, end: int) -> int:
        r"""A function with a subscript: \log_2 and \log_{10} have a base."""
        at = self.place(i)
        sub, i, _ = self.subscript(i + 1, word)
        found = {("log", "2"): "log2", ("log", "10"): "log10", ("log", "e"): "log"}.get((word, sub))
        if f"{word}_{sub}" in self.context.known:  # softmax_{row}
            found = f"{word}_{sub}"
        if found is None:
            raise self.error(f"{word} takes no subscript", *at)
        self.add("WORD", found, start, end)
        return i

    def sized(self, i: int, value: str, start: int) -> int:
        r"""\mathbf{1}_n, I_n: a constant with its size, which begins at i."""
        if i >= len(self.source):
            raise self.error("a subscript is missing", *self.place(i - 1))
        braced = self.is_(i, "LBRACE")
        if not braced:
            self.one_token(i)
        j = self.group_end(i) if braced else i + 1
        end = self.place(j - 1)[1]
        inside = [t for t in self.source[i + braced : j - braced] if t.type[1:] != "GLUE"]
        cuts = sum(t == r"\times" or t.type == "RAW_COMMA" for t in inside)
        word = "eye" if not value else "vector" if not cuts else "matrix"
        if cuts > 1:
            word, value = ("ones" if value == "1" else "zeros"), ""
        self.add("WORD", word, start, end)
        self.add("LPAR", "(", start, end)
        if value:
            self.add("NUMBER", value, start, end)
        self.sizes(inside, bool(value), end)
        self.add("RPAR", ")", start, end)
        return j

    def sizes(self, inside: list, comma: bool, end: int) -> None:  # type: ignore[type-arg]
        """The sizes in a subscript."""
        if comma:
            self.add("COMMA", ",", end, end)
        for token in inside:
            kind, value = token.type[4:], str(token)
            if value == r"\times":
                kind, value = "COMMA", ","
            elif kind == "COMMAND":
                kind, value = "WORD", word_of(value[1:], self.context.known) or ""
            if kind not in ("WORD", "NUMBER", "PLUS", "MINUS", "STAR", "COMMA", "LPAR", "RPAR") or not value:
                raise self.error("a size is a name, a number or a product such as 2*n", token.start_pos, token.end_pos)
            self.add(kind, value, token.start_pos, token.end_pos)
