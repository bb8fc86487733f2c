r"""Notations of papers: undone integrals and sums, people's own names, what stands on the left.

Every text has the expression that it must give, written with sympy's own objects; where an integral or a sum
is left undone, its value is held against a closed form, or against mpmath, that is written here.
"""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.reading import read, read_with_notes
from cooperon.symbolic.reading_undone import LARGEST_Q, LAST_N

HALF = sp.Rational(1, 2)
POLE = 1 / (s.D * s.q**2 + 1 / s.tau_phi)
N = sp.Symbol("n", integer=True, nonnegative=True)
M = sp.Symbol("m", integer=True)
XI = sp.Symbol("xi", real=True)
X = sp.Symbol("x", positive=True)
FIELD = s.B_phi / s.B
IN_TIME = sp.exp(-s.t / s.tau_phi)
HLN = s.e**2 / (2 * sp.pi**2 * s.hbar) * (sp.polygamma(0, HALF + FIELD) - sp.log(FIELD))
WL = -(s.e**2) / (2 * sp.pi**2 * s.hbar) * sp.log(s.tau_phi / s.tau)


def _over_q(integrand, upper=LARGEST_Q, lower=sp.S.Zero):
    return sp.Integral(integrand, (s.q, lower, upper))


def _over_t(integrand, upper=sp.oo, lower=sp.S.Zero):
    return sp.Integral(integrand, (s.t, lower, upper))


