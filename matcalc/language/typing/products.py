"""The shapes of sums, products, quotients and powers, and what it costs to read them so."""

from __future__ import annotations

from functools import partial

from ...terms.shapes import ONE, SCALAR, Dim, Shape
from ..tree import Ast
from .fitting import Misfit, entrywise
from .preferences import (
    AMPLITUDE,
    BIAS,
    CONTRACTED,
    COUNTING_LETTERS,
    DEMOTED,
    DIVIDED,
    MORE,
    NAMED,
    PARTNER,
    PARTNER_NUMBER,
    PROJECTED,
    QUESTION,
    REDUCED,
    TRAILING,
    TRAILING_EXPONENT,
    TRAILING_MATRIX,
    WEIGHT,
    counts,
    kinds,
)
from .reductions import Reductions

_THREE = Dim.of(3)
QUOTE = "'"


def _barred(node: Ast) -> bool:
    """Whether a part stands in bars."""
    return node.op == "norm" or (node.op == "func" and node.data == "bars")


class Products(Reductions):
    """What the shaper says about arithmetic."""

    def pair(self, i: int, a: int, b: int, what: str, sign: str = "") -> Shape:
        """Two arrays of one shape, or one array and a scalar that fills its shape."""
        sa, sb = self.shapes[a], self.shapes[b]
        if sa == SCALAR and sb == SCALAR:
            self.inherit(a, b)
            return SCALAR
        if self.tape[i].data == "numpy" or {"had", "ediv"} & {self.tape[i].op, str(self.tape[i].data)}:
            broadcast = self.broadcast(i, a, b, sign)
            if broadcast is not None:
                return broadcast
        if sa == SCALAR or sb == SCALAR:
            scalar = a if sa == SCALAR else b
            level = self.levels[scalar]
            if what == "a sum" and level >= NAMED and self.tape[scalar].op == "name":
                raise Misfit(i, lambda: self.misfit_pair(a, b, what, sign))  # such a name has the array's shape
            called = self.tape[i].op == "func" and self.tape[scalar].op == "name"  # np.multiply(a, X)
            if called and kinds(str(self.tape[scalar].data), frozenset())[0][0] == "scalar":
                self.number_or_vector(i, scalar, b if sa == SCALAR else a)
            else:
                self.cost += min(level, NAMED) if what == "a sum" or level >= NAMED else 0
            if what == "a sum" and level == REDUCED:
                self.barred(b if sa == SCALAR else a)
            return sb if sa == SCALAR else sa
        bias = self.bias(i, a, b) if what == "a sum" and len(sa) == len(sb) == 2 else None
        if bias is not None:
            return bias
        filled = self.filling(a, b) if self.kept or "along" in (self.tape[a].op, self.tape[b].op) else None
        if filled is None and not self.equal(sa, sb):
            raise Misfit(i, lambda: self.misfit_pair(a, b, what, sign))
        return filled or sa

    def bias(self, i: int, a: int, b: int) -> Shape | None:
        """The shape of X*W + b where X*W is a matrix and b a vector: asked, for rows and columns are both meant."""
        sign = "+" if self.tape[i].op == "add" else "-"
        for j, k in ((a, b), (b, a)):
            matrix, vector = self.shapes[j], self.shapes[k]
            if ONE in matrix or vector[1:] != (ONE,) or self.tape[k].op != "name" or self.tape[j].op == "name":
                continue
            if self.around.free[j] and str(self.tape[k].data)[0].islower():
                self.ask(i, partial(self.rows_or_columns, self.part(j), self.part(k), sign, j == a), BIAS)
                return matrix
        return None

    def broadcast(self, i: int, a: int, b: int, sign: str) -> Shape | None:
        """The shape of X * y of NumPy, X a matrix and y a name that is usually a vector: asked."""
        column, row = self.shapes[a], self.shapes[b]
        if column[1:] == (ONE,) and row[:1] == (ONE,) and ONE not in (column[0], *row[1:]) and self.around.free[a]:
            x, y = self.wrapped(a), self.wrapped(b)
            said = f"a column {sign} a row can be all products of their entries: write {x}*{y}, or"
            self.ask(i, lambda: f"{said} {x} {sign} {y.removesuffix(QUOTE)} for the product entry by entry", 0)
            return (column[0], row[1])
        for j, k in ((a, b), (b, a)):
            matrix, vector = self.shapes[j], self.shapes[k]
            if len(matrix) != 2 or ONE in matrix or len(vector) != 2 or ONE not in vector:
                continue
            name = self.tape[k].op == "name"
            if (name or (vector == SCALAR and self.levels[k] >= NAMED)) and self.usual_vector(k):
                self.ask(i, partial(self.spread, self.wrapped(j), self.wrapped(k), sign), 0)
                return matrix
        return None

    def number_or_vector(self, i: int, scalar: int, array: int) -> None:
        """Ask about np.multiply(a, x), where a is an early letter and x a vector."""
        name = self.part(scalar)
        if self.shapes[array][1:] == (ONE,) and name in "abcdefg" and self.levels[scalar] >= NAMED:
            self.ask(i, lambda: f"{name} can be a number or a vector here: declare {name}", 0)

    def usual_vector(self, i: int) -> bool:
        """Whether an undeclared name in a part is a vector by convention."""
        names = {str(n.data) for n in self.tape[self.tape[i].low : i + 1] if n.op == "name"} & self.undeclared
        return any(kinds(n, frozenset())[0][0] == "vector" and (n[0] == "y" or not counts(n)) for n in names)

    def spread(self, x: str, y: str, sign: str) -> str:
        """Where a vector y can be multiplied with a matrix x."""
        times = "@" if "@" in self.text else "*"
        rows, columns = (f"{x} {sign} ({z})" for z in (f"vector(1){times}{y}'", f"{y}{times}vector(1)'"))
        return f"{y} can be a number, or go to each row, {rows}, or to each column, {columns}: write one of them, " + (
            "or declare what is in it" if "(" in y else f"or declare {y}"
        )

    def rows_or_columns(self, x: str, y: str, sign: str, after: bool) -> str:
        """Where a vector y can be added to a matrix x."""
        times = "@" if "@" in self.text else "*"
        both = (f"vector(1){times}{y}'", f"{y}{times}vector(1)'")
        rows, columns = (f"{x} {sign} {z}" if after else f"{z} {sign} {x}" for z in both)
        said = f"{y} can go to each row, {rows}, or to each column, {columns}"
        return f"{said}: write one of them, or declare what is in {x}"

    def barred(self, i: int) -> None:
        """Ask what |w| is where a norm or an inner product is added to it."""
        while self.tape[i].op in ("mul", "neg"):
            i = self.tape[i].args[-1]
        if self.tape[i].op == "func" and self.tape[i].data == "bars":
            inside = self.part(self.tape[i].args[0])
            self.ask(i, lambda: f"{self.part(i)} can be ||{inside}|| or ||{inside}||_1: write one of them")

    def mul(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        sa, sb = self.shapes[a], self.shapes[b]
        if node.data == "at" and SCALAR in (sa, sb):
            self.unlikely(a, b, never=True)
        if node.data == "cross":
            if (product := self.crossed(i, a, b)) is not None:
                return product
        elif node.data == "at" and sa[1:] == (ONE,) == sb[:1] and sb[1] is not ONE and sa[0] is not ONE:
            said = "is a column times a row; of arrays with one axis NumPy takes the inner product"
            self.say(i, f"{self.part(i)} {said}")
        elif node.data == "juxtaposed":
            self.increment(i, a, b)
        if node.data in ("dot", "at") and SCALAR not in (sa, sb) and sa[1:] == (ONE,):
            if sb[1:] == (ONE,):
                return self.inner(i, node)
            if node.data == "at" and sb[0] is not ONE:  # as in NumPy, a vector before a matrix, and so is the result
                if not self.same(sa[0], sb[0]):
                    raise Misfit(i, lambda: self.misfit_product(a, b))
                return (sb[1], ONE)
        if node.data and entrywise(node, sa, sb):
            return self.pair(i, a, b, "an elementwise product", ".*")
        self.division(i, node, sb)
        if sa == SCALAR or sb == SCALAR:
            if sa == sb:
                self.inherit(a, b)
            else:
                self.scaled(a, b)
                self.cost += PROJECTED if sa == SCALAR and self.projects(a) else 0
            return sb if sa == SCALAR else sa
        self.flat(i, a, b)
        if sa[1] is ONE and sb[1] is ONE and sb[0] is not ONE and self.equal(sa, sb):
            self.inherit(a, b)
            self.by_entries(i, "had", lambda: self.misfit_product(a, b))
            return sa
        if not self.same(sa[1], sb[0]):
            raise Misfit(i, lambda: self.misfit_product(a, b))
        result = (sa[0], sb[1])
        if i in self.around.summed and ONE not in (*sa, *sb) and self.around.free[a] and self.around.free[b]:
            x, y = self.wrapped(a), self.wrapped(b)
            said = f"{self.part(i)} can be the product of matrices, {x}@{y}, or go entry by entry, {x}.*{y}"
            self.ask(i, lambda: f"{said}: write one of them", MORE)
        if result == SCALAR:
            self.level = REDUCED
        elif sb[1] is ONE and self.outer_product(a):
            self.cost += CONTRACTED
        return result

    def crossed(self, i: int, a: int, b: int) -> Shape | None:
        """The cross product x × y of vectors; None if that is another product."""
        x, y = self.part(a), self.part(b)
        bold = any(self.tape[j].op == "name" and self.tape[j].data in self.bold_names for j in (a, b))
        if self.letter(a) and self.letter(b) and not bold:
            said = f"{x} × {y} can be the cross product or a product of numbers: write cross({x}, {y}) or {x}*{y}"
            self.ask(i, lambda: said, MORE)
        elif all(self.shapes[j] != SCALAR and self.shapes[j][1:] == (ONE,) for j in (a, b)):
            if not all([self.same(self.shapes[j][0], _THREE) for j in (a, b)]):
                raise Misfit(i, lambda: f"the cross product is of vectors of 3 entries, and {self.is_(a)}")
            self.read_as[i] = "cross"
            if self.around.free[a] or self.around.free[b]:
                self.say(i, f"{self.part(i)} is the cross product")
            return self.shapes[a]
        return None

    def increment(self, i: int, a: int, b: int) -> None:
        """Ask about Δx, which is one name more often than a product."""
        while self.tape[a].op == "mul" and self.tape[a].data == "juxtaposed":
            a = self.tape[a].args[1]
        delta, x = self.tape[a], self.tape[b]
        names = delta.op == x.op == "name" and delta.data == "Delta" and {delta.data, x.data} <= self.undeclared
        if names and str(x.data)[0].islower():
            said = f"{self.text[delta.start : x.end]} can be one name or a product: "
            said += f"write Delta_{x.data} or Delta*{x.data}"
            self.ask(i, lambda: said, MORE)

    def letter(self, i: int) -> bool:
        """Whether a part is an undeclared Latin letter that is often a vector."""
        node = self.tape[i]
        name = str(node.data) if node.op == "name" and node.data in self.undeclared else ""
        stem = name.split("_")[0].rstrip("0123456789")
        return len(stem) == 1 and stem.isascii() and stem.islower() and stem not in COUNTING_LETTERS

    def projects(self, i: int) -> bool:
        """Whether a part is a row times a column, without parentheses around it."""
        node = self.tape[i]
        if node.op != "mul" or node.start < self.tape[node.args[0]].start:
            return False
        return self.shapes[node.args[0]][0] is ONE and not self.scalar(node.args[0])

    def outer_product(self, i: int) -> bool:
        """Whether a part is a column times a row, and nothing around it says that this is meant."""
        node = self.tape[i]
        if node.op != "mul" or node.start < self.tape[node.args[0]].start:
            return False
        a, b = (self.shapes[j] for j in node.args)
        return a != SCALAR and b != SCALAR and a[1:] == (ONE,) and b[0] is ONE

    def scaled(self, a: int, b: int) -> None:
        """What it costs that one factor is a scalar and the other an array."""
        scalar, array = (a, b) if self.scalar(a) else (b, a)
        x, level = self.bare(array), self.levels[scalar]
        if not self.around.free[scalar]:
            self.level = self.levels[array]
        if scalar == b and level >= NAMED and self.tape[b].op in ("name", "sample") and x.op != "num":
            vector = self.shapes[array][1:] == (ONE,)
            near = vector or self.weight(self.tape[b])
            self.cost += TRAILING if near else TRAILING_EXPONENT if b in self.around.exponents else TRAILING_MATRIX
        if self.around.flat and scalar == a and self.tape[a].op in ("name", "sub") and self.function(x):
            self.cost += AMPLITUDE
        if self.around.flat and x.op == "name" and self.function(self.bare(scalar)):  # r*cos(theta)
            self.cost += AMPLITUDE
        if level >= DEMOTED and self.levels[array] >= NAMED and self.shapes[array][1:] == (ONE,):
            self.cost += PARTNER_NUMBER if self.around.flat else PARTNER
        timed = self.around.free[scalar] and x.data != "y"
        if (self.around.reduces[scalar] or timed) and self.weight(x):
            self.cost += WEIGHT

    def bare(self, i: int) -> Ast:
        """A part without numbers that multiply or divide it."""
        node = self.tape[i]
        while node.op in ("mul", "div", "neg"):
            first, last = node.args[0], node.args[-1]
            if node.op == "mul" and not self.around.free[first]:
                node = self.tape[last]
            elif not self.around.free[last] or node.op == "neg":
                node = self.tape[first]
            else:
                break
        return node

    def function(self, node: Ast) -> bool:
        """Whether a part is a function that goes entry by entry."""
        op = self.signatures.operation(node.data) if node.op == "func" else None
        return (op is not None and op.elementwise) or (node.op == "func" and node.data == "euler")

    def weight(self, node: Ast) -> bool:
        """Whether a part is an undeclared letter that counts, or y."""
        return node.op == "name" and node.data in self.undeclared and counts(node.data)

    def division(self, i: int, node: Ast, right: Shape) -> None:
        """Ask about 1/2m and a/bc, where what follows the divisor is a scalar too."""
        a, b = node.args
        left, after = self.tape[a], self.tape[b]
        if node.data != "juxtaposed" or left.op != "div" or left.data == "frac":
            return
        above, below = (self.tape[j] for j in left.args)
        if left.start < above.start or self.text[below.start] in "({":  # (a/b)c, a/(b*c)d
            return
        base = self.tape[after.args[0]] if after.op == "pow" else after
        touches = after.start == left.end
        if right != SCALAR and not (touches and base.op == below.op == "name" and above.op != "num"):  # t/RC
            return
        if below.op == "num":  # 1/2m, but not n/2 m or 1/2||x||
            doubtful = base.op == "name" and touches
        elif base.op == "name":  # a/b c
            doubtful = True
        elif below.op == "name":  # a/b(c + d), but not 1/n sum(x)
            doubtful = touches and self.text[after.start] == "(" and above.op != "num"
        else:  # 1/||x|| ||y||
            doubtful = _barred(below) and _barred(base)
        if not doubtful:
            return
        x, y, z = (self.part(j) for j in (*left.args, b))
        self.ask(i, lambda: f"{self.part(i)} can be {x}/({y}*{z}) or ({x}/{y})*{z}: write one of them", 0)

    def div(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        if node.data and entrywise(node, self.shapes[a], self.shapes[b]):
            of_sum = self.scalar(a) and self.tape[a].op != "num" and self.around.free[b]
            label = str(self.tape[b].data)[:1] == "y"
            # a sum by n, by 2*s**2
            self.cost += WEIGHT if of_sum or (self.weight(self.tape[b]) and not label) else 0.0
            return self.pair(i, a, b, "an elementwise quotient", "./")
        if not self.scalar(b):
            return self.divided(i, a, b)
        if self.scalar(a):
            self.inherit(a, b)
        elif self.levels[b] >= DEMOTED and self.levels[a] >= NAMED and self.shapes[a][1:] == (ONE,):
            self.cost += PARTNER_NUMBER if self.around.flat else PARTNER
        return self.shapes[a]

    def divided(self, i: int, a: int, b: int) -> Shape:
        """A quotient whose divisor is an array."""
        along = self.tape[b].op == "along"
        if (b in self.kept or (along and self.shapes[a] != self.shapes[b])) and not self.scalar(a):
            self.read_as[i] = "ediv"
            return self.pair(i, a, b, "an elementwise quotient", "./")
        x, y = self.wrapped(a), self.wrapped(b)
        hint = f"did you mean {x}./{y}?"
        if self.tape[b].op == "t":
            hint = f"a divisor that is a product needs parentheses, {x}/({y}*…)"

        def message() -> str:
            return f"the divisor is a scalar, but {self.is_(b)}: {hint}"

        fits = self.scalar(a) or self.equal(self.shapes[a], self.shapes[b])
        row = self.shapes[a][0] is ONE and not fits  # b'/A, as in MATLAB
        row = row and self.around.free[b] and self.tape[b].op != "t" and ONE not in self.shapes[b]
        if row and self.same(self.shapes[a][1], self.shapes[b][0]) and self.same(*self.shapes[b]):
            said = f"{x}/{y} can be {x}*inv({y}), or {y} can be a number: write {x}*inv({y}), or declare {y}"
            self.ask(i, lambda: said, DIVIDED)
            return self.shapes[a]
        if not fits or self.tape[b].op == "t" or len(self.shapes[b]) != 2:
            raise Misfit(i, message)
        if ONE in self.shapes[b] or self.around.entries[i]:
            self.by_entries(i, "ediv", message)
        elif not self.around.free[b]:
            raise Misfit(i, message)
        else:
            inverse = f"inv({y})" if x == "1" else f"{x}*inv({y})"
            scalar = f"{y}: scalar" if self.tape[b].op == "name" else f"what is in {y}"
            said = f"{x}/{y} can be {inverse} or {x}./{y}: write one of them, or declare {scalar}"
            self.ask(i, lambda: said, DIVIDED if not (self.scalar(a) and self.around.free[a]) else QUESTION + 1)
        return self.shapes[b]

    def pow(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        if not self.scalar(b):
            raise Misfit(i, lambda: f"an exponent is a scalar, but {self.is_(b)}: for entry by entry write .^")
        self.flat(i, a)
        self.matrix_exponent(i, a, b)
        sa = self.shapes[a]
        if node.data and entrywise(node, sa, SCALAR):
            return sa
        if sa == SCALAR:
            self.inherit(a, b)
            return SCALAR
        x = f"{self.wrapped(a)}.^{self.part(b)}"
        if self.around.entries[i] and node.data == "python":
            self.inherit(a)
            self.by_entries(i, "epow", lambda: "")
        elif not self.same(*sa):
            self.inherit(a)
            squared = sa[1] is ONE and self.tape[b].data == 2
            norm = f", for the square of the norm ||{self.bare_part(a)}||^2" if squared else ""
            self.by_entries(
                i,
                "epow",
                lambda: f"only a square matrix has powers, and {self.is_(a)}: for entry by entry write {x}{norm}",
            )
        elif self.around.entries[i] and self.around.free[a] and self.tape[b].data != -1:
            message = f"{self.part(i)} can be the power of a matrix or go entry by entry: "
            self.ask(i, lambda: f"{message}write {x}, or declare what is in it", MORE)
        elif self.around.entries[i]:
            self.say(i, f"{self.part(i)} is the power of the matrix; entry by entry is {x}")
        return sa

    def matrix_exponent(self, i: int, a: int, b: int) -> None:
        """Ask about x^H, where H is a matrix elsewhere: the adjoint, or a power of which nobody said that it is one."""
        power = self.tape[b]
        if power.op == "name" and power.data == "H" and "H" in self.undeclared:
            x = self.wrapped(a)
            said = f"{self.part(i)} can be the adjoint, {x}', or a power: write {x}', or declare H: scalar"
            self.ask(i, lambda: said, MORE)

    def bare_part(self, i: int) -> str:
        """A part without the parentheses around it."""
        text = self.part(i)
        return text[1:-1] if text[:1] + text[-1:] == "()" else text

    def inner(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        self.unlikely(a, b, never=True)
        if self.scalar(a) != self.scalar(b) or not self.equal(self.shapes[a], self.shapes[b]):
            raise Misfit(i, lambda: self.misfit_pair(a, b, "an inner product", ""))
        self.level = REDUCED
        return SCALAR
