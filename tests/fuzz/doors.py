"""The doors that are fuzzed: how an input for each is made, and how it enters."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matcalc
from matcalc import Limits
from matcalc.front.cli import main
from matcalc.terms.cache import cached
from matcalc.terms.errors import MatcalcError
from matcalc.terms.limits import within

SMALL = Limits(text=5_000, nodes=400, work=150_000)
SEEDS = (
    "||Xw - y||^2", "x'*A*x", "tr(A*X*B)", "\\frac{1}{2} x^\\top A x", "sum(sigmoid(X*w))", "logdet(S)", "X[1:3, :]*w",
    "[x, y; 1, 2]", "max(x, 0)", "\\sum_{i=1}^n (y_i - w^\\top x_i)^2", "A^-1*b", "A .* B", "<x, y>", "|x|", "x^2/3",
    "np.sum(X @ w)", "u(x)'*v", "inv(A + eye(n))", "kron(A, B)", "1e-3*x", "softmax(A x)", "\\mathbf{x}", "x_1 + x_2",
    "\\begin{bmatrix} a & b \\\\ c & d \\end{bmatrix}", "d/dx x^2", "f(x) = x^2", "x if x > 0 else -x",
)  # fmt: skip
_TOKENS = r"""
x y A X w S n 2 0 1.5 1e9 + - * / ^ ' ( ) [ ] { } , ; : | || .* ./ .^ @ = < > _ & \ \frac \sum \sqrt ^T \top \left(
\right) sin exp log tr det inv norm sum mean softmax diag kron eye vector matrix ones \mathbf
\begin{bmatrix} \end{bmatrix}
d( ∂ ∇ ᵀ ² ⊙ ⊗ ‖ λ Σ _i _{ij} ^{(2)} 1/2 if for else lambda .T .sum()
"""
TOKENS = tuple(_TOKENS.split())
WHERES = ("x: vector(n)", "A: matrix(m,n)", "S: symmetric matrix(n,n)", "a: positive scalar",
          "u: vector(n) -> vector(m)", "x: vector(3), y: vector(2*n+1)", "A ∈ R^{m×n}")  # fmt: skip
RULES = ("let A[m,n], X[n,n]\nf: A'' -> A", "let A[m,n]\ncube: d(cube(A)) = 3*A.^2 .* d(A)\ncube(A) := A.^3",
         "let X[n,n]\nt: tr(X') -> tr(X)", "let X[n,n]\nspd => symmetric\nsymmetric(X*X')",
         "flip(A[m,n]) -> [m,n] linear",
         "let A[m,n], G[m,n]\nuse recognise\nr: <G, d(A)> = <G, d(A)> {somewhere} if positive(A)")  # fmt: skip
COMMANDS = ("diff", "hessian", "steps", "check", "code", "graph", "rules", "differential", "explain", "completion")
OPTIONS = ("--layout", "denominator", "--where", "x: vector(n)", "--format", "text", "unicode", "--style", "chain",
           "--quiet", "--syntax", "latex", "--structure", "entries", "--order", "2", "--check", "--of", "both", "-",
           "x", "--target", "numpy", "--detail", "full", "--mode", "reverse", "--version", "--help")  # fmt: skip


class Accepted(Exception):
    """An input was refused with an error of matcalc."""


def mutated(rng: random.Random, text: str) -> str:
    """A text with a few characters lost, doubled, exchanged or new."""
    out = list(text)
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        at = rng.randrange(len(out) + 1)
        act = rng.randrange(5)
        if act == 0 and out:
            del out[min(at, len(out) - 1)]
        elif act == 1:
            out.insert(at, rng.choice("()[]{}|^_'*+-/\\.,;:&=<>0123456789xyzAXS \n\t"))
        elif act == 2:
            code = rng.choice((rng.randrange(32, 127), rng.randrange(0x250), rng.randrange(0x2000, 0x2400)))
            out.insert(at, chr(code))
        elif act == 3 and out:
            i, j = sorted((at, rng.randrange(len(out) + 1)))
            out[at:at] = out[i:j]
        else:
            out.insert(at, rng.choice(TOKENS))
    return "".join(out)


def bytes_(rng: random.Random) -> str:
    """Random bytes as text."""
    return rng.randbytes(rng.randint(1, 30)).decode("latin-1" if rng.random() < 0.7 else "utf-16", errors="replace")


def tokens(rng: random.Random) -> str:
    """Random tokens of the language."""
    return rng.choice((" ", "")).join(rng.choice(TOKENS) for _ in range(rng.randint(1, 14)))


def text(rng: random.Random) -> str:
    """A text of one of the kinds."""
    return rng.choice((bytes_, tokens, lambda r: mutated(r, r.choice(SEEDS))))(rng)


def guarded(call: Callable[[], object]) -> None:
    """Run; an error of matcalc is what a wrong input should give."""
    try:
        call()
    except MatcalcError:
        raise Accepted from None


def read(given: str) -> None:
    guarded(lambda: str(matcalc.parse(given, limits=SMALL)))


def differentiate(given: tuple[str, str, str]) -> None:
    source, by, where = given

    def all_of_it() -> None:
        d = matcalc.diff(source, by or None, where=where or None, limits=SMALL)
        with within(SMALL):
            assert str(d.certificate) and str(d) and d.latex() and d.unicode() and repr(d)

    guarded(all_of_it)


def rules(given: str) -> None:
    guarded(lambda: matcalc.read_rules(given))


def evaluated(given: tuple[str, Any]) -> None:
    guarded(lambda: matcalc.parse("x'*A*x", limits=SMALL).evaluate({"x": given[1], "A": [[1, 2], [3, 4]]}))


def command(given: list[str]) -> None:
    sink, before = io.StringIO(), sys.stdin
    sys.stdin = io.StringIO("x^2\n")
    try:
        with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
            status = main(given)
    except SystemExit as stop:
        status = int(stop.code or 0) if isinstance(stop.code, int) else 2
    finally:
        sys.stdin = before
    if status == 1 and "internal error" in sink.getvalue():
        raise AssertionError(sink.getvalue()[-200:])
    if status:
        raise Accepted


def from_sympy(given: tuple[str, str]) -> None:
    import sympy

    name, other = given

    def through() -> None:
        n = sympy.Symbol(other, integer=True, positive=True)
        x, a = sympy.MatrixSymbol(name, n, 1), sympy.MatrixSymbol("A", n, n)
        d = matcalc.diff(x.T * a * x, name, limits=SMALL)
        assert d.latex() and d.code()

    try:
        guarded(through)
    except (TypeError, ValueError) as error:  # SymPy itself takes not every name
        if "matcalc" in str(error.__traceback__):
            raise
        raise Accepted from None


def cache_file(given: bytes) -> None:
    """What is read from a damaged cache is what is made anew."""
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = folder
        try:
            assert cached("fuzzed", "key", lambda: [1, ["a", 2]], lambda x: x, lambda x: x) == [1, ["a", 2]]
            for path in Path(folder).rglob("*"):
                if path.is_file():
                    whole = path.read_bytes()
                    at = given[0] * len(whole) // 256
                    path.write_bytes(whole[:at] + given[1:] + whole[at + (given[0] % 3) * len(given) :])
            assert cached("fuzzed", "key", lambda: [1, ["a", 2]], lambda x: x, lambda x: x) == [1, ["a", 2]]
        finally:
            os.environ.pop("XDG_CACHE_HOME") if before is None else os.environ.update(XDG_CACHE_HOME=before)


def written(given: str) -> None:
    """What is read is written in every notation, as text that its readers can read."""
    from xml.etree import ElementTree

    from matcalc.front.notations import write

    def all_notations() -> None:
        e = matcalc.parse(given, limits=SMALL)
        with within(SMALL):
            ElementTree.fromstring(write(e, "mathml"))
            json.loads(write(e, "json"))
            latex = write(e, "latex")
            assert latex.count("{") - latex.count(r"\{") == latex.count("}") - latex.count(r"\}")
            assert write(e, "typst") and write(e, "unicode")

    guarded(all_notations)


def _asked(rng: random.Random, source: str) -> tuple[str, str, str]:
    """A question: a text, one of its letters most of the time, no declarations."""
    letters = [c for c in source if c.isalpha()] or ["x"]
    return source, rng.choice(letters) if rng.random() < 0.9 else rng.choice(("", "x", source[:3])), ""


def _value(rng: random.Random) -> tuple[str, Any]:
    options = (None, "text", [], [1], [1, 2], [[1], [2]], [1, "a"], {}, float("nan"), [float("inf"), 1], [[1, 2], [3]],
               object(), [1, 2, 3], True, b"ab", [1j, 2], lambda: 1)  # fmt: skip
    k = rng.randrange(len(options))
    return str(k), options[k]


DOORS: dict[str, tuple[Callable[[random.Random], Any], Callable[[Any], None]]] = {
    "bytes": (bytes_, read),
    "tokens": (tokens, read),
    "LaTeX and plain": (lambda r: mutated(r, r.choice(SEEDS)), read),
    "derivatives": (lambda r: _asked(r, mutated(r, r.choice(SEEDS)) if r.random() < 0.8 else tokens(r)), differentiate),
    "declarations": (lambda r: (*_asked(r, r.choice(SEEDS))[:2], mutated(r, r.choice(WHERES))), differentiate),
    "variables": (lambda r: (s := r.choice(SEEDS), mutated(r, _asked(r, s)[1]), ""), differentiate),
    "rules": (lambda r: mutated(r, r.choice(RULES)), rules),
    "values": (_value, evaluated),
    "command": (lambda r: [r.choice(COMMANDS), *_asked(r, mutated(r, r.choice(SEEDS)))[:2],
                           *(r.choice(OPTIONS) for _ in range(r.randint(0, 4)))], command),
    "names from SymPy": (lambda r: (r.choice(("x", "w_1", "lambda", "y2", text(r)[:10] or "x")),
                                    r.choice(("n", "m", mutated(r, "n")[:6] or "n"))), from_sympy),
    "caches": (lambda r: r.randbytes(r.randint(2, 12)), cache_file),
    "notations": (lambda r: mutated(r, r.choice(SEEDS)), written),
}  # fmt: skip