PAPERS = [
    # the weak localization of papers, done
    (r"\Delta\sigma(B)=\frac{e^2}{2\pi^2\hbar}\left[\psi\left(\tfrac12+\frac{B_\phi}{B}\right)-\ln\frac{B_\phi}{B}\right]", HLN),
    (r"\sigma(B)-\sigma(0) = \frac{e^2}{\pi h}\Bigl[\Psi\Bigl(\frac12+\frac{B_\varphi}{B}\Bigr)-\ln\Bigl(\frac{B_\varphi}{B}\Bigr)\Bigr]",
     HLN.subs(s.hbar, s.h / (2 * sp.pi))),
    ("Δσ(B) = e²/(2π²ħ) (ψ(½ + B_φ/B) − ln(B_φ/B))", HLN),
    ("e^2/(2 pi^2 hbar) (psi(1/2 + B_phi/B) - ln(B_phi/B))", HLN),
    (r"\delta\sigma=-\frac{e^{2}}{2\pi^{2}\hbar}\ln\frac{\tau_\varphi}{\tau}", WL),
    (r"\delta\sigma_{2D} = -\frac{e^2}{\pi h}\ln\left(\frac{\tau_\phi}{\tau}\right)", WL.subs(s.hbar, s.h / (2 * sp.pi))),
    (r"1/\tau_\phi = \frac{1}{\tau_{\mathrm{tr}}} + 1/\tau_{so}", 1 / s.tau_tr + 1 / s.tau_so),
    (r"\tau_{\rm s.o.}^{-1}+\tau_\mathrm{so}^{-1}+\tau_{\text{SO}}^{-1}", 3 / s.tau_so),
    (r"\frac{B_{so}}{B}+B_{\mathrm{SO}}/B", 2 * s.B_so / s.B),
    (r"\zeta(1/2,1/2+B_\phi/B)", sp.zeta(HALF, HALF + FIELD)),
    (r"-i\omega+1/\tau_\phi", -sp.I * s.omega + 1 / s.tau_phi),
    (r"\operatorname{Re}\,\psi\!\left(\frac12+\mathrm{i}\omega\tau\right)", sp.re(sp.polygamma(0, HALF + sp.I * s.omega * s.tau))),
    (r"\Re\left[\ln(1-i\omega\tau)\right]", sp.re(sp.log(1 - sp.I * s.omega * s.tau))),
    (r"x\coth x - 1", X * sp.coth(X) - 1),
    (r"\frac{\sinh(L/\ell_\phi)}{\cosh(L/L_\varphi)-\cos(4\pi)}\tanh T", sp.sinh(s.L / s.L_phi) / (sp.cosh(s.L / s.L_phi) - 1) * sp.tanh(s.T)),
    (r"\frac{a^2 w^2}{\ell^4}", s.thickness**2 * s.width**2 / s.ell**4),
    (r"\mathrm{e}^{-t/\tau_\phi}", IN_TIME),
    (r"e^{-t/\tau_\phi}", IN_TIME),
    (r"\mathbf{q}^2 + \vec q^{\,2} + \bm{q}^{4}\ell^2", 2 * s.q**2 + s.q**4 * s.ell**2),
    # over a momentum, without limits: the measure is written out, and the end is left open
    (r"\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+1/\tau_\phi}", _over_q(s.q * POLE / (2 * sp.pi))),
    (r"\int\!\frac{\mathrm{d}^2 q}{(2\pi)^2}\;\frac{1}{Dq^{2}+\tau_\phi^{-1}}", _over_q(s.q * POLE / (2 * sp.pi))),
    (r"\int\frac{d^{2}\mathbf{q}}{4\pi^2}\,\frac{1}{D\mathbf{q}^2+1/\tau_\phi}", _over_q(s.q * POLE / (2 * sp.pi))),
    (r"\int\frac{{\rm d}^3q}{(2\pi)^3}\frac1{Dq^2+1/\tau_\phi}", _over_q(s.q**2 * POLE / (2 * sp.pi**2))),
    (r"\int \frac{d^d q}{(2\pi)^d}\frac{1}{Dq^2+1/\tau_\phi}", _over_q(2 * s.q ** (s.d - 1) * POLE / ((4 * sp.pi) ** (s.d / 2) * sp.gamma(s.d / 2)))),
    (r"\int\frac{dq}{2\pi}\frac{1}{Dq^2+1/\tau_\phi}", _over_q(POLE / sp.pi)),
    (r"\int\frac{q\,dq}{2\pi}\frac{1}{Dq^2+1/\tau_\phi}", _over_q(s.q * POLE / (2 * sp.pi))),
    (r"\int\frac{qdq}{2\pi}\frac{1}{Dq^2+1/\tau_\phi}", _over_q(s.q * POLE / (2 * sp.pi))),
    ("∫ d²q/(2π)² 1/(D q² + 1/τ_φ)", _over_q(s.q * POLE / (2 * sp.pi))),
    (r"-\frac{2e^2D}{\pi\hbar}\int\frac{d^2Q}{(2\pi)^2}\frac{1}{DQ^2+1/\tau_\phi}", -2 * s.e**2 * s.D / (sp.pi * s.hbar) * _over_q(s.q * POLE / (2 * sp.pi))),
    # with limits
    (r"\int_0^{1/\ell}\frac{q\,dq}{2\pi}\frac{1}{Dq^2+1/\tau_\phi}", _over_q(s.q * POLE / (2 * sp.pi), 1 / s.ell)),
    (r"\int_{1/L}^{1/\ell}\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2}", _over_q(1 / (2 * sp.pi * s.D * s.q), 1 / s.ell, 1 / s.L)),
    (r"\int_0^\infty\frac{q\,dq}{2\pi}\frac{1}{Dq^2+1/\tau_\phi}", _over_q(s.q * POLE / (2 * sp.pi))),
    (r"\int_0^\infty\frac{dq}{\pi}\frac{1}{Dq^2+1/\tau_\phi}", _over_q(POLE / sp.pi, sp.oo)),
    (r"\int_{-\infty}^{\infty}\frac{dq}{2\pi}\frac{q^2}{Dq^2+1/\tau_\phi}", _over_q(s.q**2 * POLE / sp.pi)),
    (r"\int_0^{\infty}dt\,\mathrm{e}^{-t/\tau_\phi}", _over_t(IN_TIME)),
    (r"\int_0^{\infty}\exp(-t/\tau_\phi)\,dt", _over_t(IN_TIME)),
    (r"\int\limits_{0}^{\infty}\mathrm dt\,e^{-t/\tau_\phi}", _over_t(IN_TIME)),
    ("∫_0^∞ dt exp(-t/τ_φ)", _over_t(IN_TIME)),
    ("∫₀^∞ exp(-t/tau_phi) dt", _over_t(IN_TIME)),
    (r"\int^{\tau_\phi}_\tau\frac{dt}{t}", _over_t(1 / s.t, s.tau_phi, s.tau)),
    (r"\int_\tau^\infty dt\,(4\pi Dt)^{-d/2}e^{-t/\tau_\phi}", _over_t((4 * sp.pi * s.D * s.t) ** (-s.d / 2) * IN_TIME, sp.oo, s.tau)),
    (r"2\int_0^1 x + x^2 dx", 2 * sp.Integral(X + X**2, (X, 0, 1))),
    (r"\int_0^1 -x\,dx", sp.Integral(-X, (X, 0, 1))),
    (r"\int_0^1 \ln x\,dx", sp.Integral(sp.log(X), (X, 0, 1))),
    (r"\int\frac{d\xi}{2\pi}\frac{1}{\xi^2+\frac{\hbar^2}{4\tau^2}}", sp.Integral(1 / (XI**2 + s.hbar**2 / (4 * s.tau**2)) / (2 * sp.pi), (XI, -sp.oo, sp.oo))),
    (r"\int_{-\infty}^\infty d\xi\,\frac{1}{\xi^2+1}", sp.Integral(1 / (XI**2 + 1), (XI, -sp.oo, sp.oo))),
    (r"\int_0^\infty dt\int\frac{d^2q}{(2\pi)^2}\,e^{-(Dq^2+1/\tau_\phi)t}", _over_t(_over_q(s.q * sp.exp(-(s.D * s.q**2 + 1 / s.tau_phi) * s.t) / (2 * sp.pi)))),
    # sums
    (r"\sum_{n=0}^{N}\frac{1}{n+\frac12+\frac{B_\phi}{B}}", sp.Sum(1 / (N + HALF + FIELD), (N, 0, LAST_N))),
    (r"\sum_{n=0}^{\infty}\frac{1}{(n+1/2+B_\phi/B)^2}", sp.Sum(1 / (N + HALF + FIELD) ** 2, (N, 0, sp.oo))),
    ("∑_{n=0}^{∞} 1/(n + 1/2 + B_φ/B)²", sp.Sum(1 / (N + HALF + FIELD) ** 2, (N, 0, sp.oo))),
    (r"\frac{1}{L}\sum_{m=-\infty}^{\infty}\frac{1}{D(2\pi m/L)^2+1/\tau_\phi}", sp.Sum(1 / (s.D * (2 * sp.pi * M / s.L) ** 2 + 1 / s.tau_phi), (M, -sp.oo, sp.oo)) / s.L),
    (r"\sum_{n=0}^{2} (n+1)", sp.Sum(N + 1, (N, 0, 2))),
    (r"\frac{eB}{\pi\hbar}\sum_{n=0}^N\int_0^\infty dt\,e^{-nt/\tau}", s.e * s.B / (sp.pi * s.hbar) * sp.Sum(_over_t(sp.exp(-N * s.t / s.tau)), (N, 0, LAST_N))),
]  # fmt: skip


