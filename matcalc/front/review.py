"""`matcalc.review`: is my derivative right?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..terms.errors import MatcalcError, ShapeError, UnknownNameError
from ..terms.expression import Expr, var
from ..terms.rebuild import substitute
from ..terms.records import dataclass, field
from ..terms.walks import postorder
from .api import diff, hessian
from .certificates import real_only
from .derivation_text import Side, sides
from .derivative import Derivative
from .notations import write

if TYPE_CHECKING:
    from ..marking.judge import Finding, Judge
    from .accepted import Where

    Kind = tuple[Judge, dict[str, str]]  # what a line is compared with, and the types of its further names

NONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Review:
    """What is right or wrong with an answer; true in a condition if it is right.

    `text` says it, `mended` is the answer with the smallest change that makes it right (the answer itself if it is
    right), `layout` is the one in which it is the derivative, `condition` what it takes for granted.
    """

    right: bool
    text: str
    answer: str
    layout: str = ""
    condition: str = ""
    mended: Expr | None = None
    finding: Finding | None = field(default=None, repr=False, compare=False)
    line: str = ""  # the line of a derivation that breaks

    def __bool__(self) -> bool:
        return self.right

    def __str__(self) -> str:
        where = f"in {self.line!r}: " if self.line else ""
        lines = [f"{where}{self.text}"]
        if not self.right and self.mended is not None:
            layout = f"   ({self.layout} layout)" if self.layout in ("numerator", "denominator") else ""
            lines.append(f"right is: {self.mended}{layout}")
        return "\n".join(lines)

    __repr__ = __str__

    def latex(self) -> str:
        """The answer as it should be, with what was changed underlined."""
        return "" if self.mended is None else _marked(self.mended, self.finding)

    def _repr_latex_(self) -> str:
        body = rf"\text{{{self.text.partition(':')[0]}}}"
        return rf"${body}:\quad {self.latex()}$" if self.mended is not None else f"${body}$"


def review(question: str, wrt: str, answer: str, where: Where = None, *, order: int = 1) -> Review:
    """Whether an answer is the derivative of a question; if not, what is wrong with it.

    The answer is a text in any notation of the language. It is right in either layout. A wrong one is compared with all
    that are a small change away (a factor, a sign, a transpose, the order of factors, a term, an inverse, the product
    entry by entry), and with special cases (symmetric matrices); the likeliest mistake is named. Of several lines, or
    sides of `=`, each is compared, and the first that breaks is named. With `order=2` the answer is a Hessian.

    >>> print(review("x'*A*x", "x", "(A + A')*x"))
    right: this is the derivative in denominator layout
    >>> print(review("||Xw - y||^2", "w", "2*X*(X*w - y)"))
    wrong: a transpose of X is missing
    right is: 2*X'*(X*w - y)   (denominator layout)
    >>> print(review("x'*A*x", "x", "2*A*x"))
    right only if A is symmetric; otherwise the derivative is (A + A')*x
    right is: (A + A')*x   (denominator layout)
    >>> print(review("logdet(X)", "X", "-inv(X)"))
    wrong: the sign
    right is: inv(X)   (numerator layout)
    """
    return _Reviewer(question, wrt, where, order).review(answer)


class _Reviewer:
    """A question with its derivatives, and the points at which answers are compared with them."""

    def __init__(self, question: str, wrt: str, where: Where, order: int):
        from ..marking.points import Points

        if order not in (1, 2):
            raise MatcalcError(f"order is 1 or 2, not {order}")
        if order == 2:
            both = {"Hessian": hessian(question, wrt, where)}
        else:
            both = {name: diff(question, wrt, name, where) for name in ("numerator", "denominator")}
            if len(both["numerator"].expr.shape) > 2:
                both["vec"] = both["numerator"].vec()
        self.d: Derivative = next(iter(both.values()))
        real_only(self.d.record, "a review")
        self.wanted = {name: d.expr for name, d in both.items()}
        self.points = Points(self.d.record)
        self.where = {name: str(kind) for name, kind in self.d.types.items()}

    def review(self, answer: str) -> Review:
        found = sides(answer)
        if not found:
            raise MatcalcError("write the answer that is to be reviewed")
        if len(found) == 1:
            return self.told(found[0], self.one(found[0], self.judge(self.wanted)))
        return self.derivation(found)

    def told(self, side: Side, f: Finding, line: bool = False) -> Review:
        return Review(f.right, f.text, side.text, f.layout, f.condition, f.mended, f, side.text if line else "")

    def judge(self, wanted: dict[str, Expr]) -> Judge:
        from ..marking.judge import Judge

        return Judge(wanted, self.points, self.d.source)

    def one(self, side: Side, judge: Judge, more: Mapping[str, str] = NONE) -> Finding:
        """The verdict on one text."""
        from ..marking.square import Square

        try:
            return judge.judge(self.read(side.text, {**self.where, **more}))
        except ShapeError as error:
            world = Square(self.points.nodes)
            return judge.judge_misshapen(self.read(side.text, world.types()), world, error.message)

    @property
    def name(self) -> str:
        return str(self.d.variable.data[0])

    def read(self, text: str, where: dict[str, str]) -> Expr:
        """An answer, with the types of the question; it may name nothing else."""
        from ..language.parse import parse_expression

        read = parse_expression(text, where, signatures=self.d.book.signatures)
        other = [n for n in read.expr.free if n not in where]
        if other:
            raise UnknownNameError(f"{', '.join(sorted(other))} in the answer does not occur in the question")
        return read.expr

    # --- a whole derivation ------------------------------------------------------------------------------------

    def derivation(self, found: list[Side]) -> Review:
        """The first line that breaks; the verdict on the last one if none does."""
        moved = f"d{self.name}"
        last: Review | None = None
        for side in found:
            tried = [self.one(side, judge, more) for judge, more in self.kinds(side, moved)]
            good = next((f for f in tried if f.right), None)
            if good is None:
                return self.told(side, tried[-1], True)
            last = self.told(side, good)
        assert last is not None
        text = f"right: every line, and {last.text.removeprefix('right: ')}"
        return Review(True, text, last.answer, last.layout, last.condition, last.mended, last.finding)

    def kinds(self, side: Side, moved: str) -> list[Kind]:
        """What a line may be: the value, the differential or the derivative."""
        if side.mentions(moved):
            x = self.d.variable
            df = self.d.differential()
            dx = self.points.move(moved, x)
            wanted = substitute(df, {u: dx for u in postorder(df) if u.op == "d" and u.data[1] is x})
            return [(self.judge({"differential": wanted}), {moved: str(self.d.types[self.name])})]
        value: Kind = (self.judge({"value": self.d.source}), {})
        derivative: Kind = (self.judge(self.wanted), {})
        return [value] if side.kind == "value" else [derivative] if side.kind == "derivative" else [value, derivative]


_MARK = "Changedpart"


def _marked(mended: Expr, finding: Finding | None) -> str:
    """The LaTeX of the mended answer, the part that was changed underlined."""
    from ..marking.places import put

    if finding is None or finding.path is None or finding.after is None or not finding.path:
        return write(mended, "latex")
    part = mended
    for k in finding.path:
        if k >= len(part.args):
            return write(mended, "latex")
        part = part.args[k]
    stand_in = var(_MARK, part.shape)
    text = write(put(mended, finding.path, stand_in), "latex")
    inner = write(part, "latex")
    if part.op in ("add", "mm", "had", "prod"):
        inner = rf"\left({inner}\right)"
    return text.replace(write(stand_in, "latex"), rf"\underline{{{inner}}}")
