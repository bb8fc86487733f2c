"""Make the figures of README and of the pages from the code: python docs/figures.py [FOLDER]."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import sympy as sp
from matplotlib.figure import Figure

import cooperon as cp
from cooperon.diagrams import (
    Contraction,
    Diagram,
    DiagramBuilder,
    bubble,
    chord_diagram,
    classify,
    drawing,
    dress,
    enumerate,
    gallery,
    resum,
    turn_round,
)
from cooperon.numerics.crossed import crossed_self_energy
from cooperon.numerics.lambdify import lambdify
from cooperon.symbolic.ballistic_strong_field import strong_field

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from experiment_figure import experiment
from page_code import figures_of

DOCS = Path(__file__).parent
HERE = DOCS / "figures"
PAGES = (
    "every_metal.md",
    "interaction.md",
    "weak_localization.md",
    "backscattering.md",
    "adding_a_metal.md",
    "checking.md",
    "cutoffs.md",
    "beyond_diffusion.md",
    "anisotropic.md",
    "field_conventions.md",
    "interaction_conventions.md",
    "telling_apart.md",
    "sweeps.md",
    "fitting.md",
    "backends.md",
    "ballistic_interaction.md",
    "dephasing.md",
    "fluctuations.md",
    "self_consistent.md",
    "scaling.md",
)
FILM = cp.Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12, T=1.0)

ladder = chord_diagram(3, 3, ((0, 5), (1, 4), (2, 3)))
crossed = chord_diagram(3, 3, ((0, 3), (1, 4), (2, 5)))


def interaction_diagrams() -> str:
    """Draw one diagram of each kind that an interaction makes, and what became of it."""
    found = cp.interaction_diagrams(cp.Metal(dim=2))
    kinds: dict[tuple[str, int, int], Diagram] = {}
    for one in found:
        kinds.setdefault((one.ring.sector.kinds, len(one.ring.ladders), one.dressing.order), one.dressing)
    chosen = [key for key in kinds if key[0] in ("RARA", "RRAR", "RAAR")]
    captions = [f"{signs}, {number} diffusons" + ", dressed" * dressed for signs, number, dressed in chosen]
    return drawing.sheet([kinds[key] for key in chosen], columns=3, captions=captions)


def fluctuations(block: str) -> Diagram:
    """Join two bubbles by two blocks, as in the leading diagrams of conductance fluctuations."""
    build = DiagramBuilder().current(*"abcd")
    getattr(build, block)(1, 2)
    getattr(build, block)(3, 4)
    build.retarded("a", 1).retarded(2, "b").retarded("c", 3).retarded(4, "d")
    if block == "diffuson":
        build.advanced("d", 2).advanced(1, "c").advanced("b", 4).advanced(3, "a")
    else:
        build.advanced("d", 1).advanced(2, "c").advanced("b", 3).advanced(4, "a")
    return build.freeze()


def rungs(number: int) -> Diagram:
    """Draw a ladder: the two electrons meet the impurities in the same order."""
    return chord_diagram(number, number, tuple((i, 2 * number - 1 - i) for i in range(number)))


DIAGRAMS: Mapping[str, Callable[[], str]] = {
    "bubble": lambda: drawing.svg(bubble()),
    "families": lambda: drawing.sheet(
        (ladder, resum(ladder), crossed, resum(crossed)),
        columns=2,
        captions=(
            "a ladder",
            "all ladders: the diffuson",
            "a maximally crossed diagram",
            "all of them: the Cooperon",
        ),
    ),
    "two_lines": lambda: drawing.sheet(
        enumerate(2), columns=4, captions=[classify(diagram).family for diagram in enumerate(2)]
    ),
    "gallery_bubble": lambda: gallery(2).svg(),
    "gallery_line": lambda: gallery(3, of="line").svg(),
    "gallery_pair": lambda: gallery(2, of="pair", connected=True).svg(),
    "fluctuations": lambda: drawing.sheet(
        [fluctuations("diffuson"), fluctuations("cooperon")],
        columns=2,
        captions=["two diffusons between two bubbles", "two Cooperons"],
    ),
    "fluctuation_families": lambda: drawing.sheet(
        [
            one
            for kinds in (slice(1, None, 2), slice(0, None, 2))
            for one in cp.conductance_variance(cp.Metal(dim=1)).diagrams[kinds]
        ],
        columns=2,
        captions=(
            "diffusons: each box has a current of either bubble",
            "Cooperons: the same",
            "diffusons: each box has both currents of a bubble",
            "Cooperons: the same",
        ),
    ),
    "drude": lambda: drawing.sheet(
        cp.conductivity(cp.Metal(dim=2)).diagrams,
        columns=2,
        captions=("the bubble", "with a ladder between the current vertices"),
    ),
    "ladders": lambda: drawing.sheet(
        (rungs(1), rungs(2), rungs(3), resum(rungs(3)), *map(turn_round, map(rungs, (2, 3))), resum(crossed)),
        columns=4,
        captions=(
            "one rung",
            "two",
            "three",
            "any number: the diffuson",
            "turned round: two",
            "three",
            "any number: the Cooperon",
        ),
    ),
    "elements": lambda: drawing.sheet(
        (
            *(Contraction("line", line, (0,), ()).diagram for line in "RA"),
            rungs(1),
            resum(ladder),
            resum(crossed),
        ),
        columns=5,
        captions=(
            "retarded: above, blue",
            "advanced: below, red",
            "an impurity line",
            "the diffuson",
            "the Cooperon",
        ),
    ),
    "stations": lambda: drawing.sheet(
        (crossed, resum(crossed), next(x for x in dress(resum(crossed)) if x.order)),
        columns=3,
        captions=("enumerate: one of 105", "resum: its family in one", "dress: the rest of its box"),
    ),
    "interaction_diagrams": interaction_diagrams,
    "one_loop": lambda: drawing.sheet(cp.conductivity(cp.Metal(dim=2), loops=1).diagrams, columns=3),
}


def resistance(path: Path) -> None:
    """Draw the sheet resistance of a film that is cooled."""
    axes = cp.plot.resistance(cp.Metal(dim=2, dephasing=cp.PowerLaw(1)), FILM)
    axes.set_xticks([0.1, 1.0, 10.0], ["0.1", "1", "10"])
    figure = axes.figure
    figure.set_size_inches(6.4, 3.6)
    save(figure, path)


def crossed_beside_rainbow(path: Path) -> None:
    """Draw how small the crossed self-energy of second order is beside the rainbow, on shell."""
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.subplots()
    disorder = np.geomspace(3, 3e4, 13)
    for dim, style in ((2, "o-"), (3, "s-")):
        ratios = [x * crossed_self_energy(x, dim=dim).ratio for x in disorder]
        axes.semilogx(disorder, ratios, style, markersize=3, label=f"d = {dim:g}")
    last = disorder[-1] * crossed_self_energy(disorder[-1], dim=2).ratio
    tail = disorder[disorder > 30]
    slope = last + 3 / (2 * np.pi) * np.log(tail / disorder[-1])
    axes.semilogx(tail, slope - 0.25, "k--", linewidth=1, label=r"slope $3/2\pi$ in $\ln k_F \ell$")
    axes.axhline(np.pi / 2, color="k", linestyle=":", linewidth=1, label=r"$\pi/2$")
    axes.set_xlabel(r"$k_F \ell$")
    axes.set_ylabel(r"$k_F \ell\ \times$ crossed / rainbow")
    axes.legend(frameon=False)
    save(figure, path)


def from_pages() -> dict[str, Figure]:
    """Draw the figures whose code stands on the pages."""
    return {name: figure for page in PAGES for name, figure in figures_of(DOCS / page).items()}


def save(figure: Figure, target: Any) -> None:
    """Write a figure as SVG, the same each time."""
    with mpl.rc_context({"svg.hashsalt": "cooperon"}):
        figure.savefig(target, format="svg", metadata={"Date": None})


def ballistic_field(path: Path) -> None:
    """Draw the magnetoconductance of a clean film with its parts, diffusion and the strong field."""
    metal = cp.Metal(dim=2, field=cp.PerpendicularField())
    parts = cp.interference(metal)
    numbers = {"tau": 1.0, "tau_phi": 20.0, "D": 0.5, "e": 1.0, "hbar": 1.0}
    unit = 2 * np.pi**2
    b = np.geomspace(1e-3, 1e3, 241)  # B/B_tr; B_tr = 1/2 in these units

    def curve(expr: sp.Expr) -> np.ndarray:
        function = lambdify(expr, ["B"])
        return unit * function(b / 2, **{name: numbers[name] for name in function.keywords})

    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.subplots()
    axes.semilogx(b, curve(parts.total.expr), label="both parts")
    axes.semilogx(b, curve(parts.backscattering.expr), label="backscattering")
    axes.semilogx(b, curve(parts.nonbackscattering.expr), label="nonbackscattering")
    weak, strong = b < 3, b > 5
    axes.semilogx(b[weak], curve(parts.total.leading())[weak], "k:", label="diffusion, with its constant")
    axes.semilogx(b[strong], curve(strong_field(metal).total.expr)[strong], "k--", label=r"$1/\sqrt{B}$")
    axes.set_xlabel(r"$B/B_{\mathrm{tr}}$, $\;B_{\mathrm{tr}} = \hbar/2e\ell^2$")
    axes.set_ylabel(r"$\delta\sigma$ in $e^2/2\pi^2\hbar$")
    axes.legend(frameon=False)
    save(figure, path)


FLOW: tuple[tuple[str, tuple[float, float]], ...] = (
    ("Metal", (0.0, 1.0)),
    ("Formula", (3.0, 1.0)),
    ("Diagram", (0.0, 0.0)),
    ("Integrand", (1.5, 0.0)),
    ("Sample", (1.5, 2.0)),
    ("Quantity", (3.0, 2.0)),
    ("Derivation", (5.0, 2.0)),
    ("Report", (5.0, 1.0)),
    ("Verdict", (5.0, 0.0)),
)
ARROWS: tuple[tuple[str, str, str], ...] = (
    ("Metal", "Formula", "conductivity, conductance,\nmagnetoconductivity, ..."),
    ("Diagram", "Integrand", "feynman_rules"),
    ("Diagram", "Formula", "evaluate"),
    ("Formula", "Quantity", ".evaluate"),
    ("Sample", "Quantity", ""),
    ("Formula", "Derivation", ".derivation"),
    ("Formula", "Report", ".verify"),
    ("Formula", "Verdict", "check"),
)


def names(path: Path) -> None:
    """Draw which name makes what of what."""
    figure = Figure(figsize=(8.4, 3.8), layout="constrained")
    axes = figure.subplots()
    axes.set(xlim=(-0.5, 5.5), ylim=(-0.3, 2.3))
    axes.axis("off")
    at = dict(FLOW)
    for name, place in at.items():
        axes.text(*place, name, ha="center", va="center", bbox={"boxstyle": "round", "facecolor": "#fbf8f2"})
    arrow = {"arrowstyle": "->", "shrinkA": 28, "shrinkB": 28}
    behind = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    for start, end, said in ARROWS:
        axes.annotate("", xy=at[end], xytext=at[start], arrowprops=arrow)
        middle = [(a + b) / 2 for a, b in zip(at[start], at[end], strict=True)]
        axes.text(*middle, said, ha="center", va="center", family="monospace", fontsize=8, bbox=behind)
    save(figure, path)


def write(folder: Path) -> None:
    """Write all figures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in DIAGRAMS.items():
        (folder / f"{name}.svg").write_text(draw(), encoding="utf-8")
    resistance(folder / "resistance.svg")
    crossed_beside_rainbow(folder / "crossed.svg")
    ballistic_field(folder / "ballistic_field.svg")
    save(experiment(), folder / "experiment.svg")
    names(folder / "names.svg")
    for name, figure in from_pages().items():
        save(figure, folder / f"{name}.svg")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