OWN = {"x": "B_phi/B"}
POINT = {
    symbol: sp.Rational(29 + 4 * index, 37)
    for index, symbol in enumerate([*(entry.symbol for entry in s.TABLE.values()), LARGEST_Q])
} | {LAST_N: sp.Integer(7)}  # fmt: skip


def _value(expr):
    """Value at a point, by mpmath's quadrature and sums."""
    with mpmath.workdps(20):
        return complex(_worked_out(expr.xreplace({symbol: POINT[symbol] for symbol in expr.free_symbols})))


def _worked_out(expr):
    if not expr.has(sp.Integral, sp.Sum):
        return mpmath.mpmathify(sp.N(expr, 20))
    if not isinstance(expr, sp.Integral | sp.Sum):
        return mpmath.mpmathify(sp.N(expr.func(*(sp.sympify(_worked_out(part)) for part in expr.args)), 20))
    *inner, (variable, *ends) = expr.limits
    if isinstance(expr, sp.Sum) and ends[0] == -sp.oo:
        turned = expr.function.xreplace({variable: -1 - variable})
        return _worked_out(sp.Sum(expr.function + turned, (variable, 0, ends[1])))
    integrand = expr.func(expr.function, *inner) if inner else expr.function
    ends = [
        mpmath.inf if end == sp.oo else -mpmath.inf if end == -sp.oo else _worked_out(end) for end in ends
    ]
    nested = integrand.has(sp.Integral, sp.Sum)
    plain = None if nested else sp.lambdify(variable, integrand, "mpmath")

    def function(x):
        return _worked_out(integrand.xreplace({variable: sp.sympify(x)})) if nested else plain(x)

    if isinstance(expr, sp.Sum):
        return mpmath.nsum(function, ends)
    return mpmath.quad(function, ends, maxdegree=4 if nested else 8)


