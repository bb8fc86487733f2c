"""Slow integrals: over the momentum of a block, in d dimensions, with a named cutoff.

An integrand that is a rational function of q**2 is split into terms q**(2a)/(q**2 + gamma)**n; each has a
master integral for every kind of cutoff. With K_d = 2/((4 pi)**(d/2) Gamma(d/2)), the surface of the
unit sphere over (2 pi)**d,

- cut at q = Q: K_d int_0^Q q**(d-1) dq/(q**2 + gamma), an arctangent, a logarithm, or a
  hypergeometric function;
- cut in time: 1/(D q**2 + gap) = int dt exp(-(D q**2 + gap) t) from tau on, a Gaussian integral over q
  and an exponential integral over t.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import DivergenceError, InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression
from cooperon.symbolic.cutoffs import Cutoff, Regulator, find_cutoff, require_infrared
from cooperon.symbolic.metal import to_dimension

__all__ = [
    "Pole",
    "durations",
    "evaluate",
    "path_weight",
    "radial_integral",
    "radial_measure",
    "slow_integral",
    "split",
    "tail",
]

_GAMMA = sp.Symbol("gamma", positive=True)
_X = sp.Symbol("x", positive=True)
_UNIT = sp.Symbol(
    "i"
)  # stands for the imaginary unit: factors over the complex numbers are found as they are


@dataclass(frozen=True)
class Pole:
    """One term of an integrand: ``coefficient * q**(2*numerator)/(q**2 + gamma)**power``."""

    coefficient: sp.Expr
    numerator: int
    power: int
    gamma: sp.Expr


def radial_measure(dim: sp.Expr) -> sp.Expr:
    """Surface of the unit sphere in ``dim`` dimensions over (2 pi)**dim.

    Examples
    --------
    >>> [radial_measure(sp.Integer(k)) for k in (1, 2, 3)]
    [1/pi, 1/(2*pi), 1/(2*pi**2)]
    """
    return 2 / ((4 * sp.pi) ** (dim / 2) * sp.gamma(dim / 2))


def path_weight(dim: sp.Expr) -> sp.Expr:
    """Weight of t**(-d/2) exp(-gap t) in the integral over q of 1/(q**2 + gap/D): a Gaussian integral.

    Examples
    --------
    >>> path_weight(sp.Integer(2))
    1/(4*pi)
    """
    return s.D * (4 * sp.pi * s.D) ** (-dim / 2)


def slow_integral(
    integrand: Any, *, dim: Any, cutoff: str = "diffusive", infrared: str = "tau_phi"
) -> sp.Expr:
    r"""Integral over a slow momentum, :math:`\int d^dq/(2\pi)^d`, of a rational function of q**2.

    Parameters
    ----------
    integrand : sympy.Expr
        A rational function of ``cooperon.symbols.q`` squared whose denominators are linear in q**2, such
        as ``1/(D*q**2 + 1/tau_phi)``.
    dim : number or sympy.Expr
        Dimension of space.
    cutoff : str
        ``"diffusive"``, ``"mean_free_path"``, ``"time"``, ``"window"``, ``"smooth"`` or
        ``"dimensional"``; those in time read 1/(D q**2 + gap) as a sum over paths of duration t > tau.
        ``"window"`` drops 1/tau_phi from the gap and ends the paths at tau_phi.
    infrared : str
        ``"tau_phi"``: the integral starts at q = 0 and the gap ends it; ``"L"``: it starts at q = 1/L.

    Returns
    -------
    sympy.Expr
        Closed form, the cutoff's value put in.

    Raises
    ------
    InputError
        For an unknown cutoff, or an integrand that is no rational function of q**2.
    DivergenceError
        When the integral is infinite with this cutoff.

    Examples
    --------
    >>> slow_integral(1 / (s.D * s.q**2 + 1 / s.tau_phi), dim=2)
    log(1 + tau_phi/tau)/(4*pi*D)
    >>> slow_integral(1 / (s.D * s.q**2 + 1 / s.tau_phi), dim=1, cutoff="dimensional")
    sqrt(tau_phi)/(2*sqrt(D))
    """
    chosen = find_cutoff(cutoff)
    require_infrared(infrared)
    dim = to_dimension(dim)
    given = expression(integrand, "integrand")
    given = _without_dephasing(given) if chosen.regulator is Regulator.WINDOW else given
    poles = tuple(split(given))
    return sp.Add(*(evaluate(pole, dim, chosen, infrared) for pole in poles))


def _without_dephasing(integrand: sp.Expr) -> sp.Expr:
    """Drop 1/tau_phi from the gaps: a window ends the paths at tau_phi in its place."""
    top, bottom = _polynomials(integrand.subs(s.q, sp.sqrt(_X)), integrand)
    gaps = (sp.expand(sp.cancel(x / bottom.LC())).subs(s.tau_phi, sp.oo) for x in bottom.all_coeffs())
    undamped = sp.Add(
        *(gap * s.q ** (2 * k) for k, gap in zip(range(bottom.degree(), -1, -1), gaps, strict=True))
    )
    if not undamped.is_finite:
        raise _not_rational(integrand)
    return top.as_expr().xreplace({_X: s.q**2}) / bottom.LC() / undamped


def split(integrand: Any) -> Iterator[Pole]:
    """Split a rational function of q**2 into poles.

    Raises
    ------
    InputError
        When it is no rational function of q**2 with denominators linear in q**2.

    Examples
    --------
    >>> list(split(1 / (s.D * s.q**2 + 1 / s.tau_phi)))
    [Pole(coefficient=1/D, numerator=0, power=1, gamma=1/(D*tau_phi))]
    """
    given = expression(integrand, "integrand").subs(s.q, sp.sqrt(_X))
    fraction = sp.together(given.xreplace({sp.I: _UNIT}))
    top, bottom = _polynomials(fraction, integrand)
    proper = bottom.degree() <= 1 and top.degree() < max(bottom.degree(), 1)
    for piece in [fraction] if proper else sp.Add.make_args(sp.apart(fraction, _X)):
        yield from _poles(piece, integrand)


def _polynomials(fraction: sp.Expr, integrand: Any) -> tuple[sp.Poly, sp.Poly]:
    numerator, denominator = sp.fraction(sp.together(fraction))
    try:
        return sp.Poly(numerator, _X), sp.Poly(denominator, _X)
    except sp.PolynomialError:
        raise _not_rational(integrand) from None


def _poles(piece: sp.Expr, integrand: Any) -> Iterator[Pole]:
    """Read a fraction whose denominator is a power of one linear factor."""
    top, bottom = _polynomials(piece, integrand)
    power = bottom.degree()
    gamma = sp.cancel(bottom.nth(power - 1) / (power * bottom.LC())) if power else sp.S.Zero
    if sp.expand((bottom - bottom.LC() * sp.Poly((_X + gamma) ** power, _X)).as_expr()) != 0:
        raise _not_rational(integrand)
    imaginary = {_UNIT: sp.I}
    for (numerator,), coefficient in top.terms():
        if coefficient != 0:
            weight = sp.cancel(coefficient / bottom.LC())
            yield Pole(weight.xreplace(imaginary), int(numerator), int(power), gamma.xreplace(imaginary))


def _not_rational(integrand: Any) -> InputError:
    return InputError(
        f"the integrand {integrand}",
        expected="a rational function of q**2 whose denominators are linear in q**2",
        hint="1/(D*q**2 + 1/tau_phi), with q from cooperon.symbols",
    )


def evaluate(pole: Pole, dim: sp.Expr, cutoff: Cutoff, infrared: str) -> sp.Expr:
    """Carry out the integral of one pole with a cutoff; see :func:`slow_integral`."""
    if pole.gamma.is_negative:
        raise DivergenceError(
            f"a pole at D q**2 = {-pole.gamma * s.D}",
            expected="a gap that is not negative: the integral runs through the pole",
        )
    if cutoff.regulator is Regulator.MOMENTUM:
        lower = 1 / s.L if infrared == "L" else sp.S.Zero
        return pole.coefficient * radial_measure(dim) * _between(pole, dim, lower, cutoff.upper(dim))
    if infrared == "L":
        return _time_above(pole, dim, cutoff)
    return _proper_time(pole, dim, cutoff)


def _between(pole: Pole, dim: sp.Expr, lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
    """Integrate q**(dim-1+2a)/(q**2+gamma)**n from lower to upper."""
    space = dim + 2 * pole.numerator
    if pole.gamma == 0 or pole.power == 0:
        return _power_law(space - 2 * pole.power, lower, upper)
    primitive = radial_integral(space, upper, _GAMMA) - (
        radial_integral(space, lower, _GAMMA) if lower != 0 else 0
    )
    lowered = sp.diff(primitive, _GAMMA, pole.power - 1) * (-1) ** (pole.power - 1)
    return (lowered / sp.factorial(pole.power - 1)).xreplace({_GAMMA: pole.gamma})


def _power_law(exponent: sp.Expr, lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
    """Integrate q**(exponent - 1) from lower to upper."""
    if lower == 0 and not exponent.is_positive:
        raise DivergenceError(
            f"an integral of q**({exponent - 1}) from q = 0",
            expected="a gap or a smallest q that ends it",
            hint='omega, infrared="L", or dephasing, which gives a Cooperon its gap but not a diffuson',
        )
    if exponent == 0:
        return sp.log(upper / lower)
    return (upper**exponent - lower**exponent) / exponent


def radial_integral(dim: sp.Expr, upper: sp.Expr, gamma: sp.Expr) -> sp.Expr:
    """Integrate q**(dim-1)/(q**2+gamma) from 0 to upper."""
    if dim == 1:
        return sp.atan(upper / sp.sqrt(gamma)) / sp.sqrt(gamma)
    if dim == 2:
        return sp.log(1 + upper**2 / gamma) / 2
    if dim.is_Integer:
        return upper ** (dim - 2) / (dim - 2) - gamma * radial_integral(dim - 2, upper, gamma)
    half = dim / 2
    return upper**dim / (dim * gamma) * sp.hyper((1, half), (half + 1,), -(upper**2) / gamma)


def _proper_time(pole: Pole, dim: sp.Expr, cutoff: Cutoff) -> sp.Expr:
    """Write the pole as an integral over the duration t of paths; integrate over q, then over t.

    1/(q**2+gamma)**n = D**n/Gamma(n) int dt t**(n-1) exp(-D (q**2+gamma) t), and the Gaussian average of
    q**(2a) over d dimensions is (4 pi D t)**(-d/2) (D t)**(-a) Gamma(d/2+a)/Gamma(d/2).
    """
    if pole.power == 0:
        return sp.S.Zero  # a polynomial in q belongs to t = 0
    half, a, n = dim / 2, pole.numerator, pole.power
    weight = s.D ** (n - a) * (4 * sp.pi * s.D) ** (-half)
    weight *= sp.gamma(half + a) / sp.gamma(half) / sp.gamma(n)
    return pole.coefficient * weight * durations(n - a - half, sp.expand(pole.gamma * s.D), cutoff)


def durations(exponent: sp.Expr, gap: sp.Expr, cutoff: Cutoff) -> sp.Expr:
    """Integrate t**(exponent-1) exp(-gap t) over the durations that a cutoff admits."""
    if cutoff.regulator is Regulator.WINDOW:
        return _window(exponent, gap.subs(s.tau_phi, sp.oo))
    if cutoff.regulator is Regulator.SMOOTH:
        return _smooth(exponent, gap)
    if gap == 0:
        return _power_of_time(exponent, cutoff)
    if cutoff.regulator is Regulator.TIME:
        return tail(exponent, gap, s.tau)
    if exponent.is_integer and not exponent.is_positive:
        raise DivergenceError(
            f'cutoff = "dimensional" with Gamma({exponent})',
            expected="a dimension where dimensional continuation has no pole (not 2, 4, ...)",
            hint='dim=cooperon.symbols.d and an expansion about d = 2, or cutoff="time"',
        )
    return (1 / gap) ** exponent * sp.gamma(exponent)


def tail(exponent: sp.Expr, gap: sp.Expr, start: sp.Expr) -> sp.Expr:
    """Integrate t**(exponent-1) exp(-gap t) from ``start`` on: start**exponent E_{1-exponent}(gap start).

    The exponential integral is the incomplete Gamma function, gap**(-exponent) Gamma(exponent, gap start),
    in a form that stays finite, and has limits, where the exponent is 0, -1, ...

    Examples
    --------
    >>> tail(sp.Integer(0), 1 / s.tau_phi, s.tau)
    expint(1, tau/tau_phi)
    """
    return start**exponent * sp.expint(1 - exponent, sp.expand(gap * start))


def _window(exponent: sp.Expr, gap: sp.Expr) -> sp.Expr:
    if gap != 0:
        return tail(exponent, gap, s.tau) - tail(exponent, gap, s.tau_phi)
    if exponent == 0:
        return sp.log(s.tau_phi / s.tau)
    return (s.tau_phi**exponent - s.tau**exponent) / exponent


def _smooth(exponent: sp.Expr, gap: sp.Expr) -> sp.Expr:
    """Integrate t**(exponent-1) exp(-gap t) (1 - exp(-t/tau)) over all durations."""
    if gap == 0 and not exponent.is_negative:
        raise _endless("smooth")
    if exponent.is_number and exponent <= -1:
        raise DivergenceError(
            f'cutoff = "smooth" with t**({exponent - 1}) (1 - exp(-t/tau)) at short durations',
            expected="fewer than four dimensions",
            hint='cutoff="time"',
        )
    if exponent == 0:
        return sp.log(1 + 1 / sp.expand(gap * s.tau))
    short = gap + 1 / s.tau
    long = sp.S.Zero if gap == 0 else (1 / gap) ** exponent
    return sp.gamma(exponent) * (long - (1 / short) ** exponent)


def _power_of_time(exponent: sp.Expr, cutoff: Cutoff) -> sp.Expr:
    if cutoff.regulator is Regulator.DIMENSIONAL or not exponent.is_negative:
        raise _endless(cutoff.name)
    return -(s.tau**exponent) / exponent


def _endless(name: str) -> DivergenceError:
    return DivergenceError(
        f'cutoff = "{name}" without a gap: paths of all durations',
        expected="a gap that ends the paths",
        hint='a metal with dephasing, cutoff="diffusive", or infrared="L"',
    )


def _time_above(pole: Pole, dim: sp.Expr, cutoff: Cutoff) -> sp.Expr:
    """Cutoffs in time with q > 1/L in place of a gap."""
    exponent = dim + 2 * pole.numerator - 2 * pole.power
    if cutoff.regulator in (Regulator.WINDOW, Regulator.SMOOTH) or pole.gamma != 0:
        raise InputError(
            f'cutoff = "{cutoff.name}" with infrared = "L" and gap = {pole.gamma * s.D}',
            expected="one end of long paths: tau_phi (also of the window), omega, or L",
            hint='cutoff="diffusive" takes q > 1/L together with omega',
        )
    if pole.power == 0:
        return sp.S.Zero
    weight = pole.coefficient * radial_measure(dim)
    if cutoff.regulator is Regulator.DIMENSIONAL:
        if exponent == 0:
            raise DivergenceError(
                'cutoff = "dimensional" at a logarithm',
                expected="a dimension where dimensional continuation has no pole",
                hint='cutoff="diffusive"',
            )
        return -weight * s.L**-exponent / exponent
    # sum over k < n of x**k/k! exp(-x), x = D q**2 tau, is what t > tau leaves of the pole; then u = q**2
    terms = (
        (s.D * s.tau) ** k / sp.factorial(k) * tail(exponent / 2 + k, s.D * s.tau, 1 / s.L**2)
        for k in range(pole.power)
    )
    return weight * sp.Add(*terms) / 2
