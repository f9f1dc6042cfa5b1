"""Wrong answers are planted in every form of a derivative, and none of them gets a certificate.

Whether an answer is wrong at all is asked of numbers: the one that was planted must differ from the right one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import matcalc
from matcalc.calculus.entries import entries
from matcalc.calculus.forms import differential_by, hessian_vector, vec_form
from matcalc.calculus.record import Record
from matcalc.certificate.certify import certify
from matcalc.certificate.claims import Claim, from_entries
from matcalc.numbers.evaluate import evaluate
from matcalc.simplification.normal import Simplifier
from matcalc.terms.errors import InternalError
from matcalc.terms.expression import Expr
from matcalc.terms.shapes import ONE
from matcalc.terms.walks import variables
from tests.certificate.mutations import wrong

S = "S: symmetric matrix(n,n), A: matrix(n,n)"
ASKED = [  # text, variable, declarations, options
    ("||X*w - y||^2", "w", "", {}),
    ("||X*w - y||^2", "w", "", {"layout": "denominator"}),
    ("x'*A*x", "x", "", {}),
    ("A*sin(x)", "x", "", {}),
    ("A*sin(x)", "x", "A: matrix(n,n)", {"layout": "denominator"}),
    ("tr(A*X*B*X)", "X", "A: matrix(n,n), B: matrix(n,n), X: matrix(n,n)", {}),
    ("tr(A*X*B*X)", "X", "A: matrix(n,n), B: matrix(n,n), X: matrix(n,n)", {"layout": "denominator"}),
    ("X*A*X", "X", "A: matrix(n,n), X: matrix(n,n)", {}),
    ("A*X*B", "X", "A: matrix(n,n), X: matrix(n,n), B: matrix(n,n)", {"layout": "denominator"}),
    ("A*X*y", "X", "A: matrix(n,n), X: matrix(n,n)", {}),
    ("logdet(X) + tr(inv(X)*A)", "X", "A: matrix(n,n)", {}),
    ("softmax(A*x)", "x", "A: matrix(n,n)", {}),
    ("sum(sigmoid(A*x).*y)", "x", "A: matrix(n,n)", {}),
    ("sum(relu(A*x))", "x", "A: matrix(n,n)", {}),
    ("norm(x)*exp(a'*x)", "x", "a: vector(n)", {}),
    ("x^3*sin(x)", "x", "x: scalar", {}),
    ("a*X", "a", "X: matrix(n,n)", {"layout": "denominator"}),
    ("tr(A*S)", "S", S, {"structure": "entries"}),
    ("tr(A*S*S)", "S", S, {"structure": "entries"}),
    ("tr(A*S*S)", "S", S, {"structure": "tangent"}),
    ("tr(A*L)", "L", "L: lower matrix(n,n), A: matrix(n,n)", {"structure": "entries"}),
    ("tr(expm(X)*A)", "X", "A: matrix(n,n)", {}),
]
SECOND = [("||A*x - b||^2", "x", ""), ("logsumexp(A*x)", "x", "A: matrix(n,n)"), ("tr(X*A*X*B)", "X", "A: matrix(n,n)"),
          ("sum(sin(x).*y)", "x", "")]  # fmt: skip
FORMS = [("X*A*X", "X", "A: matrix(n,n), X: matrix(n,n)"), ("A*X*B", "X", "A: matrix(n,n), B: matrix(n,n)"),
         ("inv(X)", "X", "X: matrix(n,n)"), ("A*sin(x)", "x", "A: matrix(n,n)")]  # fmt: skip


def claim(d: Record) -> Claim:
    return Claim(d.source, d.variables, d.expr, d.layout, d.order, d.structure, d.form, d.direction)


@cache
def claims() -> list[tuple[str, Claim]]:
    """The right claims that are spoiled, by kind."""
    found = []
    for text, by, where, options in ASKED:
        d = matcalc.diff(text, by, where=where, **options)  # type: ignore[arg-type]
        found.append(("structure" if options.get("structure") else "layout", claim(d.record)))
    for text, by, where in SECOND:
        found.append(("Hessian", claim(matcalc.hessian(text, by, where).record)))
        found.append(("hvp", claim(hessian_vector(matcalc.grad(text, by, where).record, "v"))))
    for text, by, where in FORMS:
        d = matcalc.diff(text, by, where=where)
        found.append(("vec", claim(vec_form(d.record))))
        e = entries(d.record)
        shape = tuple(n for s in (d.source.shape, d.variable.shape) for n in s if n is not ONE)
        terms = [(one.scalars, one.factors, one.sums) for one in e.terms]
        answer = from_entries(shape, (*e.value[1], *e.variable[1]), terms)
        found.append(("entries", Claim(d.source, d.variables, answer, form="entries")))
        answer = differential_by(d.source, d.variable)
        found.append(("differential", Claim(d.source, d.variables, answer, form="differential")))
    return found


def value(e: Expr, c: Claim) -> np.ndarray:
    rng = np.random.default_rng(3)
    names = {**variables(c.source), **variables(c.answer), **{v.data[0]: v for v in c.variables}}
    values = {}
    for name, v in sorted(names.items()):
        a = rng.uniform(0.5, 2, [3 if d.value is None else d.value for d in v.shape])
        a = a + a.T + 3 * np.eye(3) if "symmetric" in v.data[2] else np.tril(a) if "lower" in v.data[2] else a
        values[name] = a.reshape(-1) if ONE in v.shape else a
        values[f"d({name})"] = np.sin(values[name])
    return np.asarray(evaluate(e, values, names))


def planted() -> Iterator[tuple[str, str, Claim]]:
    for kind, c in claims():
        right = value(c.answer, c)
        for name, answer in wrong(c.answer):
            if not np.allclose(value(answer, c), right, rtol=1e-6, equal_nan=True):
                yield kind, name, replace(c, answer=answer)


def test_the_right_ones_have_certificates() -> None:
    assert all(certify(c) for _, c in claims())


def test_no_wrong_answer_gets_a_certificate() -> None:
    caught: Counter[str] = Counter()
    missed = []
    for kind, name, c in planted():
        try:
            missed.append(f"{kind}, {name}: {c.answer} for d({c.source}): {certify(c)}")
        except InternalError:
            caught[kind] += 1
    assert missed == []
    assert sum(caught.values()) >= 200 and min(caught.values()) >= 8, caught
    assert set(caught) == {kind for kind, _ in claims()}


@pytest.mark.parametrize("text, by", [("||X*w - y||^2", "w"), ("A*x", "x"), ("A*X*B", "X"), ("A*x*a", "a")])
def test_the_other_layout_gets_none(text: str, by: str) -> None:
    d = matcalc.diff(text, by).record
    other = matcalc.diff(text, by, layout="denominator").record
    with pytest.raises(InternalError, match="its shape is"):
        certify(replace(claim(d), answer=other.expr))


def test_a_wrong_answer_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from matcalc.calculus import derive

    right = derive.finish

    def spoiled(*args: object) -> tuple[Expr, Expr, Simplifier]:
        expr, raw, s = right(*args)  # type: ignore[arg-type]
        return -expr, raw, s

    monkeypatch.setattr(derive, "finish", spoiled)
    with pytest.raises(InternalError, match="is wrong and is not handed out"):
        matcalc.diff("x'*A*x", "x")
    assert str(matcalc.diff("x'*A*x", "x", verify=False).certificate) == "not checked: verify=False"
