"""Constants of nature in SI units (CODATA, from scipy), by the symbols of the formulas."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import sympy as sp

from cooperon.symbolic import symbols

__all__ = ["conductance_quantum", "electron_mass", "exact_constants", "si_constants"]


@cache
def si_constants() -> Mapping[sp.Symbol, float]:
    """Values of e, hbar, h, k_B and the Bohr magneton in SI units.

    Examples
    --------
    >>> si_constants()[symbols.e]
    1.602176634e-19
    """
    from scipy import constants

    values = {
        symbols.e: constants.e,
        symbols.hbar: constants.hbar,
        symbols.h: constants.h,
        symbols.k_B: constants.k,
        symbols.mu_B: constants.value("Bohr magneton"),
    }
    return MappingProxyType({symbol: float(value) for symbol, value in values.items()})


def exact_constants() -> dict[sp.Symbol, Any]:
    """Values of e, hbar, h and k_B in SI units at mpmath's precision: they are exact by definition.

    The Bohr magneton has the digits to which it is measured.

    Examples
    --------
    >>> import mpmath
    >>> with mpmath.workdps(25):
    ...     print(exact_constants()[symbols.hbar])
    1.054571817646156391262428e-34
    """
    import mpmath

    exact = {x: mpmath.mpf(repr(value)) for x, value in si_constants().items() if x is not symbols.hbar}
    return exact | {symbols.hbar: exact[symbols.h] / (2 * mpmath.pi)}


def electron_mass() -> float:
    """Mass of the free electron in kg.

    Examples
    --------
    >>> print(f"{electron_mass():.4g}")
    9.109e-31
    """
    from scipy import constants

    return float(constants.m_e)


def conductance_quantum() -> float:
    """Return e**2/h in siemens, the unit of conductances here (one spin, one mode).

    Examples
    --------
    >>> print(f"{conductance_quantum():.10g}")
    3.874045865e-05
    """
    values = si_constants()
    return values[symbols.e] ** 2 / values[symbols.h]
