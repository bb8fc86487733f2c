"""Units that people write, as factors to SI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from cooperon.diagrams.errors import UnitError
from cooperon.numerics.constants import conductance_quantum
from cooperon.symbolic.dimensions import DIMENSIONLESS, Dimension

__all__ = ["Unit", "bracketed_unit", "unit"]

_SIEMENS = Dimension(mass=-1, length=-2, time=3, current=2)
_FIELD = Dimension(mass=1, time=-2, current=-1)
_PREFIXES = {"f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "c": 1e-2, "k": 1e3, "M": 1e6, "G": 1e9}
_PREFIXES |= {"\u00b5": 1e-6, "\u03bc": 1e-6}
# Written without a prefix, or with one in front. A gauss is what an oersted is in vacuum.
_PREFIXED: Mapping[str, tuple[float, Dimension]] = {
    "T": (1.0, _FIELD),
    "tesla": (1.0, _FIELD),
    "Oe": (1e-4, _FIELD),
    "gauss": (1e-4, _FIELD),
    "K": (1.0, Dimension(temperature=1)),
    "ohm": (1.0, _SIEMENS**-1),
    "Ohm": (1.0, _SIEMENS**-1),
    "\u03a9": (1.0, _SIEMENS**-1),
    "\u2126": (1.0, _SIEMENS**-1),
    "S": (1.0, _SIEMENS),
    "m": (1.0, Dimension(length=1)),
    "s": (1.0, Dimension(time=1)),
    "Hz": (1.0, Dimension(time=-1)),
}
_ALONE: Mapping[str, tuple[float, Dimension]] = {
    "G": (1e-4, _FIELD),
    "kG": (0.1, _FIELD),
    "sq": (1.0, DIMENSIONLESS),
    "square": (1.0, DIMENSIONLESS),
    "\u25a1": (1.0, DIMENSIONLESS),
    "1": (1.0, DIMENSIONLESS),
}
_QUANTUM = re.compile(r"^\(?\s*(2?)\s*e(?:\^|\*\*)?2\s*/\s*h\s*\)?$")
_TOKEN = re.compile(r"^([^\W\d]+|\u25a1|1)(?:(?:\^|\*\*)?\(?(-?\d+(?:/\d+)?)\)?)?$")
_BRACKETS = re.compile(r"[\[(]([^\[\]()]+)[\])]\s*$")


@dataclass(frozen=True)
class Unit:
    """A unit: its size in SI and its physical dimension.

    Examples
    --------
    >>> unit("kOe").factor, str(unit("cm^2/s").dimension)
    (0.1, 'm^2 s^-1')
    """

    name: str
    factor: float
    dimension: Dimension

    def require(self, dimension: Dimension, what: str, expected: str) -> float:
        """Return the factor to SI where the dimension is as expected.

        Raises
        ------
        UnitError
            When it is another.
        """
        if self.dimension != dimension:
            raise UnitError(
                f"{what} in {self.name}, which is {self.dimension}",
                expected=f"a unit such as {expected}",
            )
        return self.factor


def unit(name: object) -> Unit:
    """Read a unit: prefixes, products, powers and one or more divisions.

    Field in T, Oe or G; resistance in ohm (ohm/sq), conductance in S or e^2/h; K, m, s.

    Raises
    ------
    UnitError
        When a part of it is not in the table.

    Examples
    --------
    >>> unit("mT").factor, unit("kohm/sq").factor, f"{unit('e^2/h').factor:.4g}"
    (0.001, 1000.0, '3.874e-05')
    >>> unit("parsec")
    Traceback (most recent call last):
        ...
    cooperon.diagrams.errors.UnitError: given: the unit 'parsec'; expected: ...
    """
    if not isinstance(name, str) or not name.strip():
        raise UnitError(f"the unit {name!r}", expected="text such as 'mT', 'ohm', 'e^2/h'")
    quantum = _QUANTUM.match(name.strip())
    if quantum:
        return Unit(name, conductance_quantum() * (2.0 if quantum[1] else 1.0), _SIEMENS)
    factor, dimension = 1.0, DIMENSIONLESS
    for i, part in enumerate(name.strip().split("/")):
        for token in re.split(r"[\s*\u00b7]+(?!\*)", part.strip().replace("**", "^")):
            size, measured, power = _token(token, name)
            signed = -power if i else power
            factor *= size ** float(signed)
            dimension = dimension * measured ** sp.Rational(signed.numerator, signed.denominator)
    return Unit(name, factor, dimension)


def bracketed_unit(header: str) -> Unit | None:
    """Return the unit that stands in brackets at the end of a header, if it is one.

    Examples
    --------
    >>> bracketed_unit("Field (Oe)").factor, bracketed_unit("channel (left)")
    (0.0001, None)
    """
    found = _BRACKETS.search(header)
    if found is None:
        return None
    try:
        return unit(found[1])
    except UnitError:
        return None


def _token(token: str, whole: str) -> tuple[float, Dimension, Fraction]:
    found = _TOKEN.match(token)
    if found is not None:
        name, power = found[1], Fraction(found[2] or 1)
        if name in _ALONE or name in _PREFIXED:
            return (*(_ALONE.get(name) or _PREFIXED[name]), power)
        if name[0] in _PREFIXES and name[1:] in _PREFIXED:
            size, measured = _PREFIXED[name[1:]]
            return _PREFIXES[name[0]] * size, measured, power
    raise UnitError(
        f"the unit {whole!r}",
        expected="one of " + ", ".join([*_PREFIXED, "G", "e^2/h", "sq"]) + ", with prefixes f to G",
        hint="powers and quotients as in 'uohm cm', 'S/m', 'cm^2/s'",
    )
