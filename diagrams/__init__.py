"""Diagrams as graphs: drawing them up, classifying, resumming, dressing, drawing. No integrals."""

if __name__ != "cooperon.diagrams":
    raise ImportError(f"this folder is imported as cooperon.diagrams, not as {__name__!r}")

from importlib import import_module
from types import ModuleType

from cooperon.diagrams.classification import Classification, Family, classify
from cooperon.diagrams.contraction import Contraction, read_contraction
from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind
from cooperon.diagrams.dressing import dress
from cooperon.diagrams.enumeration import bubble, chord_diagram, contractions, enumerate, multiplicity
from cooperon.diagrams.polygons import polygons, slow_loops
from cooperon.diagrams.resummation import resum, turn_round
from cooperon.diagrams.vertex_ladders import attach_ladders

__all__ = [
    "Classification",
    "Contraction",
    "Diagram",
    "Family",
    "Line",
    "LineKind",
    "VertexKind",
    "attach_ladders",
    "bubble",
    "chord_diagram",
    "classify",
    "contractions",
    "dress",
    "enumerate",
    "multiplicity",
    "polygons",
    "read_contraction",
    "resum",
    "slow_loops",
    "turn_round",
]


def __getattr__(name: str) -> ModuleType:
    # drawing is imported when it is first asked for
    if name == "drawing":
        return import_module("cooperon.diagrams.drawing")
    raise AttributeError(f"module 'cooperon.diagrams' has no attribute {name!r}")
