"""The symbols: names, assumptions, and dimensions against sympy's system of units."""

import dataclasses
from functools import cache

import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams.errors import InputError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.dimensions import Dimension

NAMED = [
    *("d", "p", "g", "e", "h", "hbar", "k_B", "m", "n", "nu", "k_F", "v_F", "tau", "ell", "D"),
    *("tau_phi", "L_phi", "tau_phi_0", "T", "T_0", "B", "omega", "L", "q", "t", "r", "xi"),
]
BASES = ("mass", "length", "time", "current", "temperature")


def test_which_symbols_there_are():
    assert set(NAMED) <= set(s.names())
    assert tuple(entry.symbol.name for entry in s.TABLE.values()) == s.names()
    with pytest.raises(dataclasses.FrozenInstanceError):
        s.TABLE["d"].latex = "D"
    assert len(s.names()) == len(set(s.names())) == len(s.TABLE) == len(s.dimensions())


@pytest.mark.parametrize("name", NAMED)
def test_a_symbol_goes_by_its_name(name):
    symbol = getattr(s, name)
    assert isinstance(symbol, sp.Symbol)
    assert symbol.name == str(symbol) == name
    assert s.lookup(name) is symbol is s.TABLE[name].symbol
    assert getattr(cp.symbols, name) is symbol


@pytest.mark.parametrize("name", NAMED)
def test_all_are_positive_and_real(name):
    symbol = s.lookup(name)
    assert symbol.is_positive
    assert symbol.is_real
    assert symbol.is_finite
    assert symbol != sp.Symbol(name)


def test_what_positivity_is_good_for():
    assert sp.sqrt(s.tau**2) == s.tau
    assert sp.log(s.tau_phi / s.tau).is_real
    assert sp.expand_log(sp.log(s.tau_phi / s.tau)) == sp.log(s.tau_phi) - sp.log(s.tau)


@pytest.mark.parametrize("name", NAMED)
def test_each_has_a_meaning_and_a_typeset_form(name):
    entry = s.TABLE[name]
    assert len(entry.meaning) > 3
    assert entry.latex.count("{") == entry.latex.count("}")
    assert s.latex_names()[entry.symbol] == entry.latex


def test_no_two_look_alike():
    forms = list(s.latex_names().values())
    assert len(set(forms)) == len(forms)
    assert len({entry.meaning for entry in s.TABLE.values()}) == len(forms)
    for name, form in (("hbar", r"\hbar"), ("tau_phi", r"\tau_{\phi}"), ("nu", r"\nu"), ("ell", r"\ell")):
        assert sp.latex(s.lookup(name), symbol_names=s.latex_names()) == form


# --- Dimensions


@cache
def unit_dimensions():
    """What each symbol is measured in, by sympy's own units; d is put in as 3."""
    from sympy.physics import units
    from sympy.physics.units.systems.si import SI

    si = SI.get_dimension_system()
    metre, second, joule = units.meter, units.second, units.joule
    measured = {
        **dict.fromkeys(["d", "p", "g"], units.meter / units.meter),
        "e": units.elementary_charge,
        "h": units.planck,
        "hbar": units.hbar,
        "k_B": units.boltzmann,
        "m": units.kilogram,
        "n": metre**-3,
        "nu": 1 / (joule * metre**3),
        "v_F": metre / second,
        "D": metre**2 / second,
        "B": units.tesla,
        "omega": 1 / second,
        "xi": units.electronvolt,
        **dict.fromkeys(["k_F", "q"], 1 / metre),
        **dict.fromkeys(["tau", "tau_phi", "tau_phi_0", "t"], second),
        **dict.fromkeys(["ell", "L_phi", "L", "r"], metre),
        **dict.fromkeys(["T", "T_0"], units.kelvin),
    }
    return {
        name: {
            str(base.name): power
            for base, power in si.get_dimensional_dependencies(dimension_of_unit(unit)).items()
        }
        for name, unit in measured.items()
    }


def dimension_of_unit(unit):
    from sympy.physics.units import Quantity
    from sympy.physics.units.systems.si import SI

    return SI.get_dimensional_expr(unit) if not isinstance(unit, Quantity) else unit.dimension


@pytest.mark.parametrize("name", NAMED)
def test_dimensions_against_the_international_system(name):
    found = s.dimension(s.lookup(name)).subs({s.d: sp.Integer(3)})
    expected = unit_dimensions()[name]
    assert dict(zip(BASES, found.exponents, strict=True)) == {base: expected.get(base, 0) for base in BASES}
    assert s.dimensions()[s.lookup(name)] == s.dimension(s.lookup(name))


@pytest.mark.parametrize("dim", [1, 2, sp.Rational(5, 2)])
def test_densities_depend_on_the_dimension_of_space(dim):
    assert s.dimension(s.n).subs({s.d: dim}) == Dimension(length=-dim)
    assert s.dimension(s.nu).subs({s.d: dim}) == Dimension(mass=-1, length=-2 - dim, time=2)


def test_dimensions_as_text():
    assert str(s.dimension(s.D)) == "m^2 s^-1"
    assert str(s.dimension(s.n)) == "m^(-d)"
    assert str(s.dimension(s.g)) == "1"


# --- What is refused


@pytest.mark.parametrize("name", ["tau_ee", "", "TAU", "__import__", None, 3, [], s.tau, ("tau",)])
def test_an_unknown_name(name):
    with pytest.raises(InputError, match=r"one of .*tau_phi") as caught:
        s.lookup(name)
    assert repr(name) in caught.value.given


def test_the_dimension_of_an_unknown_symbol():
    with pytest.raises(InputError, match="'gap'"):
        s.dimension(sp.Symbol("gap"))
