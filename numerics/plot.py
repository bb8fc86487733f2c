"""Figures, on given matplotlib axes and nothing global.

Examples
--------
>>> import cooperon as cp
>>> film = cp.Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12, T=1.0)
>>> axes = cp.plot.resistance(cp.Metal(dim=2, dephasing=cp.PowerLaw(1)), film)
>>> axes.get_xscale()
'log'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import AssumptionError, InputError
from cooperon.numerics.constants import conductance_quantum
from cooperon.numerics.field_curves import field_curves
from cooperon.numerics.plot_curves import fit, formula, new_axes, sweep
from cooperon.numerics.plot_flow import beta_function, flow
from cooperon.numerics.plot_separate import separate
from cooperon.numerics.sample import Sample, numbers_for
from cooperon.numerics.translate import array_function
from cooperon.symbolic import symbols as s
from cooperon.symbolic.metal import Metal

if TYPE_CHECKING:
    import sympy as sp
    from matplotlib.axes import Axes

    from cooperon.symbolic.formula import Formula

__all__ = [
    "beta_function",
    "fit",
    "flow",
    "formula",
    "magnetoconductance",
    "resistance",
    "separate",
    "sweep",
]

_POINTS = 201
_DECADES = 1.0
# Without a range given, temperatures end where tau_phi comes down to this many tau.
_LEAST_COHERENCE = 3.0


def resistance(
    metal: Metal | Formula,
    sample: Sample,
    *,
    temperatures: npt.ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot the sheet resistance of a film against temperature, R(T) = 1/(sigma_0 + delta sigma(T)).

    Parameters
    ----------
    metal : Metal or Formula
        A two-dimensional metal with ``dephasing=PowerLaw(p)``, whose correction is derived with one
        loop; or the formula of a correction to sigma_0 of such a metal.
    sample : Sample
        The film, with its ``T`` and with tau_phi or L_phi at that temperature.
    temperatures : array_like, optional
        In kelvin; default one decade to both sides of the sample's T, as far as tau_phi > 3 tau.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the axes of a new figure, ``resistance(...).figure``.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        When the metal has another dimension or no power law, or a number is missing.
    AssumptionError
        When the correction is as large as sigma_0 itself.
    CooperonError
        When matplotlib is not installed.

    Examples
    --------
    >>> from cooperon.symbolic.dephasing import PowerLaw
    >>> film = Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12, T=4.2)
    >>> resistance(Metal(dim=2, dephasing=PowerLaw(1)), film).get_xlabel()
    'temperature (K)'
    """
    formula = _correction(metal)
    numbers = numbers_for(formula, sample, {})
    points = _default_range(formula, numbers) if temperatures is None else _checked(temperatures)
    drawn = new_axes() if ax is None else ax
    drawn.plot(points, _sheet_resistance(formula, sample, numbers, points), label="with weak localization")
    drawn.axhline(1 / sample.sigma_0, linestyle="--", color="0.5", label="classical (Drude)")
    drawn.set(xscale="log", xlabel="temperature (K)", ylabel=r"sheet resistance ($\Omega$)")
    drawn.legend()
    return drawn


