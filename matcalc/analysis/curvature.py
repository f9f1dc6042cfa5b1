"""Convex, concave, affine or neither: proved from the second derivative or by composition, compared with numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..rulebook.book import RuleBook
from ..simplification.recognition import recognise
from ..terms.expression import Expr, add, neg, num, prod, var
from ..terms.rebuild import substitute
from ..terms.walks import variables
from .composition import AFFINE, CONCAVE, CONSTANT, CONVEX, OPPOSITE, UNKNOWN, Composition
from .definiteness import Proofs, scaled
from .domains import has_kinks, holes, restrictions
from .reasons import reason
from .second_form import SecondForm, even_norms, second_form
from .verdicts import NSD, PSD, SPD, ZERO, proved
from .words import Key, said

STRONGLY, STRICTLY = "strongly", "strictly"
NEITHER = "neither"


@dataclass(frozen=True)
class Finding:
    """What is proved of a function, before numbers are asked: unknown where nothing is."""

    what: str = UNKNOWN
    how: str = ""  # strongly or strictly
    reason: tuple[str, ...] = ()
    form: SecondForm | None = None
    domain: tuple[Key, ...] = ()
    holes: tuple[Key, ...] = ()
    modulus: Expr | None = None

    @property
    def verdict(self) -> str:
        """The verdict in words."""
        return f"{self.how} {self.what}".strip()


@dataclass
class Question:
    """A function of some variables."""

    f: Expr
    variables: tuple[Expr, ...]
    book: RuleBook = field(default_factory=RuleBook.default)
    positive: tuple[Expr, ...] = ()  # parts that are taken to be positive where they must not be 0
    form: SecondForm | None = None  # the second derivative, if it is known

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the variables."""
        return tuple(x.data.name for x in self.variables)


def prove(q: Question) -> Finding:
    """What is proved of the curvature of a function.

    >>> from matcalc.language.parse import parse_expression
    >>> f = parse_expression("sum(exp(A*x)) + x'*x").expr
    >>> found = prove(Question(f, (variables(f)["x"],)))
    >>> found.verdict, str(found.modulus)
    ('strongly convex', '2')
    """
    found = _whole(q)
    if q.f.op != "add" or found.holes or not (found.what == UNKNOWN or _may_be_more(found, q)):
        return found
    parted = _by_terms(q, found)
    return parted if parted.how or found.what == UNKNOWN else found


def _may_be_more(found: Finding, q: Question) -> bool:
    """Whether a smooth term may make a function with kinks strictly or strongly convex."""
    return found.what in OPPOSITE and not found.how and has_kinks(even_norms(q.f), q.names)


def _whole(q: Question) -> Finding:
    f = even_norms(q.f)
    proofs = Proofs(book=q.book)
    domain = [("positive", e) if e in q.positive else (p, e) for p, e in _domain(q, f, proofs)]
    known = Proofs([(p, (e,)) for p, e in domain], q.book)
    composition = Composition(q.names, known)
    gaps = tuple(holes(domain, composition))
    composed = _composed(q, f, composition)
    form = q.form or second_form(f, q.variables, q.book)
    base = Finding(form=form, domain=tuple(domain), holes=gaps)
    if composed.what == AFFINE:
        return replace(base, what=AFFINE, reason=composed.reason)
    if gaps:
        return base
    if form is not None and not has_kinks(f, q.names):
        by_form = _by_form(form, known, q, base)
        if by_form.what != UNKNOWN:
            return by_form
    if composed.what != UNKNOWN:
        return replace(base, what=composed.what, how=composed.how, reason=composed.reason)
    return base


def _domain(q: Question, f: Expr, proofs: Proofs) -> list[Key]:
    """Where the function has a value, as the simpler of the form that is written and one that has the same value."""
    found = [restrictions(form, q.names, proofs) for form in (f, recognise(f, q.book))]
    return min(found, key=len) if not all(found) else found[1]


def _composed(q: Question, f: Expr, composition: Composition) -> Finding:
    """What composition says of the function, as it is written or in a form with the same value."""
    simple = composition.proofs.normal.run(f)
    for form in dict.fromkeys((q.f, f, recognise(f, q.book), simple)):
        part = composition.of(form)
        if part.what in (AFFINE, CONSTANT):
            return Finding(AFFINE, reason=(f"{q.f} is affine in {', '.join(q.names)}",))
        if part.what != UNKNOWN:
            return Finding(part.what, reason=composition.reason(form))
    return _by_logarithm(f, composition)


def _by_logarithm(f: Expr, composition: Composition) -> Finding:
    """A product of positive factors whose logarithms add up to a convex function is convex."""
    if not composition.proofs.ask("positive", f):
        return Finding()
    what = composition.logarithm(f)
    if what not in (CONVEX, AFFINE):
        return Finding()
    return Finding(CONVEX, reason=(f"{f} is convex: it is positive, and its logarithm is {what}",))


# --- by the second derivative ---------------------------------------------------------------------------------------


def _by_form(form: SecondForm, proofs: Proofs, q: Question, base: Finding) -> Finding:
    h = proofs.normal.run(form.expr)
    if form.directions:
        return _by_quadratic_form(h, form, proofs, base)
    found = proved(proofs, h)
    if found.verdict == ZERO:
        return replace(base, what=AFFINE, reason=(f"{q.f} is affine in {', '.join(q.names)}",))
    if not found.reason:
        return base
    up = found.verdict in (SPD, PSD)
    strict = found.verdict not in (PSD, NSD)
    modulus = _modulus(h if up else proofs.normal.run(neg(h)), proofs, q) if strict else None
    how = STRONGLY if modulus is not None else STRICTLY if strict else ""
    return replace(base, what=CONVEX if up else CONCAVE, how=how, reason=found.reason, modulus=modulus)


