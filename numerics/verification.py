"""Verification: numbers in both sides of every line of a derivation."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy as sp

from cooperon.diagrams.errors import CooperonError
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.evaluation import number, unfolded_lines
from cooperon.numerics.matrices import entries
from cooperon.symbolic import symbols as s
from cooperon.symbolic.channel_steps import SLOW_RATES
from cooperon.symbolic.derivation import STORED, VALUES, Derivation, Step
from cooperon.symbolic.fast import cosine
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.momenta import orders, values

__all__ = ["Line", "Report", "sample_point", "verify"]

_POINTS = 2
_DIGITS = 30
_CLOSE = 1e-9
_NOISE = 1e-11
_SLACK = 0.3
# an approximation is followed to eps**order = 2**-27, in strides of a factor 8
_STRIDES = range(9, 0, -1)
_BITS_A_STRIDE = 3
_LONGEST_STRIDE = 12
_HIGHEST_LEVEL = 5
"""What is true of any level is looked at for one of the lowest."""
_BY_LAWS = (s.tau_phi, s.tau_phi_0, s.tau_ep_0)
"""Times that stand in a metal's law of dephasing: they are tied together."""
_FIELDS_OF_TIMES = {s.B_phi: s.tau_phi, s.B_so: s.tau_so, s.B_s: s.tau_s, s.B_e: s.tau}


@dataclass(frozen=True, repr=False)
class Line(PublicNames):
    """What was found for one step.

    Attributes
    ----------
    index : int
        Number of the equation.
    step : Step
        The step.
    confirmed : bool
        True when both sides agree at every point (an approximation: when the error vanishes as fast as
        the step says).
    lhs, rhs : complex or None
        The two sides at the last point, of matrices the entries that differ most; None when they could not
        be evaluated.
    remark : str
        What was measured, or why the step could not be confirmed.
    """

    index: int
    step: Step
    confirmed: bool
    lhs: complex | None
    rhs: complex | None
    remark: str

    def __str__(self) -> str:
        verdict = "confirmed    " if self.confirmed else "NOT CONFIRMED"
        return f"({self.index}) {verdict} {self.step.rule}: {self.remark}"

    def __repr__(self) -> str:
        return f"<{self}>"


@dataclass(frozen=True)
class Report(PublicNames):
    """What :meth:`cooperon.Formula.verify` found, one line a step.

    ``confirmed`` is True only when there are lines and every one of them is confirmed.

    Attributes
    ----------
    lines : tuple of Line
        Each with its step, whether it is confirmed, and how.

    Examples
    --------
    >>> import cooperon as cp
    >>> report = cp.conductivity(cp.Metal(dim=2)).verify()
    >>> report.confirmed, len(report.lines)
    (True, 6)
    """

    lines: tuple[Line, ...]

    @property
    def confirmed(self) -> bool:
        """Whether every step was confirmed."""
        return bool(self.lines) and all(line.confirmed for line in self.lines)

    def __str__(self) -> str:
        done = sum(line.confirmed for line in self.lines)
        return "\n".join([*map(str, self.lines), f"{done} of {len(self.lines)} steps confirmed"])

    __repr__ = __str__


def verify(derivation: Derivation, metal: Metal, *, frequencies: Iterable[sp.Symbol] = ()) -> Report:
    """Put numbers into both sides of every step.

    Parameters
    ----------
    derivation : Derivation
        The steps.
    metal : Metal
        Its relations tie the numbers together (D = v_F**2 tau_tr/d, ...).
    frequencies : iterable of Symbol
        Symbols for frequencies beside omega.

    Returns
    -------
    Report

    Notes
    -----
    Slow momenta q1, q2, ... are random vectors in a plane with x; along one line where an average is over
    the direction of x, and in one dimension. That tells all of their products apart at second order (in the
    plane: below the sixth).

    Examples
    --------
    >>> wrong = Step("sum", s.tau + s.tau, 3 * s.tau, "a mistake")
    >>> print(verify(Derivation((wrong,)), Metal()))
    (1) NOT CONFIRMED sum: the sides differ by 3.3e-01 of the right one
    0 of 1 steps confirmed
    """
    free, put_in = (
        [_with_small(derivation, frequencies, sample_point(each, seed), seed) for seed in range(_POINTS)]
        for each in (metal.without_values, metal)
    )
    return Report(
        tuple(_line(i, step, put_in if step.rule == VALUES else free) for i, step in enumerate(derivation, 1))
    )


