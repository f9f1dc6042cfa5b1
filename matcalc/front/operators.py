"""What the operators and methods of expressions do (`terms.methods`): each opens its module when it is first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sympy

    from ..calculus.layout import Layout
    from ..calculus.record import Structure
    from ..terms.expression import Expr
    from .accepted import Variable
    from .derivative import Derivative


def operate(name: str, *args: Any) -> Expr:
    """An operator of Python or one of NumPy's functions of the same meaning."""
    from . import build

    return build.operate(name, *args)


def item(e: Expr, key: Any) -> Expr:
    """e[key]."""
    from . import build

    return build.item(e, key)


def method(e: Expr, name: str) -> Callable[..., Expr]:
    """The method that an operation of the language is; AttributeError if there is none of this name."""
    from . import numpy_functions

    return numpy_functions.method(e, name)


def methods() -> Sequence[str]:
    """The names of these methods."""
    from . import numpy_functions

    return numpy_functions.methods()


def ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A universal function of NumPy."""
    from . import numpy_functions

    return numpy_functions.ufunc(ufunc, method, inputs, options)


def function(function: Any, args: Any, options: Any) -> Any:
    """Another function of NumPy."""
    from . import numpy_functions

    return numpy_functions.function(function, args, options)


def diff(e: Expr, wrt: Variable, layout: Layout, *, structure: Structure) -> Derivative:
    """See `matcalc.diff`."""
    from . import api

    return api.diff(e, wrt, layout, structure=structure)


def grad(e: Expr, wrt: Variable, *, structure: Structure) -> Derivative:
    """See `matcalc.grad`."""
    from . import api

    return api.grad(e, wrt, structure=structure)


def jacobian(e: Expr, wrt: Variable) -> Derivative:
    """See `matcalc.jacobian`."""
    from . import api

    return api.jacobian(e, wrt)


def hessian(e: Expr, wrt: Variable) -> Derivative:
    """See `matcalc.hessian`."""
    from . import api

    return api.hessian(e, wrt)


def differential(e: Expr, wrt: Variable) -> Expr:
    """See `matcalc.differential`."""
    from . import api

    return api.differential(e, wrt)


def evaluate(e: Expr, values: Mapping[str, Any]) -> Any:
    """The value, where the values have the declared properties."""
    from ..numbers.declared import refuse_undeclared
    from ..numbers.evaluate import evaluate
    from ..terms.walks import variables
    from .current import current

    refuse_undeclared({name: v.data.properties for name, v in variables(e).items()}, values)
    return evaluate(e, values, book=current())


def plain(e: Expr) -> str:
    """The expression in the plain language."""
    from .notations import write

    return write(e, "text")


def latex(e: Expr, share: bool | None = None, width: int | None = None) -> str:
    """The expression in LaTeX."""
    from ..printing.registry import Options
    from .notations import write

    return write(e, "latex", None, Options(share, width))


def unicode(e: Expr, share: bool | None = None, width: int | None = None) -> str:
    """The expression in Unicode."""
    from ..printing.registry import Options
    from .notations import write

    return write(e, "unicode", None, Options(share, width))


def to_sympy(e: Expr) -> sympy.Basic:
    """The expression in SymPy, where SymPy has the form."""
    from . import sympy_exchange

    return sympy_exchange.to_sympy(e)


def bundle(e: Expr) -> dict[str, str]:
    """The expression in the formats that notebooks show."""
    from .display import bundle

    return bundle(e)
