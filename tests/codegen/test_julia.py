"""Julia from derivatives: its texts, and what they compute by the rules for shapes that Julia has.

No Julia runs here: `julia_run` reads the part of the language that the texts are in, and refuses all else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc import MatcalcError
from matcalc.codegen.function import function
from matcalc.codegen.targets.julia import julia
from tests.codegen.julia_base import JuliaError, Row, array
from tests.codegen.julia_run import Julia
from tests.codegen.programs import Program, programs
from tests.corpus.compare import derive
from tests.corpus.frozen import derivative, values
from tests.corpus.rows import Row as CorpusRow
from tests.corpus.rows import corpus
from tests.random.values import agrees


def call(source: str, name: str, *given: Any) -> Any:
    """What a function of a source gives."""
    return Julia(source).names[name](*given)


@pytest.mark.parametrize("row", corpus(), ids=lambda r: r.label)
def test_a_row_of_the_corpus(row: CorpusRow) -> None:
    given = values(row)
    for layout in row.layouts:
        d = derive(row, layout)
        source = d.code("julia", name="f")
        got, want = call(source, "f", *(given[n] for n in d.types)), derivative(row, layout)
        assert (isinstance(got, Row)) == (len(d.record.expr.shape) == 2 and got_row(d)), source
        got = got.v if isinstance(got, Row) else np.asarray(got)
        assert got.shape == want.shape and agrees(got, want), source


def got_row(d: matcalc.Derivative) -> bool:
    """Whether a derivative is a row."""
    rows, columns = d.record.expr.shape
    return str(rows) == "1" != str(columns)


@pytest.mark.parametrize("p", list(programs()), ids=lambda p: p.text)
def test_a_program_of_an_expression(p: Program) -> None:
    source = julia(p.function)
    got = array(call(source, p.function.name, *p.given))
    np.testing.assert_allclose(np.reshape(got, np.shape(p.want)) if np.ndim(p.want) < 2 else got, p.want, rtol=1e-9,
                               atol=1e-12, err_msg=source)  # fmt: skip


WHERE = "A, B: matrix(n,n), S: spd matrix(n,n), X: matrix(m,n), x, y: vector(n), w: vector(m), a: scalar"
TABLE = [  # a gradient, and the lines behind the check of the shapes
    ("x'*A*x", "x", "return A * x + A' * x"),
    ("x'*inv(A)*y", "x", "return A \\ y"),
    ("tr(X*inv(S)*X')", "X", "return 2 * (X / S)"),
    ("sum(exp(a*x))", "x", "return a * exp.(a * x)"),
    ("sum(relu(x).*y)", "x", "return y .* heaviside.(x)"),
    ("sum(sigmoid(X*x))", "x", "v1 = sigmoid.(X * x); return X' * (v1 .* (1 .- v1))"),
    ("a^3 + a", "a", "return 3 * a^2 + 1"),
    ("sum(x.^3)", "x", "return 3 * x .^ 2"),
    ("||x||", "x", "return x / norm(x)"),
    ("x[0]^2", "x", "return 2 * x[1] * Matrix(1.0I, n, n)[:, 1]"),
    ("logdet(A + a*eye(n))", "A", "return inv(A + a * I)'"),
    ("logsumexp(X*x)", "x", "return X' * softmax(X * x)"),
    ("sum(erf(x))", "x", "return 2 / sqrt(pi) * exp.(-x .^ 2)"),
    ("tr(A*expm(B))", "A", "return exp(B)'"),
]


@pytest.mark.parametrize(("text", "by", "want"), TABLE)
def test_it_is_what_one_would_write(text: str, by: str, want: str) -> None:
    source = matcalc.grad(text, by, WHERE).code("julia")
    lines = [line.strip() for line in source[source.index(f"function grad_{by}(") :].strip().split("\n")]
    first = max([k for k, line in enumerate(lines[:-1]) if line == "end" or "= length(" in line or "= size(" in line],
                default=0)  # fmt: skip
    assert "; ".join(lines[first + 1 : -1]) == want


WHOLE = '''\
using LinearAlgebra

"""
The value and the gradient of logdet(S) + x'*inv(S)*x by x: 2*inv(S)*x.
Shapes: S (n, n), x (n,).
"""
function value_and_grad_x(S::AbstractMatrix{<:Real}, x::AbstractVector{<:Real})
    n = length(x)
    if size(S) != (n, n)
        throw(DimensionMismatch(
            "the shapes should be S (n, n), x (n,), " *
            "not S $(size(S)), x $(size(x))"
        ))
    end
    M1 = cholesky(Symmetric(S))
    v1 = M1 \\ x
    return logdet(M1) + dot(x, v1), 2 * v1
end
'''


def test_a_whole_source() -> None:
    assert matcalc.grad("logdet(S) + x'*inv(S)*x", "x", "S: spd matrix(n,n)").code("julia", value=True) == WHOLE


def test_value_rows_and_functions() -> None:
    rng = np.random.default_rng(2)
    S, x, A = rng.standard_normal((3, 3)), rng.standard_normal(3), rng.standard_normal((3, 3))
    S = S @ S.T + np.eye(3)
    value, gradient = call(WHOLE, "value_and_grad_x", S, x)
    np.testing.assert_allclose(value, np.linalg.slogdet(S)[1] + x @ np.linalg.solve(S, x))
    np.testing.assert_allclose(gradient, 2 * np.linalg.solve(S, x))
    row = call(matcalc.diff("x'*A*x", "x").code("julia"), "grad_x", x, A)
    assert isinstance(row, Row)
    np.testing.assert_allclose(row.v, A @ x + A.T @ x)
    own = matcalc.diff("u(x)'*u(x)", "x", where="u: vector(n) -> vector(m), x: vector(n)").code("julia")
    np.testing.assert_allclose(call(own, "grad_x", x, lambda v: 2 * v, lambda _: 2 * np.eye(3)).v, 8 * x)
    lu = matcalc.grad("det(A)*(y'*inv(A)*x)", "x", WHERE).code("julia", value=True)
    value, gradient = call(lu, "value_and_grad_x", A, x + 1, x)
    np.testing.assert_allclose(gradient, np.linalg.det(A) * np.linalg.solve(A.T, x + 1))
    with pytest.raises(JuliaError, match="the shapes should be"):
        call(WHOLE, "value_and_grad_x", S[:2], x)
    with pytest.raises(JuliaError, match="takes x::AbstractVector"):
        call(WHOLE, "value_and_grad_x", S, 1.0)


@pytest.mark.parametrize("body", [
    "return x + 1", "return x * x", "return exp(x)", "return x' + x", "return [x, 1]", "return y", "return x[0]",
    "return A[1]", "return (1", "return x .+", "return A * x'", "return A .* dot(x, A)", "x + 1", "return 2^-1.5x",
])  # fmt: skip
def test_what_is_no_julia_is_noticed(body: str) -> None:
    source = f"using LinearAlgebra\n\nfunction f(A, x)\n    {body}\nend\n"
    with pytest.raises((JuliaError, SyntaxError)):
        call(source, "f", np.eye(3), np.ones(3))


def test_only_what_is_used_is_imported() -> None:
    def imports(text: str, by: str) -> list[str]:
        return [line for line in matcalc.grad(text, by, WHERE).code("julia").split("\n") if line.startswith("using")]

    assert imports("a^3", "a") == []
    assert imports("sum(erf(x))", "x") == []
    assert imports("sum(gelu(x))", "x") == ["using SpecialFunctions: erf"]
    assert imports("||X*x||^2", "x") == ["using LinearAlgebra"]


def test_names() -> None:
    source = matcalc.grad("size'*end + sum'*norm", "size", "size, end, sum, norm: vector(n)").code("julia")
    assert "function grad_size(size_::AbstractVector{<:Real}, end_::" in source
    for name in ("end", "f(x)", "a b"):
        with pytest.raises(MatcalcError):
            matcalc.grad("x'*x", "x").code("julia", name=name)
    with pytest.raises(MatcalcError, match="compile runs"):
        matcalc.grad("x'*x", "x").compile("julia")
    quoted = julia(function([matcalc.parse("x", "x: vector(n)")], text='a "$x" \\ b'))
    assert '\na \\"\\$x\\" \\\\ b\n' in quoted
