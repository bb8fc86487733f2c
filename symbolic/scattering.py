"""Scattering mechanisms: what the impurities do to an electron."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import PublicNames, ShortRepr
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression
from cooperon.symbolic.dimensions import DIMENSIONLESS, dimension_of
from cooperon.symbolic.spin import spin_matrices

__all__ = ["AXES", "Magnetic", "Mechanism", "Potential", "SpinOrbit", "Vertex", "Zeeman", "mechanisms"]

_HINT = "Potential(harmonics=(cooperon.symbols.w_1,))"

AXES = ("x", "y", "z")
"""Axes of space, along which a mechanism acts on the spin."""


@dataclass(frozen=True)
class Vertex(PublicNames):
    r"""What one kind of impurity does to an electron: u(k', k) M, with a matrix M in spin space.

    Averaged over directions the two ends of its impurity line are M and M, with the strength
    hbar/(2 pi nu) times ``rate``. Both u(k', k) M and M are Hermitian, so that u is either symmetric
    under the exchange of k and k' or turns its sign.

    Attributes
    ----------
    name : str
        Of the mechanism.
    matrix : sympy matrix
        M, on the states of the spin.
    rate : sympy.Expr
        Rate of scattering.
    exchange : int
        +1 for u(k, k') = u(k', k), -1 for u(k, k') = -u(k', k).
    """

    name: str
    matrix: sp.ImmutableDenseMatrix
    rate: sp.Expr
    exchange: int = 1


class Mechanism:
    """What a mechanism of scattering beside the potential has to tell: its vertices."""

    def vertices(self, spin: sp.Rational) -> tuple[Vertex, ...]:
        """Return the vertices, for carriers of a spin."""
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class Potential(ShortRepr):
    r"""Elastic scattering off a static potential, with any dependence on the angle.

    The rate of scattering from the direction n to n' follows the harmonics of the angle between them,

    .. math:: W(n \cdot n') \propto 1 + \sum_{n \geq 1} w_n N_n P_n(n \cdot n'),

    where P_n is the Legendre polynomial of the dimension with P_n(1) = 1 (cos(n theta) in two dimensions) and
    N_n the number of spherical harmonics of degree n. The total rate is 1/tau; the n-th harmonic of a
    distribution relaxes at the rate

    .. math:: 1/\tau_n = (1 - w_n)/\tau, \qquad \tau_{\mathrm{tr}} = \tau_1 .

    Parameters
    ----------
    harmonics : tuple of numbers or sympy.Expr
        w_1, w_2, ..., each between -1 and 1, and w_1 < 1. Default: white noise, where all vanish and
        scattering is isotropic.

    Raises
    ------
    InputError
        When a harmonic is not real, out of bounds or measured in a unit.

    Notes
    -----
    The harmonics that are not listed count as 0. Diffusion asks for w_1 alone, so that (w_1,) stands for
    every potential with this ratio of tau and tau_tr, also where 1 + w_1 N_1 P_1 by itself would be
    negative somewhere.

    Examples
    --------
    >>> Potential(harmonics=(0.5, s.w_2)).harmonics
    (1/2, w_2)
    >>> Potential(harmonics=(s.w_1,)).weight(1), Potential().weight(1)
    (w_1, 0)
    """

    harmonics: Any = ()

    def __post_init__(self) -> None:
        given = self.harmonics
        if isinstance(given, str | Set | Mapping) or not isinstance(given, Iterable):
            raise InputError(f"harmonics = {given!r}", expected="a tuple (w_1, w_2, ...)", hint=_HINT)
        found = [_harmonic(value, n) for n, value in enumerate(given, 1)]
        while found and found[-1] == 0:
            found.pop()
        _require_names(found)
        object.__setattr__(self, "harmonics", tuple(found))

    def weight(self, degree: int) -> sp.Expr:
        """Return w_n, with w_0 = 1: the share of the n-th harmonic that a collision hands on.

        Parameters
        ----------
        degree : int
            n.

        Examples
        --------
        >>> Potential(harmonics=(s.w_1,)).weight(1)
        w_1
        """
        weights = (sp.S.One, *self.harmonics)
        return weights[degree] if degree < len(weights) else sp.S.Zero


def _harmonic(value: Any, degree: int) -> sp.Expr:
    name = f"harmonic w_{degree}"
    found = expression(value, name, _HINT)
    if found.is_real is False or isinstance(value, complex):
        raise InputError(f"{name} = {value!r}", expected="a real number or expression", hint=_HINT)
    if (1 - sp.Abs(found)).is_negative:
        raise InputError(
            f"{name} = {value!r}",
            expected="a number between -1 and 1: a rate of scattering is not negative",
            hint="the average of cos(n theta) over the angles of scattering, weighted with the rate",
        )
    if degree == 1 and (1 - found).is_positive is False:
        raise InputError(
            f"{name} = {value!r}",
            expected="w_1 < 1: with w_1 = 1 the current never relaxes",
            hint=_HINT,
        )
    _require_plain(found, name)
    return found


def _require_plain(weight: sp.Expr, name: str) -> None:
    known = s.dimensions()
    if weight.free_symbols <= known.keys() and dimension_of(weight, known) != DIMENSIONLESS:
        raise InputError(f"{name} = {weight}", expected="a number without a unit", hint=_HINT)


def _require_names(harmonics: list[sp.Expr]) -> None:
    """Refuse what would say the same thing twice: w_1 and tau_tr have their meaning already."""
    taken = {s.tau_tr} if harmonics[:1] == [s.w_1] else {s.tau_tr, s.w_1}
    for n, value in enumerate(harmonics, 1):
        found = sorted(map(str, value.free_symbols & taken))
        if found:
            raise InputError(
                f"harmonic w_{n} = {value}",
                expected=f"an expression without {', '.join(found)}, which follows from the first harmonic",
                hint=_HINT,
            )


@dataclass(frozen=True, repr=False)
class _OnSpin(ShortRepr, Mechanism):
    """A mechanism that acts on the spin along axes, with a rate for each."""

    axes: str = "isotropic"

    _name = ""
    _time = ""
    _exchange = 1

    def __post_init__(self) -> None:
        given = self.axes
        if given == "isotropic":
            return
        if not isinstance(given, str) or not given or sorted(set(given) & set(AXES)) != sorted(given):
            raise InputError(
                f"axes = {given!r}",
                expected='"isotropic", "xyz", or some of the letters x, y, z, each once',
                hint=f'{type(self).__name__}(axes="xyz")',
            )
        object.__setattr__(self, "axes", "".join(sorted(given)))

    @property
    def rates(self) -> Mapping[str, sp.Expr]:
        """Rate of each axis on which it acts."""
        if self.axes == "isotropic":
            return dict.fromkeys(AXES, 1 / (3 * s.lookup(self._time)))
        return {axis: 1 / s.lookup(f"{self._time}_{axis}") for axis in self.axes}

    def vertices(self, spin: sp.Rational) -> tuple[Vertex, ...]:
        """Return a vertex for each axis, with the spin's component along it.

        Parameters
        ----------
        spin : sympy.Rational
            Spin of the carriers.

        Examples
        --------
        >>> [vertex.rate for vertex in SpinOrbit().vertices(sp.Rational(1, 2))]
        [1/(3*tau_so), 1/(3*tau_so), 1/(3*tau_so)]
        """
        components = dict(zip(AXES, spin_matrices(spin), strict=True))
        return tuple(
            Vertex(self._name, components[axis], rate, self._exchange) for axis, rate in self.rates.items()
        )


@dataclass(frozen=True, repr=False)
class SpinOrbit(_OnSpin):
    r"""Spin-orbit scattering off impurities: the vertex i (k' x k) . sigma.

    It changes sign when k and k' are exchanged (exchange -1) and none when both are turned round: what it
    does to a spin on a path is undone on the same path run backwards.

    Parameters
    ----------
    axes : str
        ``"isotropic"``: one rate 1/tau_so, a third of it for each axis of the spin. ``"xyz"``: a rate for
        each axis, 1/tau_so_x, 1/tau_so_y, 1/tau_so_z. A part of the letters: the axes that there are
        (``"z"`` for electrons that move in the plane: k' x k stands upright).

    Raises
    ------
    InputError
        For other axes.

    References
    ----------
    S. Hikami, A. I. Larkin and Y. Nagaoka, Prog. Theor. Phys. 63, 707 (1980).

    Examples
    --------
    >>> SpinOrbit().rates["x"], SpinOrbit(axes="z").rates
    (1/(3*tau_so), {'z': 1/tau_so_z})
    """

    _name = "spin-orbit scattering"
    _time = "tau_so"
    _exchange = -1


@dataclass(frozen=True, repr=False)
class Magnetic(_OnSpin):
    r"""Scattering off magnetic impurities, whose spins are frozen and random: the vertex S . sigma.

    It is symmetric in k and k' (exchange +1): run backwards, a path does not undo what it did to the spin.

    Parameters
    ----------
    axes : str
        ``"isotropic"``: one rate 1/tau_s, a third of it for each axis. ``"xyz"``: a rate for each axis,
        1/tau_s_x, 1/tau_s_y, 1/tau_s_z; a part of the letters: the axes that there are.

    Raises
    ------
    InputError
        For other axes.

    References
    ----------
    S. Hikami, A. I. Larkin and Y. Nagaoka, Prog. Theor. Phys. 63, 707 (1980).

    Examples
    --------
    >>> Magnetic(axes="xyz").rates["z"]
    1/tau_s_z
    """

    _name = "magnetic scattering"
    _time = "tau_s"
    _exchange = 1


@dataclass(frozen=True, repr=False)
class Zeeman(ShortRepr, Mechanism):
    r"""The splitting of the two spins' energies by a magnetic field, g_L mu_B B, whatever its direction.

    It scatters nothing: it has no vertices. It shifts the frequency of a diffuson of unlike spins.

    References
    ----------
    P. A. Lee and T. V. Ramakrishnan, Rev. Mod. Phys. 57, 287 (1985), section III.D.

    Examples
    --------
    >>> Zeeman().energy, Zeeman().vertices(sp.Rational(1, 2))
    (B*g_L*mu_B, ())
    """

    @property
    def energy(self) -> sp.Expr:
        """Distance in energy of the two spins."""
        return s.g_L * s.mu_B * s.B

    def vertices(self, spin: sp.Rational) -> tuple[Vertex, ...]:
        """Return no vertices.

        Parameters
        ----------
        spin : sympy.Rational
            Spin of the carriers, 1/2.

        Raises
        ------
        InputError
            For another spin.

        Examples
        --------
        >>> Zeeman().vertices(sp.Rational(1, 2))
        ()
        """
        if spin != sp.Rational(1, 2):
            raise InputError(f"Zeeman() for carriers of spin {spin}", expected="spin 1/2")
        return ()


def mechanisms(given: Any) -> tuple[Any, ...]:
    """Check a metal's scattering mechanisms: each kind once; a potential is understood.

    The potential stands first.

    Raises
    ------
    InputError
        For anything else.

    Examples
    --------
    >>> mechanisms([Potential()])
    (Potential(),)
    >>> mechanisms(SpinOrbit())
    (Potential(), SpinOrbit())
    """
    found = tuple(given) if isinstance(given, list | tuple) else (given,)
    kinds = [type(one) for one in found]
    if (
        not found
        or not all(isinstance(one, Potential | Mechanism) for one in found)
        or len(set(kinds)) != len(kinds)
    ):
        raise InputError(
            f"scattering = {given!r}",
            expected="one Potential, and beside it mechanisms that act on the spin, each kind once",
            hint=f"scattering=[cooperon.{_HINT}, cooperon.SpinOrbit()]",
        )
    potential = [one for one in found if isinstance(one, Potential)] or [Potential()]
    others = sorted((one for one in found if isinstance(one, Mechanism)), key=lambda one: str(type(one)))
    return (*potential, *others)
