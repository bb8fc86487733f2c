"""Diagrams as graphs: drawing them up, classifying, resumming, dressing, drawing. No integrals."""

if __name__ != "cooperon.diagrams":
    raise ImportError(f"this folder is imported as cooperon.diagrams, not as {__name__!r}")

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cooperon.diagrams.classification import Classification, Family, classify
from cooperon.diagrams.contraction import Contraction, read_contraction
from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind
from cooperon.diagrams.dressing import dress
from cooperon.diagrams.enumeration import bubble, chord_diagram, contractions, enumerate, multiplicity
from cooperon.diagrams.polygons import polygons, slow_loops
from cooperon.diagrams.resummation import resum, turn_round

if TYPE_CHECKING:
    from cooperon.diagrams.galleries import Gallery, gallery

__all__ = [
    "Classification",
    "Contraction",
    "Diagram",
    "Family",
    "Gallery",
    "Line",
    "LineKind",
    "VertexKind",
    "bubble",
    "chord_diagram",
    "classify",
    "contractions",
    "dress",
    "enumerate",
    "gallery",
    "multiplicity",
    "polygons",
    "read_contraction",
    "resum",
    "slow_loops",
    "turn_round",
]


# imported when first asked for: they are not needed to derive
_LATER = {
    "Gallery": "galleries",
    "gallery": "galleries",
}


def __getattr__(name: str) -> Any:
    if name == "drawing":
        return import_module("cooperon.diagrams.drawing")
    if name in _LATER:
        return getattr(import_module(f"cooperon.diagrams.{_LATER[name]}"), name)
    raise AttributeError(f"module 'cooperon.diagrams' has no attribute {name!r}")
