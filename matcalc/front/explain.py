"""How an answer came about, from the record of its run: for the developer who asks why it looks as it does.

The text is at most 100 columns wide; long lists and long terms are cut, with counts, unless all is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..rulebook.properties import PROPERTIES, Facts
from ..terms.expression import Expr
from ..terms.recorder import Accumulation, Identity, Move, Part, Recorder
from ..terms.shapes import describe

if TYPE_CHECKING:
    from .derivative import Derivative

WIDTH = 100
SHOWN = 12  # entries of a list that are shown


class Explanation:
    """The record of the run that gave a derivative, as text and as JSON.

    >>> import matcalc
    >>> print(matcalc.diff("tr(A*X)", "X").trace())  # doctest: +ELLIPSIS
    1. Input, as read
       tr(A*X)     tr     scalar  = tr(A*X)
         A*X       mul    (m, m)  = A*X
    ...
    """

    def __init__(self, derivative: Derivative, recorder: Recorder):
        self.derivative, self.recorder = derivative, recorder

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def text(self, everything: bool = False) -> str:
        """The explanation in lines of at most 100 columns; with `everything`, nothing is left out or cut."""
        return "\n".join(_Text(self, everything).lines())

    def moves(self) -> list[Move]:
        """The rewrites in order, at any depth: each rule that fired, each move of the normal form and of the search."""
        return [m for x in self.recorder.moves for m in leaves(x) if m.equal and m.after is not m.before]

    def data(self) -> dict[str, Any]:
        """The explanation as data that `json.dumps` takes."""
        d = self.derivative
        return {
            "expression": str(d.source),
            "by": ", ".join(v.data[0] for v in d.variables),
            "order": d.order,
            "layout": d.layout,
            "structure": d.structure,
            "remarks": list(d.remarks),
            "parts": [_part_data(p) for p in self.recorder.parts],
            "stages": [_stage_data(m) for m in self.recorder.moves],
            "conditions": [
                {"rule": _rule_data(u.rule), "term": str(u.expr), "unknown": condition(u.property, u.arguments)}
                for u in self.recorder.unknown.values()
            ],
            "limits": [{"limit": name, "term": str(e)} for name, e in self.recorder.limits],
            "result": str(d.expr),
            "cost": d.expr.cost,
            "assumptions": d.assumptions,
        }

    def json(self) -> str:
        """The explanation as JSON."""
        import json

        return json.dumps(self.data(), ensure_ascii=False, indent=2)


# --- words -----------------------------------------------------------------------------------------------


def condition(prop: str, arguments: Iterable[Expr]) -> str:
    """A condition as it is written in the rules."""
    return f"{prop}({', '.join(map(str, arguments))})"


def place(rule: Identity) -> str:
    """Where a rule stands."""
    return f"{rule.file}:{rule.line}"


def identity(rule: Identity) -> str:
    """A rule as it is written, without its label and its source.

    >>> from matcalc.rulebook.reader import read_rules
    >>> identity(read_rules("let X[n,n]\\nt-twice:  (X')'  ->  X  {any textbook}").rules[0])
    "(X')' -> X"
    """
    text = " ".join(rule.text.split("{")[0].split())
    return text.removeprefix(f"{rule.label}: ")


def clip(text: str, width: int) -> str:
    """A text with its middle left out where it is too long.

    >>> clip("abcdefghij", 7)
    'abc…hij'
    """
    if len(text) <= width:
        return text
    left = width // 2
    return text[:left] + "…" + text[len(text) - (width - 1 - left) :]


def known(e: Expr, facts: Facts) -> list[str]:
    """The properties that are known of an expression and say something of its shape."""
    skipped = {"nonnegative"} | ({"invertible", "nonzero"} if e.is_scalar else set())
    return [p for p in sorted(PROPERTIES - skipped) if not (e.is_scalar and p in _OF_ARRAYS) and facts.holds(p, e)]


_OF_ARRAYS = frozenset(("symmetric", "skew", "diagonal", "orthogonal", "lower", "upper", "spd", "psd"))


# --- data ------------------------------------------------------------------------------------------------


def _rule_data(rule: Identity | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    conditions = [condition(p, args) for p, args in rule.conditions]
    return {"label": rule.label, "file": rule.file, "line": rule.line, "text": identity(rule),
            "conditions": conditions, "source": rule.citation}  # fmt: skip


def _part_data(p: Part) -> dict[str, Any]:
    return {"text": p.text, "span": list(p.span), "depth": p.depth, "read as": p.op, "shape": describe(p.shape),
            "expression": None if p.expr is None else str(p.expr),
            "known": [] if p.expr is None else known(p.expr, Facts())}  # fmt: skip


def _stage_data(m: Move | Accumulation) -> dict[str, Any]:
    """A stage with its moves; stages are nested only a few deep."""
    if isinstance(m, Accumulation):
        results = [{"of": str(a), "is": str(b)} for a, b in m.results]
        cotangent = None if m.cotangent is None else str(m.cotangent)
        return {"name": m.name, "node": str(m.node), "rule": _rule_data(m.rule), "cotangent": cotangent,
                "results": results, "adjoints": [_rule_data(r) for r in m.adjoints]}  # fmt: skip
    out: dict[str, Any] = {
        "name": m.name, "before": str(m.before), "after": str(m.after), "cost": [m.before.cost, m.after.cost],
        "rule": _rule_data(m.rule), "equal": m.equal,
    }  # fmt: skip
    if m.moves:
        out["moves"] = [_stage_data(x) for x in m.moves]
    if m.choices:
        out["candidates"] = [{"name": c.name, "expression": str(c.expr), "cost": c.expr.cost} for c in m.choices]
    return out


# --- text ------------------------------------------------------------------------------------------------


class _Text:
    """The lines of an explanation."""

    def __init__(self, explanation: Explanation, everything: bool):
        self.d, self.recorder, self.everything = explanation.derivative, explanation.recorder, everything
        self.section = 0

    def lines(self) -> Iterator[str]:
        yield from self.input()
        for m in self.recorder.moves:
            yield ""
            yield from self.stage(m)
        if self.recorder.unknown:
            yield ""
            yield from self.stopped()
        if self.recorder.limits:
            yield ""
            yield from self.cut_short()
        yield ""
        yield from self.answer()

    def heading(self, text: str) -> str:
        self.section += 1
        return f"{self.section}. {text}"

    def fitted(self, indent: str, text: str) -> Iterator[str]:
        """A text in lines of the width: cut, or folded when everything is shown."""
        room = WIDTH - len(indent)
        if not self.everything:
            yield indent + clip(text, room)
            return
        for k in range(0, max(1, len(text)), room):
            yield indent + text[k : k + room]

    def pair(self, indent: str, before: str, between: str, after: str) -> Iterator[str]:
        """Two terms with a word between them, on one line where both fit."""
        room = WIDTH - len(indent) - len(between)
        if self.everything and len(before) + len(after) > room:
            yield from self.fitted(indent, before)
            yield from self.fitted(indent, between.lstrip() + after)
            return
        if len(before) + len(after) > room:
            half = room // 2
            left = min(len(before), max(half, room - len(after)))
            before, after = clip(before, left), clip(after, room - left)
        yield f"{indent}{before}{between}{after}"

    def limited(self, items: Sequence[Any], what: str, indent: str) -> Iterator[Any]:
        """The items that are shown; the rest is counted in a line of text."""
        most = len(items) if self.everything or len(items) <= SHOWN + 2 else SHOWN
        yield from items[:most]
        if len(items) > most:
            yield f"{indent}… {len(items) - most} more {what} (--all shows them)"

    # --- the input

    def input(self) -> Iterator[str]:
        yield self.heading("Input, as read")
        parts = self.recorder.parts
        facts = Facts()
        left = max((min(40, 2 * p.depth + len(p.text)) for p in parts), default=0)
        ops = max((len(p.op) for p in parts), default=0)
        shapes = max((len(describe(p.shape)) for p in parts), default=0)
        for p in self.limited(parts, "parts", "   "):
            if isinstance(p, str):
                yield p
                continue
            text = "  " * min(p.depth, 10) + p.text.replace("\n", " ")
            text = text if self.everything else clip(text, left)
            row = f"   {text:{left}}  {p.op:{ops}}  {describe(p.shape):{shapes}}"
            if p.expr is not None:
                row += f"  = {p.expr}"
                properties = known(p.expr, facts)
                row += f"  [{', '.join(properties)}]" if properties else ""
            yield from self.fitted("", row.rstrip())
        if not parts:
            yield from self.fitted("   ", str(self.d.source))
        from .formats import types_line

        yield from self.fitted("   types: ", types_line(self.d.types))
        for remark in self.d.remarks:
            yield from self.fitted("   note: ", remark)

    # --- the stages

    def stage(self, m: Move | Accumulation) -> Iterator[str]:
        if isinstance(m, Accumulation):
            yield from self.accumulated(m, "   ", 1)
            return
        heading = self.heading(f"{m.name[0].upper()}{m.name[1:]}")
        if m.after is m.before and all(isinstance(x, Move) and trivial(x) for x in m.moves) and not m.choices:
            yield f"{heading}: nothing to do"
            return
        yield f"{heading}  (cost {m.before.cost} -> {m.after.cost})" if m.equal else heading
        if m.rule is not None:
            yield from self.fitted("   ", f"{place(m.rule)}  {identity(m.rule)}")
        yield from self.inside(m, "   ")
        yield from self.fitted("   = ", str(m.after))

    def inside(self, m: Move, indent: str) -> Iterator[str]:
        """The moves of a stage."""
        shown = [x for x in m.moves if self.everything or isinstance(x, Accumulation) or not trivial(x)]
        for number, x in enumerate(self.limited(shown, "moves", indent), 1):
            if isinstance(x, str):
                yield x
            elif isinstance(x, Accumulation):
                yield from self.accumulated(x, indent, number)
            else:
                yield from self.move(x, indent, number)
        yield from self.candidates(m, indent)

    def accumulated(self, a: Accumulation, indent: str, number: int) -> Iterator[str]:
        head = f"{number}  {a.name}"
        if a.rule is not None:
            head += f"  {place(a.rule)}  {identity(a.rule)}"
        yield from self.fitted(indent, head)
        deeper = indent + " " * (len(str(number)) + 2)
        if a.cotangent is None:
            for e, result in a.results:
                yield from self.pair(deeper, f"d({e})", "  =  ", str(result))
            return
        for rule in a.adjoints:
            yield from self.fitted(deeper, f"by {rule.label}  {place(rule)}  {identity(rule)}")
        yield from self.pair(deeper, str(a.node), "  has the cotangent  ", str(a.cotangent))
        for e, result in a.results:
            yield from self.pair(deeper, str(e), "  receives  ", str(result))

    def move(self, m: Move, indent: str, number: int) -> Iterator[str]:
        head = f"{number}  {m.name}"
        if m.rule is not None:
            head += f"  {place(m.rule)}  {identity(m.rule)}"
        cost = f"  cost {m.before.cost} -> {m.after.cost}"
        yield indent + clip(head, WIDTH - len(indent) - len(cost)) + cost
        deeper = indent + " " * (len(str(number)) + 2)
        if m.after is not m.before or not m.choices:
            yield from self.pair(deeper, str(m.before), "  ->  ", str(m.after))
        else:
            yield from self.fitted(deeper, f"{m.before}  stays")
        if m.moves or m.choices:
            yield from self.nested(m, deeper)

    def nested(self, m: Move, indent: str) -> Iterator[str]:
        """The moves within a move: all of them, or only the search for common factors and counts."""
        if self.everything:
            yield from self.inside(m, indent)
            return
        inner = [x for x in m.moves if isinstance(x, Move)]
        factors = [y for x in inner if x.name == "common factors" for y in x.moves if isinstance(y, Move)]
        if len(m.choices) > 1 or not factors:
            yield from self.candidates(m, indent)
        for y in factors:
            yield from self.candidates(y, indent)
        count = sum(1 for x in inner for _ in leaves(x))
        if count:
            yield f"{indent}{count} move{'s' * (count > 1)} on the way (--all shows them)"

    def candidates(self, m: Move, indent: str) -> Iterator[str]:
        """The candidates of a search with their costs, the shortest first, and which one was taken."""
        if not m.choices:
            return
        rows = sorted([(m.before.cost, "as it is", m.before), *((c.expr.cost, c.name, c.expr) for c in m.choices)],
                      key=lambda row: row[0])  # fmt: skip
        width = max(len(name) for _, name, _ in rows)
        for row in self.limited(rows, "candidates", indent):
            if isinstance(row, str):
                yield row
                continue
            cost, name, e = row
            mark = "*" if e is m.after else " "
            yield from self.fitted(indent, f"{mark} {cost:>4}  {name:{width}}  {e}")

    # --- what did not happen, and the end

    def stopped(self) -> Iterator[str]:
        """Rules that matched, with the condition that was not known to hold."""
        fired = {(m.rule.label, m.before) for x in self.recorder.moves for m in leaves(x) if m.rule is not None}
        rows = [u for u in self.recorder.unknown.values() if (u.rule.label, u.expr) not in fired]
        yield self.heading("Rules that matched, but whose condition is not known to hold")
        for u in self.limited(rows, "terms", "   "):
            if isinstance(u, str):
                yield u
                continue
            yield from self.fitted("   ", f"{u.rule.label}  {place(u.rule)}  {identity(u.rule)}")
            yield from self.fitted("      ", f"{u.expr}   not known: {condition(u.property, u.arguments)}")

    def cut_short(self) -> Iterator[str]:
        """Limits of the work that were reached: the answer may not be the shortest."""
        yield self.heading("Limits that were reached")
        for row in self.limited(self.recorder.limits, "limits", "   "):
            if isinstance(row, str):
                yield row
            else:
                yield from self.fitted("   ", f"{row[0]}: {row[1]}")

    def answer(self) -> Iterator[str]:
        from .formats import caption

        yield self.heading("Answer")
        yield from self.fitted("   ", str(self.d.expr))
        for line in caption(self.d)[1 : -len(self.d.remarks) or None]:
            yield from self.fitted("   ", line)


def trivial(m: Move) -> bool:
    """A node of the search for which nothing was found."""
    return m.name == "shorten" and m.after is m.before and not m.choices


def leaves(m: Move | Accumulation) -> Iterator[Move]:
    """The moves at the ends of a stage, at any depth."""
    pending: list[Move | Accumulation] = [m]
    while pending:
        x = pending.pop()
        if isinstance(x, Move):
            if not x.moves:
                yield x
            pending.extend(reversed(x.moves))
