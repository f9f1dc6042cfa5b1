r"""Expectations in texts: E[x'*A*x], \mathbb{E}_{x \sim \mathcal N(\mu, \Sigma)}[...], Var[...], Cov[..., ...].

Each becomes a call of an operation that has the random variable and the parameters of its law as arguments, so that
their shapes are inferred together. The laws stand in the text or in the declarations, `x ~ N(mu, Sigma)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..terms.errors import DeclarationError, MatcalcError, ParseError
from ..terms.expression import Expr, var
from ..terms.rebuild import substitute
from ..terms.records import NamedTuple, replace
from ..terms.regex import regex
from ..terms.rule_lines import split_top
from ..terms.signatures import Signatures, read_declarations
from ..terms.walks import postorder
from .typing.declarations import Declarations, Type, parse_where
from .vocabulary import GREEK_NAMES, VARIANTS, plain_letters

if TYPE_CHECKING:
    from .parse import Parsed

OPERATIONS = """\
expectnormal(A[m,n], x[k], a[k], S[k,k]) -> [m,n]
expectmoments(A[m,n], x[k], a[k], S[k,k]) -> [m,n]
expectlaw(A[m,n], X[k,l]) -> [m,n]
"""
EXPECTATIONS = frozenset(("expectnormal", "expectmoments", "expectlaw"))

_FONTS = r"mathbf|boldsymbol|bm|mathrm|mathit|vec|pmb|mathsf|text"
_E = r"\\mathbb\s*\{?\s*E\s*\}?|\\(?:operatorname|mathrm|mathop|mathsf|mathcal|text)\s*\{\s*(?:E|Var|Cov|var|cov)\s*\}"
_WORD = r"\\(?:E|Var|Cov)(?![a-zA-Z])|(?<![A-Za-z0-9_.])(?:E|Var|Cov)(?![A-Za-z0-9])"
_HEAD = regex(rf"(?:{_E}|𝔼|{_WORD})")
_OPEN = regex(r"\s*(?:\\(?:left|bigl?|Bigl?|biggl?|Biggl?)\s*)?(\[|\\\{|\()")
_INDEX = regex(r"[\s0-9:,.-]*")
_SCRIPT = r"\\(?:mathcal|mathrm|mathscr|operatorname|text)\s*\{?\s*"
_NORMAL = regex(rf"(?:{_SCRIPT})?(?:N|Normal|MVN)\s*\}}?\s*(?:\\left\s*)?\(")


def has_expectation(e: Expr) -> bool:
    """Whether an expectation stands in an expression."""
    return any(a.op in EXPECTATIONS for a in postorder(e))


class Law(NamedTuple):
    """A random variable and its law: "normal" or "moments" with mean and covariance, "law" if it is unknown."""

    name: str
    kind: str
    parameters: tuple[str, ...] = ()

    def __str__(self) -> str:
        inside = ", ".join(self.parameters)
        letter = "N" if self.kind == "normal" else ""
        return f"{self.name} ~ {letter}({inside})" if inside else self.name


class Rewritten(NamedTuple):
    """A text with calls in place of expectations, the other declarations, and the laws that were used."""

    text: str
    where: str | Mapping[str, object] | None
    laws: tuple[Law, ...]
    bare: str  # the text without the signs of expectations
    spreads: frozenset[str] = frozenset()  # names of covariances of laws that stand in the text


def rewritten(text: str, where: str | Mapping[str, object] | None) -> Rewritten | None:
    """What a text and its declarations say without expectations and laws; None if there are none in them.

    >>> got = rewritten("E[x'*A*x]", "x ~ N(mu, Sigma)")
    >>> got.text, got.where, [str(law) for law in got.laws]
    ("expectnormal(x'*A*x, x, mu, Sigma)", '', ['x ~ N(mu, Sigma)'])
    >>> rewritten("x'*A*x", None) is None
    True
    """
    if not isinstance(text, str) or not (_may_be(text) or (where and "~" in str(where))):
        return None
    laws, rest = _declared(where)
    if not laws and not any(form.search(text) for form in (_HEAD, _DIVERGENCE, _DENSITY)):
        return None
    declared = set(re.findall(r"[A-Za-z]\w*", rest if isinstance(rest, str) else " ".join(rest or {})))
    source, spreads = text, set[str]()
    text = _of_laws(text, spreads)
    heads = [head for head in reversed(list(_HEAD.finditer(text))) if head[0] not in declared]
    changed, used = _replaced(text, heads, laws, _called)
    if changed == source and not laws:
        return None
    bare, _ = _replaced(text, heads, laws, _bare)
    return Rewritten(changed, rest, tuple({**laws, **used}.values()), bare, frozenset(spreads))


def _bare(body: str, order: list[Law], latex: bool) -> str:
    """What stands in an expectation, without its sign."""
    return f"({body})"


Call = Callable[[str, "list[Law]", bool], str]


def _replaced(text: str, heads: list[re.Match[str]], laws: Mapping[str, Law], call: Call) -> tuple[str, dict[str, Law]]:
    """A text with something else in place of each expectation, the last first, and the laws that are used."""
    used: dict[str, Law] = {}
    for head in heads:
        found = _expectation(text, head, laws, used, call)
        if found is not None:
            start, end, instead = found
            text = text[:start] + instead + text[end:]
    return text, used


def _may_be(text: str) -> bool:
    return "E" in text or "N" in text or "𝔼" in text or "Var" in text or "Cov" in text or "\\sim" in text


# --- densities, divergences and entropies of normal laws --------------------------------------------------------

_KL = r"\\(?:operatorname|mathrm|text)\s*\{\s*KL\s*\}|(?<![A-Za-z])KL"
_ENTROPY = rf"(?<![A-Za-z\\])H(?=\s*[\[(]\s*(?:{_SCRIPT})?N)"
_DIVERGENCE = regex(rf"D_\s*\{{?\s*(?:{_KL})\s*\}}?|{_KL}|{_ENTROPY}")
_DENSITY = regex(r"(?<![A-Za-z])\\?log\s*(?=\\(?:mathcal|mathrm|mathscr)|N\s*\()")
_BETWEEN = regex(r"(?:\\[,;!:])*(?:\|\||\\\||∥|‖|\\Vert(?![a-zA-Z])|\\parallel(?![a-zA-Z])|\\mid\\mid)(?:\\[,;!:])*")


def _of_laws(text: str, spreads: set[str]) -> str:
    """A text with calls for KL(N(a, S) || N(b, R)), H[N(a, S)] and log N(x; a, S); names of covariances are added."""
    for m in reversed(list(_DIVERGENCE.finditer(text))):
        opened = _OPEN.match(text, m.end())
        if opened is None:
            continue
        end = _closing(text, opened.end() - len(opened[1].lstrip("\\")))
        body = re.sub(r"\\(?:right|[bB]ig+r?)\s*$", "", text[opened.end() : end - 1].rstrip("\\")).strip()
        sides = [p.strip() for p in _BETWEEN.split(body)]
        is_entropy = text[m.start()] == "H"
        if len(sides) == 2 - is_entropy and all(_NORMAL.match(s) for s in sides):
            inside = [p for s in sides for p in _written(_law("x", s), "\\" in text, spreads)]
            call = _call_of("normalentropy" if is_entropy else "normalkl", inside, text)
            text = text[: m.start()] + call + text[end:]
    for m in reversed(list(_DENSITY.finditer(text))):
        normal = _NORMAL.match(text, m.end())
        if normal is None:
            continue
        end = _closing(text, normal.end() - 1)
        body = re.sub(r"\\right\s*$", "", text[normal.end() : end - 1])
        parts = re.split(r";|\\mid(?![a-zA-Z])|\\vert(?![a-zA-Z])|\|", body, maxsplit=1)
        if len(parts) == 2:
            inside = [parts[0].strip(), *_written(_law("x", f"N({parts[1]})"), "\\" in text, spreads)]
            text = text[: m.start()] + _call_of("normallog", inside, text) + text[end:]
    return text


def _written(law: Law, latex: bool, spreads: set[str]) -> list[str]:
    """Mean and covariance in the notation of a text; a covariance that is a name is noted."""
    spreads.add(_plain_name(law.parameters[1]))
    return [_in_latex(p) if latex else _in_plain(p) for p in _parameters(law)]


def _call_of(name: str, inside: list[str], text: str) -> str:
    head = f"\\operatorname{{{name}}}" if "\\" in text else name
    return f"{head}({', '.join(inside)})"


# --- laws in declarations ---------------------------------------------------------------------------------------


def _declared(where: str | Mapping[str, object] | None) -> tuple[dict[str, Law], str | Mapping[str, object] | None]:
    """The laws among declarations, and the other declarations."""
    if where is None or (isinstance(where, str) and not _has_law(where)):
        return {}, where
    laws: dict[str, Law] = {}
    if not isinstance(where, str):
        rest: dict[str, object] = {}
        for name, kind in where.items():
            if isinstance(kind, str) and _has_law(kind):
                before, after = _parted(kind)
                laws[name] = _law(name, after)
                if before.strip():
                    rest[name] = before.strip()
            else:
                rest[name] = kind
        return laws, rest
    kept: list[str] = []
    for item in _items(where):
        if not _has_law(item):
            kept.append(item)
            continue
        before, after = _parted(item)
        name, _, kind = before.partition(":")
        names = [name.strip()]
        while kept and re.fullmatch(r"[\w\\]+", kept[-1]) and not kind:  # x, y ~ N(0, I)
            names.insert(0, kept.pop())
        for n in names:
            if n in laws:
                raise DeclarationError(f"{n} has two laws")
            laws[n] = _law(n, after)
        if kind.strip():
            kept.append(f"{name.strip()}: {kind.strip()}")
    return laws, ", ".join(kept)


def _has_law(text: str) -> bool:
    return "~" in text or "\\sim" in text or "∼" in text


def _items(text: str) -> Iterator[str]:
    for line in re.split(r"[;\n]", text):
        yield from (part for part in split_top(line, ",") if part)


def _parted(text: str) -> tuple[str, str]:
    """What stands before and after the sign of a law."""
    m = re.search(r"~|\\sim(?![a-zA-Z])|∼", text)
    assert m is not None
    return text[: m.start()].strip(), text[m.end() :].strip()


def _law(name: str, text: str) -> Law:
    """A law as it is written: N(mu, Sigma), (mu, Sigma), or a letter for one that is unknown."""
    name = _plain_name(name)
    if not re.fullmatch(r"[^\W\d]\w*", name):
        raise DeclarationError(f"a law is that of a name, x ~ N(mu, Sigma), not of {name}")
    text = re.sub(r"^\\left\s*\(", "(", text)
    m = _NORMAL.match(text)
    inside = text[m.end() :] if m is not None else text[1:] if text.startswith("(") else None
    if inside is None:
        if re.fullmatch(r"\\?[A-Za-z]\w*(?:_\{?\\?\w+\}?)?(?:\(.*\))?|\\mathcal\s*\{?[A-Z]\}?", text):
            return Law(name, "law")
        raise DeclarationError(f"a law is N(mu, Sigma), (mu, Sigma) or a letter, not {text}")
    inside = re.sub(r"(?:\\right\s*)?\)\s*$", "", inside.strip())
    parameters = tuple(re.sub(r"^[A-Za-z]+\s*\|\s*", "", p) for p in split_top(inside, ","))
    if len(parameters) != 2:
        raise DeclarationError(f"the law of {name} has a mean and a covariance: {name} ~ N(mu, Sigma)")
    return Law(name, "normal" if m is not None else "moments", parameters)


def _plain_name(text: str) -> str:
    """A name without fonts and backslashes."""
    text = re.sub(rf"\\(?:{_FONTS})\s*\{{([^{{}}]*)\}}|\\(?:{_FONTS})(?![a-zA-Z])", lambda m: m[1] or "", text)
    text = re.sub(r"\\([a-zA-Z]+)", lambda m: VARIANTS.get(m[1], m[1]), text)
    return plain_letters(re.sub(r"[{}\s]", "", text))


# --- expectations in the text -----------------------------------------------------------------------------------


def _expectation(text: str, head: re.Match[str], laws: Mapping[str, Law], used: dict[str, Law], call: Call
                 ) -> tuple[int, int, str] | None:  # fmt: skip
    """The place of an expectation in a text, and the call that it means; None if it is none."""
    at, subscript = head.end(), ""
    m = re.match(r"\s*_\s*", text[at:])
    if m is not None:
        at += m.end()
        if text[at : at + 1] == "{":
            end = _closing(text, at)
            subscript, at = text[at + 1 : end - 1], end
        else:
            one = re.match(r"\\[a-zA-Z]+|\w", text[at:])
            if one is None:
                return None
            subscript, at = one[0], at + one.end()
    opened = _OPEN.match(text, at)
    if opened is None or (opened[1] == "(" and not (laws or subscript)):
        return None
    start = opened.end()
    end = _closing(text, start - len(opened[1].lstrip("\\")))
    body = re.sub(r"\\(?:right|bigr?|Bigr?|biggr?|Biggr?)\s*$", "", text[start : end - 1].rstrip("\\")).strip()
    if not laws and not subscript and _INDEX.fullmatch(body):
        return None  # an entry: E[1]
    word = next((w for w in ("var", "cov") if w in head[0].lower()), "E")
    mine = _of_subscript(subscript, laws) if subscript else dict(laws)
    if not mine:
        span = (head.start(), head.end())
        name = head[0] if len(head[0]) < 4 else "E"
        told = "name it, as in E_{x}[...], or give its law, where=\"x ~ N(mu, Sigma)\""
        raise ParseError(f"what is random in this expectation? {told}; or declare {name}", text, span)
    used.update(mine)
    order = _inner_first(mine, body)
    latex = "\\" in text
    if word == "E":
        return head.start(), end, call(body, order, latex)
    parts = split_top(body, ",")
    if len(parts) != (2 if word == "cov" else 1):
        raise ParseError("a variance is Var[x], a covariance Cov[x, y]", text, (head.start(), end))
    if call is _bare:
        return head.start(), end, _bare(parts[0], order, latex)
    a, b = parts[0], parts[-1]
    turned = f"({b})^\\top" if latex else f"({b})'"
    means = call(a, order, latex), call(b, order, latex)
    last = f"({means[1]})^\\top" if latex else f"({means[1]})'"
    return head.start(), end, f"({call(f'({a}) {turned}' if latex else f'({a})*{turned}', order, latex)}" + (
        f" - {means[0]} {last})" if latex else f" - {means[0]}*{last})"
    )


def _closing(text: str, at: int) -> int:
    """The position after the bracket that closes the one at a position."""
    depth = 0
    for k in range(at, len(text)):
        if text[k] in "([{":
            depth += 1
        elif text[k] in ")]}":
            depth -= 1
            if not depth:
                return k + 1
    raise ParseError("this bracket is never closed", text, (at, at + 1))


def _of_subscript(text: str, laws: Mapping[str, Law]) -> dict[str, Law]:
    """The random variables that a subscript names, with their laws."""
    found: dict[str, Law] = {}
    for part in split_top(text, ","):
        if _has_law(part):
            before, after = _parted(part)
            law = _law(before, after)
        else:
            m = re.fullmatch(r"\s*\\?[a-zA-Z]\w*(?:_\{?\\?\w+\}?)?\s*\(([^()|]*)(?:\|.*|\\mid.*)?\)\s*", part)
            name = _plain_name(m[1] if m is not None else part)
            law = laws.get(name, Law(name, "law"))
        known = laws.get(law.name)
        found[law.name] = known if law.kind == "law" and known is not None else law
    return found


def _inner_first(laws: Mapping[str, Law], body: str) -> list[Law]:
    """The laws in the order of integration: a variable on which the law of another depends comes after that one."""
    left = list(laws.values())
    order: list[Law] = []
    while left:
        free = [w for w in left if not any(_mentions(v.parameters, w.name) for v in left if v is not w)]
        if not free:
            raise DeclarationError(f"the laws of {', '.join(w.name for w in left)} depend on each other")
        order.append(free[0])
        left.remove(free[0])
    seen = body
    kept = []
    for law in order:
        if law.name in _plain_name(seen):
            kept.append(law)
            seen += " ".join(law.parameters)
    return kept or order[:1]


def _mentions(parameters: tuple[str, ...], name: str) -> bool:
    return any(re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![a-z])", _plain_name(p)) for p in parameters)


def _called(body: str, order: list[Law], latex: bool) -> str:
    """The expectation of a body over several variables, the first the innermost."""
    for law in order:
        name = f"\\operatorname{{expect{law.kind}}}" if latex else f"expect{law.kind}"
        parts = [body, law.name, *_parameters(law)]
        if latex:
            parts = [body, *(_in_latex(p) for p in parts[1:])]
        else:
            parts = [body, *(_in_plain(p) for p in parts[1:])]
        body = f"{name}({', '.join(parts)})"
    return body


def _parameters(law: Law) -> list[str]:
    """Mean and covariance; 0 and I are those of the size of the variable, unless they belong to a scalar."""
    if law.kind == "law":
        return []
    mean, spread = law.parameters
    return ["vector(0)" if mean.strip() == "0" and not is_of_scalar(law) else mean, spread]


def is_of_scalar(law: Law) -> bool:
    """Whether the covariance of a law looks like a variance: a number, or small letters."""
    if law.kind == "law":
        return False
    spread = law.parameters[1]
    bare = re.sub(r"\\[a-zA-Z]+(?:\{([^{}]*)\})?", lambda m: m[1] or "", spread)
    array = r"\\(?:Sigma|Lambda|Omega|Gamma|Psi|top)|[ΣΛΩΓΨ']|eye|diag|inv"
    return re.search(r"[A-Z]", bare) is None and re.search(array, spread) is None


def _in_latex(text: str) -> str:
    """A parameter in LaTeX, where it is written plainly."""
    if "\\" in text:
        return text
    text = re.sub(r"'", r"^\\top ", text).replace("vector(0)", "\\mathbf{0}")
    return re.sub(r"[A-Za-z]+", lambda m: f"\\{m[0]} " if m[0] in GREEK_NAMES else m[0], text)


def _in_plain(text: str) -> str:
    """A parameter plainly, where it is written in LaTeX."""
    if "\\" not in text:
        return text
    text = re.sub(r"\^\s*\{?\\(?:top|intercal)\}?|\^\{?T\}?", "'", text).replace("\\mathbf{0}", "vector(0)")
    text = re.sub(rf"\\(?:{_FONTS})\s*\{{([^{{}}]*)\}}|\\(?:{_FONTS})(?![a-zA-Z])", lambda m: m[1] or "", text)
    return re.sub(r"\\([a-zA-Z]+)", lambda m: f" {VARIANTS.get(m[1], m[1])} ", text).strip()


def signatures_with(known: Signatures | None) -> Signatures:
    """The functions that are known, and expectations."""
    return (known or Signatures.shipped()).extended(read_declarations(OPERATIONS).values())


# --- what was read ----------------------------------------------------------------------------------------------


P = TypeVar("P", bound="Parsed")


def with_laws(read: Callable[..., P], found: Rewritten, text: str) -> P:
    """What a text means with its laws: a variable of undeclared type has that of its law, a covariance is spd."""
    declared = parse_where(found.where)
    scalars = {law.name: "scalar" for law in found.laws if law.name not in declared and is_of_scalar(law)}
    try:
        parsed = read(found.where)
        if any(n in parsed.types and parsed.types[n].kind != "scalar" for n in scalars):
            parsed = read(_more(found.where, scalars))
    except MatcalcError:
        if not scalars:
            raise
        parsed = read(_more(found.where, scalars))
    flat = [n for law in found.laws if (n := law.name) not in declared and n not in scalars and law.kind != "law"]
    short = [n for n in flat if n in parsed.types and parsed.types[n].kind == "scalar"]
    if short:  # a word that is a scalar as a rule: eps
        known = scalars if any(n in parsed.types and parsed.types[n].kind == "scalar" for n in scalars) else {}
        parsed = _as_vectors(read, found, short, known, text) or parsed
    parsed = _scalars_stay(read, found, parsed)
    _refuse_constant(parsed.expr, text)
    return replace(parsed, **_spread(parsed, declared, found.spreads), text=text, random=tuple(map(str, found.laws)))


def in_original(error: MatcalcError, rewritten: str, text: str) -> MatcalcError:
    """An error about a text with its calls, as one about the text that was given: its place where that occurs once."""
    if error.text == rewritten and error.span is not None:
        said = rewritten[slice(*error.span)]
        start = text.find(said) if said and text.count(said) == 1 else -1
        error.text, error.span = text, (start, start + len(said)) if start >= 0 else (0, len(text))
    return error


def _refuse_constant(e: Expr, text: str) -> None:
    """An error where the subscript of an expectation names nothing in it, but perhaps a law: E_{p}[x]."""
    for a in postorder(e):
        if a.op == "expectlaw" and not any(b is a.args[1] for b in postorder(a.args[0])):
            x = a.args[1]
            told = f"what stands in this expectation does not depend on {x}: name what is random, as in E_{{x}}[...]"
            raise ParseError(told, text, (0, len(text)))


def _scalars_stay(read: Callable[..., P], found: Rewritten, parsed: P) -> P:
    """What a text means with the names as scalars that are scalars in it without the signs of expectations."""
    try:
        mine = [law.name for law in found.laws if law.name in parsed.types and law.name not in parsed.declarations]
        random = {n: str(parsed.types[n]) for n in mine}
        alone = read(_more(found.where, random), found.bare)
        arrays = {n for n, t in parsed.types.items() if t.kind != "scalar"}
        other = {n: "scalar" for n, t in alone.types.items() if t.kind == "scalar" and t.inferred and n in arrays}
        return read(_more(found.where, other | random)) if other else parsed
    except MatcalcError:
        return parsed


def _as_vectors(read: Callable[..., P], found: Rewritten, names: list[str],
                known: dict[str, str], text: str) -> P | None:  # fmt: skip
    """What a text means with these names as vectors, of a declared size or of a new one; None if it means nothing."""
    new = next((c for c in "npdkqm" if re.search(rf"\b{c}\b", f"{text} {found.where}") is None), "n_0")
    for size in (new, *sorted(parse_where(found.where).dimensions)):
        try:
            return read(_more(found.where, {n: f"vector({size})" for n in names} | known))
        except MatcalcError:
            continue
    return None


def _more(where: str | Mapping[str, object] | None, more: dict[str, str]) -> str | Mapping[str, object] | None:
    if not more:
        return where
    if isinstance(where, Mapping):
        return {**where, **more}
    return ", ".join([where, *(f"{n}: {kind}" for n, kind in more.items())] if where else
                     [f"{n}: {kind}" for n, kind in more.items()])  # fmt: skip


def _spread(parsed: Parsed, declared: Declarations, named: frozenset[str]) -> dict[str, Any]:
    """The expression and the types with what is known of covariances that are names."""
    known = {}
    for e in postorder(parsed.expr):
        v = e.args[3] if e.op in EXPECTATIONS and len(e.args) == 4 else e
        is_spread = v.op == "var" and (v is not e or v.data[0] in named) and v.shape[0] is v.shape[1]
        if is_spread and v.data[0] not in declared and not v.data[2]:
            known[v] = var(v.data[0], v.shape, ("positive",) if v.is_scalar else ("spd",), v.data[1])
    types = dict(parsed.types)
    for v in known.values():
        types[v.data[0]] = Type(v.data[1], v.shape, v.data[2], True)
    return {"expr": substitute(parsed.expr, known) if known else parsed.expr, "types": types}
