"""Densities of Jacobians of smooth activations: against their exact moments, quadrature to many digits, the critical point of K, sampled networks."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa
from freealg.nets import Jacobian, activation, sample_jacobian
from freealg.nets.slope_transform import SlopeTransform

CASES = [("tanh", "1/10", 2, "orthogonal"), ("scaled_erf", "1/100", 128, "orthogonal"), ("softplus", "1", 4, "orthogonal"), ("sigmoid", "1", 4, "gaussian"),
         ("tanh", "1", 8, "gaussian"), ("tanh", "1/10", 1, "gaussian"), ("tanh", "1/10", 1, "orthogonal")]  # fmt: skip


@pytest.mark.parametrize(("name", "q", "depth", "weights"), CASES)
def test_the_density_has_the_exact_moments(name, q, depth, weights):
    law = Jacobian(name, depth=depth, weights=weights, q=Rational(q))
    for k, moment in enumerate(law.moments(4), 1):
        assert law.expect(lambda x, k=k: x**k) == pytest.approx(float(moment), rel=1e-10)


def test_densities_distributions_and_quantiles_belong_together():
    law = Jacobian("tanh", depth=3, weights="orthogonal", q=Rational(1, 2))
    high = float(law.support()[1])
    x = np.linspace(0.05, high, 9)[:-1]
    h = 1e-5
    assert np.allclose((law.cdf(x + h) - law.cdf(x - h)) / (2 * h), law.pdf(x), rtol=1e-6)
    assert np.allclose(law.icdf(law.cdf(x)), x, rtol=1e-9)
    assert law.pdf([-1.0, high + 0.1]).tolist() == [0.0, 0.0] and law.cdf([0.0, high + 1]).tolist() == [0.0, 1.0]
    z = 12 + 1j
    assert law.cauchy(z) == pytest.approx(sum(float(m) / z ** (k + 1) for k, m in enumerate([1, *law.moments(12)])), rel=1e-6)


def test_the_transform_beside_the_support_by_quadrature():
    """M(y) = E t/(y - t), t = 1/cosh(h)^4, with a pole 1e-3 above the axis."""
    x = sp.Symbol("x")
    y = mpmath.mpc("0.4", "0.001")
    cuts = [-9, -2, -1, -0.8, -0.72, -0.7, -0.65, -0.6, -0.5, 0, 0.5, 0.6, 0.65, 0.7, 0.72, 0.8, 1, 2, 9]
    wanted = mpmath.quad(lambda h: mpmath.npdf(h) * mpmath.sech(h) ** 4 / (y - mpmath.sech(h) ** 4), cuts)
    found = SlopeTransform(1 / sp.cosh(x) ** 4, x).at(np.array([complex(y)]))
    assert complex(found.m[0]) == pytest.approx(complex(wanted), rel=1e-11)
    assert complex(found.one_plus[0]) == pytest.approx(1 + complex(wanted), rel=1e-11)


@pytest.mark.parametrize(("depth", "weights"), [(2, "orthogonal"), pytest.param(8, "orthogonal", marks=pytest.mark.slow), pytest.param(8, "gaussian", marks=pytest.mark.slow)])
def test_the_upper_edge_is_the_critical_value_of_k(depth, weights):
    """K(y) = sigma^2L y^L m^(L-1) (1+m)^(1 or 1-L) on y > max f'^2, by mpmath, for erf(sqrt(pi)/2 h) at q = 1/2."""
    q = mpmath.mpf(1) / 2
    scale = 1 / mpmath.mpf(str(activation("scaled_erf").mu(1, Rational(1, 2)).evalf(30)))

    def log_k(y):
        m = mpmath.quad(lambda h: mpmath.npdf(h) / (y * mpmath.exp(mpmath.pi * q * h**2 / 2) - 1), [-10, -3, -1, 0, 1, 3, 10])
        last = mpmath.log(1 + m) * (1 if weights == "gaussian" else 1 - depth)
        return depth * mpmath.log(scale * y) + (depth - 1) * mpmath.log(m) + last

    low, high = mpmath.mpf("1.02"), mpmath.mpf(12)
    for _ in range(30):  # K falls to its critical point and rises behind it
        one, two = (2 * low + high) / 3, (low + 2 * high) / 3
        low, high = (low, two) if log_k(one) < log_k(two) else (one, high)
    y = (low + high) / 2
    law = Jacobian("scaled_erf", depth=depth, weights=weights, q=Rational(1, 2))
    assert float(law.support()[1]) == pytest.approx(float(mpmath.exp(log_k(y))), rel=1e-7)


