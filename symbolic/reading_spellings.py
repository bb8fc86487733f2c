"""Tables of spellings: constants, other names of the symbols, what is no name at all."""

from __future__ import annotations

import sympy as sp

__all__ = ["ALIASES", "CONSTANTS", "INFINITE", "INTEGRATION_VARIABLES", "SAID", "SAME"]

CONSTANTS: dict[str, sp.Expr] = {
    "pi": sp.pi,
    "i": sp.I,
    "I": sp.I,
    "gamma_E": sp.EulerGamma,
    "EulerGamma": sp.EulerGamma,
    "Catalan": sp.Catalan,
    "G_Catalan": sp.Catalan,
}

ALIASES = {
    "l": "ell",
    "hslash": "hbar",
    "h_bar": "hbar",
    "kF": "k_F",
    "k_f": "k_F",
    "vF": "v_F",
    "v_f": "v_F",
    "kB": "k_B",
    "k_b": "k_B",
    "tauphi": "tau_phi",
    "Lphi": "L_phi",
    "T0": "T_0",
    "tau_phi0": "tau_phi_0",
    "imath": "i",
    "ell_phi": "L_phi",
    "l_phi": "L_phi",
    "tau_SO": "tau_so",
    "B_SO": "B_so",
    "w": "width",
    "a": "thickness",
    "F_0": "F0",
    "U0": "U_0",
    "muB": "mu_B",
    "gL": "g_L",
}
SAID = ("w", "a")

# Written before an integration variable, the letter d is a differential and not the dimension.
INTEGRATION_VARIABLES = ("q", "t", "r", "xi", "omega", "k", "x", "theta", "phi", "E", "p")

SAME = {"varphi": "phi", "varepsilon": "epsilon", "vartheta": "theta"}
INFINITE = ("infty", "oo", "infinity")
