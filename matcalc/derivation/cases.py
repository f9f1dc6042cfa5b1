"""Derivatives piece by piece: at a kink, as |x| has at 0, every value of an interval is a subderivative.

>>> import matcalc
>>> print(cases(matcalc.diff("max(x, 0)", "x", where="x: scalar").record))
1                        if x > 0
0                        if x < 0
any value a in [0, 1]    if x = 0
"""

from __future__ import annotations

from ..calculus.record import Record
from ..printing.latex import latex
from ..printing.plain import plain
from ..printing.unicode import unicode
from ..rulebook.properties import Facts
from ..simplification.normal import simplify
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, add, neg, num, ones, prod, var, zeros
from ..terms.rebuild import substitute
from ..terms.records import dataclass
from ..terms.shapes import Shape
from ..terms.signatures import traits
from ..terms.walks import postorder

_WRITE = {"plain": plain, "unicode": unicode, "latex": latex}


@dataclass(frozen=True)
class Row:
    """One piece: the derivative, the sign of the kink's argument there, and the interval of a free value in it."""

    value: Expr
    argument: Expr
    relation: str  # ">", "<", "=", "!=" or "" where there is no kink
    free: Expr | None = None
    interval: str = ""


@dataclass(frozen=True)
class Cases:
    """The pieces of a derivative; prints as text, Unicode and LaTeX `cases`.

    Where a kink is in every entry of an array, `whole` is the derivative in terms of a letter, and the rows say what
    an entry of that is.
    """

    rows: tuple[Row, ...]
    whole: Expr | None = None
    letter: Expr | None = None

    def __str__(self) -> str:
        return self.text("plain")

    __repr__ = __str__

    def unicode(self) -> str:
        """The pieces in Unicode."""
        return self.text("unicode")

    def text(self, notation: str = "plain") -> str:
        """The pieces, one to a line."""
        write = _WRITE[notation]
        lefts, rights = [], []
        for row in self.rows:
            lefts.append(self.left(row, notation))
            rights.append(f"if {self.condition(row, notation)}" if row.relation else "everywhere")
        width = max(len(x) for x in lefts)
        lines = [f"{a:{width}}    {b}" for a, b in zip(lefts, rights, strict=True)]
        if self.whole is not None and self.letter is not None:
            name = write(self.letter)
            head = f"{write(self.whole)}, where {name}[i] is"
            lines = [head, *(f"  {line}" for line in lines)]
        return "\n".join(lines)

    def left(self, row: Row, notation: str) -> str:
        """What stands before `if`."""
        write = _WRITE[notation]
        if row.free is None:
            return write(row.value)
        free = write(row.free)
        kind = "vector" if not row.free.is_scalar else "value"
        interval = row.interval.replace("-", "−") if notation == "unicode" else row.interval
        if row.value is row.free:
            return f"any {kind} {free} {interval}"
        return f"{write(row.value)} for any {kind} {free} {interval}"

    def condition(self, row: Row, notation: str) -> str:
        """The condition on the argument of the kink."""
        write = _WRITE[notation]
        relation = {"!=": "≠"}.get(row.relation, row.relation) if notation == "unicode" else row.relation
        name = write(row.argument)
        if self.whole is not None and not row.argument.is_scalar:
            name = f"{name}[i]" if row.argument.op == "var" else f"({name})[i]"
        return f"{name} {relation} 0"

    def latex(self) -> str:
        """The pieces as a LaTeX `cases` environment."""
        rows = []
        for row in self.rows:
            value = latex(row.value)
            relation = row.relation.replace("!=", r"\ne")
            name = latex(row.argument)
            if self.whole is not None and not row.argument.is_scalar:
                name = f"{name}_i" if row.argument.op == "var" else rf"\left({name}\right)_i"
            condition = rf"\text{{if }} {name} {relation} 0" if row.relation else r"\text{everywhere}"
            if row.free is not None:
                value = rf"{value}, \; {_interval_latex(row, latex(row.free))}"
            rows.append(f"{value} & {condition}")
        body = "\\begin{cases}\n" + " \\\\\n".join(rows) + "\n\\end{cases}"
        if self.whole is None or self.letter is None:
            return body
        return rf"{latex(self.whole)}, \quad {latex(self.letter)}_i = {body}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def _interval_latex(row: Row, free: str) -> str:
    if row.interval.startswith("in"):
        return rf"{free} \in {row.interval[3:]}"
    return rf"\lVert {free} \rVert \le 1"


