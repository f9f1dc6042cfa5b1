"""Steps in the chain style: names for the operations, each local derivative with its shape, their product."""

from __future__ import annotations

from collections.abc import Sequence

from ..calculus.accumulation import differential, gradient
from ..calculus.derive import derive
from ..calculus.record import Record, Trace
from ..rulebook.properties import Facts
from ..simplification.normal import Simplifier, seed
from ..simplification.recognition import recognise
from ..simplification.search import shorten
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, add, apply, differential_of, had, mm, prod, t
from ..terms.shapes import SCALAR, Shape
from ..terms.walks import postorder
from .lines import Line, shape_text, shapes_text
from .naming import Naming, Operation
from .notation import partial

MODES = ("forward", "reverse")


def chain_steps(d: Record, detail: str = "brief", mode: str | None = None) -> list[Line]:
    """The lines of the chain rule; `mode` orders the products as forward or reverse accumulation does."""
    if d.order != 1:
        raise MatcalcError('the steps of a Hessian have the style "differential"')
    if len(d.variables) > 1:
        raise MatcalcError('the steps by a list of variables have the style "differential"')
    if d.structure != "free":
        raise MatcalcError('the steps of a structured derivative have the style "differential"')
    if mode not in (None, *MODES):
        raise MatcalcError(f"the mode is one of {', '.join(MODES)}, not {mode!r}")
    return Chain(d, detail).lines(mode)


