r"""Dephasing by a field in a strip narrower than the mean free path: the fluxes of flights cancel.

The phase of a path and its reverse grows as (2 e B/hbar) y dx, with y measured from the middle. A flight from
wall to wall collects nothing; what counts are grazing flights that an impurity ends on their way. Their
direction has the component c << 1 across, and all there is to know about it is the depth r = ell abs(c) that
such a flight reaches. Two regimes are exact, and between them the times are added up:

- weak field, a small phase on every flight: 1/tau_B = <phase**2>/(2 t);
- strong field: each impurity loses the coherence of those flights whose phase is not small.

References
----------
C. W. J. Beenakker and H. van Houten, Phys. Rev. B 38, 3232 (1988): tau_B = C_1 l_m**4/(w**3 v_F) + C_2
l_m**2 ell/(w**2 v_F), l_m**2 = hbar/(e B), with C_1 = 9.5 and C_2 = 24/5 for specular, C_1 = 4 pi and
C_2 = 3 for diffuse walls. All four follow here. V. K. Dugaev and D. E. Khmel'nitskii, Sov. Phys. JETP 59,
1038 (1984): films with diffuse walls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.cross_sections import odd_zeta
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fast import AngularAverage, cosine

__all__ = ["ballistic_rate", "strong_field", "weak_field"]

_Y = sp.Symbol("y", real=True)
_Z = sp.Symbol("z", positive=True)
_J = sp.Symbol("j", integer=True, nonnegative=True)
_ODD = 2 * _J + 1
_PLANE = sp.Integer(2)
_CURVATURE = (2 * s.e * s.B / s.hbar) ** 2
"""Square of the phase that a path collects per y dx."""


def ballistic_rate(boundary: str) -> tuple[Step, ...]:
    """Derive the rate 1/tau_B of a strip in its plane's normal field.

    Parameters
    ----------
    boundary : str
        ``"specular"`` or ``"diffuse"``.

    Returns
    -------
    tuple of Step
        The right-hand sides of the last two are the weak and the strong field's rates, their left-hand
        sides the rate.

    Examples
    --------
    >>> ballistic_rate("diffuse")[-1].lhs
    B**2*e**2*v_F*width**3/(hbar*(3*B*e*ell*width + 4*pi*hbar))
    """
    weak, strong = weak_field(boundary), strong_field(boundary)
    slow, fast = weak[-1].rhs, strong[-1].rhs
    rate = sp.factor(sp.together(1 / (1 / slow + 1 / fast)))
    return (
        *weak,
        *strong,
        Step("interpolation", rate, slow, "the times are added up; in a weak field", ((s.B, 1),), sp.S.One),
        Step(
            "interpolation", rate, fast, "the times are added up; in a strong field", ((s.B, -1),), sp.S.One
        ),
    )


def weak_field(boundary: str, dim: sp.Expr = _PLANE) -> tuple[Step, ...]:
    """Derive <phase**2>/(2 t) for electrons that move in ``dim`` dimensions between two walls.

    Examples
    --------
    >>> weak_field("diffuse")[-1].rhs
    B**2*e**2*v_F*width**3/(4*pi*hbar**2)
    >>> weak_field("diffuse", sp.Integer(3))[-1].rhs
    B**2*e**2*v_F*width**3/(16*hbar**2)
    """
    return tuple(_WEAK[boundary](dim))


def strong_field(boundary: str) -> tuple[Step, ...]:
    """Derive the rate at which impurities end grazing flights in a plane whose phase is not small.

    Examples
    --------
    >>> strong_field("specular")[-1].rhs
    5*B*e*v_F*width**2/(24*ell*hbar)
    """
    return tuple(_STRONG[boundary]())


def _grazing(dim: sp.Expr) -> sp.Expr:
    """Weight g of the depths r = ell abs(c): <v_x**2 f(r)> tau is v_F g times the integral of f over r.

    The component c across has the density p(c) = p(0) (1 - c**2)**((dim-3)/2), on both sides of 0, and to
    the square of the velocity along the strip belongs a share 1/(dim - 1) of the rest.
    """
    density = sp.gamma(dim / 2) / (sp.sqrt(sp.pi) * sp.gamma((dim - 1) / 2))
    return 2 * density / (dim - 1)


def _specular_weak(dim: sp.Expr) -> Iterator[Step]:
    wave = _ODD * sp.pi / s.width
    # 2/w times the integral of y sin(k y), where cos(k w/2) = 0 and sin(k w/2) = +-1
    coefficient = 4 / (s.width * wave**2)
    square = coefficient**2 / 2
    yield Step(
        "modes between mirrors",
        sp.Integral(_Y**2 / s.width, (_Y, -s.width / 2, s.width / 2)),
        sp.Sum(square, (_J, 0, sp.oo)),
        "y expanded in the waves that mirrors leave unchanged: squares of the coefficients",
    )
    yield _grazing_step(dim)
    rate = _CURVATURE * s.v_F * _grazing(dim) * sp.pi / 2
    share = sp.cancel(square / wave * _ODD**5)
    yield Step(
        "weak field",
        rate * sp.Sum(square / wave, (_J, 0, sp.oo)),
        rate * share * odd_zeta(5),
        "<phase**2>/(2 t): a wave with the wave number 1/r keeps v_F r times the weight of grazing flights",
    )


def _grazing_step(dim: sp.Expr) -> Step:
    """Time over which a wave of the wave number 1/r is remembered, weighted with v_x**2."""
    along = (1 - cosine**2) / (dim - 1)
    return Step(
        "grazing flights",
        s.v_F * s.ell * AngularAverage(along / (1 + (s.ell * cosine / s.r) ** 2), cosine, dim),
        s.v_F * _grazing(dim) * sp.pi * s.r / 2,
        "on a flight of mean length ell a wave averages out, unless the flight stays within r: r << ell",
        ((s.r, 1),),
        sp.S.One,
    )


def _diffuse_weak(dim: sp.Expr) -> Iterator[Step]:
    pairs = sp.Integral(_Y * (_Y + _Z) / s.width, (_Y, -s.width / 2, s.width / 2 - _Z))
    correlation = sp.factor(pairs.doit())
    yield Step(
        "two points of a flight",
        pairs.xreplace({_Z: s.r}),
        correlation.xreplace({_Z: s.r}),
        "y at two points whose heights differ by r; a wall makes flights forget",
    )
    yield Step(
        "flux cancellation",
        sp.Integral(correlation, (_Z, 0, s.width)),
        sp.S.Zero,
        "a flight from wall to wall collects no flux",
    )
    rate = _CURVATURE * s.v_F * _grazing(dim)
    weight = sp.log(s.width / _Z)
    polynomial = sp.Poly(sp.expand(correlation), _Z)
    value = sp.Add(
        # the integral of z**k ln(w/z) from 0 to w is w**(k+1)/(k+1)**2
        *(factor * s.width ** (k + 1) / sp.Integer(k + 1) ** 2 for (k,), factor in polynomial.terms())
    )
    yield Step(
        "weak field",
        rate * sp.Integral(correlation * weight, (_Z, 0, s.width)),
        sp.cancel(rate * value),
        "<phase**2>/(2 t): over all depths r the integral of exp(-z/r)/r is -ln z and a constant, which "
        "cancellation removes",
    )


def _specular_strong() -> Iterator[Step]:
    ends = (_Y, 0, s.width / 2)
    smaller = 4 / s.width * (1 - 2 * _Y / s.width)
    larger_phase = sp.Integral(_phase(_Y) * smaller, ends)
    yield _lost(larger_phase, "the larger of the phases of a flight's two ends, anywhere across")


def _diffuse_strong() -> Iterator[Step]:
    mean = sp.Integral(_phase(_Y) / s.width, (_Y, -s.width / 2, s.width / 2))
    yield _lost(2 * mean, "an impurity ends a flight from a wall and starts one to a wall")


def _phase(height: sp.Expr) -> sp.Expr:
    """Phase between a point at this height and the wall, for flights at 45 degrees."""
    return s.e * s.B / s.hbar * (s.width**2 / 4 - height**2)


def _lost(phase: sp.Expr, reason: str) -> Step:
    return Step(
        "strong field",
        s.v_F / s.ell * phase,
        s.v_F / s.ell * phase.doit(),
        f"{reason}; phases a cot(theta) of isotropic flights have a tail a/(pi phase**2), and "
        "<1 - cos(phase)> = a for a << 1",
    )


_WEAK: Mapping[str, Callable[[sp.Expr], Iterator[Step]]] = {
    "specular": _specular_weak,
    "diffuse": _diffuse_weak,
}
_STRONG: Mapping[str, Callable[[], Iterator[Step]]] = {
    "specular": _specular_strong,
    "diffuse": _diffuse_strong,
}
