"""The steps of a derivation, in the differential and in the chain style."""

from __future__ import annotations

from ..calculus.record import Record
from ..printing.forms import Forms, forms
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
    if d.order == 2 and len(d.variables) > 1:
        raise MatcalcError("the steps of a Hessian are those by one variable at a time")
    lines = chain_steps(d, detail, mode) if style == "chain" else differential_steps(d, detail)
    return Steps(lines, d, detail == "full", verify, _forms(d))


def _forms(d: Record) -> Forms | None:
    """The other forms of an answer of more than two axes."""
    if len(d.expr.shape) <= 2:
        return None
    try:
        return forms(d, "all")
    except MatcalcError:  # tied entries
        return None
