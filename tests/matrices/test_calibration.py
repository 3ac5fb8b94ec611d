"""Calibrated comparisons: right laws pass, wrong laws fail, and every test equals its textbook form where that exists."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from freealg.errors import InvalidInput, StatisticalMismatch
from freealg.matrices.calibration import compare_spectra
from freealg.matrices.deterministic import atom_spectrum, diagonal, quantile_spectrum
from freealg.matrices.ensembles import wigner, wishart
from freealg.matrices.haar import projection, rotate
from freealg.matrices.randomness import generator
from freealg.matrices.report import Row, SpectralReport
from freealg.matrices.sizes import rounding_distance, sampling_plan
from freealg.matrices.theory import Theory, linear_statistics, probe_points
from freealg.matrices.trials import group_trials, sample_spectra
from freealg.matrices.universal import ENSEMBLES, Ensemble

CATALAN = [0, 1, 0, 2, 0, 5]


def semicircle_cdf(x: np.ndarray) -> np.ndarray:
    y = np.clip(np.asarray(x) / 2, -1, 1)
    return 0.5 + (y * np.sqrt(1 - y * y) + np.arcsin(y)) / np.pi


def semicircle(moments: list[float] | None = None, points: int = 3) -> Theory:
    values = {z: (z - np.sqrt(z - 2) * np.sqrt(z + 2)) / 2 for z in probe_points(0, 1)[:points]}
    return Theory(CATALAN if moments is None else moments, values, semicircle_cdf)


def arcsine_cdf(x: np.ndarray) -> np.ndarray:
    return np.arccos(np.clip(1 - np.asarray(x), -1, 1)) / np.pi


@pytest.fixture(scope="module")
def goe() -> dict[int, list[np.ndarray]]:
    return sample_spectra(wigner, sampling_plan(100, 10), rng=1)


def test_every_kind_of_spectra_passes_against_the_right_law(goe: dict[int, list[np.ndarray]]) -> None:
    for spectra, plan in (
        (goe, ((100, 10), (25, 80), (12, 160))),
        (goe[100], ((100, 10),)),
        (np.array(goe[100]), ((100, 10),)),
        (goe[100][0], ((100, 1),)),
        (goe[100][0].tolist(), ((100, 1),)),
        ([*goe[25][:6], *goe[100][:6]], ((100, 6), (25, 6))),
        ({100: goe[100][:2], 25: goe[25][:3]}, ((100, 2), (25, 3))),
    ):
        report = compare_spectra(spectra, semicircle())
        assert report.passed()
        assert report.p_value > 0.01
        assert report.plan == plan


def test_every_kind_of_spectra_fails_against_a_wrong_law(goe: dict[int, list[np.ndarray]]) -> None:
    wrong = Theory([0, 1.3, 0, 3.5])
    for spectra in (goe, goe[100], goe[100][0], goe[100][:3], {100: goe[100][:2], 25: goe[25][:3]}):
        assert not compare_spectra(spectra, wrong).passed()


def test_moments_cauchy_transform_and_cdf_each_catch_a_wrong_law_alone(goe: dict[int, list[np.ndarray]]) -> None:
    marchenko_pastur = {z: (z - np.sqrt(z) * np.sqrt(z - 4)) / (2 * z) for z in probe_points(0, 1)}
    for theory in (Theory([0, 1.1]), Theory(cauchy=marchenko_pastur), Theory(cdf=lambda x: semicircle_cdf(np.asarray(x) - 0.2))):
        report = compare_spectra(goe, theory)
        assert not report.passed()
    assert report.rows == ()
    assert report.worst is None


def test_a_row_is_welchs_t_test_on_richardsons_combination(goe: dict[int, list[np.ndarray]]) -> None:
    report = compare_spectra({100: goe[100], 25: goe[25]}, Theory([0, 1]))
    means = {n: np.array([np.mean(one**2) for one in goe[n]]) for n in (100, 25)}
    expected = stats.ttest_ind(4 / 3 * means[100] - 1, 1 / 3 * means[25], equal_var=False)
    row = report.rows[1]
    shares = np.array([16 / 9 / (100**2 * 10), 1 / 9 / (25**2 * 80)])
    dof = min(expected.df, shares.sum() ** 2 / (shares**2 / [9, 79]).sum())
    assert (row.z, row.dof) == pytest.approx((abs(expected.statistic), dof), rel=1e-6)
    assert row.p == pytest.approx(2 * stats.t.sf(row.z, dof))
    assert row.observed == pytest.approx(4 / 3 * means[100].mean() - means[25].mean() / 3)
    assert row.allowance == 0


def test_one_size_is_students_and_hotellings_test_less_the_declared_bias(goe: dict[int, list[np.ndarray]]) -> None:
    trials, theory = goe[25][:40], np.array([0, 1.1, 0, 2.3])
    report = compare_spectra(trials, Theory(theory.tolist()), ensemble="complex")
    values = np.array([[np.mean(one**k) for k in (1, 2, 3, 4)] for one in trials])
    for row, column, expected in zip(report.rows, values.T, theory, strict=True):
        student = stats.ttest_1samp(column, expected)
        assert max(abs(student.statistic) - row.allowance / row.error, 0) == pytest.approx(row.z, abs=1e-6)
        assert row.p == pytest.approx(2 * stats.t.sf(row.z, 39))
    distance = values.mean(axis=0) - theory
    hotelling = np.sqrt(40 * distance @ np.linalg.inv(np.cov(values.T)) @ distance) - np.sqrt(40) * ENSEMBLES["complex"].bias_radius(4, 25)
    assert report.joint_rank == 4
    assert report.p_joint == pytest.approx(stats.f.sf(hotelling**2 * 36 / (39 * 4), 4, 36), rel=1e-6)


def test_the_joint_test_does_not_depend_on_the_scale_of_the_spectrum(goe: dict[int, list[np.ndarray]]) -> None:
    theory = [0.0, 1.02, 0.0, 2.1]
    plain = compare_spectra(goe, Theory(theory))
    scaled = compare_spectra({n: [10 * one for one in trials] for n, trials in goe.items()}, Theory([m * 10**k for k, m in enumerate(theory, 1)]))
    assert scaled.p_joint == pytest.approx(plain.p_joint, rel=1e-6)
    assert [row.z for row in scaled.rows] == pytest.approx([row.z for row in plain.rows])


def test_the_joint_test_sees_one_percent_of_m3_where_its_own_row_does_not() -> None:
    spectra = sample_spectra(wishart, sampling_plan(200, 20), rng=2)
    report = compare_spectra(spectra, Theory([1, 2, 5.05, 14]))
    assert report.p_joint is not None
    assert report.p_joint < 1e-6 < 1e-2 < report.rows[2].p
    assert not report.passed()


def test_one_array_names_the_declared_ensemble(goe: dict[int, list[np.ndarray]]) -> None:
    report = compare_spectra(goe[100][0], semicircle(), ensemble="real")
    assert 'fluctuation of the declared ensemble "real"; bias bounded by that of the declared ensemble "real"' in str(report)
    assert report.p_joint is None
    assert "jointly" not in str(report)
    words = r'declared ensemble "real" contradict Semicircle\(variance=2\): p = .* < alpha = 0\.0001'
    with pytest.raises(StatisticalMismatch, match=words) as caught:
        compare_spectra(goe[100][0], Theory([0, 2, 0, 8])).require(what="Semicircle(variance=2)")
    assert "m_2" in str(caught.value)
    compare_spectra(goe[100][0], semicircle()).require()


def test_the_real_bias_needs_several_sizes_or_the_declared_ensemble() -> None:
    """600 trials at N = 20 see E m_2 = 1 + 1/N: declared complex they contradict the law, declared real or with two more sizes they do not."""
    spectra = sample_spectra(wigner, {20: 600, 10: 600, 40: 300}, rng=3)
    theory = Theory([0, 1, 0, 2])
    assert not compare_spectra(spectra[20], theory, ensemble="complex").passed()
    assert compare_spectra(spectra[20], theory, ensemble="real").passed()
    assert compare_spectra(spectra, theory, ensemble="complex").passed()


def test_statistics_that_do_not_fluctuate_are_compared_exactly() -> None:
    """tr (P + Q) = 1 for two projections of rank N/2, up to rounding; a wrong mean is then caught at once."""
    spectra = sample_spectra(lambda n, g: projection(n, 0.5, g) + projection(n, 0.5, g), sampling_plan(64, 6, [0.5]), rng=4)
    right = compare_spectra(spectra, Theory([1, 1.5, 2.5, 4.375], cdf=arcsine_cdf))
    assert right.p_value > 0.01
    assert right.rows[0].error < 1e-8
    assert compare_spectra(spectra, Theory([1 + 1e-4])).p_value < 1e-12


def test_a_deterministic_spectrum_is_held_to_one_eigenvalue() -> None:
    spectrum = quantile_spectrum(200, lambda q: 1 - np.cos(np.pi * q))
    right = Theory([1, 1.5, 2.5, 4.375], cdf=arcsine_cdf)
    assert compare_spectra(spectrum, right, ensemble="deterministic").p_value == 1
    assert compare_spectra(spectrum + 0.05, right, ensemble="deterministic").p_ks == 0
    assert compare_spectra(spectrum, Theory([1.02]), ensemble="deterministic").p_value == 0
    assert compare_spectra([spectrum] * 6, right, ensemble="deterministic").passed()


def test_dithered_quantiles_in_a_free_sum_have_no_discretisation_bias() -> None:
    """Uniform[-1, 1] plus its rotated copy, m_1 ... m_4 = 0, 2/3, 0, 2/5 * 2 + 4/9: the dither is the only fluctuation of m_1."""
    def sampler(n: int, rng: np.random.Generator) -> np.ndarray:
        parts = [diagonal(quantile_spectrum(n, lambda q: 2 * q - 1, rng, dither=True)) for _ in range(2)]
        return parts[0] + rotate(parts[1], rng)

    report = compare_spectra(sample_spectra(sampler, sampling_plan(64, 12), rng=5), Theory([0, 2 / 3, 0, 2 / 5 + 4 / 9]))
    assert report.p_value > 0.01


def test_rounding_widens_the_comparison_by_what_it_may_have_moved() -> None:
    """One third of the eigenvalues at 1, but N = 100: masses 33 and 67, so m_k = 0.33 while the law says 1/3."""
    masses = {0.0: 2 / 3, 1.0: 1 / 3}

    def sampler(n: int, rng: np.random.Generator) -> np.ndarray:
        return diagonal(atom_spectrum(n, masses)) + wigner(n, rng, variance=1e-4)

    spectra = [np.linalg.eigvalsh(sampler(100, generator(seed))) for seed in range(40)]
    theory = Theory([1 / 3, 1 / 3 + 1e-4])
    moved = {100: rounding_distance(100, [1 / 3])}
    assert not compare_spectra(spectra, theory).passed()
    allowed = compare_spectra(spectra, theory, rounding=moved)
    assert allowed.passed()
    assert allowed.rows[0].allowance == pytest.approx(moved[100], rel=0.1)
    balanced = sample_spectra(sampler, {99: 40, 48: 40, 24: 40}, rng=6)
    assert compare_spectra(balanced, theory).passed()


def test_a_corner_is_measured_by_its_own_eigenvalues() -> None:
    """The N/2 corner of a GOE of variance 1 is semicircular of variance 1/2; the size of the fit is N, the trace is over N/2."""
    spectra = sample_spectra(lambda n, rng: wigner(n, rng)[: n // 2, : n // 2], sampling_plan(120, 8, [0.5]), rng=7)
    report = compare_spectra(spectra, Theory([0, 0.5, 0, 0.5]))
    assert report.plan[0] == (120, 8)
    assert report.p_value > 0.01
    assert compare_spectra({120: spectra[120][:1]}, Theory([0, 0.5, 0, 0.5])).rows[0].error == pytest.approx(np.sqrt(2) / 60, rel=0.1)


def test_the_table_shows_every_statistic_and_the_verdict(goe: dict[int, list[np.ndarray]]) -> None:
    report = compare_spectra(goe, semicircle())
    text = repr(report)
    assert "spectra of size 100 (10 trials), 25 (80 trials), 12 (160 trials)" in text
    assert "fluctuation from the trials; bias fitted as a + b/N + c/N^2" in text
    for label in ("m_1 ", "m_6 ", "Re G(-1+1j)", "Im G(1+1j)", "jointly, in 3 directions", "cdf: largest distance", "p-value"):
        assert label in text
    assert max(map(len, text.splitlines()[2:-1])) <= 90


def test_p_value_counts_the_looks() -> None:
    report = SpectralReport((), 0.01, 3, 0.1, 0.5, "real", "", ((100, 5),))
    assert report.p_value == pytest.approx(0.02)
    assert report.passed()
    assert not report.passed(alpha=0.05)


def test_the_smallest_p_of_a_row_counts_the_rows() -> None:
    rows = tuple(Row(f"m_{k}", 0.0, 0.0, 1.0, 0.0, 9.0, 0.0, p) for k, p in enumerate((0.2, 0.01, 0.5), 1))
    report = SpectralReport(rows, None, 0, None, None, "real", "", ((100, 5),))
    assert report.p_rows == report.p_value == pytest.approx(0.03)
    assert report.worst is rows[1]


@pytest.mark.parametrize(("ensemble", "beta", "bias"), [("real", 1, 0.5), ("complex", 2, 0.0)])
def test_the_cdf_is_held_to_the_counting_function(ensemble: str, beta: int, bias: float) -> None:
    """2 N r exp(-x^2 r/(2 v)) with x = N D - bias - 1/r and v = (log 2 pi N + 1 + gamma)/(beta pi^2), written out."""
    trials = [np.array([-1.0, 1.0]).repeat(50)] * 4
    report = compare_spectra(trials, Theory(cdf=lambda x: np.where(np.asarray(x) < -1, 0.0, np.where(np.asarray(x) < 1, 0.46, 1.0))), ensemble=ensemble)
    variance = (np.log(200 * np.pi) + 1 + np.euler_gamma) / (beta * np.pi**2)
    assert report.ks == pytest.approx(0.04)
    assert report.p_value == pytest.approx(800 * np.exp(-((4 - bias - 0.25) ** 2) * 4 / (2 * variance)))


def test_a_declared_fourth_cumulant_covers_heavy_entries() -> None:
    spectrum = np.linalg.eigvalsh(wigner(100, 8, entries="exponential"))
    plain, heavy = (compare_spectra(spectrum, semicircle(), ensemble=one) for one in ("real", Ensemble("exponential entries", 1, fourth_cumulant=6)))
    assert heavy.passed()
    assert all(a.error <= b.error for a, b in zip(plain.rows, heavy.rows, strict=True))
    assert 'ensemble "exponential entries"' in str(heavy)


def test_error_bars_belong_to_the_law_and_not_to_a_small_largest_eigenvalue() -> None:
    """A spectrum shrunk below the law's m_4 has the error bars of the hull that the law's m_4 needs, whatever the shrinking."""
    spectrum = np.linalg.eigvalsh(wishart(100, 9))
    theory = Theory([1, 2, 5, 1.05 * np.mean(spectrum**4)])
    small, smaller = (compare_spectra(scale * spectrum, theory) for scale in (0.8, 0.6))
    assert [row.error for row in small.rows] == pytest.approx([row.error for row in smaller.rows])
    assert compare_spectra(2 * spectrum, theory).rows[0].error > 1.5 * small.rows[0].error


def test_linear_statistics_are_moments_and_parts_of_g() -> None:
    statistics = linear_statistics(Theory([0.5], {2j: -0.3j}))
    values = np.array([0.0, 1.0])
    assert [one.function(values).mean() for one in statistics] == pytest.approx([0.5, -0.1, -0.45])
    assert [(one.theory, one.order) for one in statistics] == [(0.5, 1), (0.0, 0), (-0.3, 0)]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Theory, "the theory is empty"),
        (lambda: Theory(cauchy={1.0: 2.0}), "G at .* take points off the real axis"),
        (lambda: Theory([1, np.inf]), "leave out what does not exist"),
        (lambda: Theory(cauchy={1j: complex("nan")}), "leave out what does not exist"),
        (lambda: probe_points(0, 0), "the width must be > 0"),
        (lambda: compare_spectra([], Theory([1])), "no spectra"),
        (lambda: compare_spectra({}, Theory([1])), "no spectra"),
        (lambda: compare_spectra({10: []}, Theory([1])), "no spectra"),
        (lambda: compare_spectra({10: [[0.0, 1.0], [0.0]]}, Theory([1])), r"spectra of \[1, 2\] eigenvalues"),
        (lambda: compare_spectra([0.0], Theory([1])), "size 1"),
        (lambda: compare_spectra([0.0, np.nan], Theory([1])), "finite"),
        (lambda: compare_spectra([0.0, 1.0], Theory([1]), ensemble="rael"), "'rael' is unknown"),
    ],
)
def test_refusals_name_the_value_and_the_way_out(call: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        call()  # type: ignore[operator]


def test_group_trials_puts_the_largest_size_first() -> None:
    samples = group_trials({4: [[0.0, 1.0]], 8: [[1.0, 0.0, 2.0]]})
    assert [(s.size, s.trials, s.count, s.hull) for s in samples] == [(8, 1, 3, (0.0, 2.0)), (4, 1, 2, (0.0, 1.0))]
