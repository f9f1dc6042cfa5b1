"""Random expressions as trees, and how each is written in the plain notation."""

from __future__ import annotations

import random

from matcalc.language.vocabulary import words

WHERE = (
    "a: scalar, b: scalar, lambda: scalar, x: vector(n), y: vector(n), w: vector(n), z: vector(m), A: matrix(m, n), "
    "B: matrix(n, m), C: matrix(m, n), M: matrix(n, n), N: matrix(n, n), S: matrix(n, n), P: matrix(m, m), "
    "Q: matrix(m, m)"
)
NAMES = {"s": ["a", "b", "lambda"], "n": ["x", "y", "w"], "m": ["z"], "mn": ["A", "C"], "nm": ["B"],
         "nn": ["M", "N", "S"], "mm": ["P", "Q"]}  # fmt: skip
Tree = tuple[object, ...]

# Operations of scalars and of arrays; the kinds of their arguments are those of `_ARGUMENTS`, or drawn below.
SCALARS = words("add sub mul frac square exp norm norm2 norm1 inner tr logdet det sum sumsquare mean sumexp normF quad "
                "logsumexp maxall frobenius")
ARRAYS = words("add sub scale mul had div t inv epow exp log sin tanh abs sigmoid relu divide softmax diag diagonal "
               "outer solve expm power rowsum colsum")
_SHAPES: dict[str, str] = {"inv": "nn", "expm": "nn", "power": "nn", "diag": "nn", "outer": "nn", "diagonal": "n",
                           "solve": "n", "softmax": "n", "rowsum": "m", "colsum": "n"}  # fmt: skip
_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "tr": ("nn",), "det": ("nn",), "logdet": ("nn",), "norm": ("n",), "norm2": ("n",), "norm1": ("n",),
    "inner": ("n", "n"), "sum": ("n",), "sumsquare": ("n",), "mean": ("n",), "sumexp": ("n",), "normF": ("mn",),
    "quad": ("n", "nn"), "logsumexp": ("n",), "maxall": ("n",), "frobenius": ("mn", "mn"), "square": ("s",),
    "exp": ("s",), "add": ("s", "s"), "sub": ("s", "s"), "mul": ("s", "s"), "inv": ("nn",), "expm": ("nn",),
    "power": ("nn",), "diag": ("n",), "outer": ("n", "n"), "diagonal": ("nn",), "solve": ("nn", "n"),
    "softmax": ("n",), "rowsum": ("mn",), "colsum": ("mn",),
}  # fmt: skip


def tree(rng: random.Random, kind: str, depth: int, without: frozenset[str]) -> Tree:
    """A random expression of a kind: a scalar (s), or an array by the letters of its sizes."""
    if depth == 0:
        return ("name", rng.choice(NAMES[kind])) if kind in NAMES else ("t", ("name", rng.choice(NAMES[kind[::-1]])))
    scalar = kind == "s"
    ops = (SCALARS if scalar else ARRAYS) - without
    op = rng.choice([o for o in sorted(ops) if _SHAPES.get(o, kind) == kind])
    if op == "frac":  # a product below is read as one divisor for each factor
        return (op, tree(rng, "s", depth - 1, without), ("name", rng.choice(NAMES["s"])))
    if scalar or op in _SHAPES:
        return (op, *(tree(rng, k, depth - 1, without) for k in _ARGUMENTS[op]))
    if op == "scale":
        return ("mul", ("name", rng.choice(NAMES["s"])), tree(rng, kind, depth - 1, without))
    if op == "t" and len(kind) == 2:
        return ("t", tree(rng, kind[::-1], depth - 1, without))
    if op in ("mul", "t"):
        middle = rng.choice("mn")
        left = tree(rng, kind[0] + middle, depth - 1, without)
        return ("mul", left, tree(rng, middle + kind[1:], depth - 1, without))
    if op == "div":
        return ("over", tree(rng, kind, depth - 1, without), ("name", rng.choice(NAMES["s"])))
    if op in ("add", "sub", "had", "divide"):
        return (op, tree(rng, kind, depth - 1, without), tree(rng, kind, depth - 1, without))
    return ("entries", op, tree(rng, kind, depth - 1, without))


