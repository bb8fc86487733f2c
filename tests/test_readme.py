"""README and the pages: every example is run, what is drawn and named there is what the code makes."""

from __future__ import annotations

import doctest
import io
import re
import runpy
from fnmatch import fnmatch
from pathlib import Path

import pytest

import cooperon as cp

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDS = re.compile(r"^<!-- needs: (.*) -->$", re.MULTILINE)
COMMANDS = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAKER = re.compile(r"<dc:title>Matplotlib v[0-9.]+")  # another version lays out otherwise
PATHS = re.compile(r' d="([^"]*)"')
LINES = re.compile(r"^:::\{line\} (\d+)\n:rule: (.*)$", re.MULTILINE)


def require_what_it_needs(page: Path) -> None:
    """Skip a page whose examples need what is not installed."""
    for names in NEEDS.findall(page.read_text(encoding="utf-8")):
        for name in names.split(","):
            pytest.importorskip(name.strip())


def examples(page: Path) -> str:
    """The examples of a page, one after the other: they share their names."""
    return "\n".join(EXAMPLES.findall(page.read_text(encoding="utf-8")))


def strokes(svg: str) -> list[float]:
    """Every coordinate that a drawing has, in points."""
    return [float(x) for path in PATHS.findall(svg) for x in re.findall(r"-?\d+(?:\.\d+)?", path)]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_of_a_page_prints_what_the_page_says(page):
    require_what_it_needs(page)
    parsed = doctest.DocTestParser().get_doctest(examples(page), {}, page.name, str(page), 0)
    options = doctest.IGNORE_EXCEPTION_DETAIL
    report = []
    result = doctest.DocTestRunner(verbose=False, optionflags=options).run(parsed, out=report.append)
    assert result.failed == 0, "".join(report)


def test_examples_are_found():
    assert sum(">>>" in examples(page) for page in PAGES) >= 6


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_example_stands_outside_of_the_blocks_that_are_run(page):
    prompt = re.compile(r"^>>> ", re.MULTILINE)
    text = page.read_text(encoding="utf-8")
    assert len(prompt.findall(text)) == len(prompt.findall(examples(page)))


def test_the_two_commands_are_those_that_are_run_in_integration():
    first, second = COMMANDS.findall(README)[:2]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert first.strip() in script
    assert second.strip() in script
    assert second.strip() in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_walk_through_the_derivation_has_every_line_in_order():
    page = (ROOT / "docs" / "weak_localization_2d.md").read_text(encoding="utf-8")
    steps = cp.conductivity(cp.Metal(dim=2), loops=1).derivation
    expected = [(str(i), step.rule) for i, step in enumerate(steps, 1)]
    assert LINES.findall(page) == expected


def test_the_map_of_the_code_names_every_module():
    named = re.findall(r"`([\w*]+\.py)`", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))
    folders = ("api", "diagrams", "symbolic", "numerics")
    modules = {path.name for folder in folders for path in (ROOT / folder).glob("*.py")}
    assert sorted(x for x in modules if not any(fnmatch(x, pattern) for pattern in named)) == []
    assert sorted(pattern for pattern in named if not any(fnmatch(x, pattern) for x in modules)) == []


def test_the_drawings_are_those_that_the_code_makes():
    pytest.importorskip("matplotlib", reason="the figures are made with it")
    made = runpy.run_path(str(ROOT / "docs" / "figures.py"))
    for name, draw in made["DIAGRAMS"].items():
        assert (ROOT / "docs" / "figures" / f"{name}.svg").read_text(encoding="utf-8") == draw(), name


@pytest.mark.slow
def test_the_figures_of_the_pages_are_those_that_their_code_makes():
    pytest.importorskip("matplotlib", reason="the figures are made with it")
    made = runpy.run_path(str(ROOT / "docs" / "figures.py"))
    figures = made["from_pages"]()
    assert len(figures) >= 8
    for name, figure in figures.items():
        stored = (ROOT / "docs" / "figures" / f"{name}.svg").read_text(encoding="utf-8")
        drawn = io.BytesIO()
        made["save"](figure, drawn)
        if MAKER.search(stored)[0] == MAKER.search(drawn.getvalue().decode())[0]:
            found, expected = strokes(drawn.getvalue().decode()), strokes(stored)
            assert len(found) == len(expected), name
            assert found == pytest.approx(expected, abs=0.02), name


def test_files_that_readme_links_to_exist():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_version_is_one_and_the_same():
    cited = re.search(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited[1] == cp.__version__
    assert f'version = "{cp.__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
