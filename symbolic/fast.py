"""Fast integrals: over energy by residues, over directions by tensor reduction.

A polygon's integral over the electron momentum k splits into the distance xi from the Fermi surface
and the direction on it. With the density of states constant near the Fermi energy (k_F l >> 1),

    int dxi G_R**m G_A**n = 2 pi i**(n-m) binomial(m+n-2, m-1) (tau/hbar)**(m+n-1),    m, n >= 1,

and 0 when all lines are of one kind, for then the poles lie on one side of the real axis.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import count, expression
from cooperon.symbolic.metal import to_dimension

__all__ = [
    "Advanced",
    "AngularAverage",
    "EnergyIntegral",
    "Retarded",
    "cosine",
    "energy_integral",
    "fast_integral",
    "moment",
]

cosine = sp.Symbol("c", real=True)
"""Cosine of the angle between the electron's velocity and a fixed direction."""


class _GreensFunction(sp.Function):  # type: ignore[misc]
    """Impurity-averaged Green's function at the Fermi energy, folded until ``doit()``."""

    nargs = (1,)
    side: int
    label: str

    def doit(self, **_: Any) -> sp.Expr:
        """Return 1/(-xi +- i hbar/(2 tau))."""
        return 1 / (-self.args[0] + self.side * sp.I * s.hbar / (2 * s.tau))

    def _sympystr(self, printer: Any) -> str:
        return f"G_{self.label}({printer._print(self.args[0])})"

    def _latex(self, printer: Any, exp: str = "1") -> str:
        function = rf"G^{{\mathrm{{{self.label}}}}}\!\left({printer._print(self.args[0])}\right)"
        return function if exp == "1" else rf"\left[{function}\right]^{{{exp}}}"


class Retarded(_GreensFunction):
    """Retarded Green's function G_R(xi) = 1/(-xi + i hbar/(2 tau)).

    Examples
    --------
    >>> Retarded(s.xi).doit()
    1/(I*hbar/(2*tau) - xi)
    """

    side = 1
    label = "R"


class Advanced(_GreensFunction):
    """Advanced Green's function G_A(xi) = 1/(-xi - i hbar/(2 tau)).

    Examples
    --------
    >>> Advanced(s.xi).doit()
    1/(-I*hbar/(2*tau) - xi)
    """

    side = -1
    label = "A"


class EnergyIntegral(sp.Integral):  # type: ignore[misc]
    """Integral of Green's functions over all energies, folded until ``doit()``, which does it by residues.

    sympy's own integration finds 0 for these, where it should find the residues of one half plane.

    Examples
    --------
    >>> EnergyIntegral(Retarded(s.xi) * Advanced(s.xi), (s.xi, -sp.oo, sp.oo)).doit()
    2*pi*tau/hbar
    """

    def doit(self, **_: Any) -> sp.Expr:
        """Add up the residues in the upper half plane; what has other factors is unfolded, not integrated."""
        variable = self.variables[0]
        constant, product = self.function.as_independent(variable, as_Add=False)
        lines = [factor.as_base_exp() for factor in sp.Mul.make_args(product)]
        named = all(isinstance(line, _GreensFunction) and power.is_Integer for line, power in lines)
        if not named or sum(power for _, power in lines) < 2:
            return sp.Integral(self.function.doit(), *self.limits)
        powers: Counter[tuple[sp.Expr, bool]] = Counter()
        for line, power in lines:
            slope = line.args[0].expand().coeff(variable)
            powers[(sp.expand(variable + 1 / (slope * line.doit())), bool(line.side * slope > 0))] += int(
                power
            )
            constant /= (-slope) ** power
        others = sp.Mul(*((variable - pole) ** -power for (pole, _), power in powers.items()))
        total = sp.Add(*(_residue(others, pole, n, variable) for (pole, above), n in powers.items() if above))
        return sp.factor(2 * sp.pi * sp.I * constant.doit() * total)


def _residue(product: sp.Expr, pole: sp.Expr, order: int, variable: sp.Symbol) -> sp.Expr:
    """Residue of a product of powers of (variable - pole)."""
    rest = product * (variable - pole) ** order
    return sp.diff(rest, variable, order - 1).subs(variable, pole) / sp.factorial(order - 1)


class Average(sp.Expr):  # type: ignore[misc]
    """An average over directions that is not carried out; its first argument is what is averaged."""

    def _sympystr(self, printer: Any) -> str:
        return f"<{printer._print(self.args[0])}>"

    def _latex(self, printer: Any) -> str:
        return rf"\left\langle {printer._print(self.args[0])} \right\rangle"


