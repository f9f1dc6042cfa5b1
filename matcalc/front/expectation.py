"""`matcalc.expectation`: the closed form of an expectation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..language.expectations import has_expectation
from ..terms.errors import MatcalcError
from ..terms.limits import Limits, within
from .current import current
from .formula import Formula

if TYPE_CHECKING:
    from ..rulebook.book import RuleBook
    from .accepted import Syntax, Where


def expectation(text: str, where: Where = None, *, syntax: Syntax = "auto", rules: RuleBook | None = None,
                limits: Limits | None = None) -> Formula:  # fmt: skip
    r"""The closed form of an expression with expectations, variances and covariances.

    The laws stand in the text, `\mathbb{E}_{x \sim \mathcal N(\mu, \Sigma)}[...]`, or in `where`: `x ~ N(mu, Sigma)` is
    normal, of `x ~ (mu, Sigma)` mean and covariance are known and nothing else, `E_{x}[...]` is over an unknown law.
    Several variables are independent, unless the parameters of one name another. What has no closed form stays, with
    constants in front of it. Each closed form is compared with exact sums of the law before it is handed out. Raises a
    ParseError if nothing says what is random.

    >>> print(expectation("E[x'*A*x]", "x ~ N(mu, Sigma)"))
    mu'*A*mu + tr(Sigma*A)
    >>> print(expectation("Var[a'*x]", "x ~ (mu, Sigma)"))
    a'*Sigma*a
    >>> print(expectation("E[exp(a'*x)]", "x ~ N(mu, Sigma)"))
    exp(a'*Sigma*a/2 + a'*mu)
    >>> print(expectation("E_{x}[A*x + b]"))
    A*E_{x}[x] + b
    """
    with within(limits):
        from ..analysis.expectations import resolved
        from ..language.parse import parse_expression

        book = rules or current()
        parsed = parse_expression(text, where, syntax=syntax, signatures=book.signatures)
        if not parsed.random or not has_expectation(parsed.expr):
            raise MatcalcError("there is no expectation in this: write E[...], Var[...] or Cov[..., ...]")
        found = resolved(parsed.expr, book)
        remarks = (*map(str, parsed.remarks), *found.remarks)
        return Formula(found.expr, parsed.types, book, found.certificate, (), remarks)
