"""Code of long sums: the texts that are put together grow with the sum and not with its square."""

from __future__ import annotations

import pytest

from matcalc.codegen.source import Source
from tests.benchmarks.growth import derived, quadratics, terms


@pytest.mark.parametrize("family", [terms, quadratics])
def test_texts_grow_with_the_sum(family: object, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = [0]
    text = Source.text

    def counting(self: Source, *args: object) -> str:
        counted[0] += 1
        return text(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Source, "text", counting)
    found = []
    for n in (50, 200):
        counted[0] = 0
        derived(family(n)).code()  # type: ignore[operator]
        found.append(counted[0])
    assert 0 < found[1] < 8 * found[0]
