"""What evaluates a formula: the same signature, and the same numbers, for every formula of the library."""

import builtins
import inspect
import pickle
import warnings
from dataclasses import replace
from functools import cache

import mpmath
import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams.errors import AssumptionWarning, CooperonError, DivergenceError, InputError
from cooperon.numerics import backends
from cooperon.numerics.backends import BACKENDS
from cooperon.numerics.blocks import BLOCK
from cooperon.numerics.lambdify import lambdify
from cooperon.symbolic import symbols as s
from cooperon.symbolic.landau_levels import LevelFunction

EXTRAS = {"numba": "numba", "jax": "jax"}
FIELD = cp.PerpendicularField()
ONES = {"e": 1.0, "hbar": 1.0}
# Quick to compile, and with something of each kind: arithmetic, functions, levels of both orders, a power of B.
REPRESENTATIVE = ("in two dimensions", "Kawabata, three dimensions", "wire")
# Formulas that are differences of nearly equal terms of their own: the field's part and that of tau.
CANCELS = 1e-13
KEEPS = 5e-15
# The integrand is a difference, 1 - atan(x)/x; the exponential of a hundred has a hundred times its rounding.
CANCELS_INSIDE = (
    "exact kernel: in three dimensions",
    "scaling: localization length of a film",
    "self-consistent theory: localization length of a film",
)


@cache
def library():
    """Every formula of the library, by its name, that is a function of arrays; equal ones once."""
    found = {}
    for entry in cp.atlas():
        if hasattr(entry.result, "lambdify"):
            found.setdefault(entry.result.expr, (f"{entry.category}: {entry.name}", entry.result))
    return dict(found.values())


def names():
    if not hasattr(names, "known"):
        names.known = list(library())
    return names.known


def require(backend):
    if backend in EXTRAS:
        pytest.importorskip(EXTRAS[backend])


def values(formula, number, seed=3):
    """Numbers of order one, in no special order; tau is the shortest time."""
    rng = np.random.default_rng(seed)
    found = {
        x.name: np.exp(rng.uniform(-1.2, 1.2, number)) for x in sorted(formula.expr.free_symbols, key=str)
    }
    if "d" in found:
        found["d"] = rng.uniform(0.8, 1.9, number)
    if "tau" in found and "tau_phi" in found:
        found["tau"] = found["tau"] * 0.05
    return found


def slow_with_mpmath(formula):
    return formula.expr.has(sp.Integral, LevelFunction)


def cases():
    for backend in ("numba", "jax", "mpmath"):
        for name in names():
            quick = backend == "jax" or any(name.endswith(one) for one in REPRESENTATIVE)
            if backend == "mpmath":
                quick = not slow_with_mpmath(library()[name])
            marks = [] if quick else [pytest.mark.slow]
            yield pytest.param(backend, name, marks=marks, id=f"{backend}-{name}")


def largest_term(formula, given):
    """Size of the largest term of a sum, which is what rounding is measured by."""
    whole = formula.expr.has(sp.Integral, LevelFunction)
    terms = sp.Add.make_args(formula.expr if whole else sp.expand_mul(formula.expr))
    with np.errstate(all="ignore"):
        sizes = [
            abs(lambdify(term, [], checks=False, backend="numpy")(**needed(term, given))) for term in terms
        ]
    return np.max(np.broadcast_arrays(*sizes), axis=0)


def needed(expr, given):
    return {x.name: given[x.name] for x in expr.free_symbols}


