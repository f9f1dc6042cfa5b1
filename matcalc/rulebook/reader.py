"""Rule files: identities as data, in the language of the users.

A file is a list of lines (a line that begins with white space continues the one before):

    let A[m,n], B[n,p], x[n], s scalar             shapes of the names that follow
    use recognise simplify                          what the rewrites that follow are for (see USES)
    cite Higham, Functions of Matrices, 3           the source of the lines that follow and name none
    label: d(A*B) = d(A)*B + A*d(B)     {source}    a differential
    label: <G, A*d(B)> = <A'*G, d(B)>               the transpose of a linear operation
    label: A'' -> A   if symmetric(A)               a rewrite, oriented
    label: symmetric(A'*A)  if diagonal(A)          a property of an expression
    label: norm(A) is convex in A                   where it is convex, and in what it rises and falls
    spd => symmetric, invertible                    what a property implies
    structure entries symmetric: G -> G + G'        the gradient by a structured variable from the free one
    follows label: norm(x) = s  if equal(x'*x, s^2) an equation, or a property, that follows from an equation
    cube(A) := A.^3                                 the value of an elementwise function
    label: A*x = c -> x = inv(A)*c  if invertible(A)   the solution of an equation, for an unknown
    moment label: E[exp(x)] = exp(m + v/2)          the mean of a function of a normal x with mean m and variance v

Everything after # is a comment. `{...}` at the end of a line is the citation. `elementary` in the place of a citation
marks what follows from definitions or a first course; it is no source, and is not printed. The label is for people:
it names the rule in steps and lists, and nothing depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..language.parse import parse_rule_side
from ..terms.complexes import FUNCTIONS, UNIT
from ..terms.errors import MatcalcError, RuleError
from ..terms.expression import Expr, ones, prod
from ..terms.records import dataclass, field
from ..terms.regex import regex
from ..terms.rule_lines import declared, split_top, statements
from ..terms.signatures import Signatures, function, without_traits
from ..terms.walks import postorder
from .patterns import pattern_variable

Condition = tuple[str, tuple[Expr, ...]]

# What rewrites are for: answers, answers without a line of its own in the steps, longer forms that are tried on an
# answer, the same turned round, and forms that are taken before differentiating.
USES = ("simplify", "tidy", "expand", "join", "recognise", "complex")
ELEMENTARY = "elementary"  # in the place of a citation
LONGEST_TEXT = 1_000_000  # characters


@dataclass(frozen=True, eq=False)
class Rule:
    """One line: a differential, adjoint, rewrite, fact, curvature, structure, consequence, solution, moment ..."""

    kind: str
    label: str
    lhs: Expr
    rhs: Expr
    conditions: tuple[Condition, ...]
    citation: str  # empty of an elementary identity
    file: str
    line: int
    text: str
    property: str = ""  # of a fact, consequence, structured variable; of a definition the function, of a solution x
    counter: tuple[Expr, Expr, Expr] | None = None  # for a finite sum: index, first, last
    names: dict[str, Expr] = field(default_factory=dict)
    use: str = ""  # of a rewrite, some of USES; of a structure, entries, tangent or metric; of a curvature, all claims
    own: bool = False  # whether it is a rule of the user's
    equal: Expr | None = None  # of a solution, the right side of its equation

    def __str__(self) -> str:
        return self.text

    def error(self, message: str) -> RuleError:
        """An error about this rule, with its place."""
        return RuleError(f"{self.file}, line {self.line}: {self.text}\n{message}")


@dataclass(frozen=True)
class RuleSet:
    """The rules of some files, and what each property implies."""

    rules: tuple[Rule, ...]
    implications: dict[str, frozenset[str]]


def merged(sets: Iterable[RuleSet]) -> RuleSet:
    """Several sets of rules as one."""
    rules: list[Rule] = []
    implications: dict[str, frozenset[str]] = {}
    for got in sets:
        rules.extend(got.rules)
        for left, right in got.implications.items():
            implications[left] = implications.get(left, frozenset()) | right
    return RuleSet(tuple(rules), implications)


def read_rules(text: str, file: str = "rules", signatures: Signatures | None = None, own: bool = False) -> RuleSet:
    """Read the text of a rule file; RuleError tells the line that cannot be used.

    >>> rules = read_rules("let X[n,n]\\nt-twice: (X')' -> X  {any textbook}").rules
    >>> rules[0].label, rules[0].kind, rules[0].citation
    ('t-twice', 'rewrite', 'any textbook')
    """
    reader = _read(text, file, signatures, own)
    return RuleSet(tuple(reader.rules), reader.implications)


def origins(text: str, file: str = "rules", signatures: Signatures | None = None) -> dict[int, str]:
    """Where the identity on each line of a rule file comes from: a citation, `elementary`, or nothing if none is told.

    >>> origins("let X[n,n]\\na: X'' -> X  {elementary}\\nb: tr(X') -> tr(X)  {Golub 1973}\\nc: X + 0 -> X")
    {2: 'elementary', 3: 'Golub 1973', 4: ''}
    """
    return _read(text, file, signatures, False).origins


def _read(text: str, file: str, signatures: Signatures | None, own: bool) -> Reader:
    """A reader that has read all lines of a file."""
    if len(text) > LONGEST_TEXT:
        raise RuleError(f"{file} is longer than {LONGEST_TEXT} characters")
    try:
        lines = statements(text)
    except MatcalcError as error:
        raise RuleError(f"{file}, {error}") from error
    reader = Reader(file, signatures or Signatures.shipped(), own)
    for number, line in lines:
        try:
            reader.read(number, line)
        except MatcalcError as error:
            raise RuleError(f"{file}, line {number}: {line}\n{error}") from error
    return reader


# --- one line ----------------------------------------------------------------------------------------------------


@dataclass
class Statement:
    """A line of a rule in its parts: what stands before the conditions, matched by the form of its kind."""

    number: int
    line: str
    parts: tuple[str, ...]  # what the form of the kind names, the label first
    conditions: tuple[Condition, ...]
    citation: str


class Reader:
    """Reads the lines of one file one after the other: the names that are declared so far, and the rules."""

    def __init__(self, file: str, signatures: Signatures, own: bool = False):
        self.file, self.signatures, self.own = file, signatures, own
        self.names: dict[str, Expr] = {}
        self.use = USES[0]
        self.source = ""  # of the lines that name none
        self.origins: dict[int, str] = {}
        self.rules: list[Rule] = []
        self.implications: dict[str, frozenset[str]] = {}

    def read(self, number: int, line: str) -> None:
        """Read one line."""
        body, citation = cited(" ".join(line.split()))
        body, _, condition_text = body.partition(" if ")
        for form, kind in KINDS:
            m = form.fullmatch(body.strip())
            if m is not None:
                conditions = tuple(self.condition(c) for c in split_top(condition_text, ",") if c)
                kind(self, Statement(number, line, m.groups(""), conditions, citation))
                return
        if _LABELLED.match(body) is None:
            raise RuleError("a rule is written `label: left = right`, `label: left -> right` or `label: property(X)`")
        raise RuleError("neither a differential, an adjoint, a simplification nor a property")

    def condition(self, text: str) -> Condition:
        """A condition such as symmetric(X)."""
        m = _PROPERTY.fullmatch(text)
        if m is None:
            raise RuleError(f"a condition is written property(X), not {text}")
        return m[1], tuple(self.side(a) for a in split_top(m[2], ","))

    def side(self, text: str, names: Mapping[str, Expr] | None = None) -> Expr:
        """A side of a rule as an expression."""
        return parse_rule_side(text, self.names if names is None else names, signatures=self.signatures)

    def origin(self, s: Statement) -> str:
        """Where the identity on a line comes from: what the line says, or the `cite` before it."""
        return self.origins.setdefault(s.number, s.citation or self.source)

    def add(self, kind: str, s: Statement, label: str, lhs: Expr, rhs: Expr, **more: Any) -> None:
        """Add a rule."""
        origin = self.origin(s)
        source = "" if origin == ELEMENTARY else origin
        text = s.line if source == s.citation else cited(s.line)[0] + (f"  {{{source}}}" if source else "")
        where = (s.conditions, source, self.file, s.number, text)
        self.rules.append(Rule(kind, label, lhs, rhs, *where, names=self.names, own=self.own, **more))

    def add_equal(self, kind: str, s: Statement, lhs: Expr, rhs: Expr, **more: Any) -> None:
        """Add a rule whose sides have one shape, and whose right side has no names of its own."""
        if lhs.shape != rhs.shape:
            raise RuleError(f"the two sides have different shapes: {lhs.shape} and {rhs.shape}")
        left = set(postorder(lhs))
        known = {v for v in left if v.op == "var"} | {d.data[1] for d in left if d.op == "d"}
        known |= set((more.get("counter") or ())[:1])
        for v in postorder(rhs):
            if v.op == "var" and v not in known:
                raise RuleError(f"{v} stands only on the right side")
        self.add(kind, s, s.parts[0], lhs, rhs, **more)

    # --- the kinds of lines

    def let(self, s: Statement) -> None:
        self.names = {**self.names, **self.variables(s.parts[0])}

    def operation(self, s: Statement) -> None:
        """The declaration of an operation, which the signatures know already."""

    def variables(self, text: str) -> dict[str, Expr]:
        """The pattern variables that a text declares."""
        return {name: pattern_variable(name, shape) for name, shape in declared(text)}

    def purpose(self, s: Statement) -> None:
        for use in s.parts[0].split() or [""]:
            if use not in USES:
                raise RuleError(f"rewrites are used to {', '.join(USES)}, not to {use}")
        self.use = s.parts[0]
        if self.use == "complex":  # which are known only there
            self.signatures = self.signatures.extended(map(function, FUNCTIONS))
            self.names = {**self.names, "i": UNIT}

    def cite(self, s: Statement) -> None:
        if s.citation or s.conditions:
            raise RuleError("a line `cite` names its source, without braces and conditions")
        self.source = s.parts[0]

    def implication(self, s: Statement) -> None:
        self.origin(s)
        left, right = ", ".join(sorted(split_top(s.parts[0], ","))), s.parts[1]
        implied = frozenset(p.strip() for p in right.split(",") if p.strip())
        self.implications[left] = self.implications.get(left, frozenset()) | implied

    def definition(self, s: Statement) -> None:
        label, function, name, body = s.parts
        if name not in self.names:
            raise RuleError(f"{name} is not declared: begin with a line such as let {name}[m,n]")
        variable, value = self.names[name], self.side(body, {name: self.names[name]})
        if value.is_scalar:
            value = prod(value, ones(variable.shape))
        if value.shape != variable.shape:
            raise RuleError(f"the value has shape {value.shape}, the argument {variable.shape}")
        if any(e.op == function for e in postorder(value)):
            raise RuleError(f"{function} is defined by itself")
        self.add("definition", s, label or function, variable, value, property=function)

    def structure(self, s: Statement) -> None:
        how, kind, left, right = s.parts
        if how not in ("entries", "tangent", "metric"):
            raise RuleError(f"a structure is one of entries, tangent or metric, not {how}")
        lhs, rhs = self.side(left), self.side(right)
        if left != "G" or lhs.shape != rhs.shape:
            raise RuleError("the left side is the free gradient G, and the right side has its shape")
        self.add("structure", s, f"{how}-{kind}", lhs, rhs, property=kind, use=how)

    def consequence(self, s: Statement) -> None:
        label, left, right = s.parts
        if [name for name, _ in s.conditions][:1] != ["equal"] or len(s.conditions[0][1]) != 2:
            raise RuleError("what follows from an equation is written follows label: left = right if equal(A, B)")
        m = _PROPERTY.fullmatch(left) if not right else None
        if m is not None:
            variable = self.side(m[2])
            self.add("consequence", s, label, variable, variable, property=m[1])
            return
        lhs, rhs = self.side(left), self.side(right)
        if lhs.shape != rhs.shape:
            raise RuleError(f"the two sides have different shapes: {lhs.shape} and {rhs.shape}")
        self.add("consequence", s, label, lhs, rhs)

    def adjoint(self, s: Statement) -> None:
        label, left, right = s.parts
        pairs = split_top(left, ","), split_top(right, ",")
        if [len(p) for p in pairs] != [2, 2] or pairs[0][0] != "G":
            raise RuleError("the transpose of an operation is written <G, L(d(A))> = <pulled, d(A)>")
        (_, operation), (pulled, variable) = pairs
        lhs, rhs, d = self.side(operation), self.side(pulled), self.side(variable)
        if rhs.shape != d.shape:
            raise RuleError(f"{pulled} has shape {rhs.shape}, {variable} has {d.shape}")
        self.add("adjoint", s, label, lhs, rhs)

    def differential(self, s: Statement) -> None:
        _, left, right = s.parts
        right = without_traits(right)[0]
        m = _SUM.fullmatch(right)
        if m is None:
            self.add_equal("differential", s, self.side(left), self.side(right))
            return
        inner = {**self.names, **self.variables(f"{m[1]} scalar")}
        counter = (inner[m[1]], self.side(m[2]), self.side(m[3]))
        self.add_equal("differential", s, self.side(left), self.side(m[4], inner), counter=counter)

    def rewrite(self, s: Statement) -> None:
        self.add_equal("rewrite", s, self.side(s.parts[1]), self.side(s.parts[2]), use=self.use)

    def solution(self, s: Statement) -> None:
        """The value of an unknown; what stands there alone is arbitrary."""
        label, left, right, unknown, value = s.parts
        lhs, equal, rhs = self.side(left), self.side(right), self.side(value)
        if lhs.shape != equal.shape:
            raise RuleError(f"the two sides have different shapes: {lhs.shape} and {equal.shape}")
        if unknown not in lhs.free or unknown in equal.free | rhs.free:
            raise RuleError(f"{unknown} is the unknown: it stands on the left side of the equation alone")
        if rhs.shape != self.names[unknown].shape:
            raise RuleError(f"{unknown} has shape {self.names[unknown].shape}, its value has {rhs.shape}")
        self.add("solution", s, label, lhs, rhs, property=unknown, equal=equal)

    def moment(self, s: Statement) -> None:
        label, left, right = s.parts
        lhs, rhs = self.side(left), self.side(right)
        named = {"x", "m", "v"}
        if lhs.shape != rhs.shape or not (lhs.is_elementwise and lhs.args[0] is self.names.get("x")):
            raise RuleError("a moment is that of an elementwise function of x, E[f(x)] = ..., of the shape of x")
        if not {e.data.name for e in postorder(rhs) if e.op == "var"} <= named:
            raise RuleError("the mean of x is m, its variance v; the right side has no other names")
        self.add("moment", s, label, lhs, rhs)

    def fact(self, s: Statement) -> None:
        label, prop, pattern = s.parts
        lhs = self.side(pattern)
        self.add("fact", s, label, lhs, lhs, property=prop)

    def curvature(self, s: Statement) -> None:
        label, pattern, claims = s.parts
        lhs = self.side(pattern)
        self.add("curvature", s, label, lhs, lhs, property=claims.partition(" ")[0], use=claims)


def cited(line: str) -> tuple[str, str]:
    """A line without the {citation} at its end, and the citation.

    >>> cited("a: X'' -> X {Golub 1973}")
    ("a: X'' -> X", 'Golub 1973')
    """
    at = line.rfind("{") if line.endswith("}") else -1
    return (line, "") if at < 0 else (line[:at].rstrip(), line[at + 1 : -1])


_LABEL = r"([\w.+-]+): "
_LABELLED = regex(_LABEL)
_PROPERTY = regex(r"(\w+)\((.*)\)")
_SUM = regex(r"sum (\w+) ?= ?(.+?) ?\.\. ?(.+?) of (.*)")

# The forms of the lines, tried in this order, and what reads them.
KINDS: tuple[tuple[re.Pattern[str], Callable[[Reader, Statement], None]], ...] = (
    (regex(r"let (.*)"), Reader.let),
    (regex(r"\w+\((\w+\[[^:]*)\) ?-> ?\[[^:]*"), Reader.operation),
    (regex(r"use (.*)"), Reader.purpose),
    (regex(r"cite (\w.*)"), Reader.cite),
    (regex(r"([\w, ]+?) ?=> ?(.*)"), Reader.implication),
    (regex(rf"(?:{_LABEL})?(\w+)\((\w+)\) ?:= ?(.*)"), Reader.definition),
    (regex(r"structure (\w+) ([\w-]+): (.*?) ?-> ?(.*)"), Reader.structure),
    (regex(rf"follows {_LABEL}(.*?)(?: = (.*))?"), Reader.consequence),
    (regex(rf"{_LABEL}<(.*)> = <(.*)>"), Reader.adjoint),
    (regex(rf"moment {_LABEL}E\[(.*?)\] = (.*)"), Reader.moment),
    (regex(rf"{_LABEL}d\((.*?)\) = (.*)"), Reader.differential),
    (regex(rf"{_LABEL}(.*?) = (.*?) ?-> ?(\w+) = (.*)"), Reader.solution),
    (regex(rf"{_LABEL}(.*?) ?-> ?(.*)"), Reader.rewrite),
    (regex(rf"{_LABEL}(\w+)\((.*)\)"), Reader.fact),
    (regex(rf"{_LABEL}(.*?) is ((?:convex|concave|affine) in .*)"), Reader.curvature),
)
