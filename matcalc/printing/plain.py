"""The plain language: explicit, and read back to the same expression."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..terms.expression import Expr, div, ediv, num, ones, prod
from ..terms.shapes import ONE, SCALAR, kind_of
from .core import NORMS, Printer, divisor, einsum_call, grouped, name_of, product, subscript
from .form import ATOM, POSTFIX, POWER, PRODUCT, SUM, Child, Form, Piece, Pieces, atom, joined
from .registry import AUTOMATIC, Options, optional_notation
from .shown import shown

_HALF = Fraction(1, 2)


@optional_notation("text")
def plain(e: Expr, options: Options = AUTOMATIC) -> str:
    """The expression in the plain language.

    >>> import matcalc
    >>> plain(matcalc.parse("2X'(Xw - y)"))
    "2*X'*(X*w - y)"
    """
    return shown(Plain, e, options)


class Plain(Printer):
    """The plain notation."""

    on_one_line = True

    def variable(self, e: Expr) -> Form:
        return atom(e.data[0])

    def differential(self, e: Expr) -> Form:
        return atom(f"d({e.data[0]})")

    def eye(self, e: Expr) -> Form:
        return atom(f"eye({e.shape[0]})")

    def filled(self, e: Expr) -> Form:
        value = "1" if e.op == "ones" else "0"
        kind = kind_of(e.shape)
        if kind == "tensor":
            return atom(f"{e.op}({', '.join(map(str, e.shape))})")
        size = ""
        if e in self.sized:
            if kind == "matrix" and e.op == "zeros":
                return atom(f"zeros({e.shape[0]}, {e.shape[1]})")
            size = "".join(f", {d}" for d in e.shape if d is not ONE)
        if kind == "row":
            return Form(False, POSTFIX, [f"vector({value}{size})'"])
        return atom(f"{kind}({value}{size})")

    # --- products -------------------------------------------------------------------------------------------

    def mm(self, e: Expr) -> Form:
        return Form(False, PRODUCT, self.chain(e.args))

    def chain(self, factors: Sequence[Expr]) -> Pieces:
        """A chain of matrix products; grouped to the right where a start of it would be read as a scalar."""
        items: list[Piece] = [Child(x, POWER) for x in factors]
        if grouped(factors):
            return [items[0], "*(", *joined("*", items[1:]), ")"]
        return joined("*", items)

    def had(self, e: Expr) -> Form:
        return Form(False, PRODUCT, self.elementwise(e.args))

    def elementwise(self, factors: Sequence[Expr]) -> Pieces:
        """A chain of elementwise products and quotients."""
        pieces: Pieces = []
        for x in factors:
            below = divisor(x)
            if not pieces:
                pieces += [Child(x, POWER)] if below is None else self.raised(x)
            elif below is None or below.shape == SCALAR:
                pieces += [".*", Child(x, POWER)]
            else:
                pieces += ["./", Child(below, POWER)]
        return pieces

    def prod(self, e: Expr) -> Form:
        if divisor(e.args[0]) is not None:
            later = [x for x in e.args if divisor(x) is None and x.is_scalar]
            if later:  # never begin with a divisor
                rest = [x for x in e.args if x not in later]
                return self.form(prod(*sorted(later, key=lambda x: x.op != "num"), *rest))
        p = product(e)
        value, over = p.coefficient, 1  # a coefficient 1/over is printed as a divisor
        above = p.scalars if p.array is None else [*p.scalars, p.array]
        if isinstance(value, Fraction) and value.numerator == 1 and value.denominator <= 20:
            q = num(value.denominator)
            if above:
                leads = divisor(above[0]) is None and above[0].op != "num"
            else:
                leads = _same(e, p.negative, div(num(1), prod(q, *p.below)))
            if leads:
                value, over = 1, value.denominator
        shown: Pieces = []
        if value != 1 or (e.args[0].op == "num" and e.args[0].data == 1 and above):
            shown.append(Child(num(value), PRODUCT))
        for s in p.scalars:
            d = divisor(s)
            if d is not None:
                shown += ["/" if shown else "1/", Child(d, POWER)]
            else:
                shown += [*(["*"] if shown else []), Child(s, self.scalar_level(s))]
        if p.array is not None:
            shown += self.last(p.array, bool(shown))
        top = above if value == 1 else [num(value), *above]
        return Form(p.negative, PRODUCT, (shown or ["1"]) + self.under(e, p.negative, top, p.below, over))

    def scalar_level(self, s: Expr) -> int:
        """A scalar chain like x'*A*x needs no parentheses as a factor."""
        return PRODUCT if s.op == "mm" else POWER

    def last(self, array: Expr, after: bool) -> Pieces:
        """The array of a product, after scalars."""
        below = divisor(array)
        if after and below is not None:
            return ["./", Child(below, POWER)]
        star: Pieces = ["*"] if after else []
        if array.op in ("mm", "had"):
            if array.op == "had" and after and divisor(array.args[0]) is not None:
                return [*star, "(", Child(array), ")"]
            return [*star, Child(array, PRODUCT)]
        if below is not None:
            return ["1./", Child(below, POWER)]
        return [*star, Child(array, POWER)]

    def under(self, e: Expr, negative: bool, top: list[Expr], below: list[Expr], over: int) -> Pieces:
        """The divisors: /(y*z) if that is read back to the same node, else /y/z."""
        parts = ([num(over)] if over != 1 else []) + below
        if len(parts) > 1 and _same(e, negative, div(prod(*top), prod(*parts))):
            return ["/(", *joined("*", (Child(p, self.scalar_level(p)) for p in parts)), ")"]
        tail = below + parts[: len(parts) - len(below)]
        return [x for p in tail for x in ("/", Child(p, POWER))]

    # --- powers, transposes, functions ----------------------------------------------------------------------

    def t(self, e: Expr) -> Form:
        return Form(False, POSTFIX, [Child(e.args[0], POSTFIX), "'"])

    def adjoint(self, x: Expr) -> Form:
        return Form(False, POSTFIX, [Child(x, POSTFIX), "^H"])

    def pow(self, e: Expr) -> Form:
        below = divisor(e)
        if below is None:
            return Form(False, POWER if _root(e) != _HALF else ATOM, self.raised(e))
        if e.op == "pow":
            return Form(False, PRODUCT, ["1/", Child(below, POWER)])
        unit = ones(e.shape)
        if ediv(unit, below) is e:
            return Form(False, PRODUCT, [Child(unit), "./", Child(below, POWER)])
        return Form(False, POWER, self.raised(e))

    def raised(self, e: Expr) -> Pieces:
        """base^exponent, without a quotient."""
        base, exponent = e.args
        if _root(e) == _HALF:
            return ["sqrt(", Child(base), ")"]
        return [Child(base, ATOM), ".^" if e.op == "epow" else "^", Child(exponent, ATOM)]

    def norm(self, e: Expr) -> Form:
        x = e.args[0]
        if e in self.barred or e.op in ("norminf", "norm2"):
            return self.apply(e.op, e.args)
        if e.op == "normp":
            return atom("||", Child(x), *subscript("||", e.args[1]))
        kind = kind_of(x.shape)
        suffix = "_F" if e.op == "norm" and kind == "matrix" else NORMS[e.op]
        return atom("||", Child(x), f"||{suffix}")

    def function(self, e: Expr) -> Form:
        return self.apply("diag" if e.op == "diagonal" else name_of(e), e.args)

    def index(self, e: Expr) -> Form:
        return atom(Child(e.args[0], ATOM), f"[{self.slices(e)}]")

    def jac(self, e: Expr) -> Form:
        name, position, _, _ = e.data
        x = e.args[position]
        if all(a.op == "var" for a in e.args):
            return Form(False, POWER, [f"∂{name}/∂{x.data[0]}"])
        arguments = joined(", ", (Child(a) for a in e.args))
        return Form(False, POWER, [f"∂{name}(", *arguments, ")/∂(", Child(x), ")"])

    def einsum(self, e: Expr) -> Form:
        return einsum_call(e, self.in_use())

    def series(self, e: Expr) -> Form:
        body, first, last = e.args
        limits: Pieces = [Child(first, SUM), "..", Child(last, SUM)]
        return atom(f"sum({self.index_name(e.data)}=", *limits, ", ", Child(body), ")")


def _root(e: Expr) -> object:
    exponent = e.args[1]
    return exponent.data if exponent.op == "num" and e.op != "mpow" else None


def _same(e: Expr, negative: bool, read: Expr) -> bool:
    """Whether what would be read is e, up to the sign that stands in front."""
    return (prod(num(-1), read) if negative else read) is e