@pytest.mark.parametrize(("backend", "name"), list(cases()))
def test_every_formula_has_the_same_numbers_and_the_same_signature(backend, name):
    require(backend)
    formula = library()[name]
    count = {"numba": BLOCK + 7, "jax": 40, "mpmath": 2 if slow_with_mpmath(formula) else 12}[backend]
    given = values(formula, count)
    plain, other = (formula.lambdify(checks=False, backend=one) for one in ("numpy", backend))
    assert inspect.signature(plain) == inspect.signature(other)
    assert plain.__doc__ == other.__doc__
    if formula.expr.has(sp.Integral, LevelFunction) and backend == "numba":
        given = {x: array[:50] for x, array in given.items()}  # compiled or not, they are the same kernels
    expected = plain(**given)
    if backend == "mpmath" and any(node.function.has(sp.Sum) for node in formula.expr.atoms(sp.Sum)):
        with pytest.raises(DivergenceError, match="within one another"):
            other(**given)
        return
    found = other(**given)
    assert np.shape(found) == np.shape(expected)
    assert np.asarray(found).dtype == (object if backend == "mpmath" else np.asarray(expected).dtype)
    apart = np.asarray(found != expected)  # an infinity is equal to itself, and has no difference to it
    difference = np.abs(np.subtract(found, expected, where=apart, out=np.zeros_like(found)).astype(complex))
    size = np.abs(np.asarray(found, dtype=complex))
    if backend == "mpmath":
        cancels = (size < 0.05 * largest_term(formula, given)) | (name in CANCELS_INSIDE)
        assert np.all(difference <= np.where(cancels, CANCELS, KEEPS) * size), np.max(difference / size)
    else:
        assert np.all(difference <= 1e-13 * np.maximum(size, largest_term(formula, given)))


@pytest.fixture(params=["auto", "numpy", "numba", "jax", "mpmath"])
def backend(request):
    require(request.param)
    return request.param


HLN = cp.magnetoconductivity(
    cp.Metal(dim=2, scattering=[cp.SpinOrbit(), cp.Magnetic()], field=FIELD)
).in_convention("HLN")
BULK = cp.magnetoconductivity(cp.Metal(dim=3, field=FIELD))
DYNAMIC = cp.conductivity(cp.Metal(dim=2), loops=1, omega=s.omega)
STRIP = cp.conductivity(cp.Metal(dim=2, geometry=cp.Wire()), loops=1)
FIELDS = {"B_phi": 0.1, "B_so": 0.5, "B_s": 0.2, **ONES}


def test_a_function_can_be_pickled(backend):
    f = HLN.lambdify("B", backend=backend)
    again = pickle.loads(pickle.dumps(f))
    assert again.backend == backend
    assert again == f
    assert again(0.3, **FIELDS) == f(0.3, **FIELDS)


def test_digits_survive_pickling():
    f = pickle.loads(pickle.dumps(HLN.lambdify("B", backend="mpmath", digits=33)))
    assert f.digits == 33


def test_a_formula_is_compiled_once(backend):
    one, other = (HLN.lambdify("B", backend=backend) for _ in range(2))
    derived_again = replace(HLN)
    assert one._compiled is other._compiled is derived_again.lambdify(backend=backend)._compiled
    assert one._compiled is not BULK.lambdify(backend=backend)._compiled


@pytest.mark.slow
def test_machine_code_is_made_once():
    require("numba")
    from cooperon.numerics import compiled

    field = np.linspace(0.1, 1, BLOCK + 1)
    HLN.lambdify("B", backend="numba")(field, **FIELDS)
    before = compiled._machine_code.cache_info().misses
    HLN.lambdify("B", backend="numba")(field, **FIELDS)
    assert compiled._machine_code.cache_info().misses == before


def test_numbers_and_arrays_keep_their_kinds(backend):
    f = HLN.lambdify("B", backend=backend)
    assert isinstance(f(0.3, **FIELDS), mpmath.mpf if backend == "mpmath" else float)
    assert f([], **FIELDS).shape == (0,)
    assert f(np.array(0.3), **FIELDS) == f(0.3, **FIELDS)
    assert f([[0.3], [0.4]], **{**FIELDS, "B_phi": [0.1, 0.2, 0.3]}).shape == (2, 3)
    assert type(f([0.3], **FIELDS)) is np.ndarray
    assert f(1, **FIELDS) == f(1.0, **FIELDS)
    assert lambdify(sp.Integer(3), [], backend=backend)() == 3
    assert list(lambdify(sp.Integer(3), ["tau"], backend=backend)([1.0, 2.0])) == [3, 3]


def test_a_result_is_never_the_argument(backend):
    given = np.array([1.0, 2.0])
    result = lambdify(s.tau, ["tau"], backend=backend)(given)
    result[0] = 7.0
    assert given[0] == 1.0


def test_what_the_field_does_not_change_is_the_same_either_way(backend):
    f = HLN.lambdify("B", backend=backend)
    assert f(0.0, **FIELDS) == 0
    found = f([-0.3, 0.0, 0.3], **FIELDS)
    assert found[0] == found[2]
    assert found[1] == 0


