"""The README and the pages of docs are run as they stand: each Python block, each link, and the form of the README's two commands."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def text(page):
    return page.read_text(encoding="utf-8")


def blocks(page):
    return re.findall(r"^```python\n(.*?)^```$", text(page), flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python_blocks_give_what_they_show(page):
    names: dict[str, object] = {}
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    report: list[str] = []
    for number, block in enumerate(blocks(page), 1):
        if ">>>" not in block:
            continue  # a piece of a file, shown and not run
        test = doctest.DocTestParser().get_doctest(block, names, f"{page.name} block {number}", page.name, 0)
        runner.run(test, out=report.append, clear_globs=False)
        names = test.globs
    assert runner.summarize(verbose=False).failed == 0, "".join(report)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    prose = re.sub(r"```.*?```|`[^`]*`", "", text(page), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    anchors = {"".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c == "-") for title in titles}
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if target.startswith("#"):
            assert target[1:] in anchors
        elif not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_the_readme_shows_a_tour():
    assert len(blocks(README)) >= 6
    assert all(">>>" in block for block in blocks(README))


@pytest.mark.parametrize(
    "command",
    [
        "python3 -m venv .venv && .venv/bin/pip install -e '.[plot]' && .venv/bin/freealg demo",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
    ],
)
def test_commands_stand_on_a_line_of_their_own(command):
    assert text(README).splitlines().count(command) == 1
