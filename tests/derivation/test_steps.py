"""The steps: the lecture's two examples as printed, and every line of the whole corpus against numbers."""

from __future__ import annotations

import dataclasses

import pytest

import matcalc
from matcalc.derivation.steps import Steps
from matcalc.derivation.verify import line_errors
from matcalc.rulebook.properties import Facts
from matcalc.simplification.normal import Simplifier, seed
from matcalc.terms.errors import MatcalcError, NoDerivativeError
from matcalc.terms.expression import num, prod
from matcalc.terms.recorder import Recorder
from matcalc.terms.walks import postorder

C2 = """\
a     = xᵀw                 (1,)
b     = a − y               (1,)
z     = b²                  (1,)
∂z/∂b = 2b                  (1,)
∂b/∂a = 1                   (1,)
∂a/∂w = xᵀ                  (1, n)
∂z/∂w = ∂z/∂b ∂b/∂a ∂a/∂w   (1,)(1,)(1, n) = (1, n)
      = 2b · 1 · xᵀ
      = 2(xᵀw − y)xᵀ        put in b"""

C3 = """\
a     = Xw                  (m, 1)
b     = a − y               (m, 1)
z     = ‖b‖²                (1,)
∂z/∂b = 2bᵀ                 (1, m)
∂b/∂a = I                   (m, m)
∂a/∂w = X                   (m, n)
∂z/∂w = ∂z/∂b ∂b/∂a ∂a/∂w   (1, m)(m, m)(m, n) = (1, n)
      = 2bᵀ × I × X
      = 2(Xw − y)ᵀX         put in b"""

C3_TEXT = """\
a     = X*w                 (m, 1)
b     = a - y               (m, 1)
z     = ||b||^2             (1,)
∂z/∂b = 2*b'                (1, m)
∂b/∂a = eye(m)              (m, m)
∂a/∂w = X                   (m, n)
∂z/∂w = ∂z/∂b*∂b/∂a*∂a/∂w   (1, m)(m, m)(m, n) = (1, n)
      = 2*b' * eye(m) * X
      = 2*(X*w - y)'*X      put in b"""

C3_DENOMINATOR = """\
∂z/∂w = ∂a/∂w ∂b/∂a ∂z/∂b   (n, m)(m, m)(m, 1) = (n, 1)
      = Xᵀ × I × 2b
      = 2Xᵀ(Xw − y)         put in b"""


def chain(text: str, wrt: str, **more: str) -> Steps:
    return matcalc.diff(text, wrt, **more).steps(style="chain")  # type: ignore[arg-type]


def test_lecture_c2() -> None:
    assert chain("(<x, w> - y)^2", "w").unicode() == C2


def test_lecture_c3() -> None:
    assert chain("||Xw - y||^2", "w").unicode() == C3
    assert str(chain("||Xw - y||^2", "w")) == C3_TEXT
    assert chain("||Xw - y||^2", "w", layout="denominator").unicode().endswith(C3_DENOMINATOR)


def test_lecture_c1_shapes() -> None:
    scalar = chain("exp(<a, x>)", "x", where="a: vector(n), x: vector(n)")
    assert "(1,)(1, n) = (1, n)" in str(scalar)
    by_vector = chain("logsumexp(A*x)", "x", where="A: matrix(k,n)")
    assert "(1, k)(k, n) = (1, n)" in str(by_vector)
    vector = chain("B*tanh(A*x)", "x", where="A: matrix(k,n), B: matrix(m,k)")
    assert "(m, k)(k, k)(k, n) = (m, n)" in str(vector)


def test_differential_style() -> None:
    got = matcalc.diff("||Xw - y||^2", "w").steps().unicode().splitlines()
    assert got[0] == "f     = ‖Xw − y‖²"
    assert got[1] == "df    = d(‖Xw − y‖²)"
    assert "norm-square" in got[2]
    assert got[-1].startswith("∂f/∂w = 2(Xw − y)ᵀX ")
    assert "read off" in got[-1]


def test_full_detail_cites_its_rules() -> None:
    brief = matcalc.diff("tr(A*inv(X)*B)", "X").steps()
    full = matcalc.diff("tr(A*inv(X)*B)", "X").steps(detail="full")
    assert "Matrix Cookbook" not in str(brief)
    assert "d(inv(X)) = -inv(X)*d(X)*inv(X)" in str(full) and "[Matrix Cookbook 40]" in str(full)
    assert len(full) > len(brief)


def test_paths_are_summed() -> None:
    got = str(chain("sin(x)'*exp(x)", "x"))
    assert "∂z/∂a*∂a/∂x + ∂z/∂b*∂b/∂x" in got


def test_a_variable_that_is_used_again_is_held() -> None:
    got = chain("3x^2 - 4x", "x").unicode()
    assert "∂z/∂x|a = −4" in got


def test_matrices_on_the_way() -> None:
    got = chain("tr(A*inv(X)*B)", "X").unicode()
    assert "from dC = −X⁻¹ dX X⁻¹" in got
    assert got.splitlines()[-1].strip().startswith("= −X⁻¹BAX⁻¹ ")


def test_hessians_go_through_the_gradient() -> None:
    steps = matcalc.hessian("||A*x - b||^2", "x").steps()
    assert "∂²f/∂x² = 2AᵀA" in steps.unicode()
    assert max(steps.errors()) < 1e-6


