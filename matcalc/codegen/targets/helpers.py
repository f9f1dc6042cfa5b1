"""Functions of a few lines that are written into programs, for libraries with the names of the array API.

`xp.` stands for the library, `EXPM(` and `LOGM(` for its matrix exponential and logarithm.
"""

from __future__ import annotations

MATRIX_FUNCTIONS = {
    "softplus": '''
def softplus(x):
    """log(1 + exp(x)) without overflow."""
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.abs(x)))
''',
    "logsumexp": '''
def logsumexp(x):
    """log(sum(exp(x))) without overflow."""
    top = xp.max(x)
    return top + xp.log(xp.sum(xp.exp(x - top)))
''',
    "log_softmax": '''
def log_softmax(x):
    """log(softmax(x)) without overflow."""
    return x - logsumexp(x)
''',
    "logsumexp_rows": '''
def logsumexp_rows(x):
    """log(sum(exp(x))) of each row, without overflow."""
    top = xp.max(x, axis=1)
    return top + xp.log(xp.sum(xp.exp(x - top[:, None]), axis=1))
''',
    "softmax_rows": '''
def softmax_rows(x):
    """The softmax of each row, without overflow."""
    e = xp.exp(x - xp.max(x, axis=1)[:, None])
    return e / xp.sum(e, axis=1)[:, None]
''',
    "log_softmax_rows": '''
def log_softmax_rows(x):
    """The logarithm of the softmax of each row, without overflow."""
    return x - logsumexp_rows(x)[:, None]
''',
    "normp": '''
def normp(x, p):
    """The norm of order p of all entries."""
    return xp.sum(xp.abs(x) ** p) ** (1 / p)
''',
    "axial": '''
def axial(x):
    """The vector whose inner product with u is that of x with skew(u)."""
    y = x - x.T
    return xp.stack([y[2, 1], y[0, 2], y[1, 0]])
''',
    "softmax": '''
def softmax(x):
    """exp(x)/sum(exp(x)) without overflow."""
    e = xp.exp(x - xp.max(x))
    return e / xp.sum(e)
''',
    "matrix_power": '''
def matrix_power(x, k):
    """The power of a square matrix."""
    if float(k).is_integer():
        return np.linalg.matrix_power(x, int(k))
    return linalg.fractional_matrix_power(x, k)
''',
    "lu_det": '''
def lu_det(factors):
    """The determinant from an LU factorization with its interchanges of rows."""
    lu, rows = factors
    swaps = xp.sum(rows != xp.arange(rows.shape[0]))
    return xp.prod(xp.diag(lu)) * (1 - 2 * (swaps % 2))
''',
    "dlogm": '''
def dlogm(x, e):
    """The derivative of the matrix logarithm at x in the direction e."""
    n, o = x.shape[0], xp.zeros_like(x)
    return LOGM(xp.block([[x, e], [o, x]]))[:n, n:]
''',
    "d2expm": '''
def d2expm(x, e, f):
    """The second derivative of the matrix exponential at x in the directions e and f."""
    n, o = x.shape[0], xp.zeros_like(x)
    return EXPM(xp.block([[x, e, f, o], [o, x, o, f], [o, o, x, e], [o, o, o, x]]))[:n, 3 * n:]
''',
    "d2logm": '''
def d2logm(x, e, f):
    """The second derivative of the matrix logarithm at x in the directions e and f."""
    n, o = x.shape[0], xp.zeros_like(x)
    return LOGM(xp.block([[x, e, f, o], [o, x, o, f], [o, o, x, e], [o, o, o, x]]))[:n, 3 * n:]
''',
    "adj": '''
def adj(x):
    """The adjugate, also of a singular matrix."""
    u, s, vh = xp.linalg.svd(x)
    n = s.shape[0]
    others = xp.prod(xp.where(xp.eye(n) > 0, xp.ones((n, n)), s[None, :]), axis=1)
    return xp.linalg.det(u) * xp.linalg.det(vh) * (vh.T * others) @ u.T
''',
    "polar": '''
def polar(a):
    """The orthogonal factor of the polar decomposition."""
    u, _, vh = xp.linalg.svd(a, full_matrices=False)
    return u @ vh
''',
    "dpolar": '''
def dpolar(a, e):
    """The derivative of the orthogonal polar factor at a in the direction e."""
    u, s, vh = xp.linalg.svd(a, full_matrices=False)
    k = u.T @ e @ vh.T
    turn = (k - k.T) / (s[:, None] + s)
    left, right = (e - u @ (u.T @ e)) @ vh.T, u.T @ (e - (e @ vh.T) @ vh)
    return u @ turn @ vh + (left / s) @ vh + (u / s) @ right
''',
    "leading": '''
def leading(a):
    """The outer product of the leading pair of singular vectors."""
    u, _, vh = xp.linalg.svd(a, full_matrices=False)
    return u[:, :1] * vh[:1, :]
''',
    "dleading": '''
def dleading(a, e):
    """The derivative of the outer product of the leading pair of singular vectors at a in the direction e."""
    u, s, vh = xp.linalg.svd(a, full_matrices=False)
    k = u.T @ e @ vh.T
    gap = s[0] ** 2 - s[1:] ** 2
    du = u[:, 1:] @ ((s[0] * k[1:, 0] + s[1:] * k[0, 1:]) / gap)
    dv = ((s[0] * k[0, 1:] + s[1:] * k[1:, 0]) / gap) @ vh[1:, :]
    x, y = e @ vh[0, :], u[:, 0] @ e
    du = du + (x - u @ (u.T @ x)) / s[0]
    dv = dv + (y - (y @ vh.T) @ vh) / s[0]
    return du[:, None] * vh[:1, :] + u[:, :1] * dv[None, :]
''',
    "commutation": '''
def commutation(m, n):
    """K with K @ vec(A) = vec(A.T) for A with the rows of m and the columns of n."""
    rows, columns = m.shape[0], n.shape[0]
    at = xp.arange(rows * columns).reshape((columns, rows)).T.reshape(-1)
    return xp.eye(rows * columns)[at, :]
''',
    "kernel": '''
def kernel(f, shape, *given):
    """K[i, j, k, l] = f(..., E)[i, j] for the unit matrices E with a one at k, l; so for two directions."""
    m, n, k, l, *more = shape
    units = xp.eye(k * l).reshape((k * l, k, l))
    if not more:
        return xp.stack([f(*given, e) for e in units], axis=-1).reshape(shape)
    others = xp.eye(more[0] * more[1]).reshape((-1, *more))
    columns = [f(*given, e, o) for e in units for o in others]
    return xp.stack(columns, axis=-1).reshape(shape)
''',
}  # fmt: skip
