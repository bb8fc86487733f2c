"""Interaction corrections by quadrature of their integral over frequencies and momenta.

Nothing of the library takes part: what a channel adds is, with x the frequency over k_B T/hbar and D = 1,

    -(4 e**2/pi d hbar) int_0^oo dx d/dx[x coth(x/2)] Im int d^dq/(2 pi)^d 2 nu U q**2/(q**2 + gap - i x)**3.
"""

from itertools import pairwise

import mpmath as mp
import numpy as np
import sympy as sp

import cooperon as cp
from cooperon.numerics.evaluation import number

s = cp.symbols

COLD = {
    s.hbar: 1.3,
    s.k_B: 0.7,
    s.e: 1.1,
    s.D: 0.6,
    s.T: 0.9,
    s.tau: 0.02,
    s.F0: -0.45,
    s.U_0: 0.8,
    s.nu: 0.35,
}
COLD |= {s.g_L: 1.9, s.mu_B: 0.5, s.B: 1.7, s.tau_so: 0.4, s.tau_phi: 3.0}
WARM = COLD | {s.T: 2.1, s.F0: 0.8, s.U_0: 7.0, s.B: 0.4, s.hbar: 0.8, s.D: 1.7, s.tau_so: 3.0}
STRONG = COLD | {s.B: 12.0, s.F0: 1.6, s.tau_so: 0.02}
_HEIGHT = 3.0
"""The path runs this far above the real axis: the first pole of coth(x/2) lies at 2 pi i."""


def value(expr, point, **more):
    """An expression of the library in numbers."""
    put = point | {s.lookup(name): size for name, size in more.items()}
    found = number(expr, {symbol: sp.Float(str(size), 30) for symbol, size in put.items()})
    assert found.imag == 0
    return found.real


def close(one, other, digits=10):
    return abs(one - other) <= 10.0**-digits * abs(other)


def dimension(dim):
    return float(sp.Rational(dim))


def warmth(point):
    """k_B T/hbar."""
    return point[s.k_B] * point[s.T] / point[s.hbar]


def prefactor(dim, point):
    size = dimension(dim)
    momenta = (warmth(point) / point[s.D]) ** (size / 2 - 1)
    return -4 * point[s.e] ** 2 / (np.pi * size * point[s.hbar]) * momenta


def momentum(dim, strength, laplace, gap=0.0, *, screened=True):
    """The integral over q for every -i x in ``laplace``: the trapezoidal rule in ln q.

    ``strength`` is 2 nu U_0, infinite for complete screening.
    """
    size, laplace = dimension(dim), np.atleast_1d(np.asarray(laplace, dtype=complex))[:, None]
    scale = np.sqrt(np.abs(laplace) + np.abs(gap) + 1e-300)
    logs = np.arange(-60.0, 45.0, 0.09)[None, :]
    squared = (np.exp(logs) * scale) ** 2
    still, moving = squared + gap, squared + gap + laplace
    if np.isinf(strength):
        interaction = moving / still
    else:
        interaction = strength * (moving / ((1 + strength) * still + laplace) if screened else 1.0)
    area = 2 * np.pi ** (size / 2) / float(mp.gamma(size / 2)) / (2 * np.pi) ** size
    terms = squared ** (size / 2 + 1) / moving**3 * interaction
    return area * 0.09 * terms.sum(axis=1)


def thermal(x):
    """d/dx [x coth(x/2)] of complex x."""
    near = np.exp(-x)
    return (1 + near) / (1 - near) - 2 * x * near / (1 - near) ** 2


def _path(places, far):
    """Nodes and weights on the line i h + (0, 4**far)."""
    nodes, weights = np.polynomial.legendre.leggauss(100)
    near = {max(place + shift, 0.0) for place in places for shift in (-9, -3, 0, 3, 9)}
    edges = sorted({0.0, *near, *(4.0**k for k in range(-1, far + 1))})
    for low, high in pairwise(edges):
        yield (low + high + (high - low) * nodes) / 2 + 1j * _HEIGHT, (high - low) / 2 * weights


def over_frequencies(function, point, dim, places=(), far=15):
    """The integral over frequencies of a function of -i x that is real on the imaginary axis.

    It is done above the real axis, where nothing is singular.
    """
    total = sum(
        float(np.imag(weights @ (thermal(x) * function(-1j * x)))) for x, weights in _path(places, far)
    )
    return prefactor(dim, point) * total


def channel(dim, strength, point, damping=0.0):
    """A channel without a gap, with the weight 1/(1 - i omega tau): for d < 2, or with a tau above."""
    times = damping * warmth(point)
    return over_frequencies(lambda z: momentum(dim, strength, z) / (1 + z * times), point, dim, far=90)


def channel_of_temperature(dim, strength, point, gap=0.0):
    """A channel less its value at T = 0: on the real axis, where the thermal part ends it."""
    logs = np.arange(-90.0, 4.5, 0.02)
    x = np.exp(logs)
    size = gap / warmth(point)
    parts = np.concatenate(
        [np.imag(momentum(dim, strength, -1j * some, size)) for some in np.array_split(x, 20)]
    )
    terms = np.array([_less_one(each) for each in x]) * x * parts
    return prefactor(dim, point) * 0.02 * float(terms.sum())


def _less_one(x):
    near = mp.exp(-mp.mpf(x))
    return (
        float((1 + near) / (1 - near) - 2 * x * near / (1 - near) ** 2 - 1)
        if x > 1e-3
        else x / 3 - x**3 / 90 - 1
    )


def by_gaps(dim, strength, gaps, point, *, screened=True):
    """What gaps (in units of 1/time, in conjugate pairs) change of as many components."""
    sizes = [complex(gap) / warmth(point) for gap in gaps]

    def change(z):
        without = momentum(dim, strength, z, screened=screened)
        return sum(momentum(dim, strength, z, size, screened=screened) - without for size in sizes)

    bare = [(1 + strength) * size for size in sizes] if screened else []
    return over_frequencies(change, point, dim, {abs(size.imag) for size in [*sizes, *bare]})


def split(point, *, stoner=1.0):
    """The gaps of the two components that precess."""
    own = point[s.g_L] * point[s.mu_B] * point[s.B] / (point[s.hbar] * stoner)
    return [1j * own, -1j * own]
