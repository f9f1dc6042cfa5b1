"""Everything that is printed or derived from one random derivative, against its numbers.

The certificate of each answer; every notation read back; the steps line by line; the code; the forms (vec, entry by
entry, differential, times a vector); one order more; and the same question with all sizes 1.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

import numpy as np

import matcalc
from matcalc.numbers.evaluate import evaluate

from .samples import Rejected, Sample, Slow, derive, limit, make, settle, used
from .values import agrees

LIMIT = 30
SLOW = "slow"
TEMPLATES = (  # what the grammar of random trees does not make: abstract functions, sums over samples
    ("u({f})'*v", "x", "u: vector(m) -> vector(m), A: matrix(m,n), x: vector(n), v: vector(m)"),
    ("sum(u({f})) + p({f})", "x", "u: vector(m) -> vector(k), p: vector(m) -> scalar, A: matrix(m,n), x: vector(n)"),
    (r"\sum_{{i=1}}^m (y_i - {s}(w^\top x_i))^2", "w", ""),
    (r"\sum_i \log(1 + \exp(-y_i w^\top x_i)) + {c} \|w\|^2", "w", ""),
    (r"\frac{{1}}{{m}} \sum_{{i=1}}^m {s}(a_i) b_i", "a", ""),
)  # fmt: skip
INNER = ("A*x", "sin(A*x)", "A*(x.*x)", "tanh(A*x)", "A*x/norm(x)")
SCALAR_FUNCTIONS = (r"\tanh", r"\sin", r"\exp")
Failure = tuple[str, str]


def sample(seed: str) -> Sample | None:
    """The random tree of a seed; None for the tenth that is made from a template."""
    return None if random.Random(f"{seed}:kind").random() < 0.1 else make(seed)


def from_template(seed: str) -> tuple[str, str, str]:
    """A text, a variable and declarations."""
    rng = random.Random(seed)
    text, by, where = rng.choice(TEMPLATES)
    given = {"f": rng.choice(INNER), "s": rng.choice(SCALAR_FUNCTIONS), "c": rng.randint(2, 9)}
    return text.format(**given), by, where


def failures(seed: str) -> Iterator[Failure]:
    """What is wrong with what comes of one seed."""
    s = sample(seed)
    try:
        with limit(LIMIT):
            if s is None:
                text, by, where = from_template(seed)
                d = matcalc.diff(text, by, where=where or None)
                yield from _forms(d)
                return
            values = settle(s)
            d = derive(s)
            given = used(s, values)
            yield from _numbers(s, d, given)
            yield from _forms(d)
            yield from _of_size_one(s)
    except Rejected:
        return
    except Slow:
        yield SLOW, f"over {LIMIT} s"
    except Exception as error:  # every failure is counted, none hidden
        yield type(error).__name__, str(error)[:200]


def _numbers(s: Sample, d: matcalc.Derivative, given: dict[str, Any]) -> Iterator[Failure]:
    """The value against what is read back in each notation, and against the code."""
    got = np.asarray(d.evaluate(given))
    for name, write in (("text", str), ("unicode", lambda a: a.unicode()), ("latex", lambda a: a.latex())):
        shown = write(d)
        if not re.search(r"[A-Za-z]", re.sub(r"(matrix|vector)\([^()]*\)", "", shown)):
            continue
        try:
            again = matcalc.parse(shown, where=s.where + _direction(s), syntax="latex" if name == "latex" else "plain")
        except matcalc.MatcalcError as error:
            if name == "text":
                yield f"{name} is not read", f"{shown[:120]}: {str(error).splitlines()[0]}"
            continue
        if again.free - set(given):
            continue  # a component of a part that has a name of its own
        if again.shape == d.expr.shape and not agrees(np.asarray(evaluate(again, given, d.types)), got):
            yield f"{name} is read as something else", shown[:200]
    if all(v in d.types for v in given):
        try:
            function = d.compile()
            value = function(*(given[name] for name in signature(function).parameters if name in given))
        except TypeError as error:
            if "argument" not in str(error):
                raise
            return
        if not agrees(np.asarray(value), got):
            yield "the code has another value", d.code()[-200:]


def _direction(s: Sample) -> str:
    from .samples import DIRECTION

    dims = ", ".join("*".join(map(str, d)) or "1" for d in s.wrt.shape)
    kind = s.wrt.declaration().split(":")[1].split()[-1]
    return f", {DIRECTION}: {kind if '(' in kind else 'scalar'}" if s.mode == "hvp" and dims else ""


def _forms(d: matcalc.Derivative) -> Iterator[Failure]:
    """The other forms: each is right, which its certificate shows, or refused by name."""
    forms: list[tuple[str, Callable[[], object]]] = [
        ("vec", d.vec), ("index", d.index), ("differential", d.differential), ("hvp", lambda: d.hvp("v_1")),
        ("chain", lambda: d.steps(style="chain")), ("again", lambda: matcalc.diff(d, d.variable)),
        ("repr", lambda: (repr(d), d.json(), d._repr_mimebundle_())),
    ]  # fmt: skip
    for name, form in forms:
        if d.record.form != "layout" and name in ("vec", "index", "hvp", "chain", "again"):
            continue
        try:
            made = form()
        except matcalc.InternalError as error:
            yield f"{name} is wrong", str(error)[:200]
        except matcalc.MatcalcError:
            continue
        else:
            if not str(made):
                yield f"{name} is empty", str(d)[:100]
    if d.record.form == "layout" and d.order == 1 and d.structure == "free":
        try:
            lines = d.steps().lines
        except matcalc.MatcalcError:
            return
        try:
            from matcalc.derivation.verify import line_errors

            errors = line_errors(lines, d.record, 1)
        except matcalc.MatcalcError:
            return
        if errors and max(errors) > 1e-4:
            yield "a step does not hold", f"{max(errors):.1e} in the steps of {d}"[:200]


def _of_size_one(s: Sample) -> Iterator[Failure]:
    """The same question where every dimension is 1."""
    where = re.sub(r"\(([^()]*)\)", lambda m: "(" + re.sub(r"\b[a-z0-9]\b", "1", m[1]) + ")", s.where)
    try:
        d = matcalc.diff(re.sub(r"\b[mnk]\b", "1", s.text), s.wrt.name, where=where)
        report = d.check(trials=1)
    except matcalc.InternalError as error:
        yield "wrong at size 1", f"{error}"[:200]
    except matcalc.MatcalcError:
        return
    else:
        if not report:
            yield "another number at size 1", f"{report}"[:200]
