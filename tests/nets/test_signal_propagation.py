"""Lengths, correlations and depth scales: fixed points that are fixed, slopes that are slopes, and a wide random network."""

import numpy as np
import pytest
import sympy as sp

from freealg.errors import InvalidInput, NoClosedForm
from freealg.nets.activations import activation
from freealg.nets.signal import SignalPropagation

CHAOTIC = [
    ("tanh", 4, 0.1),
    ("hard_tanh", 3, 0.1),
    ("scaled_erf", 3, 0.1),
    ("arctan", 3, 0.1),
    ("sin", 3, 0.1),
    ("elu", 1.2, 0),
    ("tilted_relu(1/2)", 0.5, 0.1),
]
ORDERED = [("tanh", 0.5, 0.1), ("relu", 1.5, 0.1), ("softplus", 1, 0.1), ("gelu", 1.5, 0.2), ("leaky_relu(1/10)", 1.2, 0.3), ("exp", 0.05, 0)]
DPS = 20


def number(x):
    return sp.N(x, 25)


@pytest.mark.parametrize(("name", "w", "b"), CHAOTIC + ORDERED)
def test_q_star_is_a_stable_fixed_point(name, w, b):
    net = SignalPropagation(name, w, b)
    q = net.q_star(DPS)
    assert abs(number(net.length_map(q, 25)) - q) < 1e-18 * q
    step = q / 10**7
    rise = (number(net.length_map(q + step, 30)) - number(net.length_map(q - step, 30))) / (2 * step)
    assert abs(rise - number(net.a(DPS))) < 1e-11 and abs(rise) < 1
    assert abs(number(net.chi(DPS) + net.sigma_w2 * net.activation.curvature(q) - net.a(DPS))) < 1e-17


@pytest.mark.parametrize(("name", "w", "b"), CHAOTIC)
def test_c_star_below_one_in_the_chaotic_phase(name, w, b):
    net = SignalPropagation(name, w, b)
    c = net.c_star(DPS)
    assert net.phase() == "chaotic" and number(net.chi(DPS)) > 1 and 0 < c < 1
    assert abs(number(net.correlation_map(c, 25)) - c) < 1e-17
    step = sp.Rational(1, 10**7)
    rise = (number(net.correlation_map(c + step, 30)) - number(net.correlation_map(c - step, 30))) / (2 * step)
    assert abs(rise - number(net.b(DPS))) < 1e-11 and 0 < rise < 1
    assert abs(number(net.xi_c(DPS)) + 1 / sp.log(number(net.b(DPS)))) < 1e-14 * net.xi_c(DPS)


@pytest.mark.parametrize(("name", "w", "b"), ORDERED)
def test_c_star_is_one_in_the_ordered_phase(name, w, b):
    net = SignalPropagation(name, w, b)
    assert net.phase() == "ordered" and net.c_star() == 1
    assert abs(number(net.correlation_map(1, 25)) - 1) < 1e-18
    assert abs(number(net.b(DPS) - net.chi(DPS))) < 1e-18
    assert abs(number(net.xi_c(DPS)) + 1 / sp.log(number(net.chi(DPS)))) < 1e-14


@pytest.mark.parametrize(("name", "w", "b"), CHAOTIC[:3])
def test_iterating_the_maps_leads_there(name, w, b):
    net, q = SignalPropagation(name, w, b), np.array([1.0])
    for _ in range(80):
        q = net.length_map(q)
    assert q[0] == pytest.approx(float(net.q_star()), rel=1e-12)
    c = np.array([0.9])
    for _ in range(12):
        before, c = c, net.correlation_map(c)
    target = float(net.c_star())
    assert abs(c[0] - target) < abs(before[0] - target) < 0.9 - target


def test_all_fixed_points():
    """w = 1/10, b = 1/10 and x^2: q = 3 q^2/10 + 1/10."""
    low, high = SignalPropagation("x^2", 0.1, 0.1).fixed_points()
    wanted = sorted(sp.roots(sp.Poly(3 * sp.Symbol("q") ** 2 - 10 * sp.Symbol("q") + 1)))
    assert low.stable and not high.stable
    assert abs(number(low.q - wanted[0])) < 1e-22 and abs(number(high.q - wanted[1])) < 1e-22
    assert abs(number(low.slope - 0.6 * wanted[0])) < 1e-15


def test_the_transition_at_zero_bias():
    assert [(p.q, p.stable) for p in SignalPropagation("tanh", 0.5, 0).fixed_points()] == [(0, True)]
    assert [(p.q, p.stable) for p in SignalPropagation("tanh", 1, 0).fixed_points()] == [(0, True)]
    zero, other = SignalPropagation("tanh", 1.01, 0).fixed_points()
    assert not zero.stable and other.stable and 0.0049 < other.q < 0.0051
    assert [(p.q, p.stable) for p in SignalPropagation("hard_tanh", 1, 0).fixed_points()] == [(0, True)]


