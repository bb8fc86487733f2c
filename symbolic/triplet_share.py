"""The share of the triplet channel in a correction to the conductivity, and the F0 that has it."""

from __future__ import annotations

from functools import cache
from typing import Any

import mpmath
import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression, positive
from cooperon.symbolic.interaction_integrals import momentum_integral

__all__ = ["constant_of_share", "exact", "triplet_share"]

_TOO_MANY_DIMENSIONS = 4
_FARTHEST = 46
_DIGITS = 15
_WORKING_DIGITS = 60
_CLOSE = 1e-30


def triplet_share(dim: Any, F0: Any = s.F0) -> sp.Expr:
    r"""Return the conductivity correction by one component of the triplet over that of the exchange.

    .. math:: R_d = \frac{\int_0^\infty dx\, x^{d/2}\, F_0/\{[(1 + F_0) x + 1] (x + 1)^2\}}
                         {\int_0^\infty dx\, x^{d/2 - 1}/(x + 1)^2}

    with x = D q**2/omega at imaginary frequency: the momentum integral of the screened triplet interaction
    over that of the screened Coulomb interaction. The temperature is in neither.

    Parameters
    ----------
    dim : number or sympy.Expr
        Dimension of space, below 4.
    F0 : number or sympy.Expr
        The Fermi-liquid constant.

    Raises
    ------
    InputError
        When the integral diverges in this dimension.

    Examples
    --------
    >>> triplet_share(2), triplet_share(3, 0)
    (1 - LogRatio(F0), 0)
    """
    at = positive(dim, "dim", "dim=2")
    if (at - _TOO_MANY_DIMENSIONS).is_nonnegative:
        raise InputError(
            f"dim = {at}", expected="a dimension below 4, where the momentum integral converges", hint="dim=3"
        )
    value = expression(F0, "F0", "F0=-0.2")
    return sp.S.Zero if value == 0 else _share(at).xreplace({s.F0: value})


@cache
def _share(dim: sp.Expr) -> sp.Expr:
    """Divide the two integrals over momenta."""
    slow = s.D * s.q**2
    alone = 1 / (slow + s.Omega) ** 2
    triplet = s.F0 * slow * alone / ((1 + s.F0) * slow + s.Omega)
    return sp.gammasimp(sp.powsimp(momentum_integral(triplet, dim) / momentum_integral(alone, dim)))


def constant_of_share(share: sp.Expr, dim: sp.Expr) -> sp.Expr:
    """Return the F0 of a share; the share grows with F0.

    Parameters
    ----------
    share : sympy.Expr
        A number.
    dim : sympy.Expr
        Dimension of space, a number below 4.

    Raises
    ------
    InputError
        When the share is not a number, or no F0 above -1 has it.

    Examples
    --------
    >>> constant_of_share(sp.Rational(1, 4), sp.Integer(3))
    0.458841539006734
    """
    if share == 0:
        return sp.S.Zero
    if not (share.is_number and dim.is_number):
        raise InputError(
            f"R = {share} in {dim} dimensions",
            expected="a number: F0 has no closed form here",
            hint="a number, or the convention of F, gamma_2 or chi/chi_0",
        )
    with mpmath.workdps(_WORKING_DIGITS):
        wanted = mpmath.mpmathify(sp.N(exact(share), _WORKING_DIGITS))
        at = sp.lambdify(s.F0, triplet_share(dim).rewrite(sp.log), "mpmath")

        def missed(logarithm: Any) -> Any:
            return (at(mpmath.expm1(logarithm)) if abs(logarithm) > _CLOSE else mpmath.mpf(0)) - wanted

        if not missed(mpmath.mpf(-_FARTHEST)) < 0 < missed(mpmath.mpf(_FARTHEST)):
            raise InputError(
                f"a triplet that adds {sp.N(share, 6)} of the exchange's correction for each component",
                expected="what some F0 > -1 gives: less than 1",
                hint='convention="Lee-Ramakrishnan", or another dim',
            )
        ends = (-_FARTHEST, _FARTHEST)
        root = mpmath.findroot(missed, ends, solver="bisect", tol=_CLOSE, maxsteps=500, verify=False)
        return sp.Float(str(mpmath.expm1(root)), _DIGITS)


def exact(value: sp.Expr) -> sp.Expr:
    """Write floating-point numbers as the fractions that they are.

    Examples
    --------
    >>> exact(sp.Float(0.75))
    3/4
    """
    return value.xreplace({x: sp.Rational(x) for x in value.atoms(sp.Float)})
