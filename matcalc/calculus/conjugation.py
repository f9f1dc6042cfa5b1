"""A question about complex variables with their conjugates as variables of their own, and answers put back.

Wirtinger's calculus: a function of z and conj(z) is differentiated by each while the other is constant. Every node has
two formal values, its own and that of its conjugate. Where the formal operations are holomorphic, an identity that
holds for real values holds for complex ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from ..rulebook.book import RuleBook
from ..rulebook.holomorphic import holomorphic, written_out
from ..rulebook.properties import Facts, closure
from ..rulebook.reader import Rule
from ..simplification.normal import simplify
from ..terms.complexes import FUNCTIONS, UNIT, conjugate, conjugate_name, is_complex, is_conjugate
from ..terms.errors import NoDerivativeError
from ..terms.expression import Expr, apply, epow, eye, fn, had, mm, neg, num, ones, power, prod, sub, t, var, zeros
from ..terms.rebuild import rebuild
from ..terms.records import NamedTuple
from ..terms.shapes import SCALAR, Dim
from ..terms.walks import arguments, fold

Pair = tuple[Expr, Expr]  # the formal value of a node, and that of its conjugate
_HALF = Fraction(1, 2)
_UNIT_NAME = "1i"
_UNIT = var(_UNIT_NAME, SCALAR, ("complex",))  # a constant: nothing is used of it but its conjugate
_OF_ARRAYS = frozenset(("max", "min", "gt", "ge", "lt", "le", "eq", "ne", "amax", "amin", "amax_rows", "amin_rows"))


def conjugate_variable(v: Expr) -> Expr:
    """The conjugate of a variable as a variable of its own."""
    name, kind, properties = v.data
    return var(conjugate_name(name), v.shape, properties, kind)


class Conjugation:
    """The formal values of expressions; the variables named `free` are tied to their conjugates by nothing."""

    def __init__(self, book: RuleBook, free: frozenset[str] = frozenset()):
        self.book, self.free = book, free
        self.through = book.view(holomorphic)
        self.written = book.view(written_out)
        self.norms = True
        self.names: set[str] = set()  # of the complex formal variables
        self.known: dict[Expr, Expr] = {}  # formal variables of conjugates, with those that they are the conjugates of

    def pair(self, root: Expr) -> Pair:
        """The formal value of an expression and of its conjugate."""
        return fold(root, self._step, arguments)[root]

    @property
    def over(self) -> RuleBook:
        """The book for what was made so far."""
        return self.book.over(frozenset(self.names))

    def _step(self, e: Expr, below: tuple[Pair, ...]) -> Pair:
        if e.op == "var":
            return self._variable(e)
        if e is UNIT:
            self.names.add(_UNIT_NAME)
            return _UNIT, neg(_UNIT)
        if is_conjugate(e):
            return below[0][1], below[0][0]
        if e.op == "mm" and e.shape == SCALAR:  # the conjugate of a scalar is its adjoint
            adjoint = mm(*(b[1].args[0] if b[1].op == "t" else t(b[1]) for b in reversed(below)))
            return mm(*(b[0] for b in below)), adjoint
        plain, turned = tuple([b[0] for b in below]), tuple([b[1] for b in below])
        is_own = e.is_elementwise and e.op in FUNCTIONS
        if plain == turned and not is_own:
            made = rebuild(e, plain)
            return made, made
        if e.op in self.through:
            return self._root(e, plain) or rebuild(e, plain), self._root(e, turned) or rebuild(e, turned)
        rule = self.written.get(e.op)
        if rule is not None:
            return self._written(rule, e, below)
        if e.op in ("call", "jac", "pinv") or not self._equal(below):
            raise NoDerivativeError(_refusal(e))
        made = rebuild(e, plain)
        return made, made

    def _variable(self, v: Expr) -> Pair:
        if v.data.kind == "partial":
            raise NoDerivativeError(f"{v} beside complex variables has no Wirtinger derivative here")
        if not is_complex(v):
            return v, v
        self.names.add(v.data.name)
        properties = closure(v.data.properties, self.book)
        if v.data.name not in self.free:
            if "hermitian" in properties:
                return v, t(v)
            if "unitary" in properties:
                return v, t(apply("inv", v))
        other = conjugate_variable(v)
        self.names.add(other.data.name)
        self.known[other] = v
        return v, other

    def _root(self, e: Expr, args: tuple[Expr, ...]) -> Expr | None:
        """A power of a square root as a power: norm(z)^2 is z^H*z."""
        if e.op not in ("pow", "epow") or args[1].op != "num" or args[0].op not in ("pow", "epow"):
            return None
        base, exponent = args[0].args
        if exponent.op != "num" or exponent.data != _HALF:
            return None
        k = Fraction(args[1].data) * _HALF if not isinstance(args[1].data, float) else args[1].data / 2
        return base if k == 1 else (power if base.shape == SCALAR else epow)(base, num(k))

    def _written(self, rule: Rule, e: Expr, below: tuple[Pair, ...]) -> Pair:
        """The value of an operation by the rule that writes it with conjugates."""
        shapes = {n: g for a, x in zip(rule.lhs.args, e.args, strict=True)
                  for w, g in zip(a.shape, x.shape, strict=True) for n in w.names}  # fmt: skip
        values = dict(zip(rule.lhs.args, below, strict=True))

        def step(x: Expr, inner: tuple[Pair, ...]) -> Pair:
            if x in values:
                return values[x]
            if x.op in ("ones", "eye", "zeros"):
                x = _sized(x, shapes)
                return x, x
            return self._step(x, inner)

        return fold(rule.rhs, step, arguments)[rule.rhs]

    def are_real(self, args: Iterable[Expr]) -> bool:
        """Whether expressions are known to be real, though complex variables are in them."""
        return self._equal(map(self.pair, args))

    def _equal(self, pairs: Iterable[Pair]) -> bool:
        facts = Facts(book=self.over)
        return all(a is b or simplify(sub(a, b), facts).op in ("num", "zeros") for a, b in pairs)

    # --- back

    def back(self, root: Expr, norms: bool = True) -> Expr:
        """A formal expression with conjugates in place of the variables that stand for them, and with norms."""
        self.norms = norms
        return fold(root, self._back_step, arguments)[root].shown()

    def _back_step(self, e: Expr, below: tuple[Turned, ...]) -> Turned:
        if e is _UNIT:
            return Turned(UNIT, 0, None, 0)
        if e.op == "var":
            return self._back_variable(e)
        if not e.args:
            return Turned(e, 0, e, 0)
        if e.op == "t":
            return self._back_transpose(e, below[0])
        if e.op == "mm":
            below = tuple(_joined(list(below)))
        shown = [b.shown() for b in below]
        plain = _norms(e, _moduli(e, shown)) if self.norms else _made(e, shown)
        marks = sum(b.least for b in below)
        if e.op in self.through and all(b.inner is not None for b in below):
            inner = _made(e, [b.inner for b in below if b.inner is not None])
            return Turned(plain, marks, inner, sum(b.inside for b in below))
        return Turned(plain, marks, None, 0)

    def _back_variable(self, v: Expr) -> Turned:
        original = self.known.get(v)
        if original is not None:
            return Turned(conjugate(original), 1, original, 0)
        if not is_complex(v):
            return Turned(v, 0, v, 0)
        if "hermitian" in closure(v.data.properties, self.book) and v.data.name not in self.free:
            return Turned(v, 0, t(v), 1)
        return Turned(v, 0, None, 0)

    def _back_transpose(self, e: Expr, below: Turned) -> Turned:
        """A transpose: of a conjugate it is the adjoint, one mark."""
        x = e.args[0]
        inner = None if below.inner is None else t(below.inner)
        if x.op == "var" and below.inner is not None and below.inner.op == "t":
            return Turned(t(x), 1, x, 0)  # of what is hermitian
        if below.inner is None or below.marks <= below.inside:
            return Turned(t(below.plain), below.marks + 1, inner, below.inside + 1)
        return Turned(t(conjugate(below.inner)), below.inside + 1, inner, below.inside + 1)


class Turned(NamedTuple):
    """What is put back: as it stands, or as the conjugate of `inner`, each with how many marks ' and conj it has."""

    plain: Expr
    marks: int
    inner: Expr | None
    inside: int

    @property
    def least(self) -> int:
        """The marks of what is shown."""
        return self.marks if self.inner is None else min(self.marks, self.inside + 1)

    def shown(self) -> Expr:
        """The form with fewer marks."""
        return self.plain if self.inner is None or self.marks <= self.inside + 1 else conjugate(self.inner)


