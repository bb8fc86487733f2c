"""``{derived} change`` (directive): a formula, or an expression, that the examples above it have made."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from page_code import examples
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import cooperon as cp
from cooperon.symbolic.latex import latex


class DerivedDirective(SphinxDirective):
    """A formula that the examples of the page have derived: its argument is Python, with their names."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        # the same text for all directives of a page, so that its examples run once
        text = Path(self.env.doc2path(self.env.docname)).read_text(encoding="utf-8")
        value = eval(self.arguments[0], dict(examples(text, self.lineno)))
        written = value.latex() if isinstance(value, cp.Formula) else latex(value)
        return [nodes.math_block("", written, nowrap=True, number=None)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("derived", DerivedDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
