"""The extrapolated differences between observed and predicted statistics, their covariance, and the tests on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from freealg.matrices.report import Row
from freealg.matrices.sizes import extrapolation_weights
from freealg.matrices.tails import fisher_tail, student_tail
from freealg.matrices.theory import Statistic
from freealg.matrices.trials import Sample
from freealg.matrices.universal import Ensemble, Vector, chebyshev_coefficients

__all__ = ["FEWEST_TRIALS", "Fit", "fit_differences", "joint_test", "row_tests", "trials_suffice"]

FEWEST_TRIALS = 5
"""Below this many trials of a size the sample variance says too little, and the declared ensemble's is taken."""

ROUNDING = 1e-10
"""Relative error granted to computed eigenvalues and to the numbers of the theory."""

TRIALS_A_DIRECTION = 3
"""Degrees of freedom of a size for each direction of the joint test: with fewer the approximation of its degrees of freedom is too bold."""

GRID = 2001
"""Points along the hull on which variations are summed."""

SINGULAR = 1e-9
"""Directions whose share of the correlation matrix is below this are exact relations between statistics, not evidence."""


@final
@dataclass(frozen=True, eq=False)
class Fit:
    """difference = sum_i w_i mean_i - theory, with its covariance as a sum of shares, one a size.

    `expected`: what the shares should be in proportion to; `freedom`: trials - 1 of each size (inf where the variance is declared); `floor`:
    rounding error; `bias`: bound of the bias that the fit does not remove, row by row; `radius`: the same for the joint test, in units of
    `Ensemble.bias_radius`; `moved`: bound of the distance in cdf by which rounding displaced the fit; `curve`: the functions f along the hull.
    """

    theory: Vector
    difference: Vector
    shares: NDArray[np.float64]
    expected: Vector
    freedom: Vector
    floor: Vector
    bias: Vector
    radius: float
    moved: float
    curve: NDArray[np.float64]

    @property
    def variance(self) -> Vector:
        """The variance of each difference, without the floor."""
        return np.asarray(np.einsum("ijj->j", self.shares))

    @property
    def allowance(self) -> Vector:
        """|E difference| at most: the bias, and Koksma's inequality (a cdf moved by d moves the mean of f by at most d times its variation)."""
        return np.asarray(self.bias + self.moved * np.abs(np.diff(self.curve, axis=0)).sum(axis=0))

    @property
    def dof(self) -> Vector:
        """Satterthwaite's v^2 / sum_i v_i^2/(r_i - 1), row by row, with the measured shares v_i of the variance and with the expected ones;
        the smaller of the two. (Measured alone they are too bold: a share that is small by chance makes z and the degrees of freedom large.)"""
        parts = np.einsum("ijj->ij", self.shares)
        spread = (parts**2 / self.freedom[:, None]).sum(axis=0)
        live = (self.variance > self.floor**2) & (spread > 0)
        return np.minimum(self.expected_dof, np.where(live, self.variance**2 / np.where(live, spread, 1.0), math.inf))

    @property
    def expected_dof(self) -> float:
        """Satterthwaite's degrees of freedom for a standard deviation s/N of one matrix, whatever s."""
        return float(self.expected.sum() ** 2 / (self.expected**2 / self.freedom).sum()) if math.isfinite(self.freedom[0]) else math.inf


def fit_differences(samples: Sequence[Sample], statistics: Sequence[Statistic], declared: Ensemble, displaced: Sequence[float]) -> Fit:
    """Extrapolate over the sizes (largest first); `displaced` is the distance in cdf that rounding may have caused, size by size."""
    weights = extrapolation_weights([s.size for s in samples], [s.trials for s in samples])
    values = [np.array([one.function(s.spectra).mean(axis=1) for one in statistics]) for s in samples]
    theory = np.array([one.theory for one in statistics])
    measured = trials_suffice(samples)
    covariances = [_sample_covariance(v) if measured else _declared_covariance(s, statistics, declared) for v, s in zip(values, samples, strict=True)]
    single = len(samples) == 1
    grid = np.linspace(min(s.hull[0] for s in samples), max(s.hull[1] for s in samples), GRID)
    magnitude = np.array([np.abs(one.function(samples[0].spectra)).mean() for one in statistics])
    return Fit(
        theory=theory,
        difference=weights @ np.array([v.mean(axis=1) for v in values]) - theory,
        shares=np.array([w * w / s.trials * c for w, s, c in zip(weights, samples, covariances, strict=True)]),
        expected=np.array([w * w / (s.size**2 * s.trials) for w, s in zip(weights, samples, strict=True)]),
        freedom=np.array([s.trials - 1.0 if measured else math.inf for s in samples]),
        floor=ROUNDING * (magnitude + np.abs(theory)) * float(np.abs(weights).sum()),
        bias=_declared_bias(samples[0], statistics, declared) if single else np.zeros(theory.size),
        radius=math.sqrt(samples[0].trials) if single else 0.0,
        moved=float(np.abs(weights) @ np.asarray(displaced)),
        curve=np.array([one.function(grid) for one in statistics]).T,
    )


