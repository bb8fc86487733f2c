"""Fast integrals against quadrature in energy and over the sphere."""

from __future__ import annotations

import itertools
from functools import cache

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.special import roots_jacobi

import cooperon as cp
from cooperon.symbolic.fast import Advanced, Retarded, energy_integral, moment

s = cp.symbols
TAU, HBAR, V = 0.7, 1.3, 0.9
DIMENSIONS = (1, 2, 3, 2.5)
VALUES = {s.tau: TAU, s.hbar: HBAR, s.v_F: V}


def put(expr, **values):
    numbers = VALUES | {s.lookup(name): value for name, value in values.items()}
    return complex(expr.xreplace({symbol: sp.Float(value, 25) for symbol, value in numbers.items()}))


@cache
def energies(number=2400):
    """Nodes and weights for the whole axis, xi = tan(theta): trapezoids on a periodic function."""
    theta = np.pi * (np.arange(number) + 0.5) / number - np.pi / 2
    scale = HBAR / (2 * TAU)
    return scale * np.tan(theta), scale * np.pi / number / np.cos(theta) ** 2


def green(energy, side):
    return 1 / (-energy + side * 0.5j * HBAR / TAU)


def by_quadrature(retarded, advanced, ahead=0.0, behind=0.0):
    """Integral over xi of G_R(xi - ahead)**m G_A(xi - behind)**n."""
    xi, weight = energies()
    return np.sum(weight * green(xi - ahead, 1) ** retarded * green(xi - behind, -1) ** advanced)


def sphere(dim, number=40):
    """Cosines and weights (sum 1) of the average over directions: Gauss with the weight (1-c^2)^((d-3)/2)."""
    if dim == 1:
        return np.array([-1.0, 1.0]), np.array([0.5, 0.5])
    nodes, weights = roots_jacobi(number, (dim - 3) / 2, (dim - 3) / 2)
    return nodes, weights / weights.sum()


def exact(retarded, advanced, velocities, dim, q, omega):
    cosines, weights = sphere(dim)
    values = [by_quadrature(retarded, advanced, HBAR * omega, HBAR * V * q * c) for c in cosines]
    return np.sum(weights * (V * cosines) ** velocities * values)


CONVERGENT = [(m, n) for m, n in itertools.product(range(5), repeat=2) if m + n >= 2]


@pytest.mark.parametrize(("retarded", "advanced"), CONVERGENT)
def test_energy_integral(retarded, advanced):
    found = put(energy_integral(retarded, advanced))
    assert found == pytest.approx(by_quadrature(retarded, advanced), rel=1e-9, abs=1e-9)
    assert put(cp.fast_integral(retarded=retarded, advanced=advanced)) == found


@pytest.mark.parametrize(
    ("retarded", "advanced", "value"),
    [
        (2, 2, 4.31026512072519632),
        (3, 1, -2.15513256036259816),
        (3, 4, 7.39210468204371169j),
        (4, 4, 10.3489465548611964),
    ],
)
def test_energy_integral_known_numbers(retarded, advanced, value):
    expr = cp.fast_integral(retarded=retarded, advanced=advanced)
    found = complex(expr.xreplace({s.tau: sp.Rational(7, 10), s.hbar: sp.Integer(1)}).evalf(25))
    assert found == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("count", range(2, 7))
def test_zero_when_all_lines_are_of_one_kind(count):
    assert cp.fast_integral(retarded=count, advanced=0) == 0
    assert cp.fast_integral(retarded=0, advanced=count, momentum=s.q, frequency=s.omega, order=4) == 0
    assert abs(by_quadrature(count, 0)) < 1e-10


@pytest.mark.parametrize(("m", "n"), CONVERGENT)
def test_ward_identity(m, n):
    """G_A - G_R = (i hbar/tau) G_R G_A under the integral, at any powers."""
    left = energy_integral(m, n + 1) - energy_integral(m + 1, n)
    right = sp.I * s.hbar / s.tau * energy_integral(m + 1, n + 1)
    assert sp.expand(left - right) == 0


@pytest.mark.parametrize(("m", "n"), list(itertools.product(range(1, 5), range(1, 5))))
def test_retarded_and_advanced_are_conjugate(m, n):
    assert energy_integral(m, n) == sp.conjugate(energy_integral(n, m))


def test_rate_takes_the_place_of_the_inverse_lifetime():
    omega, q, c = 0.31, 0.44, -0.6
    rate = 1 / s.tau - sp.I * s.omega + sp.I * s.v_F * s.q * c
    for m, n in itertools.product((1, 2, 3), (1, 2, 3)):
        found = put(energy_integral(m, n, rate), omega=omega, q=q)
        assert found == pytest.approx(by_quadrature(m, n, HBAR * omega, HBAR * V * q * c), rel=1e-9)


def test_greens_functions_are_the_convention():
    xi = 0.37
    assert put(Retarded(s.xi).doit(), xi=xi) == pytest.approx(1 / (-xi + 0.5j * HBAR / TAU))
    assert put(Advanced(s.xi).doit(), xi=xi) == pytest.approx(1 / (-xi - 0.5j * HBAR / TAU))


@pytest.mark.parametrize("dim", [1, 1.5, 2, 2.5, 3, 4, 7, 0.5])
@pytest.mark.parametrize("power", range(9))
def test_moments_are_averages_over_the_sphere(dim, power):
    found = float(moment(power, sp.nsimplify(dim)))
    if dim < 1:  # the weight is not integrable: continue by <c^2 f> of the sphere two dimensions up
        cosines, weights = sphere(dim + 2)
        derivative = power * cosines**power / dim if power else 0
        assert found == pytest.approx(np.sum(weights * (cosines**power + derivative)), abs=1e-12)
    else:
        cosines, weights = sphere(dim)
        assert found == pytest.approx(np.sum(weights * cosines**power), abs=1e-12)


