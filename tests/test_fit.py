"""Fits: truths recovered, derivatives, doubts, data in every form, errors with their lines."""

import json
import warnings

import numpy as np
import pytest
import sympy as sp
from scipy import optimize, special, stats

import cooperon as cp
from cooperon.cli import main
from cooperon.fitting import MODELS, model
from cooperon.numerics.fit_data import prepared
from cooperon.numerics.fit_model import FitModel, parameters_of
from cooperon.numerics.symmetrise import symmetrised

pytest.importorskip("lmfit")
pd = pytest.importorskip("pandas")

E2_OVER_2PI2HBAR = 1.602176634e-19**2 / (2 * np.pi**2 * 1.054571817e-34)
FIELDS = np.linspace(-1, 1, 81)
NOISE = 2e-7


def kernel(b, b_i):
    """psi(1/2 + x) - ln x at x = b_i/|b|, by scipy; 0 at b = 0."""
    b = np.abs(b)
    x = b_i / np.where(b > 0, b, 1.0)
    return np.where(b > 0, special.digamma(0.5 + x) - np.log(x), 0.0)


def hln(b, b_phi, b_so):
    """Hikami, Larkin and Nagaoka by hand: three triplets with the gap B_phi + (4/3) B_so, one singlet."""
    return E2_OVER_2PI2HBAR * (1.5 * kernel(b, b_phi + 4 / 3 * b_so) - 0.5 * kernel(b, b_phi))


def kawabata(b, b_phi):
    """Kawabata's sum by the Hurwitz zeta of mpmath."""
    import mpmath

    def one(field):
        if field == 0:
            return 0.0
        x = b_phi / abs(field)
        return float(-mpmath.zeta(0.5, 0.5 + x) - 2 * mpmath.sqrt(x)) * np.sqrt(
            1.602176634e-19 * abs(field) / 1.054571817e-34
        )

    return E2_OVER_2PI2HBAR * np.array([one(field) for field in b])


def noise(size=FIELDS.size, seed=0):
    return np.random.default_rng(seed).standard_normal(size)


@pytest.fixture(scope="module")
def formula():
    return model("hln")


@pytest.fixture(scope="module")
def film():
    return {"B": FIELDS, "sigma": 1e-3 + hln(FIELDS, 3e-3, 0.05) + NOISE * noise()}


@pytest.fixture(scope="module")
def found(formula, film):
    return cp.fit(film, formula)


def inside(found, truth, level=0.999):
    intervals = found.intervals(level)
    return all(intervals[name][0] < value < intervals[name][1] for name, value in truth.items())


# truths


def test_spin_orbit_is_found_with_no_start_given(found):
    assert inside(found, {"B_phi": 3e-3, "B_so": 0.05, "offset": 1e-3})
    assert found.errors["B_so"] < 0.02 * 0.05
    assert found.errors["B_phi"] < 0.1 * 3e-3
    assert found.units == {"B_phi": "T", "B_so": "T", "offset": "S"}
    assert found.derivatives == "analytic"
    assert found.doubts == ()


def test_minimum_is_that_of_scipy_with_differences(found, film):
    """The same sum of squares, minimised by scipy without derivatives of ours."""

    def residuals(logs):
        curve = hln(FIELDS, *np.exp(logs[:2]))
        return (film["sigma"] - curve - logs[2] * 1e-6) / NOISE

    other = optimize.least_squares(
        residuals, [np.log(0.01), np.log(0.1), 1000.0], xtol=1e-14, ftol=1e-14, gtol=1e-14, x_scale="jac"
    )
    assert np.exp(other.x[:2]) == pytest.approx([found.values["B_phi"], found.values["B_so"]], rel=1e-4)
    covariance = np.linalg.inv(other.jac.T @ other.jac) * 2 * other.cost / (FIELDS.size - 3)
    relative = [found.errors[name] / found.values[name] for name in ("B_phi", "B_so")]
    assert relative == pytest.approx(np.sqrt(np.diag(covariance))[:2], rel=1e-3)
    sizes = np.sqrt(np.diag(covariance))
    assert found.correlations["B_phi", "B_so"] == pytest.approx(
        covariance[0, 1] / sizes[0] / sizes[1], abs=1e-3
    )


def test_times_with_d_held_are_those_of_the_fields(found, film):
    D = 0.01
    times = cp.fit(film, MODELS["hln"](), fixed={"D": D})
    for time, field in (("tau_phi", "B_phi"), ("tau_so", "B_so")):
        belongs = 1.054571817e-34 / (4 * 1.602176634e-19 * D * found.values[field])
        assert times.values[time] == pytest.approx(belongs, rel=1e-5)
    assert times.fixed == {"D": D}


