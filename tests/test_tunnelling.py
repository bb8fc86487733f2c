"""The tunnelling density of states against integrals over real frequencies, limits and published forms."""

import mpmath
import pytest
import sympy as sp

import cooperon as cp
from cooperon.numerics.evaluation import number

s = cp.symbols
PLAIN = {s.e: 1, s.hbar: 1, s.k_B: 1, s.nu: 0.7, s.D: 1.3, s.tau: 0.01}


def value(expr, **given):
    known = PLAIN | {s.lookup(name): given_value for name, given_value in given.items()}
    return number(expr, {symbol: known[symbol] for symbol in expr.free_symbols}).real


def over_momenta(dim, bare):
    """int d^dk/(2 pi)^d U/(k^2 - i)^2 with U screened from the bare one times g nu; q = k sqrt(omega/D)."""
    surface = 2 / ((4 * mpmath.pi) ** (mpmath.mpf(dim) / 2) * mpmath.gamma(mpmath.mpf(dim) / 2))

    def integrand(k):
        slow = k**2 - 1j
        return surface * k ** (dim - 1) * (slow / (slow / bare + k**2)) / slow**2

    return mpmath.quad(integrand, [0, 0.1, 0.5, 1, 2, 10, 100, mpmath.inf])


def by_real_frequencies(dim, T, V, bare, weight=lambda omega: 1):
    """-(1/2 pi) int domega tanh((omega - V)/2T) Im (weight int_q U/(D q^2 - i omega)^2)."""
    scaled = over_momenta(dim, bare) / (2 * PLAIN[s.nu] * mpmath.mpf(PLAIN[s.D]) ** (mpmath.mpf(dim) / 2))

    def integrand(omega):
        both = mpmath.tanh((omega - V) / (2 * T)) + mpmath.tanh((omega + V) / (2 * T))
        return both * (weight(omega) * scaled).imag * omega ** (mpmath.mpf(dim) / 2 - 2)

    ends = [
        0,
        T / 100,
        T / 10,
        *(T * x for x in (0.5, 1, 2, 4, 8, 16, 32, 64, 200, 1e3, 1e4, 1e6)),
        mpmath.inf,
    ]
    return -mpmath.quad(integrand, ends) / (2 * mpmath.pi)


@pytest.mark.parametrize(("T", "V", "U_0", "F0"), [(0.3, 0.0, 0.9, 0.2), (0.2, 0.5, 3.0, -0.4)])
def test_a_film_with_a_short_range_against_quadrature(T, V, U_0, F0):
    tau = PLAIN[s.tau]
    charge = 2 * PLAIN[s.nu] * U_0
    with mpmath.workdps(25):
        expected = sum(
            number * by_real_frequencies(2, T, V, bare, lambda omega: 1 / (1 - 1j * omega * tau))
            for number, bare in ((1, charge), (3, F0))
        )
    formula = cp.tunnelling_density_of_states(cp.Metal(dim=2, interaction=cp.ShortRange()))
    given = value(formula.expr, T=T, V=V, U_0=U_0, F0=F0)
    # at an energy the weight of the frequencies has it in its argument: V tau = 0.005 here
    assert given == pytest.approx(float(expected), rel=1e-10 if V == 0 else 1e-5)


def test_a_wire_against_quadrature():
    formula = cp.tunnelling_density_of_states(cp.Metal(dim=1, interaction=cp.ShortRange(F0=0)))
    with mpmath.workdps(25):
        expected = by_real_frequencies(1, 0.4, 0.7, 2 * PLAIN[s.nu] * 1.6)
    assert value(formula.expr, T=0.4, V=0.7, U_0=1.6) == pytest.approx(float(expected), rel=1e-10)


def test_a_bulk_metal_at_zero_temperature_follows_the_root_of_the_energy():
    # Altshuler and Aronov: 2 sqrt(E)/(4 sqrt(2) pi^2 D^(3/2)) is added to the density of states of both spins
    formula = cp.tunnelling_density_of_states(cp.Metal(dim=3, interaction=cp.Coulomb(F0=0)))
    energy, D, nu = 0.8, PLAIN[s.D], PLAIN[s.nu]
    cold = [value(formula.expr, T=T, V=energy) for T in (1e-3, 5e-4)]
    root = 2 * energy**0.5 / (4 * mpmath.sqrt(2) * mpmath.pi**2 * D**1.5) / (2 * nu)
    assert cold[1] == pytest.approx(float(root), rel=1e-6)
    assert abs(cold[1] / float(root) - 1) < abs(cold[0] / float(root) - 1) / 3


