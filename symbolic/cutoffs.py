"""The named cutoffs of slow integrals, as a table of data.

Diffusion holds for paths longer than the mean free path. A cutoff says where it is given up: at a
largest wave number, at a shortest time, or nowhere (dimensional continuation). The coefficient of a
logarithm and of a power of tau_phi do not depend on the choice; constants do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.metal import Metal

__all__ = [
    "ANISOTROPIC",
    "CUTOFFS",
    "INFRARED",
    "Cutoff",
    "Regulator",
    "cutoff_of",
    "find_cutoff",
    "require_end",
    "require_infrared",
]


class Regulator(Enum):
    """How a slow integral is cut off."""

    MOMENTUM = auto()
    TIME = auto()
    WINDOW = auto()
    SMOOTH = auto()
    DIMENSIONAL = auto()


@dataclass(frozen=True)
class Cutoff:
    """A named cutoff.

    Attributes
    ----------
    name : str
        The name by which users ask for it.
    regulator : Regulator
        What is cut.
    statement : str
        What it means, in words.
    largest_q : sympy.Expr, optional
        For a cutoff in momentum: the largest wave number, in D, tau and d.
    """

    name: str
    regulator: Regulator
    statement: str
    largest_q: sp.Expr | None = None

    def upper(self, dim: sp.Expr) -> sp.Expr:
        """Largest wave number in ``dim`` dimensions."""
        return sp.sympify(self.largest_q).xreplace({s.d: dim})


CUTOFFS: Mapping[str, Cutoff] = {
    cutoff.name: cutoff
    for cutoff in (
        Cutoff("diffusive", Regulator.MOMENTUM, "q < 1/sqrt(D tau)", 1 / sp.sqrt(s.D * s.tau)),
        Cutoff(
            "mean_free_path",
            Regulator.MOMENTUM,
            "q < 1/ell, with ell = sqrt(d D tau)",
            1 / sp.sqrt(s.d * s.D * s.tau),
        ),
        Cutoff("time", Regulator.TIME, "paths longer than tau"),
        Cutoff("window", Regulator.WINDOW, "paths longer than tau and shorter than tau_phi, cut off sharply"),
        Cutoff("smooth", Regulator.SMOOTH, "paths of duration t count with the weight 1 - exp(-t/tau)"),
        Cutoff(
            "dimensional",
            Regulator.DIMENSIONAL,
            "dimensional continuation: all q, powers of the cutoff dropped",
        ),
    )
}

ANISOTROPIC: Mapping[str, Cutoff] = {
    "mean_free_path": Cutoff(
        "mean_free_path",
        Regulator.MOMENTUM,
        "q < 1/ell, with ell = v_F tau = sqrt(d D tau**2/tau_tr)",
        sp.sqrt(s.tau_tr / (s.d * s.D)) / s.tau,
    ),
}
"""The ones that read otherwise where the transport time is not tau."""

INFRARED: Mapping[str, str] = {
    "tau_phi": "interference lives for the time tau_phi",
    "L": "q > 1/L: the sample is smaller than L_phi",
}


def find_cutoff(name: object) -> Cutoff:
    """Return the cutoff of a name.

    Raises
    ------
    InputError
        For an unknown name; the message lists the known ones.

    Examples
    --------
    >>> find_cutoff("diffusive").statement
    'q < 1/sqrt(D tau)'
    """
    if not isinstance(name, str) or name not in CUTOFFS:
        raise InputError(f"cutoff = {name!r}", expected="one of " + ", ".join(CUTOFFS))
    return CUTOFFS[name]


def cutoff_of(metal: Metal, cutoff: Cutoff) -> Cutoff:
    """Return a cutoff as it reads in a metal, where D = v_F**2 tau_tr/d.

    Examples
    --------
    >>> cutoff_of(Metal(), find_cutoff("mean_free_path")).statement
    'q < 1/ell, with ell = sqrt(d D tau)'
    """
    return ANISOTROPIC.get(cutoff.name, cutoff) if metal.anisotropic else cutoff


def require_infrared(name: object) -> None:
    """Raise an InputError unless ``name`` is a known infrared cutoff."""
    if not isinstance(name, str) or name not in INFRARED:
        raise InputError(f"infrared = {name!r}", expected="one of " + ", ".join(INFRARED))


def require_end(cutoff: Cutoff, dephasing: object) -> None:
    """Raise an InputError for a window of a metal without dephasing: it would end at no time."""
    if cutoff.regulator is Regulator.WINDOW and dephasing is None:
        raise InputError(
            f'cutoff = "{cutoff.name}" of a metal with dephasing=None',
            expected="a metal with dephasing: the window ends at its tau_phi",
            hint='dephasing=Dephasing(), or cutoff="time"',
        )
