"""What the formulas take for granted, in words and as conditions on the symbols."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import count

import sympy as sp

from cooperon.diagrams import Family, classify, enumerate
from cooperon.symbolic import symbols as s
from cooperon.symbolic.cutoffs import INFRARED, Cutoff, Regulator
from cooperon.symbolic.formula import Assumption
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.noise import classical_conductivity
from cooperon.symbolic.noisy_wire import noise_length
from cooperon.symbolic.options import Options
from cooperon.symbolic.penetration import penetration
from cooperon.symbolic.scattering import Potential
from cooperon.symbolic.spectrum import spectrum

__all__ = [
    "ballistic_assumptions",
    "drude_assumptions",
    "electron_assumptions",
    "interference_assumptions",
    "mechanism_assumptions",
    "mode_assumptions",
]


_WHITE_NOISE = Potential()


def drude_assumptions(omega: sp.Expr, potential: Potential = _WHITE_NOISE) -> tuple[Assumption, ...]:
    """Assumptions of every formula made of averaged Green's functions."""
    found = [
        Assumption("k_F ell >> 1 (weak disorder, constant density of states)", s.k_F * s.ell > 1),
        Assumption(_left_out()),
        _disorder(potential),
    ]
    if omega != 0:
        found.append(
            Assumption("hbar omega << Fermi energy", s.hbar * omega < s.hbar**2 * s.k_F**2 / (2 * s.m))
        )
    return tuple(found)


def _disorder(potential: Potential) -> Assumption:
    """Say what the disorder is, and how tau_tr follows."""
    if not potential.harmonics:
        return Assumption("white-noise potential disorder: isotropic scattering, tau_tr = tau")
    named = ((f"w_{n}", str(weight)) for n, weight in zip(count(1), potential.harmonics, strict=False))
    listed = ", ".join(name if name == weight else f"{name} = {weight}" for name, weight in named)
    if potential.weight(1) == 0:
        return Assumption(f"potential disorder with the harmonics {listed} of scattering: tau_tr = tau")
    return Assumption(
        f"potential disorder with the harmonics {listed} of scattering: tau_tr = tau/(1 - w_1), "
        "with -1 <= w_1 < 1",
        s.tau_tr >= s.tau / 2,
    )


@cache
def _left_out() -> str:
    """Name the diagrams without a slow momentum that cross, at second order."""
    crossed = [kind for kind in map(classify, enumerate(2)) if not kind.leading]
    counts = Counter(kind.family for kind in crossed)
    return (
        f"diagrams with crossing lines and no slow momentum are absorbed in tau, which they renormalise at "
        f"relative order 1/(k_F ell) (with two impurity lines: {counts[Family.SELF_ENERGY]} crossed "
        f"self-energies, {counts[Family.OTHER]} short crossed diagrams)"
    )


def interference_assumptions(metal: Metal, options: Options) -> tuple[Assumption, ...]:
    """Assumptions of the quantum correction, with its cutoffs."""
    cutoff, infrared, omega = options.cutoff, options.infrared, options.omega
    found = [Assumption(_cutoff(metal, options))]
    if infrared == "L":
        length = "sqrt(D tau_tr)" if metal.anisotropic else "ell"
        found.append(Assumption(f"{INFRARED['L']}, L >> {length}", sp.sqrt(s.D * metal.transport_time) < s.L))
    elif metal.dephasing is None:
        found.append(Assumption("no dephasing"))
    else:
        long = metal.transport_time
        end = metal.coherence_time if metal.noisy else s.tau_phi
        found.append(Assumption(f"tau_phi >> {long}: {INFRARED['tau_phi']}", end > long))
        found += electron_assumptions(metal) if metal.noisy else ()
    forward = metal.anisotropic and not metal.potential.weight(1).is_negative
    if forward and cutoff.regulator is not Regulator.DIMENSIONAL:
        found.append(
            Assumption(
                "paths between tau and tau_tr are not diffusive yet: where tau_tr >> tau the cutoff belongs "
                "at tau_tr, which changes what depends on the cutoff"
            )
        )
    if cutoff.regulator is Regulator.WINDOW:
        found.append(Assumption(_sharp_window(metal)))
    if omega != 0:
        time = metal.transport_time
        found.append(Assumption(f"omega {time} << 1 (diffusion)", omega * time < 1))
    if metal.dim == 1:
        found.append(
            Assumption(
                "a wire of many channels, one-dimensional for the slow momentum q (in a single channel, "
                "crossed diagrams are as large as the others)"
            )
        )
    return tuple(found)


