"""The self-consistent theory of localization: weak localization with D(omega) put back into its pole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.symbolic import self_consistent_closed as closed
from cooperon.symbolic import self_consistent_dynamics as dynamics
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import require
from cooperon.symbolic.cutoffs import Cutoff, Regulator, find_cutoff
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.metal import Metal, require_plain
from cooperon.symbolic.self_consistent_steps import Theory, theory

__all__ = ["SelfConsistent", "self_consistent"]

_LARGEST = 4


@dataclass(frozen=True, repr=False)
class SelfConsistent(PublicNames):
    r"""The self-consistent theory of a metal: D(omega)/D = 1 - J, with D(omega) in J.

    .. math:: \frac{D(\omega)}{D} = 1 - \frac{1}{\pi \nu \hbar D} \int \frac{d^d q}{(2 \pi)^d}
        \frac{1}{q^2 - i \omega/D(\omega)}

    Attributes
    ----------
    metal : Metal
        Which metal; its dephasing is left out.
    cutoff : str
        Where the integral ends.

    Examples
    --------
    >>> found = self_consistent(Metal(dim=2), cutoff="mean_free_path")
    >>> found.localization_length.in_terms_of("k_F", "ell").expr
    ell*sqrt(exp(pi*ell*k_F) - 1)
    >>> print(f"{found.ratio(0.01, k_F_ell=3.0):.4f}")
    0.6305-0.1403j
    """

    metal: Metal
    cutoff: str

    def __repr__(self) -> str:
        return (
            f"<SelfConsistent {self.metal!r}, cutoff={self.cutoff!r}: D(omega)/D = 1 - {self.theory.exact}>"
        )

    @property
    def _rule(self) -> Cutoff:
        return find_cutoff(self.cutoff)

    @cached_property
    def theory(self) -> Theory:
        """J as a function of L_loc = sqrt(i D(omega)/omega), its leading form, and the pages down to it."""
        return theory(self.metal.without_values, self._rule)

    @cached_property
    def localization_length(self) -> Formula:
        """The localization length: J = 1 at rest.

        Exact in two dimensions where J is a logarithm; else from the leading form of J, for
        lengths far beyond the cutoff. In three dimensions it holds beyond the mobility edge, near it.

        Examples
        --------
        >>> self_consistent(Metal(dim=1)).localization_length.expr
        2*pi*D*hbar*nu
        """
        return closed.length(self.metal, self.theory, self._rule)

    @cached_property
    def mobility_edge(self) -> Formula:
        """The critical k_F ell, above two dimensions.

        Examples
        --------
        >>> self_consistent(Metal(dim=3), cutoff="mean_free_path").mobility_edge.expr
        sqrt(3)/sqrt(pi)
        """
        return closed.critical_k_F_ell(self.metal, self.theory, self._rule)

    @property
    def exponent(self) -> sp.Expr:
        """Exponent of the localization length at the edge, above two dimensions.

        Examples
        --------
        >>> self_consistent(Metal(dim=3)).exponent, self_consistent(Metal(dim=s.d)).exponent
        (1, 1/(d - 2))
        """
        closed.require_edge(self.metal, self.theory.form)
        return closed.critical_exponent(self.theory.form)

    @cached_property
    def conductivity(self) -> Formula:
        """The conductivity at the frequency omega, in one, two and three dimensions.

        The leading form of J makes it a quadratic equation, Lambert's function, and a cubic equation.

        Examples
        --------
        >>> self_consistent(Metal(dim=2)).conductivity.expr.has(sp.LambertW)
        True
        """
        return dynamics.dynamical(self.metal, self.theory, self._rule)

    @cached_property
    def edge_conductivity(self) -> Formula:
        """The conductivity at the mobility edge, which goes with omega**(1 - 2/d).

        Examples
        --------
        >>> edge = self_consistent(Metal(dim=3)).edge_conductivity.expr
        >>> sp.simplify(s.omega * edge.diff(s.omega) / edge)
        1/3
        """
        return dynamics.at_the_edge(self.metal, self.theory, self._rule)

    @cached_property
    def insulator_conductivity(self) -> Formula:
        """The conductivity of an insulator at low frequency: polarizability, and dissipation in omega**2.

        Examples
        --------
        >>> self_consistent(Metal(dim=1)).insulator_conductivity.expr.coeff(s.omega, 2).is_positive
        True
        """
        return dynamics.insulating(self.metal, self.theory, self._rule)

    def ratio(self, omega_tau: Any, *, k_F_ell: Any = None, coupling: Any = None) -> Any:
        """Solve for D(omega)/D = sigma(omega)/sigma_0 by numbers, without a leading form.

        Parameters
        ----------
        omega_tau : float, complex or array
            The frequency in units of 1/tau; 0 is at rest. Complex frequencies lie in the upper half plane.
        k_F_ell : float or array
            Of the metal. In one dimension the coupling does not depend on it.
        coupling : float or array, optional
            In place of k_F ell: (D tau)**(1 - d/2)/(pi hbar nu D), for a wire of many channels.

        Returns
        -------
        complex or array of complex

        Raises
        ------
        InputError
            When a number is not positive, or neither or both of k_F_ell and coupling are given.
        CooperonError
            When no root is found, which happens with the cutoff ``"time"`` far above 1/tau.

        Examples
        --------
        >>> found = self_consistent(Metal(dim=3), cutoff="mean_free_path")
        >>> found.ratio(0.0, k_F_ell=[0.9, 2.0]).round(6)
        array([0.      +0.j, 0.761268+0.j])
        """
        from cooperon.numerics.self_consistent_roots import ratio

        return ratio(self, omega_tau, k_F_ell, coupling)

    def length(self, *, k_F_ell: Any = None, coupling: Any = None) -> Any:
        """Solve for the localization length by numbers; in units of ell, infinite in a conductor.

        Parameters
        ----------
        k_F_ell, coupling : float or array
            As in :meth:`ratio`.

        Examples
        --------
        >>> round(self_consistent(Metal(dim=2), cutoff="mean_free_path").length(k_F_ell=1.0), 6)
        4.70539
        """
        from cooperon.numerics.self_consistent_roots import length

        return length(self, k_F_ell, coupling)


def self_consistent(metal: Metal, *, cutoff: str = "diffusive") -> SelfConsistent:
    r"""Put D(omega) back into the diffusion pole of a metal's weak localization.

    Parameters
    ----------
    metal : Metal
        Of the orthogonal class, in less than four dimensions (``cooperon.symbols.d``: between two and
        four), without field or shape. Its dephasing is left out.
    cutoff : str
        ``"diffusive"``, ``"mean_free_path"``, ``"time"``, ``"smooth"`` or ``"dimensional"``, as in
        :func:`~cooperon.conductivity`.

    Returns
    -------
    SelfConsistent

    Raises
    ------
    InputError
        For another class, what the metal has beside its potential, a potential with harmonics, or the cutoff
        ``"window"``.
    DivergenceError
        Where the integral is infinite: ``"dimensional"`` in two dimensions.

    References
    ----------
    D. Vollhardt and P. Woelfle, Phys. Rev. B 22, 4666 (1980); Phys. Rev. Lett. 48, 699 (1982).

    Examples
    --------
    >>> self_consistent(Metal(dim=3), cutoff="mean_free_path").mobility_edge.expr.evalf(12)
    0.977205023806
    """
    require(metal, Metal, "metal", "cp.Metal(dim=3)")
    require_plain(metal, "the self-consistent theory")
    rule = find_cutoff(cutoff)
    if metal.zeeman is not None or metal.potential.harmonics:
        raise InputError(
            f"the self-consistent theory of {metal!r}",
            expected="isotropic scattering of spins that nothing splits",
            hint="cp.Metal(dim=3)",
        )
    if rule.regulator is Regulator.WINDOW:
        raise InputError(
            f'cutoff = "{cutoff}" in the self-consistent theory',
            expected="a cutoff without tau_phi: the theory has no dephasing",
            hint='cutoff="time"',
        )
    if metal.dim.is_number and metal.dim >= _LARGEST:
        raise InputError(
            f"the self-consistent theory in {metal.dim} dimensions",
            expected="less than four dimensions",
            hint="dim=3",
        )
    coherent = replace(metal, tau_phi=s.tau_phi, dephasing=None)
    found = SelfConsistent(coherent, cutoff)
    _ = found.theory  # an infinite integral is refused here
    return found
