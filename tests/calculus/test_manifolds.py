"""Gradients along manifolds: closed forms with their sources, and differences along curves that stay on them.

The curves are those of books and are not made from the rules: great circles, products with matrix exponentials.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm, null_space, sqrtm

import matcalc
from matcalc.numbers.comparison import richardson
from matcalc.numbers.domains import Sampler
from matcalc.numbers.evaluate import evaluate
from matcalc.terms.errors import MatcalcError

AMS = "Absil, Mahony, Sepulchre, Optimization Algorithms on Matrix Manifolds, 2008"
EAS = "Edelman, Arias, Smith, The geometry of algorithms with orthogonality constraints, 1998"
BOUMAL = "Boumal, An Introduction to Optimization on Smooth Manifolds, 2023"
MANOPT = "Manopt, examples"
PYMANOPT = "Pymanopt, examples"

SYM = "A: symmetric matrix(n,n)"
ST = f"{SYM}, X: matrix(n,k), X'*X = I"
# the manifold, the function, the declarations, the structure, the gradient, the source
ROWS = [
    ("sphere", "x'*A*x", f"{SYM}, x: unit vector(n)", "tangent", "2*(A*x - x'*A*x*x)", f"{AMS}, 4.6"),
    ("sphere", "-x'*A*x", f"{SYM}, x: vector(n), x'*x = 1", "tangent", "2*(x'*A*x*x - A*x)", PYMANOPT),
    ("sphere", "x'*A*x/2", f"{SYM}, x: vector(n), norm(x) = 1", "tangent", "A*x - x'*A*x*x", f"{BOUMAL}, 3.8"),
    ("sphere", "c'*x", "x: vector(n), x'*x = 1", "tangent", "c - c'*x*x", f"{BOUMAL}, 3.8"),
    ("sphere", "sum(x.^4)/4", "x: vector(n), x'*x = 1", "tangent", "", MANOPT),
    ("sphere", "c'*x", "x: vector(n), x'*x = r^2, r: positive scalar", "tangent", "c - c'*x*x/r^2", f"{AMS}, 3.6"),
    ("stiefel", "tr(X'*A*X)", ST, "tangent", "2*(A - X*X'*A)*X", f"{AMS}, 4.8"),
    ("stiefel", "tr(X'*A*X*N)", f"{ST}, N: diagonal matrix(k,k)", "tangent", "(2*A - X*X'*A)*X*N - X*N*X'*A*X",
     f"{AMS}, 4.8"),
    ("stiefel", "tr(M'*X)", "X: orthogonal matrix(n,k), M: matrix(n,k)", "tangent", "", f"{EAS}, 2.2"),
    ("stiefel", "||A*X - B||^2", "A: matrix(m,n), B: matrix(m,k), X: matrix(n,k), X'*X = I", "tangent", "",
     "Procrustes problem, Elden and Park 1999"),
    ("canonical", "tr(X'*A*X*N)", f"{ST}, N: diagonal matrix(k,k)", "tangent canonical",
     "2*(A*X*N - X*N*X'*A*X)", f"{EAS}, 2.4"),
    ("canonical", "tr(M'*X)", "X: matrix(n,k), X'*X = I, M: matrix(n,k)", "tangent canonical", "M - X*M'*X",
     f"{EAS}, 2.4"),
    ("grassmann", "tr(X'*A*X)", ST, "tangent grassmann", "2*(A - X*X'*A)*X", f"{EAS}, 2.5"),
    ("grassmann", "||B - X*X'*B||^2", "B: matrix(n,m), X: matrix(n,k), X'*X = I", "tangent grassmann", "",
     f"{PYMANOPT}, principal components"),
    ("orthogonal", "tr(A*Q)", "Q: orthogonal matrix(n,n)", "tangent", "(A' - Q*A*Q)/2", f"{BOUMAL}, 7.4"),
    ("orthogonal", "||Q*A - B||^2", "Q: orthogonal matrix(n,n), A: matrix(n,m)", "tangent", "Q*A*B'*Q - B*A'",
     f"{PYMANOPT}, optimal rotations"),
    ("orthogonal", "tr(Q'*A*Q*N)", f"{SYM}, Q: orthogonal matrix(n,n), N: diagonal matrix(n,n)", "tangent", "",
     "Brockett 1991"),
    ("orthogonal", "tr(A*Q)", "Q: matrix(n,n), Q'*Q = I", "tangent", "(A' - Q*A*Q)/2", f"{BOUMAL}, 7.4"),
    ("spd", "logdet(S)", "S: spd matrix(n,n)", "tangent", "S", f"{BOUMAL}, 11.7"),
    ("spd", "tr(A*S)", f"{SYM}, S: spd matrix(n,n)", "tangent", "S*A*S", "Pennec, Fillard, Ayache 2006"),
    ("spd", "logdet(S) + tr(inv(S)*A)", f"{SYM}, S: spd matrix(n,n)", "tangent", "S - A",
     "maximum likelihood of a covariance, Hosseini and Sra 2015"),
    ("symmetric", "logdet(S)", "S: spd matrix(n,n)", "tangent symmetric", "inv(S)", f"{AMS}, 3.6"),
    ("simplex", "c'*x", "x: vector(n), x > 0, sum(x) = 1", "tangent", "c.*x - c'*x*x", "Amari 1998"),
    ("simplex", "sum(x.*log(x))", "x: positive vector(n), sum(x) = 1", "tangent", "", "replicator equation"),
    ("simplex", "-y'*log(x)", "x: positive vector(n), sum(x) = 1, sum(y) = 1", "tangent", "(y./x)'*x*x - y",
     "Amari 1998"),
    ("affine", "c'*x", "x: vector(n), sum(x) = 1", "tangent", "c - sum(c)*vector(1)/n", f"{AMS}, 3.6"),
    ("affine", "c'*x", "x: positive vector(n), sum(x) = 1", "tangent sum", "c - sum(c)*vector(1)/n", f"{AMS}, 3.6"),
    ("affine", "||x - c||^2/2", "x: vector(n), a: vector(n), a'*x = 1", "tangent", "x - c - (x - c)'*a*a/(a'*a)",
     f"{AMS}, 3.6"),
    ("affine", "||x - c||^2/2", "x: vector(n), A: matrix(m,n), b: vector(m), A*x = b", "tangent",
     "(eye(n) - pinv(A)*A)*(x - c)", f"{AMS}, 3.6"),
    ("oblique", "||X - M||^2/2", "X: matrix(n,k), diag(X'*X) = 1", "tangent", "X - X*diag(diag(X'*(X - M))) - M",
     f"{PYMANOPT}, closest unit norm columns"),
    ("oblique", "||X*X' - A||^2/4", f"{SYM}, X: matrix(n,k), diag(X'*X) = 1", "tangent", "", "Absil, Gallivan 2006"),
    ("frobenius", "tr(M'*X)", "X: matrix(n,k), norm(X) = 1, M: matrix(n,k)", "tangent", "M - tr(M'*X)*X", MANOPT),
    ("fixed-rank", "||X - M||^2/2", "X: matrix(n,k), C: matrix(n,1), D: matrix(k,1), X = C*D'", "tangent", "",
     f"{PYMANOPT}, low rank approximation; Vandereycken 2013"),
    ("trace", "tr(A*S)", f"{SYM}, S: spd matrix(n,n), tr(S) = 1", "tangent", "A - tr(A)*eye(n)/n", MANOPT),
    ("oblique-rows", "tr(X'*A*X)/4", f"{SYM}, X: matrix(n,k), diag(X*X') = 1", "tangent", "",
     f"{MANOPT}, maximal cut on the elliptope"),
    ("simplex-rows", "-sum(Y.*log(X))", "X: positive matrix(n,k), X*ones(k) = ones(n), Y: matrix(n,k)", "tangent", "",
     f"{MANOPT}, multinomial"),
    ("generalized", "tr(X'*A*X)", f"{SYM}, B: spd matrix(n,n), X: matrix(n,k), X'*B*X = I", "tangent", "",
     f"{MANOPT}, generalized eigenvalues"),
    ("ellipsoid", "x'*A*x", f"{SYM}, B: spd matrix(n,n), x: vector(n), x'*B*x = 1", "tangent", "",
     f"{MANOPT}, generalized eigenvalues"),
]  # fmt: skip
Rng = np.random.Generator
Curve = tuple[Callable[[float], Any], Any, Callable[[Any, Any], float]]  # with its velocity, and the metric


def skew(rng: Rng, n: int) -> Any:
    a = rng.standard_normal((n, n))
    return a - a.T


def flat(u: Any, v: Any) -> float:
    return float(np.sum(u * v))


def rotated(x: Any, w: Any, metric: Callable[[Any, Any], float] = flat) -> Curve:
    return lambda s: expm(s * w) @ x, w @ x, metric


def horizontal(x: Any, rng: Rng) -> Curve:
    b = rng.standard_normal(x.shape)
    b = b - x @ (x.T @ b)
    return rotated(x, b @ x.T - x @ b.T)


def great_circles(x: Any, v: Any) -> Curve:
    """Columns that move along circles; v is orthogonal to each."""
    r, speed = np.linalg.norm(x, axis=0), np.linalg.norm(v, axis=0)
    w = speed / r
    return lambda s: np.cos(s * w) * x + np.sin(s * w) * v / w, v, flat


def straight(x: Any, v: Any) -> Curve:
    return lambda s: x + s * v, v, flat


def congruent(x: Any, rng: Rng) -> Curve:
    root, v = np.real(sqrtm(x)), skew(rng, len(x))
    v = v @ v.T + np.diag(v[0])
    inner = np.linalg.solve(root, np.linalg.solve(root, v).T)
    inverse = np.linalg.inv(x)
    return (lambda s: root @ expm(s * inner) @ root, v, lambda a, b: float(np.trace(inverse @ a @ inverse @ b)))


def softened(x: Any, rng: Rng) -> Curve:
    u = rng.standard_normal(len(x))
    return (lambda s: x * np.exp(s * u) / np.sum(x * np.exp(s * u)), x * (u - x @ u), lambda a, b: flat(a, b / x))


def curve(kind: str, x: Any, rng: Rng, values: dict[str, Any]) -> Curve:
    """A curve through x, its velocity there, and the metric."""
    e = rng.standard_normal(np.shape(x))
    if kind in ("sphere", "oblique"):
        return great_circles(x, e - x * (np.sum(x * e, axis=0) / np.sum(x * x, axis=0)))
    if kind == "oblique-rows":
        path, v, metric = curve("oblique", x.T, rng, values)
        return lambda s: path(s).T, v.T, metric
    if kind == "simplex-rows":
        rows = [softened(row, rng) for row in x]
        return (lambda s: np.stack([p(s) for p, _, _ in rows]), np.stack([v for _, v, _ in rows]),
                lambda a, b: flat(a, b / x))  # fmt: skip
    if kind == "generalized":
        b = values["B"]
        v = e - x @ (x.T @ b @ e + e.T @ b @ x) / 2
        root = lambda y: np.linalg.inv(np.real(sqrtm(y.T @ b @ y)))  # noqa: E731
        return lambda s: (x + s * v) @ root(x + s * v), v, lambda a, c: float(np.trace(a.T @ b @ c))
    if kind == "frobenius":
        circle, v, metric = great_circles(np.ravel(x), np.ravel(e) - np.ravel(x) * np.sum(x * e) / np.sum(x * x))
        return lambda s: np.reshape(circle(s), x.shape), np.reshape(v, x.shape), metric
    if kind in ("stiefel", "orthogonal"):
        return rotated(x, skew(rng, len(x)))
    if kind == "canonical":
        return rotated(x, skew(rng, len(x)), lambda a, b: flat(a, b - x @ (x.T @ b) / 2))
    if kind == "grassmann":
        return horizontal(x, rng)
    if kind == "spd":
        return congruent(x, rng)
    if kind == "simplex":
        return softened(x, rng)
    if kind == "fixed-rank":
        a, b = skew(rng, len(x)), rng.standard_normal((x.shape[1],) * 2)
        return lambda s: expm(s * a) @ x @ expm(s * b), a @ x + x @ b, flat
    if kind == "ellipsoid":
        b = values["B"]
        v = e - x * (x @ b @ e)
        return lambda s: (x + s * v) / np.sqrt((x + s * v) @ b @ (x + s * v)), v, flat
    if kind == "affine":
        rows = values.get("A", values.get("a", np.ones(len(x))))
        basis = null_space(np.atleast_2d(rows))
        return straight(x, basis @ (basis.T @ e))
    v = e + e.T
    return straight(x, v - (kind == "trace") * np.trace(v) / len(x) * np.eye(len(x)))


def points(d: matcalc.Derivative, count: int = 2) -> list[dict[str, Any]]:
    sampler = Sampler(d.source, d.record.nodes, d.record.trace.assumptions, d.book)
    rng = np.random.default_rng(5)
    return [sampler.draw(rng).values for _ in range(count)]


@pytest.mark.parametrize("row", ROWS, ids=[f"{r[0]}: {r[1]}; {r[3]}" for r in ROWS])
def test_gradient_along_a_manifold(row: tuple[str, ...]) -> None:
    kind, text, where, structure, want, _ = row
    by = next(n for n in ("X", "Q", "S", "x") if f"{n}: " in where)
    d = matcalc.grad(text, by, where=where, structure=structure)
    if want:
        assert str(d) == want
    assert d.certificate
    rng = np.random.default_rng(7)
    for values in points(d):
        x, g = np.asarray(values[by]), np.asarray(d.evaluate(values))
        for _ in range(3):
            path, velocity, metric = curve(kind, x, rng, values)
            np.testing.assert_allclose(path(0.0), x, atol=1e-10)

            def f(s: float, path: Any = path, values: Any = values) -> Any:
                return evaluate(d.source, {**values, by: path(s)}, d.types, d.book)

            assert abs(metric(g, velocity) - richardson(f)) < 1e-6 * (1 + np.abs(g).max() * np.abs(velocity).max())
        refuse_normal(kind, x, g, values)


def refuse_normal(kind: str, x: Any, g: Any, values: dict[str, Any]) -> None:
    """The gradient is a tangent vector."""
    rows = values.get("A", values.get("a", np.ones(len(x)))) if kind == "affine" else None
    normal = {
        "sphere": lambda: x @ g,
        "ellipsoid": lambda: x @ values["B"] @ g,
        "oblique": lambda: np.sum(x * g, axis=0),
        "oblique-rows": lambda: np.sum(x * g, axis=1),
        "simplex-rows": lambda: np.sum(g, axis=1),
        "generalized": lambda: x.T @ values["B"] @ g + g.T @ values["B"] @ x,
        "frobenius": lambda: np.sum(x * g),
        "stiefel": lambda: x.T @ g + g.T @ x,
        "canonical": lambda: x.T @ g + g.T @ x,
        "grassmann": lambda: x.T @ g,
        "orthogonal": lambda: x.T @ g + g.T @ x,
        "spd": lambda: g - g.T,
        "symmetric": lambda: g - g.T,
        "trace": lambda: np.append(np.ravel(g - g.T), np.trace(g)),
        "simplex": lambda: np.sum(g),
        "affine": lambda: np.atleast_2d(rows) @ g,
        "fixed-rank": lambda: null_space(x.T).T @ g @ null_space(x),
    }[kind]()
    assert np.abs(normal).max(initial=0) < 1e-7 * (1 + np.abs(g).max())


@pytest.mark.parametrize("row", ROWS, ids=[f"{r[0]}: {r[1]}; {r[3]}" for r in ROWS])
def test_the_own_check_agrees(row: tuple[str, ...]) -> None:
    _, text, where, structure, _, _ = row
    by = next(n for n in ("X", "Q", "S", "x") if f"{n}: " in where)
    for layout in ("numerator", "denominator"):
        d = matcalc.diff(text, by, layout=layout, where=where, structure=structure)  # type: ignore[arg-type]
        assert d.check(trials=1).ok


REFUSED = [
    ("x: vector(n), x'*x = 1, sum(x) = 0", "x", "tangent", "is not known: no line"),
    ("x: vector(n), sum(x.^3) = 1", "x", "tangent", "the gradient along sum(x.^3) = 1 is not known"),
    ("x: vector(n)", "x", "tangent sphere", "it needs X'*X = s"),
    ("x: vector(n)", "x", "tangent spd", "is not known to be on spd"),
    ("x: vector(n)", "x", "tangent torus", "behind tangent may stand one of"),
    ("x: vector(n)", "x", "entries sphere", "free, entries, tangent"),
    ("x: vector(n)", "x", "bound", "free, entries, tangent"),
]


@pytest.mark.parametrize(("where", "by", "structure", "part"), REFUSED, ids=[f"{r[0]}; {r[2]}" for r in REFUSED])
def test_what_has_no_line_is_refused_by_name(where: str, by: str, structure: str, part: str) -> None:
    with pytest.raises(MatcalcError) as told:
        matcalc.grad("c'*x + sum(x)^2", by, where=where, structure=structure)
    assert part in str(told.value)


def test_a_property_that_the_line_does_not_keep_is_refused() -> None:
    with pytest.raises(MatcalcError, match="is not known"):
        matcalc.grad("tr(A*S)", "S", where="S: symmetric matrix(n,n), S*ones(n) = ones(n)", structure="tangent")


def test_the_manifold_and_the_metric_are_named() -> None:
    def told(where: str, structure: str = "tangent") -> str:
        d = matcalc.grad("sum(x)^2" if "x:" in where else "tr(X)^2", "x" if "x:" in where else "X", where=where,
                         structure=structure)  # fmt: skip
        return "; ".join(d.remarks)

    assert "along sphere, in the metric <U, V> = tr(U'*V)" in told("x: vector(n), x'*x = 1")
    assert "Fisher" in told("x: positive vector(n), sum(x) = 1")
    assert "tr(inv(X)*U*inv(X)*V)" in told("X: spd matrix(n,n)")
    assert "norm 1, not as one with entries between 0 and 1" in told("x: unit vector(n)")
    assert "metric" not in told("X: symmetric matrix(n,n)")


def test_without_a_structure_the_variable_is_free() -> None:
    assert str(matcalc.grad("x'*A*x", "x", where=f"{SYM}, x: vector(n), x'*x = 1")) == "2*A*x"


def test_steps_name_the_manifold() -> None:
    d = matcalc.grad("x'*A*x", "x", where=f"{SYM}, x: vector(n), x'*x = 1", structure="tangent")
    assert "along sphere" in str(d.steps())


def test_a_wrong_gradient_is_not_certified() -> None:
    from matcalc.certificate.certify import certify
    from matcalc.certificate.claims import Claim
    from matcalc.terms.errors import InternalError

    d = matcalc.grad("x'*A*x", "x", where=f"{SYM}, x: vector(n), x'*x = 1", structure="tangent")
    free = matcalc.grad("x'*A*x", "x", where=f"{SYM}, x: vector(n), x'*x = 1")
    assert certify(Claim(d.source, d.variables, d.expr, "denominator", structure="tangent"), d.book)
    with pytest.raises(InternalError):
        certify(Claim(d.source, d.variables, free.expr, "denominator", structure="tangent"), d.book)
