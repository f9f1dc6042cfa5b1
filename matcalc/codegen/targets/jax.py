"""JAX: functions that can be jitted, and differentiated once more."""

from __future__ import annotations

from ..function import Function
from ..plan import Value
from ..registry import target
from ..source import Piece
from .helpers import helpers
from .numpy import NumPy

LACKING = frozenset((
    "erfi", "dawsn", "ellipk", "ellipe", "lambertw", "Si", "Ci", "fresnels", "fresnelc", "airyai", "airyaiprime",
    "airybi", "airybiprime", "besselj", "bessely", "besseli", "besselk",
))  # fmt: skip


@target("jax")
def jax(f: Function) -> str:
    """The function in jax.numpy."""
    return Jax.source(f)


def _renamed(text: str) -> str:
    """NumPy's and SciPy's names as JAX has them."""
    return text.replace("np.", "jnp.")


class Jax(NumPy):
    """The names of jax.numpy. A row times a matrix is quicker there than the transpose of the matrix times a vector."""

    language = "JAX"
    array = "jax.Array"
    registered = ["@jax.tree_util.register_dataclass"]
    constant = ' = field(metadata={"static": True})'
    xp = "jnp"
    left = True
    writes = False
    kind = ", dtype={0}.dtype"
    imports = {
        "jax": "import jax", "jnp": "import jax.numpy as jnp", "linalg": "from jax.scipy import linalg",
        "special": "from jax.scipy import special",
    }  # fmt: skip
    functions = {
        **{name: _renamed(text) for name, text in NumPy.functions.items() if name not in LACKING},
        "sigmoid": "jax.nn.sigmoid({0})", "silu": "jax.nn.silu({0})", "erfinv": "special.erfinv({0})",
    }  # fmt: skip
    templates = {
        **{name: _renamed(text) for name, text in NumPy.templates.items() if name not in LACKING},
        "logsumexp": "special.logsumexp({0})", "softmax": "jax.nn.softmax({0}, axis=None)",
        "mpow": "jnp.linalg.matrix_power({0}, int({1}))", "sqrtm": "!sqrtm({0})", "logm": "!logm({0})",
        "sylvester": "!sylvester({0}, {1}, {2})", "normnuc": "jnp.linalg.norm({0}, 'nuc')",
    }  # fmt: skip
    words = {
        "EXPM": "linalg.expm", "LOGM": "logm", "BLOCK": "jnp.block", "AMAX": "jnp.max",
        "PERMUTE": "jnp.transpose", "KRON": "jnp.kron",
    }  # fmt: skip
    helpers = helpers("jnp", words)

    def op_inner(self, v: Value) -> Piece:
        if self.f.complex:
            return super().op_inner(v)
        x, y = v.args
        return Piece(f"jnp.vdot({self.text(x)}, {self.text(y)})")
