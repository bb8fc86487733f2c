"""Slow integrals against quadrature over the radius q, which never passes through a time."""

from __future__ import annotations

import itertools
import random

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import cooperon as cp
from cooperon.symbolic.cutoffs import CUTOFFS, Regulator

s = cp.symbols
D, Q, TAU, TAU_PHI, L, OMEGA = s.D, s.q, s.tau, s.tau_phi, s.L, s.omega
VALUES = {"D": 0.83, "tau": 0.57, "tau_phi": 9.1, "L": 6.3, "omega": 0.21}
NUMBERS = {s.lookup(name): sp.Rational(round(1000 * value), 1000) for name, value in VALUES.items()}
DIMENSIONS = (1, 2, 3, 4, sp.Rational(5, 2), sp.Rational(1, 2))
CLOSE = 1e-10


def put(expr, **more):
    values = NUMBERS | {s.lookup(name): sp.sympify(value) for name, value in more.items()}
    return mpmath.mpmathify(expr.xreplace(values).evalf(20))


def measure(d):
    """Surface of the unit sphere over (2 pi)^d."""
    return 2 * mpmath.pi ** (d / 2) / mpmath.gamma(d / 2) / (2 * mpmath.pi) ** d


def over_q(function, d, lower, upper):
    """Integral of q^(d-1) f(q^2) by quadrature in ln q, with the measure in front."""
    low = mpmath.log(lower) if lower else mpmath.mpf(-90) / min(d, 1)
    high = mpmath.log(upper) if mpmath.isfinite(upper) else mpmath.mpf(7)
    points = [low, *(x for x in (-30, -10, -4, -2, -1, 0, 1, 2) if low < x < high), high]
    return measure(d) * mpmath.quad(lambda u: mpmath.exp(d * u) * function(mpmath.exp(2 * u)), points)


def largest(cutoff, d):
    root = mpmath.sqrt(VALUES["D"] * VALUES["tau"])
    return {"diffusive": 1 / root, "mean_free_path": 1 / root / mpmath.sqrt(d)}[cutoff]


def reference(cutoff, infrared, d, gap):
    """Integral of 1/(D q^2 + gap) with a cutoff; in a time t > tau as its equal weight on every q."""
    d = mpmath.mpf(d)
    stiff, tau, tau_phi = VALUES["D"], VALUES["tau"], VALUES["tau_phi"]
    lower = 1 / mpmath.mpf(VALUES["L"]) if infrared == "L" else 0
    if cutoff in ("diffusive", "mean_free_path"):
        return over_q(lambda x: 1 / (stiff * x + gap), d, lower, largest(cutoff, d))
    if cutoff == "time":
        return over_q(
            lambda x: mpmath.exp(-(stiff * x + gap) * tau) / (stiff * x + gap), d, lower, mpmath.inf
        )
    if cutoff == "smooth":
        return over_t(lambda t: mpmath.exp(-gap * t) * -mpmath.expm1(-t / tau), d)
    if cutoff == "window":
        return over_q(lambda x: decay_between(stiff * x + gap, tau, tau_phi), d, lower, mpmath.inf)
    return continued(d, gap, lower)


