"""From text to expressions: `parse_expression`, and `parse_where` for declarations.

Lark is imported only when something is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..terms.errors import DeclarationError, LimitError, MatcalcError, ParseError, UnknownNameError
from ..terms.expression import Expr
from ..terms.limits import current
from ..terms.records import dataclass, replace
from ..terms.signatures import Signatures, function
from .conjugates import ComplexElaborator, conjugable, conjugates, read_as_real, with_conjugates, with_unit
from .definitions import definitions, read_definitions
from .einstein import with_sums
from .elaborate import Elaborator
from .expectations import in_original, rewritten, signatures_with, with_laws
from .grammar import parser
from .index_sums import SampleElaborator
from .remarks import Remark, ordered
from .sample_sums import SampleProblem
from .scanner import Context
from .surroundings import Asked, Surroundings, surroundings
from .tree import Ast
from .typing.declarations import Declarations, FunctionType, Type, parse_where
from .typing.inference import Problem, Solution
from .vocabulary import GREEK_NAMES, RESERVED, SUBSCRIPTS, UNIT_NAME, normal_name, plain_letters

if TYPE_CHECKING:
    from ..terms.recorder import Recorder

# A\b or (A)\(b): no command of LaTeX has one letter
_LEFT_DIVISION = r"(?<=[A-Za-z0-9)\]'])\s*\\\s*(?=[A-Za-z](?![A-Za-z])|\()"

# sum_i x_i and ∑_i x_i, as in LaTeX
_INDEXED = r"(?:(?<![A-Za-z])(?:sum|prod)|[∑∏])_(?:\{(?=[a-z])|(?=[a-z]{1,2}(?![A-Za-z_])))([a-z])"

# the index of a sum in Unicode's small letters, and a capital sigma that is a sum: its index is a subscript later on
_SMALL = r"[∑∏]\s*[ᵢⱼₖₗₘₙₚₛₜᵣ]"
_SIGMA = r"[ΣΠ](?=\s*[ᵢⱼₖₗₘₙₚₛₜᵣ]|_\{?([a-z])(?![A-Za-z0-9]).*_\{?[a-z,]*\1)"

__all__ = [
    "Declarations", "FunctionType", "Parsed", "Remark", "Type", "parse_expression", "parse_rule_side", "parse_where",
]  # fmt: skip


@dataclass(frozen=True)
class Parsed:
    """An expression that was read, with the types of its names.

    `types` has the names that occur, in order; `declarations` all that `where` declared; `remarks` says which
    choices were made where the text has several readings, `asked` the derivative that the text itself asks for.

    >>> [str(r) for r in parse_expression("log|X|").remarks]
    ['|X| is the determinant of X']
    """

    expr: Expr
    types: dict[str, Type]
    declarations: Declarations
    text: str
    remarks: tuple[Remark, ...] = ()
    asked: Asked | None = None
    by: str = ""  # the variable of differentiation, where the text says it
    name: str = ""  # what the text calls its value
    limits: frozenset[str] = frozenset()  # the sizes to which indices of sums run
    fills: frozenset[int] = frozenset()  # 1 and 2: vectors and matrices to which scalars are added
    random: tuple[str, ...] = ()  # the laws of random variables, where there are expectations

    def __str__(self) -> str:
        return str(self.expr)

    def __repr__(self) -> str:
        types = ", ".join(f"{n}: {t}" for n, t in self.types.items())
        told = (str(self.expr), types, *(f"note: {r}" for r in self.remarks))
        return f"<{'; '.join(part for part in told if part)}>"

    def variable(self, name: str) -> Expr:
        """The node of a variable that occurs or is declared.

        >>> parse_expression("||Xw - y||^2").variable("w").shape
        (n, 1)
        """
        name = normal_name(name)
        known: dict[str, Type | FunctionType] = {**self.declarations, **self.types}
        found = known.get(name)
        if isinstance(found, Type):
            return found.node(name)
        if isinstance(found, FunctionType):
            raise UnknownNameError(f"{name} is a function, not a variable")
        names = ", ".join(n for n, t in known.items() if isinstance(t, Type)) or "no variables"
        raise UnknownNameError(f"{name} does not occur in the expression, which has {names}")


def parse_expression(
    text: str,
    where: str | Mapping[str, object] | None = None,
    *,
    syntax: str = "auto",
    extra_names: Iterable[str] = (),
    layout: str = "numerator",
    differentials: bool = False,
    signatures: Signatures | None = None,
    recorder: Recorder | None = None,
    by_text: bool = False,
) -> Parsed:
    """Read an expression; undeclared names get the types that their use and convention give them.

    `syntax` is `"plain"`, `"latex"` or `"auto"`; `extra_names` are names that are not split into letters (the
    variable of differentiation); `layout` is that of derivatives of abstract functions in the text; with
    `differentials`, d(X) is the differential of X; `signatures` has the operations and functions that are known.
    A recorder keeps the parts of the text as they were read. With `by_text` the text itself has to say by which
    variable it is differentiated, as in ∇_x, min_x or f(x) =.

    >>> {n: str(t) for n, t in parse_expression("(<x, w> - y)^2").types.items()}
    {'x': 'vector(n)', 'w': 'vector(n)', 'y': 'scalar'}
    """
    rest = (extra_names, syntax, layout, differentials, recorder, by_text)
    found = rewritten(text, where)
    if found is None:
        return _parsed(text, where, *rest, signatures)
    names = frozenset(law.name for law in found.laws)
    known = signatures_with(signatures)

    def read(where: str | Mapping[str, object] | None, text: str = found.text) -> Parsed:
        return _parsed(text, where, *rest, known, names)

    try:
        return with_laws(read, found, text)
    except MatcalcError as error:
        raise in_original(error, found.text, text) from None


def _parsed(text: str, where: str | Mapping[str, object] | None, extra_names: Iterable[str], syntax: str, layout: str,
            differentials: bool, recorder: Recorder | None, by_text: bool, signatures: Signatures | None,
            named: frozenset[str] = frozenset()) -> Parsed:  # fmt: skip
    """The same of a text without expectations; `named` are names that are not split."""
    declared = parse_where(where)
    extra = frozenset(normal_name(n) for n in extra_names)
    front = _front(text, syntax)
    around = surroundings(_letters(text), frozenset(declared) | extra)
    by = _variable(around) if by_text else ""
    extra |= {by} - {""}
    declared = _joined(declared, around, text)
    functions = frozenset(n for n, t in declared.items() if isinstance(t, FunctionType))
    sizes = frozenset(n for n in declared.dimensions if len(n) > 1)  # dim*x, where x: vector(dim)
    given = (frozenset(declared) | extra | sizes | named) - functions
    known = _with_functions(signatures or Signatures.shipped(), declared)
    complex_ones = conjugable(declared, text)
    known = with_conjugates(known) if complex_ones else known
    given |= {UNIT_NAME} if complex_ones else set()
    context = Context(given, functions, known, differentials=differentials or ("" if extra else "names"),
                      conjugable=complex_ones)  # fmt: skip
    read = _defined(text, front, context, extra | declared.dimensions)
    if read is None:
        context.remarks.extend(around.remarks)
        read = parser(front).parse(around.text, text, context)
    tape, bold = read
    _agree(around.asked, extra, text, by_text)
    indexed = with_sums(tape, extra, declared, text) if "_" in text or not text.isascii() else None
    if indexed is not None:
        tape = indexed.tape
        context.remarks.extend(indexed.remarks)
    kind = SampleProblem if indexed is not None or any(node.op == "samples" for node in tape) else Problem
    if complex_ones and kind is SampleProblem:
        raise ParseError("sums over entries or samples are read for real variables: write products of arrays", text,
                         (0, len(text)))  # fmt: skip
    types = with_unit(declared) if complex_ones else declared
    problem = kind(tape, text, types, extra, bold=bold, transposed=layout == "denominator", signatures=known,
                   indices=indexed.free if indexed is not None else ())  # fmt: skip
    solution = problem.solve()
    reader = _reader(tape, text, problem, solution, known)
    if recorder is not None:
        reader.made = {}
    expr = reader.run()
    if recorder is not None:
        record_parts(reader, recorder)
    told = [*context.remarks, *solution.remarks, *reader.remarks]
    if complex_ones:
        expr = conjugates(expr, text, told)
        solution.types.pop(UNIT_NAME, None)
        told += read_as_real(solution.types)
    remarks = ordered(told)
    parsed = Parsed(expr, solution.types, declared, text, remarks, around.asked, by, around.name,
                    frozenset(r.size for r in problem.ranges.values()) if isinstance(problem, SampleProblem) else
                    frozenset(), reader.fills())  # fmt: skip
    if by_text and not by:
        by = _only(around, parsed)
        parsed = replace(parsed, by=by)
    if around.equated:
        _refuse_derivative(parsed, by or next(iter(extra), ""), around.value)
    return parsed


Read = tuple[list[Ast], frozenset[str]]  # a tree, and the names in bold type


def _defined(text: str, front: str, context: Context, other: frozenset[str]) -> Read | None:
    """The tree of a text with definitions behind it; None if there are none, or none that the question can mean."""
    found = definitions(_letters(text))
    if found is None or any(d.name in context.given or d.name in other for d in found.items):
        return None
    names = frozenset(d.name for d in found.items)
    inner = replace(context, given=context.given | names, remarks=[])
    bold: set[str] = set()

    def read(start: int, end: int) -> list[Ast]:
        part = text[start:end]
        around = surroundings(_letters(part), inner.given)
        if around.asked is not None and start:
            raise ParseError("a derivative is asked for in front of the whole expression only", text, (start, end))
        inner.remarks.extend(around.remarks)
        tape, more = parser(front).parse(around.text, part, inner)
        for node in tape:
            node.start, node.end = node.start + start, node.end + start
        bold.update(more)
        return tape

    tape = read_definitions(found, text, read)
    if tape is None or any(node.op == "samples" for node in tape):
        return None
    context.remarks.extend(inner.remarks)
    return tape, frozenset(bold) - names


def _front(text: object, syntax: str) -> str:
    """The front end for a text; an error for what is no text, or holds nothing or too long a number."""
    if not isinstance(text, str):
        raise ParseError(f"an expression is a text, not {type(text).__name__}")
    front = choose_syntax(_letters(text)) if syntax == "auto" else syntax
    if front not in ("plain", "latex"):
        raise ParseError(f"syntax is 'auto', 'plain' or 'latex', not {syntax!r}")
    if not text.strip():
        raise ParseError("there is nothing to read", text or " ", (0, 1))
    limits = current()
    if len(text) > limits.text:
        raise LimitError(f"an expression has at most {limits.text:,} characters: for more, limits=Limits(text=...)")
    if len(text) > limits.digits and (long := re.search(rf"\d{{{limits.digits + 1}}}", text)) is not None:
        raise ParseError(f"a number has at most {limits.digits} digits", text, long.span())
    return front


def _reader(tape: list[Ast], text: str, problem: Problem, solution: Solution, known: Signatures) -> Elaborator:
    """What makes the expression of a tree whose shapes are found; sums over samples have their own."""
    leaves = {n: t.node(n) for n, t in solution.types.items()}
    if isinstance(problem, SampleProblem):
        sums = SampleElaborator(tape, solution.shapes, leaves, problem.functions, text, signatures=known)
        return sums.about(problem)
    made = ComplexElaborator if known.operation("conj") is not None else Elaborator
    return made(tape, solution.shapes, leaves, problem.functions, text, signatures=known)


def _agree(asked: Asked | None, wrt: frozenset[str], text: str, by_text: bool) -> None:
    """An error if the text asks for another derivative than the question."""
    if asked is None or by_text or (asked.variable in wrt) or (wrt and not asked.variable):
        return
    if not wrt:
        by = asked.variable or "x"
        raise ParseError(f"this asks for a derivative, as diff(…, {by!r}) does: here, give the expression alone",
                         text, asked.span)  # fmt: skip
    found = ", ".join(sorted(wrt))
    raise ParseError(f"the text asks for the derivative by {asked.variable}, the question for that by {found}",
                     text, asked.span)  # fmt: skip


def _variable(around: Surroundings) -> str:
    """The variable of differentiation that a text names, or nothing."""
    if around.asked is not None and around.asked.variable:
        return around.asked.variable
    return around.variables[0] if len(around.variables) == 1 else ""


def _only(around: Surroundings, parsed: Parsed) -> str:
    """The variable that ∇ without one is for: the only one; otherwise the error that asks for it."""
    names = [n for n in around.variables if n in parsed.types] or list(parsed.types)
    if around.asked is not None and len(names) == 1:
        return names[0]
    if not names:
        raise ParseError("there is no variable to differentiate by", parsed.text, (0, len(parsed.text)))
    shown = parsed.text.strip() if len(parsed.text) < 40 and "\n" not in parsed.text else "(…)"
    if around.asked is not None or around.variables or around.value:
        shown = "(…)"
    nabla = "\\nabla_{%s} %s" if "\\" in parsed.text else "∇_%s %s"
    spelled = {n: "\\" * ("\\" in parsed.text and n in GREEK_NAMES) + n for n in names}
    texts = " or ".join(nabla % (spelled[n], shown) for n in names[:6])
    raise ParseError(f"by which variable? Give one of {', '.join(names)} beside the text, or write it: {texts}",
                     parsed.text, (0, len(parsed.text)))  # fmt: skip


def _with_functions(known: Signatures, declared: Declarations) -> Signatures:
    """The functions that are known, with those that are declared to be elementwise."""
    new = [n for n, t in declared.items() if isinstance(t, FunctionType) and t.entrywise]
    for name in new:
        if known.operation(name) is not None or name in RESERVED:
            raise DeclarationError(f"{name} is known: choose another name for an elementwise function")
    return known.extended(function(n, unspecified=True) for n in new)


def _joined(declared: Declarations, around: Surroundings, text: str) -> Declarations:
    """The declarations with those that stand in the text itself."""
    new = {}
    for name, t in around.types.items():
        known = declared.get(name)
        if known is None:
            new[name] = t
        elif not isinstance(known, Type) or known.shape != t.shape:
            raise DeclarationError(f"the text declares {name}: {t}, and where {name}: {known}", text, (0, len(text)))
    return Declarations({**declared, **new}, declared.statements) if new else declared


def _refuse_derivative(parsed: Parsed, by: str, value: str) -> None:
    """An error where ∂J/∂w = … may have the derivative on its right side, and not J."""
    t = parsed.types.get(by)
    if parsed.expr.is_scalar and t is not None and t.kind != "scalar":
        return
    assert parsed.asked is not None
    message = f"is the right side {value}, or its derivative already? Give it alone"
    raise ParseError(message, parsed.text, parsed.asked.span)


def record_parts(reader: Elaborator, recorder: Recorder) -> None:
    """Record the parts of a text as they were read, the whole first and each before its own parts."""
    recorder.parts.clear()
    stack = [(len(reader.tape) - 1, 0)]
    seen: set[int] = set()
    while stack:
        i, depth = stack.pop()
        node = reader.tape[i]
        text, made = reader.text[node.start : node.end], reader.made or {}
        name = node.data if node.op == "func" else node.op
        recorder.part(node.span, text, name, reader.shapes[i], made.get(i), depth)
        if node.op != "part" or node.args[0] not in seen:  # what is defined is shown once
            seen.update(node.args if node.op == "part" else ())
            stack.extend((j, depth + 1) for j in reversed(node.args))


def _letters(text: str) -> str:
    """A text in plain letters, one for one, with the sign of a sum for a sigma that is one.

    >>> _letters("Σ_i x_i + Σ_1")
    '∑_i x_i + Σ_1'
    """
    text = plain_letters(text)
    if "Σ" not in text and "Π" not in text:
        return text
    return re.sub(_SIGMA, lambda m: "∑" if m[0] == "Σ" else "∏", text)


def choose_syntax(text: str) -> str:
    r"""Which notation a text is in.

    >>> choose_syntax(r"\|x\|^2"), choose_syntax("x'A^{-1}x"), choose_syntax("||x||^2")
    ('latex', 'plain', 'plain')
    """
    if "\\" in text and "\\)" not in text and "$" not in text:
        return "latex" if "\\" in re.sub(_LEFT_DIVISION, "", text) else "plain"
    if "\\" in text or "$" in text:
        return "latex"
    if not text.isascii() and re.search(_SMALL, text):
        return "latex"
    m = re.search(_INDEXED, text) if "_" in text and "]_" not in text else None
    if m is None:
        return "plain"
    small = next((c for c in "ᵢⱼₖₗₘₙₚₛₜᵣ" if c.translate(SUBSCRIPTS) == m[1]), m[1])
    return "latex" if re.search(rf"_\{{?[a-z,]*{m[1]}|(?<=\w)[₀-ₜᵢᵣⱼ]*{small}", text[m.end() :]) else "plain"


def parse_rule_side(
    text: str,
    names: Mapping[str, Expr],
    functions: Mapping[str, FunctionType] | None = None,
    signatures: Signatures | None = None,
) -> Expr:
    """Read one side of a rule: every name has the node given for it, and none is split or inferred.

    >>> from matcalc.terms.expression import var, as_shape
    >>> parse_rule_side("A*B", {"A": var("A", as_shape("m", "n")), "B": var("B", as_shape("n", "p"))}).shape
    (m, p)
    """
    declared = Declarations(functions or {})
    known = signatures or Signatures.shipped()
    context = Context(frozenset(names), frozenset(declared), known, exact=True, differentials=True)
    tape, _ = parser("plain").parse(text, text, context)
    problem = Problem(tape, text, declared, nodes={n: x.shape for n, x in names.items()}, signatures=known)
    solution = problem.solve()
    return Elaborator(tape, solution.shapes, names, problem.functions, text, rows=False, signatures=known).run()
