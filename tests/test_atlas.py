"""The atlas: every call is run, and the text of the call is the call."""

from __future__ import annotations

import ast
import inspect

import pytest
import sympy as sp

import cooperon as cp
from cooperon import atlas_table
from cooperon.diagrams.errors import InputError
from cooperon.symbolic.dephasing import Dephasing, PowerLaw
from cooperon.symbolic.fields import Field
from cooperon.symbolic.geometry import Geometry
from cooperon.symbolic.rule_words import rule_in_words
from cooperon.symbolic.scattering import Mechanism, Potential

ENTRIES = list(cp.atlas())
NOT_DERIVED = {
    *("atlas", "explain", "check", "check_steps", "lattice_proof", "lattice_value", "ward_identity"),
    *("fit", "sweep", "run_chunks", "fermi_liquid_constant", "transition", "regime"),
}
"""Public functions that look at what was derived, prove it or put numbers in."""
PARTS_OF_A_METAL = (Mechanism, Potential, Field, Geometry, Dephasing, PowerLaw)


def callables() -> list[str]:
    """The bodies of the functions of the table, as Python writes them."""
    tree = ast.parse(inspect.getsource(atlas_table))
    return [ast.unparse(node.body) for node in ast.walk(tree) if isinstance(node, ast.Lambda)]


def test_the_text_of_every_call_is_the_call():
    written = sorted(ast.unparse(ast.parse(entry.call, mode="eval").body) for entry in ENTRIES)
    assert written == sorted(callables())
    for entry, (*_, make) in zip(ENTRIES, atlas_table.ROWS, strict=True):
        assert ast.unparse(ast.parse(entry.call, mode="eval").body) == body_of(make)


def body_of(make) -> str:
    """The body of one function of the table: its line has no other."""
    lines = inspect.getsource(atlas_table).splitlines()
    line = lines[make.__code__.co_firstlineno - 1].strip().removesuffix(",")
    (node,) = [x for x in ast.walk(ast.parse(line)) if isinstance(x, ast.Lambda)]
    return ast.unparse(node.body)


@pytest.mark.slow
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.category}: {entry.name}")
def test_every_call_runs_and_gives_the_formula(entry):
    again = eval(entry.call, {"cp": cp})
    assert type(again) is type(entry.result)
    assert isinstance(entry.formula, sp.Basic)
    assert entry.formula != 0
    if isinstance(again, cp.Formula):
        assert again.expr == entry.formula
        assert again.derivation.steps == entry.result.derivation.steps
        assert cp.explain(again).formula is again
    if not isinstance(again, sp.Basic):
        steps = [passage.equation for passage in cp.explain(entry) if passage.title.startswith("Step ")]
        assert steps
        assert [step.rule for step in steps if not rule_in_words(step.rule)] == []


def test_what_is_listed():
    """One entry at least for every quantity, mechanism, shape, field and cutoff that there is."""
    text = repr(cp.atlas())
    public = {name: getattr(cp, name) for name in cp.__all__}
    derive = {name for name, x in public.items() if inspect.isfunction(x)} - NOT_DERIVED
    shapes = {name for name, x in public.items() if inspect.isclass(x) and issubclass(x, PARTS_OF_A_METAL)}
    assert {"conductivity", "slow_integral"} <= derive
    assert {"SpinOrbit", "PowerLaw", "Wire", "ParallelField"} <= shapes
    for name in derive | shapes - {"Bulk", "Dephasing"}:  # those two are what a metal has by default
        assert f"cp.{name}(" in text, name
    for option in inspect.signature(cp.conductivity).parameters:
        assert option == "metal" or f"{option}=" in text, option
    from cooperon.symbolic.cutoffs import CUTOFFS

    assert [name for name in CUTOFFS if f'"{name}"' not in text and name not in ("diffusive", "k_F")] == []


def test_names_are_unique_within_a_category():
    names = [(entry.category, entry.name) for entry in ENTRIES]
    assert len(set(names)) == len(names)


def test_nothing_is_derived_when_it_is_listed():
    assert all("result" not in vars(entry) for entry in cp.atlas())


@pytest.mark.parametrize(
    ("word", "present", "absent"),
    [
        ("field", "Kawabata, three dimensions", "in 5/2 dimensions"),
        ("SPINORBIT", "Hikami, Larkin and Nagaoka", "magnetic impurities"),
        ("weak localization", "in two dimensions", "Kawabata, three dimensions"),
        ("cutoff", "q < 1/ell", "in d dimensions"),
        ("ring", "ring", "coherent backscattering"),
        ("spin-orbit wire", "wire between leads, with spin-orbit scattering", "wire"),
    ],
)
def test_it_is_filtered_by_a_word(word, present, absent):
    names = {entry.name for entry in cp.atlas(word)}
    assert present in names
    assert absent not in names


@pytest.mark.parametrize("given", ["superconductor", 3, None])
def test_a_word_that_is_not_there_is_refused(given):
    with pytest.raises(InputError, match="field"):
        cp.atlas(given)


def test_it_is_a_table_in_a_notebook():
    found = cp.atlas("return")
    assert found._repr_markdown_().count("\n") == len(found) + 1
    assert found.categories == ("paths",)
