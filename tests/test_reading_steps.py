r"""Whole derivations: environments and lists of lines, what belongs together, what is dropped and said."""

from __future__ import annotations

import pytest
import sympy as sp

from cooperon.diagrams.errors import ReadingError
from cooperon.symbolic import symbols as s
from cooperon.symbolic.reading_steps import read_steps

WL = -(s.e**2) / (2 * sp.pi**2 * s.hbar)
FIELD = s.B_phi / s.B
IN_Q = sp.Integral(
    s.q / (s.D * s.q**2 + 1 / s.tau_phi) / (2 * sp.pi), (s.q, 0, sp.Symbol("Q", positive=True))
)
LINES = [
    -2 * s.e**2 * s.D / (sp.pi * s.hbar) * IN_Q,
    WL * sp.log(1 + s.tau_phi / s.tau),
    WL * sp.log(s.tau_phi / s.tau),
]

DERIVATIONS = {
    "align": r"""
        \begin{align}
          \delta\sigma &= -\frac{2e^2D}{\pi\hbar}\int\frac{d^2q}{(2\pi)^2}\,\frac{1}{Dq^2+1/\tau_\phi} \label{eq:1}\\
                       &= -\frac{e^2}{2\pi^2\hbar}\ln\left(1+\frac{\tau_\phi}{\tau}\right) \nonumber \\[4pt]
                       &\approx -\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau} .
        \end{align}""",
    "align*": r"""\begin{align*}
        \delta\sigma=&-\frac{2e^2D}{\pi\hbar}\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+1/\tau_\phi}\\
        =&-\frac{e^2}{2\pi^2\hbar}\ln\left(1+\frac{\tau_\phi}{\tau}\right)\\
        \simeq&-\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}\end{align*}""",
    "eqnarray": r"""
        \begin{eqnarray}
          \delta\sigma &=& -\frac{2e^2D}{\pi\hbar} % the trace over spin
               \int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+1/\tau_\phi} \\
          &=& -\frac{e^2}{2\pi^2\hbar}\ln\left(1+\frac{\tau_\phi}{\tau}\right) \\
          &\approx& -\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}
        \end{eqnarray}""",
    "split in equation": r"""\begin{equation}\begin{split}
        \delta\sigma &= -\frac{2e^2D}{\pi\hbar}\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+1/\tau_\phi} \\
        &= -\frac{e^2}{2\pi^2\hbar}\ln\left(1+\frac{\tau_\phi}{\tau}\right) \\
        &\approx -\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}\,, \qquad \text{where $\tau_{\phi}\gg\tau$}
        \end{split}\end{equation}""",
    "aligned in dollars": r"""$$\begin{aligned}[t] \delta\sigma
        &= -\frac{2e^2D}{\pi\hbar}\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+1/\tau_\phi} \\
        &= -\frac{e^2}{2\pi^2\hbar}\ln\left(1+\frac{\tau_\phi}{\tau}\right)
         \approx -\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}\end{aligned}$$""",
    "rows without an environment": r"""\delta\sigma = -\frac{2e^2D}{\pi\hbar}\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+1/\tau_\phi}\\
        = -\frac{e^2}{2\pi^2\hbar}\ln\left(1+\frac{\tau_\phi}{\tau}\right) \\ \approx -\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}""",
    "plain lines": """
        δσ = -(2e²D/(πħ)) ∫ d²q/(2π)² 1/(D q² + 1/τ_φ)

           = -e²/(2π²ħ) ln(1 + τ_φ/τ)
           ≈ -e²/(2π²ħ) ln(τ_φ/τ)
        """,
    "a list": [
        r"\delta\sigma = -\frac{2e^2D}{\pi\hbar}\int\frac{d^2q}{(2\pi)^2}\frac{1}{Dq^2+1/\tau_\phi}",
        "= -e^2/(2 pi^2 hbar) ln(1 + tau_phi/tau)",
        r"\approx -\frac{e^2}{2\pi^2\hbar}\ln\frac{\tau_\phi}{\tau}",
    ],
    "a list of expressions": LINES,
}  # fmt: skip


@pytest.mark.parametrize("name", DERIVATIONS)
def test_a_derivation_is_read_line_by_line(name):
    steps = read_steps(DERIVATIONS[name])
    assert [sp.simplify(step.expr - line) for step, line in zip(steps, LINES, strict=True)] == [0, 0, 0]
    assert {step.equation for step in steps} == {1}
    if name != "a list of expressions":
        assert {step.name for step in steps} <= {r"\delta\sigma", "δσ"}
        assert [step.relation for step in steps] == ["=", "=", "≈"]
    if name != "plain lines":
        assert [step.line for step in steps] == ([1, 2, 2] if name == "aligned in dollars" else [1, 2, 3])


def test_what_is_no_mathematics_is_dropped_and_said():
    steps = read_steps(
        r"""\begin{align} % by residues
        T &= T \label{eq:x} \tag{1} \\ &= T + 0 \text{ (trivial)} \nonumber \\
        &= T, \quad \text{with $x = 2$ here} \end{align}"""
    )
    assert [step.expr for step in steps] == [s.T] * 3
    notes = [" ".join(step.notes) for step in steps]
    assert r"\label{eq:x} dropped" in notes[0]
    assert r"\tag{1} dropped" in notes[0]
    assert "comments" in notes[0]
    assert r"\text{ (trivial)} dropped" in notes[1]
    assert r"\nonumber dropped" in notes[1]
    assert r"\text{with $x = 2$ here} dropped" in notes[2]


