"""Formulas in the fields of published conventions, against the published forms, typed in here."""

from __future__ import annotations

import random
import warnings
from dataclasses import replace
from functools import cache

import mpmath
import pytest
import sympy as sp

import cooperon as cp
from cooperon.diagrams.errors import AssumptionWarning, InputError
from cooperon.numerics.verification import verify
from cooperon.symbolic.conventions import CONVENTIONS, convention
from cooperon.symbolic.derivation import Derivation, Step
from cooperon.symbolic.fields import PerpendicularField
from cooperon.symbolic.formula import Assumption, Formula
from cooperon.symbolic.in_convention import convention_statement
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.scattering import Magnetic, Potential, SpinOrbit

s = cp.symbols
E, HBAR = mpmath.mpf("1.602176634e-19"), mpmath.mpf("1.054571817e-34")
UNIT = E**2 / (2 * mpmath.pi**2 * HBAR)
FIELDS = PerpendicularField()
SPINFUL = Metal(dim=2, scattering=[Potential(), SpinOrbit(), Magnetic()], field=FIELDS)
IN_PLANE = Metal(dim=2, scattering=[Potential(), SpinOrbit(axes="xy")], field=FIELDS)
AXES = Metal(dim=2, scattering=[Potential(), SpinOrbit(axes="xyz"), Magnetic(axes="xyz")], field=FIELDS)
ISOTROPIC = [name for name, one in CONVENTIONS.items() if one.definitions and not one.equal]
HALF = sp.Rational(1, 2)


def gaps(metal: Metal) -> list[tuple[sp.Expr, sp.Expr]]:
    """Weights and gaps of the Cooperon: triplet j 2 sum_{i != j} r_i + 2 s_j, singlet 2 sum s_i."""
    rates = [dict.fromkeys("xyz", sp.S.Zero) | dict(one.rates) for one in metal.scattering[1:]]
    kinds = [type(one) for one in metal.scattering[1:]]
    none = dict.fromkeys("xyz", sp.S.Zero)
    r = rates[kinds.index(SpinOrbit)] if SpinOrbit in kinds else none
    t = rates[kinds.index(Magnetic)] if Magnetic in kinds else none
    triplets = [(HALF, 2 * sum(r[i] for i in "xyz" if i != j) + 2 * t[j] + 1 / s.tau_phi) for j in "xyz"]
    return [*triplets, (-HALF, 2 * sum(t.values()) + 1 / s.tau_phi)]


def made(metal: Metal) -> Formula:
    """The four digammas with that of 1/tau, and the change by the field, with logarithms, as leading form."""
    scale = s.hbar / (4 * s.e * s.B * s.D)

    def digamma(rate):
        return sp.polygamma(0, HALF + scale * rate)

    prefactor = s.e**2 / (2 * sp.pi**2 * s.hbar)
    exact = sum(weight * digamma(gap) for weight, gap in gaps(metal)) - digamma(1 / s.tau)
    leading = sum(weight * (digamma(gap) - sp.log(scale * gap)) for weight, gap in gaps(metal))
    assumptions = (Assumption("tau_phi >> tau", s.tau_phi > s.tau), convention_statement(metal))
    return Formula("the change", prefactor * exact, prefactor * leading, metal, assumptions=assumptions)


def sample(seed: int) -> dict[str, mpmath.mpf]:
    """A film at random: times in s, B in T."""
    draw = random.Random(seed)

    def between(low, high):
        return mpmath.exp(draw.uniform(float(mpmath.log(low)), float(mpmath.log(high))))

    found = {"D": between(1e-3, 1e-2), "tau_phi": between(1e-12, 1e-10), "B": between(1e-3, 1)}
    spin = {
        f"tau_{kind}{axis}": between(1e-12, 1e-10) for kind in ("so", "s") for axis in ("", "_x", "_y", "_z")
    }
    return found | spin | {"tau": between(1e-14, 1e-13)}


