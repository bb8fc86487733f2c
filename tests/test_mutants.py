"""No wrong formula agrees: every formula of the library, changed in one place, against itself.

Whether a change has changed the value is decided by sympy's own evaluation, which shares nothing with the check.
"""

from __future__ import annotations

from functools import cache

import mpmath
import pytest
import sympy as sp
from expression_tools import nodes, put
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import cooperon as cp
from cooperon.symbolic import symbols as s
from cooperon.symbolic.check import check

FIELD, PARALLEL = cp.PerpendicularField(), cp.ParallelField()
SPINS = [cp.SpinOrbit(), cp.Magnetic()]
HARMONIC = [cp.Potential(harmonics=(s.w_1,))]
LEADS = cp.Wire(length=s.L)


def _wl(dim, **options):
    return lambda: cp.conductivity(cp.Metal(dim=dim), loops=1, **options)


def _change(dim, **metal):
    return lambda: cp.magnetoconductivity(cp.Metal(dim=dim, **metal))


FORMULAS = {
    "Drude": lambda: cp.conductivity(cp.Metal(dim=3)),
    "Drude at omega": lambda: cp.conductivity(cp.Metal(dim=2), omega=s.omega),
    "Drude with harmonics": lambda: cp.conductivity(cp.Metal(dim=3, scattering=HARMONIC), omega=s.omega),
    **{f"{dim}, {cut}": _wl(dim, cutoff=cut) for dim in (1, 2, 3) for cut in ("diffusive", "time", "smooth")},
    "2, mean free path": _wl(2, cutoff="mean_free_path"),
    "3, window": _wl(3, cutoff="window"),
    "2, omega": _wl(2, omega=s.omega),
    "2, exact kernel": _wl(2, kernel="exact"),
    "2, harmonics": lambda: cp.conductivity(cp.Metal(dim=2, scattering=HARMONIC), loops=1),
    "2, spins": lambda: cp.conductivity(cp.Metal(dim=2, scattering=SPINS), loops=1),
    "HLN without spins": _change(2, field=FIELD),
    "HLN": _change(2, field=FIELD, scattering=SPINS),
    "HLN, axes": _change(2, field=FIELD, scattering=[cp.SpinOrbit(axes="xyz")]),
    "Kawabata": _change(3, field=FIELD),
    "wire in a field": _change(1, geometry=cp.Wire(width=s.width), field=FIELD),
    "film in a parallel field": _change(2, geometry=cp.Film(thickness=s.thickness), field=PARALLEL),
    "film": lambda: cp.conductivity(cp.Metal(dim=3, geometry=cp.Film()), loops=1),
    "leads": lambda: cp.conductance(cp.Metal(dim=1, geometry=LEADS)),
    "ring": _change(1, geometry=cp.Ring(circumference=s.L), field=FIELD),
    "principal axes": lambda: cp.conductivity(cp.Metal(dim=2, diffusion="xyz"), loops=1),
    "backscattering": lambda: cp.backscattering(cp.Metal(dim=2)),
    "interference": lambda: cp.interference(cp.Metal(dim=2)).nonbackscattering,
}


@cache
def formula_of(name):
    return FORMULAS[name]()


# --- points and values, by sympy alone --------------------------------------------------------------------


def _point(shift, *, long=1):
    table = {
        x: sp.Rational(13 + 7 * k + (k * (shift + 1)) % 5, 17 + 5 * k) for k, x in enumerate(s.dimensions())
    }
    table |= {
        s.tau: sp.Rational(1, 3 + shift),
        s.tau_phi: (2 + shift) * sp.Integer(long),
        s.w_1: sp.Rational(1, 5),
    }
    return table | {s.tau_tr: table[s.tau] * sp.Rational(5, 4), s.omega: sp.Rational(2, 7) / long}


_POINTS = tuple(map(_point, range(3)))


def _value(expr, metal, point):
    for _ in range(4):
        expr = expr.xreplace(dict(metal.relations))
    value = sp.N(expr.xreplace(point), 30)
    assume(value.is_number and value.is_finite is not False and not value.has(sp.nan, sp.zoo))
    return mpmath.mpmathify(value)


