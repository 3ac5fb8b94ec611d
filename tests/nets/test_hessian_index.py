"""The index over grids, and its scaling at the critical energy, against the closed form and the law itself."""

import time

import numpy as np
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa
from freealg.nets import Hessian, critical_energy, critical_scaling, hessian_index


def test_a_grid_agrees_with_the_single_values():
    ratios, energies = np.geomspace(0.02, 20, 12), np.geomspace(1e-4, 1e3, 12)
    grid = hessian_index(ratios[:, None], energies)
    for i in range(0, 12, 3):
        for j in range(0, 12, 2):
            assert grid[i, j] == pytest.approx(float(hessian_index(ratios[i], energies[j])), abs=1e-14)


def test_a_grid_of_ten_thousand_is_quick():
    start = time.perf_counter()
    grid = hessian_index(np.linspace(0.05, 3, 100)[:, None], np.linspace(0, 2, 100))
    assert time.perf_counter() - start < 2
    assert (np.diff(grid, axis=1) > -1e-12).all()


@pytest.mark.parametrize("ratio", [0.1, 0.5, 0.9])
def test_the_grid_knows_the_critical_energy(ratio):
    """The sign of the cubic's discriminant against the root found in closed form."""
    critical = float(critical_energy(ratio))
    below, above = hessian_index([ratio], [critical * (1 - 1e-6), critical * (1 + 1e-6)])
    assert below == 0 < above


@pytest.mark.parametrize(("ratio", "power", "rel"), [(Rational(1, 2), Rational(3, 2), 1e-3), (Rational(1, 10), Rational(3, 2), 1e-3), (1, Rational(1, 3), 1e-2)])
def test_scaling_at_the_critical_energy(ratio, power, rel):
    exponent, coefficient = critical_scaling(ratio)
    assert exponent == power
    step = Rational(1, 10**6)
    found = hessian_index(ratio, critical_energy(ratio) + step)
    assert float(found) == pytest.approx(float(coefficient) * float(step) ** float(exponent), rel=rel)


def test_the_coefficient_is_that_of_the_engine():
    """2/3 c s^(3/2): c from the law's edge exponents at the critical energy, s from the edges of two laws beside it."""
    ratio = Rational(3, 8)
    energy = critical_energy(ratio)
    _, constant = Hessian(ratio, energy).edge_exponents()[sp.S.Zero]
    step = Rational(1, 10**5)
    low, high = (float(Hessian(ratio, energy + sign * step).support()[0]) for sign in (-1, 1))
    speed = (low - high) / (2 * float(step))
    assert float(critical_scaling(ratio)[1]) == pytest.approx(2 / 3 * float(constant) * speed**1.5, rel=1e-4)


def test_beyond_ratio_one_a_share_is_negative_at_any_energy():
    assert critical_scaling(2) == (0, Rational(1, 4))
    assert float(hessian_index(2, Rational(1, 10**12))) == pytest.approx(0.25, abs=1e-5)


def test_a_symbolic_ratio():
    phi = sp.Symbol("phi")
    exponent, coefficient = critical_scaling(phi)
    assert exponent == Rational(3, 2)
    assert abs(sp.N(coefficient.subs(phi, Rational(1, 2)) - critical_scaling(Rational(1, 2))[1], 20)) < 1e-15


@pytest.mark.parametrize("arguments", [([0.0], [1.0]), ([1.0], [-1.0]), ([np.nan], [1.0])])
def test_bad_grids(arguments):
    with pytest.raises(fa.InvalidInput, match="all over the arrays"):
        hessian_index(*arguments)
