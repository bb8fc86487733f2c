"""How a conductance changes with the size of a metal: the scaling function, integrated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import flow_closed as closed
from cooperon.symbolic import symbols as s
from cooperon.symbolic.class_length import class_gaps, class_length
from cooperon.symbolic.conductance_units import unit_size
from cooperon.symbolic.derivation import STORED, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.scaling import beta_function

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Flow", "flow"]

_START = sp.Symbol("x", positive=True)


@dataclass(frozen=True, repr=False)
class Flow(PublicNames):
    """The conductance of a cube as a function of its size.

    Called with lengths and a starting value it returns numbers: ``flow(lengths, start)``, lengths in units of
    the one at which g is ``start``.

    Attributes
    ----------
    metal : Metal
        Which metal.
    beta : Formula
        Its scaling function.
    unit : str
        In which g is counted.

    Examples
    --------
    >>> film = flow(Metal(dim=2))
    >>> film.conductance.expr
    2*D*hbar*nu - log(L/ell)/pi**2
    >>> print(f"{film(10.0, 1.0):.4f}")
    0.7667
    """

    metal: Metal
    beta: Formula
    unit: str

    @property
    def start(self) -> sp.Expr:
        """The Drude conductance of a cube as large as the mean free path, in the unit."""
        sigma = conductivity(self.metal.without_values).expr
        return sigma * s.hbar / s.e**2 * s.ell ** (self.metal.dim - 2) / unit_size(self.unit)

    @cached_property
    def conductance(self) -> Formula:
        """The closed form of g(L), from the Drude value at L = ell on.

        Raises
        ------
        InputError
            Where beta has several terms beside d - 2: then there are numbers alone.

        Examples
        --------
        >>> flow(Metal(dim=2)).conductance.in_terms_of("k_F", "ell").expr
        ell*k_F/(2*pi) - log(L/ell)/pi**2
        """
        n, c = self._single()
        value = closed.solved(self._above, n, c, self.start)
        step = closed.integral_step(self.beta.expr, self.start, value, s.L)
        said = (
            Assumption("g = g_0, its Drude value, at L = ell: the flow starts there", s.ell < s.L),
            Assumption(
                "weak disorder at L, too: what is added to d - 2 is small against 1 there",
                closed.power(self._above, n, c, self.start) > sp.Abs(c),
            ),
        )
        return self._formula("g(L)", value, "g(L)", step, *said)

    @cached_property
    def localization_length(self) -> Formula:
        """The length at which g comes down to 0, and weak disorder ends.

        Raises
        ------
        InputError
            Where g does not come down to 0, or beta has several terms.

        Examples
        --------
        >>> flow(Metal(dim=2)).localization_length.in_terms_of("k_F", "ell").expr
        ell*exp(pi*ell*k_F/2)
        >>> flow(Metal(dim=1)).localization_length.expr
        ell*(pi**2*D*hbar*nu/ell + 1)
        """
        n, c = self._single()
        a, said = self._above, []
        closed.require_lowered(self.beta.expr, a, c)
        ratio = a * self.start**n / c
        length = s.ell * (sp.exp(self.start**n / (n * c)) if a == 0 else (1 - ratio) ** (-1 / (n * a)))
        if a > 0:
            said = [Assumption("an insulator: g below the fixed point at L = ell", ratio < 1)]
            at = sp.expand(closed.power(a, n, c, self.start).xreplace({s.L: length}))
            step = Step("localization length", at, sp.S.Zero, "here g(L) is 0")
        else:
            step = closed.integral_step(self.beta.expr, self.start, sp.S.Zero, length)
        said.append(
            Assumption(
                "the order of magnitude: the weak-disorder beta is used down to g = 0, where it does not hold"
            )
        )
        return self._formula("localization length", length, r"\xi_{\mathrm{loc}}", step, *said)

    @cached_property
    def crossover_length(self) -> Formula:
        """The length above which the cube is a metal, with g growing, or an insulator.

        Above two dimensions the correlation length; else the localization length.

        Raises
        ------
        InputError
            Where there is none, or beta has several terms.

        Examples
        --------
        >>> flow(Metal(dim=3)).crossover_length.expr
        ell/Abs(2*pi**3*D*ell*hbar*nu - 1)
        """
        n, c = self._single()
        a = self._above
        if not (a.is_positive and c.is_positive):
            return self.localization_length
        change = sp.Abs(sp.expand(a * self.start**n / c - 1))
        length = s.ell * change ** (-1 / (n * a))
        x = sp.Abs(closed.power(a, n, c, self.start) - c / a).xreplace({s.L: length})
        step = Step(
            "crossover length", x, c / a, "here g**n is away from the fixed point by its own value there"
        )
        return self._formula("crossover length", length, r"\xi", step)

    @cached_property
    def class_length(self) -> Formula:
        """The length above which beta is that of the metal's class: sqrt(D/gap) of the smallest gap.

        Gaps of the Cooperon are those of spin scattering, and in a field that of the lowest Landau level.

        Raises
        ------
        InputError
            For a metal without gaps, whose beta holds at any length.

        Examples
        --------
        >>> from cooperon.symbolic.fields import PerpendicularField
        >>> from cooperon.symbolic.scattering import SpinOrbit
        >>> flow(Metal(dim=2, scattering=[SpinOrbit()])).class_length.expr
        sqrt(3)*sqrt(D)*sqrt(tau_so)/2
        >>> flow(Metal(dim=2, field=PerpendicularField())).class_length.expr
        sqrt(2)*sqrt(hbar)/(2*sqrt(B)*sqrt(e))
        """
        value, step = class_length(self.metal)
        found = self._formula("", value, r"L_{\mathrm{class}}", step)
        held = tuple(a for a in self.beta.assumptions if a.condition is None)
        return replace(found, name="length of the class", assumptions=held)

    @cached_property
    def fixed_point(self) -> sp.Expr:
        """The g at which beta is 0: in closed form, or of several terms in numbers.

        Raises
        ------
        InputError
            Where beta has no zero, or only where terms of higher order are as large as the first.

        Examples
        --------
        >>> flow(Metal(dim=3)).fixed_point, flow(Metal(dim=3), end="interpolation").fixed_point
        (pi**(-3), 1/(pi**3*(-1 + E)))
        """
        return sp.radsimp(closed.zero(self.beta.expr, self.metal.dim))

    @cached_property
    def exponent(self) -> sp.Expr:
        """Exponent nu of the correlation length: 1/(g d beta/dg) at the fixed point.

        Raises
        ------
        InputError
            Where beta has no zero at which it rises, which is a transition.

        Examples
        --------
        >>> flow(Metal(dim=3)).exponent
        1
        """
        return closed.exponent(self.beta.expr, self.fixed_point)

    def __call__(self, lengths: npt.ArrayLike, start: float) -> Any:
        """Return g at lengths, by its value at length 1.

        Closed form where there is one, else integrated numerically. It is nan, with a warning, where
        disorder adds more than 2 in size to d - 2: weak disorder has ended there. An interpolation goes on.

        Examples
        --------
        >>> print(f"{flow(Metal(dim=3), loops=4)(100.0, 0.2):.3f}")
        9.515
        """
        from cooperon.numerics.flow_numbers import flow_values

        beta, dim = self.beta.expr, self.metal.dim
        try:
            n, c = self._single()
        except InputError:
            return flow_values(beta, dim, lengths, start)
        form = closed.solved(self._above, n, c, _START).xreplace({s.ell: sp.S.One})
        return flow_values(beta, dim, lengths, start, closed=(form, s.L, _START))

    @property
    def _above(self) -> sp.Expr:
        return self.metal.dim - 2

    def _single(self) -> tuple[int, sp.Expr]:
        return closed.single_term(self.beta.expr, self.metal.dim)

    def _formula(self, name: str, value: sp.Expr, symbol: str, step: Step, *said: Assumption) -> Formula:
        """Return what follows from beta, and say what that rests on."""
        stored = any(one.rule == STORED for one in self.beta.derivation)
        held = [a for a in self.beta.assumptions if a.condition is None]
        if class_gaps(self.metal):
            held.append(
                Assumption(
                    "from ell to the length of the class (.class_length) beta is that of the class, too"
                )
            )
        return replace(
            self.beta,
            name=f"{name}, by loops {STORED}" if stored else name,
            expr=value,
            asymptote=value,
            symbol=symbol,
            derivation=self.beta.derivation + (step,),
            assumptions=(*held, *said),
        )

    def __str__(self) -> str:
        return f"flow of d ln g/d ln L = {self.beta.expr}, g in units of {self.unit}"

    def __repr__(self) -> str:
        return f"<Flow {self.beta.expr}>"


def flow(metal: Metal, *, loops: int = 1, end: str = "weak", unit: str = "hbar/e^2") -> Flow:
    """Integrate the scaling function of a metal: its conductance at each size.

    Parameters
    ----------
    metal : Metal
        Which metal.
    loops, end, unit
        As in :func:`cooperon.beta_function`.

    Returns
    -------
    Flow
        ``.conductance``, ``.localization_length``, ``.crossover_length`` as formulas; numbers when called.

    Raises
    ------
    InputError
        As :func:`cooperon.beta_function`.

    References
    ----------
    P. A. Lee and T. V. Ramakrishnan, Rev. Mod. Phys. 57, 287 (1985), sec. II.

    Examples
    --------
    >>> from cooperon.symbolic.scattering import Magnetic
    >>> flow(Metal(dim=2, scattering=[Magnetic()]), loops=2).conductance.expr
    sqrt(4*D**2*hbar**2*nu**2 - log(L/ell)/(4*pi**4))
    """
    return Flow(metal, beta_function(metal, unit=unit, loops=loops, end=end), unit)
