"""Universal conductance fluctuations: the variance of the conductance, from two bubbles joined twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.fluctuation_blocks import Mode, box_steps, modes_of
from cooperon.symbolic.fluctuation_diagrams import counting, joined_bubbles
from cooperon.symbolic.fluctuation_lattice import coherent_sum
from cooperon.symbolic.fluctuation_modes import ModeSum, correlated_sums, gapped_sum
from cooperon.symbolic.fluctuation_sample import (
    MeasuredSample,
    assumptions_of,
    field_apart,
    require_poles,
    require_sample,
    sample_of,
)
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.metal_values import finish
from cooperon.symbolic.options import Options
from cooperon.symbolic.requests import Derived
from cooperon.symbolic.thermal_window import hot, thermal_window

__all__ = ["conductance_variance"]


def conductance_variance(
    metal: Metal,
    *,
    infrared: str = "L",
    omega: Any = None,
    thermal: bool = False,
    field_step: Any = None,
) -> Formula:
    r"""Derive the variance of the conductance of a sample between two leads, in units of (e**2/h)**2.

    Without a geometry the sample is a wire, a square or a cube of the side L; with ``Wire(width=...,
    length=...)`` a rectangle, or with ``thickness`` a bar. Two bubbles are joined by two diffusons or by two
    Cooperons; the sum goes over the modes of the sample, those across included.

    Parameters
    ----------
    metal : Metal
        In 1, 2 or 3 dimensions, with isotropic scattering. Mechanisms that scatter spins give the blocks
        their gaps; ``Zeeman()`` without them sets the energies of unlike spins apart. A field adds a rate to
        the Cooperons of a thin wire (``dim=1`` with ``geometry=Wire(length=...)``); in other samples it is
        taken to be strong: Cooperons are left out.
    infrared : str
        ``"L"``: coherent all over the sample, or ``"tau_phi"``: coherence of the length L_phi.
    omega : sympy.Expr, optional
        ``cooperon.symbols.omega``: the covariance of the conductances at two energies hbar omega apart.
    thermal : bool
        True: averaged over the thermal window of energies, at the temperature T.
    field_step : sympy.Expr, optional
        ``cooperon.symbols.Delta_B``: the covariance of the conductances of a thin wire at two fields that lie
        this far apart, the metal's field B half way between them.

    Returns
    -------
    Formula
        Of no dimension: var G/(e**2/h)**2, spin included. Its leading form is that of a sample much longer
        than L_phi, or where hbar omega, the Zeeman splitting or k_B T is far beyond hbar D/L**2.

    Raises
    ------
    InputError
        For other samples, anisotropic scattering, a wire whose coherence the noise of its own electrons ends,
        or Zeeman splitting beside scattering of spins.

    References
    ----------
    P. A. Lee and A. D. Stone, Phys. Rev. Lett. 55, 1622 (1985); B. L. Al'tshuler, JETP Lett. 41, 648 (1985);
    P. A. Lee, A. D. Stone and H. Fukuyama, Phys. Rev. B 35, 1039 (1987); B. L. Al'tshuler and B. I.
    Shklovskii, Sov. Phys. JETP 64, 127 (1986); E. Akkermans and G. Montambaux, Mesoscopic Physics of
    Electrons and Photons (Cambridge, 2007), ch. 11.

    Examples
    --------
    >>> conductance_variance(Metal(dim=1)).expr, conductance_variance(Metal(dim=2, spin=0)).expr
    (8/15, 2*Catalan/pi**2)
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    require_sample(metal)
    if not isinstance(thermal, bool):
        raise InputError(f"thermal = {thermal!r}", expected="True or False")
    options = Options.read("diffusive", infrared, omega)
    require_poles(metal, options)
    if thermal and options.omega != 0:
        raise InputError(
            f"thermal=True with omega = {options.omega}",
            expected="one of the two: the window averages over differences of energy",
            hint="omega=None",
        )
    if thermal and metal.dim == 3:
        raise InputError(
            "thermal=True of a sample of 3 dimensions",
            expected="at most two: triple sums over modes, averaged, take too long",
            hint="omega=cooperon.symbols.omega, and the average by quadrature; or dim=2 for a film",
        )
    asked = _Asked(thermal, field_apart(field_step))
    return finish(replace(asked(metal, options), request=Derived(asked, metal, options)))


@dataclass(frozen=True)
class _Asked:
    """What is asked for beside a metal and options."""

    thermal: bool
    step: sp.Expr

    def __call__(self, metal: Metal, options: Options) -> Formula:
        """Derive it."""
        return _derived(metal, options, thermal=self.thermal, step=self.step)


