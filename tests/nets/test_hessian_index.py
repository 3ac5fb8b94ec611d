"""The index over grids, and its scaling at the critical energy, against the closed form and the law itself."""

import time

import numpy as np
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa
from freealg.nets import Hessian, critical_energy, critical_scaling, hessian_index, hessian_index_series


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


PHI, EPS = sp.symbols("phi epsilon")


@pytest.mark.parametrize(("ratio", "energy"), [(Rational(1, 2), Rational(1, 10)), (2, Rational(1, 2)), (1, Rational(1, 1000)), (Rational(1, 10), 5), (3, Rational(1, 7))])
def test_the_closed_form_in_symbols(ratio, energy):
    """Cardano's root in the formula against the distribution function of the law at 0."""
    closed = hessian_index(PHI, EPS).subs({PHI: ratio, EPS: energy}).n(30)
    law = sp.Float(Hessian(ratio, energy).index(dps=28), 28)
    assert abs(closed - law) < 1e-26
    assert hessian_index(PHI, EPS).subs({PHI: Rational(1, 2), EPS: Rational(1, 100)}) == 0


def test_large_energies():
    """The series through energy^(-n/2) misses the index by O(energy^(-(n+1)/2)); its first terms are 1/2 - 1/(pi sqrt(2 energy))."""
    assert hessian_index_series(PHI, 1) == Rational(1, 2) - sp.sqrt(2) / (2 * sp.pi * sp.sqrt(EPS))
    for ratio in (Rational(1, 2), 3):
        for order in (3, 5):
            series = hessian_index_series(ratio, order)
            gaps = [abs(series.subs(EPS, e).n(40) - sp.Float(hessian_index(ratio, e, dps=40), 40)) for e in (10**6, 10**8)]
            assert 0.4 < float(sp.log(gaps[0] / gaps[1], 100)) / ((order + 2) / 2) < 1.4 and gaps[1] < 1e-16
    with pytest.raises(fa.InvalidInput, match="order >= 0"):
        hessian_index_series(PHI, -1)


def test_energies_are_losses():
    for ratio, energy in ((Rational(1, 2), -1), (2, -Rational(1, 100))):
        with pytest.raises(fa.InvalidInput, match="energy >= 0"):
            hessian_index(ratio, energy)


def test_the_scaling_law_in_symbols():
    exponent, constant = critical_scaling(PHI)
    assert exponent == Rational(3, 2)
    for ratio in (Rational(1, 7), Rational(2, 3)):
        assert abs((constant.subs(PHI, ratio) - critical_scaling(ratio)[1]).n(30)) < 1e-25
        step = critical_energy(ratio) / 10**8
        found = sp.Float(hessian_index(ratio, critical_energy(ratio) + step, dps=40), 40)
        assert abs(found / (constant.subs(PHI, ratio) * step**exponent).n(40) - 1) < 1e-6


def test_relu_curvature_as_published():
    """Pennington and Bahri (2017): e_c = (27 - 18 c - c^2 + 8 c^(3/2))/(32 phi (1 - phi)^3), c = 1 + 16 phi - 8 phi^2, R = e phi g/(2 - e phi^2 g^2)."""
    g = sp.Symbol("g")
    law = Hessian(PHI, EPS, curvature="relu")
    assert sp.simplify(law.r_transform(g) - 1 / (1 - PHI * g) - EPS * PHI * g / (2 - EPS * PHI**2 * g**2)) == 0
    c = 1 + 16 * PHI - 8 * PHI**2
    published = (27 - 18 * c - c**2 + 8 * c ** Rational(3, 2)) / (32 * PHI * (1 - PHI) ** 3)
    for ratio in (Rational(1, 10), Rational(2, 3)):
        found = critical_energy(ratio, curvature="relu")
        assert abs((found - published.subs(PHI, ratio)).n(30)) < 1e-25
        assert abs((critical_energy(PHI, curvature="relu").subs(PHI, ratio) - found).n(30)) < 1e-25
        below, above = (Hessian(ratio, Rational(float(found * f)).limit_denominator(10**5), curvature="relu").support()[0] for f in (0.99, 1.01))
        assert float(below) > 0 > float(above)
    assert critical_energy(2, curvature="relu") == 0
    with pytest.raises(fa.InvalidInput, match="'wigner' or 'relu'"):
        Hessian(PHI, EPS, curvature="flat")


def test_relu_curvature_against_matrices():
    """H_1 with eigenvalues ± phi sqrt(energy/2) of multiplicity N/2 each, compressed: sum over m = N/phi free projections, sampled as A S A^T/N."""
    rng, n, phi, energy = np.random.default_rng(3), 600, 0.5, 0.3
    m = int(n / phi)
    signs = np.where(np.arange(m) % 2, 1.0, -1.0) * phi * np.sqrt(energy / 2)
    a, x = rng.standard_normal((n, m)), rng.standard_normal((n, m))
    eigenvalues = np.linalg.eigvalsh(x @ x.T / m + (a * signs) @ a.T / n)
    law = Hessian(Rational(1, 2), Rational(3, 10), curvature="relu")
    assert np.mean(eigenvalues < 0) == pytest.approx(law.index(), abs=0.01)
    for k in (1, 2, 3):
        assert np.mean(eigenvalues**k) == pytest.approx(float(law.moment(k)), rel=0.03)
