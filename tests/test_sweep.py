"""Sweeps: labelled, in blocks, to files, gone on with after interrupts, and on a cluster of which a process dies."""

import os
import signal
import subprocess
import sys
import warnings

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from cluster_tools import at_chunk, two_workers
from scipy.special import digamma

import cooperon as cp
from cooperon.diagrams.errors import AssumptionWarning, CooperonError, InputError
from cooperon.diagrams.progress import Bar
from cooperon.numerics import sweep as sweeps
from cooperon.numerics import sweep_store
from cooperon.numerics.lambdify import NumericFunction
from cooperon.numerics.sweep_grid import Blocks, Evaluation, Given, Variable, block_shape

E, HBAR = 1.602176634e-19, 1.054571817e-34
FILM = cp.Metal(dim=2, field=cp.PerpendicularField())
FORMULA = cp.magnetoconductivity(FILM)
CORRECTION = cp.conductivity(cp.Metal(dim=2), loops=1)
B = np.linspace(-0.02, 0.02, 41)
TIMES = [5e-12, 1e-11, 2e-11]
NUMBERS = {"B": B, "tau_phi": TIMES, "tau": 1e-13, "D": 0.02}
CHUNK = 20  # 7 blocks
BLOCKS = 7


def by_hand(field, tau_phi, diffusion=0.02):
    """Hikami, Larkin and Nagaoka, written down from the paper."""
    x = HBAR / (4 * E * diffusion * tau_phi * abs(field))
    return E**2 / (2 * np.pi**2 * HBAR) * (digamma(0.5 + x) - np.log(x))


@pytest.fixture
def evaluated(monkeypatch):
    """The blocks that are evaluated."""
    seen, call = [], Evaluation.__call__

    def watched(self, block):
        seen.append((block.name, *((cut.start, cut.stop) for cut in block.slices)))
        return call(self, block)

    monkeypatch.setattr(Evaluation, "__call__", watched)
    return seen


@pytest.fixture
def no_room(monkeypatch):
    monkeypatch.setattr(sweeps, "available_memory", lambda: 100)


