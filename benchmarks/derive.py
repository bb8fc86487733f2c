"""How long a formula takes: every row of the table of results, from the graphs to the closed form.

Each row is derived in interpreters of its own, after ``import cooperon`` and with nothing cached. Then
the fast integral is held against ``sympy.integrate`` on the same integrand.

    python benchmarks/derive.py
"""

from __future__ import annotations

import cmath
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import sympy as sp

import cooperon as cp

ALLOWED = 0.3  # seconds a row
WANTED = 300  # times faster than sympy.integrate
RUNS = 3  # fresh interpreters a row
REPEATS = 200
LIFETIME = sp.Rational(7, 10)

WL = "cp.conductivity(cp.Metal(dim={}), loops=1{})"
RATIO = "({} / cp.conductivity(cp.Metal(dim={}), loops=0))"
MEAN_FREE_PATH = ', cutoff="mean_free_path"'

ROWS = {
    "Drude, any d": "cp.conductivity(cp.Metal(dim=cp.symbols.d), loops=0)",
    "Drude, d = 2, by density": 'cp.conductivity(cp.Metal(dim=2), loops=0).in_terms_of("n", "tau", "m")',
    "Drude, d = 3, by density": 'cp.conductivity(cp.Metal(dim=3), loops=0).in_terms_of("n", "tau", "m")',
    "d = 1, diffusive": WL.format(1, ""),
    "d = 2, diffusive": WL.format(2, ""),
    "d = 2, mean free path": WL.format(2, MEAN_FREE_PATH),
    "d = 2, time": WL.format(2, ', cutoff="time"'),
    "d = 2, return probability": WL.format(2, ', cutoff="time", route="return_probability"'),
    "d = 3, diffusive": WL.format(3, ""),
    "symbolic d, time": WL.format("cp.symbols.d", ', cutoff="time"'),
    "symbolic d, window": WL.format("cp.symbols.d", ', cutoff="window"'),
    "symbolic d, dimensional": WL.format("cp.symbols.d", ', cutoff="dimensional"'),
    "d = 2, wl/drude": RATIO.format(WL.format(2, ""), 2),
    "d = 3, wl/drude": RATIO.format(WL.format(3, MEAN_FREE_PATH), 3),
    "d = 5/2, diffusive": WL.format("2.5", ""),
    "spinless, d = 2": "cp.conductivity(cp.Metal(dim=2, spin=0), loops=1)",
}

IN_A_FRESH_INTERPRETER = """
import time
import cooperon as cp
start = time.perf_counter()
formula = {}
seconds = time.perf_counter() - start
print(seconds)
print(formula.leading())
"""


def derive(source: str) -> tuple[float, str]:
    """Return the seconds that a formula takes (median) and its leading form."""
    code = IN_A_FRESH_INTERPRETER.format(source)
    outputs = []
    for _ in range(RUNS):
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        outputs.append(run.stdout.splitlines())
    return statistics.median(float(seconds) for seconds, _ in outputs), outputs[0][1]


def clock(function: Callable[[], object], repeats: int) -> float:
    """Return the seconds of one call, on average."""
    start = time.perf_counter()
    for _ in range(repeats):
        function()
    return (time.perf_counter() - start) / repeats


def by_sympy(retarded: int, advanced: int, energy: sp.Expr) -> tuple[float, sp.Expr]:
    """Ask sympy for the integral of [1/(E-xi+i/2tau)]^m [1/(E-xi-i/2tau)]^n over xi (hbar = 1)."""
    xi = sp.Symbol("xi", real=True)
    width = sp.I / (2 * cp.symbols.tau)
    integrand = (energy - xi + width) ** -retarded * (energy - xi - width) ** -advanced
    start = time.perf_counter()
    value = sp.integrate(integrand, (xi, -sp.oo, sp.oo), conds="none")
    return time.perf_counter() - start, value


def correct(value: sp.Expr, exact: sp.Expr) -> bool:
    """Whether sympy's value is the right number at one lifetime and energy."""
    point = {cp.symbols.tau: LIFETIME, cp.symbols.hbar: 1, sp.Symbol("E", real=True): sp.Rational(1, 3)}
    found, wanted = (complex(sp.N(expr.subs(point))) for expr in (value, exact))
    return cmath.isclose(found, wanted, rel_tol=1e-9)


def rows() -> bool:
    """Print the table of rows; return whether each is fast enough."""
    print(f"from the graphs to the formula, after import, median of {RUNS} (allowed: {ALLOWED} s)")
    slowest = 0.0
    for name, source in ROWS.items():
        seconds, form = derive(source)
        slowest = max(slowest, seconds)
        print(f"  {name:26} {seconds:6.3f} s   {form}")
    print(f"  slowest: {slowest:.3f} s")
    return slowest < ALLOWED


def fast_integrals() -> bool:
    """Print the comparison with sympy.integrate; return whether every ratio is large enough."""
    print(f"\nfast integral of G_R^m G_A^n against sympy.integrate (wanted: {WANTED} times faster)")
    powers = ((1, 1), (2, 1), (2, 2), (3, 2))
    ratios = []
    for energy in (sp.S.Zero, sp.Symbol("E", real=True)):
        print(f"  at the energy {energy}:")
        ratios += [compare(m, n, energy) for m, n in powers]
    print(f"  smallest ratio: {min(ratios):.0f}")
    return min(ratios) >= WANTED


def compare(m: int, n: int, energy: sp.Expr) -> float:
    """Print one integral done both ways; return the ratio of the times."""
    exact = cp.fast_integral(retarded=m, advanced=n)
    ours = clock(lambda: cp.fast_integral(retarded=m, advanced=n), REPEATS)
    theirs, value = by_sympy(m, n, energy)
    shown = str(value) if len(str(value)) < 20 else f"{str(value)[:32]}..."
    verdict = "right" if correct(value, exact) else "WRONG"
    times = f"{ours * 1e6:4.0f} us against {theirs * 1e3:5.0f} ms, ratio {theirs / ours:6.0f}"
    print(f"    m={m} n={n}: {times}\n      cooperon: {exact}    sympy ({verdict}): {shown}")
    return theirs / ours


if __name__ == "__main__":
    sys.exit(0 if all([rows(), fast_integrals()]) else 1)
