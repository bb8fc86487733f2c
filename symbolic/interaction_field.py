"""What a magnetic field changes of the interaction correction: it splits the triplet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.interaction_correction import (
    channel_integrand,
    channel_steps,
    interaction_assumptions,
    with_pages,
)
from cooperon.symbolic.interaction_diagram_steps import diagram_steps
from cooperon.symbolic.interaction_diagrams import require_diffusive
from cooperon.symbolic.interaction_limits import Splitting
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.screening import InteractionChannel, interaction_channels, screening_steps

__all__ = ["interaction_magnetoconductivity"]

_LIMITS = (None, "weak", "strong")


def interaction_magnetoconductivity(
    metal: Metal, *, triplet: str = "exact", limit: str | None = None
) -> Formula:
    r"""Derive what the Zeeman splitting changes of the interaction correction.

    .. math:: \delta\sigma_{ee}(B) - \delta\sigma_{ee}(0)

    Of the spin's three components two precess in the field and so drop out below the splitting. With h =
    g_L mu_B B/(k_B T) this is, in two dimensions and to first order in F0, (e**2 F0/2 pi**2 hbar) g_2(h):

    - g_2 = 3 zeta(3) h**2/(4 pi**2) = 0.0913 h**2 for small h, where Lee and Ramakrishnan have 0.084 h**2;
    - g_2 = ln(h/(2 pi)) + gamma + 1 = ln(h/1.2978) for large h (ln(h/1.3)).

    In three dimensions it is (e**2 F0/4 pi**2 hbar) sqrt(2 k_B T/(hbar D)) g_3(h):

    - g_3 = 15 sqrt(pi) zeta(5/2) h**2/(64 pi**2) = 0.0565 h**2 for small h (0.053 h**2);
    - g_3 = sqrt(h) + (sqrt(pi)/2) zeta(1/2) = sqrt(h) - 1.2942 for large h (sqrt(h) - 1.3).

    Parameters
    ----------
    metal : Metal
        With ``Zeeman()`` among its mechanisms.
    triplet : str
        ``"exact"`` in F0, or ``"first_order"``.
    limit : str, optional
        ``"weak"``: the term of the order h**2 alone. ``"strong"``: the terms that are left for large h: a
        logarithm (d = 2) or a power, and a constant. Both are exact in F0 where ``triplet`` is.

    Returns
    -------
    Formula
        0 for B = 0, even in B, the same for all directions of the field.

    Raises
    ------
    InputError
        For a metal without Zeeman splitting or without a triplet part, unknown options, or a limit beside
        mechanisms that relax the spin.

    References
    ----------
    P. A. Lee and T. V. Ramakrishnan, Phys. Rev. B 26, 4009 (1982) and Rev. Mod. Phys. 57, 287 (1985), section
    III.D; A. Kawabata, J. Phys. Soc. Jpn. 50, 2461 (1981); C. Castellani, C. Di Castro and P. A. Lee, Phys.
    Rev. B 57, R9381 (1998), with the exact dependence on F0 = -gamma_2/(1 + gamma_2).

    Examples
    --------
    >>> from cooperon.symbolic.scattering import Zeeman
    >>> film = Metal(dim=2, scattering=[Zeeman()])
    >>> interaction_magnetoconductivity(film, limit="weak").expr
    3*B**2*F0*e**2*g_L**2*mu_B**2*zeta(3)/(8*pi**4*T**2*hbar*k_B**2*(F0 + 1)**2)
    >>> interaction_magnetoconductivity(film, triplet="first_order", limit="strong").expr
    F0*e**2*(log(B*g_L*mu_B/(2*pi*T*k_B)) + EulerGamma + 1)/(2*pi**2*hbar)
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2, scattering=[cp.Zeeman()])")
    require_diffusive(metal)
    precessing = _precessing(metal, triplet)
    if limit is not None and (not isinstance(limit, str) or limit not in _LIMITS):
        raise InputError(f"limit = {limit!r}", expected='None, "weak" or "strong"')
    still = replace(precessing, name="triplet, without field", gap=precessing.gap.xreplace({s.B: sp.S.Zero}))
    if limit is not None and still.gap != 0:
        raise InputError(
            f"the limit of a {limit} field of spins that relax at the rate {still.gap}",
            expected="no spin-orbit or magnetic scattering beside the field",
            hint="limit=None",
        )
    return finish(_derived(metal, precessing, still, limit))


def _precessing(metal: Metal, triplet: str) -> InteractionChannel:
    found = interaction_channels(metal, part="triplet", triplet=triplet, complete=True)
    precessing = [one for one in found if one.precesses]
    if not precessing:
        missing = "Zeeman()" if metal.zeeman is None else "a triplet part: F0 that is not 0, and spin 1/2"
        raise InputError(
            f"the interaction's magnetoconductivity of {metal}",
            expected=f"a metal with {missing}",
            hint="cp.Metal(dim=2, scattering=[cp.Zeeman()], interaction=cp.Coulomb())",
        )
    return precessing[0]


def _derived(
    metal: Metal, precessing: InteractionChannel, still: InteractionChannel, limit: str | None
) -> Formula:
    channels = (still, precessing)
    steps = [*diagram_steps(metal, "conductivity"), *screening_steps(metal, channels)]
    ends = []
    for channel in channels:
        steps += channel_steps(metal, channel)
        ends.append(steps[-1].rhs)
    at_rest, in_field = ends
    whole = sp.factor_terms(sp.expand(in_field - at_rest, deep=False))
    steps.append(
        Step(
            "change by the field",
            in_field - at_rest,
            whole,
            "the charge, and the spin along the field, do not feel it",
        )
    )
    steps += _limit_steps(metal, precessing, limit, whole, at_rest)
    expr = steps[-1].rhs
    name, symbol = "delta sigma_ee(B) - delta sigma_ee(0)", r"\delta\sigma_{ee}(B) - \delta\sigma_{ee}(0)"
    assumptions = (
        *interaction_assumptions(metal, channels, change=True),
        *_limit_assumptions(metal, limit),
    )
    return with_pages(Formula(name, expr, expr, metal, symbol=symbol), "conductivity", steps, assumptions)


def _limit_steps(
    metal: Metal, precessing: InteractionChannel, limit: str | None, whole: sp.Expr, at_rest: sp.Expr
) -> Iterator[Step]:
    if limit is None:
        return
    integrand = channel_integrand(metal, replace(precessing, bare=s.F0)).xreplace({s.omega_n: sp.S.Zero})
    size = precessing.gap / sp.I
    factor = precessing.count * s.k_B * s.T
    splitting = Splitting(integrand, precessing.bare, size, factor, metal.dim)
    if limit == "weak":
        yield from splitting.weak_steps()
    else:
        yield from splitting.strong_steps(whole, at_rest)


def _limit_assumptions(metal: Metal, limit: str | None) -> tuple[Assumption, ...]:
    if limit is None or metal.zeeman is None:
        return ()
    split, warm = metal.zeeman.energy, s.k_B * s.T
    if limit == "weak":
        return (Assumption("g_L mu_B B << k_B T: to lowest order in the field", split < warm),)
    return (Assumption("g_L mu_B B >> k_B T: the leading terms in a strong field", split > warm),)
