"""matcalc: closed-form derivatives of matrix expressions, in numerator or denominator layout.

>>> import matcalc
>>> print(matcalc.diff("||Xw - y||^2", "w"))
2*(X*w - y)'*X
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_WHERE = {
    "diff": "api", "grad": "api", "jacobian": "api", "hessian": "api", "differential": "api", "parse": "api",
    "Derivative": "derivative", "Expr": "nodes",
    "matrix": "build", "vector": "build", "scalar": "build", "from_function": "build",
    "from_sympy": "exchange", "to_sympy": "exchange", "load_rules": "userrules", "graph": "graphs",
    "load_ipython_extension": "jupyter",
    "MatcalcError": "errors", "ParseError": "errors", "ShapeError": "errors", "UnknownNameError": "errors",
    "DeclarationError": "errors", "EvaluationError": "errors", "NoDerivativeError": "errors", "RuleError": "errors",
}  # fmt: skip

if TYPE_CHECKING:
    from .api import diff, differential, grad, hessian, jacobian, parse
    from .build import from_function, matrix, scalar, vector
    from .derivative import Derivative
    from .errors import (
        DeclarationError,
        EvaluationError,
        MatcalcError,
        NoDerivativeError,
        ParseError,
        RuleError,
        ShapeError,
        UnknownNameError,
    )
    from .exchange import from_sympy, to_sympy
    from .graphs import graph
    from .jupyter import load_ipython_extension
    from .nodes import Expr
    from .userrules import load_rules


def __getattr__(name: str) -> Any:
    """Import a front door when it is first used, so that importing matcalc stays light."""
    module = _WHERE.get(name)
    if module is None:
        raise AttributeError(f"module 'matcalc' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])


__all__ = [
    "DeclarationError", "Derivative", "EvaluationError", "Expr", "MatcalcError", "NoDerivativeError", "ParseError",
    "RuleError", "ShapeError", "UnknownNameError", "diff", "differential", "from_function", "from_sympy", "grad",
    "graph",
    "hessian", "jacobian", "load_ipython_extension", "load_rules", "matrix", "parse", "scalar", "to_sympy", "vector",
]  # fmt: skip
