r"""Rows of factors: what juxtaposition, a slash and a function without brackets mean.

The rules are those of papers, and where papers disagree the reader refuses:

- ``e^2/2\pi^2\hbar`` divides by everything that stands side by side behind the slash, up to a function,
  a ``*`` or a sign; a bracket or fraction there could go either way and is refused;
- ``e^2/(2\pi^2\hbar)`` divides by the bracket and by nothing behind it;
- ``\ln 2x`` takes what stands side by side up to the next function; with a ``/``, ``*``, bracket or
  fraction behind it could go either way and is refused;
- the letter e is the charge; ``\exp`` and ``\mathrm{e}^{...}`` are the exponential.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic import symbols
from cooperon.symbolic.reading_factors import (
    Factor,
    Row,
    Shape,
    bottom,
    refuse_two_readings,
    said_of_power,
    said_of_powers,
    value_of,
)
from cooperon.symbolic.reading_functions import FUNCTIONS, Function
from cooperon.symbolic.reading_limits import MAX_NESTING, bounded_call, bounded_power
from cooperon.symbolic.reading_text import Source, too_large

__all__ = ["product_of_rows", "raised"]


@dataclass(frozen=True)
class _Place:
    """What a rule may look at beyond a row: the text, the notes so far, and the row that follows."""

    source: Source
    notes: list[str]
    following: Row | None = None

    def text(self, *factors: Factor) -> str:
        return self.source.quoted(factors[0].start, factors[-1].end)


def product_of_rows(rows: Sequence[Row], source: Source, notes: list[str]) -> sp.Expr:
    """Multiply and divide rows from left to right.

    Raises
    ------
    ReadingError
        When a row can be read in two ways.
    """
    value = sp.S.One
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        if not row.factors:
            raise ReadingError("empty braces", expected="an expression in them")
        place = _Place(source, notes, following)
        notes.extend(said_of_powers(row, following, source))
        for left, right in pairwise(row.factors):
            refuse_two_readings(left, right, place.text(left, right))
        factors = _functions_applied(row.factors, place)
        below = _below_the_slash(factors, place) if row.divides else 0
        value *= row.sign * sp.Mul(*map(value_of, factors[below:]))
        if below:
            value *= bounded_power(sp.Mul(*map(value_of, factors[:below])), sp.S.NegativeOne)
    return value


def raised(base: Factor, sign: int, exponent: Factor, end: int, source: Source, notes: list[str]) -> Factor:
    r"""Raise a factor, or a function that is still to be applied, to a power.

    Raises
    ------
    ReadingError
        For a power that can be read in two ways, such as ``\sin^{-1}`` or ``e^{-t/tau}``.
    """
    place = _Place(source, notes)
    if base.shape is Shape.FUNCTION:
        return replace(_raised_function(base, sign, exponent, place), end=end)
    if exponent.shape is Shape.FUNCTION and not source.latex:
        return replace(exponent, value=sign, shape=Shape.RAISED_TO_FUNCTION, base=base, start=base.start)
    power = sign * value_of(exponent)
    notes.extend(said_of_power(base, exponent, power, place.text(replace(base, end=end)), latex=source.latex))
    if isinstance(base.value, tuple):
        return Factor(base.value, Shape.POWER, base.start, end, base=base, exponent=power)
    value = _power(base, power, place.text(replace(base, end=end)), place)
    return Factor(value, Shape.POWER, base.start, end, base=base, exponent=power)


def _power(factor: Factor, exponent: sp.Expr, text: str, place: _Place) -> sp.Expr:
    base = value_of(factor)
    if base == symbols.e and not exponent.is_Rational:
        if factor.shape is Shape.SYMBOL and exponent.free_symbols:
            place.notes.append(
                f"{text} is read as the exponential function: e, the charge, has numbers as powers"
            )
            return bounded_power(sp.E, exponent)
        raise ReadingError(
            f"{text}, where e is the charge of the electron",
            expected="a number as the exponent of the charge",
            hint=r"\exp(...), exp(...) or \mathrm{e}^{...} for the exponential function",
        )
    return bounded_power(base, exponent)


def _raised_function(function: Factor, sign: int, exponent: Factor, place: _Place) -> Factor:
    power = sign * value_of(exponent)
    if exponent.shape is Shape.BRACKET and function.function is FUNCTIONS["psi"] and power.is_Integer:
        derivative = Function(
            f"psi^({power})",
            lambda x: bounded_call(FUNCTIONS["polygamma"], (power, x)),
            special=True,
            named=True,
        )
        return replace(function, function=derivative)
    if exponent.shape is Shape.BRACKET or power.is_negative is not False:
        raise ReadingError(
            f"{place.text(function, exponent)}: an inverse function, a derivative or a power",
            expected="a positive power of a function, without brackets around it",
            hint=r"\arctan(x), or 1/\tan(x)",
        )
    return replace(function, exponent=power)


def _functions_applied(factors: Sequence[Factor], place: _Place) -> list[Factor]:
    waiting, done = deque(factors), list[Factor]()
    while waiting:
        factor = waiting.popleft()
        done.append(_call(factor, waiting, place, 1) if _takes_argument(factor, waiting) else factor)
    return done


def _takes_argument(factor: Factor, behind: Sequence[Factor]) -> bool:
    if factor.shape is Shape.GAMMA:
        return factor.function is not None and bool(behind) and bottom(behind[0]).shape is Shape.BRACKET
    return factor.shape in (Shape.FUNCTION, Shape.RAISED_TO_FUNCTION)


def _call(factor: Factor, waiting: deque[Factor], place: _Place, level: int) -> Factor:
    """Apply a function to what stands behind it, which is taken off the row."""
    if level > MAX_NESTING:
        raise too_large(f"more than {MAX_NESTING} functions in a row", f"at most {MAX_NESTING}")
    assert factor.function is not None
    first, *_ = *waiting, factor
    arguments, outer = _arguments(factor, waiting, place, level)
    value = bounded_call(factor.function, arguments)
    exponent = _one_exponent(factor, outer, place)
    if exponent is not None:
        value = bounded_power(value, exponent)
    end = waiting[0].start if waiting else first.end
    if factor.shape is Shape.RAISED_TO_FUNCTION and factor.base is not None:
        power = _power(factor.base, factor.value * value, place.text(factor), place)
        return Factor(power, Shape.POWER, factor.start, end, base=factor.base)
    shape = Shape.ROOT if factor.function is FUNCTIONS["sqrt"] else Shape.CALL
    return Factor(value, shape, factor.start, end)


def _one_exponent(factor: Factor, outer: sp.Expr | None, place: _Place) -> sp.Expr | None:
    if factor.exponent is not None and outer is not None:
        raise ReadingError(
            f"two powers of {place.text(factor)}", expected="one", hint="brackets around the function"
        )
    return factor.exponent if outer is None else outer


_BEHIND_A_DENOMINATOR = (Shape.CALL, Shape.DIFFERENTIAL)
"""What ends the denominator behind a slash, whoever reads it."""

_Arguments = tuple[tuple[Any, ...], sp.Expr | None]


def _arguments(function: Factor, waiting: deque[Factor], place: _Place, level: int) -> _Arguments:
    """Take the arguments of a function off the row, and a power on their brackets, which is its own."""
    if not waiting:
        raise ReadingError(
            f"{place.text(function)} without an argument", expected="an argument in brackets", hint="ln(x)"
        )
    head = waiting.popleft()
    if _takes_argument(head, waiting):
        return (_call(head, waiting, place, level + 1).value,), None
    if head.shape in (Shape.BRACKET, Shape.BRACE):
        return _as_tuple(head), None
    if head.shape is Shape.POWER and head.base is not None and head.base.shape is Shape.BRACKET:
        place.notes.append(f"{place.text(function, head)} is read as a power of the function")
        return _as_tuple(head.base), head.exponent
    if function.function is not None and function.function.named:
        raise ReadingError(
            f"{place.text(function, head)}, a function or a product",
            expected=f"brackets around the argument of {function.function.name}",
            hint="for a letter of your own: notation={'Gamma': '1/tau'}",
        )
    if head.shape in (Shape.FRACTION, Shape.ROOT):
        return _closed_argument(function, head, waiting, place), None
    return _open_argument(function, head, waiting, place), None


def _as_tuple(bracket: Factor) -> tuple[Any, ...]:
    return bracket.value if isinstance(bracket.value, tuple) else (bracket.value,)


def _closed_argument(
    function: Factor, head: Factor, waiting: deque[Factor], place: _Place
) -> tuple[sp.Expr, ...]:
    r"""Take a fraction or root as the argument, as in ``\ln\frac{a}{b}``."""
    if waiting and not _ends_argument(waiting[0]):
        raise _open_end(place.text(function, waiting[0]))
    return (value_of(head),)


def _open_argument(
    function: Factor, head: Factor, waiting: deque[Factor], place: _Place
) -> tuple[sp.Expr, ...]:
    r"""Take all simple factors up to the next function as the argument, as in ``\ln k_F \ell``."""
    taken = [head, *takewhile(_is_simple, waiting)]
    for _ in taken[1:]:
        waiting.popleft()
    if waiting and not _ends_argument(waiting[0]):
        raise _open_end(place.text(function, waiting[0]))
    if not _is_simple(head) or (not waiting and place.following):
        raise _open_end(place.text(function, taken[-1]))
    if len(taken) > 1 or head.shape is Shape.POWER:
        argument = place.text(taken[0], taken[-1])
        place.notes.append(f"{place.text(function, taken[-1])} is read as the function of ({argument})")
    return (sp.Mul(*map(value_of, taken)),)


def _ends_argument(factor: Factor) -> bool:
    """Whether the argument of a function in front ends here, whoever reads it."""
    return factor.shape is Shape.DIFFERENTIAL or _takes_argument(factor, ())


def _is_simple(factor: Factor) -> bool:
    return bottom(factor).shape in (Shape.NUMBER, Shape.CONSTANT, Shape.SYMBOL, Shape.GAMMA, Shape.ROOT)


def _open_end(text: str) -> ReadingError:
    return ReadingError(
        f"{text} ..., where the argument of the function could end in two places",
        expected="brackets around the argument",
        hint=r"\ln(\tau_\phi/\tau) or \ln\frac{\tau_\phi}{\tau}",
    )


def _below_the_slash(factors: Sequence[Factor], place: _Place) -> int:
    """How many factors a slash in front of a row divides by."""
    if bottom(factors[0]).shape is Shape.BRACKET:
        if any(factor.shape is not Shape.CALL for factor in factors[1:]):
            place.notes.append(f"/{place.text(*factors)}: only {place.text(factors[0])} is below the slash")
        return 1
    simple = len(list(takewhile(_is_simple, factors)))
    below = max(simple, 1)
    rest = factors[below:]
    slash_follows = place.following is not None and place.following.divides
    open_end = (slash_follows and len(factors) > 1) or (rest and not simple)
    if open_end or any(factor.shape not in _BEHIND_A_DENOMINATOR for factor in rest):
        raise ReadingError(
            f"/{place.text(factors[0], factors[-1])}, where the denominator could end in two places",
            expected="brackets around the denominator, or * behind it",
            hint=r"\frac{...}{...}, or a/(b c), or (a/b)*c",
        )
    if below > 1:
        place.notes.append(f"/{place.text(factors[0], factors[below - 1])}: all of it is below the slash")
    if any(factor.shape is Shape.CALL for factor in rest):
        place.notes.append(f"{place.text(rest[0], rest[-1])} is not below the slash")
    return below