def test_the_entries_of_a_variable_are_free_until_the_answer_is_read_off() -> None:
    """S' is not S before d(S) is taken out; only the answer uses the symmetry."""
    d = matcalc.diff("||S'*x||^2", "S", where="S: symmetric matrix(n,n), x: vector(n)")
    lines = d.steps().unicode().splitlines()
    assert any("2Sᵀxxᵀ dS" in line for line in lines)
    assert lines[-1].split("read off")[0].strip() == "∂f/∂S = 2Sxxᵀ"
    assert "t-symmetric" not in "".join(lines)


@pytest.mark.parametrize("structure", ["entries", "tangent"])
def test_structures_have_their_line(structure: str) -> None:
    d = matcalc.diff("tr(A*S)", "S", where="S: symmetric matrix(n,n), A: matrix(n,n)", structure=structure)
    steps = d.steps()
    assert ("tied" in str(steps)) == (structure == "entries")
    assert max(steps.errors()) < 1e-6


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_lists_of_variables(layout: str) -> None:
    steps = matcalc.diff("[3x^2*y; 2x + y^8]", "(x, y)", layout).steps()
    assert max(steps.errors()) < 1e-6
    assert [str(line.left) for line in steps if line.kind == "derivative"] == ["∂f/∂x", "∂f/∂y"]
    assert r"\frac{\partial \mathbf{f}}{\partial (x, y)}" in steps.latex()


def test_latex_is_aligned_and_balanced() -> None:
    for style in ("differential", "chain"):
        tex = matcalc.diff("||Xw - y||^2", "w").steps(style=style, detail="full").latex()
        assert tex.startswith("\\begin{aligned}") and tex.endswith("\\end{aligned}")
        assert tex.count("{") == tex.count("}")
        assert tex.count("\\left") == tex.count("\\right")
        assert tex.isascii()


def test_wrong_lines_are_caught() -> None:
    d = matcalc.diff("||Xw - y||^2", "w")
    for style in ("differential", "chain"):
        lines = list(d.steps(style=style))
        for k in range(1, len(lines)):
            if lines[k].left is not None and lines[k].kind == "value":
                continue  # a definition
            wrong = dataclasses.replace(lines[k], expr=prod(num(2), lines[k].expr))
            errors = line_errors([*lines[:k], wrong, *lines[k + 1 :]], d.record)
            assert errors[k] > 0.1, str(lines[k])


def test_errors() -> None:
    d = matcalc.diff("x'*A*x", "x")
    with pytest.raises(MatcalcError, match="style"):
        d.steps(style="novel")
    with pytest.raises(MatcalcError, match="detail"):
        d.steps(detail="some")
    with pytest.raises(MatcalcError, match="mode"):
        d.steps(style="chain", mode="sideways")
    with pytest.raises(MatcalcError, match="Hessian"):
        matcalc.hessian("x'*A*x", "x").steps(style="chain")


def problems() -> list[tuple[str, str, str, int, str]]:
    """The whole corpus."""
    from pathlib import Path

    out = []
    for path in sorted((Path(__file__).parents[1] / "corpus").glob("*.corpus")):
        order, structure = 1, "free"
        for line in path.read_text().splitlines():
            if line.startswith("# order: 2"):
                order = 2
            elif line.startswith("# structure:"):
                structure = line.split(":")[1].strip()
            elif not line.startswith("#"):
                text, wrt, where = line.split(" | ")[:3]
                if " then " not in wrt:
                    out.append((text.strip(), wrt.strip(), where.strip(), order, structure))
    return out


@pytest.mark.parametrize("problem", problems(), ids=lambda p: f"{p[0]} by {p[1]}")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_line_equals_the_one_before(problem: tuple[str, str, str, int, str]) -> None:
    text, wrt, where, order, structure = problem
    try:
        if order == 2:
            d = matcalc.hessian(text, wrt, where=where)
        else:
            d = matcalc.diff(text, wrt, where=where, structure=structure)
    except NoDerivativeError as error:
        pytest.skip(str(error))  # the corpus has its own test
    styles = ["differential", *(["chain"] if order == 1 and structure == "free" else [])]
    for style in styles:
        for detail in ("brief", "full"):
            steps = d.steps(style=style, detail=detail)
            errors = steps.errors()
            worst = max(range(len(errors)), key=errors.__getitem__)
            assert errors[worst] < 1e-5, f"{style}, line {worst + 1}:\n{steps}"
            assert steps.latex().count("{") == steps.latex().count("}")


@pytest.mark.parametrize("text", ["||y - X*b||^2 + c*||b||^2", "||y - X*b||^2 + c*||D*b||_1"])
def test_the_lines_that_simplify_are_the_rules_that_ran(text: str) -> None:
    d = matcalc.diff(text, "b", where="b: vector(n)")
    lines = d.steps(detail="full").lines
    opened = [any(a.op == "d" and a.data[1] is not d.variable for a in postorder(line.expr)) for line in lines]
    at = len(opened) - opened[::-1].index(True)  # the differential of the variable alone, not yet simplified
    recorder = Recorder()
    s = Simplifier(Facts(hidden=("b",)), recorder=recorder)
    seed(s, d.source)
    s.run(lines[at].expr)
    ran = iter(" ".join(r.text.split("{")[0].split()) for r in recorder.rules())
    said = [line.rule for line in lines[at + 1 :] if "->" in line.rule]
    assert len(said) >= 3
    assert all(any(rule == r for r in ran) for rule in said), "a rule that did not run, or not in this order"
