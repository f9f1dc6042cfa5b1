"""Values of expressions, against NumPy and SciPy."""

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from matcalc.language.parse import parse_expression
from matcalc.numbers import elementwise, numerics
from matcalc.numbers.evaluate import evaluate
from matcalc.terms.errors import EvaluationError
from matcalc.terms.expression import (
    add,
    apply,
    array,
    as_shape,
    call,
    differential_of,
    div,
    ediv,
    einsum,
    epow,
    eye,
    fn,
    had,
    index,
    jac,
    mm,
    num,
    ones,
    power,
    prod,
    sub,
    t,
    var,
    zeros,
)  # fmt: skip
from matcalc.terms.shapes import ONE, SCALAR, Dim

m, n = Dim.of("m"), Dim.of("n")
A, B, C = (var(k, as_shape("m", "n")) for k in "ABC")
X, Y = (var(k, as_shape("n", "n")) for k in "XY")
x, y, w = (var(k, as_shape("n")) for k in "xyw")
u = var("u", as_shape("m"))
s, c = var("s", SCALAR), var("c", SCALAR)

rng = np.random.default_rng(0)
V = {
    **{k: rng.uniform(0.5, 1.5, (3, 4)) for k in "ABC"},
    **{k: rng.uniform(-1, 1, (4, 4)) + 3 * np.eye(4) for k in "XY"},
    **{k: rng.uniform(0.5, 1.5, 4) for k in "xyw"},
    "u": rng.uniform(0.5, 1.5, 3), "s": 1.7, "c": -0.3,
}  # fmt: skip
a_, x_, y_, X_, u_ = V["A"], V["x"], V["y"], V["X"], V["u"]
outer = einsum((x, u), (((0,),), ((1,),)), ((0,), (1,)), (n, m))

CASES = {
    "least squares": (prod(num(2), mm(t(A), sub(mm(A, x), u))), 2 * a_.T @ (a_ @ x_ - u_)),
    "scalar chain": (mm(t(x), X, y), x_ @ X_ @ y_),
    "row": (mm(t(u), A), u_ @ a_),
    "outer product": (mm(x, t(u)), np.outer(x_, u_)),
    "hadamard": (had(A, B), a_ * V["B"]),
    "quotient": (ediv(x, y), x_ / y_),
    "scalar quotient": (div(x, s), x_ / 1.7),
    "elementwise power": (epow(x, num(Fraction(1, 2))), np.sqrt(x_)),
    "array of exponents": (epow(x, y), x_**y_),
    "negative base": (power(c, num(3)), -0.027),
    "inverse power": (power(X, num(-2)), np.linalg.matrix_power(np.linalg.inv(X_), 2)),
    "square root power": (mm(half := power(mm(X, t(X)), num(Fraction(1, 2))), half), X_ @ X_.T),
    "eye": (add(X, eye(n)), X_ + np.eye(4)),
    "ones": (add(ones(as_shape("n")), x), 1 + x_),
    "zeros": (prod(s, zeros((m, n))), np.zeros((3, 4))),
    "Frobenius norm": (apply("norm", A), np.linalg.norm(a_)),
    "nuclear norm": (apply("normnuc", A), np.linalg.norm(a_, "nuc")),
    "spectral norm": (apply("norm2", A), np.linalg.norm(a_, 2)),
    "logdet": (apply("logdet", X), np.log(abs(np.linalg.det(X_)))),
    "adjugate": (apply("adj", X), np.linalg.det(X_) * np.linalg.inv(X_)),
    "pinv": (apply("pinv", A), np.linalg.pinv(a_)),
    "vec": (apply("vec", A), a_.T.ravel()),
    "kron": (apply("kron", A, x), np.kron(a_, x_[:, None])),
    "diag": (apply("diag", x), np.diag(x_)),
    "diagonal": (apply("diagonal", X), np.diag(X_)),
    "softmax": (apply("softmax", x), np.exp(x_) / np.exp(x_).sum()),
    "logsumexp": (apply("logsumexp", A), np.log(np.exp(a_).sum())),
    "comparison": (apply("gt", x, y), (x_ > y_) * 1.0),
    "maximum": (apply("max", x, y), np.maximum(x_, y_)),
    "entry": (index(x, (("at", 2),), SCALAR), x_[2]),
    "row of a matrix": (index(A, (("at", 1), ("slice", None, None, None)), as_shape("n")), a_[1]),
    "block": (index(A, (("slice", 1, 3, None), ("slice", 1, None, None)), as_shape(2, n - 1)), a_[1:3, 1:]),
    "explicit vector": (array(2, 1, (s, prod(num(2), c))), np.array([1.7, -0.6])),
    "blocks": (array(1, 2, (A, u)), np.hstack([a_, u_[:, None]])),
    "einsum outer": (outer, np.outer(x_, u_)),
    "einsum to three axes": (
        einsum((A, x), (((0,), (1,)), ((2,),)), ((0,), (2,), (1,)), (m, n, n)),
        np.einsum("ij,k->ikj", a_, x_),
    ),
    "einsum repeats": (einsum((x,), (((0,),),), ((0,), (1,)), (n, m)), np.tile(x_[:, None], 3)),
    "einsum diagonal": (einsum((x,), (((0,),),), ((0,), (0,)), (n, n)), np.diag(x_)),
    "einsum composite": (einsum((A,), (((0,), (1,)),), ((1, 0),), (m * n, ONE)), a_.T.ravel()),
    "einsum scalars": (einsum((s, x), ((), ((0,),)), (), SCALAR), 1.7 * x_.sum()),
}


