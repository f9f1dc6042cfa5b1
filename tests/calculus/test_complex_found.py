"""Questions as they are asked about signals, channels and beams; random expressions against differences."""

from __future__ import annotations

import random

import pytest

import matcalc

W = (
    "X: complex matrix(m,n), A: complex matrix(m,m), Q: hermitian matrix(n), H: complex matrix(m,n),"
    " s: positive scalar,"
    " x: complex vector(n), y: complex vector(m), w: complex vector(n), R: hermitian matrix(n), a: complex vector(n),"
    " h: complex vector(n), B: complex matrix(m,k), C: complex matrix(n,k), b: vector(m), u: complex scalar,"
    " mu: complex scalar, p: positive scalar, G: complex matrix(n,m), F: complex matrix(n,n)"
)

FOUND = [  # in denominator layout
    (r"\det(\mathbf{X}^H\mathbf{A}\mathbf{X})", r"\mathbf{X}^*", "A*X*adj(X^H*A*X)"),  # Matrix Cookbook 250
    (r"\det(\mathbf{X}^H\mathbf{A}\mathbf{X})", "X", "A'*conj(X)*adj(X^H*A*X)'"),  # Matrix Cookbook 249
    (r"\operatorname{tr}(X X^H)", "X^*", "X"),  # Matrix Cookbook 247
    (r"\frac{(Hx)^H(Hx)}{(Fx)^H(Fx)}", "x^*", "(H^H*H - x^H*H^H*H*x*F^H*F/(x^H*F^H*F*x))*x/(x^H*F^H*F*x)"),
    (r"\log\det\left(\mathbf{I} + \frac{1}{s}\mathbf{H}\mathbf{Q}\mathbf{H}^{H}\right)", r"\mathbf{H}^*",
     "inv(eye(m) + H*Q*H^H/s)*H*Q/s"),
    (r"\|\mathbf{y} - \mathbf{H}\mathbf{x}\|_2^2 + s\|\mathbf{x}\|^2", r"\mathbf{x}^{*}", "H^H*(H*x - y) + s*x"),
    (r"\mathbf{w}^{H}\mathbf{R}\mathbf{w} + \mu(1 - \mathbf{w}^H \mathbf{a})", "w^*", "R*w - mu*a"),  # MVDR
    (r"\operatorname{tr}(\mathbf{X}^{\mathrm{H}} \mathbf{H} \mathbf{H}^{\mathrm H}\mathbf{X})", r"\bar{X}", "H*H^H*X"),
    (r"\frac{|\mathbf{h}^H\mathbf{w}|^2}{s + \mathbf{w}^H\mathbf{R}\mathbf{w}}", r"\overline{w}",  # SINR
     "h^H*w*(h - w^H*h*R*w/(s + w^H*R*w))/(s + w^H*R*w)"),
    (r"\left|\mathbf{a}^\dagger \mathbf{x}\right|^2", "x̄", "a^H*x*a"),
    (r"\Re\{\mathbf{a}^H \mathbf{x}\}", "x", "conj(a)/2"),
    (r"\operatorname{Im}(\mathbf{a}^H \mathbf{x})", "x", "-1i*conj(a)/2"),
    (r"\|\mathbf{X} - \mathbf{B}\mathbf{C}^H\|_F^2", "conj(B)", "(B*C^H - X)*C"),  # low rank
    (r"\mathrm{Tr}\{(\mathbf{I}+\mathbf{H}^H\mathbf{A}^{-1}\mathbf{H})^{-1}\}", "conj(H)",  # MMSE
     "-inv(A)*H*inv(eye(n) + H^H*inv(A)*H)^2"),
    ("norm(abs(H*x).^2 - b)^2", "conj(x)", "2*H^H*((H*x).*(abs(H*x).^2 - b))"),  # phase retrieval
    (r"\bar{u}^2 u", r"\bar{u}", "2*abs(u)^2"),
    (r"\log_2(1 + p|u|^2)", "u^*", "p*u/log(2)/(1 + p*abs(u)^2)"),
    (r"\left\| \mathbf{h}^H \mathrm{diag}(\mathbf{w})\mathbf{G}\right\|^2", "w^*", "h.*(conj(G)*G'*(conj(h).*w))"),
    ("np.linalg.norm(H @ x - y)**2", "conj(x)", "H^H*(H*x - y)"),
    ("np.abs(np.vdot(a, x))**2", "conj(x)", "a^H*x*a"),
    ("w.conj().T @ R @ w", "conj(w)", "R*w"),
    ("logdet(R + x*x^H)", "conj(x)", "inv(R + x*x^H)*x"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "want"), FOUND)
def test_found(text: str, wrt: str, want: str) -> None:
    d = matcalc.diff(text, wrt, "denominator", where=W)
    assert str(d) == want
    assert d.certificate and d.check(trials=2).ok
    assert matcalc.parse(str(d), where=W) is d.expr


VARIABLES = (
    "z: complex vector(n), w: complex vector(n), A: complex matrix(n,n), R: hermitian matrix(n), P: hpd matrix(n),"
    " U: unitary matrix(n), S: complex symmetric matrix(n,n), x: vector(n), s: complex scalar, c: scalar"
)


class Writer:
    """Writes random expressions."""

    def __init__(self, seed: int):
        self.pick = random.Random(seed).choice

    def vector(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(("z", "w", "x", "conj(z)"))
        v, below = self.vector, depth - 1
        form = self.pick(("({0} + {1})", "({2}*{0})", "({0}.*{1})", "({3}*{0})", "conj({0})", "exp({0}/4)",
                          "abs({0})", "real({0})", "sin({0})"))  # fmt: skip
        return str(form.format(v(below), v(below), self.matrix(below), self.scalar(below)))

    def matrix(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(("A", "R", "P", "U", "S"))
        m, below = self.matrix, depth - 1
        form = self.pick(("({0} + {1})", "({0}*{1})", "{0}^H", "{0}'", "conj({0})", "inv({0} + 4*eye(n))",
                          "({2}*{3}^H)", "diag({2})", "({0}.*{1})"))  # fmt: skip
        return str(form.format(m(below), m(below), self.vector(below), self.vector(below)))

    def scalar(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(("s", "c", "conj(s)"))
        v, k, below = self.vector, self.scalar, depth - 1
        form = self.pick(("({0}^H*{1})", "({0}'*{1})", "tr({2})", "abs({3})", "||{0}||^2", "||{0}||", "(1 + {3}^2)",
                          "log(2 + abs({3}))", "imag({3})", "({3}*{4})", "sum({0})", "1/(3 + {3})"))  # fmt: skip
        return str(form.format(v(below), v(below), self.matrix(below), k(below), k(below)))


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_expressions(seed: int) -> None:
    write = Writer(seed)
    text = write.pick((write.scalar, write.scalar, write.vector, write.matrix))(2)
    wrt = write.pick(("z", "conj(z)", "A", "conj(A)", "s", "conj(s)", "x", "R"))
    d = matcalc.diff(text, wrt, write.pick(("numerator", "denominator")), where=VARIABLES)
    assert d.check(trials=2, directions=2, tolerance=1e-5).ok, (text, wrt, str(d))
    assert matcalc.parse(str(d), where=VARIABLES) is d.expr
