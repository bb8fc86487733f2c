"""In a REPL: what tab completion shows, short reprs, help with examples, physics that stays folded."""

from __future__ import annotations

import doctest
import inspect
import io
import re
from contextlib import redirect_stdout
from functools import cached_property
from types import ModuleType

import mpmath
import pytest
import sympy as sp

import cooperon as cp
from cooperon.symbolic.fast import AngularAverage, EnergyIntegral, Retarded, cosine
from cooperon.symbolic.spectrum import spectrum

s = cp.symbols
FILM = cp.Metal(dim=2)
SAMPLE = cp.Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12)
WL = cp.conductivity(FILM, loops=1)
DRUDE = cp.conductivity(FILM)

VERDICT = cp.check(r"-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}", WL)
CHECKED = cp.check_steps(["2 tau", "3 tau"])
CLASSIFIED = cp.diagrams.classify(cp.diagrams.chord_diagram(3, 3, ((0, 3), (1, 4), (2, 5))))
PROOF = cp.lattice_proof([1])

SHOWN = {
    "Formula": (WL, {"derivation", "diagrams", "evaluate", "expr", "latex", "leading", "verify"}),
    "Metal": (FILM, {"dim", "field", "geometry", "relations", "replace", "scattering", "tau_phi"}),
    "Derivation": (WL.derivation, {"latex", "steps"}),
    "Step": (WL.derivation[0], {"lhs", "rhs", "reason", "rule"}),
    "Report": (DRUDE.verify(), {"confirmed", "lines"}),
    "Diagram": (WL.diagrams[0], {"blocks", "graph", "kinds", "lines", "order"}),
    "Sample": (SAMPLE, {"dim", "k_F_ell", "mobility", "replace", "tau"}),
    "Channels": (cp.cooperon(FILM), {"channels", "derivation", "kernel", "kind"}),
    "HikamiBox": (cp.hikami_box(4), {"bare", "dressed", "in_terms_of", "total", "verify"}),
    "Explanation": (cp.explain(DRUDE), {"formula", "steps"}),
    "Atlas": (cp.atlas(), {"categories", "entries"}),
    "Quantity": (DRUDE.evaluate(SAMPLE), {"value", "unit", "in_e2_over_h"}),
    "Channel": (cp.cooperon(FILM).channels[0], {"name", "weight", "gap"}),
    "Verdict": (VERDICT, {"kind", "sentence", "factor", "agrees"}),
    "StepsVerdict": (CHECKED, {"first_wrong", "steps", "sentence"}),
    "CheckedStep": (CHECKED.steps[0], {"line", "against", "verdict"}),
    "Reading": (CHECKED.lines[0], {"expr", "notes"}),
    "WardReport": (cp.ward_identity(cp.hikami_box(4)), {"holds", "left_over", "sentence"}),
    "Integrand": (cp.feynman_rules(WL.diagrams[0], FILM), {"prefactor", "fast", "blocks", "slow_momenta"}),
    "FastLoop": (cp.feynman_rules(WL.diagrams[0], FILM).fast[0], {"retarded", "advanced", "evaluate"}),
    "Line of a report": (DRUDE.verify().lines[0], {"confirmed", "remark", "step"}),
    "Line of a diagram": (WL.diagrams[0].lines[0], {"kind", "start", "end"}),
    "Classification": (CLASSIFIED, {"family", "crossings", "leading", "weight"}),
    "Weight": (CLASSIFIED.weight, {"explain", "power"}),
    "LatticeProof": (PROOF, {"holds", "orders", "blind"}),
    "OrderProof": (PROOF.orders[0], {"holds", "total", "average"}),
    "Lattice": (PROOF.lattice, {"sites"}),
    "NumericFunction": (WL.lambdify("tau_phi"), {"keywords"}),
    "Passage": (cp.explain(DRUDE)[0], {"title", "text", "markdown"}),
    "Spectrum": (spectrum(FILM), {"dim", "axis"}),
    "PowerLaw": (cp.PowerLaw(), {"exponent", "time"}),
    "Dephasing": (cp.Dephasing(), {"time"}),
    "PerpendicularField": (cp.PerpendicularField(), set()),
    "Gallery": (cp.diagrams.gallery(1), {"groups", "save"}),
    "Tally": (cp.diagrams.tally(1), {"total"}),
}


