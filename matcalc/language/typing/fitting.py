"""Making shapes fit: equal sizes, parts as the text has them, and what is said when they do not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ...terms.shapes import ONE, SCALAR, Dim, Shape, Unifier, describe
from ...terms.signatures import Signatures
from ..remarks import Remark
from ..spellings import Meaning
from ..tree import Ast
from .contexts import Contexts
from .declarations import FunctionType
from .preferences import ENTRYWISE, FLAT, MORE, NAMED, QUESTION, UNLIKELY


class Misfit(Exception):
    """Two shapes do not fit: the place, and what makes the message once it is needed."""

    def __init__(self, place: int, message: Callable[[], str]):
        super().__init__()
        self.place, self.message = place, message


def lone(dim: Dim) -> str | None:
    """The name of an unknown that stands alone."""
    if len(dim.terms) == 1:
        (names, factor) = dim.terms[0]
        if factor == 1 and len(names) == 1 and names[0][0] == "?":
            return names[0]
    return None


def entrywise(node: Ast, a: Shape, b: Shape) -> bool:
    """Whether an operation is entry by entry because the text is code for arrays."""
    if node.data == "numpy":
        return b != SCALAR if node.op == "div" else a != SCALAR and (node.op == "pow" or b != SCALAR)
    columns = a != SCALAR and a[1:] == (ONE,)
    if node.data != "python":
        return False
    if node.op == "pow":
        return columns
    return b != SCALAR and b[1:] == (ONE,) and (columns or (node.op == "div" and a == SCALAR))


class Fitting:
    """The shapes found so far, and the sizes that follow from them.

    Unknown sizes of variables are never 1 (a vector of unknown size is no scalar); those of constants
    such as vector(1) may be.
    """

    def __init__(self, tape: Sequence[Ast], leaves: dict[str, Shape], undeclared: frozenset[str],
                 functions: Mapping[str, FunctionType], unifier: Unifier, text: str,
                 signatures: Signatures, around: Contexts, demoted: frozenset[str] = frozenset()):  # fmt: skip
        self.tape, self.leaves, self.undeclared, self.functions = tape, leaves, undeclared, functions
        self.u, self.text, self.signatures, self.around = unifier, text, signatures, around
        self.demoted = demoted  # the names that are scalars against convention
        self.shapes: list[Shape] = []
        self.levels: list[float] = []
        self.flexible: set[str] = set()
        self.stacked: dict[Dim, Shape] = {}  # how long vec(X) is: the shape of X
        self.cost = 0.0
        self.remarks: list[Remark] = []
        self.kept: set[int] = set()  # rows and columns that fill an array: sum(X, axis=1, keepdims=True)
        self.bold_names: frozenset[str] = frozenset()
        self.exact = False  # whether the names of operations are those of the table, as in a rule
        self.read_as: dict[int, str] = {}  # parts that are another operation than the text says
        self.questions: list[Misfit] = []  # what this reading would have to ask
        self.chosen: dict[int, Meaning] = {}  # what calls of other programs mean

    def flex(self) -> Dim:
        dim = self.u.fresh()
        self.flexible.add(dim.terms[0][0][0])
        return dim

    def same(self, a: Dim, b: Dim) -> bool:
        """Make two sizes equal if they can be."""
        if a is b:
            return True
        if a in self.stacked and b in self.stacked and self.alike(self.stacked[a], self.stacked[b]):
            return True
        a, b = self.u.resolve(a), self.u.resolve(b)
        if a is b:
            return True
        p, q = lone(a), lone(b)
        if p in self.flexible and p is not None:
            if p in b.names:
                return False
            self.u.bindings[p] = b
            return True
        if q in self.flexible and q is not None:
            if q in a.names:
                return False
            self.u.bindings[q] = a
            return True
        if (a is ONE and q) or (b is ONE and p):
            return False
        if p and q:
            self.u.bindings[q] = a
            return True
        return self.u.unify(a, b)

    def alike(self, a: Shape, b: Shape) -> bool:
        """Give two matrices one shape if they can have it: of vec(A)'*vec(B) only the product of the sizes is known."""
        before = dict(self.u.bindings), list(self.u.deferred)
        if self.equal(a, b):
            return True
        self.u.bindings, self.u.deferred = before
        return False

    def equal(self, a: Shape, b: Shape) -> bool:
        return len(a) == len(b) and all([self.same(x, y) for x, y in zip(a, b, strict=True)])

    def show(self, shape: Shape) -> str:
        """A shape with what is known filled in."""
        full = tuple(self.u.resolve(d) for d in shape)
        return "a scalar" if full == SCALAR else describe(full)

    def part(self, i: int) -> str:
        """A part as the text has it, if it is short."""
        node = self.tape[i]
        text = self.text[node.start : node.end].strip()
        return text if text and len(text) <= 32 and "\n" not in text else "this part"

    def say(self, i: int, text: str) -> None:
        """Remark on a part."""
        self.remarks.append(Remark(text, self.tape[i].span))

    def ask(self, i: int, message: Callable[[], str], cost: float = QUESTION) -> None:
        """This reading has no other like it that would be usual: it is asked back if it is the best."""
        cost += FLAT if self.around.flat and cost == QUESTION else 0.0
        self.cost += MORE if cost and self.questions else cost
        self.questions.append(Misfit(i, message))

    def by_entries(self, i: int, op: str, message: Callable[[], str]) -> None:
        """A power, product or quotient that goes only entry by entry: read so inside a sum or norm, else asked."""
        if not self.around.entries[i]:
            self.ask(i, message)
            return
        self.cost += MORE if self.read_as else ENTRYWISE
        self.read_as[i] = op
        self.say(i, f"{self.part(i)} is read entry by entry")

    def is_(self, i: int) -> str:
        return f"{self.part(i)} is {self.show(self.shapes[i])}"

    def scalar(self, i: int) -> bool:
        return self.shapes[i] == SCALAR

    def inherit(self, *args: int) -> None:
        self.level = max(self.levels[j] for j in args)

    def unlikely(self, *args: int, never: bool = False) -> None:
        """What is not done to an undeclared scalar; with `never`, not at all to a name or a sum of names."""
        for j in args:
            if self.scalar(j) and self.levels[j] >= NAMED:
                self.cost += UNLIKELY
                if never and self.tape[j].op in ("name", "sample", "add", "sub", "neg"):
                    raise Misfit(j, lambda j=j: f"{self.part(j)} cannot be a scalar here")  # type: ignore[misc]

    def flat(self, i: int, *args: int) -> None:
        """Only matrices, vectors and scalars have this operation."""
        for j in args:
            if len(self.shapes[j]) != 2:
                raise Misfit(i, lambda j=j: f"{self.part(j)} has {len(self.shapes[j])} axes: use einsum")  # type: ignore[misc]

    def left_div(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        if self.scalar(a):
            self.inherit(a, b)
            return self.shapes[b]
        if not self.same(*self.shapes[a]):
            hint = "for least squares write pinv(A)*b"
            raise Misfit(i, lambda: f"only a square matrix has an inverse, and {self.is_(a)}: {hint}")
        if not self.same(self.shapes[a][1], self.shapes[b][0]):
            raise Misfit(i, lambda: self.misfit_product(a, b))
        return self.shapes[b]

    def misfit_pair(self, a: int, b: int, what: str, sign: str) -> str:
        sa, sb = ([self.u.resolve(d) for d in self.shapes[j]] for j in (a, b))
        hint = ""
        if any(self.tape[j].op == "along" for j in (a, b)):
            hint = ": write keepdims=True"
        elif len(sa) == 2 and sa == sb[::-1] and sign:
            hint = f": did you mean {self.wrapped(a)} {sign} {self.wrapped(b)}'?"
        return f"{what} needs equal shapes, but {self.is_(a)} and {self.is_(b)}{hint}"

    def wrapped(self, i: int) -> str:
        text = self.part(i)
        bare = self.tape[i].op in ("name", "t", "func", "num", "norm", "index") or text[:1] + text[-1:] in (
            "()",
            "[]",
        )
        return text if bare else f"({text})"

    def misfit_product(self, a: int, b: int) -> str:
        """What is wrong with a product, and what would fit."""
        message = f"{self.is_(a)} and {self.is_(b)}"
        sa, sb = ([self.u.resolve(d) for d in self.shapes[j]] for j in (a, b))
        if "this part" in message:
            return f"{message}: the inner sizes {sa[1]} and {sb[0]} differ"
        x, y = self.wrapped(a), self.wrapped(b)
        fits = []
        if sa[0] is sb[0]:
            fits.append(f"{_transposed(x)}*{y}")
        if sa == sb and sa[1] is ONE:
            fits.append(f"{x}.*{y}")
        elif sa[1] is sb[1]:
            fits.append(f"{x}*{_transposed(y)}")
        if not fits and sa[0] is sb[1]:
            fits.append(f"{y}*{x}")
        hint = f"did you mean {' or '.join(fits)}?" if fits else f"the inner sizes {sa[1]} and {sb[0]} differ"
        return f"{message}: {hint}"


def _transposed(text: str) -> str:
    return text[:-1] if text.endswith("'") else text + "'"


def count(n: int) -> str:
    """A number of arguments, in words."""
    return "one argument" if n == 1 else f"{('two', 'three', 'four')[n - 2] if n < 5 else n} arguments"


ARITY = {
    "bars": 1, "euler": 1, "norm of 1": 1, "norm of inf": 1, "softmax": 1, "log_softmax": 1, "skew": 1,
    "t": 1, "max": 2, "min": 2, "diag": 1, "norm2": 1, "sqrt": 1, "inner": 2, "outer": 2, "mul": 2,
    "had": 2, "left_div": 2, "ediv": 2, "square": 1, "epow": 2, "inv": 1, "abs": 1, "d": 1,
}  # fmt: skip
