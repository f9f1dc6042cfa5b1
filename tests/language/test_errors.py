"""Malformed input: the exact message, and the place that the caret marks."""

from __future__ import annotations

import pytest

from matcalc.language.parse import parse_expression, parse_where
from matcalc.terms import errors

# text, declarations, class of the error, message, and where the marked place begins and ends
MALFORMED = [
    (
        "x^tAx",
        None,
        "ParseError",
        "^t can be a transpose or a power: write ^T, or declare t: scalar in where",
        (1, 3),
    ),
    (
        "x^H*y",
        None,
        "ParseError",
        "^H can be a transpose or a power: write ^T, or declare H: scalar in where",
        (1, 3),
    ),
    ("[x_i δ_jk]_ijk", None, "ShapeError", "the size of this cannot be inferred: write eye(n)", (5, 9)),
    ("[x_i y_j]_ik", None, "ShapeError", "einsum does not know the size of k: add ; k=…", (0, 12)),
    ("(x)_i", None, "ParseError", "a subscript stands only after a name or a norm", (3, 5)),
    (
        "slogdet(X).logabsdet",
        None,
        "ParseError",
        ".logabsdet stands only after a call that has such a part",
        (10, 20),
    ),
    (
        "f(x) + 1",
        None,
        "UnknownNameError",
        "f is not declared: declare it, f: vector(n) -> scalar or f: elementwise, or write f*(…) for a product",
        (0, 1),
    ),
    ("1e5000 x", None, "ParseError", "a number has at most 1000 digits: write 10^5000", (0, 6)),
    ("x + 1e-1000000", None, "ParseError", "a number has at most 1000 digits: write 10^-1000000", (4, 14)),
    ("x^" + 1001 * "9", None, "ParseError", "a number has at most 1000 digits", (2, 1003)),
    ("x_" + 1001 * "9", None, "ParseError", "a number has at most 1000 digits", (2, 1003)),
    ("", None, "ParseError", "there is nothing to read", (0, 1)),
    ("   ", None, "ParseError", "there is nothing to read", (0, 1)),
    ("x +", None, "ParseError", "something is missing after +", (3, 4)),
    ("* x", None, "ParseError", "an expression cannot begin with *", (0, 1)),
    ("x + * y", None, "ParseError", "* cannot follow +", (4, 5)),
    ("(x + y", None, "ParseError", "this ( is never closed", (0, 1)),
    ("x + y)", None, "ParseError", "this ) closes nothing", (5, 6)),
    ("(x + y]", None, "ParseError", "this ] cannot close the ( before it", (6, 7)),
    ("[x, y", None, "ParseError", "this [ is never closed", (0, 1)),
    ("x y)", None, "ParseError", "this ) closes nothing", (3, 4)),
    ("||x + y", None, "ParseError", "this || is never closed", (0, 2)),
    ("|x", None, "ParseError", "this | is never closed", (0, 1)),
    ("<x, y", None, "ParseError", "this < is never closed: an inner product is written <x, y>", (0, 1)),
    ("<x y>", None, "ParseError", "this < is never closed: an inner product is written <x, y>", (0, 1)),
    ("x^", None, "ParseError", "something is missing after ^", (2, 3)),
    ("^2", None, "ParseError", "a power needs something before it", (0, 1)),
    ("x ^ ^ 2", None, "ParseError", "a power needs something before it", (4, 5)),
    ("'x", None, "ParseError", "there is nothing to transpose before this", (0, 1)),
    ("x + ' y", None, "ParseError", "there is nothing to transpose before this", (4, 5)),
    ("2 3", None, "ParseError", "an operator is missing before 3", (2, 3)),
    ("x 2", None, "ParseError", "an operator is missing before 2", (2, 3)),
    ("(x + y)2", None, "ParseError", "an operator is missing before 2", (7, 8)),
    ("x # y", None, "ParseError", "'#' is not part of the language", (2, 3)),
    ("x % y", None, "ParseError", "'%' is not part of the language: write * and / for products and quotients", (2, 3)),
    ("_x", None, "ParseError", "a subscript stands only after a name or a norm", (0, 2)),
    ("x_", None, "ParseError", "'_' is not part of the language: a subscript is a name or a number", (1, 2)),
    ('"x"', None, "ParseError", "'\"' is not part of the language: only einsum takes a quoted text", (0, 1)),
    ("x!", None, "ParseError", "'!' is not part of the language: write gamma(n + 1) for n!", (1, 2)),
    ("2y = Ax", None, "ParseError", "an expression has no = in it: give one side only", (3, 4)),
    ("foo(x)", None, "UnknownNameError",
     "unknown function foo; did you mean floor?, or declare it, foo: elementwise", (0, 3)),
    ("lgo(x)", None, "UnknownNameError",
     "unknown function lgo; did you mean log?, or declare it, lgo: elementwise", (0, 3)),
    ("softmx(x)", None, "UnknownNameError",
     "unknown function softmx; did you mean softmax?, or declare it, softmx: elementwise", (0, 6)),
    ("sinn(x)", None, "UnknownNameError",
     "unknown function sinn; did you mean sin or sinh or sinc?, or declare it, sinn: elementwise", (0, 4)),
    (
        "riskk",
        None,
        "ParseError",
        "riskk can be one name or the product r*i*s*k*k: declare it in where, or write the product",
        (0, 5),
    ),
    (
        "risk + x",
        None,
        "ParseError",
        "risk can be one name or the product r*i*s*k: declare it in where, or write the product",
        (0, 4),
    ),
    ("logx", None, "ParseError", "logx can be read as log(x) or as l*o*g*x: write one of them", (0, 4)),
    ("trX", None, "ParseError", "trX can be read as tr(X) or as t*r*X: write one of them", (0, 3)),
    ("log", None, "ParseError", "log is a function: write log(…), or declare log in where", (0, 3)),
    ("sin + x", None, "ParseError", "sin is a function: write sin(…), or declare sin in where", (0, 3)),
    ("sin^-1(x)", None, "ParseError", "sin^-1 has two readings: write 1/sin(…) or arcsin(…)", (3, 6)),
    ("norm_7(x)", None, "UnknownNameError", "unknown function norm_7; did you mean norm?", (0, 6)),
    ("max(x, y, z)", None, "ShapeError", "max takes two arguments, not 3", (0, 12)),
    ("det(X, Y)", None, "ShapeError", "det takes one argument, not 2", (0, 9)),
    ("kron(A)", None, "ShapeError", "kron takes two arguments, not 1", (0, 7)),
    ("det()", None, "ParseError", "there is nothing between ( and )", (4, 5)),
    ("inv(X)", "X: matrix(m,n)", "ShapeError", "only a square matrix has an inverse, and X is (m, n)", (0, 6)),
    ("det(X)", "X: matrix(m,n)", "ShapeError", "det takes a square matrix, and X is (m, n)", (0, 6)),
    ("tr(x)", "x: vector(n)", "ShapeError", "tr takes a square matrix, and x is (n)", (0, 5)),
    ("X*y", "X: matrix(m,n), y: vector(m)", "ShapeError", "X is (m, n) and y is (m): did you mean X'*y?", (0, 3)),
    ("x*y", "x: vector(n), y: vector(n)", "ShapeError", "x is (n) and y is (n): did you mean x'*y or x.*y?", (0, 3)),
    (
        "A*B",
        "A: matrix(m,n), B: matrix(m,n)",
        "ShapeError",
        "A is (m, n) and B is (m, n): did you mean A'*B or A*B'?",
        (0, 3),
    ),
    (
        "A*B",
        "A: matrix(m,n), B: matrix(k,l)",
        "ShapeError",
        "A is (m, n) and B is (k, l): the inner sizes n and k differ",
        (0, 3),
    ),
    ("A*B", "A: matrix(m,n), B: matrix(k,m)", "ShapeError", "A is (m, n) and B is (k, m): did you mean B*A?", (0, 3)),
    (
        "A + B",
        "A: matrix(m,n), B: matrix(n,m)",
        "ShapeError",
        "a sum needs equal shapes, but A is (m, n) and B is (n, m): did you mean A + B'?",
        (0, 5),
    ),
    (
        "x + y",
        "x: vector(n), y: vector(m)",
        "ShapeError",
        "a sum needs equal shapes, but x is (n) and y is (m)",
        (0, 5),
    ),
    (
        "x .* y",
        "x: vector(n), y: vector(m)",
        "ShapeError",
        "an elementwise product needs equal shapes, but x is (n) and y is (m)",
        (0, 6),
    ),
    (
        "A/B",
        "A: matrix(m,n), B: matrix(m,n)",
        "ShapeError",
        "the divisor is a scalar, but B is (m, n): did you mean A./B?",
        (0, 3),
    ),
    (
        "x^2",
        "x: vector(n)",
        "ShapeError",
        "only a square matrix has powers, and x is (n): for entry by entry write x.^2, "
        "for the square of the norm ||x||^2",
        (0, 3),
    ),
    (
        "X^2",
        "X: matrix(m,n)",
        "ShapeError",
        "only a square matrix has powers, and X is (m, n): for entry by entry write X.^2",
        (0, 3),
    ),
    (
        "x^y",
        "x: scalar, y: vector(n)",
        "ShapeError",
        "an exponent is a scalar, but y is (n): for entry by entry write .^",
        (0, 3),
    ),
    (
        "<x, y>",
        "x: vector(n), y: vector(m)",
        "ShapeError",
        "an inner product needs equal shapes, but x is (n) and y is (m)",
        (0, 6),
    ),
    (
        "x'Ax / x'x",
        None,
        "ShapeError",
        "the divisor is a scalar, but x' is (1, n): a divisor that is a product needs parentheses, (x'Ax)/(x'*…)",
        (0, 9),
    ),
    ("diag(X)", "X: matrix(m,n)", "ShapeError", "diag takes a vector or a square matrix, and X is (m, n)", (0, 7)),
    (
        "x > y",
        "x: vector(n), y: vector(m)",
        "ShapeError",
        "a comparison needs equal shapes, but x is (n) and y is (m)",
        (0, 5),
    ),
    ("a < b < c", None, "ParseError", "comparisons do not chain: write each in parentheses", (6, 7)),
    ("vector(1)", None, "ShapeError", "the size of this cannot be inferred: write vector(1, n)", (0, 9)),
    ("eye(n, n)", None, "ParseError", "eye takes one size: eye(n)", (0, 9)),
    ("eye(x^2)", None, "ParseError", "a size is a name, a number or a product such as 2*n", (4, 7)),
    ("eye(0)", None, "ParseError", "a size is at least 1, not 0", (4, 5)),
    ("I", None, "ShapeError", "the size of this cannot be inferred: write eye(n)", (0, 1)),
    ("vector(x)", "x: vector(n)", "ShapeError", "vector(c) takes a scalar, and x is (n)", (0, 9)),
    ("[a, b; c]", None, "ParseError", "this row has 1 entries, the first has 2", (7, 8)),
    (
        "[A, B]",
        "A: matrix(m,n), B: matrix(k,n)",
        "ShapeError",
        "the blocks of a row need equal heights, but A is (m, n) and B is (k, n)",
        (0, 6),
    ),
    ("[x; ]", None, "ParseError", "something is missing before ]", (4, 5)),
    ("X[1]", "X: matrix(4,4)", "ShapeError", "X has two axes: write X[0, :]", (0, 4)),
    ("x[1, 2]", "x: vector(4)", "ShapeError", "x has one axis: write x[0]", (0, 7)),
    ("x[7]", "x: vector(4)", "ShapeError", "index 7 is out of range: x has 4 entries there, 0 to 3", (0, 4)),
    ("x[4:2]", "x: vector(4)", "ShapeError", "this slice of x is empty", (0, 6)),
    ("a[0]", "a: scalar", "ShapeError", "a has no entries", (0, 4)),
    ("x[-1]", "x: vector(n)", "ShapeError", "a negative index needs a size that is a number, not n", (0, 5)),
    (
        "X[::2, :]",
        "X: matrix(m,n)",
        "ShapeError",
        "a slice with a step needs a size that is a number: declare X",
        (0, 9),
    ),
    ("x[i]", None, "ParseError", "an index is a whole number or a slice, such as X[0, :] or X[1:3, 1:]", (1, 2)),
    ("x[1.5]", None, "ParseError", "an index is a whole number or a slice, such as X[0, :] or X[1:3, 1:]", (1, 2)),
    ("x[0:9]", "x: vector(4)", "ShapeError", "this slice of x goes beyond its 4 entries", (0, 6)),
    ("x_5", "x: vector(4)", "ShapeError", "index 4 is out of range: x has 4 entries there, 0 to 3", (0, 3)),
    ("x_0", "x: vector(4)", "DeclarationError", "components are counted from 1", (0, 3)),
    ("X_3", "X: matrix(4,4)", "DeclarationError", "an entry of a matrix is written X_12 or X_{1,2}", (0, 3)),
    ("einsum('ij->i', A, B)", None, "ShapeError", "'ij->i' is for 1 operand(s), not 2", (0, 21)),
    ("einsum('i1->i', A)", None, "ShapeError", "einsum indices are letters, not '1'", (0, 18)),
    ("einsum('ij->ik', A)", None, "ShapeError", "einsum does not know the size of k: add ; k=…", (0, 19)),
    ("einsum('ijk->i', A)", None, "ShapeError", "einsum expects 3 axes, but A is (m, n)", (0, 19)),
    ("einsum('(ij->i', A)", None, "ShapeError", "a parenthesis in the indices of einsum is never closed", (0, 19)),
    ("u + x", "u: vector(n) -> vector(m)", "ParseError", "u is a function: write u(…)", (0, 1)),
    ("u(x)", "u: vector(n) -> vector(m), x: vector(k)", "ShapeError", "u takes a vector(n), and x is (k)", (0, 4)),
    ("u(x, y)", "u: vector(n) -> vector(m)", "ShapeError", "u takes one argument, not 2", (0, 7)),
    ("∂u/∂x", None, "UnknownNameError", "u is not declared as a function, such as u: vector(n) -> vector(m)", (0, 5)),
    ("||x||_foo", None, "ParseError", "no norm is called foo; there are _1, _2, _F, _inf, _* and _p", (3, 9)),
    ("x, y", None, "ParseError", "a comma stands only between arguments or entries", (1, 2)),
    ("x; y", None, "ParseError", "a semicolon stands only between the rows of an array [a, b; c, d]", (1, 2)),
    ("x + :y", None, "ParseError", "a colon stands only in slices such as X[1:3, :]", (4, 5)),
    ("||x, y||", None, "ParseError", "a comma inside ||", (3, 4)),
    (r"\foo x", None, "ParseError", r"unknown command \foo; did you mean \floor?", (0, 4)),
    (r"\frac{x}", None, "ParseError", "a fraction has two arguments in braces", (7, 8)),
    (r"\frac x", None, "ParseError", "a fraction has two arguments in braces", (7, 8)),
    (r"\left( x", None, "ParseError", r"this \left( is never closed", (0, 6)),
    (r"\begin{bmatrix} x & y", None, "ParseError", r"this \begin{bmatrix} is never closed", (0, 15)),
    (r"\begin{tikz} x \end{tikz}", None, "ParseError", "the environment tikz is not an array", (0, 12)),
    (r"\mathbf{1}", None, "ShapeError", "the size of this cannot be inferred: write vector(1, n)", (0, 10)),
    ("x \\\\ y", None, "ParseError", "a semicolon stands only between the rows of an array [a, b; c, d]", (2, 4)),
    (r"\sqrt{x", None, "ParseError", "this { is never closed", (5, 6)),
    (r"\lod x", None, "ParseError", r"unknown command \lod; did you mean \logdet?", (0, 4)),
    (r"\|x", None, "ParseError", r"this \| is never closed", (0, 2)),
    (r"\sqrt[x]{y}", None, "ParseError", "the order of a root is a whole number, at least 1", (0, 5)),
    (r"\left", None, "ParseError", "a bracket is missing after this", (0, 5)),
    (r"\mathbf", None, "ParseError", "something is missing after this", (0, 7)),
    (r"\log_3 x", None, "ParseError", "log takes no subscript", (4, 5)),
    ("x^", None, "ParseError", "something is missing after ^", (2, 3)),
    (r"x + \nabla f", None, "ParseError", r"unknown command \nabla", (4, 10)),
    (r"\frac{}{x}", None, "ParseError", "something is missing before }", (6, 7)),
    ("x <= ", None, "ParseError", "something is missing after <=", (4, 5)),
    ("sin^-1(x)", None, "ParseError", "sin^-1 has two readings: write 1/sin(…) or arcsin(…)", (3, 6)),
    ("exp^x", None, "ParseError", "exp is a function: write exp(…), or declare exp in where", (0, 3)),
    ("X[:, ]", None, "ParseError", "] cannot follow ,", (5, 6)),
    ("a(,x)", None, "ParseError", ", cannot follow (", (2, 3)),
    ("()", None, "ParseError", "there is nothing between ( and )", (1, 2)),
    ("2_F", None, "ParseError", "a subscript stands only after a name or a norm", (1, 3)),
    ("x''y'' +", None, "ParseError", "something is missing after +", (8, 9)),
    ("{x", None, "ParseError", "this { is never closed", (0, 1)),
    ("x}", None, "ParseError", "this } closes nothing", (1, 2)),
    ("⟨x, y", None, "ParseError", "this ⟨ is never closed: an inner product is written <x, y>", (0, 1)),
    ("√", None, "ParseError", "something is missing after √", (1, 2)),
    ("A^", None, "ParseError", "something is missing after ^", (2, 3)),
    ("x.T.T +", None, "ParseError", "something is missing after +", (7, 8)),
    ("[x, y; z]", None, "ParseError", "this row has 1 entries, the first has 2", (7, 8)),
    ("tr(A", "A: matrix(n,n)", "ParseError", "this ( is never closed", (2, 3)),
    ("d(x", "x: vector(n)", "ParseError", "this ( is never closed", (1, 2)),
]

