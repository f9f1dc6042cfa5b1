"""Small expression trees for random tests: shapes, walking, replacing. Nothing here comes from matcalc.

A shape is a pair of dimensions; a dimension is a product of names and numbers, a sorted tuple. Vectors
are (n, 1), rows (1, n), scalars (1, 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

Dim = tuple[str | int, ...]
Shape = tuple[Dim, Dim]
ONE: Dim = ()
SCALAR: Shape = (ONE, ONE)


def dim(*factors: str | int) -> Dim:
    """The dimension with these factors; numbers are multiplied out."""
    number = prod(f for f in factors if isinstance(f, int))
    names = sorted(f for f in factors if isinstance(f, str))
    return (*([number] if number != 1 else []), *names)


def times(a: Dim, b: Dim) -> Dim:
    """The product of two dimensions."""
    return dim(*a, *b)


def dim_text(d: Dim) -> str:
    """A dimension as the language writes it."""
    return "*".join(map(str, d)) or "1"


def is_plain(d: Dim) -> bool:
    """Whether a dimension is one name or one number, so that a variable can be declared with it."""
    return len(d) == 1


def size(d: Dim, sizes: dict[str, int]) -> int:
    """The value of a dimension."""
    return prod(f if isinstance(f, int) else sizes[f] for f in d)


def kind(shape: Shape) -> str:
    """scalar, vector, row or matrix."""
    if shape == SCALAR:
        return "scalar"
    if shape[1] == ONE:
        return "vector"
    return "row" if shape[0] == ONE else "matrix"


@dataclass(frozen=True)
class Tree:
    """An operation with its arguments, its datum and the shape of its value."""

    op: str
    args: tuple[Tree, ...] = ()
    shape: Shape = SCALAR
    data: object = None

    def walk(self) -> Iterator[tuple[tuple[int, ...], Tree]]:
        """Every node with its path from the root."""
        stack: list[tuple[tuple[int, ...], Tree]] = [((), self)]
        while stack:
            path, node = stack.pop()
            yield path, node
            stack.extend(((*path, i), a) for i, a in enumerate(node.args))

    def names(self) -> set[str]:
        """The variables in it."""
        return {str(n.data) for _, n in self.walk() if n.op == "var"}

    def count(self) -> int:
        """The number of nodes."""
        return sum(1 for _ in self.walk())

    def replace(self, path: tuple[int, ...], new: Tree) -> Tree:
        """The tree with another subtree at a path."""
        if not path:
            return new
        args = list(self.args)
        args[path[0]] = args[path[0]].replace(path[1:], new)
        return Tree(self.op, tuple(args), self.shape, self.data)


@dataclass(frozen=True)
class Variable:
    """A declared variable."""

    name: str
    shape: Shape
    properties: tuple[str, ...] = ()

    @property
    def tree(self) -> Tree:
        """The leaf."""
        return Tree("var", (), self.shape, self.name)

    def declaration(self) -> str:
        """`S: spd matrix(n,n)`."""
        dims = ",".join(dim_text(d) for d in self.shape if d != ONE)
        words = [*self.properties, kind(self.shape) + (f"({dims})" if dims else "")]
        return f"{self.name}: {' '.join(words)}"
