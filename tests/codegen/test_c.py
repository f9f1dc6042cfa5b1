"""C from derivatives: compiled, run, compared with the frozen numbers of the corpus."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc import MatcalcError
from matcalc.codegen.function import function
from matcalc.codegen.targets.c import c
from matcalc.terms.expression import as_shape, var
from tests.corpus.compare import derive
from tests.corpus.frozen import derivative, values
from tests.corpus.rows import SIZES, Row, corpus
from tests.random.values import agrees

COMPILER = shutil.which("gcc") or shutil.which("cc")
POINTER = ctypes.POINTER(ctypes.c_double)


def call(function: Any, source: str, name: str, given: dict[str, np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """The result of a C function for arrays by name."""
    head = re.search(rf"void {name}\(([^)]*)\)", source)
    assert head is not None
    out = np.full(shape or (1,), np.nan)
    args: list[Any] = []
    for parameter in head[1].split(", "):
        word = parameter.split()[-1].lstrip("*")
        own = word if word in {**given, **SIZES} else word.rstrip("_")
        if parameter.startswith("size_t"):
            args.append(ctypes.c_size_t(SIZES[own]))
        elif word == "out":
            args.append(out.ctypes.data_as(POINTER))
        else:
            array = np.ascontiguousarray(given[own], dtype=float)
            args.append(array.ctypes.data_as(POINTER) if "*" in parameter else ctypes.c_double(array.reshape(-1)[0]))
    function(*args)
    return out.reshape(shape)


@pytest.mark.skipif(COMPILER is None, reason="no C compiler is installed")
def test_the_rows_of_the_corpus(tmp_path: Path) -> None:
    written: list[tuple[Row, str]] = []
    refused = 0
    for row in corpus():
        try:
            written.append((row, derive(row, "denominator").code("c", name=f"f{len(written)}")))
        except MatcalcError as error:
            assert str(error).startswith("C has no")
            refused += 1
    assert refused <= 0.1 * len(corpus())
    for k, (_, source) in enumerate(written):
        (tmp_path / f"{k}.c").write_text(source, encoding="utf-8")
    library = tmp_path / "all.so"
    files = [str(tmp_path / f"{k}.c") for k in range(len(written))]
    command = [str(COMPILER), "-std=c99", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(library), *files, "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:3000]
    loaded = ctypes.CDLL(str(library))
    for k, (row, source) in enumerate(written):
        want = derivative(row, "denominator")
        got = call(getattr(loaded, f"f{k}"), source, f"f{k}", values(row), want.shape)
        assert agrees(got, want), f"{row.label}\n{source}"


def test_it_is_what_one_would_write() -> None:
    source = matcalc.grad("||X*w - y||^2", "w").code("c")
    assert "void grad_w(size_t m, size_t n, const double *X, const double *w, const double *y, double *out) {" in source
    assert "+= X[i * n + t] * w[t];" in source
    with pytest.raises(MatcalcError, match="compile runs"):
        matcalc.grad("x'*x", "x").compile("c")


def test_what_c_lacks_is_refused() -> None:
    with pytest.raises(MatcalcError, match="C has no names such as ж"):
        c(function([var("ж", as_shape("n"))]))
    with pytest.raises(MatcalcError, match="C has no expm"):
        matcalc.diff("tr(expm(X))", "X").code("c")
