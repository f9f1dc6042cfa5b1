"""MathML Core, for web pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from ..terms.expression import Expr
from .core import LAWS, Printer
from .form import ATOM, POWER, Child, Form, Pieces, atom, joined
from .mathematical import TIMES, Mathematical
from .names import ACCENTS, GREEK, accented, bold
from .registry import AUTOMATIC, Options, optional_notation
from .shown import shown


@optional_notation("mathml")
def mathml(e: Expr, options: Options = AUTOMATIC, display: bool = True) -> str:
    """The expression as a <math> element.

    >>> from matcalc.terms.expression import var, t, as_shape
    >>> print(mathml(t(var("x", as_shape("n"))), display=False))
    <math><msup><mrow><mi>𝐱</mi></mrow><mrow><mo>⊤</mo></mrow></msup></math>
    """
    block = ' display="block"' if display else ""
    return f"<math{block}>{shown(MathML, e, options._replace(width=None))}</math>"


_ACCENTS = dict(zip(ACCENTS, "^¯~˙¨ˇ˘‾", strict=True))


def _mo(sign: str) -> str:
    return f"<mo>{escape(sign, quote=False)}</mo>"


class MathML(Mathematical):
    """The MathML notation."""

    opening, closing = "<mrow><mo>(</mo>", "<mo>)</mo></mrow>"
    minus, infix_minus, infix_plus = _mo("−"), _mo("−"), _mo("+")
    transposed = _mo("⊤")
    adjoint_sign, imaginary = '<mi mathvariant="sans-serif">H</mi>', '<mi mathvariant="normal">i</mi>'

    def expectation(self, e: Expr) -> Form:
        law = self.law(e, _mo("∼"), "<mi>𝒩</mi>" if LAWS[e.op] else "")
        head: Pieces = ["<msub><mi>𝔼</mi><mrow>", *law, "</mrow></msub>"]
        return atom(*head, _mo("["), Child(e.args[0]), _mo("]"))

    def letter(self, name: str, is_bold: bool) -> str:
        stem, accents, sub = accented(name)
        stem = GREEK.get(stem, stem)
        main = f"<mi>{escape(bold(stem) if is_bold else stem)}</mi>"
        for accent in accents:
            main = f'<mover accent="true">{main}<mo>{_ACCENTS[accent]}</mo></mover>'
        if not sub:
            return main
        tag = "mn" if sub.isdigit() else "mtext"
        return f"<msub>{main}<{tag}>{escape(sub)}</{tag}></msub>"

    def conjugate(self, x: Expr) -> Form:
        return atom('<mover accent="true"><mrow>', Child(x), "</mrow><mo>¯</mo></mover>")

    def symbol(self, text: str) -> str:
        return _mo(text)

    def filler(self, digit: str) -> str:
        return f"<mn>{bold(digit)}</mn>"

    def num(self, e: Expr) -> Form:
        form = Printer.num(self, e)
        text = str(form.pieces[0])
        if "/" in text:
            top, bottom = text.split("/")
            return Form(form.negative, POWER, [f"<mfrac><mn>{top}</mn><mn>{bottom}</mn></mfrac>"])
        return form._replace(pieces=[f"<mn>{text}</mn>"])

    def differential(self, e: Expr) -> Form:
        name = self.letter(e.data[0], not e.is_scalar)
        apart = '<mspace width="0.17em"></mspace>'  # X⁻¹ dX X⁻¹ is not the differential of X X⁻¹
        return atom(f'<mrow>{apart}<mi mathvariant="normal">d</mi>{name}{apart}</mrow>')

    def superscript(self, base: Child, exponent: Pieces) -> Pieces:
        return ["<msup><mrow>", base, "</mrow><mrow>", *exponent, "</mrow></msup>"]

    def superscript_text(self, base: str, exponent: str) -> str:
        return f"<msup>{base}<mrow>{exponent}</mrow></msup>"

    def elementwise_power(self, base: Child, exponent: Expr) -> Pieces:
        return ["<msup><mrow>", base, "</mrow><mrow><mo>⊙</mo>", Child(exponent), "</mrow></msup>"]

    def root(self, e: Expr) -> Form:
        return atom("<msqrt>", Child(e.args[0]), "</msqrt>")

    def fraction(self, top: Pieces, bottom: Pieces) -> Pieces:
        return ["<mfrac><mrow>", *top, "</mrow><mrow>", *bottom, "</mrow></mfrac>"]

    def bars(self, e: Expr, suffix: str) -> Form:
        body: Pieces = ["<mrow><mo>‖</mo>", Child(e), "<mo>‖</mo></mrow>"]
        mark = "∞" if suffix == "inf" else suffix or "2"
        tag = "mn" if mark.isdigit() else "mo" if mark == "*" else "mi"
        return atom("<msub>", *body, f"<{tag}>{mark}</{tag}></msub>")

    def of_order(self, e: Expr, order: Expr) -> Form:
        body: Pieces = ["<mrow><mo>‖</mo>", Child(e), "<mo>‖</mo></mrow>"]
        return atom("<msub>", *body, "<mrow>", Child(order), "</mrow></msub>")

    def absolute(self, e: Expr) -> Form:
        return atom("<mrow><mo>|</mo>", Child(e), "<mo>|</mo></mrow>")

    def apply(self, name: str, args: Sequence[Expr]) -> Form:
        return self.applied(f"<mi>{escape(name)}</mi>", args)

    def primed(self, head: str, count: int) -> str:
        return f"<msup>{head}<mo>{'′' * count}</mo></msup>" if count else head

    def applied(self, head: str, args: Sequence[Expr]) -> Form:
        if not args:  # an operation by itself
            return atom(head)
        listed = joined("<mo>,</mo>", (Child(a) for a in args))
        return atom(f"<mrow>{head}<mo>&#x2061;</mo>{self.opening}", *listed, f"{self.closing}</mrow>")

    def call(self, e: Expr) -> Form:
        return self.applied(self.letter(e.data, not e.is_scalar), e.args)

    def partial(self, name: str, e: Expr, is_bold: bool) -> Form:
        above = f"<mi>∂</mi>{self.letter(name, is_bold)}"
        return Form(False, POWER, self.fraction([above], ["<mi>∂</mi>", Child(e, ATOM)]))

    def index(self, e: Expr) -> Form:
        inside = f"<mrow><mo>[</mo><mtext>{escape(self.slices(e))}</mtext><mo>]</mo></mrow>"
        return atom("<mrow>", Child(e.args[0], ATOM), f"{inside}</mrow>")

    def array(self, e: Expr) -> Form:
        pieces: Pieces = ["<mrow><mo>[</mo><mtable>"]
        for row in self.entries(e):
            pieces.append("<mtr>")
            for x in row:
                pieces += ["<mtd>", Child(x), "</mtd>"]
            pieces.append("</mtr>")
        return atom(*pieces, "</mtable><mo>]</mo></mrow>")

    def subscripted(self, base: Pieces, subscript: str) -> Pieces:
        if base and base[0] == "[":
            base = ["<mo>[</mo>", *base[1:-1], "<mo>]</mo>"]
        return ["<msub><mrow>", *base, f"</mrow><mi>{subscript}</mi></msub>"]

    def total(self, subscript: str) -> str:
        return f"<munder><mo>∑</mo><mi>{subscript}</mi></munder>"

    def ranged(self, index: str, first: Expr, last: Expr) -> Pieces:
        low: Pieces = [f"<mrow><mi>{index}</mi><mo>=</mo>", Child(first), "</mrow>"]
        return ["<munderover><mo>∑</mo>", *low, "<mrow>", Child(last), "</mrow></munderover>"]

    def counter(self, e: Expr) -> Form:
        return atom(f"<mi>{self.index_name(e.data)}</mi>")

    def visible(self, text: str) -> int:
        return len(re.sub(r"<[^>]*>", "", text))

    def where_beside(self, body: str, equations: list[tuple[str, str]]) -> str:
        listed = "<mo>,</mo>".join(f"<mrow>{name}<mo>=</mo>{value}</mrow>" for name, value in equations)
        return f"<mrow>{body}</mrow><mtext>, where </mtext>{listed}"

    def where_below(self, body: str, equations: list[tuple[str, str]]) -> str:
        rows = [f"<mrow>{body}</mrow><mo>,</mo>"]
        for k, (name, value) in enumerate(equations):
            rows.append(f"{'' if k else '<mtext>where </mtext>'}<mrow>{name}<mo>=</mo>{value}</mrow>")
        return f"<mtable>{''.join(f'<mtr><mtd>{row}</mtd></mtr>' for row in rows)}</mtable>"

    def finish(self, out: list[str]) -> str:
        return "".join("<mo>&#x2062;</mo>" if piece == TIMES else piece for piece in out)
