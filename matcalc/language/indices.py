"""Indices: what a bracket after an operand holds, and expressions such as [A_ij B_jk]_ik."""

from __future__ import annotations

from .applied import NOTHING, Argument, refused, single
from .scanner import ENDS, Context, Open, Scanner
from .vocabulary import normal_name, words
from .words import unknown_function

OPERANDS = words(
    "RAW_WORD RAW_NUMBER RAW_BAR RAW_DBAR RAW_LBRACK RAW_LANGLE RAW_LT RAW_SQRT RAW_ONES RAW_ZEROS RAW_VULGAR "
    "RAW_EINSUM RAW_SERIES RAW_LBRACE RAW_SPELLED"
)
_OPENING = frozenset(("LPAR", "LBRACK", "LBRACE"))
_CLOSING = frozenset(("RPAR", "RBRACK", "RBRACE"))
_INDEX = frozenset(("RAW_NUMBER", "RAW_COLON", "RAW_COMMA", "RAW_MINUS"))


def bare(text: str) -> str:
    """Indices without the sign of a subscript, and without parentheses around them all.

    >>> bare("_ij"), bare("_(ij)k"), bare("_((ij)k)")
    ('ij', '(ij)k', '(ij)k')
    """
    text = text[1:]
    inside = text[1:-1]
    return inside if text[:1] + text[-1:] == "()" and "(" in inside and inside.find(")") > inside.find("(") else text


