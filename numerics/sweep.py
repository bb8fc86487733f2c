"""Formulas over grids of numbers, as labelled arrays: in memory, on a cluster, or to a file."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from cooperon.diagrams.chunks import finished_chunks, require_client
from cooperon.diagrams.errors import AssumptionWarning, CooperonError, InputError
from cooperon.diagrams.progress import Bar
from cooperon.numerics.memory import available_memory
from cooperon.numerics.sweep_grid import Evaluation, Variable, thinned
from cooperon.numerics.sweep_plan import Plan, plan_of
from cooperon.numerics.sweep_store import dataset_of, store_at
from cooperon.numerics.violations import Violation
from cooperon.symbolic.formula import Formula

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["sweep"]

_SHARE = 4
"""Results that take more than one part in so many of the available memory are not held in it."""
_LOOKED_AT = 10_000
_Found = Iterable[tuple[int, tuple[str, Violation | None]]]


def sweep(
    formula: Formula | Mapping[str, Formula],
    /,
    *,
    si: bool = True,
    checks: bool = True,
    backend: str = "auto",
    chunk: int | None = None,
    client: Any = None,
    to: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    progress: bool = True,
    **values: Any,
) -> Dataset:
    """Evaluate a formula, or several, over a grid of numbers.

    Parameters
    ----------
    formula : Formula or mapping of str to Formula
        What to evaluate. One formula becomes the variable ``value``; several have names of your own.
    si : bool
        True: all numbers are in SI units, and constants of nature are filled in. False: in units of your own,
        with ``e=1, hbar=1, ...`` among the values.
    checks : bool
        Warn, once for each assumption, where values leave those of the formula.
    backend : str
        What evaluates, as in :meth:`cooperon.Formula.lambdify`.
    chunk : int, optional
        How many values are worked on, and written down, at a time.
    client : dask.distributed.Client, optional
        Whose workers evaluate.
    to : str or path, optional
        A Zarr store (``"sweep.zarr"``), into which each chunk is written when it is finished, or a NetCDF
        file (``"sweep.nc"``), made of such a store in the end. The same call goes on with a sweep that was
        interrupted. Workers of a cluster write themselves: the disk has to be theirs, too.
    overwrite : bool
        True begins again where there is a sweep already.
    progress : bool
        False for no bar. There is one only on a terminal.
    **values
        For each symbol a number, which becomes a scalar coordinate, or a list of numbers, which becomes a
        dimension, in the order of the call. Numbers that run along dimensions of others, such as tau_phi
        measured at each temperature, are a pair ``tau_phi=("T", [...])`` or an ``xarray.DataArray``.

    Returns
    -------
    xarray.Dataset
        With the formula, its LaTeX, unit and assumptions among the attributes. Results that take more than a
        quarter of the memory are Dask arrays, evaluated when they are asked for; with ``to`` they are read
        from there.

    Raises
    ------
    InputError
        When a number is missing, unknown or one on which no formula depends; or ``to`` has another sweep.
    CooperonError
        When xarray, Zarr or Dask is needed and not installed.

    Notes
    -----
    A chunk that is finished is never evaluated again: it is lost neither with a worker that dies nor when
    the program is interrupted.

    Examples
    --------
    >>> import cooperon as cp
    >>> metal = cp.Metal(dim=2, field=cp.PerpendicularField())
    >>> curves = sweep(
    ...     cp.magnetoconductivity(metal), B=[0.0, 0.001, 0.01], tau_phi=[5e-12, 2e-11], tau=1e-13, D=0.02
    ... )
    >>> curves.value.dims, curves.B.units
    (('B', 'tau_phi'), 'T')
    >>> one = curves.value.sel(B=0.01, tau_phi=2e-11)
    >>> print(f"{one.item():.4g} {one.units}")
    1.748e-05 S
    """
    _require_xarray()
    require_client(client)
    plan = plan_of(formula, values, si=si, checks=checks, backend=backend, chunk=chunk)
    fits = plan.nbytes * _SHARE <= available_memory()
    if to is not None:
        found, violations = _stored(plan, to, client, overwrite=overwrite, progress=progress, fits=fits)
    elif fits:
        found, violations = _in_memory(plan, client, progress=progress)
    else:
        found, violations = _lazy(plan)
    for name, violation in violations:
        warnings.warn(f"{name}: {violation}", AssumptionWarning, stacklevel=2)
    return found


def _in_memory(plan: Plan, client: Any, *, progress: bool) -> tuple[Dataset, list[tuple[str, Violation]]]:
    arrays: dict[str, Any] = {
        variable.name: np.empty(variable.shape, variable.function.dtype) for variable in plan.variables
    }

    def filled_in() -> _Found:
        with closing(finished_chunks(plan.evaluation, plan.blocks, client=client)) as finished:
            for index, (part, violation) in finished:
                block = plan.blocks[index]
                arrays[block.name][block.slices] = part
                yield index, (block.name, violation)

    violations = _watched(plan, filled_in(), len(plan.blocks), progress=progress)
    return dataset_of(plan, arrays), violations


def _stored(
    plan: Plan, to: str | os.PathLike[str], client: Any, *, overwrite: bool, progress: bool, fits: bool
) -> tuple[Dataset, list[tuple[str, Violation]]]:
    _require_zarr()
    store = store_at(to, plan)
    if store.is_file and not fits:
        _require_dask(f"{plan.nbytes / 1e9:.2g} GB for a NetCDF file", "to='sweep.zarr', or ")
    store.prepare(overwrite=overwrite)
    if store.complete:
        return store.dataset(in_memory=fits), store.violations()
    with closing(store.run(client)) as found:
        total = len(store.blocks())
        violations = _watched(plan, found, total, progress=progress, before=store.recorded)
    store.finish(violations)
    return store.dataset(in_memory=fits), violations


def _watched(
    plan: Plan, found: _Found, total: int, *, progress: bool, before: int = 0
) -> list[tuple[str, Violation]]:
    """Run to the end under a bar; add up what the blocks of a variable violate."""
    each: dict[tuple[str, str], list[tuple[int, Violation]]] = {}
    with Bar("sweep", total, done=before, shown=progress) as bar:
        for done, (index, (name, violation)) in enumerate(found, start=1):
            bar.show(max(done, before))
            if violation is not None:
                each.setdefault((name, violation.statement), []).append((index, violation))
    sizes = {variable.name: variable.size for variable in plan.variables}
    return [(name, _total(blocks, sizes[name])) for (name, _), blocks in each.items()]


def _total(blocks: list[tuple[int, Violation]], size: int) -> Violation:
    ordered = [violation for _, violation in sorted(blocks, key=lambda pair: pair[0])]
    return replace(ordered[0], count=sum(violation.count for violation in ordered), size=size)


def _lazy(plan: Plan) -> tuple[Dataset, list[tuple[str, Violation]]]:
    """Put off the evaluation; look at some values in place of all."""
    _require_dask(f"{plan.nbytes / 1e9:.2g} GB for results that are held in memory", "to='sweep.zarr', or ")
    looked_at = [
        (variable.name, plan.evaluation(thinned(plan.blocks, variable, _LOOKED_AT))[1])
        for variable in plan.variables
    ]
    arrays = {variable.name: _lazy_array(plan, variable) for variable in plan.variables}
    return dataset_of(plan, arrays), [(name, violation) for name, violation in looked_at if violation]


def _lazy_array(plan: Plan, variable: Variable) -> Any:
    from dask.array import map_blocks

    sizes = plan.blocks.shapes[variable.name]
    chunks = tuple(
        tuple(min(size, end - first) for first in range(0, end, size))
        for size, end in zip(sizes, variable.shape, strict=True)
    )
    dtype = variable.function.dtype
    return map_blocks(
        _LazyBlock(plan, variable),
        chunks=chunks,
        dtype=dtype,
        meta=np.empty((0,) * len(sizes), dtype),
    )


class _LazyBlock:
    """Evaluates the block that Dask asks for."""

    def __init__(self, plan: Plan, variable: Variable) -> None:
        self._blocks, self._variable = plan.blocks, variable
        self._evaluation = Evaluation({variable.name: variable.function})

    def __call__(self, *, block_info: Any = None) -> Any:
        place = block_info[None]["chunk-location"]
        return self._evaluation(self._blocks.block(self._variable, place))[0]


def _require_xarray() -> None:
    if find_spec("xarray") is None:
        raise CooperonError(
            "xarray is not installed", expected="xarray for sweeps", hint='pip install "cooperon[sweep]"'
        )


def _require_zarr() -> None:
    missing = [name for name in ("zarr", "h5netcdf", "h5py") if find_spec(name) is None]
    if missing:
        raise CooperonError(
            f"{', '.join(missing)} not installed",
            expected="zarr, h5netcdf and h5py for sweeps to a file",
            hint='pip install "cooperon[sweep]"',
        )


def _require_dask(given: str, instead: str) -> None:
    if find_spec("dask") is None:
        raise InputError(
            given,
            expected=f"at most a quarter of the {available_memory() / 1e9:.2g} GB of memory, or Dask",
            hint=f'{instead}pip install "cooperon[cluster]"',
        )


def __dir__() -> list[str]:
    return sorted(__all__)