DECLARATIONS = [
    ("x vector(n)", "expected : and a type after x, such as x: vector(n)", (2, 8)),
    ("x: vctor(n)", "expected scalar, vector(n) or matrix(m, n); did you mean vector?", (3, 8)),
    ("x: vector", "a vector has one dimension: vector(n)", (3, 9)),
    ("x: matrix(n)", "a matrix has two dimensions: matrix(m, n)", (3, 9)),
    ("x: vector(n", "this ( is never closed", (11, 12)),
    ("x: vector(0)", "a dimension is at least 1, not 0", (10, 11)),
    ("x: scalar(n)", "a scalar has no dimension: scalar", (3, 9)),
    ("x: symmetric vector(n)", "only a square matrix can be symmetric", (3, 12)),
    ("X: symmetric matrix(m,n)", "only a square matrix can be symmetric", (3, 12)),
    ("x: vector(n), x: scalar", "x is declared twice", (14, 15)),
    ("x: vector(n) w: scalar", "expected a comma between declarations", (13, 14)),
    ("2: scalar", "expected a name to declare, not '2'", (0, 1)),
    ("x", "expected : and a type after x, such as x: vector(n)", (1, 2)),
    ("x: positve scalar", "expected scalar, vector(n) or matrix(m, n); did you mean positive?", (3, 10)),
    ("x: vector(n) ->", "expected scalar, vector(n) or matrix(m, n)", (15, 16)),
    ("u: (vector(n), scalar -> scalar", "expected ) after the arguments of a function", (22, 24)),
]