def test_kawabata_from_the_resistance_of_a_film_with_a_thickness():
    sigma = 1e4 + kawabata(FIELDS, 0.02) + 0.5 * noise()
    found = cp.fit({"B": FIELDS, "R": 1 / (sigma * 1e-7)}, model("wl3d"), geometry={"thickness": 1e-7})
    assert inside(found, {"B_phi": 0.02, "offset": 1e4})
    assert found.errors["B_phi"] < 1e-3
    assert found.units["offset"] == "S/m"


def test_power_law_of_the_temperature():
    T = np.geomspace(1, 20, 40)
    change = -E2_OVER_2PI2HBAR * np.log(1 + 100 * (4.2 / T) ** 1.5)
    held = {"T_0": 4.2, "tau": 1e-13, "tau_phi_0": 1e-11}
    found = cp.fit({"T": T, "sigma": 1e-3 + change + 1e-7 * noise(40)}, model("rt2d"), fixed=held)
    assert inside(found, {"p": 1.5, "offset": 1e-3})
    assert found.errors["p"] < 0.02


def test_wire_grows_without_bound_with_tau_phi_and_is_found():
    B = np.linspace(-0.05, 0.05, 81)
    wire, held = MODELS["wire"](), {"D": 0.01, "width": 1e-7}
    rate = 0.01 * (1.602176634e-19 * B * 1e-7 / 1.054571817e-34) ** 2 / 3
    change = 2 * np.pi * E2_OVER_2PI2HBAR * np.sqrt(0.01) * (1e-11**0.5 - (1e11 + rate) ** -0.5)
    found = cp.fit({"B": B, "change": change * (1 + 0.01 * noise())}, wire, fixed=held)
    assert found.values["tau_phi"] == pytest.approx(1e-11, rel=0.02)
    assert list(found.values) == ["tau_phi"]


@pytest.mark.slow
def test_prefactor_is_fitted_when_asked_for(formula, film):
    halved = {"B": FIELDS, "change": 0.5 * hln(FIELDS, 3e-3, 0.05) + 1e-8 * noise()}
    found = cp.fit(halved, formula, prefactor=True)
    assert inside(found, {"prefactor": 0.5, "B_phi": 3e-3, "B_so": 0.05})
    held = cp.fit(halved, formula, fixed={"prefactor": 0.5}, start={"B_so": 0.1})
    assert inside(held, {"B_phi": 3e-3, "B_so": 0.05})
    shifted = {"B": FIELDS, "sigma": halved["change"] + 1e-3}
    both = cp.fit(shifted, formula, fixed={"prefactor": 0.5, "offset": 1e-3})
    assert dict(both.values) == pytest.approx(dict(held.values), rel=1e-4)


@pytest.fixture(scope="module")
def curves():
    kelvins = (1.5, 4.2, 10.0)
    B = np.tile(FIELDS, 3)
    T = np.repeat(kelvins, FIELDS.size)
    sigma = 1e-3 + 1e-5 * T + hln(B, 2e-3 * T, 0.05) + NOISE * noise(B.size)
    return {"B": B, "T": T, "sigma": sigma}


def test_several_temperatures_share_what_does_not_depend_on_them(curves, formula):
    found = cp.fit(curves, formula)
    truth = {f"B_phi[{t:g} K]": 2e-3 * t for t in (1.5, 4.2, 10)} | {"B_so": 0.05}
    truth |= {f"offset[{t:g} K]": 1e-3 + 1e-5 * t for t in (1.5, 4.2, 10)}
    assert set(found.values) == set(truth)
    assert inside(found, truth)
    assert found.correlations["B_phi[1.5 K]", "B_phi[10 K]"] != 0
    alone = cp.fit({key: value[: FIELDS.size] for key, value in curves.items() if key != "T"}, formula)
    assert found.errors["B_so"] < alone.errors["B_so"]
    assert found.curve(0.3, T=4.2) == pytest.approx(1e-3 + 4.2e-5 + hln(0.3, 8.4e-3, 0.05), abs=NOISE)
    with pytest.raises(cp.InputError, match=r"one of the temperatures 1.5, 4.2, 10 K"):
        found.curve(0.3, T=4)


def test_what_is_not_shared_has_a_number_for_each_temperature(curves, formula):
    found = cp.fit(curves, formula, shared=[])
    assert {"B_so[1.5 K]", "B_so[4.2 K]", "B_so[10 K]"} < set(found.values)
    with pytest.raises(cp.InputError, match="names among B_phi, B_so, offset"):
        cp.fit(curves, formula, shared=["tau_so"])


