"""What the normal form decides: the class of equal expressions that its room's page names, by random members of it."""

from __future__ import annotations

from fractions import Fraction

import pytest

pytest.importorskip("hypothesis")

from hypothesis import given, settings
from hypothesis import strategies as st

import matcalc
from matcalc.rulebook.properties import Facts
from matcalc.simplification.normal import Simplifier, seed
from matcalc.terms.expression import Expr, add, apply, had, mm, num, power, prod, t

WHERE = (
    "A: invertible matrix(n,n), B: matrix(n,n), C: invertible matrix(n,n), S: spd matrix(n,n), "
    "x: vector(n), y: vector(n), a: scalar"
)
ATOMS = {name: matcalc.parse(name, WHERE) for name in ("A", "B", "C", "S")}
SCALARS = [matcalc.parse(text, WHERE) for text in ("a", "x'*A*y", "tr(A*B*C)", "tr(B'*S)", "x'*y", "sum(x)")]
QUESTION = add(*ATOMS.values(), matcalc.parse("x*y'", WHERE))

Monomial = tuple[Fraction, tuple[int, ...], tuple[tuple[str, bool, int], ...]]  # number, scalars, letters (name, ', ^)

letters = st.tuples(st.sampled_from(sorted(ATOMS)), st.booleans(), st.sampled_from((-2, -1, 1, 2, 3)))
fractions = st.fractions(-3, 3, max_denominator=4).filter(bool)
indices = st.integers(0, len(SCALARS) - 1)
monomials = st.tuples(
    fractions, st.lists(indices, max_size=3).map(tuple), st.lists(letters, min_size=1, max_size=4).map(tuple)
)
polynomials = st.lists(monomials, min_size=1, max_size=4)


def letter(name: str, turned: bool, k: int, draw: st.DataObject) -> Expr:
    """A power of an atom, or of its transpose: with the transpose inside or outside, or as a product."""
    x, k = ATOMS[name], k if name != "B" else abs(k)
    match draw.draw(st.integers(0, 2)):
        case 0:
            return power(t(x) if turned else x, num(k))
        case 1:
            return t(power(x, num(k))) if turned else power(t(t(x)), num(k))
        case _:
            return power(mm(*[t(x) if turned else x] * abs(k)), num(1 if k > 0 else -1))


def scalar(i: int, draw: st.DataObject) -> Expr:
    """A scalar, or its transpose, or a trace that is turned."""
    s = SCALARS[i]
    if s.op == "mm" and draw.draw(st.booleans()):
        return mm(*(t(f) for f in reversed(s.args)))
    if s.op == "tr" and s.args[0].op == "mm":
        f = s.args[0].args
        k = draw.draw(st.integers(0, len(f) - 1))
        turned = (*f[k:], *f[:k])
        if draw.draw(st.booleans()):
            turned = tuple(t(x) for x in reversed(turned))
        return apply("tr", mm(*turned))
    return s


def spelled(m: Monomial, draw: st.DataObject) -> Expr:
    """One of the ways to write a term."""
    number, scalars, word = m
    if draw.draw(st.booleans()):
        chain = mm(*(letter(*x, draw) for x in word))
    else:  # the transpose of the product of the transposed letters
        chain = t(mm(*(letter(name, not turned, k, draw) for name, turned, k in reversed(word))))
    factors = [scalar(i, draw) for i in draw.draw(st.permutations(scalars))]
    parts = [num(number), *factors]
    cut = draw.draw(st.integers(0, len(parts)))
    return prod(*parts[:cut], prod(*parts[cut:], chain))


def written(terms: list[Monomial], draw: st.DataObject) -> Expr:
    """One of the ways to write a sum: its terms in some order, one of them in halves."""
    out = [spelled(m, draw) for m in draw.draw(st.permutations(terms))]
    number, scalars, word = terms[0]
    if draw.draw(st.booleans()):
        zero = [spelled((k, scalars, word), draw) for k in (number / 3, -number / 3)]
        out = [zero[0], *out, zero[1]]
    return add(*out)


def normal(e: Expr) -> Expr:
    s = Simplifier(Facts())
    seed(s, QUESTION)
    return s.run(e)


@given(polynomials, st.data())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_equal_polynomials_have_one_normal_form(terms: list[Monomial], draw: st.DataObject) -> None:
    first, second = written(terms, draw), written(terms, draw)
    assert normal(first) is normal(second), f"{first}  and  {second}"


@given(polynomials, st.data())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_difference_of_equal_polynomials_is_zero(terms: list[Monomial], draw: st.DataObject) -> None:
    opposite = [(-k, scalars, word) for k, scalars, word in terms]
    assert normal(add(written(terms, draw), written(opposite, draw))).op == "zeros"


@given(st.lists(letters, min_size=2, max_size=4), st.data())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_elementwise_products_commute(word: list[tuple[str, bool, int]], draw: st.DataObject) -> None:
    def product() -> Expr:
        parts = [letter(*x, draw) for x in draw.draw(st.permutations(word))]
        cut = draw.draw(st.integers(1, len(parts) - 1))
        return had(had(*parts[:cut]), had(*parts[cut:]))

    assert normal(product()) is normal(product())


@given(monomials, monomials)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_other_words_stay_apart(one: Monomial, other: Monomial) -> None:
    """The test would notice a form that forgets what it is told: unlike letters give unlike forms."""
    (_, _, word), (_, _, another) = one, other
    length = {sum(abs(k) for _, _, k in w) for w in (word, another)}
    forms = [normal(mm(*(power(t(ATOMS[n]) if turned else ATOMS[n], num(abs(k))) for n, turned, k in w)))
             for w in (word, another)]  # fmt: skip
    if len(length) == 2:
        assert forms[0] is not forms[1]
