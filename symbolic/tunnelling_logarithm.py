"""The second logarithm of the density of states: a Coulomb interaction in two dimensions.

At the frequency Omega the interaction reaches from q = sqrt(Omega/D) down to q = Omega/(D kappa), and each
decade of q counts alike: the sum over q is itself a logarithm, and that over the frequencies one of
logarithms.
"""

from __future__ import annotations

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.interaction_sums import index, thermal_frequency, thermal_number
from cooperon.symbolic.real_part import RealPart
from cooperon.symbolic.tunnelling_sums import voltage

__all__ = ["logarithm_steps", "logarithm_sum"]

_HALF = sp.Rational(1, 2)
_N = sp.Symbol("n", integer=True, nonnegative=True)
_Z = sp.Symbol("z", positive=True)
_POLE, _END = sp.symbols("w c", positive=True)


def logarithm_steps(integrand: sp.Expr, undone: sp.Expr) -> Step:
    """Integrate over q for a large inverse screening length.

    Parameters
    ----------
    integrand : sympy.Expr
        A constant over (D q**2 + Omega) (D q**2 + (D q**2 + Omega) q/kappa).
    undone : sympy.Expr
        The integral, as it is to be written.

    Returns
    -------
    Step
    """
    slow = s.D * s.q**2
    front = sp.simplify(integrand * (slow + s.Omega) * (slow + (slow + s.Omega) * s.q / s.kappa))
    value = front / (2 * sp.pi * s.D**2) * _between()
    return Step(
        "slow integral",
        undone,
        sp.powsimp(value.xreplace({_POLE: sp.sqrt(s.Omega / s.D), _END: s.Omega / (s.D * s.kappa)})),
        "for sqrt(Omega/D) << kappa: momenta between Omega/(D kappa) and sqrt(Omega/D) count alike",
        ((s.kappa, -1),),
        sp.Rational(3, 4),
    )


def _between() -> sp.Expr:
    """Integral of 1/((q**2 + w**2) (q + c)) over q > 0 for c << w."""
    pieces = sp.expand(sp.apart(1 / ((s.q**2 + _POLE**2) * (s.q + _END)), s.q))
    primitive = sp.Add(*(sp.integrate(piece, s.q) for piece in sp.Add.make_args(pieces)))
    smooth = sp.simplify(sp.logcombine(sp.simplify(primitive), force=True) * (_POLE**2 + _END**2))
    whole = sp.expand(sp.limit(smooth, s.q, sp.oo) - sp.limit(smooth, s.q, 0))
    constant = sp.limit(whole + sp.log(_END), _END, 0)
    return sp.logcombine(2 * constant - 2 * sp.log(_END), force=True) / (2 * _POLE**2)


def logarithm_sum(function: sp.Expr, *, smeared: bool) -> tuple[Step, sp.Expr]:
    """Add up over the frequencies, with the weight 1/(1 + Omega tau), and find the leading form at V = 0.

    With z = n + a the sums of 1/z and of ln(z)/z, cut off at M, are ln M - psi(a) and ln(M)**2/2 + pi**2/6 +
    gamma_1(a), with Stieltjes' gamma_1 (the pi**2/6 belongs to the weight 1/(1 + z/M)).
    """
    far = s.D * s.kappa**2 / thermal_frequency
    strength = function * s.Omega / (_HALF * sp.log(s.D * s.kappa**2 / s.Omega))
    factor = sp.cancel(s.k_B * s.T * strength) / thermal_frequency
    term = _HALF * sp.log(far / _Z) / (_Z * (1 + _Z / thermal_number))
    weighted = function / (1 + s.Omega * s.tau)
    shift = -sp.I * voltage
    if smeared:
        slope = -thermal_frequency * index * sp.diff(weighted, s.Omega)
        parts, place, limits = (slope, -index * sp.diff(term, _Z)), index + shift, (index, 1, sp.oo)
    else:
        parts, place, limits = (weighted, term), _N + _HALF + shift, (_N, 0, sp.oo)
    undone = sp.Sum(parts[0].xreplace({s.Omega: place * thermal_frequency}), limits)
    done = sp.Sum(parts[1].xreplace({_Z: place}), limits)
    step = Step(
        "sum over Matsubara frequencies",
        s.k_B * s.T * RealPart(undone),
        factor * RealPart(done),
        "left undone: a sum of logarithms",
    )
    if smeared:
        return step, step.rhs
    first, other = sp.log(thermal_number), sp.log(far)
    inside = other * sp.polygamma(0, _HALF) + sp.stieltjes(1, _HALF)
    return step, factor / 2 * (other * first - first**2 / 2 - sp.pi**2 / 6 - inside)
