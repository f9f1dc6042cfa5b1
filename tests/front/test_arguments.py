"""Arguments that stand as their command lists them are what argparse makes of them; all others are left to it."""

from __future__ import annotations

import contextlib
import io
import itertools
import random

import pytest

from matcalc.front.argument_parser import looked_at
from matcalc.front.arguments import ARGUMENTS, direct, flags
from matcalc.front.commands import commands

COMMANDS = commands()
VALUES = ("bash", "x", "w", "||Xw - y||^2", "", "-", "-x", "--", "numerator", "denominator", "latex", "nosuch", "2")


def by_argparse(line: list[str]) -> object:
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        try:
            found = vars(looked_at(line, COMMANDS))
        except SystemExit:
            return None
    return {name: value for name, value in found.items() if name != "parser"}


def lines(command: str, count: int) -> list[list[str]]:
    rng = random.Random(command)
    row = COMMANDS[command]
    words = [f for a in (*row.arguments, "--format") if a.startswith("--") for f in flags(a)]
    places = sum(not a.startswith("--") for a in row.arguments)
    made = []
    for _ in range(count):
        options: list[str] = []
        for word in rng.sample(words, rng.randrange(min(4, len(words)))):
            options += [word, rng.choice(VALUES)] if rng.random() < 0.7 else [word]
        given = [rng.choice(VALUES) for _ in range(rng.randrange(places + 2))]
        at = rng.randrange(len(given) + 1)
        made.append([command, *given[:at], *options, *given[at:]])
    return made


@pytest.mark.parametrize("command", COMMANDS)
def test_what_stands_as_it_is_listed_is_what_argparse_makes_of_it(command: str) -> None:
    taken = 0
    for line in lines(command, 150):
        found = direct(line, COMMANDS)
        if found is not None:
            taken += 1
            assert vars(found) == by_argparse(line), line
    assert taken


@pytest.mark.parametrize(
    "line",
    [
        [], ["help"], ["-h"], ["nosuch", "x"], ["diff"], ["diff", "--help"], ["diff", "-x", "x"],
        ["diff", "x", "x", "x"],
        ["diff", "x", "--lay", "numerator"], ["diff", "x", "--layout"], ["diff", "x", "--layout=numerator"],
        ["diff", "x", "--layout", "both"], ["diff", "x", "--format", "roman"], ["diff", "x", "--width", "3"],
        ["diff", "x", "--share"], ["diff", "x", "-q", "x"], ["diff", "-", "x"], ["code", "x", "x", "--order", "2"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_the_rest_is_left_to_argparse(line: list[str]) -> None:
    assert direct(line, COMMANDS) is None


def test_a_rule_file_of_one_run_is_not_kept_for_the_next() -> None:
    line = ["diff", "x", "x", "--rules", "a.rules", "--rules", "b.rules"]
    for _ in range(2):
        found = direct(line, COMMANDS)
        assert found is not None and found.rules == ["a.rules", "b.rules"]
    assert ARGUMENTS["--rules"]["default"] == []


def test_every_argument_of_a_command_is_in_the_table() -> None:
    assert set(itertools.chain(*(c.arguments for c in COMMANDS.values()))) <= set(ARGUMENTS)
