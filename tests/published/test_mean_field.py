"""Mean-field signal propagation: critical lines, fixed points and depth scales (Poole et al. 2016, Schoenholz et al. 2017, Pennington et al. 2017)."""

import pytest
import sympy as sp

from freealg.nets.critical import correlation_series, critical_line, critical_line_series
from freealg.nets.signal import SignalPropagation

CRITICAL = [  # activation, q*, [sigma_w^2, sigma_b^2, a, xi_q] to 25 digits
    ("tanh", "1/10", "[1.177569096164601306939295, 0.0008322804246863154718288158, 0.8431972468214247551777514, 5.863233063862016317121525]"),
    ("tanh", "2", "[2.861162399998327082520074, 0.5122649475952170393330724, 0.2531453048129117562937076, 0.7279124284706943925249009]"),
    ("erf(sqrt(pi)/2*h)", "1", "[2.035090330572526021027985, 0.1483607269143966398430302, 0.3889845296483427106194046, 1.059080032208129426563470]"),
    ("hard_tanh", "1/2", "[1.186660803414802759711377, 0.05963509478151277774375112, 0.5074082036073689250897447, 1.473970859650740201997926]"),
]


def close(found, wanted, rtol="1e-18"):
    return abs(sp.N(found, 30) - wanted) <= sp.Float(rtol) * abs(wanted)


@pytest.mark.parametrize(("name", "q", "answer"), CRITICAL)
def test_critical_networks(name, q, answer):
    sigma_w2, sigma_b2, a, xi = (sp.Float(number, 30) for number in answer.strip("[]").split(", "))
    found_w, found_b = critical_line(name, sp.Rational(q))
    assert close(found_w, sigma_w2) and close(found_b, sigma_b2)
    net = SignalPropagation(name, found_w, found_b)
    assert close(net.q_star(), sp.Rational(q)) and close(net.chi(), 1)
    assert close(net.a(), a) and close(net.xi_q(), xi)
    assert net.phase() == "critical" and net.xi_c() == sp.oo


def test_critical_line_of_the_scaled_erf():
    q = sp.Symbol("q")
    sigma_w2, sigma_b2 = critical_line("erf(sqrt(pi)/2*h)", q)
    assert sp.simplify(sigma_w2 - sp.sqrt(1 + sp.pi * q)) == 0
    assert sp.simplify(sigma_b2 - (q - sp.sqrt(1 + sp.pi * q) * 2 / sp.pi * sp.asin(sp.pi * q / (2 + sp.pi * q)))) == 0


def test_critical_line_of_the_hard_tanh():
    q = sp.Symbol("q")
    p = sp.erf(1 / sp.sqrt(2 * q))
    sigma_w2, sigma_b2 = critical_line("hard_tanh", q)
    value = {q: sp.Rational(3, 7)}
    assert sp.simplify(sigma_w2 * p - 1) == 0
    net = SignalPropagation("hard_tanh", sp.N(sigma_w2.subs(value), 30), sp.N(sigma_b2.subs(value), 30))
    assert close(net.q_star(), sp.Rational(3, 7))
    assert close(net.a(), 1 - sp.N((sp.sqrt(2 / (sp.pi * q)) * sp.exp(-1 / (2 * q)) / p).subs(value), 30))


def test_relu():
    w, b, q = sp.symbols("w b q")
    net = SignalPropagation("relu", w, b)
    assert critical_line("relu", q) == (2, 0)
    assert sp.simplify(net.q_star() - b / (1 - w / 2)) == 0
    assert net.chi() == w / 2 and net.a() == w / 2


def test_relu_correlations_near_one():
    delta = sp.Symbol("delta")
    wanted = delta - 2 * sp.sqrt(2) / (3 * sp.pi) * delta ** sp.Rational(3, 2) - sp.sqrt(2) / (30 * sp.pi) * delta ** sp.Rational(5, 2)
    assert sp.expand(correlation_series(SignalPropagation("relu", 2, 0), sp.Rational(5, 2)) - wanted) == 0


def test_relu_correlation_map():
    c = sp.Symbol("c")
    found = SignalPropagation("relu", 2, 0).correlation_map(c)
    assert sp.simplify((found - (c * (sp.pi - sp.acos(c)) + sp.sqrt(1 - c**2)) / sp.pi).rewrite(sp.asin)) == 0


def test_ordered_relu():
    net = SignalPropagation("relu", sp.Rational(3, 2), sp.Rational(1, 10))
    scale = -1 / sp.log(sp.Rational(3, 4))
    assert (net.q_star(), net.c_star(), net.xi_q(), net.xi_c()) == (sp.Rational(2, 5), 1, scale, scale)


def test_chaotic_tanh():
    net = SignalPropagation("tanh", 1.69, 0.0025)
    answers = ["0.41569734205519422530", "1.0592846472575641801", "0.62424862588308099086", "0.173998972476", "0.96705391711"]
    found = [net.q_star(), net.chi(), net.a(), net.c_star(), net.b()]
    rtols = ["1e-18", "1e-18", "1e-18", "1e-10", "1e-10"]
    assert all(close(x, sp.Float(y, 25), rtol) for x, y, rtol in zip(found, answers, rtols, strict=True))


def test_tanh_line_at_small_lengths():
    q = sp.Symbol("q")
    assert sp.expand(critical_line_series("tanh", 3)[0] - (34 * q**3 / 3 - 3 * q**2 + 2 * q + 1)) == 0
