"""How quick generated code is, against code written by hand and against automatic differentiation.

`python -m tests.benchmarks.code` prints tables of ratios and writes them to tests/benchmarks/RESULTS.md; `--quick` does
with fewer runs and writes nothing. The two sides of a ratio run in turn, on one thread; their medians are compared.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import special

import matcalc
from matcalc.codegen.function import function
from matcalc.codegen.targets.numpy import numpy as written

RNG = np.random.default_rng(0)
RESULTS = Path(__file__).parent / "RESULTS.md"
SIZES = ("small", "medium", "large")
Values = dict[str, Any]
Pair = tuple[Callable[[], Any], Callable[[], Any]]


def drawn(*shape: int) -> Any:
    """A normal array."""
    return RNG.standard_normal(shape)


def definite(n: int) -> Any:
    """A symmetric positive definite matrix."""
    a = drawn(n, n)
    return a @ a.T / n + np.eye(n)


class Problem(NamedTuple):
    """A function, its derivative by hand, and values of each size; `loss` is the function for JAX and PyTorch."""

    name: str
    derive: Callable[[], matcalc.Derivative]
    hand: Callable[..., Any]
    values: Callable[[int], Values]
    loss: Callable[..., Any] | None = None
    by: str = ""


def _regression(k: int) -> Values:
    m, n = ((50, 5), (1000, 50), (20000, 200))[k]
    return {"X": drawn(m, n), "w": 0.1 * drawn(n), "y": np.sign(drawn(m))}


def _square(names: str, sizes: tuple[int, ...] = (10, 100, 500)) -> Callable[[int], Values]:
    return lambda k: {a: definite(sizes[k]) for a in names}


def _gaussian(S: Any, C: Any) -> Any:
    inverse = np.linalg.inv(S)
    return (inverse - inverse @ C @ inverse).T


def _trace(A: Any, X: Any, B: Any) -> Any:
    inverse = np.linalg.inv(X)
    return -(inverse @ B @ A @ inverse).T


def _net(W3: Any, W2: Any, W1: Any, x: Any, y: Any) -> Any:
    a = np.tanh(W1 @ x)
    b = np.tanh(W2 @ a)
    return np.outer(2 * (1 - a**2) * (W2.T @ ((1 - b**2) * (W3.T @ (W3 @ b - y)))), x)


def _layers(k: int) -> Values:
    n = (10, 100, 1000)[k]
    return {**{f"W{i}": drawn(n, n) / n**0.5 for i in (1, 2, 3)}, "x": drawn(n), "y": drawn(n)}


def _factors(k: int) -> Values:
    m, n, r = ((20, 15, 3), (200, 150, 10), (1000, 800, 20))[k]
    return {"T": drawn(m, n), "U": drawn(m, r), "V": drawn(n, r)}


def _quadratic(k: int) -> Values:
    n = (10, 100, 1000)[k]
    return {"x": drawn(n), "A": drawn(n, n)}


GRADIENTS = [
    Problem("least squares", lambda: matcalc.grad("||X*w - y||^2", "w"), lambda X, w, y: 2 * (X.T @ (X @ w - y)),
            _regression, lambda xp, X, w, y: ((X @ w - y) ** 2).sum(), "w"),
    Problem("logistic regression", lambda: matcalc.grad("sum(log(1 + exp(-y.*(X*w))))", "w"),
            lambda X, w, y: -(X.T @ (y * special.expit(-y * (X @ w)))), _regression,
            lambda xp, X, w, y: xp.log1p(xp.exp(-y * (X @ w))).sum(), "w"),
    Problem("x'Ax", lambda: matcalc.grad("x'*A*x", "x"), lambda x, A: A @ x + A.T @ x, _quadratic,
            lambda xp, x, A: x @ A @ x, "x"),
    Problem("||T - UV'||^2 by U", lambda: matcalc.grad("||T - U*V'||^2", "U", where="T: matrix(m,n), U: matrix(m,k)"),
            lambda T, U, V: 2 * (U @ (V.T @ V) - T @ V), _factors,
            lambda xp, T, U, V: ((T - U @ V.T) ** 2).sum(), "U"),
    Problem("log det X", lambda: matcalc.grad("logdet(X)", "X"), lambda X: np.linalg.inv(X).T, _square("X"),
            lambda xp, X: xp.linalg.slogdet(X)[1], "X"),
    Problem("log det S + tr(inv(S)C)", lambda: matcalc.grad("logdet(S) + tr(inv(S)*C)", "S"), _gaussian,
            _square("SC"), lambda xp, S, C: xp.linalg.slogdet(S)[1] + xp.trace(xp.linalg.solve(S, C)), "S"),
    Problem("tr(A inv(X) B)", lambda: matcalc.grad("tr(A*inv(X)*B)", "X"), _trace, _square("AXB"),
            lambda xp, A, X, B: xp.trace(A @ xp.linalg.solve(X, B)), "X"),
    Problem("three tanh layers by W1", lambda: matcalc.grad("||W3*tanh(W2*tanh(W1*x)) - y||^2", "W1"), _net, _layers,
            lambda xp, W3, W2, W1, x, y: ((W3 @ xp.tanh(W2 @ xp.tanh(W1 @ x)) - y) ** 2).sum(), "W1"),
]  # fmt: skip


def _logistic(X: Any, w: Any, y: Any) -> Any:
    p = special.expit(y * (X @ w))
    return X.T @ ((y**2 * p * (1 - p))[:, None] * X)


def _blocks(T: Any, U: Any, V: Any) -> Any:
    m, k = U.shape
    out = np.zeros((m, k, m, k))
    i = np.arange(m)
    out[i, :, i, :] = 2 * (V.T @ V)
    return out


CHAIN = "||A*B*C*D*E*F*G*H*x||^2"
HESSIANS = [
    Problem("logistic regression, n = 500", lambda: matcalc.hessian("sum(log(1 + exp(-y.*(X*w))))", "w"), _logistic,
            lambda k: {"X": drawn(2000, 500), "w": 0.01 * drawn(500), "y": np.sign(drawn(2000))}),
    Problem("x'Ax, n = 1000", lambda: matcalc.hessian("x'*A*x", "x"), lambda x, A: A + A.T, lambda k: _quadratic(2)),
    Problem("||T - UV'||^2 by U, 100 by 5", lambda: matcalc.hessian("||T - U*V'||^2", "U",
            where="T: matrix(m,n), U: matrix(m,k)"), _blocks,
            lambda k: {"T": drawn(100, 80), "U": drawn(100, 5), "V": drawn(80, 5)}),
]  # fmt: skip


def _chain_by_hand(A: Any, B: Any, C: Any, D: Any, E: Any, F: Any, G: Any, H: Any, x: Any) -> Any:
    v = A @ (B @ (C @ (D @ (E @ (F @ (G @ (H @ x)))))))
    return 2 * (H.T @ (G.T @ (F.T @ (E.T @ (D.T @ (C.T @ (B.T @ (A.T @ v))))))))


def _chain(n: int) -> Problem:
    return Problem(f"{CHAIN}, n = {n}", lambda: matcalc.grad(CHAIN, "x"), _chain_by_hand,
                   lambda k: {**{a: drawn(n, n) / n**0.5 for a in "ABCDEFGH"}, "x": drawn(n)})  # fmt: skip


# --- measuring -------------------------------------------------------------------------------------------


def called(f: Callable[..., Any], values: Values) -> Callable[[], Any]:
    """A call of a function with the values of its parameters."""
    code = f.__code__
    args = [values[n] for n in code.co_varnames[: code.co_argcount]]
    return lambda: f(*args)


def ratio(ours: Callable[[], Any], theirs: Callable[[], Any], seconds: float) -> float:
    """The median time of the first by that of the second; they run in turn."""
    for _ in range(3):
        theirs(), ours()
    start = time.perf_counter()
    theirs(), ours()
    once = time.perf_counter() - start
    inner = max(4 if once < 0.02 else 1, int(4e-4 / once))
    times: tuple[list[float], list[float]] = ([], [])
    pairs = list(zip((ours, theirs), times, strict=True))
    for turn in range(max(8, min(400, int(seconds / (once * inner))))):
        for call, kept in pairs if turn % 2 else pairs[::-1]:
            call()  # so that both find the memory that they have just freed
            start = time.perf_counter()
            for _ in range(inner):
                call()
            kept.append(time.perf_counter() - start)
    return statistics.median(times[0]) / statistics.median(times[1])


def mean(ratios: list[float]) -> float:
    """The geometric mean."""
    return float(np.exp(np.mean(np.log(ratios))))


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """A table in Markdown."""
    return ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]


def by_hand(seconds: float) -> Iterator[str]:
    """Against NumPy written by hand."""
    rows, found = [], []
    for p in GRADIENTS:
        f = p.derive().compile()
        row = []
        for k in range(3):
            values = p.values(k)
            ours, theirs = called(f, values), called(p.hand, values)
            np.testing.assert_allclose(ours(), theirs(), rtol=1e-5, atol=1e-7)
            row.append(ratio(ours, theirs, seconds))
        found += row
        rows.append([p.name.replace("|", "\\|"), *(f"{r:.2f}" for r in row)])
    rows.append(["geometric mean", *(f"{mean(found[k::3]):.2f}" for k in range(3))])
    yield from ["## Gradients: time by that of NumPy written by hand", "", *table(["", *SIZES], rows), ""]
    yield f"Geometric mean {mean(found):.3f}, largest {max(found):.2f}."
    yield ""
    rows = []
    for p in [*HESSIANS, *(_chain(n) for n in (30, 100, 300))]:
        values = p.values(0)
        ours, theirs = called(p.derive().compile(), values), called(p.hand, values)
        np.testing.assert_allclose(ours(), theirs(), rtol=1e-5, atol=1e-7)
        rows.append([p.name.replace("|", "\\|"), f"{ratio(ours, theirs, seconds):.2f}"])
    yield from ["## Hessians and a chain of products: the same ratio", "", *table(["", "ratio"], rows), ""]


def against_jax(seconds: float) -> Iterator[str]:
    """Against jax.jit(jax.grad)."""
    import jax

    jax.config.update("jax_enable_x64", True)
    yield from _automatic("jax.jit(jax.grad)", "jax", seconds, lambda p, values: _jax_call(jax, p, values))


def _jax_call(jax: Any, p: Problem, values: Values) -> Pair:
    names = list(values)
    arrays = [jax.numpy.asarray(values[n]) for n in names]
    loss = p.loss
    assert loss is not None
    theirs = jax.jit(jax.grad(lambda *a: loss(jax.numpy, **dict(zip(names, a, strict=True))), names.index(p.by)))
    ours = p.derive().compile("jax")
    order = ours.__code__.co_varnames[: ours.__code__.co_argcount]
    jitted = jax.jit(ours)
    own = [jax.numpy.asarray(values[n]) for n in order]
    return lambda: theirs(*arrays).block_until_ready(), lambda: jitted(*own).block_until_ready()


def against_torch(seconds: float) -> Iterator[str]:
    """Against PyTorch's backward pass."""
    import torch

    torch.set_num_threads(1)
    yield from _automatic("torch.autograd.grad", "torch", seconds, lambda p, values: _torch_call(torch, p, values))