def test_complex_values_of_real_arguments(backend):
    """An integral over the field from zero on, of what oscillates in time."""
    metal = cp.Metal(
        dim=1, scattering=[cp.SpinOrbit(), cp.Magnetic()], field=FIELD, geometry=cp.Wire(length=s.L)
    )
    formula = cp.magnetoconductivity(metal, omega=s.omega)
    given = dict.fromkeys((x.name for x in formula.expr.free_symbols), 1.3)
    exact = complex(formula.expr.subs({x: given[x.name] for x in formula.expr.free_symbols}).evalf(30))
    assert abs(exact.imag) > 0.1 * abs(exact.real)
    assert complex(formula.lambdify(backend=backend, checks=False)(**given)) == pytest.approx(
        exact, rel=1e-13
    )


def test_complex_numbers(backend):
    f = DYNAMIC.lambdify("omega", backend=backend)
    given = {"tau": 0.05, "tau_phi": 1.3, **ONES}
    exact = -np.log(1 + 1.3 / (0.05 * (1 - 2j * 1.3))) / (2 * np.pi**2)
    assert complex(f(2.0, **given)) == pytest.approx(exact, rel=1e-14)
    assert complex(f([0.0, 2.0], **given)[1]) == pytest.approx(exact, rel=1e-14)


def test_values_outside_are_warned_of(backend):
    f = HLN.lambdify("B", backend=backend)
    with pytest.warns(AssumptionWarning, match="B_phi > 0"):
        f(0.3, **{**FIELDS, "B_phi": -1.0})
    with pytest.warns(AssumptionWarning):
        assert np.isnan(complex(f(np.nan, **FIELDS)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        f(0.3, **FIELDS)


@pytest.mark.parametrize("bad", ["0.3", None, 1j, [1.0, "x"], {}])
def test_what_is_no_real_number_is_refused(backend, bad):
    with pytest.raises(InputError, match="real number"):
        HLN.lambdify("B", backend=backend)(bad, **FIELDS)


def test_missing_and_unknown_arguments_are_refused_alike(backend):
    f = HLN.lambdify("B", backend=backend)
    with pytest.raises(InputError, match="no value of e, hbar"):
        f(0.3, B_phi=1.0, B_so=1.0, B_s=1.0)
    with pytest.raises(InputError, match="Bphi"):
        f(0.3, Bphi=1.0)
    with pytest.raises(InputError, match="shapes"):
        f([1.0, 2.0], **{**FIELDS, "B_phi": [1.0, 2.0, 3.0]})


@pytest.mark.parametrize("unknown", ["cupy", "", None, 3, "JAX", ["numpy"]])
def test_an_unknown_backend_is_refused(unknown):
    with pytest.raises(InputError, match="auto, numpy, numba, jax, mpmath"):
        HLN.lambdify("B", backend=unknown)


@pytest.mark.parametrize(("backend", "extra"), [("numba", "fast"), ("jax", "jax")])
def test_what_is_not_installed_is_named_with_its_extra(backend, extra, monkeypatch):
    for cached in (backends._by_numba, backends._by_jax):
        cached.cache_clear()
    real = builtins.__import__

    def refuse(name, *rest, **more):
        if name.split(".")[0] == backend:
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(CooperonError, match=rf"cooperon\[{extra}\]"):
        HLN.lambdify("B", backend=backend)


@pytest.mark.parametrize("digits", [0, -3, 2.5, "30", 10**6])
def test_digits_are_a_whole_number(digits):
    with pytest.raises(InputError, match="whole number"):
        HLN.lambdify("B", backend="mpmath", digits=digits)


def test_digits_belong_to_mpmath():
    with pytest.raises(InputError, match='digits of backend="mpmath"'):
        HLN.lambdify("B", digits=30)


# ---- blocks and machine code against plain numpy, one value at a time

SPECIAL = [0.0, -0.0, 1e-300, 5e-324, 1e300, np.inf, -np.inf, np.nan, -1.0, -1e-3, 1e-8, 1e8, 0.125, 8.0]
FORMULAS = {
    "hln": (HLN, "B", FIELDS),
    "bulk": (BULK, "B", {"D": 0.3, "tau_phi": 2.0, **ONES}),
    "wire": (
        cp.magnetoconductivity(cp.Metal(dim=1, geometry=cp.Wire(), field=FIELD)),
        "B",
        {"D": 0.3, "tau_phi": 2.0, "width": 0.5, **ONES},
    ),
    "frequency": (DYNAMIC, "omega", {"tau": 0.05, "tau_phi": 1.3, **ONES}),
    "ring": (
        cp.conductivity(cp.Metal(dim=1, geometry=cp.Ring(), field=FIELD), loops=1),
        "B",
        {"D": 0.3, "tau_phi": 2.0, "L": 1.5, **ONES},
    ),
    "film to bulk": (
        cp.conductivity(cp.Metal(dim=3, geometry=cp.Film()), loops=1),
        "thickness",
        {"D": 0.3, "tau": 0.05, "tau_phi": 2.0, **ONES},
    ),
    "leads": (
        cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=s.L))),
        "L",
        {"D": 0.3, "tau_phi": 2.0, **ONES},
    ),
    "drude": (
        cp.conductivity(cp.Metal(dim=2), omega=s.omega),
        "omega",
        {"D": 0.3, "nu": 2.0, "tau": 0.1, "e": 1.0},
    ),
    "anything to a power": (
        cp.conductivity(cp.Metal(dim=2, dephasing=cp.PowerLaw()), loops=1),
        "T",
        {"T_0": 2.0, "p": 1.3, "tau": 0.05, "tau_phi_0": 2.0, **ONES},
    ),
}


