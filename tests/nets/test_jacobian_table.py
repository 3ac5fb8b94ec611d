"""Rows of Table 1 beyond the printed ones: M of D^2 against quadrature at complex points."""

from functools import partial

import mpmath as mp
import pytest
import sympy as sp
from sympy import Rational, Symbol

from freealg.nets import activation, critical_line, isometry_report, jacobian_table

Q, POINTS = Rational(2, 5), [mp.mpc(2, 1), mp.mpc("0.3", "-0.7"), mp.mpf(-1)]
SLOPES = {
    "erf": lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-(x**2)),
    "scaled_erf": lambda x: mp.exp(-mp.pi * x**2 / 4),
    "leaky_relu(1/10)": lambda x: mp.mpf(1) if x > 0 else mp.mpf("0.1"),
    "relu6": lambda x: mp.mpf(0 < x < 6),
    "abs": lambda x: mp.mpf(1),
}


def _mean(rule, q):
    cuts = [-14, -9, -6, -3, -1, 0, 1, 3, 6 / mp.sqrt(q), 9.6, 14]
    return mp.quad(lambda z: mp.npdf(z) * rule(mp.sqrt(q) * z), cuts)


@pytest.mark.parametrize("name", SLOPES)
def test_rows_against_quadrature(name):
    slope, row = SLOPES[name], jacobian_table((name,))[0]
    q, k, z = Symbol("q"), Symbol("k"), Symbol("z")
    with mp.workdps(20):
        value = mp.mpf(Q.p) / Q.q
        third = _mean(lambda x: slope(x) ** 6, value)
        assert abs(mp.mpf(sp.N(row.mu.subs({k: 3, q: Q}), 20)) - third) < 1e-15
        expected = [_mean(partial(_resolvent, point, slope), value) for point in POINTS]
    for point, mean in zip(POINTS, expected, strict=True):
        assert abs(complex(row.moment_transform.subs({q: Q, z: sp.sympify(point)}).n(20)) - complex(mean)) < 1e-14


def _resolvent(point, slope, x):
    return slope(x) ** 2 / (point - slope(x) ** 2)


def test_erf_in_lerch_form_and_by_quadrature():
    """mu_k = (4/pi)^k/sqrt(1 + 4 k q): the closed G against the trapezoidal rule at 25 digits."""
    law, z = activation("erf").d2_law(Q), Symbol("z")
    closed = sp.N(law.cauchy_transform(z).subs(z, 2 + sp.I), 30)
    found = law.cauchy(2 + sp.I, dps=25)
    assert abs(closed - (sp.Float(found.real, 30) + sp.I * sp.Float(found.imag, 30))) < 1e-24


def test_lines_without_fractions_in_fractions():
    q = Symbol("q")
    assert critical_line("sin", q) == (2 / (1 + sp.exp(-2 * q)), q - (1 - sp.exp(-2 * q)) / (1 + sp.exp(-2 * q)))
    x = Symbol("x")
    assert critical_line(x**3 - x, q) == (1 / (27 * q**2 - 6 * q + 1), 12 * q**3 / (27 * q**2 - 6 * q + 1))


def test_underscores_in_names_are_no_subscripts():
    assert r"\mathrm{hard\_tanh}" in jacobian_table(("hard_tanh",)).latex()


def test_tables_and_reports_show_themselves_as_text():
    assert repr(jacobian_table(("relu",))).splitlines()[1].split() == ["relu", "1/(2*(z", "-", "1))", "1/2", "2", "L*(1", "-", "s_1)"]
    assert repr(isometry_report("tanh")).startswith("Gaussian weights: never")
