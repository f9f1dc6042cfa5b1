"""How quick generated code is, against code written by hand and against automatic differentiation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

import matcalc
from tests.benchmarks.measuring import Call, Values, called, cell, mean, ratio, table
from tests.benchmarks.problems import GRADBENCH, GRADIENTS, HESSIANS, SIZES, Problem, chain

Summary = dict[str, str]


def agree(ours: Call, theirs: Call) -> None:
    """Raise an AssertionError if two calls give different numbers."""
    np.testing.assert_allclose(np.asarray(ours()), np.asarray(theirs()), rtol=1e-4, atol=1e-6)


def by_hand(seconds: float, told: Summary) -> Iterator[str]:
    """Against NumPy written by hand."""
    yield from _by_hand("Gradients: time by that of NumPy written by hand", GRADIENTS, seconds, told, "NumPy by hand")


def _by_hand(title: str, problems: Sequence[Problem], seconds: float, told: Summary, key: str) -> Iterator[str]:
    rows, found = [], []
    for p in problems:
        f, row = p.derive().compile(), []
        for k in range(3):
            values = p.values(k)
            ours, theirs = called(f, values), called(p.hand, values)
            agree(ours, theirs)
            row.append(ratio(ours, theirs, seconds))
        found += row
        rows.append([cell(p.name), *(f"{r:.2f}" for r in row)])
    rows.append(["geometric mean", *(f"{mean(found[k::3]):.2f}" for k in range(3))])
    yield from [f"## {title}", "", *table(["", *SIZES], rows), ""]
    yield f"Geometric mean {mean(found):.3f}, largest {max(found):.2f}."
    yield ""
    told[key] = f"{mean(found):.2f}, at most {max(found):.2f}"


def hessians(seconds: float, told: Summary) -> Iterator[str]:
    """Hessians and a chain of products against NumPy written by hand."""
    rows = []
    for p in [*HESSIANS, *(chain(n) for n in (30, 100, 300))]:
        values = p.values(0)
        ours, theirs = called(p.derive().compile(), values), called(p.hand, values)
        agree(ours, theirs)
        r = ratio(ours, theirs, seconds)
        rows.append([cell(p.name), f"{r:.2f}"])
        told[p.name] = f"{r:.2f}"
    yield from ["## Hessians and a chain of products: the same ratio", "", *table(["", "ratio"], rows), ""]


def against_jax(seconds: float, told: Summary) -> Iterator[str]:
    """Against jax.jit(jax.grad)."""
    import jax

    jax.config.update("jax_enable_x64", True)
    yield from _automatic("jax.jit(jax.grad)", "jax", GRADIENTS, seconds, told, lambda p, v: _jax_call(jax, p, v))


def _jax_call(jax: Any, p: Problem, values: Values) -> tuple[Call, Call]:
    ours = p.derive().compile("jax")
    order = ours.__code__.co_varnames[: ours.__code__.co_argcount]
    jitted = jax.jit(ours)
    own = [jax.numpy.asarray(values[n]) for n in order]
    return _jax_grad(jax, jax.grad, p, values), lambda: jitted(*own).block_until_ready()


def _jax_grad(jax: Any, derive: Callable[..., Any], p: Problem, values: Values) -> Call:
    """JAX's own derivative, jitted."""
    names = list(values)
    arrays = [jax.numpy.asarray(values[n]) for n in names]
    loss = p.loss
    assert loss is not None
    theirs = jax.jit(derive(lambda *a: loss(jax.numpy, **dict(zip(names, a, strict=True))), names.index(p.by)))
    return lambda: theirs(*arrays).block_until_ready()


def against_torch(seconds: float, told: Summary) -> Iterator[str]:
    """Against PyTorch's backward pass."""
    import torch

    torch.set_num_threads(1)
    yield from _automatic("torch.autograd.grad", "torch", GRADIENTS, seconds, told,
                          lambda p, v: _torch_call(torch, p, v))  # fmt: skip


