"""Figures of formulas, sweeps and fits: what is drawn, where, and with which words."""

import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

import cooperon as cp
from cooperon.diagrams.errors import CooperonError, InputError

WL = cp.conductivity(cp.Metal(dim=2), loops=1)
TIMES = np.geomspace(1e-12, 1e-10, 20)
QUANTUM = 1.602176634e-19**2 / 6.62607015e-34


def test_a_formula_is_drawn_on_given_axes_in_units_of_the_conductance_quantum():
    ax = Figure().subplots()
    drawn = cp.plot.formula(WL, tau_phi=TIMES, tau=[1e-13, 2e-13], ax=ax)
    assert drawn is ax
    assert [line.get_label() for line in ax.lines] == [r"$\tau$ = 1e-13 s", r"$\tau$ = 2e-13 s"]
    for line, tau in zip(ax.lines, (1e-13, 2e-13), strict=True):
        assert line.get_xdata() == pytest.approx(TIMES)
        assert line.get_ydata() == pytest.approx(-np.log(1 + TIMES / tau) / np.pi, rel=1e-9)
    assert ax.get_ylabel() == r"$\delta\sigma$ ($e^2/h$)"
    assert "(s)" in ax.get_xlabel()


def test_one_line_needs_no_legend():
    ax = cp.plot.formula(WL, tau_phi=TIMES, tau=1e-13)
    assert len(ax.lines) == 1
    assert ax.get_legend() is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"tau_phi": 1e-12, "tau": 1e-13}, "0 arrays"),
        ({"tau_phi": np.ones((2, 2)), "tau": 1e-13}, "one array"),
        ({"tau_phi": TIMES, "tau": np.full(40, 1e-13)}, "40 lines"),
        ({"tau_phi": TIMES}, "no value of tau"),
    ],
)
def test_what_cannot_be_drawn_is_said(values, words):
    with pytest.raises(InputError, match=words):
        cp.plot.formula(WL, **values)


def test_a_sweep_is_drawn_along_any_of_its_dimensions():
    curves = cp.sweep({"wl": WL, "other": 2 * WL}, tau_phi=TIMES, tau=[1e-13, 2e-13], progress=False)
    ax = cp.plot.sweep(curves, "wl")
    assert [line.get_label() for line in ax.lines] == ["tau = 1e-13 s", "tau = 2e-13 s"]
    assert ax.lines[1].get_ydata() * QUANTUM == pytest.approx(curves.wl.values[:, 1], rel=1e-9)
    assert ax.get_xlabel().endswith("(s)")
    turned = cp.plot.sweep(curves.isel(tau_phi=slice(0, 3)), "other", x="tau")
    assert len(turned.lines) == 3
    assert turned.lines[2].get_ydata() * QUANTUM == pytest.approx(curves.other.values[2], rel=1e-9)


def test_a_sweep_says_what_it_lacks():
    curves = cp.sweep({"wl": WL, "other": 2 * WL}, tau_phi=TIMES, tau=1e-13, progress=False)
    for given in ({}, {"variable": "nothing"}, {"variable": "wl", "x": "tau"}):
        with pytest.raises(InputError, match="expected: one of"):
            cp.plot.sweep(curves, **given)
    many = cp.sweep(WL, tau_phi=TIMES, tau=np.linspace(1e-13, 2e-13, 20), progress=False)
    with pytest.raises(InputError, match="20 lines"):
        cp.plot.sweep(many)


def test_nothing_global_is_touched(monkeypatch):
    settings = dict(mpl.rcParams)
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)
    cp.plot.formula(WL, tau_phi=TIMES, tau=1e-13)
    assert "matplotlib.pyplot" not in sys.modules
    assert dict(mpl.rcParams) == settings


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(CooperonError, match=r"cooperon\[plot\]"):
        cp.plot.formula(WL, tau_phi=TIMES, tau=1e-13)