# derivatives


@pytest.mark.parametrize("name", MODELS)
def test_derivatives_agree_with_differences(name):
    """Each model's derivatives against differences of its values, at several temperatures."""
    derived = model(name, "times") if cp.symbols.B in MODELS[name]().expr.free_symbols else model(name)
    numbers = {
        "tau_phi": 1e-11,
        "tau_so": 3e-12,
        "tau_s": 5e-11,
        "D": 0.01,
        "width": 1e-7,
        "thickness": 1e-7,
        "tau": 1e-13,
        "tau_phi_0": 1e-11,
        "T_0": 4.2,
        "p": 1.5,
    }
    free = sorted((x for x in derived.expr.free_symbols if x.name in numbers), key=str)
    T = np.array([2.0, 2.0, 2.0, 5.0, 5.0, 5.0])
    in_field = derived.expr.has(cp.symbols.B)
    x = np.array([0.0, 1e-4, 0.02] * 2) if in_field else T
    columns = {"B": x, "T": T, "change": np.ones(6)} if in_field else {"T": T, "change": np.ones(6)}
    data = prepared(columns, derived, columns=None, units=None, geometry=None, symmetrize=False, offset="fit")
    shared = frozenset(free) - {cp.symbols.tau_phi}
    from cooperon.numerics.fit_model import OFFSET, PREFACTOR

    made = FitModel(derived.expr, parameters_of([*free, PREFACTOR, OFFSET], shared, data, 1e-5), {})
    at = np.array(
        [one.inner({**numbers, "prefactor": 0.7, "offset": 1e-3}[one.symbol.name]) for one in made.parameters]
    )
    found = made.jacobian(at, data.known, data.group)
    assert made.numerical == ()
    for k in range(at.size):
        step = 1e-4 * (np.arange(at.size) == k)
        ends = [made.values(at + sign * step, data.known, data.group) for sign in (1, -1)]
        assert found[k] == pytest.approx((ends[0] - ends[1]) / 2e-4, rel=1e-5, abs=1e-13), made.parameters[
            k
        ].name


def test_derivatives_that_have_no_array_form_are_taken_by_differences(formula, film, found, monkeypatch):
    def refused(expr, x):
        raise cp.InputError(f"d/d{x}")

    monkeypatch.setattr("cooperon.numerics.fit_model.derivative", refused)
    other = cp.fit(film, formula)
    assert other.derivatives == "analytic, by differences for B_phi, B_so"
    assert "by differences for B_phi" in other.report()
    assert other.values["B_so"] == pytest.approx(found.values["B_so"], rel=1e-5)


# what the data cannot tell


@pytest.mark.slow
def test_spin_orbit_beyond_the_fields_is_a_lower_limit(formula):
    data = {"B": FIELDS, "sigma": 1e-3 + hln(FIELDS, 0.01, 50.0) + NOISE * noise()}
    with pytest.warns(
        cp.IndistinguishableWarning,
        match=r"B_so: the data give a lower limit alone.*fields several times as strong",
    ):
        found = cp.fit(data, formula)
    assert found.open == {"B_so": (False, True)}
    low, high = found.intervals()["B_so"]
    assert low < 50.0
    assert high == np.inf
    assert low > 1
    assert found.errors["B_so"] == np.inf
    assert found.doubts[0] in found.report()


@pytest.mark.slow
def test_spin_orbit_below_the_fields_is_an_upper_limit(formula):
    data = {"B": FIELDS, "sigma": 1e-3 + hln(FIELDS, 0.05, 1e-4) + NOISE * noise()}
    with pytest.warns(
        cp.IndistinguishableWarning,
        match=r"B_so: the data give an upper limit alone \(it goes with B_phi.*below 0.025 T",
    ):
        found = cp.fit(data, formula)
    low, high = found.intervals()["B_so"]
    assert (low, high) == (0, pytest.approx(0.01, rel=0.9))
    low, high = found.intervals()["B_phi"]
    assert low < 0.05 < high


@pytest.mark.slow
def test_what_is_bound_to_an_uncertain_parameter_takes_the_profile_too(formula):
    """Weak spin-orbit scattering goes with B_phi: its interval reaches the value that B_phi has without it."""
    B = np.linspace(-1, 1, 61)
    curve = hln(B, 0.0818455, 0.00663591)
    size = 0.01 * np.ptp(curve)
    given = {"B": B, "sigma": 1e-3 + curve, "error": np.full(B.size, size)}
    with pytest.warns(cp.IndistinguishableWarning, match="B_so: the data give an upper limit"):
        found = cp.fit(given, formula)
    low, high = found.intervals(0.999)["B_so"]
    assert low == 0
    assert 0.00663591 < high < 0.03
    alone = cp.fit(given, formula, fixed={"B_so": 1e-6})
    assert alone.chi2 < 10.8
    assert found.intervals(0.999)["B_phi"][1] > alone.values["B_phi"]