@pytest.mark.parametrize("pairs", range(1, 5))
def test_tensor_reduction_contracts(pairs):
    """Contracting two of 2k equal components: <c^(2k)> (d + 2k - 2) = (2k - 1) <c^(2k-2)>."""
    left = moment(2 * pairs, s.d) * (s.d + 2 * pairs - 2)
    assert sp.cancel(left - (2 * pairs - 1) * moment(2 * pairs - 2, s.d)) == 0


CASES = [(1, 1, 0), (2, 1, 0), (1, 2, 1), (2, 2, 2), (1, 1, 2), (3, 2, 1), (2, 3, 3), (4, 1, 0)]


@pytest.mark.parametrize("dim", DIMENSIONS)
@pytest.mark.parametrize(("m", "n", "p"), CASES)
def test_expansion_in_momentum_and_frequency(m, n, p, dim):
    """The remainder after order N vanishes with the power of q that comes next (omega ~ q^2)."""
    for order in (0, 1, 2, 3, 4):
        expr = cp.fast_integral(
            retarded=m, advanced=n, velocities=p, dim=dim, momentum=s.q, frequency=s.omega, order=order
        )
        errors = []
        for q in (0.08, 0.04):
            found = put(expr, q=q, omega=q * q * 0.7)
            errors.append(abs(found - exact(m, n, p, dim, q, q * q * 0.7)))
        following = order + 1 + (order + 1 + p) % 2  # a sphere has no odd moments
        assert errors[1] < 1e-9 or np.log2(errors[0] / errors[1]) > following - 0.4


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_exact_at_zero_momentum(dim):
    for m, n, p in CASES:
        found = put(cp.fast_integral(retarded=m, advanced=n, velocities=p, dim=dim))
        assert found == pytest.approx(exact(m, n, p, dim, 0, 0), abs=1e-9)


def test_frequency_alone_is_the_series_of_the_shifted_rate():
    for order in (2, 4, 6):
        expr = cp.fast_integral(retarded=2, advanced=3, frequency=s.omega, order=order)
        series = sp.series(energy_integral(2, 3, 1 / s.tau - sp.I * s.omega), s.omega, 0, order // 2 + 1)
        assert sp.expand(expr - series.removeO()) == 0


def test_symbolic_dimension_holds_every_number():
    kwargs = {
        "retarded": 2,
        "advanced": 2,
        "velocities": 2,
        "momentum": s.q,
        "frequency": s.omega,
        "order": 4,
    }
    general = cp.fast_integral(dim=s.d, **kwargs)
    for dim in (1, 2, 3, sp.Rational(5, 2)):
        assert sp.expand(general.subs(s.d, dim) - cp.fast_integral(dim=dim, **kwargs)) == 0


@pytest.mark.parametrize(
    ("dim", "value"),
    [
        (2, 0.762477150623828719 + 0.142426936963321833j),
        (3, 0.810393047297023641 + 0.178077801317328648j),
        (4, 0.8352992051403988 + 0.197735818496411302j),
    ],
)
def test_moments_resum_to_the_average_of_a_propagator(dim, value):
    """<1/(z + i x c)> = sum_k (-x^2/z^2)^k <c^2k>/z, at z = 1 - 0.3 i, x = 0.8."""
    z, x = mpmath.mpc(1, -0.3), mpmath.mpf("0.8")
    terms = ((-((x / z) ** 2)) ** k / z * mpmath.mpf(moment(2 * k, sp.Integer(dim))) for k in range(130))
    assert complex(mpmath.fsum(terms)) == pytest.approx(value, abs=1e-13)


NOT_COUNTS = [-1, 1.0, "2", None, True, float("nan"), sp.Rational(1, 2), s.n, [1], 2j]


@pytest.mark.parametrize("name", ["retarded", "advanced", "velocities", "order"])
@pytest.mark.parametrize("value", NOT_COUNTS, ids=repr)
def test_counts_are_whole_numbers(name, value):
    arguments = {"retarded": 2, "advanced": 2} | {name: value}
    with pytest.raises(cp.InputError) as caught:
        cp.fast_integral(**arguments)
    assert name in caught.value.given
    assert caught.value.expected


@pytest.mark.parametrize(("m", "n"), [(0, 0), (1, 0), (0, 1)])
def test_one_greens_function_alone_does_not_converge(m, n):
    with pytest.raises(cp.InputError) as caught:
        cp.fast_integral(retarded=m, advanced=n)
    assert "converge" in caught.value.expected


@pytest.mark.parametrize("value", ["q", "__import__('os')", None, [1], sp.nan, sp.oo, float("nan")], ids=repr)
def test_momentum_and_frequency_are_expressions(value):
    for name in ("momentum", "frequency"):
        with pytest.raises(cp.InputError):
            cp.fast_integral(retarded=1, advanced=1, **{name: value})


@pytest.mark.parametrize("dim", [0, -2, "2", None, float("nan"), True])
def test_bad_dimension(dim):
    with pytest.raises(cp.InputError):
        cp.fast_integral(retarded=1, advanced=1, dim=dim)


def test_numpy_counts():
    assert cp.fast_integral(retarded=np.int64(2), advanced=sp.Integer(2)) == cp.fast_integral(
        retarded=2, advanced=2
    )
