"""The numbers that decide on a regime: conductance, correction and localization length, by the engine."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.scattering import Magnetic, Potential, SpinOrbit
from cooperon.symbolic.self_consistent import SelfConsistent, self_consistent

__all__ = ["Conducting", "mobility_edge"]

_CUTOFF = "mean_free_path"
_LARGEST_EXPONENT = 700.0
_HALVINGS = 200
_MECHANISMS = {"tau_so": SpinOrbit(), "tau_s": Magnetic()}


@dataclass(frozen=True)
class Conducting:
    """A metal whose Drude conductivity and mean free path are known.

    Attributes
    ----------
    product : float
        hbar nu D of the dimension in which electrons interfere, in ell**(2 - d): its conductance.
    ell : float
        The mean free path.
    dimension : int
        Of what interferes.
    rates : tuple of (str, float)
        Names of the times of spin scattering, and D times each of them in ell**2.

    Examples
    --------
    >>> film = Conducting(10 / (4 * math.pi), 1.0, 2)
    >>> round(film.part(100.0), 6), round(2 * math.log(100) / (10 * math.pi), 6)
    (0.293174, 0.293174)
    """

    product: float
    ell: float
    dimension: int
    rates: tuple[tuple[str, float], ...] = ()

    def g(self, length: float) -> float:
        """2 pi E_T/Delta of a piece of this length."""
        return 2 * math.pi * self.product * (length / self.ell) ** (self.dimension - 2)

    def part(self, length: float) -> float:
        """Return what the correction for q > 1/length takes from the Drude value, as a part of it."""
        names = tuple(name for name, _ in self.rates)
        sizes = (value for _, value in self.rates)
        found = _part(self.dimension, names)(length / self.ell, *sizes) / self.product
        if not math.isfinite(found):
            raise ArithmeticError(f"the correction at {length} is no number")
        return found

    @cached_property
    def localization_length(self) -> float:
        """Where all of the correction is that of the orthogonal class."""
        # coupling in units of sqrt(D tau) = ell/sqrt(d)
        unit = self.dimension ** (self.dimension / 2 - 1)
        found = _theory(self.dimension).length(coupling=unit / (math.pi * self.product))
        return float(found) * self.ell

    @cached_property
    def leaving_length(self) -> float:
        """Length at which the correction is as large as the Drude value; infinite where it never is."""
        low, high = 0.0, _LARGEST_EXPONENT - max(math.log(self.ell), 0.0)
        if self.part(self.ell * math.exp(high)) < 1:
            return math.inf
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.part(self.ell * math.exp(middle)) < 1 else (low, middle)
        return self.ell * math.exp(high)


@cache
def _theory(dimension: int) -> SelfConsistent:
    return self_consistent(Metal(dim=dimension), cutoff=_CUTOFF)


@cache
def mobility_edge() -> float:
    """Critical k_F ell of the self-consistent theory in three dimensions.

    Examples
    --------
    >>> round(mobility_edge(), 6)
    0.977205
    """
    return float(_theory(3).mobility_edge.expr)


@cache
def _part(dimension: int, names: tuple[str, ...]) -> Callable[..., float]:
    """Make the correction over the Drude value a function of L/ell and D tau_i, with hbar nu D = 1."""
    metal = Metal(dim=dimension, scattering=[Potential(), *(_MECHANISMS[name] for name in names)])
    loop = conductivity(metal, loops=1, cutoff=_CUTOFF, infrared="L")
    ratio = -loop.expr / conductivity(metal).expr
    units = {s.D: sp.Integer(1), s.tau: sp.Rational(1, dimension), s.nu: sp.Integer(1), s.hbar: sp.Integer(1)}
    arguments = (s.L, *(s.lookup(name) for name in names))
    function = sp.lambdify(arguments, sp.simplify(ratio.xreplace(units)), "math")
    return lambda *numbers: float(function(*numbers))
