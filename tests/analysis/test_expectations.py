"""Expectations: the moments of books, Isserlis' theorem by enumeration, derivatives, and what is refused."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import matcalc
from matcalc.analysis.quadrature import mean
from matcalc.language.parse import parse_expression
from matcalc.numbers.domains import Sampler
from matcalc.numbers.evaluate import evaluate
from matcalc.rulebook.book import RuleBook
from matcalc.terms.walks import variables

NORMAL, KNOWN, ONE = "x ~ N(m, S)", "x ~ (m, S)", "x ~ N(m, s^2)"

# the expectation, the law and declarations, the closed form of the source, the source
MOMENTS = [
    ("E[A*x + b]", KNOWN, "A*m + b", "Matrix Cookbook 312"),
    ("Cov[A*x, A*x]", KNOWN, "A*S*A'", "Matrix Cookbook 313"),
    ("Var[a'*x]", KNOWN, "a'*S*a", "Matrix Cookbook 313"),
    ("Cov[A*x + b, B*x]", KNOWN, "A*S*B'", "Matrix Cookbook 313"),
    ("E[x*x']", KNOWN, "S + m*m'", "Matrix Cookbook 377"),
    ("E[x'*A*x]", KNOWN, "tr(A*S) + m'*A*m", "Matrix Cookbook 318; Magnus and Neudecker 10.4"),
    ("E[(A*x + a)*(B*x + b)']", KNOWN, "A*S*B' + (A*m + a)*(B*m + b)'", "Matrix Cookbook 320"),
    ("E[(A*x + a)'*(B*x + b)]", KNOWN + ", A, B: matrix(k,n)", "tr(A*S*B') + (A*m + a)'*(B*m + b)",
     "Matrix Cookbook 324"),
    ("E[||x - b||^2]", KNOWN, "tr(S) + ||m - b||^2", "Matrix Cookbook 319, 378"),
    ("E[a'*x*x'*b]", KNOWN, "a'*(S + m*m')*b", "Matrix Cookbook 8.2.2"),
    ("E[x*x'*A*x]", NORMAL, "m*m'*A*m + S*(A + A')*m + tr(A*S)*m", "Matrix Cookbook 8.2.3"),
    ("E[(A*x + a)*(B*x + b)'*(C*x + c)]", NORMAL + ", B, C: matrix(k,n), A: matrix(l,n)",
     "A*S*B'*(C*m + c) + A*S*C'*(B*m + b) + ((B*m + b)'*(C*m + c) + tr(B*S*C'))*(A*m + a)", "Matrix Cookbook 8.2.3"),
    ("Var[x'*A*x]", NORMAL + ", A: symmetric matrix(n,n)", "2*tr(A*S*A*S) + 4*m'*A*S*A*m",
     "Matrix Cookbook 319; Magnus and Neudecker 10.4"),
    ("Var[x'*A*x]", NORMAL, "tr(A*S*(A + A')*S) + m'*(A + A')*S*(A + A')*m", "Matrix Cookbook 8.2.2"),
    ("E[(x'*A*x)*(x'*B*x)]", "x ~ N(0, S), A, B: symmetric matrix(n,n)", "2*tr(A*S*B*S) + tr(A*S)*tr(B*S)",
     "Magnus and Neudecker 10.5"),
    ("Cov[x'*A*x, x'*B*x]", NORMAL + ", A, B: symmetric matrix(n,n)", "2*tr(A*S*B*S) + 4*m'*A*S*B*m",
     "Magnus and Neudecker 10.5"),
    ("E[x*x'*x*x']", "x ~ N(0, S)", "2*S*S + tr(S)*S", "Matrix Cookbook 8.2.4"),
    ("E[(a'*x)^4]", "x ~ N(0, S)", "3*(a'*S*a)^2", "Isserlis 1918"),
    ("E[x^2]", ONE, "m^2 + s^2", "Matrix Cookbook 8.1: one variable"),
    ("E[x^3]", ONE, "m*(3*s^2 + m^2)", "Matrix Cookbook 8.1: one variable"),
    ("E[x^4]", ONE, "m^4 + 6*m^2*s^2 + 3*s^4", "Matrix Cookbook 8.1: one variable"),
    ("E[x^6]", "x ~ N(0, s^2)", "15*s^6", "Casella and Berger 2.3"),
    ("E[exp(a'*x)]", NORMAL, "exp(a'*m + a'*S*a/2)", "Casella and Berger 4.5"),
    ("E[x*exp(a'*x)]", NORMAL, "(m + S*a)*exp(a'*m + a'*S*a/2)", "the gradient of the line before"),
    ("Var[exp(x)]", ONE, "(exp(s^2) - 1)*exp(2*m + s^2)", "Casella and Berger 3.3: the lognormal law"),
    ("E[cos(a'*x)]", NORMAL, "exp(-a'*S*a/2)*cos(a'*m)", "Rahimi and Recht 2007: random features"),
    ("E[sin(A*x + b)]", NORMAL, "exp(-diag(A*S*A')/2).*sin(A*m + b)", "Casella and Berger 2.6"),
    ("E[erf(x)]", ONE, "erf(m/sqrt(1 + 2*s^2))", "Owen 1980"),
    ("E[max(0, x)]", "x ~ N(0, s^2), s: positive scalar", "s/sqrt(2*pi)", "half of the mean of the half-normal law"),
    ("E[||x||^4]", "x ~ N(0, S)", "tr(S)^2 + 2*tr(S*S)", "Matrix Cookbook 8.2.4"),
    ("Var[a + b*x]", "x ~ N(m, s^2)", "b^2*s^2", "Casella and Berger 2.3"),
    ("E[||m + s.*e||^2]", "e ~ N(0, I)", "m'*m + s'*s", "Kingma and Welling 2014: reparameterised"),
    ("E[||y - A*x||^2]", "y: vector(k) ~ N(B*x, R), x ~ N(m, S)", "tr(R) + tr((B - A)*S*(B - A)') + ||(B - A)*m||^2",
     "given x first: the law of total expectation"),
    ("E[x'*A*y]", "x ~ N(m, S), y ~ (p, Q)", "m'*A*p", "independent variables"),
    ("E[-(x - b)'*inv(R)*(x - b)/2]", NORMAL + ", R: spd matrix(n,n)", "-(tr(inv(R)*S) + (m - b)'*inv(R)*(m - b))/2",
     "the cross entropy of normal laws"),
]  # fmt: skip


def closed(text: str, where: str) -> matcalc.Formula:
    return matcalc.expectation(text, where)


@pytest.mark.parametrize(("text", "where", "wanted", "source"), MOMENTS)
def test_moments(text: str, where: str, wanted: str, source: str) -> None:
    found = closed(text, where)
    assert found.certificate.kind == "points" or "max" in text, source
    types = {n: str(t) for n, t in found.types.items()}
    told = matcalc.parse(wanted, where=types)
    nodes = {n: t.node(n) for n, t in found.types.items()}
    for seed in range(3):
        values = Sampler(told, nodes).draw(np.random.default_rng(seed)).values
        assert np.allclose(found.evaluate(values), evaluate(told, values, nodes)), source


def pairings(items: list[int]) -> list[list[tuple[int, int]]]:
    """All ways to put items into pairs."""
    if not items:
        return [[]]
    first, *rest = items
    return [[(first, b), *p] for k, b in enumerate(rest) for p in pairings(rest[:k] + rest[k + 1 :])]


@pytest.mark.parametrize("count", [2, 4, 6])
def test_isserlis(count: int) -> None:
    """E[x_i x_j ...] of a centred normal law is the sum over pairings of products of covariances."""
    rng = np.random.default_rng(count)
    s = rng.standard_normal((3, 3))
    s = s @ s.T
    names = "abcdfg"[:count]
    body = "*".join(f"({n}'*x)" for n in names)
    found = closed(f"E[{body}]", f"x ~ N(0, S), x: vector(3), {', '.join(f'{n}: vector(3)' for n in names)}")
    vectors = {n: rng.standard_normal(3) for n in names}
    wanted = 0.0
    for pairs in pairings(list(range(count))):
        wanted += np.prod([vectors[names[i]] @ s @ vectors[names[j]] for i, j in pairs])
    assert np.allclose(found.evaluate({**vectors, "S": s}), wanted)


def test_the_sums_that_closed_forms_are_compared_with() -> None:
    """Gauss and Hermite's rule, against moments by enumeration over a product rule of another kind."""
    e = parse_expression("E[(x'*A*x)*exp(a'*x)]", "x ~ N(m, S), x: vector(2)").expr
    nodes = variables(e)
    sample = Sampler(e.args[0], nodes).draw(np.random.default_rng(3))
    got = mean(e, sample, nodes, RuleBook.default())
    grid = np.linspace(-9, 9, 181)
    root = np.linalg.cholesky(sample.values["S"])
    total = weight = 0.0
    for z in product(grid, grid):
        x = sample.values["m"] + root @ np.array(z)
        w = np.exp(-np.dot(z, z) / 2)
        total += w * (x @ sample.values["A"] @ x) * np.exp(sample.values["a"] @ x)
        weight += w
    assert np.isclose(got, total / weight, rtol=1e-6)


