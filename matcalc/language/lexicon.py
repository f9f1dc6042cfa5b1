"""What people write without saying what it is: short words for parameters, letters that are functions, words of
other traditions. Data only; what is declared goes before all of it."""

from __future__ import annotations

from .vocabulary import words

# Words that are one name, and what they are. Other runs of letters are products of letters, or asked back.
_SCALARS = "eps lam lmbda lbd reg lr tol dt dx dy sig gam alph bet mom wd std temp scale decay"
_VECTORS = "out bias grad logits err res resid pred"
_MATRICES = "Sig Lam Cov"
SHORT: dict[str, str] = {
    **dict.fromkeys(words(_SCALARS), "scalar"),
    **dict.fromkeys(words(_VECTORS), "vector"),
    **dict.fromkeys(words(_MATRICES), "matrix"),
}

# Accents and labels of names, whose letters are no indices: x_bar.
LABELS = words("bar hat dot old new max min ref obs opt avg tot")

# Names that are a function when they stand before parentheses, whatever the argument.
FUNCTION_LETTERS = words("f g h phi psi Phi Psi J L E ell")

# ... when the argument is no sum: rho(A) is no factor, rho*(x - y) may be written rho(x - y).
FUNCTION_BEFORE_PRODUCTS = words("rho kappa")

# Letters that are functions of the normal distribution before parentheses.
NORMAL: dict[str, tuple[str, str]] = {
    "Phi": ("distribution function", "normcdf"),
    "phi": ("density", "normpdf"),
}

# Functions that the language lacks, and what to write.
FAMILIAR: dict[str, str] = {
    "E": "an expectation has its argument in brackets, E[...]",
    "P": "probabilities are not part of the language",
    "Pr": "probabilities are not part of the language",
    "Var": "a variance is written Var[...], of the entries write mean((x - mean(x)).^2)",
    "Cov": "a covariance is written Cov[..., ...]",
    "N": "of the density of the normal distribution write the formula",
    "KL": "write sum(p.*log(p./q))",
    "rho": "the spectral radius is not known",
    "kappa": "write cond(A) for the condition number",
    "mse": "write mean((x - y).^2)",
}

# Words of other traditions, and what they can mean here.
FOREIGN: dict[str, str] = {
    "lg": "log(x)/log(10) or log(x)/log(2)",
    "lb": "log(x)/log(2)",
    "tg": "tan(x)",
    "ctg": "1/tan(x)",
    "arctg": "arctan(x)",
    "sh": "sinh(x)",
    "ch": "cosh(x)",
    "th": "tanh(x)",
}

# Words of programs that are no names.
_NUMBERS = "write a number, or a name"
NO_NAMES: dict[str, str] = {
    "end": "write the position of the entry",
    "self": "write the name alone",
    **dict.fromkeys(words("inf Inf Infinity nan NaN NA None NULL nothing True False TRUE FALSE true false"), _NUMBERS),
}
