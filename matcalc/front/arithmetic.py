"""Arithmetic of derivatives: a derivative stands in a sum, in a product and under a transpose as its closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..terms.errors import ShapeError
from ..terms.expression import Expr
from ..terms.methods import door

if TYPE_CHECKING:
    from .accepted import Key, Operand


class Arithmetic:
    """Operators that give expressions, with NumPy's meaning as for expressions.

    >>> import matcalc
    >>> d = matcalc.grad("||Xw - y||^2", "w")
    >>> print(2*d + matcalc.grad("w'*w", "w"))
    2*2*X'*(X*w - y) + 2*w
    """

    @property
    def operand(self) -> Expr:
        """What stands in an expression for the derivative."""
        raise NotImplementedError

    def _do(self, name: str, *args: Operand) -> Expr:
        return door().operate(name, *args)

    def __add__(self, other: Operand) -> Expr:
        return self._do("add", self.operand, other)

    def __radd__(self, other: Operand) -> Expr:
        return self._do("add", other, self.operand)

    def __sub__(self, other: Operand) -> Expr:
        return self._do("subtract", self.operand, other)

    def __rsub__(self, other: Operand) -> Expr:
        return self._do("subtract", other, self.operand)

    def __mul__(self, other: Operand) -> Expr:
        return self._do("multiply", self.operand, other)

    def __rmul__(self, other: Operand) -> Expr:
        return self._do("multiply", other, self.operand)

    def __matmul__(self, other: Operand) -> Expr:
        return self._do("matmul", self.operand, other)

    def __rmatmul__(self, other: Operand) -> Expr:
        return self._do("matmul", other, self.operand)

    def __truediv__(self, other: Operand) -> Expr:
        return self._do("divide", self.operand, other)

    def __rtruediv__(self, other: Operand) -> Expr:
        return self._do("divide", other, self.operand)

    def __pow__(self, other: Operand) -> Expr:
        return self._do("power", self.operand, other)

    def __neg__(self) -> Expr:
        return self._do("negative", self.operand)

    def __pos__(self) -> Expr:
        return self.operand

    def __abs__(self) -> Expr:
        return self._do("absolute", self.operand)

    def __getitem__(self, key: Key) -> Expr:
        return self.operand[key]

    def __array_ufunc__(self, function: object, method: str, *inputs: object, **options: object) -> Expr:
        """A function of NumPy on the closed form."""
        plain = [x.operand if isinstance(x, Arithmetic) else x for x in inputs]
        return self.operand.__array_ufunc__(function, method, *plain, **options)

    @property
    def T(self) -> Expr:
        """The transpose: a vector is a column, so that of a vector is a row."""
        if len(self.operand.shape) > 2:
            raise ShapeError(f"a transpose is that of an array of two axes; this one has {len(self.operand.shape)}")
        return self._do("transpose", self.operand)
