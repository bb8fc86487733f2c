"""The commands ``draw`` and ``gallery``: a diagram of one's own, all diagrams of an order."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

import cooperon as cp
from cooperon.diagrams import drawing
from cooperon.diagrams.errors import InputError
from cooperon.terminal import ascii_only, note, say

__all__ = ["draw", "gallery"]

_MOST_BYTES = 4_000_000


def draw(arguments: Namespace) -> int:
    """Read a diagram from JSON and draw it into a file, or print it in characters.

    Returns
    -------
    int
        0.

    Raises
    ------
    InputError
        When the file cannot be read or written, or holds no diagram.
    """
    diagram = cp.diagrams.from_json(_read(arguments.diagram))
    if arguments.output is None:
        say(drawing.text(diagram, ascii_only=ascii_only()))
    else:
        drawing.save(diagram, arguments.output)
        note(f"wrote {arguments.output}")
    return 0


def gallery(arguments: Namespace) -> int:
    """Draw all diagrams of an order on a sheet, or print them in characters.

    Returns
    -------
    int
        0.

    Raises
    ------
    InputError
        When the options do not fit together, there are too many diagrams, or the file cannot be written.
    """
    options = {name: getattr(arguments, name) for name in ("of", "lines", "vertex", "connected", "columns")}
    limit = {} if arguments.limit is None else {"limit": arguments.limit}
    collected = cp.diagrams.gallery(arguments.order, **options, **limit)
    if arguments.output is None:
        say(_listed(collected))
    else:
        collected.save(arguments.output)
        note(f"wrote {arguments.output}")
    return 0


def _listed(collected: cp.diagrams.Gallery) -> str:
    parts = [collected.title]
    for group in collected.groups:
        parts.append(group.heading)
        parts += [drawing.text(diagram, ascii_only=ascii_only()) for diagram in group.diagrams]
    return "\n\n".join(parts)


def _read(name: str) -> str:
    """Read a file or standard input, no more of it than a diagram can be long."""
    try:
        if name == "-":
            return sys.stdin.read(_MOST_BYTES)
        with Path(name).open(encoding="utf-8-sig") as file:
            return file.read(_MOST_BYTES)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text in UTF-8"
        raise InputError(f"the file {name!r} ({reason})", expected="a diagram as JSON in a file") from None