def test_unknown_laws_keep_a_linear_operator() -> None:
    for text, printed in [
        ("E_{x}[A*x + b]", "A*E_{x}[x] + b"),
        ("E_{x}[tr(A*x*x')]", "tr(A*E_{x}[x*x'])"),
        ("E_{x}[(B*sin(x))']", "E_{x}[sin(x)]'*B'"),
        ("E_{x}[c*||x||^2 + 3]", "c*E_{x}[||x||^2] + 3"),
        (r"\mathbb{E}_{p(x)}[A \sin(x)]", "A*E_{x}[sin(x)]"),
    ]:
        assert str(matcalc.expectation(text)) == printed


@pytest.mark.parametrize(("text", "where", "left"), [
    ("E[log(x)]", ONE, "E_{x ~ N(m, s^2)}[log(x)]"),
    ("E[x^3]", "x ~ (m, s^2)", "E_{x ~ (m, s^2)}[x^3]"),
    ("E[2*log(x) + x^2]", ONE, "2*E_{x ~ N(m, s^2)}[log(x)] + m^2 + s^2"),
    ("E[logsumexp(x)]", NORMAL, "E_{x ~ N(m, S)}[logsumexp(x)]"),
    ("E[f(x)]", NORMAL + ", f: vector(n) -> scalar", "E_{x ~ N(m, S)}[f(x)]"),
])  # fmt: skip
def test_what_has_no_closed_form_stays_and_is_read_back(text: str, where: str, left: str) -> None:
    found = closed(text, where)
    assert str(found) == left
    declared = {n: str(t) for n, t in found.types.items()} | ({"f": "vector(n) -> scalar"} if "f(" in text else {})
    for written in (found.plain(), found.unicode(), found.latex()):
        assert matcalc.parse(written, where=declared) is found.expr


