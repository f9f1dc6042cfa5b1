"""A random problem: an expression, a variable, values; what JAX says about it and what matcalc says."""

from __future__ import annotations

import random
import re
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .generate import Generator
from .operations import jax, jnp, table, text, value
from .trees import Tree, Variable, size
from .values import agrees, draw, natural, tie

KINDS = ("scalar", "vector", "matrix")
LIMIT = 20
DIRECTION = "v0"
BIG = 1e4
NEEDS_JAX = frozenset(("hessian", "hvp", "second"))  # second derivatives
ONCE: frozenset[str] = frozenset()  # operations whose second derivative is refused by name


@dataclass(frozen=True)
class Sample:
    """One problem. `mode` is what is asked: diff, grad, hessian, hvp (the Hessian times an array of ones), vec (the
    Jacobian of vec(Y) by vec(X)), second (the derivative by `wrt` again by `other`), or the structure of diff.
    """

    seed: str
    tree: Tree
    wrt: Variable
    variables: tuple[Variable, ...]
    sizes: dict[str, int] = field(hash=False)
    mode: str
    layout: str
    loose: bool = False
    other: Variable | None = None

    @property
    def text(self) -> str:
        """The expression in the plain language."""
        return text(self.tree, self.loose)

    @property
    def where(self) -> str:
        """The declarations of the variables that occur."""
        names = self.tree.names() | {self.wrt.name}
        return ", ".join(v.declaration() for v in self.variables if v.name in names)

    def with_tree(self, tree: Tree) -> Sample:
        """The same problem about another expression."""
        return replace(self, tree=tree)

    def line(self) -> str:
        """A line that can be pasted into Python."""
        if self.mode in ("hessian", "grad"):
            return f'matcalc.{self.mode}("{self.text}", "{self.wrt.name}", where="{self.where}")'
        if self.mode == "second" and self.other is not None:
            layout = f'layout="{self.layout}"'
            first = f'matcalc.diff("{self.text}", "{self.wrt.name}", where="{self.where}", {layout})'
            return f'matcalc.diff({first}, "{self.other.name}", {layout})'
        if self.mode == "hvp":
            return f'matcalc.grad("{self.text}", "{self.wrt.name}", where="{self.where}").hvp("{DIRECTION}")'
        if self.mode == "vec":
            return f'matcalc.diff("{self.text}", "{self.wrt.name}", where="{self.where}").vec()'
        extra = "" if self.mode == "diff" else f', structure="{self.mode}"'
        named = f'where="{self.where}", layout="{self.layout}"{extra}'
        return f'matcalc.diff("{self.text}", "{self.wrt.name}", {named})'


@dataclass(frozen=True)
class Verdict:
    """How a problem ended: ok, wrong, error, slow or (of the reference) rejected."""

    what: str
    manner: str = ""
    note: str = ""


class Rejected(Exception):
    """The reference is not trustworthy here."""


class Slow(Exception):
    """Over the time limit."""


@contextmanager
def limit(seconds: int) -> Iterator[None]:
    """Raise Slow after some seconds."""

    def on_alarm(*_: Any) -> None:
        raise Slow

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# --- making ------------------------------------------------------------


def make(seed: str) -> Sample:
    """The problem of a seed; tries until the reference is well-behaved."""
    rng = random.Random(seed)
    while True:
        sample = draft(rng, seed)
        if sample is None:
            continue
        try:
            settle(sample)
        except (Rejected, LookupError):
            continue
        return sample


