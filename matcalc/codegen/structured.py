"""Structured Hessians by their factors: a sum of diagonal, low-rank, A'*D*A and Kronecker terms, never formed.

| term of H | H*V |
|---|---|
| diag(d), c*I | d.*V, c*V |
| a*b' | a*(b'*V) |
| A'*D*A, a product | A'*(D*(A*V)) |
| A ⊗ B, by a matrix variable | A*V*B' |
| A ⊗ I, A'*D*A ⊗ I, A and B without common indices, ... | the contraction with V, as a product of matrices |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..simplification.index.reading import read_again
from ..simplification.normal import simplify
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, add, apply, einsum, mm, prod, t, var
from ..terms.rebuild import substitute
from ..terms.records import NamedTuple
from ..terms.shapes import ONE, SCALAR, Dim
from ..terms.walks import fold, postorder, walk

DIRECTION = "V"
READABLE = 60  # tokens of a part that an error quotes
LETTERS = ("s", "d", "M", "T")  # of factors without, with one, two, and more axes


class Factor(NamedTuple):
    """A factor that is kept: the variable that stands for it, and what it is."""

    variable: Expr
    expr: Expr

    @property
    def name(self) -> str:
        """The name of the factor."""
        return str(self.variable.data.name)


class Structured(NamedTuple):
    """A Hessian by its factors: they, the whole in terms of them, its product with a direction, and that direction."""

    factors: tuple[Factor, ...]
    whole: Expr
    product: Expr
    direction: Expr

    @property
    def sizes(self) -> list[str]:
        """The names of the sizes that the whole has and no factor tells."""
        told = {n for f in self.factors for d in f.variable.shape for n in _alone(d)}
        asked: dict[str, None] = {}
        for e in postorder(self.whole):
            for d in e.shape:
                asked.update(dict.fromkeys(sorted(d.names)))
        return [n for n in asked if n not in told]


def structured(e: Expr, x: Expr, taken: Iterable[str] = (), book: RuleBook | None = None) -> Structured:
    """The factors of a Hessian by x; MatcalcError, with the part that has no structure, if there are none to keep.

    >>> import matcalc
    >>> w = matcalc.parse("w", where="w: vector(n)")
    >>> s = structured(matcalc.parse("X'*diag(X*w)*X + 2*eye(n)", where="X: matrix(m,n), w: vector(n)"), w)
    >>> [(f.name, str(f.expr)) for f in s.factors]
    [('X', 'X'), ('d', 'X*w')]
    >>> str(s.whole), str(s.product)
    ("X'*diag(d)*X + 2*eye(n)", "(X'*diag(d)*X + 2*eye(n))*V")
    """
    kept = _Kept({*taken, *e.free}, book)
    v = var(" ", x.shape)
    if x.shape == SCALAR:
        raise MatcalcError("the second derivative by a scalar is a number: it has no factors")
    if len(e.shape) == 2 and ONE not in x.shape:
        raise MatcalcError("the factors are those of the Hessian in its layout: take them before vec")
    if len(e.shape) == 2:
        whole = kept.of_matrix(e)
        product = mm(whole, v)
    else:
        whole, product = kept.of_tensor(e, v)
    if all(f.variable.shape == SCALAR for f in kept.found.values()):
        kept.factor(x)  # it tells the sizes, and what kind of array the whole is
    names = {f.name for f in kept.found.values()}
    direction = var(next(n for n in _numbered(DIRECTION) if n not in names), x.shape)
    along = simplify(substitute(product, {v: direction}), Facts(book=book))
    return Structured(tuple(kept.found.values()), whole, along, direction)


class _Kept:
    """The factors that were found."""

    def __init__(self, taken: set[str], book: RuleBook | None):
        self.taken, self.book = taken, book
        self.found: dict[Expr, Factor] = {}

    def fresh(self, letter: str) -> str:
        """A name that is free."""
        name = next(n for n in _numbered(letter) if n not in self.taken)
        self.taken.add(name)
        return name

    def factor(self, e: Expr) -> Expr:
        """What stands for a part: itself, if it is a number, an identity or a variable."""
        if e.op in ("num", "const", "eye", "ones", "size"):
            return e
        if e.op == "t":
            return t(self.factor(e.args[0]))
        found = self.found.get(e)
        if found is None:
            axes = sum(d is not ONE for d in e.shape)
            v = e if e.op == "var" else var(self.fresh(LETTERS[min(axes, 3)]), e.shape)
            found = self.found[e] = Factor(v, e)
        return found.variable

    # --- by a vector ---------------------------------------------------------------------------------------------

    def of_matrix(self, e: Expr) -> Expr:
        """The Hessian by a vector in terms of its factors."""
        for term in terms(e):
            if not any(_keeps(y) for y in walk(term, _parts)):
                raise none(e, term)
        return fold(e, self._matrix, _parts)[e]

    def _matrix(self, e: Expr, below: tuple[Expr, ...]) -> Expr:
        """A part of it, from its parts."""
        if e.op == "add":
            return add(*below)
        if e.op == "prod":
            return prod(*(self.factor(s) for s in e.args[:-1]), below[0])
        if e.op == "t":
            return t(below[0])
        if e.op == "diag":
            return apply("diag", self.factor(e.args[0]))
        if e.op == "mm":
            return mm(*below) if below else self.outer(e)
        return self.factor(e)

    def outer(self, e: Expr) -> Expr:
        """A product with an inner size of 1: a vector by a vector."""
        k = _thin(e)
        left, right = mm(*e.args[:k]), mm(*e.args[k:])
        turned = simplify(t(right), Facts(book=self.book))
        return mm(self.factor(left), t(self.factor(left if turned is left else turned)))

    # --- by a matrix ---------------------------------------------------------------------------------------------

    def of_tensor(self, e: Expr, v: Expr) -> tuple[Expr, Expr]:
        """The Hessian by a matrix in terms of its factors, and its product with a matrix."""

        def step(x: Expr, below: tuple[tuple[Expr, Expr], ...]) -> tuple[Expr, Expr]:
            if x.op == "add":
                return add(*(a for a, _ in below)), add(*(b for _, b in below))
            if x.op == "prod":
                scalars = [self.factor(s) for s in x.args[:-1]]
                return prod(*scalars, below[0][0]), prod(*scalars, below[0][1])
            ins, out = x.data if x.op == "einsum" else ((), ())
            plain = all(len(axis) == 1 for axes in (*ins, out) for axis in axes)
            if not plain or len(out) != 4 or any(len(a.shape) != 2 for a in x.args):
                raise none(e, x)
            operands = tuple(self.factor(a) for a in x.args)
            whole = einsum(operands, ins, out, x.shape)
            return whole, read_again(einsum((*operands, v), (*ins, out[2:]), out[:2], v.shape))

        return fold(e, step, lambda x: x.args if x.op == "add" else x.args[-1:] if x.op == "prod" else ())[e]


def _numbered(letter: str) -> Iterator[str]:
    """A letter, and then the letter with numbers."""
    yield letter
    yield from (f"{letter}{k}" for k in count(2))


def _alone(d: Dim) -> frozenset[str]:
    """The name of a size that is one name."""
    return d.names if len(d.terms) == 1 and d.terms[0][1] == 1 and len(d.terms[0][0]) == 1 else frozenset()


def _thin(e: Expr) -> int:
    """The number of factors of a product that stand before the first inner size of 1; 0 if there is none."""
    return next((k for k, x in enumerate(e.args) if k and x.shape[0] is ONE), 0)


def _parts(e: Expr) -> tuple[Expr, ...]:
    """The parts of a matrix whose structure is kept."""
    if ONE in e.shape:
        return ()
    if e.op in ("add", "t") or (e.op == "mm" and not _thin(e)):
        return e.args
    return e.args[-1:] if e.op == "prod" else ()


def _keeps(e: Expr) -> bool:
    """Whether something is saved by keeping the parts of a matrix apart."""
    return e.op in ("diag", "eye", "mm") and ONE not in e.shape


def terms(e: Expr) -> list[Expr]:
    """The terms of a matrix, without scalars before sums."""
    found, stack = [], [e]
    while stack:
        x = stack.pop()
        if x.op == "add":
            stack.extend(reversed(x.args))
        elif x.op in ("prod", "t") and ONE not in x.shape:
            stack.append(x.args[-1])
        else:
            found.append(x)
    return found


def none(e: Expr, term: Expr) -> MatcalcError:
    """The error for a Hessian that is a full array."""
    whole = f"the Hessian {e}" if e.cost <= READABLE else "the Hessian"
    part = f": its part {term} is a full array" if term is not e and term.cost <= READABLE else ""
    return MatcalcError(f"{whole} has no structure that could be kept{part}; ask without compressed")
