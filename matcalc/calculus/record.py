"""The plain data of a derivative: all that steps, checks, drawings, costs, cases and other forms of it read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from ..language.typing.declarations import Type, Types
from ..rulebook.book import RuleBook
from ..rulebook.equations import equations_of
from ..rulebook.properties import Facts, without_number
from ..rulebook.reader import Rule
from ..terms.expression import Expr
from ..terms.records import dataclass, field
from .layout import Layout

if TYPE_CHECKING:
    from ..terms.recorder import Recorder
    from .wirtinger import Formal

Structure = str  # "free", "entries", "tangent", or "tangent" and the name of a manifold or metric
Form = Literal["layout", "vec", "hvp"]


@dataclass
class Trace:
    """What really ran: the rules with the nodes that they were applied to, and the assumptions that they make.

    The rules are those of its book. With a recorder it also keeps what each node's differential or cotangent was.
    """

    book: RuleBook = field(default_factory=RuleBook.default)
    applied: list[tuple[Rule, Expr]] = field(default_factory=list)
    assumptions: dict[tuple[str, tuple[Expr, ...]], None] = field(default_factory=dict)  # in order, each once
    nowhere_zero: dict[Expr, None] = field(default_factory=dict)  # where functions of the entries have their kinks
    recorder: Recorder | None = None

    def assume(self, prop: str, arguments: tuple[Expr, ...]) -> None:
        """Note that a property is taken for granted."""
        self.assumptions.setdefault((prop, arguments))

    def step(self, name: str, before: Expr, after: Expr, rule: Rule | None = None) -> None:
        """Keep a step of calculus that changes the value."""
        if self.recorder is not None:
            self.recorder.move(name, before, after, rule, equal=False)

    def begin(self, name: str, before: Expr) -> None:
        """Open a stage of calculus."""
        if self.recorder is not None:
            self.recorder.begin(name, before, equal=False)

    def end(self, after: Expr) -> None:
        """Close the stage that was opened last."""
        if self.recorder is not None:
            self.recorder.end(after)

    def record(self, e: Expr, cotangent: Expr | None, results: list[tuple[Expr, Expr]],
               adjoints: Iterable[Rule] = ()) -> None:  # fmt: skip
        """Keep what the differential of a node, or its pullback, gave."""
        if self.recorder is not None:
            rule = self.applied[-1][0] if self.applied and self.applied[-1][1] is e else None
            self.recorder.differentiated(e, rule, cotangent, tuple(results), tuple(dict.fromkeys(adjoints)))


@dataclass(frozen=True, eq=False)
class Record:
    """The derivative of `source` by one variable, or by a list of scalars, in closed form.

    `expr` is the form for people, with all that is known of the variables; `raw` is the form to differentiate again,
    in which their structure is not used. `order` 2 is a Hessian. The axes are those of `layout`, unless `form` is
    "vec" (the Jacobian of vec(Y) by vec(X)) or "hvp" (a Hessian times the variable called `direction`).
    """

    source: Expr
    variables: tuple[Expr, ...]
    layout: Layout
    expr: Expr
    raw: Expr
    trace: Trace
    order: int = 1
    structure: Structure = "free"
    form: Form = "layout"
    direction: str = ""
    types: Types = field(default_factory=dict)
    remarks: tuple[str, ...] = ()  # how the text was read, where it has several readings
    name: str = ""  # what the text calls the value, the J of J(w) = …
    fills: frozenset[int] = frozenset()  # 1 and 2: the text adds scalars to vectors, to matrices, and writes no ones
    formal: Formal | None = None  # of complex variables: the question with conjugates as variables of their own

    @property
    def variable(self) -> Expr:
        """The variable; of a list the first."""
        return self.variables[0]

    @property
    def book(self) -> RuleBook:
        """The rules that it was made with, and that its other forms use."""
        return self.trace.book

    @property
    def nodes(self) -> dict[str, Expr]:
        """All variables by name: those of the derivative, and those whose types are known."""
        known = {n: t.node(n) for n, t in self.types.items() if isinstance(t, Type)}
        return {v.data[0]: v for v in self.variables} | known

    @property
    def assumptions(self) -> list[str]:
        """What the answer takes for granted and the properties of its variables do not imply."""
        told = (
            " = ".join(map(str, args)) if prop == "equal" else f"{prop}({', '.join(map(str, args))})"
            for prop, args in self.conditions
        )
        return list(dict.fromkeys(told))

    @property
    def conditions(self) -> list[tuple[str, tuple[Expr, ...]]]:
        """The same as properties with their arguments; that -x is not 0 is not told beside that x is not."""
        facts = Facts(book=self.book)
        found = [
            (prop, args)
            for prop, args in self.trace.assumptions
            if prop not in ("unit", "small") and (prop == "distinct" or not facts.holds(prop, *args))
        ]
        bare = {("nonzero", args): without_number(args[0]) for prop, args in found if prop == "nonzero"}
        implied = {c for c, e in bare.items() if e is not c[1][0] and ("nonzero", (e,)) in bare}
        return [*(c for c in dict.fromkeys(found) if c not in implied), *self.equations]

    @property
    def equations(self) -> list[tuple[str, tuple[Expr, ...]]]:
        """The equations that the question states, in the same form."""
        known = equations_of(self.book)
        return [] if known is None else [("equal", tuple(e)) for e in known.stated]
