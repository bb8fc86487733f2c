"""``{amplitudes}`` (directive): the table of how the literature writes the Fermi-liquid constant."""

from __future__ import annotations

import sympy as sp
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import cooperon as cp
from cooperon.symbolic.fermi_liquid import AMPLITUDES, Amplitude
from cooperon.symbolic.latex import latex

_VALUE = sp.Rational(-1, 5)
_DIGITS = 4


class AmplitudesDirective(SphinxDirective):
    """Each convention: name, letter, what it is in F0, what F0 is in it, and its value where F0 = -0.2."""

    def run(self) -> list[nodes.Node]:
        titles = ("convention", "letter", "by F0", "F0 by it", "at F0 = -0.2, d = 2", "d = 3")
        head = nodes.thead("", _row(*map(nodes.Text, titles)))
        body = nodes.tbody("", *(self._about(one) for one in AMPLITUDES.values()))
        columns = [nodes.colspec(colwidth=width) for width in (22, 12, 26, 16, 14, 10)]
        return [nodes.table("", nodes.tgroup("", *columns, head, body, cols=len(columns)))]

    def _about(self, one: Amplitude) -> nodes.row:
        inverse = (
            nodes.math("", latex(one.constant(one.symbol, cp.symbols.d)))
            if one.symbol
            else nodes.Text("solved")
        )
        numbers = (cp.fermi_liquid_constant(_VALUE, "cooperon", dim, one.name) for dim in (2, 3))
        values = (nodes.Text(f"{float(number):.{_DIGITS}g}") for number in numbers)
        name, letter, definition = nodes.literal("", one.name), one.letter, latex(one.definition)
        return _row(name, nodes.math("", letter), nodes.math("", definition), inverse, *values)


def _row(*cells: nodes.Node) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("amplitudes", AmplitudesDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
