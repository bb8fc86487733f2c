"""The built pages, opened in Chromium: no broken link, no formula that is left as source, no console error.

``COOPERON_SITE`` names a folder with built pages; without it they are built here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[1]
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# what source looks like: dollars around a letter or a command, roles of MyST, commands of LaTeX
SOURCE = re.compile(
    r"\$[^$\n]*[\\_^=a-zA-Z][^$\n]*\$|\{(?:formula|derived|line|symbols)\}|:::|\\[a-zA-Z]{2,}"
)
CONSOLE = re.compile(r"CONSOLE[:(]")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
AS_IT_IS = {"script", "style", "pre", "code", "annotation"}
# how many parts what has a fixed number of them has; with another number a browser sets them in a row
PARTS = {"msup": 2, "msub": 2, "msubsup": 3, "mfrac": 2, "mroot": 2, "munder": 2, "mover": 2, "munderover": 3}
# writes what is wider than its place into the document
MEASURE = """<script>
const wide = [...document.querySelectorAll("div.body pre, div.body div.equation, div.body table, div.body img")]
    .filter(part => part.scrollWidth > part.clientWidth + 1
        || part.getBoundingClientRect().right > document.querySelector("div.body").getBoundingClientRect().right + 1)
    .map(part => part.tagName + ": " + part.textContent.slice(0, 80));
