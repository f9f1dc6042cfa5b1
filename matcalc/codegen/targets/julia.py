"""Julia with its LinearAlgebra; SpecialFunctions where that lacks a function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from ...terms.errors import MatcalcError
from ...terms.records import replace
from ...terms.shapes import ONE, Dim
from ..contractions import Steps
from ..dotted import WORD, Dotted
from ..function import Function, Parameter, shape_text
from ..names import Names
from ..permuted import JuliaSteps
from ..plan import Value, is_negative
from ..registry import target
from ..solves import shared
from ..source import ATOM, COMPARE, POWER, PRODUCT, SUM, Piece
from .julia_helpers import HELPERS

KEYWORDS = frozenset((
    "baremodule", "begin", "break", "catch", "const", "continue", "do", "else", "elseif", "end", "export", "false",
    "finally", "for", "function", "global", "if", "import", "in", "isa", "let", "local", "macro", "module", "quote",
    "return", "struct", "true", "try", "using", "where", "while",
))  # fmt: skip
SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!="}
SPECIAL = ("erf", "erfc", "erfi", "erfinv", "gamma", "digamma", "trigamma", "polygamma", "logabsgamma")
LINEAR = frozenset((
    "I", "Symmetric", "cholesky", "cross", "det", "diag", "diagm", "dot", "eigvals", "eigvecs", "inv", "kron",
    "logabsdet", "logdet", "lu", "norm", "opnorm", "pinv", "svd", "svdvals", "sylvester", "tr", "tril", "triu",
))  # fmt: skip
USED = (*SPECIAL, *LINEAR, "Inf", "Matrix", "NaN", "Real", "div", "exp", "fill",
        "float", "length", "only", "ones", "permutedims", "pi", "reshape", "size", "sum", "throw", "vec",
        "zeros", "abs2", "DimensionMismatch", "AbstractMatrix", "AbstractVector", "sums")  # fmt: skip
OWN = {
    **{name: name for name in (
        "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "cbrt", "abs", "sign", "floor", "ceil",
        "round", "log1p", "expm1", "log2", "log10", "exp2", "sinc", "asin", "acos", "atan", "asinh", "acosh", "atanh",
        "cot", "sec", "csc", "erf", "erfc", "erfi", "erfinv", "gamma", "digamma", "trigamma")},
    "square": "abs2", "step": "!heaviside",
    **{name: f"!{name}" for name in (
        "relu", "sigmoid", "softplus", "elu", "silu", "gelu", "normcdf", "normpdf", "lgamma", "tetragamma")},
}  # fmt: skip
WIDEST = 110  # characters of a line


@target("julia", python=False)
def julia(f: Function) -> str:
    """The function in Julia, with the functions that it calls above it."""
    return Julia.of(f).source()


class Julia(Dotted):
    """The names of Julia. Its vectors are vectors; a row is the transpose of one."""

    language = "Julia"
    arrow = "({0}) -> "
    functions = {name: f"{own}({{0}})" for name, own in OWN.items()}
    templates = {
        "tr": "tr({0})", "det": "det({0})", "logdet": "logabsdet({0})[1]", "inv": "inv({0})", "pinv": "pinv({0})",
        "sum": "sum({0})", "sum_down": "vec(sum({0}, dims=1))", "sum_across": "vec(sum({0}, dims=2))",
        "mean": "~sum({0}) / length({0})", "prodall": "prod({0})", "amax": "maximum({0})", "amin": "minimum({0})",
        "norm": "norm({0})", "norm1": "norm({0}, 1)", "norminf": "norm({0}, Inf)", "normnuc": "sum(svdvals({0}))",
        "norm2": "opnorm({0})", "normp": "norm({0}, {1})", "logsumexp": "!logsumexp({0})", "softmax": "!softmax({0})",
        "log_softmax": "({0} .- !logsumexp({0}))", "mean_rows": "~vec(sum({0}, dims=2)) / size({0}, 2)",
        "sum_rows": "vec(sum({0}, dims=2))", "norm_rows": "sqrt.(vec(sum(abs2, {0}, dims=2)))",
        "norm1_rows": "vec(sum(abs, {0}, dims=2))", "norminf_rows": "vec(maximum(abs, {0}, dims=2))",
        "amax_rows": "vec(maximum({0}, dims=2))", "amin_rows": "vec(minimum({0}, dims=2))",
        "logsumexp_rows": "!logsumexp_rows({0})", "softmax_rows": "!softmax_rows({0})",
        "log_softmax_rows": "({0} .- !logsumexp_rows({0}))", "cross": "cross({0}, {1})", "skew": "!skew({0})",
        "axial": "!axial({0})", "diag": "diagm({0})", "diagonal": "diag({0})", "tril": "tril({0})",
        "prodall_rows": "vec(prod({0}, dims=2))",
        "triu": "triu({0})", "kron": "kron({0}, {1})", "expm": "exp({0})", "logm": "log({0})", "sqrtm": "sqrt({0})",
        "sylvester": "sylvester({0}, {1}, -<2>)", "lu": "lu({0})", "lu_det": "det({0})",
        "lu_logdet": "logabsdet({0})[1]", "cho_factor": "cholesky(Symmetric({0}))", "cholesky_det": "det({0})",
        "cholesky_logdet": "logdet({0})", "cholesky": "!cholesky_factor({0})",
        **{name: f"!{name}({', '.join(f'{{{k}}}' for k in range(n))})" for name, n in (
            ("dexpm", 2), ("dlogm", 2), ("d2expm", 3), ("d2logm", 3), ("adj", 1), ("polar", 1), ("dpolar", 2),
            ("leading", 1), ("dleading", 2), ("commutation", 2),
            ("eigvalsh", 1), ("eigvecsh", 1),
            ("maxeig", 1), ("mineig", 1), ("maxeigvec", 1), ("mineigvec", 1))},
    }  # fmt: skip
    helpers = HELPERS

    @classmethod
    def of(cls, f: Function) -> Julia:
        """A function with the plan that this language has for it."""
        if f.name in KEYWORDS:
            raise MatcalcError(f"Julia has no names such as {f.name}")
        plan, roots = shared(f.plan, f.results)
        return cls(replace(f, plan=plan, results=roots), Names([*cls.words(), *USED, f.name, *f.reserved], KEYWORDS))

    def source(self) -> str:
        """The text of a file."""
        own = [f"{self.names.of_user(p.name)}{kind(p)}" for p in self.f.parameters]
        self.line(f"return {', '.join(p.text for p in self.write())}")
        body = [*self.checks(), *self.lines, "end"]
        helpers = [self.helpers[name].strip("\n") for name in self.helpers_used]
        words = set(WORD.findall("\n".join([*helpers, *body])))
        text = "\n".join([*self.docstring(), *packed(f"function {self.f.name}(", own, ")"), *body])
        text = "\n\n".join([*helpers, text])
        special = [name for name in SPECIAL if name in words]
        lines = ["using LinearAlgebra"] if words & LINEAR or any(v.rank > 1 for v in self.f.plan.values) else []
        lines += [f"using SpecialFunctions: {', '.join(special)}"] if special else []
        return "\n".join([*lines, *([""] if lines else []), text, ""])

    def docstring(self) -> list[str]:
        """What the function computes, and the shapes."""
        shapes = ", ".join(f"{self.names.of_user(p.name)} {told(p)}" for p in self.f.parameters if p.axes)
        text = re.sub(r'([\\"$])', r"\\\1", " ".join(self.f.text.split()))
        return ['"""', text, *([f"Shapes: {shapes}."] if shapes else []), '"""'] if text else []

    def checks(self) -> list[str]:
        """Lines that read the sizes, and one check of the shapes of all that is read."""
        lines = [self.reads(n) for n in self.sizes_read()]
        shown = self.checkable()
        tests = []
        for p in shown:
            source = [self.f.source(n) for d in p.axes or () for n in d.names]
            if not (len(p.axes or ()) == len(source) == 1 and source[0][:2] == (p.name, 0) and source[0].factor == 1):
                tests.append(f"size({self.names.of_user(p.name)}) != {self.shape(sides(p))}")
        if not tests:
            return lines
        names = [self.names.of_user(p.name) for p in shown]
        wants = ", ".join(f"{name} {told(p)}" for name, p in zip(names, shown, strict=True))
        got = ", ".join(f"{name} $(size({name}))" for name in names)
        return [*lines, *packed("    if ", tests, "", " ||"), '        throw(DimensionMismatch(',
                f'            "the shapes should be {wants}, " *', f'            "not {got}"',
                "        ))", "    end"]  # fmt: skip

    def reads(self, size: str) -> str:
        """The line that reads a size."""
        source = self.f.source(size)
        p = next(p for p in self.f.parameters if p.name == source.parameter)
        name = self.names.of_user(source.parameter)
        text = f"length({name})" if source.rank == 1 else f"size({name}, {source.axis + 1})"
        assert p.axes
        if source.offset:
            text = f"{text} {'-' if source.offset > 0 else '+'} {abs(source.offset)}"
        if source.factor != 1:
            text = f"div({text}, {source.factor})"
        return f"    {self.names.of_user(size, 'size')} = {text}"

    def result(self, v: Value) -> Piece:
        """What is returned: a row is the transpose of a vector."""
        shape = self.f.shapes[self.f.results.index(v)]
        if len(shape) == 2 and shape[0] is ONE and v.rank == 1:
            return Piece(f"{self.text(v, ATOM)}'")
        return self.pieces[v.number]

    # --- leaves ------------------------------------------------------------------------------------------------------

    def op_input(self, v: Value) -> Piece:
        name = self.names.of_user(v.data)
        return Piece(f"vec({name})" if any(p.row for p in self.f.parameters if p.name == v.data) else name)

    def op_const(self, v: Value) -> Piece:
        return Piece({"pi": "pi", "e": "exp(1)"}[v.data])

    def op_eye(self, v: Value) -> Piece:
        n = self.size(v.axes[0])
        return Piece(f"Matrix(1.0I, {n}, {n})")

    def op_ones(self, v: Value) -> Piece:
        return Piece(f"{v.op}({', '.join(self.size(d) for d in v.axes)})")

    op_zeros = op_ones

    def number(self, value: Any) -> Piece:
        if isinstance(value, int) and abs(value) >= 2**53:
            value = float(value)
        piece = super().number(value)
        return piece._replace(text=piece.text.replace("inf", "Inf").replace("nan", "NaN"))

    # --- entry by entry ----------------------------------------------------------------------------------------------

    def function(self, v: Value) -> Piece:
        piece = super().function(v)
        return piece._replace(text=piece.text.replace("(", ".(", 1)) if v.args[0].rank else piece

    def operand(self, v: Value, level: int = COMPARE) -> str:
        """A vector is a column where arrays are broadcast, and its transpose a row."""
        if v.op == "row" and v.number not in self.named:
            return f"{self.text(v.args[0], ATOM)}'"
        if v.op == "column" and v.number not in self.named:
            return self.text(v.args[0], level)
        return self.text(v, level)

    def op_add(self, v: Value) -> Piece:
        """A sum; a multiple of the identity needs no array beside another matrix."""
        dot = "" if all(a.axes == v.axes for a in v.args) else "."
        scaled = [self.identity(a) for a in v.args] if v.rank == 2 and not dot else [""] * len(v.args)
        if all(scaled):
            scaled[0] = ""
        out = ""
        for sign, a, identity in zip(v.data, v.args, scaled, strict=True):
            text = identity or self.operand(a, (ATOM if is_negative(a) else PRODUCT) if out else SUM)
            out += f" {dot}{'-' if sign < 0 else '+'} {text}" if out else text
        return Piece(out, SUM)

    def identity(self, v: Value) -> str:
        """A multiple of the identity as such, or nothing."""
        if v.number in self.named or is_negative(v):
            return ""
        if v.op == "eye":
            return "I"
        if v.op == "mul" and v.args[-1].op == "eye" and v.args[-2].rank == 0 and v.args[-1].number not in self.named:
            return " * ".join([*(self.text(a, PRODUCT) for a in v.args[:-1]), "I"])
        return ""

    def op_pow(self, v: Value) -> Piece:
        x, y = v.args
        base = f"{x.data}.0" if x.op == "number" and isinstance(x.data, int) and x.data >= 0 else self.text(x, ATOM)
        return Piece(f"{base}{' .^ ' if x.rank or y.rank else '^'}{self.text(y, ATOM)}", POWER)

    def compare(self, v: Value) -> Piece:
        x, y = v.args
        dot = "." if x.rank or y.rank else ""
        return Piece(f"float{dot}({self.operand(x, SUM)} {dot}{SIGNS[v.op]} {self.operand(y, SUM)})")

    op_gt = op_ge = op_lt = op_le = op_eq = op_ne = compare

    def op_max(self, v: Value) -> Piece:
        x, y = v.args
        return Piece(f"{v.op}{'.' if x.rank or y.rank else ''}({self.operand(x)}, {self.operand(y)})")

    op_min = op_max

    def op_mpow(self, v: Value) -> Piece:
        return Piece(f"{self.text(v.args[0], ATOM)}^{self.text(v.args[1], ATOM)}", POWER)

    # --- products ----------------------------------------------------------------------------------------------------

    def dot(self, x: Value, y: Value) -> Piece:
        return Piece(f"dot({self.text(x)}, {self.text(y)})")

    def op_inner(self, v: Value) -> Piece:
        x, y = v.args
        return Piece(f"sum(abs2, {self.text(x)})") if x is y else self.dot(x, y)

    def op_column(self, v: Value) -> Piece:
        return Piece(f"reshape({self.text(v.args[0])}, :, 1)")

    def op_t(self, v: Value) -> Piece:
        return self.divided(v.args[0]) or Piece(f"{self.text(v.args[0], ATOM)}'")

    def op_row(self, v: Value) -> Piece:
        return Piece(f"permutedims({self.text(v.args[0])})")

    def steps(self, size: Callable[[int], str]) -> Steps:
        return JuliaSteps(size, self.use)

    def op_lu_solve(self, v: Value) -> Piece:
        factors, b = v.args
        tick = "'" if v.op == "lu_solve" and v.data else ""
        if b.op == "eye":
            return Piece(f"inv({self.text(factors)}){tick}")
        return Piece(f"{self.text(factors)}{tick} \\ {self.text(b, POWER)}", PRODUCT)

    op_cholesky_solve = op_lu_solve

    # --- form --------------------------------------------------------------------------------------------------------

    def op_flat(self, v: Value) -> Piece:
        x = v.args[0]
        if x.op == "t":
            return Piece(f"vec({self.text(x.args[0])})")
        return Piece(f"vec(permutedims({self.text(x)}))")

    def op_reshape(self, v: Value) -> Piece:
        x = v.args[0]
        if not x.rank:
            return Piece(f"fill({self.text(x)}, {self.shape(v.data)})") if v.data else self.pieces[x.number]
        return super().op_reshape(v) if v.data else Piece(f"only({self.text(x)})")

    def op_index(self, v: Value) -> Piece:
        return Piece(f"{self.text(v.args[0], ATOM)}[{self.places(v)}]")

    def op_array(self, v: Value) -> Piece:
        rows, columns, kinds = v.data
        if v.rank == 1:
            between = "; " if any(a.rank for a in v.args) else ", "
            return Piece(f"[{between.join(self.text(a) for a in v.args)}]")
        parts = [f"{self.text(a, ATOM)}'" if a.rank == 1 and flat else self.text(a, ATOM)
                 for a, (flat, _) in zip(v.args, kinds, strict=True)]  # fmt: skip
        grid = [" ".join(parts[r * columns : (r + 1) * columns]) for r in range(rows)]
        return Piece(f"[{'; '.join(grid)}]")

    # --- loops -------------------------------------------------------------------------------------------------------

    def start(self, v: Value) -> str:
        return f"zeros({', '.join(self.size(d) for d in v.axes)})" if v.rank else "0.0"

    def loop(self, name: str, first: Value, last: Value) -> str:
        return f"for {name} in {self.text(first, SUM)}:{self.text(last, SUM)}"


def sides(p: Parameter) -> Iterable[Dim]:
    """The axes of a parameter; a row has two."""
    return (ONE, *(p.axes or ())) if p.row else p.axes or ()


def told(p: Parameter) -> str:
    """The shape of a parameter in words."""
    return shape_text(tuple(sides(p)))


def kind(p: Parameter) -> str:
    """The type of a parameter."""
    if p.axes is None:
        return ""
    if not p.axes:
        return "::Real"
    return f"::Abstract{'Matrix' if len(p.axes) > 1 or p.row else 'Vector'}{{<:Real}}"


def packed(head: str, parts: list[str], tail: str, between: str = ",") -> list[str]:
    """A list in one line, or in several where it is long."""
    lines, pad = [head + "".join(parts[:1])], " " * len(head)
    for part in parts[1:]:
        if len(f"{lines[-1]}{between} {part}") <= WIDEST:
            lines[-1] += f"{between} {part}"
        else:
            lines[-1] += between
            lines.append(pad + part)
    return [*lines[:-1], lines[-1] + tail]
