"""JSON: the graph of an expression as a list, with its plain and LaTeX forms."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from ..terms.expression import Expr
from ..terms.shapes import Dim, kind_of
from ..terms.signatures import Operation
from ..terms.walks import postorder
from .latex import latex
from .plain import plain
from .registry import notation


@notation("json")
def structure(e: Expr) -> str:
    """The expression as JSON."""
    return json.dumps(to_dict(e), ensure_ascii=False, indent=2)


def to_dict(e: Expr) -> dict[str, Any]:
    """The expression as data that `json.dumps` takes: every part once, arguments before what uses them.

    >>> from matcalc.terms.expression import var, mm, t, as_shape
    >>> x = var("x", as_shape("n"))
    >>> d = to_dict(mm(t(x), x))
    >>> d["plain"], d["kind"], d["shape"], d["nodes"][-1]
    ("x'*x", 'scalar', ['1', '1'], {'op': 'mm', 'args': [1, 0], 'shape': ['1', '1']})
    """
    number: dict[Expr, int] = {}
    rows: list[dict[str, Any]] = []
    for x in postorder(e):
        number[x] = len(rows)
        row: dict[str, Any] = {
            "op": x.op,
            "args": [number[a] for a in x.args],
            "shape": [str(d) for d in x.shape],
        }
        if x.data is not None and not isinstance(x.data, Operation):  # which its name tells
            row["data"] = _simple(x.data)
        rows.append(row)
    return {
        "plain": plain(e),
        "latex": latex(e),
        "kind": kind_of(e.shape),
        "shape": [str(d) for d in e.shape],
        "nodes": rows,
    }


def _simple(data: Any) -> Any:
    """A datum of a node in the types of JSON."""
    if isinstance(data, tuple):
        return [_simple(x) for x in data]
    if isinstance(data, frozenset):
        return sorted(_simple(x) for x in data)
    if isinstance(data, Fraction | Dim):
        return str(data)
    if isinstance(data, Expr):
        return plain(data)
    return data