document.body.setAttribute("data-wide", JSON.stringify(wide));
</script>"""


@dataclass
class Page(HTMLParser):
    """What a page has: links, names to link to, text outside of code, mathematics."""

    links: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    text: list[str] = field(default_factory=list)
    maths: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    problems: int = 0

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.parts = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.names |= {given[key] for key in ("id", "name") if given.get(key)}
        if given.get("href") and tag == "a":
            self.links.append(given["href"])
        self.resources += [given[key] for key in ("src", "data") if given.get(key)]
        if tag == "link" and given.get("href"):
            self.resources.append(given["href"])
        self.problems += "system-message" in (given.get("class") or "").split()
        self.maths += [""] if tag == "math" else []
        self.wide += json.loads(given.get("data-wide") or "[]")
        if self.parts:
            self.parts[-1] += 1
        if tag not in VOID:
            self.open.append(tag)
            self.parts.append(0)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        while tag in self.open:
            closed, parts = self.open.pop(), self.parts.pop()
            if parts != PARTS.get(closed, parts):
                self.malformed.append(f"{closed} of {parts} parts in {self.maths[-1]}")
            if closed == tag:
                break

    def handle_data(self, data):
        if "math" in self.open:
            self.maths[-1] += data
        elif not AS_IT_IS & set(self.open):
            self.text.append(data)


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


def left_as_source(page: Page) -> list[str]:
    """Formulas that were not set."""
    plain = SOURCE.findall("".join(page.text))
    return plain + [maths for maths in page.maths if "\\" in maths or "$" in maths or not maths.strip()]


def broken(pages: dict[Path, Page], folder: Path) -> list[tuple[str, str]]:
    """Links within the site that lead nowhere."""
    found = []
    for path, page in pages.items():
        for target in page.links + page.resources:
            parts = urlsplit(target)
            if parts.scheme in ("http", "https", "mailto", "data"):
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            name = unquote(parts.fragment)
            here = pages.get(file)
            if not file.is_file() or (name and here is not None and name not in here.names):
                found.append((str(path.relative_to(folder)), target))
    return found


def measured(path: Path, folder: Path) -> Path:
    """Make a copy of a page that measures itself when it is opened."""
    html = path.read_text(encoding="utf-8").replace("<head>", f'<head><base href="{path.as_uri()}">', 1)
    copy = folder / path.name
    copy.write_text(html.replace("</body>", f"{MEASURE}</body>", 1), encoding="utf-8")
    return copy


def opened(path: Path, profile: Path) -> tuple[str, list[str]]:
    """Open a page in the browser: its document as it stands then, and what came up in the console."""
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        f"--user-data-dir={profile}",
        "--enable-logging=stderr",
        "--v=0",
        "--virtual-time-budget=5000",
        "--window-size=1280,1000",
        "--dump-dom",
        path.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True)
    return done.stdout, [line for line in done.stderr.splitlines() if CONSOLE.search(line)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    given = os.environ.get("COOPERON_SITE")
    if given:
        return Path(given).resolve()
    for module in ("sphinx", "myst_parser", "latex2mathml"):
        if find_spec(module) is None:
            pytest.skip(f"the pages are built with {module}")
    made = tmp_path_factory.mktemp("site")
    options = ["-n", "-W", "--keep-going", "-q", "-d", str(made / "doctrees")]
    command = [sys.executable, "-m", "sphinx", *options, str(ROOT / "docs"), str(made / "html")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    return made / "html"


@pytest.fixture(scope="module")
def pages(folder):
    return {path: read(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.html"))}


@pytest.mark.slow
def test_every_page_is_built(pages):
    built = {path.stem for path in pages}
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} <= built


@pytest.mark.slow
def test_no_link_is_broken(pages, folder):
    assert sum(len(page.links) for page in pages.values()) > 500
    assert broken(pages, folder) == []


@pytest.mark.slow
def test_nothing_is_fetched_from_elsewhere(pages):
    fetched = {target for page in pages.values() for target in page.resources}
    assert [target for target in fetched if urlsplit(target).scheme in ("http", "https")] == []


@pytest.mark.slow
def test_every_formula_is_set(pages):
    found = {path.name: left_as_source(page) for path, page in pages.items()}
    assert {name: some for name, some in found.items() if some} == {}
    assert {path.name for path, page in pages.items() if page.problems} == set()
    assert {path.name: page.malformed for path, page in pages.items() if page.malformed} == {}
    by_name = {path.stem: page for path, page in pages.items()}
    assert len(by_name["weak_localization_2d"].maths) > 30
    for name in ("drude", "diffuson_and_cooperon", "weak_localization", "backscattering", "adding_a_metal"):
        assert by_name[name].maths


@pytest.mark.slow
def test_every_page_has_a_picture(pages):
    written = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"notations"}  # a table of spellings
    pictured = {
        path.stem for path, page in pages.items() if any("_images/" in target for target in page.resources)
    }
    assert written - pictured == set()


@pytest.mark.slow
def test_initials_make_no_lists(folder):
    """An author whose initial begins a line is no item of a list."""
    assert [path.name for path in folder.glob("*.html") if "upperalpha" in path.read_text("utf-8")] == []
    assert "E. Akkermans and G. Montambaux" in (folder / "api.html").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="pages are opened in Chromium")
def test_every_page_opens_in_a_browser(pages, folder, tmp_path):
    complaints = {}
    for path, page in pages.items():
        html, console = opened(path, tmp_path / "profile")
        shown = read(html)
        assert len(shown.maths) == len(page.maths), path.name
        assert left_as_source(shown) == [], path.name
        assert broken({**pages, path: shown}, folder) == []
        complaints |= {path.name: console} if console else {}
    assert complaints == {}


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="pages are opened in Chromium")
def test_nothing_sticks_out(pages, tmp_path):
    """Code, formulas, tables and pictures are not wider than the page."""
    found = {}
    for path in pages:
        html, _ = opened(measured(path, tmp_path), tmp_path / "profile")
        assert "data-wide" in html
        found |= {path.name: read(html).wide} if read(html).wide else {}
    assert found == {}


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="pages are opened in Chromium")
def test_what_is_wide_or_malformed_is_seen(tmp_path):
    wide = '<div class="body" style="width: 400px"><pre style="overflow: auto">' + "x" * 500 + "</pre></div>"
    maths = "<math><msup><mi>cos</mi><mspace/><mn>2</mn></msup><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"
    path = tmp_path / "page.html"
    path.write_text(f"<html><head></head><body>{wide}{maths}</body></html>", encoding="utf-8")
    html, _ = opened(measured(path, tmp_path), tmp_path / "profile")
    assert [text[:6] for text in read(html).wide] == ["PRE: x"]
    assert read(html).malformed == ["msup of 3 parts in cos2"]


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="pages are opened in Chromium")
def test_what_is_wrong_is_seen(tmp_path):
    """A page with one of each fault."""
    faults = (
        '<p>$\\tau_\\phi$ {formula}`dim=2`</p><a href="lost.html">a</a><a href="#lost">b</a><img src="x.png">'
    )
    path = tmp_path / "page.html"
    path.write_text(f"<html><body>{faults}<script>undefined_name()</script></body></html>", encoding="utf-8")
    html, console = opened(path, tmp_path / "profile")
    page = read(html)
    assert left_as_source(page) == ["$\\tau_\\phi$", "{formula}"]
    assert [target for _, target in broken({path: page}, tmp_path)] == ["lost.html", "#lost", "x.png"]
    assert any("undefined_name" in line for line in console)
