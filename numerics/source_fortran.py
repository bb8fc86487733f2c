"""Formulas as modules of Fortran."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import sympy as sp
from sympy.printing.fortran import FCodePrinter

from cooperon.numerics.source_kernels import Kernel
from cooperon.numerics.source_languages import Language, comment, kernels_of, names_of, text_of
from cooperon.numerics.source_parts import parts_of

__all__ = ["fortran_source"]

_INTRINSIC = {"gamma": "gamma", "loggamma": "log_gamma", "erf": "erf", "erfc": "erfc"}
_FORTRAN = Language(
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
    body = text_of(expr.xreplace({x: sp.Symbol(names[x]) for x in symbols}), _FORTRAN)
    kind = "complex(real64)" if parts.is_complex else "real(real64)"
    arguments = ", ".join(names[x] for x in parts.arguments)
    lines = [
        *comment(formula, "!", names),
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
    yield f"  real(real64) :: {', '.join(names_of(kernel))}"
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
