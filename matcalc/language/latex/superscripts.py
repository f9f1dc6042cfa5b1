"""Superscripts in LaTeX: powers, transposes, adjoints, pseudo-inverses."""

from __future__ import annotations

from ..remarks import Remark
from .commands import ADJOINT, TRANSPOSE
from .names import NameReader

_FONTS = frozenset(("mathsf", "mathrm", "text", "mathit", "mathtt", "operatorname", "rm", "textsf", "mathbf"))


class SuperscriptReader(NameReader):
    """Reads what follows ^."""

    def superscript(self, i: int, start: int, end: int) -> int:
        """What follows ^."""
        if i >= len(self.source):
            raise self.error("an exponent is missing", start, end)
        braced = self.is_(i, "LBRACE")
        j = i + braced
        primes = self.primes_above(j, braced)
        if primes:
            stop = self.place(j + primes - 1 + braced)[1]
            for k in range(primes):
                self.add("QUOTE", "'", stop if k else start, stop)
            return j + primes + braced
        minus = self.is_(j, "MINUS")
        k = self.skip_transpose(j + minus, braced)
        if k and (not braced or self.is_(k, "RBRACE")):
            stop = self.place(k - 1 + braced)[1]
            sign = "".join(str(t) for t in self.source[j + minus : k])
            if "T" not in sign and not any(s in sign for s in ("top", "intercal", "prime", "trans", "ᵀ", "⊤")):
                return self.adjoint_above(k + braced, sign, minus, start, stop)
            self.add("TSUP", "⁻ᵀ" if minus else "ᵀ", start, stop)
            return k + braced
        if self.is_(j, "PLUS") and (not braced or self.is_(j + 1, "RBRACE")):
            self.add("PINV", "+", start, self.place(j)[1])
            return j + 1 + braced
        if self.command(j) == "star" and (not braced or self.is_(j + 1, "RBRACE")):
            return self.starred(j + 1 + braced, start)
        if braced and self.command(j) in ("odot", "circ"):
            self.add("DOTPOW", ".^", start, end)
            self.add("LBRACE", "{", *self.place(i))
            self.groups.append("")
            return j + 1
        self.add("POW", "^", start, end)
        if braced and self.is_(j, "NUMBER") and self.is_(j + 1, "RBRACE"):
            self.translated.append(self.source[j])
            return j + 2
        return i

    def adjoint_above(self, after: int, sign: str, minus: bool, start: int, stop: int) -> int:
        r"""A^H, A^\dagger, A^*, after its sign."""
        if minus and self.context.conjugable:
            raise self.error("write the inverse and the adjoint one after the other, (A^{-1})^H", start, stop)
        name = "*" if sign in ("*", "\\ast") else "†"
        self.add("TSUP", "⁻ᵀ" if minus else name, start, stop)
        if minus:
            self.context.remarks.append(Remark("the adjoint of what is real is the transpose", (start, stop)))
        return after

    def primes_above(self, j: int, braced: bool) -> int:
        r"""How many primes stand in an exponent, as in f^\prime and f^{\prime\prime}."""
        k = j
        while self.command(k) == "prime" and (braced or k == j):
            k += 1
        return k - j if not braced or self.is_(k, "RBRACE") else 0

    def starred(self, after: int, start: int) -> int:
        r"""x^\star is a name."""
        last = self.translated[-1] if self.translated else None
        end = self.place(after - 1)[1]
        if last is None or last.type not in ("RAW_WORD", "RAW_NAMED"):
            raise self.error(r"\star stands after a name", start, end)
        self.translated.pop()
        word = str(last)
        if last.type == "RAW_WORD" and len(word) > 1 and "_" not in word and word not in self.context.given:
            self.add("WORD", word[:-1], last.start_pos, last.end_pos - 1)
            word = word[-1]
        self.add("NAMED", f"{word}_star", last.end_pos - 1, end)
        return after

    def skip_transpose(self, j: int, braced: bool) -> int:
        """The position after a sign of transposition, or 0."""
        name = self.command(j)
        if name in _FONTS:
            found = self.single(j)
            return found.after if found is not None and found.text in ("T", "H", "t") and not found.subscript else 0
        if name in TRANSPOSE or self.is_(j, "TSUP"):
            return j + 1
        if name in ADJOINT or (self.is_(j, "STAR") and self.source[j] == "*"):
            return j + 1
        if not self.is_(j, "WORD"):
            return 0
        word = str(self.source[j])
        if word == "H" and self.context.conjugable:
            return j + 1
        if word in ("t", "H"):
            free = word not in self.context.given and (word == "H" or not self.stands(word, j))
            return j + 1 if free else 0
        if word == "T":
            return j + 1
        if word[0] == "T" and word[1].isalpha() and word not in self.context.given and not braced:
            self.one_token(j)
            return j + 1
        return 0

    def stands(self, letter: str, at: int) -> bool:
        """Whether a letter is a name elsewhere than alone in an exponent."""
        for j, token in enumerate(self.source):
            if not self.is_(j, "WORD") or letter not in token or j == at:
                continue
            exponent = j and (self.is_(j - 1, "POW") or (j > 1 and self.is_(j - 2, "POW")))
            if str(token) != letter or not exponent:
                return True
        return False
