"""What random expressions are made of: for each kind of shape the operations that give it, weighted."""

from __future__ import annotations

from collections.abc import Callable

from .generate import ANYWHERE, Generator
from .trees import ONE, SCALAR, Dim, Shape, Tree, dim, kind, times

Maker = Callable[[Shape, int, int], "Tree | None"]
ONE_TREE = Tree("num", (), SCALAR, 1)


def productions(g: Generator, shape: Shape) -> list[tuple[Maker, float]]:
    """The makers for a shape."""
    p = Productions(g)
    what = kind(shape)
    if what == "row":
        return [(p.transpose, 1), (p.product, 3)]
    out: list[tuple[Maker, float]] = [
        (p.sum_, 2),
        (p.elementwise, 3),
        (p.positive_function, 1.5),
        (p.neg, 0.5),
        (p.power, 1.2),
        (p.maximum, 1),
        (p.powers, 0.6),
        (p.scale, 1),
        (p.over, 1),
    ]
    if what == "scalar":
        return [*out, (p.reduce, 6), (p.reduce_square, 4), (p.dot, 3), (p.quadratic, 2), (p.entry, 1)]
    out += [
        (p.product, 5),
        (p.hadamard, 2),
        (p.quotient, 1.2),
        (p.compare, 0.4),
        (p.broadcast, 0.7),
        (p.slices, 0.6),
        (p.array, 2),
        (p.kron, 0.5),
        (p.transpose, 0.7),
    ]
    if what == "vector":
        out += [(p.softmax, 1.2), (p.diagonal, 1), (p.vec, 3), (p.solve, 1)]
        return [*out, (p.row_of, 0.7), (p.eigenvalues, 0.4), (p.cumulative, 0.5), (p.angle, 0.3)]
    out += [(p.outer, 1), (p.pinv, 0.4), (p.scaled_rows, 0.7)]
    if shape[0] == shape[1]:
        out += [(p.inverse, 2), (p.matrix_power, 1.5), (p.matrix_function, 2), (p.diag, 1), (p.gram, 1)]
    return out


