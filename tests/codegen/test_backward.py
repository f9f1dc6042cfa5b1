"""Backward passes to paste: they pass the gradient checks of their libraries, and give no silent zero."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc import MatcalcError
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


@pytest.mark.parametrize("target", ["torch-function", "jax-vjp"])
def test_what_is_no_gradient_is_refused(target: str) -> None:
    for d in (matcalc.diff("A*x", "x"), matcalc.hessian("x'*A*x", "x"), matcalc.diff("x'*A*x", "x")):
        with pytest.raises(MatcalcError, match="by one variable"):
            d.code(target)
