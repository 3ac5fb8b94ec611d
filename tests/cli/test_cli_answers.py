"""The command line gives what Python gives, as text that reads and as JSON."""

import json
import os
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from sympy import Rational, symbols

import freealg as fa
from freealg.cli import main
from freealg.parsing import parse_numbers

phi, eps, G, z = symbols("phi eps G z")
HESSIAN = "wishart(phi) + wigner(2*eps)"


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Run one command in an empty folder; gives its standard output."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        assert main(arguments) == 0
        output = capsys.readouterr()
        assert output.err == ""
        return output.out

    return command


def data(text):
    return json.loads(text)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo at another size, in a process of its own: (text, folder)."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, "PYTHONPATH": str(Path(fa.__file__).parents[1])}
    command = [sys.executable, "-m", "freealg", "demo", "--n", "200"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout, folder


def test_demo_derives_the_cubic(demo):
    assert "R(g) = 2*eps*g + 1/(1 - g*phi)" in demo[0]
    cubic = re.search(r"algebraic equation of mu \(.*\n +(.*) = 0", demo[0])[1]
    (read,) = parse_numbers(cubic)
    expected = 2 * eps * phi * G**3 - (2 * eps + z * phi) * G**2 + (z + phi - 1) * G - 1
    assert (read - expected).expand() == 0


def test_demo_finds_the_critical_energy(demo):
    shown = re.search(r"eps_c = (\(.*\)/16) ", demo[0])[1]
    (read,) = parse_numbers(shown)
    assert sympy.simplify(read - (1 - 20 * phi - 8 * phi**2 + (1 + 8 * phi) ** Rational(3, 2)) / 16) == 0
    assert "eps_c = 0.01127124296868428" in demo[0]


def test_demo_gives_moments_to_order_eight(demo):
    listed = re.sub(r"\n +", " ", demo[0])
    law = fa.parse(HESSIAN).law()
    assert f"m_8 = {law.moments(8)[7]}" in listed
    assert "kappa_8 = phi**7" in listed


def test_demo_gives_edges_atoms_index_and_evidence(demo):
    text, folder = demo
    polynomial = re.search(r"the ends are roots of (.*) = 0", text)[1]
    low, high = re.search(r"\[(-?[\d.]{30,}), (-?[\d.]{30,})\]", text).groups()
    (read,) = parse_numbers(polynomial)
    for end in (low, high):
        assert abs(read.subs(sympy.Symbol("x"), Rational(end))) < Rational(1, 10**26)
    assert "atoms: none" in text
    assert "mass below zero: 0.1313140875" in text
    assert "the samples agree with the law" in text
    assert "Kolmogorov-Smirnov distance" in text
    assert (folder / "freealg-demo.png").stat().st_size > 20_000


def test_demo_at_the_published_index(run, tmp_path):
    out = data(run("demo", "--at", "phi=1/2,eps=1/2", "--n", "120", "--json", "--plot", "picture.svg"))
    assert round(out["mass_below_zero"], 5) == 0.24895
    assert out["check"]["passed"]
    assert out["at"] == {"phi": "1/2", "eps": "1/2"}
    assert out["check"]["rows"][0]["statistic"] == "m_1"
    assert (tmp_path / "picture.svg").exists()


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("mp(1/2) [+] projection(1/3)", ["4/3", "5/2", "67/12", "989/72"]),
        ("wishart(1) @ projection(1/2)", ["1/2", "3/4", "11/8", "45/16"]),
    ],
)
def test_derive_of_the_examples(run, text, moments):
    out = data(run("derive", text, "--moments", "4", "--json"))
    assert out["moments"] == moments
    law = fa.parse(text)
    law = law if isinstance(law, fa.Law) else law.law()
    assert (parse_numbers(out["cauchy_equation"])[0] - law.cauchy_equation().as_expr()).expand() == 0
    assert sympy.simplify(parse_numbers(out["r_transform"])[0] - law.r_transform()) == 0
    mass = sum(Fraction(p) for p in out["atoms"].values())
    assert mass == Fraction(str(sum(law.atoms().values(), sympy.Integer(0))))


def test_derive_shows_three_intervals(run):
    out = run("derive", "sc(0, 1/3) [+] discrete({-1: 1/3, 0: 1/3, 1: 1/3})")
    assert "3 intervals" in out
    assert "[-0.571163987461509601577507448685, 0.571163987461509601577507448685]" in out