def test_magnetic_and_spin_orbit_scattering_are_not_told_apart_by_two_gaps(film):
    """The formula has two gaps, B_phi + 2 B_s and B_phi + (4/3) B_so + (2/3) B_s: two numbers and not three."""
    with pytest.raises(cp.InputError, match="B_phi, B_s, B_so as parameters") as refused:
        cp.fit(film, model("hln-magnetic"))
    assert "in_convention" not in str(refused.value)
    found = cp.fit(film, model("hln-magnetic"), fixed={"B_s": 1e-4})
    assert found.values["B_phi"] + 2e-4 == pytest.approx(3e-3, rel=0.2)


def test_temperature_alone_does_not_tell_dephasing_from_the_offset():
    T = np.geomspace(1, 20, 40)
    change = -E2_OVER_2PI2HBAR * np.log(1 + 1e3 * (4.2 / T))
    with pytest.warns(cp.IndistinguishableWarning, match="tau_phi_0.*magnetoconductance"):
        cp.fit(
            {"T": T, "sigma": 1e-3 + change + 1e-7 * noise(40)},
            model("rt2d"),
            fixed={"T_0": 4.2, "tau": 1e-13},
        )


def test_only_a_combination_of_parameters_is_refused(film):
    with pytest.raises(cp.InputError, match=r"D, tau_phi, tau_so as parameters.*combination"):
        cp.fit(film, MODELS["hln"]())


def test_formula_that_does_not_follow_the_data_is_said(film):
    with pytest.warns(cp.FitWarning, match="neighbours have a correlation"):
        cp.fit(film, model("wl2d"))
    with pytest.warns(cp.FitWarning, match="chi2 = "):
        cp.fit({**film, "error": np.full(FIELDS.size, NOISE / 2)}, model("hln"))


def test_assumptions_are_watched_with_the_numbers_that_are_held(film):
    with pytest.warns(cp.AssumptionWarning, match="the fitted curve: .* > B does not hold"):
        cp.fit(film, MODELS["hln"](), fixed={"D": 0.01, "tau": 1e-13})


# errors and intervals


def test_given_errors_are_taken_as_they_are(formula, film, found):
    errors = np.full(FIELDS.size, NOISE)
    given = cp.fit({**film, "error": errors}, formula)
    scale = NOISE / np.sqrt(found.residuals @ found.residuals / found.degrees_of_freedom)
    assert given.errors["B_so"] == pytest.approx(scale * found.errors["B_so"], rel=1e-4)
    assert given.chi2 == pytest.approx(found.degrees_of_freedom / scale**2, rel=1e-6)
    low, high = given.intervals(0.95)["B_so"]
    assert np.log(high / low) == pytest.approx(
        2 * 1.959964 * given.errors["B_so"] / given.values["B_so"], rel=1e-6
    )


@pytest.mark.slow
def test_profile_is_the_covariance_where_the_minimum_is_a_parabola(found):
    plain, profile = found.intervals(0.95), found.intervals(0.95, method="profile")
    for name, ends in plain.items():
        assert profile[name] == pytest.approx(ends, rel=0.02)
    assert profile["B_phi"] != plain["B_phi"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["B_phi", "B_so"])
def test_profile_ends_where_the_sum_of_squares_has_grown_by_the_quantile(formula, film, name):
    """The definition, with the other parameters fitted again by a fit of their own."""
    data = {**film, "error": np.full(FIELDS.size, NOISE)}
    best = cp.fit(data, formula)
    for end in best.intervals(0.95, method="profile")[name]:
        assert cp.fit(data, formula, fixed={name: end}).chi2 - best.chi2 == pytest.approx(3.8415, rel=0.01)


def test_offset_may_be_subtracted_or_absent(formula, film, found):
    subtracted = cp.fit(film, formula, offset="subtract")
    assert "offset" not in subtracted.values
    assert "its noise is in all rows" in subtracted.report()
    assert subtracted.values["B_so"] == pytest.approx(0.05, rel=0.05)
    change = {"B": FIELDS, "change": film["sigma"] - 1e-3}
    assert "offset" not in cp.fit(change, formula).values
    assert cp.fit(change, formula, offset="fit").values["B_so"] == pytest.approx(
        found.values["B_so"], rel=1e-6
    )
    with pytest.raises(cp.InputError, match="without a row at B = 0"):
        cp.fit({key: value[FIELDS != 0] for key, value in film.items()}, formula, offset="subtract")


