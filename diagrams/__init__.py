"""Diagrams as graphs: drawing them up, classifying, resumming, dressing, drawing. No integrals.

Examples
--------
>>> from cooperon import diagrams
>>> [sum(1 for _ in diagrams.enumerate(order)) for order in range(4)]
[1, 3, 15, 105]
"""

if __name__ != "cooperon.diagrams":
    raise ImportError(f"this folder is imported as cooperon.diagrams, not as {__name__!r}")

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cooperon.diagrams.classification import Classification, Family, classify
from cooperon.diagrams.contraction import Contraction, read_contraction
from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind
from cooperon.diagrams.dressing import dress, undress
from cooperon.diagrams.enumeration import bubble, chord_diagram, contractions, enumerate, multiplicity
from cooperon.diagrams.polygons import polygons, slow_loops
from cooperon.diagrams.resummation import resum, turn_round
from cooperon.diagrams.vertex_ladders import attach_ladders

if TYPE_CHECKING:
    from cooperon.diagrams.builder import DiagramBuilder
    from cooperon.diagrams.chord_batches import Batch, batches, classes
    from cooperon.diagrams.counting import count, crossing_numbers
    from cooperon.diagrams.dot import to_dot
    from cooperon.diagrams.galleries import Gallery, gallery
    from cooperon.diagrams.momenta import Routing, route_momenta
    from cooperon.diagrams.node_link import from_node_link, to_node_link
    from cooperon.diagrams.power_counting import Region, Weight, weight
    from cooperon.diagrams.serialise import from_json, to_json
    from cooperon.diagrams.survey import Tally, tally
    from cooperon.diagrams.symmetry import (
        canonical,
        equivalent,
        exchange,
        reverse,
        rotate,
        symmetry_class,
    )
    from cooperon.diagrams.vertex_insertions import insertions

__all__ = [
    "Batch",
    "Classification",
    "Contraction",
    "Diagram",
    "DiagramBuilder",
    "Family",
    "Gallery",
    "Line",
    "LineKind",
    "Region",
    "Routing",
    "Tally",
    "VertexKind",
    "Weight",
    "attach_ladders",
    "batches",
    "bubble",
    "canonical",
    "chord_diagram",
    "classes",
    "classify",
    "contractions",
    "count",
    "crossing_numbers",
    "dress",
    "enumerate",
    "equivalent",
    "exchange",
    "from_json",
    "from_node_link",
    "gallery",
    "insertions",
    "multiplicity",
    "polygons",
    "read_contraction",
    "resum",
    "reverse",
    "rotate",
    "route_momenta",
    "slow_loops",
    "symmetry_class",
    "tally",
    "to_dot",
    "to_json",
    "to_node_link",
    "turn_round",
    "undress",
    "weight",
]


# imported when first asked for: they are not needed to derive
_LATER = {
    "Batch": "chord_batches",
    "DiagramBuilder": "builder",
    "Gallery": "galleries",
    "Region": "power_counting",
    "Routing": "momenta",
    "Tally": "survey",
    "Weight": "power_counting",
    "batches": "chord_batches",
    "canonical": "symmetry",
    "classes": "chord_batches",
    "count": "counting",
    "crossing_numbers": "counting",
    "equivalent": "symmetry",
    "exchange": "symmetry",
    "from_json": "serialise",
    "from_node_link": "node_link",
    "gallery": "galleries",
    "insertions": "vertex_insertions",
    "reverse": "symmetry",
    "rotate": "symmetry",
    "route_momenta": "momenta",
    "symmetry_class": "symmetry",
    "tally": "survey",
    "to_dot": "dot",
    "to_json": "serialise",
    "to_node_link": "node_link",
    "weight": "power_counting",
}


def __getattr__(name: str) -> Any:
    if name == "drawing":
        return import_module("cooperon.diagrams.drawing")
    if name in _LATER:
        return getattr(import_module(f"cooperon.diagrams.{_LATER[name]}"), name)
    raise AttributeError(f"module 'cooperon.diagrams' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "drawing"])
