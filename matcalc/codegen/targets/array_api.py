"""The array API standard: one source for NumPy, JAX, PyTorch, CuPy, Dask, ... by their namespaces."""

from __future__ import annotations

from ..contractions import Operand, Steps, contracted, sized
from ..function import Function
from ..plan import Value
from ..python_source import MATH, SIGNS
from ..registry import target
from ..source import ATOM, PRODUCT, SUM, Piece
from ..stacked import Stacked
from .helpers import helpers


@target("array-api")
def array_api(f: Function) -> str:
    """The function with the names of the standard, in the namespace of its arguments."""
    return ArrayAPI.source(f)


class ArrayAPI(Stacked):
    """The names of the standard. What it lacks, such as the error function, is refused."""

    language = "the array API standard"
    xp = "xp"
    kind = ", dtype={0}.dtype"
    lengths = False
    factorizes = False
    of_numbers = MATH
    clip, asarray, concat = "clip", "asarray", "concat"
    imports = {"math": "import math", "array_namespace": "from array_api_compat import array_namespace"}
    functions = {
        "conj": "xp.conj({0})", "real": "xp.real({0})",
        **{name: f"xp.{name}({{0}})" for name in (
            "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "abs", "sign", "floor", "ceil", "round",
            "log1p", "expm1", "log2", "log10", "square", "asin", "acos", "atan", "asinh", "acosh", "atanh")},
        "cbrt": "~xp.sign(<0>) * xp.abs(<0>)**(1 / 3)", "cot": "~1 / xp.tan({0})", "sec": "~1 / xp.cos({0})",
        "csc": "~1 / xp.sin({0})", "step": "!step(xp, {0})", "sigmoid": "!sigmoid(xp, {0})",
        "softplus": "!softplus(xp, {0})", "relu": "!relu(xp, {0})", "silu": "~<0> * !sigmoid(xp, {0})",
        "elu": "!elu(xp, {0})", "normpdf": "~xp.exp(-<0>**2 / 2) / (2 * math.pi)**0.5", "sinc": "!sinc(xp, {0})",
    }  # fmt: skip
    templates = {
        "tr": "xp.linalg.trace({0})", "det": "xp.linalg.det({0})", "logdet": "xp.linalg.slogdet({0})[1]",
        "inv": "xp.linalg.inv({0})", "pinv": "xp.linalg.pinv({0})",
        "sum": "xp.sum({0})", "sum_down": "xp.sum({0}, axis=0)", "sum_across": "xp.sum({0}, axis=1)",
        "mean": "xp.mean({0})", "prodall": "xp.prod({0})", "amax": "xp.max({0})", "amin": "xp.min({0})",
        "norm": "~xp.sum(<0>**2)**0.5", "norm1": "xp.sum(xp.abs({0}))", "norminf": "xp.max(xp.abs({0}))",
        "normnuc": "xp.sum(xp.linalg.svdvals({0}))", "norm2": "xp.max(xp.linalg.svdvals({0}))",
        "normp": "!normp(xp, {0}, {1})", "log_softmax": "!log_softmax(xp, {0})", "mean_rows": "xp.mean({0}, axis=1)",
        "sum_rows": "xp.sum({0}, axis=1)", "norm_rows": "~xp.sum(<0>**2, axis=1)**0.5",
        "norm1_rows": "xp.sum(xp.abs({0}), axis=1)", "norminf_rows": "!amax_rows(xp, xp.abs({0}))",
        "amax_rows": "!amax_rows(xp, {0})", "amin_rows": "~-!amax_rows(xp, -<0>)",
        "logsumexp_rows": "!logsumexp_rows(xp, {0})", "softmax_rows": "!softmax_rows(xp, {0})",
        "log_softmax_rows": "!log_softmax_rows(xp, {0})",
        "diag": "~xp.eye({0}.shape[0], dtype={0}.dtype) * <0>", "diagonal": "xp.linalg.diagonal({0})",
        "prodall_rows": "xp.prod({0}, axis=1)", "atan2": "xp.atan2({0}, {1})",
        "tril": "xp.tril({0})", "triu": "xp.triu({0})", "mpow": "xp.linalg.matrix_power({0}, int({1}))",
        **{name: f"!{name}(xp, {', '.join(f'{{{k}}}' for k in range(n))})" for name, n in (
            ("logsumexp", 1), ("softmax", 1), ("kron", 2), ("expm", 1), ("logm", 1), ("sqrtm", 1), ("sylvester", 3),
            ("dexpm", 2), ("dlogm", 2), ("d2expm", 3), ("d2logm", 3), ("adj", 1), ("polar", 1), ("dpolar", 2),
            ("leading", 1), ("dleading", 2), ("commutation", 2),
            ("cholesky", 1), ("eigvalsh", 1), ("eigvecsh", 1),
            ("maxeig", 1), ("mineig", 1), ("maxeigvec", 1), ("mineigvec", 1))},
    }  # fmt: skip
    words = {
        "EXPM": "expm", "LOGM": "logm", "BLOCK": "blocks", "AMAX": "xp.max",
        "PERMUTE": "xp.permute_dims", "KRON": "kron",
    }  # fmt: skip
    helpers = helpers("xp", words, namespace=True)

    def setting(self) -> list[str]:
        arrays = [p for p in self.f.parameters if p.axes is not None and p.read] or self.f.parameters
        given = ", ".join(self.names.of_user(p.name) for p in arrays if p.axes is not None)
        text = "\n".join(self.lines) + "".join(self.pieces[v.number].text for v in self.f.results)
        return [f"    xp = array_namespace({given})"] if "xp." in text or "(xp" in text else []

    def op_outer(self, v: Value) -> Piece:
        x, y = v.args
        return Piece(f"{self.text(x, ATOM)}[:, None] * {self.text(y, ATOM)}[None, :]", 2)

    def op_flat(self, v: Value) -> Piece:
        return Piece(f"xp.reshape({self.text(v.args[0])}, (-1,))")

    def op_reshape(self, v: Value) -> Piece:
        return Piece(f"xp.reshape({self.text(v.args[0])}, {self.shape(v.data) if v.data else '()'})")

    def compare(self, v: Value) -> Piece:
        x, y = v.args
        dtype = self.like().removeprefix(", dtype=") or "xp.float64"
        return Piece(f"xp.astype({self.text(x, SUM)} {SIGNS[v.op]} {self.text(y, SUM)}, {dtype})")

    op_gt = op_ge = op_lt = op_le = op_eq = op_ne = compare

    def blocks(self, rows: list[str]) -> Piece:
        return Piece(f"{self.use('blocks')}(xp, [{', '.join(rows)}])")

    def op_einsum(self, v: Value) -> Piece:
        ins, out = v.data
        operands = [Operand(self.text(a, ATOM), axes) for a, axes in zip(v.args, ins, strict=True)]
        done = contracted(Steps(), operands, out, sized(v))
        return Piece(done.text, PRODUCT if done.loose else ATOM)

    def op_kernel(self, v: Value) -> Piece:
        text = super().op_kernel(v).text
        return Piece(text.replace("kernel(", "kernel(xp, ", 1))
