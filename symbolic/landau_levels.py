r"""A straight flight in a magnetic field, between Landau levels of the charge 2e.

A closed path and its reverse differ by the phase of the charge 2e in the field. The momentum of the Cooperon
is then an operator whose components do not commute, [q_x, q_y] = 2 i e B/hbar. Times ell, along any
direction, it is sqrt(b) times the coordinate of an oscillator, with

    b = 2 e B ell**2/hbar = B/B_tr,

and its levels n take the place of q: (q ell)**2 becomes (2 n + 1) b. A flight of the length x ell multiplies
the state n by exp(-b x**2/4) L_n(b x**2/2); weighted with its direction, it leads to a neighbouring level.
"""

from __future__ import annotations

from typing import Any, ClassVar

import sympy as sp

from cooperon.symbolic import symbols as s

__all__ = ["LEVEL", "FlightBetweenLevels", "FlightInLevel", "LevelFunction", "field_strength", "oscillator"]

LEVEL = sp.Symbol("n", integer=True, nonnegative=True)
"""Number of a Landau level."""
_X = sp.Symbol("x", positive=True)
_Y = sp.Symbol("y", real=True)


class LevelFunction(sp.Function):  # type: ignore[misc]
    """Average over the length of a flight, folded until ``doit()``; of level, b and z - 1."""

    nargs = (3,)
    letter: ClassVar[str]
    meaning: ClassVar[str]

    @classmethod
    def eval(cls, _n: sp.Expr, b: sp.Expr, _gap: sp.Expr) -> sp.Expr | None:
        """Without a field there are no levels, and a sum over them is not 0."""
        return sp.S.NaN if b.is_zero else None

    def _phase(self, n: sp.Expr, square: sp.Expr) -> sp.Expr:
        raise NotImplementedError

    def _overlap(self, n: sp.Expr, b: sp.Expr, loss: sp.Expr) -> sp.Expr:
        raise NotImplementedError

    def doit(self, **_: Any) -> sp.Expr:
        """Return the integral over the length of the flight, in units of ell."""
        n, b, gap = self.args
        free = sp.exp(-(1 + gap) * _X - b * _X**2 / 4)
        return sp.Integral(free * self._phase(n, b * _X**2 / 2), (_X, 0, sp.oo))

    def over_oscillator(self) -> sp.Expr:
        """Return the same as a matrix element of an oscillator's coordinate y."""
        n, b, gap = self.args
        return sp.Integral(self._overlap(n, b, 1 + gap), (_Y, -sp.oo, sp.oo))

    def _sympystr(self, printer: Any) -> str:
        level, *others = (printer._print(argument) for argument in self.args)
        return f"{self.letter}[{level}]({', '.join(others)})"

    def _latex(self, printer: Any, exp: str = "1") -> str:
        level, *others = (printer._print(argument) for argument in self.args)
        power = "" if exp == "1" else f"^{{{exp}}}"
        return rf"{self.letter}_{{{level}}}{power}\!\left({', '.join(others)}\right)"


class FlightInLevel(LevelFunction):
    """P_n(b, z - 1): a flight that stays in its level, <n|1/(z + i sqrt(b) y)|n>.

    Examples
    --------
    >>> FlightInLevel(LEVEL, s.g, 0).doit()
    Integral(exp(-g*x**2/4 - x)*laguerre(n, g*x**2/2), (x, 0, oo))
    """

    letter = "P"
    meaning = "average over the length of a flight that stays in the Landau level n"

    def _phase(self, n: sp.Expr, square: sp.Expr) -> sp.Expr:
        return sp.laguerre(n, square)

    def _overlap(self, n: sp.Expr, b: sp.Expr, loss: sp.Expr) -> sp.Expr:
        return oscillator(n, _Y) ** 2 * loss / (loss**2 + b * _Y**2)


class FlightBetweenLevels(LevelFunction):
    """Q_n(b, z - 1): a flight weighted with its direction, i <n+1|1/(z + i sqrt(b) y)|n>.

    Examples
    --------
    >>> FlightBetweenLevels(-1, s.g, 0)
    0
    """

    letter = "Q"
    meaning = "average over the length of a flight to the next Landau level, weighted with its direction"

    @classmethod
    def eval(cls, n: sp.Expr, b: sp.Expr, gap: sp.Expr) -> sp.Expr | None:
        """There is no level below the lowest."""
        return sp.S.Zero if n == -1 else super().eval(n, b, gap)

    def _phase(self, n: sp.Expr, square: sp.Expr) -> sp.Expr:
        return sp.sqrt(square / (n + 1)) * sp.assoc_laguerre(n, 1, square)

    def _overlap(self, n: sp.Expr, b: sp.Expr, loss: sp.Expr) -> sp.Expr:
        both = oscillator(n, _Y) * oscillator(n + 1, _Y)
        return both * sp.sqrt(b) * _Y / (loss**2 + b * _Y**2)


def oscillator(n: sp.Expr, y: sp.Expr) -> sp.Expr:
    """Wave function of the state n of an oscillator, in units of its length.

    Examples
    --------
    >>> oscillator(sp.Integer(0), sp.Integer(0))
    pi**(-1/4)
    """
    norm = sp.sqrt(2**n * sp.factorial(n) * sp.sqrt(sp.pi))
    return sp.hermite(n, y) * sp.exp(-(y**2) / 2) / norm


def field_strength(dim: sp.Expr) -> sp.Expr:
    """Return b = 2 e B ell**2/hbar, with ell**2 = d D tau.

    Examples
    --------
    >>> field_strength(sp.Integer(2))
    4*B*D*e*tau/hbar
    """
    commutator = 2 * s.e * s.B / s.hbar
    return commutator * dim * s.D * s.tau
