"""The code of a page: what its examples make can be shown on it, and its figures be drawn."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

_BLOCKS = re.compile(r"^```python\n.*?^```$", re.MULTILINE | re.DOTALL)
_IMAGES = re.compile(r"^!\[[^]]*\]\(figures/(\w+)\.svg\)$", re.MULTILINE)
_SIZE = (6.4, 3.6)


@cache
def examples(text: str) -> dict[str, Any]:
    """Run the examples of a page and return the names they make."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for block in _BLOCKS.findall(text):
            for example in doctest.DocTestParser().get_examples(block):
                exec(compile(example.source, "<page>", "single", dont_inherit=True), names)
    return names


def figures_of(page: Path) -> dict[str, Figure]:
    """Draw the figures of a page: each is named like the axes that its examples have drawn on."""
    text = page.read_text(encoding="utf-8")
    names = examples(text)
    found = {name: names[name].figure for name in _IMAGES.findall(text)}
    for figure in found.values():
        figure.set_size_inches(*_SIZE)
    return found
