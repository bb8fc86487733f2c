"""The pages of the self-consistent theory: D(omega) is put back into the Cooperon's diffusion pole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams.diagram import Diagram
from cooperon.diagrams.errors import DiagramError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.asymptotics import leading
from cooperon.symbolic.cutoffs import Cutoff
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.kubo import derive
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.options import Options
from cooperon.symbolic.slow import Pole
from cooperon.symbolic.slow_steps import leading_form, pole_steps

__all__ = ["Theory", "theory"]

_ORDERS = ((s.nu, -1),)
"""Weak disorder: a large density of states."""


@dataclass(frozen=True)
class Theory:
    """The self-consistent equation D(omega)/D = 1 - J, with -i omega/D(omega) = 1/L_loc**2 in J.

    Attributes
    ----------
    drude : Formula
        The conductivity without interference.
    diagrams : tuple of Diagram
        Those of weak localization.
    pole : Pole
        The integrand of J.
    exact, form : sympy.Expr
        J as a function of L_loc, and its leading form for L_loc much longer than the cutoff.
    order : sympy.Expr
        The relative error of the leading form vanishes as tau**order.
    steps : Derivation
        The pages down to J.
    """

    drude: Formula
    diagrams: tuple[Diagram, ...]
    pole: Pole
    exact: sp.Expr
    form: sp.Expr
    order: sp.Expr | None
    steps: Derivation


def theory(metal: Metal, cutoff: Cutoff) -> Theory:
    """Derive the self-consistent equation of a metal without dephasing from its weak localization.

    Examples
    --------
    >>> from cooperon.symbolic.cutoffs import find_cutoff
    >>> theory(Metal(dim=2, dephasing=None), find_cutoff("diffusive")).exact
    log(1 + L_loc**2/(D*tau))/(4*pi**2*D*hbar*nu)
    """
    drude = derive(metal, 0, Options(cutoff, "tau_phi", sp.S.Zero))
    correction = derive(metal, 1, Options(cutoff, "tau_phi", s.omega))
    pages = tuple(_down_to_the_pole(correction))
    kernel = _relative(pages[-1].rhs / drude.expr)
    pole = Pole(*_residue(kernel), sp.S.One / s.L_loc**2)
    *integral, _ = pole_steps(pole, metal.dim, cutoff, "tau_phi")
    exact = integral[-1].rhs
    form = leading(pole, metal.dim, cutoff, "tau_phi")
    shown = _powers(form.expr)
    order = None if sp.expand(shown - exact) == 0 else form.order
    steps = (
        *pages,
        Step(
            "relative change",
            sp.Mul(pages[-1].rhs, 1 / drude.expr, evaluate=False),
            kernel,
            "what each slow mode takes away, as a part of the Drude value",
        ),
        *_self_consistent(sp.cancel(correction.expr / drude.expr), kernel, pole),
        *integral,
        leading_form(
            exact,
            shown,
            order,
            "for a length L_loc far beyond the cutoff: the terms down to the first that knows it",
        ),
    )
    return Theory(drude, correction.diagrams, pole, exact, shown, order, drude.derivation + steps)


def _down_to_the_pole(correction: Formula) -> Iterator[Step]:
    """Take the pages of the correction down to what is to be integrated over q."""
    for step in correction.derivation:
        yield step
        if step.rule == "Feynman rules":
            return
    raise DiagramError(f"{correction!r}", expected="a correction with a slow integral")


def _relative(ratio: sp.Expr) -> sp.Expr:
    unit = sp.Symbol("i")
    return sp.cancel(ratio.xreplace({sp.I: unit})).xreplace({unit: sp.I})


def _residue(kernel: sp.Expr) -> tuple[sp.Expr, int, int]:
    """Read the strength of the pole off the kernel -c/(D q**2 - i omega): c/D."""
    strength = -sp.simplify(kernel.xreplace({s.q: sp.S.Zero}) * -sp.I * s.omega)
    return strength / s.D, 0, 1


def _self_consistent(change: sp.Expr, kernel: sp.Expr, pole: Pole) -> Iterator[Step]:
    yield Step(
        "relaxation kernel",
        1 / (1 - change),
        1 + change,
        "the correction is read as one of the resistance, D/D(omega) = 1 + (1/pi nu hbar) int 1/(D q**2 "
        "- i omega): the same to first order, and it keeps D(omega) positive",
        _ORDERS,
        sp.Integer(2),
    )
    renormalised = -sp.I * s.omega * s.L_loc**2
    yield Step(
        "self-consistency",
        sp.Mul(-renormalised / s.D, kernel.xreplace({s.D: renormalised}), evaluate=False),
        pole.coefficient / (s.q**2 + pole.gamma),
        "D(omega) = -i omega L_loc**2 takes the place of D in the pole; times D(omega)/D this is what "
        "D(omega)/D = 1 - int d^dq/(2 pi)^d (...) lacks to 1",
    )


def _powers(form: sp.Expr) -> sp.Expr:
    """Write the powers of L_loc as such."""
    return sp.Add(
        *(
            sp.powsimp(sp.powdenest(sp.expand_power_base(term, force=True), force=True))
            for term in sp.Add.make_args(form)
        )
    )
