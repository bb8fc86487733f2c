r"""How papers write an expression: the prefactor as one fraction in front, then logarithms and sums.

A product has plain factors, numbers and powers of symbols, which go into one fraction, and tall ones, sums in
brackets, functions, integrals, which stand behind it. Roots of positive symbols are one root.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter

from cooperon.symbolic.latex_pieces import FUNCTIONS, LETTERS, brackets, is_tall, raised
from cooperon.symbolic.letters import letters, rank
from cooperon.symbolic.momenta import MomentumProduct
from cooperon.symbolic.products import Parts, parts, term_key

__all__ = ["HousePrinter"]


_ROOT = re.compile(r"\\sqrt\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_LOG_OF_NUMBER = re.compile(r"\\ln\\left\((\d+)\\right\)(?=$| [+-]|\\right|\}|,)")


_NUMBERS = {sp.E: r"\mathrm{e}", sp.Catalan: r"G_{\mathrm{Catalan}}"}


class HousePrinter(LatexPrinter):  # type: ignore[misc]
    r"""Prints in the house style.

    Parameters
    ----------
    names : mapping of Symbol to str, optional
        Letters of symbols; default those of the table of symbols.

    Examples
    --------
    >>> from cooperon.symbolic import symbols as s
    >>> print(HousePrinter().doprint(-s.e**2 * sp.log(s.tau_phi / s.tau) / (2 * sp.pi**2 * s.hbar)))
    -\frac{e^2}{2 \pi^2 \hbar} \ln\left(\frac{\tau_{\phi}}{\tau}\right)
    """

    def __init__(self, names: dict[sp.Symbol, str] | None = None) -> None:
        chosen = letters() if names is None else names
        super().__init__(
            {"symbol_names": chosen, "imaginary_unit": "ri", "mat_delim": "(", "mat_str": "matrix"}
        )
        self._inline = False

    def doprint(self, expr: Any) -> str:
        """Write an expression."""
        return _LOG_OF_NUMBER.sub(r"\\ln \1", str(super().doprint(expr)))

    def bracketed(self, text: str) -> str:
        """Put brackets around, of another shape than those inside."""
        left, right = brackets(text)
        return rf"\left{left}{text}\right{right}"

    # sums

    def ordered(self, expr: sp.Expr) -> list[sp.Expr]:
        """Return the terms of a sum in the order in which they are written, a positive one first."""
        terms = sorted(expr.args, key=term_key)
        first = next((i for i, term in enumerate(terms) if not term.could_extract_minus_sign()), 0)
        return [terms[first], *terms[:first], *terms[first + 1 :]]

    def _print_Add(self, expr: sp.Expr, **_: Any) -> str:
        return self.joined(self._print(term) for term in self.ordered(expr))

    @staticmethod
    def joined(terms: Iterable[str]) -> str:
        """Join terms by their signs."""
        first, *rest = terms
        return first + "".join(f" - {term[1:].lstrip()}" if term[0] == "-" else f" + {term}" for term in rest)

    # products

    def _print_Mul(self, expr: sp.Expr) -> str:
        nested = len(expr.args) > 1 and any(factor.is_Mul for factor in expr.args)
        return self._side_by_side(expr) if nested else self.composed(parts(expr))

    def _side_by_side(self, expr: sp.Expr) -> str:
        """Write a product of products as it stands, each with its own fraction and the signs in front."""
        written = [(factor, self._print(factor)) for factor in expr.args]
        sign = "-" if sum(text.startswith("-") for _, text in written) % 2 else ""
        done: list[str] = []
        for factor, text in written:
            bare = text.removeprefix("-").lstrip()
            if bare != "1":
                dot = r"\cdot " if done and bare[0].isdigit() else ""
                done.append(dot + (self.bracketed(bare) if factor.is_Add else bare))
        return sign + (self._row(done) or "1")

    def _print_Pow(self, expr: sp.Expr) -> str:
        return self.composed(parts(expr))

    def _print_Rational(self, expr: sp.Rational) -> str:
        if expr.q == 1:
            return str(expr.p)
        sign, size = ("-", -expr.p) if expr.p < 0 else ("", expr.p)
        return f"{sign}{size}/{expr.q}" if self._inline else rf"{sign}\frac{{{size}}}{{{expr.q}}}"

    def composed(self, found: Parts, more: str = "") -> str:
        """Write a product: its sign, one fraction of what is plain, what is tall behind it.

        ``more`` is not empty where another factor follows.
        """
        sign = "-" if found.negative else ""
        over, under = self._plain(found)
        root = [] if found.root_ratio is None else [self._root(found.root_ratio)]
        if found.tall_under and not found.tall_over:
            below = self._row([under, *self._tall(found.tall_under, under)])
            return sign + self._row([self._fraction(over, below), *root])
        if not found.tall_under and not over and not root and len(found.tall_over) == 1 and under:
            single = found.tall_over[0]
            letters_below = bool(found.under or found.root_under)
            if single.is_Add and not any(_is_fraction(term, letters_below) for term in single.args):
                return sign + self._fraction(self._print(single), under)
        if found.tall_under and not under and not root and not any(map(_is_open, found.tall_over)):
            above = self._row([over, *self._tall(found.tall_over, over)])
            pieces = [self._fraction(above, self._row(self._tall(found.tall_under, "")))]
        elif found.tall_under:
            below, under = (under, "") if not over else ("", under)
            pieces = [self._fraction(over, under), *root]
            above = self._row(self._tall(found.tall_over, ""))
            pieces.append(self._fraction(above, self._row([below, *self._tall(found.tall_under, below)])))
        else:
            pieces = [*self._in_front(found, over, under), *root]
            pieces += self._tall(found.tall_over, sign + "".join(pieces) + more)
        return sign + (self._row(pieces) or "1")

    def _in_front(self, found: Parts, over: str, under: str) -> list[str]:
        """Write the plain factors: one fraction, or a fraction that is a number in front of the rest."""
        number = found.number
        if number.q != 1 and number.p != 1 and under == str(number.q) and over != str(number.p):
            return [self._fraction(str(number.p), under), over.removeprefix(f"{number.p} ")]
        return [self._fraction(over, under)]

    def prefactor(self, found: Parts) -> str:
        """Write what stands in front of a bracket, with the sign; no 1."""
        text = self.composed(found, more="(")
        return {"1": "", "-1": "-"}.get(text, text)

    def _plain(self, found: Parts) -> tuple[str, str]:
        over = ([str(found.number.p)] if found.number.p != 1 else []) + [*map(self._factor, found.over)]
        under = ([str(found.number.q)] if found.number.q != 1 else []) + [*map(self._factor, found.under)]
        if found.root_ratio is None:
            root = [self._root(sp.Mul(*found.root_over))] if found.root_over else []
            start = found.number.p != 1 if all(x.is_number for x in found.root_over) else len(over)
            over[start:start] = root
            under += [self._root(sp.Mul(*found.root_under))] if found.root_under else []
        crowd = len(found.over) + len(found.under) + len(found.tall_over) + len(found.tall_under) > 1
        if crowd:
            over, under = ([self._marked(x) for x in row] for row in (over, under))
        return self._factors(over), self._factors(under)

    @staticmethod
    def _factors(row: Sequence[str]) -> str:
        r"""Write factors in a row, with a dot before a power of a number: 2 \cdot 2^{2/3}."""
        return " ".join(rf"\cdot {text}" if i and text[0].isdigit() else text for i, text in enumerate(row))

    @staticmethod
    def _marked(text: str) -> str:
        """Put brackets around a product of vectors that stands beside other factors."""
        return rf"\left({text}\right)" if text.startswith(r"\mathbf") and r"\cdot" in text else text

    def _fraction(self, over: str, under: str) -> str:
        if not under:
            return over
        if self._inline and not is_tall(over + under):
            single = " " not in under.strip() or _ROOT.fullmatch(under)
            divisor = under if single else f"({under})"
            return f"{over or 1}/{divisor}"
        return rf"\frac{{{over or 1}}}{{{under}}}"

    def _tall(self, factors: Sequence[sp.Expr], before: str) -> list[str]:
        """Write tall factors; a sum that stands alone needs no brackets, what has no end is put in some."""
        ordered = sorted(factors, key=_tallness)
        alone = len(ordered) == 1 and not before
        written = []
        for i, factor in enumerate(ordered):
            text = self._factor(factor)
            open_end = _is_open(factor) and i < len(ordered) - 1
            bracket = factor.is_Add or text.startswith("-") or open_end
            written.append(self.bracketed(text) if bracket and not alone else text)
        return written

    @staticmethod
    def _row(pieces: Sequence[str]) -> str:
        """Put factors side by side, a thin space before a letter that takes an argument."""
        first, *rest = [piece for piece in pieces if piece] or [""]
        return first + "".join(rf" \, {x}" if x.startswith(LETTERS) else f" {x}" for x in rest)

    def _root(self, inside: sp.Expr) -> str:
        return rf"\sqrt{{{self._normal(inside)}}}"

    def _factor(self, expr: sp.Expr) -> str:
        if expr.is_Pow and expr.exp != -1:
            return self._power(expr.base, expr.exp)
        return str(self._print(expr))

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> str:
        if exponent.is_Rational and exponent.p == 1 and exponent.q > 1:
            index = "" if exponent.q == 2 else f"[{exponent.q}]"
            return rf"\sqrt{index}{{{self._normal(base)}}}"
        over = self.in_line(exponent)
        if isinstance(base, sp.Function) and type(base).__name__ in FUNCTIONS and exponent.is_Integer:
            return self._applied(base, over)
        if hasattr(base, "side") or hasattr(base, "letter"):
            return str(base._latex(self, exp=over))
        text = self._normal(base)
        plain = (base.is_Symbol and not isinstance(base, MomentumProduct)) or base.is_number
        if (
            not plain
            or (base.is_Rational and not (base.is_Integer and base >= 0))
            or base.is_Mul
            or base.is_Add
        ):
            text = self.bracketed(text)
        return text + raised(over)

    def in_line(self, expr: sp.Expr) -> str:
        """Write an exponent or a limit, with fractions in the line."""
        before, self._inline = self._inline, True
        text = str(self._print(expr))
        self._inline = before
        return text

    def _normal(self, expr: sp.Expr) -> str:
        before, self._inline = self._inline, False
        text = str(self._print(expr))
        self._inline = before
        return text

    # functions

    def _print_Function(self, expr: sp.Expr, exp: str | None = None) -> str:
        if type(expr).__name__ in FUNCTIONS:
            return self._applied(expr, exp)
        return str(super()._print_Function(expr, exp))

    def _applied(self, expr: sp.Expr, exp: str | None = None) -> str:
        power = raised(exp)
        inside = ", ".join(self._normal(x) for x in expr.args)
        return rf"{FUNCTIONS[type(expr).__name__]}{power}\left({inside}\right)"

    _print_log = _print_gamma = _print_zeta = _print_coth = _print_tanh = _print_sinh = _print_cosh = _applied

    def _print_exp(self, expr: sp.Expr, exp: str | None = None) -> str:
        inside = expr.args[0]
        return self._applied(sp.exp(inside * sp.sympify(exp) if exp else inside, evaluate=False))

    def _print_polygamma(self, expr: sp.Expr, exp: str | None = None) -> str:
        order, argument = expr.args
        index = "" if order == 0 else f"^{{({self.in_line(order)})}}"
        function = rf"\psi{index}\left({self._normal(argument)}\right)"
        return self.bracketed(function) + raised(exp) if exp else function

    def _print_expint(self, expr: sp.Expr, exp: str | None = None) -> str:
        order, argument = expr.args
        return rf"E_{{{self.in_line(order)}}}{raised(exp)}\left({self._normal(argument)}\right)"

    def _print_besselk(self, expr: sp.Expr, exp: str | None = None) -> str:
        order, argument = expr.args
        power = raised(exp)
        return rf"K_{{{self.in_line(order)}}}{power}\left({self._normal(argument)}\right)"

    def _print_airyai(self, expr: sp.Expr, exp: str | None = None) -> str:
        return rf"\operatorname{{Ai}}{raised(exp)}\left({self._normal(expr.args[0])}\right)"

    def _print_airyaiprime(self, expr: sp.Expr, exp: str | None = None) -> str:
        return rf"\operatorname{{Ai}}'{raised(exp)}\left({self._normal(expr.args[0])}\right)"

    def _print_hyper(self, expr: sp.Expr, exp: str | None = None) -> str:
        upper, lower, argument = expr.args
        rows = ", ".join(map(self.in_line, upper)), ", ".join(map(self.in_line, lower))
        power = raised(exp)
        index = rf"{{}}_{{{len(upper)}}}F_{{{len(lower)}}}{power}"
        return rf"{index}\left({rows[0]}; {rows[1]}; {self._normal(argument)}\right)"

    def _print(self, expr: Any, **settings: Any) -> str:
        # e is the charge and G a conductance; sympy asks the numbers that it writes so first
        number = isinstance(expr, sp.NumberSymbol)
        return (number and _NUMBERS.get(expr)) or str(super()._print(expr, **settings))

    def _print_MatrixBase(self, expr: Any) -> str:
        text = str(super()._print_MatrixBase(expr))
        return text.replace(r"\\", r"\\[2pt]") if r"\frac" in text else text

    _print_ImmutableDenseMatrix = _print_MatrixBase  # noqa: N815

    # integrals and sums

    def limits(self, expr: sp.Expr) -> tuple[str, str]:
        """Write the signs of integrals or sums with their limits, and what closes them."""
        if not isinstance(expr, sp.Integral):
            sign = r"\prod" if isinstance(expr, sp.Product) else r"\sum"
            return "".join(self._range(sign, limits) for limits in reversed(expr.limits)), ""
        signs = " ".join(self._integral_sign(ends) for _, *ends in reversed(expr.limits))
        return signs, "".join(rf"\,\mathrm{{d}}{self._print(limits[0])}" for limits in expr.limits)

    def _integral_sign(self, ends: Sequence[sp.Expr]) -> str:
        bounds = f"_{{{self.in_line(ends[0])}}}^{{{self.in_line(ends[1])}}}" if len(ends) == 2 else ""
        return rf"\int{bounds}"

    def _print_Integral(self, expr: sp.Expr) -> str:
        signs, measure = self.limits(expr)
        text = self._normal(expr.function)
        if expr.function.is_Add or not text.startswith("-"):
            return f"{signs} {self._operand(expr.function)}{measure}"
        return f"-{signs} {text[1:].lstrip()}{measure}"

    _print_Sum = _print_Integral  # noqa: N815

    def _print_Product(self, expr: sp.Expr) -> str:
        return f"{self.limits(expr)[0]} {self._operand(expr.function)}"

    def _range(self, sign: str, limits: Sequence[sp.Expr]) -> str:
        variable, low, high = limits
        return rf"{sign}_{{{self._print(variable)}={self.in_line(low)}}}^{{{self.in_line(high)}}}"

    def _operand(self, function: sp.Expr) -> str:
        text = self._normal(function)
        return self.bracketed(text) if function.is_Add or text.startswith("-") else text


def _tallness(expr: sp.Expr) -> tuple[int, tuple[int, str]]:
    """Sort key of tall factors: powers, sums and their roots, functions, last what has no end."""
    base = expr.base if expr.is_Pow else expr
    if expr.is_Pow and not base.has(sp.Add, sp.Function):
        return 0, rank(expr)
    return 3 if _is_open(expr) else 1 if base.is_Add else 2, rank(expr)


def _is_open(expr: sp.Expr) -> bool:
    """Whether nothing shows where it ends."""
    return isinstance(expr, (sp.Sum, sp.Integral, sp.Product))


def _is_fraction(term: sp.Expr, numbers_allowed: bool) -> bool:
    """Whether a term is no term of a numerator; a number such as 4/3 in front of a letter may be one."""
    found = parts(term)
    if not found.fractional:
        return False
    plain = not (found.under or found.root_under or found.tall_over or found.tall_under)
    return not (numbers_allowed and plain and found.over)
