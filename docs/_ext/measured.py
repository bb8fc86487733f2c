"""``{measured}`` (directive): the table of the numerical experiment, from experiment.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

TABLE = Path(__file__).parents[1] / "experiment.json"
_TITLES = ("N", "flux", "ell in sites", "Born", "weak localization", "variance")
_THEORY = {0.0: ("-1/3 = -0.3333", "2/15 = 0.1333"), 0.25: ("0", "1/15 = 0.0667")}


class MeasuredDirective(SphinxDirective):
    """Each set of wires: channels, flux, mean free path, both amplitudes; then infinitely many channels."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(TABLE))
        table = json.loads(TABLE.read_text(encoding="utf-8"))
        head = nodes.thead("", _row(*_TITLES))
        body = nodes.tbody("", *(_row(*cells) for cells in _cells(table)))
        columns = [nodes.colspec(colwidth=width) for width in (8, 8, 18, 10, 24, 24)]
        return [nodes.table("", nodes.tgroup("", *columns, head, body, cols=len(columns)))]


def _cells(table: dict[str, Any]) -> list[tuple[str, ...]]:
    found = []
    for limit in table["many_channels"]:
        flux = limit["flux"]
        for row in table["rows"]:
            if row["flux"] == flux:
                path = _with_error(row, "free_path", 1), f"{row['born']:.1f}"
                found.append((f"{row['channels']}", f"{flux:g}", *path, *_amplitudes(row)))
        found.append(("→ ∞", f"{flux:g}", "", "", *_amplitudes(limit)))
        found.append(("theory", f"{flux:g}", "", "", *_THEORY[flux]))
    return found


def _amplitudes(row: dict[str, Any]) -> tuple[str, str]:
    return _with_error(row, "correction", 4), _with_error(row, "fluctuation", 4)


def _with_error(row: dict[str, Any], name: str, digits: int) -> str:
    return f"{row[name]:.{digits}f} ± {row[f'{name}_error']:.{digits}f}"


def _row(*cells: str) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", nodes.Text(cell))) for cell in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("measured", MeasuredDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
