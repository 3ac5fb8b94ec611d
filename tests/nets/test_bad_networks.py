"""Networks that do not exist: each refusal names the condition."""

import pytest
import sympy as sp
from sympy import Rational

import freealg as fa
from freealg.nets import Jacobian, SignalPropagation, critical_line, critical_point, sample_jacobian


@pytest.mark.parametrize("depth", [0, Rational(1, 2), -3])
def test_depth_below_one(depth):
    with pytest.raises(fa.InvalidInput, match="depth >= 1"):
        Jacobian("relu", depth=depth)
    with pytest.raises(fa.InvalidInput, match="depth >= 1"):
        sample_jacobian("relu", 10, min(int(depth), 0))


@pytest.mark.parametrize("w", [2, 3])
def test_no_fixed_point(w):
    """ReLU with sigma_w^2 >= 2 and a bias: lengths grow without bound."""
    net = SignalPropagation("relu", w, Rational(1, 10))
    assert not [point for point in net.fixed_points() if point.stable]
    for question in (net.q_star, net.chi, net.xi_q, net.c_star):
        with pytest.raises(fa.InvalidInput, match="no stable fixed point"):
            question()


@pytest.mark.parametrize("q", [0, -1])
def test_lengths_that_are_not_positive(q):
    for make in (lambda: Jacobian("tanh", depth=2, q=q), lambda: critical_line("tanh", q), lambda: fa.nets.activation("tanh").mu(1, q)):
        with pytest.raises(fa.InvalidInput, match="q"):
            make()


def test_a_derivative_that_is_not_square_integrable():
    """exp(x^2/8) at q = 2 has E f'^2 = oo; a jump has a Dirac mass in f'."""
    x = sp.Symbol("x")
    with pytest.raises(fa.InvalidInput, match="square-integrable"):
        Jacobian(sp.exp(x**2 / 8), depth=2, q=2).moments(1)
    with pytest.raises(fa.InvalidInput, match="Dirac mass"):
        fa.nets.activation("heaviside").mu(1, 1)
    with pytest.raises(fa.FreeAlgError):
        Jacobian("heaviside", depth=2, q=1).moments(1)


def test_criticality_where_there_is_none():
    with pytest.raises(fa.InvalidInput, match="only sigma_w2 = 2, sigma_b2 = 0"):
        critical_point("relu", Rational(1, 10))


def test_unknown_weights_and_missing_lengths():
    with pytest.raises(fa.InvalidInput, match="'gaussian' or 'orthogonal'"):
        Jacobian("relu", depth=2, weights="sparse")
    with pytest.raises(fa.InvalidInput, match="give q="):
        Jacobian("tanh", depth=2)
    with pytest.raises(fa.InvalidInput, match="'bernoulli' and 'smooth'"):
        fa.nets.universal_jacobian("rough", 1)
    with pytest.raises(fa.InvalidInput, match="variance > 0"):
        fa.nets.universal_jacobian("smooth", 0)