@pytest.mark.parametrize(("text", "expected"), PAPERS, ids=[text for text, _ in PAPERS])
def test_a_notation_of_papers_is_read(text, expected):
    found = read(text, notation=OWN)
    if X in expected.free_symbols:
        expected = expected.xreplace({X: FIELD})
    assert found.free_symbols == expected.free_symbols
    assert found == expected or _value(found) == pytest.approx(_value(expected), rel=1e-9)
    kinds = [{type(part) for part in one.atoms(sp.Integral, sp.Sum)} for one in (found, expected)]
    assert kinds[0] == kinds[1]


_Q, _D, _TAU = (float(POINT[x]) for x in (LARGEST_Q, s.D, s.tau_phi))
_B = float(POINT[s.B_phi] / POINT[s.B])
_XI = float(POINT[s.hbar] / (2 * POINT[s.tau]))

CLOSED = [
    (r"\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+1/\tau_\phi}", mpmath.log(1 + _D * _Q**2 * _TAU) / (4 * mpmath.pi * _D)),
    (r"\int\frac{d^3q}{(2\pi)^3}\frac{1}{Dq^2}", _Q / (2 * mpmath.pi**2 * _D)),
    (r"\int\frac{dq}{2\pi}\frac{1}{Dq^2+1/\tau_\phi}",
     mpmath.atan(_Q * mpmath.sqrt(_D * _TAU)) * mpmath.sqrt(_TAU / _D) / mpmath.pi),
    (r"\int_{-\infty}^{\infty}\frac{dq}{2\pi}\frac{1}{Dq^2+1/\tau_\phi}", mpmath.sqrt(_TAU / _D) / 2),
    (r"\int\frac{d^4q}{(2\pi)^4}\frac{1}{Dq^2}", _Q**2 / (16 * mpmath.pi**2 * _D)),
    (r"\int_0^\infty dt\,e^{-t/\tau_\phi}", _TAU),
    (r"\int_0^\infty dt\int_0^t dr\,e^{-r/\tau_\phi-t/\tau_\phi}", _TAU**2 / 2),
    (r"\int\frac{d\xi}{2\pi}\frac{1}{\xi^2+\hbar^2/(4\tau^2)}", 1 / (2 * _XI)),
    (r"\sum_{n=0}^{\infty}\frac{1}{(n+1/2+B_\phi/B)^2}", mpmath.psi(1, 0.5 + _B)),
    (r"\sum_{n=0}^{N}\frac{1}{n+1/2+B_\phi/B}", mpmath.psi(0, 8.5 + _B) - mpmath.psi(0, 0.5 + _B)),
    (r"\sum_{m=-\infty}^{\infty}\frac{1}{m^2+1}", mpmath.pi * mpmath.coth(mpmath.pi)),
    (r"\int_0^{2\pi}\frac{d\theta}{2\pi}\frac{1}{2+\cos\theta}", 1 / mpmath.sqrt(3)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CLOSED, ids=[text for text, _ in CLOSED])
def test_an_undone_integral_or_sum_has_its_value(text, value):
    assert _value(read(text)) == pytest.approx(complex(value), rel=1e-9)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (r"\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2}", "the cutoff of the formula is taken"),
        (r"\int_0^\infty\frac{q\,dq}{2\pi}\frac{1}{Dq^2+1/\tau}", "the cutoff of the formula is taken"),
        (r"\int\frac{dq}{2\pi}\frac{1}{Dq^2}", "both signs of q"),
        (r"\int q\,dq\frac{1}{Dq^2}", "runs over the size of q"),
        (r"\int_0^{1/\ell}d^2q\frac{1}{Dq^2}", "limits of the size of q"),
        (r"\int d\xi\frac{1}{\xi^2+1}", "from minus to plus infinity"),
        (r"\sum_{n=0}^{N}\frac{1}{n+1}", "ends at N"),
        (r"\ln(DQ^2\tau_\phi)", "the formula cuts off"),
        (r"e^{-t/\tau}", "exponential"),
        (r"4a/w", "thickness"),
        (r"Dq^2+\gamma", "Euler's constant"),
        (r"\int_0^1 x + x^2 dx", "all of x + x^2"),
        (r"\sigma(B)-\sigma(0) = T", r"\sigma(B)-\sigma(0) = taken off the front"),
        (r"\tau ell + 1/\ell\, tau tell", "product t e l l"),
    ],
)
def test_how_it_was_taken_is_said(text, note):
    assert any(note in said for said in read_with_notes(text).notes)


