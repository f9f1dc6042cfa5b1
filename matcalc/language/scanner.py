"""Between lexer and parser: what opens and what closes, products that are meant but not written, functions
without parentheses. The front ends for plain text and LaTeX build on this."""

from __future__ import annotations

from collections.abc import Callable

from ..terms.errors import ParseError
from ..terms.records import dataclass, field
from ..terms.signatures import Signatures
from .applied import NOTHING
from .remarks import Remark
from .tokens import Token
from .vocabulary import functions, words
from .words import Piece, split

STARTS = words(
    "NUMBER NAME CONST IDENTITY ONES LPAR LNORM LABS LANGLE FUNC SIZED LBRACK LINDEXED EINSUM SERIES PARTIAL "
    "PARTIALCALL FRAC ROOT BEGIN SUM ZEROS FRACPARTIAL"
)
ENDS = words(
    "NUMBER NAME CONST IDENTITY ONES RPAR RNORM RABS RANGLE QUOTE RBRACK RINDEX RINDEXED SUBS PARTIAL GCLOSE END ZEROS "
    "SETTING"
)
_REDUCTIONS = words("sum mean prodall amax amin logsumexp")
_AFTER_SUM = words("PLUS MINUS CMP COMMA SEMI")
OPERATORS = words("BACKSLASH DDOT PLUS MINUS STAR DOTSTAR SLASH DOTSLASH KRON CMP COMMA SEMI RANGE")


@dataclass
class Context:
    """What is known before reading: names of variables and of abstract functions."""

    given: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    signatures: Signatures = field(default_factory=Signatures.shipped)
    exact: bool = False  # names are never split, and only the given ones exist
    differentials: bool | str = False  # d(X) is the differential of X; "names": where d is not declared
    dialect: str = ""  # whether the text is code for arrays
    conjugable: frozenset[str] = frozenset()  # the complex variables: with them z^H and z^* have a meaning
    words: tuple[str, ...] = ()  # the given names of several letters, longest first
    remarks: list[Remark] = field(default_factory=list)  # what is to be said about the reading

    def __post_init__(self) -> None:
        self.known = self.signatures.view(functions)  # what can be written before parentheses
        every = self.given | self.functions
        self.words = tuple(sorted((n for n in every if len(n) > 1), key=lambda n: -len(n)))

    def token(self, name: str) -> str:
        """How a declared function is written: as an elementwise function, or marked as one with a type."""
        op = self.signatures.operation(name)
        return name if op is not None and op.unspecified else f"@{name}"


@dataclass
class Open:
    """An open bracket; `dims` while sizes are read in it."""

    kind: str
    start: int
    end: int
    dims: bool = False
    commas: int = 0
    word: str = field(default="")
    place: int = 0  # how many tokens stand before what is in it