class Productions:
    """The makers; each takes the shape, the depth that is left, and the occurrences to place."""

    def __init__(self, g: Generator) -> None:
        self.g, self.rng = g, g.rng

    # --- every shape ------------------------------------------------------------

    def sum_(self, shape: Shape, depth: int, has: int) -> Tree:
        return self.g.binary(self.rng.choice(("add", "sub")), shape, depth, has)

    def neg(self, shape: Shape, depth: int, has: int) -> Tree:
        return Tree("neg", (self.g.tree(shape, depth, has),), shape)

    def elementwise(self, shape: Shape, depth: int, has: int) -> Tree:
        return Tree("fn:" + self.rng.choice(ANYWHERE), (self.g.tree(shape, depth, has),), shape)

    def positive_function(self, shape: Shape, depth: int, has: int) -> Tree:
        name = self.rng.choice(("log", "log", "log", "sqrt", "sqrt", "sqrt", "gamma", "Ei", "logit"))
        return Tree("fn:" + name, (self.g.positive(shape, depth, has),), shape)

    def power(self, shape: Shape, depth: int, has: int) -> Tree:
        if self.rng.random() < 0.6:
            return Tree("pow", (self.g.tree(shape, depth, has),), shape, self.rng.choice((2, 2, 3, 4)))
        return Tree("pow", (self.g.positive(shape, depth, has),), shape, self.rng.choice((-1, -2, 0.5, 1.5)))

    def powers(self, shape: Shape, depth: int, has: int) -> Tree:
        a, b = self.g.shares(has)
        exponent = self.g.tree(shape if self.rng.random() < 0.5 else SCALAR, depth, b)
        if exponent.op == "num":
            return self.power(shape, depth, has)
        return Tree("powb", (self.g.positive(shape, depth, a), exponent), shape)

    def maximum(self, shape: Shape, depth: int, has: int) -> Tree:
        op = self.rng.choice(("max2", "min2"))
        if self.rng.random() < 0.4:
            zero = Tree("num", (), shape, 0)
            return Tree(op, (self.g.tree(shape, depth, has), zero), shape)
        return self.g.binary(op, shape, depth, has)

    def scale(self, shape: Shape, depth: int, has: int) -> Tree:
        a, b = self.g.shares(has)
        return Tree("scale", (self.g.tree(SCALAR, depth, a), self.g.tree(shape, depth, b)), shape)

    def over(self, shape: Shape, depth: int, has: int) -> Tree:
        a, b = self.g.shares(has)
        below = self.g.positive(SCALAR, depth, b) if self.rng.random() < 0.6 else self.g.tree(SCALAR, depth, b)
        return Tree("div", (self.g.tree(shape, depth, a), below), shape)

    # --- scalars ------------------------------------------------------------

    def reducible(self) -> Shape:
        """The shape of something to reduce, now and then with product dimensions."""
        g, r = self.g, self.rng.random()
        if r < 0.12:
            return (times(g.dimension(), g.dimension()), ONE)
        if r < 0.2:
            return (times(g.dimension(), g.dimension()), g.dimension())
        return g.shape("vector" if r < 0.6 else "matrix")

    def reduce(self, shape: Shape, depth: int, has: int) -> Tree:
        inner = self.reducible()
        both = ["sum", "sum", "mean", "norm1"]
        if kind(inner) == "vector":
            op = self.rng.choice([*both, "norm2", "norm2", "norm2^2", "lse", "lse", "amax", "amin", "variance"])
        else:
            op = self.rng.choice([*both, "normF", "normF^2", "nuc", "spec", "normF"])
        made = self.g.tree(inner, depth, has)
        if op.endswith("^2"):
            return Tree("pow", (Tree(op[:-2], (made,), SCALAR),), SCALAR, 2)
        return Tree(op, (made,), SCALAR)

    def reduce_square(self, shape: Shape, depth: int, has: int) -> Tree:
        n = self.g.dimension()
        if self.rng.random() < 0.08:
            n = times(n, self.g.dimension())
            return Tree("tr", (self.g.tree((n, n), depth, has),), SCALAR)
        op = self.rng.choice(("tr", "tr", "tr", "det", "logdet", "logdet", "maxeig", "mineig"))
        if op in ("tr", "maxeig", "mineig"):
            return Tree(op, (self.g.tree((n, n), depth, has),), SCALAR)
        return Tree(op, (self.g.regular((n, n), depth, has),), SCALAR)

    def dot(self, shape: Shape, depth: int, has: int) -> Tree:
        matrices = self.rng.random() < 0.15
        inner = self.g.shape("matrix" if matrices else "vector")
        a, b = self.g.shares(has)
        u, v = self.g.tree(inner, depth, a), self.g.tree(inner, depth, b)
        if matrices or self.rng.random() < 0.3:
            return Tree("inner", (u, v), SCALAR)
        return Tree("mm", (Tree("t", (u,), (ONE, inner[0])), v), SCALAR)

    def quadratic(self, shape: Shape, depth: int, has: int) -> Tree:
        n, m = self.g.dimension(), self.g.dimension()
        a, b = self.g.shares(has)
        u = self.g.tree((n, ONE), depth - 1, a)
        v = u if self.rng.random() < 0.5 else self.g.tree((m, ONE), depth - 1, b)
        mid = self.g.tree((n, v.shape[0]), depth - 1, b if v is u else 0)
        left = Tree("mm", (Tree("t", (u,), (ONE, n)), mid), (ONE, v.shape[0]))
        return Tree("mm", (left, v), SCALAR)

    def entry(self, shape: Shape, depth: int, has: int) -> Tree:
        if self.rng.random() < 0.5:
            return Tree("index", (self.g.tree(self.g.shape("vector"), depth, has),), SCALAR, (self.rng.randint(0, 1),))
        spec = (self.rng.randint(0, 1), self.rng.randint(0, 1))
        return Tree("index", (self.g.tree(self.g.shape("matrix"), depth, has),), SCALAR, spec)

    # --- arrays ------------------------------------------------------------

    def product(self, shape: Shape, depth: int, has: int) -> Tree:
        mid = self.g.dimension()
        a, b = self.g.shares(has)
        return Tree("mm", (self.g.tree((shape[0], mid), depth, a), self.g.tree((mid, shape[1]), depth, b)), shape)

    def hadamard(self, shape: Shape, depth: int, has: int) -> Tree:
        return self.g.binary("had", shape, depth, has)

    def quotient(self, shape: Shape, depth: int, has: int) -> Tree:
        a, b = self.g.shares(has)
        above = (
            Tree("ones", (), shape, self.rng.choice((1, 1, 2)))
            if a == 0 and self.rng.random() < 0.3
            else self.g.tree(shape, depth, a)
        )
        return Tree("ediv", (above, self.g.positive(shape, depth, b)), shape)

    def compare(self, shape: Shape, depth: int, has: int) -> Tree:
        a, b = self.g.shares(has)
        test = Tree(self.rng.choice(("gt", "le")), (self.g.tree(shape, 0, 0), self.g.tree(shape, 1, a)), shape)
        return Tree("had", (test, self.g.tree(shape, depth, b)), shape)

    def broadcast(self, shape: Shape, depth: int, has: int) -> Tree:
        inner = self.g.tree(shape, depth, has)
        scalar = ONE_TREE if self.rng.random() < 0.6 else self.g.variable(SCALAR).tree
        return Tree("badd", (inner, scalar) if self.rng.random() < 0.7 else (scalar, inner), shape)

    def transpose(self, shape: Shape, depth: int, has: int) -> Tree:
        return Tree("t", (self.g.tree((shape[1], shape[0]), depth, has),), shape)

    def kron(self, shape: Shape, depth: int, has: int) -> Tree | None:
        split = self.g.split(shape)
        if split is None or SCALAR in split:
            return None
        a, b = self.g.shares(has)
        return Tree("kron", (self.g.tree(split[0], depth, a), self.g.tree(split[1], depth, b)), shape)

    def slices(self, shape: Shape, depth: int, has: int) -> Tree | None:
        spec, big = [], []
        for d in shape:
            pick = self._slice(d)
            if pick is None:
                spec.append((None, None, None))
                big.append(d)
            else:
                spec.append(pick[0])
                big.append(dim(pick[1]))
        if shape[1] == ONE:
            spec = spec[:1]
        if all(s == (None, None, None) for s in spec):
            return None
        made = self.g.tree((big[0], big[1]), depth, has)
        return Tree("index", (made,), shape, tuple(spec))

    def _slice(self, d: Dim) -> tuple[tuple[int | None, int | None, int | None], int] | None:
        """A slice with d entries of a numeric axis, and the length of that axis."""
        if len(d) != 1 or not isinstance(d[0], int):
            return None
        n = d[0]
        return self.rng.choice(
            (
                ((1, None, None), n + 1),
                ((None, n, None), n + 1),
                ((1, n + 1, None), n + 2),
                ((None, None, 2), 2 * n - 1),
            )
        )

    def array(self, shape: Shape, depth: int, has: int) -> Tree | None:
        if any(d and not isinstance(d[0], int) for d in shape) or not all(len(d) < 2 for d in shape):
            return None
        rows, columns = (int(d[0]) if d else 1 for d in shape)
        if rows * columns > 6:
            return None
        cells = [0] * (rows * columns)
        for _ in range(has):
            cells[self.rng.randrange(len(cells))] += 1
        return Tree("array", tuple(self.g.tree(SCALAR, min(depth, 1), c) for c in cells), shape, columns)

    # --- vectors ------------------------------------------------------------

    def softmax(self, shape: Shape, depth: int, has: int) -> Tree:
        return Tree("softmax", (self.g.tree(shape, depth, has),), shape)

    def diagonal(self, shape: Shape, depth: int, has: int) -> Tree:
        return Tree("diagonal", (self.g.tree((shape[0], shape[0]), depth, has),), shape)

    def cumulative(self, shape: Shape, depth: int, has: int) -> Tree:
        if self.rng.random() < 0.6:
            return Tree("cumsum", (self.g.tree(shape, depth, has),), shape)
        return Tree("cumprod", (self.g.positive(shape, depth, has),), shape)

    def angle(self, shape: Shape, depth: int, has: int) -> Tree:
        return self.g.binary("atan2", shape, depth, has)

    def eigenvalues(self, shape: Shape, depth: int, has: int) -> Tree:
        return Tree("eigvalsh", (self.g.tree((shape[0], shape[0]), min(depth, 2), has),), shape)

    def vec(self, shape: Shape, depth: int, has: int) -> Tree | None:
        d = shape[0]
        if len(d) == 2:
            return Tree("vec", (self.g.tree((dim(d[0]), dim(d[1])), depth, has),), shape)
        if d == (4,):
            return Tree("vec", (self.g.tree((dim(2), dim(2)), depth, has),), shape)
        return None

    def solve(self, shape: Shape, depth: int, has: int) -> Tree:
        a, b = self.g.shares(has)
        n = shape[0]
        left = Tree("inv", (self.g.regular((n, n), depth - 1, a),), (n, n))
        return Tree("mm", (left, self.g.tree(shape, depth, b)), shape)

    def row_of(self, shape: Shape, depth: int, has: int) -> Tree:
        every, at = (None, None, None), self.rng.randint(0, 1)
        other = self.g.dimension()
        if self.rng.random() < 0.5:
            return Tree("index", (self.g.tree((other, shape[0]), depth, has),), shape, (at, every))
        return Tree("index", (self.g.tree((shape[0], other), depth, has),), shape, (every, at))

    # --- matrices ------------------------------------------------------------

    def outer(self, shape: Shape, depth: int, has: int) -> Tree:
        a, b = self.g.shares(has)
        right = Tree("t", (self.g.tree((shape[1], ONE), depth, b),), (ONE, shape[1]))
        return Tree("mm", (self.g.tree((shape[0], ONE), depth, a), right), shape)

    def pinv(self, shape: Shape, depth: int, has: int) -> Tree:
        return Tree("pinv", (self.g.tree((shape[1], shape[0]), min(depth, 1), has),), shape)

    def scaled_rows(self, shape: Shape, depth: int, has: int) -> Tree:
        a, b = self.g.shares(has)
        n = shape[0]
        scale = Tree("diag", (self.g.tree((n, ONE), depth - 1, a),), (n, n))
        return Tree("mm", (scale, self.g.tree(shape, depth, b)), shape)

    def inverse(self, shape: Shape, depth: int, has: int) -> Tree:
        op = self.rng.choice(("inv", "inv", "inv", "adj"))
        return Tree(op, (self.g.regular(shape, depth, has),), shape)

    def matrix_power(self, shape: Shape, depth: int, has: int) -> Tree:
        k = self.rng.choice((2, 2, 3, -1, -2))
        made = self.g.regular(shape, depth, has) if k < 0 else self.g.tree(shape, depth, has)
        return Tree("mpow", (made,), shape, k)

    def matrix_function(self, shape: Shape, depth: int, has: int) -> Tree:
        op = self.rng.choice(("expm", "expm", "logm", "logm", "sqrtm", "cholesky"))
        if op == "expm":
            return Tree(op, (self.g.tree(shape, min(depth, 1), has),), shape)
        return Tree(op, (self.g.regular(shape, min(depth, 2), has, spd=True),), shape)

    def diag(self, shape: Shape, depth: int, has: int) -> Tree:
        return Tree("diag", (self.g.tree((shape[0], ONE), depth, has),), shape)

    def gram(self, shape: Shape, depth: int, has: int) -> Tree:
        inner = self.g.tree((self.g.dimension(), shape[0]), depth, has)
        return Tree("mm", (Tree("t", (inner,), (inner.shape[1], inner.shape[0])), inner), shape)
