"""Deep networks whose S is closed and no product of powers: densities by the relation to one layer, against exact moments and the equation z = K(m)."""

import numpy as np
import pytest
from sympy import Rational, pi

import freealg as fa
from freealg.nets import Jacobian, activation

HALF = Rational(1, 2)


@pytest.mark.parametrize(("depth", "weights"), [(9, "gaussian"), (12, "orthogonal"), (20, "orthogonal")])
def test_deep_leaky_networks_have_their_moments(depth, weights):
    law = Jacobian("leaky_relu(1/4)", depth=depth, weights=weights)
    for k, moment in enumerate(law.moments(4), 1):
        assert law.expect(lambda x, k=k: x**k) == pytest.approx(float(moment), rel=1e-9)


def test_a_deep_density_solves_its_equation():
    """-Im G/pi with m = z G - 1, K(m) = (1 + m)/(m S(m)^L) = z for S of {2/17: 1/2, 32/17: 1/2}: the quadratic m (y - a)(y - b) = y - ab at y = K_1(m)."""
    a, b, depth, z = 2 / 17, 32 / 17, 12, 0.7
    law = Jacobian("leaky_relu(1/4)", depth=depth, weights="orthogonal")
    g = law.cauchy(z)
    assert -g.imag / np.pi == pytest.approx(law.pdf(z), rel=1e-12)
    m = z * g - 1
    roots = np.roots([m, -(m * (a + b) + 1), m * a * b + a * b])
    values = roots**depth * (m / (1 + m)) ** (depth - 1)
    assert np.abs(values - z).min() < 1e-9


def test_high_powers_have_their_moments():
    """Below and above the power at which the relation takes the place of the equation."""
    base = fa.Discrete({1: HALF, 2: HALF})
    low, high = base.boxtimes_power(Rational(17, 2)), base.boxtimes_power(9)
    assert [law.expect(lambda x: x**2) for law in (low, high)] == pytest.approx([float(law.moments(2)[1]) for law in (low, high)], rel=1e-11)
    assert base.boxtimes_power(24).expect(lambda x: x) == pytest.approx(1.5**24, rel=1e-12)
    product = fa.boxtimes(base, fa.MarchenkoPastur()).boxtimes_power(12)
    assert product.expect(lambda x: x**2) == pytest.approx(float(product.moments(2)[1]), rel=1e-11)


def test_constants_that_cancel_leave_the_layer():
    """The slopes of the tilted ReLU have pi in them, at sigma_w^2 = 1/E f'^2 it cancels: alpha = 1/2 is leaky ReLU of slope -1/2."""
    for weights in ("gaussian", "orthogonal"):
        law, plain = (Jacobian(name, depth=3, weights=weights) for name in ("tilted_relu(1/2)", "leaky_relu(-1/2)"))
        assert not any(value.has(pi) for value in law.expressions())
        assert law.pdf(0.7) == pytest.approx(plain.pdf(0.7), rel=1e-12) and law.moments(3) == plain.moments(3)
    assert Jacobian(activation("relu").normalised(), depth=3).support() == Jacobian("relu", depth=3).support()


def test_constants_that_do_not_cancel_are_followed_too():
    law = Jacobian("tilted_relu(1/2)", depth=3, sigma_w2=1)
    for k, moment in enumerate(law.moments(3), 1):
        assert law.expect(lambda x, k=k: x**k) == pytest.approx(float(moment), rel=1e-10)
