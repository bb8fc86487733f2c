"""What a user may ask of an integral over slow momenta: cutoffs and the frequency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression
from cooperon.symbolic.cutoffs import Cutoff, find_cutoff, require_infrared
from cooperon.symbolic.slips import NO_SLIP, Slip

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    """How slow integrals are cut off, and the frequency."""

    cutoff: Cutoff
    infrared: str
    omega: sp.Expr
    change: bool = False
    """Whether only what the field changes is asked for."""
    channels: tuple[str, ...] | None = None
    """Names of the Cooperon's channels that are asked for; default all of them."""
    slip: Slip = NO_SLIP
    """A mistake made on purpose; default none."""

    @classmethod
    def read(cls, cutoff: object, infrared: object, omega: Any) -> Options:
        """Check what a user asked for."""
        require_infrared(infrared)
        hint = "omega=cooperon.symbols.omega"
        frequency = sp.S.Zero if omega is None else expression(omega, "omega", hint)
        if frequency != 0 and not (frequency.is_positive and frequency.has(s.omega)):
            expected = "None or cooperon.symbols.omega; numbers go into lambdify or evaluate"
            raise InputError(f"omega = {omega!r}", expected=expected, hint=hint)
        return cls(find_cutoff(cutoff), str(infrared), frequency)
