"""LaTeX: in the house style, well formed, and with the value of the formula."""

from __future__ import annotations

import re

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from written_formulas import FORMULAS

import cooperon as cp
from cooperon.numerics.evaluation import number
from cooperon.symbolic.arrangement import arranged
from cooperon.symbolic.latex import latex, sentence
from cooperon.symbolic.latex_breaking import LIMIT, broken, rows
from cooperon.symbolic.latex_printer import HousePrinter
from cooperon.symbolic.latex_width import width
from cooperon.symbolic.reading import read

s = cp.symbols
HALF = sp.Rational(1, 2)
# what is not read back here: functions that the reader does not know, and integrals, which take long
UNREAD = {
    "any dimension": "exponential integral",
    "sample": "2F1",
    "fraction": "2F1",
    "cylinder": "integral",
    "exact kernel, 3": "integral",
}


def is_balanced(text):
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def in_one_line(lines):
    """Lines of an equation put together again."""
    joined = " ".join(line.replace("&", "") for line in lines)
    return re.sub(r"\\scalebox\{[\d.]+\}\{\$\\displaystyle (.*?)\$\}", r"\1", joined)


def value(expr, seed=1):
    """A number for an expression: its symbols get different positive values, the dimension another."""
    names = sorted(x.name for x in expr.free_symbols)
    table = {
        x: sp.Float("1.1", 30) + sp.Float(names.index(x.name) * 7 % 11 + seed, 30) / 9
        for x in expr.free_symbols
    }
    return sp.N(expr.subs(table), 25)


def same(one, other):
    return all(abs(value(one, n) - value(other, n)) <= 1e-15 * abs(value(one, n)) for n in (1, 4))


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULAS)
def test_well_formed(name):
    formula = FORMULAS[name]()
    for text in (formula.latex(), formula.latex(document=True), formula.derivation.latex()):
        assert is_balanced(text)
        assert "**" not in text
        assert len(re.findall(r"\\left(?![a-z])", text)) == len(re.findall(r"\\right(?![a-z])", text))
        assert text.count(r"\biggl") == text.count(r"\biggr")
        assert text.isascii()


@pytest.mark.parametrize("name", [name for name in FORMULAS if name not in UNREAD])
def test_read_back_it_has_the_value_of_the_formula(name):
    formula = FORMULAS[name]()
    for expr in (formula.expr, formula.leading()):
        assert same(read(latex(arranged(expr))), expr)
        assert same(read(latex(expr)), expr)
        assert same(read(in_one_line(broken(arranged(expr), HousePrinter(), 14))), expr)


@pytest.mark.parametrize("name", FORMULAS)
def test_arranging_changes_no_value(name):
    expr = FORMULAS[name]().expr
    if not expr.has(sp.Integral):
        assert same(arranged(expr), expr)
        return
    for seed in (1, 4):
        free = sorted(expr.free_symbols, key=str)
        values = {x: 1.1 + (i * 7 % 11 + seed) / 9 for i, x in enumerate(free)}
        found, expected = number(arranged(expr), values), number(expr, values)
        assert abs(found - expected) <= 1e-9 * abs(expected)


A, B, C = s.D, s.tau, s.hbar
LEAVES = st.sampled_from(
    [A, B, C, sp.pi, sp.Integer(2), sp.Integer(-3), HALF, sp.sqrt(A), 1 / B, sp.sqrt(3), -C]
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda x, y: x + y, inner, inner),
        st.builds(lambda x, y: x * y, inner, inner),
        st.builds(lambda x, y: x - y, inner, inner),
        st.builds(lambda x: 1 / (x**2 + 1), inner),
        st.builds(lambda x: sp.log(1 + x**2), inner),
        st.builds(lambda x: sp.exp(-(x**2)), inner),
        st.builds(lambda x: (1 + x**2) ** sp.Rational(-3, 2), inner),
        st.builds(lambda x: sp.tanh(x) ** 2, inner),
        st.builds(lambda x, y: sp.Mul(-2, x + y, evaluate=False), inner, inner),
    ),
    max_leaves=6,
)


