"""Roots of the self-consistent equation y (1 - J(y)) = w by numbers, in units D = tau = 1.

y = gamma D tau = -i omega tau D/D(omega). At imaginary frequency (w > 0) there is one root y >= w or, where J
is negative, one below it: bisection in ln y, then Newton's method. Then w turns to -i omega tau, and Newton's
method follows: above the real axis of frequencies D(omega) has no singularity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.diagrams.messages import shortened
from cooperon.symbolic import symbols as s
from cooperon.symbolic.cutoffs import Regulator, find_cutoff
from cooperon.symbolic.self_consistent_closed import in_k_F_ell

if TYPE_CHECKING:
    from cooperon.symbolic.self_consistent import SelfConsistent

__all__ = ["coupling_of", "length", "ratio"]

_Array = npt.NDArray[Any]
_TURNS = 12
_NEWTON = 60
_ROUGH = 1e-3
_STRIDE = 3.0
_FAR = 100.0
_LOWEST = -690.0
"""ln of the smallest y: 1e-300."""
_HIGHEST = 690.0
_EDGE = 8 * np.finfo(float).eps
_CLOSE = 1e-12
_DIGITS = 40


@dataclass(frozen=True)
class _Kernel:
    """J for coupling 1: J = limit - drop(y), where it has a limit at y = 0; else J = -drop(y).

    For |y| beyond ``edge``, where J is a small difference in ``drop``, ``far`` is J itself, in more digits.
    """

    limit: float
    edge: float
    drop: Callable[[_Array], _Array]
    far: Callable[[_Array], _Array]
    slope: Callable[[_Array], _Array]
    far_slope: Callable[[_Array], _Array]

    def left(self, coupling: _Array, y: _Array, rest: _Array) -> _Array:
        """Return 1 - J."""
        found: _Array = rest + coupling * self.drop(y)
        far = np.abs(y) > self.edge
        if far.any():
            found[far] = 1 - coupling[far] * self.far(y[far])
        return found

    def rise(self, coupling: _Array, y: _Array) -> _Array:
        """Return the derivative of 1 - J."""
        found: _Array = coupling * self.slope(y)
        far = np.abs(y) > self.edge
        if far.any():
            found[far] = coupling[far] * self.far_slope(y[far])
        return found


@cache
def _kernel(theory: SelfConsistent) -> _Kernel:
    """Make functions of y of the exact integral."""
    units = {s.D: 1, s.tau: 1, s.hbar: 1, s.nu: 1 / sp.pi, s.d: theory.metal.dim}
    y = sp.Symbol("y")
    exact = theory.theory.exact.subs(units)
    limit = sp.S.Zero
    if theory.metal.dim > 2:
        limit, _ = sp.expand(theory.theory.form.subs(units)).as_independent(s.L_loc, as_Add=True)
    drop = sp.expand(limit - exact)
    # with a limit only a cutoff in momentum leaves no difference of numbers that are nearly equal
    momentum = find_cutoff(theory.cutoff).regulator is Regulator.MOMENTUM
    special = not theory.metal.dim.is_Integer or drop.has(sp.expint, sp.erfc) or bool(limit and not momentum)
    slope = sp.diff(drop, s.L_loc) * (-(s.L_loc**3) / 2)
    drop, slope, exact = (one.subs(s.L_loc, 1 / sp.sqrt(y)) for one in (drop, slope, exact))
    make = _precise if special else _plain
    far, far_slope = _precise(y, exact), _precise(y, slope)
    return _Kernel(float(limit), 1.0 if special else _FAR, make(y, drop), far, make(y, slope), far_slope)


def _plain(y: sp.Symbol, expr: sp.Expr) -> Callable[[_Array], _Array]:
    function = sp.lambdify(y, expr, "numpy")
    return lambda at: np.asarray(function(at))


def _precise(y: sp.Symbol, expr: sp.Expr) -> Callable[[_Array], _Array]:
    """Evaluate value by value with so many digits that differences keep those of a double."""
    import mpmath

    function = sp.lambdify(y, expr, "mpmath")

    def one(at: complex) -> complex:
        if not (at and np.isfinite(at)):
            return complex(np.nan)
        more = int(abs(np.log10(abs(at)))) + _DIGITS
        with mpmath.workdps(more):
            return complex(function(mpmath.mpmathify(at)))

    many = np.frompyfunc(one, 1, 1)

    def value(at: _Array) -> _Array:
        found = np.asarray(many(at), dtype=complex)
        return found if np.iscomplexobj(at) else found.real

    return value


def coupling_of(theory: SelfConsistent, k_F_ell: Any = None, coupling: Any = None) -> _Array:
    """Return (D tau)**(1 - d/2)/(pi hbar nu D) from k_F ell, or as it is given."""
    metal = theory.metal
    if not metal.dim.is_number:
        raise InputError(
            f"the dimension {metal.dim}", expected="a number: roots are found by numbers", hint="dim=3"
        )
    if (k_F_ell is None) == (coupling is None):
        raise InputError(
            f"k_F_ell = {k_F_ell}, coupling = {coupling}", expected="one of the two", hint="k_F_ell=2.0"
        )
    if coupling is not None:
        return _positive("coupling", coupling)
    number = _positive("k_F_ell", k_F_ell)
    expr = (s.D * s.tau) ** (1 - metal.dim / 2) / (sp.pi * s.hbar * s.nu * s.D)
    factor = in_k_F_ell(expr, metal.without_values).xreplace({s.k_F: sp.S.One, s.ell: sp.S.One})
    coupled: _Array = np.asarray(float(factor) * number ** (1 - float(metal.dim)))
    return coupled


def _numbers(name: str, value: Any, kind: str, expected: str) -> _Array:
    """Read numbers, of one of the kinds of numpy's types; truth values and text are none."""
    try:
        given = np.asarray(value)
    except ValueError:
        given = np.asarray(None)
    if given.dtype.kind not in kind or not np.isfinite(given).all():
        raise InputError(f"{name} = {shortened(value)}", expected=expected)
    return given


