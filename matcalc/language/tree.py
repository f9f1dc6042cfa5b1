"""What the parser makes of each production of the grammar: entries of the flat syntax tree."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from ..terms.errors import ParseError
from ..terms.limits import current
from ..terms.records import dataclass
from ..terms.shapes import Dim
from .calls import Argument, Calls
from .syntax import Ast as Ast
from .tokens import Token
from .vocabulary import exact


@dataclass(frozen=True)
class Sums:
    """What a sum says: its indices with their limits as written, what it does, and conditions such as i < j."""

    names: tuple[str, ...]
    limits: tuple[tuple[str, str], ...]
    kind: str = "sum"
    conditions: tuple[tuple[str, str, str], ...] = ()


class Builder(Calls):
    """Makes the tree while the parser runs; each method, named as in the grammar, returns the position of an entry."""

    def start(self, i: int) -> int:
        return i

    def compare(self, a: int, token: Token, b: int) -> int:
        return self._two("compare", a, b, str(token))

    def add(self, a: int, _: Token, b: int) -> int:
        return self._two("add", a, b)

    def sub(self, a: int, _: Token, b: int) -> int:
        return self._two("sub", a, b)

    def mul(self, a: int, sign: Token, b: int) -> int:
        if sign in ("@", "·", "⋅"):
            return self._two("mul", a, b, "at" if sign == "@" else "dot")
        if sign == "×":
            return self._two("mul", a, b, "cross")
        return self._two("mul", a, b, self.dialect if sign or self.spaced else "juxtaposed")

    def had(self, a: int, _: Token, b: int) -> int:
        return self._two("had", a, b)

    def div(self, a: int, _: Token, b: int) -> int:
        return self._two("div", a, b, self.dialect)

    def ediv(self, a: int, _: Token, b: int) -> int:
        return self._two("ediv", a, b)

    def kron(self, a: int, sign: Token, b: int) -> int:
        return self._two("func", a, b, "outer" if sign == "%o%" else "kron")

    def power(self, a: int, sign: Token, b: int) -> int:
        if self.tape[a].op == "const" and self.tape[a].data == "e":  # Euler's number stands only here
            self.tape[a].op, self.tape[a].data = "num", 0
            return self._add("func", (b,), "euler", self.tape[a].start, self.tape[b].end)
        return self._two("pow", a, b, self.dialect if sign == "**" or self.caret else "")

    def epow(self, a: int, _: Token, b: int) -> int:
        return self._two("epow", a, b)

    def neg(self, token: Token, a: int) -> int:
        if self.tape[a].op == "num":
            node = self.tape[a]
            node.data, node.start = -node.data, token.start_pos
            return a
        return self._add("neg", (a,), None, token.start_pos, self.tape[a].end)

    def pos(self, _: Token, a: int) -> int:
        return a

    def transpose(self, a: int, token: Token) -> int:
        if self.tape[a].op == "num" and self.tape[a].data != 1:
            return a
        if self.tape[a].op == "num":  # 1'x
            self.tape[a].op, self.tape[a].data = "ones", None
        if token in ("ᴴ", "*"):
            a = self._add("func", (a,), "conj", self.tape[a].start, token.end_pos)
            if token == "*":
                return a
        return self._add("t", (a,), None, self.tape[a].start, token.end_pos)

    def number(self, token: Token) -> int:
        power = re.search("[eE]([+-]?[0-9]+)$", token)
        most = current().digits
        if power is not None and abs(int(power[1])) > most:
            message = f"a number has at most {most} digits: write 10^{power[1].lstrip('+')}"
            raise ParseError(message, self.text, (token.start_pos, token.end_pos))
        return self._leaf("num", exact(str(token)), token)

    def name(self, token: Token) -> int:
        return self._leaf("name", str(token), token)

    def const(self, token: Token) -> int:
        return self._leaf("const", str(token), token)

    def identity(self, token: Token) -> int:
        return self._leaf("identity", None, token)

    def bold_ones(self, token: Token) -> int:
        return self._leaf("ones", None, token)

    def group(self, left: Token, i: int, right: Token) -> int:
        return self._wide(i, left, right)

    def norm(self, left: Token, i: int, right: Token) -> int:
        return self._add("norm", (i,), str(right), left.start_pos, right.end_pos)

    def norm_of(self, left: Token, i: int, _a: Token, _b: Token, j: int, right: Token) -> int:
        """A norm with an order or a weight: ||x||_p, ||x||_W."""
        return self._add("norm", (i, j), "of", left.start_pos, right.end_pos)

    def positive_part(self, i: int, token: Token) -> int:
        """[x]_+ and [x]_×."""
        name = "relu" if token == "+" else "skew"
        return self._add("func", (i,), name, self.tape[i].start, token.end_pos)

    def absolute(self, left: Token, i: int, right: Token) -> int:
        return self._add("func", (i,), "bars", left.start_pos, right.end_pos)

    def inner(self, left: Token, a: int, _: Token, b: int, right: Token) -> int:
        return self._add("func", (a, b), "inner", left.start_pos, right.end_pos)

    def double_dot(self, a: int, _: Token, b: int) -> int:
        return self._two("func", a, b, "inner")

    def call_power(self, name: Token, exponent: Token, left: Token, args: list[Argument], right: Token) -> int:
        value = self.call(name, left, args, right)
        i = self._leaf("num", exact(str(exponent)), exponent)
        return self._add("epow", (value, i), None, name.start_pos, right.end_pos)

    def sized(self, name: Token, _: Token, told: list[Argument], right: Token) -> int:
        word, args = str(name), self.positions(str(name), told)
        if word in ("vector", "matrix"):
            dims = self.dims(args[1:])
            return self._add("fill", (args[0],), (word, dims), name.start_pos, right.end_pos)
        dims = self.dims(args)
        word = "eye" if word == "identity" else word
        if word == "eye" and len(dims) != 1:
            raise ParseError("eye takes one size: eye(n)", self.text, (name.start_pos, right.end_pos))
        return self._add(word, (), dims, name.start_pos, right.end_pos)

    def dims(self, args: list[int]) -> tuple[Dim, ...]:
        """Sizes written as expressions; their entries leave the tree."""
        if not args:
            return ()
        first = self.tape[args[0]].low
        value: dict[int, Dim] = {}
        for i in range(first, len(self.tape)):
            node = self.tape[i]
            a = [value[j] for j in node.args]
            number = node.op == "num" and isinstance(node.data, int) and abs(node.data) < 10**9
            if node.op == "name" or number:
                value[i] = Dim.of(node.data)
            elif node.op == "add":
                value[i] = a[0] + a[1]
            elif node.op == "sub":
                value[i] = a[0] - a[1]
            elif node.op == "mul" and len(a[0].terms) * len(a[1].terms) < 50:
                value[i] = a[0] * a[1]
            else:
                raise ParseError("a size is a name, a number or a product such as 2*n", self.text, node.span)
        for i in args:
            fixed = value[i].value
            if fixed is not None and fixed < 1:
                raise ParseError(f"a size is at least 1, not {fixed}", self.text, self.tape[i].span)
        del self.tape[first:]
        return tuple(value[i] for i in args)

    def array(self, left: Token, rows: list[list[int]], right: Token) -> int:
        width = len(rows[0])
        if width == len(rows) == 1:  # no more than a bracket
            return self._wide(rows[0][0], left, right)
        for row in rows:
            if len(row) != width:
                span = (self.tape[row[0]].start, self.tape[row[-1]].end)
                raise ParseError(f"this row has {len(row)} entries, the first has {width}", self.text, span)
        args = tuple(i for row in rows for i in row)
        for i in args:
            self.two_entries(i)
        return self._add("array", args, (len(rows), width), left.start_pos, right.end_pos)

    def two_entries(self, i: int) -> None:
        """Ask about [A B; C D], where a space between names is a product here and a comma in other programs."""
        node = self.tape[i]
        names = node.op == "mul" and node.data == "juxtaposed" and all(self.tape[j].op == "name" for j in node.args)
        if names and self.tape[node.args[0]].end < self.tape[node.args[1]].start:
            x, y = (self.text[self.tape[j].start : self.tape[j].end] for j in node.args)
            said = f"{x} {y} in an array can be two entries or a product: write {x}, {y} or {x}*{y}"
            raise ParseError(said, self.text, node.span)

    def einsum(self, head: Token, *rest: Any) -> int:
        args = tuple(self.positions("einsum", rest[0])) if isinstance(rest[0], list) else ()
        sizes = dict(rest[2]) if len(rest) > 2 else {}
        text = str(head)
        quote = text[min(i for i in (text.find("'"), text.find('"')) if i >= 0)]
        spec = text.split(quote)[1]
        return self._add("einsum", args, (spec, sizes), head.start_pos, rest[-1].end_pos)

    def series(self, head: Token, name: Token, *rest: Any) -> int:
        """A finite sum: in its body the name is the index."""
        first, last, body, end = rest[1], rest[3], rest[5], rest[-1]
        number = len(self.tape)
        for node in self.tape[self.tape[body].low :]:
            if node.op == "name" and str(node.data).endswith(f"_{name}"):
                message = f"{name} counts in this sum, so that it cannot be the subscript of {node.data}"
                raise ParseError(message, self.text, node.span)
            if node.op == "name" and node.data == name:
                node.op, node.data = "counter", number
        return self._add("series", (first, last, body), number, head.start_pos, end.end_pos)

    def item(self, i: int, subscripts: Token | None = None) -> tuple[int, str]:
        return (i, str(subscripts or ""))

    def indexed(self, left: Token, items: list[tuple[int, str]], right: Token) -> int:
        spec = ",".join(axes for _, axes in items) + "->" + right
        args = tuple(i for i, _ in items)
        return self._add("einsum", args, (spec, {}), left.start_pos, right.end_pos)

    def size(self, name: Token, _: Token, i: int) -> tuple[str, Dim]:
        return (str(name), self.dims([i])[0])

    def partial(self, token: Token) -> int:
        name, x = str(token).split("/")
        i = self._leaf("name", x, token)
        return self._add("jac", (i,), (name, True), token.start_pos, token.end_pos)

    def partial_call(self, name: Token, _: Token, told: list[Argument], *rest: Any) -> int:
        args = self.positions(str(name), told)
        return self._add("jac", (*args, rest[3]), (str(name), False), name.start_pos, rest[-1].end_pos)

    def summation(self, head: Token, _: Token, i: int, right: Token) -> int:
        import json  # for sums alone

        found = json.loads(str(head))
        limits = tuple((a, b) for a, b in found["limits"])
        sums = Sums(tuple(found["names"]), limits, found["kind"], tuple((a, s, b) for a, s, b in found["conditions"]))
        inner = self.tape[i].data if self.tape[i].op == "samples" else None
        if inner is not None and sums.kind == inner.kind == "sum" and not set(sums.names) & set(inner.names):
            names, limits = sums.names + inner.names, limits + inner.limits  # a double sum
            sums = Sums(names, limits, "sum", sums.conditions + inner.conditions)
            i = self.tape.pop().args[0]
        return self._add("samples", (i,), sums, head.start_pos, right.end_pos)

    def partial_of(self, token: Token, i: int, right: Token) -> int:
        return self._add("jac", (i,), (str(token), True), token.start_pos, right.end_pos)

    def bold_zeros(self, token: Token) -> int:
        return self._leaf("zeros", None, token)

    def frac(self, head: Token, left: Token, a: int, _b: Token, _c: Token, b: int, right: Token) -> int:
        i = self._two("div", a, b, "frac")
        return self._wide(i, head, right)

    def root(self, head: Token, left: Token, a: int, right: Token) -> int:
        if str(head) == "2":
            return self._add("func", (a,), "sqrt", head.start_pos, right.end_pos)
        i = self._leaf("num", Fraction(1, int(head) or 1), head)
        return self._wide(self._two("epow", a, i), head, right)

    def pseudoinverse(self, a: int, token: Token) -> int:
        return self._add("func", (a,), "pinv", self.tape[a].start, token.end_pos)

    def nothing(self) -> None:
        """A slice that is open on a side."""

    def edge(self, i: int) -> int:
        return i

    def first(self, item: Any) -> list[Any]:
        return [item]

    def more(self, items: list[Any], _: Token, item: Any) -> list[Any]:
        items.append(item)
        return items

    def index(self, i: int, _: Token, slices: list[Any], right: Token) -> int:
        return self._add("index", (i,), tuple(slices), self.tape[i].start, right.end_pos)

    def bound(self, *tokens: Token) -> int:
        return int(tokens[-1]) * (-1 if len(tokens) > 1 else 1)

    def at(self, i: int) -> tuple[Any, ...]:
        return ("at", i)

    def span(self, start: int | None, _: Token, stop: int | None) -> tuple[Any, ...]:
        return ("slice", start, stop, None)

    def stride(self, start: Any, _a: Token, stop: Any, _b: Token, step: Any) -> tuple[Any, ...]:
        return ("slice", start, stop, step)