@pytest.mark.parametrize("name", SHOWN)
def test_completion_shows_what_is_meant(name):
    value, expected = SHOWN[name]
    names = dir(value)
    assert [name for name in names if name.startswith("_")] == []
    assert expected <= set(names)
    assert all(hasattr(value, name) for name in names)


def test_completion_of_the_library_shows_public_names():
    assert dir(cp) == sorted(cp.__all__)
    assert {"d", "tau_phi", "lookup"} <= set(dir(s))
    for module in (cp.diagrams, cp.disorder, cp.lattice, cp.plot, s):
        foreign = [
            name
            for name in dir(module)
            if name.startswith("_")
            or (
                isinstance(getattr(module, name), ModuleType)
                and not getattr(module, name).__name__.startswith("cooperon.")
            )
        ]
        assert foreign == []
        assert not {"Any", "dataclass", "annotations", "InputError"} & set(dir(module))


@pytest.mark.parametrize(
    ("metal", "shown"),
    [
        (cp.Metal(), "Metal(dim=2)"),
        (cp.Metal(dim=3, spin=0), "Metal(dim=3, spin=0)"),
        (
            cp.Metal(dim=2, scattering=[cp.SpinOrbit()], field=cp.PerpendicularField()),
            "Metal(dim=2, scattering=(SpinOrbit(),), field=PerpendicularField())",
        ),
        (
            cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(s.w_1,)), cp.Magnetic(axes="z")]),
            "Metal(dim=2, scattering=(Potential(harmonics=(w_1,)), Magnetic(axes='z')))",
        ),
        (
            cp.Metal(dim=1, geometry=cp.Wire(length=s.L), dephasing=None),
            "Metal(dim=1, dephasing=None, geometry=Wire(length=L))",
        ),
        (cp.Metal(dim=3, diffusion="xyz"), "Metal(dim=3, diffusion='xyz')"),
    ],
)
def test_a_metal_shows_what_differs_from_the_default(metal, shown):
    assert repr(metal) == shown
    names = {name: getattr(cp, name) for name in cp.__all__} | {
        symbol.name: symbol for symbol in (s.w_1, s.L)
    }
    assert eval(shown, names) == metal


