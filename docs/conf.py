"""The configuration of Sphinx; `python docs/build.py OUT` is what runs it."""

from __future__ import annotations

from docs.autodoc import prepare
from matcalc.terms.version import __version__

project = "matcalc"
author = "the authors of matcalc"
copyright = author
release = __version__
language = "en"

extensions = [
    "sphinx.ext.autodoc", "sphinx_copybutton", "sphinx_design", "myst_nb", "docs.katex",
]  # fmt: skip
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist", "attrs_inline", "attrs_block"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the notebooks are executed by the tests, and stand here as they were committed
nb_merge_streams = True

default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
add_module_names = False
python_use_unqualified_type_names = True
toc_object_entries = False

html_theme = "furo"
html_title = "matcalc"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["katex/katex.min.js", "site.js"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_favicon = "_static/icon.svg"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1d4e89", "color-brand-content": "#1d4e89"},
    "dark_css_variables": {"color-brand-primary": "#8ab8f0", "color-brand-content": "#8ab8f0"},
}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
suppress_warnings = ["config.cache"]


def setup(app: object) -> None:
    """Docstrings are prose with examples; Sphinx wants them in its own markup."""
    app.connect("autodoc-process-docstring", prepare)  # type: ignore[attr-defined]
