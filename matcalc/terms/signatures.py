"""The table of operations: names, aliases and shapes, read from rules/operations.rules and rules/functions.rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .data_files import rules_text
from .errors import RuleError, ShapeError
from .expression import Expr
from .shapes import ONE, SCALAR, Dim, Shape, Unifier, describe


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


_LINE = re.compile(r"(\w+)\((.*)\)\s*->\s*\[([^\]]*)\]\s*(?:\|\s*(.*))?$")
_ARGUMENT = re.compile(r"\w+\[([^\]]*)\]")
_FUNCTION = re.compile(r"^[\w-]+:\s*d\((\w+)\(A\)\)\s*=", re.M)


def _shape(text: str) -> Shape:
    dims = [d.strip() for d in text.split(",") if d.strip()]
    parts = []
    for d in dims:
        total = ONE
        for factor in d.split("*"):
            f = factor.strip()
            total = total * (int(f) if f.isdigit() else f)
        parts.append(total)
    return tuple(([*parts, ONE, ONE])[:2])


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, Operation], dict[str, str]]:
    table: dict[str, Operation] = {}
    for raw in rules_text("operations.rules").splitlines():
        line = raw.split("#")[0].strip()
        if not line:
            continue
        m = _LINE.match(line)
        if m is None:
            raise RuleError(f"operations.rules: cannot read {line!r}")
        name, args, result, others = m.groups()
        shapes = tuple(_shape(a) for a in _ARGUMENT.findall(args))
        table[name] = Operation(name, shapes, _shape(result), False, tuple((others or "").split()))
    for name in _FUNCTION.findall(rules_text("functions.rules")):
        _declare(table, name)
    aliases = {a: op.name for op in table.values() for a in op.aliases}
    aliases |= _ELEMENTWISE_ALIASES
    return table, aliases


_ELEMENTWISE_ALIASES = {
    "ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh",
    "arctanh": "atanh", "sgn": "sign", "logistic": "sigmoid", "heaviside": "step",
    "sg": "sign",
}  # fmt: skip


def _declare(table: dict[str, Operation], name: str) -> None:
    m, n = Dim.of("m"), Dim.of("n")
    table[name] = Operation(name, ((m, n),), (m, n), True)


def declare_elementwise(name: str) -> None:
    """Make an elementwise function known (a rule file of the user's names it)."""
    _declare(_tables()[0], name)


def forget(name: str) -> None:
    """Make an elementwise function unknown again."""
    _tables()[0].pop(name, None)


def operation(name: str) -> Operation | None:
    """The operation of a name or alias."""
    table, aliases = _tables()
    return table.get(name) or table.get(aliases.get(name, ""))


def operations() -> dict[str, Operation]:
    """All operations by name."""
    return dict(_tables()[0])


def names() -> list[str]:
    """Every name that an operation can be called by."""
    table, aliases = _tables()
    return sorted([*table, *aliases])
