"""Power series with integer coefficients: what the counting of diagrams needs, exactly."""

from __future__ import annotations

from itertools import accumulate
from operator import mul

__all__ = ["Series", "geometric", "multiply", "power", "undress"]

Series = tuple[int, ...]
"""The coefficients of 1, x, x², ..., as many as are wanted."""


def multiply(first: Series, second: Series) -> Series:
    """Multiply two series of the same length, to that length.

    Examples
    --------
    >>> multiply((1, 1, 0), (1, 1, 0))
    (1, 2, 1)
    """
    return tuple(_convolve(first, second, k) for k in range(len(first)))


def power(series: Series, exponent: int) -> Series:
    """Raise a series that begins with 1 to a whole power, also a negative one.

    The power P of f obeys f P' = exponent f' P, which gives its coefficients one after the other.

    Examples
    --------
    >>> power((1, -1, 0, 0), -2)
    (1, 2, 3, 4)
    """
    found = [1]
    for k in range(1, len(series)):
        total = sum((exponent * j - (k - j)) * series[j] * found[k - j] for j in range(1, k + 1))
        found.append(total // k)
    return tuple(found)


def undress(series: Series, dressing: Series, order: int) -> int:
    """Find a coefficient of a series in y that has been written in x, where y = x times the dressing.

    Lagrange's inversion: the coefficient of yⁿ in H(x(y)) is 1/n times that of xⁿ⁻¹ in H'(x) times the
    dressing to the power -n.

    Parameters
    ----------
    series, dressing : tuple of int
        Both in x, with at least ``order + 1`` coefficients; the dressing begins with 1.
    order : int
        The power of y.

    Examples
    --------
    >>> [undress((1, 1, 0, 0), (1, 1, 0, 0), n) for n in range(4)]  # 1 + x with y = x + x²
    [1, 1, -1, 2]
    """
    if order == 0:
        return series[0]
    slope = tuple(map(mul, range(1, order + 1), series[1:]))
    return _convolve(slope, power(dressing[:order], -order), order - 1) // order


def geometric(series: Series, terms: int) -> Series:
    """Multiply a series by 1 + x + x² + ... (that many terms), to its own length.

    Examples
    --------
    >>> geometric((1, 0, 0, 0), 3)
    (1, 1, 1, 0)
    """
    sums = (0, *accumulate(series))
    return tuple(sums[k + 1] - sums[max(0, k + 1 - terms)] for k in range(len(series)))


def _convolve(first: Series, second: Series, k: int) -> int:
    return sum(map(mul, first[: k + 1], second[k::-1]))
