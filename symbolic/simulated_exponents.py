"""Exponents of the transition from simulations of the literature: stored, not derived."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NUMERICAL", "NumericalValue"]


@dataclass(frozen=True)
class NumericalValue:
    """A value of the exponent nu that the literature has found by simulation.

    Examples
    --------
    >>> print(NUMERICAL[0])
    orthogonal, d = 3: nu = 1.571 +- 0.004 (K. Slevin and T. Ohtsuki, New J. Phys. 16, 015012 (2014))
    """

    name: str
    dim: int
    value: float
    error: float
    source: str

    def __str__(self) -> str:
        return f"{self.name}, d = {self.dim}: nu = {self.value} +- {self.error} ({self.source})"


_ORTHOGONAL_3D = "K. Slevin and T. Ohtsuki, New J. Phys. 16, 015012 (2014)"
_ORTHOGONAL_3D_OTHER = "A. Rodriguez et al., Phys. Rev. B 84, 134209 (2011)"
_UNITARY_3D = "K. Slevin and T. Ohtsuki, Phys. Rev. Lett. 78, 4083 (1997)"
_UNITARY_3D_OTHER = "J. Lindinger and A. Rodriguez, arXiv:1707.05701 (2017)"
_SYMPLECTIC_3D = "Y. Asada, K. Slevin and T. Ohtsuki, J. Phys. Soc. Jpn. 74 Suppl., 238 (2005)"
_SYMPLECTIC_2D = "Y. Asada, K. Slevin and T. Ohtsuki, Phys. Rev. Lett. 89, 256601 (2002)"
NUMERICAL: tuple[NumericalValue, ...] = (
    NumericalValue("orthogonal", 3, 1.571, 0.004, _ORTHOGONAL_3D),
    NumericalValue("orthogonal", 3, 1.590, 0.012, _ORTHOGONAL_3D_OTHER),
    NumericalValue("unitary", 3, 1.43, 0.04, _UNITARY_3D),
    NumericalValue("unitary", 3, 1.446, 0.006, _UNITARY_3D_OTHER),
    NumericalValue("symplectic", 3, 1.375, 0.016, _SYMPLECTIC_3D),
    NumericalValue("symplectic", 2, 2.746, 0.009, _SYMPLECTIC_2D),
)
"""Stored, not derived: with what an expansion can be compared. What an error means differs between the
sources: one standard deviation, or half of an interval of 95 percent."""
