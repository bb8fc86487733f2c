"""The crossed diagram of second order in numbers: how small it is, and why.

An impurity line of white noise ties two points together, so a diagram is an integral over the distance
between its two impurities: with G(r) the averaged Green's function the crossed self-energy is
u² G(r)³, and one radial integral is left. Beyond a distance of 1/k_F, the integrand is
a sum of terms that oscillate each with a phase of its own; each is integrated along the
direction in which it decays.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from cooperon.diagrams.errors import InputError

__all__ = ["SecondOrder", "crossed_self_energy"]


@dataclass(frozen=True)
class SecondOrder:
    """The self-energies of second order on shell, for one value of k_F l.

    Rates and shifts are the real and the imaginary part of a self-energy divided by that of first order,
    -i hbar/2 tau: the relative change of the scattering rate, and a shift of the energy in units of
    hbar/2 tau.

    Attributes
    ----------
    k_F_ell, dim : float
        Disorder and dimension.
    ratio : float
        The crossed over the rainbow diagram with all lines on shell: with spectral functions in the place of
        Green's functions.
    crossed_rate, crossed_shift : float
        The crossed self-energy. For dim = 3 the shift diverges at short distances, and is infinite.
    rainbow_rate, rainbow_shift : float
        The rainbow self-energy; the real part of the inner self-energy is left out, it shifts the energy.
    vertex_rate : float
        What the three crossed vertex corrections add to tau delta(1/tau_tr), besides ``crossed_rate``.
    """

    k_F_ell: float  # noqa: N815
    dim: float
    ratio: float
    crossed_rate: float
    crossed_shift: float
    rainbow_rate: float
    rainbow_shift: float
    vertex_rate: float


def crossed_self_energy(k_F_ell: float, *, dim: float) -> SecondOrder:
    """Integrate the crossed and the rainbow self-energy of second order.

    With k = k_F + i/2l, white-noise disorder of strength u and a parabolic band::

        crossed = u² int d^dr exp(-i p·r) G(r)³,    |p| = k_F
        rainbow = u² int d^dr G(r)² (-i pi nu)
        G(r) = -(i m/2 hbar²) (k/2 pi r)^(d/2-1) H_(d/2-1)(k r)

    Parameters
    ----------
    k_F_ell : float
        k_F l, with l in the Born approximation; from 1 to 1e8.
    dim : float
        Dimension, 3 or from 2 to 2.9; between them the shift, which diverges for dim = 3, is not resolved.

    Returns
    -------
    SecondOrder

    Raises
    ------
    InputError
        When an argument is out of range.

    Notes
    -----
    The vertex corrections weigh the same product, with one of its three Green's functions on shell and
    those after it advanced, by minus the cosine of the scattering angle.

    With all lines on shell the crossed diagram is smaller than the rainbow by 1/(k_F l), in two dimensions
    times a logarithm: so much is phase space. The self-energies themselves have no
    logarithm, and the rainbow is as small as the crossed one, because the energy integrals of two retarded
    Green's functions have their poles on one side.

    Examples
    --------
    >>> three = crossed_self_energy(1000.0, dim=3)
    >>> [round(1000 * x, 2) for x in (three.ratio, three.crossed_rate, three.vertex_rate)]
    [1.56, 1.57, 0.52]
    """
    _require(k_F_ell, dim)
    ell, nu = float(k_F_ell), _sphere(dim) / (2 * math.pi) ** dim
    u = 1 / (2 * math.pi * nu * ell)
    retarded, advanced = _green(ell, dim)
    spectral = tuple(wave.times(factor) for wave, factor in ((retarded, 1j), (advanced, -1j)))
    plane, slope = _plane(dim, 0), _plane(dim, 1)

    def volume(*fields: _Field, part: _Part = complex) -> complex:
        return _sphere(dim) * _radial(dim, fields, part)

    crossed = 2j * ell * u**2 * volume(plane, *[(retarded,)] * 3, part=_imaginary if dim >= 3 else complex)
    rainbow = u * volume((retarded,), (retarded,))
    at_origin = sum(wave(_POINT) for wave in spectral).real
    two_sided, *one_sided = (
        volume(slope, slope, (one,), (other,)).real
        for one, other in ((retarded, advanced), (retarded, retarded), (advanced, advanced))
    )
    return SecondOrder(
        k_F_ell=ell,
        dim=dim,
        ratio=volume(plane, *[spectral] * 3).real / (volume(spectral, spectral).real * at_origin),
        crossed_rate=crossed.real,
        crossed_shift=crossed.imag if dim < 3 else math.inf,
        rainbow_rate=rainbow.real,
        rainbow_shift=rainbow.imag,
        vertex_rate=u * (two_sided - sum(one_sided)),
    )


_POINT = 1e-6
"""A distance, in 1/k_F, that stands for none."""


@dataclass(frozen=True)
class _Wave:
    """The function factor * r**(-power) * H_order(k r), a Hankel function of kind 1 (sign +1) or 2 (-1)."""

    factor: complex
    power: float
    order: float
    k: complex
    sign: int

    def __call__(self, r: complex) -> complex:
        return self.slow(r) * cmath.exp(1j * self.sign * self.k * r)

    def slow(self, r: complex) -> complex:
        """Return the wave without its phase exp(i sign k r)."""
        from scipy import special

        hankel = special.hankel1e if self.sign > 0 else special.hankel2e
        return self.factor * r**-self.power * complex(hankel(self.order, self.k * r))

    def times(self, factor: complex) -> _Wave:
        return replace(self, factor=self.factor * factor)


_Field = tuple[_Wave, ...]
_Part = Callable[[complex], complex]


def _imaginary(value: complex) -> complex:
    return 1j * value.imag


def _green(ell: float, dim: float) -> tuple[_Wave, _Wave]:
    """Return the averaged Green's functions G^R(r) and G^A(r), for k_F = m = hbar = 1."""
    order, k = dim / 2 - 1, complex(1, 1 / (2 * ell))
    retarded = _Wave(-0.5j * (k / (2 * math.pi)) ** order, order, order, k, 1)
    return retarded, _Wave(retarded.factor.conjugate(), order, order, k.conjugate(), -1)


