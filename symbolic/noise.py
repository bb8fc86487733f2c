r"""The noise of the other electrons: how an electron on a path and the path run backwards lose their phase.

Put in as a rule is the noise of a conductor at the temperature T (Johnson and Nyquist): a field without
memory and without range, <E E> = 2 k_B T/sigma, so that the potential has

.. math:: \langle \varphi \varphi \rangle_q = \frac{2 k_B T}{\sigma q^2}.

The two ways to go around a path see the potential at the places x(t') and x(t - t'), at the same time t'.
Averaged over the noise the phase between them leaves exp(-<phase**2>/2), which is

.. math:: \exp\left[-\frac{e^2}{\hbar^2} \int_0^t dt' \int \frac{d^dq}{(2\pi)^d} \frac{2 k_B T}{\sigma q^2}
   (1 - \cos q\Delta(t'))\right], \qquad \Delta(t') = x(t') - x(t - t').

References
----------
B. L. Altshuler, A. G. Aronov and D. E. Khmelnitsky, J. Phys. C 15, 7367 (1982); S. Chakravarty and A. Schmid,
Phys. Rep. 140, 193 (1986); I. L. Aleiner, B. L. Altshuler and M. E. Gershenson, Waves Random Media 9, 201
(1999).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.geometry import Bulk
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.slow import radial_measure
from cooperon.symbolic.spectrum import thin_spectrum

__all__ = [
    "classical_conductivity",
    "dephasing_between",
    "film_steps",
    "noise_strength",
    "potential_step",
    "wire_steps",
]

_PHASE = sp.Symbol("varphi", real=True)
_X = sp.Symbol("x", positive=True)


def classical_conductivity(metal: Metal) -> Formula:
    """Derive the conductivity that sets the noise: that of the metal without field and interference.

    Examples
    --------
    >>> classical_conductivity(Metal(dim=1)).expr
    2*D*e**2*nu
    """
    return _drude(metal.without_values)


@cache
def _drude(metal: Metal) -> Formula:
    from cooperon.symbolic.kubo import derive
    from cooperon.symbolic.options import Options

    plain = replace(
        metal,
        dephasing=None,
        geometry=Bulk(),
        field=None,
        diffusion="isotropic",
        scattering=(metal.potential,),
    )
    return derive(plain, 0, Options.read("diffusive", "tau_phi", None))


def noise_strength(metal: Metal) -> sp.Expr:
    """Return q**2 <phi phi>: twice the temperature over the conductivity of all of the cross-section.

    Examples
    --------
    >>> noise_strength(Metal(dim=1))
    T*k_B/(D*e**2*nu)
    """
    whole = classical_conductivity(metal).expr * thin_spectrum(metal).section
    return 2 * s.k_B * s.T / whole


def potential_step(metal: Metal) -> Step:
    """State the noise of the potential.

    Examples
    --------
    >>> print(potential_step(Metal(dim=1)).rhs)
    T*k_B/(D*e**2*nu*q**2)
    """
    whole = sp.Mul(classical_conductivity(metal).expr, thin_spectrum(metal).section, evaluate=False)
    return Step(
        "Johnson-Nyquist noise",
        sp.Mul(2 * s.k_B * s.T, 1 / whole, s.q**-2, evaluate=False),
        noise_strength(metal) / s.q**2,
        "put in as a rule: the field of the other electrons is white, <E E> = 2 k_B T/sigma; E = -i q phi",
    )


def dephasing_between(metal: Metal) -> sp.Expr:
    """Return the rate at which phase is lost between two places in one dimension, for a unit of distance.

    Examples
    --------
    >>> dephasing_between(Metal(dim=1))
    T*k_B/(2*D*hbar**2*nu)
    """
    away = _apart(noise_strength(metal) * s.e**2 / s.hbar**2)[-1].rhs
    return sp.cancel(away / s.r)


def _apart(strength: sp.Expr) -> tuple[Step, ...]:
    """Integrate strength (1 - cos q r)/q**2 over q in one dimension, by way of durations."""
    spread = sp.exp(-s.D * s.q**2 * s.t)
    gaussian = radial_measure(sp.S.One) * sp.Integral((1 - sp.cos(s.q * s.r)) * spread, (s.q, 0, sp.oo))
    over_q = (1 - sp.exp(-(s.r**2) / (4 * s.D * s.t))) / sp.sqrt(4 * sp.pi * s.D * s.t)
    over_t = s.D * sp.Integral(over_q, (s.t, 0, sp.oo))
    return (
        Step(
            "durations",
            s.q**-2,
            s.D * sp.Integral(spread, (s.t, 0, sp.oo)),
            "1/q**2 as a sum over durations",
        ),
        Step("Gaussian integral over q", gaussian, over_q, "both directions of q"),
        Step(
            "noise between two places",
            strength * over_t,
            _linear(strength),
            "grows with the distance: the phase lost in a unit of time, e**2/hbar**2 <phi phi> (1 - cos q r)",
        ),
    )


@cache
def _linear(strength: sp.Expr) -> sp.Expr:
    """Do the integral of :func:`_apart` over x = r/sqrt(4 D t): the distance comes out in front."""
    shape = sp.integrate((1 - sp.exp(-(_X**2))) / _X**2, (_X, 0, sp.oo))
    # D dt/sqrt(4 pi D t) = -(r/(2 sqrt(pi))) dx/x**2 for r**2 = 4 D t x**2
    return strength * s.r * shape / (2 * sp.sqrt(sp.pi))


def wire_steps(metal: Metal) -> tuple[Step, ...]:
    """Pages from the noise to the loss of phase along one dimension, and to the distance that counts.

    Examples
    --------
    >>> [step.rule for step in wire_steps(Metal(dim=1))][-2:]
    ['cumulant average', 'relative coordinate']
    """
    strength = noise_strength(metal) * s.e**2 / s.hbar**2
    pages = _apart(strength)
    lost = pages[-1].rhs * s.t
    weight = sp.exp(-(_PHASE**2) / (4 * lost)) / sp.sqrt(4 * sp.pi * lost)
    return (
        potential_step(metal),
        *pages,
        Step(
            "cumulant average",
            sp.Integral(weight * sp.cos(_PHASE), (_PHASE, -sp.oo, sp.oo)),
            sp.exp(-lost),
            "the phase between a path and the path run backwards is Gaussian: exp(-<phase**2>/2), with "
            "<phase**2> = 2 e**2/hbar**2 int dt' <phi phi> (1 - cos q r), r = |x(t') - x(t - t')|",
        ),
        _relative_coordinate(),
    )


def _relative_coordinate() -> Step:
    """Two halves of a path, each a diffusion, are one diffusion of the distance between them."""
    half = s.t / 2
    return Step(
        "relative coordinate",
        sp.Integral(_spread(_PHASE, half) * _spread(_PHASE + s.r, half), (_PHASE, -sp.oo, sp.oo)),
        _spread(s.r, s.t),
        "from its middle on the path goes both ways: the distance of the two ends diffuses twice as fast for "
        "half the time, which is D for the time t, and the phase is lost over the whole time t",
    )


def _spread(place: sp.Expr, time: sp.Expr) -> sp.Expr:
    return sp.exp(-(place**2) / (4 * s.D * time)) / sp.sqrt(4 * sp.pi * s.D * time)


def film_steps(metal: Metal) -> tuple[Step, ...]:
    """Pages from the noise to the equation for the phase-coherence time in two dimensions.

    Examples
    --------
    >>> print(film_steps(Metal(dim=2))[-1].rhs)
    T*k_B*log(T*k_B*tau_phi/hbar)/(4*pi*D*hbar**2*nu)
    """
    strength = noise_strength(metal) * s.e**2 / s.hbar**2
    ends = (1 / sp.sqrt(s.D * s.tau_phi), sp.sqrt(s.k_B * s.T / (s.hbar * s.D)))
    undone = sp.Integral(radial_measure(sp.Integer(2)) * s.q * strength / s.q**2, (s.q, *ends))
    decades = sp.integrate(1 / s.q, (s.q, *ends))
    found = strength * radial_measure(sp.Integer(2)) * sp.logcombine(2 * decades, force=True) / 2
    return (
        potential_step(metal),
        Step(
            "rate of the noise",
            undone,
            found,
            "e**2/hbar**2 <phi phi>, for 1/L_phi < q (at smaller q both ways see the same) and D q**2 < k_B "
            "T/hbar (faster noise is not classical, and weak)",
        ),
    )
