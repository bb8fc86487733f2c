"""Formulas as functions in C."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp
from sympy.printing.c import C99CodePrinter

from cooperon.numerics.source_kernels import Kernel
from cooperon.numerics.source_languages import Language, comment, kernels_of, names_of, text_of
from cooperon.numerics.source_parts import parts_of, refused

__all__ = ["c_source"]

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
_C = Language("C", C99CodePrinter, {"log1p": "log1p", "expm1": "expm1", **_GSL}, {})


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
    body = text_of(expr, _C)
    kind = "double complex" if parts.is_complex else "double"
    headers = [f"gsl/gsl_sf_{name}.h" for call, name in _GSL_HEADERS.items() if call in body]
    includes = [*(["complex.h", "tgmath.h"] if parts.is_complex else ["math.h"]), *headers]
    lines = [
        *comment(formula, "//"),
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
    yield f"    double {', '.join(names_of(kernel))};"
    for name, value in kernel.lines:
        text = value if isinstance(value, str) else f"{value.condition} ? {value.one} : {value.other}"
        yield f"    {name} = {text};"
    yield "    return value;"
    yield "}"


def _require_whole_orders(expr: sp.Expr, language: str) -> None:
    for node in expr.atoms(sp.core.function.AppliedUndef):
        if type(node).__name__ == "expint" and not (node.args[0].is_Integer and node.args[0] >= 0):
            raise refused(language, [f"expint of the order {node.args[0]}"])
