"""The numerical experiment of experiment.md: disordered wires, with and without a flux.

Wires of several widths, and the widest of them with weaker and weaker disorder.

What is found is written to experiment.json, from which the page has its table and its figure. The same
script runs in one process, or on the workers of a Dask cluster, and goes on where it was interrupted.

python docs/experiment.py [--samples 8000] [--scheduler tcp://address:8786] [--records folder] [--to file]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import cooperon as cp
from cooperon.numerics.anderson import AndersonWire, Comparison, conductances, extrapolate, localization

TABLE = Path(__file__).with_name("experiment.json")
WIDTHS = (5, 7, 9, 13)
WEAKER = (0.8, 0.283, 0.2)
"""Disorder of the widest wires, with a half of the samples."""
FREE_PATHS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0)
WIRE = AndersonWire(5, disorder=0.4, across=0.5)
LONG = {"length": 60_000, "samples": 64, "seed": 1}
FLUXES = (0.0, 0.25)


def measured(
    wires: Iterable[AndersonWire], samples: int, client: Any, records: Path | None
) -> Iterator[Comparison]:
    """Measure wires of each kind."""
    for wire in wires:
        lengths = [round(x * wire.free_path) for x in FREE_PATHS]
        name = f"wires_{wire.width}_{wire.disorder:g}_{wire.flux:g}.json"
        to = None if records is None else records / name
        found = conductances(wire, lengths, samples, seed=wire.width, client=client, to=to).compare()
        print(found, flush=True)
        yield found


def limits(found: Iterable[Comparison], to: str) -> list[dict[str, Any]]:
    """Continue what was found without and with the flux."""
    rows = list(found)
    return [
        {"flux": flux} | vars(extrapolate((one for one in rows if one.measured.wire.flux == flux), to=to))
        for flux in FLUXES
    ]


def as_row(one: Comparison) -> dict[str, Any]:
    """Write down what one comparison has found."""
    data = one.measured
    names = ("free_path", "correction", "fluctuation")
    fitted = {key: getattr(one, key) for name in names for key in (name, f"{name}_error")}
    fitted |= {key: getattr(one, key) for key in ("correction_systematic", "fluctuation_systematic")}
    arrays = {
        "lengths": data.lengths,
        "mean": data.mean.tolist(),
        "mean_errors": data.mean_errors.tolist(),
        "variance": data.variance.tolist(),
        "variance_errors": data.variance_errors.tolist(),
    }
    wire = data.wire
    about = {"channels": wire.channels, "disorder": wire.disorder, "flux": wire.flux, "born": wire.free_path}
    return {**about, "beta": one.beta, "samples": len(data.values), **fitted, **arrays}


def lyapunov(client: Any, records: Path | None) -> Iterator[dict[str, Any]]:
    """Measure the exponents of long wires."""
    for flux in FLUXES:
        wire = WIRE.replace(flux=flux)
        to = None if records is None else records / f"long_{flux:g}.json"
        found = localization(wire, client=client, to=to, **LONG)
        print(found, flush=True)
        unit = found.expected_length()
        yield {
            "flux": flux,
            "channels": wire.channels,
            "length": found.localization_length,
            "error": found.localization_error,
            "expected": unit,
            "exponents": (found.exponents[::-1] * unit).tolist(),
            "errors": (found.errors[::-1] * unit).tolist(),
        }


def main() -> None:
    """Measure and write the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--samples", type=int, default=8000)
    asked.add_argument("--scheduler")
    asked.add_argument("--records", type=Path)
    asked.add_argument("--to", type=Path, default=TABLE)
    given = asked.parse_args()
    if given.records is not None:
        given.records.mkdir(parents=True, exist_ok=True)
    with client_of(given.scheduler) as client:
        table = measure(given.samples, client, given.records)
    given.to.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def client_of(scheduler: str | None) -> AbstractContextManager[Any]:
    """Connect to a cluster, or to nothing."""
    if scheduler is None:
        return nullcontext()
    from distributed import Client

    return Client(scheduler)


def measure(samples: int, client: Any, records: Path | None) -> dict[str, Any]:
    """Measure all wires."""
    wider = [WIRE.replace(width=width, flux=flux) for flux in FLUXES for width in WIDTHS]
    weaker = [WIRE.replace(width=WIDTHS[-1], disorder=w, flux=flux) for flux in FLUXES for w in WEAKER]
    found = list(measured(wider, samples, client, records))
    more = list(measured(weaker, samples // 2, client, records))
    widest = [one for one in found if one.measured.wire.width == WIDTHS[-1]]
    return {
        "version": cp.__version__,
        "wire": {"disorder": WIRE.disorder, "energy": WIRE.energy, "across": WIRE.across},
        "rows": [as_row(one) for one in found + more],
        "many_channels": limits(found, "many channels"),
        "weak_disorder": limits(widest + more, "weak disorder"),
        "lyapunov": list(lyapunov(client, records)),
    }


if __name__ == "__main__":
    main()