def _by_quadratic_form(h: Expr, form: SecondForm, proofs: Proofs, base: Finding) -> Finding:
    """The sign of the second differential along a direction."""
    if h is num(0):
        return replace(base, what=AFFINE, reason=("its second differential is 0",))
    given = [(p, (e,)) for p, e in base.domain]
    if len(form.directions) == 1:
        given.append(("nonzero", form.directions))
    moved = Proofs(given, proofs.book)
    for what, e in ((CONVEX, h), (CONCAVE, proofs.normal.run(neg(h)))):
        for prop, how, source in (("positive", STRICTLY, moved), ("nonnegative", "", proofs)):
            if source.ask(prop, e):
                lines = reason(source, prop, e)
                return replace(base, what=what, how=how, reason=lines)
    return base


def _modulus(h: Expr, proofs: Proofs, q: Question) -> Expr | None:
    """The m with h - m*I positive semidefinite everywhere that the form of h shows; None if it shows none."""
    moving = frozenset(q.names)
    if h.is_scalar:
        return _number(h, proofs, moving)
    ones: list[Expr] = []
    rest: list[Expr] = []
    for c, m in _spread(h, proofs):
        for k in c.args if c.op == "add" else (c,):
            fixed = m.op == "eye" and not k.free & moving and proofs.ask("positive", k)
            (ones if fixed else rest).append(k if fixed else prod(k, m))
    if ones and (not rest or proofs.ask("psd", proofs.normal.run(add(*rest)))):
        return proofs.normal.run(add(*ones))
    return None


def _number(h: Expr, proofs: Proofs, moving: frozenset[str]) -> Expr | None:
    """The constant terms of a second derivative whose other terms are not below 0."""
    terms = h.args if h.op == "add" else (h,)
    fixed = [a for a in terms if not a.free & moving]
    rest = [a for a in terms if a.free & moving]
    if fixed and proofs.ask("positive", add(*fixed)) and all(proofs.ask("nonnegative", a) for a in rest):
        return add(*fixed)
    return None


def _spread(h: Expr, proofs: Proofs) -> list[tuple[Expr, Expr]]:
    """The terms of a matrix, a number in front of a sum taken into it."""
    c, m = scaled(h)
    terms = m.args if m.op == "add" else (m,)
    pairs = [scaled(a) for a in terms]
    return [(proofs.normal.run(prod(c, k)), a) for k, a in pairs]


# --- by terms ---------------------------------------------------------------------------------------------------------


def _by_terms(q: Question, base: Finding) -> Finding:
    """A sum of which each term, the smooth ones together, is convex."""
    smooth = [a for a in q.f.args if not has_kinks(even_norms(a), q.names)]
    other = [a for a in q.f.args if a not in smooth]
    groups = [add(*smooth), *other] if smooth and other else list(q.f.args)
    found = [_whole(Question(g, q.variables, q.book, q.positive)) for g in groups]
    if any(g.holes for g in found):
        return base
    for what in (CONVEX, CONCAVE):
        if all(g.what in (what, AFFINE) for g in found):
            same = [g for g in found if g.what == what]
            best = next((g for how in (STRONGLY, STRICTLY) for g in same if g.how == how), Finding())
            lines = (f"{q.f} is {what}: a sum of {what} terms", *(x for g in found for x in g.reason if g.what == what))
            return replace(base, what=what, how=best.how, reason=lines, modulus=best.modulus)
    return base


# --- under further conditions -----------------------------------------------------------------------------------------


def hints(q: Question, found: Finding, most: int = 8) -> tuple[tuple[str, str], ...]:
    """Conditions under which a function that is not convex or concave throughout is so: the condition, the verdict."""
    tried = 0
    out: list[tuple[str, str]] = []
    for told, changed in _stronger(replace(q, form=found.form), found.domain):
        tried += 1
        if any(other in told for other, _ in out):
            continue
        new = prove(changed)
        if new.what in OPPOSITE:
            out.append((told, new.verdict))
        if tried >= most or len(out) >= 2:
            break
    return tuple(out)


def _stronger(q: Question, domain: tuple[Key, ...] = ()) -> Iterator[tuple[str, Question]]:
    """The same question with a divisor or a number positive, a square matrix definite, each and all of them."""
    holes = tuple(e for p, e in domain if p == "nonzero")
    if holes and not all(e.op == "var" for e in holes):
        yield " and ".join(said(("positive", e)) for e in holes), replace(q, positive=holes)
    changes = dict(filter(None, (_change(v, q) for v in variables(q.f).values())))
    others = [v for v in changes if v not in q.variables]
    own = [v for v in q.variables if v in changes]
    sets = [*([v] for v in (*others, *own)), others, own, [*others, *own]]
    for chosen in [c for k, c in enumerate(sets) if c and c not in sets[:k]]:
        mapping = {v: var(v.data.name, v.shape, v.data.properties | {changes[v]}, v.data.kind) for v in chosen}
        told = " and ".join(said((changes[v], v)) for v in chosen)
        form = q.form
        if form is not None:  # the value is the same; of a matrix the directions get its structure
            form = None if form.directions else SecondForm(substitute(form.expr, mapping))
        by = tuple(mapping.get(x, x) for x in q.variables)
        yield told, replace(q, f=substitute(q.f, mapping), variables=by, form=form)


def _change(v: Expr, q: Question) -> tuple[Expr, str] | None:
    """The property that a variable is tried with; None if it has such a one."""
    known, own = v.data.properties, v in q.variables
    if v.shape[0] is v.shape[1] and not v.is_scalar:
        return None if known & {"spd", "psd", "orthogonal", "skew"} else (v, "spd" if own else "psd")
    if "positive" in known or not (own or v.is_scalar):
        return None
    return v, "positive"
