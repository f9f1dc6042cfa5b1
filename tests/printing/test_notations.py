"""One table of expressions in every notation, as a textbook would set them."""

import json
import xml.etree.ElementTree as ET

import pytest

import matcalc
from matcalc.language.parse import parse_expression
from matcalc.printing.latex import latex
from matcalc.printing.mathml import mathml
from matcalc.printing.plain import plain
from matcalc.printing.structure import to_dict
from matcalc.printing.typst import typst
from matcalc.printing.unicode import unicode
from matcalc.terms.errors import MatcalcError
from matcalc.terms.expression import add, fn, var
from matcalc.terms.shapes import SCALAR

WHERE = (
    "a, b, c, lambda, rate: scalar, x, w, x_1, mu: vector(n), y: vector(m), X, W1: matrix(m, n), "
    "A, B: matrix(n, n), Sigma: matrix(n, n), u: vector(n) -> vector(n)"
)
NOTATIONS = {"plain": plain, "unicode": unicode, "latex": latex, "typst": typst}

# expression (plain), Unicode, LaTeX, Typst
TABLE = [
    ("2*X'*(X*w - y)", "2Xᵀ(Xw − y)",
     r"2 \mathbf{X}^\top \left(\mathbf{X} \mathbf{w} - \mathbf{y}\right)",
     "2 bold(X)^top (bold(X) bold(w) - bold(y))"),
    ("x/||x||", "x/‖x‖", r"\frac{\mathbf{x}}{\lVert \mathbf{x} \rVert_2}",
     "frac(bold(x), norm(bold(x))_2)"),
    ("(A + A')*x/2", "(A + Aᵀ)x/2",
     r"\frac{1}{2} \left(\mathbf{A} + \mathbf{A}^\top\right) \mathbf{x}",
     "frac(1, 2) (bold(A) + bold(A)^top) bold(x)"),
    ("inv(A)'", "A⁻ᵀ", r"\mathbf{A}^{-\top}", "bold(A)^(-top)"),
    ("det(A)*inv(A)'", "det(A)A⁻ᵀ", r"\det\left(\mathbf{A}\right) \mathbf{A}^{-\top}",
     "det(bold(A)) bold(A)^(-top)"),
    ("w.*sin(x)", "w ⊙ sin(x)", r"\mathbf{w} \odot \sin\left(\mathbf{x}\right)",
     "bold(w) ⊙ sin(bold(x))"),
    ("w./x.^2", "w ⊘ x.^2", r"\mathbf{w} \oslash \mathbf{x}^{\odot 2}",
     "bold(w) ⊘ bold(x)^(⊙ 2)"),
    ("kron(A, B)", "A ⊗ B", r"\mathbf{A} \otimes \mathbf{B}", "bold(A) ⊗ bold(B)"),
    ("x'*A*x*B", "(xᵀAx)B", r"\left(\mathbf{x}^\top \mathbf{A} \mathbf{x}\right) \mathbf{B}",
     "(bold(x)^top bold(A) bold(x)) bold(B)"),
    ("x*w'", "xwᵀ", r"\mathbf{x} \mathbf{w}^\top", "bold(x) bold(w)^top"),
    ("vector(1) + exp(x)", "𝟏 + exp(x)", r"\mathbf{1} + \exp\left(\mathbf{x}\right)",
     "bold(1) + exp(bold(x))"),
    ("A - lambda*eye(n)", "A − λI", r"\mathbf{A} - \lambda \mathbf{I}",
     "bold(A) - lambda bold(I)"),
    ("tr(A*B)", "tr(AB)", r"\operatorname{tr}\left(\mathbf{A} \mathbf{B}\right)",
     "tr(bold(A) bold(B))"),
    ("logdet(A)", "log det(A)", r"\log\det\left(\mathbf{A}\right)",
     "log det(bold(A))"),
    ("diag(x)", "diag(x)", r"\operatorname{diag}\left(\mathbf{x}\right)",
     'op("diag")(bold(x))'),
    ("||A||_F^2", "‖A‖_F²", r"\lVert \mathbf{A} \rVert_F^{2}", "norm(bold(A))_F^2"),
    ("W1*x_1", "W₁x₁", r"\mathbf{W}_{1} \mathbf{x}_{1}", "bold(W)_1 bold(x)_1"),
    ("inv(Sigma)*(x - mu)", "Σ⁻¹(x − μ)",
     r"\boldsymbol{\Sigma}^{-1} \left(\mathbf{x} - \boldsymbol{\mu}\right)",
     "bold(Sigma)^(-1) (bold(x) - bold(mu))"),
    ("sqrt(a)/(b*c)", "√a/(bc)", r"\frac{\sqrt{a}}{b c}", "frac(sqrt(a), b c)"),
    ("rate*a^(b - 1)", "rate a^(b − 1)", r"\mathrm{rate} \, a^{b - 1}", '"rate" a^(b - 1)'),
    ("-x", "−x", r"-\mathbf{x}", "-bold(x)"),
    ("max(x, 0)", "max(x, 0)", r"\max\left(\mathbf{x}, 0\right)", "max(bold(x), 0)"),
    ("[a; 2*b]", "[a; 2b]", r"\begin{bmatrix} a \\ 2 b \end{bmatrix}", 'mat(delim: "[", a; 2 b)'),
    ("A*∂u/∂x", "A ∂u/∂x", r"\mathbf{A} \frac{\partial \mathbf{u}}{\partial \mathbf{x}}",
     "bold(A) frac(partial bold(u), partial bold(x))"),
    ("A[1:3, 0]", "A[1:3, 0]", r"\mathbf{A}\left[1:3, 0\right]", "bold(A)[1:3, 0]"),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
@pytest.mark.parametrize("column", range(4), ids=list(NOTATIONS))
def test_table(row, column):
    e = parse_expression(row[0], WHERE).expr
    assert list(NOTATIONS.values())[column](e) == row[column]


@pytest.mark.parametrize("text", [row[0] for row in TABLE])
def test_mathml_is_well_formed(text):
    e = parse_expression(text, WHERE).expr
    root = ET.fromstring(mathml(e))
    fixed = {"mfrac": 2, "msup": 2, "msub": 2, "munder": 2}
    for element in root.iter():
        if element.tag in fixed:
            assert len(element) == fixed[element.tag], ET.tostring(element)


def test_einsum_in_index_notation():
    e = parse_expression("einsum('ij,jk->ik', A, B)", WHERE).expr
    assert latex(e) == r"\left[\sum_{k} \mathbf{A}_{ik} \mathbf{B}_{kj}\right]_{ij}"
    e = parse_expression("einsum('i,jk->ijk', x_1, eye(n))", WHERE).expr
    assert latex(e) == r"\left[{\mathbf{x}_{1}}_{i} \delta_{jk}\right]_{ijk}"


def test_sizes_are_written_only_where_nothing_tells_them():
    for text in ["x + vector(1)", "A*vector(1)", "vector(1, n)", "kron(matrix(1, 2, 3), A)",
                 "tr(A*matrix(1))", "zeros(m, n)", "x'*vector(1)", "vector(2)./x"]:  # fmt: skip
        want = text.replace("vector(2)./x", "2./x")
        assert plain(parse_expression(text, WHERE).expr) == want


def test_json_is_the_graph():
    e = parse_expression("(x'*A*x)^2 + x'*A*x", WHERE).expr
    d = json.loads(json.dumps(to_dict(e)))
    assert d["plain"] == "(x'*A*x)^2 + x'*A*x" and d["kind"] == "scalar"
    assert [n["op"] for n in d["nodes"]].count("mm") == 1


@pytest.mark.parametrize("notation", [plain, unicode, latex, typst, mathml, to_dict])
def test_depth_is_no_limit(notation):
    x, c = var("x", SCALAR), var("c", SCALAR)
    e = x
    for _ in range(25_000):
        e = fn("exp", add(e, c))
    assert notation(e)


def test_an_identity_shows_its_size_where_nothing_tells_it():
    e = parse_expression("a*eye(n)", WHERE).expr
    assert unicode(e) == "a I_n"
    assert latex(e) == r"a \mathbf{I}_{n}"


@pytest.mark.parametrize("text, where", [
    ("einsum('i->jki', u; j=n, k=n)", "u: vector(n)"),
    ("einsum('i->ji', u; j=2*m)", "u: vector(n)"),
])  # fmt: skip
def test_ones_along_an_index_show_their_size_where_nothing_tells_it(text, where):
    e = parse_expression(text, where).expr
    assert parse_expression(unicode(e), where).expr.shape == e.shape
    assert parse_expression(latex(e), where).expr.shape == e.shape
    assert "vector(1, " in unicode(e) and r"\mathbf{1}_{" in latex(e)


def test_a_scalar_d_before_a_name_is_no_differential():
    where = "d: scalar, x: vector(n), u: vector(n)"
    e = parse_expression("d*x'*u + 2*d*u'*x", where).expr
    assert unicode(e) == "d xᵀu + 2d uᵀx"
    assert parse_expression(unicode(e), where).expr is e


NAMES = [
    ("y_hat", "ŷ", r"\hat{\mathbf{y}}", "hat(bold(y))"),
    ("x_bar_1", "x̄₁", r"\bar{\mathbf{x}}_{1}", "macron(bold(x))_1"),
    ("beta_tilde", "β̃", r"\tilde{\boldsymbol{\beta}}", "tilde(bold(beta))"),
    ("x_bar_hat", "x̄̂", r"\hat{\bar{\mathbf{x}}}", "hat(macron(bold(x)))"),
    ("x_dot", "ẋ", r"\dot{\mathbf{x}}", "dot(bold(x))"),
    ("rate", "rate", r"\mathbf{rate}", 'bold("rate")'),
]  # fmt: skip


@pytest.mark.parametrize("row", NAMES, ids=[row[0] for row in NAMES])
def test_names_come_back_as_they_went_in(row):
    name, *texts = row
    where = f"{name}: vector(n), A: matrix(n, n)"
    e = parse_expression(name, where).expr
    assert [unicode(e), latex(e), typst(e)] == texts
    assert ("mover" in mathml(e)) == (name != "rate")
    product = parse_expression(f"A*{name} + {name}", where).expr
    for write in (unicode, latex):
        assert parse_expression(write(product), where).expr is product


DIFFERENTIALS = [
    ("x'*A*x", "xᵀA dx + (dx)ᵀAx",
     r"\mathbf{x}^\top \mathbf{A} \, \mathrm{d}\mathbf{x} + "
     r"\left(\mathrm{d}\mathbf{x}\right)^\top \mathbf{A} \mathbf{x}"),
    ("inv(x)", "−x⁻¹ dx x⁻¹", r"-\mathbf{x}^{-1} \, \mathrm{d}\mathbf{x} \, \mathbf{x}^{-1}"),
]


@pytest.mark.parametrize("row", DIFFERENTIALS, ids=[row[0] for row in DIFFERENTIALS])
def test_differentials_stand_apart(row):
    where = "A, x: matrix(n, n)" if "inv" in row[0] else WHERE
    e = matcalc.differential(row[0], "x", where)
    assert (unicode(e), latex(e)) == row[1:]


POWERS = [
    ("A^-2", "A⁻²", r"\mathbf{A}^{-2}"), ("inv(A)^3*x", "A⁻³x", r"\mathbf{A}^{-3} \mathbf{x}"),
    ("x.^(2/3)", "x.^(2/3)", r"\mathbf{x}^{\odot 2/3}"), ("a^(2/3)", "a^(2/3)", "a^{2/3}"),
]


@pytest.mark.parametrize("row", POWERS, ids=[row[0] for row in POWERS])
def test_powers(row):
    e = parse_expression(row[0], WHERE).expr
    assert (unicode(e), latex(e)) == row[1:]
    for write in (unicode, latex):
        assert parse_expression(write(e), WHERE).expr is e


def test_an_accent_that_no_name_has():
    with pytest.raises(MatcalcError, match="é has an accent that no name has"):
        parse_expression("é*x", WHERE)


@pytest.mark.parametrize(("text", "shown"), [
    ("x^k", "<msup><mrow><mi>x</mi></mrow><mrow><mi>k</mi></mrow></msup>"),
    ("norm1(v)", "<msub><mrow><mo>‖</mo><mi>𝐯</mi><mo>‖</mo></mrow><mn>1</mn></msub>"),
    ("norminf(v)", "<msub><mrow><mo>‖</mo><mi>𝐯</mi><mo>‖</mo></mrow><mi>∞</mi></msub>"),
    ("normnuc(X)", "<msub><mrow><mo>‖</mo><mi>𝐗</mi><mo>‖</mo></mrow><mo>*</mo></msub>"),
])  # fmt: skip
def test_marks_in_mathml(text: str, shown: str) -> None:
    e = matcalc.parse(text, where="x: scalar, k: scalar, v: vector(n), X: matrix(m,n)")
    assert mathml(e) == f'<math display="block">{shown}</math>'


@pytest.mark.parametrize(("text", "shown"), [
    ("abs(v)", "|v|"), ("abs(x)*v", "|x|v"), ("abs(x + abs(k))", "abs(x + |k|)"), ("abs(X)", "abs(X)"),
    ("abs(norm(v) - x)", "abs(‖v‖ − x)"), ("norm(v*abs(k))", "norm(|k|v)"),
])  # fmt: skip
def test_bars_that_do_not_tell_left_from_right(text: str, shown: str) -> None:
    assert unicode(matcalc.parse(text, where="x: scalar, k: scalar, v: vector(n), X: matrix(n,n)")) == shown
