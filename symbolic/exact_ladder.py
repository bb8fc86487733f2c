"""The ladder with its rung not expanded: exact in q ell, omega tau and tau/tau_phi."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from cooperon.diagrams.diagram import LineKind
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import count, expression, require
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.directions import direction_average
from cooperon.symbolic.fast import AngularAverage, cosine, moment
from cooperon.symbolic.ladder import ladder
from cooperon.symbolic.metal import Metal, require_plain
from cooperon.symbolic.rules import impurity_line, ladder_series

if TYPE_CHECKING:
    from cooperon.numerics.verification import Report

__all__ = ["ExactLadder", "exact_ladder"]

_EPS = sp.Symbol("eps", positive=True)
SCALING = ((s.q, 1), (s.tau_phi, -2), (s.omega, 2))
"""In the diffusive limit omega tau and tau/tau_phi are as small as (q ell)**2."""


@dataclass(frozen=True, repr=False)
class ExactLadder(PublicNames):
    """A ladder of isotropic scattering whose rung is not expanded in q.

    Attributes
    ----------
    kind : LineKind
        Diffuson or Cooperon.
    metal : Metal
        Gives the dimension.
    loss : sympy.Expr
        z = 1 - i omega tau, for a Cooperon with dephasing + tau/tau_phi: what is left of the rung at q = 0
        is 1/z.
    rung : sympy.Expr
        One rung, Pi = <1/(z + i q ell c)>, a function of q.
    value : sympy.Expr
        The sum of the ladder from one impurity line on, (hbar/(2 pi nu tau))/(1 - Pi).
    steps : tuple of Step
        The derivation; the last step is the diffusive limit with the next order.

    Examples
    --------
    >>> exact_ladder("cooperon", Metal(dim=2))
    <cooperon at any q: hbar/(2*pi*nu*tau*(1 - 1/sqrt(ell**2*q**2 + (tau/tau_phi + 1)**2)))>
    """

    kind: LineKind
    metal: Metal
    loss: sp.Expr
    rung: sp.Expr
    value: sp.Expr
    steps: tuple[Step, ...]

    def __repr__(self) -> str:
        return f"<{self.kind} at any q: {self.value}>"

    def _repr_latex_(self) -> str:
        from cooperon.symbolic.latex import latex

        return rf"$\displaystyle {latex(self.value)}$"

    def diffusive(self, order: int = 0) -> sp.Expr:
        """Expand the ladder about its diffusion pole.

        Parameters
        ----------
        order : int
            Number of terms after the pole; each is smaller by (q ell)**2, where omega tau and tau/tau_phi
            count as (q ell)**2.

        Returns
        -------
        sympy.Expr
            In q ell.

        Examples
        --------
        >>> exact_ladder("diffuson", Metal(dim=s.d)).diffusive(1)
        hbar*(3*d/(d + 2) + d/(ell**2*q**2))/(2*pi*nu*tau)
        """
        return _diffusive(self.loss, self.metal.dim, count(order, "order"))

    def verify(self) -> Report:
        """Put numbers into both sides of every step (see :meth:`cooperon.Formula.verify`).

        Examples
        --------
        >>> exact_ladder("cooperon", Metal(dim=2)).verify().confirmed
        True
        """
        from cooperon.numerics.verification import verify

        return verify(Derivation(self.steps), self.metal)


def exact_ladder(kind: str, metal: Metal, *, omega: Any = None) -> ExactLadder:
    r"""Sum a ladder of impurity lines without expanding its rung.

    .. math:: \Pi(q) = \left\langle \frac{1}{z + i q \ell \cos\theta} \right\rangle,
        \quad z = 1 - i\omega\tau + \tau/\tau_\phi

    Parameters
    ----------
    kind : str
        ``"diffuson"`` or ``"cooperon"``; 1/tau_phi is in the Cooperon alone.
    metal : Metal
        Any dimension. A hypergeometric function where Pi is not elementary.
    omega : sympy.Expr, optional
        Frequency.

    Returns
    -------
    ExactLadder

    Raises
    ------
    InputError
        For an unknown kind, anisotropic scattering, or what is no metal or frequency.

    See Also
    --------
    ladder : the same to second order in q.

    References
    ----------
    V. M. Gasparyan and A. Yu. Zyuzin, Sov. Phys. Solid State 27, 999 (1985).

    Examples
    --------
    >>> exact_ladder("diffuson", Metal(dim=2)).rung
    1/sqrt(ell**2*q**2 + 1)
    >>> exact_ladder("cooperon", Metal(dim=3)).rung
    atan(ell*q/(tau/tau_phi + 1))/(ell*q)
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    require_plain(metal, "the exact ladder")
    require_isotropic(metal)
    frequency = sp.S.Zero if omega is None else expression(omega, "omega", "omega=cooperon.symbols.omega")
    expanded = ladder(kind, metal, omega=frequency)
    loss = 1 + sp.expand(expanded.gap * s.tau)
    # self-energy and rung are the same; they part where the diffusive ladder expands the average
    steps = (*expanded.steps[:2], *_steps(expanded.kind, metal, loss, expanded.steps[1].rhs))
    rung = direction_average(s.q * s.ell, loss, metal.dim)
    return ExactLadder(expanded.kind, metal, loss, rung, steps[-1].lhs, steps)