def sample_point(metal: Metal, seed: int) -> dict[sp.Symbol, sp.Expr]:
    """Return numbers of order one for all symbols that fit together and lie within the assumptions.

    Examples
    --------
    >>> point = sample_point(Metal(dim=2), 0)
    >>> bool(point[s.tau_phi] > point[s.tau])
    True
    """
    draw = random.Random(seed)

    def between(low: float, high: float) -> sp.Expr:
        return sp.Float(f"{draw.uniform(low, high):.3f}", _DIGITS)

    point = {symbol: between(0.5, 2) for symbol in (entry.symbol for entry in s.TABLE.values())}
    point |= {s.d: between(1.2, 1.8), cosine: between(-0.9, 0.9)}
    point[s.tau] = sp.N(metal.tau.xreplace(point), _DIGITS)
    tau = point[s.tau]
    point |= {s.tau_phi: tau * between(5, 40), s.tau_phi_0: tau * between(20, 60), s.t: tau * between(2, 9)}
    point |= {s.tau_ep_0: tau * between(20, 60)}
    point |= {
        s.tau_tr: tau * between(0.6, 4),
        s.k_F: between(5, 9),
        s.omega: between(0.3, 1.5) / point[s.tau_phi],
    }
    point |= {key: sp.N(value.xreplace(point), _DIGITS) for key, value in metal.values.items()}
    point |= _derived(metal, point)
    length = sp.sqrt(point[s.D] * tau)
    free = {s.q: between(0.2, 0.6) / length, s.L: between(5, 20) * length, s.r: length}
    free |= {time: tau * between(8, 60) for time in SLOW_RATES if time not in _BY_LAWS}
    free |= {
        size: sp.sqrt(point[s.D] * point[s.tau_phi]) * between(0.3, 2) for size in (s.width, s.thickness)
    }
    free |= {frequency: between(0.03, 0.2) / tau for frequency in (s.Omega, s.omega_n)}
    free |= {s.B: point[s.hbar] / (4 * point[s.e] * length**2) * between(0.02, 0.2)}
    free |= {s.Delta_B: free[s.B] * between(0.3, 2)}
    free |= {s.mu_B: point[s.hbar] / (point[s.g_L] * free[s.B] * tau) * between(0.05, 0.3)}
    free |= {s.L_loc: between(5, 20) * length}
    point |= {symbol: value for symbol, value in free.items() if symbol not in metal.values}
    flux = point[s.hbar] / (4 * point[s.e] * point[s.D])
    return point | {field: flux / point[time] for field, time in _FIELDS_OF_TIMES.items()}


def _with_small(
    derivation: Derivation, frequencies: Iterable[sp.Symbol], point: dict[sp.Symbol, sp.Expr], seed: int
) -> dict[sp.Symbol, sp.Expr]:
    """Add frequencies, numbers of levels, and slow momenta well below 1/ell.

    These are vectors that give all their products.
    """
    draw = random.Random(seed)
    small = {symbol for step in derivation for symbol, _ in step.scaling} | set(frequencies)
    symbols = sorted((small - set(point)), key=str)
    free = {symbol for step in derivation for symbol in step.lhs.free_symbols}
    levels = sorted((symbol for symbol in free if symbol.is_integer), key=str)
    point |= {symbol: sp.Integer(draw.randint(0, _HIGHEST_LEVEL)) for symbol in levels}
    point = {symbol: sp.Float(draw.uniform(0.05, 0.2), _DIGITS) / point[s.tau] for symbol in symbols} | point
    return point | values(_vectors(derivation, point, draw))


def _vectors(
    derivation: Derivation, point: Mapping[sp.Symbol, sp.Expr], draw: random.Random
) -> list[tuple[sp.Expr, ...]]:
    """Slow momenta; where the direction of x is averaged over, components along it are bound."""
    used = {symbol for step in derivation for symbol in step.lhs.atoms(sp.Symbol)}
    free = {symbol for step in derivation for symbol in step.lhs.free_symbols}
    numbers = (int(digits) for symbol in orders(used) for digits in re.findall(r"\d+", symbol.name))
    number = max(numbers, default=0)
    size = 1 / ((number + 2) * point[s.v_F] * point[s.tau])
    angles = [draw.uniform(0, 2 * math.pi) for _ in range(number)]
    if point[s.d] == 1:
        return [(size * math.cos(angle),) for angle in angles]
    if any(symbol.name.endswith("_x") for symbol in orders(used - free)):
        return [(size * math.cos(angle), size * math.cos(angle) / 2) for angle in angles]
    return [(size * math.cos(angle), size * math.sin(angle)) for angle in angles]


def _derived(metal: Metal, point: Mapping[sp.Symbol, sp.Expr]) -> dict[sp.Symbol, sp.Expr]:
    return {key: sp.N(value.xreplace(dict(point)), _DIGITS) for key, value in metal.relations.items()}


