"""The small changes of an expression: what people lose, swap or write twice when they derive by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from ..terms.errors import MatcalcError
from ..terms.expression import Expr, add, apply, epow, had, mm, neg, num, power, prod, t
from ..terms.records import NamedTuple
from ..terms.shapes import SCALAR
from .places import Path, Place, places, put

Change = tuple[Expr, str]


class Edit(NamedTuple):
    """A changed expression: what stood where, what stands there now, and the mistake that this undoes."""

    expr: Expr
    path: Path
    before: Expr
    after: Expr
    mistake: str


def edits(root: Expr, factors: Sequence[Expr] = ()) -> Iterator[Edit]:
    """The expressions that are one small change away, the likeliest mistakes first.

    `factors` are what may be missing in a product.

    >>> from matcalc.terms.expression import as_shape, var
    >>> e = mm(var("A", as_shape("n", "n")), var("x", as_shape("n")))
    >>> [(str(c.expr), c.mistake) for c in edits(e)][:2]
    [("(A*x)'", 'a transpose of A*x is missing'), ("A'*x", 'a transpose of A is missing')]
    """
    found = places(root)
    for kind in (_transposes, _orders, _signs, _numbers, _operations, _inverses):
        for place in found:
            yield from _placed(root, place, kind(place.part))
    for place in found:
        yield from _placed(root, place, _names(place.part, factors))
    for place in found:
        yield from _placed(root, place, _inserted(place.part, factors))


def _placed(root: Expr, place: Place, changes: Iterable[Change]) -> Iterator[Edit]:
    """The changes of a part as changes of the whole, where the shapes fit."""
    waiting = iter(changes)
    while True:
        try:
            new, mistake = next(waiting)
            whole = put(root, place.path, new)
        except StopIteration:
            return
        except MatcalcError:
            continue
        if whole is not root:
            yield Edit(whole, place.path, place.part, new, mistake)


def _transposes(e: Expr) -> Iterator[Change]:
    if e.op == "t":
        yield e.args[0], f"the transpose of {e.args[0]} is one too many"
    elif e.shape != SCALAR and e.op not in ("eye", "ones", "zeros"):
        yield t(e), f"a transpose of {e} is missing"


def _orders(e: Expr) -> Iterator[Change]:
    """Factors in another order, and the two products taken for each other."""
    if e.op not in ("mm", "had"):
        return
    args = e.args
    for k in range(len(args) - 1) if e.op == "mm" else ():
        yield from _tried(
            lambda k=k: mm(*args[:k], args[k + 1], args[k], *args[k + 2 :]),
            f"{args[k]} and {args[k + 1]} stand in the wrong order",
        )
    if len(args) > 2 and e.op == "mm":
        yield from _tried(lambda: mm(*reversed(args)), f"the factors of {e} stand in the wrong order")
    for k in range(len(args) - 1):
        a, b = args[k : k + 2]
        if e.op == "mm":
            one, said = (lambda a=a, b=b: had(a, b)), f"{a} and {b} are multiplied entry by entry, not as matrices"
        else:
            one, said = (lambda a=a, b=b: mm(a, b)), f"{a} and {b} are multiplied as matrices, not entry by entry"
        yield from _tried(lambda k=k, one=one: _product(e.op, (*args[:k], one(), *args[k + 2 :])), said)


def _product(op: str, args: Sequence[Expr]) -> Expr:
    if len(args) == 1:
        return args[0]
    return {"mm": mm, "had": had, "prod": prod}[op](*args)


def _signs(e: Expr) -> Iterator[Change]:
    """The sign of a term, a term that does not belong, a scalar factor that does not."""
    if e.op == "add":
        for k, term in enumerate(e.args):
            yield add(*e.args[:k], neg(term), *e.args[k + 1 :]), f"the sign of the term {term}"
        for k, term in enumerate(e.args):
            for c, said in ((num(2), "is missing in"), (num(Fraction(1, 2)), "is too much in")):
                whole = add(*e.args[:k], prod(c, term), *e.args[k + 1 :])
                yield whole, f"the factor 2 {said} the term {term}"
        for k, term in enumerate(e.args):
            rest = (*e.args[:k], *e.args[k + 1 :])
            yield (add(*rest) if len(rest) > 1 else rest[0]), f"the term {term} does not belong"
    if e.op in ("prod", "mm", "had"):
        for k, factor in enumerate(e.args):
            rest = (*e.args[:k], *e.args[k + 1 :])
            yield from _tried(lambda rest=rest: _product(e.op, rest), f"the factor {factor} does not belong")


def _numbers(e: Expr) -> Iterator[Change]:
    """Another number or exponent."""
    if e.op == "num" and isinstance(e.data, int | Fraction):
        for value in (-e.data, 2 * e.data, Fraction(e.data) / 2, e.data + 1, e.data - 1):
            if value:
                yield num(value), f"the number {e.data}"
    if e.op in ("pow", "epow") and e.args[1].op == "num":
        raised = power if e.op == "pow" else epow
        for step in (-1, 1):
            yield raised(e.args[0], num(e.args[1].data + step)), f"the exponent of {e.args[0]}"
        yield raised(e.args[0], num(-e.args[1].data)), f"the sign of the exponent of {e.args[0]}"


_EXCHANGED = {
    "sum": ("tr",), "tr": ("sum",), "norm": ("norm1",), "det": ("logdet",), "logdet": ("det",),
    "sin": ("cos",), "cos": ("sin",), "exp": ("log",), "log": ("exp",), "expm": ("exp",),
}  # fmt: skip


def _operations(e: Expr) -> Iterator[Change]:
    """An operation taken for another; a norm that is squared or is not."""
    for name in _EXCHANGED.get(e.op, ()):
        yield from _tried(lambda name=name: apply(name, *e.args), f"{name} is meant, not {e.op}")
    if e.op == "norm":
        yield power(e, num(2)), f"{e} is squared"
    if e.op == "pow" and e.args[0].op == "norm":
        yield e.args[0], f"{e.args[0]} is not squared"


def _inverses(e: Expr) -> Iterator[Change]:
    if e.op == "inv":
        yield e.args[0], f"the inverse of {e.args[0]} is one too many"
    elif e.op == "var" and e.shape != SCALAR and e.shape[0] == e.shape[1]:
        yield apply("inv", e), f"the inverse of {e} is missing"


def _names(e: Expr, others: Sequence[Expr]) -> Iterator[Change]:
    """A name taken for another of its shape."""
    if e.op == "var":
        for other in others:
            if other.op == "var" and other.shape == e.shape and other is not e:
                yield other, f"{e} stands where {other} belongs"


def _inserted(e: Expr, factors: Sequence[Expr]) -> Iterator[Change]:
    """A factor more, on either side."""
    if e.op in ("num", "t", "const"):
        return
    for factor in factors:
        said = f"the factor {factor} is missing"
        if factor.shape == SCALAR:
            yield from _tried(lambda factor=factor: prod(factor, e), said)
            continue
        yield from _tried(lambda factor=factor: mm(factor, e), said)
        yield from _tried(lambda factor=factor: mm(e, factor), said)
        yield from _tried(lambda factor=factor: had(factor, e), said)


def _tried(make, mistake: str) -> Iterator[Change]:  # type: ignore[no-untyped-def]
    """A change, if the shapes fit."""
    try:
        yield make(), mistake
    except MatcalcError:
        return
