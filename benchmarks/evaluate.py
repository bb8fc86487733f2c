"""Formulas as functions of arrays: ``formula.lambdify`` against ``sympy.lambdify`` on the same expression.

python benchmarks/evaluate.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import sympy as sp
from scipy import special

import cooperon as cp

VALUES = 1_000_000
REPEATS = 7
NUMBERS = {"e": 1.0, "hbar": 1.0, "D": 1.0, "nu": 1.0, "d": 1.9, "tau_so": 30.0, "tau_s": 200.0}

FORMULAS = {
    "d = 1, diffusive": cp.conductivity(cp.Metal(dim=1), loops=1),
    "d = 2, diffusive": cp.conductivity(cp.Metal(dim=2), loops=1),
    "d = 3, diffusive": cp.conductivity(cp.Metal(dim=3), loops=1),
    "d = 2, time": cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="time"),
    "symbolic d, window": cp.conductivity(cp.Metal(dim=cp.symbols.d), loops=1, cutoff="window"),
}

IN_A_FIELD = {
    f"d = {dim}, {name}": cp.magnetoconductivity(
        cp.Metal(dim=dim, scattering=mechanisms, field=cp.PerpendicularField())
    )
    for dim in (2, 3)
    for name, mechanisms in {
        "field": [cp.Potential()],
        "field and spins": [cp.Potential(), cp.SpinOrbit(), cp.Magnetic()],
    }.items()
}


def best(function: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some calls."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def by_sympy(formula: cp.Formula, tau_phi: np.ndarray) -> float | str:
    """Seconds of sympy.lambdify's function with scipy and numpy, or what it says instead."""
    symbols = sorted(formula.expr.free_symbols, key=str)
    function = sp.lambdify(symbols, formula.expr, ["scipy", "numpy"])
    given = NUMBERS | {"tau_phi": tau_phi, "tau": 1.0}
    arguments = [given[str(x)] for x in symbols]
    try:
        return best(lambda: function(*arguments))
    except NameError as error:
        return f"does not run: {error}".split(". ")[0]


def compare(name: str, formula: cp.Formula, tau_phi: np.ndarray) -> None:
    """Print one formula's times: with checks, without, and by sympy.lambdify."""
    watched = formula.lambdify("tau_phi", "tau")
    bare = formula.lambdify("tau_phi", "tau", checks=False)
    rest = {keyword: NUMBERS[keyword] for keyword in bare.keywords}
    with_checks = best(lambda: watched(tau_phi, 1.0, **rest))
    without = best(lambda: bare(tau_phi, 1.0, **rest))
    plain = by_sympy(formula, tau_phi)
    theirs = f"{plain * 1e3:5.1f} ms, ratio {plain / without:.2f}" if isinstance(plain, float) else plain
    ours = f"{with_checks * 1e3:5.1f} ms with checks, {without * 1e3:5.1f} ms without"
    print(f"  {name:20} {ours}; sympy.lambdify {theirs}")


def compare_in_a_field(name: str, formula: cp.Formula, fields: np.ndarray) -> None:
    """Print the time of a magnetoconductivity, and how many times that of scipy's digamma or zeta it is.

    scipy has no zeta function of the orders that occur; that of order 2 stands for it.
    """
    function = formula.lambdify("B", checks=False)
    rest = {keyword: (NUMBERS | {"tau_phi": 100.0})[keyword] for keyword in function.keywords}
    ours = best(lambda: function(fields, **rest))
    levels = 0.5 + 1 / (400.0 * fields)
    channels = len(formula.expr.atoms(sp.polygamma, sp.zeta))
    plain = special.digamma if formula.metal.dim == 2 else lambda x: special.zeta(2.0, x)
    theirs = channels * best(lambda: plain(levels))
    ratio = f"ratio {ours / theirs:.2f}"
    print(f"  {name:20} {ours * 1e3:5.1f} ms; scipy's function alone {theirs * 1e3:5.1f} ms, {ratio}")


def main() -> None:
    """Compare every formula."""
    tau_phi = np.geomspace(10.0, 1e4, VALUES)
    print(f"{VALUES} values of tau_phi, best of {REPEATS}")
    for name, formula in FORMULAS.items():
        compare(name, formula, tau_phi)
    print(f"{VALUES} fields from 1e-6 to 1e3 times that of phase coherence")
    for name, formula in IN_A_FIELD.items():
        compare_in_a_field(name, formula, np.geomspace(2.5e-9, 2.5, VALUES))


if __name__ == "__main__":
    main()
