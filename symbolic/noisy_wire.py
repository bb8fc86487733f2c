r"""The Cooperon of a wire in the noise of its own electrons, solved exactly.

The distance r between a path and the path run backwards diffuses, and phase is lost at a rate a r that grows
with it (:mod:`cooperon.symbolic.noise`): the Cooperon follows from

.. math:: \left[-D \frac{\partial^2}{\partial r^2} + a |r| + \frac{1}{\tau_H}\right] C(r) = \delta(r),
   \qquad a = \frac{e^2 k_B T}{\hbar^2 \sigma_1},

with the rates 1/tau_H of all that ends paths beside the noise. Its solution is an Airy function.

References
----------
B. L. Altshuler, A. G. Aronov and D. E. Khmelnitsky, J. Phys. C 15, 7367 (1982); C. Texier and G. Montambaux,
Phys. Rev. B 72, 115327 (2005), in the notation used here.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.noise import dephasing_between, wire_steps
from cooperon.symbolic.spectrum import thin_spectrum

__all__ = ["airy_steps", "coherence_length", "noise_length", "require_open"]


def noise_length(metal: Metal) -> sp.Expr:
    """Return L_N, over which noise alone ends interference: L_N**3 = D/a.

    Examples
    --------
    >>> noise_length(Metal(dim=1))**3
    2*D**2*hbar**2*nu/(T*k_B)
    """
    return sp.cbrt(s.D / dephasing_between(metal))


def airy_steps(metal: Metal, gap: sp.Expr) -> tuple[Step, ...]:
    """Pages of the Cooperon at r = 0; the last one's right-hand side is it.

    Parameters
    ----------
    metal : Metal
        One-dimensional for slow modes.
    gap : sympy.Expr
        1/tau_H, what ends paths beside the noise.

    Examples
    --------
    >>> airy_steps(Metal(dim=1), 1 / s.tau_s)[-1].rhs.atoms(sp.Function) != set()
    True
    """
    require_open(metal)
    return (*wire_steps(metal), *_solved(metal, gap))


def _solved(metal: Metal, gap: sp.Expr) -> Iterator[Step]:
    loss, length = dephasing_between(metal), noise_length(metal)
    place = s.r / length + sp.expand(gap * length**2 / s.D)
    shape = _decaying(place)
    slope = sp.diff(shape, s.r).subs(s.r, 0)
    weight = -1 / (2 * s.D * slope)
    density = weight * shape
    yield Step(
        "equation of the Cooperon",
        s.D * sp.diff(density, s.r, 2),
        (loss * s.r + gap) * density,
        "diffusion of the distance r, and the loss of phase with it: the solution that decays is an Airy "
        "function of r/L_N, L_N**3 = D/(loss for a unit of distance)",
    )
    yield Step(
        "source",
        -2 * s.D * sp.Subs(sp.diff(density, s.r), s.r, 0),
        sp.S.One,
        "one path starts at r = 0 and goes both ways: this fixes the factor in front",
    )
    yield Step(
        "balance",
        2 * sp.Integral((loss * s.r + gap) * density, (s.r, 0, sp.oo)),
        sp.S.One,
        "all that starts is lost to the noise or to other rates",
    )
    yield Step("return", sp.Subs(density, s.r, 0), density.subs(s.r, 0), "the Cooperon at its own place")


def _decaying(place: sp.Expr) -> sp.Expr:
    """Solve f'' = y f, and take the solution that decays for large y."""
    y, f = sp.Symbol("y", positive=True), sp.Function("f")
    found = sp.dsolve(f(y).diff(y, 2) - y * f(y), f(y)).rhs
    parts = [found.coeff(constant) for constant in sorted(found.free_symbols - {y}, key=str)]
    (decaying,) = (part for part in parts if sp.limit(part, y, sp.oo) == 0)
    return decaying.subs(y, place)


def coherence_length(metal: Metal) -> sp.Expr:
    """Return the length that takes the place of L_phi where noise alone ends interference.

    Without noise the Cooperon at its own place is L_phi/(2 D).

    Examples
    --------
    >>> ratio = coherence_length(Metal(dim=1)) / noise_length(Metal(dim=1))
    >>> print(f"{float(sp.N(ratio)):.6f}")
    1.371721
    """
    return 2 * s.D * tuple(_solved(metal, sp.S.Zero))[-1].rhs


def require_open(metal: Metal) -> None:
    """Raise an InputError for a metal whose slow modes have an axis that is not free.

    Examples
    --------
    >>> require_open(Metal(dim=1))
    """
    if thin_spectrum(metal).axis is not None:
        raise InputError(
            f"ElectronElectron() in a metal with geometry = {metal.geometry}",
            expected="a shape without ends or holes: around a ring and between leads the noise is another",
            hint="dephasing=cooperon.PowerLaw(...), or a Wire() without leads",
        )
