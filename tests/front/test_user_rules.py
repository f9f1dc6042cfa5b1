"""Rules of the user's own, from a text or a file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import matcalc
from matcalc import RuleError
from matcalc.front.current import current, using
from matcalc.rulebook.book import RuleBook

SQUAREPLUS = """# my functions
let A[m,n]
squareplus:  d(squareplus(A)) = (1 + A./sqrt(A.^2 + 4))/2 .* d(A)   {Barron 2021}
squareplus(A) := (A + sqrt(A.^2 + 4))/2
"""


def test_an_elementwise_function_is_one_line() -> None:
    line = "let A[m,n]\nsquareplus: d(squareplus(A)) = (1 + A./sqrt(A.^2 + 4))/2 .* d(A)"
    book = matcalc.read_rules(line, check=False)
    assert str(matcalc.grad("sum(squareplus(w))", "w", rules=book)) == "(vector(1) + w./sqrt(w.^2 + 4*vector(1)))/2"


def test_a_definition_makes_it_evaluate_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "mine.rules"
    file.write_text(SQUAREPLUS)
    book = matcalc.read_rules(file)
    assert [(r.kind, r.citation) for r in book.own] == [("differential", "Barron 2021"), ("definition", "")]
    d = matcalc.diff("sum(squareplus(X*w))", "w", rules=book)
    assert d.check().ok
    values = {"X": np.array([[0.5, -1.0], [2.0, 0.3], [1.0, 1.0]]), "w": np.array([0.2, -0.7])}
    np.testing.assert_allclose(d.compile()(values["X"], values["w"]), d.evaluate(values))
    assert max(d.steps().errors()) < 1e-6
    assert max(d.steps(style="chain").errors()) < 1e-6


def test_loading_makes_the_rules_those_in_use() -> None:
    x = np.array([0.5, -1.0])

    before = current()
    with using(before):
        book = matcalc.load_rules(SQUAREPLUS)
        assert current() is book
        got = matcalc.parse("squareplus(x)").evaluate(x=x)
        np.testing.assert_allclose(got, (x + np.sqrt(x**2 + 4)) / 2)
        assert matcalc.vector("x", "n").squareplus().evaluate(x=x).shape == (2,)
        more = matcalc.load_rules("let A[m,n]\nhalf: d(half(A)) = d(A)/2\nhalf(A) := A/2")
        assert [r.label for r in more.own] == ["squareplus", "squareplus", "half", "half"]
        assert len(matcalc.graph("half(x) + squareplus(x)")) == 4

    assert current() is before
    with pytest.raises(matcalc.UnknownNameError):
        matcalc.parse("squareplus(x)")


def test_loaded_rules_hold_in_every_thread_and_task() -> None:
    code = """
import asyncio, contextvars, threading, matcalc
found = []
def load(): matcalc.load_rules('let A[m,n]\\nhalf: d(half(A)) = d(A)/2')
def ask(): found.append(str(matcalc.grad('half(a)', 'a', where='a: scalar')))
contextvars.copy_context().run(load)  # as a cell of a notebook is run
ask()
thread = threading.Thread(target=ask)
thread.start()
thread.join()
async def cell(): ask()
asyncio.run(cell())
print(found)
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "['1/2', '1/2', '1/2']"


def test_a_derivative_keeps_the_rules_it_was_made_with() -> None:
    book = matcalc.read_rules(SQUAREPLUS)
    d = matcalc.diff("squareplus(x)", "x", where="x: scalar", rules=book)
    assert d.book is book
    want = 4 / (0.25 + 4) ** 1.5 / 2
    np.testing.assert_allclose(matcalc.diff(d, "x").evaluate({"x": 0.5}), want)
    np.testing.assert_allclose(matcalc.diff(d, "x").compile()(0.5), want)
    assert matcalc.diff(d, "x").check().ok


def test_two_books_do_not_see_each_other() -> None:
    one = matcalc.read_rules("let A[m,n]\nf1: d(bump(A)) = 2*A .* d(A)\nbump(A) := A.^2")
    two = matcalc.read_rules("let A[m,n]\nf2: d(bump(A)) = 3*A.^2 .* d(A)\nbump(A) := A.^3")
    x = np.array([1.0, 2.0])
    for book, text, power in ((one, "2*x", 2), (two, "3*x.^2", 3), (one, "2*x", 2)):
        d = matcalc.grad("sum(bump(x))", "x", rules=book)
        assert str(d) == text
        assert d.check().ok
        np.testing.assert_allclose(d.hvp("v").evaluate({"x": x, "v": x}), power * (power - 1) * x ** (power - 1))
    with pytest.raises(matcalc.MatcalcError):
        matcalc.grad("sum(bump(x))", "x")


