"""Diagrams as graphs: drawing them up, classifying, resumming, dressing, drawing. No integrals."""

if __name__ != "cooperon.diagrams":
    raise ImportError(f"this folder is imported as cooperon.diagrams, not as {__name__!r}")

from importlib import import_module
from types import ModuleType

from cooperon.diagrams.chord_batches import Batch, batches, classes
from cooperon.diagrams.classification import Classification, Family, classify
from cooperon.diagrams.contraction import Contraction, read_contraction
from cooperon.diagrams.counting import count, crossing_numbers
from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind
from cooperon.diagrams.dressing import dress
from cooperon.diagrams.enumeration import bubble, chord_diagram, contractions, enumerate, multiplicity
from cooperon.diagrams.polygons import polygons, slow_loops
from cooperon.diagrams.resummation import resum, turn_round
from cooperon.diagrams.survey import Tally, tally
from cooperon.diagrams.symmetry import canonical, equivalent, exchange, reverse, rotate, symmetry_class

__all__ = [
    "Batch",
    "Classification",
    "Contraction",
    "Diagram",
    "Family",
    "Line",
    "LineKind",
    "Tally",
    "VertexKind",
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
    "multiplicity",
    "polygons",
    "read_contraction",
    "resum",
    "reverse",
    "rotate",
    "slow_loops",
    "symmetry_class",
    "tally",
    "turn_round",
]


def __getattr__(name: str) -> ModuleType:
    # drawing is imported when it is first asked for
    if name == "drawing":
        return import_module("cooperon.diagrams.drawing")
    raise AttributeError(f"module 'cooperon.diagrams' has no attribute {name!r}")
