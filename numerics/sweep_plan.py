"""What a sweep is going to do: formulas, grid and blocks, and what its file has to agree with."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import sympy as sp

from cooperon.diagrams.arguments import whole
from cooperon.diagrams.errors import InputError
from cooperon.diagrams.messages import shortened
from cooperon.numerics.constants import si_constants
from cooperon.numerics.quantity import unit_of
from cooperon.numerics.sweep_grid import Blocks, Evaluation, Given, Variable, block_shape, read_given
from cooperon.symbolic import symbols as s
from cooperon.symbolic.formula import Formula

__all__ = ["Plan", "plan_of"]

# From this many values on, compiling pays, where numba is installed.
_WORTH_COMPILING = 5_000_000
_BLOCKS = 64
_SMALLEST, _LARGEST = 10_000, 4_000_000
_NAME = re.compile(r"[A-Za-z_][\w .+-]*")


@dataclass(frozen=True, eq=False)
class Plan:
    """A sweep before it is run.

    Attributes
    ----------
    formulas : dict of str to Formula
        By the names of the variables.
    blocks : Blocks
        What is evaluated.
    si : bool
        Whether constants of nature are filled in.
    """

    formulas: Mapping[str, Formula]
    blocks: Blocks
    si: bool

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The formulas over the grid."""
        return self.blocks.variables

    @property
    def given(self) -> Mapping[str, Given]:
        """The numbers."""
        return self.blocks.given

    @property
    def nbytes(self) -> int:
        """Bytes that all results take."""
        return sum(variable.nbytes for variable in self.variables)

    @property
    def evaluation(self) -> Evaluation:
        """What evaluates a block."""
        return Evaluation({variable.name: variable.function for variable in self.variables})

    @property
    def attributes(self) -> dict[str, str]:
        """What is said of the whole."""
        constants = (f"{x} = {value!r} {s.dimension(x)}" for x, value in self._constants.items())
        own = "as given: constants of nature, too"
        return {
            "source": f"cooperon {version('cooperon')}",
            "units_of_numbers": "SI" if self.si else own,
            **({"constants": ", ".join(constants)} if self._constants else {}),
        }

    def attributes_of(self, name: str) -> dict[str, str]:
        """Say of a variable: its formula, in text and LaTeX, its unit and its assumptions."""
        formula = self.formulas[name]
        unit = {"units": unit_of(formula.dimension)} if self.si else {}
        assumptions = {"assumptions": "; ".join(map(str, formula.assumptions))} if formula.assumptions else {}
        return {
            "long_name": formula.name,
            **unit,
            "formula": str(formula.expr),
            "latex": formula.latex(),
            **assumptions,
            "convention": formula.convention,
        }

    def attributes_of_coordinate(self, name: str) -> dict[str, str]:
        """Say of a coordinate what it is, and its unit."""
        entry = s.TABLE[name]
        spaces = {formula.metal.dim for formula in self.formulas.values()}
        space = {s.d: spaces.pop()} if len(spaces) == 1 else {}
        unit = {"units": unit_of(entry.dimension.subs(space))} if self.si else {}
        return {"long_name": entry.meaning, **unit}

    @property
    def about(self) -> dict[str, str]:
        """What a file with results of this sweep agrees with."""
        formulas = {
            f"the formula {name}": _fingerprint(
                sp.srepr((self.formulas[name].expr, *variable.function.conditions)).encode()
            )
            for name, variable in zip(self.formulas, self.variables, strict=True)
        }
        numbers = {
            name: _fingerprint(f"{given.dims}{given.values.shape}".encode() + given.values.tobytes())
            for name, given in self.given.items()
        }
        return {**self.attributes, **formulas, **numbers, "order": " ".join(self.given)}

    @property
    def _constants(self) -> dict[sp.Symbol, float]:
        used = set().union(*(formula.expr.free_symbols for formula in self.formulas.values()))
        filled = si_constants() if self.si else {}
        return {x: value for x, value in filled.items() if x in used and x.name not in self.given}