def mechanism_assumptions(metal: Metal) -> tuple[Assumption, ...]:
    """Assumptions that spin scattering, a field and principal axes of diffusion bring with them.

    They hold for the Drude conductivity and for its corrections.
    """
    found = []
    if metal.spin_scatterers:
        rate = sp.Add(*(vertex.rate for vertex in metal.vertices[1:]))
        found.append(
            Assumption(
                "tau is the lifetime of all mechanisms together, and spins are scattered rarely: "
                "tau_so, tau_s >> tau",
                rate < 1 / s.tau,
            )
        )
    if metal.field is not None:
        bent = s.e * s.B * metal.transport_time < s.m
        found.append(Assumption("omega_c tau << 1: the field bends no path between collisions", bent))
    if metal.diffusion != "isotropic":
        found.append(
            Assumption("an ellipsoidal Fermi surface; the conductivity along x, with D**d = product of D_i")
        )
    return tuple(found)


def mode_assumptions(metal: Metal) -> tuple[Assumption, ...]:
    """Assumptions of what a field and a shape do to a Cooperon."""
    inside = penetration(metal)
    found = list(inside.assumptions)
    if inside.levels:
        largest = s.hbar / (4 * s.e * metal.diffusion_across * metal.transport_time)
        found.append(
            Assumption(
                "B << hbar/(4 e D tau): diffusion on the scale of the lowest Landau level",
                largest > metal.field.upright,  # type: ignore[union-attr]
            )
        )
        if not metal.dim.is_number:
            found += [
                Assumption(f"{metal.dim} >= 2: two directions across the field", metal.dim >= 2),
                Assumption(f"{metal.dim} < 4: the change by the field is that of long paths", metal.dim < 4),
            ]
    modes = spectrum(metal)
    if modes.axis is not None:
        found.append(Assumption(modes.axis.statement))
    if modes.section != 1 or (metal.geometry.dimension == metal.dim and not metal.geometry.closed):
        found.append(Assumption("thin: nothing varies across, on the scale of L_phi"))
    return tuple(found)


def ballistic_assumptions(metal: Metal) -> tuple[Assumption, ...]:
    """Assumptions of the quantum correction with the exact kernel: no diffusion, q ell of any size."""
    found = [
        Assumption(
            "closed paths through three scatterers and more, with q ell and tau/tau_phi of any size; those "
            "through two are the short crossed diagram, one of the crossed diagrams of second order"
        )
    ]
    if metal.dim == 3:
        found.append(
            Assumption(
                'cutoff "k_F": q < k_F; the constant beside the logarithm depends on it, the coefficient of '
                "the logarithm and the terms with tau_phi do not"
            )
        )
    if metal.dephasing is None:
        found.append(Assumption("no dephasing"))
    else:
        found.append(Assumption("interference on a closed path of duration t decays as exp(-t/tau_phi)"))
    if metal.dim == 1:
        found.append(
            Assumption(
                "the kernel of electrons that move along one line: a wire of many channels has the kernel of "
                "its electrons' own dimension, and in a single channel crossed diagrams are as large as these"
            )
        )
    return tuple(found)