@pytest.mark.slow
def test_reprs_are_short():
    for entry in cp.atlas("weak localization"):
        assert "\n" not in repr(entry.result)
    for value in (
        cp.ladder("cooperon", FILM),
        cp.exact_ladder("cooperon", FILM),
        cp.hikami_box(4),
        WL.diagrams[0],
        WL.derivation[0],
        cp.cooperon(FILM).channels[0],
        cp.ward_identity(cp.hikami_box(4)),
        DRUDE.verify().lines[0],
        cp.feynman_rules(DRUDE.diagrams[0], FILM).fast[0],
    ):
        assert len(repr(value)) < 120
        assert "\n" not in repr(value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (WL.derivation[13], "leading form: -e**2*log(1 + tau_phi/tau)/(2*pi**2*hbar) \u2248 -e**2*log("),
        (cp.cooperon(FILM).channels[0], "singlet: weight -1/2, gap 1/tau_phi"),
        (VERDICT, "agrees to leading order: It is the formula's leading form"),
        (CHECKED, "differs by a factor: Line 2 does not follow from line 1. It is 3/2 times line 1"),
        (CHECKED.steps[0], "line 2 against line 1: differs by a factor"),
        (cp.ward_identity(cp.hikami_box(4)), "WardReport holds: 3 diagrams conserve particles"),
        (cp.ward_identity(list(cp.hikami_box(4))[:2]), "WardReport does not hold: "),
        (
            cp.feynman_rules(WL.diagrams[0], FILM),
            "1 cooperon): prefactor e**2*hbar/pi; fast momentum on 2 retarded, 2 advanced lines; "
            "cooperon of momentum q>",
        ),
        (CLASSIFIED, "<Classification maximally crossed: 3 crossings, 1 loop, leading, one particle irr"),
        (cp.cooperon(cp.Metal(dim=2, spin=0)), "cooperon with 1 channel\n"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_repr_says_what_matters(value, said):
    shown = repr(value)
    assert said in shown
    assert "scaling=" not in shown
    assert "Matrix(" not in shown


def test_a_notebook_sets_results_in_formulas():
    assert WL.derivation[0]._repr_latex_() == f"$\\displaystyle {WL.derivation[0].latex()}$"
    for value in (cp.ladder("cooperon", FILM), cp.exact_ladder("cooperon", FILM)):
        assert r"\tau_{\phi}" in value._repr_latex_()
    parts = cp.interference(FILM)._repr_latex_()
    assert parts.count("&=") == 3
    table = cp.cooperon(FILM)._repr_markdown_().splitlines()
    assert len(table) == 2 + 4
    assert table[2] == r"| singlet | $-\frac{1}{2}$ | $\frac{1}{\tau_{\phi}}$ |"


def test_a_derivation_shows_its_pages_and_a_diagram_its_picture():
    assert repr(WL.derivation).count("\n") == 3 * len(WL.derivation) - 1
    assert all(diagram._repr_svg_().startswith("<svg") for diagram in WL.diagrams)
    assert WL._repr_latex_().startswith("$")


PHYSICS = {
    "Magnetic", "SpinOrbit", "backscattering", "conductance", "conductivity", "cooperon", "diffuson", "evaluate",
    "exact_ladder", "feynman_rules", "hikami_box", "interference", "ladder", "magnetoconductivity",
    "return_probability", "strong_field", "ward_identity",
}  # fmt: skip
SYMBOL = re.compile(r"\b(?:" + "|".join(sorted(s.names(), key=len, reverse=True)) + r"|omega|hbar|pi)\b")


def section(name: str, doc: str) -> bool:
    return re.search(rf"^{name}\n-+$", doc, re.MULTILINE) is not None


def parameters(value: object) -> list[str]:
    """What a call of it takes."""
    return [name for name in inspect.signature(value).parameters if name != "self"]


@pytest.mark.parametrize("name", cp.__all__)
def test_help_has_what_one_needs(name):
    value = getattr(cp, name)
    doc = inspect.getdoc(value)
    assert section("Examples", doc)
    assert ">>> " in doc
    derived_from = isinstance(value, type) and issubclass(value, BaseException)
    if not isinstance(value, ModuleType) and not derived_from and parameters(value):
        assert section("Parameters", doc) or section("Attributes", doc)
    if name in PHYSICS:
        assert section("References", doc)
        assert SYMBOL.search(doc)
    printed = io.StringIO()
    with redirect_stdout(printed):
        help(value)
    assert doc.splitlines()[0].replace("\\", "")[:40] in printed.getvalue().replace("\\", "")


@pytest.mark.parametrize(
    "name", [name for name in cp.__all__ if not isinstance(getattr(cp, name), ModuleType)]
)
def test_every_parameter_is_in_the_help(name):
    value = getattr(cp, name)
    doc = inspect.getdoc(value)
    if isinstance(value, type) and issubclass(value, BaseException):
        return
    missing = [
        parameter
        for parameter in parameters(value)
        if not parameter.startswith("_")
        and not re.search(rf"^[*\w, ]*\b{parameter}\b[\w, ]*(?: :|$)", doc, re.M)
    ]
    assert missing == []


def methods() -> list[tuple[str, str]]:
    """The public functions of public classes, and of public modules; not what a mapping inherits."""
    found = []
    for name in cp.__all__:
        value = getattr(cp, name)
        inner = (
            value.__all__ if isinstance(value, ModuleType) else dir(value) if isinstance(value, type) else ()
        )
        found += [(name, one) for one in inner if not one.startswith("_")]
    functions = ((name, one, getattr(getattr(cp, name), one)) for name, one in found)
    return [
        (name, one)
        for name, one, function in functions
        if inspect.isfunction(function) and function.__module__ != "collections.abc"
    ]


def test_classes_and_modules_have_functions():
    assert {("Formula", "verify"), ("Metal", "replace"), ("plot", "resistance")} <= set(methods())


@pytest.mark.parametrize(("name", "one"), methods(), ids=str)
def test_help_of_every_method_has_an_example_and_its_parameters(name, one):
    value = getattr(getattr(cp, name), one)
    doc = inspect.getdoc(value)
    assert section("Examples", doc)
    assert ">>> " in doc
    if parameters(value):
        assert section("Parameters", doc)
    for parameter in parameters(value):
        assert re.search(rf"^[*\w, ]*\b{parameter}\b[\w, ]*(?: :|$)", doc, re.M), parameter


@pytest.mark.parametrize("name", [name for name in cp.__all__ if isinstance(getattr(cp, name), type)])
def test_help_of_every_property_says_what_it_is(name):
    value = getattr(cp, name)
    if issubclass(value, BaseException):
        return
    for one in dir(value):
        found = inspect.getattr_static(value, one)
        if not one.startswith("_") and isinstance(found, (property, cached_property)):
            assert inspect.getdoc(found), one


def test_the_examples_of_the_help_are_run():
    """Where a public name is defined is a module whose examples the tests run: all modules of the library."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in cp.__all__:
        value = getattr(cp, name)
        if not isinstance(value, ModuleType):
            module = inspect.getmodule(value)
            assert module.__name__.startswith("cooperon.")
            assert any(test.examples for test in finder.find(value, name, module=module)), name


def test_named_physics_stays_folded():
    """The pages name Green's functions and averages; each is written out when it is asked for."""
    pages = repr(WL.derivation)
    assert "G_R(xi)" in pages
    assert "<c*v_F>" in pages
    rung = next(step for step in WL.derivation if step.rule == "rung of the cooperon")
    functions = {part for part in rung.lhs.atoms(sp.Function) if hasattr(part, "side")}
    assert len(functions) == 2
    energy = sp.Symbol("xi", real=True)
    for part in functions:
        assert part.func(energy).doit() == 1 / (-energy + part.side * sp.I * s.hbar / (2 * s.tau))
    integrand = rung.lhs.function
    assert integrand.has(*functions)
    assert not any(hasattr(part, "side") for part in integrand.doit().atoms(sp.Function))
    box = next(step for step in WL.derivation if step.rule == "Hikami box")
    (average,) = box.lhs.atoms(AngularAverage)
    assert average.doit() == -(s.v_F**2) / 2


UNFOLDED = {
    "film": WL,
    "frequency": cp.conductivity(cp.Metal(dim=3), omega=s.omega),
    "harmonics": cp.conductivity(cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(s.w_1,))]), loops=1),
    "box": cp.hikami_box(4, order=0),
}


