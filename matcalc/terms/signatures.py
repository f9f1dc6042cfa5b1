"""The table of operations: names, shapes and traits, read from rules/operations.rules and rules/functions.rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol

from . import cache
from .data_files import rules_content, rules_text
from .errors import RuleError, ShapeError
from .records import dataclass
from .regex import regex
from .rule_lines import declared, functions_in, shape_of, statements
from .shapes import ONE, SCALAR, Dim, Shape, Unifier, describe
from .views import Views


@dataclass(frozen=True)
class Traits:
    """What is known of an operation by itself; the words are explained in rules/README.md."""

    linear: int = 0  # it is linear in each of its last arguments, so many
    directional: bool = False  # those are directions, and may be left out
    parity: int = 0  # f(-A) = parity*f(A): 1 even, -1 odd, 0 neither
    commutative: bool = False
    idempotent: bool = False
    entrywise: bool = False
    kink: str = ""  # where it is not smooth, a word of _KINKS
    jump: tuple[int, int] | None = None  # its values below and above the kink
    numpy: str = ""  # the function of NumPy that gives its value


@dataclass(frozen=True)
class Operation:
    """An operation: its name, the shapes of its arguments and of its result (with dimension names of its own)."""

    name: str
    arguments: tuple[Shape, ...]
    shape: Shape
    elementwise: bool = False
    aliases: tuple[str, ...] = ()
    traits: Traits = Traits()
    letters: tuple[str, ...] = ("A",)  # what its arguments are called
    line: int = 0  # where it is declared
    unspecified: bool = False  # an elementwise function of which nothing else is known

    def linear_in(self, position: int) -> bool:
        """Whether the operation is linear in one of its arguments, the others fixed."""
        return len(self.arguments) - self.traits.linear <= position < len(self.arguments)

    @property
    def numpy(self) -> str:
        """The function of NumPy that gives its value, of an operation of the user's."""
        return self.traits.numpy

    @property
    def directions(self) -> int:
        """How many of the last arguments may be left out; it then stands for its kernel."""
        return self.traits.linear if self.traits.directional else 0

    def result(self, args: tuple[Shape, ...]) -> Shape:
        """The shape of the result for arguments of given shapes; ShapeError if they do not fit."""
        if len(args) != len(self.arguments):
            raise ShapeError(f"{self.name} takes {len(self.arguments)} argument(s), not {len(args)}")
        if self.elementwise:
            return args[0]
        env: dict[str, Dim] = {}
        for want, got in zip(self.arguments, args, strict=True):
            for w, g in zip(want, got, strict=False):
                name = next(iter(w.names), None)
                if name is None:
                    fits = w is g
                else:
                    fits = env.setdefault(name, g) is g
                if not fits or len(got) != 2:
                    raise ShapeError(f"{self.name} takes {self.wants()}, not {describe(got)}")
        return (self.shape[0].substitute(env), self.shape[1].substitute(env))

    def wants(self) -> str:
        """What the operation takes, in words."""
        return " and ".join(map(_wanted, self.arguments))

    def instance(self, u: Unifier) -> tuple[tuple[Shape, ...], Shape]:
        """The shapes of arguments and result with fresh unknowns, for inference."""
        env = {n: u.fresh() for s in (*self.arguments, self.shape) for d in s for n in d.names}
        filled = [tuple(d.substitute(env) for d in s) for s in (*self.arguments, self.shape)]
        return tuple(filled[:-1]), filled[-1]


def _wanted(shape: Shape) -> str:
    """The shape of an argument, in words."""
    size = shape[0].value
    if shape == SCALAR:
        return describe(shape)
    if shape[1] is ONE:
        return "a vector" if size is None else f"a vector of {size} entries"
    return "a square matrix" if shape[0] is shape[1] and size is None else describe(shape)


def _traits(text: str) -> Traits:
    """The traits that some words state; RuleError for a word that is none."""
    found: dict[str, Any] = {}
    words = text.split()
    while words:
        word = words.pop(0)
        if word in _PLAIN:
            found |= _PLAIN[word]
        elif word in _VALUED and words:
            try:
                found |= _VALUED[word](words.pop(0))
            except ValueError:
                raise RuleError(f"{text}: after {word} stands a number, an interval or a kink") from None
        else:
            raise RuleError(f"{word} is no trait: write {', '.join([*_PLAIN, *_VALUED])}")
    return Traits(**found)


def _jump(text: str) -> dict[str, Any]:
    low, high = text.split("..")
    return {"jump": (int(low), int(high))}


