"""What mathematical notations share: Unicode, LaTeX, MathML and Typst differ only in their marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from ..terms.axes import absent, einsum_sizes, loose
from ..terms.expression import Expr, num, ones
from ..terms.shapes import ONE, SCALAR, kind_of
from ..terms.walks import postorder
from .core import NORMS, Printer, divisor, grouped, letters, name_of, product
from .form import ATOM, COMPARISON, POWER, PRODUCT, SUM, Child, Form, Piece, Pieces, atom, joined

_HALF = Fraction(1, 2)
APART = "\1"  # a differential, which is set off from what stands beside it
TIMES = "\0"  # a product that is not written; each notation says how it is set


def component_of(e: Expr) -> str | None:
    """The name x_1 of the first entry of a vector x, and so on; None for other slices."""
    base = e.args[0]
    if base.op != "var" or base.shape[1] is not ONE or len(e.data) != 1 or e.data[0][0] != "at" or e.data[0][1] < 0:
        return None
    return f"{base.data[0]}_{e.data[0][1] + 1}" if base.data[0].isalpha() else None


class Mathematical(Printer):
    """A notation in which products are juxtaposed and quotients, powers and norms are drawn."""

    stacked = True  # fractions are drawn with a bar, so that their parts need no parentheses
    inferred = ("ones", "zeros", "eye")
    reads_back = False  # whether the notation is read, so that no size may be lost
    one_sided = False  # the bars of norms do not tell left from right
    dot, slash, kron_sign, cross_sign, transposed = "⊙", "⊘", "⊗", "×", "⊤"
    adjoint_sign = "ᴴ"
    compare_signs = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤", "eq": "=", "ne": "≠"}

    def __init__(self) -> None:
        super().__init__()
        self.forms |= {"inv": self.inverse, "kron": self.kron, "cross": self.cross, "logdet": self.logdet}

    # --- the marks of a notation ----------------------------------------------------------------------------

    def letter(self, name: str, is_bold: bool) -> str:
        """A name."""
        raise NotImplementedError

    def symbol(self, text: str) -> str:
        """An infix sign, with the space around it."""
        return f" {text} "

    def filler(self, digit: str) -> str:
        """The sign of an array of ones or zeros."""
        raise NotImplementedError

    def superscript(self, base: Child, exponent: Pieces) -> Pieces:
        raise NotImplementedError

    def elementwise_power(self, base: Child, exponent: Expr) -> Pieces:
        raise NotImplementedError

    def raised(self, base: Child, exponent: Expr) -> Pieces:
        return self.superscript(base, [Child(exponent)])

    def root(self, e: Expr) -> Form:
        raise NotImplementedError

    def fraction(self, top: Pieces, bottom: Pieces) -> Pieces:
        raise NotImplementedError

    def bars(self, e: Expr, suffix: str) -> Form:
        """A norm (suffix "", "1", "F", "*" or "2") between bars."""
        raise NotImplementedError

    def of_order(self, e: Expr, order: Expr) -> Form:
        """A norm of the order that an expression tells."""
        raise NotImplementedError

    def absolute(self, e: Expr) -> Form:
        raise NotImplementedError

    def partial(self, name: str, e: Expr, is_bold: bool) -> Form:
        raise NotImplementedError

    def subscripted(self, base: Pieces, subscript: str) -> Pieces:
        raise NotImplementedError

    def total(self, subscript: str) -> str:
        """The sign of a sum over indices."""
        raise NotImplementedError

    # --- leaves ---------------------------------------------------------------------------------------------

    def variable(self, e: Expr) -> Form:
        return atom(self.letter(e.data[0], e.data[1] != "scalar"))

    def size_name(self, name: str) -> Form:
        return atom(self.letter(name, False))

    def const(self, e: Expr) -> Form:
        return atom(self.letter(str(e.data), False))

    def eye(self, e: Expr) -> Form:
        sign = self.letter("I", True)
        if e not in self.sized:
            return atom(sign)
        size = str(e.shape[0]).replace("*", "")
        return atom("".join(map(str, self.subscripted([sign], size))))

    def filled(self, e: Expr) -> Form:
        sign = self.filler("1" if e.op == "ones" else "0")
        known = len(e.shape) == 2 and e not in self.sized
        if not known and (written := self.with_size(e)) is not None:
            return written
        if e.op == "zeros" or len(e.shape) != 2:
            return atom(sign)
        row = self.superscript_text(sign, self.transposed)
        if e.shape[1] is ONE:
            return atom(sign)
        if e.shape[0] is ONE:
            return Form(False, POWER, [row])
        return Form(False, PRODUCT, [sign, TIMES, row])

    def with_size(self, e: Expr) -> Form | None:
        """Ones or zeros whose size nothing else tells; None in a notation that leaves it out."""
        return None

    def superscript_text(self, base: str, exponent: str) -> str:
        return base + exponent

    # --- products and quotients -----------------------------------------------------------------------------

    def mm(self, e: Expr) -> Form:
        return Form(False, PRODUCT, self.chain(e.args))

    def chain(self, factors: Sequence[Expr]) -> Pieces:
        items: list[Piece] = [Child(x, POWER) for x in factors]
        if grouped(factors):
            return [items[0], TIMES, self.opening, *joined(TIMES, items[1:]), self.closing]
        return joined(TIMES, items)

    def had(self, e: Expr) -> Form:
        pieces: Pieces = []
        below: list[Expr] = []
        for x in e.args:
            d = divisor(x)
            if d is not None:
                below.append(d)
            else:
                pieces += [*([self.symbol(self.dot)] if pieces else []), Child(x, POWER)]
        if not pieces:
            pieces = [self.filler("1")]
        for d in below:
            pieces += [self.symbol(self.slash), Child(d, POWER)]
        return Form(False, PRODUCT, pieces)

    def kron(self, e: Expr) -> Form:
        return Form(False, PRODUCT, joined(self.symbol(self.kron_sign), (Child(x, POWER) for x in e.args)))

    def cross(self, e: Expr) -> Form:
        return Form(False, PRODUCT, joined(self.symbol(self.cross_sign), (Child(x, POWER) for x in e.args)))

    def prod(self, e: Expr) -> Form:
        p = product(e)
        above = [x for x in p.scalars if divisor(x) is None]
        below = [d for x in p.scalars if (d := divisor(x)) is not None] + p.below
        over, tail = 1, Pieces()
        value = p.coefficient
        if isinstance(value, Fraction) and value.denominator < 100:
            value, over = value.numerator, value.denominator
        if p.array is not None:
            d = divisor(p.array)
            if d is None:
                above.append(p.array)
            else:  # c/x entry by entry
                tail = [self.symbol(self.slash), Child(d, POWER)]
                if value == over == 1 and not above and not below:
                    return Form(p.negative, PRODUCT, [self.filler("1"), *tail])
        pieces = self.quotient(value, over, above, below)
        simple = not tail and self.stacked and bool(below) and not (over != 1 and not below)
        return Form(p.negative, POWER if simple else PRODUCT, pieces + tail)

    def quotient(self, value: int | float, over: int, above: list[Expr], below: list[Expr]) -> Pieces:
        """value*above/(over*below); a fraction of numbers alone stands in front."""
        top = ([num(value)] if value != 1 or not above else []) + above
        bottom = ([num(over)] if over != 1 else []) + below
        if not bottom:
            return self.factors(top, POWER)
        if not self.stacked:
            lower: Pieces = [Child(bottom[0], POWER)]
            if len(bottom) > 1:
                lower = [self.opening, *self.factors(bottom, POWER), self.closing]
            return self.fraction(self.factors(top, POWER, divided=True), lower)
        if not below and above:
            return [
                *self.fraction([Child(num(value))], [Child(num(over))]),
                TIMES,
                *self.factors(above, POWER),
            ]
        return self.fraction(self.factors(top, COMPARISON), self.factors(bottom, COMPARISON))

    def factors(self, items: list[Expr], alone: int, divided: bool = False) -> Pieces:
        """Factors side by side; chains of products need parentheses only where something follows."""
        if len(items) == 1:
            return [Child(items[0], min(alone, PRODUCT) if _open(items[0], divided) else alone)]
        last = items[-1]
        open_end = _open(last, divided)
        return joined(
            TIMES, (Child(x, PRODUCT if x is last and open_end and i else POWER) for i, x in enumerate(items))
        )

    # --- powers, transposes, functions ----------------------------------------------------------------------

    def adjoint(self, x: Expr) -> Form:
        return Form(False, POWER, self.superscript(Child(x, ATOM), [self.adjoint_sign]))

    def t(self, e: Expr) -> Form:
        x = e.args[0]
        if x.op == "inv":
            return Form(
                False, POWER, self.superscript(Child(x.args[0], ATOM), [f"{self.minus}{self.transposed}"])
            )
        bare = ATOM + 1 if x.op == "d" else ATOM  # (dx)', for d(x')
        return Form(False, POWER, self.superscript(Child(x, bare), [self.transposed]))

    def inverse(self, e: Expr) -> Form:
        return Form(False, POWER, self.superscript(Child(e.args[0], ATOM), [Child(num(-1))]))

    def pow(self, e: Expr) -> Form:
        below = divisor(e)
        if below is not None:
            if e.op == "epow":
                return Form(False, PRODUCT, [self.filler("1"), self.symbol(self.slash), Child(below, POWER)])
            pieces = self.quotient(1, 1, [], [below])
            return Form(False, POWER if self.stacked else PRODUCT, pieces)
        base, exponent = e.args
        if e.op == "mpow" and base.op == "inv" and exponent.op == "num":
            return Form(False, POWER, self.raised(Child(base.args[0], ATOM), num(-exponent.data)))
        if exponent.op == "num" and exponent.data == _HALF and e.op != "mpow":
            return self.root(e)
        if e.op == "epow":
            return Form(False, POWER, self.elementwise_power(Child(base, ATOM), exponent))
        return Form(False, POWER, self.raised(Child(base, ATOM), exponent))

    def norm(self, e: Expr) -> Form:
        if self.one_sided and e in self.barred:
            return self.apply(e.op, e.args)
        if e.op == "normp":
            return self.of_order(*e.args)
        kind = kind_of(e.args[0].shape)
        if e.op == "norm":
            suffix = "F" if kind == "matrix" else ""
        else:
            suffix = NORMS[e.op][1:]
        return self.bars(e.args[0], suffix)

    def function(self, e: Expr) -> Form:
        square = len(e.shape) == 2 and e.shape[0] is e.shape[1] and e.shape != SCALAR  # bars would be a determinant
        if e.op == "abs" and not square and not (self.one_sided and e in self.barred):
            return self.absolute(e.args[0])
        if e.is_unspecified:
            return self.unspecified(e)
        names = {"diagonal": "diag", "amax": "max", "amin": "min", "prodall": "prod", "amax_rows": "max_rows",
                 "amin_rows": "min_rows"}  # fmt: skip
        return self.apply(names.get(e.op, name_of(e)), e.args)

    def unspecified(self, e: Expr) -> Form:
        """An elementwise function that is only declared, with the primes of its derivatives."""
        stem = e.op.rstrip("'")
        return self.applied(self.primed(self.letter(stem, False), len(e.op) - len(stem)), e.args)

    def applied(self, head: str, args: Sequence[Expr]) -> Form:
        """A function, as it is written, before its arguments."""
        return atom(f"{head}(", *joined(", ", (Child(a) for a in args)), ")")

    def primed(self, head: str, count: int) -> str:
        """The name of a function with the primes of its derivative."""
        return head + "'" * count

    def logdet(self, e: Expr) -> Form:
        return Form(False, POWER, self.apply("log det", e.args).pieces)  # (log det X)², not the log of det X²

    def jac(self, e: Expr) -> Form:
        return self.partial(e.data[0], e.args[e.data[1]], e.data[3] != SCALAR)

    def compare(self, e: Expr) -> Form:
        form = super().compare(e)
        form.pieces[1] = self.symbol(self.compare_signs[e.op])
        return form

    def einsum(self, e: Expr) -> Form:
        """[sum over p of A_ip B_pj]_ij, where the brackets collect the free indices, in the order of the axes."""
        ins, out, name = letters(e, self.in_use(), by_result=True)
        kept = {i for axis in e.data[1] for i in axis}
        summed = [c for i, c in name.items() if i not in kept]
        pieces: Pieces = [self.total("".join(summed))] if summed else []
        for k, (x, axes) in enumerate(zip(e.args, ins, strict=True)):
            if k:
                pieces.append(TIMES)
            base: Pieces = [Child(x, ATOM)]
            if x.op == "eye":
                base = ["(", Child(x), ")"] if "delta" in self.in_use() else [self.letter("delta", False)]
            pieces += self.subscripted(base, "".join(axes)) if axes else [Child(x, POWER)]
        for i in absent(e):
            pieces += [TIMES, *self.subscripted(self.ones_along(e, i), name[i])]
        if not out:
            return Form(False, PRODUCT, pieces)
        return atom(*self.subscripted(["[", *pieces, "]"], "".join(out)))

    def ones_along(self, e: Expr, i: int) -> Pieces:
        """The ones that an index which no operand has runs along, with the size where nothing else tells it."""
        if self.reads_back and i in loose(e):
            written = self.with_size(ones((einsum_sizes(e)[i], ONE)))
            if written is not None:
                return ["(", *written.pieces, ")"]
        return [self.filler("1")]

    def sizes_in(self, root: Expr) -> Iterable[str]:
        return {n for x in postorder(root) if not x.args or x.op == "einsum" for d in x.shape for n in d.names}

    def series(self, e: Expr) -> Form:
        """A sum sign with its limits; what follows the sum must not be taken for a part of it."""
        body, first, last = e.args
        level = POWER if body.op == "add" else PRODUCT
        return Form(False, SUM, [*self.ranged(self.index_name(e.data), first, last), Child(body, level)])

    def ranged(self, index: str, first: Expr, last: Expr) -> Pieces:
        """The sign of a sum from first to last."""
        return ["∑_(", f"{index}=", Child(first, SUM), "..", Child(last, SUM), ") "]


def _open(x: Expr, divided: bool) -> bool:
    """Whether a product may stand without parentheses as the last factor."""
    return x.op == "mm" or (x.op in ("had", "kron") and not divided)
