"""Nodes: one for each expression in every thread, typed data, pickling and the names that functions may have."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from fractions import Fraction

import pytest

import matcalc
from matcalc.front.api import parse
from matcalc.terms import payloads
from matcalc.terms.cache import Packer, unpack
from matcalc.terms.expression import Expr, as_shape, differential_of, jac, mm, node, num, t, var
from matcalc.terms.nodes import _table, sweep
from matcalc.terms.rebuild import rebuild, transform
from matcalc.terms.shapes import SCALAR, Dim
from matcalc.terms.walks import postorder

THREADS, NODES = 8, 3_000


@pytest.fixture
def tiny_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def in_threads(build: object) -> list[list[object]]:
    """What `build(k)` gives for every k, in each of the threads, which start together."""
    together = threading.Barrier(THREADS)
    made: list[list[object]] = [[] for _ in range(THREADS)]

    def work(own: list[object]) -> None:
        together.wait()
        own.extend(build(k) for k in range(NODES))  # type: ignore[operator]

    threads = [threading.Thread(target=work, args=(own,)) for own in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made


def test_a_node_is_one_in_all_threads(tiny_switches: None) -> None:
    made = in_threads(lambda k: node("mpow", (var(f"A{k}", as_shape("n", "n")), num(Fraction(k, 7))), None, SCALAR))
    assert sum(len({id(e) for e in same}) != 1 for same in zip(*made, strict=True)) == 0


def test_a_dimension_is_one_in_all_threads(tiny_switches: None) -> None:
    made = in_threads(lambda k: Dim.of(f"size{k}") * 3 + 1)
    assert sum(len({id(d) for d in same}) != 1 for same in zip(*made, strict=True)) == 0


def test_nodes_come_and_go_in_threads(tiny_switches: None) -> None:
    """Nodes that die while others of the same kind are made: the table has one living node for each."""
    gc.collect()
    sweep()
    before = len(_table)

    def brief(k: int) -> bool:
        e = num(1_000_000 + k % 5)
        return e is num(1_000_000 + k % 5)

    assert all(map(all, in_threads(brief)))
    gc.collect()
    sweep()
    assert len(_table) <= before


def test_numbers_of_different_types_are_different_nodes() -> None:
    assert len({node("num", (), 1, SCALAR), node("num", (), 1.0, SCALAR), node("num", (), True, SCALAR)}) == 3


def test_expressions_are_immutable() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        var("x", SCALAR).op = "num"  # type: ignore[misc]


X, x = var("X", as_shape("m", "n")), var("x", as_shape("n"))
SUM = parse("sum(i=0..k, A^i*x)", where="A: matrix(n, n), x: vector(n), k: scalar")
EVERY_KIND = {
    "var": (x, payloads.Variable, ("x", "vector", frozenset())),
    "d": (differential_of(x), payloads.Differential, ("x", x)),
    "entry": (x[1], tuple, (("at", 1),)),
    "rows": (X[1:3, :], tuple, (("slice", 1, 3, None), ("slice", None, None, None))),
    "array": (parse("[a, b; c, d]"), payloads.Grid, (2, 2)),
    "jac": (jac("f", 0, as_shape("p"), True, x), payloads.Partial, ("f", 0, True, as_shape("p"))),
    "einsum": (parse("einsum('ij,k->ikj', X, y)"), payloads.Axes, ((((0,), (1,)), ((2,),)), ((0,), (2,), (1,)))),
    "series": (SUM, int, 0),
    "fn": (parse("exp(x)"), str, payloads.ELEMENTWISE),
    "fraction": (num(Fraction(2, 3)), Fraction, Fraction(2, 3)),
}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_data_have_names_wherever_a_node_comes_from(kind: str) -> None:
    e, type_of, value = EVERY_KIND[kind]
    packer = Packer()
    place = packer.add(e)
    assert pickle.loads(pickle.dumps(e)) is e
    assert unpack(packer.rows)[place] is e
    assert transform(e, lambda a: a) is e
    assert type(e.data) is type_of and e.data == value
    if e.op == "index":
        assert all(type(s) in (payloads.At, payloads.Slice) for s in e.data)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_fresh_process_makes_the_same_node(kind: str, fresh: dict[str, list[str]]) -> None:
    """Made again from a pickle alone: the table of a new process is empty, so every part is built there."""
    e = EVERY_KIND[kind][0]
    assert fresh[kind] == [str(e), repr(type(e.data)), *([repr(type(s)) for s in e.data] if e.op == "index" else [])]


@pytest.fixture(scope="module")
def fresh() -> dict[str, list[str]]:
    code = (
        "import pickle, sys\n"
        "found = {}\n"
        "for kind, packed in pickle.load(sys.stdin.buffer).items():\n"
        "    e = pickle.loads(packed)\n"
        "    found[kind] = [str(e), repr(type(e.data)), *map(repr, map(type, e.data if e.op == 'index' else ()))]\n"
        "sys.stdout.buffer.write(pickle.dumps(found))\n"
    )
    packed = pickle.dumps({kind: pickle.dumps(e) for kind, (e, _, _) in EVERY_KIND.items()})
    out = subprocess.run([sys.executable, "-c", code], input=packed, capture_output=True, check=True)
    found: dict[str, list[str]] = pickle.loads(out.stdout)
    return found


@pytest.mark.parametrize("name", ["fn", "f"])
def test_the_name_of_a_function_is_free(name: str) -> None:
    """The datum of a call is a name, that of an elementwise function a mark: they are not taken for each other."""
    where = f"{name}: vector(n) -> scalar, x: vector(n), A: matrix(n, n)"
    e = parse(f"{name}(A*x)", where=where)
    assert e.is_scalar and not e.is_elementwise
    assert rebuild(e, (x,)).is_scalar
    assert str(matcalc.grad(f"{name}(A*x)^2", "x", where=where)) == f"2*{name}(A*x)*A'*∂{name}(A*x)/∂(A*x)"


def test_a_size_may_have_any_name() -> None:
    d = matcalc.grad("mean(x)", "x", where="x: vector(fn)")
    assert str(d) == "vector(1, fn)/fn"
    assert d.check().ok


def test_the_free_variables() -> None:
    e: Expr = mm(t(x), differential_of(var("y", as_shape("n"))))
    assert e.free == {"x", "y"}
    assert [a.op for a in postorder(e)] == ["var", "t", "d", "mm"]
