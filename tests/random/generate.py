"""Random well-shaped expressions in a chosen number of occurrences of one variable."""

from __future__ import annotations

import random
from collections.abc import Callable

from .trees import ONE, SCALAR, Dim, Shape, Tree, Variable, dim, is_plain, kind, times

POOLS = {"scalar": "abcdfg", "vector": "hrsuvwxyz", "matrix": "ABCDEFGHJKLMNPQRSUVWXYZ"}
SQUARE = ("symmetric", "skew", "diagonal", "orthogonal", "invertible", "spd", "lower", "upper", "small")
ANYWHERE = (
    *("sin", "cos", "tanh", "arctan", "sigmoid", "softplus", "erf", "exp", "relu", "abs", "sinh", "cosh"),
    *("tan", "arcsin", "arccos", "sign", "normcdf", "logcosh", "huber", "elu", "selu", "mish", "swish", "softsign"),
    *("hardtanh", "sech", "erfinv"),
)
Maker = Callable[[Shape, int, int], "Tree | None"]


class Generator:
    """Makes trees; `has` is the number of occurrences of the variable that a tree must contain."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        values = [2, 3, 4]
        rng.shuffle(values)
        self.sizes = dict(zip("mnk", values, strict=True))
        self.numeric = rng.random() < 0.25
        self.variables: dict[str, Variable] = {}
        self.wrt: Variable | None = None

    # --- variables ------------------------------------------------------------

    def dimension(self) -> Dim:
        """A random dimension that a variable can be declared with."""
        if self.numeric and self.rng.random() < 0.4:
            return dim(self.rng.choice((2, 3, 4)))
        return dim(self.rng.choice("mnk"))

    def shape(self, what: str) -> Shape:
        """A random shape of a kind."""
        if what == "scalar":
            return SCALAR
        if what == "vector":
            return (self.dimension(), ONE)
        rows = self.dimension()
        return (rows, rows if self.rng.random() < 0.4 else self.dimension())

    def variable(self, shape: Shape, properties: tuple[str, ...] = ()) -> Variable:
        """A new or an earlier variable of a shape, never the one that is differentiated by."""
        same = [v for v in self.variables.values() if v.shape == shape and v != self.wrt]
        old = [v for v in same if not properties or v.properties == properties]
        if old and self.rng.random() < 0.5:
            return self.rng.choice(old)
        pool = [c for c in POOLS[kind(shape)] if c not in self.variables]
        name = self.rng.choice(pool) if pool else f"{POOLS[kind(shape)][-1]}{len(self.variables)}"
        found = Variable(name, shape, properties)
        self.variables[name] = found
        return found

    def properties(self, shape: Shape) -> tuple[str, ...]:
        """Random properties."""
        if kind(shape) == "matrix" and shape[0] == shape[1] and self.rng.random() < 0.45:
            return (self.rng.choice(SQUARE),)
        return ("positive",) if self.rng.random() < 0.25 else ()

    # --- leaves ------------------------------------------------------------

    def leaf(self, shape: Shape, properties: tuple[str, ...] | None = None) -> Tree:
        """A subtree of a shape without the variable."""
        r, c = shape
        if kind(shape) == "row":
            return Tree("t", (self.leaf((c, r)),), shape)
        if all(is_plain(d) or d == ONE for d in shape):
            if properties is None and shape == SCALAR and self.rng.random() < 0.3:
                return Tree("num", (), SCALAR, self.rng.choice((2, 3, 0.5)))
            return self.variable(shape, self.properties(shape) if properties is None else properties).tree
        split = self.split(shape)
        if split is None:
            raise LookupError
        return Tree("kron", (self.leaf(split[0], properties), self.leaf(split[1], properties)), shape)

    def split(self, shape: Shape) -> tuple[Shape, Shape] | None:
        """Shapes whose Kronecker product has this shape."""
        left, right = [], []
        for d in shape:
            if len(d) > 2:
                return None
            parts = (d[0], d[1]) if len(d) == 2 else (d[0], 1) if d else (1, 1)
            if len(d) == 1 and d[0] == 4:
                parts = (2, 2)
            elif len(d) == 1 and self.rng.random() < 0.5:
                parts = (1, d[0])
            left.append(dim(parts[0]))
            right.append(dim(parts[1]))
        return (left[0], left[1]), (right[0], right[1])

    def bridge(self, shape: Shape) -> Tree:
        """A small subtree of a shape with the variable once."""
        assert self.wrt is not None
        x = self.wrt.tree
        if x.shape == shape:
            return x
        if x.shape == SCALAR:
            return Tree("scale", (x, self.leaf(shape)), shape)
        if shape == SCALAR and self.rng.random() < 0.6:
            if x.shape[0] == x.shape[1] and self.rng.random() < 0.4:
                return Tree("tr", (x,), SCALAR)
            return Tree("sum", (Tree("had", (x, self.leaf(x.shape)), x.shape),), SCALAR)
        if x.shape == (shape[1], shape[0]):
            return Tree("t", (x,), shape)
        if x.shape[1] == ONE and shape == (x.shape[0], x.shape[0]) and self.rng.random() < 0.7:
            return Tree("diag", (x,), shape)
        if x.shape[0] == x.shape[1] and shape == (x.shape[0], ONE) and self.rng.random() < 0.5:
            return Tree("diagonal", (x,), shape)
        if times(*x.shape) == shape[0] and shape[1] == ONE and kind(x.shape) == "matrix":
            return Tree("vec", (x,), shape)
        out = x
        if shape[0] != x.shape[0]:
            out = Tree("mm", (self.leaf((shape[0], x.shape[0])), out), (shape[0], x.shape[1]))
        if shape[1] != x.shape[1]:
            out = Tree("mm", (out, self.leaf((x.shape[1], shape[1]))), shape)
        if x.shape[1] == ONE and shape[1] != ONE and shape[0] == x.shape[0]:
            out = Tree("mm", (x, self.leaf((ONE, shape[1]))), shape)
        return out

    # --- trees ------------------------------------------------------------

    def tree(self, shape: Shape, depth: int, has: int) -> Tree:
        """A random tree."""
        from .productions import productions

        if depth <= 0 or (has == 0 and self.rng.random() < 0.6):
            if has > 1:
                ops = ("add", "sub", "had") if ONE not in shape or shape[1] == ONE != shape[0] else ("add", "sub")
                return self.binary(self.rng.choice(ops), shape, depth, has)
            return self.bridge(shape) if has else self.leaf(shape)
        choices = productions(self, shape)
        for _ in range(8):
            maker = self.rng.choices([m for m, _ in choices], [w for _, w in choices])[0]
            try:
                made = maker(shape, depth - 1, has)
            except LookupError:
                continue
            if made is not None:
                return made
        return self.bridge(shape) if has else self.leaf(shape)

    def shares(self, has: int) -> tuple[int, int]:
        """How two arguments share the occurrences."""
        first = self.rng.randint(0, has) if has < 2 or self.rng.random() < 0.3 else self.rng.randint(1, has - 1)
        return first, has - first

    def binary(self, op: str, shape: Shape, depth: int, has: int) -> Tree:
        """An operation of two arguments of its own shape."""
        a, b = self.shares(has)
        first = self.tree(shape, depth, a)
        if not b and op in ("add", "sub") and kind(shape) in ("vector", "matrix") and self.rng.random() < 0.15:
            return Tree(op, (first, Tree("ones", (), shape, self.rng.choice((1, 1, 0.5)))), shape)
        return Tree(op, (first, self.tree(shape, depth, b)), shape)

    def positive(self, shape: Shape, depth: int, has: int) -> Tree:
        """A tree with positive entries."""
        r = self.rng.random()
        if has == 0 and (r < 0.6 or depth <= 0):
            return self.leaf(shape, ("positive",))
        if has == 1 and self.wrt and self.wrt.shape == shape and "positive" in self.wrt.properties and r < 0.7:
            return self.wrt.tree
        inner = self.tree(shape, depth - 1, has)
        if r < 0.3:
            return Tree("fn:" + self.rng.choice(("exp", "softplus", "sigmoid", "cosh")), (inner,), shape)
        if r < 0.6:
            one = Tree("num", (), SCALAR, 1) if shape == SCALAR else Tree("ones", (), shape)
            return Tree("add", (one, Tree("pow", (inner,), shape, 2)), shape)
        if r < 0.8:
            square = Tree("pow", (inner,), shape, 2)
            return Tree("add", (square, self.leaf(shape, ("positive",))), shape)
        return Tree("add", (Tree("fn:abs", (inner,), shape), self.leaf(shape, ("positive",))), shape)

    def regular(self, shape: Shape, depth: int, has: int, spd: bool = False) -> Tree:
        """An invertible square tree; with `spd` the eigenvalues keep away from the negative axis."""
        n = shape[0]
        r = self.rng.random()
        mark = ("spd",) if spd or r < 0.5 else ("invertible",)
        if has == 0 and (depth <= 0 or r < 0.8):
            return self.leaf(shape, mark)
        if has == 1 and self.wrt and self.wrt.shape == shape and r < 0.8:
            good = {"spd"} if spd else {"spd", "invertible", "orthogonal"}
            if good & set(self.wrt.properties):
                return self.wrt.tree
        if r < 0.35:
            inner = self.tree((n, self.dimension()), depth - 1, has)
            gram = Tree("mm", (inner, Tree("t", (inner,), (inner.shape[1], n))), shape)
            return Tree("add", (self.leaf(shape, ("spd",)), gram), shape)
        if r < 0.5:
            return Tree("add", (self.leaf(shape, ("spd",)), self.tree(shape, depth - 1, has)), shape)
        if r < 0.65:
            return Tree("add", (self.tree(shape, 0, has), Tree("scale", (
                Tree("num", (), SCALAR, 4), Tree("eye", (), shape)), shape)), shape)  # fmt: skip
        if r < 0.75:
            v = self.positive((n, ONE), depth - 1, has)
            return Tree("add", (self.leaf(shape, ("spd",)), Tree("diag", (v,), shape)), shape)
        if r < 0.85 and not spd:
            a, b = self.shares(has)
            return Tree("mm", (self.regular(shape, depth - 1, a), self.regular(shape, depth - 1, b)), shape)
        inner = self.tree(shape, depth - 1, has)
        small = Tree("scale", (Tree("num", (), SCALAR, 0.2), inner), shape)
        return Tree(self.rng.choice(("add", "sub")), (Tree("eye", (), shape), small), shape)
