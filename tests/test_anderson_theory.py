"""Fits of theory to conductances whose answer is known, and the stored table of the experiment."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cooperon.numerics.anderson import AndersonWire, Comparison, Conductances, conductances, extrapolate

TABLE = Path(__file__).parents[1] / "docs" / "experiment.json"
CATALAN = 0.915965594177219


def made_up(channels, amplitude, spread, samples=2000, seed=0, path=40.0):
    """Return conductances with a known free path and known amplitudes, by formulas written here."""
    wire = AndersonWire(channels, 1.0, across=0.2)
    lengths = np.array([10, 20, 40, 60, 80, 120])
    s, n = lengths / path, channels
    mean = n / (1 + s) + amplitude * (s / (1 + s)) ** 3
    mean += s**3 * (s**3 + 6 * s**2 + 15 * s - 15) / (45 * n * (1 + s) ** 5)
    deviation = np.sqrt(spread * (1 - (1 + 6 * s) / (1 + s) ** 6))
    rng = np.random.default_rng(seed)
    # a share of what a wire has more than others it has at every length
    noise = (rng.standard_normal((samples, 1)) + rng.standard_normal((samples, len(s)))) / 2**0.5
    return Conductances(wire, tuple(map(int, lengths)), mean + deviation * noise)


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


def test_what_is_shown_is_what_was_found():
    found = made_up(5, -1 / 3, 2 / 15).compare()
    text = str(found)
    for number in (f"{found.correction:.4f}", f"{found.fluctuation:.4f}", "-0.3333", "0.1333", "beta = 1"):
        assert number in text
    assert np.allclose(found.classical, 5 / (1 + found.s))
    assert np.all(np.abs(found.expected_mean - found.measured.mean) < 5 * found.measured.mean_errors)
    assert np.allclose(found.expected_variance, 2 / 15 * (1 - (1 + 6 * found.s) / (1 + found.s) ** 6))


def test_straight_lines_in_one_over_n():
    def at(number):
        data = Conductances(AndersonWire(number, 1.0, across=0.2), (1,), np.ones((2, 1)))
        line = (-0.3 + 0.5 / number, 0.01, 0.13 - 0.2 / number, 0.002)
        return Comparison(data, 1, 40.0, 1.0, *line)

    found = extrapolate(map(at, (4, 5, 7, 9)))
    assert found.correction == pytest.approx(-0.3, abs=1e-12)
    assert found.fluctuation == pytest.approx(0.13, abs=1e-12)
    # four points, equal errors: sigma² = e² mean(x²)/(4 var(x))
    x = 1 / np.array([4, 5, 7, 9])
    assert found.correction_error == pytest.approx(0.01 * np.sqrt(np.mean(x**2) / (4 * np.var(x))), rel=1e-9)


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
