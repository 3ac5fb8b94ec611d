"""Every refusal is one line on stderr and exit code 2; an interruption is 130; nothing is a traceback."""

import os
import subprocess
import sys

import pytest

from freealg.cli import main

REFUSED = {
    "no command": ((), "COMMAND"),
    "unknown command": (("solve",), "invalid choice"),
    "unknown option": (("derive", "mp(1)", "--fast"), "--fast"),
    "no expression": (("derive",), "EXPR"),
    "attack": (("derive", "__import__('os').system('ls')"), "at character 1"),
    "parentheses": (("derive", "(" * 10_000 + ")" * 10_000), "20000 characters"),
    "tower": (("moments", "9**9**9", "3"), "10000 bits"),
    "unknown name": (("derive", "wihsart(2)"), "did you mean wishart?"),
    "masses": (("derive", "discrete({0: 1/2})"), "must sum to 1, not 1/2"),
    "negative variance": (("derive", "sc(0, -1)"), "variance > 0, not -1"),
    "ratio": (("derive", "mp(0)"), "ratio > 0, not 0"),
    "power below 1": (("derive", "rademacher()^[+](1/2)"), "Hankel determinant"),
    "two mixed factors": (("derive", "sc() [x] rademacher()"), "both reach below and above zero"),
    "unbound density": (("density", "mp(phi)"), "pass --at phi=..."),
    "unbound check": (("derive", "mp(phi)", "--check", "100"), "pass --at phi=..."),
    "unbound picture": (("derive", "mp(phi)", "--plot", "x.png"), "pass --at phi=..."),
    "half bound": (("density", "wishart(phi) + wigner(eps)", "--at", "phi=1"), "pass --at eps=..."),
    "unknown symbol": (("density", "mp(phi)", "--at", "psi=1"), "psi"),
    "bad value": (("density", "mp(phi)", "--at", "phi"), "'=' was expected"),
    "value out of range": (("density", "mp(phi)", "--at", "phi=-1"), "ratio > 0, not -1"),
    "no moments": (("moments", "cauchy()", "3"), "no moments"),
    "not a count": (("moments", "mp(1)", "-3"), "-3"),
    "not a number": (("moments", "mp(1)", "many"), "no whole number"),
    "complex point": (("density", "mp(1)", "--x", "sqrt(-1)"), "real"),
    "symbol as point": (("density", "mp(1)", "--x", "y"), "real"),
    "points and x": (("density", "mp(1)", "--x", "1", "--points", "3"), "not allowed with"),
    "no points": (("density", "mp(1)", "--points", "1"), "--points"),
    "no digits": (("density", "mp(1)", "--x", "1", "--dps", "0"), "--dps"),
    "unbounded grid": (("density", "cauchy()"), "--x"),
    "not self-adjoint": (("derive", "wigner()*wigner()"), "self-adjoint"),
    "small check": (("derive", "mp(1)", "--check", "3"), "40"),
    "empty list of points": (("density", "mp(1)", "--x", ""), "the text is empty"),
    "empty values": (("density", "mp(1)", "--at", ""), "the text is empty"),
    "small demo": (("demo", "--n", "10"), "40"),
    "no ending": (("density", "mp(1)", "--plot", "picture"), ".png"),
    "no folder for the demo": (("demo", "--plot", "/no/such/folder/x.png"), "no folder '/no/such/folder'"),
    "no folder for graphs": (("graphs", "2", "--draw", "/no/such/folder/x.png"), "no folder"),
    "no folder": (("density", "mp(1)", "--points", "2", "--plot", "/no/such/folder/x.png"), "cannot be written"),
    "format": (("density", "mp(1)", "--points", "2", "--plot", "picture.xyz"), ".png"),
    "graphs of 0": (("graphs", "0"), "k"),
    "graphs of many": (("graphs", "61"), "60"),
    "large drawing": (("graphs", "6", "--draw", "x.png"), "5"),
    "demo without eps": (("demo", "--at", "phi=1/2"), "pass --at eps=..."),
    "demo with a third": (("demo", "--at", "phi=1/2,eps=1/2,t=1"), "'t'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_one_line_and_exit_code_2(name, capsys, tmp_path, monkeypatch):
    arguments, hint = REFUSED[name]
    monkeypatch.chdir(tmp_path)
    try:
        code = main(arguments)
    except SystemExit as stop:  # argparse
        code = stop.code
    output = capsys.readouterr()
    assert code == 2
    assert output.err.startswith("freealg: ")
    assert output.err.count("\n") == 1
    assert output.err.endswith("\n")
    assert hint in output.err
    assert "Traceback" not in output.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [("derive", "mp(1)", "--check", "3"), ("density", "mp(1)", "--plot", "x.xyz"), ("graphs", "2", "--draw", "/no/x.png")])
def test_what_cannot_be_done_at_the_end_is_refused_at_the_beginning(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().out == ""


def test_values_that_begin_with_a_minus_sign_are_no_options(capsys):
    assert main(["density", "sc()", "--x", "-1,0"]) == 0
    assert main(["moments", "-mp(1/2)", "2"]) == 0
    assert main(["moments", "-1*mp(1/2)+2", "2"]) == 0
    assert "\n-1  0.27566444771" in capsys.readouterr().out


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("command", [("doctor",), ("moments", "mp(1)", "3"), ("moments", "mp(1)", "3", "--json")])
def test_a_full_disk_is_one_line(command):
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "freealg", *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("freealg: the output cannot be written")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_locale_reads_utf8_and_any_terminal_is_written_to(encoding):
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": encoding}
    environment = os.environ | plain
    run = {"capture_output": True, "env": environment}
    done = subprocess.run([sys.executable, "-m", "freealg", "moments", "mp(1/2) ⊞ sc(0, ε)".encode(), "2"], check=False, **run)
    assert done.stdout.startswith(b"boxplus(MarchenkoPastur(ratio=1/2), Semicircle(variance=epsilon))")
    refused = subprocess.run([sys.executable, "-m", "freealg", "derive", "☃".encode()], check=False, **run)
    assert (refused.returncode, refused.stderr.count(b"\n")) == (2, 1)
    doctor = subprocess.run([sys.executable, "-c", r"from freealg.cli import _print; _print('1 \u00b1 2 \u229e')"], check=False, **run)
    assert doctor.stdout.decode(encoding).rstrip() == "1 ± 2 ⊞".encode(encoding, "backslashreplace").decode(encoding)


def test_json_says_nothing_when_refused(capsys):
    assert main(["density", "mp(1)", "--points", "2", "--json", "--plot", "/no/such/folder/x.png"]) == 2
    assert capsys.readouterr().out == ""


def test_an_interruption_is_130(monkeypatch, capsys):
    def interrupted(_):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr("freealg.cli.moments.run", interrupted)
    assert main(["moments", "mp(1)", "3"]) == 130
    assert capsys.readouterr().err == ""


def test_a_missing_matplotlib_is_named_before_anything_is_computed(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["demo"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "pip install 'freealg-symbolic[plot]'" in output.err


def process(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "freealg", *arguments], capture_output=True, text=True, check=False, **options)


def test_help_and_version():
    assert process("--help").stdout.startswith("usage: freealg")
    assert process("--version").stdout.startswith("freealg ")
    assert process("derive", "--help").returncode == 0


def test_a_reader_that_leaves_early_is_no_error():
    done = subprocess.run(
        f"{sys.executable} -m freealg moments 'mp(1)' 700 | head -n 1", shell=True, capture_output=True, text=True, check=False
    )
    assert done.stdout == "MarchenkoPastur()\n"
    assert done.stderr == ""


def test_help_loads_no_engine():
    code = "import sys; from freealg.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint('sympy' in sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "False"