# data


@pytest.mark.slow
def test_file_frame_and_arrays_are_one_and_the_same(formula, film, found, tmp_path):
    frame = pd.DataFrame({"field": film["B"] * 1e3, "rxx": 1e-3 / film["sigma"]})
    units = {"columns": {"B": "field", "R": "rxx"}, "units": {"B": "mT", "R": "kohm"}, "geometry": "sheet"}
    path = tmp_path / "data.csv"
    frame.to_csv(path, index=False)
    fits = [cp.fit(data, formula, **units) for data in (frame, path, str(path), frame.to_dict("list"))]
    frame.to_csv(path, index=False, sep="\t")
    fits.append(cp.fit(path, formula, **units))
    for other in fits:
        assert other.values == fits[0].values
        assert other.values["B_so"] == pytest.approx(found.values["B_so"], rel=1e-3)


def test_rows_in_any_order_and_resistances_in_any_geometry(formula, film, found):
    order = np.random.default_rng(3).permutation(FIELDS.size)
    R = 10 / film["sigma"]
    bar = cp.fit({"B": FIELDS[order], "R": R[order]}, formula, geometry={"length": 1e-4, "width": 1e-5})
    G = cp.fit(
        {"B": FIELDS, "G": film["sigma"] / cp.Quantity(1, "S").in_e2_over_h ** -1},
        formula,
        geometry="sheet",
        units={"G": "e^2/h"},
    )
    for other in (bar, G):
        assert other.values["B_phi"] == pytest.approx(found.values["B_phi"], rel=5e-3)
        assert other.values["offset"] == pytest.approx(1e-3, rel=1e-3)


def test_symmetrising_removes_an_odd_part_exactly():
    even = 1e3 + 50 * FIELDS**2
    found = symmetrised(FIELDS, even + 7 * FIELDS + 3 * FIELDS**3, np.ones(FIELDS.size))
    positive = FIELDS[FIELDS > -1e-12]
    assert found.fields == pytest.approx(positive, abs=1e-12)
    assert found.values == pytest.approx(1e3 + 50 * positive**2, rel=1e-14)
    assert (found.interpolated, found.left_out) == (0, 0)


def test_symmetrising_interpolates_the_other_branch_and_never_beyond_it():
    B = np.array([-0.95, -0.55, -0.2, 0.1, 0.3, 0.5, 0.7, 0.9, 1.1])
    found = symmetrised(B, 5 + 2 * np.abs(B) + 9 * B, np.ones(B.size))
    assert found.fields.tolist() == [0.2, 0.55, 0.95]
    assert found.values == pytest.approx(5 + 2 * found.fields, rel=1e-14)
    assert (found.interpolated, found.left_out) == (3, 0)
    assert found.errors == pytest.approx(
        np.hypot(1, [0.5**0.5, (0.75**2 + 0.25**2) ** 0.5, (0.75**2 + 0.25**2) ** 0.5]) / 2
    )
    wide = symmetrised(np.append(B, [-3.0, -0.05]), np.ones(11), np.ones(11))
    assert wide.fields.tolist() == [0.2, 0.55, 0.95]
    assert wide.left_out == 2
    with pytest.raises(cp.InputError, match="fields of both signs"):
        symmetrised(np.array([0.1, 0.2]), np.ones(2), np.ones(2))


def test_rows_of_one_field_are_averaged_by_their_weights():
    B = np.array([-1.0, 1.0, 1.0, 0.0])
    found = symmetrised(B, np.array([1.0, 3.0, 6.0, 2.0]), np.array([1.0, 1.0, 0.5, 1.0]))
    assert found.values.tolist() == [2.0, pytest.approx((1 + (3 + 4 * 6) / 5) / 2)]
    assert found.errors == pytest.approx([1.0, np.hypot(1, 5**-0.5) / 2])


@pytest.mark.slow
def test_what_is_measured_is_symmetrised_before_it_is_inverted(formula):
    R = 1 / (1e-3 + hln(FIELDS, 3e-3, 0.05))
    noisy = R + 0.1 * noise()
    plain = cp.fit({"B": FIELDS, "R": noisy}, formula, geometry="sheet", symmetrize=True)
    tilted = cp.fit({"B": FIELDS, "R": noisy + 80 * FIELDS}, formula, geometry="sheet", symmetrize=True)
    assert dict(tilted.values) == pytest.approx(dict(plain.values), rel=1e-6)
    assert "81 rows make 41" in tilted.report()