def compiled_and_plain(name, one):
    formula, argument, rest = FORMULAS[name]
    f, plain = (formula.lambdify(argument, checks=False, backend=b) for b in (one, "numpy"))
    return f, plain, rest


def same(found, expected, rel=1e-13, size=0.0):
    """Equal to rounding of the largest term, infinities and what is undefined included."""
    found, expected = np.broadcast_arrays(found, expected)
    assert found.shape == expected.shape
    parts = (
        [(found.real, expected.real), (found.imag, expected.imag)]
        if np.iscomplexobj(expected)
        else [(found, expected)]
    )
    size = np.fmax(np.abs(expected), size)
    for a, b in parts:
        assert np.array_equal(np.isnan(a), np.isnan(b)), (
            a[np.isnan(a) != np.isnan(b)],
            b[np.isnan(a) != np.isnan(b)],
        )
        regular = np.isfinite(a) & np.isfinite(b)
        assert np.array_equal(a[~regular & ~np.isnan(b)], b[~regular & ~np.isnan(b)])
        allowed = rel * np.where(np.isfinite(size), size, np.abs(b))
        assert np.all(np.abs(a[regular] - b[regular]) <= allowed[regular])


@pytest.mark.slow
@pytest.mark.parametrize("one", ["numpy", "numba", "auto"])
@pytest.mark.parametrize("name", FORMULAS)
def test_long_arrays_give_what_each_value_gives(name, one):
    require("numba" if one == "numba" else one)
    f, plain, rest = compiled_and_plain(name, one)
    column = np.exp(np.random.default_rng(1).uniform(-12, 5, 2 * BLOCK + 5))
    places = np.array([0, 1, 17, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 4])
    with np.errstate(all="ignore"):
        same(f(column, **rest)[places], np.array([plain(x, **rest) for x in column[places]]))
        ordered = np.sort(column)
        same(f(ordered, **rest)[places], np.array([plain(x, **rest) for x in ordered[places]]))


@pytest.mark.slow
@pytest.mark.parametrize("one", ["numpy", "numba"])
@pytest.mark.parametrize("name", FORMULAS)
def test_special_values_in_long_arrays_are_what_they_are_alone(name, one):
    require(one)
    f, plain, rest = compiled_and_plain(name, one)
    column = np.exp(np.random.default_rng(2).uniform(-2, 2, BLOCK + 100))
    places = np.arange(len(SPECIAL)) * 61
    column[places] = SPECIAL
    with np.errstate(all="ignore"):
        same(f(column, **rest)[places], np.array([plain(x, **rest) for x in SPECIAL]))
        others = np.ones(column.size, dtype=bool)
        others[places] = False
        same(f(column, **rest)[others][:50], plain(column[others][:50], **rest))


