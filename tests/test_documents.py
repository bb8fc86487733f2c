"""Formulas written up: articles that compile without a warning, Markdown, HTML, notebooks, and the command."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from importlib.util import find_spec

import pytest
import sympy as sp
from written_formulas import FORMULAS

import cooperon as cp
from cooperon.cli import main
from cooperon.diagrams.errors import CooperonError
from cooperon.symbolic.latex import latex, sentence
from cooperon.symbolic.manuscript import Equation, manuscript
from cooperon.symbolic.notebook import notebook, source_of
from cooperon.symbolic.references import REFERENCES, cited

s = cp.symbols
needs_latex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
needs_mathml = pytest.mark.skipif(find_spec("latex2mathml") is None, reason="latex2mathml is not installed")
COMPILED = ["drude", "wire", "film", "bulk", "any dimension", "HLN", "Kawabata", "ring", "leads", "cylinder"]
COMPILED += ["exact kernel, 3", "backscattering", "values"]


def outside_mathematics(document):
    """The prose of a document: what is neither an equation nor a picture nor between dollars."""
    body = document.split(r"\begin{document}")[1].split(r"\begin{thebibliography}")[0]
    body = re.sub(r"\\begin\{tikzpicture\}.*?\\end\{tikzpicture\}", "", body, flags=re.DOTALL)
    reasons = " ".join(re.findall(r"\\intertext\{(.*)\}\n", body))
    body = re.sub(r"\\begin\{align\*?\}.*?\\end\{align\*?\}", "", body, flags=re.DOTALL)
    return re.sub(r"\$[^$]*\$", "", body + reasons)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULAS)
def test_prose_is_escaped(name):
    prose = outside_mathematics(FORMULAS[name]().latex(document=True))
    prose = re.sub(r"\\cite\{[^}]*\}|(?<!\\)%.*\n", "", prose)
    for special in "_^&#%":
        assert not re.search(rf"(?<!\\){re.escape(special)}", prose), special
    assert "$" not in prose
    assert not re.search(r"[a-z] - [a-z]|\w\*\w|/\(|\)/|sqrt\(", prose)
    for word in ("tau", "hbar", "k_F", "omega", "pi"):
        assert not re.search(rf"\b{word}\b", prose), f"{word} is not typeset"


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULAS)
def test_every_line_and_every_assumption_is_there(name):
    formula = FORMULAS[name]()
    document = formula.latex(document=True)
    equations = [block for block in manuscript(formula) if isinstance(block, Equation) and block.number]
    assert [block.line for block in equations] == [step.latex() for step in formula.derivation]
    for block in equations:
        assert all(row in document for row in block.rows)
        assert sentence(block.reason) in document
    for assumption in formula.assumptions:
        assert sentence(assumption.statement) in document
    assert document.count(r"\begin{tikzpicture}") == len(formula.diagrams)
    assert all(rf"\bibitem{{{one.key}}}" in document for one in cited(formula))


@needs_latex
@pytest.mark.slow
@pytest.mark.parametrize("name", COMPILED)
def test_articles_compile_without_a_warning(name, tmp_path):
    """With the references inside, and with BibTeX."""
    formula = FORMULAS[name]()
    (tmp_path / "inside.tex").write_text(formula.latex(document=True), encoding="utf-8")
    formula.write(tmp_path / "paper.tex")
    run(tmp_path, "pdflatex", "inside.tex", times=2)
    run(tmp_path, "pdflatex", "paper.tex")
    assert "warning" not in run(tmp_path, "bibtex", "paper").lower()
    run(tmp_path, "pdflatex", "paper.tex", times=2)
    for stem in ("inside", "paper"):
        log = (tmp_path / f"{stem}.log").read_text(encoding="latin-1")
        assert not re.findall(r".*(?:Overfull|Underfull|Warning).*", log)
        assert (tmp_path / f"{stem}.pdf").stat().st_size > 10_000


def run(folder, program, argument, times=1):
    options = ["-interaction=nonstopmode", "-halt-on-error"] if program == "pdflatex" else []
    for _ in range(times):
        done = subprocess.run(
            [program, *options, argument],
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:]
    return done.stdout


@pytest.mark.slow
def test_references_are_those_of_the_physics():
    keys = {name: {one.key for one in cited(FORMULAS[name]())} for name in FORMULAS}
    assert keys["drude"] == {"Kubo1957", "Edwards1958"}
    assert "Hikami1980" in keys["HLN"] - keys["film"]
    assert "Kawabata1980" in keys["Kawabata"] - keys["magnetoconductivity"]
    assert "Altshuler1981ring" in keys["ring"] & keys["cylinder"]
    assert "Dmitriev1997" in keys["exact kernel"] & keys["exact kernel, 3"]
    assert "Akkermans1986" in keys["backscattering"]


@pytest.mark.parametrize("reference", REFERENCES.values(), ids=str)
def test_bibtex_entries_are_complete(reference):
    entry = reference.bibtex
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.MULTILINE))
    assert fields["year"] == str(reference.year)
    assert {"author", "title"} < fields.keys()
    assert ("journal" in fields) == (reference.volume != "")
    assert entry.isascii()


@pytest.mark.parametrize("name", ["drude", "film", "HLN", "exact kernel"])
def test_markdown(name):
    formula = FORMULAS[name]()
    text = cp.Formula.latex(formula)
    from cooperon.symbolic.markdown import markdown

    page = markdown(formula)
    assert page.startswith("# ")
    assert page.count("$$") == 2 * (len(formula.derivation) + 1)
    assert all(rf"\tag{{{n}}}" in page for n in range(1, len(formula.derivation) + 1))
    assert "scalebox" not in page
    assert name == "HLN" or text in page


@pytest.mark.slow
@needs_mathml
@pytest.mark.parametrize("name", FORMULAS)
def test_html_needs_no_network_and_has_every_equation(name):
    from cooperon.symbolic.html_document import html

    formula = FORMULAS[name]()
    page = html(formula)
    assert page.count("<svg") == len(formula.diagrams)
    assert page.count('class="equation"') == len(formula.derivation) + 1
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)
    for maths in re.findall(r"<math.*?</math>", page, re.DOTALL):
        element = ET.fromstring(maths)
        assert not [x for x in element.iter() if x.tag.endswith("merror")]
        assert "\\" not in "".join(element.itertext())


def test_without_latex2mathml_html_says_what_to_install(monkeypatch):
    from cooperon.symbolic import html_document

    monkeypatch.setitem(__import__("sys").modules, "latex2mathml.converter", None)
    with pytest.raises(CooperonError, match="pip install"):
        html_document.html(FORMULAS["drude"]())


CALLS = {
    "drude": "cp.conductivity(cp.Metal(dim=3))",
    "film": "cp.conductivity(cp.Metal(dim=2), loops=1)",
    "return": 'cp.conductivity(cp.Metal(dim=3), loops=1, route="return_probability", cutoff="window")',
}


@pytest.mark.parametrize("name", CALLS)
def test_a_notebook_runs_and_confirms(name, capsys):
    page = json.loads(notebook(FORMULAS[name](), CALLS[name]))
    if find_spec("nbformat"):
        import nbformat

        nbformat.validate(nbformat.from_dict(page))
    shown = []
    space = {"display": shown.append}
    for cell in page["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    assert space["formula"] == FORMULAS[name]()
    assert len(shown) == len(FORMULAS[name]().diagrams)
    assert len(capsys.readouterr().out.splitlines()) > len(space["formula"].assumptions)


@pytest.mark.parametrize("call", ["cp.conductivity(", "x = 1", 3])
def test_a_notebook_wants_an_expression(call):
    with pytest.raises(cp.InputError, match="call"):
        notebook(FORMULAS["drude"](), call)


@pytest.mark.parametrize(
    "metal",
    [
        cp.Metal(dim=s.d, spin=0),
        cp.Metal(dim=sp.Rational(5, 2), tau=2e-13, tau_phi=4e-12),
        cp.Metal(dim=2, dephasing=cp.PowerLaw(sp.Rational(1, 3)), scattering=[cp.SpinOrbit(), cp.Magnetic()]),
        cp.Metal(dim=3, geometry=cp.Film(thickness=2 * s.ell), field=cp.ParallelField()),
        cp.Metal(dim=2, dephasing=None, scattering=[cp.Potential(harmonics=(s.w_1, sp.Rational(1, 4)))]),
        cp.Metal(dim=1, geometry=cp.Wire(length=s.L), field=cp.PerpendicularField()),
    ],
    ids=str,
)
def test_a_metal_as_python(metal):
    assert eval(source_of(metal), {"cp": cp, "sp": sp}) == metal


@pytest.mark.parametrize("ending", [".tex", ".md", ".html", ".ipynb", ".py", ".json", ".txt"])
def test_the_ending_chooses(ending, tmp_path, capsys):
    if ending == ".html" and not find_spec("latex2mathml"):
        pytest.skip("latex2mathml is not installed")
    target = tmp_path / f"paper{ending}"
    assert main(["derive", "conductivity", "--dim", "2", "--loops", "1", "--output", str(target)]) == 0
    start = {".tex": r"\documentclass", ".md": "# ", ".html": "<!DOCTYPE", ".ipynb": "{", ".py": '"""'}
    assert target.read_text(encoding="utf-8").startswith(start.get(ending, ""))
    assert (tmp_path / "paper.bib").exists() == (ending == ".tex")
    assert f"paper{ending}" in capsys.readouterr().err


