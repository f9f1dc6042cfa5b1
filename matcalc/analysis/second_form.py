"""The second derivative of a scalar: a matrix by a vector or scalars, a quadratic form by a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..calculus.accumulation import differential
from ..calculus.derive import second, second_by_several
from ..calculus.record import Trace
from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts, closure
from ..simplification.normal import Simplifier, seed
from ..simplification.recognition import recognise
from ..simplification.search import shorten
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, add, apply, mm, num, power, t, var
from ..terms.rebuild import transform
from ..terms.shapes import ONE

KEPT = ("symmetric", "skew", "diagonal", "lower", "upper")  # structures that directions share
DIRECTION = "D"


@dataclass(frozen=True)
class SecondForm:
    """A Hessian; of a matrix variable the quadratic form in a direction."""

    expr: Expr
    directions: tuple[Expr, ...] = ()

    def __str__(self) -> str:
        if not self.directions:
            return f"Hessian: {self.expr}"
        return f"second differential along {', '.join(map(str, self.directions))}: {self.expr}"


def even_norms(f: Expr) -> Expr:
    """The same value with powers of sums of squares in place of even powers of norms, which are smooth.

    >>> from matcalc.language.parse import parse_expression
    >>> even_norms(parse_expression("norm(x)^4").expr)
    (x'*x)^2
    """
    return transform(f, _even)


def _even(e: Expr) -> Expr:
    if e.op != "pow" or e.args[0].op != "norm" or e.args[1].op != "num":
        return e
    k, x = e.args[1].data, e.args[0].args[0]
    if not isinstance(k, int) or k % 2 or k <= 0:
        return e
    square = mm(t(x), x) if x.shape[1] is ONE else apply("tr", mm(t(x), x))
    return square if k == 2 else power(square, num(k // 2))


def second_form(f: Expr, variables: Sequence[Expr], book: RuleBook) -> SecondForm | None:
    """The second derivative; None where none is known, and by several arrays."""
    try:
        if len(variables) > 1:
            if all(x.is_scalar for x in variables):
                return SecondForm(second_by_several(f, variables, book=book).expr)
        elif variables[0].shape[1] is ONE:
            return SecondForm(second(f, variables[0], book=book).expr)
        return _along(f, variables, book)
    except MatcalcError:
        return None


def _along(f: Expr, variables: Sequence[Expr], book: RuleBook) -> SecondForm:
    """The second differential along one direction of each variable, which has its structure."""
    moves = [(x, _direction(f, x, len(variables) > 1, book)) for x in variables]
    s = Simplifier(Facts(book=book))
    seed(s, f, variables[0])
    value, directions = recognise(f, book), tuple(d for _, d in moves)
    for _ in range(2):
        parts = [differential(value, x, d, Trace(book)) for x, d in moves]
        known = [p for p in parts if p is not None]
        if not known:
            return SecondForm(num(0), directions)
        value = shorten(s.run(add(*known)), s)
    return SecondForm(value, directions)


def _direction(f: Expr, x: Expr, several: bool, book: RuleBook) -> Expr:
    """A direction of a variable: D, or D and its name where there are several."""
    name = DIRECTION + (x.data.name if several else "")
    while name in f.free:
        name += DIRECTION
    structure = [p for p in KEPT if p in closure(x.data.properties, book)]
    return var(name, x.shape, structure, x.data.kind)
