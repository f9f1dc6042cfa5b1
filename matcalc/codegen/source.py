"""Source text from a plan: a line for each value that is used several times, the others where they are used.

What languages share: how tightly a text holds together, which values get a name, how long a line may be. A language
is a subclass with a method or a template for each operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, ClassVar

from ..terms.errors import MatcalcError
from ..terms.records import NamedTuple
from ..terms.shapes import Dim
from .function import Function, Parameter
from .names import Names
from .plan import Value, is_negative, needed

LINE = 88  # characters of an expression beyond which its longest parts are lines of their own

COMPARE, SUM, PRODUCT, UNARY, POWER, ATOM = range(6)


class Piece(NamedTuple):
    """A piece of source text, and how tightly it holds together."""

    text: str
    level: int = ATOM


def is_constant(v: Value) -> bool:
    """Whether a value is a number that the source text knows, or a size."""
    parts = [v]
    while parts:
        a = parts.pop()
        if a.rank or a.op in ("input", "call", "counter", "index", "series"):
            return False
        parts.extend(a.args)
    return True


class Source:
    """The text of one function."""

    views: ClassVar[frozenset[str]] = frozenset(("column", "row", "t"))  # written where they are used, however often
    letters: ClassVar[tuple[str, ...]] = ("s", "v", "M", "T")  # for values without, with one, two, and more axes
    templates: ClassVar[dict[str, str]] = {}
    functions: ClassVar[dict[str, str]] = {}  # elementwise
    of_numbers: ClassVar[dict[str, str]] = {}  # elementwise functions of what is no array but a number
    helpers: ClassVar[dict[str, str]] = {}
    indent: ClassVar[str] = "    "
    ends: ClassVar[str] = ""  # what a statement ends with
    closes: ClassVar[str] = ""  # the last line of a loop
    language: ClassVar[str] = ""

    def __init__(self, f: Function, names: Names):
        self.f, self.names = f, names
        self.lines: list[str] = []
        self.pieces: dict[int, Piece] = {}  # of the values that have been written
        self.named: set[int] = set()
        self.sizes_used: dict[str, None] = {}
        self.helpers_used: dict[str, None] = {}
        self.loops: dict[int, str] = {}  # the names of the indices of finite sums
        self.depth = 1
        self.uses = self._uses()

    def _uses(self) -> dict[int, int]:
        """How often the text of each value is needed; what is written where it is used passes its uses on."""
        uses: dict[int, int] = {}
        for v in self.f.results:
            uses[v.number] = uses.get(v.number, 0) + 1
        for v in reversed(list(needed(self.f.results))):
            times = uses.get(v.number, 0) if self.is_view(v) else 1
            template = self.functions.get(v.data, "") if v.op == "fn" else self.templates.get(v.op, "")
            for k, a in enumerate(v.args):
                if not (v.op == "series" and k == 0):
                    in_loop = 2 if v.counters and not a.counters else 1  # what no index changes stands before a loop
                    often = max(in_loop, template.count(f"{{{k}}}") + template.count(f"<{k}>"))
                    uses[a.number] = uses.get(a.number, 0) + times * often
        return uses

    def is_view(self, v: Value) -> bool:
        """Whether a value is no work."""
        return v.op in self.views or not v.args

    # --- the body ------------------------------------------------------------------------------------------------

    def write(self) -> list[Piece]:
        """Write the lines of the function, and give the pieces of its results."""
        for v in needed(self.f.results):
            if not v.counters:
                self.place(v)
        return [self.result(v) for v in self.f.results]

    def place(self, v: Value) -> None:
        """Write a value: as a line if it is used several times, else as a piece."""
        piece = self.piece(v)
        while len(piece.text) > LINE:
            longest = self._longest(v, len(piece.text) - LINE)
            if not longest:
                break
            for part in longest:
                self.name(part)
            self._again(v)
            piece = self.piece(v)
        self.pieces[v.number] = piece
        if self.uses.get(v.number, 0) > 1 and v.number not in self.named and not self.is_view(v) and not self._cheap(v):
            self.name(v)

    def _again(self, v: Value) -> None:
        """Write the views that a value is computed from once more, after something below them got a name."""
        views, stack = [], list(v.args)
        while stack:
            a = stack.pop()
            if a.args and self.is_view(a) and a.number in self.pieces:
                views.append(a)
                stack.extend(a.args)
        for a in reversed(views):
            self.pieces[a.number] = self.piece(a)

    def _cheap(self, v: Value) -> bool:
        """Whether a value is as short as a name."""
        return v.op == "neg" and v.args[0].op == "number"

    def _longest(self, v: Value, excess: int) -> list[Value]:
        """The longest parts of a value's text that can get names of their own, the longest first.

        One, or as many as still leave the line too long by some characters: a name takes away no more than the part,
        and the parentheses around it, where it stands.
        """
        often: dict[Value, int] = {}
        stack = list(v.args)
        while stack:
            a = stack.pop()
            if a.number in self.named or not a.args or (a.counters and not self.in_loop):
                continue
            if self.is_view(a):
                stack.extend(a.args)
            else:
                often[a] = often.get(a, 0) + 1
        length = {a: len(self.pieces[a.number].text) for a in often}
        found: list[Value] = []
        for a in sorted((a for a in often if length[a] > 8), key=lambda a: -length[a]):
            if found and excess <= 0:
                break
            found.append(a)
            excess -= (length[a] + 2) * often[a]
        return found if excess > 0 else found[:-1] or found

    @property
    def in_loop(self) -> bool:
        """Whether the lines of a loop are being written."""
        return self.depth > 1

    def name(self, v: Value) -> None:
        """Make a value a line of its own."""
        name = self.names.fresh(self.letters[min(v.rank, 3)])
        self.assign(name, v, self.pieces[v.number])
        self.pieces[v.number] = Piece(name)
        self.named.add(v.number)

    def assign(self, name: str, v: Value, piece: Piece) -> None:
        """Write a line that gives a value a name."""
        self.line(f"{name} = {piece.text}{self.ends}")

    def line(self, text: str) -> None:
        """Write a line."""
        self.lines.append(self.indent * self.depth + text)

    def result(self, v: Value) -> Piece:
        """What is returned for a value."""
        return self.pieces[v.number]

    @contextmanager
    def inside(self, values: Iterable[Value]) -> Iterator[None]:
        """The body of a loop: values written in it are forgotten behind it."""
        inner = [v.number for v in values]
        self.depth += 1
        yield
        self.depth -= 1
        for k in inner:
            self.pieces.pop(k, None)
            self.named.discard(k)

    # --- pieces --------------------------------------------------------------------------------------------------

    def piece(self, v: Value) -> Piece:
        """The text of a value from the texts of its arguments."""
        if v.op == "fn":
            return self.function(v)
        method: Callable[[Value], Piece] | None = getattr(self, f"op_{v.op}", None)
        if method is not None:
            return method(v)
        template = self.templates.get(v.op)
        if template is None:
            raise self.unknown(v.op)
        return self.fill(template, v)

    def function(self, v: Value) -> Piece:
        """An elementwise function."""
        template = self.functions.get(v.data)
        if is_constant(v.args[0]) and v.data in self.of_numbers:
            template = self.of_numbers[v.data]
        if template is None:
            raise self.unknown(v.data)
        return self.fill(template, v)

    def unknown(self, name: str) -> MatcalcError:
        """The error for an operation that a target lacks."""
        return MatcalcError(f"{self.language} has no {name}")

    def fill(self, template: str, v: Value) -> Piece:
        """A call: its arguments stand where the template has braces; !helper( calls a function that is written too."""
        text, level = template, ATOM
        if text.startswith("~"):  # an operator is in the template
            text, level = text[1:], PRODUCT
        for k, a in enumerate(v.args):
            text = text.replace(f"{{{k}}}", self.text(a))
            text = text.replace(f"<{k}>", self.text(a, POWER))
        if "!" in text:
            for name in self.helpers:
                if f"!{name}(" in text:
                    self.use(name)
                    text = text.replace(f"!{name}(", f"{name}(")
        return Piece(text, level)

    def use(self, name: str) -> str:
        """Note that a helper is needed, and those that it calls."""
        if name not in self.helpers_used:
            self.helpers_used[name] = None
            for other in self.helpers:
                if other != name and f"{other}(" in self.helpers[name]:
                    self.use(other)
        return name

    def text(self, v: Value, level: int = COMPARE) -> str:
        """The text of a value, in parentheses where its place is tighter than it."""
        piece = self.pieces[v.number]
        return piece.text if piece.level >= level else f"({piece.text})"

    def operand(self, v: Value, level: int = COMPARE) -> str:
        """The text of a value where arrays are computed entry by entry, and may be broadcast."""
        return self.text(v, level)

    def size(self, d: Dim) -> str:
        """A size as source text."""
        for name in sorted(d.names):
            self.sizes_used[name] = None
        text = "".join(self._monomial(mono, c) for mono, c in d.terms) or "0"
        return text.removeprefix(" + ").replace(" - ", "-", 1) if text.startswith(" - ") else text.removeprefix(" + ")

    def _monomial(self, mono: tuple[str, ...], c: int) -> str:
        names = [self.names.of_user(n, "size") for n in mono]
        parts = ([str(abs(c))] if abs(c) != 1 or not names else []) + names
        return f" {'-' if c < 0 else '+'} {' * '.join(parts)}"

    def shape(self, dims: Iterable[Dim]) -> str:
        """A shape as source text."""
        parts = [self.size(d) for d in dims]
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"

    # --- what most languages write alike -------------------------------------------------------------------------

    def op_input(self, v: Value) -> Piece:
        return Piece(self.names.of_user(v.data))

    def op_number(self, v: Value) -> Piece:
        return self.number(v.data)

    def number(self, value: Any) -> Piece:
        """A number; a fraction as a quotient."""
        if isinstance(value, Fraction):
            short = Fraction(str(float(value))) == value and value.denominator <= 64
            if short:
                return self.number(float(value))
            return Piece(f"{value.numerator} / {value.denominator}", PRODUCT if value > 0 else SUM)
        return Piece(repr(value), ATOM if value >= 0 else UNARY)

    def op_size(self, v: Value) -> Piece:
        return Piece(self.size(v.data))

    def op_add(self, v: Value) -> Piece:
        out = ""
        for sign, a in zip(v.data, v.args, strict=True):
            if not out:
                out = self.operand(a, SUM)
            else:
                negative = is_negative(a)
                out += f" {'-' if sign < 0 else '+'} {self.operand(a, ATOM if negative else PRODUCT)}"
        return Piece(out, SUM)

    def op_neg(self, v: Value) -> Piece:
        return Piece(f"-{self.text(v.args[0], POWER)}", UNARY)

    times: ClassVar[str] = " * "
    over: ClassVar[str] = " / "

    def op_mul(self, v: Value) -> Piece:
        first, *rest = v.args
        return Piece(self.times.join([self.operand(first, PRODUCT), *(self.operand(a, UNARY) for a in rest)]), PRODUCT)

    def op_div(self, v: Value) -> Piece:
        x, y = v.args
        return Piece(f"{self.operand(x, PRODUCT)}{self.over}{self.operand(y, UNARY)}", PRODUCT)

    # --- functions of the caller's, loops ------------------------------------------------------------------------

    def op_call(self, v: Value) -> Piece:
        return Piece(f"{self.names.of_user(v.data)}({', '.join(self.text(a) for a in v.args)})")

    def op_counter(self, v: Value) -> Piece:
        return self.pieces.get(v.number) or Piece(self.index(v.data))

    def index(self, number: int) -> str:
        """The name of the index of a loop."""
        name = self.loops.get(number)
        if name is None:
            name = self.loops[number] = self.names.fresh("i")
        return name

    def op_series(self, v: Value) -> Piece:
        """A loop that adds the values of the body."""
        body, first, last = v.args
        total = self.names.fresh(self.letters[min(v.rank, 3)])
        self.line(f"{total} = {self.start(v)}{self.ends}")
        name, inner = self.index(v.data), [w for w in below(body) if v.data in w.counters]
        self.line(self.loop(name, first, last))
        with self.inside(inner):
            for w in inner:
                self.place(w)
            self.line(f"{total} = {self.plus(total, body)}{self.ends}")
        if self.closes:
            self.line(self.closes)
        return Piece(total)

    def plus(self, total: str, body: Value) -> str:
        """A sum that a loop adds to."""
        return f"{total} + {self.text(body, PRODUCT)}"

    def start(self, v: Value) -> str:
        """What a sum begins with."""
        raise NotImplementedError

    def loop(self, name: str, first: Value, last: Value) -> str:
        """The first line of a loop."""
        raise NotImplementedError

    # --- sizes ---------------------------------------------------------------------------------------------------

    def sizes_read(self) -> list[str]:
        """The sizes that the function reads: those of its arrays, and others that its lines need."""
        arrays = [p for p in self.f.parameters if p.axes and p.read]
        names = {n for p in arrays for d in p.axes or () for n in d.names if n in self.f.sizes}
        return sorted({*names, *self.sizes_used})

    def checkable(self) -> list[Parameter]:
        """The arrays that are read and whose shapes the sizes tell."""
        known = set(self.sizes_read())
        arrays = [p for p in self.f.parameters if p.axes and p.read]
        return [p for p in arrays if all(d.names <= known for d in p.axes or ())]


def below(body: Value) -> list[Value]:
    """The values that a value needs, each after those that it is computed from, without the bodies of other loops."""
    seen: dict[int, Value] = {}
    stack = [body]
    while stack:
        v = stack.pop()
        if v.number not in seen:
            seen[v.number] = v
            stack.extend(v.args[1:] if v.op == "series" else v.args)
    return [seen[k] for k in sorted(seen)]