def cases(d: Record) -> Cases:
    """The pieces of a first derivative.

    >>> import matcalc
    >>> print(cases(matcalc.diff("||x||", "x", layout="denominator").record))
    x/||x||                             if x != 0
    any vector v of length at most 1    if x = 0
    """
    if d.order != 1:
        raise MatcalcError("the pieces are those of a first derivative")
    e, facts = d.expr, Facts(book=d.book)
    nodes = list(postorder(e))
    free = _letters(d)
    jumps = [a for a in nodes if traits(a.op).jump]
    found = {a.args[0]: a for a in jumps if len(a.args) == 1}
    compared = [a for a in jumps if len(a.args) == 2]
    pairs = {a.args for a in compared}
    norms = [a for a in nodes if a.op == "pow" and a.args[0].op == "norm" and _is_minus_one(a.args[1])]
    if len(found) + len({frozenset(k) for k in pairs}) + len(norms) > 1:
        raise MatcalcError("this derivative has several kinks; its assumptions say where: d.assumptions")
    if found:
        ((u, kink),) = found.items()
        return _pieces(e, {kink: _jump(kink)}, u, free, _jump(kink), facts)
    if pairs:
        left, right = next(iter(pairs))
        u = simplify(add(left, neg(right)), facts)
        values = {a: _jump(a) for a in compared}
        if any(a.args != (left, right) for a in values):
            raise MatcalcError("this derivative has several kinks; its assumptions say where: d.assumptions")
        ends = next(iter(values.values()))
        return _pieces(e, values, u, free, (min(ends), max(ends)), facts)
    if norms:
        return _at_zero(e, norms[0], free, facts)
    return Cases((Row(e, d.variable, ""),))


def _jump(e: Expr) -> tuple[int, int]:
    """The values of a part below and above its kink."""
    jump = traits(e.op).jump
    assert jump is not None
    return jump


def _is_minus_one(e: Expr) -> bool:
    return e.op == "num" and e.data == -1


def _letters(d: Record) -> list[str]:
    taken = d.source.free | {d.variable.data[0]}
    return [c for c in "abcstuvwpq" if c not in taken]


def _pieces(
    e: Expr,
    values: dict[Expr, tuple[int, int]],
    u: Expr,
    letters: list[str],
    interval: tuple[int, int],
    facts: Facts,
) -> Cases:
    """The derivative above, below and at a kink; `values` has what each discontinuous part is below and above."""
    if not u.is_scalar:
        name = var(next(c for c in reversed(letters) if c in "stuv"), u.shape)
        low, high = next(iter(values.values()))
        put = {k: name if v == (low, high) else _mirrored(name, v) for k, v in values.items()}
        a = var(letters[0], _SCALAR)
        rows = (Row(num(high), u, ">"), Row(num(low), u, "<"), Row(a, u, "=", a, _between(interval)))
        return Cases(rows, simplify(substitute(e, put), facts), name)
    above = simplify(substitute(e, {k: _constant(hi, k.shape) for k, (_, hi) in values.items()}), facts)
    below = simplify(substitute(e, {k: _constant(lo, k.shape) for k, (lo, _) in values.items()}), facts)
    a = var(letters[0], _SCALAR)
    at = {k: a if v[0] < v[1] else _mirrored(a, v) for k, v in values.items()}
    there = simplify(substitute(e, at), facts)
    return Cases((Row(above, u, ">"), Row(below, u, "<"), Row(there, u, "=", a, _between(interval))))


def _mirrored(a: Expr, jump: tuple[int, int]) -> Expr:
    """The value of a part that falls where the value a of another rises."""
    return add(prod(num(sum(jump)), ones(a.shape)), neg(a))


def _between(interval: tuple[int, int]) -> str:
    return f"in [{interval[0]}, {interval[1]}]"


def _constant(value: int, shape: Shape) -> Expr:
    if value == 0:
        return zeros(shape)
    return prod(num(value), ones(shape)) if value != 1 else ones(shape)


def _at_zero(e: Expr, inverse: Expr, letters: list[str], facts: Facts) -> Cases:
    """The derivative of a norm at 0: u/||u|| becomes any vector in the unit ball."""
    u = inverse.args[0].args[0]
    v = var(next((c for c in "vpq" if c in letters), letters[-1]), u.shape)
    without = substitute(e, {inverse: num(1)})
    if any(a is inverse.args[0] for a in postorder(without)):
        raise MatcalcError("the subderivatives at this kink have no simple form")
    at = simplify(substitute(without, {u: v}), facts)
    return Cases((Row(e, u, "!="), Row(at, u, "=", v, "of length at most 1")))


_SCALAR: Shape = num(1).shape
