"""Coherent backscattering: ladder and maximally crossed diagrams at and near exact backscattering."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from cooperon.diagrams import chord_diagram, resum, turn_round
from cooperon.diagrams.diagram import LineKind
from cooperon.symbolic import symbols as s
from cooperon.symbolic.assumptions import drude_assumptions
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.ladder import ladder
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.options import Options
from cooperon.symbolic.requests import Derived

__all__ = ["backscattering"]

_RUNGS = 2


def backscattering(metal: Metal) -> Formula:
    r"""Enhancement of scattering from k to k', q = \|k + k'\|, after paths of duration t.

    Turned round, the maximally crossed diagrams are the ladder with momentum q in place of 0. After
    paths of duration t the ladder carries weight 1, the crossed diagrams exp(-(D q**2 + 1/tau_phi) t): at
    exact backscattering, q = 0, and as long as phases hold, the intensity is twice the classical one.

    Parameters
    ----------
    metal : Metal
        Which metal; what it has beside a potential is refused.

    Returns
    -------
    Formula
        1 + exp(-t (D q**2 + 1/tau_phi)); ``leading()`` is its value at q = 0 for t << tau_phi, the factor 2.

    References
    ----------
    E. Akkermans and G. Montambaux, Mesoscopic Physics of Electrons and Photons (Cambridge, 2007), ch. 8.

    Examples
    --------
    >>> backscattering(Metal(dim=3)).leading()
    2
    """
    options = Options.read("diffusive", "tau_phi", None)
    return replace(_enhancement(metal, options), request=Derived(_enhancement, metal, options))


def _enhancement(metal: Metal, options: Options) -> Formula:
    straight = chord_diagram(_RUNGS, _RUNGS, tuple((i, 2 * _RUNGS - 1 - i) for i in range(_RUNGS)))
    crossed = turn_round(straight)
    diffuson = ladder(LineKind.DIFFUSON, metal, omega=s.omega)
    cooperon = options.slip.block(ladder(LineKind.COOPERON, metal, omega=s.omega))
    decays = [_decay(block.gap) for block in (diffuson, cooperon)]
    classical, interfering = decays[0].xreplace({s.q: sp.S.Zero}), decays[1]
    expr = sp.expand((classical + interfering) / classical)
    at_rest = expr.xreplace({s.q: sp.S.Zero}).subs(s.tau_phi, sp.oo)
    steps = (
        *(step for block in (diffuson, cooperon) for step in (*block.steps, _in_time(block.kind, block.gap))),
        Step(
            "ladder and crossed diagrams",
            (classical + interfering) / classical,
            expr,
            "the sum over the ladder alone",
        ),
    )
    return Formula(
        "backscattering enhancement",
        expr,
        at_rest,
        metal,
        (resum(straight), resum(crossed)),
        Derivation(tuple(dict.fromkeys(steps))),
        (
            *drude_assumptions(sp.S.Zero, metal.potential),
            Assumption("two scatterings or more: single scattering has no partner and is taken out"),
            Assumption("diffusion: t >> tau, q ell << 1", s.q * s.ell < 1),
        ),
        r"I(q)/I_{\mathrm{cl}}",
    )


def _decay(gap: sp.Expr) -> sp.Expr:
    """Weight of paths of duration t: the pole of a ladder, as a function of time."""
    return sp.exp(-(s.D * s.q**2 + gap.xreplace({s.omega: sp.S.Zero})) * s.t)


def _in_time(kind: LineKind, gap: sp.Expr) -> Step:
    oscillation = sp.exp(sp.I * s.omega * s.t)
    return Step(
        f"{kind} in time",
        sp.Integral(_decay(gap) * oscillation, (s.t, 0, sp.oo)),
        1 / (s.D * s.q**2 + gap),
        "the pole is the transform of a decaying weight of paths of duration t",
    )
