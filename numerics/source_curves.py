"""Kernels of interaction corrections, written out for languages that lack them: see ``source_kernels``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import pi

from cooperon.numerics.curves import LOGARITHM, Curve
from cooperon.numerics.level_rationals import far_ratio
from cooperon.numerics.level_rests import has_rationals
from cooperon.numerics.matsubara_kernels import NEAR_RISE, curve_of, near_rise, start_value
from cooperon.numerics.source_kernels import Kernel, Select, horner, power_of
from cooperon.numerics.zeeman_kernels import ZEEMAN

__all__ = ["matsubara_kernel"]

_RATIO_TERMS = 40
_ABOUT = {
    "levels_real_rise": "Re Z(s, a + i x) - Z(s, a)",
    "levels_imag": "Im Z(s, a + i x)",
    "levels_rise": "Z(s, a + x) - Z(s, a)",
    "hurwitz_zeta": "Z(s, x)",
    "digamma": "-Z(s, x)",
}


def matsubara_kernel(name: str, orders: Sequence[float]) -> Kernel | None:
    """Write a kernel of one real argument; None where a function has no such form.

    Examples
    --------
    >>> matsubara_kernel("zeeman_2d", ()).arguments, matsubara_kernel("levels_rise", (0.7, 1.0))
    (('x',), None)
    """
    lines = _lines(name, [float(order) for order in orders])
    if lines is None:
        return None
    written = "_".join([name, *(f"{order:g}".replace(".", "p").replace("-", "m") for order in orders)])
    needs = ("log1p",) if name == "log_ratio" else ()
    return Kernel(written, _about(name, orders), ("x",), tuple(lines), needs)


def _about(name: str, orders: Sequence[float]) -> str:
    if name in ZEEMAN:
        return f"the function {name} of the Zeeman splitting over k_B T"
    if name.startswith("log_ratio"):
        return "ln(1 + x)/x" + " - 1" * (name == "log_ratio_rise")
    which = "Z(1, z) = -psi(z)" if name == "digamma" or orders[0] == 1 else "Z(s, z) = zeta(s, z)"
    values = ", ".join(f"{x} = {order:g}" for x, order in zip("sa", orders, strict=False))
    return f"{_ABOUT[name]} with {which}" + (f", {values}" if values else "")


def _lines(name: str, orders: list[float]) -> Iterator[tuple[str, str | Select]] | None:  # noqa: PLR0911
    if name in ZEEMAN:
        scale = 1 / (2 * pi)
        return _curve(ZEEMAN[name], scale, scale if name.endswith("slope") else 1.0)
    if name == "log_ratio" and orders == [0]:
        return _log_ratio()
    if name == "log_ratio_rise":
        return _log_ratio_rise()
    if name in ("levels_real_rise", "levels_imag") and (curve := curve_of(name, *orders)) is not None:
        return _curve(curve, 1.0, 1.0)
    if name == "digamma":
        return _shifted(1.0, -1.0)
    if not orders or orders[0] % 0.5 or not has_rationals(orders[0]):
        return None
    if name == "hurwitz_zeta" and orders[0] != 1:
        return _shifted(orders[0], 1.0)
    return _rise(*orders) if name == "levels_rise" and orders[1] in (0.5, 1.0) else None


def _curve(curve: Curve, scale: float, factor: float) -> Iterator[tuple[str, str | Select]]:
    """Every piece at a place where it holds; the one that holds is chosen last."""
    yield "y", f"{scale!r}*x"
    yield "size", Select("y < 0.0", "-y", "y")
    last = curve.begins[-1]
    yield "w", Select(f"size > {last!r}", "size", repr(last))
    yield "v", "1.0/w"
    yield "u", "v*v"
    yield from _ratio(curve, len(curve.begins))
    yield "h", f"a/b*{power_of('v', -curve.far)}"
    for coefficient, power in curve.tail_in_numbers():
        yield "h", f"h + ({coefficient!r})*{'log(w)' if power is LOGARITHM else power_of('w', power)}"
    for piece in range(len(curve.begins) - 1, -1, -1):
        end = curve.begins[piece]
        yield "v", Select(f"size < {end!r}", "size", repr(end))
        yield "u", "v*v"
        yield from _ratio(curve, piece)
        yield "near", f"a/b*{power_of('v', 0.0 if piece else curve.at_zero)}"
        yield "h", Select(f"size < {end!r}", "near", "h")
    yield "h", f"({factor!r})*h"
    yield "value", Select("y < 0.0", "-h", "h") if curve.odd else "h"


def _ratio(curve: Curve, piece: int) -> Iterator[tuple[str, str]]:
    ratio = curve.ratio(piece)
    yield from horner("a", ratio.numerator, "u")
    yield from horner("b", ratio.denominator, "u")


def _levels_from(s: float) -> Iterator[tuple[str, str]]:
    """Set h to Z(s, 1/2 + y) for y from 1/8 on."""
    ratio = far_ratio(s, 0)
    yield "v", "1.0/y"
    yield "u", "v*v"
    yield from horner("a", ratio.numerator, "u")
    yield from horner("b", ratio.denominator, "u")
    integral = "-log(y)" if s == 1 else f"{power_of('y', 1 - s)}*({1 / (s - 1)!r})"
    yield "h", f"{power_of('v', s + 1)}*a/b + ({integral})"


def _shifted(s: float, sign: float) -> Iterator[tuple[str, str | Select]]:
    """Z(s, x) for x > 0."""
    yield "below", Select("x < 1.0", "x", "1.0")
    yield "first", Select("x < 1.0", power_of("below", -s), "0.0")
    yield "y", Select("x < 1.0", "x + 0.5", "x - 0.5")
    yield from _levels_from(s)
    yield "value", f"({sign!r})*(first + h)"


def _rise(s: float, a: float) -> Iterator[tuple[str, str | Select]]:
    """Z(s, a + x) - Z(s, a) for x >= 0."""
    ratio = near_rise(s, a)
    yield "u", Select(f"x < {NEAR_RISE!r}", "x", "0.0")
    yield from horner("a", ratio.numerator, "u")
    yield from horner("b", ratio.denominator, "u")
    yield "near", "u*a/b"
    yield "below", Select(f"x < {NEAR_RISE!r}", repr(NEAR_RISE), "x")
    yield "y", f"below + {a - 0.5!r}"
    yield from _levels_from(s)
    yield "far", f"h - ({start_value(s, a)!r})"
    yield "value", Select(f"x < {NEAR_RISE!r}", "near", "far")


def _log_ratio() -> Iterator[tuple[str, str | Select]]:
    yield "below", Select("x*x < 1e-40", "1.0", "x")
    yield "value", Select("x*x < 1e-40", "1.0", "log1p(below)/below")


def _log_ratio_rise() -> Iterator[tuple[str, str | Select]]:
    """In w = x/(2 + x) the logarithm is 2 atanh(w): its odd series has no cancellation.

    ln(1 + x)/x - 1 = (1 - w)(1 + w**2/3 + w**4/5 + ...) - 1 = -w + (1 - w)(w**2/3 + w**4/5 + ...).
    """
    near = "x*x < 0.25"
    yield "y", Select(near, "x", "0.0")
    yield "w", "y/(2.0 + y)"
    yield "u", "w*w"
    yield from horner("a", [1 / (2 * k + 3) for k in range(_RATIO_TERMS // 2)], "u")
    yield "close", "w*((1.0 - w)*w*a - 1.0)"
    yield "below", Select(near, "1.0", "x")
    yield "far", "log(1.0 + below)/below - 1.0"
    yield "value", Select(near, "close", "far")
