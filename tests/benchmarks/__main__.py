"""All benchmarks: `python -m tests.benchmarks [--quick] [--only PART ...]`.

Prints tables of ratios of runs in turn, on one thread, and writes tests/benchmarks/RESULTS.md, growth.svg and the
summary in README.md. It takes less than ten minutes on a machine that does nothing else, which it should: close what is
open, and set the clock of the processor to one frequency if you can. `--quick` has fewer runs and writes nothing.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.measuring import set_up

HERE = Path(__file__).parent
README = HERE.parent.parent / "README.md"
BLOCK = re.compile(r"(<!-- measured -->\n).*?(<!-- end -->)", re.S)
ABOUT = """\
The two sides of a ratio run in turn, on one thread, in float64; their medians are compared. In the first tables it is
our time by the other's, so that 1 is as quick as code written by hand; where a heading says *time of* another, it is
theirs by ours, and above 1 ours is quicker. `python -m tests.benchmarks` measures all of it again.
"""
SUMMARY = [  # what the README quotes: the name of a figure, what it is
    ("NumPy by hand", "our NumPy by NumPy written by hand, eight gradients in three sizes: geometric mean"),
    ("logistic regression, n = 500", "the same, Hessian of logistic regression"),
    ("||A*B*C*D*E*F*G*H*x||^2, n = 300", "the same, gradient of a chain of eight matrices, n = 300"),
    ("GradBench, by hand", "the same, GradBench's small evaluations"),
    ("jax.jit(jax.grad) by our numpy", "`jax.jit(jax.grad)` by our NumPy: small / medium / large"),
    ("jax.jit(jax.grad) by our jax", "`jax.jit(jax.grad)` by our JAX"),
    ("torch.autograd.grad by our numpy", "`torch.autograd.grad` by our NumPy"),
    ("torch.autograd.grad by our torch", "`torch.autograd.grad` by our PyTorch"),
    ("jax.hessian, x'Ax, n = 1000", "`jax.hessian` by our NumPy, x'Ax, n = 1000"),
    ("SymPy by deriving", "SymPy's time to derive by ours, five problems: median"),
    ("exponent of deriving", "largest exponent of the time to derive, five families"),
    ("exponent of code", "largest exponent of the time to write code"),
]  # fmt: skip


def parts() -> dict[str, Callable[[bool, dict[str, str]], Iterator[str]]]:
    """The parts by name."""
    from tests.benchmarks import code, deriving, growth, startup

    def of(part: Callable[[float, dict[str, str]], Iterator[str]], seconds: float = 0.4) -> \
            Callable[[bool, dict[str, str]], Iterator[str]]:  # fmt: skip
        return lambda quick, told: part(seconds / 5 if quick else seconds, told)

    return {
        "hand": of(code.by_hand), "hessians": of(code.hessians, 1.0), "jax": of(code.against_jax),
        "hessians-jax": of(code.hessians_in_jax), "torch": of(code.against_torch), "gradbench": of(code.gradbench, 0.3),
        "deriving": of(deriving.deriving, 1.0), "start": startup.start, "growth": growth.growth,
    }  # fmt: skip


def measured(names: list[str], quick: bool, told: dict[str, str]) -> Iterator[str]:
    """The lines of the report."""
    from tests.benchmarks.measuring import versions

    yield from ["# Benchmarks, measured", "", *ABOUT.splitlines(), "", f"{versions()}.", ""]
    for name, part in parts().items():
        if names and name not in names:
            continue
        start = time.perf_counter()
        try:
            yield from part(quick, told)
        except ImportError as error:
            yield from [f"## {name}", "", f"{error.name} is not installed.", ""]
        print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)


def summary(told: dict[str, str]) -> str:
    """The table of the README."""
    rows = [f"| {what} | {told[key]} |" for key, what in SUMMARY if key in told]
    return "\n".join(["| | |", "| --- | --- |", *rows, ""])


def main() -> None:
    """Print the tables, and write them."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs, and nothing is written")
    parser.add_argument("--only", nargs="+", default=[], metavar="PART", help="some parts, and nothing is written")
    given = parser.parse_args()
    set_up()
    told: dict[str, str] = {}
    lines = []
    for line in measured(given.only, given.quick, told):
        print(line, flush=True)
        lines.append(line)
    print(summary(told))
    if not given.quick and not given.only:
        (HERE / "RESULTS.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
        text = README.read_text(encoding="utf-8")
        README.write_text(BLOCK.sub(lambda m: m[1] + summary(told) + m[2], text), encoding="utf-8")


if __name__ == "__main__":
    main()
