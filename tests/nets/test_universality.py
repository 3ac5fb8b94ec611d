"""q*(L) at fixed variance, and how the laws at depth L approach the two universal ones."""

import numpy as np
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa
from freealg.nets import Jacobian, activation, q_for_variance, universal_jacobian, universality_class

QUARTER = Rational(1, 4)


@pytest.mark.parametrize("name", ["hard_tanh", "scaled_erf", "shifted_relu", "erf", "tanh"])
def test_the_variance_is_held(name):
    for depth in (2, 50):
        q = q_for_variance(name, depth, QUARTER)
        assert float(Jacobian(name, depth=depth, weights="orthogonal", q=q).variance()) == pytest.approx(0.25, rel=1e-20)


def test_closed_forms_hold_for_symbols():
    L, t = sp.symbols("L t", positive=True)
    q = q_for_variance("scaled_erf", L, t)
    at = {L: Rational(7), t: Rational(2, 3)}
    p = sp.erf(1 / sp.sqrt(2 * q_for_variance("hard_tanh", L, t)))
    assert abs(sp.N((L * (1 / p - 1) - t).subs(at), 30)) < 1e-25
    assert abs(sp.N((L * ((1 + sp.pi * q) / sp.sqrt(1 + 2 * sp.pi * q) - 1) - t).subs(at), 30)) < 1e-25


@pytest.mark.slow
def test_smooth_activations_need_less_as_depth_grows():
    """mu_2/mu_1^2 - 1 ~ c q^2 for odd smooth f, c q where f''(0) != 0: q* falls like L^(-1/2) and L^(-1)."""
    for name, power in (("scaled_erf", 0.5), ("smoothed_relu", 1.0)):
        first, second = (float(q_for_variance(name, depth, QUARTER, dps=12)) for depth in (1000, 4000))
        assert np.log(first / second) / np.log(4) == pytest.approx(power, abs=0.02)


@pytest.mark.parametrize("name", ["hard_tanh", "shifted_relu"])
def test_bernoulli_class_is_approached_like_one_over_the_depth(name):
    """The gaps of m_3 and m_4 at depths L and 2 L have ratio 2."""
    limit = universal_jacobian("bernoulli", QUARTER)
    gaps = []
    for depth in (256, 512):
        law = Jacobian(name, depth=depth, weights="orthogonal", q=q_for_variance(name, depth, QUARTER))
        gaps.append([float(a - b) for a, b in zip(law.moments(4)[2:], limit.moments(4)[2:], strict=True)])
    assert np.allclose(np.array(gaps[0]) / gaps[1], 2, rtol=0.02)


@pytest.mark.parametrize(("name", "rate"), [("scaled_erf", 0.5), pytest.param("smoothed_relu", 1.0, marks=pytest.mark.slow)])
def test_smooth_class_is_approached_at_different_rates(name, rate):
    limit = universal_jacobian("smooth", QUARTER)
    gaps = []
    for depth in (1024, 4096):
        law = Jacobian(name, depth=depth, weights="orthogonal", q=q_for_variance(name, depth, QUARTER, dps=30))
        gaps.append(float(law.moments(3)[2] - limit.moments(3)[2]))
    assert np.log(abs(gaps[0] / gaps[1])) / np.log(4) == pytest.approx(rate, abs=0.08)


def test_densities_approach_the_smooth_class():
    """At depths 8, 128 and 8192 the distribution functions settle, and the third central moment reaches that of the limit like L^(-1/2)."""
    x = np.linspace(0.15, 2.4, 40)
    laws = [Jacobian("scaled_erf", depth=L, weights="orthogonal", q=q_for_variance("scaled_erf", L, QUARTER)) for L in (8, 128, 8192)]
    values = [law.cdf(x) for law in laws]
    steps = [np.max(np.abs(a - b)) for a, b in zip(values, values[1:], strict=False)]
    assert steps[1] < steps[0]
    spread = [float(law.expect(lambda y: (y - 1) ** 3)) for law in laws]
    third = float(universal_jacobian("smooth", QUARTER).free_cumulants(3)[2])
    assert abs(spread[1] - third) / abs(spread[2] - third) == pytest.approx(8, rel=0.15)


def test_classes():
    assert universality_class("shifted_relu") == "bernoulli" and universality_class("arctan") == "smooth"
    for name in ("relu", "leaky_relu", "x^2"):
        with pytest.raises(fa.NoClosedForm):
            universality_class(name)


def test_smoothed_relu_is_the_gaussian_average_of_the_shifted_one():
    f, s, b = activation("smoothed_relu"), 0.5, 0.5
    z, weights = np.polynomial.hermite_e.hermegauss(200)
    weights = weights / weights.sum()
    for x in (-2.0, 0.0, 0.7):
        mean = np.sum(weights * (np.maximum(x + b * z, -s) - np.maximum(b * z, -s)))
        assert f(x) == pytest.approx(mean, abs=2e-3)
    assert f.derivative(0.3) == pytest.approx(float(sp.N(sp.erf(1.6 / sp.sqrt(2)) / 2 + 0.5)))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("relu", 5, 1), "whatever q is"),
        (("tanh", 5, 1, "gaussian"), ">= L = 5"),
        (("tanh", 0, 1), "depth >= 1"),
        (("tanh", 2, -1), "variance > 0"),
        (("tanh", 2, 1, "uniform"), "gaussian"),
        (("shifted_relu", 1, 3), "smaller variance"),
    ],
)
def test_refusals(arguments, text):
    with pytest.raises(fa.InvalidInput, match=text):
        q_for_variance(*arguments)


@pytest.mark.parametrize("variance", [1000, 10_000])
def test_edges_below_the_doubles_keep_the_density(variance):
    law = universal_jacobian("smooth", variance=variance)
    assert law.pdf(1.0) == pytest.approx(float(law.pdf(1, dps=20)), rel=1e-13)


def test_edges_beyond_reach_are_refused_in_doubles():
    """At variance 10^6 the lower edge is exp(-10^6); the density in doubles was wrong by 4e-5."""
    law = universal_jacobian("smooth", variance=10**6)
    for question in (law.pdf, law.cdf):
        with pytest.raises(fa.Undecided, match=r"an edge of .* is exp\(-1.00001e\+06\), too far from the rest for doubles"):
            question(1.0)
    assert abs(law.pdf(1, dps=20) / law.pdf(1, dps=40) - 1) < 1e-18
