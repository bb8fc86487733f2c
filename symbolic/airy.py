"""The ratio of the Airy function Ai to its derivative, finite also where both are smaller than any number."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp

__all__ = ["AiryRatio", "airy_ratios"]


class AiryRatio(sp.Function):  # type: ignore[misc]
    """Ai(x)/Ai'(x).

    ``rewrite(sympy.airyai)`` writes it out.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> AiryRatio(x).diff(x), AiryRatio(x).rewrite(sp.airyai)
    (-x*AiryRatio(x)**2 + 1, airyai(x)/airyaiprime(x))
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:  # noqa: ARG002
        """Return the derivative, 1 - x (Ai/Ai')**2: Airy's equation."""
        return 1 - self.args[0] * self**2

    def _eval_rewrite_as_airyai(self, x: sp.Expr, **_: Any) -> sp.Expr:
        return sp.airyai(x) / sp.airyaiprime(x)

    def _eval_evalf(self, prec: int) -> sp.Expr:
        x = self.args[0]._eval_evalf(prec)
        if not x.is_number:
            return AiryRatio(x)
        with mpmath.workprec(prec):
            place = x._to_mpmath(prec)
            value = mpmath.airyai(place) / mpmath.airyai(place, derivative=1)
        return sp.Expr._from_mpmath(value, prec)


def airy_ratios(expr: Any) -> Any:
    """Write Ai(x)/Ai'(x), wherever it stands in an expression, as one function.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> airy_ratios(2 * sp.airyai(x) ** 2 / sp.airyaiprime(x) ** 2)
    2*AiryRatio(x)**2
    """
    if not expr.has(sp.airyaiprime):
        return expr
    return expr.replace(lambda node: node.is_Mul and node.has(sp.airyaiprime), _of_product)


def _of_product(product: sp.Mul) -> sp.Expr:
    powers = {factor.as_base_exp()[0]: factor.as_base_exp()[1] for factor in product.args}
    for base, exponent in powers.items():
        above = powers.get(sp.airyai(*base.args), 0) if isinstance(base, sp.airyaiprime) else 0
        if above != 0 and exponent == -above:
            place = base.args[0]
            ratio = sp.airyai(place) ** above * base**exponent
            product = product / ratio * AiryRatio(place) ** above
    return product
