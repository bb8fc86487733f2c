"""Figures: what is drawn, on which axes, and that nothing global is touched."""

import subprocess
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy import constants as c

from cooperon.diagrams.errors import AssumptionError, AssumptionWarning, CooperonError, InputError
from cooperon.numerics import plot
from cooperon.numerics.sample import MissingQuantityError, Sample
from cooperon.symbolic.dephasing import PowerLaw
from cooperon.symbolic.kubo import conductivity
from cooperon.symbolic.metal import Metal

METAL = Metal(dim=2, dephasing=PowerLaw(1))


@pytest.fixture
def film():
    return Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12, T=4.2)


def test_the_resistance_rises_on_cooling_as_a_logarithm(film):
    line, classical = plot.resistance(METAL, film).get_lines()
    temperatures, resistance = line.get_data()
    assert (np.diff(resistance) < 0).all()
    by_hand = np.log(1 + 20e-12 * 4.2 / temperatures / film.tau) * c.e**2 / (2 * np.pi**2 * c.hbar)
    np.testing.assert_allclose(1 / resistance, film.sigma_0 - by_hand, rtol=1e-12)
    assert classical.get_ydata()[0] == pytest.approx(film.sheet_resistance)


def test_the_axes_are_labelled_and_logarithmic(film):
    axes = plot.resistance(METAL, film)
    assert axes.get_xscale() == "log"
    assert axes.get_xlabel() == "temperature (K)"
    assert axes.get_ylabel() == r"sheet resistance ($\Omega$)"
    assert len(axes.get_legend().get_texts()) == 2


def test_given_axes_and_temperatures_are_used(film):
    axes = Figure().subplots()
    assert plot.resistance(METAL, film, ax=axes, temperatures=[1, 2, 4]) is axes
    assert axes.get_lines()[0].get_xdata().tolist() == [1.0, 2.0, 4.0]


def test_a_formula_can_be_given_in_place_of_the_metal(film):
    formula = conductivity(METAL, loops=1, cutoff="time")
    drawn, default = (plot.resistance(x, film).get_lines()[0].get_ydata() for x in (formula, METAL))
    assert (drawn < default).all()


def test_the_default_range_ends_where_coherence_does():
    hot = Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=3e-12, T=4.2)
    drawn = plot.resistance(METAL, hot).get_lines()[0].get_xdata()
    assert drawn[0] == pytest.approx(0.42)
    assert 3e-12 * 4.2 / drawn[-1] > 3 * hot.tau > 0.9 * 3e-12 * 4.2 / drawn[-1]


def test_the_figure_can_be_drawn(film):
    plot.resistance(METAL, film).figure.canvas.draw()


@pytest.mark.slow
def test_pyplot_is_left_alone():
    code = (
        "import sys; from cooperon.numerics import plot, sample; from cooperon.symbolic.metal import Metal;"
        "from cooperon.symbolic.dephasing import PowerLaw;"
        "film = sample.Sample(dim=2, k_F=1e8, ell=1e-7, mass=1, tau_phi=1e-9, T=1);"
        "plot.resistance(Metal(dim=2, dephasing=PowerLaw(1)), film);"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_without_matplotlib_the_error_says_what_to_install(film, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(CooperonError, match=r'pip install "cooperon\[plot\]"'):
        plot.resistance(METAL, film)


@pytest.mark.parametrize("metal", [Metal(dim=2), Metal(dim=3, dephasing=PowerLaw(1))])
def test_metals_that_are_refused(metal, film):
    with pytest.raises(InputError, match="PowerLaw"):
        plot.resistance(metal, film)


@pytest.mark.parametrize("temperatures", [[-1.0], [[1.0, 2.0]], 3.0, "warm", [np.nan], [0.0]])
def test_temperatures_that_are_refused(temperatures, film):
    with pytest.raises(InputError, match="temperatures = "):
        plot.resistance(METAL, film, temperatures=temperatures)


def test_a_sample_without_temperature_is_refused(film):
    with pytest.raises(MissingQuantityError, match="T="):
        plot.resistance(METAL, film.replace(T=None))


def test_a_correction_as_large_as_the_conductivity_is_refused():
    poor = Sample(dim=2, k_F=1e8, ell=1.5e-8, mass=0.067, tau_phi=1e-9, T=1.0)
    with pytest.raises(AssumptionError, match="as large as sigma_0"):
        plot.resistance(METAL, poor)


def test_temperatures_without_coherence_warn(film):
    with pytest.warns(AssumptionWarning, match="tau_phi_0"):
        plot.resistance(METAL, film, temperatures=[1.0, 1e3])
