"""Random expressions, each printed in a random dialect and in the plain notation.

`python -m tests.language.dialect_spellings 5000` reads back as many of them.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator

from matcalc.language.parse import parse_expression
from matcalc.terms.errors import MatcalcError

from .dialect_programs import Julia, Mathematica, Matlab, Numpy, R, Torch
from .dialect_trees import NAMES, WHERE, Printer, Tree, tree

_COMMANDS = ("det", "log", "exp", "sin", "tanh", "max")


class Unicode(Printer):
    signs = Printer.signs | {"sub": "−", "mul": "·", "had": "⊙", "divide": "⊘"}
    without = frozenset(("outer", "rowsum", "colsum", "frobenius"))

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

    def power(self, e: Tree) -> str:
        return f"{self.operand(e)}³"

    def norm1(self, e: Tree) -> str:
        return f"‖{self.show(e)}‖₁"

    def normF(self, e: Tree) -> str:
        return f"‖{self.show(e)}‖_F"

    def inner(self, a: Tree, b: Tree) -> str:
        return f"⟨{self.show(a)}, {self.show(b)}⟩"


class Latex(Printer):
    signs = Printer.signs | {"mul": " ", "had": r"\odot", "divide": r"\oslash"}
    without = frozenset(("outer", "rowsum", "colsum", "divide", "frobenius"))

    def infix(self, op: str, left: str, right: str) -> str:
        if op in ("frac", "over"):
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

    def norm1(self, e: Tree) -> str:
        return self.norm(e) + "_1"

    def normF(self, e: Tree) -> str:
        return self.norm(e) + self.one("_F", r"_{\mathrm{F}}")

    def power(self, e: Tree) -> str:
        return f"{self.operand(e)}^{{3}}"

    def entries(self, name: str, e: Tree) -> str:
        return rf"{self.operand(e)}^{{\odot 2}}" if name == "epow" else self.call(name, e)

    def quad(self, x: Tree, a: Tree) -> str:
        return f"{self.t(x)} {self.operand(a)} {self.operand(x)}"

    def inner(self, a: Tree, b: Tree) -> str:
        return rf"\langle {self.show(a)}, {self.show(b)} \rangle"

    def call(self, name: str, *args: Tree) -> str:
        (e,) = args
        command = "\\" + name if name in _COMMANDS else rf"\operatorname{{{name}}}"
        return rf"{command}\left({self.show(e)}\right)"


DIALECTS = {"latex": Latex, "numpy": Numpy, "torch": Torch, "matlab": Matlab, "julia": Julia, "r": R,
            "mathematica": Mathematica, "unicode": Unicode}  # fmt: skip


def random_spellings(count: int, seed: int) -> Iterator[tuple[str, str, str, str]]:
    """Dialect, text, the same in the plain notation, and declarations."""
    rng = random.Random(seed)
    while count:
        name, dialect = rng.choice(list(DIALECTS.items()))
        kind = rng.choice(["s", "s", "n", "m", "mn", "nn"])
        e = tree(rng, kind, rng.randint(1, 4), dialect.without)
        text = dialect(rng).show(e)
        if re.search(dialect.mark, text):
            yield name, text, Printer(rng).show(e), WHERE
            count -= 1


def read_otherwise(count: int, seed: int) -> list[tuple[str, str, str, str]]:
    """The random spellings that are not read as the plain notation is, each with what is said about it."""
    wrong = []
    for dialect, text, plain, where in random_spellings(count, seed):
        try:
            found, wanted = parse_expression(text, where).expr, parse_expression(plain, where).expr
            message = "" if found is wanted else f"{found} is not {wanted}"
        except MatcalcError as e:
            message = str(e)
        if message:
            wrong.append((dialect, text, plain, message))
    return wrong


def main() -> int:
    """Read back as many random spellings as are asked for; what is read otherwise is printed."""
    count, seed = int(sys.argv[1]), int((sys.argv[2:] or ["1"])[0])
    wrong = read_otherwise(count, seed)
    for dialect, text, plain, message in wrong:
        print(f"{dialect}: {text}\n  plain: {plain}\n  {message}")
    print(f"{len(wrong)} of {count} read otherwise, seed {seed}")
    return min(len(wrong), 1)


if __name__ == "__main__":
    sys.exit(main())
