"""The named activations against definitions written out in NumPy, and networks of functions that jump."""

import numpy as np
import pytest
import sympy as sp
from numpy import exp, log1p, maximum, minimum, sqrt, tanh, where
from sympy import Rational

from freealg.nets import SignalPropagation, activation, critical_line
from freealg.nets.catalogue import FAMILIES

ALPHA, SCALE = 1.6732632423543772848, 1.0507009873554804935
DEFINITIONS = {
    "selu": lambda x: SCALE * where(x > 0, x, ALPHA * (exp(minimum(x, 0)) - 1)),
    "celu(2)": lambda x: maximum(0, x) + minimum(0, 2 * (exp(minimum(x, 0) / 2) - 1)),
    "relu6": lambda x: minimum(maximum(0, x), 6),
    "hard_sigmoid": lambda x: minimum(maximum(0, x + 3), 6) / 6,
    "hard_swish": lambda x: x * minimum(maximum(0, x + 3), 6) / 6,
    "softsign": lambda x: x / (1 + abs(x)),
    "mish": lambda x: x * tanh(log1p(exp(x))),
    "silu(2)": lambda x: x / (1 + exp(-2 * x)),
    "rectified_power(3)": lambda x: maximum(0, x) ** 3,
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_values_and_gaussian_means(name):
    f, rule = activation(name), DEFINITIONS[name]
    x = np.linspace(-9, 9, 101)
    assert np.allclose(f(x), rule(x), rtol=1e-12, atol=1e-12)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    ends = np.linspace(-14, 14, 113)
    z = (ends[:-1, None] + ends[1:, None]) / 2 + (ends[1] - ends[0]) / 2 * nodes
    w = (ends[1] - ends[0]) / 2 * weights * exp(-(z**2) / 2) / sqrt(2 * np.pi)
    for q in (0.25, 4.0):
        y = rule(sqrt(q) * z)
        assert float(f.gaussian_mean(sqrt(q))) == pytest.approx(np.sum(w * y), rel=1e-11, abs=1e-12)
        assert float(f.second_moment(Rational(q))) == pytest.approx(np.sum(w * y**2), rel=1e-11)
        assert float(f.zeta(sqrt(q))) == pytest.approx(np.sum(w * z * y) ** 2, rel=1e-10)
        assert float(f.length_slope(Rational(q))) == pytest.approx(np.sum(w * (z**2 - 1) * y**2) / (2 * q), rel=1e-9)


def test_selu_keeps_mean_zero_and_variance_one():
    """Klambauer et al. (2017): a stable fixed point at q = 1 without bias, at sigma_w^2 = 1."""
    selu = activation("selu")
    assert abs(selu.gaussian_mean()) < 1e-30 and abs(selu.second_moment(1) - 1) < 1e-29
    points = SignalPropagation("selu", 1, 0).fixed_points()
    assert [point.stable for point in points] == [False, True] and abs(points[1].q - 1) < 1e-28


def test_every_name_is_read():
    for name, family in FAMILIES.items():
        needed = [2 if default is None else default for _, default in family.parameters]
        assert activation(name, *needed)(np.array([0.5])).shape == (1,)


@pytest.mark.parametrize(("f", "w", "b"), [("sign", 1, Rational(1, 10)), ("heaviside", 2, 0), ("x/4 + sign(x)", 1, Rational(1, 5))])
def test_correlations_of_functions_that_jump(f, w, b):
    """C'(1) = oo, so c* < 1 is stable: b against the difference quotient of C at c*, and c* against iteration."""
    x = sp.Symbol("x")
    net = SignalPropagation(x / 4 + sp.sign(x) if "+" in f else f, w, b)
    c = net.c_star(25)
    assert net.phase() == "chaotic" and 0 < c < 1
    step = Rational(1, 10**9)
    rise = (net.correlation_map(Rational(str(c)) + step, 40) - net.correlation_map(Rational(str(c)) - step, 40)) / (2 * step)
    slope = net.b(25)
    assert slope.is_Float and abs(sp.N(rise - slope, 25)) < 1e-15
    now = 0.99
    for _ in range(80):
        now = float(net.correlation_map(Rational(now), 17))
    assert now == pytest.approx(float(c), abs=1e-9)
    assert abs(net.xi_c(20) + 1 / sp.log(slope)) < 1e-18


def test_the_sign_network_in_closed_form():
    """C(c) = (2/pi) asin c without bias, so C'(0) = 2/pi: xi_c = 1/log(pi/2)."""
    c = sp.Symbol("c")
    net = SignalPropagation("sign", sp.Symbol("w"), 0)
    assert sp.simplify(net.correlation_map(c) - 2 * sp.asin(c) / sp.pi).subs(c, 0.3).n() == pytest.approx(0, abs=1e-14)
    assert sp.simplify(net.correlation_slope(c) - 2 / (sp.pi * sp.sqrt(1 - c**2))) == 0
    bound = SignalPropagation("sign", 3, 0)
    assert bound.c_star() == 0 and bound.b() == 2 / sp.pi


def test_jumps_with_kinks_and_slopes():
    """E f'(u1) f'(u2) of a function with two jumps: q times it is the derivative of E f(u1) f(u2) in c."""
    x = sp.Symbol("x")
    f = activation(sp.Piecewise((x, x < -1), (x**2, x < Rational(1, 2)), (2 - x, True)))
    c, q, step = Rational(2, 5), Rational(3, 2), Rational(1, 10**8)
    rise = (f.correlation(c + step, q, 35) - f.correlation(c - step, q, 35)) / (2 * step)
    assert abs(sp.N(q * f.correlation(c, q, 25, slope=1) - rise, 20)) < 1e-13


def test_long_decimals_stay_numbers():
    w, _ = critical_line("selu", Rational(1, 2), dps=20)
    assert w.is_Float