class AngularAverage(Average):
    """Average of a function of the cosine c over the directions in d dimensions, not carried out.

    ``AngularAverage(f, c, d)`` is the integral of f over the unit sphere in d dimensions, divided by
    its area. ``doit()`` carries it out where f is a polynomial in c.

    Examples
    --------
    >>> squared = AngularAverage(cosine**2, cosine, s.d)
    >>> squared, squared.doit()
    (<c**2>, 1/d)
    """

    def __new__(cls, function: Any, variable: sp.Symbol, dim: Any) -> AngularAverage:
        """Keep the function, the cosine's symbol and the dimension."""
        return super().__new__(cls, sp.sympify(function), variable, sp.sympify(dim))  # type: ignore[no-any-return]

    def doit(self, **hints: Any) -> sp.Expr:
        """Average a polynomial by tensor reduction; another function is unfolded, not averaged."""
        function, variable, dim = self.args
        inside = function.doit(**hints)
        if not inside.is_polynomial(variable):
            return AngularAverage(inside, variable, dim)
        terms = sp.Poly(inside, variable).terms()
        return sp.Add(*(factor * moment(power, dim) for (power,), factor in terms))

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols of the value: the cosine is bound."""
        function, variable, dim = self.args
        return set(function.free_symbols - {variable}) | set(dim.free_symbols)


def moment(power: int, dim: sp.Expr) -> sp.Expr:
    """Average of c**power over the directions in ``dim`` dimensions.

    Tensor reduction: an average of 2k equal components is the number (2k-1)!! of ways to pair them
    over d (d+2) ... (d+2k-2); odd averages vanish.

    Examples
    --------
    >>> moment(2, s.d), moment(4, sp.Integer(3)), moment(3, s.d)
    (1/d, 1/5, 0)
    """
    if power % 2:
        return sp.S.Zero
    pairs = power // 2
    return sp.factorial2(2 * pairs - 1) / sp.prod(dim + 2 * j for j in range(pairs))


def energy_integral(retarded: int, advanced: int, rate: sp.Expr | None = None) -> sp.Expr:
    """Integral over xi of G_R**retarded G_A**advanced, by residues.

    Parameters
    ----------
    retarded, advanced : int
        Powers m and n of the two Green's functions.
    rate : sympy.Expr, optional
        What takes the place of 1/tau where the two kinds of lines differ in frequency and momentum:
        1/tau - i omega + i v.q.

    Examples
    --------
    >>> energy_integral(2, 2)
    4*pi*tau**3/hbar**3
    >>> energy_integral(2, 0)
    0
    """
    if retarded < 1 or advanced < 1:
        return sp.S.Zero
    total = retarded + advanced
    ways = sp.binomial(total - 2, retarded - 1)
    lifetime = s.tau if rate is None else 1 / rate
    return 2 * sp.pi * sp.I ** (advanced - retarded) * ways * (lifetime / s.hbar) ** (total - 1)


def fast_integral(
    *,
    retarded: int,
    advanced: int,
    velocities: int = 0,
    dim: Any = s.d,
    momentum: Any = 0,
    frequency: Any = 0,
    order: int = 2,
) -> sp.Expr:
    r"""Integral over energy and average over directions of a product of Green's functions.

    .. math:: \int d\xi \, \langle v_x^p \,
        [G^R(\xi - \hbar\omega)]^m \, [G^A(\xi - \hbar\, v \cdot q)]^n \rangle

    Parameters
    ----------
    retarded, advanced : int
        The powers m and n, not negative and not both 0 (m + n >= 2 for the integral to exist).
    velocities : int
        The number p of factors v_x.
    dim : number or sympy.Expr
        Dimension of space, for the average over directions.
    momentum : sympy.Expr
        Size q of the slow momentum by which the two kinds of lines differ (along x when there are
        factors v_x).
    frequency : sympy.Expr
        The frequency omega by which the retarded lines are ahead.
    order : int
        Order of the expansion in q, where omega counts as of second order.

    Returns
    -------
    sympy.Expr
        In tau, hbar and v_F; without the density of states, by which it is to be multiplied.

    Raises
    ------
    InputError
        When a number is negative or not whole, or the integral does not converge.

    Examples
    --------
    >>> fast_integral(retarded=2, advanced=2)
    4*pi*tau**3/hbar**3
    >>> fast_integral(retarded=1, advanced=1, velocities=2, dim=3)
    2*pi*tau*v_F**2/(3*hbar)
    >>> fast_integral(retarded=1, advanced=1, dim=2, momentum=s.q)
    -pi*q**2*tau**3*v_F**2/hbar + 2*pi*tau/hbar
    """
    retarded, advanced = count(retarded, "retarded"), count(advanced, "advanced")
    velocities, order = count(velocities, "velocities"), count(order, "order")
    if retarded + advanced < 2:
        raise InputError(
            f"retarded={retarded}, advanced={advanced}",
            expected="at least two Green's functions: the integral of one does not converge",
            hint="the self-energy is the one place where a single one stands",
        )
    dim = to_dimension(dim)
    size, shift = expression(momentum, "momentum"), expression(frequency, "frequency")
    projections = _expand(retarded, advanced, size, shift, order)
    return sp.Add(
        *(
            coefficient * s.v_F**velocities * moment(velocities + power, dim)
            for power, coefficient in enumerate(projections)
        )
    )


def _expand(retarded: int, advanced: int, size: sp.Expr, shift: sp.Expr, order: int) -> Sequence[sp.Expr]:
    """Coefficients of the powers of the cosine, up to the order in q (omega counts twice)."""
    bare = energy_integral(retarded, advanced)
    power = retarded + advanced - 1
    coefficients = [sp.S.Zero] * (order + 1)
    for j in range(order + 1):
        for w in range((order - j) // 2 + 1):
            ways = sp.binomial(-power, j + w) * sp.binomial(j + w, j)
            slow = (sp.I * s.v_F * size * s.tau) ** j * (-sp.I * shift * s.tau) ** w
            coefficients[j] += bare * ways * slow
    return coefficients