def interrupted(monkeypatch, number, run):
    """Press control-C when so many chunks are finished."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what it runs behind
    with monkeypatch.context() as here:
        at_chunk(here, number, lambda: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            run()


# --- What comes out


def test_values_stand_where_their_numbers_say():
    found = cp.sweep(FORMULA, **NUMBERS)
    assert found.value.dims == ("B", "tau_phi")
    field, time = np.meshgrid(B[B != 0], TIMES, indexing="ij")
    np.testing.assert_allclose(found.value.sel(B=B[B != 0]), by_hand(field, time), rtol=1e-8)
    assert (found.value.sel(B=0.0) == 0).all()


def test_the_order_of_the_call_is_that_of_the_dimensions():
    found = cp.sweep(FORMULA, tau_phi=TIMES, D=0.02, tau=1e-13, B=B)
    assert found.value.dims == ("tau_phi", "B")
    xr.testing.assert_allclose(found.value, cp.sweep(FORMULA, **NUMBERS).value.transpose())


def test_numbers_with_dimensions_of_others():
    temperatures = [1.0, 2.0, 4.0]
    measured = ("T", [2e-11, 1e-11, 5e-12])
    found = cp.sweep(FORMULA, B=B, T=temperatures, tau_phi=measured, tau=1e-13, D=0.02)
    assert found.value.dims == ("B", "T")
    assert found.tau_phi.dims == ("T",)
    np.testing.assert_allclose(
        found.value.sel(B=0.02, T=temperatures), by_hand(0.02, np.array(measured[1])), rtol=1e-8
    )
    both = xr.DataArray([[1e-11] * 41, [2e-11] * 41, [3e-11] * 41], dims=("T", "B"))
    other = cp.sweep(FORMULA, B=B, T=temperatures, tau_phi=both, tau=1e-13, D=0.02, chunk=10)
    assert other.tau_phi.dims == ("T", "B")
    np.testing.assert_allclose(other.value.sel(B=0.02, T=4.0), by_hand(0.02, 3e-11), rtol=1e-8)


def test_a_law_of_the_temperature_is_swept_by_temperature():
    law = cp.conductivity(cp.Metal(dim=2, dephasing=cp.PowerLaw(1)), loops=1)
    found = cp.sweep(law, T=[1.0, 2.0], T_0=1.0, tau_phi_0=1e-11, tau=1e-13)
    plain = cp.sweep(CORRECTION, tau_phi=[1e-11, 5e-12], tau=1e-13)
    np.testing.assert_allclose(found.value, plain.value, rtol=1e-12)


def test_everything_is_labelled():
    found = cp.sweep(FORMULA, **NUMBERS)
    units = {name: found[name].attrs["units"] for name in ("value", "B", "tau_phi", "tau", "D")}
    assert units == {"value": "S", "B": "T", "tau_phi": "s", "tau": "s", "D": "m^2 s^-1"}
    said = found.value.attrs
    names = {name: cp.symbols.lookup(name) for name in cp.symbols.names()}
    assert sp.sympify(said["formula"], locals=names) == FORMULA.expr
    assert said["latex"] == FORMULA.latex()
    assert said["long_name"] == FORMULA.name
    assert all(str(assumption) in said["assumptions"] for assumption in FORMULA.assumptions)
    assert said["convention"] == "cooperon"
    assert found.attrs["source"] == f"cooperon {cp.__version__}"
    assert f"e = {E!r} s A" in found.attrs["constants"]
    assert found.tau.ndim == 0
    assert found.tau.item() == 1e-13


def test_the_unit_follows_the_dimension_of_space():
    bulk = cp.conductivity(cp.Metal(dim=3), loops=0)
    found = cp.sweep(bulk, nu=[1e46, 2e46], D=0.01)
    assert found.value.units == "S/m"
    assert found.nu.units == "J^-1 m^-3"


def test_several_formulas_have_only_the_dimensions_they_depend_on():
    found = cp.sweep({"field": FORMULA, "none": CORRECTION}, **NUMBERS, chunk=CHUNK)
    assert found.field.dims == ("B", "tau_phi")
    assert found.none.dims == ("tau_phi",)
    xr.testing.assert_equal(found.field.rename(None), cp.sweep(FORMULA, **NUMBERS).value.rename(None))
    plain = CORRECTION.lambdify("tau_phi", si=True)(np.array(TIMES), tau=1e-13)
    np.testing.assert_array_equal(found.none, plain)


def test_complex_values(tmp_path):
    alternating = cp.conductivity(cp.Metal(dim=2), loops=1, omega=cp.symbols.omega)
    numbers = {"omega": np.geomspace(1e9, 1e11, 5), "tau_phi": TIMES, "tau": 1e-13}
    found = cp.sweep(alternating, **numbers, chunk=4)
    plain = alternating.lambdify("omega", "tau_phi", si=True)
    expected = plain(numbers["omega"][:, None], np.array(TIMES), tau=1e-13)
    assert found.value.dtype == complex
    assert np.abs(found.value.imag).min() > 0
    np.testing.assert_array_equal(found.value, expected)
    for ending in ("nc", "zarr"):
        xr.testing.assert_identical(
            found, cp.sweep(alternating, **numbers, to=tmp_path / f"a.{ending}", chunk=4).load()
        )


def test_own_units():
    found = cp.sweep(CORRECTION, tau_phi=[2.0, 3.0], tau=1.0, e=1.0, hbar=1.0, si=False)
    np.testing.assert_allclose(found.value, -np.log([3, 4]) / (2 * np.pi**2), rtol=1e-14)
    assert "units" not in found.value.attrs
    assert "units" not in found.tau_phi.attrs
    assert "constants" not in found.attrs
    assert found.e.item() == 1


def test_a_single_value():
    found = cp.sweep(CORRECTION, tau_phi=1e-11, tau=1e-13)
    assert found.value.dims == ()
    assert found.value.item() == CORRECTION.lambdify("tau_phi", si=True)(1e-11, tau=1e-13)


@pytest.mark.parametrize("chunk", [1, 7, 20, 1000])
def test_blocks_make_no_difference(chunk):
    apart, whole = cp.sweep(FORMULA, **NUMBERS, chunk=chunk), cp.sweep(FORMULA, **NUMBERS)
    np.testing.assert_array_max_ulp(apart.value.data, whole.value.data, maxulp=16)
    assert apart.value.attrs == whole.value.attrs


@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 5, 4)])
@pytest.mark.parametrize("size", [1, 4, 6, 1000])
def test_blocks_cover_the_grid_once(shape, size):
    dims = tuple("abc"[: len(shape)])
    variable = Variable("x", CORRECTION.lambdify(), (), dims, shape)
    given = {dim: Given((dim,), np.arange(end)) for dim, end in zip(dims, shape, strict=True)}
    blocks = Blocks((variable,), given, {"x": block_shape(shape, size)})
    covered = np.zeros(shape, int)
    for block in blocks:
        covered[block.slices] += 1
        assert covered[block.slices].size <= size
    assert (covered == 1).all()


# --- What is refused


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({**NUMBERS, "tau_phy": 1.0}, "tau_phy"),
        ({"B": B, "tau": 1e-13, "D": 0.02}, "no value of tau_phi"),
        ({**NUMBERS, "T": [1.0, 2.0]}, "T, on which nothing depends"),
        ({**NUMBERS, "thickness": 1.0}, "thickness, on which nothing depends"),
        ({**NUMBERS, "B": [[1.0]]}, r"B of shape \(1, 1\)"),
        ({**NUMBERS, "B": ["x"]}, "B = "),
        ({**NUMBERS, "B": []}, "B = "),
        ({**NUMBERS, "B": [1j]}, "B = "),
        ({**NUMBERS, "B": [[1.0], [1.0, 2.0]]}, "B = "),
        ({**NUMBERS, "D": ("T", [0.1, 0.2])}, "along T"),
        ({**NUMBERS, "D": ("tau_phi", [0.1, 0.2])}, "3 numbers of tau_phi"),
        ({**NUMBERS, "D": (("tau_phi", "B"), [0.1, 0.2])}, "a dimension for each axis"),
        ({**NUMBERS, "chunk": 0}, "chunk = 0"),
        ({**NUMBERS, "to": "sweep.csv"}, r"\.zarr or \.nc"),
        ({**NUMBERS, "backend": "abacus"}, "abacus"),
        ({**NUMBERS, "client": 3}, "Client"),
        ({**NUMBERS, "si": False}, "no value of e, hbar"),
    ],
)
def test_what_does_not_fit_is_refused(values, said):
    with pytest.raises(InputError, match=said):
        cp.sweep(FORMULA, **values)


@pytest.mark.parametrize("formulas", [3, {}, {"x": 3}, {"B": FORMULA}, {"a/b": FORMULA}, {1: FORMULA}])
def test_what_is_no_formula_is_refused(formulas):
    with pytest.raises(InputError, match="expected"):
        cp.sweep(formulas, **NUMBERS)


def test_numbers_of_other_lengths_are_refused(monkeypatch):
    monkeypatch.setattr(NumericFunction, "dtype", object)
    with pytest.raises(InputError, match="64 bits"):
        cp.sweep(FORMULA, **NUMBERS)


@pytest.mark.parametrize("missing", ["xarray", "zarr", "h5py"])
def test_what_is_not_installed_is_named(monkeypatch, tmp_path, missing):
    monkeypatch.setattr(sweeps, "find_spec", lambda name: None if name == missing else True)
    with pytest.raises(CooperonError, match=r"cooperon\[sweep\]"):
        cp.sweep(FORMULA, **NUMBERS, to=tmp_path / "a.nc")


# --- Assumptions


def warned(**options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = cp.sweep(CORRECTION, tau_phi=np.linspace(0.5e-13, 2e-13, 100), tau=1e-13, **options)
    return found, [str(each.message) for each in caught if each.category is AssumptionWarning]


def test_one_warning_for_all_chunks(tmp_path):
    _, told = warned(chunk=7)
    assert len(told) == 1
    count = (np.linspace(0.5e-13, 2e-13, 100) <= 1e-13).sum()
    assert f"does not hold at {count} of 100 values, first at" in told[0]
    assert "tau_phi = 5e-14" in told[0]
    for name in ("a.zarr", "a.nc"):
        for _ in range(2):  # a finished sweep is opened with the same words
            assert warned(chunk=7, to=tmp_path / name)[1] == told
    assert warned(chunk=7, checks=False)[1] == []


def test_a_sweep_that_goes_on_warns_of_what_was_before(tmp_path, monkeypatch):
    interrupted(monkeypatch, 9, lambda: warned(chunk=7, to=tmp_path / "a.zarr"))
    assert warned(chunk=7, to=tmp_path / "a.zarr")[1] == warned()[1]


def test_the_warning_points_to_the_call():
    with pytest.warns(AssumptionWarning) as caught:
        cp.sweep(CORRECTION, tau_phi=1e-13, tau=2e-13)
    assert caught[0].filename == __file__


# --- Larger than memory


def test_what_does_not_fit_into_memory_is_put_off(no_room, evaluated):
    found = cp.sweep(FORMULA, **NUMBERS, chunk=CHUNK)
    assert found.value.chunks is not None
    assert len(evaluated) == 1  # a look at some values
    part = found.value.isel(B=slice(0, 3)).compute(scheduler="synchronous")
    assert len(evaluated) == 2
    whole = found.compute(scheduler="synchronous")
    assert len(evaluated) == 2 + BLOCKS
    np.testing.assert_array_equal(part, whole.value[:3])


def test_what_is_put_off_is_the_same(monkeypatch):
    plain = cp.sweep({"a": FORMULA, "b": CORRECTION}, **NUMBERS)
    monkeypatch.setattr(sweeps, "available_memory", lambda: 100)
    put_off = cp.sweep({"a": FORMULA, "b": CORRECTION}, **NUMBERS, chunk=CHUNK)
    xr.testing.assert_identical(put_off.compute(), plain)


def test_what_is_put_off_is_looked_at(no_room):
    found, told = warned(chunk=7)
    assert found.value.chunks is not None
    assert len(told) == 1
    assert "tau_phi > tau" in told[0] or "tau < tau_phi" in told[0]


@pytest.mark.parametrize("to", [None, "a.nc"])
def test_without_dask_it_is_refused(no_room, monkeypatch, tmp_path, to):
    monkeypatch.setattr(sweeps, "find_spec", lambda name: None if name == "dask" else True)
    with pytest.raises(CooperonError, match=r"sweep\.zarr.*cooperon\[cluster\]"):
        cp.sweep(FORMULA, **NUMBERS, to=to and tmp_path / to)


@pytest.mark.parametrize("dask", [True, False])
def test_a_store_larger_than_memory_is_read_block_by_block(no_room, monkeypatch, tmp_path, dask):
    find = sweep_store.find_spec
    monkeypatch.setattr(sweep_store, "find_spec", lambda name: find(name) if dask else None)
    found = cp.sweep(FORMULA, **NUMBERS, to=tmp_path / "a.zarr", chunk=CHUNK)
    assert (found.value.chunks is not None) is dask
    monkeypatch.undo()
    xr.testing.assert_identical(found.compute(), cp.sweep(FORMULA, **NUMBERS))


def test_a_netcdf_file_larger_than_memory(no_room, monkeypatch, tmp_path):
    found = cp.sweep(FORMULA, **NUMBERS, to=tmp_path / "a.nc", chunk=CHUNK)
    assert found.value.chunks is not None
    monkeypatch.undo()
    xr.testing.assert_identical(found.compute(), cp.sweep(FORMULA, **NUMBERS))
    found.close()


# --- Files


@pytest.mark.parametrize("name", ["a.zarr", "a.nc"])
def test_what_comes_from_a_file_is_what_is_in_memory(tmp_path, name, evaluated):
    to = tmp_path / name
    plain = cp.sweep({"a": FORMULA, "b": CORRECTION}, **NUMBERS)
    stored = cp.sweep({"a": FORMULA, "b": CORRECTION}, **NUMBERS, to=to, chunk=CHUNK)
    xr.testing.assert_identical(stored.load(), plain)
    assert os.listdir(tmp_path) == [name]
    evaluated.clear()
    again = cp.sweep({"a": FORMULA, "b": CORRECTION}, **NUMBERS, to=to)
    xr.testing.assert_identical(again.load(), plain)
    assert evaluated == []
    read = xr.open_dataset(to, engine="h5netcdf") if name == "a.nc" else xr.open_zarr(to, consolidated=False)
    with read:
        xr.testing.assert_equal(read.load(), plain)
        assert read.a.attrs == plain.a.attrs


@pytest.mark.parametrize("name", ["a.zarr", "a.nc"])
@pytest.mark.parametrize(
    ("formula", "changed", "said"),
    [
        (FORMULA, {"B": B[1:]}, "B differ"),
        (FORMULA, {"tau": 2e-13}, "tau differ"),
        (FORMULA, {"tau": ("tau_phi", [1e-13] * 3)}, "tau differ"),
        (-1 * FORMULA, {}, "the formula value differ"),
        ({"value": FORMULA, "b": CORRECTION}, {}, "the formula b differ"),
        (FORMULA, {"e": 1.6e-19}, "e, order differ|constants"),
        (FORMULA, {"si": False, "e": E, "hbar": HBAR}, "units"),
    ],
)
def test_another_sweep_in_the_same_file_is_refused(tmp_path, name, formula, changed, said):
    to = tmp_path / name
    first = cp.sweep(FORMULA, **NUMBERS, to=to).load()
    with pytest.raises(InputError, match=said):
        cp.sweep(formula, **{**NUMBERS, **changed}, to=to)
    xr.testing.assert_identical(cp.sweep(FORMULA, **NUMBERS, to=to).load(), first)
    other = cp.sweep(formula, **{**NUMBERS, **changed}, to=to, overwrite=True)
    xr.testing.assert_identical(other.load(), cp.sweep(formula, **{**NUMBERS, **changed}))


def test_another_version_is_refused(tmp_path, monkeypatch):
    cp.sweep(FORMULA, **NUMBERS, to=tmp_path / "a.zarr")
    monkeypatch.setattr("cooperon.numerics.sweep_plan.version", lambda _: "99")
    with pytest.raises(InputError, match="source differ"):
        cp.sweep(FORMULA, **NUMBERS, to=tmp_path / "a.zarr")


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_no_sweep_is_left_alone(tmp_path, overwrite):
    folder, file, other = tmp_path / "a.zarr", tmp_path / "a.nc", tmp_path / "b.zarr"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    file.write_text("mine")
    xr.Dataset({"mine": 1}).to_zarr(other, consolidated=False)
    for to in (folder, file, other):
        with pytest.raises(InputError, match="no sweep"):
            cp.sweep(FORMULA, **NUMBERS, to=to, overwrite=overwrite)
    assert (folder / "thesis.txt").read_text() == file.read_text() == "mine"
    assert xr.open_zarr(other, consolidated=False).mine == 1


# --- Interrupts


@pytest.mark.parametrize("name", ["a.zarr", "a.nc"])
@pytest.mark.parametrize("chunk", [CHUNK, None, 1])
def test_after_an_error_only_the_rest_is_evaluated(tmp_path, monkeypatch, evaluated, name, chunk):
    to, call = tmp_path / name, Evaluation.__call__

    def fails(self, block):
        if len(evaluated) == 3:
            raise MemoryError("out of luck")
        return call(self, block)

    with monkeypatch.context() as here:
        here.setattr(Evaluation, "__call__", fails)
        with pytest.raises(MemoryError):
            cp.sweep(FORMULA, **NUMBERS, to=to, chunk=CHUNK)
    before = list(evaluated)
    assert len(before) == 3
    found = cp.sweep(FORMULA, **NUMBERS, to=to, chunk=chunk)  # the blocks stay those of the store
    assert len(evaluated) == BLOCKS
    assert len(set(evaluated)) == BLOCKS
    monkeypatch.undo()
    xr.testing.assert_identical(found.load(), cp.sweep(FORMULA, **NUMBERS))
    assert os.listdir(tmp_path) == [name]


def test_an_unfinished_store_is_refused_to_another_sweep(tmp_path, monkeypatch):
    interrupted(monkeypatch, 2, lambda: cp.sweep(FORMULA, **NUMBERS, to=tmp_path / "a.zarr", chunk=CHUNK))
    with pytest.raises(InputError, match="D differ"):
        cp.sweep(FORMULA, **{**NUMBERS, "D": 0.03}, to=tmp_path / "a.zarr")
    cp.sweep(FORMULA, **{**NUMBERS, "D": 0.03}, to=tmp_path / "a.zarr", overwrite=True)


def test_a_store_whose_record_is_lost_is_evaluated_anew(tmp_path, monkeypatch, evaluated):
    interrupted(monkeypatch, 2, lambda: cp.sweep(FORMULA, **NUMBERS, to=tmp_path / "a.zarr", chunk=CHUNK))
    (tmp_path / "a.zarr.record").unlink()
    evaluated.clear()
    found = cp.sweep(FORMULA, **NUMBERS, to=tmp_path / "a.zarr")
    assert len(evaluated) == BLOCKS
    xr.testing.assert_identical(found.load(), cp.sweep(FORMULA, **NUMBERS))


SCRIPT = """
import os, signal, sys
sys.path.insert(0, {tests!r})
from test_sweep import FORMULA, NUMBERS, CHUNK, Bar, cp
show, seen = Bar.show, []
def watched(self, done):
    show(self, done)
    seen.append(done)
    if len(seen) == 4:
        os.kill(os.getpid(), {signal})
