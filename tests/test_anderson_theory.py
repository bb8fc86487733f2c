"""Fits of theory to conductances whose answer is known, and the stored table of the experiment."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import cooperon as cp
from cooperon.numerics.anderson import AndersonWire, Comparison, Conductances, conductances, extrapolate
from cooperon.numerics.anderson_classical import classical_conductance
from cooperon.numerics.anderson_fit import Curves, Fit

TABLE = Path(__file__).parents[1] / "docs" / "experiment.json"
CATALAN = 0.915965594177219


def made_up(channels, amplitude, spread, samples=2000, seed=0, path=40.0, excess=0.0):
    """Return conductances with a known free path and known amplitudes, by formulas written here."""
    wire = AndersonWire(channels, 1.08, across=0.2)
    assert abs(wire.free_path - path) < 1
    lengths = np.array([10, 20, 40, 60, 80, 120])
    s, n = lengths / path, channels
    mean = n / (1 + s) + amplitude * (s / (1 + s)) ** 3
    mean += s**3 * (s**3 + 6 * s**2 + 15 * s - 15) / (45 * n * (1 + s) ** 5)
    # of the order 1/N: -2 p(s)/(315 N (1 + s)^8)
    few = np.polyval([4, 36, 144, 336, 504, 525, 1050, 315, 0, 0], s) * -2 / (315 * n * (1 + s) ** 8)
    deviation = np.sqrt(spread * (1 - (1 + 6 * s) / (1 + s) ** 6) + few + excess * np.exp(-s))
    rng = np.random.default_rng(seed)
    # a share of what a wire has more than others it has at every length
    noise = (rng.standard_normal((samples, 1)) + rng.standard_normal((samples, len(s)))) / 2**0.5
    return Conductances(wire, tuple(map(int, lengths)), mean + deviation * noise)


@pytest.mark.slow
def test_a_fit_finds_what_was_put_in():
    for amplitude, spread in ((-0.2, 0.1), (-1 / 3, 2 / 15), (0.5, 0.05)):
        found = made_up(5, amplitude, spread).compare()
        assert abs(found.free_path - 40) < 4 * found.free_path_error < 2
        assert abs(found.correction - amplitude) < 4 * found.correction_error < 0.2
        assert abs(found.fluctuation - spread) < 4 * found.fluctuation_error < 0.2 * spread


@pytest.mark.slow
def test_errors_are_the_scatter_of_repeated_experiments():
    many = [made_up(5, -0.3, 0.13, samples=400, seed=seed).compare() for seed in range(30)]
    for name in ("free_path", "correction", "fluctuation"):
        scatter = np.std([getattr(one, name) for one in many], ddof=1)
        stated = np.mean([getattr(one, f"{name}_error") for one in many])
        assert 0.65 < stated / scatter < 1.5  # 30 draws know a scatter to 13 %
        pulls = [getattr(one, name) for one in many]
        target = {"free_path": 40, "correction": -0.3, "fluctuation": 0.13}[name]
        assert abs(np.mean(pulls) - target) < 4 * scatter / 30**0.5


@pytest.mark.slow
def test_what_is_shown_is_what_was_found():
    found = made_up(5, -1 / 3, 2 / 15).compare()
    text = str(found)
    for number in (f"{found.correction:.4f}", f"{found.fluctuation:.4f}", "-0.3333", "0.1333", "beta = 1"):
        assert number in text
    assert np.allclose(found.classical, 5 / (1 + found.s))
    assert np.all(np.abs(found.expected_mean - found.measured.mean) < 5 * found.measured.mean_errors)
    assert np.all(
        np.abs(found.expected_variance - found.measured.variance) < 5 * found.measured.variance_errors
    )
    assert f"systematic {found.fluctuation_systematic:.4f}" in text


@pytest.mark.slow
def test_what_is_left_of_an_excess_is_within_the_systematic_error():
    for excess in (0.0, 0.2):
        found = made_up(9, -1 / 3, 2 / 15, samples=5000, excess=excess).compare()
        wrong = found.fluctuation - 2 / 15
        assert abs(wrong) < found.fluctuation_systematic + 3 * found.fluctuation_error
        assert found.fluctuation_systematic < 4 * abs(wrong) + 6 * found.fluctuation_error
        assert (wrong > 5 * found.fluctuation_error) == (excess == 0.2)


@pytest.mark.slow
def test_channels_of_different_velocities_move_the_amplitude_by_the_systematic_error():
    wire = AndersonWire(9, 0.5, across=0.6)
    lengths = tuple(round(x * wire.free_path) for x in (0.25, 0.5, 1, 1.5, 2, 3))
    s = np.array(lengths) / wire.free_path
    curves = Curves(9, 1)
    mean = classical_conductance(wire, lengths) - 0.25 * (s / (1 + s)) ** 3 + curves.rest(s)
    noise = np.random.default_rng(0).standard_normal((5000, len(s)))
    noise -= noise.mean(axis=0)
    found = Conductances(wire, lengths, mean + 0.3 * noise).compare()
    assert found.correction + 0.25 == pytest.approx(found.correction_systematic, abs=1e-4)
    assert 0.01 < found.correction_systematic < 0.03


@pytest.mark.slow
def test_systematic_errors_are_none_where_they_are_not_known():
    strip = AndersonWire(3, 1.0, walls=True, field=0.05)
    assert conductances(strip, [20, 40, 80], samples=20).compare(beta=2).correction_systematic is None
    wire = AndersonWire(3, 1.0)
    short = conductances(wire, [5, 9, 15], samples=20).compare()
    assert short.fluctuation_systematic is None
    assert "systematic error not known" in str(short)


def test_a_length_rounded_to_whole_slices_is_still_two_free_paths():
    wire = AndersonWire(5, 1.05, across=0.2)
    lengths = tuple(int(np.floor(x * wire.free_path + 0.5)) for x in (0.5, 1, 1.5, 2, 3))
    assert lengths[1] < wire.free_path
    assert lengths[3] < 2 * wire.free_path
    noise = np.random.default_rng(0).standard_normal((100, 5))
    fit = Fit(Conductances(wire, lengths, 2 + noise), Curves(5, 1))
    assert fit.long.tolist() == [False, False, False, True, True]
    assert fit.between.tolist() == [False, True, True, False, False]


def test_ohms_law_of_different_velocities_against_a_solver_of_boundary_values():
    from scipy.integrate import solve_bvp

    for energy, across in ((0.2, 0.5), (0.5, 0.9)):
        wire = AndersonWire(7, 0.6, energy=energy, across=across)
        own = energy - np.linalg.eigvalsh(wire.slice)
        v = np.sqrt(4 - own[np.abs(own) < 2] ** 2)
        n, g = len(v), 0.6**2 / 12 / 7
        assert wire.free_path == pytest.approx(n / (g * (1 / v).sum() ** 2), rel=1e-9)

        def slope(_, y, v=v, n=n, g=g):
            there, back = y[:n], y[n:]
            all_of_it, rate = ((there + back) / v[:, None]).sum(axis=0), (1 / v).sum()
            gain = [g / v[:, None] * (all_of_it - 2 * rate * one) for one in (there, back)]
            return np.concatenate([gain[0], -gain[1]])

        def ends(a, b, n=n):
            return np.concatenate([a[:n] - 1, b[n:]])

        length = 2 * wire.free_path
        solved = solve_bvp(slope, ends, np.linspace(0, length, 40), np.full((2 * n, 40), 0.5), tol=1e-7)
        assert classical_conductance(wire, [length])[0] == pytest.approx(solved.y[:n, -1].sum(), rel=1e-6)


def test_ohms_law_of_long_wires_and_of_strips():
    wire = AndersonWire(9, 0.4, across=0.5)
    far = 1e5 * wire.free_path
    assert classical_conductance(wire, [0, far]) == pytest.approx([9, 9 / 1e5], rel=2e-2)
    # between walls a wave has nodes, and is scattered into itself more than into others: 3/2
    strip = AndersonWire(3, 0.5, across=1e-6, walls=True)
    assert classical_conductance(strip, [strip.free_path])[0] == pytest.approx(1.5, rel=1e-3)
    with pytest.raises(cp.InputError, match="field"):
        classical_conductance(strip.replace(field=0.1), [5])


def test_straight_lines_in_one_over_n():
    def at(number):
        data = Conductances(AndersonWire(number, 1.0, across=0.2), (1,), np.ones((2, 1)))
        line = (-0.3 + 0.5 / number, 0.01, 0.13 - 0.2 / number, 0.002)
        return Comparison(data, 1, 40.0, 1.0, *line, 0.002 + 0.06 / number, None)

    found = extrapolate(map(at, (4, 5, 7, 9)))
    assert found.correction == pytest.approx(-0.3, abs=1e-12)
    assert found.fluctuation == pytest.approx(0.13, abs=1e-12)
    # four points, equal errors: sigma² = e² mean(x²)/(4 var(x))
    x = 1 / np.array([4, 5, 7, 9])
    assert found.correction_error == pytest.approx(0.01 * np.sqrt(np.mean(x**2) / (4 * np.var(x))), rel=1e-9)


def test_straight_lines_to_weak_disorder():
    def at(disorder):
        data = Conductances(AndersonWire(5, disorder, across=0.2), (1,), np.ones((2, 1)))
        inverse = 1 / data.wire.free_path
        return Comparison(data, 1, 40.0, 1.0, -0.3, 0.01, 0.13 + 0.7 * inverse, 0.002, 0.01, 0.9 * inverse)

    found = extrapolate(map(at, (0.3, 0.5, 0.7, 1.0)), to="weak disorder")
    assert found.fluctuation == pytest.approx(0.13, abs=1e-12)
    assert found.correction == pytest.approx(-0.3, abs=1e-12)
    assert found.correction_systematic == pytest.approx(0.01, abs=1e-12)
    assert found.fluctuation_systematic == pytest.approx(0, abs=1e-12)
    assert 0.002 / 2 < found.fluctuation_error < 0.002


def test_the_stored_table_agrees_with_theory():
    """Statistical 3 sigma, and what the page calls systematic."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    theory = {0.0: (-1 / 3, 2 / 15), 0.25: (0.0, 1 / 15)}
    assert {row["flux"] for row in table["rows"]} == set(theory)
    assert len(table["rows"]) >= 6
    for row in table["rows"]:
        correction, _ = theory[row["flux"]]
        assert abs(row["correction"] - correction) < 3 * row["correction_error"] + 0.015
        assert row["correction_error"] < 0.03
        assert row["free_path"] == pytest.approx(row["born"], rel=0.02)
        # a part of the tail would do without the systematic error; all but the strongest disorder are within 12 %
        _, fluctuation = theory[row["flux"]]
        apart = abs(row["fluctuation"] - fluctuation)
        assert apart < 3 * row["fluctuation_error"] + row["fluctuation_systematic"]
        assert apart < 0.12 * fluctuation or row["disorder"] == 0.8
    for limit in table["weak_disorder"]:
        correction, fluctuation = theory[limit["flux"]]
        errors = {
            key: 3 * limit[f"{key}_error"] + limit[f"{key}_systematic"]
            for key in ("correction", "fluctuation")
        }
        assert abs(limit["correction"] - correction) < errors["correction"] < 0.05
        assert abs(limit["fluctuation"] - fluctuation) < errors["fluctuation"] < 0.08 * fluctuation
        strongest = next(
            row for row in table["rows"] if row["disorder"] == 0.8 and row["flux"] == limit["flux"]
        )
        assert strongest["fluctuation"] - fluctuation > 5 * strongest["fluctuation_error"]
    for limit in table["many_channels"]:
        correction, fluctuation = theory[limit["flux"]]
        assert abs(limit["correction"] - correction) < 3 * limit["correction_error"] + 0.02
        assert abs(limit["fluctuation"] - fluctuation) < 3 * limit["fluctuation_error"] + 0.1 * fluctuation
    for long in table["lyapunov"]:
        steps = np.arange(5) * (2 if long["flux"] else 1) + 1
        assert np.all(np.abs(long["exponents"] - steps) < 3 * np.array(long["errors"]) + 0.02 * steps)


@pytest.mark.slow
def test_a_square_between_walls():
    """2 Catalan/pi² = 0.186, for a square much larger than the free path: 3 sigma, and 10 %."""
    wire = AndersonWire(30, 2.0, energy=0.5, across=1.0, walls=True)
    found = conductances(wire, 30, samples=1000)
    expected = 2 * CATALAN / np.pi**2
    assert abs(found.variance[0] - expected) < 3 * found.variance_errors[0] + 0.1 * expected
    assert found.variance_errors[0] < 0.01
    in_field = conductances(wire.replace(field=0.02), 30, samples=1000)
    assert 1.4 < found.variance[0] / in_field.variance[0] < 2.6
