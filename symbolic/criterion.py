"""A criterion: a number of a metal that is compared with 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic.formula import Formula

if TYPE_CHECKING:
    from cooperon.numerics.sample import Sample

__all__ = ["Criterion"]


@dataclass(frozen=True)
class Criterion(PublicNames):
    """A criterion: a number without dimension that is compared with 1.

    Attributes
    ----------
    name : str
        Whose criterion.
    quantity : Formula
        The number.
    condition : sympy relational
        What holds in a good metal.
    statement : str
        What it means.

    Examples
    --------
    >>> import cooperon as cp
    >>> print(cp.ioffe_regel_criterion(cp.Metal(dim=3)))
    Ioffe-Regel: ell*k_F > 1, a mean free path longer than the wave length over 2 pi
    """

    name: str
    quantity: Formula
    condition: Any
    statement: str

    def __str__(self) -> str:
        return f"{self.name}: {self.condition}, {self.statement}"

    def holds(self, sample: Sample, **values: float) -> bool:
        """Say whether a sample is a good metal by the criterion.

        Parameters
        ----------
        sample : Sample
            The numbers, in SI units.
        **values : float
            Further ones, or other ones in place of the sample's, by name: ``L=1e-6``.

        Returns
        -------
        bool
            Whether the number is larger than 1, also where that is outside of what its formula assumes.

        Raises
        ------
        InputError
            When a number is missing, or the sample has another dimension or spin.

        Examples
        --------
        >>> import cooperon as cp
        >>> wire = cp.Sample(dim=1, k_F=1e9, ell=1e-8, mass=1)
        >>> criterion = cp.thouless_criterion(cp.Metal(dim=1))
        >>> criterion.holds(wire, L=1e-8), criterion.holds(wire, L=1e-7)
        (True, False)
        """
        from cooperon.numerics.sample import number_of

        return complex(number_of(self.quantity, sample, values)).real > 1
