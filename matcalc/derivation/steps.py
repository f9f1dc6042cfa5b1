"""The steps of a derivation, in the differential and in the chain style."""

from __future__ import annotations

from ..calculus.record import Record
from ..terms.errors import MatcalcError
from .chain import chain_steps
from .differential import differential_steps
from .lines import Line, Steps, Verify

STYLES = ("differential", "chain")
DETAILS = ("brief", "full")

__all__ = ["DETAILS", "STYLES", "Line", "Steps", "steps"]


def steps(d: Record, style: str = "differential", detail: str = "brief", mode: str | None = None,
          verify: Verify | None = None) -> Steps:  # fmt: skip
    """The steps from an expression to its derivative; `detail="full"` shows each rule with its source.

    >>> import matcalc
    >>> print(steps(matcalc.diff("||Xw - y||^2", "w").record).unicode())  # doctest: +ELLIPSIS
    f     = ‖Xw − y‖²
    df    = d(‖Xw − y‖²)
    ...
    """
    if style not in STYLES:
        raise MatcalcError(f"the style is one of {', '.join(STYLES)}, not {style!r}")
    if detail not in DETAILS:
        raise MatcalcError(f"the detail is one of {', '.join(DETAILS)}, not {detail!r}")
    if d.form != "layout":
        raise MatcalcError("the steps lead to a derivative in a layout: take them before vec or hvp")
    if style == "chain":
        return Steps(chain_steps(d, detail, mode), d, detail == "full", verify)
    return Steps(differential_steps(d, detail), d, detail == "full", verify)
