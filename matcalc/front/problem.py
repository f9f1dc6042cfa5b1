"""A question as the front doors take it: an expression with the types of its names, and the variable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ..language.expectations import has_expectation
from ..rulebook.equations import equations_of
from ..terms.complexes import is_complex, is_conjugate
from ..terms.errors import (
    DeclarationError,
    EvaluationError,
    LimitError,
    MatcalcError,
    ParseError,
    ShapeError,
    UnknownNameError,
)
from ..terms.expression import Expr
from ..terms.limits import current as limits_now
from ..terms.rebuild import substitute
from ..terms.records import replace
from ..terms.shapes import describe
from ..terms.walks import postorder, variables
from .certificates import certificate_of, refuse_wrong
from .conditions import of_symmetric_parts
from .current import current
from .derivative import Derivative
from .formats import types_line
from .progress import stage
from .stated import known_variables, on_sphere, remarks_about, under_statements

if TYPE_CHECKING:
    from ..calculus.layout import Layout
    from ..calculus.record import Record, Structure
    from ..language.parse import Parsed
    from ..language.typing.declarations import Declarations
    from ..rulebook.book import RuleBook
    from ..terms.recorder import Recorder
    from .accepted import Source, Variable, Variables, Where


COMPLEX = (
    "this is for real variables: of complex ones there are diff (by z, and by conj(z)) and grad, whose answers can be"
    " differentiated again"
)
_NAMED = r"\\?[^\W\d]\w*|\\(?:mathbf|boldsymbol|bm)\s*\{\\?\w+\}"
_CONJUGATES = (
    rf"conj\(\s*({_NAMED})\s*\)|([^\W\d])\u0304|({_NAMED})\s*\^\s*\{{?\s*(?:\*|\\ast)\s*\}}?"
    rf"|\\(?:bar|overline)\s*\{{\s*({_NAMED})\s*\}}|\\(?:bar|overline)\s+(\w)"
)


def written_derivatives(parsed: Parsed, book: RuleBook) -> Parsed:
    """What was read, with derivatives of known functions such as tanh'(x) as their formulas."""
    if "'" not in parsed.text and "prime" not in parsed.text and "’" not in parsed.text and "′" not in parsed.text:
        return parsed
    from ..calculus.primes import written_out

    return replace(parsed, expr=written_out(parsed.expr, book))


