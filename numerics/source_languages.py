"""What the source of a formula in any language shares: kernels written out, printed expressions, comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from cooperon.numerics.level_rests import has_rationals
from cooperon.numerics.own_functions import OWN
from cooperon.numerics.source_curves import matsubara_kernel
from cooperon.numerics.source_kernels import (
    Kernel,
    difference_kernels,
    level_kernel,
    noise_kernels,
    shape_kernels,
)
from cooperon.numerics.source_parts import Parts, refused, words

__all__ = ["NUMPY", "Language", "comment", "kernels_of", "names_of", "text_of"]

_OWN = frozenset(OWN.values())
_SPOKEN = {"lambertw_exp": "lambertw"}
_RESTS = ("digamma_rest", "zeta_rest", "powered_zeta_rest")


@dataclass(frozen=True)
class Language:
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


NUMPY = Language("Python with numpy, scipy and mpmath", NumPyPrinter, {"log1p": "log1p"}, {})
"""For the kernels alone: the rest has a module of its own."""


def kernels_of(parts: Parts, expr: sp.Expr, language: Language) -> tuple[sp.Expr, list[Kernel]]:
    """Return an expression in plain functions, and the kernels among them that have to be written out.

    Raises
    ------
    InputError
        For a function that neither the language nor our kernels have.

    Examples
    --------
    >>> import cooperon as cp
    >>> from cooperon.numerics.source_parts import parts_of
    >>> film = cp.Metal(dim=2, field=cp.PerpendicularField())
    >>> parts = parts_of(cp.magnetoconductivity(film))
    >>> [kernel.name for kernel in kernels_of(parts, parts.expr, NUMPY)[1]]
    ['digamma_rest']
    """
    kernels: dict[str, Kernel] = {}
    standard = {kernel.name: kernel for kernel in (*difference_kernels(), *shape_kernels(), *noise_kernels())}

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
        written = _matsubara_kernel(node, language)
        if written is not None:
            for other in written.needs:
                need(other)
            kernels[written.name] = written
            return sp.Function(written.name)(node.args[-1])
        need(name)
        if name not in kernels and name not in language.native:
            raise refused(language.name, [name])
        return sp.Function(name)(*node.args)

    return expr.replace(lambda node: type(node) in _OWN, plain), list(kernels.values())


def _matsubara_kernel(node: sp.Expr, language: Language) -> Kernel | None:
    """Write out a function of a real place that a language lacks, if it has numbers for its orders."""
    *orders, place = node.args
    if type(node).__name__ in language.native or place.has(sp.I) or not all(x.is_number for x in orders):
        return None
    return matsubara_kernel(type(node).__name__, [float(order) for order in orders])


def _rest_kernel(node: sp.Expr, language: Language) -> Kernel:
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


def _of_complex(node: sp.Expr, language: Language) -> sp.Expr:
    """Write log1p of a complex number by real functions; no other kernel of ours takes one."""
    if type(node).__name__ != "log1p":
        raise refused(
            language.name, [f"{_SPOKEN.get(type(node).__name__, type(node).__name__)} of a complex number"]
        )
    return sp.log(1 + node.args[0])


def text_of(expr: sp.Expr, language: Language) -> str:
    """Print an expression in a language.

    Raises
    ------
    InputError
        For a function that the language does not have.

    Examples
    --------
    >>> text_of(sp.log(sp.Symbol("x")), NUMPY)
    'numpy.log(x)'
    """
    expr = expr.xreplace({sp.EulerGamma: sp.EulerGamma.n(20)})
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


def comment(formula: Any, start: str, names: dict[sp.Symbol, str] | None = None) -> Iterator[str]:
    """Say in a comment, each line of which has the same start, what a formula is.

    Examples
    --------
    >>> import cooperon as cp
    >>> next(comment(cp.conductivity(cp.Metal(dim=2)), "//"))
    '// sigma_0, a formula derived by cooperon.'
    """
    yield f"{start} {formula.name}, a formula derived by cooperon."
    yield start
    yield from (f"{start} {line}".rstrip() for line in words(formula, names))


def names_of(kernel: Kernel) -> list[str]:
    """Return the names that the lines of a kernel set, each once.

    Examples
    --------
    >>> names_of(shape_kernels()[0])
    ['w', 'u', 'a', 'z', 'value']
    """
    return list(dict.fromkeys(name for name, _ in kernel.lines))
