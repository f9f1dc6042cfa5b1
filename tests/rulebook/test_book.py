"""The book of rules: what it holds, that it never changes, and that labels carry no meaning."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

import matcalc
from matcalc.rulebook.book import RuleBook
from matcalc.rulebook.reader import RuleSet, read_rules
from matcalc.rulebook.rewrites import specific_first
from matcalc.terms.signatures import Signatures
from tests.corpus.rows import Row, corpus

KINDS = {
    *("differential", "adjoint", "rewrite", "fact", "structure", "consequence", "solution", "curvature", "moment"),
}


def relabelled(book: RuleBook, seed: int) -> RuleBook:
    """The same rules in a random order, under random labels and file names."""
    rng = random.Random(seed)
    rules = [replace(r, label=f"{rng.randrange(10**9)}", file=f"{rng.randrange(10**9)}.rules") for r in book.rules]
    rng.shuffle(rules)
    return RuleBook(RuleSet(tuple(rules), dict(book.implications)), Signatures.shipped())


def test_what_it_holds() -> None:
    book = RuleBook.default()
    assert {r.kind for r in book.rules} == KINDS
    uses = {use for r in book.of_kind("rewrite") for use in r.use.split()}
    assert uses == {"simplify", "tidy", "expand", "join", "recognise", "complex"}
    assert {r.use for r in book.of_kind("structure")} == {"entries", "tangent", "metric"}
    assert book.own == () and RuleBook.default() is book


def test_a_longer_book_leaves_the_first_as_it_was() -> None:
    book = RuleBook.default()
    before = book.rules, dict(book.implications), dict(book.signatures.table)
    more = book.extended("let A[m,n]\nc: d(cube(A)) = 3*A.^2 .* d(A)  odd\ncube(A) := A.^3\nunit => nonzero")
    assert [r.kind for r in more.own] == ["differential", "definition", "rewrite"]  # the last is what `odd` says
    assert more.signatures.operation("cube") is not None
    assert "nonzero" in more.implications["unit"]
    assert (book.rules, dict(book.implications), dict(book.signatures.table)) == before
    assert more.extended("let A[m,n]\nquart(A) := A.^4").own[:3] == more.own


def test_a_view_is_made_once_for_each_book() -> None:
    def count(book: RuleBook) -> list[int]:
        return [len(book.rules)]

    book = RuleBook.default()
    more = book.extended("let X[n,n]\nmine: det(X)*det(X) -> det(X)^2")
    assert book.view(count) is book.view(count)
    assert more.view(count) == [len(book.rules) + 1]


ROWS = [r for r in corpus() if " then " not in r.variable]
ROWS = ROWS[:: len(ROWS) // 60]


def answers(row: Row, book: RuleBook | None) -> list[tuple[str, list[str]]]:
    """The printed forms and the assumptions of a row in each layout."""
    found = []
    for layout in row.layouts:
        if row.order == 2:
            d = matcalc.hessian(row.expression, row.variable, where=row.where, rules=book)
        else:
            d = matcalc.diff(row.expression, row.variable, layout, row.where, row.structure, rules=book)
        found.append((str(d), d.assumptions))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_labels_files_and_order_mean_nothing(seed: int) -> None:
    book = relabelled(RuleBook.default(), seed)
    assert len(ROWS) >= 60
    for row in ROWS:
        assert answers(row, book) == answers(row, None), row.label


@pytest.mark.parametrize("structure", ["entries", "tangent"])
@pytest.mark.parametrize("kind", ["symmetric", "skew", "diagonal", "lower", "upper", "spd"])
def test_structures_are_found_without_labels(structure: str, kind: str) -> None:
    book, where = relabelled(RuleBook.default(), 3), f"S: {kind} matrix(n,n), A: matrix(n,n)"
    asked = matcalc.diff("tr(A*S)", "S", where=where, structure=structure)
    again = matcalc.diff("tr(A*S)", "S", where=where, structure=structure, rules=book)
    assert str(again) == str(asked) != str(matcalc.diff("tr(A*S)", "S", where=where))
    assert again.check().ok


def test_the_steps_are_found_without_labels() -> None:
    book = relabelled(RuleBook.default(), 4)
    text, where = "||X*w - y||^2 + tr(S^1*S)", "S: symmetric matrix(k,k), X: matrix(m,n)"
    for by in ("w", "S"):
        one, other = (matcalc.diff(text, by, where=where, rules=b).steps() for b in (None, book))
        assert [str(x.expr) for x in one] == [str(x.expr) for x in other]


ORDERED = [("tr(X')", "tr(X)"), ("det(X)^2", "det(X)"), ("X'*X", "X*Y")]


@pytest.mark.parametrize(("special", "general"), ORDERED)
def test_the_special_rule_comes_first(special: str, general: str) -> None:
    text = f"let X[n,n], Y[n,n]\na: symmetric({general})\nb: symmetric({special})"
    a, b = read_rules(text).rules
    assert specific_first([a, b]) == specific_first([b, a]) == [b, a]


def test_names_of_variables_mean_nothing() -> None:
    (one,) = read_rules("let A[m,n], B[n,p]\nx: (A*B)' -> B'*A'").rules
    (other,) = read_rules("let Z[p,q], C[q,n]\ny: (Z*C)' -> C'*Z'").rules
    assert specific_first([one, other]) == [one, other]
    assert specific_first([other, one]) == [other, one]  # nothing decides