class Problem:
    """An expression with the types of its names and the variable of differentiation.

    Of several variables `wrt` is the first, and `others` names all.
    """

    def __init__(self, source: Source, wrt: Variable | None, where: Where, syntax: str = "auto",
                 rules: RuleBook | None = None, recorder: Recorder | None = None, order: int = 1,
                 others: Sequence[str] = (), may_be_complex: bool = False):  # fmt: skip
        from ..language.parse import parse_expression

        wrt, self.conjugated = conjugate_asked(wrt)
        name = "" if wrt is None else name_of(wrt)
        self.book = rules or (source.book if isinstance(source, Derivative) else current())
        self.types: dict[str, Any] = {}
        self.parsed: Any = None
        self.remarks: tuple[str, ...] = ()
        self.fills: frozenset[int] = frozenset()
        self.recorder = recorder
        if isinstance(source, Derivative):
            self.types, self.remarks, self.fills = dict(source.types), source.remarks, source.record.fills
            refuse_wrong(source.record)
            self.expr = source.raw
        elif isinstance(source, Expr):
            self.expr = source
        elif not isinstance(source, str):
            from .sympy_exchange import from_sympy

            self.expr = from_sympy(source)
        else:
            given = tuple(others) or ((name,) if name else ())
            parsed = parse_expression(source, where, syntax=syntax, extra_names=given, by_text=not name,
                                      signatures=self.book.signatures, recorder=recorder)  # fmt: skip
            parsed = written_derivatives(parsed, self.book)
            self.expr, self.types, name = parsed.expr, dict(parsed.types), name or parsed.by
            self.parsed, self.remarks, self.fills = parsed, tuple(str(r) for r in parsed.remarks), parsed.fills
            if parsed.random:
                self._expect(name)
            self._asked(order)
        if refuse_poles(self.expr) > limits_now().nodes:
            raise LimitError(f"this has more than {limits_now().nodes:,} parts: for more, limits=Limits(nodes=...)")
        if self.parsed is None and where is not None:
            self._declare(where)
        elif self.parsed is not None and self.parsed.declarations.statements:
            self._state(self.parsed.declarations)
        if not name:
            names = ", ".join(sorted(self.expr.free)) or "none: it has no variables"
            raise MatcalcError(f"by which variable? Give one of {names}")
        self.known = known_variables(self.expr, self.book)
        self.x = wrt if isinstance(wrt, Expr) and name not in self.known else self.variable(name, where)
        self.is_complex = any(is_complex(v) for v in (*self.known.values(), self.x) if v.op == "var")
        if self.is_complex and not may_be_complex:
            raise MatcalcError(COMPLEX)
        if not self.types:
            from ..language.typing.declarations import Type

            self.types = {n: Type(v.data[1], v.shape, v.data[2], False) for n, v in self.known.items()}
        self.remarks += of_symmetric_parts(self.expr, self.book)
        stage("deriving", lambda: types_line(self.types))

    def along(self, structure: str) -> None:
        """Read a unit vector as one of norm 1 where the gradient along it is asked for."""
        x = self.x
        if structure.startswith("tangent") and "unit" in x.data[2] and x.data[1] == "vector":
            self.expr, self.types, self.book = on_sphere(self.expr, x, self.types, self.book)
            self.known = known_variables(self.expr, self.book)
            self.x = self.types[x.data[0]].node(x.data[0])
            self.remarks += (f"{x} is read as a vector of norm 1, not as one with entries between 0 and 1",)

    def _expect(self, name: str) -> None:
        """Put closed forms in place of expectations, as far as there are some."""
        from ..analysis.expectations import resolved

        if any(law.partition(" ")[0] == name for law in self.parsed.random):
            raise MatcalcError(f"{name} is random: an expectation does not depend on its value")
        found = resolved(self.expr, self.book)
        self.expr = found.expr
        self.remarks += (f"the expectation is over {', '.join(self.parsed.random)}", *found.remarks)

    def derivative(self, x: Expr, layout: Layout, structure: Structure = "free") -> Record:
        """The derivative by a variable; of expectations that have no closed form under them."""
        from ..calculus.derive import derive

        if self.parsed is None or not self.parsed.random or not has_expectation(self.expr):
            return derive(self.expr, x, layout, structure, self.recorder, self.book)
        from ..analysis.interchange import derive_under

        found, remarks = derive_under(self.expr, x, layout, self.book)
        self.remarks += tuple(remarks)
        return found

    def variable(self, name: str, where: Where) -> Expr:
        """The variable of a name, in the expression or declared."""
        found = self.known.get(name)
        return self._declared(name, where) if found is None else found

    def declarations(self) -> Where:
        """The types of the names as declarations, with what is stated about them."""
        from ..language.typing.declarations import Declarations, parse_where

        known = () if self.parsed is None else self.parsed.declarations.statements
        types = {n: str(kind) for n, kind in self.types.items()}
        return Declarations(parse_where(types), known) if known else types

    def _asked(self, order: int) -> None:
        """An error if the text asks for a derivative of another order."""
        asked = self.parsed.asked
        if asked is None or asked.order == order:
            return
        wanted = {1: "the first derivative, which is diff", 2: "the second derivative, which is hessian"}
        message = f"the text asks for {wanted.get(asked.order, 'a higher derivative, one step at a time')}"
        raise ParseError(message, self.parsed.text, asked.span)

    def _state(self, declared: Declarations) -> None:
        """Put to use what is stated beside the declarations."""
        self.expr, self.types, self.book = under_statements(self.expr, self.types, declared, self.book)

    def _declare(self, where: Where) -> None:
        """Give the variables of a ready expression the properties that `where` declares; their shapes are made."""
        from ..language.typing.declarations import Type, parse_where

        known = variables(self.expr)
        functions = {e.data if e.op == "call" else e.op for e in postorder(self.expr) if e.args}
        changed = {}
        given = parse_where(where)
        for name, declared in given.items():
            v = known.get(name)
            if not isinstance(declared, Type) and (v is not None or name in functions):
                what = "variable" if v is not None else "function"
                raise DeclarationError(f"{name} is a {what} of a ready expression: its type is that it was made with")
            if v is None or not isinstance(declared, Type):
                continue
            if declared.shape != v.shape:
                shapes = f"{describe(v.shape)} in the expression and declared {describe(declared.shape)}"
                raise DeclarationError(f"{name} is {shapes}: its sizes are those that it was made with")
            self.types[name] = declared
            changed[v] = declared.node(name)
        self.expr = substitute(self.expr, changed)
        for name, v in variables(self.expr).items():
            self.types.setdefault(name, Type(v.data[1], v.shape, v.data[2], False))
        if given.statements:
            self._state(given)

    def _declared(self, name: str, where: Where) -> Expr:
        known = self.types.get(name)
        if known is None and self.parsed is not None:
            known = self.parsed.declarations.get(name)
        if known is not None and hasattr(known, "node"):
            self.types[name] = known
            return known.node(name)  # type: ignore[no-any-return]
        raise UnknownNameError(f"{name} is neither in the expression (it has {self.names}) nor declared")

    def wirtinger(self, x: Expr, layout: Layout, structure: Structure, recorder: Recorder | None) -> Record:
        """The derivative where variables are complex."""
        from ..calculus.wirtinger import by_complex

        self._refuse_what_is_real(structure)
        return by_complex(self.expr, x, self.conjugated, layout, recorder, self.book)

    def wirtinger_gradient(self, x: Expr, structure: Structure, recorder: Recorder | None) -> Record:
        """The gradient where variables are complex."""
        from ..calculus.wirtinger import gradient_by_complex

        self._refuse_what_is_real(structure)
        if self.conjugated:
            said = f"a gradient is by {x}, 2 ∂f/∂conj({x}); the derivative by conj({x}) itself is that of diff"
            raise MatcalcError(said)
        return gradient_by_complex(self.expr, x, recorder, self.book)

    def _refuse_what_is_real(self, structure: Structure) -> None:
        if equations_of(self.book) is not None:
            raise MatcalcError("equations are used for real variables: a question with complex ones has none")
        if structure != "free":
            raise MatcalcError(f"structure={structure!r} is for real variables: entries of complex ones are free here")

    @property
    def names(self) -> str:
        """The variables of the expression, for messages."""
        return ", ".join(sorted(self.expr.free)) or "no variables"

    def hold(self, record: Record, again: Callable[..., Derivative], verify: bool) -> Derivative:
        """A derivative with its types and certificate."""
        refuse_poles(record.expr)
        name = "" if self.parsed is None else self.parsed.name
        stage("verifying")
        told = (*self.remarks, *record.remarks, *remarks_about(self.x, self.book, record.structure))
        held = replace(record, types=self.types, remarks=told, name=name, fills=self.fills)
        return Derivative(held, partial(again, rules=self.book), certificate_of(held, verify))


