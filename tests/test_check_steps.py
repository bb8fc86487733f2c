r"""Derivations by hand, line by line: the first wrong line, whatever is changed in whichever line."""

from __future__ import annotations

import json
from functools import cache

import pytest
import sympy as sp

import cooperon as cp
from cooperon.cli import main
from cooperon.diagrams.errors import InputError, ReadingError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.check import check
from cooperon.symbolic.check_steps import check_steps

LINES = (
    r"-\frac{2e^2D}{\pi\hbar}\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+1/\tau_\phi}",
    r"-\frac{e^2D}{\pi^2\hbar}\int_0^{1/\sqrt{D\tau}}\frac{q\,dq}{Dq^2+1/\tau_\phi}",
    r"-\frac{e^2}{2\pi^2\hbar}\left[\ln\left(\frac1\tau+\frac{1}{\tau_\phi}\right)-\ln\frac{1}{\tau_\phi}\right]",
    r"-\frac{e^2}{\pi h}\ln\left(1+\frac{\tau_\phi}{\tau}\right)",
    r"-\frac{e^2}{\pi h}\ln\frac{L_\phi^2}{D\tau}",
)
ALIGN = (
    r"\begin{align}\delta\sigma &= " + r"\\ &= ".join(LINES[:4]) + r"\\ &\approx " + LINES[4] + r"\end{align}"
)


@cache
def weak(**options):
    return cp.conductivity(cp.Metal(dim=2), loops=1, **options)


def test_a_right_derivation_agrees_with_and_without_the_formula():
    for lines in (list(LINES), ALIGN):
        for formula in (None, weak()):
            verdict = check_steps(lines, formula)
            assert verdict.agrees, verdict
            assert verdict.kind == "agrees to leading order"  # the last line is an approximation
            assert verdict.first_wrong is None
            assert len(verdict.steps) == 4 + (formula is not None)
    assert check_steps(LINES[:4]).kind == "agrees"


@pytest.mark.parametrize("wrong", [2, 3, 4, 5])
@pytest.mark.parametrize("change", ["2 ", "-", r"\frac{\hbar}{h}", r"e"])
def test_the_first_wrong_line_is_found(wrong, change):
    """From the wrong line on all lines have the mistake, as in a derivation that goes on with it."""
    lines = [line if number < wrong else f"{change}({line})" for number, line in enumerate(LINES, 1)]
    verdict = check_steps(lines, weak())
    assert verdict.first_wrong == wrong, verdict
    kind = "different dimension" if change == "e" else "differs by a factor"
    assert verdict.kind == kind
    assert f"Line {wrong} does not follow from line {wrong - 1}" in verdict.sentence
    if change == "2 ":
        assert verdict.steps[wrong - 2].verdict.factor == 2
    # the others follow
    assert all(step.verdict for step in verdict.steps if step.line != wrong)


def test_a_mistake_in_one_line_alone_is_found_there():
    lines = list(LINES)
    lines[2] = lines[2].replace(r"\frac1\tau+", r"\frac2\tau+")
    verdict = check_steps(lines, weak())
    assert verdict.first_wrong == 3
    lines = list(LINES)
    lines[4] = lines[4].replace(r"D\tau", r"2D\tau")
    verdict = check_steps(lines)
    assert (verdict.first_wrong, verdict.kind) == (5, "differs by a cutoff constant")
    assert verdict.steps[-1].verdict.constant == -sp.log(2)


def test_lines_that_follow_from_a_wrong_first_line():
    lines = [f"2 ({line})" for line in LINES]
    assert check_steps(lines)
    verdict = check_steps(lines, weak())
    assert verdict.first_wrong == 1
    assert "Line 1 is not the formula" in verdict.sentence
    assert "spin counted twice" in verdict.steps[-1].verdict.mistakes


def test_the_result_may_be_another_formula():
    verdict = check_steps(LINES, cp.conductivity(cp.Metal(dim=2, spin=0), loops=1))
    assert not verdict
    assert verdict.first_wrong == 1


def test_landau_levels_summed_by_hand():
    sums = (
        r"\sum_{n=0}^{\infty}\frac{1}{\left(n+\frac12+\frac{B_\phi}{B}\right)^2}",
        r"\psi^{(1)}\left(\frac12+\frac{B_\phi}{B}\right)",
    )
    assert check_steps(sums)
    wrong = check_steps((sums[0], r"\psi^{(1)}\left(1+\frac{B_\phi}{B}\right)"))
    assert (wrong.first_wrong, wrong.kind) == (2, "differs")


