"""Every simplification fires on its own left side, and none is stated twice."""

from __future__ import annotations

import pytest

from matcalc.rulebook.book import RuleBook
from matcalc.rulebook.patterns import instantiate
from matcalc.rulebook.properties import Facts, closure
from matcalc.rulebook.reader import Rule
from matcalc.simplification.normal import Simplifier
from matcalc.simplification.rewrite import expanding, joining, recognising, simplifying
from matcalc.terms.expression import Expr, num, var
from matcalc.terms.recorder import Recorder

BOOK = RuleBook.default()
REWRITES = BOOK.rewrites("simplify", "tidy", "expand", "join", "recognise")


def instance(rule: Rule) -> Expr:
    """The left side with real variables that have the properties that the rule asks for."""
    env: dict[Expr, Expr] = {}
    for name, v in rule.names.items():
        wanted = {p for p, args in rule.conditions if args == (v,)}
        env[v] = num(2) if wanted & {"integer", "even"} else var(name, v.shape, wanted - {"nonzero"})
    return instantiate(rule.lhs, env, {})


@pytest.mark.parametrize("rule", REWRITES, ids=lambda r: r.label)
def test_a_rule_fires_on_its_own_left_side(rule: Rule) -> None:
    for use in rule.use.split():
        rules = {"recognise": recognising, "expand": expanding, "join": joining}.get(use, simplifying)
        recorder = Recorder()
        s = Simplifier(Facts(book=BOOK), rules(BOOK), canonical=use != "recognise", recorder=recorder)
        s.run(instance(rule))
        assert (rule.file, rule.line, str(rule)) in {(r.file, r.line, r.text) for r in recorder.rules()}, use


def test_no_identity_is_stated_twice() -> None:
    seen: dict[tuple[Expr, Expr], Rule] = {}
    for rule in REWRITES:
        key = (rule.lhs, rule.rhs)
        assert key not in seen, f"{rule} and {seen[key]}"
        seen[key] = rule


def test_several_properties_imply_together() -> None:
    assert "symmetric" in closure(frozenset(("lower", "upper")))
    assert "diagonal" in closure(frozenset(("symmetric", "lower")))
    assert "diagonal" not in closure(frozenset(("lower", "invertible")))
    X = var("X", (BOOK.signatures.table["inv"].shape), ("lower", "upper"))
    assert Facts(book=BOOK).holds("diagonal", X)
