"""What the operations do to NumPy arrays of two axes: a vector is a column.

`OPERATIONS` is open: add a function under the name of an operation to make it evaluate.
"""

from __future__ import annotations

import math

import numpy as np

from ..terms.errors import EvaluationError
from ..terms.signatures import FROM_NUMPY
from .elementwise import ELEMENTWISE as ELEMENTWISE
from .elementwise import Array, Function, of_scipy, optional, polygamma


def guarded(name: str, function: Function) -> Function:
    """A function of numpy.linalg whose failure is an EvaluationError."""

    def call(*args: Array) -> Array:
        try:
            return function(*args)
        except np.linalg.LinAlgError as error:
            raise EvaluationError(f"{name} cannot be evaluated: {str(error).lower()}") from None

    return call


def adjugate(x: Array) -> Array:
    """The adjugate, also of a singular matrix: adj(U*S*V') = det(U)*det(V)*V*adj(S)*U'."""
    u, s, vh = np.linalg.svd(x)
    others = np.array([np.prod(np.delete(s, i)) for i in range(len(s))])
    return np.linalg.det(u) * np.linalg.det(vh) * (vh.conj().T * others) @ u.conj().T


_PADE = (
    64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0,
    10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0,
)  # fmt: skip


def expm(x: Array) -> Array:
    """The matrix exponential: scaling and squaring with the Padé approximant of degree 13 (Higham 2005)."""
    size = float(np.linalg.norm(x, 1)) if x.size else 0.0
    if not math.isfinite(size):
        return np.full_like(x, np.nan)
    squarings = max(0, math.ceil(math.log2(size / 5.371920351148152))) if size > 0 else 0
    a = x / 2.0**squarings
    b, one = _PADE, np.eye(len(x))
    a2 = a @ a
    a4 = a2 @ a2
    a6 = a2 @ a4
    u = a @ (a6 @ (b[13] * a6 + b[11] * a4 + b[9] * a2) + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * one)
    v = a6 @ (b[12] * a6 + b[10] * a4 + b[8] * a2) + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * one
    result = np.linalg.solve(v - u, v + u)
    for _ in range(squarings):
        result = result @ result
    return result


def sqrtm(x: Array) -> Array:
    """The principal square root: by eigenvalues if symmetric, else by the Denman-Beavers iteration."""
    if _is_symmetric(x):
        values, vectors = np.linalg.eigh(x)
        if values.min(initial=0) >= -1e-12 * max(1.0, values.max(initial=0)):
            return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    _principal(x, "sqrtm")
    m, root, one = x.astype(complex), x.astype(complex), np.eye(len(x))
    for _ in range(100):  # the product form, scaled
        scale = abs(np.linalg.det(m)) ** (-1 / (2 * len(x)))
        if not 1e-8 < scale < 1e8 or abs(scale - 1) < 1e-2:
            scale = 1.0
        inverse = np.linalg.inv(m)
        root = scale * root @ (one + inverse / scale**2) / 2
        m = (one + (scale**2 * m + inverse / scale**2) / 2) / 2
        if np.abs(m - one).max() < 1e-15 * len(x):
            break
    return _real(root, "sqrtm")


def logm(x: Array) -> Array:
    """The principal logarithm: inverse scaling and squaring, then log(1 + Y) as a Gauss-Legendre integral."""
    if _is_symmetric(x):
        values, vectors = np.linalg.eigh(x)
        if values.min(initial=1) > 0:
            return (vectors * np.log(values)) @ vectors.T
    _principal(x, "logm")
    one, roots = np.eye(len(x)), 0
    a = x.astype(complex)
    while np.abs(a - one).sum(axis=0).max() > 0.25 and roots < 60:
        a, roots = _root(a), roots + 1
    y = a - one
    nodes, weights = np.polynomial.legendre.leggauss(12)
    total = sum(
        w / 2 * np.linalg.solve(one + (t + 1) / 2 * y, y) for t, w in zip(nodes, weights, strict=True)
    )
    return _real(np.asarray(total) * 2.0**roots, "logm")


def _root(a: Array) -> Array:
    try:
        return np.asarray(sqrtm(a), dtype=complex)
    except EvaluationError:
        raise EvaluationError("logm has no principal value: an eigenvalue is zero or negative") from None


def _principal(x: Array, name: str) -> None:
    """Refuse a matrix with a real eigenvalue below zero: it has no principal root and no principal logarithm."""
    values = np.linalg.eigvals(x)
    size = np.abs(values).max(initial=0)
    if np.any((np.abs(values.imag) <= 1e-10 * size) & (values.real < -1e-12 * size)):
        raise EvaluationError(f"{name} has no principal value: an eigenvalue is negative")


