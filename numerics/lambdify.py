"""Formulas as functions of arrays, with their assumptions watched."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cached_property
from inspect import Parameter, Signature
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from cooperon.diagrams.errors import AssumptionWarning, InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.achieved import has_undone, value_and_error
from cooperon.numerics.backends import backend_function
from cooperon.numerics.constants import si_constants
from cooperon.numerics.jax_functions import even_in, on_jax
from cooperon.numerics.precise_input import precise_array, precise_constants
from cooperon.numerics.tolerance import DEFAULT, FINEST, asking
from cooperon.numerics.translate import array_function, is_complex
from cooperon.numerics.violations import Violation, violations_of
from cooperon.symbolic import symbols as s
from cooperon.symbolic.metal import Metal

__all__ = ["EVEN_IN", "MAY_VANISH", "NumericFunction", "lambdify"]

# What may be switched off: zero is inside of the formulas' range.
MAY_VANISH = frozenset({s.B, s.Delta_B, s.omega, s.q})
# What may have either sign: every formula is even in the field, by Onsager's relation.
EVEN_IN = frozenset({s.B, s.Delta_B})
_Arrays = dict[sp.Symbol, npt.NDArray[np.float64]]


def lambdify(
    expr: sp.Expr,
    names: Sequence[str | sp.Symbol],
    *,
    conditions: Sequence[sp.Basic] = (),
    si: bool = False,
    checks: bool = True,
    backend: str = "auto",
    digits: int | None = None,
    rtol: float = DEFAULT,
    metal: Metal | None = None,
) -> NumericFunction:
    """Make a function of arrays of an expression in the library's symbols.

    Parameters
    ----------
    expr : sympy.Expr
        An expression in :mod:`cooperon.symbolic.symbols` alone.
    names : sequence of str or Symbol
        The positional arguments, in this order: any symbols of the library, also ones that the
        expression does not contain. The other symbols of the expression are keywords of the call.
    conditions : sequence of sympy relations
        Where the expression holds, in the library's symbols (``tau_phi > tau``). A condition with a
        symbol that a call does not give is not looked at in that call.
    si : bool
        Fill e, hbar, h and k_B with their SI values; a keyword of the call overrides them.
    checks : bool
        Warn, once a call, where values leave the conditions, are not positive, or lead to a result
        that is not finite.
    backend : str
        What evaluates: ``"numpy"``, ``"numba"`` (extra ``fast``), ``"auto"``, which takes numba for
        millions of values where it is installed, ``"jax"`` (extra ``jax``), which takes arrays of JAX,
        too, and what stands for them in jit, vmap and grad, or ``"mpmath"``, with any number of digits.
        The results are the same to rounding.
    digits : int, optional
        Digits of the results, of mpmath alone; default: ``mpmath.mp.dps`` at the call.
    rtol : float
        The relative error that is asked of integrals and sums which the expression leaves undone, from 1e-13
        on; where it is not reached, the value is nan. Without such integrals it does nothing.
    metal : Metal, optional
        Whose formula it is: a warning says in which regime the values are.

    Returns
    -------
    NumericFunction

    Raises
    ------
    InputError
        When a name is unknown or repeated, the expression cannot be put in numbers, or ``rtol`` is no number
        from 1e-13 to 1.
    CooperonError
        When the backend is not installed.

    Examples
    --------
    >>> f = lambdify(-s.e**2 * sp.log(1 + s.tau_phi / s.tau) / s.hbar, ["tau_phi", "tau"])
    >>> f
    NumericFunction(tau_phi, tau, *, e, hbar): -e**2*log(1 + tau_phi/tau)/hbar
    >>> f([1.0, 3.0], 1.0, e=1.0, hbar=1.0)
    array([-0.69314718, -1.38629436])
    """
    _require_library_symbols(expr)
    listed = (names,) if isinstance(names, str | sp.Symbol) else tuple(names)
    if not (isinstance(rtol, Real) and FINEST <= rtol < 1):
        raise InputError(f"rtol = {rtol!r}", expected=f"a number from {FINEST:g} to 1")
    return NumericFunction(
        expr, _argument_names(listed), tuple(conditions), si, checks, backend, digits, float(rtol), metal
    )


@dataclass(frozen=True, repr=False)
class NumericFunction(PublicNames):
    """An expression as a function of arrays; made by ``lambdify``.

    Numbers give a float, arrays an array of the shape to which all arguments broadcast: float64, or
    complex128 when the expression is complex. A sweep of the field B may go through zero: formulas are even
    in it, and its absolute value is taken. Functions can be pickled.

    With ``backend="mpmath"`` numbers give numbers of mpmath, and arrays arrays of such; numbers of mpmath are
    taken as they are, others for what their 64 bits say. With ``backend="jax"`` arrays of JAX give arrays of
    JAX, without checks.

    Parameters
    ----------
    expr : sympy.Expr
        What is evaluated.
    names : tuple of str
        Names of the positional arguments.
    conditions : tuple of sympy relations
        Where the expression holds.
    si : bool
        Whether constants of nature are filled in.
    checks : bool
        Whether calls warn about values outside of the conditions.
    backend : str
        What evaluates.
    digits : int, optional
        Of mpmath: digits of the results.
    rtol : float
        Relative error that is asked of undone integrals and sums.
    metal : Metal, optional
        Whose formula it is.

    Raises
    ------
    InputError
        At a call: when a number is missing, not real or unknown, or shapes do not broadcast.

    Examples
    --------
    >>> f = lambdify(s.k_B * s.T, ["T"], si=True)
    >>> print(f"{f(300.0):.4g}")
    4.142e-21
    >>> lambdify(s.B**2 / s.B_phi, ["B", "B_phi"])([-1.0, 0.0, 1.0], 2.0).tolist()
    [0.5, 0.0, 0.5]
    """

    expr: sp.Expr
    names: tuple[str, ...]
    conditions: tuple[sp.Basic, ...] = ()
    si: bool = False
    checks: bool = True
    backend: str = "auto"
    digits: int | None = None
    rtol: float = DEFAULT
    metal: Metal | None = None
    _compiled: Callable[..., Any] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_compiled", self._function_of_backend())
        object.__setattr__(self, "__doc__", self._describe())
        object.__setattr__(self, "__signature__", self._signature())

    def _function_of_backend(self) -> Callable[..., Any]:
        return backend_function(self.backend, self.expr, self._arguments, self.digits)

    @cached_property
    def keywords(self) -> tuple[str, ...]:
        """Names that a call must give as keywords."""
        filled_in = {x.name for x in self._filled_in}
        return tuple(x.name for x in self._arguments if x.name not in {*self.names, *filled_in})

    def __call__(self, /, *args: npt.ArrayLike, **keywords: npt.ArrayLike) -> Any:
        """Evaluate the expression; the symbols by position are ``names``, the others are keywords."""
        given = self._given(args, keywords)
        if on_jax(given.values()):
            return self._on_jax(given)
        result, violation = self._watched(given)
        if violation is not None:
            warnings.warn(str(violation), AssumptionWarning, stacklevel=2)
        return result if result.shape else result.item()

    def watched(
        self, /, *args: npt.ArrayLike, **keywords: npt.ArrayLike
    ) -> tuple[npt.NDArray[Any], Violation | None]:
        """Evaluate as an array; return beside it, in place of a warning, what the values violate first."""
        return self._watched(self._given(args, keywords))

    def _watched(self, given: Mapping[str, Any]) -> tuple[npt.NDArray[Any], Violation | None]:
        values = self._values(given)
        shape = _common_shape(values)
        with np.errstate(all="ignore"), asking(self.rtol):
            raw = self._compiled(*(values[x] for x in self._arguments))
            result = _full_array(raw, shape, self.dtype, self.expr.is_Symbol)
            violation = next(self._violations(values, result), None) if self.checks else None
        return result, violation

    def with_error(self, /, *args: npt.ArrayLike, **keywords: npt.ArrayLike) -> tuple[Any, Any]:
        """Evaluate the expression; return its value and a bound of the absolute error that was achieved.

        The bound is what the errors of undone integrals and sums make of the value, and 1e-14 of the value
        for rounding. Where an integral does not reach ``rtol`` the value is nan, the error infinite, and a
        warning says where.

        Raises
        ------
        InputError
            As for a call, and where an undone integral stands in another one.

        Examples
        --------
        >>> x = sp.Symbol("x", positive=True)
        >>> f = lambdify(sp.Integral(sp.exp(-x / s.L), (x, 0, sp.oo)), ["L"], rtol=1e-6)
        >>> value, error = f.with_error(2.0)
        >>> abs(value - 2) <= error < 2e-6
        True
        """
        values = self._values(self._given(args, keywords))
        shape = _common_shape(values)
        with np.errstate(all="ignore"), asking(self.rtol):
            raw = value_and_error(self.expr, self._arguments)(*(values[x] for x in self._arguments))
            result = _full_array(raw[0], shape, self.dtype, self.expr.is_Symbol)
            error = _full_array(raw[1], shape, float, True)
            violation = next(self._violations(values, result), None) if self.checks else None
        if violation is not None:
            warnings.warn(str(violation), AssumptionWarning, stacklevel=2)
        return (result, error) if shape else (result.item(), error.item())

    def __repr__(self) -> str:
        return f"NumericFunction({self._call_form()}): {self.expr}"

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), tuple(getattr(self, x.name) for x in fields(self) if x.init))

    @cached_property
    def _arguments(self) -> tuple[sp.Symbol, ...]:
        return _in_order(self.expr.free_symbols)

    @cached_property
    def dtype(self) -> type:
        """What the values are: float, complex, or an object of mpmath."""
        if self.backend == "mpmath":
            return object
        return complex if is_complex(self.expr) else float

    @cached_property
    def _filled_in(self) -> tuple[sp.Symbol, ...]:
        return tuple(x for x in self._arguments if self.si and x in si_constants())

    @property
    def _constants(self) -> dict[str, Any]:
        values = si_constants() if self.backend != "mpmath" else precise_constants(self.digits)
        return {x.name: values[x] for x in self._filled_in}

    def _on_jax(self, given: Mapping[str, Any]) -> Any:
        """Evaluate arrays of JAX, or what stands for them in a function that JAX traces."""
        if self.backend != "jax":
            raise InputError(
                f'arrays of JAX, backend = "{self.backend}"',
                expected='backend="jax"',
                hint="numpy.asarray(...) outside of jit, vmap and grad",
            )
        values = {_symbol(name): value for name, value in given.items()}
        even = {x: even_in(value) if x in EVEN_IN else value for x, value in values.items()}
        return self._compiled.traced(*(even[x] for x in self._arguments), shaped_as=list(values.values()))  # type: ignore[attr-defined]

    def _given(self, args: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the call or SI gives for every symbol, by its name."""
        if len(args) != len(self.names):
            raise InputError(
                f"{len(args)} positional arguments", expected=f"{len(self.names)}: {self._call_form()}"
            )
        for name in keywords:
            if name in self.names:
                raise InputError(f"{name} both by position and as keyword", expected=self._call_form())
            _symbol(name)
        given = self._constants | dict(zip(self.names, args, strict=True)) | dict(keywords)
        missing = [name for name in self.keywords if name not in given]
        if missing:
            listed = ", ".join(missing)
            raise InputError(f"no value of {listed}", expected=self._call_form(), hint=self._remedy(missing))
        return given

    def _values(self, given: Mapping[str, Any]) -> _Arrays:
        """Return an array for every symbol."""
        read = precise_array if self.backend == "mpmath" else _real_array
        arrays = {_symbol(name): read(name, value) for name, value in given.items()}
        return {x: _magnitude(array) if x in EVEN_IN else array for x, array in arrays.items()}

    def _remedy(self, missing: Sequence[str]) -> str:
        assigned = ", ".join(f"{name}=..." for name in missing)
        constants = {x.name for x in si_constants()}
        return assigned + (", or si=True" if constants.intersection(missing) else "")

    def _violations(self, values: _Arrays, result: npt.NDArray[Any]) -> Iterator[Violation]:
        """Say, one after the other, which assumptions the values leave."""
        if self.backend == "mpmath":
            values = {x: value.astype(float) for x, value in values.items()}
            result = np.asarray(result, dtype=object).astype(complex)
        for x, value in values.items():
            if not x.is_positive:
                continue
            holds = value >= 0 if x in MAY_VANISH else value > 0
            yield from violations_of(f"{x.name} > 0", holds, {x: value}, result.shape)
        for condition, arguments, test in self._tests:
            if values.keys() >= set(arguments):
                used = {x: values[x] for x in arguments}
                holds = np.asarray(test(*used.values()))
                for found in violations_of(condition, holds, used, result.shape):
                    yield replace(found, regime=self._regime(condition, values, found.first))
        asked = f" (undone integrals and sums to rtol = {self.rtol:g})" if has_undone(self.expr) else ""
        yield from violations_of(
            f"finiteness of the result{asked}", np.isfinite(result), values, result.shape
        )

    def _regime(self, condition: sp.Basic, values: _Arrays, first: tuple[int, ...]) -> str:
        """Say in which regime the values at a place are; empty where it cannot be said."""
        from cooperon.numerics.regime_watch import of_values, told

        if self.metal is None or not told(condition):
            return ""
        shape = _common_shape(values)
        return of_values(self.metal, {x: np.broadcast_to(value, shape)[first] for x, value in values.items()})

    @cached_property
    def _tests(self) -> tuple[tuple[sp.Basic, tuple[sp.Symbol, ...], Callable[..., Any]], ...]:
        """Return every condition with its symbols and its array form."""
        ordered = [(condition, _in_order(condition.free_symbols)) for condition in self.conditions]
        return tuple((condition, used, array_function(condition, used)) for condition, used in ordered)

    def _call_form(self) -> str:
        keywords = ("*", *self.keywords) if self.keywords else ()
        return ", ".join((*self.names, *keywords))

    def _signature(self) -> Signature:
        positional = [Parameter(name, Parameter.POSITIONAL_ONLY) for name in self.names]
        keywords = [Parameter(name, Parameter.KEYWORD_ONLY) for name in self.keywords]
        return Signature(positional + keywords)

    def _describe(self) -> str:
        meanings = [
            f"{name} : {s.TABLE[name].meaning} ({'positional' if name in self.names else 'keyword'})"
            for name in (*self.names, *self.keywords)
        ]
        holds = [f"Holds where {condition}." for condition in self.conditions]
        return "\n".join((str(self.expr), "", *meanings, "", *holds)).rstrip()


