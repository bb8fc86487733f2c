"""The numerical experiment of experiment.md: disordered wires of several widths, with and without a flux.

What is found is written to experiment.json, from which the page has its table and its figure. The same
script runs in one process, or on the workers of a Dask cluster, and goes on where it was interrupted.

python docs/experiment.py [--samples 8000] [--scheduler tcp://address:8786] [--records folder]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cooperon as cp
from cooperon.numerics.anderson import AndersonWire, Comparison, conductances, extrapolate, localization

TABLE = Path(__file__).with_name("experiment.json")
WIDTHS = (5, 7, 9, 13)
FREE_PATHS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0)
WIRE = AndersonWire(5, disorder=0.4, across=0.5)
LONG = {"length": 60_000, "samples": 64, "seed": 1}
FLUXES = (0.0, 0.25)


def measured(samples: int, client: Any, records: Path | None) -> Iterator[Comparison]:
    """Measure wires of each width, without and with the flux."""
    for flux in FLUXES:
        for width in WIDTHS:
            wire = WIRE.replace(width=width, flux=flux)
            lengths = [round(x * wire.free_path) for x in FREE_PATHS]
            to = None if records is None else records / f"wires_{width}_{flux:g}.json"
            found = conductances(wire, lengths, samples, seed=width, client=client, to=to).compare()
            print(found, flush=True)
            yield found


def as_row(one: Comparison) -> dict[str, Any]:
    """Write down what one comparison has found."""
    data = one.measured
    names = ("free_path", "correction", "fluctuation")
    fitted = {key: getattr(one, key) for name in names for key in (name, f"{name}_error")}
    arrays = {
        "lengths": data.lengths,
        "mean": data.mean.tolist(),
        "mean_errors": data.mean_errors.tolist(),
        "variance": data.variance.tolist(),
        "variance_errors": data.variance_errors.tolist(),
    }
    about = {"channels": data.wire.channels, "flux": data.wire.flux, "born": data.wire.free_path}
    return {**about, "beta": one.beta, "samples": len(data.values), **fitted, **arrays}


def lyapunov(client: Any) -> Iterator[dict[str, Any]]:
    """Measure the exponents of long wires."""
    for flux in FLUXES:
        wire = WIRE.replace(flux=flux)
        found = localization(wire, client=client, **LONG)
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
    given = asked.parse_args()
    client = None
    if given.scheduler:
        from distributed import Client

        client = Client(given.scheduler)
    rows = list(measured(given.samples, client, given.records))
    many = [vars(extrapolate(row for row in rows if row.measured.wire.flux == flux)) for flux in FLUXES]
    table = {
        "version": cp.__version__,
        "wire": {"disorder": WIRE.disorder, "energy": WIRE.energy, "across": WIRE.across},
        "rows": [as_row(row) for row in rows],
        "many_channels": [{"flux": flux, **found} for flux, found in zip(FLUXES, many, strict=True)],
        "lyapunov": list(lyapunov(client)),
    }
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