def test_derive_with_symbols_says_what_depends_on_them(run):
    out = run("derive", HESSIAN)
    assert "pass --at eps=...,phi=..." in out
    low, high = data(run("derive", "mp(phi)", "--json"))["support"][0]
    assert [parse_numbers(end)[0] for end in (low, high)] == [(1 - sympy.sqrt(phi)) ** 2, (1 + sympy.sqrt(phi)) ** 2]


def test_derive_binds_a_part_of_the_symbols(run):
    out = run("derive", HESSIAN, "--at", "phi=1/2")
    assert "Spectrum at" not in out


def test_derive_checks_and_draws(run, tmp_path):
    out = run("derive", HESSIAN, "--at", "phi=1/2,eps=1/8", "--check", "100", "--plot", "h.png")
    assert "the samples agree with the law" in out
    assert (tmp_path / "h.png").exists()
    law_only = run("derive", "mp(1/2) [+] 2*projection(1/3)", "--check", "80")
    assert "Wishart(ratio=1/2)" in law_only


def test_derive_in_latex_and_markdown(run):
    assert r"\begin{enumerate}" in run("derive", HESSIAN, "--format", "latex")
    assert "$$" in run("derive", HESSIAN, "--format", "markdown")


def test_derive_says_why_something_is_missing(run):
    out = run("derive", "uniform(-1, 1) [+] sc()")
    assert "algebraic equation: no algebraic equation in closed form is known" in out
    out = run("derive", "cauchy(0, 1) [+] mp(1/2)")
    assert "has no moments" in out


def test_moments(run):
    assert data(run("moments", "mp(phi)", "3", "--json"))["moments"] == ["1", "phi + 1", "phi**2 + 3*phi + 1"]
    assert "45/8" in run("moments", "mp(phi)", "4", "--at", "phi=1/2")
    assert run("moments", "mp(1)^[x](1/2)", "3", "--format", "csv").splitlines()[2].startswith("2,3/2,")
    assert run("moments", "mp(1)", "2", "--format", "latex").startswith(r"\begin{array}")


def test_moments_of_words_without_a_law(run):
    out = data(run("moments", "wigner()*wigner()", "4", "--json"))
    assert out["moments"] == ["0", "0", "0", "0"]


def test_integers_beyond_the_limit_of_python(run):
    out = data(run("moments", "mp(1, 10^6)", "800", "--json"))
    assert out["moments"][4] == "42" + "0" * 30
    assert len(out["moments"][-1]) > 5_000
    assert out["moments"][-1] in run("moments", "mp(1, 10^6)", "800")


def test_density(run):
    out = data(run("density", "mp(phi)", "--at", "phi=3", "--x", "1, 3/2, 4", "--json"))
    law = fa.MarchenkoPastur(ratio=3)
    assert out["density"] == [law.pdf(1.0), law.pdf(1.5), law.pdf(4.0)]
    assert out["distribution"] == [law.cdf(1.0), law.cdf(1.5), law.cdf(4.0)]
    assert out["atoms"] == {"0": "2/3"}
    text = run("density", "sc()", "--points", "5")
    assert [line.split()[0] for line in text.splitlines()[-5:]][::4] == ["-2", "2"]


def test_density_at_many_digits(run):
    out = data(run("density", "sc()", "--x", "0", "--dps", "40", "--json"))
    assert out["density"] == ["0.3183098861837906715377675267450287240689"]


def test_density_draws(run, tmp_path):
    run("density", "mp(1)", "--points", "2", "--plot", "d.pdf")
    assert (tmp_path / "d.pdf").exists()


def test_graphs(run):
    out = data(run("graphs", "3", "--json"))
    assert out["total"] == "12"
    assert sum(int(row["count"]) for row in out["counts"]) == 12
    (read,) = parse_numbers(out["polynomial"])
    eta, zeta, psi = symbols("eta zeta psi")
    assert (read - eta**3 * (phi**2 + 3 * phi * psi + psi**2) - 3 * eta * zeta**2 * (phi + psi) - zeta**3).expand() == 0


def test_graphs_draws(run, tmp_path):
    assert "isomorphism classes drawn" in run("graphs", "3", "--draw", "g.png")
    assert (tmp_path / "g.png").exists()
