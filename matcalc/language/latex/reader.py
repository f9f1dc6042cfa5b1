r"""Reading LaTeX: the structures \frac, \sqrt and arrays, and brackets that say which side they are."""

from __future__ import annotations

from ..applied import single
from ..scanner import ENDS, Context, Open
from ..vocabulary import normal_name
from ..words import declared_spelling, unknown_function
from .translate import Translator


class LatexScanner(Translator):
    """Reads LaTeX."""

    lines = False

    def begin(self, text: str, shown: str, context: Context) -> None:
        super().begin(text, shown, context)
        self.entries: set[int] = set()

    def read_named(self, i: int, start: int, end: int) -> int:
        """A name that is one name, however long."""
        top = self.top
        if top is not None and top.kind == "indexed":
            return self.factor(i, str(self.raw[i]), start)
        if stop := self.told(i, start, end):
            return stop
        name = declared_spelling(normal_name(str(self.raw[i])), self.context)
        if name in self.context.functions:
            return self.word(i, name, start)
        primes = self.primes(i + 1)
        if primes and self.derivative(i, str(self.raw[i]), start, primes):
            return i + 1 + primes
        self.emit("NAME", name, start, end)
        self.refuse_power(i + 1, name)
        if self.kind(i + 1) == "LPAR":
            self.named_before(i, name)
        return i + 1

    def named_before(self, i: int, name: str) -> None:
        """Refuse a name in a font of its own that stands before parentheses: \\operatorname{erfinv}(a)."""
        if not single(name) and name not in self.context.given and name not in self.variables():
            span = (self.raw[i].start_pos, self.raw[i].end_pos)
            raise unknown_function(str(self.raw[i]), self.shown, span, self.context.known)
        self.refuse_applied(i + 1, str(self.raw[i]))

    def read_pinv(self, i: int, start: int, end: int) -> int:
        self.emit("PINV", "+", start, end)
        self.last = "QUOTE"
        return i + 1

    def read_begin(self, i: int, start: int, end: int) -> int:
        self.emit("BEGIN", "[", start, end)
        self.push(Open("[", start, end, word="begin"))
        return i + 1

    def read_end(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is None or top.word != "begin":
            raise self.error("this ends no array", start, end)
        self.close(("[",), "END", start, end)
        return i + 1

    def read_sum(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is not None and top.kind == "indexed":
            return i + 1  # an index that is not kept is summed in any case
        self.emit("SUM", str(self.raw[i]), start, end)
        self.put("LPAR", "(", end, end)
        self.push(Open("sum", start, end))
        return i + 1

    def read_frac(self, i: int, start: int, end: int) -> int:
        return self.enter(i, "FRAC", "frac", start, end)

    def read_root(self, i: int, start: int, end: int) -> int:
        return self.enter(i, "ROOT", "root", start, end)

    def enter(self, i: int, kind: str, opened: str, start: int, end: int) -> int:
        if self.kind(i + 1) != "LBRACE":
            raise self.error("an argument in braces is missing after this", start, end)
        self.emit(kind, str(self.raw[i]), start, end)
        at, stop = self.raw[i + 1].start_pos, self.raw[i + 1].end_pos
        self.put("GOPEN", "{", at, stop)
        self.push(Open(opened, at, stop))
        return i + 2

    def read_rbrace(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is None or top.kind not in ("frac", "root", "under"):
            return super().read_rbrace(i, start, end)
        if self.last not in ENDS:
            raise self.error("something is missing before }", start, end)
        self.close((top.kind,), "GCLOSE", start, end, "}")
        if top.kind != "frac":
            return i + 1
        if self.kind(i + 1) != "LBRACE":
            raise self.error("a fraction has two arguments in braces", start, end)
        at, stop = self.raw[i + 1].start_pos, self.raw[i + 1].end_pos
        self.put("GOPEN", "{", at, stop)
        self.push(Open("under", at, stop))
        return i + 2

    def read_fracpartial(self, i: int, start: int, end: int) -> int:
        self.emit("FRACPARTIAL", normal_name(str(self.raw[i])), start, end)
        self.push(Open("root", start, end))
        return i + 1

    def read_lbrack(self, i: int, start: int, end: int) -> int:
        if self.is_index(i) or self.has_entries(i) or self.closes_indexed(i):
            return super().read_lbrack(i, start, end)
        self.refuse_applied(i, str(self.out[-1]) if self.out else "")
        self.open("[", "LPAR", start, end).word = "group"
        return i + 1

    def has_entries(self, i: int) -> bool:
        """Whether a bracket has commas or semicolons of its own."""
        if not self.entries:
            stack = [-1]
            for j, token in enumerate(self.raw):
                kind = token.type[4:]
                if kind in ("LPAR", "LBRACK", "LBRACE", "LANGLE", "BEGIN"):
                    stack.append(j)
                elif kind in ("RPAR", "RBRACK", "RBRACE", "RANGLE", "END") and len(stack) > 1:
                    stack.pop()
                elif kind in ("COMMA", "SEMI"):
                    self.entries.add(stack[-1])
            self.entries.add(-1)
        return i in self.entries

    def read_openbar(self, i: int, start: int, end: int) -> int:
        self.open("abs", "LABS", start, end)
        return i + 1

    def read_opendbar(self, i: int, start: int, end: int) -> int:
        self.open("norm", "LNORM", start, end)
        return i + 1

    def read_closebar(self, i: int, start: int, end: int) -> int:
        self.bar("abs", start, end, True)
        return i + 1

    def read_closedbar(self, i: int, start: int, end: int) -> int:
        self.bar("norm", start, end, True)
        return i + 1
