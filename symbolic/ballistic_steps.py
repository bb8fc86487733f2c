"""The pages of one diagram with the exact kernel: Cooperon, box, Feynman rules, slow integral.

Closed paths need three scatterers. Those through two, the Cooperon of two lines in the bare box, are the
short crossed diagram, which belongs to the crossed diagrams of second order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams import Diagram
from cooperon.symbolic import symbols as s
from cooperon.symbolic.ballistic_box import box, box_faces
from cooperon.symbolic.ballistic_integral import LOSS, SIZE, Closed, closed_form
from cooperon.symbolic.ballistic_limits import Limits, without_differences
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.directions import direction_average, lost
from cooperon.symbolic.exact_ladder import ExactLadder
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import Integrand, feynman_rules, impurity_line, ladder_series
from cooperon.symbolic.slips import NO_SLIP, Slip
from cooperon.symbolic.slow import radial_measure
from cooperon.symbolic.slow_steps import LEADING

__all__ = [
    "SCATTERERS",
    "Setting",
    "diagram_steps",
    "opening_steps",
    "put_in",
    "slow_form",
    "tidy_logarithms",
    "vanishing_step",
]

SCATTERERS = 3
"""Scatterers on the shortest closed path."""

_SCALING = ((s.tau_phi, -2), (s.omega, 2), (s.k_F, -2))


@dataclass(frozen=True)
class Setting:
    """What all diagrams of one calculation share.

    Attributes
    ----------
    metal : Metal
        The metal.
    omega : sympy.Expr
        Frequency.
    cooperon : ExactLadder
        The Cooperon, not expanded.
    largest_q : sympy.Expr
        Upper end of the slow integral, or infinity.
    slip : Slip
        A mistake made on purpose; default none.
    """

    metal: Metal
    omega: sp.Expr
    cooperon: ExactLadder
    largest_q: sp.Expr
    slip: Slip = NO_SLIP

    @property
    def loss(self) -> sp.Expr:
        """The Cooperon's z."""
        return self.cooperon.loss

    @property
    def gap(self) -> sp.Expr:
        """What ends long paths, z - 1."""
        return sp.expand(self.loss - 1)


def diagram_steps(diagram: Diagram, setting: Setting) -> tuple[Step, ...]:
    """Evaluate a diagram with one slow momentum; the last step is its leading form, or says that it is 0."""
    rules = setting.slip.integrand(feynman_rules(diagram, setting.metal))
    vanishing = vanishing_step(rules)
    return (vanishing,) if vanishing is not None else tuple(_steps(rules, setting))


def vanishing_step(rules: Integrand) -> Step | None:
    """Find a face that is odd under a turn of k whatever q is: a ladder at a current vertex."""
    for face, loop in zip(box_faces(rules), rules.fast, strict=True):
        if len({offset for _, offset in face.lines}) == 1 and face.along():
            reason = "odd under a turn of k: a ladder at a current vertex (the vertex correction) drops out"
            return Step("vanishing polygon", loop.unevaluated(rules.metal), sp.S.Zero, reason)
    return None


def _steps(rules: Integrand, setting: Setting) -> Iterator[Step]:
    """Write the pages of a diagram that does not vanish."""
    opening = tuple(opening_steps(rules, setting))
    yield from opening
    integrand = opening[-1].rhs
    if setting.loss == 1:
        exact = _in_numbers(integrand, rules.metal.dim)
        yield Step("what a rung loses", integrand, exact, "1 - Pi as a series without its leading 1")
        integrand = exact
    yield from _slow(integrand, rules, setting)


def opening_steps(rules: Integrand, setting: Setting) -> Iterator[Step]:
    """Write the pages up to the integrand over q: Cooperon, box, Feynman rules."""
    yield from setting.cooperon.steps
    lines = SCATTERERS - rules.diagram.order
    yield _cooperon(lines, setting.cooperon)
    found = box(rules, omega=setting.omega, loss=setting.loss)
    yield from found.steps
    undone, integrand = _feynman(rules, found.value, lines, setting.loss)
    reason = f"hbar/(2 pi), charges, the trace over spin, {rules.metal.spin_degeneracy}; box, Cooperon; "
    yield Step("Feynman rules", undone, integrand, reason + "an average over the directions of q: 1/d")