@pytest.mark.parametrize("name", CASES)
def test_values(name):
    e, want = CASES[name]
    got = evaluate(e, V, types={"A": A})
    assert np.shape(got) == np.shape(want)
    np.testing.assert_allclose(got, want, rtol=1e-10)


@pytest.mark.parametrize("name", sorted(numerics.ELEMENTWISE))
def test_every_elementwise_function_evaluates(name):
    got = evaluate(fn(name, x), {"x": [0.2, 0.7]})
    assert got.shape == (2,)
    if name not in ("acosh", "asec", "acsc"):
        assert np.all(np.isfinite(got))


def test_without_scipy(monkeypatch):
    special = pytest.importorskip("scipy.special")
    for table in (elementwise, numerics):
        monkeypatch.setattr(table, "optional", lambda module: None)
    v = np.array([0.3, 1.7, 2.5])
    for name, want in {
        "erf": special.erf, "gamma": special.gamma, "lgamma": special.gammaln, "digamma": special.digamma,
        "trigamma": lambda z: special.polygamma(1, z),
    }.items():  # fmt: skip
        np.testing.assert_allclose(numerics.ELEMENTWISE[name](v), want(v), rtol=1e-12)
    c_ = rng.normal(size=(4, 4))
    z = numerics.sylvester(X_, V["Y"], c_)
    np.testing.assert_allclose(X_ @ z + z @ V["Y"], c_, atol=1e-10)


@pytest.mark.parametrize("size", [1e-3, 1, 30])
def test_matrix_functions_against_scipy(size):
    linalg = pytest.importorskip("scipy.linalg")
    z = size * rng.normal(size=(5, 5))
    want = linalg.expm(z)
    np.testing.assert_allclose(numerics.expm(z), want, rtol=1e-9, atol=1e-9 * np.abs(want).max())
    p = size * (np.eye(5) + 0.2 * rng.normal(size=(5, 5)))
    np.testing.assert_allclose(numerics.logm(p), linalg.logm(p), atol=1e-10)
    np.testing.assert_allclose(numerics.sqrtm(p), linalg.sqrtm(p), rtol=1e-9, atol=1e-12)
    e = rng.normal(size=(5, 5))
    np.testing.assert_allclose(
        numerics.OPERATIONS["dexpm"](z / size, e), linalg.expm_frechet(z / size, e)[1], rtol=1e-8, atol=1e-9
    )
    h = 1e-5 * size
    central = (numerics.logm(p + h * e) - numerics.logm(p - h * e)) / (2 * h)
    np.testing.assert_allclose(numerics.OPERATIONS["dlogm"](p, e), central, rtol=1e-5, atol=1e-6 / size)


def test_adjugate_of_a_singular_matrix():
    z = np.array([[1.0, 2], [2, 4]])
    np.testing.assert_allclose(numerics.adjugate(z), [[4, -2], [-2, 1]], atol=1e-12)


def test_stable_functions():
    big = {"x": [-1000.0, 1000.0]}
    np.testing.assert_array_equal(evaluate(fn("sigmoid", x), big), [0, 1])
    np.testing.assert_array_equal(evaluate(fn("softplus", x), big), [0, 1000])
    assert evaluate(apply("logsumexp", x), big) == 1000
    np.testing.assert_array_equal(evaluate(apply("softmax", x), big), [0, 1])


def test_columns_rows_and_lists_are_vectors():
    for value in ([1, 2], np.array([[1], [2]]), np.array([[1, 2]])):
        assert evaluate(mm(t(x), x), {"x": value}) == 5.0


