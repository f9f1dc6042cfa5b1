"""The command: results on stdout, all else on stderr, exit statuses, options, completion."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from matcalc.front import cli, terminal
from matcalc.front.commands import commands
from matcalc.language.vocabulary import PROPERTIES


class Ran:
    def __init__(self, status: int, out: str, err: str):
        self.status, self.out, self.err = status, out, err


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*argv: str, stdin: str = "") -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        try:
            status = cli.main(argv)
        except SystemExit as stop:
            status = int(stop.code or 0)
        got = capsys.readouterr()
        return Ran(status, got.out, got.err)

    return call


LEAST_SQUARES = "||Xw - y||^2"


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ([], r"2 \left(\mathbf{X} \mathbf{w} - \mathbf{y}\right)^\top \mathbf{X}"),
        (["--layout", "denominator"], r"2 \mathbf{X}^\top \left(\mathbf{X} \mathbf{w} - \mathbf{y}\right)"),
        (["--format", "text"], "2*(X*w - y)'*X"),
        (["--format", "unicode"], "2(Xw − y)ᵀX"),
        (["--format", "typst", "--layout=denominator"], "2 bold(X)^top (bold(X) bold(w) - bold(y))"),
    ],
)
def test_diff(run: Run, options: list[str], wanted: str) -> None:
    got = run("diff", LEAST_SQUARES, "w", *options)
    assert (got.status, got.out) == (0, wanted + "\n")
    layout = "denominator layout, shape (n)" if "denominator" in str(options) else "numerator layout, shape (1, n)"
    assert got.err == f"inferred X: matrix(m, n), w: vector(n), y: vector(m)\n{layout}\n"


def test_quiet(run: Run) -> None:
    assert run("diff", LEAST_SQUARES, "w", "--quiet").err == ""


def test_python_runs(run: Run) -> None:
    import numpy as np

    space: dict[str, object] = {}
    exec(run("diff", LEAST_SQUARES, "w", "--format", "python").out, space)
    X, w, y = np.arange(6.0).reshape(3, 2), np.ones(2), np.ones(3)
    np.testing.assert_allclose(space["f"](X, w, y), 2 * (X @ w - y) @ X)  # type: ignore[operator]


def test_code_and_graph(run: Run) -> None:
    got = run("code", LEAST_SQUARES, "w")
    assert got.status == 0 and "import numpy as np" in got.out and "def grad_w(X, w, y):" in got.out
    got = run("code", LEAST_SQUARES, "w", "--value", "--name", "loss")
    assert "def loss(X, w, y):" in got.out and "return v1 @ v1, 2 * (v1 @ X)" in got.out
    assert "def hess_w(X, w, y):" in run("code", LEAST_SQUARES, "w", "--order", "2").out
    assert run("code", LEAST_SQUARES, "w", "--name", "import").status == 2
    assert run("code", LEAST_SQUARES, "w", "--target", "cobol").status == 2
    assert run("graph", LEAST_SQUARES, "w").out.startswith("digraph")
    assert run("graph", LEAST_SQUARES, "w", "--format", "mermaid", "--of", "both").out.startswith("flowchart")


def test_code_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "gradient.py"
    got = run("code", LEAST_SQUARES, "w", "--output", str(file))
    assert got.status == 0 and got.out == "" and "def grad_w" in file.read_text(encoding="utf-8")
    assert run("code", LEAST_SQUARES, "w", "--output", str(tmp_path / "no" / "file")).status == 2


def test_json(run: Run) -> None:
    data = json.loads(run("diff", "logdet(X)", "X", "--format", "json").out)
    assert data["result"] == "inv(X)" and data["assumptions"] == ["invertible(X)"] and data["shape"] == ["n", "n"]


def test_mathml_is_well_formed(run: Run) -> None:
    from xml.etree import ElementTree

    assert ElementTree.fromstring(run("diff", LEAST_SQUARES, "w", "--format", "mathml").out).tag == "math"


def test_declarations_and_assumptions_go_to_stderr(run: Run) -> None:
    got = run("diff", "logdet(S)", "S", "--where", "S: symmetric matrix(n,n)", "--structure", "entries")
    assert got.status == 0
    assert got.err.splitlines() == [
        "S: symmetric matrix(n, n)",
        "numerator layout, shape (n, n)",
        "structure: entries",
        "assuming S invertible",
    ]


def test_lines_of_stdin_are_questions_of_their_own(run: Run) -> None:
    assert run("diff", "-", "x", "--format", "text", "--quiet", stdin="x^2\nx^3\n").out == "2*x\n3*x^2\n"
    assert run("diff", "-", "x", "--format", "text", "--quiet", stdin="x^2\n  + b*x\n").out == "2*x + b\n"
    assert run("diff", "-", "x", stdin="x^2\ny^2\n").status == 2


def test_stdin_and_a_leading_minus(run: Run) -> None:
    assert run("diff", "-", "w", "--format", "text", stdin=LEAST_SQUARES + "\n").out == "2*(X*w - y)'*X\n"
    assert run("diff", "-y.*x", "y", "--format", "text").out == "-diag(x)\n"
    assert run("diff", "--format", "text", "-h'*x", "x").out == "-h'\n"


def test_latex_input(run: Run) -> None:
    got = run("diff", r"\|\mathbf{X}\mathbf{w} - \mathbf{y}\|_2^2", "w", "--format", "text")
    assert got.out == "2*(X*w - y)'*X\n"


def test_hessian_and_differential(run: Run) -> None:
    got = run("hessian", "||A*x - b||^2", "x", "--format", "text")
    assert got.out == "2*A'*A\n" and "Hessian, shape (n, n)" in got.err
    assert run("differential", "inv(X)", "X", "--format", "text").out == "-inv(X)*d(X)*inv(X)\n"


def test_steps(run: Run) -> None:
    got = run("steps", LEAST_SQUARES, "w", "--style", "chain")
    assert got.status == 0 and got.out.rstrip().splitlines()[-1].split("  ")[-1].strip() == "put in b"
    assert run("steps", LEAST_SQUARES, "w", "--format", "latex").out.startswith(r"\begin{aligned}")


def test_check(run: Run) -> None:
    got = run("check", LEAST_SQUARES, "w")
    assert got.status == 0 and "verified" in got.out
    got = run("diff", LEAST_SQUARES, "w", "--check", "--format", "text")
    assert got.out == "2*(X*w - y)'*X\n" and "verified" in got.err


BAD = [
    (["diff", "||Xw - ", "w"], 2, "||Xw - \n  ^^"),
    (["diff", "A*B +", "A"], 2, "something is missing after +\n  A*B +\n       ^"),
    (["diff", "foo(X)", "X"], 2, "unknown function foo"),
    (["diff", "A*x", "q"], 2, "q"),
    (["diff", "X + y", "X", "--where", "X: matrix(m,n), y: vector(m)"], 2, "X + y"),
    (["diff", "a*x", "x", "--where", "x: vektor(n)"], 2, "vektor"),
    (["diff", "", "x"], 2, "nothing to read"),
]


@pytest.mark.parametrize(("argv", "status", "message"), BAD, ids=[" ".join(a) for a, _, _ in BAD])
def test_bad_input(run: Run, argv: list[str], status: int, message: str) -> None:
    got = run(*argv)
    assert (got.status, got.out) == (status, "")
    assert got.err.startswith("matcalc: ") and message in got.err and "Traceback" not in got.err


def test_wrong_options(run: Run) -> None:
    wrong = (["diff", "x", "x", "--laout", "a"], ["diff"], ["nothing"], [], ["diff", "x", "x", "--format", "z"])
    for argv in wrong:
        got = run(*argv)
        assert got.status == 2 and got.out == "" and "usage:" in got.err


MISTYPED = [
    (["dif", "x^2", "x"], "matcalc: there is no command dif; did you mean diff?"),
    (["||Xw - y||^2", "w"], "matcalc: there is no command ||Xw - y||^2; for a derivative write: matcalc diff EXPR WRT"),
    (["-x", "x"], "matcalc: there is no command -x; for a derivative write: matcalc diff EXPR WRT"),
    (["diff", "x^2", "x", "--fromat", "text"], "matcalc diff: there is no option --fromat; did you mean --format?"),
    (["diff", "x^2", "x", "--lay=numerator"], "matcalc diff: there is no option --lay; did you mean --layout?"),
    (["diff", "x^2", "x", "--layout", "denom"], "matcalc diff: --layout is one of numerator, denominator, not 'denom'; "
     "did you mean denominator?"),
    (["diff", "x^2", "x", "-f", "latx"], "did you mean latex?"),
    (["diff", "x", "+", "y", "x"], "matcalc diff: 'y' is one argument too many; put an expression with blanks "
     "in quotes"),
    (["diff", "x^2", "x", "-Z"], "matcalc diff: there is no option -Z"),
]  # fmt: skip


@pytest.mark.parametrize(("argv", "message"), MISTYPED, ids=[" ".join(a) for a, _ in MISTYPED])
def test_what_was_meant_is_suggested(run: Run, argv: list[str], message: str) -> None:
    got = run(*argv)
    assert (got.status, got.out) == (2, "")
    assert got.err.startswith("usage: matcalc") and got.err.endswith(message + "\n")


def test_alone_it_shows_three_examples(run: Run) -> None:
    got = run()
    examples = [line.strip() for line in got.err.splitlines() if line.startswith("  matcalc ")]
    assert got.status == 2 and len(examples) == 3
    for example in examples:
        assert run(*shlex.split(example)[1:]).status == 0


@pytest.mark.parametrize("name", [n for n in commands() if n not in ("serve", "completion")])
def test_every_help_has_examples_that_work(run: Run, name: str) -> None:
    shown = run("help", name).out
    assert run(name, "--help").out == shown
    examples = shown.partition("examples:\n")[2].splitlines()
    assert examples
    for example in examples:
        program, *argv = shlex.split(example)
        got = run(*argv)
        assert program == "matcalc" and got.status == 0 and got.out, (example, got.err)


def test_short_options(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answer"
    got = run("diff", "-q", "-f", "text", "-l", "denominator", "-w", "x: vector(n)", "-c", "x'*x", "x", "-o", str(file))
    assert (got.status, got.out) == (0, "") and "inferred" not in got.err and "verified" in got.err
    assert file.read_text(encoding="utf-8") == "2*x\n"
    assert run("-V").out == run("--version").out
    assert "import jax" in run("code", "-t", "jax", "x'*x", "x").out
    got = run("diff", "-w", "w")
    assert got.status == 2 and "written '(-w)'" in got.err
    assert run("diff", "(-w)", "w", "-q", "-f", "text").out == "-eye(n)\n"


def test_an_answer_in_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answer.tex"
    for argv in (["diff"], ["hessian"], ["differential"], ["steps"], ["graph"], ["check"]):
        wanted = run(*argv, LEAST_SQUARES, "w").out
        got = run(*argv, LEAST_SQUARES, "w", "--output", str(file))
        assert (got.status, got.out) == (0, "") and file.read_text(encoding="utf-8") == wanted
    before = file.read_text(encoding="utf-8")
    assert run("diff", "x'*(", "x", "--output", str(file)).status == 2
    assert file.read_text(encoding="utf-8") == before


def test_curvature(run: Run) -> None:
    where = "x, y: positive scalar"
    done = run("curvature", "x*log(x/y)", "x,y", "--where", where)
    assert done.status == 0 and done.out.splitlines()[0] == "convex"
    done = run("curvature", "x*log(x/y)", "x,y", "--where", where, "--format", "latex", "--quiet")
    assert done.out.endswith("\\text{convex}\n")
    assert run("curvature", "A*x", "x").status == 2


def test_lists_of_what_is_known(run: Run) -> None:
    assert "symmetric positive" not in run("properties").out
    assert run("properties", "spd").out.splitlines()[1].split("=> ")[1] == "symmetric, invertible, psd, nonzero"
    assert "matrix(m, n)" in run("types").out
    shown = run("functions", "det(").out.splitlines()
    assert shown[0] == "operations" and any("d = tr(adj(X)*d(X))  {Matrix Cookbook 41}" in line for line in shown)
    known = json.loads(run("functions", "--format", "json").out)
    (det,) = [f for f in known if f["name"] == "det"]
    assert det["arguments"] == ["X (n, n)"] and det["shape"] == "scalar" and det["citation"] == "Matrix Cookbook 41"
    assert {p["name"] for p in json.loads(run("properties", "--format", "json").out)} == set(PROPERTIES)
    assert [k["name"] for k in json.loads(run("types", "-f", "json").out)][:3] == ["scalar", "vector", "matrix"]


def test_several_variables(run: Run) -> None:
    got = run("hessian", "x*y^2", "x,y", "--format", "text")
    assert got.out == "[0, 2*y; 2*y, 2*x]\n" and "Hessian, shape (2, 2)" in got.err
    assert run("differential", "x*y^2", "x,y", "--format", "text").out == "2*x*y*d(y) + y^2*d(x)\n"
    assert run("differential", "u'*A*v", "u,v", "-f", "text").out == "u'*A*d(v) + d(u)'*A*v\n"
    assert run("diff", "x*y", "x,x").status == 2


def test_a_question_that_fails_does_not_stop_the_others(run: Run) -> None:
    got = run("diff", "-", "x", "-f", "text", "-q", stdin="x^2\nfoo(x)\nx^3\n")
    assert (got.status, got.out) == (2, "2*x\n3*x^2\n") and "question 2: unknown function foo" in got.err


def test_the_variable_may_stand_in_the_text(run: Run) -> None:
    for text in (r"\nabla_x x^T A x", "d/dx x'A x", "f(x) = x'A x", "min_x x'A x"):
        got = run("diff", text, "--format", "text", "--layout", "denominator", "--quiet")
        assert (got.status, got.out) == (0, "(A + A')*x\n"), text
    got = run("hessian", r"\nabla^2_x x^T A x", "--format", "text", "--quiet")
    assert (got.status, got.out) == (0, "A + A'\n")
    got = run("diff", "x'A x")
    assert got.status == 2 and got.out == ""
    assert "Give one of x, A beside the text, or write it: ∇_x x'A x or ∇_A x'A x" in got.err


def test_the_name_of_the_value_is_shown(run: Run) -> None:
    got = run("diff", "J(w) = ||Xw - y||^2", "--format", "unicode")
    assert got.out == "2(Xw − y)ᵀX\n"
    assert "∂J/∂w: numerator layout, shape (1, n)" in got.err
    assert "∂J/∂w = ∂J/∂b ∂b/∂a ∂a/∂w" in run("steps", "J(w) = ||Xw - y||^2", "--style", "chain").out


def test_no_derivative_known(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "my.rules"
    file.write_text("let A[m,n]\nopaque(A) := A.^5\n")
    got = run("diff", "sum(opaque(x))", "x", "--rules", str(file))
    assert (got.status, got.out) == (3, "")
    assert got.err == "matcalc: no differential is known for opaque in opaque(x)\n"


def test_an_internal_error_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("matcalc.front.api.diff", fail)
    got = run("diff", "x", "x")
    assert got.status == 1 and got.err == "matcalc: internal error, please report it: ZeroDivisionError: oops\n"


def test_rules(run: Run) -> None:
    got = run("rules", "det(X)) =")
    assert got.out.splitlines()[0] == "differentials.rules"
    assert any("determinant: d(det(X)) = tr(adj(X)*d(X))" in line for line in got.out.splitlines())
    assert len(run("rules").out.splitlines()) > 200
    got = run("rules", "no such rule")
    assert (got.status, got.out, got.err) == (0, "", "no rule contains 'no such rule'\n")


def test_own_rules(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "my.rules"
    file.write_text("let A[m,n]\nfifth: d(fifth(A)) = 5*A.^4 .* d(A)\nfifth(A) := A.^5\n")
    got = run("diff", "sum(fifth(x))", "x", "--rules", str(file), "--format", "text")
    assert got.out == "5*(x.^4)'\n"
    assert run("diff", "x", "x", "--rules", str(tmp_path / "none")).status == 2


def test_version_and_help(run: Run) -> None:
    import matcalc

    assert run("--version").out == f"matcalc {matcalc.__version__}\n"
    assert "examples:" in run("--help").out
    assert "--layout" in run("diff", "--help").out


def test_colours_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert terminal.Colours(Terminal())("1", "x") == "\x1b[1mx\x1b[0m"
    assert terminal.Colours(io.StringIO())("1", "x") == "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal.Colours(Terminal())("1", "x") == "x"


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash_completion(run: Run) -> None:
    script = run("completion", "bash").out
    asked = 'COMP_WORDS=(matcalc diff --layout n); COMP_CWORD=3; _matcalc; echo "${COMPREPLY[@]}"'
    got = subprocess.run(["bash", "-c", script + asked], capture_output=True, text=True, check=True)
    assert got.stdout == "numerator\n"


def test_completion_names_every_command(run: Run) -> None:
    for shell in ("bash", "zsh", "fish"):
        script = run("completion", shell).out
        for command in ("diff", "hessian", "steps", "check", "code", "graph", "rules"):
            assert command in script


def test_the_process_imports_only_what_it_needs() -> None:
    code = (
        "import sys, matcalc.front.cli\n"
        "matcalc.front.cli.main(['diff', '||Xw - y||^2', 'w', '--quiet'])\n"
        "print([m for m in ('numpy', 'sympy', 'IPython') if m in sys.modules])"
    )
    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert got.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("expression", "variable", "answer"),
    [
        ("λ*x", "λ", "x"), (r"\lambda x", r"\lambda", "x"), ("α^2", "alpha", "2α"), ("y₁^2", "y₁", "2y₁"),
        (r"\mathbf{a}^\top \mathbf{w}", r"\mathbf{w}", "aᵀ"), ("$w^2$", "$w$", "2w"), ("X w", " w ", "X"),
    ],
)  # fmt: skip
def test_the_variable_as_it_is_written(run: Run, expression: str, variable: str, answer: str) -> None:
    where = "w: scalar" if "$" in expression else "w: vector(n)" if "w" in expression else "x: vector(n)"
    got = run("diff", expression, variable, "--format", "unicode", "--where", where)
    assert got.out == answer + "\n"


@pytest.mark.parametrize("variable", ["", "2", "x + y", "x y", "(", "f(x)"])
def test_what_is_no_variable(run: Run, variable: str) -> None:
    got = run("diff", "x*y", variable)
    assert got.status == 2 and got.err == f"matcalc: differentiate by a variable, not by {variable!r}\n"


def on_terminal(*argv: str, stdin: str = "") -> str:
    """What a person sees on stdout."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    env = {**os.environ, "NO_COLOR": "1"}
    parts = []
    with subprocess.Popen([sys.executable, "-m", "matcalc", *argv], stdout=theirs, stderr=subprocess.DEVNULL,
                          stdin=subprocess.PIPE, env=env) as process:  # fmt: skip
        os.close(theirs)
        assert process.stdin is not None
        process.stdin.write(stdin.encode())
        process.stdin.close()
        try:  # while it runs: what is not read may be lost with the end of the process
            while part := os.read(ours, 65536):
                parts.append(part)
        except OSError:
            pass  # the other end is closed
    os.close(ours)
    return b"".join(parts).decode().replace("\r\n", "\n")


