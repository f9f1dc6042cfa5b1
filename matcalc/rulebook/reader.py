"""Rule files: identities as data, in the language of the users.

A file is a list of lines (a line that begins with white space continues the one before):

    let A[m,n], B[n,p], x[n], s scalar             shapes of the names that follow
    label: d(A*B) = d(A)*B + A*d(B)     {source}    a differential
    label: <G, A*d(B)> = <A'*G, d(B)>               the transpose of a linear operation
    label: A'' -> A   if symmetric(A)               a simplification, oriented
    label: symmetric(A'*A)  if diagonal(A)          a property of an expression
    spd => symmetric, invertible                    what a property implies
    cube(A) := A.^3                                 the value of an elementwise function

Everything after # is a comment. `{...}` at the end of a line is the citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..terms.data_files import rule_files, rules_text
from ..terms.errors import MatcalcError, RuleError
from ..terms.expression import Expr
from ..terms.rule_lines import declared, split_top, statements
from ..terms.signatures import without_traits
from ..terms.walks import postorder
from .patterns import pattern_variable

Condition = tuple[str, tuple[Expr, ...]]


@dataclass(frozen=True, eq=False)
class Rule:
    """One identity: `kind` is differential, adjoint, rewrite, fact or definition."""

    kind: str
    label: str
    lhs: Expr
    rhs: Expr
    conditions: tuple[Condition, ...]
    citation: str
    file: str
    line: int
    text: str
    property: str = ""  # for a fact; for a definition the function
    counter: tuple[Expr, Expr, Expr] | None = None  # for a finite sum: index, first, last
    names: dict[str, Expr] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class RuleSet:
    """The rules of some files, and what each property implies."""

    rules: tuple[Rule, ...]
    implications: dict[str, frozenset[str]]


_HEAD = re.compile(r"^([\w.+-]+):\s+(.*)$")
_CITE = re.compile(r"\s*\{([^}]*)\}\s*$")
_FACT = re.compile(r"^(\w+)\((.*)\)$")
_DEFINITION = re.compile(r"^(?:([\w.+-]+):\s+)?(\w+)\((\w+)\)\s*:=\s*(.*)$")
_SUM = re.compile(r"^sum\s+(\w+)\s*=\s*(.+?)\s*\.\.\s*(.+?)\s+of\s+(.*)$")


def read_let(text: str, names: dict[str, Expr]) -> dict[str, Expr]:
    """The names of a `let` line, added to those already declared."""
    return {**names, **{name: pattern_variable(name, shape) for name, shape in declared(text)}}


def read_rules(text: str, file: str = "rules") -> RuleSet:
    """Read the text of a rule file.

    >>> rules = read_rules("let X[n,n]\\nt-twice: (X')' -> X  {any textbook}").rules
    >>> rules[0].label, rules[0].kind, rules[0].citation
    ('t-twice', 'rewrite', 'any textbook')
    """
    names: dict[str, Expr] = {}
    rules: list[Rule] = []
    implications: dict[str, frozenset[str]] = {}
    for number, line in statements(text):
        try:
            if line.startswith("let "):
                names = read_let(line[4:], names)
            elif "=>" in line and ":" not in line:
                left, right = line.split("=>")
                implied = frozenset(p.strip() for p in right.split(",") if p.strip())
                implications[left.strip()] = implications.get(left.strip(), frozenset()) | implied
            else:
                rules.append(_read_rule(line, names, file, number))
        except MatcalcError as error:
            raise RuleError(f"{file}, line {number}: {line}\n{error}") from error
    return RuleSet(tuple(rules), implications)


def _read_rule(line: str, names: dict[str, Expr], file: str, number: int) -> Rule:
    from ..language.parse import parse_rule_side

    defined = _DEFINITION.match(line)
    if defined is not None:
        return _read_definition(defined, line, names, file, number)
    head = _HEAD.match(line)
    if head is None:
        raise RuleError("a rule is written `label: left = right`, `label: left -> right` or `label: property(X)`")
    label, body = head.groups()
    cite = _CITE.search(body)
    citation = cite.group(1) if cite else ""
    if cite:
        body = body[: cite.start()]
    parts = re.split(r"\s+if\s+", body, maxsplit=1)
    body, condition_text = parts[0].strip(), parts[1] if len(parts) > 1 else ""
    conditions: list[Condition] = []
    for c in split_top(condition_text, ","):
        if c:
            m = _FACT.match(c)
            if m is None:
                raise RuleError(f"a condition is written property(X), not {c}")
            arguments = tuple(parse_rule_side(a, names) for a in split_top(m.group(2), ","))
            conditions.append((m.group(1), arguments))

    def make(kind: str, lhs: Expr, rhs: Expr, **more: object) -> Rule:
        if lhs.shape != rhs.shape:
            raise RuleError(f"the two sides have different shapes: {lhs.shape} and {rhs.shape}")
        unknown = {v for v in postorder(rhs) if v.op == "var"} - {v for v in postorder(lhs) if v.op in ("var", "d")}
        unknown -= {v for v in unknown if any(v is x.data[1] for x in postorder(lhs) if x.op == "d")}
        counter = more.get("counter")
        if counter:
            unknown -= {counter[0]}  # type: ignore[index]
        if unknown:
            raise RuleError(f"{next(iter(unknown))} stands only on the right side")
        return Rule(kind, label, lhs, rhs, tuple(conditions), citation, file, number, line, names=names, **more)  # type: ignore[arg-type]

    if body.startswith("<"):
        left, right = split_top(body, " = ")
        inner_l, inner_r = left.strip()[1:-1], right.strip()[1:-1]
        g, operation = split_top(inner_l, ",")
        pulled, variable = split_top(inner_r, ",")
        if g != "G":
            raise RuleError("the cotangent is called G")
        lhs, rhs = parse_rule_side(operation, names), parse_rule_side(pulled, names)
        d = parse_rule_side(variable, names)
        if rhs.shape != d.shape:
            raise RuleError(f"{pulled} has shape {rhs.shape}, {variable} has {d.shape}")
        return Rule("adjoint", label, lhs, rhs, tuple(conditions), citation, file, number, line, names=names)
    if body.startswith("d("):
        left, right = split_top(body, " = ")
        right = without_traits(right)[0]
        m = _SUM.match(right)
        if m:
            inner = read_let(f"{m.group(1)} scalar", names)
            counter = (inner[m.group(1)], parse_rule_side(m.group(2), names), parse_rule_side(m.group(3), names))
            return make("differential", _inside(left, names), parse_rule_side(m.group(4), inner), counter=counter)
        return make("differential", _inside(left, names), parse_rule_side(right, names))
    if "->" in body:
        left, right = split_top(body, "->")
        return make("rewrite", parse_rule_side(left, names), parse_rule_side(right, names))
    m = _FACT.match(body)
    if m:
        pattern = parse_rule_side(m.group(2), names)
        where = (citation, file, number, line)
        return Rule("fact", label, pattern, pattern, tuple(conditions), *where, m.group(1), names=names)
    raise RuleError("neither a differential, an adjoint, a simplification nor a property")


def _read_definition(m: re.Match[str], line: str, names: dict[str, Expr], file: str, number: int) -> Rule:
    """`name(A) := expression`, the value of an elementwise function."""
    from ..language.parse import parse_rule_side
    from ..terms.expression import ones, prod

    label, function, name, body = m.groups()
    if name not in names:
        raise RuleError(f"{name} is not declared: begin with a line such as let {name}[m,n]")
    variable, value = names[name], parse_rule_side(body, {name: names[name]})
    if value.is_scalar:
        value = prod(value, ones(variable.shape))
    if value.shape != variable.shape:
        raise RuleError(f"the value has shape {value.shape}, the argument {variable.shape}")
    if any(e.op == function for e in postorder(value)):
        raise RuleError(f"{function} is defined by itself")
    return Rule("definition", label or function, variable, value, (), "", file, number, line, function, names=names)


def _inside(text: str, names: dict[str, Expr]) -> Expr:
    """The argument of d(...)."""
    from ..language.parse import parse_rule_side

    return parse_rule_side(text.strip()[2:-1], names)


@lru_cache(maxsize=1)
def shipped_rules() -> RuleSet:
    """The rules that come with matcalc, and those that were added with `matcalc.load_rules`."""
    texts = [(name, rules_text(name)) for name in rule_files() if name != "operations.rules"]
    from ..terms import cache

    key = (cache.code_stamp(), tuple(texts))
    kept = cache.load("rules", key)
    if kept is None:
        shipped = merged(read_rules(text, name) for name, text in texts)
        cache.store("rules", key, _flat(shipped))
    else:
        shipped = _from_flat(kept)
    return merged((shipped, *added)) if added else shipped


added: list[RuleSet] = []  # what users loaded


def merged(sets: Iterable[RuleSet]) -> RuleSet:
    """Several sets of rules as one."""
    rules: list[Rule] = []
    implications: dict[str, frozenset[str]] = {}
    for got in sets:
        rules.extend(got.rules)
        for left, right in got.implications.items():
            implications[left] = implications.get(left, frozenset()) | right
    return RuleSet(tuple(rules), implications)


def _flat(rules: RuleSet) -> tuple[Any, ...]:
    """A set of rules as plain data."""
    from ..terms.cache import Packer

    p = Packer()
    rows = [
        (
            (r.kind, r.label, r.citation, r.file, r.line, r.text, r.property),
            (p.add(r.lhs), p.add(r.rhs)),
            tuple((name, p.add_all(args)) for name, args in r.conditions),
            p.add_all(r.counter or ()),
            tuple((n, p.add(e)) for n, e in r.names.items()),
        )
        for r in rules.rules
    ]
    return (p.rows, rows, {left: sorted(right) for left, right in rules.implications.items()})


def _from_flat(data: Any) -> RuleSet:
    """A set of rules from plain data."""
    from ..terms.cache import unpack

    nodes, rows, implications = data
    at = unpack(nodes).__getitem__
    rules = [
        Rule(
            kind, label, at(lhs), at(rhs), tuple([(name, tuple(map(at, args))) for name, args in conditions]),
            citation, file, line, text, prop, tuple(map(at, counter)) or None,  # type: ignore[arg-type]
            {n: at(i) for n, i in names},
        )
        for (kind, label, citation, file, line, text, prop), (lhs, rhs), conditions, counter, names in rows
    ]  # fmt: skip
    return RuleSet(tuple(rules), {left: frozenset(right) for left, right in implications.items()})
