"""Verdicts on functions from the literature: what is convex, concave, affine or neither, and what is not known.

BV is Boyd and Vandenberghe, Convex Optimization (2004); LMG is Laue, Mitterreiter, Giesen, Computing higher order
derivatives of matrix and tensor expressions (2018) and A simple and efficient tensor calculus (2020).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

import matcalc
from matcalc.analysis import judgement, samples
from matcalc.analysis.curvature import Question, prove
from matcalc.front.curvature import Curvature, curvature, numeral
from matcalc.numbers.evaluate import evaluate
from matcalc.terms.errors import InternalError, MatcalcError, ShapeError
from matcalc.terms.walks import variables


class Row(NamedTuple):
    """A function, its variables and declarations, the verdict, where it stands."""

    text: str
    wrt: str
    where: str | None
    verdict: str
    source: str


POSITIVE = "x: positive scalar, y: positive scalar"

# Convex or concave, and refused by the rules of disciplined convex programming as they are written here: a product of
# two expressions that vary, a root or a logarithm of something convex, an inverse, a power of what has no sign.
REFUSED = [
    Row("sqrt(1 + x'*x)", "x", None, "strictly convex", "pseudo-Huber loss; DCP wants norm([1, x])"),
    Row("sum(sqrt(e^2 + (A*x - b).^2))", "x", "e: positive scalar", "convex", "smoothed l1, Charbonnier 1994"),
    Row("log(1 + exp(a'*x))", "x", None, "convex", "BV 3.1.5; DCP wants logistic"),
    Row("sum(log(1 + exp(-y.*(X*w))))", "w", None, "convex", "logistic loss, Hastie 4.4"),
    Row("-sum(y.*log(sigmoid(X*w)) + (1 - y).*log(1 - sigmoid(X*w)))", "w", "y: unit vector(m)", "convex",
        "cross-entropy, Hastie 4.4"),
    Row("sum(log(exp(A*x) + exp(-A*x)))", "x", None, "convex", "log-cosh, BV 3.5.1"),
    Row("log(sum(exp(A*x)))", "x", None, "convex", "BV 3.1.5; DCP wants log_sum_exp"),
    Row("log(mean(exp(x)))", "x", "x: vector(n)", "convex", "BV 3.1.5"),
    Row("tr(X*inv(Y)*X')", "X,Y", "Y: spd matrix(n,n), X: matrix(m,n)", "convex", "BV 3.1.7"),
    Row("-log(det(A + diag(x)))", "x", "A: spd matrix(n,n)", "convex", "BV 3.1.5; DCP wants log_det"),
    Row("log(exp(x) + exp(y) + exp(z))", "x,y,z", None, "convex", "BV 3.1.5"),
    Row("sum(log(cosh(A*x - b)))", "x", None, "convex", "log-cosh loss, Green 1990"),
    Row("sum(x.*log(x./y))", "x", "x: positive vector(n), y: positive vector(n)", "strictly convex",
        "BV 3.2.6; DCP wants rel_entr"),
    Row("x*log(x/y) - x + y", "x,y", POSITIVE, "convex", "BV 3.2.6; DCP wants kl_div"),
    Row("sum(x.*log(x))", "x", None, "strictly convex", "BV 3.1.5; DCP wants -entr"),
    Row("x'*x*(x'*x)", "x", None, "convex", "a product of convex functions, BV 3.32"),
    Row("(x'*x)^2 + x'*x", "x", None, "strongly convex", "LMG 2018"),
    Row("x'*inv(Q)*x", "x,Q", "Q: spd matrix(n,n)", "convex", "BV 3.4; DCP wants matrix_frac"),
    Row("tr(inv(X))", "X", "X: spd matrix(n,n)", "convex", "BV exercise 3.18; DCP wants tr_inv"),
    Row("tr(inv(A + B'*diag(x)*B))", "x", "A: spd matrix(n,n)", "convex", "A-optimal design, BV 7.5"),
    Row("-logdet(A + B'*diag(x)*B)", "x", "A: spd matrix(n,n)", "convex", "D-optimal design, BV 7.5"),
    Row("x'*x/s", "x,s", "x: vector(n), s: positive scalar", "convex", "BV 3.1.7; DCP wants quad_over_lin"),
    Row("x^4/y^2", "x,y", "x: scalar, y: positive scalar", "convex", "a square of a convex quotient"),
    Row("y*exp(x/y)", "x,y", "x: scalar, y: positive scalar", "convex", "perspective of exp, BV 3.2.6"),
    Row("-y*log(x/y)", "x,y", POSITIVE, "convex", "perspective of -log, BV 3.2.6"),
    Row("1/(x*y)", "x,y", POSITIVE, "strictly convex", "BV exercise 3.16"),
    Row("-sqrt(x*y)", "x,y", POSITIVE, "convex", "BV 3.1.5; DCP wants geo_mean"),
    Row("exp(x)*x", "x", "x: positive scalar", "strictly convex", "BV exercise 3.32"),
    Row("x^x", "x", "x: positive scalar", "strictly convex", "exp of x*log(x)"),
    Row("-log(normcdf(x))", "x", "x: scalar", "convex", "probit loss, BV 3.5"),
    Row("tr(X*A*X*B)", "X", "X: symmetric matrix(n,n), A: psd matrix(n,n), B: psd matrix(n,n)", "convex", "LMG 2020"),
    Row("sqrt(x'*A*x + 1)", "x", "A: spd matrix(n,n)", "strictly convex", "a norm of an ellipsoid, smoothed"),
    Row("sin(x) + x^2", "x", "x: scalar", "strictly convex", "a bounded second derivative is outweighed"),
    Row("x^2 + x*y + y^2", "x,y", None, "strictly convex", "LMG 2018"),
    Row("x^4 - x^3 + x^2", "x", "x: scalar", "strictly convex", "its second derivative has no real root"),
    Row("(a'*x)^2/s + x'*x", "x,s", "x: vector(n), s: positive scalar", "convex", "BV 3.1.7"),
    Row("sqrt(1 + x^4/y)", "x,y", "x: scalar, y: positive scalar", "convex", "Boyd, additional exercise 4.2"),
    Row("sum(U*U')", "U", "U: matrix(m,n)", "convex", "the squared norm of the sums of columns"),
    Row("x'*Q*(x - p)", "x", "Q: psd matrix(n,n), p: vector(n)", "convex", "a quadratic form and a linear one"),
    Row("1/sum(1./x)", "x", "x: positive vector(n)", "concave", "harmonic mean, BV exercise 3.17"),
    Row("(sqrt(x) + sqrt(y))^2", "x,y", POSITIVE, "concave", "Boyd, additional exercise 4.2"),
]  # fmt: skip

PROVED = [
    Row("||A*x - b||^2", "x", None, "convex", "least squares, BV 1.2"),
    Row("||A*x - b||^2 + l*||x||^2", "x", "l: positive scalar", "strongly convex", "ridge, Hastie 3.4"),
    Row("||A*x - b||^2/2 + a*norm1(x)", "x", "a: positive scalar", "convex", "lasso, Tibshirani 1996"),
    Row("||A*x - b||^2/2 + a*norm1(x) + l*x'*x", "x", "a: positive scalar, l: positive scalar", "strongly convex",
        "elastic net, Zou and Hastie 2005"),
    Row("sum(max(0, 1 - y.*(X*w))) + l/2*||w||^2", "w", "l: positive scalar", "strongly convex",
        "support vector machine, Hastie 12.2"),
    Row("sum(log(1 + exp(-y.*(X*w)))) + l*||w||^2", "w", "l: positive scalar", "strongly convex", "Hastie 4.4"),
    Row("sum(exp(X*w)) - y'*X*w", "w", None, "convex", "Poisson regression, McCullagh and Nelder 1989"),
    Row("logsumexp(A*x + b)", "x", "b: vector(m)", "convex", "BV 3.1.5"),
    Row("logsumexp(A*x) + ||x||^2/2", "x", None, "strongly convex", "BV 3.1.5"),
    Row("x'*A*x", "x", "A: spd matrix(n,n)", "strictly convex", "BV 3.1.4"),
    Row("x'*A*x", "x", "A: psd matrix(n,n)", "convex", "BV 3.1.4"),
    Row("-x'*A*x + b'*x", "x", "A: spd matrix(n,n)", "strictly concave", "BV 3.1.4"),
    Row("(A*x - b)'*inv(S)*(A*x - b)", "x", "S: spd matrix(m,m)", "convex", "generalised least squares, Aitken 1935"),
    Row("||x||", "x", None, "convex", "BV 3.1.5"),
    Row("norm1(A*x - b)", "x", None, "convex", "BV 3.1.5"),
    Row("normnuc(X)", "X", None, "convex", "BV 3.1.5"),
    Row("norm2(X)", "X", None, "convex", "BV 3.1.5"),
    Row("amax(A*x + b)", "x", "b: vector(m)", "convex", "BV 3.2.3"),
    Row("amax(x) - amin(x)", "x", None, "convex", "BV 3.2.3"),
    Row("min(a'*x, b'*x)", "x", None, "concave", "BV 3.2.3"),
    Row("abs(x)^1.5", "x", "x: scalar", "convex", "BV 3.1.5"),
    Row("norm1(x)^2", "x", None, "convex", "BV 3.2.4"),
    Row("exp(x'*A*x)", "x", "A: psd matrix(n,n)", "convex", "BV 3.2.4"),
    Row("exp(||x||^2)", "x", None, "strictly convex", "BV 3.2.4"),
    Row("||x||^3", "x", None, "convex", "cubic regularisation, Nesterov and Polyak 2006"),
    Row("cosh(||x||)", "x", None, "convex", "BV 3.2.4"),
    Row("-sum(log(b - A*x))", "x", None, "convex", "logarithmic barrier, BV 11.2"),
    Row("-log(1 - x'*x)", "x", None, "strictly convex", "barrier of the ball, BV 11.6"),
    Row("sum(log(x))", "x", None, "strictly concave", "BV 3.1.5"),
    Row("log(1 - exp(-x))", "x", "x: positive scalar", "strictly concave", "BV 3.2.4"),
    Row("x/(1 + x)", "x", "x: positive scalar", "strictly concave", "Michaelis and Menten 1913"),
    Row("1/(1/x + 1/y)", "x,y", POSITIVE, "concave", "harmonic mean, BV exercise 3.17"),
    Row("x^(1/3)*y^(2/3)", "x,y", POSITIVE, "concave", "Cobb and Douglas 1928"),
    Row("logdet(X)", "X", "X: spd matrix(n,n)", "strictly concave", "BV 3.1.5"),
    Row("tr(S*X) - logdet(X)", "X", "S: spd matrix(n,n), X: spd matrix(n,n)", "strictly convex",
        "Gaussian likelihood by the precision, BV 7.1"),
    Row("tr(S*X) - logdet(X) + l*norm1(X)", "X", "S, X: spd matrix(n,n), l: positive scalar", "strictly convex",
        "graphical lasso, Friedman 2008"),
    Row("a'*inv(X)*a", "X", "X: spd matrix(n,n)", "convex", "BV 3.1.7"),
    Row("tr(X*logm(X))", "X", "X: spd matrix(n,n)", "convex", "von Neumann entropy"),
    Row("tr(X^4)", "X", "X: symmetric matrix(n,n)", "convex", "BV exercise 3.26"),
    Row("||A*X - B||^2", "X", None, "convex", "BV 4.4"),
    Row("tr(X'*A*X)", "X", "A: spd matrix(n,n)", "strictly convex", "LMG 2020"),
    Row("sum(x.^2 ./ y)", "x,y", "x: vector(n), y: positive vector(n)", "convex", "BV 3.2.6"),
    Row("||A*x - s*b||^2", "x,s", "s: scalar, x: vector(n), b: vector(m)", "convex", "BV 3.2.2"),
    Row("x^4 + 3*x^2 + x", "x", "x: scalar", "strongly convex", "BV exercise 3.32"),
    Row("exp(exp(x))", "x", "x: scalar", "strictly convex", "BV 3.2.4"),
    Row("(x - y)^4 + exp(x + y)", "x,y", None, "convex", "BV 3.2.2"),
    Row("sum(huber(A*x - b))", "x", None, "convex", "Huber 1964"),
    Row("sqrt(x*min(y, 2))", "x,y", POSITIVE, "concave", "BV 3.2.4"),
    Row("maxeig(X)", "X", "X: symmetric matrix(n,n)", "convex", "BV 3.2.3"),
    Row("a'*x + b", "x", "b: scalar", "affine", "BV 3.1.5"),
    Row("tr(A*X) + 3", "X", None, "affine", "BV 3.1.5"),
    Row("||y||^2", "x", "x: vector(n), y: vector(n)", "affine", "it does not depend on x"),
    Row("x + y", "x,y", None, "affine", "BV 3.1.5"),
]  # fmt: skip

NEITHER = [
    Row("x^3", "x", "x: scalar", "neither", "BV 3.1.5"),
    Row("sin(x)", "x", "x: scalar", "neither", "elementary"),
    Row("1/x", "x", "x: scalar", "neither", "BV 3.1.5: on both sides of 0"),
    Row("x*y", "x,y", None, "neither", "BV exercise 3.16"),
    Row("x'*y", "x,y", "x: vector(n), y: vector(n)", "neither", "bilinear"),
    Row("x'*A*x", "x", None, "neither", "BV 3.1.4"),
    Row("exp(-x'*x)", "x", None, "neither", "quasiconcave only, BV 3.4"),
    Row("log(1 + x'*x)", "x", None, "neither", "Cauchy loss"),
    Row("x^4 - x^2", "x", "x: scalar", "neither", "double well"),
    Row("||x|| - norm1(x)", "x", None, "neither", "a difference of norms"),
    Row("tanh(x)", "x", "x: scalar", "neither", "BV 3.1.5"),
    Row("x^2 + 3*x*y + y^2", "x,y", None, "neither", "an indefinite form"),
    Row("det(X)", "X", "X: spd matrix(n,n)", "neither", "BV exercise 3.18"),
    Row("||Y - A*B||^2", "A,B", "A: matrix(m,r), B: matrix(r,n), Y: matrix(m,n)", "neither", "matrix factorisation"),
    Row("y'*inv(S)*y + logdet(S)", "S", "S: spd matrix(n,n)", "neither", "Gaussian likelihood by the covariance"),
    Row("x'*A*x/(x'*x)", "x", "A: symmetric matrix(n,n)", "neither", "Rayleigh quotient"),
    Row("softmax(x)'*a", "x", None, "neither", "elementary"),
    Row("x^2/y", "x,y", None, "neither", "BV 3.1.5: y has both signs"),
]  # fmt: skip

OPEN = [
    Row("a*x^2", "x", "a: scalar, x: scalar", "unknown", "the sign of a decides"),
    Row("||A*x - b||^2 + l*||x||^2", "x", "l: scalar", "unknown", "l below 0 may be too much"),
    Row("x^p", "x", "x: positive scalar, p: scalar", "unknown", "BV 3.1.5: p decides"),
    Row("prodall(x)^(1/3)", "x", "x: positive vector(3)", "unknown", "concave, BV 3.1.5"),
    Row("sum(gamma(x)) + sum(cos(x))", "x", "x: positive vector(n)", "unknown", "one term is not convex"),
    Row("log(tr(inv(X)))", "X", "X: spd matrix(n,n)", "unknown", "log-convex, BV 3.5"),
    Row("lgamma(sum(x)) - sum(lgamma(x))", "x", "x: positive vector(n)", "unknown", "Dirichlet normaliser, concave"),
]  # fmt: skip


def ask(row: Row) -> Curvature:
    return curvature(row.text, row.wrt.split(",") if "," in row.wrt else row.wrt, row.where)


@pytest.mark.parametrize("row", [*REFUSED, *PROVED], ids=lambda r: f"{r.text} by {r.wrt}")
def test_verdict(row: Row) -> None:
    found = ask(row)
    assert found.verdict == row.verdict, row.source
    assert found.reason and found.points >= 20
    assert found.witness is None


@pytest.mark.parametrize("row", NEITHER, ids=lambda r: f"{r.text} by {r.wrt}")
def test_neither_has_a_witness(row: Row) -> None:
    found = ask(row)
    assert found.verdict == "neither", row.source
    assert not found.convex and not found.concave and found.witness is not None
    down, up = found.witness
    assert bends(found, down, row.wrt) < 0 < bends(found, up, row.wrt)


def bends(found: Curvature, bend: samples.Bend, wrt: str) -> float:
    """By how much the mean of the values at two points is above the value between them, the function evaluated anew."""

    def f(values: object) -> float:
        return float(evaluate(found.expr, {**bend.values, **values}))  # type: ignore[dict-item]

    here = {n: np.asarray(bend.values[n]) for n in wrt.split(",")}
    if bend.direction is None:
        assert bend.other is not None
        gaps = []
        for k in samples.PLACES:
            between = {n: k * x + (1 - k) * np.asarray(bend.other[n]) for n, x in here.items()}
            gaps.append(k * f(here) + (1 - k) * f(bend.other) - f(between))
        return max(gaps, key=abs)
    h = 1e-3
    there, back = ({n: x + s * np.asarray(bend.direction[n]) for n, x in here.items()} for s in (h, -h))
    return (f(there) + f(back)) / 2 - f(here)


@pytest.mark.parametrize("row", OPEN, ids=lambda r: f"{r.text} by {r.wrt}")
def test_unknown_says_what_numbers_suggest(row: Row) -> None:
    found = ask(row)
    assert found.verdict == "unknown", row.source
    assert "random points" in found.reason[-1]


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert len(REFUSED) >= 20 and len(REFUSED) + len(PROVED) >= 60 and len(NEITHER) >= 15 and len(OPEN) >= 5


WHEN = [
    ("x^3", "x", "x: scalar", ("x > 0", "strictly convex")),
    ("1/x", "x", "x: scalar", ("x > 0", "strictly convex")),
    ("x'*A*x", "x", None, ("A is positive semidefinite", "convex")),
    ("logdet(X)", "X", None, ("X is positive definite", "strictly concave")),
    ("x'*x/(1 - a'*x)", "x", None, ("1 - a'*x > 0", "convex")),
    ("||A*x - b||^2 + l*||x||^2", "x", "l: scalar", ("l > 0", "strongly convex")),
]


@pytest.mark.parametrize(("text", "wrt", "where", "want"), WHEN, ids=[w[0] for w in WHEN])
def test_conditions_under_which_it_is_convex(text: str, wrt: str, where: str | None, want: tuple[str, str]) -> None:
    assert want in curvature(text, wrt, where).when


DOMAINS = [
    ("-log(det(A + diag(x)))", "x", "A: spd matrix(n,n)", ("A + diag(x) is positive definite",)),
    ("x*log(x)", "x", "x: scalar", ("x > 0",)),
    ("-sum(log(b - A*x))", "x", None, ("b - A*x > 0",)),
    ("-logdet(A + B'*diag(x)*B)", "x", "A: spd matrix(n,n)", ("A + B'*diag(x)*B is positive definite",)),
    ("sum(sqrt(x))", "x", "x: vector(n)", ("x >= 0",)),
    ("sqrt(1 + x^2)", "x", "x: scalar", ()),
]


@pytest.mark.parametrize(("text", "wrt", "where", "want"), DOMAINS, ids=[d[0] for d in DOMAINS])
def test_the_domain_is_said(text: str, wrt: str, where: str | None, want: tuple[str, ...]) -> None:
    found = curvature(text, wrt, where)
    assert found.domain == want and (found.convex or found.concave)
    assert all(d in str(found).split("\n")[0] for d in want)


MODULI = [
    ("||A*x - b||^2 + l*||x||^2", "x", "l: positive scalar", "2*l"),
    ("logsumexp(x) + ||x||^2/2", "x", "x: vector(n)", "1"),
    ("x^4 + 3*x^2", "x", "x: scalar", "6"),
    ("-x^2", "x", "x: scalar", "2"),
]


@pytest.mark.parametrize(("text", "wrt", "where", "want"), MODULI, ids=[m[0] for m in MODULI])
def test_modulus(text: str, wrt: str, where: str | None, want: str) -> None:
    found = curvature(text, wrt, where)
    assert found.verdict.startswith("strongly") and str(found.modulus) == want


def test_numbers_refute_a_wrong_proof() -> None:
    f = matcalc.parse("x^3", where="x: scalar")
    q = Question(f, (variables(f)["x"],))
    wrong = prove(Question(matcalc.parse("x^2", where="x: scalar"), q.variables))
    seen = samples.numbers(f, q.variables, None, [], q.book)
    with pytest.raises(InternalError, match="numbers refute"):
        judgement.refute(wrong, seen, q)


def test_a_hole_in_the_domain_makes_no_convex_function() -> None:
    """1/x^2 is convex on each side of 0 and has no value between them."""
    found = curvature("1/x^2", "x", "x: scalar")
    assert not found.convex and found.domain == ("x != 0",)
    assert ("x > 0", "strictly convex") in found.when


def test_a_kink_is_not_passed_over() -> None:
    """The second derivative of -|x| is 0 wherever it exists."""
    assert curvature("-abs(x)", "x", "x: scalar").verdict == "concave"
    assert curvature("max(x, 0) - 2*max(x - 1, 0)", "x", "x: scalar").verdict == "neither"


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ShapeError, match="convex is what a scalar is"):
        curvature("A*x", "x")
    with pytest.raises(MatcalcError, match="not a convex set"):
        curvature("tr(A*Q)", "Q", "Q: orthogonal matrix(n,n)")


def test_how_it_is_written() -> None:
    found = curvature("x*log(x)", "x", "x: scalar")
    assert str(found).split("\n")[0] == "strictly convex on x > 0"
    assert found.latex() == r"\nabla^2 f = \frac{1}{x} \ge 0 \quad \text{strictly convex}"
    assert found._repr_latex_().startswith("$")
    assert curvature("||x||", "x").latex().endswith(r"\text{convex}")
    assert numeral(np.array([[1.0, 2.0], [3.0, 4.5]])) == "[1, 2; 3, 4.5]"
