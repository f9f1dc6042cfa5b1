"""A rule of ChainRules whose pullback is the closed form."""

from __future__ import annotations

from ...terms.records import replace
from ..function import Function
from ..registry import target
from .julia import Julia

RESERVED = ("value", "gradient", "pullback", "upstream", "others", "rrule", "h", "v")


@target("rrule", python=False, backward=True)
def rrule(f: Function) -> str:
    """The function in Julia, and ChainRulesCore.rrule of it.

    The work of the gradient is shared with that of the value. The derivative by another argument is a tangent that
    raises an error when it is used, not 0.
    """
    inner = f"{f.name}_and_gradient"
    julia = Julia.of(replace(f, name=inner, reserved=(f.name, *RESERVED)))
    source = julia.source()
    names = [julia.names.of_user(p.name) for p in f.parameters]
    at = [p.name for p in f.parameters].index(f.by)
    own, arguments = names[at], ", ".join(names)
    tangents = ", ".join("unthunk(upstream) * gradient" if k == at else "others" for k in range(len(names)))
    others = f'        others = @not_implemented("this is the derivative by {own} alone")\n' if len(names) > 1 else ""
    ahead, back = (", ".join(f"{own} {sign} h * v" if n == own else n for n in names) for sign in "+-")
    step = f"randn(size({own}))" if f.parameters[at].axes else "1.0"
    return f"""using ChainRulesCore
{source}
{f.name}({arguments}) = {inner}({arguments})[1]

function ChainRulesCore.rrule(::typeof({f.name}), {arguments})
    value, gradient = {inner}({arguments})
    function pullback(upstream)
{others}        return NoTangent(), {tangents}
    end
    return value, pullback
end

# A gradient check, with v = {step} and h = 1e-6:
# isapprox(sum(rrule({f.name}, {arguments})[2](1.0)[{at + 2}] .* v),
#          ({f.name}({ahead}) - {f.name}({back})) / (2 * h), rtol=1e-5)
"""
