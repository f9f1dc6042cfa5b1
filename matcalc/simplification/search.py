"""The last step of simplification: among equal forms the shortest one, as a book would print it.

Sums take out common factors, products multiply out where that cancels, and long runs of transposes become one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..terms.expression import Expr, add, had, mm, num, power, prod, t
from ..terms.rebuild import rebuild
from ..terms.walks import postorder
from .canonical import coefficient
from .denominators import cancelled, divisors_multiplied
from .expansion import expanded, multiplied_out, terms_of_first_sum
from .factoring import factored, is_linear, numbers_joined
from .index.reading import reread
from .limits import LOOK_WIDE, MOST_TERMS
from .normal import Simplifier
from .pieces import merged_product, reached
from .signs import as_written, without_sign
from .transposing import runs, transposed
from .unit_vectors import gathered

_ZERO = num(0)


def shorten(root: Expr, s: Simplifier) -> Expr:
    """The shortest form found of an expression in normal form."""
    if s.recorder is None:
        return _shorten(root, s)
    s.recorder.begin("search", root)
    best = _shorten(root, s)
    s.recorder.end(best)
    return best


def _shorten(root: Expr, s: Simplifier) -> Expr:
    if (grid := gathered(root)) is not None:
        if s.recorder is not None:
            s.recorder.move("unit vectors gathered", root, grid)
        grid = _walk(s.run(grid), s)
    best = _walk(root, s)
    if grid is not None and (grid.cost <= best.cost or all(a.op == "num" for a in grid.args)):
        return grid
    best = _shortest_of("divisors multiplied out", best, divisors_multiplied, s)
    turned = as_written(without_sign(best, s), s)
    if s.recorder is not None and turned is not best:
        s.recorder.move("sign taken into a difference", best, turned)
    best = turned
    if best.op != "t" or best.args[0].op != "add":
        return best
    if s.recorder is None:
        return _choice("transposed term by term", transposed(best.args[0], s), s)
    s.recorder.begin("shorten", best)
    best = _choice("transposed term by term", transposed(best.args[0], s), s)
    s.recorder.end(best)
    return best


def _walk(root: Expr, s: Simplifier) -> Expr:
    done: dict[Expr, Expr] = {}
    for e in postorder(root):
        args = tuple([done[a] for a in e.args])
        new = e if args == e.args else rebuild(e, args)
        if s.recorder is None:
            done[e] = _node(new, new is not e, s)
        else:
            s.recorder.begin("shorten", new)
            done[e] = _node(new, new is not e, s)
            s.recorder.end(done[e])
    return done[root]


def _node(new: Expr, changed: bool, s: Simplifier) -> Expr:
    """The shortest form found of a node whose arguments are as short as they get."""
    if changed and any(a.op == "zeros" or a is _ZERO for a in new.args):
        new = _choice("a sum that is 0", s.run(new), s)
    elif new.op == "add" and changed and len({coefficient(a)[1] for a in new.args}) < len(new.args):
        new = _choice("like terms", s.run(new), s)
    elif new.op == "prod" and changed:
        new = _choice("like factors", s.product(prod(*(_turned(a, s) for a in new.args)), distribute=False), s)
    elif changed:
        new = _turned(new, s)
    if new.op == "add":
        new = _sum(new, s)
    elif new.op in ("mm", "prod"):
        new = _shortest_of("divisors cancelled", _denominator(new, s), cancelled, s)
        new = _multiplied(_shortest_of("number taken out", new, numbers_joined, s), s)
    elif new.op == "mpow" and new.args[0].op == "add":
        new = _wholly(new, s)
    elif new.op == "t":
        new = _choice("transposed factor by factor", _transposed(new, s), s)
    elif is_linear(new) and new.args[0].op == "add":
        new = _choice("linear operation of each term", _linear_of_terms(new, s), s)
    elif new.op == "einsum" and changed:
        new = _choice("indices read as matrices", reread(new), s)
    return _choice("run of transposes", runs(new), s) if new.op == "mm" else new


def _turned(e: Expr, s: Simplifier) -> Expr:
    """A scalar product, a trace or a diagonal in its one form, where what is in it has changed."""
    if e.op in ("tr", "diagonal") or (e.op == "mm" and e.is_scalar):
        return _choice("turned", s.canonical_form(e), s)
    return e


def _choice(name: str, e: Expr, s: Simplifier) -> Expr:
    """A candidate, recorded if somebody asks."""
    if s.recorder is not None:
        s.recorder.choice(name, e)
    return e


# --- sums ----------------------------------------------------------------------------------------------------


def _sum(e: Expr, s: Simplifier) -> Expr:
    best = _choice("common factors", factored(e, s), s)
    turns_back = len(e.shape) == 2 and not e.is_scalar and len(e.args) <= MOST_TERMS
    back = [s.push(a) for a in e.args] if turns_back else []
    if back and sum(b.cost for b in back) + 1 < sum(a.cost for a in e.args):
        turned = _choice("transposed sum", t(factored(add(*back), s)), s)
        if turned.cost < best.cost:
            best = turned
    expanded = _expand(e, s)
    if expanded is not None and expanded is not e:
        other = _choice("multiplied out", factored(expanded, s) if expanded.op == "add" else expanded, s)
        if other.cost < best.cost:
            best = other
    return best


def _linear_of_terms(e: Expr, s: Simplifier) -> Expr:
    """A linear operation of a sum, applied to each term where that is shorter."""
    parts = e.args[0].args
    if len(parts) > MOST_TERMS:
        return e
    out = s.run(add(*(rebuild(e, (a,)) for a in parts)))
    out = factored(out, s) if out.op == "add" else out
    return out if out.cost < e.cost else e


# --- products multiplied out where that cancels --------------------------------------------------------------------


def _expand(e: Expr, s: Simplifier) -> Expr | None:
    """The sum with the products of sums in its terms multiplied out; None if there are none, or too many."""
    wide = expanded(e)
    return None if wide is None else s.run(wide)


def _denominator(e: Expr, s: Simplifier) -> Expr:
    """b/(1 + q/a)/a -> b/(a + q): a divisor is multiplied into a sum that divides by it."""
    if e.op != "prod":
        return e
    divisors = [a for a in e.args if a.op == "pow" and a.args[1].op == "num" and a.args[1].data in (-1, -2)]
    for total in divisors:
        if total.args[0].op != "add" or total.args[1] is not num(-1):
            continue
        for other in divisors:
            if other is total or (not other.args[0].args and other.args[0].op == "num"):
                continue
            divisor = other.args[0] if other.args[1] is num(-1) else power(other.args[0], num(2))
            inside = s.run(add(*(prod(divisor, x) for x in total.args[0].args)))
            if inside.cost < total.args[0].cost + divisor.cost:
                rest = [a for a in e.args if a is not total and a is not other]
                return _choice("divisors joined", merged_product(s, power(inside, num(-1)), *rest), s)
    return e


def _shortest_of(name: str, e: Expr, move: Callable[[Expr, Simplifier], Iterator[Expr]], s: Simplifier) -> Expr:
    """A product of scalars, or the shortest of what a move makes of it."""
    if e.op != "prod" or len(e.args) > MOST_TERMS:
        return e
    return min((e, *(_choice(name, x, s) for x in move(e, s))), key=lambda x: x.cost)


def _multiplied(e: Expr, s: Simplifier) -> Expr:
    """A product that its first sum, or a last one of two terms, makes shorter when it is multiplied out."""
    if len(e.args) > MOST_TERMS:
        return e
    width = terms_of_first_sum(e)
    if width < 2 or reached(width > LOOK_WIDE, f"more than {LOOK_WIDE} terms when multiplied out", e, s):
        return e
    first, last = multiplied_out(e), multiplied_out(e, last=True)
    out = _if_shorter(add(*first), e, s)
    if out is e and len(last) == 2 and last != first:
        out = _if_shorter(add(*last), e, s)
    return _wholly(e, s) if out is e and e.op == "mm" and sum(a.op == "add" for a in e.args) > 1 else out


def _wholly(e: Expr, s: Simplifier) -> Expr:
    """A product or a power of sums of matrices with all of them multiplied out, where that is shorter: projections."""
    wide = expanded(e, 6)
    return e if wide is None else _if_shorter(wide, e, s)


def _if_shorter(wide: Expr, e: Expr, s: Simplifier) -> Expr:
    """A product multiplied out, simplified; the product where that is no longer."""
    out = s.run(wide)
    if out.op == "add":
        out = factored(out, s)
    out = _choice("multiplied out", out, s)
    sign = coefficient(e)[0] < 0  # in a sum it costs nothing
    return out if out.cost < e.cost - sign else e


# --- transposes ------------------------------------------------------------------------------------------------------


def _transposed(e: Expr, s: Simplifier) -> Expr:
    """The transpose of a product that was found, factor by factor, unless that is longer."""
    inside = e.args[0]
    body = inside.args[-1] if inside.op == "prod" else inside
    if body.op in ("t", "diag", "eye", "ones"):
        return s.run(e)
    if body.op == "had":
        turned = had(*(s.transpose(a) for a in body.args))
        return prod(*inside.args[:-1], turned) if turned.cost <= body.cost and inside is not body else (
            turned if turned.cost <= body.cost else e)
    if body.op != "mm":
        return prod(*inside.args[:-1], t(body)) if inside is not body else e
    pushed = prod(*inside.args[:-1], mm(*(s.run(t(a)) for a in reversed(body.args)))) if inside is not body else mm(
        *(s.run(t(a)) for a in reversed(body.args))
    )
    return pushed if pushed.cost <= e.cost else e
