"""Powers and functions of what was read, held to a size that a formula can have.

sympy works out numbers as soon as they are put together: 9^9^9 and Gamma(10^30) would never come back.
Everything here is looked at before it is built.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic.digits import Digits, UndecidedError
from cooperon.symbolic.reading_functions import FUNCTIONS, Function
from cooperon.symbolic.reading_text import too_large

__all__ = ["bounded_call", "bounded_expression", "bounded_power", "bounded_substitution"]

MAX_EXPONENT = 1000
MAX_DENOMINATOR = 1000
MAX_NUMBER_DIGITS = 300
MAX_COEFFICIENT = 100
MAX_SPECIAL = 25
MAX_NESTING = 6
MAX_NUMBER_NESTING = 2
MAX_GROWTH = 2
MAX_NODES = 2000
MAX_LEVELS = 120

_SPECIAL: tuple[type, ...] = (sp.gamma, sp.uppergamma, sp.zeta, sp.expint, sp.polygamma, sp.hyper)
_UNEVALUATED: tuple[type, ...] = (sp.Abs, sp.re, sp.im)
_GROWING: tuple[type, ...] = (*_SPECIAL, sp.exp, sp.sinh, sp.cosh, sp.tanh, sp.coth, sp.Ei)


def bounded_power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    """Raise to a power, unless the result could not be part of a formula.

    Raises
    ------
    ReadingError
        For a number, an exponent or a tower of powers that is too large, and for a division by zero.

    Examples
    --------
    >>> bounded_power(sp.Integer(2), sp.Rational(-1, 2))
    sqrt(2)/2
    """
    _refuse_undone("a power", base, exponent)
    if base.is_zero and exponent.is_negative:
        raise ReadingError("a division by zero", expected="an expression with a value")
    if base == sp.E:
        _bound_logarithms(exponent)
    if exponent.is_number:
        _bound_exponent(base, exponent)
    elif _growth(exponent) + 1 > MAX_GROWTH or _growth(base) + 1 > MAX_GROWTH:
        raise too_large("a tower of powers", f"at most {MAX_GROWTH} on one another")
    return _finite(base**exponent, "a power", base, exponent)


def bounded_call(function: Function, arguments: tuple[sp.Expr | tuple[sp.Expr, ...], ...]) -> sp.Expr:
    """Apply a function, unless the result could not be part of a formula.

    Raises
    ------
    ReadingError
        For a wrong number of arguments, for functions nested too deeply, for a special function at a
        large number, and where the function has no value.

    Examples
    --------
    >>> bounded_call(FUNCTIONS["ln"], (sp.Integer(1),))
    0
    """
    flat = _checked_arguments(function, arguments)
    _refuse_undone(function.name, *flat)
    if max(map(_nesting, flat)) >= MAX_NESTING:
        raise too_large(f"more than {MAX_NESTING} functions in one another", f"at most {MAX_NESTING}")
    if any(_nesting(number) >= _number_nesting(number) for number in flat if number.is_number):
        raise too_large(f"{function.name} of functions of numbers", "constants such as ln 2 or zeta(3)")
    if function.grows and max(map(_growth, flat)) + 1 > MAX_GROWTH:
        raise too_large("a tower of exponentials", f"at most {MAX_GROWTH} on one another")
    if function is FUNCTIONS["exp"]:
        _bound_logarithms(flat[0])
    if function.grows or function.special:
        _bound_numbers(function.name, flat, MAX_SPECIAL if function.special else MAX_EXPONENT)
    return _finite(function.build(*arguments), function.name, *flat)


def _number_nesting(number: sp.Expr) -> int:
    """How many functions of numbers may stand in one another: sympy looks for their sign in digits."""
    return 1 if number.has(sp.I) else MAX_NUMBER_NESTING


def bounded_expression(expr: sp.Expr) -> sp.Expr:
    """Return an expression unchanged, after a look at its size.

    Raises
    ------
    ReadingError
        When it has too many parts or nests too deeply.
    """
    waiting: list[tuple[sp.Basic, int]] = [(expr, 1)]
    for count in range(MAX_NODES + 1):
        if not waiting:
            break
        part, level = waiting.pop()
        if level > MAX_LEVELS or count == MAX_NODES:
            raise too_large(f"more than {MAX_NODES} parts or {MAX_LEVELS} levels", "fewer of them")
        waiting.extend((inner, level + 1) for inner in part.args)
    if _nesting(expr) > MAX_NESTING or _growth(expr) > MAX_GROWTH:
        raise too_large(
            "functions or powers nested too deeply", f"at most {MAX_NESTING} functions in one another"
        )
    return _finite(expr, "an expression", expr)


def bounded_substitution(expr: sp.Expr, table: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    """Put expressions in place of symbols, as ``xreplace`` does, unless a number comes out too large.

    Raises
    ------
    ReadingError
        As :func:`bounded_power` and :func:`bounded_call`.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> bounded_substitution(sp.gamma(x), {x: sp.Rational(1, 2)})
    sqrt(pi)
    """
    if isinstance(expr, sp.Integral | sp.Sum):
        table = {symbol: value for symbol, value in table.items() if symbol not in expr.bound_symbols}
    if not expr.free_symbols & set(table):
        return expr
    if expr.is_Symbol:
        return table[expr]
    parts = [bounded_substitution(part, table) for part in expr.args]
    if isinstance(expr, sp.Pow):
        return bounded_power(*parts)
    if isinstance(expr, sp.exp):
        _bound_logarithms(parts[0])
    if isinstance(expr, _GROWING):
        flat = tuple(_flattened(tuple(parts)))
        _bound_numbers(type(expr).__name__, flat, MAX_SPECIAL if isinstance(expr, _SPECIAL) else MAX_EXPONENT)
    if isinstance(expr, sp.Tuple):
        return sp.Tuple(*parts)  # limits of an integral, which looks at them itself
    options = {"evaluate": False} if isinstance(expr, _UNEVALUATED) else {}
    return _finite(expr.func(*parts, **options), "an expression", expr)


def _bound_numbers(name: str, arguments: Iterable[sp.Expr], limit: int) -> None:
    if any(argument.is_number and _size(argument) > limit for argument in arguments):
        raise too_large(f"{name} of a number above {limit}", f"numbers up to {limit}")


def _checked_arguments(
    function: Function, arguments: tuple[sp.Expr | tuple[sp.Expr, ...], ...]
) -> tuple[sp.Expr, ...]:
    if len(arguments) not in function.arity:
        counts = " or ".join(map(str, function.arity))
        raise ReadingError(
            f"{function.name} with {len(arguments)} arguments", expected=f"{counts}, separated by commas"
        )
    lists = [isinstance(argument, tuple) for argument in arguments]
    if lists != ([True, True, False] if function is FUNCTIONS["hyper"] else [False] * len(arguments)):
        raise ReadingError(
            f"{function.name} of a list",
            expected=f"{function.name}(x)",
            hint="hyper((a, b), (c,), z) takes lists",
        )
    return tuple(_flattened(arguments))


def _flattened(arguments: tuple[sp.Expr | tuple[sp.Expr, ...], ...]) -> Iterator[sp.Expr]:
    for argument in arguments:
        yield from argument if isinstance(argument, tuple | sp.Tuple) else (argument,)


def _bound_exponent(base: sp.Expr, exponent: sp.Expr) -> None:
    size = _size(exponent)
    if size > MAX_EXPONENT or (exponent.is_Rational and exponent.q > MAX_DENOMINATOR):
        raise too_large(f"the exponent {_short(exponent)}", f"at most {MAX_EXPONENT}")
    number = sp.Mul(*(factor for factor in sp.Mul.make_args(base) if factor.is_number))
    if _digits(number) * max(size, 1) > MAX_NUMBER_DIGITS:
        raise too_large("a power of a number", f"numbers of at most {MAX_NUMBER_DIGITS} digits")


def _bound_logarithms(exponent: sp.Expr) -> None:
    """Refuse what sympy would write out as a power of a large number: exp(10**29*log(10**29))."""
    if not any(logarithm.args[0].is_number for logarithm in exponent.atoms(sp.log)):
        return
    if any(max(abs(number.p), number.q) > MAX_COEFFICIENT for number in exponent.atoms(sp.Rational)):
        raise too_large("the exponential of a logarithm", f"numbers up to {MAX_COEFFICIENT} in it")


def _digits(number: sp.Expr) -> float:
    """Count the digits before the point, or the zeros behind it; of a fraction, the longer part's."""
    if number.is_Rational:
        return float(max(number.p.bit_length(), number.q.bit_length()) * 0.302)
    size = _size(number)
    return abs(math.log10(size)) if 0 < size < math.inf else math.inf


