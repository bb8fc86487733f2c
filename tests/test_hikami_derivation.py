"""The derivation of a Hikami box with slow momenta: quadrature against every line, and what it must not pass."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.numerics.evaluation import number
from cooperon.numerics.verification import verify
from cooperon.symbolic.derivation import Derivation
from cooperon.symbolic.latex import latex
from cooperon.symbolic.momenta import component, orders, products, size, values
from cooperon.symbolic.slow_faces import DirectionAverage

s = cp.symbols
WEAK_LOCALIZATION = (None, "current", None, "current")
W = sp.symbols("w1:5", real=True)


# --- Lines that hold


@pytest.mark.parametrize(
    ("lines", "options"),
    [
        (2, {"order": 4, "dim": sp.Rational(5, 2)}),
        (4, {}),
        (4, {"order": 1, "dim": 1}),
        (4, {"order": 3, "dim": 3, "frequencies": W}),
        (4, {"order": 4, "dim": 2}),
        (4, {"corners": WEAK_LOCALIZATION, "dim": 1}),
        (4, {"corners": WEAK_LOCALIZATION, "direction": "x", "dim": 2}),
        (4, {"corners": ("current", "density", "diffuson", "diffuson"), "direction": "x", "order": 1}),
    ],
)
def test_every_line_is_confirmed(lines, options):
    box = cp.hikami_box(lines, **options)
    report = box.verify()
    assert report.confirmed, report
    assert len(box.derivation) == len(box) + 1
    assert all(step.scaling for step in box.derivation[:-1])
    assert not box.derivation[-1].scaling
    assert sp.expand(box.derivation[-1].rhs.subs(s.hbar, 1) - box.total) == 0


@pytest.mark.slow
def test_six_lines():
    box = cp.hikami_box(6, order=2, dim=2)
    report = box.verify()
    assert report.confirmed, report
    assert len(report.lines) == 17


@pytest.mark.parametrize("dim", [s.d, 2])
def test_an_average_over_the_direction_of_the_current(dim):
    box = cp.hikami_box(2, ("current", "current"), order=2, dim=dim)
    assert box.verify().confirmed
    right = box.derivation[0].rhs
    wrong = right.subs(size(1) ** 2, 2 * size(1) ** 2)
    assert not changed(box, 0, rhs=wrong).confirmed


def test_lines_that_vanish_to_the_order_asked_for():
    """At order 1 the dressings are expanded to 0: the error itself is measured, not its ratio to 0."""
    box = cp.hikami_box(4, WEAK_LOCALIZATION, order=1, dim=1)
    assert [step.rhs for step in box.derivation[1:3]] == [0, 0]
    assert [step.order for step in box.derivation[:3]] == [2, 2, 2]
    assert box.verify().confirmed


def test_the_diffusion_constant_is_put_in_last():
    box = cp.hikami_box(4, order=2, hbar=s.hbar).in_terms_of("D")
    last = box.derivation[-1]
    assert last.lhs.has(s.v_F)
    assert last.rhs == box.total
    assert box.verify().confirmed
    assert len(cp.hikami_box(4, order=1).in_terms_of("D").derivation) == 4


def test_frequencies_that_are_no_symbols_are_put_in_last():
    decay = s.omega + sp.I / s.tau_phi
    box = cp.hikami_box(4, frequencies=(decay, 0, decay, W[0]), hbar=s.hbar)
    assert isinstance(box.derivation[-1].lhs, sp.Subs)
    assert box.derivation[-1].rhs == box.total
    assert box.verify().confirmed
    of_the_same_name = sp.Symbol("omega_1", real=True)
    assert cp.hikami_box(2, frequencies=(1, of_the_same_name)).verify().confirmed


def test_the_order_of_the_error_is_relative_to_what_is_left():
    """The dressed boxes of weak localization begin at second order, so that the fourth is of second order."""
    box = cp.hikami_box(4, WEAK_LOCALIZATION)
    assert [step.order for step in box.derivation[:3]] == [4, 2, 2]
    assert [step.order for step in cp.hikami_box(4, order=3).derivation[:3]] == [4, 4, 4]


# --- Lines that do not


def changed(box, index, **changes):
    steps = list(box.derivation)
    steps[index] = replace(steps[index], **changes)
    return verify(Derivation(tuple(steps)), cp.Metal(dim=box.dim)).lines[index]


def test_a_wrong_line_is_not_confirmed():
    box = cp.hikami_box(4, dim=2)
    right = box.derivation[1].rhs
    for wrong in (
        right.subs(products(2, 3), -products(2, 3)),
        right.subs(products(2, 3), 0),
        right.subs(products(1, 3), products(1, 2)),
        right.subs(s.omega, -s.omega),
        right + s.nu * s.tau**5 * s.v_F**2 * size(1) ** 2 / 1000 / s.hbar**3,
    ):
        assert not changed(box, 1, rhs=wrong).confirmed
    assert changed(box, 1, rhs=right).confirmed
    assert not changed(box, 3, rhs=box.total).confirmed  # hbar is not 1


def test_a_wrong_left_side_is_not_confirmed():
    box = cp.hikami_box(4, dim=2)
    left = box.derivation[1].lhs
    for wrong in (2 * left, left.subs(s.omega, -s.omega), left.subs(s.v_F, 2 * s.v_F)):
        assert not changed(box, 1, lhs=wrong).confirmed


def test_a_claim_of_too_high_an_order_is_not_confirmed():
    box = cp.hikami_box(4, dim=2)
    line = changed(box, 0, order=sp.Integer(6))
    assert not line.confirmed
    assert "eps^4.0" in line.remark


def test_components_and_products_are_told_apart():
    box = cp.hikami_box(2, ("current", "current"), direction="x", dim=2)
    right = box.derivation[0].rhs
    assert right.has(component(1))
    assert not changed(box, 0, rhs=right.subs(component(1), size(1))).confirmed


# --- The averages


@pytest.mark.parametrize("dim", [1.5, 2, 3, 4.2])
def test_averages_are_tensor_reductions(dim):
    """<(n.a)**2 (n.b)**2> = (a**2 b**2 + 2 (a.b)**2)/(d (d + 2)), with an integral over xi beside it."""
    x, y = sp.symbols("x y", real=True)
    table = ((1.3, 0.4), (0.4, 0.7))
    one = sp.Integral(1 / (s.xi**2 + 1), (s.xi, -sp.oo, sp.oo))
    found = number(DirectionAverage(x**2 * y**2 * one, (x, y), table, dim), {})
    expected = (1.3 * 0.7 + 2 * 0.4**2) / dim / (dim + 2)
    assert abs(found / np.pi - expected) < 1e-12


def test_three_vectors_in_three_dimensions():
    symbols = sp.symbols("x y z", real=True)
    function = sp.prod(symbol**2 for symbol in symbols)
    found = number(DirectionAverage(function, symbols, np.eye(3, dtype=int).tolist(), 3), {})
    assert abs(found - 1 / 105) < 1e-13


def test_the_symbols_of_an_average_are_those_of_its_value():
    x = sp.Symbol("x")
    average = DirectionAverage(x**2, (x,), ((size(1) ** 2,),), s.d)
    assert average.free_symbols == {size(1), s.d}
    assert average.func(*average.args) == average
    assert abs(number(average, {size(1): 2, s.d: 1.5, x: 7}) - 4 / 1.5) < 1e-12


def test_averages_that_have_no_value():
    x, y = sp.symbols("x y", real=True)
    with pytest.raises(cp.InputError, match="dimensions"):
        number(DirectionAverage(x * y, (x, y), ((1, 0), (0, 1)), 1), {})
    with pytest.raises(cp.InputError, match="dimensions"):
        number(DirectionAverage(x * y, (x, y), ((1, 2), (2, 1)), 3), {})
    pole = sp.Integral(1 / ((s.xi - 9 * x) ** 2 + 1e-6), (s.xi, -sp.oo, sp.oo))
    with pytest.raises(cp.DivergenceError):
        number(DirectionAverage(pole / (1 + 90 * x**2), (x,), ((1,),), 2), {})
    with pytest.raises(cp.InputError, match="rational"):
        number(DirectionAverage(sp.Integral(sp.exp(-(s.xi**2)), (s.xi, -sp.oo, sp.oo)), (x,), ((1,),), 2), {})


# --- How it is written


def test_slow_momenta_among_other_symbols():
    given = {size(3), products(1, 2), component(10), s.q, s.tau, sp.Symbol("q1"), sp.Symbol("q_1", real=True)}
    assert orders(given) == {size(3): 1, products(1, 2): 2, component(10): 1}
    assert set(values([(1, 2), (3, 4)])) == set(orders(values([(1, 2), (3, 4)])))


def test_products_of_products_are_bracketed_in_latex():
    one, other = r"\mathbf{q}_{1}\cdot\mathbf{q}_{2}", r"\mathbf{q}_{2}\cdot\mathbf{q}_{3}"
    product = latex(products(1, 2) * products(2, 3))
    assert product == rf"\left({one}\right) \left({other}\right)"
    assert latex(2 * products(1, 2)) == rf"2 {one}"
    assert rf"\left({one}\right)" in cp.hikami_box(4, order=4).latex()
    assert rf"+ 2 {one} +" in cp.hikami_box(4).latex()
    assert rf"+ 2 {other} +" in cp.hikami_box(4).latex()


def test_the_derivation_is_typeset():
    text = cp.hikami_box(4).derivation.latex()
    assert r"\simeq" in text
    assert r"\hbar v_{\mathrm{F}} \left(\mathbf{n}\cdot\mathbf{q}_{1}\right)" in text
