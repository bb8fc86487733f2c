"""The functions that a formula may contain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from cooperon.symbolic.log_ratio import LogRatio
from cooperon.symbolic.pole_functions import PolePairs, PoleSquares, ThermalWindow

__all__ = ["FUNCTIONS", "Function"]


@dataclass(frozen=True)
class Function:
    """A function that a formula may contain.

    Attributes
    ----------
    name : str
        How messages call it.
    build : callable
        Makes the sympy expression from the arguments.
    arity : tuple of int
        The numbers of arguments that it takes.
    grows : bool
        Whether it grows like an exponential or a factorial: nested, its value has no end of digits.
    special : bool
        Whether sympy works it out at numbers, at a cost that grows with the number.
    named : bool
        Whether its letter is also used for other things, so that its argument has to stand in brackets.
    """

    name: str
    build: Callable[..., sp.Expr]
    arity: tuple[int, ...] = (1,)
    grows: bool = False
    special: bool = False
    named: bool = False


def _gamma(*args: sp.Expr) -> sp.Expr:
    return sp.gamma(*args) if len(args) == 1 else sp.uppergamma(*args)


def _digamma(x: sp.Expr) -> sp.Expr:
    return sp.polygamma(0, x)


def _exponential_integral(x: sp.Expr) -> sp.Expr:
    return sp.expint(1, x)


def _square_root(x: sp.Expr) -> sp.Expr:
    return sp.sqrt(x)


def _unevaluated(kind: type[sp.Function]) -> Callable[[sp.Expr], sp.Expr]:
    """Build a function as it stands: sympy takes some apart, at a cost that has no bound."""
    return lambda x: kind(x, evaluate=False)


_DEFINITIONS: tuple[tuple[str, Function], ...] = (
    ("ln log", Function("ln", sp.log)),
    ("LogRatio", Function("LogRatio", LogRatio)),
    ("exp", Function("exp", sp.exp, grows=True)),
    ("sqrt", Function("sqrt", _square_root)),
    ("sin", Function("sin", sp.sin)),
    ("cos", Function("cos", sp.cos)),
    ("tan", Function("tan", sp.tan)),
    ("cot", Function("cot", sp.cot)),
    ("sinh", Function("sinh", sp.sinh, grows=True)),
    ("cosh", Function("cosh", sp.cosh, grows=True)),
    ("tanh", Function("tanh", sp.tanh, grows=True)),
    ("coth", Function("coth", sp.coth, grows=True)),
    ("arcsin asin", Function("arcsin", sp.asin)),
    ("arccos acos", Function("arccos", sp.acos)),
    ("arctan atan", Function("arctan", sp.atan)),
    ("arsinh arcsinh asinh", Function("arsinh", sp.asinh)),
    ("arcosh arccosh acosh", Function("arcosh", sp.acosh)),
    ("artanh arctanh atanh", Function("artanh", sp.atanh)),
    ("psi Psi digamma", Function("psi", _digamma, special=True, named=True)),
    ("polygamma", Function("polygamma", sp.polygamma, (2,), special=True)),
    ("Gamma", Function("Gamma", _gamma, (1, 2), grows=True, special=True, named=True)),
    ("uppergamma", Function("uppergamma", sp.uppergamma, (2,), grows=True, special=True)),
    ("zeta", Function("zeta", sp.zeta, (1, 2), grows=True, special=True, named=True)),
    ("erf", Function("erf", sp.erf)),
    ("erfc", Function("erfc", sp.erfc)),
    ("E_1 E1", Function("E_1", _exponential_integral, grows=True, named=True)),
    ("expint", Function("expint", sp.expint, (2,), grows=True, special=True)),
    ("Ei", Function("Ei", sp.Ei, grows=True)),
    ("Ai airyai", Function("Ai", sp.airyai)),
    ("airyaiprime", Function("airyaiprime", sp.airyaiprime)),
    ("W LambertW lambertw", Function("W", sp.LambertW, named=True)),
    ("hyper", Function("hyper", sp.hyper, (3,), grows=True, special=True)),
    ("Re re RealPart", Function("Re", _unevaluated(sp.re))),
    ("Im im", Function("Im", _unevaluated(sp.im))),
    ("min Min", Function("min", sp.Min, (2, 3))),
    ("max Max", Function("max", sp.Max, (2, 3))),
    ("abs Abs", Function("abs", _unevaluated(sp.Abs))),
    ("PolePairs", Function("PolePairs", PolePairs, (2,))),
    ("PoleSquares", Function("PoleSquares", PoleSquares, (2,))),
    ("ThermalWindow", Function("ThermalWindow", ThermalWindow)),
)

FUNCTIONS: dict[str, Function] = {name: entry for names, entry in _DEFINITIONS for name in names.split()}
