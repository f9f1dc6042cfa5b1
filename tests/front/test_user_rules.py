"""Rules of the user's own, from a text or a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import matcalc
from matcalc import RuleError
from matcalc.front import user_rules as userrules
from matcalc.rulebook import reader as rulefile


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    before = list(rulefile.added)
    yield
    new = [r.property for s in rulefile.added[len(before) :] for r in s.rules if r.kind == "definition"]
    rulefile.added[:] = before
    for f in new:
        userrules.forget(f)
    userrules._renew(new)


def test_an_elementwise_function_is_one_line() -> None:
    matcalc.load_rules("let A[m,n]\nsquareplus: d(squareplus(A)) = (1 + A./sqrt(A.^2 + 4))/2 .* d(A)", check=False)
    assert matcalc.diff("sum(squareplus(w))", "w").shape == (1, matcalc.parse("w").shape[0])
    userrules.forget("squareplus")


def test_a_definition_makes_it_evaluate_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "mine.rules"
    file.write_text(
        "# my functions\nlet A[m,n]\n"
        "squareplus:  d(squareplus(A)) = (1 + A./sqrt(A.^2 + 4))/2 .* d(A)   {Barron 2021}\n"
        "squareplus(A) := (A + sqrt(A.^2 + 4))/2\n"
    )
    rules = matcalc.load_rules(file)
    assert [(r.kind, r.citation) for r in rules] == [("differential", "Barron 2021"), ("definition", "")]
    d = matcalc.diff("sum(squareplus(X*w))", "w")
    assert d.check().ok
    x = np.array([0.5, -1.0])
    got = matcalc.parse("squareplus(x)").evaluate(x=x)
    np.testing.assert_allclose(got, (x + np.sqrt(x**2 + 4)) / 2)


def test_an_identity_simplifies() -> None:
    assert str(matcalc.diff("tr(X'*P*X)/2", "X", where="P: symmetric matrix(m,m)", layout="denominator")) == "P*X"
    matcalc.load_rules("let X[n,n]\nmy-identity: tr(X)*eye(n) + eye(n)*tr(X) -> 2*tr(X)*eye(n)")
    before = str(matcalc.diff("det(X)*tr(inv(X))", "X"))
    matcalc.load_rules("let X[n,n]\nmy-det: det(X)*det(X) -> det(X)^2")
    assert str(matcalc.diff("det(X)*tr(inv(X))", "X")) == before


def test_a_property() -> None:
    matcalc.load_rules("let A[m,n]\nmine: spd(eye(n) + A'*A)")
    d = matcalc.diff("logdet(eye(n) + A'*A)", "A", where="A: matrix(m,n)")
    assert d.assumptions == []


WRONG = [
    ("let A[m,n]\nc: d(cubed(A)) = 4*A.^2 .* d(A)\ncubed(A) := A.^3", "line 2: .*\nthis does not hold"),
    ("let X[n,n]\nt: tr(X) -> sum(X)", "line 2: .*\nthis does not hold"),
    ("let X[n,n]\ns: symmetric(X)", "line 2: .*\nthis does not hold"),
    ("let A[m,n]\ne: d(exp(A)) = 3*d(A)", "the differential of exp is known"),
    ("let A[m,n]\nexp(A) := A", "the function exp is known"),
    ("let A[m,n], B[n,p]\np: d(A*B) = d(A)*B + d(B)*A", "line 2"),
    ("let A[m,n]\nshape: A' -> A", "different shapes"),
    ("let A[m,n]\nno label here", "a rule is written"),
    ("let A[m,n]\neffy(A) := effy(A)", "effy is defined by itself"),
    ("effy(B) := B", "B is not declared"),
    ("let A[m,n]\nf(A) := A*B", "B"),
    ("no/such/file.rules", "cannot be read: No such file"),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_refused_and_leaves_nothing(text: str, message: str) -> None:
    before, count = list(rulefile.added), len(rulefile.shipped_rules().rules)
    with pytest.raises(RuleError, match=message):
        matcalc.load_rules(text)
    assert rulefile.added == before and len(rulefile.shipped_rules().rules) == count
    for name in ("cubed", "effy"):
        with pytest.raises(matcalc.MatcalcError):
            matcalc.diff(f"sum({name}(x))", "x")
