"""Every line of the rule files, tested by machine at sizes and values drawn from its `let` line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcalc.numbers.complex_rules import complex_error, is_for_complex
from matcalc.numbers.rulecheck import implications, needed, verify
from matcalc.rulebook.book import RuleBook
from matcalc.rulebook.reader import Rule, read_rules

RULES = RuleBook.default().rules

# Conditions that the left side implies where it is defined, and that are kept for when a rule is used.
# Those of a structure say on which manifold a variable is, of several that the formula is right on.
PRESUPPOSED = {
    ("inv-of-product", "invertible"),
    ("sylvester", "invertible"),
    ("tangent-simplex", "positive"),
    ("tangent-simplex-rows", "positive"),
    ("tangent-symmetric-trace", "symmetric"),
}


def identity(rule: Rule) -> str:
    return f"{rule.file}:{rule.label}"


@pytest.mark.parametrize("rule", RULES, ids=identity)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_rule_holds(rule: Rule) -> None:
    verdict = verify(rule)
    assert verdict.ok, str(verdict)
    assert verdict.tried >= 8, str(verdict)


@pytest.mark.parametrize("rule", [r for r in RULES if r.kind == "rewrite" and is_for_complex(r)], ids=identity)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_rule_that_is_used_for_complex_variables_holds_for_complex_values(rule: Rule) -> None:
    error = complex_error(rule)
    assert not error > 1e-6, f"{rule}: {error:.1e}; does it need `if real(…)`?"
    assert error >= 0 or not any(v.free & rule.lhs.free for v in rule.names.values() if not v.is_scalar), str(rule)


@pytest.mark.parametrize("rule", [r for r in RULES if r.conditions], ids=identity)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_condition_is_superfluous(rule: Rule) -> None:
    for condition in rule.conditions:
        if condition[0] == "real":
            rest = tuple(c for c in rule.conditions if c != condition)
            assert complex_error(replace(rule, conditions=rest)) > 1e-3, f"{rule.label} holds for what is complex"
        elif (rule.label, condition[0]) not in PRESUPPOSED:
            assert needed(rule, condition), f"{rule.label} holds without {condition[0]}"


def test_implications_between_properties() -> None:
    wrong = [f"{a} => {b}" for a, b, ok in implications(RuleBook.default().implications) if not ok]
    assert not wrong


@pytest.mark.parametrize(
    "wrong",
    ["diagonal => invertible", "symmetric => invertible", "lower => invertible", "spd => diagonal", "unit => nonzero",
     "small => invertible", "above_one => integer", "skew => invertible", "orthogonal => symmetric"],
)  # fmt: skip
def test_planted_wrong_implications_are_caught(wrong: str) -> None:
    left, right = wrong.split(" => ")
    table = {**RuleBook.default().implications, left: frozenset((right,))}
    assert any(not ok for _, _, ok in implications(table)), wrong


def test_labels_are_unique_in_their_file() -> None:
    names = [identity(r) for r in RULES]
    assert len(names) == len(set(names)), sorted({n for n in names if names.count(n) > 1})


PLANTED = {
    "dropped factor": "d(A*B) = d(A)*B + 2*A*d(B)",
    "dropped term": "d(A*B) = d(A)*B",
    "wrong sign": "d(A .* C) = d(A) .* C - A .* d(C)",
    "wrong sign of an inverse": "d(inv(X)) = inv(X)*d(X)*inv(X)   if invertible(X)",
    "wrong order": "d(inv(X)) = -d(X)*inv(X)*inv(X)   if invertible(X)",
    "missing transpose": "d(A') = d(A')",
    "missing transpose in a trace": "d(logdet(X)) = tr(inv(X)'*d(X))   if invertible(X)",
    "wrong function": "d(sin(A)) = sin(A) .* d(A)",
    "wrong constant": "d(log2(A)) = d(A) ./ (log(10)*A)   if positive(A)",
    "missing condition": "S' -> S",
    "missing condition of a product": "X*Y -> Y*X",
    "missing condition of a function": "abs(A) -> A",
    "missing condition of a power": "(s^a)^b -> s^(a*b)",
    "wrong order of transposes": "(X*Y)' -> X'*Y'",
    "wrong inverse of a scaled matrix": "inv(s*X) -> s*inv(X)   if nonzero(s)",
    "wrong determinant": "det(s*X) -> s*det(X)",
    "wrong adjoint": "<G, A*d(B)> = <A*G, d(B)>",
    "wrong adjoint of a scaling": "<G, s*d(B)> = <G, d(B)>",
    "wrong fact": "symmetric(X*Y)   if symmetric(X), symmetric(Y)",
    "missing condition of a fact": "symmetric(A'*Y*A)",
    "too weak a domain": "d(acosh(A)) = d(A) ./ sqrt(A.^2 - 1)   if positive(A)",
    "jumps": "d(floor(A)) = 0*d(A)",
    "jumps at halves": "d(round(A)) = 0*d(A)   if unit(A)",
    "poles": "d(tan(A)) = (1 + tan(A).^2) .* d(A)",
    "a pole at zero": "d(cot(A)) = -(1 + cot(A).^2) .* d(A)   if unit(A)",
    "a kink": "d(abs(A)) = sign(A) .* d(A)",
    "a kink where two are equal": "d(max(A, C)) = (A > C) .* d(A) + (A < C) .* d(C)",
    "a norm at zero": "d(norm(A)) = sum(A .* d(A))/norm(A)",
    "a logarithm of negative numbers": "d(log(A)) = d(A) ./ A",
    "rank one": "d(polar(A)) = dpolar(A, d(A))   if nonzero(A)",
    "a zero entry": "d(prodall(A)) = prodall(A)*sum(d(A)./A)",
    "the branch of a logarithm": "logm(expm(X)) -> X",
    "zero to the zero": "step(A) -> A.^0",
    "a singular matrix has no inverse": "invertible(X*Y)   if invertible(X)",
    "a fact of the diagonal": "invertible(X)   if diagonal(X)",
    "wrong sum of definite": "spd(X - Y)   if spd(X), spd(Y)",
}
LETS = {"<G, A*d(B)>": "let A[n,n], B[n,p], G[n,p]", "<G, s*d(B)>": "let s scalar, B[n,p], G[n,p]"}
LET = "let A[m,n], B[n,p], C[m,n], X[n,n], Y[n,n], S[n,n], s scalar, a scalar, b scalar"


@pytest.mark.parametrize("line", PLANTED.values(), ids=PLANTED.keys())
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_planted_wrong_rules_are_caught(line: str) -> None:
    let = next((v for k, v in LETS.items() if line.startswith(k)), LET)
    try:
        (rule,) = read_rules(f"{let}\nplanted: {line}\n").rules
    except Exception as error:  # the shapes or the form already tell
        assert type(error).__name__ == "RuleError"
        return
    assert not verify(rule).ok, f"{line} was not caught"


@pytest.mark.parametrize(
    "line",
    [
        "X'' -> X   if symmetric(X)",
        "d(expm1(A)) = exp(A) .* d(A)   if positive(A)",
        "symmetric(X + X')   if symmetric(X)",
        "inv(s*X) -> s^(-1)*inv(X)   if nonzero(s)",
        "norm(A)^2*norm(A)^(-2) -> 1   if nonzero(A)",
        "exp(log(A)) -> A   if positive(A)",
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_superfluous_conditions_are_caught(line: str) -> None:
    (rule,) = read_rules(f"{LET}\nplanted: {line}\n").rules
    assert verify(rule).ok
    assert not needed(rule, rule.conditions[0])
