r"""The exact kernel in a magnetic field: sums over the Landau levels of closed paths.

The diagrams, the boxes and the Cooperon are those without field. Every flight of the closed path becomes an
operator (:mod:`cooperon.symbolic.landau_levels`): one that does not see the current is diagonal, P_n, the two
of a dressed box that do lead to a neighbouring level and back, Q_n and Q_(n-1). The integral over q becomes a
sum over levels, each with e B/(pi hbar) states an area.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from cooperon.diagrams import Diagram
from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.ballistic_box import Face, box_faces
from cooperon.symbolic.ballistic_integral import LOSS, closed_form
from cooperon.symbolic.ballistic_limits import Limits
from cooperon.symbolic.ballistic_steps import (
    SCATTERERS,
    Setting,
    opening_steps,
    put_in,
    slow_form,
    vanishing_step,
)
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fast import energy_integral
from cooperon.symbolic.fields import PerpendicularField
from cooperon.symbolic.formula import Assumption
from cooperon.symbolic.landau_levels import LEVEL, FlightBetweenLevels, FlightInLevel, field_strength
from cooperon.symbolic.metal import Metal, require_plain
from cooperon.symbolic.rules import Integrand, feynman_rules, impurity_line
from cooperon.symbolic.slow import radial_measure
from cooperon.symbolic.slow_steps import LEADING

__all__ = ["PLANE", "field_assumptions", "flights", "level_steps", "require_levels"]

PLANE = sp.Integer(2)
"""Dimension in which a field leaves nothing but levels."""
_STAYS, _TURNS = sp.symbols("P Q", positive=True)
_X, _GAP = sp.symbols("x delta", positive=True)


def require_levels(metal: Metal) -> None:
    """Raise an InputError for a field, or for what else a metal has, that the exact kernel does not know.

    Examples
    --------
    >>> require_levels(Metal(dim=2, field=PerpendicularField()))
    """
    require_plain(metal.replace(field=None), 'kernel = "exact"')
    if metal.field is None:
        return
    if metal.dim != PLANE or not isinstance(metal.field, PerpendicularField):
        raise InputError(
            f'kernel = "exact" in {metal.dim} dimensions with field = {metal.field}',
            expected=f"a PerpendicularField in {PLANE} dimensions: every flight between Landau levels",
            hint="cp.Metal(dim=2, field=cp.PerpendicularField())",
        )


def field_assumptions(metal: Metal) -> tuple[Assumption, ...]:
    """Assumptions that a field adds: the field bends phases and not paths."""
    if metal.field is None:
        return ()
    return (
        Assumption(
            "flights are straight: e B tau/m << 1, which allows B up to k_F ell times hbar/(2 e ell**2)",
            s.e * s.B * s.tau < s.m,
        ),
    )


def level_steps(diagram: Diagram, setting: Setting) -> tuple[Step, ...]:
    """Evaluate a diagram with one slow momentum in a field; the last step is its leading form, or 0."""
    rules = setting.slip.integrand(feynman_rules(diagram, setting.metal))
    vanishing = vanishing_step(rules)
    return (vanishing,) if vanishing is not None else tuple(_steps(rules, setting))


def _steps(rules: Integrand, setting: Setting) -> Iterator[Step]:
    opening = tuple(opening_steps(rules, setting))
    yield from opening
    yield _flights_step(rules, setting, opening[-1].rhs)
    b = field_strength(setting.metal.dim)
    yield _level_step(FlightInLevel(LEVEL, b, setting.gap), "a flight in a level")
    if flights(rules, setting.omega).has(_TURNS):
        between = FlightBetweenLevels(LEVEL, b, setting.gap)
        yield _level_step(between, "a flight between levels, weighted with its direction")
    yield from _sum_steps(rules, setting)


def flights(rules: Integrand, omega: sp.Expr) -> sp.Expr:
    """Write a diagram in the amplitudes P of a flight and Q of one that is weighted with its direction.

    It is the integrand over q, with P = <1/(z + i q ell c)> and Q = i <c/(z + i q ell c)>.

    Examples
    --------
    >>> from cooperon.symbolic.kubo import families
    >>> flights(feynman_rules(families(1)[0], Metal(dim=2)), sp.S.Zero)
    -P**3*e**2*ell**2/(pi*hbar*(1 - P))
    """
    faces = sp.prod(_face(face, omega) for face in box_faces(rules))
    dressing = impurity_line() ** rules.diagram.order
    path = impurity_line() * _STAYS ** (SCATTERERS - rules.diagram.order - 1) / (1 - _STAYS)
    whole = rules.prefactor / rules.metal.dim * dressing * faces * path
    return whole.xreplace({s.v_F: s.ell / s.tau})


def _face(face: Face, omega: sp.Expr) -> sp.Expr:
    """Add up the flights of a face; one velocity turns with the flight, i c -> -Q for q along the flight."""
    amplitudes = (
        flight.weight * (sp.I * flight.offset * _TURNS if face.along() else _STAYS)
        for flight in face.flights(omega)
    )
    return s.nu * face.speed * energy_integral(1, 1) * sp.Add(*amplitudes)


def _flights_step(rules: Integrand, setting: Setting, integrand: sp.Expr) -> Step:
    """Averages over directions as averages over the length x ell of a flight, in the plane."""
    free, phase = sp.exp(-setting.loss * _X), s.q * s.ell * _X
    lengths = {
        letter: sp.Integral(free * sp.besselj(order, phase), (_X, 0, sp.oo))
        for letter, order in ((_STAYS, 0), (_TURNS, 1))
    }
    undone = flights(rules, setting.omega).xreplace(lengths)
    return Step(
        "flights",
        integrand,
        undone,
        "over the length x ell of a flight; averaged over directions",
    )


def _level_step(flight: FlightInLevel | FlightBetweenLevels, rule: str) -> Step:
    reason = (
        "the components of q do not commute, [q_x, q_y] = 2 i e B/hbar: along any direction q ell is the "
        "coordinate of an oscillator, times the root of 2 e B ell**2/hbar"
    )
    return Step(rule, flight.over_oscillator(), flight.doit(), reason)


def _sum_steps(rules: Integrand, setting: Setting) -> Iterator[Step]:
    dim, b = setting.metal.dim, field_strength(setting.metal.dim)
    weight, shape = slow_form(rules, setting.omega)
    limits = Limits(shape, dim, closed_form(shape))
    exact = _over_levels(rules, setting, b)
    if setting.loss != 1 and limits.closed is not None:
        yield Step(
            "sum over Landau levels",
            exact,
            put_in(weight, limits.closed.value, setting),
            "e B/(pi hbar) states an area in each of the levels P_n, Q_n; for B -> 0 the integral over q",
            ((s.B, 1),),
            sp.Integer(2),
        )
    yield from _leading(weight, exact, limits, setting, b)


def _over_levels(rules: Integrand, setting: Setting, b: sp.Expr) -> sp.Expr:
    """Sum over levels: q dq is the spacing of q**2/2; two turns lead up and back, or down and back."""
    measure = radial_measure(setting.metal.dim) / s.ell**2
    product = (measure * flights(rules, setting.omega)).xreplace({s.ell: sp.sqrt(2 * s.D * s.tau)})
    weight, shape = product.as_independent(_STAYS, _TURNS, as_Add=False)
    up, down = (FlightBetweenLevels(n, b, setting.gap) for n in (LEVEL, LEVEL - 1))
    pair = (up**2 + down**2) / 2
    in_level = shape.xreplace({_TURNS**2: pair, _STAYS: FlightInLevel(LEVEL, b, setting.gap)})
    return weight * sp.Sum(b * in_level, (LEVEL, 0, sp.oo))


def _leading(weight: sp.Expr, exact: sp.Expr, limits: Limits, setting: Setting, b: sp.Expr) -> Iterator[Step]:
    """Leading form in weak fields: the logarithm of the gap becomes that of the levels of the pole."""
    form = limits.leading(_GAP, sp.oo)
    of_levels = sp.log(b) + sp.polygamma(0, sp.Rational(1, 2) + setting.gap / b)
    value = form.expr.xreplace({sp.log(1 / _GAP): -of_levels})
    if value != form.expr:
        damped = sp.exp(-setting.gap * _X) * (b / 2) / sp.sinh(b * _X / 2)
        yield Step(
            "diffusive paths in a field",
            sp.Integral(sp.exp(-_X) / _X - damped, (_X, 0, sp.oo)),
            of_levels,
            "over the durations x tau of paths: without field the same is the logarithm of the gap, "
            "with it the levels of the diffusion pole add up to (b/2)/sinh(b x/2)",
        )
    put = sp.expand_mul(weight.subs(s.omega, 0) * value, deep=False)
    yield Step(
        LEADING,
        exact,
        put.xreplace({LOSS: setting.loss}),
        "for tau/tau_phi -> 0, B ell**2 -> 0 alike: the terms down to the first that knows them",
        ((s.tau_phi, -2), (s.omega, 2), (s.B, 2)),
        form.order,
    )
