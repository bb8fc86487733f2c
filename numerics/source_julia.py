"""Formulas as functions in Julia."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy.printing.julia import JuliaCodePrinter

from cooperon.numerics.source_kernels import Kernel
from cooperon.numerics.source_languages import Language, comment, kernels_of, text_of
from cooperon.numerics.source_parts import parts_of

__all__ = ["julia_source"]

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
_JULIA = Language("Julia", JuliaCodePrinter, _JULIA_NATIVE, {})


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
    body = text_of(expr, _JULIA)
    for broadcast in "*/^":
        body = body.replace(f" .{broadcast} ", f" {broadcast} ")
    special = any(name in body for name in _SPECIAL)
    lines = [*comment(formula, "#"), "# Over arrays: with dots, as in f.(B).", ""]
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
