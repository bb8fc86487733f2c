"""Diagrams as graphs: drawing them up, classifying, resumming, dressing, drawing. No integrals."""

if __name__ != "cooperon.diagrams":
    raise ImportError(f"this folder is imported as cooperon.diagrams, not as {__name__!r}")

from cooperon.diagrams.diagram import Diagram, Line, LineKind, VertexKind
from cooperon.diagrams.enumeration import bubble, chord_diagram, enumerate

__all__ = ["Diagram", "Line", "LineKind", "VertexKind", "bubble", "chord_diagram", "enumerate"]