class Chain:
    """The chain rule for one derivative."""

    def __init__(self, d: Record, detail: str = "brief"):
        self.d, self.full = d, detail == "full"
        self.layout = d.layout
        self.naming = Naming(d.source, d.variable, d.book, d.name)
        self.x, self.z = d.variable, self.naming.top
        self.simplifier = Simplifier(Facts(book=d.book))
        for o in self.naming.operations:
            seed(self.simplifier, o.expr)
        self.out: list[Line] = []

    def say(self, left: Expr | None, e: Expr, note: str = "", kind: str = "value", shapes: str = "",
            paths: Sequence[Sequence[Expr]] = (), sign: str = "", of: Expr | None = None,
            by: Expr | None = None, given: Sequence[tuple[Expr, Expr]] = ()) -> None:  # fmt: skip
        """Add a line."""
        packed = tuple(tuple(p) for p in paths)
        self.out.append(Line(left, e, note, "", kind, packed, sign, shapes, of, by, tuple(given), self.layout))

    def lines(self, mode: str | None = None) -> list[Line]:
        """All lines."""
        if not self.naming.operations or self.x.data[0] not in self.d.source.free:
            self.say(self.total(), self.d.expr, "", "derivative", self.shape(self.d.expr), of=self.d.source, by=self.x)
            return self.out
        for o in self.naming.operations:
            self.say(o.name, o.expr, shapes=shape_text(o.name.shape), of=o.meaning)
        if not self.naming.is_chain():
            if self.z.is_scalar:
                self.pulled_back()
            else:
                self.pushed_forward()
        elif mode is not None or self.naming.paths() is None:
            self.accumulated(mode or "reverse")
        else:
            self.multiplied()
        return self.out

    # --- names

    def total(self) -> Expr:
        """The derivative of the result by the variable, as a name."""
        return partial(self.z, self.x, self.d.expr.shape)

    def local(self, o: Operation, u: Expr) -> Expr:
        """The derivative of an operation by one of its inputs, as a name."""
        held = [v.data[0] for v in self.naming.inputs(o) if v is not u and self.naming.depends(v, u)]
        return partial(o.name, u, self.value(o, u).shape, ",".join(held))

    def value(self, o: Operation, u: Expr) -> Expr:
        """The derivative of an operation by one of its inputs, in names."""
        return self.naming.partial(o, u, self.layout)

    def shape(self, e: Expr) -> str:
        return shape_text(e.shape)

    def tidy(self, e: Expr) -> Expr:
        """An expression in names, simplified."""
        return shorten(self.simplifier.run(e), self.simplifier)

    def joined(self, factors: Sequence[Expr]) -> Expr:
        """A product in the order of the layout."""
        ordered = self.ordered(factors)
        arrays = [f for f in ordered if f.shape != SCALAR]
        scalars = [f for f in ordered if f.shape == SCALAR]
        body = mm(*arrays) if len(arrays) > 1 else arrays[0] if arrays else None
        return prod(*scalars, body) if body is not None else prod(*scalars)

    def ordered(self, factors: Sequence[Expr]) -> list[Expr]:
        """Factors from the result to the variable, or reversed in denominator layout."""
        return list(factors) if self.layout == "numerator" else list(reversed(factors))

    # --- a product of matrices

    def locals(self) -> None:
        """A line for each local derivative, from the result back to the variable."""
        for o in reversed(self.naming.operations):
            for u in self.naming.inputs(o):
                e = self.value(o, u)
                self.say(self.local(o, u), e, self.rules(o, u), "partial", self.shape(e), of=o.expr, by=u)

    def rules(self, o: Operation, u: Expr) -> str:
        """The rules behind a local derivative, where they are asked for."""
        if not self.full:
            return ""
        trace = derive(o.expr, u, self.layout, book=self.d.book).trace
        return ", ".join(dict.fromkeys(r.label for r, _ in trace.applied))

    def multiplied(self) -> None:
        """The chain rule as one product, or one for each path."""
        paths = self.naming.paths() or []
        if len(self.naming.operations) == 1:
            self.finish(None)
            return
        self.locals()
        names = [[self.local(o, u) for o, u in p] for p in paths]
        values = [[self.value(o, u) for o, u in p] for p in paths]
        shapes = shapes_text(*(f.shape for f in self.ordered(names[0]))) + " = " + self.shape(self.d.expr)
        shown = [self.ordered(p) for p in names]
        result = add(*(self.joined(p) for p in names))
        of, by = self.d.source, self.x
        note = shapes if len(paths) == 1 else ""
        self.say(self.total(), result, "", "derivative", note, shown, of=of, by=by)
        worth = add(*(self.joined(p) for p in values))
        sign = _sign(values[0])
        self.say(None, worth, "", "derivative", "", [self.ordered(p) for p in values], sign, of, by)
        self.finish(worth)

    def finish(self, worth: Expr | None) -> None:
        """The product simplified, the names put in, and the answer."""
        left = self.total() if worth is None else None
        answer = self.d.expr
        if worth is not None and self.full:
            short = self.tidy(worth)
            if str(short) not in (str(worth), str(answer)):
                self.say(None, short, "multiply", "derivative", of=self.d.source, by=self.x)
        note = "" if worth is None else "put in " + listed([str(o.name) for o in self.used(worth)])
        if worth is not None and not self.used(worth):
            note = "multiply"
        shapes = self.shape(answer) if worth is None else ""
        self.say(left, answer, note, "derivative", shapes, of=self.d.source, by=self.x)

    def used(self, e: Expr) -> list[Operation]:
        """The names that occur in an expression."""
        names = set(postorder(e))
        return [o for o in self.naming.operations if o.name in names]

    # --- accumulation

    def accumulated(self, mode: str) -> None:
        """The same product in the order in which forward or reverse accumulation multiplies it."""
        self.locals()
        operations = self.naming.operations
        if mode == "reverse":
            known: dict[Expr, Expr] = {}
            last = operations[-1]
            targets = [*(o.name for o in reversed(operations[:-1])), self.x]
            for u in targets:
                terms = [(self.local(o, u), known.get(o.name), o) for o in reversed(self.naming.users(u))]
                paths = [[n] if o is last else [partial(self.z, o.name, known[o.name].shape), n] for n, _, o in terms]
                self.accumulate(self.z, u, paths, known, [(o, u) for _, _, o in terms], reverse=True)
        else:
            known = {}
            for o in operations:
                inputs = self.naming.inputs(o)
                paths = []
                for u in inputs:
                    n = self.local(o, u)
                    paths.append([n] if u is self.x else [n, partial(u, self.x, known[u].shape)])
                self.accumulate(o.name, self.x, paths, known, [(o, u) for u in inputs], reverse=False)
        if self.out[-1].expr is not self.d.expr:
            self.say(None, self.d.expr, "put in the names", "derivative", of=self.d.source, by=self.x)

    def accumulate(self, top: Expr, below: Expr, paths: list[list[Expr]], known: dict[Expr, Expr],
                   steps: list[tuple[Operation, Expr]], reverse: bool) -> None:  # fmt: skip
        """One step of an accumulation: the product, and its value in names."""
        values = []
        for o, u in steps:
            before = known.get(o.name if reverse else u)
            factors = [self.value(o, u)]
            if before is not None:
                factors = [before, *factors] if reverse else [*factors, before]
            values.append(self.joined(factors))
        e = self.tidy(add(*values))
        key = below if reverse else top
        known[key] = e
        if len(paths) == 1 and len(paths[0]) == 1:  # this is the local derivative itself
            return
        named = add(*(self.joined(p) for p in paths))
        of, by = self.naming.expanded(top), below
        left = partial(top, below, e.shape)
        shapes = shapes_text(*(f.shape for f in self.ordered(paths[0]))) if len(paths) == 1 else ""
        shown = [self.ordered(p) for p in paths]
        self.say(left, named, "", "derivative", shapes, shown, of=of, by=by)
        self.say(None, e, "", "derivative", of=of, by=by)

    # --- matrices on the way

    def pulled_back(self) -> None:
        """Derivatives of a scalar result by one name after the other, from the differential of each operation."""
        known: dict[Expr, Expr] = {}
        for u in [*(o.name for o in reversed(self.naming.operations[:-1])), self.x]:
            terms, given = [], []
            for o in reversed(self.naming.users(u)):
                terms.append(self.pull(o, u))
                if o.name is not self.z:
                    given.append((differential_of(o.name), self.push(o, u)))
            e = self.tidy(add(*terms))
            known[u] = e
            name = partial(self.z, u, e.shape)
            of = self.d.source
            self.say(name, e, "", "derivative", self.shape(e), of=of, by=u, given=given)
        if self.out[-1].expr is not self.d.expr:
            self.say(None, self.d.expr, "put in the names", "derivative", of=self.d.source, by=self.x)

    def pull(self, o: Operation, u: Expr) -> Expr:
        """The part of the derivative by u that comes through an operation."""
        flip = self.layout == "numerator"
        if o.name is self.z:
            g = gradient(recognise(o.expr, self.d.book), u, Trace(self.d.book))
        else:
            shape: Shape = o.name.shape[::-1] if flip else o.name.shape
            name = partial(self.z, o.name, shape)
            weight = t(name) if flip and not name.is_scalar else name
            expr = recognise(o.expr, self.d.book)
            body = prod(weight, expr) if weight.is_scalar else apply("sum", had(weight, expr))
            g = gradient(body, u, Trace(self.d.book))
        assert g is not None
        return t(g) if flip and not g.is_scalar else g

    def push(self, o: Operation, u: Expr) -> Expr:
        """The part of the differential of an operation that comes from one input."""
        dy = differential(recognise(o.expr, self.d.book), u, differential_of(u), Trace(self.d.book))
        assert dy is not None
        return self.tidy(dy)

    def pushed_forward(self) -> None:
        """Differentials from the variable to the result, then the derivative is read off."""
        for o in self.naming.operations:
            e = self.tidy(add(*(self.push(o, u) for u in self.naming.inputs(o))))
            self.say(differential_of(o.name), e, self.rules(o, self.naming.inputs(o)[0]), "differential", of=o.meaning)
        note = "read off the coefficient of each entry"
        shapes = self.shape(self.d.expr)
        self.say(self.total(), self.d.expr, note, "derivative", shapes, of=self.d.source, by=self.x)


def _sign(values: Sequence[Expr]) -> str:
    """A dot between scalars, a cross between matrices, as a lecturer writes it."""
    return "·" if all(v.is_scalar for v in values[:-1]) else "×"


def listed(words: Sequence[str]) -> str:
    """Words in a row: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]