def _joined(chain: list[Turned]) -> list[Turned]:
    """The factors of a product with neighbours that are conjugates under one mark: conj(H)*conj(z) is conj(H*z)."""
    out: list[Turned] = []
    run: list[Turned] = []
    for b in [*chain, None]:
        if b is not None and b.inner is not None and b.marks > b.inside:
            run.append(b)
            continue
        inners = [r.inner for r in run if r.inner is not None]
        inside = sum(r.inside for r in run)
        if len(run) > 1 and inside + 1 < sum(r.least for r in run):
            inner = mm(*inners)
            run = [Turned(conjugate(inner), inside + 1, inner, inside)]
        out += run
        run = []
        if b is not None:
            out.append(b)
    return out


def _made(e: Expr, args: list[Expr]) -> Expr:
    """The same operation; of a product of other factors than it had, their product."""
    build = {"mm": mm, "prod": prod, "had": had}.get(e.op)
    return rebuild(e, tuple(args)) if build is None else build(*args)


def _moduli(e: Expr, args: list[Expr]) -> list[Expr]:
    """The factors of a product of entries with the square of a modulus for what stands beside its conjugate."""
    if e.op not in ("prod", "had"):
        return args
    out = list(args)
    for x in args:
        if is_conjugate(x) and x in out and x.args[0] in out:
            out[out.index(x.args[0])] = epow(fn("abs", x.args[0]), num(2))
            out.remove(x)
    return out