def field(sample, rate):
    """hbar/(4 e D) times a rate."""
    return HBAR * rate / (4 * E * sample["D"])


def psi(x):
    return mpmath.digamma(mpmath.mpf(1) / 2 + x)


def f(x):
    """psi(1/2 + x) - ln x."""
    return psi(x) - mpmath.log(x)


# What the papers print, in their own quantities; the four digammas are those of a conductivity.


def hikami_larkin_nagaoka(given):
    """The four digammas, with rates of the axes, x and y alike (in a sample where each is a third)."""
    so, t = 1 / (3 * given["tau_so"]), 1 / (3 * given["tau_s"])
    inelastic = 1 / given["tau_phi"]
    first = 2 * (so + so + t) + inelastic
    second = 4 * t + 2 * t + inelastic
    third = 4 * so + 2 * t + inelastic
    at = [field(given, rate) / given["B"] for rate in (1 / given["tau"], first, second, third)]
    return -UNIT * (psi(at[0]) - psi(at[1]) + (psi(at[2]) - psi(at[3])) / 2)


def bergmann(h, h_0, h_i, h_so, h_s):
    h_1 = h_0 + h_so + h_s
    h_2 = h_i + 4 * h_so / 3 + 2 * h_s / 3
    h_3 = h_i + 2 * h_s
    return -UNIT * (psi(h_1 / h) - 3 * psi(h_2 / h) / 2 + psi(h_3 / h) / 2)


def altshuler_aronov(h, h_phi, h_so, h_s):
    """3/2 f_2 of the triplets and -1/2 of the singlet: 1/tau_phi* = 1/tau_phi + 4/(3 tau_so) - 4/(3 tau_s)."""
    starred = h_phi + 4 * h_so / 3 - 4 * h_s / 3
    return UNIT * (3 * f(starred / h) / 2 - f(h_phi / h) / 2)


def maekawa_fukuyama(h, h_i, h_so):
    """Psi(x) = ln x + psi(1/2 + 1/x), without Zeeman splitting: gamma = 0."""

    def capital(x):
        return mpmath.log(x) + mpmath.digamma(mpmath.mpf(1) / 2 + 1 / x)

    return UNIT * (capital(h / (h_i + h_so)) + capital(h / (h_i + 2 * h_so)) / 2 - capital(h / h_i) / 2)


def spin_valve(h, h_phi, length):
    """Spins relax over the length L_s: the triplets lose hbar/(4 e L_s**2) more than the singlet."""
    relaxing = HBAR / (4 * E * length**2)
    return UNIT * (3 * f((h_phi + relaxing) / h) / 2 - f(h_phi / h) / 2)


def evaluated(expr: sp.Expr, numbers) -> mpmath.mpf:
    """An expression at the numbers of a sample and of fields, with 40 digits."""
    values = {s.lookup(name): sp.Float(str(value), 40) for name, value in numbers.items()}
    values |= {s.e: sp.Float(str(E), 40), s.hbar: sp.Float(str(HBAR), 40)}
    return mpmath.mpf(str(sp.N(expr.xreplace(values), 30)))


def close(left, right):
    return abs(left - right) <= 1e-12 * abs(right)


@pytest.fixture(autouse=True)
def digits():
    with mpmath.workdps(40):
        yield


@cache
def derived(metal: Metal) -> Formula:
    return cp.magnetoconductivity(metal)


def check(formula, name, given, fields, published):
    """A formula in a convention takes the paper's numbers, in times the library's."""
    rewritten = formula.in_convention(name)
    assert rewritten.expr.free_symbols <= {s.e, s.hbar, s.B, *(s.lookup(name) for name in fields)}
    assert close(evaluated(rewritten.expr, {"B": given["B"]} | fields), published)
    assert close(evaluated(formula.expr, given), published)


def own_fields(given, *names):
    return {f"B_{name}": field(given, 1 / given[f"tau_{name}"]) for name in names}


