"""The operators and methods of expressions in Python, and the door behind which their work is done.

An expression is on the ground floor; what `x + y`, `x.diff(y)` or `print(x)` do is at the front. `door` is the one
place of the house that looks up: it finds the front door by its name, when a method is first used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    import numpy as np
    import sympy
    from numpy.typing import NDArray

    from ..calculus.layout import Layout
    from ..calculus.record import Structure
    from ..front.accepted import Key, Operand, Value, Variable
    from ..front.derivative import Derivative
    from .nodes import Expr

_COMPARISONS = frozenset(("gt", "ge", "lt", "le", "eq", "ne"))
_FRONT_DOOR = "matcalc.front.operators"


class Door(Protocol):
    """What the front does for the methods of an expression; `matcalc.front.operators` has these functions."""

    def operate(self, name: str, *args: Any) -> Expr: ...
    def item(self, e: Any, key: Any) -> Expr: ...
    def method(self, e: Any, name: str) -> Callable[..., Expr]: ...
    def methods(self) -> Sequence[str]: ...
    def ufunc(self, ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Expr: ...
    def function(self, function: Any, args: Any, options: Any) -> Expr: ...
    def diff(self, e: Any, wrt: Any, layout: str, *, structure: str) -> Derivative: ...
    def grad(self, e: Any, wrt: Any, *, structure: str) -> Derivative: ...
    def jacobian(self, e: Any, wrt: Any) -> Derivative: ...
    def hessian(self, e: Any, wrt: Any) -> Derivative: ...
    def differential(self, e: Any, wrt: Any) -> Expr: ...
    def evaluate(self, e: Any, values: Mapping[str, Any]) -> NDArray[np.float64]: ...
    def plain(self, e: Any) -> str: ...
    def latex(self, e: Any, share: bool | None, width: int | None) -> str: ...
    def unicode(self, e: Any, share: bool | None, width: int | None) -> str: ...
    def to_sympy(self, e: Any) -> Any: ...
    def bundle(self, e: Any) -> dict[str, str]: ...


@cache
def door() -> Door:
    """The front door. An import by name and not by statement: the ground floor loads without what stands on it."""
    return cast(Door, import_module(_FRONT_DOOR))


class Methods:
    """Operators on expressions, with NumPy's meaning: `@` is the matrix product, `*` goes entry by entry.

    Every elementwise function and every operation of the language is a method: `x.exp()`, `X.inv()`.
    `==` compares structure, which is identity; `w > x` is the expression of zeros and ones.
    """

    __slots__ = ()
    __iter__ = None  # an expression has no entries to run through
    __contains__ = None

    def _do(self, name: str, *args: Any) -> Expr:
        return door().operate(name, *args)

    def __repr__(self) -> str:
        return door().plain(self)

    def __str__(self) -> str:
        return door().plain(self)

    def __add__(self, other: Operand) -> Expr:
        return self._do("add", self, other)

    def __radd__(self, other: Operand) -> Expr:
        return self._do("add", other, self)

    def __sub__(self, other: Operand) -> Expr:
        return self._do("subtract", self, other)

    def __rsub__(self, other: Operand) -> Expr:
        return self._do("subtract", other, self)

    def __mul__(self, other: Operand) -> Expr:
        return self._do("multiply", self, other)

    def __rmul__(self, other: Operand) -> Expr:
        return self._do("multiply", other, self)

    def __matmul__(self, other: Operand) -> Expr:
        return self._do("matmul", self, other)

    def __rmatmul__(self, other: Operand) -> Expr:
        return self._do("matmul", other, self)

    def __truediv__(self, other: Operand) -> Expr:
        return self._do("divide", self, other)

    def __rtruediv__(self, other: Operand) -> Expr:
        return self._do("divide", other, self)

    def __pow__(self, other: Operand) -> Expr:
        return self._do("power", self, other)

    def __rpow__(self, other: Operand) -> Expr:
        return self._do("power", other, self)

    def __neg__(self) -> Expr:
        return self._do("negative", self)

    def __pos__(self) -> Expr:
        return self._do("positive", self)

    def __abs__(self) -> Expr:
        return self._do("absolute", self)

    def __gt__(self, other: Operand) -> Expr:
        return self._do("greater", self, other)

    def __ge__(self, other: Operand) -> Expr:
        return self._do("greater_equal", self, other)

    def __lt__(self, other: Operand) -> Expr:
        return self._do("less", self, other)

    def __le__(self, other: Operand) -> Expr:
        return self._do("less_equal", self, other)

    def __bool__(self) -> bool:
        if getattr(self, "op", "") in _COMPARISONS:
            raise TypeError(
                "a comparison is an expression here, neither true nor false; use np.maximum or np.where"
            )
        return True

    def __getitem__(self, key: Key) -> Expr:
        return door().item(self, key)

    def __getattr__(self, name: str) -> Callable[..., Expr]:
        if name.startswith("_"):
            raise AttributeError(name)
        return door().method(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *door().methods()})

    def __array_ufunc__(self, ufunc: object, method: str, *inputs: object, **options: object) -> Expr:
        return door().ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: object, types: object, args: object, options: object) -> Expr:
        return door().function(function, args, options)

    @property
    def T(self) -> Expr:
        """The transpose: a vector is a column, so that of a vector is a row."""
        return self._do("transpose", self)

    @property
    def H(self) -> Expr:
        """The adjoint, the transpose of the conjugate; of what is real the transpose."""
        return self._do("adjoint", self)

    # --- the front doors as methods --------------------------------------------------------------------

    def diff(self, wrt: Variable, layout: Layout = "numerator", structure: Structure = "free") -> Derivative:
        """The derivative by a variable; see `matcalc.diff`."""
        return door().diff(self, wrt, layout, structure=structure)

    def grad(self, wrt: Variable, structure: Structure = "free") -> Derivative:
        """The gradient of a scalar, of the shape of the variable; see `matcalc.grad`."""
        return door().grad(self, wrt, structure=structure)

    def jacobian(self, wrt: Variable) -> Derivative:
        """The Jacobian in numerator layout; see `matcalc.jacobian`."""
        return door().jacobian(self, wrt)

    def hessian(self, wrt: Variable) -> Derivative:
        """The second derivative of a scalar; see `matcalc.hessian`."""
        return door().hessian(self, wrt)

    def differential(self, wrt: Variable) -> Expr:
        """The differential; see `matcalc.differential`."""
        return door().differential(self, wrt)

    def evaluate(self, values: Mapping[str, Value] | None = None, **more: Value) -> NDArray[np.float64]:
        """The value at given values of the variables: a float or a NumPy array."""
        return door().evaluate(self, {**(values or {}), **more})

    def latex(self, share: bool | None = None, width: int | None = None) -> str:
        """The expression in LaTeX; `share` names the parts that occur several times, `width` breaks long sums."""
        return door().latex(self, share, width)

    def unicode(self, share: bool | None = None, width: int | None = None) -> str:
        """The expression in Unicode; `share` names the parts that occur several times, `width` breaks long sums."""
        return door().unicode(self, share, width)

    def to_sympy(self) -> sympy.Basic:
        """The expression in SymPy, where SymPy has the form."""
        return door().to_sympy(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return door().bundle(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"