@pytest.mark.parametrize(("text", "where", "kind", "message", "place"), MALFORMED, ids=[r[0] for r in MALFORMED])
def test_malformed(text: str, where: str | None, kind: str, message: str, place: tuple[int, int]) -> None:
    with pytest.raises(errors.MatcalcError) as caught:
        parse_expression(text, where)
    assert (type(caught.value).__name__, caught.value.message, caught.value.span) == (kind, message, place)
    assert caught.value.status == 2
    assert str(caught.value).startswith(message + "\n")


@pytest.mark.parametrize(("where", "message", "place"), DECLARATIONS, ids=[r[0] for r in DECLARATIONS])
def test_malformed_declaration(where: str, message: str, place: tuple[int, int]) -> None:
    with pytest.raises(errors.DeclarationError) as caught:
        parse_where(where)
    assert (caught.value.message, caught.value.span) == (message, place)


def test_the_caret() -> None:
    with pytest.raises(errors.ShapeError) as caught:
        parse_expression("1 + X*y", "X: matrix(m, n), y: vector(m)")
    assert str(caught.value) == "X is (m, n) and y is (m): did you mean X'*y?\n  1 + X*y\n      ^^^"


def test_too_many_readings() -> None:
    text = "+".join(f"x{i}^2" for i in range(400))
    with pytest.raises(errors.ShapeError, match="declare some of them"):
        parse_expression(text)


def test_unknown_variable() -> None:
    with pytest.raises(errors.UnknownNameError, match="z does not occur in the expression, which has x, y"):
        parse_expression("x + y").variable("z")


def test_not_a_text() -> None:
    with pytest.raises(errors.ParseError, match="an expression is a text, not int"):
        parse_expression(3)  # type: ignore[arg-type]


def test_unknown_syntax() -> None:
    with pytest.raises(errors.ParseError, match="syntax is 'auto', 'plain' or 'latex'"):
        parse_expression("x", syntax="tex")
