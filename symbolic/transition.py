"""The transition in 2 + epsilon dimensions, by the stored beta functions: where it is, and its exponent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from numbers import Integral

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic.arguments import require
from cooperon.symbolic.derivation import STORED
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.sigma_model import EPSILON, coupling, stored_beta
from cooperon.symbolic.simulated_exponents import NUMERICAL, NumericalValue

__all__ = ["Transition", "transition"]

_T, _X, _G = sp.Symbol("t", positive=True), sp.Symbol("x"), sp.Symbol("g", positive=True)


@dataclass(frozen=True, repr=False)
class Transition(PublicNames):
    """The transition between metal and insulator in 2 + epsilon dimensions, as a series in epsilon.

    It rests on beta functions that are stored, not derived.

    Attributes
    ----------
    metal : Metal
        Which metal.
    name : str
        Its symmetry class.
    loops : int
        Of the beta function.

    Examples
    --------
    >>> found = transition(Metal())
    >>> found.nu
    3*pi**4*epsilon**3/160 - 9*epsilon**2*zeta(3)/4 + 1/epsilon
    >>> found.critical_conductance
    1/(pi**2*epsilon)
    """

    metal: Metal
    name: str
    loops: int

    @property
    def beta(self) -> sp.Expr:
        """dt/d ln(1/L), in t and epsilon."""
        return stored_beta(self.name).beta(self.loops, _T)

    @cached_property
    def _first(self) -> int:
        """The lowest loop that adds something: t is of the order epsilon**(1/n)."""
        return min(stored_beta(self.name).coefficients)

    @cached_property
    def critical_coupling(self) -> sp.Expr:
        """The coupling t at the transition, as a series in epsilon to the order that the loops give.

        Examples
        --------
        >>> transition(Metal(), loops=4).critical_coupling
        -3*epsilon**4*zeta(3)/8 + epsilon/2
        """
        n = self._first
        return sp.expand(_in_epsilon(self._root(), n))

    @property
    def critical_conductance(self) -> sp.Expr:
        """The leading g = hbar G/e**2 of the whole cube at the transition.

        It is that of minimal subtraction: beyond the leading order in epsilon it depends on the scheme.

        Examples
        --------
        >>> transition(Metal(spin=0)).critical_conductance
        1/(2*pi**2*epsilon)
        """
        leading = sp.Poly(self._root(), _X).EC() * _X
        (found,) = sp.solve(coupling(self.metal, self.name, _G) - _in_epsilon(leading, self._first), _G)
        return sp.powsimp(found)

    @cached_property
    def nu(self) -> sp.Expr:
        """Exponent of the correlation length, -1/(d beta/d t) at the transition, to the order known.

        Examples
        --------
        >>> from cooperon.symbolic.scattering import Magnetic
        >>> transition(Metal(scattering=[Magnetic()])).nu
        -3/4 + 1/(2*epsilon)
        """
        return sp.expand(_in_epsilon(self._reduced, self._first) / EPSILON)

    @cached_property
    def coefficients(self) -> tuple[sp.Expr, ...]:
        """Coefficients of epsilon nu, by the power of epsilon.

        Examples
        --------
        >>> transition(Metal(), loops=4).coefficients
        (1, 0, 0, -9*zeta(3)/4)
        """
        series = sp.Poly(sp.expand(self.nu * EPSILON), EPSILON)
        return tuple(series.coeff_monomial(EPSILON**k) for k in range(self._orders))

    @property
    def _orders(self) -> int:
        """How many orders of epsilon nu the loops fix."""
        return (self.loops - self._first) // self._first + 1

    @property
    def _length(self) -> int:
        """Orders of x that are fixed beyond the leading one, epsilon = x**n."""
        return self.loops - self._first

    def _root(self) -> sp.Expr:
        """Solve beta/t = 0 for t as a series in x, where epsilon = x**n."""
        n = self._first
        slope = sp.expand(stored_beta(self.name).beta(self.loops, _T) / _T).xreplace({EPSILON: _X**n})
        lowest = stored_beta(self.name).coefficients[n]
        root = sp.root(-1 / lowest, n) * _X
        for k in range(1, self._length + 1):
            unknown = sp.Dummy()
            trial = sp.expand(slope.xreplace({_T: root + unknown * _X ** (k + 1)}))
            equation = sp.Poly(trial, _X).coeff_monomial(_X ** (n + k))
            root += sp.solve(equation, unknown)[0] * _X ** (k + 1)
        return root

    @cached_property
    def _reduced(self) -> sp.Expr:
        """Epsilon nu as a series in x."""
        n, order = self._first, self._length + 1
        slope = sp.diff(self.beta, _T).xreplace({EPSILON: _X**n})
        at_root = sp.expand(slope.xreplace({_T: self._root()}) / _X**n)
        kept = sum((at_root.coeff(_X, k) * _X**k for k in range(order)), sp.S.Zero)
        return sp.series(-1 / kept, _X, 0, order).removeO()

    def pade(self, above: int, below: int) -> sp.Expr:
        """Return nu by the Pade approximant [above/below] of epsilon nu.

        Parameters
        ----------
        above, below : int
            Degrees of the numerator and the denominator; their sum is at most the order known.

        Raises
        ------
        InputError
            When the degrees ask for more than is known, or there is no such approximant.

        Examples
        --------
        >>> round(float(transition(Metal()).pade(0, 4).subs(EPSILON, 1)), 3)
        0.532
        """
        return _quotient(self._known(above, below), above, below, EPSILON) / EPSILON

    def borel_pade(self, above: int, below: int) -> sp.Expr:
        """Return nu by a Pade approximant of the Borel transform of epsilon nu, as an integral undone.

        Parameters
        ----------
        above, below : int
            Degrees of the numerator and the denominator.

        Raises
        ------
        InputError
            As :meth:`pade`, and when the approximant has a pole on the path of the integral.

        Examples
        --------
        >>> value = transition(Metal()).borel_pade(1, 3).subs(EPSILON, 1)
        >>> round(float(sp.N(value)), 2)
        0.73
        """
        y = sp.Symbol("y", positive=True)
        transformed = [c / sp.factorial(k) for k, c in enumerate(self._known(above, below))]
        quotient = _quotient(transformed, above, below, y)
        poles = sp.Poly(sp.fraction(sp.together(quotient))[1], y)
        if any(abs(complex(p).imag) < 1e-12 and complex(p).real > 0 for p in poles.nroots()):
            raise InputError(
                f"Borel-Pade [{above}/{below}]",
                expected="an approximant without a pole on the positive axis",
                hint="other degrees",
            )
        return sp.Integral(sp.exp(-y) * quotient.xreplace({y: EPSILON * y}), (y, 0, sp.oo)) / EPSILON

    def _known(self, above: int, below: int) -> tuple[sp.Expr, ...]:
        order = len(self.coefficients) - 1
        whole = all(isinstance(one, Integral) and not isinstance(one, bool) for one in (above, below))
        if not whole or min(above, below) < 0 or above + below > order:
            raise InputError(
                f"degrees {above!r} and {below!r}",
                expected=f"whole numbers, not negative, with a sum up to {order}, the order known",
                hint=f"pade(0, {order}); more loops fix more orders",
            )
        return self.coefficients[: above + below + 1]

    @property
    def numerical(self) -> tuple[NumericalValue, ...]:
        """What the literature has found by simulation for this class.

        Examples
        --------
        >>> [one.value for one in transition(Metal()).numerical]
        [1.571, 1.59]
        """
        return tuple(one for one in NUMERICAL if one.name == self.name)

    def __str__(self) -> str:
        lines = [
            f"{self.name} class in 2 + epsilon dimensions, {_counted(self.loops)} of the sigma model "
            f"({STORED})",
            f"  t* = {self.critical_coupling}, t = {coupling(self.metal, self.name, _G)}, g = hbar G/e**2",
            f"  nu = {self.nu}",
            *(f"  simulation: {one}" for one in self.numerical),
        ]
        return "\n".join(lines)

    __repr__ = __str__


def transition(metal: Metal, *, loops: int = 5) -> Transition:
    """Expand the transition of a metal in epsilon = d - 2.

    Parameters
    ----------
    metal : Metal
        Its mechanisms and field say which symmetry class; its dimension does not matter.
    loops : int
        Of the stored beta function, up to 5.

    Returns
    -------
    Transition

    Raises
    ------
    InputError
        For a class without a transition at small t: the symplectic one.

    References
    ----------
    F. Wegner, Nucl. Phys. B 316, 663 (1989); S. Hikami, Prog. Theor. Phys. Suppl. 107, 213 (1992);
    Y. Ueoka and K. Slevin, J. Phys. Soc. Jpn. 83, 084711 (2014): Borel-Pade.

    Examples
    --------
    >>> print(transition(Metal(), loops=1))
    orthogonal class in 2 + epsilon dimensions, 1 loop of the sigma model (stored, not derived)
      t* = epsilon/2, t = 1/(2*pi**2*g), g = hbar G/e**2
      nu = 1/epsilon
      simulation: orthogonal, d = 3: nu = 1.571 +- 0.004 (K. Slevin and T. Ohtsuki, New J. Phys. 16, 015012 (2014))
      simulation: orthogonal, d = 3: nu = 1.59 +- 0.012 (A. Rodriguez et al., Phys. Rev. B 84, 134209 (2011))
    """  # noqa: E501
    require(metal, Metal, "metal", "cp.Metal(dim=2)")
    name = metal.symmetry_class
    entry = stored_beta(name)
    first = min(entry.coefficients)
    if entry.coefficients[first].is_positive:
        raise InputError(
            f"the transition of the {name} class in 2 + epsilon dimensions",
            expected="a class in which disorder lowers g: orthogonal or unitary; antilocalization leaves no "
            "transition at small t",
            hint="cooperon.symbolic.simulated_exponents.NUMERICAL has values from simulations",
        )
    if isinstance(loops, bool) or not isinstance(loops, Integral) or not first <= loops <= entry.known:
        raise InputError(f"loops = {loops!r}", expected=f"a whole number from {first} to {entry.known}")
    return Transition(metal, name, int(loops))


def _counted(loops: int) -> str:
    return "1 loop" if loops == 1 else f"{loops} loops"


def _in_epsilon(expr: sp.Expr, n: int) -> sp.Expr:
    return expr.xreplace({_X: EPSILON ** sp.Rational(1, n)})


def _quotient(c: tuple[sp.Expr, ...] | list[sp.Expr], above: int, below: int, x: sp.Symbol) -> sp.Expr:
    """Return the Pade approximant of a series."""
    b = sp.symbols(f"b1:{below + 1}")
    full = [sp.S.One, *b]

    def product(k: int) -> sp.Expr:
        return sp.Add(*(full[j] * c[k - j] for j in range(min(k, below) + 1)))

    solved = sp.solve([product(k) for k in range(above + 1, above + below + 1)], b, dict=True) if b else [{}]
    if len(solved) != 1 or len(solved[0]) != below:
        raise InputError(
            f"degrees {above} and {below}",
            expected="degrees for which there is an approximant: some coefficients of the series are 0",
            hint="other degrees with this sum",
        )
    over = sp.Add(*(product(k) * x**k for k in range(above + 1)))
    under = sp.Add(*(part * x**k for k, part in enumerate(full)))
    return (over / under).xreplace(solved[0])
