"""What the record of a derivative tells: the question, the answer, how it was read and verified."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..terms.expression import Expr
from ..terms.shapes import ONE, SCALAR, Dim, Shape
from .certificates import certificate_of
from .conditions import legend as words

if TYPE_CHECKING:
    from ..calculus.layout import Layout
    from ..calculus.record import Record, Structure
    from ..certificate.certify import Certificate
    from ..language.typing.declarations import Types
    from ..rulebook.book import RuleBook
    from .derivative import Derivative


class Recorded:
    """A record of a derivation, with its certificate, and the question that it answers."""

    def __init__(self, record: Record, again: Callable[..., Derivative] | None = None,
                 certificate: Certificate | None = None):  # fmt: skip
        self.record = record
        self._certificate = certificate
        self.again = again  # the same question once more, with a recorder

    @property
    def certificate(self) -> Certificate:
        """How the answer was verified; of a derivative that was put together by hand, now.

        >>> import matcalc
        >>> print(matcalc.grad("sum(relu(X*w))", "w").certificate)
        checked at 3 random points
        """
        if self._certificate is None:
            self._certificate = certificate_of(self.record)
        return self._certificate

    @property
    def expr(self) -> Expr:
        """The closed form as an expression."""
        return self.record.expr

    @property
    def raw(self) -> Expr:
        """The closed form without the structure of the variables, to differentiate again."""
        return self.record.raw

    @property
    def source(self) -> Expr:
        """What was differentiated."""
        return self.record.source

    @property
    def variable(self) -> Expr:
        """By what; of a list of scalars the first."""
        return self.record.variable

    @property
    def variables(self) -> tuple[Expr, ...]:
        """By what; several for a list of scalars such as (x, y)."""
        return self.record.variables

    @property
    def layout(self) -> Layout:
        """ "numerator" or "denominator"."""
        return self.record.layout

    @property
    def order(self) -> int:
        """1, or 2 for a Hessian."""
        return self.record.order

    @property
    def structure(self) -> Structure:
        """ "free", "entries" or "tangent"."""
        return self.record.structure

    @property
    def types(self) -> Types:
        """The types of the names, declared and inferred."""
        return self.record.types

    @property
    def book(self) -> RuleBook:
        """The rules that it was made with, and that its other forms use."""
        return self.record.book

    @property
    def remarks(self) -> tuple[str, ...]:
        """How the text was read, where it has several readings."""
        return self.record.remarks

    @property
    def fills(self) -> frozenset[int]:
        """Whether the text adds scalars to vectors (1), as in x - mean(x), and to matrices (2)."""
        return self.record.fills

    @property
    def name(self) -> str:
        """What the text calls its value, or nothing.

        >>> import matcalc
        >>> matcalc.diff("J(w) = ||Xw - y||^2").name
        'J'
        """
        return self.record.name

    @property
    def shape(self) -> tuple[int | Dim, ...]:
        """The axes: () of a scalar, (n,) of a column, (1, n) of a row; numbers where they are known.

        >>> import matcalc
        >>> matcalc.diff("A*x", "x").shape
        (m, n)
        """
        s: Shape = self.expr.shape
        if s == SCALAR:
            return ()
        if len(s) == 2 and s[1] is ONE:
            s = s[:1]
        return tuple(d.value if d.value is not None else d for d in s)

    @property
    def assumptions(self) -> list[str]:
        """What the answer takes for granted, such as `invertible(X)` for inv(X); empty if nothing.

        >>> import matcalc
        >>> matcalc.diff("logdet(X)", "X").assumptions
        ['invertible(X)']
        """
        return self.record.assumptions

    @property
    def legend(self) -> list[str]:
        """A line for each uncommon word in the answer, such as `polar` or `dexpm`; empty if there is none.

        >>> import matcalc
        >>> matcalc.diff("tr(B*expm(X))", "X").legend
        ['dexpm(X, E) is the derivative of expm at X in the direction E']
        """
        return words(self.expr)