def draft(rng: random.Random, seed: str) -> Sample | None:
    """A problem that may still be ill-behaved."""
    g = Generator(rng)
    by = rng.choice(KINDS)
    of = rng.choice(KINDS)
    mode = "diff"
    if of == "scalar":
        mode = rng.choices(("diff", "hessian", "grad", "hvp"), (6, 4, 1, by != "scalar"))[0]
    elif of == by == "matrix" and rng.random() < 0.2:
        mode = "vec"
    shape = g.shape(by)
    properties = g.properties(shape) if rng.random() < 0.6 else ()
    tied = {"symmetric", "spd", "skew", "diagonal", "lower", "upper"} & set(properties)
    if tied and mode == "diff" and of == "scalar" and rng.random() < 0.5:
        mode = rng.choice(("entries", "tangent"))
    g.wrt = Variable(rng.choice({"scalar": "abcx", "vector": "wxz", "matrix": "XWA"}[by]), shape, properties)
    g.variables[g.wrt.name] = g.wrt
    depth = rng.choice((1, 2, 2, 3, 3, 4)) - (mode == "hessian" and by == "matrix")
    has = rng.choice((1, 1, 1, 2, 2, 3))
    try:
        tree = g.tree(g.shape(of), max(depth, 1), has)
    except LookupError:
        return None
    if g.wrt.name not in tree.names() or tree.count() > 40 or _repeats(tree):
        return None
    if mode in ("hessian", "hvp") and any(n.op in ONCE for _, n in tree.walk()):
        return None
    layout = rng.choice(("numerator", "denominator"))
    variables, loose = tuple(g.variables.values()), rng.random() < 0.25
    second = [v for v in variables if v.name in tree.names()]
    if mode == "diff" and rng.random() < 0.12 and not any(n.op in ONCE for _, n in tree.walk()):
        other = rng.choice(second)
        axes = [d for s in (tree.shape, g.wrt.shape, other.shape) for d in s if d]
        if len(axes) <= 4:
            return Sample(seed, tree, g.wrt, variables, g.sizes, "second", layout, loose, other)
    return Sample(seed, tree, g.wrt, variables, g.sizes, mode, layout, loose)


def _repeats(tree: Tree) -> bool:
    """Whether operations are nested that make nonsense together, such as four exponentials."""
    steep = {"fn:exp", "fn:sinh", "fn:cosh", "expm", "fn:gamma", "fn:tan", "powb"}
    return sum(n.op in steep for _, n in tree.walk()) > 3


def settle(sample: Sample) -> dict[str, Any]:
    """The values of a problem, checked at every node; Rejected if one is not well-behaved."""
    values = sample_values(sample)

    def watch(op: str, args: list[Any], out: Any) -> None:
        arrays = [np.asarray(a) if hasattr(a, "shape") else a for a in args]
        if not table()[op].guard(*arrays):
            raise Rejected(op)
        if not np.all(np.isfinite(out)) or np.abs(out).max(initial=0) > BIG:
            raise Rejected("large")

    try:
        with np.errstate(all="ignore"):
            value(sample.tree, columns(sample, values), sample.sizes, watch)
    except np.linalg.LinAlgError as error:  # JAX gives NaN
        raise Rejected("singular") from error
    return values


def columns(sample: Sample, values: dict[str, Any]) -> dict[str, Any]:
    """The values with two axes each."""
    return {v.name: jnp.reshape(values[v.name], tuple(size(d, sample.sizes) for d in v.shape))
            for v in sample.variables}  # fmt: skip


def sample_values(sample: Sample) -> dict[str, np.ndarray]:
    """Values of the declared kinds, the same for the same seed and names."""
    out = {}
    for v in sample.variables:
        rng = np.random.default_rng(list(f"{sample.seed}:{v.name}".encode()))
        r, c = (size(d, sample.sizes) for d in v.shape)
        out[v.name] = natural(v.shape, draw(rng, r, c, v.properties))
    return out


# --- the reference ------------------------------------------------------------


