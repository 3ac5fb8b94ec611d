"""What is no activation, what jumps, and what a sampled network cannot have: each refusal says which condition fails."""

import numpy as np
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa
from freealg.nets import Jacobian, activation, isometry_report, phase_diagram, q_for_variance, sample_jacobian, universality_class

x = sp.Symbol("x")


@pytest.mark.parametrize("f", [sp.sqrt(x), sp.log(x), sp.sqrt(x - 1) + x])
def test_functions_that_are_not_real_everywhere(f):
    with pytest.raises(fa.InvalidInput, match="real function on the whole line"):
        activation(f)


def test_a_logarithm_in_the_derivative_is_square_integrable():
    """f = x log|x| is continuous; E (1 + log|z|)^2 = 1 - (gamma + log 2) + ((gamma + log 2)^2 + pi^2/2)/4."""
    f = activation(x * sp.log(sp.Abs(x)))
    shift = sp.EulerGamma + sp.log(2)
    assert not f.form.jumps()
    assert abs(f.mu(1, 1, dps=20) - (1 - shift + (shift**2 + sp.pi**2 / 2) / 4).n(25)) < 1e-15


def test_powers_have_a_bound_and_lengths_are_real():
    with pytest.raises(fa.BudgetExceeded, match="n = 200"):
        activation("x^1000000")
    with pytest.raises(fa.InvalidInput, match="must be a real number, not I"):
        Jacobian("tanh", depth=2, q=sp.I)


@pytest.mark.parametrize("change", [{"sigma_w2": -1}, {"sigma_w2": float("nan")}, {"q": -1}, {"q": 0}, {"sigma_b2": -0.1}, {"depth": 1.5}, {"width": "a"}])
def test_networks_that_cannot_be_sampled(change):
    arguments = {"name": "tanh", "width": 5, "depth": 2} | change
    with pytest.raises(fa.InvalidInput, match="sample_jacobian needs"):
        sample_jacobian(**arguments)


def test_the_phase_diagram_of_a_jump_is_chaotic():
    """C'(1) = oo wherever lengths settle."""
    diagram = phase_diagram("sign", [1.0, 2.0], [0.0, 0.5])
    assert np.isinf(diagram.chi).all() and diagram.chaotic.all()


def test_isometry_is_decided_exactly():
    assert [isometry_report(name).ratio_at_zero for name in ("tanh", "gelu", "silu", "softsign", "cos", "x^3")] == [1, 1, 1, 1, 3, Rational(35, 3)]
    assert isometry_report("leaky_relu(1/10)").ratio_at_zero == Rational(20002, 10201)
    with pytest.raises(fa.InvalidInput, match="Dirac mass"):
        isometry_report(sp.sign(x) + x)
    with pytest.raises(fa.UnboundParameters, match="depends on a"):
        isometry_report("leaky_relu(a)")


@pytest.mark.parametrize("name", ["softsign", "elu"])
def test_a_slope_with_a_bend_beside_zero_is_in_the_smooth_class(name):
    """f'(h)^2 = 1 + O(|h|): at depth L the third moment is that of the smooth class up to O(L^(-1/2))."""
    assert universality_class(name) == "smooth"
    limit = fa.nets.universal_jacobian("smooth", Rational(1, 4)).moment(3)
    bernoulli = fa.nets.universal_jacobian("bernoulli", Rational(1, 4)).moment(3)
    gaps = []
    for depth in (10**4, 16 * 10**4):
        law = Jacobian(name, depth=depth, weights="orthogonal", q=q_for_variance(name, depth, Rational(1, 4), dps=30))
        gaps.append(abs(float(law.moment(3) - limit)))
    assert gaps[1] < 0.4 * gaps[0] < 0.1 * abs(float(bernoulli - limit))
