"""What is printed is read back: the plain language to the same node, Unicode and LaTeX to the same value."""

import random
from fractions import Fraction

import numpy as np
import pytest

from matcalc.language.parse import parse_expression
from matcalc.numbers.evaluate import evaluate
from matcalc.printing.latex import latex
from matcalc.printing.plain import plain
from matcalc.printing.unicode import unicode
from matcalc.terms.errors import MatcalcError
from matcalc.terms.expression import (
    Expr,
    add,
    apply,
    as_shape,
    div,
    ediv,
    epow,
    eye,
    fn,
    had,
    mm,
    mul,
    neg,
    num,
    ones,
    power,
    sub,
    t,
    var,
)  # fmt: skip
from matcalc.terms.shapes import ONE, SCALAR, Dim
from matcalc.terms.walks import postorder

WHERE = "a, b, c: scalar, x, y, w: vector(n), A, B: matrix(n, n), V: matrix(n, k)"
TYPES = {
    **{v: var(v, SCALAR) for v in "abc"},
    **{v: var(v, as_shape("n")) for v in "xyw"},
    **{v: var(v, as_shape("n", "n")) for v in "AB"},
    "V": var("V", as_shape("n", "k")),
}
OPERATIONS = ["tr", "sum", "norm", "inv", "diag", "vec", "softmax"]
rng = np.random.default_rng(1)
VALUES = {
    **{v: rng.uniform(0.5, 1.5) for v in "abc"},
    **{v: rng.uniform(0.5, 1.5, 3) for v in "xyw"},
    **{v: rng.uniform(0.5, 1.5, (3, 3)) for v in "AB"},
    "V": rng.uniform(0.5, 1.5, (3, 2)),
}


def random_expression(r: random.Random, depth: int = 5) -> Expr:
    """A random expression in which every variable has a declared type."""
    pool = list(TYPES.values())
    pool += [num(2), num(3), num(Fraction(1, 2)), num(Fraction(-2, 3)), num(-1), eye(Dim.of("n"))]
    made = list(pool)
    for _ in range(depth):
        pick = lambda: r.choice(made[-6:] + r.sample(made, 4))  # noqa: E731
        x, y = pick(), pick()
        makers = [
            lambda x=x, y=y: add(x, y),
            lambda x=x, y=y: sub(x, y),
            lambda x=x, y=y: mul(x, y),
            lambda x=x, y=y: mul(x, y),
            lambda x=x, y=y: mm(t(x), y),
            lambda x=x, y=y: had(x, y),
            lambda x=x, y=y: div(x, y),
            lambda x=x, y=y: ediv(x, y),
            lambda x=x: neg(x),
            lambda x=x: t(x),
            lambda x=x: power(x, num(r.choice([2, 3]))),
            lambda x=x: epow(x, num(2)),
            lambda x=x, y=y: epow(x, y) if x.shape == y.shape else epow(x, t(y)),
            lambda x=x: fn(r.choice(["exp", "sin", "sigmoid"]), x),
            lambda x=x: x if x.is_scalar else apply(r.choice(OPERATIONS), x),
            lambda x=x, y=y: apply("kron", x, y) if SCALAR not in (x.shape, y.shape) else x,
            lambda x=x: add(x, ones(x.shape)) if x.shape[1] is ONE or x.shape[0] is not ONE else x,
        ]
        try:
            e = r.choice(makers)()
        except MatcalcError:
            continue
        constant = any(x.op == "t" and x.is_scalar and not x.free for x in postorder(e))  # 1' is the row of ones
        if e.cost < 60 and not constant:
            made.append(e)
    return made[-1]


@pytest.mark.parametrize("seed", range(200))
def test_plain_is_read_back(seed):
    e = random_expression(random.Random(seed), 8)
    got = parse_expression(plain(e), WHERE).expr
    if got is not e:  # numbers in a divisor are moved to the front, and a transposed number is the number
        assert "1/" in plain(e)
        np.testing.assert_allclose(evaluate(got, VALUES, TYPES), evaluate(e, VALUES, TYPES))


@pytest.mark.parametrize("notation", [unicode, latex])
@pytest.mark.parametrize("seed", range(200))
def test_mathematics_is_read_back(seed, notation):
    e = random_expression(random.Random(seed), 8)
    text = notation(e)
    with np.errstate(all="ignore"):
        want = evaluate(e, VALUES, TYPES)
        got = evaluate(parse_expression(text, WHERE).expr, VALUES, TYPES)
    np.testing.assert_allclose(got, want, rtol=1e-8, err_msg=text)


READ_BACK = [
    "||A*x - y||^2", "x'*A*x*B", "a*x'*A*x", "x'*(w*y')", "(A*B)'", "A^3", "(A')^2", "1/a", "x/||x||",
    "A/2", "x.^2", "A.^(B')", "A.^B'", "(A.^B)'", "A.^((A*B)')", "2.^(A')", "a^(b')",
    "A./B.*A", "a./x", "sqrt(x)", "max(x, 0)", "(x > y) + w", "X'*(X*w - y)", "einsum('ij,jk->ik', A, B)",
    "einsum('i->ij', x; j=k)", "A[1, :]", "x[0]", "A[1:3, :]", "[a, b; c, a]", "log(tr(A)^2)", "diag(x)*A",
    "diag(A)", "kron(A, V)", "||A||_F + ||x||_1 + ||A||_*", "norm2(A)", "abs(a - b)", "norm(x/||x||)", "2^a",
    "a^(-b)", "a^(b - 1)", "-x'", "(-x)'", "a - (b - c)", "a/(b*c)", "a/b/c", "a/b*c", "-a^2", "pi*a",
    "0.001234*a",
    "vector(1) + exp(x)", "A*vector(1)", "kron(matrix(1, 2, 3), A)", "vector(1, n)", "zeros(m, n)",
    "matrix(1, n, k)",
    "u(x)", "A*u(x)",
]  # fmt: skip


@pytest.mark.parametrize("text", READ_BACK)
def test_what_people_type(text):
    where = WHERE + ", u: vector(n) -> vector(n), X: matrix(m, n)"
    where = where.replace("y, w", "w").replace("B: m", "B: m") + ", y: vector(m)" if "X" in text else where
    e = parse_expression(text, where).expr
    assert parse_expression(plain(e), where).expr is e, plain(e)
