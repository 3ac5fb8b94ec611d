"""Correlations E f(u1) f(u2): every route against the others, Price's theorem, and the plane by brute force."""

from itertools import pairwise

import numpy as np
import pytest
import sympy as sp

from freealg.errors import InvalidInput, NoClosedForm
from freealg.nets import bivariate
from freealg.nets.activations import activation
from freealg.nets.hermite import hermite_squares
from freealg.nets.kinked import kinked_pair

CLOSED = ["relu", "leaky_relu(1/10)", "abs", "erf", "scaled_erf", "gelu", "x^3", "He_4", "sin", "cos", "exp", "heaviside"]
OPEN = ["tanh", "softplus", "silu", "arctan", "sigmoid", "hard_tanh", "shifted_relu", "elu"]
CORRELATIONS = [sp.Rational(-4, 5), sp.Rational(1, 6), sp.Rational(19, 20)]


def plane(f, c, q):
    """The double integral on Gauss-Legendre panels cut at the kinks, in doubles."""
    x, w = np.polynomial.legendre.leggauss(30)
    edges = np.unique(np.concatenate([f.form.breaks, np.linspace(-9, 9, 25) * q**0.5]))
    nodes = np.concatenate([(a + b) / 2 + (b - a) / 2 * x for a, b in pairwise(edges)])
    weights = np.concatenate([(b - a) / 2 * w for a, b in pairwise(edges)]) * f(nodes)
    kernel = np.exp(-(nodes[:, None] ** 2 + nodes**2 - 2 * c * nodes[:, None] * nodes) / (2 * q * (1 - c * c)))
    return float(weights @ kernel @ weights) / (2 * np.pi * q * (1 - c * c) ** 0.5)


@pytest.mark.parametrize("c", CORRELATIONS, ids=str)
@pytest.mark.parametrize("name", CLOSED + OPEN)
def test_against_the_plane(name, c):
    f, q = activation(name), sp.Rational(7, 10)
    assert float(f.correlation(c, q, dps=20)) == pytest.approx(plane(f, float(c), float(q)), rel=2e-9, abs=1e-10)


@pytest.mark.parametrize("name", [name for name in CLOSED + OPEN if name != "heaviside"])
def test_price(name):
    """d/dc E f(u1) f(u2) = q E f'(u1) f'(u2)."""
    f, q, c, h = activation(name), sp.Rational(3, 2), sp.Rational(2, 5), sp.Rational(1, 10**7)
    rise = (sp.N(f.correlation(c + h, q, dps=35), 35) - sp.N(f.correlation(c - h, q, dps=35), 35)) / (2 * h)
    assert abs(rise - q * sp.N(f.correlation(c, q, dps=25, slope=1), 25)) < 1e-12 * (1 + abs(rise))


@pytest.mark.parametrize("name", CLOSED + OPEN)
def test_ends_and_middle(name):
    f, q = activation(name), sp.Rational(4, 5)
    assert abs(sp.N(f.correlation(1, q) - f.second_moment(q), 30)) < 1e-25
    assert abs(sp.N(f.correlation(0, q) - f.gaussian_mean(sp.sqrt(q)) ** 2, 30)) < 1e-25
    near_one = sp.N(f.correlation(1 - sp.Rational(1, 10**4), q, dps=15), 15)
    assert float(near_one) == pytest.approx(float(f.second_moment(q)), rel=1e-2 if name == "heaviside" else 2e-3)


@pytest.mark.parametrize("name", ["tanh", "elu", "hard_tanh", "relu", "softplus"])
def test_hermite_series(name):
    f, q, c = activation(name), 1.3, 0.55
    squares, missing = hermite_squares(f.form, q)
    assert 0 <= missing < 1e-4
    assert float(f.correlation(c, q, dps=16)) == pytest.approx(float(np.sum(squares * c ** np.arange(len(squares)))), rel=1e-11)


@pytest.mark.parametrize("slope", [0, 1])
def test_the_routes_agree_on_hard_tanh(slope):
    """Angle integral, conditional mean, nested quadrature."""
    pieces = activation("hard_tanh").form.pieces
    f = pieces.derivative() if slope else pieces
    c, q = sp.Rational(3, 5), sp.Rational(5, 4)
    angle = kinked_pair(f, c, q, 20)
    inner = bivariate._conditional(f).subs({bivariate.SINE: sp.sqrt(1 - c**2), bivariate.COSINE: c, bivariate._Q: q})
    conditional = bivariate.numeric_mean(f.map(lambda branch: branch * inner), q, 20)
    assert abs(angle - conditional) < 1e-19
    assert abs(angle - bivariate._nested(f, c, q, 6)) < 1e-5


def test_the_routes_agree_on_tanh():
    f, c, q = activation("tanh").form.pieces, sp.Rational(-1, 3), sp.Integer(2)
    assert abs(bivariate._lattice(f, c, q, 12) - bivariate._nested(f, c, q, 6)) < 1e-5


def test_kinks_without_a_formula_go_through_nested_quadrature():
    x = sp.Symbol("x")
    f = activation(sp.Piecewise((sp.tanh(x), x < 0), (x, True)))
    assert float(f.correlation(0.5, 1, dps=8)) == pytest.approx(plane(f, 0.5, 1.0), rel=1e-7)


def test_arc_cosine_kernels():
    """Cho and Saul 2009, degrees 0, 1 and 2."""
    c = sp.Symbol("c")
    angle = sp.pi - sp.acos(c)
    kernels = {
        "heaviside": angle / (2 * sp.pi),
        "relu": (sp.sqrt(1 - c**2) + c * angle) / (2 * sp.pi),
    }
    for name, kernel in kernels.items():
        assert sp.simplify((activation(name).correlation(c, 1) - kernel).rewrite(sp.asin)) == 0
    squared = activation(sp.Max(sp.Symbol("x"), 0) ** 2).correlation(c, 1)
    wanted = (3 * c * sp.sqrt(1 - c**2) + angle * (1 + 2 * c**2)) / (2 * sp.pi)
    assert sp.simplify((squared - wanted).rewrite(sp.asin)) == 0


def test_wick_and_exponentials():
    c, q = sp.symbols("c q")
    assert sp.expand(activation("x^3").correlation(c, q) - (6 * c**3 + 9 * c) * q**3) == 0
    assert sp.expand(activation("He_4").correlation(c, 1) - 24 * c**4) == 0
    assert sp.simplify(activation("exp").correlation(c, q) - sp.exp(q * (1 + c))) == 0
    assert sp.simplify((activation("sin").correlation(c, q) - sp.exp(-q) * sp.sinh(c * q)).rewrite(sp.exp)) == 0


def test_refusals():
    f = activation("tanh")
    with pytest.raises(NoClosedForm, match="c"):
        f.correlation(sp.Symbol("c"), 1)
    for bad in (1.01, -2, sp.I):
        with pytest.raises(InvalidInput, match="correlation"):
            f.correlation(bad, 1)
    with pytest.raises(InvalidInput, match="q must be > 0"):
        f.correlation(0.5, 0)
