"""Equal questions: `python -m tests.simplification.equal_questions [--count 20] [--every 1] [--show]`.

Writes the expression of each row of the corpus in other, equal ways (terms and factors commuted, transposed twice,
products multiplied out, inverses of products taken apart, traces turned, scalars transposed) and counts the rows whose
answers are not all one answer, up to the order of terms and factors.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator

import matcalc
from matcalc.rulebook.properties import Facts
from matcalc.terms.expression import Expr, add, apply, had, mm, node, prod, t
from matcalc.terms.rebuild import rebuild
from matcalc.terms.shapes import ONE
from matcalc.terms.walks import fold
from tests.corpus.rows import Row, corpus

MOVES = ("commute", "twice", "expand", "inverse", "turn", "transpose")


def respelled(e: Expr, rng: random.Random, moves: tuple[str, ...] = MOVES) -> Expr:
    """The same value, written in another way."""

    def step(x: Expr, args: tuple[Expr, ...]) -> Expr:
        return other(rebuild(x, args), rng, moves)

    return fold(e, step, lambda x: x.args)[e]


def other(e: Expr, rng: random.Random, moves: tuple[str, ...]) -> Expr:
    """One node written in another way."""
    if "commute" in moves and e.op in ("add", "had"):
        return rebuild(e, tuple(rng.sample(e.args, len(e.args))))
    if "commute" in moves and e.op == "prod":
        scalars = [a for a in e.args if a.is_scalar]
        e = prod(*rng.sample(scalars, len(scalars)), *(a for a in e.args if not a.is_scalar))
    ways = [way for name, way in WAYS.items() if name in moves]
    found = [x for way in ways for x in way(e)]
    return rng.choice(found) if found and rng.random() < 0.5 else e


def twice(e: Expr) -> Iterator[Expr]:
    """A = (A')'."""
    if len(e.shape) == 2 and not e.is_scalar and e.op in ("var", "mm", "add", "inv"):
        yield node("t", (node("t", (e,), None, t(e).shape),), None, e.shape)


def expand(e: Expr) -> Iterator[Expr]:
    """A*(B + C) = A*B + A*C, and so for scalar multiples and elementwise products."""
    join = {"mm": mm, "prod": prod, "had": had}.get(e.op)
    if join is None:
        return
    for i, a in enumerate(e.args):
        if a.op == "add" and len(a.args) <= 3:
            yield add(*(join(*e.args[:i], x, *e.args[i + 1 :]) for x in a.args))


def inverse(e: Expr) -> Iterator[Expr]:
    """inv(A*B) = inv(B)*inv(A) for square A and B."""
    if e.op == "inv" and e.args[0].op == "mm" and all(a.shape[0] is a.shape[1] for a in e.args[0].args):
        yield mm(*(apply("inv", a) for a in reversed(e.args[0].args)))


def turn(e: Expr) -> Iterator[Expr]:
    """tr(A*B) = tr(B*A)."""
    if e.op == "tr" and e.args[0].op == "mm":
        chain = e.args[0].args
        for k in range(1, len(chain)):
            if chain[k].shape[0] is not ONE:
                yield apply("tr", mm(*chain[k:], *chain[:k]))


def transpose(e: Expr) -> Iterator[Expr]:
    """x'*y = y'*x."""
    if e.op == "mm" and e.is_scalar:
        yield mm(*(a.args[0] if a.op == "t" else t(a) for a in reversed(e.args)))


WAYS = {"twice": twice, "expand": expand, "inverse": inverse, "turn": turn, "transpose": transpose}


def unordered(e: Expr) -> str:
    """The printed form of an expression whose terms, factors, traces and scalars stand in an order of their own."""

    def step(x: Expr, args: tuple[Expr, ...]) -> Expr:
        x = rebuild(x, args)
        if x.op in ("add", "had", "max", "min"):
            return rebuild(x, tuple(sorted(x.args, key=str)))
        if x.op == "prod":
            return prod(*sorted(x.args, key=lambda a: (not a.is_scalar, a.op != "num", str(a))))
        if x.op == "mm" and x.is_scalar:
            return min([x, _back(x)], key=lambda a: (a.cost, str(a)))
        if x.op == "tr" and x.args[0].op == "mm":
            both = [x.args[0], _back(x.args[0])]
            around = [mm(*c.args[k:], *c.args[:k]) for c in both if c.op == "mm" for k in range(len(c.args))]
            return apply("tr", min(around, key=lambda a: (a.cost, str(a))))
        if x.op == "diagonal" and x.args[0].op == "mm":
            return apply("diagonal", min([x.args[0], _back(x.args[0])], key=lambda a: (a.cost, str(a))))
        return x

    return str(fold(e, step, lambda x: x.args)[e])


def _back(e: Expr) -> Expr:
    return mm(*(a.args[0] if a.op == "t" else a if _even(a) else t(a) for a in reversed(e.args)))


def _even(a: Expr) -> bool:
    """Whether an array is its own transpose at sight."""
    return a.op in ("diag", "eye") or a.is_scalar or Facts().holds("symmetric", a)


def questions() -> list[Row]:
    """The rows that can be asked as expressions."""
    return [r for r in corpus() if " then " not in r.variable]


def answer(row: Row, e: Expr, layout: str = "denominator") -> Expr:
    """The answer to the question of a row whose expression is written as e."""
    if row.order == 2:
        return matcalc.hessian(e, row.variable).expr
    return matcalc.diff(e, row.variable, layout=layout, structure=row.structure).expr


def answers(row: Row, count: int, moves: tuple[str, ...] = MOVES) -> dict[str, tuple[int, Expr]]:
    """The different answers to equal questions, each with its cost and the first question that has it."""
    e = matcalc.parse(row.expression, row.where)
    rng = random.Random(row.label)
    found: dict[str, tuple[int, Expr]] = {}
    for _ in range(count):
        got = answer(row, e)
        found.setdefault(unordered(got), (got.cost, e))
        e = respelled(matcalc.parse(row.expression, row.where), rng, moves)
    return found


def main() -> int:
    """Report."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--count", type=int, default=20)
    p.add_argument("--every", type=int, default=1)
    p.add_argument("--moves", default=",".join(MOVES))
    p.add_argument("--show", action="store_true")
    a = p.parse_args()
    rows = questions()[:: a.every]
    differing = costs = 0
    for row in rows:
        found = answers(row, a.count, tuple(a.moves.split(",")))
        differing += len(found) > 1
        costs += len({c for c, _ in found.values()}) > 1
        if a.show and len(found) > 1:
            print(f"{row.label} {row.name}")
            for text, (cost, question) in found.items():
                print(f"    {cost:3d} {text}    <- {question}")
    print(f"{differing} of {len(rows)} rows have more than one answer, {costs} of them of different length")
    return 0


if __name__ == "__main__":
    sys.exit(main())
