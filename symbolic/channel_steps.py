"""The pages of the channels of a ladder: one pole for each eigenvalue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import sympy as sp

from cooperon.diagrams.diagram import LineKind
from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.rules import impurity_line, ladder_series

if TYPE_CHECKING:
    from cooperon.symbolic.channels import Channel

__all__ = ["SLOW_RATES", "channel_poles"]

SLOW_RATES = (
    *(s.tau_phi, s.tau_phi_0, s.tau_ep_0),
    *(s.tau_so, s.tau_so_x, s.tau_so_y, s.tau_so_z, s.tau_s, s.tau_s_x, s.tau_s_y, s.tau_s_z),
)
"""Times that are long against tau: their rates are as small as D q**2."""


def channel_poles(kind: LineKind, rung: sp.Expr, channels: Sequence[Channel], gap: sp.Expr) -> Iterator[Step]:
    """Sum the ladder of each channel: a geometric series, and its pole where all rates are small.

    What a rung hands on without spin, and the gap that there is without spin scattering, are given.
    """
    line = impurity_line()
    for gaps in dict.fromkeys(one.gap for one in channels):
        names = ", ".join(one.name for one in channels if one.gap == gaps)
        handed_on = sp.expand(1 - s.tau * (gaps - gap))  # eigenvalue of the kernel times tau
        whole = line * handed_on / (1 - handed_on * rung)
        yield Step(
            f"Bethe-Salpeter equation ({kind}, {names})",
            ladder_series(line * handed_on, handed_on * rung),
            whole,
            "the kernel's eigenvalue in each rung: a geometric series",
        )
        pole = line / s.tau / (s.D * s.q**2 + gaps)
        scaling = ((s.q, 1), (s.omega, 2), *((time, -2) for time in SLOW_RATES))
        yield Step(
            f"diffusion pole ({kind}, {names})",
            whole,
            pole,
            "where the rates of the spins, of dephasing, omega and D q**2 are small against 1/tau",
            scaling,
            sp.Integer(2),
        )
