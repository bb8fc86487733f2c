"""Derive the transport formulas of disordered metals from their diagrams, with every line checkable.

>>> import cooperon as cp
>>> cp.conductivity(cp.Metal(dim=2), loops=1).leading()
-e**2*log(tau_phi/tau)/(2*pi**2*hbar)
"""

from cooperon import diagrams
from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.errors import (
    AssumptionError,
    AssumptionWarning,
    CooperonError,
    DiagramError,
    DivergenceError,
    InputError,
    ReadingError,
    UnitError,
)
from cooperon.numerics import plot
from cooperon.numerics.quantity import Quantity
from cooperon.numerics.sample import Sample
from cooperon.numerics.verification import Report
from cooperon.symbolic import symbols
from cooperon.symbolic.backscattering import backscattering
from cooperon.symbolic.check import check
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.fast import fast_integral
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.kubo import conductivity, evaluate
from cooperon.symbolic.ladder import ladder
from cooperon.symbolic.metal import Dephasing, Metal, PowerLaw
from cooperon.symbolic.return_probability import return_probability
from cooperon.symbolic.rules import feynman_rules
from cooperon.symbolic.slow import slow_integral
from cooperon.symbolic.verdict import Verdict

__version__ = "0.1.0"

__all__ = [
    "Assumption",
    "AssumptionError",
    "AssumptionWarning",
    "CooperonError",
    "Dephasing",
    "Derivation",
    "Diagram",
    "DiagramError",
    "DivergenceError",
    "Formula",
    "InputError",
    "Metal",
    "PowerLaw",
    "Quantity",
    "ReadingError",
    "Report",
    "Sample",
    "Step",
    "UnitError",
    "Verdict",
    "backscattering",
    "check",
    "conductivity",
    "diagrams",
    "evaluate",
    "fast_integral",
    "feynman_rules",
    "ladder",
    "plot",
    "return_probability",
    "slow_integral",
    "symbols",
]
