"""The functions and operations of certificates against numbers that were found in another way."""

from __future__ import annotations

import math

import numpy as np
import pytest

from matcalc.certificate.arrays import Arrays
from matcalc.certificate.evaluation import Point
from matcalc.certificate.operations import STEPS
from matcalc.certificate.rings import Field, P, Reals
from matcalc.certificate.series import DERIVATIVES, VALUES, Series, value
from matcalc.numbers.elementwise import elementwise
from matcalc.numbers.evaluate import evaluate
from matcalc.rulebook.book import RuleBook
from matcalc.terms.expression import apply, as_shape, num, var
from matcalc.terms.shapes import SCALAR
from matcalc.terms.signatures import operations

REALS = Reals(1)
AT = {**dict.fromkeys(("erfinv", "ellipk", "ellipe", "asin", "acos", "atanh"), 0.4), "acosh": 1.7, "tetragamma": 2.5}


@pytest.mark.parametrize("name", sorted(VALUES))
def test_values(name: str) -> None:
    x = AT.get(name, 1.3)
    assert value(REALS, name, x) == pytest.approx(float(elementwise(name)(x)), rel=1e-11)


@pytest.mark.parametrize("name", sorted(set(DERIVATIVES) - {"trigamma"}))  # whose second has no name
def test_derivatives_of_two_orders(name: str) -> None:
    x, h = AT.get(name, 1.3), 1e-3
    f = {k: value(REALS, name, x + k * h) for k in (-2, -1, 0, 1, 2)}
    c = Series(REALS, [x, 1.0, 0.0]).of(name).c
    assert c[1] == pytest.approx((8 * (f[1] - f[-1]) - (f[2] - f[-2])) / (12 * h), rel=1e-7, abs=1e-9)
    second = (16 * (f[1] + f[-1]) - (f[2] + f[-2]) - 30 * f[0]) / (12 * h * h)
    assert 2 * c[2] == pytest.approx(second, rel=1e-5, abs=1e-5)


def test_the_field_keeps_what_relates_functions() -> None:
    f, x = Field(7), 123456789
    assert (f.sin(x) ** 2 + f.cos(x) ** 2) % P == 1 and (f.sin(P - x) + f.sin(x)) % P == 0
    assert f.exp(x) * f.exp(P - x) % P == 1 and f.exp(0) == 1 and f.log(1) == 0
    assert (value(f, "cosh", x) ** 2 - value(f, "sinh", x) ** 2) % P == 1
    assert f.sqrt(x * x % P) in (x, P - x) and f.sign(x * x % P) == 1


def test_every_operation_has_its_step() -> None:
    assert {name for name, op in operations().items() if not op.elementwise} <= {*STEPS, *VALUES}
    assert {name for name, op in operations().items() if op.elementwise} <= set(VALUES)


MATRICES = [
    "adj", "det", "diagonal", "expm", "inv", "logdet", "logm", "sqrtm", "tr", "tril", "triu", "norm2", "normnuc",
    "polar", "leading", "pinv", "norm", "norm1", "norminf", "logsumexp", "softmax", "amax", "amin", "mean", "sum",
    "prodall", "vec", "dexpm", "dlogm", "dpolar", "dleading", "d2expm", "d2logm", "sylvester", "kron",
    "commutation", "t", "max", "min", "gt", "le", "eq", "sum_rows", "mean_rows",
    "norm_rows", "norm1_rows", "norminf_rows", "amax_rows", "amin_rows", "logsumexp_rows", "softmax_rows",
    "log_softmax", "log_softmax_rows",
    "cholesky", "eigvalsh", "eigvecsh", "maxeig", "mineig", "maxeigvec", "mineigvec",
    "prodall_rows", "atan2", "wrapped", "lagged",
]  # fmt: skip


