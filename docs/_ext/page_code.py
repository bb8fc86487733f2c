"""The code of a page: what its examples make can be shown on it, and its figures be drawn."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

_BLOCKS = re.compile(r"^```python\n.*?^```$", re.MULTILINE | re.DOTALL)
_IMAGES = re.compile(r"^!\[[^]]*\]\(figures/(\w+)\.svg\)$", re.MULTILINE)
_SIZE = (6.4, 3.6)


_NEEDS = re.compile(r"^<!-- needs: (.*) -->$", re.MULTILINE)


def packages(text: str) -> list[str]:
    """Return the packages that the examples of a page need beside those that are always there."""
    return [name.strip() for found in _NEEDS.findall(text) for name in found.split(",")]


@cache
def _after_blocks(text: str) -> tuple[tuple[int, dict[str, Any]], ...]:
    """Run the examples of a page; return where each block ends and the names that there are then."""
    names: dict[str, Any] = {}
    found = [(0, {})]
    with contextlib.redirect_stdout(io.StringIO()):
        for block in _BLOCKS.finditer(text):
            for example in doctest.DocTestParser().get_examples(block[0]):
                refused = Exception if example.exc_msg else ()  # an example may show an error
                with contextlib.suppress(refused):
                    exec(compile(example.source, "<page>", "single", dont_inherit=True), names)
            found.append((text.count("\n", 0, block.end()) + 1, dict(names)))
    return tuple(found)


def examples(text: str, line: int | None = None) -> dict[str, Any]:
    """Return the names that the examples of a page have made, by default at its end, or above a line."""
    return [names for end, names in _after_blocks(text) if line is None or end < line][-1]


def figures_of(page: Path) -> dict[str, Figure]:
    """Draw the figures of a page: each is named like the axes that its examples have drawn on.

    None where the page needs what is not installed.
    """
    text = page.read_text(encoding="utf-8")
    if not all(map(find_spec, packages(text))):
        return {}
    names = examples(text)
    found = {name: names[name].figure for name in _IMAGES.findall(text) if name in names}
    for figure in found.values():
        figure.set_size_inches(*_SIZE)
    return found