@pytest.mark.parametrize("name", UNFOLDED)
def test_an_integral_over_energies_is_carried_out_by_residues(name):
    """``doit()`` of the left side is the right side, which the rule of the engine wrote down."""
    steps = [x for x in UNFOLDED[name].derivation if x.lhs.has(EnergyIntegral) and not x.scaling]
    assert steps
    for step in steps:
        found = step.lhs.doit()
        assert not found.has(sp.Integral)
        values = {s.w_1: sp.Rational(1, 3)} | {
            symbol: sp.Rational(i + 2, 7) for i, symbol in enumerate((s.q, s.omega, s.tau, s.tau_phi, s.v_F))
        }
        relations = {s.D: s.v_F**2 * s.tau / 3, s.tau_tr: s.tau / (1 - s.w_1)}
        ratio = (found / step.rhs if step.rhs != 0 else 1 + found).xreplace(relations).xreplace(values)
        assert abs(complex(ratio.subs(cosine, sp.Rational(1, 5)).evalf()) - 1) < 1e-12, step.rule


def test_lines_of_one_kind_integrate_to_nothing_and_other_factors_are_left():
    line = (s.xi, -sp.oo, sp.oo)
    retarded = Retarded(s.xi)
    assert EnergyIntegral(retarded**3 * Retarded(s.xi - s.hbar * s.omega), line).doit() == 0
    left = EnergyIntegral(s.xi * retarded**3, line).doit()
    assert type(left) is sp.Integral
    assert left.function == s.xi * retarded.doit() ** 3


@pytest.mark.parametrize("dim", [2, 3, sp.Rational(5, 2)])
def test_an_average_is_carried_out_as_an_integral_over_the_sphere(dim):
    found = AngularAverage(3 * cosine**4 - 2 * cosine**2 + cosine + 5, cosine, dim).doit()
    weight = (dim - 3) / sp.Integer(2)

    def sphere(function):
        inner = [-1, 0, 1]
        return mpmath.quad(lambda c: function(c) * (1 - c * c) ** mpmath.mpf(weight), inner)

    expected = sphere(lambda c: 3 * c**4 - 2 * c**2 + c + 5) / sphere(lambda c: mpmath.mpf(1))
    assert float(found) == pytest.approx(float(expected), rel=1e-9)
    untouched = AngularAverage(1 / (1 + cosine), cosine, dim)
    assert untouched.doit() == untouched