Bar.show = watched
cp.sweep(FORMULA, **NUMBERS, to={to!r}, chunk=CHUNK)
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("name", ["a.zarr", "a.nc"])
def test_a_program_that_is_ended_goes_on(tmp_path, evaluated, number, name):
    to = tmp_path / name
    script = SCRIPT.format(tests=os.path.dirname(__file__), signal=int(number), to=str(to))
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode in (-number, 1, 130), ended.stderr
    assert number == signal.SIGKILL or "KeyboardInterrupt" in ended.stderr
    found = cp.sweep(FORMULA, **NUMBERS, to=to, chunk=CHUNK)
    assert len(evaluated) == BLOCKS - 4
    xr.testing.assert_identical(found.load(), cp.sweep(FORMULA, **NUMBERS))


# --- A cluster


@pytest.mark.slow
def test_on_a_cluster_of_which_a_process_dies(tmp_path, monkeypatch):
    fields = np.linspace(-0.02, 0.02, 2001)
    numbers = {**NUMBERS, "B": fields}
    plain = cp.sweep(FORMULA, **numbers, chunk=100)
    with two_workers() as client:
        for name in (None, "a.zarr", "a.nc"):
            victim = min(client.run(os.getpid).values())
            to = None if name is None else tmp_path / name
            with monkeypatch.context() as here:
                at_chunk(here, 5, lambda victim=victim: os.kill(victim, signal.SIGKILL))
                found = cp.sweep(FORMULA, **numbers, to=to, client=client, chunk=100)
            xr.testing.assert_identical(found.load(), plain)
            client.wait_for_workers(2)
            assert victim not in client.run(os.getpid).values()
        interrupted(
            monkeypatch,
            5,
            lambda: cp.sweep(FORMULA, **numbers, to=tmp_path / "b.zarr", client=client, chunk=100),
        )
        recorded = len((tmp_path / "b.zarr.record").read_text().splitlines()) - 1
        assert 5 <= recorded < 61
        local = []
        call = Evaluation.__call__
        monkeypatch.setattr(
            Evaluation, "__call__", lambda self, block: local.append(block) or call(self, block)
        )
        found = cp.sweep(FORMULA, **numbers, to=tmp_path / "b.zarr")  # and goes on without the cluster
        assert len(local) == 61 - recorded
        xr.testing.assert_identical(found.load(), plain)
        with pytest.warns(AssumptionWarning) as caught:
            cp.sweep(CORRECTION, tau_phi=np.linspace(0.5e-13, 2e-13, 100), tau=1e-13, client=client, chunk=7)
        assert len(caught) == 1


# --- A terminal


def test_a_bar_unless_it_is_unwanted(monkeypatch):
    shown = []
    made = Bar.__init__

    def watched(self, *args, **options):
        shown.append((args, options["shown"]))
        made(self, *args, **options)

    monkeypatch.setattr(Bar, "__init__", watched)
    cp.sweep(FORMULA, **NUMBERS, chunk=CHUNK)
    cp.sweep(FORMULA, **NUMBERS, chunk=CHUNK, progress=False)
    assert shown == [(("sweep", BLOCKS), True), (("sweep", BLOCKS), False)]
