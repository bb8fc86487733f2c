"""The equation of many channels: its moments against a simulation of it, its limits, other routes."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon.symbolic.dmpk import dmpk_exponent, dmpk_mean, dmpk_variance

s, N = sp.symbols("s N", positive=True)


@pytest.mark.parametrize(
    ("beta", "constant", "slope", "variance"),
    [
        (1, sp.Rational(-1, 3), sp.Rational(1, 45), sp.Rational(2, 15)),
        (2, sp.Integer(0), sp.Rational(-1, 45), sp.Rational(1, 15)),
        (4, sp.Rational(1, 6), sp.Rational(1, 180), sp.Rational(1, 30)),
    ],
)
def test_long_wires_are_those_of_the_nonlinear_sigma_model(beta, constant, slope, variance):
    """1/x + constant + slope x, x = s/N: Mirlin, Phys. Rep. 326, 259 (2000), section 6."""
    mean = dmpk_mean(s, N, beta)
    parts = [dmpk_mean(s, N, beta, order=n) for n in (-1, 0, 1)]
    assert sp.simplify(parts[0] - N / (1 + s)) == 0
    assert sp.limit(sp.expand(parts[1] - parts[0]), s, sp.oo) == constant
    assert sp.limit(sp.expand((parts[2] - parts[1]) * N / s), s, sp.oo) == slope
    assert sp.limit(dmpk_variance(s, beta), s, sp.oo) == variance
    assert mean.subs(s, 0) == N
    assert dmpk_variance(0, beta) == 0


@pytest.mark.parametrize(("beta", "slope"), [(1, -8), (2, 0), (4, 1)])
def test_few_channels_change_the_variance_of_long_wires(beta, slope):
    """By slope/315 s/N: the unitary class has even powers of 1/N only."""
    few = dmpk_variance(s, beta, channels=N) - dmpk_variance(s, beta)
    assert sp.limit(sp.expand(few * N / s), s, sp.oo) == sp.Rational(slope, 315)
    assert (few == 0) == (beta == 2)


def test_the_symplectic_class_is_the_orthogonal_one_with_minus_twice_the_channels():
    """The equation of beta and N is that of 4/beta and -2 N/beta, with -2/beta times the transmissions."""
    mean, variance = dmpk_mean(s, N), dmpk_variance(s, channels=N)
    assert sp.simplify(dmpk_mean(s, N, 4) + mean.subs(N, -2 * N) / 2) == 0
    assert sp.simplify(dmpk_variance(s, 4, channels=N) - variance.subs(N, -2 * N) / 4) == 0


def test_one_loop_of_the_engine_is_the_constant():
    """The wire between leads, from its Cooperon: -(2/3) e²/h for two spin directions."""
    e, hbar = cp.symbols.e, cp.symbols.hbar
    found = cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L)), loops=1).expr
    e, hbar = cp.symbols.e, cp.symbols.hbar
    without_dephasing = sp.limit(found.subs(cp.symbols.tau_phi, 1 / s), s, 0)
    per_spin = sp.simplify(without_dephasing / 2 / (e**2 / (2 * sp.pi * hbar)))
    assert per_spin == sp.limit(sp.expand(dmpk_mean(s, 1, order=0) - 1 / (1 + s)), s, sp.oo)


def isotropic_slices(channels, beta, count, steps, ds, rng):
    """Compose reflections of thin slices with random channels: transmission after each step.

    A slice reflects ds on average, in directions that are Haar random; nothing of the moments is used.
    """
    n = channels
    reflection = np.zeros((count, n, n), complex)
    forward = np.broadcast_to(np.eye(n, dtype=complex), (count, n, n)).copy()
    one = np.eye(n)
    for _ in range(steps):
        r = rng.standard_normal((2, count, n, n))
        r = (r[0] + 1j * r[1]) / np.sqrt(2)
        r = (r + r.swapaxes(1, 2)) * np.sqrt(ds / (n + 1) / 2) if beta == 1 else r * np.sqrt(ds / n)
        z = rng.standard_normal((2, count, n, n))
        rotation = np.linalg.qr(z[0] + 1j * z[1])[0]
        # a unitary matrix with this reflection: exp of what is not hermitian, to second order and made exact
        generator = np.block([[np.zeros_like(r), r], [-r.conj().swapaxes(1, 2), np.zeros_like(r)]])
        values, vectors = np.linalg.eigh(1j * generator)
        whole = (vectors * np.exp(-1j * values)[:, None]) @ vectors.conj().swapaxes(1, 2)
        r_left, t_back = whole[:, :n, n:], whole[:, :n, :n]
        t_there, r_right = whole[:, n:, n:], whole[:, n:, :n]
        # turned at random between slices, so that directions are forgotten
        forward = rotation @ forward
        reflection = (
            rotation @ reflection @ (rotation.swapaxes(1, 2) if beta == 1 else rotation.conj().swapaxes(1, 2))
        )
        inside = np.linalg.inv(one - reflection @ r_left)
        forward, reflection = (
            t_there @ inside @ forward,
            r_right + t_there @ inside @ reflection @ t_back,
        )
        yield np.sum(np.abs(forward) ** 2, axis=(1, 2))


@pytest.mark.slow
@pytest.mark.parametrize(("beta", "n", "count"), [(1, 5, 6000), (2, 6, 3000)])
def test_moments_against_random_slices(beta, n, count):
    """4 sigma, and 1/N² for the mean and the variance; the term 1/N of the variance is seen."""
    ds = 0.04
    wires = isotropic_slices(n, beta, count, 50, ds, np.random.default_rng(1))
    for step, found in enumerate(wires, start=1):
        if step % 25:
            continue
        at = step * ds
        sigma = found.std(ddof=1) / count**0.5
        assert abs(found.mean() - float(dmpk_mean(at, n, beta))) < 4 * sigma + 0.02
        expected = float(dmpk_variance(at, beta, channels=n))
        assert abs(found.var(ddof=1) / expected - 1) < 4 * (2 / count) ** 0.5 + 0.02
        if beta == 1:
            assert found.var(ddof=1) / float(dmpk_variance(at)) - 1 < -4 * (2 / count) ** 0.5
            assert float(dmpk_mean(at, n, beta, order=-1)) - found.mean() > 5 * sigma


def test_exponents_are_evenly_spaced():
    n = sp.symbols("n", positive=True)
    for beta in (1, 2, 4):
        step = sp.simplify(dmpk_exponent(n + 1, N, beta) - dmpk_exponent(n, N, beta))
        assert sp.simplify(step - sp.Integer(beta) / (beta * N + 2 - beta)) == 0
    assert dmpk_exponent(1, 1) == sp.Rational(1, 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda: dmpk_mean(s, N, 3),
        lambda: dmpk_mean(s, N, True),
        lambda: dmpk_mean(s, N, order=2),
        lambda: dmpk_variance(s, 0),
        lambda: dmpk_exponent(1, N, "one"),
        lambda: dmpk_mean(s, N, order=True),
        lambda: dmpk_mean(-1, N),
        lambda: dmpk_mean("s + 1", N),
        lambda: dmpk_mean(None, N),
        lambda: dmpk_mean([1.0, 2.0], N),
        lambda: dmpk_mean(s, 0),
        lambda: dmpk_variance(float("nan")),
        lambda: dmpk_variance(sp.oo),
        lambda: dmpk_variance(s, channels=-3),
        lambda: dmpk_exponent(0, 5),
        lambda: dmpk_exponent(7, 5),
        lambda: dmpk_exponent(1.5, 5),
    ],
)
def test_refuses_in_plain_words(call):
    with pytest.raises(cp.InputError, match=r"beta|order|s =|channels =|n ="):
        call()
