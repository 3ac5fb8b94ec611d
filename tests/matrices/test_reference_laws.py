"""Tail probabilities, extrapolation weights and the declared ensembles, each against exact answers or a second route."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from freealg.errors import InvalidInput
from freealg.exact.context import mp_precision
from freealg.matrices.deterministic import diagonal
from freealg.matrices.ensembles import ginibre_product, wigner, wishart
from freealg.matrices.haar import projection, rotate
from freealg.matrices.randomness import generator
from freealg.matrices.sizes import balanced_size, extrapolation_weights, rounding_distance, sampling_plan
from freealg.matrices.tails import fisher_tail, student_tail
from freealg.matrices.universal import ENSEMBLES, Ensemble, chebyshev_coefficients, declared_ensemble


@settings(deadline=None, max_examples=60)
@example(t=1e-8, dof=1.0)
@given(st.floats(-60, 60), st.floats(1, 500))
def test_student_tails_are_incomplete_beta_functions(t: float, dof: float) -> None:
    """P(|T| >= t) = I(dof/(dof + t^2); dof/2, 1/2), by mpmath: SciPy 1.17 is off by 3e-9 at t = 1e-8, dof = 1, where it is 1 - 2e-8/pi."""
    with mp_precision(40):
        n = mpmath.mpf(dof)
        wanted = float(mpmath.betainc(n / 2, 0.5, 0, n / (n + mpmath.mpf(t) ** 2), regularized=True))
    assert student_tail(t, dof) == pytest.approx(wanted, rel=1e-9, abs=1e-300)
    assert student_tail(t, math.inf) == pytest.approx(2 * stats.norm.sf(abs(t)), rel=1e-9, abs=1e-300)


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 100), st.floats(1, 12), st.floats(1, 500))
def test_fisher_tails_are_incomplete_beta_functions(x: float, upper: float, lower: float) -> None:
    """P(F >= x) = I(lower/(lower + upper x); lower/2, upper/2), by mpmath."""
    with mp_precision(40):
        m, n = mpmath.mpf(upper), mpmath.mpf(lower)
        wanted = float(mpmath.betainc(n / 2, m / 2, 0, n / (n + m * mpmath.mpf(x)), regularized=True))
    assert fisher_tail(x, upper, lower) == pytest.approx(wanted, rel=1e-8, abs=1e-250)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(10, 1000), st.integers(1, 50)), min_size=1, max_size=6, unique_by=lambda pair: pair[0]))
def test_weights_cancel_the_bias_and_have_the_least_variance(plan: list[tuple[int, int]]) -> None:
    sizes, trials = np.array(plan).T
    weights = extrapolation_weights(sizes.tolist(), trials.tolist())
    terms = min(len(plan), 3)
    scaled = sizes / sizes.max()
    size = np.abs(weights).max()
    assert [weights @ scaled**-p for p in map(float, range(terms))] == pytest.approx([1.0] + [0.0] * (terms - 1), abs=1e-5 * size)
    design, noise = scaled[:, None] ** -np.arange(terms), np.diag(1 / (trials * scaled**2))
    best = np.linalg.inv(design.T @ np.linalg.inv(noise) @ design)[0, 0]
    assert weights @ noise @ weights == pytest.approx(best, rel=1e-3)


def test_weights_of_a_lagrange_interpolation_at_infinity() -> None:
    sizes = [Fraction(1, 8), Fraction(1, 4), Fraction(1)]
    expected = [float(math.prod(1 / other / (1 / other - 1 / one) for other in sizes if other != one)) for one in sizes]
    assert extrapolation_weights([100, 200, 800], [7, 1, 3]) == pytest.approx(expected)
    assert extrapolation_weights([50, 100], [4, 9]) == pytest.approx([-1, 2])
    assert extrapolation_weights([50], [4]) == pytest.approx([1])


@settings(deadline=None, max_examples=40)
@given(st.integers(32, 900), st.integers(1, 30), st.lists(st.fractions(0, 1, max_denominator=8), max_size=2))
def test_plans_have_three_sizes_and_round_as_little_as_their_windows_allow(n: int, trials: int, quotas: list[Fraction]) -> None:
    plan = sampling_plan(n, trials, [float(q) for q in quotas])
    assert len(plan) == 3
    assert abs(max(plan) - n) <= n / 8
    assert plan[max(plan)] == trials
    common = math.lcm(*(q.denominator for q in quotas))
    if common <= n / 8:
        assert rounding_distance(max(plan), [float(q) for q in quotas]) < 1e-12
        assert max(plan) % common == 0


def test_rounding_distance_and_refused_plans() -> None:
    assert rounding_distance(10, [0.25]) == pytest.approx(0.05)
    assert rounding_distance(12, [0.25, 1 / 3]) == pytest.approx(0)
    assert balanced_size(25, [1 / 7], reach=0.25) == 28
    for n, trials in ((31, 3), (100, 0)):
        with pytest.raises(InvalidInput, match="take n >= 32"):
            sampling_plan(n, trials)


def power(k: int):
    return lambda x: x**k


@pytest.mark.parametrize(("k", "variance"), [(1, 2), (2, 4), (3, 24), (4, 72)])
def test_declared_variance_is_twice_the_exact_one_of_the_goe(k: int, variance: int) -> None:
    """lim Var Tr X^k for the GOE on [-2, 2]: (1/2) sum_j j a_j^2, with Var Tr X = 2, Var Tr X^2 = 4 by hand; the GUE has half."""
    coefficients = chebyshev_coefficients(power(k), -2, 2)
    assert ENSEMBLES["real"].variance(coefficients) == pytest.approx(2 * variance)
    assert ENSEMBLES["complex"].variance(coefficients) == pytest.approx(variance)
    assert ENSEMBLES["deterministic"].variance(coefficients) == 0


@pytest.mark.parametrize(("k", "goe", "gue"), [(2, [1, 0], [0, 0]), (4, [5, 5], [0, 1]), (6, [22, 52], [0, 10])])
def test_declared_bias_bounds_the_exact_one_of_gaussian_matrices(k: int, goe: list[int], gue: list[int]) -> None:
    """N (E m_k - C_{k/2}) for the GOE: 1; 5 + 5/N; 22 + 52/N + ...; for the GUE: 0; 1/N; 10/N (Harer and Zagier)."""
    coefficients = chebyshev_coefficients(power(k), -2, 2)
    assert ENSEMBLES["real"].bias(coefficients, 10**12) == pytest.approx(goe[0])
    for n in (25, 100):
        assert ENSEMBLES["complex"].bias(coefficients, n) >= gue[0] + gue[1] / n
    assert ENSEMBLES["deterministic"].bias(coefficients, 25) == 0


def test_declared_bias_is_the_exact_one_of_the_real_wishart() -> None:
    """E tr W^2 = 2 + 1/N and E tr W^3 = 5 + 6/N + 4/N^2 for W = X X^T/N square."""
    assert [ENSEMBLES["real"].bias(chebyshev_coefficients(power(k), 0, 4), 10**12) for k in (2, 3)] == pytest.approx([1, 6])


def test_a_fourth_cumulant_adds_what_the_trace_of_the_square_says() -> None:
    """Var Tr X^2 = 4 + 2 c for iid entries of fourth cumulant c on [-2, 2]; a negative c takes nothing off the bound."""
    coefficients = chebyshev_coefficients(power(2), -2, 2)
    assert Ensemble("heavy", 1, fourth_cumulant=6).variance(coefficients) == pytest.approx(2 * (4 + 12))
    assert Ensemble("light", 1, fourth_cumulant=-2).variance(coefficients) == pytest.approx(8)
    assert Ensemble("heavy", 1, fourth_cumulant=6).bias_radius(6, 100) > ENSEMBLES["real"].bias_radius(6, 100) > 0.6


def signs(n: int) -> np.ndarray:
    return diagonal([-1.0, 1.0] * (n // 2))


def gram(matrix: np.ndarray) -> np.ndarray:
    return matrix @ matrix.T


SAMPLERS = {
    "goe": (wigner, "real"),
    "gue": (lambda n, g: wigner(n, g, field="complex"), "complex"),
    "wishart": (lambda n, g: wishart(n, g, ratio=0.5), "real"),
    "sum": (lambda n, g: wigner(n, g) + wishart(n, g), "real"),
    "two projections": (lambda n, g: projection(n, 0.5, g) + projection(n, 0.5, g), "real"),
    "signs and rotated signs": (lambda n, g: signs(n) + rotate(signs(n), g), "real"),
    "deep product": (lambda n, g: gram(ginibre_product(n, g, depth=3)), "real"),
}


@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_declared_variance_bounds_what_is_sampled(name: str) -> None:
    """300 matrices at N = 60: the sample variance of Tr f (itself known to 8 percent) is below the declared one for low moments and G."""
    sampler, declared = SAMPLERS[name]
    stream = generator(11)
    spectra = np.array([np.linalg.eigvalsh(sampler(60, stream)) for _ in range(300)])
    center, width = spectra.mean(), spectra.std()
    low, high = np.median(spectra.min(axis=1)), np.median(spectra.max(axis=1))
    functions = [power(1), power(2), lambda x: (1 / (center + 1j * width - x)).imag, lambda x: (1 / (center + width * (1 + 1j) - x)).real]
    for function in functions:
        observed = float(np.var(function(spectra).sum(axis=1)))
        assert observed < 1.25 * ENSEMBLES[declared].variance(chebyshev_coefficients(function, low, high))


@pytest.mark.parametrize("beta", [1, 2])
def test_number_variance_is_that_of_gaussian_matrices(beta: int) -> None:
    stream = generator(12)
    field = "real" if beta == 1 else "complex"
    counts = [np.sum(np.linalg.eigvalsh(wigner(40, stream, field=field)) <= 0.3) for _ in range(600)]
    assert 0.6 < np.var(counts) / ENSEMBLES[field].count_variance(40) < 1.2


def test_ensembles_are_declared_by_name_or_value() -> None:
    mine = Ensemble("mine", beta=1)
    assert declared_ensemble(mine) is mine
    assert declared_ensemble("complex").beta == 2
    with pytest.raises(InvalidInput, match="declare one of real, complex, deterministic"):
        declared_ensemble("Real")
