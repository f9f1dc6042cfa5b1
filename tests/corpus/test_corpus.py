"""Every row of the corpus: its value and its printed form in both layouts, and the form that its source prints."""

from __future__ import annotations

from collections import Counter
from statistics import median

import numpy as np
import pytest

from tests.corpus.compare import derive, ratio
from tests.corpus.frozen import derivative, forms, numbers, values
from tests.corpus.rows import Row, corpus, form_value, reference, tokens
from tests.random.operations import jax
from tests.random.values import agrees

ROWS = corpus()
BOOKS = [row for row in ROWS if row.book]

# Where our form has more tokens than the source's, with the reason.
LONGER = {
    "determinants: logdet(X'*X) by X": "the source writes the pseudoinverse for inv(X'*X)*X'",
    "elementwise: sum(sqrt(X)) by X": "a half is 1/2, not 0.5",
    "hessians: logdet(A + x*B) by x": "the square of a product is not gathered",
    "inverses: tr(inv(A + X*B)) by X": "the transpose of a product is pushed inside",
    "networks: ||W3*W2*W1*X - Y||_F^2 by W2": "the transpose of a product is pushed inside",
    "scalars: 0.5*x*(1 + erf(x/sqrt(2))) by x": "a half stands in each term",
    "scalars: log(1 + ((x - u)/s)^2) by u": "the difference stands as in the question",
    "scalars: tan(x) by x": "the source writes the secant",
    "scalars: tanh(x) by x": "the source writes the hyperbolic secant",
    "statistics: w'*u/sqrt(w'*S*w) by S": "a half is 1/2, not 0.5",
    "traces: tr(A*diag(x)*B*diag(x)) by x": "diag(A*diag(x)*B) is not read as (A.*B')*x",
    "vectors: x'*A*x + x'*x by x": "eye(n) stands for a term of its own",
}


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.label)
def test_value_and_form(row: Row) -> None:
    for layout in row.layouts:
        d = derive(row, layout)
        assert agrees(d.evaluate(values(row)), derivative(row, layout)), f"[{layout}] {d}"
        assert str(d) == forms()[row][layout], layout


@pytest.mark.skipif(jax is None, reason="JAX computes the frozen numbers again where it is installed")
@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.label)
def test_the_frozen_numbers_are_those_of_jax(row: Row) -> None:
    for layout in row.layouts:
        assert agrees(derivative(row, layout), reference(row, values(row), layout), 1e-8), layout


@pytest.mark.parametrize("row", BOOKS, ids=lambda r: r.label)
def test_the_book_says_the_same(row: Row) -> None:
    assert row.book
    form, layout = row.book
    want = derivative(row, layout)
    assert agrees(form_value(row, form, values(row), want), want)


def test_ours_is_no_longer_than_the_books() -> None:
    longer = {}
    for row in BOOKS:
        assert row.book
        form, layout = row.book
        if tokens(forms()[row][layout]) > tokens(form):
            longer[f"{row.file}: {row.name}"] = f"{forms()[row][layout]} for {form}"
    assert not {k: v for k, v in longer.items() if k not in LONGER}
    assert not set(LONGER) - set(longer), "these are no longer longer: strike them off"


def test_ours_is_mostly_as_short_as_the_books() -> None:
    ratios = [ratio(forms()[row][row.book[1]], row.book[0]) for row in BOOKS if row.book]
    assert len(ratios) >= 200
    assert median(ratios) <= 1


def test_size_and_variety() -> None:
    assert len(ROWS) >= 600
    assert len({(r.expression, r.variable, r.where, r.order, r.structure) for r in ROWS}) == len(ROWS)
    assert all(r.citation for r in ROWS)
    assert len({r.file for r in ROWS}) >= 10
    assert set(Counter(r.book[1] for r in BOOKS if r.book)) == {"numerator", "denominator"}


def test_the_frozen_values_have_the_declared_sizes_and_properties() -> None:
    for row in ROWS:
        drawn = row.values()
        assert {n: v.shape for n, v in drawn.items()} == {n: v.shape for n, v in values(row).items()}, row.label
        assert np.isfinite(derivative(row, "denominator")).all(), row.label
        for name, (_, properties) in row.declared().items():
            if "symmetric" in properties or "spd" in properties:
                x = np.asarray(numbers()[row]["values"][name])
                assert np.allclose(x, x.T, atol=1e-11), f"{row.label}: {name}"


@pytest.mark.parametrize("wrong", ["2*c", "c.^2", "c'", "-c"])
def test_planted_wrong_forms_are_caught(wrong: str) -> None:
    row = next(r for r in ROWS if r.name == "x'*c by x")
    want = derivative(row, "denominator")
    assert agrees(form_value(row, "c", values(row), want), want)
    got = derivative(row, "denominator").T if wrong == "c'" else form_value(row, wrong, values(row), want)
    assert wrong == "c'" or not agrees(got, want)