def magnetoconductance(
    metal: Metal,
    sample: Sample | None = None,
    *,
    fields: npt.ArrayLike | None = None,
    cutoff: str = "diffusive",
    classical: bool = True,
    ax: Axes | None = None,
    **values: float,
) -> Axes:
    """Plot what a magnetic field changes of the conductivity, conductivity(B) - conductivity(0).

    Drawn are the whole, what each channel of the Cooperon adds to it (with its weight; triplets of one gap
    together), and the classical limit: the conductivity without interference, which lies by the quantum
    correction at B = 0 away from zero. The classical decrease of the conductivity, (omega_c tau)**2 of it, is
    beyond the formula, which assumes omega_c tau << 1.

    Parameters
    ----------
    metal : Metal
        A metal with a field.
    sample : Sample, optional
        Its numbers. Without a sample all of them are given by name.
    fields : array_like, optional
        In tesla, of either sign. Default: a sweep through zero, in which the formula holds, over a few times
        the fields that belong to the gaps of the channels, or over three periods of a flux.
    cutoff : str
        As in :func:`cooperon.magnetoconductivity`; the classical limit depends on it.
    classical : bool
        False leaves the classical limit out, which in two and more dimensions asks for tau.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default the axes of a new figure, ``magnetoconductance(...).figure``.
    **values : float
        Further numbers in SI units, by the names of the symbols (``tau_so=1e-12``, ``width=1e-7``), or other
        ones in place of the sample's. With ``omega`` the real part is drawn.

    Returns
    -------
    matplotlib.axes.Axes
        Conductivity in e**2/h per square in two dimensions, in e**2/h times micrometres in one, in S/m in
        three.

    Raises
    ------
    InputError
        When the metal has no field, or a number is missing.
    CooperonError
        When matplotlib is not installed.

    Examples
    --------
    >>> from cooperon.symbolic.fields import PerpendicularField
    >>> film = Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12)
    >>> axes = magnetoconductance(Metal(dim=2, field=PerpendicularField()), film)
    >>> axes.get_xlabel(), [line.get_label() for line in axes.get_lines()]
    ('magnetic field (T)', ['with the field', 'without interference (classical)'])
    """
    curves = field_curves(metal, sample, values, fields=fields, cutoff=cutoff, classical=classical)
    name, unit = _unit(metal.dim)
    drawn = new_axes() if ax is None else ax
    drawn.plot(curves.fields, curves.total / unit, label="with the field")
    for channel, part in curves.channels.items():
        drawn.plot(curves.fields, part / unit, linewidth=1, linestyle="-.", label=channel)
    if curves.classical is not None:
        label = "without interference (classical)"
        drawn.axhline(curves.classical / unit, linestyle="--", color="0.5", label=label)
    drawn.set(xlabel="magnetic field (T)", ylabel=rf"$\sigma(B) - \sigma(0)$ ({name})")
    drawn.legend(fontsize="small")
    return drawn


def _correction(metal: Metal | Formula) -> Formula:
    if isinstance(metal, Metal):
        from cooperon.symbolic.kubo import conductivity

        return _correction(conductivity(metal, loops=1))
    if metal.metal.dim != 2 or s.tau_phi not in metal.metal.relations:
        raise InputError(
            f"{metal.metal}",
            expected="a two-dimensional metal whose tau_phi depends on temperature",
            hint="cp.Metal(dim=2, dephasing=cp.PowerLaw(1))",
        )
    return metal


def _checked(temperatures: npt.ArrayLike) -> npt.NDArray[np.float64]:
    points = np.asarray(temperatures)
    if points.dtype.kind not in "iuf" or points.ndim != 1 or not (np.isfinite(points) & (points > 0)).all():
        raise InputError(f"temperatures = {temperatures!r}", expected="a list of positive numbers, in kelvin")
    return points.astype(float)


def _default_range(formula: Formula, numbers: dict[sp.Expr, float]) -> npt.NDArray[np.float64]:
    reference, law = numbers[s.T_0], formula.metal.relations[s.tau_phi]
    points = np.geomspace(reference / 10**_DECADES, reference * 10**_DECADES, _POINTS)
    known = {x: numbers[x] for x in law.free_symbols - {s.T}}
    coherence = array_function(law, (s.T, *known))(points, *known.values())
    return np.asarray(points[coherence > _LEAST_COHERENCE * numbers[s.tau]])


def _sheet_resistance(
    formula: Formula, sample: Sample, numbers: dict[sp.Expr, float], points: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    function = formula.lambdify("T", si=True)
    rest = {name: numbers[s.lookup(name)] for name in function.keywords}
    conductivity = sample.sigma_0 + function(points, **rest)
    if (conductivity <= 0).any():
        coldest = points[conductivity <= 0].max()
        raise AssumptionError(
            f"a correction as large as sigma_0 at T = {coldest:.4g} K",
            expected="a correction that is small against sigma_0",
            hint="higher temperatures, or a sample with a larger k_F ell",
        )
    return np.asarray(1 / conductivity)


def _unit(dim: sp.Expr) -> tuple[str, float]:
    """Name and size in SI of the unit in which a conductivity is drawn, by the dimension of space."""
    quantum = conductance_quantum()
    units = {
        1: (r"$e^2/h\ \mu\mathrm{m}$", 1e-6 * quantum),
        2: (r"$e^2/h$ per square", quantum),
        3: (r"S/m", 1.0),
    }
    return units.get(dim, (f"S m$^{{{2 - dim}}}$", 1.0))


def __dir__() -> list[str]:
    return sorted(__all__)