def _derived(metal: Metal, options: Options, *, thermal: bool, step: sp.Expr) -> Formula:
    sample = sample_of(metal, step)
    modes, spins = modes_of(metal.without_values, options, sample)
    coefficients, boxes = box_steps(metal.dim)
    frequency = s.omega if thermal else options.omega
    # A window that is shifted stands for energies of spins: covariances are narrow, and begin at 0.
    found = [
        _of_mode(replace(one, shift=sp.S.Zero) if thermal else one, sample, coefficients, frequency)
        for one in modes
    ]
    exact, form = (sp.Add(*(getattr(one, name) for one in found)) for name in ("value", "leading"))
    pages = [*counting(), *spins, *sample.steps, *boxes, *(step for one in found for step in one.steps)]
    pages.append(_sum_step(found, exact))
    if thermal:
        by_shift: dict[sp.Expr, sp.Expr] = {}
        for mode, one in zip(modes, found, strict=True):
            by_shift[mode.shift] = by_shift.get(mode.shift, sp.S.Zero) + one.value
        exact, window = thermal_window(by_shift)
        form, narrow = (exact, ()) if sample.ratios else hot(coefficients[0], modes)
        pages += [*window, *narrow]
    return Formula(
        "var g",
        exact,
        form,
        metal,
        tuple(dict.fromkeys(one.diagram for one in joined_bubbles())),
        Derivation() + pages,
        assumptions_of(metal, options, sample, thermal=thermal),
        symbol=r"\mathrm{var}\,g",
    )


@dataclass(frozen=True)
class _Share(ModeSum):
    """What blocks of one gap add to the variance; ``parts`` are its terms, added up in ``value``."""

    parts: tuple[sp.Expr, ...]


def _of_mode(
    mode: Mode, sample: MeasuredSample, coefficients: tuple[sp.Expr, sp.Expr], omega: sp.Expr
) -> _Share:
    value, leading, steps, parts = sp.S.Zero, sp.S.Zero, [], []
    for weight, diffusive, states in _families(mode, sample, omega):
        steps += [*diffusive.steps, *states.steps]
        one, other = (weight * number for number in coefficients)
        value += _both(one, other, diffusive.value, states.value)
        leading += _both(one, other, diffusive.leading, states.leading)
        parts += [sp.Mul(one, diffusive.value, evaluate=False), sp.Mul(other, states.value, evaluate=False)]
    return _Share(value, leading, tuple(steps), tuple(parts))


def _sum_step(found: Sequence[_Share], exact: sp.Expr) -> Step:
    parts = [_by_terms(part) for one in found for part in one.parts]
    value = _by_terms(exact)
    reason = "each family as often as its bubbles can change places, each mode of spins once"
    by_terms = "" if value == exact else "; sums over m and k by their terms"
    return Step("diffusons and Cooperons", sp.Add(*parts, evaluate=False), value, reason + by_terms)


def _families(
    mode: Mode, sample: MeasuredSample, omega: sp.Expr
) -> Iterator[tuple[sp.Expr, ModeSum, ModeSum]]:
    """Yield how often sums over modes count, and the sums: for boxes from diffusion, and from states."""
    square = mode.gap * s.L**2 / s.D
    apart = dict.fromkeys(sp.Abs(omega + sign * mode.shift) for sign in (1, -1))
    for w in apart:
        if w != 0:
            sums = correlated_sums(sample.ratios, square, w * s.L**2 / s.D)
        elif mode.gap == 0:
            sums = (coherent_sum(sample.ratios),) * 2
        else:
            sums = (gapped_sum(sample.ratios, s.L * sp.sqrt(mode.gap / s.D)),) * 2
        yield mode.weight / len(apart), *sums


def _by_terms(expr: sp.Expr) -> sp.Expr:
    """Put the terms in place of double sums, which take long to be put in numbers."""
    return expr.replace(
        lambda node: isinstance(node, sp.Sum) and len(node.limits) > 1, lambda node: node.function
    )


def _both(one: sp.Expr, other: sp.Expr, left: sp.Expr, right: sp.Expr) -> sp.Expr:
    """Add up the two parts: multiplied out where their sums over modes are the same, else mode by mode."""
    if left == right:
        return sp.Add(*((one + other) * term for term in sp.Add.make_args(left)))
    if isinstance(left, sp.Sum):
        return sp.Sum(one * left.function + other * right.function, *left.limits)
    return one * left + other * right
