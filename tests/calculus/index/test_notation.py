"""Index notation: terms of a differential, sizes of indices, slices."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.calculus.index.notation import selection, slice_size, terms_of
from matcalc.numbers.evaluate import evaluate
from matcalc.simplification.index.notation import Indices
from matcalc.terms.axes import divide, einsum_sizes
from matcalc.terms.errors import NoDerivativeError
from matcalc.terms.expression import differential_of, einsum, var
from matcalc.terms.rebuild import substitute
from matcalc.terms.shapes import ONE, Dim
from matcalc.terms.walks import variables

M, N = Dim.of("m"), Dim.of("n")


@pytest.mark.parametrize(("text", "count"), [
    ("A*D*B", 1), ("A*D*B + C*D", 2), ("tr(D)*A", 1), ("D.*D2 + D", 2), ("A*(D + D)*B", 2), ("(A + C)*D*(A + B)", 1),
])  # fmt: skip
def test_one_term_for_each_way_to_the_differential(text: str, count: int) -> None:
    """What does not hold the differential is one factor, however large."""
    square = ", ".join(f"{n}: matrix(n,n)" for n in ("A", "B", "C", "D", "D2"))
    e = matcalc.parse(text, where=square)
    placeholder = variables(e)["D"]
    leaf = differential_of(var("X", placeholder.shape))
    terms = terms_of(substitute(e, {placeholder: leaf}), leaf, Indices(), lambda terms, e: terms)
    assert len(terms) == count


def test_a_unit_axis_has_no_index() -> None:
    idx = Indices()
    assert idx.new(ONE) == () and idx.size(()) is ONE
    assert idx.size(idx.new(M) + idx.new(N)) is M * N


@pytest.mark.parametrize(("n", "by", "quotient"), [("6*m*n", "2*n", "3*m"), ("m*n", "m*n", "1"), ("4", "2", "2")])
def test_sizes_divide(n: str, by: str, quotient: str) -> None:
    sizes = {"6*m*n": M * N * 6, "2*n": N * 2, "m*n": M * N, "4": Dim.of(4), "2": Dim.of(2)}
    assert str(divide(sizes[n], sizes[by])) == quotient


def test_sizes_that_do_not_divide_are_refused() -> None:
    for n, by in ((M, N), (M * 3, Dim.of(2)), (M + N, M)):
        with pytest.raises(NoDerivativeError, match="multiple"):
            divide(n, by)


def test_sizes_of_indices_follow_from_operands() -> None:
    A, x = var("A", (M, N)), var("x", (N, ONE))
    e = einsum((A, x), (((0,), (1,)), ((1,),)), ((0,), (1,)), (M, N))
    assert einsum_sizes(e) == {0: M, 1: N}


@pytest.mark.parametrize("spec", [(None, None, None), (1, None, None), (None, 4, None), (1, 6, 2), (None, -1, None)])
def test_selections_pick_the_rows_of_a_slice(spec: tuple[int | None, ...]) -> None:
    n = Dim.of(7)
    s = ("slice", *spec)
    rows = list(range(7))[slice(*spec)]
    pick = evaluate(selection(n, s), {})
    assert slice_size(n, s).value == len(rows)
    assert [list(row).index(1) for row in (pick if pick.shape[0] == len(rows) else pick.T)] == rows
