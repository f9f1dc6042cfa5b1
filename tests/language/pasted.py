"""What a pasted text means: derivatives of the text against differences of an independent NumPy function."""

from __future__ import annotations

import itertools

import numpy as np
import scipy.linalg
import scipy.special
import scipy.stats

import matcalc
from matcalc.language.vocabulary import normal_name

SIZES = {"m": 3, "n": 4, "k": 2, "p": 5}


def draw(spec: str) -> dict[str, np.ndarray]:
    """Values for names with their axes, as in "X:mn w:n a: p:n% S:nn+"; all positive, far from kinks.

    With % they are below 1; with + the matrix is positive definite.
    """
    rng = np.random.default_rng(sum(map(ord, spec)))
    out = {}
    for part in spec.split():
        name, axes = part.split(":")
        shape = tuple(int(c) if c.isdigit() else SIZES[c] for c in axes.rstrip("%+"))
        x = rng.uniform(0.3, 1.7, shape) / (2 if axes.endswith("%") else 1)
        out[name] = x + 2 * np.eye(shape[0]) if len(shape) == 2 and shape[0] == shape[1] else x
        if axes[-1:] == "+":
            out[name] = out[name] + out[name].T
    return out


def meaning(code: str, values: dict[str, np.ndarray]) -> np.ndarray:
    """The value of NumPy code."""
    names = {"np": np, "sp": scipy.special, "scipy": scipy, "tr": np.trace, "norm": np.linalg.norm,
             "det": np.linalg.det, "inv": np.linalg.inv, "exp": np.exp, "log": np.log, "expm": scipy.linalg.expm,
             "diag": np.diag, "sig": scipy.special.expit, "lse": scipy.special.logsumexp,
             "softmax": scipy.special.softmax, "kron": np.kron, "lam": values.get("lambda"), **SIZES,
             **values}  # fmt: skip
    return np.asarray(eval(code, names))


def differences(code: str, wrt: str, values: dict[str, np.ndarray]) -> np.ndarray:
    """The derivative by central differences: the axes of the value, then those of the variable."""
    x, h = values[wrt], 1e-5
    shape = meaning(code, values).shape
    out = np.zeros(shape + x.shape)
    for at in itertools.product(*map(range, x.shape)):
        step = np.zeros(x.shape)
        step[at] = h
        up, down = (meaning(code, {**values, wrt: x + s * step}) for s in (1, -1))
        out[(..., *at)] = (up - down) / (2 * h)
    return out


def check(text: str, wrt: str, spec: str, code: str, where: str | None = None) -> None:
    """The text has the meaning of the code, in both layouts."""
    values = draw(spec)
    name = normal_name(wrt.lstrip("\\"))
    truth = differences(code, name, values)
    count = values[name].ndim
    value_axes = tuple(range(truth.ndim - count))
    numerator = truth.transpose(*value_axes, *reversed(range(truth.ndim - count, truth.ndim)))
    for layout in ("numerator", "denominator"):
        d = matcalc.diff(text, wrt, layout, where)
        found = np.asarray(d.evaluate({n: v for n, v in values.items() if n in d.types}))
        wanted = numerator if layout == "numerator" else numerator.transpose()
        assert found.shape == wanted.shape, (str(d.source), d.types, found.shape, wanted.shape)
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6, err_msg=f"{d.source} gives {d}")
