"""The steps of a derivation, in the differential and in the chain style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..terms.errors import MatcalcError
from .lines import Line, Steps

if TYPE_CHECKING:
    from ..front.derivative import Derivative

STYLES = ("differential", "chain")
DETAILS = ("brief", "full")

__all__ = ["DETAILS", "STYLES", "Line", "Steps", "steps"]


def steps(d: Derivative, style: str = "differential", detail: str = "brief", mode: str | None = None) -> Steps:
    """The steps from an expression to its derivative; `detail="full"` shows each rule with its source.

    >>> import matcalc
    >>> print(steps(matcalc.diff("||Xw - y||^2", "w")).unicode())  # doctest: +ELLIPSIS
    f     = ‖Xw − y‖²
    df    = d(‖Xw − y‖²)
    ...
    """
    if style not in STYLES:
        raise MatcalcError(f"the style is one of {', '.join(STYLES)}, not {style!r}")
    if detail not in DETAILS:
        raise MatcalcError(f"the detail is one of {', '.join(DETAILS)}, not {detail!r}")
    if d.form:
        raise MatcalcError("the steps lead to a derivative in a layout: take them before vec or hvp")
    if style == "chain":
        from .chain import chain_steps

        return Steps(chain_steps(d, detail, mode), d, citations=detail == "full")
    from .differential import differential_steps

    return Steps(differential_steps(d, detail), d, citations=detail == "full")