# errors that say what is wrong, and where


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("field,rxx\n0,1\n1,abc\n", "line 3: 'abc' in the column 'rxx'"),
        ("# film\n\nfield,rxx\n0,1\n\n1,nan\n", "line 6: 'nan'"),
        ("field,rxx\n0,1\n1,2,3\n", r"line 3: 3 values; expected: 2"),
        ("field,rxx\n0,1\n1,-2\n2,3\n", "line 3: R = -2; expected: a positive number"),
        ("field;rxx\n0;1\n1;2,5\n", r"line 3: '2,5'.*decimal"),
        ("", "which is empty"),
        ("# only\n", "which is empty"),
        ("field,rxx\n", "a header and no rows"),
        ("0,1\n1,2\n", "line 1: numbers where the names"),
        ("field,rxx,rxx\n0,1,2\n", "'rxx', which .* has twice"),
        ("field,ryx\n0,1\n", "'rxx', which .* has not; expected: one of field, ryx"),
        ("field,rxx\n0,1\n1,2\n2,2\n", "3 rows for 3 parameters"),
        ("field,rxx\n0,1\n1,1\n2,1\n3,1\n4,1\n", "the same in all rows"),
    ],
)
def test_files_that_cannot_be_read_are_refused_with_the_line(formula, tmp_path, text, says):
    path = tmp_path / "data.csv"
    path.write_text(text)
    with pytest.raises(cp.InputError, match=says):
        cp.fit(path, formula, columns={"B": "field", "R": "rxx"}, geometry="sheet")


def test_files_that_are_not_there_or_no_text(formula, tmp_path):
    with pytest.raises(cp.InputError, match="No such file"):
        cp.fit(tmp_path / "none.csv", formula)
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(cp.InputError, match="not text in UTF-8"):
        cp.fit(tmp_path / "binary.csv", formula)


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"units": {"B": "ohm"}}, cp.UnitError, "B .'B'. in ohm.*such as T, mT or Oe"),
        ({"units": {"B": "parsec"}}, cp.UnitError, "the unit 'parsec'"),
        ({"units": {"R": "mT"}}, cp.InputError, "units of R; expected: units of columns: B, sigma"),
        ({"columns": {"B": "B", "X": "sigma"}}, cp.InputError, "columns for 'X'"),
        ({"columns": {"B": "B"}}, cp.InputError, "columns of nothing as what was measured"),
        ({"columns": {"sigma": "sigma"}}, cp.InputError, "data with no settings"),
        ({"geometry": {"length": 1}}, cp.InputError, "no geometry, or resistance"),
        ({"offset": "zero"}, cp.InputError, "one of fit, subtract, none"),
        ({"fixed": {"B_phi": -1}}, cp.InputError, "fixed: B_phi = -1"),
        ({"fixed": {"B": 1}}, cp.InputError, "a column of the data"),
        ({"fixed": {"hbar": 1}}, cp.InputError, "a constant of nature"),
        ({"fixed": {"nonsense": 1}}, cp.InputError, "nonsense"),
        ({"fixed": {"B_phi": 1, "B_so": 1}}, cp.InputError, "nothing to fit"),
        (
            {"start": {"tau_phi": 1e-12}},
            cp.InputError,
            "tau_phi in start=; expected: one of B_phi, B_so, offset",
        ),
        (
            {"fixed": {"offset": 1}, "offset": "subtract"},
            cp.InputError,
            "offset in fixed= with offset='subtract'",
        ),
        ({"shared": ["B_so"]}, cp.InputError, "for one curve"),
    ],
)
def test_options_that_do_not_fit_are_refused(formula, film, options, error, says):
    with pytest.raises(error, match=says):
        cp.fit(film, formula, **options)


def test_data_of_other_kinds_are_refused(formula, film):
    with pytest.raises(cp.InputError, match="data of type list"):
        cp.fit([1, 2], formula)
    with pytest.raises(cp.InputError, match="different lengths"):
        cp.fit({"B": [1, 2], "sigma": [1]}, formula)
    with pytest.raises(cp.InputError, match="row 1: None"):
        cp.fit({"B": [1, None], "sigma": [1, 2]}, formula)
    with pytest.raises(cp.InputError, match="'B', which the DataFrame has twice"):
        cp.fit(
            pd.DataFrame([[1, 2, 3]], columns=["B", "B", "sigma"]),
            formula,
            columns={"B": "B", "sigma": "sigma"},
        )
    with pytest.raises(cp.InputError, match="expected: a formula"):
        cp.fit(film, formula.expr)
    with pytest.raises(cp.InputError, match="81 temperatures in 81 rows"):
        cp.fit({**film, "T": 4 + 0.01 * np.abs(noise())}, formula)
    with (
        pytest.warns(cp.AssumptionWarning, match="more than any magnet"),
        pytest.raises(cp.InputError, match="same in all"),
    ):
        cp.fit({"B": [5000.0] * 5, "sigma": [1.0] * 5}, formula)