def _size(number: sp.Expr) -> float:
    """Absolute value of a number without symbols; infinite where it cannot be had."""
    try:
        return float(abs(Digits(15).value(number)))
    except (UndecidedError, OverflowError):
        return float("inf")


def _short(number: sp.Expr) -> str:
    text = str(number)
    return text if len(text) < 40 else text[:36] + "..."


def _refuse_undone(what: str, *parts: sp.Expr) -> None:
    """Sympy looks for the sign of what it puts into powers and functions, and would do integrals for it."""
    if any(part.has(sp.Integral, sp.Sum) for part in parts):
        raise ReadingError(
            f"{what} of an integral or a sum that is not done",
            expected="undone integrals and sums as factors and terms, above all fractions",
            hint="do it, or check it on its own",
        )


def _is_infinite(expr: sp.Basic) -> bool:
    """Whether an infinite value stands anywhere but at the end of an integral or a sum."""
    if not expr.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        return False
    if isinstance(expr, sp.Integral | sp.Sum):
        ends = (end for limit in expr.limits for end in limit[1:] if end not in (sp.oo, -sp.oo))
        return _is_infinite(expr.function) or any(map(_is_infinite, ends))
    return not expr.args or any(map(_is_infinite, expr.args))


def _finite(expr: sp.Expr, what: str, *parts: sp.Expr) -> sp.Expr:
    if _is_infinite(expr):
        raise ReadingError(
            f"{what} of {', '.join(map(_short, parts))}, which has no finite value",
            expected="an expression with a value",
            hint="look for a division by zero",
        )
    return expr


def _nesting(expr: sp.Expr) -> int:
    """How many functions stand in one another."""
    inner = max(map(_nesting, expr.args), default=0)
    return inner + (1 if isinstance(expr, sp.Function) else 0)


def _growth(expr: sp.Expr) -> int:
    """How many exponentials or factorials stand on one another."""
    inner = max(map(_growth, expr.args), default=0)
    grows = isinstance(expr, _GROWING) or (expr.is_Pow and not expr.exp.is_number)
    return inner + (1 if grows else 0)
