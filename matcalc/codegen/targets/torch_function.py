"""A torch.autograd.Function whose backward pass is the closed form."""

from __future__ import annotations

from ...terms.records import replace
from ..function import Function
from ..names import checked
from ..registry import target
from .torch import Torch

RESERVED = ("ctx", "value", "gradient", "upstream", "needed", "k")


@target("torch-function", backward=True)
def torch_function(f: Function) -> str:
    """A class with `forward` and `backward`, and a function that applies it.

    The work of the gradient is shared with that of the value. A derivative by another argument is refused when
    PyTorch asks for it.
    """
    inner, title = f"{f.name}_and_gradient", checked(f.name.title().replace("_", ""))
    source = Torch.source(replace(f, name=inner, reserved=(f.name, title, *RESERVED)))
    head = source[source.rindex(f"def {inner}(") :]
    arguments = head[head.index("(") + 1 : head.index(")")]
    names = [p.name for p in f.parameters]
    at = names.index(f.by)
    own = arguments.split(", ")[at]
    gradients = ["upstream * gradient" if k == at else "None" for k in range(len(names))]
    return f"""{source}

class {title}(torch.autograd.Function):
    \"""{f.text}\"""

    @staticmethod
    def forward(ctx, {arguments}):
        if any(needed for k, needed in enumerate(ctx.needs_input_grad) if k != {at}):
            raise NotImplementedError("this is the derivative by {own} alone")
        value, gradient = {inner}({arguments})
        ctx.save_for_backward(gradient)
        return value

    @staticmethod
    def backward(ctx, upstream):
        gradient, = ctx.saved_tensors
        return {", ".join(gradients)}{"," if len(gradients) == 1 else ""}


def {f.name}({arguments}):
    return {title}.apply({arguments})


# A gradient check, with arrays of double precision of which {own} requires a gradient:
# torch.autograd.gradcheck({f.name}, ({arguments}{"," if len(names) == 1 else ""}))
"""