def plan_of(
    formulas: Any, values: Mapping[str, Any], *, si: bool, checks: bool, backend: str, chunk: int | None
) -> Plan:
    """Plan a sweep.

    Parameters
    ----------
    formulas : Formula or mapping of str to Formula
        What to evaluate.
    values : mapping
        As in :func:`cooperon.numerics.sweep_grid.read_given`.
    si, checks, backend, chunk
        As in :func:`cooperon.sweep`.

    Raises
    ------
    InputError
        When a number is missing, unknown, or one on which no formula depends.

    Examples
    --------
    >>> import cooperon as cp
    >>> wl = cp.conductivity(cp.Metal(dim=2), loops=1)
    >>> numbers = {"tau_phi": [1e-12, 2e-12], "tau": 1e-13}
    >>> plan = plan_of(wl, numbers, si=True, checks=True, backend="auto", chunk=None)
    >>> plan.nbytes, plan.attributes_of("value")["units"]
    (16, 'S')
    """
    named = _named(formulas)
    given = read_given(values)
    variables = tuple(
        _variable(name, formula, given, si=si, checks=checks, backend=backend)
        for name, formula in named.items()
    )
    _require_use(given, variables)
    shapes = {variable.name: block_shape(variable.shape, _values(variable, chunk)) for variable in variables}
    plan = Plan(named, Blocks(variables, given, shapes), si)
    for variable in variables:
        _try_out(plan, variable)
    return plan


def _named(formulas: Any) -> dict[str, Formula]:
    if isinstance(formulas, Formula):
        return {"value": formulas}
    if (
        not isinstance(formulas, Mapping)
        or not formulas
        or not all(isinstance(x, Formula) for x in formulas.values())
    ):
        raise InputError(
            shortened(formulas),
            expected="a formula, or several by name",
            hint='cp.sweep({"film": formula, "wire": other}, B=[...])',
        )
    for name in formulas:
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in s.TABLE:
            raise InputError(
                f"a formula by the name {name!r}", expected="a name of letters that is no symbol's"
            )
    return dict(formulas)


def _variable(
    name: str, formula: Formula, given: Mapping[str, Given], *, si: bool, checks: bool, backend: str
) -> Variable:
    conditions = [a.condition for a in formula.assumptions if a.condition is not None]
    symbols = {x.name for x in formula.expr.free_symbols.union(*(x.free_symbols for x in conditions))}
    used = tuple(x for x in given if x in symbols)
    dims = tuple(x for x in given if any(x in given[symbol].dims for symbol in used))
    shape = tuple(given[dim].values.size for dim in dims)
    if backend == "auto":
        backend = "numba" if math.prod(shape) >= _WORTH_COMPILING and find_spec("numba") else "numpy"
    function = formula.lambdify(si=si, checks=checks, backend=backend)
    if function.dtype not in (float, complex):
        raise InputError(
            f"backend = {backend!r} in a sweep",
            expected="one whose values are numbers of 64 bits",
            hint='formula.lambdify(backend="mpmath"), for arrays of longer ones',
        )
    return Variable(name, function, used, dims, shape)


def _require_use(given: Mapping[str, Given], variables: tuple[Variable, ...]) -> None:
    used = {x for variable in variables for x in (*variable.used, *variable.dims)}
    idle = [name for name in given if name not in used]
    if idle:
        names = ", ".join(f"{one.name}({', '.join(one.function.keywords)})" for one in variables)
        warm = idle == ["T"]
        raise InputError(
            f"{', '.join(idle)}, on which nothing depends",
            expected=f"symbols of {names}",
            hint='Metal(dephasing=PowerLaw(1)), or tau_phi=("T", [...])' if warm else f"without {idle[0]}",
        )


def _values(variable: Variable, chunk: int | None) -> int:
    """Choose how many values a block has."""
    if chunk is None:
        return min(max(variable.size // _BLOCKS, _SMALLEST), _LARGEST)
    size = whole(chunk)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise InputError(f"chunk = {chunk!r}", expected="a number of values: 1, 2, 3, ...")
    return size


def _try_out(plan: Plan, variable: Variable) -> None:
    """Evaluate one value, so that what is missing is said at once."""
    first = (slice(0, 1),) * len(variable.dims)
    variable.function.watched(
        **{name: plan.given[name].along(variable.dims, first) for name in variable.used}
    )


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
