"""One walk and one fold: each node once, children first, however deep and however shared."""

from __future__ import annotations

import pytest

from matcalc.front.api import parse
from matcalc.terms.expression import Expr, add, fn, num, power, var
from matcalc.terms.rebuild import substitute, transform
from matcalc.terms.shapes import SCALAR
from matcalc.terms.walks import arguments, around, fold, outside, postorder, variables, walk

a, b = var("a", SCALAR), var("b", SCALAR)
DEEP = 50_000


def nested(depth: int) -> Expr:
    e = a
    for _ in range(depth):
        e = fn("sin", e)
    return e


def shared(depth: int) -> Expr:
    """A graph of 2*depth nodes with 2^depth paths."""
    e = a
    for _ in range(depth):
        e = add(power(e, num(2)), e)
    return e


@pytest.mark.parametrize(("e", "nodes"), [(nested(DEEP), DEEP + 1), (shared(300), 602)], ids=["deep", "shared"])
def test_each_node_once_after_its_arguments(e: Expr, nodes: int) -> None:
    order = list(postorder(e))
    place = {x: k for k, x in enumerate(order)}
    assert len(order) == len(place) == nodes
    assert all(place[x] < place[y] for y in order for x in y.args)
    assert order[-1] is e


def test_the_order_is_that_of_the_arguments() -> None:
    assert [x.op for x in postorder(parse("x'*A*y"))] == ["var", "t", "var", "var", "mm"]


def test_fold_gives_every_node_its_value() -> None:
    depth = fold(shared(300), lambda e, below: 1 + max(below, default=0), arguments)
    assert max(depth.values()) == depth[shared(300)] == 601


def test_outside_does_not_enter_finite_sums() -> None:
    e = parse("sum(i=0..k, A^i*x)", where="A: matrix(n, n), x: vector(n), k: scalar")
    assert [x.op for x in outside(e)] == ["num", "var", "series"]
    assert around(e) == e.args[1:]
    assert {x.op for x in postorder(e)} >= {"counter", "mpow"}


def test_walk_takes_any_children() -> None:
    assert list(walk("ab", lambda s: [s[:-1], s[1:]] if len(s) > 1 else [])) == ["a", "b", "ab"]


def test_variables_in_the_order_of_their_appearance() -> None:
    assert list(variables(parse("y'*A*x + y'*y"))) == ["y", "A", "x"]


def test_rebuilding_is_deep() -> None:
    e = nested(DEEP)
    assert transform(e, lambda x: x) is e
    assert substitute(substitute(e, {a: b}), {b: a}) is e
