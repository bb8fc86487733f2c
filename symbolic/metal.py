"""The metal: what it is made of, and the relations among its quantities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.repl import ShortRepr, changed
from cooperon.symbolic import symbols as s
from cooperon.symbolic.arguments import expression, positive
from cooperon.symbolic.dephasing import Dephasing, ElectronElectron
from cooperon.symbolic.fields import Field, require_field
from cooperon.symbolic.geometry import Bulk, Geometry, require_geometry
from cooperon.symbolic.interactions import Interaction, require_interaction
from cooperon.symbolic.matthiessen import dephasing_law, laws_of, time_in
from cooperon.symbolic.scattering import AXES, Mechanism, Potential, Vertex, Zeeman, mechanisms
from cooperon.symbolic.spin import identity

__all__ = ["Metal", "is_plain", "require_plain", "to_dimension"]


_ELECTRON_SPIN = sp.Rational(1, 2)
_LARGEST_DIMENSION = 20
_DIFFUSION = ("isotropic", "xyz")
_BULK = Bulk()
_DEPHASING = Dephasing()


@dataclass(frozen=True, repr=False)
class Metal(ShortRepr):
    """A disordered metal, as far as its transport formulas need it.

    Electrons of spin ``spin`` scatter off impurities, elastically and with lifetime tau; by default off
    impurities without range (white-noise potential disorder).

    Parameters
    ----------
    dim : number or sympy.Expr
        Dimension of space: any positive number (2, Fraction(5, 2)) or ``cooperon.symbols.d``.
    spin : number
        Spin of the carriers: 1/2 for electrons, 0 for spinless ones.
    dephasing : Dephasing, PowerLaw, ElectronElectron, ElectronPhonon, several of them, or None
        What limits phase coherence; the rates of several add up. None: nothing does.
    tau, tau_phi : number or sympy.Expr
        Values to put in for the lifetime and the phase-coherence time; default the symbols.
    scattering : tuple of mechanisms
        A :class:`~cooperon.symbolic.scattering.Potential`, by default white noise; with a first harmonic
        w_1 the transport time is tau_tr = tau/(1 - w_1). Beside it a
        :class:`~cooperon.symbolic.scattering.SpinOrbit` and a
        :class:`~cooperon.symbolic.scattering.Magnetic`. The rate 1/tau is that of all of them together. A
        :class:`~cooperon.symbolic.scattering.Zeeman` splits the energies of the spins.
    field : PerpendicularField, ParallelField, TiltedField or None
        A magnetic field of the strength ``cooperon.symbols.B``.
    geometry : Bulk, Film, Wire, Ring or Cylinder
        The shape of the metal.
    diffusion : str
        ``"isotropic"``, or ``"xyz"``: diffusion constants D_x, D_y, D_z of their own along principal axes
        (as for an ellipsoidal Fermi surface); the conductivity is that along x.
    interaction : Coulomb, ShortRange or None
        The interaction of the electrons, for the responses that know it; None: they take Coulomb().

    Raises
    ------
    InputError
        When the dimension is not positive, the spin not a multiple of 1/2, or tau_phi < tau.

    Examples
    --------
    >>> Metal(dim=3, spin=0)
    Metal(dim=3, spin=0)
    >>> Metal(dim=2).spin_degeneracy, Metal(spin=0).spin_degeneracy
    (2, 1)
    >>> Metal(dim=3).relations[s.D]
    hbar**2*k_F**2*tau/(3*m**2)
    >>> Metal(dim=3, scattering=[Potential(harmonics=(s.w_1,))]).relations[s.D]
    hbar**2*k_F**2*tau_tr/(3*m**2)
    """

    dim: Any = 2
    spin: Any = _ELECTRON_SPIN
    dephasing: Any = _DEPHASING
    tau: Any = s.tau
    tau_phi: Any = s.tau_phi
    scattering: Any = (Potential(),)
    field: Field | None = None
    geometry: Geometry = _BULK
    diffusion: str = "isotropic"
    interaction: Interaction | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "dim", to_dimension(self.dim))
        object.__setattr__(self, "spin", _spin(self.spin))
        for name in ("tau", "tau_phi"):
            hint = f"{name}=cooperon.symbols.{name}"
            value = positive(getattr(self, name), name, hint)
            if value != s.lookup(name) and value.has(s.lookup(name)):
                raise InputError(f"{name} = {value}", expected="an expression in other symbols", hint=hint)
            object.__setattr__(self, name, value)
        object.__setattr__(self, "dephasing", dephasing_law(self.dephasing))
        object.__setattr__(self, "scattering", mechanisms(self.scattering))
        for mechanism in self.scattering[1:]:
            mechanism.vertices(self.spin)  # refuses carriers without spin
        require_field(self.field)
        require_interaction(self.interaction)
        require_geometry(self.geometry, self.dim)
        self._require_diffusion()
        self._require_dephasing()
        if (self.tau_phi - self.tau).is_negative:
            raise InputError(
                f"tau_phi = {self.tau_phi} < tau = {self.tau}",
                expected="tau_phi >= tau: phase coherence outlasts a collision",
                hint="a longer tau_phi; without coherence there is no interference correction",
            )

    def _require_diffusion(self) -> None:
        if self.diffusion not in _DIFFUSION:
            raise InputError(f"diffusion = {self.diffusion!r}", expected="one of " + ", ".join(_DIFFUSION))
        few = self.dim.is_Integer and self.dim <= len(AXES)
        if self.diffusion == "xyz" and not (few and self.geometry == _BULK):
            raise InputError(
                f'diffusion = "xyz" in {self.dim} dimensions with {self.geometry}',
                expected="Bulk() with a whole number of dimensions up to 3: as many principal axes",
                hint='diffusion="isotropic"',
            )

    def _require_dephasing(self) -> None:
        law = self.dephasing
        if self.tau_phi != s.tau_phi and (law is None or self.coherence_time != s.tau_phi):
            raise InputError(
                f"tau_phi = {self.tau_phi} beside dephasing = {law!r}",
                expected="one of the two: with this dephasing tau_phi is not free",
                hint="dephasing=Dephasing()",
            )

    def __repr__(self) -> str:
        shown = {"dim": self.dim} | dict(changed(self))
        if "scattering" in shown and self.scattering[0] == Potential():
            shown["scattering"] = self.scattering[1:]
        return f"Metal({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    def replace(self, **changes: Any) -> Metal:
        """Return another metal with some of the parameters changed.

        Parameters
        ----------
        **changes
            Parameters of a metal by their names.

        Examples
        --------
        >>> Metal(dim=2).replace(dim=3).dim
        3
        """
        unknown = set(changes) - set(self.__dataclass_fields__)
        if unknown:
            raise InputError(
                f"{', '.join(sorted(unknown))}", expected="one of " + ", ".join(self.__dataclass_fields__)
            )
        return replace(self, **changes)

    @property
    def spin_degeneracy(self) -> sp.Integer:
        """Number of spin states: the dimension of the space over which the spin is traced."""
        return 2 * self.spin + 1

    @property
    def potential(self) -> Potential:
        """The potential that electrons scatter off."""
        potential: Potential = self.scattering[0]
        return potential

    @property
    def spin_scatterers(self) -> tuple[Mechanism, ...]:
        """The mechanisms beside the potential that scatter."""
        return tuple(one for one in self.scattering[1:] if not isinstance(one, Zeeman))

    @property
    def zeeman(self) -> Zeeman | None:
        """The splitting of the spins' energies, where there is one."""
        return next((one for one in self.scattering if isinstance(one, Zeeman)), None)

    @property
    def beyond(self) -> tuple[str, ...]:
        """What it has beside a potential: of ``scattering``, ``field``, ``geometry``, ``diffusion``."""
        plain = {
            "scattering": (self.potential, *((self.zeeman,) if self.zeeman else ())),
            "field": None,
            "geometry": _BULK,
            "diffusion": _DIFFUSION[0],
        }
        return tuple(name for name, value in plain.items() if getattr(self, name) != value)

    @property
    def coherence_time(self) -> sp.Expr:
        """The phase-coherence time by the metal's law; the symbol where nothing limits coherence.

        Examples
        --------
        >>> Metal(dephasing=None).coherence_time
        tau_phi
        """
        return s.tau_phi if self.dephasing is None else time_in(self.dephasing, self)

    @property
    def noisy(self) -> bool:
        """Whether electrons make a noise along one dimension, in which the Cooperon is no diffusion pole.

        Examples
        --------
        >>> Metal(dim=1, dephasing=ElectronElectron()).noisy, Metal(dephasing=ElectronElectron()).noisy
        (True, False)
        """
        return any(isinstance(law, ElectronElectron) and law.along(self) for law in laws_of(self.dephasing))

    @property
    def coherence_gap(self) -> sp.Expr:
        """What dephasing adds to the gap of a Cooperon: 1/tau_phi; beside a noise the rates of other laws.

        Examples
        --------
        >>> Metal().coherence_gap, Metal(dim=1, dephasing=ElectronElectron()).coherence_gap
        (1/tau_phi, 0)
        """
        if self.dephasing is None:
            return sp.S.Zero
        if not self.noisy:
            return 1 / s.tau_phi
        others = (law for law in laws_of(self.dephasing) if not isinstance(law, ElectronElectron))
        return sp.Add(*(1 / time_in(law, self) for law in others))

    @property
    def symmetry_class(self) -> str:
        """The symmetry class: ``"orthogonal"``, ``"unitary"`` or ``"symplectic"``.

        It is read off the Cooperon: the weights of the channels that no mechanism and no field gives a gap
        add up to a positive number, to 0, or to a negative one. Magnetic impurities with all three components
        and a field leave none. Where spin-orbit scattering conserves one component of the spin two channels
        remain and cancel: each spin by itself is unitary.

        Examples
        --------
        >>> from cooperon.symbolic.scattering import Magnetic, SpinOrbit
        >>> [Metal(scattering=[one]).symmetry_class for one in (Potential(), Magnetic(), SpinOrbit())]
        ['orthogonal', 'unitary', 'symplectic']
        """
        from cooperon.symbolic.channels import ladder_channels

        channels = ladder_channels("cooperon", self, coherent=True).channels
        left = sp.Add(*(one.weight for one in channels if one.gap == 0 and self.field is None))
        names = {sp.S.One: "orthogonal", sp.S.Zero: "unitary", sp.S.NegativeOne: "symplectic"}
        return names[sp.sign(left)]

    @property
    def vertices(self) -> tuple[Vertex, ...]:
        """What each kind of impurity does to an electron; the rates add up to 1/tau."""
        others = tuple(vertex for one in self.scattering[1:] for vertex in one.vertices(self.spin))
        rest = 1 / s.tau - sp.Add(*(vertex.rate for vertex in others))
        return (Vertex("potential scattering", identity(self.spin), rest), *others)

    @property
    def anisotropic(self) -> bool:
        """Whether scattering prefers a direction: tau and tau_tr part ways."""
        return bool(self.potential.weight(1) != 0)

    @property
    def transport_time(self) -> sp.Symbol:
        """The symbol of the time in which the current relaxes: tau, or tau_tr where that is another one."""
        return s.tau_tr if self.anisotropic else s.tau

    @property
    def values(self) -> dict[sp.Symbol, sp.Expr]:
        """The values put in for tau, tau_phi and tau_tr, where they are not the symbols themselves."""
        given = {s.tau: self.tau, s.tau_phi: self.tau_phi}
        if self.anisotropic and not self._first_is_free:
            given[s.tau_tr] = self.tau / (1 - self.potential.weight(1))
        given |= self.geometry.values
        if self.diffusion == "xyz":
            given[s.D] = self._mean_diffusion
        return {symbol: value for symbol, value in given.items() if symbol != value}

    @property
    def without_values(self) -> Metal:
        """The same metal with symbols in place of the values put in."""
        free = (Potential(harmonics=(s.w_1, *self.potential.harmonics[1:])),)
        scattering = (*free, *self.scattering[1:]) if self.anisotropic else self.scattering
        shape = self.geometry.without_values
        return replace(self, tau=s.tau, tau_phi=s.tau_phi, scattering=scattering, geometry=shape)

    @property
    def _first_is_free(self) -> bool:
        return bool(self.potential.weight(1) == s.w_1)

    @cached_property
    def relations(self) -> Mapping[sp.Symbol, sp.Expr]:
        """Every derived symbol as a monomial of base symbols, for a parabolic band.

        The base symbols are e, hbar, k_B, m, k_F, tau, tau_phi and what is set from outside (L, T, B,
        omega). Where the first harmonic of scattering is left open tau_tr is one of them, and w_1 =
        1 - tau/tau_tr, the only relation that is no monomial. With principal axes of diffusion D_x, D_y and
        D_z are among them, D is their geometric mean, and m, the mass of the density of states, follows.
        With the Fermi surface's solid angle Omega_d = 2 pi**(d/2)/Gamma(d/2): nu = Omega_d k_F**(d-2)
        m/((2 pi)**d hbar**2) and n = (2s+1) Omega_d k_F**d/(d (2 pi)**d).
        """
        solid_angle = 2 * sp.pi ** (self.dim / 2) / sp.gamma(self.dim / 2)
        per_mode = solid_angle / (2 * sp.pi) ** self.dim
        angular = self._angular_relations
        transport = angular.get(s.tau_tr, s.tau_tr)
        diffusion, velocity, mass = (
            (s.hbar * s.k_F / s.m) ** 2 * transport / self.dim,
            s.hbar * s.k_F / s.m,
            s.m,
        )
        if self.diffusion == "xyz":
            diffusion = self._mean_diffusion
            velocity = sp.sqrt(self.dim * diffusion / transport)
            mass = s.hbar * s.k_F / velocity
        states = per_mode * s.k_F ** (self.dim - 2) * mass / s.hbar**2
        coherence = self.coherence_time.xreplace({s.D: diffusion, s.nu: states})
        table = {
            s.h: 2 * sp.pi * s.hbar,
            s.v_F: velocity,
            s.ell: velocity * s.tau,
            **angular,
            s.D: diffusion,
            s.nu: states,
            s.n: self.spin_degeneracy * per_mode * s.k_F**self.dim / self.dim,
            s.L_phi: sp.sqrt(diffusion * coherence),
        }
        if mass != s.m:
            table[s.m] = mass
        if coherence != s.tau_phi:
            table[s.tau_phi] = coherence
        if self.dim != s.d:
            table[s.d] = self.dim
        return table

    @property
    def diffusion_across(self) -> sp.Expr:
        """Diffusion constant across z, the direction of a perpendicular field.

        Examples
        --------
        >>> Metal(dim=3).diffusion_across, Metal(dim=3, diffusion="xyz").diffusion_across
        (D, sqrt(D_x)*sqrt(D_y))
        """
        return s.D if self.diffusion == _DIFFUSION[0] else sp.sqrt(s.D_x * s.D_y)

    @property
    def _mean_diffusion(self) -> sp.Expr:
        """Diffusion constant in coordinates in which diffusion is isotropic, their unit of volume kept."""
        axes = (s.D_x, s.D_y, s.D_z)[: int(self.dim)]
        return sp.prod(axes) ** (1 / self.dim)

    @property
    def _angular_relations(self) -> dict[sp.Symbol, sp.Expr]:
        """Return what ties tau_tr and w_1 to tau; of the two, the one left open is tau_tr, a time."""
        if self._first_is_free:
            return {s.w_1: 1 - s.tau / s.tau_tr}
        first = self.potential.weight(1)
        return {s.tau_tr: s.tau / (1 - first)} | ({s.w_1: first} if self.anisotropic else {})