def _in_order(chosen: Set[sp.Symbol]) -> tuple[sp.Symbol, ...]:
    """Return symbols in the order of the library's table."""
    return tuple(entry.symbol for entry in s.TABLE.values() if entry.symbol in chosen)


def _require_library_symbols(expr: object) -> None:
    if not isinstance(expr, sp.Expr):
        raise InputError(f"{expr!r}", expected="a sympy expression", hint="formula.lambdify(...)")
    foreign = sorted(str(x) for x in expr.free_symbols if x not in s.dimensions())
    if foreign:
        raise InputError(
            f"the symbols {', '.join(foreign)}",
            expected="symbols of cooperon.symbols, which are positive",
            hint="cooperon.symbols.lookup(name)",
        )


def _argument_names(names: Sequence[object]) -> tuple[str, ...]:
    found = tuple(_symbol(name).name for name in names)
    repeated = sorted({name for name in found if found.count(name) > 1})
    if repeated:
        raise InputError(f"{', '.join(repeated)} more than once", expected="each argument once")
    return found


def _symbol(name: object) -> sp.Symbol:
    """Return the library's symbol of a name, or a symbol that is one of the library's already."""
    text = name.name if isinstance(name, sp.Symbol) else name
    if text in s.TABLE and name in (text, s.TABLE[text].symbol):
        return s.TABLE[text].symbol
    close = get_close_matches(str(text), s.names())
    raise InputError(
        f"the argument {name!r}",
        expected="one of " + ", ".join(s.names()),
        hint=" or ".join(close),
    )


def _real_array(name: str, value: object) -> npt.NDArray[np.float64]:
    """Convert numbers to float64; a masked value becomes nan and is seen as such by the checks."""
    if isinstance(value, np.ma.MaskedArray):
        value = np.ma.filled(value.astype(float), np.nan)
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "iuf" and not all(isinstance(x, Real) for x in array.flat):
        raise InputError(f"{name} = {value!r}", expected="a real number or an array of real numbers")
    return array.astype(float, copy=False)


def _magnitude(array: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Absolute values; the array itself where none is negative."""
    return np.abs(array) if (array < 0).any() else array


def _common_shape(values: _Arrays) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(*(value.shape for value in values.values()))
    except ValueError:
        shapes = ", ".join(f"{x} {value.shape}" for x, value in values.items() if value.shape)
        raise InputError(f"arrays of shapes {shapes}", expected="shapes that broadcast") from None


def _full_array(raw: object, shape: tuple[int, ...], dtype: type, copy: bool) -> npt.NDArray[Any]:
    """Return a result in its full shape; a copy where it would be the argument itself."""
    array: npt.NDArray[Any] = np.asarray(raw, dtype=dtype)
    return array if array.shape == shape and not copy else np.array(np.broadcast_to(array, shape))
