"""Complex variables: which variables are complex, the conjugate of an expression, and the imaginary unit.

A variable is real unless its properties say otherwise. `conj`, `real`, `imag` and `angle` are elementwise functions
that are known only where a variable is complex; the adjoint is the transpose of the conjugate, conj(A)'.
"""

from __future__ import annotations

from .errors import MatcalcError
from .expression import Expr, const, fn, t, var
from .walks import postorder

COMPLEX = frozenset(("complex", "hermitian", "unitary", "hpd"))  # each makes a variable complex
FUNCTIONS = ("conj", "real", "imag", "angle")
UNIT = const("i")  # the imaginary unit
_OPENING = "conj("


def is_complex(v: Expr) -> bool:
    """Whether a variable is complex."""
    return not COMPLEX.isdisjoint(v.data.properties)


def complex_names(root: Expr) -> frozenset[str]:
    """The names of the complex variables in an expression."""
    return frozenset([e.data.name for e in postorder(root) if e.op == "var" and is_complex(e)])


def has_complex(root: Expr) -> bool:
    """Whether the values of an expression may be complex: a variable of it is, or the imaginary unit is in it."""
    return any(e is UNIT or (e.op == "var" and is_complex(e)) for e in postorder(root))


def is_conjugate(e: Expr) -> bool:
    """Whether a node is the conjugate of its argument."""
    return e.op == "conj" and e.is_elementwise


def conjugate(e: Expr) -> Expr:
    """The conjugate; that of a conjugate is the argument, and that of a transpose is the transpose of the conjugate.

    >>> from matcalc.terms.expression import as_shape, var
    >>> z = var("z", as_shape("n"), ["complex"])
    >>> print(conjugate(t(z)), conjugate(conjugate(z)))
    z^H z
    """
    if is_conjugate(e):
        return e.args[0]
    if e.op == "t":
        return t(conjugate(e.args[0]))
    return e if e.op in _REAL else fn("conj", e)


_REAL = frozenset(("num", "eye", "ones", "zeros", "size", "counter"))


def conjugate_name(name: str) -> str:
    """What the conjugate of a variable is called where it is a variable of its own.

    >>> conjugate_name("z")
    'conj(z)'
    """
    return f"{_OPENING}{name})"


def conjugated_name(name: str) -> str:
    """The name of the variable whose conjugate has a name; nothing for other names.

    >>> conjugated_name("conj(z)"), conjugated_name("z")
    ('z', '')
    """
    return name[len(_OPENING) : -1] if name.startswith(_OPENING) else ""


def unconjugated(e: Expr) -> Expr | None:
    """What a node is the conjugate of; None if it is no conjugate."""
    if is_conjugate(e):
        return e.args[0]
    name = conjugated_name(e.data.name) if e.op == "var" else ""
    return var(name, e.shape, e.data.properties, e.data.kind) if name else None


def refuse_complex(what: str, e: Expr) -> None:
    """An error for what is made for real variables only."""
    names = ", ".join(sorted(complex_names(e)))
    if names:
        raise MatcalcError(f"{what} is for real variables; complex here: {names}")
