"""Particle conservation (the Ward identity) as a check on any set of diagrams.

With G_R - G_A = -(hbar omega + i hbar/tau) G_R G_A at equal momenta, a density vertex between a retarded
and an advanced line is a difference of two diagrams without it. In the sum over all places of the vertex
the differences cancel, if no diagram is missing. Four things follow, each for another kind of set:

- a Hikami box and its dressings add up to nothing at zero momentum and frequency;
- the bubble and its ladder give a density response nu * 2 pi/(-i omega hbar): no particle gets lost;
- bubbles with plain impurity lines belong together like the lines of one averaged Green's function;
- irreducible vertices are the cuts of the inner lines of self-energies, Sigma_R - Sigma_A = U (G_R - G_A).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from cooperon.diagrams import Diagram, bubble, dress, polygons
from cooperon.diagrams.dressing import undress
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.diagrams.repl import PublicNames
from cooperon.diagrams.vertex_insertions import closed_up, insertions, require_irreducible, with_density
from cooperon.symbolic import symbols as s
from cooperon.symbolic.fast import energy_integral
from cooperon.symbolic.hikami_dressing import Dressing
from cooperon.symbolic.hikami_set import HikamiBox
from cooperon.symbolic.kubo import families
from cooperon.symbolic.metal import Metal
from cooperon.symbolic.rules import feynman_rules, impurity_line

__all__ = ["WardReport", "ward_identity"]

Member = Diagram | Dressing
_LISTED = 4


@dataclass(frozen=True, repr=False)
class WardReport(PublicNames):
    """What :func:`ward_identity` found; true as a condition when particles are conserved.

    Attributes
    ----------
    holds : bool
        Whether the sum vanishes and no diagram is missing or too many.
    left_over : sympy.Expr
        The sum that should vanish; of several sets, the first that does not. Where diagrams are matched one
        by one, the number of those without a partner.
    missing, extra : tuple of Diagram or Dressing
        Diagrams that the set lacks, and those that do not belong to it or stand too often.
    sentence : str
        What was found and what to do about it.

    Examples
    --------
    >>> import cooperon as cp
    >>> report = cp.ward_identity(cp.hikami_box(4))
    >>> bool(report), report.left_over
    (True, 0)
    """

    holds: bool
    left_over: sp.Expr
    missing: tuple[Member, ...]
    extra: tuple[Member, ...]
    sentence: str

    def __bool__(self) -> bool:
        return self.holds

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"<WardReport {'holds' if self.holds else 'does not hold'}: {self.sentence}>"


def ward_identity(
    diagrams: HikamiBox | Iterable[Diagram] | Iterable[Dressing],
    *,
    self_energies: Iterable[Diagram] | None = None,
) -> WardReport:
    r"""Check that a set of diagrams conserves particles.

    Parameters
    ----------
    diagrams : HikamiBox or iterable of Diagram or Dressing
        - a Hikami box, or some members of one: their sum at rest, vertices taken off, must vanish;
        - resummed diagrams (:func:`~cooperon.diagrams.dress`): the dressings of each must be complete, and
          their polygons add up to nothing at rest. Bubble and ladder make one set, whose density response
          at q = 0 must be :math:`2\pi\nu/(-i\hbar\omega)`, exactly in :math:`\omega\tau`;
        - bubbles with plain impurity lines (one of them at least): with every bubble, all must be there that
          have the vertex on another line of the same closed electron line;
        - irreducible vertices, when ``self_energies`` are given.

        Current vertices are replaced by density vertices: conservation is a property of the lines.
    self_energies : iterable of Diagram, optional
        One-particle irreducible diagrams of the single Green's function (its two outer lines are not looked
        at). The irreducible vertices must be the cuts of their inner lines, each once: then
        :math:`\Sigma_R - \Sigma_A = \sum U (G_R - G_A)`.

    Returns
    -------
    WardReport

    Raises
    ------
    InputError
        For an empty set, or what is no set of diagrams.
    DiagramError
        For diagrams that none of these statements is about.

    References
    ----------
    D. Vollhardt and P. Wölfle, Phys. Rev. B 22, 4666 (1980).

    Examples
    --------
    >>> from cooperon.symbolic.hikami import hikami_box
    >>> bool(ward_identity(hikami_box(6)))
    True
    >>> print(ward_identity(hikami_box(4).without(2)))
    the sum at rest is 2*pi*nu*tau**3, not 0; missing: 4 lines, dressed 2-4
    >>> from cooperon.diagrams import enumerate
    >>> print(ward_identity(enumerate(2)))
    15 diagrams conserve particles: they have the vertex on every line of 3 closed lines
    """
    found = _members(diagrams)
    if self_energies is not None:
        return _vertices(_diagrams(found), _members(self_energies))
    if isinstance(found[0], Dressing):
        return _box(found)
    given = _diagrams(found)
    if any(diagram.order for diagram in given) and not any(diagram.blocks for diagram in given):
        return _lines(given)
    return _resummed(given)


def _members(given: Any) -> tuple[Any, ...]:
    found = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else ()
    kinds = {type(each) for each in found}
    if len(kinds) != 1 or not kinds <= {Diagram, Dressing}:
        raise InputError(
            shortened(given),
            expected="a HikamiBox, or several diagrams of one kind, one at least",
            hint="cp.hikami_box(4), cp.diagrams.dress(diagram), or the diagrams of a formula",
        )
    return found


def _diagrams(found: tuple[Any, ...]) -> tuple[Diagram, ...]:
    return tuple(map(with_density, found))


def _box(found: tuple[Dressing, ...]) -> WardReport:
    """Members of a Hikami box: their sum at rest."""
    box = found[0].box
    if any(each.box != box for each in found):
        raise InputError("members of different boxes", expected="members of one Hikami box")
    if box.lines == 2:
        return _resummed((bubble("density"),) * len(found))
    at_rest = replace(box.at_rest(), members=tuple(each.joined for each in found))
    return _judge(found, tuple(box), at_rest.total, "the sum at rest")


def _resummed(given: tuple[Diagram, ...]) -> WardReport:
    """Diagrams with blocks, set by set: those that differ by dressings, and bubble and ladder."""
    sets: dict[Diagram | None, list[Diagram]] = {}
    for diagram in given:
        bare = undress(diagram)
        boxed = any(len(polygon.sides) > 2 for polygon in polygons(bare))
        sets.setdefault(bare if boxed else None, []).append(diagram)
    reports = [_response(each) if bare is None else _dressed(bare, each) for bare, each in sets.items()]
    failed = [report for report in reports if not report.holds]
    if len(reports) == 1 or failed:
        return (failed or reports)[0]
    return replace(
        reports[0], sentence=f"{len(given)} diagrams conserve particles: {len(sets)} sets, each for itself"
    )


def _dressed(bare: Diagram, given: list[Diagram]) -> WardReport:
    total = sp.Add(*(feynman_rules(diagram, Metal()).polygons() for diagram in given))
    return _judge(given, dress(bare), total, "the sum of the polygons at rest")


def _response(given: list[Diagram]) -> WardReport:
    """Bubble and ladder at q = 0, the ladder exactly: -i omega times their sum is the density of states."""
    rung = impurity_line() * s.nu * energy_integral(1, 1, 1 / s.tau - sp.I * s.omega)
    ladder = impurity_line() / (1 - rung)
    rules = [(feynman_rules(diagram, Metal()), len(diagram.blocks)) for diagram in given]
    total = sp.Add(*(rule.polygons(s.omega) * ladder**blocks for rule, blocks in rules))
    states = s.nu * energy_integral(1, 1) / s.tau
    what = f"-i omega times the density response at q = 0, less {states},"
    left = sp.factor(sp.expand(-sp.I * s.omega * total) - states)
    return _judge(given, tuple(map(with_density, families(0))), left, what)


def _lines(given: tuple[Diagram, ...]) -> WardReport:
    """Bubbles with plain impurity lines: the vertex on every line of each closed electron line."""
    parents = dict.fromkeys(map(closed_up, given))
    whole = tuple(each for parent in parents for each in insertions(parent))
    what = f"they have the vertex on every line of {len(parents)} closed lines"
    return _matched(given, whole, what, "irreducible vertices are checked with self_energies=")


def _vertices(given: tuple[Diagram, ...], self_energies: tuple[Any, ...]) -> WardReport:
    """Irreducible vertices: the cuts of the inner lines of self-energies."""
    for each in self_energies:
        require_irreducible(each)
    whole = tuple(each for line in self_energies for each in insertions(line, amputated=True))
    what = f"they are the cuts of the inner lines of {len(self_energies)} self-energies"
    return _matched(given, whole, what, "each inner line of each self-energy is cut once")


def _matched(given: tuple[Diagram, ...], whole: tuple[Diagram, ...], what: str, hint: str) -> WardReport:
    """Compare diagram by diagram: what is left over is their number."""
    missing, extra = _compared(given, whole)
    number = len(missing) + len(extra)
    if not number:
        return WardReport(True, sp.S.Zero, (), (), f"{len(given)} diagrams conserve particles: {what}")
    sentence = f"{_plural(number)} no partner in the identity; {_lacking(missing, extra)} ({hint})"
    return WardReport(False, sp.Integer(number), missing, extra, sentence)


def _plural(number: int) -> str:
    return "1 diagram has" if number == 1 else f"{number} diagrams have"


def _judge(given: Iterable[Member], whole: tuple[Member, ...], left_over: sp.Expr, what: str) -> WardReport:
    """Judge by the sum, and by what a complete set has."""
    given = tuple(given)
    missing, extra = _compared(given, whole)
    if left_over == 0 and not missing and not extra:
        sentence = f"{len(given)} diagrams conserve particles: {what} vanishes"
        return WardReport(True, sp.S.Zero, (), (), sentence)
    value = f"{left_over}, not 0" if left_over != 0 else "0 only because terms of several diagrams cancel"
    return WardReport(False, left_over, missing, extra, f"{what} is {value}; {_lacking(missing, extra)}")


def _compared(
    given: Iterable[Member], whole: Iterable[Member]
) -> tuple[tuple[Member, ...], tuple[Member, ...]]:
    there, wanted = Counter(map(_name, given)), Counter(map(_name, whole))
    members: Mapping[Any, Member] = {_name(each): each for each in (*given, *whole)}
    missing = tuple(members[name] for name in (wanted - there).elements())
    return missing, tuple(members[name] for name in (there - wanted).elements())


def _name(member: Member) -> Any:
    return member.joined if isinstance(member, Dressing) else member


def _lacking(missing: tuple[Member, ...], extra: tuple[Member, ...]) -> str:
    parts = (("missing", missing), ("too many", extra))
    return "; ".join(f"{word}: {_listed(each)}" for word, each in parts if each)


def _listed(members: tuple[Member, ...]) -> str:
    names = [*map(_described, members[:_LISTED])]
    rest = len(members) - _LISTED
    return " and ".join([*names, f"{rest} more"] if rest > 0 else names)


def _described(member: Member) -> str:
    return member.label if isinstance(member, Dressing) else repr(member)
