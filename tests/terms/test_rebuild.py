"""Every kind of node is rebuilt with other arguments as its constructor would have built it."""

from __future__ import annotations

import pytest

from matcalc.front.api import parse
from matcalc.terms.errors import ShapeError
from matcalc.terms.expression import Expr, as_shape, var
from matcalc.terms.rebuild import rebuild, replaced, substitute
from matcalc.terms.shapes import SCALAR

WHERE = "A, B, C: matrix(n, n), x, y, z: vector(n), a, b, c: scalar, f: vector(n) -> scalar, k: scalar"
OF = {n: var(n, as_shape("n", "n")) for n in "ABC"} | {n: var(n, as_shape("n")) for n in "xyz"}
OF |= {n: var(n, SCALAR) for n in "abck"}


def read(text: str) -> Expr:
    return parse(text, where=WHERE)


@pytest.mark.parametrize(
    ("text", "old", "new", "want"),
    [
        ("x + y", "x", "z", "z + y"),
        ("a*x", "a", "b", "b*x"),
        ("A*B*x", "B", "C", "A*C*x"),
        ("A*B*x", "B", "A*C", "A*(A*C)*x"),
        ("x.*y", "y", "z", "x.*z"),
        ("A'", "A", "B", "B'"),
        ("a^3", "a", "b", "b^3"),
        ("A^3", "A", "C", "C^3"),
        ("x.^y", "y", "z", "x.^z"),
        ("exp(x)", "x", "A*x", "exp(A*x)"),
        ("logdet(A)", "A", "A*B", "logdet(A*B)"),
        ("x[1:3]", "x", "y", "y[1:3]"),
        ("[a, b; b, a]", "b", "c", "[a, c; c, a]"),
        ("f(x)", "x", "A*x", "f(A*x)"),
        ("einsum('i,j->ij', x, y)", "y", "z", "einsum('i,j->ij', x, z)"),
        ("sum(i=0..k, A^i*x)", "A", "B", "sum(i=0..k, B^i*x)"),
        ("sum(i=0..k, A^i*x)", "x", "sum(j=0..k, B^j*y)", "sum(i=0..k, A^i*sum(j=0..k, B^j*y))"),
    ],
)
def test_substitution_is_what_the_text_says(text: str, old: str, new: str, want: str) -> None:
    assert substitute(read(text), {OF[old]: read(new)}) is read(want)


def test_arguments_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError):
        rebuild(read("A*x"), (OF["A"], var("u", as_shape("m"))))


def test_the_index_of_a_sum_is_not_caught() -> None:
    """The open index of an outer sum that comes into an inner one keeps its meaning."""
    inner = read("sum(j=0..k, A^j*x)")
    outer = read("sum(i=0..k, a^i*sum(j=0..k, A^j*x))")
    counter = next(e for e in outer.args[0].args if e.op == "pow").args[1]
    put_in = substitute(inner, {OF["k"]: counter})
    assert counter in put_in.args
    assert replaced(put_in, counter.data, OF["k"]) is inner
