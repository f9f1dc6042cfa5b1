"""Random bytes and random tokens: always an expression or an error of ours, in bounded time."""

from __future__ import annotations

import os
import random
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcalc.language.parse import parse_expression, parse_where
from matcalc.language.vocabulary import words
from matcalc.terms.errors import MatcalcError

EXAMPLES = int(os.environ.get("MATCALC_EXAMPLES", "500"))
CHECKS = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

TOKENS = sorted(
    words(r"""
    x y w A X B a b I T d e u 1 2 0.5 + - * / ^ ' ( ) [ ] { } | || ‖ < > <= != , ; : = . .* ./ .^ @ ⊙ ⊗ √ ² ⁻¹ ᵀ ⟨ ⟩
    sin log det tr max diag inv norm2 sum vector( matrix( eye( einsum('ij,jk->ik', _1 _F _ ^T ^{-1} λ pi kron( softmax(
    ∂u/∂x ∂u( x_1 x₁ [1,:] [0] [1:3,1:] 𝟏 \top \frac \frac{ } \sqrt \mathbf{x} \mathbf{1} \mathbf \left( \right)
    \left\| \right\|_2 \| \begin{bmatrix} \end{bmatrix} & \\ \operatorname{tr} \text \log \odot \sum_{i=1}^n
    \hat{y} $ \partial \alpha ^ _{ ! # foo""")
)
DECLARATIONS = [*sorted(words("x y X : , ; vector matrix scalar ( ) m n 2 * + - -> symmetric positive spd [ ]")), "\n"]

texts = st.text(max_size=30)
raw = st.binary(max_size=30).map(lambda b: b.decode("latin-1"))
tokens = st.builds(
    lambda t, sep: sep.join(t), st.lists(st.sampled_from(TOKENS), max_size=12), st.sampled_from(["", " "])
)
where = st.sampled_from([None, "u: vector(n) -> vector(m), x: vector(n), A: matrix(m,n)", "a: scalar, X: matrix(4,4)"])


def read(text: str, declared: str | None, syntax: str = "auto") -> None:
    """Read a text; what is read is printed and read again."""
    start = time.perf_counter()
    try:
        parsed = parse_expression(text, declared, syntax=syntax, extra_names=["x"])
    except MatcalcError as error:
        assert error.span is None or 0 <= error.span[0] < error.span[1]
        assert str(error)
    else:
        assert str(parsed.expr)
    assert time.perf_counter() - start < 5


@CHECKS
@given(st.one_of(texts, raw), where)
def test_random_text(text: str, declared: str | None) -> None:
    read(text, declared)


@CHECKS
@given(tokens, where, st.sampled_from(["auto", "plain", "latex"]))
def test_random_tokens(text: str, declared: str | None, syntax: str) -> None:
    read(text, declared, syntax)


def test_ten_thousand_of_each() -> None:
    chance = random.Random(1)
    for k in range(10_000):
        declared = chance.choice([None, "u: vector(n) -> vector(m), x: vector(n)", "a: scalar, X: matrix(4,4)"])
        read(chance.choice(["", " "]).join(chance.choices(TOKENS, k=chance.randint(1, 9))), declared)
        read(chance.randbytes(chance.randint(1, 20)).decode("latin-1"), declared, ("auto", "latex")[k % 2])


@CHECKS
@given(st.lists(st.sampled_from(DECLARATIONS), max_size=14).map(" ".join))
def test_random_declarations(text: str) -> None:
    try:
        found = parse_where(text)
    except MatcalcError as error:
        assert str(error)
    else:
        assert parse_where(str(found)).keys() == found.keys()