@pytest.mark.parametrize(
    ("text", "open_ends"),
    [
        (r"\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2}", (LARGEST_Q,)),
        (r"\int_0^\infty\frac{q\,dq}{2\pi}\frac{1}{(Dq^2+1/\tau)^2}", ()),
        (r"\int_0^\infty\frac{q\,dq}{2\pi}\left(\frac{1}{Dq^2}-\frac{1}{Dq^2+1/\tau}\right)", ()),
        (r"\int_0^\infty dq\,q\,e^{-Dq^2\tau}", ()),
        (r"\int_0^\infty dq\,q\,(1-e^{-Dq^2\tau})", (LARGEST_Q,)),
        (r"\int_0^{1/\ell}\frac{q\,dq}{2\pi}\frac{1}{Dq^2}", ()),
        (r"\sum_{n=0}^{N}\ln(D\Lambda^2\tau)", (LARGEST_Q, LAST_N)),
    ],
)
def test_an_end_is_left_open_where_nothing_else_ends_the_integral(text, open_ends):
    assert read_with_notes(text).open_ends == open_ends


REFUSED = [
    (r"\int dt\,e^{-t/\tau}", "no limits"),
    (r"\int_0 dt\,e^{-t/\tau}", "one limit"),
    (r"\int\frac{q^2dq}{2\pi^2}\frac{1}{Dq^2}", "no limits"),
    (r"\int_q\frac{1}{Dq^2}", "without its differential"),
    (r"\int_0^1 dt\,dq", "without an integral sign of its own"),
    (r"\frac{d}{dt}\int_0^1 dt", "derivative"),
    (r"dq\int_0^1 q", "without its differential"),
    (r"\left(\int_0^1\right) dq", "apart from its integral sign"),
    (r"q\int_0^1 q\,dq", "inside and outside"),
    (r"\int_0^1 dt\,t + t", "inside and outside"),
    (r"\sum_{n=0}^{\infty}\frac{1}{n^2+1}+n", "inside and outside"),
    (r"Q\int\frac{d^2Q}{(2\pi)^2}", "inside and outside"),
    (r"\int_0^1 dt\int_0^1 dt", "two integrals or sums over t"),
    (r"\iint dt\,dq", "several integral signs"),
    (r"\oint dt", "several integral signs"),
    (r"\int_0^1" * 5 + "dt" * 5, "at most 4"),
    (r"\sum_n\frac1n", "where it begins"),
    (r"\sum_{n\geq0}\frac1n", "inequality"),
    (r"\sum_{n=0}\frac1{n+1}", "without its end"),
    (r"\sum_{n=0}^{\tau}n", "whole numbers"),
    (r"\sum_{n=0}^{N}", "a sum of nothing"),
    (r"\ln\int_0^1 x\,dx", "end in two places"),
    (r"\ln(\int_0^1 x\,dx)", "not done"),
    (r"\left(\int_0^1 x\,dx\right)^2", "not done"),
    (r"\frac{1}{\int_0^1 x\,dx}", "not done"),
    (r"T^{\int_0^1 x\,dx}", "not done"),
    (r"T^\int_0^1 x\,dx", "in a power"),
    (r"1/\int_0^1 x\,dx", "not done"),
    (r"\infty", "infinity"),
    (r"T-\infty", "infinity"),
    (r"\int_{-1}^1 d^2q\,q^2", "the size of q"),
    (r"\int_0^{(1}dt", "open bracket"),
    (r"\Gamma T", "brackets around the argument"),
    (r"\psi T", "brackets around the argument"),
    ("2½", "mixed number"),
    (r"\langle\sigma\rangle", "over what"),
    (r"\frac{d\ln g}{d\ln L}", "derivative"),
    (r"\frac{dT}{dL}", "derivative"),
    (r"\frac{\mathrm{d}^2T}{\mathrm{d}L^2}", "derivative"),
    (r"\frac{d}{d\tau}T", "derivative"),
    ("d g/d L", "derivative"),
    (r"\left\langle T\right\rangle_{\text{imp}}", "over what"),
    (r"\prod_{n=0}^N n", "product"),
    (r"\int_0^\infty dt\,f(t)", "notation="),
]