def test_odd_networks_without_bias_lose_every_correlation():
    net = SignalPropagation("tanh", 4, 0)
    assert net.c_star() == 0
    assert abs(number(net.b(DPS)) - number(net.sigma_w2 * net.activation.zeta(sp.sqrt(net.q_star(DPS))) / net.q_star(DPS))) < 1e-17


def test_symbolic_networks():
    w, b, c = sp.symbols("w b c")
    net = SignalPropagation("leaky_relu(a)", w, b)
    a = sp.Symbol("a")
    assert sp.simplify(net.q_star() - b / (1 - w * (1 + a**2) / 2)) == 0
    assert sp.simplify(net.chi() - w * (1 + a**2) / 2) == 0 and sp.simplify(net.xi_q() + 1 / sp.log(w * (1 + a**2) / 2)) == 0
    relu = SignalPropagation("relu", w, b).correlation_map(c)
    assert sp.simplify(relu.subs({w: 1, b: sp.Rational(1, 3), c: 1})) == 1
    with pytest.raises(NoClosedForm, match="chi"):
        net.phase()
    with pytest.raises(NoClosedForm, match="fixed point"):
        SignalPropagation("tanh", w, b).q_star()


def test_relu_at_its_critical_point():
    net = SignalPropagation("relu", 2, 0)
    assert (net.chi(), net.a(), net.b(), net.c_star(), net.xi_q(), net.xi_c(), net.phase()) == (1, 1, 1, 1, sp.oo, sp.oo, "critical")
    with pytest.raises(InvalidInput, match="every q"):
        net.q_star()


def test_near_critical_hard_tanh():
    """1 - c* ~ 1.8e-7, found by the angle integral in well under a second; checked by the residual."""
    w, b = sp.Rational("1.18667"), sp.Rational("0.0596351")
    net = SignalPropagation("hard_tanh", w, b)
    c = net.c_star(25)
    assert net.phase() == "chaotic" and 0 < 1 - c < 1e-6
    assert abs(number(net.correlation_map(c, 30)) - c) < 1e-23


def test_a_wide_network():
    """Two inputs through 30 layers of width 1500: lengths and correlations sit within their 1/sqrt(width) of theory."""
    net, rng, width = SignalPropagation("tanh", 8, 0.5), np.random.default_rng(5), 1500
    q, c = float(net.q_star(15)), float(net.c_star(15))
    signals = rng.standard_normal((width, 2))
    lengths, correlations = [], []
    for layer in range(30):
        weights = rng.standard_normal((width, width)) * (float(net.sigma_w2) / width) ** 0.5
        signals = weights @ np.tanh(signals) + rng.standard_normal((width, 1)) * float(net.sigma_b2) ** 0.5
        if layer >= 15:
            lengths.append(np.mean(signals**2))
            correlations.append(np.mean(signals[:, 0] * signals[:, 1]) / np.sqrt(np.prod(np.mean(signals**2, axis=0))))
    assert np.mean(lengths) == pytest.approx(q, rel=0.05)
    assert np.mean(correlations) == pytest.approx(c, abs=0.05)


@pytest.mark.parametrize(
    ("arguments", "method", "reason"),
    [
        (("relu", 2, 0.1), "q_star", "sigma_w2 < 2"),
        (("relu", 2.5, 0.1), "q_star", "no stable fixed point"),
        (("exp", 1, 0), "q_star", "no stable fixed point"),
        (("relu", 1.5, 0), "c_star", "shrinks to q"),
        (("tanh", 0.5, 0), "correlation_length", "shrinks to q"),
        (("linear", 1, 0), "c_star", "every correlation"),
        (("heaviside", 2, 0.1), "chi", "Dirac"),
    ],
)
def test_refusals(arguments, method, reason):
    with pytest.raises(InvalidInput, match=reason):
        getattr(SignalPropagation(*arguments), method)()


@pytest.mark.parametrize(
    ("w", "b", "reason"), [(0, 0.1, "sigma_w2"), (-1, 0.1, "sigma_w2"), (1, -0.1, "sigma_b2"), (float("nan"), 0, "sigma_w2"), (sp.I, 0, "sigma_w2")]
)
def test_bad_networks(w, b, reason):
    with pytest.raises(InvalidInput, match=reason):
        SignalPropagation("tanh", w, b)


def test_bad_arguments():
    net = SignalPropagation("tanh", 2, 0.1)
    with pytest.raises(InvalidInput, match="q must be > 0"):
        net.length_map(-1)
    with pytest.raises(InvalidInput, match="correlation"):
        net.correlation_map(2)
    assert net.length_map(0) == sp.Rational(1, 10)
    assert repr(net) == 'SignalPropagation(activation("tanh"), sigma_w2=2, sigma_b2=1/10)'
    assert net == SignalPropagation(activation("tanh"), 2, sp.Rational(1, 10))
