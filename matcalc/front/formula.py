"""A formula that is made of derivatives, as users hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from ..terms.limits import within
from ..terms.shapes import ONE, SCALAR, Dim, describe
from ..terms.walks import postorder
from .formats import types_line
from .written import Written

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..analysis.second_order import Found
    from ..calculus.record import Record
    from ..certificate.certify import Certificate
    from ..language.typing.declarations import Types
    from ..rulebook.book import RuleBook
    from ..terms.expression import Expr
    from .accepted import Value
    from .problem import Problem


class Formula(Written):
    """A closed form that is made of derivatives, or an expectation.

    Made by `matcalc.newton`, `taylor`, `laplacian`, `gauss_newton`, `fisher` and `expectation`. It prints in every
    notation; `expr` is the expression, to be differentiated again; `certificate` says how it was verified, `remarks`
    what it is made of, `assumptions` what it takes for granted.

    >>> import matcalc
    >>> s = matcalc.newton("||A*x - b||^2", "x")
    >>> print(s)
    x - inv(A'*A)*A'*b
    >>> s.assumptions, print(s.certificate)
    equal with probability above 1 − 2⁻⁴⁰
    (["invertible(A'*A)"], None)
    """

    def __init__(self, expr: Expr, types: Types, book: RuleBook, certificate: Certificate,
                 assumptions: Sequence[str] = (), remarks: Sequence[str] = ()):  # fmt: skip
        self._expr, self._types, self.book = expr, types, book
        self.certificate, self.assumptions, self.remarks = certificate, list(assumptions), tuple(remarks)

    @property
    def expr(self) -> Expr:
        """The closed form as an expression."""
        return self._expr

    @property
    def types(self) -> Types:
        """The types of the names, declared and inferred."""
        return self._types

    @property
    def shape(self) -> tuple[int | Dim, ...]:
        """The axes: () of a scalar, (n,) of a column; numbers where they are known.

        >>> import matcalc
        >>> matcalc.newton("||A*x - b||^2", "x").shape
        (n,)
        """
        s = self._expr.shape
        if s == SCALAR:
            return ()
        if len(s) == 2 and s[1] is ONE:
            s = s[:1]
        return tuple(d.value if d.value is not None else d for d in s)

    def __repr__(self) -> str:
        told = [str(self), types_line(self.types), *(f"note: {r}" for r in self.remarks)]
        return f"<formula, {describe(self._expr.shape)}: {'; '.join(part for part in told if part)}>"

    def evaluate(self, values: Mapping[str, Value] | None = None, **more: Value) -> NDArray[np.float64]:
        """The formula at given values: a NumPy array, or a number.

        >>> import matcalc
        >>> matcalc.laplacian("x'*A*x", "x").evaluate(A=[[1.0, 2.0], [3.0, 4.0]])
        10.0
        """
        from ..numbers.declared import refuse_undeclared
        from ..numbers.evaluate import evaluate

        given = {**(values or {}), **more}
        refuse_undeclared({name: getattr(type_, "properties", ()) for name, type_ in self.types.items()}, given)
        return evaluate(self._expr, given, self.types, self.book)  # type: ignore[no-any-return]

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def formula_of(found: Found, p: Problem, more: Types | None = None) -> Formula:
    """What was found for a question, with its types and all that it takes for granted."""
    from ..rulebook.properties import Facts

    types = {**p.types, **(more or {})}
    stated = [a for r in found.records for a in r.assumptions]
    facts = Facts(book=p.book)
    inverted = (e.args[0] for e in postorder(found.expr) if e.op == "inv" and not e.is_scalar)
    stated += [f"invertible({a})" for a in inverted if not facts.holds("invertible", a)]
    remarks = (*p.remarks, *found.remarks)
    return Formula(found.expr, types, p.book, found.certificate, list(dict.fromkeys(stated)), remarks)


def read_off(d: Record, what: Literal["diagonal", "laplacian"]) -> Formula:
    """The diagonal of a Hessian or its trace."""
    with within():
        from ..analysis import second_order

        found = (second_order.diagonal if what == "diagonal" else second_order.laplacian)(d)
        return Formula(found.expr, d.types, d.book, found.certificate, d.assumptions, d.remarks)