def tower(expr):
    """How many exponentials stand on one another; the reader takes two."""
    return max(map(tower, expr.args), default=0) + isinstance(expr, sp.exp)


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS)
def test_whatever_is_written_is_read_with_the_same_value(expr):
    if expr.has(sp.zoo, sp.nan) or not expr.free_symbols or tower(expr) > 2:
        return
    expected = value(expr)
    printer = HousePrinter()
    for text in (latex(expr), latex(arranged(expr)), in_one_line(broken(expr, printer, 12))):
        found = value(read(text))
        assert abs(found - expected) <= 1e-12 * (1 + abs(expected)), text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("drude", r"\sigma_0 = 2 e^2 \nu D"),
        ("drude at a frequency", r"\sigma_0 = \frac{2 e^2 \nu D}{1 - \mathrm{i} \omega \tau}"),
        ("film", r"\delta\sigma = -\frac{e^2}{2 \pi^2 \hbar} \ln\left(1 + \frac{\tau_{\phi}}{\tau}\right)"),
        (
            "magnetoconductivity",
            r"\sigma(B) - \sigma(0) = \frac{e^2}{2 \pi^2 \hbar} \left[\psi\left(\frac{1}{2} + \frac{\hbar}{4 e D B "
            r"\tau_{\phi}}\right) - \ln\left(\frac{\hbar}{4 e D B \tau_{\phi}}\right)\right]",
        ),
        (
            "Kawabata",
            r"\sigma(B) - \sigma(0) = -\frac{e^2}{2 \pi^2 \hbar} \left[\frac{1}{\sqrt{D \tau_{\phi}}} + "
            r"\sqrt{\frac{e B}{\hbar}} \, \zeta\left(\frac{1}{2}, \frac{1}{2} + \frac{\hbar}{4 e D B \tau_{\phi}}"
            r"\right)\right]",
        ),
        (
            "bulk",
            r"\delta\sigma = -\frac{e^2}{\pi^3 \hbar \sqrt{D}} \left[\frac{1}{\sqrt{\tau}} - "
            r"\frac{1}{\sqrt{\tau_{\phi}}} \arctan\left(\sqrt{\frac{\tau_{\phi}}{\tau}}\right)\right]",
        ),
    ],
)
def test_house_style(name, text):
    assert FORMULAS[name]().latex() == text


def test_digammas_stand_beside_their_logarithms():
    text = FORMULAS["HLN"]().in_convention("HLN").latex()
    singlet = r"\left[\psi\left(\frac{1}{2} + \frac{B_{\phi} + 2 B_{\mathrm{s}}}{B}\right) - \ln\left("
    assert r"\frac{e^2}{4 \pi^2 \hbar} \left\{3 \left[\psi" in text
    assert f"- {singlet}" in text


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (-(s.e**2) / s.hbar, r"-\frac{e^2}{\hbar}"),
        (sp.Rational(4, 3) * s.B_so, r"\frac{4}{3} B_{\mathrm{so}}"),
        (s.D / 2, r"\frac{D}{2}"),
        (sp.sqrt(s.tau_phi) / sp.sqrt(s.tau), r"\sqrt{\frac{\tau_{\phi}}{\tau}}"),
        (s.L**-s.d, r"\frac{1}{L^d}"),
        (1 / (1 + s.tau) ** 2, r"\frac{1}{\left(1 + \tau\right)^2}"),
        (sp.sqrt(1 + s.tau) ** 3, r"\left(1 + \tau\right)^{3/2}"),
        (sp.sin(s.tau) ** 2, r"\sin^2\left(\tau\right)"),
        (sp.E, r"\mathrm{e}"),
        (sp.Integral(s.q * s.D, (s.q, 0, 1 / s.ell)), r"\int_{0}^{1/\ell} D q\,\mathrm{d}q"),
        (sp.log(2) / s.hbar, r"\frac{1}{\hbar} \ln 2"),
        (sp.log(2) - sp.log(s.tau), r"\ln 2 - \ln\left(\tau\right)"),
        (sp.expint(1, s.tau), r"E_{1}\left(\tau\right)"),
        (
            (s.B_phi + 4 * s.B_so / 3) / s.B,
            r"\frac{B_{\phi} + \frac{4}{3} B_{\mathrm{so}}}{B}",
        ),
        (sp.atan(s.tau) * sp.sqrt(1 + s.tau), r"\sqrt{1 + \tau} \arctan\left(\tau\right)"),
        (sp.gamma(1 - s.d / 2) * s.L**s.d, r"L^d \, \Gamma\left(1 - \frac{d}{2}\right)"),
        (s.B * (1 / (4 * sp.pi * s.D)) ** (s.d / 2), r"\frac{B}{\left(4 \pi D\right)^{d/2}}"),
        (s.e * sp.sqrt(s.e / (s.hbar * s.B)), r"\frac{e^2}{\hbar} \sqrt{\frac{\hbar}{e B}}"),
        (s.tau * (-1 - s.omega), r"-\tau \left(1 + \omega\right)"),
        (2 * sp.log(s.tau) / (2 + s.tau), r"\frac{2 \ln\left(\tau\right)}{2 + \tau}"),
        (sp.Integral(-s.q, (s.q, 0, 1 / sp.sqrt(s.D))), r"-\int_{0}^{1/\sqrt{D}} q\,\mathrm{d}q"),
        (
            sp.Mul(sp.Mul(s.e**2, s.hbar), sp.Mul(-1, 2, s.tau), 1 / s.hbar**2, evaluate=False),
            r"-e^2 \hbar \cdot 2 \tau \frac{1}{\hbar^2}",
        ),
        (1 / s.tau_phi - sp.I * s.omega, r"\frac{1}{\tau_{\phi}} - \mathrm{i} \omega"),
    ],
)
def test_expressions(expr, text):
    assert latex(expr) == text


