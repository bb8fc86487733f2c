"""Formulas as functions in C, Fortran and Julia, with the kernels that these languages lack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.printing.c import C99CodePrinter
from sympy.printing.fortran import FCodePrinter
from sympy.printing.julia import JuliaCodePrinter
from sympy.printing.numpy import NumPyPrinter

from cooperon.numerics.level_rests import has_rationals
from cooperon.numerics.own_functions import OWN
from cooperon.numerics.source_kernels import (
    Kernel,
    difference_kernels,
    langevin_kernel,
    level_kernel,
)
from cooperon.numerics.source_parts import Parts, parts_of, refused, words

__all__ = ["NUMPY", "c_source", "fortran_source", "julia_source", "kernels_of"]

_OWN = frozenset(OWN.values())
_RESTS = ("digamma_rest", "zeta_rest", "powered_zeta_rest")


@dataclass(frozen=True)
class _Language:
    """How a language writes things.

    Attributes
    ----------
    name : str
        What it is called.
    printer : callable
        Makes a printer of expressions from settings.
    native : mapping
        Our functions that it has, or a library has, with how they are called there.
    settings : mapping
        Of the printer.
    """

    name: str
    printer: Callable[[dict[str, Any]], Any]
    native: Mapping[str, Any]
    settings: Mapping[str, Any]


NUMPY = _Language("Python with numpy, scipy and mpmath", NumPyPrinter, {}, {})
"""For the kernels alone: the rest has a module of its own."""


def kernels_of(parts: Parts, expr: sp.Expr, language: _Language) -> tuple[sp.Expr, list[Kernel]]:
    """Return an expression in plain functions, and the kernels among them that have to be written out.

    Raises
    ------
    InputError
        For a function that neither the language nor our kernels have.

    Examples
    --------
    >>> import cooperon as cp
    >>> film = cp.Metal(dim=2, field=cp.PerpendicularField())
    >>> parts = parts_of(cp.magnetoconductivity(film))
    >>> [kernel.name for kernel in kernels_of(parts, parts.expr, NUMPY)[1]]
    ['digamma_rest']
    """
    kernels: dict[str, Kernel] = {}
    standard = {kernel.name: kernel for kernel in (*difference_kernels(), langevin_kernel())}

    def need(name: str) -> None:
        if name in standard and name not in language.native:
            for other in standard[name].needs:
                need(other)
            kernels[name] = standard[name]

    def plain(node: sp.Expr) -> sp.Expr:
        name = type(node).__name__
        if name in _RESTS:
            kernel = _rest_kernel(node, language)
            kernels[kernel.name] = kernel
            return sp.Function(kernel.name)(*node.args[-2:])
        if parts.is_complex and node.has(sp.I):
            return _of_complex(node, language)
        need(name)
        if name not in kernels and name not in language.native:
            raise refused(language.name, [name])
        return sp.Function(name)(*node.args)

    return expr.replace(lambda node: type(node) in _OWN, plain), list(kernels.values())


def _rest_kernel(node: sp.Expr, language: _Language) -> Kernel:
    name = type(node).__name__
    orders = node.args[:-2]
    if node.has(sp.I) or not all((2 * order).is_Integer for order in orders):
        raise refused(
            language.name, [f"zeta of the order {orders[0]}" if orders else "digamma of a complex number"]
        )
    s, power = (
        (float(x) for x in (*orders, sp.S.One, sp.S.Zero)[:2])
        if len(orders) != 1
        else (float(orders[0]), 0.0)
    )
    if not has_rationals(s):
        raise refused(language.name, [f"zeta of the order {orders[0]}"])
    written = "_".join([name, *(str(x).replace("-", "m").replace("/", "_") for x in orders)])
    return level_kernel(written, s, power, -1 if name == "digamma_rest" else 1)


def _of_complex(node: sp.Expr, language: _Language) -> sp.Expr:
    """Write log1p of a complex number by real functions; no other kernel of ours takes one."""
    if type(node).__name__ != "log1p":
        raise refused(language.name, [f"{type(node).__name__} of a complex number"])
    return sp.log(1 + node.args[0])


def _text(expr: sp.Expr, language: _Language) -> str:
    names = {type(node).__name__ for node in expr.atoms(sp.core.function.AppliedUndef)}
    functions = {name: language.native.get(name, name) for name in names}
    settings = {"precision": 17, "human": False, **language.settings}
    settings["user_functions"] = functions | settings.get("user_functions", {})
    printer = language.printer(settings)
    constants, unknown, text = printer.doprint(expr)
    if unknown:
        raise refused(language.name, {type(node).__name__ for node in unknown})
    for name, value in constants:
        text = text.replace(str(name), str(value)) if language.name == "Fortran" else text
    return str(text)


def _comment(formula: Any, start: str, names: dict[sp.Symbol, str] | None = None) -> Iterator[str]:
    yield f"{start} {formula.name}, a formula derived by cooperon."
    yield start
    yield from (f"{start} {line}".rstrip() for line in words(formula, names))


# ---- C

_GSL = {
    "expint": "gsl_sf_expint_En",
    "upper_gamma": "gsl_sf_gamma_inc",
    "besselk": "gsl_sf_bessel_Knu",
    "digamma": "gsl_sf_psi",
}
_GSL_HEADERS = {
    "gsl_sf_expint_En": "expint",
    "gsl_sf_gamma_inc": "gamma",
    "gsl_sf_bessel_Knu": "bessel",
    "gsl_sf_psi": "psi",
}
_C = _Language("C", C99CodePrinter, {"log1p": "log1p", "expm1": "expm1", **_GSL}, {})


def c_source(formula: Any) -> str:
    """Write a formula as a function in C99; incomplete gamma functions are those of GSL.

    Examples
    --------
    >>> import cooperon as cp
    >>> print(c_source(cp.conductivity(cp.Metal(dim=2))).splitlines()[-2])
        return 2*D*pow(e, 2)*nu;
    """
    parts = parts_of(formula)
    expr, kernels = kernels_of(parts, parts.expr, _C)
    _require_whole_orders(expr, "C")
    body = _text(expr, _C)
    kind = "double complex" if parts.is_complex else "double"
    headers = [f"gsl/gsl_sf_{name}.h" for call, name in _GSL_HEADERS.items() if call in body]
    includes = [*(["complex.h", "tgmath.h"] if parts.is_complex else ["math.h"]), *headers]
    lines = [
        *_comment(formula, "//"),
        *(["//", "// Link with -lgsl -lgslcblas -lm."] if headers else []),
        "",
        *(f"#include <{name}>" for name in includes),
        "",
        *(["#ifndef M_PI", "#define M_PI 3.14159265358979323846", "#endif", ""] if "M_PI" in body else []),
    ]
    for kernel in kernels:
        lines += [*_c_kernel(kernel), ""]
    arguments = ", ".join(f"double {x}" for x in parts.arguments) or "void"
    lines += [f"{kind} {parts.name}({arguments})", "{"]
    lines += [f"    const double {x} = {value!r};" for x, value in parts.constants]
    lines += [f"    return {body};", "}"]
    return "\n".join(lines) + "\n"


def _c_kernel(kernel: Kernel) -> Iterator[str]:
    yield f"// {kernel.about}."
    yield f"static double {kernel.name}({', '.join(f'double {x}' for x in kernel.arguments)})"
    yield "{"
    yield f"    double {', '.join(_names(kernel))};"
    for name, value in kernel.lines:
        text = value if isinstance(value, str) else f"{value.condition} ? {value.one} : {value.other}"
        yield f"    {name} = {text};"
    yield "    return value;"
    yield "}"


def _names(kernel: Kernel) -> list[str]:
    return list(dict.fromkeys(name for name, _ in kernel.lines))


def _require_whole_orders(expr: sp.Expr, language: str) -> None:
    for node in expr.atoms(sp.core.function.AppliedUndef):
        if type(node).__name__ == "expint" and not (node.args[0].is_Integer and node.args[0] >= 0):
            raise refused(language, [f"expint of the order {node.args[0]}"])


# ---- Fortran

_INTRINSIC = {"gamma": "gamma", "loggamma": "log_gamma", "erf": "erf", "erfc": "erfc"}
_FORTRAN = _Language(
    "Fortran", FCodePrinter, {}, {"standard": 2008, "source_format": "free", "user_functions": _INTRINSIC}
)


def fortran_source(formula: Any) -> str:
    """Write a formula as a module of Fortran 2008.

    Names that differ by capitals alone would be one: the second gets an underscore.

    Examples
    --------
    >>> import cooperon as cp
    >>> print(fortran_source(cp.conductivity(cp.Metal(dim=2))).splitlines()[-4])
        value = 2*D*e**2*nu
    """
    parts = parts_of(formula)
    expr, kernels = kernels_of(parts, parts.expr, _FORTRAN)
    symbols = [*parts.arguments, *(x for x, _ in parts.constants)]
    names = _apart_without_capitals(symbols, {"value", parts.name.lower()})
    body = _text(expr.xreplace({x: sp.Symbol(names[x]) for x in symbols}), _FORTRAN)
    kind = "complex(real64)" if parts.is_complex else "real(real64)"
    arguments = ", ".join(names[x] for x in parts.arguments)
    lines = [
        *_comment(formula, "!", names),
        f"module {parts.name}_formula",
        "  use, intrinsic :: iso_fortran_env, only: real64",
        "  implicit none",
        "  private",
        f"  public :: {parts.name}",
        *(
            f"  real(real64), parameter :: {names[x]} = {_double(repr(value))}"
            for x, value in parts.constants
        ),
        "contains",
    ]
    for kernel in kernels:
        lines += ["", *(f"  {line}" for line in _fortran_kernel(kernel))]
    given = [f"    real(real64), intent(in) :: {arguments}"] if arguments else []
    lines += [
        "",
        f"  elemental function {parts.name}({arguments}) result(value)",
        *given,
        f"    {kind} :: value",
        *("    " + line for line in f"value = {body}".splitlines()),
        f"  end function {parts.name}",
        "",
        f"end module {parts.name}_formula",
    ]
    return "\n".join(_broken(lines)) + "\n"


def _broken(lines: Sequence[str]) -> Iterator[str]:
    """Break comments that are longer than a line of Fortran may be."""
    limit = 132
    for line in lines:
        while len(line) > limit and line.startswith("!"):
            yield line[:limit]
            line = "!   " + line[limit:]  # noqa: PLW2901
        yield line


def _fortran_kernel(kernel: Kernel) -> Iterator[str]:
    arguments = ", ".join(kernel.arguments)
    yield f"! {kernel.about}."
    yield f"elemental function {kernel.name}({arguments}) result(value)"
    yield f"  real(real64), intent(in) :: {arguments}"
    yield f"  real(real64) :: {', '.join(_names(kernel))}"
    for name, value in kernel.lines:
        if isinstance(value, str):
            yield f"  {name} = {_double(value)}"
        else:
            parts = (value.one, value.other, value.condition)
            yield f"  {name} = merge({', '.join(_double(part) for part in parts)})"
    yield f"end function {kernel.name}"


def _double(text: str) -> str:
    """Give decimal numbers Fortran's exponent of double precision."""
    number = re.compile(r"(?<![\w.])(\d+\.\d*)(?:e([-+]?\d+))?|(?<![\w.])(\d+)e([-+]?\d+)")
    return number.sub(lambda found: f"{found[1] or found[3]}d{found[2] or found[4] or 0}", text)