@pytest.mark.parametrize("name", MATRICES)
def test_operations(name: str) -> None:
    op = operations()[name]
    args = [var("XYZ"[k], as_shape("n", "n")) for k in range(len(op.arguments))]
    e = apply(name, *args)
    rng = np.random.default_rng(5)
    values = {a.data[0]: rng.uniform(0.1, 1, (3, 3)) + 3 * np.eye(3) for a in args}
    if name in ("dleading", "leading", "dpolar"):
        values = {k: rng.standard_normal((3, 3)) for k in values}
    p = Point(REALS, 0, STEPS, RuleBook.default(), (3,))
    p.make = lambda v: [list(map(float, values[v.data[0]].ravel()))]
    assert p.value(e)[0] == pytest.approx(np.ravel(evaluate(e, values)), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("name", [n for n in MATRICES if len(operations()[n].arguments) == 1 and n != "eq"])
def test_the_series_of_operations(name: str) -> None:
    e = apply(name, var("X", as_shape("n", "n")))
    rng = np.random.default_rng(6)
    x, d = rng.uniform(0.1, 1, (3, 3)) + 3 * np.eye(3), rng.standard_normal((3, 3))
    p = Point(REALS, 2, STEPS, RuleBook.default(), (3,))
    p.variables["X"] = [list(map(float, x.ravel())), list(map(float, d.ravel()))]
    got = p.arrays.padded(p.value(e))
    f = {k: np.ravel(evaluate(e, {"X": x + k * 1e-3 * d})) for k in (-2, -1, 0, 1, 2)}
    assert got[1] == pytest.approx((8 * (f[1] - f[-1]) - (f[2] - f[-2])) / 12e-3, rel=1e-6, abs=1e-8)
    second = (16 * (f[1] + f[-1]) - (f[2] + f[-2]) - 30 * f[0]) / 12e-6
    assert 2 * np.asarray(got[2]) == pytest.approx(second, rel=1e-4, abs=1e-4)


def test_cross_products() -> None:
    x, y = np.array([0.5, -1.2, 0.7]), np.array([0.3, 0.1, -0.4])
    a, b = (var(name, as_shape(3)) for name in "xy")
    p = Point(REALS, 1, STEPS, RuleBook.default(), (3,))
    p.variables = {"x": [x.tolist(), y.tolist()], "y": [y.tolist(), x.tolist()]}
    assert p.value(apply("cross", a, b))[0] == pytest.approx(np.cross(x, y))
    assert p.value(apply("skew", a))[0] == pytest.approx(np.cross(x, np.eye(3)).T.ravel())
    assert p.value(apply("axial", apply("skew", a)))[0] == pytest.approx(2 * x)


@pytest.mark.parametrize("order", [0, 1, 3, -2])
@pytest.mark.parametrize("name", ["besselj", "bessely", "besseli", "besselk", "polygamma"])
def test_functions_of_an_order(name: str, order: int) -> None:
    if name == "polygamma" and order < 0:
        return
    e = apply(name, num(order), var("x", as_shape("n")))
    x, d = np.array([0.5, 1.2, 2.7]), np.array([0.3, 0.1, -0.4])
    p = Point(REALS, 1, STEPS, RuleBook.default(), (3,))
    p.variables = {"x": [x.tolist(), d.tolist()]}
    f = [evaluate(e, {"x": x + h * d}) for h in (0, 1e-5, -1e-5)]
    got = p.value(e)
    assert got[0] == pytest.approx(f[0], rel=1e-9) and got[1] == pytest.approx((f[1] - f[2]) / 2e-5, rel=1e-6)


def test_cumulative_products() -> None:
    e = apply("cumprod", var("x", as_shape("n")))
    p = Point(REALS, 1, STEPS, RuleBook.default(), (3,))
    p.variables = {"x": [[2.0, 3.0, 5.0], [1.0, 0.0, 1.0]]}
    assert p.value(e) == [[2, 6, 30], [1, 3, 21]]


def test_norms_of_an_order() -> None:
    e = apply("normp", var("x", as_shape("n")), var("s", SCALAR))
    x, d = np.array([0.5, -1.2, 0.7]), np.array([0.3, 0.1, -0.4])
    p = Point(REALS, 1, STEPS, RuleBook.default(), (3,))
    p.variables = {"x": [x.tolist(), d.tolist()], "s": [[2.5], [0.2]]}
    f = [np.linalg.norm(x + h * d, 2.5 + h * 0.2) for h in (0, 1e-5, -1e-5)]
    got = p.value(e)
    assert got[0][0] == pytest.approx(f[0]) and got[1][0] == pytest.approx((f[1] - f[2]) / 2e-5, rel=1e-7)


def test_directions_that_move() -> None:
    """A kernel at series: the derivative of the derivative."""
    rng = np.random.default_rng(8)
    a, b, c = (rng.standard_normal((2, 2)) + 2 * np.eye(2) for _ in range(3))
    p = Point(REALS, 1, STEPS, RuleBook.default(), (2,))
    for name in ("dexpm", "dpolar", "dleading"):
        p = Point(REALS, 1, STEPS, RuleBook.default(), (2,))
        p.variables = {"X": [list(a.ravel()), list(c.ravel())], "Y": [list(b.ravel())]}
        e = apply(name, var("X", as_shape("n", "n")), var("Y", as_shape("n", "n")))
        f = {k: np.ravel(evaluate(e, {"X": a + k * 1e-4 * c, "Y": b})) for k in (-1, 1)}
        assert p.value(e)[1] == pytest.approx((f[1] - f[-1]) / 2e-4, rel=1e-5, abs=1e-5)


def test_singular_matrices_are_no_values() -> None:
    from matcalc.certificate.rings import Unlucky

    for ring in (Field(1), Reals(1)):
        with pytest.raises(Unlucky):
            Arrays(ring, 0).inverse([[1, 2, 2, 4]], 2)
    assert math.isclose(Arrays(Reals(1), 0).det([[1.0, 2.0, 3.0, 4.0]], 2)[0][0], -2)
