"""Whether a text means a NumPy function: its derivative against differences of the function, in both layouts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import matcalc

from .test_spellings import differences, drawn

Row = tuple[str, str, str, Callable[..., Any]]  # text, variable, arrays with their sizes, function


def agrees(text: str, wrt: str | None, spec: str, meaning: Callable[..., Any], where: str | None = None) -> None:
    """The text has the meaning, by a variable or by the first of the arrays, which the text then names itself."""
    values = drawn(spec)
    name = wrt or next(iter(values))
    raw = differences(meaning, values, name)
    inner = np.ndim(values[name])
    outer = raw.ndim - inner
    numerator = raw.transpose(*range(outer), *reversed(range(outer, raw.ndim)))
    for layout, wanted in (("numerator", numerator), ("denominator", numerator.transpose())):
        d = matcalc.diff(text, wrt, layout, where)
        assert d.variable.data[0] == name
        assert set(d.types) <= set(values), d.types
        got = np.asarray(d.evaluate(values))
        assert got.size == np.size(wanted), (str(d.source), d.types)
        message = f"{d.source} gives {d}"
        np.testing.assert_allclose(got.reshape(np.shape(wanted)), wanted, rtol=1e-5, atol=1e-6, err_msg=message)
