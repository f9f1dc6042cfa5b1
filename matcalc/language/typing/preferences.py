"""What a name, and a part of a text, usually is. The reading that costs least is taken.

Each undeclared name has kinds with their costs; operations add what hardly anybody writes. A reading that no
preference decides in favour of, yet costs least, is asked back (`QUESTION`). Data only.
"""

from __future__ import annotations

import re

from ..lexicon import SHORT
from ..vocabulary import GREEK_NAMES, words

Kinds = tuple[tuple[str, float], ...]

# What a name is by its first letter, and what each kind costs.
CAPITAL: Kinds = (("matrix", 0.0), ("vector", 3.0), ("scalar", 4.5))
COUNTING_CAPITAL: Kinds = (("matrix", 0.0), ("scalar", 1.4), ("vector", 3.0))  # N samples, T steps, C a constant
LETTER: Kinds = (("vector", 0.0), ("scalar", 1.2))  # h to z
LABEL: Kinds = (("vector", 0.0), ("scalar", 0.8))  # y, of one sample or of all
COUNTING: Kinds = (("vector", 0.0), ("scalar", 0.5))  # k terms, n samples, t steps
EARLY: Kinds = (("scalar", 0.0), ("vector", 1.0))  # a to g
GREEK: Kinds = (("scalar", 0.0), ("vector", 1.1))
BOLD: Kinds = (("vector", 0.0), ("matrix", 3.0))
BOLD_CAPITAL: Kinds = (("matrix", 0.0), ("vector", 3.0))
BESIDE_BOLD: Kinds = (("scalar", 0.0), ("vector", 1.0))  # a plain lower-case letter where others are bold
ONES: Kinds = (("vector", 0.0), ("matrix", 1.5), ("scalar", 3.0))  # a bold 1 or 0
SIZED_VECTOR: Kinds = (("vector", 0.0),)  # its components say how long it is
WORDS: dict[str, Kinds] = {
    "scalar": (("scalar", 0.0), ("vector", 3.0)),
    "vector": (("vector", 0.0), ("scalar", 3.0)),
    "matrix": (("matrix", 0.0), ("vector", 3.0)),
}
# What a name with one index is, in a sum over it.
ENTRY: Kinds = (("scalar", 0.0),)  # of a vector, or with two indices
ROW: Kinds = (("vector", 0.0),)  # of a matrix
SAMPLE: Kinds = (("scalar", 0.0), ("vector", 1.0))  # y_i is a number, x_i as well or a vector
RANDOM: Kinds = (("scalar", 0.0), ("vector", 1.0), ("matrix", 1.6))  # X_i in statistics
FAMILY: Kinds = (("matrix", 0.0), ("vector", 1.0), ("scalar", 1.1))  # A_i
RANDOM_LETTERS = words("X Y Z P Q R U V N T C D S E O")
MEAN: Kinds = (("scalar", 0.0), ("vector", 0.1))  # x_bar beside x_i is what x_i is
FAMILIES = 0.4  # a matrix for each index: a question
SQUARE = ("matrix", 2.0)  # a lower-case letter in tr, det, logdet or inv may be a matrix

STATE: Kinds = (("matrix", 0.0), ("scalar", 2.0), ("vector", 3.0))  # rho in tr(rho*A), and sigma beside it
DENSITIES = words("rho sigma tau omega")

INTERCEPT: Kinds = (("scalar", 0.0), ("vector", 2.5))  # beta_0 in beta_0 + beta_1*x
INTERCEPTS = words("a b c alpha beta theta")

COUNTING_LETTERS = words("i j k l m n t")
COUNTING_CAPITALS = words("N T C")
WEIGHTS = COUNTING_LETTERS | COUNTING_CAPITALS | {"y", "tau"}  # what a sum, a norm or an inner product is multiplied by



def samples(base: str) -> Kinds:
    """The kinds of a name with one index, whose array is not known, in a sum over the index.

    >>> samples("x")[0], samples("A")[0]
    (('scalar', 0.0), ('matrix', 0.0))
    """
    return SAMPLE if not base[0].isupper() else RANDOM if base.split("_")[0] in RANDOM_LETTERS else FAMILY


