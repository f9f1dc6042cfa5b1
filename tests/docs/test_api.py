"""Every public name has an example in its docstring, which is run, also where doctest by modules does not look."""

from __future__ import annotations

import doctest
import inspect

import pytest

import matcalc
from tests.examples import FLAGS

NAMES = [name for name in matcalc.__all__ if not isinstance(getattr(matcalc, name), str)]
# It cannot be had by asking; IPython calls it; `review` makes it, where the examples are; it needs anywidget.
WITHOUT = {"InternalError", "load_ipython_extension", "Review", "widget"}


@pytest.mark.parametrize("name", NAMES)
def test_example(name: str) -> None:
    what = getattr(matcalc, name)
    examples = doctest.DocTestParser().get_doctest(inspect.getdoc(what) or "", {}, name, None, None)
    assert bool(examples.examples) != (name in WITHOUT), name
    examples.globs = dict(vars(inspect.getmodule(inspect.unwrap(what)) or matcalc))
    examples.globs |= {n: getattr(matcalc, n) for n in matcalc.__all__}
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    out: list[str] = []
    assert not runner.run(examples, out=out.append).failed, "".join(out)


@pytest.mark.parametrize("name", NAMES)
def test_docstring(name: str) -> None:
    text = inspect.getdoc(getattr(matcalc, name)) or ""
    assert len(text.split()) > 4, name
    assert text.split("\n\n")[0].rstrip().endswith("."), name
