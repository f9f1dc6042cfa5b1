"""Texts about complex variables: what is known there beside the rest, and conjugates in what was read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..terms.complexes import COMPLEX, FUNCTIONS, UNIT, conjugate, has_complex, is_conjugate
from ..terms.errors import ParseError, ShapeError
from ..terms.expression import Expr, zeros
from ..terms.rebuild import rebuild
from ..terms.shapes import ONE, SCALAR
from ..terms.signatures import Signatures, function
from ..terms.walks import arguments, fold
from .chains import Value
from .constructors import inner
from .elaborate import Elaborator
from .remarks import Remark
from .syntax import Ast
from .typing.declarations import Declarations, Type
from .vocabulary import UNIT_NAME

ALIASES = {"real": ("Re",), "imag": ("Im",), "conj": ("conjugate",), "angle": ("arg",)}


def conjugable(declared: Declarations, text: str) -> frozenset[str]:
    """The names that are declared complex; an error where ^H may be a power of a scalar H."""
    names = _complex(declared)
    found = declared.get("H") if names else None
    raised = re.search(r"\^\s*\{?\s*H", text) if isinstance(found, Type) and found.kind == "scalar" else None
    if raised is not None:
        raise ParseError("^H can be the adjoint or a power of the scalar H: give H another name", text, raised.span())
    return names


def _complex(declared: Declarations) -> frozenset[str]:
    return frozenset(n for n, t in declared.items() if isinstance(t, Type) and not COMPLEX.isdisjoint(t.properties))


def with_conjugates(known: Signatures) -> Signatures:
    """The functions that are known, with conj and others, for a question with complex variables."""
    return known.extended(function(name, aliases=ALIASES.get(name, ())) for name in FUNCTIONS)


def with_unit(declared: Declarations) -> Declarations:
    """The declarations with the imaginary unit, which is written 1i or 1j."""
    unit = Type("scalar", SCALAR, frozenset(("complex",)))
    return Declarations({**declared, UNIT_NAME: unit}, declared.statements)


def read_as_real(types: Mapping[str, Type]) -> list[Remark]:
    """A remark on the names that nobody declared, beside complex ones."""
    names = ", ".join(n for n, t in types.items() if t.inferred)
    return [Remark(f"{names}: read as real, since not declared complex")] if names else []


class ComplexElaborator(Elaborator):
    """Makes expressions of complex variables; what would be read as if they were real is refused."""

    def evaluate(self, i: int, node: Ast) -> Value | None:
        if node.op == "spelled" and node.data[0].shown.startswith("vdot("):
            x, y = (self.take(j) for j in node.args)
            return inner(conjugate(x) if has_complex(x) else x, y)
        if node.op in ("spelled", "func", "mul", "norm"):
            said = self.real_only(node)
            if said:
                raise ShapeError(said, self.text, node.span)
        return super().evaluate(i, node)

    def real_only(self, node: Ast) -> str:
        """Why a part has no meaning, or several, for complex variables."""
        shapes = [self.shapes[j] for j in node.args]
        pair = node.op == "func" and node.data == "inner"
        dot = node.op == "mul" and node.data == "dot" and shapes[0] == shapes[1] and shapes[0] != SCALAR
        weight = node.op == "norm" and len(shapes) > 1 and shapes[1] != SCALAR
        if not (node.op == "spelled" or pair or (dot and shapes[0][1] is ONE) or weight):
            return ""
        values = []
        for j in node.args:
            self.values[j] = x = self.take(j)
            values.append(x)
        if not any(map(has_complex, values)):
            return ""
        if node.op == "spelled":
            return "this call is read for real arrays only: write it with conj, ^H and the operations of the language"
        if weight:
            return "a weighted norm of what is complex is written sqrt(z^H*W*z)"
        return f"this can be conjugate in the first or in the second factor: write {_sides(values)}"


def _sides(values: list[Expr]) -> str:
    x, y = (str(v) if v.op == "var" else f"({v})" for v in values[:2])
    return f"{x}^H*{y} or {y}^H*{x}"


def conjugates(root: Expr, text: str, remarks: list[Remark]) -> Expr:
    """What was read with conjugates of complex parts only; remarks on transposes that may be meant as adjoints."""
    turned: list[Expr] = []

    def step(e: Expr, below: tuple[tuple[Expr, bool], ...]) -> tuple[Expr, bool]:
        args = tuple(b[0] for b in below)
        if e.is_elementwise and e.op in FUNCTIONS and not below[0][1]:
            if e.op == "angle":
                raise ShapeError("the angle of what is real is no smooth function of it", text, (0, len(text)))
            return (zeros(e.shape) if e.op == "imag" else args[0]), False
        if is_conjugate(e):
            return conjugate(args[0]), True
        whole = UNIT if e.op == "var" and e.data.name == UNIT_NAME else rebuild(e, args)
        if e.op == "t" and below[0][1] and not is_conjugate(args[0]):
            turned.append(whole)
        return whole, any(b[1] for b in below) if below else has_complex(e)

    found = fold(root, step, arguments)[root][0]
    for k, remark in enumerate(remarks):
        if remark.text.startswith("vdot("):
            remarks[k] = Remark("vdot is the product with the conjugate of its first factor", remark.span)
    if turned and any(sign in text for sign in "'’′"):
        said = f"' is the transpose, without conjugation: {turned[0]}; the adjoint is ^H"
        remarks.append(Remark(said, (0, len(text))))
    return found
