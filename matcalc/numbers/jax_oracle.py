"""Automatic differentiation by JAX, for comparison with the closed form.

JAX is imported when it is asked for. The expression is computed by a table of its own, so that
nothing but the expression itself is shared with the symbolic side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..calculus.record import Record
from ..terms.errors import EvaluationError, MatcalcError
from ..terms.expression import Expr
from ..terms.shapes import ONE, SCALAR
from ..terms.walks import postorder
from .comparison import along, moves, relative, tangent
from .domains import Sample
from .sampling import Array, Rng, outward, size_of

Table = dict[str, Callable[..., Any]]


def load() -> Any:
    """JAX, or an error that says how to get it."""
    try:
        import jax
    except ImportError:
        raise MatcalcError('this needs JAX: pip install "matcalc-symbolic[jax]"') from None
    return jax


def table(jax: Any) -> Table:
    """What the operations do to JAX arrays of two axes; scalars have none."""
    jnp, sp, la = jax.numpy, jax.scipy.special, jax.scipy.linalg
    names = (
        "exp log sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh sqrt cbrt abs sign "
        "log1p expm1 log2 log10 floor ceil round sinc"
    )
    out: Table = {n.replace("arc", "a"): getattr(jnp, n) for n in names.split()}
    out |= {
        "sigmoid": jax.nn.sigmoid, "softplus": jax.nn.softplus, "relu": jax.nn.relu, "silu": jax.nn.silu,
        "elu": jax.nn.elu, "gelu": lambda x: jax.nn.gelu(x, approximate=False),
        "step": lambda x: jnp.where(x > 0, 1.0, 0.0),
        "erf": sp.erf, "erfc": sp.erfc, "gamma": sp.gamma, "lgamma": sp.gammaln, "digamma": sp.digamma,
        "normcdf": jax.scipy.stats.norm.cdf, "normpdf": jax.scipy.stats.norm.pdf,
        "cot": lambda x: 1 / jnp.tan(x), "sec": lambda x: 1 / jnp.cos(x), "csc": lambda x: 1 / jnp.sin(x),
        "tr": jnp.trace, "det": jnp.linalg.det, "logdet": lambda x: jnp.linalg.slogdet(x)[1],
        "sum": jnp.sum, "mean": jnp.mean, "prodall": jnp.prod, "amax": jnp.max, "amin": jnp.min,
        "norm": lambda x: jnp.sqrt(jnp.sum(x * x)), "norm1": lambda x: jnp.sum(jnp.abs(x)),
        "normnuc": lambda x: jnp.sum(jnp.linalg.svd(x, compute_uv=False)),
        "logsumexp": sp.logsumexp, "softmax": lambda x: jnp.exp(x - sp.logsumexp(x)),
        "inv": jnp.linalg.inv, "adj": lambda x: jnp.linalg.det(x) * jnp.linalg.inv(x),
        "pinv": jnp.linalg.pinv,
        "expm": la.expm, "diag": lambda x: jnp.diag(jnp.ravel(x)),
        "diagonal": lambda x: jnp.diagonal(x)[:, None],
        "vec": lambda x: x.T.reshape(-1, 1), "kron": jnp.kron, "tril": jnp.tril, "triu": jnp.triu,
        "max": jnp.maximum, "min": jnp.minimum, "pow": jnp.power, "epow": jnp.power,
    }  # fmt: skip
    return out


def compute(root: Expr, values: Mapping[str, Any], sizes: Mapping[str, int], jax: Any) -> Any:
    """The value of an expression in JAX; `values` has arrays with two axes, scalars without."""
    jnp, operations = jax.numpy, table(jax)
    done: dict[Expr, Any] = {}
    for e in postorder(root):
        args = [done[a] for a in e.args]
        shape = tuple(size_of(d, sizes) for d in e.shape)
        if e.op == "var":
            done[e] = values[e.data[0]]
        elif e.op == "num":
            done[e] = float(e.data)
        elif e.op == "size":
            done[e] = float(sizes[e.data])
        elif e.op == "const":
            done[e] = math.pi if e.data == "pi" else math.e
        elif e.op in ("eye", "ones", "zeros"):
            done[e] = jnp.eye(shape[0]) if e.op == "eye" else jnp.full(shape, float(e.op == "ones"))
        elif e.op == "add":
            done[e] = sum(args[1:], args[0])
        elif e.op in ("prod", "had"):
            done[e] = math.prod(args[1:], start=args[0])
        elif e.op == "mm":
            total = args[0]
            for a in args[1:]:
                total = total @ a
            done[e] = total[0, 0] if e.shape == SCALAR else total
        elif e.op == "t":
            done[e] = args[0].T if e.shape != SCALAR else args[0]
        elif e.op == "mpow":
            done[e] = _matrix_power(e, args, jnp)
        elif e.op == "array":
            rows, columns = e.data
            blocks = [jnp.reshape(a, (1, 1)) if jnp.ndim(a) == 0 else a for a in args]
            done[e] = jnp.block([blocks[r * columns : (r + 1) * columns] for r in range(rows)])
        elif e.op == "index":
            x = args[0].reshape(-1) if len(e.data) == 1 else args[0]
            got = x[tuple(s[1] if s[0] == "at" else slice(*s[1:]) for s in e.data)]
            done[e] = got.reshape(()) if e.shape == SCALAR else got.reshape(shape)
        elif e.op in operations:
            done[e] = operations[e.op](*args)
        else:
            raise EvaluationError(f"the operation {e.op} has no counterpart in JAX here")
    return done[root]


def _matrix_power(e: Expr, args: list[Any], jnp: Any) -> Any:
    exponent = e.args[1].data
    if e.args[1].op != "num" or not isinstance(exponent, int):
        raise EvaluationError("only whole powers of a matrix have a counterpart in JAX here")
    return jnp.linalg.matrix_power(args[0], exponent)


def compare(d: Record, sample: Sample, rng: Rng, count: int) -> float:
    """The largest relative difference between a derivative and that of JAX along random directions."""
    jax = load()
    with jax.enable_x64(True):
        x, name = d.variable, d.variable.data[0]
        values: dict[str, Array] = {}
        for n, e in d.nodes.items():
            if n in sample.values:
                shape = tuple(size_of(k, sample.sizes) for k in e.shape) if e.shape != SCALAR else ()
                values[n] = jax.numpy.asarray(np.reshape(sample.values[n], shape))

        def f(v: Any) -> Any:
            return compute(d.source, {**values, name: v}, sample.sizes, jax)

        worst = 0.0
        for e in moves(d, sample, rng, count):
            two = [e] if d.order == 1 else [e, next(moves(d, sample, rng, 1))]
            if d.form == "hvp":
                two[0] = np.reshape(sample.values[d.direction], e.shape)
            g: Callable[[Any], Any] = f
            for m in [tangent(d, sample, two[0]), *two[1:]]:
                g = _push(g, jax.numpy.asarray(m if x.shape != SCALAR else np.reshape(m, ())), jax)
            want = np.asarray(g(values[name]))
            keep = want if ONE not in d.source.shape else outward(want, d.source.shape)
            worst = max(worst, relative(along(d, sample, two), keep, 1.0))
    return worst


def _push(f: Callable[[Any], Any], along_: Any, jax: Any) -> Callable[[Any], Any]:
    """The derivative of f along a direction, as a function."""
    return lambda v: jax.jvp(f, (v,), (along_,))[1]