def _torch_call(torch: Any, p: Problem, values: Values) -> Pair:
    arrays = {n: torch.tensor(x) for n, x in values.items()}
    own = dict(arrays)
    arrays[p.by] = torch.tensor(values[p.by], requires_grad=True)
    loss = p.loss
    assert loss is not None
    return lambda: torch.autograd.grad(loss(torch, **arrays), arrays[p.by])[0], called(p.derive().compile("torch"), own)


def _automatic(name: str, target: str, seconds: float, calls: Callable[[Problem, Values], Pair]) -> Iterator[str]:
    rows: list[list[str]] = []
    found: dict[str, list[list[float]]] = {"numpy": [[], [], []], target: [[], [], []]}
    for p in GRADIENTS:
        row = [p.name.replace("|", "\\|")]
        ours = p.derive().compile()
        for k in range(3):
            values = p.values(k)
            theirs, own = calls(p, values)
            np.testing.assert_allclose(np.asarray(own()), np.asarray(theirs()), rtol=1e-4, atol=1e-6)
            pair = [ratio(theirs, called(ours, values), seconds), ratio(theirs, own, seconds)]
            for to, r in zip(found.values(), pair, strict=True):
                to[k].append(r)
            row.append(f"{pair[0]:.2f} / {pair[1]:.2f}")
        rows.append(row)
    rows.append(["geometric mean", *(" / ".join(f"{mean(r[k]):.2f}" for r in found.values()) for k in range(3))])
    yield from [f"## Time of {name} by that of our NumPy / of our {target}", "", *table(["", *SIZES], rows), ""]