@pytest.mark.parametrize(
    ("name", "geometry", "says"),
    [
        ("hln", None, r'geometry="sheet" or {"length": ..., "width": ...}'),
        ("hln", {"length": 1.0}, "expected: geometry="),
        ("wl3d", "sheet", r'{"thickness": ...} or {"length": ..., "width": ..., "thickness": ...}'),
        ("wire", "sheet", r'expected: geometry={"length": ...}'),
        ("hln", {"length": 1.0, "width": -1.0}, "width = -1.0; expected: a positive length"),
    ],
)
def test_resistance_without_the_geometry_that_it_needs_is_refused(name, geometry, says):
    with pytest.raises(cp.InputError) as refused:
        cp.fit(
            {"B": FIELDS, "R": 1e3 + FIELDS**2},
            model(name),
            geometry=geometry,
            fixed={"width": 1e-7} if name == "wire" else None,
        )
    assert says in str(refused.value)


def test_unit_in_a_header_has_to_agree(formula, film):
    data = {"Field (Oe)": film["B"] * 1e4, "sigma": film["sigma"]}
    columns = {"B": "Field (Oe)", "sigma": "sigma"}
    with pytest.raises(cp.UnitError, match=r"as B in T.*units={\"B\": \"Oe\"}"):
        cp.fit(data, formula, columns=columns)
    assert cp.fit(data, formula, columns=columns, units={"B": "Oe"}).values["B_so"] == pytest.approx(
        0.05, rel=0.05
    )


def test_without_lmfit_the_extra_is_named(formula, film, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "lmfit", None)
    with pytest.raises(cp.CooperonError, match=r"cooperon\[fit\]"):
        cp.fit(film, formula)


# what is shown


def test_curve_is_the_formula_with_the_fitted_numbers(found, formula):
    B = np.array([[-0.5, 0.0], [0.1, 2.0]])
    by_hand = found.values["offset"] + hln(B, found.values["B_phi"], found.values["B_so"])
    assert found.curve(B) == pytest.approx(by_hand, rel=1e-9)
    assert isinstance(found.curve(0.1), float)
    with pytest.raises(cp.InputError, match="a curve without B"):
        found.curve(T=1.0)


def test_report_names_values_units_and_what_was_done(found):
    text = found.report()
    assert str(found) == text
    for part in ("B_phi", "95 % interval", "offset", " T", " S", "derivatives: analytic", "81 rows"):
        assert part in text
    html = found._repr_html_()
    assert html.count("<tr>") == 4
    with pytest.raises(AttributeError):
        found.doubts = ()
    with pytest.raises(cp.InputError, match="a probability"):
        found.intervals(95)
    with pytest.raises(cp.InputError, match="covariance or profile"):
        found.intervals(method="bootstrap")


def test_figure_has_data_curve_and_residuals_on_given_axes(found):
    from matplotlib.figure import Figure

    top, bottom = found.plot()
    assert top.get_ylabel() == r"$\sigma(B) - \sigma(0)$ ($e^2/h$)"
    assert bottom.get_xlabel() == "magnetic field (T)"
    unit = 1.602176634e-19**2 / 6.62607015e-34
    points, curve = top.get_lines()[0], top.get_lines()[-1]
    assert points.get_ydata() == pytest.approx((found.data.values - found.values["offset"]) / unit)
    assert curve.get_ydata() == pytest.approx(
        hln(curve.get_xdata(), found.values["B_phi"], found.values["B_so"]) / unit
    )
    assert bottom.get_lines()[0].get_ydata() == pytest.approx(found.residuals / unit)
    own = Figure().subplots()
    assert found.plot(own) == (own,)
    with pytest.raises(cp.InputError, match="one or two matplotlib axes"):
        found.plot("here")


# the command


