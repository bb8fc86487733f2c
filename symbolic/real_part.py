"""The real part of an expression, kept folded."""

from __future__ import annotations

from typing import Any

import sympy as sp

__all__ = ["RealPart"]


class RealPart(sp.Function):  # type: ignore[misc]
    """Real part of a function of real symbols; unlike sympy's ``re`` it is not split into parts.

    ``doit()`` makes it sympy's ``re``.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> part = RealPart(sp.polygamma(0, 1 + sp.I * x) + sp.I * x * sp.polygamma(1, 1 + sp.I * x))
    >>> part.subs(x, 1).evalf(10)
    0.8888838634
    >>> RealPart(1 + sp.I * x).doit()
    1
    """

    nargs = 1
    is_extended_real = True

    def doit(self, **_: Any) -> sp.Expr:
        """Return sympy's real part."""
        return sp.re(self.args[0])

    def _eval_evalf(self, prec: int) -> sp.Expr:
        inside = self.args[0]._eval_evalf(prec)
        return sp.re(inside) if inside.is_number else RealPart(inside)

    def _eval_derivative(self, symbol: sp.Symbol) -> sp.Expr:
        return RealPart(self.args[0].diff(symbol))

    def _mpmathcode(self, printer: Any) -> str:
        """Write it as code for mpmath, for ``sympy.lambdify``."""
        return f"{printer._module_format('mpmath.re')}({printer._print(self.args[0])})"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        written = rf"\mathrm{{Re}}\left[{printer._print(self.args[0])}\right]"
        return written if exp is None else rf"{written}^{{{exp}}}"
