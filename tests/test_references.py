"""Which publications a formula of interacting electrons cites."""

from __future__ import annotations

import pytest
import sympy as sp

import cooperon as cp
from cooperon.symbolic.formula import Formula
from cooperon.symbolic.references import REFERENCES, cited, topics

s = cp.symbols
INTERFERENCE = {"Langer1966", "Abrahams1979", "Gorkov1979", "Hikami1980", "Bergmann1984"}


def named(name: str, metal: cp.Metal | None = None, expr: sp.Expr = sp.S.One) -> Formula:
    return Formula(name, expr, expr, metal or cp.Metal(dim=2))


def keys(formula: Formula) -> set[str]:
    return {one.key for one in cited(formula)}


@pytest.mark.parametrize(
    "name", ["delta sigma_ee", "-(delta sigma_ee)", "delta sigma_ee / sigma_0", "2 (delta sigma_ee)"]
)
def test_an_interaction_correction_cites_no_interference(name):
    found = keys(named(name))
    assert {"Kubo1957", "Altshuler1979", "Altshuler1985", "Lee1985", "Altshuler1980interaction"} == found - {
        "Edwards1958"
    }
    assert "Altshuler1980interaction" not in keys(named(name, cp.Metal(dim=3)))


@pytest.mark.parametrize("symbol", [s.F0, s.F, s.gamma_2, s.stoner])
def test_triplets_are_cited_where_there_are_any(symbol):
    more = {"Finkelstein1983", "Zala2001"}
    assert keys(named("delta sigma_ee", expr=symbol)) - keys(named("delta sigma_ee")) == more


def test_split_spins_are_cited_with_the_splitting():
    split = keys(named("delta sigma_ee", cp.Metal(dim=2, scattering=[cp.Zeeman()], field=cp.ParallelField())))
    assert {"Kawabata1981", "Lee1982", "Zala2001field"} <= split
    assert not INTERFERENCE & split


def test_tunnelling_and_dephasing_are_no_conductivities():
    for dim, more in ((2, {"Levitov1997", "Kamenev1999"}), (3, set())):
        found = keys(named("delta nu", cp.Metal(dim=dim)))
        assert found == {"Altshuler1979", "Altshuler1979tunnelling", "Altshuler1985", "Lee1985"} | more
    assert keys(named("delta nu / nu")) == keys(named("delta nu"))
    for dim, more in ((1, set()), (2, {"Fukuyama1983"}), (3, {"Schmid1974"})):
        found = keys(named("1/tau_phi", cp.Metal(dim=dim)))
        assert found == {"Altshuler1982", "Altshuler1985", "Aleiner1999"} | more


def test_a_sum_cites_what_its_parts_cite():
    metal = cp.Metal(dim=2, field=cp.PerpendicularField())
    both = keys(named("delta sigma + delta sigma_ee", metal))
    assert both == keys(named("delta sigma", metal)) | keys(named("delta sigma_ee", metal))
    assert INTERFERENCE - {"Bergmann1984"} <= both


def test_interference_cites_no_interaction():
    ours = {"Altshuler1979", "Altshuler1985", "Altshuler1982", "Zala2001"}
    for formula in (cp.conductivity(cp.Metal(dim=2), loops=1), cp.conductivity(cp.Metal(dim=3))):
        assert not ours & keys(formula)
    assert "maximally crossed diagrams and localization" in topics(cp.conductivity(cp.Metal(dim=2), loops=1))


def test_the_table_is_in_the_order_of_the_years():
    years = [one.year for one in REFERENCES.values()]
    assert years == sorted(years)
