"""Sums over levels as machine code: the source of a function for one order, made of its ratios.

A block of values takes the shortest ratio that holds for all of them. All loops are without branches, so that
a processor does several values at a time; for that the logarithm is written out as well (argument reduction
and series of fdlibm's ``e_log.c``, error below one unit in the last place).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from cooperon.numerics.level_rationals import NEAR, PIECES, far_ratio, near_ratio

__all__ = ["WORKSPACE", "levels_source"]

# ln(1 + f) = f - f**2/2 + s (f**2/2 + R), s = f/(2 + f), R = s**2 (L1 + s**2 (L2 + ...)), from e_log.c.
_LOGARITHM = (
    *(6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01),
    *(1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01),
)
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
# The bits of 1/sqrt(2), rounded: mantissas are taken from there to sqrt(2).
_ROOT_HALF = 0x3FE6A09E00000000
WORKSPACE = {
    "y": "float64",
    "x": "float64",
    "integral": "float64",
    "mantissa": "float64",
    "exponent": "int64",
}
"""The arrays that a function works in, with their types."""


@lru_cache(maxsize=64)
def levels_source(s: float, arrays: tuple[bool, bool], sign: int) -> str:
    """Write the function ``levels(numerator, denominator, result, ...)`` that fills in sign h(s, x).

    Its other arguments are arrays to work in, at least as long as the result: see ``WORKSPACE``.

    Parameters
    ----------
    s : float
        The order, half an integer.
    arrays : tuple of bool
        Which of numerator and denominator of x are arrays.
    sign : int
        1 or -1.

    Examples
    --------
    >>> levels_source(1.0, (False, True), -1).splitlines()[0]
    'def levels(numerator, denominator, result, y, x, integral, mantissa, exponent):'
    """
    top, bottom = (
        ("numerator[i]", "numerator")[not arrays[0]],
        ("denominator[i]", "denominator")[not arrays[1]],
    )
    counts = [f"n{k}" for k in range(len(PIECES))]
    lines = [
        f"def levels(numerator, denominator, result, {', '.join(WORKSPACE)}):",
        "    size, bits, rest = result.size, x.view(int64), mantissa.view(int64)",
        "    " + "; ".join(f"{count} = 0" for count in counts),
        "    for i in range(size):",
        f"        v = {bottom}/({top} + 0.0)",  # -0.0 is 0.0
        "        y[i] = v",
        *(f"        {count} += v > {1 / begin!r}" for count, begin in zip(counts, PIECES, strict=True)),
        *_indented(_choices(s, sign), 1),
    ]
    return "\n".join(lines) + "\n"


def _choices(s: float, sign: int) -> Iterator[str]:
    """Take the shortest ratio that holds for a strip, or the longest one and what holds below it."""
    for k in reversed(range(1, len(PIECES))):
        yield f"{'if' if k == len(PIECES) - 1 else 'elif'} n{k} == 0:"
        yield from _indented(_far(s, k, sign), 1)
    yield "else:"
    yield "    if n0 < size:"
    yield from _indented(_far(s, 0, sign), 2)
    yield "    if n0 > 0:"
    yield from _indented(_near(s, sign), 2)


def _far(s: float, piece: int, sign: int) -> list[str]:
    ratio = far_ratio(s, piece)
    quotient = f"{_horner(ratio.numerator, 'u')}/{_horner(ratio.denominator, 'u')}"
    return [
        "for i in range(size):",
        "    v = y[i]",
        "    u = v*v",
        f"    w = {'-' * (sign < 0)}{_power('v', s + 1)}*{quotient}",
        "    result[i] = w if v >= 0 else nan",
    ]


def _near(s: float, sign: int) -> list[str]:
    ratio = near_ratio(s)
    levels = f"{_horner(ratio.numerator, 'v')}/{_horner(ratio.denominator, 'v')}"
    integral = "integral[i]" if s == 1 else f"{_power('v', 1 - s)}*{1 / (1 - s)!r}"
    return [
        "for i in range(size):",
        "    v = 1.0/y[i]",
        f"    x[i] = v if v < {NEAR!r} else {NEAR!r}",
        *(_logarithm() if s == 1 else ()),
        "for i in range(size):",
        "    v = x[i]",
        f"    w = {levels} + {integral}",
        "    old = result[i]",
        f"    result[i] = {'-' * (sign < 0)}w if y[i] > {1 / NEAR!r} else old",
    ]


def _logarithm() -> list[str]:
    return [
        "for i in range(size):",
        "    b = bits[i]",
        f"    k = (b - {_ROOT_HALF}) >> 52",
        "    rest[i] = b - (k << 52)",
        "    exponent[i] = k",
        "for i in range(size):",
        "    f = mantissa[i] - 1.0",
        "    k = float64(exponent[i])",
        "    t = f/(2.0 + f)",
        "    z = t*t",
        "    h = 0.5*f*f",
        f"    r = z*{_horner(_LOGARITHM, 'z')}",
        f"    w = k*{_LN2_HIGH!r} - ((h - (t*(h + r) + k*{_LN2_LOW!r})) - f)",
        "    integral[i] = w if x[i] > 0.0 else -inf",
    ]


def _horner(coefficients: Sequence[float], variable: str) -> str:
    written = repr(coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        written = f"({written}*{variable} + {coefficient!r})"
    return written


def _power(variable: str, power: float) -> str:
    """Write a half-integer power by products and a root."""
    whole, half = divmod(abs(power), 1)
    product = "*".join([variable] * int(whole) + [f"sqrt({variable})"] * (half == 0.5))
    return f"({product or '1.0'})" if power >= 0 else f"(1.0/({product}))"


def _indented(lines: Iterable[str], levels: int) -> Iterator[str]:
    return ("    " * levels + line for line in lines)
