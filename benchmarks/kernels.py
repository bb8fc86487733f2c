"""Array functions against the nearest ones of scipy: time a value, and the error beside it.

python benchmarks/kernels.py [number of values]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt
from scipy import special

from cooperon.numerics import bessel, field_kernels, kernels, shape_kernels
from cooperon.numerics.fluctuation_kernels import larkin_beta
from cooperon.numerics.zeeman_kernels import zeeman_2d, zeeman_3d

VALUES = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
REPEATS = 5
CHECKED = 200
SLOW = 20
"""How many times fewer values are timed of what takes microseconds."""
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Row:
    """A kernel, what scipy has in its place, and the exact function of an mpmath number where it is quick."""

    name: str
    kernel: Callable[[Array], Any]
    library: Callable[[Array], Any] | None
    exact: Callable[[Any], Any] | None
    lower: float = 1e-4
    upper: float = 1e4
    fewer: int = 1


def rest(s: float) -> Callable[[Any], Any]:
    """zeta(s, 1/2 + x) - x**(1-s)/(s-1)."""
    return lambda x: mpmath.zeta(s, x + 0.5) - x ** (1 - mpmath.mpf(s)) / (s - 1)


def zeeman(x: Any) -> Any:
    """The closed form of g_2."""
    z = mpmath.mpc(1, x / (2 * mpmath.pi))
    return mpmath.euler + mpmath.re(mpmath.psi(0, z) + (z - 1) * mpmath.psi(1, z))


def zeeman_3(x: Any) -> Any:
    """The closed form of g_3."""
    z, half = mpmath.mpc(1, x / (2 * mpmath.pi)), mpmath.mpf(1) / 2
    levels = mpmath.zeta(half) - mpmath.zeta(half, z) + (z - 1) * mpmath.zeta(3 * half, z)
    return mpmath.sqrt(mpmath.pi) / 2 * mpmath.re(levels)


ROWS = (
    Row(
        "digamma(1/2 + x) - ln x",
        field_kernels.digamma_rest,
        lambda x: special.digamma(0.5 + x) - np.log(x),
        lambda x: mpmath.digamma(x + 0.5) - mpmath.log(x),
    ),
    Row("zeta(1/2, 1/2 + x) + 2 sqrt(x)", lambda x: field_kernels.zeta_rest(0.5, x), None, rest(0.5)),
    Row(
        "zeta(3/2, 1/2 + x) - 2/sqrt(x)",
        lambda x: field_kernels.zeta_rest(1.5, x),
        lambda x: special.zeta(1.5, 0.5 + x) - 2 / np.sqrt(x),
        rest(1.5),
    ),
    *(
        Row(
            f"2F1(1, {a}; {1 + a}; -x)",
            lambda x, a=a: kernels.hyp2f1_radial(a, x),
            lambda x, a=a: special.hyp2f1(1, a, 1 + a, -x),
            lambda x, a=a: mpmath.hyp2f1(1, a, 1 + mpmath.mpf(a), -x),
            fewer=SLOW,
        )
        for a in (0.5, 1.0, 1.5, 2.0)
    ),
    Row("E_1(x)", lambda x: kernels.expint(1, x), special.exp1, mpmath.e1, 1e-4, 600),
    Row(
        "E_2(x)",
        lambda x: kernels.expint(2, x),
        lambda x: special.expn(2, x),
        lambda x: mpmath.expint(2, x),
        1e-4,
        600,
    ),
    Row("E_3/2(x)", lambda x: kernels.expint(1.5, x), None, lambda x: mpmath.expint(1.5, x), 1e-4, 600),
    Row(
        "Gamma(1/2, x)",
        lambda x: kernels.upper_gamma(0.5, x),
        lambda x: special.gammaincc(0.5, x) * special.gamma(0.5),
        lambda x: mpmath.gammainc(0.5, x),
        1e-4,
        600,
    ),
    Row(
        "K_0(x)", lambda x: bessel.besselk(0, x), special.k0, lambda x: mpmath.besselk(0, x), 1e-4, 600, SLOW
    ),
    Row(
        "K_1/4(x)",
        lambda x: bessel.besselk(0.25, x),
        lambda x: special.kv(0.25, x),
        lambda x: mpmath.besselk(0.25, x),
        1e-4,
        600,
    ),
    Row(
        "(x coth x - 1)/x**2",
        shape_kernels.langevin,
        lambda x: (x / np.tanh(x) - 1) / x**2,
        lambda x: (x * mpmath.coth(x) - 1) / x**2,
    ),
    Row("Zeeman, two dimensions", zeeman_2d, None, zeeman),
    Row("Zeeman, three dimensions", zeeman_3d, None, zeeman_3),
    Row("Larkin's beta", larkin_beta, None, None, 1e-9, 27),
)


def nanoseconds(function: Callable[[Array], Any], x: Array) -> float:
    """Median of the processor's time a value."""
    function(x[:10])
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        function(x)
        times.append(time.process_time() - start)
    return float(np.median(times)) / x.size * 1e9


def error(function: Callable[[Array], Any], exact: Callable[[Any], Any] | None, x: Array) -> str:
    """Largest relative error at some of the values."""
    if exact is None:
        return f"{'':9s}"
    with mpmath.workdps(50):
        true = [exact(mpmath.mpf(float(value))) for value in x]
        found = np.asarray(function(x), dtype=float).tolist()
        worst = max(float(abs(mpmath.mpf(v) / t - 1)) for v, t in zip(found, true, strict=True))
        return f"{worst:9.0e}"


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(0)
    print(f"{VALUES} values in random order; ns a value, largest relative error at {CHECKED} of them")
    print(f"{'':32s}{'here':>8s}{'error':>9s}{'scipy':>9s}{'error':>9s}{'ratio':>7s}")
    for row in ROWS:
        x = np.exp(rng.uniform(np.log(row.lower), np.log(row.upper), VALUES))
        some = x[:CHECKED]
        ours = nanoseconds(row.kernel, x)
        line = f"{row.name:32s}{ours:8.1f}{error(row.kernel, row.exact, some)}"
        if row.library is not None:
            with np.errstate(all="ignore"):
                theirs = nanoseconds(row.library, x[:: row.fewer])
                line += f"{theirs:9.1f}{error(row.library, row.exact, some)}{theirs / ours:7.1f}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
