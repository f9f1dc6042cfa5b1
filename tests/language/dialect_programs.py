"""Random expressions as programs write them: MATLAB, Julia, R, NumPy, PyTorch, Mathematica."""

from __future__ import annotations

from matcalc.language.vocabulary import words

from .dialect_trees import NAMES, SCALARS, Printer, Tree


class Matlab(Printer):
    without = frozenset(("softmax", "logsumexp", "sigmoid", "relu"))

    def t(self, e: Tree) -> str:
        return self.operand(e) + self.one("'", ".'")

    def tr(self, e: Tree) -> str:
        return self.call("trace", e)

    def norm(self, e: Tree) -> str:
        return f"norm({self.show(e)}{self.one('', ', 2')})"

    def norm2(self, e: Tree) -> str:
        return self.norm(e) + "^2"

    def norm1(self, e: Tree) -> str:
        return f"norm({self.show(e)}, 1)"

    def normF(self, e: Tree) -> str:
        return f"norm({self.show(e)}, 'fro')"

    def inner(self, a: Tree, b: Tree) -> str:
        return self.one(super().inner(a, b), self.call("dot", a, b))

    def solve(self, a: Tree, b: Tree) -> str:
        return rf"{self.operand(a)}\{self.operand(b)}"

    def rowsum(self, a: Tree) -> str:
        return f"sum({self.show(a)}, 2)"


class Julia(Printer):
    without = frozenset(("softmax", "logsumexp", "colsum"))
    signs = Printer.signs | {"had": ".*"}

    def infix(self, op: str, left: str, right: str) -> str:
        if op in ("add", "sub"):
            return f"{left} {self.one('', '.')}{self.signs[op]} {right}"
        return super().infix(op, left, right)

    def entries(self, name: str, e: Tree) -> str:
        names = {"sigmoid": self.one("σ", "logistic")}
        return f"{self.operand(e)} .^ 2" if name == "epow" else f"{names.get(name, name)}.({self.show(e)})"

    def t(self, e: Tree) -> str:
        return self.one(f"{self.operand(e)}'", self.call("transpose", e))

    def norm(self, e: Tree) -> str:
        return self.call("norm", e)

    def norm2(self, e: Tree) -> str:
        return self.norm(e) + "^2"

    def norm1(self, e: Tree) -> str:
        return f"norm({self.show(e)}, 1)"

    def normF(self, e: Tree) -> str:
        return self.call("norm", e)

    def inner(self, a: Tree, b: Tree) -> str:
        return self.one(super().inner(a, b), self.call("dot", a, b), f"{self.operand(a)} ⋅ {self.operand(b)}")

    def solve(self, a: Tree, b: Tree) -> str:
        return rf"{self.operand(a)} \ {self.operand(b)}"

    def sumsquare(self, e: Tree) -> str:
        return self.one(f"sum(abs2, {self.show(e)})", f"sum(abs2.({self.show(e)}))", super().sumsquare(e))

    def sumexp(self, e: Tree) -> str:
        return self.one(f"sum(exp, {self.show(e)})", super().sumexp(e))

    def maxall(self, e: Tree) -> str:
        return self.call("maximum", e)

    def rowsum(self, a: Tree) -> str:
        return f"sum({self.show(a)}, dims=2)"


class R(Printer):
    mark = r"%|crossprod|(row|col)Sums"
    without = words("softmax logsumexp maxall expm power diag det sigmoid relu norm1 tr")
    signs = Printer.signs | {"had": "*", "divide": "/"}

    def infix(self, op: str, left: str, right: str) -> str:
        scalar = left in NAMES["s"] or right in NAMES["s"] or self.scalars
        return f"{left} %*% {right}" if op == "mul" and not scalar else super().infix(op, left, right)

    def show(self, e: Tree) -> str:
        self.scalars = e[0] == "mul" and all(isinstance(a, tuple) and kind(a) == "s" for a in e[1:])
        return super().show(e)

    def operand(self, e: Tree) -> str:
        scalars = self.scalars
        text = super().operand(e)
        self.scalars = scalars
        return text

    def entries(self, name: str, e: Tree) -> str:
        return f"{self.operand(e)}^2" if name == "epow" else self.call(name, e)

    def t(self, e: Tree) -> str:
        return self.call("t", e)

    def inv(self, e: Tree) -> str:
        return self.call("solve", e)

    def solve(self, a: Tree, b: Tree) -> str:
        return self.call("solve", a, b)

    def norm(self, e: Tree) -> str:
        return f'norm({self.show(e)}, {self.one("", "type = ")}"2")'

    def norm2(self, e: Tree) -> str:
        return self.norm(e) + "^2"

    def normF(self, e: Tree) -> str:
        return f'norm({self.show(e)}, "F")'

    def inner(self, a: Tree, b: Tree) -> str:
        return self.one(self.call("crossprod", a, b), f"t({self.show(a)}) %*% {self.operand(b)}")

    def quad(self, x: Tree, a: Tree) -> str:
        return f"t({self.show(x)}) %*% {self.operand(a)} %*% {self.operand(x)}"

    def outer(self, a: Tree, b: Tree) -> str:
        return self.one(f"{self.operand(a)} %o% {self.operand(b)}", self.call("tcrossprod", a, b))

    def rowsum(self, a: Tree) -> str:
        return self.call("rowSums", a)

    def colsum(self, a: Tree) -> str:
        return self.call("colSums", a)

    def frobenius(self, a: Tree, b: Tree) -> str:
        return f"sum({self.operand(a)} * {self.operand(b)})"