def _plane(dim: float, derivative: int) -> _Field:
    """Return exp(i p·r) averaged over directions, |p| = 1, or its derivative by r."""
    order = dim / 2 - 1
    factor = (-1) ** derivative * math.gamma(dim / 2) * 2**order / 2
    return tuple(_Wave(factor, order, order + derivative, 1, sign) for sign in (1, -1))


def _sphere(dim: float) -> float:
    """Return the area of the unit sphere."""
    return float(2 * math.pi ** (dim / 2) / math.gamma(dim / 2))


def _radial(dim: float, fields: Sequence[_Field], part: _Part) -> complex:
    """Integrate r**(dim - 1) times a product of fields, each a sum of waves, over r from 0 on."""

    def integrand(r: float) -> complex:
        return part(r ** (dim - 1) * math.prod(sum(wave(r) for wave in field) for field in fields))

    # a Green's function goes as r**(2 - d); the sums of two waves are regular
    exponent = dim - 1 - sum(field[0].power + field[0].order for field in fields if len(field) == 1)
    near = _near(integrand, exponent if part is complex else 0.0)
    return near + part(sum(_far(dim, waves) for waves in product(*fields)))


def _near(integrand: Callable[[float], complex], exponent: float) -> complex:
    """Integrate from 0 to 1 what begins with a power of r: r = v**steep makes it smooth."""
    from scipy.integrate import quad

    steep = 1 / (1 + min(exponent, 0.0))

    def smooth(v: float) -> Any:
        r = max(v**steep, _POINT**8)
        return steep * integrand(r) * r ** (1 - 1 / steep)

    return complex(quad(smooth, 0, 1, complex_func=True, limit=200)[0])


def _far(dim: float, waves: Sequence[_Wave]) -> complex:
    """Integrate r**(dim - 1) times a product of waves from 1 on, in the direction in which it decays."""
    from scipy.integrate import quad

    k = sum(wave.sign * wave.k for wave in waves)

    def integrand(r: complex, dr: complex) -> complex:
        slow = math.prod(wave.slow(r) for wave in waves)
        return dr * r ** (dim - 1) * slow * cmath.exp(1j * k * r)

    if abs(k.real) < 0.5:  # no phase is left: along the real axis, on a logarithmic scale
        end = math.log(40 / k.imag)
        return complex(quad(lambda t: integrand(math.exp(t), math.exp(t)), 0, end, complex_func=True)[0])
    turn = 1j if k.real > 0 else -1j
    return complex(quad(lambda s: integrand(1 + turn * s, turn), 0, math.inf, complex_func=True)[0])


def _require(k_F_ell: object, dim: object) -> None:
    _require_between("k_F_ell", k_F_ell, 1.0, 1e8)
    if dim != 3:
        _require_between("dim", dim, 2.0, 2.9, besides="3 or ")


def _require_between(name: str, value: object, low: float, high: float, *, besides: str = "") -> None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not (number and low <= value <= high):  # type: ignore[operator]
        expected = f"{besides}a number from {low:g} to {high:g}"
        raise InputError(f"{name} = {value!r}", expected=expected, hint=f"{name}={low:g}")
