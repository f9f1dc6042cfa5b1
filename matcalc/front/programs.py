"""Derivatives as programs: the target by name, the name of the function, and the text that says what it computes."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, NamedTuple

from ..codegen import targets as room
from ..codegen.function import function
from ..codegen.names import checked
from ..codegen.registry import TARGETS
from ..simplification.recognition import recognise
from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from ..terms.shapes import SCALAR

if TYPE_CHECKING:
    from ..calculus.record import Record
    from ..codegen.registry import Writer

READABLE = 60  # tokens of a formula that a text quotes


class Program(NamedTuple):
    """Source text, and the name of the function in it."""

    text: str
    name: str
    target: str

    def compiled(self) -> Callable[..., Any]:
        """The function; MatcalcError for a language that is not Python."""
        if not find(self.target).python:
            python = [n for n in targets() if find(n).python]
            raise MatcalcError(f"compile runs {', '.join(python)}; for {self.target} there is the source of code()")
        space: dict[str, Any] = {}
        exec(compile(self.text, f"<matcalc {self.name}>", "exec"), space)
        return space[self.name]  # type: ignore[no-any-return]


def program(record: Record, target: str = "numpy", value: bool = False, name: str | None = None) -> Program:
    """The program that computes a derivative, or a value and the derivative."""
    writer = find(target)
    what = kind(record)
    if writer.backward:
        _refuse_backward(record, target)
        value = True
    head = "value_with_" if writer.backward else "value_and_" if value else ""
    title = name if name is not None else head + names(record)
    if keyword.iskeyword(checked(title)):
        raise MatcalcError(f"{title!r} is no name for a function")
    exprs = [recognise(record.source, record.book), record.expr] if value else [record.expr]
    by = ", ".join(v.data[0] for v in record.variables)
    formula = quoted(record.expr)
    of = quoted(record.source) or "an expression"
    text = f"The {'value and the ' if value else ''}{what} of {of} by {by}{': ' + formula if formula else ''}."
    f = function(exprs, title, record.types, text, record.book)
    if writer.backward:
        f.by = record.variable.data[0]
    return Program(writer.write(f), title, target)


def _refuse_backward(record: Record, target: str) -> None:
    """Refuse what is no gradient of a scalar by one variable, of its shape."""
    one = record.order == 1 and len(record.variables) == 1 and record.form == "layout" and record.structure == "free"
    if not one or record.source.shape != SCALAR or record.expr.shape != record.variable.shape:
        raise MatcalcError(f"{target} is written for the gradient of a scalar by one variable: take matcalc.grad")


def kind(record: Record) -> str:
    """What a derivative is, in words."""
    if record.form == "hvp":
        return f"Hessian times {record.direction}, that"
    if record.order == 2:
        return "Hessian"
    if record.source.shape != SCALAR:
        return "Jacobian"
    if all(v.shape == SCALAR for v in record.variables) and len(record.variables) == 1:
        return "derivative"
    return "gradient"


def names(record: Record) -> str:
    """The name of the function: `grad_w`, `jac_x`, `hess_w`, `hvp_w`.

    >>> import matcalc
    >>> names(matcalc.diff("A*x", "x").record), names(matcalc.hessian("x'*A*x", "x").record)
    ('jac_x', 'hess_x')
    """
    words = {"gradient": "grad", "derivative": "grad", "Jacobian": "jac", "Hessian": "hess"}
    head = words.get(kind(record), "hvp")
    return "_".join([head, *(v.data[0] for v in record.variables)])


def quoted(e: Expr) -> str:
    """The text of an expression that is short enough to be read."""
    return str(e) if e.cost <= READABLE else ""


def targets() -> list[str]:
    """The names of the targets that code is written for.

    >>> "numpy" in targets()
    True
    """
    for m in iter_modules(room.__path__):
        import_module(f"{room.__name__}.{m.name}")
    return sorted(TARGETS)


def find(name: str) -> Writer:
    """The target of a name; MatcalcError if there is none."""
    module = name.replace("-", "_")
    if name not in TARGETS and module.isidentifier():
        known = [m.name for m in iter_modules(room.__path__)]
        if module in known:
            import_module(f"{room.__name__}.{module}")
    if name not in TARGETS:
        raise MatcalcError(f"code is written for {', '.join(targets())}, not {name!r}")
    return TARGETS[name]