def _from_numpy(name: str) -> dict[str, Any]:
    if name not in FROM_NUMPY:
        raise RuleError(f"{name} is no function of NumPy that can be named here: {', '.join(sorted(FROM_NUMPY))}")
    return {"numpy": name}


# The functions of NumPy that may be the value of an operation of the user's.
FROM_NUMPY = frozenset(
    ("arctan2", "copysign", "fliplr", "flipud", "fmax", "fmin", "hypot", "kron", "logaddexp", "logaddexp2", "maximum",
     "mean", "median", "minimum", "outer", "prod", "ptp", "rot90", "sort", "std", "sum", "trace", "transpose", "tril",
     "triu", "var")
)  # fmt: skip
_KINKS = ("0", "integers", "halves", "equal", "largest", "smallest", "moduli", "row-largest", "row-smallest",
          "row-moduli")  # fmt: skip
_PLAIN: dict[str, dict[str, Any]] = {
    "linear": {"linear": 1}, "bilinear": {"linear": 2}, "odd": {"parity": -1}, "even": {"parity": 1},
    "commutative": {"commutative": True}, "idempotent": {"idempotent": True}, "entrywise": {"entrywise": True},
}  # fmt: skip
_VALUED: dict[str, Callable[[str], dict[str, Any]]] = {
    "directional": lambda k: {"linear": int(k), "directional": True},
    "kink": lambda where: {"kink": _KINKS[_KINKS.index(where)]},
    "jump": _jump,
    "numpy": _from_numpy,
}

_TRAIT = rf"(?:\s+(?:{'|'.join(_PLAIN)}|(?:{'|'.join(_VALUED)})\s+\S+))*"
_TAIL = regex(rf"^(.*?)({_TRAIT})(?:\s+\|\s+([\w ]+))?\s*$")
_LINE = regex(r"(\w+)\((.*)\) ?-> ?\[([^\]]*)\] ?([^|]*)(?:\| ?(.*))?$")
_CITATION = regex(r"\s*\{[^}]*\}\s*$")


def without_traits(body: str) -> tuple[str, str, tuple[str, ...]]:
    """The right side of a differential of an elementwise function, its traits, its other names.

    >>> without_traits("cosh(A) .* d(A)  odd | sh")
    ('cosh(A) .* d(A)', 'odd', ('sh',))
    """
    m = _TAIL.match(body)
    assert m is not None
    return m[1], m[2].strip(), tuple((m[3] or "").split())


def read_operation(line: str, number: int = 0) -> Operation:
    """The operation of a line `name(A[m,n], ...) -> [p,q]  traits | other names`.

    >>> read_operation("kron(A[m,n], B[k,l]) -> [m*k,n*l]  bilinear").shape
    (k*m, l*n)
    """
    m = _LINE.match(" ".join(line.split()))
    if m is None:
        raise RuleError(f"an operation is written name(A[m,n], ...) -> [p,q], not {line!r}")
    name, arguments, result, traits, others = m.groups()
    given = declared(arguments)
    letters, shapes = tuple(n for n, _ in given), tuple(s for _, s in given)
    aliases = tuple((others or "").split())
    return Operation(name, shapes, shape_of(result), False, aliases, _traits(traits), letters, number)


def function(name: str, traits: Traits | None = None, aliases: tuple[str, ...] = (), line: int = 0,
             unspecified: bool = False) -> Operation:  # fmt: skip
    """The operation that an elementwise function is."""
    shape = (Dim.of("m"), Dim.of("n"))
    return Operation(name, (shape,), shape, True, aliases, traits or Traits(), line=line, unspecified=unspecified)


_OPERATION = regex(r"\w+\(\w+\[[^:]*\) ?-> ?\[[^:]*")


def read_declarations(text: str) -> dict[str, Operation]:
    """The operations and the elementwise functions that a rule file makes known.

    >>> list(read_declarations("flip(A[m,n]) -> [m,n]  linear numpy flipud\\ncube(A) := A.^3"))
    ['cube', 'flip']
    """
    lines = [(number, " ".join(line.split())) for number, line in statements(text)]
    found = [read_operation(line, number) for number, line in lines if _OPERATION.fullmatch(line)]
    return read_functions(text) | {op.name: op for op in found}


def read_functions(text: str) -> dict[str, Operation]:
    """The elementwise functions that a rule file states the differential or the value of, with their traits.

    >>> read_functions("sinh: d(sinh(A)) = cosh(A) .* d(A)  odd | sh")["sinh"].aliases
    ('sh',)
    """
    table = {name: function(name) for name in functions_in(text)}
    for number, line in statements(text):
        for name in functions_in(line):
            if ":=" not in line:
                body = re.split(r"\s+if\s", _CITATION.sub("", line.split("=", 1)[1]))[0]
                _, traits, aliases = without_traits(body)
                table[name] = function(name, _traits(traits), aliases, number)
    return table