def reference(sample: Sample, values: dict[str, Any]) -> np.ndarray:
    """The derivative by JAX in the axes that the problem asks for."""
    env = columns(sample, values)
    wrt = sample.wrt
    two = tuple(size(d, sample.sizes) for d in wrt.shape)

    def f(x: Any) -> Any:
        out = value(sample.tree, {**env, wrt.name: x.reshape(two)}, sample.sizes)
        return natural(sample.tree.shape, out)

    x = jnp.asarray(values[wrt.name])
    if sample.mode == "second" and sample.other is not None:
        return _second(sample, values, env)
    if sample.mode == "hessian":
        return directions(jax.grad(f), x)
    if sample.mode == "hvp":
        return _finite(jax.jvp(jax.grad(f), (x,), (jnp.ones(x.shape),))[1])
    raw = directions(f, x)
    if sample.mode == "grad":
        return raw
    if sample.mode == "vec":
        m, l, n, k = raw.shape
        return raw.transpose(1, 0, 3, 2).reshape(l * m, k * n)
    if sample.mode in ("entries", "tangent"):
        raw = tie(np.asarray(raw), sample.mode, wrt.properties, np.asarray(x))
    return in_layout(raw, x.ndim, sample.layout)


def in_layout(raw: Any, axes: int, layout: str) -> Any:
    """A derivative whose last axes are those of the variable, in the axes of a layout."""
    split = raw.ndim - axes
    first, second = tuple(range(split)), tuple(range(split, raw.ndim))
    return raw.transpose(first + second[::-1] if layout == "numerator" else second + first[::-1])


def _second(sample: Sample, values: dict[str, Any], env: dict[str, Any]) -> np.ndarray:
    """The derivative by `wrt` and then by `other`."""
    wrt, other = sample.wrt, sample.other
    assert other is not None
    two = {v.name: tuple(size(d, sample.sizes) for d in v.shape) for v in (wrt, other)}
    at = jnp.asarray(values[wrt.name])

    def first(y: Any) -> Any:
        here = {**env, other.name: y.reshape(two[other.name])}

        def f(x: Any) -> Any:
            now = {**here, wrt.name: x.reshape(two[wrt.name])}
            return natural(sample.tree.shape, value(sample.tree, now, sample.sizes))

        x = y if wrt == other else at
        units = jnp.eye(x.size).reshape(x.size, *x.shape)
        raw = jnp.stack([jax.jvp(f, (x,), (u,))[1] for u in units], -1)
        return in_layout(raw.reshape(*raw.shape[:-1], *x.shape), x.ndim, sample.layout)

    y = jnp.asarray(values[other.name])
    return np.asarray(in_layout(directions(first, y), y.ndim, sample.layout))


def directions(f: Any, x: Any) -> np.ndarray:
    """The derivative by every entry of x, one at a time (compiled parts are shared between problems so)."""
    columns = []
    for i in range(x.size):
        along = np.zeros(x.size)
        along[i] = 1.0
        move = jnp.asarray(along.reshape(x.shape))
        columns.append(np.asarray(difference(f, x, move) if jax is None else jax.jvp(f, (x,), (move,))[1]))
    return _finite(np.stack(columns, -1).reshape((*columns[0].shape, *x.shape)))


def difference(f: Any, x: Any, move: Any, step: float = 1e-3) -> Any:
    """The derivative along a direction without JAX: a central difference of fourth order, if a shorter one agrees."""

    def along(h: float) -> Any:
        near, far = (f(x + k * h * move) - f(x - k * h * move) for k in (1, 2))
        return (8 * near - far) / (12 * h)

    found, closer = along(step), along(step / 4)
    if not agrees(found, np.asarray(closer)):
        raise Rejected("the function bends too much for differences")
    return closer


def _finite(raw: Any) -> np.ndarray:
    out = np.asarray(raw)
    if not np.all(np.isfinite(out)) or np.abs(out).max(initial=0) > 1e7:
        raise Rejected("derivative")
    return out


def stable(sample: Sample, values: dict[str, Any], want: np.ndarray) -> bool:
    """Whether the reference hardly moves when the values are moved a little."""
    rng = np.random.default_rng(0)
    moved = {k: v * (1 + 1e-7 * rng.standard_normal(np.shape(v))) for k, v in values.items()}
    try:
        there = reference(sample, moved)
    except Rejected:
        return False
    return agrees(there, want, 1e-4)


