"""What happened in a run, as plain data: filled by the run itself where a recorder is passed in, and nowhere else.

A recorder is an argument that is None unless somebody asked, so that a run without one does no work for it.
"""

from __future__ import annotations

from typing import Protocol

from .expression import Expr
from .records import dataclass, field
from .shapes import Shape


class Identity(Protocol):
    """What is said of a rule: its label, the identity as written, its source, and where it stands."""

    @property
    def label(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def citation(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def conditions(self) -> tuple[tuple[str, tuple[Expr, ...]], ...]: ...


@dataclass(frozen=True)
class Part:
    """A part of the input: its place in the text, the operation it was read as, its shape, the expression if any.

    `expr` is None where the part was taken into a longer sum or product.
    """

    span: tuple[int, int]
    text: str
    op: str
    shape: Shape
    expr: Expr | None
    depth: int


@dataclass(frozen=True)
class Choice:
    """A candidate of the search: how it was made, and the expression."""

    name: str
    expr: Expr


@dataclass
class Move:
    """One expression becomes another: by a rule, by a named move, or in a stage that holds the moves it was made of.

    `equal` says that the two have the same value; a stage of calculus, such as the layout, changes it.
    """

    name: str
    before: Expr
    after: Expr
    rule: Identity | None = None
    equal: bool = True
    moves: list[Move | Accumulation] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True)
class Accumulation:
    """A node that was differentiated: forward into its differential, or in reverse, its cotangent to its arguments.

    `rule` is None for a part of the structure, such as an explicit array, whose differential needs no rule;
    `results` has, for each argument that depends on the variable, what it receives.
    """

    name: str
    node: Expr
    rule: Identity | None
    cotangent: Expr | None  # None in forward mode
    results: tuple[tuple[Expr, Expr], ...]
    adjoints: tuple[Identity, ...] = ()  # the transposes of linear operations by which they receive it


@dataclass(frozen=True)
class Unknown:
    """A rule whose pattern matched, and the condition that was not known to hold."""

    rule: Identity
    expr: Expr
    property: str
    arguments: tuple[Expr, ...]


class Recorder:
    """The record of one run: the parts of the input, the stages in order, and the rules that a condition stopped.

    >>> from .expression import num, prod
    >>> r, half = Recorder(), prod(num(2), num(3))
    >>> r.begin("normal form", half)
    >>> r.move("numbers", half, num(6))
    >>> r.end(num(6))
    >>> [(m.name, str(m.after), len(m.moves)) for m in r.stages()]
    [('normal form', '6', 1)]
    """

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.moves: list[Move | Accumulation] = []
        self.unknown: dict[tuple[str, Expr, str], Unknown] = {}
        self.limits: list[tuple[str, Expr]] = []  # where the work was cut short, and at which expression
        self._open: list[Move] = []

    def stages(self) -> list[Move]:
        """The stages of the run, each with the moves it was made of."""
        return [m for m in self.moves if isinstance(m, Move)]

    def rewrites(self) -> list[Move]:
        """The moves that made up the stages, in order, at any depth: those that hold no moves of their own."""
        found: list[Move] = []
        pending = list(reversed(self.moves))
        while pending:
            m = pending.pop()
            if isinstance(m, Move):
                pending.extend(reversed(m.moves))
                if not m.moves and m.equal and m.after is not m.before:
                    found.append(m)
        return found

    def rules(self) -> list[Identity]:
        """The rules that ran, in order, at any depth."""
        found: list[Identity] = []
        pending = list(reversed(self.moves))
        while pending:
            m = pending.pop()
            if m.rule is not None:
                found.append(m.rule)
            if isinstance(m, Move):
                pending.extend(reversed(m.moves))
        return found

    def _here(self) -> list[Move | Accumulation]:
        return self._open[-1].moves if self._open else self.moves

    def part(self, span: tuple[int, int], text: str, op: str, shape: Shape, expr: Expr | None, depth: int) -> None:
        """A part of the input was read."""
        self.parts.append(Part(span, text, op, shape, expr, depth))

    def begin(self, name: str, before: Expr, equal: bool = True) -> None:
        """Open a stage; what follows belongs to it until `end`."""
        self._open.append(Move(name, before, before, None, equal))

    def end(self, after: Expr) -> None:
        """Close the stage that was opened last; a stage within another in which nothing happened leaves no trace."""
        stage = self._open.pop()
        stage.after = after
        if after is not stage.before or stage.moves or stage.choices or not self._open:
            self._here().append(stage)

    def move(self, name: str, before: Expr, after: Expr, rule: Identity | None = None, equal: bool = True) -> None:
        """One expression became another."""
        if after is not before:
            self._here().append(Move(name, before, after, rule, equal))

    def choice(self, name: str, expr: Expr) -> None:
        """A candidate of the search that is open, unless it is known: by another name, or as the expression itself."""
        here = self._open[-1]
        if expr is not here.before and all(expr is not c.expr for c in here.choices):
            here.choices.append(Choice(name, expr))

    def differentiated(
        self,
        node: Expr,
        rule: Identity | None,
        cotangent: Expr | None,
        results: tuple[tuple[Expr, Expr], ...],
        adjoints: tuple[Identity, ...] = (),
    ) -> None:
        """A node was differentiated."""
        name = rule.label if rule is not None else node.op
        self._here().append(Accumulation(name, node, rule, cotangent, results, adjoints))

    def limit(self, name: str, expr: Expr) -> None:
        """The work was cut short."""
        if (name, expr) not in self.limits:
            self.limits.append((name, expr))

    def stopped(self, rule: Identity, expr: Expr, prop: str, arguments: tuple[Expr, ...]) -> None:
        """A rule matched, but a condition was not known to hold."""
        self.unknown.setdefault((rule.label, expr, prop), Unknown(rule, expr, prop, arguments))