def _norms(e: Expr, args: list[Expr]) -> Expr:
    """A node with its arguments put back; the root of z^H*z is a norm, and that of conj(s)*s an absolute value."""
    if e.op not in ("pow", "epow") or args[1].op != "num" or not isinstance(args[1].data, Fraction):
        return _made(e, args)
    k = args[1].data * 2
    root = _root_of(args[0]) if k.denominator == 1 else None
    if root is None:
        return _made(e, args)
    return root if k == 1 else rebuild(e, (root, num(k)))


def _root_of(base: Expr) -> Expr | None:
    """The norm or the absolute value whose square an expression is."""
    if base.op in ("pow", "epow") and base.args[0].op == "abs" and base.args[1] is num(2):
        return base.args[0]
    inside = base.args[0] if base.op == "tr" and base.args[0].op == "mm" else base
    if inside.op == "mm" and base.shape == SCALAR and len(inside.args) % 2 == 0:
        half = len(inside.args) // 2
        right = mm(*inside.args[half:])
        if all(_adjoint(x) is y for x, y in zip(inside.args[:half], inside.args[:half - 1:-1], strict=True)):
            return apply("norm", right)
    if base.op in ("prod", "had") and len(base.args) == 2 and conjugate(base.args[0]) is base.args[1]:
        return fn("abs", base.args[1] if is_conjugate(base.args[0]) else base.args[0])
    if base.op == "prod" and len(base.args) == 2 and all(x.op == "mm" for x in base.args):
        x, y = base.args
        if tuple(map(_adjoint, reversed(x.args))) == y.args:
            return fn("abs", y)
    return None


def _adjoint(x: Expr) -> Expr:
    turned = conjugate(x)
    return turned.args[0] if turned.op == "t" else t(turned)


def _sized(x: Expr, sizes: dict[str, Dim]) -> Expr:
    """An array of ones or an identity of a rule with its sizes."""
    shape = tuple(d.substitute(sizes) for d in x.shape)
    return eye(shape[0]) if x.op == "eye" else ones(shape) if x.op == "ones" else zeros(shape)


def _refusal(e: Expr) -> str:
    """Why an operation of what is complex has no derivative here."""
    if e.op in _OF_ARRAYS:
        return f"{e.op} of what is complex has no meaning: complex numbers have no order; take real(), imag() or abs()"
    if e.op in ("call", "jac"):
        name = e.data if e.op == "call" else e.data.function
        return f"the function {name} of what is complex is not known to be holomorphic"
    if e.op == "pinv":
        return "the pseudo-inverse of what is complex has no derivative here: its rule has adjoints"
    return f"{e.op} of what is complex has no Wirtinger derivative here"
