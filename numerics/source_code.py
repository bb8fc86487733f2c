"""Formulas as source code that needs nothing of this library, in the languages that people compute in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cooperon.diagrams.errors import InputError
from cooperon.numerics.source_c import c_source
from cooperon.numerics.source_fortran import fortran_source
from cooperon.numerics.source_julia import julia_source
from cooperon.numerics.source_mathematica import mathematica_source
from cooperon.numerics.source_python import python_source

__all__ = ["LANGUAGES", "source_code"]

LANGUAGES: Mapping[str, Callable[[Any], str]] = {
    "python": python_source,
    "c": c_source,
    "fortran": fortran_source,
    "julia": julia_source,
    "mathematica": mathematica_source,
}


def source_code(formula: Any, language: str) -> str:
    """Write a formula as a function in another language.

    Its arguments are the formula's symbols in the order of :mod:`cooperon.symbolic.symbols`; constants of
    nature have SI values. Functions that a language lacks are written out, with all of their digits.

    Parameters
    ----------
    formula : Formula
        A derived formula.
    language : str
        ``"python"`` (numpy, scipy), ``"c"`` (C99; incomplete gamma functions by GSL), ``"fortran"`` (2008),
        ``"julia"`` (SpecialFunctions.jl) or ``"mathematica"``.

    Raises
    ------
    InputError
        For another language, or a function that the language does not have.

    Examples
    --------
    >>> import cooperon as cp
    >>> print(source_code(cp.conductivity(cp.Metal(dim=2)), "c").splitlines()[-2])
        return 2*D*pow(e, 2)*nu;
    """
    if not isinstance(language, str) or language not in LANGUAGES:
        raise InputError(f"language = {language!r}", expected="one of " + ", ".join(LANGUAGES))
    return LANGUAGES[language](formula)
