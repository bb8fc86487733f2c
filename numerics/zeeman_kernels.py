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

Here each is a :class:`~cooperon.numerics.curves.Curve`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.numerics.curves import LOGARITHM, Curve, curve_values

__all__ = ["ZEEMAN", "zeeman_2d", "zeeman_2d_slope", "zeeman_3d", "zeeman_3d_slope"]

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
    return _of_splitting("zeeman_2d", h)


def zeeman_2d_slope(h: npt.ArrayLike) -> Any:
    """Return the derivative of g_2 by h; relative error below 3e-15.

    Examples
    --------
    >>> print(f"{zeeman_2d_slope(1e4).item():.10f}")
    0.0001000000
    """
    return _of_splitting("zeeman_2d_slope", h) / _TURN


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
    return _of_splitting("zeeman_3d", h)


def zeeman_3d_slope(h: npt.ArrayLike) -> Any:
    """Return the derivative of g_3 by h; relative error below 3e-15.

    Examples
    --------
    >>> print(f"{zeeman_3d_slope(1e4).item():.10f}")
    0.0050000001
    """
    return _of_splitting("zeeman_3d_slope", h) / _TURN


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


def _logarithm() -> tuple[tuple[Any, Any], ...]:
    import mpmath

    return ((1, LOGARITHM), (1 + mpmath.euler, 0))


def _root() -> tuple[tuple[Any, Any], ...]:
    import mpmath

    return (
        (mpmath.sqrt(2 * mpmath.pi), 0.5),
        (mpmath.sqrt(mpmath.pi) / 2 * mpmath.zeta(0.5), 0),
    )


ZEEMAN: Mapping[str, Curve] = {
    "zeeman_2d": Curve(_two, _logarithm, -2.0, 2),
    "zeeman_2d_slope": Curve(_two_slope, tuple, -1.0, 1),
    "zeeman_3d": Curve(_three, _root, -1.5, 2),
    "zeeman_3d_slope": Curve(_three_slope, tuple, -0.5, 1),
}
"""The functions of x = h/(2 pi); slopes by x."""


def _of_splitting(name: str, h: npt.ArrayLike) -> Any:
    return curve_values(ZEEMAN[name], np.asarray(h, dtype=float) / _TURN)
