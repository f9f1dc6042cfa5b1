"""Names for shared parts and broken lines, in every notation; what is named is read back."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import matcalc
from matcalc.front.notations import write
from matcalc.printing.plain import Plain
from matcalc.printing.registry import Options
from matcalc.printing.sharing import shared
from matcalc.terms.expression import Expr

SQUARE = "||X*w - y||^2*exp(-||X*w - y||^2)"

# expression, its shared text, its declarations
TEXTS = [
    (SQUARE, "c*exp(-c), where c = ||X*w - y||^2", None),
    ("2*X'*(X*w - y)", "2*X'*(X*w - y)", None),
    # what saves nothing has no name; the name is none of the question, and no letter of a longer name
    ("exp(a)*exp(a)", "exp(a)*exp(a)", "a: scalar"),
    ("tanh(W*h + r).*tanh(W*h + r)", "tanh(W*h + r).*tanh(W*h + r)", None),
    ("tanh(W*h + 2*r).*tanh(W*h + 2*r)", "s.*s, where s = tanh(W*h + 2*r)", None),
    ("tanh(W*rate + 2*h).*tanh(W*rate + 2*h)", "s.*s, where s = tanh(W*rate + 2*h)",
     "rate, h: vector(n), W: matrix(n,n)"),
    # what is written with a transpose, a sign or a divisor is named without it
    ("(A*B*x + b)'*C*(A*B*x + b)/(1 + x'*x)", "r'*C*r/(1 + x'*x), where r = A*B*x + b", "b: vector(n)"),
    ("x/||A*x + b||/(1 + 1/||A*x + b||)", "x/c/(1 + 1/c), where c = ||A*x + b||", "b: vector(n)"),
    # a sum in a longer sum, a chain in a longer chain
    ("A*(x + b + c + x) + tanh(x + b + c + x + b) + exp(x + b + c + x)",
     "A*r + tanh(r + b) + exp(r), where r = x + b + c + x", "b, c: vector(n)"),
    ("A*B*C*A*x + tanh(B*C*A*x) + exp(B*C*A*x)", "A*r + tanh(r) + exp(r), where r = B*C*A*x", None),
    ("tanh(A*B*C*D)*x + exp(A*B*C*D)*y + sin(E*F*G*E*F*A)*z",
     "tanh(R)*x + exp(R)*y + sin(E*F*G*E*F*A)*z, where R = A*B*C*D", "A, B, C, D, E, F, G: matrix(n,n)"),
    # nothing is named in which an index counts
    ("sum(i=0..3, tr(X^i*A*X^i)*tr(X^i*A*X^i))", "sum(i=0..3, tr(X^i*A*X^i)*tr(X^i*A*X^i))", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "want", "where"), TEXTS, ids=[row[0] for row in TEXTS])
def test_shared(text: str, want: str, where: str | None) -> None:
    e = matcalc.parse(text, where=where)
    got = write(e, "text", None, Options(share=True))
    assert got == want
    assert matcalc.parse(got, where=where) is e


def test_every_notation() -> None:
    e = matcalc.parse(SQUARE)
    wide = Options(share=True)
    assert write(e, "unicode", None, wide) == "c exp(−c), where c = ‖Xw − y‖²"
    assert e.unicode(share=True) == "c exp(−c), where c = ‖Xw − y‖²"
    latex = r"c = \lVert \mathbf{X} \mathbf{w} - \mathbf{y} \rVert_2^{2}"
    assert write(e, "latex", None, wide) == e.latex(share=True)
    assert e.latex(share=True) == rf"c \exp\left(-c\right), \quad \text{{where }} {latex}"
    assert write(e, "typst", None, wide) == 'c exp(-c), quad "where" c = norm(bold(X) bold(w) - bold(y))_2^2'
    assert write(e, "mathml", None, wide).count("<mo>=</mo>") == 1
    below = e.latex(share=True, width=20)
    assert below == rf"\begin{{aligned}} & c \exp\left(-c\right), \\ & \text{{where }} {latex} \end{{aligned}}"
    assert e.unicode(share=True, width=20) == "c exp(−c),\nwhere c = ‖Xw − y‖²"
    for text in (latex, below, e.unicode(share=True), e.unicode(share=True, width=20)):
        assert text == latex or matcalc.parse(text) is e


def test_long_answers_are_shared_by_default() -> None:
    e = network(3)
    assert "where" in e.unicode() and "where" in e.latex() and ", where r = " in str(e)
    assert "where" not in e.unicode(share=False) and "where" not in Plain().text(e)
    assert "where" not in matcalc.parse(SQUARE).unicode()


def test_names_of_the_question_are_not_taken() -> None:
    d = matcalc.grad("exp(-||X*w - c||^2)*||X*w - c||^2 + 0*a", "w", where="a: scalar")
    assert d.plain(share=True) == "2*exp(-b)*(1 - b)*X'*(X*w - c), where b = ||X*w - c||^2"


def network(layers: int) -> Expr:
    """The gradient of c'*h, where h goes through layers h + tanh(W*h)."""
    W, x, c = matcalc.matrix("W", "n", "n"), matcalc.vector("x", "n"), matcalc.vector("c", "n")
    h = x
    for _ in range(layers):
        h = h + np.tanh(W @ h)
    return (c.T @ h).grad("x").expr