def electron_assumptions(metal: Metal, energy: str = "fermi") -> tuple[Assumption, ...]:
    """Say when the rate of electron-electron collisions holds.

    Examples
    --------
    >>> [str(a)[:18] for a in electron_assumptions(Metal(dim=1))]
    ['hbar/(k_B T) >> ta', 'the charge of the ', 'hbar/(k_B T) << ta', 'L_phi in one dimen']
    """
    thermal = s.hbar / (s.k_B * s.T)
    found = [
        Assumption(
            f"hbar/(k_B T) >> {metal.transport_time}: electrons diffuse between collisions with others",
            metal.transport_time < thermal,
        ),
        Assumption("the charge of the electrons alone: the triplet part (F0) of the interaction is left out"),
    ]
    dim = spectrum(metal).dim
    if dim == 1:
        found += [
            Assumption(
                "hbar/(k_B T) << tau_N = L_N**2/D: the noise that counts is slow, and classical",
                thermal < noise_length(metal) ** 2 / s.D,
            ),
            Assumption(
                "L_phi in one dimension is what makes -(e**2/pi hbar) L_phi of the correction without other "
                "rates; with them the correction has Airy functions, and no 1/tau_phi that adds up"
            ),
        ]
    elif dim == 2:
        g = 2 * sp.pi * s.hbar * classical_conductivity(metal).expr / s.e**2
        found.append(
            Assumption(
                "with logarithmic accuracy: g = 2 pi hbar sigma/e**2 >> 1, which is k_B T tau_phi/hbar >> 1; "
                "the factor within the logarithm depends on how the noise is cut off (Altshuler and Aronov "
                "write ln(pi hbar sigma/e**2), half of g)",
                g > 1,
            )
        )
    else:
        who = {"fermi": "at the Fermi energy", "thermal": "averaged over their energies"}[energy]
        reduced = 2 * s.m * s.k_B * s.T / (s.hbar * s.k_F) ** 2
        found.append(
            Assumption(
                f"electrons {who}; the clean metal's rate ~(k_B T)**2/(hbar E_F) is left out: it is smaller "
                f"where (k_B T/E_F)**{4 - dim} << (k_F ell)**(-{dim})",
                reduced ** (4 - dim) < (s.k_F * s.ell) ** -dim,
            )
        )
    return tuple(found)


def _cutoff(metal: Metal, options: Options) -> str:
    """Say what is cut off, and what of the result depends on it."""
    cutoff = options.cutoff
    if cutoff.regulator is not Regulator.SMOOTH and options.change:
        return (
            "no cutoff: the change by the field converges; one matters at relative order (B/B_e)**2, "
            "B_e = hbar/(4 e D tau)"
        )
    if cutoff.regulator is not Regulator.SMOOTH and metal.noisy:
        return "no cutoff: paths of all durations converge; one matters at relative order sqrt(tau/tau_phi)"
    if cutoff.regulator is not Regulator.SMOOTH and spectrum(metal).whole:
        return "no cutoff: the sum over modes converges"
    return f'cutoff "{cutoff.name}": {cutoff.statement}; {_what_depends(metal, cutoff)}'


def _what_depends(metal: Metal, cutoff: Cutoff) -> str:
    if cutoff.regulator is Regulator.DIMENSIONAL:
        return "only the term that depends on tau_phi or L is physical"
    if metal.dim == 2:
        return "the constant beside the logarithm depends on it"
    if metal.dim.is_number and metal.dim < 2:
        return "terms that stay finite for long tau_phi depend on it"
    return "the part that does not depend on tau_phi or L depends on it"


def _sharp_window(metal: Metal) -> str:
    """By how much a sharp end of the paths changes the power of tau_phi: Gamma against a power's 1/s."""
    half = metal.dim / 2
    if half == 1:
        return (
            "the sharp end at tau_phi in place of exp(-t/tau_phi) changes the constant beside the logarithm"
        )
    factor = 1 / sp.gamma(2 - half)
    number = f" = {float(factor):.4g}" if factor.is_number else ""
    return (
        f"the sharp end at tau_phi multiplies the power of tau_phi by 1/Gamma(2 - d/2){number} as compared "
        "with exp(-t/tau_phi)"
    )