def test_the_hard_edge_of_gaussian_weights():
    law = Jacobian("tanh", depth=4, q=Rational(1, 5))
    exponents = law.edge_exponents()
    power, constant = exponents[sp.S.Zero]
    assert power == -Rational(4, 5)
    x = 1e-12
    assert law.pdf(x) == pytest.approx(float(constant) * x ** float(power), rel=2e-2)
    edge = law.support()[1]
    gap = 1e-5
    assert law.pdf(float(edge) - gap) == pytest.approx(float(exponents[edge][1]) * gap**0.5, rel=1e-2)


@pytest.mark.parametrize(("name", "weights", "q"), [("tanh", "orthogonal", 0.25), ("erf", "gaussian", 0.25)])
def test_sampled_networks(name, weights, q):
    f = activation(name)
    w, b = (float(v) for v in fa.nets.critical_line(f, q))
    law = Jacobian(name, depth=4, weights=weights, q=q)
    spectra = [np.linalg.svd(sample_jacobian(name, 250, 4, weights=weights, sigma_w2=w, sigma_b2=b, q=q, rng=s), compute_uv=False) for s in range(4)]
    values = np.sort(np.concatenate(spectra))
    grid = (np.arange(values.size) + 0.5) / values.size
    assert np.max(np.abs(law.singular_values().cdf(values) - grid)) < 0.03


def test_refusals():
    law = Jacobian("tanh", depth=2, weights="orthogonal", q=1)
    with pytest.raises(fa.Undecided, match="doubles"):
        law.pdf(1, certified=True)
    with pytest.raises(fa.Undecided, match="off the support"):
        law.cauchy(0.5)
    with pytest.raises(fa.NoClosedForm, match="analytic formula"):
        Jacobian("elu", depth=2, q=1).pdf(1.0)
    with pytest.raises(fa.NoClosedForm, match="analytic formula"):
        Jacobian(np.tanh, depth=2, q=1).pdf(1.0)


def test_a_kinked_activation_keeps_its_atoms():
    """f' = 1 on x > 0 for elu: half of D^2 is an atom at 1."""
    assert activation("elu").d2_law(1).atoms() == {1: Rational(1, 2)}
    with pytest.raises(fa.NoClosedForm, match="constant on an interval"):
        activation("elu").d2_law(1).pdf(0.5)


@pytest.mark.parametrize(("name", "weights", "depth"), [("x^2", "gaussian", 1), ("x^2", "orthogonal", 3), ("exp", "gaussian", 1)])
def test_an_unbounded_derivative_gives_an_unbounded_support(name, weights, depth):
    """D^2 [x] MP has unbounded support with D^2; doubles follow the tail to 1e-15 of the mass and say so."""
    law = Jacobian(name, depth=depth, weights=weights, q=1)
    assert law.support_intervals() == [(0, sp.oo)] and law.support() == (0, sp.oo)
    assert sp.oo not in law.edge_exponents() and law.icdf(1.0) == np.inf
    with pytest.raises(fa.Undecided):
        law.pdf(10**9, dps=20)


def test_expectations_that_live_in_a_tail_beyond_doubles_are_refused():
    law = Jacobian("x^2", depth=3, q=1)
    assert [law.expect(lambda x, k=k: x**k) for k in (1, 2, 3)] == pytest.approx([float(moment) for moment in law.moments(3)], rel=1e-11)
    for heavy in (Jacobian("exp", depth=1, q=1), activation("exp").d2_law(1)):
        with pytest.raises(fa.Undecided):
            heavy.expect(lambda x: x**3)
    assert activation("exp").d2_law(1).expect(lambda x: x**2) == pytest.approx(np.exp(8), rel=1e-12)


def test_the_density_of_one_layer_far_out_in_the_tail():
    """1/G = z - E t/(1 - t G) with t = z^2: kappa_n = E t^n for D^2 [x] MP(1), by a fixed point in the upper half plane."""
    x = np.arange(-12, 12, 1 / 256) + 1 / 1024
    weight, t = np.exp(-x * x / 2) / np.sqrt(2 * np.pi) / 256, x * x
    f = 12.0 + 1j
    for _ in range(4000):
        f = 12.0 - np.sum(weight * t / (1 - t / f))
    assert Jacobian("x^2", depth=1, q=1).pdf(12.0) == pytest.approx(-(1 / f).imag / np.pi, rel=1e-4)
