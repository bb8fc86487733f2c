"""Closed forms of a conductance whose scaling function has one term beside d - 2, and what they solve."""

from __future__ import annotations

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.scaling_ends import terms

__all__ = ["exponent", "integral_step", "power", "require_lowered", "single_term", "solved", "zero"]

_X = sp.Symbol("x", positive=True)
_INTEGRAL = "integral of the scaling function"


def single_term(beta: sp.Expr, dim: sp.Expr) -> tuple[int, sp.Expr]:
    """Return n and c of beta = d - 2 - c/g**n.

    Raises
    ------
    InputError
        For any other beta.

    Examples
    --------
    >>> single_term(1 - 3 / s.g**2, sp.Integer(3))
    (2, 3)
    """
    if beta.has(sp.log):
        raise InputError(
            f"a closed form for beta = {beta}",
            expected='end="weak"',
            hint="flow(...)(lengths, start) has numbers",
        )
    found = terms(beta, dim)
    if len(found) > 1:
        raise InputError(
            f"a closed form for beta = {beta}",
            expected="one term beside d - 2",
            hint="flow(...)(lengths, start) has numbers",
        )
    ((n, c),) = found.items() or ((1, sp.S.Zero),)
    return n, -c


def power(above: sp.Expr, n: int, c: sp.Expr, start: sp.Expr) -> sp.Expr:
    """Return g**n: with d g**n/d ln L = n ((d - 2) g**n - c) an exponential or a straight line in ln L.

    Examples
    --------
    >>> power(sp.S.Zero, 1, sp.S.One, s.g)
    g - log(L/ell)
    """
    if above == 0:
        return start**n - n * c * sp.log(s.L / s.ell)
    return c / above + (start**n - c / above) * (s.L / s.ell) ** (n * above)


def solved(above: sp.Expr, n: int, c: sp.Expr, start: sp.Expr) -> sp.Expr:
    """Return g(L).

    Examples
    --------
    >>> solved(sp.S.Zero, 2, sp.S.One, s.g)
    sqrt(g**2 - 2*log(L/ell))
    """
    return sp.root(power(above, n, c, start), n)


def integral_step(beta: sp.Expr, start: sp.Expr, value: sp.Expr, length: sp.Expr) -> Step:
    """State what the closed form solves: quadrature of 1/(g beta) confirms it.

    Examples
    --------
    >>> integral_step(-1 / s.g, 2 * s.g, s.g, s.L).lhs
    Integral(-1, (x, 2*g, g))
    """
    if beta == 0:
        return Step(_INTEGRAL, beta, sp.S.Zero, "beta = 0: g does not depend on L")
    slope = sp.cancel(1 / (_X * beta.xreplace({s.g: _X})))
    return Step(
        _INTEGRAL,
        sp.Integral(slope, (_X, start, value)),
        sp.log(length / s.ell),
        "dg/(g beta) from L = ell on is ln(L/ell)",
    )


def require_lowered(beta: sp.Expr, above: sp.Expr, c: sp.Expr) -> None:
    """Raise an InputError unless disorder lowers g, in a dimension that is a number.

    Examples
    --------
    >>> require_lowered(-1 / s.g, sp.S.Zero, sp.S.One)
    """
    if above.is_number and c.is_positive:
        return
    expected, hint = "a dimension in numbers", "dim=1, 2 or 3"
    if above.is_number and c != 0:
        expected = "disorder that lowers g, while antilocalization raises it"
        hint = "a metal without spin-orbit scattering"
    elif above.is_number:
        expected = "a term beside d - 2: without one g is that of classical diffusion at any size"
        hint = "a metal without magnetic impurities and field"
        if above >= 0:
            hint = "loops=2, which has the first term of the unitary class"
    raise InputError(f"the localization length for beta = {beta}", expected=expected, hint=hint)


def zero(beta: sp.Expr, dim: sp.Expr) -> sp.Expr:
    """Return the largest positive g at which beta is 0: in closed form, of several terms in numbers.

    Raises
    ------
    InputError
        Where there is none, or only where terms of higher order are as large as the first.

    Examples
    --------
    >>> zero(1 - 3 / s.g, sp.Integer(3))
    3
    >>> zero(1 - sp.log(1 + 1 / s.g), sp.Integer(3))
    1/(-1 + E)
    """
    given = f"the fixed point of beta = {beta}"
    found = terms(beta, dim) if not beta.has(sp.log) else {}
    if len(found) > 1:
        inverse = sp.Dummy("u")
        roots = sp.Poly(sp.expand(beta.xreplace({s.g: 1 / inverse})), inverse).nroots()
        zeros = [1 / one for one in roots if one.is_real and one > 0]
    else:
        zeros = [one for one in sp.solve(beta, s.g) if one.is_positive] if beta != sp.log(s.g) else []
    if not zeros:
        raise InputError(
            given,
            expected="terms of opposite sign, which are equal at one g",
            hint="dim=3 without spin-orbit scattering; for the unitary class dim=3 and loops=2",
        )
    at = max(zeros)
    sizes = [abs(sp.N(c / at**n)) for n, c in sorted(found.items())]
    if len(sizes) > 1 and sum(sizes[1:]) >= sizes[0]:
        raise InputError(
            given,
            expected=f"a zero where the first term is the largest; at the zero, g = {sp.N(at, 3)}, "
            "those of higher order are as large: the series says nothing there",
            hint="fewer loops",
        )
    return at


def exponent(beta: sp.Expr, at: sp.Expr) -> sp.Expr:
    """Return nu = 1/(g d beta/dg) at a zero.

    Raises
    ------
    InputError
        Where beta does not rise.

    Examples
    --------
    >>> exponent(1 - 3 / s.g**2, sp.sqrt(3))
    1/2
    """
    slope = (s.g * sp.diff(beta, s.g)).xreplace({s.g: at})
    if not slope.is_positive:
        raise InputError(
            f"the exponent of beta = {beta}",
            expected="a beta that rises through 0",
            hint="dim=3 without spin-orbit scattering",
        )
    return sp.N(1 / slope) if at.has(sp.Float) else sp.simplify(1 / slope)
