"""A number with its unit."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams.errors import InputError, UnitError
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.constants import conductance_quantum, si_constants
from cooperon.symbolic import symbols as s
from cooperon.symbolic.dimensions import Dimension

__all__ = ["Quantity", "unit_of"]

_CONDUCTANCE = Dimension(mass=-1, length=-2, time=3, current=2)
_SHOWN = ".5g"
_ENERGY = Dimension(mass=1, length=2, time=-2)
_NAMED = {
    "S": _CONDUCTANCE,
    "ohm": _CONDUCTANCE**-1,
    "J": _ENERGY,
    "J^-1": _ENERGY**-1,
    "T": Dimension(mass=1, time=-2, current=-1),
    "V^-1 s^-1": Dimension(mass=-1, length=-2, time=2, current=1),
}


def unit_of(dimension: Dimension) -> str:
    """SI unit of a physical dimension, with siemens, ohm, joule, tesla and volt where they fit.

    Examples
    --------
    >>> unit_of(Dimension(mass=-1, length=-3, time=3, current=2)), unit_of(Dimension(length=2, time=-1))
    ('S/m', 'm^2 s^-1')
    """
    for name, named in _NAMED.items():
        rest = dimension / named
        if rest.exponents == (0, rest.length, 0, 0, 0):
            return name + _power_of_length(rest.length)
    return str(dimension)


def _power_of_length(exponent: sp.Expr) -> str:
    special = {0: "", 1: " m", -1: "/m"}
    if exponent in special:
        return special[int(exponent)]
    return f" m^{exponent}" if exponent.is_Integer else f" m^({exponent})"


@dataclass(frozen=True)
class Quantity(PublicNames):
    """A number with its unit, in SI.

    Parameters
    ----------
    value : float or complex
        The number.
    unit : str
        The unit: ``"S"``, ``"S/m"``, ``"m^2 s^-1"``, and ``"1"`` for a plain number.

    Examples
    --------
    >>> sheet = Quantity(-4.6501e-05, "S")
    >>> print(sheet)
    -4.6501e-05 S = -1.2003 e^2/h
    >>> float(sheet), f"{sheet:.1e}"
    (-4.6501e-05, '-4.7e-05 S')
    """

    value: float | complex
    unit: str

    @property
    def in_e2_over_h(self) -> float | complex:
        """The value in units of e**2/h times the metre to the power that the unit has.

        Raises
        ------
        UnitError
            When this is not a conductivity.
        """
        if not self._is_conductivity:
            raise UnitError(f"a quantity in {self.unit}", expected="a conductance or conductivity")
        return self.value / conductance_quantum()

    def in_kelvin(self) -> float | complex:
        """Return an energy as a temperature, over k_B.

        Raises
        ------
        UnitError
            When this is not an energy.

        Examples
        --------
        >>> print(f"{Quantity(1.380649e-23, 'J').in_kelvin():.3f}")
        1.000
        """
        if self.unit != "J":
            raise UnitError(f"a quantity in {self.unit}", expected="an energy, in J")
        return self.value / si_constants()[s.k_B]

    @property
    def _is_conductivity(self) -> bool:
        return self.unit.split(" ")[0].split("/")[0] == "S"

    def __float__(self) -> float:
        if isinstance(self.value, complex):
            raise InputError(
                f"the complex value {self.value}", expected="a real one", hint=".value, complex()"
            )
        return float(self.value)

    def __complex__(self) -> complex:
        return complex(self.value)

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self)
        return f"{self.value:{spec}}" if self.unit == "1" else f"{self.value:{spec}} {self.unit}"

    def __str__(self) -> str:
        plain = format(self, _SHOWN)
        if not self._is_conductivity:
            return plain
        quantum = "e^2/h" if self.unit == "S" else "(e^2/h)"
        return f"{plain} = {self.in_e2_over_h:{_SHOWN}} {self.unit.replace('S', quantum, 1)}"
