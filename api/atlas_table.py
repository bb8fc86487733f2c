"""What the engine can derive: a table of calls, each with a name and a category. No formula stands here."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cooperon as cp

__all__ = ["ROWS"]

Row = tuple[str, str, str, Callable[[], Any]]

# fmt: off
_DRUDE: tuple[Row, ...] = (
    ("Drude", "in d dimensions", "cp.conductivity(cp.Metal(dim=cp.symbols.d))", lambda: cp.conductivity(cp.Metal(dim=cp.symbols.d))),
    ("Drude", "in the density of electrons", 'cp.conductivity(cp.Metal(dim=3)).in_terms_of("n", "tau", "m")', lambda: cp.conductivity(cp.Metal(dim=3)).in_terms_of("n", "tau", "m")),
    ("Drude", "at a frequency", "cp.conductivity(cp.Metal(dim=2), omega=cp.symbols.omega)", lambda: cp.conductivity(cp.Metal(dim=2), omega=cp.symbols.omega)),
    ("Drude", "spinless carriers", "cp.conductivity(cp.Metal(dim=2, spin=0))", lambda: cp.conductivity(cp.Metal(dim=2, spin=0))),
    ("Drude", "conductance of a wire between leads", "cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L)), loops=0)", lambda: cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L)), loops=0)),
    ("Drude", "value of the bare bubble", "cp.evaluate(cp.diagrams.bubble(), cp.Metal(dim=2))", lambda: cp.evaluate(cp.diagrams.bubble(), cp.Metal(dim=2))),
)

_LOCALIZATION: tuple[Row, ...] = (
    ("weak localization", "in one dimension", "cp.conductivity(cp.Metal(dim=1), loops=1)", lambda: cp.conductivity(cp.Metal(dim=1), loops=1)),
    ("weak localization", "in two dimensions", "cp.conductivity(cp.Metal(dim=2), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2), loops=1)),
    ("weak localization", "in three dimensions", "cp.conductivity(cp.Metal(dim=3), loops=1)", lambda: cp.conductivity(cp.Metal(dim=3), loops=1)),
    ("weak localization", "in d dimensions", 'cp.conductivity(cp.Metal(dim=cp.symbols.d), loops=1, cutoff="dimensional")', lambda: cp.conductivity(cp.Metal(dim=cp.symbols.d), loops=1, cutoff="dimensional")),
    ("weak localization", "in 5/2 dimensions", "cp.conductivity(cp.Metal(dim=2.5), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2.5), loops=1)),
    ("weak localization", "spinless carriers", "cp.conductivity(cp.Metal(dim=2, spin=0), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2, spin=0), loops=1)),
    ("weak localization", "relative to Drude", "cp.conductivity(cp.Metal(dim=2), loops=1) / cp.conductivity(cp.Metal(dim=2))", lambda: cp.conductivity(cp.Metal(dim=2), loops=1) / cp.conductivity(cp.Metal(dim=2))),
    ("weak localization", "against temperature", "cp.conductivity(cp.Metal(dim=2, dephasing=cp.PowerLaw()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2, dephasing=cp.PowerLaw()), loops=1)),
    ("weak localization", "at a frequency", "cp.conductivity(cp.Metal(dim=2), loops=1, omega=cp.symbols.omega)", lambda: cp.conductivity(cp.Metal(dim=2), loops=1, omega=cp.symbols.omega)),
    ("weak localization", "in a sample of the size L", 'cp.conductivity(cp.Metal(dim=2), loops=1, infrared="L")', lambda: cp.conductivity(cp.Metal(dim=2), loops=1, infrared="L")),
    ("weak localization", "with principal axes of diffusion", 'cp.conductivity(cp.Metal(dim=3, diffusion="xyz"), loops=1)', lambda: cp.conductivity(cp.Metal(dim=3, diffusion="xyz"), loops=1)),
)

_CUTOFFS: tuple[Row, ...] = (
    ("cutoff", "q < 1/ell", 'cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="mean_free_path")', lambda: cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="mean_free_path")),
    ("cutoff", "paths longer than tau", 'cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="time")', lambda: cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="time")),
    ("cutoff", "paths between tau and tau_phi", 'cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="window")', lambda: cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="window")),
    ("cutoff", "short paths faded out", 'cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="smooth")', lambda: cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="smooth")),
    ("cutoff", "none: dimensional", 'cp.conductivity(cp.Metal(dim=1), loops=1, cutoff="dimensional")', lambda: cp.conductivity(cp.Metal(dim=1), loops=1, cutoff="dimensional")),
)

_PATHS: tuple[Row, ...] = (
    ("paths", "return probability", "cp.return_probability(cp.Metal(dim=3))", lambda: cp.return_probability(cp.Metal(dim=3))),
    ("paths", "coherent backscattering", "cp.backscattering(cp.Metal(dim=3))", lambda: cp.backscattering(cp.Metal(dim=3))),
    ("paths", "weak localization by the return probability", 'cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="time", route="return_probability")', lambda: cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="time", route="return_probability")),
)

_LADDERS: tuple[Row, ...] = (
    ("ladder", "diffuson", 'cp.ladder("diffuson", cp.Metal(dim=2), omega=cp.symbols.omega)', lambda: cp.ladder("diffuson", cp.Metal(dim=2), omega=cp.symbols.omega)),
    ("ladder", "Cooperon", 'cp.ladder("cooperon", cp.Metal(dim=2))', lambda: cp.ladder("cooperon", cp.Metal(dim=2))),
    ("ladder", "diffuson at any momentum", 'cp.exact_ladder("diffuson", cp.Metal(dim=2), omega=cp.symbols.omega)', lambda: cp.exact_ladder("diffuson", cp.Metal(dim=2), omega=cp.symbols.omega)),
    ("ladder", "Cooperon at any momentum", 'cp.exact_ladder("cooperon", cp.Metal(dim=3))', lambda: cp.exact_ladder("cooperon", cp.Metal(dim=3))),
    ("ladder", "channels of the Cooperon", "cp.cooperon(cp.Metal(dim=2, scattering=[cp.SpinOrbit(), cp.Magnetic()]))", lambda: cp.cooperon(cp.Metal(dim=2, scattering=[cp.SpinOrbit(), cp.Magnetic()]))),
    ("ladder", "channels of the diffuson", "cp.diffuson(cp.Metal(dim=2, scattering=[cp.SpinOrbit(), cp.Magnetic()]))", lambda: cp.diffuson(cp.Metal(dim=2, scattering=[cp.SpinOrbit(), cp.Magnetic()]))),
)

_SPINS: tuple[Row, ...] = (
    ("spin", "spin-orbit scattering, antilocalization", "cp.conductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit()]), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit()]), loops=1)),
    ("spin", "spin-orbit scattering off an axis", 'cp.conductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit(axes="z")]), loops=1)', lambda: cp.conductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit(axes="z")]), loops=1)),
    ("spin", "magnetic impurities", "cp.conductivity(cp.Metal(dim=2, scattering=[cp.Magnetic()]), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2, scattering=[cp.Magnetic()]), loops=1)),
    ("spin", "both, in three dimensions", "cp.conductivity(cp.Metal(dim=3, scattering=[cp.SpinOrbit(), cp.Magnetic()]), loops=1)", lambda: cp.conductivity(cp.Metal(dim=3, scattering=[cp.SpinOrbit(), cp.Magnetic()]), loops=1)),
    ("spin", "spin-orbit scattering at a frequency", "cp.conductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit()]), loops=1, omega=cp.symbols.omega)", lambda: cp.conductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit()]), loops=1, omega=cp.symbols.omega)),
)

_FIELDS: tuple[Row, ...] = (
    ("field", "magnetoconductivity of a film", "cp.magnetoconductivity(cp.Metal(dim=2, field=cp.PerpendicularField()))", lambda: cp.magnetoconductivity(cp.Metal(dim=2, field=cp.PerpendicularField()))),
    ("field", "Hikami, Larkin and Nagaoka", 'cp.magnetoconductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit(), cp.Magnetic()], field=cp.PerpendicularField())).in_convention("HLN")', lambda: cp.magnetoconductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit(), cp.Magnetic()], field=cp.PerpendicularField())).in_convention("HLN")),
    ("field", "Kawabata, three dimensions", "cp.magnetoconductivity(cp.Metal(dim=3, field=cp.PerpendicularField()))", lambda: cp.magnetoconductivity(cp.Metal(dim=3, field=cp.PerpendicularField()))),
    ("field", "in d dimensions", "cp.magnetoconductivity(cp.Metal(dim=cp.symbols.d, field=cp.PerpendicularField()))", lambda: cp.magnetoconductivity(cp.Metal(dim=cp.symbols.d, field=cp.PerpendicularField()))),
    ("field", "with principal axes of diffusion", 'cp.magnetoconductivity(cp.Metal(dim=3, field=cp.PerpendicularField(), diffusion="xyz"))', lambda: cp.magnetoconductivity(cp.Metal(dim=3, field=cp.PerpendicularField(), diffusion="xyz"))),
    ("field", "correction of a film as a whole", "cp.conductivity(cp.Metal(dim=2, field=cp.PerpendicularField()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2, field=cp.PerpendicularField()), loops=1)),
    ("field", "film in a tilted field", "cp.magnetoconductivity(cp.Metal(dim=2, geometry=cp.Film(), field=cp.TiltedField()))", lambda: cp.magnetoconductivity(cp.Metal(dim=2, geometry=cp.Film(), field=cp.TiltedField()))),
    ("field", "spins that precess and are scattered", "cp.conductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit(), cp.Zeeman()], field=cp.PerpendicularField()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit(), cp.Zeeman()], field=cp.PerpendicularField()), loops=1)),
    ("field", "film in a parallel field", "cp.magnetoconductivity(cp.Metal(dim=2, geometry=cp.Film(), field=cp.ParallelField()))", lambda: cp.magnetoconductivity(cp.Metal(dim=2, geometry=cp.Film(), field=cp.ParallelField()))),
    ("field", "film, alternating current", "cp.magnetoconductivity(cp.Metal(dim=2, field=cp.PerpendicularField()), omega=cp.symbols.omega)", lambda: cp.magnetoconductivity(cp.Metal(dim=2, field=cp.PerpendicularField()), omega=cp.symbols.omega)),
    ("field", "film in a parallel field, with spin-orbit scattering", "cp.magnetoconductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit()], geometry=cp.Film(), field=cp.ParallelField()))", lambda: cp.magnetoconductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit()], geometry=cp.Film(), field=cp.ParallelField()))),
    ("field", "wire", "cp.magnetoconductivity(cp.Metal(dim=1, geometry=cp.Wire(), field=cp.PerpendicularField()))", lambda: cp.magnetoconductivity(cp.Metal(dim=1, geometry=cp.Wire(), field=cp.PerpendicularField()))),
    ("field", "wire, along it", "cp.magnetoconductivity(cp.Metal(dim=1, geometry=cp.Wire(), field=cp.ParallelField()))", lambda: cp.magnetoconductivity(cp.Metal(dim=1, geometry=cp.Wire(), field=cp.ParallelField()))),
    ("field", "round wire", 'cp.magnetoconductivity(cp.Metal(dim=1, geometry=cp.Wire(section="round"), field=cp.PerpendicularField()))', lambda: cp.magnetoconductivity(cp.Metal(dim=1, geometry=cp.Wire(section="round"), field=cp.PerpendicularField()))),
    ("field", "clean wire, flux cancellation", 'cp.magnetoconductivity(cp.Metal(dim=2, geometry=cp.Wire(boundary="specular"), field=cp.PerpendicularField()))', lambda: cp.magnetoconductivity(cp.Metal(dim=2, geometry=cp.Wire(boundary="specular"), field=cp.PerpendicularField()))),
    ("field", "ring, oscillations with the flux", "cp.conductivity(cp.Metal(dim=1, geometry=cp.Ring(), field=cp.PerpendicularField()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=1, geometry=cp.Ring(), field=cp.PerpendicularField()), loops=1)),
    ("field", "ring with arms of a finite width", "cp.conductivity(cp.Metal(dim=1, geometry=cp.Ring(width=cp.symbols.width), field=cp.PerpendicularField()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=1, geometry=cp.Ring(width=cp.symbols.width), field=cp.PerpendicularField()), loops=1)),
    ("field", "cylinder, oscillations with the flux", "cp.conductivity(cp.Metal(dim=2, geometry=cp.Cylinder(), field=cp.ParallelField()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2, geometry=cp.Cylinder(), field=cp.ParallelField()), loops=1)),
)

_SHAPES: tuple[Row, ...] = (
    ("shape", "thin wire", "cp.conductivity(cp.Metal(dim=1, geometry=cp.Wire()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=1, geometry=cp.Wire()), loops=1)),
    ("shape", "strip, from one to two dimensions", "cp.conductivity(cp.Metal(dim=2, geometry=cp.Wire()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2, geometry=cp.Wire()), loops=1)),
    ("shape", "film, from two to three dimensions", "cp.conductivity(cp.Metal(dim=3, geometry=cp.Film()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=3, geometry=cp.Film()), loops=1)),
    ("shape", "wire between leads", "cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L)))", lambda: cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L)))),
    ("shape", "coherent wire between leads", "cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L), dephasing=None))", lambda: cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L), dephasing=None))),
    ("shape", "wire between leads, with spin-orbit scattering", "cp.conductance(cp.Metal(dim=1, scattering=[cp.SpinOrbit()], geometry=cp.Wire(length=cp.symbols.L)))", lambda: cp.conductance(cp.Metal(dim=1, scattering=[cp.SpinOrbit()], geometry=cp.Wire(length=cp.symbols.L)))),
    ("shape", "wire between leads, at a frequency", "cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L)), omega=cp.symbols.omega)", lambda: cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L)), omega=cp.symbols.omega)),
    ("shape", "ring", "cp.conductivity(cp.Metal(dim=1, geometry=cp.Ring()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=1, geometry=cp.Ring()), loops=1)),
    ("shape", "hollow cylinder", "cp.conductivity(cp.Metal(dim=2, geometry=cp.Cylinder()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2, geometry=cp.Cylinder()), loops=1)),
)

_EXACT: tuple[Row, ...] = (
    ("exact kernel", "in one dimension", "cp.interference(cp.Metal(dim=1)).total", lambda: cp.interference(cp.Metal(dim=1)).total),
    ("exact kernel", "in two dimensions", 'cp.conductivity(cp.Metal(dim=2), loops=1, kernel="exact")', lambda: cp.conductivity(cp.Metal(dim=2), loops=1, kernel="exact")),
    ("exact kernel", "in three dimensions", 'cp.conductivity(cp.Metal(dim=3), loops=1, kernel="exact")', lambda: cp.conductivity(cp.Metal(dim=3), loops=1, kernel="exact")),
    ("exact kernel", "at a frequency", 'cp.conductivity(cp.Metal(dim=2), loops=1, kernel="exact", omega=cp.symbols.omega)', lambda: cp.conductivity(cp.Metal(dim=2), loops=1, kernel="exact", omega=cp.symbols.omega)),
    ("exact kernel", "backscattering part", "cp.interference(cp.Metal(dim=2)).backscattering", lambda: cp.interference(cp.Metal(dim=2)).backscattering),
    ("exact kernel", "nonbackscattering part", "cp.interference(cp.Metal(dim=2)).nonbackscattering", lambda: cp.interference(cp.Metal(dim=2)).nonbackscattering),
    ("exact kernel", "in a field of any strength", "cp.interference(cp.Metal(dim=2, field=cp.PerpendicularField())).total", lambda: cp.interference(cp.Metal(dim=2, field=cp.PerpendicularField())).total),
    ("exact kernel", "in a strong field", "cp.strong_field(cp.Metal(dim=2, field=cp.PerpendicularField())).total", lambda: cp.strong_field(cp.Metal(dim=2, field=cp.PerpendicularField())).total),
)

_ANISOTROPIC: tuple[Row, ...] = (
    ("anisotropic scattering", "Drude", "cp.conductivity(cp.Metal(dim=3, scattering=[cp.Potential(harmonics=(cp.symbols.w_1,))]))", lambda: cp.conductivity(cp.Metal(dim=3, scattering=[cp.Potential(harmonics=(cp.symbols.w_1,))]))),
    ("anisotropic scattering", "weak localization", "cp.conductivity(cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(cp.symbols.w_1,))]), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(cp.symbols.w_1,))]), loops=1)),
    ("anisotropic scattering", "Cooperon", 'cp.ladder("cooperon", cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(cp.symbols.w_1,))]))', lambda: cp.ladder("cooperon", cp.Metal(dim=2, scattering=[cp.Potential(harmonics=(cp.symbols.w_1,))]))),
    ("anisotropic scattering", "in three dimensions", "cp.conductivity(cp.Metal(dim=3, scattering=[cp.Potential(harmonics=(cp.symbols.w_1,))]), loops=1)", lambda: cp.conductivity(cp.Metal(dim=3, scattering=[cp.Potential(harmonics=(cp.symbols.w_1,))]), loops=1)),
)

_BOXES: tuple[Row, ...] = (
    ("Hikami box", "four lines", 'cp.hikami_box(4).in_terms_of("D")', lambda: cp.hikami_box(4).in_terms_of("D")),
    ("Hikami box", "six lines", "cp.hikami_box(6)", lambda: cp.hikami_box(6)),
    ("Hikami box", "with two current vertices", 'cp.hikami_box(4, (None, "current", None, "current"), order=0)', lambda: cp.hikami_box(4, (None, "current", None, "current"), order=0)),
)

_INTEGRALS: tuple[Row, ...] = (
    ("integral", "energy and directions", "cp.fast_integral(retarded=2, advanced=2, velocities=2)", lambda: cp.fast_integral(retarded=2, advanced=2, velocities=2)),
    ("integral", "slow momentum", "cp.slow_integral(1 / (cp.symbols.D * cp.symbols.q**2 + 1 / cp.symbols.tau_phi), dim=2)", lambda: cp.slow_integral(1 / (cp.symbols.D * cp.symbols.q**2 + 1 / cp.symbols.tau_phi), dim=2)),
    ("integral", "of a diagram, by the Feynman rules", "cp.feynman_rules(cp.diagrams.bubble(), cp.Metal(dim=2)).unevaluated_polygons()", lambda: cp.feynman_rules(cp.diagrams.bubble(), cp.Metal(dim=2)).unevaluated_polygons()),
)

_INTERACTION: tuple[Row, ...] = (
    ("interaction", "in one dimension", "cp.interaction_correction(cp.Metal(dim=1))", lambda: cp.interaction_correction(cp.Metal(dim=1))),
    ("interaction", "in two dimensions", "cp.interaction_correction(cp.Metal(dim=2))", lambda: cp.interaction_correction(cp.Metal(dim=2))),
    ("interaction", "in three dimensions", "cp.interaction_correction(cp.Metal(dim=3))", lambda: cp.interaction_correction(cp.Metal(dim=3))),
    ("interaction", "in d dimensions", 'cp.interaction_correction(cp.Metal(dim=cp.symbols.d), part="exchange")', lambda: cp.interaction_correction(cp.Metal(dim=cp.symbols.d), part="exchange")),
    ("interaction", "sum of its diagrams", 'cp.interaction_diagrams(cp.Metal(dim=2)).total("Omega > omega")', lambda: cp.interaction_diagrams(cp.Metal(dim=2)).total("Omega > omega")),
    ("interaction", "exchange alone", 'cp.interaction_correction(cp.Metal(dim=2), part="exchange")', lambda: cp.interaction_correction(cp.Metal(dim=2), part="exchange")),
    ("interaction", "of short range", "cp.interaction_correction(cp.Metal(dim=2, interaction=cp.ShortRange()))", lambda: cp.interaction_correction(cp.Metal(dim=2, interaction=cp.ShortRange()))),
    ("interaction", "Coulomb, without a triplet", "cp.interaction_correction(cp.Metal(dim=3, interaction=cp.Coulomb(F0=0)))", lambda: cp.interaction_correction(cp.Metal(dim=3, interaction=cp.Coulomb(F0=0)))),
    ("interaction", "with Zeeman splitting, to first order in F0", 'cp.interaction_correction(cp.Metal(dim=2, scattering=[cp.Zeeman()]), triplet="first_order")', lambda: cp.interaction_correction(cp.Metal(dim=2, scattering=[cp.Zeeman()]), triplet="first_order")),
    ("interaction", "magnetoconductivity by Zeeman splitting", 'cp.interaction_magnetoconductivity(cp.Metal(dim=2, scattering=[cp.Zeeman()]), triplet="first_order")', lambda: cp.interaction_magnetoconductivity(cp.Metal(dim=2, scattering=[cp.Zeeman()]), triplet="first_order")),
    ("interaction", "in a weak field", 'cp.interaction_magnetoconductivity(cp.Metal(dim=3, scattering=[cp.Zeeman()]), triplet="first_order", limit="weak")', lambda: cp.interaction_magnetoconductivity(cp.Metal(dim=3, scattering=[cp.Zeeman()]), triplet="first_order", limit="weak")),
    ("interaction", "in a strong field", 'cp.interaction_magnetoconductivity(cp.Metal(dim=2, scattering=[cp.Zeeman()]), limit="strong")', lambda: cp.interaction_magnetoconductivity(cp.Metal(dim=2, scattering=[cp.Zeeman()]), limit="strong")),
    ("interaction", "from ballistic to diffusive", "cp.ballistic_interaction(cp.Metal(dim=2))", lambda: cp.ballistic_interaction(cp.Metal(dim=2))),
    ("interaction", "tunnelling into a film", "cp.tunnelling_density_of_states(cp.Metal(dim=2, interaction=cp.ShortRange()))", lambda: cp.tunnelling_density_of_states(cp.Metal(dim=2, interaction=cp.ShortRange()))),
    ("interaction", "tunnelling into the bulk, as measured", "cp.tunnelling_density_of_states(cp.Metal(dim=3), smeared=True)", lambda: cp.tunnelling_density_of_states(cp.Metal(dim=3), smeared=True)),
)

_DEPHASING: tuple[Row, ...] = (
    ("dephasing", "noise along a wire", "cp.conductivity(cp.Metal(dim=1, dephasing=cp.ElectronElectron()), loops=1)", lambda: cp.conductivity(cp.Metal(dim=1, dephasing=cp.ElectronElectron()), loops=1)),
    ("dephasing", "noise along a wire, and phonons", "cp.conductivity(cp.Metal(dim=1, dephasing=[cp.ElectronElectron(), cp.ElectronPhonon(p=3)]), loops=1)", lambda: cp.conductivity(cp.Metal(dim=1, dephasing=[cp.ElectronElectron(), cp.ElectronPhonon(p=3)]), loops=1)),
    ("dephasing", "film, electrons and phonons", "cp.conductivity(cp.Metal(dim=2, dephasing=[cp.ElectronElectron(), cp.ElectronPhonon(p=3)]), loops=1)", lambda: cp.conductivity(cp.Metal(dim=2, dephasing=[cp.ElectronElectron(), cp.ElectronPhonon(p=3)]), loops=1)),
    ("dephasing", "rate of a wire", "cp.dephasing_rate(cp.Metal(dim=1))", lambda: cp.dephasing_rate(cp.Metal(dim=1))),
    ("dephasing", "rate of a film", "cp.dephasing_rate(cp.Metal(dim=2))", lambda: cp.dephasing_rate(cp.Metal(dim=2))),
    ("dephasing", "rate of the bulk", "cp.dephasing_rate(cp.Metal(dim=3))", lambda: cp.dephasing_rate(cp.Metal(dim=3))),
    ("dephasing", "interference apart from interaction, in a tilted field", 'cp.separate(cp.Metal(dim=2, geometry=cp.Film()), field=cp.TiltedField())["interference"]', lambda: cp.separate(cp.Metal(dim=2, geometry=cp.Film()), field=cp.TiltedField())["interference"]),
)

_SCALING: tuple[Row, ...] = (
    ("scaling", "wire", "cp.beta_function(cp.Metal(dim=1))", lambda: cp.beta_function(cp.Metal(dim=1))),
    ("scaling", "film", "cp.beta_function(cp.Metal(dim=2))", lambda: cp.beta_function(cp.Metal(dim=2))),
    ("scaling", "bulk, in e^2/(pi hbar)", 'cp.beta_function(cp.Metal(dim=3), unit="e^2/(pi hbar)")', lambda: cp.beta_function(cp.Metal(dim=3), unit="e^2/(pi hbar)")),
    ("scaling", "in d dimensions", "cp.beta_function(cp.Metal(dim=cp.symbols.d))", lambda: cp.beta_function(cp.Metal(dim=cp.symbols.d))),
    ("scaling", "film with spin-orbit scattering", "cp.beta_function(cp.Metal(dim=2, scattering=[cp.SpinOrbit()]))", lambda: cp.beta_function(cp.Metal(dim=2, scattering=[cp.SpinOrbit()]))),
    ("scaling", "spin-orbit scattering in d dimensions", "cp.beta_function(cp.Metal(dim=cp.symbols.d, scattering=[cp.SpinOrbit()]))", lambda: cp.beta_function(cp.Metal(dim=cp.symbols.d, scattering=[cp.SpinOrbit()]))),
    ("scaling", "bulk in a field", "cp.beta_function(cp.Metal(dim=3, field=cp.PerpendicularField()))", lambda: cp.beta_function(cp.Metal(dim=3, field=cp.PerpendicularField()))),
    ("scaling", "weak and strong disorder, interpolated", 'cp.beta_function(cp.Metal(dim=3), end="interpolation")', lambda: cp.beta_function(cp.Metal(dim=3), end="interpolation")),
    ("scaling", "conductance of a film of the size L", "cp.flow(cp.Metal(dim=2)).conductance", lambda: cp.flow(cp.Metal(dim=2)).conductance),
    ("scaling", "localization length of a film", 'cp.flow(cp.Metal(dim=2)).localization_length.in_terms_of("k_F", "ell")', lambda: cp.flow(cp.Metal(dim=2)).localization_length.in_terms_of("k_F", "ell")),
    ("scaling", "localization length of a wire", "cp.flow(cp.Metal(dim=1)).localization_length", lambda: cp.flow(cp.Metal(dim=1)).localization_length),
    ("scaling", "correlation length in three dimensions", "cp.flow(cp.Metal(dim=3)).crossover_length", lambda: cp.flow(cp.Metal(dim=3)).crossover_length),
    ("scaling", "length above which a field decides", "cp.flow(cp.Metal(dim=2, field=cp.PerpendicularField())).class_length", lambda: cp.flow(cp.Metal(dim=2, field=cp.PerpendicularField())).class_length),
    ("scaling", "Thouless energy", "cp.thouless_energy(cp.Metal(dim=3))", lambda: cp.thouless_energy(cp.Metal(dim=3))),
    ("scaling", "level spacing", "cp.level_spacing(cp.Metal(dim=3))", lambda: cp.level_spacing(cp.Metal(dim=3))),
    ("scaling", "Thouless conductance", "cp.thouless_conductance(cp.Metal(dim=3))", lambda: cp.thouless_conductance(cp.Metal(dim=3))),
    ("scaling", "number of Thouless's criterion", "cp.thouless_criterion(cp.Metal(dim=3)).quantity", lambda: cp.thouless_criterion(cp.Metal(dim=3)).quantity),
    ("scaling", "number of Ioffe and Regel's criterion", "cp.ioffe_regel_criterion(cp.Metal(dim=3)).quantity", lambda: cp.ioffe_regel_criterion(cp.Metal(dim=3)).quantity),
)

_SELF_CONSISTENT: tuple[Row, ...] = (
    ("self-consistent theory", "localization length of a wire", "cp.self_consistent(cp.Metal(dim=1)).localization_length", lambda: cp.self_consistent(cp.Metal(dim=1)).localization_length),
    ("self-consistent theory", "localization length of a film", 'cp.self_consistent(cp.Metal(dim=2), cutoff="mean_free_path").localization_length', lambda: cp.self_consistent(cp.Metal(dim=2), cutoff="mean_free_path").localization_length),
    ("self-consistent theory", "mobility edge", 'cp.self_consistent(cp.Metal(dim=3), cutoff="mean_free_path").mobility_edge', lambda: cp.self_consistent(cp.Metal(dim=3), cutoff="mean_free_path").mobility_edge),
    ("self-consistent theory", "conductivity at the mobility edge, at a frequency", 'cp.self_consistent(cp.Metal(dim=3), cutoff="mean_free_path").edge_conductivity', lambda: cp.self_consistent(cp.Metal(dim=3), cutoff="mean_free_path").edge_conductivity),
)

_FLUCTUATIONS: tuple[Row, ...] = (
    ("fluctuations", "variance of a wire", "cp.conductance_variance(cp.Metal(dim=1))", lambda: cp.conductance_variance(cp.Metal(dim=1))),
    ("fluctuations", "variance of a square, spinless carriers", "cp.conductance_variance(cp.Metal(dim=2, spin=0))", lambda: cp.conductance_variance(cp.Metal(dim=2, spin=0))),
    ("fluctuations", "variance of a cube", "cp.conductance_variance(cp.Metal(dim=3))", lambda: cp.conductance_variance(cp.Metal(dim=3))),
    ("fluctuations", "variance of a wire with dephasing", 'cp.conductance_variance(cp.Metal(dim=1), infrared="tau_phi")', lambda: cp.conductance_variance(cp.Metal(dim=1), infrared="tau_phi")),
    ("fluctuations", "covariance of a wire at two energies", "cp.conductance_variance(cp.Metal(dim=1), omega=cp.symbols.omega)", lambda: cp.conductance_variance(cp.Metal(dim=1), omega=cp.symbols.omega)),
    ("fluctuations", "variance of a wire in the thermal window", "cp.conductance_variance(cp.Metal(dim=1), thermal=True)", lambda: cp.conductance_variance(cp.Metal(dim=1), thermal=True)),
    ("fluctuations", "covariance of a wire at two fields", "cp.conductance_variance(cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L), field=cp.PerpendicularField()), field_step=cp.symbols.Delta_B)", lambda: cp.conductance_variance(cp.Metal(dim=1, geometry=cp.Wire(length=cp.symbols.L), field=cp.PerpendicularField()), field_step=cp.symbols.Delta_B)),
    ("fluctuations", "variance of a wire with spin-orbit scattering", "cp.conductance_variance(cp.Metal(dim=1, scattering=[cp.SpinOrbit()]))", lambda: cp.conductance_variance(cp.Metal(dim=1, scattering=[cp.SpinOrbit()]))),
)
# fmt: on

ROWS: tuple[Row, ...] = (
    *_DRUDE,
    *_LOCALIZATION,
    *_CUTOFFS,
    *_PATHS,
    *_LADDERS,
    *_SPINS,
    *_FIELDS,
    *_SHAPES,
    *_EXACT,
    *_ANISOTROPIC,
    *_BOXES,
    *_INTEGRALS,
    *_INTERACTION,
    *_DEPHASING,
    *_SCALING,
    *_SELF_CONSISTENT,
    *_FLUCTUATIONS,
)
"""Category, name, call, and the same call to be made."""
