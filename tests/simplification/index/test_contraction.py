"""Contraction graphs: products in index notation, written as on paper, read back as matrices.

A line `A_ij B_jk -> ik` is the array with these entries; an index that is not on the right is summed. Each matrix
form is compared with `numpy.einsum` of the line itself.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from matcalc.numbers.evaluate import evaluate
from matcalc.simplification.index.contraction import Graph, transposed
from matcalc.simplification.index.notation import Factor, Indices, Term
from matcalc.simplification.index.reading import read_matrix
from matcalc.simplification.normal import simplify
from matcalc.terms.expression import Expr, var
from matcalc.terms.payloads import Axis
from matcalc.terms.shapes import ONE, Dim, Shape

SIZES = {"i": 2, "j": 3, "k": 4, "l": 5}
NAMES = {"i": "m", "j": "n", "k": "p", "l": "q"}

SERIES = [  # an index that two factors share and the result does not have
    ("A_ij B_jk -> ik", "A*B"),
    ("A_ij B_kj -> ik", "A*B'"),
    ("A_ji B_jk -> ik", "A'*B"),
    ("A_ij B_jk C_kl -> il", "A*B*C"),
    ("A_ij B_jk C_kl -> li", "C'*B'*A'"),
    ("A_ij x_j -> i", "A*x"),
    ("x_i A_ij y_j ->", "x'*A*y"),
    ("x_i y_i ->", "x'*y"),
    ("A_ij B_ji ->", "tr(A*B)"),
    ("A_ij B_jk C_ki ->", "tr(B*C*A)"),
]
PARALLEL = [  # two factors on the same indices
    ("A_ij B_ij -> ij", "A.*B"),
    ("A_ij B_ji -> ij", "A.*B'"),
    ("A_ij B_ij C_ij -> ij", "C.*A.*B"),
    ("x_i y_i -> i", "x.*y"),
    ("A_ij B_ij C_jk -> ik", "(A.*B)*C"),
    ("A_ij x_j y_j -> i", "A*(x.*y)"),
]
PENDANT = [  # a vector on an index that others still use, and ones on an index that nobody else has
    ("x_i A_ij -> ij", "diag(x)*A"),
    ("A_ij x_j -> ij", "A*diag(x)"),
    ("x_i A_ij y_j -> ij", "diag(x)*A*diag(y)"),
    ("A_ij x_j B_jk -> ik", "A*diag(x)*B"),
    ("A_ij x_i -> i", "x.*(A*vector(1))"),
    ("A_ij -> i", "A*vector(1)"),
    ("A_ij -> j", "A'*vector(1)"),
]
COMPONENTS = [  # parts that share no index
    ("x_i y_j -> ij", "x*y'"),
    ("A_ij x_j y_k -> ik", "A*x*y'"),
    ("x_i A_jk y_j z_k -> i", "y'*A*z*x"),
    ("x_j y_j A_ik -> ik", "x'*y*A"),
    ("A_ij B_ij C_kl -> kl", "tr(A'*B)*C"),
]
IRREDUCIBLE = ["A_ij B_ik C_il -> jkl", "x_i y_j z_k -> ijk", "A_ij B_jk -> ijk"]  # no matrix has these entries


def graph_of(line: str) -> tuple[Term, tuple[Axis, ...], Indices, Shape, list[Expr]]:
    """The term of a line, with the axes of its result."""
    left, right = (part.strip() for part in line.split("->"))
    idx, axes = Indices(), dict[str, Axis]()
    factors: list[Factor] = []
    for name, letters in re.findall(r"(\w)_(\w+)", left):
        for c in letters:
            if c not in axes:
                axes[c] = idx.new(Dim.of(NAMES[c]))
        dims = [Dim.of(NAMES[c]) for c in letters]
        at: tuple[Axis, ...] = tuple(axes[c] for c in letters)
        shape = tuple(dims) if len(dims) == 2 else (dims[0], ONE)
        factors.append((var(name, shape), at if len(at) == 2 else (at[0], ())))
    dims = [Dim.of(NAMES[c]) for c in right]
    ends: tuple[Axis, ...] = tuple(axes[c] for c in right)
    if len(ends) < 3:
        dims, ends = [*dims, ONE, ONE][:2], (*ends, (), ())[:2]
    return Term((), tuple(factors), (), ()), ends, idx, tuple(dims), [e for e, _ in factors]


def value(line: str, e: Expr, variables: list[Expr]) -> bool:
    """Whether an expression has the entries of a line."""
    left, right = (part.strip() for part in line.split("->"))
    rng = np.random.default_rng(3)
    specs = re.findall(r"\w_(\w+)", left)
    arrays = [rng.normal(size=[SIZES[c] for c in letters]) for letters in specs]
    values = {v.data[0]: a for v, a in zip(variables, arrays, strict=True)}
    want = np.einsum(f"{','.join(specs)}->{right}", *arrays)
    return bool(np.allclose(evaluate(e, values, {v.data[0]: v for v in variables}), want))


@pytest.mark.parametrize(("line", "form"), [*SERIES, *PARALLEL, *PENDANT, *COMPONENTS])
def test_reductions(line: str, form: str) -> None:
    term, ends, idx, shape, variables = graph_of(line)
    got = simplify(read_matrix(term, ends, idx, shape))
    assert str(got) == form
    assert value(line, got, variables)


@pytest.mark.parametrize("line", IRREDUCIBLE)
def test_what_has_no_matrix_form_stays_in_indices(line: str) -> None:
    term, ends, idx, shape, variables = graph_of(line)
    got = read_matrix(term, ends, idx, shape)
    assert got.op == "einsum" and value(line, got, variables)


def test_a_reduction_keeps_the_value_whatever_the_order_of_the_factors() -> None:
    line = "x_i A_ij B_jk C_kl y_l -> ij"
    for shift in range(5):
        words = line.split(" -> ")[0].split()
        turned = " ".join(words[shift:] + words[:shift]) + " -> ij"
        term, ends, idx, shape, variables = graph_of(turned)
        assert value(turned, read_matrix(term, ends, idx, shape), variables), turned


def test_a_graph_names_joined_indices_once() -> None:
    term, ends, idx, _, _ = graph_of("A_ij x_j -> i")
    graph = Graph(term, ends, idx)
    (a,), (b,) = idx.new(Dim.of("m")), idx.new(Dim.of("m"))
    graph.join(a, b)
    assert graph.find(a) == graph.find(b)


def test_transposes_do_not_pile_up() -> None:
    A, B = var("A", (Dim.of("m"), Dim.of("n"))), var("B", (Dim.of("n"), Dim.of("p")))
    assert transposed(transposed(A)) is A
    assert str(transposed(graph_product(A, B))) == "B'*A'"


def graph_product(a: Expr, b: Expr) -> Expr:
    """a*b, by its contraction graph."""
    idx = Indices()
    i, j, k = (idx.new(d) for d in (a.shape[0], a.shape[1], b.shape[1]))
    return read_matrix(Term((), ((a, (i, j)), (b, (j, k))), (), ()), (i, k), idx, (a.shape[0], b.shape[1]))