def _is_symmetric(x: Array) -> bool:
    return not np.iscomplexobj(x) and bool(np.allclose(x, x.T, rtol=1e-13, atol=0))


def _real(x: Array, name: str) -> Array:
    """A complex result as a real one, if it is."""
    size = np.abs(x).max(initial=0)
    if not np.isfinite(size):
        raise EvaluationError(f"{name} has no principal value: an eigenvalue is zero or negative")
    return x.real if np.abs(x.imag).max(initial=0) <= 1e-9 * max(1.0, size) else x


def blockwise(function: Function) -> Function:
    """The derivative of a matrix function at X in the direction E: the corner of f([X, E; 0, X])."""

    def call(x: Array, e: Array) -> Array:
        n = len(x)
        return function(np.block([[x, e], [np.zeros_like(x), x]]))[:n, n:]

    return call


def blockwise_twice(function: Function) -> Function:
    """The second derivative of a matrix function at X in the directions E and F, as the corner of a block matrix."""

    def call(x: Array, e: Array, f: Array) -> Array:
        n, o = len(x), np.zeros_like(x)
        return function(np.block([[x, e, f, o], [o, x, o, f], [o, o, x, e], [o, o, o, x]]))[:n, 3 * n :]

    return call


def polar(a: Array) -> Array:
    """The orthogonal factor U*V' of the polar decomposition."""
    u, _, v = np.linalg.svd(a, full_matrices=False)
    return u @ v


def commutation(m: Array, n: Array) -> Array:
    """K with K*vec(A) = vec(A') for A of size m by n."""
    rows, columns = len(m), len(n)
    return np.eye(rows * columns)[np.arange(rows * columns).reshape(columns, rows).T.ravel()]


def _symmetric_part(x: Array) -> Array:
    return (x + x.T) / 2


def eigenvectors(x: Array) -> Array:
    """The unit eigenvectors of the symmetric part, with signs that do not jump."""
    vectors = np.linalg.eigh(_symmetric_part(x))[1]
    return vectors * np.sign(np.sqrt(np.arange(1, len(x) + 1)) @ vectors)


def _at_lags(x: Array, wrap: bool) -> Array:
    """x[(i - j) mod n], or x[|i - j|]."""
    i = np.arange(len(x))
    lags = i[:, None] - i
    return np.ravel(x)[lags % len(x) if wrap else np.abs(lags)]


def _lag_sums(x: Array, wrap: bool) -> Array:
    """The sums of the entries at each lag."""
    at = _at_lags(np.arange(len(x)), wrap)
    return np.array([[np.sum(x[at == k])] for k in range(len(x))])


def leading(a: Array) -> Array:
    """The outer product of the leading pair of singular vectors."""
    u, _, v = np.linalg.svd(a)
    return np.outer(u[:, 0], v[0])


def of_numpy(name: str, function: str) -> Function:
    """The function of NumPy that an operation of the user's is."""
    if function not in FROM_NUMPY:
        raise EvaluationError(f"the operation {name} has no value: write numpy and a function where it is declared")
    found: Function = getattr(np, function)
    return found


def cross(x: Array, y: Array) -> Array:
    """The cross product of two columns of three entries."""
    return np.cross(np.ravel(x), np.ravel(y))[:, None]


def skew(x: Array) -> Array:
    """The matrix of the cross product with x from the left."""
    a, b, c = np.ravel(x)
    return np.array([[0, -c, b], [c, 0, -a], [-b, a, 0]])


def axial(x: Array) -> Array:
    """The column whose inner product with u is that of x with skew(u)."""
    return np.array([[x[2, 1] - x[1, 2]], [x[0, 2] - x[2, 0]], [x[1, 0] - x[0, 1]]])


def kernel(name: str | Function, args: list[Array], shape: tuple[int, ...]) -> Array:
    """K of the given shape with K[i, j, k, l]*E[k, l] summed = f(..., E)[i, j], and so for two directions."""
    function = OPERATIONS[name] if isinstance(name, str) else name
    out = np.empty(shape)
    for at in np.ndindex(*shape[2:]):
        directions = []
        for d in range(0, len(at), 2):
            unit = np.zeros(shape[2 + d : 4 + d])
            unit[at[d], at[d + 1]] = 1
            directions.append(unit)
        out[(slice(None), slice(None), *at)] = function(*args, *directions)
    return out


def dpolar(a: Array, e: Array) -> Array:
    """The derivative of the orthogonal polar factor at A in the direction E."""
    u, s, v = np.linalg.svd(a, full_matrices=False)
    k = u.T @ e @ v.T
    turn = (k - k.T) / (s[:, None] + s)
    left, right = (e - u @ (u.T @ e)) @ v.T, u.T @ (e - (e @ v.T) @ v)
    return u @ turn @ v + (left / s) @ v + (u / s) @ right