@pytest.mark.parametrize("seed", range(4))
class TestPublishedForms:
    def test_hikami_larkin_nagaoka(self, seed):
        given = sample(seed)
        fields = own_fields(given, "phi", "so", "s") | {"B_e": field(given, 1 / given["tau"])}
        check(made(SPINFUL), "HLN", given, fields, hikami_larkin_nagaoka(given))

    def test_bergmann(self, seed):
        given = sample(seed)
        rest = 1 / given["tau"] - 1 / given["tau_so"] - 1 / given["tau_s"]
        fields = own_fields(given, "phi", "so", "s") | {"B_e": field(given, rest)}
        published = bergmann(given["B"], fields["B_e"], fields["B_phi"], fields["B_so"], fields["B_s"])
        check(made(SPINFUL), "Bergmann", given, fields, published)

    @pytest.mark.parametrize("name", ["HLN", "Bergmann"])
    def test_the_difference_to_no_field(self, seed, name):
        """The first digamma becomes its logarithm, and ln B_e drops out of the difference."""
        given = sample(seed)
        fields = own_fields(given, "phi", "so", "s")
        triplet = fields["B_phi"] + 4 * fields["B_so"] / 3 + 2 * fields["B_s"] / 3
        singlet = fields["B_phi"] + 2 * fields["B_s"]
        published = UNIT * (3 * f(triplet / given["B"]) / 2 - f(singlet / given["B"]) / 2)
        check(derived(SPINFUL), name, given, fields, published)

    def test_altshuler_aronov(self, seed):
        given = sample(seed)
        fields = own_fields(given, "so", "s")
        fields["B_phi"] = field(given, 1 / given["tau_phi"] + 2 / given["tau_s"])
        published = altshuler_aronov(given["B"], fields["B_phi"], fields["B_so"], fields["B_s"])
        check(derived(SPINFUL), "Altshuler-Aronov", given, fields, published)

    def test_maekawa_fukuyama(self, seed):
        given = sample(seed)
        given["tau_so_y"] = given["tau_so_x"]
        fields = own_fields(given, "phi") | {"B_so": field(given, 2 / given["tau_so_x"])}
        published = maekawa_fukuyama(given["B"], fields["B_phi"], fields["B_so"])
        check(derived(IN_PLANE), "Maekawa-Fukuyama", given, fields, published)

    def test_spin_relaxation(self, seed):
        """L_s = (sqrt(3)/2) L_so with L_so**2 = D tau_so."""
        given = sample(seed)
        metal = Metal(dim=2, scattering=[Potential(), SpinOrbit()], field=FIELDS)
        length = mpmath.sqrt(3) / 2 * mpmath.sqrt(given["D"] * given["tau_so"])
        fields = own_fields(given, "phi") | {"B_so": HBAR / (4 * E * length**2)}
        check(
            derived(metal), "spin relaxation", given, fields, spin_valve(given["B"], fields["B_phi"], length)
        )

    def test_rates_of_single_axes_stay_times(self, seed):
        given = sample(seed)
        formula = made(AXES)
        rewritten = formula.in_convention("HLN")
        single = {name: value for name, value in given.items() if name[-2:] in ("_x", "_y", "_z")}
        fields = own_fields(given, "phi") | {"B_e": field(given, 1 / given["tau"])}
        found = evaluated(rewritten.expr, single | fields | {"B": given["B"], "D": given["D"]})
        assert close(found, evaluated(formula.expr, given))

    def test_the_bulk(self, seed):
        """Kawabata's difference of three dimensions for each channel, zeta(1/2, 1/2 + x) by the fields."""
        given = sample(seed)
        metal = Metal(dim=3, scattering=[Potential(), SpinOrbit(), Magnetic()], field=FIELDS)
        fields = own_fields(given, "phi", "so", "s")
        h = given["B"]

        def f_3(h_i):
            return -2 * mpmath.sqrt(h_i / h) - mpmath.zeta(mpmath.mpf(1) / 2, mpmath.mpf(1) / 2 + h_i / h)

        triplet = fields["B_phi"] + 4 * fields["B_so"] / 3 + 2 * fields["B_s"] / 3
        singlet = fields["B_phi"] + 2 * fields["B_s"]
        published = UNIT * mpmath.sqrt(E * h / HBAR) * (3 * f_3(triplet) / 2 - f_3(singlet) / 2)
        rewritten = derived(metal).in_convention("HLN")
        assert rewritten.expr.free_symbols == {s.e, s.hbar, s.B, s.B_phi, s.B_so, s.B_s}
        assert close(evaluated(rewritten.expr, {"B": h} | fields), published)

    def test_a_smooth_cutoff(self, seed):
        """Every channel loses what lives shorter than tau; 1/tau is that of Bergmann's three fields."""
        given = sample(seed)
        rest = 1 / given["tau"] - 1 / given["tau_so"] - 1 / given["tau_s"]
        fields = own_fields(given, "phi", "so", "s") | {"B_e": field(given, rest)}
        h_1 = fields["B_e"] + fields["B_so"] + fields["B_s"]
        triplet = fields["B_phi"] + 4 * fields["B_so"] / 3 + 2 * fields["B_s"] / 3
        singlet = fields["B_phi"] + 2 * fields["B_s"]

        def lost(h_i):
            return psi((h_1 + h_i) / given["B"]) - psi(h_i / given["B"])

        published = -UNIT * (3 * lost(triplet) / 2 - lost(singlet) / 2)
        formula = cp.conductivity(SPINFUL, loops=1, cutoff="smooth")
        check(formula, "Bergmann", given, fields, published)


