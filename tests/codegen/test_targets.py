"""Every row of the corpus in every target that runs here: what is compiled gives the frozen numbers."""

from __future__ import annotations

import ast
import importlib
from functools import cache
from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc import MatcalcError
from matcalc.codegen.function import function
from matcalc.front.programs import Program, find, program, targets
from matcalc.numbers.evaluate import evaluate
from tests.codegen.lines import run
from tests.corpus.compare import derive
from tests.corpus.frozen import derivative, values
from tests.corpus.rows import Row, corpus
from tests.random.values import agrees

ROWS = corpus()
NEEDS = {"numpy": "numpy", "array-api": "array_api_compat", "jax": "jax", "torch": "torch",
         "array-api on its strict library": "array_api_strict"}  # fmt: skip
ALLOWED = {  # what a source may import
    "numpy": {"numpy", "scipy"}, "array-api": {"array_api_compat", "math"}, "jax": {"jax"}, "torch": {"torch", "math"},
}  # fmt: skip
REFUSED = {  # what a target lacks, by the words of its error
    ("array-api", "found:2"): "no erf", ("array-api", "scalars:26"): "no erf", ("array-api", "scalars:39"): "no gamma",
}  # fmt: skip


@cache
def missing(target: str) -> bool:
    """Whether the library of a target is not installed."""
    try:
        importlib.import_module(NEEDS[target])
    except ImportError:
        return True
    return False


def arrays(target: str, given: dict[str, np.ndarray]) -> dict[str, Any]:
    """The arrays of a library, in double precision."""
    library: Any = importlib.import_module(NEEDS[target])
    if target == "jax":
        library.config.update("jax_enable_x64", True)
        return {name: library.numpy.asarray(x) for name, x in given.items()}
    if target == "torch":
        return {name: library.tensor(x, dtype=library.float64) for name, x in given.items()}
    if library.__name__ == "array_api_strict":
        return {name: library.asarray(np.array(x, dtype=float)) for name, x in given.items()}
    return dict(given)


@pytest.mark.parametrize("target", NEEDS)
@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.label)
def test_a_row(row: Row, target: str) -> None:
    if missing(target):
        pytest.skip(f"{NEEDS[target]} is not installed")
    named = arrays(target, values(row))
    target = target.split()[0]
    for layout in row.layouts:
        d = derive(row, layout)
        if (target, row.label) in REFUSED:
            with pytest.raises(MatcalcError, match=REFUSED[target, row.label]):
                program(d.record, target)
            continue
        p: Program = program(d.record, target)
        f = p.compiled()
        names = f.__code__.co_varnames[: f.__code__.co_argcount]
        got = np.asarray(f(**{n: named[n if n in named else n.rstrip("_")] for n in names}))
        assert got.shape == derivative(row, layout).shape or got.size == 1, p.text
        assert agrees(got, derivative(row, layout)), p.text
        assert imported(p.text) <= ALLOWED[target]


def imported(source: str) -> set[str]:
    """The packages that a source imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_the_targets() -> None:
    assert {name.split()[0] for name in NEEDS} <= set(targets())


OTHERS = {  # what a source of another target may name at its head
    "c": {"#include <math.h>", "#include <stdlib.h>"},
    "julia": {"using LinearAlgebra", "using SpecialFunctions: gamma, digamma"},
    "rrule": {"using ChainRulesCore", "using LinearAlgebra", "using SpecialFunctions: gamma, digamma"},
    "torch-function": {"import torch", "import math"}, "jax-vjp": {"import jax", "import jax.numpy as jnp",
                                                                  "from jax.scipy import special"},
    "matlab": set[str](),
}  # fmt: skip


@pytest.mark.parametrize("target", OTHERS)
@pytest.mark.parametrize("text", ["||X*w - y||^2", "sum(sigmoid(X*w))", "sum(gamma(w))", "logsumexp(X*w)", "w'*w"])
def test_a_source_imports_nothing_but_its_target(text: str, target: str) -> None:
    d = matcalc.grad(text, "w", "X: matrix(m, n), w: vector(n), y: vector(m)")
    try:
        source = d.code(target)
    except MatcalcError as error:
        assert str(error) == "C has no digamma"
        return
    heads = {line for line in source.split("\n") if line.startswith(("import ", "from ", "using ", "#include"))}
    assert heads <= OTHERS[target] and "matcalc" not in source
    assert set(targets()) == {name.split()[0] for name in NEEDS} | set(OTHERS)


ROWS_OF = ("sum", "mean", "norm", "norm1", "norminf", "amax", "amin", "logsumexp", "softmax", "log_softmax")


@pytest.mark.parametrize("target", NEEDS)
@pytest.mark.parametrize("text", [*(f"{name}_rows(X)" for name in ROWS_OF), "log_softmax(x)", "normp(x, 3)", "X*x",
                                  "kron(X', X)", "kron(x, X')", "kron(x', X)", "pinv(x')", "polar(x')", "sum_rows(x')",
                                  "softmax_rows(x')", "norm_rows(x)", "X - vector(1)*x'"])
def test_operations_on_rows(text: str, target: str) -> None:
    if missing(target):
        pytest.skip(f"{NEEDS[target]} is not installed")
    e = matcalc.parse(text, "X: matrix(m, n), x: vector(n)")
    f = function([e])
    rng = np.random.default_rng(0)
    given = {"X": rng.standard_normal((4, 3)), "x": rng.standard_normal(3)}
    named = arrays(target, given)
    got = run(find(target.split()[0]).write(f))(**{p.name: named[p.name] for p in f.parameters})
    np.testing.assert_allclose(np.asarray(got), evaluate(e, given), rtol=1e-10)


def test_jax_can_be_jitted_and_differentiated() -> None:
    jax: Any = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    d = matcalc.grad("logsumexp(A*x) + x'*B*x", "x")
    rng = np.random.default_rng(0)
    given = {"A": rng.standard_normal((4, 3)), "x": rng.standard_normal(3), "B": rng.standard_normal((3, 3))}
    f = d.compile("jax")
    named = [jax.numpy.asarray(given[n]) for n in d.types]
    np.testing.assert_allclose(jax.jit(f)(*named), d.evaluate(given))
    at = list(d.types).index("x")
    np.testing.assert_allclose(jax.jacfwd(f, at)(*named), matcalc.hessian(d.source, "x").evaluate(given))
    assert "@ A" in d.code("jax") and "A.T" not in d.code("jax")


def test_the_array_api_function_runs_on_chunks() -> None:
    """The gradient over an X of many blocks of rows, in Dask, is that of NumPy."""
    dask: Any = pytest.importorskip("dask.array")
    pytest.importorskip("array_api_compat")
    rng = np.random.default_rng(0)
    X, w, y = rng.standard_normal((40, 3)), rng.standard_normal(3), np.sign(rng.standard_normal(40))
    for text in ("||X*w - y||^2", "sum(log(1 + exp(-y.*(X*w))))"):
        d = matcalc.grad(text, "w")
        given = {"X": dask.from_array(X, chunks=(10, 3)), "w": dask.from_array(w), "y": dask.from_array(y, chunks=10)}
        got = d.compile("array-api")(**given)
        np.testing.assert_allclose(got.compute(), d.evaluate(X=X, w=w, y=y))
