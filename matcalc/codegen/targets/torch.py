"""PyTorch."""

from __future__ import annotations

from ...terms.errors import MatcalcError
from ..function import Function
from ..plan import Value
from ..python_source import MATH, SIGNS
from ..registry import target
from ..source import ATOM, SUM, Piece
from ..stacked import Stacked
from .helpers import helpers


@target("torch")
def torch(f: Function) -> str:
    """The function in PyTorch."""
    return Torch.source(f)


class Torch(Stacked):
    """The names of PyTorch."""

    language = "PyTorch"
    array = "torch.Tensor"
    xp = "torch"
    kind = ", dtype={0}.dtype, device={0}.device"
    clip, asarray, concat = "clamp", "as_tensor", "cat"
    imports = {"math": "import math", "torch": "import torch"}
    functions = {
        "conj": "torch.conj({0})", "real": "torch.real({0})",
        **{name: f"torch.{name}({{0}})" for name in (
            "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "abs", "sign", "floor", "ceil", "round",
            "log1p", "expm1", "log2", "log10", "sinc", "exp2", "square", "asin", "acos", "atan", "asinh", "acosh",
            "atanh", "erf", "erfc", "erfinv", "digamma", "sigmoid", "relu", "lgamma")},
        "cbrt": "~torch.sign(<0>) * torch.abs(<0>)**(1 / 3)", "cot": "~1 / torch.tan({0})",
        "sec": "~1 / torch.cos({0})", "csc": "~1 / torch.sin({0})", "step": "!step({0})",
        "softplus": "!softplus({0})", "trigamma": "torch.polygamma(1, {0})", "tetragamma": "torch.polygamma(2, {0})",
        "gamma": "torch.exp(torch.lgamma({0}))", "silu": "torch.nn.functional.silu({0})",
        "elu": "torch.nn.functional.elu({0})", "gelu": "~<0> * torch.special.ndtr({0})",
        "normcdf": "torch.special.ndtr({0})", "normpdf": "~torch.exp(-<0>**2 / 2) / (2 * torch.pi)**0.5",
    }  # fmt: skip
    templates = {
        "lu": "torch.linalg.lu_factor({0})", "lu_det": "!lu_det({0})",
        "lu_logdet": "torch.sum(torch.log(torch.abs(torch.diagonal({0}[0]))))",
        "cho_factor": "torch.linalg.cholesky({0})", "cholesky_det": "~torch.prod(torch.diagonal({0}))**2",
        "cholesky_logdet": "~2 * torch.sum(torch.log(torch.diagonal({0})))",
        "tr": "torch.trace({0})", "det": "torch.linalg.det({0})", "logdet": "torch.linalg.slogdet({0})[1]",
        "inv": "torch.linalg.inv({0})", "pinv": "torch.linalg.pinv({0})",
        "sum": "torch.sum({0})", "sum_down": "torch.sum({0}, dim=0)", "sum_across": "torch.sum({0}, dim=1)",
        "mean": "torch.mean({0})", "prodall": "torch.prod({0})", "amax": "torch.max({0})", "amin": "torch.min({0})",
        "norm": "torch.linalg.norm({0})", "norm1": "torch.sum(torch.abs({0}))", "norminf": "torch.max(torch.abs({0}))",
        "normnuc": "torch.linalg.matrix_norm({0}, 'nuc')", "norm2": "torch.linalg.matrix_norm({0}, 2)",
        "logsumexp": "!logsumexp({0})", "softmax": "!softmax({0})",
        "normp": "!normp({0}, {1})", "log_softmax": "!log_softmax({0})", "mean_rows": "torch.mean({0}, axis=1)",
        "sum_rows": "torch.sum({0}, axis=1)", "norm_rows": "~torch.sum(<0>**2, axis=1)**0.5",
        "norm1_rows": "torch.sum(torch.abs({0}), axis=1)", "norminf_rows": "!amax_rows(torch.abs({0}))",
        "amax_rows": "!amax_rows({0})", "amin_rows": "~-!amax_rows(-<0>)",
        "logsumexp_rows": "!logsumexp_rows({0})", "softmax_rows": "!softmax_rows({0})",
        "log_softmax_rows": "!log_softmax_rows({0})",
        "diag": "torch.diag({0})", "diagonal": "torch.diagonal({0})", "tril": "torch.tril({0})",
        "triu": "torch.triu({0})", "kron": "!kron({0}, {1})",
        "cumprod": "torch.cumprod({0}, 0)", "prodall_rows": "torch.prod({0}, 1)", "atan2": "torch.atan2({0}, {1})",
        "polygamma": "torch.polygamma(int({0}), {1})",
        "mpow": "torch.linalg.matrix_power({0}, int({1}))", "expm": "torch.linalg.matrix_exp({0})",
        **{name: f"!{name}({', '.join(f'{{{k}}}' for k in range(n))})" for name, n in (
            ("logm", 1), ("sqrtm", 1), ("sylvester", 3), ("dexpm", 2), ("dlogm", 2), ("d2expm", 3), ("d2logm", 3),
            ("adj", 1), ("polar", 1), ("dpolar", 2), ("leading", 1), ("dleading", 2), ("commutation", 2),
            ("cholesky", 1), ("eigvalsh", 1), ("eigvecsh", 1),
            ("maxeig", 1), ("mineig", 1), ("maxeigvec", 1), ("mineigvec", 1),
            ("circulant", 1), ("toeplitz", 1), ("wrapped", 1), ("lagged", 1))},
    }  # fmt: skip
    words = {
        "EXPM": "torch.linalg.matrix_exp", "LOGM": "logm", "BLOCK": "blocks", "AMAX": "torch.amax",
        "PERMUTE": "torch.permute", "KRON": "kron",
    }  # fmt: skip
    helpers = helpers("torch", words)
    of_numbers = MATH
    helpers |= {
        "lu_det": helpers["lu_det"].replace("torch.arange(rows.shape[0])", "torch.arange(1, rows.shape[0] + 1)"),
    }  # fmt: skip

    def op_lu_solve(self, v: Value) -> Piece:
        if self.f.complex and v.data:
            raise MatcalcError("torch solves with adjoints, not with transposes of complex matrices: take numpy or jax")
        lu, b = v.args
        column = self.text(b) if b.rank == 2 else f"{self.text(b, ATOM)}[:, None]"
        solved = f"torch.linalg.lu_solve(*{self.text(lu)}, {column}{', adjoint=True' if v.data else ''})"
        return Piece(solved if b.rank == 2 else f"{solved}[:, 0]")

    def op_cholesky_solve(self, v: Value) -> Piece:
        factor, b = v.args
        if b.rank == 2:
            return Piece(f"torch.cholesky_solve({self.text(b)}, {self.text(factor)})")
        return Piece(f"torch.cholesky_solve({self.text(b, ATOM)}[:, None], {self.text(factor)})[:, 0]")

    def compare(self, v: Value) -> Piece:
        x, y = v.args
        dtype = self.like().removeprefix(", dtype=").split(",")[0] or "torch.float64"
        return Piece(f"({self.text(x, SUM)} {SIGNS[v.op]} {self.text(y, SUM)}).to({dtype})")

    op_gt = op_ge = op_lt = op_le = op_eq = op_ne = compare

    def blocks(self, rows: list[str]) -> Piece:
        return Piece(f"{self.use('blocks')}([{', '.join(rows)}])")

    def path(self, v: Value) -> str:
        return ""