def test_upright_words_that_are_mathematics_stay():
    (step,) = read_steps(r"\tau_\text{so} k_{\text{B}} \text{Re}(1+iT) &= \tau_{\text{so}}k_\text{B}")[1:]
    assert step.expr == s.tau_so * s.k_B


@pytest.mark.parametrize(
    "text",
    [
        r"\begin{align} x &= \frac{e^2}{h}\left[\psi\left(\frac12+\frac{B_\phi}{B}\right)\right. \\"
        r" &\quad\left. - \ln\frac{B_\phi}{B}\right] \end{align}",
        r"\begin{align} x &= \frac{e^2}{h}\psi\left(\frac12+\frac{B_\phi}{B}\right) \\"
        r" &\qquad - \frac{e^2}{h}\ln\frac{B_\phi}{B} \end{align}",
        r"x = \frac{e^2}{h} \\ \times\Bigl[\psi\Bigl(\frac12+\frac{B_\phi}{B}\Bigr) - \ln\frac{B_\phi}{B}\Bigr]",
        r"x = \frac{e^2}{h}\psi\left(\frac12+\frac{B_\phi}{B}\right) - \\ \frac{e^2}{h}\ln\frac{B_\phi}{B}",
        "x = e^2/h * (\n psi(1/2 + B_phi/B)\n - ln(B_phi/B))",
        "x =\n e^2/h*(psi(1/2 + B_phi/B) - ln(B_phi/B))",
        "x = e^2/h psi(1/2 + B_phi/B) -\n e^2/h ln(B_phi/B)",
    ],
)
def test_a_line_that_goes_on_belongs_to_the_one_before_it(text):
    (step,) = read_steps(text)
    assert (
        sp.simplify(step.expr - s.e**2 / s.h * (sp.polygamma(0, sp.Rational(1, 2) + FIELD) - sp.log(FIELD)))
        == 0
    )
    assert (step.name, step.line) == ("x", 1)
    assert any("goes on" in note for note in step.notes)


def test_lines_that_begin_with_a_sign_are_lines_of_their_own_where_nothing_is_equated():
    assert [step.expr for step in read_steps("-T\n- T + 0\n-2 T/2")] == [-s.T] * 3
    assert [step.expr for step in read_steps(["-T", "+L"])] == [-s.T, s.L]
    assert [step.expr for step in read_steps(r"\begin{gather} -T \\ -T \end{gather}")] == [-s.T] * 2


def test_equations_are_kept_apart_by_their_left_hand_sides():
    steps = read_steps(r"A &= T = L \\ &= D \\ A &= B \\ \rho &= e \\ 2 T &= h \\ &= \hbar")
    assert [(step.name, step.equation, step.expr) for step in steps] == [
        ("A", 1, s.T),
        ("A", 1, s.L),
        ("A", 1, s.D),
        ("A", 1, s.B),
        (r"\rho", 2, s.e),
        ("", 3, 2 * s.T),
        ("", 3, s.h),
        ("", 3, s.hbar),
    ]


def test_a_second_name_is_a_name():
    steps = read_steps(r"\Delta\sigma(B) &\equiv \sigma(B)-\sigma(0) \\ &= T")
    assert [(step.name, step.expr) for step in steps] == [(r"\Delta\sigma(B)", s.T)]
    assert r"another name" in steps[0].notes[0]
    steps = read_steps(r"\frac{\delta\sigma}{\sigma_0} = T")
    assert [(step.name, step.expr) for step in steps] == [(r"\frac{\delta\sigma}{\sigma_0}", s.T)]
    assert "taken as a name" in steps[0].notes[0]


def test_notation_and_dimension_hold_for_all_lines():
    steps = read_steps(["x/d", r"= \Gamma/d"], dim=2, notation={"x": "1/tau", r"\Gamma": "1/tau"})
    assert [step.expr for step in steps] == [1 / (2 * s.tau)] * 2


@pytest.mark.parametrize(
    ("lines", "fragment"),
    [
        ("", "without an expression"),
        ([], "without an expression"),
        (r"\begin{align} \nonumber \end{align}", "without an expression"),
        (r"\sigma(B) \equiv \sigma", "without an expression"),
        ("T\n= L +* 2", "line 2"),
        (["T", "= T", "= q_5"], "line 3: the name q_5"),
        (r"\begin{align} T &= T \\ &= \tau_{ee} \end{align}", "line 2: the name"),
        (r"\begin{cases} T \\ L \end{cases}", "environment cases"),
        (r"T &= \begin{pmatrix} T \end{pmatrix}", "environment pmatrix"),
        (b"T", "as a derivation"),
        (7, "as a derivation"),
        ({"T": "L"}, "as a derivation"),
        ([None], "line 1"),
        (["T"] * 300, "at most 200"),
        ("T\n" * 300, "at most 200"),
        ("T = " * 300 + "T", "at most 200"),
        ("T " * 30_000, "characters"),
        (r"T \propto L", "line 1: a proportionality"),
        (r"T \Rightarrow L", "line 1"),
        ("T =", "line 1: nothing"),
    ],
    ids=str,
)
def test_what_is_no_derivation_is_refused_with_the_line(lines, fragment):
    with pytest.raises(ReadingError) as refusal:
        read_steps(lines)
    assert fragment in str(refusal.value)
