"""Every formula of the library as a function of arrays, beside ``sympy.lambdify`` of the same expression.

Each formula that the atlas lists is evaluated over its field, or else its phase-coherence time, frequency or
size, with both on one core; printed are nanoseconds a value and their ratio, or what sympy's function says.

python benchmarks/evaluate.py [number of values]
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import sympy as sp

import cooperon as cp

REPEATS = 5
ALONG = {
    "B": (1e-4, 10.0),
    "tau_phi": (10.0, 1e4),
    "omega": (1e-3, 1.0),
    "L": (3.0, 300.0),
    "t": (1.0, 100.0),
}
# Numbers in units of hbar, e, D and the size of the sample.
NUMBERS = {
    "tau": 0.01,
    "ell": 0.1,
    "tau_phi": 20.0,
    "L": 9.0,
    "width": 3.0,
    "thickness": 2.0,
    "k_F": 40.0,
    "d": 2.3,
}
# Undone integrals and sums over levels take microseconds a value.
FEW = 1000


def median(function: Callable[[], object]) -> float:
    """Return the median seconds of some calls, after one that is not counted."""
    function()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def by_sympy(expr: sp.Expr, given: dict[str, object]) -> float | str:
    """Seconds of sympy.lambdify's function with scipy and numpy, or what it says instead."""
    symbols = sorted(expr.free_symbols, key=str)
    try:
        function = sp.lambdify(symbols, expr, ["scipy", "numpy"])
        arguments = [given[str(x)] for x in symbols]
        return median(lambda: function(*arguments))
    except Exception as error:  # whatever it says is the result
        return f"does not run: {type(error).__name__}: {error}".splitlines()[0][:60]


def compare(name: str, formula: cp.Formula, size: int) -> None:
    """Print a formula's line."""
    expr = formula.expr
    along = next((x for x in ALONG if x in map(str, expr.free_symbols)), None)
    if along is None:
        return
    undone = expr.has(sp.Integral, sp.Sum)
    values = np.geomspace(*ALONG[along], FEW if undone else size)
    given = {str(x): NUMBERS.get(str(x), 1.0) for x in expr.free_symbols} | {along: values}
    function = formula.lambdify(checks=False)
    ours = median(lambda: function(**given)) / values.size * 1e9
    plain = by_sympy(expr, given)
    theirs = (
        f"{plain / values.size * 1e9:9.1f}{plain / values.size * 1e9 / ours:8.2f}"
        if isinstance(plain, float)
        else f"  {plain}"
    )
    print(f"  {name:48.48} {along:8}{ours:10.1f}{theirs}")


def main() -> None:
    """Compare every formula of the atlas."""
    size = int(float(sys.argv[1])) if len(sys.argv) > 1 else 100_000
    print(f"{size} values ({FEW} where an integral or a sum is undone), one core, median of {REPEATS}")
    print(f"  {'formula':48} {'along':8}{'ns/value':>10}{'sympy':>9}{'ratio':>8}")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for entry in cp.atlas():
            result = eval(entry.call, {"cp": cp})
            if isinstance(result, cp.Formula):
                compare(f"{entry.category}: {entry.name}", result, size)


if __name__ == "__main__":
    main()