class Printer:
    """Writes an expression in the plain notation; every operand that is no name stands in parentheses."""

    signs = {"add": "+", "sub": "-", "mul": "*", "had": ".*", "frac": "/", "over": "/", "divide": "./"}
    mark = ""  # what tells the dialect from others: without it "x * y" can be any
    without: frozenset[str] = frozenset()  # what the dialect has no sign for

    def __init__(self, rng: random.Random):
        self.rng = rng

    def show(self, e: Tree) -> str:
        op, args = str(e[0]), [a for a in e[1:] if isinstance(a, tuple)]
        if op == "name":
            return self.name(str(e[1]))
        if op == "entries":
            return self.entries(str(e[1]), args[0])
        if op in self.signs:
            left, right = (self.operand(a) for a in args)
            return self.infix(op, left, right)
        method = getattr(self, op)
        return str(method(*args))

    def one(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def operand(self, e: Tree) -> str:
        return self.show(e) if e[0] == "name" else self.group(self.show(e))

    def group(self, text: str) -> str:
        return f"({text})"

    def name(self, name: str) -> str:
        return name

    def infix(self, op: str, left: str, right: str) -> str:
        return f"{left} {self.signs[op]} {right}"

    def call(self, name: str, *args: Tree) -> str:
        return f"{name}({', '.join(self.show(e) for e in args)})"

    def entries(self, name: str, e: Tree) -> str:
        """A function of each entry."""
        return f"{self.operand(e)}.^2" if name == "epow" else self.call(name, e)

    def t(self, e: Tree) -> str:
        return f"{self.operand(e)}'"

    def inv(self, e: Tree) -> str:
        return self.call("inv", e)

    def norm(self, e: Tree) -> str:
        return f"||{self.show(e)}||"

    def norm2(self, e: Tree) -> str:
        return f"||{self.show(e)}||^2"

    def norm1(self, e: Tree) -> str:
        return f"||{self.show(e)}||_1"

    def normF(self, e: Tree) -> str:
        return f"||{self.show(e)}||_F"

    def square(self, e: Tree) -> str:
        return f"{self.operand(e)}^2"

    def power(self, e: Tree) -> str:
        return f"{self.operand(e)}^3"

    def inner(self, a: Tree, b: Tree) -> str:
        return f"{self.operand(a)}'*{self.operand(b)}"

    def frobenius(self, a: Tree, b: Tree) -> str:
        return f"sum({self.operand(a)}.*{self.operand(b)})"

    def quad(self, x: Tree, a: Tree) -> str:
        return f"{self.operand(x)}'*{self.operand(a)}*{self.operand(x)}"

    def outer(self, a: Tree, b: Tree) -> str:
        return f"{self.operand(a)}*{self.operand(b)}'"

    def solve(self, a: Tree, b: Tree) -> str:
        return f"inv({self.show(a)})*{self.operand(b)}"

    def rowsum(self, a: Tree) -> str:
        return f"sum({self.show(a)}, axis=1)"

    def colsum(self, a: Tree) -> str:
        return f"sum({self.show(a)}, axis=0)"

    def tr(self, e: Tree) -> str:
        return self.call("tr", e)

    def det(self, e: Tree) -> str:
        return self.call("det", e)

    def logdet(self, e: Tree) -> str:
        return f"log({self.det(e)})"

    def sum(self, e: Tree) -> str:
        return self.call("sum", e)

    def mean(self, e: Tree) -> str:
        return self.call("mean", e)

    def maxall(self, e: Tree) -> str:
        return self.call("max", e)

    def sumsquare(self, e: Tree) -> str:
        return f"sum({self.entries('epow', e)})"

    def sumexp(self, e: Tree) -> str:
        return f"sum({self.entries('exp', e)})"

    def exp(self, e: Tree) -> str:
        return self.call("exp", e)

    def expm(self, e: Tree) -> str:
        return self.call("expm", e)

    def logsumexp(self, e: Tree) -> str:
        return self.call("logsumexp", e)

    def softmax(self, e: Tree) -> str:
        return self.call("softmax", e)

    def diag(self, e: Tree) -> str:
        return self.call("diag", e)

    def diagonal(self, e: Tree) -> str:
        return self.call("diag", e)
