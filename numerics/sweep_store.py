"""Results of a sweep on the disk: a Zarr store into which blocks are written as they are finished.

Beside a store that is not finished lies the record of the blocks that are, ``NAME.record``. A NetCDF file is
made of such a store, ``NAME.part``, when all is done. Files are moved to their names when they are whole.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Generator, Mapping
from dataclasses import astuple, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cooperon.diagrams.chunk_record import Record
from cooperon.diagrams.chunks import recorded_chunks
from cooperon.diagrams.errors import CooperonError, InputError
from cooperon.numerics.sweep_grid import Block, Blocks, Evaluation
from cooperon.numerics.sweep_plan import Plan
from cooperon.numerics.violations import Violation

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["Store", "WrittenBlock", "store_at"]

_ABOUT, _VIOLATED = "cooperon_sweep", "cooperon_violated"
_ENDINGS = (".zarr", ".nc")
Violations = list[tuple[str, Violation]]


@dataclass(frozen=True, eq=False)
class WrittenBlock:
    """Evaluates a block and writes it where it belongs; can be pickled. Returns what it violates.

    Parameters
    ----------
    evaluation : Evaluation
        What evaluates.
    path : str
        The store, by a path that every worker can write to.
    """

    evaluation: Evaluation
    path: str

    def __call__(self, block: Block) -> tuple[str, int, int, str] | None:
        """Evaluate a block and write it."""
        import zarr

        values, violation = self.evaluation(block)
        try:
            array = zarr.open_array(self.path, path=block.name, mode="r+")
        except FileNotFoundError:
            raise CooperonError(
                f"a worker that sees no {self.path}",
                expected="a folder that all workers share",
                hint="to=..., on a disk of all of them",
            ) from None
        array[block.slices or ...] = values
        return None if violation is None else astuple(violation)


@dataclass(frozen=True, eq=False)
class Store:
    """Where results of a sweep go.

    Parameters
    ----------
    path : Path
        The store, or the NetCDF file.
    plan : Plan
        The sweep.
    """

    path: Path
    plan: Plan

    @property
    def is_file(self) -> bool:
        """True for a NetCDF file."""
        return self.path.suffix == ".nc"

    @property
    def folder(self) -> Path:
        """The Zarr store: the one that was asked for, or what a NetCDF file is going to be made of."""
        return self._beside(".part") if self.is_file else self.path

    @property
    def complete(self) -> bool:
        """True when all is done."""
        return self.path.exists() and _VIOLATED in _attributes(self.path)

    def prepare(self, *, overwrite: bool) -> None:
        """Make the store, or take up one that is there.

        Raises
        ------
        InputError
            When what is there is something else, and not to be overwritten.
        """
        for path in {self.path, self.folder}:
            if path.exists():
                self._require_the_same(path, overwrite)
        if overwrite:
            self._remove(self.path, self.folder, self._record)
        if self.complete:
            self._remove(self._record, *({self.folder} - {self.path}))
        elif not self.folder.exists():
            self._remove(self._record)
            self._make()

    @property
    def recorded(self) -> int:
        """How many blocks are finished by the record."""
        return self._record.read_bytes().count(b"\n") - 1 if self._record.exists() else 0

    def blocks(self) -> Blocks:
        """All blocks, of the shape that the store was made with."""
        import zarr

        group = zarr.open_group(self.folder, mode="r")
        arrays: dict[str, Any] = {variable.name: group[variable.name] for variable in self.plan.variables}
        shapes = {name: array.chunks for name, array in arrays.items()}
        return Blocks(self.plan.variables, self.plan.given, shapes)

    def run(self, client: Any) -> Generator[tuple[int, tuple[str, Violation | None]], None, None]:
        """Evaluate what is not there yet; yield of every block what it violates, by the variable's name."""
        blocks = self.blocks()
        work = WrittenBlock(self.plan.evaluation, str(self.folder.resolve()))
        about = {**self.plan.about, "blocks": str(blocks.shapes)}
        with Record(self._record, about) as record:
            for index, found in recorded_chunks(work, blocks, record=record, client=client):
                yield index, (blocks[index].name, None if found is None else Violation(*found))

    def finish(self, violations: Violations) -> None:
        """Note that all is done; make the NetCDF file."""
        import zarr

        noted = json.dumps([(name, astuple(violation)) for name, violation in violations])
        zarr.open_group(self.folder, mode="r+").attrs[_VIOLATED] = noted
        if self.is_file:
            new = self._beside(".new")
            with _opened_zarr(self.folder, in_blocks=find_spec("dask") is not None) as whole:
                whole.to_netcdf(new, engine="h5netcdf")
            os.replace(new, self.path)
            self._remove(self.folder)
        self._remove(self._record)

    def violations(self) -> Violations:
        """Tell what the values of a finished sweep violate."""
        noted = json.loads(_attributes(self.path).get(_VIOLATED, "[]"))
        return [(name, Violation(*found)) for name, found in noted]

    def dataset(self, *, in_memory: bool) -> Dataset:
        """Open the results.

        Parameters
        ----------
        in_memory : bool
            True when they fit; otherwise they are Dask arrays, where it is installed.
        """
        import xarray

        if self.is_file and in_memory:
            with xarray.open_dataset(self.path, engine="h5netcdf") as found:
                loaded = found.load()
        elif self.is_file:
            loaded = xarray.open_dataset(self.path, engine="h5netcdf", chunks=_chunks(not in_memory))
        else:
            loaded = _opened_zarr(self.path, in_blocks=not in_memory)
        return loaded.drop_attrs(deep=False).assign_attrs(
            {key: text for key, text in loaded.attrs.items() if key not in (_ABOUT, _VIOLATED)}
        )

    @property
    def _record(self) -> Path:
        return self._beside(".record")

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)

    def _require_the_same(self, path: Path, overwrite: bool) -> None:
        there = _attributes(path).get(_ABOUT)
        if there is None:
            raise InputError(f"to = {str(path)!r}, which is no sweep", expected="another name")
        known, wanted = json.loads(there), self.plan.about
        differing = [key for key in {**wanted, **known} if known.get(key) != wanted.get(key)]
        if differing and not overwrite:
            raise InputError(
                f"to = {str(path)!r}, with a sweep in which {', '.join(differing)} differ",
                expected="the same sweep, to go on with",
                hint="another name, or overwrite=True",
            )

    def _remove(self, *paths: Path) -> None:
        for path in paths:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _make(self) -> None:
        """Make a store with coordinates, and arrays that have no values yet."""
        import zarr

        new = self._beside(".new")
        shutil.rmtree(new, ignore_errors=True)
        coordinates = dataset_of(self.plan, {})
        coordinates.attrs[_ABOUT] = json.dumps(self.plan.about)
        coordinates.to_zarr(new, mode="w-", zarr_format=3, consolidated=False)
        group = zarr.open_group(new, mode="r+")
        for variable in self.plan.variables:
            group.create_array(
                variable.name,
                shape=variable.shape,
                chunks=self.plan.blocks.shapes[variable.name] or "auto",
                dtype=variable.function.dtype,
                fill_value=float("nan"),
                dimension_names=variable.dims,
                attributes=dict[str, Any](self.plan.attributes_of(variable.name)),
            )
        os.replace(new, self.folder)


