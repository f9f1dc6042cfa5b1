"""Values at which equations hold, as users give them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..certificate.constraints import holding
from ..rulebook.book import RuleBook
from ..rulebook.equations import Equation, Equations, equations_of
from ..rulebook.reader import Condition
from ..terms.errors import EvaluationError
from ..terms.expression import Expr
from ..terms.walks import variables
from .declared import NEAR
from .evaluate import evaluate
from .sampling import Rng, outward, size_of


def values_holding(book: RuleBook | None, stated: Iterable[Equation], sizes: Mapping[str, int], rng: Rng
                   ) -> dict[str, Any] | None:  # fmt: skip
    """Random values of the variables of some equations at which they hold; None where none are found.

    >>> from matcalc.terms.expression import apply, as_shape, num, var
    >>> y = var("y", as_shape("n"))
    >>> found = values_holding(None, [Equation(apply("sum", y), num(1))], {"n": 3}, np.random.default_rng(0))
    >>> round(float(found["y"].sum()), 9)
    1.0
    """
    stated = tuple(stated)
    found = holding(book or RuleBook.default(), Equations(stated), int(rng.integers(1 << 30)), sizes)
    if found is None:
        return None
    nodes = {name: v for e in stated for side in e for name, v in variables(side).items()}
    shapes = {name: tuple(size_of(d, sizes) for d in v.shape) for name, v in nodes.items()}
    return {n: outward(np.reshape(np.asarray(a, dtype=float), shapes[n]), nodes[n].shape) for n, a in found.items()}


def refuse_violated(book: RuleBook, values: Mapping[str, Any], types: Mapping[str, Any]) -> None:
    """EvaluationError if an equation that a question states does not hold at its values: the answer may use it."""
    known = equations_of(book)
    for e in () if known is None else known.stated:
        if not e.free <= set(values):
            continue
        left, right = (np.asarray(evaluate(side, values, types, book)) for side in e)
        if not np.allclose(left, right, rtol=NEAR, atol=NEAR):
            raise EvaluationError(f"{e} is stated, but does not hold at these values")


def satisfied(conditions: Iterable[Condition], concrete: Callable[[Expr], Expr], sizes: Mapping[str, int], rng: Rng
              ) -> dict[str, Any] | None:  # fmt: skip
    """Values at which the equations among the conditions of a rule hold; None where none are found."""
    stated = [Equation(*map(concrete, args)) for prop, args in conditions if prop == "equal"]
    return values_holding(None, stated, sizes, rng) if stated else {}