def growth() -> Iterator[str]:
    """How the time and the size of code grow."""
    rows = []
    for name, build in (("layers", lambda h, z: z), ("residual layers", lambda h, z: h + z)):
        row = [name]
        for n in (250, 500, 1000):
            h = matcalc.vector("x", "n")
            for k in range(n):
                h = build(h, np.tanh(matcalc.matrix(f"W{k}", "n", "n") @ h))
            start = time.perf_counter()
            text = written(function([h], "net"))
            row.append(f"{time.perf_counter() - start:.2f} s, {len(text) // 1000} kB")
        rows.append(row)
    yield from ["## Writing code of a net", "", *table(["", "250", "500", "1000"], rows), ""]


def versions() -> str:
    """What was measured with what."""
    found = [f"Python {platform.python_version()}"]
    for name in ("numpy", "scipy", "jax", "torch"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} is not installed")
    return ", ".join(found)


SETTING = {  # one thread, and memory that is kept, so that no side pays for new pages
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "4000000000",
}  # fmt: skip


def main() -> None:
    """Print the tables, and write them."""
    if any(os.environ.get(name) != value for name, value in SETTING.items()):  # it is read when libraries are loaded
        os.environ.update(SETTING)
        os.execv(sys.executable, [sys.executable, "-m", "tests.benchmarks.code", *sys.argv[1:]])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs, and nothing is written")
    quick = parser.parse_args().quick
    seconds = 0.1 if quick else 0.4
    lines = ["# Generated code, measured", "", f"One thread, float64, medians of interleaved runs. {versions()}.", ""]
    for part in (by_hand, against_jax, against_torch):
        try:
            for line in part(seconds):
                print(line, flush=True)
                lines.append(line)
        except ImportError as error:
            lines += [f"{error.name} is not installed.", ""]
    for line in growth():
        print(line, flush=True)
        lines.append(line)
    if not quick:
        RESULTS.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
