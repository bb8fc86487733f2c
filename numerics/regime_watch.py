"""What formulas say of the regime of the numbers that are put in: the one place of these warnings."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import AssumptionWarning, CooperonError, InputError
from cooperon.numerics.constants import electron_mass, si_constants
from cooperon.numerics.regime import Regime, judged, regime
from cooperon.numerics.sample import Sample
from cooperon.numerics.sample_table import INPUTS
from cooperon.symbolic import symbols as s
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.metal import Metal

__all__ = ["of_sample", "of_values", "told", "warn_of_regime"]

_NOT_WEAK = frozenset({"critical", "strongly localized", "strongly disordered"})
_WEAK = s.k_F * s.ell > 1
_KNOWN = frozenset(INPUTS.values())


def told(condition: sp.Basic) -> bool:
    """Say whether a condition has to do with what makes a regime: sizes, rates and energies of a metal.

    Examples
    --------
    >>> told(s.tau_phi > s.tau), told(s.F0 > -1)
    (True, False)
    """
    return not _KNOWN.isdisjoint(condition.free_symbols)


def of_sample(metal: Metal, sample: Sample, values: Mapping[str, float]) -> Regime | None:
    """Return the regime of a sample with other values put in; None where nothing can be said.

    Parameters
    ----------
    metal : Metal
        Of the formula that is evaluated.
    sample : Sample
        The numbers.
    values : mapping of str to float
        Further ones by name, as :meth:`~cooperon.Formula.evaluate` takes them.

    Examples
    --------
    >>> of_sample(Metal(dim=2), Sample(dim=2, k_F=1e8, ell=1e-7), {"L_phi": 1e-6}).name
    'weakly localized'
    """
    if not _comparable(metal):
        return None
    known = {name: abs(value) for name, value in values.items() if name in INPUTS and value != 0}
    try:
        return regime(sample, **known)
    except InputError:
        return None


def _comparable(metal: Metal) -> bool:
    """Say whether the numbers of a sample tell all of a metal: not one with a diffusion of its own axes."""
    return "diffusion" not in metal.beyond


def warn_of_regime(formula: Formula, sample: Sample, values: Mapping[str, float]) -> None:
    """Warn where a formula for weak disorder is evaluated for a sample whose disorder is not weak.

    Examples
    --------
    >>> import cooperon as cp
    >>> film = cp.Sample(dim=2, k_F=1e8, ell=3e-8, L_phi=5e-7)
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     warn_of_regime(cp.conductivity(cp.Metal(dim=2)), film, {})
    >>> print(str(caught[0].message)[:58])
    sigma_0 is derived for weak disorder; this sample is criti
    """
    if not any(assumption.condition == _WEAK for assumption in formula.assumptions):
        return
    found = of_sample(formula.metal, sample, values)
    if found is not None and found.name in _NOT_WEAK:
        warnings.warn(
            f"{formula.name} is derived for weak disorder; this sample is {found}",
            AssumptionWarning,
            stacklevel=4,
        )


def of_values(metal: Metal, values: Mapping[sp.Symbol, Any]) -> str:
    """Say in which regime the values of a call are: SI where e and hbar are, else in units of the caller.

    Examples
    --------
    >>> of_values(Metal(dim=2), {s.e: 1, s.hbar: 1, s.k_F: 1, s.ell: 3, s.L_phi: 50})[:25]
    'critical: k_F ell = 3 > 1'
    """
    if not _comparable(metal) or not {s.e, s.hbar} <= values.keys() or not metal.dim.is_number:
        return ""
    own = not math.isclose(values[s.hbar], si_constants()[s.hbar], rel_tol=1e-6)
    numbers = {x: float(value) for x, value in _in_si(values).items() if math.isfinite(value) and value > 0}
    scales = {"mass": electron_mass()}
    given = {name: numbers[x] / scales.get(name, 1.0) for name, x in INPUTS.items() if x in numbers}
    try:
        spin = float(metal.spin) if metal.spin.is_number else 0.5
        sample = Sample(float(metal.dim), spin=spin, scattering=[metal.potential], **given)
        known = {x.name: value for x, value in sample.quantities.items()}
        if sample.dim not in (1, 2, 3):
            return ""
        return str(judged(sample, known, "" if own else " m"))
    except (ArithmeticError, CooperonError):
        return ""


def _in_si(values: Mapping[sp.Symbol, Any]) -> dict[sp.Symbol, Any]:
    """Write values of any consistent units in SI: a length is taken for metres, a time for seconds."""
    constants = si_constants()
    mass = constants[s.hbar] / values[s.hbar]  # of the caller's units in kg; energies go with it
    factors = {s.m: mass, s.nu: 1 / mass, s.B: mass * values[s.e] / constants[s.e]}
    if s.k_B in values:
        factors[s.T] = mass * values[s.k_B] / constants[s.k_B]
    scaled = {x: value * factors.get(x, 1.0) for x, value in values.items()}
    if s.k_B not in values:
        scaled.pop(s.T, None)
    return scaled
