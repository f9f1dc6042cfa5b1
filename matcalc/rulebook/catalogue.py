"""What the language knows, as data for lists: functions with their differentials, types, and properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..language.vocabulary import PROPERTIES, SQUARE_ONLY
from ..terms.records import NamedTuple
from ..terms.shapes import SCALAR, Shape, describe
from ..terms.signatures import Operation
from .book import RuleBook
from .properties import closure
from .reader import Rule


class Known(NamedTuple):
    """A function: how it is called, what it takes and gives, its differential with the domain and the source."""

    name: str
    arguments: tuple[str, ...]  # letters with shapes, as in "X (n, n)"
    shape: str
    elementwise: bool
    aliases: tuple[str, ...]
    differential: str  # empty where it is what `value` says
    value: str  # what it stands for in terms of other functions, or nothing
    condition: str  # what the differential needs
    citation: str
    place: str  # the rule file and the line of the differential


class Kind(NamedTuple):
    """A kind of name that can be declared."""

    name: str
    example: str
    meaning: str


class Property(NamedTuple):
    """A property that a variable can be declared to have, and the others that follow from it."""

    name: str
    meaning: str
    implies: tuple[str, ...]
    square: bool  # only a square matrix can have it


KINDS = (
    Kind("scalar", "a: scalar", "one number"),
    Kind("vector", "w: vector(n)", "a column of n numbers; a size is a name, a number or a product such as 2*n"),
    Kind("matrix", "X: matrix(m, n)", "m rows and n columns"),
    Kind("function", "u: vector(n) -> vector(m)", "an unknown function; the answer keeps its derivative"),
    Kind("elementwise", "f: elementwise", "an unknown function of a number, applied to every entry"),
)
MEANINGS = {
    "complex": "the entries are complex numbers",
    "hermitian": "A^H = A",
    "unitary": "U^H*U = I",
    "hpd": "hermitian, and z^H*A*z > 0 for every z ≠ 0",
    "symmetric": "S' = S",
    "skew": "S' = -S",
    "diagonal": "S_ij = 0 where i ≠ j",
    "orthogonal": "Q'*Q = I",
    "invertible": "det(X) ≠ 0",
    "spd": "symmetric, and x'*S*x > 0 for every x ≠ 0",
    "psd": "symmetric, and x'*S*x >= 0 for every x",
    "lower": "L_ij = 0 where i < j",
    "upper": "U_ij = 0 where i > j",
    "positive": "every entry is above 0",
    "nonnegative": "no entry is below 0",
    "unit": "every entry is between 0 and 1",
    "small": "the spectral radius is below 1, so that inv(I - P) exists",
}


def functions(book: RuleBook) -> list[Known]:
    """The functions of a book, elementwise ones first, each group by name.

    >>> found = {f.name: f for f in functions(RuleBook.default())}
    >>> found["det"].differential, found["det"].arguments, found["det"].citation
    ('tr(adj(X)*d(X))', ('X (n, n)',), 'Matrix Cookbook 41')
    """
    stated = _first(book.of_kind("differential"))
    values = _first((*book.of_kind("definition"), *book.rewrites("recognise")))
    known = sorted(book.signatures.table.values(), key=lambda op: (not op.elementwise, op.name))
    return [_known(op, stated.get(op.name), values.get(op.name)) for op in known]


def _first(rules: Iterable[Rule]) -> dict[str, Rule]:
    """For each function the first rule about it alone, applied to variables."""
    found: dict[str, Rule] = {}
    for r in rules:
        if r.lhs.args and all(a.op == "var" for a in r.lhs.args):
            found.setdefault(r.lhs.op, r)
    return found


def _known(op: Operation, rule: Rule | None, value: Rule | None) -> Known:
    value = None if rule is not None else value
    told = rule or value
    letters = tuple(a.data[0] for a in told.lhs.args) if told is not None else op.letters
    shapes = [_shape(s) for s in op.arguments]
    condition = "" if told is None else ", ".join(f"{p}({', '.join(map(str, args))})" for p, args in told.conditions)
    return Known(
        op.name,
        tuple(f"{x} {s}" for x, s in zip(letters, shapes, strict=True)),
        _shape(op.shape),
        op.elementwise,
        op.aliases,
        "" if rule is None else str(rule.rhs),
        "" if value is None else str(value.rhs),
        condition,
        "" if told is None else told.citation,
        "" if told is None or not told.file else f"{told.file}:{told.line}",
    )


def _shape(shape: Shape) -> str:
    return "scalar" if shape == SCALAR else describe(shape)


def properties(book: RuleBook) -> Iterator[Property]:
    """The properties that can be declared, in the order in which types print them.

    >>> next(p for p in properties(RuleBook.default()) if p.name == "spd").implies
    ('symmetric', 'invertible', 'psd', 'nonzero')
    """
    for name in PROPERTIES:
        implied = closure(frozenset([name]), book) - {name}
        order = [*(p for p in PROPERTIES if p in implied), *sorted(implied.difference(PROPERTIES))]
        yield Property(name, MEANINGS[name], tuple(order), name in SQUARE_ONLY)
