"""NumPy, with SciPy where NumPy lacks a function."""

from __future__ import annotations

from ...terms.signatures import Operation
from ..function import Function
from ..plan import Value
from ..python_source import Python, is_ordered
from ..registry import target
from ..source import Piece
from .helpers import helpers

_LETTERS = "ijklmnpqrstuvwxyzabcdefgho"


@target("numpy")
def numpy(f: Function) -> str:
    """The function in NumPy."""
    return NumPy.source(f)


class NumPy(Python):
    """NumPy's names."""

    language = "NumPy"
    array = "np.ndarray"
    writes = True  # whether arrays can be written to
    imports = {
        "np": "import numpy as np", "linalg": "from scipy import linalg", "special": "from scipy import special",
    }  # fmt: skip
    functions = {
        "conj": "np.conj({0})", "real": "np.real({0})",
        **{name: f"np.{name}({{0}})" for name in (
            "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "cbrt", "abs", "sign", "floor", "ceil",
            "round", "log1p", "expm1", "log2", "log10", "sinc", "exp2", "square")},
        **{name: f"special.{name}({{0}})" for name in ("erf", "erfc", "erfi", "erfinv", "gamma", "digamma", "dawsn",
                                                    "ellipk", "ellipe")},
        "lambertw": "np.real(special.lambertw({0}))", "Ei": "special.expi({0})",
        **{name: f"special.{own}({{0}})[{k}]" for name, own, k in (
            ("Si", "sici", 0), ("Ci", "sici", 1), ("fresnels", "fresnel", 0), ("fresnelc", "fresnel", 1),
            ("airyai", "airy", 0), ("airyaiprime", "airy", 1), ("airybi", "airy", 2), ("airybiprime", "airy", 3))},
        "asin": "np.arcsin({0})", "acos": "np.arccos({0})", "atan": "np.arctan({0})", "asinh": "np.arcsinh({0})",
        "acosh": "np.arccosh({0})", "atanh": "np.arctanh({0})", "cot": "~1 / np.tan({0})", "sec": "~1 / np.cos({0})",
        "csc": "~1 / np.sin({0})", "relu": "np.maximum({0}, 0)", "step": "np.heaviside({0}, 0)",
        "sigmoid": "special.expit({0})", "softplus": "!softplus({0})", "lgamma": "special.gammaln({0})",
        "trigamma": "special.polygamma(1, {0})", "tetragamma": "special.polygamma(2, {0})",
        "elu": "np.where({0} > 0, {0}, np.expm1(np.minimum({0}, 0)))", "silu": "~<0> * special.expit({0})",
        "gelu": "~<0> * special.ndtr({0})", "normcdf": "special.ndtr({0})",
        "normpdf": "~np.exp(-<0>**2 / 2) / np.sqrt(2 * np.pi)",
    }  # fmt: skip
    templates = {
        "lu_det": "!lu_det({0})", "lu_logdet": "np.sum(np.log(np.abs(np.diag({0}[0]))))",
        "cho_factor": "linalg.cho_factor({0})", "cholesky_solve": "linalg.cho_solve({0}, {1})",
        "cholesky_det": "~np.prod(np.diag({0}[0]))**2", "cholesky_logdet": "~2 * np.sum(np.log(np.diag({0}[0])))",
        "tr": "np.trace({0})", "det": "np.linalg.det({0})", "logdet": "np.linalg.slogdet({0})[1]",
        "inv": "np.linalg.inv({0})", "pinv": "np.linalg.pinv({0})",
        "sum": "np.sum({0})", "sum_down": "np.sum({0}, axis=0)", "sum_across": "np.sum({0}, axis=1)",
        "mean": "np.mean({0})", "prodall": "np.prod({0})", "amax": "np.max({0})", "amin": "np.min({0})",
        "norm": "np.linalg.norm({0})", "norm1": "np.sum(np.abs({0}))", "norminf": "np.max(np.abs({0}))",
        "normnuc": "np.linalg.norm({0}, 'nuc')", "norm2": "np.linalg.norm({0}, 2)",
        "logsumexp": "!logsumexp({0})", "softmax": "!softmax({0})",
        "normp": "!normp({0}, {1})", "log_softmax": "!log_softmax({0})", "mean_rows": "np.mean({0}, axis=1)",
        "sum_rows": "np.sum({0}, axis=1)", "norm_rows": "np.linalg.norm({0}, axis=1)",
        "norm1_rows": "np.sum(np.abs({0}), axis=1)", "norminf_rows": "np.max(np.abs({0}), axis=1)",
        "amax_rows": "np.max({0}, axis=1)", "amin_rows": "np.min({0}, axis=1)",
        "logsumexp_rows": "!logsumexp_rows({0})", "softmax_rows": "!softmax_rows({0})",
        "log_softmax_rows": "!log_softmax_rows({0})",
        "cross": "np.cross({0}, {1})", "skew": "np.cross(np.eye(3), np.ravel({0}))", "axial": "!axial({0})",
        "cumprod": "np.cumprod({0})", "prodall_rows": "np.prod({0}, axis=1)", "atan2": "np.arctan2({0}, {1})",
        **{f"bessel{k}": f"special.{k}v({{0}}, {{1}})" for k in "jyik"},
        "polygamma": "special.polygamma({0}, {1})",
        "max": "np.maximum({0}, {1})", "min": "np.minimum({0}, {1})",
        "diag": "np.diag({0})", "diagonal": "np.diagonal({0})", "tril": "np.tril({0})", "triu": "np.triu({0})",
        "kron": "np.kron({0}, {1})", "mpow": "!matrix_power({0}, {1})",
        "expm": "linalg.expm({0})", "logm": "linalg.logm({0})", "sqrtm": "linalg.sqrtm({0})",
        "sylvester": "linalg.solve_sylvester({0}, {1}, {2})",
        "dexpm": "linalg.expm_frechet({0}, {1}, compute_expm=False)",
        **{name: f"!{name}({', '.join(f'{{{k}}}' for k in range(n))})" for name, n in (
            ("dlogm", 2), ("d2expm", 3), ("d2logm", 3), ("adj", 1), ("polar", 1), ("dpolar", 2), ("leading", 1),
            ("dleading", 2), ("commutation", 2),
            ("cholesky", 1), ("eigvalsh", 1), ("eigvecsh", 1),
            ("maxeig", 1), ("mineig", 1), ("maxeigvec", 1), ("mineigvec", 1),
            ("circulant", 1), ("toeplitz", 1), ("wrapped", 1), ("lagged", 1))},
    }  # fmt: skip
    words = {
        "EXPM": "linalg.expm", "LOGM": "linalg.logm", "BLOCK": "np.block", "AMAX": "np.max",
        "PERMUTE": "np.transpose", "KRON": "np.kron",
    }  # fmt: skip
    helpers = helpers("np", words)

    def piece(self, v: Value) -> Piece:
        """An operation of the user's is the function of NumPy that its line names."""
        if isinstance(v.data, Operation):
            if not v.data.numpy:
                raise self.unknown(v.op)
            return Piece(f"{self.xp}.{v.data.numpy}({', '.join(self.text(a) for a in v.args)})")
        return super().piece(v)

    def op_inner(self, v: Value) -> Piece:
        x, y = v.args
        if x.op == "t" or y.op == "t" or self.f.complex:  # vdot conjugates its first factor
            return super().op_inner(v)
        return Piece(f"{self.xp}.vdot({self.text(x)}, {self.text(y)})")

    def op_einsum(self, v: Value) -> Piece:
        """An index expression; with an identity among its operands an array that is 0 but on a diagonal."""
        ins, out = v.data
        for k, (a, axes) in enumerate(zip(v.args, ins, strict=True)):
            others = [i for n, inner in enumerate(ins) for i in inner if n != k]
            writes = self.writes and not self.f.complex  # zeros are real
            if writes and a.op == "eye" and len(ins) > 1 and set(axes) <= set(out) and not set(axes) & set(others):
                return self.on_diagonal(v, k)
        return super().op_einsum(v)

    def on_diagonal(self, v: Value, k: int) -> Piece:
        """Lines that fill the diagonal of zeros by a view of it."""
        ins, out = v.data
        first, second = ins[k]
        rest = tuple(i for i in out if i not in (first, second))
        operands = [a for n, a in enumerate(v.args) if n != k]
        inner = tuple(axes for n, axes in enumerate(ins) if n != k)
        letter = {i: _LETTERS[n] for n, i in enumerate(dict.fromkeys((*out, *(i for axes in inner for i in axes))))}
        if inner == (rest,):
            text = self.text(operands[0])
        else:
            given = ",".join("".join(letter[i] for i in axes) for axes in inner)
            spec = f"{given}->{''.join(letter[i] for i in rest)}"
            optimize = ", optimize=True" if is_ordered(inner, rest) else ""
            text = f"np.einsum('{spec}', {', '.join(self.text(a) for a in operands)}{optimize})"
        name = self.names.fresh("T")
        view = "".join(letter[first if i == second else i] for i in out)
        self.line(f"{name} = np.zeros({self.shape(v.axes)})")
        self.line(f"np.einsum('{view}->{''.join(letter[i] for i in (first, *rest))}', {name})[...] = {text}")
        self.named.add(v.number)
        return Piece(name)

    def op_lu(self, v: Value) -> Piece:
        return Piece(f"linalg.lu_factor({self.text(v.args[0])})")

    def op_lu_solve(self, v: Value) -> Piece:
        lu, b = v.args
        return Piece(f"linalg.lu_solve({self.text(lu)}, {self.text(b)}{', trans=1' if v.data else ''})")
