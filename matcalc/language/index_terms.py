r"""Terms in index notation: scalars times vectors and matrices whose axes carry labels, X_ik w_k y_i.

A label that begins with # is summed over; the others are open. `array` reads a term as a matrix expression where
products, traces and elementwise products do it, and as an `einsum` node otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..terms import expression as nodes
from ..terms.errors import ShapeError
from ..terms.expression import Expr
from ..terms.records import NamedTuple
from ..terms.shapes import ONE, Dim, Shape
from .chains import fill
from .typing.axes import einsum_axes


class Factor(NamedTuple):
    """A vector with one label, or a matrix with two."""

    x: Expr
    axes: tuple[str, ...]


class Term(NamedTuple):
    """A product of scalars and factors."""

    scalars: tuple[Expr, ...] = ()
    factors: tuple[Factor, ...] = ()

    @property
    def open(self) -> frozenset[str]:
        return frozenset(a for f in self.factors for a in f.axes if a[0] != "#")

    def renamed(self, names: Mapping[str, str]) -> Term:
        factors = tuple(Factor(f.x, tuple(names.get(a, a) for a in f.axes)) for f in self.factors)
        return Term(self.scalars, factors)

    def times(self, other: Term) -> Term:
        return Term(self.scalars + other.scalars, self.factors + other.factors).exact()

    def exact(self) -> Term:
        """The same with one number in front of the other scalars."""
        numbers = [x for x in self.scalars if x.op == "num"]
        if len(numbers) < 2:
            return self
        value = numbers[0].data
        for x in numbers[1:]:
            value = value * x.data
        rest = tuple(x for x in self.scalars if x.op != "num")
        return Term(rest if value == 1 else (nodes.num(value), *rest), self.factors)


def transposed(x: Expr) -> Expr:
    """The transpose, of a product factor by factor.

    >>> from matcalc.terms.expression import var, as_shape, mm
    >>> A, x = var("A", as_shape("m", "n")), var("x", as_shape("n"))
    >>> transposed(mm(A, x))
    x'*A'
    """
    if x.op == "t":
        return x.args[0]
    if x.op == "mm":
        return nodes.mm(*(transposed(a) for a in reversed(x.args)))
    return x if x.op == "eye" else nodes.t(x)


class Contraction:
    """The factors of a term while its summed labels are taken away one by one."""

    def __init__(self, term: Term):
        self.scalars = list(term.scalars)
        self.factors = [diagonal(f) for f in term.factors]

    def run(self) -> Term:
        """The term with as few summed labels as products and sums of matrices leave."""
        while self.step():
            pass
        return Term(tuple(self.scalars), tuple(self.factors))

    def step(self) -> bool:
        self.merge()
        bound = list(dict.fromkeys(a for f in self.factors for a in f.axes if a[0] == "#"))
        if not bound:
            return False
        label = min(bound, key=self.price)
        if self.price(label) > 3:
            return False
        self.remove(label)
        return True

    def price(self, label: str) -> int:
        """How soon a label is taken away: scalars first, then matrices times vectors, then products of matrices."""
        matrices = [f for f in self.factors if len(f.axes) == 2 and label in f.axes]
        if len(matrices) < 2:
            return 0 if not matrices else 1 if matrices[0].axes[1] == label else 2
        return 3 if len(matrices) == 2 else 4

    def merge(self) -> None:
        """Factors with the same labels are one, by products entry by entry; two vectors of a sum stay apart."""
        groups: dict[tuple[str, ...], list[Factor]] = {}
        for f in self.factors:
            groups.setdefault(tuple(sorted(f.axes)), []).append(f)
        merged: list[Factor] = []
        for key, group in groups.items():
            alone = not any(key[0] in other for other in groups if other != key)
            if len(group) == 1 or (len(key) == 1 and key[0][0] == "#" and alone and len(group) == 2):
                merged.extend(group)
                continue
            axes = group[0].axes
            counted: dict[Expr, int] = {}
            for f in group:
                x = f.x if f.axes == axes else transposed(f.x)
                counted[x] = counted.get(x, 0) + 1
            parts = [x if n == 1 else nodes.epow(x, nodes.num(n)) for x, n in counted.items()]
            merged.append(Factor(nodes.had(*parts) if len(parts) > 1 else parts[0], axes))
        self.factors = merged

    def remove(self, label: str) -> None:
        """Sum over a label."""
        mine = [f for f in self.factors if label in f.axes]
        self.factors = [f for f in self.factors if label not in f.axes]
        vectors = [f.x for f in mine if len(f.axes) == 1]
        matrices = [f for f in mine if len(f.axes) == 2]
        if not matrices:
            x = vectors[0]
            if len(vectors) == 2:
                self.scalars.append(nodes.mm(transposed(x), vectors[1]))
            else:
                self.scalars.append(nodes.apply("tr", x.args[0]) if x.op == "diagonal" else nodes.apply("sum", x))
            return
        first = matrices[0]
        if len(matrices) == 1:
            k = first.axes.index(label)
            other = first.axes[1 - k]
            alone = other[0] == "#" and not vectors and not any(other in f.axes for f in self.factors)
            if alone:
                self.scalars.append(nodes.apply("sum", first.x))
                return
            v = vectors[0] if vectors else nodes.ones((first.x.shape[k], ONE))
            x = nodes.mm(first.x if k == 1 else transposed(first.x), v)
            self.factors.append(Factor(x, (other,)))
            return
        second = matrices[1]
        if first.axes[0] == label and second.axes[1] == label:
            first, second = second, first
        a = first.x if first.axes[1] == label else transposed(first.x)
        b = second.x if second.axes[0] == label else transposed(second.x)
        ends = (first.axes[int(first.axes[0] == label)],
                second.axes[int(second.axes[0] == label)])  # fmt: skip
        middle = [nodes.apply("diag", v) for v in vectors]
        self.factors.append(diagonal(Factor(nodes.mm(a, *middle, b), ends)))


def diagonal(f: Factor) -> Factor:
    """A matrix with one label twice is its diagonal."""
    if len(f.axes) == 2 and f.axes[0] == f.axes[1]:
        ones = f.x.op == "eye"
        return Factor(nodes.ones((f.x.shape[0], ONE)) if ones else nodes.apply("diagonal", f.x), f.axes[:1])
    return f


def array(term: Term, axes: tuple[str, ...], sizes: Mapping[str, Dim]) -> Expr:
    """The array of a term over at most two labels, with ones where the term does not depend on one."""
    done = Contraction(term).run()
    shape: Shape = tuple([*(sizes[a] for a in axes), ONE, ONE][:2])
    if any(a[0] == "#" for f in done.factors for a in f.axes):
        body = einsum(done, axes, sizes, shape)
        return nodes.prod(*done.scalars, body) if done.scalars else body
    matrix = next((f for f in done.factors if len(f.axes) == 2), None)
    vectors = {f.axes[0]: f.x for f in done.factors if len(f.axes) == 1}
    if not axes or not done.factors:
        return fill(nodes.prod(*done.scalars) if done.scalars else nodes.num(1), shape)
    if len(axes) == 1:
        body = vectors[axes[0]]
    elif matrix is not None:
        parts = [matrix.x if matrix.axes == axes else transposed(matrix.x)]
        if axes[0] in vectors:
            parts.insert(0, nodes.apply("diag", vectors[axes[0]]))
        if axes[1] in vectors:
            parts.append(nodes.apply("diag", vectors[axes[1]]))
        body = nodes.mm(*parts) if len(parts) > 1 else parts[0]
    else:
        u, v = (vectors.get(a, nodes.ones((sizes[a], ONE))) for a in axes)
        body = nodes.mm(u, row(v))
    return nodes.prod(*done.scalars, body) if done.scalars else body


def row(v: Expr) -> Expr:
    """A vector as a row; of ones, as a row of ones is written."""
    return nodes.ones((ONE, v.shape[0])) if v.op == "ones" else transposed(v)


_LETTERS = "ijklmnopqrstuvwabcdefgh"


def einsum(term: Term, axes: tuple[str, ...], sizes: Mapping[str, Dim], shape: Shape) -> Expr:
    """The index expression of a term that has no matrix form."""
    letters: dict[str, str] = {}
    for f in (*term.factors, Factor(nodes.num(1), axes)):
        for a in f.axes:
            if a not in letters:
                if len(letters) == len(_LETTERS):
                    raise ShapeError(f"more than {len(_LETTERS)} indices in a product without a matrix form")
                letters[a] = _LETTERS[len(letters)]
    factors = list(term.factors)
    factors += [Factor(nodes.ones((sizes[a], ONE)), (a,)) for a in axes if not any(a in f.axes for f in factors)]
    spec = ",".join("".join(letters[a] for a in f.axes) for f in factors)
    found = einsum_axes(spec + "->" + "".join(letters[a] for a in axes), len(factors))
    return nodes.einsum(tuple(f.x for f in factors), found.ins, found.out, shape)