def is_plain(metal: Metal) -> bool:
    """Whether a metal scatters off a potential alone, with no field and no boundaries.

    Examples
    --------
    >>> is_plain(Metal(dim=2))
    True
    """
    return not metal.beyond


def require_plain(metal: Metal, what: str) -> None:
    """Raise an InputError where a metal has what ``what`` does not take into account.

    Examples
    --------
    >>> require_plain(Metal(dim=2), "the tour")
    """
    for name in metal.beyond:
        raise InputError(
            f"{what} of a metal with {name} = {getattr(metal, name)}",
            expected=f"a metal without it: {what} does not know it",
            hint="cooperon.conductivity and cooperon.magnetoconductivity do",
        )


def to_dimension(dim: Any) -> sp.Expr:
    """Make a dimension of space of a number or an expression.

    Raises
    ------
    InputError
        When it is not a positive number or an expression that can be one.

    Examples
    --------
    >>> to_dimension(2.5), to_dimension(s.d)
    (5/2, d)
    """
    hint = "dim=2, dim=Fraction(5, 2) or dim=cooperon.symbols.d"
    found = positive(dim, "dim", hint)
    if found.is_number and found > _LARGEST_DIMENSION:
        raise InputError(f"dim = {dim!r}", expected=f"a dimension up to {_LARGEST_DIMENSION}", hint=hint)
    return found


def _spin(value: Any) -> sp.Rational:
    hint = "spin=0 for spinless electrons"
    number = expression(value, "spin", hint)
    if not (2 * number).is_integer or number.is_negative is not False:
        raise InputError(f"spin = {value!r}", expected="a multiple of 1/2, not negative", hint=hint)
    return number
