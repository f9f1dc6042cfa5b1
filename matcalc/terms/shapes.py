"""Symbolic dimensions (polynomials in names with integer coefficients) and their unification."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Union

Monomial = tuple[str, ...]
DimLike = Union["Dim", int, str]


class Dim:
    """A dimension: a polynomial in named sizes, interned, so that equal dimensions are identical.

    >>> Dim.of("n") * 2 + 1
    2*n + 1
    >>> Dim.of("n") * "m" is Dim.of("m") * "n"
    True
    """

    __slots__ = ("__weakref__", "names", "terms")
    terms: tuple[tuple[Monomial, int], ...]
    names: frozenset[str]
    _table: dict[tuple[tuple[Monomial, int], ...], Dim] = {}

    def __new__(cls, terms: tuple[tuple[Monomial, int], ...]) -> Dim:
        found = cls._table.get(terms)
        if found is None:
            new = object.__new__(cls)
            new.terms = terms
            new.names = frozenset(n for mono, _ in terms for n in mono)
            found = cls._table.setdefault(terms, new)  # one step, so that two threads get one dimension
        return found

    @staticmethod
    def of(value: DimLike) -> Dim:
        """The dimension of an integer, a name, or itself."""
        if isinstance(value, Dim):
            return value
        if isinstance(value, str):
            found = _named.get(value)
            return _named.setdefault(value, Dim((((value,), 1),))) if found is None else found
        return Dim((((), int(value)),) if value else ())

    @staticmethod
    def _collect(pairs: Iterable[tuple[Monomial, int]]) -> Dim:
        total: dict[Monomial, int] = {}
        for mono, c in pairs:
            total[mono] = total.get(mono, 0) + c
        return Dim(tuple(sorted(((m, c) for m, c in total.items() if c), key=lambda t: (-len(t[0]), t[0]))))

    def __add__(self, other: DimLike) -> Dim:
        if not self.terms:
            return Dim.of(other)
        return Dim._collect(self.terms + Dim.of(other).terms)

    def __mul__(self, other: DimLike) -> Dim:
        other = Dim.of(other)
        if other is ONE:
            return self
        if self is ONE:
            return other
        return Dim._collect((tuple(sorted(a + b)), x * y) for a, x in self.terms for b, y in other.terms)

    def __sub__(self, other: DimLike) -> Dim:
        return self + Dim.of(other) * -1

    __radd__ = __add__
    __rmul__ = __mul__

    @property
    def value(self) -> int | None:
        """The integer, if the dimension has no names in it."""
        if not self.terms:
            return 0
        return self.terms[0][1] if len(self.terms) == 1 and not self.terms[0][0] else None

    def substitute(self, env: Mapping[str, Dim]) -> Dim:
        """Replace names by dimensions."""
        if not self.names or self.names.isdisjoint(env):
            return self
        if len(self.terms) == 1 and len(self.names) == 1:
            (mono, c), = self.terms
            if c == 1 and len(mono) == 1:
                return env[mono[0]]
        total = ZERO
        for mono, c in self.terms:
            product = Dim.of(c)
            for name in mono:
                product = product * (env[name] if name in env else Dim.of(name))
            total = total + product
        return total

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        out = ""
        for mono, c in self.terms:
            factors = list(mono)
            body = "*".join(([str(abs(c))] if abs(c) != 1 or not factors else []) + factors)
            sign = "-" if c < 0 else "+"
            out += (f" {sign} " if out else ("-" if c < 0 else "")) + body
        return out

    __repr__ = __str__

    def __reduce__(self) -> tuple[type[Dim], tuple[tuple[tuple[Monomial, int], ...]]]:
        return (Dim, (self.terms,))


_named: dict[str, Dim] = {}  # the dimensions that are one name
ZERO = Dim(())
ONE = Dim((((), 1),))

Shape = tuple[Dim, ...]
SCALAR: Shape = (ONE, ONE)


def is_scalar(shape: Shape) -> bool:
    """Whether a shape is that of a scalar."""
    return shape == SCALAR


def kind_of(shape: Shape) -> str:
    """The word for a shape: scalar, vector, row, matrix or tensor."""
    if len(shape) != 2:
        return "tensor"
    if shape == SCALAR:
        return "scalar"
    if shape[1] is ONE:
        return "vector"
    return "row" if shape[0] is ONE else "matrix"


def describe(shape: Shape) -> str:
    """A shape as people write it: `scalar`, `(n)`, `(1, n)`, `(m, n)`.

    >>> describe((Dim.of("m"), ONE))
    '(m)'
    """
    if shape == SCALAR:
        return "scalar"
    if len(shape) == 2 and shape[1] is ONE:
        return f"({shape[0]})"
    return "(" + ", ".join(map(str, shape)) + ")"


class Unifier:
    """Unification of dimensions; names that begin with `?` are unknowns, all others are rigid.

    >>> u = Unifier()
    >>> u.unify(Dim.of("?a") * 2, Dim.of("n") * 2), u.resolve(Dim.of("?a"))
    (True, n)
    >>> u.unify(Dim.of("m"), Dim.of("n"))
    False
    """

    def __init__(self) -> None:
        self.bindings: dict[str, Dim] = {}
        self.deferred: list[tuple[Dim, Dim]] = []
        self._count = 0

    def fresh(self) -> Dim:
        """A new unknown."""
        self._count += 1
        return Dim.of(f"?{self._count}")

    def resolve(self, dim: Dim) -> Dim:
        """The dimension with everything that is known filled in."""
        while dim.names and not dim.names.isdisjoint(self.bindings):
            dim = dim.substitute(self.bindings)
        return dim

    def unify(self, a: Dim, b: Dim) -> bool:
        """Make two dimensions equal; False if they cannot be."""
        a, b = self.resolve(a), self.resolve(b)
        if a is b:
            return True
        difference = a - b
        for mono, c in difference.terms:  # an unknown that stands alone once with factor 1 can be solved for
            if len(mono) == 1 and mono[0].startswith("?") and abs(c) == 1:
                rest = difference - Dim(((mono, c),))
                solution = rest * (-c)
                if mono[0] not in solution.names and _possible(solution):
                    self.bindings[mono[0]] = solution
                    return True
        if len(difference.terms) == 2:
            (m1, c1), (m2, c2) = difference.terms
            for mono, c, other, d in ((m1, c1, m2, c2), (m2, c2, m1, c1)):
                if len(mono) == 1 and mono[0].startswith("?") and d % c == 0 and mono[0] not in other:
                    solution = Dim._collect([(other, -d // c)])
                    if _possible(solution):
                        self.bindings[mono[0]] = solution
                        return True
        shared = [n for n in difference.terms[0][0] if all(n in mono for mono, _ in difference.terms)]
        if shared and any(n.startswith("?") for n in difference.names):  # n*?a = n*b, and sizes are not 0
            parts = [(_less(mono, shared[0]), c) for mono, c in difference.terms]
            left = Dim._collect(p for p in parts if p[1] > 0)
            return self.unify(left, Dim._collect((m, -c) for m, c in parts if c < 0))
        if any(n.startswith("?") for n in difference.names):
            self.deferred.append((a, b))
            return True
        return False

    def settle(self) -> bool:
        """Try again what could not be decided; False if something stays contradictory or open."""
        while self.deferred:
            pending, self.deferred = self.deferred, []
            if not all(self.unify(a, b) for a, b in pending):
                return False
            if len(self.deferred) == len(pending) and not self._match_products():
                break
        return not self.deferred

    def _match_products(self) -> bool:
        """Bind the factors of one product of two unknowns to those of another, as in vec(A)'*kron(C, B)*vec(A).

        The sizes of one matrix, which have consecutive numbers, correspond to the factors of a Kronecker product in
        reverse; otherwise the order is kept.
        """
        for a, b in self.deferred:
            difference = self.resolve(a) - self.resolve(b)
            monomials = [mono for mono, c in difference.terms if abs(c) == 1 and len(set(mono)) == 2]
            names = {n for mono in monomials for n in mono}
            if len(difference.terms) != 2 or len(monomials) != 2 or len(names) != 4 or not _unknown(names):
                continue
            left, right = (sorted(mono, key=lambda n: int(n[1:])) for mono in monomials)
            if _consecutive(left) != _consecutive(right):
                right.reverse()
            self.bindings.update((p, Dim.of(q)) for p, q in zip(left, right, strict=True))
            return True
        return False


def _unknown(names: Iterable[str]) -> bool:
    return all(n.startswith("?") for n in names)


def _consecutive(names: list[str]) -> bool:
    return int(names[1][1:]) - int(names[0][1:]) == 1


def _less(mono: Monomial, name: str) -> Monomial:
    """A product without one of its factors."""
    at = mono.index(name)
    return mono[:at] + mono[at + 1 :]


def _possible(dim: Dim) -> bool:
    """Whether a dimension can be a positive number: not a constant below 1, nor all coefficients negative."""
    value = dim.value
    if value is not None:
        return value >= 1
    return any(c > 0 for _, c in dim.terms)
