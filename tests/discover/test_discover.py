"""The search for identities finds a rule that was taken out, and nothing that is false."""

from __future__ import annotations

import pytest

from matcalc.rulebook.book import RuleBook
from matcalc.terms.expression import add, apply, as_shape, mul, neg, sub, t, var

from .__main__ import listed
from .proof import Prover, holds
from .search import Pair, Search, as_rule, unordered, without
from .worlds import World, worlds

BOOK = RuleBook.default()
X, Y = var("X", as_shape("n", "n")), var("Y", as_shape("n", "n"))
x, s = var("x", as_shape("n")), var("s", as_shape())

# the rule that is taken out, the world, the identity that is found
TAKEN = [
    ("inv-twice", World("inverses", (X,), (), ("inv", "'"), ()), "inv(inv(X)) -> X"),
    ("t-inverse", World("transposes", (X,), (), ("inv", "'"), ()), "inv(X)' -> inv(X')"),
    ("sum-diag", World("sums", (x,), (), ("diag", "sum"), ()), "sum(diag(x)) -> sum(x)"),
    ("times-step", World("kinks", (s,), (), ("relu", "step"), ("*",)), "s*step(s) -> relu(s)"),
    ("sqrtm-square", World("roots", (var("S", X.shape, ("spd",)),), (), ("sqrtm", "^2"), ()), "sqrtm(S)^2 -> S"),
]


@pytest.mark.parametrize("label, world, identity", TAKEN, ids=[r[0] for r in TAKEN])
def test_a_rule_that_is_taken_out_is_found(label: str, world: World, identity: str) -> None:
    assert identity not in map(str, Search(world, BOOK).pairs())
    missing = {str(p): p for p in Search(world, without(BOOK, label)).pairs()}
    assert identity in missing
    assert holds(missing[identity]) == ""


def test_work_is_counted() -> None:
    world = World("squares", (X, Y), (), ("'", "inv"), ("+", "*"))
    search = Search(world, BOOK, most=50)
    list(search.pairs())
    assert search.made == 51


@pytest.mark.parametrize("pair", [Pair(apply("det", X), apply("tr", X)), Pair(apply("abs", s), s)], ids=str)
def test_what_is_false_is_no_identity(pair: Pair) -> None:
    assert holds(pair)


def test_the_rules_in_another_order() -> None:
    prover = Prover(BOOK)
    assert prover.joined(Pair(apply("logdet", apply("expm", X)), apply("tr", X))) == ("logdet-expm",)
    assert prover.joined(Pair(apply("det", X), apply("tr", X))) is None


def test_the_order_of_terms_is_no_difference() -> None:
    assert unordered(add(X, t(Y))) == unordered(add(t(Y), X))
    assert unordered(mul(X, Y)) != unordered(mul(Y, X))
    assert unordered(sub(X, Y)) != unordered(add(X, neg(neg(Y))))


def test_an_identity_is_written_as_a_rule() -> None:
    S = var("S", X.shape, ("spd",))
    assert as_rule(Pair(apply("inv", apply("inv", S)), S), "twice") == "let S[n,n]\ntwice: inv(inv(S)) -> S if spd(S)"


def test_each_listed_identity_has_a_reason() -> None:
    known = listed()
    assert known
    assert all(reason and " -> " in identity for identity, reason in known.items())
    assert len({w.name for w in worlds()}) == len(list(worlds()))
