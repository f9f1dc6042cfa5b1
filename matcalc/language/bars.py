"""Bars: absolute values and norms, with the subscripts that say which norm."""

from __future__ import annotations

from ..terms.errors import ParseError
from ..terms.regex import regex
from .constants import accented, barred, spread
from .dialects import rewritten
from .indices import IndexScanner
from .layers import layered
from .remarks import Remark
from .scanner import ENDS
from .tokens import Token
from .vocabulary import GREEK_NAMES, SUBSCRIPTS, normal_name

_NORMS = {
    "": "", "2": "2", "1": "1", "F": "F", "fro": "F", "HS": "F", "*": "*", "nuc": "*", "inf": "inf", "infty": "inf",
    "∞": "inf", "max": "inf", "op": "2", "spec": "2", "ell_1": "1", "ell_2": "2", "ell_inf": "inf",
    "1,1": "1", "2,2": "F", "inf,inf": "inf",
}  # fmt: skip
_ALONG = {"1": "norm(X, 1, axis={})", "2": "norm(X, axis={})", "inf": "norm(X, inf, axis={})"}
_OVER = {"1": "sum({})", "2": "norm({})", "inf": "max({})"}

_SPACE = regex(r"[LH][_^][{(]?[0-9p∞]+[})]?|[LHW]\^?inf")  # of functions, in no sense a weight


