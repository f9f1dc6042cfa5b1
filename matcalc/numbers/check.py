"""Numerical verification: a derivative against differences of the expression that it was derived from.

Values are drawn from the domains that the declared properties and the assumptions name, the dimensions get distinct
sizes.

>>> import matcalc
>>> report = check(matcalc.diff("||Xw - y||^2", "w").record, seed=1)
>>> report.ok, report.error < 1e-8
(True, True)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ..calculus.record import Record
from ..terms.errors import MatcalcError
from ..terms.records import dataclass, field
from ..terms.walks import postorder
from .comparison import analytic, difference, gathered, moves
from .complex_values import complex_errors
from .domains import Sampler
from .jax_oracle import compare
from .sampling import Rng

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Trial:
    """One comparison: the sizes, how the numbers were found, and the largest relative error."""

    sizes: dict[str, int]
    method: str
    error: float

    def __str__(self) -> str:
        return f"{sizes_text(self.sizes)}: {self.method}, relative error {self.error:.1e}"

    __repr__ = __str__


@dataclass(frozen=True)
class Report:
    """What was tried and how well it agreed; true in a condition if all of it did.

    >>> import matcalc
    >>> print(matcalc.diff("x'*A*x", "x").check(trials=2, seed=0))  # doctest: +ELLIPSIS
    d(x'*A*x)/dx = x'*(A + A'), numerator layout
      read as a number: xᵀAx
      n = ...: complex step, relative error ...
      n = ...: complex step, relative error ...
    verified: largest relative error ... in 2 trials of 3 directions, seed 0
    """

    ok: bool
    error: float
    trials: tuple[Trial, ...]
    claim: str
    seed: int
    directions: int
    tolerance: float = TOLERANCE
    assumptions: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())
    reading: str = ""  # the expression in words

    def __bool__(self) -> bool:
        return self.ok

    @property
    def verdict(self) -> str:
        """The result in one line."""
        word = "verified" if self.ok else "NOT verified"
        tail = f"{len(self.trials)} trials of {self.directions} directions, seed {self.seed}"
        return f"{word}: largest relative error {self.error:.1e} in {tail}"

    def __str__(self) -> str:
        given = [f"  read as {self.reading}"] if self.reading else []
        given += [f"  assuming {', '.join(self.assumptions)}"] if self.assumptions else []
        notes = [f"  note: {n}" for n in self.notes]
        return "\n".join([self.claim, *given, *notes, *(f"  {t}" for t in self.trials), self.verdict])

    __repr__ = __str__

    def markdown(self) -> str:
        """The report as a Markdown table."""
        rows = [f"| {sizes_text(t.sizes)} | {t.method} | {t.error:.1e} |" for t in self.trials]
        head = ["| sizes | numbers by | relative error |", "|---|---|---|"]
        return "\n".join([f"`{self.claim}`", "", *head, *rows, "", f"**{self.verdict}**"])

    def _repr_markdown_(self) -> str:
        return self.markdown()


def sizes_text(sizes: Mapping[str, int]) -> str:
    """Sizes as people write them: `m = 3, n = 4`."""
    return ", ".join(f"{n} = {k}" for n, k in sorted(sizes.items())) or "fixed sizes"


def check(d: Record, trials: int = 3, seed: int = 0, against: str | None = None, *, directions: int = 3,
          tolerance: float = TOLERANCE, reading: str = "") -> Report:  # fmt: skip
    """Compare a derivative with numbers: differences of the original expression, or JAX (`against="jax"`).

    The report says the `reading`, which is the expression in words.

    Raises EvaluationError if no values are found at which the expression is defined.
    """
    if against not in (None, "jax"):
        raise MatcalcError(f"against is None or 'jax', not {against!r}")
    if trials < 1 or directions < 1:
        raise MatcalcError("at least one trial along one direction is needed")
    if against == "jax" and len(d.variables) > 1:
        raise MatcalcError("a derivative by a list of variables is compared with JAX one variable at a time")
    rng = np.random.default_rng(seed)
    if d.formal is not None:
        return _complex_report(d, trials, seed, against, rng, directions, tolerance, reading)
    sampler = Sampler(d.source, d.nodes, d.trace.assumptions, d.book)
    done = []
    for _ in range(trials):
        sample = sampler.draw(rng)
        if len(d.variables) > 1:
            error, method = max(gathered(d, sample, rng) for _ in range(directions)), "central differences"
        elif against == "jax":
            error, method = compare(d, sample, rng, directions), "automatic differentiation by JAX"
        else:
            exact = analytic(d.source) and not sampler.calls
            error = max(difference(d, sample, e, exact, rng) for e in moves(d, sample, rng, directions))
            method = "complex step" if exact else "central differences"
        done.append(Trial(sample.sizes, method, error))
    mark = "2" if d.order == 2 else ""
    by = d.variable.data[0] if len(d.variables) == 1 else f"({', '.join(v.data[0] for v in d.variables)})"
    claim = f"d{mark}({d.source})/d{by}{mark} = {d.expr}, {d.layout} layout"
    return _report(d, tuple(done), claim, seed, directions, tolerance, (*doubts(d), *d.remarks), reading)


def _report(d: Record, done: tuple[Trial, ...], claim: str, seed: int, directions: int, tolerance: float,
            notes: tuple[str, ...], reading: str) -> Report:  # fmt: skip
    """The report on some trials: right if the worst of them is."""
    worst = max(t.error for t in done)
    ok = bool(worst <= tolerance)
    return Report(ok, worst, done, claim, seed, directions, tolerance, tuple(d.assumptions), notes, reading)


def _complex_report(d: Record, trials: int, seed: int, against: str | None, rng: Rng, directions: int,
                    tolerance: float, reading: str) -> Report:  # fmt: skip
    """The report on a Wirtinger derivative, by differences along the real and the imaginary axis."""
    if against is not None:
        raise MatcalcError("a derivative by complex variables is compared with differences, not with JAX")
    found = [complex_errors(d, rng, directions) for _ in range(trials)]
    method = "central differences along real and imaginary parts"
    done = tuple(Trial(sizes, method, error) for error, sizes in found)
    assert d.formal is not None
    by = f"{'2 ' * (d.formal.factor == 2)}∂f/∂{d.formal.variable.data.name}"
    claim = f"{by} = {d.expr} for f = {d.source}, {d.layout} layout"
    return _report(d, done, claim, seed, directions, tolerance, d.remarks, reading)


_OF_ARRAYS = frozenset(("sum", "mean", "amax", "amin", "logsumexp", "softmax", "norm", "prodall", "tr", "det", "t"))


def doubts(d: Record) -> Iterator[str]:
    """What a right derivative of a text that means something else would look like."""
    names = {v.data[0] for v in d.variables}
    if not names & set(d.source.free):
        yield f"the value does not depend on {', '.join(sorted(names))}"
    inferred = [t for t in d.types.values() if t.inferred]
    arrays = any(t.kind != "scalar" for t in d.types.values())
    if inferred and not arrays and any(e.op in _OF_ARRAYS for e in postorder(d.source)):
        yield "every name is read as a scalar, though there are operations for arrays: declare what is an array"
