"""``{measured} rows`` (directive): a table of the numerical experiment, from experiment.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

TABLE = Path(__file__).parents[1] / "experiment.json"
_LIMITS = {"many_channels": ("N", "channels", "→ ∞"), "weak_disorder": ("w", "disorder", "→ 0")}
_LONG = "lyapunov"
_THEORY = {0.0: ("-1/3", "2/15 = 0.1333"), 0.25: ("0", "1/15 = 0.0667")}


class MeasuredDirective(SphinxDirective):
    """A table whose name is the argument.

    ``many_channels`` or ``weak_disorder``: each set of wires on the way to a limit, the limit, and theory;
    ``lyapunov``: localization lengths.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        which = directives.choice(self.arguments[0], (*_LIMITS, _LONG))
        self.env.note_dependency(str(TABLE))
        table = json.loads(TABLE.read_text(encoding="utf-8"))
        titles, *rows = _lengths(table) if which == _LONG else _amplitudes(table, which)
        head, body = nodes.thead("", _row(titles)), nodes.tbody("", *map(_row, rows))
        columns = [
            nodes.colspec(colwidth=max(map(len, column))) for column in zip(titles, *rows, strict=True)
        ]
        return [nodes.table("", nodes.tgroup("", *columns, head, body, cols=len(columns)))]


def _amplitudes(table: dict[str, Any], which: str) -> list[tuple[str, ...]]:
    symbol, key, end = _LIMITS[which]
    found: list[tuple[str, ...]] = [("flux", symbol, "ℓ in sites", "Born", "weak localization", "variance")]
    for limit in table[which]:
        flux = f"{limit['flux']:g}"
        for row in on_the_way(table, which, limit["flux"]):
            path = _with_errors(row, "free_path", 1), f"{row['born']:.1f}"
            found.append((flux, f"{row[key]:g}", *path, *_fitted(row)))
        found.append((flux, end, "", "", *_fitted(limit)))
        found.append(("", "theory", "", "", *_THEORY[limit["flux"]]))
    return found


def on_the_way(table: dict[str, Any], which: str, flux: float) -> list[dict[str, Any]]:
    """Return the rows with more and more channels, or less and less disorder."""
    widest, disorder = max(row["channels"] for row in table["rows"]), table["wire"]["disorder"]
    rows = [row for row in table["rows"] if row["flux"] == flux]
    if which == "many_channels":
        return sorted((row for row in rows if row["disorder"] == disorder), key=lambda row: row["channels"])
    return sorted((row for row in rows if row["channels"] == widest), key=lambda row: -row["disorder"])


def _lengths(table: dict[str, Any]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [("flux", "N", "ξ in sites", "theory")]
    for row in table["lyapunov"]:
        measured = f"{row['length']:.0f} ± {row['error']:.0f}"
        found.append((f"{row['flux']:g}", f"{row['channels']}", measured, f"{row['expected']:.0f}"))
    return found


def _fitted(row: dict[str, Any]) -> tuple[str, ...]:
    return _with_errors(row, "correction", 3), _with_errors(row, "fluctuation", 4)


def _with_errors(row: dict[str, Any], name: str, digits: int) -> str:
    numbers = (row[key] for key in (name, f"{name}_error", f"{name}_systematic") if key in row)
    return " ± ".join(f"{number:.{digits}f}" for number in numbers)


def _row(cells: tuple[str, ...]) -> nodes.row:
    unbroken = (cell.replace(" ", "\N{NO-BREAK SPACE}").replace("-", "\N{MINUS SIGN}") for cell in cells)
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", nodes.Text(cell))) for cell in unbroken))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("measured", MeasuredDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