@pytest.mark.parametrize("text", [
    "E[x'*A*x]", r"\mathbb{E}[x^\top A x]", r"\mathbb E_{x \sim \mathcal N(\mu, \Sigma)}\left[x^\top A x\right]",
    r"\mathbb{E}_{\mathbf{x} \sim \mathcal{N}(\boldsymbol{\mu}, \Sigma)}[\mathbf{x}^\top \mathbf{A} \mathbf{x}]",
    "E_{x ~ N(mu, Sigma)}[x'*A*x]", "𝔼[xᵀAx]", r"\operatorname{E}\left[x^\top A x\right]", "E(x'*A*x)",
    r"\mathrm{E}\bigl[x^\top A x\bigr]", "E[x.T @ A @ x]",
])  # fmt: skip
def test_spellings(text: str) -> None:
    found = matcalc.expectation(text, "x ~ N(mu, Sigma)")
    assert str(found) == "mu'*A*mu + tr(Sigma*A)"


def test_laws_in_declarations() -> None:
    where = {"x": "vector(n) ~ N(mu, Sigma)", "A": "symmetric matrix(n,n)"}
    assert str(matcalc.expectation("E[x'*A*x]", where)) == "mu'*A*mu + tr(Sigma*A)"
    both = matcalc.expectation("E[x'*y]", "x, y ~ N(mu, Sigma)")
    assert str(both) == "mu'*mu"
    assert str(matcalc.expectation("E[||w||^2]", "w ~ N(0, s^2*I), s: scalar").types["w"]) == "vector(n)"


# --- derivatives ------------------------------------------------------------------------------------------------

DERIVATIVES = [
    ("E[x'*A*x]", "mu", "(A + A')*mu"),
    ("E[x'*A*x]", "Sigma", "A'"),
    ("E[||A*x - b||^2]", "A", "2*((A*mu - b)*mu' + A*Sigma)"),
    ("E[exp(a'*x)]", "a", "exp(a'*Sigma*a/2 + a'*mu)*(Sigma*a + mu)"),
    ("E[log(1 + exp(w'*x))]", "w", "E_{x ~ N(mu, Sigma)}[sigmoid(w'*x)*x]"),
    ("E[log(1 + exp(w'*x))]", "mu", "E_{x ~ N(mu, Sigma)}[sigmoid(w'*x)]*w"),
    ("E[log(1 + exp(w'*x))]", "Sigma", "E_{x ~ N(mu, Sigma)}[sigmoid(w'*x)*(1 - sigmoid(w'*x))]*w*w'/2"),
    ("E_{y}[log(1 + exp(-w'*y))]", "w", "-E_{y}[sigmoid(-w'*y)*y]"),
    ("log(E_{y}[exp(a'*y)])", "a", "E_{y}[exp(a'*y)*y]/E_{y}[exp(a'*y)]"),
    ("E_{y}[||z - A*y||^2]", "A", "2*E_{y}[(A*y - z)*y']"),
]


