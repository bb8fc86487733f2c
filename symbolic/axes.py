"""Axes along which diffusion is not free: closed upon themselves, between walls, between leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression, positive

__all__ = ["Axis", "Closed", "Leads", "Walls"]


@dataclass(frozen=True)
class Axis:
    """An axis along which diffusion is not free.

    Attributes
    ----------
    statement : str
        What happens on it.
    first : int or None
        The lowest standing wave, pi n/length with n = first, first + 1, ...; None: running waves.
    """

    statement: ClassVar[str]
    first: ClassVar[int | None] = None

    @property
    def period(self) -> sp.Expr:
        """Length of the shortest closed path around it, the distance of images."""
        raise NotImplementedError

    @property
    def turn(self) -> sp.Expr:
        """Phase of a path that winds round it once."""
        return sp.S.Zero

    @property
    def surface(self) -> sp.Expr:
        """Weight of the mode n = 0 beyond what images give it; 0 for running waves."""
        return sp.S.Zero if self.first is None else (1 - 2 * self.first) / self.period


@dataclass(frozen=True)
class Closed(Axis):
    """An axis closed upon itself: q = (2 pi n + phase)/circumference, with n any whole number.

    Parameters
    ----------
    circumference : number or sympy.Expr
        Default the symbol ``L``.
    phase : number or sympy.Expr
        Phase of a Cooperon that goes round once: 4 pi Phi/Phi_0 with a flux Phi, Phi_0 = h/e. Default 0.

    Raises
    ------
    InputError
        For a circumference that is not positive, or a phase that is not real.

    Examples
    --------
    >>> Closed(s.L, sp.pi).turn, Closed(s.L, 4 * sp.pi).turn, Closed().surface
    (pi, 0, 0)
    """

    circumference: Any = s.L
    phase: Any = 0

    statement: ClassVar[str] = "closed upon itself: a path that goes round gathers the phase of the flux"

    def __post_init__(self) -> None:
        around = positive(self.circumference, "circumference", "Closed(cooperon.symbols.L)")
        phase = expression(self.phase, "phase", "4*pi*Phi/Phi_0")
        if phase.is_real is False:
            raise InputError(f"phase = {phase}", expected="a real phase", hint="4*pi*Phi/Phi_0")
        object.__setattr__(self, "circumference", around)
        object.__setattr__(self, "phase", phase)

    @property
    def period(self) -> sp.Expr:
        """Distance of images: the circumference."""
        return self.circumference

    @property
    def turn(self) -> sp.Expr:
        """Phase of a path that winds round once; 0 for whole turns."""
        return sp.S.Zero if sp.sin(self.phase / 2) == 0 else self.phase


@dataclass(frozen=True)
class _Between(Axis):
    """An axis between two ends."""

    length: Any = s.L

    def __post_init__(self) -> None:
        hint = f"{type(self).__name__}(cooperon.symbols.L)"
        object.__setattr__(self, "length", positive(self.length, "length", hint))

    @property
    def period(self) -> sp.Expr:
        """Distance of images: there and back."""
        return 2 * self.length


@dataclass(frozen=True)
class Walls(_Between):
    """An axis between two walls that reflect: q = pi n/length, n = 0, 1, ...

    Parameters
    ----------
    length : number or sympy.Expr
        Distance of the walls; default the symbol ``L``.

    Examples
    --------
    >>> Walls(s.width).period, Walls(s.width).surface
    (2*width, 1/(2*width))
    """

    statement: ClassVar[str] = "between walls that reflect; averaged over the position between them"
    first: ClassVar[int | None] = 0


@dataclass(frozen=True)
class Leads(_Between):
    """An axis between two leads, where interference ends: q = pi n/length, n = 1, 2, ...

    Parameters
    ----------
    length : number or sympy.Expr
        Distance of the leads; default the symbol ``L``.

    Examples
    --------
    >>> Leads().period, Leads().surface
    (2*L, -1/(2*L))
    """

    statement: ClassVar[str] = (
        "between leads: a path that enters one does not come back; averaged over the position between them"
    )
    first: ClassVar[int | None] = 1
