"""The literature that formulas rest on: one table, and which of it a formula cites."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import sympy as sp

from cooperon.symbolic import symbols as s
from cooperon.symbolic.derivation import STORED
from cooperon.symbolic.fields import ParallelField
from cooperon.symbolic.geometry import Bulk, Cylinder, Ring, Wire

if TYPE_CHECKING:
    from cooperon.symbolic.formula import Formula

__all__ = ["REFERENCES", "Reference", "bibtex", "cited", "topics"]


@dataclass(frozen=True)
class Reference:
    """A publication.

    Attributes
    ----------
    key : str
        As it is cited.
    authors : tuple of str
        In LaTeX, first names as initials.
    title : str
        In LaTeX.
    place : str
        The journal, or the publisher of a book.
    year : int
        Year of publication.
    volume, pages : str
        Of a journal; empty for a book.

    Examples
    --------
    >>> print(REFERENCES["Hikami1980"])
    S. Hikami, A. I. Larkin, and Y. Nagaoka, Prog. Theor. Phys. 63, 707 (1980)
    """

    key: str
    authors: tuple[str, ...]
    title: str
    place: str
    year: int
    volume: str = ""
    pages: str = ""

    def __str__(self) -> str:
        return f"{self.names}, {self.where}"

    @property
    def names(self) -> str:
        """The authors in a row."""
        *first, last = self.authors
        comma = "," if len(first) > 1 else ""
        return f"{', '.join(first)}{comma} and {last}" if first else last

    @property
    def where(self) -> str:
        """Journal, volume, page and year, or publisher and year."""
        return f"{self.place} {self.volume}, {self.pages} ({self.year})" if self.volume else self._book

    @property
    def _book(self) -> str:
        return f"{self.place} ({self.year})"

    @property
    def bibtex(self) -> str:
        """The entry for BibTeX."""
        kind, where = ("article", "journal") if self.volume else ("book", "publisher")
        fields = {"author": " and ".join(self.authors), "title": f"{{{self.title}}}", where: self.place}
        fields |= {"volume": self.volume, "pages": self.pages, "year": str(self.year)}
        lines = (f"  {name} = {{{value}}}," for name, value in fields.items() if value)
        return "\n".join([f"@{kind}{{{self.key},", *lines, "}"])


_TABLE = (
    Reference("Kubo1957", ("R. Kubo",), "Statistical-mechanical theory of irreversible processes. I. General theory and simple applications to magnetic and conduction problems", "J. Phys. Soc. Jpn.", 1957, "12", "570"),
    Reference("Edwards1958", ("S. F. Edwards",), "A new method for the evaluation of electric conductivity in metals", "Philos. Mag.", 1958, "3", "1020"),
    Reference("Langer1966", ("J. S. Langer", "T. Neal"), "Breakdown of the concentration expansion for the impurity resistivity of metals", "Phys. Rev. Lett.", 1966, "16", "984"),
    Reference("Edwards1972", ("J. T. Edwards", "D. J. Thouless"), "Numerical studies of localization in disordered systems", "J. Phys. C", 1972, "5", "807"),
    Reference("Schmid1974", ("A. Schmid",), "On the dynamics of electrons in an impure metal", "Z. Phys.", 1974, "271", "251"),
    Reference("Thouless1977", ("D. J. Thouless",), "Maximum metallic resistance in thin wires", "Phys. Rev. Lett.", 1977, "39", "1167"),
    Reference("Abrahams1979", ("E. Abrahams", "P. W. Anderson", "D. C. Licciardello", "T. V. Ramakrishnan"), "Scaling theory of localization: Absence of quantum diffusion in two dimensions", "Phys. Rev. Lett.", 1979, "42", "673"),
    Reference("Gorkov1979", ("L. P. Gor'kov", "A. I. Larkin", "D. E. Khmel'nitskii"), "Particle conductivity in a two-dimensional random potential", "JETP Lett.", 1979, "30", "228"),
    Reference("Altshuler1979", ("B. L. Altshuler", "A. G. Aronov"), "Contribution to the theory of disordered metals in strongly doped semiconductors", "Sov. Phys. JETP", 1979, "50", "968"),
    Reference("Altshuler1979tunnelling", ("B. L. Altshuler", "A. G. Aronov"), "Zero bias anomaly in tunnel resistance and electron-electron interaction", "Solid State Commun.", 1979, "30", "115"),
    Reference("Hikami1980", ("S. Hikami", "A. I. Larkin", "Y. Nagaoka"), "Spin-orbit interaction and magnetoresistance in the two dimensional random system", "Prog. Theor. Phys.", 1980, "63", "707"),
    Reference("Altshuler1980", ("B. L. Altshuler", "D. Khmel'nitzkii", "A. I. Larkin", "P. A. Lee"), "Magnetoresistance and Hall effect in a disordered two-dimensional electron gas", "Phys. Rev. B", 1980, "22", "5142"),
    Reference("Altshuler1980interaction", ("B. L. Altshuler", "A. G. Aronov", "P. A. Lee"), "Interaction effects in disordered Fermi systems in two dimensions", "Phys. Rev. Lett.", 1980, "44", "1288"),
    Reference("Kawabata1980", ("A. Kawabata",), "Theory of negative magnetoresistance. I. Application to heavily doped semiconductors", "J. Phys. Soc. Jpn.", 1980, "49", "628"),
    Reference("Vollhardt1980", ("D. Vollhardt", r"P. W{\"o}lfle"), r"Diagrammatic, self-consistent treatment of the Anderson localization problem in $d \le 2$ dimensions", "Phys. Rev. B", 1980, "22", "4666"),
    Reference("Altshuler1981ring", ("B. L. Altshuler", "A. G. Aronov", "B. Z. Spivak"), "The Aaronov-Bohm effect in disordered conductors", "JETP Lett.", 1981, "33", "94"),
    Reference("Altshuler1981film", ("B. L. Altshuler", "A. G. Aronov"), "Magnetoresistance of thin films and of wires in a longitudinal magnetic field", "JETP Lett.", 1981, "33", "499"),
    Reference("Kawabata1981", ("A. Kawabata",), "Positive magnetoresistance induced by Zeeman splitting in two-dimensional systems", "J. Phys. Soc. Jpn.", 1981, "50", "2461"),
    Reference("Altshuler1982", ("B. L. Altshuler", "A. G. Aronov", "D. E. Khmelnitsky"), "Effects of electron-electron collisions with small energy transfers on quantum localisation", "J. Phys. C", 1982, "15", "7367"),
    Reference("Vollhardt1982", ("D. Vollhardt", r"P. W{\"o}lfle"), "Scaling equations from a self-consistent theory of Anderson localization", "Phys. Rev. Lett.", 1982, "48", "699"),
    Reference("Lee1982", ("P. A. Lee", "T. V. Ramakrishnan"), "Magnetoresistance of weakly disordered electrons", "Phys. Rev. B", 1982, "26", "4009"),
    Reference("Finkelstein1983", ("A. M. Finkel'stein",), "Influence of Coulomb interaction on the properties of disordered metals", "Sov. Phys. JETP", 1983, "57", "97"),
    Reference("Fukuyama1983", ("H. Fukuyama", "E. Abrahams"), "Inelastic scattering time in two-dimensional disordered metals", "Phys. Rev. B", 1983, "27", "5976"),
    Reference("Bergmann1984", ("G. Bergmann",), "Weak localization in thin films: A time-of-flight experiment with conduction electrons", "Phys. Rep.", 1984, "107", "1"),
    Reference("Lee1985", ("P. A. Lee", "T. V. Ramakrishnan"), "Disordered electronic systems", "Rev. Mod. Phys.", 1985, "57", "287"),
    Reference("Altshuler1985", ("B. L. Altshuler", "A. G. Aronov"), "Electron-electron interaction in disordered conductors, in Electron-Electron Interactions in Disordered Systems", "North-Holland", 1985),
    Reference("Altshuler1985fluctuations", ("B. L. Altshuler",), "Fluctuations in the extrinsic conductivity of disordered conductors", "JETP Lett.", 1985, "41", "648"),
    Reference("Lee1985fluctuations", ("P. A. Lee", "A. D. Stone"), "Universal conductance fluctuations in metals", "Phys. Rev. Lett.", 1985, "55", "1622"),
    Reference("Altshuler1986", ("B. L. Altshuler", "B. I. Shklovskii"), "Repulsion of energy levels and conductivity of small metal samples", "Sov. Phys. JETP", 1986, "64", "127"),
    Reference("Chakravarty1986", ("S. Chakravarty", "A. Schmid"), "Weak localization: The quasiclassical theory of electrons in a random potential", "Phys. Rep.", 1986, "140", "193"),
    Reference("Akkermans1986", ("E. Akkermans", "P. E. Wolf", "R. Maynard"), "Coherent backscattering of light by disordered media: Analysis of the peak line shape", "Phys. Rev. Lett.", 1986, "56", "1471"),
    Reference("Lee1987", ("P. A. Lee", "A. D. Stone", "H. Fukuyama"), "Universal conductance fluctuations in metals: Effects of finite temperature, interactions, and magnetic field", "Phys. Rev. B", 1987, "35", "1039"),
    Reference("Beenakker1988", ("C. W. J. Beenakker", "H. van Houten"), "Boundary scattering and weak localization of electrons in a magnetic field", "Phys. Rev. B", 1988, "38", "3232"),
    Reference("Wegner1989", ("F. Wegner",), "Four-loop-order beta-function of nonlinear sigma-models in symmetric spaces", "Nucl. Phys. B", 1989, "316", "663"),
    Reference("Beenakker1991", ("C. W. J. Beenakker", "H. van Houten"), "Quantum transport in semiconductor nanostructures", "Solid State Phys.", 1991, "44", "1"),
    Reference("Hikami1992", ("S. Hikami",), "Localization, nonlinear sigma model and string theory", "Prog. Theor. Phys. Suppl.", 1992, "107", "213"),
    Reference("Dmitriev1997", ("A. P. Dmitriev", "I. V. Gornyi", "V. Yu. Kachorovskii"), "Nonbackscattering contribution to weak localization", "Phys. Rev. B", 1997, "56", "9910"),
    Reference("Levitov1997", ("L. S. Levitov", "A. V. Shytov"), "Semiclassical theory of the Coulomb anomaly", "JETP Lett.", 1997, "66", "214"),
    Reference("Kamenev1999", ("A. Kamenev", "A. Andreev"), "Electron-electron interactions in disordered metals: Keldysh formalism", "Phys. Rev. B", 1999, "60", "2218"),
    Reference("Aleiner1999", ("I. L. Aleiner", "B. L. Altshuler", "M. E. Gershenson"), "Interaction effects and phase relaxation in disordered systems", "Waves Random Media", 1999, "9", "201"),
    Reference("Zala2001", ("G. Zala", "B. N. Narozhny", "I. L. Aleiner"), "Interaction corrections at intermediate temperatures: Longitudinal conductivity and kinetic equation", "Phys. Rev. B", 2001, "64", "214204"),
    Reference("Zala2001field", ("G. Zala", "B. N. Narozhny", "I. L. Aleiner"), "Interaction corrections at intermediate temperatures: Magnetoresistance in a parallel field", "Phys. Rev. B", 2001, "65", "020201"),
    Reference("Akkermans2007", ("E. Akkermans", "G. Montambaux"), "Mesoscopic Physics of Electrons and Photons", "Cambridge University Press", 2007),
)  # fmt: skip

REFERENCES: Mapping[str, Reference] = MappingProxyType({one.key: one for one in _TABLE})
"""Every publication by its key."""


_IN_FIELD = "interference in a magnetic field"
_LINEAR_RESPONSE = ("linear response and the average over impurities", ("Kubo1957", "Edwards1958"))
_OF_A_SAMPLE = ("E_T", "Delta", "g", "k_F ell")
_TRIPLET = (s.F0, s.F, s.gamma_2, s.stoner)

_CORRECTION = re.compile(r"delta sigma_ee\b(?:\([B0]\))?")
_TUNNELLING = re.compile(r"delta nu\b(?: / nu\b)?")
_DEPHASING = re.compile(r"1/tau_phi\b")
_DRUDE = re.compile(r"\bsigma_0\b")


def _conducts(formula: Formula) -> bool:
    return formula.name not in {"P(t)", "E_T", "Delta", "k_F ell"}


def _fluctuates(formula: Formula) -> bool:
    return formula.name == "var g"


def _interferes(formula: Formula) -> bool:
    if _fluctuates(formula):
        return False
    return _conducts(formula) and formula.symbol != r"\sigma_0" and formula.name not in _OF_A_SAMPLE


def _has_step(rule: str) -> Callable[[Formula], bool]:
    return lambda formula: any(step.rule == rule for step in formula.derivation)


def _exact_kernel(formula: Formula) -> bool:
    return any(step.rule.startswith(("Cooperon from", "free flights")) for step in formula.derivation)


def _named(*parts: re.Pattern[str]) -> Callable[[Formula], bool]:
    return lambda formula: any(part.search(formula.name) for part in parts)


def _of_interaction_alone(formula: Formula) -> bool:
    """Whether nothing that a formula is made of is interference."""
    rest = formula.name
    for part in (_CORRECTION, _TUNNELLING, _DEPHASING):
        rest = part.sub("", rest)
    return rest != formula.name and not re.search("[a-zA-Z]", _DRUDE.sub("", rest))


def _in_dimension(dim: int, part: re.Pattern[str]) -> Callable[[Formula], bool]:
    return lambda formula: formula.metal.dim == dim and bool(part.search(formula.name))


_TOPICS: tuple[tuple[str, Callable[[Formula], bool], tuple[str, ...]], ...] = (
    (_LINEAR_RESPONSE[0], _conducts, _LINEAR_RESPONSE[1]),
    ("maximally crossed diagrams and localization", _interferes, ("Langer1966", "Abrahams1979", "Gorkov1979", "Lee1985")),
    ("fluctuations of the conductance", _fluctuates, ("Lee1985fluctuations", "Altshuler1985fluctuations", "Altshuler1986", "Lee1987", "Akkermans2007")),
    ("samples that are long or hot", lambda f: _fluctuates(f) and f.expr.has(s.tau_phi, s.T), ("Beenakker1991",)),
    ("scaling with the size", _has_step("scaling function"), ("Abrahams1979", "Lee1985")),
    ("the non-linear sigma model", _has_step(STORED), ("Wegner1989", "Hikami1992")),
    ("scattering that acts on the spin", lambda f: bool(f.metal.spin_scatterers), ("Hikami1980", "Bergmann1984")),
    (_IN_FIELD, lambda f: f.metal.field is not None and f.metal.dim == s.d, ("Hikami1980", "Kawabata1980")),
    (_IN_FIELD, lambda f: f.metal.field is not None and f.metal.geometry == Bulk(), ("Hikami1980", "Altshuler1980")),
    (_IN_FIELD, lambda f: f.metal.field is not None and f.expr.has(sp.zeta), ("Kawabata1980",)),
    ("a field along thin films and wires", lambda f: isinstance(f.metal.field, ParallelField), ("Altshuler1981film",)),
    ("rings and cylinders", lambda f: isinstance(f.metal.geometry, (Ring, Cylinder)), ("Altshuler1981ring",)),
    ("walls that reflect", lambda f: getattr(f.metal.geometry, "boundary", "diffusive") != "diffusive", ("Beenakker1988",)),
    ("wires and rings", lambda f: isinstance(f.metal.geometry, (Ring, Wire)), ("Akkermans2007",)),
    ("paths that are not diffusive", _exact_kernel, ("Dmitriev1997",)),
    ("interference as a sum over closed paths", lambda f: not (f.symbol == r"\sigma_0" or f.diagrams or f.name in _OF_A_SAMPLE), ("Chakravarty1986",)),
    ("the noise of the other electrons", _has_step("Johnson-Nyquist noise"), ("Altshuler1982",)),
    ("collisions with other electrons", _has_step("golden rule"), ("Schmid1974",)),
    ("the self-consistent theory of localization", _has_step("self-consistency"), ("Vollhardt1980", "Vollhardt1982")),
    ("the energies of a finite sample", lambda f: f.name in _OF_A_SAMPLE, ("Edwards1972", "Thouless1977")),
    ("coherent backscattering", lambda f: f.expr.has(s.q), ("Akkermans1986",)),
)  # fmt: skip


_OF_INTERACTION: tuple[tuple[str, Callable[[Formula], bool], tuple[str, ...]], ...] = (
    (_LINEAR_RESPONSE[0], _named(_CORRECTION), _LINEAR_RESPONSE[1]),
    ("electrons that interact while they diffuse", _named(_CORRECTION, _TUNNELLING), ("Altshuler1979", "Altshuler1985", "Lee1985")),
    ("electrons that interact while they diffuse", _in_dimension(2, _CORRECTION), ("Altshuler1980interaction",)),
    ("the triplet channel", lambda f: _named(_CORRECTION)(f) and f.expr.has(*_TRIPLET), ("Finkelstein1983", "Zala2001")),
    ("spins split by a field", lambda f: _named(_CORRECTION)(f) and f.metal.zeeman is not None, ("Kawabata1981", "Lee1982", "Zala2001field")),
    ("the density of states that tunnelling sees", _named(_TUNNELLING), ("Altshuler1979tunnelling",)),
    ("the density of states that tunnelling sees", _in_dimension(2, _TUNNELLING), ("Levitov1997", "Kamenev1999")),
    ("collisions that end coherence", _named(_DEPHASING), ("Altshuler1982", "Altshuler1985", "Aleiner1999")),
    ("collisions that end coherence", _in_dimension(2, _DEPHASING), ("Fukuyama1983",)),
    ("collisions that end coherence", _in_dimension(3, _DEPHASING), ("Schmid1974",)),
)  # fmt: skip


def topics(formula: Formula) -> dict[str, tuple[str, ...]]:
    """Return on what a formula cites something, with the keys of what it cites.

    Examples
    --------
    >>> import cooperon as cp
    >>> topics(cp.conductivity(cp.Metal(dim=3)))
    {'linear response and the average over impurities': ('Kubo1957', 'Edwards1958')}
    """
    found: dict[str, tuple[str, ...]] = {}
    for topic, holds, keys in (*(() if _of_interaction_alone(formula) else _TOPICS), *_OF_INTERACTION):
        if holds(formula):
            found[topic] = tuple(dict.fromkeys((*found.get(topic, ()), *keys)))
    return found


def cited(formula: Formula) -> tuple[Reference, ...]:
    """Return what a formula cites, in the order in which it is cited.

    Examples
    --------
    >>> import cooperon as cp
    >>> [reference.key for reference in cited(cp.conductivity(cp.Metal(dim=3)))]
    ['Kubo1957', 'Edwards1958']
    """
    keys = dict.fromkeys(key for keys in topics(formula).values() for key in keys)
    return tuple(REFERENCES[key] for key in keys)


def bibtex(references: Iterable[Reference]) -> str:
    """Write entries for BibTeX.

    Examples
    --------
    >>> print(bibtex([REFERENCES["Akkermans2007"]]), end="")
    @book{Akkermans2007,
      author = {E. Akkermans and G. Montambaux},
      title = {{Mesoscopic Physics of Electrons and Photons}},
      publisher = {Cambridge University Press},
      year = {2007},
    }
    """
    return "\n\n".join(one.bibtex for one in references) + "\n"
