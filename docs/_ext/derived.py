"""``{derived} change`` (directive): a formula, or an expression, that the examples above it have made."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from from_the_engine import displayed
from page_code import examples
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import cooperon as cp
from cooperon.symbolic.arrangement import arranged
from cooperon.symbolic.latex_breaking import broken
from cooperon.symbolic.latex_printer import HousePrinter

_WIDTH = 44.0
"""Of the text of a page, in em of its formulas."""


class DerivedDirective(SphinxDirective):
    """A formula that the examples of the page have derived: its argument is Python, with their names."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        # the same text for all directives of a page, so that its examples run once
        text = Path(self.env.doc2path(self.env.docname)).read_text(encoding="utf-8")
        value = eval(self.arguments[0], dict(examples(text, self.lineno)))
        symbol, expr = (value.symbol, arranged(value.expr)) if isinstance(value, cp.Formula) else ("", value)
        return [displayed(symbol, broken(expr, HousePrinter(), _WIDTH))]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("derived", DerivedDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
