"""Do sampled spectra contradict a law? Error bars that are derived, not tuned.

A statistic T_N = (1/N) Tr f(X_N) has mean a + b/N + c/N^2 + ..., where a is the law's value, and standard deviation s/N. Hence

- several sizes: a is estimated by sum w_i mean_i with the bias terms fitted (`sizes.extrapolation_weights`);
- one size: the bias is bounded by the declared ensemble's (`Ensemble.bias`), and only what exceeds the bound counts;
- `FEWEST_TRIALS` trials or more at each size: the fluctuation is their sample covariance. A row is a Welch t-test (sizes may differ in
  variance, Satterthwaite's degrees of freedom); the rows together are a Hotelling test with the degrees of freedom of Krishnamoorthy and Yu
  (Statist. Probab. Lett. 66, 2004). The joint test is the sharp one: moments are strongly correlated, so that a wrong m_3 beside right m_1
  and m_2 stands out ten times more than against the error bar of m_3 alone;
- fewer trials: the declared ensemble's variance (`Ensemble.variance`);
- the cdf: sup |F_N - F| at the largest size against the counting function's bias and Gaussian tails with Dyson and Mehta's number variance.

Theory enters as numbers and a callable, never as a law.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from freealg.matrices.fit import fit_differences, joint_test, row_tests, trials_suffice
from freealg.matrices.report import SpectralReport
from freealg.matrices.statistics import ks_distance
from freealg.matrices.theory import Theory, linear_statistics
from freealg.matrices.trials import Sample, Spectra, group_trials
from freealg.matrices.universal import Ensemble, declared_ensemble

__all__ = ["compare_spectra"]


def compare_spectra(
    spectra: Spectra, theory: Theory, *, ensemble: str | Ensemble = "real", rounding: Mapping[int, float] | None = None
) -> SpectralReport:
    """Confront spectra (one array, a list of trials, or {size: trials}) with the numbers of a theory.

    `ensemble` is "real", "complex", "deterministic" or an `Ensemble`; with several sizes and enough trials it enters the cdf test
    alone. `rounding` maps a size to the distance (in cdf) between the sampled ingredients and the stated ones, see `rounding_distance`;
    it is 0 for sizes not named.

    >>> import numpy as np
    >>> spectrum = 2 * np.cos(np.pi * (np.arange(200) + 0.5) / 200)        # the arcsine law on [-2, 2], by its quantiles
    >>> good = compare_spectra(spectrum, Theory(moments=[0, 2, 0, 6]), ensemble="deterministic")
    >>> bad = compare_spectra(spectrum, Theory(moments=[0, 1, 0, 2]), ensemble="deterministic")
    >>> good.passed(), bad.passed()
    (True, False)
    """
    declared = declared_ensemble(ensemble)
    samples = group_trials(spectra)
    known = rounding or {}
    displaced = [known.get(sample.size, 0.0) + declared.displacement / sample.count for sample in samples]
    statistics = linear_statistics(theory)
    fit = fit_differences(samples, statistics, declared, displaced) if statistics else None
    p_joint, rank = joint_test(fit, declared, samples[0].count) if fit else (None, 0)
    ks = ks_distance(samples[0].spectra.ravel(), theory.cdf) if theory.cdf else None
    return SpectralReport(
        rows=row_tests(fit, [one.name for one in statistics]) if fit else (),
        p_joint=p_joint,
        joint_rank=rank,
        ks=ks,
        p_ks=None if ks is None else cdf_tail(ks, samples[0], declared, displaced[0]),
        ensemble=declared.name,
        basis=describe_basis(samples, declared),
        plan=tuple((sample.size, sample.trials) for sample in samples),
    )


def cdf_tail(distance: float, sample: Sample, declared: Ensemble, displaced: float) -> float:
    """A bound of P(sup |F_N - F| >= distance) for the pooled trials: min(1, 2 N r exp(-x^2 r/(2 v))).

    x is what remains of N * distance after the counting bias, the displacement and 1/r for the steps of F_N between the N r quantiles over
    which the union is taken; v is the number variance, and the counting function's tails are Gaussian at most (for beta = 2 it is a sum of
    independent indicators).
    """
    counts, trials = sample.count, sample.trials
    excess = counts * (distance - displaced) - declared.counting_bias - 1 / trials
    variance = declared.count_variance(counts)
    if excess <= 0 or not math.isfinite(declared.beta):
        return 1.0 if excess <= 0 else 0.0
    return min(1.0, 2 * counts * trials * math.exp(-(excess**2) * trials / (2 * variance)))


def describe_basis(samples: Sequence[Sample], declared: Ensemble) -> str:
    """Where the error bars of a comparison come from, in words."""
    measured = trials_suffice(samples)
    fluctuation = "fluctuation from the trials" if measured else f'fluctuation of the declared ensemble "{declared.name}"'
    terms = {1: "", 2: "a + b/N", 3: "a + b/N + c/N^2"}[min(len(samples), 3)]
    return f"{fluctuation}; " + (f"bias fitted as {terms}" if terms else f'bias bounded by that of the declared ensemble "{declared.name}"')
