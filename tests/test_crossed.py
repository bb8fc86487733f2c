"""The second order in numbers, against known coefficients, integrals along the real axis and in momentum space."""

from functools import cache

import numpy as np
import pytest
from scipy import special
from scipy.integrate import quad

from cooperon.diagrams import Contraction, weight
from cooperon.diagrams.errors import InputError
from cooperon.numerics.crossed import crossed_self_energy

CROSSED = weight(Contraction("line", "R", (4,), ((0, 2), (1, 3))).diagram)
RAINBOW = weight(Contraction("line", "R", (4,), ((0, 3), (1, 2))).diagram)
LARGE = 1e6


# --- Coefficients of 1/(k_F l)


def test_known_coefficients_in_three_dimensions():
    """tau delta(1/tau_tr) = (2 pi/3)/(k_F l): pi/2 from the self-energy and pi/6 from the vertex."""
    found = crossed_self_energy(LARGE, dim=3)
    assert found.crossed_rate * LARGE == pytest.approx(np.pi / 2, rel=1e-5)
    assert found.vertex_rate * LARGE == pytest.approx(np.pi / 6, rel=1e-5)
    assert found.ratio * LARGE == pytest.approx(np.pi / 2, rel=1e-4)
    assert found.rainbow_shift * LARGE == pytest.approx(1 / 2, rel=1e-6)
    assert found.crossed_shift == np.inf


def test_coefficients_in_two_dimensions():
    """The crossed self-energy is real: (2/pi)² int s I0(s) K0(s)³ ds = 1/4, and the rainbow -1/pi."""
    found = crossed_self_energy(LARGE, dim=2)
    integral, _ = quad(lambda s: s * special.i0e(s) * special.k0e(s) ** 3 * np.exp(-2 * s), 0, np.inf)
    assert integral == pytest.approx(np.pi**2 / 16, rel=1e-9)
    assert found.crossed_shift * LARGE == pytest.approx(4 / np.pi**2 * integral, rel=1e-6)
    assert abs(found.crossed_rate * LARGE) < 1e-5
    assert found.rainbow_rate * LARGE == pytest.approx(-1 / np.pi, rel=1e-5)


def test_the_rainbow_is_the_band_edge_in_the_density_of_states():
    """u int G² is minus the change of the first order by its own broadening: 1/2 + atan(k_F l)/pi in 2D."""
    for k_F_ell in (50.0, 500.0):
        rate = 1 / 2 + np.arctan(k_F_ell) / np.pi - 1
        assert crossed_self_energy(k_F_ell, dim=2).rainbow_rate == pytest.approx(rate, rel=1e-3)


# --- How they depend on k_F l: the rule of the weight


@cache
def second_order(k_F_ell, dim):
    return crossed_self_energy(k_F_ell, dim=dim)


def growth(name, dim, low=1e3, high=1e6):
    """By how much k_F l times a number grows for every e-folding of k_F l."""
    first, last = (x * getattr(second_order(x, dim), name) for x in (low, high))
    return (last - first) / np.log(high / low)


def test_a_logarithm_in_two_dimensions_only():
    """On shell the crossed diagram is smaller than the rainbow by (3/2 pi) ln(k_F l)/(k_F l) in 2D."""
    assert growth("ratio", 2) == pytest.approx(3 / (2 * np.pi), rel=1e-3)
    assert abs(growth("ratio", 3)) < 2e-3
    for dim in (2, 2.5, 3):
        assert CROSSED.power(dim) - RAINBOW.power(dim) == 1
        assert CROSSED.logarithm(dim) is (dim == 2)


def test_the_self_energies_have_no_logarithm():
    """All of them are of order 1/(k_F l), the rainbow as well: poles on one side."""
    for dim in (2, 2.5):
        for name in ("crossed_rate", "crossed_shift", "rainbow_rate", "rainbow_shift", "vertex_rate"):
            assert abs(growth(name, dim)) < 1e-3
    for dim in (2, 2.5, 3):
        for found in (CROSSED, RAINBOW):
            assert found.power(dim, poles=True) == 1
            assert not found.logarithm(dim, poles=True)


# --- Strong disorder, by other routes


def greens_function(ell, dim):
    """G(r) for hbar = m = k_F = 1."""
    k = 1 + 0.5j / ell
    if dim == 3:
        return lambda r: -np.exp(1j * k * r) / (2 * np.pi * r)
    return lambda r: -0.5j * special.hankel1(0, k * r)