def test_with_a_book_nobody_asks_for_the_shipped_one(monkeypatch: pytest.MonkeyPatch) -> None:
    book = matcalc.read_rules(SQUAREPLUS)

    def missing() -> RuleBook:
        raise AssertionError("the book was not passed on")

    monkeypatch.setattr(RuleBook, "default", staticmethod(missing))
    where = "X: matrix(m,n), S: symmetric matrix(n,n), w: vector(n)"
    for text, by, options in (
        ("sum(squareplus(X*w)) + w'*S*w", "w", {}),
        ("sum(squareplus(X*w)) + mean(w)", "w", {"layout": "denominator"}),
        ("X*squareplus(w)", "w", {}),
        ("w'*S*w", "S", {"structure": "entries"}),
        ("tr(S^k*X'*X)", "S", {}),
        ("softmax(X*w)", "w", {}),
    ):
        d = matcalc.diff(text, by, where=where, rules=book, **options)  # type: ignore[arg-type]
        assert d.assumptions is not None
        if "k" not in d.types:
            assert d.check(trials=1).ok
        d.steps()
        d.code()
        if not options:
            d.index()
            d.vec()
            d.differential()
    g = matcalc.grad("sum(squareplus(X*w))", "w", where=where, rules=book)
    assert g.hvp("v").check(trials=1).ok
    assert matcalc.hessian("sum(squareplus(X*w))", "w", where=where, rules=book).check(trials=1).ok
    g.steps(style="chain").errors()
    matcalc.diff(matcalc.jacobian("squareplus(w)", "w", where=where, rules=book), "w").check(trials=1)
    matcalc.differential("inv(S)*w", "S", where=where, rules=book)
    matcalc.diff("relu(squareplus(a))", "a", where="a: scalar", rules=book).cases()
    assert matcalc.diff("squareplus(a)*b", ["a", "b"], rules=book).check(trials=1).ok
    matcalc.diff("squareplus(a)", "a", where="a: scalar", rules=book).limit_table(1.0)
    assert str(matcalc.parse("squareplus(w)", rules=book)) == "squareplus(w)"


def test_an_identity_simplifies() -> None:
    book = matcalc.read_rules("let X[n,n]\nmine: det(expm(X)) -> exp(tr(X))   {Jacobi}")
    text = "det(expm(X))"
    assert str(matcalc.differential(text, "X", rules=book)) != "exp(tr(X))*tr(d(X))"  # simplified, not recognised
    early = matcalc.read_rules("use recognise\nlet X[n,n]\nmine: det(expm(X)) -> exp(tr(X))")
    assert str(matcalc.differential(text, "X", rules=early)) == "exp(tr(X))*tr(d(X))"


def test_a_property() -> None:
    text, where = "logdet(2*eye(n) + diag(sin(x)))", "x: vector(n)"
    book = matcalc.read_rules("let x[n]\nmine: spd(2*eye(n) + diag(sin(x)))")
    assert matcalc.diff(text, "x", where=where, rules=book).assumptions == []
    assert matcalc.diff(text, "x", where=where).assumptions != []


