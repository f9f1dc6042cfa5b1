"""What all notations share: precedence, signs, the order of factors, and an emitter that does not recurse."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from ..terms.axes import einsum_sizes, loose
from ..terms.complexes import UNIT, unconjugated
from ..terms.expression import Expr, epow, eye, num, power, prod
from ..terms.payloads import LinearKernel
from ..terms.records import NamedTuple
from ..terms.shapes import ONE, SCALAR, Dim
from ..terms.sizes import unsized, written
from ..terms.walks import postorder
from .form import ATOM, COMPARISON, PRODUCT, SUM, Child, Form, Piece, Pieces, atom, joined

BREAK = "\n"  # where a line may be broken
COMPARE = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!="}
LAWS = {"expectnormal": "N", "expectmoments": "", "expectlaw": ""}  # how the law of an expectation is called
NORMS = {"norm": "", "norm1": "_1", "norminf": "_inf", "normnuc": "_*", "norm2": "_2", "normp": "_p"}


def divisor(x: Expr) -> Expr | None:
    """For a power with a negative number as exponent, what it divides by.

    >>> from matcalc.terms.expression import var, SCALAR
    >>> divisor(power(var("x", SCALAR), num(-2))).args[1].data
    2
    """
    if x.op in ("pow", "epow"):
        e = x.args[1]
        if e.op == "num" and e.data < 0:
            if e.data == -1:
                return x.args[0]
            return (power if x.op == "pow" else epow)(x.args[0], num(-e.data))
    return None


class Product(NamedTuple):
    """The parts of a product: coefficient*scalars*array/below; the divisors are its last scalars."""

    negative: bool
    coefficient: Any
    scalars: list[Expr]
    array: Expr | None
    below: list[Expr]


def product(e: Expr) -> Product:
    """The parts of a product of scalars and perhaps an array."""
    scalars = list(e.args) if e.shape == SCALAR else list(e.args[:-1])
    value: Any = 1
    if scalars[0].op == "num":
        value = scalars.pop(0).data
    below: list[Expr] = []
    while scalars and (d := divisor(scalars[-1])) is not None:
        scalars.pop()
        below.insert(0, d)
    return Product(value < 0, abs(value), scalars, None if e.shape == SCALAR else e.args[-1], below)


def number(value: Any) -> tuple[str, int]:
    """The text of a number that is not negative, and how tightly it holds together."""
    if isinstance(value, Fraction):
        if value.denominator > 20 and (decimal := _decimal(value)) is not None:
            return decimal, ATOM
        return f"{value.numerator}/{value.denominator}", PRODUCT
    return (str(value) if isinstance(value, int) else repr(float(value))), ATOM


def _decimal(value: Fraction) -> str | None:
    """A terminating fraction as a decimal of at most 17 digits."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    digits = max(twos, fives)
    if rest != 1 or digits > 17:
        return None
    text = str(value.numerator * 10**digits // value.denominator).rjust(digits + 1, "0")
    return f"{text[:-digits]}.{text[-digits:]}"


def letters(e: Expr, avoid: Container[str] = (), by_result: bool = False) -> Letters:
    """The axes of the operands and of the result of an einsum in letters, and the letter of each index.

    The letters are in the order of the operands or, `by_result`, of the axes of the result; none is in `avoid`.
    """
    ins, out = e.data
    name: dict[int, str] = {}
    fresh = (c for c in (*_LETTERS, *(chr(k) for k in range(0x3B1, 0x2000))) if c not in avoid)
    for axes in (out, *ins) if by_result else (*ins, out):
        for axis in axes:
            for i in axis:
                if i not in name:
                    name[i] = next(fresh)

    def show(axis: tuple[int, ...]) -> str:
        return name[axis[0]] if len(axis) == 1 else "(" + "".join(name[i] for i in axis) + ")"

    return [[show(a) for a in axes] for axes in ins], [show(a) for a in out], name


Letters = tuple[list[list[str]], list[str], dict[int, str]]
_LETTERS = "ijklmnpqrstuvwxyzabcdefghoABCDEFGHIJKLMNOPQRSTUVWXYZ"


def broadcast(e: Expr) -> Expr:
    """The scalar that an array repeats, for arrays like c*vector(1); otherwise the array itself."""
    if e.op == "zeros":
        return num(0)
    if e.op == "ones":
        return num(1)
    if e.op == "prod" and e.args[-1].op == "ones":
        return prod(*e.args[:-1])
    return e


def einsum_call(e: Expr, avoid: Container[str] = ()) -> Form:
    """An index expression as a call, with the sizes that do not follow from its operands."""
    ins, out, name = letters(e, avoid)
    spec = ",".join("".join(axes) for axes in ins) + "->" + "".join(out)
    unknown = loose(e)
    sizes = einsum_sizes(e)
    suffix = "".join(f"{',' if k else ';'} {name[i]}={sizes[i]}" for k, i in enumerate(unknown))
    return atom(f"einsum('{spec}', ", *joined(", ", (Child(a) for a in e.args)), f"{suffix})")


def split_at(pieces: list[str], mark: str) -> Iterator[list[str]]:
    """The stretches between the marks.

    >>> list(split_at(["a", "|", "b", "c"], "|"))
    [['a'], ['b', 'c']]
    """
    line: list[str] = []
    for piece in pieces:
        if piece == mark:
            yield line
            line = []
        else:
            line.append(piece)
    yield line


def _marked(piece: Piece) -> Pieces:
    return [BREAK, piece] if isinstance(piece, Child) and piece.term else [piece]


def joined_rows(rows: list[Pieces], separator: str) -> Pieces:
    """Rows of pieces with a separator between them."""
    return [piece for r, row in enumerate(rows) for piece in ([separator, *row] if r else row)]


def grouped(chain: Sequence[Expr]) -> int:
    """Where a chain of products must be split as first*(rest): 1 if a start of it is a scalar, else 0."""
    rows = chain[0].shape[0]
    return int(rows is ONE and len(chain) > 2 and any(x.shape[1] is ONE for x in chain[1:-1]))


class Printer:
    """Prints expressions; a notation is a subclass that fills in `forms` and the marks."""

    opening, closing = "(", ")"
    inferred: tuple[str, ...] = ("ones", "zeros")  # printed without their size where that is clear
    on_one_line = False  # whether definitions stand beside the text, however long it is
    minus, infix_minus, infix_plus = "-", " - ", " + "
    imaginary = "1i"  # the imaginary unit

    def __init__(self) -> None:
        self.forms: dict[str, Callable[[Expr], Form]] = {
            "var": self.variable, "num": self.num, "const": self.constant, "size": self.count, "eye": self.eye,
            "ones": self.filled,
            "zeros": self.filled, "d": self.differential, "add": self.add, "prod": self.prod, "mm": self.mm,
            "had": self.had, "t": self.transposed_or_adjoint, "pow": self.pow, "mpow": self.pow, "epow": self.pow,
            "index": self.index, "array": self.array, "call": self.call, "jac": self.jac,
            "einsum": self.einsum, "max": self.extremum, "min": self.extremum,
            **dict.fromkeys(COMPARE, self.compare),
            "series": self.series, "counter": self.counter, "kernel": self.kernel, **dict.fromkeys(NORMS, self.norm),
            **dict.fromkeys(LAWS, self.expectation),
        }  # fmt: skip
        self.sized: frozenset[Expr] = frozenset()
        self.barred: set[Expr] = set()
        self.variables: frozenset[str] = frozenset()
        self.whole: Expr | None = None
        self.counting: list[str] | None = None  # names for the indices of finite sums
        self.avoided: frozenset[str] | None = None
        self.fills: frozenset[int] = frozenset()  # 1 and 2: a scalar is added to vectors, to matrices as it is
        self.taken: frozenset[str] = frozenset()  # names that are in use around the expression

    def expectation(self, e: Expr) -> Form:
        """E_{x ~ N(mu, Sigma)}[body]."""
        return atom("E_{", *self.law(e, " ~ ", LAWS[e.op]), "}[", Child(e.args[0]), "]")

    def law(self, e: Expr, sign: str, normal: str) -> Pieces:
        """The random variable of an expectation, with its law if it is known."""
        x, *parameters = e.args[1:]
        inside = joined(", ", (Child(p) for p in parameters))
        return [Child(x), sign, normal, self.opening, *inside, self.closing] if parameters else [Child(x)]

    def text(self, root: Expr) -> str:
        """The printed form."""
        return self.finish(self.pieces(root))

    def summands(self, root: Expr, total: Expr) -> list[str]:
        """The printed form in parts: before each term but the first of a sum in it, with its sign, a part ends."""
        return [self.finish(list(line)) for line in split_at(self.pieces(root, total), BREAK)]

    def pieces(self, root: Expr, total: Expr | None = None) -> list[str]:
        """The pieces of the printed form; a mark stands before each term but the first of the sum `total` in it."""
        self.sized = unsized(root, self.inferred)
        self.barred = barred(root)
        self.variables = root.free
        self.whole, self.counting, self.avoided = root, None, None
        cache: dict[Expr, Form] = {}
        out: list[str] = []
        stack: list[Piece] = [Child(root)]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                out.append(item)
                continue
            e = item.expr
            form = cache.get(e)
            if form is None:
                form = cache[e] = self.form(e)
            if e is total and form.level == SUM:
                form = form._replace(pieces=[p for x in form.pieces for p in _marked(x)])
            negative, level, pieces = form
            if item.term:
                out.append(self.infix_minus if negative else self.infix_plus)
                negative = False
            elif negative and level > PRODUCT:
                level = PRODUCT
            if level < item.level:
                out.append(self.opening)
                stack.append(self.closing)
            if negative:
                out.append(self.minus)
            stack.extend(reversed(pieces))
        return out

    # how texts are put together

    def visible(self, text: str) -> int:
        """About how many characters wide a text is when it is set."""
        return len(text)

    def lines(self, lines: list[str]) -> str:
        """A text that is broken into lines."""
        return "\n    ".join(x.strip() for x in lines)

    def where_beside(self, body: str, equations: list[tuple[str, str]]) -> str:
        """A text and what the names in it are, on one line."""
        return f"{body}, where {', '.join(f'{name} = {value}' for name, value in equations)}"

    def where_below(self, body: str, equations: list[tuple[str, str]]) -> str:
        """A text and what the names in it are, an equation on a line."""
        listed = ",\n".join(f"{name} = {value}" for name, value in equations).replace("\n", "\n      ")
        return f"{body},\nwhere {listed}"

    def finish(self, out: list[str]) -> str:
        """The text of all the pieces."""
        return "".join(out)

    def form(self, e: Expr) -> Form:
        """The form of a node."""
        method = None if e.is_elementwise else self.forms.get(e.op)
        if method is None:
            return self.conjugate(e.args[0]) if e.op == "conj" else self.function(e)
        return method(e)

    def transposed_or_adjoint(self, e: Expr) -> Form:
        """A transpose; that of a conjugate is the adjoint."""
        inner = unconjugated(e.args[0])
        return self.t(e) if inner is None else self.adjoint(inner)

    def constant(self, e: Expr) -> Form:
        return atom(self.imaginary) if e is UNIT else self.const(e)

    def conjugate(self, x: Expr) -> Form:
        return self.apply("conj", [x])

    # the parts that notations share, and those that each one writes in its own way

    def add(self, e: Expr) -> Form:
        first, *rest = self.filled_in(e) if self.fills else e.args
        return Form(False, SUM, [Child(first, PRODUCT), *(Child(x, PRODUCT, True) for x in rest)])

    def filled_in(self, e: Expr) -> Sequence[Expr]:
        """The terms of a sum, with the scalar for an array that repeats it where another term has its shape."""
        kind = 1 if ONE in e.shape else 2
        beside = any(a.op in ("eye", "diag") for a in e.args)  # I + 1/n is read as a multiple of I by many
        if kind not in self.fills or len(e.shape) > 2 or beside:
            return e.args
        terms = [broadcast(a) for a in e.args]
        return terms if any(a is b for a, b in zip(terms, e.args, strict=True)) else e.args

    def num(self, e: Expr) -> Form:
        value = e.data
        text, level = number(abs(value))
        return Form(value < 0, level, [text])

    def variable(self, e: Expr) -> Form:
        raise NotImplementedError

    def const(self, e: Expr) -> Form:
        return atom(str(e.data))

    def count(self, e: Expr) -> Form:
        """A size as a scalar; where a variable has its name, a trace that tells them apart."""
        if e.data not in self.variables:
            return self.size_name(e.data)
        unit = eye(Dim.of(e.data))
        self.sized |= {unit}
        return self.apply("tr", [unit])

    def size_name(self, name: str) -> Form:
        return atom(name)

    def function(self, e: Expr) -> Form:
        return self.apply(e.op, e.args)

    def apply(self, name: str, args: Sequence[Expr]) -> Form:
        return atom(f"{name}(", *joined(", ", (Child(a) for a in args)), ")")

    def extremum(self, e: Expr) -> Form:
        return self.apply(e.op, [broadcast(a) for a in e.args])

    def compare(self, e: Expr) -> Form:
        x, y = e.args
        pieces: Pieces = [Child(x, SUM), f" {COMPARE[e.op]} ", Child(broadcast(y), SUM)]
        return Form(False, COMPARISON, pieces)

    def counter(self, e: Expr) -> Form:
        return atom(self.index_name(e.data))

    def index_name(self, number: int) -> str:
        """The name of the index of a finite sum, which is no name of the expression."""
        if self.counting is None:
            self.counting = [x for x in "ijrstuvpqabcefgh" if x not in self.variables and x not in self.taken]
        return self.counting[number] if number < len(self.counting) else f"i{number}"

    def in_use(self) -> frozenset[str]:
        """The names that no index may have: of variables, of the indices of finite sums, and of sizes."""
        if self.avoided is None and self.whole is not None:
            sums = {self.index_name(x.data) for x in postorder(self.whole) if x.op == "series"}
            self.avoided = self.taken | self.whole.free | sums | frozenset(self.sizes_in(self.whole))
        return self.avoided or frozenset()

    def sizes_in(self, root: Expr) -> Iterable[str]:
        """The names of sizes that are printed."""
        return written(root)

    def call(self, e: Expr) -> Form:
        return self.apply(e.data, e.args)

    def kernel(self, e: Expr) -> Form:
        """An operation with its directions left out; without any argument f()."""
        return self.apply(e.data.name if isinstance(e.data, LinearKernel) else e.data, e.args)

    def entries(self, e: Expr) -> list[list[Expr]]:
        rows, columns = e.data
        return [list(e.args[r * columns : (r + 1) * columns]) for r in range(rows)]

    def rows(self, e: Expr, beside: str, below: str) -> Pieces:
        """The entries of an explicit array, with the signs between those of a row and between rows."""
        return joined_rows([joined(beside, (Child(x) for x in row)) for row in self.entries(e)], below)

    def array(self, e: Expr) -> Form:
        return atom("[", *self.rows(e, ", ", "; "), "]")

    def slices(self, e: Expr) -> str:
        return ", ".join(slice_text(s) for s in e.data)

    eye: Callable[[Expr], Form]
    filled: Callable[[Expr], Form]
    differential: Callable[[Expr], Form]
    prod: Callable[[Expr], Form]
    mm: Callable[[Expr], Form]
    had: Callable[[Expr], Form]
    t: Callable[[Expr], Form]
    adjoint: Callable[[Expr], Form]
    pow: Callable[[Expr], Form]
    index: Callable[[Expr], Form]
    jac: Callable[[Expr], Form]
    einsum: Callable[[Expr], Form]
    series: Callable[[Expr], Form]
    norm: Callable[[Expr], Form]


def subscript(bar: str, order: Expr) -> Pieces:
    """The closing bar of a norm with its order."""
    short = (order.op == "num" and order.data in range(10)) or (order.op == "var" and len(order.data[0]) == 1)
    return [f"{bar}_", Child(order)] if short else [f"{bar}_{{", Child(order), "}"]


def name_of(e: Expr) -> str:
    """The name of an operation as it is read: without an axis softmax of a matrix goes over each row.

    >>> from matcalc.terms.expression import apply, as_shape, var
    >>> name_of(apply("softmax", var("X", as_shape("m", "n")))), name_of(apply("softmax", var("x", as_shape("n"))))
    ('softmax_all', 'softmax')
    """
    return f"{e.op}_all" if e.op in _BY_ROWS and e.args and ONE not in e.args[0].shape else e.op


_BY_ROWS = ("softmax", "log_softmax")


def slice_text(spec: tuple[Any, ...]) -> str:
    """An entry of brackets: a number, or start:stop:step."""
    if spec[0] == "at":
        return str(spec[1])
    _, start, stop, step = spec
    text = f"{'' if start is None else start}:{'' if stop is None else stop}"
    return text if step in (None, 1) else f"{text}:{step}"


def barred(root: Expr) -> set[Expr]:
    """The nodes with a norm or an absolute value inside them, where bars would be ambiguous."""
    found: set[Expr] = set()
    for e in postorder(root):
        if any(a in found or a.op in NORMS or a.op == "abs" for a in e.args):
            found.add(e)
    return found
