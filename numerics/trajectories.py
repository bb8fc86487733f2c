"""Flights between walls: how much flux electrons collect in a strip narrower than their mean free path.

Electrons fly straight, are scattered isotropically by impurities after free paths that are distributed
exponentially, and come back from the walls. The phase that a field gives to a path and its reverse is

    phase = (2 e/hbar) int A dl = b * area,   b = e B width**2/hbar,   area = 2 int y dx/width**2,

in the gauge in which A points along the strip and vanishes in the middle. All paths are sampled event by
event; nothing of what is known about the average is put in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cooperon.diagrams.errors import InputError
from cooperon.symbolic.arguments import count

__all__ = ["Estimate", "Paths", "coherence_decay", "diffusion", "phase_spread", "sample_paths"]

_Array = npt.NDArray[np.float64]
_BATCHES = 32
"""Errors are read off the scatter of the estimates of this many batches of walkers."""


@dataclass(frozen=True)
class Estimate:
    """A sampled number with its standard error.

    Attributes
    ----------
    value, error : float
        The number and its standard error.
    """

    value: float
    error: float


@dataclass(frozen=True)
class Paths:
    """What a number of walkers collected on the way, in units of the strip's width.

    Attributes
    ----------
    areas : ndarray
        2 int y dx of each walker.
    distances : ndarray
        How far each came along the strip.
    length : float
        Mean length of the way: the number of free paths times the mean free path.
    """

    areas: _Array
    distances: _Array
    length: float


def sample_paths(
    boundary: str,
    mean_free_path: float,
    *,
    collisions: int = 5,
    walkers: int = 20_000,
    dim: int = 2,
    seed: int = 0,
) -> Paths:
    """Let walkers fly through a number of free paths each.

    Parameters
    ----------
    boundary : str
        ``"specular"``: walls that reflect like a mirror. ``"diffuse"``: walls that send electrons back
        in all directions, with Lambert's law.
    mean_free_path : float
        In units of the width.
    collisions : int
        Number of free paths of each walker; it starts and ends at an impurity.
    walkers : int
        Number of walkers, at least 64.
    dim : int
        2: electrons in the plane of a strip. 3: in a film, with x along the film and at right angles to
        the field in its plane.
    seed : int
        Of the random numbers: the same seed gives the same paths.

    Returns
    -------
    Paths

    Raises
    ------
    InputError
        For another boundary or dimension, or numbers out of range.

    Examples
    --------
    >>> paths = sample_paths("specular", 10.0, walkers=64)
    >>> paths.areas.shape, paths.length
    ((64,), 50.0)
    """
    _require_arguments(boundary, mean_free_path, dim)
    collisions = _at_least(1, collisions, "collisions")
    walkers = _at_least(2 * _BATCHES, walkers, "walkers")
    draw = np.random.default_rng(seed)
    height = draw.uniform(-0.5, 0.5, walkers)
    areas, distances = np.zeros(walkers), np.zeros(walkers)
    for _ in range(collisions):
        _fly(draw, _BOUNDARIES[boundary], mean_free_path, dim, height, areas, distances)
    return Paths(areas, distances, collisions * mean_free_path)


def _fly(
    draw: np.random.Generator,
    back: Callable[..., tuple[_Array, _Array]],
    mean_free_path: float,
    dim: int,
    height: _Array,
    areas: _Array,
    distances: _Array,
) -> None:
    """Take every walker to its next impurity; the arrays are changed in place."""
    flying = np.arange(height.size)
    left = draw.exponential(mean_free_path, height.size)
    along, across = _isotropic(draw, height.size, dim)
    while flying.size:
        start = height[flying]
        wall = np.where(across > 0, 0.5, -0.5)
        with np.errstate(divide="ignore"):
            path = np.minimum(left, (wall - start) / across)
        hit = path < left
        end = np.where(hit, wall, start + across * path)
        areas[flying] += (start + end) * along * path
        distances[flying] += along * path
        height[flying] = end
        flying, left = flying[hit], (left - path)[hit]
        along, across = back(draw, along[hit], across[hit], dim)


def _isotropic(draw: np.random.Generator, size: int, dim: int) -> tuple[_Array, _Array]:
    """Draw directions: their components along the strip and across."""
    angle = draw.uniform(0, 2 * math.pi, size)
    if dim == 2:
        return np.cos(angle), np.sin(angle)
    across = draw.uniform(-1, 1, size)
    return np.sqrt(1 - across**2) * np.cos(angle), across


def _specular(_draw: np.random.Generator, along: _Array, across: _Array, _dim: int) -> tuple[_Array, _Array]:
    return along, -across


def _diffuse(draw: np.random.Generator, along: _Array, across: _Array, dim: int) -> tuple[_Array, _Array]:
    """Draw directions away from the wall with a probability that goes as their component across."""
    if dim == 2:
        new = draw.uniform(-1, 1, along.size)
        return new, -np.copysign(np.sqrt(1 - new**2), across)
    square = draw.uniform(0, 1, along.size)
    angle = draw.uniform(0, 2 * math.pi, along.size)
    return np.sqrt(1 - square) * np.cos(angle), -np.copysign(np.sqrt(square), across)


_BOUNDARIES: Mapping[str, Callable[..., tuple[_Array, _Array]]] = {
    "specular": _specular,
    "diffuse": _diffuse,
}


def phase_spread(paths: Paths) -> Estimate:
    """Rate of dephasing in a weak field, <phase**2>/(2 t), over b**2.

    In units of v_F/width: 1/tau_B = (v_F/width) b**2 times this.

    Examples
    --------
    >>> found = phase_spread(sample_paths("diffuse", 4.0, walkers=2000))
    >>> 0.05 < found.value < 0.12
    True
    """
    return _estimate(lambda areas: np.mean(areas**2) / (2 * paths.length), paths.areas)


def coherence_decay(paths: Paths, field: float) -> Estimate:
    """Rate with which <exp(i phase)> decays, in units of v_F/width.

    Parameters
    ----------
    paths : Paths
        Of :func:`sample_paths`.
    field : float
        b = e B width**2/hbar.

    Raises
    ------
    InputError
        Where so little coherence is left on these paths that it drowns in the noise.

    Examples
    --------
    >>> found = coherence_decay(sample_paths("diffuse", 4.0, walkers=2000), 1.0)
    >>> 0.01 < found.value < 0.06
    True
    """
    left = _estimate(lambda areas: np.mean(np.cos(field * areas)), paths.areas)
    if left.value < 5 * left.error:
        raise InputError(
            f"paths on which {left.value:.2g} +- {left.error:.2g} of the coherence is left",
            expected="shorter paths or more walkers",
            hint="sample_paths(..., collisions=1)",
        )
    return Estimate(-math.log(left.value) / paths.length, left.error / left.value / paths.length)


def diffusion(paths: Paths) -> Estimate:
    """Diffusion constant along the strip, <x**2>/(2 t), in units of v_F width.

    Examples
    --------
    >>> found = diffusion(sample_paths("specular", 4.0, walkers=2000))
    >>> abs(found.value - 2) < 5 * found.error
    True
    """
    return _estimate(lambda x: np.mean(x**2) / (2 * paths.length), paths.distances)


def _estimate(statistic: Callable[[_Array], Any], values: _Array) -> Estimate:
    batches = [float(statistic(batch)) for batch in np.array_split(values, _BATCHES)]
    return Estimate(float(statistic(values)), float(np.std(batches, ddof=1)) / math.sqrt(_BATCHES))


def _require_arguments(boundary: str, mean_free_path: float, dim: int) -> None:
    if boundary not in _BOUNDARIES:
        raise InputError(f"boundary = {boundary!r}", expected="one of " + ", ".join(_BOUNDARIES))
    if not 0 < mean_free_path < math.inf:
        raise InputError(f"mean_free_path = {mean_free_path!r}", expected="a positive number of widths")
    if dim not in (2, 3):
        raise InputError(f"dim = {dim!r}", expected="2 (a strip) or 3 (a film)")


def _at_least(lowest: int, value: Any, name: str) -> int:
    number = count(value, name)
    if number < lowest:
        raise InputError(f"{name} = {number}", expected=f"a whole number from {lowest} on")
    return number
