"""The grid of a sweep: which numbers go where, and the blocks in which formulas are put over it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.numerics.lambdify import NumericFunction
from cooperon.numerics.violations import Violation
from cooperon.symbolic import symbols as s

__all__ = ["Block", "Blocks", "Evaluation", "Given", "Variable", "block_shape", "read_given", "thinned"]

_Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Given:
    """Numbers that a sweep is given for a symbol.

    Attributes
    ----------
    dims : tuple of str
        The dimensions that they run over: none for one number.
    values : array of float
        The numbers.
    """

    dims: tuple[str, ...]
    values: _Array

    def along(self, dims: Sequence[str], slices: Sequence[slice]) -> _Array:
        """Cut out a block, with an axis for each of several dimensions."""
        where = dict(zip(dims, slices, strict=True))
        cut = self.values[tuple(where[dim] for dim in self.dims)]
        order = sorted(range(cut.ndim), key=lambda axis: dims.index(self.dims[axis]))
        sizes = dict(zip(self.dims, cut.shape, strict=True))
        return cut.transpose(order).reshape([sizes.get(dim, 1) for dim in dims])


@dataclass(frozen=True, eq=False)
class Variable:
    """A formula over the part of a grid on which it depends.

    Attributes
    ----------
    name : str
        Of the variable.
    function : NumericFunction
        The formula; all its symbols are keywords.
    used : tuple of str
        The symbols that it is given.
    dims : tuple of str
        The dimensions that these run over.
    shape : tuple of int
        Their sizes.
    """

    name: str
    function: NumericFunction
    used: tuple[str, ...]
    dims: tuple[str, ...]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Number of values."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes that all values take."""
        return self.size * np.dtype(self.function.dtype).itemsize


@dataclass(frozen=True, eq=False)
class Block:
    """A part of a variable: where it is, and the numbers that its symbols have there."""

    name: str
    slices: tuple[slice, ...]
    values: Mapping[str, _Array]


@dataclass(frozen=True, eq=False)
class Blocks(Sequence[Block]):
    """All blocks of some variables, each made when it is asked for.

    Parameters
    ----------
    variables : tuple of Variable
        What is evaluated.
    given : mapping of str to Given
        The numbers.
    shapes : mapping of str to tuple of int
        Shape of a block of each variable.
    """

    variables: tuple[Variable, ...]
    given: Mapping[str, Given]
    shapes: Mapping[str, tuple[int, ...]]

    def __len__(self) -> int:
        return sum(math.prod(self._counts(variable)) for variable in self.variables)

    def __getitem__(self, index: Any) -> Any:
        for variable in self.variables:
            counts = self._counts(variable)
            if index < math.prod(counts):
                place = np.unravel_index(index, counts) if counts else ()
                return self.block(variable, tuple(map(int, place)))
            index -= math.prod(counts)
        raise IndexError(index)

    def block(self, variable: Variable, place: tuple[int, ...]) -> Block:
        """Make the block at a place, counted in blocks along each dimension."""
        sizes = self.shapes[variable.name]
        slices = tuple(
            slice(i * size, min((i + 1) * size, end))
            for i, size, end in zip(place, sizes, variable.shape, strict=True)
        )
        values = {name: self.given[name].along(variable.dims, slices) for name in variable.used}
        return Block(variable.name, slices, values)

    def _counts(self, variable: Variable) -> tuple[int, ...]:
        sizes = self.shapes[variable.name]
        return tuple(-(-end // size) for end, size in zip(variable.shape, sizes, strict=True))


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Puts the numbers of a block into its formula; can be pickled.

    Parameters
    ----------
    functions : mapping of str to NumericFunction
        The formula of each variable.
    """

    functions: Mapping[str, NumericFunction]

    def __call__(self, block: Block) -> tuple[_Array, Violation | None]:
        """Return the values, and what they violate."""
        return self.functions[block.name].watched(**block.values)


def block_shape(shape: Sequence[int], size: int) -> tuple[int, ...]:
    """Choose blocks of at most so many values, which run as far as they can along the last dimensions.

    Examples
    --------
    >>> block_shape((10, 100, 100), 5000)
    (1, 50, 100)
    """
    found: list[int] = []
    for end in reversed(shape):
        found.insert(0, max(1, min(end, size // math.prod(found))))
    return tuple(found)


def read_given(values: Mapping[str, Any]) -> dict[str, Given]:
    """Read what a sweep is given, by names of the library's symbols.

    Parameters
    ----------
    values : mapping
        To each name a number; a list of numbers, which becomes a dimension of that name; or a pair of
        dimensions and numbers, ``("T", [...])``, or an ``xarray.DataArray``, along dimensions of others.

    Raises
    ------
    InputError
        When a name is unknown, or numbers are not real or do not fit a dimension.

    Examples
    --------
    >>> found = read_given({"T": [1, 2], "tau_phi": ("T", [4e-12, 2e-12]), "tau": 1e-13})
    >>> {name: given.dims for name, given in found.items()}
    {'T': ('T',), 'tau_phi': ('T',), 'tau': ()}
    """
    found = {s.lookup(name).name: _read(name, value) for name, value in values.items()}
    sizes = {name: given.values.size for name, given in found.items() if given.dims == (name,)}
    for name, given in found.items():
        _require_dimensions(name, given, sizes)
    return found


def _read(name: str, value: Any) -> Given:
    dims: Any = getattr(value, "dims", None)
    if isinstance(value, tuple) and len(value) == 2 and _is_dims(value[0]):
        dims, value = value
    elif dims == ("dim_0",):
        dims = None
    array = _real(name, value)
    if dims is None and array.ndim > 1:
        raise InputError(
            f"{name} of shape {array.shape}",
            expected="a number or a list of numbers",
            hint=f'{name}=(("T", "B"), values), along dimensions of others',
        )
    named = ((name,) if array.ndim else ()) if dims is None else ((dims,) if isinstance(dims, str) else dims)
    if len(named) != array.ndim or len(set(named)) != array.ndim:
        raise InputError(f"{name} of shape {array.shape} along {named}", expected="a dimension for each axis")
    return Given(tuple(named), array)


def _is_dims(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(x, str) for x in value))


def _real(name: str, value: Any) -> _Array:
    try:
        array = np.asarray(getattr(value, "values", value))
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "iuf" or not array.size:
        raise InputError(
            f"{name} = {shortened(value)}", expected="a real number, or one or more of them in a list"
        )
    return array.astype(float, copy=False)


def _require_dimensions(name: str, given: Given, sizes: Mapping[str, int]) -> None:
    for dim, size in zip(given.dims, given.values.shape, strict=True):
        if sizes.get(dim) != size:
            there = f"{sizes[dim]} numbers of {dim}" if dim in sizes else f"{dim}=[...] beside it"
            raise InputError(f"{name} with {size} numbers along {dim}", expected=there)


def thinned(blocks: Blocks, variable: Variable, most: int) -> Block:
    """Take some values of a variable, from end to end of each dimension."""
    points = max(2, int(most ** (1 / max(1, len(variable.shape)))))
    picked = {
        dim: np.unique(np.linspace(0, size - 1, points).astype(int))
        for dim, size in zip(variable.dims, variable.shape, strict=True)
    }
    slices = (slice(None),) * len(variable.dims)
    values = {}
    for name in variable.used:
        given = blocks.given[name]
        some = given.values[np.ix_(*(picked[dim] for dim in given.dims))] if given.dims else given.values
        values[name] = Given(given.dims, some).along(variable.dims, slices)
    return Block(variable.name, slices, values)
