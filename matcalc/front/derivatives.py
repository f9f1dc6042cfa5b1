"""The derivatives of one expression by several arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .derivative import Derivative

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .accepted import Value


class Derivatives(tuple[Derivative, ...]):
    """A tuple of derivatives, in the order of the variables.

    >>> import matcalc
    >>> by_w, by_b = matcalc.grad("||X*w + b*vector(1) - y||^2", ["w", "b"])
    >>> print(by_w)
    2*X'*(X*w + b*vector(1) - y)
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(map(repr, self))

    def __str__(self) -> str:
        return "\n".join(f"{', '.join(v.data.name for v in d.variables)}: {d}" for d in self)

    def evaluate(self, values: Mapping[str, Value] | None = None, **more: Value) -> tuple[NDArray[np.float64], ...]:
        """Each derivative at the values."""
        return tuple(d.evaluate(values, **more) for d in self)

    def latex(self) -> str:
        """A line for each, as equations."""
        from .formats import heading, value_name

        rows = [f"{heading(d, 'latex', value_name(d))} &= {d.latex()}" for d in self]
        return rf"\begin{{aligned}} {(chr(92) * 2 + '[4pt] ').join(rows)} \end{{aligned}}"

    def _repr_html_(self) -> str:
        from .card import card

        return "\n".join(map(card, self))

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"
