"""MATLAB from derivatives: GNU Octave runs it, in one process for all, and gives the frozen numbers of the corpus."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import matcalc
from matcalc import MatcalcError
from matcalc.codegen.function import function, is_row
from matcalc.codegen.targets.matlab import matlab
from matcalc.terms.expression import as_shape, var
from matcalc.terms.shapes import Shape
from tests.codegen.programs import programs
from tests.corpus.compare import derive
from tests.corpus.frozen import derivative, values
from tests.corpus.rows import corpus
from tests.random.values import agrees

OCTAVE = shutil.which("octave-cli") or shutil.which("octave")
needs_octave = pytest.mark.skipif(OCTAVE is None, reason="GNU Octave is not installed")


class Case(NamedTuple):
    """A call: the name of the function, its source, its arguments in order, and how many results it gives."""

    name: str
    source: str
    given: list[str]
    results: int = 1


def literal(x: Any) -> str:
    """A number or an array as source text; a vector is a column."""
    array = np.asarray(x, dtype=float)
    rows = np.atleast_1d(array)
    return "[" + "; ".join(" ".join(f"{a:.17g}" for a in np.atleast_1d(row)) for row in rows) + "]"


def octave(cases: list[Case], folder: Path) -> list[list[np.ndarray] | str]:
    """The results of calls, or the message of the error, in one process."""
    lines = ["warning('off', 'all');"]
    for k, case in enumerate(cases):
        (folder / f"{case.name}.m").write_text(case.source, encoding="utf-8")
        outs = [f"r{n}" for n in range(case.results)]
        lines += [f"printf('case {k}\\n');", "try", f"[{', '.join(outs)}] = {case.name}({', '.join(case.given)});"]
        lines += [f"printf('%d ', size({r})); printf('\\n'); printf('%.17g ', {r}); printf('\\n');" for r in outs]
        lines += ["catch problem", "printf('error %s\\n', strrep(problem.message, \"\\n\", ' '));", "end"]
    (folder / "run_all_cases.m").write_text("\n".join(lines), encoding="utf-8")
    command = [str(OCTAVE), "--no-gui", "--norc", "--quiet", "run_all_cases.m"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    parts = done.stdout.split("case ")[1:]
    assert len(parts) == len(cases), done.stdout[-2000:] + done.stderr
    return [result(part.split("\n")[1:-1]) for part in parts]


def result(lines: list[str]) -> list[np.ndarray] | str:
    """What one call printed."""
    if lines[0].startswith("error "):
        return lines[0].removeprefix("error ")
    return [
        np.array(lines[k + 1].split(), dtype=float).reshape([int(n) for n in lines[k].split()], order="F")
        for k in range(0, len(lines), 2)
    ]


@needs_octave
def test_the_rows_of_the_corpus(tmp_path: Path) -> None:
    cases, wanted = [], []
    for row in corpus():
        for layout in row.layouts:
            d, given = derive(row, layout), values(row)
            name = f"f{len(cases)}"
            source = d.code("matlab", name=name)
            assert [n for n in d.types if n not in given] == []
            cases.append(Case(name, source, [literal(given[n]) for n in d.types]))
            wanted.append((row.label, derivative(row, layout), d.record.expr.shape))
    for case, got, (label, want, shape) in zip(cases, octave(cases, tmp_path), wanted, strict=True):
        assert not isinstance(got, str), f"{label}: {got}\n{case.source}"
        assert agrees(got[0], in_octave(want, got[0].ndim, shape)), f"{label}\n{case.source}"


@needs_octave
def test_programs_of_expressions(tmp_path: Path) -> None:
    """Slices, blocks, index expressions, operations on rows, elementwise functions: what `evaluate` gives."""
    cases, wanted = [], []
    for p in programs():
        try:
            cases.append(Case(p.function.name, matlab(p.function), [literal(x) for x in p.given]))
            wanted.append(p)
        except MatcalcError as error:
            assert str(error) == "MATLAB has no erfi"
    for case, got, p in zip(cases, octave(cases, tmp_path), wanted, strict=True):
        assert not isinstance(got, str), f"{p.text}: {got}\n{case.source}"
        np.testing.assert_allclose(got[0], in_octave(p.want, got[0].ndim, p.function.shapes[0]), rtol=1e-9, atol=1e-12,
                                   err_msg=f"{p.text}\n{case.source}")  # fmt: skip


def in_octave(x: Any, rank: int, shape: Shape) -> np.ndarray:
    """An array as Octave has it: vectors are columns, rows are rows, last axes of one entry are not there."""
    array = np.asarray(x, dtype=float)
    if array.ndim < 2:
        return array.reshape((1, -1) if is_row(shape) else (-1, 1))
    return array.reshape(array.shape[: max(rank, 2)])


WHERE = "A, B: matrix(n,n), S: spd matrix(n,n), X: matrix(m,n), x, y: vector(n), w: vector(m), a: scalar"
TABLE = [  # a derivative and the lines behind the check of the shapes
    ("x'*A*x", "x", "out = A * x + A.' * x;"),
    ("x'*inv(A)*y", "x", "out = A \\ y;"),
    ("tr(X*inv(S)*X')", "X", "out = 2 * (X / S);"),
    ("sum(exp(a*x))", "x", "out = a * exp(a * x);"),
    ("sum(relu(x).*y)", "x", "out = y .* double(x > 0);"),
    ("sum(sigmoid(X*x))", "x", "v1 = 1 ./ (1 + exp(-(X * x))); out = X.' * (v1 .* (1 - v1));"),
    ("a^3 + a", "a", "out = 3 * a^2 + 1;"),
    ("sum(x.^3)", "x", "out = 3 * x.^2;"),
    ("x[0]^2", "x", "M1 = eye(n); out = 2 * x(1) * M1(:, 1);"),
]


@pytest.mark.parametrize(("text", "by", "want"), TABLE)
def test_it_is_what_one_would_write(text: str, by: str, want: str) -> None:
    source = matcalc.grad(text, by, WHERE).code("matlab")
    lines = [line.strip() for line in source.split("\n\n")[0].strip().split("\n")]
    assert lines[0].startswith(f"function out = grad_{by}(")
    ends = [k for k, line in enumerate(lines) if line == "end" or line.startswith("%")]
    assert " ".join(lines[ends[-2] + 1 : -1]) == want


@needs_octave
def test_value_and_derivative_rows_and_functions(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    S = rng.standard_normal((3, 3))
    S, x, A = S @ S.T + np.eye(3), rng.standard_normal(3), rng.standard_normal((3, 3))
    both = matcalc.grad("logdet(S) + x'*inv(S)*x", "x", "S: spd matrix(n,n)").code("matlab", value=True, name="both")
    lu = matcalc.grad("det(A)*(y'*inv(A)*x)", "x", WHERE).code("matlab", value=True, name="lu_both")
    row = matcalc.diff("x'*A*x", "x").code("matlab", name="row")
    own = matcalc.diff("u(x)'*u(x)", "x", where="u: vector(n) -> vector(m), x: vector(n)").code("matlab", name="own")
    wrong = [literal(x), literal(A[:2])]
    cases = [
        Case("both", both, [literal(S), literal(x)], 2),
        Case("lu_both", lu, [literal(A), literal(x + 1), literal(x)], 2),
        Case("row", row, [literal(x), literal(A)]),
        Case("own", own, [literal(x), "@(v) 2 * v", "@(v) 2 * eye(3)"]),
        Case("row", row, wrong),
        Case("row", row, [f"{literal(x)}.'", literal(A)]),
    ]
    got = octave(cases, tmp_path)
    solved = np.linalg.solve(S, x)
    np.testing.assert_allclose(got[0][0], [[np.linalg.slogdet(S)[1] + x @ solved]], rtol=1e-12)
    np.testing.assert_allclose(got[0][1][:, 0], 2 * solved, rtol=1e-12)
    value = np.linalg.det(A) * ((x + 1) @ np.linalg.solve(A, x))
    np.testing.assert_allclose(got[1][0], [[value]], rtol=1e-10)
    np.testing.assert_allclose(got[1][1][:, 0], np.linalg.det(A) * np.linalg.solve(A.T, x + 1), rtol=1e-10)
    np.testing.assert_allclose(got[2][0], (A @ x + A.T @ x)[None, :], rtol=1e-12)
    np.testing.assert_allclose(got[3][0], 8 * x[None, :], rtol=1e-12)
    assert got[4] == "the shapes should be x (n, 1), A (n, n), not x [3 1], A [2 3]"
    assert got[5] == "the shapes should be x (n, 1), A (n, n), not x [1 3], A [3 3]"


def test_what_the_language_lacks_is_refused() -> None:
    with pytest.raises(MatcalcError, match="MATLAB has no names such as end"):
        matcalc.grad("x'*x", "x").code("matlab", name="end")
    with pytest.raises(MatcalcError, match="MATLAB has no names such as _f"):
        matcalc.grad("x'*x", "x").code("matlab", name="_f")
    with pytest.raises(MatcalcError, match="MATLAB has no names such as ж"):
        matlab(function([var("ж", as_shape("n"))]))
    with pytest.raises(MatcalcError, match="MATLAB has no erfi"):
        matlab(function([matcalc.parse("erfi(x)", "x: vector(n)")]))
    with pytest.raises(MatcalcError, match="compile runs"):
        matcalc.grad("x'*x", "x").compile("matlab")


def test_names_of_the_language_stay_free() -> None:
    where = "size, end, sum, norm: vector(n)"
    source = matcalc.grad("size'*end + sum'*norm", "size", where).code("matlab")
    assert "grad_size(size_, end_, sum_, norm_)" in source and "size_ = " not in source
