"""The lexer compiles the patterns that a text may need: its tokens are those of all patterns tried in order."""

from __future__ import annotations

import random

import pytest

from matcalc.language.tables import Machine, UnknownCharacter, tables
from matcalc.language.tree import Builder
from tests.corpus.rows import corpus

LETTERS = " .,:;|+-*/^_()[]{}<>=!'\\\"%@&~$0179abeinstwxzAHITX"
SIGNS = "\u03b1\u2202\u2211\u2081\u00b2\u1d40\u0302\u00e9\u2016"
WORDS = "np. sum( sum_i einsum('ij->i', ) .T .shape[0] .logabsdet jax.numpy.x ||_2 ∂f/∂x 1e-3 x_{i,j} as.vector( a::b"


def read(machine: Machine, text: str, before: int) -> object:
    """The tokens, or the place where none begins, by a machine that read so many characters before."""
    machine.read = before
    try:
        return [(t.type, str(t), t.start_pos, t.end_pos) for t in machine.tokens(text)]
    except UnknownCharacter as error:
        return error.place


def texts() -> list[str]:
    rng = random.Random(5)
    parts = [*LETTERS, *SIGNS, *WORDS.split(" ")]
    made = ["".join(rng.choice(parts) for _ in range(rng.randrange(1, 12))) for _ in range(3000)]
    return [row.expression for row in corpus()] + made


@pytest.mark.parametrize("front", ["plain", "latex"])
def test_the_tokens_are_those_of_all_patterns(front: str) -> None:
    machine = Machine(front, Builder)
    for text in texts():
        assert read(machine, text, 0) == read(machine, text, 10**6), text


def test_few_patterns_are_compiled() -> None:
    machine = Machine("plain", Builder)
    machine.tokens("||Xw - y||^2")
    compiled = sum(match.__self__.groups for match in machine.matches.values())  # type: ignore[attr-defined]
    assert compiled < len(tables("plain")["tokens"]) / 2