@pytest.mark.slow
@pytest.mark.parametrize("one", ["numpy", "numba"])
@pytest.mark.parametrize("name", FORMULAS)
def test_special_values_of_every_argument(name, one):
    require(one)
    f, plain, rest = compiled_and_plain(name, one)
    formula, argument, _ = FORMULAS[name]
    # infinity times a complex number depends on the order of the factors, and so does its inverse
    edges = () if not formula.expr.has(sp.I) else (np.inf, -np.inf, 5e-324)
    chosen = [x for x in SPECIAL if x not in edges]
    place = np.full(BLOCK + 20, 0.7)
    for other in (x for x in rest if x not in ONES):
        column = np.full(place.size, rest[other])
        column[: len(chosen)] = chosen
        some = column[: len(chosen) + 2]
        with np.errstate(all="ignore"):
            found = f(place, **{**rest, other: column})[: some.size]
            expected = [plain(0.7, **{**rest, other: x}) for x in some]
            size = largest_term(formula, {argument: 0.7, **rest, other: some})
        same(found, np.array(expected), size=np.where(np.isfinite(size), size, 0))


def test_a_negative_field_beside_one_that_is_undefined_is_taken_as_positive():
    f = HLN.lambdify("B", checks=False, backend="numpy")
    found = f([np.nan, -0.3], **FIELDS)
    assert np.isnan(found[0])
    assert found[1] == f(0.3, **FIELDS)


def test_a_pole_of_the_digamma_function_is_no_crash():
    """Outside of the formula's range: B_phi + 2 B_s = -B/2."""
    f = HLN.lambdify("B", checks=False, backend="numpy")
    assert not np.isfinite(f(1.0, **{**FIELDS, "B_phi": -0.5, "B_s": 0.0}))


@pytest.mark.slow
@pytest.mark.parametrize("one", ["numpy", "numba"])
@pytest.mark.parametrize("name", FORMULAS)
def test_shapes_of_long_arrays(name, one):
    require(one)
    f, plain, rest = compiled_and_plain(name, one)
    rng = np.random.default_rng(4)
    other = next(x for x in rest if x not in ONES)
    column, row = np.exp(rng.uniform(-2, 2, (300, 1))), np.exp(rng.uniform(-2, 2, (1, 70)))
    found = f(column, **{**rest, other: row})
    assert found.shape == (300, 70)
    same(found[::97, ::23], plain(column[::97], **{**rest, other: row[:, ::23]}))
    turned = f(np.asfortranarray(np.broadcast_to(column, (300, 70)).T), **{**rest, other: row.T})
    same(turned, found.T, rel=0 if one == "numpy" else 1e-15)
    assert f(np.empty((0, 5)), **rest).shape == (0, 5)
    scalars = f(column, **{**rest, other: np.array([[rest[other]]])})
    same(scalars, plain(column, **rest))
    strided = np.exp(rng.uniform(-2, 2, 3 * (BLOCK + 3)))[::3]
    same(f(strided, **rest)[-3:], plain(strided[-3:], **rest))
    assert f(np.float32(0.5), **rest) == f(0.5, **rest)
    assert np.all(f(np.full(BLOCK + 1, 2), **rest) == f(np.full(BLOCK + 1, 2.0), **rest))


@pytest.mark.slow
@pytest.mark.parametrize("one", ["numpy", "numba"])
def test_one_function_takes_many_kinds_of_calls(one):
    """Runners are kept by which arguments are arrays, and numbers may change from call to call."""
    require(one)
    f, plain, rest = compiled_and_plain("hln", one)
    column = np.exp(np.random.default_rng(5).uniform(-3, 3, BLOCK + 9))
    for b_phi in (0.1, 3.0):
        same(f(column, **{**rest, "B_phi": b_phi})[-5:], plain(column[-5:], **{**rest, "B_phi": b_phi}))
    same(f(0.7, **{**rest, "B_phi": column})[-5:], plain(0.7, **{**rest, "B_phi": column[-5:]}))
    same(f(column, **{**rest, "e": column})[-5:], plain(column[-5:], **{**rest, "e": column[-5:]}))
    same(f(column, **rest)[-5:], plain(column[-5:], **rest))


# ---- mpmath


