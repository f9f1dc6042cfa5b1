"""The operators and methods of expressions in Python. What they do is in `build`, loaded when first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..terms.expression import Expr
    from .derivative import Derivative

_COMPARISONS = frozenset(("gt", "ge", "lt", "le", "eq", "ne"))


class Operators:
    """Operators on expressions, with NumPy's meaning: `@` is the matrix product, `*` goes entry by entry.

    Every elementwise function and every operation of the language is a method: `x.exp()`, `X.inv()`.
    `==` compares structure, which is identity; `w > x` is the expression of zeros and ones.
    """

    __slots__ = ()
    __iter__ = None  # an expression has no entries to run through
    __contains__ = None

    def _do(self, name: str, *args: Any) -> Expr:
        from . import build

        return build.operate(name, *args)

    def __add__(self, other: Any) -> Expr:
        return self._do("add", self, other)

    def __radd__(self, other: Any) -> Expr:
        return self._do("add", other, self)

    def __sub__(self, other: Any) -> Expr:
        return self._do("subtract", self, other)

    def __rsub__(self, other: Any) -> Expr:
        return self._do("subtract", other, self)

    def __mul__(self, other: Any) -> Expr:
        return self._do("multiply", self, other)

    def __rmul__(self, other: Any) -> Expr:
        return self._do("multiply", other, self)

    def __matmul__(self, other: Any) -> Expr:
        return self._do("matmul", self, other)

    def __rmatmul__(self, other: Any) -> Expr:
        return self._do("matmul", other, self)

    def __truediv__(self, other: Any) -> Expr:
        return self._do("divide", self, other)

    def __rtruediv__(self, other: Any) -> Expr:
        return self._do("divide", other, self)

    def __pow__(self, other: Any) -> Expr:
        return self._do("power", self, other)

    def __rpow__(self, other: Any) -> Expr:
        return self._do("power", other, self)

    def __neg__(self) -> Expr:
        return self._do("negative", self)

    def __pos__(self) -> Expr:
        return self._do("positive", self)

    def __abs__(self) -> Expr:
        return self._do("absolute", self)

    def __gt__(self, other: Any) -> Expr:
        return self._do("greater", self, other)

    def __ge__(self, other: Any) -> Expr:
        return self._do("greater_equal", self, other)

    def __lt__(self, other: Any) -> Expr:
        return self._do("less", self, other)

    def __le__(self, other: Any) -> Expr:
        return self._do("less_equal", self, other)

    def __bool__(self) -> bool:
        if getattr(self, "op", "") in _COMPARISONS:
            raise TypeError(
                "a comparison is an expression here, neither true nor false; use np.maximum or np.where"
            )
        return True

    def __getitem__(self, key: Any) -> Expr:
        from . import build

        return build.item(self, key)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        from . import numpy_functions as functions

        return functions.method(self, name)

    def __dir__(self) -> list[str]:
        from . import numpy_functions as functions

        return sorted({*object.__dir__(self), *functions.methods()})

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        from . import numpy_functions as functions

        return functions.ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        from . import numpy_functions as functions

        return functions.function(function, args, options)

    @property
    def T(self) -> Expr:
        """The transpose: a vector is a column, so that of a vector is a row."""
        return self._do("transpose", self)

    # --- the front doors as methods --------------------------------------------------------------------

    def diff(self, wrt: Any, layout: str = "numerator", structure: str = "free") -> Derivative:
        """The derivative by a variable; see `matcalc.diff`."""
        from .api import diff

        return diff(self, wrt, layout, structure=structure)

    def grad(self, wrt: Any, structure: str = "free") -> Derivative:
        """The gradient of a scalar, of the shape of the variable; see `matcalc.grad`."""
        from .api import grad

        return grad(self, wrt, structure=structure)

    def jacobian(self, wrt: Any) -> Derivative:
        """The Jacobian in numerator layout; see `matcalc.jacobian`."""
        from .api import jacobian

        return jacobian(self, wrt)

    def hessian(self, wrt: Any) -> Derivative:
        """The second derivative of a scalar; see `matcalc.hessian`."""
        from .api import hessian

        return hessian(self, wrt)

    def differential(self, wrt: Any) -> Expr:
        """The differential; see `matcalc.differential`."""
        from .api import differential

        return differential(self, wrt)

    def evaluate(self, values: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """The value at given values of the variables: a float or a NumPy array."""
        from ..numbers.declared import refuse_undeclared
        from ..numbers.evaluate import evaluate
        from ..terms.walks import variables

        given = {**(values or {}), **more}
        refuse_undeclared({name: v.data[2] for name, v in variables(self).items()}, given)  # type: ignore[arg-type]
        return evaluate(self, given)  # type: ignore[arg-type]

    def latex(self) -> str:
        """The expression in LaTeX."""
        from ..printing.latex import latex

        return latex(self)  # type: ignore[arg-type]

    def unicode(self) -> str:
        """The expression in Unicode."""
        from ..printing.unicode import unicode

        return unicode(self)  # type: ignore[arg-type]

    def to_sympy(self) -> Any:
        """The expression in SymPy, where SymPy has the form."""
        from .sympy_exchange import to_sympy

        return to_sympy(self)  # type: ignore[arg-type]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from .jupyter import bundle

        return bundle(self)  # type: ignore[arg-type]

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"
