"""MATLAB, which GNU Octave runs. Vectors are columns, as in the question."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...terms.records import replace
from ...terms.shapes import ONE, Dim
from ..contractions import Steps
from ..dotted import Dotted, ascii_name
from ..function import Function, Parameter
from ..names import Names
from ..permuted import MatlabSteps
from ..plan import Dims, Value
from ..registry import target
from ..solves import shared
from ..source import ATOM, POWER, PRODUCT, SUM, Piece
from .matlab_helpers import HELPERS

KEYWORDS = frozenset((
    "break", "case", "catch", "classdef", "continue", "do", "else", "elseif", "end", "end_try_catch", "endfor",
    "endfunction", "endif", "endwhile", "for", "function", "global", "if", "otherwise", "parfor", "persistent",
    "return", "spmd", "switch", "try", "unwind_protect", "until", "while",
))  # fmt: skip
SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "~="}
USED = ("error", "isequal", "isscalar", "mat2str", "size", "floor", "reshape", "permute", "eye", "ones", "zeros",
        "diag", "double", "inv", "lu", "chol", "pi", "exp", "Inf", "NaN", "value", "out", "i", "j")  # fmt: skip
WIDEST = 110  # characters of a line


@target("matlab", python=False)
def matlab(f: Function) -> str:
    """The function in MATLAB, with the functions that it calls below it."""
    plan, roots = shared(f.plan, f.results)
    return Matlab(replace(f, plan=plan, results=roots)).source()


class Matlab(Dotted):
    """The names of MATLAB and Octave."""

    language = "MATLAB"
    tick = ".'"
    arrow = "@({0}) "
    ends = ";"
    functions = {
        **{name: f"{name}({{0}})" for name in (
            "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "abs", "sign", "floor", "ceil", "log1p",
            "expm1", "log2", "log10", "asin", "acos", "atan", "asinh", "acosh", "atanh", "cot", "sec", "csc", "erf",
            "erfc", "erfinv", "gamma")},
        "round": "!even({0})", "cbrt": "nthroot({0}, 3)", "exp2": "~2.^<0>", "square": "~<0>.^2", "sinc": "!sinc({0})",
        "relu": "max({0}, 0)", "step": "double({0} > 0)", "sigmoid": "~1 ./ (1 + exp(-<0>))",
        "softplus": "(max({0}, 0) + log1p(exp(-abs({0}))))", "lgamma": "gammaln({0})", "digamma": "psi({0})",
        "trigamma": "psi(1, {0})", "tetragamma": "psi(2, {0})", "elu": "(max({0}, 0) + expm1(min({0}, 0)))",
        "silu": "~<0> ./ (1 + exp(-<0>))", "gelu": "~<0> .* erfc(-<0> / sqrt(2)) / 2",
        "normcdf": "~erfc(-<0> / sqrt(2)) / 2", "normpdf": "~exp(-<0>.^2 / 2) / sqrt(2 * pi)",
    }  # fmt: skip
    templates = {
        "tr": "trace({0})", "det": "det({0})", "logdet": "sum(log(abs(diag(lu({0})))))", "inv": "inv({0})",
        "pinv": "pinv({0})", "sum_down": "sum({0}, 1).'", "sum_across": "sum({0}, 2)", "normnuc": "sum(svd({0}))",
        "norm2": "norm({0})", "logsumexp": "!logsumexp({0})", "softmax": "!softmax({0})", "normp": "!normp({0}, {1})",
        "log_softmax": "({0} - !logsumexp({0}))", "mean_rows": "mean({0}, 2)", "sum_rows": "sum({0}, 2)",
        "norm_rows": "sqrt(sum(<0>.^2, 2))", "norm1_rows": "sum(abs({0}), 2)", "norminf_rows": "max(abs({0}), [], 2)",
        "amax_rows": "max({0}, [], 2)", "amin_rows": "min({0}, [], 2)", "logsumexp_rows": "!logsumexp_rows({0})",
        "softmax_rows": "!softmax_rows({0})", "log_softmax_rows": "({0} - !logsumexp_rows({0}))",
        "cross": "cross({0}, {1})", "skew": "!skew({0})", "axial": "!axial({0})", "max": "max({0}, {1})",
        "min": "min({0}, {1})", "diag": "diag({0})", "diagonal": "diag({0})", "tril": "tril({0})", "triu": "triu({0})",
        "cumprod": "cumprod({0})", "prodall_rows": "prod({0}, 2)", "atan2": "atan2({0}, {1})",
        **{f"bessel{k}": f"bessel{k}({{0}}, {{1}})" for k in "jyik"}, "polygamma": "psi({0}, {1})",
        "kron": "kron({0}, {1})", "expm": "expm({0})", "logm": "logm({0})", "sqrtm": "sqrtm({0})",
        "sylvester": "sylvester({0}, {1}, {2})",
        **{name: f"!{name}({', '.join(f'{{{k}}}' for k in range(n))})" for name, n in (
            ("dexpm", 2), ("dlogm", 2), ("d2expm", 3), ("d2logm", 3), ("adj", 1), ("polar", 1), ("dpolar", 2),
            ("leading", 1), ("dleading", 2), ("commutation", 2),
            ("cholesky", 1), ("eigvalsh", 1), ("eigvecsh", 1),
            ("maxeig", 1), ("mineig", 1), ("maxeigvec", 1), ("mineigvec", 1))},
    }  # fmt: skip
    helpers = HELPERS

    def __init__(self, f: Function):
        super().__init__(f, Names([*self.words(), *USED, ascii_name(f.name, self.language, KEYWORDS)], KEYWORDS))
        self.factors: dict[int, tuple[str, ...]] = {}  # the names of the factors of matrices

    def source(self) -> str:
        """The text of a file."""
        own = [self.names.of_user(p.name) for p in self.f.parameters]
        for name in own:
            ascii_name(name, self.language, KEYWORDS)
        outs = ["value", "out"][-len(self.f.results) :]
        for name, piece in zip(outs, self.write(), strict=True):
            self.line(f"{name} = {piece.text};")
        head = outs[0] if len(outs) == 1 else f"[{', '.join(outs)}]"
        head = f"function {head} = {self.f.name}({', '.join(own)})"
        lines = [head, *self.about(), *self.checks(), *self.lines, "end"]
        helpers = [self.helpers[name].strip("\n") for name in self.helpers_used]
        return "\n\n".join(["\n".join(lines), *helpers]) + "\n"

    def about(self) -> list[str]:
        """What the function computes, and the shapes."""
        shapes = ", ".join(f"{self.names.of_user(p.name)} {self.told(p)}" for p in self.f.parameters if p.axes)
        text = " ".join(self.f.text.split())
        return [f"    % {line}" for line in (text, f"Shapes: {shapes}." if shapes else "") if line]

    def told(self, p: Parameter) -> str:
        """The shape of a parameter in words."""
        return f"({', '.join(map(str, self.sides(p)))})"

    def sides(self, p: Parameter) -> Dims:
        """Rows and columns of a parameter."""
        axes = p.axes or ()
        if len(axes) != 1:
            return axes or (ONE, ONE)
        return (ONE, *axes) if p.row else (*axes, ONE)

    def checks(self) -> list[str]:
        """Lines that read the sizes, and one check of the shapes of all that is read."""
        lines = [self.reads(n) for n in self.sizes_read()]
        arrays = self.checkable()
        if not arrays:
            return lines
        shown = [p for p in self.f.parameters if p in arrays or (p.axes == () and p.read)]
        names = [self.names.of_user(p.name) for p in shown]
        sizes = [self.shape(self.sides(p)) for p in shown]
        tests = [f"~isequal(size({name}), {size})" for name, size in zip(names, sizes, strict=True)]
        wants = ", ".join(f"{name} {self.told(p)}" for name, p in zip(names, shown, strict=True))
        message = f"'the shapes should be {wants}, not {', '.join(f'{name} %s' for name in names)}'"
        given = [f"'{self.f.name}:shapes'", message, *(f"mat2str(size({name}))" for name in names)]
        return [*lines, *packed("    if ", tests, " || ", ""),
                *packed("        error(", given, ", ", ");"), "    end"]  # fmt: skip

    def reads(self, size: str) -> str:
        """The line that reads a size."""
        source = self.f.source(size)
        p = next(p for p in self.f.parameters if p.name == source.parameter)
        axis = source.axis + 1 if not p.row else 2
        text = f"size({self.names.of_user(source.parameter)}, {axis})"
        if source.offset:
            text = f"{text} {'-' if source.offset > 0 else '+'} {abs(source.offset)}"
        if source.factor != 1:
            text = f"floor(({text}) / {source.factor})"
        return f"    {self.names.of_user(size, 'size')} = {text};"

    def result(self, v: Value) -> Piece:
        """What is returned: a row is a row."""
        shape = self.f.shapes[self.f.results.index(v)]
        if len(shape) == 2 and shape[0] is ONE and v.rank == 1:
            return Piece(f"{self.text(v, ATOM)}.'", POWER)
        return self.pieces[v.number]

    def shape(self, dims: Iterable[Dim]) -> str:
        """A shape of at least two axes."""
        sides = [self.size(d) for d in dims]
        return f"[{', '.join([*sides, '1', '1'][: max(2, len(sides))])}]"

    # --- leaves ------------------------------------------------------------------------------------------------------

    def op_input(self, v: Value) -> Piece:
        name = self.names.of_user(v.data)
        row = any(p.row for p in self.f.parameters if p.name == v.data)
        return Piece(f"{name}.'", POWER) if row else Piece(name)

    def op_const(self, v: Value) -> Piece:
        return Piece({"pi": "pi", "e": "exp(1)"}[v.data])

    def op_eye(self, v: Value) -> Piece:
        return Piece(f"eye({self.size(v.axes[0])})")

    def op_ones(self, v: Value) -> Piece:
        return Piece(f"{v.op}({self.shape(v.axes)[1:-1]})")

    op_zeros = op_ones

    # --- entry by entry ----------------------------------------------------------------------------------------------

    def piece(self, v: Value) -> Piece:
        self.spreads = any(a.rank == 2 and ONE in a.axes for a in v.args) and v.op in ("add", "mul", "div")
        return super().piece(v)

    def operand(self, v: Value, level: int = 0) -> str:
        """A diagonal matrix, which Octave keeps as such, is made an array before others are broadcast to it."""
        return f"full({self.text(v)})" if self.spreads and is_diagonal(v) else self.text(v, level)

    def op_pow(self, v: Value) -> Piece:
        x, y = v.args
        return Piece(f"{self.text(x, ATOM)}{'.^' if x.rank or y.rank else '^'}{self.text(y, ATOM)}", POWER)

    def compare(self, v: Value) -> Piece:
        x, y = v.args
        return Piece(f"double({self.text(x, SUM)} {SIGNS[v.op]} {self.text(y, SUM)})")

    op_gt = op_ge = op_lt = op_le = op_eq = op_ne = compare

    def op_mpow(self, v: Value) -> Piece:
        return Piece(f"{self.text(v.args[0], ATOM)}^{self.text(v.args[1], ATOM)}", POWER)

    def function(self, v: Value) -> Piece:
        x = v.args[0]
        if v.data == "sigmoid" and x.op == "neg" and x.number not in self.named:
            return Piece(f"1 ./ (1 + exp({self.text(x.args[0])}))", PRODUCT)
        return super().function(v)

    # --- reductions --------------------------------------------------------------------------------------------------

    def total(self, call: str, v: Value, of: str = "{0}") -> Piece:
        """A reduction of all entries."""
        text = of.format(self.text(v))
        if v.rank < 2:
            return Piece(f"{call}({text})")
        if v.rank == 2:
            return Piece(f"{call}({text}(:))" if text.isidentifier() else f"{call}({call}({text}))")
        return Piece(f"{call}(reshape({text}, [], 1))")

    def op_sum(self, v: Value) -> Piece:
        return self.total({"prodall": "prod", "amax": "max", "amin": "min"}.get(v.op, v.op), v.args[0])

    op_mean = op_prodall = op_amax = op_amin = op_sum

    def op_norm(self, v: Value) -> Piece:
        x = v.args[0]
        if x.rank < 3:
            return Piece(f"norm({self.text(x)}{', ' + repr('fro') if x.rank == 2 else ''})")
        return Piece(f"norm(reshape({self.text(x)}, [], 1))")

    def op_norm1(self, v: Value) -> Piece:
        return self.total("sum", v.args[0], "abs({0})")

    def op_norminf(self, v: Value) -> Piece:
        return self.total("max", v.args[0], "abs({0})")

    # --- products ----------------------------------------------------------------------------------------------------

    def dot(self, x: Value, y: Value) -> Piece:
        return Piece(f"{self.text(x, ATOM)}.' * {self.text(y, PRODUCT + 1)}", PRODUCT)

    def op_inner(self, v: Value) -> Piece:
        x, y = v.args
        if x is y and x.rank == 2:
            return Piece(f"norm({self.text(x)}, 'fro')^2", POWER)
        product = f"{self.text(x, PRODUCT)} .* {self.text(y, PRODUCT + 1)}"
        return Piece(f"sum(sum({product}))" if x.rank == 2 else f"sum(reshape({product}, [], 1))")

    def op_column(self, v: Value) -> Piece:
        return self.pieces[v.args[0].number]

    def op_row(self, v: Value) -> Piece:
        return self.divided(v.args[0]) or Piece(f"{self.text(v.args[0], ATOM)}.'", POWER)

    op_t = op_row

    def steps(self, size: Callable[[int], str]) -> Steps:
        return MatlabSteps(size, self.use)

    # --- factorizations ----------------------------------------------------------------------------------------------

    def op_lu(self, v: Value) -> Piece:
        names = tuple(self.names.fresh(letter) for letter in "LUP")
        self.line(f"[{', '.join(names)}] = lu({self.text(v.args[0])});")
        self.factors[v.number] = names
        self.named.add(v.number)
        return Piece(names[0])

    def op_lu_solve(self, v: Value) -> Piece:
        lower, upper, rows = self.factors[v.args[0].number]
        b = v.args[1]
        if v.data:
            return Piece(f"{rows}.' * ({lower}.' \\ ({upper}.' \\ {self.text(b, POWER)}))", PRODUCT)
        right = rows if b.op == "eye" else f"({rows} * {self.text(b, POWER)})"
        return Piece(f"{upper} \\ ({lower} \\ {right})", PRODUCT)

    def op_lu_det(self, v: Value) -> Piece:
        _, upper, rows = self.factors[v.args[0].number]
        return Piece(f"det({rows}) * prod(diag({upper}))", PRODUCT)

    def op_lu_logdet(self, v: Value) -> Piece:
        return Piece(f"sum(log(abs(diag({self.factors[v.args[0].number][1]}))))")

    def op_cho_factor(self, v: Value) -> Piece:
        name = self.names.fresh("R")
        self.line(f"{name} = chol({self.text(v.args[0])});")
        self.named.add(v.number)
        return Piece(name)

    def op_cholesky_solve(self, v: Value) -> Piece:
        r = self.text(v.args[0])
        return Piece(f"{r} \\ ({r}.' \\ {self.text(v.args[1], POWER)})", PRODUCT)

    def op_cholesky_det(self, v: Value) -> Piece:
        return Piece(f"prod(diag({self.text(v.args[0])}))^2", POWER)

    def op_cholesky_logdet(self, v: Value) -> Piece:
        return Piece(f"2 * sum(log(diag({self.text(v.args[0])})))", PRODUCT)

    # --- form --------------------------------------------------------------------------------------------------------

    def op_flat(self, v: Value) -> Piece:
        x = v.args[0]
        if x.op == "t":
            text = self.text(x.args[0])
            return Piece(f"{text}(:)" if text.isidentifier() else f"reshape({text}, [], 1)")
        return Piece(f"reshape({self.text(x, ATOM)}.', [], 1)")

    def op_index(self, v: Value) -> Piece:
        x = v.args[0]
        if not self.text(x).isidentifier():
            self.name(x)
        text = f"{self.text(x)}({self.places(v)})"
        return Piece(f"{text}.'", POWER) if v.rank == 1 and x.rank == 2 and v.data[0][0] == "at" else Piece(text)

    def op_array(self, v: Value) -> Piece:
        rows, columns, kinds = v.data
        if v.rank == 1:
            return Piece(f"[{'; '.join(self.text(a) for a in v.args)}]")
        parts = [f"{self.text(a, ATOM)}.'" if a.rank == 1 and flat else self.text(a)
                 for a, (flat, _) in zip(v.args, kinds, strict=True)]  # fmt: skip
        grid = [", ".join(parts[r * columns : (r + 1) * columns]) for r in range(rows)]
        return Piece(f"[{'; '.join(grid)}]")

    # --- loops -------------------------------------------------------------------------------------------------------

    def start(self, v: Value) -> str:
        return f"zeros({self.shape(v.axes)[1:-1]})" if v.rank else "0"

    def loop(self, name: str, first: Value, last: Value) -> str:
        return f"for {name} = {self.text(first, SUM)}:{self.text(last, SUM)}"


def is_diagonal(v: Value) -> bool:
    """Whether a matrix is written as a diagonal one."""
    while v.op in ("neg", "t", "mul"):
        if any(a.rank for a in v.args[:-1]):
            return False
        v = v.args[-1]
    return v.op in ("eye", "diag")


def packed(head: str, parts: list[str], between: str, tail: str) -> list[str]:
    """A statement in one line, or in several where it is long."""
    lines, pad = [head + parts[0]], " " * (len(head) - len(head.lstrip()) + 4)
    for part in parts[1:]:
        if len(lines[-1] + between + part) <= WIDEST:
            lines[-1] += between + part
        else:
            lines[-1] += f"{between.rstrip()} ..."
            lines.append(pad + part)
    return [*lines[:-1], lines[-1] + tail]
