"""The command line: every command, every format, exit codes, bad input."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy as sp

import cooperon as cp
from cooperon import commands
from cooperon.cli import main
from cooperon.diagrams import drawing
from cooperon.numerics.source_python import python_source
from cooperon.numerics.verification import Line, Report
from cooperon.symbolic.cutoffs import CUTOFFS, INFRARED

DERIVE = ["derive", "conductivity"]
LOOP = [*DERIVE, "--loops", "1"]
HAND = r"-\frac{e^2}{\pi h}\ln\frac{\tau_\phi}{\tau}"
NUMBERS = {"tau": 1.0, "tau_phi": 37.0, "D": 1.3, "L": 21.0, "omega": 0.05, "d": 2.3, "nu": 0.8}
CONSTANTS = {"e": 1.1, "hbar": 0.9}


@pytest.fixture
def output(capsys):
    """Run the command line and return its exit code, standard output and standard error."""

    def run(*arguments):
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


# --- derive: text -----------------------------------------------------------------------------------------


def test_text_has_formula_leading_form_assumptions_diagram_and_numbered_lines(output):
    code, out, err = output(*DERIVE, "--dim", "2", "--loops", "1")
    assert (code, err) == (0, "")
    assert "delta sigma = -e**2*log(1 + tau_phi/tau)/(2*pi**2*hbar)" in out
    assert "leading form: -e**2*log(tau_phi/tau)/(2*pi**2*hbar)" in out
    assert "tau_phi  phase-coherence time" in out
    assert "k_F ell >> 1" in out
    assert "░C░" in out
    lines = len(cp.conductivity(cp.Metal(dim=2), loops=1).derivation)
    assert [int(n) for n in re.findall(r"^ *\((\d+)\) ", out, re.MULTILINE)] == list(range(1, lines + 1))
    assert "Verification" not in out


def test_default_is_drude_in_two_dimensions(output):
    _, out, _ = output(*DERIVE)
    assert "sigma_0 = 2*D*e**2*nu" in out
    assert "leading form: the same" in out
    assert "cutoff" not in out.splitlines()[0]


def test_verify_says_so_for_every_line(output):
    code, out, _ = output(*LOOP, "--dim", "3", "--verify")
    assert code == 0
    count = len(cp.conductivity(cp.Metal(dim=3), loops=1).derivation)
    assert f"{count} of {count} steps confirmed" in out


@pytest.mark.parametrize("form", ["text", "json", "latex", "python"])
def test_a_line_that_is_not_confirmed_is_exit_code_1(output, monkeypatch, form):
    def doubt(self):
        return Report(
            tuple(Line(i, s, False, None, None, "doubtful") for i, s in enumerate(self.derivation, 1))
        )

    monkeypatch.setattr(cp.Formula, "verify", doubt)
    code, out, err = output(*DERIVE, "--verify", "--format", form)
    assert code == 1
    if form == "json":
        assert json.loads(out)["verified"] is False
    else:
        assert "0 of " in (out if form == "text" else err)


@pytest.mark.parametrize(
    ("options", "expr"),
    [
        (["--dim", "1"], "-2*sqrt(D)*e**2*sqrt(tau_phi)*atan(sqrt(tau_phi)/sqrt(tau))/(pi**2*hbar)"),
        (["--spin", "0"], "-e**2*log(1 + tau_phi/tau)/(4*pi**2*hbar)"),
        (["--cutoff", "window"], "-e**2*log(tau_phi/tau)/(2*pi**2*hbar)"),
        (["--cutoff", "mean_free_path"], "-e**2*log(1 + tau_phi/(2*tau))/(2*pi**2*hbar)"),
        (["--omega"], "-e**2*log(1 + tau_phi/(tau*(-I*omega*tau_phi + 1)))/(2*pi**2*hbar)"),
        (["--power-law", "1"], "-e**2*log(1 + T_0*tau_phi_0/(T*tau))/(2*pi**2*hbar)"),
        (["--power-law", "p"], "-e**2*log(1 + tau_phi_0*(T_0/T)**p/tau)/(2*pi**2*hbar)"),
        (["--dim", "1", "--infrared", "L"], "-2*e**2*(-sqrt(D)*sqrt(tau) + L)/(pi**2*hbar)"),
        (["--cutoff", "window", "--route", "return_probability"], "-e**2*log(tau_phi/tau)/(2*pi**2*hbar)"),
    ],
)
def test_every_option_reaches_the_engine(output, options, expr):
    code, out, _ = output(*LOOP, "--format", "json", *options)
    assert code == 0
    # what sympy prints may be ordered otherwise: compare by value
    assert cp.check(expr, _formula_of(options)).kind == "agrees"
    assert cp.check(json.loads(out)["expr"], _formula_of(options)).kind == "agrees"


def _formula_of(options):
    given = dict(zip(options[::2], options[1::2], strict=False))
    powers = {"1": cp.PowerLaw(1), "p": cp.PowerLaw()}
    metal = cp.Metal(
        dim=int(given.get("--dim", 2)),
        spin=0 if "--spin" in given else cp.Metal().spin,
        dephasing=powers.get(given.get("--power-law"), cp.Dephasing()),
    )
    return cp.conductivity(
        metal,
        loops=1,
        cutoff=given.get("--cutoff", "diffusive"),
        infrared=given.get("--infrared", "tau_phi"),
        omega=cp.symbols.omega if "--omega" in options else None,
    )


@pytest.mark.parametrize(
    ("text", "dim"), [("2.5", "5/2"), ("5/2", "5/2"), (" 3 ", "3"), ("d", "d"), ("2.0001", None)]
)
def test_dimensions_are_exact_numbers_or_d(output, text, dim):
    code, out, _ = output(*LOOP, "--format", "json", "--dim", text)
    assert code == 0
    assert json.loads(out)["dim"] == (dim or "20001/10000")


def test_harmonics_of_scattering(output):
    code, out, _ = output(*DERIVE, "--harmonics", "0.75,w_2", "--omega", "--verify")
    assert code == 0
    assert "harmonics 3/4, w_2" in out
    assert "sigma_0 = 2*D*e**2*nu/(-4*I*omega*tau + 1)" in out
    found = json.loads(output(*DERIVE, "--harmonics=-0.5", "--format", "json")[1])
    assert found["harmonics"] == ["-1/2"]
    assert [x["vanishes"] for x in found["diagrams"]] == [False, False]
    code, out, _ = output("check", "n e^2 tau_tr/m", "--harmonics", "w_1")
    assert (code, "harmonics w_1" in out) == (0, True)


@pytest.mark.slow
def test_exact_kernel(output):
    code, out, _ = output(*LOOP, "--kernel", "exact", "--verify")
    assert code == 0
    assert "leading form: -e**2*log(tau_phi/tau)/(2*pi**2*hbar) + e**2*log(2)/(2*pi**2*hbar)" in out
    assert 'loops = 1, kernel "exact"' in " ".join(out.split())
    assert "cutoff" not in out
    assert "3 of 9" in out  # the dressed boxes too
    found = json.loads(output(*LOOP, "--kernel", "exact", "--format", "json")[1])
    assert found["kernel"] == "exact"
    hand = "-e^2/(2 pi^2 hbar) (ln(tau_phi/tau) - ln 2)"
    code, out, _ = output("check", hand, "--loops", "1", "--kernel", "exact")
    assert (code, 'kernel "exact"' in out) == (0, True)


def test_return_probability_has_no_diagram_to_show(output):
    code, out, _ = output(*LOOP, "--route", "return_probability", "--cutoff", "time")
    assert code == 0
    assert "The diagram" not in out
    assert "return probability" in " ".join(out.split())


def test_lines_fit_a_narrow_terminal_where_they_are_prose(output, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = output(*LOOP)
    prose = out[: out.index("Derivation")]
    assert max(map(len, prose.splitlines())) <= 79


# --- derive: the other formats ----------------------------------------------------------------------------


def test_latex_is_the_whole_document(output):
    code, out, _ = output(*LOOP, "--format", "latex")
    assert code == 0
    assert out.startswith(r"\documentclass")
    assert out.rstrip().endswith(r"\end{document}")
    assert out.rstrip() == cp.conductivity(cp.Metal(dim=2), loops=1).latex(document=True).rstrip()


def test_json_is_complete(output):
    _, out, _ = output(*LOOP, "--format", "json", "--verify", "--cutoff", "time")
    found = json.loads(out)
    formula = cp.conductivity(cp.Metal(dim=2), loops=1, cutoff="time")
    assert found["name"] == formula.name
    assert found["expr"] == str(formula.expr)
    assert found["leading"] == str(formula.leading())
    assert found["latex"] == formula.latex()
    assert (found["dim"], found["spin"], found["loops"], found["cutoff"]) == ("2", "1/2", 1, "time")
    assert (found["infrared"], found["route"], found["omega"]) == ("tau_phi", "diagrams", False)
    assert [a["statement"] for a in found["assumptions"]] == [a.statement for a in formula.assumptions]
    assert found["verified"] is True
    assert [x["vanishes"] for x in found["diagrams"]].count(False) == 1
    for number, (entry, step) in enumerate(zip(found["steps"], formula.derivation, strict=True), 1):
        assert entry["number"] == number
        assert (entry["rule"], entry["reason"], entry["relation"]) == (step.rule, step.reason, step.relation)
        assert (entry["lhs"], entry["rhs"]) == (str(step.lhs), str(step.rhs))
        assert entry["confirmed"] is True


def test_json_without_verification_claims_none(output):
    found = json.loads(output(*DERIVE, "--format", "json")[1])
    assert found["verified"] is None
    assert all("confirmed" not in step for step in found["steps"])


CASES = [
    pytest.param(dim, cutoff, infrared, omega, id=f"{dim}-{cutoff}-{infrared}{'-omega' * omega}")
    for dim in (1, 2, 3, 4, cp.symbols.d, 2.5)
    for cutoff in CUTOFFS
    for infrared in INFRARED
    for omega in (False, True)
]


@pytest.mark.parametrize(("dim", "cutoff", "infrared", "omega"), CASES)
def test_python_source_gives_the_numbers_of_lambdify(output, dim, cutoff, infrared, omega):
    options = ["--dim", str(dim), "--cutoff", cutoff, "--infrared", infrared, *["--omega"] * omega]
    code, source, _ = output(*LOOP, "--format", "python", *options)
    frequency = cp.symbols.omega if omega else None
    try:
        formula = cp.conductivity(
            cp.Metal(dim=dim), loops=1, cutoff=cutoff, infrared=infrared, omega=frequency
        )
    except cp.CooperonError:
        assert (code, source) == (2, "")
        return
    given = {x.name: (NUMBERS | CONSTANTS)[x.name] for x in formula.expr.free_symbols}
    space: dict[str, object] = {}
    exec(compile(source, "<source>", "exec"), space)
    found = space["delta_sigma"](**given)
    assert found == pytest.approx(formula.lambdify(checks=False)(**given), rel=1e-11)


def test_python_source_runs_on_its_own_with_si_constants(tmp_path, output):
    target = tmp_path / "correction.py"
    code, out, err = output(
        *LOOP, "--dim", "d", "--cutoff", "time", "--format", "python", "--output", str(target)
    )
    assert (code, out) == (0, "")
    assert err == f"wrote {target}\n"
    program = (
        "import sys, numpy; sys.path.insert(0, '.'); import correction\n"
        "print(*correction.delta_sigma(2.5, 1e-13, 0.01, numpy.array([1e-11, 1e-10])))\n"
        "assert not any(name.split('.')[0] in ('cooperon', 'sympy') for name in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    formula = cp.conductivity(cp.Metal(dim=cp.symbols.d), loops=1, cutoff="time")
    expected = formula.lambdify("d", "tau", "D", "tau_phi", si=True)(2.5, 1e-13, 0.01, [1e-11, 1e-10])
    np.testing.assert_allclose([float(x) for x in done.stdout.split()], expected, rtol=1e-11)


def test_python_source_says_what_its_arguments_are_and_when_it_holds():
    source = python_source(cp.conductivity(cp.Metal(dim=2), loops=1))
    assert "def delta_sigma(tau, tau_phi, *, e=1.602176634e-19, hbar=1.05457" in source
    assert "tau_phi: phase-coherence time" in source
    assert "tau_phi >> tau" in source
    assert "import scipy" not in source
    assert "import mpmath" not in source


def test_python_source_refuses_a_function_that_arrays_do_not_have():
    formula = cp.conductivity(cp.Metal())
    with pytest.raises(cp.InputError, match="lambdify"):
        python_source(replace(formula, expr=sp.zeta(cp.symbols.tau, cp.symbols.D)))


# --- files ------------------------------------------------------------------------------------------------


def test_output_goes_to_a_file_in_utf8(tmp_path, output):
    target = tmp_path / "wl.txt"
    code, out, err = output(*LOOP, "--output", str(target))
    assert (code, out, err) == (0, "", f"wrote {target}\n")
    assert "≈" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(("suffix", "mark"), [(".tex", "tikzpicture"), (".txt", "░C░")])
def test_draw_follows_the_ending_of_the_name(tmp_path, output, suffix, mark):
    target = tmp_path / f"diagram{suffix}"
    code, out, _ = output(*LOOP, "--draw", str(target))
    assert code == 0
    assert "delta sigma" in out
    assert mark in target.read_text(encoding="utf-8")


def test_draw_is_the_diagram_that_contributes(tmp_path, output):
    target = tmp_path / "diagram.svg"
    output(*LOOP, "--draw", str(target), "--format", "json")
    assert ElementTree.parse(target).getroot().tag.endswith("svg")
    first, *_ = cp.conductivity(cp.Metal(dim=2), loops=1).diagrams
    assert target.read_text(encoding="utf-8") == drawing.svg(first)


def test_several_diagrams_that_contribute_are_drawn_on_one_sheet(tmp_path, output, monkeypatch):
    drude = cp.conductivity(cp.Metal())
    monkeypatch.setattr(cp, "evaluate", lambda *_, **__: drude)
    target = tmp_path / "diagrams.svg"
    code, out, _ = output(*LOOP, "--draw", str(target))
    assert code == 0
    assert "The diagrams behind it" in out
    count = len(cp.conductivity(cp.Metal(), loops=1).diagrams)
    assert target.read_text(encoding="utf-8").count('class="caption"') == count
    assert output(*LOOP, "--draw", str(tmp_path / "diagrams.tex"))[0] == 2


def test_sheet_shows_all_diagrams_and_which_vanish(tmp_path, output):
    target = tmp_path / "sheet.svg"
    output(*LOOP, "--sheet", str(target))
    text = target.read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    formula = cp.conductivity(cp.Metal(dim=2), loops=1)
    assert text.count(">vanishes<") == len(formula.diagrams) - 1
    assert text.count(">contributes<") == 1


# --- check ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hand", "options", "code", "kind"),
    [
        (HAND, ["--dim", "2", "--loops", "1", "--against", "conductivity"], 0, "agrees to leading order"),
        ("-e^2/(2 pi^2 hbar) ln(1 + tau_phi/tau)", ["--loops", "1"], 0, "agrees"),
        ("2 e^2 nu D", [], 0, "agrees"),
        ("n e^2 tau/m", ["--dim", "3"], 0, "agrees"),
        ("e^2 nu D", ["--spin", "0"], 0, "agrees"),
        ("-e^2/(2 pi^2 hbar) ln(2 tau_phi/tau)", ["--loops", "1"], 1, "differs by a cutoff constant"),
        ("e^2/(2 pi^2 hbar) ln(tau_phi/tau)", ["--loops", "1"], 1, "differs by a factor"),
        ("-e^2/(2 pi^2 hbar) tau_phi/tau", ["--loops", "1"], 1, "differs"),
        ("-hbar", ["--loops", "1"], 1, "different dimension"),
    ],
)
def test_check_says_and_returns_the_verdict(output, hand, options, code, kind):
    found, out, err = output("check", hand, *options)
    assert (found, err) == (code, "")
    assert out.startswith(f"{kind}: ")
    found, out, _ = output("check", hand, *options, "--format", "json")
    assert found == code
    verdict = json.loads(out)
    assert verdict["kind"] == kind
    assert verdict["agrees"] is (code == 0)


def test_check_says_against_what(output):
    _, out, _ = output("check", HAND, "--loops", "1", "--cutoff", "time")
    assert 'of:      delta sigma, dim = 2, spin 1/2, loops = 1, cutoff "time", infrared "tau_phi"' in out
    assert "with:    h = 2*pi*hbar" in out
    assert "hand:    -e**2*log(tau_phi/tau)/(pi*h)" in out


def test_check_passes_on_how_it_was_read(output):
    _, out, _ = output("check", r"-e^2/2\pi^2\hbar \ln \frac{\tau_\phi}{\tau}", "--loops", "1")
    assert "read:" in out


def test_factor_and_constant_in_json(output):
    _, out, _ = output("check", "-e^2/(pi^2 hbar) ln(tau_phi/tau)", "--loops", "1", "--format", "json")
    assert json.loads(out)["factor"] == "2"
    _, out, _ = output("check", "-e^2/(2 pi^2 hbar) ln(2 tau_phi/tau)", "--loops", "1", "--format", "json")
    assert json.loads(out)["constant"] == "log(2)"


# --- bad input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*DERIVE, "--dim", "0"], "dim = 0"),
        ([*DERIVE, "--dim", "-1"], "dim = -1"),
        ([*DERIVE, "--dim", "nan"], "nan"),
        ([*DERIVE, "--dim", "inf"], "inf"),
        ([*DERIVE, "--dim", "1e999999999"], "1e999999999"),
        ([*DERIVE, "--dim", "5/0"], "5/0"),
        ([*DERIVE, "--dim", ""], "a number such as"),
        ([*DERIVE, "--dim", "."], "a number such as"),
        ([*DERIVE, "--dim", "__import__('os').getcwd()"], "a number such as"),
        ([*DERIVE, "--dim", "p"], "or d"),
        ([*DERIVE, "--spin", "1/3"], "multiple of 1/2"),
        ([*DERIVE, "--spin", "-1"], "multiple of 1/2"),
        ([*LOOP, "--power-law", "0"], "positive"),
        ([*LOOP, "--power-law", "q"], "a number such as"),
        ([*DERIVE, "--loops", "2"], "not derived yet"),
        ([*DERIVE, "--loops", "-1"], "not derived yet"),
        ([*DERIVE, "--loops", "one"], "invalid int"),
        ([*LOOP, "--cutoff", "sharp"], "mean_free_path"),
        ([*LOOP, "--infrared", "B"], "tau_phi, L"),
        ([*LOOP, "--route", "guess"], "return_probability"),
        ([*LOOP, "--route", "return_probability"], "a cutoff in time"),
        ([*LOOP, "--cutoff", "dimensional"], "pole"),
        ([*LOOP, "--kernel", "ballistic"], "diffusive or exact"),
        ([*LOOP, "--kernel", "exact", "--cutoff", "time"], "leave cutoff out"),
        ([*DERIVE, "--kernel", "exact"], "loops = 1"),
        ([*LOOP, "--kernel", "exact", "--harmonics", "0.5"], "isotropic scattering"),
        ([*DERIVE, "--harmonics", "1"], "never relaxes"),
        ([*DERIVE, "--harmonics", "0.5,,0.1"], "a number such as"),
        ([*DERIVE, "--harmonics", "tau"], "or w_1"),
        ([*DERIVE, "--draw", "diagram.xyz"], ".svg"),
        ([*DERIVE, "--sheet", "diagram.png"], ".svg"),
        ([*DERIVE, "--format", "yaml"], "invalid choice"),
        (["derive", "resistance"], "conductivity"),
        (["derive"], "quantity"),
        ([], "command"),
        (["sing"], "invalid choice"),
        (["check"], "expression"),
        (["check", HAND, "--dim", "0"], "dim = 0"),
        (["check", r"-\frac{e^2", "--loops", "1"], "breaks off"),
        (["check", "", "--loops", "1"], "nothing to read"),
        (["check", "__import__('os').system('true')"], "try"),
        (["check", "1/0"], "zero"),
        (["check", "9**9**9**9"], "too large"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(output, arguments, said):
    code, out, err = output(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("cooperon: given: ")
    assert err.count("\n") == 1
    assert said in err


@pytest.mark.parametrize("option", ["--output", "--draw", "--sheet"])
def test_an_unwritable_file_is_said(tmp_path, output, option):
    blocked = tmp_path / "file"
    blocked.write_text("")
    code, out, err = output(*DERIVE, option, str(blocked / "x.svg"))
    assert (code, out) == (2, "")
    assert err.startswith("cooperon: given: the file ")


def test_a_route_without_diagrams_has_no_drawing(tmp_path, output):
    target = tmp_path / "x.svg"
    code, _, err = output(*LOOP, "--route", "return_probability", "--cutoff", "time", "--draw", str(target))
    assert code == 2
    assert "--route diagrams" in err
    assert not target.exists()


# --- tour -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tour(tmp_path_factory):
    """Run the tour once: its exit code, its text and its folder."""
    folder = tmp_path_factory.mktemp("tour") / "made" / "here"
    text = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(text):
        patch.setenv("COLUMNS", "100")
        code = main(["tour", "--output-dir", str(folder)])
    return code, text.getvalue(), folder


def test_tour_goes_from_the_metal_to_the_sample(tour):
    code, text, _ = tour
    assert code == 0
    assert "-e**2*log(tau_phi/tau)/(2*pi**2*hbar)" in text
    assert "░C░" in text
    lines = len(cp.conductivity(cp.Metal(dim=2), loops=1).derivation)
    assert f"{lines} of {lines} steps confirmed" in text
    assert "agrees to leading order" in text


def test_tour_has_the_numbers_of_the_sample(tour):
    _, text, _ = tour
    # by hand, in SI units: k_F = sqrt(2 pi n), tau = mobility m/e, k_F ell = (hbar k_F^2/m) tau
    e, hbar, mass = 1.602176634e-19, 1.054571817e-34, 0.067 * 9.1093837e-31
    tau = 1.2 * mass / e
    disorder = hbar * 2 * np.pi * 3.0e15 / mass * tau
    drude, correction = disorder, -np.log(1 + 20e-12 / tau) / np.pi
    assert f"k_F ell = {disorder:.2f}, tau = {1e12 * tau:.3f} ps" in text
    assert "k_F ell = 14.89, tau = 0.457 ps" in text
    assert f"{drude:.5g} e^2/h" in text
    assert f"{correction:.5g} e^2/h" in text
    ratio = re.search(r"their ratio .* (-[0-9.]+)$", text, re.MULTILINE)
    assert float(ratio.group(1)) == pytest.approx(correction / drude, rel=1e-4)


def test_tour_says_where_its_files_are(tour):
    _, text, folder = tour
    assert str(folder / "diagram.svg") in text
    ElementTree.parse(folder / "diagram.svg")
    assert (folder / "derivation.tex").read_text(encoding="utf-8").startswith(r"\documentclass")


def test_tour_fits_two_screens(tour):
    _, text, _ = tour
    assert text.count("\n") <= 100


def test_every_python_line_of_the_tour_gives_what_it_shows(tour, capsys):
    _, text, _ = tour
    shown = " ".join(text.split())
    space: dict[str, object] = {}
    for line in re.findall(r"^ *>>> (.*)$", text, re.MULTILINE):
        exec(compile(line, "<tour>", "single"), space)
        assert " ".join(capsys.readouterr().out.split()) in shown


def test_tour_refuses_a_folder_that_cannot_be_made(tmp_path, output):
    blocked = tmp_path / "file"
    blocked.write_text("")
    code, out, err = output("tour", "--output-dir", str(blocked))
    assert (code, out) == (2, "")
    assert "folder" in err


# --- every metal ------------------------------------------------------------------------------------------

_ACROSS, _ALONG = cp.PerpendicularField(), cp.ParallelField()
_S = cp.symbols


@pytest.mark.parametrize(
    ("arguments", "derived"),
    [
        (
            "magnetoconductivity --scattering spin-orbit:zyx,magnetic --field perpendicular",
            lambda: cp.magnetoconductivity(
                cp.Metal(scattering=[cp.SpinOrbit(axes="xyz"), cp.Magnetic()], field=_ACROSS)
            ),
        ),
        (
            "magnetoconductivity --dim 3 --field perpendicular --diffusion xyz --omega",
            lambda: cp.magnetoconductivity(cp.Metal(dim=3, field=_ACROSS, diffusion="xyz"), omega=_S.omega),
        ),
        (
            "magnetoconductivity --geometry film --field parallel --cutoff smooth",
            lambda: cp.magnetoconductivity(cp.Metal(geometry=cp.Film(), field=_ALONG), cutoff="smooth"),
        ),
        (
            "conductivity --dim 1 --loops 1 --geometry ring:width --field perpendicular",
            lambda: cp.conductivity(
                cp.Metal(dim=1, geometry=cp.Ring(width=_S.width), field=_ACROSS), loops=1
            ),
        ),
        (
            "conductance --dim 1 --loops 1 --geometry wire:length --scattering magnetic",
            lambda: cp.conductance(
                cp.Metal(dim=1, geometry=cp.Wire(length=_S.L), scattering=[cp.Magnetic()])
            ),
        ),
    ],
)
def test_every_metal_can_be_described(output, arguments, derived):
    code, out, err = output("derive", *arguments.split(), "--format", "json")
    assert (code, err) == (0, "")
    found, expected = json.loads(out), derived()
    assert found["expr"] == str(expected.expr)
    assert found["name"] == expected.name
    assert found["quantity"] == arguments.split()[0]
    assert found["loops"] == 1


def test_a_description_stands_in_the_title(output):
    _, out, _ = output(
        "derive", "magnetoconductivity", "--scattering", "magnetic", "--field", "perpendicular"
    )
    title = " ".join(out[: out.index("sigma(B)")].split())
    assert title.startswith("Magnetoconductivity in 2 dimensions")
    assert "Magnetic(), PerpendicularField(), loops = 1" in title


def test_a_magnetoconductivity_is_checked(output):
    hand = "e^2/(2 pi^2 hbar) (digamma(1/2 + hbar/(4 e D tau_phi B)) - ln(hbar/(4 e D tau_phi B)))"
    against = ("--against", "magnetoconductivity", "--field", "perpendicular")
    code, out, _ = output("check", hand, *against)
    assert code == 0, out
    assert "PerpendicularField()" in out
    code, _, _ = output("check", f"2 ({hand})", *against)
    assert code == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("magnetoconductivity", "a metal with a field"),
        ("magnetoconductivity --field up", "perpendicular, parallel"),
        ("magnetoconductivity --field perpendicular --kernel exact", "--kernel diffusive"),
        ("magnetoconductivity --field perpendicular --infrared L", "--infrared tau_phi"),
        ("magnetoconductivity --field perpendicular --loops 2", "--loops 1"),
        ("conductance --dim 1 --geometry wire", "between leads"),
        ("conductance --dim 1 --geometry wire:length --route return_probability", "--route diagrams"),
        ("conductivity --geometry ball", "bulk, film, wire, ring, cylinder"),
        ("conductivity --geometry film:width", "one of thickness"),
        ("conductivity --geometry bulk:width", "nothing"),
        ("conductivity --scattering phonons", "spin-orbit, magnetic"),
        ("conductivity --scattering spin-orbit:q", "x, y, z"),
        ("conductivity --scattering magnetic,magnetic", "each kind once"),
        ("conductivity --diffusion fast", "isotropic, xyz"),
    ],
)
def test_descriptions_that_are_refused(output, arguments, named):
    code, out, err = output("derive", *arguments.split())
    assert (code, out) == (2, "")
    assert named in err
    assert err.count("\n") == 1


# --- the program itself -----------------------------------------------------------------------------------


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"cooperon {cp.__version__}\n"


def test_help_has_examples_and_every_name(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "cooperon check " in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["derive", "--help"])
    shown = capsys.readouterr().out
    assert all(name in shown for name in (*CUTOFFS, *INFRARED, "return_probability"))


def test_interrupt_is_quiet(output, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "derive", interrupted)
    assert output(*DERIVE) == (130, "", "")


def _program(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "cooperon", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.slow
def test_python_m_cooperon_on_a_terminal_without_unicode():
    done = _program(*LOOP, PYTHONIOENCODING="ascii")
    shown = done.stdout.decode("ascii")
    assert done.returncode == 0
    assert "R +->-+" in shown
    assert "~= -e**2*log(tau_phi/tau)" in shown
    assert done.stderr == b""


@pytest.mark.slow
def test_a_closed_pipe_is_no_traceback():
    command = f"'{sys.executable}' -m cooperon derive conductivity | true"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False)
    assert done.stderr == b""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cooperon", *DERIVE], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"cooperon: standard output cannot be written")
    assert done.stderr.count(b"\n") == 1


def test_a_file_that_begins_with_a_byte_order_mark_is_read(tmp_path, output):
    source = tmp_path / "diagram.json"
    source.write_text(cp.diagrams.to_json(cp.diagrams.bubble()), encoding="utf-8-sig")
    code, out, _ = output("draw", str(source))
    assert code == 0
    assert out.strip() == drawing.text(cp.diagrams.bubble())


# --- check: people's own notation ---------------------------------------------------------------------------


def test_notation_of_ones_own_is_given_by_name_and_meaning(output, tmp_path):
    hand = ["check", r"e^2\nu\lambda x", "--notation", r"\lambda = 2 D", "--notation", "x=1"]
    code, out, err = output(*hand, "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["hand"] == "2*D*e**2*nu"
    steps = tmp_path / "steps.txt"
    steps.write_text("2 x\n2/tau\n3 x\n", encoding="utf-8")
    code, out, _ = output("check", "--steps", str(steps), "--notation", "x=1/tau")
    assert code == 1
    assert "line 3 against line 2" in out


@pytest.mark.parametrize("given", [["x"], ["=tau"], ["x="], ["x=tau", "x=D"], [r"\tau_{=D"], ["x=tau +"]])
def test_a_notation_that_says_nothing_is_refused(output, given):
    options = [part for text in given for part in ("--notation", text)]
    code, out, err = output("check", "x", *options)
    assert (code, out) == (2, "")
    assert err.startswith("cooperon: given: ")
    assert err.count("\n") == 1
