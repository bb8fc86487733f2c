"""Errors say what was given, what is expected and what to try, and are what Python expects them to be."""

import copy
import pickle
import warnings

import pytest

from cooperon.diagrams import errors
from cooperon.diagrams.errors import (
    AssumptionError,
    AssumptionWarning,
    CooperonError,
    DiagramError,
    DivergenceError,
    InputError,
    ReadingError,
    UnitError,
)

BASES = {
    CooperonError: Exception,
    InputError: (CooperonError, ValueError),
    DiagramError: (InputError, ValueError),
    ReadingError: (InputError, ValueError),
    UnitError: (InputError, ValueError),
    DivergenceError: (CooperonError, ArithmeticError),
    AssumptionError: (CooperonError, ValueError),
}


@pytest.mark.parametrize("kind", BASES)
def test_the_message(kind):
    assert str(kind("dim = -1", "a positive dimension", "dim=2")) == (
        "given: dim = -1; expected: a positive dimension; try: dim=2"
    )
    assert str(kind("dim = -1", expected="a positive dimension")) == (
        "given: dim = -1; expected: a positive dimension"
    )
    assert str(kind("dim = -1", hint="dim=2")) == "given: dim = -1; try: dim=2"
    assert str(kind("dim = -1")) == "given: dim = -1"


@pytest.mark.parametrize("kind", BASES)
def test_the_parts_of_the_message(kind):
    error = kind("a", "b", "c")
    assert (error.given, error.expected, error.hint) == ("a", "b", "c")
    assert (kind("a").expected, kind("a").hint) == ("", "")


@pytest.mark.parametrize(("kind", "bases"), BASES.items())
def test_what_an_error_can_be_caught_as(kind, bases):
    for base in bases if isinstance(bases, tuple) else (bases,):
        assert issubclass(kind, base)
    with pytest.raises(CooperonError, match="given: x"):
        raise kind("x")


def test_what_an_error_is_not():
    assert not issubclass(DivergenceError, ValueError)
    assert not issubclass(DivergenceError, InputError)
    assert not issubclass(AssumptionError, InputError)
    assert not issubclass(InputError, (TypeError, ArithmeticError))


@pytest.mark.parametrize("kind", BASES)
def test_errors_travel_between_processes(kind):
    error = kind("a", hint="c", expected="b")
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is kind
        assert str(other) == str(error)
        assert (other.given, other.expected, other.hint) == ("a", "b", "c")


def test_the_warning_is_no_error():
    assert issubclass(AssumptionWarning, UserWarning)
    assert not issubclass(AssumptionWarning, CooperonError)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)
        warnings.warn("outside", AssumptionWarning, stacklevel=1)
    with pytest.warns(AssumptionWarning, match="outside"):
        warnings.warn("outside", AssumptionWarning, stacklevel=1)


def test_all_errors_are_public():
    import cooperon

    for name in errors.__all__:
        assert getattr(cooperon, name) is getattr(errors, name)
    assert {kind.__name__ for kind in (*BASES, AssumptionWarning)} == set(errors.__all__)
