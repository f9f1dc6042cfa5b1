"""Random expressions, each printed in a random dialect and in the plain notation.

`python -m tests.language.dialect_spellings 5000` reads back as many of them.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

from matcalc.language.parse import parse_expression

WHERE = (
    "a: scalar, b: scalar, lambda: scalar, x: vector(n), y: vector(n), w: vector(n), z: vector(m), A: matrix(m, n), "
    "B: matrix(n, m), C: matrix(m, n), M: matrix(n, n), N: matrix(n, n), S: matrix(n, n), P: matrix(m, m), "
    "Q: matrix(m, m)"
)
NAMES = {"s": ["a", "b", "lambda"], "n": ["x", "y", "w"], "m": ["z"], "mn": ["A", "C"], "nm": ["B"],
         "nn": ["M", "N", "S"], "mm": ["P", "Q"]}  # fmt: skip
Tree = tuple[object, ...]
SCALARS = ["add", "sub", "mul", "norm2", "norm", "inner", "tr", "logdet", "sum", "exp", "frac", "square"]


def tree(rng: random.Random, kind: str, depth: int) -> Tree:
    """A random expression of a kind: a scalar (s), or an array by the letters of its sizes."""
    if depth == 0:
        return ("name", rng.choice(NAMES[kind])) if kind in NAMES else ("t", ("name", rng.choice(NAMES[kind[::-1]])))
    if kind == "s":
        op = rng.choice(SCALARS)
        if op == "frac":  # a product below is read as one divisor for each factor
            return (op, tree(rng, "s", depth - 1), ("name", rng.choice(NAMES["s"])))
        if op in ("add", "sub", "mul"):
            return (op, tree(rng, "s", depth - 1), tree(rng, "s", depth - 1))
        if op in ("exp", "square"):
            return (op, tree(rng, "s", depth - 1))
        if op in ("norm", "norm2", "sum", "inner"):
            kind = rng.choice(["n", "m"])
            args = [tree(rng, kind, depth - 1) for _ in range(2 if op == "inner" else 1)]
            return (op, *args)
        return (op, tree(rng, "nn", depth - 1))
    op = rng.choice(["add", "sub", "scale", "mul", "had", "t" if len(kind) == 2 else "mul", "inv"])
    if op in ("add", "sub", "had"):
        return (op, tree(rng, kind, depth - 1), tree(rng, kind, depth - 1))
    if op == "scale":
        return ("mul", ("name", rng.choice(NAMES["s"])), tree(rng, kind, depth - 1))
    if op == "t":
        return ("t", tree(rng, kind[::-1], depth - 1))
    if op == "inv" and kind == "nn":
        return ("inv", tree(rng, "nn", depth - 1))
    middle = rng.choice("mn")
    return ("mul", tree(rng, kind[0] + middle, depth - 1), tree(rng, middle + kind[1:], depth - 1))


class Printer:
    """Writes an expression; every operand that is no name stands in parentheses."""

    signs = {"add": "+", "sub": "-", "mul": "*", "had": ".*", "frac": "/"}

    def __init__(self, rng: random.Random):
        self.rng = rng

    def show(self, e: Tree) -> str:
        op, args = str(e[0]), [a for a in e[1:] if isinstance(a, tuple)]
        if op == "name":
            return self.name(str(e[1]))
        if op in self.signs:
            left, right = (self.operand(a) for a in args)
            return self.infix(op, left, right)
        method = getattr(self, op)
        return str(method(*args))

    def operand(self, e: Tree) -> str:
        return self.show(e) if e[0] == "name" else self.group(self.show(e))

    def group(self, text: str) -> str:
        return f"({text})"

    def name(self, name: str) -> str:
        return name

    def infix(self, op: str, left: str, right: str) -> str:
        return f"{left} {self.signs[op]} {right}"

    def t(self, e: Tree) -> str:
        return f"{self.operand(e)}'"

    def inv(self, e: Tree) -> str:
        return f"inv({self.show(e)})"

    def norm(self, e: Tree) -> str:
        return f"||{self.show(e)}||"

    def norm2(self, e: Tree) -> str:
        return f"||{self.show(e)}||^2"

    def square(self, e: Tree) -> str:
        return f"{self.operand(e)}^2"

    def inner(self, a: Tree, b: Tree) -> str:
        return f"{self.operand(a)}'*{self.operand(b)}"

    def call(self, name: str, e: Tree) -> str:
        return f"{name}({self.show(e)})"

    def tr(self, e: Tree) -> str:
        return self.call("tr", e)

    def logdet(self, e: Tree) -> str:
        return f"log({self.call('det', e)})"

    def sum(self, e: Tree) -> str:
        return self.call("sum", e)

    def exp(self, e: Tree) -> str:
        return self.call("exp", e)


class Matlab(Printer):
    def t(self, e: Tree) -> str:
        return self.operand(e) + self.rng.choice(["'", ".'"])

    def tr(self, e: Tree) -> str:
        return self.call("trace", e)

    def norm(self, e: Tree) -> str:
        return self.call("norm", e)

    def norm2(self, e: Tree) -> str:
        return self.call("norm", e) + "^2"


class Numpy(Printer):
    def infix(self, op: str, left: str, right: str) -> str:
        if op == "had":
            return f"np.multiply({left}, {right})"
        scalar = left in NAMES["s"] or right in NAMES["s"]
        return super().infix(op, left, right) if op != "mul" or scalar else f"{left} @ {right}"

    def t(self, e: Tree) -> str:
        return self.operand(e) + ".T"

    def call(self, name: str, e: Tree) -> str:
        module = "np.linalg" if name in ("inv", "det", "norm") else "np"
        return f"{module}.{name}({self.show(e)})"

    def inv(self, e: Tree) -> str:
        return self.call("inv", e)

    def tr(self, e: Tree) -> str:
        return self.call("trace", e)

    def norm(self, e: Tree) -> str:
        return self.call("norm", e)

    def norm2(self, e: Tree) -> str:
        return self.call("norm", e) + "**2"

    def square(self, e: Tree) -> str:
        return f"{self.operand(e)}**2"

    def inner(self, a: Tree, b: Tree) -> str:
        return f"np.dot({self.show(a)}, {self.show(b)})"


class Unicode(Printer):
    signs = Printer.signs | {"sub": "−", "mul": "·", "had": "⊙"}

    def infix(self, op: str, left: str, right: str) -> str:
        return f"{left} {right}" if op == "mul" else super().infix(op, left, right)

    def name(self, name: str) -> str:
        return "λ" if name == "lambda" else name

    def t(self, e: Tree) -> str:
        return self.operand(e) + self.rng.choice(["ᵀ", "⊤", "’"])

    def inv(self, e: Tree) -> str:
        return self.operand(e) + "⁻¹"

    def norm(self, e: Tree) -> str:
        return f"‖{self.show(e)}‖"

    def norm2(self, e: Tree) -> str:
        return f"‖{self.show(e)}‖" + self.rng.choice(["²", "₂²", "^2"])

    def square(self, e: Tree) -> str:
        return f"{self.operand(e)}²"

    def inner(self, a: Tree, b: Tree) -> str:
        return f"⟨{self.show(a)}, {self.show(b)}⟩"


class Latex(Printer):
    signs = Printer.signs | {"mul": " ", "had": r"\odot"}

    def infix(self, op: str, left: str, right: str) -> str:
        if op == "frac":
            return self.rng.choice([r"\frac", r"\dfrac", r"\tfrac"]) + f"{{{left}}}{{{right}}}"
        return super().infix(op, left, right)

    def group(self, text: str) -> str:
        left, right = self.rng.choice([("(", ")"), (r"\left(", r"\right)"), (r"\bigl(", r"\bigr)"), (r"\{", r"\}")])
        return f"{left}{text}{right}"

    def name(self, name: str) -> str:
        if name == "lambda":
            return r"\lambda"
        if name in NAMES["s"]:
            return name
        return self.rng.choice(["{}", r"\mathbf{{{}}}", r"\boldsymbol{{{}}}", r"\bm{{{}}}", r"\mathbf {}"]).format(name)

    def t(self, e: Tree) -> str:
        signs = [r"^\top", r"^{\top}", "^T", r"^{\mathsf T}", r"^\mathsf{T}", r"^\intercal", r"^\dagger"]
        return self.operand(e) + self.rng.choice(signs)

    def inv(self, e: Tree) -> str:
        return self.operand(e) + "^{-1}"

    def norm(self, e: Tree) -> str:
        left, right = self.rng.choice([(r"\|", r"\|"), (r"\lVert ", r"\rVert "), (r"\left\|", r"\right\|")])
        return left + self.show(e) + right

    def norm2(self, e: Tree) -> str:
        return self.norm(e) + self.rng.choice(["^2", "_2^2", "^{2}", "^2_2"])

    def inner(self, a: Tree, b: Tree) -> str:
        return rf"\langle {self.show(a)}, {self.show(b)} \rangle"

    def call(self, name: str, e: Tree) -> str:
        command = rf"\operatorname{{{name}}}" if name in ("tr", "sum") else "\\" + name
        return rf"{command}\left({self.show(e)}\right)"


DIALECTS = {"latex": Latex, "numpy": Numpy, "matlab": Matlab, "unicode": Unicode}


def random_spellings(count: int, seed: int) -> Iterator[tuple[str, str, str, str]]:
    """Dialect, text, the same in the plain notation, and declarations."""
    rng = random.Random(seed)
    for _ in range(count):
        e = tree(rng, rng.choice(["s", "s", "n", "m", "mn", "nn"]), rng.randint(1, 4))
        dialect = rng.choice(list(DIALECTS))
        yield dialect, DIALECTS[dialect](rng).show(e), Printer(rng).show(e), WHERE


def main() -> int:
    """Read back as many random spellings as are asked for; what is read otherwise is printed."""
    wrong = 0
    for dialect, text, plain, where in random_spellings(int(sys.argv[1]), int((sys.argv[2:] or ["1"])[0])):
        try:
            same = parse_expression(text, where).expr is parse_expression(plain, where).expr
        except Exception as e:
            same = False
            print(e)
        if not same:
            wrong += 1
            print(f"{dialect}: {text}\n  plain: {plain}")
    print(f"{wrong} of {sys.argv[1]} read otherwise")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