def test_the_film_with_a_coulomb_interaction_has_two_logarithms():
    film = cp.Metal(dim=2, interaction=cp.Coulomb(F0=0))
    formula = cp.tunnelling_density_of_states(film)
    lead = formula.leading()
    slope = sp.diff(lead, s.T) * s.T
    second = sp.simplify(sp.diff(slope, s.T) * s.T)
    # -(1/(16 pi^2 hbar nu D)) ln(1/T tau) ln(D^2 kappa^4 tau/T): twice the product of the two slopes
    assert sp.simplify(second + 1 / (8 * sp.pi**2 * s.D * s.hbar * s.nu)) == 0
    assert not lead.has(s.V)


@pytest.mark.slow
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_junction_averages_over_the_energies(dim):
    metal = cp.Metal(dim=dim, interaction=cp.ShortRange(F0=0))
    at_energy, smeared = (
        cp.tunnelling_density_of_states(metal, smeared=choice).expr for choice in (False, True)
    )
    T, V, U_0 = 0.3, 0.5, 1.1

    def spread(energy):
        weight = 1 / (4 * T * mpmath.cosh((energy - V) / (2 * T)) ** 2)
        return weight * value(at_energy, T=T, V=float(energy), U_0=U_0)

    with mpmath.workdps(15):
        expected = mpmath.quad(spread, mpmath.linspace(V - 40 * T, V + 40 * T, 9), maxdegree=4)
    # the weight of the frequencies knows the energy where it is not averaged, at order T tau
    tolerance = 1e-4 if dim == 2 else 1e-9
    assert value(smeared, T=T, V=V, U_0=U_0) == pytest.approx(float(expected), rel=tolerance)


@pytest.mark.slow
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_it_is_even_in_the_voltage_and_every_line_holds(dim):
    metal = cp.Metal(dim=dim, interaction=cp.ShortRange())
    formula = cp.tunnelling_density_of_states(metal)
    known = {"T": 0.4, "U_0": 0.8, "F0": -0.3}
    assert value(formula.expr, V=0.9, **known) == pytest.approx(
        value(formula.expr, V=-0.9, **known), rel=1e-12
    )
    assert formula.verify().confirmed
    assert str(formula.dimension) == "1"


def test_without_a_triplet_the_charge_is_alone_and_many_spins_screen_alike():
    one, two = (
        cp.tunnelling_density_of_states(cp.Metal(dim=3, spin=spin, interaction=cp.Coulomb(F0=0))).expr
        for spin in (0, sp.Rational(1, 2))
    )
    assert sp.simplify(one / two) == 2  # of nu of all spins only the sum counts
    whole = cp.tunnelling_density_of_states(cp.Metal(dim=3)).expr
    assert sp.simplify(whole.subs(s.F0, 0) - two) == 0


def test_interference_does_not_change_it():
    magnetic = cp.Metal(dim=2, interaction=cp.ShortRange(F0=0), field=cp.PerpendicularField())
    plain = cp.Metal(dim=2, interaction=cp.ShortRange(F0=0))
    assert cp.tunnelling_density_of_states(magnetic).expr == cp.tunnelling_density_of_states(plain).expr


@pytest.mark.parametrize(
    ("metal", "options", "words"),
    [
        (cp.Metal(dim=1), {}, "ShortRange"),
        (cp.Metal(dim=s.d), {}, "ShortRange"),
        (cp.Metal(dim=4), {}, "fewer than 4"),
        (cp.Metal(dim=2), {"smeared": "yes"}, "True or False"),
        (cp.Metal(dim=2), {"part": "hartree"}, "exchange"),
        (cp.Metal(dim=2, interaction=cp.Coulomb(F0=0)), {"part": "triplet"}, 'part="all"'),
    ],
)
def test_what_it_does_not_know_is_refused(metal, options, words):
    with pytest.raises(cp.InputError, match=words):
        cp.tunnelling_density_of_states(metal, **options)
