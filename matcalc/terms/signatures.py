"""The table of operations: names, aliases and shapes, read from rules/operations.rules and rules/functions.rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from .data_files import rules_text
from .errors import RuleError, ShapeError
from .expression import Expr
from .rule_lines import declared, functions_in, shape_of, statements
from .shapes import ONE, SCALAR, Dim, Shape, Unifier, describe
from .views import Views


@dataclass(frozen=True)
class Operation:
    """An operation: its name, the shapes of its arguments and of its result (with dimension names of its own)."""

    name: str
    arguments: tuple[Shape, ...]
    shape: Shape
    elementwise: bool = False
    aliases: tuple[str, ...] = ()

    def result(self, args: tuple[Expr, ...]) -> Shape:
        """The shape of the result for given arguments; ShapeError if they do not fit."""
        if len(args) != len(self.arguments):
            raise ShapeError(f"{self.name} takes {len(self.arguments)} argument(s), not {len(args)}")
        if self.elementwise:
            return args[0].shape
        env: dict[str, Dim] = {}
        for want, got in zip(self.arguments, args, strict=True):
            for w, g in zip(want, got.shape, strict=False):
                name = next(iter(w.names), None)
                if name is None:
                    fits = w is g
                else:
                    fits = env.setdefault(name, g) is g
                if not fits or len(got.shape) != 2:
                    raise ShapeError(f"{self.name} takes {self.wants()}, not {describe(got.shape)}")
        return (self.shape[0].substitute(env), self.shape[1].substitute(env))

    def wants(self) -> str:
        """What the operation takes, in words."""
        return " and ".join(
            "a square matrix" if s[0] is s[1] and s != SCALAR else "a vector" if s[1] is ONE else describe(s)
            for s in self.arguments
        )

    def instance(self, u: Unifier) -> tuple[tuple[Shape, ...], Shape]:
        """The shapes of arguments and result with fresh unknowns, for inference."""
        env = {n: u.fresh() for s in (*self.arguments, self.shape) for d in s for n in d.names}
        filled = [tuple(d.substitute(env) for d in s) for s in (*self.arguments, self.shape)]
        return tuple(filled[:-1]), filled[-1]


# Linear in their last arguments, the directions: without directions such an operation stands for its kernel, the
# array K with f(X, E)[i, j] = sum of K[i, j, k, l]*E[k, l].
DIRECTIONAL = {
    "dexpm": 1, "dlogm": 1, "d2expm": 2, "d2logm": 2, "sylvester": 1, "dpolar": 1, "dleading": 1,
}  # fmt: skip


_ALIASES = {
    "ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh",
    "arctanh": "atanh", "sgn": "sign", "logistic": "sigmoid", "heaviside": "step",
    "sg": "sign",
}  # fmt: skip
_LINE = re.compile(r"(\w+)\((.*)\) ?-> ?\[([^\]]*)\] ?(?:\| ?(.*))?$")


def read_operation(line: str) -> Operation:
    """The operation of a line `name(A[m,n], ...) -> [p,q] | other names`.

    >>> read_operation("kron(A[m,n], B[k,l]) -> [m*k,n*l]").shape
    (k*m, l*n)
    """
    m = _LINE.match(" ".join(line.split()))
    if m is None:
        raise RuleError(f"an operation is written name(A[m,n], ...) -> [p,q], not {line!r}")
    name, arguments, result, others = m.groups()
    shapes = tuple(shape for _, shape in declared(arguments))
    return Operation(name, shapes, shape_of(result), False, tuple((others or "").split()))


def function(name: str) -> Operation:
    """The operation that an elementwise function is."""
    m, n = Dim.of("m"), Dim.of("n")
    return Operation(name, ((m, n),), (m, n), True)


class Signatures(Views):
    """The operations and the elementwise functions that are known, by name and by alias; immutable.

    >>> known = Signatures.shipped()
    >>> known.operation("trace").name, known.operation("cube")
    ('tr', None)
    >>> known.with_functions(["cube"]).operation("cube").elementwise
    True
    """

    def __init__(self, table: Mapping[str, Operation], aliases: Mapping[str, str]):
        super().__init__()
        self.table = MappingProxyType(dict(table))
        self.aliases = MappingProxyType(dict(aliases))

    @staticmethod
    def shipped() -> Signatures:
        """What rules/operations.rules and rules/functions.rules declare."""
        return _shipped()

    def with_functions(self, functions: Iterable[str]) -> Signatures:
        """These and more elementwise functions; itself if there are none."""
        more = {f: function(f) for f in functions}
        return Signatures({**self.table, **more}, self.aliases) if more else self

    def operation(self, name: str) -> Operation | None:
        """The operation of a name or alias."""
        return self.table.get(name) or self.table.get(self.aliases.get(name, ""))

    def names(self) -> list[str]:
        """Every name that an operation can be called by."""
        return sorted([*self.table, *self.aliases])


@lru_cache(maxsize=1)
def _shipped() -> Signatures:
    read = (read_operation(line) for _, line in statements(rules_text("operations.rules")))
    table = {op.name: op for op in read}
    table |= {f: function(f) for f in functions_in(rules_text("functions.rules"))}
    return Signatures(table, {a: op.name for op in table.values() for a in op.aliases} | _ALIASES)


_own: list[str] = []  # functions of the user's rules


def _known() -> Signatures:
    return _shipped().with_functions(_own)


def declare_elementwise(name: str) -> None:
    """Make an elementwise function known (a rule file of the user's names it)."""
    _own.append(name)


def forget(name: str) -> None:
    """Make an elementwise function unknown again."""
    _own[:] = [f for f in _own if f != name]


def operation(name: str) -> Operation | None:
    """The operation of a name or alias."""
    return _known().operation(name)


def operations() -> dict[str, Operation]:
    """All operations by name."""
    return dict(_known().table)


def names() -> list[str]:
    """Every name that an operation can be called by."""
    return _known().names()
