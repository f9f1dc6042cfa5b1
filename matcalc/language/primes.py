r"""f'(x), σ'(Wx) and f^{-1}(x): a function with primes or a power before its argument.

A prime after a variable is a transpose, x'(A y - b). After the name of a function it is the derivative: of a declared
elementwise function, of a known one, and of σ, which is the logistic function where nothing declares it. For other
names the question comes back where the name or the argument is that of a function.
"""

from __future__ import annotations

from ..terms.errors import ParseError
from .applied import single
from .arguments import ArgumentScanner
from .lexicon import FUNCTION_LETTERS
from .remarks import Remark
from .vocabulary import normal_name


class PrimeScanner(ArgumentScanner):
    """Reads functions with marks before their arguments."""

    def is_variable(self, name: str) -> bool:
        """Whether a word is used elsewhere without parentheses after it (and not as an exponent)."""
        return name in self.variables()

    def primes(self, i: int) -> int:
        """How many primes stand at i, if parentheses open at once after them."""
        j = i
        while self.kind(j) == "QUOTE" and self.touches(j):
            j += 1
        return j - i if self.kind(j) == "LPAR" and self.touches(j) else 0

    def derivative(self, i: int, word: str, start: int, primes: int) -> bool:
        """Write the derivative of the function at i; False if its primes are transposes."""
        context, name = self.context, normal_name(word)
        end = self.raw[i + primes].end_pos
        marks = "'" * primes
        if name in context.functions:
            if context.token(name) != name:
                message = f"{name}{marks} needs {name}: elementwise; of a function with shapes write ∂{name}/∂x"
                raise self.error(message, start, end)
        elif name in context.given or (context.exact and name not in context.known) or self.is_variable(word):
            return False
        elif name == "sigma":
            name = "sigmoid"
            said = f"{word}{marks} before parentheses is a derivative of the logistic function, sigmoid"
            context.remarks.append(Remark(said, (start, end)))
        else:
            name = self.known_function(i, word, primes) or ""
        if not name:
            return False
        self.emit("FUNC", name + marks, start, end)
        return True

    def known_function(self, i: int, word: str, primes: int) -> str | None:
        """The elementwise function of a word; None for a variable, an error for a function that is not declared."""
        op = self.context.signatures.operation(self.context.known.get(word, ""))
        if op is not None and (len(word) > 2 and not single(normal_name(word))):
            span = (self.raw[i].start_pos, self.raw[i + primes].end_pos)
            if not op.elementwise:
                raise ParseError(f"{word}' is not known: only elementwise functions have derivatives {word}'",
                                 self.shown, span)  # fmt: skip
            return op.name
        name = normal_name(word) if single(normal_name(word)) else word[-1]
        argument = self.argument_at(i + 1 + primes, False)
        letter = name.split("_")[0].rstrip("0123456789")
        if letter in FUNCTION_LETTERS or argument.kind in ("name", "list"):
            marks = "'" * primes
            product = f", {name}'*(…) for a transpose" if primes == 1 else ""
            message = f"{name}{marks}(…) is a derivative of a function {name}: declare it, {name}: elementwise{product}"
            raise self.error(message, self.raw[i].end_pos - len(name), self.raw[i + primes].end_pos)
        return None

    def refuse_power(self, i: int, name: str) -> None:
        """An error for f^2(x) and f^{-1}(x), which are no products, if f is the name before the power at i."""
        if self.kind(i) not in ("POW", "SUP"):
            return
        stop = self.past_marks(i)
        if stop == i or not (self.kind(stop) == "LPAR" and self.touches(stop)):
            return
        letter = name.split("_")[0].rstrip("0123456789")
        argument = self.argument_at(stop, self.is_variable(name))
        function = letter in FUNCTION_LETTERS or (letter == "sigma" and argument.kind == "name")
        if name in self.context.given or self.context.exact or argument.used or not function:
            return
        start, end = self.raw[i - 1].start_pos, self.raw[stop].start_pos
        shown = self.shown[start:end]
        message = f"{shown}(…) can be a power of {name}(…) or a product: write {name}(…)^…, or {shown}*(…)"
        raise self.error(message, start, end)