# --- the verdict ------------------------------------------------------------


def derive(sample: Sample) -> Any:
    """What matcalc answers."""
    import matcalc

    if sample.mode in ("hessian", "grad"):
        return getattr(matcalc, sample.mode)(sample.text, sample.wrt.name, where=sample.where)
    if sample.mode == "second" and sample.other is not None:
        first = matcalc.diff(sample.text, sample.wrt.name, where=sample.where, layout=sample.layout)
        return matcalc.diff(first, sample.other.name, layout=sample.layout)
    if sample.mode == "hvp":
        return matcalc.grad(sample.text, sample.wrt.name, where=sample.where).hvp(DIRECTION)
    if sample.mode == "vec":
        return matcalc.diff(sample.text, sample.wrt.name, where=sample.where).vec()
    extra = {} if sample.mode == "diff" else {"structure": sample.mode}
    return matcalc.diff(sample.text, sample.wrt.name, where=sample.where, layout=sample.layout, **extra)


def used(sample: Sample, values: dict[str, Any]) -> dict[str, Any]:
    """The values of the variables that occur."""
    names = sample.tree.names()
    out = {k: np.asarray(v) for k, v in values.items() if k in names}
    if sample.mode == "hvp":
        out[DIRECTION] = np.ones(np.shape(values[sample.wrt.name]))
    return out


def judge(sample: Sample, printing: bool = True) -> Verdict:
    """Ask matcalc, compare with JAX, read the printed answer back and compare that too."""
    try:
        values = settle(sample)
    except (Rejected, LookupError):
        return Verdict("rejected")
    try:
        with limit(LIMIT):
            d = derive(sample)
            got = d.evaluate(used(sample, values))
            d.latex(), d.unicode()
            again = read_back(sample, d, values) if printing and np.squeeze(got).ndim <= 2 else None
    except Slow:
        return Verdict("slow", "slow", f"over {LIMIT} s")
    except Exception as e:  # every failure is counted, none hidden
        message = str(e).splitlines()[0] if str(e) else ""
        return Verdict("error", manner(e), f"{type(e).__name__}: {message}"[:300])
    try:
        want = reference(sample, values)
        if not agrees(got, want):
            if not stable(sample, values, want):
                return Verdict("rejected")
            same = np.squeeze(got).shape == np.squeeze(want).shape
            note = f"{d}" if same else f"shape {np.shape(got)} for {want.shape}: {d}"
            return Verdict("wrong", "wrong number" if same else "wrong shape", note[:400])
    except Rejected:
        return Verdict("rejected")
    if again is not None and not agrees(again, np.asarray(got)):
        return Verdict("wrong", "printed answer differs", str(d)[:400])
    return Verdict("ok")


def read_back(sample: Sample, d: Any, values: dict[str, Any]) -> np.ndarray | None:
    """The value of the printed answer."""
    import matcalc
    from matcalc.numbers.evaluate import evaluate

    printed = str(d)
    bare = re.sub(r"(matrix|vector)\([^()]*\)", "", printed)
    if not re.search(r"[A-Za-z]", bare):  # a constant whose size is not printed
        return None
    where = sample.where
    if sample.mode == "hvp":
        where += ", " + replace(sample.wrt, name=DIRECTION, properties=()).declaration()
    read = matcalc.parse(printed, where=where)
    return np.asarray(evaluate(read, used(sample, values), d.types))


def manner(e: BaseException) -> str:
    """What a failure is grouped by: its type, the place that raised it, its message without names."""
    frames = [f for f in traceback.extract_tb(e.__traceback__) if "matcalc" in f.filename]
    place = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].name}" if frames else "?"
    first = str(e).splitlines()[0] if str(e) else ""
    words = " ".join(w for w in re.findall(r"[a-z]{3,}", first)[:8])
    return f"{type(e).__name__} in {place}: {words}"
