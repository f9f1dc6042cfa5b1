"""NumPy source: an expression that runs, and a function around it. Vectors and rows have one axis."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..language.typing.declarations import Types
from ..terms.axes import absent, einsum_sizes
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, num
from ..terms.payloads import LinearKernel
from ..terms.shapes import ONE, SCALAR, Dim, kind_of
from ..terms.signatures import Operation
from ..terms.walks import variables
from .core import COMPARE, Printer, broadcast, divisor, letters, product, slice_text
from .form import ATOM, COMPARISON, POSTFIX, POWER, PRODUCT, SUM, Child, Form, Piece, Pieces, atom, joined
from .registry import typed_notation

_HALF = Fraction(1, 2)

# Operations whose arguments are printed where a brace stands.
TEMPLATES: dict[str, str] = {
    "tr": "np.trace({})", "det": "np.linalg.det({})", "logdet": "np.linalg.slogdet({})[1]",
    "sum": "np.sum({})", "mean": "np.mean({})", "prodall": "np.prod({})",
    "norm": "np.linalg.norm({})", "norm1": "np.sum(np.abs({}))",
    "norminf": "np.max(np.abs({}))", "normnuc": "np.linalg.norm({}, 'nuc')", "norm2": "np.linalg.norm({}, 2)",
    "normp": "np.linalg.norm({}, {})", "sum_rows": "np.sum({}, axis=1)", "mean_rows": "np.mean({}, axis=1)",
    "norm_rows": "np.linalg.norm({}, axis=1)", "norm1_rows": "np.linalg.norm({}, 1, axis=1)",
    "norminf_rows": "np.linalg.norm({}, np.inf, axis=1)", "amax_rows": "np.max({}, axis=1)",
    "amin_rows": "np.min({}, axis=1)", "logsumexp_rows": "special.logsumexp({}, axis=1)",
    "softmax_rows": "special.softmax({}, axis=1)", "log_softmax": "special.log_softmax({})",
    "log_softmax_rows": "special.log_softmax({}, axis=1)",
    "logsumexp": "special.logsumexp({})", "softmax": "special.softmax({})", "amax": "np.max({})",
    "amin": "np.min({})", "inv": "np.linalg.inv({})", "pinv": "np.linalg.pinv({})", "expm": "linalg.expm({})",
    "logm": "linalg.logm({})", "sqrtm": "linalg.sqrtm({})", "sylvester": "linalg.solve_sylvester({}, {}, {})",
    "dexpm": "linalg.expm_frechet({}, {}, compute_expm=False)",
    "diag": "np.diag({})", "diagonal": "np.diag({})",
    "asin": "np.arcsin({})", "acos": "np.arccos({})", "atan": "np.arctan({})", "asinh": "np.arcsinh({})",
    "acosh": "np.arccosh({})", "atanh": "np.arctanh({})", "relu": "np.maximum({}, 0)",
    "step": "np.heaviside({}, 0)", "sigmoid": "special.expit({})", "softplus": "np.logaddexp(0, {})",
    "lgamma": "special.gammaln({})", "trigamma": "special.polygamma(1, {})",
    "tetragamma": "special.polygamma(2, {})",
}  # fmt: skip
_NUMPY = frozenset(
    ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "cbrt", "abs", "sign", "floor",
     "ceil", "round", "log1p", "expm1", "log2", "log10", "sinc")
)  # fmt: skip
_SPECIAL = frozenset(("erf", "erfc", "erfi", "erfinv", "gamma", "digamma"))
_IMPORTS = {
    "special": "from scipy import special", "linalg": "from scipy import linalg",
    "numerics": "from matcalc.numbers import numerics",
}  # fmt: skip


@typed_notation("python")
def python(e: Expr, types: Types) -> str:
    """A NumPy function called f of the variables of the expression."""
    return python_function(e, types=types)


def python_expression(e: Expr) -> str:
    """The expression as NumPy source; sizes such as n in np.eye(n) stand under their own names.

    >>> import matcalc
    >>> python_expression(matcalc.parse("2X'(Xw - y)"))
    '2 * X.T @ (X @ w - y)'
    """
    return Python().text(e)


def python_function(e: Expr, name: str = "f", types: Mapping[str, Any] | None = None) -> str:
    """A NumPy function of the variables of the expression; `types` names more that tell the sizes.

    >>> from matcalc.terms.expression import var, add, eye, as_shape
    >>> from matcalc.terms.shapes import Dim
    >>> X = var("X", as_shape("n", "n"))
    >>> print(python_function(add(X, eye(Dim.of("n")))))
    import numpy as np
    <BLANKLINE>
    <BLANKLINE>
    def f(X):
        n = X.shape[0]
        return X + np.eye(n)
    """
    printer = Python()
    text = printer.text(e)
    shapes = {v: x.shape for v, x in {**variables(e), **(types or {})}.items() if hasattr(x, "shape")}
    lines, extra = _sizes(printer.dims, shapes, set(variables(e)))
    arguments = [_identifier(v) for v in shapes if v in variables(e) or v in extra]
    arguments += printer.given
    used = set(re.findall(r"(?<![\w.])(\w+)\.", text))  # np.linalg is no linalg
    imports = ["import numpy as np", *(line for mark, line in _IMPORTS.items() if mark in used)]
    head = f"def {name}({', '.join(arguments)}):"
    return "\n".join([*imports, "", "", head, *(f"    {line}" for line in lines), f"    return {text}"])


def _sizes(dims: set[str], shapes: dict[str, Any], own: set[str]) -> tuple[list[str], set[str]]:
    """Lines that define the sizes that the source needs, and the variables that they read."""
    lines, used = [], set()
    for d in sorted(dims):
        places = [
            (v not in own, v, axis)
            for v, shape in shapes.items()
            for axis, x in enumerate(shape)
            if x is Dim.of(d)
        ]
        if not places:
            raise MatcalcError(f"no variable tells the size {d}")
        _, v, axis = min(places)
        used.add(v)
        vector = kind_of(shapes[v]) in ("vector", "row")
        lines.append(f"{d} = {f'len({_identifier(v)})' if vector else f'{_identifier(v)}.shape[{axis}]'}")
    return lines, used


def _identifier(name: str) -> str:
    """A name as it stands in source text; no other text gets there, whoever built the expression."""
    if not name.isidentifier():
        raise MatcalcError(f"{name!r} is no name that can stand in code")
    return f"{name}_" if keyword.iskeyword(name) or name in ("np", "special", "linalg", "numerics") else name


class Python(Printer):
    """The NumPy notation."""

    def __init__(self) -> None:
        super().__init__()
        self.dims: set[str] = set()
        self.given: list[str] = []  # differentials, abstract functions and their derivatives: parameters too
        self.forms |= {"vec": self.vec, "kron": self.kron, "abs": self.function}

    def size(self, *dims: Dim) -> str:
        """Sizes as source text."""
        for d in dims:
            self.dims |= d.names
            for name in d.names:
                _identifier(name)
        return ", ".join(map(str, dims))

    def variable(self, e: Expr) -> Form:
        return atom(_identifier(e.data[0]))

    def differential(self, e: Expr) -> Form:
        return atom(self.parameter(f"d{e.data[0]}"))

    def parameter(self, name: str) -> str:
        """The name of what the caller hands in beside the variables."""
        if name not in self.given:
            self.given.append(_identifier(name))
        return name

    def call(self, e: Expr) -> Form:
        return self.apply(self.parameter(e.data), e.args)

    def count(self, e: Expr) -> Form:
        return atom(self.size(Dim.of(e.data)))

    def const(self, e: Expr) -> Form:
        return atom(f"np.{e.data}")

    def num(self, e: Expr) -> Form:
        form = super().num(e)
        if isinstance(e.data, Fraction) and form.level == PRODUCT:
            return form._replace(pieces=[str(form.pieces[0]).replace("/", " / ")])
        return form

    def eye(self, e: Expr) -> Form:
        return atom(f"np.eye({self.size(e.shape[0])})")

    def filled(self, e: Expr) -> Form:
        dims = [d for d in e.shape if d is not ONE] if len(e.shape) == 2 else list(e.shape)
        text = self.size(*dims)
        return atom(f"np.{e.op}({text})" if len(dims) == 1 else f"np.{e.op}(({text}))")

    def add(self, e: Expr) -> Form:
        if e.shape != SCALAR and any(broadcast(x) is x for x in e.args):
            terms = [broadcast(x) for x in e.args]
        else:
            terms = list(e.args)
        return Form(False, SUM, [Child(terms[0], PRODUCT), *(Child(x, PRODUCT, True) for x in terms[1:])])

    # --- products -------------------------------------------------------------------------------------------

    def mm(self, e: Expr) -> Form:
        """A chain of @; where an inner size is 1 stands an outer product."""
        parts: list[list[Expr]] = [[]]
        for x in e.args:
            if parts[-1] and x.shape[0] is ONE:
                parts.append([])
            parts[-1].append(x)
        if len(parts) == 1:
            return Form(False, PRODUCT, self.chain(parts[0]))
        ends = [p for p in parts if p[0].shape[0] is not ONE or p[-1].shape[1] is not ONE]
        scalars = [p for p in parts if p not in ends]
        pieces: Pieces = []
        for p in scalars:
            pieces += [*([" * "] if pieces else []), *self.chain(p)]
        if len(ends) == 1:
            return Form(False, PRODUCT, [*pieces, " * ", *self.chain(ends[0])])
        outer = ["np.outer(", *self.chain(ends[0]), ", ", *self.chain(ends[1]), ")"]
        return Form(False, PRODUCT, [*pieces, " * ", *outer]) if pieces else atom(*outer)

    def chain(self, factors: Sequence[Expr]) -> Pieces:
        """A chain of @, grouped so that a vector at its end is multiplied first."""
        items: list[Piece] = [Child(x, POWER) for x in factors]
        if 2 < len(items) <= 20 and factors[-1].shape[1] is ONE and factors[0].shape[0] is not ONE:
            head = [x for item in items[:-2] for x in (item, " @ (")]
            return [*head, items[-2], " @ ", items[-1], ")" * (len(items) - 2)]
        return joined(" @ ", items)

    def had(self, e: Expr) -> Form:
        pieces: Pieces = []
        for x in e.args:
            below = divisor(x)
            if not pieces:
                first: Piece = Child(num(1) if x.op == "ones" else x, POWER)
                pieces += [first] if below is None else ["1 / ", Child(below, POWER)]
            else:
                pieces += [" * ", Child(x, POWER)] if below is None else [" / ", Child(below, POWER)]
        return Form(False, PRODUCT, pieces)

    def prod(self, e: Expr) -> Form:
        p = product(e)
        over, value = 1, p.coefficient
        if isinstance(value, Fraction) and value.denominator <= 20:
            value, over = value.numerator, value.denominator
        above = [x for x in p.scalars if divisor(x) is None]
        below = [d for x in p.scalars if (d := divisor(x)) is not None] + p.below
        if p.array is not None:
            d = divisor(p.array)
            if d is None:
                above.append(p.array)
            else:
                below.append(d)
        top = ([num(value)] if value != 1 or not above else []) + above
        bottom = [*([num(over)] if over != 1 else []), *below]
        pieces = joined(" * ", (self.factor(x, i) for i, x in enumerate(top)))
        if len(bottom) > 1 and all(x.shape == SCALAR for x in bottom):
            return Form(p.negative, PRODUCT, [*pieces, " / (", *joined(" * ", _powers(bottom)), ")"])
        for piece in _powers(bottom):
            pieces += [" / ", piece]
        return Form(p.negative, PRODUCT, pieces)

    def factor(self, x: Expr, position: int) -> Child:
        """A chain may follow scalars without parentheses, if it is nothing but @."""
        grouped = x.op == "mm" and len(x.args) > 2 and x.args[-1].shape[1] is ONE
        plain = x.op == "mm" and not grouped and not any(f.shape[0] is ONE for f in x.args[1:])
        return Child(x, PRODUCT if plain or x.op == "had" or position == 0 else POWER)

    # --- the rest -------------------------------------------------------------------------------------------

    def t(self, e: Expr) -> Form:
        x = e.args[0]
        if ONE in x.shape:  # one axis
            return Form(False, POWER, [Child(x, POWER)])
        return atom(Child(x, POSTFIX), ".T")

    def pow(self, e: Expr) -> Form:
        base, exponent = e.args
        if e.op == "mpow" and exponent.op != "num":
            return atom("numerics.power(", Child(base), ", ", Child(exponent), ")")
        if e.op == "mpow":
            return atom("np.linalg.matrix_power(", Child(base), ", ", Child(exponent), ")")
        below = divisor(e)
        if below is not None:
            return Form(False, PRODUCT, ["1 / ", Child(below, POWER)])
        if exponent.op == "num" and exponent.data == _HALF:
            return atom("np.sqrt(", Child(base), ")")
        return Form(False, POWER, [Child(base, POSTFIX), "**", Child(exponent, POSTFIX)])

    def series(self, e: Expr) -> Form:
        body, first, last = e.args
        name = self.index_name(e.data)
        limits: Pieces = ["int(", Child(first), "), int(", Child(last), ") + 1"]
        return atom("sum(", Child(body), f" for {name} in range(", *limits, "))")

    def function(self, e: Expr) -> Form:
        if isinstance(e.data, Operation) and e.data.numpy:
            return self.apply(f"np.{e.data.numpy}", e.args)
        if e.is_unspecified:
            stem = e.op.rstrip("'")
            order = len(e.op) - len(stem)
            return self.apply(self.parameter("d" * bool(order) + (str(order) if order > 1 else "") + stem), e.args)
        if e.op in _NUMPY:
            return self.apply(f"np.{e.op}", e.args)
        if e.op in _SPECIAL:
            return self.apply(f"special.{e.op}", e.args)
        template = TEMPLATES.get(e.op)
        if template is None:
            table = "ELEMENTWISE" if e.is_elementwise else "OPERATIONS"
            return self.apply(f"numerics.{table}[{e.op!r}]", e.args)
        pieces: Pieces = []
        for i, text in enumerate(template.split("{}")):
            pieces += [text, Child(e.args[i])] if i < len(e.args) else [text]
        return atom(*pieces)

    norm = function

    def kernel(self, e: Expr) -> Form:
        if isinstance(e.data, LinearKernel):
            name, numpy, value, argument = e.data
            function = f"np.{numpy}" if numpy else repr(name)
            axes = self.size(*(n for n in e.shape if n is not ONE))
            return atom(f"numerics.kernel({function}, [], ({self.size(*value, *argument)})).reshape({axes})")
        listed = joined(", ", (Child(a) for a in e.args))
        return atom(f"numerics.kernel({e.data!r}, [", *listed, f"], ({self.size(*e.shape)}))")

    def extremum(self, e: Expr) -> Form:
        name = "np.maximum" if e.op == "max" else "np.minimum"
        return self.apply(name, [broadcast(a) for a in e.args])

    def compare(self, e: Expr) -> Form:
        x, y = e.args
        pieces: Pieces = ["(", Child(x, SUM), f" {COMPARE[e.op]} ", Child(broadcast(y), SUM), ") * 1.0"]
        return Form(False, PRODUCT, pieces)

    def vec(self, e: Expr) -> Form:
        x = e.args[0]
        return atom(Child(x, POSTFIX)) if ONE in x.shape else atom(Child(x, POSTFIX), ".T.ravel()")

    def kron(self, e: Expr) -> Form:
        kinds = {kind_of(a.shape) for a in e.args}
        if len(kinds) == 1 or "scalar" in kinds:
            return self.apply("np.kron", e.args)
        items: list[Piece] = []
        for a in e.args:
            mark = {"vector": "[:, None]", "row": "[None, :]"}.get(kind_of(a.shape))
            items += [*([", "] if items else []), *([Child(a, POSTFIX), mark] if mark else [Child(a)])]
        return atom("np.kron(", *items, ")")

    def index(self, e: Expr) -> Form:
        x, spec = e.args[0], list(e.data)
        if ONE in x.shape and len(spec) == 2 and len(x.shape) == 2:
            del spec[0 if x.shape[0] is ONE else 1]
        shown = ", ".join(slice_text(s) for s in spec)
        return atom(Child(x, ATOM), f"[{shown}]")

    def array(self, e: Expr) -> Form:
        rows = self.entries(e)
        scalar = all(x.shape == SCALAR for x in e.args)
        if scalar and 1 in (len(rows), len(rows[0])):
            return atom("np.array([", *joined(", ", (Child(x) for x in e.args)), "])")
        if not scalar and len(rows[0]) == 1 and e.shape[1] is ONE:
            return atom("np.hstack([", *joined(", ", (Child(x) for x in e.args)), "])")
        pieces: Pieces = ["np.array([" if scalar else "np.block(["]
        for r, row in enumerate(rows):
            pieces.append(", [" if r else "[")
            for c, x in enumerate(row):
                mark = "[:, None]" if kind_of(x.shape) == "vector" else ""
                pieces += [*([", "] if c else []), Child(x, POSTFIX if mark else COMPARISON), mark]
            pieces.append("]")
        return atom(*pieces, "])")

    def jac(self, e: Expr) -> Form:
        name, position, transposed, _ = e.data
        x = e.args[position]
        suffix = f"_{x.data[0]}" if x.op == "var" else ""
        call = self.apply(self.parameter(f"d{name}_d{suffix[1:] or position}"), e.args)
        return atom(*call.pieces, ".T") if transposed else call

    def einsum(self, e: Expr) -> Form:
        ins, out = e.data
        _, _, name = letters(e)
        sizes = einsum_sizes(e)
        spec, operands = [], list[Pieces]()
        for x, axes in zip(e.args, ins, strict=True):
            flat = [i for axis in axes for i in axis]
            spec.append("".join(name[i] for i in flat))
            if any(len(axis) != 1 for axis in axes):
                shape = self.size(*(sizes[i] for i in flat))
                operands.append([Child(x, POSTFIX), f".reshape({shape})"])
            else:
                operands.append([Child(x)])
        for i in absent(e):
            spec.append(name[i])
            operands.append([f"np.ones({self.size(sizes[i])})"])
        flat = [i for axis in out for i in axis]
        result = "".join(name[i] for i in flat)
        pieces: Pieces = [f"np.einsum('{','.join(spec)}->{result}'"]
        for p in operands:
            pieces += [", ", *p]
        tail = ")"
        if any(len(axis) != 1 for axis in out):
            dims = [d for d in e.shape if d is not ONE] if len(e.shape) == 2 else e.shape
            tail = f").reshape({self.size(*dims)})"
        return atom(*pieces, tail)


def _powers(items: list[Expr]) -> list[Piece]:
    return [Child(x, POWER) for x in items]
