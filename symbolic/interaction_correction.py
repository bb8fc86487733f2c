"""The interaction correction to the conductivity: Altshuler and Aronov, from the diagrams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.assumptions import drude_assumptions, mechanism_assumptions
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.interaction_diagram_steps import diagram_steps
from cooperon.symbolic.interaction_diagrams import leading_set, require_diffusive
from cooperon.symbolic.interaction_integrals import momentum_integral
from cooperon.symbolic.interaction_sums import (
    GAP,
    low_temperature,
    real_axis_step,
    static_steps,
    static_sums,
)
from cooperon.symbolic.kubo import derive, smallness
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.options import Options
from cooperon.symbolic.screening import InteractionChannel, asked_channels, screening_steps
from cooperon.symbolic.slow import radial_measure

__all__ = [
    "channel_integrand",
    "channel_steps",
    "interaction_assumptions",
    "interaction_correction",
    "with_pages",
]


def interaction_correction(
    metal: Metal, *, part: str = "all", triplet: str = "exact", kernel: str = "diffusive"
) -> Formula:
    r"""Derive what the interaction of the electrons adds to the conductivity.

    .. math:: \delta\sigma = -\frac{4 \sigma_0}{\pi d} \int_0^\infty d\omega\,
        \frac{d}{d\omega}\left[\omega \coth\frac{\omega}{2T}\right]
        \mathrm{Im} \int \frac{d^dq}{(2\pi)^d} \frac{U(q, \omega)\, D q^2}{(D q^2 - i\omega)^3}

    (hbar = k_B = 1), to first order in the screened interaction, summed over its channels: U of the charge
    (exchange), and of the three components of the spin (Hartree, with the Fermi-liquid constant F0).

    Parameters
    ----------
    metal : Metal
        With ``interaction=Coulomb()``, the default, or ``ShortRange()``. ``Zeeman()`` among its mechanisms
        makes two of the spin's components precess, whatever the direction of the field; spin-orbit and
        magnetic scattering give them gaps.
    part : str
        ``"all"``, ``"exchange"`` (the charge) or ``"triplet"`` (the spin).
    triplet : str
        ``"exact"`` in F0, or ``"first_order"``, which leaves closed forms also in a field.
    kernel : str
        ``"diffusive"``, or ``"exact"`` for a film at any k_B T tau/hbar:
        :func:`~cooperon.ballistic_interaction`.

    Returns
    -------
    Formula
        In two dimensions with the frequencies cut off at 1/tau; above, what depends on the temperature: the
        correction less its value at T = 0 and B = 0.

    Raises
    ------
    InputError
        For unknown options, a dimension of 4 or more, or a metal that the diagrams do not know.

    References
    ----------
    B. L. Altshuler, A. G. Aronov and P. A. Lee, Phys. Rev. Lett. 44, 1288 (1980); B. L. Altshuler and A. G.
    Aronov, in Electron-Electron Interactions in Disordered Systems, eds. A. L. Efros and M. Pollak
    (North-Holland, 1985), eqs. (3.27)-(3.44); G. Zala, B. N. Narozhny and I. L. Aleiner, Phys. Rev. B 64,
    214204 (2001), eq. (2.17).

    Examples
    --------
    >>> from cooperon.symbolic.interactions import Coulomb
    >>> film = Metal(dim=2)
    >>> interaction_correction(film, part="exchange").leading()
    -e**2*log(hbar/(T*k_B*tau))/(2*pi**2*hbar)
    >>> interaction_correction(Metal(dim=3, interaction=Coulomb(F0=0))).expr
    -sqrt(2)*sqrt(T)*e**2*sqrt(k_B)*zeta(1/2)/(12*pi**(3/2)*sqrt(D)*hbar**(3/2))
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    if kernel != "diffusive":
        return _exact(metal, part, triplet, kernel)
    require_diffusive(metal)
    channels = asked_channels(metal, part=part, triplet=triplet, complete=True)
    return finish(_derived(metal, channels))


def _exact(metal: Metal, part: str, triplet: object, kernel: object) -> Formula:
    """Refuse what the exact kernel has no use for, and derive the correction with it."""
    from cooperon.symbolic.interaction_ballistic import ballistic_interaction

    for name, value, only in (("kernel", kernel, "exact"), ("triplet", triplet, "exact")):
        if value != only:
            raise InputError(
                f"{name} = {value!r}" + ' with kernel = "exact"' * (name == "triplet"),
                expected='"diffusive" or "exact"' if name == "kernel" else 'triplet = "exact"',
            )
    return ballistic_interaction(metal, part=part)


def _derived(metal: Metal, channels: tuple[InteractionChannel, ...]) -> Formula:
    steps = [*diagram_steps(metal, "conductivity"), *screening_steps(metal, channels)]
    values = []
    for channel in channels:
        steps += channel_steps(metal, channel)
        values.append(steps[-1].rhs)
    total = sp.factor_terms(sp.Add(*values))
    if len(values) > 1:
        steps.append(Step("sum over channels", sp.Add(*values, evaluate=False), total, "charge and spin"))
    form = total
    if metal.dim == 2:
        form, constant = low_temperature(total)
        steps.append(
            Step(
                "leading form",
                total,
                form + constant,
                "for k_B T tau/hbar -> 0: a logarithm and a constant that the cutoff sets",
                ((s.tau, 1),),
                sp.S.One,
            )
        )
    bare = Formula("delta sigma_ee", total, form, metal, symbol=r"\delta\sigma_{ee}")
    small = smallness(bare, derive(metal, 0, Options.read("diffusive", "tau_phi", None)))
    return with_pages(bare, "conductivity", steps, (*interaction_assumptions(metal, channels), small))


