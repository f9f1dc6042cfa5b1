"""Cross products: the meaning of each text as NumPy code, the forms of derivatives, what is refused and asked back."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.language.parse import parse_expression

from .pasted import check

CROSS = [
    ("cross(a, b)", "a", "a:3 b:3", "np.cross(a,b)", None),
    ("np.cross(a, b)", "b", "a:3 b:3", "np.cross(a,b)", None),
    ("torch.linalg.cross(a, b)", "b", "a:3 b:3", "np.cross(a,b)", None),
    ("Cross[a, b]", "a", "a:3 b:3", "np.cross(a,b)", None),
    ("a × b", "a", "a:3 b:3", "np.cross(a,b)", "a: vector(3), b: vector(3)"),
    (r"\mathbf a \times \mathbf b", "a", "a:3 b:3", "np.cross(a,b)", None),
    (r"\vec a \times \vec b", "b", "a:3 b:3", "np.cross(a,b)", None),
    (r"\mathbf{c}^\top (\mathbf{a} \times \mathbf{b})", "a", "a:3 b:3 c:3", "c@np.cross(a,b)", None),
    (r"\mathbf{c} \cdot (\mathbf{a} \times \mathbf{b})", "b", "a:3 b:3 c:3", "c@np.cross(a,b)", None),
    (r"\|\mathbf{a} \times \mathbf{b}\|^2", "a", "a:3 b:3", "np.cross(a,b)@np.cross(a,b)", None),
    (r"\boldsymbol\omega \times (\boldsymbol\omega \times \mathbf r)", "omega", "omega:3 r:3",
     "np.cross(omega,np.cross(omega,r))", None),
    ("(A x) × (B y)", "x", "A:3n x:n B:3m y:m", "np.cross(A@x,B@y)", None),
    ("c'*cross(A*x, b)", "A", "A:3n x:n b:3 c:3", "c@np.cross(A@x,b)", None),
    ("skew(a)*b", "a", "a:3 b:3", "np.cross(a,b)", None),
    (r"[\mathbf a]_\times \mathbf b", "a", "a:3 b:3", "np.cross(a,b)", None),
    ("[a]_× b", "b", "a:3 b:3", "np.cross(a,b)", None),
    ("skew(a)", "a", "a:3", "np.cross(a,np.eye(3)).T", None),
    ("tr(R*skew(a))", "a", "R:33 a:3", "tr(R@np.cross(a,np.eye(3)).T)", None),
    ("A \\times x", "x", "A:mn x:n", "A@x", None),
    ("2 \\times x", "x", "x:n", "2*x", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "spec", "code", "where"), CROSS, ids=[f"{r[0]} by {r[1]}" for r in CROSS])
def test_meaning(text: str, wrt: str, spec: str, code: str, where: str | None) -> None:
    check(text, wrt, spec, code, where)


WHERE = "a: vector(3), b: vector(3), c: vector(3), R: matrix(3, 3), A: matrix(3, n), B: matrix(3, n), x: vector(n)"

FORMS = [
    ("cross(a, b)", "a", "-skew(b)"),
    ("cross(a, b)", "b", "skew(a)"),
    ("c'*cross(a, b)", "a", "cross(b, c)'"),
    ("||cross(a, b)||^2", "a", "2*cross(b, cross(a, b))'"),
    ("c'*cross(A*x, b)", "A", "x*cross(b, c)'"),
    ("cross(a, a)", "a", "zeros(3, 3)"),
    ("tr(R*skew(a))", "a", "axial(R')'"),
]


@pytest.mark.parametrize(("text", "wrt", "form"), FORMS, ids=[f"{r[0]} by {r[1]}" for r in FORMS])
def test_form(text: str, wrt: str, form: str) -> None:
    assert str(matcalc.diff(text, wrt, where=WHERE)) == form


SECOND = [
    ("c'*cross(A*x, B*x)", "x", "B'*skew(c)*A - A'*skew(c)*B"),
    ("||cross(a, b)||^2", "a", "-2*skew(b)^2"),
    ("c'*cross(a, cross(a, b))", "a", "skew(c)*skew(b) + skew(b)*skew(c)"),
]


@pytest.mark.parametrize(("text", "wrt", "form"), SECOND, ids=[r[0] for r in SECOND])
def test_hessian(text: str, wrt: str, form: str) -> None:
    h = matcalc.hessian(text, wrt, where=WHERE)
    assert str(h) == form and h.check().ok


@pytest.mark.parametrize(
    "text", ["cross(a, cross(b, c))", "cross(cross(a, b), c)", "R*cross(A*x, b)", "2*cross(a, b)'*R", "skew(a)*b"]
)
def test_what_is_printed_is_read_back(text: str) -> None:
    e = matcalc.parse(text, WHERE)
    assert [matcalc.parse(t, WHERE) for t in (str(e), e.latex(), e.unicode())] == [e, e, e]
    assert "×" in e.unicode() or "skew" in e.unicode()


REFUSED = [
    ("cross(a, b)", "a: vector(n), b: vector(n)",
     "cross takes a vector of 3 entries and a vector of 3 entries, and a is (n) and b is (n)"),
    ("cross(a, b)", "a: vector(2), b: vector(2)",
     "cross takes a vector of 3 entries and a vector of 3 entries, and a is (2) and b is (2)"),
    ("a × b", "a: vector(4), b: vector(4)", "the cross product is of vectors of 3 entries, and a is (4)"),
    ("a × b", "a: vector(n), b: vector(n)", "the cross product is of vectors of 3 entries, and a is (n)"),
    ("skew(A)", None, "skew takes a vector of 3 entries; of a matrix the skew part is (A - A')/2"),
    ("skew(A)", "A: matrix(3, 3)", "skew takes a vector of 3 entries; of a matrix the skew part is (A - A')/2"),
    ("x × y", None, "x × y can be the cross product or a product of numbers: write cross(x, y) or x*y"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "message"), REFUSED, ids=[f"{r[0]} {r[1]}" for r in REFUSED])
def test_refused(text: str, where: str | None, message: str) -> None:
    with pytest.raises(matcalc.ShapeError) as caught:
        parse_expression(text, where)
    assert caught.value.message == message


def test_remarks() -> None:
    assert [str(r) for r in matcalc.reading(r"\mathbf a \times \mathbf b").remarks] == [
        r"\mathbf a \times \mathbf b is the cross product"
    ]