def _line(index: int, step: Step, points: list[dict[sp.Symbol, sp.Expr]]) -> Line:
    used = {symbol for symbol, _ in step.scaling}
    used.update(*(unfolded_lines(one).atoms(sp.Symbol) for one in (step.lhs, step.rhs, step.order)))
    numbers = tuple(frozenset((key, point[key]) for key in used if key in point) for point in points)
    try:
        confirmed, lhs, rhs, remark = _found(step, numbers)
    except TypeError:  # a matrix that can be changed is not remembered
        confirmed, lhs, rhs, remark = _found.__wrapped__(step, numbers)
    return Line(index, step, confirmed, lhs, rhs, remark)


@lru_cache(maxsize=4096)
def _found(
    step: Step, points: tuple[frozenset[tuple[sp.Symbol, sp.Expr]], ...]
) -> tuple[bool, complex | None, complex | None, str]:
    """Look at a step once: formulas of one metal share the pages of their diagrams."""
    lhs = rhs = None
    if step.rule == STORED:
        return False, lhs, rhs, step.reason
    try:
        for point in map(dict, points):
            lhs, rhs = _sides(step, point)
            fault = _scaling_fault(step, point) if step.scaling else _difference(lhs, rhs)
            if fault:
                return False, lhs, rhs, fault
    except (CooperonError, ArithmeticError, ValueError, TypeError) as error:
        return False, lhs, rhs, f"could not be evaluated ({str(error) or type(error).__name__})"
    return True, lhs, rhs, _remark(step, rhs)


def _sides(step: Step, point: Mapping[sp.Symbol, sp.Expr]) -> tuple[complex, complex]:
    """Put numbers into both sides; of matrices return the entries that differ most.

    Of sides that are larger than all floats the logarithms are compared.
    """
    left, right = entries(step.lhs, point), entries(step.rhs, point)
    if left.size == right.size == 1 and np.isinf(left).all() and np.isinf(right).all():
        left, right = (entries(sp.log(one), point) for one in (step.lhs, step.rhs))
    if left.shape != right.shape:
        raise ValueError(f"matrices of the shapes {left.shape} and {right.shape}")
    pairs = zip(left.ravel().tolist(), right.ravel().tolist(), strict=True)
    return max(pairs, key=lambda pair: (abs(pair[0] - pair[1]) / (abs(pair[1]) or 1), abs(pair[1])))


def _remark(step: Step, rhs: complex | None) -> str:
    value = f"{rhs:.6g}"
    return f"error vanishes as eps^{step.order} or faster" if step.scaling else f"both sides {value}"


def _difference(lhs: complex, rhs: complex) -> str:
    """Say how far two values lie apart; an empty string when they agree."""
    if not (math.isfinite(abs(lhs)) and math.isfinite(abs(rhs))):
        return "a side is not finite"
    apart = abs(lhs - rhs)
    if apart <= _CLOSE * (abs(rhs) or 1):
        return ""
    return f"the sides differ by {apart / (abs(rhs) or 1):.1e} of the right one"


def _scaling_fault(step: Step, point: Mapping[sp.Symbol, sp.Expr]) -> str:
    """Check that the error of an approximation vanishes at least with the power that it claims.

    The power is measured between the two smallest eps at which the error still stands out from the noise.
    """
    claimed = float(sp.N(step.order.xreplace(dict(point))))
    if claimed <= 0:
        return "an approximation that claims no order"
    stride = min(_BITS_A_STRIDE / claimed, _LONGEST_STRIDE)
    found: list[tuple[int, float]] = []
    for k in _STRIDES:
        error = _error(step, point, sp.Float(2, _DIGITS) ** (-stride * k))
        if not math.isfinite(error):
            return "a side is not finite"
        found += [(k, error)] * (error > _NOISE)
        if len(found) == 2:
            break
    else:
        return ""
    (far, smaller), (near, larger) = found
    measured = math.log2(larger / smaller) / (stride * (far - near))
    if measured >= claimed - _SLACK:
        return ""
    return f"the error vanishes as eps^{measured:.2f}, not as eps^{claimed:.2f}"


def _error(step: Step, point: Mapping[sp.Symbol, sp.Expr], eps: sp.Expr) -> float:
    """Error of an approximation with the small parameter scaled by eps, relative where that is not to 0."""
    scaled = dict(point) | {x: point[x] * eps**power for x, power in step.scaling}
    lhs, rhs = number(step.lhs, scaled), number(step.rhs, scaled)
    return abs(lhs - rhs) / (abs(rhs) or 1)