def row_tests(fit: Fit, names: Sequence[str]) -> tuple[Row, ...]:
    """Each statistic by itself: z = (|difference| - allowance)_+ / error against Student's t, both tails."""
    error, dof = np.sqrt(fit.variance + fit.floor**2), fit.dof
    allowed = fit.allowance
    excess = np.maximum(np.abs(fit.difference) - allowed, 0.0) / error
    columns = np.array([fit.theory, fit.theory + fit.difference, error, allowed, dof, excess]).T.tolist()
    return tuple(
        Row(name, theory, observed, bar, allowance, nu, z, p=student_tail(z, nu))
        for name, (theory, observed, bar, allowance, nu, z) in zip(names, columns, strict=True)
    )


def joint_test(fit: Fit, declared: Ensemble, size: int) -> tuple[float | None, int]:
    """P of Hotelling's T^2 = d' S^-1 d of the first statistics together, and how many directions it had.

    F = T^2 (nu - J + 1)/(nu J) on (J, nu - J + 1) degrees of freedom, nu of Krishnamoorthy and Yu. One statistic enters for every
    `TRIALS_A_DIRECTION` degrees of freedom, in their order. A bias of at most `radius` standard deviations of the fit (the declared one,
    and rounding times the length of the whitened curve) takes T to T - radius. None where the variance is declared.
    """
    live = np.flatnonzero(fit.variance > fit.floor**2)
    if not math.isfinite(fit.freedom[0]) or not math.isfinite(declared.beta) or not live.size:
        return None, 0
    chosen = live[: int(fit.freedom.min() // TRIALS_A_DIRECTION)]
    scale = np.sqrt(fit.variance[chosen])
    shares = fit.shares[:, chosen[:, None], chosen] / np.outer(scale, scale)
    spread, directions = np.linalg.eigh(shares.sum(axis=0))
    kept = spread > SINGULAR
    whiten = directions[:, kept] / np.sqrt(spread[kept])
    rank = int(kept.sum())
    moved = float(np.linalg.norm(np.diff(fit.curve[:, chosen] / scale @ whiten, axis=0), axis=1).sum()) * fit.moved
    radius = fit.radius * declared.bias_radius(chosen.size, size) + moved
    distance = max(float(np.linalg.norm((fit.difference[chosen] / scale) @ whiten)) - radius, 0.0)
    freedom = min(fit.expected_dof, _joint_freedom(whiten.T @ shares @ whiten, fit.freedom))
    return fisher_tail(distance**2 * (freedom - rank + 1) / (freedom * rank), rank, freedom - rank + 1), rank


def trials_suffice(samples: Sequence[Sample]) -> bool:
    """Whether every size has enough trials to measure its own fluctuation."""
    return min(sample.trials for sample in samples) >= FEWEST_TRIALS


def _joint_freedom(shares: NDArray[np.float64], freedom: Vector) -> float:
    """(J + J^2) / sum_i (tr Q_i^2 + (tr Q_i)^2)/(r_i - 1) for the whitened shares Q_i, which sum to the identity."""
    rank = shares.shape[1]
    weight = np.einsum("ijk,ikj->i", shares, shares) + np.einsum("ijj->i", shares) ** 2
    return float((rank + rank**2) / (weight / freedom).sum())


def _sample_covariance(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.atleast_2d(np.cov(values, ddof=1))


def _declared_covariance(sample: Sample, statistics: Sequence[Statistic], declared: Ensemble) -> NDArray[np.float64]:
    """The declared variances of (1/N) Tr f on the diagonal; off it nothing is claimed (and the joint test is left out)."""
    hull = _expected_hull(sample, statistics)
    return np.diag([declared.variance(chebyshev_coefficients(one.function, *hull)) for one in statistics]) / sample.count**2


def _declared_bias(sample: Sample, statistics: Sequence[Statistic], declared: Ensemble) -> Vector:
    """Bounds of |E (1/N) Tr f - E f|."""
    hull = _expected_hull(sample, statistics)
    return np.array([declared.bias(chebyshev_coefficients(one.function, *hull), sample.count) for one in statistics]) / sample.count


def _expected_hull(sample: Sample, statistics: Sequence[Statistic]) -> tuple[float, float]:
    """The hull of the spectra, widened as far as the highest even moment is below the theory's.

    Error bars belong to the hypothesis: a matrix whose largest eigenvalue happens to be small must not get small ones for its high moments.
    """
    even = [one for one in statistics if one.order and one.order % 2 == 0]
    stretch = 1.0
    if even:
        top = max(even, key=lambda one: one.order)
        observed = float(top.function(sample.spectra).mean())
        stretch = max(1.0, top.theory / observed) ** (1 / top.order) if observed > 0 else 1.0
    return stretch * sample.hull[0], stretch * sample.hull[1]