def with_pages(
    bare: Formula, response: str, steps: Iterable[Step], assumptions: Iterable[Assumption]
) -> Formula:
    """Give a formula of the interaction its diagrams, pages and assumptions.

    Parameters
    ----------
    bare : Formula
        The formula without them.
    response : str
        Whose diagrams.
    steps : iterable of Step
        The pages; a line that stands already is not repeated.
    assumptions : iterable of Assumption
        Those of the interaction; what every diagram takes for granted goes before.
    """
    metal = bare.metal
    return replace(
        bare,
        diagrams=tuple(one.dressing for one in leading_set(metal, response)[0]),
        derivation=Derivation() + steps,
        assumptions=(*drude_assumptions(sp.S.Zero), *mechanism_assumptions(metal), *assumptions),
    )


def channel_steps(metal: Metal, channel: InteractionChannel) -> Iterator[Step]:
    """Pages of one channel; the right-hand side of the last is what it adds to the conductivity."""
    put = {GAP: channel.gap}
    general = channel_integrand(metal, channel)
    integrand = general.xreplace(put)
    if channel.gap != 0:
        yield _gap_step(metal, channel)
    yield from static_steps(integrand)
    yield real_axis_step(integrand, integrand.xreplace({sp.I: -sp.I}) if channel.precesses else None)
    at_rest = general.xreplace({s.omega_n: sp.S.Zero})
    function = momentum_integral(at_rest, metal.dim)
    radial = radial_measure(metal.dim) * s.q ** (metal.dim - 1) * at_rest
    yield Step(
        "slow integral",
        sp.Integral(radial.xreplace(put), (s.q, 0, sp.oo)),
        function.xreplace(put),
        "over all momenta and directions",
    )
    factor, sums = static_sums(function, channel.gap, channel.bare, metal.dim)
    yield sums.step(sp.powsimp(channel.count * s.k_B * s.T * factor))


def channel_integrand(metal: Metal, channel: InteractionChannel) -> sp.Expr:
    """Return what stands beside k_B T, of q, Omega, GAP and omega_n > 0, where Omega > omega_n.

    Raises
    ------
    InputError
        When the sum of the diagrams below omega_n is not Omega/omega_n times that above, or a potential that
        is the same everywhere (q = 0) does something.
    """
    gap = sp.S.Zero if channel.gap == 0 else GAP
    found, _ = leading_set(metal, "conductivity", gap)
    below, above = (found.total(region) for region in ("Omega < omega", "Omega > omega"))
    if sp.cancel(below * s.omega_n / s.Omega - above) != 0 or above.xreplace({s.q: sp.S.Zero}) != 0:
        raise InputError("diagrams whose sum is not that of a conserved current", expected="all of them")
    return above * replace(channel, gap=gap).screened / (metal.spin_degeneracy * s.nu)


def _gap_step(metal: Metal, channel: InteractionChannel) -> Step:
    found, _ = leading_set(metal, "conductivity", GAP)
    table = {GAP: channel.gap}
    values = [one.value.xreplace(table) for one in found if one.region == "Omega > omega"]
    return Step(
        f"sum of the diagrams, {channel.name}",
        sp.Add(*values, evaluate=False),
        found.total("Omega > omega").xreplace(table),
        f"{channel.gap} beside D q**2 in every diffuson",
    )


def _cutoff_assumptions(metal: Metal) -> tuple[Assumption, ...]:
    """Say what ends the sum over frequencies where it does not end by itself."""
    if metal.dim == 2:
        faded = "frequencies above 1/tau fade out as 1/(1 + Omega tau); the constant depends on it"
        return (Assumption(faded),)
    if (metal.dim - 2).is_positive is False:
        return ()
    return (Assumption("what is left out of a sum over all frequencies is its value at T = 0 and B = 0"),)


def interaction_assumptions(
    metal: Metal, channels: tuple[InteractionChannel, ...], *, change: bool = False
) -> tuple[Assumption, ...]:
    """Assumptions of corrections by the interaction; a change by a field needs no cutoff."""
    found = [
        Assumption(
            "k_B T tau/hbar << 1 (diffusion): the leading order in D q**2 tau, in which both ends of the "
            "interaction line are dressed",
            s.k_B * s.T * s.tau < s.hbar,
        ),
        Assumption("first order in the screened interaction, without its part in the Cooper channel"),
    ]
    if not change:
        found += _cutoff_assumptions(metal)
    if any(channel.limit for channel in channels):
        found.append(
            Assumption("complete screening of the charge: q much below the inverse screening length")
        )
    if any(channel.name.startswith("triplet") for channel in channels):
        found.append(Assumption("Fermi-liquid constant F0 of the spins alone, above -1", s.F0 > -1))
    if any(channel.precesses for channel in channels):
        split = s.g_L * s.mu_B * s.B * s.tau
        found.append(Assumption("g_L mu_B B tau/hbar << 1: spins precess slowly", split < s.hbar))
    return tuple(found)