class Numpy(Printer):
    mark = r"(np|scipy)\.|@"
    library = "np"

    def infix(self, op: str, left: str, right: str) -> str:
        if op == "had":
            return self.one(f"{self.library}.multiply({left}, {right})", f"{left} * {right}")
        if op == "divide":
            return f"{left} / {right}"
        scalar = left in NAMES["s"] or right in NAMES["s"]
        return super().infix(op, left, right) if op != "mul" or scalar else f"{left} @ {right}"

    def show(self, e: Tree) -> str:
        if e[0] == "mul" and all(isinstance(a, tuple) and kind(a) == "s" for a in e[1:]):
            left, right = (self.operand(a) for a in e[1:] if isinstance(a, tuple))
            return f"{left} * {right}"
        return super().show(e)

    def t(self, e: Tree) -> str:
        return self.operand(e) + ".T"

    def call(self, name: str, *args: Tree) -> str:
        module = f"{self.library}.linalg" if name in ("inv", "det", "norm", "solve") else self.library
        return super().call(f"{module}.{name}", *args)

    def entries(self, name: str, e: Tree) -> str:
        if name == "epow":
            return self.one(f"{self.operand(e)}**2", self.call("square", e), f"{self.library}.power({self.show(e)}, 2)")
        return f"{name}({self.show(e)})" if name in ("sigmoid", "relu") else self.call(name, e)

    def tr(self, e: Tree) -> str:
        return self.one(self.call("trace", e), f"{self.operand(e)}.trace()")

    def norm(self, e: Tree) -> str:
        return self.call("norm", e)

    def norm2(self, e: Tree) -> str:
        return self.call("norm", e) + "**2"

    def norm1(self, e: Tree) -> str:
        return f"{self.library}.linalg.norm({self.show(e)}, {self.one('1', 'ord=1')})"

    def normF(self, e: Tree) -> str:
        return f"{self.library}.linalg.norm({self.show(e)}{self.one('', ', ' + repr('fro'), ', ord=' + repr('fro'))})"

    def square(self, e: Tree) -> str:
        return f"{self.operand(e)}**2"

    def power(self, e: Tree) -> str:
        return f"{self.library}.linalg.matrix_power({self.show(e)}, 3)"

    def inner(self, a: Tree, b: Tree) -> str:
        calls = (self.call(f, a, b) for f in ("dot", "inner", "vdot"))
        left, right = self.operand(a), self.operand(b)
        return self.one(*calls, f"{left}.dot({self.show(b)})", f"{left} @ {right}")

    def quad(self, x: Tree, a: Tree) -> str:
        return f"{self.operand(x)}.T @ {self.operand(a)} @ {self.operand(x)}"

    def outer(self, a: Tree, b: Tree) -> str:
        return self.call("outer", a, b)

    def solve(self, a: Tree, b: Tree) -> str:
        return self.call("solve", a, b)

    def frobenius(self, a: Tree, b: Tree) -> str:
        return self.call("sum", ("had", a, b))

    def sum(self, e: Tree) -> str:
        return self.one(self.call("sum", e), f"{self.operand(e)}.sum()")

    def mean(self, e: Tree) -> str:
        return self.one(self.call("mean", e), f"{self.operand(e)}.mean()")

    def sumsquare(self, e: Tree) -> str:
        return f"{self.library}.sum({self.entries('epow', e)})"

    def sumexp(self, e: Tree) -> str:
        return f"{self.library}.sum({self.entries('exp', e)})"

    def expm(self, e: Tree) -> str:
        return f"scipy.linalg.expm({self.show(e)})"

    def logsumexp(self, e: Tree) -> str:
        return f"scipy.special.logsumexp({self.show(e)})"

    def softmax(self, e: Tree) -> str:
        return f"scipy.special.softmax({self.show(e)})"

    def rowsum(self, a: Tree) -> str:
        return f"{self.library}.sum({self.show(a)}, axis=1)"

    def colsum(self, a: Tree) -> str:
        return self.one(f"{self.library}.sum({self.show(a)}, axis=0)", f"{self.operand(a)}.sum(axis=0)")


