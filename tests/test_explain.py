"""A formula walked through: every line, every diagram and every assumption is in it, each rule in words."""

from __future__ import annotations

import re

import pytest
from written_formulas import FORMULAS

import cooperon as cp
from cooperon.diagrams.errors import InputError
from cooperon.symbolic.rule_words import RULES, rule_in_words
from cooperon.symbolic.scattering import Mechanism, Vertex
from cooperon.symbolic.spin import spin_matrices


@pytest.mark.parametrize("name", FORMULAS)
def test_every_line_is_explained_with_its_rule_in_words(name):
    formula = FORMULAS[name]()
    walk = cp.explain(formula)
    lines = [passage for passage in walk if passage.title.startswith("Step ")]
    assert [passage.equation for passage in lines] == list(formula.derivation)
    for number, (passage, step) in enumerate(zip(lines, formula.derivation, strict=True), 1):
        assert passage.title == f"Step {number}: {step.rule}"
        assert rule_in_words(step.rule), step.rule
        assert step.reason in passage.text
        assert ("An approximation" in passage.text) is bool(step.scaling)


@pytest.mark.parametrize("name", ["drude", "film", "HLN", "return", "ratio"])
def test_diagrams_assumptions_and_the_result_are_in_it(name):
    formula = FORMULAS[name]()
    walk = cp.explain(formula)
    by_title = {passage.title: passage for passage in walk}
    counted = sum(int(item.split()[0]) for item in by_title["The diagrams"].items)
    assert counted == len(formula.diagrams)
    assert set(by_title["The diagrams"].diagrams) <= set(formula.diagrams)
    assert by_title["When it holds"].items == tuple(map(str, formula.assumptions))
    assert f"{formula.name} = {formula.expr}" in str(walk)
    assert str(walk) == repr(walk)
    assert max(map(len, by_title["What was asked"].text.splitlines())) > 20


def test_drawings_and_equations_are_in_the_markdown():
    formula = FORMULAS["film"]()
    text = cp.explain(formula)._repr_markdown_()
    assert formula.latex() in text
    assert text.count("```text") == len(cp.explain(formula)[1].diagrams) == 4
    assert text.count("$$") == 2 * (len(formula.derivation) + 1)
    assert re.search(r"^## Step 13: slow integral$", text, re.MULTILINE)


def test_a_rule_is_explained_once():
    walk = cp.explain(FORMULAS["film"]())
    again = [passage.title for passage in walk if passage.text.startswith("The same rule again.")]
    assert again == [
        "Step 2: enumeration, 2 impurity lines",
        "Step 3: enumeration, 3 impurity lines",
        "Step 5: vanishing polygon",
        "Step 6: vanishing polygon",
    ]


def test_the_longest_name_of_a_rule_counts():
    words = dict(RULES)
    assert rule_in_words("sum over Landau levels") == words["sum over Landau levels"] != words["sum"]
    assert rule_in_words("summary") == ""


def test_a_walk_is_indexed_and_counted():
    walk = cp.explain(FORMULAS["drude"]())
    assert len(walk) == len(walk.steps) == len(list(walk))
    assert walk[0].title == "What was asked"


@pytest.mark.parametrize("given", ["ln 2", None, cp.Metal(dim=2)])
def test_what_is_no_formula_is_refused(given):
    with pytest.raises(InputError, match="formula"):
        cp.explain(given)


def test_a_mechanism_of_ones_own_has_its_name_in_titles():
    """What a class beside the library's says of itself: the names of its vertices."""

    class Nuclei(Mechanism):
        def vertices(self, spin):
            return tuple(
                Vertex("nuclear", matrix, 1 / (3 * cp.symbols.tau_s)) for matrix in spin_matrices(spin)
            )

    metal = cp.Metal(dim=2, scattering=[Nuclei(), cp.SpinOrbit()])
    formula = cp.conductivity(metal, loops=1)
    named = re.compile("with (nuclear and spin-orbit|spin-orbit and nuclear) scattering")
    assert named.search(cp.explain(formula)[0].text)
    assert named.search(formula.latex(document=True))
    usual = cp.conductivity(cp.Metal(dim=2, scattering=[cp.Magnetic(), cp.SpinOrbit()]), loops=1)
    assert formula.expr == usual.expr