class Signatures(Views):
    """The operations and the elementwise functions that are known, by name and by alias; immutable.

    >>> known = Signatures.shipped()
    >>> known.operation("trace").name, known.operation("cube")
    ('tr', None)
    >>> known.extended([function("cube")]).operation("cube").elementwise
    True
    """

    def __init__(self, table: Mapping[str, Operation]):
        super().__init__()
        self.table = MappingProxyType(dict(table))
        self.aliases = MappingProxyType({a: op.name for op in table.values() for a in op.aliases})

    @staticmethod
    def shipped() -> Signatures:
        """What rules/operations.rules and rules/functions.rules declare."""
        return _shipped()

    def extended(self, more: Iterable[Operation]) -> Signatures:
        """These and more operations; itself if there are none."""
        new = {op.name: op for op in more}
        return Signatures({**self.table, **new}) if new else self

    def operation(self, name: str) -> Operation | None:
        """The operation of a name or alias; f' is the derivative of an elementwise function f, and f'' that of f'."""
        found = self.table.get(name) or self.table.get(self.aliases.get(name, ""))
        if found is None and name.endswith("'"):
            stem = name.rstrip("'")
            base = self.operation(stem)
            if base is not None and base.elementwise:
                return function(base.name + name[len(stem) :], unspecified=base.unspecified)
        return found

    def traits(self, name: str) -> Traits:
        """The traits of an operation; none for what is no operation of the table."""
        op = self.operation(name)
        return op.traits if op is not None else _NONE

    def names(self) -> list[str]:
        """Every name that an operation can be called by."""
        return sorted([*self.table, *self.aliases])


@lru_cache(maxsize=1)
def _shipped() -> Signatures:
    key = (cache.code_stamp(("terms",)), rules_content("operations.rules"), rules_content("functions.rules"))
    return Signatures(cache.cached("operations", key, _read_shipped, _flat, _from_flat))


def _read_shipped() -> dict[str, Operation]:
    read = (read_operation(line, number) for number, line in statements(rules_text("operations.rules")))
    return {op.name: op for op in read} | read_functions(rules_text("functions.rules"))


def _flat(table: Mapping[str, Operation]) -> list[tuple[Any, ...]]:
    """A table of operations as plain data."""
    return [
        (op.name, tuple(_terms(s) for s in op.arguments), _terms(op.shape), op.elementwise, op.aliases,
         tuple(getattr(op.traits, name) for name in Traits.__match_args__), op.letters, op.line, op.unspecified)
        for op in table.values()
    ]  # fmt: skip


def _terms(shape: Shape) -> tuple[Any, ...]:
    return tuple(d.terms for d in shape)


def _from_flat(rows: Iterable[Sequence[Any]]) -> dict[str, Operation]:
    """A table of operations from plain data."""
    table = {}
    for name, arguments, shape, elementwise, aliases, traits, *rest in rows:
        given = tuple([tuple([Dim(d) for d in s]) for s in arguments])
        value = tuple([Dim(d) for d in shape])
        table[name] = Operation(name, given, value, elementwise, aliases, Traits(*traits), *rest)
    return table


def operation(name: str) -> Operation | None:
    """The shipped operation of a name or alias."""
    return _shipped().operation(name)


def traits(name: str) -> Traits:
    """The traits of a shipped operation; none for what is no operation of the table."""
    op = _shipped().table.get(name)
    return op.traits if op is not None else _NONE


_NONE = Traits()


def known(e: _Node) -> Operation | None:
    """The operation of the table, or of the user's, that a node applies; None for structural nodes and functions."""
    return e.data if isinstance(e.data, Operation) else _shipped().table.get(e.op)


def is_commutative(e: _Node) -> bool:
    """Whether a node applies an operation of two arguments whose order does not matter."""
    op = known(e)
    return op is not None and op.traits.commutative


def is_entrywise(e: _Node) -> bool:
    """Whether a node applies an operation to the entries of two arrays."""
    op = known(e)
    return op is not None and op.traits.entrywise


class _Node(Protocol):
    @property
    def op(self) -> str: ...
    @property
    def data(self) -> Any: ...


def operations() -> dict[str, Operation]:
    """All shipped operations by name."""
    return dict(_shipped().table)
