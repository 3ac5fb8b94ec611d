"""Which sizes to sample, and how to combine them so that the finite-N bias drops out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from freealg.errors import InvalidInput

__all__ = ["balanced_size", "extrapolation_weights", "rounding_distance", "sampling_plan"]

SMALLEST_PLAN = 32
FULL_PLAN = 96


def extrapolation_weights(sizes: Sequence[int], trials: Sequence[int]) -> NDArray[np.float64]:
    """w with sum_i w_i (a + b/N_i + c/N_i^2) = a: the least-variance estimate of a from means over trials.

    A statistic (1/N) Tr f has mean a + b/N + c/N^2 + ... and standard deviation s/N, so N times it is regressed on (N, 1, 1/N): with one
    size there is no bias term, with two b/N, with three or more both. n, n/2, n/4 give Richardson's weights.

    >>> extrapolation_weights([100, 50, 25], [1, 1, 1]).round(6).tolist()
    [2.666667, -2.0, 0.333333]
    """
    scale = np.asarray(sizes, dtype=np.float64) / max(sizes)
    precision = np.sqrt(np.asarray(trials, dtype=np.float64)) * scale
    terms = scale[:, None] ** -np.arange(min(len(sizes), 3))
    return np.asarray(np.linalg.pinv(precision[:, None] * terms)[0] * precision)


def rounding_distance(size: int, quotas: Iterable[float] = ()) -> float:
    """sum_q |q N - round(q N)|/N: how far (in cdf) the rounding of dimensions, ranks and multiplicities moves the spectrum, to first order.

    >>> rounding_distance(100, [0.5, 1 / 3]).__round__(6)
    0.003333
    """
    shares = np.array([float(q) * size for q in quotas])
    return float(np.abs(shares - np.round(shares)).sum()) / size


def balanced_size(n: int, quotas: Iterable[float] = (), reach: float = 1 / 8) -> int:
    """The size within reach * n of n for which the quotas q N are nearest to integers (1/ratio, ranks, masses); ties go to the nearest to n.

    >>> balanced_size(100, [1 / 3]), balanced_size(100, [0.3, 1 / 11]), balanced_size(100)
    (99, 110, 100)
    """
    wanted, far = tuple(float(q) for q in quotas), int(n * reach)
    candidates = range(max(1, n - far), n + far + 1)
    return min(candidates, key=lambda size: (round(size * rounding_distance(size, wanted), 9), abs(size - n), size))


def sampling_plan(n: int, trials: int, quotas: Iterable[float] = ()) -> dict[int, int]:
    """{n: trials, n/4: 8 trials, n/8: 16 trials}, each size balanced for the quotas (within 1/8 of n, 1/4 of the smaller sizes).

    Enough to fit a + b/N + c/N^2 for a sixth more work, at an error bar 1.8 times that of the n x n matrices alone (n, n/2, n/4 with
    1, 2, 4 times the trials: 4 times). Below n = 96, where n/8 would be too small for an expansion in 1/N, the plan is n, n/2, n/4 with
    1, 4, 16 times the trials.

    >>> sampling_plan(100, 20), sampling_plan(100, 20, [1 / 3]), sampling_plan(64, 5)
    ({100: 20, 25: 160, 12: 320}, {99: 20, 24: 160, 12: 320}, {64: 5, 32: 20, 16: 80})
    """
    if n < SMALLEST_PLAN or trials < 1:
        raise InvalidInput(f"a sampling plan at n = {n} with {trials} trials: take n >= {SMALLEST_PLAN} (the bias is expanded in 1/n), trials >= 1")
    wanted = tuple(float(q) for q in quotas)
    steps = ((1, 1), (4, 8), (8, 16)) if n >= FULL_PLAN else ((1, 1), (2, 4), (4, 16))
    return {balanced_size(n // parts, wanted, 1 / 8 if parts == 1 else 1 / 4): more * trials for parts, more in steps}
