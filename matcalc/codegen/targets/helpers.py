"""Functions of a few lines that are written into programs, for libraries with the names of the array API.

`xp.` stands for the library; words in capitals for what libraries call differently.
"""

from __future__ import annotations

import re

MATRIX_FUNCTIONS = {
    "softplus": '''
def softplus(x):
    """log(1 + exp(x)) without overflow."""
    return xp.where(x > 0, x, xp.zeros_like(x)) + xp.log1p(xp.exp(-xp.abs(x)))
''',
    "step": '''
def step(x):
    """1 where x > 0, else 0."""
    return xp.where(x > 0, xp.ones_like(x), xp.zeros_like(x))
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
    "amax_rows": '''
def amax_rows(x):
    """The largest entry of each row."""
    return AMAX(x, axis=1)
''',
    "logsumexp_rows": '''
def logsumexp_rows(x):
    """log(sum(exp(x))) of each row, without overflow."""
    top = AMAX(x, axis=1)
    return top + xp.log(xp.sum(xp.exp(x - top[:, None]), axis=1))
''',
    "softmax_rows": '''
def softmax_rows(x):
    """The softmax of each row, without overflow."""
    e = xp.exp(x - AMAX(x, axis=1)[:, None])
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
    "sigmoid": '''
def sigmoid(x):
    """1/(1 + exp(-x)) without overflow."""
    small = xp.exp(-xp.abs(x))
    return xp.where(x >= 0, xp.ones_like(small), small) / (1 + small)
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
    return xp.prod(xp.diagonal(lu)) * (1 - 2 * (swaps % 2))
''',
    "dlogm": '''
def dlogm(x, e):
    """The derivative of the matrix logarithm at x in the direction e."""
    n, o = x.shape[0], xp.zeros_like(x)
    return LOGM(BLOCK([[x, e], [o, x]]))[:n, n:]
''',
    "d2expm": '''
def d2expm(x, e, f):
    """The second derivative of the matrix exponential at x in the directions e and f."""
    n, o = x.shape[0], xp.zeros_like(x)
    return EXPM(BLOCK([[x, e, f, o], [o, x, o, f], [o, o, x, e], [o, o, o, x]]))[:n, 3 * n:]
''',
    "d2logm": '''
def d2logm(x, e, f):
    """The second derivative of the matrix logarithm at x in the directions e and f."""
    n, o = x.shape[0], xp.zeros_like(x)
    return LOGM(BLOCK([[x, e, f, o], [o, x, o, f], [o, o, x, e], [o, o, o, x]]))[:n, 3 * n:]
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
    "cholesky": '''
def cholesky(x):
    """The lower factor of the symmetric part."""
    return xp.linalg.cholesky((x + x.T) / 2)
''',
    "eigvalsh": '''
def eigvalsh(x):
    """The eigenvalues of the symmetric part, the least first."""
    return xp.linalg.eigvalsh((x + x.T) / 2)
''',
    "eigvecsh": '''
def eigvecsh(x):
    """The unit eigenvectors of the symmetric part as columns, with signs that do not jump."""
    v = xp.linalg.eigh((x + x.T) / 2)[1]
    return v * xp.sign(xp.sqrt(xp.arange(1, x.shape[0] + 1, dtype=x.dtype)) @ v)
''',
    "maxeig": '''
def maxeig(x):
    """The largest eigenvalue of the symmetric part."""
    return eigvalsh(x)[-1]
''',
    "maxeigvec": '''
def maxeigvec(x):
    """A unit eigenvector of the largest eigenvalue of the symmetric part."""
    return eigvecsh(x)[:, -1]
''',
    "mineig": '''
def mineig(x):
    """The smallest eigenvalue of the symmetric part."""
    return eigvalsh(x)[0]
''',
    "mineigvec": '''
def mineigvec(x):
    """A unit eigenvector of the smallest eigenvalue of the symmetric part."""
    return eigvecsh(x)[:, 0]
''',
    "circulant": '''
def circulant(x):
    """The matrix of x[(i - j) mod n]."""
    i = xp.arange(x.shape[0])
    return x[(i[:, None] - i) % x.shape[0]]
''',
    "toeplitz": '''
def toeplitz(x):
    """The matrix of x[|i - j|]."""
    i = xp.arange(x.shape[0])
    return x[xp.abs(i[:, None] - i)]
''',
    "wrapped": '''
def wrapped(x):
    """The sums of x[i, j] with the same (i - j) mod n."""
    i = xp.arange(x.shape[0])
    return xp.sum(x[(i[:, None] + i) % x.shape[0], i[None, :]], axis=1)
''',
    "lagged": '''
def lagged(x):
    """The sums of x[i, j] with the same |i - j|."""
    i = xp.arange(x.shape[0])
    lags = xp.abs(i[:, None] - i)
    return xp.stack([xp.sum(x * (lags == k)) for k in range(x.shape[0])])
''',
    "commutation": '''
def commutation(m, n):
    """K with K @ vec(A) = vec(A.T) for A with the rows of m and the columns of n."""
    rows, columns = m.shape[0], n.shape[0]
    units = xp.reshape(xp.eye(rows * columns, dtype=m.dtype), (columns, rows, -1))
    return xp.reshape(PERMUTE(units, (1, 0, 2)), (rows * columns, rows * columns))
''',
    "kernel": '''
def kernel(f, shape, *given):
    """K[i, j, k, l] = f(..., E)[i, j] for the unit matrices E with a one at k, l; so for two directions."""
    m, n, k, l, *more = shape
    dtype = given[0].dtype if given else xp.float64
    units = xp.reshape(xp.eye(k * l, dtype=dtype), (k * l, k, l))
    if more:
        others = xp.reshape(xp.eye(more[0] * more[1], dtype=dtype), (-1, *more))
        columns = [f(*given, units[a, :, :], others[b, :, :]) for a in range(k * l) for b in range(others.shape[0])]
    else:
        columns = [f(*given, units[a, :, :]) for a in range(k * l)]
    return xp.reshape(xp.stack(columns, axis=-1), shape)
''',
    "blocks": '''
def blocks(rows):
    """The matrix of blocks."""
    return xp.concat([xp.concat(row, axis=1) for row in rows], axis=0)
''',
    "relu": '''
def relu(x):
    """x where it is positive, else 0."""
    return xp.where(x > 0, x, xp.zeros_like(x))
''',
    "elu": '''
def elu(x):
    """x where it is positive, else exp(x) - 1."""
    return xp.where(x > 0, x, xp.expm1(xp.where(x > 0, xp.zeros_like(x), x)))
''',
    "sinc": '''
def sinc(x):
    """sin(pi*x)/(pi*x), 1 at 0."""
    y = xp.where(x == 0, xp.ones_like(x), x) * xp.pi
    return xp.where(x == 0, xp.ones_like(x), xp.sin(y) / y)
''',
    "kron": '''
def kron(a, b):
    """The Kronecker product of two matrices, or of two vectors."""
    if a.ndim == 1:
        return xp.reshape(a[:, None] * b[None, :], (-1,))
    (m, n), (k, l) = a.shape, b.shape
    return xp.reshape(a[:, None, :, None] * b[None, :, None, :], (m * k, n * l))
''',
    "sqrtm": '''
def sqrtm(x):
    """The principal square root of a matrix, by the product form of the iteration of Denman and Beavers."""
    m, root, one = x, x, xp.eye(x.shape[0], dtype=x.dtype)
    for _ in range(30):
        inverse = xp.linalg.inv(m)
        root = root @ (one + inverse) / 2
        m = (one + (m + inverse) / 2) / 2
    return root
''',
    "logm": '''
def logm(x):
    """The principal logarithm of a matrix: 8 square roots, then a Gauss-Legendre rule for the integral."""
    one = xp.eye(x.shape[0], dtype=x.dtype)
    for _ in range(8):
        x = sqrtm(x)
    y = x - one
    nodes = (0.033765242898424, 0.169395306766868, 0.380690406958402,
             0.619309593041598, 0.830604693233132, 0.966234757101576)
    weights = (0.0856622461895852, 0.180380786524069, 0.233956967286346,
               0.233956967286346, 0.180380786524069, 0.0856622461895852)
    return 256 * sum(w * xp.linalg.solve(one + t * y, y) for t, w in zip(nodes, weights))
''',
    "expm": '''
def expm(x):
    """The matrix exponential: scaling, a Pade approximant, squaring."""
    one = xp.eye(x.shape[0], dtype=x.dtype)
    norm = float(xp.max(xp.sum(xp.abs(x), axis=0)))
    squarings = 0
    while norm > 1:
        norm, squarings = norm / 2, squarings + 1
    a = x / 2.0**squarings
    term, above, below, c = one, one, one, 1.0
    for k in range(1, 9):
        c = c * (9 - k) / (k * (17 - k))
        term = a @ term
        above, below = above + c * term, below + (-1) ** k * c * term
    result = xp.linalg.solve(below, above)
    for _ in range(squarings):
        result = result @ result
    return result
''',
    "dexpm": '''
def dexpm(x, e):
    """The derivative of the matrix exponential at x in the direction e."""
    n, o = x.shape[0], xp.zeros_like(x)
    return EXPM(BLOCK([[x, e], [o, x]]))[:n, n:]
''',
    "sylvester": '''
def sylvester(a, b, c):
    """The solution x of a @ x + x @ b = c."""
    m, n = c.shape
    one = xp.eye(m, dtype=a.dtype), xp.eye(n, dtype=a.dtype)
    system = KRON(a, one[1]) + KRON(one[0], b.T)
    return xp.reshape(xp.linalg.solve(system, xp.reshape(c, (m * n,))), (m, n))
''',
}  # fmt: skip


def helpers(xp: str, words: dict[str, str], namespace: bool = False) -> dict[str, str]:
    """The functions for a library: its name, and what it calls the words in capitals.

    With `namespace` the library is their first argument.
    """
    found = {}
    for name, text in MATRIX_FUNCTIONS.items():
        text = text.replace("xp.", f"{xp}.")
        for word, own in words.items():
            text = text.replace(f"{word}(", f"{own}(")
        found[name] = text
    if namespace:
        for name in found:
            for other in found:
                found[name] = re.sub(rf"(?<![\w.]){other}\(", f"{other}({xp}, ", found[name])
    return found