def usual_scalar(name: str) -> bool:
    """Whether a name is a short word for a scalar, which is added to arrays like a number.

    >>> usual_scalar("eps"), usual_scalar("x")
    (True, False)
    """
    return SHORT.get(name) == "scalar"


def counts(name: str) -> bool:
    """Whether a name is a number of things, or a label, by its letter.

    >>> counts("N"), counts("y_i"), counts("w")
    (True, True, False)
    """
    return name.split("_")[0].rstrip("0123456789") in WEIGHTS


TIE = 0.02  # two readings whose costs differ by no more than this are asked back

# What an operation costs.
REDUCED = 2.0  # a sum or a norm added to an array
NAMED = 6.0  # an undeclared scalar added to an array
DEMOTED = 6.5  # the same of a letter that is a vector or matrix by convention
UNLIKELY = 10.0  # transposing, or taking a norm or a sum of, an undeclared scalar
TRAILING = 1.6  # an undeclared scalar to the right of a vector
TRAILING_EXPONENT = 1.5  # ... of a matrix in a power of e, as in e^(A*h)*x
TRAILING_MATRIX = 4.5  # ... of a matrix
PARTNER = 2.0  # of two bare letters that are vectors by convention, one is a scalar: w*x
PARTNER_NUMBER = 3.5  # the same where nothing else is for arrays: x1*x2 + x3
WEIGHT = 2.0  # such a letter as an array: N*log(det(S)), y*(w'*x + b), e^(-a*t)
TRACED = 5.0  # the trace of an inner product: tr(rho @ sigma)
PROJECTED = 1.5  # x'*y*z as (x'*y)*z
AMPLITUDE = 1.3  # k*log(p) as a vector, where nothing else in the text is for arrays
EXPONENT = 3.5  # such a letter as the vector of e^(A*t)
CONTRACTED = 1.0  # (y*w')*x, where y*(w'*x) has y a scalar
ENTRYWISE = 0.6  # the first power or product that is read entry by entry, in sum(...) and the like
MORE = 0.05  # the others
QUESTION = 4.0  # what has no usual reading
FLAT = 4.0  # ... where nothing in the text is for arrays, so that numbers are likely
BIAS = 2.0  # a vector added to a matrix, as in X*W + b: a question
DIVIDED = 2.5  # a matrix as a divisor: a question, unless the divisor counts something

# In these, powers and products that are not defined otherwise go entry by entry.
ENTRIES = words("sum mean max min amax amin norm norm1 norm2 norminf logsumexp softmax log_softmax "
                "diag prodall")
# Through these, they do so no more: their arguments are matrices in the sense of linear algebra.
ALGEBRA = words("tr det logdet inv adj pinv expm logm sqrtm inner outer")
REDUCING = words("sum mean inner tr det logdet norm norm1 norm2 norminf logsumexp bars")
SQUARES = words("tr det logdet inv")


def kinds(name: str, bold: frozenset[str], square: bool = False) -> Kinds:
    """The kinds that an undeclared name can have, best first, with their costs.

    >>> kinds("X", frozenset())[0], kinds("lambda_1", frozenset())[0], kinds("lr", frozenset())[0]
    (('matrix', 0.0), ('scalar', 0.0), ('scalar', 0.0))
    """
    first, stem = name[0], name.split("_")[0].rstrip("0123456789")
    if bold:
        if name in bold or name.split("_")[0] in bold or stem in bold:
            return BOLD_CAPITAL if first.isupper() else BOLD
        if not first.isupper():
            return BESIDE_BOLD
    found = WORDS.get(SHORT.get(name, SHORT.get(stem, "")))
    if found is not None:
        return found
    letters = re.match("[A-Za-z]+", name)
    if letters is not None and (letters[0] in GREEK_NAMES or letters[0] == "pi") and not first.isupper():
        found = GREEK
    elif first.isupper():
        return COUNTING_CAPITAL if stem in COUNTING_CAPITALS else CAPITAL
    elif first in "abcdefg":
        found = EARLY
    else:
        found = COUNTING if stem in COUNTING_LETTERS else LABEL if stem == "y" else LETTER
    return (*found, (SQUARE[0], SQUARE[1] + found[-1][1])) if square else found
