"""The functions that a book defines by a line `name(A) := expression`."""

from __future__ import annotations

from ..terms.expression import Expr
from ..terms.rebuild import rebuild
from ..terms.walks import postorder
from .book import RuleBook
from .patterns import instantiate, match_shape
from .reader import Rule

LARGEST = 10_000  # nodes of a definition when the definitions in it are written out


def definitions(book: RuleBook) -> dict[str, Rule]:
    """The definitions of a book by function; a view of it."""
    return {r.property: r for r in book.of_kind("definition")}


def refuse_endless(book: RuleBook) -> None:
    """Refuse functions that are defined by each other, and definitions that grow beyond all measure."""
    known = book.view(definitions)
    size: dict[str, int] = {}
    pending: list[tuple[str, bool]] = [(r.property, False) for r in book.own if r.kind == "definition"]
    open_: dict[str, None] = {}  # the definitions that are being followed, in order
    while pending:
        name, done = pending.pop()
        if name in size:
            continue
        inner = [e.op for e in postorder(known[name].rhs) if e.is_elementwise and e.op in known]
        if done:
            del open_[name]
            size[name] = len(list(postorder(known[name].rhs))) + sum(size[f] for f in inner)
            if size[name] > LARGEST:
                raise known[name].error(f"written out, {name} has more than {LARGEST} parts")
            continue
        if name in open_:
            circle = list(open_)[list(open_).index(name) :]
            raise known[name].error(f"{' and '.join(circle)} are defined by each other")
        open_[name] = None
        pending.append((name, True))
        pending.extend((f, False) for f in inner if f not in size)


def written_out(e: Expr, book: RuleBook) -> Expr:
    """An expression with the functions that the book defines in terms of others.

    >>> from matcalc.terms.expression import as_shape, fn, var
    >>> book = RuleBook.default().extended("let A[m,n]\\ncube(A) := A.^3")
    >>> written_out(fn("cube", var("x", as_shape("n"))), book)
    x.^3
    """
    known = book.view(definitions)
    if not known:
        return e
    done: dict[Expr, Expr] = {}
    todo = [e]
    while todo:
        a = todo[-1]
        if a in done:
            todo.pop()
            continue
        waiting = [b for b in a.args if b not in done]
        if waiting:
            todo.extend(waiting)
            continue
        new = rebuild(a, tuple(done[b] for b in a.args)) if a.args else a
        rule = known.get(new.op) if new.is_elementwise else None
        if rule is not None:
            dims = match_shape(rule.lhs.shape, new.args[0].shape, {})
            assert dims is not None
            body = instantiate(rule.rhs, {rule.lhs: new.args[0]}, dims)
            if body not in done:
                todo.append(body)
                continue
            new = done[body]
        done[a] = new
        todo.pop()
    return done[e]
