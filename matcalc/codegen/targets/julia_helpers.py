"""Functions of a few lines that are written above a function in Julia."""

from __future__ import annotations

HELPERS = {
    "relu": "relu(x) = max(x, 0)",
    "heaviside": "heaviside(x) = x > 0 ? 1.0 : 0.0",
    "sigmoid": "sigmoid(x) = 1 / (1 + exp(-x))",
    "softplus": "softplus(x) = max(x, 0) + log1p(exp(-abs(x)))",
    "elu": "elu(x) = x > 0 ? float(x) : expm1(x)",
    "silu": "silu(x) = x / (1 + exp(-x))",
    "gelu": "gelu(x) = x * erfc(-x / sqrt(2)) / 2",
    "normcdf": "normcdf(x) = erfc(-x / sqrt(2)) / 2",
    "normpdf": "normpdf(x) = exp(-x^2 / 2) / sqrt(2 * pi)",
    "lgamma": "lgamma(x) = logabsgamma(x)[1]",
    "tetragamma": "tetragamma(x) = polygamma(2, x)",
    "skew": "skew(x) = [0 -x[3] x[2]; x[3] 0 -x[1]; -x[2] x[1] 0]",
    "axial": "axial(x) = [x[3, 2] - x[2, 3], x[1, 3] - x[3, 1], x[2, 1] - x[1, 2]]",
    "logsumexp": """
function logsumexp(x)
    # log(sum(exp(x))) of all entries without overflow
    top = maximum(x)
    return top + log(sum(exp.(x .- top)))
end
""",
    "softmax": """
function softmax(x)
    # exp(x)/sum(exp(x)) of all entries without overflow
    y = exp.(x .- maximum(x))
    return y / sum(y)
end
""",
    "logsumexp_rows": """
function logsumexp_rows(x)
    # log(sum(exp(x))) of each row without overflow
    top = maximum(x, dims=2)
    return vec(top .+ log.(sum(exp.(x .- top), dims=2)))
end
""",
    "softmax_rows": """
function softmax_rows(x)
    # the softmax of each row without overflow
    y = exp.(x .- maximum(x, dims=2))
    return y ./ sum(y, dims=2)
end
""",
    "dexpm": """
function dexpm(x, e)
    # the derivative of the matrix exponential at x in the direction e
    n = size(x, 1)
    return exp([x e; zero(x) x])[1:n, n + 1:end]
end
""",
    "dlogm": """
function dlogm(x, e)
    # the derivative of the matrix logarithm at x in the direction e
    n = size(x, 1)
    return log([x e; zero(x) x])[1:n, n + 1:end]
end
""",
    "d2expm": """
function d2expm(x, e, f)
    # the second derivative of the matrix exponential at x in the directions e and f
    n, o = size(x, 1), zero(x)
    return exp([x e f o; o x o f; o o x e; o o o x])[1:n, 3 * n + 1:end]
end
""",
    "d2logm": """
function d2logm(x, e, f)
    # the second derivative of the matrix logarithm at x in the directions e and f
    n, o = size(x, 1), zero(x)
    return log([x e f o; o x o f; o o x e; o o o x])[1:n, 3 * n + 1:end]
end
""",
    "adj": """
function adj(x)
    # the adjugate, also of a singular matrix
    u, s, v = svd(x)
    n = length(s)
    others = [prod(s[[1:k - 1; k + 1:n]]) for k in 1:n]
    return det(u) * det(v) * (v .* others') * u'
end
""",
    "cholesky_factor": """
function cholesky_factor(a)
    # the lower factor of the symmetric part
    lower, upper = cholesky(Symmetric((a + a') / 2))
    return Matrix(lower)
end
""",
    "eigvalsh": """
function eigvalsh(a)
    # the eigenvalues of the symmetric part, the least first
    return eigvals(Symmetric((a + a') / 2))
end
""",
    "eigvecsh": """
function eigvecsh(a)
    # the unit eigenvectors of the symmetric part as columns, with signs that do not jump
    v = eigvecs(Symmetric((a + a') / 2))
    return v .* sign.(sqrt.(1:size(a, 1))' * v)
end
""",
    "maxeig": """
function maxeig(a)
    # the largest eigenvalue of the symmetric part
    return maximum(eigvals(Symmetric((a + a') / 2)))
end
""",
    "maxeigvec": """
function maxeigvec(a)
    # a unit eigenvector of the largest eigenvalue of the symmetric part
    return eigvecsh(a)[:, end]
end
""",
    "mineig": """
function mineig(a)
    # the smallest eigenvalue of the symmetric part
    return minimum(eigvals(Symmetric((a + a') / 2)))
end
""",
    "mineigvec": """
function mineigvec(a)
    # a unit eigenvector of the smallest eigenvalue of the symmetric part
    return eigvecsh(a)[:, 1]
end
""",
    "polar": """
function polar(a)
    # the orthogonal factor of the polar decomposition
    u, s, v = svd(a)
    return u * v'
end
""",
    "dpolar": """
function dpolar(a, e)
    # the derivative of the orthogonal polar factor at a in the direction e
    u, s, v = svd(a)
    k = u' * e * v
    turn = (k - k') ./ (s .+ s')
    left = (e - u * (u' * e)) * v
    right = u' * (e - (e * v) * v')
    return u * turn * v' + (left ./ s') * v' + (u ./ s') * right
end
""",
    "leading": """
function leading(a)
    # the outer product of the leading pair of singular vectors
    u, s, v = svd(a)
    return u[:, 1] * v[:, 1]'
end
""",
    "dleading": """
function dleading(a, e)
    # the derivative of the outer product of the leading pair of singular vectors at a in the direction e
    u, s, v = svd(a)
    k = u' * e * v
    r = 2:length(s)
    p, q = k[r, 1], k[1, r]
    gap = s[1]^2 .- s[r] .^ 2
    x, y = e * v[:, 1], e' * u[:, 1]
    du = u[:, r] * ((s[1] * p + s[r] .* q) ./ gap) + (x - u * (u' * x)) / s[1]
    dv = v[:, r] * ((s[1] * q + s[r] .* p) ./ gap) + (y - v * (v' * y)) / s[1]
    return du * v[:, 1]' + u[:, 1] * dv'
end
""",
    "commutation": """
function commutation(m, n)
    # the matrix with commutation(m, n)*vec(A) = vec(A') for A with the rows of m and the columns of n
    rows, columns = size(m, 1), size(n, 1)
    order = vec(permutedims(reshape(1:rows * columns, rows, columns)))
    return Matrix(1.0I, rows * columns, rows * columns)[order, :]
end
""",
    "rows_first": """
function rows_first(x, shape)
    # the entries of x, row after row, as the rows of an array of another shape
    return permutedims(reshape(permutedims(x, ndims(x):-1:1), reverse(shape)), length(shape):-1:1)
end
""",
    "tensordot": """
function tensordot(a, i, b, j)
    # the sums of products along the axes i of a and j of b
    p, q = setdiff(1:ndims(a), i), setdiff(1:ndims(b), j)
    k = prod(size(a, d) for d in i)
    left = reshape(permutedims(a, [p; i...]), :, k)
    right = reshape(permutedims(b, [j...; q]), k, :)
    return reshape(left * right, [size(a, d) for d in p]..., [size(b, d) for d in q]...)
end
""",
    "sums": "sums(x, axes) = dropdims(sum(x, dims=axes), dims=axes)",
    "diagonals": """
function diagonals(x)
    # the entries at which the last two axes have one index
    s, n = size(x), size(x)[end]
    return reshape(reshape(x, :, n^2)[:, 1:n + 1:n^2], s[1:end - 1])
end
""",
    "kernel": """
function kernel(f, shape, given...)
    # y[i, j, k, l] = f(..., e)[i, j] for the unit matrices e with a one at k, l; so for two directions
    count = shape[3] * shape[4]
    y = zeros(shape[1] * shape[2], prod(shape[3:end]))
    for k in 1:size(y, 2)
        e = zeros(shape[3], shape[4])
        e[mod1(k, count)] = 1
        if length(shape) == 4
            y[:, k] = vec(f(given..., e))
        else
            g = zeros(shape[5], shape[6])
            g[cld(k, count)] = 1
            y[:, k] = vec(f(given..., e, g))
        end
    end
    return reshape(y, shape)
end
""",
}