def plane(dim, r, order):
    if dim == 2:
        return special.jv(order, r)
    return special.spherical_jn(order, r)


def along_the_real_axis(function, end):
    nodes, weights = np.polynomial.legendre.leggauss(20)
    edges = np.concatenate([np.geomspace(1e-12, 0.1, 40), np.arange(0.2, end, 0.1)])
    edges = np.concatenate([[0.0], edges])
    width, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    r = middle[:, None] + width[:, None] * nodes
    return np.sum(width[:, None] * weights * function(r))


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("ell", [1.5, 8.0])
def test_against_integrals_along_the_real_axis(dim, ell):
    green = greens_function(ell, dim)
    sphere, nu = {2: (2 * np.pi, 1 / (2 * np.pi)), 3: (4 * np.pi, 1 / (2 * np.pi**2))}[dim]
    u = 1 / (2 * np.pi * nu * ell)

    def volume(function):
        return sphere * along_the_real_axis(lambda r: r ** (dim - 1) * function(r), 60 * ell)

    born = -0.5j / ell
    found = crossed_self_energy(ell, dim=dim)
    crossed = u**2 * volume(lambda r: plane(dim, r, 0) * green(r) ** 3) / born
    assert found.crossed_rate == pytest.approx(crossed.real, rel=1e-6)
    if dim == 2:
        assert found.crossed_shift == pytest.approx(crossed.imag, rel=1e-6)
    vertex = u * volume(lambda r: plane(dim, r, 1) ** 2 * (abs(green(r)) ** 2 - 2 * (green(r) ** 2).real))
    assert found.vertex_rate == pytest.approx(vertex.real, rel=1e-6)
    triple = volume(lambda r: plane(dim, r, 0) * (-2 * green(r).imag) ** 3)
    double = volume(lambda r: (2 * green(r).imag) ** 2)
    k = 1 + 0.5j / ell
    single = k.real / np.pi if dim == 3 else 1 - 2 * np.angle(k) / np.pi
    assert found.ratio == pytest.approx(triple / (double * single), rel=1e-5)


@pytest.mark.parametrize("ell", [2.0, 20.0])
def test_the_rainbow_in_momentum_space(ell):
    """u int d^dk G(k)² with G = 1/(E - k²/2), E = (1 + i/2l)²/2."""
    energy = (1 + 0.5j / ell) ** 2 / 2

    def integral(dim, sphere):
        def integrand(k):
            return sphere * (k / (2 * np.pi)) ** (dim - 1) / (2 * np.pi) / (energy - k * k / 2) ** 2

        near = quad(integrand, 0, 4, complex_func=True, points=[1 - 1 / ell, 1, 1 + 1 / ell], limit=200)[0]
        return near + quad(integrand, 4, np.inf, complex_func=True)[0]

    for dim, sphere, nu in ((2, 2 * np.pi, 1 / (2 * np.pi)), (3, 4 * np.pi, 1 / (2 * np.pi**2))):
        found = crossed_self_energy(ell, dim=dim)
        expected = integral(dim, sphere) / (2 * np.pi * nu * ell)
        assert complex(found.rainbow_rate, found.rainbow_shift) == pytest.approx(expected, rel=1e-6)


def test_between_two_and_three_dimensions():
    """The crossed rate rises smoothly from nothing to pi/2."""
    rates = [LARGE * crossed_self_energy(LARGE, dim=dim).crossed_rate for dim in (2, 2.2, 2.4, 2.6, 2.8, 3)]
    assert np.all(np.diff(rates) > 0)
    assert np.all(np.abs(np.diff(rates, 3)) < 0.1)


# --- What is refused


@pytest.mark.parametrize("k_F_ell", [0.5, -1, float("inf"), float("nan"), "10", None, True])
def test_disorder_out_of_range(k_F_ell):
    with pytest.raises(InputError, match="k_F_ell"):
        crossed_self_energy(k_F_ell, dim=2)


@pytest.mark.parametrize("dim", [1, 1.99, 2.95, 4, "2", None, True])
def test_dimension_out_of_range(dim):
    with pytest.raises(InputError, match="dim"):
        crossed_self_energy(10.0, dim=dim)


def test_the_dimensions_that_there_are():
    with pytest.raises(InputError, match=r"3 or a number from 2 to 2\.9"):
        crossed_self_energy(10, dim=4)