@pytest.mark.parametrize("entry", s.TABLE.values(), ids=lambda entry: entry.symbol.name)
def test_every_symbol_has_its_letter(entry):
    assert latex(entry.symbol) == entry.latex
    assert is_balanced(entry.latex)


def test_symbols_can_be_renamed():
    film = FORMULAS["film"]()
    assert r"\tau_{\varphi}" in film.latex(symbols={"tau_phi": r"\tau_{\varphi}"})
    assert r"\tau_{\varphi}" in film.latex(symbols={s.tau_phi: r"\tau_{\varphi}"})
    page = film.latex(document=True, symbols={"tau_phi": r"\tau_{\varphi}"})
    assert r"\tau_{\phi}" not in page
    assert r"\tau_{\varphi}" in film.derivation.latex(symbols={"tau_phi": r"\tau_{\varphi}"})


@pytest.mark.parametrize(
    "renamed",
    [{"tau_phi": "D"}, {"nobody": "x"}, {"D": "{"}, {"D": ""}, {"D": r"D\\"}, {"D": "D$x"}, {"D": 3}, ["D"]],
)
def test_renaming_refuses_what_would_mislead(renamed):
    with pytest.raises(cp.InputError):
        FORMULAS["film"]().latex(symbols=renamed)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULAS)
def test_no_line_of_a_derivation_is_wider_than_a_page(name):
    printer = HousePrinter()
    for step in FORMULAS[name]().derivation:
        for row in rows(step, printer):
            scale = re.search(r"\\scalebox\{([\d.]+)\}", row)
            assert width(row) * float(scale[1] if scale else 1) <= LIMIT + 1


def test_long_sums_and_products_are_broken_where_people_break_them():
    terms = sum(s.tau * sp.log(n + s.D) for n in range(2, 14))
    lines = broken(terms, HousePrinter(), 30)
    assert len(lines) > 2
    assert all(line[0] in "+-" for line in lines[1:])
    inside = broken(sp.Mul(s.e**2 / s.hbar, terms, evaluate=False), HousePrinter(), 30)
    assert inside[0].startswith(r"\frac{e^2}{\hbar} \biggl[")
    assert inside[-1].endswith(r"\biggr]")
    negative = broken(sp.Add(s.tau, sp.Mul(-1, terms, evaluate=False), evaluate=False), HousePrinter(), 30)
    assert any(r"- \biggl[" in line for line in negative)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tau_phi >> tau", r"$\tau_{\phi} \gg \tau$"),
        ("q**2 < 1/L", r"$q^2 < 1/L$"),
        ("order (B/B_e)**2, so", r"order $(B/B_{\mathrm{e}})^2$, so"),
        ("1/sqrt(D tau)", r"$1/\sqrt{D \tau}$"),
        ("the rate -4/(3*tau_so) + 1/tau; what", r"the rate $-4/(3 \tau_{\mathrm{so}}) + 1/\tau$; what"),
        ("100 % & more_of {it} #1 ~ o^2", r"100 \% \& more\_of \{it\} \#1 \~{} o\^{}2"),
        ("hbar/(2 pi nu tau)", r"$\hbar/(2 \pi \nu \tau)$"),
        ("momenta k and q - k", r"momenta $k$ and $q - k$"),
        ("odd under the exchange of k and k': with", r"odd under the exchange of $k$ and $k'$: with"),
        ("[q_x, q_y] = 2 i e B/hbar: along", r"$[q_x, q_y] = 2 \mathrm{i} e B/\hbar$: along"),
        ("<1 - cos(phase)> = a for a << 1", r"$\langle 1 - \cos(\mathrm{phase}) \rangle = a$ for $a \ll 1$"),
        ("adds D (2 e/hbar)**2 <A**2> to", r"adds $D (2 e/\hbar)^2 \langle A^2 \rangle$ to"),
        ("at omega = 0 v_F becomes", r"at $\omega = 0$ $v_{\mathrm{F}}$ becomes"),
        ("hbar omega << Fermi energy", r"$\hbar \omega$ $\ll$ Fermi energy"),
        ("width of a wire, A field, a path", "width of a wire, A field, a path"),
        ("e B width ell << hbar", r"$e B w \ell \ll \hbar$"),
        ("thickness >> ell: one's d-wave, e.g. white-noise", r"$a \gg \ell$: one's d-wave, e.g. white-noise"),
        ("2 lines of 1 impurity (else: none)", "2 lines of 1 impurity (else: none)"),
        ("(k_F ell, unclosed", r"($k_{\mathrm{F}} \ell$, unclosed"),
        ("eps -> 0", r"$\epsilon \to 0$"),
        ('cutoff "time": t', "cutoff ``time'': $t$"),
        ("rung of the cooperon", "rung of the Cooperon"),
        (
            'cooperon.check(yours) in the convention "cooperon"',
            "cooperon.check(yours) in the convention ``cooperon''",
        ),
        ("the taus of tau_phi_0", r"the taus of $\tau_{\phi 0}$"),
        ("", ""),
    ],
)
def test_sentences(text, expected):
    assert sentence(text) == expected


