"""Derivatives as programs: the target by name, the name of the function, and the text that says what it computes."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from ..codegen import targets as room
from ..codegen.function import Kept, Parameter, function, shape_text, size_sources
from ..codegen.lower import Lowering
from ..codegen.names import Names, checked
from ..codegen.plan import axes_of
from ..codegen.registry import TARGETS
from ..codegen.structured import Structured, structured
from ..simplification.recognition import recognise
from ..terms.complexes import conjugated_name
from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from ..terms.records import NamedTuple
from ..terms.shapes import SCALAR

if TYPE_CHECKING:
    from ..calculus.record import Record
    from ..codegen.registry import Writer
    from ..rulebook.book import RuleBook

METHODS = ("dense", "hvp")
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


def program(record: Record, target: str = "numpy", value: bool = False, name: str | None = None,
            compressed: bool = False) -> Program:  # fmt: skip
    """The program that computes a derivative, or a value and the derivative; of a Hessian the factors, if asked."""
    writer = find(target)
    parts = factors(record, target) if compressed else None
    what = kind(record)
    if writer.backward:
        _refuse_backward(record, target)
        value = True
    head = "value_with_" if writer.backward else "value_and_" if value else ""
    title = name if name is not None else head + names(record)
    if keyword.iskeyword(checked(title)):
        raise MatcalcError(f"{title!r} is no name for a function")
    own = [record.expr] if parts is None else [f.expr for f in parts.factors]
    exprs = [recognise(record.source, record.book), *own] if value else own
    if record.formal is not None:
        exprs = record.formal.programmable(record.expr, target, value)
    by = ", ".join(v.data[0] for v in record.variables)
    formula = quoted(record.expr)
    of = quoted(record.source) or "an expression"
    text = f"The {'value and the ' if value else ''}{what} of {of} by {by}{': ' + formula if formula else ''}."
    f = function(exprs, title, record.types, text, record.book)
    f.complex = record.formal is not None
    if parts is not None:
        f.kept = kept(parts, record.book)
    if writer.backward:
        f.by = record.variable.data[0]
    return Program(writer.write(f), title, target)


def factors(record: Record, target: str) -> Structured:
    """The factors of a Hessian; MatcalcError for what is no Hessian, for another target, or if there are none."""
    writer = find(target)
    if not writer.python or writer.backward:
        raise MatcalcError(f"{target} has no Hessian by its factors: take numpy, jax, torch or array-api")
    if record.order != 2 or record.form != "layout":
        raise MatcalcError("factors are those of a Hessian: take matcalc.hessian")
    return structured(record.expr, record.variable, [*record.types, *METHODS], record.book)


def kept(parts: Structured, book: RuleBook) -> Kept:
    """What a function gives in place of a Hessian: its factors, the whole as an array, and products with it."""
    names = Names([*METHODS, *parts.sizes])
    own = [(names.of_user(f.name), f.variable.shape != SCALAR) for f in parts.factors]
    given = {("input", f.name): f"self.{name}" for f, (name, _) in zip(parts.factors, own, strict=True)}
    given |= {("size", n): f"self.{checked(n)}" for n in parts.sizes}
    shape = shape_text(axes_of(parts.whole.shape))
    low = Lowering(book=book)
    nonnegative = [f.variable for f in parts.factors if low.nonnegative(f.expr)]
    text = f"The Hessian as an array {shape}."
    whole = function([parts.whole], METHODS[0], text=text, book=book, nonnegative=nonnegative)
    product = function([parts.product], METHODS[1], text=f"The Hessian times {parts.direction}.", book=book)
    stored = [Parameter(f.name, axes_of(f.variable.shape), False) for f in parts.factors]
    along = Parameter(str(parts.direction), axes_of(parts.direction.shape), True)
    for g, more in ((whole, []), (product, [along])):
        g.parameters, g.given = [*more, *stored], given
        g.sizes = {**size_sources(more), **size_sources(stored)}
    return Kept(_told(parts, [name for name, _ in own]), own, parts.sizes, [whole, product])


def _told(parts: Structured, own: list[str]) -> str:
    """What the object with the factors is, in words."""
    formula, along = quoted(parts.whole) if len(parts.whole.shape) == 2 else "", quoted(parts.product)
    text = f"The Hessian{' ' if formula else ''}{formula} by its factors."
    if along and not formula:
        text = f"The Hessian by its factors: times {parts.direction} it is {along}."
    shown = [f"{n} is {quoted(f.expr)}" for f, n in zip(parts.factors, own, strict=True)
             if f.expr is not f.variable and quoted(f.expr)]  # fmt: skip
    if shown:
        text += f"\n\n    {'; '.join(shown)}.\n    "
    return text.replace("\\", "\\\\").replace('"', "'")


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
    by = [v.data[0] for v in record.variables]
    if record.formal is not None:
        by = [f"conj_{c}" if (c := conjugated_name(n)) else n for n in by]
    return "_".join([head, *by])


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
