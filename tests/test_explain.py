"""A formula walked through: every line, every diagram and every assumption is in it, each rule in words."""

from __future__ import annotations

import re

import pytest
from written_formulas import FORMULAS

import cooperon as cp
from cooperon.diagrams.errors import InputError
from cooperon.symbolic.references import cited
from cooperon.symbolic.rule_words import RULES, rule_in_words
from cooperon.symbolic.scattering import Mechanism, Vertex
from cooperon.symbolic.spin import spin_matrices


@pytest.mark.slow
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


@pytest.mark.parametrize("given", ["ln 2", None, 3, cp.Metal(dim=2), cp.check_steps(["2 tau", "3 tau"])])
def test_what_has_no_derivation_is_refused(given):
    with pytest.raises(InputError, match="a derivation"):
        cp.explain(given)


FILM = cp.Metal(dim=2)
SPINS = cp.Metal(dim=2, scattering=[cp.SpinOrbit()])


@pytest.mark.parametrize(
    ("result", "steps", "said"),
    [
        (cp.cooperon(SPINS), cp.cooperon(SPINS).derivation, "- singlet: weight -1/2, gap 1/tau_phi"),
        (cp.ladder("diffuson", FILM), cp.ladder("diffuson", FILM).steps, "diffuson: hbar/(2*pi*D*nu*q**2"),
        (cp.exact_ladder("cooperon", FILM), cp.exact_ladder("cooperon", FILM).steps, "cooperon at any q: "),
        (cp.hikami_box(4), cp.hikami_box(4).derivation, "(hbar = 1)"),
        (FORMULAS["drude"]().derivation, FORMULAS["drude"]().derivation, "Step 6: Kubo formula"),
        (FORMULAS["drude"]().derivation[5], FORMULAS["drude"]().derivation[5:6], "Step 1: Kubo formula"),
    ],
    ids=["channels", "ladder", "exact ladder", "box", "derivation", "step"],
)
def test_other_results_are_explained_by_their_derivation(result, steps, said):
    walk = cp.explain(result)
    assert [x.equation for x in walk if x.title.startswith("Step ")] == list(steps)
    assert said in str(walk)
    assert walk.result is result
    assert walk.formula is None
    assert walk._repr_markdown_().count("$$") == 2 * len(steps)


def test_of_parts_the_sum_is_explained_and_an_entry_by_what_it_derives():
    parts = cp.interference(FILM)
    assert cp.explain(parts).formula is parts.total
    entry = cp.atlas("Drude")[0]
    assert str(cp.explain(entry)) == str(cp.explain(entry.result))


def test_units_are_those_of_the_laboratory():
    assert "It is measured in S." in str(cp.explain(FORMULAS["film"]()))
    assert "It is measured in m^-3." in str(cp.explain(cp.return_probability(cp.Metal(dim=3))))


@pytest.mark.parametrize("name", ["film", "HLN", "exact kernel"])
def test_an_approximation_names_what_stands_in_it(name):
    formula = FORMULAS[name]()
    scaled = [x for x in cp.explain(formula) if "An approximation" in x.text]
    assert scaled
    for passage in scaled:
        words = passage.text.split("An approximation: with ")[1].split(", its error")[0]
        named = {part.split(" as eps")[0] for part in words.split(" and ")}
        known = passage.equation.lhs.free_symbols | passage.equation.rhs.free_symbols
        assert named
        assert named <= set(map(str, known))


def test_matrices_stand_in_their_line():
    lines = str(cp.explain(cp.cooperon(SPINS))).splitlines()
    assert any("*Matrix([[0, 1], [1, 0]])*" in line for line in lines)
    assert [line for line in lines if line.startswith("[")] == []
    assert "\n" not in repr(cp.cooperon(SPINS).derivation[0])


def test_a_return_probability_cites_no_conductivity():
    assert [x.key for x in cited(cp.return_probability(cp.Metal(dim=3)))] == ["Chakravarty1986"]
    assert cp.explain(cp.return_probability(cp.Metal(dim=3)))[0].text.startswith("Return probability of")


def test_no_line_of_the_backscattering_peak_stands_twice():
    steps = cp.backscattering(cp.Metal(dim=3)).derivation.steps
    assert len(set(steps)) == len(steps)


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
