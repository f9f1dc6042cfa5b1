"""Functions of a few lines that are written below a function in MATLAB."""

from __future__ import annotations

HELPERS = {
    "even": """
function y = even(x)
    % The nearest whole numbers, of two the even one.
    y = round(x);
    halves = abs(x - fix(x)) == 0.5;
    y(halves) = 2 * round(x(halves) / 2);
end
""",
    "sinc": """
function y = sinc(x)
    % sin(pi*x)/(pi*x), 1 at 0.
    z = pi * (x + (x == 0));
    y = (x == 0) + (x ~= 0) .* sin(z) ./ z;
end
""",
    "logsumexp": """
function y = logsumexp(x)
    % log(sum(exp(x))) of all entries without overflow.
    top = max(x(:));
    y = top + log(sum(exp(x(:) - top)));
end
""",
    "softmax": """
function y = softmax(x)
    % exp(x)/sum(exp(x)) of all entries without overflow.
    y = exp(x - max(x(:)));
    y = y / sum(y(:));
end
""",
    "logsumexp_rows": """
function y = logsumexp_rows(x)
    % log(sum(exp(x))) of each row without overflow.
    top = max(x, [], 2);
    y = top + log(sum(exp(x - top), 2));
end
""",
    "softmax_rows": """
function y = softmax_rows(x)
    % The softmax of each row without overflow.
    y = exp(x - max(x, [], 2));
    y = y ./ sum(y, 2);
end
""",
    "normp": """
function y = normp(x, p)
    % The norm of order p of all entries.
    y = sum(abs(x(:)).^p)^(1 / p);
end
""",
    "skew": """
function y = skew(x)
    % The matrix with skew(x)*u = cross(x, u).
    y = [0, -x(3), x(2); x(3), 0, -x(1); -x(2), x(1), 0];
end
""",
    "axial": """
function y = axial(x)
    % The vector whose inner product with u is that of x with skew(u).
    y = [x(3, 2) - x(2, 3); x(1, 3) - x(3, 1); x(2, 1) - x(1, 2)];
end
""",
    "dexpm": """
function y = dexpm(x, e)
    % The derivative of the matrix exponential at x in the direction e.
    n = size(x, 1);
    y = expm([x, e; zeros(n), x]);
    y = y(1:n, n + 1:end);
end
""",
    "dlogm": """
function y = dlogm(x, e)
    % The derivative of the matrix logarithm at x in the direction e.
    n = size(x, 1);
    y = logm([x, e; zeros(n), x]);
    y = y(1:n, n + 1:end);
end
""",
    "d2expm": """
function y = d2expm(x, e, f)
    % The second derivative of the matrix exponential at x in the directions e and f.
    n = size(x, 1);
    o = zeros(n);
    y = expm([x, e, f, o; o, x, o, f; o, o, x, e; o, o, o, x]);
    y = y(1:n, 3 * n + 1:end);
end
""",
    "d2logm": """
function y = d2logm(x, e, f)
    % The second derivative of the matrix logarithm at x in the directions e and f.
    n = size(x, 1);
    o = zeros(n);
    y = logm([x, e, f, o; o, x, o, f; o, o, x, e; o, o, o, x]);
    y = y(1:n, 3 * n + 1:end);
end
""",
    "adj": """
function y = adj(x)
    % The adjugate, also of a singular matrix.
    [u, s, v] = svd(x);
    n = size(x, 1);
    others = diag(s) * ones(1, n);
    others(1:n + 1:end) = 1;
    y = det(u) * det(v) * (v .* prod(others, 1)) * u.';
end
""",
    "cholesky": """
function y = cholesky(a)
    % The lower factor of the symmetric part.
    y = chol((a + a.') / 2).';
end
""",
    "eigvalsh": """
function y = eigvalsh(a)
    % The eigenvalues of the symmetric part, the least first.
    y = sort(eig((a + a.') / 2));
end
""",
    "eigvecsh": """
function y = eigvecsh(a)
    % The unit eigenvectors of the symmetric part as columns, with signs that do not jump.
    [v, d] = eig((a + a.') / 2);
    [~, order] = sort(diag(d));
    v = v(:, order);
    y = v .* sign(sqrt(1:size(a, 1)) * v);
end
""",
    "maxeig": """
function y = maxeig(a)
    % The largest eigenvalue of the symmetric part.
    y = max(eig((a + a.') / 2));
end
""",
    "maxeigvec": """
function y = maxeigvec(a)
    % A unit eigenvector of the largest eigenvalue of the symmetric part.
    v = eigvecsh(a);
    y = v(:, end);
end
""",
    "mineig": """
function y = mineig(a)
    % The smallest eigenvalue of the symmetric part.
    y = min(eig((a + a.') / 2));
end
""",
    "mineigvec": """
function y = mineigvec(a)
    % A unit eigenvector of the smallest eigenvalue of the symmetric part.
    v = eigvecsh(a);
    y = v(:, 1);
end
""",
    "polar": """
function y = polar(a)
    % The orthogonal factor of the polar decomposition.
    [u, ~, v] = svd(a, 'econ');
    y = u * v.';
end
""",
    "dpolar": """
function y = dpolar(a, e)
    % The derivative of the orthogonal polar factor at a in the direction e.
    [u, s, v] = svd(a, 'econ');
    s = diag(s);
    k = u.' * e * v;
    turn = (k - k.') ./ (s + s.');
    left = (e - u * (u.' * e)) * v;
    right = u.' * (e - (e * v) * v.');
    y = u * turn * v.' + (left ./ s.') * v.' + (u ./ s.') * right;
end
""",
    "leading": """
function y = leading(a)
    % The outer product of the leading pair of singular vectors.
    [u, ~, v] = svd(a, 'econ');
    y = u(:, 1) * v(:, 1).';
end
""",
    "dleading": """
function y = dleading(a, e)
    % The derivative of the outer product of the leading pair of singular vectors at a in the direction e.
    [u, s, v] = svd(a, 'econ');
    s = diag(s);
    k = u.' * e * v;
    r = 2:numel(s);
    p = k(r, 1);
    q = k(1, r).';
    gap = s(1)^2 - s(r).^2;
    du = u(:, r) * ((s(1) * p + s(r) .* q) ./ gap);
    dv = v(:, r) * ((s(1) * q + s(r) .* p) ./ gap);
    x = e * v(:, 1);
    y = e.' * u(:, 1);
    du = du + (x - u * (u.' * x)) / s(1);
    dv = dv + (y - v * (v.' * y)) / s(1);
    y = du * v(:, 1).' + u(:, 1) * dv.';
end
""",
    "commutation": """
function y = commutation(m, n)
    % The matrix with commutation(m, n)*vec(A) = vec(A.') for A with the rows of m and the columns of n.
    rows = size(m, 1);
    columns = size(n, 1);
    order = reshape(1:rows * columns, rows, columns).';
    y = eye(rows * columns);
    y = y(order(:), :);
end
""",
    "rows_first": """
function y = rows_first(x, shape)
    % The entries of x, row after row, as the rows of an array of another shape.
    y = permute(reshape(permute(x, ndims(x):-1:1), fliplr(shape)), numel(shape):-1:1);
end
""",
    "tensordot": """
function y = tensordot(a, i, b, j, shape)
    % The sums of products along the axes i of a and j of b, in their shape.
    p = setdiff(1:max([ndims(a), i]), i);
    q = setdiff(1:max([ndims(b), j]), j);
    k = prod(arrayfun(@(d) size(a, d), i));
    a = reshape(permute(a, [p, i]), [], k);
    y = reshape(a * reshape(permute(b, [j, q]), k, []), shape);
end
""",
    "diagonals": """
function y = diagonals(x, shape)
    % The entries at which the last two axes have one index, in their shape.
    n = shape(end);
    x = reshape(x, [], n^2);
    y = reshape(x(:, 1:n + 1:end), [shape, 1]);
end
""",
    "kernel": """
function y = kernel(f, shape, varargin)
    % y(i, j, k, l) = f(..., e)(i, j) for the unit matrices e with a one at k, l; so for two directions.
    first = prod(shape(3:4));
    y = zeros(prod(shape(1:2)), prod(shape(3:end)));
    for k = 1:size(y, 2)
        e = zeros(shape(3:4));
        e(mod(k - 1, first) + 1) = 1;
        given = [varargin, {e}];
        if numel(shape) > 4
            e = zeros(shape(5:6));
            e(floor((k - 1) / first) + 1) = 1;
            given = [given, {e}];
        end
        y(:, k) = reshape(f(given{:}), [], 1);
    end
    y = reshape(y, shape);
end
""",
}  # fmt: skip
