"""mathematics in other signs: text, variable, types, the meaning as NumPy code, and declarations if there are any."""

from __future__ import annotations

ROWS: list[tuple[str, ...]] = [
    ("A:B", "A", "A:mn B:mn", "(A*B).sum()"),
    ("⟨A,B⟩_F", "A", "A:mn B:mn", "(A*B).sum()"),
    (r"\langle A, B\rangle_F", "A", "A:mn B:mn", "(A*B).sum()"),
    (r"\langle\psi|H|\psi\rangle", "psi", "psi:n H:nn", "psi@H@psi"),
    (r"u\cdot v", "u", "u:n v:n", "u@v"),
    (r"\mathbf{a}\cdot\mathbf{x}", "x", "a:n x:n", "a@x"),
    ("A ⊗ B", "A", "A:mn B:kp", "kron(A,B)"),
    (r"A \otimes B", "A", "A:mn B:kp", "kron(A,B)"),
    (r"x \otimes y", "x", "x:m y:n", "np.kron(x,y)"),
    (r"\log_2 a", "a", "a:", "np.log2(a)"),
    (r"\log_2(x)", "x", "x:n", "np.log2(x)"),
    ("log_2(a)", "a", "a:", "np.log2(a)"),
    (r"\ln\det A", "A", "A:nn", "log(det(A))"),
    (r"\mathbf{x}^t A \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    (r"\mathbf{x}^H A \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    (r"\mathbf{x}^\mathsf{H} A \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    (r"\mathbf{x}^* A \mathbf{x}", "x", "x:n A:nn", "x@A@x"),
    ("tr(X^{3/2})", "X", "X:nn+", "tr(X@scipy.linalg.sqrtm(X))", "X: spd matrix(n,n)"),
    (r"\mathbf{A} \circ \mathbf{B}", "A", "A:mn B:mn", "A*B"),
    ("cross(u, v)", "u", "u:3 v:3", "np.cross(u,v)"),
    ("A kron B", "A", "A:mn B:kp", "kron(A,B)"),
    ("x^{*} A x", "x", "x:n A:nn", "x@A@x"),
    ("X^{1/2}", "X", "X:nn+", "scipy.linalg.sqrtm(X)", "X: spd matrix(n,n)"),
    ("X^(1/2)", "X", "X:nn+", "scipy.linalg.sqrtm(X)", "X: spd matrix(n,n)"),
    ("X^{0.5}", "X", "X:nn+", "scipy.linalg.sqrtm(X)", "X: spd matrix(n,n)"),
    ("X^{-1/2}", "X", "X:nn+", "inv(scipy.linalg.sqrtm(X))", "X: spd matrix(n,n)"),
    (r"\mathbf{S}^{-\frac{1}{2}}", "S", "S:nn+", "inv(scipy.linalg.sqrtm(S))", "S: spd matrix(n,n)"),
    (r"\mathbf{S}^{\frac12}", "S", "S:nn+", "scipy.linalg.sqrtm(S)", "S: spd matrix(n,n)"),
]  # fmt: skip