def test_as_many_digits_as_are_asked_for():
    f = HLN.lambdify("B", backend="mpmath", digits=60)
    with mpmath.workdps(80):
        gaps = [
            mpmath.mpf(0.1) + 2 * mpmath.mpf(0.2),
            mpmath.mpf(0.1) + 2 * mpmath.mpf(0.2) / 3 + 4 * mpmath.mpf(0.5) / 3,
        ]
        for field in (1e-8, 0.3, 1e5):
            rests = [
                mpmath.digamma(0.5 + g / mpmath.mpf(field)) - mpmath.log(g / mpmath.mpf(field)) for g in gaps
            ]
            exact = (3 * rests[1] - rests[0]) / (4 * mpmath.pi**2)
            assert abs(f(field, **FIELDS) / exact - 1) < mpmath.mpf(10) ** -59


def test_the_digits_of_the_call_are_those_of_mpmath():
    f = cp.conductivity(cp.Metal(dim=2), loops=1).lambdify(backend="mpmath")
    given = {"tau": 1, "tau_phi": 2, "e": 1, "hbar": 1}
    for digits in (15, 40):
        with mpmath.workdps(digits):
            found = f(**given)
        with mpmath.workdps(60):
            error = abs(found / (-mpmath.log(3) / (2 * mpmath.pi**2)) - 1)
        assert error < mpmath.mpf(10) ** (1 - digits)
        assert digits > 30 or error > 1e-20


def test_numbers_of_mpmath_are_taken_as_they_are():
    f = lambdify(s.tau - s.tau_phi, ["tau", "tau_phi"], backend="mpmath", digits=20)
    with mpmath.workdps(60):
        assert abs(f(1 + mpmath.mpf(10) ** -40, 1) * mpmath.mpf(10) ** 40 - 1) < 1e-15
    assert f(sp.Rational(1, 3), sp.Rational(1, 4)) == pytest.approx(1 / 12, rel=1e-15)


def test_constants_of_nature_are_exact():
    f = lambdify(s.hbar, [], si=True, backend="mpmath", digits=30)
    with mpmath.workdps(40):
        assert abs(f() * 2 * mpmath.pi / mpmath.mpf("6.62607015e-34") - 1) < mpmath.mpf(10) ** -29


def test_zero_is_zero_and_what_is_small_is_not():
    f = HLN.lambdify("B", backend="mpmath", digits=15, checks=False)
    small = mpmath.mpf(10) ** -150
    with mpmath.workdps(20):
        # (3/g_1**2 - 1/g_0**2) B**2/24/(4 pi**2)
        g0, g1 = (
            mpmath.mpf(0.1) + 2 * mpmath.mpf(0.2),
            mpmath.mpf(0.1) + (2 * mpmath.mpf(0.2) + 4 * mpmath.mpf(0.5)) / 3,
        )
        assert (
            abs(f(small, **FIELDS) / ((3 / g1**2 - 1 / g0**2) * small**2 / 24 / (4 * mpmath.pi**2)) - 1)
            < 1e-13
        )
    assert lambdify(sp.log(s.tau / s.tau_phi), ["tau", "tau_phi"], backend="mpmath")(2, 2) == 0


def test_what_has_no_value_is_not_a_number():
    f = lambdify(1 / (s.tau - 1), ["tau"], backend="mpmath")
    with pytest.warns(AssumptionWarning, match="finiteness"):
        assert mpmath.isnan(f(1.0))


@pytest.mark.slow
def test_levels_of_any_field_to_many_digits():
    f = cp.interference(cp.Metal(dim=2, field=FIELD)).total
    given = {"D": 1.0, "tau": 0.25, "tau_phi": 1.0, **ONES}
    few, many = (f.lambdify("B", backend="mpmath", digits=n)(1.0, **given) for n in (15, 25))
    assert few == pytest.approx(float(many), rel=1e-14)
    assert f.lambdify("B", backend="numpy")(1.0, **given) == pytest.approx(float(many), rel=KEEPS)
    with pytest.raises(DivergenceError, match="Landau levels"):
        f.lambdify("B", backend="mpmath", checks=False)(1e-6, **given)


