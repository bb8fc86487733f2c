"""Formulas of interacting electrons in numbers: every backend, derivatives, source code, zero field, reading."""

import ctypes
import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache

import mpmath
import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.numerics.constants import si_constants
from cooperon.numerics.derivatives import derivative
from cooperon.numerics.lambdify import lambdify
from cooperon.numerics.matsubara_terms import matsubara_terms
from cooperon.numerics.translate import is_complex, translated
from cooperon.symbolic import symbols as s
from cooperon.symbolic.log_ratio import LogRatio
from cooperon.symbolic.real_part import RealPart

HALF, I = sp.S.Half, sp.I  # noqa: E741
M = s.hbar / (2 * sp.pi * s.k_B * s.T * s.tau)
X = s.g_L * s.mu_B * s.B / (2 * sp.pi * s.k_B * s.T)
V = s.e * s.V / (2 * sp.pi * s.k_B * s.T)
C = s.e**2 / (2 * sp.pi**2 * s.hbar)


def psi(n, z):
    return sp.polygamma(n, z)


FILM = psi(0, 1 + M) + sp.EulerGamma + M * psi(1, 1 + M)
SPLIT = sp.EulerGamma + sp.re(psi(0, 1 + I * X) + I * X * psi(1, 1 + I * X))
FORMS = {
    "film": C * FILM,
    "film, triplet": C * (1 + 3 * (1 - LogRatio(s.F0))) * FILM,
    "triplet": C * (1 - LogRatio(s.F0)),
    "short range": C * (4 - 3 * LogRatio(2 * s.U_0 * s.nu)),
    "Zeeman, 2": C * (1 - LogRatio(s.F0)) * SPLIT,
    "Zeeman, 2, multiplied out": sp.expand(C * s.F0 * SPLIT),
    "Zeeman, 2, folded": C * (FILM - sp.EulerGamma - RealPart(psi(0, 1 + I * X) + I * X * psi(1, 1 + I * X))),
    "Zeeman, 2, without weight": sp.EulerGamma + sp.re(psi(0, 1 + I * X)),
    "Zeeman, 3": C * (sp.re(sp.zeta(HALF, 1 + I * X) - I * X * sp.zeta(3 * HALF, 1 + I * X)) - sp.zeta(HALF)),
    "Zeeman, 1": sp.re(sp.zeta(3 * HALF, 1 + I * X) - I * X * sp.zeta(5 * HALF, 1 + I * X))
    - sp.zeta(3 * HALF),
    "Zeeman, d": sp.re(sp.zeta(2 - s.d / 2, 1 + I * X)) - sp.zeta(2 - s.d / 2),
    "tunnelling, 2": sp.re(psi(0, HALF - I * V)),
    "tunnelling, 3": sp.re(sp.zeta(HALF, HALF - I * V)),
    "tunnelling, weighted": sp.re(psi(0, 1 - I * V) - I * V * psi(1, 1 - I * V)),
    "tunnelling, rise": sp.re(psi(0, HALF - I * V)) - psi(0, HALF),
}
VANISH = [name for name in FORMS if name.startswith("Zeeman") and "folded" not in name]
PLACES = 9
RANGES = {
    s.B: np.r_[0.0, np.geomspace(1e-8, 1e8, PLACES - 1)],
    s.V: np.r_[0.0, -0.3, np.geomspace(1e-8, 1e8, PLACES - 2)],
    s.tau: np.geomspace(1e-6, 1e12, PLACES),
    s.F0: np.array([0.0, 1e-12, -0.9, -1e-9, 0.3, 1e6, -0.5, 2.0, 0.7]),
    s.d: np.resize([1.0, 3.0, 2.5], PLACES),
}
BOUND = 1e-14


def ordered(expr):
    return [entry.symbol for entry in s.TABLE.values() if entry.symbol in expr.free_symbols]


def values(expr):
    rng = np.random.default_rng(4)
    return {x: RANGES.get(x, rng.uniform(0.5, 2, PLACES)) for x in ordered(expr)}


