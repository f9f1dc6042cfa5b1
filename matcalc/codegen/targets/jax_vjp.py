"""A function with jax.custom_vjp whose backward pass is the closed form."""

from __future__ import annotations

from ...terms.records import replace
from ..function import Function
from ..registry import target
from .jax import Jax

RESERVED = ("jax", "kept", "value", "gradient", "upstream")


@target("jax-vjp", backward=True)
def jax_vjp(f: Function) -> str:
    """The function with its rule for reverse mode.

    The work of the gradient is shared with that of the value. The derivative by another argument is NaN, not 0.
    """
    inner = f"{f.name}_and_gradient"
    source = Jax.source(replace(f, name=inner, reserved=(f.name, *RESERVED)))
    head = source[source.rindex(f"def {inner}(") :]
    arguments = head[head.index("(") + 1 : head.index(")")]
    names = arguments.split(", ")
    at = [p.name for p in f.parameters].index(f.by)
    others = [n for k, n in enumerate(names) if k != at]
    kept = ", ".join(["gradient", *others])
    gradients = [
        "upstream * gradient" if k == at else f"jnp.full_like({n}, jnp.nan)" for k, n in enumerate(names)
    ]
    imports = "" if "import jax\n" in source else "import jax\n"
    return f"""{imports}{source}

@jax.custom_vjp
def {f.name}({arguments}):
    \"""{f.text}\"""
    return {inner}({arguments})[0]


def {f.name}_forward({arguments}):
    value, gradient = {inner}({arguments})
    return value, ({kept}{"" if others else ","})


def {f.name}_backward(kept, upstream):
    {kept}{"," if not others else ""} = kept
    return {", ".join(gradients)}{"," if len(gradients) == 1 else ""}


{f.name}.defvjp({f.name}_forward, {f.name}_backward)

# A gradient check:
# from jax.test_util import check_grads
# check_grads(lambda {names[at]}: {f.name}({arguments}), ({names[at]},), order=1, modes=["rev"])
"""