class BarScanner(IndexScanner):
    """Reads bars."""

    def process(self, stream: list[Token]) -> list[Token]:
        raw = rewritten(spread(accented(list(stream), self.error), self.error), self.text, self.context, self.error)
        if self.context.conjugable:
            raw = barred(raw, self.context.conjugable, self.context.given)
        raw = layered(raw, self.context, self.error)
        for i in reversed(range(2, len(raw))):
            if raw[i].type == "RAW_WORD" and raw[i - 1].type == "RAW_POW" and raw[i - 2].type == "RAW_DBAR":
                self.cut_exponent(raw, i)
        late = [i for i, t in enumerate(raw) if t.type in ("RAW_LATESUB", "RAW_INDICES")]
        for i in reversed(late):
            self.move_subscript(raw, i)
        for i in reversed([i for i, t in enumerate(raw) if t.type == "RAW_NORMSUB"]):
            self.open_subscript(raw, i)
        return super().process(raw)

    def cut_exponent(self, raw: list[Token], i: int) -> None:
        """||x||^p_p is ||x||_p^p."""
        token = raw[i]
        base, cut, sub = token.partition("_")
        if cut and normal_name(token) not in self.context.given:
            at = token.start_pos + len(base)
            raw[i : i + 1] = [Token("RAW_WORD", base, token.start_pos, at),
                              Token("RAW_LATESUB", f"_{sub}", at, token.end_pos)]  # fmt: skip

    def no_norm(self, sub: str, start: int, end: int) -> ParseError:
        """The error for a subscript that names no norm, with what it can mean."""
        inner, comma, outer = sub.replace(" ", "").replace("∞", "inf").partition(",")
        if sub == "0":
            message = "||x||_0, the number of nonzero entries, has no derivative"
        elif comma and inner in _ALONG and outer in _OVER:
            rows, columns = (_OVER[outer].format(_ALONG[inner].format(axis)) for axis in (1, 0))
            message = f"||X||_{{{sub}}} can be over the rows, {rows}, or over the columns, {columns}: write one of them"
        else:
            message = f"no norm is called {sub}; there are _1, _2, _F, _inf, _* and _p"
        return self.error(message, start, end)

    def names_norm(self, sub: str) -> bool:
        """Whether a subscript is a word, as opposed to an order p or a weight W."""
        if sub in _NORMS or sub == "0" or "," in sub:
            return True
        name = normal_name(sub)
        word = sub.isalpha() and len(sub) > 1 and name not in GREEK_NAMES and name not in self.context.given
        space = _SPACE.fullmatch(sub) is not None and name not in self.context.given
        return word or space or sub.startswith("ell")

    def open_subscript(self, raw: list[Token], i: int) -> None:
        """Put the tokens of an order or a weight in place of the subscript of a norm."""
        token = raw[i]
        sub = token.lstrip("|‖∥").lstrip("_")
        text = sub.strip("{}").strip() if sub.count("{") < 2 else sub
        text = text.translate(SUBSCRIPTS)
        if self.names_norm(text):
            return
        braces = sub.startswith("{")
        shift = token.end_pos - len(sub) + braces
        formula = (sub[1:-1] if braces else sub).translate(SUBSCRIPTS)
        inside = [Token(t.type, str(t), t.start_pos + shift, t.end_pos + shift) for t in self.lex(formula)]
        at, end = token.start_pos, token.end_pos
        raw[i : i + 1] = [Token("RAW_NORMOF", "||", at, at + 2), Token("RAW_LPAR", "(", at, at + 2), *inside,
                          Token("RAW_RPAR", ")", end, end)]  # fmt: skip

    def move_subscript(self, raw: list[Token], i: int) -> None:
        """||X||^2_F is ||X||_F^2."""
        back = 1 if i > 1 and raw[i - 1].type == "RAW_SUP" else 2 if i > 2 and raw[i - 2].type == "RAW_POW" else 0
        bar = raw[i - back - 1] if back else None
        if raw[i].type == "RAW_INDICES" and (bar is None or bar.type != "RAW_DBAR"):
            return
        if i and raw[i - 1].type in ("RAW_RANGLE", "RAW_GT") and raw[i] in ("_F", "_{F}"):
            del raw[i]  # <A, B>_F
            return
        if bar is None or bar.type != "RAW_DBAR":
            message = "a subscript stands only after a name or a norm"
            raise self.error(message, raw[i].start_pos, raw[i].end_pos)
        value = f"{bar}_{raw[i].lstrip('_')}"
        raw[i - back - 1] = Token("RAW_NORMSUB", value, bar.start_pos, raw[i].end_pos)
        del raw[i]

    def read_bar(self, i: int, start: int, end: int) -> int:
        self.bar("abs", start, end)
        return i + 1

    def read_dbar(self, i: int, start: int, end: int) -> int:
        top = self.top
        if top is not None and top.kind == "abs" and self.last in ENDS and self.lone_double(i):  # |x||y|
            self.bar("abs", start, start + 1)
            self.bar("abs", start + 1, end)
            return i + 1
        self.bar("norm", start, end)
        return i + 1

    def lone_double(self, i: int) -> bool:
        """Whether no double bar stands after this one."""
        if self.last_double is None:
            doubles = ("RAW_DBAR", "RAW_NORMSUB", "RAW_NORMOF", "RAW_CLOSEDBAR", "RAW_OPENDBAR")
            self.last_double = max((j for j, t in enumerate(self.raw) if t.type in doubles), default=-1)
        return i == self.last_double

    def read_normof(self, i: int, start: int, end: int) -> int:
        self.close(("norm",), "RNORMOF", start, end)
        return i + 1

    def read_pospart(self, i: int, start: int, end: int) -> int:
        if self.last not in ("RPAR", "RBRACK"):
            raise self.error("a subscript stands only after a name or a norm", start, end)
        sign = self.raw[i].strip("_{} ")
        means = "(…)_+ is the positive part, relu(…)"
        if sign != "+":
            means = "[…]_× is the matrix of the cross product, skew(…)"
        self.context.remarks.append(Remark(means, (start, end)))
        self.emit("POSPART", sign, start, end)
        self.last = "QUOTE"
        return i + 1

    def read_normsub(self, i: int, start: int, end: int) -> int:
        sub = str(self.raw[i]).lstrip("|‖∥").lstrip("_").strip("{} ").translate(SUBSCRIPTS)
        norm = _NORMS.get(sub)
        if norm is None:
            raise self.no_norm(sub, start, end)
        self.bar("norm", start, end, True, norm)
        return i + 1