@cache
def exact(name):
    expr = FORMS[name]
    given = values(expr)
    return lambdify(expr, list(given), backend="mpmath", checks=False, digits=25)(*given.values())


def worst(found, true):
    errors = [
        abs(a - b) / abs(b) if b else abs(a) for a, b in zip(found.tolist(), true.tolist(), strict=True)
    ]
    return max(map(float, errors))


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("backend", ["numpy", "numba", "jax"])
def test_numbers_of_every_backend(name, backend):
    if backend != "numpy":
        pytest.importorskip(backend)
    given = values(FORMS[name])
    found = lambdify(FORMS[name], list(given), backend=backend, checks=False)(*given.values())
    assert found.dtype == float
    assert worst(found, exact(name)) < BOUND


@pytest.mark.parametrize("name", VANISH)
def test_nothing_is_left_at_zero_field(name):
    given = values(FORMS[name])
    at_zero = lambdify(FORMS[name], list(given), checks=False)(*given.values())[0]
    assert at_zero == 0


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["numpy", "jax"])
@pytest.mark.parametrize("name", ["film, triplet", "Zeeman, 2", "Zeeman, 3", "Zeeman, 1", "tunnelling, 3"])
def test_derivatives_are_those_of_differences(name, backend):
    expr = FORMS[name]
    given = {x: column[1::3] for x, column in values(expr).items()}
    first = next(x for x in (s.B, s.V, s.tau) if x in given)
    wanted = [x for x in (first, s.T, s.F0) if x in given]
    with mpmath.workdps(45):
        function = lambdify(expr, list(given), backend="mpmath", checks=False, digits=38)
        for x in wanted:
            columns = {y: [mpmath.mpf(value) for value in column] for y, column in given.items()}
            steps = [abs(value) * mpmath.mpf(10) ** -11 for value in columns[x]]
            ends = []
            for sign in (1, -1):
                moved = columns | {x: [v + sign * h for v, h in zip(columns[x], steps, strict=True)]}
                ends.append(function(*(np.array(column, dtype=object) for column in moved.values())))
            true = np.array([(a - b) / (2 * h) for a, b, h in zip(*ends, steps, strict=True)], dtype=object)
            assert worst(slope(expr, x, given, backend), true) < 2e-14


def slope(expr, x, given, backend):
    if backend == "numpy":
        found = derivative(expr, x)
        return found.make(list(given), found.expr)(*given.values())
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        function = lambdify(expr, list(given), backend="jax", checks=False)
        place = list(given).index(x)
        columns = [jax.numpy.asarray(column) for column in given.values()]
        return np.asarray(jax.vmap(jax.grad(function, argnums=place))(*columns))


def test_what_they_are_translated_to():
    x = sp.Symbol("x", positive=True)
    z = 1 + I * x
    cases = {
        sp.EulerGamma + sp.re(psi(0, z)): "-levels_real_rise(1, 1, x)",
        sp.EulerGamma + sp.re(psi(0, 1 - I * x) - I * x * psi(1, 1 - I * x)): "zeeman_2d(2*pi*x)",
        sp.re(sp.zeta(HALF, z) - I * x * sp.zeta(3 * HALF, z))
        - sp.zeta(HALF): "-2*zeeman_3d(2*pi*x)/sqrt(pi)",
        sp.re(sp.zeta(3, z)): "levels_real(3, 1, x)",
        sp.im(psi(0, HALF + I * x)): "pi*tanh(pi*x)/2",
        sp.im(psi(0, z)): "pi**2*x*langevin(pi*x)/2",
        psi(0, 1 + x): "polygamma(0, x + 1)",
        psi(0, 1 + x) - sp.re(psi(0, z)): "levels_real_rise(1, 1, x) - levels_rise(1, 1, x)",
        4 - 3 * LogRatio(x): "4 - 3*LogRatio(x)",
        3 - 3 * LogRatio(x): "-3*log_ratio_rise(x)",
    }
    for expr, written in cases.items():
        assert str(matsubara_terms(expr)) == written
    assert str(translated(sp.log(sp.sqrt(1 + x**2))).expr) == "log1p(x**2)/2"


