"""The conductance of a wire of many channels from the equation of Dorokhov, Mello, Pereyra and Kumar.

The transmission probabilities of a wire with N channels, none of which scatters differently from another,
diffuse as the wire grows. With p_k the sum of their k-th powers, s = L/ell and r = (2 - beta)/beta,

    d<p_k>/ds = 1/(N + r) <k (Q_(k-1) - Q_k) + r k ((k - 1) p_k - k p_(k+1))>,   Q_j = sum p_(i+1) p_(j-i),

and two of them are correlated by the noise 4 j k (p_(j+k) - p_(j+k+1))/(beta (N + r)). In powers of 1/N
each equation is linear, and has only moments that were found before: nothing here is a stored result.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.symbolic.arguments import expression

__all__ = ["dmpk_exponent", "dmpk_mean", "dmpk_variance"]

_u = sp.Dummy("u", positive=True)
"""1 + s."""
_CLASSES = (1, 2, 4)
_ORDERS = (-1, 0, 1)


def dmpk_mean(s: Any, channels: Any, beta: int = 1, *, order: int = 1) -> sp.Expr:
    """Return the mean conductance of a wire in units of e²/h, each channel once.

    Parameters
    ----------
    s : number or sympy expression
        L/ell, with ell the mean free path for scattering backwards.
    channels : number or sympy expression
        Their number N.
    beta : int
        1 with time reversal symmetry, 2 without, 4 with strong spin-orbit scattering (a channel and its
        Kramers partner counted as one).
    order : int
        Up to 1/N to this power: -1 gives Ohm's law with its contacts, 0 weak localization as well, 1 what is
        smaller by 1/N.

    Returns
    -------
    sympy expression

    Raises
    ------
    InputError
        For another beta or order, a negative length, or less than one channel.

    Notes
    -----
    The expansion parameter is s/N, the length in units of the localization length.

    References
    ----------
    Mello and Stone, Phys. Rev. B 44, 3559 (1991); Beenakker, Rev. Mod. Phys. 69, 731 (1997), section III.

    Examples
    --------
    >>> s, N = sp.symbols("s N", positive=True)
    >>> dmpk_mean(s, N, order=-1)
    N/(s + 1)
    >>> sp.factor(dmpk_mean(s, N, order=0) - dmpk_mean(s, N, order=-1))
    -s**3/(3*(s + 1)**3)
    >>> sp.limit(dmpk_mean(s, 1, 4, order=0) - dmpk_mean(s, 1, 4, order=-1), s, sp.oo)
    1/6
    """
    beta = _read_class(beta)
    if isinstance(order, bool) or order not in _ORDERS:
        raise InputError(f"order = {shortened(order)}", expected="-1, 0 or 1, a power of 1/N")
    terms = (_mean(1), _first(1, beta), _second(beta))[: order + 2]
    number, long = _read("channels", channels, 1), 1 + _read("s", s, 0)
    return sp.Add(*(term.subs(_u, long) * number ** (1 - i) for i, term in enumerate(terms)))


def dmpk_variance(s: Any, beta: int = 1, *, channels: Any = None) -> sp.Expr:
    """Return the variance of the conductance of a wire with many channels, in (e²/h)².

    Parameters
    ----------
    s, beta
        As in :func:`dmpk_mean`.
    channels : number or sympy expression, optional
        Their number N; then the term of the order 1/N is added.

    Returns
    -------
    sympy expression

    Raises
    ------
    InputError
        For another beta, a negative length, or less than one channel.

    References
    ----------
    Mello, Phys. Rev. Lett. 60, 1089 (1988); Macedo and Chalker, Phys. Rev. B 46, 14985 (1992).

    Examples
    --------
    >>> s = sp.symbols("s", positive=True)
    >>> sp.simplify(dmpk_variance(s) - sp.Rational(2, 15) * (1 - (1 + 6 * s) / (1 + s) ** 6))
    0
    >>> sp.limit(dmpk_variance(s, 2), s, sp.oo)
    1/15
    >>> sp.limit(dmpk_variance(s, channels=s), s, sp.oo)
    34/315
    """
    beta = _read_class(beta)
    found = _covariance(1, 1, beta)
    if channels is not None:
        found += _second_variance(beta) / _read("channels", channels, 1)
    return sp.sympify(found.subs(_u, 1 + _read("s", s, 0)))


def dmpk_exponent(n: Any, channels: Any, beta: int = 1) -> sp.Expr:
    """Return the n-th smallest Lyapunov exponent of a long wire, in units of 1/ell.

    Parameters
    ----------
    n : number or sympy expression
        1, 2, ..., N.
    channels, beta
        As in :func:`dmpk_mean`.

    Returns
    -------
    sympy expression
        Waves grow as exp(exponent L/ell), and <ln g> falls as twice the smallest.

    Raises
    ------
    InputError
        For another beta, or where a wire has no such exponent.

    Notes
    -----
    In a long wire no two transmission probabilities are of the same size. What the generator of the
    diffusion makes of ln tau_n is then taken at tau_1 >> tau_2 >> ...

    References
    ----------
    Dorokhov, JETP Lett. 36, 318 (1982); Beenakker, Rev. Mod. Phys. 69, 731 (1997), section III.

    Examples
    --------
    >>> n, N = sp.symbols("n N", positive=True)
    >>> dmpk_exponent(1, N), dmpk_exponent(n, N, 2)
    (1/(N + 1), (2*n - 1)/(2*N))
    """
    beta = _read_class(beta)
    number, of = _read("channels", channels, 1), _read("n", n, 1)
    if (of - number).is_positive or of.is_integer is False:
        raise InputError(f"n = {of} of {number} exponents", expected="1, 2, ... up to the number of channels")
    own, other = sp.symbols("own other", positive=True)
    log = sp.log(own)
    slope = sp.diff(log, own)
    alone = sp.limit(own**2 * ((1 - own) * sp.diff(slope, own) - slope), own, 0)
    repulsion = own * other * (1 - own) * slope / (own - other)
    larger = sp.limit(repulsion, own, 0)
    smaller = sp.limit(sp.limit(repulsion, other, 0), own, 0)
    drift = alone + beta * ((of - 1) * larger + (number - of) * smaller)
    return sp.factor(-drift / (beta * number + 2 - beta))


def _read_class(beta: Any) -> int:
    if isinstance(beta, bool) or beta not in _CLASSES:
        raise InputError(
            f"beta = {shortened(beta)}",
            expected="1, 2 or 4: orthogonal, unitary or symplectic class",
        )
    return int(beta)


def _read(name: str, value: Any, least: int) -> sp.Expr:
    """Take a user's own symbols as they are, and numbers not smaller than the least."""
    found = value if isinstance(value, sp.Expr) else expression(value, name)
    if (found - least).is_negative or found.is_real is False or found.is_finite is False or found is sp.nan:
        raise InputError(
            f"{name} = {shortened(value)}",
            expected=f"a number from {least} on, or an expression",
            hint="lambdify the expression of a symbol for an array",
        )
    return found


