"""A diagram as JSON text and back.

The form is versioned. ``vertices`` lists the kinds of the vertices 0, 1, 2, ...; ``lines`` lists for every
line its kind, the vertex at which it starts and the vertex at which it ends::

    {
      "cooperon": "diagram",
      "version": 1,
      "vertices": ["current", "current"],
      "lines": [
        ["retarded", 0, 1],
        ["advanced", 1, 0]
      ]
    }

Electron lines start where the arrow of the electron does, a Cooperon at the end where both electrons come in;
for the other lines it does not matter which end comes first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind, require_diagram
from cooperon.diagrams.errors import CooperonError, DiagramError
from cooperon.diagrams.messages import shortened

__all__ = ["from_json", "is_name", "read_kind", "require_list", "to_json"]

NAME, VERSION = "diagram", 1
KEYS = ("cooperon", "version", "vertices", "lines")
MOST_CHARACTERS = 1_000_000
EXAMPLE = (
    '{"cooperon": "diagram", "version": 1, "vertices": ["current", ...], "lines": [["retarded", 0, 1], ...]}'
)

_Kind = TypeVar("_Kind", VertexKind, LineKind)


def to_json(diagram: Diagram) -> str:
    """Write a diagram as JSON text, one line of the diagram a line of text.

    Parameters
    ----------
    diagram : Diagram
        Any diagram.

    Raises
    ------
    DiagramError
        When it is no diagram.

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> print(to_json(bubble()))
    {
      "cooperon": "diagram",
      "version": 1,
      "vertices": ["current", "current"],
      "lines": [
        ["retarded", 0, 1],
        ["advanced", 1, 0]
      ]
    }
    """
    require_diagram(diagram)
    vertices = json.dumps([str(kind) for kind in diagram.kinds])
    lines = ",\n    ".join(json.dumps([str(line.kind), line.start, line.end]) for line in diagram.lines)
    return (
        f'{{\n  "cooperon": "{NAME}",\n  "version": {VERSION},\n  "vertices": {vertices},\n'
        f'  "lines": [\n    {lines}\n  ]\n}}'
    )


def from_json(text: str) -> Diagram:
    """Read a diagram from JSON text; vertices and lines keep their order.

    Parameters
    ----------
    text : str
        What :func:`to_json` writes, or what somebody wrote in its form.

    Raises
    ------
    DiagramError
        When it is not JSON, not of this form or version, or the lines do not make a diagram. The
        message says which entry is wrong.

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> from_json(to_json(bubble("density"))) == bubble("density")
    True
    >>> from_json(to_json(bubble()).replace('"version": 1', '"version": 9'))
    Traceback (most recent call last):
    cooperon.diagrams.errors.DiagramError: given: version = 9; expected: version 1
    """
    document = _document(_parsed(text))
    vertices = require_list(document["vertices"], "vertices", "kinds of vertices")
    lines = require_list(document["lines"], "lines", "lines")
    if not vertices:
        raise DiagramError("no vertices", expected="at least one", hint=EXAMPLE)
    return Diagram(
        tuple(read_kind(VertexKind, kind, f"vertices[{i}]") for i, kind in enumerate(vertices)),
        tuple(_line(entry, f"lines[{i}]", len(vertices)) for i, entry in enumerate(lines)),
    )


def require_list(value: object, place: str, of: str) -> list[Any]:
    """Return a value that is a list.

    Raises
    ------
    DiagramError
        When it is something else.
    """
    if not isinstance(value, list):
        raise DiagramError(f"{place} = {shortened(value)}", expected=f"a list of {of}")
    return value


def is_name(value: object) -> bool:
    """Tell whether a value can be looked up: the name of a vertex."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


def read_kind(table: type[_Kind], name: object, place: str) -> _Kind:
    """Look a kind of vertex or line up by its name.

    Raises
    ------
    DiagramError
        When there is no such kind.
    """
    if isinstance(name, str) and name in list(table):
        return table(name)
    raise DiagramError(f"{place} = {shortened(name)}", expected="one of " + ", ".join(table))


def _parsed(text: object) -> object:
    if not isinstance(text, str):
        raise DiagramError(shortened(text), expected="JSON text", hint=EXAMPLE)
    if len(text) > MOST_CHARACTERS:
        raise DiagramError(f"{len(text)} characters", expected=f"at most {MOST_CHARACTERS}")
    try:
        return json.loads(text, object_pairs_hook=_without_repetition, parse_constant=_no_number)
    except CooperonError:
        raise
    except json.JSONDecodeError as error:
        reason = str(error)
    except RecursionError:
        reason = "too deeply nested"
    except ValueError:
        reason = "a number with too many digits"
    raise DiagramError(f"{shortened(text)} ({reason})", expected="JSON text", hint=EXAMPLE)


def _without_repetition(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DiagramError(f"the key {shortened(key)} twice", expected="every key once")
        found[key] = value
    return found


def _no_number(name: str) -> NoReturn:
    raise DiagramError(f"the number {name}", expected="JSON text, which has no such number")


def _document(value: object) -> dict[str, Any]:
    """Check the frame: which keys there are, that it is a diagram, and its version."""
    if not isinstance(value, dict):
        raise DiagramError(
            shortened(value), expected="an object with the keys " + ", ".join(KEYS), hint=EXAMPLE
        )
    for key in KEYS:
        if key not in value:
            raise DiagramError(f"no key {key!r}", expected="the keys " + ", ".join(KEYS), hint=EXAMPLE)
    for key in value:
        if key not in KEYS:
            raise DiagramError(f"the key {shortened(key)}", expected="the keys " + ", ".join(KEYS))
    if value["cooperon"] != NAME:
        raise DiagramError(f"cooperon = {shortened(value['cooperon'])}", expected=f'"{NAME}"')
    if not _is_number(value["version"]) or value["version"] != VERSION:
        raise DiagramError(f"version = {shortened(value['version'])}", expected=f"version {VERSION}")
    return value


def _line(entry: object, place: str, vertices: int) -> Line:
    if not isinstance(entry, list) or len(entry) != 3 or not all(map(_is_number, entry[1:])):
        raise DiagramError(
            f"{place} = {shortened(entry)}",
            expected="the kind of a line and the numbers of the two vertices that it joins",
            hint='["retarded", 0, 1]',
        )
    kind, start, end = entry
    if start == end or not (0 <= start < vertices and 0 <= end < vertices):
        raise DiagramError(
            f"{place} = {shortened(entry)}", expected=f"two different vertices of 0 to {vertices - 1}"
        )
    return Line(read_kind(LineKind, kind, f"the kind of {place}"), start, end)


def _is_number(value: object) -> bool:
    return type(value) is int