def over_t(weight, d):
    """Integral of (4 pi D t)^(-d/2) with a weight, by quadrature in ln t."""
    spread = (4 * mpmath.pi * VALUES["D"]) ** (-d / 2)
    points = [-500, -250, -120, -60, -30, -10, -4, -2, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    return spread * mpmath.quad(lambda u: mpmath.exp(u * (1 - d / 2)) * weight(mpmath.exp(u)), points)


def decay_between(rate, start, end):
    if abs(rate) < 1e-12:
        return end - start
    return (mpmath.exp(-rate * start) - mpmath.exp(-rate * end)) / rate


def continued(d, gap, lower):
    """Dimensional continuation: what grows with the upper end is subtracted under the integral."""
    stiff = VALUES["D"]
    if lower:
        power = lower ** (d - 2) / stiff / (2 - d) * measure(d)  # the lower end of a pure power
        check = over_q(lambda x: 1 / (stiff * x), d, lower, 2 * lower)
        assert mpmath.almosteq(check, power * (1 - 2 ** (d - 2)), rel_eps=1e-8)
        return power

    def rest(x):
        return 1 / (stiff * x + gap) if d < 2 else -gap / (stiff * x * (stiff * x + gap))

    points = [-400, -100, -30, -10, -3, 0, 3, 10, 30, 100, 400]
    return measure(d) * mpmath.quad(lambda u: mpmath.exp(d * u) * rest(mpmath.exp(2 * u)), points)


def gap_of(infrared, cutoff, moving):
    """The gap as an expression and as a number: what ends long paths, and the frequency."""
    ends = infrared == "L" or cutoff == "window"
    decay = sp.S.Zero if ends else 1 / TAU_PHI
    expr = decay - sp.I * OMEGA if moving else decay
    value = (0 if ends else 1 / mpmath.mpf(VALUES["tau_phi"])) - (
        mpmath.mpc(0, VALUES["omega"]) if moving else 0
    )
    return expr, value


CASES = list(itertools.product(CUTOFFS, ("tau_phi", "L"), (False, True)))


def is_refused(cutoff, infrared, moving):
    """Two ends of long paths at once, where a cutoff in time takes one."""
    in_time = CUTOFFS[cutoff].regulator is not Regulator.MOMENTUM
    return infrared == "L" and in_time and (moving or cutoff in ("window", "smooth"))


ACCEPTED = [case for case in CASES if not is_refused(*case)]


def has_pole(cutoff, dim):
    return (cutoff == "dimensional" and dim in (2, 4)) or (cutoff == "smooth" and dim == 4)


@pytest.mark.parametrize("dim", DIMENSIONS, ids=str)
@pytest.mark.parametrize(("cutoff", "infrared", "moving"), CASES)
def test_diffusion_pole(cutoff, infrared, moving, dim):
    gap, number = gap_of(infrared, cutoff, moving)
    integrand = 1 / (D * Q**2 + gap)
    options = {"dim": dim, "cutoff": cutoff, "infrared": infrared}
    if is_refused(cutoff, infrared, moving):
        with pytest.raises(cp.InputError):
            cp.slow_integral(integrand, **options)
    elif has_pole(cutoff, dim) and (infrared == "tau_phi" or dim == 2):
        with pytest.raises(cp.DivergenceError):
            cp.slow_integral(integrand, **options)
    else:
        found = put(cp.slow_integral(integrand, **options))
        expected = reference(cutoff, infrared, dim, number)
        assert abs(found - expected) < CLOSE * abs(expected)


@pytest.mark.parametrize(("cutoff", "infrared", "moving"), ACCEPTED)
def test_symbolic_dimension(cutoff, infrared, moving):
    """One closed form, evaluated at dimensions drawn at random."""
    gap, number = gap_of(infrared, cutoff, moving)
    expr = cp.slow_integral(1 / (D * Q**2 + gap), dim=s.d, cutoff=cutoff, infrared=infrared)
    assert expr.has(s.d)
    draw = random.Random(f"{cutoff}{infrared}{moving}")
    for low, high in ((0.4, 1.9), (2.1, 3.9)):
        dim = sp.Rational(round(1000 * draw.uniform(low, high)), 1000)
        expected = reference(cutoff, infrared, dim, number)
        assert abs(put(expr, d=dim) - expected) < CLOSE * abs(expected)


@pytest.mark.parametrize(("cutoff", "infrared", "moving"), ACCEPTED)
def test_symbolic_dimension_meets_the_numbers(cutoff, infrared, moving):
    gap, _ = gap_of(infrared, cutoff, moving)
    options = {"cutoff": cutoff, "infrared": infrared}
    general = cp.slow_integral(1 / (D * Q**2 + gap), dim=s.d, **options)
    for dim in (1, 2, 3):
        if has_pole(cutoff, dim):
            continue
        special = put(cp.slow_integral(1 / (D * Q**2 + gap), dim=dim, **options))
        sides = [
            put(general, d=sp.Float(dim, 30) + shift)
            for shift in (sp.Float("-1e-7", 30), sp.Float("1e-7", 30))
        ]
        assert abs(sum(sides) / 2 - special) < 1e-9 * abs(special)


def test_window_has_the_logarithm_as_its_limit():
    expr = cp.slow_integral(1 / (D * Q**2), dim=s.d, cutoff="window")
    expected = sp.log(TAU_PHI / TAU) / (4 * sp.pi * D)
    assert sp.simplify(sp.expand_log(sp.limit(expr, s.d, 2) - expected)) == 0


def test_dimensional_five():
    """Beyond d = 4 two terms of the hard region are subtracted."""
    expr = cp.slow_integral(1 / (D * Q**2 + 1 / TAU_PHI), dim=5, cutoff="dimensional")
    g = 1 / (VALUES["D"] * mpmath.mpf(VALUES["tau_phi"]))

    def rest(q):
        """What is left: q^4 (1/(q^2 + g) - 1/q^2 + g/q^4)."""
        return g**2 / (q**2 + g)

    expected = measure(5) / VALUES["D"] * mpmath.quad(rest, [0, 0.1, 1, 10, 1000, mpmath.inf])
    assert abs(put(expr) / expected - 1) < 1e-12


G = 1 / TAU_PHI
OWN = {
    "dressed": (D * Q**2 / (D * Q**2 + G) ** 2, lambda x, a, b: x / (x + a) ** 2),
    "double": (1 / (D * Q**2 + G) ** 2, lambda x, a, b: 1 / (x + a) ** 2),
    "triple": ((1 + D * Q**2 * TAU_PHI) ** -3, lambda x, a, b: (1 + x / a) ** -3),
    "two poles": (1 / ((D * Q**2 + G) * (D * Q**2 + 1 / TAU)), lambda x, a, b: 1 / ((x + a) * (x + b))),
    "difference": (1 / (D * Q**2 + G) - 1 / (D * Q**2 + 1 / TAU), lambda x, a, b: 1 / (x + a) - 1 / (x + b)),
    "box": (D**2 * Q**4 / ((D * Q**2 + G) * (D * Q**2 + 1 / TAU)), lambda x, a, b: x**2 / (x + a) / (x + b)),
    "polynomial": (3 + (D * Q**2 * TAU) ** 2, lambda x, a, b: 3 + (x / b) ** 2),
    "mixed": ((D * Q**2 * TAU) ** 2 / (1 + D * Q**2 * TAU_PHI), lambda x, a, b: (x / b) ** 2 / (1 + x / a)),
    "quartic": ((D * Q**2) ** 2 / (D * Q**2 + G) ** 3, lambda x, a, b: x**2 / (x + a) ** 3),
    "complex pair": (
        1 / ((D * Q**2 + G - sp.I * OMEGA) * (D * Q**2 + G + sp.I * OMEGA)),
        lambda x, a, b: 1 / ((x + a) ** 2 + VALUES["omega"] ** 2),
    ),
}


@pytest.mark.parametrize("dim", [1, 2, 3, sp.Rational(5, 2)], ids=str)
@pytest.mark.parametrize("infrared", ["tau_phi", "L"])
@pytest.mark.parametrize("name", OWN)
def test_integrands_of_a_user(name, infrared, dim):
    integrand, function = OWN[name]
    a, b = 1 / mpmath.mpf(VALUES["tau_phi"]), 1 / mpmath.mpf(VALUES["tau"])
    lower = 1 / mpmath.mpf(VALUES["L"]) if infrared == "L" else 0
    for cutoff in ("diffusive", "mean_free_path"):
        found = put(cp.slow_integral(integrand, dim=dim, cutoff=cutoff, infrared=infrared))
        expected = over_q(
            lambda x: function(VALUES["D"] * x, a, b),
            mpmath.mpf(dim),
            lower,
            largest(cutoff, mpmath.mpf(dim)),
        )
        assert abs(found - expected) < CLOSE * abs(expected)


def paths(rate, power):
    """What paths longer than tau leave of 1/rate^power = int dt t^(power-1) exp(-rate t)/Gamma(power)."""
    return mpmath.gammainc(power, rate * VALUES["tau"], regularized=True) / rate**power


@pytest.mark.parametrize("dim", [1, 2, 3, sp.Rational(5, 2)], ids=str)
def test_integrands_of_a_user_in_time(dim):
    a, b = 1 / mpmath.mpf(VALUES["tau_phi"]), 1 / mpmath.mpf(VALUES["tau"])
    split = {
        "dressed": lambda x: paths(x + a, 1) - a * paths(x + a, 2),
        "double": lambda x: paths(x + a, 2),
        "triple": lambda x: a**3 * paths(x + a, 3),
        "two poles": lambda x: (paths(x + a, 1) - paths(x + b, 1)) / (b - a),
        "polynomial": lambda x: 0,
        "box": lambda x: (a**2 * paths(x + a, 1) - b**2 * paths(x + b, 1)) / (b - a),
    }
    for name, function in split.items():
        found = put(cp.slow_integral(OWN[name][0], dim=dim, cutoff="time"))
        expected = over_q(lambda x, f=function: f(VALUES["D"] * x), mpmath.mpf(dim), 0, mpmath.inf)
        assert abs(found - expected) <= CLOSE * abs(expected)


@pytest.mark.parametrize("power", [1, 2, 3])
@pytest.mark.parametrize("dim", [1, 2, 3], ids=str)
def test_time_in_a_sample(dim, power):
    found = put(cp.slow_integral((D * Q**2) ** -power, dim=dim, cutoff="time", infrared="L"))
    expected = over_q(
        lambda x: paths(VALUES["D"] * x, power), mpmath.mpf(dim), 1 / mpmath.mpf(VALUES["L"]), mpmath.inf
    )
    assert abs(found - expected) < CLOSE * abs(expected)


@pytest.mark.parametrize("cutoff", ["diffusive", "time", "dimensional"])
def test_two_poles_that_meet(cutoff):
    """1/((x + a)(x + b)) tends to 1/(x + a)^2."""
    double = put(cp.slow_integral(1 / (D * Q**2 + G) ** 2, dim=3, cutoff=cutoff))
    apart = 1 / ((D * Q**2 + G) * (D * Q**2 + G * (1 + sp.Rational(1, 10**6))))
    assert abs(put(cp.slow_integral(apart, dim=3, cutoff=cutoff)) / double - 1) < 1e-5


def test_window_drops_the_gap_before_anything_else():
    """1/(q^2 (D q^2 + 1/tau_phi)) with paths up to tau_phi is 1/(D q^4), not a difference of poles."""
    for dim in (1, 2, 3):
        one = cp.slow_integral(1 / (Q**2 * (D * Q**2 + 1 / TAU_PHI)), dim=dim, cutoff="window")
        other = cp.slow_integral(1 / (D * Q**4), dim=dim, cutoff="window")
        assert sp.expand(one - other) == 0
        expected = over_q(
            lambda x: VALUES["D"] * (paths_up_to(VALUES["D"] * x)), mpmath.mpf(dim), 0, mpmath.inf
        )
        assert abs(put(one) - expected) < CLOSE * abs(expected)


def paths_up_to(rate):
    """Integral of t exp(-rate t) over tau < t < tau_phi."""
    start, end = (mpmath.mpf(VALUES[name]) for name in ("tau", "tau_phi"))
    if rate * end < 1e-6:
        return (end**2 - start**2) / 2 - rate * (end**3 - start**3) / 3
    return (mpmath.gammainc(2, rate * start) - mpmath.gammainc(2, rate * end)) / rate**2


TERMS = st.lists(
    st.tuples(
        st.fractions(min_value=-3, max_value=3, max_denominator=7).filter(bool),
        st.integers(min_value=0, max_value=2),
        st.integers(min_value=1, max_value=2),
        st.sampled_from([1, 2, 3]),
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(terms=TERMS, dim=st.sampled_from([1, 2, 3]))
def test_linear_in_the_integrand(terms, dim):
    pieces = [
        sp.Rational(weight.numerator, weight.denominator)
        * (D * Q**2 * TAU) ** a
        / (D * Q**2 * TAU + sp.Integer(c)) ** n
        for weight, a, n, c in terms
    ]
    whole = put(cp.slow_integral(sp.together(sp.Add(*pieces)), dim=dim))
    assert abs(whole - sum(put(cp.slow_integral(piece, dim=dim)) for piece in pieces)) < 1e-12
    b = VALUES["tau"] * VALUES["D"]
    expected = over_q(
        lambda x: sum(
            mpmath.mpf(w.numerator) / w.denominator * (b * x) ** a / (b * x + c) ** n for w, a, n, c in terms
        ),
        mpmath.mpf(dim),
        0,
        largest("diffusive", mpmath.mpf(dim)),
    )
    assert abs(whole - expected) < 1e-10 * (1 + abs(expected))


NOT_RATIONAL = [
    Q,
    1 / Q,
    Q**3,
    1 / (D * Q + 1),
    sp.sqrt(Q**2 + 1),
    1 / sp.sqrt(D * Q**2 + G),
    sp.exp(-(Q**2)),
    sp.sin(Q),
    sp.log(Q),
    Q ** sp.Symbol("a"),
    1 / (D * Q**2 + G) ** sp.Symbol("a"),
    1 / (D**2 * Q**4 + 1 / TAU**2),
    1 / (Q**6 + 1),
    sp.Abs(Q),
    sp.Piecewise((1, Q < 1), (0, True)),
    sp.Function("f")(Q),
    sp.Integral(Q, Q),
]
NOT_EXPRESSIONS = [
    "1/q**2",
    "__import__('os').getcwd()",
    None,
    [1],
    True,
    sp.true,
    sp.Eq(Q, 1),
    sp.Matrix([Q]),
    float("nan"),
    float("inf"),
    sp.nan,
    sp.oo,
    sp.zoo,
    Ellipsis,
    sp.Interval(0, 1),
]


@pytest.mark.parametrize("integrand", NOT_RATIONAL + NOT_EXPRESSIONS, ids=str)
@pytest.mark.parametrize("cutoff", CUTOFFS)
def test_bad_integrands(cutoff, integrand):
    with pytest.raises(cp.InputError) as caught:
        cp.slow_integral(integrand, dim=2, cutoff=cutoff)
    assert caught.value.given
    assert caught.value.expected


def test_own_symbols_are_taken_by_their_names():
    own = 1 / (sp.Symbol("D") * sp.Symbol("q") ** 2 + 1 / sp.Symbol("tau_phi"))
    assert cp.slow_integral(own, dim=2) == cp.slow_integral(1 / (D * Q**2 + G), dim=2)


@pytest.mark.parametrize("cutoff", ["diffusive", "mean_free_path", "time", "dimensional"])
@pytest.mark.parametrize("dim", [1, 2, sp.Rational(3, 2)])
def test_nothing_ends_the_infrared(cutoff, dim):
    with pytest.raises(cp.DivergenceError) as caught:
        cp.slow_integral(1 / (D * Q**2), dim=dim, cutoff=cutoff)
    assert caught.value.hint


@pytest.mark.parametrize("cutoff", ["diffusive", "mean_free_path", "time"])
def test_three_dimensions_need_no_gap(cutoff):
    found = put(cp.slow_integral(1 / (D * Q**2), dim=3, cutoff=cutoff))
    assert abs(found - reference(cutoff, "tau_phi", 3, mpmath.mpf(0))) < 1e-10


@pytest.mark.parametrize("cutoff", ["diffusive", "mean_free_path", "time", "dimensional"])
def test_a_pole_in_the_way(cutoff):
    with pytest.raises(cp.DivergenceError):
        cp.slow_integral(1 / (D * Q**2 - G), dim=3, cutoff=cutoff)


@pytest.mark.parametrize("name", ["", "hard", None, 3, [], "Diffusive"])
def test_unknown_cutoff(name):
    with pytest.raises(cp.InputError) as caught:
        cp.slow_integral(1 / (D * Q**2 + G), dim=2, cutoff=name)
    assert "diffusive" in caught.value.expected
    with pytest.raises(cp.InputError) as caught:
        cp.slow_integral(1 / (D * Q**2 + G), dim=2, infrared=name)
    assert "tau_phi" in caught.value.expected


@pytest.mark.parametrize("dim", [0, -1, "2", None, float("nan"), True, 1j])
def test_bad_dimension(dim):
    with pytest.raises(cp.InputError):
        cp.slow_integral(1 / (D * Q**2 + G), dim=dim)


def test_constants_and_zero():
    ball = 4 * sp.pi / 3 / (2 * sp.pi) ** 3 / (D * TAU) ** sp.Rational(3, 2)
    assert sp.simplify(cp.slow_integral(1, dim=3) - ball) == 0
    for cutoff in CUTOFFS:
        assert cp.slow_integral(0, dim=2, cutoff=cutoff) == 0
