"""Whether the rules at hand, in some order, lead two expressions to a common form; by a search of a counted width."""

from __future__ import annotations

from collections.abc import Iterator

from matcalc.numbers.rulecheck import verify
from matcalc.rulebook.book import RuleBook
from matcalc.rulebook.held import Held
from matcalc.rulebook.properties import Facts
from matcalc.rulebook.reader import USES, read_rules
from matcalc.rulebook.rewrites import in_order
from matcalc.simplification.normal import Simplifier
from matcalc.simplification.rewrite import RuleTable
from matcalc.terms.errors import MatcalcError
from matcalc.terms.expression import Expr
from matcalc.terms.rebuild import rebuild
from matcalc.terms.walks import postorder

from .search import Pair, as_rule

MOST_FORMS = 40  # of each side

Path = tuple[str, ...]


class Prover:
    """The rewrites of a book one by one, each a table of its own, so that none hides another."""

    def __init__(self, book: RuleBook):
        self.book, self.facts = book, Facts(book=book)
        self.tables = [(rule.label, RuleTable(in_order([Held.of(rule)]))) for rule in book.rewrites(*USES)]

    def joined(self, p: Pair) -> Path | None:
        """The labels of rules by which the sides of a pair meet; None if they do not within the bound."""
        left, right = self.reached(p.long), self.reached(p.short)
        common = [e for e in left if e in right]
        if not common:
            return None
        return min((left[e] + tuple(reversed(right[e])) for e in common), key=len)

    def reached(self, start: Expr) -> dict[Expr, Path]:
        """The forms of an expression with the rules that lead to each, the nearest first."""
        found: dict[Expr, Path] = {start: ()}
        waiting = [start]
        while waiting and len(found) < MOST_FORMS:
            e = waiting.pop(0)
            for label, new in self.steps(e):
                for form in (new, self.tidy(new)):
                    if form not in found and len(found) < MOST_FORMS:
                        found[form] = (*found[e], label)
                        waiting.append(form)
        return found

    def steps(self, e: Expr) -> Iterator[tuple[str, Expr]]:
        """One rule at one node of an expression, all ways."""
        for x in postorder(e):
            for label, table in self.tables:
                got = table.step(x, self.facts)
                if got is not None:
                    yield label, _replaced(e, x, got[0])

    def tidy(self, e: Expr) -> Expr:
        """An expression with its products and sums in order, without any rule."""
        try:
            return Simplifier(self.facts, RuleTable([])).run(e)
        except MatcalcError:
            return e


def _replaced(root: Expr, old: Expr, new: Expr) -> Expr:
    done: dict[Expr, Expr] = {}
    for e in postorder(root):
        done[e] = new if e is old else rebuild(e, tuple(done[a] for a in e.args)) if e.args else e
    return done[root]


def holds(p: Pair) -> str:
    """Why a pair is no identity, as the test of rules says; empty if it is one at every size."""
    try:
        (rule,) = read_rules(as_rule(p)).rules
    except MatcalcError as error:
        return f"cannot be written as a rule: {str(error).splitlines()[-1].strip()}"
    verdict = verify(rule)
    return "" if verdict.ok else verdict.failure
