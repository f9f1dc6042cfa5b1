"""Accumulation: forward and reverse go through one table of differentials, agree, and leave nothing out."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.calculus.accumulation import differential, gradient, leibniz_rule
from matcalc.calculus.record import Trace
from matcalc.numbers.evaluate import evaluate
from matcalc.rulebook.book import RuleBook
from matcalc.terms.errors import NoDerivativeError
from matcalc.terms.expression import Expr, add, apply, differential_of, num, var
from matcalc.terms.shapes import Dim
from matcalc.terms.walks import postorder, variables

SIZES = {name: Dim.of(size) for name, size in {"m": 3, "n": 4, "k": 2}.items()}
WHERE = "X: matrix(m,n), A: matrix(m,n), S: matrix(n,n), w: vector(n), y: vector(m), s: positive scalar"

SCALARS = [
    ("||X*w - y||^2", "wXy"),
    ("w'*S*w", "wS"),
    ("tr(X'*A*S)", "XAS"),
    ("sum(exp(X).*A)", "XA"),
    ("logsumexp(X*w)", "Xw"),
    ("s*sum(sin(w))^2", "ws"),
    ("sum((A + X).*(A - X))", "XA"),
    ("y'*X[:,0]", "Xy"),
    ("sum([y'*X*w; s*sum(w)])", "Xwys"),
    ("sum(kron(w, y))", "wy"),
    ("vec(X)'*vec(A)", "XA"),
    ("tr(S^3)", "S"),
    ("sum(log(1 + w.^2))", "w"),
    ("sum(sum(i=0..3, i*w))", "w"),
]


def drawn(root: Expr) -> dict[str, np.ndarray]:
    """Random values of the variables."""
    rng = np.random.default_rng(11)
    return {n: rng.uniform(0.3, 1.5, size=[d.substitute(SIZES).value for d in v.shape])
            for n, v in variables(root).items()}  # fmt: skip


@pytest.mark.parametrize(("text", "names"), SCALARS)
def test_forward_and_reverse_agree(text: str, names: str) -> None:
    """<gradient, d(X)> is the differential, for each variable."""
    f = matcalc.parse(text, where=WHERE)
    values = drawn(f)
    for name in names:
        x = variables(f)[name]
        dx = np.random.default_rng(12).normal(size=values[name].shape)
        forward = differential(f, x, differential_of(x), Trace())
        reverse = gradient(f, x, Trace())
        assert forward is not None and reverse is not None
        pushed = evaluate(forward, {**values, f"d({name})": dx}, variables(f))
        pulled = np.sum(np.reshape(evaluate(reverse, values, variables(f)), dx.shape) * dx)
        assert np.isclose(pushed, pulled), name


@pytest.mark.parametrize("text", ["tr(S^sum(w))", "sum(S^(y'*y))", "y'*y + tr(S^tr(S))"])
def test_what_a_differential_leaves_out_is_refused(text: str) -> None:
    """A variable in a place without a differential is an error, forwards and backwards, and never a zero."""
    f = matcalc.parse(text, where=WHERE)
    x = {"w": "w", "y": "y"}.get(text[-3], "S")
    leaf = variables(f)[x]
    for run in (lambda: gradient(f, leaf, Trace()), lambda: differential(f, leaf, differential_of(leaf), Trace())):
        with pytest.raises(NoDerivativeError, match="has no derivative by"):
            run()


def test_what_does_not_depend_has_neither() -> None:
    f, z = matcalc.parse("w'*w"), var("z", (Dim.of("n"), Dim.of(1)))
    assert differential(f, z, differential_of(z), Trace()) is None
    assert gradient(f, z, Trace()) is None


def test_each_node_is_visited_once() -> None:
    """Where each node is used twice, work that follows paths would double with each of them."""
    f = x = matcalc.parse("x", where="x: vector(n)")
    for _ in range(40):
        f = add(apply("sin", f), apply("cos", f))
    trace = Trace()
    g = gradient(apply("sum", f), x, trace)
    assert g is not None and len(trace.applied) == 3 * 40 + 1
    assert sum(1 for _ in postorder(g)) < 1000


@pytest.mark.parametrize(("text", "name", "taken"), [
    ("log(s)", "s", ["positive(s)"]), ("s^3", "s", []), ("s^-1", "s", ["nonzero(s)"]), ("sum(w)", "w", []),
    ("logdet(S)", "S", ["invertible(S)"]),
])  # fmt: skip
def test_assumptions_are_noted(text: str, name: str, taken: list[str]) -> None:
    f = matcalc.parse(text, where=WHERE.replace("positive ", ""))
    trace = Trace()
    x = variables(f)[name]
    if x.is_scalar:
        differential(f, x, num(1), trace)
    else:
        gradient(f, x, trace)
    assert [f"{prop}({', '.join(map(str, args))})" for prop, args in trace.assumptions] == taken


def test_leibniz_rules_are_those_of_the_table() -> None:
    assert [leibniz_rule(op, RuleBook.default()).label for op in ("mm", "had")] == ["product", "hadamard"]


@pytest.mark.parametrize(("text", "name", "answer"), [
    ("sum([x'; y'].*Z)", "x", "Z[0, :]"), ("sum([x'; y'].*Z)", "y", "Z[1, :]"), ("sum([X, z].*Z)", "z", "Z[:, 2]"),
    ("sum([X, z].*Z)", "X", "Z[:, 0:2]"), ("sum([x; y].*v)", "y", "v[3:6]"), ("sum([a, b; 1, a].*X)", "b", "X[0, 1]"),
])  # fmt: skip
def test_a_block_of_an_array_receives_its_part(text: str, name: str, answer: str) -> None:
    where = "x: vector(3), y: vector(3), z: vector(2), v: vector(6), X: matrix(2,2), Z: matrix(2,3), " \
            "a: scalar, b: scalar"
    d = matcalc.diff(text, name, where=where, layout="denominator")
    values = {n: np.random.default_rng(3).normal(size=[k.value for k in t.shape]) for n, t in d.types.items()}
    wanted = matcalc.parse(answer, where=where).evaluate({n: values[n] for n in answer[:1]})
    assert np.allclose(np.ravel(d.evaluate(values)), np.ravel(wanted)) and d.expr.shape == d.variable.shape