@lru_cache(maxsize=64)
def _mean(k: int) -> sp.Expr:
    """Return <p_k>/N for many channels."""
    if k == 1:
        return 1 / _u  # da/du = -a², a(1) = 1
    lower = [_mean(i) for i in range(1, k)]
    pairs = _pairs(lower, k - 1) - sp.Add(*(lower[i] * lower[k - 1 - i] for i in range(1, k - 1)))
    return _solved(2 * k, k * pairs, 1)


@lru_cache(maxsize=64)
def _first(k: int, beta: int) -> sp.Expr:
    """Return the term of <p_k> of the order 1."""
    r = _ratio(beta)
    source = r * k * ((k - 1) * _mean(k) - k * _mean(k + 1)) - r * sp.diff(_mean(k), _u)
    return _solved(2 * k, source + k * _from_lower(k, [_first(i, beta) for i in range(1, k)]), 0)


@lru_cache(maxsize=16)
def _second(beta: int) -> sp.Expr:
    """Return the term of <p_1> of the order 1/N."""
    r, b = _ratio(beta), _first(1, beta)
    return _solved(2, -(b**2) - _covariance(1, 1, beta) - r * _first(2, beta) - r * sp.diff(b, _u), 0)


@lru_cache(maxsize=64)
def _covariance(j: int, k: int, beta: int) -> sp.Expr:
    """Return <p_j p_k> - <p_j><p_k> for many channels."""
    noise = sp.Rational(4 * j * k, beta) * (_mean(j + k) - _mean(j + k + 1))
    to_j = j * _from_lower(j, [_covariance(i, k, beta) for i in range(1, j)])
    to_k = k * _from_lower(k, [_covariance(j, i, beta) for i in range(1, k)])
    return _solved(2 * (j + k), noise + to_j + to_k, 0)


@lru_cache(maxsize=16)
def _second_variance(beta: int) -> sp.Expr:
    """Return the term of the variance of p_1 of the order 1/N."""
    r, own = _ratio(beta), _covariance(1, 1, beta)
    noise = sp.Rational(4, beta) * (_first(2, beta) - _first(3, beta))
    drift = -4 * _first(1, beta) * own - 2 * r * _covariance(1, 2, beta)
    return _solved(4, noise + drift - r * sp.diff(own, _u), 0)


def _from_lower(k: int, changes: list[sp.Expr]) -> sp.Expr:
    """Return Q_(k-1) - Q_k to first order in changes of p_1 ... p_(k-1)."""
    gain = (_mean(k - 1 - i) * changes[i] for i in range(k - 1))
    loss = (_mean(k - i) * changes[i] for i in range(k - 1))
    return 2 * (sp.Add(*gain) - sp.Add(*loss))


def _pairs(moments: list[sp.Expr], j: int) -> sp.Expr:
    return sp.Add(*(moments[i] * moments[j - 1 - i] for i in range(j)))


def _solved(power: int, source: sp.Expr, start: int) -> sp.Expr:
    """Solve y' = -power y/u + source, from a value at u = 1."""
    grown = sp.integrate(sp.expand(source * _u**power), _u)
    return sp.expand((grown - grown.subs(_u, 1) + start) / _u**power)


def _ratio(beta: int) -> sp.Rational:
    return sp.Rational(2 - beta, beta)
