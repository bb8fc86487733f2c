"""Kernels of formulas for languages that lack them, as assignments that every language can write.

There is no branch and no loop in them: what differs from place to place is chosen by a :class:`Select`. Sums
over levels are the ratios of :mod:`cooperon.numerics.level_rationals`, their coefficients printed to the last
digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cooperon.numerics.airy_kernels import BEYOND, far_airy, near_airy
from cooperon.numerics.level_rationals import NEAR, far_ratio, near_ratio

__all__ = [
    "FRITSCH_STEPS",
    "Kernel",
    "Select",
    "difference_kernels",
    "horner",
    "level_kernel",
    "noise_kernels",
    "power_of",
    "shape_kernels",
]

_LANGEVIN_TERMS, _FALL_TERMS = 17, 44
FRITSCH_STEPS = 4
"""So many steps of the fourth order lead from ln(1 + x) to Lambert's function of any x > 0."""


@dataclass(frozen=True)
class Select:
    """One expression where a comparison holds, another one elsewhere.

    Examples
    --------
    >>> Select("x > 1.0", "x", "1.0").condition
    'x > 1.0'
    """

    condition: str
    one: str
    other: str


@dataclass(frozen=True)
class Kernel:
    """A function of real numbers: assignments, in order; the last one is to its value.

    Attributes
    ----------
    name : str
        What it is called.
    about : str
        What it is, for a comment.
    arguments : tuple of str
        Its arguments.
    lines : tuple
        Names and what they are set to: text in ``+ - * /`` and plain functions, or a
        :class:`Select`.
    needs : tuple of str
        Kernels that it calls.

    Examples
    --------
    >>> shape_kernels()[0].arguments
    ('x',)
    """

    name: str
    about: str
    arguments: tuple[str, ...]
    lines: tuple[tuple[str, str | Select], ...]
    needs: tuple[str, ...] = ()


def level_kernel(name: str, s: float, power: float, sign: int) -> Kernel:
    """Write sign x**power h(s, x) at x = numerator/denominator, s a half-integer with ratios.

    Examples
    --------
    >>> kernel = level_kernel("digamma_rest", 1.0, 0.0, -1)
    >>> kernel.arguments, kernel.lines[0]
    (('numerator', 'denominator'), ('y', 'denominator/numerator'))
    """
    what = "ln x - psi(1/2 + x)" if s == 1 else f"zeta({s:g}, 1/2 + x) - x**({1 - s:g})/({s - 1:g})"
    factor = "" if power == 0 else f"x**({power:g}) times "
    return Kernel(
        name,
        f"{'minus ' * (sign < 0)}{factor}{what} at x = numerator/denominator",
        ("numerator", "denominator"),
        tuple(_level_lines(s, power, sign)),
    )


def _level_lines(s: float, power: float, sign: int) -> Iterator[tuple[str, str | Select]]:
    yield "y", "denominator/numerator"
    yield "f", Select(f"y > {1 / NEAR!r}", "1.0", "y")
    yield "u", "f*f"
    ratio = far_ratio(s, 0)
    yield from horner("a", ratio.numerator, "u")
    yield from horner("b", ratio.denominator, "u")
    yield "far", f"{power_of('f', s + 1 - power)}*a/b"
    yield "below", Select(f"y > {1 / NEAR!r}", "denominator", "1.0")
    yield "x", Select(f"y > {1 / NEAR!r}", "numerator/below", repr(NEAR))
    near = near_ratio(s)
    yield from horner("a", near.numerator, "x")
    yield from horner("b", near.denominator, "x")
    integral = (
        f"{power_of('x', power)}*log(x)" if s == 1 else f"{power_of('x', power + 1 - s)}*{1 / (1 - s)!r}"
    )
    yield "close", f"{power_of('x', power)}*a/b + ({integral})"
    yield "h", Select(f"y > {1 / NEAR!r}", "close", "far")
    yield "value", f"{float(sign)!r}*h"


def shape_kernels() -> tuple[Kernel, ...]:
    """Write (x coth(x) - 1)/x**2 of a real x, and its derivative over -x.

    Examples
    --------
    >>> [kernel.name for kernel in shape_kernels()]
    ['langevin', 'langevin_fall']
    """
    far, fall = (
        "1.0/(z*tanh(z)) - 1.0/(z*z)",
        "(1.0/(z*tanh(z)) + 4.0*e/((1.0 - e)*(1.0 - e)) - 2.0/(z*z))/(z*z)",
    )
    return (
        Kernel("langevin", "(x coth(x) - 1)/x**2", ("x",), tuple(_shape_lines(0, _LANGEVIN_TERMS, 1.0, far))),
        Kernel(
            "langevin_fall",
            "(x coth(x) + x**2/sinh(x)**2 - 2)/x**4",
            ("x",),
            tuple(_shape_lines(1, _FALL_TERMS, 4.0, fall)),
        ),
    )


