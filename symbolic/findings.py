"""What a comparison can find, in the order in which it is looked for.

Each finding looks at a case and gives a verdict, or None when it is not what is the matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.case import COHERENCE, PROVED, Case
from cooperon.symbolic.digits import UndecidedError
from cooperon.symbolic.dimensions import Dimension
from cooperon.symbolic.ends import ENDS, Seen, is_leading
from cooperon.symbolic.farthest import where_most
from cooperon.symbolic.last_terms import FIRST_N, carried_on, is_open
from cooperon.symbolic.reading_undone import LAST_N
from cooperon.symbolic.recognition import constant_form, factor_form
from cooperon.symbolic.samples import dimension_found, inconsistency, sampled_at, told
from cooperon.symbolic.verdict import Verdict, factor_meaning

__all__ = ["FINDINGS"]

_LIMITS_SAID = 2
_FEW = 50
"""Largest denominator of a factor that is known to few digits."""


def _equal(case: Case) -> Verdict | None:
    if not case.sampled.equal(case.hand, case.expr):
        return None
    sure = case.agreement(case.expr)
    if sure["certainty"] != PROVED and (apart := case.sampled.nearly(case.hand, case.expr)) is not None:
        return _nearly_equal(case, apart)
    after = f" after {', '.join(case.relations_used)}" if case.relations_used else ""
    return case.verdict("agrees", f"The two are equal{after} ({sure['certainty']}).", **sure)


def _nearly_equal(case: Case, apart: Any) -> Verdict:
    size = case.sampled.digits.context.nstr(apart, 3)
    sentence = (
        f"It is {case.subject} to {case.sampled.agreed_digits} digits, and yet another expression: in more "
        f"digits the two differ by {size} of their value, which is less than a formula's terms are."
    )
    return case.verdict("differs", sentence)


def _equal_to_leading(case: Case) -> Verdict | None:
    if not case.sampled.equal(case.hand, case.leading):
        return None
    sure = case.agreement(case.leading)
    after = f" after {', '.join(case.relations_used)}" if case.relations_used else ""
    ratio = " in tau/tau_phi" if case.given.expr.has(s.tau_phi) else ""
    sentence = (
        f"It is {case.subject}'s leading form{ratio}{after} ({sure['certainty']}); the closed form "
        f"is {case.given.expr}."
    )
    return case.verdict("agrees to leading order", sentence, **sure)


def _equal_for_many_terms(case: Case) -> Verdict | None:
    """Look for two expressions with a sum up to N that meet for N -> infinity, as a sum and its logarithm."""
    if not (is_open(case.hand) and is_open(case.expr)):
        return None
    apart = carried_on(case.hand - case.expr)
    reference = case.expr.xreplace({LAST_N: FIRST_N})
    sampled = sampled_at(tuple(case.given.metal.values.items()), undone=True)
    try:
        if apart is None or not sampled.equal(reference + apart, reference):
            return None
    except UndecidedError:  # no limit was found: what differs at values of N is told instead
        return None
    sentence = f"It differs from {case.subject} by what vanishes for N -> infinity."
    certainty = f"to {sampled.agreed_digits} digits at {len(sampled.points)} random points"
    return case.verdict("agrees to leading order", sentence, certainty=certainty)


def _equal_without_dephasing(case: Case) -> Verdict | None:
    """Look for what is left of the formula when tau_phi is infinite."""
    if case.hand.has(*COHERENCE):
        return None
    kept, dying = list[sp.Expr](), list[sp.Expr]()
    for term in sp.Add.make_args(sp.expand_mul(case.leading, deep=False)):
        (dying if term.has(*COHERENCE) else kept).append(term)
    vanishing = all(any(_power(term, time) < 0 for time in COHERENCE) for term in dying)
    if not kept or not dying or not vanishing or not case.sampled.equal(case.hand, sp.Add(*kept)):
        return None
    sentence = (
        f"It is {case.subject}'s value for tau_phi -> infinity, against which the rest vanishes as a power "
        f"of tau/tau_phi; the leading term in tau_phi is left out: {case.given.leading()}."
    )
    return case.verdict("agrees to leading order", sentence)


def _power(term: sp.Expr, symbol: sp.Symbol) -> Any:
    power = sp.sympify(term.as_powers_dict().get(symbol, 0))
    return power if power.is_number else sp.S.Zero


def _zero(case: Case) -> Verdict | None:
    if any(case.sampled.values(case.hand)):
        return None
    return case.verdict("differs", f"The expression is zero; {case.subject} is {case.given.expr}.")


def _other_dimension(case: Case) -> Verdict | None:
    if case.sampled.same_dimension(case.hand, case.expr):
        return None
    ours = dimension_found(case.expr, case.sampled, case.given.metal.dim)
    theirs = dimension_found(case.hand, case.sampled, case.given.metal.dim)
    if theirs is None:
        reason = inconsistency(case.hand)
        return case.verdict(
            "different dimension",
            f"The terms do not fit together: {reason}. {case.subject.capitalize()} {told(ours)}.",
        )
    formula = told(ours).removeprefix("is ") if told(theirs).startswith("is ") else told(ours)
    sentence = f"The expression {told(theirs)}, {case.subject} {formula}."
    return case.verdict("different dimension", sentence + _natural_units(case, theirs, ours))


def _natural_units(case: Case, theirs: Dimension, ours: Any) -> str:
    """Say so where powers of hbar, e and k_B are all that is missing."""
    if not isinstance(ours, Dimension):
        return ""
    missing = ours / theirs
    boltzmann = -missing.temperature
    powers = {s.hbar: missing.mass - boltzmann, s.e: missing.current, s.k_B: boltzmann}
    unit = sp.Mul(*(symbol**power for symbol, power in powers.items()))
    for form in (case.expr, case.leading):
        if case.sampled.equal(case.hand * unit, form):
            return f" Multiplied by {unit} it agrees: that factor is missing, or is 1 in the units used."
    return ""


def _forms(case: Case) -> tuple[tuple[sp.Expr, str], ...]:
    return (case.expr, case.subject), (case.leading, f"{case.subject}'s leading form")


def _transport_time(case: Case) -> Verdict | None:
    """Look for the lifetime where the transport time belongs, and the other way about."""
    if not case.given.metal.anisotropic:
        return None
    for (form, name), power in product(_forms(case), (1, -1)):
        factor = (s.tau / s.tau_tr) ** power
        value = case.in_base_symbols(factor)
        if case.sampled.equal(case.hand, value * form):
            number = f" = {value}" if value.is_number else ""
            right, wrong = ("transport time", "lifetime")[::power]
            sentence = f"It is {factor}{number} times {name}: a {wrong} where the {right} belongs."
            return case.verdict("differs by a factor", sentence, factor=value if number else factor)
    return None


def _factor(case: Case) -> Verdict | None:
    for form, name in _forms(case):
        ratio = case.sampled.constant_ratio(case.hand, form)
        if ratio is not None:
            closed = factor_form(ratio, case.sampled.digits)
            if case.sampled.undone:
                closed = factor_form(ratio, case.sampled.digits, tolerance=1e-8, largest=_FEW)
            closed = None if closed == 1 else closed
            return _by_factor(case, closed if closed is not None else sp.Float(str(ratio), 60), name)
    return None


def _by_factor(case: Case, factor: sp.Expr, name: str) -> Verdict:
    meaning = factor_meaning(factor, int(case.given.metal.spin_degeneracy))
    shown = str(factor) if not factor.is_Float else f"{float(factor):.6g}"
    if shown == "1":
        shown = f"1 {'-' if factor < 1 else '+'} {float(abs(factor - 1)):.3g}"
    return case.verdict("differs by a factor", f"It is {shown} times {name}: {meaning}.", factor=factor)


def _agrees_in_the_limit(case: Case) -> Verdict | None:
    if case.limit is None or not case.limit.agrees():
        return None
    sure = "found in numbers, down to tau/tau_phi = 1e-40"
    falling = ", ".join(str(x) for x in (s.B, s.L, s.omega, s.q, s.t) if case.expr.has(x))
    along = f", {falling} changing along with tau_phi" if falling else ""
    parts = [
        "It differs from the closed form only by terms that vanish against the leading ones as a power of "
        f"tau/tau_phi ({sure}{along}).",
        f"The closed form is {case.given.expr}.",
    ]
    limits = tuple(f"{one[0].upper()}{one[1:]}." for one in map(str, _apart(case)))
    parts.extend((*limits[:_LIMITS_SAID], where_most(case)))
    return case.verdict("agrees to leading order", " ".join(parts), certainty=sure, limits=limits)


def _apart(case: Case) -> Iterator[Seen]:
    """Yield the limits in which an approximation and the formula part, but for those of tau_phi itself."""
    yield from (one for one in case.limits if not one.agrees and not set(one.end.symbols) & set(COHERENCE))


def _factor_in_the_limit(case: Case) -> Verdict | None:
    factor = _factor_of_coherence(case)
    if case.limit is None or factor is None or factor == 1:
        return None
    if not case.limit.agrees(case.limit.digits.value(factor)):
        return None
    return _by_factor(case, factor, f"{case.subject}, up to terms that vanish for tau/tau_phi -> 0")


def _factor_of_coherence(case: Case) -> sp.Expr | None:
    """By which number the dependence on tau_phi is off."""
    ratio = case.limit.factor() if case.limit is not None else None
    return factor_form(ratio, case.limit.digits) if case.limit is not None and ratio else None


def _constant(case: Case) -> Verdict | None:
    if case.limit is None:
        return None
    number = case.limit.constant()
    if number is not None:
        return _beside_logarithm(case, number)
    if not case.limit.only_constant_differs():
        return None
    sentence = (
        "The term in tau_phi is right; a constant that does not depend on tau_phi, and that the cutoff "
        f"fixes, is missing or different. The leading form is {case.given.leading()}."
    )
    return case.verdict("differs by a cutoff constant", sentence)


def _beside_logarithm(case: Case, number: Any) -> Verdict:
    closed = constant_form(number)
    constant = closed if closed is not None else sp.Float(str(number), 15)
    inside = str(sp.exp(constant)) if closed is not None else f"{float(sp.exp(constant)):.6g}"
    shown = f"{constant} = {float(number):.6g}" if closed is not None else f"{float(number):.6g}"
    sentence = (
        f"The coefficient of the logarithm is right; beside it the expression has {shown} more, a factor "
        f"{inside} inside the logarithm. Such a constant is fixed by the cutoff: compare where the two are "
        "cut off."
    )
    return case.verdict("differs by a cutoff constant", sentence, constant=constant)


def _leading_in_a_parameter(case: Case) -> Verdict | None:
    """Look for the formula's leading term in another parameter: a weak field, a short sample."""
    values = case.given.metal.values
    for end in ENDS:
        if case.expr.has(*end.symbols) and is_leading(case.hand, case.expr, end, values):
            sentence = (
                f"It is {case.subject}'s leading term in {end.small} ({end.name}): one power or a logarithm, "
                "against which the difference vanishes."
            )
            return case.verdict("agrees to leading order", sentence, certainty="found in numbers")
    return None