@pytest.mark.slow
def test_command_prints_json_and_draws(tmp_path, capsys, film):
    path, figure = tmp_path / "data.csv", tmp_path / "fit.png"
    R = 1 / film["sigma"] + 30 * FIELDS
    pd.DataFrame({"field": FIELDS * 1e3, "rxx": R}).to_csv(path, index=False)
    asked = [
        "fit",
        str(path),
        "--model",
        "hln",
        "--columns",
        "B=field,R=rxx",
        "--units",
        "B=mT,R=ohm",
        "--sheet",
        "--symmetrize",
    ]
    assert main([*asked, "--json", "--figure", str(figure)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["parameters"]["B_so"]["value"] == pytest.approx(0.05, rel=0.05)
    assert told["rows"] == 41
    assert figure.stat().st_size > 1000
    assert main([*asked, "--fix", "B_phi=0.003"]) == 0
    assert "held: B_phi = 0.003" in capsys.readouterr().out
    assert (
        main(["fit", str(path), "--model", "wl2d", "--columns", "B=0,R=1", "--units", "B=mT", "--sheet"]) == 1
    )
    assert "warning: residuals" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--model", "none"], "--model 'none'"),
        (["--model", "hln", "--figure", "x.gif"], "--figure x.gif"),
        (["--model", "hln", "--columns", "B"], "--columns B"),
        (["--model", "hln", "--fix", "D=x"], "--fix D=x"),
        (["--model", "hln", "--sheet", "--bar", "length=1"], "both --sheet and --bar"),
        (["--model", "hln"], "No such file"),
        ([], "--model"),
    ],
)
def test_command_refuses_in_one_line(more, says, capsys, tmp_path):
    assert main(["fit", str(tmp_path / "none.csv"), *more]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("name", MODELS)
def test_models_are_derived(name):
    assert isinstance(model(name), cp.Formula)
    assert model(name).derivation


def test_units_are_read():
    from cooperon.numerics.units import unit

    for text, factor in {
        "mT": 1e-3,
        "kOe": 0.1,
        "G": 1e-4,
        "kG": 0.1,
        "ohm/sq": 1,
        "k\u03a9": 1e3,
        "uohm cm": 1e-8,
        "cm^2/s": 1e-4,
        "mK": 1e-3,
        "S/m": 1,
        "2e^2/h": 7.748091729e-5,
        "nm": 1e-9,
        "ps": 1e-12,
        "m**2/s": 1.0,
    }.items():
        assert unit(text).factor == pytest.approx(factor, rel=1e-9), text
    assert unit("uohm cm").dimension == unit("ohm m").dimension
    for text in ("", "T2x", "3 T", "ohm/", "m^", None, "__import__('os')"):
        with pytest.raises(cp.UnitError):
            unit(text)


def test_errors_of_resistances_are_those_of_conductivities(formula, film, found):
    R, spread = 1 / film["sigma"], 0.2 + 0.1 * np.abs(FIELDS)
    given = {"B": FIELDS, "R": R, "error": spread * 1e3}
    of_R = cp.fit(given, formula, geometry="sheet", units={"error": "mohm"})
    of_sigma = cp.fit({**film, "error": spread * film["sigma"] ** 2}, formula)
    assert of_R.chi2 == pytest.approx(of_sigma.chi2, rel=1e-9)
    assert dict(of_R.errors) == pytest.approx(dict(of_sigma.errors), rel=1e-6)


def test_profile_of_a_single_parameter(formula, film):
    alone = cp.fit(film, formula, fixed={"B_phi": 3e-3, "offset": 1e-3})
    low, high = alone.intervals(0.95, method="profile")["B_so"]
    assert (low, high) == pytest.approx(alone.intervals(0.95)["B_so"], rel=1e-3)
    residuals = [film["sigma"] - 1e-3 - hln(FIELDS, 3e-3, end) for end in (low, high)]
    rises = [float(r @ r) / alone.chi2 - 1 for r in residuals]
    assert rises == pytest.approx([stats.f.ppf(0.95, 1, 80) / 80] * 2, rel=1e-3)


def test_results_can_be_pickled(found):
    import pickle

    again = pickle.loads(pickle.dumps(found))
    assert again.report() == found.report()
    assert again.curve(0.2) == found.curve(0.2)


def test_data_without_noise_are_no_misfit(formula):
    exact = cp.fit({"B": FIELDS, "sigma": 1e-3 + hln(FIELDS, 3e-3, 0.05)}, formula)
    assert dict(exact.values) == pytest.approx({"B_phi": 3e-3, "B_so": 0.05, "offset": 1e-3}, rel=1e-6)
    assert exact.doubts == ()


def test_nothing_is_warned_about_a_good_fit(formula, film):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(cp.fit(film, formula).formula.expr, sp.Expr)