def _torch_call(torch: Any, p: Problem, values: Values) -> tuple[Call, Call]:
    arrays = {n: torch.tensor(x) for n, x in values.items()}
    own = dict(arrays)
    arrays[p.by] = torch.tensor(values[p.by], requires_grad=True)
    loss = p.loss
    assert loss is not None
    return lambda: torch.autograd.grad(loss(torch, **arrays), arrays[p.by])[0], called(p.derive().compile("torch"), own)


def _automatic(name: str, target: str, problems: Sequence[Problem], seconds: float, told: Summary,
               calls: Callable[[Problem, Values], tuple[Call, Call]]) -> Iterator[str]:  # fmt: skip
    rows: list[list[str]] = []
    found: dict[str, list[list[float]]] = {"numpy": [[], [], []], target: [[], [], []]}
    for p in problems:
        row = [cell(p.name)]
        ours = p.derive().compile()
        for k in range(3):
            values = p.values(k)
            theirs, own = calls(p, values)
            agree(own, theirs)
            pair = [ratio(theirs, called(ours, values), seconds), ratio(theirs, own, seconds)]
            for to, r in zip(found.values(), pair, strict=True):
                to[k].append(r)
            row.append(f"{pair[0]:.2f} / {pair[1]:.2f}")
        rows.append(row)
    rows.append(["geometric mean", *(" / ".join(f"{mean(r[k]):.2f}" for r in found.values()) for k in range(3))])
    yield from [f"## Time of {name} by that of our NumPy / of our {target}", "", *table(["", *SIZES], rows), ""]
    for key, of in found.items():
        told[f"{name} by our {key}"] = " / ".join(f"{mean(r):.1f}" for r in of)


def hessians_in_jax(seconds: float, told: Summary) -> Iterator[str]:
    """Hessians against jax.hessian: as arrays, and by their factors where they have some."""
    import jax

    jax.config.update("jax_enable_x64", True)
    rows = []
    for p in HESSIANS:
        values, d = p.values(0), p.derive()
        theirs = _jax_grad(jax, jax.hessian, p, values)
        ours = called(d.compile(), values)
        agree(ours, theirs)
        row = [cell(p.name), f"{ratio(theirs, ours, seconds):.3g}"]
        try:
            row.append(f"{ratio(theirs, called(d.compile(compressed=True), values), seconds):.3g}")
        except matcalc.MatcalcError:
            row.append("a full array")
        rows.append(row)
        told[f"jax.hessian, {p.name}"] = row[1]
    head = ["", "our array", "our factors"]
    yield from ["## Time of jax.jit(jax.hessian) by that of our NumPy", "", *table(head, rows), ""]


def gradbench(seconds: float, told: Summary) -> Iterator[str]:
    """GradBench's small evaluations: against NumPy by hand, and against automatic differentiation."""
    yield from _by_hand("GradBench's small evaluations: the ratio to NumPy written by hand", GRADBENCH, seconds, told,
                        "GradBench, by hand")  # fmt: skip
    for call in (_gradbench_jax, _gradbench_torch):
        try:
            for line in call(seconds, told):
                yield line.replace("## Time", "### GradBench: time")
        except ImportError as error:
            yield from [f"{error.name} is not installed.", ""]


def _gradbench_jax(seconds: float, told: Summary) -> Iterator[str]:
    import jax

    jax.config.update("jax_enable_x64", True)
    return _automatic("jax.jit(jax.grad)", "jax", GRADBENCH, seconds, {}, lambda p, v: _jax_call(jax, p, v))


def _gradbench_torch(seconds: float, told: Summary) -> Iterator[str]:
    import torch

    torch.set_num_threads(1)
    return _automatic("torch.autograd.grad", "torch", GRADBENCH, seconds, {}, lambda p, v: _torch_call(torch, p, v))