def _apart_without_capitals(symbols: Sequence[sp.Symbol], taken: set[str]) -> dict[sp.Symbol, str]:
    names: dict[sp.Symbol, str] = {}
    used = set(taken)
    for x in symbols:
        name = x.name
        while name.lower() in used:
            name += "_"
        used.add(name.lower())
        names[x] = name
    return names


# ---- Julia

_JULIA_NATIVE = {
    "log1p": "log1p",
    "expm1": "expm1",
    "expint": "expint",
    "upper_gamma": "gamma",
    "besselk": "besselk",
    "digamma": "digamma",
    "hurwitz_zeta": "zeta",
    "gamma": "gamma",
    "erfc": "erfc",
    "erf": "erf",
    "loggamma": "loggamma",
}
_SPECIAL = ("expint(", "gamma(", "besselk(", "digamma(", "zeta(", "erfc(", "erf(")
_JULIA = _Language("Julia", JuliaCodePrinter, _JULIA_NATIVE, {})


def julia_source(formula: Any) -> str:
    """Write a formula as a function in Julia; special functions are those of SpecialFunctions.jl.

    Examples
    --------
    >>> import cooperon as cp
    >>> print(julia_source(cp.conductivity(cp.Metal(dim=2))).splitlines()[-2])
        return 2 * D * e ^ 2 * nu
    """
    parts = parts_of(formula)
    expr, kernels = kernels_of(parts, parts.expr, _JULIA)
    body = _text(expr, _JULIA)
    for broadcast in "*/^":
        body = body.replace(f" .{broadcast} ", f" {broadcast} ")
    special = any(name in body for name in _SPECIAL)
    lines = [*_comment(formula, "#"), "# Over arrays: with dots, as in f.(B).", ""]
    lines += ["using SpecialFunctions", ""] if special else []
    for kernel in kernels:
        lines += [*_julia_kernel(kernel), ""]
    constants = ", ".join(f"{x}={value!r}" for x, value in parts.constants)
    signature = ", ".join(map(str, parts.arguments)) + (f"; {constants}" if constants else "")
    lines += [f"function {parts.name}({signature})", f"    return {body}", "end"]
    return "\n".join(lines) + "\n"


def _julia_kernel(kernel: Kernel) -> Iterator[str]:
    yield f"# {kernel.about}."
    yield f"function {kernel.name}({', '.join(kernel.arguments)})"
    for name, value in kernel.lines:
        text = value if isinstance(value, str) else f"ifelse({value.condition}, {value.one}, {value.other})"
        yield f"    {name} = {text}"
    yield "    return value"
    yield "end"