def test_parts_of_complex_functions_are_real():
    assert is_complex(psi(0, 1 + I * X))
    assert not any(map(is_complex, FORMS.values()))


def test_beside_interference_the_logarithms_of_that_still_cancel():
    film = cp.magnetoconductivity(cp.Metal(dim=2, field=cp.PerpendicularField()))
    both = film.expr + C * s.F0 * SPLIT
    given = dict.fromkeys(ordered(both), 1.0) | {s.B: np.array([0.0, 1e-7])}
    found = lambdify(both, list(given), checks=False)(*given.values())
    parts = [
        lambdify(e, ordered(e), checks=False)(*(given[x] for x in ordered(e)))
        for e in (film.expr, C * s.F0 * SPLIT)
    ]
    assert found[0] == 0
    assert found[1] == pytest.approx(parts[0][1] + parts[1][1], rel=1e-14)


@pytest.mark.slow
def test_sums_that_are_left_undone():
    m = sp.Symbol("m", positive=True, integer=True)
    logs = sp.Sum(sp.log(s.D / m) / m * M / (m + M), (m, 1, sp.oo))
    split = sp.Sum(sp.re(m / (m + I * X) ** 3 * LogRatio(s.F0 / (m + I * X))), (m, 1, sp.oo))
    for expr in (logs, split):
        given = {x: np.array([0.7, 1.3]) for x in ordered(expr)}
        for x, column in ((s.B, [0.0, 2.0]), (s.tau, [1e-3, 40.0])):
            if x in given:
                given[x] = np.array(column)
        found, error = lambdify(expr, list(given), checks=False, rtol=1e-11).with_error(*given.values())
        true = lambdify(expr, list(given), backend="mpmath", checks=False, digits=14)(*given.values())
        assert worst(found, true) < 1e-13
        assert (error < 1e-11 * abs(found)).all()


@pytest.mark.slow
def test_the_sums_of_an_exact_triplet_with_spin_orbit_scattering():
    """What mpmath's own sums give, 30 digits of each term: half a minute for the three."""
    metal = cp.Metal(dim=3, scattering=[cp.SpinOrbit()])
    function = cp.interaction_correction(metal).lambdify("T", "F0")
    units = dict.fromkeys(("D", "hbar", "k_B", "e"), 1.0)
    found = function(np.array([0.1, 1.0, 1.0]), np.array([0.5, 0.5, -0.7]), tau_so=5.0, **units)
    exact = [0.025530987694140205, 0.058675398719162136, -0.10421376324686982]
    assert found == pytest.approx(exact, rel=1e-10)


def formula(name):
    return replace(cp.conductivity(cp.Metal(dim=2)), expr=FORMS[name], name=re.sub(r"\W+", "_", name))


CODED = [name for name in FORMS if name != "Zeeman, d"]


def rows(name):
    given = {x: column for x, column in values(FORMS[name]).items() if x not in si_constants()}
    si = {s.T: 1e0, s.tau: 1e-12, s.B: 1.0, s.V: 1e-4}
    given = {x: column * si.get(x, 1.0) for x, column in given.items()}
    function = lambdify(FORMS[name], list(given), si=True, checks=False, backend="numpy")
    return given, function(*given.values())


def agree(found, true):
    assert np.max(abs(found - true) / np.where(true == 0, 1, abs(true))) < 2e-14


@pytest.mark.parametrize("name", CODED)
def test_source_in_python(name):
    given, true = rows(name)
    names = {}
    exec(compile(formula(name).code("python"), "<source>", "exec"), names)
    agree(names[formula(name).name.strip("_")](*given.values()), true)


