"""Values entry by entry, for languages with loops: what stands at an index, as source text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..terms.shapes import Dim
from .plan import Value

Index = Sequence[str]
Reader = Callable[[Value, Index], str]


class Entries:
    """Source text of the entries of values in C, rows one after the other; `stored` are those that have an array."""

    signs = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!="}

    def __init__(self, size: Callable[[Dim], str], function: Callable[[str, str], str]):
        self.stored: dict[int, str] = {}
        self.size, self.function = size, function

    def place(self, v: Value, index: Index) -> str:
        """The place of an entry in an array."""
        text = ""
        for i, d in zip(index, v.axes, strict=True):
            before = f"({text})" if " " in text else text
            text = f"{before} * {self.size(d)} + {i}" if text else i
        return text

    def __call__(self, v: Value, index: Index) -> str:
        """The entry of a value; it holds together."""
        name = self.stored.get(v.number)
        if name is not None:
            return f"{name}[{self.place(v, index)}]" if v.rank else name
        return self.READ[v.op](self, v, index)

    def reads(self, v: Value) -> bool:
        """Whether entries of a value are computed where they are read."""
        return v.op in self.READ

    def of(self, a: Value, index: Index) -> str:
        """The entry of an argument that may be broadcast."""
        if not a.rank:
            return self(a, ())
        return self(a, index)

    def number(self, v: Value, _: Index) -> str:
        value = float(v.data)
        return repr(value) if value >= 0 else f"({value!r})"

    def add(self, v: Value, index: Index) -> str:
        text = self.of(v.args[0], index)
        for sign, a in zip(v.data[1:], v.args[1:], strict=True):
            text += f" {'-' if sign < 0 else '+'} {self.of(a, index)}"
        return f"({text})"

    def mul(self, v: Value, index: Index) -> str:
        return f"({' * '.join(self.of(a, index) for a in v.args)})"

    def div(self, v: Value, index: Index) -> str:
        return f"({self.of(v.args[0], index)} / {self.of(v.args[1], index)})"

    def pow(self, v: Value, index: Index) -> str:
        x, y = v.args
        if y.op == "number" and y.data == 2:
            return self.function("square", self.of(x, index))
        return f"pow({self.of(x, index)}, {self.of(y, index)})"

    def extremum(self, v: Value, index: Index) -> str:
        return f"f{v.op}({self.of(v.args[0], index)}, {self.of(v.args[1], index)})"

    def compare(self, v: Value, index: Index) -> str:
        return f"({self.of(v.args[0], index)} {self.signs[v.op]} {self.of(v.args[1], index)} ? 1.0 : 0.0)"

    def equal(self, index: Index, text: str) -> str:
        return f"({index[0]} == {index[1]} ? {text} : 0.0)" if index[0] != index[1] else text

    def flat(self, v: Value, index: Index) -> str:
        x = v.args[0]
        columns = self.size(x.axes[1])
        return self(x, (f"({index[0]} / {columns})", f"({index[0]} % {columns})"))

    def kron(self, v: Value, index: Index) -> str:
        x, y = v.args
        sides = [[], []]  # type: list[list[str]]
        for k, i in enumerate(index):
            size = self.size(y.axes[k])
            sides[0].append(f"({i} / {size})" if size != "1" else i)
            sides[1].append(f"({i} % {size})" if size != "1" else "0")
        return f"({self(x, sides[0])} * {self(y, sides[1])})"

    def index(self, v: Value, index: Index) -> str:
        rest = list(index)
        at = []
        for spec, d in zip(v.data, v.args[0].axes, strict=True):
            if spec[0] == "at":
                at.append(str(spec[1]) if spec[1] >= 0 else f"({self.size(d)} - {-spec[1]})")
                continue
            _, start, _, step = spec
            i, step = rest.pop(0), 1 if step is None else step
            first = start if start is not None else (0 if step > 0 else -1)
            base = str(first) if first >= 0 else f"{self.size(d)} - {-first}"
            at.append(f"({base} + {i}{f' * {step}' if step > 0 else f' * ({step})'})" if (first, step) != (0, 1) else i)
        return self(v.args[0], at)

    READ: dict[str, Callable[[Entries, Value, Index], str]] = {
        "number": number, "add": add, "mul": mul, "div": div, "pow": pow, "max": extremum, "min": extremum,
        **dict.fromkeys(signs, compare), "flat": flat, "kron": kron, "index": index,
        "const": lambda s, v, i: {"pi": "3.14159265358979312", "e": "2.71828182845904509"}[v.data],
        "size": lambda s, v, i: f"(double)({s.size(v.data)})",
        "ones": lambda s, v, i: "1.0", "zeros": lambda s, v, i: "0.0",
        "eye": lambda s, v, i: s.equal(i, "1.0"),
        "neg": lambda s, v, i: f"(-{s.of(v.args[0], i)})",
        "fn": lambda s, v, i: s.function(v.data, s.of(v.args[0], i)),
        "t": lambda s, v, i: s(v.args[0], i[::-1]),
        "column": lambda s, v, i: s(v.args[0], i[:1]), "row": lambda s, v, i: s(v.args[0], i[1:]),
        "outer": lambda s, v, i: f"({s(v.args[0], i[:1])} * {s(v.args[1], i[1:])})",
        "diag": lambda s, v, i: s.equal(i, s(v.args[0], i[:1])),
        "diagonal": lambda s, v, i: s(v.args[0], (i[0], i[0])),
        "tril": lambda s, v, i: f"({i[0]} >= {i[1]} ? {s(v.args[0], i)} : 0.0)",
        "triu": lambda s, v, i: f"({i[0]} <= {i[1]} ? {s(v.args[0], i)} : 0.0)",
    }  # fmt: skip


def loose(v: Value) -> bool:
    """Whether reading an entry of a value costs more than a look into an array."""
    while v.op in ("t", "column", "row", "diagonal", "index", "flat", "neg") and v.args:
        v = v.args[0]
    return bool(v.args)