def test_the_command_writes_the_call_that_it_made(tmp_path):
    target = tmp_path / "page.ipynb"
    options = ["--dim", "5/2", "--loops", "1", "--cutoff", "time", "--omega", "--power-law", "p"]
    assert main(["derive", "conductivity", *options, "--output", str(target)]) == 0
    page = json.loads(target.read_text(encoding="utf-8"))
    source = "".join(page["cells"][2]["source"])
    space = {"cp": cp, "sp": sp}
    exec(source.splitlines()[0], space)
    metal = cp.Metal(dim=sp.Rational(5, 2), dephasing=cp.PowerLaw())
    assert space["formula"] == cp.conductivity(metal, loops=1, cutoff="time", omega=s.omega)


@pytest.mark.parametrize(
    ("options", "made"),
    [
        (
            ["conductance", "--dim", "1", "--geometry", "wire:length", "--loops", "1"],
            lambda: cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=s.L))),
        ),
        (
            ["conductance", "--dim", "1", "--geometry", "wire:length"],
            lambda: cp.conductance(cp.Metal(dim=1, geometry=cp.Wire(length=s.L)), loops=0),
        ),
        (
            ["magnetoconductivity", "--dim", "2", "--field", "perpendicular"],
            lambda: cp.magnetoconductivity(cp.Metal(dim=2, field=cp.PerpendicularField())),
        ),
    ],
    ids=["correction to a conductance", "conductance", "magnetoconductivity"],
)
def test_a_notebook_derives_the_quantity_that_was_asked_for(options, made, tmp_path):
    target = tmp_path / "page.ipynb"
    assert main(["derive", *options, "--output", str(target)]) == 0
    source = "".join(json.loads(target.read_text(encoding="utf-8"))["cells"][2]["source"])
    space = {"cp": cp, "sp": sp}
    exec(source.splitlines()[0], space)
    assert space["formula"] == made()
    assert (space["formula"].name, space["formula"].expr) == (made().name, made().expr)


