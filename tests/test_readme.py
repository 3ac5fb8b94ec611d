"""The README is run as it stands: each of its Python blocks, and the form of its two commands."""

import doctest
import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_python_blocks_give_what_they_show():
    names: dict[str, object] = {}
    runner = doctest.DocTestRunner(verbose=False)
    report: list[str] = []
    for number, block in enumerate(BLOCKS, 1):
        test = doctest.DocTestParser().get_doctest(block, names, f"README block {number}", "README.md", 0)
        assert test.examples, f"block {number} has no example"
        runner.run(test, out=report.append, clear_globs=False)
        names = test.globs
    assert len(BLOCKS) >= 6
    assert runner.summarize(verbose=False).failed == 0, "".join(report)


@pytest.mark.parametrize(
    "command",
    [
        "python3 -m venv .venv && .venv/bin/pip install -e '.[plot]' && .venv/bin/freealg demo",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
    ],
)
def test_commands_stand_on_a_line_of_their_own(command):
    assert README.splitlines().count(command) == 1
