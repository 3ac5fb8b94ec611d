"""The moment table: text, LaTeX, CSV, HTML, JSON, with numbers of any length."""

import csv
import io
import json

import pytest
from sympy import Integer, Rational, symbols

import freealg as fa
from freealg.parsing import parse_numbers
from freealg.show.tables import MomentTable
from freealg.show.text import digits

phi, eps = symbols("phi eps")
HESSIAN = fa.boxplus(fa.MarchenkoPastur(ratio=phi), fa.Semicircle(variance=2 * eps))


def test_columns_are_aligned():
    lines = str(fa.MarchenkoPastur(ratio=phi).moment_table(5)).splitlines()
    assert lines[0] == "MarchenkoPastur(ratio=phi)"
    start = lines[1].index("kappa_n")
    assert [line[start:] for line in lines[2:]] == ["1", "phi", "phi**2", "phi**3", "phi**4"]
    assert all(line[start - 2 : start] == "  " for line in lines[2:])


def test_long_entries_are_listed_one_by_one():
    text = str(HESSIAN.moment_table(8))
    assert max(map(len, text.splitlines())) <= 110
    moments, cumulants = text.split("\n\n")
    joined = " ".join(line.strip() for line in moments.splitlines())
    assert f"m_8 = {HESSIAN.moments(8)[7]}" in joined
    assert cumulants.splitlines()[-1] == "kappa_8 = phi**7"


def test_csv_holds_the_exact_values():
    rows = list(csv.DictReader(io.StringIO(HESSIAN.moment_table(6).csv())))
    assert [parse_numbers(row["moment"])[0] for row in rows] == HESSIAN.moments(6)
    assert [parse_numbers(row["free_cumulant"])[0] for row in rows] == HESSIAN.free_cumulants(6)
    assert [row["n"] for row in rows] == list("123456")


def test_latex_and_html_have_a_row_an_order():
    table = HESSIAN.moment_table(6)
    assert table.latex().count(r"\kappa_n") == 1
    assert table.latex().splitlines()[2] == r"1 & 1 & 1 \\"
    assert table.latex().count(r"\begin{aligned}") == table.latex().count(r"\end{aligned}") > 0
    assert table.html().count("<tr>") == 7
    assert table._repr_latex_().startswith("$\\displaystyle \\begin{array}")


def test_html_is_escaped():
    table = MomentTable("<script>", (Integer(1),), (Integer(1),))
    assert "<script>" not in table.html()


def test_integers_beyond_the_limit_of_python():
    n = 7**20_000
    table = MomentTable("a law", (Integer(n), Rational(1, n)), (Integer(-n), n * phi))
    whole = digits(n)
    assert len(whole) == 16_902
    for shown in (str(table), table.latex(), table.csv(), table.html(), json.dumps(table.as_dict())):
        assert shown.count(whole) == 4
    assert table.as_dict()["moments"] == [whole, f"1/{whole}"]


@pytest.mark.slow
def test_ten_thousand_catalan_numbers_print():
    table = fa.MarchenkoPastur().moment_table(10_000)
    text = str(table)
    assert len(max(text.splitlines(), key=len)) > 6_000
    assert json.loads(json.dumps(table.as_dict()))["moments"][4] == "42"


def test_an_empty_table():
    assert str(fa.Semicircle().moment_table(0)).splitlines() == ["Semicircle()", "n  m_n  kappa_n"]
