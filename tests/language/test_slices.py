"""Slices: what they take, and the empty ones, of sizes that are numbers and of sizes that are names."""

from __future__ import annotations

import pytest

from matcalc.language.typing.axes import SliceError, sliced
from matcalc.terms.shapes import ONE, Dim

N = Dim.of("n")


def cut(start: int | None, stop: int | None, step: int | None = None) -> tuple[str, int | None, int | None, int | None]:
    return ("slice", start, stop, step)


@pytest.mark.parametrize(
    "size, spec, normal, length",
    [
        (N, cut(1, None), cut(1, None), "n - 1"),
        (N, cut(None, -1), cut(None, -1), "n - 1"),
        (N, cut(0, 3), cut(None, 3), "3"),
        (N, cut(1, -1), cut(1, -1), "n - 2"),
        (N, cut(-3, None), cut(-3, None), "3"),
        (N, cut(-3, -1), cut(-3, -1), "2"),
        (Dim.of(6), cut(None, None, 2), cut(None, None, 2), "3"),
        (Dim.of(6), cut(1, None, 2), cut(1, None, 2), "3"),
        (Dim.of(6), cut(-2, None), cut(4, None), "2"),
        (Dim.of(6), cut(0, 6, 1), cut(None, None), "6"),
    ],
)
def test_slice(size: Dim, spec: tuple[object, ...], normal: tuple[object, ...], length: str) -> None:
    done, shape = sliced((spec,), (size, ONE), "x", False)
    assert (done, str(shape[0])) == ((normal,), length)


@pytest.mark.parametrize("size", [N, Dim.of(6)], ids=str)
@pytest.mark.parametrize("spec", [cut(2, 2), cut(3, 2), cut(-1, -1), cut(-1, -2)])
def test_an_empty_slice_is_refused(size: Dim, spec: tuple[object, ...]) -> None:
    with pytest.raises(SliceError, match="is empty"):
        sliced((spec,), (size, ONE), "x", False)


@pytest.mark.parametrize("i, at", [(0, 0), (5, 5), (-1, 5), (-6, 0), (6, None), (-7, None)])
def test_index(i: int, at: int | None) -> None:
    if at is None:
        with pytest.raises(SliceError, match="out of range"):
            sliced((("at", i),), (Dim.of(6), ONE), "x", False)
    else:
        assert sliced((("at", i),), (Dim.of(6), ONE), "x", False)[0] == (("at", at),)
