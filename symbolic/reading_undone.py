r"""Integrals and sums that a hand left undone, as sympy objects with the measure written out.

A slow momentum is integrated over its size: ``\int\frac{d^dq}{(2\pi)^d}`` becomes the surface of the unit
sphere over (2 pi)**d, times q**(d-1), integrated from 0 on. Where nothing in the integrand ends the
integral, its end is the symbol :data:`LARGEST_Q`: the cutoff of the formula it is held against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.digits import Digits, UndecidedError
from cooperon.symbolic.reading_differentials import Differential

__all__ = [
    "LARGEST_Q",
    "LAST_N",
    "OPEN_ENDS",
    "UNDONE",
    "bound_index",
    "bound_variable",
    "ended",
    "integral",
    "summation",
]

LARGEST_Q = sp.Symbol("Q", positive=True)
"""The largest slow wave number, of a cutoff that the hand did not name."""

LAST_N = sp.Symbol("N", integer=True, positive=True)
"""The last term of a sum whose end the hand did not name."""

OPEN_ENDS: dict[str, sp.Symbol] = {
    "Q": LARGEST_Q,
    "Lambda": LARGEST_Q,
    "q_max": LARGEST_Q,
    "q_c": LARGEST_Q,
    "N": LAST_N,
    "N_max": LAST_N,
    "n_max": LAST_N,
}
"""Names that hands give to the ends of integrals and sums."""

UNDONE = (sp.Integral, sp.Sum)

_SLOW = ("q", "Q")
_ALL_ENERGIES = ("xi", "omega", "epsilon", "E", "xi_k")
_DECADES = (20, 40)
_FAST_ENOUGH = -1e-3

Limits = tuple[sp.Expr | None, sp.Expr | None]


@dataclass(frozen=True)
class Undone:
    """An integral or a sum, and what there is to say about it."""

    value: sp.Expr
    notes: tuple[str, ...] = ()


def bound_variable(differential: Differential, limits: Limits) -> sp.Symbol:
    """Symbol of the variable of an integral: positive where its limits are, and real elsewhere.

    Examples
    --------
    >>> bound_variable(Differential("t", "dt"), (sp.S.Zero, sp.oo)) == s.t
    True
    """
    lower = limits[0]
    radial = differential.order is not None and differential.order != 1
    if radial or (lower is not None and lower.is_nonnegative):
        return _positive(differential.name)
    return sp.Symbol(differential.name, real=True)


def _positive(name: str) -> sp.Symbol:
    if name in _SLOW:
        return s.q
    return s.TABLE[name].symbol if name in s.TABLE else sp.Symbol(name, positive=True)


def integral(integrand: sp.Expr, differential: Differential, variable: sp.Symbol, limits: Limits) -> Undone:
    """Make the integral over a variable, its measure written out.

    Raises
    ------
    ReadingError
        When limits are missing and the variable does not say which are meant.

    Examples
    --------
    >>> pole = 1 / (s.D * s.q**2 + 1 / s.tau_phi)
    >>> integral(pole, Differential("q", "d^2q", sp.Integer(2)), s.q, (None, None)).value
    Integral(2*pi*q/(D*q**2 + 1/tau_phi), (q, 0, Q))
    """
    lower, upper = limits
    if (lower is None) != (upper is None):
        raise _missing(differential, "one limit")
    if differential.order is not None and differential.order != 1:
        return _radial(integrand, differential, variable, limits)
    if lower is not None and upper is not None:
        return _with_limits(integrand, differential, variable, lower, upper)
    if differential.name in _SLOW:
        return _all_of_a_line(integrand, differential, variable)
    if differential.name in _ALL_ENERGIES:
        note = f"{differential.shown} without limits is taken from minus to plus infinity"
        return Undone(sp.Integral(integrand, (variable, -sp.oo, sp.oo)), (note,))
    raise _missing(differential, "no limits")


def _missing(differential: Differential, what: str) -> ReadingError:
    return ReadingError(
        f"the integral over {differential.shown} with {what}",
        expected="both limits, or a measure that says them",
        hint=r"\int_0^{\infty} dt ..., \int\frac{d^2q}{(2\pi)^2} ..., \int\frac{dq}{2\pi} ... for both signs",
    )


def _radial(integrand: sp.Expr, differential: Differential, variable: sp.Symbol, limits: Limits) -> Undone:
    dim = differential.order
    assert dim is not None
    sphere = 2 * sp.pi ** (dim / 2) / sp.gamma(dim / 2)
    shell = sphere * variable ** (dim - 1) * integrand
    lower, upper = limits
    if lower is None or upper is None:
        if differential.name in _SLOW:
            return Undone(sp.Integral(shell, (variable, 0, LARGEST_Q)), (_cut(differential),))
        return Undone(sp.Integral(shell, (variable, 0, sp.oo)))
    if lower.is_nonnegative is not True:
        raise ReadingError(
            f"{differential.shown} from {lower}",
            expected=f"limits of the size of {differential.name}",
            hint="from 0 on",
        )
    note = f"the limits of {differential.shown} are taken as limits of the size of {differential.name}"
    ended, *more = _ended(shell, differential, variable, lower, upper)
    return Undone(ended, (note, *more))


def _cut(differential: Differential) -> str:
    return f"{differential.shown} ends at the largest q, Q: the cutoff of the formula is taken"


def _with_limits(
    integrand: sp.Expr, differential: Differential, variable: sp.Symbol, lower: sp.Expr, upper: sp.Expr
) -> Undone:
    if lower == -sp.oo and differential.name in _SLOW:
        folded = _folded(integrand, variable)
        if _ends_by_itself(folded, s.q) is not True:
            return Undone(
                sp.Integral(folded, (s.q, 0, LARGEST_Q)), (_both_signs(differential), _cut(differential))
            )
    ended, *notes = _ended(integrand, differential, variable, lower, upper)
    return Undone(ended, tuple(notes))


def _ended(
    integrand: sp.Expr, differential: Differential, variable: sp.Symbol, lower: sp.Expr, upper: sp.Expr
) -> tuple[Any, ...]:
    """Integrate up to the upper limit; to the largest q where that is infinity and the integral is, too."""
    if upper == sp.oo and variable == s.q and _ends_by_itself(integrand, variable) is False:
        return sp.Integral(integrand, (variable, lower, LARGEST_Q)), _cut(differential)
    return (sp.Integral(integrand, (variable, lower, upper)),)


def ended(expr: sp.Expr) -> Undone:
    """End integrals over q that have no value up to infinity at the largest q, in an expression of sympy's.

    Examples
    --------
    >>> ended(sp.Integral(1 / s.q, (s.q, 1 / s.L, sp.oo))).value
    Integral(1/q, (q, 1/L, Q))
    """
    table: dict[sp.Basic, sp.Basic] = {}
    for one in expr.atoms(sp.Integral):
        variable, *ends = one.limits[0]
        slow = len(one.limits) == 1 and len(ends) == 2 and variable.name in _SLOW and ends[1] == sp.oo
        if slow and _ends_by_itself(one.function, variable) is False:
            table[one] = sp.Integral(one.function, (variable, ends[0], LARGEST_Q))
    notes = (_cut(Differential("q", "dq")),) if table else ()
    return Undone(expr.xreplace(table), notes)


def _folded(integrand: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """Add the integrand at q and at -q, for q > 0."""
    return integrand.xreplace({variable: s.q}) + integrand.xreplace({variable: -s.q})


def _both_signs(differential: Differential) -> str:
    return f"{differential.shown} runs over both signs of {differential.name}"


def _all_of_a_line(integrand: sp.Expr, differential: Differential, variable: sp.Symbol) -> Undone:
    """Integrate over q without limits: over the size where q dq stands, over both signs with dq/2 pi."""
    folded = _folded(integrand, variable)
    if folded == 0 and integrand != 0:
        shell = integrand.xreplace({variable: s.q})
        note = f"{differential.shown} with an odd integrand runs over the size of {differential.name}, from 0"
        return Undone(sp.Integral(shell, (s.q, 0, LARGEST_Q)), (note, _cut(differential)))
    if not (differential.over_two_pi or differential.order == 1):
        raise _missing(differential, "no limits")
    return Undone(sp.Integral(folded, (s.q, 0, LARGEST_Q)), (_both_signs(differential), _cut(differential)))


def _ends_by_itself(integrand: sp.Expr, variable: sp.Symbol) -> bool | None:
    """Whether an integral up to infinity is finite there, from two far points; None where it is not known."""
    if integrand.has(sp.hyper, sp.zeta, *UNDONE):
        return None
    digits = Digits(60)
    point: dict[sp.Symbol, Any] = {
        symbol: digits.number(11 + 2 * index) / 13
        for index, symbol in enumerate(sorted(integrand.free_symbols, key=str))
    }
    sizes = []
    try:
        for decade in _DECADES:
            far = digits.number(10) ** decade
            sizes.append(abs(digits.value(integrand, point | {variable: far})) * far)
    except UndecidedError:
        return None
    if 0 in sizes:
        return True
    slope = digits.context.log10(sizes[1] / sizes[0]) / (_DECADES[1] - _DECADES[0])
    return bool(slope < _FAST_ENOUGH)


def bound_index(name: str, lower: sp.Expr) -> sp.Symbol:
    """Symbol of the index of a sum that starts at ``lower``.

    Examples
    --------
    >>> bound_index("n", sp.Integer(0)).is_nonnegative
    True
    """
    if lower.is_nonnegative:
        return sp.Symbol(name, integer=True, nonnegative=True)
    return sp.Symbol(name, integer=True)


def summation(summand: sp.Expr, index: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> Undone:
    """Make the sum over an index.

    Raises
    ------
    ReadingError
        When it starts at no whole number, or ends at none.

    Examples
    --------
    >>> n = bound_index("n", sp.Integer(0))
    >>> summation(1 / (n + sp.Rational(1, 2)), n, sp.Integer(0), LAST_N).value
    Sum(1/(n + 1/2), (n, 0, N))
    """
    if not all(end.is_infinite or end.is_integer for end in (lower, upper)):
        raise ReadingError(
            f"a sum from {lower} to {upper}",
            expected="whole numbers, infinity, or N",
            hint="notation={...} for a name of your own",
        )
    notes = (f"the sum over {index} ends at {LAST_N}",) if upper.has(LAST_N) else ()
    return Undone(sp.Sum(summand, (index, lower, upper)), notes)
