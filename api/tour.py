"""The main job from end to end, for one screen or two: from a metal to the numbers of a real sample."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import cooperon as cp
from cooperon.diagrams import drawing
from cooperon.formats import pages, wrapped
from cooperon.terminal import ascii_only, make_folder, say, write

__all__ = ["tour"]

_HAND = r"-\frac{e^2}{\pi h}\ln\frac{\tau_\phi}{\tau}"
_MARGIN = "   "
_OPENING = (
    "A metal film conducts worse as it gets colder, although its impurities do not change: an electron "
    "returns to where it was by a path and by the same path run backwards, and the two interfere. This is "
    "the formula, from its diagrams to the numbers of a real sample."
)


def tour(folder: str) -> int:
    """Print the tour and write its files.

    Parameters
    ----------
    folder : str
        Where the drawing and the LaTeX document go; it is made where there is none.

    Returns
    -------
    int
        0, or 1 when a line of the derivation could not be confirmed.
    """
    make_folder(Path(folder))
    metal = cp.Metal(dim=2)
    drude, wl = cp.conductivity(metal, loops=0), cp.conductivity(metal, loops=1)
    report = wl.verify()
    sections = (
        wrapped(f"cooperon {cp.__version__}. {_OPENING}"),
        _section(1, "Which metal, and to how many loops", _derived(drude, wl)),
        _section(
            2,
            "The diagram that the correction comes from: a path and the same path run backwards",
            _drawn(wl),
        ),
        _section(3, "Its pages: wl.derivation", _pages(wl, report)),
        _section(4, "A real sample: electrons in GaAs, in SI units", _measured(drude, wl)),
        _section(5, "Is the formula in my notes right?", _checked(wl)),
        _section(6, "Written for you", _kept(wl, Path(folder))),
    )
    say("\n\n".join(sections))
    return 0 if report.confirmed else 1


def _section(number: int, title: str, lines: Iterator[str]) -> str:
    return f"{number}. {title}\n" + indent("\n".join(lines), _MARGIN)


def _derived(drude: cp.Formula, wl: cp.Formula) -> Iterator[str]:
    yield ">>> import cooperon as cp"
    yield ">>> metal = cp.Metal(dim=2)"
    yield ">>> drude, wl = cp.conductivity(metal, loops=0), cp.conductivity(metal, loops=1)"
    yield ">>> drude.expr"
    yield str(drude.expr)
    yield ">>> wl.expr"
    yield str(wl.expr)
    yield ">>> wl.leading()"
    yield str(wl.leading())


def _drawn(wl: cp.Formula) -> Iterator[str]:
    first, *others = wl.diagrams
    vanishing = sum(cp.evaluate(diagram, wl.metal).expr == 0 for diagram in others)
    yield ">>> from cooperon.diagrams import drawing"
    yield ">>> print(drawing.text(wl.diagrams[0]))"
    yield drawing.text(first, ascii_only=ascii_only())
    yield f"# of {len(wl.diagrams)} diagrams with one loop {vanishing} vanish, as the pages show"


def _pages(wl: cp.Formula, report: cp.Report) -> Iterator[str]:
    yield pages(wl.derivation, ascii_only=ascii_only(), margin=len(_MARGIN))
    yield ">>> wl.verify().confirmed"
    yield f"{report.confirmed}  # {str(report).splitlines()[-1]}: numbers put into both sides of every line"


def _measured(drude: cp.Formula, wl: cp.Formula) -> Iterator[str]:
    sample = cp.Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12)
    yield ">>> sample = cp.Sample(dim=2, density=3.0e15, mobility=1.2, mass=0.067, tau_phi=20e-12)"
    yield (
        f"# k_F ell = {sample.k_F_ell:.2f}, tau = {sample.tau * 1e12:.3f} ps, "
        f"D = {sample.D * 1e4:.0f} cm^2/s, L_phi = {sample.L_phi * 1e6:.3f} um"
    )
    yield f"Drude value  drude.evaluate(sample)         {drude.evaluate(sample)}"
    yield f"correction   wl.evaluate(sample)            {wl.evaluate(sample)}"
    yield f"their ratio  (wl / drude).evaluate(sample)  {(wl / drude).evaluate(sample)}"


def _checked(wl: cp.Formula) -> Iterator[str]:
    verdict = cp.check(_HAND, wl)
    yield rf'>>> print(cp.check(r"{_HAND}", wl))'
    yield wrapped(f"{verdict.kind}: {verdict.sentence}", margin=len(_MARGIN))
    yield from (f"  with: {relation}" for relation in verdict.relations)


def _kept(wl: cp.Formula, folder: Path) -> Iterator[str]:
    files = (
        (folder / "diagram.svg", drawing.svg(wl.diagrams[0]), "the diagram"),
        (folder / "derivation.tex", wl.latex(document=True), "the formula with its pages"),
    )
    width = max(len(str(path)) for path, _, _ in files)
    for path, text, meaning in files:
        write(path, text)
        yield f"{str(path).ljust(width)}  {meaning}"
