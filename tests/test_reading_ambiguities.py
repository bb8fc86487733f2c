"""What was read in silence though it can mean two things, and what other programs write."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.reading import read, read_with_notes
from cooperon.symbolic.reading_undone import LARGEST_Q, LAST_N

_N = sp.Symbol("n", integer=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"\tau_\phi^{-1}(T)", "a product or a function"),
        (r"D^{(0)}", "a power or an index"),
        (r"\tau^{(1)}", "a power or an index"),
        (r"\tau_\phi^0", "a power or an index"),
        (r"\tau^{2}^{2}", "two exponents"),
        ("tau^1/2", "a fraction or a division"),
        ("tau^-1/2", "a fraction or a division"),
        (r"\tau^1/2", "a fraction or a division"),
        (r"\mathcal{D}\nu", "another script"),
        (r"\mathbf{B}", "a vector"),
        (r"\bar{\tau}", "a mark"),
        (r"\frac{ne^2\tau}{m^*}", "a star"),
        (r"\tau^\ast", "a star"),
        ("Integral(1/q, q)", "expected: \\(name, first, last\\)"),
        ("Sum(tau)", "without a range"),
        (r"{}_2F_1(1; 2; \tau)", "as many arguments"),
    ],
)
def test_what_can_mean_two_things_is_refused(text, words):
    with pytest.raises(ReadingError, match=words):
        read(text)


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        (r"\mathrm{e}^2/h", sp.exp(2) / s.h, "the charge is an italic e"),
        (r"\mathrm{e}B", sp.E * s.B, "the charge is an italic e"),
        (r"\frac{\tau_\phi}{\tau}^2", s.tau_phi**2 / s.tau**2, "the whole fraction"),
        ("T^3/2", s.T**3 / 2, "a power and then a division"),
    ],
)
def test_what_is_unlikely_to_be_meant_is_said(text, expected, words):
    reading = read_with_notes(text)
    assert reading.expr == expected
    assert any(words in note for note in reading.notes)


def test_an_italic_e_is_the_charge_in_every_spelling():
    for text in (r"\mathit{e}^2/h", r"\textit{e}^2/h", "e^2/h", r"{e}^{2}/h"):
        assert read(text) == s.e**2 / s.h
    assert read_with_notes(r"\mathrm{e}^{-t/\tau}").notes == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\int_{1/L}^{1/\ell}1/q\,dq", sp.Integral(1 / s.q, (s.q, 1 / s.L, 1 / s.ell))),
        ("𝜏ᵩ 𝑒² ℎ 𝜋 ħ", s.tau_phi * s.e**2 * s.h * sp.pi * s.hbar),
        ("Integral(1/q, (q, 1/L, 1/ell))", sp.Integral(1 / s.q, (s.q, 1 / s.L, 1 / s.ell))),
        (
            "2*Sum(1/(n + 1/2 + B_phi/B), (n, 0, N))",
            2 * sp.Sum(1 / (_N.as_dummy() + sp.Rational(1, 2) + s.B_phi / s.B), (_N.as_dummy(), 0, LAST_N)),
        ),
        (r"{}_{2}F_{1}\left(1, 5/4; 9/4; -\frac{\tau_{\phi}}{\tau}\right)", None),
        (r"2\,{}_2F_1(1,\tfrac54;\tfrac94;-\tau_\phi/\tau)", None),
        (r"\operatorname{E}_{d/2}\left(\frac{\tau}{\tau_\phi}\right)", sp.expint(s.d / 2, s.tau / s.tau_phi)),
        (r"E_{\frac{5}{2}}(\tau)", sp.expint(sp.Rational(5, 2), s.tau)),
        (r"E_{1}(\tau)", sp.expint(1, s.tau)),
        (r"\frac{\delta\sigma}{\sigma_0} = \tau", s.tau),
        (r"I(q)/I_{\mathrm{cl}} = 1 + \tau", 1 + s.tau),
    ],
)
def test_notations_of_papers_and_of_sympy_are_read(text, expected):
    found = read(text)
    if expected is None:
        quarter = sp.Rational(1, 4)
        hyper = sp.hyper((1, 5 * quarter), (9 * quarter,), -s.tau_phi / s.tau)
        expected = 2 * hyper if text.startswith("2") else hyper
    if isinstance(found, sp.Mul) and found.has(sp.Sum):
        point = {s.B_phi: 2, s.B: 3, LAST_N: 4}
        assert found.xreplace(point).doit() == 2 * sum(1 / (n + sp.Rational(7, 6)) for n in range(5))
    else:
        assert found == expected or sp.simplify(found - expected) == 0


def test_a_quotient_of_symbols_is_no_name():
    with pytest.raises(ReadingError, match="equation"):
        read(r"\frac{T}{L} = 3")


@pytest.mark.parametrize("variable", [sp.Symbol("q"), sp.Symbol("q", positive=True)])
def test_an_integral_of_sympy_that_needs_a_cutoff_is_cut(variable):
    reading = read_with_notes(sp.Integral(1 / variable, (variable, 1 / sp.Symbol("L"), sp.oo)))
    assert reading.open_ends == (LARGEST_Q,)
    assert "cutoff" in reading.notes[0]
    value = reading.expr.xreplace({LARGEST_Q: sp.Integer(7), s.L: sp.Integer(3)}).doit()
    assert abs(float(value) - mpmath.log(21)) < 1e-12
    whole = read_with_notes(sp.Integral(1 / variable**2, (variable, 1 / sp.Symbol("L"), sp.oo)))
    assert whole.open_ends == whole.notes == ()
