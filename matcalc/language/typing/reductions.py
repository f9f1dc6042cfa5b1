"""Functions along an axis, norms of a given order, and rows and columns that fill an array."""

from __future__ import annotations

from ...terms.shapes import ONE, SCALAR, Shape
from ..calls import ROWS
from ..tree import Ast
from .fitting import Misfit
from .preferences import REDUCED
from .structures import Structures

# Through these a row or a column that was kept remains one: exp(…), … + 1, …/2.
_CARRIES = frozenset(("add", "sub", "neg", "mul", "div", "had", "ediv", "pow", "epow", "func"))


def places(shape: Shape, axis: int | None) -> bool | None:
    """Whether an axis means each row of an array (else each column); None for all entries.

    >>> from matcalc.terms.shapes import Dim
    >>> places((Dim.of("m"), Dim.of("n")), -1), places((Dim.of("m"), ONE), 0)
    (True, None)
    """
    if axis is None or ONE in shape:
        return None
    return axis in (1, -1)


class Reductions(Structures):
    """What the shaper says about functions of rows and columns."""

    def along(self, i: int, node: Ast) -> Shape:
        """A function along an axis."""
        (a,) = node.args
        name, axis, keep = node.data
        self.flat(i, a)
        self.unlikely(a)
        self.check_axis(i, a, axis)
        inside = self.tape[a]
        capital = inside.op == "name" and inside.data in self.undeclared and inside.data[0].isupper()
        if axis is not None and capital and ONE in self.shapes[a]:
            self.ask(i, lambda: f"{inside.data} along an axis can be a matrix or a vector: declare it")
        rows, columns = shape = self.shapes[a]
        op = self.signatures.operation(name + ROWS)
        assert op is not None
        where = places(shape, axis)
        if where is None and self.signatures.operation(name) is None:
            raise Misfit(i, lambda: f"{name} is known only along an axis of a matrix")
        if op.shape[1] is not ONE:  # of each entry, such as softmax
            return shape
        if where is None:
            self.level = REDUCED
            return SCALAR
        if keep:
            self.kept.add(i)
            return (rows, ONE) if where else (ONE, columns)
        return (rows if where else columns, ONE)

    def check_axis(self, i: int, a: int, axis: int | None) -> None:
        """Whether the array has the axis."""
        rows, columns = self.shapes[a]
        if axis is None:
            return
        if self.scalar(a):
            raise Misfit(i, lambda: f"{self.part(a)} is a scalar: it has no axes")
        if columns is ONE and axis not in (0, -1):
            raise Misfit(i, lambda: f"{self.part(a)} is a vector, which has axis 0 only: for a matrix, declare it")
        if rows is ONE and axis not in (1, -1):
            raise Misfit(i, lambda: f"{self.part(a)} is a row, which has axis 1 only")
        if axis not in (0, 1, -1, -2):
            raise Misfit(i, lambda: f"a matrix has the axes 0 and 1, not {axis}")

    def filling(self, a: int, b: int) -> Shape | None:
        """The shape of two parts of which one, a row or a column that was kept, fills the other's."""
        for small, large in ((a, b), (b, a)):
            if large in self.kept or ONE in self.shapes[large]:
                continue
            if self.as_row(small, large):
                return self.shapes[large]
            if small not in self.kept:
                continue
            rows, columns = self.shapes[small]
            tall, wide = self.shapes[large]
            if self.same(rows, tall) if columns is ONE else self.same(columns, wide):
                return self.shapes[large]
        return None

    def ordered(self, i: int, node: Ast) -> None:
        """Check a norm with an order p or a weight W."""
        a, b = node.args
        self.flat(i, a, b)
        x, w, shape = self.part(a), self.part(b), self.shapes[a]
        capital = self.tape[a].op == "name" and self.tape[a].data in self.undeclared and x[:1].isupper()
        if ONE not in shape or capital:
            weight = "" if self.scalar(b) else f", such as tr({x}'*{w}*{x})"
            said = f"of a matrix this norm has several meanings: write it out{weight}"
            raise Misfit(i, lambda: said + f", or declare {x}: vector(n)" * capital)
        if self.scalar(b):
            return
        if node.data == "p" or self.shapes[b][1] is ONE:
            raise Misfit(i, lambda: f"the order of a norm is a scalar, and {self.is_(b)}; a weight is a matrix")
        if not self.same(*self.shapes[b]) or not self.same(shape[0], self.shapes[b][0]):
            raise Misfit(i, lambda: f"{self.part(i)} needs a square matrix of the size of {x}, and {self.is_(b)}")
        x, w = self.wrapped(a), self.wrapped(b)
        self.say(i, f"{self.part(i)} is sqrt({x}'*{w}*{x})")

    def as_row(self, small: int, large: int) -> bool:
        """Read a function of the columns of an array beside a matrix as a row, as NumPy does: X - X.mean(axis=0)."""
        node, (size, columns) = self.tape[small], self.shapes[small]
        if node.op != "along" or node.data.axis not in (0, -2) or columns is not ONE:
            return False
        if not self.same(size, self.shapes[large][1]):
            return False
        self.read_as[small] = "kept"
        self.shapes[small] = (ONE, size)
        return True

    def softmax(self, i: int, node: Ast) -> Shape:
        """Softmax without an axis: of a matrix it goes over each row, as in attention."""
        (a,) = node.args
        self.unlikely(a)
        if ONE not in self.shapes[a] and not self.exact:
            name = node.data
            self.read_as[i] = name + ROWS
            self.say(i, f"{self.part(i)} goes over each row of the matrix; over all entries is {name}(…, axis=None)")
        return self.shapes[a]

    def carry(self, i: int, node: Ast, shape: Shape) -> None:
        """Note that a part of a kept row or column is one too."""
        if node.op in _CARRIES and any(j in self.kept and self.shapes[j] == shape for j in node.args):
            self.kept.add(i)
