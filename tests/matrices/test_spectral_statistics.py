"""Statistics of spectra, each by a second route."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from freealg.errors import InvalidInput
from freealg.matrices.ensembles import wigner
from freealg.matrices.statistics import cauchy_transform, eigenvalues, empirical_cdf, ks_distance, moments, spectrum_of

small = st.integers(-3, 3).map(float)


def step_cdf(atoms: dict[float, float]):
    places = np.array(sorted(atoms))
    heights = np.concatenate([[0.0], np.cumsum([atoms[x] for x in sorted(atoms)])])
    return lambda x: heights[np.searchsorted(places, x, side="right")]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=30))
def test_distance_from_a_continuous_law_is_that_of_scipy(values: list[float]) -> None:
    expected = stats.kstest(values, stats.norm.cdf).statistic
    assert ks_distance(values, stats.norm.cdf, tolerance=0) == pytest.approx(expected, abs=1e-12)
    assert ks_distance(values, stats.norm.cdf) == pytest.approx(expected, abs=1e-9)


@settings(deadline=None, max_examples=100)
@given(st.lists(small, min_size=1, max_size=12), st.lists(small, min_size=1, max_size=12))
def test_distance_from_a_law_with_atoms_is_the_largest_gap_on_a_grid(values: list[float], others: list[float]) -> None:
    """Both laws jump on integers only, so half-integers and integers show every value either cdf takes."""
    atoms = {x: others.count(x) / len(others) for x in others}
    grid = np.arange(-4, 4.5, 0.5)
    brute = np.max(np.abs(empirical_cdf(values, grid) - step_cdf(atoms)(grid)))
    assert ks_distance(values, step_cdf(atoms), tolerance=0) == pytest.approx(brute, abs=1e-12)
    assert ks_distance(values, step_cdf(atoms)) == pytest.approx(brute, abs=1e-12)
    moved = np.array(values) + 1e-15 * np.cos(np.arange(len(values)))
    assert ks_distance(moved, step_cdf(atoms), tolerance=1e-12) == pytest.approx(brute, abs=1e-12)


def test_a_zero_computed_as_1e_17_lies_on_the_atom() -> None:
    rank_one = np.outer(np.ones(4), np.ones(4)) / 4
    values = eigenvalues(rank_one)
    cdf = step_cdf({0.0: 0.75, 1.0: 0.25})
    assert ks_distance(values, cdf) == 0
    assert ks_distance([-1e-17, 1e-17, 1e-17, 1.0], cdf, tolerance=0) == pytest.approx(0.5)
    assert ks_distance(values, step_cdf({0.0: 0.5, 1.0: 0.5})) == pytest.approx(0.25)


def test_an_atom_between_eigenvalues_counts() -> None:
    assert ks_distance([0.0, 1.0], step_cdf({0.0: 0.25, 0.5: 0.5, 1.0: 0.25}), tolerance=0) == pytest.approx(0.25)


def test_moments_and_cauchy_transform_agree_with_traces_of_matrices() -> None:
    matrix = wigner(30, 0, field="complex")
    values = eigenvalues(matrix)
    traces = [np.trace(np.linalg.matrix_power(matrix, k)).real / 30 for k in (1, 2, 3, 4)]
    assert moments(values, 4) == pytest.approx(traces)
    z = np.array([0.5 + 0.3j, -1 - 2j])
    resolvents = [np.trace(np.linalg.inv(point * np.eye(30) - matrix)) / 30 for point in z]
    assert cauchy_transform(values, z) == pytest.approx(np.array(resolvents))
    assert np.ndim(cauchy_transform(values, 1j)) == 0
    assert cauchy_transform(values, z).imag[0] < 0


def test_empirical_cdf_is_right_continuous() -> None:
    assert empirical_cdf([1, 1, 2, 3], [0.999, 1, 1.5, 3, 4]).tolist() == [0, 0.5, 0.5, 1, 1]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: spectrum_of([]), "non-empty"),
        (lambda: spectrum_of([[1.0]]), r"shape \(1, 1\)"),
        (lambda: spectrum_of([1j]), "complex128"),
        (lambda: spectrum_of([np.nan]), "finite"),
        (lambda: eigenvalues(np.array([[0.0, 1.0], [0.0, 0.0]])), "off Hermitian by 1; symmetrise it"),
        (lambda: eigenvalues(np.ones((2, 3))), r"shape \(2, 3\)"),
        (lambda: eigenvalues(np.full((2, 2), np.nan)), "not finite"),
        (lambda: cauchy_transform([0.0], [1j, 2.0]), "off the real axis"),
    ],
)
def test_refusals_name_the_value_and_the_way_out(call: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        call()  # type: ignore[operator]
