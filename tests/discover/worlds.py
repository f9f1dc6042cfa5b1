"""What expressions are made of, world by world: letters with their shapes and properties, and operations.

A world is small on purpose: identities of scalars, of square matrices and of arrays of several shapes are looked for
apart, and again where the letters have a property.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matcalc.terms.errors import MatcalcError
from matcalc.terms.expression import Expr, add, apply, as_shape, ediv, eye, had, mul, neg, ones, power, sub, t, var
from matcalc.terms.expression import num as number
from matcalc.terms.shapes import Dim
from matcalc.terms.signatures import operations

N, M = Dim.of("n"), Dim.of("m")


@dataclass(frozen=True)
class World:
    """Letters, other smallest expressions, and the names of operations of one and of two arguments."""

    name: str
    letters: tuple[Expr, ...]
    constants: tuple[Expr, ...]
    unary: tuple[str, ...]
    binary: tuple[str, ...]

    @property
    def smallest(self) -> tuple[Expr, ...]:
        """The expressions of size 1."""
        return self.letters + self.constants



MAKERS: dict[str, Callable[..., Expr]] = {
    "+": add, "-": sub, "*": mul, ".*": had, "./": ediv, "neg": neg, "'": t,
    "^2": lambda x: power(x, number(2)) if x.is_scalar else mul(x, x),
}  # fmt: skip


def applied(op: str, *args: Expr) -> Expr | None:
    """An operation on arguments; None where their shapes do not fit, or it is one of matrices and they are numbers."""
    if op not in MAKERS and all(a.is_scalar for a in args) and not _entrywise(op):
        return None
    try:
        return MAKERS[op](*args) if op in MAKERS else apply(op, *args)
    except (MatcalcError, AssertionError):
        return None


def _entrywise(name: str) -> bool:
    op = operations()[name]
    return op.elementwise or op.traits.entrywise


def elementwise() -> tuple[str, ...]:
    """The elementwise functions in the table of operations."""
    return tuple(op.name for op in dict.fromkeys(operations().values()) if op.elementwise)


def _letters(properties: tuple[str, ...], **shapes: tuple[str, ...]) -> tuple[Expr, ...]:
    return tuple(var(name, as_shape(*dims), properties) for name, dims in shapes.items())


_SQUARE = ("'", "inv", "adj", "pinv", "expm", "det", "tr", "logdet", "diagonal", "sum", "norm", "^2", "neg")
_POSITIVE = (*_SQUARE, "sqrtm", "logm")
_ARRAYS = ("'", "diag", "diagonal", "sum", "norm", "vec", "tr", "det", "inv", "skew", "abs", "sign", "neg")


def worlds() -> Iterator[World]:
    """All of them; a name says which letters there are."""
    functions, two = (*elementwise(), "neg", "^2"), ("+", "-", "*", "./", "max", "min", "gt")
    yield World("scalar", _letters((), s=()), (number(1),), functions, two)
    yield World("two scalars", _letters((), s=(), r=()), (), ("abs", "sign", "step", "relu", "neg", "^2"), two)
    yield World("positive scalar", _letters(("positive",), s=()), (number(1),), functions, two)
    yield World("square", _letters((), X=("n", "n"), Y=("n", "n")), (eye(N),), _SQUARE, ("+", "-", "*", ".*"))
    yield World("spd", _letters(("spd",), S=("n", "n")), (eye(N),), _POSITIVE, ("+", "-", "*", "dexpm", "dlogm"))
    arrays = _letters((), A=("m", "n"), x=("n",), z=("m",))
    yield World("arrays", arrays, (ones(as_shape("n")),), (*_ARRAYS, "pinv"), ("+", "*", ".*", "kron"))
    yield World("vectors", _letters((), x=("n",), y=("n",)), (ones(as_shape("n")), eye(N)), _ARRAYS, ("+", "*", ".*"))
