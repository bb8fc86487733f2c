"""The errors of the library: each says what was given, what was expected, and what to try."""

from __future__ import annotations

__all__ = [
    "AssumptionError",
    "AssumptionWarning",
    "CooperonError",
    "DiagramError",
    "DivergenceError",
    "InputError",
    "ReadingError",
    "UnitError",
]


class CooperonError(Exception):
    """Base of all errors raised on purpose.

    Parameters
    ----------
    given : str
        What the caller handed over.
    expected : str
        What would have been accepted.
    hint : str, optional
        What to try next.

    Examples
    --------
    >>> print(CooperonError("dim = -1", expected="a positive dimension", hint="dim=2"))
    given: dim = -1; expected: a positive dimension; try: dim=2
    """

    def __init__(self, given: str, expected: str = "", hint: str = "") -> None:
        super().__init__(given, expected, hint)
        self.given = given
        self.expected = expected
        self.hint = hint

    def __str__(self) -> str:
        parts = (("given", self.given), ("expected", self.expected), ("try", self.hint))
        return "; ".join(f"{label}: {text}" for label, text in parts if text)


class InputError(CooperonError, ValueError):
    """An argument is not one that the function accepts.

    Examples
    --------
    >>> import cooperon as cp
    >>> cp.Metal(dim=-1)
    Traceback (most recent call last):
        ...
    cooperon.diagrams.errors.InputError: given: dim = -1; expected: ...
    """


class DiagramError(InputError):
    """A graph is not a valid diagram, or not one that the operation can take.

    Examples
    --------
    >>> import cooperon as cp
    >>> cp.Diagram.build(["current"], [])
    Traceback (most recent call last):
        ...
    cooperon.diagrams.errors.DiagramError: given: current vertex 0 ...
    """


class ReadingError(InputError):
    """An expression written by a user cannot be read.

    Examples
    --------
    >>> import cooperon as cp
    >>> cp.check("ln(", cp.conductivity(cp.Metal(dim=2)))
    Traceback (most recent call last):
        ...
    cooperon.diagrams.errors.ReadingError: given: ...
    """


class UnitError(InputError):
    """The physical dimensions of an expression do not fit together.

    Examples
    --------
    >>> import cooperon as cp
    >>> wire, metal = cp.Wire(length=cp.symbols.L), cp.Metal(dim=1)
    >>> metal = metal.replace(geometry=wire)
    >>> cp.conductance(metal) + cp.conductivity(metal, loops=1)
    Traceback (most recent call last):
        ...
    cooperon.diagrams.errors.UnitError: given: delta G [kg^-1 m^-2 s^3 A^2] + ...
    """


class DivergenceError(CooperonError, ArithmeticError):
    """An integral is infinite with the cutoffs given.

    Examples
    --------
    >>> import cooperon as cp
    >>> cp.conductivity(cp.Metal(dim=2, dephasing=None), loops=1)
    Traceback (most recent call last):
        ...
    cooperon.diagrams.errors.DivergenceError: given: ...
    """


class AssumptionError(CooperonError, ValueError):
    """A formula is used where its assumptions do not hold.

    Examples
    --------
    >>> import cooperon as cp
    >>> dirty = cp.Sample(dim=2, density=3.0e15, mobility=0.05, mass=0.067, tau_phi=20e-12)
    >>> cp.conductivity(cp.Metal(dim=2)).evaluate(dirty)
    Traceback (most recent call last):
        ...
    cooperon.diagrams.errors.AssumptionError: given: ...
    """


class AssumptionWarning(UserWarning):
    """A formula is evaluated at array values where its assumptions do not hold.

    Examples
    --------
    >>> import warnings
    >>> import cooperon as cp
    >>> f = cp.conductivity(cp.Metal(dim=2), loops=1).lambdify("tau_phi", "tau")
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     _ = f(0.5, 1.0, e=1.0, hbar=1.0)
    >>> caught[0].category.__name__
    'AssumptionWarning'
    """