def test_integrals_over_time_and_certainty():
    times = sp.Integral(sp.exp(-s.t / s.tau_phi) * s.t, (s.t, 0, sp.oo))
    verdict = check_steps([times, s.tau_phi**2])
    assert verdict.kind == "agrees"
    assert verdict.steps[0].verdict.certainty == "to 9 digits at 3 random points"
    assert not check_steps([times, s.tau_phi**2 * (1 + sp.Rational(1, 10**6))])
    assert not check_steps([times, s.tau_phi])


def test_what_cannot_be_decided_is_undecided():
    verdict = check_steps([sp.Function("f")(s.tau), s.tau, 2 * s.tau / 2])
    assert verdict.kind == "undecided"
    assert not verdict
    assert check_steps([LINES[0]]).kind == "undecided"  # nothing to hold it against
    open_end = check(LINES[0], weak(cutoff="time"))
    assert open_end.kind == "undecided"
    assert "no cutoff in momentum" in open_end.sentence


def test_an_open_integral_takes_the_cutoff_of_the_formula_and_says_so():
    for cutoff, end in (
        ("diffusive", "1/(sqrt(D)*sqrt(tau))"),
        ("mean_free_path", "sqrt(2)/(2*sqrt(D)*sqrt(tau))"),
    ):
        verdict = check(LINES[0], weak(cutoff=cutoff))
        assert verdict.kind == "agrees"
        assert f"Q = {end}" in verdict.relations
    assert not check(LINES[1], weak(cutoff="mean_free_path"))


def test_names_of_ones_own():
    lines = (r"-\frac{e^2}{\pi h}\ln(1+x)", r"-\frac{e^2}{\pi h}\ln\left(1+\frac{\tau_\phi}{\tau}\right)")
    assert check_steps(lines, weak(), notation={"x": r"\tau_\phi/\tau"}).kind == "agrees"
    assert check(lines[0], weak(), notation={"x": r"\tau_\phi/\tau"}).kind == "agrees"
    with pytest.raises(ReadingError):
        check_steps(lines)


def test_only_a_formula_is_taken():
    with pytest.raises(InputError, match="Formula"):
        check_steps(LINES, "wl")


def _run(capsys, *arguments):
    code = main(["check", *arguments])
    return code, *capsys.readouterr()


WL = ("--against", "conductivity", "--dim", "2", "--loops", "1")


def test_the_command_line_has_an_exit_code_for_each_case(tmp_path, capsys):
    right, wrong, unreadable = (tmp_path / name for name in ("right.tex", "wrong.tex", "unreadable.tex"))
    right.write_text(ALIGN, encoding="utf-8")
    wrong.write_text(ALIGN.replace(r"\pi h", r"2\pi h"), encoding="utf-8")
    unreadable.write_text(r"\begin{align} a &= \frac{e^2 \end{align}", encoding="utf-8")
    code, out, _ = _run(capsys, "--steps", str(right), *WL)
    assert code == 0
    assert "line 5 against the formula: agrees to leading order" in out
    code, out, _ = _run(capsys, "--steps", str(wrong), "--format", "json")
    assert code == 1
    found = json.loads(out)
    assert (found["agrees"], found["kind"], found["first_wrong"]) == (False, "differs by a factor", 4)
    assert found["against"] is None
    assert [step["line"] for step in found["steps"]] == [2, 3, 4, 5]
    assert found["steps"][2]["factor"] == "1/2"
    code, out, err = _run(capsys, "--steps", str(unreadable), *WL)
    assert (code, out) == (2, "")
    assert err.startswith("cooperon: ")
    for arguments in (("--steps", str(tmp_path / "none.tex")), (), (LINES[3], "--steps", str(right))):
        assert _run(capsys, *arguments)[0] == 2


def test_json_says_what_was_found(capsys):
    code, out, _ = _run(capsys, r"-\frac{e^2}{2\pi h}\ln\frac{\tau_\phi}{\tau}", *WL, "--format", "json")
    found = json.loads(out)
    assert code == 1
    assert (found["kind"], found["factor"]) == ("differs by a factor", "1/2")
    assert "spin left out" in found["mistakes"]
    code, out, _ = _run(capsys, LINES[3], *WL, "--format", "json")
    assert (code, json.loads(out)["certainty"]) == (0, "proved symbolically")