def _same(left, right, metal, points=_POINTS):
    pairs = ((_value(left, metal, point), _value(right, metal, point)) for point in points)
    return all(abs(a - b) <= 1e-15 * max(abs(a), abs(b)) for a, b in pairs)


# --- mutants ------------------------------------------------------------------------------------------------

_OTHERS = [s.tau, s.tau_phi, s.D, s.hbar, s.e, s.h, s.ell, s.k_F, s.L_phi, s.B, s.L, s.tau_so, s.omega]
_FUNCTIONS = [sp.log, sp.atan, sp.sqrt, sp.exp, sp.sinh, sp.coth, sp.tanh]


def _others(node):
    """Other expressions for a node: another sign, factor, exponent, symbol, constant, function, or a term less."""
    if node.is_Symbol:
        return [*(x for x in _OTHERS if x != node), 2 * node, node**2, 1 / node]
    if node.is_Rational:
        return [
            -node,
            node + 1,
            node - 1,
            2 * node,
            node / 2,
            node + sp.Rational(1, 2),
            node * sp.Rational(4, 3),
        ]
    if (node.is_Add or node.is_Mul) and len(node.args) > 1:
        less = [
            node.func(*(a for i, a in enumerate(node.args) if i != left)) for left in range(len(node.args))
        ]
        return [*less, -node, 2 * node, node * (1 + sp.Rational(1, 10**20))]
    if isinstance(node, sp.Function) and len(node.args) == 1:
        return [
            *(f(node.args[0]) for f in _FUNCTIONS if f != node.func),
            node**2,
            node.func(2 * node.args[0]),
        ]
    return [2 * node, -node, 1 / node, node + 1]


def _mutant(data, expr):
    path, node = data.draw(st.sampled_from(list(nodes(expr))))
    mutant = put(expr, path, data.draw(st.sampled_from(_others(node))))
    assume(not mutant.has(sp.nan, sp.zoo, sp.oo))
    return mutant


def _is_approximation(mutant, formula, verdict):
    """Whether a mutant that is said to agree to leading order does, as far as sympy can tell by itself."""
    if "tau_phi is left out" in verdict.sentence:
        return not mutant.has(s.tau_phi)
    if "leading term in" in verdict.sentence:
        symbol = next(x for x in s.dimensions() if f"({x} ->" in verdict.sentence)
        grows = f"({symbol} -> oo)" in verdict.sentence
        far = sp.Integer(10) ** (16 if grows else -16)
        points = [point | {symbol: point[symbol] * far} for point in _POINTS]
        return all(
            abs(_value(mutant, formula.metal, p) / _value(formula.expr, formula.metal, p) - 1) < 1e-5
            for p in points
        )
    near, far = _point(0, long=10**30), _point(0, long=10**34)
    wrong, right, further = (
        _value(mutant, formula.metal, near),
        _value(formula.leading(), formula.metal, near),
        _value(formula.leading(), formula.metal, far),
    )
    return abs(wrong - right) < 1e-6 * abs(further - right)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULAS)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(data=st.data())
def test_no_mutant_whose_value_differs_agrees(name, data):
    formula = formula_of(name)
    mutant = _mutant(data, formula.expr)
    assume(not _same(mutant, formula.expr, formula.metal))
    verdict = check(mutant, formula)
    assert verdict.kind != "agrees"
    if verdict:
        assert _is_approximation(mutant, formula, verdict), verdict


@pytest.mark.parametrize("name", FORMULAS)
def test_what_is_written_otherwise_agrees(name):
    formula = formula_of(name)
    expr = formula.expr
    rewritten = (
        expr,
        sp.expand(expr),
        sp.together(expr),
        sp.factor_terms(expr),
        expr.rewrite(sp.exp),
        expr.xreplace({s.hbar: s.h / (2 * sp.pi)}),
        expr.xreplace({s.D: s.L_phi**2 / s.tau_phi}) if expr.has(s.D) and not expr.has(s.D_x) else expr,
    )
    for hand in rewritten:
        assert check(hand, formula).kind == "agrees", hand
