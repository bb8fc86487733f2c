"""The function ln(1 + x)/x, whole at x = 0."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp

__all__ = ["LogRatio"]


class LogRatio(sp.Function):  # type: ignore[misc]
    """ln(1 + x)/x, and its limit 1 at x = 0, where the ratio itself has no value.

    ``rewrite(sympy.log)`` writes it out.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> LogRatio(x).subs(x, 0), LogRatio(x).rewrite(sp.log), LogRatio(x).diff(x)
    (1, log(x + 1)/x, (-LogRatio(x) + 1/(x + 1))/x)
    """

    nargs = 1

    @classmethod
    def eval(cls, x: sp.Expr) -> sp.Expr | None:
        """Put in the limit at 0; numbers of sympy are written out as logarithms."""
        if x.is_zero:
            return sp.S.One
        if x == sp.oo:
            return sp.S.Zero
        return sp.log(1 + x) / x if x.is_Rational else None

    def fdiff(self, argindex: int = 1) -> sp.Expr:  # noqa: ARG002
        """Return the derivative, (1/(1 + x) - ln(1 + x)/x)/x."""
        x = self.args[0]
        return (1 / (1 + x) - self) / x

    def doit(self, **hints: Any) -> sp.Expr:
        """Keep it: the logarithm beside 1/x loses its digits for small x."""
        return LogRatio(self.args[0].doit(**hints))

    def _eval_rewrite_as_log(self, x: sp.Expr, **_: Any) -> sp.Expr:
        return sp.log(1 + x) / x

    def _eval_evalf(self, prec: int) -> sp.Expr:
        x = self.args[0]._eval_evalf(prec)
        if not x.is_number:
            return LogRatio(x)
        with mpmath.workprec(prec):
            place = x._to_mpmath(prec)
            return sp.Expr._from_mpmath(mpmath.log1p(place) / place if place else mpmath.mpf(1), prec)

    def _eval_is_positive(self) -> bool | None:
        positive: bool | None = (1 + self.args[0]).is_positive
        return positive

    def _eval_is_real(self) -> bool | None:
        real: bool | None = self.args[0].is_real
        return real

    def _eval_nseries(self, x: sp.Symbol, n: int, logx: Any, cdir: int = 0) -> sp.Expr:
        place = self.args[0]
        if sp.limit(place, x, 0) == 0:
            terms = (sp.Rational((-1) ** k, k + 1) * place**k for k in range(n))
            return sp.Add(*terms) + sp.Order(x**n, x)
        return (sp.log(1 + place) / place)._eval_nseries(x, n, logx, cdir)

    def _eval_as_leading_term(self, x: sp.Symbol, **_: Any) -> sp.Expr:
        place = self.args[0]
        if sp.limit(place, x, 0) == 0:
            return sp.S.One
        return (sp.log(1 + place) / place).as_leading_term(x)

    def _mpmathcode(self, printer: Any) -> str:
        """Write it as code for mpmath, for ``sympy.lambdify``."""
        x = printer._print(self.args[0])
        log1p, one = (printer._module_format(f"mpmath.{name}") for name in ("log1p", "mpf"))
        return f"({log1p}({x})/({x}) if ({x}) else {one}(1))"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        x = self.args[0]
        written: str = rf"\frac{{\ln\left({printer._print(1 + x)}\right)}}{{{printer._print(x)}}}"
        return written if exp is None else rf"\left({written}\right)^{{{exp}}}"
