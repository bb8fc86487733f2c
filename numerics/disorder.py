"""Random potentials on a few sites: what their moments are, and the cumulants that follow.

Examples
--------
>>> import cooperon as cp
>>> cp.disorder.white_noise(2).sites
2
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cooperon.diagrams.arguments import is_count, whole
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames
from cooperon.numerics.rational import Matrix, independent_sources, read_fraction, read_matrix

__all__ = ["LAWS", "Disorder", "box", "gaussian", "two_valued", "white_noise"]

LAWS: Mapping[str, Callable[[int], Fraction]] = {
    "gaussian": lambda half: Fraction(math.prod(range(1, 2 * half, 2))),
    "box": lambda half: Fraction(3**half, 2 * half + 1),
    "two-valued": lambda _: Fraction(1),
}
"""The moments <x^2m> of a random number with mean 0 and variance 1, even in x, as functions of m."""


@dataclass(frozen=True)
class Disorder(PublicNames):
    """A random potential V_s on the sites s, made of independent sources x_k: V_s = sum_k A_sk x_k.

    Made by :func:`gaussian`, :func:`white_noise`, :func:`box` or :func:`two_valued`.

    Parameters
    ----------
    covariance : tuple of tuples of Fraction
        C_ss' = <V_s V_s'>.
    mixing : tuple of tuples of Fraction
        A, one row a site, one column a source.
    variances : tuple of Fraction
        <x_k^2>.
    law : str
        How the sources are distributed, a row of ``LAWS``.

    Examples
    --------
    >>> uniform = box(sites=2, width=2)
    >>> print(*(uniform.moment(0, p) for p in (2, 4)), *(uniform.cumulant(0, p) for p in (2, 4)))
    1/3 1/5 1/3 -2/15
    """

    covariance: Matrix
    mixing: Matrix
    variances: tuple[Fraction, ...]
    law: str

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.covariance)

    @property
    def correlated(self) -> bool:
        """True when the potentials on different sites know of each other."""
        return any(c for s, row in enumerate(self.covariance) for t, c in enumerate(row) if s != t)

    def moment(self, source: int, power: int) -> Fraction:
        """Average a power of a source, <x_k^power>."""
        if power % 2:
            return Fraction(0)
        return LAWS[self.law](power // 2) * self.variances[source] ** (power // 2)

    def cumulant(self, source: int, power: int) -> Fraction:
        """Take from a moment what the cumulants below make of it.

        The element number one of ``power`` elements is in a set together with j - 1 others, and the rest
        is free: <x^n> = sum_j binomial(n-1, j-1) kappa_j <x^(n-j)>.
        """
        known: list[Fraction] = []
        for n in range(1, power + 1):
            shares = (
                math.comb(n - 1, j - 1) * known[j - 1] * self.moment(source, n - j) for j in range(1, n)
            )
            known.append(self.moment(source, n) - sum(shares, Fraction(0)))
        return known[-1]

    def __str__(self) -> str:
        law = self.law.replace("gaussian", "Gaussian")
        return f"{'correlated' if self.correlated else 'uncorrelated'} {law} disorder"


def gaussian(covariance: Any) -> Disorder:
    """Describe a Gaussian random potential by its covariance C_ss' = <V_s V_s'>.

    Parameters
    ----------
    covariance : matrix
        C_ss', a row for each site: symmetric, no negative eigenvalue; integers, fractions or floats.

    Raises
    ------
    InputError
        When the matrix is not symmetric or has a negative eigenvalue.

    Examples
    --------
    >>> print(gaussian([[2, 1], [1, 2]]))
    correlated Gaussian disorder
    """
    matrix = read_matrix(covariance, "covariance")
    return Disorder(matrix, *independent_sources(matrix), "gaussian")


def white_noise(sites: int, *, strength: Any = 1) -> Disorder:
    """Describe a Gaussian potential that is independent on every site, <V_s V_s'> = strength delta_ss'.

    Parameters
    ----------
    sites : int
        Number of sites.
    strength : number
        Variance on each site.

    Examples
    --------
    >>> print(white_noise(3))
    uncorrelated Gaussian disorder
    """
    return gaussian(_diagonal(sites, strength))


def box(sites: int, *, width: Any = 1, profile: Any = None) -> Disorder:
    """Describe sources that are independent and uniform between -width/2 and width/2 (Anderson's model).

    Parameters
    ----------
    sites : int
        Number of sites, with a source on each.
    width : number
        W; the variance is W^2/12.
    profile : matrix, optional
        A_sk, what the source at k does at the site s; one at k alone unless given.

    Examples
    --------
    >>> box(2, width=6).covariance[0]
    (Fraction(3, 1), Fraction(0, 1))
    """
    return _independent("box", sites, read_fraction(width) ** 2 / 12, profile)


def two_valued(sites: int, *, size: Any = 1, profile: Any = None) -> Disorder:
    """Describe sources that are size or -size with equal chance (a binary alloy of equal parts).

    Parameters
    ----------
    sites : int
        Number of sites.
    size : number
        Size of each source.
    profile : matrix, optional
        What a source adds on which site, a row for each site; default one source a site.

    Examples
    --------
    >>> two_valued(1, size=2).cumulant(0, 4)
    Fraction(-32, 1)
    """
    return _independent("two-valued", sites, read_fraction(size) ** 2, profile)


def _independent(law: str, sites: int, variance: Fraction, profile: Any) -> Disorder:
    if variance == 0:
        raise InputError(f"{law} disorder of variance 0", expected="a potential that varies")
    mixing = read_matrix(_diagonal(sites, 1) if profile is None else profile, "profile", sites)
    covariance = [[variance * sum(a * b for a, b in zip(s, t, strict=True)) for t in mixing] for s in mixing]
    return Disorder(read_matrix(covariance, "covariance"), mixing, (variance,) * sites, law)


def _diagonal(sites: int, value: Any) -> list[list[Any]]:
    number = whole(sites)
    if not is_count(number) or number < 1:
        raise InputError(f"sites = {sites!r}", expected="a number of sites 1, 2, 3, ...")
    return [[value if s == t else 0 for t in range(number)] for s in range(number)]


def __dir__() -> list[str]:
    return sorted(__all__)
