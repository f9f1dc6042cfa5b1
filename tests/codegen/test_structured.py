"""Hessians by their factors: the whole and its products are those of the array, in every target that is Python."""

from __future__ import annotations

import ast
import importlib
from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc import MatcalcError
from tests.random.values import agrees

SIZES = {"m": 4, "n": 3, "k": 2, "p": 5}
NEEDS = {"numpy": "numpy", "array-api": "array_api_compat", "jax": "jax", "torch": "torch"}
KEPT = [  # a scalar, its variable, types, and the fields of its Hessian
    ("sum(log(1 + exp(-y.*(X*w))))", "w", "X: matrix(m,n), y: vector(m)", "X d"),
    ("sum(exp(x))", "x", "x: vector(n)", "d"),
    ("sum(exp(x)) + (a'*x)^2", "x", "x: vector(n)", "a d"),
    ("x'*x", "x", "x: vector(n)", "x"),
    ("||x||", "x", "x: vector(n)", "s x s2"),
    ("logsumexp(A*x)", "x", "A: matrix(m,n)", "A d"),
    ("logsumexp(x)", "x", "x: vector(n)", "d"),
    ("||A*x - b||^2 + c*||x||^2", "x", "A: matrix(m,n), c: scalar", "A c"),
    ("exp(x'*A*x)", "x", "A: matrix(n,n)", "A x d s"),
    ("||B*tanh(A*x)||^2", "x", "A: matrix(m,n), B: matrix(p,m)", "A d B d2"),
    ("(a'*x)*(b'*x)", "x", "x: vector(n)", "a b"),
    ("||T - U*V'||^2", "U", "U: matrix(m,k), V: matrix(n,k)", "M m"),
    ("||T - U*V'||^2", "V", "U: matrix(m,k), V: matrix(n,k)", "M n"),
    ("logdet(X)", "X", "X: matrix(n,n)", "M"),
    ("tr(X'*A*X*B)", "X", "A: matrix(m,m), B: matrix(n,n)", "A B"),
    ("tr(A*inv(X)*B)", "X", "X: matrix(n,n), A: matrix(m,n)", "M M2"),
    ("sum(X.^3)", "X", "X: matrix(m,n)", "X"),
    ("||X||", "X", "X: matrix(m,n)", "s X s2"),
    ("||X||^2", "X", "X: matrix(m,n)", "X"),
    ("logsumexp(X)", "X", "X: matrix(m,n)", "M"),
    ("a'*X*b*(c'*X*d)", "X", "X: matrix(m,n)", "a b c d"),
    ("||X*W - Y||^2 + c*||W||^2", "W", "X: matrix(m,n), W: matrix(n,k), c: scalar", "M c k"),
    ("||tanh(X*W) - Y||^2", "W", "X: matrix(m,n), W: matrix(n,k)", "X M M2"),
    ("sum(logsumexp_rows(X*W))", "W", "X: matrix(m,n), W: matrix(n,k)", "X M"),
]
FULL = [  # and those that are full arrays, with a word of the error
    ("x'*A*x", "x", None, "no structure that could be kept: its part A is a full array"),
    ("a'*x", "x", None, "no structure"),
    ("x^3", "x", "x: scalar", "by a scalar"),
    ("x'*A*x + sum(exp(x))", "x", None, "its part A is"),
]  # fmt: skip


def drawn(d: matcalc.Derivative) -> dict[str, np.ndarray[Any, Any]]:
    """Values of the variables of a question."""
    rng = np.random.default_rng(1)
    shapes = {n: t.shape for n, t in d.types.items()}
    sizes = {s: SIZES.get(s, 5) for shape in shapes.values() for a in shape for s in a.names}
    found = {}
    for name, shape in shapes.items():
        axes = [sizes.get(str(a), 1) for a in shape]
        value = rng.standard_normal(axes) + (3 * np.eye(*axes) if axes[0] == axes[1] else 0)
        found[name] = value.squeeze() if axes[0] == axes[1] == 1 else value[:, 0] if axes[1] == 1 else value
    return found


def convert(backend: str, x: Any) -> Any:
    """An array of a library, in double precision."""
    library: Any = importlib.import_module(NEEDS[backend])
    if backend == "jax":
        library.config.update("jax_enable_x64", True)
        return library.numpy.asarray(x)
    return library.tensor(x, dtype=library.float64) if backend == "torch" else np.asarray(x)


