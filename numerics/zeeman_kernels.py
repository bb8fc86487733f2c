r"""What Zeeman splitting does to the interaction correction, in two and in three dimensions.

With h the splitting over temperature, g mu_B B/(k_B T), and b(w) = w/(exp(w) - 1),

    g_2(h) = int_0^oo dw b''(w) ln|1 - h**2/w**2|
    g_3(h) = int_0^oo dw b''(w) [sqrt(w + h) + sqrt|w - h| - 2 sqrt(w)]        (Lee, Ramakrishnan 1985)

b has simple poles at w = 2 pi i n with residue w, so b'' has triple ones; the logarithm and the root are real
parts of functions analytic above the axis. Closing the contour there gives, with x = h/(2 pi),

    g_2 = sum over n >= 1 of [1/n - n (n**2 - x**2)/(n**2 + x**2)**2]
        = gamma + Re[psi(1 + i x) + i x psi'(1 + i x)]
    g_3 = (sqrt(pi)/2) Re sum over n >= 1 of [n**(-1/2) - n (n + i x)**(-3/2)]
        = (sqrt(pi)/2) Re[zeta(1/2) - zeta(1/2, 1 + i x) + i x zeta(3/2, 1 + i x)]

Here each is a few ratios of polynomials in x**2, and far out in 1/x**2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.ratios import Array, between, blockwise, in_pieces, outward

__all__ = ["zeeman_2d", "zeeman_2d_slope", "zeeman_3d", "zeeman_3d_slope"]

_BEGINS = (1.25, 2.5, 4.0, 6.0)
_SIZES = (9, 10, 10, 10, 5)
_TURN = 2 * np.pi


def zeeman_2d(h: npt.ArrayLike) -> Any:
    """Return g_2(h).

    Parameters
    ----------
    h : array_like
        Zeeman splitting over temperature, real; the function is even.

    Returns
    -------
    ndarray
        Relative error below 3e-15; 3 zeta(3) h**2/(4 pi**2) for small h, ln(h/(2 pi)) + gamma + 1 for
        large h.

    Examples
    --------
    >>> print(f"{zeeman_2d(1.0).item():.13f} {zeeman_2d(1e-100).item() * 1e200:.13f}")
    0.0881298994655 0.0913453711752
    """
    return blockwise(_of_splitting("two"), np.abs(h))


def zeeman_2d_slope(h: npt.ArrayLike) -> Any:
    """Return the derivative of g_2 by h; relative error below 3e-15.

    Examples
    --------
    >>> print(f"{zeeman_2d_slope(1e4).item():.10f}")
    0.0001000000
    """
    return np.sign(h) * blockwise(_of_splitting("two, slope"), np.abs(h)) / _TURN


def zeeman_3d(h: npt.ArrayLike) -> Any:
    """Return g_3(h).

    Parameters
    ----------
    h : array_like
        Zeeman splitting over temperature, real; the function is even.

    Returns
    -------
    ndarray
        Relative error below 3e-15; 15 sqrt(pi) zeta(5/2) h**2/(64 pi**2) for small h, sqrt(h) - 1.2942... for
        large h.

    Examples
    --------
    >>> print(f"{zeeman_3d(1.0).item():.13f} {zeeman_3d(1e20).item() - 1e10:.4f}")
    0.0550298350091 -1.2942
    """
    return blockwise(_of_splitting("three"), np.abs(h))


def zeeman_3d_slope(h: npt.ArrayLike) -> Any:
    """Return the derivative of g_3 by h; relative error below 3e-15.

    Examples
    --------
    >>> print(f"{zeeman_3d_slope(1e4).item():.10f}")
    0.0050000001
    """
    return np.sign(h) * blockwise(_of_splitting("three, slope"), np.abs(h)) / _TURN


@dataclass(frozen=True)
class _Kind:
    """A function of x = h/(2 pi): with mpmath, its power at zero, and what it tends to far out.

    Far out it is ``limit(x)`` and x**power times a series in x**(-2).
    """

    exact: Callable[[Any], Any]
    at_zero: int
    limit: Callable[[Any], Any]
    power: float


def _two(x: Any) -> Any:
    import mpmath

    z = mpmath.mpc(1, x)
    return mpmath.euler + mpmath.re(mpmath.psi(0, z) + 1j * x * mpmath.psi(1, z))


def _two_slope(x: Any) -> Any:
    import mpmath

    z = mpmath.mpc(1, x)
    return mpmath.re(2j * mpmath.psi(1, z) - x * mpmath.psi(2, z))


def _three(x: Any) -> Any:
    import mpmath

    z, half = mpmath.mpc(1, x), mpmath.mpf(1) / 2
    levels = mpmath.zeta(half) - mpmath.zeta(half, z) + 1j * x * mpmath.zeta(3 * half, z)
    return mpmath.sqrt(mpmath.pi) / 2 * mpmath.re(levels)


def _three_slope(x: Any) -> Any:
    import mpmath

    z, half = mpmath.mpc(1, x), mpmath.mpf(1) / 2
    levels = 3j * half * mpmath.zeta(3 * half, z) + 3 * half * x * mpmath.zeta(5 * half, z)
    return mpmath.sqrt(mpmath.pi) / 2 * mpmath.re(levels)


def _logarithm(x: Any) -> Any:
    """Logarithm: ln x + 1 + gamma, with mpmath or numpy."""
    if isinstance(x, np.ndarray):
        return np.log(x) + (1 + np.euler_gamma)
    import mpmath

    return mpmath.log(x) + 1 + mpmath.euler


def _root(x: Any) -> Any:
    """Root: sqrt(2 pi x) + (sqrt(pi)/2) zeta(1/2), with mpmath or numpy."""
    import mpmath

    constant = mpmath.sqrt(mpmath.pi) / 2 * mpmath.zeta(0.5)
    if isinstance(x, np.ndarray):
        return np.sqrt(_TURN * x) + float(constant)
    return mpmath.sqrt(2 * mpmath.pi * x) + constant


_KINDS = {
    "two": _Kind(_two, 2, _logarithm, -2),
    "two, slope": _Kind(_two_slope, 1, lambda _: 0, -1),
    "three": _Kind(_three, 2, _root, -1.5),
    "three, slope": _Kind(_three_slope, 1, lambda _: 0, -0.5),
}


def _of_splitting(name: str) -> Callable[[Array], Any]:
    """Return a kind of function of h; a piece is made when a place first falls into it."""

    def piece(number: int) -> Callable[[Array], Any]:
        def evaluate(x: Array) -> Any:
            return _piece(name, number)(x)

        return evaluate

    pieces = [piece(number) for number in range(len(_SIZES))]
    return lambda h: in_pieces(h / _TURN, _BEGINS, pieces)


@cache
def _piece(name: str, number: int) -> Callable[[Array], Any]:
    kind, last = _KINDS[name], len(_BEGINS)
    if number == last:
        return _far(kind)
    lower = _BEGINS[number - 1] if number else 0.0
    return _of_square(kind, lower, _BEGINS[number], _SIZES[number], 0 if number else kind.at_zero)


def _of_square(kind: _Kind, lower: float, upper: float, size: int, power: int) -> Callable[[Array], Any]:
    """Return x**power times a ratio in x**2."""
    import mpmath

    def smooth(y: Any) -> Any:
        x = mpmath.sqrt(y)
        return kind.exact(x) / x**power

    ratio = between(smooth, lower**2, upper**2, size)
    return lambda x: ratio(x * x) * x**power if power else ratio(x * x)


def _far(kind: _Kind) -> Callable[[Array], Any]:
    """Return what it tends to, and a ratio in x**(-2) beside it."""
    rest = outward(
        lambda x: (kind.exact(x) - kind.limit(x)) / x**kind.power, _BEGINS[-1], 4.0, _SIZES[-1], power=2
    )

    def evaluate(x: Array) -> Any:
        inverse = 1 / x
        return kind.limit(x) + rest(inverse * inverse) * inverse**-kind.power

    return evaluate
