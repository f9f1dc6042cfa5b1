"""A rewrite at complex values: whether it may be used for complex variables.

A rule is used there if its operations are holomorphic, and if no condition asks for what only real numbers have of a
part that is complex (`rulebook.properties`). Whether it then holds, logarithms and roots on their principal branches,
is seen here.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..rulebook.book import RuleBook
from ..rulebook.holomorphic import holomorphic
from ..rulebook.properties import ORDERED
from ..rulebook.reader import Rule
from ..terms.errors import EvaluationError
from ..terms.walks import postorder
from .comparison import relative
from .jensen import Undefined
from .rulecheck import SIZES, Case
from .sampling import draw

POINTS = 12


def is_for_complex(rule: Rule) -> bool:
    """Whether a rule may be tried on what is complex: its operations are holomorphic, and it asks for nothing real."""
    known = RuleBook.default().view(holomorphic)
    sides = [e for side in (rule.lhs, rule.rhs) for e in postorder(side)]
    return all(e.op in known for e in sides) and all(prop != "real" for prop, _ in rule.conditions)


def complex_error(rule: Rule, seed: int = 0) -> float:
    """The largest relative difference of the two sides of a rewrite at complex values of all that may be complex.

    >>> from matcalc.rulebook.reader import read_rules
    >>> good, bad = read_rules("let A[m,n]\\na: exp(log(A)) -> A\\nb: log(exp(A)) -> A").rules
    >>> complex_error(good) < 1e-9, complex_error(bad) > 1
    (True, True)
    """
    worst, done = 0.0, 0
    free = _may_be_complex(rule)
    stripped = replace(rule, conditions=tuple(c for c in rule.conditions if c[0] != "real"))
    for k in range(POINTS * 4):
        rng = np.random.default_rng((seed, k))
        case = Case(stripped, SIZES[k % 4], rng)
        try:
            case.find()
            for name in free:
                properties = {p for p, (a, *_) in rule.conditions if a is rule.names[name]} | {"complex"}
                shape = np.atleast_2d(case.values[name]).shape
                spread = 3.0 if k % 2 and "orthogonal" not in properties else 1.0
                x = draw(rng, (shape[0], shape[1]), properties) * spread
                case.values[name] = x if np.ndim(case.values[name]) else complex(x[0, 0])
            with np.errstate(all="ignore"):
                left = case.number(case.concrete(rule.lhs), case.values)
                right = case.number(case.concrete(rule.rhs), case.values)
        except (Undefined, EvaluationError, np.linalg.LinAlgError):
            continue
        if not (np.all(np.isfinite(left)) and np.all(np.isfinite(right))):
            continue
        done += 1
        size = max(float(np.abs(v).max(initial=0)) for v in (left, *case.values.values()))
        worst = max(worst, relative(left, right, max(1.0, size) ** 3))
        if done == POINTS:
            break
    return worst if done > 2 else float("nan")


def _may_be_complex(rule: Rule) -> list[str]:
    """The variables of a rule that may stand for what is complex: those that no condition keeps real, no exponents."""
    kept = ORDERED | {"integer", "even", "real"}
    real = {n for prop, args in rule.conditions if prop in kept for a in args for n in a.free}
    for side in (rule.lhs, rule.rhs):
        for e in postorder(side):
            if e.op in ("pow", "epow", "mpow"):
                real |= e.args[1].free
    return [n for n in rule.names if n in rule.lhs.free and n not in real]