def test_results_of_vectors_and_rows_have_one_axis():
    assert evaluate(x, {"x": [1, 2]}).shape == (2,)
    assert evaluate(t(x), {"x": [1, 2]}).shape == (2,)
    assert isinstance(evaluate(s, {"s": np.array([[2]])}), float)


def test_sizes_come_from_types():
    assert evaluate(eye(n), {"x": [1, 2, 3]}, types={"x": x}).shape == (3, 3)
    assert evaluate(ones((m * n, ONE)), {"A": np.ones((2, 3))}, types={"A": A}).shape == (6,)
    with pytest.raises(EvaluationError, match="size n is not known"):
        evaluate(eye(n), {"x": [1, 2, 3]})


def test_polynomial_sizes_are_solved():
    v = var("v", (n * 2 + 1, ONE))
    assert evaluate(add(mm(t(v), v), apply("tr", eye(n))), {"v": np.ones(7)}) == 10.0


@pytest.mark.parametrize(
    "e, values, message",
    [
        (mm(A, x), {"A": np.ones((2, 3)), "x": [1, 2]}, r"x is \(n\), where n = 3 \(from A\), but"),
        (mm(A, x), {}, "no value for A, x"),
        (mm(A, x), {"A": [1, 2], "x": [1, 2]}, r"A is \(m, n\), but its value has shape \(2,\)"),
        (s, {"s": [1, 2]}, "s is a scalar, but"),
        (s, {"s": "one"}, "no array of numbers"),
        (apply("inv", X), {"X": np.zeros((2, 2))}, "inv cannot be evaluated: singular"),
        (index(x, (("at", 7),), SCALAR), {"x": [1, 2]}, "out of bounds"),
        (call("f", as_shape("n"), x), {"x": [1, 2]}, "no value for the function f: give a callable"),
        (jac("f", 0, as_shape("n"), False, x), {"x": [1, 2]}, "no value for ∂f/∂x"),
        (fn("nonsense", x), {"x": [1, 2]}, "nonsense"),
    ],
)
def test_errors_say_what_is_wrong(e, values, message):
    with pytest.raises(EvaluationError, match=message):
        evaluate(e, values)


def test_abstract_functions():
    f, df = (lambda v: v**2), (lambda v: np.diag(2 * v))
    values = {"x": [1.0, 2.0], "f": f, "∂f/∂x": df}
    np.testing.assert_array_equal(evaluate(call("f", as_shape("n"), x), values), [1, 4])
    np.testing.assert_array_equal(evaluate(jac("f", 0, as_shape("n"), False, x), values), [[2, 0], [0, 4]])
    g = np.arange(6).reshape(3, 2)
    wide = {"x": [1.0, 2.0], "∂g/∂x": g}
    np.testing.assert_array_equal(evaluate(jac("g", 0, as_shape("m"), False, x), wide), g)
    np.testing.assert_array_equal(evaluate(jac("g", 0, as_shape("m"), True, x), wide), g.T)


def test_differentials_are_values_too():
    assert evaluate(mm(t(y), differential_of(x)), {"y": [1, 2], "d(x)": [3, 4]}) == 11.0


def test_complex_values_stay_complex():
    assert evaluate(fn("exp", s), {"s": 1j}) == pytest.approx(np.exp(1j))


def test_deep_expressions():
    e = s
    for _ in range(50_000):
        e = add(fn("sin", e), c)
    assert np.isfinite(evaluate(e, {"s": 1, "c": 0.5}))


def test_long_chains_are_multiplied_from_the_narrow_end():
    big = var("Z", as_shape("n", "n"))
    z = np.eye(400) * 1.001
    got = evaluate(mm(*[big] * 30, x), {"Z": z, "x": np.ones(400)})
    np.testing.assert_allclose(got, 1.001**30)


def test_import_is_light():
    """Only a door that is asked for numbers loads NumPy: to derive and to print needs none."""
    code = (
        "import sys, matcalc; d = matcalc.diff('||Xw - y||^2', 'w'); d.latex(), str(d), d.steps().unicode(), "
        "d.index(), d.vec(); print({'numpy', 'sympy'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("text", ["sqrtm(X)", "logm(X)", "X^(1/2)"])
def test_no_principal_value_is_refused(text):
    for x in (np.diag([-1.0, -4.0]), np.array([[-1.0, 2, 0], [0, -3, 1], [0, 0, -2]])):
        with pytest.raises(EvaluationError):
            evaluate(parse_expression(text, "X: matrix(n,n)").expr, {"X": x})


def test_a_function_is_no_value_of_a_variable() -> None:
    with pytest.raises(EvaluationError, match="is a function, not an array"):
        evaluate(parse_expression("x'*x").expr, {"x": lambda: 1})
