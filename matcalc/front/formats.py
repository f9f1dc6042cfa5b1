"""A derivative or an expression in a format, and what a reader has to know beside the formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..printing.registry import AUTOMATIC, Options
from ..terms.expression import Expr, var
from ..terms.shapes import ONE, SCALAR, describe
from .conditions import conditions, legend
from .notations import write
from .written import names_of

if TYPE_CHECKING:
    from ..language.typing.declarations import Types
    from .derivative import Derivative


def types_line(types: Types) -> str:
    """The types of the names: those that were declared, then those that were inferred.

    >>> import matcalc
    >>> types_line(matcalc.diff("||Xw - y||^2", "w", where="y: vector(m)").types)
    'y: vector(m); inferred X: matrix(m, n), w: vector(n)'
    """
    declared = ", ".join(f"{n}: {t}" for n, t in types.items() if not getattr(t, "inferred", False))
    inferred = ", ".join(f"{n}: {t}" for n, t in types.items() if getattr(t, "inferred", False))
    return "; ".join([declared] * bool(declared) + [f"inferred {inferred}"] * bool(inferred))


def value_name(what: Derivative | Expr) -> str:
    """What the value of an expression is called: by its text, else f or another letter, a capital for a matrix.

    >>> import matcalc
    >>> value_name(matcalc.grad("f'*x", "x")), value_name(matcalc.parse("inv(X)"))
    ('z', 'F')
    """
    if not isinstance(what, Expr) and what.name:
        return what.name
    source, taken = (what, names_of({}, what)) if isinstance(what, Expr) else (what.source, what.names)
    letters = "FZYGHQ" if ONE not in source.shape else "fzyghq"
    return next((c for c in letters if c not in taken), "f_0")


def heading(d: Derivative, notation: str = "plain", name: str = "") -> str:
    """What the derivative is called where the text names its value, or `name` does.

    >>> import matcalc
    >>> heading(matcalc.diff("J(w) = ||Xw - y||^2")), heading(matcalc.hessian("f(x) = x'Ax"), "unicode")
    ('∂J/∂w', '∂²f/∂x²')
    """
    from ..derivation.notation import partial
    from ..derivation.notation import write as write_named

    x = d.variables[0]
    if len(d.variables) > 1:
        x = var(f"({', '.join(v.data[0] for v in d.variables)})", x.shape)
    return write_named(partial(var(name or d.name, d.source.shape), x, d.expr.shape, order=d.order), notation)


def shape_line(d: Derivative) -> str:
    """The layout and the shape.

    >>> import matcalc
    >>> shape_line(matcalc.diff("||Xw - y||^2", "w"))
    'numerator layout, shape (1, n)'
    """
    what = "Hessian" if d.order == 2 else f"{d.layout} layout"
    what = f"{heading(d, 'unicode')}: {what}" if d.name else what
    return f"{what}, {'scalar' if d.expr.shape == SCALAR else f'shape {describe(d.expr.shape)}'}"


def caption(d: Derivative) -> list[str]:
    """The lines under the formula: types, layout and shape, how the text was read, assumptions.

    >>> import matcalc
    >>> for line in caption(matcalc.grad("logdet(X)", "X")):
    ...     print(line)
    inferred X: matrix(n, n)
    denominator layout, shape (n, n)
    assuming X invertible
    """
    lines = [types_line(d.types), shape_line(d)]
    lines += [f"note: {remark}" for remark in d.remarks]
    if d.structure != "free":
        lines.append(f"structure: {d.structure}")
    if assumed := conditions(d):
        lines.append("assuming " + ", ".join(assumed))
    return [line for line in (*lines, *legend(d.expr)) if line]


def to_dict(d: Derivative) -> dict[str, Any]:
    """All that there is to know of a derivative, as data that `json.dumps` takes.

    >>> import matcalc
    >>> data = to_dict(matcalc.diff("x'*A*x", "x"))
    >>> data["result"], data["shape"], data["types"]
    ("x'*(A + A')", ['1', 'n'], {'x': 'vector(n)', 'A': 'matrix(n, n)'})
    """
    import json

    return {
        "expression": str(d.source),
        "by": ",".join(v.data[0] for v in d.variables),
        "name": d.name,
        "order": d.order,
        "layout": d.layout,
        "structure": d.structure,
        "shape": [str(n) for n in d.shape],
        "result": str(d),
        "latex": d.latex(),
        "unicode": d.unicode(),
        "types": {n: str(t) for n, t in d.types.items()},
        "assumptions": d.assumptions,
        "remarks": list(d.remarks),
        "certificate": str(d.certificate),
        "tree": json.loads(write(d.expr, "json"))["nodes"],
    }


def in_format(
    what: Derivative | Expr, form: str, types: Types | None = None, options: Options = AUTOMATIC
) -> str:
    """A derivative or an expression in one of the formats.

    >>> import matcalc
    >>> in_format(matcalc.parse("A*x"), "typst")
    'bold(A) bold(x)'
    """
    if isinstance(what, Expr):
        return write(what, form, types, options)
    if form == "json":
        import json

        return json.dumps(to_dict(what), ensure_ascii=False, indent=2)
    return write(what.expr, form, types or what.types, options._replace(taken=what.names, fills=what.fills))