def test_nobodys_own_bibliography_is_written_over(tmp_path, capsys):
    own = tmp_path / "paper.bib"
    own.write_text("@article{mine}", encoding="utf-8")
    target = tmp_path / "paper.tex"
    assert main(["derive", "conductivity", "--output", str(target)]) == 2
    assert "paper.bib" in capsys.readouterr().err
    with pytest.raises(cp.InputError, match="another name"):
        FORMULAS["drude"]().write(target)
    assert own.read_text(encoding="utf-8") == "@article{mine}"
    assert not target.exists()
    own.unlink()
    for _ in range(2):
        FORMULAS["drude"]().write(target)
    assert own.read_text(encoding="utf-8").endswith(FORMULAS["drude"]().bibtex())


@pytest.mark.parametrize("name", ["drude", "HLN", "ring", "exact kernel"])
def test_all_that_is_listed_is_cited_where_it_belongs(name):
    formula = FORMULAS[name]()
    document = formula.latex(document=True)
    listed = re.findall(r"\\bibitem\{(\w+)\}", document)
    in_text = [key for keys in re.findall(r"\\cite\{([^}]*)\}", document) for key in keys.split(",")]
    assert list(dict.fromkeys(in_text)) == listed == [one.key for one in cited(formula)]


def test_a_function_that_is_not_common_is_explained():
    metal = cp.Metal(dim=2, field=cp.PerpendicularField())
    document = cp.interference(metal).nonbackscattering.latex(document=True)
    for letter in "PQ":
        assert re.search(letter + r"_\{n\}[^$]*\(b, z\\right\) = \\int_\{0\}\^\{\\infty\}", document)
    assert r"flight to the next Landau level" in document


def test_sentences_of_a_document_are_english():
    document = FORMULAS["wire"]().latex(document=True)
    assert "We consider a metal in one dimension." in document
    assert "is the elastic lifetime" in document
    assert r"\textbf{Self-energy:} the impurity line $\hbar/(2 \pi \nu \tau)$ gives" in document
    assert r"rung of the Cooperon" in document.lower().replace("cooperon", "Cooperon")
    assert r"$q - k$" in document


@pytest.mark.parametrize("name", ["paper.docx", "paper.pdf"])
def test_another_ending_is_an_error_in_plain_words(name, tmp_path, capsys):
    assert main(["derive", "conductivity", "--output", str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert ".ipynb" in said
    assert "Traceback" not in said


def test_format_goes_before_the_ending(tmp_path):
    target = tmp_path / "paper.tex"
    assert main(["derive", "conductivity", "--format", "json", "--output", str(target)]) == 0
    assert json.loads(target.read_text(encoding="utf-8"))["name"] == "sigma_0"


@pytest.mark.parametrize(
    ("path", "more"), [("paper.docx", {}), ("paper.ipynb", {}), (3, {}), ("no/such/p.md", {})]
)
def test_write_refuses_in_plain_words(path, more):
    with pytest.raises(cp.InputError):
        FORMULAS["drude"]().write(path, **more)


def test_a_renamed_symbol_is_renamed_everywhere(tmp_path):
    formula = FORMULAS["film"]()
    for ending in (".tex", ".md"):
        (file, *_) = formula.write(tmp_path / f"p{ending}", symbols={"tau_phi": r"\tau_{\varphi}"})
        assert r"\tau_{\phi}" not in file.read_text(encoding="utf-8")
    (file, *_) = formula.write(tmp_path / "l.tex", form="lengths")
    assert latex(formula.forms()["lengths"]) in file.read_text(encoding="utf-8")