def test_fields_of_a_wrong_convention_give_other_numbers():
    """What a reader loses: Bergmann's H_0 taken for B_e, and 4/3."""
    numbers = {"B": "0.1", "B_phi": "0.01", "B_so": "0.5", "B_s": "0.05", "B_e": "2"}
    fields = {name: mpmath.mpf(value) for name, value in numbers.items()}
    values = {name: made(SPINFUL).in_convention(name).expr for name in ("HLN", "Bergmann", "spin relaxation")}
    found = [evaluated(expr, fields) for expr in values.values()]
    assert min(abs(x / y - 1) for x in found for y in found if x is not y) > 0.01


@pytest.mark.slow
@pytest.mark.parametrize("name", ISOTROPIC)
def test_there_and_back(name):
    formula = made(SPINFUL)
    rewritten = formula.in_convention(name)
    assert rewritten != formula
    for back in ("times", "cooperon"):
        assert rewritten.in_convention(back) == formula
    assert rewritten.in_convention(name) is rewritten
    for other in ISOTROPIC:
        assert rewritten.in_convention(other) == formula.in_convention(other)


@pytest.mark.parametrize("name", ISOTROPIC)
def test_there_and_back_of_a_derived_formula(name):
    formula = derived(SPINFUL)
    back = formula.in_convention(name).in_convention("times")
    assert (back.expr, back.asymptote, back.derivation) == (
        formula.expr,
        formula.asymptote,
        formula.derivation,
    )
    for at in (sample(seed) for seed in range(3)):
        values = {s.lookup(key): sp.Float(str(value)) for key, value in at.items()}
        values |= {s.e: sp.Float(str(E)), s.hbar: sp.Float(str(HBAR)), s.m: sp.Float("9e-31")}
        values |= {s.nu: sp.Float("1e37"), s.k_F: sp.Float("1e8"), s.ell: sp.Float("1e-7")}
        for old, new in zip(conditions(formula), conditions(back), strict=True):
            assert old.xreplace(values) == new.xreplace(values)


def conditions(formula):
    return [a.condition for a in formula.assumptions if a.condition is not None]