def _shape_lines(order: int, terms: int, near: float, far: str) -> Iterator[tuple[str, str | Select]]:
    """Write 2 sum_n 1/(pi**2 n**2 + x**2), or its derivative over -x: by powers of x where x**2 < near."""
    import mpmath

    with mpmath.workdps(30):
        powers = [
            float(
                2
                * (-1) ** k
                * (2 * k + 2) ** order
                * mpmath.zeta(2 * (k + order) + 2)
                / mpmath.pi ** (2 * (k + order) + 2)
            )
            for k in range(terms)
        ]
    inside = f"w < {near!r}"
    yield "w", "x*x"
    yield "u", Select(inside, "w", "0.0")
    yield from horner("a", powers, "u")
    yield "z", Select(inside, repr(near), "x")
    if order:
        yield "e", "exp(-2.0*z)"
    yield "value", Select(inside, "a", far)


def difference_kernels() -> tuple[Kernel, ...]:
    """Write log1p, expm1 and powm1 of real numbers, for languages without them; the first is W. Kahan's.

    Examples
    --------
    >>> [kernel.name for kernel in difference_kernels()]
    ['log1p', 'expm1', 'powm1']
    """
    log1p: tuple[tuple[str, str | Select], ...] = (
        ("w", "1.0 + x"),
        ("d", "w - 1.0"),
        ("below", Select("d*d < 1e-40", "1.0", "d")),
        ("value", Select("d*d < 1e-40", "x", "log(w)*(x/below)")),
    )
    expm1 = (("value", "2.0*exp(0.5*x)*sinh(0.5*x)"),)
    return (
        Kernel("log1p", "ln(1 + x), with the digits of a small x", ("x",), log1p),
        Kernel("expm1", "exp(x) - 1, with the digits of a small x", ("x",), expm1),
        Kernel(
            "powm1",
            "(1 + x)**p - 1, with the digits of a small x",
            ("x", "p"),
            (("value", "expm1(p*log1p(x))"),),
            ("log1p", "expm1"),
        ),
    )


def noise_kernels() -> tuple[Kernel, ...]:
    """Write the ratio of Airy functions, and Lambert's function by the iteration of F. N. Fritsch.

    Examples
    --------
    >>> [kernel.name for kernel in noise_kernels()]
    ['airy_ratio', 'lambertw']
    """
    return (
        Kernel("airy_ratio", "Ai(x)/Ai'(x) for x >= 0", ("x",), tuple(_airy_lines())),
        Kernel("lambertw", "W with W exp(W) = x, for x > 0", ("x",), tuple(_lambert_lines())),
    )


def _airy_lines() -> Iterator[tuple[str, str | Select]]:
    beyond = f"x >= {BEYOND!r}"
    yield "f", Select(beyond, "x", repr(BEYOND))
    yield "w", "1.0/(f*sqrt(f))"
    yield from horner("a", far_airy().numerator, "w")
    yield from horner("b", far_airy().denominator, "w")
    yield "far", "a/(b*sqrt(f))"
    yield "u", Select(beyond, repr(BEYOND), "x")
    yield from horner("a", near_airy().numerator, "u")
    yield from horner("b", near_airy().denominator, "u")
    yield "close", "a/b"
    yield "h", Select(beyond, "far", "close")
    yield "value", "-h"


def _lambert_lines() -> Iterator[tuple[str, str | Select]]:
    yield "w", Select("x < 0.5", "x/(1.0 + x)", "log(1.0 + x)")
    for _ in range(FRITSCH_STEPS):
        yield "z", "log(x/w) - w"
        yield "q", "2.0*(1.0 + w)*(1.0 + w + z/1.5)"
        yield "w", "w*(1.0 + z/(1.0 + w)*(q - z)/(q - 2.0*z))"
    yield "value", "w"


def horner(name: str, coefficients: Sequence[float], variable: str) -> Iterator[tuple[str, str]]:
    """Write a polynomial by Horner's rule, one step a line, so that no line is long.

    Examples
    --------
    >>> list(horner("a", [1.0, 2.0], "u"))
    [('a', '2.0'), ('a', 'a*u + (1.0)')]
    """
    yield name, repr(coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        yield name, f"{name}*{variable} + ({coefficient!r})"


def power_of(variable: str, power: float) -> str:
    """Write a half-integer power as products and a root.

    Examples
    --------
    >>> power_of("x", -1.5)
    '1.0/(x*sqrt(x))'
    """
    whole, half = divmod(abs(power), 1)
    factors = [variable] * int(whole) + [f"sqrt({variable})"] * (half == 0.5)
    product = "*".join(factors) or "1.0"
    return product if power >= 0 else f"1.0/({product})"
