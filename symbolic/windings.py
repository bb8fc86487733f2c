"""Sums over windings: closed paths that go round m times, or are reflected m times at both ends.

In one dimension the propagator over a distance R is exp(-kappa R)/(2 kappa D), so the sum over windings is a
geometric series. In d dimensions it is one at every momentum across the axis; the integral over that
momentum has an elementary form where the propagator is exp(-kappa R)/R**k, and is left undone elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.slow import radial_measure

__all__ = [
    "SUMS",
    "across",
    "elementary",
    "every_winding",
    "inverse_length",
    "propagator",
    "spread_out",
    "windings",
    "windings_undone",
]

_U = sp.Symbol("u", positive=True)
_M = sp.Symbol("m", integer=True, positive=True)
_LOWEST = sp.Rational(6, 5)
_KAPPA, _DISTANCE = sp.symbols("kappa R", positive=True)


def inverse_length(gap: sp.Expr) -> sp.Expr:
    """Inverse of the length over which propagators decay, kappa = sqrt(gap/D), with Re kappa > 0.

    Examples
    --------
    >>> inverse_length(1 / s.tau_phi)
    1/(sqrt(D)*sqrt(tau_phi))
    """
    return sp.sqrt(gap / s.D)


def propagator(dim: sp.Expr, gap: sp.Expr, distance: sp.Expr) -> sp.Expr:
    r"""Integral :math:`\int d^dq/(2\pi)^d \exp(i q R)/(D q^2 + gap)` at a distance R.

    Examples
    --------
    >>> propagator(sp.Integer(2), 1 / s.tau_phi, s.r)
    besselk(0, r/(sqrt(D)*sqrt(tau_phi)))/(2*pi*D)
    """
    order, kappa = dim / 2 - 1, inverse_length(gap)
    bessel = sp.besselk(order, kappa * distance)
    return (2 * sp.pi) ** (-dim / 2) * kappa**order * distance ** (-order) * bessel / s.D


def elementary(dim: sp.Expr, gap: sp.Expr) -> tuple[sp.Expr, int] | None:
    """Read the propagator as a*exp(-kappa R)/R**k, with a k whose sum over windings is in the table.

    Returns
    -------
    tuple of (Expr, int) or None
        a and k; None where the propagator is no such product.

    Examples
    --------
    >>> elementary(sp.Integer(3), 1 / s.tau_phi), elementary(sp.Integer(2), 1 / s.tau_phi)
    ((1/(4*pi*D), 1), None)
    """
    known = _elementary(dim)
    return known and (known[0].xreplace({_KAPPA: inverse_length(gap)}), known[1])


@cache
def _elementary(dim: sp.Expr) -> tuple[sp.Expr, int] | None:
    product = sp.besselsimp(propagator(dim, s.D * _KAPPA**2, _DISTANCE))
    amplitude = sp.powdenest(product * sp.exp(_KAPPA * _DISTANCE), force=True)
    found = ((sp.expand(amplitude * _DISTANCE**power), power) for power in SUMS)
    return next((pair for pair in found if not pair[0].has(_DISTANCE)), None)


def spread_out(dim: sp.Expr, gap: sp.Expr, distance: sp.Expr) -> sp.Expr:
    """Write the propagator in elementary functions, or as an integral over the momentum across the axis.

    Examples
    --------
    >>> spread_out(sp.Integer(3), 1 / s.tau_phi, s.r)
    exp(-r/(sqrt(D)*sqrt(tau_phi)))/(4*pi*D*r)
    """
    decay = inverse_length(gap) * distance
    known = elementary(dim, gap)
    if known is None:
        return across(dim, gap, lambda stretch: sp.exp(-decay * stretch))
    amplitude, power = known
    return amplitude * sp.exp(-decay) / distance**power


def across(dim: sp.Expr, gap: sp.Expr, function: Callable[[sp.Expr], sp.Expr]) -> sp.Expr:
    """Integrate one-dimensional propagators times a function over the momentum q across the axis.

    The function is one of sqrt(kappa**2 + q**2)/kappa, which is written 1 + u**2: the integral over u is
    regular at u = 0 in all dimensions above 1, and falls like a Gaussian.

    Raises
    ------
    InputError
        Below 1.2 dimensions, where most of the integral comes from q = 0; one dimension is elementary.
    """
    if dim.is_number and dim < _LOWEST:
        raise InputError(
            f"an axis that is not free, in {dim} dimensions", expected=f"dim = 1, or {_LOWEST} and above"
        )
    weight = radial_measure(dim - 1) * inverse_length(gap) ** (dim - 2) / s.D
    measure = _U ** (dim - 2) * (2 + _U**2) ** ((dim - 3) / 2)
    return weight * sp.Integral(measure * function(1 + _U**2), (_U, 0, sp.oo))


def _geometric(x: sp.Expr, phase: sp.Expr) -> sp.Expr:
    near, half = 1 + sp.coth(x / 2), sp.sin(phase / 2) ** 2
    return sp.exp(-x) * near * (1 - near * half) / (2 * (1 + sp.exp(-x) * near**2 * half))


def _logarithmic(x: sp.Expr, phase: sp.Expr) -> sp.Expr:
    near, half = 1 + sp.coth(x / 2), sp.sin(phase / 2) ** 2
    return sp.log(1 + sp.exp(-x) * near / 2) - sp.log(1 + sp.exp(-x) * near**2 * half) / 2


SUMS: Mapping[int, Callable[[sp.Expr, sp.Expr], sp.Expr]] = {0: _geometric, 1: _logarithmic}
"""Sum of cos(m phase) exp(-m x)/m**k over m = 1, 2, ..., as a function of x and phase, for each k.

With z = exp(-x + i phase) and a real x: Re z/(1 - z) and -Re ln(1 - z). They are written in
1 + coth(x/2) = 2/(1 - exp(-x)), which neither overflows nor cancels; right for Re x > 0.
"""


def every_winding(x: sp.Expr, phase: sp.Expr) -> sp.Expr:
    """Sum of cos(m phase) exp(-abs(m) x) over all m: sinh(x)/(cosh(x) - cos(phase)) by half arguments.

    Examples
    --------
    >>> every_winding(s.q, sp.S.Zero), every_winding(s.q, sp.pi)
    (coth(q/2), tanh(q/2))
    """
    sine, cosine, root = sp.sin(phase / 2), sp.cos(phase / 2), sp.tanh(x / 2)
    return root / (sine**2 + root**2 * cosine**2) if sine != 0 else sp.coth(x / 2)


def windings(dim: sp.Expr, gap: sp.Expr, period: sp.Expr, phase: sp.Expr) -> sp.Expr:
    """Sum of cos(m phase) times the propagator over m periods, over all m but 0.

    Examples
    --------
    >>> windings(sp.Integer(3), 1 / s.tau_phi, s.L, sp.S.Zero).atoms(sp.log) != set()
    True
    """
    once = inverse_length(gap) * period
    known = elementary(dim, gap)
    if known is None:
        return 2 * across(dim, gap, lambda stretch: SUMS[0](once * stretch, phase))
    amplitude, power = known
    return 2 * amplitude / period**power * SUMS[power](once, phase)


def windings_undone(dim: sp.Expr, gap: sp.Expr, period: sp.Expr, phase: sp.Expr) -> sp.Expr:
    """Return the same as a sum that is not carried out."""
    plain = propagator if elementary(dim, gap) is None else spread_out
    return 2 * sp.Sum(sp.cos(_M * phase) * plain(dim, gap, _M * period), (_M, 1, sp.oo))
