"""C: plain loops over arrays whose rows stand one after the other."""

from __future__ import annotations

from ...terms.errors import MatcalcError
from ...terms.records import replace
from ...terms.shapes import Dim
from ..entries import Entries, loose
from ..function import Function, shape_text
from ..names import Names
from ..plan import Value, needed
from ..registry import target
from ..solves import shared

FUNCTIONS = {
    **{name: name for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "cbrt", "floor",
                               "ceil", "log1p", "expm1", "log2", "log10", "exp2", "asin", "acos", "atan", "asinh",
                               "acosh", "atanh", "erf", "erfc", "lgamma")},
    "abs": "fabs", "round": "rint", "gamma": "tgamma",
}  # fmt: skip
HELPERS = {
    "square": "static double square(double x) { return x * x; }",
    "sign": "static double sign(double x) { return (x > 0) - (x < 0); }",
    "relu": "static double relu(double x) { return x > 0 ? x : 0.0; }",
    "step": "static double step(double x) { return x > 0 ? 1.0 : 0.0; }",
    "sigmoid": "static double sigmoid(double x) {\n    double e = exp(-fabs(x));\n"
               "    return (x >= 0 ? 1.0 : e) / (1.0 + e);\n}",
    "softplus": "static double softplus(double x) { return (x > 0 ? x : 0.0) + log1p(exp(-fabs(x))); }",
    "normcdf": "static double normcdf(double x) { return erfc(-x / sqrt(2.0)) / 2.0; }",
    "normpdf": "static double normpdf(double x) { return exp(-x * x / 2.0) / sqrt(2.0 * 3.14159265358979312); }",
    "gelu": "static double gelu(double x) { return x * erfc(-x / sqrt(2.0)) / 2.0; }",
    "elu": "static double elu(double x) { return x > 0 ? x : expm1(x); }",
    "silu": "static double silu(double x) {\n    double e = exp(-fabs(x));\n"
            "    return x * (x >= 0 ? 1.0 : e) / (1.0 + e);\n}",
    "eliminate": """/* Elimination with row exchanges: b becomes inv(a)*b; the determinant is sign*exp(logarithm). */
static void eliminate(size_t n, size_t k, double *a, double *b, double *sign, double *logarithm) {
    *sign = 1.0;
    *logarithm = 0.0;
    for (size_t c = 0; c < n; c++) {
        size_t p = c;
        for (size_t r = c + 1; r < n; r++)
            if (fabs(a[r * n + c]) > fabs(a[p * n + c])) p = r;
        if (p != c) {
            *sign = -*sign;
            for (size_t j = 0; j < n; j++) { double x = a[c * n + j]; a[c * n + j] = a[p * n + j]; a[p * n + j] = x; }
            for (size_t j = 0; j < k; j++) { double x = b[c * k + j]; b[c * k + j] = b[p * k + j]; b[p * k + j] = x; }
        }
        if (a[c * n + c] < 0) *sign = -*sign;
        *logarithm += log(fabs(a[c * n + c]));
        for (size_t r = c + 1; r < n; r++) {
            double f = a[r * n + c] / a[c * n + c];
            for (size_t j = c + 1; j < n; j++) a[r * n + j] -= f * a[c * n + j];
            for (size_t j = 0; j < k; j++) b[r * k + j] -= f * b[c * k + j];
        }
    }
    for (size_t c = n; c-- > 0;)
        for (size_t j = 0; j < k; j++) {
            for (size_t r = c + 1; r < n; r++) b[c * k + j] -= a[c * n + r] * b[r * k + j];
            b[c * k + j] /= a[c * n + c];
        }
}""",
}  # fmt: skip
LETTERS = "ijrsabcdefgh"  # indices
WORDS = frozenset((
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern",
    "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed",
    "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "main",
    "size_t", "malloc", "free", "exp", "log", "sin", "cos", "tan", "sqrt", "pow", "y0", "y1", "yn", "j0", "j1",
    "jn", "gamma", "div", "abs",
))  # fmt: skip


@target("c", python=False)
def c(f: Function) -> str:
    """The function in C: the sizes, the arguments, then where the results are written."""
    plan, roots = shared(f.plan, f.results, False)
    return C(replace(f, plan=plan, results=roots)).source()