WHERE = "W: matrix(n, n), x, c: vector(n)"


@pytest.mark.parametrize("notation", ["text", "unicode", "latex", "typst", "mathml"])
def test_text_is_linear_in_the_graph(notation: str) -> None:
    nets = [network(n) for n in (20, 40, 80)]
    lengths = [len(write(e, notation)) for e in nets]
    assert lengths[2] - lengths[1] < 2.2 * (lengths[1] - lengths[0])
    assert len(write(nets[2], notation, None, Options(share=False))) == lengths[2]  # written out it would not end
    if notation in ("text", "unicode", "latex"):
        back = matcalc.parse(write(nets[2], notation), where=WHERE)  # sums in sums are read as one
        at = {"W": np.array([[0.5, -0.2], [0.1, 0.3]]), "x": np.array([0.2, -0.4]), "c": np.array([1.0, 2.0])}
        np.testing.assert_allclose(back.evaluate(at), nets[2].evaluate(at), rtol=1e-9)


def test_a_thousand_nested_squares() -> None:
    e = matcalc.parse("A*x + b", where="b: vector(n), A: matrix(n,n)")
    for _ in range(1000):
        e = np.tanh(e * e + e)
    text = str(e)
    assert len(text) < 100_000 and len(e.latex()) < 200_000
    assert matcalc.parse(text, where="b: vector(n), A: matrix(n,n), x: vector(n)") is e


def test_each_part_is_given_before_it_is_used() -> None:
    body, parts = shared(network(10))
    known: set[str] = {"W", "x", "c"}
    for name, value in (*parts, (None, body)):
        assert value.free <= known
        known |= name.free if name is not None else set()




# text, declarations, the lines of its forms 16 wide: the outermost sum is broken, if only products are around it
BROKEN = [
    ("2*(A*x + b)'*(A*x + b + A*x.*b + 3*b.*b)", "A: matrix(n,n), b: vector(n), x: vector(n)", 3),
    ("s*(A + B + C*D*A + A*B*C*D)'", "s: scalar, A: matrix(n,n), B: matrix(n,n), C: matrix(n,n), D: matrix(n,n)", 2),
    ("exp(A + B + C*D*A + A*B*C*D)", "A: matrix(n,n), B: matrix(n,n), C: matrix(n,n), D: matrix(n,n)", 1),
    ("(s + a + 2*s*a + 3*b)*x/a", "s: scalar, a: scalar, b: scalar, x: vector(n)", 1),  # a fraction in LaTeX
]


@pytest.mark.parametrize("text, where, lines", BROKEN, ids=[r[0] for r in BROKEN])
def test_a_sum_in_a_product_is_broken(text: str, where: str, lines: int) -> None:
    e = matcalc.parse(text, where)
    latex = e.latex(width=16)
    assert latex.count(r"\\") == lines - 1
    for line in latex.split(r"\\"):
        assert line.count(r"\left") == line.count(r"\right")
    for broken in (e.unicode(width=16), latex):
        assert matcalc.parse(broken, where) is e


def test_sums_are_broken_where_asked() -> None:
    e = matcalc.parse("A*x + B*x - C*x + P*x")
    assert e.unicode() == "Ax + Bx − Cx + Px"
    assert e.unicode(width=12) == "Ax + Bx − Cx\n    + Px"
    assert matcalc.parse(e.unicode(width=5)) is matcalc.parse(e.latex(width=5)) is e
    lines = e.latex(width=5).removeprefix(r"\begin{aligned} & ").removesuffix(r" \end{aligned}").split(r" \\ & \quad ")
    assert len(lines) == 4 and all(b[0] in "+-" for _, b in itertools.pairwise(lines))
