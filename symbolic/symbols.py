"""The symbols of all formulas: one definition each, with assumptions, dimension and meaning.

``cooperon.symbols.tau_phi`` is a sympy symbol whose name is ``"tau_phi"``. All are real; all but the
harmonics w_1, w_2 of scattering, F0, F, gamma_2, the voltage V and the angle theta are positive.
Conventions: e > 0 is the size of the charge; h = 2 pi hbar; the density of states ``nu`` is per spin (and
valley) and per volume.

Examples
--------
>>> tau_phi.name, str(dimension(D))
('tau_phi', 'm^2 s^-1')
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.symbolic.dimensions import DIMENSIONLESS, Dimension

__all__ = ["TABLE", "Entry", "dimension", "dimensions", "latex_names", "lookup", "names"]


@dataclass(frozen=True)
class Entry:
    """One line of the table of symbols."""

    symbol: sp.Symbol
    latex: str
    dimension: Dimension
    meaning: str


TABLE: dict[str, Entry] = {}

_LENGTH = Dimension(length=1)
_TIME = Dimension(time=1)
_ENERGY = Dimension(mass=1, length=2, time=-2)


def _define(
    name: str, latex: str, measured_in: Dimension, meaning: str, *, signed: bool = False
) -> sp.Symbol:
    symbol = sp.Symbol(name, real=True) if signed else sp.Symbol(name, positive=True)
    TABLE[name] = Entry(symbol, latex, measured_in, meaning)
    return symbol


d = _define("d", "d", DIMENSIONLESS, "dimension of space")
p = _define("p", "p", DIMENSIONLESS, "exponent of temperature in the dephasing rate")
g = _define("g", "g", DIMENSIONLESS, "dimensionless conductance")

e = _define("e", "e", Dimension(current=1, time=1), "size of the electron's charge")
hbar = _define("hbar", r"\hbar", _ENERGY * _TIME, "Planck constant over 2 pi")
h = _define("h", "h", _ENERGY * _TIME, "Planck constant")
k_B = _define("k_B", r"k_{\mathrm{B}}", _ENERGY / Dimension(temperature=1), "Boltzmann constant")

m = _define("m", "m", Dimension(mass=1), "effective mass")
n = _define("n", "n", _LENGTH**-d, "density of electrons, all spins")
nu = _define("nu", r"\nu", _ENERGY**-1 * _LENGTH**-d, "density of states per spin and volume")
k_F = _define("k_F", r"k_{\mathrm{F}}", _LENGTH**-1, "Fermi wave number")
v_F = _define("v_F", r"v_{\mathrm{F}}", _LENGTH / _TIME, "Fermi velocity")

tau = _define("tau", r"\tau", _TIME, "elastic lifetime")
ell = _define("ell", r"\ell", _LENGTH, "mean free path, v_F tau")
tau_tr = _define("tau_tr", r"\tau_{\mathrm{tr}}", _TIME, "transport time, tau/(1 - w_1)")
w_1 = _define("w_1", "w_1", DIMENSIONLESS, "first harmonic of the scattering rate", signed=True)
w_2 = _define("w_2", "w_2", DIMENSIONLESS, "second harmonic of the scattering rate", signed=True)
D = _define("D", "D", _LENGTH**2 / _TIME, "diffusion constant, v_F**2 tau_tr/d")
D_x = _define("D_x", "D_x", _LENGTH**2 / _TIME, "diffusion constant along the principal axis x")
D_y = _define("D_y", "D_y", _LENGTH**2 / _TIME, "diffusion constant along the principal axis y")
D_z = _define("D_z", "D_z", _LENGTH**2 / _TIME, "diffusion constant along the principal axis z")

tau_phi = _define("tau_phi", r"\tau_{\phi}", _TIME, "phase-coherence time")
L_phi = _define("L_phi", r"L_{\phi}", _LENGTH, "phase-coherence length, sqrt(D tau_phi)")
tau_so = _define("tau_so", r"\tau_{\mathrm{so}}", _TIME, "spin-orbit scattering time, all axes together")
tau_so_x = _define("tau_so_x", r"\tau_{\mathrm{so},x}", _TIME, "spin-orbit scattering time of the x axis")
tau_so_y = _define("tau_so_y", r"\tau_{\mathrm{so},y}", _TIME, "spin-orbit scattering time of the y axis")
tau_so_z = _define("tau_so_z", r"\tau_{\mathrm{so},z}", _TIME, "spin-orbit scattering time of the z axis")
tau_s = _define("tau_s", r"\tau_{\mathrm{s}}", _TIME, "magnetic scattering time, all axes together")
tau_s_x = _define("tau_s_x", r"\tau_{\mathrm{s},x}", _TIME, "magnetic scattering time of the x axis")
tau_s_y = _define("tau_s_y", r"\tau_{\mathrm{s},y}", _TIME, "magnetic scattering time of the y axis")
tau_s_z = _define("tau_s_z", r"\tau_{\mathrm{s},z}", _TIME, "magnetic scattering time of the z axis")
tau_phi_0 = _define("tau_phi_0", r"\tau_{\phi 0}", _TIME, "phase-coherence time at temperature T_0")
tau_ep_0 = _define("tau_ep_0", r"\tau_{\mathrm{ep},0}", _TIME, "electron-phonon time at temperature T_0")

T = _define("T", "T", Dimension(temperature=1), "temperature")
T_0 = _define("T_0", "T_0", Dimension(temperature=1), "reference temperature of a power law")
_FIELD = Dimension(mass=1, time=-2, current=-1)
B = _define("B", "B", _FIELD, "magnetic field")
Delta_B = _define("Delta_B", r"\Delta_{B}", _FIELD, "by how much two magnetic fields differ")
B_phi = _define("B_phi", r"B_{\phi}", _FIELD, "field of phase coherence, hbar/(4 e D tau_phi)")
B_so = _define("B_so", r"B_{\mathrm{so}}", _FIELD, "field of spin-orbit scattering, hbar/(4 e D tau_so)")
B_s = _define("B_s", r"B_{\mathrm{s}}", _FIELD, "field of magnetic scattering, hbar/(4 e D tau_s)")
B_e = _define("B_e", r"B_{\mathrm{e}}", _FIELD, "field of the lifetime, hbar/(4 e D tau)")
mu_B = _define("mu_B", r"\mu_{\mathrm{B}}", _ENERGY / _FIELD, "Bohr magneton")
g_L = _define("g_L", r"g_{\mathrm{L}}", DIMENSIONLESS, "Lande factor of the electrons, in g_L mu_B B")
theta = _define("theta", r"\theta", DIMENSIONLESS, "angle of the field with the plane of a film", signed=True)
V = _define("V", "V", _ENERGY / Dimension(current=1, time=1), "voltage across a tunnel junction", signed=True)
F0 = _define(
    "F0", r"F_0^{\sigma}", DIMENSIONLESS, "Fermi-liquid constant of the triplet channel", signed=True
)
F = _define(
    "F", "F", DIMENSIONLESS, "interaction averaged over the Fermi surface, -2 F0/(1 + F0)", signed=True
)
gamma_2 = _define(
    "gamma_2",
    r"\gamma_2",
    DIMENSIONLESS,
    "static amplitude of the triplet channel, -F0/(1 + F0)",
    signed=True,
)
stoner = _define("stoner", "S", DIMENSIONLESS, "Stoner enhancement of the spin susceptibility, 1/(1 + F0)")
U_0 = _define("U_0", "U_0", _ENERGY * _LENGTH**d, "strength of a short-range interaction")
kappa = _define("kappa", r"\kappa", _LENGTH**-1, "inverse screening length")
omega = _define("omega", r"\omega", _TIME**-1, "angular frequency")
L = _define("L", "L", _LENGTH, "size of the sample; length of a wire, circumference of a ring or cylinder")
Omega = _define(
    "Omega", r"\Omega", _TIME**-1, "Matsubara frequency of an interaction line, 2 pi m k_B T/hbar"
)
omega_n = _define("omega_n", r"\omega_n", _TIME**-1, "Matsubara frequency of the field, 2 pi n k_B T/hbar")
width = _define("width", "w", _LENGTH, "width of a wire")
thickness = _define("thickness", "a", _LENGTH, "thickness of a film, a wire or a wall")

q = _define("q", "q", _LENGTH**-1, "slow wave number of a diffuson or Cooperon")
t = _define("t", "t", _TIME, "time")
r = _define("r", "r", _LENGTH, "distance")
xi = _define("xi", r"\xi", _ENERGY, "energy measured from the Fermi energy")
L_loc = _define(
    "L_loc",
    r"\xi_{\mathrm{loc}}",
    _LENGTH,
    "localization length; at a frequency omega sqrt(i D(omega)/omega)",
)


def names() -> tuple[str, ...]:
    """Names of all symbols, in the order of the table.

    Examples
    --------
    >>> names()[:4]
    ('d', 'p', 'g', 'e')
    """
    return tuple(TABLE)


def lookup(name: str) -> sp.Symbol:
    """Return the symbol of a name.

    Parameters
    ----------
    name : str
        One of :func:`names`.

    Raises
    ------
    InputError
        When no symbol has this name; the message lists the names there are.

    Examples
    --------
    >>> lookup("tau_phi")
    tau_phi
    """
    return _entry(name).symbol


def dimension(symbol: sp.Symbol) -> Dimension:
    """Physical dimension of one of the symbols of this module.

    Parameters
    ----------
    symbol : Symbol
        One of them.

    Raises
    ------
    InputError
        When it is not one of them.

    Examples
    --------
    >>> print(dimension(D))
    m^2 s^-1
    """
    return _entry(symbol.name).dimension


def _entry(name: str) -> Entry:
    if not isinstance(name, str) or name not in TABLE:
        raise InputError(f"the name {name!r}", expected="one of " + ", ".join(TABLE))
    return TABLE[name]


def dimensions() -> dict[sp.Symbol, Dimension]:
    """Physical dimension of every symbol, for :func:`~cooperon.symbolic.dimensions.dimension_of`.

    Examples
    --------
    >>> print(dimensions()[B])
    kg s^-2 A^-1
    """
    return {entry.symbol: entry.dimension for entry in TABLE.values()}


def latex_names() -> dict[sp.Symbol, str]:
    r"""How each symbol is typeset, for sympy's ``latex(..., symbol_names=...)``.

    Examples
    --------
    >>> print(latex_names()[tau_phi])
    \tau_{\phi}
    """
    return {entry.symbol: entry.latex for entry in TABLE.values()}


def __dir__() -> list[str]:
    return sorted([*__all__, *TABLE])
