"""The array-API function as it stands on arrays that are larger than memory, and on arrays spread over devices.

Both run in a process of their own: one has a limit of memory, the other four devices.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

LOSSES = ("||X*w - y||^2", "sum(log(1 + exp(-y.*(X*w))))")

COMMON = """
import json, sys
import numpy as np
import matcalc

LOSSES = json.loads(sys.argv[1])
M, N, ROWS = 400_000, 80, 5_000  # X has 256 MB, a block 3 MB

def rows(block):
    i = np.arange(block * ROWS, (block + 1) * ROWS)[:, None]
    return np.cos(0.37 * i + 1.3 * np.arange(N) * (1 + i % 7))

def labels(block):
    return np.sign(rows(block)[:, 0] - 0.1)

w = 0.1 * np.sin(np.arange(N))
grads = [matcalc.grad(text, "w") for text in LOSSES]
functions = [g.compile("array-api") for g in grads]
plain = [g.compile("numpy") for g in grads]
"""

DASK = """
import resource
import dask, dask.array as da
import array_api_compat.dask.array

blocks = M // ROWS
X = da.map_blocks(lambda block_info: rows(block_info[None]["chunk-location"][0]),
                  chunks=((ROWS,) * blocks, (N,)), dtype=float, meta=np.zeros((0, 0)))
y = da.map_blocks(lambda block_info: labels(block_info[None]["chunk-location"][0]),
                  chunks=((ROWS,) * blocks,), dtype=float, meta=np.zeros(0))
pages = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
limit = pages + 128_000_000  # half of X
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
found = []
for f, text in zip(functions, LOSSES):
    given = {"X": X, "w": da.from_array(w), "y": y}
    with dask.config.set(scheduler="synchronous"):
        got = f(**given)
        assert type(got) is da.Array
        found.append(got.compute())
try:
    np.ones((M, N))
    whole = "X fits"
except MemoryError:
    whole = "X does not fit"
own = [sum(f(X=rows(k), w=w, y=labels(k)) for k in range(blocks)) for f in plain]
print(json.dumps([whole, [np.abs(a - b).max() / np.abs(b).max() for a, b in zip(found, own)]]))
"""

JAX = """
import jax
jax.config.update("jax_enable_x64", True)
from jax.sharding import Mesh, NamedSharding, PartitionSpec

mesh = Mesh(np.array(jax.devices()), ("rows",))
X, y = (np.concatenate([f(k) for k in range(4)]) for f in (rows, labels))
given = {"X": jax.device_put(X, NamedSharding(mesh, PartitionSpec("rows", None))),
         "w": jax.device_put(w, NamedSharding(mesh, PartitionSpec())),
         "y": jax.device_put(y, NamedSharding(mesh, PartitionSpec("rows")))}
parts = sorted({s.data.shape for s in given["X"].addressable_shards})
errors = []
for f, h in zip(functions, plain):
    own = h(X=X, w=w, y=y)
    for g in (f, jax.jit(f)):
        got = g(**given)
        errors.append(float(np.abs(np.asarray(got) - own).max() / np.abs(own).max()))
print(json.dumps([len(given["X"].devices()), parts, errors]))
"""


def run(script: str, **environment: str) -> Any:
    """What a script prints, as data."""
    done = subprocess.run(
        [sys.executable, "-c", COMMON + script, json.dumps(LOSSES)],
        capture_output=True, text=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1", **environment}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit of memory is Linux's")
def test_dask_holds_a_block_at_a_time() -> None:
    pytest.importorskip("dask.array", reason="dask is not installed")
    pytest.importorskip("array_api_compat", reason="array_api_compat is not installed")
    whole, errors = run(DASK)
    assert whole == "X does not fit"
    assert len(errors) == len(LOSSES) and max(errors) < 1e-12


def test_jax_shards_the_rows_over_four_devices() -> None:
    pytest.importorskip("jax", reason="jax is not installed")
    pytest.importorskip("array_api_compat", reason="array_api_compat is not installed")
    devices, parts, errors = run(JAX, XLA_FLAGS="--xla_force_host_platform_device_count=4", JAX_PLATFORMS="cpu")
    assert devices == 4 and parts == [[5000, 80]]
    assert len(errors) == 2 * len(LOSSES) and max(errors) < 1e-12