def test_there_and_back_with_equal_axes():
    formula = made(IN_PLANE)
    assert formula.in_convention("Maekawa-Fukuyama").in_convention("times") == formula


@pytest.mark.parametrize("name", ISOTROPIC)
def test_back_after_something_was_done(name):
    formula = made(SPINFUL)
    back = (3 * formula.in_convention(name)).in_convention("times")
    assert back.convention == "cooperon"
    assert not back.expr.has(s.B_phi, s.B_so, s.B_s, s.B_e)
    given = sample(5)
    wanted = 3 * evaluated(formula.expr, given)
    assert close(evaluated(back.expr, given), wanted)
    assert back.verify().confirmed


@pytest.mark.parametrize("name", ISOTROPIC)
def test_every_line_is_confirmed(name):
    report = made(SPINFUL).in_convention(name).verify()
    assert report.confirmed
    assert {line.step.rule for line in report.lines} == {"convention"}


@pytest.mark.parametrize("name", ISOTROPIC)
@pytest.mark.parametrize("dim", [2, 3])
def test_the_lines_of_a_derived_formula_are_confirmed(name, dim):
    metal = SPINFUL.replace(dim=dim)
    steps = cp.magnetoconductivity(metal, omega=s.omega).in_convention(name).derivation
    added = Derivation(tuple(step for step in steps if step.rule == "convention"))
    assert verify(added, metal).confirmed


def test_a_shape_in_a_field():
    """The diffusion constant stays out of a wire's change, the field's own rate included."""
    wire = cp.Metal(dim=1, scattering=[cp.SpinOrbit()], geometry=cp.Wire(), field=FIELDS)
    formula = cp.magnetoconductivity(wire)
    rewritten = formula.in_convention("HLN")
    assert rewritten.expr.free_symbols == {s.e, s.hbar, s.B, s.B_phi, s.B_so, s.width}
    given = sample(3) | {"width": mpmath.mpf("3e-7")}
    fields = own_fields(given, "phi", "so") | {"B": given["B"], "width": given["width"]}
    assert close(evaluated(rewritten.expr, fields), evaluated(formula.expr, given))


@pytest.mark.parametrize("b", ["1e-9", "1e-4", "3.7"])
@pytest.mark.parametrize(
    "shape",
    [
        {"dim": 2, "field": FIELDS},
        {"dim": 3, "field": FIELDS},
        {"dim": 1, "field": FIELDS, "geometry": cp.Wire()},
        {"dim": 2, "field": cp.ParallelField(), "geometry": cp.Film()},
    ],
    ids=["film", "bulk", "wire", "film in its plane"],
)
def test_a_small_field_keeps_its_digits(shape, b):
    """Arrays of the rewritten formula against 60 digits of the one in times, hbar = e = D = 1."""
    formula = cp.magnetoconductivity(cp.Metal(scattering=[cp.SpinOrbit()], **shape))
    given = {s.e: 1, s.hbar: 1, s.D: 1, s.tau_phi: 25, s.tau_so: HALF, s.width: 2, s.thickness: 3}
    numbers = {symbol: sp.Float(value, 70) for symbol, value in (given | {s.B: b}).items()}
    wanted = float(sp.N(formula.expr.xreplace(numbers), 60))
    lengths = {x.name: given[x] for x in (s.width, s.thickness) if formula.expr.has(x)}
    function = formula.in_convention("HLN").lambdify("B", checks=False)
    found = function(float(b), B_phi=0.01, B_so=0.5, e=1.0, hbar=1.0, **lengths)
    assert found == pytest.approx(wanted, rel=1e-13)


def test_spins_relax_by_the_rates_of_spin_relaxation():
    """The triplets of the diffuson decay with B_so + B_s of that convention."""
    one = convention("spin relaxation")
    scale = s.hbar / (4 * s.e * s.D)
    gaps_there = {channel.gap for channel in cp.diffuson(SPINFUL).channels if channel.name != "singlet"}
    (gap,) = (sp.simplify(scale * gap.xreplace(one.rates(SPINFUL))) for gap in gaps_there)
    assert gap == s.B_so + s.B_s


