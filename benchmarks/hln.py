"""The magnetoconductivity of Hikami, Larkin and Nagaoka with three digammas: time and error of several ways.

Numpy and scipy by hand, sympy.lambdify, formula.lambdify with numpy and with numba, and C where a compiler
is there, on one core, B_i/B from 2e-4 to 1e4. Medians of one run, and ratios to the hand-written one.

python benchmarks/hln.py [number of points ...]
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import mpmath
import numpy as np
import numpy.typing as npt
import sympy as sp
from scipy import special

import cooperon as cp
from cooperon.numerics.lambdify import lambdify

REPEATS = 7
NUMBERS = {"B_phi": 1.0, "tau_so_x": 0.4, "tau_so_z": 1.5, "D": 0.25, "e": 1.0, "hbar": 1.0}
POINTS = 100

C_SOURCE = """
#include <math.h>
static inline double rest(double x) {
    double sum = 0.0, z = x + 8.0;
    double product = 1.0, slope = 0.0;
    for (int k = 0; k < 8; k++) { double t = x + 0.5 + k; slope = slope*t + product; product *= t; }
    sum = slope/product;
    double u = 1.0/(z*z);
    double series = u*(1.0/24 - u*(7.0/960 - u*(31.0/8064 - u*(127.0/30720 - u*(511.0/67584
        - u*(1414477.0/67092480))))));
    return series + log(z/x) - sum;
}
void hln(const double *field, double *result, long n, const double *b, const double *w) {
    for (long i = 0; i < n; i++) {
        double y = 1.0/field[i];
        result[i] = w[0]*rest(b[0]*y) + w[1]*rest(b[1]*y) + w[2]*rest(b[2]*y);
    }
}
"""

Array = npt.NDArray[np.float64]
Way = Callable[[Array], Array]


def three_digammas() -> sp.Expr:
    """Derive the formula in fields; two of the three rates of spin-orbit scattering are equal."""
    metal = cp.Metal(dim=2, scattering=[cp.SpinOrbit(axes="xyz")], field=cp.PerpendicularField())
    derived = cp.magnetoconductivity(metal).in_convention("HLN").expr
    return derived.xreplace({cp.symbols.tau_so_y: cp.symbols.tau_so_x})


def fields_and_weights() -> tuple[list[float], list[float]]:
    """Return the three fields and their weights, for those who write the formula by hand."""
    spin = {x: 1 / (2 * NUMBERS["D"] * NUMBERS[f"tau_so_{x}"]) for x in "xz"}
    fields = [NUMBERS["B_phi"] + more for more in (0.0, 2 * spin["x"], spin["x"] + spin["z"])]
    return fields, [weight / (4 * np.pi**2) for weight in (-1.0, 1.0, 2.0)]


def by_hand(values: Array) -> Array:
    """Numpy and scipy as most people write them."""
    result = np.zeros_like(values)
    for field, weight in zip(*fields_and_weights(), strict=True):
        x = field / values
        result += weight * (special.digamma(0.5 + x) - np.log(x))
    return result


def exact(value: float) -> tuple[float, float]:
    """Return the value and its largest term, by mpmath at 60 digits."""
    with mpmath.workdps(60):
        terms = [
            weight * (mpmath.digamma(mpmath.mpf(field) / value + 0.5) - mpmath.log(mpmath.mpf(field) / value))
            for field, weight in zip(*fields_and_weights(), strict=True)
        ]
        return float(sum(terms)), float(max(map(abs, terms)))


def in_c(folder: Path) -> Way | None:
    """Compile the formula written in C; None without a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    source, library = folder / "hln.c", folder / "hln.so"
    source.write_text(C_SOURCE, encoding="utf-8")
    flags = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, str(source), "-o", str(library), "-lm"], check=True)
    function = ctypes.CDLL(str(library)).hln
    numbers = [np.array(x) for x in fields_and_weights()]

    def evaluate(values: Array) -> Array:
        result = np.empty_like(values)
        pointers = [x.ctypes.data_as(ctypes.c_void_p) for x in (values, result)]
        given = [x.ctypes.data_as(ctypes.c_void_p) for x in numbers]
        function(*pointers, ctypes.c_long(values.size), *given)
        return result

    return evaluate


def ways(folder: Path) -> Iterator[tuple[str, Way]]:
    """All ways of evaluating the formula that this machine has."""
    expr = three_digammas()
    used = sorted(expr.free_symbols, key=str)
    plain = sp.lambdify(used, expr, ["scipy", "numpy"])
    yield "numpy and scipy by hand", by_hand
    yield (
        "sympy.lambdify",
        lambda values: plain(*(values if str(x) == "B" else NUMBERS[str(x)] for x in used)),
    )
    rest = {str(x): NUMBERS[str(x)] for x in used if str(x) != "B"}
    for backend in ("numpy", *(["numba"] if find_spec("numba") else [])):
        for checks in (True, False):
            function = lambdify(expr, ["B"], backend=backend, checks=checks)
            name = f"cooperon, {backend}" + ("" if checks else ", no checks")
            yield name, lambda values, function=function: function(values, **rest)
    compiled = in_c(folder)
    if compiled is not None:
        yield "C, -O3 -ffast-math", compiled


def seconds(function: Way, values: Array) -> float:
    """Return the median of some calls, after one that is not counted."""
    function(values)
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        function(values)
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def error(function: Way, values: Array) -> float:
    """Return the largest error at some of many points, against the largest term of the formula."""
    chosen = np.linspace(0, values.size - 1, POINTS).astype(int)
    result = function(values)[chosen]
    true = [exact(float(value)) for value in values[chosen]]
    return max(abs(a - b) / scale for a, (b, scale) in zip(result, true, strict=True))


def memory(function: Way, values: Array) -> float:
    """Return the most memory in use beyond the input, in bytes a point."""
    tracemalloc.start()
    function(values)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / values.size


def main() -> None:
    """Print a line a way, for each number of points."""
    sizes = [int(float(x)) for x in sys.argv[1:]] or [1_000_000, 10_000_000]
    highest = fields_and_weights()[0][0]
    for size in sizes:
        values = highest / np.geomspace(2e-4, 1e4, size)
        print(f"{size} points, one core, median of {REPEATS} calls")
        print(f"  {'':28}{'ns/point':>9}{'ratio':>8}{'error':>10}{'bytes/point':>13}")
        with tempfile.TemporaryDirectory() as folder:
            by_hand_takes = None
            for name, function in ways(Path(folder)):
                taken = seconds(function, values)
                by_hand_takes = by_hand_takes or taken
                row = f"{taken / size * 1e9:9.1f}{taken / by_hand_takes:8.2f}{error(function, values):10.1e}"
                print(f"  {name:28}{row}{memory(function, values):13.0f}")


if __name__ == "__main__":
    main()