class C:
    """A function in C."""

    def __init__(self, f: Function):
        self.f = f
        self.names = Names([*FUNCTIONS, *HELPERS, f.name, "out", "value", *LETTERS, "t", "u"], WORDS)
        self.entry = Entries(self.size, self.function)
        self.lines: list[str] = []
        self.free: list[str] = []
        self.helpers: dict[str, None] = {}
        self.uses: dict[int, int] = {}
        self.sizes = sorted({n for p in f.parameters for d in p.axes or () for n in d.names})

    def source(self) -> str:
        """The text of the file."""
        if any(p.axes is None for p in self.f.parameters):
            raise MatcalcError("C is written without functions as parameters")
        for p in self.f.parameters:
            if not self.names.of_user(p.name).isascii():
                raise MatcalcError(f"C has no names such as {p.name}")
        for v in needed(self.f.results):
            for a in v.args:
                self.uses[a.number] = self.uses.get(a.number, 0) + 1
            if v.op == "input":
                self.entry.stored[v.number] = self.names.of_user(v.data)
        outs = ["value", "out"][-len(self.f.results) :]
        for v in needed(self.f.results):
            if v.args and v not in self.f.results and self.keeps(v):
                self.store(v, self.new(v))
        for v, out in zip(self.f.results, outs, strict=True):
            self.store(v, out if v.rank else f"*{out}", keep=False)
        sizes = [f"size_t {self.size(Dim.of(n))}" for n in self.sizes]
        given = [f"const double *{self.names.of_user(p.name)}" if p.axes else f"double {self.names.of_user(p.name)}"
                 for p in self.f.parameters]  # fmt: skip
        head = f"void {self.f.name}({', '.join([*sizes, *given, *(f'double *{o}' for o in outs)])}) {{"
        unread = [self.size(Dim.of(n)) for n in self.sizes] + [self.names.of_user(p.name) for p in self.f.parameters]
        ignored = f"    {' '.join(f'(void){n};' for n in unread)}"
        body = "\n".join([*self.lines, *(f"    free({n});" for n in self.free)])
        shapes = ", ".join(f"{self.names.of_user(p.name)} {shape_text(p.axes)}" for p in self.f.parameters if p.axes)
        text = self.f.text.replace("*/", "* /")
        about = f"/* {text}\n   Shapes: {shapes}; rows one after the other. */" if text else f"/* Shapes: {shapes}. */"
        helpers = [HELPERS[name] for name in self.helpers]
        return "\n".join(["#include <math.h>", "#include <stdlib.h>", "", *helpers, *([""] if helpers else []), about,
                          head, ignored, body, "}", ""])  # fmt: skip

    def size(self, d: Dim) -> str:
        """A size as source text that holds together."""
        parts = []
        for mono, factor in d.terms:
            parts.append("*".join([*([str(factor)] if factor != 1 or not mono else []),
                                   *(self.names.of_user(n, "size") for n in mono)]))  # fmt: skip
        text = " + ".join(parts) or "0"
        return text if text.isidentifier() or text.isdigit() else f"({text})"

    def function(self, name: str, x: str) -> str:
        """A call of an elementwise function."""
        if name in HELPERS:
            self.helpers[name] = None
            return f"{name}({x})"
        if name in ("sec", "csc", "cot"):
            return f"(1.0 / {dict(sec='cos', csc='sin', cot='tan')[name]}({x}))"
        if name not in FUNCTIONS:
            raise MatcalcError(f"C has no {name}")
        return f"{FUNCTIONS[name]}({x})"

    # --- arrays ------------------------------------------------------------------------------------------------

    def keeps(self, v: Value) -> bool:
        """Whether a value gets an array: what is no work to read, or is read once by what reads once, does not."""
        if not self.entry.reads(v):
            return True
        again = self.uses.get(v.number, 0) > 1 or any(v in w.args and w.op in BUILD for w in self.readers(v))
        return again and loose(v)

    def readers(self, v: Value) -> list[Value]:
        """The values that read a value, also through transposes."""
        if not hasattr(self, "_readers"):
            self._readers: dict[int, list[Value]] = {}
            for w in needed(self.f.results):
                for a in w.args:
                    self._readers.setdefault(a.number, []).append(w)
        return self._readers.get(v.number, [])

    def new(self, v: Value) -> str:
        """A variable for a value."""
        name = self.names.fresh("sv"[v.rank == 1] if v.rank < 2 else "M")
        if v.rank:
            count = " * ".join(self.size(d) for d in v.axes)
            self.line(f"double *{name} = malloc({count} * sizeof(double));")
            self.free.append(name)
        else:
            self.line(f"double {name} = 0.0;")
        return name

    def line(self, text: str, depth: int = 1) -> None:
        """A line of the body."""
        self.lines.append("    " * depth + text)

    def store(self, v: Value, name: str, keep: bool = True) -> None:
        """Lines that compute a value into an array."""
        if v.number in self.entry.stored or self.entry.reads(v):
            self.each(v, lambda index: f"{self.put(v, name, index)} = {self.entry(v, index)};")
        elif v.op in BUILD:
            BUILD[v.op](self, v, name)
        else:
            raise MatcalcError(f"C has no {v.op}")
        if keep:
            self.entry.stored[v.number] = name

    def put(self, v: Value, name: str, index: tuple[str, ...]) -> str:
        """An entry that is written."""
        return f"{name}[{self.entry.place(v, index)}]" if v.rank else name

    def each(self, v: Value, line: object, more: tuple[tuple[str, Dim], ...] = ()) -> None:
        """A line for every entry of a value, and for further indices inside."""
        letters = tuple(LETTERS[: v.rank])
        for depth, (i, d) in enumerate([*zip(letters, v.axes, strict=True), *more], 1):
            self.line(f"for (size_t {i} = 0; {i} < {self.size(d)}; {i}++)", depth)
        self.line(line(letters), len(letters) + len(more) + 1)  # type: ignore[operator]

    def matmul(self, v: Value, name: str) -> None:
        """A product; the inner loop runs along rows."""
        x, y = v.args
        inner = x.axes[-1]
        if v.rank:
            self.each(v, lambda index: f"{self.put(v, name, index)} = 0.0;")
        else:
            self.line(f"{name} = 0.0;")
        outer = ["i"] if x.rank == 2 else []
        last = ["j"] if y.rank == 2 else []
        order = [*outer, "t", *last] if last or x.op != "t" else ["t", *outer]
        sizes = {"i": x.axes[0], "t": inner, "j": y.axes[-1]}
        for depth, i in enumerate(order, 1):
            self.line(f"for (size_t {i} = 0; {i} < {self.size(sizes[i])}; {i}++)", depth)
        place = self.put(v, name, (*outer, *last))
        self.line(f"{place} += {self.entry(x, (*outer, 't'))} * {self.entry(y, ('t', *last))};", len(order) + 1)

    def total(self, v: Value, name: str) -> None:
        """Sums: of all entries, of rows, of columns, of products, of diagonals."""
        x = v.args[0]
        index = {"tr": ("t", "t")}.get(v.op, tuple("tu"[: x.rank]))
        loops = [("t", x.axes[0])] if v.op == "tr" else list(zip("tu", x.axes, strict=False))
        out: tuple[str, ...] = ()
        if v.op == "sum_down":
            out = ("u",)
        if v.op == "sum_across":
            out = ("t",)
        self.each(v, lambda at: f"{self.put(v, name, at)} = 0.0;")
        for depth, (i, d) in enumerate(loops, 1):
            self.line(f"for (size_t {i} = 0; {i} < {self.size(d)}; {i}++)", depth)
        term = self.entry(x, index)
        if v.op == "inner":
            term = f"{term} * {self.entry(v.args[1], index)}"
        if v.op == "norm":
            term = self.function("square", term)
        if v.op == "norm1":
            term = f"fabs({term})"
        self.line(f"{self.put(v, name, out)} += {term};", len(loops) + 1)
        if v.op == "norm":
            self.line(f"{name} = sqrt({name});")
        if v.op == "mean":
            self.line(f"{name} /= (double)({' * '.join(self.size(d) for d in x.axes)});")

    def largest(self, v: Value, name: str) -> None:
        """The largest or smallest entry."""
        x = v.args[0]
        index = tuple("tu"[: x.rank])
        wrap = "fabs({})" if v.op == "norminf" else "{}"
        self.line(f"{name} = {wrap.format(self.entry(x, tuple('0' for _ in index)))};")
        for depth, (i, d) in enumerate(zip(index, x.axes, strict=True), 1):
            self.line(f"for (size_t {i} = 0; {i} < {self.size(d)}; {i}++)", depth)
        call = "fmin" if v.op == "amin" else "fmax"
        self.line(f"{name} = {call}({name}, {wrap.format(self.entry(x, index))});", len(index) + 1)

    def exponentials(self, v: Value, name: str) -> None:
        """logsumexp and softmax, without overflow."""
        x = v.args[0]
        index = tuple("tu"[: x.rank])
        top, total = self.names.fresh("s"), self.names.fresh("s")
        self.line(f"double {top} = {self.entry(x, tuple('0' for _ in index))}, {total} = 0.0;")
        here = self.entry(x, index)
        for line in (f"{top} = fmax({top}, {here});", f"{total} += exp({here} - {top});"):
            for depth, (i, d) in enumerate(zip(index, x.axes, strict=True), 1):
                self.line(f"for (size_t {i} = 0; {i} < {self.size(d)}; {i}++)", depth)
            self.line(line, len(index) + 1)
        if v.op == "logsumexp":
            self.line(f"{name} = {top} + log({total});")
        else:
            self.each(v, lambda at: f"{self.put(v, name, at)} = exp({self.entry(x, at)} - {top}) / {total};")

    def solved(self, v: Value, name: str) -> None:
        """Solves, inverses and determinants by elimination."""
        m = v.args[0]
        self.helpers["eliminate"] = None
        copy, n = self.names.fresh("M"), self.size(m.axes[0])
        turned = v.op == "solve" and v.data
        self.line(f"double *{copy} = malloc({n} * {n} * sizeof(double));")
        self.free.append(copy)
        for depth, i in enumerate("ij", 1):
            self.line(f"for (size_t {i} = 0; {i} < {n}; {i}++)", depth)
        self.line(f"{copy}[i * {n} + j] = {self.entry(m, ('j', 'i') if turned else ('i', 'j'))};", 3)
        sign, logarithm = self.names.fresh("s"), self.names.fresh("s")
        self.line(f"double {sign}, {logarithm};")
        if v.op in ("det", "logdet"):
            self.line(f"eliminate({n}, 0, {copy}, NULL, &{sign}, &{logarithm});")
            self.line(f"{name} = {f'{sign} * exp({logarithm})' if v.op == 'det' else logarithm};")
            return
        if v.op == "inv":
            self.each(v, lambda at: f"{self.put(v, name, at)} = {at[0]} == {at[1]} ? 1.0 : 0.0;")
        else:
            self.each(v, lambda at: f"{self.put(v, name, at)} = {self.entry(v.args[1], at)};")
        columns = self.size(v.axes[1]) if v.rank == 2 else "1"
        self.line(f"eliminate({n}, {columns}, {copy}, {name}, &{sign}, &{logarithm});")

    def einsum(self, v: Value, name: str) -> None:
        """An index expression: loops over all of its indices."""
        ins, out = v.data
        letter = {i: LETTERS[k] for k, i in enumerate(out)}
        more = []
        for axes, a in zip(ins, v.args, strict=True):
            for i, d in zip(axes, a.axes, strict=True):
                if i not in letter:
                    letter[i] = self.names.fresh("t")
                    more.append((letter[i], d))
        factors = [self.entry(a, tuple(letter[i] for i in axes)) for a, axes in zip(v.args, ins, strict=True)]
        self.each(v, lambda at: f"{self.put(v, name, at)} = 0.0;")
        self.each(v, lambda at: f"{self.put(v, name, at)} += {' * '.join(factors)};", tuple(more))


BUILD = {
    "matmul": C.matmul, "einsum": C.einsum,
    **dict.fromkeys(("sum", "mean", "sum_down", "sum_across", "inner", "tr", "norm", "norm1"), C.total),
    **dict.fromkeys(("amax", "amin", "norminf"), C.largest), "logsumexp": C.exponentials, "softmax": C.exponentials,
    **dict.fromkeys(("solve", "inv", "det", "logdet"), C.solved),
}  # fmt: skip
