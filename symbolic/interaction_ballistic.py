"""From ballistic to diffusive: the interaction correction of a film at any k_B T tau/hbar."""

from __future__ import annotations

import sympy as sp

from cooperon.diagrams import Diagram
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.interaction_rings import RingDiagram
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.assumptions import drude_assumptions
from cooperon.symbolic.derivation import Derivation
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.interaction_ballistic_kernel import ballistic_kernel, ring_sums
from cooperon.symbolic.interaction_ballistic_screening import (
    BallisticChannel,
    ballistic_channels,
    screening_steps,
)
from cooperon.symbolic.interaction_ballistic_steps import channel_steps, crossover, crossover_steps
from cooperon.symbolic.metal import Metal, require_plain
from cooperon.symbolic.metal_values import finish

__all__ = ["ballistic_interaction"]

_LIMITS = ("diffusive", "ballistic")


def ballistic_interaction(metal: Metal, *, part: str = "all", limit: str = "diffusive") -> Formula:
    r"""Derive what the interaction adds to the conductivity of a film, for any ratio of k_B T to hbar/tau.

    .. math:: \delta\sigma = -\frac{e^2\hbar}{2\pi} \int_0^\infty d\omega\,
        \frac{d}{d\omega}\left[\omega \coth\frac{\hbar\omega}{2 k_B T}\right]
        \mathrm{Im} \int \frac{d^2q}{(2\pi)^2} U(q, \omega)\, B(q, \omega)

    to first order in the screened interaction U, with U and the kernel B exact in q ell and omega tau: B is
    summed from all rings with one interaction line, all ladders and all single impurity lines that do not
    cross. What is stored: Matsubara's signs, the white-noise impurity line, residues and <1/(z + i x c)>.

    Parameters
    ----------
    metal : Metal
        In two dimensions, with white-noise disorder and ``interaction=Coulomb()``, the default, which is
        screened completely, or ``ShortRange()``.
    part : str
        ``"all"``, ``"exchange"`` (the charge) or ``"triplet"`` (the spin, with the constant F0).
    limit : str
        Which limit :meth:`Formula.leading` returns: ``"diffusive"``, the logarithm at k_B T << hbar/tau, or
        ``"ballistic"``, the linear law at k_B T >> hbar/tau.

    Returns
    -------
    Formula
        In siemens. What no temperature changes (it is absorbed in tau) is left out such that the correction
        is the logarithm ln(k_B T tau/hbar) alone for low temperatures, without a constant. An integral over
        x = hbar omega/(k_B T) stays undone.

    Raises
    ------
    InputError
        For another dimension, other disorder, a field, a boundary, Zeeman splitting, or unknown options.

    References
    ----------
    G. Zala, B. N. Narozhny and I. L. Aleiner, Phys. Rev. B 64, 214204 (2001), eqs. (2.16) and (2.17).

    Examples
    --------
    >>> film = ballistic_interaction(Metal(dim=2))
    >>> film.leading()
    -e**2*(4 - 3*LogRatio(F0))*log(hbar/(T*k_B*tau))/(2*pi**2*hbar)
    >>> ballistic_interaction(Metal(dim=2), part="exchange", limit="ballistic").leading()
    T*e**2*k_B*tau/(pi*hbar**2)
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    _require_film(metal)
    if not isinstance(limit, str) or limit not in _LIMITS:
        raise InputError(f"limit = {limit!r}", expected="one of " + ", ".join(_LIMITS))
    channels = ballistic_channels(metal, part)
    kernel = ballistic_kernel()
    found = crossover(channels, kernel)
    steps = [*kernel.steps, *screening_steps(channels)]
    for channel in channels:
        steps += channel_steps(channel, kernel)
    steps += crossover_steps(found, limit)
    formula = Formula(
        "delta sigma_ee",
        found.value,
        found.line if limit == "ballistic" else found.logarithm,
        metal,
        _diagrams(),
        Derivation(tuple(steps)),
        (*drude_assumptions(sp.S.Zero), *_assumptions(channels)),
        r"\delta\sigma_{ee}",
    )
    return finish(formula)


def _require_film(metal: Metal) -> None:
    """Refuse metals for which the kernel is not derived."""
    what = "the interaction correction beyond diffusion"
    if metal.dim != 2:
        raise InputError(f"{what} in {metal.dim} dimensions", expected="two", hint='kernel="diffusive"')
    if metal.spin != sp.Rational(1, 2):
        raise InputError(f"{what} of carriers of spin {metal.spin}", expected="spin 1/2")
    require_plain(metal, what)
    refused = {"harmonics of scattering": metal.potential.harmonics, "Zeeman splitting": metal.zeeman}
    for name, given in refused.items():
        if given:
            raise InputError(
                f"{what} of a metal with {name}: {given}",
                expected="white-noise disorder alone",
                hint='kernel="diffusive"',
            )


def _diagrams() -> tuple[Diagram, ...]:
    """Draw the rings whose chords are ladders, with both ends of the interaction line dressed."""
    drawn = []
    for some in ring_sums():
        kinds, ends = some.sector.kinds, some.sector.ring.interacting
        at_ends = {tuple(sorted(((end - 1) % len(kinds), end))) for end in ends}
        for ring in some.rings if not some.order else ():
            if at_ends <= set(ring.chords) and all(kinds[i] != kinds[j] for i, j in ring.chords):
                drawn.append(RingDiagram(ring.sector, ring.chords).diagram)
    return tuple(dict.fromkeys(drawn))


def _assumptions(channels: tuple[BallisticChannel, ...]) -> tuple[Assumption, ...]:
    fermi = s.hbar**2 * s.k_F**2 / (2 * s.m)
    found = [
        Assumption("k_B T << Fermi energy", s.k_B * s.T < fermi),
        Assumption("first order in the screened interaction, without its part in the Cooper channel"),
        Assumption(
            "what no temperature changes is left out: it corrects tau, by frequencies up to the Fermi energy"
        ),
    ]
    if any(channel.complete for channel in channels):
        found.append(
            Assumption("complete screening of the charge: q much below the inverse screening length")
        )
    if any(channel.name == "triplet" for channel in channels):
        found.append(
            Assumption("Fermi-liquid constant F0 of the spins alone, above -1, for all momenta q", s.F0 > -1)
        )
    return tuple(found)
