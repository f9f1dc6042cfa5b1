"""Both layouts are one answer: each is the transpose of the other, by choosing transposes of factors alone."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.calculus.abstract import in_layout
from matcalc.calculus.layout import reverse_axes
from matcalc.rulebook.properties import Facts
from matcalc.simplification.normal import Simplifier
from matcalc.simplification.transposing import transposed
from matcalc.simplification.unit_vectors import transposed_array
from matcalc.terms.expression import Expr, add, had, mm, ones, prod, t, zeros
from matcalc.terms.rebuild import rebuild
from matcalc.terms.walks import fold
from tests.corpus.rows import Row, corpus
from tests.simplification.equal_questions import unordered

ROWS = [r for r in corpus() if r.order == 1 and " then " not in r.variable]


def at_the_factors(root: Expr) -> tuple[Expr, Expr]:
    """An expression and its transpose, with all transposes at single factors."""

    def step(e: Expr, parts: tuple[tuple[Expr, Expr], ...]) -> tuple[Expr, Expr]:
        here, there = tuple(p[0] for p in parts), tuple(p[1] for p in parts)
        if e.op == "t":
            return there[0], here[0]
        if parts and e.op == "mm":
            return mm(*here), mm(*reversed(there))
        if parts and e.op == "prod":
            return prod(*e.args[:-1], here[-1]), prod(*e.args[:-1], there[-1])
        if parts:
            return rebuild(e, here), (add if e.op == "add" else had)(*there)
        if e.op in ("ones", "zeros"):
            return e, (ones if e.op == "ones" else zeros)((e.shape[1], e.shape[0]))
        if e.op == "array":
            return e, transposed_array(e)
        return e, e if _is_symmetric(e) else t(e)

    def parts(e: Expr) -> tuple[Expr, ...]:
        matrices = e.op in ("t", "add", "mm", "prod", "had") and not e.is_scalar and len(e.shape) == 2
        return e.args if matrices and not _is_symmetric(e) else ()

    return fold(root, step, parts)[root]


def _is_symmetric(e: Expr) -> bool:
    diagonal = e.op in ("diag", "eye") or (e.op == "had" and any(a.op == "eye" for a in e.args))
    return diagonal or e.is_scalar or Facts().holds("symmetric", e)


def is_the_transpose(one: Expr, other: Expr) -> bool:
    if len(one.shape) > 2:
        return unordered(one) == unordered(reverse_axes(other))
    return unordered(at_the_factors(one)[1]) == unordered(at_the_factors(other)[0])


def test_matrices_that_are_their_transposes_at_sight() -> None:
    e, other = (matcalc.parse(text, "A: matrix(m,n), B: matrix(n,k)") for text in ("A*B", "B'*A'"))
    assert is_the_transpose(e, other)
    assert not is_the_transpose(e, matcalc.parse("(A*B)'*2", "A: matrix(m,n), B: matrix(n,k)"))


@pytest.mark.parametrize("file", sorted({r.file for r in ROWS}))
def test_both_layouts_are_one_answer(file: str) -> None:
    different = []
    for row in ROWS:
        if row.file == file:
            one, other = (_answer(row, layout) for layout in ("numerator", "denominator"))
            if not is_the_transpose(in_layout(one, "numerator"), in_layout(other, "numerator")):
                different.append((row.name, str(one), str(other)))
    assert different == []


def _answer(row: Row, layout: str) -> Expr:
    e = matcalc.parse(row.expression, row.where)
    return matcalc.diff(e, row.variable, layout=layout, structure=row.structure).expr


WHERE = "A: matrix(m,n), B: matrix(n,n), C: matrix(m,n), S: symmetric matrix(n,n), x: vector(n), b: vector(m)"

# an answer, and its other layout
TURNED = [
    ("2*A'*(A*x - b)", "2*(A*x - b)'*A"),
    ("A'*b + 2*x", "b'*A + 2*x'"),
    ("3*(x + A'*b)", "3*(x + A'*b)'"),
    ("-(A.*C)", "-(A.*C)'"),
    ("A'*C*B", "B'*C'*A"),
    ("(A*B)'", "A*B"),
    ("A'*A*S", "S*A'*A"),
    ("diag(x)*S + x*x'", "x*x' + S*diag(x)"),
    ("C.*(b*x')", "(C.*(b*x'))'"),
    ("sum(x)*x", "sum(x)*x'"),
]


@pytest.mark.parametrize("text, expected", TURNED)
def test_transposed(text: str, expected: str) -> None:
    s = Simplifier()
    e = matcalc.parse(text, WHERE)
    s.order.read(e)
    assert str(transposed(e, s)) == str(matcalc.parse(expected, WHERE))
