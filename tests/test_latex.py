"""LaTeX: well formed, in the house style, and it compiles."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import sympy as sp

import cooperon as cp
from cooperon.symbolic.latex import latex, sentence

s = cp.symbols

FORMULAS = {
    "film": cp.conductivity(cp.Metal(dim=2), loops=1),
    "drude": cp.conductivity(cp.Metal(dim=3), omega=s.omega),
    "any dimension": cp.conductivity(cp.Metal(dim=s.d), loops=1, cutoff="time", omega=s.omega),
    "sample": cp.conductivity(
        cp.Metal(dim=s.d), loops=1, infrared="L", omega=s.omega, cutoff="mean_free_path"
    ),
    "fraction": cp.conductivity(cp.Metal(dim=sp.Rational(5, 2)), loops=1, cutoff="dimensional"),
    "return": cp.conductivity(cp.Metal(dim=3), loops=1, route="return_probability", cutoff="window"),
    "temperature": cp.conductivity(cp.Metal(dim=2, dephasing=cp.PowerLaw()), loops=1),
    "ratio": cp.conductivity(cp.Metal(dim=3), loops=1) / cp.conductivity(cp.Metal(dim=3)),
    "sum": cp.conductivity(cp.Metal(dim=2)) - 2 * cp.conductivity(cp.Metal(dim=2), loops=1),
    "backscattering": cp.backscattering(cp.Metal(dim=2)),
    "values": cp.conductivity(cp.Metal(dim=3, tau=2e-13, tau_phi=4e-12), loops=1),
}


def is_balanced(text):
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def outside_mathematics(document):
    """The prose of a document: what is neither in an equation nor between dollars, nor a command."""
    body = document.split(r"\begin{document}")[1]
    body = re.sub(r"\\begin\{equation\*?\}.*?\\end\{equation\*?\}", "", body, flags=re.DOTALL)
    return re.sub(r"\$[^$]*\$", "", body)


@pytest.mark.parametrize("name", FORMULAS)
def test_well_formed(name):
    formula = FORMULAS[name]
    for text in (formula.latex(), formula.latex(document=True), formula.derivation.latex()):
        assert is_balanced(text)
        assert "**" not in text
        assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right") - text.count(
            r"\rightarrow"
        )
        opened, closed = (re.findall(rf"\\{word}{{(\w+\*?)}}", text) for word in ("begin", "end"))
        assert sorted(opened) == sorted(closed)
        assert text.isascii()


@pytest.mark.parametrize("name", FORMULAS)
def test_prose_is_escaped(name):
    prose = outside_mathematics(FORMULAS[name].latex(document=True))
    for special in "_^&#%~":
        assert not re.search(rf"(?<!\\){re.escape(special)}", prose)
    assert "$" not in prose
    for word in ("tau", "hbar", "k_F", "omega", "pi"):
        assert not re.search(rf"\b{word}\b", prose), f"{word} is not typeset"


@pytest.mark.parametrize("name", FORMULAS)
def test_every_line_and_every_assumption_is_there(name):
    formula = FORMULAS[name]
    document = formula.latex(document=True)
    assert document.count(r"\begin{equation}") == len(formula.derivation)
    assert document.count(r"\item") == len(formula.assumptions)
    for step in formula.derivation:
        assert latex(step.lhs) in document
        assert latex(step.rhs) in document
        assert sentence(step.reason) in document
    assert document.startswith(r"\documentclass")
    assert document.rstrip().endswith(r"\end{document}")


def test_house_style():
    assert latex(s.hbar * s.tau_phi * s.k_F) == r"\hbar k_{\mathrm{F}} \tau_{\phi}"
    assert r"\ln" in latex(sp.log(s.tau))
    assert r"\log" not in latex(sp.log(s.tau))
    assert r"\mathrm{i}" in latex(sp.I * s.omega)
    film = FORMULAS["film"]
    assert film.latex().startswith(r"\delta\sigma = ")
    assert r"\simeq" in film.derivation.steps[-1].latex()
    assert r"\left\langle" in film.derivation.latex()
    assert r"G^{\mathrm{R}}" in film.derivation.latex()


@pytest.mark.parametrize("entry", s.TABLE.values(), ids=lambda entry: entry.symbol.name)
def test_every_symbol_has_its_letter(entry):
    assert latex(entry.symbol) == entry.latex
    assert is_balanced(entry.latex)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tau_phi >> tau", r"$\tau_{\phi}$ $\gg$ $\tau$"),
        ("q**2 < 1/L", r"$q^2$ $<$ 1/L"),
        ("100 % & more_of {it} #1 ~ x^2", r"100 \% \& more\_of \{it\} \#1 \~{} x\^{}2"),
        ("hbar/(2 pi nu tau)", r"$\hbar$/(2 $\pi$ $\nu$ $\tau$)"),
        ("eps -> 0", r"eps $\to$ 0"),
        ('cutoff "time": t', "cutoff ``time'': t"),
        ("the taus of tau_phi_0", r"the taus of $\tau_{\phi 0}$"),
        ("", ""),
    ],
)
def test_sentences(text, expected):
    assert sentence(text) == expected


def test_notebook():
    for formula in (FORMULAS["film"], FORMULAS["sum"]):
        for shown in (formula._repr_latex_(), formula.derivation._repr_latex_()):
            assert shown.startswith("$")
            assert shown.endswith("$")
            assert shown.count("$") % 2 == 0
            assert is_balanced(shown)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("name", FORMULAS)
def test_documents_compile(name, tmp_path):
    (tmp_path / "pages.tex").write_text(FORMULAS[name].latex(document=True), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "pages.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = (tmp_path / "pages.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-2000:]
    assert (tmp_path / "pages.pdf").stat().st_size > 10_000
    overfull = [float(width) for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log)]
    assert max(overfull, default=0) < 20