@pytest.mark.parametrize("backend", NEEDS)
@pytest.mark.parametrize("text, wrt, where, fields", KEPT, ids=lambda x: str(x)[:40])
def test_the_factors_give_the_hessian(text: str, wrt: str, where: str, fields: str, backend: str) -> None:
    pytest.importorskip(NEEDS[backend])
    d = matcalc.hessian(text, wrt, where=where)
    given = drawn(d)
    dense = d.evaluate(given)
    found = d.compile(backend, compressed=True)(*(convert(backend, given[n]) for n in d.types))
    assert list(type(found).__annotations__) == fields.split()
    assert agrees(np.asarray(found.dense()), dense)
    v = np.random.default_rng(2).standard_normal(given[wrt].shape)
    product = np.tensordot(dense, v, v.ndim)
    assert agrees(np.asarray(found.hvp(convert(backend, v))), product)
    with pytest.raises(ValueError, match="the shapes should be V"):
        found.hvp(convert(backend, np.ones((7,) * v.ndim)))


@pytest.mark.parametrize("text, wrt, where, message", FULL)
def test_a_full_hessian_says_so(text: str, wrt: str, where: str | None, message: str) -> None:
    d = matcalc.hessian(text, wrt, where=where)
    with pytest.raises(MatcalcError, match=message):
        d.compile(compressed=True)
    d.compile()


def test_what_is_no_hessian_is_refused() -> None:
    for d in (matcalc.grad("||x||^2", "x", where="x: vector(n)"), matcalc.hessian("||X||^2", "X").vec()):
        with pytest.raises(MatcalcError, match="take matcalc"):
            d.code(compressed=True)
    for target in ("c", "torch-function"):
        with pytest.raises(MatcalcError, match=f"{target} has no Hessian by its factors"):
            matcalc.hessian("sum(exp(x))", "x", where="x: vector(n)").code(target, compressed=True)


def test_nothing_is_formed_that_has_the_size_of_the_hessian() -> None:
    d = matcalc.hessian("||T - U*V'||^2", "U", where="U: matrix(m,k), V: matrix(n,k)")
    m = 100_000  # the array would have 10^10 entries
    found = d.compile(compressed=True)(np.ones((m, 3)), np.ones((m, 1)), np.ones((3, 1)))
    np.testing.assert_array_equal(found.hvp(np.ones((m, 1))), np.full((m, 1), 6.0))


def test_the_value_comes_with_the_factors() -> None:
    d = matcalc.hessian("sum(exp(x))", "x", where="x: vector(n)")
    value, found = d.compile(value=True, compressed=True)(np.zeros(2))
    assert value == 2 and found.d.tolist() == [1, 1]
    assert "v1 = np.exp(x)\n    return np.sum(v1), Hessian(v1)" in d.code(value=True, compressed=True)


@pytest.mark.parametrize("names", [("self", "V"), ("dense", "hvp"), ("lambda", "Hessian"), ("d", "n"), ("np", "field")])
def test_names_of_users_do_not_stand_in_the_way(names: tuple[str, str]) -> None:
    a, b = (matcalc.vector(n, "n") for n in names)
    x = matcalc.vector("x", "n")
    e = (a.T @ x) * (b.T @ x) + (x.T @ x) ** 2
    d = matcalc.hessian(e, "x")
    for backend in ("numpy", "array-api"):
        pytest.importorskip(NEEDS[backend])
        code = d.code(backend, compressed=True)
        assert isinstance(ast.parse(code).body[-2], ast.ClassDef)
        values = {names[0]: [1.0, 2.0], names[1]: [3.0, -1.0], "x": [0.5, 0.25]}
        given = {n: np.array(v) for n, v in values.items()}
        found = d.compile(backend, compressed=True)(*(given[n] for n in d.types))
        np.testing.assert_allclose(found.dense(), d.evaluate(given))
        np.testing.assert_allclose(found.hvp(np.ones(2)), d.evaluate(given) @ np.ones(2))


def test_factors_pass_through_jit() -> None:
    jax: Any = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    d = matcalc.hessian("||T - U*V'||^2", "U", where="U: matrix(m,k), V: matrix(n,k)")
    given = drawn(d)
    named = [jax.numpy.asarray(given[n]) for n in d.types]
    found = jax.jit(d.compile("jax", compressed=True))(*named)
    assert found.m == 4 and isinstance(found.m, int)
    np.testing.assert_allclose(jax.jit(lambda h: h.dense())(found), d.evaluate(given))


def test_code_of_factors_reads_well() -> None:
    code = matcalc.hessian("sum(log(1 + exp(X*w)))", "w").code(compressed=True)
    assert code.startswith("from dataclasses import dataclass\nimport numpy as np\n")
    assert "np.sqrt(self.d)[:, None] * self.X" in code  # no entry of d is negative: a symmetric product
    assert "X'*diag(d)*X by its factors" in code and "return self.X.T @ (self.d * (self.X @ V))" in code


def test_the_error_for_a_long_hessian_is_short() -> None:
    text = " + ".join(f"x'*A{k}*x" for k in range(40))
    d = matcalc.hessian(text, "x", where=", ".join(f"A{k}: matrix(n,n)" for k in range(40)))
    with pytest.raises(MatcalcError, match="the Hessian has no structure") as error:
        d.code(compressed=True)
    assert len(str(error.value)) < 200
