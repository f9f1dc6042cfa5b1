"""Types of variables, and the declarations that people write in `where`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ...terms.complexes import COMPLEX
from ...terms.errors import DeclarationError
from ...terms.expression import Expr, var
from ...terms.nearest import near_words
from ...terms.records import dataclass, field
from ...terms.regex import regex
from ...terms.shapes import ONE, SCALAR, Dim, Shape
from ..vocabulary import NAME, PROPERTIES, REAL_ONLY, SQUARE_ONLY, normal_name
from .statements import Statement, orthonormal_columns, relation, statement_at

Span = tuple[int, int]


@dataclass(frozen=True)
class Type:
    """The type of a variable: kind, shape and properties; `inferred` if nobody declared it."""

    kind: str
    shape: Shape
    properties: frozenset[str] = frozenset()
    inferred: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        dims = {"scalar": "", "vector": f"({self.shape[0]})"}.get(self.kind, f"({self.shape[0]}, {self.shape[1]})")
        words = [p for p in PROPERTIES if p in self.properties]
        return " ".join([*words, self.kind]) + dims

    __repr__ = __str__

    @property
    def is_frame(self) -> bool:
        """Whether it is declared to be a rectangular matrix with orthonormal columns."""
        return "orthogonal" in self.properties and self.shape[0] is not self.shape[1]

    def node(self, name: str) -> Expr:
        """The variable of this type."""
        return var(name, self.shape, self.properties, self.kind)


@dataclass(frozen=True)
class FunctionType:
    """The type of an abstract function."""

    arguments: tuple[Type, ...]
    value: Type
    inferred: bool = False
    kind: str = "function"
    entrywise: bool = False  # a function of a scalar that is applied to every entry of its argument

    def __str__(self) -> str:
        if self.entrywise:
            return "elementwise"
        inside = ", ".join(map(str, self.arguments))
        return f"({inside}) -> {self.value}" if len(self.arguments) > 1 else f"{inside} -> {self.value}"

    __repr__ = __str__


Types = Mapping[str, Type | FunctionType]


class Declarations(Mapping[str, "Type | FunctionType"]):
    """What `where` declares: types by name, and the statements about them, such as sum(y) = 1."""

    def __init__(self, types: Mapping[str, Type | FunctionType] | None = None, statements: Iterable[Statement] = ()):
        self._types = dict(types or {})
        self.statements = tuple(statements)
        self._dimensions: frozenset[str] | None = None

    def __getitem__(self, name: str) -> Type | FunctionType:
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def __str__(self) -> str:
        return ", ".join([*(f"{n}: {t}" for n, t in self._types.items()), *map(str, self.statements)])

    __repr__ = __str__

    @property
    def dimensions(self) -> frozenset[str]:
        """The names of all declared dimensions."""
        if self._dimensions is None:
            known = [(t,) if isinstance(t, Type) else (*t.arguments, t.value) for t in self._types.values()]
            found = [d.names for parts in known for part in parts for d in part.shape]
            self._dimensions = frozenset[str]().union(*found)
        return self._dimensions


_ITEM = regex(r"[^\S\n]*(?:(->|→)|([^\W\d]\w*)|([0-9]+)|(.))", re.S)


class _Reader:
    """A cursor over the tokens of a `where` text."""

    def __init__(self, text: str):
        self.text = text
        self.tokens: list[tuple[str, int]] = []
        for m in _ITEM.finditer(text):
            k = m.lastindex or 0
            word = m[k]
            if not word.isspace() or word == "\n":
                self.tokens.append(("->" if word == "→" else word, m.start(k)))
        self.i, self.count = 0, len(self.tokens)

    def peek(self) -> str:
        return self.tokens[self.i][0] if self.i < self.count else ""

    def simple(self) -> str:
        """The name that stands alone between commas and brackets; nothing for anything else."""
        if self.i + 1 < self.count and self.tokens[self.i + 1][0] in (",", ")", "]"):
            word = self.tokens[self.i][0]
            return word if _is_word(word) else ""
        return ""

    def next(self) -> str:
        word = self.peek()
        self.i += 1
        return word

    def span(self, back: int = 0) -> Span:
        i = self.i - back
        if i >= len(self.tokens):
            return (len(self.text), len(self.text) + 1)
        word, at = self.tokens[i]
        return (at, at + len(word))

    def expect(self, word: str, message: str) -> None:
        if self.peek() != word:
            raise self.error(message)
        self.i += 1

    def error(self, message: str, back: int = 0) -> DeclarationError:
        return DeclarationError(message, self.text, self.span(back))


def _is_word(word: str) -> bool:
    return bool(word) and (word[0].isalpha() or word[0] == "_")


def _dimension(r: _Reader) -> Dim:
    if name := r.simple():
        r.i += 1
        return Dim.of(normal_name(name))
    total, sign = Dim.of(0), 1
    while True:
        product = Dim.of(1)
        while True:
            word = r.peek()
            if word.isdigit() and word.isascii() and len(word) < 10:
                product = product * int(word)
                r.next()
                if _is_word(r.peek()):  # 2n
                    continue
            elif _is_word(word):
                product = product * normal_name(word)
                r.next()
            else:
                raise r.error("a dimension is a name, a number or a product such as 2*n")
            if r.peek() != "*":
                break
            r.next()
        total = total + product * sign
        if r.peek() not in ("+", "-"):
            break
        sign = 1 if r.next() == "+" else -1
    value = total.value
    if value is not None and value < 1:
        raise r.error(f"a dimension is at least 1, not {value}", 1)
    return total


_ARITY = {"scalar": 0, "vector": 1, "matrix": 2}


def _type(r: _Reader) -> Type:
    properties: set[str] = set()
    places: dict[str, Span] = {}
    while (word := r.peek()) in PROPERTIES:
        places[word] = r.span()
        properties.add(r.next())
    kind, place = word.lower(), r.span()
    if kind not in _ARITY:
        hint = _nearest(kind, [*PROPERTIES, *_ARITY])
        raise r.error(f"expected scalar, vector(n) or matrix(m, n){hint}")
    r.next()
    dims: list[Dim] = []
    closing = {"(": ")", "[": "]"}.get(r.peek())
    if closing:
        opened = r.next()
        while r.peek() != closing:
            dims.append(_dimension(r))
            after = r.peek()
            if after == ",":
                r.i += 1
            elif after != closing:
                raise r.error(f"this {opened} is never closed" if not after else f"expected , or {closing}")
        r.next()
    if kind == "matrix" and len(dims) == 1 and not (COMPLEX & SQUARE_ONLY).isdisjoint(properties):
        dims = dims * 2  # hermitian matrix(n)
    if len(dims) != _ARITY[kind]:
        wants = {"scalar": "no dimension: scalar", "vector": "one dimension: vector(n)",
                 "matrix": "two dimensions: matrix(m, n)"}[kind]  # fmt: skip
        raise DeclarationError(f"a {kind} has {wants}", r.text, place)
    shape = SCALAR if kind == "scalar" else (dims[0], dims[1] if len(dims) > 1 else ONE)
    for p in properties & SQUARE_ONLY:
        if p == "orthogonal" and kind == "matrix" and properties == {p}:
            continue  # of a rectangular one the columns are
        if shape[0] is not shape[1] or kind != "matrix":
            raise DeclarationError(f"only a square matrix can be {p}", r.text, places[p])
    for p in REAL_ONLY if not COMPLEX.isdisjoint(properties) else ():
        if p in properties:
            hint = ": write hpd for hermitian positive definite" if p == "spd" else ""
            raise DeclarationError(f"{p} is for what is real, not for what is complex{hint}", r.text, places[p])
    return Type(kind, shape, frozenset(properties))


def _nearest(word: str, known: list[str]) -> str:
    close = near_words(word, known, 1)
    return f"; did you mean {close[0]}?" if close else ""


def _signature(r: _Reader) -> Type | FunctionType:
    first = r.peek()
    if first in ("elementwise", "entrywise"):
        r.next()
        if r.peek() == "function":
            r.next()
        scalar = Type("scalar", SCALAR)
        return FunctionType((scalar,), scalar, entrywise=True)
    if first == "(":
        r.next()
        arguments = [_type(r)]
        while r.peek() == ",":
            r.next()
            arguments.append(_type(r))
        r.expect(")", "expected ) after the arguments of a function")
        r.expect("->", "expected -> and the type of the function's value")
    else:
        arguments = [_type(r)]
        if r.peek() != "->":
            return arguments[0]
        r.next()
    return FunctionType(tuple(arguments), _type(r))


def parse_where(where: str | Mapping[str, object] | None) -> Declarations:
    """Read declarations, a text or a mapping from names to types.

    >>> str(parse_where("X: matrix(m,n); a, b: positive scalar, u: vector(n) -> vector(m)"))
    'X: matrix(m, n), a: positive scalar, b: positive scalar, u: vector(n) -> vector(m)'
    >>> str(parse_where("y: vector(k); sum(y) = 1"))
    'y: vector(k), sum(y) = 1'
    """
    if where is None:
        return Declarations()
    if isinstance(where, Declarations):
        return where
    if not isinstance(where, str):
        return _of_mapping(where)
    found: dict[str, Type | FunctionType] = {}
    stated: list[Statement] = []
    may_state = relation(where) is not None
    r = _Reader(where)
    names: list[str] = []
    while r.i < len(r.tokens):
        if r.peek() in (",", ";", "\n") and not names:
            r.next()
            continue
        if may_state and not names and (statement := statement_at(where, r.span()[0])) is not None:
            stated.append(statement)
            while r.i < len(r.tokens) and r.span()[0] < statement.span[1]:
                r.next()
            continue
        name = r.next()
        if not NAME.fullmatch(name):
            raise r.error(f"expected a name to declare, not {name!r}", 1)
        name = normal_name(name)
        if name in found or name in names:
            raise r.error(f"{name} is declared twice", 1)
        names.append(name)
        if r.peek() == ",":
            r.next()
            continue
        r.expect(":", f"expected : and a type after {name}, such as {name}: vector(n)")
        kind_of_name = _signature(r)
        if isinstance(kind_of_name, Type) and kind_of_name.is_frame:
            kind_of_name = Type(kind_of_name.kind, kind_of_name.shape)
            stated += [orthonormal_columns(n) for n in names]
        found |= dict.fromkeys(names, kind_of_name)
        names = []
        if r.peek() not in ("", ",", ";", "\n"):
            raise r.error("expected a comma between declarations")
    if names:
        raise r.error(f"expected : and a type after {names[-1]}, such as {names[-1]}: vector(n)")
    return Declarations(found, stated)


def _of_mapping(where: object) -> Declarations:
    """Declarations from a mapping of names to types; a key that is no name is one side of an equation."""
    if not isinstance(where, Mapping):
        given = type(where).__name__
        raise DeclarationError(f"declarations are a text or a mapping from names to types, not {given}")
    found: dict[str, Type | FunctionType] = {}
    stated: list[Statement] = []
    for name, given in where.items():
        if isinstance(given, Type | FunctionType):
            found[normal_name(name)] = given
            continue
        text = f"{name}: {given}"
        if not NAME.fullmatch(name) and not name.isidentifier():
            text = f"{name} = {given}" if relation(name) is None else name
        one = parse_where(text)
        if len(one) + len(one.statements) != 1:
            raise DeclarationError(f"one type is expected for {name}, not {given!r}")
        found.update(one)
        stated += one.statements
    return Declarations(found, stated)
