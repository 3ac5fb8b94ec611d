"""Haar matrices: distribution, and what conjugation, projections and compressions keep."""

from __future__ import annotations

import numpy as np
import pytest

from freealg.errors import BudgetExceeded, InvalidInput
from freealg.matrices.deterministic import atom_spectrum, diagonal, quantile_spectrum
from freealg.matrices.ensembles import wigner, wishart
from freealg.matrices.haar import compression, corner, free_product, haar, haar_frame, projection, psd_sqrt, rotate
from freealg.matrices.randomness import generator
from freealg.matrices.statistics import eigenvalues

FIELDS = ["real", "complex"]


@pytest.mark.parametrize("field", FIELDS)
def test_haar_matrices_are_unitary(field: str) -> None:
    frame = haar(30, 0, field=field)
    assert frame.dtype == (np.float64 if field == "real" else np.complex128)
    assert np.allclose(frame @ frame.conj().T, np.eye(30))
    assert np.allclose(haar_frame(30, 7, 0, field=field).conj().T @ haar_frame(30, 7, 0, field=field), np.eye(7))
    assert haar_frame(5, 0, 0).shape == (5, 0)


@pytest.mark.parametrize("field", FIELDS)
def test_traces_of_haar_matrices_have_the_exact_moments(field: str) -> None:
    """E tr Q = 0, E|tr Q|^2 = 1 on O(3) and U(3) (Diaconis and Shahshahani); E (tr Q)^2 is 1 on O, 0 on U. A QR without phases fails the first."""
    stream, count = generator(1), 4000
    traces = np.array([np.trace(haar(3, stream, field=field)) for _ in range(count)])
    error = 1 / np.sqrt(count)
    assert abs(traces.mean()) < 5 * error
    assert abs(np.mean(np.abs(traces) ** 2) - 1) < 5 * np.std(np.abs(traces) ** 2) * error
    assert abs(np.mean(traces**2) - (field == "real")) < 5 * np.std(np.abs(traces) ** 2) * error
    entries = np.array([haar(3, stream, field=field)[0, 0] for _ in range(count)])
    assert abs(np.mean(entries)) < 5 * error / np.sqrt(3)


@pytest.mark.parametrize("field", FIELDS)
def test_rotation_keeps_the_spectrum_and_moves_the_eigenvectors(field: str) -> None:
    values = np.linspace(-1, 2, 12)
    rotated = rotate(np.diag(values), 2, field=field)
    assert np.array_equal(rotated, rotated.conj().T)
    assert eigenvalues(rotated) == pytest.approx(values)
    assert np.abs(rotated - np.diag(np.diag(rotated))).max() > 0.1


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(("p", "rank"), [(0, 0), (0.3, 3), (0.25, 3), (1, 10)])
def test_projections_have_rank_round_pn(field: str, p: float, rank: int) -> None:
    matrix = projection(10, p, 3, field=field)
    assert np.allclose(matrix @ matrix, matrix)
    assert np.trace(matrix).real == pytest.approx(rank)


def test_two_free_projections_have_the_law_of_their_free_sum() -> None:
    """Projection(1/2) twice: the arcsine law on [0, 2], of moments 1, 3/2, 5/2, 35/8."""
    stream = generator(4)
    values = eigenvalues(projection(400, 0.5, stream) + projection(400, 0.5, stream))
    assert [np.mean(values**k) for k in (1, 2, 3, 4)] == pytest.approx([1, 1.5, 2.5, 4.375], rel=0.01)


