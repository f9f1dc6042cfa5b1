"""matrixcalculus.org: text, variable, types, the meaning as NumPy code, and declarations if there are any."""

from __future__ import annotations

ROWS: list[tuple[str, ...]] = [
    ("norm2(x)", "x", "x:n", "norm(x)"),
    ("norm2(A*x - y)^2", "x", "A:mn x:n y:m", "norm(A@x-y)**2"),
    ("norm1(x)", "x", "x:n", "abs(x).sum()"),
    ("x'*A*x", "x", "x:n A:nn", "x@A@x"),
    ("x'*A*x + c*sin(y)'*x", "x", "x:n A:nn c: y:n", "x@A@x+c*np.sin(y)@x"),
    ("(x + vector(1))'*y", "x", "x:n y:n", "(x+1)@y"),
    ("inv(X)", "X", "X:nn", "inv(X)"),
    ("sum(log(exp(-y.*(X*w)) + vector(1)))", "w", "X:mn w:n y:m", "np.log1p(exp(-y*(X@w))).sum()"),
    ("norm2(X*w - y)^2 + c*norm1(w)", "w", "X:mn w:n y:m c:", "norm(X@w-y)**2+c*abs(w).sum()"),
    ("adj(X)", "X", "X:nn", "det(X)*inv(X)"),
    ("det(X)", "X", "X:nn", "det(X)"),
    ("tr(A*X)", "X", "A:mn X:nm", "tr(A@X)"),
    ("relu(A*x)", "x", "A:mn x:n", "np.maximum(A@x,0)"),
    ("sum(relu(A*x))", "x", "A:mn x:n", "np.maximum(A@x,0).sum()"),
    ("exp(x).^2", "x", "x:n", "exp(x)**2"),
    ("norm2(A*x-y)^2", "A", "A:mn x:n y:m", "norm(A@x-y)**2"),
    ("log(det(inv(X)))", "X", "X:nn", "-log(det(X))"),
    ("tr(inv(X))", "X", "X:nn", "tr(inv(X))"),
    ("X'*Y", "X", "X:mn Y:mk", "X.T@Y"),
    ("(y'*x)*norm2(x)", "x", "x:n y:n", "(x@y)*norm(x)"),
    ("diag(x)*A", "x", "x:n A:nm", "diag(x)@A"),
    ("tanh(x)", "x", "x:n", "np.tanh(x)"),
    ("sum((vector(1) - y.*(X*w)).^2)", "w", "X:mn w:n y:m", "((1-y*(X@w))**2).sum()"),
]  # fmt: skip
