"""How a conductance changes with the size of a metal: the scaling function, integrated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import symbols as s
from cooperon.symbolic.channels import ladder_channels
from cooperon.symbolic.conductance_units import unit_size
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.scaling import beta_function
from cooperon.symbolic.scaling_ends import terms

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Flow", "flow"]

_X = sp.Symbol("x", positive=True)
_INTEGRAL = "integral of the scaling function"


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
        value = _solved(self._above, n, c, self.start)
        step = self._integral(value, s.L)
        said = Assumption("g = g_0, its Drude value, at L = ell: the flow starts there", s.ell < s.L)
        return self._formula("g(L)", value, "g(L)", step, said)

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
        if not (a.is_number and c.is_positive):
            raise InputError(
                f"the localization length for beta = {self.beta.expr}",
                expected="a dimension in numbers, and disorder that lowers g",
                hint="loops=2 for the unitary class",
            )
        ratio = a * self.start**n / c
        length = s.ell * (sp.exp(self.start**n / (n * c)) if a == 0 else (1 - ratio) ** (-1 / (n * a)))
        if a > 0:
            said = [Assumption("an insulator: g below the fixed point at L = ell", ratio < 1)]
            at = sp.expand(_power(a, n, c, self.start).xreplace({s.L: length}))
            step = Step("localization length", at, sp.S.Zero, "here g(L) is 0")
        else:
            step = self._integral(sp.S.Zero, length)
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
        x = sp.Abs(_power(a, n, c, self.start) - c / a).xreplace({s.L: length})
        step = Step(
            "crossover length", x, c / a, "here g**n is away from the fixed point by its own value there"
        )
        return self._formula("crossover length", length, r"\xi", step)

    @cached_property
    def class_length(self) -> Formula:
        """The length above which beta is that of the metal's class: sqrt(D/gap) of the smallest gap.

        Raises
        ------
        InputError
            For a metal whose Cooperon has no gap but by a field.

        Examples
        --------
        >>> from cooperon.symbolic.scattering import SpinOrbit
        >>> flow(Metal(dim=2, scattering=[SpinOrbit()])).class_length.expr
        sqrt(3)*sqrt(D)*sqrt(tau_so)/2
        """
        plain = replace(self.metal.without_values, field=None)
        found = ladder_channels("cooperon", plain, coherent=True).channels
        gaps = tuple(dict.fromkeys(one.gap for one in found if one.gap != 0))
        if not gaps:
            raise InputError(
                f"the length of spin scattering of {self.metal}",
                expected="a metal with SpinOrbit or Magnetic scattering",
                hint="scattering=[cooperon.SpinOrbit()]",
            )
        value = sp.Max(*(sp.sqrt(s.D / gap) for gap in gaps))
        step = Step("length of a gap", s.D / value**2, sp.Min(*gaps), "this q decays as the gap does")
        return self._formula("length of the class", value, r"L_{\mathrm{class}}", step)

    @property
    def fixed_point(self) -> sp.Expr:
        """The g at which beta is 0, of a single term.

        Examples
        --------
        >>> flow(Metal(dim=3)).fixed_point
        pi**(-3)
        """
        n, c = self._single()
        if not (self._above * c).is_positive:
            raise InputError(
                f"the fixed point of beta = {self.beta.expr}",
                expected="terms of opposite sign",
                hint="dim=3 without spin-orbit scattering",
            )
        return sp.root(c / self._above, n)

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

        try:
            n, c = self._single()
        except InputError:
            return flow_values(self.beta.expr, self.metal.dim, lengths, start)
        closed = _solved(self._above, n, c, _X).xreplace({s.ell: sp.S.One})
        return flow_values(self.beta.expr, self.metal.dim, lengths, start, closed=(closed, s.L, _X))

    @property
    def _above(self) -> sp.Expr:
        return self.metal.dim - 2

    def _single(self) -> tuple[int, sp.Expr]:
        """Return n and c of beta = d - 2 - c/g**n."""
        if self.beta.expr.has(sp.log):
            raise InputError(f"a closed form for beta = {self.beta.expr}", expected='end="weak"')
        found = terms(self.beta.expr, self.metal.dim)
        if len(found) > 1:
            raise InputError(
                f"a closed form for beta = {self.beta.expr}",
                expected="one term beside d - 2",
                hint="flow(...)(lengths, start) has numbers",
            )
        ((n, c),) = found.items() or ((1, sp.S.Zero),)
        return n, -c

    def _integral(self, value: sp.Expr, length: sp.Expr) -> Step:
        """State what the closed form solves: quadrature of 1/(g beta) confirms it."""
        beta = self.beta.expr
        if beta == 0:
            return Step(_INTEGRAL, beta, sp.S.Zero, "beta = 0: g does not depend on L")
        slope = sp.cancel(1 / (_X * beta.xreplace({s.g: _X})))
        logarithm = sp.log(length / s.ell)
        return Step(
            _INTEGRAL,
            sp.Integral(slope, (_X, self.start, value)),
            logarithm,
            "dg/(g beta) from L = ell on is ln(L/ell)",
        )

    def _formula(self, name: str, value: sp.Expr, symbol: str, step: Step, *said: Assumption) -> Formula:
        held = (a for a in self.beta.assumptions if a.condition is None)
        return replace(
            self.beta,
            name=name,
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


def _power(a: sp.Expr, n: int, c: sp.Expr, start: sp.Expr) -> sp.Expr:
    """Return g**n: with d g**n/d ln L = n (a g**n - c) an exponential or a straight line in ln L."""
    if a == 0:
        return start**n - n * c * sp.log(s.L / s.ell)
    return c / a + (start**n - c / a) * (s.L / s.ell) ** (n * a)


def _solved(a: sp.Expr, n: int, c: sp.Expr, start: sp.Expr) -> sp.Expr:
    return sp.root(_power(a, n, c, start), n)