@pytest.mark.parametrize("name", CODED)
def test_source_in_c(name, tmp_path):
    source = formula(name).code("c")
    if shutil.which("gcc") is None or "gsl" in source:
        pytest.skip("needs gcc, or GSL")
    given, true = rows(name)
    call = ", ".join(f"a[{i}]" for i in range(len(given)))
    (tmp_path / "f.c").write_text(
        f"{source}\ndouble call(double *a) {{ return {formula(name).name}({call}); }}\n"
    )
    command = [
        "gcc",
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-O2",
        "-shared",
        "-fPIC",
        "f.c",
        "-o",
        "f.so",
    ]
    subprocess.run([*command, "-lm"], cwd=tmp_path, check=True)
    function = ctypes.CDLL(str(tmp_path / "f.so")).call
    function.restype = ctypes.c_double
    found = [function((ctypes.c_double * len(given))(*row)) for row in zip(*given.values(), strict=True)]
    agree(np.array(found), true)


@pytest.mark.parametrize("name", ["film, triplet", "Zeeman, 1", "Zeeman, 3", "tunnelling, rise"])
def test_source_in_fortran(name, tmp_path):
    if shutil.which("gfortran") is None:
        pytest.skip("there is no gfortran")
    given, true = rows(name)
    called = formula(name).name
    main = f"""
program main
  use, intrinsic :: iso_fortran_env, only: real64
  use {called}_formula, only: {called}
  implicit none
  real(real64) :: a({len(given)})
  integer :: i
  do i = 1, {PLACES}
    read *, a
    print '(ES26.17E3)', {called}({", ".join(f"a({i + 1})" for i in range(len(given)))})
  end do
end program main
"""
    (tmp_path / "f.f90").write_text(formula(name).code("fortran") + main)
    command = ["gfortran", "-std=f2008", "-Wall", "-Wextra", "-Werror", "-Wno-unused-dummy-argument", "-O2"]
    subprocess.run([*command, "f.f90", "-o", "f"], cwd=tmp_path, check=True)
    text = "\n".join(" ".join(repr(float(x)) for x in row) for row in zip(*given.values(), strict=True))
    done = subprocess.run([str(tmp_path / "f")], input=text, text=True, capture_output=True, check=True)
    agree(np.array(list(map(float, done.stdout.split()))), true)


def test_source_in_other_languages():
    assert "Re[PolyGamma[0" in formula("Zeeman, 2").code("mathematica")
    assert "Log[F0 + 1]/F0" in formula("Zeeman, 2").code("mathematica")
    assert "function zeeman_2d(x)" in formula("Zeeman, 2").code("julia")
    for language in ("python", "c", "fortran", "julia"):
        with pytest.raises(cp.CooperonError, match="levels_real_rise"):
            formula("Zeeman, d").code(language)


@pytest.mark.parametrize(
    ("hand", "kind"),
    [
        (r"\frac{e^2}{2\pi^2\hbar}\left[1-\frac{\ln(1+F_0^\sigma)}{F_0^\sigma}\right]", "agrees"),
        (r"\frac{e^2}{2\pi^2\hbar}\left[1-\frac{\ln(1+F_0)}{2F_0}\right]", "differs"),
    ],
)
def test_a_logarithm_over_its_argument_is_compared_by_numbers(hand, kind):
    verdict = cp.check(hand, formula("triplet"))
    assert (verdict.kind == "agrees") == (kind == "agrees")


def test_real_parts_and_primes_are_read():
    x = r"\frac{g_L\mu_B B}{2\pi k_B T}"
    right = (
        r"\frac{e^2F_0^{\sigma}}{2\pi^2\hbar}\left\{\gamma_E+\operatorname{Re}\left[\psi\left(1+iX\right)"
        r"+iX\psi'\left(1+iX\right)\right]\right\}"
    ).replace("X", x)
    wrong = right.replace(rf"+i{x}\psi'", rf"-i{x}\psi'")
    given = formula("Zeeman, 2, multiplied out")
    assert cp.check(right, given).kind == "agrees"
    assert wrong != right
    assert cp.check(wrong, given).kind != "agrees"
    assert cp.check(right.replace("'", r"^{\prime}"), given).kind == "agrees"