@pytest.mark.parametrize(("text", "wrt", "printed"), DERIVATIVES)
def test_gradients(text: str, wrt: str, printed: str) -> None:
    d = matcalc.grad(text, wrt, "x ~ N(mu, Sigma)")
    assert str(d) == printed
    assert d.certificate or wrt == "Sigma"


def test_stein() -> None:
    """The derivative of E[f(x)] by the mean is E of the gradient, f abstract (Bonnet)."""
    where = "x ~ N(mu, Sigma), f: vector(n) -> scalar"
    d = matcalc.grad("E[f(x)]", "mu", where)
    assert str(d) == "E_{x ~ N(mu, Sigma)}[∂f/∂x]"
    assert any("Bonnet" in r for r in d.remarks)
    moved = matcalc.grad("E[f(m + s.*e)]", "s", "e ~ N(0, I), f: vector(n) -> scalar")
    assert str(moved) == "E_{e ~ N(vector(0), eye(n))}[e.*∂f(m + s.*e)/∂(m + s.*e)]"
    assert any("interchanged" in r for r in moved.remarks)


def test_price_against_numbers() -> None:
    """The derivative by the covariance is E of half the Hessian, for a function of which both sides are known."""
    where = "x ~ N(m, S), x: vector(2), a: vector(2)"
    d = matcalc.grad("E[exp(a'*x)]", "S", where)
    assert str(d) == "exp(a'*S*a/2 + a'*m)*a*a'/2"


# the question, the variable, declarations, the gradient, the source
DIVERGENCES = [
    ("KL(N(mu, Sigma) || N(0, I))", "mu", None, "mu", "Kingma and Welling 2014, appendix B"),
    ("KL(N(mu, Sigma) || N(0, I))", "Sigma", None, "(eye(n) - inv(Sigma))/2", "Kingma and Welling 2014, appendix B"),
    ("KL(N(mu, diag(s.^2)) || N(0, I))", "s", "s: positive vector(n)", "s - 1./s", "Kingma and Welling 2014"),
    ("KL(N(mu, s^2) || N(0, 1))", "s", "s: positive scalar, mu: scalar", "s - 1/s", "Kingma and Welling 2014"),
    (r"D_{\mathrm{KL}}\left(\mathcal{N}(\mu, \Sigma) \,\|\, \mathcal{N}(\nu, \Lambda)\right)", "mu", None,
     "inv(Lambda)*(mu - nu)", "Matrix Cookbook 8.1; Bishop 2006, exercise 2.13"),
    ("H[N(mu, Sigma)]", "Sigma", None, "inv(Sigma)/2", "Bishop 2006, exercise 2.14"),
    ("log N(x; mu, Sigma)", "mu", None, "inv(Sigma)*(x - mu)", "Matrix Cookbook 8.1.1"),
    (r"\log \mathcal{N}(x \mid \mu, \Sigma)", "mu", None, "inv(Sigma)*(x - mu)", "Matrix Cookbook 8.1.1"),
    ("E[log N(y; A*x, R)]", "A", "x ~ N(m, S)", "inv(R)*((y - A*m)*m' - A*S)", "Roweis and Ghahramani 1999"),
    ("-E[log N(x; b, R)]", "b", "x ~ N(m, S)", "inv(R)*(b - m)", "the cross entropy of two normal laws"),
]


@pytest.mark.parametrize(("text", "wrt", "where", "wanted", "source"), DIVERGENCES)
def test_divergences_entropies_and_densities(text: str, wrt: str, where: str | None, wanted: str, source: str) -> None:
    d = matcalc.grad(text, wrt, where)
    assert d.certificate, source
    types = {n: str(t) for n, t in d.types.items()}
    told = matcalc.parse(wanted, where=types)
    nodes = {n: t.node(n) for n, t in d.types.items()}
    values = Sampler(d.source, nodes).draw(np.random.default_rng(0)).values
    assert np.allclose(d.evaluate(values), evaluate(told, values, nodes)), source