@pytest.mark.parametrize(("text", "fragment"), REFUSED, ids=[text for text, _ in REFUSED])
def test_what_cannot_be_taken_one_way_is_refused_with_the_reason(text, fragment):
    with pytest.raises(ReadingError) as refusal:
        read(text)
    assert fragment in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "notation", "expected"),
    [
        (r"\frac{1}{\Gamma}", {r"\Gamma": "1/tau"}, s.tau),
        (r"\Gamma T", {r"\Gamma": r"\frac{1}{\tau_\phi}"}, s.T / s.tau_phi),
        (r"D_0(1+x)", {"D_0": "D", "x": s.B_phi / s.B}, s.D * (1 + FIELD)),
        (r"\frac{1}{D_0q^2+\Gamma}", {"D_0": "D", r"\Gamma": "1/tau"}, 1 / (s.D * s.q**2 + 1 / s.tau)),
        (r"\,xe^2", {"x": "B_phi/B"}, s.e**2 * FIELD),
        (r"x^2+\tau_{\mathrm{el}}", {"x": 2, r"\tau_{el}": "tau"}, 4 + s.tau),
        (r"e^{x}", {"e": "exp(1)", "x": "T"}, sp.exp(s.T)),
        (r"\frac{e^2}{\hbar}", {r"\hbar": 1}, s.e**2),
        (r"\varepsilon\tau", {"ε": "1/tau"}, sp.S.One),
        (r"\gamma(1+T)", {r"\gamma": "1/tau_phi"}, (1 + s.T) / s.tau_phi),
        (r"\int_0^\Lambda dq\,q", {r"\Lambda": "1/ell"}, _over_q(s.q, 1 / s.ell)),
        (r"\int_0^1 dx\,x", {"x": "T"}, sp.Integral(X, (X, 0, 1))),
        (r"\sum_{n=0}^{M}n", {"M": "4"}, sp.Sum(N, (N, 0, 4))),
        ("Gam*tau", {"Gam": "1/tau"}, sp.S.One),
        (sp.Symbol("Gam") * sp.Symbol("tau"), {"Gam": "1/tau"}, sp.S.One),
    ],
)
def test_peoples_own_names_mean_what_they_say(text, notation, expected):
    assert sp.simplify(read(text, notation=notation) - expected) == 0


@pytest.mark.parametrize(
    ("notation", "fragment"),
    [
        ([("x", "T")], "a mapping"),
        ({1: "T"}, "a mapping"),
        ({"x+1": "T"}, "as a name"),
        ({r"\tau^*": "T"}, "as a name"),
        ({"": "T"}, "as a name"),
        ({"x": "y"}, "the name y"),
        ({"x": "__import__('os')"}, "given"),
        ({"x": "9^9^9"}, "too large"),
        ({"x": "2^{900}"}, "too large"),
        ({"x": r"\int_0^1 t\,dt"}, "too large"),
        ({"x": None}, "NoneType"),
        ({r"\tau_{el}": "T", r"\tau_\mathrm{el}": "L"}, "twice"),
        ({f"x{k}": "T" for k in range(60)}, "too large"),
    ],
)
def test_a_notation_is_held_to_the_same_rules(notation, fragment):
    with pytest.raises(ReadingError) as refusal:
        read("T", notation=notation)
    assert fragment in str(refusal.value)


def test_sympy_integrals_are_taken_with_their_bound_variables():
    x = sp.Symbol("x")
    theirs = sp.Integral(sp.exp(-x / sp.Symbol("tau_phi")), (x, 0, sp.oo))
    assert _value(read(theirs)) == pytest.approx(_TAU)
    with pytest.raises(ReadingError, match="name x"):
        read(theirs + x)
