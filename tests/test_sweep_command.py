"""The command sweep: numbers as they are typed, files, exit codes."""

import numpy as np
import pytest
import xarray as xr

import cooperon as cp
from cooperon.cli import main

FILM = ("sweep", "magnetoconductivity", "--dim", "2", "--field", "perpendicular")
NUMBERS = ("B=-0.02:0.02:5", "tau_phi=log:1e-11:4e-11:3", "tau=1e-13", "D=0.02,0.03")


def test_it_writes_what_the_function_gives(tmp_path, capsys):
    to = tmp_path / "film.nc"
    assert main([*FILM, *NUMBERS, "--output", str(to), "--chunk", "4"]) == 0
    out, err = capsys.readouterr()
    assert out == "sigma(B) - sigma(0) [S]: 5 B x 3 tau_phi x 2 D\n"
    assert err == f"wrote {to}\n"
    formula = cp.magnetoconductivity(cp.Metal(dim=2, field=cp.PerpendicularField()))
    values = {"B": np.linspace(-0.02, 0.02, 5), "tau_phi": np.geomspace(1e-11, 4e-11, 3), "D": [0.02, 0.03]}
    expected = cp.sweep(formula, **values, tau=1e-13)
    with xr.open_dataset(to, engine="h5netcdf") as found:
        xr.testing.assert_allclose(found.load(), expected, rtol=1e-14)


def test_another_sweep_in_the_same_file(tmp_path, capsys):
    to = str(tmp_path / "film.zarr")
    one = ("sweep", "conductivity", "--loops", "1", "--output", to, "tau_phi=1e-11")
    assert main([*one, "tau=1e-13"]) == 0
    assert "1 value" in capsys.readouterr().out
    assert main([*one, "tau=2e-13"]) == 2
    assert "tau differ" in capsys.readouterr().err
    assert main([*one, "tau=2e-13", "--overwrite"]) == 0


def test_values_outside_of_the_assumptions(tmp_path, capsys):
    to = str(tmp_path / "film.zarr")
    code = main(["sweep", "conductivity", "--loops", "1", "tau_phi=1e-13", "tau=2e-13", "--output", to])
    assert code == 1
    assert "does not hold at 1 of 1 values" in capsys.readouterr().err


@pytest.mark.parametrize(
    "numbers",
    ["B", "B=", "B=x", "B=1,,2", "B=0:1", "B=0:1:x", "B=0:1:-3", "B=0:1:0", "B=nan", "B=inf", "B=log:0:1:5"]
    + ["b=1", "B=1e999", "tau=1", "B=__import__('os')"],
)
def test_numbers_that_are_none(tmp_path, capsys, numbers):
    to = tmp_path / "film.nc"
    assert main([*FILM, numbers, *NUMBERS[1:], "--output", str(to)]) == 2
    assert capsys.readouterr().err.startswith("cooperon: given: ")
    assert not to.exists()


def test_a_scheduler_that_does_not_answer(tmp_path, capsys, monkeypatch):
    def silent(address, timeout):
        raise OSError("nobody there")

    monkeypatch.setattr("distributed.Client", silent)
    code = main([*FILM, *NUMBERS, "--output", str(tmp_path / "a.nc"), "--cluster", "tcp://127.0.0.1:1"])
    assert code == 2
    assert "a scheduler that answers (nobody there)" in capsys.readouterr().err
