"""Backward passes to paste: they pass the gradient checks of their libraries, and give no silent zero."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc import MatcalcError
from tests.codegen.julia_run import Julia
from tests.codegen.lines import run

QUESTIONS = [("||X*w - y||^2", "w"), ("logdet(S) + tr(inv(S)*C)", "S"), ("logsumexp(A*x)", "x"), ("x'*x", "x")]
RNG = np.random.default_rng(0)
SPD = np.eye(3) + 0.1 * np.ones((3, 3))
VALUES = {
    "X": RNG.standard_normal((4, 3)), "w": RNG.standard_normal(3), "y": RNG.standard_normal(4), "S": SPD, "C": 2 * SPD,
    "A": RNG.standard_normal((4, 3)), "x": RNG.standard_normal(3),
}  # fmt: skip


@pytest.mark.parametrize(("text", "by"), QUESTIONS)
def test_torch(text: str, by: str) -> None:
    torch: Any = pytest.importorskip("torch")
    d = matcalc.grad(text, by)
    f = run(d.code("torch-function", name="loss"), "loss")
    given = [torch.tensor(VALUES[n], dtype=torch.float64, requires_grad=n == by) for n in d.types]
    assert torch.autograd.gradcheck(f, given)
    if len(given) > 1:
        with pytest.raises(NotImplementedError, match=f"by {by} alone"):
            f(*(torch.tensor(VALUES[n], requires_grad=True) for n in d.types))


@pytest.mark.parametrize(("text", "by"), QUESTIONS)
def test_jax(text: str, by: str) -> None:
    jax: Any = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    d = matcalc.grad(text, by)
    f = run(d.code("jax-vjp", name="loss"), "loss")
    given = [jax.numpy.asarray(VALUES[n]) for n in d.types]
    at = list(d.types).index(by)
    got = jax.jit(jax.grad(lambda *a: 3 * f(*a), at))(*given)
    np.testing.assert_allclose(got, 3 * d.evaluate(VALUES), rtol=1e-9)
    for k in range(len(given)):
        assert k == at or np.isnan(jax.grad(f, k)(*given)).all()


def check(source: str) -> list[str]:
    """The lines of the gradient check that stands beside a source."""
    return [line.removeprefix("# ") for line in source[source.index("# A gradient check") :].strip().split("\n")[1:]]


@pytest.mark.parametrize(("text", "by"), QUESTIONS)
def test_julia(text: str, by: str) -> None:
    d = matcalc.grad(text, by)
    source = d.code("rrule", name="loss")
    names = Julia(source).names
    given, at = [VALUES[n] for n in d.types], list(d.types).index(by)
    value, pullback = names["rrule"](names["loss"], *given)
    np.testing.assert_allclose(value, names["loss"](*given))
    none, *tangents = pullback(3.0)
    assert none is None
    np.testing.assert_allclose(tangents[at], 3 * d.evaluate(VALUES), rtol=1e-9)
    for k, other in enumerate(tangents):
        assert k == at or (isinstance(other, NotImplementedError) and f"by {by} alone" in str(other))
    arguments = ", ".join(d.types)
    checked = Julia(f"{source}\nfunction agrees({arguments}, v, h)\n    return {' '.join(check(source))}\nend\n")
    assert checked.names["agrees"](*given, np.cos(np.arange(given[at].size)).reshape(given[at].shape), 1e-6)


def test_the_checks_beside_the_sources_hold() -> None:
    torch: Any = pytest.importorskip("torch")
    jax: Any = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    for target, number in (("torch-function", torch.tensor), ("jax-vjp", jax.numpy.asarray)):
        source = matcalc.grad("||X*w - y||^2", "w").code(target, name="loss")
        space: dict[str, Any] = {n: number(VALUES[n]) for n in ("X", "w", "y")}
        if target == "torch-function":
            space["w"].requires_grad_()
        exec(source, space)
        exec("\n".join(check(source)), space)


@pytest.mark.parametrize("target", ["torch-function", "jax-vjp", "rrule"])
def test_no_name_of_the_question_is_one_of_the_rule(target: str) -> None:
    where = "gradient, value, upstream, kept, ctx, loss, others, v, h: vector(n)"
    d = matcalc.grad("||gradient - value||^2 + upstream'*kept + ctx'*loss + others'*(v + h)", "gradient", where)
    source = d.code(target, name="loss")
    assert "(gradient_" in source and "upstream_" in source
    rng = np.random.default_rng(0)
    values = {n: rng.standard_normal(3) for n in d.types}
    if target == "rrule":
        names = Julia(source).names
        got = names["rrule"](names["loss"], *values.values())[1](1.0)[1 + list(d.types).index("gradient")]
    else:
        library: Any = pytest.importorskip(target.split("-")[0])
        number = library.tensor if target == "torch-function" else library.numpy.asarray
        given = [number(x) for x in values.values()]
        at = list(d.types).index("gradient")
        if target == "torch-function":
            given[at].requires_grad_()
            run(source, "loss")(*given).backward()
            got = given[at].grad
        else:
            got = library.grad(run(source, "loss"), at)(*given)
    np.testing.assert_allclose(np.asarray(got), 2 * (values["gradient"] - values["value"]), rtol=1e-6)


@pytest.mark.parametrize("target", ["torch-function", "jax-vjp", "rrule"])
def test_what_is_no_gradient_is_refused(target: str) -> None:
    for d in (matcalc.diff("A*x", "x"), matcalc.hessian("x'*A*x", "x"), matcalc.diff("x'*A*x", "x")):
        with pytest.raises(MatcalcError, match="by one variable"):
            d.code(target)