def test_equal_axes_are_said_in_the_line_and_confirmed():
    rewritten = made(IN_PLANE).in_convention("Maekawa-Fukuyama")
    assert rewritten.verify().confirmed
    assert rewritten.derivation[0].lhs.variables == (s.tau_so_y,)


def test_a_wrong_meaning_of_a_field_is_not_confirmed():
    step = made(SPINFUL).in_convention("HLN").derivation[0]
    wrong = {
        x: 2 * value if x == s.B_so else value
        for x, value in zip(step.rhs.variables, step.rhs.point, strict=True)
    }
    changed = Step(
        step.rule, step.lhs, sp.Subs(step.rhs.expr, tuple(wrong), tuple(wrong.values())), step.reason
    )
    assert not replace(made(SPINFUL), derivation=Derivation((changed,))).verify().confirmed


def test_a_function_of_the_fields_of_the_paper():
    """0.1 T in a film with Bergmann's fields."""
    function = made(SPINFUL).in_convention("Bergmann").lambdify("B", si=True)
    assert function.keywords == ("B_phi", "B_so", "B_s", "B_e")
    found = function(0.1, B_phi=0.01, B_so=0.5, B_s=0.002, B_e=20.0)
    published = bergmann(*map(mpmath.mpf, ("0.1", "20", "0.01", "0.5", "0.002")))
    assert found == pytest.approx(float(published), rel=1e-12)


