"""NumPy source as a notation: a function of the variables of an expression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..language.typing.declarations import Types
from ..printing.registry import typed_notation
from ..terms.expression import Expr
from .function import function
from .targets.numpy import numpy


@typed_notation("python")
def python(e: Expr, types: Types) -> str:
    """A NumPy function called f of the variables of the expression."""
    return python_function(e, types=types)


def python_function(e: Expr, name: str = "f", types: Mapping[str, Any] | None = None) -> str:
    """A NumPy function of the variables that `types` names and of those of the expression.

    >>> from matcalc.terms.expression import var, add, eye, as_shape
    >>> from matcalc.terms.shapes import Dim
    >>> X = var("X", as_shape("n", "n"))
    >>> print(python_function(add(X, eye(Dim.of("n")))))
    import numpy as np
    <BLANKLINE>
    <BLANKLINE>
    def f(X):
        n = len(X)
        if X.shape != (n, n):
            raise ValueError(f"the shapes should be X (n, n), not {X.shape}")
        return X + np.eye(n)
    """
    return numpy(function([e], name, types)).rstrip("\n")
