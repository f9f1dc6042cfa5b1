"""After differentiating: the operations of the question in place of what rules made of them, mean(x) for sum(x)/n."""

from __future__ import annotations

from ..rulebook.book import RuleBook
from ..rulebook.patterns import is_pattern_variable
from ..rulebook.reader import Rule
from ..rulebook.rewrites import Rewrite
from ..terms.expression import Expr, num, power, prod
from ..terms.rebuild import rebuild, transform
from ..terms.walks import postorder
from .normal import Simplifier


def in_the_words_of(question: Expr, e: Expr, s: Simplifier) -> Expr:
    """An answer with the operations of the question in place of the products that rules make of them.

    >>> from matcalc.language.parse import parse_expression
    >>> from matcalc.rulebook.properties import Facts
    >>> s = Simplifier(Facts())
    >>> question = parse_expression("sum((x - mean(x)).^2)", "x: vector(n)").expr
    >>> answer = s.run(parse_expression("x*sum(x)/sum(vector(1, n))", "x: vector(n)").expr)
    >>> answer, in_the_words_of(question, answer, s)
    (sum(x)*x/n, mean(x)*x)
    """
    plain = s.facts.book.view(_of_any_argument)
    words = {x.op: x for x in postorder(question) if x.op in plain}
    words = {op: x for op, x in words.items() if any(_defines(r.rule) for r in plain[op])}
    if not words:
        return e
    if s.recorder is not None:
        s.recorder.begin("words of the question", e)
    new = transform(e, lambda x: _worded(x, tuple(words.values()), s) if x.op == "prod" else x)
    if s.recorder is not None:
        s.recorder.end(new)
    return new


def _of_any_argument(book: RuleBook) -> dict[str, list[Rewrite]]:
    """The rules that need nothing of the arguments, by operation."""
    found: dict[str, list[Rewrite]] = {}
    for r in book.in_order("simplify", "tidy"):
        if not r.needs:
            found.setdefault(r.op, []).append(r)
    return found


def _defines(rule: Rule) -> bool:
    """Whether a rule says of any argument which product an operation of it is."""
    whole = len(rule.lhs.args) == 1 and is_pattern_variable(rule.lhs.args[0])
    return whole and rule.rhs.op == "prod" and not rule.conditions


def _worded(product: Expr, words: tuple[Expr, ...], s: Simplifier) -> Expr:
    """A product with a word of the question for those of its factors that are what the word means."""
    arguments = dict.fromkeys(a for f in product.args for a in _power(f)[0].args if len(a.shape) == 2)
    for word in words:
        for a in arguments:
            said = rebuild(word, (a,))
            meant = s.run(said)
            rest = _divided(product.args, meant.args) if meant.op == "prod" else None
            if rest is not None:
                return prod(*rest[0], said, *rest[1])
    return product


def _divided(factors: tuple[Expr, ...], by: tuple[Expr, ...]) -> tuple[list[Expr], list[Expr]] | None:
    """The factors before and after the first of those that are taken out; None where one is not there."""
    out: list[Expr | None] = list(factors)
    for base, k in map(_power, by):
        for i, (b, own) in enumerate(map(_power, factors)):
            if b is base and own // k >= 1:
                out[i] = power(b, num(own - k)) if own != k else None
                break
        else:
            return None
    at = next(i for i, (f, g) in enumerate(zip(factors, out, strict=True)) if f is not g)
    return [f for f in out[:at] if f is not None], [f for f in out[at:] if f is not None]


def _power(f: Expr) -> tuple[Expr, int]:
    """The base and the exponent of a factor, where that is a whole number."""
    if f.op == "pow" and f.args[1].op == "num" and isinstance(f.args[1].data, int):
        return f.args[0], f.args[1].data
    return f, 1
