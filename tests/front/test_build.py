"""Expressions built in Python mean what NumPy computes."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc import DeclarationError, MatcalcError, NoDerivativeError, ShapeError

RNG = np.random.default_rng(1)
DATA = {
    "X": RNG.normal(size=(4, 3)), "Y": RNG.normal(size=(4, 3)), "S": np.eye(3) * 4 + RNG.normal(size=(3, 3)),
    "w": RNG.uniform(0.2, 0.8, 3), "v": RNG.uniform(0.2, 0.8, 3), "y": RNG.normal(size=4), "a": 1.5,
}  # fmt: skip
SYMBOLS: dict[str, Any] = {
    "X": matcalc.matrix("X", "m", "n"), "Y": matcalc.matrix("Y", "m", "n"), "S": matcalc.matrix("S", "n"),
    "w": matcalc.vector("w", "n"), "v": matcalc.vector("v", "n"), "y": matcalc.vector("y", "m"),
    "a": matcalc.scalar("a"),
}  # fmt: skip

FUNCTIONS: list[Callable[..., Any]] = [
    lambda X, w, y: X @ w - y,
    lambda X, w, y: ((X @ w - y) ** 2).sum(),
    lambda X, Y: X * Y + 2 * X - Y / 3,
    lambda X, a: a * X + a - X / a,
    lambda w, a: 1 / w + w**-2 + 2**w + w**a + a**w,
    lambda w: 3 - w + (-w) + (+w) + abs(-w),
    lambda w, v: w @ v + w.T @ v,
    lambda w, S: w @ S @ w,
    lambda w, S: w @ S,
    lambda w, v: np.outer(w, v),
    lambda w, v: np.dot(w, v) + np.inner(w, v) + np.vdot(w, v),
    lambda X, Y: (X.T @ Y).trace() + np.trace(X.T @ Y),
    lambda X: np.exp(X) + np.sin(X) * np.cos(X) - np.tanh(X),
    lambda w: np.log(w) + np.sqrt(w) + np.log1p(w) + np.expm1(w) + np.square(w) + np.reciprocal(w),
    lambda w: np.arcsin(w) + np.arccos(w) + np.arctan(w) + np.arcsinh(w) + np.arctanh(w) + np.sign(w - 0.5),
    lambda X: np.sum(X) + np.mean(X) + X.sum() + X.mean(),
    lambda X: np.sum(X, axis=0),
    lambda X: X.sum(axis=1) + np.sum(X, axis=-1),
    lambda X: np.mean(X, axis=0),
    lambda X: np.max(X, axis=1) + X.min(axis=1) + np.linalg.norm(X, axis=1) + np.linalg.norm(X, 1, axis=1),
    lambda X: X.min(axis=0) - np.linalg.norm(X, np.inf, axis=0),
    lambda w: np.linalg.norm(w) + np.linalg.norm(w, 1) + np.linalg.norm(w, np.inf),
    lambda X: np.linalg.norm(X) + np.linalg.norm(X, "fro") + np.linalg.norm(X, "nuc") + np.linalg.norm(X, 2),
    lambda S: np.linalg.inv(S) @ S + np.linalg.matrix_power(S, 2),
    lambda S, w: np.linalg.solve(S, w),
    lambda S: np.linalg.det(S) + np.linalg.slogdet(S)[1] + np.linalg.slogdet(S).sign,
    lambda X: np.linalg.pinv(X),
    lambda w, S: np.diag(w) + np.diag(np.diag(S)),
    lambda w, v: np.kron(np.outer(w, v), np.outer(v, w)),
    lambda w, v: np.maximum(w, v) + np.minimum(w, 0.5) + np.clip(w, 0.3, 0.6),
    lambda w: np.where(w > 0.5, w, 0) + np.where(w <= 0.5, 1, w * w) + (w >= 0.2) + (w < 0.4),
    lambda w, v: np.concatenate([w, v]),
    lambda w, v: np.hstack([w, v]),
    lambda X, Y: np.vstack([X, Y]),
    lambda X, Y: np.hstack([X, Y]),
    lambda w, v: np.vstack([w, v]),
    lambda X: X[1, 2] + X[1, :] @ X[2] + X[:, 1].sum() + X[1:3, 1:].sum(),
    lambda w: w[0] * w[-1 + 3] + w[1:].sum(),
    lambda w: np.ones_like(w) + np.zeros_like(w) + np.full_like(w, 2.0) + np.prod(w) + np.max(w) + w.min(),
    lambda w, v: np.logaddexp(w, v) + np.add(w, v) + np.multiply(w, 2) + np.power(w, 3) + np.negative(w),
    lambda w, v: sum([w, v, w]),
]


def values(f: Callable[..., Any]) -> dict[str, Any]:
    names = f.__code__.co_varnames[: f.__code__.co_argcount]
    return {n: DATA[n] for n in names}


@pytest.mark.parametrize("f", FUNCTIONS, ids=range(len(FUNCTIONS)))
def test_it_means_what_numpy_computes(f: Callable[..., Any]) -> None:
    given = values(f)
    expression = f(**{n: SYMBOLS[n] for n in given})
    np.testing.assert_allclose(expression.evaluate(given), f(**given), rtol=1e-9)


@pytest.mark.parametrize("f", FUNCTIONS, ids=range(len(FUNCTIONS)))
def test_it_is_read_back(f: Callable[..., Any]) -> None:
    given = values(f)
    where = {"X": "matrix(m,n)", "Y": "matrix(m,n)", "S": "matrix(n,n)", "w": "vector(n)", "v": "vector(n)",
             "y": "vector(m)", "a": "scalar"}  # fmt: skip
    expression = f(**{n: SYMBOLS[n] for n in given})
    again = matcalc.parse(str(expression), where={n: where[n] for n in given})
    np.testing.assert_allclose(again.evaluate(given), f(**given), rtol=1e-9)


WITH_NUMBERS: list[Callable[..., Any]] = [
    lambda X: X - X.mean(axis=1, keepdims=True) @ np.ones((1, 3)),
    lambda X: X - X.max(axis=1, keepdims=True) @ np.ones((1, 3)),
    lambda X: np.eye(4) @ X @ np.array([[1.0, 0.5], [0, 2], [3, 4]]),
    lambda w: np.array([1.0, 2.0, 3.0]) * w + np.array([1, 2, 3]) @ w,
    lambda w: np.zeros(3) + np.ones(3) * w - [1, 2, 3],
]


@pytest.mark.parametrize("f", WITH_NUMBERS, ids=range(len(WITH_NUMBERS)))
def test_arrays_of_numbers(f: Callable[..., Any]) -> None:
    given = values(f)
    symbols: dict[str, Any] = {"X": matcalc.matrix("X", 4, 3), "w": matcalc.vector("w", 3)}
    expression = f(**{n: symbols[n] for n in given})
    np.testing.assert_allclose(expression.evaluate(given), f(**given), rtol=1e-9)


METHODS = "exp log sin cos tan sinh cosh tanh sqrt sigmoid softplus relu erf abs square"


@pytest.mark.parametrize("name", METHODS.split())
def test_methods(name: str) -> None:
    w = SYMBOLS["w"]
    got = getattr(w, name)()
    assert got.shape == w.shape
    text = matcalc.parse(f"{name}(w)" if name != "square" else "w.^2", where={"w": "vector(n)"})
    np.testing.assert_allclose(got.evaluate(w=DATA["w"]), text.evaluate(w=DATA["w"]))


def test_operations_are_methods() -> None:
    S = SYMBOLS["S"]
    assert str(S.inv() @ S) == "inv(S)*S"
    assert [str(x) for x in (S.tr(), S.det(), S.logdet(), S.expm())] == ["tr(S)", "det(S)", "logdet(S)", "expm(S)"]
    assert {"exp", "inv", "diff", "T"} <= set(dir(S))


def test_derivatives() -> None:
    X, w, y = SYMBOLS["X"], SYMBOLS["w"], SYMBOLS["y"]
    f = ((X @ w - y) ** 2).sum()
    assert str(f.diff(w)) == "2*(X*w - y)'*X"
    assert str(f.grad(w)) == str(f.diff("w", layout="denominator")) == "2*X'*(X*w - y)"
    assert str(f.hessian(w)) == "2*X'*X"
    assert str((X @ w).jacobian(w)) == "X"
    assert str(S_inv_differential()) == "-inv(S)*d(S)*inv(S)"


def S_inv_differential() -> Any:
    return SYMBOLS["S"].inv().differential("S")


def test_explicit_and_implicit() -> None:
    a, b = matcalc.scalar("a"), matcalc.scalar("b")
    c = 2 * a + b  # explicit: symbols first, data later
    assert c.evaluate({"a": 1, "b": 2}) == 4.0

    def program(a: Any, b: Any) -> Any:
        c = 0
        for _ in range(2):
            c = c + a
        return c + b

    assert program(1, 2) == 4
    traced = matcalc.from_function(program, a="scalar", b="scalar")  # implicit: by running it
    assert traced.evaluate(a=1, b=2) == 4.0
    assert str(traced.diff("a")) == "2"


def test_from_function() -> None:
    f = matcalc.from_function(lambda X, w, y: ((X @ w - y) ** 2).sum(), X="matrix(m,n)", w="vector(n)", y="vector(m)")
    assert str(f.diff("w")) == "2*(X*w - y)'*X"
    with_default = matcalc.from_function(lambda w, lam=2: lam * w @ w, w="vector(n)")
    assert str(with_default.grad("w")) == "4*w"
    with pytest.raises(DeclarationError, match="the parameter y needs a type"):
        matcalc.from_function(lambda x, y: x + y, x="scalar")
    with pytest.raises(DeclarationError, match="no parameter z"):
        matcalc.from_function(lambda x: x, x="scalar", z="scalar")
    with pytest.raises(MatcalcError, match="several values"):
        matcalc.from_function(lambda x: (x, x), x="scalar")


def test_sizes_in_a_function() -> None:
    mean = matcalc.from_function(lambda x: (x @ x) / x.shape[0], x="vector(n)")
    assert str(mean) == "x'*x/n" and str(mean.diff("x")) == "2*x'/n"


@pytest.mark.parametrize("value", [None, print, "x", {"a": 1}, object()])
def test_what_is_no_expression_is_refused_by_name(value: object) -> None:
    with pytest.raises(matcalc.MatcalcError, match="cannot stand in an expression"):
        matcalc.from_function(lambda x: value, x="scalar")


def test_properties() -> None:
    S = matcalc.matrix("S", "n", properties="symmetric, invertible")
    x = matcalc.vector("x", "n")
    assert str((x @ S @ x).grad(x)) == "2*S*x"
    with pytest.raises(DeclarationError):
        matcalc.matrix("S", "m", "n", properties="symmetric")
    with pytest.raises(DeclarationError):
        matcalc.vector("x", "n", properties="handsome")


def test_symbols_are_the_parsers() -> None:
    e = matcalc.parse("X*w", where="X: matrix(m,n), w: vector(n)")
    assert SYMBOLS["X"] @ SYMBOLS["w"] is e
    assert matcalc.vector("x", 3).shape[0].value == 3


def test_expressions_stay_what_they_are() -> None:
    w = SYMBOLS["w"]
    e = 2 * w
    with pytest.raises(AttributeError):
        e.op = "sum"  # type: ignore[misc]
    assert e == 2 * w and e is 2 * w and e != 3 * w and len({e, 2 * w}) == 1
    assert pickle.loads(pickle.dumps(e)) is e and copy.deepcopy(e) is e
    e += 1  # a new expression; the old one is untouched
    assert str(e) == "2*w + vector(1)" and str(2 * w) == "2*w"
    for wrong in (iter, list, float, len):
        with pytest.raises(TypeError):
            wrong(w)  # type: ignore[operator]
    with pytest.raises(TypeError, match="neither true nor false"):
        max(w, 0)


ERRORS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: SYMBOLS["X"] @ SYMBOLS["y"], ShapeError, "inner sizes"),
    (lambda: SYMBOLS["X"] * SYMBOLS["w"], ShapeError, "the matrix product is @"),
    (lambda: SYMBOLS["X"] + SYMBOLS["w"], ShapeError, "equal shapes"),
    (lambda: SYMBOLS["a"] @ SYMBOLS["w"], ShapeError, "scale an array with"),
    (lambda: SYMBOLS["w"] + "x", TypeError, "unsupported operand"),
    (lambda: SYMBOLS["w"] * float("nan"), MatcalcError, "nan cannot stand"),
    (lambda: np.fft.fft(SYMBOLS["w"]), NoDerivativeError, "np.fft is not known"),
    (lambda: np.sort(SYMBOLS["w"]), NoDerivativeError, "np.sort is not known"),
    (lambda: np.add.accumulate(SYMBOLS["w"]), NoDerivativeError, "np.add.accumulate"),
    (lambda: np.sum(SYMBOLS["w"], dtype=int), NoDerivativeError, "np.sum with these arguments"),
    (lambda: np.exp(SYMBOLS["w"], where=[True]), NoDerivativeError, "np.exp with where"),
    (lambda: np.linalg.norm(SYMBOLS["X"], 1), NoDerivativeError, "ord=1"),
    (lambda: SYMBOLS["X"][5.0], MatcalcError, "an index is a whole number"),
    (lambda: SYMBOLS["X"] @ RNG.normal(size=(3, 999)), MatcalcError, "cannot stand in an expression"),
    (lambda: SYMBOLS["w"].frobnicate(), AttributeError, "frobnicate"),
    (lambda: SYMBOLS["X"].diff("q"), MatcalcError, "q"),
]


@pytest.mark.parametrize(("make", "kind", "message"), ERRORS, ids=range(len(ERRORS)))
def test_errors(make: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message.replace("(", r"\(")):
        make()


def test_softmax_of_a_matrix_goes_over_each_row() -> None:
    X = matcalc.matrix("X", "m", "n")
    assert [str(X.softmax(**told)) for told in ({}, {"axis": 0}, {"axis": None})] == [
        "softmax_rows(X)", "softmax_rows(X')'", "softmax_all(X)",
    ]  # fmt: skip
    assert str(X.logsumexp(axis=1)) == "logsumexp_rows(X)"
    with pytest.raises(matcalc.MatcalcError, match="the axis is a whole number below 2, not 2"):
        X.softmax(axis=2)


BROADCAST = [
    (lambda X, W, b: ((X @ W + b) ** 2).sum(), {"X": "matrix(m,n)", "W": "matrix(n,k)", "b": "vector(k)"}),
    (lambda X, b: (b - X / b).sum(), {"X": "matrix(m,n)", "b": "vector(n)"}),
    (lambda X, b: np.maximum(X, b).sum() + (b < X).sum(), {"X": "matrix(m,n)", "b": "vector(n)"}),
    (lambda X: ((X - X.mean(axis=0)) ** 2).sum(), {"X": "matrix(m,n)"}),
    (lambda X: ((X - X.mean(axis=1, keepdims=True)) ** 2).sum(), {"X": "matrix(m,n)"}),
    (lambda X: np.log(np.exp(X - X.max(axis=1, keepdims=True)).sum(axis=1)).sum(), {"X": "matrix(m,n)"}),
    (lambda X, b: (X * b.T).sum(), {"X": "matrix(n,n)", "b": "vector(n)"}),
]


@pytest.mark.parametrize(("function", "types"), BROADCAST)
def test_a_vector_beside_a_matrix_is_repeated_as_in_numpy(function: Any, types: dict[str, str]) -> None:
    rng, sizes = np.random.default_rng(1), {"m": 3, "n": 4, "k": 2}
    values = {n: rng.standard_normal([sizes[c] for c in t.partition("(")[2][:-1].split(",")]) for n, t in types.items()}
    e = matcalc.from_function(function, **types)
    assert e.evaluate(values) == pytest.approx(function(**values))
    for name in types:
        assert e.grad(name).check().ok


@pytest.mark.parametrize(
    ("function", "types"),
    [
        (lambda X, b: X + b, {"X": "matrix(n,n)", "b": "vector(n)"}),
        (lambda X, b: X + b, {"X": "matrix(m,n)", "b": "vector(k)"}),
        (lambda X, Y: X + Y, {"X": "matrix(m,n)", "Y": "matrix(n,m)"}),
        (lambda x, y: x + y, {"x": "vector(n)", "y": "vector(m)"}),
        (lambda x, y: x + y.T, {"x": "vector(n)", "y": "vector(n)"}),
    ],
)
def test_what_numpy_would_not_add_or_add_otherwise_is_refused(function: Any, types: dict[str, str]) -> None:
    with pytest.raises(ShapeError):
        matcalc.from_function(function, **types)
