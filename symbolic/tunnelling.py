"""The tunnelling density of states: what the interaction takes from it, at a voltage and a temperature."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.interaction_correction import interaction_assumptions, with_pages
from cooperon.symbolic.interaction_diagram_steps import diagram_steps
from cooperon.symbolic.interaction_diagrams import leading_set, require_diffusive
from cooperon.symbolic.interaction_integrals import momentum_integral
from cooperon.symbolic.interaction_sums import GAP, low_temperature, real_part, static_sums
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.screening import InteractionChannel, asked_channels, screening_steps
from cooperon.symbolic.slow import radial_measure
from cooperon.symbolic.tunnelling_logarithm import logarithm_steps, logarithm_sum
from cooperon.symbolic.tunnelling_sums import energy_steps, energy_sums, voltage

__all__ = ["tunnelling_density_of_states"]


def tunnelling_density_of_states(
    metal: Metal, *, part: str = "all", triplet: str = "exact", smeared: bool = False
) -> Formula:
    r"""Derive what the interaction changes of the density of states, relative to it: delta nu/nu.

    .. math:: \frac{\delta\nu}{\nu} = -\frac{1}{2\pi} \int_{-\infty}^\infty d\omega\,
        \tanh\frac{\omega - eV}{2T}\, \mathrm{Im} \int \frac{d^dq}{(2\pi)^d}
        \frac{U(q, \omega)}{(D q^2 - i\omega)^2}

    (hbar = k_B = 1) at the energy eV from the Fermi energy, summed over the channels of the interaction.
    Interference does not change the density of states.

    Parameters
    ----------
    metal : Metal
        With ``interaction=Coulomb()``, the default, or ``ShortRange()``.
    part, triplet : str
        As in :func:`~cooperon.interaction_correction`.
    smeared : bool
        True: what a junction with a plain metal measures, (dI/dV)/(dI/dV)_0 - 1; the energies of the
        electrons that come in are spread by the temperature.

    Returns
    -------
    Formula
        As a function of the voltage ``V`` and the temperature. In two dimensions with the frequencies cut off
        at 1/tau; above, less the value at V = 0 and T = 0. The leading form of the second logarithm, of
        Coulomb() in two dimensions, is that at V = 0.

    Raises
    ------
    InputError
        For a Coulomb interaction in a wire, whose range matters: ``ShortRange()`` with U_0 = 2 e**2
        ln(1/(q a)) stands for it; and as :func:`~cooperon.interaction_correction`.

    References
    ----------
    B. L. Altshuler and A. G. Aronov, in Electron-Electron Interactions in Disordered Systems, eds. A. L.
    Efros and M. Pollak (North-Holland, 1985), section 3.

    Examples
    --------
    >>> from cooperon.symbolic.interactions import ShortRange
    >>> film = Metal(dim=2, interaction=ShortRange(F0=0))
    >>> tunnelling_density_of_states(film).leading().subs(s.V, 0)
    -log(hbar/(T*k_B*tau))*log(2*U_0*nu + 1)/(8*pi**2*D*hbar*nu)
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    require_diffusive(metal)
    if not isinstance(smeared, bool):
        raise InputError(f"smeared = {smeared!r}", expected="True or False")
    channels = asked_channels(metal, part=part, triplet=triplet, complete=metal.dim != 2)
    if channels[0].limit and (metal.dim - 2).is_positive is not True:
        raise InputError(
            f"the density of states in {metal.dim} dimensions with Coulomb()",
            expected="more than 2 dimensions, or 2: complete screening leaves an infinite integral otherwise",
            hint="ShortRange(); for the charges of a wire with U_0 = 2 e**2 ln(1/(q a))",
        )
    return finish(_derived(metal, channels, smeared=smeared))