def require_isotropic(metal: Metal) -> None:
    """Raise an InputError unless all harmonics of scattering above the zeroth are 0."""
    if any(weight != 0 for weight in metal.potential.harmonics):
        raise InputError(
            f"a metal with {metal.potential}",
            expected="isotropic scattering: with harmonics a rung is a matrix at q ell of order one",
            hint='cp.Metal(dim=2), or kernel="diffusive"',
        )


def _steps(kind: LineKind, metal: Metal, loss: sp.Expr, residue: sp.Expr) -> Iterator[Step]:
    size = s.q * s.ell
    series = direction_average(size, loss, metal.dim, folded=True)
    yield Step(
        f"average over directions ({kind}, any q)",
        impurity_line() * s.nu * AngularAverage(residue, cosine, metal.dim),
        series,
        "expanded in the cosine: its even moments make a hypergeometric series; ell = v_F tau",
    )
    rung = direction_average(size, loss, metal.dim)
    if rung != series:
        yield Step(f"one rung ({kind})", series, rung, f"in {metal.dim} dimensions it is elementary")
    value = impurity_line() / (1 - rung)
    yield Step(
        f"Bethe-Salpeter equation ({kind}, any q)",
        ladder_series(impurity_line(), rung),
        value,
        "the ladder is a geometric series",
    )
    yield Step(
        f"diffusive limit ({kind})",
        value,
        _diffusive(loss, metal.dim, 1),
        "q ell -> 0, omega tau and tau/tau_phi as (q ell)**2: the diffusion pole and the next order",
        SCALING,
        sp.Integer(4),
    )


def _diffusive(loss: sp.Expr, dim: sp.Expr, order: int) -> sp.Expr:
    """Expand (hbar/(2 pi nu tau))/(1 - Pi): with 1 - Pi = a_1 + a_2 + ..., 1/a_1 - a_2/a_1**2 + ...."""
    gap = sp.expand(loss - 1)
    squared = (s.q * s.ell) ** 2
    losses = [_lost(n, gap, squared, dim) for n in range(1, order + 2)]
    symbols = sp.symbols(f"a_1:{order + 2}")
    ratios = sp.Add(*(_EPS**n * a / symbols[0] for n, a in enumerate(symbols[1:], 1)))
    geometric = sp.expand(sp.Add(*((-ratios) ** n for n in range(order + 1))))
    put_in = dict(zip(symbols, losses, strict=True))
    terms = ((geometric.coeff(_EPS, n) / symbols[0]).xreplace(put_in) for n in range(order + 1))
    return impurity_line() * sp.Add(*map(sp.factor, terms) if gap == 0 else terms)


def _lost(n: int, gap: sp.Expr, squared: sp.Expr, dim: sp.Expr) -> sp.Expr:
    """Term of order n in 1 - Pi = 1 - sum_k <c**(2k)> (-x**2)**k (1 + gap)**(-2k-1)."""
    return -sp.Add(
        *(
            moment(2 * k, dim) * (-squared) ** k * sp.binomial(-2 * k - 1, n - k) * gap ** (n - k)
            for k in range(n + 1)
        )
    )