def _wrong_limit(case: Case) -> Verdict | None:
    """Look for limits in which the two agree, and others in which they part."""
    right = [one for one in case.limits if one.agrees]
    wrong = [one for one in case.limits if not one.agrees]
    if not right or not wrong:
        return None
    said = "; ".join(map(str, wrong))
    sentence = f"Right for {', '.join(one.end.name for one in right)}; but {said}. {where_most(case)}"
    return case.verdict("wrong limit", sentence, limits=tuple(map(str, wrong)))


def _differs(case: Case) -> Verdict:
    parts = [f"{case.subject.capitalize()} is {case.given.expr}."]
    factor = _factor_of_coherence(case)
    if factor is not None and factor != 1:
        meaning = factor_meaning(factor, int(case.given.metal.spin_degeneracy))
        parts.append(
            f"The term in tau_phi is {factor} times {case.subject}'s ({meaning}); the rest differs too."
        )
    parts.extend(_symbols_of_one_side(case))
    limits = tuple(str(one) for one in case.limits)
    parts.extend(f"{one[0].upper()}{one[1:]}." for one in limits[:_LIMITS_SAID])
    parts.append(where_most(case))
    return case.verdict("differs", " ".join(part for part in parts if part), limits=limits)


def _symbols_of_one_side(case: Case) -> Iterator[str]:
    hand, expr = case.hand.free_symbols, case.expr.free_symbols
    for side, others in (("the expression", hand - expr), (case.subject, expr - hand)):
        symbols = others & case.written
        if symbols:
            yield f"Only {side} contains {', '.join(sorted(map(str, symbols)))}."


FINDINGS: tuple[Callable[[Case], Verdict | None], ...] = (
    _equal,
    _equal_to_leading,
    _equal_for_many_terms,
    _equal_without_dephasing,
    _zero,
    _other_dimension,
    _transport_time,
    _factor,
    _agrees_in_the_limit,
    _constant,
    _factor_in_the_limit,
    _leading_in_a_parameter,
    _wrong_limit,
    _differs,
)