def _positive(name: str, value: Any) -> _Array:
    expected = "finite, positive numbers"
    given = _numbers(name, value, "iuf", expected).astype(float)
    if not (given > 0).all():
        raise InputError(f"{name} = {shortened(value)}", expected=expected)
    return given


def _frequency(value: Any) -> _Array:
    expected = "finite real numbers, or complex ones of the upper half plane"
    given = _numbers("omega_tau", value, "iufc", expected).astype(complex)
    if not (given.imag >= 0).all():
        raise InputError(
            f"omega_tau = {shortened(value)}",
            expected=expected,
            hint="omega_tau=0.1j for the Matsubara frequency 0.1/tau",
        )
    return given


def length(theory: SelfConsistent, k_F_ell: Any, coupling: Any) -> Any:
    """Localization length in units of ell."""
    strength = coupling_of(theory, k_F_ell, coupling)
    shape = strength.shape
    strength = strength.ravel()
    kernel = _kernel(theory)
    rest = _rest(kernel, strength)
    found = np.full(strength.shape, np.inf)
    free = rest < 0 if kernel.limit else np.ones(strength.shape, dtype=bool)
    if float(theory.metal.dim) > 2 and not kernel.limit:
        free[:] = False  # dimensional continuation: nothing localizes
    a, r = strength[free], rest[free]
    with np.errstate(all="ignore"):
        log_y = _bisected(lambda u: kernel.left(a, np.exp(u), r), np.zeros(a.shape))
        inside = log_y > _LOWEST + 1
        log_y[inside] = _followed(kernel, log_y[inside], np.zeros(1), a[inside], r[inside])
        found[free] = np.where(inside, np.exp(-log_y / 2), np.inf)
    result = found.reshape(shape) / np.sqrt(float(theory.metal.dim))
    return result if shape else result.item()


def _rest(kernel: _Kernel, strength: _Array) -> _Array:
    """1 - J at y = 0; 0 where rounding cannot tell it from the edge."""
    rest = 1 - strength * kernel.limit
    return np.where(np.abs(rest) < _EDGE, 0.0, rest)


def _bisected(function: Callable[[_Array], _Array], start: _Array) -> _Array:
    """Find the root of a function that rises, roughly; the upper end goes up until it is above it."""
    low: _Array = np.full(start.shape, _LOWEST)
    high: _Array = start + 0.0
    while (short := (function(high) < 0) & (high < _HIGHEST)).any():
        low, high = np.where(short, high, low), np.where(short, high + _STRIDE, high)
    while (high - low > _ROUGH).any():
        middle = (low + high) / 2
        below = function(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)


def ratio(theory: SelfConsistent, omega_tau: Any, k_F_ell: Any, coupling: Any) -> Any:
    """D(omega)/D, for arrays."""
    frequency, strength = np.broadcast_arrays(_frequency(omega_tau), coupling_of(theory, k_F_ell, coupling))
    shape = frequency.shape
    frequency, strength = frequency.ravel(), strength.ravel()
    kernel = _kernel(theory)
    rest = _rest(kernel, strength)
    conducts = float(theory.metal.dim) > 2
    found = np.where(conducts, np.maximum(rest, 0.0), 0.0).astype(complex)
    moving = frequency != 0
    with np.errstate(all="ignore"):
        found[moving] = _moving(kernel, frequency[moving], strength[moving], rest[moving])
    return found.reshape(shape) if shape else found[0].item()


def _moving(kernel: _Kernel, frequency: _Array, strength: _Array, rest: _Array) -> _Array:
    """Find y at imaginary frequency and follow it to the real one; D(omega)/D = w/y."""
    size, last = np.abs(frequency), -1j * frequency
    start = np.maximum(np.log(size), 0.0)
    log_y = _bisected(lambda u: np.exp(u) * kernel.left(strength, np.exp(u), rest) - size, start)
    log_y = _followed(kernel, log_y, size, strength, rest).astype(complex)
    turns = (size * np.exp(1j * np.angle(last) * turn / _TURNS) for turn in range(1, _TURNS))
    for drive in (*turns, last):
        log_y = _followed(kernel, log_y, drive, strength, rest)
    return np.asarray(last / np.exp(log_y))


def _followed(kernel: _Kernel, log_y: _Array, drive: _Array, strength: _Array, rest: _Array) -> _Array:
    for _ in range(_NEWTON):
        y = np.exp(log_y)
        left = kernel.left(strength, y, rest)
        step = (y * left - drive) / (y * (left + y * kernel.rise(strength, y)))
        log_y = log_y - step
        if (np.abs(step) <= _CLOSE).all():
            return log_y
    raise CooperonError(
        "the self-consistent equation",
        expected=f"a root that Newton's method finds in {_NEWTON} steps",
        hint="omega_tau below 1, or the closed form self_consistent(metal).conductivity",
    )
