"""Derivations: sequences of equations, each with the rule that gave it and both of its sides."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from io import BytesIO
from typing import Any

import sympy as sp

from cooperon.diagrams.repl import PublicNames

__all__ = ["STORED", "VALUES", "Derivation", "Step", "one_line"]

VALUES = "values put in"
"""Rule of the steps that put a metal's own values in place of symbols."""
STORED = "stored, not derived"
"""Rule of the steps that quote the literature: nothing confirms them."""


def one_line(expr: sp.Expr) -> str:
    """Write an expression in one line; sympy gives each row of a matrix in a product a line of its own.

    Examples
    --------
    >>> print(one_line(sp.MatMul(sp.ImmutableMatrix([[0, 1], [1, 0]]), sp.MatrixSymbol("v", 2, 1))))
    Matrix([[0, 1], [1, 0]])*v
    """
    return " ".join(str(expr).split()).replace("([ [", "([[").replace("[ ", "[")


@dataclass(frozen=True, repr=False)
class Step(PublicNames):
    """One equation of a derivation.

    Both sides are kept as they are (sympy's ``Eq`` would collapse an identity to True).

    Parameters
    ----------
    rule : str
        Name of the rule that was used.
    lhs, rhs : sympy.Expr
        The two sides; the left one keeps its integrals and sums undone.
    reason : str
        One line of reason.
    scaling : tuple of (Symbol, int)
        Empty for an equality. For an approximation: how the symbols scale with the small parameter
        eps (``((q, 1), (omega, 2))``: q -> eps q, omega -> eps**2 omega).
    order : sympy.Expr
        For an approximation: the error relative to the right-hand side (the error itself where that is 0)
        vanishes as eps**order.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> print(Step("sine", sp.sin(x), x, "for small x", ((x, 1),), sp.Integer(2)))
    sin(x) ≈ x
    """

    rule: str
    lhs: sp.Expr
    rhs: sp.Expr
    reason: str
    scaling: tuple[tuple[sp.Symbol, int], ...] = ()
    order: sp.Expr = sp.S.Zero

    @property
    def relation(self) -> str:
        """Return "=" or, for an approximation, "≈"."""
        return "≈" if self.scaling else "="

    def __reduce__(self) -> tuple[Any, ...]:
        written = BytesIO()
        _Pickler(written).dump(tuple(getattr(self, field.name) for field in fields(self)))
        return _read_back, (type(self), written.getvalue())

    def __str__(self) -> str:
        return f"{one_line(self.lhs)} {self.relation} {one_line(self.rhs)}"

    def __repr__(self) -> str:
        return f"<Step {self.rule}: {self}>"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"

    def latex(self, *, symbols: Mapping[Any, str] | None = None) -> str:
        r"""Return the equation in LaTeX, without a number; ``symbols`` renames symbols.

        Parameters
        ----------
        symbols : mapping of str or Symbol to str, optional
            LaTeX for symbols, by name.

        Examples
        --------
        >>> x = sp.Symbol("tau", positive=True)
        >>> print(Step("sum", x + x, 2 * x, "collected").latex())
        2 \tau = 2 \tau
        """
        from cooperon.symbolic.latex import equation

        return equation(self, symbols)


class _Pickler(pickle.Pickler):
    """Writes sums, products and powers that were left undone as such: sympy would do them on reading."""

    def reducer_override(self, value: Any) -> Any:
        undone = isinstance(value, sp.Add | sp.Mul | sp.Pow) and value.func(*value.args) != value
        return (_undone, (value.func, value.args)) if undone else NotImplemented


def _undone(operation: type[sp.Expr], terms: tuple[sp.Expr, ...]) -> sp.Expr:
    return operation(*terms, evaluate=False)


def _read_back(cls: type[Step], written: bytes) -> Step:
    return cls(*pickle.loads(written))


@dataclass(frozen=True)
class Derivation(PublicNames):
    """The pages behind a formula: numbered equations.

    Parameters
    ----------
    steps : tuple of Step
        The equations, in order.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> Derivation((Step("square", (x + 1) ** 2, x**2 + 2 * x + 1, "multiplied out"),))
    (1) square: multiplied out
        (x + 1)**2
        = x**2 + 2*x + 1
    """

    steps: tuple[Step, ...] = ()

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __getitem__(self, index: int) -> Step:
        return self.steps[index]

    def __add__(self, other: Derivation | Iterable[Step]) -> Derivation:
        """Put two derivations one after the other; a line that stands already is not repeated."""
        return Derivation(tuple(dict.fromkeys((*self.steps, *other))))

    def __repr__(self) -> str:
        return "\n".join(
            f"({i}) {step.rule}: {step.reason}\n    {one_line(step.lhs)}\n    "
            f"{step.relation} {one_line(step.rhs)}"
            for i, step in enumerate(self.steps, 1)
        )

    def latex(self, *, symbols: Mapping[Any, str] | None = None) -> str:
        """Return the derivation as aligned, numbered equations in LaTeX, with a reason before each.

        Parameters
        ----------
        symbols : mapping of str or Symbol to str, optional
            LaTeX for symbols, by name.

        Examples
        --------
        >>> import cooperon as cp
        >>> cp.conductivity(cp.Metal(dim=2)).derivation.latex().count("Kubo formula")
        1
        """
        from cooperon.symbolic.latex import derivation

        return derivation(self, symbols)

    def _repr_latex_(self) -> str:
        lines = (rf"&{step.latex()} && \text{{{step.rule}}}" for step in self.steps)
        return r"$\displaystyle\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}$"
