"""The code of a page: formulas and figures that it makes stand on the page without being typed again.

- ``{derived} change`` (directive): a formula, or an expression, that the examples above it have made.
- ``figures_of(page)``: the figures that a page shows and its examples draw, by name.
"""

from __future__ import annotations

import doctest
import re
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from matplotlib.figure import Figure
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import cooperon as cp
from cooperon.symbolic.latex import latex

_BLOCKS = re.compile(r"^```python\n.*?^```$", re.MULTILINE | re.DOTALL)
_IMAGES = re.compile(r"^!\[[^]]*\]\(figures/(\w+)\.svg\)$", re.MULTILINE)
_SIZE = (6.4, 3.6)


@cache
def examples(text: str) -> dict[str, Any]:
    """Run the examples of a page and return the names they make."""
    names: dict[str, Any] = {}
    for block in _BLOCKS.findall(text):
        for example in doctest.DocTestParser().get_examples(block):
            exec(compile(example.source, "<page>", "single", dont_inherit=True), names)
    return names


def figures_of(page: Path) -> dict[str, Figure]:
    """Draw the figures of a page: axes that its examples give the name of the file to."""
    text = page.read_text(encoding="utf-8")
    names = examples(text)
    found = {name: names[name].figure for name in _IMAGES.findall(text)}
    for figure in found.values():
        figure.set_size_inches(*_SIZE)
    return found


class DerivedDirective(SphinxDirective):
    """A formula that the examples of the page have derived."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        text = Path(self.get_source_info()[0]).read_text(encoding="utf-8")
        value = eval(self.arguments[0], examples(text))
        written = value.latex() if isinstance(value, cp.Formula) else latex(value)
        return [nodes.math_block("", written, nowrap=True, number=None)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("derived", DerivedDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