def dleading(a: Array, e: Array) -> Array:
    """The derivative of the leading pair of singular vectors, as their outer product, at A in the direction E."""
    u, s, v = np.linalg.svd(a)
    k = u.T @ e @ v.T
    m, n = a.shape
    sizes = np.zeros(max(m, n))
    sizes[: len(s)] = s
    down, across = np.zeros(max(m, n)), np.zeros(max(m, n))
    down[:m], across[:n] = k[:, 0], k[0]
    gap = s[0] ** 2 - sizes[1:] ** 2
    du = u[:, 1:] @ ((s[0] * down[1:] + sizes[1:] * across[1:]) / gap)[: m - 1]
    dv = ((s[0] * across[1:] + sizes[1:] * down[1:]) / gap)[: n - 1] @ v[1:]
    return np.outer(du, v[0]) + np.outer(u[:, 0], dv)


def sylvester(a: Array, b: Array, c: Array) -> Array:
    """The solution X of A*X + X*B = C."""
    linalg = optional("scipy.linalg")
    if linalg is not None:
        return linalg.solve_sylvester(a, b, c)
    m, n = c.shape
    system = np.kron(np.eye(n), a) + np.kron(b.T, np.eye(m))
    return np.linalg.solve(system, c.reshape(-1, order="F")).reshape((m, n), order="F")


def power(x: Array, exponent: float) -> Array:
    """A power of a square matrix."""
    if np.isrealobj(exponent) and float(exponent).is_integer():
        return np.linalg.matrix_power(x, int(exponent))
    if _is_symmetric(x):
        values, vectors = np.linalg.eigh(x)
        if values.min(initial=1) > 0:
            return (vectors * values**exponent) @ vectors.T
    return expm(exponent * logm(x))


def logsumexp(x: Array) -> Array:
    """log(sum(exp(x))) without overflow."""
    top = np.max(np.real(x))
    return top + np.log(np.sum(np.exp(x - top)))


def softmax(x: Array) -> Array:
    """exp(x)/sum(exp(x)) over all entries, without overflow."""
    e = np.exp(x - np.max(np.real(x)))
    return e / np.sum(e)


def normp(x: Array, p: Array) -> Array:
    """sum(abs(x)^p)^(1/p), without overflow."""
    top = np.max(np.abs(x))
    return top * np.sum((np.abs(x) / top) ** p) ** (1 / p) if top else top


def logsumexp_rows(x: Array) -> Array:
    """log(sum(exp(x))) of each row, as a column, without overflow."""
    top = np.max(np.real(x), axis=1, keepdims=True)
    return top + np.log(np.sum(np.exp(x - top), axis=1, keepdims=True))


