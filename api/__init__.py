"""Derive the transport formulas of disordered metals from their diagrams, with every line checkable.

>>> import cooperon as cp
>>> cp.conductivity(cp.Metal(dim=2), loops=1).leading()
-e**2*log(tau_phi/tau)/(2*pi**2*hbar)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
from cooperon.symbolic import symbols
from cooperon.symbolic.channels import Channel, Channels, cooperon, diffuson
from cooperon.symbolic.conductance import conductance
from cooperon.symbolic.conductance_variance import conductance_variance
from cooperon.symbolic.dephasing import Dephasing, ElectronElectron, ElectronPhonon, PowerLaw
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.fast import fast_integral
from cooperon.symbolic.fermi_liquid import fermi_liquid_constant
from cooperon.symbolic.fields import ParallelField, PerpendicularField, TiltedField
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.geometry import Bulk, Cylinder, Film, Ring, Wire
from cooperon.symbolic.interactions import Coulomb, ShortRange
from cooperon.symbolic.kubo import conductivity, evaluate
from cooperon.symbolic.ladder import ladder
from cooperon.symbolic.magnetoconductivity import magnetoconductivity
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import feynman_rules
from cooperon.symbolic.scattering import Magnetic, Potential, SpinOrbit, Zeeman
from cooperon.symbolic.slow import slow_integral

if TYPE_CHECKING:
    from cooperon.catalogue import atlas
    from cooperon.diagrams.chunks import run_chunks
    from cooperon.numerics import anderson, disorder, lattice, plot
    from cooperon.numerics.fit import fit
    from cooperon.numerics.fit_doubts import FitWarning, IndistinguishableWarning
    from cooperon.numerics.fit_result import FitResult
    from cooperon.numerics.lattice_diagrams import lattice_value
    from cooperon.numerics.lattice_proof import lattice_proof
    from cooperon.numerics.lattice_report import LatticeProof
    from cooperon.numerics.quantity import Quantity
    from cooperon.numerics.regime import Regime, regime
    from cooperon.numerics.sample import Sample
    from cooperon.numerics.sweep import sweep
    from cooperon.numerics.verification import Report
    from cooperon.symbolic.backscattering import backscattering
    from cooperon.symbolic.ballistic import Interference, interference
    from cooperon.symbolic.ballistic_strong_field import strong_field
    from cooperon.symbolic.check import check
    from cooperon.symbolic.check_steps import CheckedStep, StepsVerdict, check_steps
    from cooperon.symbolic.dephasing_rate import dephasing_rate
    from cooperon.symbolic.exact_ladder import ExactLadder, exact_ladder
    from cooperon.symbolic.explain import explain
    from cooperon.symbolic.flow import Flow, flow
    from cooperon.symbolic.hikami import hikami_box
    from cooperon.symbolic.hikami_set import HikamiBox
    from cooperon.symbolic.interaction_ballistic import ballistic_interaction
    from cooperon.symbolic.interaction_correction import interaction_correction
    from cooperon.symbolic.interaction_diagrams import interaction_diagrams
    from cooperon.symbolic.interaction_field import interaction_magnetoconductivity
    from cooperon.symbolic.return_probability import return_probability
    from cooperon.symbolic.scaling import beta_function
    from cooperon.symbolic.self_consistent import SelfConsistent, self_consistent
    from cooperon.symbolic.separate import Parts, separate
    from cooperon.symbolic.thouless import (
        Criterion,
        ioffe_regel_criterion,
        level_spacing,
        thouless_conductance,
        thouless_criterion,
        thouless_energy,
    )
    from cooperon.symbolic.transition import Transition, transition
    from cooperon.symbolic.tunnelling import tunnelling_density_of_states
    from cooperon.symbolic.verdict import Verdict
    from cooperon.symbolic.ward import WardReport, ward_identity

__version__ = "0.1.0"

__all__ = [
    "Assumption",
    "AssumptionError",
    "AssumptionWarning",
    "Bulk",
    "Channel",
    "Channels",
    "CheckedStep",
    "CooperonError",
    "Coulomb",
    "Criterion",
    "Cylinder",
    "Dephasing",
    "Derivation",
    "Diagram",
    "DiagramError",
    "DivergenceError",
    "ElectronElectron",
    "ElectronPhonon",
    "ExactLadder",
    "Film",
    "FitResult",
    "FitWarning",
    "Flow",
    "Formula",
    "HikamiBox",
    "IndistinguishableWarning",
    "InputError",
    "Interference",
    "LatticeProof",
    "Magnetic",
    "Metal",
    "ParallelField",
    "Parts",
    "PerpendicularField",
    "Potential",
    "PowerLaw",
    "Quantity",
    "ReadingError",
    "Regime",
    "Report",
    "Ring",
    "Sample",
    "SelfConsistent",
    "ShortRange",
    "SpinOrbit",
    "Step",
    "StepsVerdict",
    "TiltedField",
    "Transition",
    "UnitError",
    "Verdict",
    "WardReport",
    "Wire",
    "Zeeman",
    "anderson",
    "atlas",
    "backscattering",
    "ballistic_interaction",
    "beta_function",
    "check",
    "check_steps",
    "conductance",
    "conductance_variance",
    "conductivity",
    "cooperon",
    "dephasing_rate",
    "diagrams",
    "diffuson",
    "disorder",
    "evaluate",
    "exact_ladder",
    "explain",
    "fast_integral",
    "fermi_liquid_constant",
    "feynman_rules",
    "fit",
    "flow",
    "hikami_box",
    "interaction_correction",
    "interaction_diagrams",
    "interaction_magnetoconductivity",
    "interference",
    "ioffe_regel_criterion",
    "ladder",
    "lattice",
    "lattice_proof",
    "lattice_value",
    "level_spacing",
    "magnetoconductivity",
    "plot",
    "regime",
    "return_probability",
    "run_chunks",
    "self_consistent",
    "separate",
    "slow_integral",
    "strong_field",
    "sweep",
    "symbols",
    "thouless_conductance",
    "thouless_criterion",
    "thouless_energy",
    "transition",
    "tunnelling_density_of_states",
    "ward_identity",
]

# imported when first asked for: they are not needed to derive, and make `import cooperon` slower
_LATER = {
    "ExactLadder": "cooperon.symbolic.exact_ladder",
    "Interference": "cooperon.symbolic.ballistic",
    "FitResult": "cooperon.numerics.fit_result",
    "FitWarning": "cooperon.numerics.fit_doubts",
    "Flow": "cooperon.symbolic.flow",
    "HikamiBox": "cooperon.symbolic.hikami_set",
    "IndistinguishableWarning": "cooperon.numerics.fit_doubts",
    "LatticeProof": "cooperon.numerics.lattice_report",
    "Quantity": "cooperon.numerics.quantity",
    "Report": "cooperon.numerics.verification",
    "Sample": "cooperon.numerics.sample",
    "Verdict": "cooperon.symbolic.verdict",
    "WardReport": "cooperon.symbolic.ward",
    "atlas": "cooperon.catalogue",
    "backscattering": "cooperon.symbolic.backscattering",
    "CheckedStep": "cooperon.symbolic.check_steps",
    "StepsVerdict": "cooperon.symbolic.check_steps",
    "ballistic_interaction": "cooperon.symbolic.interaction_ballistic",
    "beta_function": "cooperon.symbolic.scaling",
    "check": "cooperon.symbolic.check",
    "check_steps": "cooperon.symbolic.check_steps",
    "dephasing_rate": "cooperon.symbolic.dephasing_rate",
    "exact_ladder": "cooperon.symbolic.exact_ladder",
    "explain": "cooperon.symbolic.explain",
    "interference": "cooperon.symbolic.ballistic",
    "fit": "cooperon.numerics.fit",
    "flow": "cooperon.symbolic.flow",
    "interaction_correction": "cooperon.symbolic.interaction_correction",
    "interaction_diagrams": "cooperon.symbolic.interaction_diagrams",
    "interaction_magnetoconductivity": "cooperon.symbolic.interaction_field",
    "hikami_box": "cooperon.symbolic.hikami",
    "lattice_proof": "cooperon.numerics.lattice_proof",
    "lattice_value": "cooperon.numerics.lattice_diagrams",
    "separate": "cooperon.symbolic.separate",
    "Parts": "cooperon.symbolic.separate",
    "return_probability": "cooperon.symbolic.return_probability",
    "run_chunks": "cooperon.diagrams.chunks",
    "strong_field": "cooperon.symbolic.ballistic_strong_field",
    "sweep": "cooperon.numerics.sweep",
    "Transition": "cooperon.symbolic.transition",
    "transition": "cooperon.symbolic.transition",
    "tunnelling_density_of_states": "cooperon.symbolic.tunnelling",
    "ward_identity": "cooperon.symbolic.ward",
    "Criterion": "cooperon.symbolic.thouless",
    "Regime": "cooperon.numerics.regime",
    "SelfConsistent": "cooperon.symbolic.self_consistent",
    "ioffe_regel_criterion": "cooperon.symbolic.thouless",
    "level_spacing": "cooperon.symbolic.thouless",
    "regime": "cooperon.numerics.regime",
    "self_consistent": "cooperon.symbolic.self_consistent",
    "thouless_conductance": "cooperon.symbolic.thouless",
    "thouless_criterion": "cooperon.symbolic.thouless",
    "thouless_energy": "cooperon.symbolic.thouless",
}
_MODULES = {name: f"cooperon.numerics.{name}" for name in ("anderson", "disorder", "lattice", "plot")}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name not in _LATER:
        raise AttributeError(f"module 'cooperon' has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
