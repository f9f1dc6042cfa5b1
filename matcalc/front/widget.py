"""The card as a widget: a formula and its variable are typed, and the answer follows. Needs `anywidget`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ..calculus.layout import check_layout
from ..terms.errors import MatcalcError
from ..terms.limits import Limits
from .api import diff, reading
from .card import card, failed, formula_card

if TYPE_CHECKING:
    from ..calculus.layout import Layout
    from .accepted import Widget

LIMITS = Limits(work=1_000_000)  # an answer follows every key
ESM = """\
function render({ model, el }) {
  const form = document.createElement("div");
  const field = (name, size, label) => {
    const input = document.createElement("input");
    input.value = model.get(name);
    input.size = size;
    input.setAttribute("aria-label", label);
    let wait;
    input.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => { model.set(name, input.value); model.save_changes(); }, 200);
    });
    model.on(`change:${name}`, () => { if (input.value !== model.get(name)) input.value = model.get(name); });
    return input;
  };
  const answer = document.createElement("div");
  answer.setAttribute("aria-live", "polite");
  const show = () => { answer.innerHTML = model.get("html"); };
  form.append(field("text", 40, "formula"), " by ", field("wrt", 6, "variable"));
  el.append(form, answer);
  model.on("change:html", show);
  show();
}
export default { render };
"""


def answer(text: str, wrt: str, layout: Layout = "numerator") -> str:
    """What stands under the fields: the derivative, without a variable the formula, or the error; all as HTML.

    >>> "numerator layout" in answer("x'*A*x", "x"), "<pre>" in answer("x'*(", "x")
    (True, True)
    """
    if not text.strip():
        return ""
    try:
        if wrt.strip():
            return card(diff(text, wrt.strip(), layout, limits=LIMITS))
        return formula_card(reading(text, limits=LIMITS).expr)
    except MatcalcError as error:
        return failed(error)


def widget(text: str = "", wrt: str = "", layout: Layout = "numerator") -> Widget:
    """The card as a widget of Jupyter: `text` and `wrt` can be changed in it and from Python, `html` is the answer.

    MatcalcError where `anywidget` is not installed (`pip install 'matcalc-symbolic[widget]'`).
    """
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise MatcalcError("the widget needs anywidget: pip install 'matcalc-symbolic[widget]'") from None

    class Card(anywidget.AnyWidget):  # type: ignore[misc, unused-ignore]
        """A formula, its variable, and the answer."""

        _esm = ESM
        text = traitlets.Unicode("").tag(sync=True)
        wrt = traitlets.Unicode("").tag(sync=True)
        layout_name = traitlets.Unicode("numerator")
        html = traitlets.Unicode("").tag(sync=True)

        @traitlets.observe("text", "wrt", "layout_name")  # type: ignore[untyped-decorator, unused-ignore]
        def _asked(self, _: object = None) -> None:
            self.html = answer(self.text, self.wrt, check_layout(self.layout_name))

    return cast("Widget", Card(text=text, wrt=wrt, layout_name=layout))
