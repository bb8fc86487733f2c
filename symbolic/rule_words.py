"""What each rule of a derivation does, in plain words."""

from __future__ import annotations

import re

__all__ = ["RULES", "rule_in_words"]

RULES: tuple[tuple[str, str], ...] = (
    (
        "enumeration",
        "All ways to join the points at which the electrons meet impurities are drawn up and sorted by "
        "what they are; their number has to be the product on the left.",
    ),
    (
        "vanishing polygon",
        "Some diagrams are zero before any integral is done: where an impurity line, a diffuson or a "
        "Cooperon cuts off one current vertex, the average over its directions vanishes.",
    ),
    (
        "self-energy",
        "One impurity line on an electron gives the state a lifetime; this fixes how strong an impurity "
        "line is.",
    ),
    (
        "sum of the parts",
        "Interference and interaction are corrections of first order: neither changes the other, and they "
        "add up.",
    ),
    (
        "precession of a pair",
        "In a field the two spins of a pair have different energies, and precess: the singlet becomes a "
        "triplet, and a triplet the singlet.",
    ),
    (
        "mixed channels",
        "Two channels that precession couples are a matrix; its inverse has two poles, and each channel a "
        "share in both.",
    ),
    (
        "sum of the mixed channels",
        "The two poles of mixed channels belong together: in strong fields they are complex conjugates.",
    ),
    ("real part", "A sum of complex conjugates is real."),
    (
        "resistivity",
        "What is measured is the inverse of the conductivity, in a film the resistance of a square.",
    ),
    ("lifetime", "An electron leaves its state by any of the mechanisms: their rates add up."),
    (
        "kernel of",
        "The impurity lines between the two electrons of a ladder act on their spins: a matrix on the "
        "states of two spins, each mechanism with its rate.",
    ),
    (
        "eigenvalue",
        "A state of the two spins that a collision hands on unchanged but for a factor is a channel: an "
        "eigenvector of this matrix.",
    ),
    (
        "rung of",
        "One rung of a ladder: the two electrons between two impurities, integrated over their energy.",
    ),
    (
        "rung with visits",
        "On their way the two electrons may turn their direction into a current and back: a slow momentum "
        "does it.",
    ),
    ("rung at a current vertex", "A rung beside a current vertex, integrated over the energy."),
    ("rungs in harmonic", "Collisions hand on a part of the current each: they are added up."),
    ("in harmonic", "What one rung does to the part of the motion that prefers a direction."),
    ("from harmonic", "A slow momentum couples motion in all directions alike to motion along one."),
    ("impurity line and harmonic", "Scattering that prefers a direction hands on a share of the current."),
    (
        "average over directions",
        "The rung is averaged over the directions of the electron; what is missing from 1 is what "
        "diffusion, a frequency and the loss of phase take away.",
    ),
    ("one rung", "The average over directions has a form without an integral."),
    ("diffusive limit", "For momenta small against 1/ell the rung is that of diffusion."),
    ("Bethe-Salpeter equation", "A ladder has any number of rungs: a geometric series, summed."),
    (
        "diffusion pole",
        "Close to a pole the series is that of a diffusing pair, with what breaks it as the gap.",
    ),
    (
        "current vertex with its ladder",
        "The ladder at a current vertex makes of the velocity what is left after many collisions.",
    ),
    (
        "legs at a current vertex",
        "The two electron lines at a current vertex have one momentum: they are taken apart by partial "
        "fractions.",
    ),
    (
        "Hikami box",
        "The diagram is cut at its diffusons and Cooperons; what is left, a ring of electron lines, is "
        "integrated over the energy and averaged over directions.",
    ),
    (
        "lines, bare",
        "The ring of electron lines alone, integrated over the energy and averaged over directions.",
    ),
    (
        "lines, dressed",
        "The ring with impurity lines between lines of one kind: an integral for each face that they cut.",
    ),
    (
        "free flights",
        "A stretch between two impurities, with the phase that it loses, kept for every momentum.",
    ),
    (
        "ring with one interaction line",
        "Each ring of electron lines with an interaction line is summed over its ladders and single impurity "
        "lines that do not cross.",
    ),
    (
        "a field at rest",
        "A vector potential that does not depend on time does nothing to electrons in equilibrium: the rings "
        "have to add up to zero.",
    ),
    (
        "sum of the rings",
        "The rings are added up, each as often as there are electron frequencies with its signs.",
    ),
    (
        "density response",
        "A potential moves the electrons that a static one would, less those that had no time to get there.",
    ),
    ("screened interaction", "The electrons screen the bare interaction by their density response."),
    ("complete screening", "The bare interaction is so strong that only the density response is left of it."),
    (
        "real frequencies",
        "The sum over Matsubara frequencies is an integral over real ones, weighted with coth.",
    ),
    ("imaginary part", "At a real frequency the imaginary part counts: a pole, and a regular rest."),
    (
        "frequencies of the pole",
        "The pole makes the logarithm of the temperature: an integral known to Frullani.",
    ),
    ("ballistic limit", "For temperatures far above the collision rate the leading term is kept."),
    ("Cooperon from", "Closed paths are counted from this number of impurities on."),
    (
        "Kubo formula",
        "The bubble in numbers: prefactors, the trace over the spin, the integral over the energy.",
    ),
    (
        "Feynman rules",
        "All factors of the diagram together: prefactors, charges, the trace over the spin, its Hikami "
        "box, its Cooperon or diffuson.",
    ),
    ("diffusion constant", "The velocity and the time are written as a diffusion constant."),
    ("sum of the", "The diagrams are added up."),
    ("sum over channels", "The channels are added up, each with its weight."),
    ("slow integral", "The sum over the momentum q of the Cooperon or diffuson, between its two ends."),
    ("durations", "A pole is the sum over paths of all durations."),
    ("integral over durations", "The sum over the durations of the paths is carried out."),
    ("Gaussian integral over q", "The integral over the momentum, at a fixed duration, is a Gaussian one."),
    ("propagator", "Paths of all durations over a distance: a Bessel function."),
    ("substitution", "The integral over the momentum is rewritten in a variable that makes it rational."),
    ("integral in closed form", "The rational integral is taken apart into partial fractions and done."),
    (
        "Landau levels",
        "In a magnetic field the momentum across it is quantised: Landau levels, with many states in each.",
    ),
    ("sum over Landau levels", "The contributions of all levels are added up."),
    ("sum over even levels", "Of the levels the even ones are left, and their sum is known."),
    ("a flight", "In a field a flight between two impurities goes from level to level."),
    ("flights", "The flights are averaged over their lengths and directions."),
    ("diffusive paths in a field", "Long paths diffuse; the field adds a phase to each."),
    ("change by the field", "What the field changes is integrated: short paths do not feel it."),
    ("strong field", "In a strong field only the leading term is kept."),
    ("weak field", "In a weak field only the leading term is kept."),
    ("interpolation", "The weak and the strong field are joined by adding their times."),
    ("grazing flights", "Of the flights along the walls only those that graze them keep their phase."),
    (
        "modes between mirrors",
        "The flux between two walls that reflect like mirrors is written in their waves.",
    ),
    ("without the field", "The same without the field, which is taken off."),
    (
        "ends of the longer side",
        "In a bar the currents of the vector potential close near the ends of its longer side: what one sine "
        "across the shorter side gives there, averaged along the longer one.",
    ),
    ("gauge", "The vector potential is chosen such that the field costs the least."),
    ("first order in A**2", "A field that is weak across the metal adds a rate to the gap."),
    ("flux", "The flux through a closed metal is a phase for each turn around it."),
    ("quantised momenta", "A boundary leaves standing waves: the momenta are counted one by one."),
    ("Poisson's formula", "A sum over standing waves is a sum over images, or over windings."),
    ("images", "The images of all walls are added up."),
    ("sum over windings", "The paths are added up by how often they wind around."),
    ("sum", "The parts are added up."),
    ("sines across", "The waves between two walls are summed."),
    ("principal axes", "Lengths are measured along each axis such that diffusion is the same along all."),
    (
        "conductance",
        "The conductance of a wire is its conductivity times its cross-section, over its length.",
    ),
    (
        "two bubbles joined by",
        "Of the contractions of two bubbles those with two blocks between them are kept.",
    ),
    ("exchange of the bubbles", "The spins of one block are handed to the other; each channel meets itself."),
    ("time reversal", "Walking one bubble the other way round turns diffusons into Cooperons."),
    ("two to one", "The two kinds of boxes are compared."),
    ("sum over modes", "The modes between the leads are added up, for any gap."),
    ("squared poles", "The sum of the squared poles is a derivative of the sum of the poles."),
    (
        "powers and rest",
        "What falls off as powers of the gap is set apart from what falls off exponentially.",
    ),
    ("zeta functions", "Powers of whole numbers add up to zeta functions."),
    (
        "sum of two squares",
        "A sum over two whole numbers counts the ways to write an integer as two squares.",
    ),
    ("modes across", "The modes across the sample are added up."),
    ("poles apart in energy", "The two bubbles have energies that differ; the poles are complex."),
    ("diffusons and Cooperons", "The parts of all families and of all channels of spin are added up."),
    (
        "long sample",
        "Where the sample is long, the modes lie so close that an integral takes the place of a sum.",
    ),
    ("Zeeman splitting", "A field sets the energies of the spins apart, and so the two lines of a block."),
    ("thermal window", "Both energies are averaged over the thermal window."),
    ("narrow covariance", "The window is wide against the energies at which conductances are correlated."),
    ("fields of two bubbles", "The fields of the two bubbles add up or subtract."),
    ("diffusion equation", "The density of a diffusing particle is found from its equation."),
    ("particle conservation", "The density adds up to one particle at all times."),
    ("return", "The density at the starting point is the probability, per volume, to have come back."),
    ("relative change", "Each return changes the conductivity by a known share of its classical value."),
    ("diffuson in time", "The pole of the ladder, seen as a function of the duration of the path."),
    ("cooperon in time", "The pole of the crossed ladder, seen as a function of the duration of the path."),
    ("ladder and crossed diagrams", "Both families are added and compared with the ladder alone."),
    ("leading form", "For coherence that lasts long against a collision the leading terms are kept."),
    ("no dephasing", "Coherence is never lost: the limit is taken."),
    ("relations", "The same formula in other symbols."),
    ("convention", "The same formula in the symbols of a published paper."),
    ("values put in", "The values that the metal was given are put in place of the symbols."),
    (
        "polygon with",
        "The diagram is cut at its diffusons; each ring of electron lines is integrated over the energy and "
        "averaged over directions.",
    ),
    ("density response", "How the density of charge or spin follows a potential: the ladder of bubbles."),
    ("screened interaction", "The electrons move until they weaken the interaction: a geometric series."),
    ("exchange field", "The magnetisation of the electrons acts on their spins, too."),
    ("complete screening", "At long distances the bare Coulomb interaction is so strong that it drops out."),
    (
        "sum over the frequencies of the interaction",
        "The energies that the interaction exchanges are Matsubara's: the sum over them is written such that "
        "the frequency of the field can become real.",
    ),
    ("static field", "The frequency of the field goes to zero."),
    ("real frequencies", "The sum over Matsubara frequencies is an integral over real ones."),
    ("integral over frequencies", "The integral over the energies that the interaction exchanges is done."),
    (
        "sum over Matsubara frequencies",
        "Powers of the number of a frequency are added up: zeta functions and digammas.",
    ),
    ("weight", "The share of some channels is taken."),
    ("Johnson-Nyquist noise", "The other electrons make the noise of a conductor: a random potential."),
    (
        "noise between two places",
        "The noise differs from place to place: a phase is lost the faster the farther apart two places are.",
    ),
    ("cumulant average", "A random phase is averaged: what is left of interference decays exponentially."),
    ("relative coordinate", "A path and the same path run backwards are one diffusion of their distance."),
    ("rate of the noise", "The noise is added up over the momenta that count."),
    ("equation of the Cooperon", "Diffusion of the distance, and what is lost with it: Airy's equation."),
    ("source", "The path starts somewhere: this fixes the factor in front."),
    ("balance", "All that starts is lost in the end."),
    ("interference with noise", "The Cooperon with the noise, at its own place, is the interference."),
    ("self-consistent rate", "The rate cuts off itself: an equation, solved by Lambert's function."),
    ("rate of dephasing", "The rate at which the phase is lost."),
    ("Matthiessen's rule", "The rates of several causes add up."),
    (
        "density of a diffusing electron",
        "Where an electron is after a time, seen as a function of frequency.",
    ),
    ("empty and full states", "A collision needs a full state to start from and an empty one to go to."),
    ("sum over odd numbers", "All numbers less the even ones."),
    ("integral over frequencies", "The energies that collisions hand over are added up."),
    ("derivative in ln L", "How fast the conductivity changes with the logarithm of the size."),
    (
        "largest scales",
        "Above the lengths of all mechanisms only the modes that nothing breaks still change with the size.",
    ),
    (
        "scaling function",
        "The conductance of a cube is the conductivity times a power of its size; the derivative of its "
        "logarithm is written as a function of the conductance itself.",
    ),
    (
        "stored, not derived",
        "Quoted from the literature: terms of higher order, which no diagram here has given.",
    ),
    ("terms of the sigma model", "What is derived and what is quoted, added up."),
    ("strong localization", "A conductance that decays exponentially with the size."),
    ("interpolation", "A curve chosen to have both ends right; between them it is a guess."),
    (
        "integral of the scaling function",
        "The conductance is followed from the size of a mean free path to that of the sample.",
    ),
    ("localization length", "The size at which the conductance has come down to nothing."),
    ("length of a gap", "The size at which a mode decays by diffusion as fast as by what breaks it."),
    ("crossover length", "The size from which on one sees whether the cube is a metal or an insulator."),
    ("golden rule", "Probabilities of collisions for a unit of time are added up."),
    (
        "relaxation kernel",
        "What the conductivity loses is added to the resistance: the same at first.",
    ),
    ("self-consistency", "The diffusion constant that is looked for takes its place in the pole, too."),
    ("localization length", "Where nothing is left of the conductivity at rest: an equation for a length."),
    ("mobility edge", "Where the localization length becomes infinite: an equation for the disorder."),
    ("self-consistent equation", "A quantity stands on both sides: the equation is solved for it."),
    ("slope", "A derivative is taken."),
    ("conductivity", "The diffusion constant says what the conductivity is."),
    ("spreading", "How far a diffusing particle has come after a time."),
    ("diffusion time", "The time after which it has come from one end to the other."),
    ("slowest mode", "The slowest way in which a density between leads decays."),
    ("Thouless energy", "The time of diffusion across a sample, as an energy."),
    ("level spacing", "How far apart the levels of a finite sample are."),
    ("Thouless's ratio", "Two energies of a sample make its conductance."),
    ("Ioffe-Regel number", "The energy of an electron over the blur of its level."),
)
"""The beginning of a rule's name, and what the rule does. The longest beginning that fits counts."""


def rule_in_words(rule: str) -> str:
    """Say what a rule does; nothing for a rule that the table does not have.

    Examples
    --------
    >>> rule_in_words("Bethe-Salpeter equation (cooperon)")
    'A ladder has any number of rungs: a geometric series, summed.'
    """
    rule = re.sub(r"^\d+ (?=lines)", "", rule)  # the size of a box
    fitting = [start for start, _ in RULES if re.match(re.escape(start) + r"(?!\w)", rule, re.IGNORECASE)]
    return dict(RULES)[max(fitting, key=len)] if fitting else ""
