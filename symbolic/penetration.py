r"""What a magnetic field does in a thin shape: an extra gap of the Cooperon, and a phase around a ring.

Where a metal is thin the Cooperon is constant across, and a field that gets in between its walls adds the
rate 1/tau_B to the gap. A flux through a ring or a cylinder is felt as a phase around it. The Landau levels
of a field upright on a film or in the bulk are another matter: they replace q**2 and add nothing here.

References
----------
B. L. Al'tshuler and A. G. Aronov, JETP Lett. 33, 499 (1981): films and wires. A. G. Aronov and Yu. V.
Sharvin, Rev. Mod. Phys. 59, 755 (1987): the field inside a cylinder's wall.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.cross_sections import disc_across, disc_along, outcome, rectangle_along, slab
from cooperon.symbolic.derivation import Step
from cooperon.symbolic.fields import Field, ParallelField, PerpendicularField, TiltedField
from cooperon.symbolic.flux_cancellation import ballistic_rate
from cooperon.symbolic.formula import Assumption
from cooperon.symbolic.geometry import Bulk, Cylinder, Film, Geometry, Ring, Wire
from cooperon.symbolic.metal import Metal

__all__ = ["Penetration", "penetration"]

_MAGNETIC_LENGTH = sp.sqrt(s.hbar / (s.e * s.B))
_STRAIGHT = "diffusive"


@dataclass(frozen=True)
class Penetration:
    """What a field does to the Cooperon beside Landau levels.

    Attributes
    ----------
    rate : sympy.Expr
        1/tau_B, which adds to the gap of every channel.
    flux_phase : sympy.Expr
        Phase of the Cooperon once around a ring or a cylinder, 2 pi times 2 Phi/Phi_0 with Phi_0 = h/e.
    steps : tuple of Step
        Where they come from.
    assumptions : tuple of Assumption
        When they hold.
    levels : bool
        Whether the field makes Landau levels of q**2 instead.
    """

    rate: sp.Expr = sp.S.Zero
    flux_phase: sp.Expr = sp.S.Zero
    steps: tuple[Step, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    levels: bool = False


_NO_ROOM = Penetration(
    steps=(Step("no room", sp.S.Zero, sp.S.Zero, "the field does not get in between walls without distance"),)
)


def penetration(metal: Metal) -> Penetration:
    """Derive what the metal's field does within its shape.

    Lengths are the symbols of :mod:`cooperon.symbolic.symbols`, whatever their values; a length that is
    None is too small for the field to get in.

    Parameters
    ----------
    metal : Metal
        With a field and a geometry.

    Returns
    -------
    Penetration
        Without a field, and where the field makes Landau levels, all is 0.

    Raises
    ------
    InputError
        Where a field of this direction has no meaning for the shape, or what it does is not known.

    Notes
    -----
    To first order in A**2 the lowest transverse mode alone counts, also where others are summed without a
    field (a film in three dimensions, a wire in two): their gaps are larger by far. A wire with ``boundary``
    other than ``"diffusive"`` is a strip of electrons that move in a plane: dim=2.

    Examples
    --------
    >>> penetration(Metal(dim=1, geometry=Wire(), field=PerpendicularField())).rate
    B**2*D*e**2*width**2/(3*hbar**2)
    >>> penetration(Metal(dim=1, geometry=Ring(), field=PerpendicularField())).flux_phase
    B*L**2*e/(2*pi*hbar)
    """
    require(metal, Metal, "metal", "cp.Metal(dim=2, geometry=cp.Film(), field=cp.ParallelField())")
    if metal.field is None:
        return Penetration()
    kinds = (type(metal.field), type(metal.geometry))
    if kinds in _LANDAU_LEVELS:
        return Penetration(levels=True)
    if kinds not in _RULES:
        known = ", ".join(f"{shape.__name__} with {field.__name__}" for field, shape in _RULES)
        raise _refusal(metal, f"one of {known}")
    return _RULES[kinds](metal, metal.geometry)


def _refusal(metal: Metal, expected: str, hint: str = "") -> InputError:
    return InputError(
        f"{metal.field} in a metal with geometry = {metal.geometry} and dim = {metal.dim}", expected, hint
    )


def _film(metal: Metal, film: Film) -> Penetration:
    if film.thickness is None:
        return _NO_ROOM
    return _lowest_mode(metal, slab(s.thickness), (s.thickness,))


def _tilted(metal: Metal, shape: Film | Bulk) -> Penetration:
    """Let the component upright on the film make levels, and the other one get in between the walls."""
    if metal.dim != _PLANE:
        raise _refusal(
            metal,
            "a thin film, dim = 2",
            "in three dimensions the direction does not matter: field=cooperon.PerpendicularField()",
        )
    inside = _film(metal, shape) if isinstance(shape, Film) else _NO_ROOM
    component = {s.B: metal.field.in_plane}  # type: ignore[union-attr]
    steps = tuple(
        replace(step, lhs=step.lhs.xreplace(component), rhs=step.rhs.xreplace(component))
        for step in inside.steps
    )
    return replace(
        inside,
        rate=inside.rate.xreplace(component),
        steps=steps,
        assumptions=tuple(
            one if one.condition is None else replace(one, condition=one.condition.xreplace(component))
            for one in inside.assumptions
        ),
        levels=True,
    )


def _wire_across(metal: Metal, wire: Wire) -> Penetration:
    if wire.boundary != _STRAIGHT:
        return _ballistic_strip(metal, wire)
    if wire.width is None:
        return _NO_ROOM
    steps = {"rectangular": slab, "round": disc_across}[wire.section](s.width)
    return _lowest_mode(metal, steps, (s.width,))


def _wire_along(metal: Metal, wire: Wire) -> Penetration:
    if wire.boundary != _STRAIGHT:
        raise _refusal(
            metal,
            "PerpendicularField(): walls closer than the mean free path are known for a strip only",
            "field=cooperon.PerpendicularField()",
        )
    if wire.width is None or (wire.section == "rectangular" and wire.thickness is None):
        return _NO_ROOM
    if wire.section == "round":
        return _lowest_mode(metal, disc_along(s.width), (s.width,))
    return _lowest_mode(metal, rectangle_along(s.width, s.thickness), (s.width, s.thickness))


def _ring(metal: Metal, ring: Ring) -> Penetration:
    return _around(metal, ring.width, s.width, "of the arm")


def _cylinder(metal: Metal, cylinder: Cylinder) -> Penetration:
    return _around(metal, cylinder.thickness, s.thickness, "of the wall")


def _around(metal: Metal, given: sp.Expr | None, size: sp.Symbol, what: str) -> Penetration:
    """Flux through a circle of the circumference L, and the field within the metal around it."""
    flux = _flux_step()
    if given is None:
        return Penetration(flux_phase=flux.rhs, steps=(flux,))
    inside = _lowest_mode(metal, slab(size), (size,))
    small = Assumption(f"{size} {what} << L: the flux is that through the middle", size < s.L)
    return Penetration(inside.rate, flux.rhs, (flux, *inside.steps), (*inside.assumptions, small))


def _flux_step() -> Step:
    radius, rho = s.L / (2 * sp.pi), sp.Symbol("rho", positive=True)
    flux = sp.Integral(2 * sp.pi * rho * s.B, (rho, 0, radius))
    return Step(
        "flux",
        2 * s.e / s.hbar * flux,
        2 * s.e / s.hbar * flux.doit(),
        "the phase around: 2 e/hbar times the flux through a circle of the circumference L",
    )


def _lowest_mode(metal: Metal, steps: tuple[Step, ...], sizes: Iterable[sp.Symbol]) -> Penetration:
    """Put a rate together with the conditions under which the Cooperon is constant across."""
    assumptions = [
        Assumption(
            "the field adds D (2 e/hbar)**2 <A**2> to the gap: first order, for the mode that is constant "
            "across"
        )
    ]
    for size in sizes:
        assumptions += [
            Assumption(f"{size} << sqrt(hbar/(e B)), the magnetic length", size < _MAGNETIC_LENGTH),
            Assumption(f"{size} >> ell: diffusion also across", s.ell < size),
        ]
        if metal.dephasing is not None:
            assumptions.append(Assumption(f"{size} << L_phi: thin", size < s.L_phi))
    return Penetration(outcome(steps), steps=steps, assumptions=tuple(assumptions))


def _ballistic_strip(metal: Metal, wire: Wire) -> Penetration:
    planar = metal.dim == _PLANE and wire.section == "rectangular"
    if not planar or metal.potential.harmonics:
        raise _refusal(
            metal,
            f'with boundary = "{wire.boundary}" a rectangular wire, dim = 2, and isotropic scattering: '
            "flights of electrons in the plane of a strip",
            "dim=2, scattering=[cooperon.Potential()]",
        )
    if wire.width is None:
        return _NO_ROOM
    steps = ballistic_rate(wire.boundary)
    assumptions = (
        Assumption("width << ell: electrons fly from wall to wall", s.width < s.ell),
        Assumption("width << sqrt(hbar/(e B)), the magnetic length", s.width < _MAGNETIC_LENGTH),
        Assumption(
            "between a weak and a strong field (e B width ell << hbar, >> hbar) the times tau_B of both are "
            f"added up; sampled paths have a tau_B that is shorter there, by up to {_SHORTER[wire.boundary]}"
        ),
        _ALONG[wire.boundary],
    )
    return Penetration(steps[-1].lhs, steps=steps, assumptions=assumptions)


_PLANE = 2
_SHORTER = {"specular": "a quarter", "diffuse": "an eighth"}
"""Measured: tests/test_trajectories.py holds the interpolation against sampled paths."""
_ALONG = {
    "specular": Assumption("D is v_F ell/2: mirrors do not change diffusion along the strip"),
    "diffuse": Assumption(
        "D is the diffusion constant along the strip, which diffuse walls make smaller than v_F ell/2",
        s.v_F * s.ell / 2 > s.D,
    ),
}

_LANDAU_LEVELS = frozenset({(PerpendicularField, Bulk), (PerpendicularField, Film)})
_RULES: Mapping[tuple[type[Field], type[Geometry]], Callable[[Metal, Any], Penetration]] = {
    (PerpendicularField, Wire): _wire_across,
    (PerpendicularField, Ring): _ring,
    (ParallelField, Film): _film,
    (TiltedField, Film): _tilted,
    (TiltedField, Bulk): _tilted,
    (ParallelField, Wire): _wire_along,
    (ParallelField, Cylinder): _cylinder,
}