class Scanner:
    """Reads raw tokens and writes the tokens of the grammar."""

    lines = True  # whether a new line ends an expression that is complete

    def begin(self, text: str, shown: str, context: Context) -> None:
        """Prepare for one text."""
        self.text, self.shown, self.context = text, shown, context
        self.lex: Callable[[str], list[Token]] = lambda text: []  # the raw tokens of a part
        self.raw: list[Token] = []
        self.out: list[Token] = []
        self.stack: list[Open] = []
        self.direct = -1  # where the argument of a function without parentheses, itself a call, has just ended
        self.written: list[Open] = []  # the brackets of the stack that stand in the text
        self.last = ""
        self.pending: Open | None = None
        self.pairs: dict[int, int] = {}  # where brackets close
        self.bold: set[str] = set()  # names in bold type
        self.applied_to = NOTHING  # what stands in parentheses after the word that is read

    def process(self, stream: list[Token]) -> list[Token]:
        """The tokens for the parser."""
        self.raw = list(stream)
        i = 0
        while i < len(self.raw):
            i = self.step(i)
        self.finish()
        return self.out

    def step(self, i: int) -> int:
        """Read the raw token at i (and what belongs to it); the position of the next one."""
        raise NotImplementedError

    def finish(self) -> None:
        """Close what closes itself; an error for what does not."""
        if self.last in ENDS:
            self.close_virtual(len(self.text), True)
        for o in self.written[:1]:
            message = f"this {self.shown[o.start : o.end].strip()} is never closed"
            if o.kind == "angle":
                message += ": an inner product is written <x, y>"
            if o.kind in ("abs", "norm") and {"LABS", "LNORM"} <= {t.type for t in self.out}:
                message += "; || is always a norm's bar: write |a|*|b| for a product of absolute values"
            raise self.error(message, o.start, o.end)

    def error(self, message: str, start: int, end: int) -> ParseError:
        return ParseError(message, self.shown, (start, max(end, start + 1)))

    def before(self, token: Token) -> str | None:
        """What stands in the text before a token, quoted for an error."""
        end = token.start_pos if token.type != "$END" and token.start_pos is not None else len(self.text)
        for t in reversed(self.out):
            stop = t.end_pos
            if t is not token and stop <= end and stop > (t.start_pos):
                return self.shown[t.start_pos : stop].strip() or None
        return None

    # --- writing

    def put(self, kind: str, value: str, start: int, end: int) -> None:
        """Append a token as it is."""
        self.out.append(Token(kind, value, start, end))
        self.last = kind

    def emit(self, kind: str, value: str, start: int, end: int) -> None:
        """Append a token, with the product sign that is meant before it, closing what ends before it."""
        if self.last in ENDS:
            if kind in STARTS:
                self.close_tight(start)
                if kind == "FUNC":
                    self.one_argument(value, start, end)
                if kind == "FUNC" or self.direct == len(self.out):  # log det(X) I is (log det X) I
                    self.close_virtual(start)
                if self.lines and self.top is None and "\n" in self.shown[self.out[-1].end_pos : start]:
                    message = "a new line begins a new expression: give one, or put an operator between them"
                    raise self.error(message, start, end)
                if kind == "NUMBER":
                    raise self.error(f"an operator is missing before {value}", start, end)
                self.put("JUX", "", start, start)
            elif kind in OPERATORS:
                self.close_virtual(start, kind in _AFTER_SUM)
        self.put(kind, value, start, end)

    def one_argument(self, value: str, start: int, end: int) -> None:
        """Refuse a function after the argument of a sum without parentheses: sum p log p."""
        top = self.stack[-1] if self.stack else None
        if top is not None and top.kind == "virtual" and str(self.out[top.place - 2]) in _REDUCTIONS:
            name = str(self.out[top.place - 2])
            raise self.error(f"where {name} ends is open: write {name}(…) with parentheses", start, end)

    def close_tight(self, at: int) -> None:
        """End a root sign's argument."""
        while self.stack and self.stack[-1].kind == "tight":
            self.stack.pop()
            self.put("RPAR", ")", at, at)

    def close_virtual(self, at: int, sums: bool = False) -> None:
        """End the arguments of functions without parentheses, and of sums."""
        while self.stack and (self.stack[-1].kind in ("virtual", "tight") or (sums and self.stack[-1].kind == "sum")):
            self.stack.pop()
            self.put("RPAR", ")", at, at)

    @property
    def top(self) -> Open | None:
        """The innermost bracket that is written."""
        return self.written[-1] if self.written else None

    def push(self, opened: Open) -> None:
        """Enter a bracket."""
        self.stack.append(opened)
        opened.place = len(self.out)
        if opened.kind not in ("virtual", "tight", "sum"):
            self.written.append(opened)

    def open(self, kind: str, token: str, start: int, end: int) -> Open:
        """An opening bracket."""
        self.emit(token, self.text[start:end], start, end)
        opened = Open(kind, start, end)
        if self.pending is not None and token == "LPAR":
            opened, self.pending = self.pending, None
            opened.start, opened.end = start, end
        self.push(opened)
        return opened

    def close(self, kinds: tuple[str, ...], token: str, start: int, end: int, value: str | None = None) -> Open:
        """A closing bracket."""
        what = self.shown[start:end].strip()
        top = self.top
        if top is None:
            raise self.error(f"this {what} closes nothing", start, end)
        if top.kind not in kinds:
            opened = self.shown[top.start : top.end].strip()
            raise self.error(f"this {what} cannot close the {opened} before it", start, end)
        if self.last in ENDS:
            self.close_virtual(start, True)
        elif top.kind not in ("index", "einsum") and not (
            self.last == "LPAR" and self.out[-2:-1] and self.out[-2].type == "METHOD"
        ):
            opened = self.shown[top.start : top.end].strip()
            empty = not self.shown[top.end : start].strip()
            message = (
                f"there is nothing between {opened} and {what}" if empty else f"something is missing before {what}"
            )
            raise self.error(message, start, end)
        self.stack.pop()
        self.written.pop()
        self.put(token, self.text[start:end] if value is None else value, start, end)
        outer = self.stack[-1] if self.stack else None
        inside = outer is not None and outer.kind == "virtual" and outer.place == top.place - 2
        if inside and str(self.out[top.place - 4]) in ("log", "ln"):
            self.direct = len(self.out)
        return top

    # --- words

    def words(self, word: str, start: int, end: int, following: str, adjacent: bool) -> str:
        """Write the names in a run of letters; the last piece's kind. `following` is what comes next."""
        top = self.top
        dims = top is not None and top.dims
        pieces = split(word, start, self.context, following, adjacent, dims, self.shown, self.applied_to)
        self.applied_to = NOTHING
        if end - start != len(word):  # a name that is written otherwise in the text
            pieces = [Piece(p.kind, p.value, start, end) for p in pieces]
        for p in pieces:
            self.piece(p)
        return pieces[-1].kind

    def piece(self, p: Piece) -> None:
        """Write one name."""
        if p.kind in ("LPAR", "RPAR"):  # of I_n
            self.put(p.kind, p.value, p.start, p.end)
            self.pending = None
            return
        self.emit(p.kind, p.value, p.start, p.end)
        if p.kind == "SIZED":
            self.pending = Open("sized", 0, 0, p.value not in ("vector", "matrix"), 0, p.value)

    def bar(self, kind: str, start: int, end: int, must_close: bool = False, value: str = "") -> None:
        """A bar of an absolute value or a norm: whether it opens or closes follows from what is before it."""
        top = self.top
        closes = self.last in ENDS and top is not None and top.kind == kind
        if closes or must_close:
            self.close((kind,), "RABS" if kind == "abs" else "RNORM", start, end, value)
        else:
            self.open(kind, "LABS" if kind == "abs" else "LNORM", start, end)

    def comma(self, start: int, end: int) -> None:
        """A comma: between arguments, entries or slices."""
        top = self.top
        if top is None:
            raise self.error("a comma stands only between arguments or entries", start, end)
        if top.kind in ("abs", "norm"):
            raise self.error(f"a comma inside {self.shown[top.start : top.end]}", start, end)
        self.emit("COMMA", ",", start, end)
        top.commas += 1
        if top.kind == "sized":
            top.dims = True