SEEN = [
    (["diff", LEAST_SQUARES, "w"], "f     = ‖Xw − y‖²\n∂f/∂w = 2(Xw − y)ᵀX\n"),
    (["diff", r"\nabla_w \|Xw - y\|^2"], "f     = ‖Xw − y‖²\n∂f/∂w = 2(Xw − y)ᵀX\n"),
    (["diff", "J(w) = ||Xw - y||^2"], "J     = ‖Xw − y‖²\n∂J/∂w = 2(Xw − y)ᵀX\n"),
    (["hessian", "f'*x + x'*x", "x"], "z       = fᵀx + xᵀx\n∂²z/∂x² = 2I_n\n"),
    (["hessian", "x*y^2", "x,y"], "f            = xy²\n∂²f/∂(x, y)² = [0, 2y; 2y, 2x]\n"),
    (["differential", "inv(X)", "X"], "F  = X⁻¹\ndF = −X⁻¹ dX X⁻¹\n"),
    (["diff", LEAST_SQUARES, "w", "--quiet"], "2(Xw − y)ᵀX\n"),
    (["diff", LEAST_SQUARES, "w", "--format", "text"], "2*(X*w - y)'*X\n"),
    (["diff", "A*X*B", "X", "--form", "differential"], "dY = A dX B\n"),
]


@pytest.mark.parametrize(("argv", "seen"), SEEN, ids=[" ".join(a) for a, _ in SEEN])
def test_on_a_terminal(argv: list[str], seen: str) -> None:
    assert on_terminal(*argv) == seen


def test_several_questions_on_a_terminal() -> None:
    seen = on_terminal("diff", "-", "x", stdin="x^2\nx^3\n")
    assert seen == "f     = x²\n∂f/∂x = 2x\n\nf     = x³\n∂f/∂x = 3x²\n"
