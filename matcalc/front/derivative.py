"""The derivative that users hold: a closed form with its layout, shape, types and assumptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from ..terms.limits import within
from ..terms.methods import door
from ..terms.shapes import describe
from .arithmetic import Arithmetic
from .certificates import (
    certified_differential,
    certified_entries,
    certified_forms,
    certified_product,
    certified_vec,
    real_only,
)
from .formats import in_format, types_line
from .recorded import Recorded
from .written import Written

if TYPE_CHECKING:
    import numpy as np
    import sympy
    from numpy.typing import NDArray

    from ..calculus.layout import Layout
    from ..calculus.record import Record
    from ..codegen.registry import Target
    from ..derivation.cases import Cases
    from ..derivation.drawing import Graph
    from ..derivation.lines import Line, Steps
    from ..derivation.modes import Modes
    from ..numbers.check import Report
    from ..numbers.limits import LimitTable
    from ..printing.forms import Forms
    from ..printing.index_form import IndexForm
    from .accepted import Detail, FormName, Mode, Of, Style, Value, Variable
    from .explain import Explanation
    from .formula import Formula


class Derivative(Recorded, Written, Arithmetic):
    """A derivative in closed form.

    Made by `matcalc.diff`, `grad`, `jacobian` and `hessian`. Its `certificate` says how it was verified: exactly in a
    prime field, at random points, or not at all and why. A derivative that is found to be wrong is not handed out.

    >>> import matcalc
    >>> d = matcalc.diff("||Xw - y||^2", "w")
    >>> print(d)
    2*(X*w - y)'*X
    >>> d.layout, describe(d.expr.shape)
    ('numerator', '(1, n)')
    >>> print(d.certificate)
    equal with probability above 1 − 2⁻⁴⁰
    """

    @property
    def operand(self) -> Expr:
        """What stands for it in an expression, and may be differentiated: the structure of variables is not used."""
        return self.raw if self.structure == "free" and self.record.form == "layout" else self.expr

    def diff(self, wrt: Variable, layout: Layout | None = None) -> Derivative:
        """The derivative of the derivative, in its layout unless another is asked for.

        >>> import matcalc
        >>> print(matcalc.grad("||A*x - b||^2", "x").diff("x"))
        2*A'*A
        """
        return door().diff(self, wrt, layout or self.layout, structure="free")

    def grad(self, wrt: Variable) -> Derivative:
        """The gradient of a derivative that is a scalar."""
        return door().grad(self, wrt, structure="free")

    def jacobian(self, wrt: Variable) -> Derivative:
        """The derivative of the derivative in numerator layout."""
        return door().jacobian(self, wrt)

    def hessian(self, wrt: Variable) -> Derivative:
        """The Hessian of a derivative that is a scalar.

        >>> import matcalc
        >>> print(matcalc.diff("a*||x||^2", "a").hessian("x"))
        2*eye(n)
        """
        return door().hessian(self, wrt)

    def __repr__(self) -> str:
        by = ", ".join(str(v.data[0]) for v in self.variables)
        told = [str(self), types_line(self.types), *(f"note: {r}" for r in self.remarks)]
        what = f"Hessian by {by}" if self.order == 2 else f"derivative by {by}, {self.layout} layout"
        head = f"{what}, {describe(self.expr.shape)}"
        return f"<{head}: {'; '.join(part for part in told if part)}>"

    def trace(self) -> Explanation:
        """What was done to get this answer: prints as text, and `json()` is the same as data.

        The parts of the input, each rule that was applied with its file and line, each move of the simplification,
        the candidates of the search with their costs, and the rules that a condition stopped. The derivation is
        run once more, with a recorder. Raises a MatcalcError for a derivative in another form (vec, hvp).

        >>> import matcalc
        >>> explanation = matcalc.diff("A'*x", "x", where="A: symmetric matrix(n,n)").trace()
        >>> [(m.name, str(m.before), str(m.after)) for m in explanation.moves()]
        [('t-symmetric', "A'", 'A')]
        """
        from ..terms.recorder import Recorder
        from .explain import Explanation

        if self.again is None:
            raise MatcalcError("the trace is that of a derivative in a layout: take it before vec or hvp")
        recorder = Recorder()
        return Explanation(self.again(recorder=recorder, verify=False), recorder)

    def evaluate(self, values: Mapping[str, Value] | None = None, **more: Value) -> NDArray[np.float64]:
        """The derivative at given values, as a NumPy array with the axes of its layout; rows and columns are 1-D.

        Raises EvaluationError if a value is missing, has another shape or lacks a declared property.

        >>> import matcalc
        >>> matcalc.diff("x'*A*x", "x").evaluate({"x": [1.0, 2.0], "A": [[1.0, 2.0], [3.0, 4.0]]})
        array([12., 21.])
        """
        from ..numbers.constrained import refuse_violated
        from ..numbers.declared import refuse_undeclared
        from ..numbers.evaluate import evaluate

        given = {**(values or {}), **more}
        refuse_undeclared({name: getattr(type_, "properties", ()) for name, type_ in self.types.items()}, given)
        refuse_violated(self.book, given, self.types)
        return evaluate(self.expr, given, self.types, self.book)  # type: ignore[no-any-return]

    def steps(self, style: Style = "differential", detail: Detail = "brief", mode: Mode | None = None) -> Steps:
        """How the answer comes about, line by line; prints as text, Unicode and LaTeX.

        `style` is "differential" (df = ..., then the derivative is read off) or "chain" (named operations, each
        local derivative with its shape, their product). `detail="full"` shows every rule with its source. `mode`
        orders the products of the chain as "forward" or "reverse" accumulation does.

        >>> import matcalc
        >>> print(matcalc.diff("||Xw - y||^2", "w").steps(style="chain").unicode())
        a     = Xw                  (m, 1)
        b     = a − y               (m, 1)
        z     = ‖b‖²                (1,)
        ∂z/∂b = 2bᵀ                 (1, m)
        ∂b/∂a = I                   (m, m)
        ∂a/∂w = X                   (m, n)
        ∂z/∂w = ∂z/∂b ∂b/∂a ∂a/∂w   (1, m)(m, m)(m, n) = (1, n)
              = 2bᵀ × I × X
              = 2(Xw − y)ᵀX         put in b
        """
        with within():
            from ..derivation.steps import steps

            return steps(real_only(self.record, "the derivation step by step"), style, detail, mode, _line_errors)

    def graph(self, of: Of = "expression") -> Graph:
        """The computation graph of the "expression", of its "derivative", or of "both" with shared parts once.

        >>> import matcalc
        >>> print(matcalc.diff("2*a + b", "a").graph())
        flowchart BT
            n0("a scalar")
            n1("b scalar")
            n2["f = 2*a + b scalar"]
            n0 --> n2
            n1 --> n2
        """
        with within():
            from ..derivation.drawing import graph

            return graph(real_only(self.record, "the graph"), of)

    def modes(self, sizes: Mapping[str, int] | None = None) -> Modes:
        """Forward and reverse accumulation side by side, with their costs for given sizes.

        >>> import matcalc
        >>> print(matcalc.diff("||Xw - y||^2", "w").modes(sizes={"m": 100, "n": 10}))
        forward  ∂z/∂b (∂b/∂a ∂a/∂w)   1000 multiplications, 1100 numbers kept
        reverse  (∂z/∂b ∂b/∂a) ∂a/∂w   1000 multiplications, 301 numbers kept
        """
        from ..derivation.modes import modes

        return modes(real_only(self.record, "the order of the products"), sizes, _line_errors)

    def cases(self) -> Cases:
        """The derivative piece by piece, with the interval of subderivatives at each kink.

        >>> import matcalc
        >>> print(matcalc.diff("|x|", "x", where="x: scalar").cases())
        1                         if x > 0
        -1                        if x < 0
        any value a in [-1, 1]    if x = 0
        """
        from ..derivation.cases import cases

        return cases(real_only(self.record, "cases"))

    def check(self, trials: int = 3, seed: int = 0, against: Literal["jax"] | None = None, *, directions: int = 3,
              tolerance: float = 1e-6) -> Report:  # fmt: skip
        """Compare with differences of the original expression at random values, or with `against="jax"`.

        >>> import matcalc
        >>> matcalc.diff("logdet(S)", "S", where="S: spd matrix(n,n)").check().ok
        True
        """
        with within():
            from ..numbers.check import check
            from ..printing.in_words import in_words

            return check(self.record, trials, seed, against, directions=directions, tolerance=tolerance,
                         reading=in_words(self.source))  # fmt: skip

    def limit_table(self, at: float, h: tuple[float, ...] = (0.1, 0.01, 1e-3, 1e-4, 1e-5),
                    values: Mapping[str, Value] | None = None) -> LimitTable:  # fmt: skip
        """Difference quotients with shrinking h beside the derivative, for a scalar by a scalar.

        >>> import matcalc
        >>> print(matcalc.diff("3x^2 - 4x", "x").limit_table(at=1, h=(0.1,)))
        h=0.1, numerical limit=2.30000
        derivative at x = 1: 2.00000
        """
        from ..numbers.limits import limit_table

        return limit_table(real_only(self.record, "a table of limits"), at, h, values)

    def index(self) -> IndexForm:
        """The derivative entry by entry, in index notation.

        >>> import matcalc
        >>> print(matcalc.diff("A*X*B", "X").index())
        ∂Y[i,j]/∂X[p,q] = A[i,p]*B[q,j]
        """
        from ..printing.index_form import IndexForm

        return IndexForm(certified_entries(self.record))

    def form(self, which: FormName = "all") -> Forms:
        """The derivative as an equation: its "entries", "vec" (of stacked columns), its "differential", or "all".

        >>> import matcalc
        >>> print(matcalc.diff("A*X*B", "X").form().unicode())
        dY               = A dX B
        ∂vec(Y)/∂vec(X)ᵀ = Bᵀ ⊗ A
        ∂Y_ij/∂X_pq      = A_ip B_qj
        """
        from ..printing.forms import forms

        return certified_forms(forms(real_only(self.record, "another form"), which, self.names), self.record)

    def vec(self) -> Derivative:
        """The Jacobian of vec(Y) by vec(X), with Kronecker products; vec stacks columns.

        >>> import matcalc
        >>> print(matcalc.diff("A*X*B", "X").vec())
        kron(B', A)
        """
        record, found = certified_vec(self.record)
        return Derivative(record, certificate=found)

    def differential(self) -> Expr:
        """The differential that the derivative was read from, linear in d(X).

        >>> import matcalc
        >>> print(matcalc.diff("A*X*B", "X").differential())
        A*d(X)*B
        """
        return certified_differential(self.source, self.variables, self.book)

    def code(self, target: Target = "numpy", value: bool = False, name: str | None = None,
             compressed: bool = False) -> str:  # fmt: skip
        '''Source code of a function of the variables of the question that computes the derivative.

        The parameters stand in the order of `types`, so that a gradient and its Hessian have the same; functions of
        the question such as u in u(x) are the last. With `value` the function gives the value and the derivative,
        which share work. `target` is "numpy", "array-api", "jax", "torch", "julia", "matlab" or "c"; "torch-function",
        "jax-vjp" and "rrule" (Julia) are functions with this gradient as their backward pass, with a gradient check. In
        Julia and MATLAB a row is returned as a row, and in MATLAB vectors are columns. The default name says what is
        computed: `grad_w`.
        With `compressed` the function of a Hessian gives an object with its factors (see `compile`).

        >>> import matcalc
        >>> print(matcalc.grad("x'*A*x", "x").code().rstrip())
        import numpy as np
        <BLANKLINE>
        <BLANKLINE>
        def grad_x(x, A):
            """The gradient of x'*A*x by x: (A + A')*x.
        <BLANKLINE>
            Shapes: x (n,), A (n, n).
            """
            n = len(x)
            if x.ndim != 1 or A.shape != (n, n):
                raise ValueError(f"the shapes should be x (n,), A (n, n), not {x.shape}, {A.shape}")
            return A @ x + x @ A
        '''
        with within():
            from .programs import program

            return program(self.record, target, value, name, compressed).text

    def compile(self, backend: Target = "numpy", value: bool = False, compressed: bool = False) -> Callable[..., Any]:
        """The function of `code`, ready to be called with arrays; `backend` is a target that is Python.

        With `compressed` the function of a Hessian gives an object that keeps its factors (those of Kronecker
        products, diagonals, vectors of low-rank terms, A and D of A'*D*A) as fields; `dense()` is the array and
        `hvp(V)` its product with V, of the shape of the variable. With JAX it may pass through `jit`. Raises a
        MatcalcError that names the part if the Hessian is a full array.

        >>> import matcalc
        >>> f = matcalc.diff("x^3", "x", where="x: scalar").compile()
        >>> f(2.0)
        12.0
        >>> h = matcalc.hessian("||T - U*V'||^2", "U", where="U: matrix(m,k), V: matrix(n,k)").compile(compressed=True)
        >>> import numpy as np
        >>> factors = h(T=np.ones((2, 3)), U=np.ones((2, 1)), V=np.ones((3, 1)))
        >>> factors.M
        array([[3.]])
        >>> factors.hvp(np.array([[1.0], [10.0]])).tolist()
        [[6.0], [60.0]]
        >>> factors.dense().shape
        (2, 1, 2, 1)
        """
        from .programs import program

        return program(self.record, backend, value, compressed=compressed).compiled()

    def hvp(self, v: str = "v") -> Derivative:
        """The product of the Hessian with a vector (for a matrix variable, a matrix) called `v`, without the Hessian.

        The work is that of two gradients.

        >>> import matcalc
        >>> print(matcalc.grad("||A*x - b||^2", "x").hvp("v"))
        2*A'*A*v
        """
        record, found = certified_product(self.record, v)
        return Derivative(record, certificate=found)

    def diagonal(self) -> Formula:
        """The diagonal of a Hessian: the second derivatives by each entry, in the shape of the variable.

        >>> import matcalc
        >>> print(matcalc.hessian("logsumexp(x)", "x", where="x: vector(n)").diagonal())
        softmax(x) - softmax(x).^2
        >>> print(matcalc.hessian("tr(X'*A*X*B)", "X").diagonal())
        2*diag(A)*diag(B)'
        """
        from .formula import read_off

        return read_off(self.record, "diagonal")

    def laplacian(self) -> Formula:
        """The trace of a Hessian, the Laplacian of what it came from; `trace()` is the record of the run.

        >>> import matcalc
        >>> print(matcalc.hessian("log(x'*x)", "x").laplacian())
        (2*n - 4)/(x'*x)
        """
        from .formula import read_off

        return read_off(self.record, "laplacian")

    def to_sympy(self) -> sympy.Basic:
        """The closed form in SymPy, where SymPy has the form; MatcalcError names what it lacks.

        >>> import matcalc
        >>> matcalc.diff("x'*A*x", "x").to_sympy()
        x.T*(A + A.T)
        """
        from .sympy_exchange import to_sympy

        return to_sympy(real_only(self.record, "the form in SymPy").expr)

    def json(self) -> str:
        """The derivative as JSON: its expression, layout, shape, types, closed form and tree."""
        return in_format(self, "json")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from .display import bundle

        return bundle(self)

    def _repr_html_(self) -> str:
        from .card import card

        return card(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def _line_errors(lines: Sequence[Line], record: Record, seed: int) -> list[float]:
    from ..derivation.verify import line_errors

    return line_errors(lines, record, seed)