def test_compression_is_the_corner_of_the_rotated_matrix() -> None:
    """Projection(1/2) compressed by 1/2 has kappa_n = 2^(1-n) kappa_n: moments 1/2, 3/8, 5/16 of the arcsine law on [0, 1]."""
    matrix = diagonal(atom_spectrum(600, {0.0: 0.5, 1.0: 0.5}))
    compressed = compression(matrix, 0.5, 5)
    assert compressed.shape == (300, 300)
    assert [np.mean(eigenvalues(compressed) ** k) for k in (1, 2, 3)] == pytest.approx([0.5, 0.375, 0.3125], abs=0.01)
    turned = corner(rotate(matrix, 6), 0.5)
    assert [np.mean(eigenvalues(turned) ** k) for k in (1, 2, 3)] == pytest.approx([0.5, 0.375, 0.3125], abs=0.01)
    unturned = corner(matrix, 0.5)
    assert np.mean(unturned) == 0


def test_square_roots_and_free_products() -> None:
    left, right = wishart(40, 7, ratio=2), wigner(40, 8)
    root = psd_sqrt(left)
    assert np.allclose(root @ root, left)
    assert np.linalg.eigvalsh(root)[0] > -1e-6
    product = free_product(left, right)
    assert np.array_equal(product, product.T)
    assert np.sort(np.linalg.eigvals(left @ right).real) == pytest.approx(eigenvalues(product), abs=1e-6)
    complex_left = wishart(20, 9, field="complex")
    assert np.allclose(psd_sqrt(complex_left) @ psd_sqrt(complex_left), complex_left)
    with pytest.raises(InvalidInput, match="put the non-negative matrix first"):
        psd_sqrt(right)


def test_prescribed_spectra() -> None:
    assert atom_spectrum(7, {0.0: 1 / 3, 1.0: 2 / 3}).tolist() == [0, 0, 1, 1, 1, 1, 1]
    assert atom_spectrum(10, {2.0: 0.3, -1.0: 0.7}).tolist() == [-1.0] * 7 + [2.0] * 3
    shifted = quantile_spectrum(5, lambda q: q, 0, dither=True)
    assert np.diff(shifted) == pytest.approx(0.2)
    assert 0 < shifted[0] < 0.2
    assert np.array_equal(quantile_spectrum(5, lambda q: q), np.array([0.1, 0.3, 0.5, 0.7, 0.9]))


def test_dithered_quantiles_have_the_moments_of_the_law_in_mean() -> None:
    """Exponential law: m_1 = 1, m_2 = 2; midpoints at n = 10 are off by 0.017 and 0.32, the dithered mean is not."""
    stream, trials = generator(10), 4000
    samples = np.array([quantile_spectrum(10, lambda q: -np.log1p(-q), stream, dither=True) for _ in range(trials)])
    for k, exact in ((1, 1.0), (2, 2.0)):
        means = (samples**k).mean(axis=1)
        assert abs(means.mean() - exact) < 5 * means.std() / np.sqrt(trials)
    assert abs(np.mean(quantile_spectrum(10, lambda q: -np.log1p(-q)) ** 2) - 2.0) > 0.2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: haar(0, 0), "size 0"),
        (lambda: haar_frame(3, 4, 0), "between 0 and 3"),
        (lambda: projection(3, 1.5, 0), "p = 1.5: it must be between 0 and 1"),
        (lambda: rotate(np.ones((2, 3)), 0), r"shape \(2, 3\)"),
        (lambda: corner(np.eye(3), 0.0), "no rows"),
        (lambda: compression(np.eye(3), 0.1, 0), "take n >= 5"),
        (lambda: diagonal([[1.0]]), r"shape \(1, 1\)"),
        (lambda: diagonal([np.inf]), "finite real eigenvalues"),
        (lambda: atom_spectrum(4, {0.0: 0.5}), "sum to 1, not to 0.5"),
        (lambda: quantile_spectrum(0, lambda q: q), "size 0"),
    ],
)
def test_refusals_name_the_value_and_the_way_out(call: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        call()  # type: ignore[operator]


def test_memory_is_said_before_a_large_haar_matrix() -> None:
    with pytest.raises(BudgetExceeded, match="real Haar frame of size 100000 x 100000"):
        haar(10**5, 0)
    with pytest.raises(BudgetExceeded, match="rotation of a matrix of size 50"):
        rotate(np.eye(50), 0, budget=1000)