@pytest.mark.parametrize("name", ["film", "HLN"])
def test_a_product_that_is_not_multiplied_out_keeps_its_factors(name):
    """Prefactor, box and block stand beside one another, and mean the same."""
    formula = FORMULAS[name]()
    step = next(step for step in formula.derivation if step.rule == "Feynman rules")
    written = latex(step.lhs)
    assert r"\pi \pi" not in written
    assert written.removeprefix("-").startswith(r"\frac{e^2 \hbar}{\pi} ")
    assert written.count(r"\frac") > 3
    numbers = {
        symbol: sp.Rational(i + 3, 7) for i, symbol in enumerate(sorted(step.lhs.free_symbols, key=str))
    }
    assert float(
        (read(written).xreplace(numbers) / step.lhs.xreplace(numbers).doit()).evalf()
    ) == pytest.approx(1)


def test_notebook():
    for formula in (FORMULAS["film"](), FORMULAS["sum"]()):
        for shown in (formula._repr_latex_(), formula.derivation._repr_latex_()):
            assert shown.startswith("$")
            assert shown.endswith("$")
            assert shown.count("$") % 2 == 0
            assert is_balanced(shown)


@pytest.mark.parametrize(
    "name", ["film", "magnetoconductivity", "Kawabata", "bulk", "film in a field", "HLN"]
)
def test_forms_are_equal(name):
    formula = FORMULAS[name]()
    found = formula.forms()
    assert found["derived"] == formula.expr
    assert {"lengths", "e^2/h"} <= found.keys()
    for text in (formula.latex(form=form) for form in found):
        assert is_balanced(text)


def test_landau_form_is_kawabatas_sum():
    """The levels one by one, against the digamma and the zeta function of mpmath."""
    for name, closed in (
        ("magnetoconductivity", lambda x: mpmath.psi(0, 0.5 + x) - mpmath.log(x)),
        ("Kawabata", lambda x: -mpmath.zeta(0.5, 0.5 + x) - 2 * mpmath.sqrt(x)),
    ):
        form = FORMULAS[name]().forms()["landau"]
        (total,) = form.atoms(sp.Sum)
        level = total.limits[0][0]
        numbers = {s.hbar: 1, s.e: 1, s.D: 1, s.B: 1, s.tau_phi: sp.Rational(1, 4) / 2}
        term = sp.lambdify(level, total.function.xreplace(numbers), "mpmath")
        added = mpmath.fsum(term(n) for n in range(20000))
        assert abs(abs(added) - abs(closed(2))) < 1e-6


@pytest.mark.slow
def test_only_levels_make_a_form_of_landau_levels():
    for name, formula in FORMULAS.items():
        if formula().metal.field is None:
            with pytest.raises(cp.InputError, match="form"):
                formula().latex(form="landau")
        assert name not in ("wire in a field", "ring") or "landau" not in formula().forms()


