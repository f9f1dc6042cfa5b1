"""Programs for complex arrays against the evaluation of the closed form."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.numbers.complex_values import complex_sample
from matcalc.rulebook.book import RuleBook
from matcalc.terms.errors import MatcalcError
from matcalc.terms.walks import variables
from tests.calculus.test_complex import GRADIENTS, TABLE, C

PYTHON = ("numpy", "jax")


def point(text: str, where: str) -> dict[str, object]:
    e = matcalc.parse(text, where=where)
    return complex_sample(variables(e), e, np.random.default_rng(5), RuleBook.default()).values


@pytest.mark.parametrize("target", PYTHON)
@pytest.mark.parametrize(("text", "where", "wrt"), [r[:3] for r in TABLE if "adj" not in r[3]])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_derivatives(text: str, where: str, wrt: str, target: str) -> None:
    if target == "jax":
        pytest.importorskip("jax").config.update("jax_enable_x64", True)
    d = matcalc.diff(text, wrt, "denominator", where=where)
    values = point(text, where)
    got = d.compile(target)(**{n: np.asarray(values[n]) for n in d.types})
    assert np.allclose(got, d.evaluate(values), rtol=1e-8)


@pytest.mark.parametrize("target", PYTHON)
@pytest.mark.parametrize(("text", "where", "wrt"), [r[:3] for r in GRADIENTS if r[2] != "x"])
def test_values_beside_gradients(text: str, where: str, wrt: str, target: str) -> None:
    if target == "jax":
        pytest.importorskip("jax").config.update("jax_enable_x64", True)
    d = matcalc.grad(text, wrt, where=where)
    values = point(text, where)
    if "H*Q*H" in text:
        values["Q"] = values["Q"] @ values["Q"]
    value, gradient = d.compile(target, value=True)(**{n: np.asarray(values[n]) for n in d.types})
    assert np.allclose(value, d.source.evaluate(values)) and np.isrealobj(np.asarray(value))
    assert np.allclose(gradient, d.evaluate(values))


def test_what_is_not_written_is_refused() -> None:
    d = matcalc.grad("||H*z - y||^2", "z", where=C)
    for target in ("julia", "matlab", "c", "rrule", "jax-vjp", "torch-function"):
        with pytest.raises(MatcalcError, match="numpy, jax, torch, array-api"):
            d.code(target)
    for target in ("torch", "array-api"):
        assert ".conj(H).T" in d.code(target)
    with pytest.raises(MatcalcError, match="code for adj of complex arrays"):
        matcalc.diff("det(A)", "A", where="A: complex matrix(n,n)").code()
    with pytest.raises(MatcalcError, match="the value is beside the gradient of what is real"):
        matcalc.diff("||H*z - y||^2", "z", where=C).code(value=True)


MEANT = {  # what jax.grad gives is the conjugate of the gradient
    "||H*z - y||^2": lambda jnp, H, z, y, **_: jnp.sum(jnp.abs(H @ z - y) ** 2),
    "real(y^H*H*z)": lambda jnp, H, z, y, **_: jnp.real(jnp.vdot(y, H @ z)),
    "imag(y^H*H*z)^2": lambda jnp, H, z, y, **_: jnp.imag(jnp.vdot(y, H @ z)) ** 2,
    "abs(y^H*H*z)": lambda jnp, H, z, y, **_: jnp.abs(jnp.vdot(y, H @ z)),
    "log(1 + z^H*z)": lambda jnp, z, **_: jnp.log(1 + jnp.sum(jnp.abs(z) ** 2)),
    "sum(abs(z)) + ||z||": lambda jnp, z, **_: jnp.sum(jnp.abs(z)) + jnp.linalg.norm(z),
    "real(sum(exp(z)))": lambda jnp, z, **_: jnp.real(jnp.sum(jnp.exp(z))),
    "(z^H*Q*z)/(z^H*z)": lambda jnp, z, Q, **_: jnp.real(jnp.vdot(z, Q @ z)) / jnp.sum(jnp.abs(z) ** 2),
}


@pytest.mark.parametrize("text", MEANT)
def test_gradients_are_the_conjugates_of_those_of_jax(text: str) -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    d = matcalc.grad(text, "z", where=C)
    values = point(text, C)
    others = {n: v for n, v in values.items() if n != "z"}
    theirs = jax.grad(lambda z: MEANT[text](jax.numpy, z=z, **others))(np.asarray(values["z"]))
    assert np.allclose(np.conj(theirs), d.evaluate(values))
    assert np.allclose(theirs, 2 * matcalc.diff(text, "z", "denominator", where=C).evaluate(values))
