"""How the pages are built: sphinx-build -n -W --keep-going docs docs/_build/html (no network is needed)."""

from __future__ import annotations

import sys
from pathlib import Path

import cooperon

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "cooperon"
author = "The cooperon developers"
copyright = "2026, the cooperon developers"
version = release = cooperon.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "from_the_engine",
    "derived",
    "amplitudes",
    "measured",
]
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["dollarmath", "colon_fence", "attrs_inline"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_custom_sections = [("Attributes", "params_style")]
napoleon_use_param = False
napoleon_use_rtype = False

html_theme = "alabaster"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["cooperon.css"]
html_copy_source = False
html_theme_options = {
    "description": "transport formulas of disordered metals, derived from their diagrams",
    "fixed_sidebar": True,
    "page_width": "1180px",
    "body_max_width": "920px",
    "sidebar_width": "230px",
    "show_powered_by": False,
}
html_sidebars = {"**": ["about.html", "navigation.html", "searchbox.html"]}