@pytest.mark.parametrize("name", ["any dimension", "film in a field", "wire in a field", "ring", "HLN"])
def test_forms_have_the_value_of_the_formula_at_points_of_our_own(name):
    """In plain mpmath; the symbols of a form are put in by what they are, not by the form's own table."""
    formula = FORMULAS[name]()
    dim = 2 if name in ("any dimension", "film in a field", "HLN") else 1
    rest = {x.name: mpmath.mpf(3 + 2 * i) / 7 for i, x in enumerate(s.TABLE[n].symbol for n in s.names())}
    rest |= {"d": mpmath.mpf(dim), "omega": mpmath.mpf("0.3")}
    hbar, tau, D, e = (rest[n] for n in ("hbar", "tau", "D", "e"))
    v_F = mpmath.sqrt(dim * D / tau)
    rest |= {
        "v_F": v_F,
        "ell": v_F * tau,
        "L_phi": mpmath.sqrt(D * rest["tau_phi"]),
        "h": 2 * mpmath.pi * hbar,
    }
    for field, time in (("B_phi", "tau_phi"), ("B_so", "tau_so"), ("B_s", "tau_s"), ("B_e", "tau")):
        rest[field] = hbar / (4 * e * D * rest[time])
    values = {}
    for form, expr in formula.forms().items():
        if expr.has(sp.Sum) or expr.has(s.k_F):
            continue
        symbols = sorted(expr.free_symbols, key=str)
        values[form] = sp.lambdify(symbols, expr, "mpmath")(*(rest[x.name] for x in symbols))
    assert len(values) > 2
    for form, value_of_form in values.items():
        assert abs(value_of_form - values["derived"]) < 1e-12 * abs(values["derived"]), form


def test_a_field_of_any_strength_has_its_forms():
    metal = cp.Metal(dim=2, field=cp.PerpendicularField())
    formula = cp.interference(metal).nonbackscattering
    assert formula.forms()["derived"] == formula.expr
    with pytest.raises(cp.InputError, match="derived"):
        formula.latex(form="landau")


def test_a_length_of_phase_coherence_needs_one_diffusion_constant():
    assert "lengths" not in FORMULAS["principal axes"]().forms()


def test_paths_around_a_ring_are_written_as_people_do():
    """Against sums over windings, term by term."""
    strip = FORMULAS["film to bulk"]().latex()
    assert r"\ln\left(1 - \exp\left(-\frac{2 a}{" in strip
    assert "coth" not in strip
    x = sp.Symbol("x", positive=True)
    windings = mpmath.nsum(lambda m: mpmath.exp(-2 * m * mpmath.mpf("0.7")), [1, mpmath.inf])
    written = arranged(s.D * (1 + sp.coth(x)) * sp.exp(-2 * x) / 2)
    assert not written.has(sp.coth)
    assert abs(sp.N(written.subs({s.D: 1, x: sp.Rational(7, 10)}), 20) - windings) < 1e-14
    squared = arranged((1 + sp.coth(x)) ** 2 * sp.exp(-2 * x))
    assert squared == sp.sinh(x) ** -2


def test_log_form_has_one_logarithm():
    found = FORMULAS["film in a field"]().forms()["log"]
    assert len(found.atoms(sp.log)) == 1


def test_forms_in_h_and_in_lengths():
    found = FORMULAS["film"]().forms()
    assert found["e^2/h"].has(s.h)
    assert not found["e^2/h"].has(s.hbar)
    assert found["lengths"].free_symbols == {s.e, s.hbar, s.L_phi, s.ell}


@pytest.mark.parametrize("form", ["landau", "nonsense", 3])
def test_a_form_that_there_is_not_is_refused(form):
    with pytest.raises(cp.InputError, match="form"):
        FORMULAS["film"]().latex(form=form)


def test_a_form_with_another_value_is_not_listed(monkeypatch):
    from cooperon.symbolic import forms

    made = dict(forms._MAKERS) | {"expanded": lambda formula: forms.Form(2 * formula.expr, {})}
    monkeypatch.setattr(forms, "_MAKERS", made)
    forms._forms.cache_clear()
    assert "expanded" not in FORMULAS["film"]().forms()
    with pytest.raises(cp.InputError):
        FORMULAS["film"]().latex(form="expanded")
    forms._forms.cache_clear()


def test_a_step_of_matrices_is_broken():
    step = next(x for x in FORMULAS["HLN"]().derivation if x.lhs.has(sp.KroneckerProduct))
    assert len(rows(step, HousePrinter())) > 3
