"""Wrong answers made by machine from right ones: one thing in them is changed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from matcalc.terms.errors import MatcalcError
from matcalc.terms.expression import Expr, apply, einsum, node, num, prod, t
from matcalc.terms.rebuild import rebuild, substitute
from matcalc.terms.walks import postorder

_SISTERS = {"sin": "cos", "cos": "sin", "exp": "sigmoid", "sigmoid": "tanh", "tanh": "sinh", "log": "tanh",
            "tr": "sum",
            "tril": "triu", "triu": "tril", "inv": "adj", "adj": "inv", "softmax": "exp",
            "sign": "step", "step": "sign", "gt": "lt", "lt": "gt"}  # fmt: skip


def wrong(answer: Expr) -> Iterator[tuple[str, Expr]]:
    """What was done, and the wrong answer of the same shape."""
    yield "twice", prod(num(2), answer)
    yield "opposite", prod(num(-1), answer)
    for e in postorder(answer):
        for name, new in itertools.chain(_of(e), _inside(e)):
            try:
                found = substitute(answer, {e: new})
            except (MatcalcError, AssertionError):
                continue
            if found is not answer and found.shape == answer.shape:
                yield name, found


def _of(e: Expr) -> Iterator[tuple[str, Expr]]:
    """Changes of one node."""
    square = len(e.shape) == 2 and e.shape[0] is e.shape[1] and not e.is_scalar
    if e.op == "num" and e.data not in (0,):
        yield "number", num(e.data + 1)
    elif e.op == "var" and square:
        yield "transposed name", t(e)
    elif e.op == "t" and square:
        yield "transpose dropped", e.args[0]
    elif e.op == "eye":
        yield "ones for the identity", node("ones", (), None, e.shape)
    elif e.op == "ones" and square:
        yield "identity for ones", node("eye", (), None, e.shape)
    if e.op in _SISTERS and _SISTERS[e.op] != e.op:
        yield "another function", apply(_SISTERS[e.op], *e.args)


def _inside(e: Expr) -> Iterator[tuple[str, Expr]]:
    """Changes of the arguments of one node."""
    if e.op in ("add", "mm", "had", "prod") and len(e.args) > 1:
        for k, a in enumerate(e.args):
            rest = (*e.args[:k], *e.args[k + 1 :])
            if e.op == "add":
                yield "term dropped", rebuild(e, rest)
                yield "sign of a term", rebuild(e, (*e.args[:k], prod(num(-1), a), *e.args[k + 1 :]))
            elif e.op != "prod" or a.is_scalar:
                yield from _made("factor dropped", e, rest)
    if e.op == "mm":
        for k in range(len(e.args) - 1):
            swapped = (*e.args[:k], e.args[k + 1], e.args[k], *e.args[k + 2 :])
            yield from _made("factors swapped", e, swapped)
    if e.op == "einsum" and len(e.data.out) > 1:
        for axes in itertools.permutations(range(len(e.data.out))):
            same = all(e.shape[k] is e.shape[i] for k, i in enumerate(axes))
            if same and axes != tuple(range(len(axes))):
                yield "axes exchanged", einsum(e.args, e.data.ins, tuple(e.data.out[k] for k in axes), e.shape)


def _made(name: str, e: Expr, args: tuple[Expr, ...]) -> Iterator[tuple[str, Expr]]:
    try:
        yield name, rebuild(e, args)
    except MatcalcError:
        return