def refuse_poles(e: Expr) -> int:
    """How many parts an expression has; EvaluationError if one divides by the number 0 or takes its logarithm."""
    count = 0
    for part in postorder(e):
        count += 1
        base = part.args[0] if part.args else None
        if base is None or base.op != "num" or base.data != 0:
            continue
        if part.op == "log":
            raise EvaluationError("the logarithm of 0 has no value")
        if part.op in ("pow", "epow") and part.args[1].op == "num" and part.args[1].data < 0:
            raise EvaluationError("this divides by 0, so it has no value")
    return count


def conjugate_asked(wrt: Variable | None) -> tuple[Variable | None, bool]:
    r"""The variable, and whether it is asked for its conjugate: conj(z), z̄, z^*, \overline{z}.

    >>> conjugate_asked("conj(z)"), conjugate_asked("z")
    (('z', True), ('z', False))
    """
    if isinstance(wrt, Expr) and is_conjugate(wrt):
        return wrt.args[0], True
    if not isinstance(wrt, str) or (wrt.isascii() and wrt.isidentifier()):
        return wrt, False
    found = re.fullmatch(_CONJUGATES, unicodedata.normalize("NFD", wrt.strip()))
    return (next(filter(None, found.groups())), True) if found else (wrt, False)


def names_in_list(wrt: Variable | Variables | None) -> list[str] | None:
    """The names in a list of variables such as `(x, y)`; None for one variable."""
    if isinstance(wrt, str):
        text = wrt.strip()
        if "," not in text or "{" in text:
            return None
        wrt = text.strip("()[]").split(",")
    if not isinstance(wrt, Sequence):
        return None
    names = [name_of(n) for n in wrt]
    if not names:
        raise MatcalcError("by which variables? The list is empty")
    if len(set(names)) < len(names):
        raise MatcalcError(f"a variable stands twice in the list {', '.join(names)}")
    return names