def store_at(to: str | os.PathLike[str], plan: Plan) -> Store:
    """Choose where results go, by the ending of a name.

    Raises
    ------
    InputError
        When it has another ending.
    """
    path = Path(to)
    if path.suffix not in _ENDINGS:
        raise InputError(f"to = {str(to)!r}", expected="a name that ends in .zarr or .nc")
    return Store(path, plan)


def dataset_of(plan: Plan, arrays: Mapping[str, Any]) -> Dataset:
    """Put arrays on the coordinates of a plan."""
    import xarray

    dims = {variable.name: variable.dims for variable in plan.variables}
    return xarray.Dataset(
        {name: (dims[name], array, plan.attributes_of(name)) for name, array in arrays.items()},
        coords={
            name: (given.dims, given.values, plan.attributes_of_coordinate(name))
            for name, given in plan.given.items()
        },
        attrs=plan.attributes,
    )


def _attributes(path: Path) -> Mapping[str, Any]:
    """Read what is said of a store or file; nothing of something else."""
    import xarray

    try:
        if path.is_dir():
            with _opened_zarr(path, in_blocks=False) as found:
                return dict(found.attrs)
        with xarray.open_dataset(path, engine="h5netcdf") as found:
            return dict(found.attrs)
    except (OSError, ValueError, KeyError):
        return {}


def _opened_zarr(path: Path, *, in_blocks: bool) -> Dataset:
    import xarray

    found: Dataset = xarray.open_zarr(path, consolidated=False, chunks=_chunks(in_blocks))
    return found


def _chunks(in_blocks: bool) -> Any:
    return {} if in_blocks and find_spec("dask") else None
