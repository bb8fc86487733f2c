r"""Averages of the vector potential over the cross-section of a wire or a film.

A field shifts the momentum of the Cooperon, q -> q - 2 e A/hbar. With walls that let nothing through, the
lowest mode of a thin metal is constant across. In the gauge in which div A = 0 and A runs along the walls

.. math:: \int A \cdot \nabla \chi \, d^dr = 0

for every function chi: the term linear in A does not connect the constant to another mode, and what is left
to second order in the field is D (2 e/hbar)**2 times the average of A**2. For the same reason any other
gauge, A + grad chi, has a larger average.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fast import moment

__all__ = ["disc_across", "disc_along", "odd_zeta", "outcome", "rectangle_along", "slab"]

_Y, _Z, _RHO = sp.symbols("y z rho", real=True)
_J = sp.Symbol("j", integer=True, nonnegative=True)
_ODD = 2 * _J + 1
_RULE = "first order in A**2"
_SHIFT = s.D * (2 * s.e / s.hbar) ** 2
"""What the average of A**2 is multiplied with."""


def outcome(steps: tuple[Step, ...]) -> sp.Expr:
    """Rate that the last of the steps states."""
    return steps[-1].rhs


def slab(size: sp.Symbol) -> tuple[Step, ...]:
    """Field along the faces of a slab, or upright on a strip: A = B y along it, |y| < size/2.

    Examples
    --------
    >>> outcome(slab(s.width))
    B**2*D*e**2*width**2/(3*hbar**2)
    """
    potential = s.B * _Y
    ends = (_Y, -size / 2, size / 2)
    drift = sp.Integral(potential / size, ends)
    square = sp.Integral(potential**2 / size, ends)
    return (
        Step(
            "gauge",
            drift,
            sp.S.Zero,
            "A = B y along the walls: of all A = B (y - y_0) the one with the smallest average of A**2",
        ),
        Step(_RULE, _SHIFT * square, _SHIFT * square.doit(), "D (2 e/hbar)**2 times the average of A**2"),
    )


def disc_across(diameter: sp.Symbol) -> tuple[Step, ...]:
    """Field at right angles to the axis of a round wire: A = B y along the wire.

    Examples
    --------
    >>> outcome(disc_across(s.width))
    B**2*D*e**2*width**2/(4*hbar**2)
    """
    radius = diameter / 2
    chord = 2 * sp.sqrt(radius**2 - _Y**2)
    square = sp.Integral((s.B * _Y) ** 2 * chord / (sp.pi * radius**2), (_Y, -radius, radius))
    value = s.B**2 * moment(2, sp.Integer(2)) * _mean_square_radius(radius)
    return (
        Step(
            _RULE,
            _SHIFT * square,
            _SHIFT * value,
            "D (2 e/hbar)**2 times the average of A**2 over the disc, A = B y along the wire, chord by chord",
        ),
    )


def disc_along(diameter: sp.Symbol) -> tuple[Step, ...]:
    """Field along the axis of a round wire: A = B rho/2 around the axis.

    Examples
    --------
    >>> outcome(disc_along(s.width))
    B**2*D*e**2*width**2/(8*hbar**2)
    """
    radius = diameter / 2
    square = sp.Integral((s.B * _RHO / 2) ** 2 * 2 * _RHO / radius**2, (_RHO, 0, radius))
    return (
        Step(
            _RULE,
            _SHIFT * square,
            _SHIFT * s.B**2 / 4 * _mean_square_radius(radius),
            "D (2 e/hbar)**2 times the average of A**2 over the disc, A = B rho/2 around the axis",
        ),
    )


def _mean_square_radius(radius: sp.Expr) -> sp.Expr:
    """Average of rho**2 over a disc."""
    return sp.integrate(_RHO**2 * 2 * _RHO / radius**2, (_RHO, 0, radius))


def rectangle_along(width: sp.Symbol, thickness: sp.Symbol) -> tuple[Step, ...]:
    r"""Field along a wire with a rectangular section: A = x cross grad(psi), psi = 0 at the walls.

    curl A = B asks for the Laplacian of psi to be B: the problem of a bar under torsion. Along the shorter
    side psi is expanded in sines, each of which solves an equation along the longer one.

    References
    ----------
    S. P. Timoshenko and J. N. Goodier, Theory of Elasticity (McGraw-Hill, 1951), sec. 92.

    Examples
    --------
    >>> sorted(map(str, outcome(rectangle_along(s.width, s.thickness)).free_symbols))
    ['B', 'D', 'e', 'hbar', 'thickness', 'width']
    """
    long, short = sp.symbols("b a", positive=True)
    sides = {long: sp.Max(width, thickness), short: sp.Min(width, thickness)}
    return tuple(
        replace(step, lhs=step.lhs.xreplace(sides), rhs=step.rhs.xreplace(sides))
        for step in _rectangle_steps(long, short)
    )


def _rectangle_steps(long: sp.Symbol, short: sp.Symbol) -> Iterator[Step]:
    wave = _ODD * sp.pi / short
    # B as a sum of sines over the shorter side
    source = sp.simplify(s.B * 2 / short * sp.integrate(sp.sin(wave * _Z), (_Z, 0, short)))
    yield Step(
        "sines across",
        sp.Integral((s.B * (_Z - short / 2)) ** 2 / short, (_Z, 0, short)),
        sp.Sum(source**2 / wave**2 / 2, (_J, 0, sp.oo)),
        "psi expanded in sines that vanish at the longer walls; in a slab without ends A**2 adds up to this",
    )
    # y is the distance from an end of the longer side: psi'' - q**2 psi = q**2
    mode = sp.cosh(s.q * (long / 2 - _Y)) / sp.cosh(s.q * long / 2) - 1
    density = sp.diff(mode, _Y) ** 2 + (s.q * mode) ** 2
    # by parts, with psi = 0 at the ends, it is -q**2 times the average of psi
    average = s.q**2 * (1 - 2 / (s.q * long) * sp.tanh(s.q * long / 2))
    yield Step(
        "ends of the longer side",
        sp.Integral(2 / long * density, (_Y, 0, long / 2)),
        average,
        "the square of the gradient of a sine with the wave number q, solved along the longer side with "
        "psi = 0 at its ends",
    )
    share = source**2 / wave**2 / 2
    series = sp.Sum(share * (average / s.q**2).xreplace({s.q: wave}), (_J, 0, sp.oo))
    yield Step(
        _RULE,
        _SHIFT * series,
        sp.expand(_SHIFT * _without_slow_terms(share, wave, long), deep=False),
        "D (2 e/hbar)**2 times the average of A**2; the sums over powers of 1/n are done, what is left of "
        "tanh falls off exponentially",
    )


def _without_slow_terms(share: sp.Expr, wave: sp.Expr, long: sp.Symbol) -> sp.Expr:
    """Split tanh into 1 and the rest; what is left are sums of powers of odd n, zeta functions."""
    flat = sp.cancel(share * _ODD**4)
    ends = sp.cancel(2 * share / (wave * long) * _ODD**5)
    rest = sp.Sum((1 - sp.tanh(wave * long / 2)) / _ODD**5, (_J, 0, sp.oo))
    return flat * odd_zeta(4) - ends * odd_zeta(5) + ends * rest


def odd_zeta(power: int) -> sp.Expr:
    """Sum of 1/n**power over odd n: the sum over all n without that over even n.

    Examples
    --------
    >>> odd_zeta(4)
    pi**4/96
    """
    return (1 - sp.Integer(2) ** -power) * sp.zeta(power)
