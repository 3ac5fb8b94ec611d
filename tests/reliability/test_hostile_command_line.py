"""The command line under clumsy and hostile arguments: an answer, or one line on stderr and exit code 2; with --json always JSON, or nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freealg.cli import main

REFUSED = [
    [], ["--json"], ["derive", ""], ["derive", " \n"], ["derive", "\x00"], ["derive", "\ud800"], ["derive", "mp(\x1b[31m1)"], ["derive", "mp(1)" * 1000], ["derive", "mp(1)", "mp(2)"],
    ["derive", "mp(1)", "--format", "pdf"], ["derive", "mp(1)", "--check", "0"], ["derive", "mp(1)", "--check", "999999999"], ["derive", "wigner()@wigner()"], ["derive", "mp(1)", "--moments", "999999999"],
    ["moments", "mp(1)", "999999999"], ["moments", "mp(1)", "3", "--at", "phi=1"], ["moments", "mp(phi)", "3", "--at", "phi=0"], ["moments", "wigner()^65", "3"], ["moments", "cauchy()", "1"],
    ["density", "mp(1)", "--x", ","], ["density", "mp(1)", "--x", "1/0"], ["density", "mp(1)", "--x", "mp(1)"], ["density", "mp(1)", "--points", "999999999"], ["density", "mp(1)", "--x", "1", "--dps", "999999999"],
    ["density", "mp(1)", "--points", "2", "--plot", "/no/such/folder/x.png"], ["density", "wigner()*wigner()"], ["density", "cauchy()"], ["graphs", "0"], ["graphs", "-1"], ["graphs", "1.5"], ["graphs", "３"],
    ["graphs", "9" * 400], ["graphs", "2", "--draw", "/no/x.png"], ["doctor", "extra"], ["demo", "--n", "999999999"], ["demo", "--seed", "x"], ["demo", "--at", ""], ["\udcff"],
]  # fmt: skip
ANSWERED = [
    ["moments", "mp(1)", "0"], ["moments", "mp(10^400)", "3"], ["moments", "mp(phi)", "3", "--at", "phi=1e-300"], ["moments", "wigner()*wishart()", "4"], ["moments", "identity()", "3"],
    ["density", "mp(1)", "--points", "3"], ["density", "mp(1)", "--x", "0,1,4,5,10^400"], ["density", "cauchy()", "--x", "0"], ["density", "rademacher()", "--x", "1"], ["density", "mp(1)", "--x", "pi", "--dps", "30"],
    ["density", "identity()"], ["density", "uniform()", "--points", "3"], ["density", "gaussian()", "--x", "0,1"], ["graphs", "3"], ["derive", "mp(pi)"], ["derive", "cauchy()"], ["derive", "gaussian()"], ["derive", "identity()"],
    ["derive", "rademacher()"], ["derive", "discrete({0:1})"], ["derive", "mp(1)^[x](1/2)"], ["derive", "mobius(mp(1/2), 1, 2, 1, 3)"], ["derive", "mp(phi)^[x](L)"],
]  # fmt: skip


def ran(arguments, capsys):
    start = time.perf_counter()
    try:
        code = main(arguments)
    except SystemExit as stop:  # argparse
        code = stop.code
    assert time.perf_counter() - start < 20
    return code, *capsys.readouterr()


@pytest.mark.parametrize("arguments", REFUSED, ids=range(len(REFUSED)))
@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["text", "json"])
def test_a_refusal_is_one_line_and_exit_code_2(arguments, flags, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = ran([*arguments, *flags] if arguments and not arguments[0].startswith("-") else arguments, capsys)
    assert code == 2
    assert err.startswith("freealg: ") and err.endswith("\n") and err.count("\n") == 1
    assert len(err) < 1_100
    assert err.isprintable() or all(letter.isprintable() or letter == "\n" for letter in err)
    assert not flags or out == ""


@pytest.mark.parametrize("arguments", ANSWERED, ids=range(len(ANSWERED)))
def test_json_is_json(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = ran([*arguments, "--json"], capsys)
    assert (code, err) == (0, "")
    assert isinstance(json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON")), dict)


def test_a_reader_that_is_gone_is_no_error():
    for arguments in ("moments 'mp(1)' 600", "moments 'mp(1)' 600 --json", "graphs 12"):
        done = subprocess.run(f"{sys.executable} -m freealg {arguments} | head -c 20", shell=True, capture_output=True, text=True, check=False, timeout=60)
        assert done.stderr == ""


@pytest.mark.slow
@settings(max_examples=1500)
@given(st.lists(st.one_of(st.sampled_from(["derive", "moments", "density", "graphs", "doctor", "--json", "--at", "--x", "--points", "--dps", "--moments", "--format", "mp(1)", "sc()", "3", "phi=1", "latex"]), st.text(max_size=12)), max_size=6))  # fmt: skip
def test_any_arguments_at_all(arguments):
    if {"doctor", "demo"} & set(arguments):
        return
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = stop.code
    assert code in (0, 2)
