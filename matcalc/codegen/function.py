"""A function to be written: what it computes, its parameters in order, and where its sizes come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..rulebook.book import RuleBook
from ..rulebook.definitions import written_out
from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from ..terms.records import NamedTuple, dataclass, field
from ..terms.shapes import ONE, Dim, Shape
from .lower import Lowering
from .plan import Dims, Plan, Value, axes_of


class Parameter(NamedTuple):
    """A parameter: its name, its axes (None for a function), whether the program reads it, whether it is a row."""

    name: str
    axes: Dims | None
    read: bool
    row: bool = False


class Source(NamedTuple):
    """Where a size can be read: it is (axis of the parameter - offset)/factor."""

    parameter: str
    axis: int
    rank: int
    factor: int = 1
    offset: int = 0


class Kept(NamedTuple):
    """What a function gives in place of an array: an object with fields, which are its last results, and two methods.

    `fields` are names, whether each is an array, and `sizes` the names of sizes that no field tells.
    """

    text: str
    fields: list[tuple[str, bool]]
    sizes: list[str]
    methods: list[Function]


@dataclass
class Function:
    """A function: its name, the text that says what it computes, parameters, plan and results."""

    name: str
    text: str
    parameters: list[Parameter]
    plan: Plan
    results: list[Value]
    sizes: dict[str, Source] = field(default_factory=dict)
    by: str = ""  # the variable of which a backward pass gives the gradient
    kept: Kept | None = None
    complex: bool = False  # whether its arrays may be complex
    shapes: list[Shape] = field(default_factory=list)  # of the results
    reserved: tuple[str, ...] = ()  # names that stand around the function
    given: dict[tuple[str, str], str] = field(default_factory=dict)  # texts of inputs and sizes that are no parameters

    def source(self, size: str) -> Source:
        """Where a size is read; MatcalcError if no parameter tells it."""
        found = self.sizes.get(size)
        if found is None:
            raise MatcalcError(f"no variable tells the size {size}")
        return found


def function(
    exprs: Iterable[Expr],
    name: str = "f",
    types: Mapping[str, Any] | None = None,
    text: str = "",
    book: RuleBook | None = None,
    nonnegative: Iterable[Expr] = (),
) -> Function:
    """The function that computes expressions of the variables that `types` names, and of others in them.

    `nonnegative` are parts that are known to have no negative entry.

    >>> import matcalc
    >>> f = function([matcalc.parse("2X'(Xw - y)")], "grad_w")
    >>> [p.name for p in f.parameters], f.source("m").parameter
    (['X', 'w', 'y'], 'y')
    """
    roots = [written_out(e, book) if book is not None else e for e in exprs]
    low = Lowering(roots, book, nonnegative)
    results = [low.value(e) for e in reversed(roots)][::-1]  # a value uses what its derivative computes
    own: dict[str, Shape] = {}
    read: set[str] = set()
    functions: dict[str, None] = {}
    for e in low.nodes:
        if e.op in ("var", "d"):
            name_of = e.data[0] if e.op == "var" else f"d{e.data[0]}"
            own.setdefault(name_of, e.shape)
            read.add(name_of)
    for v in low.plan.values:
        if v.op == "call":
            functions.setdefault(v.data)
    shapes = {n: t.shape for n, t in (types or {}).items() if hasattr(t, "shape")}
    ordered = {**shapes, **{n: s for n, s in own.items() if n not in shapes}}
    parameters = [Parameter(n, axes_of(s), n in read, is_row(s)) for n, s in ordered.items()]
    parameters += [Parameter(n, None, True) for n in functions]
    wanted = [e.shape for e in roots]
    return Function(name, text, parameters, low.plan, results, size_sources(parameters), shapes=wanted)


def is_row(shape: Shape) -> bool:
    """Whether an array is a row: languages without vectors tell it from a column."""
    return len(shape) == 2 and shape[0] is ONE and shape[1] is not ONE


def size_sources(parameters: list[Parameter]) -> dict[str, Source]:
    """For each size the place that tells it: of a parameter that is read, a whole axis, of a vector if there is one."""
    found: dict[str, tuple[tuple[bool, bool, bool], Source]] = {}
    for p in parameters:
        for axis, d in enumerate(p.axes or ()):
            linear = _linear(d)
            if linear is None:
                continue
            name, factor, offset = linear
            rank = (not p.read, (factor, offset) != (1, 0), axis + len(p.axes or ()) > 1)
            best = found.get(name)
            if best is None or rank < best[0]:
                found[name] = (rank, Source(p.name, axis, len(p.axes or ()), factor, offset))
    return {name: source for name, (_, source) in found.items()}


def _linear(d: Dim) -> tuple[str, int, int] | None:
    """The name, factor and offset of a size a*n + b."""
    named = [(names, c) for names, c in d.terms if names]
    if len(named) != 1 or len(named[0][0]) != 1 or named[0][1] < 1:
        return None
    offset = sum(c for names, c in d.terms if not names)
    return named[0][0][0], named[0][1], offset


def shape_text(axes: Dims) -> str:
    """The shape of an array as a tuple.

    >>> shape_text((Dim.of("n"),)), shape_text((Dim.of("m"), Dim.of("n"))), shape_text(())
    ('(n,)', '(m, n)', '()')
    """
    return f"({', '.join(map(str, axes))}{',' if len(axes) == 1 else ''})"
