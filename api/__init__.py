"""Derive the transport formulas of disordered metals from their diagrams."""

from cooperon import diagrams
from cooperon.symbolic import symbols

__all__ = ["diagrams", "symbols"]