def _derived(metal: Metal, channels: tuple[InteractionChannel, ...], *, smeared: bool) -> Formula:
    steps = [*diagram_steps(metal, "density of states"), *screening_steps(metal, channels)]
    values, forms = [], []
    for channel in channels:
        pages, form = _channel(metal, channel, smeared=smeared)
        steps += pages
        values.append(steps[-1].rhs)
        forms.append(form)
    total = sp.factor_terms(sp.Add(*values))
    if len(values) > 1:
        steps.append(Step("sum over channels", sp.Add(*values, evaluate=False), total, "charge and spin"))
    form = total
    if metal.dim == 2 and not (smeared and total.has(s.kappa)):
        form = sp.factor_terms(sp.Add(*(each for each, _ in forms)))
        form = form.xreplace({s.V: sp.S.Zero}).doit() if total.has(s.kappa) else form
        second = total.has(s.kappa)
        steps.append(
            Step(
                "leading form",
                total.xreplace({s.V: sp.S.Zero}) if second else total,
                form + sp.Add(*(constant for _, constant in forms)),
                "for k_B T tau/hbar -> 0" + ", at V = 0" * second,
                ((s.tau, 1),),
                sp.Rational(1, 2),
            )
        )
    name, symbol = ("delta G/G", r"\delta G/G") if smeared else ("delta nu/nu", r"\delta\nu/\nu")
    bare = Formula(name, total, form, metal, symbol=symbol)
    return with_pages(bare, "density of states", steps, _assumptions(metal, channels, smeared=smeared))


def _assumptions(
    metal: Metal, channels: tuple[InteractionChannel, ...], *, smeared: bool
) -> tuple[Assumption, ...]:
    found = [
        *interaction_assumptions(metal, channels),
        Assumption("e V tau/hbar << 1 (diffusion)", s.e * sp.Abs(s.V) * s.tau < s.hbar),
    ]
    if metal.dim == 2 and any(channel.bare.has(s.kappa) for channel in channels):
        found.append(Assumption("D kappa**2 >> k_B T/hbar", s.k_B * s.T < s.hbar * s.D * s.kappa**2))
    if smeared:
        found.append(
            Assumption("a junction with a metal of constant density of states, of weak transmission")
        )
    return tuple(found)


def _channel(
    metal: Metal, channel: InteractionChannel, *, smeared: bool
) -> tuple[list[Step], tuple[sp.Expr, sp.Expr]]:
    """Pages of one channel, and the leading form of what it adds with the constant beside it."""
    second = metal.dim == 2 and channel.bare.has(s.kappa)
    general = _integrand(metal, channel, complete=not second)
    put = {GAP: channel.gap}
    # with complete screening the frequencies add up after the momenta only
    pages = [*energy_steps(_integrand(metal, channel, complete=False).xreplace(put))]
    measure = radial_measure(metal.dim) * s.q ** (metal.dim - 1)
    undone = sp.Integral(measure * general.xreplace(put), (s.q, 0, sp.oo))
    if second:
        pages.append(logarithm_steps(general, undone))
        step, form = logarithm_sum(pages[-1].rhs, smeared=smeared)
        return [*pages, step], (form, sp.S.Zero)
    function = momentum_integral(general, metal.dim)
    pages.append(Step("slow integral", undone, function.xreplace(put), "over all momenta and directions"))
    gaps = (channel.gap, channel.gap.xreplace({sp.I: -sp.I})) if channel.precesses else (channel.gap,)
    if smeared:
        found = [static_sums(function, gap, channel.bare, metal.dim, ahead=-sp.I * voltage) for gap in gaps]
    else:
        found = [energy_sums(function, gap, channel.bare, metal.dim) for gap in gaps]
    factor = sp.powsimp(channel.count * s.k_B * s.T * found[0][0]) / len(gaps)
    undone, done = (sp.Add(*(getattr(sums, name) for _, sums in found)) for name in ("undone", "done"))
    step = Step(
        "sum over Matsubara frequencies",
        factor * real_part(undone),
        factor * real_part(done),
        found[0][1].reason,
    )
    return [*pages, step], low_temperature(step.rhs, sp.S.One if smeared else sp.Rational(1, 2))


def _integrand(metal: Metal, channel: InteractionChannel, *, complete: bool) -> sp.Expr:
    """Return what stands beside k_B T, of q, Omega and GAP, with complete screening if it is asked for."""
    gap = sp.S.Zero if channel.gap == 0 else GAP
    found, _ = leading_set(metal, "density of states", gap)
    same = replace(channel, gap=gap)
    screened = same.screened if complete or not (channel.limit or same.screened.has(s.kappa)) else same.dyson
    return found.total("Omega > omega") * screened / (metal.spin_degeneracy * s.nu)
