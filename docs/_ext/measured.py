"""``{measured} rows`` (directive): a table of the numerical experiment, from experiment.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

TABLE = Path(__file__).parents[1] / "experiment.json"
_WHICH = ("many_channels", "weak_disorder")
_TITLES = ("ℓ in sites", "weak localization", "variance")
_THEORY = {0.0: ("-1/3 = -0.3333", "2/15 = 0.1333"), 0.25: ("0", "1/15 = 0.0667")}
_WIDTHS = (8, 8, 20, 30, 30)


class MeasuredDirective(SphinxDirective):
    """Each set of wires that is on the way to a limit, the limit, and theory.

    The argument is ``many_channels`` or ``weak_disorder``.
    """

    required_arguments = 1
    option_spec: ClassVar = {}

    def run(self) -> list[nodes.Node]:
        which = directives.choice(self.arguments[0], _WHICH)
        self.env.note_dependency(str(TABLE))
        table = json.loads(TABLE.read_text(encoding="utf-8"))
        head = nodes.thead("", _row("flux", "N" if which == _WHICH[0] else "w", *_TITLES))
        body = nodes.tbody("", *(_row(*cells) for cells in _cells(table, which)))
        columns = [nodes.colspec(colwidth=width) for width in _WIDTHS]
        return [nodes.table("", nodes.tgroup("", *columns, head, body, cols=len(columns)))]


def _cells(table: dict[str, Any], which: str) -> list[tuple[str, ...]]:
    found = []
    for limit in table[which]:
        flux = limit["flux"]
        for row in on_the_way(table, which, flux):
            path = f"{row['free_path']:.1f} ± {row['free_path_error']:.1f} (Born {row['born']:.1f})"
            number = row["channels"] if which == _WHICH[0] else row["disorder"]
            found.append((f"{flux:g}", f"{number:g}", path, *_amplitudes(row)))
        found.append((f"{flux:g}", "→ ∞" if which == _WHICH[0] else "→ 0", "", *_amplitudes(limit)))
        found.append(("", "theory", "", *_THEORY[flux]))
    return found


def on_the_way(table: dict[str, Any], which: str, flux: float) -> list[dict[str, Any]]:
    """Return the rows with more and more channels, or less and less disorder."""
    widest, disorder = max(row["channels"] for row in table["rows"]), table["wire"]["disorder"]
    rows = [row for row in table["rows"] if row["flux"] == flux]
    if which == _WHICH[0]:
        return sorted((row for row in rows if row["disorder"] == disorder), key=lambda row: row["channels"])
    return sorted((row for row in rows if row["channels"] == widest), key=lambda row: -row["disorder"])


def _amplitudes(row: dict[str, Any]) -> tuple[str, ...]:
    names = ("correction", "fluctuation")
    return tuple(f"{row[n]:.4f} ± {row[f'{n}_error']:.4f} ± {row[f'{n}_systematic']:.4f}" for n in names)


def _row(*cells: str) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", nodes.Text(cell))) for cell in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("measured", MeasuredDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
