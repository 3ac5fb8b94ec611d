"""Checked answers on the Hessian of a loss surface, through the public interface."""

import mpmath
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa
from freealg import nets

G, delta, epsilon, g, phi, z = sp.symbols("G delta epsilon g phi z")
HALF = Rational(1, 2)


def test_add_56_the_equation_of_a_relu_hessian(same_equation):
    law = fa.from_r_transform(1 / (1 - phi * g) + epsilon * phi * g / (2 - epsilon * phi**2 * g**2), g)
    answer = (
        -(G**4) * epsilon * phi**3 * z
        + G**3 * (epsilon * phi**3 + epsilon * phi**2 * z - 2 * epsilon * phi**2)
        + G**2 * (-epsilon * phi**2 + epsilon * phi + 2 * phi * z)
        + G * (-2 * phi - 2 * z + 2)
        + 2
    )
    assert same_equation(law, answer)


def test_hes_02_five_moments(same):
    answer = [
        1,
        2 * epsilon + phi + 1,
        6 * epsilon + phi**2 + 3 * phi + 1,
        8 * epsilon**2 + 8 * epsilon * phi + 12 * epsilon + phi**3 + 6 * phi**2 + 6 * phi + 1,
        40 * epsilon**2 + 10 * epsilon * phi**2 + 40 * epsilon * phi + 20 * epsilon + phi**4 + 10 * phi**3 + 20 * phi**2 + 10 * phi + 1,
    ]
    assert same(nets.Hessian(phi, epsilon).moments(5), answer)


def test_hes_05_the_critical_energy_near_ratio_one(same):
    expansion = sp.series(nets.critical_energy(1 - delta), delta, 0, 6).removeO()
    assert same(expansion, 8 * delta**5 / 729 + 2 * delta**4 / 81 + 2 * delta**3 / 27)


@pytest.mark.parametrize(
    ("ratio", "energy", "index"),
    [(HALF, Rational(1, 10), "0.1135620320933248830528607"), (2, HALF, "0.3381012444188823394919970")],
    ids=["hes_08", "hes_11"],
)
def test_hes_08_11_the_index(ratio, energy, index, close):
    """By the law's distribution function, and by the closed form at the root of P(0, G)."""
    law = nets.Hessian(ratio, energy)
    assert close(law.index(dps=30), index)
    assert close(nets.hessian_index(ratio, energy), index)
    assert abs(law.index() - float(index)) < 1e-12


def test_hes_14_the_index_below_the_critical_energy():
    law = nets.Hessian(HALF, Rational(1, 100))
    assert nets.critical_energy(HALF) > Rational(1, 100)
    assert law.index() == law.index(dps=30) == nets.hessian_index(HALF, Rational(1, 100)) == 0
    assert law.support_intervals()[0][0] > 0


def test_hes_17_edges(close):
    ((low, high),) = nets.Hessian(2, HALF).support_intervals()
    assert close(low, "-1.653880521583312703065394")
    assert close(high, "6.118700302113251198838815")


def test_hes_20_density(close):
    assert close(nets.Hessian(HALF, HALF).pdf(1, dps=30), "0.2641028434779190137365410")


@pytest.mark.parametrize("ratio", [HALF, 1, 3])
def test_hes_23_the_index_at_large_energy(ratio):
    """(1/2 - index) sqrt(energy) -> 1/(pi sqrt(2)), the error falling like 1/energy."""
    with mpmath.workdps(30):
        limit = 1 / (mpmath.pi * mpmath.sqrt(2))
        errors = [(HALF - nets.Hessian(ratio, e).index(dps=30)) * mpmath.sqrt(e) - limit for e in (10**6, 10**10)]
        assert abs(errors[1]) < 1e-9
        assert abs(errors[1] * 10**4 / errors[0] - 1) < 1e-4


@pytest.mark.parametrize("ratio", [Rational(1, 8), HALF])
def test_hes_26_the_left_edge_at_the_critical_energy(ratio):
    law = nets.Hessian(ratio, nets.critical_energy(ratio))
    assert law.support_intervals()[0][0] == 0
    assert law.edge_exponents()[0][0] == HALF
