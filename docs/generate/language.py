"""The language: its spellings, its functions, and what calls of other programs mean."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import NamedTuple

import matcalc
from docs.generate.formulas import filled, find, formula, html_table, source, text, typeset
from matcalc.language.vocabulary import RESERVED, SQUARE_ONLY, functions
from matcalc.rulebook.book import RuleBook
from matcalc.rulebook.reader import Rule
from matcalc.terms.data_files import grammar_text
from matcalc.terms.shapes import ONE, SCALAR, Shape
from matcalc.terms.signatures import Operation

SPELLINGS = Path(__file__).parent.parent / "spellings.txt"
PROPERTIES = {"positive": "positive", "spd": "spd", "unit": "unit", "invertible": "invertible", "above_one": "positive"}
PROGRAMS = {
    "numpy": "NumPy, SciPy, JAX", "torch": "PyTorch, Keras, Flux", "cvxpy": "CVXPY, Convex.jl",
    "words": "R, MATLAB, Julia, SymPy and others, without a prefix", "methods": "Methods and attributes, `x.name(...)`",
    "mathematica": "Mathematica, `Name[...]`",
}  # fmt: skip
KINKS = {
    "0": "at 0", "integers": "at integers", "halves": "at multiples of 1/2", "equal": "where both are equal",
    "largest": "where the two largest are equal", "smallest": "where the two smallest are equal",
    "moduli": "where the two largest moduli are equal", "row-largest": "where the two largest of a row are equal",
    "row-smallest": "where the two smallest of a row are equal",
    "row-moduli": "where the two largest moduli of a row are equal",
}  # fmt: skip
COLUMNS = {"function": 24, "differential, domain, source": 48, "gradient": 28}
TRAITS = {
    "linear": "linear", "parity": "", "commutative": "commutative", "idempotent": "idempotent",
    "entrywise": "entry by entry, of two arrays of one shape",
}  # fmt: skip


class Spelling(NamedTuple):
    """What is meant, the texts that mean it, and the types of the names."""

    topic: str
    meaning: str
    texts: tuple[str, ...]
    where: str


def pages() -> dict[str, str]:
    """The pages by their files."""
    return spellings_page() | functions_page() | programs_page()


# --- spellings


def spellings() -> list[Spelling]:
    """The lines of docs/spellings.txt."""
    found = []
    topic = where = ""
    for line in SPELLINGS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            topic = line.strip("[]")
        elif line.startswith("where "):
            where = line.removeprefix("where ")
        elif line.strip() and not line.startswith("#"):
            meaning, *texts = re.split(r"\s{2,}", line.strip())
            found.append(Spelling(topic, meaning, tuple(texts), where))
    return found


def misread(spelling: Spelling) -> list[str]:
    """The texts of a line that are not read as what the line says."""
    wanted = matcalc.parse(spelling.meaning, where=spelling.where)
    wrong = []
    for each in spelling.texts:
        try:
            got = matcalc.parse(each, where=spelling.where)
        except matcalc.MatcalcError as error:
            wrong.append(f"{each}: {error}")
            continue
        if got != wanted:
            wrong.append(f"{each} is {got}, not {wanted}")
    return wrong


def spellings_page() -> dict[str, str]:
    """The page of spellings; ValueError if one of them is read as something else."""
    rows = spellings()
    lines = find(len(rows), "transpose, norm, \\sum …")
    for topic in dict.fromkeys(s.topic for s in rows):
        part = [s for s in rows if s.topic == topic]
        wrong = [w for s in part for w in misread(s)]
        if wrong:
            raise ValueError("\n".join(wrong))
        cells = []
        for s in part:
            texts = " ".join(f"<code>{escape(x)}</code>" for x in (s.meaning, *s.texts))
            shown = typeset(matcalc.parse(s.meaning, where=s.where).latex())
            cells.append(
                f'<tr data-words="{escape(topic)}"><td class="formula">{shown}</td><td class="texts">{texts}</td></tr>'
            )
        wheres = ", ".join(f"`{w}`" for w in dict.fromkeys(s.where for s in part))
        lines += [f"## {topic}", "", f"With {wheres}:", "", *html_table({"means": 30, "texts": 70}, cells)]
    return filled("language/spellings.md", tables=lines)


# --- functions


def functions_page() -> dict[str, str]:
    """The page of all functions, by kind."""
    book = RuleBook.default()
    table = book.signatures.table
    kinds = {
        "Scalars of arrays": [o for o in table.values() if not o.elementwise and o.shape == SCALAR],
        "Of the rows of a matrix": [o for o in table.values() if o.name.endswith("_rows")],
        "Elementwise": [o for o in table.values() if o.elementwise],
        "Entry by entry, of two arrays": [o for o in table.values() if o.traits.entrywise],
    }
    named = {o.name for ops in kinds.values() for o in ops}
    kinds["Arrays of arrays"] = [o for o in table.values() if o.name not in named]
    names: dict[str, list[str]] = {}
    for name, known in functions(book.signatures).items():
        names.setdefault(known, []).append(name)
    lines = find(len(table), "softmax, erf, invertible …")
    for title, ops in kinds.items():
        rows = [_function_row(o, book, names.get(o.name, [])) for o in sorted(ops, key=lambda o: o.name)]
        lines += [f"## {title}", "", *html_table(COLUMNS, rows)]
    return filled("language/functions.md", total=len(table), tables=lines)


def _function_row(op: Operation, book: RuleBook, names: list[str]) -> str:
    others = sorted({*op.aliases, *names} - {op.name})
    also = f'<br><span class="soft">also {escape(" ".join(others))}</span>' if others else ""
    traits = ", ".join(_traits(op))
    rules = _rules_of(op, book)
    stated = "".join(
        f"{typeset(formula(r))}<code>{escape(text(r))}</code><br>"
        f'<span class="soft">{escape(source(r))}, {r.file}, line {r.line}</span>'
        for r in rules
    )
    how = stated or "linear: its own differential"
    return (
        f'<tr id="{op.name}"><td><b><code>{op.name}</code></b><br><code>{escape(shape_line(op))}</code>{also}'
        f'<br><span class="soft">{traits}</span></td><td class="formula">{how}</td>'
        f"<td>{_gradient(op, rules)}</td></tr>"
    )


def _rules_of(op: Operation, book: RuleBook) -> list[Rule]:
    """The lines that say how an operation is differentiated."""
    found = [r for r in book.of_kind("differential") if r.lhs.op == op.name]
    return found or [r for r in book.rewrites("recognise") if r.lhs.op == op.name and r.lhs.args[0].op == "var"]


def shape_line(op: Operation) -> str:
    """The shapes of an operation as in the rule files.

    >>> shape_line(RuleBook.default().signatures.table["kron"])
    '(A[m,n], B[k,l]) -> [k*m,l*n]'
    """
    given = [f"{letter}{_sizes(s)}" for letter, s in zip(op.letters, op.arguments, strict=True)]
    return f"({', '.join(given)}) -> {_sizes(op.shape)}"


def _sizes(shape: Shape) -> str:
    if shape == SCALAR:
        return "[]"
    return f"[{shape[0]}]" if shape[1] is ONE else f"[{shape[0]},{shape[1]}]"


def _traits(op: Operation) -> list[str]:
    t = op.traits
    found = [word for name, word in TRAITS.items() if getattr(t, name) and word]
    found += [{1: "even", -1: "odd"}[t.parity]] if t.parity else []
    found += [f"not smooth {KINKS[t.kink]}"] if t.kink else []
    return ["elementwise", *found] if op.elementwise else found


def _gradient(op: Operation, rules: list[Rule]) -> str:
    """The gradient of the sum of an operation by its first array, or why there is none."""
    letters = op.letters
    asked = f"{op.aliases[0] if op.name in RESERVED else op.name}({', '.join(letters)})"
    whole = op.shape == SCALAR or op.elementwise  # of other arrays each entry has a weight
    asked = asked if op.shape == SCALAR else f"sum({asked})" if whole else f"sum(G.*{asked})"
    conditions = {c for r in rules for c, args in r.conditions if args and args[0].op == "var"}
    words = " ".join(sorted({PROPERTIES[c] for c in conditions if c in PROPERTIES}))
    types = [_type(n, s, words) for n, s in zip(letters, op.arguments, strict=True)]
    types += [] if whole else [_type("G", op.shape, "")]
    by = letters[-1] if op.arguments[0] == SCALAR else letters[0]  # an order stands before its array
    try:
        d = matcalc.grad(asked, by, where=", ".join(types))
    except matcalc.NoDerivativeError as error:
        return f"refused: {escape(str(error).splitlines()[0])}"
    return f"<code>{escape(asked)}</code> by <code>{letters[0]}</code>{typeset(d.latex())}<code>{escape(str(d))}</code>"


def _type(name: str, shape: Shape, properties: str) -> str:
    if shape[0] is not shape[1]:  # these are of square matrices alone
        properties = " ".join(p for p in properties.split() if p not in SQUARE_ONLY)
    kind = "scalar" if shape == SCALAR else "vector" if shape[1] is ONE else "matrix"
    sizes = "" if shape == SCALAR else f"({shape[0]})" if shape[1] is ONE else f"({shape[0]},{shape[1]})"
    return f"{name}: {properties} {kind}{sizes}"


# --- calls of other programs


def programs_page() -> dict[str, str]:
    """The page of the table of calls."""
    sections: dict[str, list[str]] = {}
    prefixes: dict[str, str] = {}
    for line in grammar_text("spellings.table").splitlines():
        if line.startswith("["):
            head, _, after = line[1:].partition("]")
            section = head.partition("<")[0].strip()
            sections[section], prefixes[section] = [], after.strip()
        elif line.strip() and not line.startswith("#"):
            sections[section].append(line)
    lines = find(sum(map(len, sections.values())), "solve, mse_loss, crossprod …")
    for section, entries in sections.items():
        lines += [f"## {PROGRAMS[section]}", ""]
        lines += [f"After {', '.join(f'`{p}.`' for p in prefixes[section].split())}.", ""] if prefixes[section] else []
        lines += html_table({"call": 45, "means": 55}, [_call(e) for e in entries])
    return filled("language/programs.md", tables=lines)


def _call(entry: str) -> str:
    for mark, word in ((" -> ", ""), (" = ", ""), (": ", "refused: ")):
        left, found, right = entry.partition(mark)
        if found:
            shown = escape(right) if word else f"<code>{escape(right)}</code>"
            return f"<tr><td><code>{escape(left)}</code></td><td>{word}{shown}</td></tr>"
    raise ValueError(entry)