class Torch(Numpy):
    mark = r"(torch|F)\.|@"
    library = "torch"

    def infix(self, op: str, left: str, right: str) -> str:
        return f"{left} * {right}" if op == "had" else super().infix(op, left, right)

    def entries(self, name: str, e: Tree) -> str:
        if name == "epow":
            return self.one(f"{self.operand(e)}**2", f"{self.operand(e)}.pow(2)", f"torch.pow({self.show(e)}, 2)")
        return self.one(f"torch.{name}({self.show(e)})", f"{self.operand(e)}.{name}()")

    def norm1(self, e: Tree) -> str:
        return f"torch.norm({self.show(e)}, {self.one('1', 'p=1')})"

    def inner(self, a: Tree, b: Tree) -> str:
        return self.one(self.call("dot", a, b), f"{self.operand(a)}.dot({self.show(b)})")

    def expm(self, e: Tree) -> str:
        return f"torch.matrix_exp({self.show(e)})"

    def logsumexp(self, e: Tree) -> str:
        return f"torch.logsumexp({self.show(e)}, dim=0)"

    def softmax(self, e: Tree) -> str:
        return self.one(f"F.softmax({self.show(e)}, dim=0)", f"{self.operand(e)}.softmax(dim=-1)")

    def rowsum(self, a: Tree) -> str:
        return f"torch.sum({self.show(a)}, dim=1)"

    def colsum(self, a: Tree) -> str:
        return f"torch.sum({self.show(a)}, dim=0)"


class Mathematica(Printer):
    mark = r"[A-Z][A-Za-z]+\["
    without = frozenset(("softmax", "logsumexp", "norm1", "colsum", "rowsum"))
    signs = Printer.signs | {"had": "*", "divide": "/"}
    names = {"tr": "Tr", "det": "Det", "sum": "Total", "mean": "Mean", "max": "Max", "exp": "Exp", "log": "Log",
             "sin": "Sin", "tanh": "Tanh", "abs": "Abs", "sigmoid": "LogisticSigmoid", "relu": "Ramp", "inv": "Inverse",
             "expm": "MatrixExp", "diag": "DiagonalMatrix"}  # fmt: skip

    def call(self, name: str, *args: Tree) -> str:
        return f"{self.names.get(name, name)}[{', '.join(self.show(e) for e in args)}]"

    def show(self, e: Tree) -> str:
        if e[0] == "mul" and not any(isinstance(a, tuple) and kind(a) == "s" for a in e[1:]):
            left, right = (self.operand(a) for a in e[1:] if isinstance(a, tuple))
            return f"{left}{self.one('.', ' . ')}{right}"
        return super().show(e)

    def entries(self, name: str, e: Tree) -> str:
        return f"{self.operand(e)}^2" if name == "epow" else self.call(name, e)

    def t(self, e: Tree) -> str:
        return self.call("Transpose", e)

    def norm(self, e: Tree) -> str:
        return self.call("Norm", e)

    def norm2(self, e: Tree) -> str:
        return self.call("Norm", e) + "^2"

    def normF(self, e: Tree) -> str:
        return f'Norm[{self.show(e)}, "Frobenius"]'

    def inner(self, a: Tree, b: Tree) -> str:
        return self.one(f"{self.operand(a)}.{self.operand(b)}", self.call("Dot", a, b))

    def quad(self, x: Tree, a: Tree) -> str:
        return f"{self.operand(x)}.{self.operand(a)}.{self.operand(x)}"

    def outer(self, a: Tree, b: Tree) -> str:
        return self.call("KroneckerProduct", a, b)

    def solve(self, a: Tree, b: Tree) -> str:
        return self.call("LinearSolve", a, b)

    def power(self, e: Tree) -> str:
        return f"MatrixPower[{self.show(e)}, 3]"

    def logdet(self, e: Tree) -> str:
        return f"Log[{self.det(e)}]"

    def diagonal(self, e: Tree) -> str:
        return self.call("Diagonal", e)

    def sumsquare(self, e: Tree) -> str:
        return f"Total[{self.entries('epow', e)}]"

    def sumexp(self, e: Tree) -> str:
        return f"Total[{self.entries('exp', e)}]"

    def frobenius(self, a: Tree, b: Tree) -> str:
        return f"Total[{self.operand(a)}*{self.operand(b)}, 2]"


def kind(e: Tree) -> str:
    """Whether an expression is a scalar (s)."""
    op = e[0]
    if op == "name":
        return "s" if e[1] in NAMES["s"] else "array"
    if op in ("add", "sub", "mul", "exp", "frac", "had"):
        return "s" if all(kind(a) == "s" for a in e[1:] if isinstance(a, tuple)) else "array"
    return "s" if op in SCALARS and op not in ("add", "sub", "mul", "exp", "frac") else "array"
