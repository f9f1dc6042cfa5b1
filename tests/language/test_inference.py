"""Which types undeclared names get: by their use, then by convention."""

from __future__ import annotations

import pytest

from matcalc.language.parse import parse_expression

INFERRED = [
    ("||Xw - y||^2", "X: matrix(m, n), w: vector(n), y: vector(m)"),
    ("(<x, w> - y)^2", "x: vector(n), w: vector(n), y: scalar"),
    ("<x, w> - y", "x: vector(n), w: vector(n), y: scalar"),
    ("Wx + b", "W: matrix(m, n), x: vector(n), b: vector(m)"),
    ("a'x", "a: vector(n), x: vector(n)"),
    ("a'b", "a: vector(n), b: vector(n)"),
    ("a'Xb", "a: vector(m), X: matrix(m, n), b: vector(n)"),
    ("x'c/(||x|| ||c||)", "x: vector(n), c: vector(n)"),
    ("x'Ax", "x: vector(n), A: matrix(n, n)"),
    ("x'A", "x: vector(m), A: matrix(m, n)"),
    ("AXB", "A: matrix(m, n), X: matrix(n, k), B: matrix(k, l)"),
    ("tr(AXB)", "A: matrix(m, n), X: matrix(n, k), B: matrix(k, m)"),
    ("x^2", "x: scalar"),
    ("4x^3 + x^2 + 3", "x: scalar"),
    ("x + a", "x: vector(n), a: vector(n)"),
    ("x + 1", "x: vector(n)"),
    ("a x", "a: scalar, x: vector(n)"),
    ("a x + b", "a: scalar, x: vector(n), b: vector(n)"),
    ("w'x + b", "w: vector(n), x: vector(n), b: scalar"),
    ("λ||x||^2", "lambda: scalar, x: vector(n)"),
    ("||y - Xβ||^2", "y: vector(m), X: matrix(m, n), beta: vector(n)"),
    ("(x-μ)'Σ^-1(x-μ)", "x: vector(n), mu: vector(n), Sigma: matrix(n, n)"),
    ("sin(x)*exp(x)", "x: scalar"),
    ("sin(x)", "x: vector(n)"),
    ("w .* x", "w: vector(n), x: vector(n)"),
    ("a .* x", "a: vector(n), x: vector(n)"),
    ("max(w, x)", "w: vector(n), x: vector(n)"),
    ("sum(a)", "a: vector(n)"),
    ("||a - b||", "a: vector(n), b: vector(n)"),
    ("x - mean(x)", "x: vector(n)"),
    ("diag(a)X", "a: vector(m), X: matrix(m, n)"),
    ("W_2 relu(W_1 x + b_1) + b_2",
     "W_2: matrix(m, n), W_1: matrix(n, k), x: vector(k), b_1: vector(n), b_2: vector(m)"),
    ("X[1, :]", "X: matrix(m, n)"),
    ("x[0]", "x: vector(n)"),
    ("T(X) + T(Y)", "X: matrix(m, n), Y: matrix(m, n)"),
    ("||T - UV'||_F", "T: matrix(m, n), U: matrix(m, k), V: matrix(n, k)"),
    ("x^TAx", "x: vector(n), A: matrix(n, n)"),
    ("T^T T", "T: matrix(m, n)"),
    ("I - vv'", "v: vector(n)"),
    ("K + s*eye(p)", "K: matrix(p, p), s: scalar"),
    ("a*||n||", "a: scalar, n: vector(m)"),
    ("e^x", "x: vector(n)"),
    ("x1^2 + x1 x2 + x2 x3", "x1: scalar, x2: scalar, x3: scalar"),
    ("[3x^2*y; 2x + y^8]", "x: scalar, y: scalar"),
    ("-y' log(softmax(z))", "y: vector(n), z: vector(n)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "types"), INFERRED, ids=[t for t, _ in INFERRED])
def test_inferred(text: str, types: str) -> None:
    found = parse_expression(text).types
    assert ", ".join(f"{n}: {t}" for n, t in found.items()) == types
    assert all(t.inferred for t in found.values())


def test_declared_types_are_kept() -> None:
    p = parse_expression("S x + b", "S: symmetric matrix(n,n), b: positive vector(n)")
    assert {n: (str(t), t.inferred) for n, t in p.types.items()} == {
        "S": ("symmetric matrix(n, n)", False),
        "x": ("vector(n)", True),
        "b": ("positive vector(n)", False),
    }


def test_declared_scalars_broadcast_and_undeclared_names_do_not() -> None:
    assert str(parse_expression("x + a", "a: scalar").types["x"]) == "vector(n)"
    assert str(parse_expression("x + a").types["a"]) == "vector(n)"


def test_components_of_the_variable() -> None:
    p = parse_expression("x_1^2 + 2x_2^2", extra_names=["x"])
    assert str(p.types["x"]) == "vector(2)"
    assert str(p.expr) == "x[0]^2 + 2*x[1]^2"


def test_components_without_their_vector_are_names() -> None:
    assert list(parse_expression("x_1^2 + x_2^2").types) == ["x_1", "x_2"]


def test_names_of_several_letters() -> None:
    p = parse_expression("loss_w'x + rate x'x", "loss_w: vector(n), rate: scalar")
    assert list(p.types) == ["loss_w", "x", "rate"]


def test_extra_names_are_whole() -> None:
    assert list(parse_expression("xy + 1", extra_names=["xy"]).types) == ["xy"]


def test_fresh_sizes_avoid_declared_ones() -> None:
    p = parse_expression("Xw + y", "y: vector(n)")
    assert str(p.types["X"]) == "matrix(n, m)"


def test_variable() -> None:
    p = parse_expression("||Xw - y||^2", "b: scalar")
    assert p.variable("w").shape == p.types["w"].shape
    assert p.variable("b").data[0] == "b"


def test_many_undeclared_names_end() -> None:
    text = " + ".join(f"x{i}" for i in range(300))
    assert len(parse_expression(text).types) == 300


def test_long_sums_are_read_term_by_term() -> None:
    types = parse_expression(" + ".join(f"||A{i}*x{i} - b{i}||^2" for i in range(20))).types
    assert [t.kind for t in types.values()] == ["matrix", "vector", "vector"] * 20


@pytest.mark.parametrize("text, same", [
    ("x**2/y", "x.^2./y"), ("1/x**2 + y**2", "1./x.^2 + y.^2"), ("x*y**2", "x.*y.^2"),
    ("einsum('ij,jk', A, B)", "einsum('ij,jk->ik', A, B)"), ("einsum('ij,ij', A, A)", "einsum('ij,ij->', A, A)"),
])  # fmt: skip
def test_code_for_arrays(text: str, same: str) -> None:
    where = "x: vector(n), y: vector(n), A: matrix(m,n), B: matrix(n,k)"
    assert parse_expression(text, where).expr is parse_expression(same, where).expr
