"""The corpus: rows of text files, values for their variables, and the derivative by JAX.

A file `NAME.corpus` has a row per line, its columns separated by ` | `: expression, variable, declarations, the
form that the source prints, the source. The form is in denominator layout (the gradient of a scalar) unless
`numerator:` stands before it; its letters are those of the row; `-` stands where the source prints no closed
form of this derivative, or where we are not certain of it. What matcalc prints is in `frozen.py`. Lines that
begin with `#` are remarks; `# order: 2` makes a file one of Hessians, `# structure: entries` one of derivatives
in which tied entries are one unknown. The variable `x then y` is for the derivative by x differentiated by y.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tests.corpus.plain import evaluate
from tests.random.operations import jax, jnp
from tests.random.samples import directions, in_layout
from tests.random.values import draw, tie

HERE = Path(__file__).parent
SIZES = {"m": 4, "n": 3, "k": 2, "p": 5, "q": 2, "l": 5}
DECLARATION = re.compile(r"\s*(\w+):\s*((?:\w+ )*)(scalar|vector|matrix)(?:\(([^)]*)\))?\s*(?:,|$)")
TOKEN = re.compile(r"[A-Za-z_][A-Za-z_0-9]*|\d+\.?\d*|\.\*|\./|\.\^|\|\||[-+*/^'|<>\[\];@]")
CONSTANT = re.compile(r"(?:vector|matrix)\((\d+)(?:, [^()]*)?\)")


@dataclass(frozen=True)
class Row:
    """One row of a file."""

    file: str
    line: int
    expression: str
    variable: str
    where: str
    printed: str
    citation: str
    order: int = 1
    structure: str = "free"

    @property
    def label(self) -> str:
        """Where it stands."""
        return f"{self.file}:{self.line}"

    @property
    def name(self) -> str:
        """What is differentiated by what."""
        return f"{self.expression} by {self.variable}"

    @property
    def layouts(self) -> tuple[str, ...]:
        """The layouts to look at; a Hessian has one."""
        return ("denominator",) if self.order == 2 else ("numerator", "denominator")

    @property
    def book(self) -> tuple[str, str] | None:
        """The form that the source prints, and its layout."""
        if self.printed == "-":
            return None
        _, colon, form = self.printed.rpartition("numerator: ")
        return (form, "numerator" if colon else "denominator")

    def declared(self) -> dict[str, tuple[tuple[int, ...], tuple[str, ...]]]:
        """The size and the properties of every variable."""
        out = {}
        for name, properties, _, dims in DECLARATION.findall(self.where):
            sizes = tuple(int(d) if d.isdigit() else SIZES[d] for d in dims.split(",") if d)
            out[name] = (sizes, tuple(properties.split()))
        return out

    def values(self, seed: int = 0) -> dict[str, np.ndarray]:
        """Values for the variables."""
        out = {}
        for name, (sizes, properties) in self.declared().items():
            rng = np.random.default_rng([seed, *f"{self.expression}:{name}".encode()])
            out[name] = sample(rng, sizes, properties)
        return out


def sample(rng: np.random.Generator, sizes: tuple[int, ...], properties: tuple[str, ...]) -> np.ndarray:
    """A random array of a size with properties."""
    if "unit" in properties:
        return rng.uniform(0.15, 0.55, sizes)
    r, c = (*sizes, 1, 1)[:2]
    if "small" in properties and len(sizes) < 2:
        return 0.2 * rng.standard_normal(sizes)
    if "small" in properties and r != c:
        return 0.3 * rng.standard_normal(sizes)
    if "positive" in properties and len(sizes) < 2:
        return rng.uniform(0.8, 2.0, sizes)
    return draw(rng, r, c, properties).reshape(sizes)


def read(path: Path) -> list[Row]:
    """The rows of a file."""
    rows, extra = [], {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("#"):
            found = re.fullmatch(r"# (order|structure): (\w+)", line)
            if found:
                extra[found[1]] = int(found[2]) if found[1] == "order" else found[2]
            continue
        columns = [c.strip() for c in line.split(" | ")]
        if len(columns) != 5:
            raise ValueError(f"{path.name}:{number}: {len(columns)} columns")
        rows.append(Row(path.stem, number, *columns, **extra))  # type: ignore[arg-type]
    return rows


@cache
def corpus() -> tuple[Row, ...]:
    """All rows."""
    return tuple(row for path in sorted(HERE.glob("*.corpus")) for row in read(path))


def tokens(text: str) -> int:
    """The length of a form, as a reader counts: an array of ones is a 1, whatever size is said with it.

    >>> tokens("diag(vector(1)./x)"), tokens("diag(1./x)"), tokens("2*matrix(1, m, n)")
    (4, 4, 3)
    """
    return len(TOKEN.findall(CONSTANT.sub(r"\1", text)))


# --- the reference


_known: dict[tuple[Row, bytes], np.ndarray] = {}


def columns(values: dict[str, Any]) -> dict[str, Any]:
    """Every value with two axes."""
    return {k: jnp.asarray(v).reshape((*np.shape(v), 1, 1)[:2]) for k, v in values.items()}


def reference(row: Row, values: dict[str, Any], layout: str) -> np.ndarray:
    """The derivative by JAX in the axes of a layout; of a Hessian the axes of the variable twice."""
    name, _, then = row.variable.partition(" then ")
    x = jnp.asarray(values[name])

    def at(v: Any, others: dict[str, Any]) -> Any:
        out = evaluate(row.expression, columns({**others, name: v}), SIZES)
        return out.reshape(tuple(s for s in out.shape if s != 1))

    def f(v: Any) -> Any:
        return at(v, values)

    if then:

        def first(y: Any) -> Any:
            here = y if then == name else x
            raw = jax.jacfwd(lambda v: at(v, {**values, then: y}))(here)
            return in_layout(raw, x.ndim, layout)

        y = jnp.asarray(values[then])
        return np.asarray(in_layout(directions(first, y), y.ndim, layout))

    key = (row, np.asarray(x).tobytes())
    if key not in _known:
        _known[key] = directions(jax.grad(f) if row.order == 2 else f, x)
    raw = _known[key]
    if row.order == 2:
        return raw
    if row.structure != "free":
        raw = tie(np.asarray(raw), row.structure, row.declared()[row.variable][1], np.asarray(x))
    return np.asarray(in_layout(raw, x.ndim, layout))


def form_value(row: Row, form: str, values: dict[str, Any], want: np.ndarray) -> np.ndarray:
    """The value of a form, by the reader of this folder."""
    shape = want.shape if want.ndim else None
    if want.ndim == 1:
        out = np.asarray(evaluate(form, columns(values), SIZES))
        return np.broadcast_to(out.reshape(-1) if out.size == want.size else out.squeeze(), want.shape)
    return np.asarray(evaluate(form, columns(values), SIZES, shape))
