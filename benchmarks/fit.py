"""Do confidence intervals keep what they promise? Fits to synthetic data with noise, each with a known truth.

python benchmarks/fit.py [trials [part of a case's name]]
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Mapping

import numpy as np

import cooperon as cp

TRIALS = 400
LEVEL = 0.95
ROWS = 61
OFFSETS = {2: 1e-3, 3: 1e4}  # S, S/m
FIELD = cp.PerpendicularField()
SPIN_ORBIT = cp.Metal(dim=2, scattering=[cp.Potential(), cp.SpinOrbit()], field=FIELD)
Trial = Callable[[np.random.Generator], cp.FitResult]


def in_field(
    metal: cp.Metal, truth: Mapping[str, float], strongest: float, noise: float, known: bool
) -> Trial:
    """Return a fit to a magnetoconductance with offset; with its errors, or without."""
    formula = cp.magnetoconductivity(metal).in_convention("HLN")
    B = np.linspace(-strongest, strongest, ROWS)
    curve = OFFSETS[metal.dim] + formula.lambdify("B", *truth, si=True)(B, *truth.values())

    def trial(random: np.random.Generator) -> cp.FitResult:
        data = {"B": B, "sigma": curve + noise * random.standard_normal(B.size)}
        if known:
            data["error"] = np.full(B.size, noise)
        return cp.fit(data, formula)

    return trial


def resistances(truth: Mapping[str, float], noise: float) -> Trial:
    """Return a fit to resistances of a bar with an odd part, symmetrised."""
    formula = cp.magnetoconductivity(SPIN_ORBIT).in_convention("HLN")
    B = np.linspace(-1, 1, ROWS)
    curve = 10 / (1e-3 + formula.lambdify("B", *truth, si=True)(B, *truth.values()))

    def trial(random: np.random.Generator) -> cp.FitResult:
        measured = curve + 3 * B + noise * random.standard_normal(B.size)
        geometry = {"length": 1e-4, "width": 1e-5}
        return cp.fit({"B": B, "R": measured}, formula, geometry=geometry, symmetrize=True)

    return trial


def over_temperature(truth: Mapping[str, float], noise: float) -> Trial:
    """Return a fit of a power law of dephasing to a conductivity without field."""
    formula = cp.conductivity(cp.Metal(dim=2, dephasing=cp.PowerLaw(cp.symbols.p)), loops=1)
    held = {"T_0": 4.2, "tau": 1e-13, "tau_phi_0": 1e-11}
    T = np.geomspace(1, 20, ROWS)
    curve = 1e-3 + formula.lambdify("T", si=True)(T, **truth, **held)

    def trial(random: np.random.Generator) -> cp.FitResult:
        return cp.fit({"T": T, "sigma": curve + noise * random.standard_normal(T.size)}, formula, fixed=held)

    return trial


CASES: dict[str, tuple[Trial, dict[str, float]]] = {}
for name, metal, truth, strongest, noise, known in (
    ("HLN, spin-orbit", SPIN_ORBIT, {"B_phi": 3e-3, "B_so": 0.05}, 1.0, 2e-7, False),
    ("HLN, spin-orbit, errors given", SPIN_ORBIT, {"B_phi": 0.02, "B_so": 0.05}, 1.0, 2e-7, True),
    ("HLN, much noise (profiles)", SPIN_ORBIT, {"B_phi": 0.02, "B_so": 0.05}, 1.0, 1e-6, True),
    ("Kawabata", cp.Metal(dim=3, field=FIELD), {"B_phi": 0.02}, 1.0, 3.0, False),
):
    trial = in_field(metal, truth, strongest, noise, known)
    CASES[name] = (trial, {**truth, "offset": OFFSETS[metal.dim]})
CASES["HLN, bar, symmetrised"] = (
    resistances({"B_phi": 3e-3, "B_so": 0.05}, 2.0),
    {"B_phi": 3e-3, "B_so": 0.05, "offset": 1e-3},
)
CASES["R(T), power law"] = (over_temperature({"p": 1.5}, 1e-7), {"p": 1.5, "offset": 1e-3})


def main(trials: int, chosen: str = "") -> None:
    """Print how often the truth is inside the interval."""
    print(f"{trials} trials of {ROWS} rows; share of {LEVEL:.0%} intervals that contain the truth")
    for name, (trial, truth) in CASES.items():
        if chosen not in name:
            continue
        random = np.random.default_rng(20240601)
        inside = dict.fromkeys(truth, 0)
        spread = {key: [] for key in truth}
        warned = 0
        start = time.perf_counter()
        for _ in range(trials):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                found = trial(random)
            warned += bool(caught)
            for key, (low, high) in found.intervals(LEVEL).items():
                inside[key] += low <= truth[key] <= high
                spread[key].append(found.errors[key] / truth[key])
        seconds = (time.perf_counter() - start) / trials
        shares = ", ".join(
            f"{key} {count / trials:.1%} (error {np.median(spread[key]):.1%})"
            for key, count in inside.items()
        )
        print(f"{name}: {shares}; {warned} with a warning; {1e3 * seconds:.0f} ms a fit", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS, *sys.argv[2:3])