LET = "let A[m,n], B[n,p], C[m,n], X[n,n], s scalar\n"
WRONG = [
    ("c: d(cubed(A)) = 4*A.^2 .* d(A)\ncubed(A) := A.^3", "line 2: .*\nthis does not hold"),
    ("t: tr(X) -> sum(X)", "line 2: .*\nthis does not hold"),
    ("s: symmetric(X)", "line 2: .*\nthis does not hold"),
    ("e: d(exp(A)) = 3*d(A)", "the differential of exp is known"),
    ("e: d(det(X)) = 3*tr(d(X))", "the differential of det is known"),
    ("one: d(uno(A)) = d(A)\ntwo: d(uno(A)) = d(A)", "line 3: .*\nthere are two lines of this kind for uno"),
    ("exp(A) := A", "the function exp is known"),
    ("p: d(A*B) = d(A)*B + d(B)*A", "line 2"),
    ("shape: A' -> A", "different shapes"),
    ("no label here", "a rule is written"),
    ("a label: what is this", "a rule is written"),
    ("label: what is this", "neither a differential"),
    ("effy(A) := effy(A)", "effy is defined by itself"),
    ("effy(Z) := Z", "Z is not declared"),
    ("f(A) := A*B", "B"),
    ("use thing", "rewrites are used to simplify, tidy, expand, join, recognise, complex, not to thing"),
    ("structure entries symmetric: A -> A + A", "the left side is the free gradient G"),
    ("invertible => symmetric", "invertible => symmetric does not hold"),
    ("symmetric => orthogonal", "symmetric => orthogonal does not hold"),
    ("symmetric => diagonal", "symmetric => diagonal does not hold"),
    ("symmetric => invertible", "symmetric => invertible does not hold"),
    ("lower => spd", "lower => spd does not hold"),
    ("positive => unit", "positive => unit does not hold"),
    ("odd: d(sq(A)) = 2*A .* d(A) odd\nsq(A) := A.^2", "sq\\(-A\\) -> -sq\\(A\\)\nthis does not hold"),
    ("same: A .* C -> A .* C", "both sides are the same"),
    ("grow: A -> A''", "the right side is longer"),
    ("grow: exp(A) -> exp(A/2).^2", "the right side is longer"),
    ("grow: cos(A) -> 2*cos(A) - cos(A)", "the right side is longer"),
    ("round: A + C -> C + A", "line 2: .*\nthe rewriting by round does not come to an end"),
    ("there: sinh(A) -> -sinh(-A)", "the right side is longer"),
    ("effy(A) := geefy(A)\ngeefy(A) := effy(A)", "(effy and geefy|geefy and effy) are defined by each other"),
    ("\n".join(f"g{i}y(A) := g{i + 1}y(A) + g{i + 1}y(2*A)" for i in range(20)) + "\ng20y(A) := A", "more than 10000"),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_refused_and_leaves_nothing(text: str, message: str) -> None:
    before = current()
    with pytest.raises(RuleError, match=message):
        matcalc.load_rules(LET + text)
    assert current() is before


def test_two_rules_that_undo_each_other_are_named() -> None:
    text = LET + "back: expm(X)' -> expm(X')"  # the shipped rule leads the other way
    with pytest.raises(RuleError, match="the rewriting by back does not come to an end"):
        matcalc.read_rules(text)


def test_longer_forms_are_tried_if_they_say_so() -> None:
    book = matcalc.read_rules("use expand\nlet X[n,n], Y[n,n]\nmine: det(X*Y) -> det(Y)*det(X)")
    assert [r.use for r in book.own] == ["expand"]


@pytest.mark.parametrize("name", ["ff", "test", "comb", "roots_legendre", "invert"])
def test_names_of_other_libraries_mean_nothing(name: str) -> None:
    book = matcalc.read_rules(f"let A[m,n]\nmine: d({name}(A)) = -7*d(A)")
    with pytest.raises(matcalc.EvaluationError, match=rf"{name} has no value: add a line {name}\(A\) := "):
        matcalc.parse(f"{name}(a)", where="a: scalar", rules=book).evaluate(a=1.0)


READING = [
    ("no/such/file.rules", "cannot be read: No such file"),
    ("/dev/zero", "cannot be read: it is no regular file"),
    (".", "cannot be read"),
    ("let A[100000,100000]\nx: A'' -> A", "line 1: .*\na size is a name or a number from 1 to 64"),
    ("let A[m,n]\nx: A'' -> A" + "{" * 100_000, "line 2 is longer"),
    ("let A[m,n]\nx: A''" + " " * 100_000 + "-> A", "line 2 is longer"),
    ("let A[m,n] = ->" + "\n" * 2_000_000, "longer than 1000000 characters"),
    (b"let A[m,n]", "a text or the path of a file, not bytes"),
]


@pytest.mark.parametrize(("source", "message"), READING, ids=range(len(READING)))
def test_what_cannot_be_read(source: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        matcalc.read_rules(source)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_no_rule_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.rules")
    with pytest.raises(RuleError, match="no regular file"):
        matcalc.read_rules(tmp_path / "pipe.rules")


def test_a_long_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "long.rules").write_text("# long\n" * 200_000)
    with pytest.raises(RuleError, match="longer than 1000000 bytes"):
        matcalc.read_rules(tmp_path / "long.rules")


def test_a_rewrite_that_never_ends_is_an_error() -> None:
    book = matcalc.read_rules("use expand\n" + LET + "grow: exp(A) -> exp(A/2).^2", check=False)
    with pytest.raises(RuleError, match="the rewriting by grow does not come to an end"):
        matcalc.diff("inv(X*Y)*exp(a)", "a", where="X: matrix(n,n), Y: matrix(n,n), a: scalar", rules=book)
