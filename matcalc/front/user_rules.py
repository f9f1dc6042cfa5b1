"""Rules of the user's own: elementwise functions, identities, properties, added while matcalc runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..rulebook.reader import Rule, RuleSet, added, read_rules, shipped_rules
from ..terms.data_files import rule_files
from ..terms.errors import MatcalcError, RuleError
from ..terms.signatures import declare, forget, operation, read_functions


def load_rules(source: str | os.PathLike[str], check: bool = True) -> tuple[Rule, ...]:
    """Add the rules of a text or of a file, and return them; they hold until Python ends.

    A differential of a new elementwise function makes the function known. A line `name(A) := expression` says
    what its value is. With `check`, every rule is tested with numbers first. RuleError tells the line that
    cannot be used, or that does not hold; then nothing is added.

    >>> import matcalc
    >>> rules = matcalc.load_rules('''
    ... let A[m,n]
    ... cube:    d(cube(A)) = 3*A.^2 .* d(A)
    ... cube(A) := A.^3
    ... ''')
    >>> print(matcalc.diff("sum(cube(x))", "x"))
    3*(x.^2)'
    """
    text, name = _read(source)
    functions = {name: f for name, f in read_functions(text).items() if operation(name) is None}
    new = list(functions)
    declare(functions.values())
    _renew(new)
    before = list(added)
    try:
        rules = read_rules(text, name)
        _refuse_known(rules.rules, new)
        added.append(rules)
        _renew(new)
        if check:
            _check(rules)
    except Exception:
        added[:] = before
        for f in new:
            forget(f)
        _renew(new)
        raise
    return rules.rules


def _read(source: str | os.PathLike[str]) -> tuple[str, str]:
    """The text of the rules and what to call its source."""
    if isinstance(source, str) and ("\n" in source or "=" in source or "->" in source):
        return source, "your rules"
    path = Path(source)
    try:
        name = f"your {path.name}" if path.name in rule_files() else path.name
        return path.read_text(encoding="utf-8"), name
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise RuleError(f"the rule file {path} cannot be read: {why}") from None


def _refuse_known(rules: Iterable[Rule], new: Iterable[str]) -> None:
    """An elementwise function has one differential and one definition."""
    for r in rules:
        function = r.property if r.kind == "definition" else r.lhs.op if r.lhs.is_elementwise else ""
        if r.kind in ("differential", "definition") and function and function not in new:
            others = [o for o in shipped_rules().rules if o.kind == r.kind and o not in rules]
            if r.kind == "differential" and any(o.lhs.op == function for o in others):
                raise RuleError(f"{r.file}, line {r.line}: {r.text}\nthe differential of {function} is known")
            if r.kind == "definition":
                raise RuleError(f"{r.file}, line {r.line}: {r.text}\nthe function {function} is known")


def _check(rules: RuleSet) -> None:
    """Test the rules with numbers; what has no numbers, such as a function that nobody defined, is left."""
    from ..numbers.rulecheck import verify

    for r in rules.rules:
        if r.kind == "definition" or not _computable(r):
            continue
        verdict = verify(r)
        if not verdict.ok:
            raise RuleError(f"{r.file}, line {r.line}: {r.text}\nthis does not hold: {verdict.failure}")


def _computable(rule: Rule) -> bool:
    """Whether both sides can be evaluated."""
    from ..numbers.numerics import elementwise
    from ..terms.walks import postorder

    for side in (rule.lhs, rule.rhs):
        for e in postorder(side):
            if e.is_elementwise:
                try:
                    elementwise(e.op)(0.5)
                except (MatcalcError, ArithmeticError, AttributeError, ValueError):
                    return False
    return True


def _renew(functions: Iterable[str]) -> None:
    """Let every table that was made of the rules be made again."""
    import sys

    from ..calculus import differentials as calculus
    from ..rulebook import properties as facts
    from ..rulebook import reader as rulefile
    from ..simplification import normal as simplify

    for module in (rulefile, calculus, facts, simplify):
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    vocabulary = sys.modules.get("matcalc.language.vocabulary")
    if vocabulary is not None:
        vocabulary._known_size = -1  # type: ignore[attr-defined]
    numerics = sys.modules.get("matcalc.numbers.numerics")
    if numerics is not None:
        for f in functions:
            numerics.ELEMENTWISE.pop(f, None)


# --- definitions -------------------------------------------------------------------------------------------


def defined(function: str) -> Callable[[Any], Any] | None:
    """The function that a line `name(A) := expression` defines, for NumPy arrays."""
    for r in shipped_rules().rules:
        if r.kind == "definition" and r.property == function:
            return Defined(r)
    return None


class Defined:
    """The value of a defined function at an array."""

    def __init__(self, rule: Rule):
        self.name, self.body = rule.lhs.data[0], rule.rhs

    def __call__(self, x: Any) -> Any:
        import numpy as np

        from ..numbers.evaluate import evaluate

        return np.reshape(evaluate(self.body, {self.name: np.atleast_2d(x)}), np.shape(x))