def test_a_flight_of_many_digits_is_its_integral():
    """A sum over few levels by the integral that each flight is, against the continued fractions."""
    from cooperon.numerics.precise_levels import _partial_sums

    with mpmath.workdps(30):
        b, gap = mpmath.mpf(2), mpmath.mpf("0.3")

        def laguerre(n, x):
            return mpmath.fsum(mpmath.binomial(n, k) * (-x) ** k / mpmath.factorial(k) for k in range(n + 1))

        def flight(n):
            return mpmath.quad(
                lambda x: mpmath.exp(-(1 + gap) * x - b * x**2 / 4) * laguerre(n, b * x**2 / 2),
                [0, 2, 5, 10, 20],
            )

        (found,) = _partial_sums(lambda stays, lost, up, down: stays**3, b, gap, [4])
        assert abs(found - b * mpmath.fsum(flight(n) ** 3 for n in range(4))) < 1e-20


# ---- JAX


@pytest.fixture
def jax():
    found = pytest.importorskip("jax")
    before = found.config.jax_enable_x64
    found.config.update("jax_enable_x64", True)
    yield found
    found.config.update("jax_enable_x64", before)


def test_32_bits_are_refused_and_nothing_global_is_changed():
    found = pytest.importorskip("jax")
    assert not found.config.jax_enable_x64
    f = HLN.lambdify("B", backend="jax")
    assert f(np.array([0.3]), **FIELDS).dtype == np.float64
    with pytest.raises(CooperonError, match="jax_enable_x64"):
        f(found.numpy.asarray([0.3]), **FIELDS)
    assert not found.config.jax_enable_x64


@pytest.mark.slow
def test_arrays_of_jax_give_arrays_of_jax(jax):
    f = HLN.lambdify("B", backend="jax")
    found = f(jax.numpy.array([-0.3, 0.0, 0.3]), **FIELDS)
    assert isinstance(found, jax.Array)
    same(np.asarray(found), HLN.lambdify("B", backend="numpy")([-0.3, 0.0, 0.3], **FIELDS))
    assert f(jax.numpy.array([0.3, 0.4]), **{**FIELDS, "B_so": np.array([[0.5], [0.6]])}).shape == (2, 2)
    assert lambdify(sp.Integer(3), ["tau"], backend="jax")(jax.numpy.ones(4)).shape == (4,)


@pytest.mark.slow
def test_jit_and_vmap(jax):
    f = HLN.lambdify("B", backend="jax")
    column = np.exp(np.linspace(-8, 8, 33))
    expected = HLN.lambdify("B", backend="numpy")(column, **FIELDS)
    same(np.asarray(jax.jit(f)(jax.numpy.asarray(column), **FIELDS)), expected)
    same(np.asarray(jax.vmap(lambda x: f(x, **FIELDS))(column)), expected)
    bulk, rest = BULK.lambdify("B", backend="jax"), {"D": 0.3, **ONES}
    pairs = jax.vmap(jax.vmap(lambda x, y: bulk(x, tau_phi=y, **rest), (0, None)), (None, 0))
    plain = BULK.lambdify("B", backend="numpy")(column, tau_phi=column[:, None], **rest)
    same(np.asarray(jax.jit(pairs)(column, column)), plain)


DIFFERENTIATED = {
    "hln": (HLN, "B", FIELDS, [0.01, 0.3, 40.0]),
    "hln by a rate": (
        HLN,
        "B_so",
        {**{x: y for x, y in FIELDS.items() if x != "B_so"}, "B": 0.4},
        [0.01, 0.3, 4.0],
    ),
    "bulk": (BULK, "B", {"D": 0.3, "tau_phi": 2.0, **ONES}, [0.01, 0.3, 40.0]),
    "leads": (
        cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=s.L))),
        "L",
        {"D": 0.3, "tau_phi": 2.0, **ONES},
        [0.01, 0.3, 4.0],
    ),
    "late": (
        cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="time"),
        "tau_phi",
        {"tau": 0.1, **ONES},
        [0.5, 3.0],
    ),
    "between": (
        cp.conductivity(cp.Metal(dim=2.5), loops=1),
        "tau_phi",
        {"tau": 0.1, "D": 0.3, **ONES},
        [0.5, 3.0],
    ),
    "wire": (
        cp.magnetoconductivity(cp.Metal(dim=1, geometry=cp.Wire(), field=FIELD)),
        "B",
        {"D": 0.3, "tau_phi": 2.0, "width": 0.5, **ONES},
        [1e-3, 0.5],
    ),
    "strip": (STRIP, "width", {"D": 0.3, "tau": 0.05, "tau_phi": 2.0, **ONES}, [0.5, 2.0]),
    "film to bulk": (
        cp.conductivity(cp.Metal(dim=3, geometry=cp.Film()), loops=1),
        "thickness",
        {"D": 0.3, "tau": 0.05, "tau_phi": 2.0, **ONES},
        [0.1, 2.0],
    ),
}


