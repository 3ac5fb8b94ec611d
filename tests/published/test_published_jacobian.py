"""Checked answers on input-output Jacobians of deep networks, through the public interface. Source: Pennington, Schoenholz and Ganguli (2017)."""

import mpmath
import pytest
import sympy as sp
from sympy import Max, Rational, sqrt

import freealg as fa
from freealg import nets

G, L, m, mu1, mu2, p, s1, sigma, z = sp.symbols("G L m mu1 mu2 p s1 sigma z")
HALF = Rational(1, 2)


def test_jac_01_two_moments_of_any_layer(same):
    """D^2 with moments mu_1, mu_2 and weights with S = sigma^-2 (1 + s_1 m + ...), L layers."""
    layer = fa.boxtimes(fa.from_moments([mu1, mu2]), fa.from_s_transform((1 + s1 * m) / sigma**2, m))
    law = layer.boxtimes_power(L)
    spread = L * (mu2 / mu1**2 - 1 - s1)
    positive = {x: sp.Symbol(x.name, positive=True) for x in (mu1, sigma)}
    answer = [(sigma**2 * mu1) ** L, (sigma**2 * mu1) ** (2 * L) * (1 + spread), (sigma**2 * mu1) ** (2 * L) * spread]
    found = [*law.moments(2), law.variance()]
    assert same([x.subs(positive) for x in found], [x.subs(positive) for x in answer])


def test_jac_04_relu(same):
    """mu_k = 1/2, critical at sigma_w^2 = 2, variance L (1 - s_1) with s_1 = -1 for Gaussian and 0 for orthogonal weights."""
    relu = nets.activation("relu")
    assert [relu.mu(k, 1) for k in (1, 2, 5)] == [HALF] * 3
    assert nets.critical_line("relu", 1)[0] == 2
    assert nets.Jacobian("relu", depth=L).moments(1) == nets.Jacobian("relu", depth=L, weights="orthogonal").moments(1) == [1]
    assert same(nets.Jacobian("relu", depth=L).variance(), 2 * L)
    assert same(nets.Jacobian("relu", depth=L, weights="orthogonal").variance(), L)


def test_jac_07_the_moment_transform_of_the_squared_derivative(close):
    """M(z) = z G(z) - 1 at z = 2 for erf(sqrt(pi)/2 h) at q = 1/2."""
    law = nets.activation("scaled_erf").d2_law(HALF)
    with mpmath.workdps(40):
        assert close(2 * law.cauchy(2, dps=32) - 1, "0.5297654834561111792847660")


def test_jac_10_the_deep_linear_network(same):
    law = nets.Jacobian("linear", depth=L)
    low, high = law.support()
    assert low == 0
    assert same(high, (L + 1) ** (L + 1) / L**L)
    exponents = nets.Jacobian("linear", depth=3).edge_exponents()
    assert exponents[0][0] == -Rational(3, 4)
    assert exponents[Rational(256, 27)][0] == HALF


def test_jac_13_the_upper_edge_for_relu(same):
    ((low, high),) = nets.Jacobian("relu", depth=3).support_intervals()
    assert low == 0
    assert same(high, (223 + 70 * sqrt(10)) / 27)


def test_jac_16_the_equation_for_relu(same_equation):
    assert same_equation(nets.Jacobian("relu", depth=3), 8 * G**4 * z**3 - 12 * G**3 * z**2 + 6 * G**2 * z - G * z - G + 1)


def test_jac_19_derivatives_of_zero_and_one(same):
    """P(f' = 1) = p: the law of one critical layer with orthogonal weights is that of a projection over its trace."""
    law = (fa.Projection(p) / p).boxtimes_power(L)
    ((low, high),) = law.support_intervals()
    assert low == 0
    upper = (1 - p) / p * L**L / (L - 1) ** (L - 1)
    for at in ({L: 2, p: Rational(1, 3)}, {L: 3, p: HALF}, {L: 5, p: Rational(9, 10)}):
        assert same(high.subs(at), upper.subs(at))
    atoms = law.atoms()
    at = {L: 3, p: Rational(4, 5)}
    assert {x.subs(at): mass.subs(at) for x, mass in atoms.items()} == {0: Rational(1, 5), Rational(5, 4) ** 3: Rational(2, 5)}


def test_jac_19_hard_tanh_with_symbols(same):
    q = sp.Symbol("q", positive=True)
    share = sp.erf(1 / sqrt(2 * q))
    law = nets.Jacobian("hard_tanh", depth=L, weights="orthogonal", q=q)
    ((low, high),) = law.support_intervals()
    assert low == 0
    at = {L: 3}
    assert same(high.subs(at), ((1 - share) / share * L**L / (L - 1) ** (L - 1)).subs(at))
    masses = {location.subs(at): mass.subs(at) for location, mass in law.atoms().items()}
    assert masses[share ** (-3)].equals(Max(0, 1 - 3 * (1 - share)))


@pytest.mark.parametrize("depth", [2, 3])
def test_jac_19_relu(depth, same):
    law = nets.Jacobian("relu", depth=depth, weights="orthogonal")
    assert same(law.support_intervals(), [(0, Rational(depth) ** depth / Rational(depth - 1) ** (depth - 1))])
    assert law.atoms() == {0: HALF}


def test_jac_35_a_square_gaussian_layer(same):
    found = fa.MarchenkoPastur(variance=sigma**2).moment_transform(z)
    answer = z / (2 * sigma**2) - 1 - z / (2 * sigma**2) * sqrt(1 - 4 * sigma**2 / z)
    positive = {sigma: sp.Symbol("s", positive=True), z: 4 * sp.Symbol("s", positive=True) ** 2 + sp.Symbol("y", positive=True)}
    assert same(found.subs(positive), answer.subs(positive))
    for point in (1 + 2 * sp.I, -3 + sp.I, -2 + sp.I / 10):
        values = [sp.N(expr.subs({sigma: HALF, z: point}), 20) for expr in (found, answer)]
        assert abs(values[0] - values[1]) < 1e-18


def test_jac_38_the_equation_for_relu_and_orthogonal_weights(same_equation, same):
    law = nets.Jacobian("relu", depth=3, weights="orthogonal")
    assert same_equation(law, -(G**3) * z**4 + 8 * G**3 * z**3 + G**2 * z**3 - 12 * G**2 * z**2 + 6 * G * z - 1)
    assert same(law.support_intervals(), [(0, Rational(27, 4))])