def name_of(wrt: Any) -> str:
    """The name of a variable given as text (also in LaTeX or Unicode), as an expression or as a SymPy symbol."""
    if isinstance(wrt, str):
        text = wrt.strip()
        if text.isidentifier() and text.isascii():
            return text
        wrt = _variable_of(text)
    name = wrt.data[0] if isinstance(wrt, Expr) and wrt.op == "var" else getattr(wrt, "name", None)
    if not isinstance(name, str):
        raise MatcalcError(f"differentiate by a variable, not by {wrt}")
    return name


def _variable_of(text: str) -> Any:
    """The variable that a text such as λ, x₁ or \\mathbf{w} names; the text itself, quoted, if it names none."""
    from ..language.parse import parse_expression

    try:
        e = parse_expression(text).expr
    except MatcalcError:
        return repr(text)
    if e.op == "const":
        return SimpleNamespace(name=e.data)  # by π, which is a variable then
    return e if e.op == "var" else repr(text)


_OF_ARRAYS = frozenset(("t", "mm", "had", "norm", "norm1", "norminf", "sum", "mean", "tr", "det", "inv", "logsumexp"))


def arrays_among(expr: Source, names: Sequence[str], where: Where, syntax: str, rules: RuleBook | None) -> list[str]:
    """The variables of a list that are arrays: those of an expression, those that are declared, those of a text that
    uses them as arrays. The others may be scalars."""
    try:
        p = Problem(expr, names[0], where, syntax, rules, order=0, others=names, may_be_complex=True)
    except MatcalcError:
        return []  # which names are scalars may decide it
    used = {n for e in postorder(p.expr) if e.op in _OF_ARRAYS for n in e.free}
    found = {n: p.known[n] for n in names if n in p.known}
    sure = not isinstance(expr, str)
    inferred = {n for n, kind in p.types.items() if getattr(kind, "inferred", False)}
    return [n for n, v in found.items() if not v.is_scalar and (sure or n in used or n not in inferred)]


def with_scalars(expr: Source, names: Sequence[str], where: Where, syntax: str = "auto", rules: RuleBook | None = None,
                 recorder: Recorder | None = None, order: int = 1) -> tuple[Problem, tuple[Expr, ...]]:  # fmt: skip
    """A question about a list of variables, which are scalars, and these variables."""
    from ..language.typing.declarations import parse_where

    for name in arrays_among(expr, names, where, syntax, rules):
        several = ", or by a Python list, which gives a derivative for each" if order == 1 else ""
        raise ShapeError(f"x,y is a list of scalars; {name} is an array: differentiate by one at a time{several}")
    known = _scalars_too(names, where) if isinstance(expr, str) else where
    p = Problem(expr, names[0], known, syntax, rules, recorder, order, names)
    for name in names:
        if name not in p.known and name not in parse_where(where):
            raise UnknownNameError(f"{name} is neither in the expression (it has {p.names}) nor declared")
    return p, tuple(p.variable(n, known) for n in names)


def _scalars_too(names: Sequence[str], where: Where) -> Where:
    """Declarations in which the names that they leave open are scalars."""
    from ..language.typing.declarations import Declarations, parse_where

    declared = parse_where(where)
    more = {n: "scalar" for n in names if n not in declared}
    if declared.statements:
        return Declarations({**declared, **parse_where(more)}, declared.statements)
    if isinstance(where, Mapping):
        return {**where, **more}
    stated = [f"{n}: {kind}" for n, kind in more.items()]
    return ", ".join([where, *stated] if where else stated)