@pytest.mark.parametrize(
    "name", [pytest.param(x, marks=[pytest.mark.slow] * (x == "strip")) for x in DIFFERENTIATED]
)
def test_first_and_second_derivatives(jax, name):
    """Against differences of values of many digits."""
    formula, argument, rest, places = DIFFERENTIATED[name]
    f = formula.lambdify(argument, backend="jax")
    exact = formula.lambdify(argument, backend="mpmath", digits=40, checks=False)
    first = jax.grad(lambda x: f(x, **rest))
    second = jax.jit(jax.grad(first))
    for place in places:
        with mpmath.workdps(40):
            step = place * mpmath.mpf(10) ** -10
            low, here, high = (exact(place + k * step, **rest) for k in (-1, 0, 1))
            slope, curvature = (high - low) / (2 * step), (high - 2 * here + low) / step**2
        assert float(first(place)) == pytest.approx(float(slope), rel=1e-12)
        assert float(second(place)) == pytest.approx(float(curvature), rel=1e-11)


def test_derivatives_at_no_field_are_those_of_an_even_function(jax):
    f = HLN.lambdify("B", backend="jax")
    first = jax.grad(lambda x: f(x, **FIELDS))
    g0, g1 = 0.1 + 0.4, 0.1 + 0.4 / 3 + 2 / 3
    assert float(first(0.0)) == 0
    assert float(jax.grad(first)(0.0)) == pytest.approx(
        (3 / g1**2 - 1 / g0**2) / 12 / (4 * np.pi**2), rel=1e-13
    )
    assert float(first(-0.3)) == -float(first(0.3))


@pytest.mark.slow
def test_forward_and_backward(jax):
    f = BULK.lambdify("B", backend="jax")
    rest = {"D": 0.3, "tau_phi": 2.0, **ONES}
    value, change = jax.jvp(lambda x: f(x, **rest), (0.4,), (2.0,))
    back = jax.vjp(lambda x: f(x, **rest), 0.4)[1](1.0)[0]
    assert float(value) == pytest.approx(BULK.lambdify("B", backend="numpy")(0.4, **rest), rel=1e-14)
    assert float(change) == pytest.approx(2 * float(back), rel=1e-15)
    rows = jax.jacfwd(lambda x: f(0.4, D=x[0], tau_phi=x[1], **ONES))(jax.numpy.array([0.3, 2.0]))
    single = jax.grad(lambda x: f(0.4, D=0.3, tau_phi=x, **ONES))(2.0)
    assert float(rows[1]) == pytest.approx(float(single), rel=1e-14)


def test_a_derivative_that_is_not_known_is_refused(jax):
    levels = cp.interference(cp.Metal(dim=2, field=FIELD)).total.lambdify("B", backend="jax")
    with pytest.raises(InputError, match="derivative"):
        jax.grad(lambda x: levels(x, D=1.0, tau=0.2, tau_phi=1.0, **ONES))(1.0)
    of_order = cp.magnetoconductivity(cp.Metal(dim=s.d, field=FIELD)).lambdify("d", backend="jax")
    with pytest.raises(InputError, match="by its order"):
        jax.grad(lambda d: of_order(d, B=1.0, D=1.0, tau_phi=1.0, **ONES))(2.5)


def test_the_other_backends_refuse_arrays_of_jax(jax):
    for backend in ("auto", "numpy", "mpmath"):
        with pytest.raises(InputError, match='backend="jax"'):
            jax.jit(HLN.lambdify("B", backend=backend))(jax.numpy.array([0.3]), **FIELDS)


def test_names_of_the_backends():
    assert tuple(BACKENDS) == ("auto", "numpy", "numba", "jax", "mpmath")
