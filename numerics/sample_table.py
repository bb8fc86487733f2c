"""The numbers that a sample can be given by, and the relations that tie them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import isfinite, log
from numbers import Real

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.numerics.constants import electron_mass, si_constants
from cooperon.numerics.loglinear import LogLinear
from cooperon.numerics.quantity import unit_of
from cooperon.symbolic import symbols as s
from cooperon.symbolic.dimensions import dimension_of
from cooperon.symbolic.metal import Metal

__all__ = [
    "ATTRIBUTES",
    "INPUTS",
    "K_F_ELL",
    "OUTSIDE",
    "QUANTITIES",
    "meaning",
    "metal_of",
    "positive_number",
    "scale",
    "solve",
    "unit",
]

# Two numbers for one quantity contradict each other when they differ by more than this.
_TOLERANCE = 0.01

_MEANINGS = {
    "sigma_0": "Drude conductivity",
    "mobility": "mobility, e tau_tr/m",
    "sheet_resistance": "sheet resistance",
    "resistivity": "resistivity",
    "k_F_ell": "k_F ell: large in a metal",
    "E_F": "Fermi energy",
}
_OWN = {name: sp.Symbol(name, positive=True) for name in _MEANINGS}

# Keyword of a sample -> the quantity that it gives.
INPUTS: dict[str, sp.Symbol] = {
    "density": s.n,
    "mobility": _OWN["mobility"],
    "mass": s.m,
    "sheet_resistance": _OWN["sheet_resistance"],
    "resistivity": _OWN["resistivity"],
    "conductivity": _OWN["sigma_0"],
    "diffusion_constant": s.D,
    "density_of_states": s.nu,
    "fermi_energy": _OWN["E_F"],
    "k_F": s.k_F,
    "v_F": s.v_F,
    "ell": s.ell,
    "tau": s.tau,
    "tau_tr": s.tau_tr,
    "k_F_ell": _OWN["k_F_ell"],
    "tau_phi": s.tau_phi,
    "L_phi": s.L_phi,
    "T": s.T,
    "L": s.L,
    "B": s.B,
    "tau_so": s.tau_so,
    "tau_s": s.tau_s,
    "width": s.width,
    "thickness": s.thickness,
}
QUANTITIES = tuple(INPUTS.values())
ATTRIBUTES: dict[str, sp.Symbol] = INPUTS | {x.name: x for x in QUANTITIES}
K_F_ELL = INPUTS["k_F_ell"]
# Set from outside: tied to nothing else.
OUTSIDE = frozenset({s.T, s.L, s.B, s.tau_so, s.tau_s, s.width, s.thickness})


def scale(name: str) -> float:
    """SI value of the unit in which a keyword or attribute is measured: the mass in electron masses."""
    return electron_mass() if name == "mass" else 1.0


def meaning(quantity: sp.Symbol) -> str:
    """Say what a quantity is."""
    return _MEANINGS.get(quantity.name) or s.TABLE[quantity.name].meaning


def unit(quantity: sp.Symbol, metal: Metal) -> str:
    """Return the SI unit of a quantity in a metal's dimension.

    Examples
    --------
    >>> unit(s.n, Metal(dim=2)), unit(INPUTS["conductivity"], Metal(dim=3))
    ('m^-2', 'S/m')
    """
    expr = _definitions(metal).get(quantity, quantity)
    return unit_of(dimension_of(expr, s.dimensions()).subs({s.d: metal.dim}))


@lru_cache(maxsize=64)
def _system(metal: Metal) -> LogLinear:
    """Relations of a metal, and those that define conductivity and mobility, as a linear system."""
    relations = {x: expr for x, expr in metal.relations.items() if x in QUANTITIES}
    return LogLinear.of_relations(QUANTITIES, relations | _definitions(metal), si_constants())


def _definitions(metal: Metal) -> dict[sp.Symbol, sp.Expr]:
    conductivity = metal.spin_degeneracy * s.e**2 * s.nu * s.D
    sheet = {_OWN["sheet_resistance"]: 1 / conductivity} if metal.dim == 2 else {}
    return sheet | {
        _OWN["sigma_0"]: conductivity,
        _OWN["resistivity"]: 1 / conductivity,
        _OWN["mobility"]: s.e * metal.relations.get(s.tau_tr, s.tau_tr) / s.m,
        _OWN["k_F_ell"]: s.k_F * s.ell,
        _OWN["E_F"]: s.hbar * s.k_F * s.v_F / 2,
    }


def metal_of(dim: object, spin: object, scattering: object) -> Metal:
    """Make a metal of a numerical dimension, spin and first harmonic of scattering."""
    metal = Metal(dim=dim, spin=spin, scattering=scattering)
    if not metal.potential.weight(1).is_number:
        raise InputError(
            f"a sample with the first harmonic w_1 = {metal.potential.weight(1)}",
            expected="a number",
            hint="scattering=[cooperon.Potential(harmonics=(0.5,))]",
        )
    if not metal.dim.is_number:
        raise InputError(f"dim = {dim!r}", expected="a number: 1, 2 or 3")
    return metal


def positive_number(name: str, value: object, metal: Metal) -> float:
    """Check one number, a sample's or another symbol's; the error names the unit that it is measured in."""
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else float("nan")
    if not (isfinite(number) and number > 0):
        quantity = ATTRIBUTES.get(name) or s.lookup(name)
        measured = "electron masses" if name == "mass" else unit(quantity, metal)
        raise InputError(f"{name} = {value!r}", expected=f"a positive, finite number, measured in {measured}")
    return number


def solve(metal: Metal, given: Mapping[str, float]) -> LogLinear:
    """Take the numbers one at a time: what is new extends the system, what is not must agree with it."""
    if not given:
        raise InputError("a sample without any number", expected="numbers in SI units: " + ", ".join(INPUTS))
    if "sheet_resistance" in given and metal.dim != 2:
        raise InputError(f"sheet_resistance in dim = {metal.dim}", expected="dim = 2", hint="resistivity=")
    known = _system(metal)
    for name, number in given.items():
        value, quantity = number * scale(name), INPUTS[name]
        before = known.follows(quantity)
        if before is None:
            known = known.given(quantity, value, name)
        elif abs(log(value / before)) > log(1 + _TOLERANCE):
            others = ", ".join(f"{other}={given[other]:g}" for other in known.sources(quantity))
            raise InputError(
                f"{name}={number:g} together with {others}",
                expected=f"{name}={before / scale(name):.5g}, which follows from the others",
                hint="leave one of them out",
            )
    return known
