"""The plain notation: from its raw tokens to the tokens of the grammar."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from fractions import Fraction

from .applied import NOTHING
from .indices import bare
from .primes import PrimeScanner
from .remarks import Remark
from .scanner import ENDS, Open
from .tokens import Token
from .vocabulary import SUPERSCRIPTS, normal_name

_SIMPLE = {
    "RAW_PLUS": "PLUS", "RAW_MINUS": "MINUS", "RAW_STAR": "STAR", "RAW_SLASH": "SLASH",
    "RAW_DOTSTAR": "DOTSTAR", "RAW_DOTSLASH": "DOTSLASH", "RAW_DOTPOW": "DOTPOW", "RAW_KRON": "KRON",
    "RAW_CMP": "CMP", "RAW_NUMBER": "NUMBER", "RAW_ONES": "ONES", "RAW_ZEROS": "ZEROS",
}  # fmt: skip
_COMPARE = {"≥": ">=", "≤": "<=", "≠": "!="}
_POINTED = frozenset(("PLUS", "MINUS", "CMP"))  # x .+ y



class PlainScanner(PrimeScanner):
    """Reads what people type."""

    def step(self, i: int) -> int:
        token = self.raw[i]
        start, end = token.start_pos, token.end_pos
        simple = _SIMPLE.get(token.type)
        if simple is not None:
            value = str(token).lstrip(".") if simple in _POINTED else str(token)
            self.emit(simple, _COMPARE.get(value, value), start, end)
            return i + 1
        method: Callable[[int, int, int], int] = getattr(self, "read_" + token.type[4:].lower())
        return method(i, start, end)

    # --- names

    def read_word(self, i: int, start: int, end: int) -> int:
        return self.told(i, start, end) or self.word(i, str(self.raw[i]), start)

    def word(self, i: int, word: str, start: int) -> int:
        top = self.top
        if top is not None and top.kind == "indexed":
            return self.factor(i, word, start)
        primes = self.primes(i + 1)
        if primes and self.derivative(i, word, start, primes):
            return i + 1 + primes
        self.swallowed(word, start)
        following = self.following(i + 1)
        if following == "(" and word == "T" and self.is_variable(word):
            following = "operand"
        called = self.kind(i + 1) in ("LPAR", "LBRACK") and self.touches(i + 1)
        self.applied_to = self.argument_at(i + 1, self.is_variable(word)) if called else NOTHING
        end = self.raw[i].end_pos
        last = self.words(word, start, end, following, self.touches(i + 1))
        if last == "NAME" and self.out[-1] == "e" and self.is_euler(i):
            self.last = "CONST"
            self.out[-1] = Token("CONST", "e", self.out[-1].start_pos, self.out[-1].end_pos)
        if last != "FUNC":
            self.refuse_power(i + 1, str(self.out[-1]))
            return i + 1
        i += 1
        if self.kind(i) in ("POW", "SUP"):
            i = self.function_power(i)
        if self.kind(i) not in ("LPAR", "LBRACE"):
            at = self.raw[i].start_pos if i < len(self.raw) else len(self.text)
            if i >= len(self.raw) or self.raw[i].type not in self.operands:
                name = self.out[-1] if self.last == "FUNC" else self.out[-2]
                raise self.error(f"{name.lstrip('@')} needs an argument", name.start_pos, name.end_pos)
            self.put("LPAR", "(", at, at)
            self.push(Open("virtual", at, at))
        return i

    def swallowed(self, word: str, start: int) -> None:
        """Ask about S_bW, whose subscript ends in a capital that is a variable elsewhere."""
        base, _, sub = word.partition("_")
        if len(sub) < 2 or not sub.isalpha() or not sub[-1].isupper() or self.context.exact:
            return
        if normal_name(word) not in self.context.given and (sub[-1] in self.context.given or self.is_variable(sub[-1])):
            readings = f"one name or the product {base}_{sub[:-1]}*{sub[-1]}"
            message = f"{word} can be {readings}: write the product, or declare {word}"
            raise self.error(message, start, start + len(word))

    def is_euler(self, i: int) -> bool:
        """Whether the e that the word at i ends in is Euler's number: not declared, and only ever a base."""
        if "e" in self.context.given or self.context.exact or self.kind(i + 1) not in ("POW", "SUP"):
            return False
        j = i + 2
        j += self.kind(j) == "LBRACE"
        j += self.kind(j) == "MINUS"
        if self.kind(j) == "TSUP" or (self.kind(j) == "WORD" and self.is_top(str(self.raw[j]), j > i + 2)):
            return False
        if self.raised is None:
            words = (k for k, t in enumerate(self.raw) if t.type in ("RAW_WORD", "RAW_NAMED") and t == "e")
            self.raised = all(self.kind(k + 1) in ("POW", "SUP") for k in words)
        return self.raised

    def function_power(self, i: int) -> int:
        """sin^2(x): the power of a function's value."""
        token = self.raw[i]
        start, end = token.start_pos, token.end_pos
        value = str(token).translate(SUPERSCRIPTS)
        i += 1
        if token.type == "RAW_POW":
            braced = self.kind(i) == "LBRACE"
            i += braced
            minus = self.kind(i) == "MINUS"
            i += minus
            if self.kind(i) != "NUMBER" or (braced and self.kind(i + 1) != "RBRACE"):
                name = self.out[-1]
                raise self.error(f"a power of {name} itself is a number: write ({name}(…))^(…)", start, end)
            value, end = "-" * minus + str(self.raw[i]), self.raw[i].end_pos
            i += 1 + braced
        if value.startswith("-"):
            name = self.out[-1]
            raise self.error(f"{name}^{value} has two readings: write 1/{name}(…) or arc{name}(…)", start, end)
        self.put("FPOW", value, start, end)
        return i

    def read_sqrt(self, i: int, start: int, end: int) -> int:
        self.emit("FUNC", "sqrt", start, end)
        if self.kind(i + 1) not in ("LPAR", "LBRACE"):
            self.put("LPAR", "(", end, end)
            self.push(Open("tight", start, end))
        return i + 1

    def read_partials(self, i: int, start: int, end: int) -> int:
        name, x = (normal_name(p) for p in str(self.raw[i]).replace("∂", "").split("/"))
        self.emit("PARTIAL", f"{name}/{x.strip()}", start, end)
        return i + 1

    def read_partial(self, i: int, start: int, end: int) -> int:
        self.emit("PARTIALCALL", normal_name(str(self.raw[i])[1:]), start, end)
        return i + 1

    def read_dpartial(self, i: int, start: int, end: int) -> int:
        self.put("DPARTIAL", "/∂", start, end)
        return i + 1

    # --- powers and transposes

    def read_quote(self, i: int, start: int, end: int) -> int:
        if self.last not in ENDS:
            if stop := self.quoted(i):
                return stop
            raise self.error("there is nothing to transpose before this", start, end)
        self.emit("QUOTE", "'", start, end)
        return i + 1

    def read_method(self, i: int, start: int, end: int) -> int:
        if self.context.conjugable and self.raw[i].endswith("H"):
            return self.adjoint(i, "ᴴ", start, end)
        return self.read_quote(i, start, end)

    def read_matmul(self, i: int, start: int, end: int) -> int:
        self.emit("STAR" if self.raw[i] == "%*%" else "KRON", "%o%" if self.raw[i] == "%o%" else "@", start, end)
        return i + 1

    def read_backslash(self, i: int, start: int, end: int) -> int:
        self.emit("BACKSLASH", "\\", start, end)
        return i + 1

    def read_dot(self, i: int, start: int, end: int) -> int:
        message = "'.' is not part of the language: write .*, ./ or .^ for operations entry by entry"
        raise self.error(message, start, end)

    def read_tsup(self, i: int, start: int, end: int) -> int:
        if self.raw[i].startswith("⁻"):
            self.inverse(start, end)
        if self.raw[i] in ("†", "ᴴ", "*", "\u0304"):
            return self.adjoint(i, str(self.raw[i]), start, end)
        return self.read_quote(i, start, end)

    def adjoint(self, i: int, sign: str, start: int, end: int) -> int:
        """A^H, A^† or A^*: with complex variables the adjoint, of * the conjugate; without them the transpose."""
        said = "the adjoint of what is real is the transpose"
        if self.context.conjugable:
            said = "^* is the conjugate, without transposition; the adjoint is ^H" if sign == "*" else ""
        if said:
            self.context.remarks.append(Remark(said, (start, end)))
        if not self.context.conjugable or self.last not in ENDS:
            return self.read_quote(i, start, end)
        self.emit("QUOTE", "ᴴ" if sign in ("†", "ᴴ") else "*", start, end)
        return i + 1

    def inverse(self, start: int, end: int) -> None:
        """The tokens of ^-1."""
        for kind, value in (("POW", "^"), ("MINUS", "-"), ("NUMBER", "1")):
            self.put(kind, value, start, end)

    def read_sup(self, i: int, start: int, end: int) -> int:
        value = str(self.raw[i]).translate(SUPERSCRIPTS)
        self.put("POW", "^", start, start)
        if value[0] in "+-":
            self.put("PLUS" if value[0] == "+" else "MINUS", value[0], start, start + 1)
        self.put("NUMBER", value.lstrip("+-"), start, end)
        return i + 1

    def read_part(self, i: int, start: int, end: int) -> int:
        raise self.error(f"{self.raw[i]} stands only after a call that has such a part", start, end)

    def read_pow(self, i: int, start: int, end: int) -> int:
        j = i + 1
        braces = self.kind(j) == "LBRACE"
        j += braces
        minus = self.kind(j) == "MINUS"
        j += minus
        if self.kind(j) == "TSUP" or (self.kind(j) == "WORD" and self.is_top(str(self.raw[j]), braces)):
            word = str(self.raw[j])
            stop = (self.raw[j].start_pos) + 1
            if not braces or self.kind(j + 1) == "RBRACE":
                if minus:
                    self.inverse(start, stop)
                if word[0] == "H":
                    self.adjoint(i, "ᴴ", start, stop)
                else:
                    self.read_quote(i, start, stop)
                if len(word) > 1:
                    return self.word(j, word[1:], stop)
                return j + 1 + braces
        if self.last not in ENDS:
            raise self.error("a power needs something before it", start, end)
        word = str(self.raw[j]) if self.kind(j) == "WORD" else ""
        if word[:2] == "T_" and word not in self.context.given and not self.context.exact:
            name = str(self.out[-1])
            name += word[1:]
            said = f"^{word} can be the transpose of {name} or a power: write {name}^T, or declare {word}"
            raise self.error(said, start, self.raw[j].end_pos)
        letter = str(self.raw[j])[:1] if self.kind(j) == "WORD" else ""
        if letter in ("t", "H") and not self.context.exact and letter not in self.context.given:
            base = str(self.raw[i - 1])[-1:] if self.kind(i - 1) == "WORD" else ""
            whole = len(self.raw[j]) == 1 or self.raw[j][1].isupper() or self.raw[j][1] == base
            if whole and (not braces or self.kind(j + 1) == "RBRACE") and not self.is_variable(letter):
                message = f"^{letter} can be a transpose or a power: write ^T, or declare {letter}: scalar in where"
                raise self.error(message, start, self.raw[j].start_pos + 1)
        if self.kind(j) == "PLUS" and not minus and self.kind(j + 1) != "NUMBER" and not self.context.exact:
            stop = self.raw[j].end_pos
            self.put("PINV", "+", start, stop)
            self.last = "QUOTE"
            self.context.remarks.append(Remark("^+ is the pseudo-inverse, pinv", (start, stop)))
            return j + 1 + braces
        self.put("POW", str(self.raw[i]), start, end)
        return i + 1

    def is_top(self, word: str, braces: bool) -> bool:
        """Whether a word after ^ begins with the T of a transpose, or with the H of an adjoint."""
        signs = ("T", "H") if self.context.conjugable else ("T",)
        if word[0] not in signs or word in self.context.given.difference(signs):
            return False
        return word in signs or (not braces and not self.context.exact and word[1].isalpha())

    # --- brackets

    def read_lpar(self, i: int, start: int, end: int) -> int:
        if stop := self.all_axes(i, start):
            return stop
        self.open("(", "LPAR", start, end)
        return i + 1

    def read_rpar(self, i: int, start: int, end: int) -> int:
        self.close(("(", "sized", "einsum", "series"), "RPAR", start, end)
        return i + 1

    def read_lbrace(self, i: int, start: int, end: int) -> int:
        self.open("{", "LPAR", start, end)
        return i + 1

    def read_rbrace(self, i: int, start: int, end: int) -> int:
        self.close(("{",), "RPAR", start, end)
        return i + 1

    def read_lbrack(self, i: int, start: int, end: int) -> int:
        if self.closes_indexed(i) and not self.is_index(i):
            self.open("indexed", "LINDEXED", start, end)
            return i + 1
        if self.is_index(i):
            self.open("index", "LINDEX", start, end)
            return i + 1
        if self.last in ENDS and self.last != "NUMBER" and self.touches(i):
            j = i + 1
            while self.kind(j) and self.kind(j) not in ("LBRACK", "RBRACK", "SEMI", "LPAR"):
                j += 1
            if self.kind(j) != "SEMI":
                if str(self.out[-1])[:1] in ("E", "P", "V"):  # an expectation
                    self.refuse_applied(i, str(self.out[-1]))
                raise self.error("an index is a whole number or a slice, such as X[0, :] or X[1:3, 1:]", start, end)
        self.open("[", "LBRACK", start, end)
        return i + 1

    def read_rbrack(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is not None and top.kind == "indexed":
            indices = self.raw[i + 1]
            self.close(("indexed",), "RINDEXED", start, indices.end_pos, bare(indices))
            return i + 2
        kind = "RBRACK"
        if top is not None and (top.kind == "index" or top.word == "group"):
            kind = "RINDEX" if top.kind == "index" else "RPAR"
        self.close(("[", "index"), kind, start, end)
        return i + 1

    def read_colon(self, i: int, start: int, end: int) -> int:
        top = self.top
        if self.last in ENDS and self.last != "NUMBER" and (top is None or top.kind not in ("index", "[")):
            self.emit("DDOT", ":", start, end)
            return i + 1
        if top is None or top.kind != "index":
            raise self.error("a colon stands only in slices such as X[1:3, :]", start, end)
        self.emit("COLON", ":", start, end)
        return i + 1

    def read_comma(self, i: int, start: int, end: int) -> int:
        self.comma(start, end)
        return i + 1

    def read_semi(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is None or top.kind not in ("[", "einsum"):
            raise self.error("a semicolon stands only between the rows of an array [a, b; c, d]", start, end)
        self.emit("SEMI", ";", start, end)
        top.dims = top.kind == "einsum"
        return i + 1

    def read_equals(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is None or not (top.dims or top.kind == "series"):
            raise self.error("an expression has no = in it: give one side only", start, end)
        self.emit("EQUALS", "=", start, end)
        return i + 1

    def read_einsum(self, i: int, start: int, end: int) -> int:
        self.emit("EINSUM", str(self.raw[i]), start, end)
        self.push(Open("einsum", start, end))
        return i + 1

    def read_series(self, i: int, start: int, end: int) -> int:
        """sum(i=0..k, ...): the index is one name, whatever its letters."""
        self.emit("SERIES", str(self.raw[i]), start, end)
        self.push(Open("series", start, end))
        index = self.raw[i + 1]
        self.put("NAME", str(index), index.start_pos, index.end_pos)
        return i + 2

    def read_range(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is None or top.kind != "series":
            raise self.error("two dots stand only in the limits of a sum such as sum(i=0..k, X^i)", start, end)
        self.emit("RANGE", "..", start, end)
        return i + 1

    def read_vulgar(self, i: int, start: int, end: int) -> int:
        value = Fraction(unicodedata.numeric(str(self.raw[i]))).limit_denominator(10)
        self.emit("NUMBER", str(value), start, end)
        return i + 1

    def read_langle(self, i: int, start: int, end: int) -> int:
        self.open("angle", "LANGLE", start, end)
        return i + 1

    def read_rangle(self, i: int, start: int, end: int) -> int:
        self.close(("angle",), "RANGLE", start, end)
        return i + 1

    def read_lt(self, i: int, start: int, end: int) -> int:
        if self.last in ENDS and not self.opens_angle(i):
            self.emit("CMP", "<", start, end)
            return i + 1
        return self.read_langle(i, start, end)

    def read_gt(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is not None and top.kind == "angle" and top.commas:
            return self.read_rangle(i, start, end)
        self.emit("CMP", ">", start, end)
        return i + 1

    def opens_angle(self, i: int) -> bool:
        """Whether a < after an operand begins an inner product: 2<x, w> as opposed to a < b."""
        depth, comma = 0, False
        for j in range(i + 1, min(len(self.raw), i + 400)):
            kind = self.kind(j)
            if kind in ("LPAR", "LBRACK", "LBRACE"):
                depth += 1
            elif kind in ("RPAR", "RBRACK", "RBRACE"):
                depth -= 1
                if depth < 0:
                    return False
            elif depth == 0:
                if kind == "LT":
                    return False
                comma = comma or kind == "COMMA"
                if kind == "GT":
                    return comma and "RAW_" + self.kind(j + 1) not in self.operands
        return False