def softmax_rows(x: Array) -> Array:
    """The softmax of each row, without overflow."""
    e = np.exp(x - np.max(np.real(x), axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def _rows(function: Function) -> Function:
    """A function of NumPy on each row, as a column."""
    return lambda x: function(x, axis=1, keepdims=True)


def chain(factors: list[Array]) -> Array:
    """The product of a chain of matrices in the order that costs least."""
    k = len(factors)
    if k == 2:
        return factors[0] @ factors[1]
    if k > 60:  # long chains: narrow ends first
        return _greedy(factors)
    p = [f.shape[0] for f in factors] + [factors[-1].shape[1]]
    cost: list[list[float]] = [[0.0] * k for _ in range(k)]
    split = [[0] * k for _ in range(k)]
    for length in range(1, k):
        for i in range(k - length):
            j = i + length
            best = min((cost[i][s] + cost[s + 1][j] + p[i] * p[s + 1] * p[j + 1], s) for s in range(i, j))
            cost[i][j], split[i][j] = best
    done: dict[tuple[int, int], Array] = {}
    stack = [(0, k - 1)]
    while stack:
        i, j = stack[-1]
        if i == j:
            done[i, j] = factors[i]
            stack.pop()
            continue
        s = split[i][j]
        parts = [(i, s), (s + 1, j)]
        missing = [part for part in parts if part not in done]
        if missing:
            stack.extend(missing)
        else:
            done[i, j] = done[parts[0]] @ done[parts[1]]
            stack.pop()
    return done[0, k - 1]


def _greedy(factors: list[Array]) -> Array:
    if factors[0].shape[0] <= factors[-1].shape[1]:
        result = factors[0]
        for f in factors[1:]:
            result = result @ f
        return result
    result = factors[-1]
    for f in reversed(factors[:-1]):
        result = f @ result
    return result


def _compare(ufunc: Function) -> Function:
    return lambda a, b: np.asarray(ufunc(a, b), dtype=float)


def logdet(x: Array) -> Array:
    """log|det X| of a real matrix, the principal logarithm of the determinant of a complex one."""
    sign, value = np.linalg.slogdet(x)
    return value + np.log(sign) if np.iscomplexobj(x) else value


OPERATIONS: dict[str, Function] = {
    "tr": np.trace, "det": guarded("det", np.linalg.det),
    "logdet": guarded("logdet", logdet),
    "sum": np.sum, "mean": np.mean, "prodall": np.prod,
    "norm": np.linalg.norm, "norm1": lambda x: np.sum(np.abs(x)), "norminf": lambda x: np.max(np.abs(x)),
    "normp": normp,
    "normnuc": guarded("the nuclear norm", lambda x: np.sum(np.linalg.svd(x, compute_uv=False))),
    "norm2": guarded("the spectral norm", lambda x: np.linalg.norm(x, 2)),
    "logsumexp": logsumexp, "softmax": softmax, "amax": np.max, "amin": np.min,
    "sum_rows": _rows(np.sum), "mean_rows": _rows(np.mean), "amax_rows": _rows(np.max), "amin_rows": _rows(np.min),
    "norm_rows": _rows(np.linalg.norm), "norm1_rows": lambda x: _rows(np.sum)(np.abs(x)),
    "norminf_rows": lambda x: _rows(np.max)(np.abs(x)), "logsumexp_rows": logsumexp_rows,
    "softmax_rows": softmax_rows, "log_softmax": lambda x: x - logsumexp(x),
    "log_softmax_rows": lambda x: x - logsumexp_rows(x),
    "inv": guarded("inv", np.linalg.inv), "adj": guarded("adj", adjugate),
    "pinv": guarded("pinv", np.linalg.pinv), "expm": guarded("expm", expm), "logm": guarded("logm", logm),
    "sqrtm": guarded("sqrtm", sqrtm), "sylvester": guarded("sylvester", sylvester),
    "dexpm": guarded("dexpm", blockwise(expm)), "dlogm": guarded("dlogm", blockwise(logm)),
    "d2expm": guarded("d2expm", blockwise_twice(expm)),
    "d2logm": guarded("d2logm", blockwise_twice(logm)), "polar": guarded("the polar factor", polar),
    "leading": guarded("the leading singular pair", leading),
    "commutation": commutation, "dpolar": guarded("dpolar", dpolar), "dleading": guarded("dleading", dleading),
    "circulant": lambda x: _at_lags(x, True), "toeplitz": lambda x: _at_lags(x, False),
    "wrapped": lambda x: _lag_sums(x, True), "lagged": lambda x: _lag_sums(x, False),
    "cumprod": lambda x: np.cumprod(x, axis=0), "prodall_rows": _rows(np.prod), "atan2": np.arctan2,
    "besselj": of_scipy("jv"), "bessely": of_scipy("yv"), "besseli": of_scipy("iv"), "besselk": of_scipy("kv"),
    "polygamma": of_scipy("polygamma"),
    "cholesky": guarded("cholesky", lambda x: np.linalg.cholesky(_symmetric_part(x))),
    "eigvalsh": guarded("eigvalsh", lambda x: np.linalg.eigvalsh(_symmetric_part(x))[:, None]),
    "eigvecsh": guarded("eigvecsh", eigenvectors),
    "maxeig": guarded("maxeig", lambda x: np.linalg.eigvalsh(_symmetric_part(x))[-1]),
    "mineig": guarded("mineig", lambda x: np.linalg.eigvalsh(_symmetric_part(x))[0]),
    "maxeigvec": guarded("maxeigvec", lambda x: eigenvectors(x)[:, -1:]),
    "mineigvec": guarded("mineigvec", lambda x: eigenvectors(x)[:, :1]),
    "dsqrtm": guarded("dsqrtm", blockwise(sqrtm)),
    "diag": lambda x: np.diag(np.ravel(x)), "diagonal": lambda x: np.diagonal(x)[:, None],
    "cross": cross, "skew": skew, "axial": axial,
    "vec": lambda x: x.reshape(-1, 1, order="F"), "kron": np.kron, "t": np.transpose,
    "max": np.maximum, "min": np.minimum, "tril": np.tril, "triu": np.triu, "tetragamma": polygamma(2),
    "gt": _compare(np.greater), "ge": _compare(np.greater_equal), "lt": _compare(np.less),
    "le": _compare(np.less_equal), "eq": _compare(np.equal), "ne": _compare(np.not_equal),
}  # fmt: skip