def _cooperon(lines: int, ladder: ExactLadder) -> Step:
    return Step(
        f"Cooperon from {lines} lines on",
        ladder_series(impurity_line(), ladder.rung, start=lines - 1),
        _from(lines, ladder.rung),
        f"closed paths through {SCATTERERS} scatterers and more; with two they are the crossed diagrams of "
        "second order",
    )


def _from(lines: int, rung: sp.Expr) -> sp.Expr:
    return impurity_line() * rung ** (lines - 1) / (1 - rung)


def _feynman(rules: Integrand, value: sp.Expr, lines: int, loss: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return the integrand over q as the rules give it, and in ell in place of v_F."""
    block = _from(lines, direction_average(s.q * s.ell, loss, rules.metal.dim))
    factors = (rules.prefactor / rules.metal.dim, value, block)
    return sp.Mul(*factors, evaluate=False), sp.prod(factors).xreplace({s.v_F: s.ell / s.tau})


def _in_numbers(integrand: sp.Expr, dim: sp.Expr) -> sp.Expr:
    size = s.q * s.ell
    return integrand.xreplace({1 - direction_average(size, 1, dim): lost(size, dim)})


def slow_form(rules: Integrand, omega: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return what stands before the slow integral and its integrand in x = q ell and z, measure included."""
    dim = rules.metal.dim
    template = box(rules, omega=omega, loss=LOSS).value
    integrand = _feynman(rules, template, SCATTERERS - rules.diagram.order, LOSS)[1]
    radial = radial_measure(dim) * s.q ** (dim - 1)
    in_size = (radial * integrand / s.ell).xreplace({s.q: SIZE / s.ell})
    weight, shape = in_size.as_independent(SIZE, LOSS, as_Add=False)
    return weight, shape


def _slow(integrand: sp.Expr, rules: Integrand, setting: Setting) -> Iterator[Step]:
    """Integrate over q: in x = q ell, by a substitution where there is one; then the leading form."""
    dim = setting.metal.dim
    radial = radial_measure(dim) * s.q ** (dim - 1)
    weight, shape = slow_form(rules, setting.omega)
    closed = closed_form(shape)
    upper = setting.largest_q * s.ell
    shown = without_differences(shape, dim) if setting.loss == 1 else shape
    exact = put_in(weight, sp.Integral(shown, (SIZE, 0, upper)), setting)
    end = "q < k_F; " if upper.is_finite else ""
    yield Step(
        "slow integral",
        sp.Integral(radial * integrand, (s.q, 0, setting.largest_q)),
        exact,
        end + "x = q ell",
    )
    if closed is not None:
        yield from _carried_out(weight, exact, closed, setting)
        exact = put_in(weight, closed.value, setting)
    yield _leading(weight, exact, Limits(shape, dim, closed), setting)


def _carried_out(weight: sp.Expr, undone: sp.Expr, closed: Closed, setting: Setting) -> Iterator[Step]:
    substituted = put_in(weight, closed.substituted, setting)
    if substituted != undone:
        yield Step("substitution", undone, substituted, closed.reason)
    yield Step("integral in closed form", substituted, put_in(weight, closed.value, setting), closed.reason)


def _leading(weight: sp.Expr, exact: sp.Expr, limits: Limits, setting: Setting) -> Step:
    form = limits.leading(setting.gap, setting.largest_q * s.ell)
    value = put_in(weight.subs(s.omega, 0), sp.expand_mul(form.expr, deep=False), setting)
    small = "tau/tau_phi -> 0" + ", omega tau -> 0 alike" * (setting.omega != 0)
    large = ", k_F ell -> oo" if setting.largest_q != sp.oo else ""
    reason = f"for {small}{large}: the terms down to the first that knows what ends long paths"
    return Step(LEADING, exact, value, reason, _SCALING, form.order)


def put_in(weight: sp.Expr, integral: sp.Expr, setting: Setting) -> sp.Expr:
    """Multiply a weight and an integral; put z in, write ell as sqrt(d D tau), and multiply out."""
    dim = setting.metal.dim
    product = sp.expand_mul(weight * integral.xreplace({LOSS: setting.loss}), deep=False)
    return tidy_logarithms(product.xreplace({s.ell: sp.sqrt(dim * s.D * s.tau)}))


def tidy_logarithms(expr: sp.Expr) -> sp.Expr:
    """Write the arguments of real logarithms as sums: ln(1 + tau_phi/tau)."""
    if expr.has(sp.I):
        return expr
    return expr.replace(sp.log, lambda argument: sp.log(sp.expand(sp.cancel(argument))))
