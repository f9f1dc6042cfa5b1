"""An expression as a list of named operations, as on a computation graph: a = Xw, b = a − y, z = ‖b‖²."""

from __future__ import annotations

from ..calculus.derive import derive
from ..calculus.layout import Layout
from ..rulebook.book import RuleBook
from ..terms.expression import Expr, var
from ..terms.rebuild import rebuild, substitute
from ..terms.records import dataclass
from ..terms.shapes import ONE, Shape
from ..terms.walks import postorder

SMALL, LARGE = "abcghkpqrstuv", "ABCGHKPQRSTUV"
ROOTS = "zfys"


@dataclass(frozen=True)
class Operation:
    """A named operation: its name, what it is in terms of earlier names, and in terms of the variables."""

    name: Expr
    expr: Expr
    meaning: Expr


class Naming:
    """The operations between a variable x and an expression, in the order in which they are computed.

    >>> import matcalc
    >>> d = matcalc.diff("(<x, w> - y)^2", "w")
    >>> [f"{o.name} = {o.expr}" for o in Naming(d.source, d.variable, d.book).operations]
    ["a = x'*w", 'b = a - y', 'z = b^2']
    """

    def __init__(self, root: Expr, x: Expr, book: RuleBook, called: str = ""):
        self.root, self.x, self.book, self.called = root, x, book, called
        self.operations: list[Operation] = []
        self.taken = set(root.free) | {x.data[0]}
        self._name_all()
        self.by_name = {o.name: o for o in self.operations}
        self.top = self.operations[-1].name if self.operations else x

    def _name_all(self) -> None:
        order = [e for e in postorder(self.root) if self.x.data[0] in e.free]
        parents: dict[Expr, list[Expr]] = {}
        for e in order:
            for a in e.args:
                parents.setdefault(a, []).append(e)
        shown: dict[Expr, Expr] = {}  # each varying node in terms of the names
        for e in order:
            new = rebuild(e, tuple(shown.get(a, a) for a in e.args)) if e.args else e
            if e is self.root or not (e is self.x or self._is_part(e, parents.get(e, []))):
                if e is self.x:
                    continue
                name = self._name(e)
                self.operations.append(Operation(name, new, e))
                new = name
            shown[e] = new

    def _is_part(self, e: Expr, parents: list[Expr]) -> bool:
        """Whether an operation is too small for a name: a transpose, a factor, the norm in a squared norm."""
        if e.op in ("t", "diag", "index"):
            return True
        if e.op == "prod":
            varying = [a for a in e.args if self.x.data[0] in a.free]
            return len(varying) == 1
        if e.op in ("norm", "pow", "epow") and parents:
            exponent = [p.args[1].op == "num" for p in parents if p.op in ("pow", "epow")]
            if e.op == "norm":
                return len(exponent) == len(parents) and all(exponent)
            below = e.args[1].op == "num" and e.args[1].data == -1  # a divisor belongs to its quotient
            return below and self.x.data[0] not in e.args[1].free and e.args[0] is not self.x
        return False

    def _name(self, e: Expr) -> Expr:
        matrix = ONE not in e.shape
        if e is self.root:
            letters = [self.called] * bool(self.called) + list(ROOTS.upper() if matrix else ROOTS)
        else:
            letters = list(LARGE if matrix else SMALL)
        root = next((c for c in ROOTS if c not in self.taken), "")
        reserved = self.taken if e is self.root else self.taken | {root, self.called}
        name = next((c for c in letters if c not in reserved), "")
        k = 1
        while not name:
            candidate = f"{letters[0]}_{k}"
            name, k = (candidate if candidate not in self.taken else ""), k + 1
        self.taken.add(name)
        return var(name, e.shape)

    def inputs(self, o: Operation) -> list[Expr]:
        """The names, and perhaps x, that an operation is computed from."""
        found = [e for e in postorder(o.expr) if e in self.by_name or e is self.x]
        return list(dict.fromkeys(found))

    def depends(self, v: Expr, u: Expr) -> bool:
        """Whether one name is computed from another."""
        if v is self.x:
            return False
        open_ = [v]
        while open_:
            inputs = self.inputs(self.by_name[open_.pop()])
            if u in inputs:
                return True
            open_ += [w for w in inputs if w is not self.x]
        return False

    def users(self, name: Expr) -> list[Operation]:
        """The operations that are computed from a name."""
        return [o for o in self.operations if name in self.inputs(o)]

    def expanded(self, e: Expr) -> Expr:
        """An expression in names with their meanings put in."""
        return substitute(e, {o.name: o.meaning for o in self.operations})

    def partial(self, o: Operation, u: Expr, layout: Layout) -> Expr:
        """The derivative of one operation by one of its inputs, the others held."""
        return derive(o.expr, u, layout, book=self.book).expr

    def is_chain(self) -> bool:
        """Whether all derivatives along the graph are matrices, so that the chain rule is a matrix product."""
        return all(self.fits(o, u) for o in self.operations for u in self.inputs(o))

    def fits(self, o: Operation, u: Expr) -> bool:
        """Whether the derivative of an operation by an input is a matrix that multiplies as in the chain rule."""
        if _column(o.name.shape) and _column(u.shape):
            return True
        if u is self.x and o.name.is_scalar:
            return ONE not in u.shape or _column(u.shape)
        return o.name is self.top and u.is_scalar and self.x.is_scalar

    def paths(self, most: int = 6) -> list[list[tuple[Operation, Expr]]] | None:
        """All ways from the result back to x, each as (operation, input) pairs; None if there are too many."""
        done: list[list[tuple[Operation, Expr]]] = []
        open_: list[list[tuple[Operation, Expr]]] = [
            [(self.operations[-1], u)] for u in reversed(self.inputs(self.operations[-1]))
        ]
        while open_:
            path = open_.pop()
            u = path[-1][1]
            if u is self.x:
                done.append(path)
                if len(done) > most:
                    return None
                continue
            o = self.by_name[u]
            open_ += [[*path, (o, v)] for v in reversed(self.inputs(o))]
        return done


def _column(shape: Shape) -> bool:
    return shape[1] is ONE


__all__ = ["Naming", "Operation"]
