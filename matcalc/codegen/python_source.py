"""Python source: what the libraries for arrays share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

from ..terms.records import replace
from ..terms.shapes import Dim
from .function import Function, Kept, Parameter, shape_text
from .names import Names
from .plan import Value
from .solves import shared
from .source import ATOM, COMPARE, POWER, PRODUCT, SUM, UNARY, Piece, Source

SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!="}


MATH = {
    name: f"math.{name}({{0}})"
    for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "log1p", "expm1", "erf", "erfc",
                 "gamma", "lgamma", "asin", "acos", "atan")
}  # fmt: skip


KEPT = "Hessian"  # the class of a Hessian that is given by its factors


def indented(text: str) -> str:
    """A text as the body of a class has it."""
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))


class Python(Source):
    """A function in Python over a library with the names of NumPy, which it imports as `xp`."""

    xp: ClassVar[str] = "np"
    imports: ClassVar[dict[str, str]] = {"np": "import numpy as np"}  # by the name that they bind
    lengths: ClassVar[bool] = True  # whether arrays have a length
    kind: ClassVar[str] = ""  # the options that give a new array the kind of an array {}
    factorizes: ClassVar[bool] = True  # whether the library has LU and Cholesky factorizations, with solves by them
    left: ClassVar[bool] = False  # whether a transposed matrix times a vector is always written vector @ matrix

    array: ClassVar[str] = "object"  # the type of an array, as an annotation
    registered: ClassVar[list[str]] = []  # decorators of a class whose fields are arrays
    constant: ClassVar[str] = ""  # the value of a field of such a class that is no array

    @classmethod
    def source(cls, f: Function) -> str:
        """The source text of a function, with its imports and the functions that it calls."""
        head = ["self", KEPT] if f.kept is not None else []
        self = cls.of(f, [f.name, *head])
        parts, used = [self.definition()], dict(self.helpers_used)
        if f.kept is not None:
            own = [cls.of(g, head) for g in f.kept.methods]
            parts.insert(0, cls.object(f.kept, [indented(g.definition(["self"])) for g in own]))
            used |= dict.fromkeys(name for g in own for name in g.helpers_used)
        return cls.module(parts, used)

    @classmethod
    def of(cls, f: Function, reserved: Iterable[str]) -> Self:
        """A function with the plan that this target has for it."""
        plan, roots = shared(f.plan, f.results, cls.factorizes)
        names = Names([*cls.imports, *cls.helpers, *reserved, *f.reserved])
        names.given.update(f.given)
        return cls(replace(f, plan=plan, results=roots), names)

    @classmethod
    def module(cls, parts: list[str], helpers_used: Iterable[str]) -> str:
        """Functions and classes behind the imports and helpers that they use."""
        text = "\n\n\n".join([*(cls.helpers[name].strip("\n") for name in helpers_used), *parts])
        used = set(re.findall(r"(?<![\w.])(\w+)[.(]", text))  # np.linalg is no linalg
        standard = [name for name in ("dataclass", "field") if name in used]
        lines = [f"from dataclasses import {', '.join(standard)}"] if standard else []
        lines += [line for name, line in cls.imports.items() if name in (*used, cls.xp)]
        return ("\n".join([*lines, "", "", ""]) if lines else "") + text + "\n"

    def definition(self, first: Sequence[str] = ()) -> str:
        """The text of the function."""
        parameters = [self.names.of_user(p.name) for p in self.f.parameters if ("input", p.name) not in self.f.given]
        results = [p.text for p in self.write()]
        kept = self.f.kept
        if kept is not None:
            at = len(results) - len(kept.fields)
            results[at:] = [f"{KEPT}({', '.join([*results[at:], *(self.size(Dim.of(n)) for n in kept.sizes)])})"]
        checks = self.checks()
        body = [*self.docstring(), *self.setting(), *checks, *self.lines, f"    return {', '.join(results)}"]
        return "\n".join([f"def {self.f.name}({', '.join([*first, *parameters])}):", *body])

    @classmethod
    def object(cls, kept: Kept, methods: list[str]) -> str:
        """The class of what is kept."""
        fields = [f"    {name}: {cls.array if is_array else 'float'}" for name, is_array in kept.fields]
        fields += [f"    {name}: int{cls.constant}" for name in kept.sizes]
        head = [*cls.registered, "@dataclass(frozen=True, eq=False)", f"class {KEPT}:", f'    """{kept.text}"""', ""]
        return "\n".join([*head, *fields, *(f"\n{m}" for m in methods)])

    # --- the head of the function --------------------------------------------------------------------------------

    def docstring(self) -> list[str]:
        """What the function computes, and the shapes."""
        own = [p for p in self.f.parameters if p.axes and ("input", p.name) not in self.f.given]
        shapes = ", ".join(f"{self.names.of_user(p.name)} {shape_text(p.axes or ())}" for p in own)
        text = self.f.text.replace("\\", "\\\\").replace('"', "'")
        if not text:
            return []
        if not shapes:
            return [f'    """{text}"""']
        return [f'    """{text}', "", f"    Shapes: {shapes}.", '    """']

    def setting(self) -> list[str]:
        """Lines before all others."""
        return []

    def checks(self) -> list[str]:
        """Lines that read the sizes, and one check of the shapes of all that is read."""
        lines = [self.reads(n) for n in self.sizes_read() if ("size", n) not in self.f.given]
        shown = self.checkable()
        if not shown:
            return lines
        tested = []
        for p in shown:
            axes = p.axes or ()
            name = self.names.of_user(p.name)
            source = [self.f.source(n) for n in sorted({n for d in axes for n in d.names})]
            if len(axes) == 1 and len(source) == 1 and source[0][:2] == (p.name, 0) and source[0].factor == 1:
                tested.append(f"{name}.ndim != 1")
            else:
                tested.append(f"{name}.shape != {self.shape(axes)}")
        wants = ", ".join(f"{self.names.of_user(p.name)} {shape_text(p.axes or ())}" for p in shown)
        got = ", ".join(f"{{{self.shape_of(p)}}}" for p in shown)
        error = f'raise ValueError(f"the shapes should be {wants}, not {got}")'
        raised = [f"        {error}"]
        if len(error) > 110:
            raised = ["        raise ValueError(", f'            "the shapes should be {wants}, "']
            raised += [f'            f"not {got}"', "        )"]
        return [*lines, *self.condition(tested), *raised]

    def condition(self, tests: list[str]) -> list[str]:
        """The first line, or lines, of an if."""
        line = f"    if {' or '.join(tests)}:"
        if len(line) <= 120:
            return [line]
        return ["    if (", *(f"        {'or ' if k else ''}{t}" for k, t in enumerate(tests)), "    ):"]

    def shape_of(self, p: Parameter) -> str:
        """The shape of a parameter as source text."""
        return f"{self.names.of_user(p.name)}.shape"

    def reads(self, size: str) -> str:
        """The line that reads a size."""
        source = self.f.source(size)
        axis = -1 if source.axis and source.axis == source.rank - 1 else source.axis
        name = self.names.of_user(source.parameter)
        text = f"len({name})" if axis == 0 and self.lengths else f"{name}.shape[{axis}]"
        if source.offset:
            text = f"{text} {'-' if source.offset > 0 else '+'} {abs(source.offset)}"
        if source.factor != 1:
            text = f"({text}) // {source.factor}" if source.offset else f"{text} // {source.factor}"
        return f"    {self.names.of_user(size, 'size')} = {text}"

    # --- leaves --------------------------------------------------------------------------------------------------

    def op_const(self, v: Value) -> Piece:
        if v.data == "i":
            return Piece("1j")
        return Piece(f"{'math' if self.of_numbers else self.xp}.{v.data}")

    def op_eye(self, v: Value) -> Piece:
        return Piece(f"{self.xp}.eye({self.size(v.axes[0])}{self.like()})")

    def like(self) -> str:
        """The options by which a new array is of the kind of those that are given."""
        first = next((p for p in self.f.parameters if p.axes and p.read), None)
        first = first or next((p for p in self.f.parameters if p.axes), None)
        if first is None or not self.kind:
            return ""
        return self.kind.replace("{0}", self.names.of_user(first.name))

    def op_ones(self, v: Value) -> Piece:
        axes = self.size(v.axes[0]) if len(v.axes) == 1 else self.shape(v.axes)
        return Piece(f"{self.xp}.{v.op}({axes}{self.like()})")

    op_zeros = op_ones

    # --- products and entries ------------------------------------------------------------------------------------

    def op_matmul(self, v: Value) -> Piece:
        x, y = v.args
        if (x.rank, y.rank) == (2, 1) and x.op == "t" and (self.left or v.number in self.f.plan.left):
            x, y = y, x.args[0]
        return Piece(f"{self.text(x, PRODUCT)} @ {self.text(y, UNARY)}", PRODUCT)

    def op_outer(self, v: Value) -> Piece:
        x, y = v.args
        return Piece(f"{self.text(x, ATOM)}[:, None] * {self.text(y, UNARY)}", PRODUCT)

    def op_column(self, v: Value) -> Piece:
        return Piece(f"{self.text(v.args[0], ATOM)}[:, None]")

    def op_row(self, v: Value) -> Piece:
        return Piece(f"{self.text(v.args[0], ATOM)}[None, :]")

    def operand(self, v: Value, level: int = COMPARE) -> str:
        """A vector is a row where arrays are broadcast."""
        return self.text(v.args[0] if v.op == "row" else v, level)

    def op_t(self, v: Value) -> Piece:
        return Piece(f"{self.text(v.args[0], ATOM)}.T")

    def op_pow(self, v: Value) -> Piece:
        x, y = v.args
        return Piece(f"{self.text(x, ATOM)}**{self.text(y, ATOM)}", POWER)

    def compare(self, v: Value) -> Piece:
        x, y = v.args
        return Piece(f"({self.text(x, SUM)} {SIGNS[v.op]} {self.text(y, SUM)}) * 1.0", PRODUCT)

    op_gt = op_ge = op_lt = op_le = op_eq = op_ne = compare

    def op_inner(self, v: Value) -> Piece:
        x, y = v.args
        if x is y:
            return Piece(f"{self.xp}.sum({self.text(x, ATOM)}**2)")
        return Piece(f"{self.xp}.sum({self.text(x, PRODUCT)} * {self.text(y, UNARY)})")

    # --- form ----------------------------------------------------------------------------------------------------

    def op_flat(self, v: Value) -> Piece:
        return Piece(f"{self.text(v.args[0], ATOM)}.reshape(-1)")

    def op_reshape(self, v: Value) -> Piece:
        x = v.args[0]
        if not x.rank:
            return Piece(f"{self.xp}.reshape({self.text(x)}, {self.shape(v.data)})")
        shown = self.shape(v.data) if v.data else "()"
        return Piece(f"{self.text(x, ATOM)}.reshape({shown})")

    def op_index(self, v: Value) -> Piece:
        shown = ", ".join(_slice(s) for s in v.data)
        return Piece(f"{self.text(v.args[0], ATOM)}[{shown}]")

    def op_array(self, v: Value) -> Piece:
        rows, columns, kinds = v.data
        parts = []
        for a, (flat, thin) in zip(v.args, kinds, strict=True):
            if flat and thin:
                parts.append(self.entry(a))
            elif a.rank == 1:
                parts.append(f"{self.text(a, ATOM)}[{'None, :' if flat else ':, None'}]")
            else:
                parts.append(self.text(a))
        scalars = all(flat and thin for flat, thin in kinds)
        if scalars and 1 in (rows, columns):
            return self.listed(parts)
        if not scalars and v.rank == 1:
            return self.joined([self.text(a, ATOM) if a.rank else f"[{self.text(a)}]" for a in v.args])
        grid = [f"[{', '.join(parts[r * columns : (r + 1) * columns])}]" for r in range(rows)]
        return self.listed(grid) if scalars else self.blocks(grid)

    def entry(self, a: Value) -> str:
        """A scalar among the entries of an array."""
        return self.text(a)

    def listed(self, parts: list[str]) -> Piece:
        """An array of scalars."""
        return Piece(f"{self.xp}.array([{', '.join(parts)}])")

    def joined(self, parts: list[str]) -> Piece:
        """Vectors one after the other."""
        return Piece(f"{self.xp}.hstack([{', '.join(parts)}])")

    def blocks(self, rows: list[str]) -> Piece:
        """A matrix of blocks."""
        return Piece(f"{self.xp}.block([{', '.join(rows)}])")

    def op_einsum(self, v: Value) -> Piece:
        ins, out = v.data
        letter = {i: _LETTERS[k] for k, i in enumerate(dict.fromkeys(i for axes in (*ins, out) for i in axes))}
        spec = ",".join("".join(letter[i] for i in axes) for axes in ins) + "->" + "".join(letter[i] for i in out)
        operands = ", ".join(self.text(a) for a in v.args)
        return Piece(f"{self.xp}.einsum('{spec}', {operands}{self.path(v)})")

    def path(self, v: Value) -> str:
        """The option that orders a contraction of several arrays."""
        return ", optimize=True" if is_ordered(*v.data) else ""

    def op_solve(self, v: Value) -> Piece:
        a, b = v.args
        matrix = f"{self.text(a, ATOM)}.T" if v.data else self.text(a)
        return Piece(f"{self.xp}.linalg.solve({matrix}, {self.text(b)})")

    def op_kernel(self, v: Value) -> Piece:
        name, numpy_name, shape = v.data
        self.use("kernel")
        function = f"{self.xp}.{numpy_name}" if numpy_name else self.callable(name, len(v.args), len(shape))
        given = "".join(f", {self.text(a)}" for a in v.args)
        return Piece(f"kernel({function}, {self.shape(shape)}{given})")

    def callable(self, name: str, given: int, axes: int) -> str:
        """An operation as a function of its arguments and directions."""
        template = self.templates.get(name)
        if template is None:
            raise self.unknown(name)
        letters = [f"a{k}" for k in range(given + (axes - 2) // 2)]
        text = template
        for k, letter in enumerate(letters):
            text = text.replace(f"{{{k}}}", letter)
        for other in self.helpers:
            if f"!{other}(" in text:
                self.use(other)
        return f"lambda {', '.join(letters)}: {text.replace('!', '')}"

    def start(self, v: Value) -> str:
        """What a sum begins with."""
        return f"{self.xp}.zeros({self.shape(v.axes)}{self.like()})" if v.rank else "0.0"

    def loop(self, name: str, first: Value, last: Value) -> str:
        """The first line of a loop."""
        return f"for {name} in range({self.whole(first)}, {self.whole(last)} + 1):"

    def whole(self, v: Value) -> str:
        """A limit of a loop."""
        if v.op == "number":
            return self.text(v)
        return f"int({self.text(v)})"


def is_ordered(ins: Sequence[tuple[int, ...]], out: tuple[int, ...]) -> bool:
    """Whether a contraction is worth a search for its order, by which two arrays become a product of matrices."""
    indices = {i for axes in ins for i in axes}
    return len(ins) > 2 or (len(ins) == 2 and len(indices) > 3 and not indices <= set(out))


def _slice(spec: tuple[object, ...]) -> str:
    """An entry of brackets: a number, or start:stop:step."""
    if spec[0] == "at":
        return str(spec[1])
    _, start, stop, step = spec
    text = f"{'' if start is None else start}:{'' if stop is None else stop}"
    return text if step in (None, 1) else f"{text}:{step}"


_LETTERS = "ijklmnpqrstuvwxyzabcdefghoABCDEFGHIJKLMNOPQRSTUVWXYZ"