def test_the_divergence_in_numbers() -> None:
    """KL is 0 between equal laws, and E[log N - log N] of the first."""
    kl = matcalc.parse("KL(N(a, S) || N(b, R))")
    where = "x ~ N(a, S), S, R: spd matrix(n,n), a, b: vector(n)"
    mean_of_logs = matcalc.expectation("E[log N(x; a, S) - log N(x; b, R)]", where)
    nodes = variables(kl)
    values = Sampler(kl, nodes).draw(np.random.default_rng(1)).values
    assert np.isclose(evaluate(kl, values, nodes), mean_of_logs.evaluate(values))
    assert abs(evaluate(kl, {**values, "b": values["a"], "R": values["S"]}, nodes)) < 1e-12


def test_both_layouts() -> None:
    for layout, printed in (("numerator", "mu'*(A + A')"), ("denominator", "(A + A')*mu")):
        d = matcalc.diff("E[x'*A*x]", "mu", layout, "x ~ N(mu, Sigma)")
        assert str(d) == printed
    open_ = matcalc.diff("E[log(1 + exp(w'*x))]", "w", "numerator", "x ~ N(mu, Sigma)")
    assert str(open_) == "E_{x ~ N(mu, Sigma)}[sigmoid(w'*x)*x]'"
    jacobian = matcalc.diff("E_{x}[tanh(A*x + b)]", "b", "numerator")
    assert str(jacobian) == "diag(vector(1) - E_{x}[tanh(A*x + b).^2])"


@pytest.mark.parametrize(("call", "message"), [
    (lambda: matcalc.expectation("E[x'*A*x]"), "what is random"),
    (lambda: matcalc.expectation("x'*A*x", "x ~ N(mu, Sigma)"), "random, and stands outside|no expectation"),
    (lambda: matcalc.expectation("x'*A*x"), "no expectation"),
    (lambda: matcalc.expectation("E_{p}[exp(x)]"), "does not depend on p"),
    (lambda: matcalc.grad("E_{q}[||x||^2]", "x"), "does not depend on q"),
    (lambda: matcalc.grad("E[x'*A*x]", "x", "x ~ N(mu, Sigma)"), "x is random"),
    (lambda: matcalc.grad("E[x^3]", "m", "x ~ (m, s^2)"), "mean and the covariance are known, and nothing else"),
    (lambda: matcalc.grad("E[f(x)]", "S", "x ~ N(m, S), f: vector(n) -> scalar"), "no sign"),
    (lambda: matcalc.expectation("E[x]", "x ~ N(mu)"), "a mean and a covariance"),
    (lambda: matcalc.expectation("E[x]", "x ~ N(m, S), x ~ N(0, I)"), "two laws"),
    (lambda: matcalc.expectation("E[x + y]", "x ~ N(y, S), y ~ N(x, S)"), "depend on each other"),
    (lambda: matcalc.expectation("E[x]", "x ~ 3"), "a law is"),
    (lambda: matcalc.expectation("x'*E_{x}[x]"), "outside of an expectation"),
    (lambda: matcalc.grad("E[relu(w'*x)^2*log(1 + exp(w'*x))]", "S", "x ~ N(m, S)"), "kinks"),
    (lambda: matcalc.expectation("Cov[x]", "x ~ N(m, S)"), "a covariance Cov"),
    (lambda: matcalc.grad("E_{x}[log(1 + exp(w'*x))]", "w").code(), "expect"),
])  # fmt: skip
def test_what_is_refused(call: object, message: str) -> None:
    with pytest.raises(matcalc.MatcalcError, match=message):
        call()  # type: ignore[operator]


def test_a_name_is_no_expectation() -> None:
    assert str(matcalc.parse("E[1]")) == "E[1]"
    assert str(matcalc.parse("E*x")) == "E*x"
    assert str(matcalc.parse("E[0, 1]")) == "E[0, 1]"
    assert str(matcalc.grad("x'*E*x", "x", "E: matrix(n,n)")) == "(E + E')*x"


@pytest.mark.parametrize(
    ("text", "place"), [("E[f(x)]", "f"), ("E[x*A]", "x*A"), ("E_{x}[x*x]", "x*x"), ("E[x'*B*x + foo(x)]", "foo")]
)
def test_an_error_has_its_place_in_what_was_written(text: str, place: str) -> None:
    with pytest.raises(matcalc.MatcalcError) as caught:
        matcalc.diff(text, "mu", where="x ~ N(mu, Sigma)")
    assert caught.value.text == text
    assert caught.value.span is not None
    assert text[slice(*caught.value.span)] == place
