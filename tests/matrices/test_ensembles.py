"""Samplers: normalisation, symmetry, reproducibility, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from freealg.errors import BudgetExceeded, InvalidInput
from freealg.matrices.ensembles import ENTRY_LAWS, ginibre, ginibre_product, wigner, wishart
from freealg.matrices.randomness import generator, sample_bytes, spawn
from freealg.matrices.trials import sample_spectra

FIELDS = ["real", "complex"]
DTYPES = {"real": np.float64, "complex": np.complex128}


def close(observed: float, expected: float, error: float) -> bool:
    return abs(observed - expected) <= 5 * error


@pytest.mark.parametrize("field", FIELDS)
def test_wigner_entries_have_the_stated_variances(field: str) -> None:
    n, variance = 300, 3.0
    matrix = wigner(n, 1, variance=variance, field=field)
    assert matrix.dtype == DTYPES[field]
    assert np.array_equal(matrix, matrix.conj().T)
    off = np.abs(matrix[np.triu_indices(n, 1)]) ** 2 * n / variance
    assert close(off.mean(), 1.0, off.std() / np.sqrt(off.size))
    diagonal = np.concatenate([wigner(n, seed, variance=variance, field=field).diagonal().real for seed in range(20)]) ** 2 * n / variance
    assert close(diagonal.mean(), 2.0 if field == "real" else 1.0, diagonal.std() / np.sqrt(diagonal.size))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("entries", sorted(ENTRY_LAWS))
def test_wigner_spectra_tend_to_the_semicircle_of_the_variance(entries: str, field: str) -> None:
    values = np.linalg.eigvalsh(wigner(500, 2, variance=0.25, field=field, entries=entries))
    assert [np.mean(values**k) for k in (1, 2, 3, 4)] == pytest.approx([0, 0.25, 0, 0.125], abs=0.01)
    assert values[-1] == pytest.approx(1.0, abs=0.06)


def test_general_entries_share_one_variance_on_and_off_the_diagonal() -> None:
    matrix = wigner(50, 3, variance=2.0, entries="rademacher")
    assert np.allclose(np.abs(matrix), np.sqrt(2.0 / 50))
    complex_matrix = wigner(50, 3, variance=2.0, entries="rademacher", field="complex")
    assert np.allclose(np.abs(complex_matrix), np.sqrt(2.0 / 50))
    assert np.array_equal(complex_matrix, complex_matrix.conj().T)


def test_a_callable_is_an_entry_law() -> None:
    phases = wigner(40, 4, field="complex", entries=lambda rng, shape: np.exp(2j * np.pi * rng.uniform(size=shape)))
    assert np.allclose(np.abs(phases[np.triu_indices(40, 1)]), np.sqrt(1 / 40))
    with pytest.raises(InvalidInput, match="complex numbers for field"):
        wigner(4, 0, entries=lambda rng, shape: 1j * np.ones(shape))
    with pytest.raises(InvalidInput, match=r"shape \(4,\)"):
        wigner(4, 0, entries=lambda rng, shape: np.ones(4))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("ratio", [0.3, 1.0, 2.5])
def test_wishart_has_mean_variance_and_second_moment_one_plus_ratio(field: str, ratio: float) -> None:
    n = 400
    values = np.linalg.eigvalsh(wishart(n, 5, ratio=ratio, variance=2.0, field=field))
    assert np.mean(values) == pytest.approx(2.0, rel=0.02)
    assert np.mean(values**2) == pytest.approx(4.0 * (1 + ratio), rel=0.04)
    assert np.sum(values > 1e-9) == min(n, round(n / ratio))


def test_wishart_rounds_its_columns_half_up() -> None:
    assert [np.linalg.matrix_rank(wishart(n, 0, ratio=2)) for n in (5, 6, 7)] == [3, 3, 4]


@pytest.mark.parametrize("field", FIELDS)
def test_ginibre_and_its_products(field: str) -> None:
    tall = ginibre(200, 6, columns=400, variance=3.0, field=field)
    assert np.mean(np.abs(tall) ** 2) == pytest.approx(3.0 / 400, rel=0.03)
    product = ginibre_product(300, 7, depth=3, variance=2.0, field=field)
    values = np.linalg.eigvalsh(product @ product.conj().T) / 8
    assert [np.mean(values), np.mean(values**2)] == pytest.approx([1.0, 4.0], rel=0.12)


@pytest.mark.parametrize("sampler", [wigner, wishart, ginibre, lambda n, rng: ginibre_product(n, rng, depth=2)])
def test_a_seed_fixes_the_sample_and_nothing_else_does(sampler: object) -> None:
    assert np.array_equal(sampler(20, 8), sampler(20, generator(8)))  # type: ignore[operator]
    assert not np.array_equal(sampler(20, 8), sampler(20, 9))  # type: ignore[operator]


def test_streams_do_not_depend_on_their_number_nor_on_the_order_of_use() -> None:
    forward = [wigner(6, stream) for stream in spawn(10, 4)]
    backward = [wigner(6, stream) for stream in reversed(spawn(10, 7)[:4])][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(forward, backward, strict=True))
    parent = generator(10)
    parent.standard_normal(100)
    assert np.array_equal(wigner(6, parent.spawn(1)[0]), forward[0])
    assert not np.array_equal(forward[0], forward[1])
    with pytest.raises(InvalidInput, match="-1 streams"):
        spawn(0, -1)


def test_sampled_spectra_follow_the_plan_and_the_seed() -> None:
    first, again = (sample_spectra(wigner, {30: 2, 10: 3}, rng=3) for _ in range(2))
    assert {n: [one.size for one in trials] for n, trials in first.items()} == {30: [30, 30], 10: [10, 10, 10]}
    assert all(np.array_equal(a, b) for n in first for a, b in zip(first[n], again[n], strict=True))
    assert np.array_equal(first[30][1], np.linalg.eigvalsh(wigner(30, spawn(3, 2)[1])))


def test_memory_is_said_before_a_large_sample() -> None:
    assert sample_bytes(1000, 2, "complex") == 2 * sample_bytes(1000, 2) == 32_000_000
    with pytest.raises(BudgetExceeded, match=r"real Wigner matrix of size 1000000 needs about 22351\.7 GiB, over the budget of 8\.0 GiB"):
        wigner(10**6, 0)
    with pytest.raises(BudgetExceeded, match="size 100 x 100000000"):
        wishart(100, 0, ratio=1e-6)
    for call in (lambda b: ginibre(50, 0, budget=b), lambda b: ginibre_product(50, 0, depth=2, budget=b), lambda b: wigner(50, 0, budget=b)):
        with pytest.raises(BudgetExceeded, match="raise budget="):
            call(1000)
        assert call(10**7).shape == (50, 50)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: wigner(0, 0), "size 0"),
        (lambda: wigner(3, 0, variance=-1), "variance = -1: it must be finite and >= 0"),
        (lambda: wigner(3, 0, field="quaternion"), 'it is "real" or "complex"'),
        (lambda: wigner(3, 0, entries="cauchy"), "take one of gaussian"),
        (lambda: wishart(3, 0, ratio=0), "ratio = 0: it must be finite and > 0"),
        (lambda: wishart(3, 0, ratio=float("nan")), "ratio = nan"),
        (lambda: wishart(3, 0, ratio=100), r"m = round\(n/ratio\) = 0 columns: take n >= 50"),
        (lambda: ginibre(3, 0, columns=0), "size 0"),
        (lambda: ginibre_product(3, 0, depth=0), "depth 0"),
    ],
)
def test_refusals_name_the_value_and_the_way_out(call: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        call()  # type: ignore[operator]
