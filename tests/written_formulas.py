"""One formula of each kind, derived when it is asked for."""

from functools import cache

import sympy as sp

import cooperon as cp

s = cp.symbols
P = cp.PerpendicularField


def _film(**more):
    return cp.Metal(dim=2, field=P(), **more)


_DERIVED = {
    "drude": lambda: cp.conductivity(cp.Metal(dim=3)),
    "drude at a frequency": lambda: cp.conductivity(cp.Metal(dim=3), omega=s.omega),
    "wire": lambda: cp.conductivity(cp.Metal(dim=1), loops=1),
    "film": lambda: cp.conductivity(cp.Metal(dim=2), loops=1),
    "bulk": lambda: cp.conductivity(cp.Metal(dim=3), loops=1),
    "any dimension": lambda: cp.conductivity(cp.Metal(dim=s.d), loops=1, cutoff="time", omega=s.omega),
    "sample": lambda: cp.conductivity(
        cp.Metal(dim=s.d), loops=1, infrared="L", omega=s.omega, cutoff="mean_free_path"
    ),
    "fraction": lambda: cp.conductivity(cp.Metal(dim=sp.Rational(5, 2)), loops=1),
    "dimensional": lambda: cp.conductivity(cp.Metal(dim=sp.Rational(5, 2)), loops=1, cutoff="dimensional"),
    "return": lambda: cp.conductivity(cp.Metal(dim=3), loops=1, route="return_probability", cutoff="window"),
    "temperature": lambda: cp.conductivity(cp.Metal(dim=2, dephasing=cp.PowerLaw()), loops=1),
    "ratio": lambda: cp.conductivity(cp.Metal(dim=3), loops=1) / cp.conductivity(cp.Metal(dim=3)),
    "sum": lambda: cp.conductivity(cp.Metal(dim=2)) - 2 * cp.conductivity(cp.Metal(dim=2), loops=1),
    "backscattering": lambda: cp.backscattering(cp.Metal(dim=2)),
    "values": lambda: cp.conductivity(cp.Metal(dim=3, tau=2e-13, tau_phi=4e-12), loops=1),
    "spin-orbit": lambda: cp.conductivity(cp.Metal(dim=2, scattering=[cp.SpinOrbit()]), loops=1),
    "magnetoconductivity": lambda: cp.magnetoconductivity(_film()),
    "film in a field": lambda: cp.conductivity(_film(), loops=1),
    "HLN": lambda: cp.magnetoconductivity(_film(scattering=[cp.SpinOrbit(), cp.Magnetic()])),
    "Kawabata": lambda: cp.magnetoconductivity(cp.Metal(dim=3, field=P())),
    "field in any dimension": lambda: cp.magnetoconductivity(cp.Metal(dim=s.d, field=P())),
    "principal axes": lambda: cp.magnetoconductivity(_film(diffusion="xyz")),
    "ring": lambda: cp.conductivity(cp.Metal(dim=1, geometry=cp.Ring(), field=P()), loops=1),
    "leads": lambda: cp.conductivity(cp.Metal(dim=1, geometry=cp.Wire(length=s.L)), loops=1),
    "conductance": lambda: cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=s.L)), loops=1),
    "wire in a field": lambda: cp.magnetoconductivity(cp.Metal(dim=1, geometry=cp.Wire(), field=P())),
    "film to bulk": lambda: cp.conductivity(cp.Metal(dim=3, geometry=cp.Film()), loops=1),
    "parallel field": lambda: cp.magnetoconductivity(
        cp.Metal(dim=2, geometry=cp.Film(), field=cp.ParallelField())
    ),
    "cylinder": lambda: cp.conductivity(
        cp.Metal(dim=2, geometry=cp.Cylinder(), field=cp.ParallelField()), loops=1
    ),
    "exact kernel": lambda: cp.conductivity(cp.Metal(dim=2), loops=1, kernel="exact"),
    "exact kernel, 3": lambda: cp.conductivity(cp.Metal(dim=3), loops=1, kernel="exact"),
}
FORMULAS = {name: cache(derive) for name, derive in _DERIVED.items()}
