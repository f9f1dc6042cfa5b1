"""Forward and reverse accumulation side by side: the order of the products, their cost and what they keep.

>>> import matcalc
>>> d = matcalc.diff("sum(tanh(A*x))", "x", where="A: matrix(m,n)")
>>> m = modes(d.record, sizes={"m": 100, "n": 10})
>>> m.reverse.multiplications, m.forward.multiplications
(11000, 101000)
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..calculus.record import Record
from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from ..terms.records import dataclass
from ..terms.shapes import ZERO, Dim
from .chain import Chain
from .lines import Steps, Verify
from .naming import Operation
from .steps import steps

Count = int | Dim


@dataclass(frozen=True)
class Mode:
    """One way to accumulate: the order of the products, the multiplications in them, the numbers that are kept."""

    name: str
    order: str
    multiplications: Count
    stored: Count
    operations: int

    def row(self) -> str:
        """The mode as a row of a table."""
        return f"{self.name:8} {self.order}   {self.multiplications} multiplications, {self.stored} numbers kept"


@dataclass(frozen=True)
class Modes:
    """Both ways; prints as a table. `steps` has the lines of each, `d.steps(style="chain", mode=...)` the same.

    >>> import matcalc
    >>> print(matcalc.diff("(<x, w> - y)^2", "w").modes())
    forward  ∂z/∂b (∂b/∂a ∂a/∂w)   n multiplications, n + 1 numbers kept
    reverse  (∂z/∂b ∂b/∂a) ∂a/∂w   n multiplications, n + 3 numbers kept
    """

    forward: Mode
    reverse: Mode
    steps: dict[str, Steps]

    def __str__(self) -> str:
        width = max(len(self.forward.order), len(self.reverse.order))
        rows = []
        for m in (self.forward, self.reverse):
            counts = f"{m.multiplications} multiplications, {m.stored} numbers kept"
            rows.append(f"{m.name:8} {m.order:{width}}   {counts}")
        return "\n".join(rows)

    __repr__ = __str__

    def markdown(self) -> str:
        """The table in Markdown."""
        head = ["| mode | order of the products | multiplications | numbers kept |", "|---|---|---|---|"]
        rows = [
            f"| {m.name} | {m.order} | {m.multiplications} | {m.stored} |" for m in (self.forward, self.reverse)
        ]
        return "\n".join(head + rows)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def latex(self) -> str:
        """The table as a LaTeX array."""
        rows = []
        for m in (self.forward, self.reverse):
            counts = f"{_count(m.multiplications)} & {_count(m.stored)}"
            rows.append(rf"\text{{{m.name}}} & {_order_latex(m.order)} & {counts}")
        head = r"\text{mode} & \text{products} & \text{multiplications} & \text{numbers kept} \\ \hline"
        return "\\begin{array}{llrr}\n" + head + "\n" + " \\\\\n".join(rows) + "\n\\end{array}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def modes(d: Record, sizes: Mapping[str, int] | None = None, verify: Verify | None = None) -> Modes:
    """Forward and reverse accumulation for one derivative, counted for given sizes of the dimensions.

    A product with an identity costs nothing. Forward accumulation keeps one value and one derivative at a time;
    reverse accumulation keeps every value until the way back has used it.
    """
    if len(d.variables) > 1:
        raise MatcalcError("the modes are compared for one variable at a time")
    if d.form != "layout":
        raise MatcalcError("the modes are compared for a derivative in a layout: before vec or hvp")
    chain = Chain(d)
    naming = chain.naming
    if not naming.operations or not naming.is_chain():
        raise MatcalcError("the modes are compared for chains of scalars and vectors; see d.steps(style='chain')")
    counts = [Counter(chain, mode).run() for mode in ("forward", "reverse")]
    first, second = (
        Mode(c.mode, c.order(), in_numbers(c.cost, sizes), in_numbers(c.kept, sizes), len(naming.operations))
        for c in counts
    )
    return Modes(first, second, {m: steps(d, "chain", mode=m, verify=verify) for m in ("forward", "reverse")})


class Counter:
    """Counts the products of an accumulation, dense but for identities."""

    def __init__(self, chain: Chain, mode: str):
        self.chain, self.naming, self.mode = chain, chain.naming, mode
        self.cost: Dim = ZERO
        self.kept: Dim = ZERO

    def run(self) -> Counter:
        """Count."""
        operations = self.naming.operations
        known: set[Expr] = set()
        live: list[Dim] = []
        if self.mode == "forward":
            for o in operations:
                for u in self.naming.inputs(o):
                    if u is not self.naming.x:
                        self.multiply(o, u, _size(o.name), _size(u), _size(self.naming.x))
                live.append(_size(o.name) + _size(o.name) * _size(self.naming.x))
            self.kept = _largest(live)
            return self
        top = operations[-1].name
        for u in [*(o.name for o in reversed(operations[:-1])), self.naming.x]:
            for o in self.naming.users(u):
                if o.name is not top:
                    self.multiply(o, u, _size(top), _size(o.name), _size(u))
            known.add(u)
            live.append(_size(top) * _size(u))
        self.kept = sum((_size(o.name) for o in operations), ZERO) + _largest(live)
        return self

    def multiply(self, o: Operation, u: Expr, rows: Dim, inner: Dim, columns: Dim) -> None:
        """Add the cost of one product of Jacobians."""
        local = self.chain.value(o, u)
        if local.op != "eye" and not (local.op == "num" and local.data == 1):
            self.cost = self.cost + rows * inner * columns

    def order(self) -> str:
        """The product with its parentheses; for several paths the rule in words."""
        paths = self.naming.paths()
        if paths is None or len(paths) != 1:
            return "from the variable on" if self.mode == "forward" else "from the result back"
        names = [f"∂{o.name}/∂{u}" for o, u in paths[0]]
        if self.chain.layout == "denominator":
            return parenthesised(list(reversed(names)), self.mode == "forward")
        return parenthesised(names, self.mode == "reverse")


def parenthesised(names: list[str], from_the_left: bool) -> str:
    """A product with parentheses that show its order.

    >>> parenthesised(["a", "b", "c"], True), parenthesised(["a", "b", "c"], False)
    ('(a b) c', 'a (b c)')
    """
    parts = list(names) if from_the_left else list(reversed(names))
    text = parts[0]
    for k, p in enumerate(parts[1:], 1):
        text = f"{text} {p}" if from_the_left else f"{p} {text}"
        if k < len(parts) - 1:
            text = f"({text})"
    return text


def _size(e: Expr) -> Dim:
    return e.shape[0] * e.shape[1]


def _largest(dims: list[Dim]) -> Dim:
    """The largest of some sizes; of symbolic ones the one with the most factors."""
    return max(dims, key=lambda d: (max((len(m) for m, _ in d.terms), default=0), sum(c for _, c in d.terms)))


def in_numbers(count: Dim, sizes: Mapping[str, int] | None) -> Count:
    """A count for given sizes; symbolic where a size is missing."""
    done = count.substitute({n: Dim.of(k) for n, k in (sizes or {}).items()})
    return done if done.value is None else done.value


def _count(c: Count) -> str:
    return str(c).replace("*", " ")


def _order_latex(order: str) -> str:
    if "∂" not in order:
        return rf"\text{{{order}}}"
    def fraction(m: re.Match[str]) -> str:
        return rf"\frac{{\partial {m[1]}}}{{\partial {m[2]}}}"

    return re.sub(r"∂(\w+)/∂(\w+)", fraction, order).replace("(", r"\left(").replace(")", r"\right)")


