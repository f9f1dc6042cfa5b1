"""Steps in the differential style: df = ..., rule by rule, then the derivative is read off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..calculus.accumulation import push
from ..calculus.derive import derive
from ..calculus.index.identification import jacobian
from ..calculus.layout import Layout
from ..calculus.record import Record, Structure, Trace
from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..rulebook.reader import Rule
from ..rulebook.structures import structure_of
from ..simplification.normal import Simplifier, seed
from ..simplification.recognition import recognise
from ..simplification.rewrite import tidying
from ..simplification.search import shorten
from ..terms.errors import NoDerivativeError
from ..terms.expression import Expr, add, apply, mm, prod, t, var
from ..terms.rebuild import substitute
from ..terms.recorder import Identity, Move, Recorder
from ..terms.shapes import ONE, SCALAR
from ..terms.walks import postorder
from .lines import Line
from .notation import differential_leaf, partial

MOST_LINES = 400


def differential_steps(d: Record, detail: str = "brief") -> list[Line]:
    """The lines from f to its derivative; for a Hessian through the gradient."""
    x = d.variable
    taken = set(d.source.free) | {x.data[0]}
    letters = "fghqz" if d.source.is_scalar or d.source.shape[1] is ONE else "FGHQZ"
    f = var(d.name, d.source.shape) if d.name and d.name not in taken else named(d.source, taken, letters)
    if len(d.variables) > 1:
        return gathered_steps(d, f, detail)
    if d.order == 1:
        return Derivation(d.source, x, f, d.layout, detail, d.book, d.structure).lines(d.expr)
    first = derive(d.source, x, "denominator", book=d.book)
    hidden = Simplifier(Facts(hidden=(x.data[0],), book=d.book))  # without what the structure of x would make of it
    seed(hidden, d.source)
    gradient = shorten(hidden.run(first.raw), hidden)
    lines = Derivation(d.source, x, f, "denominator", detail, d.book).lines(gradient)
    g = named(gradient, taken | {f.data[0]}, "ghqz" if gradient.shape[1] is ONE else "GHQZ")
    second = Derivation(gradient, x, g, "numerator", detail, d.book)
    name = partial(f, x, d.expr.shape, order=2)
    return lines + second.lines(d.expr, name, natural=True)


def gathered_steps(d: Record, f: Expr, detail: str) -> list[Line]:
    """The lines for each variable of a list in turn, and their derivatives side by side."""
    lines: list[Line] = []
    for v in d.variables:
        answer = derive(d.source, v, book=d.book).expr
        part = Derivation(d.source, v, f, "numerator", detail, d.book).lines(answer)
        lines += part[1:] if lines else part
    names = ", ".join(v.data[0] for v in d.variables)
    left = partial(f, var(f"({names})", SCALAR), d.expr.shape)
    note = "side by side" if d.layout == "numerator" else "one below the other"
    return [*lines, Line(left, d.expr, note, kind="gathered", of=d.source, by=d.variable)]


def named(e: Expr, taken: set[str], letters: str) -> Expr:
    """A variable to call an expression by: the first free letter."""
    name = next((c for c in letters if c not in taken), f"{letters[0]}_0")
    return var(name, e.shape)


class _Leaves(dict[Expr, Expr]):
    """The differentials of the arguments of a node: leaves that are not worked out yet."""

    def __init__(self, x: Expr):
        super().__init__()
        self.x = x

    def __contains__(self, e: object) -> bool:
        return isinstance(e, Expr) and self.x.data[0] in e.free

    def __missing__(self, e: Expr) -> Expr:
        return differential_leaf(e)


class Derivation:
    """One derivation: f by x in a layout."""

    def __init__(self, source: Expr, x: Expr, name: Expr, layout: Layout, detail: str, book: RuleBook,
                 structure: Structure = "free"):  # fmt: skip
        self.source, self.x, self.name, self.layout, self.book = source, x, name, layout, book
        self.full, self.structure, self.natural = detail == "full", structure, False
        self.dx = differential_leaf(x)
        self.out: list[Line] = []
        hidden = Facts(hidden=(x.data[0],), book=book)
        self.simplifier = Simplifier(hidden)
        self.arithmetic = Simplifier(hidden, book.view(tidying))
        for s in (self.simplifier, self.arithmetic):
            seed(s, source)

    def say(self, left: Expr | None, e: Expr, rules: Sequence[Identity] | str, kind: str = "differential") -> None:
        """Add a line, unless it says the same as the line before."""
        if left is None and self.out and self.out[-1].expr is e:
            return
        labels = rules if isinstance(rules, str) else ", ".join(dict.fromkeys(r.label for r in rules))
        cited = "" if isinstance(rules, str) else "; ".join(dict.fromkeys(r.citation for r in rules if r.citation))
        if self.full and not isinstance(rules, str) and len({r.label for r in rules}) == 1:
            labels = rules[0].text.split("{")[0].strip()
            labels = " ".join(labels.split())
        layout = "natural" if self.natural else self.layout
        self.out.append(Line(left, e, labels, cited, kind, of=self.source, by=self.x, layout=layout))

    # --- the whole

    def lines(self, answer: Expr, answer_name: Expr | None = None, natural: bool = False) -> list[Line]:
        """All lines, ending with the answer."""
        self.natural = natural
        self.say(self.name, self.source, "", "value")
        body = self.recognised()
        if self.x.data[0] not in body.free:
            left = answer_name or partial(self.name, self.x, answer.shape)
            self.say(left, answer, f"{self.name.data[0]} does not depend on {self.x.data[0]}", "derivative")
            return self.out
        e = self.work_out(differential_leaf(body) if body is not self.x else self.dx)
        left = answer_name or partial(self.name, self.x, answer.shape)
        if self.dx not in set(postorder(e)):
            self.say(left, answer, f"{self.name.data[0]} does not depend on {self.x.data[0]}", "derivative")
            return self.out
        free = answer
        if self.structure != "free":
            free = derive(self.source, self.x, self.layout, book=self.book).expr
        self.identify(e, free, left, natural)
        if free is not answer:
            properties = " ".join(sorted(self.x.data[2]))
            note = f"the entries of {self.x.data[0]} are tied: it is {properties}"
            if self.structure.startswith("tangent"):
                found = structure_of(self.x, self.structure, self.book)
                along = found is not None and found.is_manifold
                note = f"along {found.rule.property}" if along and found else f"projected on the {properties} matrices"
            self.say(left, answer, note, "structured")
        return self.out

    def recognised(self) -> Expr:
        """The source in the form that is differentiated."""
        recorder = Recorder()
        body = recognise(self.source, self.book, recorder)
        if body is not self.source:
            self.say(None, body, recorder.rules(), "value")
        return body

    # --- working out the differential

    def work_out(self, leaf: Expr) -> Expr:
        """Lines that push d inwards until only d(x) is left, then simplify."""
        e, left = leaf, differential_leaf(self.name)
        self.say(left, e, "")
        while self.open(e) and len(self.out) < MOST_LINES:
            e, rules = self.layer(e)
            self.say(None, e, rules)
        return self.simplified(e)

    def open(self, e: Expr) -> list[Expr]:
        """The differentials that are not worked out yet, first come first."""
        return [a for a in postorder(e) if a.op == "d" and a.data[1] is not self.x]

    def layer(self, e: Expr) -> tuple[Expr, list[Rule]]:
        """The expression with its open differentials worked out by one rule, and through what is linear."""
        trace = Trace(self.book)
        leaves = self.open(e)
        if self.full:
            mapping = {leaves[0]: self.expand(leaves[0].data[1], trace)}
            return self.arithmetic.run(substitute(e, mapping)), [r for r, _ in trace.applied]
        before = e
        e = self.through_linear(e, trace, all_of_it=True)
        leaves = self.open(e)
        if e is not before and len(leaves) != 1:  # a line of its own for what is linear
            return self.arithmetic.run(e), [r for r, _ in trace.applied]
        rule = self.rule(leaves[0].data[1])
        same = [a for a in leaves if self.rule(a.data[1]) == rule]
        e = substitute(e, {a: self.expand(a.data[1], trace) for a in same})
        e = self.through_linear(e, trace, all_of_it=False)
        return self.arithmetic.run(e), [r for r, _ in trace.applied]

    def through_linear(self, e: Expr, trace: Trace, all_of_it: bool) -> Expr:
        """Push d through linear operations, or only through what is linear down to x."""
        while True:
            ready = [a for a in self.open(e) if (self.linear if all_of_it else self.affine)(a.data[1])]
            if not ready:
                return e
            e = substitute(e, {a: self.expand(a.data[1], trace) for a in ready})

    def expand(self, inner: Expr, trace: Trace) -> Expr:
        """The differential of a node in terms of those of its arguments, by one rule."""
        return push(inner, _Leaves(self.x), self.x.data[0], trace)

    def rule(self, inner: Expr) -> str:
        """The label of the rule for a node."""
        trace = Trace(self.book)
        self.expand(inner, trace)
        return trace.applied[0][0].label if trace.applied else inner.op

    def linear(self, e: Expr) -> bool:
        """Whether a node is linear in those of its arguments that depend on x."""
        varying = [a for a in e.args if self.x.data[0] in a.free]
        if e.op in ("add", "index", "array"):
            return True
        if e.op in ("prod", "mm", "had"):
            return len(varying) == 1
        known = self.book.signatures.operation(e.op)
        return known is not None and len(varying) == 1 and known.linear_in(e.args.index(varying[0]))

    def affine(self, e: Expr) -> bool:
        """Whether an expression is linear in x all the way down, up to constants."""
        stack = [e]
        while stack:
            a = stack.pop()
            if a is self.x:
                continue
            if not self.linear(a):
                return False
            stack.extend(b for b in a.args if self.x.data[0] in b.free)
        return True

    # --- simplifying

    def simplified(self, e: Expr) -> Expr:
        """Lines that simplify: in full rule by rule, in brief a few rules to a line."""
        self.simplifier.recorder = recorder = Recorder()
        normal = self.simplifier.run(e)
        self.simplifier.recorder = None
        goal = self.last(shorten(normal, self.simplifier))
        if goal.op == "add" and any(a.op == "num" and a.data == 0 for a in goal.args):
            goal = self.arithmetic.run(goal)
        if goal is e:
            return e
        pending: list[Identity] = []
        at = e
        for at, rule in self.rewrites(e, recorder.rewrites()):
            pending.append(rule)
            if self.full or len({r.label for r in pending}) >= 3:
                self.say(None, at, pending)
                pending = []
        if pending and at is not goal:
            self.say(None, at, pending)
            pending = []
        self.say(None, goal, pending or "collect")
        return goal

    def last(self, e: Expr) -> Expr:
        """The differential of a scalar variable goes to the end of a product of scalars."""
        if e.op == "prod" and e.is_scalar and self.dx in e.args:
            return prod(*(a for a in e.args if a is not self.dx), self.dx)
        return e

    def rewrites(self, e: Expr, moves: list[Move]) -> Iterator[tuple[Expr, Identity]]:
        """The rules that ran, one after the other, each with the whole expression that it leads to."""
        for m in moves[:MOST_LINES]:
            new = self.arithmetic.run(substitute(e, {m.before: m.after}))
            if m.rule is not None and new is not e:
                yield new, m.rule
            e = new

    # --- reading the derivative off

    def identify(self, e: Expr, answer: Expr, left: Expr, natural: bool) -> None:
        """Bring the differential into the form (derivative)*d(x), and read the derivative off."""
        target, how = self.target(answer, natural)
        if target is not None:
            terms, reason = self.by_terms(e), self.reason(e)
            if terms is not None and str(terms) != str(e) and not same_but_for_order(terms, target):
                self.say(None, terms, reason)
                e, reason = terms, "collect"
            if str(target) != str(e):
                self.say(None, target, reason if e.op != "add" else "collect")
        self.say(left, answer, how, "derivative")

    def target(self, answer: Expr, natural: bool) -> tuple[Expr | None, str]:
        """The differential written with the derivative, and how that is read."""
        f, x, dx = self.source, self.x, self.dx
        df, dn = f"d{self.name.data[0]}", f"d{x.data[0]}"
        flipped = self.layout == "denominator" and not natural
        turned = self.simplifier.run(t(answer)) if flipped and len(answer.shape) == 2 else answer
        mark = "'" if flipped else ""
        if len(answer.shape) != 2:
            return None, f"read off the coefficient of each entry of {dn}"
        if x.is_scalar:
            whole = prod(turned, dx) if turned.is_scalar else prod(dx, turned)
            return whole, f"read off the factor of {dn}{', transposed' if flipped and f.shape != SCALAR else ''}"
        if f.is_scalar:
            if x.shape[1] is ONE or x.shape[0] is ONE:
                inside = mm(turned, dx) if x.shape[1] is ONE else mm(dx, turned)
                return inside, f"read off G in {df} = G{mark} {dn}"
            return apply("tr", mm(turned, dx)), f"read off G in {df} = tr(G{mark} {dn})"
        if f.shape[1] is ONE and x.shape[1] is ONE:
            return mm(turned, dx), f"read off J in {df} = J{mark} {dn}"
        return None, f"read off the coefficient of {dn}"

    def by_terms(self, e: Expr) -> Expr | None:
        """Each term as (coefficient)*d(x)."""
        if self.x.is_scalar:
            return None
        out = []
        for term in e.args if e.op == "add" else (e,):
            if self.dx not in set(postorder(term)):
                return None
            try:
                g = jacobian(term, self.dx)
            except NoDerivativeError:
                return None
            if len(g.shape) != 2 or any(a.op == "einsum" for a in postorder(g)):
                return None
            g = shorten(self.simplifier.run(g), self.simplifier)
            if self.source.is_scalar and self.x.shape[1] is not ONE and self.x.shape[0] is not ONE:
                out.append(apply("tr", mm(g, self.dx)))
            elif self.x.shape[1] is ONE:
                out.append(times(g, self.dx))
            else:
                return None
        if any(o.shape != e.shape for o in out):
            return None
        return add(*out)

    def reason(self, e: Expr) -> str:
        """Why the terms may be written with d(x) last."""
        ops = {a.op for a in postorder(e)}
        if self.x.is_scalar:
            return "the differential taken out"
        if not e.is_scalar:
            return "with the differential last"
        if "tr" in ops:
            return "a trace is cyclic, and equal to that of its transpose"
        if "sum" in ops or "had" in ops:
            return "a sum of products of entries is an inner product"
        return "a scalar equals its transpose" if ONE in self.x.shape else "a scalar equals its trace, which is cyclic"


def times(g: Expr, dx: Expr) -> Expr:
    """g*dx, without an identity."""
    if g.op == "eye":
        return dx
    return prod(*g.args[:-1], dx) if g.op == "prod" and g.args[-1].op == "eye" else mm(g, dx)


def same_but_for_order(a: Expr, b: Expr) -> bool:
    """Whether two forms differ at most in the order of their parts, so that no line is needed between them."""
    return sorted(str(a)) == sorted(str(b))
