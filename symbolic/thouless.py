"""Thouless energy, level spacing, and the criteria of localization that are made of them."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.criterion import Criterion
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.metal import Metal, require_plain
from cooperon.symbolic.metal_values import finish

__all__ = [
    "Criterion",
    "ioffe_regel_criterion",
    "level_spacing",
    "thouless_conductance",
    "thouless_criterion",
    "thouless_energy",
]

_UNITS = ("hbar D/L^2", "pi^2 hbar D/L^2")
_X = sp.Symbol("x", real=True)
_DIFFUSIVE = Assumption("diffusion from end to end: L >> sqrt(D tau)", sp.sqrt(s.D * s.tau) < s.L)


def _checked(metal: object, what: str) -> Metal:
    require(metal, Metal, "metal", "cp.Metal(dim=3)")
    assert isinstance(metal, Metal)
    require_plain(metal, what)
    return metal


def thouless_energy(metal: Metal, *, unit: str = "hbar D/L^2") -> Formula:
    r"""Thouless energy of a sample of the size L: hbar over the time of diffusion across it.

    Parameters
    ----------
    metal : Metal
        Without field or shape.
    unit : str
        ``"hbar D/L^2"``, or ``"pi^2 hbar D/L^2"``: hbar times the rate of the slowest mode between leads.

    Returns
    -------
    Formula
        In joules.

    Raises
    ------
    InputError
        For another unit, or a metal with a field or a shape.

    References
    ----------
    J. T. Edwards and D. J. Thouless, J. Phys. C 5, 807 (1972); D. J. Thouless, Phys. Rep. 13, 93 (1974);
    E. Akkermans and G. Montambaux, Mesoscopic Physics of Electrons and Photons (Cambridge, 2007), sec. 5.7.

    Examples
    --------
    >>> thouless_energy(Metal(dim=3)).expr
    D*hbar/L**2
    >>> thouless_energy(Metal(dim=3), unit="pi^2 hbar D/L^2").expr
    pi**2*D*hbar/L**2
    """
    metal = _checked(metal, "the Thouless energy")
    if unit not in _UNITS:
        raise InputError(f"unit = {unit!r}", expected="one of " + ", ".join(_UNITS))
    rate, steps = (_slowest_mode if unit == _UNITS[1] else _spreading)()
    value = s.hbar * rate
    steps += (
        Step("Thouless energy", sp.Mul(s.hbar, rate, evaluate=False), value, "hbar over a time is an energy"),
    )
    return _finished("E_T", r"E_{\mathrm{T}}", value, metal, Derivation(steps), (_DIFFUSIVE,))


def _slowest_mode() -> tuple[sp.Expr, tuple[Step, ...]]:
    mode = sp.sin(sp.pi * s.r / s.L)
    decay = sp.simplify(-s.D * sp.diff(mode, s.r, 2) / mode)
    return decay, (
        Step(
            "slowest mode",
            -s.D * sp.diff(mode, s.r, 2),
            decay * mode,
            "the slowest solution of the diffusion equation that vanishes at two leads, and its rate",
        ),
    )


def _spreading() -> tuple[sp.Expr, tuple[Step, ...]]:
    """Return 1/t where the mean square displacement along one direction is 2 L**2."""
    density = sp.exp(-(_X**2) / (4 * s.D * s.t)) / sp.sqrt(4 * sp.pi * s.D * s.t)
    spread = 2 * sp.Integral(_X**2 * density, (_X, 0, sp.oo))
    time = s.L**2 / s.D
    return 1 / time, (
        Step(
            "spreading", spread, 2 * s.D * s.t, "the mean square displacement of diffusion along the sample"
        ),
        Step(
            "diffusion time",
            (2 * s.D * s.t).xreplace({s.t: sp.UnevaluatedExpr(time)}),
            2 * s.L**2,
            "after L**2/D it is 2 L**2: this is what is called the time of diffusion across L",
        ),
    )


def _finished(
    name: str,
    symbol: str,
    value: sp.Expr,
    metal: Metal,
    derivation: Derivation,
    assumptions: tuple[Assumption, ...] = (),
) -> Formula:
    plain = Formula(name, value, value, metal, (), derivation, assumptions, symbol)
    return finish(replace(plain, metal=metal))


def level_spacing(metal: Metal) -> Formula:
    r"""Mean spacing of the levels of one spin in a cube of the size L.

    Parameters
    ----------
    metal : Metal
        Without field or shape.

    Returns
    -------
    Formula
        1/(nu L**d), in joules.

    Raises
    ------
    InputError
        For a metal with a field or a shape.

    References
    ----------
    D. J. Thouless, Phys. Rev. Lett. 39, 1167 (1977).

    Examples
    --------
    >>> level_spacing(Metal(dim=2)).expr
    1/(L**2*nu)
    """
    metal = _checked(metal, "the level spacing")
    value = 1 / (s.nu * s.L**metal.dim)
    step = Step(
        "level spacing",
        sp.Mul(value, s.nu * s.L**metal.dim, evaluate=False),
        sp.S.One,
        "one level of one spin in the volume L**d within the spacing",
    )
    return _finished("Delta", r"\Delta", value, metal, Derivation((step,)))


def thouless_conductance(metal: Metal) -> Formula:
    r"""Conductance of a cube of the size L per spin, in e**2/h, as a ratio of two energies.

    Parameters
    ----------
    metal : Metal
        Without field or shape.

    Returns
    -------
    Formula
        2 pi E_T/Delta, with E_T = hbar D/L**2.

    Raises
    ------
    InputError
        For a metal with a field or a shape.

    References
    ----------
    D. J. Thouless, Phys. Rev. Lett. 39, 1167 (1977).

    Examples
    --------
    >>> thouless_conductance(Metal(dim=2)).expr
    2*pi*D*hbar*nu
    """
    metal = _checked(metal, "the Thouless conductance")
    plain = metal.without_values
    drude = conductivity(plain, loops=0)
    energy, spacing = thouless_energy(plain), level_spacing(plain)
    quantum = plain.spin_degeneracy * s.e**2 / (2 * sp.pi * s.hbar)
    value = 2 * sp.pi * energy.expr / spacing.expr
    step = Step(
        "Thouless's ratio",
        sp.Mul(drude.expr * s.L ** (plain.dim - 2), 1 / quantum, evaluate=False),
        value,
        f"G = sigma L**(d-2) over {quantum} is 2 pi E_T/Delta, with Einstein's relation in sigma",
    )
    derivation = drude.derivation + energy.derivation + spacing.derivation + (step,)
    return _finished("g", "g", value, metal, derivation, (*drude.assumptions, _DIFFUSIVE))


def thouless_criterion(metal: Metal) -> Criterion:
    r"""Say where a sample of the size L stops to conduct: Thouless's criterion.

    Parameters
    ----------
    metal : Metal
        Without field or shape.

    References
    ----------
    D. J. Thouless, Phys. Rev. Lett. 39, 1167 (1977).

    Examples
    --------
    >>> print(thouless_criterion(Metal(dim=1)))
    Thouless: 2*pi*D*hbar*nu/L > 1, levels that a change at the ends moves by more than their spacing
    """
    quantity = thouless_conductance(metal)
    return Criterion(
        "Thouless",
        quantity,
        quantity.expr > 1,
        "levels that a change at the ends moves by more than their spacing",
    )


def ioffe_regel_criterion(metal: Metal) -> Criterion:
    r"""Say where the disorder is no longer weak: the criterion of Ioffe and Regel.

    Parameters
    ----------
    metal : Metal
        Without field or shape.

    References
    ----------
    A. F. Ioffe and A. R. Regel, Prog. Semicond. 4, 237 (1960).

    Examples
    --------
    >>> ioffe_regel_criterion(Metal(dim=2)).condition
    ell*k_F > 1
    """
    metal = _checked(metal, "the Ioffe-Regel criterion")
    energy = s.hbar**2 * s.k_F**2 / (2 * s.m)
    value = s.k_F * s.ell
    step = Step(
        "Ioffe-Regel number",
        2 * energy * s.tau / s.hbar,
        value,
        "the Fermi energy over half the width hbar/tau of a level of the clean metal",
    )
    quantity = _finished("k_F ell", r"k_{\mathrm{F}}\ell", value, metal, Derivation((step,)))
    return Criterion(
        "Ioffe-Regel", quantity, value > 1, "a mean free path longer than the wave length over 2 pi"
    )