class IndexScanner(Scanner):
    """Looks around in the raw tokens, and reads indices."""

    operands: frozenset[str] = OPERANDS

    def begin(self, text: str, shown: str, context: Context) -> None:
        super().begin(text, shown, context)
        self.bare: set[str] | None = None  # the words that stand somewhere without an argument
        self.last_double: int | None = None  # where the last double bar stands
        self.raised: bool | None = None  # whether e stands only as a base
        self.insides: dict[int, tuple[str, int]] | None = None  # what is in the brackets

    def kind(self, i: int) -> str:
        """The type of a raw token, or nothing."""
        return self.raw[i].type[4:] if 0 <= i < len(self.raw) else ""

    def touches(self, i: int) -> bool:
        """Whether a raw token touches the one before it."""
        return 0 < i < len(self.raw) and self.raw[i].start_pos == self.raw[i - 1].end_pos

    def following(self, i: int) -> str:
        """What follows a word, as far as words care: "(", "^", "operand" or nothing."""
        kind = self.raw[i].type if i < len(self.raw) else ""
        if kind in ("RAW_LPAR", "RAW_LBRACE"):
            return "("
        if kind == "RAW_SUP" or (kind == "RAW_POW" and self.kind(i + 1) in ("NUMBER", "MINUS", "LBRACE")):
            return "^"
        return "operand" if kind in self.operands else ""

    def argument_at(self, i: int, used: bool) -> Argument:
        """What stands in the brackets that open at i."""
        if self.kind(i) not in ("LPAR", "LBRACK"):
            return NOTHING
        if self.insides is None:
            self.insides = self.brackets()
        kind, stop = self.insides.get(i, ("product", len(self.raw)))
        inside = self.raw[i + 1 : min(stop, i + 3)]
        if len(inside) == 1 and kind == "product":
            first = inside[0].type
            name = first == "RAW_NAMED" or (first == "RAW_WORD" and single(normal_name(inside[0])))
            if first == "RAW_NUMBER":  # X[1] is an index
                kind = "number" if self.kind(i) == "LPAR" else ""
            elif name:
                kind = "name"
        return Argument(kind, "(" if self.kind(i) == "LPAR" else "[", "".join(inside[:1]), used)

    def brackets(self) -> dict[int, tuple[str, int]]:
        """For each opening bracket whether a list, a sum or a product is in it, and where it closes."""
        found: dict[int, tuple[str, int]] = {}
        stack: list[tuple[int, str, bool]] = []  # where it opens, what is in it, whether an angle is open
        for j, token in enumerate(self.raw):
            at = token.type[4:]
            if at in _OPENING:
                stack.append((j, "product", False))
            elif at in _CLOSING and stack:
                i, kind, _ = stack.pop()
                found[i] = (kind, j)
            elif stack:
                i, kind, angle = stack[-1]
                if at in ("LT", "LANGLE"):
                    stack[-1] = (i, kind, True)
                elif at == "COMMA" and not angle and j > i + 1:
                    stack[-1] = (i, "list", angle)
                elif at in ("PLUS", "MINUS") and j > i + 1 and kind == "product":
                    stack[-1] = (i, "sum", angle)
        return found

    def refuse_applied(self, i: int, shown: str) -> None:
        """Refuse the name that was just read if it is a function of what is in the bracket that opens at i."""
        if self.last != "NAME" or not self.touches(i) or self.context.exact:
            return
        name = self.out[-1]
        if name not in self.context.given:
            argument = self.argument_at(i, name in self.variables())
            error = refused(shown, str(name), argument, self.shown, (name.start_pos, name.end_pos))
            if error is not None:
                raise error

    def past_marks(self, i: int) -> int:
        """The position after the primes or the power at i, as in f'(x) and f^2(x)."""
        j = i
        while (kind := self.kind(j)) == "QUOTE":
            j += 1
        if j > i or kind == "SUP":
            return j + (kind == "SUP")
        if kind != "POW":
            return i
        braced = self.kind(j + 1) == "LBRACE"
        j += 1 + braced
        j += self.kind(j) == "MINUS"
        return j + 1 + braced if self.kind(j) == "NUMBER" else i

    def variables(self) -> set[str]:
        """The words that stand somewhere without an argument (and not as an exponent)."""
        if self.bare is None:
            self.bare = {
                str(t)
                for j, t in enumerate(self.raw)
                if t.type in ("RAW_WORD", "RAW_NAMED")
                and self.kind(self.past_marks(j + 1)) not in ("LPAR", "LBRACK")
                and self.kind(j - 1) != "POW"
            }
        return self.bare

    def factor(self, i: int, word: str, start: int) -> int:
        """A name with indices, in [A_ij B_jk]_ik."""
        base, cut, indices = word.partition("_")
        end = self.raw[i].end_pos
        if not indices.isalpha():
            base, cut, indices = word, "", ""
        if normal_name(base) == "delta" and "delta" not in self.context.given:
            self.emit("IDENTITY", "I", start, end)
        else:
            following = "" if cut else self.following(i + 1)
            if self.words(base, start, start + len(base), following, self.touches(i + 1)) == "FUNC":
                return i + 1
        if cut:
            self.put("SUBS", indices, start, end)
        return i + 1

    def read_indices(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is None or top.kind != "indexed" or self.last not in ENDS:
            raise self.error("a subscript stands only after a name or a norm", start, end)
        self.put("SUBS", bare(self.raw[i]), start, end)
        return i + 1

    def read_total(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is not None and top.kind == "indexed":
            return i + 1  # an index that is not kept is summed in any case
        first = self.brace_end(i + 1)
        last = self.brace_end(first + 2) if self.kind(first + 1) == "POW" else 0
        if self.raw[i] != "∑_" or not first or not last or self.kind(i + 3) != "EQUALS":
            message = "a sum has its limits, ∑_{i=0}^{k}; sums over samples are read from LaTeX, \\sum_i"
            raise self.error(message, start, end)
        self.emit("SERIES", "sum(", start, end)
        self.push(Open("series", start, end))
        index = self.raw[i + 2]
        self.put("NAME", str(index), index.start_pos, index.end_pos)
        self.put("EQUALS", "=", index.end_pos, index.end_pos)
        self.steps(i + 4, first)
        self.emit("RANGE", "..", start, start)
        self.steps(first + 3, last)
        self.emit("COMMA", ",", start, start)
        self.stack.pop()
        self.written.pop()
        self.push(Open("sum", start, end))
        return last + 1

    def brace_end(self, i: int) -> int:
        """The position where the brace at i closes, or 0."""
        depth = 0
        for j in range(i, len(self.raw) if self.kind(i) == "LBRACE" else 0):
            depth += (self.kind(j) == "LBRACE") - (self.kind(j) == "RBRACE")
            if not depth:
                return j
        return 0

    def steps(self, i: int, stop: int) -> None:
        """Read the raw tokens of a range."""
        while i < stop:
            i = self.step(i)

    def closes_indexed(self, i: int) -> bool:
        """Whether the bracket that opens at i has indices after it."""
        if not self.pairs:
            stack: list[int] = []
            for j, token in enumerate(self.raw):
                if token.type == "RAW_LBRACK":
                    stack.append(j)
                elif token.type == "RAW_RBRACK" and stack:
                    self.pairs[stack.pop()] = j
        return self.kind(self.pairs.get(i, len(self.raw)) + 1) == "INDICES"

    def is_index(self, i: int) -> bool:
        """Whether the bracket at i holds an index: whole numbers, colons and commas after an operand."""
        if self.last not in ENDS or self.last == "NUMBER":
            return False
        j = i + 1
        while j < len(self.raw) and self.raw[j].type in _INDEX and (self.kind(j) != "NUMBER" or self.raw[j].isdigit()):
            j += 1
        return self.kind(j) == "RBRACK" and j > i + 1

    # --- methods, and calls of other programs

    def read_called(self, i: int, start: int, end: int) -> int:
        spelled = str(self.raw[i])
        name = spelled.removeprefix(".")
        if self.last not in ENDS:
            raise self.error(f"there is nothing before {self.text[start:end]}", start, end)
        if name == spelled:  # of the table of spellings
            self.put("METHOD", name, start, end)
        elif name in self.context.known:
            self.put("METHOD", self.context.known[name], start, end)
        else:
            raise unknown_function(name, self.shown, (start, end), self.context.known)
        return i + 1

    def read_attribute(self, i: int, start: int, end: int) -> int:
        """x.size, which is a call without parentheses."""
        self.read_called(i, start, end)
        self.put("LPAR", "(", end, end)
        self.put("RPAR", ")", start, end)
        return i + 1

    def read_spelled(self, i: int, start: int, end: int) -> int:
        """A call of another program, by its form in the table of spellings."""
        self.emit("FUNC", str(self.raw[i]), start, end)
        return i + 1
