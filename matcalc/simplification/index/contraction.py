"""The contraction graph of a term, and its reductions to a matrix expression that keep its value.

- series: an index shared by exactly two factors and not free is a matrix product (on a cycle of its own, a trace);
- parallel: two matrices on the same two indices are an elementwise product, two vectors on one index likewise;
- pendant: a vector on an index that others still use is a diagonal scaling; ones sum a row or a column;
- components: parts that share no index are scalar factors or outer products.
"""

from __future__ import annotations

from ...terms.axes import einsum_sizes, full_axes
from ...terms.expression import Expr, apply, eye, had, mm, num, ones, prod, t
from ...terms.limits import spend
from ...terms.payloads import Axis
from ...terms.shapes import ONE, Shape
from .notation import Indices, Term

Edge = tuple[Expr, int, int]  # a matrix on two indices
Leaf = tuple[Expr, int]  # a column on one index


class Graph:
    """A term as matrices and vectors on atomic indices; None stands for a unit axis."""

    def __init__(self, term: Term, ends: tuple[Axis, ...], idx: Indices):
        self.idx = idx
        self.scalars = list(term.scalars)
        self.edges: list[Edge] = []
        self.leaves: list[Leaf] = []
        self.rest: list[tuple[Expr, tuple[Axis, ...]]] = []  # factors that have no matrix reading
        self.ends = [a[0] if len(a) == 1 else None for a in ends]
        self.open_ends = [a for a in ends if len(a) > 1]
        self.indices = {i for _, ax in term.factors for a in ax for i in a} | {i for a in ends for i in a}
        self.equal: dict[int, int] = {}
        for e, axes in term.factors:
            self.put(e, axes)

    # -- building

    def find(self, i: int) -> int:
        while i in self.equal:
            i = self.equal[i]
        return i

    def free(self) -> set[int]:
        out = {self.find(i) for i in self.ends if i is not None}
        return out | {self.find(i) for a in self.open_ends for i in a}

    def put(self, e: Expr, axes: tuple[Axis, ...]) -> None:
        """Add a factor, taken apart where its structure says so."""
        stack = [(e, axes)]
        while stack:
            e, axes = stack.pop()
            if e.op == "prod":
                self.scalars.extend(e.args[:-1])
                e = e.args[-1]
                if e.is_scalar:
                    self.scalars.append(e)
                    continue
            if e.is_scalar:
                self.scalars.append(e)
            elif e.op == "einsum":
                stack.extend(self.operands(e, axes))
            elif len(axes) != 2:
                self.rest.append((e, axes))
            elif e.op == "t":
                stack.append((e.args[0], (axes[1], axes[0])))
            elif e.op == "ones":
                pass
            elif e.op == "eye" and len(axes[0]) == len(axes[1]) and self._same(axes[0], axes[1]):
                for i, j in zip(axes[0], axes[1], strict=True):
                    self.join(i, j)
            elif e.op == "diag" and self._same(axes[0], axes[1]):
                for i, j in zip(axes[0], axes[1], strict=True):
                    self.join(i, j)
                stack.append((e.args[0], (axes[0], ())))
            elif e.op == "kron" and self._splits(e, axes):
                a, b = e.args
                (r1, r2), (c1, c2) = (self._split(axes[k], a.shape[k]) for k in (0, 1))
                stack += [(b, (r2, c2)), (a, (r1, c1))]
            elif e.op == "vec" and len(axes[0]) == 2 and self.idx.dims[axes[0][1]] is e.args[0].shape[0]:
                stack.append((e.args[0], ((axes[0][1],), (axes[0][0],))))
            elif e.op == "mm" and (cut := _outer(e)):
                left, right = mm(*e.args[:cut]), mm(*e.args[cut:])
                stack += [(right, ((), axes[1])), (left, (axes[0], ()))]
            elif len(axes[0]) > 1 or len(axes[1]) > 1:
                self.rest.append((e, axes))
            elif axes[0] and axes[1]:
                self.edges.append((e, axes[0][0], axes[1][0]))
            elif axes[0]:
                self.leaves.append((e, axes[0][0]))
            else:
                self.leaves.append((transposed(e), axes[1][0]))

    def operands(self, e: Expr, axes: tuple[Axis, ...]) -> list[tuple[Expr, tuple[Axis, ...]]]:
        """The operands of an index expression that stands on given axes."""
        ins, outs = e.data
        sizes = einsum_sizes(e)
        names: dict[int, int] = {}
        extra = []
        for mine, given in zip(full_axes(e, outs), axes, strict=True):
            if len(mine) != len(given):  # a composite axis that is cut elsewhere
                fresh = tuple(self.idx.new(sizes[k])[0] for k in mine)
                names.update(zip(mine, fresh, strict=True))
                extra.append((eye(self.idx.size(given)), (fresh, given)))
                continue
            for k, i in zip(mine, given, strict=True):
                if k in names:
                    extra.append((eye(self.idx.dims[i]), ((names[k],), (i,))))
                names.setdefault(k, i)

        def axis(a: Axis) -> Axis:
            for k in a:
                if k not in names:
                    (names[k],) = self.idx.new(sizes[k])
            return tuple(names[k] for k in a)

        out = [(x, full_axes(x, tuple(axis(a) for a in spec))) for x, spec in zip(e.args, ins, strict=True)]
        self.indices |= {i for _, ax in [*out, *extra] for a in ax for i in a}
        return [*out, *extra]

    def _same(self, a: Axis, b: Axis) -> bool:
        return len(a) == len(b) and all(self.idx.dims[i] is self.idx.dims[j] for i, j in zip(a, b, strict=True))

    def _splits(self, e: Expr, axes: tuple[Axis, ...]) -> bool:
        try:
            for k in (0, 1):
                self._split(axes[k], e.args[0].shape[k])
        except ValueError:
            return False
        return True

    def _split(self, axis: Axis, n: object) -> tuple[Axis, Axis]:
        for k in range(len(axis) + 1):
            if self.idx.size(axis[:k]) is n:
                return axis[:k], axis[k:]
        raise ValueError

    def join(self, i: int, j: int) -> None:
        i, j = self.find(i), self.find(j)
        if i != j:
            self.equal[max(i, j)] = min(i, j)

    # -- reducing

    def settle(self) -> None:
        """Apply the renamings, then turn matrices with one index twice into their diagonals."""
        spend(len(self.edges) + len(self.leaves) + len(self.rest))
        edges, self.edges = self.edges, []
        for e, i, j in edges:
            i, j = self.find(i), self.find(j)
            if i == j:
                self.leaves.append((apply("diagonal", e), i))
            else:
                self.edges.append((e, i, j))
        self.leaves = [(e, self.find(i)) for e, i in self.leaves]
        self.rest = [(e, tuple(tuple(self.find(i) for i in a) for a in ax)) for e, ax in self.rest]
        self.indices = {self.find(i) for i in self.indices}

    def busy(self, i: int) -> int:
        """How many factors use an index."""
        n = sum((a == i) + (b == i) for _, a, b in self.edges) + sum(k == i for _, k in self.leaves)
        return n + sum(i in a for _, ax in self.rest for a in ax)

    def reduce(self) -> None:
        """Reduce as far as possible."""
        self.settle()
        while self._merge_vectors() or self._parallel() or self._close() or self._series() or self._block():
            self.settle()

    def _merge_vectors(self) -> bool:
        free = self.free()
        for n, (e, i) in enumerate(self.leaves):
            for m in range(n + 1, len(self.leaves)):
                f, j = self.leaves[m]
                if i == j:
                    del self.leaves[m], self.leaves[n]
                    if i in free or self.busy(i):
                        self.leaves.append((had(e, f), i))
                    else:
                        self.indices.discard(i)
                        self.scalars.append(mm(t(e), f))
                    return True
        return False

    def _parallel(self) -> bool:
        free = self.free()
        for n, (e, i, j) in enumerate(self.edges):
            for m in range(n + 1, len(self.edges)):
                f, k, l = self.edges[m]
                if {i, j} == {k, l}:
                    del self.edges[m], self.edges[n]
                    if (i, j) != (k, l):
                        f = transposed(f)
                    if {i, j} & free or self.busy(i) or self.busy(j):
                        self.edges.append((had(e, f), i, j))
                    else:
                        self.indices -= {i, j}
                        self.scalars.append(apply("tr", mm(transposed(e), f)))
                    return True
        return False

    def _close(self) -> bool:
        """Sum indices that one factor uses, and those that none does."""
        free = self.free()
        for i in sorted(self.indices - free):
            n = self.busy(i)
            if n == 0:
                self.indices.discard(i)
                self.scalars.append(apply("sum", ones((self.idx.dims[i], ONE))))
                return True
            if n != 1:
                continue
            for k, (e, j) in enumerate(self.leaves):
                if j == i:
                    del self.leaves[k]
                    self.indices.discard(i)
                    self.scalars.append(apply("sum", e))
                    return True
            for k, (e, a, b) in enumerate(self.edges):
                if i in (a, b):
                    del self.edges[k]
                    self.indices.discard(i)
                    m, other = (e, a) if b == i else (transposed(e), b)
                    if other not in free and not self.busy(other):
                        self.indices.discard(other)
                        self.scalars.append(apply("sum", e))
                    else:
                        self.leaves.append((mm(m, ones((self.idx.dims[i], ONE))), other))
                    return True
        return False

    def _series(self) -> bool:
        """Contract an index that two factors share and that is not free."""
        free = self.free()
        for i in sorted(self.indices - free):
            if self.busy(i) != 2 or any(i in a for _, ax in self.rest for a in ax):
                if self.busy(i) == 3 and self._scale(i):
                    return True
                continue
            touching = [k for k, (_, a, b) in enumerate(self.edges) if i in (a, b)]
            leaf = [k for k, (_, j) in enumerate(self.leaves) if j == i]
            if len(touching) == 2:
                (e, a, b), (f, c, d) = (self.edges[k] for k in touching)
                if touching[0] > touching[1]:
                    touching.reverse()
                for k in sorted(touching, reverse=True):
                    del self.edges[k]
                left, row = (e, a) if b == i else (transposed(e), b)
                right, col = (f, d) if c == i else (transposed(f), c)
                self.indices.discard(i)
                self.edges.append((mm(left, right), row, col))
                return True
            if len(touching) == 1 and len(leaf) == 1:
                e, a, b = self.edges.pop(touching[0])
                v, _ = self.leaves.pop(leaf[0])
                m, other = (e, a) if b == i else (transposed(e), b)
                self.indices.discard(i)
                self.leaves.append((mm(m, v), other))
                return True
        return False

    def _scale(self, i: int) -> bool:
        """A vector on an index that matrices still use scales one of them."""
        for k, (v, j) in enumerate(self.leaves):
            if j == i:
                for n, (e, a, b) in enumerate(self.edges):
                    if i in (a, b):
                        del self.leaves[k]
                        scaled = mm(e, apply("diag", v)) if b == i else mm(apply("diag", v), e)
                        self.edges[n] = (scaled, a, b)
                        return True
        return False

    def _block(self) -> bool:
        """A vector on one index of a composite axis: M[(a,b)] v[b] is M*kron(I, v)."""
        free = self.free()
        for n, (e, axes) in enumerate(self.rest):
            if len(axes) != 2:
                continue
            for side in (0, 1):
                axis = axes[side]
                for k, (v, i) in enumerate(self.leaves):
                    if i not in axis or len(axis) != 2 or i in free or self.busy(i) != 2:
                        continue
                    other = axis[1 - axis.index(i)]
                    identity = eye(self.idx.dims[other])
                    block = apply("kron", identity, v) if axis[1] == i else apply("kron", v, identity)
                    del self.leaves[k], self.rest[n]
                    self.indices.discard(i)
                    if side == 1:
                        self.put(mm(e, block), (axes[0], (other,)))
                    else:
                        self.put(mm(t(block), e), ((other,), axes[1]))
                    return True
        return False

    # -- reading

    def read(self, shape: Shape) -> Expr | None:
        """The matrix with the ends as row and column, or None."""
        if self.rest or self.open_ends:
            return None
        row, col = ((None if i is None else self.find(i)) for i in self.ends)
        for i in {x for x in (row, col) if x is not None}:  # a vector on a free index that a matrix also uses
            while self.busy(i) > 1 and row != col:
                if not self._scale(i):
                    break
        body: Expr
        if row is not None and row == col:
            vectors = [e for e, i in self.leaves if i == row]
            if self.edges or len(self.leaves) > 1:
                return None
            body = apply("diag", vectors[0]) if vectors else eye(self.idx.dims[row])
        elif len(self.edges) == 1 and not self.leaves:
            e, a, b = self.edges[0]
            if (a, b) == (row, col):
                body = e
            elif (b, a) == (row, col):
                body = transposed(e)
            else:
                return None
        elif not self.edges:
            by_index: dict[int, Expr] = {}
            for e, i in self.leaves:
                if i in by_index or i not in (row, col):
                    return None
                by_index[i] = e
            r = None if row is None else by_index.get(row)
            c = None if col is None else by_index.get(col)
            if r is None and c is None:
                body = ones(shape)
            else:
                left = num(1) if row is None else r if r is not None else ones((shape[0], ONE))
                right = num(1) if col is None else transposed(c if c is not None else ones((shape[1], ONE)))
                body = prod(left, right) if row is None or col is None else mm(left, right)
        else:
            return None
        return prod(*self.scalars, body) if self.scalars else body

    def term(self) -> Term:
        """The reduced graph as a term again."""
        factors = [(e, ((i,), (j,))) for e, i, j in self.edges]
        more = [(e, ((i,), ())) for e, i in self.leaves]
        return Term(tuple(self.scalars), (*factors, *more, *self.rest), (), ())


def transposed(e: Expr) -> Expr:
    """The transpose, without a double one."""
    if e.op == "t":
        return e.args[0]
    if e.op in ("diag", "eye") or e.is_scalar:
        return e
    if e.op == "mm":
        return mm(*(transposed(a) for a in reversed(e.args)))
    return t(e)


def _outer(e: Expr) -> int:
    """Where a chain is cut into a column times a row; 0 if nowhere."""
    for k in range(1, len(e.args)):
        if e.args[k].shape[0] is ONE:
            return k
    return 0
