"""Wirtinger derivatives: by a complex variable, and by its conjugate, each while the other is held constant."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ..certificate.certify import Certificate, certify
from ..certificate.claims import Claim
from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts, closure
from ..simplification.normal import simplify
from ..terms.complexes import is_complex
from ..terms.errors import InternalError, MatcalcError, NoDerivativeError, ShapeError
from ..terms.expression import Expr, fn, num, prod
from ..terms.records import dataclass, replace
from ..terms.shapes import SCALAR
from ..terms.walks import postorder
from .conjugation import Conjugation
from .derive import derive
from .layout import Layout

if TYPE_CHECKING:
    from ..terms.recorder import Recorder
    from .record import Record

TARGETS = ("numpy", "jax", "torch", "array-api")
PROGRAMMABLE = frozenset((
    "conj", "real", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "step", "sign",
    "var", "num", "const", "size", "eye", "ones", "zeros", "add", "mm", "prod", "had", "t", "pow", "epow", "mpow",
    "index", "array", "einsum", "tr", "det", "logdet", "inv", "sum", "mean", "diag", "diagonal", "vec", "kron", "tril",
    "triu", "expm",
))  # fmt: skip
HELD = "∂f/∂{0} is Wirtinger's: {1} is held constant"
STEEPEST = (
    "the gradient by the complex {0} is 2 ∂f/∂conj({0}), the direction of steepest ascent, as in the Matrix Cookbook"
    " and torch; jax.grad gives its conjugate 2 ∂f/∂{0}, Brandwood's gradient is ∂f/∂conj({0})"
)
TIED = "the gradient by the hermitian {0} is the hermitian G with df = tr(G*d{0})"
HOLOMORPHIC = "f is holomorphic in {0}: it does not depend on conj({0})"


@dataclass(frozen=True, eq=False)
class Formal:
    """The question in which conjugates are variables of their own, and how answers are put there to be verified."""

    source: Expr
    variable: Expr
    conjugation: Conjugation
    factor: int = 1  # how many times the derivative of the question is the answer
    tied: bool = False  # whether it is the gradient G with df = tr(G*dQ) by a hermitian Q

    def programmable(self, answer: Expr, target: str, value: bool) -> list[Expr]:
        """The answer, after the value of a real function, in operations of which code for complex arrays is written."""
        if target not in TARGETS:
            raise MatcalcError(f"code for complex variables is written for {', '.join(TARGETS)}, not for {target}")
        exprs = [self.conjugation.back(self.conjugation.pair(answer)[0], norms=False)]
        if value and self.factor != 2 and not self.tied:
            raise MatcalcError("the value is beside the gradient of what is real: take grad")
        if value:
            total = self.conjugation.back(prod(num(Fraction(1, self.factor)), self.source), norms=False)
            exprs.insert(0, fn("real", simplify(total, Facts(book=self.conjugation.over))))
        for e in dict.fromkeys(x for root in exprs for x in postorder(root)):
            if e.op not in PROGRAMMABLE:
                raise MatcalcError(f"code for {e.op} of complex arrays is not written")
        return exprs

    def certificate(self, answer: Expr, layout: str) -> Certificate:
        """The certificate of an answer; InternalError if it is wrong."""
        formal = self.conjugation.pair(answer)[0]
        layout = "numerator" if self.tied else layout
        return certify(Claim(self.source, (self.variable,), formal, layout), self.conjugation.over)


def by_complex(f: Expr, x: Expr, conjugated: bool, layout: Layout = "numerator", recorder: Recorder | None = None,
               book: RuleBook | None = None) -> Record:  # fmt: skip
    """The derivative by a variable of a question with complex ones, or by the conjugate of the variable."""
    c = Conjugation(book or RuleBook.default(), frozenset((x.data.name,)))
    return _derived(f, c.pair(f)[0], x, conjugated, layout, recorder, c)


def gradient_by_complex(f: Expr, x: Expr, recorder: Recorder | None = None, book: RuleBook | None = None) -> Record:
    """The gradient of a real scalar: 2 ∂f/∂conj(z) by a complex variable, ∂f/∂x by a real one.

    By a hermitian Q, with conj(Q) = Q', it is the hermitian G with df = tr(G*dQ).
    """
    if f.shape != SCALAR:
        raise ShapeError("a gradient is that of a scalar: use jacobian or diff")
    name = x.data.name
    book = book or RuleBook.default()
    properties = closure(x.data.properties, book)
    if "unitary" in properties:
        raise MatcalcError(f"the entries of the unitary {name} are tied to each other: use diff by {name}, in which"
                           f" {name} and conj({name}) are independent")  # fmt: skip
    tied = "hermitian" in properties
    c = Conjugation(book, frozenset() if tied else frozenset((name,)))
    value, turned = c.pair(f)
    twice = is_complex(x) and not tied
    layout: Layout = "numerator" if tied else "denominator"
    record = _derived(f, prod(num(2), value) if twice else value, x, twice, layout, recorder, c)
    formal = record.formal
    assert formal is not None
    formal = replace(formal, factor=2 if twice else 1, tied=tied)
    claim = replace(formal, source=prod(num(2), turned) if twice else turned)
    try:
        is_known = claim.certificate(record.expr, "denominator").kind != "none"
    except InternalError:
        is_known = False
    if not is_known:
        raise NoDerivativeError("only what is real has a gradient, and this was not found to be equal to its conjugate:"
                                " declare matrices that are hermitian, or use diff by z and by conj(z)")  # fmt: skip
    said = (STEEPEST if twice else TIED if tied else "").format(name)
    return replace(record, variables=(x,), layout="denominator", formal=formal, remarks=(said,) if said else ())


def _derived(f: Expr, formal: Expr, x: Expr, conjugated: bool, layout: Layout, recorder: Recorder | None,
             c: Conjugation) -> Record:  # fmt: skip
    """The formal derivative put back."""
    name = x.data.name
    if conjugated and not is_complex(x):
        raise MatcalcError(f"{name} is real and its own conjugate: differentiate by {name}, or declare {name} complex")
    v = c.pair(x)[1 if conjugated else 0]
    found = derive(formal, v, layout, "free", recorder, c.over)
    said: tuple[str, ...] = ()
    if is_complex(x):
        other = name if conjugated else f"conj({name})"
        said = (HELD.format(v.data.name, other),)
        if conjugated and v.data.name not in formal.free:
            said = (HOLOMORPHIC.format(name),)
    trace = found.trace
    trace.assumptions = {_assumed(p, args, c): None for p, args in trace.assumptions}
    expr = c.back(found.expr)
    return replace(found, source=f, variables=(v,), expr=expr, raw=expr, remarks=said, formal=Formal(formal, v, c))


def _assumed(prop: str, args: tuple[Expr, ...], c: Conjugation) -> tuple[str, tuple[Expr, ...]]:
    """What an answer takes for granted, put back: a logarithm or a root of what is not real needs that it is not 0."""
    shown = tuple([c.back(a) for a in args])
    if prop in ("positive", "unit", "above_one") and not c.are_real(shown):
        prop = "nonzero"
    return prop, shown