def test_conditions_are_in_the_new_symbols():
    function = made(SPINFUL).in_convention("HLN").lambdify("B", si=True)
    with pytest.warns(AssumptionWarning, match="B_e > B_phi"):
        function(0.1, B_phi=30.0, B_so=0.5, B_s=0.002, B_e=20.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        function(0.1, B_phi=0.01, B_so=0.5, B_s=0.002, B_e=20.0)


@pytest.mark.parametrize("name", list(CONVENTIONS))
def test_a_formula_says_once_which_convention_it_follows(name):
    metal = IN_PLANE if CONVENTIONS[name].equal else SPINFUL
    said = [a for a in made(metal).in_convention(name).assumptions if a.statement.startswith("convention")]
    assert said == [convention_statement(metal, name)]
    assert f'"{name}"' in str(said[0])


def test_statements_of_metals():
    plain = str(convention_statement(Metal(dim=2, field=FIELDS), "Bergmann"))
    assert "H_0" not in plain
    assert "axes of the spin" not in plain
    assert "tau_so_x, tau_so_y" in str(convention_statement(IN_PLANE))
    tilted = Metal(dim=3, field=FIELDS, diffusion="xyz")
    assert "sqrt(D_x D_y)" in str(convention_statement(tilted, "HLN"))


@pytest.mark.parametrize("name", ["Hikami", "hln", "", None, 3, ["HLN"]])
def test_an_unknown_name(name):
    with pytest.raises(InputError, match=r"HLN, Bergmann, .*Maekawa-Fukuyama.*times"):
        made(SPINFUL).in_convention(name)


@pytest.mark.parametrize("name", ["HLN", "Bergmann", "spin relaxation"])
def test_a_formula_without_a_magnetic_field_is_refused(name):
    formula = cp.conductivity(cp.Metal(dim=2), loops=1)
    with pytest.raises(InputError, match="magnetic field B in it"):
        formula.in_convention(name)
    assert formula.in_convention("times") is formula


@pytest.mark.parametrize(
    ("metal", "name"),
    [
        (SPINFUL, "Maekawa-Fukuyama"),
        (IN_PLANE, "Bergmann"),
        (AXES, "Altshuler-Aronov"),
        (AXES, "spin relaxation"),
    ],
)
def test_a_metal_that_a_convention_has_no_symbols_for(metal, name):
    with pytest.raises(InputError, match="those of tau"):
        made(metal).in_convention(name)


def test_formulas_in_two_conventions_are_not_added():
    formula = made(SPINFUL)
    hln, bergmann_s = formula.in_convention("HLN"), formula.in_convention("Bergmann")
    with pytest.raises(InputError, match="other fields"):
        _ = hln + bergmann_s
    both = hln + formula
    assert both.convention == (formula + hln).convention == "HLN"
    assert close(
        evaluated(both.in_convention("times").expr, sample(2)),
        2 * evaluated(formula.expr, sample(2)),
    )


@pytest.mark.parametrize("name", ISOTROPIC)
def test_definitions_and_their_inverse(name):
    """Solving for the times and putting the definitions in again changes nothing."""
    one = convention(name)
    fields, rates = one.fields(SPINFUL), one.rates(SPINFUL)
    assert set(fields) == {s.B_phi, s.B_so, s.B_s, s.B_e}
    for symbol, value in fields.items():
        assert sp.simplify(value.xreplace(rates) - symbol) == 0


def test_fields_across_unequal_diffusion_constants():
    """Landau levels of D_x and D_y are those of sqrt(D_x D_y)."""
    metal = Metal(dim=3, field=FIELDS, diffusion="xyz")
    across = sp.sqrt(s.D_x * s.D_y)
    x = s.hbar / (4 * s.e * s.B * across * s.tau_phi)
    form = s.e**2 / s.hbar * sp.sqrt(s.e * s.B / s.hbar) * sp.zeta(HALF, HALF + x)
    rewritten = Formula("change", form, form, metal).in_convention("HLN")
    assert rewritten.expr.free_symbols == {s.e, s.hbar, s.B, s.B_phi}
    assert rewritten.verify().confirmed


def test_lengths_become_fields():
    """B_phi = hbar/(4 e L_phi**2)."""
    metal = Metal(dim=2, field=FIELDS)
    form = sp.log(s.hbar / (4 * s.e * s.B * s.L_phi**2))
    rewritten = Formula("change", form, form, metal).in_convention("HLN")
    assert rewritten.expr == sp.log(s.B_phi / s.B)
    assert rewritten.verify().confirmed


def test_a_film_tells_two_combinations_of_the_three_fields():
    """With equal axes: B_phi + 2 B_s and B_so - B_s; the third can be had from nowhere."""
    expr = made(SPINFUL).in_convention("HLN").asymptote
    along = -2 * sp.diff(expr, s.B_phi) + sp.diff(expr, s.B_so) + sp.diff(expr, s.B_s)
    assert sp.expand(along) == 0
    known = made(SPINFUL).in_convention("Altshuler-Aronov").asymptote
    assert sp.expand(sp.diff(known, s.B_so) + sp.diff(known, s.B_s)) == 0


def test_the_prefactor_alpha_of_strong_spin_orbit_scattering():
    """With psi(1/2 + x) - ln x, alpha is -1/2 where B_so is large and 1 where it vanishes."""
    metal = Metal(dim=2, scattering=[Potential(), SpinOrbit()], field=FIELDS)
    curve = made(metal).in_convention("HLN").asymptote
    unit = {s.e: 1, s.hbar: 1, s.B: sp.Float("0.7", 30), s.B_phi: sp.Float("0.2", 30)}
    shape = f(mpmath.mpf("0.2") / mpmath.mpf("0.7")) / (2 * mpmath.pi**2)

    def alpha(b_so):
        return sp.N(curve.xreplace(unit | {s.B_so: sp.Float(b_so, 30)}), 25) / shape

    assert float(alpha("3.3e7")) == pytest.approx(-0.5, abs=1e-6)
    assert float(alpha("3.3e-9")) == pytest.approx(1, abs=1e-6)
