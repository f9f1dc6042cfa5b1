"""matcalc: closed-form derivatives of matrix expressions, in numerator or denominator layout.

>>> import matcalc
>>> print(matcalc.diff("||Xw - y||^2", "w"))
2*(X*w - y)'*X
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .terms.version import __version__ as __version__

_ROOMS = {
    "front.api": "diff grad jacobian hessian differential parse reading graph",
    "front.derivative": "Derivative",
    "terms.expression": "Expr",
    "front.build": "matrix vector scalar from_function",
    "front.sympy_exchange": "from_sympy to_sympy",
    "front.user_rules": "load_rules read_rules",
    "front.review": "Review review",
    "front.expectation": "expectation",
    "front.formula": "Formula",
    "front.second_order": "fisher gauss_newton laplacian newton taylor",
    "front.curvature": "Curvature curvature",
    "front.stationary": "Stationary solve_stationary",
    "front.jupyter": "load_ipython_extension",
    "front.widget": "widget",
    "terms.limits": "Limits",
    "terms.errors": "LimitError MatcalcError ParseError ShapeError UnknownNameError DeclarationError EvaluationError "
    "NoDerivativeError RuleError StationaryError InternalError",
}
_WHERE = {name: room for room, names in _ROOMS.items() for name in names.split()}

if TYPE_CHECKING:
    from .front.api import diff, differential, grad, graph, hessian, jacobian, parse, reading
    from .front.build import from_function, matrix, scalar, vector
    from .front.curvature import Curvature, curvature
    from .front.derivative import Derivative
    from .front.expectation import expectation
    from .front.formula import Formula
    from .front.jupyter import load_ipython_extension
    from .front.review import Review, review
    from .front.second_order import fisher, gauss_newton, laplacian, newton, taylor
    from .front.stationary import Stationary, solve_stationary
    from .front.sympy_exchange import from_sympy, to_sympy
    from .front.user_rules import load_rules, read_rules
    from .front.widget import widget
    from .terms.errors import (
        DeclarationError,
        EvaluationError,
        InternalError,
        LimitError,
        MatcalcError,
        NoDerivativeError,
        ParseError,
        RuleError,
        ShapeError,
        StationaryError,
        UnknownNameError,
    )
    from .terms.expression import Expr
    from .terms.limits import Limits


def __getattr__(name: str) -> object:
    """Import a front door when it is first used, so that importing matcalc stays light."""
    module = _WHERE.get(name)
    if module is None:
        raise AttributeError(f"module 'matcalc' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, *(name for name in globals() if name.startswith("__"))])


__all__ = [
    "Curvature", "DeclarationError", "Derivative", "EvaluationError", "Expr", "Formula", "InternalError",
    "LimitError", "Limits", "MatcalcError", "NoDerivativeError", "ParseError", "Review", "RuleError", "ShapeError",
    "Stationary", "StationaryError", "UnknownNameError", "__version__", "curvature", "diff", "differential",
    "expectation", "fisher", "from_function", "from_sympy", "gauss_newton", "grad", "graph", "hessian", "jacobian",
    "laplacian", "load_ipython_extension", "load_rules", "matrix", "newton", "parse", "read_rules", "reading",
    "review", "scalar", "solve_stationary", "taylor", "to_sympy", "vector", "widget",
]  # fmt: skip
