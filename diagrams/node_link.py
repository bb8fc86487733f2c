"""A diagram in the node-link form of networkx, plain dictionaries and lists, and back."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind, require_diagram
from cooperon.diagrams.errors import DiagramError
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.serialise import is_name, read_kind, require_list

__all__ = ["from_node_link", "to_node_link"]

HINT = 'networkx.node_link_data(diagram.graph, edges="edges")'


def to_node_link(diagram: Diagram) -> dict[str, Any]:
    """Write a diagram as ``networkx.node_link_data(diagram.graph, edges="edges")`` does.

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
    >>> to_node_link(bubble())["edges"][0]
    {'kind': 'retarded', 'source': 0, 'target': 1, 'key': 0}
    """
    require_diagram(diagram)
    return {
        "directed": True,
        "multigraph": True,
        "graph": {},
        "nodes": [{"kind": str(kind), "id": i} for i, kind in enumerate(diagram.kinds)],
        "edges": [
            {"kind": data["kind"], "source": a, "target": b, "key": key}
            for a, b, key, data in diagram.graph.edges(keys=True, data=True)
        ],
    }


def from_node_link(data: Mapping[str, Any]) -> Diagram:
    """Make a diagram of node-link data whose nodes and edges carry the attribute ``kind``.

    Parameters
    ----------
    data : mapping
        With ``nodes``, each with ``id`` and ``kind``, and ``edges`` (``links`` in older files), each
        with ``source``, ``target`` and ``kind``. Names of nodes may be anything that can be looked up;
        what else there is does not matter.

    Raises
    ------
    DiagramError
        When an entry is missing or wrong, or the lines do not make a diagram.

    Examples
    --------
    >>> from cooperon.diagrams import bubble
    >>> from_node_link(to_node_link(bubble())) == bubble()
    True
    """
    if not isinstance(data, Mapping):
        raise DiagramError(shortened(data), expected="node-link data", hint=HINT)
    if data.get("directed", True) is not True:
        raise DiagramError(
            f"directed = {shortened(data['directed'])}", expected="a directed graph", hint=HINT
        )
    nodes = require_list(data.get("nodes"), "nodes", "nodes")
    edges = require_list(data.get("edges", data.get("links")), "edges", "edges")
    numbers: dict[Hashable, int] = {}
    for i, node in enumerate(nodes):
        name = _name(_entry(node, f"nodes[{i}]"), "id", f"nodes[{i}]")
        if name in numbers:
            raise DiagramError(f"two nodes with the id {shortened(name)}", expected="every id once")
        numbers[name] = i
    kinds = (
        read_kind(VertexKind, node.get("kind"), f"the kind of nodes[{i}]") for i, node in enumerate(nodes)
    )
    return Diagram(tuple(kinds), tuple(_line(edge, f"edges[{i}]", numbers) for i, edge in enumerate(edges)))


def _entry(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DiagramError(f"{place} = {shortened(value)}", expected="a dictionary", hint=HINT)
    return value


def _name(entry: Mapping[str, Any], key: str, place: str) -> Hashable:
    name: Hashable = entry.get(key)
    if name is None or not is_name(name):
        raise DiagramError(f"{key} of {place} = {shortened(name)}", expected="a name or a number")
    return name


def _line(edge: object, place: str, numbers: Mapping[Hashable, int]) -> Line:
    entry = _entry(edge, place)
    ends = [_name(entry, key, place) for key in ("source", "target")]
    for end in ends:
        if end not in numbers:
            raise DiagramError(f"{place} at the node {shortened(end)}", expected="the id of one of the nodes")
    kind = read_kind(LineKind, entry.get("kind"), f"the kind of {place}")
    return Line(kind, numbers[ends[0]], numbers[ends[1]])
